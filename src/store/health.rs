//! Whether the store does what it is asked, and the one place where it is said that it does not.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tracing::{info, warn};

use super::StoreError;

/// How often at most it is said that the store fails, milliseconds.
const SAY_MS: u64 = 60_000;
/// How long nothing may have failed before the store is well again, milliseconds: on a full disk a small change still
/// finds its place where a larger one does not.
const QUIET_MS: u64 = 5_000;

/// How the store does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// The last that was heard of it was good.
    Well,
    /// It fails: what stands is served on, nothing new is kept.
    Failing {
        /// In words for the operator, with what to do. Not for the public.
        reason: String,
    },
}

/// What was asked of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To read.
    Read,
    /// To write.
    Write,
}

/// What was last heard of the store.
#[derive(Debug, Default)]
pub(super) struct Pulse(Mutex<Heard>);

#[derive(Debug, Default)]
struct Heard {
    trouble: Option<Trouble>,
    /// When it was last said that it fails.
    said: Option<Instant>,
    /// Whether it has been said since that it is well.
    is_open: bool,
}

#[derive(Debug)]
struct Trouble {
    reason: String,
    at: Instant,
    /// Whether reading well shows that it is over: it says nothing of a disk that is full.
    ends_with_reading: bool,
}

impl Pulse {
    /// How the store does.
    pub(super) fn health(&self) -> Health {
        match &self.heard().trouble {
            Some(trouble) => Health::Failing { reason: trouble.reason.clone() },
            None => Health::Well,
        }
    }

    /// Takes note of how a piece of work ended, and says so where it has not been said lately.
    pub(super) fn note<T>(&self, asked: Asked, outcome: &Result<T, StoreError>) {
        match outcome {
            Err(error) if error.is_trouble() => self.fails(asked, error),
            Err(StoreError::Closed) => {}
            // Who asks for something impossible has been answered all the same.
            _ => self.works(asked),
        }
    }

    fn fails(&self, asked: Asked, error: &StoreError) {
        let (reason, at) = (error.in_full(), Instant::now());
        let ends_with_reading =
            asked == Asked::Read || matches!(error, StoreError::Away { .. } | StoreError::Unanswered { .. });
        let mut heard = self.heard();
        // A disk that is full is not forgotten over a question that was not answered.
        let ends_with_reading =
            ends_with_reading && heard.trouble.as_ref().is_none_or(|it| it.ends_with_reading);
        if heard.said.is_none_or(|it| at.duration_since(it) >= Duration::from_millis(SAY_MS)) {
            warn!("the store fails, and what stands is served on: {reason}");
            (heard.said, heard.is_open) = (Some(at), true);
        }
        heard.trouble = Some(Trouble { reason, at, ends_with_reading });
    }

    fn works(&self, asked: Asked) {
        let mut heard = self.heard();
        let quiet = Duration::from_millis(QUIET_MS);
        let is_over =
            |it: &Trouble| it.at.elapsed() >= quiet && (asked == Asked::Write || it.ends_with_reading);
        if heard.trouble.as_ref().is_some_and(is_over) {
            heard.trouble = None;
            if std::mem::take(&mut heard.is_open) {
                info!("the store is well again");
            }
        }
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
