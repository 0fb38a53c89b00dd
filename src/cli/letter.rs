//! What to write to the webmaster of a publisher whose feed had to be mended: a whole mail, to be copied.

use super::layout;
use crate::model::{Repair, Source, health::address};

/// Lines of a mail are not longer than this, also where the page is wider.
const LINE_MAX: usize = 78;

/// The mail in paragraphs, each one line; `None` where there is nothing to say, or nobody to say it to, because the
/// source is a file of one's own.
pub fn letter(source: &Source, repairs: &[Repair]) -> Option<String> {
    if repairs.is_empty() || source.path.is_some() {
        return None;
    }
    let address = address(source);
    let mut paragraphs = vec![
        format!("Subject: What a reader of {address} stumbled over"),
        "Hello,".to_owned(),
        "your feed has been read, but it had to be mended for that:".to_owned(),
        address,
        "Other readers may show it wrongly, or not at all. This is what was found in it:".to_owned(),
    ];
    paragraphs.extend(repairs.iter().map(found));
    paragraphs.push("https://validator.w3.org/feed/ shows such places one by one.".to_owned());
    paragraphs.push("Thank you for your feed, and kind regards".to_owned());
    Some(paragraphs.join("\n\n"))
}

/// What was found of one flaw, what to write instead, and where that is laid down.
fn found(repair: &Repair) -> String {
    let place = repair.place.map(|it| {
        let which = if repair.count == 1 { "" } else { "the first " };
        format!(", {which}in line {}, column {}", it.line, it.column)
    });
    let flaw = repair.flaw;
    let section = flaw.section().map(|[name, address]| format!(" ({name}: {address})"));
    let (place, section) = (place.unwrap_or_default(), section.unwrap_or_default());
    format!("- {}{place}. {} {}{section}", repair.counted(), flaw.wrong(), flaw.instead())
}

/// The mail in lines for a page of this width. They begin at its edge, so that they can be copied as they are.
pub fn block(letter: &str, width: usize) -> String {
    let width = width.min(LINE_MAX);
    let lines = letter.lines().flat_map(|paragraph| match paragraph.strip_prefix("- ") {
        Some(item) => layout::hang("- ", item, width),
        None => layout::hang("", paragraph, width),
    });
    lines.collect::<Vec<_>>().join("\n")
}
