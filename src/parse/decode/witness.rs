//! Who is asked which character set a document has.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{
    code_page::CodePage,
    label::{by_label, of_declaration, of_media_type},
    unicode::{
        is_mostly_utf_8, utf_8, utf_16_by_zeros, utf_32, utf_32_by_mark, utf_32_by_zeros, without_cut,
    },
};

/// One wrong character among this many right ones is an accident, and no proof that a stated set is the wrong one.
const RIGHT_FOR_EACH_WRONG_MIN: usize = 50;

/// What begins each of the shifts of ISO-2022, whose text is otherwise ASCII.
const ESCAPE: u8 = 0x1b;

/// A document's bytes and what its transport says of them.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) content_type: Option<&'a str>,
}

impl Bytes<'_> {
    /// Whether another character set than UTF-8 is named, by the transport or by the document. Where only ASCII stands in
    /// it, nobody is misled.
    pub(super) fn is_misdeclared(self) -> bool {
        let stated = [transport(self), of_declaration(self.bytes)];
        let mut stated = stated.iter().flatten().filter_map(|it| by_label(it));
        !self.bytes.is_ascii() && stated.any(|it| it != UTF_8 && it.is_ascii_compatible())
    }
}

/// Somebody who may know a document's character set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Witness {
    /// A byte order mark.
    Mark,
    /// The zeros of UTF-16 and UTF-32.
    Zeros,
    /// The bytes themselves, where they are UTF-8: no other set looks like it by chance.
    Utf8,
    /// The `charset` of the media type.
    Transport,
    /// The `encoding` of the XML declaration.
    Declaration,
    /// What the bytes look like; knows an answer for any.
    Guess,
}

/// What one witness makes of a document.
pub(super) struct Reading<'a> {
    pub(super) text: Cow<'a, str>,
    /// Whether the bytes bear it out.
    pub(super) is_sure: bool,
    /// Bytes that were no UTF-8 amid UTF-8.
    pub(super) spoiled: u32,
}

impl<'a> Reading<'a> {
    pub(super) fn sure(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), is_sure: true, spoiled: 0 }
    }

    fn utf_8(bytes: &'a [u8]) -> Self {
        let (text, spoiled) = utf_8(bytes);
        Self { text, is_sure: true, spoiled }
    }

    /// The bytes read as `encoding`. A set of several bytes a character cannot read just anything: where it fails often, it
    /// is the wrong one.
    fn of(bytes: &'a [u8], encoding: &'static Encoding) -> Self {
        let (text, is_bad) = encoding.decode_without_bom_handling(bytes);
        let is_sure = !is_bad || encoding.is_single_byte() || is_accident(&text);
        Self { text, is_sure, spoiled: 0 }
    }
}

impl Witness {
    /// What the witness reads; `None` where it does not know.
    pub(super) fn read<'a>(self, document: Bytes<'a>) -> Option<Reading<'a>> {
        let bytes = document.bytes;
        match self {
            Self::Mark => marked(bytes),
            Self::Zeros => match (utf_32_by_zeros(bytes), utf_16_by_zeros(bytes)) {
                (Some(ends), _) => Some(Reading::sure(utf_32(bytes, ends))),
                (_, encoding) => Some(Reading::sure(encoding?.decode_without_bom_handling(bytes).0)),
            },
            Self::Utf8 => is_utf_8(document).then(|| Reading::utf_8(bytes)),
            Self::Transport => stated(bytes, &transport(document)?),
            Self::Declaration => stated(bytes, &of_declaration(bytes)?),
            Self::Guess => Some(Reading::of(bytes, guess(bytes))),
        }
    }
}

fn transport(document: Bytes<'_>) -> Option<Cow<'_, str>> {
    document.content_type.and_then(of_media_type)
}

fn marked(bytes: &[u8]) -> Option<Reading<'_>> {
    if let Some(ends) = utf_32_by_mark(bytes) {
        return Some(Reading::sure(utf_32(bytes, ends)));
    }
    let (encoding, length) = Encoding::for_bom(bytes)?;
    let bytes = bytes.get(length..).unwrap_or_default();
    if encoding == UTF_8 {
        return Some(Reading::utf_8(bytes));
    }
    Some(Reading::sure(encoding.decode_without_bom_handling(bytes).0))
}

/// Whether the bytes are UTF-8, or were before something spoiled a few of them. ASCII is, unless it shifts.
fn is_utf_8(document: Bytes<'_>) -> bool {
    let bytes = document.bytes;
    if bytes.is_ascii() {
        return memchr::memchr(ESCAPE, bytes).is_none();
    }
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let whole = without_cut(bytes);
    if whole.is_ascii() {
        // All that is not ASCII is a beginning at the end: that says nothing against a label.
        let labels = [transport(document), of_declaration(bytes)];
        return labels.iter().flatten().filter_map(|it| by_label(it)).all(|it| it == UTF_8);
    }
    is_mostly_utf_8(whole)
}

/// The bytes by the name of their set. UTF-8 and UTF-16 would have been seen from the bytes, so who names them is
/// wrong; a set that encoding_rs knows only to refuse it is not known.
fn stated<'a>(bytes: &'a [u8], label: &str) -> Option<Reading<'a>> {
    match by_label(label) {
        Some(encoding) => {
            let is_seen = [UTF_8, UTF_16BE, UTF_16LE, REPLACEMENT].contains(&encoding);
            (!is_seen).then(|| Reading::of(bytes, encoding))
        }
        None => CodePage::named(label).filter(|it| !it.is_ebcdic()).map(|it| Reading::sure(it.decode(bytes))),
    }
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    // Never the last piece: a character that the end cuts off says nothing against its set.
    detector.feed(bytes, false);
    let guess = detector.guess(None, Utf8Detection::Allow);
    if guess == UTF_8 { WINDOWS_1252 } else { guess }
}

/// Whether the wrong characters of a text are few, one at its very end left aside: there a document may be cut.
fn is_accident(text: &str) -> bool {
    let (mut right, mut wrong) = (0_usize, 0_usize);
    for it in text.chars().filter(|it| !it.is_ascii()) {
        if it == char::REPLACEMENT_CHARACTER {
            wrong += 1;
        } else {
            right += 1;
        }
    }
    let wrong = wrong - usize::from(text.ends_with(char::REPLACEMENT_CHARACTER));
    wrong.saturating_mul(RIGHT_FOR_EACH_WRONG_MIN) <= right
}
