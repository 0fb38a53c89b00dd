//! What went out: when editions changed, and under which ids entries were shown.

use pressroll::{
    model::{Appearance, EntryId, Hash128},
    store::Limits,
};
use proptest::prelude::*;

use super::{NOW, place};

fn edition(path: &str, bytes: &str) -> (String, Hash128) {
    (path.to_owned(), Hash128::of(bytes.as_bytes()))
}

#[tokio::test]
async fn an_edition_keeps_its_moment_until_its_bytes_change() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    let (rss, atom) = (edition("/a.rss", "1"), edition("/a.atom", "2"));
    let both = [rss.clone(), atom.clone()];
    assert_eq!(one.editions(&both, NOW + 999).await.unwrap(), [NOW, NOW], "whole seconds");
    let number = two.change().await.unwrap();
    assert_eq!(two.editions(&[atom.clone(), rss], NOW + 60_000).await.unwrap(), [NOW, NOW]);
    assert_eq!(two.change().await.unwrap(), number, "nothing was written");

    let edited = [edition("/a.rss", "3"), atom];
    assert_eq!(two.editions(&edited, NOW + 60_000).await.unwrap(), [NOW + 60_000, NOW]);
    assert_eq!(one.editions(&edited, NOW).await.unwrap(), [NOW + 60_000, NOW], "equal on all nodes");
    let back = [edition("/a.rss", "1")];
    assert_eq!(one.editions(&back, NOW).await.unwrap(), [NOW + 61_000], "a clock set back");
}

#[tokio::test]
async fn many_editions_are_noted_in_one_call() {
    let place = place();
    let store = place.open().await;
    let many: Vec<_> =
        (0..Limits::IN_LIST_MAX + 9).map(|at| edition(&format!("/{at}"), &at.to_string())).collect();
    assert_eq!(store.editions(&many, NOW).await.unwrap(), vec![NOW; many.len()]);
    assert_eq!(store.editions(&many, NOW + 5_000).await.unwrap(), vec![NOW; many.len()]);
    assert_eq!(store.editions(&[], NOW).await.unwrap(), [0; 0]);
}

#[tokio::test]
async fn what_was_ever_noted_is_found_by_how_its_path_ends() {
    let place = place();
    let store = place.open().await;
    assert_eq!(store.edition_paths("/feed.rss").await.unwrap(), [""; 0]);
    let noted =
        ["/brands/b/feed.rss", "/brands/a/feed.rss", "/brands/a/feed.rss?lang=fr", "/opml", "/x/FEED.RSS"];
    store.editions(&noted.map(|it| edition(it, "1")), NOW).await.unwrap();
    let found = store.edition_paths("/feed.rss").await.unwrap();
    assert_eq!(found, ["/brands/a/feed.rss", "/brands/b/feed.rss"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn the_moment_of_an_edition_never_goes_back_and_moves_with_every_change(
        steps in prop::collection::vec((0..3_u8, -5_000..5_000_i64), 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let place = place();
            let store = place.open().await;
            let mut last: Option<(u8, i64)> = None;
            for (bytes, off_ms) in steps {
                let asked = [edition("/a", &bytes.to_string())];
                let at = store.editions(&asked, NOW + off_ms).await.unwrap()[0];
                prop_assert_eq!(at % 1_000, 0);
                match last {
                    Some((same, before)) if same == bytes => prop_assert_eq!(at, before),
                    Some((_, before)) => prop_assert!(at >= before + 1_000),
                    None => prop_assert!(at <= NOW + off_ms),
                }
                last = Some((bytes, at));
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn the_id_under_which_an_entry_was_first_shown_stays() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    let shown = |entry: i64, id: &str, shown_ms| Appearance {
        entry: EntryId(entry),
        public_id: id.to_owned(),
        shown_ms,
    };
    one.appear("brands/acme", &[shown(2, "b", 2), shown(1, "a", 1)]).await.unwrap();
    let number = one.change().await.unwrap();
    two.appear("brands/acme", &[shown(1, "z", 9)]).await.unwrap();
    assert_eq!(one.change().await.unwrap(), number, "nothing was written");
    two.appear("groups/acme", &[shown(1, "z", 9)]).await.unwrap();
    two.appear("groups/acme", &[]).await.unwrap();
    let ids = [EntryId(3), EntryId(2), EntryId(1), EntryId(1)];
    assert_eq!(one.appearances("brands/acme", &ids).await.unwrap(), [shown(1, "a", 1), shown(2, "b", 2)]);
    assert_eq!(one.appearances("groups/acme", &ids).await.unwrap(), [shown(1, "z", 9)]);
    assert_eq!(one.appearances("groups/energy", &ids).await.unwrap(), []);
}
