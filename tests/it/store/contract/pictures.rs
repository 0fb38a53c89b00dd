//! Pictures and logos: who fetches them, what is kept, and what nothing shows any more.

use pressroll::{
    model::{EntryId, Kept, Picture, PollState},
    store::{Drawn, PictureClaim, Pictured, Round, Store, Withdrawal},
};

use super::{NOW, Place, arrival, bring, filled, keep, place, round, source};

const MINUTE_MS: i64 = 60_000;

fn picture(name: &str) -> Picture {
    Picture {
        path: format!("signature/{name}"),
        address: format!("https://acme.example/{name}.jpg"),
        alt: "A plant — “new”".to_owned(),
        width: 1_600,
        height: 900,
    }
}

/// Two entries of “acme” whose images are due, the second the newer one, and two of “wire”.
async fn due(place: &Place) -> (Store, Vec<Kept>) {
    let (store, all) = filled(place, &["acme", "wire"], 2).await;
    let of = |name: &str| all.iter().filter(|it| it.source == source(name)).cloned().collect::<Vec<_>>();
    for name in ["acme", "wire"] {
        let mut again = round(&source(name), of(name));
        for arrival in &mut again.arrivals {
            arrival.kept.entry.language = Some("en".to_owned());
            arrival.pictures_due_ms = Some(arrival.kept.order_ms);
        }
        bring(&store, again).await;
    }
    (store, all)
}

async fn claim(store: &Store, entries: &[EntryId], now_ms: i64) -> Vec<PictureClaim> {
    store.claim_pictures(entries.to_vec(), now_ms, now_ms + MINUTE_MS).await.unwrap()
}

fn pictured(claim: &PictureClaim, names: &[&str]) -> Pictured {
    let pictures: Vec<Picture> = names.iter().map(|it| picture(it)).collect();
    let lead = (!pictures.is_empty()).then_some(0);
    Pictured { claim: claim.clone(), pictures, lead, failures: 0, due_ms: None, error: None }
}

/// Claims one entry's pictures and settles them with these.
async fn settle(store: &Store, entry: EntryId, names: &[&str]) -> Option<i64> {
    let claims = claim(store, &[entry], NOW + 5_000).await;
    store.settle_pictures(vec![pictured(&claims[0], names)], NOW + 6_000).await.unwrap()
}

async fn read(store: &Store, entry: EntryId) -> Kept {
    store.entries(&[entry]).await.unwrap().remove(0)
}

/// What has gone, without the numbers.
async fn gone(store: &Store) -> Vec<String> {
    let gone = store.pictures_gone((0, String::new())).await.unwrap();
    gone.into_iter().map(|(_, path)| path).collect()
}

#[tokio::test]
async fn due_pictures_come_newest_first_and_one_who_claims_has_them_until_the_claim_runs_out() {
    let place = place();
    let (store, all) = due(&place).await;
    let look = store.due_pictures(NOW + 5_000).await.unwrap();
    let times: Vec<i64> =
        look.iter().map(|(id, _)| all.iter().find(|it| it.id == *id).unwrap().order_ms).collect();
    assert_eq!(times, [NOW + 1_000, NOW + 1_000, NOW, NOW]);
    assert_eq!(look.iter().filter(|(_, from)| *from == source("wire")).count(), 2);

    let ids: Vec<EntryId> = look.into_iter().map(|(id, _)| id).collect();
    let ours = claim(&store, &ids[..3], NOW + 5_000).await;
    let other = place.open_as("two").await;
    assert_eq!(claim(&other, &ids, NOW + 5_001).await.len(), 1);
    assert!(store.due_pictures(NOW + 5_002).await.unwrap().is_empty());
    store.give_up_pictures(ours[..1].to_vec()).await.unwrap();
    assert_eq!(store.due_pictures(NOW + 5_003).await.unwrap().len(), 1, "given up unused");
    assert_eq!(
        store.due_pictures(NOW + 5_001 + MINUTE_MS).await.unwrap().len(),
        4,
        "all claims have run out"
    );
}

#[tokio::test]
async fn what_is_settled_is_shown_with_its_entry_and_changes_its_source() {
    let place = place();
    let (store, all) = due(&place).await;
    let number = settle(&store, all[0].id, &["a", "b"]).await.expect("readers are to see it");
    assert_eq!(store.changed_since(number - 1).await.unwrap(), (number, vec![source("acme")]));
    let kept = read(&store, all[0].id).await;
    assert_eq!((kept.lead, kept.pictures), (Some(picture("a")), vec![picture("a"), picture("b")]));
    assert_eq!(read(&store, all[1].id).await.pictures, [], "another entry's");
    assert_eq!(store.due_pictures(NOW + 500_000).await.unwrap().len(), 3, "it is done");
    let stocked = store.pictures_since(number - 1).await.unwrap().1;
    assert_eq!(stocked.len(), 2);
    assert_eq!(stocked[0].source, Some(source("acme")));
    let at = store.picture_at("signature/b").await.unwrap().unwrap();
    assert_eq!(at.address, "https://acme.example/b.jpg");
    assert_eq!(store.picture_at("signature/c").await.unwrap(), None);
    assert_eq!(store.count_pictures().await.unwrap()[&source("acme")].kept, 2);
}

#[tokio::test]
async fn what_failed_is_due_again_and_says_why_and_the_same_once_more_is_no_change() {
    let place = place();
    let (store, all) = due(&place).await;
    settle(&store, all[0].id, &["a"]).await.unwrap();
    let claims = claim(&store, &[all[1].id], NOW + 5_000).await;
    let failed = Pictured {
        failures: 1,
        due_ms: Some(NOW + 9_000),
        error: Some("https://acme.example/x.jpg: it is no image".to_owned()),
        ..pictured(&claims[0], &["a"])
    };
    assert!(store.settle_pictures(vec![failed.clone()], NOW + 6_000).await.unwrap().is_some());
    let again = claim(&store, &[all[1].id], NOW + 9_000).await;
    assert_eq!(again[0].failures, 1);
    let count = store.count_pictures().await.unwrap()[&source("acme")].clone();
    assert_eq!((count.kept, count.failed, count.error), (2, 1, failed.error.clone()));
    let same = Pictured { claim: again[0].clone(), due_ms: None, ..failed };
    assert_eq!(store.settle_pictures(vec![same], NOW + 10_000).await.unwrap(), None);
    assert_eq!(gone(&store).await, [] as [&str; 0]);
}

#[tokio::test]
async fn an_edit_keeps_the_old_pictures_until_new_ones_are_settled_and_ends_the_claim_of_before() {
    let place = place();
    let (store, all) = due(&place).await;
    settle(&store, all[0].id, &["a", "b"]).await.unwrap();
    let late = claim(&store, &[all[1].id], NOW + 5_000).await;
    for at in [0, 1] {
        let mut edited = round(&source("acme"), vec![all[at].clone()]);
        edited.arrivals[0].kept.entry.language = Some("nl".to_owned());
        edited.arrivals[0].pictures_due_ms = Some(all[at].order_ms);
        bring(&store, edited).await;
    }
    assert_eq!(read(&store, all[0].id).await.pictures.len(), 2);
    let settled = store.settle_pictures(vec![pictured(&late[0], &["late"])], NOW + 6_000).await.unwrap();
    assert!(settled.is_some(), "other nodes are to hear that nothing shows it");
    assert_eq!(read(&store, all[1].id).await.pictures, []);
    assert_eq!(gone(&store).await, ["signature/late"]);
    settle(&store, all[0].id, &["b", "c"]).await.unwrap();
    assert_eq!(read(&store, all[0].id).await.pictures, [picture("b"), picture("c")]);
    assert_eq!(gone(&store).await, ["signature/late", "signature/a"]);
}

#[tokio::test]
async fn an_edit_without_images_loses_the_pictures_that_were_there() {
    let place = place();
    let (store, all) = due(&place).await;
    settle(&store, all[0].id, &["a"]).await.unwrap();
    let mut edited = all[0].clone();
    edited.entry.media.clear();
    bring(&store, round(&source("acme"), vec![edited])).await;
    settle(&store, all[0].id, &[]).await.unwrap();
    assert_eq!(read(&store, all[0].id).await.lead, None);
    assert_eq!(gone(&store).await, ["signature/a"]);
}

#[tokio::test]
async fn a_picture_goes_with_the_last_entry_that_is_not_withdrawn_and_comes_back_with_one() {
    let place = place();
    let (store, all) = due(&place).await;
    settle(&store, all[0].id, &["shared", "own"]).await.unwrap();
    settle(&store, all[1].id, &["shared"]).await.unwrap();
    let withdraw = |at: usize| Round {
        withdrawn: vec![Withdrawal { id: all[at].id, at_ms: NOW + 10_000 }],
        ..round(&source("acme"), Vec::new())
    };
    keep(&store, withdraw(0)).await.unwrap();
    assert_eq!(gone(&store).await, ["signature/own"]);
    assert_eq!(read(&store, all[0].id).await.pictures, []);
    assert!(store.picture_at("signature/own").await.unwrap().is_none());
    assert!(store.picture_at("signature/shared").await.unwrap().is_some());
    keep(&store, withdraw(1)).await.unwrap();
    assert_eq!(gone(&store).await, ["signature/own", "signature/shared"]);
    settle(&store, all[2].id, &["shared"]).await.unwrap();
    assert_eq!(gone(&store).await, ["signature/own"]);
    store.forget_gone_pictures(i64::MAX).await.unwrap();
    assert_eq!(gone(&store).await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_was_kept_before_anybody_wanted_its_pictures_is_lined_up_once() {
    let place = place();
    let (store, _) = filled(&place, &["acme", "wire"], 3).await;
    assert!(store.due_pictures(NOW + 5_000).await.unwrap().is_empty());
    let names = store.sources_without_pictures().await.unwrap();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), [source("acme"), source("wire")]);
    store.want_pictures(vec![source("acme")]).await.unwrap();
    let due = store.due_pictures(NOW + 5_000).await.unwrap();
    assert_eq!(due.len(), 3);
    assert!(due.iter().all(|(_, from)| *from == source("acme")));
    settle(&store, due[0].0, &["a"]).await.unwrap();
    assert_eq!(store.sources_without_pictures().await.unwrap().len(), 1);
    assert_eq!(store.sources_with_pictures().await.unwrap(), [source("acme")].into());

    // Nobody wants them any more: they go, and come again when somebody does.
    store.want_no_pictures([source("acme")].into(), NOW).await.unwrap();
    assert_eq!(read(&store, due[0].0).await.pictures, []);
    assert_eq!(gone(&store).await, ["signature/a"]);
    assert!(store.due_pictures(NOW + 5_000).await.unwrap().is_empty());
    store.want_no_pictures([source("acme"), source("wire")].into(), NOW).await.unwrap();
    store.want_pictures(vec![source("acme")]).await.unwrap();
    assert_eq!(store.due_pictures(NOW + 5_000).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_logo_is_fetched_once_and_stands_for_every_source_that_names_it() {
    let place = place();
    let (store, _) = filled(&place, &["acme", "wire"], 1).await;
    let address = picture("logo").address;
    let state = PollState { feed_logo: Some(address.clone()), ..PollState::default() };
    bring(&store, Round { state, ..round(&source("acme"), Vec::new()) }).await;
    assert_eq!(store.feed_logos().await.unwrap(), [(source("acme"), address.clone())]);
    store.want_logos(vec![address.clone(), "https://b.example/".to_owned()], NOW).await.unwrap();
    store.want_logos(vec![address.clone()], NOW + 1).await.unwrap();
    let due = store.due_logos(NOW).await.unwrap();
    assert_eq!(due.len(), 2);
    let claims = store.claim_logos(due.clone(), NOW, NOW + MINUTE_MS).await.unwrap();
    assert_eq!(claims.len(), 2);
    assert!(store.claim_logos(due, NOW, NOW + MINUTE_MS).await.unwrap().is_empty());
    let claim = claims.into_iter().find(|it| it.address == address).unwrap();
    let drawn = Drawn {
        claim,
        picture: Some(Picture { alt: String::new(), ..picture("logo") }),
        failures: 0,
        due_ms: None,
        error: None,
        through: vec![source("wire")],
    };
    let number = store.settle_logo(drawn.clone()).await.unwrap().unwrap();
    let changed = store.changed_since(number - 1).await.unwrap();
    assert_eq!(
        changed,
        (number, vec![source("acme"), source("wire")]),
        "those that show it are printed anew"
    );
    let names = store.names(&[source("acme"), source("wire")]).await.unwrap();
    assert_eq!((names[0].logo.clone(), names[1].logo.clone()), (drawn.picture.clone(), None));
    assert_eq!(store.logos(vec![address.clone()]).await.unwrap()[&address], drawn.picture.unwrap());
    assert!(store.picture_at("signature/logo").await.unwrap().unwrap().source.is_none());
    assert!(store.due_logos(NOW + 2 * MINUTE_MS).await.unwrap().len() == 1, "the other's claim has run out");

    // What neither a feed names nor an operator gives is forgotten, and its picture goes.
    store.drop_logos(["https://b.example/".to_owned()].into(), NOW).await.unwrap();
    assert_eq!(store.due_logos(NOW + 2 * MINUTE_MS).await.unwrap().len(), 1);
    assert_eq!(store.logos(vec![address.clone()]).await.unwrap().len(), 1, "a feed names it");
    store.drop_logos([].into(), NOW).await.unwrap();
    assert!(store.due_logos(NOW + 2 * MINUTE_MS).await.unwrap().is_empty());
    bring(&store, Round { state: PollState::default(), ..round(&source("acme"), Vec::new()) }).await;
    store.drop_logos([].into(), NOW).await.unwrap();
    assert_eq!(store.logos(vec![address]).await.unwrap().len(), 0);
    assert_eq!(gone(&store).await, ["signature/logo"]);
}

#[tokio::test]
async fn pictures_go_with_entries_that_are_let_go() {
    let place = place();
    let (store, all) = due(&place).await;
    settle(&store, all[0].id, &["a"]).await.unwrap();
    settle(&store, all[1].id, &["b"]).await.unwrap();
    let other = all[1].clone();
    let only = Round { listed: vec![other.id], ..round(&source("acme"), vec![]) };
    keep(&store, only).await;
    let pruning = pressroll::store::Pruning {
        source: source("acme"),
        oldest_ms: Some(NOW + 100_000),
        entries_max: None,
        left_before_ms: i64::MAX,
        now_ms: NOW,
    };
    assert_eq!(store.prune(&pruning).await.unwrap(), 1);
    assert_eq!(gone(&store).await, ["signature/a"]);
    assert_eq!(arrival(read(&store, other.id).await).kept.pictures, [picture("b")]);
}
