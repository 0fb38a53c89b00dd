//! The flag beats the environment, the environment beats the file.

use std::{path::PathBuf, time::Duration};

use pressroll::config::{Complaints, Config, Overrides, parse};

use super::{GOOD, overrides};

fn config(text: &str, overrides: &Overrides) -> Config {
    parse("feeds.toml", text, overrides).unwrap_or_else(|it| panic!("it should load:\n{it}")).config
}

fn refused(overrides: &Overrides) -> Complaints {
    parse("feeds.toml", GOOD, overrides).map(|_| panic!("it should be refused")).unwrap_err()
}

const LISTEN: &str = "[server]\nlisten = '127.0.0.1:1'\n";

#[test]
fn the_flag_beats_the_environment_which_beats_the_file() {
    let text = format!("{GOOD}{LISTEN}");
    let variable = ("PRESSROLL_SERVER_LISTEN", "127.0.0.1:2");
    let port = |overrides: &Overrides| config(&text, overrides).server.listen.port();
    assert_eq!(port(&overrides(&[], &[])), 1);
    assert_eq!(port(&overrides(&[variable], &[])), 2);
    assert_eq!(port(&overrides(&[variable], &[("server.listen", "127.0.0.1:3")])), 3);
    assert_eq!(port(&overrides(&[], &[("server.listen", "[::1]:4"), ("server.listen", "[::1]:5")])), 5);
    assert_eq!(port(&overrides(&[("PRESSROLL_SERVER_LISTEN", "")], &[])), 1, "an empty variable is absent");
}

#[test]
fn every_scalar_of_the_settings_can_be_overridden() {
    let it = config(
        GOOD,
        &overrides(
            &[
                ("PRESSROLL_SITE_TITLE", "From outside"),
                ("PRESSROLL_SITE_PUBLIC_URL", "https://out.example/"),
                ("PRESSROLL_SITE_CONTACT", "a@b.example"),
                ("PRESSROLL_SITE_LOCALE", "ja"),
                ("PRESSROLL_SITE_TIME_ZONE", "Asia/Tokyo"),
                ("PRESSROLL_SERVER_CACHE_MAX", "5s"),
                ("PRESSROLL_STORE_URL", "sqlite:/var/out.db"),
            ],
            &[
                ("fetch.concurrency", "3"),
                ("fetch.per_host", "2"),
                ("fetch.timeout", "4s"),
                ("fetch.body_max", "1MiB"),
                ("fetch.interval_min", "10s"),
                ("fetch.interval_max", "20s"),
            ],
        ),
    );
    assert_eq!(
        (it.site.title.as_str(), it.site.public_url.as_str()),
        ("From outside", "https://out.example")
    );
    assert_eq!((it.site.contact.as_deref(), it.site.locale.as_str()), (Some("a@b.example"), "ja"));
    assert_eq!(it.publications[0].locale, "ja", "inheritance comes after overriding");
    assert_eq!(it.site.time_zone.iana_name(), Some("Asia/Tokyo"));
    assert_eq!(it.server.cache_max, Duration::from_secs(5));
    assert_eq!(it.store.url, "sqlite:/var/out.db");
    assert_eq!((it.fetch.concurrency, it.fetch.per_host, it.fetch.body_max), (3, 2, 1 << 20));
    assert_eq!(it.fetch.timeout, Duration::from_secs(4));
    assert_eq!(
        (it.fetch.interval_min, it.fetch.interval_max),
        (Duration::from_secs(10), Duration::from_secs(20))
    );
}

#[test]
fn the_public_address_follows_the_overridden_listener() {
    let it = config(GOOD, &overrides(&[], &[("server.listen", "127.0.0.1:3000")]));
    assert_eq!(it.site.public_url, "http://127.0.0.1:3000");
}

#[test]
fn the_public_address_follows_a_picked_port_unless_it_is_given() {
    let picked = "127.0.0.1:40123".parse().unwrap();
    let mut it = config(GOOD, &overrides(&[], &[("server.listen", "127.0.0.1:0")]));
    it.listens_at(picked);
    assert_eq!((it.site.public_url.as_str(), it.server.listen), ("http://127.0.0.1:40123", picked));
    let mut it = config(GOOD, &overrides(&[], &[("site.public_url", "https://a.example")]));
    it.listens_at(picked);
    assert_eq!(it.site.public_url, "https://a.example");
}

#[test]
fn complaints_name_the_variable_or_the_flag() {
    let complaints =
        refused(&overrides(&[("PRESSROLL_SERVER_LISTEN", "here")], &[("fetch.concurrency", "many")]));
    let all: Vec<_> = complaints.iter().collect();
    assert_eq!(all.len(), 2, "{complaints}");
    assert_eq!((all[0].file.as_str(), all[0].line, all[0].column), ("environment", 1, 25));
    assert_eq!(all[0].source_line.as_deref(), Some("PRESSROLL_SERVER_LISTEN=here"));
    assert_eq!((all[1].file.as_str(), all[1].line, all[1].column), ("command line", 1, 25));
    assert_eq!(all[1].source_line.as_deref(), Some("--set fetch.concurrency=many"));
    assert_eq!(all[1].message, "`concurrency` must be a whole number from 1 to 512");
}

#[test]
fn a_flag_that_names_no_setting_is_refused_with_a_suggestion() {
    let complaints = refused(&overrides(&[], &[("server.lisen", "127.0.0.1:1")]));
    let first = complaints.iter().next().unwrap();
    assert_eq!((first.line, first.column, first.width), (1, 7, 12));
    assert_eq!(first.message, "there is no setting “server.lisen”");
    assert_eq!(first.help.as_deref(), Some("did you mean `server.listen`?"));
    let list = refused(&overrides(&[], &[("server.trusted_proxies", "::1")]));
    assert!(list.iter().next().unwrap().message.contains("is a list: it is set in the file"), "{list}");
}

#[test]
fn a_bad_value_in_the_file_does_no_harm_under_an_override() {
    let text = format!("{GOOD}[server]\nlisten = 'nowhere'\n");
    assert_eq!(
        config(&text, &overrides(&[("PRESSROLL_SERVER_LISTEN", "127.0.0.1:2")], &[])).server.listen.port(),
        2
    );
}

#[test]
fn a_password_from_outside_is_never_shown() {
    let secret = "postgres://anna:s3cret@host/";
    for it in [overrides(&[("PRESSROLL_STORE_URL", secret)], &[]), overrides(&[], &[("store.url", secret)])] {
        let drawn = format!("{} {it:?}", refused(&it));
        assert!(drawn.contains("names no database") && !drawn.contains("s3cret"), "{drawn}");
    }
}

#[test]
fn a_secret_setting_can_come_from_a_file() {
    let folder = super::files::Folder::new("secret-setting");
    let path = folder.write("url", "sqlite:from-a-file.db\n");
    let from_file = overrides(&[("PRESSROLL_STORE_URL_FILE", path.to_str().unwrap())], &[]);
    assert_eq!(config(GOOD, &from_file).store.url, "sqlite:from-a-file.db");
    let missing = refused(&overrides(&[("PRESSROLL_STORE_URL_FILE", "/not/there")], &[]));
    let first = missing.iter().next().unwrap();
    assert_eq!((first.file.as_str(), first.column), ("environment", 26));
    assert!(first.message.contains("`/not/there` cannot be read"), "{missing}");
}

#[test]
fn the_store_lies_beside_the_file_or_in_the_state_directory() {
    let base = |it: &Overrides| parse("/etc/pressroll/feeds.toml", GOOD, it).unwrap().config.store.base;
    assert_eq!(base(&overrides(&[], &[])), PathBuf::from("/etc/pressroll"));
    assert_eq!(
        base(&overrides(&[("STATE_DIRECTORY", "/var/lib/p:/other")], &[])),
        PathBuf::from("/var/lib/p")
    );
    assert_eq!(base(&overrides(&[("STATE_DIRECTORY", "")], &[])), PathBuf::from("/etc/pressroll"));
}
