//! Any text into a well-formed document: every XML reader takes it, feed-rs reads every entry, and mending it once more
//! finds the same entries.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pressroll_fuzz::{
    base, document, is_lawful,
    parse::{Limits, stages},
};
use quick_xml::{NsReader, events::Event};

fuzz_target!(|input: &[u8]| {
    let base = base();
    let document = document(input, &base);
    let (text, limits) = (stages::decode(&document), Limits::default());
    let mended = stages::mend(&text, document.base, &limits);
    let print = mended.print();
    assert!(is_lawful(&print), "a character that XML forbids: {print:?}");
    well_formed(&print);
    let again = stages::mend(&print, document.base, &limits);
    assert_eq!(mended.entries(), again.entries(), "entries of a mended document: {print}");
    let entries = mended.entries();
    let read = stages::read(&print).unwrap_or_else(|error| panic!("{error}: {print}"));
    let feed = mended.into_feed(read);
    assert_eq!(feed.drafts.len(), entries, "feed-rs drops an entry: {print}");
});

/// Panics at what an XML reader does not take.
fn well_formed(text: &str) {
    let mut reader = NsReader::from_str(text);
    let mut depth = 0_usize;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {text}")) {
            Event::Start(tag) => {
                depth += 1;
                tag.attributes().for_each(|it| drop(it.unwrap_or_else(|error| panic!("{error}: {text}"))));
            }
            Event::Empty(tag) => {
                tag.attributes().for_each(|it| drop(it.unwrap_or_else(|error| panic!("{error}: {text}"))));
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "elements left open: {text}");
}
