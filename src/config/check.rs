//! What only shows when everything is read: names used twice, names of nothing, sources that nothing uses.

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    complaint::Refusal,
    file::Spot,
    notes::Notes,
    publication::{Mention, ReadPublication},
    source::ReadSource,
    suggest::{did_you_mean, quote},
};
use crate::model::{Publication, PublicationKind, Slug, Source, SourceId};

/// Most unknown names that get a suggestion.
const SUGGESTIONS_MAX: usize = 200;

/// Complains of whatever does not fit together, and fills in what publications name.
pub(super) fn resolve(
    sources: &[ReadSource],
    nameless_sources: bool,
    publications: Vec<ReadPublication>,
    notes: &Notes,
) -> Vec<Publication> {
    let known = Known { nameless_sources, ..Known::of(sources, &publications, notes) };
    let mut used = HashSet::new();
    let resolved: Vec<Publication> =
        publications.into_iter().map(|it| known.fill(it, &mut used, notes)).collect();
    // `insert` answers whether the id is new: a second source of one id is not warned of again.
    for source in sources.iter().filter(|it| used.insert(it.id.clone())) {
        let refusal = Refusal::new(format!("nothing uses the source `{}`", source.id));
        notes.loose(
            &source.spot,
            refusal.help("name it, or one of its tags, in the `sources` of a brand or group"),
        );
    }
    resolved
}

/// What may be named.
#[derive(Default)]
struct Known {
    /// Something that may be meant has no usable name: unknown names are not complained of.
    nameless_sources: bool,
    nameless_brands: bool,
    /// How many unknown names were compared with the known ones.
    suggestions: Cell<usize>,
    /// In file order, each once.
    sources: Vec<SourceId>,
    ids: HashSet<SourceId>,
    tagged: HashMap<String, Vec<SourceId>>,
    brands: HashSet<Slug>,
}

impl Known {
    fn of(sources: &[ReadSource], publications: &[ReadPublication], notes: &Notes) -> Self {
        let mut firsts: HashMap<&SourceId, &Spot> = HashMap::new();
        let mut known = Self::default();
        for source in sources {
            if let Some(first) = firsts.get(&source.id) {
                let message =
                    format!("two sources have the id `{}`: the first is at {}", source.id, first.in_words());
                notes.error(&source.spot, Refusal::new(message));
                continue;
            }
            firsts.insert(&source.id, &source.spot);
            known.sources.push(source.id.clone());
            known.ids.insert(source.id.clone());
            for tag in &source.tags {
                let ids = known.tagged.entry(tag.clone()).or_default();
                if ids.last() != Some(&source.id) {
                    ids.push(source.id.clone());
                }
            }
        }
        let mut heirs: HashMap<&SourceId, &SourceId> = HashMap::new();
        for (source, (old, spot)) in
            sources.iter().flat_map(|it| it.formerly.iter().map(move |old| (it, old)))
        {
            let heir = heirs.insert(old, &source.id).filter(|it| *it != &source.id);
            let taken = firsts.get(old).map(|it| format!("a source at {} has it now", it.in_words()));
            let taken = taken.or(heir.map(|it| format!("`{it}` names it, too")));
            if let Some(why) = taken {
                let message = format!("`{old}` cannot be a former id of `{}`: {why}", source.id);
                notes.misfit(spot, Refusal::new(message).help("what is kept under an id has one owner"));
            }
        }
        for kind in [PublicationKind::Brand, PublicationKind::Group] {
            let of_kind =
                || publications.iter().filter(move |it| it.named && it.publication.path.kind == kind);
            unique_slugs(kind, of_kind(), notes);
        }
        for brand in publications.iter().filter(|it| it.publication.path.kind == PublicationKind::Brand) {
            known.nameless_brands |= !brand.named;
            known.brands.extend(brand.named.then(|| brand.publication.path.slug.clone()));
        }
        known
    }

    fn fill(&self, read: ReadPublication, used: &mut HashSet<SourceId>, notes: &Notes) -> Publication {
        let mut publication = read.publication;
        publication.selection.sources = self.sources_named(&read.sources, notes);
        used.extend(publication.selection.sources.iter().cloned());
        publication.trusted = self.sources_named(&read.trusted, notes);
        publication.selection.brands = self.brands_named(&read.brands, notes);
        if read.sources.is_empty() && read.brands.is_empty() {
            let name = if read.named { format!(" `{}`", publication.path.slug) } else { String::new() };
            let (noun, help) = match publication.path.kind {
                PublicationKind::Brand => ("brand", "sources = [\"id-of-a-source\", \"tag:name\"]"),
                PublicationKind::Group => ("group", "name some `sources`, or the `brands` it gathers"),
            };
            let message = format!("the {noun}{name} has no sources");
            notes.missing(&read.sources_spot, Refusal::new(message).help(help));
        }
        publication
    }

    /// The sources that ids and tags name, each once: in the order they are named, a tag's in file order.
    fn sources_named(&self, mentions: &[Mention], notes: &Notes) -> Vec<SourceId> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for Mention { name, spot } in mentions {
            let named = match name.strip_prefix("tag:") {
                Some(tag) => self.tagged.get(tag).cloned(),
                None => SourceId::new(name).ok().filter(|it| self.ids.contains(it)).map(|it| vec![it]),
            };
            match named {
                Some(ids) => found.extend(ids.into_iter().filter(|it| seen.insert(it.clone()))),
                None if self.nameless_sources => {}
                None => notes.misfit(spot, self.no_such_source(name)),
            }
        }
        found
    }

    /// “did you mean”, as long as [`SUGGESTIONS_MAX`] has not been reached: each compares with every known name.
    fn near<'a>(&self, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
        self.suggestions.set(self.suggestions.get() + 1);
        if self.suggestions.get() > SUGGESTIONS_MAX { None } else { did_you_mean(name, candidates) }
    }

    fn no_such_source(&self, name: &str) -> Refusal {
        let ids = || self.sources.iter().map(SourceId::as_str);
        if let Some(tag) = name.strip_prefix("tag:") {
            let mut tags: Vec<&str> = self.tagged.keys().map(String::as_str).collect();
            tags.sort_unstable();
            let near = self.near(tag, tags);
            return Refusal::new(format!("no source carries the tag {}", quote(tag))).maybe_help(near);
        }
        let as_tag = self.tagged.contains_key(name).then(|| format!("did you mean `tag:{name}`?"));
        Refusal::new(format!("there is no source {}", quote(name)))
            .maybe_help(as_tag.or_else(|| self.near(name, ids())))
    }

    fn brands_named(&self, mentions: &[Mention], notes: &Notes) -> Vec<Slug> {
        let mut found: Vec<Slug> = Vec::new();
        let mut seen = HashSet::new();
        for Mention { name, spot } in mentions {
            match Slug::new(name).ok().filter(|it| self.brands.contains(it)) {
                Some(slug) => {
                    if seen.insert(slug.clone()) {
                        found.push(slug);
                    }
                }
                None if self.nameless_brands => {}
                None => {
                    let mut slugs: Vec<&str> = self.brands.iter().map(Slug::as_str).collect();
                    slugs.sort_unstable();
                    let near = self.near(name, slugs);
                    notes.misfit(
                        spot,
                        Refusal::new(format!("there is no brand {}", quote(name))).maybe_help(near),
                    );
                }
            }
        }
        found
    }
}

/// Complains of a slug or alias that leads to two publications of one kind.
fn unique_slugs<'a>(
    kind: PublicationKind,
    publications: impl Iterator<Item = &'a ReadPublication> + Clone,
    notes: &Notes,
) {
    let noun = match kind {
        PublicationKind::Brand => "brands",
        PublicationKind::Group => "groups",
    };
    let mut taken: HashMap<&Slug, &Spot> = HashMap::new();
    for read in publications.clone() {
        let slug = &read.publication.path.slug;
        if let Some(first) = taken.get(slug) {
            let message = format!("two {noun} have the slug `{slug}`: the first is at {}", first.in_words());
            notes.error(&read.spot, Refusal::new(message));
        } else {
            taken.insert(slug, &read.spot);
        }
    }
    for (alias, spot) in publications.flat_map(|it| &it.aliases) {
        if let Some(first) = taken.get(alias) {
            let message = format!("the alias `{alias}` is taken: see {}", first.in_words());
            notes.error(spot, Refusal::new(message));
        } else {
            taken.insert(alias, spot);
        }
    }
}

/// Tells each source how many publications take it: those that name it, and groups that gather a brand which does.
pub(super) fn count_subscribers(sources: &mut [Source], publications: &[Arc<Publication>]) {
    let brands: HashMap<&Slug, &Publication> = publications
        .iter()
        .filter(|it| it.path.kind == PublicationKind::Brand)
        .map(|it| (&it.path.slug, it.as_ref()))
        .collect();
    let mut counts: HashMap<&SourceId, u32> = HashMap::new();
    for publication in publications {
        let gathered = publication.selection.brands.iter().filter_map(|it| brands.get(it));
        let taken = gathered.flat_map(|it| &it.selection.sources).chain(&publication.selection.sources);
        for id in taken.collect::<HashSet<_>>() {
            *counts.entry(id).or_default() += 1;
        }
    }
    for source in sources {
        source.subscribers = counts.get(&source.id).copied().unwrap_or(0);
    }
}
