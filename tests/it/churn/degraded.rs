//! A source whose guids or links are bad is told by something else, says so, and is forgiven once they are good again.

use pressroll::{
    model::{Document, signs::Basis},
    parse,
};

use super::shapes::{SHAPES, releases};
use crate::ingest::{Item, World, items};

async fn basis(world: &World) -> Basis {
    world.store.poll_state(&world.source.id).await.unwrap().unwrap().signs.basis()
}

async fn sentence(world: &World) -> Option<String> {
    let state = world.store.poll_state(&world.source.id).await.unwrap().unwrap();
    state.signs.sentence(|_| "22 November".into())
}

fn renewed(items: &[Item], poll: usize) -> Vec<Item> {
    items.iter().map(|it| Item { guid: format!("{}-{poll}", it.guid), ..it.clone() }).collect()
}

#[tokio::test]
async fn guids_that_change_from_poll_to_poll_are_not_relied_on_until_they_have_stayed_for_long() {
    let world = World::new().await;
    let all = items(0..6);
    for poll in 0..3 {
        world.round(&renewed(&all, poll)).await;
        assert_eq!(basis(&world).await, Basis::Guid, "once or twice is a move to another system");
    }
    world.round(&renewed(&all, 3)).await;
    assert_eq!(basis(&world).await, Basis::Link);
    let told = sentence(&world).await.unwrap();
    assert_eq!(told, "by link: its guids change from poll to poll (6 of 6 did on 22 November)");
    let before = world.places().await;
    let mut growing = all.clone();
    for n in 6..27 {
        growing.insert(0, items(n..n + 1).remove(0));
        assert_eq!(world.round(&growing).await.0, 1);
        growing.truncate(8);
    }
    assert_eq!(basis(&world).await, Basis::Guid, "they were good for long");
    let now = world.places().await;
    assert!(before.iter().all(|(text, place)| now.get(text) == Some(place)), "ids are set once");
}

#[tokio::test]
async fn links_that_change_too_leave_the_content_and_new_entries_are_kept_under_it() {
    let world = World::new().await;
    let all = items(0..6);
    for poll in 0..5 {
        let mut now = renewed(&all, poll);
        now.iter_mut().for_each(|it| it.link += &format!("?sid={poll}"));
        assert_eq!(world.round(&now).await.0, if poll == 0 { 6 } else { 0 });
    }
    assert_eq!(basis(&world).await, Basis::Content);
    let told = sentence(&world).await.unwrap();
    assert!(
        told.starts_with("by title, text and date: its guids change from poll to poll (6 of 6"),
        "{told}"
    );
    assert!(told.contains("and its links change from poll to poll"), "{told}");
    let mut more = renewed(&items(0..7), 9);
    more.iter_mut().for_each(|it| it.link += "?sid=9");
    assert_eq!(world.round(&more).await.0, 1);
    let keys = world.rows("SELECT identity FROM entry WHERE identity LIKE 'content:%'");
    assert_eq!(keys.len(), 1, "{keys:?}");
    assert_eq!(world.kept().await.len(), 7);
}

#[tokio::test]
async fn one_guid_for_all_is_not_relied_on_from_the_first_document() {
    let world = World::new().await;
    let all: Vec<Item> = items(0..6).into_iter().map(|it| Item { guid: "press".into(), ..it }).collect();
    world.round(&all).await;
    let told = sentence(&world).await.unwrap();
    assert_eq!(told, "by link: its entries share guids (6 of 6 did on 22 November)");
}

#[tokio::test]
async fn places_in_the_list_are_known_as_such() {
    let world = World::new().await;
    let all = items(0..10);
    for first in (0..5).rev() {
        let window = all[first..first + 5].iter().enumerate();
        let placed: Vec<Item> =
            window.map(|(at, it)| Item { guid: format!("{}", at + 1), ..it.clone() }).collect();
        world.round(&placed).await;
    }
    assert_eq!(world.kept().await.len(), 9);
    let told = sentence(&world).await.unwrap();
    assert!(told.starts_with("by link: its guids are handed on from entry to entry (4 of 4"), "{told}");
}

#[test]
fn the_same_bytes_say_the_same_identities_in_every_shape() {
    for shape in SHAPES {
        let mut all = releases(0..8);
        all.iter_mut().enumerate().for_each(|(at, it)| (shape.states)(it, at));
        let (kind, text) = (shape.write)(&all);
        let read = || {
            let document = Document { bytes: text.as_bytes(), content_type: Some(kind), base: None };
            let feed = parse::feed(&document).unwrap();
            feed.drafts.into_iter().map(|it| it.identity).collect::<Vec<_>>()
        };
        let first = read();
        assert_eq!(first.len(), 8, "{}", shape.name);
        assert_eq!(read(), first, "{}", shape.name);
        for (said, identity) in all.iter().zip(&first) {
            let guid = Some(said.guid.trim()).filter(|it| !it.is_empty());
            assert_eq!(identity.guid.as_deref(), guid, "{}: as read, and never made up", shape.name);
        }
    }
}
