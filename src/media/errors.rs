//! Why an image is not kept: each a sentence that says what is wrong with it.

use std::{io, path::Path};

use crate::fetch::FetchError;

/// Why an image could not be made into a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// It could not be fetched.
    #[error("the image could not be fetched: {0}")]
    Fetch(#[from] FetchError),
    /// Its first bytes are those of something else.
    #[error("it is {what}; only JPEG, PNG, GIF and WebP are shown")]
    NotAnImage {
        /// What it is, as far as its first bytes say.
        what: &'static str,
    },
    /// The file is too large.
    #[error("it has {bytes} bytes; an image has {limit_bytes} at most")]
    TooManyBytes {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit_bytes: u64,
    },
    /// The header states more pixels than are decoded.
    #[error("it has {width} × {height} pixels; an image has {limit_pixels} at most")]
    TooManyPixels {
        /// Stated width.
        width: u32,
        /// Stated height.
        height: u32,
        /// The limit.
        limit_pixels: u64,
    },
    /// A JPEG file goes over its pixels too often.
    #[error(
        "its {scans} scans go over {width} × {height} pixels each; together they may go over {limit_pixels}"
    )]
    TooManyScans {
        /// How many scans there are.
        scans: u64,
        /// Stated width.
        width: u32,
        /// Stated height.
        height: u32,
        /// The limit.
        limit_pixels: u64,
    },
    /// A side is longer or shorter than any that is shown.
    #[error("it has {width} × {height} pixels; each side has {least} to {most}")]
    Sides {
        /// Stated width.
        width: u32,
        /// Stated height.
        height: u32,
        /// The shortest side that is shown.
        least: u32,
        /// The longest side that is shown.
        most: u32,
    },
    /// Decoding it would take more memory than all images may take.
    #[error("decoding it takes {bytes} bytes of memory; there are {limit_bytes} for images")]
    TooMuchMemory {
        /// What it would take.
        bytes: u64,
        /// The limit.
        limit_bytes: u64,
    },
    /// It begins like an image and cannot be decoded.
    #[error("it is broken: {why}")]
    Broken {
        /// What the decoder said.
        why: String,
    },
    /// The disk did not take it.
    #[error("the picture could not be kept at {path}: {why}")]
    Disk {
        /// The file or folder.
        path: String,
        /// What the system said.
        why: String,
    },
    /// It is larger than all pictures together may be.
    #[error(
        "the picture takes {bytes} bytes, and all of them together may take {limit_bytes}: raise `media_max`"
    )]
    NoRoom {
        /// What its files take.
        bytes: u64,
        /// The limit.
        limit_bytes: u64,
    },
    /// The program ends.
    #[error("the image was not decoded, because the program is ending")]
    Ending,
}

impl MediaError {
    /// Whether the same image may well be kept when it is tried again later: its server or the network was in trouble, or
    /// the disk was. Where not, only another image at the address would help.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Disk { .. } | Self::Ending => true,
            Self::Fetch(error) => error.is_passing(),
            _ => false,
        }
    }

    pub(super) fn disk(path: &Path, error: &io::Error) -> Self {
        let why = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "the disk is full: make room on it, or lower `media_max`".to_owned()
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                format!("{error}: give the folder to the user that pressroll runs as")
            }
            _ => error.to_string(),
        };
        Self::Disk { path: path.display().to_string(), why }
    }
}
