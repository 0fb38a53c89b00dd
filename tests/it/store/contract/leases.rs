//! Sources among several processes: adopted, due, claimed by one at a time.

use pressroll::{
    model::PollState,
    store::{Claim, Order, Round, Settlement, StoreError},
};

use super::{LEASE_MS, NOW, bring, filled, keep, kept, lease, place, round, source, with_urls};

fn waiting(next_at_ms: i64) -> PollState {
    PollState { next_at_ms, ..PollState::default() }
}

#[tokio::test]
async fn the_longest_waiting_source_is_due_first_and_gone_ones_never() {
    let place = place();
    let store = place.open().await;
    store.adopt(&with_urls(&["a", "b", "c", "d"]), NOW).await.unwrap();
    for (name, state) in [
        ("a", waiting(NOW + 30)),
        ("b", waiting(NOW + 10)),
        ("c", PollState { gone: true, ..waiting(NOW + 5) }),
        ("d", waiting(NOW + 20)),
    ] {
        keep(&store, Round { state, ..round(&source(name), Vec::new()) }).await;
    }
    assert_eq!(store.due(NOW + 9, 10).await.unwrap(), []);
    assert_eq!(store.due(NOW + 20, 10).await.unwrap(), [source("b"), source("d")]);
    assert_eq!(store.due(NOW + 99, 10).await.unwrap(), [source("b"), source("d"), source("a")]);
    assert_eq!(store.due(NOW + 99, 1).await.unwrap(), [source("b")]);
    assert_eq!(store.due(NOW + 99, 0).await.unwrap(), []);
}

#[tokio::test]
async fn a_node_polls_only_the_sources_of_its_own_file() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    one.adopt(&with_urls(&["a", "b"]), NOW).await.unwrap();
    two.adopt(&with_urls(&["b", "c"]), NOW + 1).await.unwrap();
    assert_eq!(one.due(NOW + 5, 10).await.unwrap(), [source("a"), source("b")]);
    assert_eq!(two.due(NOW + 5, 10).await.unwrap(), [source("b"), source("c")]);
    one.adopt(&with_urls(&["c"]), NOW + 5).await.unwrap();
    assert_eq!(one.due(NOW + 5, 1).await.unwrap(), [source("c")], "others do not use up the limit");
    one.adopt(&[], NOW + 5).await.unwrap();
    assert_eq!(one.poll_states().await.unwrap().len(), 3, "what was once adopted stays");
}

#[tokio::test]
async fn adopting_again_changes_nothing_and_another_address_resets_the_validators_alone() {
    let place = place();
    let (store, all) = filled(&place, &["acme"], 2).await;
    let acme = source("acme");
    let state = PollState {
        etag: Some("e".to_owned()),
        last_modified: Some("m".to_owned()),
        body_hash: Some("h".to_owned()),
        polled_ms: NOW + 1,
        failures: 3,
        error: Some("410".to_owned()),
        gone: true,
        has_history: true,
        feed_title: Some("Acme".to_owned()),
        ..waiting(NOW + 500)
    };
    keep(&store, Round { state: state.clone(), ..round(&acme, Vec::new()) }).await;
    let before = store.change().await.unwrap();
    store.adopt(&with_urls(&["acme"]), NOW + 9).await.unwrap();
    assert_eq!(store.poll_state(&acme).await.unwrap(), Some(state.clone()));
    assert_eq!(store.change().await.unwrap(), before, "nothing was written");

    store.adopt(&[(acme.clone(), "https://new.example/rss".to_owned())], NOW + 10).await.unwrap();
    let reset = PollState {
        polled_ms: NOW + 1,
        has_history: true,
        feed_title: Some("Acme".to_owned()),
        ..waiting(NOW + 10)
    };
    assert_eq!(store.poll_state(&acme).await.unwrap(), Some(reset));
    assert_eq!(store.due(NOW + 10, 9).await.unwrap(), std::slice::from_ref(&acme));
    assert_eq!(store.newest(&[acme], Order::Stated, 9).await.unwrap().len(), all.len());
}

#[tokio::test]
async fn one_of_two_processes_gets_the_lease() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    let acme = source("acme");
    assert_eq!(one.claim(&lease(&acme, NOW)).await.unwrap(), None, "nobody has adopted it");
    for store in [&one, &two] {
        store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    }
    assert_eq!(one.claim(&lease(&acme, NOW)).await.unwrap(), Some(waiting(NOW)));
    assert_eq!(two.claim(&lease(&acme, NOW)).await.unwrap(), None);
    assert_eq!(one.claim(&lease(&acme, NOW)).await.unwrap(), None, "not even the holder twice");
    assert_eq!(two.due(NOW, 9).await.unwrap(), []);
    two.release(&acme).await.unwrap();
    assert_eq!(two.claim(&lease(&acme, NOW)).await.unwrap(), None, "only the holder gives it up");
    one.release(&acme).await.unwrap();
    assert_eq!(two.claim(&lease(&acme, NOW)).await.unwrap(), Some(waiting(NOW)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_source_is_claimed_twice_however_many_ask() {
    let place = place();
    let names: Vec<String> = (0..40).map(|at| format!("s{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut tries = tokio::task::JoinSet::new();
    let mut stores = Vec::new();
    for node in ["one", "two", "three"] {
        let store = place.open_as(node).await;
        store.adopt(&with_urls(&names), NOW).await.unwrap();
        stores.push(store);
    }
    for store in &stores {
        for name in &names {
            let (store, id) = (store.clone(), source(name));
            tries.spawn(async move { store.claim(&lease(&id, NOW)).await.unwrap().map(|_| id) });
        }
    }
    let mut claimed: Vec<_> = tries.join_all().await.into_iter().flatten().collect();
    claimed.sort();
    let mut expected: Vec<_> = names.iter().map(|name| source(name)).collect();
    expected.sort();
    assert_eq!(claimed, expected);
}

#[tokio::test]
async fn of_many_claims_at_once_those_are_granted_that_would_be_alone() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    for store in [&one, &two] {
        store.adopt(&with_urls(&["d", "moved", "later", "held", "a"]), NOW).await.unwrap();
    }
    two.claim(&lease(&source("held"), NOW)).await.unwrap().unwrap();
    keep(&one, Round { state: waiting(NOW + 50), ..round(&source("later"), Vec::new()) }).await;
    let mut claims = ["d", "later", "nobody", "moved", "held", "a"].map(|name| lease(&source(name), NOW));
    claims.iter_mut().for_each(|it| it.due_ms = NOW + 10);
    claims[3].url.push_str("?moved");

    let granted = one.claim_all(claims.to_vec()).await.unwrap();
    let mut names: Vec<&str> = granted.keys().map(|it| it.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["a", "d"]);
    assert_eq!(granted[&source("a")], waiting(NOW));
    let again = |now_ms| two.claim_all(["a", "d"].map(|name| lease(&source(name), now_ms)).to_vec());
    assert_eq!(again(NOW + LEASE_MS - 1).await.unwrap().len(), 0, "both are node one's");
    assert_eq!(again(NOW + LEASE_MS).await.unwrap().len(), 2, "both leases have run out");
    assert_eq!(one.claim_all(Vec::new()).await.unwrap().len(), 0);
}

#[tokio::test]
async fn rounds_are_settled_together_and_one_that_lost_its_lease_keeps_no_other_from_being_kept() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    for store in [&one, &two] {
        store.adopt(&with_urls(&["quiet", "lost", "failed"]), NOW).await.unwrap();
    }
    let claims = ["quiet", "lost", "failed"].map(|name| lease(&source(name), NOW));
    assert_eq!(one.claim_all(claims.to_vec()).await.unwrap().len(), 3);
    two.claim(&lease(&source("lost"), NOW + LEASE_MS)).await.unwrap().unwrap();
    let before = one.change().await.unwrap();

    let asked = PollState {
        polled_ms: NOW + 1,
        succeeded_ms: NOW + 1,
        next_why: "It sleeps.".to_owned(),
        ..waiting(NOW + 500)
    };
    let failed = PollState { failures: 1, error: Some("404".to_owned()), ..asked.clone() };
    let settled = |name: &str, after: &PollState| Settlement::new(source(name), waiting(NOW), after.clone());
    let rounds = [
        settled("quiet", &asked),
        settled("lost", &asked),
        settled("failed", &failed),
        settled("nobody", &asked),
    ];
    let refused = one.settle(rounds.into()).await.unwrap();
    assert!(matches!(refused[&source("lost")], StoreError::LeaseLost { .. }), "{refused:?}");
    assert!(matches!(refused[&source("nobody")], StoreError::UnknownSource { .. }), "{refused:?}");
    assert_eq!(refused.len(), 2);
    for (name, state) in [("quiet", asked), ("failed", failed), ("lost", waiting(NOW))] {
        assert_eq!(two.poll_state(&source(name)).await.unwrap(), Some(state), "{name}");
    }
    assert_eq!(one.change().await.unwrap(), before, "readers see nothing of it");
    for name in ["quiet", "failed"] {
        two.claim(&lease(&source(name), NOW + 2)).await.unwrap().expect("its lease was given up");
    }
}

#[tokio::test]
async fn a_killed_owners_lease_runs_out_and_its_round_is_refused() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    let acme = source("acme");
    for store in [&one, &two] {
        store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    }
    one.claim(&lease(&acme, NOW)).await.unwrap().unwrap();
    assert_eq!(two.due(NOW + LEASE_MS - 1, 9).await.unwrap(), []);
    assert_eq!(two.due(NOW + LEASE_MS, 9).await.unwrap(), std::slice::from_ref(&acme));
    let later = NOW + LEASE_MS;
    two.claim(&lease(&acme, later)).await.unwrap().unwrap();

    let entry = kept(one.entry_ids(1).await.unwrap()[0], &acme, NOW);
    let before = one.change().await.unwrap();
    let late = one.keep(round(&acme, vec![entry.clone()])).await;
    assert!(matches!(late, Err(StoreError::LeaseLost { .. })), "{late:?}");
    assert_eq!(one.change().await.unwrap(), before);
    assert_eq!(two.newest(std::slice::from_ref(&acme), Order::Stated, 9).await.unwrap(), []);
    two.keep(round(&acme, vec![entry])).await.unwrap();
    assert_eq!(one.newest(&[acme], Order::Stated, 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_slow_owner_may_still_keep_while_nobody_else_has_claimed() {
    let place = place();
    let store = place.open().await;
    let acme = source("acme");
    store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    store.claim(&Claim { until_ms: NOW + 1, ..lease(&acme, NOW) }).await.unwrap().unwrap();
    store.keep(round(&acme, Vec::new())).await.unwrap();
    let unclaimed = store.keep(round(&acme, Vec::new())).await;
    assert!(matches!(unclaimed, Err(StoreError::LeaseLost { .. })), "keeping gives up the lease");
    let unknown = store.keep(round(&source("nobody"), Vec::new())).await;
    assert!(matches!(unknown, Err(StoreError::UnknownSource { .. })), "{unknown:?}");
}

#[tokio::test]
async fn a_round_at_the_old_address_loses_its_lease_when_the_address_changes() {
    let place = place();
    let store = place.open().await;
    let acme = source("acme");
    store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    store.claim(&lease(&acme, NOW)).await.unwrap().unwrap();
    store.adopt(&[(acme.clone(), "https://new.example/rss".to_owned())], NOW + 1).await.unwrap();
    let state = PollState { etag: Some("of the old address".to_owned()), ..PollState::default() };
    let late = store.keep(Round { state, ..round(&acme, Vec::new()) }).await;
    assert!(matches!(late, Err(StoreError::LeaseLost { .. })), "{late:?}");
    assert_eq!(store.poll_state(&acme).await.unwrap(), Some(waiting(NOW + 1)));
}

#[tokio::test]
async fn every_process_sees_the_changes_of_every_other() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    one.adopt(&with_urls(&["acme", "wire"]), NOW).await.unwrap();
    let start = two.change().await.unwrap();
    let ids = one.entry_ids(3).await.unwrap();
    let (acme, wire) = (source("acme"), source("wire"));
    let first = bring(&one, round(&acme, vec![kept(ids[0], &acme, NOW)])).await;
    let second = bring(&two, round(&wire, vec![kept(ids[1], &wire, NOW)])).await;
    assert!(start < first && first < second);
    for store in [&one, &two] {
        assert_eq!(store.change().await.unwrap(), second);
        assert_eq!(store.changed_since(start).await.unwrap(), (second, vec![acme.clone(), wire.clone()]));
        assert_eq!(store.changed_since(first).await.unwrap(), (second, vec![wire.clone()]));
        assert_eq!(store.changed_since(second).await.unwrap(), (second, Vec::new()));
    }
    two.claim(&Claim { until_ms: NOW + 1, ..lease(&acme, NOW) }).await.unwrap().unwrap();
    two.release(&acme).await.unwrap();
    assert_eq!(one.change().await.unwrap(), second, "a lease is no change");
}

#[tokio::test]
async fn a_process_with_an_older_address_polls_it_no_more() {
    let place = place();
    let (old, new) = (place.open_as("old").await, place.open_as("new").await);
    let acme = source("acme");
    old.adopt(&[(acme.clone(), "https://old.example/rss".to_owned())], NOW).await.unwrap();
    new.adopt(&[(acme.clone(), "https://new.example/rss".to_owned())], NOW).await.unwrap();
    let claim = async |store: &pressroll::store::Store, url: &str| {
        store.claim(&Claim { url: url.to_owned(), ..lease(&acme, NOW) }).await.unwrap()
    };
    assert_eq!(claim(&old, "https://old.example/rss").await, None);
    assert!(claim(&new, "https://new.example/rss").await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn somebody_who_follows_the_changes_of_busy_processes_misses_none() {
    const ROUNDS: i64 = 40;
    let place = place();
    let watcher = place.open_as("watcher").await;
    let start = watcher.change().await.unwrap();
    let mut writing = tokio::task::JoinSet::new();
    for node in ["one", "two", "three"] {
        let store = place.open_as(node).await;
        writing.spawn(async move {
            let mut numbers = Vec::new();
            for at in 0..ROUNDS {
                let own = source(&format!("{node}-{at}"));
                store.adopt(&with_urls(&[own.as_str()]), NOW).await.unwrap();
                let id = store.entry_ids(1).await.unwrap()[0];
                let entry = kept(id, &own, NOW);
                numbers.push((own.clone(), bring(&store, round(&own, vec![entry])).await));
            }
            numbers
        });
    }
    let (mut seen, mut written, mut last) = (Vec::new(), Vec::new(), start);
    loop {
        let done = writing.is_empty();
        let (now, changed) = watcher.changed_since(last).await.unwrap();
        assert!(now >= last);
        seen.extend(changed);
        last = now;
        if done {
            break;
        }
        if let Some(finished) = writing.try_join_next() {
            written.extend(finished.unwrap());
        }
    }
    assert_eq!(written.len() as i64, ROUNDS * 3);
    let mut sources: Vec<_> = written.iter().map(|(id, _)| id.clone()).collect();
    sources.sort();
    seen.sort();
    assert_eq!(seen, sources, "each is reported, and once");
    let mut numbers: Vec<i64> = written.iter().map(|(_, number)| *number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), written.len(), "two rounds share a number");
    assert_eq!(last, start + ROUNDS * 3 * 2, "one change for each adoption and each round");
}

#[tokio::test]
async fn a_lease_is_prolonged_by_its_holder_alone() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    one.adopt(&with_urls(&["acme", "wire"]), NOW).await.unwrap();
    two.adopt(&with_urls(&["acme", "wire"]), NOW).await.unwrap();
    one.claim(&lease(&source("acme"), NOW)).await.unwrap().unwrap();
    let both = || vec![source("wire"), source("acme")];
    assert_eq!(two.renew(both(), NOW + 9 * LEASE_MS).await.unwrap(), 0);
    assert_eq!(
        one.renew(vec![source("wire")], NOW + 9 * LEASE_MS).await.unwrap(),
        0,
        "it does not hold this one"
    );
    assert_eq!(one.renew(both(), NOW + 3 * LEASE_MS).await.unwrap(), 1);
    assert_eq!(two.due(NOW + 2 * LEASE_MS, 9).await.unwrap(), [source("wire")]);
    assert!(two.claim(&lease(&source("acme"), NOW + 2 * LEASE_MS)).await.unwrap().is_none());
    assert!(two.claim(&lease(&source("acme"), NOW + 3 * LEASE_MS)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_lease_that_its_holder_does_not_name_ends() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    let sources: Vec<String> = (0..300).map(|at| format!("source-{at}")).collect();
    let names: Vec<&str> = sources.iter().map(String::as_str).collect();
    one.adopt(&with_urls(&names), NOW).await.unwrap();
    two.adopt(&with_urls(&names), NOW).await.unwrap();
    let claims = names.iter().map(|it| lease(&source(it), NOW)).collect();
    assert_eq!(one.claim_all(claims).await.unwrap().len(), 300);
    // The store granted it, and its answer never came.
    let known = names.iter().skip(1).map(|it| source(it)).collect();
    assert_eq!(one.renew(known, NOW + 3 * LEASE_MS).await.unwrap(), 299);
    assert_eq!(two.due(NOW + 2 * LEASE_MS, 9).await.unwrap(), [source("source-0")]);
}

#[tokio::test]
async fn a_source_that_another_node_has_just_asked_is_not_claimed() {
    let place = place();
    let (one, two) = (place.open_as("one").await, place.open_as("two").await);
    let acme = source("acme");
    for store in [&one, &two] {
        store.adopt(&with_urls(&["acme"]), NOW).await.unwrap();
    }
    let if_due = |now_ms| Claim { due_ms: now_ms, ..lease(&acme, now_ms) };
    one.claim(&if_due(NOW)).await.unwrap().unwrap();
    one.keep(Round { state: waiting(NOW + 500), ..round(&acme, Vec::new()) }).await.unwrap();
    assert_eq!(two.claim(&if_due(NOW + 499)).await.unwrap(), None);
    assert_eq!(two.claim(&if_due(NOW + 500)).await.unwrap(), Some(waiting(NOW + 500)));
}
