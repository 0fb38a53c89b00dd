//! Keeping what a round brought, and finding again what is kept.

use pressroll::{
    model::{EntryId, Hash128, PollState},
    store::{Keys, Limits, Order, Round, Store, StoreError, Withdrawal},
};

use super::{NOW, arrival, bring, filled, keep, kept, lease, place, round, source, with_urls};

/// The identities under which a source's entries are known by `keys`.
async fn identities(store: &Store, from: &str, keys: Keys) -> Vec<String> {
    let known = store.known(&source(from), keys).await.unwrap();
    known.into_iter().map(|it| it.identity).collect()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|it| (*it).to_owned()).collect()
}

async fn refused(store: &Store, round: Round) -> StoreError {
    store.claim(&lease(&round.source, NOW)).await.unwrap().unwrap();
    let from = round.source.clone();
    let error = store.keep(round).await.expect_err("this should be refused");
    store.release(&from).await.unwrap();
    error
}

#[tokio::test]
async fn an_unchanged_second_keep_writes_no_entry() {
    let place = place();
    let (store, all) = filled(&place, &["acme"], 5).await;
    place.forbid("UPDATE ON entry", "written");
    let before = store.change().await.unwrap();
    assert_eq!(
        keep(&store, round(&source("acme"), all.clone())).await,
        None,
        "nothing that readers could see"
    );
    assert_eq!(store.changed_since(before - 1).await.unwrap(), (before, vec![source("acme")]));
    let mut edited = all[0].clone();
    edited.entry.language = Some("de".to_owned());
    let mut edited = round(&source("acme"), vec![edited]);
    edited.arrivals[0].raw_hash = arrival(all[0].clone()).raw_hash;
    let error = refused(&store, edited).await;
    assert!(format!("{error:?}").contains("written"), "an edit would be written: {error:?}");
}

#[tokio::test]
async fn an_edit_replaces_the_text_under_the_ids_and_moments_that_readers_know() {
    let place = place();
    let (store, all) = filled(&place, &["acme"], 2).await;
    let mut edited = all[1].clone();
    edited.entry.title = pressroll::model::PlainText::vouch("Corrected".to_owned());
    edited.updated_ms += 60_000;
    edited.public_id = "urn:example:another".to_owned();
    edited.first_seen_ms += 1;
    edited.visible_ms += 1;
    let number = bring(&store, round(&source("acme"), vec![edited.clone()])).await;
    let stored = store.entries(&[edited.id]).await.unwrap().remove(0);
    assert_eq!(stored.entry, edited.entry);
    assert_eq!(stored.updated_ms, edited.updated_ms);
    assert_eq!(
        (stored.public_id, stored.first_seen_ms, stored.visible_ms),
        (all[1].public_id.clone(), all[1].first_seen_ms, all[1].visible_ms)
    );
    assert_eq!(store.count_entries().await.unwrap()[&source("acme")], 2);
    assert_eq!(store.changed_since(number - 1).await.unwrap(), (number, vec![source("acme")]));
}

#[tokio::test]
async fn a_new_feed_title_is_a_change_of_the_source() {
    let place = place();
    let (store, _) = filled(&place, &["acme", "wire"], 1).await;
    let state = PollState { feed_title: Some("Acme news".to_owned()), ..PollState::default() };
    let renamed = Round { state, ..round(&source("acme"), Vec::new()) };
    let number = bring(&store, renamed.clone()).await;
    assert_eq!(store.changed_since(number - 1).await.unwrap(), (number, vec![source("acme")]));
    assert_eq!(keep(&store, renamed).await, None);
    assert_eq!(store.changed_since(number).await.unwrap(), (number, Vec::new()));
}

#[tokio::test]
async fn entries_are_known_by_identity_guid_and_link_within_their_source() {
    let place = place();
    let (store, all) = filled(&place, &["acme", "wire"], 3).await;
    let mut shared = kept(store.entry_ids(1).await.unwrap()[0], &source("acme"), NOW);
    shared.entry.identity.guid = Some("shared".to_owned());
    let mut shared = arrival(shared);
    shared.identity = "shared and a title".to_owned();
    let id = shared.kept.id;
    keep(&store, Round { arrivals: vec![shared], ..round(&source("acme"), Vec::new()) }).await;

    let by = |identities: &[&str], guids: &[&str], links: &[&str]| Keys {
        identities: texts(identities),
        guids: texts(guids),
        canonicals: texts(links),
        recent: false,
    };
    let guid = all[1].entry.identity.guid.clone().unwrap();
    let link = all[2].canonical.clone().unwrap();
    // What stood in the document when it was last read is known in any case: here, `shared` alone.
    let with = |text: &str| vec![text.to_owned(), "shared and a title".to_owned()];
    assert_eq!(identities(&store, "acme", by(&[&guid], &[], &[])).await, with(&guid));
    assert_eq!(identities(&store, "acme", by(&[], &[&guid], &[])).await, with(&guid));
    assert_eq!(identities(&store, "acme", by(&[], &["shared"], &[])).await, ["shared and a title"]);
    assert_eq!(identities(&store, "acme", by(&[], &[], &[&link])).await, with("guid-3"));
    assert_eq!(identities(&store, "wire", by(&[&guid], &[&guid, "shared"], &[&link])).await.len(), 3);
    assert_eq!(identities(&store, "acme", Keys::default()).await, ["shared and a title"]);

    let known = store.known(&source("acme"), by(&[], &["shared"], &[&link, &link])).await.unwrap();
    let expected = arrival(all[2].clone());
    assert_eq!(known.len(), 2);
    assert_eq!(known[1].id, id);
    let first = &known[0];
    assert_eq!((first.id, &first.public_id), (all[2].id, &all[2].public_id));
    assert_eq!((first.raw_hash, first.policy_version), (expected.raw_hash, 1));
    assert_eq!((&first.title_key, &first.canonical), (&expected.title_key, &all[2].canonical));
    assert_eq!(
        (&first.guid, &first.content_key),
        (&all[2].entry.identity.guid, &all[2].entry.identity.content)
    );
    let moments = (first.order_ms, first.first_seen_ms, first.visible_ms, first.updated_ms);
    assert_eq!(moments, (NOW + 2_000, NOW + 2_005, NOW + 2_007, NOW + 2_009));
}

#[tokio::test]
async fn a_question_longer_than_one_list_is_answered_whole() {
    let place = place();
    let count = Limits::IN_LIST_MAX * 2 + 17;
    let (store, all) = filled(&place, &["acme"], count).await;
    let guids: Vec<String> = all.iter().filter_map(|it| it.entry.identity.guid.clone()).collect();
    let known = store.known(&source("acme"), Keys { guids, ..Keys::default() }).await.unwrap();
    assert_eq!(known.len(), count);
    let ids: Vec<EntryId> = all.iter().rev().map(|it| it.id).collect();
    let read: Vec<EntryId> = store.entries(&ids).await.unwrap().into_iter().map(|it| it.id).collect();
    assert_eq!(read, ids);
}

#[tokio::test]
async fn only_ids_of_other_sources_are_claimed() {
    let place = place();
    let (store, all) = filled(&place, &["acme", "wire"], 2).await;
    let asked = [all[0].public_id.clone(), all[2].public_id.clone(), "urn:example:free".to_owned()];
    let claimed = store.claimed_ids(&asked, &source("acme")).await.unwrap();
    assert_eq!(claimed.into_iter().collect::<Vec<_>>(), [all[2].public_id.clone()]);
}

#[tokio::test]
async fn ids_ascend_and_are_never_given_twice_by_any_process() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    let mut all = Vec::new();
    for (store, count) in [(&one, 3), (&two, 2), (&one, 2_500), (&two, 1), (&one, 0), (&one, 999)] {
        let ids = store.entry_ids(count).await.unwrap();
        assert_eq!(ids.len(), count);
        assert!(ids.is_sorted());
        all.extend(ids);
    }
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count);
    assert!(all[0].0 > 0);
}

#[tokio::test]
async fn what_left_the_document_is_marked_and_what_came_back_unmarked() {
    let place = place();
    let (store, all) = filled(&place, &["acme", "wire"], 3).await;
    let listed = || place.look("SELECT id FROM entry WHERE in_document AND source_id = 'acme' ORDER BY id");
    let number = |at: usize| all[at].id.0.to_string();
    let acme = source("acme");
    let all_of_it = [number(0), number(1), number(2)].join(",");
    assert_eq!(listed(), all_of_it);
    let mut next = round(&acme, Vec::new());
    keep(&store, next.clone()).await;
    assert_eq!(listed(), all_of_it, "a round that read no document says nothing of it");
    next.listed = vec![all[1].id];
    keep(&store, next.clone()).await;
    assert_eq!(listed(), number(1));
    next.listed = vec![all[2].id, all[0].id, all[3].id];
    keep(&store, next).await;
    assert_eq!(listed(), [number(0), number(2)].join(","));
    let of_wire = "SELECT COUNT(*) FROM entry WHERE in_document AND source_id = 'wire'";
    assert_eq!(place.look(of_wire), "3", "another source's entries are not touched");
}

#[tokio::test]
async fn a_round_with_a_conflict_is_refused_whole() {
    let place = place();
    let (store, all) = filled(&place, &["acme", "wire"], 2).await;
    let acme = source("acme");
    let fresh = || async { kept(store.entry_ids(1).await.unwrap()[0], &acme, NOW) };

    let mut twice = round(&acme, vec![fresh().await, fresh().await]);
    twice.arrivals[1].identity = twice.arrivals[0].identity.clone();
    assert!(matches!(refused(&store, twice).await, StoreError::Conflict { what: "identity", .. }));
    let one = fresh().await;
    let twice = round(&acme, vec![one.clone(), one]);
    assert!(matches!(refused(&store, twice).await, StoreError::Conflict { what: "id", .. }));
    let mut taken = round(&acme, vec![fresh().await, fresh().await]);
    taken.arrivals[1].identity = "guid-1".to_owned();
    assert!(matches!(refused(&store, taken).await, StoreError::Conflict { what: "identity", .. }));
    let mut foreign = all[2].clone();
    foreign.source = acme.clone();
    foreign.entry.identity.guid = Some("hijack".to_owned());
    let foreign = round(&acme, vec![fresh().await, foreign]);
    assert!(matches!(refused(&store, foreign).await, StoreError::Conflict { what: "id", .. }));
    let mut long = fresh().await;
    long.public_id = "x".repeat(Limits::KEY_BYTES_MAX + 1);
    let long = round(&acme, vec![fresh().await, long]);
    assert!(matches!(refused(&store, long).await, StoreError::TooLong { what: "public id", .. }));

    let mut stored = store.newest(&[acme, source("wire")], Order::Stated, 100).await.unwrap();
    stored.sort_by_key(|it| it.id);
    assert_eq!(stored, all);
}

#[tokio::test]
async fn every_list_has_a_limit() {
    let place = place();
    let store = place.open().await;
    let keys = vec!["x".to_owned(); Limits::KEYS_MAX + 1];
    let too_many = |error| matches!(error, Err(StoreError::TooMany { .. }));
    assert!(too_many(store.claimed_ids(&keys, &source("acme")).await.map(drop)));
    let asked = Keys { identities: keys, ..Keys::default() };
    assert!(too_many(store.known(&source("acme"), asked).await.map(drop)));
    assert!(too_many(store.entry_ids(Limits::IDS_MAX + 1).await.map(drop)));
    assert!(too_many(store.newest(&[], Order::Stated, Limits::ENTRIES_MAX + 1).await.map(drop)));
    let ids = vec![EntryId(1); Limits::ENTRIES_MAX + 1];
    assert!(too_many(store.entries(&ids).await.map(drop)));
}

#[tokio::test]
async fn nul_is_removed_and_everything_else_kept_to_the_letter() {
    let place = place();
    let store = place.open().await;
    store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    let acme = source("acme");
    let mut odd = kept(store.entry_ids(1).await.unwrap()[0], &acme, NOW);
    odd.entry.title =
        pressroll::model::PlainText::vouch("a\0b '; DROP TABLE entry; -- $1 \u{1F600}".to_owned());
    odd.entry.link = None;
    odd.entry.published = None;
    odd.entry.authors.clear();
    odd.canonical = None;
    odd.entry.identity.link = None;
    let raw_hash = Hash128::of(b"odd");
    let mut one = arrival(odd.clone());
    one.raw_hash = raw_hash;
    keep(&store, Round { arrivals: vec![one], ..round(&acme, Vec::new()) }).await;
    odd.entry.title =
        pressroll::model::PlainText::vouch("ab '; DROP TABLE entry; -- $1 \u{1F600}".to_owned());
    assert_eq!(store.entries(&[odd.id, odd.id, EntryId(77)]).await.unwrap(), [odd]);
}

#[tokio::test]
async fn what_was_taken_back_is_noted_at_its_own_source_alone_and_no_edit_undoes_it() {
    let place = place();
    let (store, all) = filled(&place, &["acme", "wire"], 2).await;
    let acme = source("acme");
    let take_back = |ids: &[EntryId]| {
        let withdrawn = ids.iter().map(|it| Withdrawal { id: *it, at_ms: NOW + 60_000 }).collect();
        Round { withdrawn, ..round(&acme, Vec::new()) }
    };
    let number = bring(&store, take_back(&[all[0].id, all[2].id])).await;
    assert_eq!(store.changed_since(number - 1).await.unwrap(), (number, vec![acme.clone()]));
    let noted = |read: Vec<pressroll::model::Kept>| -> Vec<Option<i64>> {
        read.into_iter().map(|it| it.withdrawn_ms).collect()
    };
    let ids = [all[0].id, all[1].id, all[2].id];
    assert_eq!(noted(store.entries(&ids).await.unwrap()), [Some(NOW + 60_000), None, None]);
    assert_eq!(keep(&store, take_back(&[all[2].id])).await, None, "another source's is nobody's change");

    let mut edited = all[0].clone();
    edited.entry.language = Some("de".to_owned());
    bring(&store, round(&acme, vec![edited])).await;
    assert_eq!(noted(store.entries(&ids[..1]).await.unwrap()), [Some(NOW + 60_000)]);

    let fresh = kept(store.entry_ids(1).await.unwrap()[0], &acme, NOW);
    let both = Round { arrivals: vec![arrival(fresh.clone())], ..take_back(&[fresh.id]) };
    bring(&store, both).await;
    assert_eq!(noted(store.entries(&[fresh.id]).await.unwrap()), [Some(NOW + 60_000)]);
}

#[tokio::test]
async fn entries_are_dated_by_their_guids_within_their_source() {
    let place = place();
    let (store, all) = filled(&place, &["acme", "wire"], 2).await;
    let acme = source("acme");
    let mut renamed = arrival(kept(store.entry_ids(1).await.unwrap()[0], &acme, NOW));
    renamed.identity = "guid-2".to_owned() + " before";
    renamed.kept.entry.identity.guid = Some("second".to_owned());
    renamed.kept.entry.updated = None;
    let id = renamed.kept.id;
    let withdrawn = vec![Withdrawal { id, at_ms: NOW + 5 }];
    bring(&store, Round { arrivals: vec![renamed], withdrawn, ..round(&acme, Vec::new()) }).await;
    let guids = texts(&["guid-1", "second", "guid-2 before", "guid-3", "second"]);
    let dated = store.dated(&acme, &guids).await.unwrap();
    let found: Vec<_> = dated
        .iter()
        .map(|it| (it.id, it.guid.as_deref().unwrap(), it.stated_ms.unwrap(), it.withdrawn_ms))
        .collect();
    let first = (all[0].id, "guid-1", NOW + 1, None);
    assert_eq!(found, [first, (id, "second", NOW, Some(NOW + 5))], "{:?}", all[2].entry.identity);
    assert!(store.dated(&acme, &[]).await.unwrap().is_empty());
}
