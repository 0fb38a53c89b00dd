//! What belongs to an entry beside its text: films, recordings, documents, with what its publisher states of them.

use std::borrow::Cow;

use url::{Url, form_urlencoded};

use super::{
    characters::line,
    outgoing::{self, Medium},
    words::{Words, own_name},
};
use crate::model::Shown;

/// Longest ending of a file's name that says what it is, bytes.
const ENDING_BYTES_MAX: usize = 4;
/// Longest name of a file that is shown, characters.
const NAME_CHARS_MAX: usize = 80;
/// A thousand bytes: the units of sizes are decimal.
const THOUSAND: u64 = 1_000;

/// Media types that people know by another name than by the ending of the file.
const KNOWN: [(&str, &str); 10] = [
    ("application/pdf", "PDF"),
    ("application/msword", "Word"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    ("application/vnd.ms-excel", "Excel"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    ("application/vnd.ms-powerpoint", "PowerPoint"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint"),
    ("application/zip", "ZIP"),
    ("audio/mpeg", "MP3"),
    ("video/mp4", "MP4"),
];

/// One of them, as a reader sees it.
pub(super) struct Attachment {
    /// What it is called: its publisher's words, else the file's name.
    pub(super) name: String,
    /// Absolute address.
    pub(super) href: String,
    /// Its type in people's words, and its size, each where it is known.
    pub(super) facts: Vec<String>,
    /// The language it is in: the tag, and what the language calls itself.
    pub(super) language: Option<(String, String)>,
}

/// The attachments of an entry, if its source's `republish` lets them out.
pub(super) fn of(shown: &Shown, words: &Words) -> Vec<Attachment> {
    outgoing::attachments(shown).into_iter().map(|it| attachment(it, words)).collect()
}

fn attachment(medium: Medium<'_>, words: &Words) -> Attachment {
    let url = Url::parse(&medium.url).ok();
    let file = url.as_ref().and_then(file_name);
    let host = || url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let named = medium.alt.as_deref().or(file.as_deref()).unwrap_or_else(host).to_owned();
    let size = medium.bytes.filter(|it| *it > 0).map(|it| size(it, words));
    Attachment {
        name: named,
        facts: type_name(medium.mime, file.as_deref()).into_iter().chain(size).collect(),
        language: medium.language.map(|it| (it.to_owned(), own_name(it))),
        href: medium.url,
    }
}

/// The name of the file at an address, where it looks like one: with an ending, and not too long to read.
fn file_name(url: &Url) -> Option<String> {
    // What means something in a query means nothing in a path.
    let written =
        url.path_segments()?.next_back()?.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    let (name, _) = form_urlencoded::parse(written.as_bytes()).next()?;
    let is_file = |it: &String| it.contains('.') && it.chars().count() <= NAME_CHARS_MAX;
    line(&plain(&name)).map(Cow::into_owned).filter(is_file)
}

/// A name without characters that cannot be seen, or that turn the direction of what is around them.
fn plain(name: &str) -> String {
    let is_seen = |it: char| {
        !it.is_control()
            && !matches!(it,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}'
                | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e00ff}')
    };
    name.chars().filter(|it| is_seen(*it)).collect()
}

/// What people call a type of file: by its media type, else by the ending of its name.
fn type_name(mime: &str, file: Option<&str>) -> Option<String> {
    if let Some((_, name)) = KNOWN.iter().find(|(it, _)| it.eq_ignore_ascii_case(mime)) {
        return Some((*name).to_owned());
    }
    let (_, ending) = file?.rsplit_once('.')?;
    let is_ending =
        (1..=ENDING_BYTES_MAX).contains(&ending.len()) && ending.bytes().all(|it| it.is_ascii_alphanumeric());
    is_ending.then(|| ending.to_ascii_uppercase())
}

/// `1.2 MB`: tenths below ten, and never less than the least unit.
fn size(bytes: u64, words: &Words) -> String {
    let [thousands, millions, milliards] = words.bytes;
    let (unit, name) = match bytes {
        0..1_000_000 => (THOUSAND, thousands),
        1_000_000..1_000_000_000 => (THOUSAND.pow(2), millions),
        _ => (THOUSAND.pow(3), milliards),
    };
    let tenths = (bytes / (unit / 10)).max(10);
    let number = match (tenths / 10, tenths % 10) {
        (whole @ 0..10, tenth @ 1..) => format!("{whole}{}{tenth}", words.decimal),
        (whole, _) => whole.to_string(),
    };
    format!("{number}\u{a0}{name}")
}

#[cfg(test)]
mod tests {
    use super::{size, type_name};
    use crate::render::words::words;

    #[test]
    fn a_size_is_written_as_its_readers_write_it() {
        let said = |bytes| [size(bytes, words("en")), size(bytes, words("fr"))];
        assert_eq!(said(1_234_567), ["1.2\u{a0}MB", "1,2\u{a0}Mo"]);
        assert_eq!(said(48_213), ["48\u{a0}kB", "48\u{a0}ko"]);
        assert_eq!(said(3), ["1\u{a0}kB", "1\u{a0}ko"]);
        assert_eq!(said(u64::MAX)[0], "18446744073\u{a0}GB");
    }

    #[test]
    fn a_type_is_called_what_people_call_it() {
        assert_eq!(type_name("application/pdf", None).as_deref(), Some("PDF"));
        assert_eq!(type_name("application/octet-stream", Some("data.xbrl")).as_deref(), Some("XBRL"));
        assert_eq!(type_name("application/octet-stream", Some("report.<b>")), None);
        assert_eq!(type_name("application/octet-stream", None), None);
    }
}
