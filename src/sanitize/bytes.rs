//! Bytes of a kind in a text, looked for many at once: most texts have none, and to see that should cost next to nothing.

/// How many bytes are compared at once.
const COMPARED_BYTES: usize = 32;

/// Where the first byte is that is `wanted`.
pub(super) fn position(text: &str, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let mut parts = text.as_bytes().chunks(COMPARED_BYTES).enumerate();
    parts.find_map(|(at, part)| {
        // Without a way out of the loop, the compiler makes one step of many bytes.
        let is_there = part.iter().fold(false, |so_far, it| so_far | wanted(*it));
        let within = if is_there { part.iter().position(|it| wanted(*it)) } else { None };
        within.map(|it| at * COMPARED_BYTES + it)
    })
}

/// How much of the beginning of a text is characters that stay; `is_clear` knows bytes that are a part of no others.
pub(super) fn beginning(text: &str, is_clear: impl Fn(u8) -> bool, stays: impl Fn(char) -> bool) -> usize {
    let mut rest = text;
    while let Some(at) = position(rest, |it| !is_clear(it)) {
        // Where bytes do not tell, the letters that follow are likely of the same script: each is looked at.
        let doubtful = rest.get(at..).unwrap_or_default();
        let looked_at = doubtful.find(|it: char| it.is_ascii() || !stays(it)).unwrap_or(doubtful.len());
        if looked_at == 0 {
            return text.len() - doubtful.len();
        }
        rest = doubtful.get(looked_at..).unwrap_or_default();
    }
    text.len()
}
