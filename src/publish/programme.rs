//! What is to be printed: the publications of one configuration, compiled. A new programme keeps what says the same as
//! in the one before, so that it need not be printed anew.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    model::{Publication, PublicationKind, PublicationPath, Site, Slug, Source, SourceId},
    select::{SelectError, Selector},
};

/// What feeds.toml wants printed.
#[derive(Clone, Debug)]
pub struct Programme {
    /// The site.
    pub site: Arc<Site>,
    /// All its sources.
    pub sources: Vec<Arc<Source>>,
    /// All its publications.
    pub publications: Vec<Arc<Publication>>,
}

/// One publication with its compiled selection.
pub(super) struct Prepared {
    pub(super) publication: Arc<Publication>,
    pub(super) selector: Selector,
    /// Everything it may take from, brands' sources included.
    pub(super) takes: Vec<Arc<Source>>,
    /// The brands that it takes from.
    pub(super) named: Vec<Arc<Publication>>,
    /// The number of the first programme that has it as it is.
    pub(super) since: u64,
}

/// A programme, compiled.
pub struct Compiled {
    pub(super) site: Arc<Site>,
    /// Its number among those of this process.
    number: u64,
    /// Its sources. One that says the same to readers as in the programme before is the very same.
    sources: HashMap<SourceId, Arc<Source>>,
    /// In the order of the configuration.
    pub(super) prepared: Vec<Arc<Prepared>>,
}

impl Compiled {
    /// Compiles what is not in `before` just so.
    pub(super) fn new(programme: Programme, before: Option<&Self>) -> Result<Self, SelectError> {
        let Programme { site, sources, publications } = programme;
        let number = before.map_or(0, |it| it.number + 1);
        let same = |it: &Arc<Source>| {
            let old = before.and_then(|before| before.sources.get(&it.id));
            Arc::clone(old.filter(|old| is_same_to_readers(old, it)).unwrap_or(it))
        };
        let sources: HashMap<SourceId, Arc<Source>> =
            sources.iter().map(|it| (it.id.clone(), same(it))).collect();
        let before = before.filter(|it| it.site == site);
        let old: HashMap<&PublicationPath, &Arc<Prepared>> =
            before.iter().flat_map(|it| &it.prepared).map(|it| (&it.publication.path, it)).collect();
        let is_brand = |it: &&Arc<Publication>| it.path.kind == PublicationKind::Brand;
        let brands: HashMap<&Slug, &Arc<Publication>> =
            publications.iter().filter(is_brand).map(|it| (&it.path.slug, it)).collect();
        let prepare = |publication: &Arc<Publication>| {
            let selection = &publication.selection;
            let named = selection.brands.iter().filter_map(|it| brands.get(it).copied().cloned());
            let named: Vec<Arc<Publication>> = named.collect();
            let mut once = HashSet::new();
            let all = selection.sources.iter().chain(named.iter().flat_map(|it| &it.selection.sources));
            let taken = all.filter(|it| once.insert(*it));
            let takes: Vec<Arc<Source>> = taken.filter_map(|it| sources.get(it).cloned()).collect();
            let old = old.get(&publication.path);
            match old.filter(|it| it.is_of(publication, &takes, &named)) {
                Some(same) => Ok(Arc::clone(same)),
                None => Prepared::new(publication, takes, named, number).map(Arc::new),
            }
        };
        let prepared = publications.iter().map(prepare).collect::<Result<_, _>>()?;
        Ok(Self { site, number, sources, prepared })
    }

    /// What is not in `before` just so.
    pub(super) fn changed_since(&self, before: Option<&Self>) -> Vec<Arc<Prepared>> {
        let Some(before) = before else { return self.prepared.clone() };
        let old: HashMap<&PublicationPath, &Arc<Prepared>> =
            before.prepared.iter().map(|it| (&it.publication.path, it)).collect();
        let is_new =
            |it: &&Arc<Prepared>| old.get(&it.publication.path).is_none_or(|old| !Arc::ptr_eq(old, it));
        self.prepared.iter().filter(is_new).cloned().collect()
    }

    /// Where its publications live.
    pub(super) fn paths(&self) -> HashSet<&PublicationPath> {
        self.prepared.iter().map(|it| &it.publication.path).collect()
    }

    /// Where its publications once lived: old slugs, and where they lead now.
    pub(super) fn aliases(&self) -> HashMap<PublicationPath, PublicationPath> {
        let of = |it: &Arc<Prepared>| {
            let Publication { path, aliases, .. } = it.publication.as_ref();
            let old = |slug: &Slug| PublicationPath { kind: path.kind, slug: slug.clone() };
            aliases.iter().map(|slug| (old(slug), path.clone())).collect::<Vec<_>>()
        };
        self.prepared.iter().flat_map(of).collect()
    }
}

impl Prepared {
    /// Whether it was made of just these.
    fn is_of(&self, publication: &Publication, takes: &[Arc<Source>], named: &[Arc<Publication>]) -> bool {
        let are_same = self.takes.len() == takes.len()
            && self.takes.iter().zip(takes).all(|(left, right)| Arc::ptr_eq(left, right));
        are_same && *self.publication == *publication && self.named == named
    }

    fn new(
        publication: &Arc<Publication>,
        takes: Vec<Arc<Source>>,
        named: Vec<Arc<Publication>>,
        since: u64,
    ) -> Result<Self, SelectError> {
        let brands: Vec<&Publication> = named.iter().map(AsRef::as_ref).collect();
        let selector = Selector::new(publication, &brands)?;
        Ok(Self { publication: Arc::clone(publication), selector, takes, named, since })
    }
}

/// Whether two say the same to readers, for whom it is nothing how a source is polled.
fn is_same_to_readers(left: &Source, right: &Source) -> bool {
    let polled_alike = Source {
        formerly: right.formerly.clone(),
        every: right.every,
        headers: right.headers.clone(),
        allow_networks: right.allow_networks.clone(),
        image_networks: right.image_networks.clone(),
        enabled: right.enabled,
        subscribers: right.subscribers,
        ..left.clone()
    };
    polled_alike == *right
}
