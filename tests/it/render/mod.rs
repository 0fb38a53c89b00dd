//! Rendering: the same entries in, the same bytes out, in every format and page.
#![expect(clippy::expect_used, reason = "a sample world that cannot be built is a broken test, and says so")]

mod feeds;
mod sample;
