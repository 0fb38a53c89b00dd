//! What a picture is called: the same on every node, and for ever.

use std::{collections::BTreeSet, fmt};

use crate::model::{Hash128, source::Network};

/// The name of a picture: a hash of the address that its publisher gives, and of the private networks that it may come
/// from. 32 lower-case hexadecimal digits as text.
///
/// A source that may have images from no private network says the same address in vain: what another one fetched from there
/// has another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PictureId(Hash128);

impl PictureId {
    /// The name of the image at `address`, as it stands in [`crate::model::Picture::address`], for those who may have it from
    /// these private networks.
    pub fn of(address: &str, networks: &[Network]) -> Self {
        let distinct: BTreeSet<&Network> = networks.iter().collect();
        // No address holds a space.
        let networks: String = distinct.into_iter().map(|it| format!(" {it}")).collect();
        Self(Hash128::of(format!("{address}{networks}").as_bytes()))
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
