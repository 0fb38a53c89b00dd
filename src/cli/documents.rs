//! `pressroll parse` and `pressroll sanitize`: one document through one part of the chain.

use std::{
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
        let asked: Value = serde_json::from_slice(&line)
            .with_context(|| format!("line {number} is not a JSON object of at most {LINE_BYTES_MAX} bytes"))
            .map_err(Failure::usage)?;
        let html = asked.get("html").and_then(Value::as_str);
        let html =
            html.with_context(|| format!("line {number} has no text “html”")).map_err(Failure::usage)?;
        let clean = sanitize::html(html, options.base.as_ref());
        output::print(&json!({ "id": asked.get("id"), "html": clean.as_str() }).to_string())?;
    }
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
