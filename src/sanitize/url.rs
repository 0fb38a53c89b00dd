//! Addresses: which may stand, what of them goes, and the form in which two are compared.

use std::borrow::Cow;

use url::Url;

use super::{
    bytes,
    trackers::{self, is_tracking},
};

/// Longest address, in bytes.
pub const URL_BYTES_MAX: usize = 4_096;

/// The address that `raw` names: absolute, http or https, without user name, password and tracking parameters.
///
/// Relative ones resolve against `base`. Nothing else is changed; only what is no address as it stands (spaces, letters
/// beyond ASCII, a missing slash) is written as a browser would ask for it. `None` for any other scheme, for what is no
/// address, and for more than [`URL_BYTES_MAX`].
pub fn link(raw: &str, base: Option<&Url>) -> Option<String> {
    address(raw, base).map(|it| it.written.into_owned())
}

/// An address that may stand.
pub(super) struct Address<'a> {
    /// The whole of it.
    pub(super) written: Cow<'a, str>,
    /// The same, read; it may still have tracking parameters.
    url: Url,
}

/// As [`link`]: borrowed where it stands as it is.
pub(super) fn address<'a>(raw: &'a str, base: Option<&Url>) -> Option<Address<'a>> {
    let raw = raw.trim_matches(|it: char| it.is_whitespace() || it.is_control());
    if raw.is_empty() || raw.len() > URL_BYTES_MAX {
        return None;
    }
    let mut url = Url::options().base_url(base).parse(raw).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return None;
    }
    let named = !url.username().is_empty() || url.password().is_some();
    if named {
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
    }
    let written = if !named && is_written_well(raw) {
        without_trackers(raw).map_or(Cow::Borrowed(raw), Cow::Owned)
    } else {
        Cow::Owned(without_trackers(url.as_str()).unwrap_or_else(|| url.as_str().to_owned()))
    };
    (written.len() <= URL_BYTES_MAX).then_some(Address { written, url })
}

/// Where a link of a text may lead: as [`address`], or a mailbox or telephone.
pub(super) fn target<'a>(raw: &'a str, base: Option<&Url>) -> Option<Cow<'a, str>> {
    let trimmed = raw.trim();
    let scheme = trimmed.split(':').next().unwrap_or_default();
    let known = ["mailto", "tel"].into_iter().find(|it| it.eq_ignore_ascii_case(scheme));
    let Some(known) = known.filter(|_| trimmed.len() <= URL_BYTES_MAX) else {
        return address(raw, base).map(|it| it.written);
    };
    let rest = trimmed.get(scheme.len()..)?;
    let rest = if known == "tel" { rest.replace(' ', "") } else { rest.replace(' ', "%20") };
    let written = format!("{known}{rest}");
    let good = rest.len() > 1 && Url::parse(&written).is_ok() && !rest.chars().any(char::is_control);
    good.then_some(Cow::Owned(written))
}

/// The form of a link in which two are compared; never one to show or to ask for. `None` where [`link`] gives none.
///
/// http and https are one, `www.` and letter case of the host do not count, nor do a default port, a final slash, the fragment
/// and tracking parameters. What else the query says counts, and its order.
pub fn canonical(raw: &str) -> Option<String> {
    let url = address(raw, None)?.url;
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let port = url.port().filter(|it| !matches!(it, 80 | 443)).map(|it| format!(":{it}")).unwrap_or_default();
    let (before, query) = match url.query() {
        Some(query) => ("?", query),
        None => ("", ""),
    };
    let whole = format!("https://{host}{port}{}{before}{query}", url.path().trim_end_matches('/'));
    Some(without_trackers(&whole).unwrap_or(whole))
}

impl Address<'_> {
    /// Whether it is that of an image that only counts readers.
    pub(super) fn is_pixel(&self) -> bool {
        trackers::is_pixel(self.url.host_str().unwrap_or_default(), self.url.path())
    }
}

/// Whether an absolute address can stand as it is written.
fn is_written_well(raw: &str) -> bool {
    let after = raw.strip_prefix("https://").or(raw.strip_prefix("http://"));
    let is_bad = |it: u8| {
        !it.is_ascii_graphic() || matches!(it, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{'..=b'}')
    };
    after.is_some_and(|it| !it.starts_with('/')) && bytes::position(raw, is_bad).is_none()
}

/// An address without its tracking parameters, and with every other byte as it is; `None` where it has none.
fn without_trackers(address: &str) -> Option<String> {
    let (before, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
    let (path, query) = before.split_once('?')?;
    if !query.split('&').any(is_tracking) {
        return None;
    }
    let mut out = String::with_capacity(address.len());
    out.push_str(path);
    let mut sign = '?';
    for pair in query.split('&').filter(|it| !is_tracking(it)) {
        out.push(sign);
        out.push_str(pair);
        sign = '&';
    }
    out.push_str(fragment);
    Some(out)
}
