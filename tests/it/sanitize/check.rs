//! An independent reading of clean HTML: it shares no code with what it checks.

const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "iframe",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "source",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];
const VOID: &[&str] = &["br", "hr", "img", "source", "wbr"];
const ATTRIBUTES: &[&str] = &[
    "alt", "colspan", "controls", "datetime", "dir", "height", "href", "lang", "rel", "rowspan", "scope",
    "src", "start", "title", "type", "width",
];

/// Says what is wrong with clean HTML, if anything is.
pub(super) fn complaint(html: &str) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        if rest[..at].contains('>') {
            return Some(format!("a bare > in {:?}", &rest[..at]));
        }
        let end = match tag_end(&rest[at..]) {
            Some(end) => at + end,
            None => return Some(format!("a tag that does not end: {:?}", &rest[at..])),
        };
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Some(format!("</{name}> closes something else"));
            }
            continue;
        }
        let name = tag.split(' ').next().unwrap_or_default();
        if name == "iframe" {
            match frame_complaint(tag)
                .or_else(|| (!rest.starts_with("</iframe>")).then(|| format!("<{tag}> is not empty")))
            {
                Some(wrong) => return Some(wrong),
                None => rest = &rest["</iframe>".len()..],
            }
            continue;
        }
        if !ELEMENTS.contains(&name) {
            return Some(format!("<{name}> is not allowed"));
        }
        if let Some(wrong) = attribute_complaint(name, &tag[name.len()..]) {
            return Some(wrong);
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
    }
    if rest.contains('>') {
        return Some(format!("a bare > in {rest:?}"));
    }
    (!open.is_empty()).then(|| format!("left open: {open:?}"))
}

/// Where the `>` of a tag is, quoted values passed over.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quoted = false;
    tag.char_indices().find_map(|(at, it)| {
        quoted ^= it == '"';
        (it == '>' && !quoted).then_some(at)
    })
}

/// A frame has these attributes in this order, and no others.
fn frame_complaint(tag: &str) -> Option<String> {
    let always = "\" loading=\"lazy\" allowfullscreen=\"\" referrerpolicy=\"strict-origin-when-cross-origin\" \
                  sandbox=\"allow-scripts allow-same-origin allow-presentation allow-popups\"";
    let parts: Option<Vec<&str>> = (|| {
        let (address, rest) =
            tag.strip_prefix("iframe src=\"https://")?.strip_suffix(always)?.split_once("\" title=\"")?;
        let (title, rest) = rest.split_once("\" width=\"")?;
        let (width, height) = rest.split_once("\" height=\"")?;
        Some(vec![address, title, width, height])
    })();
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let good = parts.is_some_and(|it| {
        let id = |it: &str| {
            it.len() == 11 && it.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
        };
        let film = match (
            it[0].strip_prefix("www.youtube-nocookie.com/embed/"),
            it[0].strip_prefix("player.vimeo.com/video/"),
        ) {
            (Some(film), _) => {
                film.split_once("?start=").map_or(id(film), |(film, second)| id(film) && digits(second))
            }
            (_, Some(film)) => film.strip_suffix("dnt=1").is_some_and(|it| {
                let (number, key) = it.split_once('?').unwrap_or((it, "x"));
                let key = key.strip_prefix("h=").and_then(|it| it.strip_suffix("&amp;")).unwrap_or(key);
                digits(number) && key.bytes().all(|it| it.is_ascii_hexdigit())
            }),
            (None, None) => false,
        };
        film && !it[1].is_empty() && !it[1].contains('"') && digits(it[2]) && digits(it[3])
    });
    (!good).then(|| format!("a frame of something else: <{tag}>"))
}

fn attribute_complaint(element: &str, mut rest: &str) -> Option<String> {
    while !rest.is_empty() {
        let (name, after) = rest.strip_prefix(' ')?.split_once("=\"")?;
        let Some((value, after)) = after.split_once('"') else {
            return Some("a value without end".to_owned());
        };
        rest = after;
        if !ATTRIBUTES.contains(&name) {
            return Some(format!("{name} is not allowed on {element}"));
        }
        let schemes: &[&str] = match name {
            "href" => &["http://", "https://", "mailto:", "tel:"],
            "src" => &["http://", "https://"],
            _ => continue,
        };
        if !schemes.iter().any(|it| value.starts_with(it)) || value.contains(char::is_whitespace) {
            return Some(format!("{name}={value:?} on {element}"));
        }
    }
    None
}

#[test]
fn the_check_itself_sees_what_must_not_be() {
    for bad in [
        "<script>x</script>",
        "<p onclick=\"x\">x</p>",
        "<a href=\"javascript:x\">x</a>",
        "<p>x",
        "<b><i>x</b></i>",
        "a > b",
        "<img src=\"data:x\">",
        "<p",
        "<iframe src=\"https://evil.example/\"></iframe>",
        "<iframe></iframe>",
    ] {
        assert!(complaint(bad).is_some(), "{bad}");
    }
    assert_eq!(complaint("<p>a <a href=\"https://x.example/\" rel=\"x\">b</a><br></p>"), None);
}
