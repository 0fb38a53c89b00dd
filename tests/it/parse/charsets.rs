//! Whatever character set a document has, the text comes out right.

use super::{read, repaired, rss, titles};

fn title(bytes: &[u8], content_type: Option<&str>) -> String {
    let feed = read(bytes, content_type).unwrap();
    titles(&feed)[0].to_owned()
}

fn declared(set: &str, title: &str) -> String {
    format!(
        "<?xml version='1.0' encoding='{set}'?><rss version='2.0'><channel><item><title>{title}</title></item></channel></rss>"
    )
}

#[test]
fn utf_16_is_read_with_and_without_a_byte_order_mark() {
    let text = declared("UTF-16", "Énergie 水素");
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in
        [big.clone(), little.clone(), [vec![0xfe, 0xff], big].concat(), [vec![0xff, 0xfe], little].concat()]
    {
        assert_eq!(title(&bytes, Some("text/xml; charset=utf-8")), "Énergie 水素");
    }
}

#[test]
fn valid_utf_8_beats_every_label() {
    for set in ["windows-1252", "iso-8859-1", "UTF-16", "us-ascii", "nonsense"] {
        let bytes = declared(set, "Énergie");
        assert_eq!(title(bytes.as_bytes(), Some("text/xml; charset=iso-8859-1")), "Énergie", "{set}");
    }
}

#[test]
fn other_sets_are_read_by_transport_declaration_or_guess() {
    let latin = declared("utf-8", "Soci?t? ? responsabilit?").replace('?', "\u{fffd}");
    let bytes: Vec<u8> = latin.chars().map(|it| if it == '\u{fffd}' { 0xe9 } else { it as u8 }).collect();
    // The declaration's own question marks were replaced too: the document begins with a broken declaration.
    assert_eq!(title(&bytes, Some("text/xml; charset=\"ISO-8859-1\"")), "Société é responsabilité");
    let (sjis, _, _) =
        encoding_rs::SHIFT_JIS.encode("<rss><channel><item><title>水素の発表</title></item></channel></rss>");
    assert_eq!(title(&sjis, Some("text/xml; charset=Shift_JIS")), "水素の発表");
    let text = declared("windows-1251", "Новости компании");
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode(&text);
    assert_eq!(title(&cyrillic, None), "Новости компании");
    let text = declared("utf-8", "Новости компании о новых продуктах");
    let (cyrillic, _, _) = encoding_rs::WINDOWS_1251.encode(&text);
    assert_eq!(title(&cyrillic, None), "Новости компании о новых продуктах");
}

#[test]
fn a_stray_byte_in_utf_8_spoils_only_itself() {
    let mut bytes = rss("<item><title>Énergie été #</title></item>").into_bytes();
    let at = bytes.iter().position(|it| *it == b'#').unwrap();
    bytes[at] = 0x80;
    let feed = read(&bytes, None).unwrap();
    assert_eq!(titles(&feed), ["Énergie été €"]);
    assert_eq!(repaired(&feed, "invalid UTF-8"), 1);
}

#[test]
fn old_code_pages_and_ebcdic_are_read() {
    let mut bytes = declared("cp850", "#").into_bytes();
    let at = bytes.iter().position(|it| *it == b'#').unwrap();
    bytes[at] = 0x82;
    assert_eq!(title(&bytes, None), "é");
    // "<?xml version='1.0' encoding='cp037'?>" and a feed, in EBCDIC.
    let ascii = declared("cp037", "Hello");
    let page: Vec<u8> = ascii.bytes().map(ebcdic).collect();
    assert_eq!(title(&page, None), "Hello");
}

/// The EBCDIC of the characters that the test's document needs.
fn ebcdic(it: u8) -> u8 {
    match it {
        b'a'..=b'i' => it - b'a' + 0x81,
        b'j'..=b'r' => it - b'j' + 0x91,
        b's'..=b'z' => it - b's' + 0xa2,
        b'A'..=b'I' => it - b'A' + 0xc1,
        b'0'..=b'9' => it - b'0' + 0xf0,
        b'<' => 0x4c,
        b'>' => 0x6e,
        b'?' => 0x6f,
        b'=' => 0x7e,
        b'\'' => 0x7d,
        b'.' => 0x4b,
        b'/' => 0x61,
        b' ' => 0x40,
        other => panic!("no EBCDIC for {other}"),
    }
}

#[test]
fn nothing_before_the_declaration_hides_it() {
    for before in ["\u{feff}", "\n\n", "\u{feff} \n", "\0"] {
        let text = format!("{before}{}", declared("utf-8", "Énergie"));
        assert_eq!(title(text.as_bytes(), None), "Énergie", "{before:?}");
    }
}
