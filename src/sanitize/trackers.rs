//! What counts readers: parameters of addresses, images that nobody is meant to see.

/// Query parameters that say how a reader came, and nothing about what is read. A final `*` stands for any ending.
///
/// Only names that mean nothing else anywhere: `ref`, `id`, `source`, `cid` or `s` may well choose what is shown.
const PARAMETERS: &[&str] = &[
    // Campaigns.
    "utm_*",
    "mtm_*",
    "pk_campaign",
    "pk_keyword",
    "pk_kwd",
    "pk_medium",
    "pk_source",
    "piwik_campaign",
    "piwik_kwd",
    "at_campaign",
    "at_medium",
    "xtor",
    "_openstat",
    // Clicks on advertisements.
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "gad_source",
    "gad_campaignid",
    "srsltid",
    "msclkid",
    "twclid",
    "ttclid",
    "li_fat_id",
    "yclid",
    "ysclid",
    "igshid",
    "igsh",
    "epik",
    "rdt_cid",
    "sccid",
    "irclickid",
    "rb_clickid",
    "wickedid",
    "_branch_match_id",
    // Readers of newsletters, known by number.
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "__hssc",
    "__hstc",
    "__hsfp",
    "hsctatracking",
    "mkt_tok",
    "_ke",
    "oly_anon_id",
    "oly_enc_id",
    "vero_id",
    "vero_conv",
    "ml_subscriber",
    "ml_subscriber_hash",
    "elqtrackid",
    "elqtrack",
    "trk_contact",
    "trk_msg",
    "trk_module",
    "trk_sid",
    "dm_i",
    "nr_email_referer",
    // Visits carried from site to site.
    "_ga",
    "_gl",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "fb_action_ids",
    "fb_action_types",
];

/// Images that only count readers: a host (with everything below it) and the beginning of a path.
const PIXELS: &[(&str, &str)] = &[
    // Wires.
    ("rt.prnewswire.com", "/"),
    ("c212.net", "/c/img/"),
    ("cts.businesswire.com", "/"),
    ("globenewswire.com", "/newsroom/ti"),
    ("einpresswire.com", "/tracking/"),
    ("accesswire.com", "/img.ashx"),
    ("api.newsfilecorp.com", "/newsinfo/"),
    ("eqs-cockpit.com", "/cgi-bin/fncls.ssp"),
    ("dgap.de", "/cgi-bin/fncls.ssp"),
    // Makers of feeds.
    ("feeds.feedburner.com", "/~"),
    ("feedproxy.google.com", "/~"),
    ("feedsportal.com", "/"),
    ("feeds.wordpress.com", "/1.0/"),
    ("pixel.wp.com", "/"),
    ("stats.wordpress.com", "/"),
    ("blogger.googleusercontent.com", "/tracker/"),
    ("medium.com", "/_/stat"),
    // Newsletters.
    ("track.hubspot.com", "/"),
    ("list-manage.com", "/track/"),
    ("sendgrid.net", "/wf/open"),
    // Advertisers and counters.
    ("facebook.com", "/tr"),
    ("google-analytics.com", "/"),
    ("googletagmanager.com", "/"),
    ("doubleclick.net", "/"),
    ("googleadservices.com", "/"),
    ("ads.linkedin.com", "/"),
    ("analytics.twitter.com", "/"),
    ("t.co", "/i/adsct"),
    ("analytics.tiktok.com", "/"),
    ("ct.pinterest.com", "/"),
    ("tr.snapchat.com", "/"),
    ("bat.bing.com", "/"),
    ("scorecardresearch.com", "/"),
    ("imrworldwide.com", "/"),
    ("pixel.quantserve.com", "/"),
    ("ping.chartbeat.net", "/"),
    ("omtrdc.net", "/"),
    ("2o7.net", "/"),
    ("demdex.net", "/"),
    ("adnxs.com", "/"),
    ("adsrvr.org", "/"),
    ("amazon-adsystem.com", "/"),
    ("c.statcounter.com", "/"),
    ("counter.yadro.ru", "/"),
    ("mc.yandex.ru", "/watch/"),
    ("hit.gemius.pl", "/"),
    ("met.vgwort.de", "/na/"),
];
/// Programs that count readers on any host: the ends of their paths.
const COUNTERS: &[&str] = &["/matomo.php", "/piwik.php"];
/// An image this small is there to be counted, pixels on a side.
const SIDE_PIXELS_MAX: f32 = 1.0;

/// Whether a pair of a query is there for the sender alone.
pub(super) fn is_tracking(pair: &str) -> bool {
    // Addresses that were escaped twice carry "&amp;" between their parameters.
    let name = pair.split('=').next().unwrap_or_default();
    let name = name.strip_prefix("amp;").unwrap_or(name);
    PARAMETERS.iter().any(|it| match it.strip_suffix('*') {
        Some(beginning) => name.get(..beginning.len()).is_some_and(|it| it.eq_ignore_ascii_case(beginning)),
        None => name.eq_ignore_ascii_case(it),
    })
}

/// Whether the image at this place only counts readers.
pub(super) fn is_pixel(host: &str, path: &str) -> bool {
    let within = |known: &str| {
        host.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    // "/tr" is that path itself, "/tracking/" and "/~" are beginnings.
    let begins = |known: &str| path == known || (!known.ends_with("/tr") && path.starts_with(known));
    COUNTERS.iter().any(|it| path.ends_with(it))
        || PIXELS.iter().any(|(known, path)| within(known) && begins(path))
}

/// Whether an image with these attributes, as they are written, is meant to be seen by nobody.
pub(super) fn is_unseen<'a>(mut attributes: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    attributes.any(|(name, value)| match name.len() {
        5 if name.eq_ignore_ascii_case("width") => is_tiny(value),
        6 if name.eq_ignore_ascii_case("height") => is_tiny(value),
        6 if name.eq_ignore_ascii_case("hidden") => true,
        5 if name.eq_ignore_ascii_case("style") => value.split(';').any(hides),
        _ => false,
    })
}

/// Whether a declaration of a style leaves nothing to see.
fn hides(declaration: &str) -> bool {
    let Some((name, value)) = declaration.split_once(':') else { return false };
    let value = value.split('!').next().unwrap_or_default().trim();
    match name.trim().to_ascii_lowercase().as_str() {
        "width" | "height" | "max-width" | "max-height" => is_tiny(value),
        "display" => value.eq_ignore_ascii_case("none"),
        "visibility" => value.eq_ignore_ascii_case("hidden"),
        _ => false,
    }
}

fn is_tiny(length: &str) -> bool {
    let length = length.trim();
    let number = length.strip_suffix("px").or(length.strip_suffix("PX")).unwrap_or(length).trim_end();
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit() || it == b'.');
    is_number && number.parse::<f32>().is_ok_and(|it| it <= SIDE_PIXELS_MAX)
}
