//! Where a feed says that it is pushed from.

use pressroll::{ingest::Ask, model::PollState};

use super::announcing;
use crate::{ingest::World, support::publisher::Script};

const ATOM: &str = "application/atom+xml";
const HUB: &str = "https://hub.example/";
const TOPIC: &str = "https://acme.example/Feed";

/// The state after a round over this script.
async fn polled(world: &World, script: Script) -> PollState {
    world.publisher.serve("/press.xml", script);
    world.ingest.round(&world.source, Ask::Now).await.unwrap();
    world.store.poll_state(&world.source.id).await.unwrap().unwrap()
}

fn rss(hub: &str, topic: &str) -> Script {
    rss_of(hub, topic, 1)
}

fn rss_of(hub: &str, topic: &str, number: usize) -> Script {
    Script::document("application/rss+xml", announcing(hub, topic, &[number]))
}

fn found(state: &PollState) -> (Option<&str>, Option<&str>) {
    (state.hub.as_deref(), state.topic.as_deref())
}

#[tokio::test]
async fn header_fields_count_before_the_document_and_each_for_itself() {
    let world = World::new().await;
    let state = polled(&world, rss(HUB, TOPIC)).await;
    assert_eq!(found(&state), (Some(HUB), Some(TOPIC)));
    let both = "<https://first.example/>; rel=\"hub\", <https://acme.example/first>; rel=\"self\"";
    let state = polled(&world, rss_of(HUB, TOPIC, 2).header("Link", both)).await;
    assert_eq!(found(&state), (Some("https://first.example/"), Some("https://acme.example/first")));
    let apart = rss_of(HUB, TOPIC, 3)
        .header("Link", "<https://a.example/>; rel=next")
        .header("link", "</h>; rel=HUB");
    let state = polled(&world, apart).await;
    assert_eq!(found(&state), (Some(world.publisher.url("/h").as_str()), Some(TOPIC)));
    let state =
        polled(&world, rss_of(HUB, TOPIC, 4).header("Link", "<https://acme.example/b>; rel=self")).await;
    assert_eq!(found(&state), (Some(HUB), Some("https://acme.example/b")));
}

#[tokio::test]
async fn every_format_names_its_hub_in_its_own_way() {
    let world = World::new().await;
    let entry = "<entry><id>urn:x:1</id><title>One</title><updated>2026-01-01T00:00:00Z</updated></entry>";
    let head = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Acme</title><id>urn:x</id>\
                <updated>2026-01-01T00:00:00Z</updated>";
    let links = format!(
        "<link rel='self' href='{TOPIC}'/><link href='{HUB}' rel='Hub'/><link rel='hub' href='https://b.example/'/>"
    );
    let atom = format!("{head}{links}{entry}</feed>");
    assert_eq!(found(&polled(&world, Script::document(ATOM, atom)).await), (Some(HUB), Some(TOPIC)));
    let based = format!("{head}<link rel='hub' href='/hub'/>{entry}</feed>")
        .replace("<feed ", "<feed xml:base='https://acme.example/news/' ");
    let state = polled(&world, Script::document(ATOM, based)).await;
    let own = world.source.url.as_str();
    assert_eq!(
        found(&state),
        (Some("https://acme.example/hub"), Some(own)),
        "without self: where it is polled"
    );
    let json = format!(
        "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"Acme\",\"feed_url\":\"{TOPIC}\",\
         \"hubs\":[{{\"type\":\"rssCloud\",\"url\":\"https://cloud.example/\"}},{{\"type\":\"WebSub\",\"url\":\"{HUB}\"}}],\
         \"items\":[{{\"id\":\"1\",\"content_text\":\"One\"}}]}}"
    );
    let state = polled(&world, Script::document("application/feed+json", json)).await;
    assert_eq!(found(&state), (Some(HUB), Some(TOPIC)));
    let cloud = "<rss version='2.0'><channel><title>Acme</title><cloud domain='rpc.example' port='80' path='/' \
                 registerProcedure='' protocol='http-post'/><item><title>One</title><link>https://acme.example/1</link>\
                 </item></channel></rss>";
    let state = polled(&world, Script::document("application/rss+xml", cloud)).await;
    assert_eq!(
        found(&state),
        (None, None),
        "a cloud is no hub, and a hub that is named no more is forgotten"
    );
    let entrys = format!(
        "{head}<entry><link rel='hub' href='{HUB}'/><id>urn:x:2</id><title>Two</title>\
                          <updated>2026-01-01T00:00:00Z</updated></entry></feed>"
    );
    assert_eq!(
        found(&polled(&world, Script::document(ATOM, entrys)).await),
        (None, None),
        "an entry's links are its own"
    );
}

#[tokio::test]
async fn an_answer_without_a_document_leaves_what_is_known_unless_it_names_another() {
    let world = World::new().await;
    let first = rss(HUB, TOPIC).etag("\"1\"");
    polled(&world, first.clone()).await;
    let state = polled(&world, first.clone()).await;
    assert_eq!(world.publisher.requests().last().unwrap().header("if-none-match").as_deref(), Some("\"1\""));
    assert_eq!(found(&state), (Some(HUB), Some(TOPIC)));
    let raw = "HTTP/1.1 304 Fine\r\nETag: \"1\"\r\nLink: <https://other.example/>; rel=hub\r\n\r\n";
    let state = polled(&world, Script::raw(raw)).await;
    assert_eq!(found(&state), (Some("https://other.example/"), Some(TOPIC)));
}

#[tokio::test]
async fn addresses_that_are_none_name_no_hub() {
    let world = World::new().await;
    for hub in ["", "javascript:alert(1)", "ftp://hub.example/", "http://", "mailto:hub@example.com"] {
        assert_eq!(found(&polled(&world, rss(hub, TOPIC)).await).0, None, "{hub}");
    }
}
