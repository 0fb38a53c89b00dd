//! Drafts into entries, looked at from outside: what stays, what goes, and that a second cleaning changes nothing.

mod bounds;
mod captions;
mod check;
#[cfg(feature = "suite-corpus")]
mod corpus;
mod entries;
mod frames;
mod notices;
mod placing;
mod policy;
mod speech;
mod texts;
mod trackers;
mod unclosed;
mod urls;

use pressroll::sanitize;
use url::Url;

/// Cleans without a base.
fn clean(raw: &str) -> String {
    sanitize::html(raw, None).as_str().to_owned()
}

/// Cleans with the base of the examples.
fn clean_on_acme(raw: &str) -> String {
    let base = Url::parse("https://www.acme.example/press/feed.xml").ok();
    assert!(base.is_some());
    sanitize::html(raw, base.as_ref()).as_str().to_owned()
}
