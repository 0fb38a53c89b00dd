//! Base64 (RFC 4648), for what Atom allows to be coded in it.

/// The text that `coded` stands for; `None` if it is not base64 of UTF-8. White space is skipped.
pub(super) fn decode(coded: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(coded.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for it in coded.bytes().filter(|it| !it.is_ascii_whitespace()) {
        if it == b'=' {
            break;
        }
        let value = match it {
            b'A'..=b'Z' => it - b'A',
            b'a'..=b'z' => it - b'a' + 26,
            b'0'..=b'9' => it - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes).ok().filter(|it| !it.is_empty())
}
