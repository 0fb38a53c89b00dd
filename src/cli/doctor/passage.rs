//! What becomes of our answers on their way through what stands in front: the header fields that readers, caches and
//! host pages rely on.

use std::time::Duration;

use http::{HeaderName, header};

use super::finding::{Finding, Verdict};
use crate::fetch::Look;

/// What a page is, as far as its header fields go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page for people.
    Page,
    /// A combined feed.
    Feed,
    /// A widget.
    Widget,
}

/// A page that was looked at.
pub struct Page {
    /// What it is.
    pub kind: Kind,
    /// Its path below `public_url`.
    pub path: String,
    /// As readers get it.
    pub front: Look,
    /// As the process gives it, where it could be asked.
    pub own: Option<Look>,
}

/// One way of going wrong.
#[derive(Clone, PartialEq, Eq)]
struct Fault {
    verdict: Verdict,
    what: String,
    remedy: &'static str,
}

/// A field that must come through as it was sent, which kinds have it (all if none is named), and what its loss costs.
struct Carried {
    name: HeaderName,
    only: Option<Kind>,
    cost: &'static str,
}

const CARRIED: [Carried; 6] = [
    Carried {
        name: header::CONTENT_TYPE,
        only: None,
        cost: "browsers and readers may take it for something else",
    },
    Carried { name: header::ETAG, only: None, cost: "every reader loads everything again at every visit" },
    Carried { name: header::CACHE_CONTROL, only: None, cost: "caches keep it too long or not at all" },
    Carried {
        name: header::CONTENT_SECURITY_POLICY,
        only: None,
        cost: "foreign scripts are no longer kept out",
    },
    Carried {
        name: header::X_CONTENT_TYPE_OPTIONS,
        only: None,
        cost: "browsers guess what it is, and may run it",
    },
    Carried {
        name: header::ACCESS_CONTROL_ALLOW_ORIGIN,
        only: Some(Kind::Feed),
        cost: "scripts of brand pages cannot read it",
    },
];
const PASS_ON: &str = "let the web server in front pass pressroll's header fields on as they are";

/// What came through, and what did not: each fault once, with the pages that have it.
pub fn judge(place: &'static str, pages: &[Page], cache_max: Duration) -> Vec<Finding> {
    let mut faults: Vec<(Fault, Vec<&str>)> = Vec::new();
    for page in pages {
        for fault in faults_of(page, cache_max) {
            match faults.iter_mut().find(|(it, _)| *it == fault) {
                Some((_, paths)) => paths.push(&page.path),
                None => faults.push((fault, vec![&page.path])),
            }
        }
    }
    if faults.is_empty() {
        let paths: Vec<&str> = pages.iter().map(|it| it.path.as_str()).collect();
        let sentence = format!("pressroll's answers come through as they are: {}", paths.join(", "));
        return vec![Finding::well(place, sentence)];
    }
    let finding = |(fault, paths): (Fault, Vec<&str>)| {
        let Fault { verdict, what, remedy } = fault;
        Finding::new(place, verdict, format!("{what}: {}", paths.join(", "))).mend(remedy)
    };
    faults.into_iter().map(finding).collect()
}

fn faults_of(page: &Page, cache_max: Duration) -> Vec<Fault> {
    if page.front.status != 200 {
        return vec![of_status(page)];
    }
    let carried = CARRIED.iter().filter(|it| it.only.is_none_or(|it| it == page.kind));
    let lost = carried.filter_map(|it| lost(page, it));
    lost.chain(added(page)).chain(aged(page, cache_max)).collect()
}

fn of_status(page: &Page) -> Fault {
    let status = page.front.status;
    let what = format!("status {status} instead of a page");
    let is_ours = page.own.as_ref().is_none_or(|it| it.status == status);
    let remedy = match status {
        503 if is_ours => "pressroll makes its first editions: wait a moment and look again",
        _ if is_ours => "see what the log of `pressroll serve` says",
        _ => "let the web server in front pass this path on, too",
    };
    Fault { verdict: Verdict::Wrong, what, remedy }
}

/// What `name` says in an answer.
fn said<'a>(seen: &'a Look, name: &HeaderName) -> Option<&'a str> {
    seen.fields.get(name).and_then(|it| it.to_str().ok())
}

/// A field that was taken away or changed on the way.
fn lost(page: &Page, field: &Carried) -> Option<Fault> {
    let Carried { name, cost, .. } = field;
    let front = said(&page.front, name);
    let own = page.own.as_ref().filter(|it| it.status == 200).map(|it| said(it, name));
    let wrong = |what: String| Some(Fault { verdict: Verdict::Wrong, what, remedy: PASS_ON });
    match (front, own) {
        (None, Some(None)) => None,
        (None, _) => wrong(format!("{name} is taken away, so that {cost}")),
        (Some(tag), _) if *name == header::ETAG => tag.starts_with("W/").then(|| Fault {
            verdict: Verdict::Note,
            what: "ETag is weakened, because something compresses the answers again".to_owned(),
            remedy: "switch compression off in front: pressroll's editions are born compressed",
        }),
        (Some(front), Some(Some(own))) if front != own => {
            wrong(format!("{name} is changed to “{front}”, so that {cost}"))
        }
        _ => None,
    }
}

/// Fields that pressroll never sends.
fn added(page: &Page) -> impl Iterator<Item = Fault> {
    let framed = (page.kind == Kind::Widget && page.front.fields.contains_key(header::X_FRAME_OPTIONS)).then(|| Fault {
        verdict: Verdict::Wrong,
        what: "X-Frame-Options is added, so that no brand page can show the widget".to_owned(),
        remedy: "take X-Frame-Options away in front: the widget's own Content-Security-Policy says who may frame it",
    });
    let cookie = page.front.fields.contains_key(header::SET_COOKIE).then(|| Fault {
        verdict: Verdict::Note,
        what: "a cookie is added, and pressroll promises readers that there is none".to_owned(),
        remedy: "take Set-Cookie away in front",
    });
    framed.into_iter().chain(cookie)
}

/// A cache that keeps answers for longer than they allow.
fn aged(page: &Page, cache_max: Duration) -> Option<Fault> {
    let age_s: u64 = said(&page.front, &header::AGE)?.trim().parse().ok()?;
    (age_s > cache_max.as_secs()).then(|| Fault {
        verdict: Verdict::Wrong,
        what: format!("a cache in front hands out what is {age_s} s old, so that a withdrawn story lives on"),
        remedy: "let the cache in front heed Cache-Control",
    })
}
