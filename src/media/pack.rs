//! The file of one picture: all its renditions behind one line that says where each is.
//!
//! One file, so that a picture is there whole or not at all, at whatever moment the power goes, and so that two thousand
//! million bytes of small images are not seven times as many files.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom},
    path::Path,
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Size, renditions::Renditions};
use crate::model::{Hash128, picture::Encoding};

/// Longest first line, bytes; six renditions take less than half of it.
const LINE_BYTES_MAX: u64 = 1_024;
/// The format of the file; another one is none of ours.
const VERSION: u32 = 1;

/// The first line.
#[derive(Serialize, Deserialize)]
struct Contents {
    version: u32,
    /// The natural size, as it is meant to be seen.
    size: Size,
    parts: Vec<Part>,
}

/// One rendition behind it; they stand in this order, without anything between them.
#[derive(Serialize, Deserialize)]
struct Part {
    width: u32,
    /// The ending of its name.
    ending: String,
    bytes: u64,
    /// [`Hash128`] of it: a disk that loses bytes shows no torn picture.
    hash: String,
}

/// The file of a picture.
pub(super) fn write(renditions: &Renditions) -> Result<Vec<u8>, serde_json::Error> {
    let parts = renditions.files.iter().map(|it| Part {
        width: it.width,
        ending: it.encoding.extension().to_owned(),
        bytes: it.bytes.len() as u64,
        hash: Hash128::of(&it.bytes).hex(),
    });
    let contents = Contents { version: VERSION, size: renditions.size, parts: parts.collect() };
    let mut file = serde_json::to_vec(&contents)?;
    file.push(b'\n');
    for it in &renditions.files {
        file.extend_from_slice(&it.bytes);
    }
    Ok(file)
}

/// The natural size of the picture in the file at `path`; `None` where there is none, or it is not whole.
pub(super) fn size(path: &Path) -> Option<Size> {
    let mut file = BufReader::new(File::open(path).ok()?);
    Some(contents(&mut file)?.0.size)
}

/// One rendition; `None` where the file is not there, is not whole, or does not hold it.
pub(super) fn read(path: &Path, width: u32, encoding: Encoding) -> Option<Bytes> {
    let mut file = BufReader::new(File::open(path).ok()?);
    let (contents, begin) = contents(&mut file)?;
    let mut at = begin;
    for part in contents.parts {
        if part.width == width && part.ending == encoding.extension() {
            file.seek(SeekFrom::Start(at)).ok()?;
            let mut bytes = Vec::with_capacity(usize::try_from(part.bytes).ok()?);
            file.take(part.bytes).read_to_end(&mut bytes).ok()?;
            return (Hash128::of(&bytes).hex() == part.hash).then(|| bytes.into());
        }
        at = at.saturating_add(part.bytes);
    }
    None
}

/// The first line, and where the renditions begin, if the file is as long as the line says.
fn contents(file: &mut BufReader<File>) -> Option<(Contents, u64)> {
    let mut line = Vec::new();
    file.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line).ok()?;
    let contents: Contents = serde_json::from_slice(line.strip_suffix(b"\n")?).ok()?;
    let begin = line.len() as u64;
    let end = contents.parts.iter().fold(begin, |sum, it| sum.saturating_add(it.bytes));
    let is_whole = contents.version == VERSION && file.get_ref().metadata().ok()?.len() == end;
    is_whole.then_some((contents, begin))
}
