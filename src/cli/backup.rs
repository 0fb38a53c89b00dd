//! `pressroll backup`: the store as one SQLite file, also while others work with it.

use std::process::ExitCode;

use serde_json::json;

use super::{
    arguments::{Backup, General},
    outcome::{Failure, Outcome},
    output,
    progress::Progress,
    wiring,
};
use crate::store::Schema;

/// Saves the store of the configuration as a new file.
pub async fn run(general: &General, options: &Backup) -> Outcome {
    let place = wiring::load(general)?.config.store;
    let store = wiring::store(&place.url, &place.base, Schema::AsItIs).await?;
    let progress = Progress::new("");
    let bar = progress.clone();
    let saved = store.backup(&options.file, move |done, of| bar.at(done, of)).await;
    progress.end();
    let closed = store.close().await;
    let saved = saved.map_err(Failure::store)?;
    closed.map_err(Failure::store)?;
    let file = options.file.display();
    if general.json {
        let result = json!({ "file": file.to_string(), "entries": saved.entries, "bytes": saved.bytes });
        output::print(&result.to_string())?;
    } else {
        let size = output::size(saved.bytes);
        output::print(&format!("saved {} entries as {file}, {size}", saved.entries))?;
    }
    Ok(ExitCode::SUCCESS)
}
