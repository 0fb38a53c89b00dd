//! What was found in one place.

use serde_json::{Value, json};

use crate::cli::layout::Row;

/// What a finding means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is as it should be.
    Well,
    /// It works, and the operator should know something.
    Note,
    /// It must be mended.
    Wrong,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Note => "note",
            Self::Wrong => "wrong",
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Self::Well => "✓",
            Self::Note => "!",
            Self::Wrong => "✗",
        }
    }
}

/// One thing that was found.
#[derive(Debug)]
pub struct Finding {
    /// Where: `store`, `clock` and so on.
    pub place: &'static str,
    /// What it means.
    pub verdict: Verdict,
    /// What was found.
    pub sentence: String,
    /// What to do.
    pub remedy: Option<String>,
}

impl Finding {
    /// Something is as it should be.
    pub fn well(place: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(place, Verdict::Well, sentence)
    }

    /// Something works, and the operator should know of it.
    pub fn note(place: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(place, Verdict::Note, sentence)
    }

    /// Something must be mended.
    pub fn wrong(place: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(place, Verdict::Wrong, sentence)
    }

    /// Says what to do.
    pub fn mend(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }

    /// Of any meaning.
    pub fn new(place: &'static str, verdict: Verdict, sentence: impl Into<String>) -> Self {
        Self { place, verdict, sentence: sentence.into(), remedy: None }
    }

    /// For scripts.
    pub fn object(&self) -> Value {
        json!({ "check": self.place, "state": self.verdict.word(), "sentence": self.sentence, "remedy": self.remedy })
    }

    /// For people.
    pub fn into_row(self) -> Row {
        Row {
            cells: vec![self.verdict.sign().to_owned(), self.place.to_owned()],
            tail: self.sentence,
            notes: self.remedy.into_iter().map(|it| ("→", it)).collect(),
        }
    }
}
