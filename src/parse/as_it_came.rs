//! Whether feed-rs may be handed a document as it came. What `mend` prints is flat and bounded; a publisher's own
//! document may be anything, and feed-rs reads it by recursion, and copies media into every group beside them.

use quick_xml::{Reader, events::Event};

use super::Limits;

/// Largest start tag in bytes: its addresses are copied into what stands inside.
const TAG_BYTES_MAX: usize = 8 << 10;

/// Media groups times elements at most: feed-rs may copy so many of one into the other.
const COPIES_MAX: usize = 200_000;

/// Whether reading `text`, which has lost its XML declaration, takes feed-rs time, memory and stack in proportion. It is
/// cut into tags by what feed-rs is built on, in the same way, so that no trick with comments or quotes can show the one
/// something else than the other.
pub(super) fn is_bounded(text: &str, limits: &Limits) -> bool {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().trim_markup_names_in_closing_tags = true;
    let (mut open, mut elements, mut groups) = (0_usize, 0_usize, 0_usize);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                open += 1;
                elements += 1;
                groups += usize::from(tag.local_name().as_ref() == "group");
                let is_large = open > limits.depth_max || tag.len() > TAG_BYTES_MAX;
                if is_large || groups.saturating_mul(elements) > COPIES_MAX {
                    return false;
                }
            }
            Ok(Event::End(_)) => open = open.saturating_sub(1),
            // A further declaration could make feed-rs read what follows in another character set.
            Ok(Event::Decl(_)) => return false,
            // Where this stops, feed-rs stops.
            Ok(Event::Eof) | Err(_) => return true,
            Ok(_) => {}
        }
    }
}
