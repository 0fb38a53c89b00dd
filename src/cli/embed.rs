//! `pressroll embed`: the snippets to paste.

use std::process::ExitCode;

use serde_json::json;

use super::{
    arguments::{General, Publication},
    outcome::Outcome,
    output, wiring,
};
use crate::render::embed;

/// Prints the snippets of one publication.
pub fn run(general: &General, options: &Publication) -> Outcome {
    let config = wiring::load(general)?.config;
    let publication = wiring::publication(&config, &options.publication)?;
    let snippets = embed::snippets(&config.site, publication);
    if general.json {
        let feeds: Vec<_> =
            snippets.feeds.iter().map(|(name, url)| json!({ "name": name, "url": url })).collect();
        output::print(
            &json!({ "iframe": snippets.iframe, "feeds": feeds, "page": snippets.page }).to_string(),
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let feeds = snippets.feeds.iter().map(|(name, url)| vec![format!("  {name}"), url.clone()]);
    let feeds = output::table(&feeds.collect::<Vec<_>>());
    output::print(&format!(
        "Paste this where the news should stand:\n\n{}\n\nFor feed readers:\n\n{feeds}\n\nThe page to link to:\n\n  {}",
        snippets.iframe, snippets.page
    ))?;
    Ok(ExitCode::SUCCESS)
}
