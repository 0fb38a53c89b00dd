//! An edition: immutable bytes, born with every encoding and validator that a reader may ask for.

use std::{io::Write as _, panic::resume_unwind, thread};

use bytes::Bytes;

use crate::model::Hash128;

/// Brotli quality: 5 costs 3 ms for a full feed where 11 costs 147 ms and saves a twelfth.
const BROTLI_QUALITY: u32 = 5;
/// Gzip level: 9 costs half as much again and saves a hundredth.
const GZIP_LEVEL: u32 = 6;
/// From how many bytes on an edition is large: both its encodings are made at the same time, and quickly, because those who
/// read it are to see a change within a second.
const LARGE_BYTES_MIN: usize = 1 << 18;
/// Brotli quality of large editions: for 1.7 MB 12 ms where 5 costs 28 and saves a seventh.
const LARGE_BROTLI_QUALITY: u32 = 3;
/// Gzip level of large editions: for 1.7 MB 12 ms where 6 costs 16 and saves a thirtieth.
const LARGE_GZIP_LEVEL: u32 = 4;
/// Brotli window, bits.
const BROTLI_WINDOW_BITS: u32 = 22;
/// Most bytes that brotli is given at a time: the more at once, the less it begins anew.
const BROTLI_BUFFER_BYTES_MAX: usize = 1 << 20;

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
        let (gzip, br) = if bytes.len() < LARGE_BYTES_MIN {
            (gzip(&bytes, GZIP_LEVEL), brotli(&bytes, BROTLI_QUALITY))
        } else {
            thread::scope(|scope| {
                let pack = || gzip(&bytes, LARGE_GZIP_LEVEL);
                let packing = thread::Builder::new().spawn_scoped(scope, pack);
                let br = brotli(&bytes, LARGE_BROTLI_QUALITY);
                // A system that has no thread to give has one after the other done.
                let gzip =
                    packing.map_or_else(|_| pack(), |it| it.join().unwrap_or_else(|it| resume_unwind(it)));
                (gzip, br)
            })
        };
        Self {
            media_type,
            gzip: gzip.into(),
            br: br.into(),
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

fn gzip(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    // Writing into a Vec cannot fail.
    if writer.write_all(bytes).is_err() {
        return Vec::new();
    }
    writer.finish().unwrap_or_default()
}

fn brotli(bytes: &[u8], quality: u32) -> Vec<u8> {
    let mut packed = Vec::new();
    {
        let at_once = bytes.len().clamp(1, BROTLI_BUFFER_BYTES_MAX);
        let mut writer = brotli::CompressorWriter::new(&mut packed, at_once, quality, BROTLI_WINDOW_BITS);
        if writer.write_all(bytes).is_err() {
            return Vec::new();
        }
    }
    packed
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::{Edition, LARGE_BYTES_MIN};

    #[test]
    fn both_encodings_say_what_the_bytes_say_whatever_their_size() {
        let text = "Steel for a new plant in Lyon. ".repeat(LARGE_BYTES_MIN / 30);
        assert!(text.len() > LARGE_BYTES_MIN);
        for size in [0, 1, 5_000, LARGE_BYTES_MIN - 1, LARGE_BYTES_MIN, text.len()] {
            let edition = Edition::new("text/plain", text.as_bytes()[..size].to_vec(), None);
            let (mut gzip, mut br) = (Vec::new(), Vec::new());
            flate2::read::GzDecoder::new(&edition.gzip[..]).read_to_end(&mut gzip).unwrap();
            brotli::Decompressor::new(&edition.br[..], 4_096).read_to_end(&mut br).unwrap();
            assert!(gzip == edition.identity && br == edition.identity, "{size} bytes");
        }
    }
}
