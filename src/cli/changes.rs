//! What another configuration changes, in a sentence.

use std::{collections::HashMap, fmt, hash::Hash, sync::Arc};

use super::output::counted;
use crate::{config::Config, model::Source};

/// What differs between two configurations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changes {
    sources: Counts,
    publications: Counts,
    /// Tables of which there is one each, as they are written.
    tables: Vec<&'static str>,
}

/// How many of one kind came, went and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    added: usize,
    removed: usize,
    changed: usize,
}

impl Changes {
    /// From one configuration to the next.
    pub fn between(before: &Config, after: &Config) -> Self {
        let tables = [
            ("[site]", before.site != after.site),
            ("[server]", before.server != after.server),
            ("[store]", before.store != after.store),
            ("[fetch]", before.fetch != after.fetch),
        ];
        Self {
            sources: Counts::between(&before.sources, &after.sources, |it| &it.id, is_same),
            publications: Counts::between(
                &before.publications,
                &after.publications,
                |it| &it.path,
                PartialEq::eq,
            ),
            tables: tables.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect(),
        }
    }

    /// Whether nothing differs.
    pub fn is_none(&self) -> bool {
        self.sources == Counts::default() && self.publications == Counts::default() && self.tables.is_empty()
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [self.sources.told("source"), self.publications.told("publication")];
        let tables = self.tables.join(" and ");
        let tables = (!tables.is_empty()).then(|| format!("{tables} changed"));
        let parts: Vec<String> = counts.into_iter().flatten().chain(tables).collect();
        to.write_str(if parts.is_empty() { "nothing changed" } else { "" })?;
        to.write_str(&parts.join("; "))
    }
}

impl Counts {
    fn between<T, K: Eq + Hash>(
        before: &[T],
        after: &[T],
        key: impl Fn(&T) -> &K,
        is_same: impl Fn(&T, &T) -> bool,
    ) -> Self {
        let old: HashMap<&K, &T> = before.iter().map(|it| (key(it), it)).collect();
        let mut counts = Self::default();
        for it in after {
            match old.get(key(it)) {
                None => counts.added += 1,
                Some(old) if !is_same(old, it) => counts.changed += 1,
                Some(_) => {}
            }
        }
        counts.removed = (before.len() + counts.added).saturating_sub(after.len());
        counts
    }

    /// `3 sources added, 1 removed`; nothing where nothing differs.
    fn told(self, noun: &str) -> Option<String> {
        let each = [(self.added, "added"), (self.removed, "removed"), (self.changed, "changed")];
        let mut said = each.into_iter().filter(|(count, _)| *count > 0);
        let (first, what) = said.next()?;
        let rest: String = said.map(|(count, what)| format!(", {count} {what}")).collect();
        Some(format!("{} {what}{rest}", counted(first, noun)))
    }
}

/// Whether two say the same of a source. How many publications take it is said by those.
fn is_same(before: &Arc<Source>, after: &Arc<Source>) -> bool {
    Source { subscribers: after.subscribers, ..before.as_ref().clone() } == **after
}
