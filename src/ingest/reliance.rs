//! What a document teaches about how far its source's guids and links can be relied on.

use std::collections::{HashMap, HashSet};

use super::{
    matching::Match,
    memory::Seen,
    signs::{same_guid, same_link},
};
use crate::model::signs::{Sighted, Signs};

/// With what the entries of a document show that were recognised by `matches`, beside those that are `unchanged`. A document in which
/// nothing changed teaches nothing.
pub fn learned(before: Signs, matches: &[Match], unchanged: &[Seen], now_ms: i64) -> Signs {
    let is_as_before = |it: &Match| it.known.as_ref().is_some_and(|row| row.raw_hash == it.claim.raw_hash);
    if matches.iter().all(is_as_before) {
        return before;
    }
    let keys = || unchanged.iter().map(|it| it.keys).chain(matches.iter().map(|it| it.claim.keys));
    let mut carriers: HashMap<u64, u32> = HashMap::new();
    keys().flatten().for_each(|it| *carriers.entry(it).or_default() += 1);
    let is_link = |it: &u64| *it != 0 && it & 1 == 0;
    let mut guids = shares(keys().map(|[guid, _]| guid).filter(|it| *it != 0), &carriers);
    let mut links = shares(keys().map(|[_, link]| link).filter(is_link), &carriers);
    // What a memory knows of an entry that is as it was, and no more.
    let as_before = matches.iter().filter(|it| is_as_before(it)).map(|it| it.claim.keys);
    for [guid, link] in unchanged.iter().map(|it| it.keys).chain(as_before) {
        guids.stayed += u32::from(carriers.get(&guid).is_some_and(|it| guid != 0 && *it == 1));
        links.stayed += u32::from(carriers.get(&link).is_some_and(|it| is_link(&link) && *it == 1));
    }
    let rows = || matches.iter().filter_map(|it| it.known.as_ref());
    let known: HashSet<&str> = rows().filter_map(|it| it.guid.as_deref()).collect();
    let known_links: HashSet<&str> = rows().filter_map(|it| it.canonical.as_deref()).collect();
    let others = matches.iter().filter(|it| !is_as_before(it));
    for (claim, row) in others.filter_map(|it| Some((&it.claim, it.known.as_ref()?))) {
        if let (Some(guid), Some(_)) = (&claim.guid, &row.guid) {
            note(&mut guids, same_guid(claim, row), || known.contains(guid.as_str()));
        }
        if let (Some(link), Some(_)) =
            (claim.canonical.as_ref().filter(|_| claim.link_is_own), &row.canonical)
        {
            note(&mut links, same_link(claim, row), || known_links.contains(link.as_str()));
        }
    }
    before.learn(guids, links, now_ms)
}

/// How many entries have a sign, and how many of them share it.
fn shares(keys: impl Iterator<Item = u64>, carriers: &HashMap<u64, u32>) -> Sighted {
    let mut seen = Sighted::default();
    for key in keys {
        seen.stated += 1;
        seen.shared += u32::from(carriers.get(&key).is_some_and(|it| *it > 1));
    }
    seen
}

fn note(seen: &mut Sighted, is_same: bool, is_handed_on: impl Fn() -> bool) {
    if is_same {
        seen.stayed += 1;
    } else {
        seen.changed += 1;
        seen.handed_on += u32::from(is_handed_on());
    }
}
