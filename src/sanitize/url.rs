//! Addresses: which may stand, what of them goes, and the form in which two are compared.

use url::Url;

/// Longest address, in bytes.
pub const URL_BYTES_MAX: usize = 4_096;

/// Query parameters that say how a reader came, and nothing about what is read. A final `*` stands for any ending.
const TRACKERS: &[&str] = &[
    "utm_*",
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "twclid",
    "ttclid",
    "li_fat_id",
    "yclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
];

/// Images that only count readers: a host (with everything below it) and the beginning of a path.
const PIXELS: &[(&str, &str)] = &[
    ("rt.prnewswire.com", "/"),
    ("cts.businesswire.com", "/"),
    ("globenewswire.com", "/newsroom/ti"),
    ("einpresswire.com", "/tracking/"),
    ("accesswire.com", "/img.ashx"),
    ("eqs-cockpit.com", "/cgi-bin/fncls.ssp"),
    ("feeds.feedburner.com", "/~"),
    ("feedproxy.google.com", "/~"),
    ("feedsportal.com", "/"),
    ("feeds.wordpress.com", "/1.0/"),
    ("pixel.wp.com", "/"),
    ("stats.wordpress.com", "/"),
    ("facebook.com", "/tr"),
    ("google-analytics.com", "/"),
    ("googletagmanager.com", "/"),
    ("doubleclick.net", "/"),
    ("googleadservices.com", "/"),
    ("px.ads.linkedin.com", "/"),
    ("bat.bing.com", "/"),
    ("scorecardresearch.com", "/"),
    ("pixel.quantserve.com", "/"),
    ("track.hubspot.com", "/"),
];

/// The address that `raw` names: absolute, http or https, without user name, password and tracking parameters.
///
/// Relative ones resolve against `base`. Nothing else is changed; only what is no address as it stands (spaces, letters
/// beyond ASCII, a missing slash) is written as a browser would ask for it. `None` for any other scheme, for what is no
/// address, and for more than [`URL_BYTES_MAX`].
pub fn link(raw: &str, base: Option<&Url>) -> Option<String> {
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
    let stands = if named || !is_written_well(raw) { url.to_string() } else { raw.to_owned() };
    let clean = without_trackers(&stands);
    (clean.len() <= URL_BYTES_MAX).then_some(clean)
}

/// Where a link of a text may lead: as [`link`], or a mailbox or telephone.
pub(super) fn target(raw: &str, base: Option<&Url>) -> Option<String> {
    let trimmed = raw.trim();
    let scheme = trimmed.split(':').next().unwrap_or_default().to_ascii_lowercase();
    if !matches!(scheme.as_str(), "mailto" | "tel") || trimmed.len() > URL_BYTES_MAX {
        return link(raw, base);
    }
    let rest = trimmed.get(scheme.len()..)?;
    let rest = if scheme == "tel" { rest.replace(' ', "") } else { rest.replace(' ', "%20") };
    let written = format!("{scheme}{rest}");
    let good = rest.len() > 1 && Url::parse(&written).is_ok() && !rest.chars().any(char::is_control);
    good.then_some(written)
}

/// The form of a link in which two are compared; never one to show or to ask for.
///
/// http and https are one, `www.` and letter case of the host do not count, nor do a default port, a final slash, the fragment
/// and tracking parameters. What else the query says counts, and its order.
pub fn canonical(link: &str) -> String {
    let Ok(mut url) = Url::parse(link.trim()) else { return link.trim().to_owned() };
    let Some(host) = url.host_str().map(|it| it.strip_prefix("www.").unwrap_or(it).to_owned()) else {
        return url.to_string();
    };
    url.set_fragment(None);
    let port = url.port().filter(|it| !matches!(it, 80 | 443)).map(|it| format!(":{it}")).unwrap_or_default();
    let path = url.path().trim_end_matches('/');
    let query = url.query().map(|it| format!("?{it}")).unwrap_or_default();
    let scheme = if url.scheme() == "http" { "https" } else { url.scheme() };
    without_trackers(&format!("{scheme}://{host}{port}{path}{query}"))
}

/// Whether the address of an image is one that only counts readers.
pub(super) fn is_pixel(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let host = url.host_str().unwrap_or_default();
    let within = |known: &str| {
        host.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    let begins = |path: &str| {
        // "/tr" is that path itself, "/tracking/" and "/~" are beginnings.
        url.path() == path || (!path.ends_with("/tr") && url.path().starts_with(path))
    };
    PIXELS.iter().any(|(known, path)| within(known) && begins(path))
}

/// Whether an absolute address can stand as it is written.
fn is_written_well(raw: &str) -> bool {
    let after = raw.strip_prefix("https://").or(raw.strip_prefix("http://"));
    let good = |it: u8| it.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&it);
    after.is_some_and(|it| !it.starts_with('/')) && raw.bytes().all(good)
}

/// Leaves the tracking parameters of an address out, and every other byte as it is.
fn without_trackers(address: &str) -> String {
    let (before, fragment) = match address.split_once('#') {
        Some((before, fragment)) => (before, Some(fragment)),
        None => (address, None),
    };
    let Some((path, query)) = before.split_once('?') else { return address.to_owned() };
    if !query.split('&').any(is_tracking) {
        return address.to_owned();
    }
    let kept: Vec<&str> = query.split('&').filter(|it| !is_tracking(it)).collect();
    let mut out = path.to_owned();
    if !kept.is_empty() {
        out.push('?');
        out.push_str(&kept.join("&"));
    }
    if let Some(fragment) = fragment {
        out.push('#');
        out.push_str(fragment);
    }
    out
}

fn is_tracking(pair: &str) -> bool {
    // Addresses that were escaped twice carry "&amp;" between their parameters.
    let name = pair.split('=').next().unwrap_or_default();
    let name = name.strip_prefix("amp;").unwrap_or(name).to_ascii_lowercase();
    TRACKERS.iter().any(|it| match it.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == *it,
    })
}
