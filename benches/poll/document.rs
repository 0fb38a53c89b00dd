//! What the publisher publishes.

use std::io::Write;

use anyhow::Result;
use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;

use crate::world;

/// Entries of a document.
const ENTRIES: usize = 10;

/// The document of source number `at`, gzip.
pub fn packed(at: usize, version: usize) -> Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(document(at, version)?.as_bytes())?;
    Ok(packer.finish()?)
}

/// The newest entry stands first.
fn document(at: usize, version: usize) -> Result<String> {
    let mut out = format!(
        "<rss version=\"2.0\"><channel><title>Company {at}</title><link>https://company-{at}.example/</link>\n"
    );
    for number in (version..version + ENTRIES).rev() {
        let draft = world::story(at, number, 10).draft();
        let stated_ms = draft.published.map_or(world::NOW_MS, |it| it.instant_ms);
        let date = jiff::fmt::rfc2822::to_string(
            &Timestamp::from_millisecond(stated_ms)?.to_zoned(jiff::tz::TimeZone::UTC),
        )?;
        let text = draft.content.map(|it| it.0).unwrap_or_default();
        out.push_str(&format!(
            "<item><title>{}</title><link>{}</link><guid isPermaLink=\"false\">{}</guid><pubDate>{date}</pubDate>\
             <description><![CDATA[{text}]]></description></item>\n",
            draft.title.unwrap_or_default(),
            draft.link.unwrap_or_default(),
            draft.identity.guid.unwrap_or_default(),
        ));
    }
    out.push_str("</channel></rss>\n");
    Ok(out)
}
