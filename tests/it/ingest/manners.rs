//! How publishers are treated: moves are remembered, hosts that ask for peace get it, and whoever pings is heard.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use pressroll::{
    ingest::{Ask, Pinged, Round, Terms, ping},
    model::PollState,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{HOUR_MS, RSS, Setting, World, document, items};
use crate::support::{eventually, publisher::Script};

/// What a ping waits for after a poll.
const MINUTE_MS: i64 = 60_000;

async fn state(world: &World) -> PollState {
    world.store.poll_state(&world.source.id).await.unwrap().unwrap()
}

/// One round an hour later; where it asked first.
async fn asked_at(world: &World) -> Vec<String> {
    world.pass(HOUR_MS);
    let before = world.publisher.requests().len();
    let _kept_or_failed = world.ingest.round(&world.source, Ask::Now).await;
    world.publisher.requests().into_iter().skip(before).map(|it| it.path).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_is_remembered_after_three_agreeing_answers_and_forgotten_with_the_first_failure() {
    let world = World::new().await;
    let new = world.publisher.url("/new.xml");
    world.publisher.serve("/press.xml", Script::redirect(301, new.as_str()));
    world
        .publisher
        .serve("/new.xml", Script::document(RSS, document(&items(0..3), world.now_ms())).etag("\"1\""));
    for times in 1..=3 {
        assert_eq!(asked_at(&world).await, ["/press.xml", "/new.xml"], "answer {times}");
        assert_eq!(state(&world).await.moved_times, times);
    }
    assert_eq!(asked_at(&world).await, ["/new.xml"], "now it is asked there");
    assert_eq!(state(&world).await.moved_to.as_deref(), Some(new.as_str()));
    assert_eq!(world.kept().await.len(), 3, "it is the same source");

    world.publisher.serve("/new.xml", Script::status(410));
    assert_eq!(asked_at(&world).await, ["/new.xml"]);
    let forgotten = state(&world).await;
    assert_eq!((forgotten.moved_to, forgotten.moved_times, forgotten.gone), (None, 0, false));
    world.publisher.serve("/press.xml", Script::document(RSS, document(&items(0..3), world.now_ms())));
    assert_eq!(asked_at(&world).await, ["/press.xml"], "its own address is asked again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_disagree_or_may_be_temporary_are_not_remembered() {
    let world = World::new().await;
    let [a, b] = ["/a.xml", "/b.xml"].map(|path| {
        world.publisher.serve(path, Script::document(RSS, document(&items(0..1), world.now_ms())));
        Script::redirect(308, world.publisher.url(path).as_str())
    });
    let temporary = Script::redirect(302, world.publisher.url("/a.xml").as_str());
    let turns = [a.clone(), a.clone(), b, a.clone(), a.clone(), temporary, a.clone(), a];
    world.publisher.serve("/press.xml", Script::in_turn(turns.clone()));
    for _ in turns {
        assert_eq!(asked_at(&world).await[0], "/press.xml");
    }
    assert_eq!(state(&world).await.moved_times, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_own_address_is_asked_again_now_and_then() {
    let world = World::new().await;
    world.publisher.serve("/press.xml", Script::redirect(301, world.publisher.url("/new.xml").as_str()));
    world.publisher.serve("/new.xml", Script::document(RSS, document(&items(0..1), world.now_ms())));
    let mut at_home = 0;
    for _ in 0..103 {
        at_home += usize::from(asked_at(&world).await[0] == "/press.xml");
    }
    assert_eq!(at_home, 3 + 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_web_page_in_the_place_of_a_feed_offers_the_feeds_that_it_names_and_none_is_followed() {
    let world = World::new().await;
    world.round(&items(0..2)).await;
    let page = "<!doctype html><html><head><title>Press</title>\
        <link rel='alternate' type='application/rss+xml' href='/feeds/press.xml'></head><body>News</body></html>";
    world.publisher.serve("/press.xml", Script::document("text/html", page));
    assert_eq!(asked_at(&world).await, ["/press.xml"]);
    let state = state(&world).await;
    let offer = world.publisher.url("/feeds/press.xml").to_string();
    assert_eq!((state.offers.as_slice(), state.error_class.as_str()), ([offer.clone()].as_slice(), "page"));
    assert!(state.error.as_ref().unwrap().contains(&offer), "{:?}", state.error);
    assert_eq!(world.kept().await.len(), 2, "what was kept stays");
    let (new, _) = world.round(&items(0..3)).await;
    assert_eq!(new, 1);
    assert!(self::state(&world).await.offers.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_says_since_when_and_of_which_class() {
    let world = World::new().await;
    world.round(&items(0..1)).await;
    world.publisher.serve("/press.xml", Script::status(500));
    asked_at(&world).await;
    let first_ms = world.now_ms();
    asked_at(&world).await;
    let failing = state(&world).await;
    assert_eq!(
        (failing.failures, failing.failing_since_ms, failing.error_class.as_str()),
        (2, first_ms, "status-500")
    );
    world.round(&items(0..1)).await;
    let well = state(&world).await;
    assert_eq!((well.failures, well.failing_since_ms, well.error_class.as_str()), (0, 0, ""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_after_holds_for_whoever_asks() {
    let world = World::new().await;
    world.publisher.serve("/press.xml", Script::status(503).header("retry-after", "7200"));
    world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    let until_ms = world.now_ms() + 2 * HOUR_MS;
    world.pass(HOUR_MS);
    let left = world.ingest.round(&world.source, Ask::Now).await.unwrap();
    assert_eq!(left, Round::LeftAlone { until_ms });
    assert_eq!(world.rows("SELECT lease_until_ms FROM source_state"), ["Integer(0)"], "nobody holds it");
    world.pass(HOUR_MS);
    world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    assert_eq!(world.publisher.requests().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_asked_too_often_is_left_alone_by_all_its_sources_also_after_a_restart() {
    let world = World::with(Setting { others: 8, ..Setting::default() }).await;
    world.publisher.serve("/press.xml", Script::status(429).header("retry-after", "3600"));
    for n in 0..8 {
        let path = format!("/other-{n}.xml");
        world.publisher.serve(&path, Script::document(RSS, document(&items(0..1), world.now_ms())));
    }
    world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    let mut all = world.others.clone();
    all.push(Arc::clone(&world.source));
    let mut left = 0;
    world.ingest.round_of(&all, |_, outcome| left += usize::from(is_left_alone(&outcome.unwrap()))).await;
    assert_eq!((left, world.publisher.requests().len()), (9, 1));

    // Another process knows it from the store, and puts its polls off.
    let other = world.beside("two").await;
    let shutdown = CancellationToken::new();
    let mut polling = JoinSet::new();
    polling.spawn(Arc::clone(&other.ingest).run(shutdown.clone()));
    let until_ms = world.now_ms() + HOUR_MS;
    let put_off = format!("SELECT COUNT(*) FROM source_state WHERE next_at_ms >= {until_ms}");
    eventually("nine polls to be put off", || async {
        (world.rows(&put_off) == ["Integer(9)"]).then_some(())
    })
    .await;
    let moments = world.rows("SELECT DISTINCT next_at_ms FROM source_state");
    assert!(moments.len() > 6, "they do not come back all at once: {moments:?}");
    assert!(world.rows("SELECT next_why FROM source_state")[1].contains("429"));
    world.publisher.serve("/press.xml", Script::document(RSS, document(&items(0..1), world.now_ms())));
    world.pass(HOUR_MS + 10_000);
    eventually("the others", || async { (world.publisher.requests().len() >= 9).then_some(()) }).await;
    shutdown.cancel();
    polling.join_next().await.unwrap().unwrap();
}

fn is_left_alone(round: &Round) -> bool {
    matches!(round, Round::LeftAlone { .. })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_publisher_hears_how_many_publications_take_its_feed() {
    let world = World::new().await;
    world.round(&items(0..1)).await;
    assert_eq!(world.publisher.requests()[0].header("user-agent").as_deref(), Some("test (1 subscribers)"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ping_brings_the_next_poll_forward_once_a_minute_and_never_against_the_server_s_wish() {
    let world = World::new().await;
    world.round(&items(0..1)).await;
    let secret = ping::secret("site", &world.source.id);
    assert_eq!(secret.len(), 32);
    assert_eq!(world.ingest.ping("0123456789abcdef0123456789abcdef").await.unwrap(), Pinged::Nobody);

    let polled_ms = world.now_ms();
    world.pass(10_000);
    assert_eq!(world.ingest.ping(&secret).await.unwrap(), Pinged::At(polled_ms + MINUTE_MS));
    assert_eq!(world.ingest.round(&world.source, Ask::IfDue).await.unwrap(), Round::Busy);
    world.pass(50_000);
    assert_eq!(world.ingest.round(&world.source, Ask::IfDue).await.unwrap(), Round::Unchanged);
    assert_eq!(world.publisher.requests().len(), 2, "asked as soon as the minute is over");

    world.pass(MINUTE_MS);
    assert_eq!(world.ingest.ping(&secret).await.unwrap(), Pinged::At(world.now_ms()));
    world.publisher.serve("/press.xml", Script::status(503).header("retry-after", "600"));
    world.ingest.round(&world.source, Ask::IfDue).await.unwrap_err();
    let until_ms = world.now_ms() + 10 * MINUTE_MS;
    world.pass(2 * MINUTE_MS);
    assert_eq!(world.ingest.ping(&secret).await.unwrap(), Pinged::At(until_ms));

    world.sql("UPDATE source_state SET gone = TRUE");
    assert_eq!(world.ingest.ping(&secret).await.unwrap(), Pinged::Never);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_this_machine_is_read_again_only_when_it_was_written_again() {
    let world = World::with(Setting { file: true, ..Setting::default() }).await;
    let path = world.source.path.clone().unwrap();
    let missing = world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    assert!(missing.to_string().contains("it is not there"), "{missing}");
    assert_eq!(state(&world).await.error_class, "file");
    let now_ms = world.now_ms();
    std::fs::write(&path, document(&items(0..2), now_ms)).unwrap();
    assert!(matches!(world.ingest.round(&world.source, Ask::Now).await.unwrap(), Round::Kept { new: 2, .. }));
    assert_eq!(world.ingest.round(&world.source, Ask::Now).await.unwrap(), Round::Unchanged);
    let next = path.with_extension("next");
    std::fs::write(&next, document(&items(0..3), now_ms)).unwrap();
    std::fs::rename(&next, &path).unwrap();
    assert!(matches!(world.ingest.round(&world.source, Ask::Now).await.unwrap(), Round::Kept { new: 1, .. }));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let folder = world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    assert!(folder.to_string().contains("not a regular file"), "{folder}");
    assert_eq!(world.kept().await.len(), 3, "what was kept stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_pinged_while_it_is_due_or_being_asked_is_asked_once_more() {
    let world = World::new().await;
    let secret = ping::secret("site", &world.source.id);
    assert_eq!(world.ingest.ping(&secret).await.unwrap(), Pinged::At(world.now_ms()));
    world.publish(&items(0..1));
    world.ingest.round(&world.source, Ask::IfDue).await.unwrap();
    assert_eq!(
        state(&world).await.next_at_ms,
        world.now_ms() + MINUTE_MS,
        "what it has may be newer than what came"
    );
    world.pass(MINUTE_MS);
    world.ingest.round(&world.source, Ask::IfDue).await.unwrap();
    assert!(state(&world).await.next_at_ms > world.now_ms() + MINUTE_MS, "once, and then as ever");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_brings_a_poll_forward_against_retry_after() {
    let world = World::new().await;
    world.publisher.serve("/press.xml", Script::status(503).header("retry-after", "7200"));
    world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    let until_ms = world.now_ms() + 2 * HOUR_MS;
    assert!(!world.store.hasten(&world.source.id, world.now_ms()).await.unwrap());
    assert!(!world.store.hasten(&world.source.id, until_ms - 1).await.unwrap());
    assert!(world.store.hasten(&world.source.id, until_ms).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_ran_ahead_costs_one_poll_and_holds_nothing_up() {
    const TEN_YEARS_MS: i64 = 3_652 * 24 * HOUR_MS;
    let world = World::new().await;
    world.publisher.serve("/press.xml", Script::status(503).header("retry-after", "86400"));
    world.pass(TEN_YEARS_MS);
    world.ingest.round(&world.source, Ask::Now).await.unwrap_err();
    world.sql(&format!("UPDATE source_state SET lease_owner = 'dead', lease_until_ms = {}", world.now_ms()));
    world.pass(-TEN_YEARS_MS);
    let shutdown = CancellationToken::new();
    let mut polling = JoinSet::new();
    polling.spawn(Arc::clone(&world.ingest).run(shutdown.clone()));
    world.publisher.serve("/press.xml", Script::document(RSS, document(&items(0..2), world.now_ms())));
    eventually("the entries", || async { (world.kept().await.len() == 2).then_some(()) }).await;
    assert_eq!(world.publisher.requests().len(), 2);
    assert!((0..24 * HOUR_MS).contains(&(state(&world).await.next_at_ms - world.now_ms())));
    shutdown.cancel();
    polling.join_next().await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_host_has_its_pause_also_where_more_of_its_sources_are_claimed_than_are_asked() {
    let world = World::with(Setting { others: 3, rounds_max: 2, ..Setting::default() }).await;
    world.ingest.take(Terms { per_host_max: 3, ..world.terms.clone() });
    let interval = Duration::from_millis(10);
    (0..3).for_each(|n| {
        world.publisher.serve(&format!("/other-{n}.xml"), Script::drip("x".repeat(60), interval));
    });
    let began = Instant::now();
    world.ingest.round_of(&world.others, |_, _| {}).await;
    assert_eq!(world.publisher.requests().len(), 3);
    let answer = interval * 60;
    assert!(began.elapsed() >= 3 * answer, "two at once, a pause as long, the third: {:?}", began.elapsed());
}

#[tokio::test]
async fn what_was_cut_on_its_way_is_asked_for_again_and_what_always_stops_there_only_once() {
    let world = World::new().await;
    let whole = document(&items(0..3), world.now_ms());
    let cut = whole[..whole.rfind("<item>").unwrap()].to_owned();
    let serve = |body: &str| {
        world.pass(HOUR_MS);
        world.publisher.serve("/press.xml", Script::document(RSS, body).etag("\"1\""));
    };
    let round = || world.ingest.round(&world.source, Ask::Now);
    let asked_with = || world.publisher.requests().last().unwrap().header("if-none-match");
    serve(&cut);
    assert!(matches!(round().await.unwrap(), Round::Kept { new: 2, .. }));
    serve(&cut);
    assert!(matches!(round().await.unwrap(), Round::Unchanged));
    assert_eq!(asked_with(), None);
    serve(&cut);
    assert!(matches!(round().await.unwrap(), Round::Unchanged));
    assert_eq!(asked_with().as_deref(), Some("\"1\""), "it is made like that");

    let other = World::new().await;
    let serve = |body: &str| {
        other.pass(HOUR_MS);
        other.publisher.serve("/press.xml", Script::document(RSS, body).etag("\"1\""));
    };
    serve(&cut);
    assert!(matches!(other.ingest.round(&other.source, Ask::Now).await.unwrap(), Round::Kept { new: 2, .. }));
    serve(&whole);
    assert!(matches!(other.ingest.round(&other.source, Ask::Now).await.unwrap(), Round::Kept { new: 1, .. }));
}
