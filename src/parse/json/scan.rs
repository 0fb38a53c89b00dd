//! Cuts text that should be JSON into its signs, texts and words; never fails.

/// What encloses members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Array,
    Object,
}

/// One piece of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open(Kind),
    Close(Kind),
    Comma,
    Colon,
    /// What stands between quotes, its escapes as written.
    Text(&'a str),
    /// A number, a literal, or anything else without quotes.
    Word(&'a str),
}

/// The rest of a document.
pub(super) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// The next piece; `None` at the end, and for a text or word that the end cuts off: a number may go on.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        self.rest = without_comments(self.rest);
        let first = self.rest.chars().next()?;
        let sign = match first {
            '{' => Token::Open(Kind::Object),
            '[' => Token::Open(Kind::Array),
            '}' => Token::Close(Kind::Object),
            ']' => Token::Close(Kind::Array),
            ',' => Token::Comma,
            ':' => Token::Colon,
            '"' => return self.text(),
            _ => return self.word(first),
        };
        self.rest = self.rest.get(1..)?;
        Some(sign)
    }

    fn text(&mut self) -> Option<Token<'a>> {
        let inner = self.rest.get(1..)?;
        let mut at = 0;
        loop {
            at += memchr::memchr2(b'"', b'\\', inner.as_bytes().get(at..)?)?;
            match inner.as_bytes().get(at)? {
                b'"' => break,
                // Whatever is escaped does not end the text; if it is more than a byte, its others do not either.
                _ => at += 2,
            }
        }
        self.rest = inner.get(at + 1..)?;
        inner.get(..at).map(Token::Text)
    }

    fn word(&mut self, first: char) -> Option<Token<'a>> {
        let ends = |it: char| it.is_whitespace() || matches!(it, '{' | '}' | '[' | ']' | ',' | ':' | '"');
        let length = first.len_utf8();
        let end = length + self.rest.get(length..)?.find(ends)?;
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(Token::Word(word))
    }
}

/// What follows white space and the comments of JavaScript.
pub(super) fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let behind = if let Some(comment) = rest.strip_prefix("//") {
            comment.split_once('\n').map_or("", |(_, behind)| behind)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, behind)| behind)
        } else {
            return rest;
        };
        rest = behind.trim_start();
    }
}
