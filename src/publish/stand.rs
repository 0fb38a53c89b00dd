//! The newsstand: every current edition by its path. Readers take a snapshot; writers swap it; nobody locks.

use std::{collections::HashMap, sync::Arc};

use arc_swap::ArcSwap;

use crate::{
    model::{Hash128, Publication, PublicationPath, Shown},
    render::Edition,
};

/// What one publication shows at this moment: picked entries for widgets made on demand, and all its editions.
///
/// It is replaced as a whole, so that a publication's formats always change together.
#[derive(Debug)]
pub struct Showing {
    /// The publication.
    pub publication: Arc<Publication>,
    /// Its entries in order.
    pub shown: Arc<[Shown]>,
    /// The same for each of its declared languages, each picked by itself.
    pub by_language: HashMap<String, Arc<[Shown]>>,
    /// Editions by what stands behind the publication's path: `""`, `/feed.rss`, `/feed.rss?lang=fr`.
    pub editions: HashMap<String, Arc<Edition>>,
    /// Hash over all editions.
    pub version: Hash128,
    /// When the newest of the editions changed, unix milliseconds.
    pub changed_ms: i64,
}

/// All that is current.
#[derive(Debug, Default)]
pub struct Standing {
    /// Publications by path.
    pub showings: HashMap<PublicationPath, Arc<Showing>>,
    /// Editions of the whole site by path: `/`, `/opml`, `/widget.css`.
    pub site: HashMap<String, Arc<Edition>>,
    /// Old slugs: where they lead now.
    pub aliases: HashMap<PublicationPath, PublicationPath>,
    /// Whether everything that the store held at the start stands.
    pub is_complete: bool,
}

/// Hands out what is current.
#[derive(Debug, Default)]
pub struct Newsstand {
    standing: ArcSwap<Standing>,
}

impl Newsstand {
    /// The current snapshot: it never changes under its holder.
    pub fn standing(&self) -> arc_swap::Guard<Arc<Standing>> {
        self.standing.load()
    }

    /// Puts a showing in its place. Only `publish` writes, from one task, so the last word is always the newest.
    pub(super) fn put(&self, showing: Showing) {
        let showing = Arc::new(showing);
        self.change(|standing| {
            standing.showings.insert(showing.publication.path.clone(), Arc::clone(&showing));
        });
    }

    /// Changes the snapshot in one swap.
    pub(super) fn change(&self, edit: impl Fn(&mut Standing)) {
        self.standing.rcu(|current| {
            let mut next = Standing {
                showings: current.showings.clone(),
                site: current.site.clone(),
                aliases: current.aliases.clone(),
                is_complete: current.is_complete,
            };
            edit(&mut next);
            next
        });
    }
}
