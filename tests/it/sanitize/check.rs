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
    "video",
];
const VOID: &[&str] = &["br", "hr", "img", "source"];
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
    ] {
        assert!(complaint(bad).is_some(), "{bad}");
    }
    assert_eq!(complaint("<p>a <a href=\"https://x.example/\" rel=\"x\">b</a><br></p>"), None);
}
