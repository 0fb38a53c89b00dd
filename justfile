# Short names for commands that stand elsewhere; nothing is defined here.

default:
    @just --list

# The one definition of green.
ci:
    .ci/run

# The tests that need Rust and a C compiler only.
test *arguments:
    cargo test {{ arguments }}

# What the store costs, beside bare rusqlite; `just bench newest` runs one part.
bench *arguments:
    cargo bench --bench store -- {{ arguments }}

# What polling costs, beside a bare loop of the same requests.
bench-poll *arguments:
    cargo bench --bench poll -- {{ arguments }}

# What reading a document costs, beside feed-rs alone.
bench-parse *arguments:
    cargo bench --bench parse -- {{ arguments }}

# Tries to break what reads documents: `just fuzz 60 parse`.
fuzz *arguments:
    fuzz/run {{ arguments }}

lint:
    cargo clippy --all-targets --all-features -- -D warnings

format:
    cargo fmt

# The whole product without a network.
demo:
    cargo run --release -- demo

check:
    cargo run --release -- check

serve:
    cargo run --release -- serve

doc:
    cargo doc --no-deps --open

# Licences, bans and sources; advisories need a network.
deny:
    cargo deny check bans licenses sources
