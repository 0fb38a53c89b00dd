//! The WebSub subscriber, against a hub and publisher on one loopback port, by the cases of the W3C's test plan: found,
//! asked, made sure of, pushed, renewed, left.

mod discovery;
mod hub;
mod pushes;
mod site;
mod subscribing;

use std::collections::HashMap;

use ring::hmac;
use url::form_urlencoded;

use crate::support::{eventually, publisher::Publisher};

/// Where the hub stands on the publisher's own port.
pub const HUB: &str = "/hub";

/// What the hub was asked for.
#[derive(Clone, Debug)]
pub struct Errand(HashMap<String, String>);

impl Errand {
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub fn mode(&self) -> &str {
        self.get("hub.mode")
    }

    /// The end of the callback, which nobody can guess.
    pub fn token(&self) -> &str {
        self.get("hub.callback").rsplit('/').next().unwrap()
    }

    /// The query by which the hub makes sure.
    pub fn query(&self, mode: &str, more: &[(&str, &str)]) -> String {
        let query = [("hub.mode", mode), ("hub.topic", self.get("hub.topic")), ("hub.challenge", "ch41 & ö")];
        form_urlencoded::Serializer::new(String::new()).extend_pairs(query).extend_pairs(more).finish()
    }

    /// The signature of a body.
    pub fn sign(&self, method: &str, body: &str) -> String {
        let algorithm = match method {
            "sha1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            "sha256" => hmac::HMAC_SHA256,
            "sha384" => hmac::HMAC_SHA384,
            "sha512" => hmac::HMAC_SHA512,
            other => panic!("{other}"),
        };
        let tag = hmac::sign(&hmac::Key::new(algorithm, self.get("hub.secret").as_bytes()), body.as_bytes());
        let digits: String = tag.as_ref().iter().map(|it| format!("{it:02x}")).collect();
        format!("{method}={digits}")
    }
}

/// What was asked of the hub at `path` so far.
pub fn errands(publisher: &Publisher, path: &str) -> Vec<Errand> {
    let asked = publisher.requests_for(path).into_iter().map(|request| {
        assert_eq!(request.method, "POST");
        assert_eq!(request.header("content-type").unwrap(), "application/x-www-form-urlencoded");
        Errand(form_urlencoded::parse(&request.body).into_owned().collect())
    });
    asked.collect()
}

/// Waits for the errand of this number, from 1.
pub async fn errand(publisher: &Publisher, number: usize) -> Errand {
    eventually(&format!("the hub to be asked {number} times"), || async {
        errands(publisher, HUB).get(number - 1).cloned()
    })
    .await
}

/// An RSS document of these releases that announces a hub.
pub fn announcing(hub: &str, topic: &str, numbers: &[usize]) -> String {
    let items: String = numbers
        .iter()
        .map(|n| {
            format!(
                "<item><guid>guid-{n}</guid><title>Release number {n}</title><link>https://acme.example/news/{n}</link>\
                 <pubDate>Mon, {:02} Oct 2026 09:00:00 GMT</pubDate><description>About {n}.</description></item>",
                n % 28 + 1
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><title>Acme</title>\
         <link>https://acme.example/</link><atom:link rel=\"hub\" href=\"{hub}\"/>\
         <atom:link rel=\"self\" href=\"{topic}\"/>{items}</channel></rss>"
    )
}
