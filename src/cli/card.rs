//! Everything about one source, on a card.

use super::{
    account::{self, Account},
    layout::{self, Row},
    letter,
    moments::Moments,
    status,
};
use crate::{
    fetch,
    model::{health::address, repair},
};

/// The card of a source within lines of `width` characters.
pub fn text(account: &Account, moments: &Moments, width: usize) -> String {
    let Account { source, state, health, entries, .. } = account;
    let condition = health.condition;
    let mut rows = vec![
        ("health", health.sentence.clone()),
        ("what to do", health.advice.clone().unwrap_or_default()),
        ("since", if health.since_ms > 0 { moments.last(health.since_ms) } else { String::new() }),
        ("address", address(source)),
        ("title", source.title.clone().or_else(|| state.feed_title.clone()).unwrap_or_default()),
        ("entries", entries.to_string()),
        ("pictures", account::pictured(&account.pictures).unwrap_or_default()),
        ("last polled", moments.last(state.polled_ms)),
        ("last success", moments.last(state.succeeded_ms)),
        ("last news", moments.last(state.brought_ms)),
    ];
    if source.enabled && !state.gone {
        let at = moments.at(state.next_at_ms.max(moments.now.as_millisecond()));
        rows.push(("next poll", format!("{at}, {}", status::next(source, state, moments))));
    }
    rows.extend(findings(account, moments));
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    let rows: Vec<Row> = rows
        .map(|(name, value)| Row { cells: vec![format!("  {name}")], tail: value, notes: Vec::new() })
        .collect();
    let head = format!("{} {}: {}", condition.sign(), source.id, condition.word());
    let card = format!("{head}\n{}", layout::list(&rows, width));
    match account.letter() {
        Some(letter) => {
            let letter = letter::block(&letter, width);
            format!("{card}\n\nto send to the publisher's webmaster:\n\n{letter}")
        }
        None => card,
    }
}

/// What polling has found out besides; what there is nothing to say of is empty.
fn findings(account: &Account, moments: &Moments) -> Vec<(&'static str, String)> {
    let state = &account.state;
    let validators = account.validators();
    let validators = match validators.as_slice() {
        _ if state.succeeded_ms == 0 => String::new(),
        [] => "none: every poll costs the publisher the whole document".to_owned(),
        some => some.join(" and "),
    };
    let until_ms = state.retry_until_ms.max(state.host_until_ms);
    let left_alone =
        if until_ms > moments.now.as_millisecond() { moments.next(until_ms) } else { String::new() };
    let hub = state.hub.as_ref().map(|it| format!("{it} pushes what is new (WebSub)"));
    vec![
        ("left alone until", left_alone),
        ("validators", validators),
        ("it asks for", account.wishes().join("; ")),
        ("usually publishes", fetch::usual(&state.habit, moments.now).unwrap_or_default()),
        ("moved", account.moved().unwrap_or_default()),
        ("hub", hub.unwrap_or_default()),
        ("topic", state.topic.clone().unwrap_or_default()),
        ("identity", state.signs.sentence(|ms| moments.day(ms)).unwrap_or_default()),
        ("mended", repair::told(&account.repairs())),
        ("ping", account.ping.as_ref().map(|it| format!("POST {it}")).unwrap_or_default()),
    ]
}
