//! `pressroll status`: how the store and the sources do, and what to do about those that need work.

use std::{collections::HashMap, process::ExitCode, sync::Arc};

use serde_json::json;

use super::{
    account::Account,
    arguments::{General, Status},
    card,
    layout::{self, Row},
    moments::Moments,
    outcome::{Failure, Outcome},
    output,
    standing::Standing,
    wiring::{self, House, Purpose},
};
use crate::model::{Condition, PollState, Repair, Source, SourceId, repair};

/// Flaws of one source that the table of all tells.
const FLAWS_TOLD_MAX: usize = 3;

/// The store in two lines, how many sources do how, and one line a source; with ids, a card for each of these.
pub async fn run(general: &General, options: &Status) -> Outcome {
    let config = wiring::load(general)?.config;
    let named =
        if options.ids.is_empty() { config.sources.clone() } else { wiring::sources(&config, &options.ids)? };
    let house = House::open(config, Purpose::Look, general.schema()).await?;
    let moments = Moments::of(&house);
    let counts = house.store.count_entries().await.map_err(Failure::store)?;
    let mut pictures = house.store.count_pictures().await.map_err(Failure::store)?;
    let standing = Standing::of(&house, counts.values().sum()).await?;
    let mut states = states(&house).await?;
    let accounts: Vec<Account> = named
        .into_iter()
        .map(|source| {
            let state = states.remove(&source.id).unwrap_or_default();
            let entries = counts.get(&source.id).copied().unwrap_or(0);
            let ping = house.ping(&source.id);
            let pictures = pictures.remove(&source.id).unwrap_or_default();
            Account { entries, pictures, ping: Some(ping), ..Account::of(source, state, moments.now) }
        })
        .collect();
    let text = if general.json {
        let sources: Vec<_> = accounts.iter().map(Account::object).collect();
        json!({ "store": standing.object(), "sources": sources }).to_string()
    } else if options.ids.is_empty() {
        let width = layout::width();
        format!("{}\n\n{}\n\n{}", standing.text(), summary(&accounts), table(&accounts, &moments, width))
    } else {
        let cards: Vec<_> = accounts.iter().map(|it| card::text(it, &moments, layout::width())).collect();
        cards.join("\n\n")
    };
    output::print(&text)?;
    house.store.close().await.map_err(Failure::store)?;
    Ok(ExitCode::SUCCESS)
}

/// What polling has found out about each source that was ever adopted.
pub async fn states(house: &House) -> Result<HashMap<SourceId, PollState>, Failure> {
    Ok(house.store.poll_states().await.map_err(Failure::store)?.into_iter().collect())
}

/// `12 sources: 2 failing, 1 quiet, 9 fresh`, the worst first.
pub fn summary(accounts: &[Account]) -> String {
    let counted = |condition: &Condition| {
        let count = accounts.iter().filter(|it| it.health.condition == *condition).count();
        (count > 0).then(|| format!("{count} {}", condition.word()))
    };
    let counts: Vec<String> = Condition::ALL.iter().filter_map(counted).collect();
    format!("{}: {}", output::counted(accounts.len(), "source"), counts.join(", "))
}

/// Those that need work come first, the worst of them at the top, each with what is wrong and what to do; then the
/// others in the order of the file.
fn table(accounts: &[Account], moments: &Moments, width: usize) -> String {
    let mut sorted: Vec<&Account> = accounts.iter().collect();
    sorted.sort_by_key(|it| match it.health.condition {
        condition if condition.needs_work() => condition,
        _ => Condition::Off,
    });
    let head = Row {
        cells: ["", "source", "health", "entries", "last success"].map(str::to_owned).to_vec(),
        tail: "next poll, and why".to_owned(),
        notes: Vec::new(),
    };
    let rows = sorted.into_iter().map(|it| {
        let Account { source, state, health, entries, .. } = it;
        let mut notes = if health.condition.needs_work() { it.notes() } else { Vec::new() };
        notes.extend(mended(&it.repairs()).map(|it| ("", it)));
        let cells = vec![
            health.condition.sign().to_owned(),
            source.id.to_string(),
            health.condition.word().to_owned(),
            entries.to_string(),
            moments.ago(state.succeeded_ms),
        ];
        Row { cells, tail: next(source, state, moments), notes }
    });
    layout::list(&std::iter::once(head).chain(rows).collect::<Vec<_>>(), width)
}

/// What was mended in the last document, in few words: a source is well all the same.
fn mended(repairs: &[Repair]) -> Option<String> {
    let (told, others) = repairs.split_at(repairs.len().min(FLAWS_TOLD_MAX));
    let others = match others.len() {
        0 => String::new(),
        count => format!(" and {}", output::counted(count, "other flaw")),
    };
    (!told.is_empty()).then(|| format!("mended {}{others}", repair::told(told)))
}

/// When a source is asked next, and why then; empty where it is not asked.
pub fn next(source: &Arc<Source>, state: &PollState, moments: &Moments) -> String {
    if !source.enabled || state.gone {
        return String::new();
    }
    format!("{}: {}", moments.ahead(state.next_at_ms), state.next_why).trim_end_matches([':', ' ']).to_owned()
}
