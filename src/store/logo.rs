//! The SQL of logos: images that stand for a publisher or a publication.

use std::borrow::Cow;

use crate::model::{Picture, SourceId};

use super::{
    StoreError, picture,
    value::{Columns, Insert, placeholders},
};

/// A claim on a logo: nobody else fetches it while it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoClaim {
    /// Its address.
    pub address: String,
    /// How often it was asked for in vain.
    pub failures: u32,
    /// Until when it holds, unix milliseconds.
    pub until_ms: i64,
}

/// What came of fetching a logo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The claim under which it was fetched.
    pub claim: LogoClaim,
    /// The picture, if it could be kept.
    pub picture: Option<Picture>,
    /// How often it has failed by now.
    pub failures: u32,
    /// When to try again, unix milliseconds, if it is worth it.
    pub due_ms: Option<i64>,
    /// Why it is missing, in a sentence.
    pub error: Option<String>,
    /// Sources whose readers are to see it, beside those whose feeds name it.
    pub through: Vec<SourceId>,
}

/// The logos that feeds name.
pub(super) const NAMED: &str = "SELECT source_id, feed_logo FROM source_state WHERE feed_logo IS NOT NULL";
/// The logos that no feed names.
pub(super) const NAMELESS: &str = "SELECT address, path FROM logo WHERE address NOT IN \
    (SELECT feed_logo FROM source_state WHERE feed_logo IS NOT NULL)";
/// Logos that are due at `$1`, the longest waiting first, at most `$2`.
pub(super) const DUE: &str = "SELECT address, failures FROM logo WHERE due_ms <= $1 ORDER BY due_ms LIMIT $2";
/// Claims the logo `$2` until `$1`, if it is due at `$3`.
pub(super) const CLAIM: &str = "UPDATE logo SET due_ms = $1 WHERE address = $2 AND due_ms <= $3";
/// Ends the claim `$5` on the logo `$4`: when to try again, how often it failed, and why.
pub(super) const SETTLE: &str =
    "UPDATE logo SET due_ms = $1, failures = $2, error = $3 WHERE address = $4 AND due_ms = $5";
/// Notes what is kept of the logo `$5`, and with which change.
pub(super) const DRAW: &str =
    "UPDATE logo SET path = $1, width = $2, height = $3, changed_seq = $4 WHERE address = $5";
/// The sources whose feeds name the logo `$1`.
pub(super) const NAMED_BY: &str = "SELECT source_id FROM source_state WHERE feed_logo = $1";
/// Logos that were kept after the change `$1`, at most `$2`.
pub(super) const SINCE: &str = "SELECT path, address FROM logo WHERE path IS NOT NULL AND changed_seq > $1 \
    ORDER BY changed_seq DESC LIMIT $2";
/// The logo that stands at `$1`.
pub(super) const AT: &str = "SELECT path, address FROM logo WHERE path = $1 LIMIT 1";

/// Takes logos on, each due at a moment; one that is known stays as it is.
pub(super) const WANT: Insert<'_> = Insert {
    table: "logo",
    columns: Cow::Borrowed("address, due_ms"),
    conflict: Cow::Borrowed("ON CONFLICT (address) DO NOTHING"),
};

/// Which of `count` logos are known.
pub(super) fn known(count: usize) -> String {
    format!("SELECT address FROM logo WHERE address IN ({})", placeholders(1, count))
}

/// Forgets `count` logos.
pub(super) fn forget(count: usize) -> String {
    format!("DELETE FROM logo WHERE address IN ({})", placeholders(1, count))
}

/// What is kept of `count` logos.
pub(super) fn kept(count: usize) -> String {
    let list = placeholders(1, count);
    format!("SELECT path, address, width, height FROM logo WHERE path IS NOT NULL AND address IN ({list})")
}

/// Which of `count` paths are logos.
pub(super) fn shown(count: usize) -> String {
    format!("SELECT DISTINCT path FROM logo WHERE path IN ({})", placeholders(1, count))
}

/// The picture that the next four columns hold: path, address, width and height; `None` where they hold nothing.
pub(super) fn read(row: &mut Columns) -> Result<Option<Picture>, StoreError> {
    let (path, address) = (row.maybe_text()?, row.maybe_text()?);
    let (width, height) = (row.maybe_int()?, row.maybe_int()?);
    let (Some(path), Some(address), Some(width), Some(height)) = (path, address, width, height) else {
        return Ok(None);
    };
    let (width, height) = (picture::pixels(width)?, picture::pixels(height)?);
    Ok(Some(Picture { path, address, alt: String::new(), width, height }))
}
