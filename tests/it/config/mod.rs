//! feeds.toml: what it gives, what it complains of and where, and what flags and environment do to it.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod company;
mod drawing;
mod files;
mod hostile;
mod overrides;
mod place;
mod references;
mod starter;
mod syntax;
mod taken;
mod values;

use std::{collections::HashMap, sync::Arc};

use pressroll::config::{Complaint, Complaints, Config, Loaded, Overrides, Severity, parse};

/// One source and one brand that takes it, and a contact: a file with nothing to complain of.
pub(crate) const GOOD: &str = r#"version = 1
[site]
contact = "press@example.com"
[[source]]
id = "acme-press"
url = "https://www.acme.example/press/rss.xml"
tags = ["acme"]
[[brand]]
slug = "acme"
title = "Acme"
sources = ["acme-press"]
"#;

/// Overrides with these environment variables and flags.
pub(crate) fn overrides(variables: &[(&str, &str)], flags: &[(&str, &str)]) -> Overrides {
    let variables: HashMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let set = flags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Overrides { set, environment: Arc::new(move |name| variables.get(name).cloned()) }
}

/// The values of a file that has no errors.
pub(crate) fn config(text: &str) -> Config {
    loaded(text).config
}

/// The values and warnings of a file that has no errors.
pub(crate) fn loaded(text: &str) -> Loaded {
    parse("feeds.toml", text, &Overrides::default()).unwrap_or_else(|it| panic!("it should load:\n{it}"))
}

/// The complaints about a file that has errors.
pub(crate) fn refused(text: &str) -> Complaints {
    match parse("feeds.toml", text, &Overrides::default()) {
        Ok(_) => panic!("it should be refused:\n{text}"),
        Err(complaints) => complaints,
    }
}

/// The only error about a file.
pub(crate) fn only_error(text: &str) -> Complaint {
    let complaints = refused(text);
    let errors: Vec<_> = complaints.iter().filter(|it| it.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1, "one error is expected:\n{complaints}");
    errors[0].clone()
}

/// The only warning about a file that loads.
pub(crate) fn only_warning(text: &str) -> Complaint {
    let warnings = loaded(text).warnings;
    assert_eq!(warnings.len(), 1, "one warning is expected:\n{warnings}");
    warnings.iter().next().unwrap().clone()
}

/// The good file with `line` added to the table that begins with `header`; the line it then stands on.
pub(crate) fn with(header: &str, line: &str) -> (String, usize) {
    let at = GOOD.lines().position(|it| it == header).unwrap() + 1;
    let mut lines: Vec<&str> = GOOD.lines().collect();
    lines.insert(at, line);
    (lines.join("\n"), at + 1)
}

/// The good file with one line replaced; the line's number.
pub(crate) fn replaced(old: &str, new: &str) -> (String, usize) {
    assert!(GOOD.contains(old), "{old} is not in the good file");
    let line = GOOD.lines().position(|it| it.contains(old)).unwrap() + 1;
    (GOOD.replace(old, new), line)
}
