//! What every release of a company ends with is folded away in pages and widgets, and nothing else is.

use pressroll::model::publication::Images;

use super::bodies::{framed, paged, text, told};

const ENGLISH: &str = "<p>ROTTERDAM, 21 November. Acme Energy has opened the plant.</p><p>It was built in two years.</p>\
    <h3>About Acme Energy</h3><p>Acme Energy builds electrolysers and employs 4,200 people.</p>\
    <p><strong>Media contact:</strong><br>Jane Doe, press@acme.example</p>\
    <p>This press release contains certain forward-looking statements within the meaning of the law.</p>";
const FRENCH: &str = "<p>Lyon, le 21 novembre. La ligne est en service.</p><h2>À propos de Rhodanie Batteries</h2>\
    <p>Rhodanie Batteries conçoit des cellules.</p><p>Service de presse : presse@rhodanie.example</p>\
    <p>Ce communiqué de presse contient des déclarations prospectives.</p>";
const GERMAN: &str = "<p>München. Die Züge fahren seit heute.</p><p><b>Über die Isarwerk AG</b><br>Die Isarwerk AG baut \
    Antriebe.</p><p><b>Pressekontakt</b></p><p>Max Muster, presse@isarwerk.example</p>\
    <p>Diese Pressemitteilung enthält zukunftsgerichtete Aussagen.</p>";
const SPANISH: &str = "<p>Madrid, 21 de noviembre. La planta ya produce.</p><h2>Acerca del Grupo Solana</h2><p>Solana es \
    un fabricante de paneles.</p><p>Contacto de prensa: prensa@solana.example</p><p>Este comunicado contiene \
    declaraciones prospectivas.</p>";

/// What stands before, in and after the only fold.
fn folded(content: &str) -> (String, String, String) {
    let body = text(&paged(Images::Proxy, &told(content, &[])));
    let (before, rest) =
        body.split_once("<details class=\"fold\">").unwrap_or_else(|| panic!("no fold in {body}"));
    let (inside, after) = rest.split_once("</details>").unwrap_or_else(|| panic!("no end in {body}"));
    assert!(!after.contains("<details"), "one fold: {body}");
    (before.to_owned(), inside.to_owned(), after.to_owned())
}

#[test]
fn a_release_ends_with_one_fold_that_names_what_is_in_it() {
    for (content, first, name) in [
        (ENGLISH, "<p>It was built in two years.</p>", "About Acme Energy"),
        (FRENCH, "La ligne est en service.</p>", "À propos de Rhodanie Batteries"),
        (GERMAN, "Die Züge fahren seit heute.</p>", "Über die Isarwerk AG"),
        (SPANISH, "La planta ya produce.</p>", "Acerca del Grupo Solana"),
    ] {
        let (before, inside, after) = folded(content);
        assert!(before.ends_with(first), "{before}");
        assert!(inside.starts_with("<summary>About the company · Contacts · Notices</summary>"), "{inside}");
        assert!(inside.contains(name), "{inside}");
        assert_eq!(after, "");
        let widget = text(&framed(Images::Proxy, &told(content, &[])));
        assert_eq!(widget.matches("<details class=\"fold\">").count(), 1);
    }
}

#[test]
fn what_comes_after_such_a_section_under_its_own_heading_is_shown() {
    let content = ENGLISH.to_owned() + "<h3>Timeline</h3><p>2024: ground broken.</p>";
    let (_, inside, after) = folded(&content);
    assert!(inside.contains("forward-looking") && after.starts_with("<h2>Timeline</h2>"), "{after}");
    let lower = "<p>News.</p><h2>About Acme</h2><p>Acme builds.</p><h3>Our sites</h3><p>Rotterdam.</p>";
    let (_, inside, after) = folded(lower);
    assert!(inside.contains("Our sites") && after.is_empty(), "a lower heading belongs to the section");
}

#[test]
fn near_misses_are_not_folded() {
    for near in [
        "<p>About 300 people work there, and 300 more will.</p>",
        "<p>About half of them voted. Half stayed at home.</p>",
        "<h2>About 300 jobs created</h2><p>300 jobs are created.</p>",
        "<h2>Über Nacht in neuem Licht</h2><p>Die Stadt hat umgestellt.</p>",
        "<h2>About time</h2><p>The line was due in spring.</p>",
        "<p><strong>About half</strong> of the lines are open.</p>",
        "<h2>Media relations team wins an award</h2><p>The jury praised it.</p>",
        "<h2>Contact lenses recalled</h2><p>The lenses are harmless.</p>",
        "<p>Contact between the two cables caused the fire.</p>",
        "<p>Certain statements of the minister were wrong.</p>",
        "<p>Sobre la mesa hay tres ofertas.</p>",
        "<p>À propos de ce qui s’est passé, la direction se tait.</p>",
        "<h2>About the new Model X</h2><p>The new Model X is faster.</p>",
    ] {
        let content = format!("<p>News of the day.</p>{near}<p>It goes on.</p>");
        let body = text(&paged(Images::Proxy, &told(&content, &[])));
        assert!(!body.contains("<details"), "{near}");
    }
}

#[test]
fn a_text_is_never_folded_whole() {
    for content in [
        "<h2>About Acme</h2><p>Acme builds electrolysers.</p>",
        "<h2>Annual report</h2><h3>About Acme</h3><p>Acme builds electrolysers.</p>",
        "<p>Contact: press@acme.example</p>",
    ] {
        assert!(!text(&paged(Images::Proxy, &told(content, &[]))).contains("<details"), "{content}");
    }
}

#[test]
fn whom_to_ask_before_the_news_hides_none_of_it() {
    let news = "Acme today announced the opening of its plant. ".repeat(8);
    let content = format!("<p>FOR IMMEDIATE RELEASE</p><p>Contact: Jane Doe, +1 555 0100</p><p>{news}</p>");
    let page = text(&paged(Images::Proxy, &told(&content, &[])));
    assert!(!page.contains("<details"), "{page}");
    let later = format!("<p>{news}</p><p>Pour en savoir plus : www.acme.example</p><p>{news}</p>");
    let page = text(&paged(Images::Proxy, &told(&later, &[])));
    assert!(page.contains("</details><p>Acme today"), "{page}");
}
