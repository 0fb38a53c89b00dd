//! `pressroll export opml`: every source as a list that other readers take.

use std::process::ExitCode;

use super::{
    arguments::{Export, ExportKind, General},
    outcome::Outcome,
    output, wiring,
};
use crate::render;

/// Prints the list. Header fields are never in it.
pub fn run(general: &General, options: &Export) -> Outcome {
    let config = wiring::load(general)?.config;
    let list: Vec<_> = config
        .sources
        .iter()
        .map(|it| (it.as_ref(), config.outlines.get(&it.id).map(Vec::as_slice).unwrap_or_default()))
        .collect();
    match options.kind {
        ExportKind::Opml => output::write(&render::subscriptions(&config.site.title, &list))?,
    }
    let local = config.sources.iter().filter(|it| it.path.is_some()).count();
    if local > 0 {
        output::tell(&format!("left out, because nobody else can read them: {local} local files"));
    }
    Ok(ExitCode::SUCCESS)
}
