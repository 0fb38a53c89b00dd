//! The whole program: a publisher, its hub, and a site that is pushed.

use std::time::Duration;

use reqwest::Method;

use super::{Errand, HUB, announcing, errand, errands};
use crate::support::{
    Answer, Site, client, eventually,
    publisher::{Publisher, Script},
    within,
};

const RSS: &str = "application/rss+xml";
const FEED: &str = "/press.xml";

/// What a push says its signature is.
type Signing<'a> = &'a dyn Fn(&str) -> Option<String>;

struct Pushed {
    publisher: Publisher,
    site: Site,
    errand: Errand,
}

impl Pushed {
    /// A site whose one source has announced its hub, which was asked.
    async fn start() -> Self {
        Self::start_with("").await
    }

    /// The same with further lines at the top of its configuration.
    async fn start_with(lines: &str) -> Self {
        let publisher = Publisher::start().await;
        let topic = publisher.url("/all").to_string();
        let document = announcing(publisher.url(HUB).as_str(), &topic, &[1]);
        publisher.serve(FEED, Script::document(RSS, document).etag("\"1\""));
        publisher.serve(HUB, Script::status(202));
        let site = Site::start(&format!(
            "version = 1\n{lines}[[source]]\nid = \"acme\"\nurl = \"{}\"\nevery = \"1h\"\nallow_networks = [\"127.0.0.0/8\"]\n\
             [[brand]]\nslug = \"acme\"\ntitle = \"Acme\"\nsources = [\"acme\"]\n",
            publisher.url(FEED)
        ));
        let errand = errand(&publisher, 1).await;
        assert_eq!((errand.mode(), errand.get("hub.topic")), ("subscribe", topic.as_str()));
        Self { publisher, site, errand }
    }

    /// The same, after the hub has made sure.
    async fn verified() -> Self {
        let it = Self::start().await;
        it.site.text_with("/brands/acme/feed.atom", &["Release number 1"]).await;
        let answer = it.call(&it.errand.query("subscribe", &[("hub.lease_seconds", "86400")])).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "ch41 & ö"));
        it
    }

    fn path(&self) -> &str {
        self.errand.get("hub.callback").strip_prefix(&self.site.base).unwrap()
    }

    async fn call(&self, query: &str) -> Answer {
        self.site.get(&format!("{}?{query}", self.path()), &[]).await
    }

    async fn push(&self, numbers: &[usize], signature: impl Fn(&str) -> Option<String>) -> u16 {
        let body = announcing("https://hub.example/", "https://acme.example/", numbers);
        let mut request = client().post(self.errand.get("hub.callback")).header("content-type", RSS);
        if let Some(signature) = signature(&body) {
            request = request.header("x-hub-signature", signature);
        }
        request.body(body).send().await.unwrap().status().as_u16()
    }

    async fn shows(&self, number: usize) -> bool {
        self.site.text("/brands/acme/feed.atom").await.contains(&format!("Release number {number}<"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_is_shown_within_a_second_and_the_publisher_is_not_asked() {
    let it = Pushed::verified().await;
    let asked = it.publisher.requests_for(FEED).len();
    for number in 2..5 {
        assert_eq!(it.push(&[number], |body| Some(it.errand.sign("sha256", body))).await, 202);
        within(Duration::from_secs(1), "a pushed release in the combined feed", || async {
            it.shows(number).await.then_some(())
        })
        .await;
    }
    assert!(it.shows(1).await, "what a push does not hold stays");
    assert_eq!(it.publisher.requests_for(FEED).len(), asked);
    eventually("the log to tell of it", || async {
        it.site.log().contains("pushed 1 new and 0 changed entries of acme").then_some(())
    })
    .await;
    assert!(
        !it.site.log().contains(it.errand.token()) && !it.site.log().contains(it.errand.get("hub.secret"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_method_of_signing_is_taken_and_nothing_else() {
    let it = Pushed::verified().await;
    for (number, method) in ["sha1", "sha256", "sha384", "sha512"].into_iter().enumerate() {
        assert_eq!(it.push(&[10 + number], |body| Some(it.errand.sign(method, body))).await, 202);
    }
    let wrong = |body: &str| it.errand.sign("sha256", &format!("{body} "));
    let attempts: [Signing<'_>; 7] = [
        &|_| None,
        &|body| Some(wrong(body)),
        &|body| Some(it.errand.sign("sha256", body).replace("sha256=", "md5=")),
        &|body| Some(it.errand.sign("sha256", body).replace("sha256=", "sha1=")),
        &|body| Some(it.errand.sign("sha256", body).replace("sha256=", "")),
        &|_| Some("sha256=".to_owned()),
        &|_| Some("sha256=zz".to_owned()),
    ];
    for (number, attempt) in attempts.iter().enumerate() {
        assert_eq!(it.push(&[20 + number], attempt).await, 202, "the hub hears nothing of why");
    }
    // What came last is read last: once it is shown, nothing before it can still come.
    assert_eq!(it.push(&[27], |body| Some(it.errand.sign("sha512", body))).await, 202);
    it.site.text_with("/brands/acme/feed.atom", &["Release number 27<"]).await;
    for number in 10..14 {
        assert!(it.shows(number).await, "{number}");
    }
    for number in 20..27 {
        assert!(!it.shows(number).await, "{number}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callback_answers_its_hub_and_nobody_else() {
    let it = Pushed::start().await;
    it.site.ready().await;
    let token = it.errand.token();
    assert!(token.len() >= 32 && it.errand.get("hub.secret").len() >= 32, "{:?}", it.errand);
    assert!(it.errand.get("hub.secret").len() < 200 && it.errand.get("hub.secret") != token);
    let other = token.replace(|it: char| it.is_ascii_digit(), "a");
    let query = it.errand.query("subscribe", &[]);
    for path in [format!("/websub/{other}?{query}"), format!("/websub/x?{query}"), "/websub/".to_owned()] {
        assert_eq!(it.site.get(&path, &[]).await.status, 404, "{path}");
    }
    let topic = it.errand.get("hub.topic");
    let refused = [
        it.errand.query("unsubscribe", &[]),
        it.errand.query("publish", &[]),
        it.errand.query("", &[]),
        query.replace("hub.challenge", "challenge"),
        format!("hub.mode=subscribe&hub.challenge=x&hub.topic={topic}2"),
        "hub.mode=subscribe&hub.challenge=x".to_owned(),
        String::new(),
    ];
    for query in refused {
        assert_eq!(it.call(&query).await.status, 404, "{query}");
    }
    for _ in 0..3 {
        let answer = it.call(&query).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "ch41 & ö"), "hubs may ask again");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(
            (answer.header("set-cookie"), answer.header("x-content-type-options")),
            ("".into(), "nosniff".into())
        );
    }
    for method in [Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = it.site.request(method.clone(), &format!("{}?{query}", it.path()), &[]).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "GET, POST".to_owned()), "{method}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_outlives_a_kill_and_is_called_below_the_path_of_the_site() {
    let mut it = Pushed::start_with("[site]\npublic_url = \"http://127.0.0.1:9/press\"\n").await;
    let path = it.errand.get("hub.callback").strip_prefix("http://127.0.0.1:9").unwrap().to_owned();
    assert!(path.starts_with("/press/websub/"), "{path}");
    it.site.ready().await;
    let query = it.errand.query("subscribe", &[("hub.lease_seconds", "86400")]);
    assert_eq!(it.site.get(&format!("{path}?{query}"), &[]).await.status, 200);
    it.site.kill();
    it.site.start_again();
    it.site.ready().await;
    let body = announcing("https://hub.example/", "https://acme.example/", &[2]);
    let request = client().post(format!("{}{path}", it.site.base)).header("content-type", RSS);
    let signature = it.errand.sign("sha256", &body);
    let answer = request.header("x-hub-signature", signature).body(body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 202);
    it.site.text_with("/press/brands/acme/feed.atom", &["Release number 1<", "Release number 2<"]).await;
    assert_eq!(errands(&it.publisher, HUB).len(), 1, "the hub is not asked for what it does already");
}
