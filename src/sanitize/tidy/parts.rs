//! What is finished of a text that is being tidied, and what is not.

use super::{super::policy::Allowed, speech::Speech};

/// What a finished part of an element's content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Spaces and line breaks: nothing to see.
    Blank,
    /// Words and what stands among them.
    Words,
    /// What is a block by itself.
    Block,
    /// What a figure or a table says of what it shows.
    Caption,
    /// A file of a player.
    File,
    /// What was a box around words only: a paragraph, where the parent does not show the same.
    Box,
}

impl Kind {
    pub(super) fn is_of_words(self) -> bool {
        matches!(self, Self::Blank | Self::Words)
    }
}

/// A finished part of an element's content: from the end of the part before to its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    pub(super) end: usize,
}

/// An element whose end has not come.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) element: &'static Allowed,
    /// Where its start tag begins in what is written, and where its content does.
    pub(super) begin: usize,
    pub(super) content: usize,
    /// How many pieces came before its own.
    pub(super) pieces: usize,
    /// How many elements did.
    pub(super) elements: usize,
    /// Whether it has no tags, whatever comes: its pieces are its parent's from the beginning.
    pub(super) is_bare: bool,
    /// Whether it states a language or a direction itself, and what any block in it must say.
    pub(super) speaks: bool,
    pub(super) speech: Speech,
}
