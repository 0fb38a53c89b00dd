//! Whether publishers answer at all, and whether our clock agrees with theirs.

use std::{collections::HashSet, sync::Arc};

use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use tokio::task::JoinSet;

use super::finding::Finding;
use crate::{
    config::Config,
    fetch::{FetchError, Fetcher, Look},
    model::{Clock, Source, time::span},
};

const PLACE: &str = "clock";
/// Publishers that are asked for the time.
const ASKED_MAX: usize = 3;
/// What is asked for: small, meant for programs, and no feed that would be counted as a poll.
const SMALL_PATH: &str = "/robots.txt";
/// Beyond this, nodes that share a store disagree on whose turn it is.
const APART_NOTED: SignedDuration = SignedDuration::from_secs(5);
/// Beyond this, entries are dated wrongly and secure connections begin to fail.
const APART_MAX: SignedDuration = SignedDuration::from_secs(60);
/// No clock that is right says less: this program is younger.
const BEFORE_US: Timestamp = Timestamp::constant(1_767_225_600, 0);

/// Asks a few publishers for something small, and compares clocks.
pub async fn look(config: &Config, fetcher: &Fetcher, clock: &Clock) -> Vec<Finding> {
    let now = clock();
    if now < BEFORE_US {
        let sentence = format!("this machine's clock says {}, which is in the past", told(now));
        return vec![Finding::wrong(PLACE, sentence).mend("set it, and let NTP keep it")];
    }
    let mut looks = JoinSet::new();
    for source in sample(config) {
        let (fetcher, clock) = (fetcher.clone(), clock.clone());
        looks.spawn(async move {
            let before = clock();
            let seen = fetcher.look(&source).await;
            let middle = before + clock().duration_since(before) / 2;
            seen.map(|seen| apart(&seen, middle))
        });
    }
    let mut answers: Vec<_> = looks.join_all().await;
    // Whom our own guard keeps away from says nothing of the network.
    answers.retain(|it| !matches!(it, Err(FetchError::Forbidden { .. } | FetchError::Url { .. })));
    if answers.is_empty() {
        return vec![Finding::note(
            PLACE,
            format!("{}; there is no publisher to compare it with", told(now)),
        )];
    }
    judge(&answers, now)
}

/// One source of each of the first hosts, at an address of its host that costs nothing.
fn sample(config: &Config) -> Vec<Source> {
    let mut hosts = HashSet::new();
    let web = config.sources.iter().filter(|it| it.enabled && it.url.host_str().is_some());
    let chosen = web.filter(|it| hosts.insert(it.url.origin())).take(ASKED_MAX);
    chosen.filter_map(small).collect()
}

/// The operator's own header fields are for the feed alone.
fn small(source: &Arc<Source>) -> Option<Source> {
    let mut url = source.url.join(SMALL_PATH).ok()?;
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    let allow_networks = source.allow_networks.clone();
    Some(Source { allow_networks, ..Source::at(source.id.clone(), url) })
}

/// How far their clock is ahead of ours; an answer out of a cache is as old as it says.
fn apart(seen: &Look, ours: Timestamp) -> Option<SignedDuration> {
    let parser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let said = parser.parse_timestamp(text(&seen.fields, header::DATE)?).ok()?;
    let age = text(&seen.fields, header::AGE).and_then(|it| it.parse().ok()).unwrap_or(0);
    Some(said.duration_since(ours).saturating_add(SignedDuration::from_secs(age)))
}

fn text(fields: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    Some(fields.get(name)?.to_str().ok()?.trim())
}

fn told(now: Timestamp) -> String {
    now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

fn judge(answers: &[Result<Option<SignedDuration>, FetchError>], now: Timestamp) -> Vec<Finding> {
    let asked = answers.len();
    let answered = answers.iter().filter(|it| it.is_ok()).count();
    let reached = match answers.iter().find_map(|it| it.as_ref().err()) {
        None => Finding::well("publishers", format!("{answered} of {asked} that were asked answer")),
        Some(error) if answered == 0 => Finding::wrong(
            "publishers",
            format!("none of {asked} that were asked answers; the first: {error}"),
        )
        .mend("this machine is offline, or a firewall or a missing `proxy` keeps it in"),
        Some(error) => {
            let sentence = format!("{answered} of {asked} that were asked answer; one does not: {error}");
            Finding::note("publishers", sentence).mend("`pressroll status` tells of each source")
        }
    };
    let mut apart: Vec<SignedDuration> = answers.iter().filter_map(|it| *it.as_ref().ok()?).collect();
    apart.sort_unstable();
    // The one in the middle: a single publisher may be wrong.
    let clock = match apart.get(apart.len() / 2) {
        None => Finding::note(
            PLACE,
            format!("{}; no publisher told its time, so nothing contradicts it", told(now)),
        ),
        Some(apart) => of_clock(*apart, now),
    };
    vec![clock, reached]
}

fn of_clock(apart: SignedDuration, now: Timestamp) -> Finding {
    let by = span(i64::try_from(apart.abs().as_millis()).unwrap_or(i64::MAX));
    let behind = if apart.is_negative() { "ahead of" } else { "behind" };
    let sentence = format!("this machine's clock ({}) is {by} {behind} that of publishers", told(now));
    let remedy = "let NTP keep it: systemctl enable --now systemd-timesyncd, or chrony";
    match apart.abs() {
        apart if apart > APART_MAX => Finding::wrong(PLACE, sentence).mend(remedy),
        apart if apart > APART_NOTED => Finding::note(PLACE, sentence).mend(remedy),
        _ => Finding::well(
            PLACE,
            format!("{}, as publishers say within {} s", told(now), APART_NOTED.as_secs()),
        ),
    }
}
