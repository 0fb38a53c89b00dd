//! Where sites have their feeds and their pages about the press, though they do not say so.

use url::Url;

/// What is put behind a site's and a page's address: WordPress, Drupal, Jekyll, Hugo, Ghost, Prezly, Mynewsdesk and
/// most others answer at one of them.
const COMMON: [&str; 11] = [
    "feed",
    "rss",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "feed.json",
    "feed/",
    "rss/",
    "feed.rss",
    "atom",
];

/// What is put behind a site's address alone: where companies and the platforms of their press and investor pages
/// have the feed of their releases.
const NEWSROOM: [&str; 14] = [
    "press/rss",
    "press/feed",
    "news/rss",
    "news/feed",
    "news/rss.xml",
    "news.rss",
    "newsroom/rss",
    "newsroom/feed",
    "press-releases/rss",
    "press-releases/feed",
    "presse/feed",
    "rss/news-releases.xml",
    "rss/pressrelease.aspx",
    "blog/feed",
];

/// Pages about the press.
const PAGES: [&str; 10] = [
    "newsroom",
    "press",
    "news",
    "media",
    "press-releases",
    "presse",
    "prensa",
    "stampa",
    "aktuelles",
    "investors/news",
];

/// Where the feed of a page may be, the likeliest first: below the page itself, then below its site.
pub fn common_feeds(page: &Url) -> Vec<Url> {
    let (site, folder) = bases(page);
    let mut found = Vec::new();
    if folder != site {
        join(&folder, &COMMON, &mut found);
    }
    join(&site, &COMMON, &mut found);
    join(&site, &NEWSROOM, &mut found);
    found
}

/// Where the pages about the press of a page's site may be, the likeliest first.
pub fn press_pages(page: &Url) -> Vec<Url> {
    let mut found = Vec::new();
    join(&bases(page).0, &PAGES, &mut found);
    found.retain(|it| it.path().trim_end_matches('/') != page.path().trim_end_matches('/'));
    found
}

/// The site's address and the page's own, both with a slash at the end, so that something can be put behind them.
fn bases(page: &Url) -> (Url, Url) {
    let mut folder = page.clone();
    folder.set_query(None);
    folder.set_fragment(None);
    let mut site = folder.clone();
    site.set_path("/");
    let path = folder.path().trim_end_matches('/');
    // A file such as index.html stands in its folder.
    let is_file = path.rsplit('/').next().is_some_and(|it| it.contains('.'));
    let path = if is_file { path.rsplit_once('/').map_or("", |(folder, _)| folder) } else { path };
    let path = format!("{path}/");
    folder.set_path(&path);
    (site, folder)
}

fn join(base: &Url, paths: &[&str], to: &mut Vec<Url>) {
    for path in paths {
        if let Ok(url) = base.join(path)
            && !to.contains(&url)
        {
            to.push(url);
        }
    }
}
