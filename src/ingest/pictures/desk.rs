//! What the worker has in hand: who is being fetched, what is done and waits to be settled.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::task::{self, JoinSet};

use super::{PictureLimits, Pictures, Wanted};
use crate::{
    ingest::polling::until,
    media::PictureId,
    model::{EntryId, SourceId},
    store::{Drawn, LogoClaim, PictureClaim, Pictured, Stocked, StoreError},
};

/// How often it is looked what has become due while others still wait, milliseconds.
const LINE_UP_MS: i64 = 5_000;
/// This part of what is in hand is for what is fetched once more.
const STOCK_PART: usize = 8;
/// Entries that are claimed in one transaction.
const CLAIM_MAX: usize = 32;

/// One thing in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Work {
    Entry(PictureClaim),
    Logo(String),
    Stock(String),
}

/// What came of one.
#[derive(Debug)]
pub(super) enum Done {
    /// An entry's images were tried.
    Entry(Pictured),
    /// A logo was tried.
    Logo(Drawn),
    /// What is missing here was tried.
    Stock,
}

/// What is in hand, from one event to the next.
pub(super) struct Desk {
    /// Entries of these sources alone are taken; of all that are wanted where nothing is said.
    only: Option<HashSet<SourceId>>,
    works: JoinSet<Done>,
    in_hand: HashMap<task::Id, Work>,
    /// Entries that were due at the last look and are not claimed yet, the newest first.
    due: VecDeque<(EntryId, SourceId)>,
    pub(super) due_logos: VecDeque<LogoClaim>,
    /// Pictures that readers missed here.
    pub(super) missed: VecDeque<Stocked>,
    /// Pictures that this node may lack.
    pub(super) stock: VecDeque<Stocked>,
    unsettled: Vec<Pictured>,
    drawn: Vec<Drawn>,
    /// Until when what is done waits for others.
    patience: Option<Instant>,
    /// What was wanted at the last survey.
    pub(super) wanted: Option<Arc<Wanted>>,
    /// When the line of those that are due is made anew, unix milliseconds.
    line_up_at_ms: i64,
    /// When the next survey is, unix milliseconds.
    pub(super) survey_at_ms: i64,
    /// The change up to which it is known what other nodes have kept.
    pub(super) stocked: i64,
    /// The change up to which it is known what went, and the last path in it.
    pub(super) gone: (i64, String),
    /// Pictures that could not be taken out.
    pub(super) stuck: Vec<PictureId>,
    /// When it was last forgotten what went, unix milliseconds.
    pub(super) forgot_ms: i64,
    /// Entries that were settled.
    pub(super) done: u64,
}

impl Desk {
    /// Nothing is in hand.
    pub(super) fn new(only: Option<HashSet<SourceId>>) -> Self {
        Self {
            only,
            works: JoinSet::new(),
            in_hand: HashMap::new(),
            due: VecDeque::new(),
            due_logos: VecDeque::new(),
            missed: VecDeque::new(),
            stock: VecDeque::new(),
            unsettled: Vec::new(),
            drawn: Vec::new(),
            patience: None,
            wanted: None,
            line_up_at_ms: i64::MIN,
            survey_at_ms: i64::MIN,
            stocked: 0,
            gone: (0, String::new()),
            stuck: Vec::new(),
            forgot_ms: i64::MIN,
            done: 0,
        }
    }

    /// Whether it serves a command, which looks after what it fetched itself and nothing else.
    pub(super) fn is_for_a_command(&self) -> bool {
        self.only.is_some()
    }

    /// Whether nothing waits, is fetched or has to be settled.
    pub(super) fn is_idle(&self) -> bool {
        self.works.is_empty()
            && self.due.is_empty()
            && self.due_logos.is_empty()
            && self.unsettled.is_empty()
            && self.drawn.is_empty()
    }

    /// Entries that are not settled.
    pub(super) fn left(&self) -> u64 {
        let in_hand = self.in_hand.values().filter(|it| matches!(it, Work::Entry(_))).count();
        (self.due.len() + in_hand + self.unsettled.len()) as u64
    }

    /// Waits for the next thing that happens; for ever while nothing is in hand. Giving up waiting loses nothing.
    pub(super) async fn event(&mut self, limits: &PictureLimits) {
        tokio::select! {
            Some(ended) = self.works.join_next_with_id() => self.note(ended, limits),
            () = until(self.patience) => {}
        }
        while let Some(ended) = self.works.try_join_next_with_id() {
            self.note(ended, limits);
        }
    }

    fn note(&mut self, ended: Result<(task::Id, Done), task::JoinError>, limits: &PictureLimits) {
        let (id, done) = match ended {
            Ok((id, done)) => (id, done),
            // A claim runs out by itself.
            Err(error) => (error.id(), Done::Stock),
        };
        self.in_hand.remove(&id);
        match done {
            Done::Entry(pictured) => self.unsettled.push(pictured),
            Done::Logo(drawn) => self.drawn.push(drawn),
            Done::Stock => return,
        }
        self.patience.get_or_insert(Instant::now() + Duration::from_millis(limits.settle_ms));
    }

    fn begin(&mut self, work: Work, task: impl Future<Output = Done> + Send + 'static) {
        // In its place at once: a task that is large would be copied there several times.
        let handle = self.works.spawn(Box::pin(task));
        self.in_hand.insert(handle.id(), work);
    }

    fn has(&self, work: &Work) -> bool {
        self.in_hand.values().any(|it| it == work)
    }

    /// How much more may be begun that is new.
    fn room(&self, limits: &PictureLimits) -> usize {
        limits.in_hand_max.saturating_sub(stock_share(limits)).saturating_sub(self.works.len())
    }

    /// The next entries to be claimed; of one source only as many as may be in hand.
    fn next(&mut self, limits: &PictureLimits) -> Vec<EntryId> {
        let room = self.room(limits).min(CLAIM_MAX);
        if room == 0 || self.due.is_empty() {
            return Vec::new();
        }
        let mut by_source: HashMap<SourceId, usize> = HashMap::new();
        for claim in self.claims() {
            *by_source.entry(claim.source.clone()).or_default() += 1;
        }
        let mut next = Vec::new();
        self.due.retain(|(entry, source)| {
            let count = by_source.entry(source.clone()).or_default();
            let is_taken = next.len() < room && *count < limits.per_source_max;
            if is_taken {
                *count += 1;
                next.push(*entry);
            }
            !is_taken
        });
        next
    }

    /// The claims under which images are being fetched.
    fn claims(&self) -> impl Iterator<Item = &PictureClaim> {
        self.in_hand.values().filter_map(|it| match it {
            Work::Entry(claim) => Some(claim),
            Work::Logo(_) | Work::Stock(_) => None,
        })
    }

    /// Takes note of what is due, except what is in hand or not ours to fetch.
    fn line_up(&mut self, due: Vec<(EntryId, SourceId)>, wanted: &Wanted) {
        let unsettled = self.unsettled.iter().map(|it| &it.claim);
        let held: HashSet<EntryId> = self.claims().chain(unsettled).map(|it| it.entry).collect();
        let is_ours = |it: &SourceId| {
            wanted.sources.contains(it) && self.only.as_ref().is_none_or(|only| only.contains(it))
        };
        self.due = due.into_iter().filter(|(id, source)| !held.contains(id) && is_ours(source)).collect();
    }
}

/// How much of what is in hand may be fetched once more.
fn stock_share(limits: &PictureLimits) -> usize {
    (limits.in_hand_max / STOCK_PART).max(1)
}

impl Pictures {
    /// Looks what there is to do.
    pub(super) async fn look(&self, desk: &mut Desk) -> Result<(), StoreError> {
        let wanted = Arc::clone(&self.ingest.terms().images);
        self.survey(desk, &wanted).await?;
        if !desk.is_for_a_command() {
            self.take_out(desk).await?;
            self.look_up_missed(desk).await?;
        }
        // What has come meanwhile is newer than what still waits, and goes before it.
        let now_ms = self.now_ms();
        if desk.due.is_empty() || now_ms >= desk.line_up_at_ms {
            desk.line_up_at_ms = now_ms.saturating_add(LINE_UP_MS);
            let due = self.ingest.store.due_pictures(self.now_ms()).await?;
            desk.line_up(due, &wanted);
        }
        Ok(())
    }

    /// Settles what has waited for long enough, and begins what can begin.
    pub(super) async fn advance(self: &Arc<Self>, desk: &mut Desk) -> Result<(), StoreError> {
        let is_due = desk.patience.is_some_and(|it| it <= Instant::now());
        if is_due || desk.unsettled.len() >= self.limits.settle_max {
            self.settle(desk).await?;
        }
        self.begin_logos(desk).await?;
        self.begin_stock(desk);
        self.begin_entries(desk).await
    }

    async fn begin_entries(self: &Arc<Self>, desk: &mut Desk) -> Result<(), StoreError> {
        loop {
            let next = desk.next(&self.limits);
            if next.is_empty() {
                return Ok(());
            }
            let now_ms = self.now_ms();
            let until_ms = now_ms.saturating_add(self.limits.claim_ms);
            let store = &self.ingest.store;
            let claims = store.claim_pictures(next, now_ms, until_ms).await?;
            let ids: Vec<EntryId> = claims.iter().map(|it| it.entry).collect();
            let mut kept: HashMap<EntryId, _> =
                store.entries(&ids).await?.into_iter().map(|it| (it.id, it)).collect();
            for claim in claims {
                let Some(kept) = kept.remove(&claim.entry) else { continue };
                let (pictures, work) = (Arc::clone(self), Work::Entry(claim.clone()));
                desk.begin(work, async move { Done::Entry(pictures.picture(claim, kept).await) });
            }
        }
    }

    async fn begin_logos(self: &Arc<Self>, desk: &mut Desk) -> Result<(), StoreError> {
        let room = desk.room(&self.limits).min(CLAIM_MAX);
        let mut next = Vec::new();
        while next.len() < room
            && let Some(logo) = desk.due_logos.pop_front()
        {
            if !desk.has(&Work::Logo(logo.address.clone())) {
                next.push(logo);
            }
        }
        if next.is_empty() {
            return Ok(());
        }
        let now_ms = self.now_ms();
        let until_ms = now_ms.saturating_add(self.limits.claim_ms);
        for claim in self.ingest.store.claim_logos(next, now_ms, until_ms).await? {
            let (pictures, work) = (Arc::clone(self), Work::Logo(claim.address.clone()));
            desk.begin(work, async move { Done::Logo(pictures.draw(claim).await) });
        }
        Ok(())
    }

    fn begin_stock(self: &Arc<Self>, desk: &mut Desk) {
        // What is only to be fetched once more has a share of its own: readers wait for it, too.
        let mut begun = desk.in_hand.values().filter(|it| matches!(it, Work::Stock(_))).count();
        while begun < stock_share(&self.limits)
            && let Some(stocked) = self.next_stock(desk)
        {
            let work = Work::Stock(stocked.path.clone());
            if !desk.has(&work) {
                begun += 1;
                let pictures = Arc::clone(self);
                desk.begin(work, async move {
                    pictures.restock(stocked).await;
                    Done::Stock
                });
            }
        }
    }

    /// What is fetched once more next: what readers miss, then the rest, while that takes no room from anything else.
    fn next_stock(&self, desk: &mut Desk) -> Option<Stocked> {
        let missed = desk.missed.pop_front();
        missed.or_else(|| desk.stock.pop_front().filter(|_| !self.gallery.is_nearly_full()))
    }

    /// Settles everything that is done. What the store does not take is offered again.
    async fn settle(&self, desk: &mut Desk) -> Result<(), StoreError> {
        let store = &self.ingest.store;
        desk.patience = Some(Instant::now() + Duration::from_millis(self.limits.settle_ms));
        let mut is_news = false;
        while let Some(drawn) = desk.drawn.last() {
            is_news |= store.settle_logo(drawn.clone()).await?.is_some();
            desk.drawn.pop();
        }
        if !desk.unsettled.is_empty() {
            is_news |= store.settle_pictures(desk.unsettled.clone(), self.now_ms()).await?.is_some();
            desk.done += desk.unsettled.len() as u64;
            desk.unsettled.clear();
        }
        desk.patience = None;
        if is_news {
            self.ingest.kept.notify_one();
        }
        Ok(())
    }

    /// Ends: what is done is settled, what was begun is left for whoever comes next.
    pub(super) async fn leave(&self, mut desk: Desk) {
        while let Some(ended) = desk.works.try_join_next_with_id() {
            desk.note(ended, &self.limits);
        }
        desk.works.abort_all();
        // What cannot be settled or given up now is claimed again when its claim has run out.
        self.settle(&mut desk).await.ok();
        let begun: Vec<PictureClaim> = desk.claims().cloned().collect();
        if !begun.is_empty() {
            self.ingest.store.give_up_pictures(begun).await.ok();
        }
    }
}
