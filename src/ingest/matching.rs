//! Which of a source's entries a draft is: the publisher's word where it can be trusted, else link, else content.
//!
//! Pure, and only ever within one source: rows of different sources are never merged here, so that no source can take
//! over another's entries. A reader must never see an entry twice because its publisher changed one of guid, link or
//! title, so a draft is looked for under each of them before it counts as new.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher as _},
};

use crate::{
    model::{Draft, EntryId, Hash128},
    sanitize,
    store::{Keys, Known},
};

use super::{
    memory::{Print, Seen, SharedKeys},
    mint,
};

/// Longest guid or link that is kept as it is, bytes.
const KEY_BYTES_MAX: usize = 1_000;

/// One draft of a document with what it may be recognised by.
#[derive(Debug)]
pub struct Claim {
    /// The draft's place in the document.
    pub at: usize,
    /// The draft in short.
    pub print: Print,
    /// Hash of everything that the draft states, as it is kept.
    pub raw_hash: Hash128,
    /// What another entry of the document could share with it.
    pub keys: SharedKeys,
    /// Its guid, where no different entry of the document shares it.
    pub guid: Option<String>,
    /// Its link in the form in which two links are compared.
    pub canonical: Option<String>,
    /// Its title, folded for comparison.
    pub title_key: String,
    /// Hash of title and text.
    pub content: String,
    /// Its stated date, unix milliseconds.
    stated_ms: Option<i64>,
    /// Whether no other entry of the document has the same link.
    link_is_own: bool,
}

/// A draft that was recognised, or is new.
#[derive(Debug)]
pub struct Match {
    /// What it was recognised by.
    pub claim: Claim,
    /// The key under which the store keeps it: the known row's, or one that no row of this source has.
    pub identity: String,
    /// The row it was recognised as.
    pub known: Option<Known>,
}

impl Claim {
    /// What is remembered of it once its row `id` says the same.
    pub fn seen(&self, id: EntryId) -> Seen {
        Seen { print: self.print.hash, id, keys: self.keys }
    }

    /// Whether the store is asked for this row on its account.
    fn asks_for(&self, row: &Known) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        same(&self.canonical, &row.canonical)
            || same(&self.guid, &row.guid)
            || identities(self).any(|it| it == row.identity)
    }
}

/// What each draft says of itself, without the repetitions of one document: an item that says the same guid and the
/// same link or title twice is one entry. `prints` are all drafts in short; those at the places for which
/// `is_left_out` holds are passed over.
pub fn claims(drafts: &[Draft], prints: &[Print], is_left_out: impl Fn(usize) -> bool) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::with_capacity(drafts.len());
    let mut seen = HashSet::new();
    for (at, (draft, print)) in drafts.iter().zip(prints).enumerate().filter(|(at, _)| !is_left_out(*at)) {
        let guid = draft.identity.guid.as_deref().filter(|it| !it.is_empty()).map(bounded);
        let original = draft.identity.link.as_deref().or(draft.link.as_deref());
        let canonical = original.and_then(sanitize::canonical).map(|it| bounded(&it));
        let title_key = fold(draft.title.as_deref().unwrap_or_default());
        let content = draft.identity.content.clone();
        let repeats = |signs: (&'static str, &str, &str)| !seen.insert(key(signs));
        if is_repetition(guid.as_deref(), canonical.as_deref(), &title_key, &content, repeats) {
            continue;
        }
        let stated_ms = draft.published.or(draft.updated).map(|it| it.instant_ms);
        let keys = shared_keys(guid.as_deref(), canonical.as_deref(), &content);
        claims.push(Claim {
            at,
            print: *print,
            raw_hash: draft.fingerprint(),
            keys,
            guid,
            canonical,
            title_key,
            content,
            stated_ms,
            link_is_own: true,
        });
    }
    let mut counts: HashMap<u64, usize> = HashMap::new();
    claims.iter().flat_map(|it| it.keys).for_each(|it| *counts.entry(it).or_default() += 1);
    for claim in &mut claims {
        let [guid, link] = claim.keys.map(|it| counts.get(&it) == Some(&1));
        claim.link_is_own = link && claim.canonical.is_some();
        claim.guid = claim.guid.take().filter(|_| guid);
    }
    claims
}

/// Two entries of one document share a guid, a link, or, where they have neither, a text, or do not concern each other:
/// that is all by which repetitions and shared signs are told.
fn shared_keys(guid: Option<&str>, link: Option<&str>, content: &str) -> SharedKeys {
    let key = |kind: u8, text: &str| key((kind, text)).max(1);
    let bare = (guid.is_none() && link.is_none()).then_some(content);
    let other = link.map(|it| key(1, it)).or_else(|| bare.map(|it| key(2, it)));
    [guid.map_or(0, |it| key(0, it)), other.unwrap_or(0)]
}

/// Whether one of `claims` shares something with one of the unchanged entries: then they must be told apart together.
pub fn concerns(claims: &[Claim], unchanged: &[Seen]) -> bool {
    if claims.is_empty() {
        return false;
    }
    let theirs: HashSet<u64> = unchanged.iter().flat_map(|it| it.keys).filter(|it| *it != 0).collect();
    claims.iter().flat_map(|it| it.keys).any(|it| theirs.contains(&it))
}

/// With a guid: the same guid and the same link, or the same guid and the same title. Without: the same link and
/// title, or, without a link, the same content.
fn is_repetition(
    guid: Option<&str>,
    link: Option<&str>,
    title: &str,
    content: &str,
    mut repeats: impl FnMut((&'static str, &str, &str)) -> bool,
) -> bool {
    match (guid, link) {
        (Some(guid), Some(link)) => {
            let by_link = repeats(("guid and link", guid, link));
            let by_title = !title.is_empty() && repeats(("guid and title", guid, title));
            by_link || by_title
        }
        (Some(guid), None) => repeats(("guid and title", guid, title)),
        (None, Some(link)) => repeats(("link and title", link, title)),
        (None, None) => repeats(("content", content, "")),
    }
}

/// A key that fits into the store's indexes: one that is too long is known by its hash.
pub(super) fn bounded(key: &str) -> String {
    if key.len() <= KEY_BYTES_MAX {
        key.to_owned()
    } else {
        format!("blake3:{}", Hash128::of(key.as_bytes()).hex())
    }
}

/// What signs are compared by within one document.
fn key(signs: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    signs.hash(&mut hasher);
    hasher.finish()
}

/// Letters and digits in lower case, single spaces between words.
pub fn fold(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut folded = String::with_capacity(lower.len());
    for word in lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// What the store is asked for, so that [`matches()`] can recognise these claims.
pub fn lookup(claims: &[Claim]) -> Keys {
    Keys {
        guids: claims.iter().filter_map(|it| it.guid.clone()).collect(),
        canonicals: claims.iter().filter_map(|it| it.canonical.clone()).collect(),
        identities: claims.iter().flat_map(identities).collect(),
    }
}

/// Recognises each claim among the rows the store knows. A row is recognised at most once; the rows of `unchanged` are
/// recognised already.
pub fn matches(claims: Vec<Claim>, known: Vec<Known>, unchanged: &[Seen]) -> Vec<Match> {
    let mut rows = Rows::new(known, unchanged);
    let mut found: Vec<Option<usize>> = vec![None; claims.len()];
    // The surest signs first, over the whole document: a weaker sign of one entry must not take the row that a
    // stronger sign of another entry names.
    for sign in Sign::ALL {
        for (claim, place) in claims.iter().zip(&mut found) {
            if place.is_none() {
                *place = rows.find(sign, claim);
            }
        }
    }
    let mut taken: HashSet<String> = rows.all.iter().map(|it| it.identity.clone()).collect();
    let mut matches = Vec::with_capacity(claims.len());
    for (claim, place) in claims.into_iter().zip(found) {
        let known = place.and_then(|it| rows.all.get(it).cloned());
        let identity = match &known {
            Some(row) => row.identity.clone(),
            // `None` where the very same content is already there under every key.
            None => match identities(&claim).find(|it| taken.insert(it.clone())) {
                Some(identity) => identity,
                None => continue,
            },
        };
        matches.push(Match { claim, identity, known });
    }
    matches
}

/// The keys that a new row may get, the best first: its guid; its link where it has no guid and the link is its own; its
/// content; its content and link.
fn identities(claim: &Claim) -> impl Iterator<Item = String> {
    let Claim { guid, canonical, content, link_is_own, .. } = claim;
    let own_link = canonical.as_ref().filter(|_| *link_is_own && guid.is_none());
    // Each is made only when it is its turn: nearly always the first one is free.
    let guid = guid.iter().cloned();
    let link = own_link.into_iter().map(|it| format!("link:{it}"));
    let content_alone = std::iter::once_with(move || format!("content:{content}"));
    let last = canonical.iter().map(move |it| format!("content:{content} {it}"));
    guid.chain(link).chain(content_alone).chain(last)
}

/// By what a row is recognised.
#[derive(Clone, Copy)]
enum Sign {
    Everything,
    GuidAndMore,
    LinkAndTitle,
    Guid,
    Link,
    Content,
}

impl Sign {
    /// All of them, the surest first.
    const ALL: [Self; 6] =
        [Self::Everything, Self::GuidAndMore, Self::LinkAndTitle, Self::Guid, Self::Link, Self::Content];

    /// Whether `row` is what `claim` speaks of, given that they share what the sign is named after.
    fn fits(self, claim: &Claim, row: &Known) -> bool {
        let same_title = !claim.title_key.is_empty() && row.title_key == claim.title_key;
        let same_link = claim.canonical.is_some() && row.canonical == claim.canonical;
        // As `order_ms` was made of it when the row came.
        let same_date = claim.stated_ms.is_some_and(|it| it.min(row.first_seen_ms) == row.order_ms);
        match self {
            // All that it states stood in the document already when that was last read: this is what a memory can
            // tell too, and so both say the same.
            Self::Everything => claim.print.is_own && row.is_listed,
            Self::GuidAndMore => same_link || same_title,
            Self::LinkAndTitle => same_title,
            // A guid that is no more than a number may be a place in the list: if link, title and date are others, so
            // is the entry.
            Self::Guid => same_date || claim.guid.as_deref().is_some_and(|it| mint::global(it).is_some()),
            // One link for many entries is no sign; nor is one that stays while guid, title and date change.
            Self::Link => claim.link_is_own && (same_date || claim.guid.is_none() && row.guid.is_none()),
            // A row that is here only because another entry of the document asked for it is no candidate: what an
            // entry is recognised as must not hang on its neighbours.
            Self::Content => {
                (row.is_listed || claim.asks_for(row)) && (same_date || claim.stated_ms.is_none())
            }
        }
    }
}

/// The known rows, each handed out once.
struct Rows {
    all: Vec<Known>,
    used: Vec<bool>,
    by_guid: HashMap<String, Vec<usize>>,
    by_link: HashMap<String, Vec<usize>>,
    by_content: HashMap<String, Vec<usize>>,
    by_raw_hash: HashMap<Hash128, Vec<usize>>,
}

impl Rows {
    fn new(all: Vec<Known>, unchanged: &[Seen]) -> Self {
        let taken: HashSet<EntryId> = unchanged.iter().map(|it| it.id).collect();
        let used = all.iter().map(|it| taken.contains(&it.id)).collect();
        let mut by_guid: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_link: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_content: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_raw_hash: HashMap<Hash128, Vec<usize>> = HashMap::new();
        for (at, row) in all.iter().enumerate() {
            if let Some(guid) = &row.guid {
                by_guid.entry(guid.clone()).or_default().push(at);
            }
            if let Some(link) = &row.canonical {
                by_link.entry(link.clone()).or_default().push(at);
            }
            by_content.entry(row.content_key.clone()).or_default().push(at);
            if row.is_listed {
                by_raw_hash.entry(row.raw_hash).or_default().push(at);
            }
        }
        by_raw_hash.retain(|_, rows| rows.len() == 1);
        Self { all, used, by_guid, by_link, by_content, by_raw_hash }
    }

    fn find(&mut self, sign: Sign, claim: &Claim) -> Option<usize> {
        let sharing = match sign {
            Sign::Everything => self.by_raw_hash.get(&claim.raw_hash),
            Sign::GuidAndMore | Sign::Guid => self.by_guid.get(claim.guid.as_ref()?),
            Sign::LinkAndTitle | Sign::Link => self.by_link.get(claim.canonical.as_ref()?),
            Sign::Content => self.by_content.get(&claim.content),
        }?;
        let is_free = |at: &usize| self.used.get(*at) == Some(&false);
        let fits = |at: &usize| self.all.get(*at).is_some_and(|row| sign.fits(claim, row));
        let place = sharing.iter().copied().find(|at| is_free(at) && fits(at))?;
        if let Some(used) = self.used.get_mut(place) {
            *used = true;
        }
        Some(place)
    }
}
