//! What a good file gives: values, defaults, inheritance, and warnings about what is not used yet.

use std::time::Duration;

use jiff::SignedDuration;
use pressroll::{
    config::Overrides,
    model::{
        Moderation, SourceKind,
        publication::{Accent, Images, LIMIT_DEFAULT, Layout, Scheme},
        source::{FutureDates, Republish},
    },
};

use super::{GOOD, config, loaded, only_warning, overrides, with};

/// The whole of the file format in one file: every key that this version uses.
const EVERYTHING: &str = r#"
version = 1

[site]
title = "Example press"
public_url = "https://www.example.com/press/"
contact = "https://www.example.com/about"
locale = "fr"
time_zone = "Europe/Paris"
footer = [{ title = "Mentions légales", url = "https://www.example.com/legal" }]

[server]
listen = "127.0.0.1:9000"
trusted_proxies = ["127.0.0.1", "fd00::/8"]
cache_max = "90s"

[store]
url = "sqlite:news.db"
keep = "2y"
keep_entries_max = 10000

[fetch]
concurrency = 8
per_host = 2
timeout = "10s"
body_max = "2MiB"
interval_min = "1m"
interval_max = "1d12h"

[[source]]
id = "acme-press"
url = "https://www.acme.example/press/rss.xml"
title = "Acme press releases"
kind = "press"
language = "en-GB"
tags = ["acme", "energy"]
priority = 70
every = "5m"
republish = "title"
dates = "embargo"
headers = { X-Key = "plain", Authorization = "env:ACME_AUTH" }
allow_networks = ["10.1.0.0/16"]
enabled = false

[[source]]
id = "wire"
url = "http://wire.example/feed"
kind = "wire"
tags = ["energy"]

[[source]]
id = "daily"
url = "https://daily.example/feed"
kind = "news"
tags = ["acme"]

[[brand]]
slug = "acme"
aliases = ["acme-sa"]
title = "Acme"
homepage = "https://www.acme.example/"
description = "News from Acme"
sources = ["daily", "tag:acme", "acme-press"]
include = ["hydrogène + europe", "batterie*", "/M[0-9]+/"]
exclude = ["job offer"]
languages = ["fr", "pt-BR"]
kinds = ["press", "wire"]
max_age = "90d"
per_source = 5
limit = 500
moderation = "hold 2h"
trusted = ["acme-press"]
images = "none"
utm = { source = "brandpage", campaign = "a" }
embed_on = ["https://*.ACME.example", "http://localhost:3000", "https://bücher.example"]
listed = false
locale = "de-CH"
time_zone = "Asia/Tokyo"

[[group]]
slug = "energy"
title = "Energy sector"
brands = ["acme", "beta"]
sources = ["tag:energy"]

[[group.look]]
name = "sidebar"
layout = "cards"
count = 5
accent = "0a5"
scheme = "dark"

[[brand]]
slug = "beta"
title = "Beta"
sources = ["wire"]
"#;

fn everything() -> pressroll::config::Config {
    let environment = overrides(&[("ACME_AUTH", "Bearer s3cret")], &[]);
    let loaded = pressroll::config::parse("feeds.toml", EVERYTHING, &environment);
    let loaded = loaded.unwrap_or_else(|it| panic!("it should load:\n{it}"));
    assert!(loaded.warnings.is_empty(), "{}", loaded.warnings);
    loaded.config
}

#[test]
fn every_setting_arrives_as_a_plain_value() {
    let it = everything();
    assert_eq!(it.site.title, "Example press");
    assert_eq!(it.site.public_url, "https://www.example.com/press");
    assert_eq!(it.site.contact.as_deref(), Some("https://www.example.com/about"));
    assert_eq!(it.site.locale, "fr");
    assert_eq!(it.site.time_zone.iana_name(), Some("Europe/Paris"));
    assert_eq!(it.site.footer.len(), 1);
    assert_eq!(it.site.footer[0].0, "Mentions légales");
}

#[test]
fn settings_of_server_store_and_fetch_arrive() {
    let it = everything();
    assert_eq!(it.server.listen.to_string(), "127.0.0.1:9000");
    assert_eq!(it.server.cache_max, Duration::from_secs(90));
    assert_eq!(it.server.trusted_proxies.len(), 2);
    assert_eq!(it.store.url, "sqlite:news.db");
    assert_eq!(it.store.keep, Some(Duration::from_secs(2 * 365 * 86_400)));
    assert_eq!(it.store.keep_entries_max, Some(10_000));
    assert_eq!((it.fetch.concurrency, it.fetch.per_host), (8, 2));
    assert_eq!(it.fetch.timeout, Duration::from_secs(10));
    assert_eq!(it.fetch.body_max, 2 * 1024 * 1024);
    assert_eq!(it.fetch.interval_min, Duration::from_secs(60));
    assert_eq!(it.fetch.interval_max, Duration::from_secs(36 * 3_600));
}

#[test]
fn a_source_arrives_with_every_key() {
    let it = everything();
    let source = &it.sources[0];
    assert_eq!(source.url.as_str(), "https://www.acme.example/press/rss.xml");
    assert_eq!(source.title.as_deref(), Some("Acme press releases"));
    assert_eq!((source.kind, source.priority), (SourceKind::Press, 70));
    assert_eq!(source.language.as_deref(), Some("en-gb"));
    assert_eq!(source.tags, ["acme", "energy"]);
    assert_eq!(source.every, Some(SignedDuration::from_mins(5)));
    assert_eq!((source.republish, source.dates), (Republish::Title, FutureDates::Embargo));
    let fields: Vec<_> = source.headers.iter().map(|(name, value)| (name.as_str(), &*value.0)).collect();
    assert_eq!(fields, [("X-Key", "plain"), ("Authorization", "Bearer s3cret")]);
    assert!(source.allow_networks[0].contains("10.1.2.3".parse().unwrap()));
    assert!(!source.enabled);
    assert!(!format!("{it:?}").contains("s3cret"), "no debug text shows a secret");
}

#[test]
fn a_publication_arrives_with_every_key() {
    let it = everything();
    let acme = &it.publications[0];
    assert_eq!(acme.path.to_string(), "brands/acme");
    assert_eq!(acme.aliases[0].as_str(), "acme-sa");
    assert_eq!(acme.homepage.as_ref().unwrap().as_str(), "https://www.acme.example/");
    assert_eq!(acme.description.as_deref(), Some("News from Acme"));
    assert_eq!((acme.selection.include.len(), acme.selection.exclude.len()), (3, 1));
    assert_eq!(acme.selection.include[0].terms.len(), 2);
    assert_eq!(acme.selection.languages, ["fr", "pt-br"]);
    assert_eq!(acme.selection.kinds, [SourceKind::Press, SourceKind::Wire]);
    assert_eq!(acme.selection.max_age, Some(SignedDuration::from_hours(90 * 24)));
    assert_eq!((acme.selection.per_source, acme.selection.limit), (Some(5), 500));
}

#[test]
fn a_publications_policy_and_looks_arrive() {
    let it = everything();
    let acme = &it.publications[0];
    assert_eq!(acme.moderation, Moderation::Hold(SignedDuration::from_hours(2)));
    assert_eq!(acme.trusted[0].as_str(), "acme-press");
    assert_eq!(acme.images, Images::None);
    let utm: Vec<_> = acme.utm.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(utm, [("source", "brandpage"), ("campaign", "a")]);
    assert_eq!(
        acme.embed_on,
        ["https://*.acme.example", "http://localhost:3000", "https://xn--bcher-kva.example"]
    );
    assert!(!acme.listed);
    assert_eq!((acme.locale.as_str(), acme.time_zone.iana_name()), ("de-CH", Some("Asia/Tokyo")));
}

#[test]
fn a_look_arrives_with_every_key() {
    let it = everything();
    let look = &it.publications[2].looks[0];
    assert_eq!((look.name.as_str(), look.count), ("sidebar", Some(5)));
    assert_eq!((look.layout, look.scheme), (Some(Layout::Cards), Some(Scheme::Dark)));
    assert_eq!(look.accent, Some(Accent([0x00, 0xaa, 0x55])));
}

#[test]
fn brands_come_before_groups_each_in_file_order() {
    let paths: Vec<_> = everything().publications.iter().map(|it| it.path.to_string()).collect();
    assert_eq!(paths, ["brands/acme", "brands/beta", "groups/energy"]);
    let brands: Vec<_> =
        everything().publications[2].selection.brands.iter().map(ToString::to_string).collect();
    assert_eq!(brands, ["acme", "beta"]);
}

#[test]
fn tags_become_sources_each_once() {
    let it = everything();
    let named = |at: usize| -> Vec<String> {
        it.publications[at].selection.sources.iter().map(ToString::to_string).collect()
    };
    assert_eq!(named(0), ["daily", "acme-press"]);
    assert_eq!(named(2), ["acme-press", "wire"]);
}

#[test]
fn what_is_not_said_has_its_default() {
    let it = config(GOOD);
    assert_eq!((it.site.title.as_str(), it.site.locale.as_str()), ("Press", "en"));
    assert_eq!(it.site.public_url, "http://127.0.0.1:8080");
    assert_eq!(it.site.time_zone.iana_name(), Some("UTC"));
    assert_eq!(it.server.cache_max, Duration::from_secs(60));
    assert_eq!(it.store.url, "sqlite:pressroll.db");
    assert_eq!((it.store.keep, it.store.keep_entries_max), (None, None), "nothing is thrown away unasked");
    assert_eq!((it.fetch.concurrency, it.fetch.per_host, it.fetch.body_max), (32, 1, 8 << 20));
    assert_eq!(it.fetch.timeout, Duration::from_secs(30));
    assert_eq!(it.fetch.interval_min, Duration::from_secs(300));
    assert_eq!(it.fetch.interval_max, Duration::from_secs(6 * 3_600));
    assert_eq!((it.fetch.proxy, it.fetch.roots), (None, Vec::new()));
}

#[test]
fn what_is_not_said_of_sources_and_brands_has_its_default() {
    let it = config(GOOD);
    let source = &it.sources[0];
    assert_eq!((source.kind, source.priority), (SourceKind::Press, 100));
    assert_eq!((source.republish, source.dates), (Republish::Full, FutureDates::Clamp));
    assert!(source.enabled && source.every.is_none() && source.title.is_none());
    let brand = &it.publications[0];
    assert_eq!((brand.selection.limit, brand.images), (LIMIT_DEFAULT, Images::Proxy));
    assert_eq!(brand.moderation, Moderation::Open);
    assert!(brand.listed && brand.embed_on.is_empty());
}

#[test]
fn the_kind_sets_priority_and_republishing_and_a_word_of_the_operator_beats_it() {
    for (lines, priority, republish) in [
        ("kind = 'wire'", 50, Republish::Full),
        ("kind = 'news'", 20, Republish::Excerpt),
        ("kind = 'blog'", 10, Republish::Excerpt),
        ("kind = 'news'\nrepublish = 'full'\npriority = 0", 0, Republish::Full),
    ] {
        let it = config(&with("[[source]]", lines).0);
        assert_eq!((it.sources[0].priority, it.sources[0].republish), (priority, republish), "{lines}");
    }
}

#[test]
fn publications_inherit_the_sites_locale_and_zone() {
    let it = config(&with("[site]", "locale = 'pt-br'\ntime_zone = 'Asia/Tokyo'").0);
    assert_eq!(it.publications[0].locale, "pt-BR");
    assert_eq!(it.publications[0].time_zone.iana_name(), Some("Asia/Tokyo"));
}

#[test]
fn keys_that_are_not_used_yet_are_warned_of_once_each() {
    let line = "admin_listen = '127.0.0.1:9090'";
    let warning = only_warning(&format!("{GOOD}[server]\n{line}\n"));
    assert_eq!(warning.message, "`admin_listen` is not used by this version yet");
    assert_eq!((warning.line, warning.column), (13, "admin_listen".len() + 4));
}

#[test]
fn images_lie_beside_the_store_unless_another_folder_is_named() {
    let store = |lines: &str| {
        let text = format!("{GOOD}[store]\n{lines}\n");
        pressroll::config::parse("/etc/press/feeds.toml", &text, &Overrides::default()).unwrap().config.store
    };
    let folder = |lines: &str| store(lines).media_folder().display().to_string();
    assert_eq!(folder(""), "/etc/press/media");
    assert_eq!(folder("url = 'sqlite:data/press.db'"), "/etc/press/data/media");
    assert_eq!(folder("url = 'sqlite:/srv/press.db'"), "/srv/media");
    assert_eq!(folder("url = 'postgres://press@db.example/press'"), "/etc/press/media");
    assert_eq!(folder("media = 'pictures'"), "/etc/press/pictures");
    assert_eq!(folder("media = '/var/cache/press'"), "/var/cache/press");
    assert_eq!((store("").media_max, store("media_max = '64MiB'").media_max), (2 << 30, 64 << 20));
}

#[test]
fn images_come_from_private_networks_only_where_the_operator_says_so_and_logos_are_addresses() {
    let with_networks = GOOD.replacen("[[source]]", "[[source]]\nimage_networks = ['10.2.0.0/16']", 1);
    let it = config(&with_networks);
    assert_eq!(
        it.sources[0].image_networks,
        [pressroll::model::source::Network::parse("10.2.0.0/16").unwrap()]
    );
    assert!(it.sources[0].allow_networks.is_empty(), "one word is not the other");
    let with_logo = GOOD.replacen("[[brand]]", "[[brand]]\nlogo = 'https://acme.example/logo.png'", 1);
    let logo = config(&with_logo).publications[0].logo.clone();
    assert_eq!(logo.unwrap().as_str(), "https://acme.example/logo.png");
}

#[test]
fn a_source_may_be_a_file_of_this_machine_by_its_path_from_the_configuration() {
    let path = |it: &str| {
        GOOD.replace("url = \"https://www.acme.example/press/rss.xml\"", &format!("path = \"{it}\""))
    };
    let text = path("press/acme & co.xml");
    let loaded = pressroll::config::parse("/etc/press/feeds.toml", &text, &Overrides::default()).unwrap();
    let source = &loaded.config.sources[0];
    assert_eq!(source.path.as_ref().unwrap().to_str(), Some("/etc/press/press/acme & co.xml"));
    assert_eq!(source.url.as_str(), "file:///etc/press/press/acme%20&%20co.xml");
    assert!(config(&path("/srv/acme.xml")).sources[0].path.as_ref().unwrap().is_absolute());
    let complaint = super::only_error(&path("/tmp"));
    assert_eq!((complaint.line, complaint.column), (6, 8));
    assert!(complaint.message.contains("is not the path of a file"), "{}", complaint.message);
    let both = super::only_error(&with("[[source]]", "path = 'press/acme.xml'").0);
    assert!(both.message.contains("a `url` or a `path`, not both"), "{}", both.message);
}

#[test]
fn a_source_names_the_ids_that_it_had_before() {
    let text = with("[[source]]", "formerly = ['acme', 'acme-old']").0;
    let names: Vec<String> = config(&text).sources[0].formerly.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["acme", "acme-old"]);
    let own = super::only_error(&with("[[source]]", "formerly = ['acme-press']").0);
    assert!(own.message.contains("cannot be a former id"), "{}", own.message);
}

#[test]
fn images_come_through_our_origin_or_from_their_publisher_or_not_at_all() {
    for (word, images) in [("proxy", Images::Proxy), ("link", Images::Link), ("none", Images::None)] {
        let (text, _) = with("[[brand]]", &format!("images = \"{word}\""));
        assert_eq!(config(&text).publications[0].images, images);
    }
}

#[test]
fn a_missing_contact_is_a_warning() {
    let text = GOOD.replace("contact = \"press@example.com\"\n", "");
    let warning = only_warning(&text);
    assert_eq!((warning.line, warning.column), (2, 1));
    assert!(warning.message.contains("`contact`"), "{}", warning.message);
    assert_eq!(only_warning(&text.replace("[site]\n", "")).line, 1);
}

#[test]
fn a_contact_is_a_page_or_a_mail_address() {
    for contact in ["press@example.com", "mailto:press@example.com", "https://www.example.com/about"] {
        assert_eq!(
            config(&GOOD.replace("press@example.com", contact)).site.contact.as_deref(),
            Some(contact)
        );
    }
    let complaint = super::only_error(&GOOD.replace("press@example.com", "the press office"));
    assert_eq!((complaint.line, complaint.column), (3, 11));
    assert_eq!(complaint.help.as_deref(), Some("write a page's address, or a mail address"));
}

#[test]
fn the_minimal_file_is_complete() {
    let it = loaded(pressroll::config::SMALLEST);
    assert!(pressroll::config::SMALLEST.lines().count() <= 8);
    assert_eq!((it.config.sources.len(), it.config.publications.len()), (1, 1));
    assert_eq!(it.warnings.len(), 1, "only the contact is missing:\n{}", it.warnings);
}

#[test]
fn a_byte_order_mark_and_dos_line_ends_do_no_harm() {
    let text = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(config(&text).sources.len(), 1);
    let complaint = super::only_error(&text.replace("title = \"Acme\"", "title = 5"));
    assert_eq!((complaint.line, complaint.column), (10, 9));
    assert_eq!(complaint.source_line.as_deref(), Some("title = 5"));
}
