//! Six ways to make the fetcher connect, tried with every form of a private address: none leads to a connection.
//!
//! Each way is also tried with the guard opened, so that what is counted here is known to be countable.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use pressroll::{
    fetch::{FetchError, Fetched, Fetcher},
    model::{PollState, Source},
    parse::discover,
};
use url::Url;

use super::{FEED, RSS, allowing, fetcher, fetcher_where, forms, strict};
use crate::support::{
    Folder,
    publisher::{Publisher, Script},
    run, say, stderr, stdout,
};

/// Networks that let everything through.
const EVERYTHING: [&str; 2] = ["0.0.0.0/0", "::/0"];
/// The address of this machine that stands for the open internet here, and its network.
const OUTSIDE: &str = "127.0.0.3";

/// A listener on every address of this machine, IPv6 included where there is any.
async fn trap() -> Publisher {
    let trap = match tokio::net::TcpListener::bind("[::1]:0").await {
        Ok(_) => Publisher::start_at("[::]:0").await,
        Err(error) => {
            say(&format!("this machine has no IPv6 ({error}): the trap listens on IPv4 alone"));
            Publisher::start_at("0.0.0.0:0").await
        }
    };
    trap.serve("/", Script::raw(format!("HTTP/1.1 200 Fine\r\nConnection: close\r\n\r\n{FEED}")));
    trap
}

/// A fetcher for which every name leads to this machine.
fn credulous() -> Fetcher {
    fetcher_where(|_| Ok(vec![IpAddr::from([127, 0, 0, 1])]))
}

async fn ask(fetcher: &Fetcher, source: &Source) -> Result<Fetched, FetchError> {
    fetcher.fetch(source, &PollState::default()).await
}

/// The source at an address that came from outside, and with the guard open.
fn foreign(url: &str, open: bool) -> Source {
    if open { allowing(url, &EVERYTHING) } else { strict(url) }
}

/// The form as a header field can carry it: without line breaks and control characters.
fn in_a_field(form: &str, port: u16) -> String {
    forms::at(form, port).replace(['\r', '\n', '\u{1}', '\u{1f}'], "")
}

/// Directly: the operator was talked into the address.
async fn directly(trap: &Publisher, form: &str, open: bool) -> Result<Fetched, FetchError> {
    ask(&credulous(), &foreign(&forms::at(form, trap.address().port()), open)).await
}

/// By what a name is said to be.
async fn by_answer(trap: &Publisher, form: &str, open: bool) -> Result<Fetched, FetchError> {
    let address = forms::meaning(form);
    let fetcher = fetcher_where(move |_| Ok(vec![address]));
    ask(&fetcher, &foreign(&format!("http://feeds.example.com:{}/", trap.address().port()), open)).await
}

/// By what a name is said to be the second time, after an answer that could be connected to.
async fn by_change(trap: &Publisher, form: &str, open: bool) -> Result<Fetched, FetchError> {
    let (address, outside) = (forms::meaning(form), OUTSIDE.parse().unwrap());
    let (again, is_again) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let known = again.clone();
    let fetcher = fetcher_where(move |_| {
        is_again.store(known.swap(true, Ordering::SeqCst), Ordering::SeqCst);
        Ok(vec![if is_again.load(Ordering::SeqCst) { address } else { outside }])
    });
    let networks: &[&str] = if open { &EVERYTHING } else { &[OUTSIDE] };
    let source = allowing(&format!("http://feeds.example.com:{}/", trap.address().port()), networks);
    ask(&fetcher, &source).await.unwrap();
    assert!(again.load(Ordering::SeqCst));
    ask(&fetcher, &source).await
}

/// By a page that offers it as its feed.
async fn by_discovery(trap: &Publisher, form: &str, open: bool) -> Result<Fetched, FetchError> {
    let target = forms::at(form, trap.address().port());
    let page = format!(
        "<!doctype html><title>Acme</title><link rel=alternate type=application/rss+xml href='{target}'>"
    );
    let base = Url::parse("https://www.example.com/press/").unwrap();
    let offered = discover::feeds(page.as_bytes(), Some("text/html"), &base);
    // What leads back to the page's own site is no address of the form's.
    let Some(offered) = offered.first().filter(|it| it.host() != base.host()) else {
        return directly(trap, form, open).await;
    };
    ask(&credulous(), &foreign(offered.as_str(), open)).await
}

/// By a feed that names it as its hub, which is asked to call back.
async fn by_callback(trap: &Publisher, form: &str, open: bool) -> Result<Fetched, FetchError> {
    let field = format!("<{}>; rel=\"hub\"", forms::at(form, trap.address().port()));
    let named = field.split(['<', '>']).nth(1).unwrap();
    // No form is relative to a base of another kind.
    let hub = Url::parse("gemini://feeds.example.com/").unwrap().join(named).unwrap();
    ask(&credulous(), &foreign(hub.as_str(), open)).await
}

/// Tries one way with every form: no connection but those that the way takes on the open internet, `usual` for each.
/// Then, opened, one more for each form that leads to this machine.
async fn holds(way: impl AsyncFn(&Publisher, &str, bool) -> Result<Fetched, FetchError>, usual: usize) {
    let trap = trap().await;
    for form in forms::PRIVATE {
        let error = way(&trap, form, false).await.expect_err(form);
        assert_eq!(error.class(), "forbidden", "{form}: {error}");
        assert!(error.to_string().contains("allow_networks = [\""), "{form}: {error}");
    }
    let usual_in_all = usual * forms::PRIVATE.len();
    assert_eq!(trap.connections(), usual_in_all, "not one that leads to a private address");
    let has_v6 = trap.address().is_ipv6();
    let lead_here = |it: &&str| forms::leads_here(it) && (has_v6 || forms::meaning(it).is_ipv4());
    for form in forms::PRIVATE.into_iter().filter(lead_here) {
        let before = trap.connections();
        let outcome = way(&trap, form, true).await;
        assert_eq!(trap.connections(), before + usual + 1, "{form}, let through: {outcome:?}");
    }
    assert!(trap.connections() > usual_in_all + 60);
}

#[tokio::test]
async fn no_form_is_connected_to_directly() {
    holds(directly, 0).await;
}

#[tokio::test]
async fn no_form_is_connected_to_as_the_answer_to_a_name() {
    holds(by_answer, 0).await;
}

#[tokio::test]
async fn no_form_is_connected_to_when_a_name_changes_its_answer() {
    holds(by_change, 1).await;
}

#[tokio::test]
async fn no_form_is_connected_to_as_the_feed_of_a_page() {
    holds(by_discovery, 0).await;
}

#[tokio::test]
async fn no_form_is_connected_to_as_the_hub_of_a_feed() {
    holds(by_callback, 0).await;
}

#[tokio::test]
async fn no_form_is_connected_to_by_a_redirect() {
    let (trap, publisher) = (trap().await, Publisher::start().await);
    let fetcher = credulous();
    let source = allowing(publisher.url("/feed").as_str(), &EVERYTHING);
    let mut given = 0;
    for form in forms::PRIVATE {
        let target = in_a_field(form, trap.address().port());
        if publisher.url("/feed").join(&target).unwrap().origin() == publisher.url("/").origin() {
            continue;
        }
        for code in [301, 302, 303, 307, 308] {
            publisher.serve("/feed", Script::redirect(code, &target));
            let error = ask(&fetcher, &source).await.expect_err(form);
            assert_eq!(error.class(), "forbidden", "{form}: {error}");
            assert!(error.to_string().contains("whatever allow_networks says"), "{form}: {error}");
            given += 1;
        }
    }
    assert_eq!((trap.connections(), publisher.requests().len()), (0, given));
    assert!(given > 5 * 140, "{given}");
    // The same harness follows a redirect that stays at home.
    trap.serve("/hop", Script::redirect(302, "/"));
    let home = allowing(&format!("http://127.0.0.1:{}/hop", trap.address().port()), &EVERYTHING);
    ask(&fetcher, &home).await.unwrap();
    assert_eq!(trap.requests_for("/").len(), 1);
}

#[tokio::test]
async fn a_redirect_may_leave_out_or_bend_as_much_as_it_likes() {
    let (trap, publisher) = (trap().await, Publisher::start().await);
    let source = allowing(publisher.url("/feed").as_str(), &EVERYTHING);
    let bent = [
        "//127.0.0.1:PORT/",
        "\\\\127.0.0.1:PORT/",
        "/\\127.0.0.1:PORT/",
        "///127.0.0.1:PORT/",
        "/\t/127.0.0.1:PORT/",
        "\t //127.0.0.1:PORT/ ",
        "//0x7f.1:PORT",
        "//[::1]:PORT?",
        "//localhost:PORT#",
        "//127.0.0.1@localhost:PORT",
        "//user:pass@127.0.0.1:PORT/",
        "hTTp:\\\\127.0.0.1:PORT/",
    ];
    for form in bent {
        let target = forms::at(form, trap.address().port());
        // The first of two counts, and neither is a way in.
        publisher.serve("/feed", Script::redirect(307, &target).header("Location", "http://127.0.0.1:1/"));
        let error = ask(&credulous(), &source).await.expect_err(form);
        assert!(["forbidden", "bad-redirect"].contains(&error.class()), "{form}: {error}");
    }
    let target = format!("http://127.0.0.1:{}/", trap.address().port());
    for code in [200, 201, 202, 204, 300, 304, 305, 306, 399, 401, 407, 503] {
        let script = Script::status(code)
            .header("Location", &target)
            .header("Content-Location", &target)
            .header("Refresh", format!("0; url={target}"))
            .header("Alt-Svc", format!("h2=\":{}\"", trap.address().port()))
            .header("Link", format!("<{target}>; rel=\"canonical\""));
        publisher.serve("/feed", script);
        let outcome = ask(&credulous(), &source).await;
        assert_eq!(outcome.is_ok(), code == 200, "{code}: {outcome:?}");
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn no_redirect_of_an_open_address_leads_to_a_private_one() {
    let (trap, home) = (trap().await, Publisher::start_at("127.0.0.3:0").await);
    let fetcher = credulous();
    let chain = ["/1", "/2", "/3"];
    for form in forms::PRIVATE {
        let target = in_a_field(form, trap.address().port());
        if home.url("/1").join(&target).unwrap().origin() == home.url("/1").origin() {
            continue;
        }
        home.serve("/1", Script::redirect(302, "2"));
        home.serve("/2", Script::redirect(301, home.url("/3").as_str()));
        home.serve("/3", Script::redirect(308, &target));
        let before = home.requests().len();
        let error = ask(&fetcher, &allowing(home.url("/1").as_str(), &[OUTSIDE])).await.expect_err(form);
        assert_eq!(error.class(), "forbidden", "{form}: {error}");
        assert_eq!(home.requests().len(), before + chain.len(), "{form}: the chain was walked to its end");
    }
    assert_eq!(trap.connections(), 0);
}

#[tokio::test]
async fn what_is_no_address_is_neither_asked_nor_followed() {
    let (trap, publisher) = (trap().await, Publisher::start().await);
    let port = trap.address().port();
    for form in forms::REFUSED {
        let target = forms::at(form, port);
        if let Ok(url) = Url::parse(&target) {
            let source = allowing(url.as_str(), &EVERYTHING);
            let error = ask(&fetcher(), &source).await.expect_err(form);
            assert!(["url", "dns"].contains(&error.class()), "{form}: {error}");
        }
        publisher.serve("/feed", Script::redirect(302, &target));
        let source = allowing(publisher.url("/feed").as_str(), &EVERYTHING);
        let error = ask(&fetcher(), &source).await.expect_err(form);
        let class = error.class();
        assert!(["bad-redirect", "forbidden"].contains(&class), "{form}: {class}: {error}");
    }
    assert_eq!(trap.connections(), 0);
}

/// A feeds.toml with each of these addresses as a source.
fn feeds(addresses: &[String], networks: &str) -> String {
    let mut text = "version = 1\n[site]\ncontact = 'press@example.com'\n[fetch]\ntimeout = '5s'\n".to_owned();
    for (at, address) in addresses.iter().enumerate() {
        text += &format!("[[source]]\nid = 's{at}'\ntags = ['all']\n{networks}\nurl = {address:?}\n");
    }
    text + "[[brand]]\nslug = 'all'\ntitle = 'All'\nsources = ['tag:all']\n"
}

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_connects_to_no_form_that_its_file_names() {
    let trap = trap().await;
    let port = trap.address().port();
    let is_taken = |address: &String| {
        let text = feeds(std::slice::from_ref(address), "");
        pressroll::config::parse("feeds.toml", &text, &pressroll::config::Overrides::default()).is_ok()
    };
    let all = forms::PRIVATE.into_iter().chain(forms::REFUSED);
    let taken: Vec<String> = all.map(|it| forms::at(it, port)).filter(is_taken).collect();
    assert!(taken.len() > 120, "{} forms are taken by the file", taken.len());
    let folder = Folder::new();
    folder.write("feeds.toml", &feeds(&taken, ""));
    let output = tokio::task::block_in_place(|| run(folder.path(), &["fetch", "--json"]));
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert_eq!(stdout(&output).matches("\"failed\":true").count(), taken.len());
    assert_eq!(trap.connections(), 0);
    // The same file with the guard opened finds the trap.
    let here: Vec<String> = taken.into_iter().filter(|it| forms::leads_here(it)).collect();
    folder.write("feeds.toml", &feeds(&here, "allow_networks = ['0.0.0.0/0', '::/0']"));
    tokio::task::block_in_place(|| run(folder.path(), &["fetch"]));
    assert!(trap.connections() > 40, "{} of {}", trap.connections(), here.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_binary_follows_no_redirect_and_nothing_that_a_document_names() {
    let (trap, home) = (trap().await, Publisher::start().await);
    let port = trap.address().port();
    let mut addresses = Vec::new();
    for (at, form) in forms::PRIVATE.into_iter().enumerate().step_by(8) {
        let target = in_a_field(form, port);
        home.serve(&format!("/{at}"), Script::redirect(302, &target));
        addresses.push(home.url(&format!("/{at}")).to_string());
    }
    let document = "<?xml version='1.0'?><!DOCTYPE rss SYSTEM 'http://127.0.0.1:PORT/dtd'>\
        <?xml-stylesheet href='http://127.0.0.1:PORT/style.xsl' type='text/xsl'?>\
        <rss version='2.0'><channel><title>Acme</title><link>http://127.0.0.1:PORT/</link>\
        <atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='hub' href='http://127.0.0.1:PORT/hub'/>\
        <item><title>One</title><link>http://127.0.0.1:PORT/entry</link>\
        <enclosure url='http://127.0.0.1:PORT/image.jpg' type='image/jpeg' length='1'/>\
        <description>&lt;img src='http://127.0.0.1:PORT/picture.png'&gt;</description></item></channel></rss>";
    let link = format!("<http://127.0.0.1:{port}/hub>; rel=\"hub\"");
    home.serve("/good", Script::document(RSS, forms::at(document, port)).header("Link", link));
    addresses.push(home.url("/good").to_string());
    let folder = Folder::new();
    folder.write("feeds.toml", &feeds(&addresses, "allow_networks = ['127.0.0.1/32']"));
    let output = tokio::task::block_in_place(|| run(folder.path(), &["fetch", "--json"]));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(stdout(&output).matches("\"failed\":true").count(), addresses.len() - 1);
    assert_eq!((trap.connections(), home.requests().len()), (0, addresses.len()));
}
