//! The language of an entry: stated by it, by its feed, or told from its words.

use super::{entry, feed, item, only, read, rss};

const FRENCH: &str = "<title>Le groupe annonce ses résultats du premier trimestre</title><description>&lt;p&gt;Le \
    chiffre d’affaires du groupe progresse de sept pour cent, porté par la demande des clients industriels.&lt;/p&gt;\
    </description>";

fn language(elements: &str) -> Option<String> {
    item(elements).language
}

#[test]
fn what_the_entry_states_beats_the_feed_and_the_feed_beats_the_words() {
    let with = |feed_says: &str, entry_says: &str| {
        only(feed(&rss(&format!("{feed_says}<item>{FRENCH}{entry_says}</item>")))).language
    };
    let (feed_says, entry_says) = ("<language>de-AT</language>", "<dc:language>nl</dc:language>");
    assert_eq!(with(feed_says, entry_says).as_deref(), Some("nl"));
    assert_eq!(with(feed_says, "").as_deref(), Some("de-at"));
    assert_eq!(with("", "").as_deref(), Some("fr"));
    // What cannot be a language states none.
    assert_eq!(with("<language>not a language!</language>", "").as_deref(), Some("fr"));
}

#[test]
fn the_languages_of_newsrooms_are_told_from_their_words() {
    for (tag, text) in [
        (
            "en",
            "The company announces the results of the first quarter and confirms its outlook for the year",
        ),
        (
            "fr",
            "La société annonce les résultats du premier trimestre et confirme ses perspectives pour l’année",
        ),
        ("de", "Das Unternehmen gibt die Ergebnisse des ersten Quartals bekannt und bestätigt den Ausblick"),
        (
            "es",
            "La empresa anuncia los resultados del primer trimestre y confirma sus perspectivas para el año",
        ),
        (
            "it",
            "La società annuncia i risultati del primo trimestre e conferma le previsioni per l’intero anno",
        ),
        (
            "pt",
            "A empresa anuncia os resultados do primeiro trimestre e confirma as suas previsões para o ano",
        ),
        (
            "nl",
            "Het bedrijf maakt de resultaten van het eerste kwartaal bekend en bevestigt de verwachtingen",
        ),
        (
            "sv",
            "Företaget offentliggör resultatet för det första kvartalet och bekräftar utsikterna för året",
        ),
        (
            "pl",
            "Spółka ogłasza wyniki za pierwszy kwartał oraz potwierdza prognozy na cały rok, które nie zmieniły się od stycznia",
        ),
        (
            "ru",
            "Компания сообщила, что выручка не изменилась по сравнению с прошлым годом, как и прогноз на этот год",
        ),
        ("yi", "די רעגירונג האט היינט געמאלדן א נייעם פלאן פארן קומענדיקן יאר און דאס איז א גוטע נייעס"),
        ("mr", "सरकारने आज पुढील वर्षासाठी नवीन योजना जाहीर केली आहे आणि ही सर्व लोकांसाठी चांगली बातमी आहे"),
        ("el", "Η εταιρεία ανακοινώνει τα αποτελέσματα του πρώτου τριμήνου"),
        ("ja", "当社は水素エネルギー事業に関する新しい計画を発表しました"),
        ("zh", "公司今天发布新的氢能源产品并宣布第三季度业绩"),
        ("ko", "회사가 새로운 수소 에너지 제품을 발표했습니다"),
        ("ar", "أعلنت الشركة نتائج الربع الأول وأكدت توقعاتها للعام"),
    ] {
        let stated = format!("<title>{text}</title>");
        assert_eq!(language(&stated).as_deref(), Some(tag), "{text}");
        let stated = format!("<title>{text}</title><content>{text}</content>");
        assert_eq!(entry(&stated).language.as_deref(), Some(tag), "{text}");
    }
}

#[test]
fn a_language_is_not_taken_for_its_neighbour() {
    for (own, neighbour, text) in [
        (
            "af",
            "nl",
            "Die regering het gesê dat die mense in die stad nie meer water sal kry nie. Dit is baie erg vir die land",
        ),
        ("mr", "hi", "सरकारने आज पुढील वर्षासाठी नवीन योजना जाहीर केली आहे आणि ही सर्व लोकांसाठी चांगली बातमी आहे"),
        ("ne", "hi", "सरकारले आज आउँदो वर्षका लागि नयाँ योजना घोषणा गरेको छ र यो सबै जनताका लागि राम्रो खबर हो"),
        (
            "yi",
            "he",
            "די רעגירונג האט היינט געמאלדן א נייעם פלאן פארן קומענדיקן יאר און דאס איז א גוטע נייעס",
        ),
    ] {
        let told = language(&format!("<title>{text}</title>"));
        assert!(told.is_none() || told.as_deref() == Some(own), "not {neighbour}: {told:?}");
    }
}

#[test]
fn markup_addresses_and_numbers_are_no_words() {
    let french = "<p>Le chiffre d’affaires du groupe progresse de sept pour cent, porté par la demande des clients.</p>";
    let noise = "<div class=\"the company and the results of this quarter\"><a href=\"https://a.example/the-company-and-its-results\">\
                 https://a.example/the-results-of-the-first-quarter</a> press@the-company.example 1,234.56 #results</div>";
    let noisy = format!("<description><![CDATA[{}{french}]]></description>", noise.repeat(5));
    assert_eq!(language(&noisy).as_deref(), Some("fr"));
}

#[test]
fn few_or_doubtful_words_have_no_language() {
    for text in [
        "",
        "OK",
        "Acme Q1 2026",
        "Hydrogen 2030",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21",
        "!!!",
    ] {
        assert_eq!(language(&format!("<title>{text}</title><guid>1</guid>")), None, "{text}");
    }
}

#[test]
fn any_form_of_feed_has_its_language_told() {
    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1",
        "content_text": "Das Unternehmen gibt die Ergebnisse des ersten Quartals bekannt und bestätigt den Ausblick"}]}"#;
    let draft = only(read(json.as_bytes(), None).unwrap());
    assert_eq!(draft.language.as_deref(), Some("de"));
}
