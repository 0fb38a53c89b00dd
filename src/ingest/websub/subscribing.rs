//! Going to hubs: to subscribe, to renew, to take leave.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use tokio::task::{self, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};
use url::Url;

use super::{Subscriber, name, stages};
use crate::{
    fetch,
    model::{Source, SourceId},
    store::{Announced, Stage, StoreError, Subscription},
};

/// A source that this process does not know has left the configuration when nobody has asked it for this long after its
/// time, milliseconds: other nodes may have a file that still names it.
const ABANDONED_MS: i64 = 10 * 60_000;

/// Hubs of which it is said that they cannot reach us.
const UNREACHABLE_MAX: usize = 1_000;
/// How much of what a hub says is quoted, in characters.
const SAID_CHARS_MAX: usize = 200;
/// How long an errand rests that the store did not let end, milliseconds.
const STORE_REST_MS: u64 = 2_000;

type Sources = Arc<HashMap<SourceId, Arc<Source>>>;

/// What is under way, and what was seen last.
#[derive(Default)]
struct Desk {
    errands: JoinSet<()>,
    /// At which hubs.
    hosts: HashMap<task::Id, String>,
    /// The sources at the last survey.
    sources: Option<Sources>,
    /// When the next one is.
    survey_at_ms: i64,
    /// Hubs of which it was said that they cannot reach us.
    unreachable: HashSet<String>,
}

impl Subscriber {
    /// Keeps subscriptions as sources announce them, until `shutdown`.
    pub(super) async fn subscribing(self: &Arc<Self>, shutdown: &CancellationToken) {
        let mut desk = Desk::default();
        let mut look = tokio::time::interval(Duration::from_millis(self.limits.look_ms));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = self.ingest.announced.notified() => desk.survey_at_ms = i64::MIN,
                Some(ended) = desk.errands.join_next_with_id() => {
                    let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
                    desk.hosts.remove(&id);
                }
                _ = look.tick() => {}
            }
            // The store says itself what is wrong with it; the next look comes soon.
            if let Err(error) = self.look(&mut desk).await {
                debug!(%error, "subscriptions could not be looked at: {error}");
            }
        }
        // A hub that is being asked will find us again: what was sent is in the store.
        desk.errands.shutdown().await;
    }

    async fn look(self: &Arc<Self>, desk: &mut Desk) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        let terms = self.ingest.terms();
        let is_reloaded = desk.sources.as_ref().is_none_or(|it| !Arc::ptr_eq(it, &terms.sources));
        if is_reloaded || now_ms >= desk.survey_at_ms {
            desk.survey_at_ms = now_ms.saturating_add(self.limits.survey_ms);
            self.survey(desk, now_ms).await?;
            desk.sources = Some(Arc::clone(&terms.sources));
        }
        for due in self.ingest.store.due_subscriptions(now_ms).await? {
            let host = name(&due.hub);
            let at_host = desk.hosts.values().filter(|it| **it == host).count();
            if desk.errands.len() >= self.limits.errands_max {
                break;
            }
            if at_host < self.limits.errands_per_host_max {
                let subscriber = Arc::clone(self);
                let errand = desk.errands.spawn(async move {
                    let id = due.source.clone();
                    if let Err(error) = subscriber.errand(due).await {
                        debug!(source = id.as_str(), %error, "what a hub said was not kept: {error}");
                        // Its time is still there: going again at once would only be refused again.
                        tokio::time::sleep(Duration::from_millis(STORE_REST_MS)).await;
                    }
                });
                desk.hosts.insert(errand.id(), host);
            }
        }
        Ok(())
    }

    /// Compares what sources announce with what there is.
    async fn survey(&self, desk: &mut Desk, now_ms: i64) -> Result<(), StoreError> {
        for announced in self.ingest.store.unsubscribed(&self.callback()).await? {
            if self.polled(&announced.source).is_some() && self.is_within_reach(&announced, desk) {
                self.want(announced, now_ms).await?;
            }
        }
        for stray in self.ingest.store.stray_subscriptions().await? {
            self.leave(stray, now_ms).await?;
        }
        let before = desk.sources.clone();
        let all = self.ingest.store.subscriptions().await?;
        self.ingest.hubs.survey(&all, now_ms);
        for kept in all {
            let known = before.as_ref().and_then(|it| it.get(&kept.source));
            if kept.stage != Stage::Leaving
                && self.polled(&kept.source).is_none()
                && (known.is_some() || self.is_abandoned(&kept.source, now_ms).await?)
            {
                self.departed().extend(known.map(|it| (it.id.clone(), Arc::clone(it))));
                self.leave(kept, now_ms).await?;
            }
        }
        Ok(())
    }

    /// Whether a hub could call us: one elsewhere has no way to an address of this machine or its network.
    fn is_within_reach(&self, announced: &Announced, desk: &mut Desk) -> bool {
        let Ok(hub) = Url::parse(&announced.hub) else { return false };
        let is_within = !self.is_local() || fetch::is_local(&hub);
        if !is_within
            && desk.unreachable.len() < UNREACHABLE_MAX
            && desk.unreachable.insert(name(&announced.hub))
        {
            let (source, hub) = (announced.source.as_str(), name(&announced.hub));
            info!(
                source,
                "{source} could be pushed by {hub}, which cannot call this site: set `[site] public_url` to its public address"
            );
        }
        is_within
    }

    /// Whether nobody polls a source any more.
    async fn is_abandoned(&self, source: &SourceId, now_ms: i64) -> Result<bool, StoreError> {
        if !self.ingest.store.is_shared() || self.ingest.terms().sources.contains_key(source) {
            return Ok(true);
        }
        let state = self.ingest.store.poll_state(source).await?;
        Ok(state.is_none_or(|it| it.next_at_ms.saturating_add(ABANDONED_MS) < now_ms))
    }

    async fn want(&self, announced: Announced, now_ms: i64) -> Result<(), StoreError> {
        let (Some(token), Some(secret)) = (self.chance(), self.chance()) else {
            warn!("the system gives no random numbers: no subscription can be made");
            return Ok(());
        };
        let (source, hub) = (announced.source.clone(), name(&announced.hub));
        let wanted = stages::wanted(announced, &self.callback(), (token, secret), now_ms);
        match self.ingest.store.subscribe(&wanted).await {
            Err(error @ StoreError::TooLong { .. }) => {
                debug!(source = source.as_str(), "{source} is not subscribed to at {hub}: {error}");
                Ok(())
            }
            done => done,
        }
    }

    async fn leave(&self, mut it: Subscription, now_ms: i64) -> Result<(), StoreError> {
        stages::leaving(&mut it, now_ms);
        self.ingest.store.change_subscription(&it).await.map(drop)
    }

    /// Goes to a hub once, unless another node has gone already.
    async fn errand(&self, mut it: Subscription) -> Result<(), StoreError> {
        let store = &self.ingest.store;
        if stages::is_left(&it) {
            self.departed().remove(&it.source);
            return store.forget_subscription(&it).await.map(drop);
        }
        let source = match it.stage {
            Stage::Leaving => self.departing(&it),
            _ => self.polled(&it.source),
        };
        let Some(source) = source else {
            // Another node may poll it: the errand is that node's.
            return Ok(());
        };
        stages::under_way(&mut it, self.now_ms());
        if !store.change_subscription(&it).await? {
            return Ok(());
        }
        it.revision += 1;
        self.ask(&source, &mut it).await;
        // The hub may have called back meanwhile: what it said then counts.
        store.change_subscription(&it).await.map(drop)
    }

    /// A source for which leave is taken, as far as anything is known of it.
    fn departing(&self, it: &Subscription) -> Option<Arc<Source>> {
        let listed = self.ingest.terms().sources.get(&it.source).cloned();
        let known = listed.or_else(|| self.departed().get(&it.source).cloned());
        known.or_else(|| Some(Arc::new(Source::at(it.source.clone(), Url::parse(&it.hub).ok()?))))
    }

    /// Asks the hub for what is wanted, and notes what it says.
    async fn ask(&self, source: &Source, it: &mut Subscription) {
        let (mode, hub) = match it.stage {
            Stage::Leaving => ("unsubscribe", name(&it.hub)),
            _ => ("subscribe", name(&it.hub)),
        };
        let callback = format!("{}{}", it.callback, it.token.0);
        let lease_s = stages::LEASE_S.to_string();
        let mut form =
            vec![("hub.callback", callback.as_str()), ("hub.mode", mode), ("hub.topic", it.topic.as_str())];
        if mode == "subscribe" {
            form.extend([("hub.lease_seconds", lease_s.as_str()), ("hub.secret", it.secret.0.as_ref())]);
        }
        let fetcher = self.ingest.terms().fetcher.clone();
        let posted = match Url::parse(&it.hub) {
            Ok(to) => fetcher.post(source, &to, &form).await,
            Err(_) => return stages::refused(it, "the hub's address is none".into(), None, self.now_ms()),
        };
        let now_ms = self.now_ms();
        let (why, retry_after) = match posted {
            Ok(posted) if posted.is_taken() => return stages::taken(it, now_ms),
            Ok(posted) => {
                let said = quoted(&posted.said, it);
                let said = if said.is_empty() { said } else { format!(": “{said}”") };
                (format!("the hub answered with status {}{said}", posted.code), posted.retry_after)
            }
            Err(error) => (error.to_string(), error.retry_after()),
        };
        let id = source.id.as_str();
        warn!(source = id, "{hub} did not take the request to {mode} {id}: {why}");
        stages::refused(it, why, retry_after, now_ms);
    }
}

/// What a hub says, for a sentence that everybody may read: hubs repeat what they were sent.
pub(super) fn quoted(said: &str, it: &Subscription) -> String {
    let masked = said.replace(it.token.0.as_ref(), "…").replace(it.secret.0.as_ref(), "…");
    masked.chars().filter(|it| !it.is_control()).take(SAID_CHARS_MAX).collect()
}
