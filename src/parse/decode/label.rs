//! Names of character sets, as transports and declarations state them.

use std::borrow::Cow;

use encoding_rs::Encoding;

/// How far into a document its XML declaration may reach, in bytes.
pub(super) const DECLARATION_BYTES_MAX: usize = 1024;

/// A character set by its name, with names that no registry has but documents do.
pub(super) fn by_label(label: &str) -> Option<&'static Encoding> {
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
pub(super) fn of_media_type(content_type: &str) -> Option<Cow<'_, str>> {
    content_type.split(';').skip(1).find_map(|it| {
        let (key, value) = it.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (key.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(Cow::Borrowed(value))
    })
}

/// The `encoding` of an XML declaration written in something like ASCII; of several the first that has one.
pub(super) fn of_declaration(bytes: &[u8]) -> Option<Cow<'static, str>> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(DECLARATION_BYTES_MAX))?).into_owned();
    let declarations = head.split("<?xml").skip(1).filter(|it| starts_declaration(it));
    let mut labels = declarations.filter_map(|it| {
        let (declaration, _) = it.split_once('>')?;
        let (_, value) = declaration.split_once("encoding")?;
        let value = value.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let end = value.find(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '?'));
        value.get(..end.unwrap_or(value.len())).filter(|it| !it.is_empty())
    });
    labels.next().map(|it| Cow::Owned(it.to_owned()))
}

/// Whether what follows `<?xml` makes a declaration of it, and not `<?xml-stylesheet`.
pub(super) fn starts_declaration(rest: &str) -> bool {
    rest.starts_with(|it: char| it.is_whitespace() || it == '?')
}
