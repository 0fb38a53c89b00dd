//! EBCDIC, the character sets of mainframes. There are dozens of them, and only a declaration that is written in one
//! tells which: a document without one that we know is refused, because every guess would read wrong letters.

use super::{
    code_page::CodePage,
    label::{DECLARATION_BYTES_MAX, of_declaration},
};

/// How documents begin in all of them: `<?xml`, `<rss`, `<feed`, `<rdf` and `<RDF`.
const BEGINNINGS: [&[u8]; 5] = [
    &[0x4c, 0x6f, 0xa7, 0x94, 0x93],
    &[0x4c, 0x99, 0xa2, 0xa2],
    &[0x4c, 0x86, 0x85, 0x85, 0x84],
    &[0x4c, 0x99, 0x84, 0x86],
    &[0x4c, 0xd9, 0xc4, 0xc6],
];

/// The set whose letters a declaration is read with: all of them write it alike.
const COMMON: &str = "cp037";

/// Whether a document is written in EBCDIC, and does not name a set that we know.
pub(in crate::parse) fn is_unnamed(bytes: &[u8]) -> bool {
    is_ebcdic(bytes) && named(bytes).is_none()
}

/// The text of a document in EBCDIC that names its set.
pub(super) fn read(bytes: &[u8]) -> Option<String> {
    named(bytes).filter(|_| is_ebcdic(bytes)).map(|it| it.decode(bytes))
}

fn is_ebcdic(bytes: &[u8]) -> bool {
    BEGINNINGS.iter().any(|it| bytes.starts_with(it))
}

fn named(bytes: &[u8]) -> Option<CodePage> {
    let head = bytes.get(..bytes.len().min(DECLARATION_BYTES_MAX))?;
    let declaration = CodePage::named(COMMON)?.decode(head);
    CodePage::named(&of_declaration(declaration.as_bytes())?).filter(CodePage::is_ebcdic)
}
