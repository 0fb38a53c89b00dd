//! `pressroll render`: one edition from the store on standard output.

use std::process::ExitCode;

use anyhow::Context as _;

use super::{
    arguments::{Edition, General, Render},
    outcome::{Failure, Outcome},
    output,
    wiring::{self, House, Purpose},
};

/// Prints the edition's bytes as they would be served.
pub async fn run(general: &General, options: &Render) -> Outcome {
    let config = wiring::load(general)?.config;
    let path = wiring::publication(&config, &options.publication)?.path.clone();
    let house = House::open(config, Purpose::Look, general.schema()).await?;
    let publish = house.publish()?;
    publish.print_only(&path).await.map_err(Failure::store)?;
    let part = match options.format {
        Edition::Rss => "/feed.rss",
        Edition::Atom => "/feed.atom",
        Edition::Json => "/feed.json",
        Edition::Widget => "/widget",
    };
    let stand = publish.stand();
    let edition = stand.standing().showings.get(&path).and_then(|it| it.editions.get(part)).cloned();
    let edition = edition.context("this edition was not printed").map_err(Failure::store)?;
    output::write(&edition.identity)?;
    house.store.close().await.map_err(Failure::store)?;
    Ok(ExitCode::SUCCESS)
}
