//! https.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
};

use pressroll::model::PollState;
use url::Url;

use super::{FEED, RSS, fetcher, local};
use crate::support::publisher::{Publisher, Script};

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_a_tls_error() {
    let publisher = Publisher::start().await;
    publisher.serve("/", Script::document(RSS, FEED));
    let mut url = publisher.url("/");
    url.set_scheme("https").unwrap();
    // A publisher would wait for the end of a head that never comes: this one answers anything at once.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let read = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(b"HTTP/1.1 400 Speak TLS\r\n\r\n").unwrap();
        read
    });
    let url = Url::parse(&format!("https://127.0.0.1:{port}/")).unwrap();
    let error = fetcher().fetch(&local(&url), &PollState::default()).await.unwrap_err();
    assert_eq!(error.class(), "tls", "{error}");
    assert!(error.to_string().starts_with("a secure connection to 127.0.0.1 could not be made: "), "{error}");
    drop(server);
}
