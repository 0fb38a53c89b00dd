//! Sizes: how large an image is, and how large it is kept.

use serde::{Deserialize, Serialize};

use crate::model::Picture;

/// A size in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Size {
    /// Width, at least 1.
    pub width: u32,
    /// Height, at least 1.
    pub height: u32,
}

impl Size {
    /// A picture of this size, whose renditions have the sizes that its readers reckon with.
    pub(super) fn frame(self) -> Picture {
        let Self { width, height } = self;
        Picture { path: String::new(), address: String::new(), alt: String::new(), width, height }
    }
}
