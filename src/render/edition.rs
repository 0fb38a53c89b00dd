//! An edition: immutable bytes, born with every encoding and validator that a reader may ask for.

use std::io::Write as _;

use bytes::Bytes;

use crate::model::Hash128;

/// Brotli quality: 5 costs 3 ms for a full feed where 11 costs 147 ms and saves a twelfth.
const BROTLI_QUALITY: u32 = 5;
/// Brotli window, bits.
const BROTLI_WINDOW_BITS: u32 = 22;
/// Bytes of brotli's working buffer.
const BROTLI_BUFFER_BYTES: usize = 4096;

/// One resource at one moment. Cloning shares the bytes.
#[derive(Clone, Debug)]
pub struct Edition {
    /// The whole `Content-Type` value.
    pub media_type: &'static str,
    /// The bytes as they are.
    pub identity: Bytes,
    /// The same, compressed by gzip.
    pub gzip: Bytes,
    /// The same, compressed by brotli.
    pub br: Bytes,
    /// Hash of the identity bytes: the ETag's stem. How hard the others are compressed never changes it.
    pub hash: Hash128,
    /// When these bytes last changed, unix milliseconds; kept by the store, never going back.
    pub changed_ms: i64,
    /// The `Content-Security-Policy` that belongs to these bytes; it names the hash of their style sheet.
    pub content_security: Option<String>,
}

impl Edition {
    /// Compresses `bytes` both ways and hashes them. `changed_ms` is 0 until the store has said when they changed.
    pub fn new(media_type: &'static str, bytes: Vec<u8>, content_security: Option<String>) -> Self {
        Self {
            media_type,
            gzip: gzip(&bytes).into(),
            br: brotli(&bytes).into(),
            hash: Hash128::of(&bytes),
            changed_ms: 0,
            content_security,
            identity: bytes.into(),
        }
    }

    /// Bytes held in memory by all encodings.
    pub fn weight(&self) -> usize {
        self.identity.len() + self.gzip.len() + self.br.len()
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    // Writing into a Vec cannot fail; an empty body would be served as identity all the same.
    if writer.write_all(bytes).is_err() {
        return Vec::new();
    }
    writer.finish().unwrap_or_default()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    {
        let mut writer = brotli::CompressorWriter::new(
            &mut packed,
            BROTLI_BUFFER_BYTES,
            BROTLI_QUALITY,
            BROTLI_WINDOW_BITS,
        );
        if writer.write_all(bytes).is_err() {
            return Vec::new();
        }
    }
    packed
}
