//! What an older policy cleaned is cleaned again before it is shown.

use pressroll::{ingest::clean_again, sanitize};

use super::{World, items};

const DIRTY: &str = "<p onclick=\"steal()\">Kept.</p><script>steal()</script>";

/// As an older policy might have left everything.
fn age(world: &World, cleaned_by: i64) {
    world.sql(&format!(
        "UPDATE entry SET policy_version = policy_version - 1, content_html = '{DIRTY}' WHERE id % 2 = 0; \
         UPDATE counter SET value = {cleaned_by} WHERE name = 'cleaned_by'"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_older_policy_cleaned_is_cleaned_again_once_and_nothing_else_is_touched() {
    let world = World::new().await;
    world.round(&items(0..450)).await;
    age(&world, sanitize::VERSION - 1);
    let before = world.store.change().await.unwrap();
    let mut steps = Vec::new();
    assert_eq!(clean_again(&world.store, |it| steps.push(it)).await.unwrap(), 225);
    assert_eq!(steps, [200, 400, 450], "in steps that rounds can come between");
    let kept = world.kept().await;
    assert_eq!(kept.iter().filter(|it| it.entry.content.as_str() == "<p>Kept.</p>").count(), 225);
    assert!(kept.iter().all(|it| !it.entry.content.as_str().contains("steal")));
    assert_eq!(
        world.store.changed_since(before).await.unwrap().1,
        std::slice::from_ref(&world.source.id),
        "readers see it"
    );

    age(&world, sanitize::VERSION);
    assert_eq!(clean_again(&world.store, |_| ()).await.unwrap(), 0, "one question, and nothing is read");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_is_still_there_is_read_again_all_the_same() {
    let world = World::new().await;
    world.round(&items(0..4)).await;
    age(&world, sanitize::VERSION - 1);
    clean_again(&world.store, |_| ()).await.unwrap();
    world.sql("UPDATE source_state SET reader_version = reader_version - 1");
    assert_eq!(
        world.round(&items(0..4)).await,
        (0, 2),
        "from what the publisher stated, not from what was left of it"
    );
    let asked = world.publisher.requests();
    assert_eq!(asked.last().unwrap().header("if-none-match"), None, "asked unconditionally, once");
}
