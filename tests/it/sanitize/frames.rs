//! Video frames: two players by exact host and path, and nothing that only looks like them.

use super::{clean, clean_on_acme};

const ALWAYS: &str = "loading=\"lazy\" allowfullscreen=\"\" referrerpolicy=\"strict-origin-when-cross-origin\" \
                      sandbox=\"allow-scripts allow-same-origin allow-presentation allow-popups\"></iframe>";

fn frame(address: &str, title: &str) -> String {
    format!("<iframe src=\"{address}\" title=\"{title}\" width=\"560\" height=\"315\" {ALWAYS}")
}

#[test]
fn films_of_two_players_are_framed_in_one_way() {
    let youtube = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ";
    for (address, player, title) in [
        ("https://www.youtube.com/embed/dQw4w9WgXcQ", youtube, "YouTube"),
        ("http://www.youtube.com/embed/dQw4w9WgXcQ", youtube, "YouTube"),
        ("//www.youtube.com/embed/dQw4w9WgXcQ?feature=oembed&autoplay=1", youtube, "YouTube"),
        ("https://youtube.com/embed/dQw4w9WgXcQ#t=1", youtube, "YouTube"),
        ("https://m.youtube.com/embed/dQw4w9WgXcQ?start=javascript:x", youtube, "YouTube"),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", youtube, "YouTube"),
        (
            "https://www.youtube.com/embed/-_w4w9WgXcQ?rel=0&start=42&list=x",
            "https://www.youtube-nocookie.com/embed/-_w4w9WgXcQ?start=42",
            "YouTube",
        ),
        ("https://player.vimeo.com/video/76979871", "https://player.vimeo.com/video/76979871?dnt=1", "Vimeo"),
        (
            "//player.vimeo.com/video/76979871?h=8272103f6e&badge=0&dnt=0",
            "https://player.vimeo.com/video/76979871?h=8272103f6e&amp;dnt=1",
            "Vimeo",
        ),
    ] {
        let expected = frame(player, title);
        for raw in [
            format!("<iframe src=\"{address}\"></iframe>"),
            format!(
                "<IFRAME allow=autoplay srcdoc='<script>x</script>' name=x onload=x() style=y src='{address}'>z</IFRAME>"
            ),
            format!("<iframe src=\"{}\" sandbox=allow-top-navigation>", address.replace('&', "&amp;")),
            format!(
                "<iframe src=\"{}\" />",
                address.replace('/', "&#x2f;").replace('&', "&amp;").replace("&amp;#x2f;", "&#x2f;")
            ),
        ] {
            assert_eq!(clean(&raw), expected, "{raw}");
            assert_eq!(clean_on_acme(&raw), expected, "{raw}");
        }
        assert_eq!(clean(&expected), expected);
    }
}

#[test]
fn a_frame_keeps_its_title_and_its_sides() {
    let raw = "<iframe width=640 height=360px title='A &quot;pump&quot;' src=https://www.youtube.com/embed/dQw4w9WgXcQ>";
    let once = clean(raw);
    assert!(once.contains("title=\"A &quot;pump&quot;\" width=\"640\" height=\"360\" loading="), "{once}");
    assert_eq!(clean(&once), once);
    let once = clean("<iframe width=100% height=360 src=https://www.youtube.com/embed/dQw4w9WgXcQ>");
    assert!(once.contains("width=\"560\" height=\"315\""), "{once}");
    assert_eq!(clean("<iframe width=0 height=0 src=https://www.youtube.com/embed/dQw4w9WgXcQ></iframe>"), "");
}

#[test]
fn a_frame_stands_alone_among_blocks() {
    let raw = "<iframe src=https://www.youtube.com/embed/dQw4w9WgXcQ></iframe>";
    let made = frame("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", "YouTube");
    for (before, after) in [
        (format!("<p>{raw}</p>"), made.clone()),
        (format!("<p>a {raw}</p>"), format!("<p>a </p>{made}")),
        (format!("<div class=video><div><span>{raw}</span></div></div>"), made.clone()),
        (format!("<b>{raw}</b>"), made.clone()),
        (format!("<h2>{raw}a</h2>"), format!("{made}a")),
        (
            format!("<figure>{raw}<figcaption>c</figcaption></figure>"),
            format!("<figure>{made}<figcaption>c</figcaption></figure>"),
        ),
        (
            format!("<video src=https://a.example/v>{raw}</video>"),
            "<video src=\"https://a.example/v\" controls=\"\"></video>".to_owned(),
        ),
        (format!("a<svg>{raw}</svg>b<select>{raw}</select>"), "ab".to_owned()),
    ] {
        assert_eq!(clean(&before), after, "{before}");
        assert_eq!(clean(&after), after);
    }
    let linked = clean(&format!("<a href=https://a.example/>x{raw}</a>"));
    assert!(linked.ends_with(&made) && linked.contains("x</a>"), "{linked}");
}

/// Addresses that are nearly those of a player.
const NEARLY: &[&str] = &[
    "https://www.youtube.com.evil.example/embed/dQw4w9WgXcQ",
    "https://evilyoutube.com/embed/dQw4w9WgXcQ",
    "https://www.youtube.co/embed/dQw4w9WgXcQ",
    "https://www.youtube.com./embed/dQw4w9WgXcQ",
    "https://youtube-nocookie.com.evil.example/embed/dQw4w9WgXcQ",
    "https://www.youtube.com@evil.example/embed/dQw4w9WgXcQ",
    "https://evil.example@www.youtube.com/embed/dQw4w9WgXcQ",
    "https://u:p@www.youtube.com/embed/dQw4w9WgXcQ",
    "https://www.youtube.com:443/embed/dQw4w9WgXcQ",
    "https://www.youtube.com:8080/embed/dQw4w9WgXcQ",
    "https://www.youtube.com:/embed/dQw4w9WgXcQ",
    "https://www.youtube.com\\embed\\dQw4w9WgXcQ",
    "https:\\\\www.youtube.com/embed/dQw4w9WgXcQ",
    "https://evil.example\\@www.youtube.com/embed/dQw4w9WgXcQ",
    "https:/www.youtube.com/embed/dQw4w9WgXcQ",
    "https:www.youtube.com/embed/dQw4w9WgXcQ",
    "https:///www.youtube.com/embed/dQw4w9WgXcQ",
    "///www.youtube.com/embed/dQw4w9WgXcQ",
    "/embed/dQw4w9WgXcQ",
    "ftp://www.youtube.com/embed/dQw4w9WgXcQ",
    "javascript://www.youtube.com/embed/dQw4w9WgXcQ%0aalert(1)",
    "data:text/html,https://www.youtube.com/embed/dQw4w9WgXcQ",
    "view-source:https://www.youtube.com/embed/dQw4w9WgXcQ",
    "https://www.youtube.com/embed/dQw4w9WgXcQQ",
    "https://www.youtube.com/embed/dQw4w9WgXc",
    "https://www.youtube.com/embed/dQw4w9WgXc.",
    "https://www.youtube.com/embed/dQw4w9WgXc%51",
    "https://www.youtube.com/embed/dQw4w9WgXcQ/",
    "https://www.youtube.com/embed//dQw4w9WgXcQ",
    "https://www.youtube.com//embed/dQw4w9WgXcQ",
    "https://www.youtube.com/embed/../dQw4w9WgXcQ",
    "https://www.youtube.com/x/../embed/dQw4w9WgXcQ",
    "https://www.youtube.com/%65mbed/dQw4w9WgXcQ",
    "https://www.youtube.com/embed%2fdQw4w9WgXcQ",
    "https://www.youtube.com/embed%252fdQw4w9WgXcQ",
    "https://www.youtube.com/%2e/embed/dQw4w9WgXcQ",
    "https://www.youtube.com/embed/%2e%2e/redirect?q=https://evil.example",
    "https://www.youtube.com/redirect?q=https://evil.example/embed/dQw4w9WgXcQ",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com/embed/videoseries?list=PL",
    "https://www.youtube.com/embed/live_stream?channel=UC",
    "https://www.youtube.com/embed/dQw4w9\tWgXcQ",
    "https://www.you\ntube.com/embed/dQw4w9WgXcQ",
    "https://www.youtube.com/embed/dQw4w9WgXc\u{ff31}",
    "https://www.youtube\u{3002}com/embed/dQw4w9WgXcQ",
    "https://www.youtub\u{435}.com/embed/dQw4w9WgXcQ",
    "https://youtu.be/dQw4w9WgXcQ",
    "https://vimeo.com/76979871",
    "https://player.vimeo.com/video/",
    "https://player.vimeo.com/video/7697987x",
    "https://player.vimeo.com/video/76979871/../../evil",
    "https://player.vimeo.com/video/1234567890123",
    "https://player.vimeo.com/76979871",
    "https://x.player.vimeo.com/video/76979871",
    "https://player.vimeo.com.evil.example/video/76979871",
    "https://player.vimeo.com:444/video/76979871",
    "https://player.vimeo.com/video/76979871;x",
    "about:blank",
    "",
];

#[test]
fn whatever_is_nearly_a_player_is_none() {
    for address in NEARLY {
        for raw in [
            format!("a<iframe src=\"{address}\"></iframe>b"),
            format!("a<iframe src='{address}' srcdoc='<p>x</p>'>c</iframe>b"),
            format!("a<iframe src='https://evil.example/' src='{address}'></iframe>b"),
        ] {
            assert_eq!(clean(&raw), "ab", "{raw}");
            assert_eq!(clean_on_acme(&raw), "ab", "{raw}");
        }
    }
    for other in ["frame", "embed", "object", "portal", "fencedframe", "applet"] {
        let once = clean(&format!(
            "a<{other} src=https://www.youtube.com/embed/dQw4w9WgXcQ data=https://www.youtube.com/embed/dQw4w9WgXcQ></{other}>b"
        ));
        assert_eq!(once, "ab", "{other}");
    }
    assert_eq!(clean("a<iframe srcdoc='https://www.youtube.com/embed/dQw4w9WgXcQ'></iframe>b"), "ab");
}
