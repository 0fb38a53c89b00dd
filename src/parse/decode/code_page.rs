//! Single-byte character sets that encoding_rs leaves out: DOS, old Macintosh and a few national ones. Their tables lie
//! beside this file, one set a line: its names, a tab, its upper 128 characters.

/// Tables.
const TABLES: &str = include_str!("code_pages.txt");

/// The first byte that is not ASCII.
const UPPER_FIRST: u8 = 128;

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

    /// Decodes `bytes`; what the set does not define becomes U+FFFD.
    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        let table: Vec<char> = self.upper.chars().collect();
        let letter = |byte: &u8| match byte.checked_sub(UPPER_FIRST) {
            Some(at) => table.get(usize::from(at)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
            None => char::from(*byte),
        };
        bytes.iter().map(letter).collect()
    }
}
