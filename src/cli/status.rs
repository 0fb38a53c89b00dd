//! `pressroll status`: how the store and the sources do, and what to do about those that fail.

use std::{collections::HashMap, process::ExitCode};

use jiff::Timestamp;
use serde_json::json;

use super::{
    arguments::General,
    outcome::{Failure, Outcome},
    output,
    standing::Standing,
    wiring::{self, House, Purpose},
};
use crate::model::{PollState, Source, SourceId, time::timestamp};

/// A source that brought nothing for this long is quiet, days.
const QUIET_DAYS: i64 = 30;

/// The store in two lines, then one line a source: health in a word, entries, last success, next poll and why, and the last error.
pub async fn run(general: &General) -> Outcome {
    let config = wiring::load(general)?.config;
    let house = House::open(config, Purpose::Look, general.schema()).await?;
    let states: HashMap<SourceId, PollState> =
        house.store.poll_states().await.map_err(Failure::store)?.into_iter().collect();
    let counts = house.store.count_entries().await.map_err(Failure::store)?;
    let standing = Standing::of(&house, counts.values().sum()).await?;
    let now = (house.clock)();
    let rows: Vec<_> = house
        .config
        .sources
        .iter()
        .map(|source| {
            let state = states.get(&source.id).cloned().unwrap_or_default();
            (source, health(source, &state, now), counts.get(&source.id).copied().unwrap_or(0), state)
        })
        .collect();
    if general.json {
        let list: Vec<_> = rows
            .iter()
            .map(|(source, health, entries, state)| {
                json!({ "id": source.id.as_str(), "url": source.url.as_str(), "health": health, "entries": entries,
                        "succeeded": moment(state.succeeded_ms), "next": moment(state.next_at_ms),
                        "why": state.next_why, "error": state.error, "moved_to": state.moved_to,
                        "mended": state.repairs })
            })
            .collect();
        output::print(&json!({ "store": standing.object(), "sources": list }).to_string())?;
    } else {
        let head =
            ["source", "health", "entries", "last success", "next poll", "note"].map(str::to_owned).to_vec();
        let table = rows.iter().map(|(source, health, entries, state)| {
            vec![
                source.id.to_string(),
                (*health).to_owned(),
                entries.to_string(),
                ago(state.succeeded_ms, now),
                until(source, state, now),
                note(state),
            ]
        });
        let table = output::table(&std::iter::once(head).chain(table).collect::<Vec<_>>());
        output::print(&format!("{}\n\n{table}", standing.text()))?;
    }
    house.store.close().await.map_err(Failure::store)?;
    Ok(ExitCode::SUCCESS)
}

/// A word with a shape, never colour alone.
fn health(source: &Source, state: &PollState, now: Timestamp) -> &'static str {
    let quiet_ms = QUIET_DAYS * 24 * 3_600_000;
    match state {
        _ if !source.enabled => "□ off",
        state if state.gone => "■ gone",
        state if state.failures > 0 => "▲ failing",
        state if state.succeeded_ms == 0 => "○ new",
        state if now.as_millisecond() - state.brought_ms > quiet_ms => "◐ quiet",
        _ => "● fresh",
    }
}

fn note(state: &PollState) -> String {
    let moved = state.moved_to.as_ref().map(|it| format!("moved: write url = \"{it}\" in feeds.toml"));
    let mended = (!state.repairs.is_empty()).then(|| format!("mended {}", state.repairs));
    let notes = [state.error.clone(), moved, mended];
    notes.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn moment(ms: i64) -> Option<String> {
    (ms > 0).then(|| timestamp(ms).to_string())
}

fn ago(ms: i64, now: Timestamp) -> String {
    if ms == 0 { "never".to_owned() } else { format!("{} ago", span(now.as_millisecond() - ms)) }
}

fn until(source: &Source, state: &PollState, now: Timestamp) -> String {
    if !source.enabled || state.gone {
        return "–".to_owned();
    }
    let left_ms = state.next_at_ms - now.as_millisecond();
    let when = if left_ms <= 0 { "now".to_owned() } else { format!("in {}", span(left_ms)) };
    if state.next_why.is_empty() { when } else { format!("{when} ({})", state.next_why) }
}

/// The largest unit that fits.
fn span(ms: i64) -> String {
    let seconds = ms / 1000;
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}
