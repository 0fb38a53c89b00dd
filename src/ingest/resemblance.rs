//! The last look, at what no sign has recognised: entries of the document that look like entries which have just gone
//! from it. A publisher that makes guids and links anew each time, and mends a title meanwhile, leaves no other trace.

use std::{cmp::Reverse, collections::HashMap};

use super::{
    likeness::{Likeness, core, names_an_entry},
    matching::Claim,
    signs::{Ground, Rows, is_undated, same_date, same_guid, same_title},
};
use crate::store::Known;

/// Pairs of one entry that has come and one that has gone that are looked at in one document.
const PAIRS_MAX: usize = 40_000;
/// Titles that are so much alike, in thousandths, are hardly ever those of two entries: wires have many that begin and end
/// with the same words.
const LOOKS_THE_SAME_MIN: usize = 820;

/// What has come, or has gone, and is not accounted for.
struct Side<'a> {
    at: usize,
    title: &'a str,
    likeness: Likeness<'a>,
    core: Option<&'a str>,
    date: Option<i64>,
}

/// How often titles, addresses and dates occur on one side: what occurs twice tells nobody apart.
#[derive(Default)]
struct Counts<'a> {
    titles: HashMap<&'a str, usize>,
    cores: HashMap<&'a str, usize>,
    dates: HashMap<i64, usize>,
}

impl<'a> Counts<'a> {
    fn of(sides: &[Side<'a>]) -> Self {
        let mut counts = Self::default();
        for it in sides {
            *counts.titles.entry(it.title).or_default() += 1;
            it.core.iter().for_each(|core| *counts.cores.entry(core).or_default() += 1);
            it.date.iter().for_each(|date| *counts.dates.entry(*date).or_default() += 1);
        }
        counts
    }
}

/// How much two look like one entry.
#[derive(Clone, Copy)]
enum Degree {
    /// In any case.
    Sure(usize),
    /// If the publisher has made all its guids and links anew; and whether it looks like that.
    IfRenewed(usize, bool),
}

/// Recognises those of the claims that are not in `found` yet among the rows that are still free, the most alike first.
pub fn resembling(claims: &[Claim], found: &mut [Option<usize>], rows: &mut Rows, ground: &Ground) {
    let alike = alike(claims, found, rows, ground);
    // A window that holds other entries throughout, because much was published, has new guids and links as well: what
    // looks like an old entry is one only if most do.
    let mut renewed: Vec<usize> =
        alike.iter().filter(|it| matches!(it.0, Degree::IfRenewed(_, true))).map(|it| it.1).collect();
    renewed.dedup();
    let recognised = found.iter().filter(|it| it.is_some()).count();
    let is_renewed = (recognised + renewed.len()) * 2 >= claims.len();
    let mut alike: Vec<(usize, usize, usize)> = alike
        .into_iter()
        .filter_map(|(degree, claim, row)| match degree {
            Degree::Sure(degree) => Some((degree, claim, row)),
            Degree::IfRenewed(degree, _) => is_renewed.then_some((degree, claim, row)),
        })
        .collect();
    alike.sort_by_key(|(degree, claim, row)| (Reverse(*degree), *claim, *row));
    for (_, claim, row) in alike {
        if let Some(place) = found.get_mut(claim).filter(|it| it.is_none() && rows.is_free(row)) {
            *place = Some(row);
            rows.take(row);
        }
    }
}

/// What looks like one entry: the degree, the claim and the row, in the order of the claims.
fn alike(
    claims: &[Claim],
    found: &[Option<usize>],
    rows: &Rows,
    ground: &Ground,
) -> Vec<(Degree, usize, usize)> {
    let come: Vec<Side<'_>> = claims
        .iter()
        .enumerate()
        .filter(|(at, _)| found.get(*at) == Some(&None))
        .map(|(at, it)| side(at, &it.title_key, it.canonical.as_deref(), it.stated_ms))
        .collect();
    if come.is_empty() {
        return Vec::new();
    }
    let gone: Vec<Side<'_>> = rows
        .all
        .iter()
        .enumerate()
        .filter(|(at, it)| rows.is_free(*at) && (it.is_listed || it.is_recent))
        .map(|(at, it)| side(at, &it.title_key, it.canonical.as_deref(), it.stated_ms))
        .collect();
    if come.len().saturating_mul(gone.len()) > PAIRS_MAX {
        return Vec::new();
    }
    let counts = [Counts::of(&come), Counts::of(&gone)];
    let mut alike = Vec::new();
    for one in &come {
        for other in &gone {
            if let (Some(claim), Some(row)) = (claims.get(one.at), rows.all.get(other.at)) {
                let degree = Pair { claim, row, ground, counts: &counts }.degree(one, other);
                alike.extend(degree.map(|it| (it, one.at, other.at)));
            }
        }
    }
    alike
}

fn side<'a>(at: usize, title: &'a str, canonical: Option<&'a str>, date: Option<i64>) -> Side<'a> {
    Side { at, title, likeness: Likeness::of(title), core: canonical.map(core), date }
}

/// One that has come, and one that has gone.
struct Pair<'a> {
    claim: &'a Claim,
    row: &'a Known,
    ground: &'a Ground,
    counts: &'a [Counts<'a>; 2],
}

impl Pair<'_> {
    /// How much the two look like one entry; `None` where they do not.
    fn degree(&self, one: &Side<'_>, other: &Side<'_>) -> Option<Degree> {
        let (claim, row, ground) = (self.claim, self.row, self.ground);
        // What is gone for longer comes back under its guid, where guids mean anything.
        if !row.is_listed && claim.guid.is_some() && !ground.guids_are_moot() {
            return None;
        }
        let date = same_date(claim, row);
        // Another date is no sign of another entry only where there is none, or all are new.
        let may_be_renewed = ground.both_are_moot(claim.guid.is_none() || row.guid.is_none())
            && (date || is_undated(claim, row) || ground.dates_are_new);
        let likeness = one.likeness.to(&other.likeness);
        let numbers = one.likeness.agrees_in_numbers(&other.likeness);
        let is_bare = claim.guid.is_none() && !claim.link_is_own;
        let renewed = |degree, is_sign| match (is_bare && is_undated(claim, row) && is_sign, may_be_renewed) {
            (true, _) => Some(Degree::Sure(degree)),
            (false, true) => Some(Degree::IfRenewed(degree, is_sign)),
            (false, false) => None,
        };
        let is_own_core = one.core.is_some_and(names_an_entry)
            && one.core == other.core
            && self.is_sole(|it| one.core.and_then(|core| it.cores.get(core)));
        if is_own_core && (date || is_undated(claim, row) && likeness.is_some() && numbers) {
            return Some(Degree::Sure(9_000));
        }
        if is_own_core && may_be_renewed {
            return renewed(8_000, true);
        }
        if same_title(claim, row) {
            let is_sole = self.is_sole(|it| it.titles.get(one.title));
            return if date { Some(Degree::Sure(7_000)) } else { renewed(6_000, true).filter(|_| is_sole) };
        }
        let is_own_date = date && self.is_sole(|it| it.dates.get(&claim.stated_ms?));
        match likeness {
            // The beginnings of texts are more alike than titles are.
            Some(alike) if !claim.is_titled && alike < LOOKS_THE_SAME_MIN => None,
            // “Report 45”, of the same day, with another guid and another link, is not “Report 44”.
            Some(_) if !numbers && !is_bare && !may_be_renewed => None,
            Some(alike) if date && (numbers || is_own_date) => {
                Some(Degree::Sure(4_000 + alike + usize::from(numbers) * 1_000))
            }
            Some(alike) if numbers && alike >= LOOKS_THE_SAME_MIN => renewed(2_000 + alike, true),
            // Rewritten from beginning to end, and told by its date alone.
            _ if is_own_date && (is_bare || same_guid(claim, row)) => Some(Degree::Sure(1_000)),
            _ if is_own_date => renewed(1_000, false),
            _ => None,
        }
    }

    fn is_sole<'c>(&'c self, count: impl Fn(&'c Counts<'c>) -> Option<&'c usize>) -> bool {
        self.counts.iter().all(|it| count(it) == Some(&1))
    }
}
