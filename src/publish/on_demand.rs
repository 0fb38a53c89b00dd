//! Widgets with parameters, and entries whole: rendered when first asked for, from what already stands, once however many
//! ask.

use std::{num::NonZero, sync::Arc, thread, time::Duration};

use moka::future::Cache;
use tokio::{sync::Semaphore, time::timeout};

use super::Showing;
use crate::{
    model::{Hash128, PublicationPath, Shown},
    render::{Document, Edition, Sheet, entry, widget},
    select::speaks,
};

/// How much work and memory the addresses that readers think of may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Widgets and pages rendered at a time: their threads are also those of parsing, printing and looking up names.
    pub renders_max: usize,
    /// How long a reader waits for a turn, milliseconds.
    pub wait_ms_max: u64,
    /// Bytes of all encodings that the cache may hold.
    pub bytes_max: u64,
    /// How long an edition nobody asks for is kept, seconds.
    pub idle_s_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            renders_max: thread::available_parallelism().map_or(1, NonZero::get),
            wait_ms_max: 2_000,
            bytes_max: 64 * 1024 * 1024,
            idle_s_max: 600,
        }
    }
}

/// Why a widget, or the page of an entry, was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WidgetError {
    /// No turn came within [`Limits::wait_ms_max`]: ask again in a moment.
    #[error("too many widgets and pages are being made at this moment")]
    Busy,
    /// Rendering broke.
    #[error("making a widget or a page failed inside pressroll")]
    Broken,
}

/// Which edition: the publication, the version of its entries, and the options in canonical form.
type Key = (PublicationPath, Hash128, String);

/// The cache of what is made on demand.
#[derive(Clone)]
pub struct OnDemand {
    editions: Cache<Key, Arc<Edition>>,
    turns: Arc<Semaphore>,
    wait: Duration,
}

impl OnDemand {
    /// An empty cache.
    pub fn new(limits: Limits) -> Self {
        let weight = |key: &Key, edition: &Arc<Edition>| {
            u32::try_from(edition.weight() + key.2.len()).unwrap_or(u32::MAX)
        };
        let editions = Cache::builder()
            .max_capacity(limits.bytes_max)
            .weigher(weight)
            .time_to_idle(Duration::from_secs(limits.idle_s_max))
            .build();
        let turns = Arc::new(Semaphore::new(limits.renders_max));
        Self { editions, turns, wait: Duration::from_millis(limits.wait_ms_max) }
    }

    /// The widget of `showing` that the query asks for. Unknown parameters and values, languages that no entry speaks,
    /// and entries that do not stand, are passed over, so that they never make a new edition; what comes to the same as
    /// the declared widget is that one, with its date.
    ///
    /// # Errors
    /// [`WidgetError`]: nothing of it is kept, and the next who asks begins anew.
    pub async fn widget(
        &self,
        showing: &Arc<Showing>,
        query: &[(String, String)],
    ) -> Result<Arc<Edition>, WidgetError> {
        let publication = &showing.publication;
        let mut options = widget::Options::from_query(publication, query);
        options.lang = options.lang.filter(|it| showing.speaks(it));
        options.entry = options.entry.filter(|it| showing.entries.contains_key(it));
        if let Some(declared) = showing.editions.get("/widget")
            && options == widget::Options::from_query(publication, &[])
        {
            return Ok(Arc::clone(declared));
        }
        let key = (publication.path.clone(), showing.version, options.canonical());
        let showing = Arc::clone(showing);
        self.kept(key, move || print(&showing, &options)).await
    }

    /// The page of the entry with this key; `None` where it does not stand, or no longer.
    ///
    /// # Errors
    /// As [`OnDemand::widget`].
    pub async fn entry(
        &self,
        showing: &Arc<Showing>,
        key: &str,
    ) -> Result<Option<Arc<Edition>>, WidgetError> {
        let Some(shown) = showing.entries.get(key).cloned() else { return Ok(None) };
        let key = (showing.publication.path.clone(), showing.version, format!("/entries/{key}"));
        let showing = Arc::clone(showing);
        let print = move || Arc::new(edition(&showing, entry::page(&showing.sheet(), &shown)));
        self.kept(key, print).await.map(Some)
    }

    /// How many editions are held.
    pub async fn held(&self) -> u64 {
        self.editions.run_pending_tasks().await;
        self.editions.entry_count()
    }

    /// The edition of `key`; if need be by `print`, when its turn comes. A turn ends with the work, not with the patience
    /// of who asked: readers who leave do not let others past the limit.
    async fn kept(
        &self,
        key: Key,
        print: impl FnOnce() -> Arc<Edition> + Send + 'static,
    ) -> Result<Arc<Edition>, WidgetError> {
        let turns = Arc::clone(&self.turns);
        let render = async {
            let Ok(Ok(turn)) = timeout(self.wait, turns.acquire_owned()).await else {
                return Err(WidgetError::Busy);
            };
            let work = move || {
                let _until_the_end = turn;
                print()
            };
            tokio::task::spawn_blocking(work).await.map_err(|_panic| WidgetError::Broken)
        };
        self.editions.try_get_with(key, render).await.map_err(|it| *it)
    }
}

fn print(showing: &Showing, options: &widget::Options) -> Arc<Edition> {
    if let Some(shown) = options.entry.as_ref().and_then(|it| showing.entries.get(it)) {
        return Arc::new(edition(showing, entry::widget(&showing.sheet(), shown, options)));
    }
    let shown = options.lang.as_deref().map(|it| showing.in_language(it));
    let sheet = Sheet {
        shown: shown.as_deref().unwrap_or(&showing.shown),
        lang: options.lang.as_deref(),
        ..showing.sheet()
    };
    let edition = edition(showing, widget::widget(&sheet, options));
    // The same bytes have one date, whatever the address says beside it.
    let declared = showing.editions.get("/widget").filter(|it| it.hash == edition.hash);
    declared.map_or_else(|| Arc::new(edition), Arc::clone)
}

/// What is made of `showing` changed when it did.
fn edition(showing: &Showing, document: Document) -> Edition {
    let mut edition =
        Edition::new("text/html; charset=utf-8", document.bytes, Some(document.content_security));
    edition.changed_ms = showing.changed_ms;
    edition
}

impl Showing {
    /// What is shown in all languages.
    pub fn sheet(&self) -> Sheet<'_> {
        Sheet { site: &self.site, publication: &self.publication, shown: &self.shown, lang: None }
    }

    /// Whether a language is declared, or at least one entry is in it.
    pub fn speaks(&self, lang: &str) -> bool {
        let mut shown = self.shown.iter();
        self.by_language.contains_key(lang) || shown.any(|it| speaks(it.kept.entry.language.as_deref(), lang))
    }

    /// The entries of one language: picked by itself where it is declared, else those of what stands.
    pub fn in_language(&self, lang: &str) -> Arc<[Shown]> {
        let standing =
            || self.shown.iter().filter(|it| speaks(it.kept.entry.language.as_deref(), lang)).cloned();
        self.by_language.get(lang).cloned().unwrap_or_else(|| standing().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        (PublicationPath::parse("brands/acme").unwrap(), Hash128::of(b"1"), name.to_owned())
    }

    fn line() -> Arc<Edition> {
        Arc::new(Edition::new("text/plain", b"line".to_vec(), None))
    }

    #[tokio::test]
    async fn a_render_that_breaks_is_an_error_that_nobody_keeps() {
        let on_demand = OnDemand::new(Limits::default());
        let broken = on_demand.kept(key("a"), || panic!("as a render might")).await;
        assert_eq!(broken.unwrap_err(), WidgetError::Broken);
        assert_eq!(on_demand.held().await, 0);
        assert_eq!(on_demand.kept(key("a"), line).await.unwrap().identity, "line");
    }

    #[tokio::test]
    async fn renders_never_outnumber_their_limit_and_a_wait_for_a_turn_ends() {
        let limits = Limits { renders_max: 1, wait_ms_max: 1, ..Limits::default() };
        let on_demand = OnDemand::new(limits);
        let (began, has_begun) = std::sync::mpsc::channel();
        let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
        let slow = move || {
            began.send(()).unwrap();
            may_go_on.recv().unwrap();
            line()
        };
        let first = {
            let mut first = Box::pin(on_demand.kept(key("slow"), slow));
            while has_begun.try_recv().is_err() {
                tokio::select! {
                    biased;
                    _ = &mut first => panic!("it waits to be let go"),
                    () = tokio::task::yield_now() => {}
                }
            }
            first
        };
        let second = on_demand.kept(key("second"), line).await;
        assert_eq!(second.unwrap_err(), WidgetError::Busy);
        // The reader of the first leaves: its work goes on, and so does its turn.
        drop(first);
        let third = on_demand.kept(key("third"), line).await;
        assert_eq!(third.unwrap_err(), WidgetError::Busy);
        go_on.send(()).unwrap();
        let _turn_is_free = on_demand.turns.acquire().await.unwrap();
    }
}
