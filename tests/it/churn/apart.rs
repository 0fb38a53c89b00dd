//! Entries that have much in common and are not the same one: none of them may swallow another.

use crate::ingest::{Item, World, items};

/// A feed that shows one entry at a time, or a few: each document replaces the one before.
async fn comes_to(count: usize, documents: &[Vec<Item>], what: &str) {
    let world = World::new().await;
    for document in documents {
        world.round(document).await;
        assert_eq!(world.round(document).await.0, 0, "{what}: nothing is new in the same document");
    }
    assert_eq!(world.kept().await.len(), count, "{what}");
}

fn weekly(n: usize) -> Item {
    Item {
        title: "Weekly report".into(),
        text: format!("What happened in week {n}."),
        ..items(n..n + 1).remove(0)
    }
}

fn alone(change: impl Fn(usize) -> Item) -> Vec<Vec<Item>> {
    (1..6).map(|n| vec![change(n)]).collect()
}

fn together(change: impl Fn(usize) -> Item) -> Vec<Vec<Item>> {
    (1..6).map(|n| (n..n + 4).rev().map(&change).collect()).collect()
}

#[tokio::test]
async fn entries_of_one_title_are_as_many_as_they_are() {
    let without_guid = |n| Item { guid: String::new(), ..weekly(n) };
    let at_home = |n| Item { link: "https://acme.example/weekly".into(), ..weekly(n) };
    let bare = |n| Item { guid: String::new(), link: String::new(), ..weekly(n) };
    let bare_at_home = |n| Item { link: "https://acme.example/".into(), ..bare(n) };
    comes_to(5, &alone(weekly), "each alone").await;
    comes_to(8, &together(weekly), "four at a time").await;
    comes_to(5, &alone(without_guid), "without guids, each alone").await;
    comes_to(8, &together(without_guid), "without guids").await;
    comes_to(5, &alone(at_home), "at one address, each alone").await;
    comes_to(8, &together(at_home), "at one address").await;
    comes_to(8, &together(bare), "bare").await;
    comes_to(5, &alone(bare_at_home), "bare at one address, each alone").await;
    comes_to(8, &together(bare_at_home), "bare at one address").await;
    let same = |n| Item { guid: "weekly".into(), link: "https://acme.example/".into(), ..weekly(n) };
    comes_to(8, &together(same), "one guid, one link, one title").await;
}

#[tokio::test]
async fn entries_of_one_text_or_one_guid_are_as_many_as_they_are() {
    let same_text = |n: usize| Item { text: "For the press.".into(), ..items(n..n + 1).remove(0) };
    let same_guid = |n: usize| Item { guid: "press".into(), ..items(n..n + 1).remove(0) };
    let numbered = |n: usize| Item { title: format!("Weekly report {n}"), ..same_text(n) };
    comes_to(5, &alone(same_text), "one text, each alone").await;
    comes_to(8, &together(same_text), "one text").await;
    comes_to(5, &alone(same_guid), "one guid, each alone").await;
    comes_to(8, &together(same_guid), "one guid").await;
    comes_to(8, &together(numbered), "numbered").await;
}

#[tokio::test]
async fn entries_of_one_page_are_as_many_as_they_are() {
    let names =
        ["Search", "Dark theme", "Invoices", "Audit log", "Webhooks", "Import", "Roles", "Backup", "Tags"];
    let anchored = |n: usize| {
        let at = format!("https://acme.example/changelog#v1.{n}.x");
        Item { title: names[n].into(), guid: at.clone(), link: at, ..items(n..n + 1).remove(0) }
    };
    comes_to(5, &alone(anchored), "each alone").await;
    comes_to(8, &together(anchored), "four at a time").await;
    comes_to(8, &[(1..5).map(anchored).collect(), (5..9).map(anchored).collect()], "all at once").await;
    let dated = |n: usize| Item {
        guid: format!("{}:2026-11-22", ["a", "b", "c", "d", "e", "f", "g", "h", "i"][n]),
        title: names[n].into(),
        ..items(n..n + 1).remove(0)
    };
    comes_to(5, &alone(dated), "guids with one date").await;
}

#[tokio::test]
async fn a_window_that_holds_other_entries_throughout_holds_other_entries() {
    let companies =
        ["Acme Industries", "Brandt Holding", "Condor Shipping", "Delta Pharma", "Evergreen Foods"];
    let wire = |week: usize| -> Vec<Item> {
        let item = |(at, company): (usize, &&str)| {
            let n = week * 5 + at;
            let subject = ["third-quarter results", "a new chief executive", "its dividend"][week];
            Item {
                title: format!("{company} announces {subject}"),
                text: format!("{company} says more about {subject}."),
                ..items(n..n + 1).remove(0)
            }
        };
        companies.iter().enumerate().map(item).collect()
    };
    let undated = |items: Vec<Item>| -> Vec<Item> {
        items.into_iter().map(|it| Item { date: String::new(), ..it }).collect()
    };
    comes_to(15, &[wire(0), wire(1), wire(2)], "a wire").await;
    comes_to(15, &[undated(wire(0)), undated(wire(1)), undated(wire(2))], "a wire without dates").await;
}
