//! Plain text and excerpts.

use icu::segmenter::GraphemeClusterSegmenter;
use pressroll::{
    model::CleanHtml,
    sanitize::{excerpt, html, text},
};

fn graphemes(text: &str) -> usize {
    GraphemeClusterSegmenter::new().segment_str(text).count() - 1
}

#[test]
fn titles_are_what_a_reader_would_write() {
    for (raw, plain) in [
        ("AT&T", "AT&T"),
        ("AT&amp;T and R&amp;D", "AT&T and R&D"),
        ("a < b", "a < b"),
        ("5 < 6 & 7", "5 < 6 & 7"),
        ("profit <expected & more", "profit <expected & more"),
        ("I <3 NY", "I <3 NY"),
        ("<b>New</b> pump", "New pump"),
        ("&lt;b&gt;New&lt;/b&gt; pump", "New pump"),
        ("&lt;b&gt;R&amp;amp;D&lt;/b&gt;", "R&D"),
        ("How to use the <b> tag", "How to use the <b> tag"),
        ("How to use the &lt;b&gt; tag", "How to use the <b> tag"),
        ("one<br>two", "one two"),
        ("<p>one</p><p>two</p>", "one two"),
        ("H<sub>2</sub>O", "H2O"),
        ("<script>alert(1)</script>x", "x"),
        ("<!-- c -->x", "x"),
        ("Vec<u8> and <stdin>", "Vec<u8> and <stdin>"),
        ("&eacute;t&#233; &#x2014; &euro;", "été — €"),
        ("Q&not; &nosuch; &", "Q¬ &nosuch; &"),
        ("  a\n\t b\u{3000}c ", "a b c"),
        ("a.&nbsp; b", "a. b"),
        ("a &nbsp;&nbsp; b&nbsp;&nbsp;c", "a b\u{a0}c"),
        ("", ""),
    ] {
        assert_eq!(text(raw).as_str(), plain, "{raw}");
    }
}

#[test]
fn invisible_and_turning_characters_go_and_joiners_stay() {
    assert_eq!(text("a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{ad}f\u{7}g").as_str(), "abcdefg");
    assert_eq!(text("10\u{a0}km\u{202f}/h").as_str(), "10\u{a0}km\u{202f}/h");
    let joined = "می\u{200c}خواهم 👩\u{200d}🚀 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
    assert_eq!(text(joined).as_str(), joined);
    assert_eq!(text("\u{200d}\u{a0}\u{200b} ").as_str(), "");
    assert_eq!(text("a\u{e0041}b").as_str(), "ab");
    assert_eq!(text("a\u{200e}b\u{200f}c\u{61c}d\u{1bca0}e\u{1d173}f").as_str(), "abcdef");
    assert_eq!(text("\u{2067}שלום\u{2069}").as_str(), "שלום");
    // The form of an ideograph that a name is written with; behind anything else it is invisible.
    assert_eq!(text("葛\u{e0100}城 a\u{e0100}b").as_str(), "葛\u{e0100}城 ab");
}

#[test]
fn a_title_that_shows_nothing_is_none() {
    for nothing in [
        "\u{2800}",
        "\u{3164}",
        "\u{115f}",
        "\u{1160}",
        "\u{ffa0}",
        "\u{fffc}",
        "\u{180e}",
        "\u{180b}",
        "\u{180f}",
        "\u{fe0f}",
        "\u{200d}",
        "\u{200b}",
        "\u{34f}",
        "\u{17b4}",
        "\u{3000}",
        "\u{16fe4}",
        "\u{1d159}",
        "\u{13430}",
        "\u{e0100}",
        "\u{2065}",
        "&#x2800;&#10240;",
        "<b>\u{2800}</b>",
        "\u{2800} \u{3164}\u{a0}\u{2060}",
    ] {
        assert_eq!(text(nothing).as_str(), "", "{}", nothing.escape_unicode());
        assert_eq!(text(&format!("a{nothing}")).as_str().chars().next(), Some('a'));
    }
    assert_eq!(text("⠃⠗\u{2800}⠇").as_str(), "⠃⠗\u{2800}⠇");
}

#[test]
fn long_texts_end_at_three_hundred_graphemes() {
    let long = text(&"é👩\u{200d}🚀".repeat(400));
    assert_eq!(graphemes(long.as_str()), 300);
    assert!(long.as_str().ends_with('…'));
    let exact = "x".repeat(300);
    assert_eq!(text(&exact).as_str(), exact);
    let marks = format!("a{}", "\u{301}".repeat(9_000));
    assert!(text(&marks).as_str().len() < 5_000);
}

#[test]
fn hostile_titles_cost_little() {
    for part in ["<b>", "</b><b>", "<a ", "&lt;b&gt;", "&amp;", "<!--"] {
        assert!(text(&part.repeat(100_000)).as_str().len() <= 4_096);
    }
}

#[test]
fn an_excerpt_keeps_blocks_apart_and_leaves_readings_out() {
    let clean = html(
        "<h2>A</h2><p>b<br>c</p><ul><li>d</li><li>e</li></ul><p><ruby>東京<rt>とうきょう</rt></ruby>R&amp;D</p>",
        None,
    );
    assert_eq!(excerpt(&clean, 100).as_str(), "A b c d e 東京R&D");
}

#[test]
fn an_excerpt_ends_with_a_sentence_where_one_fits() {
    let clean = CleanHtml::vouch(
        "<p>Acme builds a plant in Lyon. It opens in May and employs many people.</p>".to_owned(),
    );
    assert_eq!(excerpt(&clean, 40).as_str(), "Acme builds a plant in Lyon.");
    assert_eq!(excerpt(&clean, 22).as_str(), "Acme builds a plant…");
    assert_eq!(
        excerpt(&clean, 500).as_str(),
        "Acme builds a plant in Lyon. It opens in May and employs many people."
    );
}

#[test]
fn an_excerpt_of_any_script_ends_well() {
    let ja = CleanHtml::vouch(
        "株式会社アクメは本日、新しい工場を建設すると発表しました。来年の春に操業を開始します。".to_owned(),
    );
    assert_eq!(excerpt(&ja, 35).as_str(), "株式会社アクメは本日、新しい工場を建設すると発表しました。");
    let short = excerpt(&ja, 20);
    assert!(graphemes(short.as_str()) <= 20 && short.as_str().ends_with('…'), "{short}");
    let th = CleanHtml::vouch("บริษัทประกาศเปิดโรงงานใหม่ในจังหวัดเชียงใหม่เมื่อวานนี้".to_owned());
    let short = excerpt(&th, 20);
    assert!(graphemes(short.as_str()) <= 20 && short.as_str().ends_with('…'), "{short}");
}

const TEXTS: [(&str, &str); 9] = [
    (
        "ja",
        "株式会社アクメは本日、新しい工場を建設すると発表しました。来年の春に操業を開始します。従業員は三百人の予定です。",
    ),
    (
        "zh",
        "公司今天宣布将建设一座新工厂。工厂将于明年春天投产。预计雇用三百名员工，并减少百分之四十的排放。",
    ),
    (
        "ko",
        "회사는 오늘 새로운 공장을 건설한다고 발표했다. 내년 봄에 가동을 시작한다. 직원은 삼백 명이 될 예정이다.",
    ),
    (
        "th",
        "บริษัทประกาศเปิดโรงงานใหม่ในจังหวัดเชียงใหม่เมื่อวานนี้ โรงงานจะเริ่มดำเนินการในฤดูใบไม้ผลิปีหน้าและจ้างพนักงานสามร้อยคน",
    ),
    (
        "ar",
        "أعلنت الشركة اليوم عن بناء مصنع جديد. سيبدأ التشغيل في الربيع المقبل. هل سيعمل فيه ثلاثمائة موظف؟ نعم.",
    ),
    ("he", "החברה הודיעה היום על בניית מפעל חדש. הוא ייפתח באביב הבא. יעבדו בו שלוש מאות עובדים."),
    ("hi", "कंपनी ने आज एक नए कारखाने की घोषणा की। यह अगले वसंत में शुरू होगा। इसमें तीन सौ कर्मचारी काम करेंगे।"),
    (
        "emoji",
        "👨\u{200d}👩\u{200d}👧\u{200d}👦 🏳\u{fe0f}\u{200d}🌈 👍🏽 🇫🇷🇩🇪 1\u{fe0f}\u{20e3} 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} 👩🏿\u{200d}🚀 ok. 👨\u{200d}👩\u{200d}👧 end.",
    ),
    (
        "marks",
        "e\u{301}a\u{308}o\u{302} Vie\u{323}\u{302}t Nam ke\u{302}\u{301} hoa\u{323}ch mo\u{31b}\u{301}i. Hai trie\u{323}\u{302}u.",
    ),
];

/// All of a text's graphemes, in order.
fn cut_up(text: &str) -> Vec<&str> {
    let ends: Vec<usize> = GraphemeClusterSegmenter::new().segment_str(text).collect();
    ends.windows(2).map(|it| &text[it[0]..it[1]]).collect()
}

#[test]
fn excerpts_of_every_length_are_whole_graphemes_of_the_beginning() {
    for (script, words) in TEXTS {
        let clean = html(&format!("<p>{words}</p>"), None);
        let all = cut_up(words);
        for room in 1..=all.len() + 2 {
            let short = excerpt(&clean, room);
            assert!(graphemes(short.as_str()) <= room, "{script} {room}: {short}");
            let kept = short.as_str().trim_end_matches('…');
            let count = cut_up(kept).len();
            assert_eq!(all[..count].concat(), kept, "{script} {room}");
            // Cut short it is said so, unless a sentence ends there.
            let is_whole = kept == words || kept.ends_with(['.', '。', '।', '؟', '?']);
            assert!(short.as_str().ends_with('…') || is_whole, "{script} {room}: {short}");
        }
        assert_eq!(excerpt(&clean, all.len()).as_str(), words, "{script}");
    }
}

#[test]
fn excerpts_end_with_sentences_in_scripts_of_all_kinds() {
    for (script, room, expected) in [
        ("ja", 32, "株式会社アクメは本日、新しい工場を建設すると発表しました。"),
        ("zh", 18, "公司今天宣布将建设一座新工厂。"),
        ("ko", 30, "회사는 오늘 새로운 공장을 건설한다고 발표했다."),
        ("ar", 40, "أعلنت الشركة اليوم عن بناء مصنع جديد."),
        ("he", 40, "החברה הודיעה היום על בניית מפעל חדש."),
        ("hi", 35, "कंपनी ने आज एक नए कारखाने की घोषणा की।"),
    ] {
        let words = TEXTS.iter().find(|it| it.0 == script).unwrap().1;
        assert_eq!(excerpt(&CleanHtml::vouch(words.to_owned()), room).as_str(), expected, "{script}");
    }
}

#[test]
fn titles_of_all_scripts_stay_as_they_are() {
    for (script, words) in TEXTS {
        assert_eq!(text(words).as_str(), words, "{script}");
        let long = text(&format!("{words} ").repeat(20));
        assert_eq!(graphemes(long.as_str()).min(300), graphemes(long.as_str()), "{script}");
        assert!(long.as_str().ends_with('…'), "{script}");
        let kept = long.as_str().trim_end_matches('…').trim_end();
        assert!(format!("{words} ").repeat(20).starts_with(kept), "{script}");
    }
}
