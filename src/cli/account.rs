//! What is told of one source: what the operator says of it, what polling has found out, and how it does.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{letter::letter, moments::stamp};
use crate::{
    model::{
        Condition, Health, PollState, Repair, Source,
        health::{self, address},
        repair,
    },
    store::PictureCount,
};

/// Hours of a day, and days of a week, as `skipHours` and `skipDays` number them.
const HOURS: u32 = 24;
/// Names of the days, Monday first.
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// One source.
pub struct Account {
    /// What the operator says.
    pub source: Arc<Source>,
    /// What polling has found out.
    pub state: PollState,
    /// How it does.
    pub health: Health,
    /// Its entries in the store.
    pub entries: i64,
    /// How its pictures do.
    pub pictures: PictureCount,
    /// Where its publisher's own site may say that there is something new.
    pub ping: Option<String>,
}

impl Account {
    /// Judges a source at `now`; its entries are not counted, and where it is pinged is not told.
    pub fn of(source: Arc<Source>, state: PollState, now: Timestamp) -> Self {
        let health = health::health(&source, &state, now);
        Self { source, state, health, entries: 0, pictures: PictureCount::default(), ping: None }
    }

    /// What is wrong, and what to do about it: sentences with what stands before them.
    pub fn notes(&self) -> Vec<(&'static str, String)> {
        let advice = self.health.advice.iter().map(|it| ("→", it.clone()));
        std::iter::once(("", self.health.sentence.clone())).chain(advice).collect()
    }

    /// Where permanent redirects lead and how often they said so, if they did not say it in the health already.
    pub fn moved(&self) -> Option<String> {
        let to = self.state.moved_to.as_ref().filter(|_| self.health.condition != Condition::Moved)?;
        Some(format!("to {to}, as its server said {} times in a row", self.state.moved_times))
    }

    /// What the feed itself asks for: pauses, hours and days.
    pub fn wishes(&self) -> Vec<String> {
        let cadence = &self.state.cadence;
        let pause = cadence.interval_min.filter(|it| *it > 0).map(|it| format!("{it} min between two polls"));
        let hours: Vec<String> = self.skipped_hours().iter().map(u32::to_string).collect();
        let hours = (!hours.is_empty()).then(|| format!("not in the hours {} (GMT)", hours.join(", ")));
        let days = self.skipped_days();
        let days = (!days.is_empty()).then(|| format!("not on {}", days.join(", ")));
        [pause, hours, days].into_iter().flatten().collect()
    }

    fn skipped_hours(&self) -> Vec<u32> {
        (0..HOURS).filter(|it| self.state.cadence.skip_hours >> it & 1 == 1).collect()
    }

    fn skipped_days(&self) -> Vec<&'static str> {
        let days = DAYS.iter().zip(0..);
        days.filter(|(_, bit)| self.state.cadence.skip_days >> bit & 1 == 1).map(|(day, _)| *day).collect()
    }

    /// Which validators it sends: each poll with one of them costs next to nothing.
    pub fn validators(&self) -> Vec<&'static str> {
        let etag = self.state.etag.as_ref().map(|_| "ETag");
        let date = self.state.last_modified.as_ref().map(|_| "Last-Modified");
        etag.into_iter().chain(date).collect()
    }

    /// What had to be mended in the last document that was read.
    pub fn repairs(&self) -> Vec<Repair> {
        repair::recalled(&self.state.repairs)
    }

    /// What to write to its webmaster about them.
    pub fn letter(&self) -> Option<String> {
        letter(&self.source, &self.repairs())
    }

    /// For scripts.
    pub fn object(&self) -> Value {
        let Self { source, state, health, entries, pictures, ping } = self;
        json!({
            "id": source.id.as_str(),
            "url": address(source),
            "health": health.condition.word(),
            "health_since": stamp(health.since_ms),
            "sentence": health.sentence,
            "advice": health.advice,
            "entries": entries,
            "pictures": { "kept": pictures.kept, "failed": pictures.failed, "error": pictures.error },
            "polled": stamp(state.polled_ms),
            "succeeded": stamp(state.succeeded_ms),
            "brought": stamp(state.brought_ms),
            "next": stamp(state.next_at_ms),
            "why": state.next_why,
            "failures": state.failures,
            "failing_since": stamp(state.failing_since_ms),
            "error": state.error,
            "error_class": (!state.error_class.is_empty()).then_some(&state.error_class),
            "retry_until": stamp(state.retry_until_ms.max(state.host_until_ms)),
            "moved_to": state.moved_to,
            "moved_times": state.moved_times,
            "offers": state.offers,
            "validators": self.validators(),
            "asks": {
                "interval_min": state.cadence.interval_min,
                "skip_hours": self.skipped_hours(),
                "skip_days": self.skipped_days(),
            },
            "hub": state.hub,
            "topic": state.topic,
            "ping": ping,
            "title": state.feed_title,
            "identity": state.signs.basis().word(),
            "identity_why": state.signs.sentence(|ms| stamp(ms).unwrap_or_default()),
            "mended": repair::told(&self.repairs()),
            "repairs": self.repairs(),
            "letter": self.letter(),
        })
    }
}

/// How many pictures of a source are kept, and why others are not, in a sentence; nothing where there are none.
pub fn pictured(count: &PictureCount) -> Option<String> {
    let PictureCount { kept, failed, error } = count;
    let number = |it: &i64| usize::try_from(*it).unwrap_or(0);
    let kept = (*kept > 0 || error.is_some()).then(|| format!("{} kept", number(kept)));
    let failed = error.as_ref().map(|error| {
        let lack = if *failed == 1 { "entry lacks" } else { "entries lack" };
        format!("; {} {lack} images, the last because of {error}", number(failed))
    });
    kept.map(|it| it + &failed.unwrap_or_default())
}
