//! Elements that go with all that is in them, and where they end: also those that never do.
//!
//! What is passed over never becomes markup. What follows comes out by the policy like all else, so that an end which is
//! found too early costs a few stray words, and one that is found too late the rest of a release.

use super::{
    nest::Writer,
    policy::{Role, known},
    scan::{Scanner, Tag, Token},
};

/// What a browser reads as raw text up to the end tag.
const RAW: &[&str] = &["script", "style", "noembed", "noframes", "textarea", "title", "xmp"];
/// Elements of HTML that go whole, elements of the same name nested.
const WHOLE: &[&str] = &["template", "datalist", "canvas", "frameset"];
/// What is not HTML at all: drawings and formulas.
const FOREIGN: &[&str] = &["svg", "math"];
/// Deepest nesting of what is foreign and what is not; beyond it, nothing more is read of a text.
const LEVELS_MAX: usize = 32;
/// Start tags that cannot stand in foreign content, and end it (HTML, section 13.2.6.5).
const BREAKOUT: &[&str] = &[
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "hr",
    "i",
    "img",
    "li",
    "listing",
    "menu",
    "meta",
    "nobr",
    "ol",
    "p",
    "pre",
    "ruby",
    "s",
    "small",
    "span",
    "strong",
    "strike",
    "sub",
    "sup",
    "table",
    "tt",
    "u",
    "ul",
    "var",
];
/// Attributes with which `<font>` does so, too.
const FONT_LOOKS: &[&str] = &["color", "face", "size"];
/// What in a drawing may hold HTML.
const HOLDERS_IN_SVG: &[&str] = &["foreignobject", "desc", "title"];
/// What in a formula may hold HTML.
const HOLDERS_IN_MATH: &[&str] = &["mi", "mo", "mn", "ms", "mtext"];
/// Encodings with which an annotation of a formula is HTML.
const HTML_ENCODINGS: &[&str] = &["text/html", "application/xhtml+xml"];

/// Passes over the content of an element that the policy does not know, if that goes with its tags.
pub(super) fn content<'a>(scanner: &mut Scanner<'a>, name: &'a str, writer: &Writer) {
    if is_one_of(RAW, name) {
        scanner.skip_raw(name);
    } else if is_one_of(FOREIGN, name) {
        foreign(scanner, name, writer);
    } else if name.eq_ignore_ascii_case("select") {
        choices(scanner, writer);
    } else if is_one_of(WHOLE, name) {
        whole(scanner, name);
    }
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|it| it.eq_ignore_ascii_case(name))
}

fn is_raw(name: &str) -> bool {
    is_one_of(RAW, name) || name.eq_ignore_ascii_case("iframe")
}

/// An element of HTML, to its end tag or the end of the text.
fn whole(scanner: &mut Scanner<'_>, name: &str) {
    let (content, mut open) = (scanner.rest(), 1_usize);
    while open > 0 {
        match scanner.next() {
            Some(Token::Start(tag)) if tag.closes_itself => {}
            Some(Token::Start(tag)) if tag.name.eq_ignore_ascii_case(name) => open += 1,
            Some(Token::Start(tag)) if is_raw(tag.name) => scanner.skip_raw(tag.name),
            Some(Token::End(end)) if end.eq_ignore_ascii_case(name) => open -= 1,
            Some(Token::Start(_) | Token::End(_) | Token::Text(_) | Token::Aside) => {}
            None => return scanner.swallow(content),
        }
    }
}

/// What a part of foreign content is to the tags in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hold {
    /// Foreign: tags of HTML end it.
    Foreign,
    /// HTML may stand there: its tags belong there.
    Html,
    /// A program or a style sheet: whatever looks like a tag is none.
    Program,
}

/// A part of foreign content that is open.
#[derive(Clone, Copy, Debug)]
struct Level<'a> {
    name: &'a str,
    hold: Hold,
}

/// A drawing or a formula, to where a browser's tree builder ends it: its end tag, a tag that can only be HTML's, the end tag
/// of an element that it stands in, or the end of the text.
///
/// Two things are otherwise than in a browser, and pass over more. A program or a style sheet is none of HTML's, but no tag in
/// it counts; and the end tag of a drawing ends it also where an element of HTML is open within.
fn foreign<'a>(scanner: &mut Scanner<'a>, name: &'a str, writer: &Writer) {
    let content = scanner.rest();
    let mut levels = vec![Level { name, hold: Hold::Foreign }];
    while let Some(inner) = levels.last().copied() {
        if inner.hold != Hold::Html && scanner.skip_character_data() {
            continue;
        }
        let before = scanner.clone();
        let token = scanner.next().filter(|_| levels.len() <= LEVELS_MAX);
        let breaks_out = match token {
            Some(Token::Start(tag)) if inner.hold == Hold::Foreign && breaks_out(&tag) => true,
            Some(Token::Start(tag)) if inner.hold == Hold::Html && is_raw(tag.name) => {
                if !tag.closes_itself {
                    scanner.skip_raw(tag.name);
                }
                false
            }
            Some(Token::Start(tag)) => {
                let hold = held(inner, &tag).filter(|_| !tag.closes_itself);
                levels.extend(hold.map(|hold| Level { name: tag.name, hold }));
                false
            }
            Some(Token::End(end)) => match levels.iter().rposition(|it| it.name.eq_ignore_ascii_case(end)) {
                Some(at) => {
                    levels.truncate(at);
                    false
                }
                None => inner.hold == Hold::Foreign && (is_one_of(&["p", "br"], end) || writer.has_open(end)),
            },
            Some(Token::Text(_) | Token::Aside) => false,
            None => return scanner.swallow(content),
        };
        if breaks_out {
            // What holds HTML holds this tag, too.
            let kept = levels.iter().rposition(|it| it.hold == Hold::Html).map_or(0, |at| at + 1);
            levels.truncate(kept);
            if levels.is_empty() {
                *scanner = before;
            }
        }
    }
}

fn breaks_out(tag: &Tag<'_>) -> bool {
    let is_font = tag.name.eq_ignore_ascii_case("font");
    is_one_of(BREAKOUT, tag.name)
        || (is_font && tag.attributes().any(|(name, _)| is_one_of(FONT_LOOKS, name)))
}

/// What an element within a level is to the tags in it, if it is another than the level.
fn held(level: Level<'_>, tag: &Tag<'_>) -> Option<Hold> {
    let is_html = |(name, value): (&str, &str)| {
        name.eq_ignore_ascii_case("encoding") && is_one_of(HTML_ENCODINGS, value.trim())
    };
    let is = |name: &str| tag.name.eq_ignore_ascii_case(name);
    match level.hold {
        _ if level.hold != Hold::Program && is_one_of(FOREIGN, tag.name) => Some(Hold::Foreign),
        Hold::Foreign if is("script") || is("style") => Some(Hold::Program),
        Hold::Foreign if is("annotation-xml") => tag.attributes().any(is_html).then_some(Hold::Html),
        Hold::Foreign => {
            let is_svg = level.name.eq_ignore_ascii_case("svg");
            let holders = if is_svg { HOLDERS_IN_SVG } else { HOLDERS_IN_MATH };
            is_one_of(holders, tag.name).then_some(Hold::Html)
        }
        Hold::Html | Hold::Program => is(level.name).then_some(level.hold),
    }
}

/// A list of choices, to its end tag or to what cannot be a choice.
///
/// HTML lets nearly anything stand in `select` by now, but what does is words, pictures and boxes. So it ends, beside at its end
/// tag, before the next control, before any block but a box, and before the end of a block or box that it stands in: of a
/// form, a cell, an item. Of a choice that holds a paragraph, the paragraph is shown: a few words too many.
fn choices(scanner: &mut Scanner<'_>, writer: &Writer) {
    let (content, mut boxes) = (scanner.rest(), 0_usize);
    loop {
        let before = scanner.clone();
        let ends = match scanner.next() {
            Some(Token::Start(tag)) if is_raw(tag.name) => {
                if !tag.closes_itself {
                    scanner.skip_raw(tag.name);
                }
                false
            }
            Some(Token::Start(tag)) => match known(tag.name).map(|it| it.role) {
                Some(Role::Division) => {
                    boxes += 1;
                    false
                }
                Some(role) => is_no_choice(role),
                None if is_one_of(&["select", "input"], tag.name) => true,
                None => {
                    if is_one_of(FOREIGN, tag.name) && !tag.closes_itself {
                        foreign(scanner, tag.name, writer);
                    }
                    false
                }
            },
            Some(Token::End(end)) if end.eq_ignore_ascii_case("select") => return,
            Some(Token::End(end)) => match known(end).map(|it| it.role) {
                Some(Role::Division) if boxes > 0 => {
                    boxes -= 1;
                    false
                }
                Some(role) => role == Role::Division || is_no_choice(role),
                None => false,
            },
            Some(Token::Text(_) | Token::Aside) => false,
            None => return scanner.swallow(content),
        };
        if ends {
            *scanner = before;
            return;
        }
    }
}

/// Whether an element is more than a choice may hold.
fn is_no_choice(role: Role) -> bool {
    !matches!(role, Role::Division | Role::Inline | Role::Around | Role::Reading | Role::Source | Role::Void)
}
