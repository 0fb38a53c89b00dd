//! By what a row is recognised: the signs, and how much each of them needs besides.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use super::{
    likeness::{is_edited, is_telling, names_an_entry},
    matching::Claim,
    memory::Seen,
    mint,
};
use crate::{
    model::{EntryId, Hash128, signs::Basis},
    sanitize,
    store::Known,
};

/// Entries that a document must have for the signs that none of them kept to mean anything.
pub const RENEWED_MIN: usize = 3;

/// By what a row is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Everything,
    ContentAndMore,
    GuidAndLink,
    LinkAndTitle,
    GuidAndTitle,
    Content,
    Guid,
    Link,
    ContentAnew,
}

/// What is known of the whole document while its entries are recognised.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    /// What the source's entries are told by.
    pub basis: Basis,
    /// Whether no entry came with the guid that it had.
    pub guids_are_new: bool,
    /// Whether no entry came with the link that it had.
    pub links_are_new: bool,
    /// Whether no entry came with the date that it had.
    pub dates_are_new: bool,
    /// Whether the document is long enough for that to mean anything, in itself and beside the one before.
    is_many: bool,
}

impl Ground {
    /// Before anything is recognised but what is unchanged.
    pub fn new(basis: Basis, claims: &[Claim], known: &[Known], unchanged: &[Seen]) -> Self {
        let are_new = unchanged.is_empty();
        let listed = known.iter().filter(|it| it.is_listed).count();
        let is_many = claims.len() >= RENEWED_MIN && claims.len() * 2 >= listed;
        Self { basis, guids_are_new: are_new, links_are_new: are_new, dates_are_new: are_new, is_many }
    }

    /// Takes note of what was recognised by `sign`.
    pub fn note(&mut self, sign: Sign, claims: &[Claim], found: &[Option<usize>], rows: &Rows) {
        if !matches!(sign, Sign::Everything | Sign::GuidAndTitle | Sign::Guid | Sign::Link) {
            return;
        }
        let row = |place: &Option<usize>| place.and_then(|it| rows.all.get(it));
        for (claim, row) in claims.iter().zip(found).filter_map(|(claim, it)| Some((claim, row(it)?))) {
            let is_unchanged = sign == Sign::Everything;
            self.guids_are_new &= !is_unchanged && !same_guid(claim, row);
            self.links_are_new &= !(is_unchanged || claim.link_is_own && same_link(claim, row));
            self.dates_are_new &=
                !is_unchanged && (claim.stated_ms.is_none() || claim.stated_ms != row.stated_ms);
        }
    }

    /// Whether another guid says nothing: none is what it was.
    pub fn guids_are_moot(&self) -> bool {
        self.basis != Basis::Guid || self.is_many && self.guids_are_new
    }

    /// Whether another guid and another link say nothing about two of which one may lack a guid.
    pub fn both_are_moot(&self, lacks_guid: bool) -> bool {
        let guids_are_moot = lacks_guid || self.guids_are_moot();
        self.basis == Basis::Content || guids_are_moot && self.is_many && self.links_are_new
    }
}

/// Whether both have the same guid.
pub fn same_guid(claim: &Claim, row: &Known) -> bool {
    match (&claim.guid, &row.guid) {
        (Some(one), Some(other)) => one == other || folded(one) == folded(other),
        _ => false,
    }
}

/// Whether both have the same link.
pub fn same_link(claim: &Claim, row: &Known) -> bool {
    claim.canonical.is_some() && row.canonical == claim.canonical
}

/// Whether both state the same date: as it was last read, or as `order_ms` was made of it when the row came.
pub fn same_date(claim: &Claim, row: &Known) -> bool {
    let is_first = |it: i64| it.min(row.first_seen_ms) == row.order_ms;
    claim.stated_ms.is_some_and(|it| row.stated_ms == Some(it) || is_first(it))
}

/// Whether one of the two states no date.
pub fn is_undated(claim: &Claim, row: &Known) -> bool {
    claim.stated_ms.is_none() || row.stated_ms.is_none()
}

/// Whether both have the same title.
pub fn same_title(claim: &Claim, row: &Known) -> bool {
    !claim.title_key.is_empty() && row.title_key == claim.title_key
}

/// A guid in the form in which two are compared: what is an address, as addresses are, but with its fragment, by which the
/// entries of one page are told apart; what is a number in hexadecimal, in small letters.
fn folded(guid: &str) -> Cow<'_, str> {
    if guid.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("http")) {
        let (page, fragment) = guid.split_at(guid.find('#').unwrap_or(guid.len()));
        return sanitize::canonical(page).map_or(Cow::Borrowed(guid), |it| Cow::Owned(it + fragment));
    }
    // What stands before other colons may be all that tells “news:2026-11-22” and “events:2026-11-22” apart.
    let number = match guid.rsplit_once(':') {
        Some((scheme, it)) if ["urn:uuid", "uuid"].iter().any(|it| scheme.eq_ignore_ascii_case(it)) => it,
        Some(_) => return Cow::Borrowed(guid),
        None => guid,
    };
    let number = number.trim_matches(['{', '}']);
    let is_number = number.len() > 8 && number.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-');
    if is_number { Cow::Owned(number.to_ascii_lowercase()) } else { Cow::Borrowed(guid) }
}

impl Sign {
    /// All of them, the surest first.
    pub const ALL: [Self; 9] = [
        Self::Everything,
        Self::ContentAndMore,
        Self::GuidAndLink,
        Self::LinkAndTitle,
        Self::GuidAndTitle,
        Self::Content,
        Self::Guid,
        Self::Link,
        Self::ContentAnew,
    ];

    /// Whether `row` is what `claim` speaks of, given that they share what the sign is named after.
    /// `same_guid` is what [`same_guid()`] would say.
    fn fits(self, claim: &Claim, row: &Known, ground: &Ground, same_guid: bool) -> bool {
        let relies_on_guids = ground.basis == Basis::Guid;
        let (date, link, title) = (same_date(claim, row), same_link(claim, row), same_title(claim, row));
        let is_own_page = || claim.link_is_own && claim.canonical.as_deref().is_some_and(names_an_entry);
        let content = || claim.has_content && row.content_key == claim.content;
        match self {
            // All that it states stood in the document already when that was last read: this is what a memory can
            // tell too, and so both say the same.
            Self::Everything => claim.print.is_own && row.is_listed,
            Self::ContentAndMore => {
                let is_dated = date || is_undated(claim, row);
                claim.has_content && is_dated && (link || relies_on_guids && same_guid)
            }
            Self::GuidAndLink => relies_on_guids && link && (is_own_page() || title || date) && same_guid,
            // “Weekly report” at an address where many entries stand is another one each week.
            Self::LinkAndTitle => title && (is_own_page() || date || content()),
            Self::GuidAndTitle => relies_on_guids && title && (!claim.guid_is_place || date) && same_guid,
            Self::Guid => relies_on_guids && same_guid && Self::guid_suffices(claim, row, date),
            Self::Link => {
                let other_guid = claim.guid.is_some() && row.guid.is_some() && !same_guid;
                let is_edited = || !title && is_edited(&claim.title_key, &row.title_key);
                let is_contradicted = other_guid && !ground.guids_are_moot();
                claim.link_is_own
                    && (date
                        || is_edited()
                        || is_own_page() && (!is_contradicted || is_undated(claim, row))
                        || !other_guid && is_undated(claim, row))
            }
            // A row that is here only because another entry of the document asked for it is no candidate: what an
            // entry is recognised as must not hang on its neighbours.
            Self::Content | Self::ContentAnew => {
                let is_candidate = row.is_listed || claim.asks_for(row, ground.basis);
                let are_anew = ground.both_are_moot(claim.guid.is_none()) && ground.dates_are_new;
                let is_dated = date || is_undated(claim, row) || self == Self::ContentAnew && are_anew;
                claim.has_content && is_candidate && is_dated
            }
        }
    }

    /// Whether a guid is enough where link and title are others. One that is no more than a small number may be a place in
    /// the list, and one that is no more than a word everybody's.
    fn guid_suffices(claim: &Claim, row: &Known, same_date: bool) -> bool {
        let guid = claim.guid.as_deref().unwrap_or_default();
        let is_global = || mint::global(guid).is_some_and(|it| !it.starts_with("http"));
        let is_more = || is_telling(guid) || is_global() || is_undated(claim, row);
        same_date || !claim.guid_is_place && is_more() || is_edited(&claim.title_key, &row.title_key)
    }
}

/// The known rows, each handed out once.
pub struct Rows {
    /// All of them, in the order of their ids.
    pub all: Vec<Known>,
    used: Vec<bool>,
    /// Their guids as they are compared: made once, or many entries with one text would make them for each pair.
    guids: Vec<Option<String>>,
    by_guid: HashMap<String, Vec<usize>>,
    by_link: HashMap<String, Vec<usize>>,
    by_content: HashMap<String, Vec<usize>>,
    by_raw_hash: HashMap<Hash128, Vec<usize>>,
}

impl Rows {
    /// Rows of which those of `unchanged` are recognised already.
    pub fn new(all: Vec<Known>, unchanged: &[Seen]) -> Self {
        let taken: HashSet<EntryId> = unchanged.iter().map(|it| it.id).collect();
        let used = all.iter().map(|it| taken.contains(&it.id)).collect();
        let mut by_guid: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_link: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_content: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_raw_hash: HashMap<Hash128, Vec<usize>> = HashMap::new();
        let guids: Vec<Option<String>> =
            all.iter().map(|it| it.guid.as_deref().map(|it| folded(it).into_owned())).collect();
        for (at, (row, guid)) in all.iter().zip(&guids).enumerate() {
            if let Some(guid) = guid {
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
        Self { all, used, guids, by_guid, by_link, by_content, by_raw_hash }
    }

    /// The first row that is free and that `claim` speaks of by this sign; it is taken.
    pub fn find(&mut self, sign: Sign, claim: &Claim, ground: &Ground) -> Option<usize> {
        let guid = claim.guid.as_deref().map(folded);
        let sharing = match sign {
            Sign::Everything => self.by_raw_hash.get(&claim.raw_hash),
            Sign::GuidAndLink | Sign::GuidAndTitle | Sign::Guid => self.by_guid.get(guid.as_deref()?),
            Sign::LinkAndTitle | Sign::Link => self.by_link.get(claim.canonical.as_ref()?),
            Sign::ContentAndMore | Sign::Content | Sign::ContentAnew => self.by_content.get(&claim.content),
        }?;
        let same_guid =
            |at: &usize| guid.is_some() && self.guids.get(*at).and_then(Option::as_deref) == guid.as_deref();
        let fits =
            |at: &usize| self.all.get(*at).is_some_and(|row| sign.fits(claim, row, ground, same_guid(at)));
        let place = sharing.iter().copied().find(|at| self.is_free(*at) && fits(at))?;
        self.take(place);
        Some(place)
    }

    /// Whether the row at this place was not recognised yet.
    pub fn is_free(&self, at: usize) -> bool {
        self.used.get(at) == Some(&false)
    }

    /// The row at this place is recognised.
    pub fn take(&mut self, at: usize) {
        if let Some(used) = self.used.get_mut(at) {
            *used = true;
        }
    }
}
