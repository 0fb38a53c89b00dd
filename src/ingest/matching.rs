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
    model::{Draft, EntryId, Hash128, signs::Basis},
    sanitize,
    store::{Keys, Known},
};

use super::{
    likeness::is_place,
    memory::{Print, Seen, SharedKeys},
    mint,
    repetition::{Repetitions, Said},
    resemblance::resembling,
    signs::{Ground, RENEWED_MIN, Rows, Sign},
};

/// Longest guid or link that is kept as it is, bytes.
const KEY_BYTES_MAX: usize = 1_000;
/// An entry without a title is compared by the beginning of its text, so many bytes of it.
const OPENING_BYTES_MAX: usize = 200;

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
    /// Its title, folded for comparison; without one the beginning of its text.
    pub title_key: String,
    /// Whether it has a title.
    pub is_titled: bool,
    /// Hash of title and text.
    pub content: String,
    /// Its stated date, unix milliseconds.
    pub stated_ms: Option<i64>,
    /// Whether it has a title or a text.
    pub has_content: bool,
    /// Whether no other entry of the document has the same link.
    pub link_is_own: bool,
    /// Whether its guid may be no more than its place in the document.
    pub guid_is_place: bool,
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
    pub(super) fn asks_for(&self, row: &Known, basis: Basis) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        same(&self.canonical, &row.canonical)
            || same(&self.guid, &row.guid)
            || identities(self, basis).any(|it| it == row.identity)
    }

    fn said(&self) -> Said<'_> {
        Said {
            guid: self.guid.as_deref(),
            link: self.canonical.as_deref(),
            title: &self.title_key,
            content: Some(self.content.as_str()).filter(|_| self.has_content),
            stated_ms: self.stated_ms,
        }
    }
}

/// What each draft says of itself, without the repetitions of one document. `prints` are all drafts in short; those at
/// the places for which `is_left_out` holds are passed over.
pub fn claims(drafts: &[Draft], prints: &[Print], is_left_out: impl Fn(usize) -> bool) -> Vec<Claim> {
    let claimed = drafts.iter().zip(prints).enumerate().filter(|(at, _)| !is_left_out(*at));
    let mut claims: Vec<Claim> =
        claimed.map(|(at, (draft, print))| claim(draft, *print, (at, drafts.len()))).collect();
    let mut repetitions = Repetitions::default();
    let repeats: Vec<bool> = claims.iter().map(|it| repetitions.notes(&it.said())).collect();
    let mut repeats = repeats.into_iter();
    claims.retain(|_| repeats.next() != Some(true));
    let mut counts: HashMap<u64, usize> = HashMap::new();
    claims.iter().flat_map(|it| it.keys).for_each(|it| *counts.entry(it).or_default() += 1);
    for claim in &mut claims {
        let [guid, link] = claim.keys.map(|it| counts.get(&it) == Some(&1));
        claim.link_is_own = link && claim.canonical.is_some();
        claim.guid = claim.guid.take().filter(|_| guid);
    }
    claims
}

/// What a draft says of itself that stands `at` a place among so many.
fn claim(draft: &Draft, print: Print, (at, count): (usize, usize)) -> Claim {
    let guid = draft.identity.guid.as_deref().filter(|it| !it.is_empty()).map(bounded);
    let original = draft.identity.link.as_deref().or(draft.link.as_deref());
    let canonical = original.and_then(sanitize::canonical).map(|it| bounded(&it));
    let text = || draft.content.as_ref().or(draft.summary.as_ref()).map(|it| it.0.as_str());
    let title = fold(draft.title.as_deref().unwrap_or_default());
    let is_titled = !title.is_empty();
    let title_key = if title.is_empty() { text().map(opening).unwrap_or_default() } else { title };
    let content = draft.identity.content.clone();
    let keys = shared_keys(guid.as_deref(), canonical.as_deref(), &content);
    Claim {
        at,
        print,
        raw_hash: draft.fingerprint(),
        keys,
        guid_is_place: guid
            .as_deref()
            .is_some_and(|it| mint::global(it).is_none() && is_place(it, at, count)),
        guid,
        canonical,
        has_content: !title_key.is_empty(),
        title_key,
        is_titled,
        content,
        stated_ms: draft.published.or(draft.updated).map(|it| it.instant_ms),
        link_is_own: true,
    }
}

/// Two entries of one document share a guid, a link, or, where they have neither, a text, or do not concern each other:
/// that is all by which repetitions and shared signs are told. The hash of a link is even, that of a text odd.
fn shared_keys(guid: Option<&str>, link: Option<&str>, content: &str) -> SharedKeys {
    let key = |kind: u8, text: &str| key((kind, text));
    let bare = (guid.is_none() && link.is_none()).then_some(content);
    let other = link.map(|it| (key(1, it) & !1).max(2)).or_else(|| bare.map(|it| key(2, it) | 1));
    [guid.map_or(0, |it| key(0, it).max(1)), other.unwrap_or(0)]
}

/// Whether one of `claims` shares something with one of the unchanged entries: then they must be told apart together.
pub fn concerns(claims: &[Claim], unchanged: &[Seen]) -> bool {
    if claims.is_empty() {
        return false;
    }
    let theirs: HashSet<u64> = unchanged.iter().flat_map(|it| it.keys).filter(|it| *it != 0).collect();
    claims.iter().flat_map(|it| it.keys).any(|it| theirs.contains(&it))
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

/// The beginning of a text that may hold markup, folded.
fn opening(text: &str) -> String {
    let mut words = String::with_capacity(OPENING_BYTES_MAX);
    for part in text.split('<') {
        let is_first = words.is_empty() && !text.starts_with('<');
        let plain = if is_first { part } else { part.split_once('>').map_or(part, |(_, behind)| behind) };
        let room = OPENING_BYTES_MAX.saturating_sub(words.len());
        words.extend(plain.chars().take(room).chain([' ']));
        if words.len() >= OPENING_BYTES_MAX {
            break;
        }
    }
    fold(&words)
}

/// What the store is asked for, so that [`matches()`] can recognise these claims.
/// Where guids say little, an entry that comes back after it had gone is found by what it looks like.
pub fn lookup(claims: &[Claim], unchanged: &[Seen], basis: Basis) -> Keys {
    let may_be_renewed = unchanged.is_empty() && claims.len() >= RENEWED_MIN;
    Keys {
        recent: may_be_renewed || basis != Basis::Guid || claims.iter().any(|it| it.guid.is_none()),
        guids: claims.iter().filter_map(|it| it.guid.clone()).collect(),
        canonicals: claims.iter().filter_map(|it| it.canonical.clone()).collect(),
        identities: claims.iter().flat_map(|it| identities(it, basis)).collect(),
    }
}

/// Recognises each claim among the rows the store knows, by what the source's entries are told by. A row is recognised
/// at most once; the rows of `unchanged` are recognised already.
pub fn matches(claims: Vec<Claim>, known: Vec<Known>, unchanged: &[Seen], basis: Basis) -> Vec<Match> {
    let mut ground = Ground::new(basis, &claims, &known, unchanged);
    let mut rows = Rows::new(known, unchanged);
    let mut found: Vec<Option<usize>> = vec![None; claims.len()];
    if !rows.all.is_empty() {
        // The surest signs first, over the whole document: a weaker sign of one entry must not take the row that a
        // stronger sign of another entry names.
        for sign in Sign::ALL {
            for (claim, place) in claims.iter().zip(&mut found) {
                if place.is_none() {
                    *place = rows.find(sign, claim, &ground);
                }
            }
            ground.note(sign, &claims, &found, &rows);
        }
        resembling(&claims, &mut found, &mut rows, &ground);
    }
    let mut taken: HashSet<String> = rows.all.iter().map(|it| it.identity.clone()).collect();
    let mut matches = Vec::with_capacity(claims.len());
    for (claim, place) in claims.into_iter().zip(found) {
        let known = place.and_then(|it| rows.all.get(it).cloned());
        let identity = match &known {
            Some(row) => row.identity.clone(),
            // `None` where the very same content is already there under every key.
            None => match identities(&claim, basis).find(|it| taken.insert(it.clone())) {
                Some(identity) => identity,
                None => continue,
            },
        };
        matches.push(Match { claim, identity, known });
    }
    matches
}

/// The keys that a new row may get, the best first: its guid; its link where it has no guid that counts and the link is
/// its own; its content; its content and link; and with its date.
fn identities(claim: &Claim, basis: Basis) -> impl Iterator<Item = String> {
    let Claim { guid, canonical, content, link_is_own, stated_ms, .. } = claim;
    let guid = guid.as_ref().filter(|_| basis == Basis::Guid);
    let is_named = *link_is_own && guid.is_none() && basis != Basis::Content;
    let own_link = canonical.as_ref().filter(|_| is_named);
    // Each is made only when it is its turn: nearly always the first one is free.
    let guid = guid.into_iter().cloned();
    let link = own_link.into_iter().map(|it| format!("link:{it}"));
    let content_alone = std::iter::once_with(move || format!("content:{content}"));
    let with_link = canonical.iter().map(move |it| format!("content:{content} {it}"));
    let with_date = stated_ms.iter().map(move |it| match canonical {
        Some(link) => format!("content:{content} {link} {it}"),
        None => format!("content:{content} {it}"),
    });
    guid.chain(link).chain(content_alone).chain(with_link).chain(with_date)
}
