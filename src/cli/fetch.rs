//! `pressroll fetch`: one round of the named sources, now, and a table of what came.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{
    arguments::{Fetch, General},
    outcome::{FINDINGS, Failure, Outcome},
    output,
    progress::Progress,
    wiring::{self, House, Purpose},
};
use crate::{
    ingest::{Round, RoundError},
    model::time::timestamp,
};

/// One source's line.
struct Line {
    id: String,
    failed: bool,
    entries: Option<usize>,
    new: usize,
    changed: usize,
    words: String,
}

/// Status 0 if all went well, 1 if some sources failed, 3 if all did.
pub async fn run(general: &General, options: &Fetch) -> Outcome {
    let config = wiring::load(general)?.config;
    let sources = wiring::sources(&config, &options.ids)?;
    let house = House::open(config, Purpose::Poll, general.schema()).await?;
    let ingest = house.ingest()?;
    let (progress, all, mut done) = (Progress::new("sources"), sources.len() as u64, 0);
    let mut lines = Vec::with_capacity(sources.len());
    let mut broken = None;
    ingest
        .round_of(&sources, |source, outcome| {
            done += 1;
            progress.at(done, all);
            match outcome {
                Err(RoundError::Store(error)) => broken = Some(error),
                outcome => lines.push(line(source.id.to_string(), outcome)),
            }
        })
        .await;
    progress.end();
    if let Some(error) = broken {
        return Err(Failure::store(error));
    }
    lines.sort_by(|left, right| left.id.cmp(&right.id));
    let next = if options.explain { explanations(&house).await? } else { Vec::new() };
    if general.json {
        output::print(
            &json!({ "sources": lines.iter().map(|it| object(it, &next)).collect::<Vec<_>>() }).to_string(),
        )?;
    } else {
        print(&lines, &next)?;
    }
    house.store.close().await.map_err(Failure::store)?;
    let failed = lines.iter().filter(|it| it.failed).count();
    match failed {
        0 => Ok(ExitCode::SUCCESS),
        all if all == lines.len() => Err(Failure::network(anyhow::anyhow!("no source could be read"))),
        _ => Ok(ExitCode::from(FINDINGS)),
    }
}

fn line(id: String, outcome: Result<Round, RoundError>) -> Line {
    let quiet = |words: &str| Line {
        id: id.clone(),
        failed: false,
        entries: None,
        new: 0,
        changed: 0,
        words: words.to_owned(),
    };
    match outcome {
        Ok(Round::Kept { entries, new, changed, repairs }) => {
            let words =
                if repairs.is_empty() { String::new() } else { format!("mended {}", repairs.join(", ")) };
            Line { id, failed: false, entries: Some(entries), new, changed, words }
        }
        Ok(Round::Unchanged) => quiet("unchanged"),
        Ok(Round::Busy) => quiet("being polled by another process"),
        Ok(Round::LeftAlone { until_ms }) => {
            let until = timestamp(until_ms).strftime("%Y-%m-%d %H:%M:%S UTC");
            quiet(&format!("left alone until {until}, as its server asked (Retry-After)"))
        }
        Ok(Round::Gone) => Line { failed: true, ..quiet("gone for good (410): take it out of feeds.toml") },
        Err(error) => Line { failed: true, ..quiet(&error.to_string()) },
    }
}

/// Source id, and when and why it is asked next.
async fn explanations(house: &House) -> Result<Vec<(String, String)>, Failure> {
    let states = house.store.poll_states().await.map_err(Failure::store)?;
    let sentence = |at_ms| crate::model::time::timestamp(at_ms).strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    let explain = |(id, state): (crate::model::SourceId, crate::model::PollState)| {
        (id.to_string(), format!("next at {}: {}", sentence(state.next_at_ms), state.next_why))
    };
    Ok(states.into_iter().map(explain).collect())
}

fn object(line: &Line, next: &[(String, String)]) -> Value {
    let next = next.iter().find(|(id, _)| *id == line.id).map(|(_, words)| words);
    json!({ "id": line.id, "failed": line.failed, "entries": line.entries, "new": line.new,
            "changed": line.changed, "note": line.words, "next": next })
}

fn print(lines: &[Line], next: &[(String, String)]) -> Result<(), Failure> {
    let head = ["source", "entries", "new", "changed", ""].map(str::to_owned).to_vec();
    let rows = lines.iter().flat_map(|line| {
        let entries = line.entries.map(|it| it.to_string()).unwrap_or_else(|| "–".to_owned());
        let mark = if line.failed { "✗ " } else { "" };
        let row = vec![
            line.id.clone(),
            entries,
            line.new.to_string(),
            line.changed.to_string(),
            format!("{mark}{}", line.words),
        ];
        let why = next.iter().find(|(id, _)| *id == line.id).map(|(_, words)| {
            vec![String::new(), String::new(), String::new(), String::new(), words.clone()]
        });
        [Some(row), why].into_iter().flatten()
    });
    let table: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    output::print(&output::table(&table))
}
