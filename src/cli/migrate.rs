//! `pressroll migrate`: brings the store up to date, or copies one into another.

use std::{path::Path, process::ExitCode};

use serde_json::json;

use super::{
    arguments::{General, Migrate},
    outcome::{Failure, Outcome},
    output,
    progress::Progress,
    wiring,
};
use crate::{
    config,
    store::{Schema, Store},
};

/// With two addresses it copies, without them it updates the store of the configuration.
pub async fn run(general: &General, options: &Migrate) -> Outcome {
    match (&options.from, &options.to) {
        (Some(from), Some(to)) => copy(general, from, to).await,
        _ => update(general).await,
    }
}

async fn update(general: &General) -> Outcome {
    let place = wiring::load(general)?.config.store;
    let store = wiring::store(&place.url, &place.base, general.schema()).await?;
    let opened = store.opened().clone();
    store.close().await.map_err(Failure::store)?;
    let (shown, version) = (place.shown(), opened.version);
    let backup = opened.backup.as_ref().map(|it| it.display().to_string());
    if general.json {
        let result = json!({ "store": shown, "found": opened.found, "version": version, "backup": backup });
        output::print(&result.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    output::print(&match opened.found {
        0 => format!("{shown}: a new store, made with schema version {version}"),
        found if found == version => format!("{shown}: schema version {version} already, nothing to do"),
        found => format!("{shown}: brought from schema version {found} to {version}"),
    })?;
    if let Some(backup) = backup {
        output::print(&format!("as it was before it is saved as {backup}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn copy(general: &General, from: &str, to: &str) -> Outcome {
    let folder = Path::new("");
    let environment = wiring::overrides(general).environment;
    let address = |text: &str, flag: &str| {
        config::store_url(text, folder, &environment)
            .map_err(|refusal| Failure::usage(anyhow::anyhow!("{flag}: {refusal}")))
    };
    let (from, to) = (address(from, "--from")?, address(to, "--to")?);
    if from == to {
        return Err(Failure::usage(anyhow::anyhow!("--from and --to are the same store")));
    }
    // Neither is changed before it is clear that they fit: an older one is updated by its own command.
    let source = wiring::store(&from, folder, Schema::AsItIs).await?;
    let target = wiring::empty(&to, folder).await?;
    let progress = Progress::new("rows");
    let bar = progress.clone();
    let copied = source.copy_to(&target, move |done, of| bar.at(done, of)).await;
    progress.end();
    for store in [&source, &target] {
        close(store, copied.is_ok()).await?;
    }
    tell(general, (&config::shown(&from), &config::shown(&to)), &copied.map_err(Failure::store)?)
}

/// After a failure that there is something to say of, closing is not worth another word.
async fn close(store: &Store, counts: bool) -> Result<(), Failure> {
    match store.close().await {
        Err(error) if counts => Err(Failure::store(error)),
        _ => Ok(()),
    }
}

fn tell(general: &General, (from, to): (&str, &str), copied: &[(&str, u64)]) -> Outcome {
    if general.json {
        let tables: Vec<_> =
            copied.iter().map(|(name, rows)| json!({ "table": name, "rows": rows })).collect();
        output::print(&json!({ "from": from, "to": to, "tables": tables }).to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<_> =
        copied.iter().map(|(name, rows)| vec![format!("  {name}"), rows.to_string()]).collect();
    output::print(&format!(
        "copied {from} to {to}, rows and their hashes compared:\n\n{}\n\nNow write its address in feeds.toml, [store] url.",
        output::table(&rows)
    ))?;
    Ok(ExitCode::SUCCESS)
}
