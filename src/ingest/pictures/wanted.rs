//! Whose images are wanted: nothing is fetched that no publication would show.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use url::Url;

use crate::model::{
    Publication, PublicationKind, Slug, Source, SourceId,
    publication::Images,
    source::{Network, Republish},
};

/// What the publications of one configuration want to show through our own origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Sources of whose entries images are shown, and whose logos.
    pub sources: HashSet<SourceId>,
    /// The publications' own logos, by their addresses.
    pub logos: BTreeMap<Url, WantedLogo>,
}

/// A logo that the operator gave to publications.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedLogo {
    /// Private networks that it may come from: those of the images beside which it is shown.
    pub networks: BTreeSet<Network>,
    /// A source of each publication that shows it: when that changes, the publication is printed anew.
    pub through: BTreeSet<SourceId>,
}

impl Wanted {
    /// What these publications want of these sources.
    pub fn of(publications: &[Arc<Publication>], sources: &[Arc<Source>]) -> Self {
        let mut wanted = Self::default();
        for publication in publications.iter().filter(|it| it.images == Images::Proxy) {
            let taken = taken(publication, publications);
            let taken: Vec<&Arc<Source>> = sources.iter().filter(|it| taken.contains(&it.id)).collect();
            let shown = taken.iter().filter(|it| it.republish == Republish::Full);
            wanted.sources.extend(shown.map(|it| it.id.clone()));
            if let Some(address) = &publication.logo {
                let logo = wanted.logos.entry(address.clone()).or_default();
                logo.networks.extend(taken.iter().flat_map(|it| it.image_networks.iter().copied()));
                logo.through.extend(taken.first().map(|it| it.id.clone()));
            }
        }
        wanted
    }
}

/// The sources that a publication takes, its brands' included.
fn taken<'a>(publication: &'a Publication, all: &'a [Arc<Publication>]) -> HashSet<&'a SourceId> {
    let brands: HashSet<&Slug> = publication.selection.brands.iter().collect();
    let is_taken =
        |it: &&Arc<Publication>| it.path.kind == PublicationKind::Brand && brands.contains(&it.path.slug);
    let through = all.iter().filter(is_taken).flat_map(|it| &it.selection.sources);
    publication.selection.sources.iter().chain(through).collect()
}
