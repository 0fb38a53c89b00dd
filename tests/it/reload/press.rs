//! What the press makes of another configuration.

use std::sync::Arc;

use pressroll::{publish::Newsstand, store::Health};

use crate::{
    publish::{BRANDS, WIRE, World, titles},
    support::eventually,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_configuration_prints_anew_what_it_changes_and_leaves_the_rest_standing() {
    let world = World::new(&format!("{BRANDS}{WIRE}")).await;
    world.keep("acme", &[("Steel", "en")]).await;
    world.keep("wire", &[("Copper", "en")]).await;
    let press = world.run().await;
    let (acme, wire) = (press.showing("brands/acme"), press.showing("brands/wire"));
    let both = BRANDS.replace("sources = [\"acme\"]", "sources = [\"acme\", \"wire\"]");
    press.take(&format!("{both}{WIRE}"));
    let after = press.changed("brands/acme", &acme).await;
    assert_eq!(titles(&after).len(), 2);
    assert!(Arc::ptr_eq(&press.showing("brands/wire"), &wire), "it says the same as before");

    // A source that a publication does not take is none of its business; one that it takes is.
    press.take(&format!("{both}{WIRE}").replace("id = \"acme\",", "id = \"acme\", title = \"A\","));
    let titled = press.changed("brands/acme", &after).await;
    assert!(titled.editions["/feed.atom"].identity.windows(16).any(|it| it == b"<title>A</title>"));
    assert!(Arc::ptr_eq(&press.showing("brands/wire"), &wire));

    press.take(&format!("{both}{WIRE}").replace("id = \"wire\",", "id = \"wire\", title = \"W\","));
    let renamed = press.changed("brands/wire", &wire).await;
    let site = press.take(&format!("{both}{WIRE}").replace(
        "id = \"wire\",",
        "id = \"wire\", title = \"W\", every = \"5m\", enabled = false, headers = { X-Key = \"k\" },",
    ));
    let stands = || Arc::ptr_eq(&press.stand.standing().site, &site);
    eventually("it to stand", || async { stands().then_some(()) }).await;
    assert!(Arc::ptr_eq(&press.showing("brands/wire"), &renamed), "how it is polled is nothing to readers");

    // A group changes with its brands.
    let group = "[[group]]\nslug = \"all\"\ntitle = \"All\"\nbrands = [\"wire\"]\n";
    press.take(&format!("{both}{WIRE}{group}"));
    let all = press.first("groups/all").await;
    assert_eq!(titles(&all), ["Copper"]);
    press.take(&format!("{both}{WIRE}exclude = [\"copper\"]\n{group}"));
    assert!(press.changed("groups/all", &all).await.shown.is_empty());

    // What stands later changes with its sources, as before.
    let acme = press.showing("brands/acme");
    world.keep("acme", &[("Zinc", "en")]).await;
    let after = press.changed("brands/acme", &acme).await;
    assert!(titles(&after).contains(&"Zinc".to_owned()));
    press.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_a_configuration_changes_stands_in_the_same_moment() {
    let world = World::new(&format!("{BRANDS}{WIRE}")).await;
    world.keep("acme", &[("Steel", "en")]).await;
    let press = world.run().await;
    // Whoever looks sees one site in everything that stands, and its list of what stands.
    let is_whole = |stand: &Newsstand| {
        let standing = stand.standing();
        let front = String::from_utf8(standing.front["/"].identity.to_vec()).unwrap();
        for (path, showing) in &standing.showings {
            assert!(Arc::ptr_eq(&showing.site, &standing.site), "{path}");
            assert!(front.contains(&standing.site.address(&format!("/{path}"))), "{path}: {front}");
            let page = String::from_utf8(showing.editions[""].identity.to_vec()).unwrap();
            assert!(page.contains(&standing.site.public_url), "{path}");
        }
        standing.site.title.clone()
    };
    for at in 0..20 {
        let title = format!("Site {at}");
        let site = format!("[site]\ntitle = \"{title}\"\npublic_url = \"https://press.example/{at}\"\n");
        let brands = if at % 2 == 0 { BRANDS.to_owned() } else { format!("{BRANDS}{WIRE}") };
        press.take(&brands.replacen("[[brand]]", &format!("{site}[[brand]]"), 1));
        eventually("the next site", || async { (is_whole(&press.stand) == title).then_some(()) }).await;
        let removed = press.stand.standing().removed.len();
        assert_eq!(removed, if at % 2 == 0 { 1 } else { 0 });
    }
    press.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_comes_while_the_store_fails_stands_once_it_is_well() {
    let world = World::new(&format!("{BRANDS}{WIRE}")).await;
    world.keep("acme", &[("Steel", "en")]).await;
    let press = world.run().await;
    let acme = press.showing("brands/acme");
    let database = rusqlite::Connection::open(world.folder.path().join("press.db")).unwrap();
    database.execute_batch("ALTER TABLE edition RENAME TO elsewhere").unwrap();
    press.take(&BRANDS.replace("title = \"Acme\"", "title = \"Acme plc\""));
    // Something is printed and cannot be dated: what stood stays, as a whole.
    eventually("the store to fail", || async { (world.store.health() != Health::Well).then_some(()) }).await;
    assert!(Arc::ptr_eq(&press.showing("brands/acme"), &acme));
    assert!(press.stand.standing().removed.is_empty());
    database.execute_batch("ALTER TABLE elsewhere RENAME TO edition").unwrap();
    let after = press.changed("brands/acme", &acme).await;
    assert_eq!(after.publication.title, "Acme plc");
    assert_eq!(press.stand.standing().removed.len(), 1);
    press.stop().await;
}
