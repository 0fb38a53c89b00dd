//! An HTML document with the Content-Security-Policy that belongs to its bytes.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use url::Url;

/// One HTML document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The bytes, UTF-8.
    pub bytes: Vec<u8>,
    /// The complete `Content-Security-Policy` value: nothing may load or run but what the document itself holds.
    pub content_security: String,
}

/// What a document may load and who may frame it.
#[derive(Clone, Debug, Default)]
pub struct Permits {
    pictures: BTreeSet<String>,
    frames: bool,
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
    /// Lets the origin of a picture in. The address has gone through [`picture_origin`]'s checks before.
    pub fn picture(&mut self, address: &str) {
        self.pictures.extend(Url::parse(address).ok().and_then(|it| picture_origin(&it)));
    }

    /// Lets frames of the document's own origin in.
    pub fn own_frames(&mut self) {
        self.frames = true;
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
        let frames = if self.frames { "; frame-src 'self'" } else { "" };
        let ancestors = match &self.framing {
            Framing::Own => "; frame-ancestors 'self'".to_owned(),
            Framing::Anyone => String::new(),
            Framing::Named(origins) => format!("; frame-ancestors 'self' {}", origins.join(" ")),
        };
        format!(
            "default-src 'none'; style-src 'sha256-{}'; img-src {pictures}{frames}; base-uri 'none'; \
             form-action 'none'{ancestors}",
            STANDARD.encode(digest)
        )
    }

    /// Puts the document and its policy together.
    pub fn seal(&self, html: String, style: &str) -> Document {
        Document { content_security: self.policy(style), bytes: html.into_bytes() }
    }
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
