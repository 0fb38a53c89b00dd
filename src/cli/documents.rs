//! `pressroll parse` and `pressroll sanitize`: one document through one part of the chain.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufRead as _, BufReader, Read},
    path::Path,
    process::ExitCode,
};

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{
    arguments::{Parse, Sanitize},
    outcome::{FINDINGS, Failure, Outcome},
    output,
};
use crate::{model::Document, parse, sanitize};

/// Largest document that is read, bytes.
const DOCUMENT_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Longest line of NDJSON, bytes.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Length of an escape of JSON that stands for a unit of UTF-16, bytes.
const UNIT_BYTES: usize = 6;

/// Prints a feed document as one JSON object; a document that is no feed is status 1.
pub fn parse(options: &Parse) -> Outcome {
    let bytes = read(&options.file)?;
    let document = Document {
        bytes: &bytes,
        content_type: options.content_type.as_deref(),
        base: options.base.as_ref(),
    };
    let result = parse::feed(&document);
    output::print(&parse::report(&result).to_string())?;
    Ok(if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(FINDINGS) })
}

/// Prints clean HTML, or a line for each line with `--ndjson`.
pub fn sanitize(options: &Sanitize) -> Outcome {
    if !options.ndjson {
        let bytes = read(&options.file)?;
        let clean = sanitize::html(&String::from_utf8_lossy(&bytes), options.base.as_ref());
        output::print(clean.as_str())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut lines = BufReader::new(open(&options.file)?);
    let mut number = 0;
    loop {
        let mut line = Vec::new();
        let read = (&mut lines).take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        if read.context("the input cannot be read").map_err(Failure::usage)? == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let asked = object(&line).with_context(|| format!("line {number}")).map_err(Failure::usage)?;
        let html = asked.get("html").and_then(Value::as_str);
        let html =
            html.with_context(|| format!("line {number} has no text “html”")).map_err(Failure::usage)?;
        let clean = sanitize::html(html, options.base.as_ref());
        output::print(&json!({ "id": asked.get("id"), "html": clean.as_str() }).to_string())?;
    }
}

/// What a line says. An error names the column; which line it is, the caller knows.
fn object(line: &[u8]) -> anyhow::Result<Value> {
    serde_json::from_slice(&of_whole_characters(line.trim_ascii_end())).map_err(|error| {
        let (said, column) = (error.to_string(), error.column());
        let said = said.strip_suffix(&format!(" at line {} column {column}", error.line())).unwrap_or(&said);
        anyhow::anyhow!("no JSON object of at most {LINE_BYTES_MAX} bytes: {said}, at column {column}")
    })
}

/// A line of JSON in which every half of a character that stands alone is written as U+FFFD. Programs that cut strings between the
/// halves write such escapes, and a line of them is as good as its neighbours.
fn of_whole_characters(line: &[u8]) -> Cow<'_, [u8]> {
    let mut whole = Vec::new();
    let (mut rest, mut copied) = (line, 0);
    while let Some(at) = rest.iter().position(|it| *it == b'\\') {
        let escape = rest.get(at..).unwrap_or_default();
        let place = line.len() - escape.len();
        let passed = match (unit(escape), escape.get(UNIT_BYTES..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * UNIT_BYTES,
            (Some(0xd800..=0xdfff), _) => {
                whole.extend_from_slice(line.get(copied..place).unwrap_or_default());
                whole.extend_from_slice(br"\ufffd");
                copied = place + UNIT_BYTES;
                UNIT_BYTES
            }
            (Some(_), _) => UNIT_BYTES,
            // Whatever stands behind it, a second one is no beginning of an escape.
            (None, _) => 2,
        };
        rest = escape.get(passed..).unwrap_or_default();
    }
    if copied == 0 {
        return Cow::Borrowed(line);
    }
    whole.extend_from_slice(line.get(copied..).unwrap_or_default());
    Cow::Owned(whole)
}

/// The unit of UTF-16 that an escape stands for, if one begins the text.
fn unit(text: &[u8]) -> Option<u32> {
    let digits = text.get(..UNIT_BYTES)?.strip_prefix(br"\u")?;
    let digits = std::str::from_utf8(digits).ok().filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()));
    Ok(Box::new(file.map_err(Failure::usage)?))
}

/// A file, or standard input, as far as it is read.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = open(path)?.take(DOCUMENT_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("{} cannot be read", path.display())).map_err(Failure::usage)?;
    if bytes.len() as u64 > DOCUMENT_BYTES_MAX {
        let error = anyhow::anyhow!(
            "{} has more than {DOCUMENT_BYTES_MAX} bytes, the most that is read",
            path.display()
        );
        return Err(Failure::usage(error));
    }
    Ok(bytes)
}
