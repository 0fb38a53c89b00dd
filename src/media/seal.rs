//! The signature in a picture's address: nobody but this site can say which images it shows.

use std::fmt::{self, Write as _};

use ring::hmac;

use super::PictureId;

/// What the key is for: the site's secret serves other purposes too, and none of them may help with another.
const PURPOSE: &[u8] = b"pressroll picture addresses 1";
/// How much of the code stands in an address, bytes: 128 bits cannot be guessed.
const SIGNATURE_BYTES: usize = 16;

/// Signs pictures' addresses (HMAC-SHA256, RFC 2104), the same on all nodes of a site.
#[derive(Clone)]
pub struct Seal {
    key: hmac::Key,
}

impl Seal {
    /// The seal of the site whose stored secret this is.
    pub fn new(site_secret: &str) -> Self {
        let site = hmac::Key::new(hmac::HMAC_SHA256, site_secret.as_bytes());
        let own = hmac::sign(&site, PURPOSE);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, own.as_ref()) }
    }

    /// Where a picture stands below `/media/`, as [`crate::model::Picture::path`] has it: its signature, 32 lower-case
    /// hexadecimal digits, and its id, with a slash between them.
    pub fn path(&self, id: &PictureId) -> String {
        format!("{}/{id}", self.signature(id))
    }

    /// The picture that an address names; `None` unless every character of both parts is the one that
    /// [`Seal::path`] writes. How long it takes says nothing about how nearly right a signature is.
    pub fn opens(&self, signature: &str, id: &str) -> Option<PictureId> {
        let id = PictureId::read(id)?;
        // What is compared are codes of both texts, so that no byte of a wrong one tells anything about the right one.
        let right = hmac::sign(&self.key, self.signature(&id).as_bytes());
        hmac::verify(&self.key, signature.as_bytes(), right.as_ref()).ok().map(|()| id)
    }

    fn signature(&self, id: &PictureId) -> String {
        let code = hmac::sign(&self.key, id.to_string().as_bytes());
        code.as_ref().iter().take(SIGNATURE_BYTES).fold(String::new(), |mut text, byte| {
            // Writing into a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Seal(secret)")
    }
}
