//! Every maximum of pictures, in one place.

/// What images may cost us, at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest file of a publisher, bytes.
    pub bytes_max: u64,
    /// Most pixels of an image, as its header states them, before anything is decoded.
    pub pixels_max: u64,
    /// Most pixels that the scans of a JPEG file go over, all together.
    pub scanned_pixels_max: u64,
    /// Longest side, pixels: WebP knows no longer one.
    pub side_max: u32,
    /// Shortest side, pixels: what is smaller counts readers or holds a gap open, and shows nothing.
    pub side_min: u32,
    /// Images that are decoded at the same time.
    pub decoders_max: usize,
    /// Memory for all images that are decoded at the same time, bytes: each waits until what it needs is free, and one
    /// that needs more is refused.
    pub decoding_bytes_max: u64,
    /// Renditions kept in memory, bytes.
    pub memory_bytes_max: u64,
    /// Files of all pictures together, bytes: beyond it, those go that were not asked for longest.
    pub disk_bytes_max: u64,
    /// Files that are read at the same time.
    pub reads_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes_max: 5 << 20,
            pixels_max: 40_000_000,
            scanned_pixels_max: 1_000_000_000,
            side_max: 16_383,
            side_min: 3,
            decoders_max: 2,
            decoding_bytes_max: 256 << 20,
            memory_bytes_max: 64 << 20,
            disk_bytes_max: 2 << 30,
            reads_max: 32,
        }
    }
}
