//! Validators, and what counts as unchanged.

use pressroll::{
    fetch::{Fetched, body_hash},
    model::PollState,
};

use super::{FEED, READER, RSS, ask, failure, fetcher, fresh, local, state_after, unchanged};
use crate::support::publisher::{Publisher, Script};

#[tokio::test]
async fn a_first_round_asks_unconditionally_and_says_who_asks() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Script::document(RSS, FEED).etag("\"v1\""));
    let reply = fresh(ask(&publisher.url("/feed")).await.unwrap());
    assert_eq!(reply.bytes, FEED);
    assert_eq!(reply.content_type.as_deref(), Some(RSS));
    assert_eq!(reply.body_hash, body_hash(FEED.as_bytes()));
    assert_eq!(reply.final_url, publisher.url("/feed"));
    assert_eq!(reply.answer.moved_to, None);
    let asked = &publisher.requests()[0];
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", "/feed"));
    assert_eq!(
        asked.header("user-agent").unwrap(),
        "pressroll/0.1 (+https://example.com/about; 1 subscribers)"
    );
    assert!(asked.header("accept").unwrap().contains("application/rss+xml"));
    for coding in ["gzip", "br", "zstd", "deflate"] {
        assert!(asked.header("accept-encoding").unwrap().contains(coding), "{coding}");
    }
    for absent in ["if-none-match", "if-modified-since", "cookie", "referer", "authorization"] {
        assert_eq!(asked.header(absent), None, "{absent}");
    }
}

#[tokio::test]
async fn a_second_round_gives_both_validators_back_and_is_unchanged() {
    let publisher = Publisher::start().await;
    let date = "Sun, 22 Nov 2026 08:00:00 GMT";
    publisher.serve("/feed", Script::document(RSS, FEED).etag("W/\"v1\"").last_modified(date));
    let first = fresh(ask(&publisher.url("/feed")).await.unwrap());
    let state = state_after(&first);
    let answer = unchanged(fetcher().fetch(&local(&publisher.url("/feed")), &state).await.unwrap());
    let asked = &publisher.requests()[1];
    assert_eq!(asked.header("if-none-match").as_deref(), Some("W/\"v1\""));
    assert_eq!(asked.header("if-modified-since").as_deref(), Some(date));
    assert_eq!(answer.validators, first.answer.validators);
}

#[tokio::test]
async fn validators_come_back_byte_for_byte_even_when_they_are_nonsense() {
    let odd: [&[u8]; 5] = [b"no-quotes", b"\"caf\xe9\"", "\"café\"".as_bytes(), b"\"a\tb\"", b"W/\"\""];
    for tag in odd {
        let publisher = Publisher::start().await;
        let script =
            Script::document(RSS, FEED).header("ETag", tag).header("Last-Modified", "yesterday, or so");
        publisher.serve("/feed", script);
        let state = state_after(&fresh(ask(&publisher.url("/feed")).await.unwrap()));
        fetcher().fetch(&local(&publisher.url("/feed")), &state).await.unwrap();
        let asked = &publisher.requests()[1];
        assert_eq!(asked.header_bytes("if-none-match"), Some(tag));
        assert_eq!(asked.header_bytes("if-modified-since"), Some(b"yesterday, or so".as_slice()));
    }
}

#[tokio::test]
async fn a_304_that_repeats_no_validators_keeps_the_known_ones_and_one_that_does_replaces_them() {
    let publisher = Publisher::start().await;
    let state = PollState { etag: Some("\"v1\"".into()), reader_version: READER, ..PollState::default() };
    publisher.serve("/bare", Script::raw("HTTP/1.1 304 Same\r\n\r\n"));
    publisher.serve(
        "/new",
        Script::raw("HTTP/1.1 304 Same\r\nETag: \"v2\"\r\nCache-Control: max-age=600\r\n\r\n"),
    );
    let bare = unchanged(fetcher().fetch(&local(&publisher.url("/bare")), &state).await.unwrap());
    assert_eq!(bare.validators.etag.as_deref(), Some("\"v1\""));
    let new = unchanged(fetcher().fetch(&local(&publisher.url("/new")), &state).await.unwrap());
    assert_eq!(new.validators.etag.as_deref(), Some("\"v2\""));
    assert_eq!(new.asks.fresh_for.unwrap().as_secs(), 600);
}

#[tokio::test]
async fn a_304_with_a_body_is_unchanged_and_harms_no_later_request() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Script::raw("HTTP/1.1 304 Same\r\nContent-Length: 5\r\n\r\nhello"));
    publisher.serve("/good", Script::document(RSS, FEED));
    let state = PollState { etag: Some("\"v1\"".into()), reader_version: READER, ..PollState::default() };
    let fetcher = fetcher();
    unchanged(fetcher.fetch(&local(&publisher.url("/feed")), &state).await.unwrap());
    fresh(fetcher.fetch(&local(&publisher.url("/good")), &PollState::default()).await.unwrap());
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_an_error() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Script::raw("HTTP/1.1 304 Same\r\n\r\n"));
    let error = failure(&publisher.url("/feed")).await;
    assert_eq!(error.class(), "status");
    assert!(error.to_string().contains("not asked that"), "{error}");
}

#[tokio::test]
async fn a_state_of_another_reader_version_asks_for_the_whole_document_once_more() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Script::document(RSS, FEED).etag("\"v1\""));
    let source = local(&publisher.url("/feed"));
    let state = state_after(&fresh(fetcher().fetch(&source, &PollState::default()).await.unwrap()));
    let older = PollState { reader_version: READER - 1, ..state.clone() };
    fresh(fetcher().fetch(&source, &older).await.unwrap());
    assert_eq!(publisher.requests()[1].header("if-none-match"), None);
    unchanged(fetcher().fetch(&source, &state).await.unwrap());
}

#[tokio::test]
async fn the_same_bytes_are_unchanged_though_their_etag_flaps() {
    let publisher = Publisher::start().await;
    let turns = ["\"a\"", "\"b\""].map(|tag| Script::document(RSS, FEED).etag(tag));
    publisher.serve("/feed", Script::in_turn(turns));
    let source = local(&publisher.url("/feed"));
    let state = state_after(&fresh(fetcher().fetch(&source, &PollState::default()).await.unwrap()));
    let answer = unchanged(fetcher().fetch(&source, &state).await.unwrap());
    assert_eq!(answer.validators.etag.as_deref(), Some("\"b\""), "the newest one is kept");
    publisher.serve("/feed", Script::document(RSS, format!("{FEED}<!-- more -->")).etag("\"c\""));
    fresh(fetcher().fetch(&source, &state).await.unwrap());
}

#[tokio::test]
async fn a_validator_too_long_to_give_back_is_not_kept() {
    let publisher = Publisher::start().await;
    publisher.serve("/feed", Script::document(RSS, FEED).etag(&format!("\"{}\"", "x".repeat(3000))));
    let reply = fresh(ask(&publisher.url("/feed")).await.unwrap());
    assert!(reply.answer.validators.is_empty());
}

#[tokio::test]
async fn a_410_is_gone_and_other_failures_name_their_status() {
    let publisher = Publisher::start().await;
    publisher.serve("/gone", Script::status(410));
    assert!(matches!(ask(&publisher.url("/gone")).await.unwrap(), Fetched::Gone));
    for code in [204, 206, 300, 400, 401, 403, 404, 418, 429, 500, 503] {
        publisher.serve("/feed", Script::status(code));
        let error = failure(&publisher.url("/feed")).await;
        let rare = [204, 206, 300, 400, 418].contains(&code);
        assert_eq!(error.class(), if rare { "status".to_owned() } else { format!("status-{code}") });
        assert!(error.to_string().ends_with(&format!("(status {code})")), "{error}");
    }
}
