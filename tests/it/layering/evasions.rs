//! The checker checked: small sources with every way round a door that we know of, and with what only looks like one.

use std::collections::BTreeSet;

use super::{forbidden_crate, forbidden_import, reader};

/// What is wrong with `text` as the module `scope`, in the words of the real tests.
fn complaints(scope: &[&str], text: &str) -> Vec<String> {
    let crates: BTreeSet<String> =
        ["axum", "rss", "image", "clap", "serde", "tokio", "url"].map(str::to_owned).into();
    let names = reader::names(text, scope, &crates).unwrap();
    let module = scope.first().unwrap();
    let found = names.all.iter();
    found.flat_map(|it| forbidden_import(module, it).into_iter().chain(forbidden_crate(module, it))).collect()
}

#[track_caller]
fn found(scope: &[&str], text: &str, what: &str) {
    let complaints = complaints(scope, text);
    assert!(complaints.iter().any(|it| it.contains(what)), "{what} not found in {text:?}: {complaints:?}");
}

#[track_caller]
fn clean(scope: &[&str], text: &str) {
    assert_eq!(complaints(scope, text), Vec::<String>::new(), "in {text:?}");
}

#[test]
fn plain_grouped_and_nested_uses_are_followed() {
    found(&["parse"], "use crate::store::Store;", "store::Store");
    found(&["parse"], "use crate::{model::Draft, store::{Store, Kept}};", "store::Kept");
    found(&["parse"], "use crate::{model, web};", "import web");
    found(&["parse"], "pub(crate) use crate::store::*;", "import store");
    found(&["parse"], "fn f() { if true { use crate::web::App; } }", "web::App");
    found(&["parse"], "use pressroll::web::App;", "web::App");
}

#[test]
fn paths_in_expressions_types_patterns_and_bounds_are_followed() {
    found(&["parse"], "fn f() { crate::store::open(); }", "store::open");
    found(&["parse"], "struct S { a: Vec<crate::web::App> }", "web::App");
    found(&["parse"], "fn f<T: crate::web::Door>() {}", "web::Door");
    found(&["parse"], "fn f(it: u8) { match it { crate::web::ONE => (), _ => () } }", "web::ONE");
    found(&["parse"], "impl crate::web::Door for S {}", "web::Door");
    found(&["parse"], "fn f() { <crate::web::App as Default>::default(); }", "web::App");
}

#[test]
fn super_leads_where_the_file_lies() {
    found(&["parse", "mend", "xml"], "use super::super::super::store::Store;", "store::Store");
    found(&["parse", "mend"], "fn f() { super::super::web::run(); }", "web::run");
    found(&["parse", "mend"], "mod inner { use super::super::super::web::App; }", "web::App");
    found(&["parse"], "use self::super::web::App;", "web::App");
    clean(&["parse", "mend", "xml"], "use super::super::store::Store;");
    clean(&["parse", "mend"], "mod inner { use super::super::web::App; }");
    clean(&["parse", "mend"], "use super::Repair; use self::xml::Event;");
}

#[test]
fn renames_are_followed_through_one_another() {
    found(&["parse"], "use crate as house; use house::web::App;", "web::App");
    found(&["parse"], "use crate::{self as house}; fn f() { house::web::run() }", "web::run");
    found(&["parse"], "use super as up; fn f() { up::web::run() }", "web::run");
    found(&["parse"], "use axum as web_framework; use web_framework::Router;", "axum::Router");
    found(&["parse"], "extern crate axum as frame; fn f() { frame::serve() }", "axum::serve");
    found(&["parse"], "extern crate self as me; fn f() { me::web::run() }", "web::run");
    found(&["parse"], "use crate as a; use a as b; use b as c; fn f() { c::web::run() }", "web::run");
    found(
        &["parse"],
        "use crate as house; mod inner { use super::*; fn f() { house::web::run() } }",
        "web::run",
    );
    found(&["parse"], "use crate as house; mod inner { use super::house::web; }", "import web");
}

#[test]
fn foreign_crates_are_found_however_they_are_named() {
    found(&["web"], "use rss::Channel;", "rss::Channel");
    found(&["web"], "use ::rss::Channel;", "rss::Channel");
    found(&["web"], "use {axum::Router, rss::{Channel, Item as Piece}};", "rss::Item");
    found(&["web"], "fn f() { ::rss::Channel::default(); }", "rss::Channel");
    found(&["web"], "mod rss {} fn f() { ::rss::Channel::default(); }", "rss::Channel");
    found(&["model"], "use rss;", "rss");
    found(&["model"], "#[derive(clap::Parser)] struct S;", "clap::Parser");
    found(&["model"], "#[axum::debug_handler] fn f() {}", "axum::debug_handler");
}

#[test]
fn macros_and_attributes_hide_nothing() {
    found(&["model"], "fn f() { println!(\"{}\", crate::web::NAME); }", "web::NAME");
    found(&["model"], "fn f() { vec![[(rss::Channel::default())]]; }", "rss::Channel");
    found(&["model"], "fn f() { vec![::rss::Channel::default()]; }", "rss::Channel");
    found(&["model"], "macro_rules! m { () => { $crate::web::run() } }", "web::run");
    found(&["model"], "macro_rules! m { () => { use crate::{model::A, web::{B, C}}; } }", "web::C");
    found(&["model"], "macro_rules! m { () => { use axum as quiet; } }", "axum");
    found(&["model"], "use crate as house; fn f() { dbg!(house::web::NAME) }", "web::NAME");
    found(
        &["model"],
        "#[derive(Serialize)] struct S { #[serde(with = \"crate::web::time\")] a: u8 }",
        "web::time",
    );
    found(&["model"], "fn f() { axum::routes!() }", "axum::routes");
    found(&["model"], "#[cfg(test)] mod tests { use crate::web::App; }", "web::App");
}

#[test]
fn what_only_looks_like_a_name_is_none() {
    clean(&["model"], "// use crate::web::App;\n/* axum::serve */ /// See [`crate::web`].\nstruct S;");
    clean(&["model"], "const A: &str = \"crate::web::App and axum::serve\";");
    clean(&["model"], "const A: &str = r#\"http://x/ use axum::Router;\"#;");
    clean(&["model"], "fn f() { println!(\"axum::serve {}\", 1) }");
    clean(&["model"], "fn image(name: &str) {} fn f() { image(\"a\"); }");
    clean(&["model"], "struct S { image: u8 } fn f(s: S) { s.image.count::<u8>(); let rss = 1; }");
    clean(&["model"], "mod rss { pub struct Channel; } fn f() { rss::Channel; }");
    clean(&["model"], "use crate::model::image; fn f() { image::of() }");
    clean(&["model"], "fn f() { vec![Vec::<u8>::new(), s.web, S { axum: 1 }]; }");
    clean(
        &["model"],
        "#[doc = \"crate::web::App\"] #[expect(lint, reason = \"axum::serve waits\")] struct S;",
    );
}

#[test]
fn text_after_slashes_in_a_string_is_still_read() {
    found(&["model"], "fn f() { let a = \"http://x\"; crate::web::run(a) }", "web::run");
    found(&["model"], "fn f() { let a = \"/*\"; axum::serve(a); let b = \"*/\"; }", "axum::serve");
    found(&["model"], "fn f() { let a = '\"'; axum::serve(a); }", "axum::serve");
}

#[test]
fn each_room_has_the_doors_of_its_row() {
    clean(&["main"], "fn main() { pressroll::cli::run() }");
    found(&["main"], "fn main() { pressroll::web::run() }", "web::run");
    clean(&["web"], "use crate::{model::Slug, publish::Stand, render::Edition}; use axum::Router;");
    found(&["web"], "use crate::fetch::Fetcher;", "fetch::Fetcher");
    found(&["ingest"], "use crate::publish::Stand;", "publish::Stand");
    found(&["publish"], "use crate::ingest::Round;", "ingest::Round");
    found(&["nowhere"], "use crate::model::Slug;", "model::Slug");
}

#[test]
fn ways_round_the_reader_are_reported() {
    let evasions = |text: &str| reader::names(text, &["web"], &BTreeSet::new()).unwrap().evasions;
    assert_eq!(evasions("include!(\"other.rs\");"), ["include!"]);
    assert_eq!(evasions("#[path = \"../store/secret.rs\"] mod a;"), ["#[path]"]);
    assert_eq!(evasions("use crate::*;"), ["a glob of the crate's root"]);
    assert_eq!(evasions("use super::*;"), ["a glob of the crate's root"]);
    assert!(evasions("const A: &str = include_str!(\"a.css\"); mod tests { use super::*; }").is_empty());
}

#[test]
fn vouching_clocks_and_handed_on_crates_are_seen_through_renames() {
    let crates: BTreeSet<String> = ["jiff".to_owned(), "rss".to_owned()].into();
    let names = |text: &str| reader::names(text, &["render"], &crates).unwrap();
    let ends = |text: &str, end: &[&str]| names(text).all.iter().any(|it| it.ends_with(end));
    assert!(ends("use crate::model::CleanHtml as Html; fn f() { Html::vouch(a) }", &["CleanHtml", "vouch"]));
    assert!(ends("fn f() { a.map(<CleanHtml>::vouch) }", &["vouch"]));
    assert!(ends("fn f() { vec![<CleanHtml>::vouch(a)] }", &["vouch"]));
    assert!(ends("use std::time::SystemTime as Wall; fn f() { Wall::now() }", &["SystemTime", "now"]));
    assert!(ends("use jiff::*; fn f() { Timestamp::now() }", &["Timestamp", "now"]));
    assert!(ends("use std::env::var as get;", &["env", "var"]));
    assert!(!ends("fn f(clock: Clock) { clock.now() }", &["Timestamp", "now"]));
    assert!(!names("pub use rss::Channel;").handed_on.is_empty());
    assert!(!names("pub(crate) use ::rss as feeds;").handed_on.is_empty());
    assert!(names("use rss::Channel; pub use super::Sheet;").handed_on.is_empty());
}
