//! Bytes of a kind in a text, looked for many at once: most texts have none, and to see that should cost next to nothing.

/// How many bytes are compared at once.
const COMPARED_BYTES: usize = 32;

/// Where the first byte is that is `wanted`.
pub(super) fn position(text: &str, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (parts, _) = text.as_bytes().as_chunks::<COMPARED_BYTES>();
    // Without a way out of the inner loop, the compiler makes a few steps of many.
    let none = parts.iter().take_while(|it| !it.iter().fold(false, |so_far, it| so_far | wanted(*it)));
    let passed = none.count() * COMPARED_BYTES;
    let further = text.as_bytes().get(passed..)?.iter().position(|it| wanted(*it))?;
    Some(passed + further)
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
