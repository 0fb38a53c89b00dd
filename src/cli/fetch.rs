//! `pressroll fetch`: one round of the named sources, now, and a table of what came.

use std::{collections::HashMap, process::ExitCode, sync::Arc, time::Duration};

use serde_json::{Value, json};

use super::{
    account::{self, Account},
    arguments::{Fetch, General},
    layout::{self, Row},
    letter,
    moments::{Moments, stamp},
    outcome::{FINDINGS, Failure, Outcome},
    output,
    progress::Progress,
    status,
    wiring::{self, House, Purpose},
};
use crate::{
    ingest::{Round, RoundError},
    model::{PollState, Repair, Source, SourceId, repair},
    store::PictureCount,
};

/// One source's line.
struct Line {
    source: Arc<Source>,
    failed: bool,
    entries: Option<usize>,
    new: usize,
    changed: usize,
    /// What happened, where the numbers do not say it.
    words: String,
    /// What to do about a failure.
    advice: Option<String>,
    /// What had to be mended in the document.
    repairs: Vec<Repair>,
    /// How its pictures do.
    pictures: PictureCount,
}

/// Status 0 if all went well, 1 if some sources failed, 3 if all did.
pub async fn run(general: &General, options: &Fetch) -> Outcome {
    let config = wiring::load(general)?.config;
    let sources = wiring::sources(&config, &options.ids)?;
    let house = House::open(config, Purpose::Poll, general.schema()).await?;
    let mut lines = rounds(&house, &sources).await?;
    lines.sort_by(|left, right| left.source.id.cmp(&right.source.id));
    let states = status::states(&house).await?;
    let mut pictures = house.store.count_pictures().await.map_err(Failure::store)?;
    let moments = Moments::of(&house);
    for line in &mut lines {
        line.pictures = pictures.remove(&line.source.id).unwrap_or_default();
        line.advise(&states, &moments);
        if options.explain {
            line.recall(&states);
        }
    }
    let explained = options.explain.then_some(&states);
    let text = if general.json {
        let objects: Vec<_> = lines.iter().map(|it| object(it, explained, &moments)).collect();
        json!({ "sources": objects }).to_string()
    } else {
        table(&lines, explained, &moments)
    };
    output::print(&text)?;
    house.store.close().await.map_err(Failure::store)?;
    let failed = lines.iter().filter(|it| it.failed).count();
    match failed {
        0 => Ok(ExitCode::SUCCESS),
        all if all == lines.len() => Err(Failure::network(anyhow::anyhow!("no source could be read"))),
        _ => Ok(ExitCode::from(FINDINGS)),
    }
}

/// The longest that images are waited for, seconds: what is not here by then `serve` fetches, or the next round.
const PICTURES_S_MAX: u64 = 60;

/// One round of each source, and the images of what they brought; a store that fails ends it.
async fn rounds(house: &House, sources: &[Arc<Source>]) -> Result<Vec<Line>, Failure> {
    let ingest = house.ingest()?;
    let (progress, all, mut done) = (Progress::new("sources"), sources.len() as u64, 0);
    let moments = Moments::of(house);
    let mut lines = Vec::with_capacity(sources.len());
    let mut broken = None;
    ingest
        .round_of(sources, |source, outcome| {
            done += 1;
            progress.at(done, all);
            match outcome {
                Err(RoundError::Store(error)) => broken = Some(error),
                outcome => lines.push(Line::of(Arc::new(source.clone()), outcome, &moments)),
            }
        })
        .await;
    progress.end();
    if let Some(error) = broken {
        return Err(Failure::store(error));
    }
    let (progress, within) = (Progress::new("entries with images"), Duration::from_secs(PICTURES_S_MAX));
    let ids = sources.iter().map(|it| it.id.clone());
    let collected = house.pictures(&ingest)?.collect(ids, within, |done, of| progress.at(done, of)).await;
    progress.end();
    collected.map(|()| lines).map_err(Failure::store)
}

impl Line {
    fn of(source: Arc<Source>, outcome: Result<Round, RoundError>, moments: &Moments) -> Self {
        let words = match &outcome {
            Ok(Round::Kept { repairs, .. }) if repairs.is_empty() => String::new(),
            Ok(Round::Kept { repairs, .. }) => format!("mended {}", repair::told(repairs)),
            Ok(Round::Unchanged) => "unchanged".to_owned(),
            Ok(Round::Busy) => "being polled by another process".to_owned(),
            Ok(Round::LeftAlone { until_ms }) => {
                let until = moments.next(*until_ms);
                format!("left alone until {until}, as its server asked (Retry-After)")
            }
            Ok(Round::Gone) => "gone for good (410)".to_owned(),
            Err(error) => error.to_string(),
        };
        let failed = matches!(outcome, Ok(Round::Gone) | Err(_));
        let (entries, new, changed, repairs) = match outcome {
            Ok(Round::Kept { entries, new, changed, repairs }) => (Some(entries), new, changed, repairs),
            _ => (None, 0, 0, Vec::new()),
        };
        let (advice, pictures) = (None, PictureCount::default());
        Self { source, failed, entries, new, changed, words, advice, repairs, pictures }
    }

    /// What to do, if this round's failure is what is known of the source.
    fn advise(&mut self, states: &HashMap<SourceId, PollState>, moments: &Moments) {
        let Some(state) = states.get(&self.source.id).filter(|_| self.failed) else { return };
        if state.gone || state.error.as_ref() == Some(&self.words) {
            let account = Account::of(Arc::clone(&self.source), state.clone(), moments.now);
            self.advice = account.health.advice;
        }
    }

    /// What was mended when the document that has not changed was read.
    fn recall(&mut self, states: &HashMap<SourceId, PollState>) {
        let Some(state) = states.get(&self.source.id).filter(|_| !self.failed) else { return };
        if self.entries.is_none() {
            self.repairs = repair::recalled(&state.repairs);
            if !self.repairs.is_empty() {
                self.words = format!("{}; mended {}", self.words, repair::told(&self.repairs));
            }
        }
    }

    /// When it is asked next, and why then.
    fn next(&self, states: Option<&HashMap<SourceId, PollState>>, moments: &Moments) -> Option<String> {
        let state = states?.get(&self.source.id)?;
        if state.gone {
            return Some("It is not asked again.".to_owned());
        }
        Some(format!("next at {}: {}", moments.next(state.next_at_ms), state.next_why))
    }

    /// What its entries are told apart by, where that is not their guids.
    fn identity(&self, states: Option<&HashMap<SourceId, PollState>>, moments: &Moments) -> Option<String> {
        let sentence = states?.get(&self.source.id)?.signs.sentence(|ms| moments.day(ms))?;
        Some(format!("Its entries are told apart {sentence}."))
    }
}

fn object(line: &Line, states: Option<&HashMap<SourceId, PollState>>, moments: &Moments) -> Value {
    let state = states.and_then(|it| it.get(&line.source.id));
    json!({ "id": line.source.id.as_str(), "failed": line.failed, "entries": line.entries, "new": line.new,
            "changed": line.changed, "note": line.words, "advice": line.advice,
            "next": line.next(states, moments), "next_at": state.and_then(|it| stamp(it.next_at_ms)),
            "why": state.map(|it| &it.next_why), "identity": line.identity(states, moments),
            "mended": repair::told(&line.repairs), "repairs": line.repairs,
            "pictures": { "kept": line.pictures.kept, "failed": line.pictures.failed, "error": line.pictures.error },
            "letter": states.and_then(|_| letter::letter(&line.source, &line.repairs)) })
}

fn table(lines: &[Line], states: Option<&HashMap<SourceId, PollState>>, moments: &Moments) -> String {
    let head = Row {
        cells: ["", "source", "entries", "new", "changed"].map(str::to_owned).to_vec(),
        ..Row::default()
    };
    let rows = lines.iter().map(|line| {
        let mark = if line.failed { "✗" } else { "" };
        let entries = line.entries.map_or_else(|| "–".to_owned(), |it| it.to_string());
        let advice = line.advice.iter().map(|it| ("→", it.clone()));
        let next = line.next(states, moments).map(|it| ("", it));
        let identity = line.identity(states, moments).map(|it| ("", it));
        let pictures = states.and_then(|_| account::pictured(&line.pictures));
        let pictures = pictures.map(|it| ("", format!("pictures: {it}")));
        Row {
            cells: vec![
                mark.to_owned(),
                line.source.id.to_string(),
                entries,
                line.new.to_string(),
                line.changed.to_string(),
            ],
            tail: line.words.clone(),
            notes: advice.chain(next).chain(identity).chain(pictures).collect(),
        }
    });
    let width = layout::width();
    let table = layout::list(&std::iter::once(head).chain(rows).collect::<Vec<_>>(), width);
    let letters = lines.iter().filter(|_| states.is_some()).filter_map(|line| {
        let letter = letter::block(&letter::letter(&line.source, &line.repairs)?, width);
        Some(format!("\n\nto send to the webmaster of {}:\n\n{letter}", line.source.id))
    });
    table + &letters.collect::<String>()
}
