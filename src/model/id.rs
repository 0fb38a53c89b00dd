//! Names of things: checked when they are made, so that nobody checks them again.

use std::fmt;

/// Longest slug or source id, in bytes.
pub const SLUG_BYTES_MAX: usize = 64;

/// Whether `text` is lower-case ASCII letters, digits and single inner hyphens or dots.
fn is_slug(text: &str) -> bool {
    let fits = !text.is_empty() && text.len() <= SLUG_BYTES_MAX;
    let letters = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || matches!(it, b'-' | b'_' | b'.');
    let ends_well = |it: Option<&u8>| it.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    fits && bytes.iter().copied().all(letters) && ends_well(bytes.first()) && ends_well(bytes.last())
}

/// Why a slug or id was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "“{0}” is not a name for an address: use 1 to 64 of a-z, 0-9, “-”, “_”, “.”, with a letter or digit at both ends"
)]
pub struct NotASlug(pub String);

macro_rules! slug_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Checks the text: 1 to 64 of `a-z 0-9 - _ .`, a letter or digit at both ends.
            pub fn new(text: &str) -> Result<Self, NotASlug> {
                if is_slug(text) { Ok(Self(text.into())) } else { Err(NotASlug(text.to_owned())) }
            }

            /// The text as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str(&self.0)
            }
        }
    };
}

slug_type! {
    /// A source's id in feeds.toml. It never changes: entries and fetch state hang on it.
    SourceId
}
slug_type! {
    /// A publication's name in addresses: `acme` in `/brands/acme`.
    Slug
}

/// The store's row id of an entry: application-made from blocks, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub i64);

/// 128 bits of blake3: enough that two contents never meet, short enough to keep by the million.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash128([u8; 16]);

impl Hash128 {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut short = [0; 16];
        blake3::Hasher::new().update(bytes).finalize_xof().fill(&mut short);
        Self(short)
    }

    /// The hash of several parts: each is preceded by its length, so that `["ab", "c"]` and `["a", "bc"]` differ.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        let mut short = [0; 16];
        hasher.finalize_xof().fill(&mut short);
        Self(short)
    }

    /// 32 lower-case hexadecimal digits.
    pub fn hex(&self) -> String {
        format!("{:032x}", u128::from_be_bytes(self.0))
    }

    /// Reads what [`Hash128::hex`] wrote; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..32).step_by(2)) {
            *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The two added up as numbers: the sum of many says whether they are the same ones, in whatever order they come.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(u128::from_le_bytes(self.0).wrapping_add(u128::from_le_bytes(other.0)).to_le_bytes())
    }

    /// The first 63 bits as a number that is never negative: a tie-break that both store engines order alike.
    pub fn order(&self) -> i64 {
        let mut first = [0; 8];
        first.copy_from_slice(self.0.first_chunk::<8>().unwrap_or(&[0; 8]));
        i64::from_be_bytes(first) & i64::MAX
    }
}

impl fmt::Debug for Hash128 {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.hex())
    }
}
