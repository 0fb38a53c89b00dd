//! The visible characters of a date: without markup, in ASCII where ASCII has the same sign.

use std::borrow::Cow;

/// A date's text without tags, references to spaces, invisible marks and the wide signs of East Asia.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.contains(['<', '&']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(it) = rest.chars().next() {
        if let Some((_, behind)) = rest.strip_prefix('<').and_then(|it| it.split_once('>')) {
            out.push(' ');
            rest = behind;
        } else if let Some(behind) = SPACES.iter().find_map(|it| rest.strip_prefix(it)) {
            out.push(' ');
            rest = behind;
        } else {
            out.extend(sign(it));
            rest = rest.get(it.len_utf8()..).unwrap_or_default();
        }
    }
    Cow::Owned(out)
}

/// References that stand for a space.
const SPACES: [&str; 4] = ["&nbsp;", "&#160;", "&#xa0;", "&#xA0;"];

/// The value of the first attribute called `name`.
pub(super) fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, behind) = text.split_once('<')?.1.split_once(name)?;
    let value = behind.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(str::trim)
}

/// What stands for a character; nothing for one that cannot be seen.
fn sign(it: char) -> Option<char> {
    let digit_after = |zero: u32| char::from_digit(u32::from(it).saturating_sub(zero), 10);
    match it {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => None,
        '\u{300}'..='\u{36f}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(it) - 0xfee0),
        '\u{660}'..='\u{669}' => digit_after(0x660),
        '\u{6f0}'..='\u{6f9}' => digit_after(0x6f0),
        it if it.is_whitespace() => Some(' '),
        it => Some(it),
    }
}
