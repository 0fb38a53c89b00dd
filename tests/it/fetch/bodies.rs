//! Bodies and heads: content codings, limits, and servers that stop half-way or never.

use std::{io::Write as _, time::Duration};

use pressroll::{
    fetch::{FetchError, Fetched, Limits},
    model::PollState,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use url::Url;

use super::{FEED, RSS, ask, failure, fetcher_within, fresh, hasty, local};
use crate::support::publisher::{Publisher, Script, gzip};

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &brotli::enc::BrotliEncoderParams::default())
        .unwrap();
    packed
}

/// A zstd frame (RFC 8878) of one block after another: raw ones hold their bytes, run-length ones a count of zeros.
fn zstd(blocks: &[(u32, Option<&[u8]>)]) -> Vec<u8> {
    // Magic number, no content size, a window of 128 KiB.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    for (at, (size, raw)) in blocks.iter().enumerate() {
        let last = u32::from(at + 1 == blocks.len());
        let kind = u32::from(raw.is_none());
        frame.extend(&(size << 3 | kind << 1 | last).to_le_bytes()[..3]);
        frame.extend(raw.unwrap_or(&[0]));
    }
    frame
}

#[tokio::test]
async fn every_content_coding_we_offer_is_undone() {
    let publisher = Publisher::start().await;
    let size = FEED.len() as u32;
    let coded = [
        ("gzip", gzip(FEED.as_bytes())),
        ("deflate", zlib(FEED.as_bytes())),
        ("br", brotli(FEED.as_bytes())),
        ("zstd", zstd(&[(size, Some(FEED.as_bytes()))])),
        ("identity", FEED.as_bytes().to_vec()),
        ("utf-8", FEED.as_bytes().to_vec()),
    ];
    for (coding, body) in coded {
        publisher.serve("/feed", Script::document(RSS, body).header("Content-Encoding", coding));
        let reply = fresh(ask(&publisher.url("/feed")).await.unwrap());
        assert_eq!(reply.bytes, FEED, "{coding}");
    }
}

#[tokio::test]
async fn a_coding_that_is_stacked_unknown_or_broken_is_refused() {
    let publisher = Publisher::start().await;
    let twice = gzip(&gzip(FEED.as_bytes()));
    let mut broken = gzip(FEED.as_bytes());
    broken[12] ^= 0xff;
    broken[13] ^= 0xff;
    let scripts = [
        ("stacked", Script::document(RSS, twice.clone()).header("Content-Encoding", "gzip, gzip")),
        (
            "two lines",
            Script::document(RSS, twice.clone())
                .header("Content-Encoding", "gzip")
                .header("Content-Encoding", "gzip"),
        ),
        ("hidden", Script::document(RSS, twice).header("Content-Encoding", "gzip")),
        ("unknown", Script::document(RSS, FEED).header("Content-Encoding", "compress")),
        ("not gzip", Script::document(RSS, FEED).header("Content-Encoding", "gzip")),
        ("not zstd", Script::document(RSS, FEED).header("Content-Encoding", "zstd")),
        ("not br", Script::document(RSS, FEED).header("Content-Encoding", "br")),
        ("broken", Script::document(RSS, broken).header("Content-Encoding", "gzip")),
    ];
    for (what, script) in scripts {
        publisher.serve("/feed", script);
        assert_eq!(failure(&publisher.url("/feed")).await.class(), "encoding", "{what}");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_counted_after_decoding() {
    let publisher = Publisher::start().await;
    let limits = Limits { body_bytes_max: 100_000, ..Limits::default() };
    let zeros = vec![0; 100_001];
    let blocks: Vec<(u32, Option<&[u8]>)> = vec![(100_000, None); 64];
    publisher.serve("/gzip", Script::gzip_bomb(50_000_000));
    publisher
        .serve("/br", Script::document(RSS, brotli(&vec![0; 5_000_000])).header("Content-Encoding", "br"));
    publisher.serve("/deflate", Script::document(RSS, zlib(&zeros)).header("Content-Encoding", "deflate"));
    publisher.serve("/zstd", Script::document(RSS, zstd(&blocks)).header("Content-Encoding", "zstd"));
    publisher.serve("/plain", Script::document(RSS, zeros.clone()));
    publisher.serve("/endless", Script::endless(vec![b' '; 5000]));
    let fetcher = fetcher_within(limits);
    for path in ["/gzip", "/br", "/deflate", "/zstd", "/plain", "/endless"] {
        let error = fetcher.fetch(&local(&publisher.url(path)), &PollState::default()).await.unwrap_err();
        assert_eq!(error, FetchError::TooLarge { limit_bytes: 100_000 }, "{path}");
    }
    publisher.serve("/fits", Script::document(RSS, zeros[..100_000].to_vec()).gzipped());
    let reply = fresh(fetcher.fetch(&local(&publisher.url("/fits")), &PollState::default()).await.unwrap());
    assert_eq!(reply.bytes.len(), 100_000);
}

#[tokio::test]
async fn a_slow_drip_ends_at_the_total_time_out() {
    let publisher = Publisher::start().await;
    publisher.serve("/drip", Script::drip(vec![b' '; 1000], Duration::from_millis(20)));
    publisher.serve("/silent", Script::silent());
    let fetcher = fetcher_within(hasty());
    let told = [
        ("/drip", "slow", "127.0.0.1 sends so slowly that its document was not whole within 0.3 s"),
        ("/silent", "timeout", "127.0.0.1 gave no whole answer within 0.3 s"),
    ];
    for (path, class, sentence) in told {
        let error = fetcher.fetch(&local(&publisher.url(path)), &PollState::default()).await.unwrap_err();
        assert_eq!((error.class(), error.to_string().as_str()), (class, sentence), "{path}");
    }
    assert_eq!(publisher.requests().len(), 2, "both were really asked");
}

#[tokio::test]
async fn the_time_out_covers_redirects_too() {
    let publisher = Publisher::start().await;
    publisher.serve("/from", Script::redirect(302, "/drip"));
    publisher.serve("/drip", Script::drip(vec![b' '; 1000], Duration::from_millis(20)));
    let error = fetcher_within(hasty())
        .fetch(&local(&publisher.url("/from")), &PollState::default())
        .await
        .unwrap_err();
    assert_eq!(error.class(), "slow");
    assert_eq!(publisher.requests_for("/drip").len(), 1);
}

#[tokio::test]
async fn a_body_that_ends_early_is_cut_not_a_short_document() {
    let publisher = Publisher::start().await;
    let packed = gzip(FEED.as_bytes());
    publisher.serve("/length", Script::cut(FEED, 20));
    publisher.serve("/packed", Script::cut(packed.clone(), 20).header("Content-Encoding", "gzip"));
    publisher
        .serve("/truncated", Script::document(RSS, packed[..30].to_vec()).header("Content-Encoding", "gzip"));
    let chunked = "HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    publisher.serve("/chunked", Script::raw(chunked));
    publisher.serve("/nothing", Script::raw(""));
    publisher.serve("/half-head", Script::raw("HTTP/1.1 200 Fine\r\nContent-"));
    for path in ["/length", "/packed", "/truncated", "/chunked", "/nothing", "/half-head"] {
        assert_eq!(failure(&publisher.url(path)).await.class(), "cut", "{path}");
    }
}

#[tokio::test]
async fn a_connection_that_is_broken_off_is_told_from_one_that_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Url = format!("http://{}/feed", listener.local_addr().unwrap()).parse().unwrap();
    let breaking = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let head = "HTTP/1.1 200 Fine\r\nContent-Length: 1000\r\n\r\n<rss>";
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.set_zero_linger().unwrap();
    };
    let (error, ()) = tokio::join!(failure(&url), breaking);
    assert_eq!(error.class(), "reset", "{error}");
    assert!(error.to_string().contains("broke the connection off"), "{error}");
}

#[tokio::test]
async fn what_is_not_http_says_so() {
    let publisher = Publisher::start().await;
    for (at, noise) in
        ["220 mail.example ESMTP\r\n\r\n", "\0\x01\x02\x03\r\n\r\n", "HTTP/1.1 twohundred\r\n\r\n"]
            .into_iter()
            .enumerate()
    {
        let path = format!("/{at}");
        publisher.serve(&path, Script::raw(noise));
        assert_eq!(failure(&publisher.url(&path)).await.class(), "not-http", "{noise:?}");
    }
}

#[tokio::test]
async fn chunks_that_are_none_are_not_http_and_endless_fields_behind_them_are_headers() {
    let publisher = Publisher::start().await;
    let chunked =
        |rest: &str| Script::raw(format!("HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n{rest}"));
    let trailers = format!("5\r\nhello\r\n0\r\n{}", format!("X-A: {}\r\n", "a".repeat(1000)).repeat(1000));
    publisher.serve("/trailers", chunked(&trailers));
    publisher.serve("/size", chunked("zz\r\nhello\r\n"));
    publisher.serve("/overflow", chunked(&format!("{}\r\n", "f".repeat(40))));
    publisher.serve("/extension", chunked(&format!("5;a={}\r\n", "a".repeat(100_000))));
    assert_eq!(failure(&publisher.url("/trailers")).await.class(), "headers");
    for path in ["/size", "/overflow", "/extension"] {
        let error = failure(&publisher.url(path)).await;
        assert_eq!(error.class(), "not-http", "{path}: {error}");
    }
}

#[tokio::test]
async fn heads_that_never_come_to_an_end_are_refused_or_end_at_the_time_out() {
    let publisher = Publisher::start().await;
    let early = "HTTP/1.1 103 Early\r\nLink: </style.css>\r\n\r\n".repeat(10_000);
    publisher.serve("/early", Script::raw(format!("{early}HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n\r\n")));
    let outcome = ask(&publisher.url("/early")).await;
    assert!(
        outcome.is_ok_and(|it| matches!(it, Fetched::Fresh(_))),
        "what is only announced counts for nothing"
    );
    publisher.serve("/fields", Script::raw(format!("HTTP/1.1 200 Fine\r\n{}", "X-A: a\r\n".repeat(100_000))));
    publisher.serve("/line", Script::raw(format!("HTTP/1.1 200 Fine\r\nX-A: {}", "a".repeat(2_000_000))));
    for path in ["/fields", "/line"] {
        assert_eq!(failure(&publisher.url(path)).await.class(), "headers", "{path}");
    }
}

#[tokio::test]
async fn heads_beyond_the_limits_are_refused() {
    let publisher = Publisher::start().await;
    let many = |count: usize, size: usize| {
        (0..count).fold(Script::document(RSS, FEED), |it, at| it.header(&format!("X-{at}"), "x".repeat(size)))
    };
    publisher.serve("/one", many(1, 300_000));
    publisher.serve("/together", many(20, 5_000));
    publisher.serve("/many", many(500, 1));
    publisher.serve("/huge", many(1, 2_000_000));
    for path in ["/one", "/together", "/many", "/huge"] {
        assert_eq!(failure(&publisher.url(path)).await.class(), "headers", "{path}");
    }
    publisher.serve("/fine", many(60, 500));
    fresh(ask(&publisher.url("/fine")).await.unwrap());
}

#[tokio::test]
async fn a_port_where_nobody_listens_says_that_it_cannot_be_connected_to() {
    let publisher = Publisher::start().await;
    let url = publisher.url("/feed");
    drop(publisher);
    // The port stays closed once the publisher's task has ended, which needs one turn of the runtime.
    tokio::task::yield_now().await;
    let error = failure(&url).await;
    assert_eq!(error.class(), "connect");
    assert!(error.to_string().starts_with("127.0.0.1 could not be connected to: "), "{error}");
}
