//! The way of one round: where it stands, how it came there, and whether it is still at home.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use url::Url;

use super::{FetchError, guard};
use crate::model::{Source, source::Network};

/// Longest part of a publisher's address that an error quotes, in characters.
const QUOTE_CHARS_MAX: usize = 200;

/// Where a round stands. Redirects are followed by hand, one step at a time.
pub(super) struct Route<'a> {
    source: &'a Source,
    /// Never with userinfo: it becomes the base of links that readers see.
    at: Url,
    /// Whether every step so far stayed on the source's own scheme, host and port. It never becomes true again: a
    /// foreign host may not choose which of the operator's own addresses is asked with the operator's own header.
    own: bool,
    /// Whether every step so far was a permanent redirect.
    permanent: bool,
    /// Whether it began at an address that earlier redirects led to.
    remembered: bool,
    /// Whether an image is asked for: what the operator allows for images holds at every step, and nothing else does.
    picture: bool,
    steps: u32,
}

impl<'a> Route<'a> {
    /// Begins at the source's own address, or where it is remembered to have moved for good, as if the redirects that
    /// lead there had just been followed.
    pub(super) fn new(source: &'a Source, moved_to: Option<&Url>) -> Self {
        let at = bare(moved_to.unwrap_or(&source.url).clone());
        let own = moved_to.is_none() || at.origin() == source.url.origin();
        let remembered = moved_to.is_some();
        Self { source, at, own, permanent: true, remembered, picture: false, steps: u32::from(remembered) }
    }

    /// Whether it began at an address that earlier redirects led to.
    pub(super) fn is_remembered(&self) -> bool {
        self.remembered
    }

    /// Begins at another address that the source has named, such as its hub's.
    pub(super) fn aside(source: &'a Source, at: &Url) -> Self {
        let own = at.origin() == source.url.origin();
        Self {
            source,
            at: bare(at.clone()),
            own,
            permanent: true,
            remembered: false,
            picture: false,
            steps: 0,
        }
    }

    /// Begins at an image, of which `errand` holds the address and the networks that images may come from.
    pub(super) fn of_picture(errand: &'a Source) -> Self {
        Self { picture: true, own: false, ..Self::aside(errand, &errand.url) }
    }

    /// The address to ask now, without userinfo.
    pub(super) fn at(&self) -> &Url {
        &self.at
    }

    /// Whether this is the source's own scheme, host and port.
    pub(super) fn is_own(&self) -> bool {
        self.own
    }

    /// Whether it stands on the source's own scheme, host and port at this moment.
    pub(super) fn is_at_home(&self) -> bool {
        self.at.origin() == self.source.url.origin()
    }

    /// Whether an address lies on the source's own scheme, host and port.
    pub(super) fn names_home(&self, address: &str) -> bool {
        Url::parse(address).is_ok_and(|it| it.origin() == self.source.url.origin())
    }

    /// Whether only permanent redirects lie behind, or none.
    pub(super) fn is_settled(&self) -> bool {
        self.permanent
    }

    /// How many publications take the source.
    pub(super) fn subscribers(&self) -> u32 {
        self.source.subscribers
    }

    /// Networks allowed here: the operator's word holds for the source's own address only, but for that on images.
    pub(super) fn allowed(&self) -> &'a [Network] {
        if self.picture {
            return &self.source.image_networks;
        }
        if self.own { &self.source.allow_networks } else { &[] }
    }

    /// Where permanent redirects led, if they led away. A way that left the source's own host and came back is none: it
    /// would be begun there next time with the operator's own header fields.
    pub(super) fn moved_to(&self) -> Option<Url> {
        let is_chosen_by_others = !self.own && self.at.origin() == self.source.url.origin();
        (self.permanent && self.steps > 0 && !is_chosen_by_others).then(|| self.at.clone())
    }

    /// The address with the operator's userinfo, which goes to the source's own host only.
    pub(super) fn request_url(&self) -> Url {
        let mut url = self.at.clone();
        if self.own {
            // Both can only fail on addresses without a host, which the guard has refused.
            let _ = url.set_username(self.source.url.username());
            let _ = url.set_password(self.source.url.password());
        }
        url
    }

    /// Adds the operator's own header fields, which go to the source's own host only.
    pub(super) fn add_own_headers(&self, to: &mut HeaderMap) -> Result<(), FetchError> {
        let headers = if self.own { self.source.headers.as_slice() } else { &[] };
        for (name, secret) in headers {
            let refused = || FetchError::Setup(format!("the header “{name}” of this source cannot be sent"));
            let name = header::HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
            if OURS.contains(&name) {
                return Err(refused());
            }
            let mut value = HeaderValue::from_str(&secret.0).map_err(|_| refused())?;
            value.set_sensitive(true);
            to.insert(name, value);
        }
        Ok(())
    }

    /// Goes one step further, as an answer with a redirect status says.
    pub(super) fn step(
        &mut self,
        status: StatusCode,
        fields: &HeaderMap,
        limit: u32,
    ) -> Result<(), FetchError> {
        if self.steps >= limit {
            return Err(FetchError::TooManyRedirects { limit });
        }
        let Some(location) = fields.get(header::LOCATION) else {
            return Err(FetchError::BadRedirect(format!("status {status} came without saying where to")));
        };
        let quote = || {
            let quoted: String =
                String::from_utf8_lossy(location.as_bytes()).chars().take(QUOTE_CHARS_MAX).collect();
            quoted.escape_debug().to_string()
        };
        let text = std::str::from_utf8(location.as_bytes()).ok();
        let Some(next) = text.and_then(|it| self.at.join(it).ok()) else {
            return Err(FetchError::BadRedirect(format!("“{}” is not an address", quote())));
        };
        if !matches!(next.scheme(), "http" | "https") {
            return Err(FetchError::BadRedirect(format!("“{}” is neither http nor https", quote())));
        }
        if self.at.scheme() == "https" && next.scheme() == "http" {
            let why = format!("{} would leave https for http", guard::shown(&next));
            return Err(FetchError::BadRedirect(why));
        }
        self.steps += 1;
        self.permanent &= matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
        self.own &= next.origin() == self.source.url.origin();
        self.at = bare(next);
        Ok(())
    }
}

/// Header fields that the connection needs to itself: the operator cannot set them.
const OURS: [header::HeaderName; 8] = [
    header::ACCEPT_ENCODING,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::RANGE,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The address without userinfo and fragment.
fn bare(mut url: Url) -> Url {
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url
}
