//! What is asked about: entries, and what the rules have said of them once and for all.

use std::sync::Arc;

use crate::model::{CleanHtml, Entry, EntryId, Identity, Kept, PlainText, Press, Source};

/// An entry that a publication may take, with its source.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The entry.
    pub kept: Arc<Kept>,
    /// Where it comes from.
    pub source: Arc<Source>,
}

/// A candidate after the rules, without the texts that only they need: thousands of these are held where few are shown.
///
/// One that no rule lets in still says which ids and links its source carries.
#[derive(Clone, Debug)]
pub struct Sifted {
    pub(super) candidate: Candidate,
    /// The ways in whose rules let it in, by their number; none where the publication's own rules leave it out.
    pub(super) ways: Vec<usize>,
}

impl Sifted {
    /// The entry.
    pub fn entry(&self) -> EntryId {
        self.candidate.kept.id
    }

    pub(super) fn new(candidate: &Candidate, ways: Vec<usize>) -> Self {
        let Candidate { kept, source } = candidate;
        let (texts, identity) = (&kept.entry, &kept.entry.identity);
        let entry = Entry {
            identity: Identity { guid: identity.guid.clone(), link: None, content: String::new() },
            title: texts.title.clone(),
            link: texts.link.clone(),
            published: texts.published,
            updated: texts.updated,
            authors: Vec::new(),
            content: CleanHtml::default(),
            excerpt: PlainText::default(),
            categories: Vec::new(),
            media: Vec::new(),
            language: texts.language.clone(),
            origin: None,
            press: Press::default(),
        };
        let kept = Kept {
            id: kept.id,
            source: kept.source.clone(),
            public_id: kept.public_id.clone(),
            canonical: kept.canonical.clone(),
            pictures: Vec::new(),
            lead: None,
            entry,
            ..**kept
        };
        Self { candidate: Candidate { kept: Arc::new(kept), source: Arc::clone(source) }, ways }
    }
}
