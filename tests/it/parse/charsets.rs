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
fn old_code_pages_are_read() {
    assert_eq!(title(&with_bytes(&declared("cp850", "#"), &[0x82]), None), "é");
    assert_eq!(title(&with_bytes(&declared("macintosh", "#"), &[0x8e]), None), "é");
    assert_eq!(title(&with_bytes(&declared("KOI8_R", "#"), &[0xc6, 0xc9]), None), "фи");
}

#[test]
fn ebcdic_is_refused_with_what_to_do_unless_it_says_which_of_its_sets_it_is() {
    let page = |text: &str| -> Vec<u8> { text.bytes().map(ebcdic).collect() };
    let text = declared("cp037", "Hello");
    let (_, bare) = text.split_once("?>").unwrap();
    for text in [bare, &declared("cp38", "Hello"), &declared("utf8", "Hello")] {
        let sentence = read(&page(text), None).unwrap_err().to_string();
        assert!(sentence.contains("EBCDIC") && sentence.contains("UTF-8"), "{sentence}");
    }
    assert_eq!(title(&page(&text), None), "Hello");
    // A label alone makes no document EBCDIC.
    assert_eq!(title(declared("cp037", "Hello").as_bytes(), Some("text/xml; charset=ibm037")), "Hello");
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

/// A text with bytes in the place of its only `#`.
fn with_bytes(text: &str, bytes: &[u8]) -> Vec<u8> {
    let (before, after) = text.split_once('#').unwrap();
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

/// A document that declares `set` and is written in `encoding`.
fn written(set: &str, text: &str, encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
    let document = declared(set, text);
    let (bytes, _, unmappable) = encoding.encode(&document);
    assert!(!unmappable, "{text} in {}", encoding.name());
    bytes.into_owned()
}

#[test]
fn a_byte_order_mark_beats_every_label() {
    let text = declared("koi8-r", "Énergie — 水素");
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    assert_eq!(title(&marked, Some("text/xml; charset=windows-1251")), "Énergie — 水素");
    // Even where a byte is wrong in a document that hardly has others beyond ASCII.
    let marked = [b"\xef\xbb\xbf".as_slice(), &with_bytes(&declared("koi8-r", "Espa#a"), &[0xf1])].concat();
    assert_eq!(title(&marked, Some("text/xml; charset=koi8-r")), "España");
}

#[test]
fn utf_8_that_is_cut_in_a_character_keeps_all_others() {
    let whole = format!(
        "<rss><channel><item><title>Énergie</title></item><item><title>{}",
        "水素エネルギーの発表".repeat(3)
    );
    for cut in 1..=2 {
        let bytes = &whole.as_bytes()[..whole.len() - cut];
        let feed = read(bytes, Some("text/xml; charset=iso-8859-1")).unwrap();
        assert_eq!(titles(&feed)[0], "Énergie", "{cut}");
    }
    // Where the character that is cut is the only one, nothing wrong is read in its place.
    let ascii = "<rss><channel><item><title>Energy</title><guid>1</guid><description>Caf";
    let bytes = [ascii.as_bytes(), &"é".as_bytes()[..1]].concat();
    let feed = read(&bytes, None).unwrap();
    assert!(!format!("{feed:?}").contains('\u{c3}'), "{feed:?}");
}

#[test]
fn windows_1252_is_read_whatever_it_calls_itself() {
    // "Société “Énergie” – €": curly quotes, dash and euro are control characters in ISO 8859-1 as the standard has it.
    let bytes = b"Soci\xe9t\xe9 \x93\xc9nergie\x94 \x96 \x80";
    for set in ["utf-8", "iso-8859-1", "us-ascii", "windows-1252", "ISO_8859-1", "Latin1", "nonsense"] {
        let document = with_bytes(&declared(set, "#"), bytes);
        assert_eq!(title(&document, None), "Société “Énergie” – €", "{set}");
    }
}

#[test]
fn a_label_that_the_bytes_give_the_lie_is_not_believed() {
    use encoding_rs::{BIG5, EUC_JP, EUC_KR, GBK, SHIFT_JIS};
    let text = "水素エネルギー事業に関する新しい発表のお知らせ";
    for label in ["euc-kr", "big5", "utf-8", "utf-16", "iso-2022-jp"] {
        let bytes = written(label, text, SHIFT_JIS);
        assert_eq!(title(&bytes, None), text, "declared as {label}");
        assert_eq!(title(&bytes, Some(&format!("text/xml; charset={label}"))), text, "sent as {label}");
    }
    // The transport is wrong and the declaration right.
    assert_eq!(title(&written("Shift_JIS", text, SHIFT_JIS), Some("text/xml; charset=euc-kr")), text);
    // One accident among many characters, and the end in the middle of a character, prove nothing.
    let chinese = "公司发布新的氢能源产品并宣布第三季度业绩";
    let mut bytes = written("gb2312", &format!("#{}", chinese.repeat(5)), GBK);
    let at = bytes.iter().position(|it| *it == b'#').unwrap();
    bytes[at] = 0xff;
    assert!(title(&bytes, None).ends_with(chinese), "{}", title(&bytes, None));
    for (set, encoding, text) in [
        ("gb2312", GBK, chinese),
        ("big5", BIG5, "公司發布新的氫能源產品"),
        ("euc-kr", EUC_KR, "수소 에너지 신제품 발표"),
        ("euc-jp", EUC_JP, text),
    ] {
        let document = written(set, text, encoding);
        let begun = written(set, text, encoding).windows(8).position(|it| it == b"</title>").unwrap();
        let cut = [&document, b"<!-- ".as_slice(), &document[begun - 2..begun - 1]].concat();
        assert_eq!(title(&cut, None), text, "{set}");
    }
}

#[test]
fn the_sets_of_east_asia_and_russia_are_read_by_name_and_by_look() {
    use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, GBK, ISO_2022_JP, KOI8_R, SHIFT_JIS, WINDOWS_1251};
    for (label, encoding, text) in [
        ("gb18030", GB18030, "公司发布新的氢能源产品并宣布第三季度业绩"),
        ("gb2312", GBK, "公司发布新的氢能源产品并宣布第三季度业绩"),
        ("big5-hkscs", BIG5, "公司發布新的氫能源產品並宣布第三季度業績"),
        ("euc-kr", EUC_KR, "회사가 새로운 수소 에너지 제품을 발표했습니다"),
        ("euc-jp", EUC_JP, "当社は水素エネルギー事業の新しい計画を発表しました"),
        ("shift_jis", SHIFT_JIS, "当社は水素エネルギー事業の新しい計画を発表しました"),
        ("iso-2022-jp", ISO_2022_JP, "当社は水素エネルギー事業の新しい計画を発表しました"),
        ("koi8-r", KOI8_R, "Компания объявила о новых продуктах и результатах"),
        ("windows-1251", WINDOWS_1251, "Компания объявила о новых продуктах и результатах"),
    ] {
        let named = written(label, text, encoding);
        assert_eq!(title(&named, None), text, "{label}");
        let silent = written("utf-8", text, encoding);
        assert_eq!(title(&silent, Some("application/xml")), text, "{label} by its look");
        assert_eq!(
            title(&silent, Some(&format!("text/xml;charset={label}"))),
            text,
            "{label} by the transport"
        );
    }
    // Four bytes for a character that no other Chinese set has.
    assert_eq!(title(&written("gb18030", "公司 𠀀 发布", GB18030), None), "公司 𠀀 发布");
}

#[test]
fn labels_are_read_with_quotes_and_nonsense() {
    let document = with_bytes(&declared("utf-8", "#"), &[0xcf, 0xf0, 0xe8]);
    for label in
        ["windows-1251", "\"windows-1251\"", "'Windows-1251'", " WINDOWS_1251 ", "cp1251", "x-cp1251"]
    {
        let content_type = format!("text/xml; boundary=x; Charset={label}; q=1");
        assert_eq!(title(&document, Some(&content_type)), "При", "{label}");
    }
    for label in ["", "\"", "none", "utf-8; charset=utf-8", "%s", "хорошо", "=", "unicode-1-1-utf-9"] {
        let bytes = declared("utf-8", "Énergie");
        assert_eq!(
            title(bytes.as_bytes(), Some(&format!("text/xml; charset={label}"))),
            "Énergie",
            "{label}"
        );
        let bytes = with_bytes(&declared(label, "caf#"), &[0xe9]);
        assert_eq!(title(&bytes, None), "café", "{label}");
    }
}

#[test]
fn of_two_declarations_the_first_that_names_a_set_counts_and_both_go() {
    let document = format!("<?xml version='1.0'?>\n{}", declared("koi8-r", "#"));
    let feed = read(&with_bytes(&document, &[0xc6, 0xc9]), None).unwrap();
    assert_eq!(titles(&feed), ["фи"]);
    let document = format!("<?xml version='1.0' encoding='koi8-r'?>{}", declared("windows-1252", "#"));
    assert_eq!(title(&with_bytes(&document, &[0xc6, 0xc9]), None), "фи");
    let sheet = "<?xml-stylesheet encoding='koi8-r' href='x'?><rss><channel><item><title>caf#</title></item></channel></rss>";
    assert_eq!(title(&with_bytes(sheet, &[0xe9]), None), "café");
}

#[test]
fn utf_16_and_utf_32_that_call_themselves_utf_8_are_read() {
    let text = declared("utf-8", "Énergie 𝄞");
    let big = text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    let little = text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let wide_big = text.chars().flat_map(|it| u32::from(it).to_be_bytes()).collect::<Vec<_>>();
    let wide_little = text.chars().flat_map(|it| u32::from(it).to_le_bytes()).collect::<Vec<_>>();
    for (mark, bytes) in [
        (b"\xfe\xff".as_slice(), big),
        (b"\xff\xfe", little),
        (b"\x00\x00\xfe\xff", wide_big),
        (b"\xff\xfe\x00\x00", wide_little),
    ] {
        for bytes in [bytes.clone(), [mark, &bytes].concat()] {
            assert_eq!(title(&bytes, Some("application/rss+xml; charset=utf-8")), "Énergie 𝄞");
            // A document that ends in the middle of a character is not lost.
            assert!(read(&bytes[..bytes.len() - 1], None).is_ok());
        }
    }
}

#[test]
fn utf_7_is_read_as_the_ascii_that_it_looks_like() {
    // No reader may make markup of it: that is how scripts were smuggled past filters.
    let text = declared("utf-7", "R+AOk-sum+AOk- +ADw-script+AD4-");
    assert_eq!(title(text.as_bytes(), Some("text/xml; charset=utf-7")), "R+AOk-sum+AOk- +ADw-script+AD4-");
}

#[test]
fn text_that_was_encoded_twice_is_left_as_it_is() {
    // Somebody may write about just that; and to guess wrongly would spoil what is right.
    let document = declared("utf-8", "SociÃ©tÃ© â€™");
    assert_eq!(title(document.as_bytes(), Some("text/xml; charset=iso-8859-1")), "SociÃ©tÃ© â€™");
}

#[test]
fn a_few_characters_of_utf_8_outweigh_one_bad_byte() {
    let document = with_bytes(&declared("utf-8", "‘Energy’ #"), &[0xa9]);
    assert_eq!(title(&document, None), "‘Energy’ ©");
}

#[test]
fn nothing_before_the_declaration_hides_it() {
    for before in ["\u{feff}", "\n\n", "\u{feff} \n", "\0"] {
        let text = format!("{before}{}", declared("utf-8", "Énergie"));
        assert_eq!(title(text.as_bytes(), None), "Énergie", "{before:?}");
    }
}
