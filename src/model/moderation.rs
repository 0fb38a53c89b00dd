//! What a publication does with an entry before anyone may see it.

use jiff::SignedDuration;

/// A publication's policy for new entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Moderation {
    /// Seen at once.
    #[default]
    Open,
    /// Seen after this long, counted from the moment it came.
    Hold(SignedDuration),
    /// Seen when a moderator approves it.
    Review,
}
