//! Markup where there should be text: which tags of a title are evidently tags, and which are what the title says.

use std::collections::HashMap;

use super::{
    policy::find,
    scan::{Scanner, Tag, Token},
};

/// A token with the characters it was read from.
struct Read<'a> {
    token: Token<'a>,
    written: &'a str,
    name: String,
}

/// The text without its markup; `None` where there is none.
///
/// Markup are HTML's tags in pairs, and those that stand alone by nature. Everything else is what the title says.
pub(super) fn without_tags(text: &str) -> Option<String> {
    if !text.contains('<') {
        return None;
    }
    let (tokens, tail) = read(text);
    let mut first_start: HashMap<&str, usize> = HashMap::new();
    let mut last_end: HashMap<&str, usize> = HashMap::new();
    for (at, it) in tokens.iter().enumerate() {
        match it.token {
            Token::Start(_) => {
                first_start.entry(&it.name).or_insert(at);
            }
            Token::End(_) => {
                last_end.insert(&it.name, at);
            }
            Token::Text(_) | Token::Aside => {}
        }
    }
    let mut out = String::with_capacity(text.len());
    let mut found = false;
    let mut hidden: Option<&str> = None;
    for (at, it) in tokens.iter().enumerate() {
        let name = it.name.as_str();
        let markup = match it.token {
            Token::Text(_) => false,
            Token::Aside => is_aside(it.written),
            Token::Start(tag) => {
                stands_alone(name, &tag) || (is_html(name) && last_end.get(name).is_some_and(|end| *end > at))
            }
            Token::End(_) => {
                name == "p" || (is_html(name) && first_start.get(name).is_some_and(|start| *start < at))
            }
        };
        found |= markup;
        if hidden.is_some() {
            hidden = hidden.filter(|it| !(markup && *it == name));
        } else if !markup {
            out.push_str(it.written);
        } else if matches!(name, "script" | "style") && matches!(it.token, Token::Start(_)) {
            hidden = Some(name);
        } else if !is_within_words(name) {
            out.push(' ');
        }
    }
    out.push_str(tail);
    found.then_some(out)
}

/// All tokens with their characters, and what is left where the text ends within a tag.
fn read(text: &str) -> (Vec<Read<'_>>, &str) {
    let mut scanner = Scanner::new(text);
    let mut tokens = Vec::new();
    loop {
        let before = scanner.rest();
        let Some(token) = scanner.next() else { return (tokens, before) };
        let length = before.len() - scanner.rest().len();
        let written = before.get(..length).unwrap_or_default();
        let name = match token {
            Token::Start(Tag { name, .. }) | Token::End(name) => name.to_ascii_lowercase(),
            Token::Text(_) | Token::Aside => String::new(),
        };
        tokens.push(Read { token, written, name });
    }
}

fn is_aside(written: &str) -> bool {
    ["<!--", "<![CDATA[", "<!DOCTYPE", "<!doctype", "<?xml"].iter().any(|it| written.starts_with(it))
}

/// Tags that need no partner to be tags.
fn stands_alone(name: &str, tag: &Tag<'_>) -> bool {
    matches!(name, "br" | "hr" | "wbr" | "p") || (name == "img" && tag.attributes().next().is_some())
}

fn is_html(name: &str) -> bool {
    let more = [
        "h1", "font", "big", "tt", "strike", "center", "section", "article", "script", "style", "body",
        "html", "head", "title", "button", "label", "iframe", "object", "svg", "nobr", "acronym", "dfn",
        "var", "address",
    ];
    find(name).is_some() || more.contains(&name)
}

/// Whether text goes on without a space where this tag is taken away.
fn is_within_words(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "mark"
            | "nobr"
            | "q"
            | "rp"
            | "rt"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}
