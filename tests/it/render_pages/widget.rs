//! The widget: its options, its words, its entries.

use pressroll::{
    model::{
        Publication, Shown,
        publication::{Accent, Images, Layout, Scheme},
        source::Republish,
    },
    render::{
        Edition, Sheet, accent,
        widget::{Options, widget, widget_css},
    },
};

use super::{
    between, html, query,
    sample::{Text, publication, shown, site, week},
};

fn options(pairs: &[(&str, &str)]) -> Options {
    Options::from_query(&publication("brands/acme", "Acme newsroom"), &query(pairs))
}

fn render(publication: &Publication, shown: &[Shown], pairs: &[(&str, &str)]) -> String {
    let site = site();
    let sheet = Sheet { site: &site, publication, shown, lang: None };
    html(&widget(&sheet, &Options::from_query(publication, &query(pairs))))
}

fn acme() -> Publication {
    publication("brands/acme", "Acme newsroom")
}

#[test]
fn a_named_look_comes_first_and_the_address_changes_it() {
    let look = options(&[("look", "sidebar")]);
    assert_eq!((look.layout, look.count, look.scheme), (Layout::Cards, 3, Scheme::Dark));
    assert_eq!(look.accent, Accent::parse("0a5"));
    let changed = options(&[("count", "7"), ("scheme", "light"), ("look", "sidebar"), ("accent", "c00")]);
    assert_eq!((changed.layout, changed.count, changed.scheme), (Layout::Cards, 7, Scheme::Light));
    assert_eq!(changed.accent, Accent::parse("cc0000"));
}

#[test]
fn what_makes_no_sense_is_passed_over() {
    let plain = options(&[]);
    let odd = [
        ("look", "nobody"),
        ("layout", "LIST; drop"),
        ("count", "0"),
        ("count", "51"),
        ("count", "-1"),
        ("count", "99999999999999999999999"),
        ("scheme", "<script>"),
        ("accent", "red;}body{display:none"),
        ("locale", "\"><img src=x>"),
        ("lang", "\"onload="),
        ("place", "home"),
        ("utm_source", "x"),
        ("", ""),
    ];
    assert_eq!(options(&odd), plain);
    for pair in odd {
        assert_eq!(options(&[pair]), plain, "{pair:?}");
    }
    assert_eq!(options(&[("count", "0"), ("count", "9")]).count, 9, "the first good value holds");
}

#[test]
fn equal_options_have_equal_keys_and_others_others() {
    let same = [
        options(&[("accent", "0a5"), ("layout", "cards"), ("place", "a")]),
        options(&[("place", "b"), ("layout", "cards"), ("accent", "#00AA55"), ("count", "6")]),
    ];
    assert_eq!(same[0].canonical(), same[1].canonical());
    let variants = [
        options(&[]),
        options(&[("layout", "cards")]),
        options(&[("count", "9")]),
        options(&[("scheme", "dark")]),
        options(&[("accent", "0a5")]),
        options(&[("locale", "fr")]),
        options(&[("lang", "fr")]),
    ];
    let keys: std::collections::BTreeSet<String> = variants.iter().map(Options::canonical).collect();
    assert_eq!(keys.len(), variants.len());
}

#[test]
fn only_a_language_that_the_publication_lets_in_is_a_choice() {
    let mut publication = acme();
    publication.selection.languages = vec!["fr".to_owned(), "en".to_owned()];
    let lang = |text: &str| Options::from_query(&publication, &query(&[("lang", text)])).lang;
    assert_eq!(lang("FR").as_deref(), Some("fr"));
    assert_eq!(lang("de"), None);
}

#[test]
fn a_list_and_cards_show_as_many_entries_as_asked_for() {
    for (layout, usual) in [("list", 5), ("cards", 6)] {
        let plain = render(&acme(), &week(), &[("layout", layout)]);
        assert_eq!(plain.matches("class=\"pr-title\"").count(), usual);
        assert!(plain.contains(&format!("class=\"pr-{layout}\"")));
        let three = render(&acme(), &week(), &[("layout", layout), ("count", "3")]);
        assert_eq!(three.matches("class=\"pr-title\"").count(), 3);
    }
}

#[test]
fn fixed_words_are_in_the_locale() {
    let table = [
        ("en", "All releases", "Subscribe (RSS)", "Updated 21 Nov, 10:42"),
        ("fr", "Tous les communiqués", "S’abonner (RSS)", "Mis à jour le 21 nov. à 10 h 42"),
        ("de", "Alle Mitteilungen", "Abonnieren (RSS)", "Stand: 21. Nov., 10:42"),
        ("es", "Todos los comunicados", "Suscribirse (RSS)", "Actualizado el 21 nov a las 10:42"),
        ("ja", "すべてのリリース", "購読する（RSS）", "11月21日 10:42 更新"),
    ];
    for (locale, all, subscribe, updated) in table {
        let text = render(&acme(), &week(), &[("locale", locale)]).replace(['\u{a0}', '\u{202f}'], " ");
        assert!(text.contains(&format!("<html lang=\"{locale}\" dir=\"ltr\">")), "{locale}");
        for words in [all, subscribe, updated] {
            assert!(text.contains(words), "{locale}: {words} in {text}");
        }
    }
    let swedish = render(&acme(), &week(), &[("locale", "sv")]);
    assert!(
        swedish.contains("<html lang=\"en\"") && swedish.contains("lang=\"sv\">21 nov.</time>"),
        "{swedish}"
    );
}

#[test]
fn arabic_runs_from_right_to_left_and_says_where_it_does_not() {
    let text = render(&acme(), &week(), &[("locale", "ar"), ("count", "10")]);
    assert!(text.contains("<html lang=\"ar\" dir=\"rtl\">"));
    assert!(
        text.contains("<li lang=\"en\" dir=\"ltr\">")
            && text.contains("class=\"pr-with\" lang=\"fr\" dir=\"ltr\">")
    );
    assert!(text.contains("lang=\"ar\" dir=\"rtl\">21 نوفمبر</time>"), "{text}");
    let english = render(&acme(), &week(), &[("count", "10")]);
    assert!(english.contains(" lang=\"ar\" dir=\"rtl\">"));
    assert!(!english.contains("<li lang=\"en\""), "an English entry needs no word on its language");
}

#[test]
fn an_entry_of_unknown_language_runs_as_its_first_letter_does() {
    let hebrew = shown(&Text { language: None, title: "12% צמיחה ברבעון", ..Text::default() });
    let latin = shown(&Text { language: None, title: "12% growth", ..Text::default() });
    assert!(render(&acme(), &[hebrew], &[]).contains("<li dir=\"rtl\">"));
    assert!(render(&acme(), std::slice::from_ref(&latin), &[]).contains("<li>"));
    assert!(render(&acme(), &[latin], &[("locale", "ar")]).contains("<li dir=\"ltr\">"));
}

#[test]
fn no_more_is_shown_of_an_entry_than_its_source_allows() {
    let image = Some("https://img.example/a.png");
    let of = |republish| shown(&Text { republish, image, ..Text::default() });
    let cards = [("layout", "cards")];
    let full = render(&acme(), &[of(Republish::Full)], &cards);
    assert!(full.contains("The 400 MW plant") && full.contains("https://img.example/a.png"));
    let excerpt = render(&acme(), &[of(Republish::Excerpt)], &cards);
    assert!(excerpt.contains("The 400 MW plant") && !excerpt.contains("<img"));
    let title = render(&acme(), &[of(Republish::Title)], &cards);
    assert!(
        title.contains("Acme Energy opens") && !title.contains("The 400 MW plant") && !title.contains("<img")
    );
}

#[test]
fn a_text_that_repeats_the_title_is_not_shown_twice() {
    let entry = shown(&Text {
        title: "Ten words of a post…",
        excerpt: "Ten words of a post and more",
        ..Text::default()
    });
    assert!(!render(&acme(), &[entry], &[]).contains("class=\"pr-text\""));
}

#[test]
fn a_card_without_a_picture_carries_the_initial() {
    let text = render(&acme(), &week(), &[("layout", "cards")]);
    assert!(text.contains("<div class=\"pr-pic\" aria-hidden=\"true\">A</div>"));
    let group = publication("groups/energy", "Sector");
    let text = render(&group, &week()[3..4], &[("layout", "cards")]);
    assert!(text.contains("aria-hidden=\"true\">V</div>"), "a group shows its sources' initials");
    assert!(!render(&acme(), &week()[1..2], &[]).contains("pr-pic\""), "a list needs none");
    let mut without = acme();
    without.images = Images::None;
    let text = render(&without, &week(), &[("layout", "cards")]);
    assert!(!text.contains("<img") && text.matches("aria-hidden").count() == 6);
}

#[test]
fn pictures_reserve_their_place_and_load_late_below_the_first_row() {
    let entry = shown(&Text { image: Some("https://img.example/a.png"), ..Text::default() });
    let text = render(&acme(), &vec![entry; 6], &[("layout", "cards")]);
    assert_eq!(text.matches("width=\"1200\" height=\"800\"").count(), 6);
    assert_eq!(text.matches("decoding=\"async\"").count(), 6);
    assert_eq!(text.matches("alt=\"The plant at dusk\"").count(), 6);
    assert_eq!(text.matches("loading=\"lazy\"").count(), 2);
}

#[test]
fn outgoing_links_carry_the_campaign_and_keep_what_they_had() {
    let mut publication = acme();
    publication.utm =
        vec![("source".to_owned(), "brand page".to_owned()), ("medium".to_owned(), "a&b".to_owned())];
    let href = |link: &str| {
        let entry = shown(&Text { link: Some(link), ..Text::default() });
        between(&render(&publication, &[entry], &[]), "class=\"pr-title\"><a href=\"", "\"")
            .replace("&#38;", "&")
    };
    let tags = "utm_source=brand+page&utm_medium=a%26b";
    assert_eq!(href("https://a.example/x"), format!("https://a.example/x?{tags}"));
    assert_eq!(
        href("https://a.example/x?id=%C3%A9+1&y#part"),
        format!("https://a.example/x?id=%C3%A9+1&y&{tags}#part")
    );
    assert_eq!(
        href("https://a.example/?utm_source=own"),
        "https://a.example/?utm_source=own&utm_medium=a%26b"
    );
    let text = render(&publication, &week(), &[]);
    assert!(
        !between(&text, "<header", "</header>").contains("utm_"),
        "links to our own pages are not outgoing"
    );
}

#[test]
fn an_entry_without_a_link_leads_to_the_page() {
    let entry = shown(&Text { link: None, ..Text::default() });
    let text = render(&acme(), &[entry], &[]);
    assert!(text.contains("class=\"pr-title\"><a href=\"https://www.example.com/press/brands/acme\""));
}

#[test]
fn every_link_leaves_the_frame() {
    let text = render(&acme(), &week(), &[]);
    assert_eq!(text.matches("<a ").count(), text.matches(" target=\"_blank\" rel=\"noopener\"").count());
    assert!(text.matches("<a ").count() >= 8);
}

#[test]
fn an_empty_publication_says_so() {
    let text = render(&acme(), &[], &[]);
    assert!(text.contains("Nothing published yet") && text.contains("The next release will appear here."));
    assert!(!text.contains("Updated") && !text.contains("<ol"));
    assert!(render(&acme(), &[], &[("locale", "fr")]).contains("Rien de publié pour l’instant"));
}

#[test]
fn a_widget_in_one_language_leads_to_that_language() {
    let (site, publication) = (site(), acme());
    let sheet = Sheet { site: &site, publication: &publication, shown: &week(), lang: Some("fr") };
    let text = html(&widget(&sheet, &options(&[("lang", "fr")])));
    assert!(text.contains("/brands/acme?lang=fr\"") && text.contains("/brands/acme/subscribe?lang=fr\""));
}

#[test]
fn accents_are_made_readable_in_both_schemes() {
    let colours = ["ff0", "fff", "000", "888", "00f", "f0f", "0b6e4f", "e2001a", "123456", "fedcba"];
    for colour in colours {
        let wanted = Accent::parse(colour).unwrap();
        let pair = accent::Pair::of(Some(wanted));
        for (made, surface) in [(pair.light, accent::SURFACE_LIGHT), (pair.dark, accent::SURFACE_DARK)] {
            assert!(accent::contrast(made, surface) >= 4.5, "{colour}: {}", made.css());
            if accent::contrast(wanted, surface) >= 4.5 {
                assert_eq!(made, wanted, "a readable accent stays as it is");
            }
        }
        let text = render(&acme(), &week(), &[("accent", colour)]);
        assert!(text.contains(&pair.light.css()) && text.contains(&pair.dark.css()));
    }
    let default = accent::Pair::of(None);
    assert!(accent::contrast(default.light, accent::SURFACE_LIGHT) >= 4.5);
    assert!(accent::contrast(default.dark, accent::SURFACE_DARK) >= 4.5);
    assert!((accent::contrast(Accent([0; 3]), Accent([255; 3])) - 21.0).abs() < 1e-9);
}

#[test]
fn a_scheme_holds_alone_and_auto_holds_both() {
    let light = render(&acme(), &week(), &[("scheme", "light")]);
    assert!(light.contains("color-scheme:light;") && !light.contains("#141618"));
    let dark = render(&acme(), &week(), &[("scheme", "dark")]);
    assert!(dark.contains("color-scheme:dark;") && !dark.contains("#ffffff"));
    let auto = render(&acme(), &week(), &[]);
    assert!(
        auto.contains("#141618") && auto.contains("#ffffff") && auto.contains("prefers-color-scheme:dark")
    );
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    for layout in ["list", "cards"] {
        let pairs = [("layout", layout), ("locale", "ar"), ("count", "10")];
        assert_eq!(render(&acme(), &week(), &pairs), render(&acme(), &week(), &pairs));
    }
}

#[test]
fn a_widget_is_small() {
    for layout in ["list", "cards"] {
        let entries: Vec<Shown> = (0..10)
            .map(|at| {
                let words: Vec<String> =
                    (0..45).map(|word| format!("w{:x}", (at * 45 + word) * 7919)).collect();
                let (title, excerpt) = (words[..12].join(" "), words.join(" "));
                let image = format!("https://img.example/{at}/{}.jpg", words[0]);
                shown(&Text { title: &title, excerpt: &excerpt, image: Some(&image), ..Text::default() })
            })
            .collect();
        let text = render(&acme(), &entries, &[("layout", layout), ("count", "10"), ("accent", "e2001a")]);
        let style = between(&text, "<style>", "</style>");
        assert!(style.len() <= 4096, "{layout}: {} bytes of style", style.len());
        let edition = Edition::new("text/html", text.into_bytes(), None);
        assert!(edition.gzip.len() <= 14 * 1024, "{layout}: {} bytes", edition.gzip.len());
    }
}

#[test]
fn the_fragments_style_sheet_touches_nothing_of_its_host() {
    let css = widget_css();
    assert!(css.contains("--pressroll-surface:transparent") && css.contains("--pressroll-font:inherit"));
    let flat = css.replace("@supports(color:light-dark(red,red)){", "");
    for rule in flat.split('}').filter(|it| it.contains('{')) {
        let selector =
            rule.split_once('{').map_or("", |(head, body)| if head.starts_with('@') { body } else { head });
        let own = |it: &str| {
            [".pressroll", ".pr-", ":where(.pressroll", "a.pr-"].iter().any(|own| it.starts_with(own))
        };
        assert!(selector.is_empty() || own(selector), "{selector}");
    }
}
