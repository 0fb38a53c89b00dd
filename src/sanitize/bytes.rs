//! Bytes of a kind in a text, looked for many at once: most texts have none, and to see that should cost next to nothing.

/// How many bytes are compared at once.
const COMPARED_BYTES: usize = 64;

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

/// Whether a text is made of nothing else than bytes that fit.
pub(super) fn all(text: &str, fits: impl Fn(u8) -> bool) -> bool {
    position(text, |it| !fits(it)).is_none()
}
