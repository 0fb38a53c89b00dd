//! Every shape of feed and everything that publishers do to their entries between two polls: nothing is shown twice, nothing
//! is lost, and no id that readers know changes.

use std::collections::BTreeMap;

use pressroll::{
    ingest::{Ask, Round},
    model::Source,
    store::Order,
};

use super::shapes::{Release, SHAPES, Shape, WORDS, releases, uuid};
use crate::{
    ingest::{HOUR_MS, Setting, World},
    support::{publisher::Script, say},
};

/// What a publisher does to one release at the poll of this number.
type Churn = fn(&mut Release, usize);

fn guid_anew(it: &mut Release, poll: usize) {
    if !it.guid.trim().is_empty() {
        it.guid = uuid(&format!("{} {poll}", it.n));
    }
}

fn tracked(it: &mut Release, poll: usize) {
    if !it.link.is_empty() {
        it.link += &format!("?utm_source=feed-{poll}&fbclid=a{poll}b");
    }
}

fn in_session(it: &mut Release, poll: usize) {
    if !it.link.is_empty() {
        it.link += &format!("?sid={}", &uuid(&format!("{poll}"))[..8]);
    }
}

fn moved(it: &mut Release, _: usize) {
    it.link = it.link.replace("https://acme.example/news/", "https://www.acme-group.example/en/press/");
}

fn retitled(it: &mut Release, _: usize) {
    if !it.title.is_empty() {
        it.title = format!("UPDATE: {}", it.title.replacen('e', "é", 1));
    }
}

fn corrected(it: &mut Release, poll: usize) {
    it.text = it.text.replace("In short", "In brief")
        + &format!(" {} were corrected.", ["Dates", "Names", "Sums", "Links"][poll % 4]);
}

fn dated_now(it: &mut Release, poll: usize) {
    it.date = format!("2026-11-{:02}T12:00:{:02}Z", poll + 1, it.n);
}

const CHURNS: &[(&str, &[Churn])] = &[
    ("nothing", &[]),
    ("edited titles", &[retitled]),
    ("edited texts", &[corrected]),
    ("edited titles and texts", &[retitled, corrected]),
    (
        "one title written anew",
        &[|it, _| {
            if it.n == 3 && !it.title.is_empty() {
                it.title = "Something else altogether, says the headline".into();
            }
        }],
    ),
    ("another guid each time", &[guid_anew]),
    ("a guid made of the date", &[|it, poll| it.guid = format!("1793{poll:03}{:03}", it.n)]),
    ("a guid made of the text", &[corrected, |it, _| it.guid = uuid(&it.text)]),
    ("guids with a session", &[|it, poll| it.guid += &format!(";s={poll}")]),
    ("guids in capitals", &[|it, _| it.guid = it.guid.to_uppercase()]),
    ("guids by http, with a slash", &[|it, _| it.guid = format!("{}/", it.guid.replace("https:", "http:"))]),
    ("no guids any more", &[|it, _| it.guid.clear()]),
    ("one guid for all", &[|it, _| it.guid = "same".into()]),
    ("guids move on by one", &[|it, poll| it.guid = format!("item-{}", it.n + poll)]),
    ("tracking parameters", &[tracked]),
    ("sessions in links", &[in_session]),
    (
        "links by http, with www and a slash",
        &[|it, _| {
            if !it.link.is_empty() {
                it.link = format!("{}/", it.link.replace("https://", "http://www."));
            }
        }],
    ),
    ("fragments", &[|it, poll| it.link += &format!("#s{poll}")]),
    ("index.html", &[|it, _| it.link += "/index.html"]),
    ("AMP", &[|it, _| it.link += "/amp"]),
    ("moved links", &[moved]),
    ("one link for all", &[|it, _| it.link = "https://acme.example/".into()]),
    ("no links any more", &[|it, _| it.link.clear()]),
    ("dates are now", &[dated_now]),
    ("dates an hour off", &[|it, _| it.date = it.date.replace("T0", "T1")]),
    ("dates without a time", &[|it, _| it.date = it.date.get(..10).unwrap_or_default().to_owned()]),
    ("no dates any more", &[|it, _| it.date.clear()]),
    ("guids anew, tracking, titles", &[guid_anew, tracked, retitled]),
    ("guids anew, tracking, texts", &[guid_anew, tracked, corrected]),
    ("guids anew, tracking, titles, texts", &[guid_anew, tracked, retitled, corrected]),
    ("guids anew, sessions", &[guid_anew, in_session]),
    ("guids anew, sessions, titles", &[guid_anew, in_session, retitled]),
    ("guids anew, sessions, texts", &[guid_anew, in_session, corrected]),
    ("guids anew, moved links", &[guid_anew, moved]),
    ("guids anew, moved links, titles", &[guid_anew, moved, retitled]),
    ("guids anew, dates are now", &[guid_anew, dated_now]),
    ("guids anew, sessions, dates are now", &[guid_anew, in_session, dated_now]),
    ("guids anew, dates are now, titles", &[guid_anew, dated_now, retitled]),
    ("moved links, titles", &[moved, retitled]),
    ("moved links, texts, dates are now", &[moved, corrected, dated_now]),
    ("titles, dates are now", &[retitled, dated_now]),
];

/// The window of the publisher at each poll, and whether it is churned then.
///
/// What was seen first while it was churned is not shown pristine: that would be a second churn.
const POLLS: [(std::ops::Range<usize>, bool); 7] =
    [(0..8, false), (0..8, true), (1..9, true), (1..9, true), (4..9, true), (0..10, true), (0..8, false)];

/// Where nothing stays the same but the text, and nothing else but the text was ever there.
const UNTOLD: [&str; 3] = [
    "RSS, one link for all and no guids, undated: one title written anew",
    "RSS, one link and one guid for all, undated: one title written anew",
    "RSS, neither guids nor links, undated: one title written anew",
];

/// One shape under one churn, at one address.
struct Cell {
    name: String,
    shape: &'static Shape,
    churns: &'static [Churn],
    is_dated: bool,
}

fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for shape in SHAPES {
        for (what, churns) in CHURNS {
            for is_dated in [true, false] {
                let dated = if is_dated { "dated" } else { "undated" };
                cells.push(Cell {
                    name: format!("{}, {dated}: {what}", shape.name),
                    shape,
                    churns,
                    is_dated,
                });
            }
        }
    }
    cells.retain(|it| !UNTOLD.contains(&it.name.as_str()));
    cells
}

impl Cell {
    fn document(&self, poll: usize) -> (&'static str, String) {
        let (range, is_churned) = POLLS[poll].clone();
        let mut window = releases(range);
        for (at, it) in window.iter_mut().enumerate() {
            if !self.is_dated {
                it.date.clear();
            }
            let churns: &[Churn] = if is_churned { self.churns } else { &[] };
            // What a guid is made of changes with it, and what is made anew for each poll is made in any shape.
            let before = it.guid.clone();
            churns.iter().for_each(|churn| churn(it, poll));
            if it.guid == before {
                (self.shape.states)(it, at);
            } else {
                let guid = std::mem::replace(&mut it.guid, before);
                (self.shape.states)(it, at);
                if !it.guid.trim().is_empty() {
                    it.guid = guid;
                }
            }
            if !self.is_dated {
                it.date.clear();
            }
        }
        (self.shape.write)(&window)
    }

    /// What went wrong, if anything.
    async fn run(&self, world: &World, source: &std::sync::Arc<Source>, path: &str) -> Result<(), String> {
        let mut ids: BTreeMap<&str, String> = BTreeMap::new();
        let mut expected = 0;
        for (poll, (window, _)) in POLLS.iter().enumerate() {
            expected = expected.max(window.end);
            world.pass(HOUR_MS);
            let (kind, body) = self.document(poll);
            world.publisher.serve(path, Script::document(kind, body));
            match world.ingest.round(source, Ask::Now).await {
                Ok(Round::Kept { .. } | Round::Unchanged) => {}
                other => return Err(format!("poll {poll}: {other:?}")),
            }
            let kept =
                world.store.newest(std::slice::from_ref(&source.id), Order::Stated, 100).await.unwrap();
            let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for it in &kept {
                let text = it.entry.content.as_str();
                let word = WORDS.iter().find(|word| text.contains(&format!(": {word}."))).unwrap();
                found.entry(word).or_default().push(it.public_id.clone());
            }
            let twice: Vec<_> =
                found.iter().filter(|(_, ids)| ids.len() > 1).map(|(word, _)| *word).collect();
            let lost: Vec<_> = WORDS[..expected].iter().filter(|it| !found.contains_key(*it)).collect();
            if !twice.is_empty() || !lost.is_empty() {
                return Err(format!("poll {poll}: twice {twice:?}, lost {lost:?}"));
            }
            for (word, id) in found {
                let known = ids.entry(word).or_insert_with(|| id[0].clone());
                if *known != id[0] {
                    return Err(format!("poll {poll}: {word} was {known}, is {}", id[0]));
                }
            }
        }
        Ok(())
    }
}

#[tokio::test]
async fn whatever_publishers_do_nothing_is_shown_twice_and_nothing_is_lost() {
    let cells = cells();
    let world = World::with(Setting { others: cells.len(), ..Setting::default() }).await;
    let mut wrong = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        if let Err(what) = cell.run(&world, &world.others[at], &format!("/other-{at}.xml")).await {
            wrong.push(format!("{}: {what}", cell.name));
        }
    }
    say(&format!("{} of {} cells go wrong", wrong.len(), cells.len()));
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cells.len(), wrong.join("\n"));
}
