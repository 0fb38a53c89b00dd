//! Bounds on what one document may cost. Each has a name, and the unit last.

use super::mend::Space;
use crate::model::draft::ENTRIES_MAX;

/// How much of a document is read. What lies beyond a bound is left out and counted as a repair, except for the
/// document's own size, beyond which nothing is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest document in bytes, before and after decoding to UTF-8.
    pub document_bytes_max: usize,
    /// Entries of one feed; the first ones are kept.
    pub entries_max: usize,
    /// Elements open at the same time; deeper ones lose their tags and keep their text.
    pub depth_max: usize,
    /// Attributes of one element.
    pub attributes_max: usize,
    /// An `xml:base` in bytes, made absolute: every relative address grows by it.
    pub base_bytes_max: usize,
    /// Text of one field of one entry, in bytes.
    pub text_bytes_max: usize,
    /// Fields of one entry, or of the feed itself: categories, authors, media and the rest together.
    pub fields_max: usize,
    /// Tombstones of one feed, which has room for so many besides its other fields.
    pub tombstones_max: usize,
    /// Entities that a document type declares.
    pub entities_max: usize,
    /// One declared entity's text, with all that it refers to, in bytes.
    pub entity_bytes_max: usize,
    /// All text that comes out of declared entities, in bytes.
    pub expansion_bytes_max: usize,
    /// Namespace declarations in force at the same time.
    pub namespaces_max: usize,
}

impl Limits {
    /// How many fields a feed may have for one more of `space` to be taken: however many tombstones there are, they leave
    /// room for everything else.
    pub(super) fn feed_fields_max(&self, space: Space) -> usize {
        let others_max = if space == Space::Tombstones { 0 } else { self.fields_max };
        self.tombstones_max.saturating_add(others_max)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes_max: 16 << 20,
            entries_max: ENTRIES_MAX,
            depth_max: 256,
            attributes_max: 64,
            base_bytes_max: 512,
            text_bytes_max: 1 << 20,
            fields_max: 500,
            tombstones_max: 1_000,
            entities_max: 2_000,
            entity_bytes_max: 64 << 10,
            expansion_bytes_max: 1 << 20,
            namespaces_max: 256,
        }
    }
}
