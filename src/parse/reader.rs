//! feed-rs, contained: a fresh parser for each document, our own dates, no random ids, and its panics caught.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::DateTime;
use feed_rs::{model::Feed, parser::Builder};

use super::{ParseError, dates};

/// Reads well-formed XML.
pub(super) fn read(text: &str) -> Result<Feed, ParseError> {
    // A parser that has once failed may panic on its next document, so each document has its own.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let parser = Builder::new()
            .sanitize_content(false)
            .id_generator(|_, _, _| String::new())
            .timestamp_parser(|text| {
                dates::parse(text).and_then(|it| DateTime::from_timestamp_millis(it.instant_ms))
            })
            .build();
        parser.parse(text.as_bytes())
    }));
    match outcome {
        Ok(Ok(feed)) => Ok(feed),
        Ok(Err(error)) => Err(ParseError::Unreadable(one_line(&error.to_string()))),
        Err(_) => Err(ParseError::Panicked),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
