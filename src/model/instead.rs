//! What stands where a feed should be, in words, and what to do about each.

/// Something that is no feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Instead {
    /// A page for people.
    Page,
    /// A page that wants a name and a password first.
    Login,
    /// A page that lets only browsers through.
    Challenge,
    /// What a program says that failed.
    Failure,
    /// JSON that is not JSON Feed.
    Json,
    /// OPML.
    Outline,
    /// A list of pages for search engines.
    Sitemap,
    /// Other XML.
    Xml,
    /// PDF.
    Pdf,
    /// An image, SVG among them.
    Image,
    /// Sound or film.
    Recording,
    /// An archive, or a file that is packed without saying so.
    Packed,
    /// Bytes of no known kind.
    Binary,
    /// Text without any markup.
    Text,
}

/// Name, class in one word, and what to do.
type Row = (Instead, &'static str, &'static str, &'static str);

static ROWS: [Row; Instead::Text as usize + 1] = [
    (
        Instead::Page,
        "a web page",
        "page",
        "Open the address in a browser, and look there for the feed's own one; `pressroll discover` looks for it, too.",
    ),
    (
        Instead::Login,
        "a page that wants a login",
        "login-page",
        "Ask the publisher for an address that is open, or give this source `headers` with what the login wants.",
    ),
    (
        Instead::Challenge,
        "a page that lets only browsers through",
        "challenge-page",
        "Ask the publisher to let feed readers through at this address: its protection against robots keeps them out.",
    ),
    (
        Instead::Failure,
        "a program's error message",
        "error-message",
        "Open the address in a browser: if the message stands there, too, tell the publisher; it is asked again by itself.",
    ),
    (
        Instead::Json,
        "JSON of another kind",
        "other-json",
        "Look for the feed's own address: this is one for programs.",
    ),
    (
        Instead::Outline,
        "a list of feeds (OPML)",
        "opml",
        "Save it, and take its feeds in with `pressroll import FILE.opml`.",
    ),
    (
        Instead::Sitemap,
        "a sitemap for search engines",
        "sitemap",
        "Look for the feed's own address: `pressroll discover` with the site's home page does.",
    ),
    (
        Instead::Xml,
        "an XML document of another kind",
        "other-xml",
        "Look for the feed's own address: `pressroll discover` with the site's home page does.",
    ),
    (Instead::Pdf, "a PDF", "pdf", "Look for the feed's own address: this is a document for people."),
    (Instead::Image, "an image", "image", "Look for the feed's own address: this is a picture."),
    (
        Instead::Recording,
        "a recording",
        "recording",
        "Look for the feed's own address: this is one of the files that a feed lists.",
    ),
    (
        Instead::Packed,
        "a packed file",
        "packed",
        "Look for an address where the feed is not packed, or ask the publisher to say so in `Content-Encoding`.",
    ),
    (
        Instead::Binary,
        "a binary file",
        "binary",
        "Look for the feed's own address: nobody can read this as text.",
    ),
    (
        Instead::Text,
        "a text",
        "text",
        "Open the address in a browser: what stands there says why there is no feed.",
    ),
];

impl Instead {
    fn row(self) -> &'static Row {
        let [first, ..] = &ROWS;
        ROWS.iter().find(|it| it.0 == self).unwrap_or(first)
    }

    /// What it is: `a web page`.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// Its class in one word, as failures are kept with.
    pub fn class(self) -> &'static str {
        self.row().2
    }

    /// What to do about it, in a sentence.
    pub fn advice(self) -> &'static str {
        self.row().3
    }

    /// What has this class.
    pub fn of_class(class: &str) -> Option<Self> {
        ROWS.iter().find(|it| it.2 == class).map(|it| it.0)
    }

    /// Whether it is a page for browsers, which may name feeds.
    pub fn is_page(self) -> bool {
        matches!(self, Self::Page | Self::Login | Self::Challenge)
    }
}

#[cfg(test)]
mod tests {
    use super::{Instead, ROWS};

    #[test]
    fn everything_has_its_own_row_and_a_class_of_its_own() {
        for (at, row) in ROWS.iter().enumerate() {
            assert_eq!(row.0 as usize, at, "{:?}", row.0);
            assert_eq!(Instead::of_class(row.0.class()), Some(row.0));
        }
    }
}
