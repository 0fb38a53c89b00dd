//! The WebSub subscriber, against a hub and publisher on one loopback port, by the cases of the W3C's test plan: found,
//! asked, made sure of, pushed, renewed, left.

mod discovery;
mod hub;
mod pushes;
mod site;
mod subscribing;

use std::{collections::HashMap, sync::Arc};

use pressroll::{
    ingest::{
        Ask, Round, Subscriber, WebSubLimits,
        websub::{Heard, Pushed, Verification},
    },
    model::Hash128,
    store::{Stage, Subscription},
};
use ring::hmac;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::form_urlencoded;

use crate::{
    ingest::{Setting, World},
    support::{
        eventually,
        publisher::{Publisher, Script},
    },
};

/// Where the hub stands on the publisher's own port.
pub const HUB: &str = "/hub";

/// What the hub was asked for.
#[derive(Clone, Debug)]
pub struct Errand(HashMap<String, String>);

impl Errand {
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub fn mode(&self) -> &str {
        self.get("hub.mode")
    }

    /// The end of the callback, which nobody can guess.
    pub fn token(&self) -> &str {
        self.get("hub.callback").rsplit('/').next().unwrap()
    }

    /// The query by which the hub makes sure.
    pub fn query(&self, mode: &str, more: &[(&str, &str)]) -> String {
        let query = [("hub.mode", mode), ("hub.topic", self.get("hub.topic")), ("hub.challenge", "ch41 & ö")];
        form_urlencoded::Serializer::new(String::new()).extend_pairs(query).extend_pairs(more).finish()
    }

    /// The signature of a body.
    pub fn sign(&self, method: &str, body: &str) -> String {
        let algorithm = match method {
            "sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            "sha256" => hmac::HMAC_SHA256,
            "sha384" => hmac::HMAC_SHA384,
            "sha512" => hmac::HMAC_SHA512,
            other => panic!("{other}"),
        };
        let tag = hmac::sign(&hmac::Key::new(algorithm, self.get("hub.secret").as_bytes()), body.as_bytes());
        let digits: String = tag.as_ref().iter().map(|it| format!("{it:02x}")).collect();
        format!("{method}={digits}")
    }
}

/// What was asked of the hub at `path` so far.
pub fn errands(publisher: &Publisher, path: &str) -> Vec<Errand> {
    let asked = publisher.requests_for(path).into_iter().map(|request| {
        assert_eq!(request.method, "POST");
        assert_eq!(request.header("content-type").unwrap(), "application/x-www-form-urlencoded");
        Errand(form_urlencoded::parse(&request.body).into_owned().collect())
    });
    asked.collect()
}

/// One source of one node, and its subscriber, under a clock of the test's own.
pub struct Node {
    pub world: World,
    pub subscriber: Arc<Subscriber>,
    shutdown: CancellationToken,
    running: JoinSet<()>,
}

impl Node {
    pub async fn new() -> Self {
        Self::with(Setting::default(), WebSubLimits::default()).await
    }

    pub async fn with(setting: Setting, limits: WebSubLimits) -> Self {
        let it = Self::over(World::with(setting).await, limits);
        it.world.publisher.serve(HUB, Script::status(202));
        it
    }

    /// The subscriber of a node that is there.
    pub fn over(world: World, limits: WebSubLimits) -> Self {
        let limits = WebSubLimits { look_ms: 10, ..limits };
        let ingest = Arc::clone(&world.ingest);
        let subscriber = Arc::new(Subscriber::new(ingest, limits));
        let (shutdown, mut running) = (CancellationToken::new(), JoinSet::new());
        running.spawn(Arc::clone(&subscriber).run(shutdown.clone()));
        Self { world, subscriber, shutdown, running }
    }

    /// Tells it to stop, and waits until it has.
    pub async fn stop(&mut self) {
        self.shutdown.cancel();
        while self.running.join_next().await.is_some() {}
    }

    /// One round over a document that announces the hub on the publisher's own port.
    pub async fn publish(&self, numbers: &[usize]) -> Round {
        let publisher = &self.world.publisher;
        self.publish_as(announcing(publisher.url(HUB).as_str(), publisher.url("/all").as_str(), numbers))
            .await
    }

    /// One round over this document.
    pub async fn publish_as(&self, document: String) -> Round {
        let tag = format!("\"{}\"", Hash128::of(document.as_bytes()).hex());
        self.world
            .publisher
            .serve("/press.xml", Script::document("application/rss+xml", document).etag(&tag));
        self.poll().await
    }

    pub async fn poll(&self) -> Round {
        self.world.ingest.round(&self.world.source, Ask::Now).await.unwrap()
    }

    /// A feed that announces its hub, which was asked and has made sure.
    pub async fn verified(&self, lease_seconds: i64) -> Errand {
        self.publish(&[1, 2]).await;
        let errand = errand(&self.world.publisher, 1).await;
        assert_eq!(self.verify(&errand, "subscribe", lease_seconds).await, Heard::Confirmed("x".into()));
        errand
    }

    pub async fn verify(&self, errand: &Errand, mode: &str, lease_seconds: i64) -> Heard {
        let said = Verification {
            mode: mode.to_owned(),
            topic: errand.get("hub.topic").to_owned(),
            challenge: "x".to_owned(),
            lease_seconds: Some(lease_seconds),
            reason: "not on our list".to_owned(),
        };
        self.subscriber.verified(errand.token(), &said).await
    }

    /// What the hub hears when it pushes this body, signed.
    pub async fn push(&self, errand: &Errand, body: String) -> Heard {
        let caller = match self.subscriber.caller(errand.token(), Some(body.len() as u64)).await {
            Ok(caller) => caller,
            Err(heard) => return heard,
        };
        let signature = Some(errand.sign("sha256", &body));
        let content_type = Some("application/rss+xml".to_owned());
        self.subscriber.pushed(caller, Pushed { signature, content_type, body: body.into() }).await
    }

    /// A push of these releases.
    pub async fn push_releases(&self, errand: &Errand, numbers: &[usize]) -> Heard {
        self.push(errand, announcing("https://hub.example/", "https://acme.example/", numbers)).await
    }

    /// The only subscription there is.
    pub async fn subscription(&self) -> Subscription {
        let all = self.world.store.subscriptions().await.unwrap();
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].clone()
    }

    /// Waits until the only subscription is at this stage, and nobody is on an errand for it.
    pub async fn at(&self, stage: Stage, failures: u32) -> Subscription {
        eventually(&format!("a subscription that is {stage:?} after {failures} failures"), || async {
            let all = self.world.store.subscriptions().await.unwrap();
            all.into_iter().find(|it| it.stage == stage && it.failures == failures)
        })
        .await
    }

    /// Waits until so many entries are kept.
    pub async fn holds(&self, count: usize) {
        eventually(&format!("{count} entries"), || async {
            (self.world.kept().await.len() == count).then_some(())
        })
        .await;
    }
}

/// Waits for the errand of this number, from 1.
pub async fn errand(publisher: &Publisher, number: usize) -> Errand {
    eventually(&format!("the hub to be asked {number} times"), || async {
        errands(publisher, HUB).get(number - 1).cloned()
    })
    .await
}

/// An RSS document of these releases that announces a hub.
pub fn announcing(hub: &str, topic: &str, numbers: &[usize]) -> String {
    let items: String = numbers
        .iter()
        .map(|n| {
            format!(
                "<item><guid>guid-{n}</guid><title>Release number {n}</title><link>https://acme.example/news/{n}</link>\
                 <pubDate>Mon, {:02} Oct 2026 09:00:00 GMT</pubDate><description>About {n}.</description></item>",
                n % 28 + 1
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>Acme</title>\
         <link>https://acme.example/</link><atom:link rel=\"hub\" href=\"{hub}\"/>\
         <atom:link rel=\"self\" href=\"{topic}\"/>{items}</channel></rss>"
    )
}
