//! What is read: real captures of the corpus beside the project, and press feeds that follow from a seed.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use pressroll::model::Document;

use super::{
    steps,
    texts::{self, Kind},
};

/// Small documents have at most so many bytes.
const SMALL_BYTES_MAX: usize = 10 << 10;

/// Large documents have at least so many.
const LARGE_BYTES_MIN: usize = 200 << 10;

/// Well-formed documents of about one size.
#[derive(Debug)]
pub struct Class {
    /// What they are.
    pub name: &'static str,
    /// Their bytes, as they came.
    pub documents: Vec<Vec<u8>>,
}

impl Class {
    /// Of all documents.
    pub fn bytes(&self) -> usize {
        self.documents.iter().map(Vec::len).sum()
    }
}

/// All classes; says what is missing.
#[expect(clippy::print_stdout, reason = "a bench says what it leaves out")]
pub fn classes() -> Result<Vec<Class>> {
    let mut classes = vec![
        made("press, small", 40, |it| press(it, 3 + it % 4, Text::Summary)),
        made("press, middling", 10, |it| press(it, 20, Text::Full)),
        made("press, large", 3, |it| press(it, 500 * (it + 1), Text::Full)),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/feeds");
    if folder.is_dir() {
        classes.extend(real(&folder)?);
    } else {
        println!("Real captures are left out: there is no corpus at {}.", folder.display());
    }
    Ok(classes)
}

fn made(name: &'static str, count: usize, make: impl Fn(usize) -> String) -> Class {
    Class { name, documents: (0..count).map(|it| make(it).into_bytes()).collect() }
}

/// Real captures that are well-formed and that feed-rs alone reads.
fn real(folder: &Path) -> Result<Vec<Class>> {
    let mut classes = [
        ("real, small", 0..=SMALL_BYTES_MAX),
        ("real, middling", SMALL_BYTES_MAX + 1..=LARGE_BYTES_MIN - 1),
        ("real, large", LARGE_BYTES_MIN..=usize::MAX),
    ]
    .map(|(name, sizes)| (Class { name, documents: Vec::new() }, sizes));
    let manifest = fs::read_to_string(folder.join("MANIFEST.tsv")).context("the corpus has no manifest")?;
    for line in manifest.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let (Some(file), Some(&"real")) = (columns.first(), columns.get(6)) else { continue };
        let bytes = fs::read(folder.join("files").join(file)).context("the corpus is not whole")?;
        if !is_well_formed(&bytes) {
            continue;
        }
        let class = classes.iter_mut().find(|(_, sizes)| sizes.contains(&bytes.len()));
        class.context("every size has its class")?.0.documents.push(bytes);
    }
    Ok(classes.into_iter().map(|(class, _)| class).filter(|it| !it.documents.is_empty()).collect())
}

fn is_well_formed(bytes: &[u8]) -> bool {
    let document = Document { bytes, content_type: None, base: None };
    // feed-rs stumbles over other character sets.
    std::str::from_utf8(bytes).is_ok()
        && steps::events(bytes).is_ok()
        && steps::alone(bytes).is_ok_and(|it| !it.entries.is_empty())
        && pressroll::parse::feed(&document).is_ok()
}

/// How much of its releases a feed carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text {
    Summary,
    Full,
}

/// A feed of so many entries, RSS or Atom by its number.
fn press(number: usize, entries: usize, text: Text) -> String {
    let entries = (0..entries).map(|it| Release::new(number * 10_000 + it));
    if number.is_multiple_of(2) {
        let items: String = entries.map(|it| it.rss(text)).collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
             xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n<title>Company {number} press releases</title>\n\
             <link>https://www.company-{number}.example/press</link>\n<description>News of the company</description>\n\
             <language>en-gb</language>\n<lastBuildDate>Sat, 14 Mar 2026 07:00:00 GMT</lastBuildDate>\n<ttl>60</ttl>\n\
             <atom:link href=\"https://www.company-{number}.example/feed.xml\" rel=\"self\" type=\"application/rss+xml\"/>\n\
             {items}</channel>\n</rss>\n"
        )
    } else {
        let entries: String = entries.map(|it| it.atom(text)).collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n\
             <title>Company {number} press releases</title>\n<id>tag:company-{number}.example,2026:press</id>\n\
             <link href=\"https://www.company-{number}.example/press\"/>\n\
             <link rel=\"self\" href=\"https://www.company-{number}.example/feed.xml\"/>\n\
             <updated>2026-03-14T07:00:00Z</updated>\n<author><name>Press Office</name></author>\n{entries}</feed>\n"
        )
    }
}

/// One made-up release, its texts escaped.
struct Release {
    number: usize,
    title: String,
    link: String,
    html: String,
    image: String,
    /// Its day in the month.
    day: usize,
}

impl Release {
    fn new(number: usize) -> Self {
        let kind = [Kind::English, Kind::French, Kind::German][number % 3];
        let draft = texts::draft(kind, number as u64);
        Self {
            number,
            title: draft.title.unwrap_or_default(),
            link: escaped(&draft.link.unwrap_or_default()),
            html: draft.content.map(|it| it.0).unwrap_or_default(),
            image: draft.media.first().map(|it| it.url.clone()).unwrap_or_default(),
            day: 1 + number % 28,
        }
    }

    /// The first paragraph.
    fn summary(&self) -> &str {
        self.html.split_inclusive("</p>").next().unwrap_or_default()
    }

    fn rss(&self, text: Text) -> String {
        let Self { number, title, link, html, image, day } = self;
        let full = match text {
            Text::Full => format!("<content:encoded><![CDATA[{html}]]></content:encoded>\n"),
            Text::Summary => String::new(),
        };
        format!(
            "<item>\n<title>{title}</title>\n<link>{link}</link>\n\
             <guid isPermaLink=\"false\">release-{number}</guid>\n<pubDate>{day:02} Mar 2026 07:30:00 +0100</pubDate>\n\
             <dc:creator>Press Office</dc:creator>\n<category>Corporate News</category>\n<category>Results</category>\n\
             <description>{}</description>\n{full}<media:content url=\"{image}\" medium=\"image\" type=\"image/jpeg\"/>\n\
             </item>\n",
            escaped(self.summary())
        )
    }

    fn atom(&self, text: Text) -> String {
        let Self { number, title, link, html, day, .. } = self;
        let full = match text {
            Text::Full => format!("<content type=\"html\">{}</content>\n", escaped(html)),
            Text::Summary => String::new(),
        };
        format!(
            "<entry>\n<title>{title}</title>\n<id>tag:company.example,2026:{number}</id>\n<link href=\"{link}\"/>\n\
             <published>2026-03-{day:02}T07:30:00+01:00</published>\n<updated>2026-03-{day:02}T08:00:00+01:00</updated>\n\
             <category term=\"Corporate News\"/>\n<summary type=\"html\">{}</summary>\n{full}</entry>\n",
            escaped(self.summary())
        )
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
