//! Text in the form in which words are looked for: letter case and accents do not matter, and neither do line breaks.

use icu::{casemap::CaseMapper, normalizer::DecomposingNormalizer};

use crate::model::Entry;

/// How much of an entry's text is searched, in bytes.
pub const SEARCHED_BYTES_MAX: usize = 64 * 1024;

/// What of an entry is searched: title, excerpt, text and each category, apart, so that no phrase goes across.
pub(super) fn fields(entry: &Entry) -> Vec<String> {
    let mut fields = vec![
        entry.title.as_str().to_owned(),
        entry.excerpt.as_str().to_owned(),
        words(entry.content.as_str()),
    ];
    fields.extend(entry.categories.iter().map(|it| it.term.clone()));
    fields
}

/// Folds: compatible forms become one, accents and letter case go, white space becomes single spaces.
pub fn fold(text: &str) -> String {
    let spaced = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        let bare: String = DecomposingNormalizer::new_nfkd()
            .normalize_iter(text.chars())
            .filter(|it| !matches!(it, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'))
            .collect();
        let folded = CaseMapper::new().fold_string(&bare).into_owned();
        folded.chars().fold(String::with_capacity(folded.len()), |mut out, it| {
            match it {
                // Letters that people write without their stroke or knot, and that do not decompose.
                'ø' => out.push('o'),
                'ł' => out.push('l'),
                'đ' => out.push('d'),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                it => out.push(it),
            }
            out
        })
    };
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of clean HTML; blocks are kept apart.
fn words(html: &str) -> String {
    let html = html.get(..html.floor_char_boundary(SEARCHED_BYTES_MAX)).unwrap_or_default();
    let mut out = String::with_capacity(html.len());
    let mut parts = html.split('<');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        // Clean HTML escapes ">" everywhere but at the end of a tag.
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        if is_block(name) {
            out.push(' ');
        }
        out.push_str(text);
    }
    if out.contains('&') {
        let undone = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", " "), ("&amp;", "&")];
        return undone.iter().fold(out, |text, (escaped, plain)| text.replace(escaped, plain));
    }
    out
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "br"
            | "hr"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "table"
            | "caption"
            | "thead"
            | "tbody"
            | "tfoot"
            | "tr"
            | "td"
            | "th"
            | "blockquote"
            | "figure"
            | "figcaption"
            | "pre"
            | "details"
            | "summary"
            | "div"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
    )
}
