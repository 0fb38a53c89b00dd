//! What a picture is called: the same on every node, and for ever.

use std::fmt;

use crate::model::Hash128;

/// The name of a picture: a hash of the address that its publisher gives. 32 lower-case hexadecimal digits as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PictureId(Hash128);

impl PictureId {
    /// The name of the image at `address`, as it stands in [`crate::model::Picture::address`].
    pub fn of(address: &str) -> Self {
        Self(Hash128::of(address.as_bytes()))
    }

    /// Reads what `to_string` wrote, and nothing that only means the same.
    pub fn read(text: &str) -> Option<Self> {
        Hash128::from_hex(text).map(Self).filter(|it| it.to_string() == text)
    }
}

impl fmt::Display for PictureId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0.hex())
    }
}
