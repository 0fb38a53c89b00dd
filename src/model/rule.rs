//! The syntax of `include` and `exclude` lines: what an operator may write. What a line finds is `select`'s.
//!
//! A line is alternatives' one member: any line of a list may match. Within a line ` + ` (with spaces) is *and*;
//! a term is a whole word or phrase; a final `*` ends a stem; `/re/` is a regular expression.

/// Longest line, in bytes.
pub const RULE_BYTES_MAX: usize = 500;

/// One line of `include` or `exclude`: all of its terms must be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The line as written, for explanations.
    pub line: String,
    /// What must be found, all of them.
    pub terms: Vec<Term>,
}

/// One thing to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word or phrase, whole, folded (case and accents do not matter).
    Words(String),
    /// A stem: words that begin like this.
    Stem(String),
    /// A regular expression, without its slashes.
    Regex(String),
}

/// Why a rule line was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RuleError {
    /// Nothing to look for.
    #[error("an empty rule would match nothing: write a word, or take the line out")]
    Empty,
    /// Longer than [`RULE_BYTES_MAX`].
    #[error("this rule has {0} bytes, the longest may have {RULE_BYTES_MAX}")]
    Long(usize),
    /// `*` alone.
    #[error("“*” needs a beginning before it, as in “batter*”")]
    BareStar,
}

impl Rule {
    /// Reads one line. The pattern of a `/re/` is compiled later, by whoever matches with it.
    pub fn parse(line: &str) -> Result<Self, RuleError> {
        if line.len() > RULE_BYTES_MAX {
            return Err(RuleError::Long(line.len()));
        }
        let trimmed = line.trim();
        let whole_regex = trimmed.len() > 2 && trimmed.starts_with('/') && trimmed.ends_with('/');
        let parts: Vec<&str> = if whole_regex { vec![trimmed] } else { trimmed.split(" + ").collect() };
        let terms = parts.into_iter().map(term).collect::<Result<_, _>>()?;
        Ok(Self { line: line.to_owned(), terms })
    }
}

fn term(part: &str) -> Result<Term, RuleError> {
    let part = part.trim();
    if let Some(pattern) = part.strip_prefix('/').and_then(|it| it.strip_suffix('/'))
        && !pattern.is_empty()
    {
        return Ok(Term::Regex(pattern.to_owned()));
    }
    match part.strip_suffix('*') {
        Some("") => Err(RuleError::BareStar),
        Some(stem) => Ok(Term::Stem(stem.to_owned())),
        // A sign alone stands in no text as a word.
        None if !part.contains(char::is_alphanumeric) => Err(RuleError::Empty),
        None => Ok(Term::Words(part.to_owned())),
    }
}
