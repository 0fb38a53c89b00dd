//! Images of entries as they are kept for readers: fetched through the guard, looked at, decoded, resized, written anew
//! and kept on disk; the only place that names image and webp.
//!
//! Not one byte of a publisher's image reaches a reader: what goes out was encoded here, from pixels. Serving a picture
//! reads memory or disk and never opens a connection.

mod errors;
mod folder;
mod gallery;
mod header;
mod id;
mod jpeg;
mod limits;
mod pack;
mod pixels;
mod placeholder;
mod renditions;
mod seal;
mod shelf;
mod size;

pub use self::{
    errors::MediaError,
    gallery::Gallery,
    header::Header,
    id::PictureId,
    limits::Limits,
    renditions::{Rendition, Renditions},
    seal::Seal,
    size::Size,
};
