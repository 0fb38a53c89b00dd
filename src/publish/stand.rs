//! The newsstand: every current edition by its path. Readers take a snapshot; writers swap it; nobody locks.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use arc_swap::ArcSwap;

use crate::{
    model::{Hash128, Publication, PublicationPath, Shown, Site},
    render::Edition,
};

/// What one publication shows at this moment: picked entries for widgets made on demand, and all its editions.
///
/// It is replaced as a whole, so that a publication's formats always change together.
#[derive(Debug)]
pub struct Showing {
    /// The site that it was printed for.
    pub site: Arc<Site>,
    /// The publication.
    pub publication: Arc<Publication>,
    /// Its entries in order.
    pub shown: Arc<[Shown]>,
    /// The same for each of its declared languages, each picked by itself.
    pub by_language: HashMap<String, Arc<[Shown]>>,
    /// All of these by their keys. An entry of several languages is here as it is shown among all of them.
    pub entries: HashMap<String, Shown>,
    /// Editions by what stands behind the publication's path: `""`, `/feed.rss`, `/feed.rss?lang=fr`.
    pub editions: HashMap<String, Arc<Edition>>,
    /// Hash over all editions, and over which configuration they were printed for: what is made on demand of another
    /// one may differ though they are the same.
    pub version: Hash128,
    /// When the newest of the editions changed, unix milliseconds.
    pub changed_ms: i64,
}

/// All that is current. What one configuration wants printed stands together: it is replaced as a whole by the next.
#[derive(Debug)]
pub struct Standing {
    /// The site that all of it was printed for.
    pub site: Arc<Site>,
    /// Publications by path.
    pub showings: HashMap<PublicationPath, Arc<Showing>>,
    /// Editions of the whole site by path: `/`, `/opml`, `/widget.css`.
    pub front: HashMap<String, Arc<Edition>>,
    /// Old slugs: where they lead now.
    pub aliases: HashMap<PublicationPath, PublicationPath>,
    /// What was published once and is no more.
    pub removed: HashSet<PublicationPath>,
    /// Whether everything that the store held at the start stands.
    pub is_complete: bool,
}

/// Hands out what is current.
#[derive(Debug)]
pub struct Newsstand {
    standing: ArcSwap<Standing>,
}

impl Newsstand {
    /// An empty stand of a site.
    pub(super) fn new(site: Arc<Site>) -> Self {
        let standing = Standing {
            site,
            showings: HashMap::new(),
            front: HashMap::new(),
            aliases: HashMap::new(),
            removed: HashSet::new(),
            is_complete: false,
        };
        Self { standing: ArcSwap::from_pointee(standing) }
    }

    /// The current snapshot: it never changes under its holder.
    pub fn standing(&self) -> arc_swap::Guard<Arc<Standing>> {
        self.standing.load()
    }

    /// Puts a showing in its place. Only `publish` writes, from one task, so the last word is always the newest.
    pub(super) fn put(&self, showing: Showing) {
        let current = self.standing.load();
        let mut showings = current.showings.clone();
        showings.insert(showing.publication.path.clone(), Arc::new(showing));
        self.replace(Standing {
            site: Arc::clone(&current.site),
            showings,
            front: current.front.clone(),
            aliases: current.aliases.clone(),
            removed: current.removed.clone(),
            is_complete: current.is_complete,
        });
    }

    /// Changes the snapshot in one swap.
    pub(super) fn replace(&self, standing: Standing) {
        self.standing.store(Arc::new(standing));
    }
}
