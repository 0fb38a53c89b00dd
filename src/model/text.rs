//! Text that may be shown: the types that say so.
//!
//! Both are vouched for in `sanitize`, and again in `store` when it reads back what `sanitize` made. A test holds
//! every other module to that.

use std::fmt;

use super::markup::Pieces;

/// HTML that the press policy has cleaned: it may stand in a page, a feed or a widget as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// Takes the caller's word that `html` came out of the sanitizer.
    pub fn vouch(html: String) -> Self {
        Self(html)
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The markup piece by piece.
    pub fn pieces(&self) -> Pieces<'_> {
        Pieces::of(&self.0)
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Text, never markup: one line, decoded once, without control, bidi-override or invisible characters.
///
/// Every output escapes it for itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlainText(String);

impl PlainText {
    /// Takes the caller's word that `text` has been made plain.
    pub fn vouch(text: String) -> Self {
        Self(text)
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for PlainText {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}
