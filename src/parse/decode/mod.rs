//! Bytes into text: which character set a document really has.
//!
//! The order: a byte order mark; the zeros of UTF-16 and UTF-32; bytes that are valid UTF-8 beyond ASCII, because no
//! other set looks like it by chance; the transport's word; the document's own; a guess.

mod code_page;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::mend::{Tally, is_xml_char, is_xml_text};
use crate::model::{Flaw, Place};
use code_page::CodePage;

/// How far into a document its XML declaration may reach, in bytes.
const DECLARATION_BYTES_MAX: usize = 1024;

/// The document as text: decoded, without byte order mark and XML declaration, without characters that XML 1.0
/// forbids.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>, tally: &mut Tally) -> Cow<'a, str> {
    let text = decoded(bytes, content_type, tally);
    if is_misdeclared(bytes, content_type) {
        tally.note_whole(Flaw::WrongCharset);
    }
    let text = strip(text, |it| it.trim_start_matches(['\u{feff}', '\0']));
    if text.starts_with(|it: char| it.is_whitespace()) && text.trim_start().starts_with("<?xml") {
        tally.note_placed(Flaw::SpaceBeforeDeclaration, || Place::START);
    }
    let start = Place::START.after(without(&text, without_declaration(&text)));
    tally.begin(start);
    let text = strip(text, without_declaration);
    if is_xml_text(&text) {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    for it in text.chars() {
        if is_xml_char(it) {
            clean.push(it);
        } else {
            tally.note_placed(Flaw::IllegalCharacter, || start.after(&clean));
        }
    }
    Cow::Owned(clean)
}

fn strip<'a>(text: Cow<'a, str>, shorter: impl Fn(&str) -> &str) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => {
            let kept = shorter(text).len();
            Cow::Borrowed(text.get(text.len() - kept..).unwrap_or(text))
        }
        Cow::Owned(mut text) => {
            let kept = shorter(&text).len();
            text.drain(..text.len() - kept);
            Cow::Owned(text)
        }
    }
}

/// Whether UTF-8 is said to be another character set, by its header field or by itself. Where only ASCII stands in it,
/// nobody is misled.
fn is_misdeclared(bytes: &[u8], content_type: Option<&str>) -> bool {
    let stated = [content_type.and_then(charset_of), declared(bytes)];
    let mut stated = stated.iter().flatten().filter_map(|it| by_label(it));
    stated.any(|it| it != UTF_8 && it.is_ascii_compatible())
        && !bytes.is_ascii()
        && std::str::from_utf8(bytes).is_ok()
}

/// What stands in `text` before its end `rest`.
fn without<'a>(text: &'a str, rest: &str) -> &'a str {
    text.get(..text.len() - rest.len()).unwrap_or_default()
}

/// What follows the XML declaration and the white space before it.
fn without_declaration(text: &str) -> &str {
    let trimmed = text.trim_start();
    match trimmed.strip_prefix("<?xml") {
        Some(rest) if rest.starts_with(|it: char| it.is_whitespace() || it == '?') => {
            rest.split_once("?>").map_or(trimmed, |(_, rest)| rest)
        }
        _ => trimmed,
    }
}

fn decoded<'a>(bytes: &'a [u8], content_type: Option<&str>, tally: &mut Tally) -> Cow<'a, str> {
    if let Some(text) = utf_32(bytes) {
        return Cow::Owned(text);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let bytes = bytes.get(mark..).unwrap_or_default();
        return if encoding == UTF_8 {
            utf_8(bytes, tally)
        } else {
            encoding.decode_without_bom_handling(bytes).0
        };
    }
    if let Some(text) = ebcdic(bytes) {
        return Cow::Owned(text);
    }
    if let Some(encoding) = by_zeros(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    let http = content_type.and_then(charset_of);
    let own = declared(bytes);
    let stated = || [http.as_deref(), own.as_deref()].into_iter().flatten().filter_map(by_label);
    if let Ok(text) = std::str::from_utf8(bytes) {
        // ISO-2022-JP and its like look like ASCII.
        let is_shifted = || bytes.contains(&0x1b) || bytes.windows(2).any(|it| it == b"~{");
        match stated().find(|it| !it.is_ascii_compatible() && *it != UTF_16LE && *it != UTF_16BE) {
            Some(encoding) if bytes.is_ascii() && is_shifted() => {
                return encoding.decode_without_bom_handling(bytes).0;
            }
            _ => return Cow::Borrowed(text),
        }
    }
    if mostly_utf_8(bytes) {
        return utf_8(bytes, tally);
    }
    let labels = [http.as_deref(), own.as_deref()];
    if let Some(page) =
        labels.into_iter().flatten().filter(|it| by_label(it).is_none()).find_map(CodePage::named)
        && !page.is_ebcdic()
    {
        return Cow::Owned(page.decode(bytes));
    }
    if let Some(encoding) = stated().find(|it| *it != UTF_8 && it.is_ascii_compatible()) {
        let (text, bad) = encoding.decode_without_bom_handling(bytes);
        if !bad || encoding.is_single_byte() {
            return text;
        }
        tally.note(Flaw::WrongCharset);
        let guessed = guess(bytes);
        let (other, worse) = guessed.decode_without_bom_handling(bytes);
        return if worse { text } else { other };
    }
    tally.note(Flaw::WrongCharset);
    guess(bytes).decode_without_bom_handling(bytes).0
}

/// UTF-8 in which single bytes may be wrong: those are read as windows-1252, which is what a template pastes in.
fn utf_8<'a>(bytes: &'a [u8], tally: &mut Tally) -> Cow<'a, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            tally.note_placed(Flaw::InvalidUtf8, || Place::START.after(&out));
            out.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    Cow::Owned(out)
}

/// EBCDIC, known by how its XML declaration begins; which variety, that declaration says.
fn ebcdic(bytes: &[u8]) -> Option<String> {
    if !bytes.starts_with(&[0x4c, 0x6f, 0xa7, 0x94, 0x93]) {
        return None;
    }
    let head = CodePage::named("cp037")?.decode(bytes.get(..bytes.len().min(DECLARATION_BYTES_MAX))?);
    let label = declared(head.as_bytes());
    let page = label.and_then(|it| CodePage::named(&it)).filter(CodePage::is_ebcdic);
    Some(page.or_else(|| CodePage::named("cp037"))?.decode(bytes))
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Allow);
    if guess == UTF_8 { WINDOWS_1252 } else { guess }
}

/// A character set by its name, with names that no registry has but documents do.
fn by_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    Encoding::for_label(label.as_bytes())
        .or_else(|| Encoding::for_label(label.replace('_', "-").as_bytes()))
        .or_else(|| Encoding::for_label(label.replace(['_', '-'], "").as_bytes()))
        .or_else(|| {
            let digits = label.strip_prefix("cp").or_else(|| label.strip_prefix("windows"))?;
            let name = format!("windows-{}", digits.trim_start_matches(['-', '_']));
            Encoding::for_label(name.as_bytes())
        })
        .or_else(|| other_names(&label))
}

fn other_names(label: &str) -> Option<&'static Encoding> {
    let name: &[u8] = match label.replace(['_', '-', ' '], "").as_str() {
        "shiftjis2004" | "shiftjisx0213" | "sjis2004" | "sjisx0213" | "cp932" | "windows932" | "mskanji" => {
            b"shift_jis"
        }
        "eucjis2004" | "eucjisx0213" | "eucjp2004" | "ujis" => b"euc-jp",
        "cp949" | "uhc" | "ms949" | "ksc5601" | "ks1001" => b"euc-kr",
        "cp950" | "big5hkscs" | "ms950" => b"big5",
        "cp936" | "ms936" | "hzgb2312" | "hz" => b"gbk",
        "latin1" | "8859" | "iso8859" => b"iso-8859-1",
        _ => return None,
    };
    Encoding::for_label(name)
}

/// The `charset` parameter of a media type.
fn charset_of(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|it| {
        let (key, value) = it.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (key.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The `encoding` of an XML declaration written in something like ASCII.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(DECLARATION_BYTES_MAX))?).into_owned();
    let (_, rest) = head.split_once("<?xml")?;
    let (declaration, _) = rest.split_once('>')?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end = value.find(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '?'));
    value.get(..end.unwrap_or(value.len())).map(str::to_owned).filter(|it| !it.is_empty())
}

/// UTF-16 without a byte order mark: markup begins with ASCII, so every other byte is zero.
fn by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes.get(..4)? {
        [0, first, 0, second] if *first != 0 && *second != 0 => Some(UTF_16BE),
        [first, 0, second, 0] if *first != 0 && *second != 0 => Some(UTF_16LE),
        _ => None,
    }
}

/// UTF-32 with or without a byte order mark; encoding_rs leaves it out, as HTML does.
fn utf_32(bytes: &[u8]) -> Option<String> {
    let big = match bytes.get(..4)? {
        [0, 0, 0xfe, 0xff] | [0, 0, 0, b'<'] => true,
        [0xff, 0xfe, 0, 0] | [b'<', 0, 0, 0] => false,
        _ => return None,
    };
    let units = bytes.as_chunks::<4>().0.iter();
    let number = |it: &[u8; 4]| if big { u32::from_be_bytes(*it) } else { u32::from_le_bytes(*it) };
    Some(units.map(|it| char::from_u32(number(it)).unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

/// Whether bytes that are not valid UTF-8 are nevertheless more of it than not: a cut or a stray byte spoiled them.
fn mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|it| !it.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad.saturating_mul(2)
}
