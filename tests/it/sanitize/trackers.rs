//! What counts readers goes, and what only looks like it stays.

use super::clean;
use pressroll::sanitize::link;

#[test]
fn parameters_that_only_follow_readers_go() {
    for name in [
        "utm_source",
        "UTM_Campaign",
        "fbclid",
        "gclid",
        "gclsrc",
        "gad_source",
        "srsltid",
        "msclkid",
        "ysclid",
        "igsh",
        "epik",
        "mc_eid",
        "__hstc",
        "_hsenc",
        "hsCtaTracking",
        "mkt_tok",
        "vero_id",
        "elqTrackId",
        "trk_contact",
        "xtor",
        "at_medium",
        "mtm_campaign",
        "pk_campaign",
        "_ga",
        "_gl",
        "guce_referrer",
        "dm_i",
        "oly_enc_id",
    ] {
        let raw = format!("https://a.example/b?x=1&{name}=2&y=3#{name}=4");
        assert_eq!(
            link(&raw, None).as_deref(),
            Some(format!("https://a.example/b?x=1&y=3#{name}=4").as_str())
        );
        assert_eq!(
            link(&format!("https://a.example/b?{name}"), None).as_deref(),
            Some("https://a.example/b")
        );
    }
}

#[test]
fn parameters_that_may_choose_what_is_shown_stay() {
    for name in [
        "ref",
        "id",
        "source",
        "s",
        "p",
        "page",
        "q",
        "cid",
        "c",
        "t",
        "v",
        "lang",
        "from",
        "share",
        "via",
        "campaign",
        "medium",
        "pk",
        "pk_id",
        "mc",
        "at",
        "ga",
        "gl",
        "ke",
        "utm",
        "autm_source",
        "clid",
        "sid",
        "trk",
        "spm",
        "ncid",
    ] {
        let raw = format!("https://a.example/b?{name}=1");
        assert_eq!(link(&raw, None).as_deref(), Some(raw.as_str()));
    }
}

#[test]
fn images_that_nobody_is_meant_to_see_go() {
    for attributes in [
        "width=1 height=1",
        "width=\"0.5\"",
        "HEIGHT='1 px'",
        "width=1.0",
        "hidden",
        "style=\"width:1px;height:1px\"",
        "style='border:0; HEIGHT : 0 !important'",
        "style=display:none",
        "style=\"visibility: hidden\"",
        "style=\"max-height:0px\"",
    ] {
        assert_eq!(clean(&format!("a<img src=https://a.example/i.gif {attributes}>b")), "ab", "{attributes}");
    }
    for attributes in [
        "width=10 height=10",
        "width=100%",
        "width=1%",
        "width=auto",
        "style=\"width:100px;border-width:1px\"",
        "style=\"width:1em\"",
        "style=\"display:block;opacity:0\"",
        "style=\"border:0;margin:0\"",
        "style=\"width:1\"x",
        "alt=\"width=1\"",
    ] {
        let is_one = attributes == "style=\"width:1\"x";
        assert_eq!(
            clean(&format!("<img src=https://a.example/i.gif {attributes}>")).is_empty(),
            is_one,
            "{attributes}"
        );
    }
}

#[test]
fn images_of_counting_hosts_go() {
    for address in [
        "https://c212.net/c/img/favicon.png?sn=1",
        "https://api.newsfilecorp.com/newsinfo/1/2",
        "https://blogger.googleusercontent.com/tracker/1/2",
        "https://medium.com/_/stat?event=x",
        "https://acme.us1.list-manage.com/track/open.php?u=1",
        "https://px.ads.linkedin.com/collect/?pid=1",
        "https://ad.doubleclick.net/x",
        "https://ssl-vg03.met.vgwort.de/na/1",
        "https://stats.acme.example/matomo.php?idsite=1",
        "//b.scorecardresearch.com/p?c1=2",
    ] {
        let address = address.strip_prefix("//").map_or(address.to_owned(), |it| format!("https://{it}"));
        assert_eq!(clean(&format!("<img src=\"{address}\">")), "", "{address}");
    }
    for address in [
        "https://ml.globenewswire.com/media/1/logo.png",
        "https://mma.prnewswire.com/media/1/a.jpg",
        "https://mms.businesswire.com/media/1/a.jpg",
        "https://blogger.googleusercontent.com/img/a.jpg",
        "https://notdoubleclick.net/a.jpg",
        "https://www.facebook.com/travel.jpg",
        "https://acme.example/tracking/a.jpg",
        "https://acme.example/pixel.jpg",
    ] {
        assert!(clean(&format!("<img src=\"{address}\">")).contains(address), "{address}");
    }
}
