//! An HTML document with the Content-Security-Policy that belongs to its bytes.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Url;

use super::body::frame_origin;

/// One HTML document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The bytes, UTF-8.
    pub bytes: Vec<u8>,
    /// The complete `Content-Security-Policy` value: nothing may load or run but what the document itself holds.
    pub content_security: String,
}

/// Most origins that a document lets in of one kind: its policy goes out as one header field, and servers and browsers take
/// no endless ones.
const ORIGINS_MAX: usize = 48;

/// What a document may load and who may frame it.
#[derive(Clone, Debug, Default)]
pub struct Permits {
    pictures: BTreeSet<String>,
    frames: BTreeSet<&'static str>,
    media: BTreeSet<String>,
    framing: Framing,
}

/// Who may frame a document.
#[derive(Clone, Debug, Default)]
enum Framing {
    /// Its own origin.
    #[default]
    Own,
    /// Anyone. The directive is left out then: its `*` would shut out pages that lie on somebody's disk, on which a
    /// snippet is tried first.
    Anyone,
    /// Its own origin, for previews, and these.
    Named(Vec<String>),
}

impl Permits {
    /// Lets the origin of a picture in, if there is room for one more; whether it is in. The address has gone through
    /// [`picture_origin`]'s checks before.
    pub fn picture(&mut self, address: &str) -> bool {
        let_in(&mut self.pictures, address)
    }

    /// Lets frames of the document's own origin in.
    pub fn own_frames(&mut self) {
        self.frames.insert("'self'");
    }

    /// Lets the frame of a film in, where it is of one of the few hosts that a text may frame.
    pub fn film(&mut self, address: &str) {
        self.frames.extend(frame_origin(address));
    }

    /// Lets the origin of a sound or film file in, if there is room for one more; whether it is in.
    pub fn recording(&mut self, address: &str) -> bool {
        let_in(&mut self.media, address)
    }

    /// Lets in what the other does, as far as its content goes.
    pub fn join(&mut self, other: Self) {
        self.pictures.extend(other.pictures);
        self.frames.extend(other.frames);
        self.media.extend(other.media);
    }

    /// Names who may frame the document: origins as the operator wrote them, none for anyone. What could end the
    /// directive is left out.
    pub fn framed_by(&mut self, origins: &[String]) {
        let sound = origins.iter().filter(|it| it.bytes().all(is_source_byte)).cloned();
        self.framing = if origins.is_empty() { Framing::Anyone } else { Framing::Named(sound.collect()) };
    }

    /// The whole policy for a document whose one style sheet is `style`.
    fn policy(&self, style: &str) -> String {
        let digest = ring::digest::digest(&ring::digest::SHA256, style.as_bytes());
        let sources = |list: Vec<&str>| if list.is_empty() { "'none'".to_owned() } else { list.join(" ") };
        let pictures = sources(self.pictures.iter().map(String::as_str).collect());
        let only = |directive: &str, list: Vec<&str>| match list.as_slice() {
            [] => String::new(),
            some => format!("; {directive} {}", some.join(" ")),
        };
        let frames = only("frame-src", self.frames.iter().copied().collect());
        let media = only("media-src", self.media.iter().map(String::as_str).collect());
        let ancestors = match &self.framing {
            Framing::Own => "; frame-ancestors 'self'".to_owned(),
            Framing::Anyone => String::new(),
            Framing::Named(origins) => format!("; frame-ancestors 'self' {}", origins.join(" ")),
        };
        format!(
            "default-src 'none'; style-src 'sha256-{}'; img-src {pictures}{media}{frames}; base-uri 'none'; \
             form-action 'none'{ancestors}",
            STANDARD.encode(digest)
        )
    }

    /// Puts the document and its policy together.
    pub fn seal(&self, html: String, style: &str) -> Document {
        Document { content_security: self.policy(style), bytes: html.into_bytes() }
    }
}

/// Adds the origin of an address to those that are let in, if there is room; whether it is among them.
fn let_in(origins: &mut BTreeSet<String>, address: &str) -> bool {
    let Some(origin) = Url::parse(address).ok().and_then(|it| picture_origin(&it)) else { return false };
    origins.contains(&origin) || (origins.len() < ORIGINS_MAX && origins.insert(origin))
}

/// The origin of a picture's address as a policy may name it. `None` where the address is not http or https, or its
/// host holds what a policy's grammar does not: URL hosts may hold `;`, which would begin a directive of the
/// publisher's own.
pub fn picture_origin(address: &Url) -> Option<String> {
    let host = address.host_str()?;
    let sound = host.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_'));
    (matches!(address.scheme(), "http" | "https") && sound).then(|| address.origin().ascii_serialization())
}

fn is_source_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b'/' | b'*')
}
