//! Single-byte character sets that encoding_rs leaves out: DOS, old Macintosh, and EBCDIC. Their tables lie beside
//! this file, one set a line: its names, a tab, its upper 128 characters (for EBCDIC all 256).

/// Tables; control characters in them are written as their pictures.
const TABLES: &str = include_str!("code_pages.txt");

/// One set's characters.
pub(super) struct CodePage {
    upper: &'static str,
}

impl CodePage {
    /// The set that goes by `label`, in any letter case and with any hyphens.
    pub(super) fn named(label: &str) -> Option<Self> {
        let wanted: String =
            label.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect();
        let lines = TABLES.lines().filter_map(|line| line.split_once('\t'));
        let mut found = lines.filter(|(names, _)| names.split(' ').any(|it| it == wanted));
        found.next().map(|(_, upper)| Self { upper })
    }

    /// Whether its lower half is not ASCII.
    pub(super) fn is_ebcdic(&self) -> bool {
        self.upper.chars().count() > 128
    }

    /// Decodes `bytes`; what the set does not define becomes U+FFFD.
    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        let table: Vec<char> = self.upper.chars().map(unpicture).collect();
        let first = 256_usize.saturating_sub(table.len());
        let letter = |byte: &u8| match usize::from(*byte).checked_sub(first) {
            Some(at) => table.get(at).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
            None => char::from(*byte),
        };
        bytes.iter().map(letter).collect()
    }
}

fn unpicture(it: char) -> char {
    match it {
        '\u{2409}' => '\t',
        '\u{2424}' => '\n',
        '\u{240d}' => '\r',
        it => it,
    }
}
