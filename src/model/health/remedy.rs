//! What to do about a failure: one sentence for each class, for people who run press pages.

use crate::model::Instead;

/// What to do about a failure of this class (as [`crate::model::PollState::error_class`] keeps it), which came with this
/// HTTP status where it came with one. A class that nobody knows has a remedy, too.
pub fn remedy(class: &str, status: Option<u16>) -> &'static str {
    match class {
        _ if class.starts_with("status") => of_status(status.unwrap_or_default()),
        "setup" => "Look at `headers` of this source in feeds.toml: one of them cannot be sent.",
        "url" => {
            "Correct `url` in feeds.toml: http and https addresses on usual ports are fetched, nothing else."
        }
        "forbidden" => {
            "If the source is inside your own network, add the `allow_networks` line to it; if it is a public one, \
             tell its publisher where the name leads."
        }
        "file" => "Check that the file is there, and that the user pressroll runs as may read it.",
        "dns" => {
            "Look for a slip in the host's name. If it opens in your browser, ask `pressroll doctor` about this \
             machine's name server."
        }
        "connect" => {
            "Open the address in a browser: if it opens there, a firewall keeps this machine away from it; if not, \
             the publisher is down and is asked again."
        }
        "proxy" => "Look at `proxy` in feeds.toml; `pressroll doctor` tries it.",
        "tls" => {
            "Open the address in a browser. If that warns you too, tell the publisher that the certificate is wrong; \
             if not, `pressroll doctor` says whom this machine trusts."
        }
        "authority" => {
            "Behind a company proxy that signs anew, give its root certificate as `ca_file` in [fetch]; else tell \
             the publisher that its server sends an incomplete certificate."
        }
        "timeout" => {
            "The publisher is silent, and is asked again. If it only takes long to answer, raise `timeout` in [fetch]."
        }
        "slow" => {
            "The publisher's server is overloaded, or the line is. It is asked again; if it is always so, raise \
             `timeout` in [fetch]."
        }
        "too-large" => {
            "If the document is meant to be so large, raise `body_max` in [fetch]; else ask the publisher for a \
             shorter feed."
        }
        "too-many-redirects" | "bad-redirect" => {
            "Open the address in a browser, and write the one where you end up as `url`; if you end nowhere, tell \
             the publisher."
        }
        "headers" | "encoding" | "cut" | "reset" | "not-http" => {
            "The publisher's server answers wrongly: tell the publisher what stands here. It is asked again by itself."
        }
        "empty" | "unreadable" | "not-a-feed" => {
            "Open the address in a browser. If a page for people stands there, look for the feed's own address; if \
             it is a feed, tell its publisher."
        }
        "panicked" => {
            "Save the document and report it to pressroll's makers: reading it must never fail like this."
        }
        "store" => "Look at the store: `pressroll doctor` tells what is wrong with it.",
        _ => Instead::of_class(class).map_or(
            "It is asked again by itself. If it lasts, open the address in a browser and look there.",
            Instead::advice,
        ),
    }
}

fn of_status(code: u16) -> &'static str {
    match code {
        401 | 407 => {
            "It wants a login: give it as a header field, headers = { Authorization = \"env:NAME\" }, of this source."
        }
        402 => "It wants to be paid: ask the publisher for a feed that may be used.",
        403 => "It turns us away: name a `contact` in [site], and ask the publisher to let `pressroll` in.",
        404 => {
            "The address is wrong, or the feed is gone: look for it on the publisher's page, and write its address \
             as `url`."
        }
        410 => {
            "What it leads to is gone: look for the feed on the publisher's page, and write its address as `url`."
        }
        429 => {
            "It was asked too often: nothing is to be done now; if it comes again, give the source a longer `every`."
        }
        451 => "A law keeps it from us: ask the publisher.",
        500..=599 => {
            "The publisher's server is in trouble: it is asked again by itself, less and less often."
        }
        _ => {
            "Open the address in a browser: if a feed opens there, tell the publisher; if not, correct `url`."
        }
    }
}
