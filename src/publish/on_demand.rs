//! Widgets with parameters: rendered when first asked for, from entries that already stand, once however many ask.

use std::{sync::Arc, time::Duration};

use moka::future::Cache;

use super::Showing;
use crate::{
    model::{Hash128, PublicationPath, Shown, Site},
    render::{Edition, Sheet, page, widget, words},
    select::speaks,
};

/// Bytes of all encodings that the cache may hold.
const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How long an edition nobody asks for is kept, seconds.
const IDLE_S_MAX: u64 = 600;

/// Which edition: the publication, the version of its entries, and the options in canonical form.
type Key = (PublicationPath, Hash128, String);

/// The cache of parameterised widgets.
#[derive(Clone)]
pub struct OnDemand {
    site: Arc<Site>,
    editions: Cache<Key, Arc<Edition>>,
}

impl OnDemand {
    /// An empty cache.
    pub fn new(site: Arc<Site>) -> Self {
        let weight = |key: &Key, edition: &Arc<Edition>| {
            u32::try_from(edition.weight() + key.2.len()).unwrap_or(u32::MAX)
        };
        let editions = Cache::builder()
            .max_capacity(BYTES_MAX)
            .weigher(weight)
            .time_to_idle(Duration::from_secs(IDLE_S_MAX))
            .build();
        Self { site, editions }
    }

    /// The widget of `showing` that the query asks for. Unknown parameters and values are ignored, so that they never
    /// make a new edition.
    pub async fn widget(&self, showing: &Arc<Showing>, query: &[(String, String)]) -> Arc<Edition> {
        let options = widget::Options::from_query(&showing.publication, query);
        let key = (showing.publication.path.clone(), showing.version, options.canonical());
        let locale = options.locale.clone();
        let (site, showing) = (Arc::clone(&self.site), Arc::clone(showing));
        let render = async move {
            let work = move || {
                let shown = options.lang.as_deref().map(|it| showing.in_language(it));
                let sheet = Sheet {
                    site: &site,
                    publication: &showing.publication,
                    shown: shown.as_deref().unwrap_or(&showing.shown),
                    lang: options.lang.as_deref(),
                };
                let document = widget::widget(&sheet, &options);
                let mut edition =
                    Edition::new("text/html; charset=utf-8", document.bytes, Some(document.content_security));
                edition.changed_ms = showing.changed_ms;
                Arc::new(edition)
            };
            tokio::task::spawn_blocking(work).await
        };
        match self.editions.try_get_with(key, render).await {
            Ok(edition) => edition,
            Err(_) => Arc::new(failed(&locale)),
        }
    }
}

/// Rendering is pure and total; were it ever to break, the embed is a designed line that says so.
fn failed(locale: &str) -> Edition {
    let line = page::quiet(locale, words::words(locale).failed_why);
    Edition::new("text/html; charset=utf-8", line.bytes, Some(line.content_security))
}

impl Showing {
    /// The entries of one language: picked by itself where it is declared, else those of what stands.
    pub fn in_language(&self, lang: &str) -> Arc<[Shown]> {
        let standing =
            || self.shown.iter().filter(|it| speaks(it.kept.entry.language.as_deref(), lang)).cloned();
        self.by_language.get(lang).cloned().unwrap_or_else(|| standing().collect())
    }
}
