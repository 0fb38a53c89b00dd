//! What publishers say about when to come back.

use std::time::Duration;

use super::{FEED, RSS, ask, failure, fresh};
use crate::support::publisher::{Publisher, Script};

/// Header fields, and for how many seconds they say that the answer is fresh.
type Case<'a> = (&'a [(&'a str, &'a str)], Option<u64>);

#[tokio::test]
async fn retry_after_is_read_in_every_form_and_within_its_limit() {
    let publisher = Publisher::start().await;
    // It is noon of 22 November 2026.
    let forms = [
        ("120", Some(120)),
        ("0", Some(0)),
        (" 7 ", Some(7)),
        ("Sun, 22 Nov 2026 12:30:00 GMT", Some(1800)),
        ("Sunday, 22-Nov-26 12:30:00 GMT", Some(1800)),
        ("Sun Nov 22 12:30:00 2026", Some(1800)),
        ("Sun, 22 Nov 2026 11:00:00 GMT", Some(0)),
        ("999999999", Some(86_400)),
        ("99999999999999999999999999", Some(86_400)),
        ("Sat, 31 Dec 9998 23:59:59 GMT", Some(86_400)),
        // A day of the week that is not the date's own, one digit of the day, and no leap day: read or left out.
        ("Mon, 22 Nov 2026 12:30:00 GMT", Some(1800)),
        ("Sunday, 22-Nov-26 11:59:00 GMT", Some(0)),
        ("Tue, 31 Feb 2026 12:30:00 GMT", None),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1.5", None),
    ];
    for (text, seconds) in forms {
        for code in [429, 503] {
            publisher.serve("/feed", Script::status(code).header("Retry-After", text));
            let error = failure(&publisher.url("/feed")).await;
            assert_eq!(error.retry_after(), seconds.map(Duration::from_secs), "{code} {text}");
        }
    }
    publisher.serve("/feed", Script::status(503));
    assert_eq!(failure(&publisher.url("/feed")).await.retry_after(), None);
}

#[tokio::test]
async fn freshness_is_read_as_caches_read_it() {
    let publisher = Publisher::start().await;
    let date = ("Date", "Sun, 22 Nov 2026 12:00:00 GMT");
    let later = ("Expires", "Sun, 22 Nov 2026 13:00:00 GMT");
    let cases: [Case<'_>; 27] = [
        (&[], None),
        (&[("Cache-Control", "max-age=600")], Some(600)),
        (&[("Cache-Control", "public, Max-Age=\"600\", must-revalidate")], Some(600)),
        (&[("Cache-Control", "public"), ("Cache-Control", "max-age=60")], Some(60)),
        (&[("Cache-Control", "max-age=600"), ("Age", "500")], Some(100)),
        (&[("Cache-Control", "max-age=600"), ("Age", "700")], None),
        (&[("Cache-Control", "max-age=0")], None),
        (&[("Cache-Control", "max-age=600, no-cache")], None),
        (&[("Cache-Control", "no-store, max-age=600")], None),
        (&[("Cache-Control", "max-age=soon")], None),
        (&[("Cache-Control", "max-age=99999999999999999999999")], Some(365 * 86_400)),
        (&[("Cache-Control", "max-age=60"), date, later], Some(60)),
        (&[date, later], Some(3600)),
        (&[later], Some(3600)),
        (&[date, ("Expires", "0")], None),
        (&[date, ("Expires", "-1")], None),
        (&[date, ("Expires", "Sun, 22 Nov 2026 11:00:00 GMT")], None),
        (&[date, ("Expires", "Sunday, 22-Nov-26 12:10:00 GMT")], Some(600)),
        (&[date, later, ("Age", "600")], Some(3000)),
        (&[("Cache-Control", "max-age=600"), ("Age", "-1")], Some(600)),
        (&[("Cache-Control", "max-age=600"), ("Age", "99999999999999999999999")], None),
        // Words for shared caches, and words about how stale an answer may be, say nothing about when to ask.
        (&[("Cache-Control", "s-maxage=600")], None),
        (
            &[("Cache-Control", "s-maxage=60, max-age=600, stale-while-revalidate=30, stale-if-error=9")],
            Some(600),
        ),
        (&[("Cache-Control", "private, must-revalidate, proxy-revalidate, max-age=600")], Some(600)),
        (&[("Cache-Control", "max-age=600, immutable")], Some(600)),
        (&[("Cache-Control", "max-age=-600")], None),
        (&[("Cache-Control", ",,max-age = 600 ,=,;")], Some(600)),
    ];
    for (fields, seconds) in cases {
        let script = Script::document(RSS, FEED);
        publisher.serve("/feed", fields.iter().fold(script, |it, (name, value)| it.header(name, value)));
        let reply = fresh(ask(&publisher.url("/feed")).await.unwrap());
        assert_eq!(reply.answer.asks.fresh_for, seconds.map(Duration::from_secs), "{fields:?}");
    }
}
