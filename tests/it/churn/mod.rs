//! A publisher that changes everything about its entries but what they are: no reader may see one twice, or lose one.

mod apart;
mod degraded;
mod shapes;
mod site;
mod table;

use pressroll::{
    ingest::{Ask, READER_VERSION, Round},
    store::Claim,
};

use crate::{
    ingest::{Item, START_MS, World, items},
    support::publisher::Script,
};

type Churn = fn(&mut Vec<Item>);

/// What publishers do to their items, one thing at a time.
fn churns() -> Vec<(&'static str, Churn)> {
    fn each(items: &mut [Item], change: impl Fn(&mut Item)) {
        items.iter_mut().for_each(change);
    }
    vec![
        ("edited titles", |items| each(items, |it| it.title += ", corrected")),
        ("tracking parameters", |items| each(items, |it| it.link += "?utm_source=rss&utm_medium=feed")),
        ("another scheme", |items| each(items, |it| it.link = it.link.replace("https:", "http:"))),
        ("a leading www", |items| each(items, |it| it.link = it.link.replace("//acme", "//www.acme"))),
        ("regenerated guids", |items| each(items, |it| it.guid = format!("new-{}", it.guid))),
        ("no guids", |items| each(items, |it| it.guid.clear())),
        ("one guid for all", |items| each(items, |it| it.guid = "same".into())),
        ("moved links", |items| each(items, |it| it.link = it.link.replace("/news/", "/press/"))),
        ("bumped dates", |items| each(items, |it| it.date = "Mon, 02 Nov 2026 09:00:00 GMT".into())),
        ("another order", |items| items.reverse()),
        ("every item twice", |items| items.extend(items.clone())),
        ("half of them gone", |items| items.truncate(3)),
        ("all of them gone", Vec::clear),
    ]
}

#[tokio::test]
async fn no_single_change_makes_an_entry_new_or_loses_it() {
    for (what, churn) in churns() {
        let world = World::new().await;
        let original = items(0..6);
        assert_eq!(world.round(&original).await, (6, 0), "{what}");
        let before = world.places().await;
        let mut changed = original.clone();
        churn(&mut changed);
        assert_eq!(world.round(&changed).await.0, 0, "{what}: nothing is new");
        assert_eq!(world.places().await, before, "{what}: ids and places stay");
        assert_eq!(world.round(&original).await.0, 0, "{what}: nor when it is undone");
        assert_eq!(world.places().await, before, "{what}: undone");
        let mut grown = changed;
        grown.extend(items(6..7));
        assert_eq!(world.round(&grown).await.0, 1, "{what}: what is new is still seen");
    }
}

#[tokio::test]
async fn guids_that_are_places_in_the_list_tell_every_entry_apart() {
    let world = World::new().await;
    let placed = |items: Vec<Item>| -> Vec<Item> {
        items.into_iter().enumerate().map(|(at, it)| Item { guid: format!("{}", at + 1), ..it }).collect()
    };
    let all = items(0..6);
    world.round(&placed(all[4..].to_vec())).await;
    let mut ids = world.places().await;
    for first in (0..4).rev() {
        assert_eq!(world.round(&placed(all[first..].to_vec())).await.0, 1);
        let now = world.places().await;
        assert!(ids.iter().all(|(text, place)| now.get(text) == Some(place)), "ids stay");
        ids = now;
    }
    let unique: std::collections::BTreeSet<_> = ids.values().map(|(id, _)| id).collect();
    assert_eq!(unique.len(), 6, "each entry has an id of its own");
}

#[tokio::test]
async fn two_changes_at_once_are_still_the_same_entry_while_link_or_text_and_the_date_stay() {
    let twice: [(&str, Churn); 4] = [
        ("guid and title", |items| {
            items
                .iter_mut()
                .for_each(|it| (it.guid, it.title) = (format!("x{}", it.guid), format!("{}!!", it.text)))
        }),
        ("no guid and another title", |items| {
            items.iter_mut().for_each(|it| (it.guid, it.title) = (String::new(), format!("{}!!", it.text)))
        }),
        ("guid and link", |items| {
            items.iter_mut().for_each(|it| {
                (it.guid, it.link) = (format!("x{}", it.guid), it.link.replace("/news/", "/b/"))
            })
        }),
        ("link and title", |items| {
            items.iter_mut().for_each(|it| {
                (it.link, it.title) = (it.link.replace("/news/", "/b/"), format!("{}!!", it.text))
            })
        }),
    ];
    for (what, churn) in twice {
        let world = World::new().await;
        let mut current = items(0..4);
        world.round(&current).await;
        let before = world.places().await;
        for _ in 0..3 {
            churn(&mut current);
            assert_eq!(world.round(&current).await.0, 0, "{what}");
        }
        assert_eq!(world.places().await, before, "{what}");
    }
}

#[tokio::test]
async fn other_entries_at_one_address_are_other_entries() {
    let world = World::new().await;
    let at_home = |n: usize| Item { link: "https://acme.example/news".into(), ..items(n..n + 1).remove(0) };
    for n in 0..5 {
        assert_eq!(
            world.round(&[at_home(n)]).await.0,
            1,
            "a feed of one item that always links to the same page"
        );
    }
    assert_eq!(world.places().await.len(), 5);
}

#[tokio::test]
async fn a_guid_that_wanders_back_is_no_conflict() {
    let world = World::new().await;
    let original = items(0..2);
    let with_guid = |n: usize, guid: &str| Item { guid: guid.into(), ..original[n].clone() };
    world.round(&[with_guid(0, "1")]).await;
    world.round(&[with_guid(0, "7")]).await;
    assert_eq!(world.round(&[with_guid(1, "1")]).await, (1, 0), "another entry under the old guid");
    assert_eq!(world.places().await.len(), 2);
}

#[tokio::test]
async fn a_feed_that_is_gone_and_comes_back_is_polled_again() {
    let world = World::new().await;
    world.publisher.serve("/press.xml", Script::status(410));
    assert_eq!(world.ingest.round(&world.source, Ask::Now).await.unwrap(), Round::Gone);
    assert!(world.store.poll_state(&world.source.id).await.unwrap().unwrap().gone);
    world.round(&items(0..1)).await;
    assert!(!world.store.poll_state(&world.source.id).await.unwrap().unwrap().gone);
}

#[tokio::test]
async fn a_feed_cannot_speak_for_a_host_that_only_it_calls_its_own() {
    let world = World::new().await;
    let mut current = items(0..1);
    current[0].guid = "https://victim.example/r1".into();
    // Somebody else's entry has the id already.
    let other = pressroll::model::SourceId::new("victim").unwrap();
    world.store.adopt(&[(other.clone(), "https://victim.example/rss".into())], START_MS).await.unwrap();
    let claim = Claim {
        source: other.clone(),
        url: "https://victim.example/rss".to_owned(),
        now_ms: START_MS,
        until_ms: START_MS + 1_000,
        due_ms: i64::MAX,
    };
    world.store.claim(&claim).await.unwrap().unwrap();
    world.round(&current).await;
    let mut kept = world.kept().await.remove(0);
    let first_id = kept.public_id.clone();
    kept.id = world.store.entry_ids(1).await.unwrap()[0];
    kept.source = other.clone();
    let arrival = pressroll::store::Arrival {
        kept,
        identity: "https://victim.example/r1".into(),
        title_key: String::new(),
        raw_hash: pressroll::model::Hash128::of(b""),
        policy_version: READER_VERSION,
        pictures_due_ms: None,
    };
    let round = pressroll::store::Round {
        source: other,
        state: Default::default(),
        arrivals: vec![arrival],
        listed: Vec::new(),
        withdrawn: Vec::new(),
    };
    world.store.keep(round).await.unwrap();
    let mut more = items(1..2);
    more[0].guid = first_id.clone();
    more[0].title = "Another claim".into();
    current.clear();
    world.round(&more).await;
    let ids: Vec<String> = world.kept().await.into_iter().map(|it| it.public_id).collect();
    assert_eq!(ids.iter().filter(|it| **it == first_id).count(), 1, "{ids:?}");
}

#[tokio::test]
async fn changes_upon_changes_make_nothing_new_and_lose_nothing() {
    let world = World::new().await;
    let mut current = items(0..6);
    world.round(&current).await;
    let before = world.places().await;
    for (what, churn) in churns().into_iter().take(5) {
        churn(&mut current);
        assert_eq!(world.round(&current).await.0, 0, "{what}");
    }
    assert_eq!(world.places().await, before);
}

#[tokio::test]
async fn an_edit_moves_updated_once_and_a_repetition_moves_nothing() {
    let world = World::new().await;
    let mut current = items(0..3);
    world.round(&current).await;
    assert_eq!(world.round(&current).await, (0, 0), "the same document");
    current[1].text += " Corrected.";
    assert_eq!(world.round(&current).await, (0, 1));
    let edited_ms = world.now_ms();
    let updated: Vec<i64> = world.kept().await.iter().map(|it| it.updated_ms).collect();
    assert_eq!(updated.iter().filter(|it| **it == edited_ms).count(), 1);
    current[1].link += "?utm_source=rss";
    assert_eq!(world.round(&current).await, (0, 1));
    let after: Vec<i64> = world.kept().await.iter().map(|it| it.updated_ms).collect();
    assert_eq!(after, updated, "a tracking parameter is no news");
}

#[tokio::test]
async fn undated_entries_keep_the_order_of_their_document() {
    let world = World::new().await;
    let mut current = items(0..4);
    current.iter_mut().for_each(|it| it.date.clear());
    world.round(&current).await;
    let titles: Vec<String> = world.kept().await.iter().map(|it| it.entry.title.to_string()).collect();
    let expected: Vec<String> = current.iter().map(|it| it.title.clone()).collect();
    assert_eq!(titles, expected);
}

#[tokio::test]
async fn a_guid_that_is_an_address_is_the_id_and_any_other_is_minted() {
    let world = World::new().await;
    let mut current = items(0..3);
    current[0].guid = "https://acme.example/?p=1".into();
    current[1].guid = "urn:uuid:7d1b".into();
    world.round(&current).await;
    let ids: Vec<String> = world.kept().await.into_iter().map(|it| it.public_id).collect();
    assert!(ids.contains(&"https://acme.example/?p=1".to_owned()), "{ids:?}");
    assert!(ids.contains(&"urn:uuid:7d1b".to_owned()), "{ids:?}");
    assert!(ids.iter().any(|it| it.starts_with("tag:press.example,2026:acme/")), "{ids:?}");
}
