//! The shapes in which publishers state what their entries are.

use jiff::Timestamp;

/// What one release is, whatever its publisher says of it: its number and a word that only it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    pub n: usize,
    pub guid: String,
    pub link: String,
    pub title: String,
    pub text: String,
    /// As RFC 3339; empty for none.
    pub date: String,
}

/// One word of each release's text that no publisher ever changes.
pub const WORDS: [&str; 16] = [
    "anvil", "birch", "cobalt", "dynamo", "ember", "fjord", "girder", "harbour", "indigo", "jetty", "kiln",
    "lantern", "magnet", "nozzle", "orchard", "piston",
];
const TITLES: [&str; 16] = [
    "Acme opens a plant in Rotterdam",
    "Record order for tidal turbines",
    "Board proposes dividend of 1.20 euros",
    "Chief engineer joins the advisory council",
    "Quarterly report: margins hold in spite of prices",
    "New battery passes the fire test",
    "Partnership with Isarwerk extended to 2031",
    "Half of the fleet runs on hydrogen",
    "Research prize for the wind tunnel team",
    "Annual general meeting held in Lyon",
    "Recall of early chargers completed",
    "Works council and management agree on shifts",
    "First delivery to the Norwegian navy",
    "Share buy-back begins on Monday",
    "Apprentices win at the European finals",
    "Safety record: one thousand days",
];

/// The releases of these numbers, newest first, dated a day apart.
pub fn releases(range: std::ops::Range<usize>) -> Vec<Release> {
    range.rev().map(release).collect()
}

fn release(n: usize) -> Release {
    let slug: String = TITLES[n]
        .to_lowercase()
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
        .collect();
    Release {
        n,
        guid: format!("acme-press-{}", 4_700 + n * 13),
        link: format!("https://acme.example/news/{}-{slug}", 100 + n),
        title: TITLES[n].to_owned(),
        text: format!("{} Keyword: {}. More about it on our pages.", opening(n), WORDS[n]),
        date: format!("2026-10-{:02}T0{}:15:00Z", n + 2, n % 9),
    }
}

fn opening(n: usize) -> String {
    let words: Vec<&str> = TITLES[n].split(' ').rev().collect();
    format!("In short, {}.", words.join(" ").to_lowercase())
}

/// A shape: what a publisher states of its releases, and in which format.
#[derive(Clone, Copy)]
pub struct Shape {
    pub name: &'static str,
    /// What is left of a release, by its place in the document.
    pub states: fn(&mut Release, usize),
    pub write: fn(&[Release]) -> (&'static str, String),
}

pub const SHAPES: &[Shape] = &[
    Shape { name: "RSS, opaque guids", states: |_, _| (), write: rss },
    Shape { name: "RSS, guid is the permalink", states: |it, _| it.guid = it.link.clone(), write: rss },
    Shape {
        name: "RSS, guid is a number of the system's",
        states: |it, _| it.guid = it.guid.replace("acme-press-", "https://acme.example/?p="),
        write: rss,
    },
    Shape { name: "RSS, small numbers", states: |it, _| it.guid = format!("{}", it.n + 1), write: rss },
    Shape {
        name: "RSS, places in the list",
        states: |it, at| it.guid = format!("item-{}", at + 1),
        write: rss,
    },
    Shape { name: "RSS, guid is the title", states: |it, _| it.guid = it.title.clone(), write: rss },
    Shape { name: "RSS, one guid for all", states: |it, _| it.guid = "press".into(), write: rss },
    Shape { name: "RSS, empty guids", states: |it, _| it.guid = " ".into(), write: rss },
    Shape { name: "RSS, no guids", states: |it, _| it.guid.clear(), write: rss },
    Shape { name: "RSS, no links", states: |it, _| it.link.clear(), write: rss },
    Shape {
        name: "RSS, one link for all",
        states: |it, _| it.link = "https://acme.example/".into(),
        write: rss,
    },
    Shape {
        name: "RSS, one link for all and no guids",
        states: |it, _| (it.guid, it.link) = (String::new(), "https://acme.example/press".into()),
        write: rss,
    },
    Shape {
        name: "RSS, one link and one guid for all",
        states: |it, _| (it.guid, it.link) = ("x".into(), "https://acme.example/press".into()),
        write: rss,
    },
    Shape {
        name: "RSS, neither guids nor links",
        states: |it, _| (it.guid, it.link) = (String::new(), String::new()),
        write: rss,
    },
    Shape {
        name: "RSS, texts alone",
        states: |it, _| (it.guid, it.link, it.title) = (String::new(), String::new(), String::new()),
        write: rss,
    },
    Shape { name: "RSS, no titles", states: |it, _| it.title.clear(), write: rss },
    Shape { name: "RSS 1.0", states: |it, _| it.guid = it.link.clone(), write: rdf },
    Shape {
        name: "Atom, tag ids",
        states: |it, _| it.guid = format!("tag:acme.example,2026:{}", it.guid),
        write: atom,
    },
    Shape {
        name: "Atom, uuid ids",
        states: |it, _| it.guid = format!("urn:uuid:{}", uuid(&it.guid)),
        write: atom,
    },
    Shape { name: "Atom, ids are the links", states: |it, _| it.guid = it.link.clone(), write: atom },
    Shape { name: "JSON Feed", states: |_, _| (), write: json },
    Shape {
        name: "JSON Feed, numbers",
        states: |it, _| it.guid = it.guid.replace("acme-press-", ""),
        write: json,
    },
];

/// A uuid by its form, the same for the same text.
pub fn uuid(text: &str) -> String {
    let hash = pressroll::model::Hash128::of(text.as_bytes()).hex();
    format!("{}-{}-4{}-a{}-{}", &hash[..8], &hash[8..12], &hash[13..16], &hash[17..20], &hash[20..32])
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn element(name: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<{name}>{}</{name}>", escaped(text)) }
}

fn rss(releases: &[Release]) -> (&'static str, String) {
    let item = |it: &Release| {
        let date =
            it.date.parse::<Timestamp>().map(|it| it.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
        let parts = [
            element("guid", &it.guid),
            element("title", &it.title),
            element("link", &it.link),
            element("pubDate", &date.unwrap_or_default()),
            element("description", &format!("<p>{}</p>", it.text)),
        ];
        format!("<item>{}</item>", parts.concat())
    };
    let items: String = releases.iter().map(item).collect();
    let head = "<title>Acme</title><link>https://acme.example/</link>";
    ("application/rss+xml", format!("<rss version=\"2.0\"><channel>{head}{items}</channel></rss>"))
}

fn rdf(releases: &[Release]) -> (&'static str, String) {
    let item = |it: &Release| {
        let parts = [
            element("title", &it.title),
            element("link", &it.link),
            element("dc:date", &it.date),
            element("description", &it.text),
        ];
        let about = escaped(&it.guid);
        let about = if about.is_empty() { String::new() } else { format!(" rdf:about=\"{about}\"") };
        format!("<item{about}>{}</item>", parts.concat())
    };
    let items: String = releases.iter().map(item).collect();
    let text = format!(
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel rdf:about=\"https://acme.example/\">\
         <title>Acme</title><link>https://acme.example/</link></channel>{items}</rdf:RDF>"
    );
    ("application/rdf+xml", text)
}

fn atom(releases: &[Release]) -> (&'static str, String) {
    let item = |it: &Release| {
        let link = escaped(&it.link);
        let link = if link.is_empty() { link } else { format!("<link href=\"{link}\"/>") };
        let parts = [
            element("id", &it.guid),
            element("title", &it.title),
            link,
            element("updated", &it.date),
            element("summary", &it.text),
        ];
        format!("<entry>{}</entry>", parts.concat())
    };
    let entries: String = releases.iter().map(item).collect();
    let head =
        "<id>tag:acme.example,2026:feed</id><title>Acme</title><updated>2026-11-01T00:00:00Z</updated>";
    let text = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{head}{entries}</feed>");
    ("application/atom+xml", text)
}

fn json(releases: &[Release]) -> (&'static str, String) {
    let item = |it: &Release| {
        let id =
            it.guid.parse::<i64>().map_or_else(|_| serde_json::json!(it.guid), |it| serde_json::json!(it));
        let mut item = serde_json::json!({ "content_text": it.text });
        let fields = [("url", &it.link), ("title", &it.title), ("date_published", &it.date)];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            item[name] = serde_json::json!(value);
        }
        if !it.guid.is_empty() {
            item["id"] = id;
        }
        item
    };
    let items: Vec<_> = releases.iter().map(item).collect();
    let feed =
        serde_json::json!({ "version": "https://jsonfeed.org/version/1.1", "title": "Acme", "items": items });
    ("application/feed+json", feed.to_string())
}
