//! How a source does, in words for people who run press pages: a pure function of what the operator says of it, what
//! polling has found out, and now.

mod remedy;

use jiff::{SignedDuration, Timestamp};

use super::{PollState, Source, SourceKind, source::MOVED_TIMES_MIN, time::span};
pub use remedy::remedy;

/// Feeds of a page that a sentence names; there may be more.
const OFFERS_NAMED_MAX: usize = 3;
/// Statuses that shut us out: a login, a payment, a ban, a law, or too many questions.
const SHUT_OUT: [u16; 6] = [401, 402, 403, 407, 429, 451];

/// How a failure sounds whose certificate is signed by somebody whom this machine does not know.
const UNKNOWN_AUTHORITY: [&str; 2] = ["UnknownIssuer", "does not know"];

/// Weeks that a source must have been watched before its habit says when it is quiet.
const HABIT_WEEKS_MIN: f64 = 1.0;
/// Entries that must be known for that.
const HABIT_ENTRIES_MIN: f64 = 3.0;
/// A source is quiet after as long as this many entries usually take.
const GAPS_MAX: f64 = 4.0;
const HOURS_OF_WEEK: f64 = 168.0;

/// What a source is in, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Condition {
    /// It refuses us, or we refuse its address.
    Blocked,
    /// It cannot be fetched or read.
    Failing,
    /// It is gone for good (410).
    Gone,
    /// A web page stands in its place, and names feeds.
    Offered,
    /// It moved for good.
    Moved,
    /// It answers, and has brought nothing new for longer than usual.
    Quiet,
    /// It has not been polled yet.
    New,
    /// All is well.
    Fresh,
    /// The operator switched it off.
    Off,
}

impl Condition {
    /// All of them, the ones that need work first.
    pub const ALL: [Self; 9] = [
        Self::Blocked,
        Self::Failing,
        Self::Gone,
        Self::Offered,
        Self::Moved,
        Self::Quiet,
        Self::New,
        Self::Fresh,
        Self::Off,
    ];

    /// As scripts and people read it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Failing => "failing",
            Self::Gone => "gone",
            Self::Offered => "offered",
            Self::Moved => "moved",
            Self::Quiet => "quiet",
            Self::New => "new",
            Self::Fresh => "fresh",
            Self::Off => "off",
        }
    }

    /// A shape of its own, to stand before the word: never colour alone.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Blocked => "⊘",
            Self::Failing => "▲",
            Self::Gone => "■",
            Self::Offered => "◇",
            Self::Moved => "↪",
            Self::Quiet => "◐",
            Self::New => "○",
            Self::Fresh => "●",
            Self::Off => "□",
        }
    }

    /// Whether somebody should do something about it.
    pub fn needs_work(self) -> bool {
        !matches!(self, Self::New | Self::Fresh | Self::Off)
    }
}

/// How a source does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// In one word.
    pub condition: Condition,
    /// Since when, unix milliseconds; 0 where nobody knows.
    pub since_ms: i64,
    /// In a sentence.
    pub sentence: String,
    /// What to do about it; `None` where nothing is to be done.
    pub advice: Option<String>,
}

/// How a source does at `now`. A source that was never adopted has the default state.
pub fn health(source: &Source, state: &PollState, now: Timestamp) -> Health {
    let now_ms = now.as_millisecond();
    if !source.enabled {
        let sentence = "It is switched off (`enabled = false`): it is not polled, and what it brought stays.";
        return plain(Condition::Off, 0, sentence);
    }
    if state.gone {
        return gone(state);
    }
    let shut_out = shut_out(state, now_ms);
    shut_out
        .or_else(|| offered(source, state))
        .or_else(|| failing(state, now_ms))
        .or_else(|| moved(source, state))
        .or_else(|| quiet(source, state, now_ms))
        .unwrap_or_else(|| well(state, now_ms))
}

fn plain(condition: Condition, since_ms: i64, sentence: &str) -> Health {
    Health { condition, since_ms, sentence: sentence.to_owned(), advice: None }
}

fn gone(state: &PollState) -> Health {
    let sentence =
        "Its server says that it is gone for good (410): it is not asked again, and what it brought stays.";
    let advice = "Give its new address as `url` in feeds.toml, or take it out there.";
    Health { advice: Some(advice.to_owned()), ..plain(Condition::Gone, state.polled_ms, sentence) }
}

/// It does not let us in, we do not go there, or it wants to be left alone.
fn shut_out(state: &PollState, now_ms: i64) -> Option<Health> {
    let health = |sentence: String, advice: &str| Health {
        condition: Condition::Blocked,
        since_ms: state.failing_since_ms,
        sentence,
        advice: Some(advice.to_owned()),
    };
    let alone_until_ms = match state.failures {
        // A wish that came with a good answer shuts nobody out.
        0 => state.host_until_ms,
        _ => state.retry_until_ms.max(state.host_until_ms),
    };
    if alone_until_ms > now_ms {
        let left = span(alone_until_ms - now_ms);
        let said = state.error.as_ref().map_or_else(String::new, |it| format!("; {it}"));
        let whose = if state.host_until_ms > now_ms { ", all its feeds" } else { "" };
        let sentence = format!("Its server asked to be left alone{whose}, for another {left}{said}.");
        return Some(health(sentence, remedy(&state.error_class, status(state))));
    }
    let error = state.error.as_ref().filter(|_| state.failures > 0)?;
    let class = match state.error_class.as_str() {
        "forbidden" => "forbidden",
        class if class.starts_with("status") && status(state).is_some_and(|it| SHUT_OUT.contains(&it)) => {
            class
        }
        // Nobody this machine knows vouches for the server, or for the proxy that signs in its place.
        "tls" if UNKNOWN_AUTHORITY.iter().any(|it| error.contains(it)) => "authority",
        _ => return None,
    };
    let sentence = format!("It is closed to us{}: {error}.", lasting(state, now_ms));
    Some(health(sentence, remedy(class, status(state))))
}

fn offered(source: &Source, state: &PollState) -> Option<Health> {
    let first = state.offers.first()?;
    let named = state.offers.iter().take(OFFERS_NAMED_MAX).map(String::as_str);
    let named = named.collect::<Vec<_>>().join(", ");
    let more = state.offers.len().saturating_sub(OFFERS_NAMED_MAX);
    let more = if more == 0 { String::new() } else { format!(", and {more} more") };
    let sentence = format!("Where the feed was there is a web page now, and it names {named}{more}.");
    let advice = format!("If the feed moved there, {}.", rewrite(source, first));
    Some(Health {
        condition: Condition::Offered,
        since_ms: state.failing_since_ms,
        sentence,
        advice: Some(advice),
    })
}

fn failing(state: &PollState, now_ms: i64) -> Option<Health> {
    if state.failures == 0 {
        return None;
    }
    let error = state.error.as_deref().unwrap_or("nobody noted why");
    let advice = remedy(&state.error_class, status(state)).to_owned();
    Some(Health {
        condition: Condition::Failing,
        since_ms: state.failing_since_ms,
        sentence: format!("It fails{}: {error}.", lasting(state, now_ms)),
        advice: Some(advice),
    })
}

fn moved(source: &Source, state: &PollState) -> Option<Health> {
    let to = state.moved_to.as_ref().filter(|_| state.moved_times >= MOVED_TIMES_MIN)?;
    let sentence = format!(
        "Its server says that it moved for good to {to} ({} answers in a row): it is polled there meanwhile.",
        state.moved_times
    );
    Some(Health {
        condition: Condition::Moved,
        since_ms: 0,
        sentence,
        advice: Some(format!("To save a detour at every poll, {}.", rewrite(source, to))),
    })
}

/// The line to change.
fn rewrite(source: &Source, to: &str) -> String {
    format!("write url = \"{to}\" for {} in feeds.toml, in place of \"{}\"", source.id, address(source))
}

/// The source's address as it may be shown: userinfo holds a password.
pub fn address(source: &Source) -> String {
    let mut url = source.url.clone();
    // An address that cannot have userinfo has none to take away.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

fn quiet(source: &Source, state: &PollState, now_ms: i64) -> Option<Health> {
    let silence_ms = now_ms.saturating_sub(state.brought_ms);
    let patience_ms = patience(source, state).as_millis().min(i64::MAX.into()) as i64;
    if state.brought_ms == 0 || silence_ms <= patience_ms {
        return None;
    }
    Some(Health {
        condition: Condition::Quiet,
        since_ms: state.brought_ms,
        sentence: format!("It answers, and has brought nothing new for {}.", span(silence_ms)),
        advice: Some(
            "Look at the publisher's own page: if there is news that is missing here, the feed was given up for another one."
                .to_owned(),
        ),
    })
}

/// How long a source may be silent before that is remarkable: several times as long as it usually takes from one entry to
/// the next, and by its kind where its habit is not known.
fn patience(source: &Source, state: &PollState) -> SignedDuration {
    let (weeks, known) = (state.habit.weeks(), state.habit.hours().iter().sum::<f64>());
    if weeks >= HABIT_WEEKS_MIN && known >= HABIT_ENTRIES_MIN {
        let hours = GAPS_MAX * weeks * HOURS_OF_WEEK / known;
        return SignedDuration::from_hours(hours.clamp(24.0, 60.0 * 24.0) as i64);
    }
    let days = match source.kind {
        SourceKind::Wire => 2,
        SourceKind::News => 7,
        SourceKind::Press | SourceKind::Blog => 30,
    };
    SignedDuration::from_hours(days * 24)
}

fn well(state: &PollState, now_ms: i64) -> Health {
    if state.succeeded_ms == 0 {
        return plain(Condition::New, 0, "It has not been polled yet.");
    }
    if state.brought_ms == 0 {
        return plain(Condition::Fresh, 0, "It answers, and has brought nothing yet.");
    }
    let ago = span(now_ms.saturating_sub(state.brought_ms));
    plain(Condition::Fresh, 0, &format!("What it brought last came {ago} ago."))
}

/// How long it has failed, and how often.
fn lasting(state: &PollState, now_ms: i64) -> String {
    match (state.failures, state.failing_since_ms) {
        (..=1, _) => String::new(),
        (times, 0) => format!(", {times} times in a row"),
        (times, since_ms) => {
            format!(" for {}, {times} times in a row", span(now_ms.saturating_sub(since_ms)))
        }
    }
}

/// The HTTP status of the last failure.
fn status(state: &PollState) -> Option<u16> {
    status_of(state.error.as_deref()?)
}

/// The HTTP status that the sentence about a failure ends with, if it is about one.
pub fn status_of(error: &str) -> Option<u16> {
    let (_, rest) = error.rsplit_once("(status ")?;
    rest.split_once(')')?.0.parse().ok()
}
