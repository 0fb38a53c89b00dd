//! The hub's address: redirects of it, and where it may not lie.

use std::time::Duration;

use pressroll::{
    fetch::{self, FetchError, Fetcher, Posted},
    model::{Clock, Source},
};
use url::Url;

use super::{HUB, Node, announcing, errands};
use crate::{
    ingest::World,
    support::publisher::{Publisher, Script},
};
use pressroll::store::Stage;

const FORM: [(&str, &str); 2] = [("hub.mode", "subscribe"), ("hub.topic", "https://acme.example/?a=1&b=ü")];

async fn post(world: &World, to: &Url) -> Result<Posted, FetchError> {
    world.terms.fetcher.post(&world.source, to, &FORM).await
}

#[tokio::test]
async fn redirects_that_keep_the_method_are_followed_with_the_form_and_others_are_not() {
    let world = World::new().await;
    let hub = world.publisher.url(HUB);
    world.publisher.serve("/new", Script::status(202));
    for code in [307, 308] {
        world.publisher.serve(HUB, Script::redirect(code, "/new"));
        assert!(post(&world, &hub).await.unwrap().is_taken(), "{code}");
    }
    let (there, here) = (errands(&world.publisher, "/new"), errands(&world.publisher, HUB));
    assert_eq!((there.len(), here.len()), (2, 2));
    assert!(there.iter().chain(&here).all(|it| FORM.iter().all(|(name, value)| it.get(name) == *value)));
    for code in [301, 302, 303] {
        world.publisher.serve(HUB, Script::redirect(code, "/new"));
        let posted = post(&world, &hub).await.unwrap();
        assert_eq!((posted.code, posted.is_taken()), (code, false));
    }
    assert_eq!(errands(&world.publisher, "/new").len(), 2);
    world.publisher.serve(HUB, Script::redirect(308, HUB));
    assert!(matches!(post(&world, &hub).await, Err(FetchError::TooManyRedirects { limit: 5 })));
}

#[tokio::test]
async fn the_networks_of_a_source_are_open_to_a_hub_on_its_own_port_and_to_no_other() {
    let world = World::new().await;
    let traps = [Publisher::start().await, Publisher::start_at("127.0.0.2:0").await];
    for trap in &traps {
        let hub = trap.url(HUB);
        assert!(matches!(post(&world, &hub).await, Err(FetchError::Forbidden { own: false, .. })), "{hub}");
        for code in [307, 308] {
            world.publisher.serve(HUB, Script::redirect(code, hub.as_str()));
            let redirected = post(&world, &world.publisher.url(HUB)).await;
            assert!(matches!(redirected, Err(FetchError::Forbidden { own: false, .. })), "{redirected:?}");
        }
    }
    for other in [
        "http://localhost:9/",
        "http://[::1]:9/",
        "http://2130706433:9/",
        "http://0x7f.1:9/",
        "http://10.0.0.1/",
    ] {
        let refused = post(&world, &Url::parse(other).unwrap()).await;
        assert!(matches!(refused, Err(FetchError::Forbidden { .. })), "{other}: {refused:?}");
    }
    assert!(traps.iter().all(|it| it.connections() == 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_is_refused_is_told_to_the_operator() {
    let node = Node::new().await;
    let trap = Publisher::start().await;
    node.publish_as(announcing(trap.url(HUB).as_str(), "https://acme.example/", &[1])).await;
    let it = node.at(Stage::Asked, 1).await;
    assert!(it.error.as_ref().unwrap().starts_with("127.0.0.1 is refused"), "{:?}", it.error);
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn the_operators_own_fields_and_logins_are_not_for_the_hub() {
    let keys = "headers = { Authorization = \"Bearer x\", X-Api-Key = \"y\" }";
    let world = World::with(crate::ingest::Setting { keys, ..Default::default() }).await;
    assert_eq!(world.source.headers.len(), 2);
    world.publisher.serve(HUB, Script::status(202));
    let mut hub = world.publisher.url(HUB);
    hub.set_username("anna").unwrap();
    post(&world, &hub).await.unwrap();
    let asked = &world.publisher.requests_for(HUB)[0];
    for name in ["authorization", "x-api-key", "cookie", "referer"] {
        assert_eq!(asked.header(name), None, "{name}");
    }
}

/// A fetcher with little patience.
fn hasty(clock: Clock) -> Fetcher {
    let limits = fetch::Limits { timeout: Duration::from_millis(300), ..fetch::Limits::default() };
    let user_agent = "test".to_owned();
    let settings = fetch::Settings { user_agent, reader_version: 1, limits, proxy: None, roots: Vec::new() };
    Fetcher::new(settings, clock).unwrap()
}

#[tokio::test]
async fn a_hub_costs_little_time_and_few_bytes() {
    let world = World::new().await;
    let source: &Source = &world.source;
    let hub = world.publisher.url(HUB);
    world.publisher.serve(HUB, Script::silent());
    let late = hasty(world.clock()).post(source, &hub, &FORM).await;
    assert!(matches!(late, Err(FetchError::Timeout { .. })), "{late:?}");
    world.publisher.serve(HUB, Script::endless("no\tand \u{7}no ").header("Content-Type", "text/plain"));
    let said = post(&world, &hub).await.unwrap().said;
    assert!((500..=1_024).contains(&said.len()), "{}", said.len());
    assert!(said.starts_with("no and no no and no") || said.starts_with("no and  no"), "{said}");
    world.publisher.serve(HUB, Script::endless("<p>").header("Content-Type", "text/html"));
    assert_eq!(post(&world, &hub).await.unwrap().said, "");
}

#[test]
fn an_address_is_local_if_nobody_outside_could_call_it() {
    let is_local = |it: &str| fetch::is_local(&Url::parse(it).unwrap());
    for local in [
        "http://127.0.0.1:8080",
        "http://[::1]/",
        "http://localhost/press",
        "http://press.localhost./",
        "http://press/",
        "http://10.1.2.3/",
        "http://press.corp.internal/",
        "http://printer.local/",
    ] {
        assert!(is_local(local), "{local}");
    }
    for public in [
        "https://www.example.com/press",
        "http://93.184.216.34/",
        "https://local.example/",
        "https://xlocal.de/",
    ] {
        assert!(!is_local(public), "{public}");
    }
}
