//! Bytes into text: which character set a document really has.
//!
//! Witnesses are asked in turn, and the first who is sure is believed: a byte order mark; the zeros of UTF-16 and
//! UTF-32; bytes that are UTF-8; the transport's word; the document's own; a guess. `proof` shows on documents
//! that nobody here wrote that no other order reads more of them rightly.

mod code_page;
pub(super) mod ebcdic;
mod label;
#[cfg(all(test, feature = "suite-corpus"))]
mod proof;
mod unicode;
mod witness;

use std::borrow::Cow;

use super::mend::{Tally, is_xml_char, is_xml_text};
use crate::model::{Flaw, Place, Repair};
use witness::{Bytes, Reading, Witness};

/// Who is asked, in this order.
const ORDER: [Witness; 6] =
    [Witness::Mark, Witness::Zeros, Witness::Utf8, Witness::Transport, Witness::Declaration, Witness::Guess];

/// The document as text: decoded, without byte order mark and XML declaration, without characters that XML 1.0
/// forbids.
pub(super) fn decode<'a>(bytes: &'a [u8], content_type: Option<&'a str>, tally: &mut Tally) -> Cow<'a, str> {
    let document = Bytes { bytes, content_type };
    let (believed, reading) = match ebcdic::read(bytes) {
        Some(text) => (Some(Witness::Declaration), Reading::sure(text)),
        None => believe(&ORDER, |witness| witness.read(document)),
    };
    if reading.spoiled > 0 {
        let valid = bytes.utf8_chunks().next().map_or("", |it| it.valid());
        let place = Some(Place::START.after(valid));
        tally.add(Repair { flaw: Flaw::InvalidUtf8, count: reading.spoiled, place });
    }
    let is_guessed = believed == Some(Witness::Guess) && !bytes.is_ascii();
    if is_guessed || believed == Some(Witness::Utf8) && document.is_misdeclared() {
        tally.note_whole(Flaw::WrongCharset);
    }
    let text = strip(reading.text, |it| it.trim_start_matches(['\u{feff}', '\0']));
    if text.starts_with(|it: char| it.is_whitespace()) && text.trim_start().starts_with("<?xml") {
        tally.note_placed(Flaw::SpaceBeforeDeclaration, || Place::START);
    }
    let start = Place::START.after(without(&text, without_declarations(&text)));
    tally.begin(start);
    let text = strip(text, without_declarations);
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

/// The first reading that is sure, and whose it is; where none is, the first of all.
fn believe<'a>(
    order: &[Witness],
    mut ask: impl FnMut(Witness) -> Option<Reading<'a>>,
) -> (Option<Witness>, Reading<'a>) {
    let mut unsure = None;
    for &witness in order {
        match ask(witness) {
            Some(reading) if reading.is_sure => return (Some(witness), reading),
            Some(reading) => unsure = unsure.or(Some((Some(witness), reading))),
            None => {}
        }
    }
    unsure.unwrap_or((None, Reading { text: Cow::Borrowed(""), is_sure: false, spoiled: 0 }))
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

/// What stands in `text` before its end `rest`.
fn without<'a>(text: &'a str, rest: &str) -> &'a str {
    text.get(..text.len() - rest.len()).unwrap_or_default()
}

/// What follows the XML declaration, or several of them, and the white space before it.
fn without_declarations(text: &str) -> &str {
    let mut rest = text.trim_start();
    while let Some(declaration) = rest.strip_prefix("<?xml")
        && label::starts_declaration(declaration)
        && let Some((_, behind)) = declaration.split_once("?>")
    {
        rest = behind.trim_start();
    }
    rest
}
