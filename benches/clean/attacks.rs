//! Texts made to cost: every one as long as is read at all.

use std::time::Duration;

use anyhow::Result;
use pressroll::{
    model::{Draft, RawHtml},
    sanitize::{self, HTML_BYTES_MAX, Policy},
};

use super::{
    chance::Chance,
    clock::Watch,
    texts::{self, Kind},
};

/// What cleaning any text may take on a processor.
pub const ATTACK_MAX: Duration = Duration::from_millis(50);
/// How often each is cleaned; the least counts.
const ROUNDS: usize = 3;
/// How many texts are made up by chance, and of how many different parts each.
const BY_CHANCE: u64 = 60;
const PARTS_MAX: f64 = 6.0;
/// How many of them all are printed.
const PRINTED: usize = 12;

/// Parts that are repeated to the end, each for a reason of its own: depth, repairs, references, errors, long values.
const PARTS: &[&str] = &[
    "<div>",
    "<b>",
    "<a href=x>",
    "<p>",
    "</p>",
    "</b>",
    "<table>",
    "<table><tr><td>",
    "<tr>",
    "<td>",
    "<caption>",
    "<ul><li>",
    "<li>",
    "<dl><dd>",
    "<b><i>",
    "<b><i></b></i>",
    "<font size=1>",
    "<ruby><rt>",
    "<h2><p>",
    "<pre>\n",
    "<details><summary>",
    "<span lang=en>",
    "<ins><p>",
    "<blockquote>",
    "<form>",
    "<figure><img src=//e.x/a>",
    "<video><source src=http://e.x/a>",
    "<iframe src=https://www.youtube.com/embed/abcdefghijk></iframe>",
    "<iframe>",
    "<img src=http://e.x/a.png>",
    "<a href=\"http://e.x/?utm_source=a&b=c\">x</a>",
    "<a href=\"",
    "<a title='",
    "<svg>",
    "<svg/>",
    "<math><mi>",
    "<template>",
    "<select>",
    "<script>",
    "<script></scrip",
    "<textarea></textare",
    "<![CDATA[",
    "<?x",
    "<!--",
    "<!-- -",
    "<",
    "</",
    "<a:b c:d=\"e\">",
    "<p lang=en lang=en lang=en>",
    "&",
    "&#x41;",
    "&#0;",
    "&#x110000;",
    "&nbsp;",
    "&notin;",
    "&notit",
    "&CounterClockwiseContourIntegra",
    "&ltt",
    "&#",
    "&am",
    "\0",
    "\u{1}",
    "\r",
    "\u{feff}",
    "\u{202e}\u{2066}",
    "\u{2067}\u{2069}",
    "\u{fdd0}",
    "👨‍👩‍👧",
    "é",
    "ก",
    "日",
    "x",
    " ",
    "\"",
    ">",
    "\n<p>",
    "x<br>",
    "<hr>",
    "<wbr>",
    "<q>&notit",
    "<td>&notit<i>",
    "<p style=\"width:",
    ";",
    "=",
];

/// Cleans an entry of each and prints the worst. Says how many take more than they may.
pub fn measure() -> Result<usize> {
    let filled = |part: &str| part.repeat(HTML_BYTES_MAX / part.len());
    let mut all: Vec<(String, String)> = PARTS.iter().map(|it| (format!("{it:?}"), filled(it))).collect();
    let attributes: String = (0..HTML_BYTES_MAX / 9).map(|it| format!("a{it}=1 ")).collect();
    let formats: String = (0..500).map(|it| format!("<font color={it}><b lang=a{it}>")).collect();
    for (name, text) in [
        ("many attributes", format!("<p {attributes}>x")),
        ("a long address", format!("<a href=\"http://e.x/{}\">x</a>", filled("a"))),
        ("a long address of references", format!("<a href=\"http://e.x/{}\">x</a>", filled("&notit"))),
        ("a long style", format!("<img src=//e.x/a style=\"{}\">", filled("a:b;"))),
        ("formats to reopen", format!("<p>{formats}{}", filled("<p>x"))),
        ("deep paragraphs", format!("{}{}", "<blockquote>".repeat(120), filled("<p>x"))),
        (
            "boxes of a language around blocks",
            format!("{}{}", "<div lang=a>".repeat(120), filled("<p>x</p>y")),
        ),
        (
            "words of a language around blocks",
            format!("{}{}", "<span lang=a>".repeat(120), filled("<p>x</p>y")),
        ),
        ("boxes that say a direction", filled("<div dir=rtl>x<div lang=b>y<p>z</div>w</div>")),
        ("deep and deeper", ("<a><b>".repeat(1_000) + &"</a>".repeat(1_000)).repeat(26)),
    ] {
        all.push((name.to_owned(), text));
    }
    for seed in 0..BY_CHANCE {
        let mut chance = Chance::new(seed);
        let parts: Vec<&str> =
            (0..chance.between(2.0, PARTS_MAX) as usize).map(|_| chance.one(PARTS)).collect();
        all.push((format!("{parts:?}"), filled(&parts.concat())));
    }
    let mut costs = Vec::new();
    for (name, text) in &all {
        costs.push((least(text)?, name));
    }
    costs.sort_by(|one, other| other.cmp(one));
    println!(
        "\nAttacks: milliseconds on a processor for {} KiB, the worst of {}",
        HTML_BYTES_MAX / 1024,
        all.len()
    );
    for (cost, name) in costs.iter().take(PRINTED) {
        println!("  {:>8.1}  {name}", cost.as_secs_f64() * 1e3);
    }
    Ok(costs.iter().filter(|(cost, _)| *cost > ATTACK_MAX).count())
}

/// The least time that an entry with this text takes.
fn least(text: &str) -> Result<Duration> {
    let (mut least, policy) = (Duration::MAX, Policy::default());
    for _ in 0..ROUNDS {
        let content = Some(RawHtml(text.to_owned()));
        let draft = Draft { content, ..texts::draft(Kind::English, 0) };
        let mut watch = Watch::default();
        watch.time(|| {
            drop(std::hint::black_box(sanitize::entry(draft, &policy)));
            Ok(())
        })?;
        least = least.min(watch.spent().cpu);
    }
    Ok(least)
}
