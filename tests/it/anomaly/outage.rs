//! PostgreSQL goes away under load and comes back, and gets in the way of transactions.

use std::time::{Duration, Instant};

use super::{
    Dice, Press, growing, growing_to, readers::Readers, told_as_failing, told_as_well, told_once_a_minute,
};
use crate::support::{
    Site,
    cutter::{Cutter, Line},
    eventually,
    postgres::{Database, Server, Stop, database},
    say,
};

/// How long the server is away.
const AWAY: Duration = Duration::from_secs(if cfg!(feature = "suite-slow") { 60 } else { 3 });
/// Within this time something new is kept and shown after the server is back.
const BACK_MAX: Duration = Duration::from_secs(5);

/// How long it does not answer, though it takes connections.
const HANGS: Duration = Duration::from_secs(if cfg!(feature = "suite-slow") { 30 } else { 3 });
/// How often the line to it is cut.
const CUTS: usize = if cfg!(feature = "suite-slow") { 40 } else { 8 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_do_not_notice_that_the_database_is_away_and_nothing_is_kept_twice() {
    let server = Server::start();
    let database = server.database();
    let press = Press::start(4).await;
    press.grow_to(2);
    let site = Site::start(&press.config(database.url()));
    site.ready().await;
    growing_to(&site, &press.titles(2)).await;
    let (readers, began) = (Readers::of(&site), Instant::now());
    for (stop, entries) in [(Stop::Immediate, 5), (Stop::Fast, 8)] {
        let before = growing(&site).await;
        // Rounds are under way when the server goes.
        press.grow_to(entries - 1);
        server.stop(stop);
        press.grow_to(entries);
        let gone = Instant::now();
        told_as_failing(&site).await;
        while gone.elapsed() < AWAY {
            let now = growing(&site).await;
            assert!(before.iter().all(|(id, title)| now.get(id) == Some(title)));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server.start_again();
        let back = Instant::now();
        growing_to(&site, &press.titles(entries)).await;
        say(&format!("everything is shown {:?} after the database is back ({stop:?})", back.elapsed()));
        assert!(back.elapsed() < BACK_MAX);
        database.holds_each_once();
        told_as_well(&site).await;
    }
    told_once_a_minute(&site, began);
    assert!(readers.were_all_served() > 100);
}

/// A site that shows everything, and reaches its database by a line that can be cut.
async fn behind_a_cutter() -> (Database, Cutter, Press, Site) {
    let database = database();
    let cutter = Cutter::start(database.url()).await;
    let press = Press::start(4).await;
    press.grow_to(1);
    let site = Site::start(&press.config(cutter.url()));
    site.ready().await;
    growing_to(&site, &press.titles(1)).await;
    (database, cutter, press, site)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_cut_in_the_middle_of_rounds_loses_nothing_and_brings_nothing_twice() {
    let (database, cutter, press, site) = behind_a_cutter().await;
    let readers = Readers::of(&site);
    let mut dice = Dice(6);
    for entries in 2..2 + CUTS {
        let before = growing(&site).await;
        press.grow_to(entries);
        // A few rounds of four sources are some hundred messages; the answer to the last one is lost.
        cutter.set(Line::CutAfter(1 + usize::try_from(dice.below(200)).unwrap()));
        eventually("the line to be cut", || async { cutter.is_closed().then_some(()) }).await;
        let now = growing(&site).await;
        assert!(before.iter().all(|(id, title)| now.get(id) == Some(title)));
        cutter.set(Line::Open);
        growing_to(&site, &press.titles(entries)).await;
        database.holds_each_once();
    }
    assert!(readers.were_all_served() > 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_hangs_is_waited_for_and_then_used_again() {
    let (database, cutter, press, site) = behind_a_cutter().await;
    let readers = Readers::of(&site);
    let before = growing(&site).await;
    cutter.set(Line::Silent);
    press.grow_to(3);
    let hangs = Instant::now();
    while hangs.elapsed() < HANGS {
        assert_eq!(growing(&site).await, before);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    if cfg!(feature = "suite-slow") {
        told_as_failing(&site).await;
    }
    cutter.set(Line::Open);
    let back = Instant::now();
    growing_to(&site, &press.titles(3)).await;
    say(&format!("everything is shown {:?} after the database answers again", back.elapsed()));
    assert!(back.elapsed() < BACK_MAX);
    database.holds_each_once();
    assert!(readers.were_all_served() > 100);
}

/// Every fifth statement that touches a source's row fails as if others had been in its way.
const IN_THE_WAY: &str = "CREATE SEQUENCE tries;
    CREATE FUNCTION get_in_the_way() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE n BIGINT := nextval('tries'); BEGIN
        IF n % 10 = 0 THEN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END IF;
        IF n % 10 = 5 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER in_the_way BEFORE INSERT OR UPDATE ON source_state FOR EACH STATEMENT
        EXECUTE FUNCTION get_in_the_way()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_because_others_are_in_the_way_is_done_again() {
    let database = database();
    let press = Press::start(4).await;
    press.grow_to(2);
    let site = Site::start(&press.config(database.url()));
    site.ready().await;
    growing_to(&site, &press.titles(2)).await;
    database.sql(IN_THE_WAY);
    for entries in 3..8 {
        press.grow_to(entries);
        growing_to(&site, &press.titles(entries)).await;
    }
    database.holds_each_once();
    let tries: usize = database.sql("SELECT last_value FROM tries")[0][0].parse().unwrap();
    assert!(tries > 20, "{tries} statements were tried");
    assert!(!site.log().contains("WARN"), "nobody is told of what was done in the end: {}", site.log());
}
