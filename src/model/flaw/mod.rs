//! What can be wrong with a publisher's document and be mended, with words for people who can put it right.

mod rows;

use rows::{ROWS, Row};

/// A flaw that reading mends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// The document is written in another character set than its XML declaration or its `Content-Type`
    /// header says, or in none that they name.
    WrongCharset,
    /// Some bytes are no UTF-8, although the rest of the document is: most often a text was pasted in
    /// from another character set.
    InvalidUtf8,
    /// A control character, or a reference to one, stands in the text: XML allows none but tab and line break.
    IllegalCharacter,
    /// A blank or an empty line stands before `<?xml`, which must be the very first thing in a document.
    SpaceBeforeDeclaration,
    /// An `&` stands for itself, and XML reads it as the beginning of a reference.
    BareAmpersand,
    /// A `<` stands for itself, and XML reads it as the beginning of a tag.
    BareLessThanSign,
    /// A name of HTML such as `&nbsp;` or `&eacute;` is used, which XML does not know.
    UndeclaredEntity,
    /// A reference names something that neither XML nor HTML knows.
    UnknownEntity,
    /// The document type declares more, or longer, entities than readers take.
    EntityBeyond,
    /// A tag lacks its `>`.
    UnclosedTag,
    /// An element has no end tag where it should end.
    UnclosedElement,
    /// An end tag closes nothing that is open.
    StrayEndTag,
    /// An end tag is spelt with other small and capital letters than its start tag, and XML tells them apart.
    MiscasedEndTag,
    /// An attribute has no value, as in HTML.
    AttributeWithoutValue,
    /// An attribute's value stands without quotes.
    AttributeWithoutQuotes,
    /// An attribute's value has no quote at its end.
    AttributeWithoutClosingQuote,
    /// A tag has the same attribute twice.
    DuplicateAttribute,
    /// A tag has more attributes than readers take.
    AttributeBeyond,
    /// A comment has no `-->`.
    UnclosedComment,
    /// A CDATA section has no `]]>`.
    UnclosedCdata,
    /// The document type has no end.
    UnclosedDocumentType,
    /// A declaration that begins with `<!` is neither comment nor CDATA nor document type.
    UnknownDeclaration,
    /// The document ends in the middle: elements are still open at its end.
    TruncatedDocument,
    /// The last entry was cut off with the document, and could not be shown.
    IncompleteEntry,
    /// Text stands before or behind the feed itself: often a message of the program that writes it.
    TextOutsideRoot,
    /// The element around the whole feed is missing.
    MissingRoot,
    /// The `rss` element does not say its version.
    MissingVersion,
    /// The `rss` element names a version that does not exist.
    UnknownVersion,
    /// A name has a prefix, such as `dc:`, that the document does not declare.
    UndeclaredPrefix,
    /// The feed's own elements stand in a namespace that is none of RSS or Atom.
    UnknownNamespace,
    /// A text holds HTML tags as they are, where its standard wants them escaped.
    UnescapedMarkup,
    /// The `type` of a text is none that Atom knows.
    UnknownTextType,
    /// A content's `type` or `mode` says base64, and it is not.
    NotBase64,
    /// A date is written in no form that readers know.
    UnreadableDate,
    /// An entry's `link` is not a whole address.
    RelativeLink,
    /// An entry has no `id`, so that readers may take each change of it for a new entry.
    EntryWithoutIdentity,
    /// The document breaks the rules of JSON: a comma too many or too few, a name without quotes, an end that is
    /// missing, or something that JSON does not know.
    BrokenJson,
    /// `items` is an object instead of a list.
    LoneEntry,
    /// An entry in `items` is not a JSON object, and was left out.
    NotAnObject,
    /// Elements stand in one another more deeply than readers follow.
    ElementTooDeep,
    /// The feed has more entries than readers take; the last ones were left out.
    EntryBeyond,
    /// An entry has more elements than readers take; the last ones were left out.
    FieldBeyond,
    /// A text is longer than readers take, and was cut.
    TextBeyond,
}

impl Flaw {
    /// All of them, in the order in which a document is read.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|it| it.flaw)
    }

    fn row(self) -> &'static Row {
        let [first, ..] = &ROWS;
        ROWS.iter().find(|it| it.flaw == self).unwrap_or(first)
    }

    /// The flaw of this name.
    pub fn named(name: &str) -> Option<Self> {
        ROWS.iter().find(|it| it.names.first() == Some(&name)).map(|it| it.flaw)
    }

    /// What one of it is called: `bare ampersand`.
    pub fn name(self) -> &'static str {
        let [one, _] = self.row().names;
        one
    }

    /// What several are called: `bare ampersands`.
    pub fn plural(self) -> &'static str {
        let [_, many] = self.row().names;
        many
    }

    /// What is wrong, in a sentence for whoever writes the document.
    pub fn wrong(self) -> &'static str {
        self.row().wrong
    }

    /// What to write instead, in a sentence.
    pub fn instead(self) -> &'static str {
        self.row().instead
    }

    /// The section of the standard that says so, and its address; `None` where only a bound of ours is in the way.
    pub fn section(self) -> Option<[&'static str; 2]> {
        self.row().section
    }
}

#[cfg(test)]
mod tests {
    use super::ROWS;

    #[test]
    fn every_flaw_has_its_own_row_and_a_name_of_its_own() {
        for (at, row) in ROWS.iter().enumerate() {
            assert_eq!(row.flaw as usize, at, "{:?}", row.flaw);
            assert_eq!(super::Flaw::named(row.flaw.name()), Some(row.flaw));
            assert!(!row.names.iter().any(|it| it.contains(", ") || it.contains(" × ") || it.ends_with(')')));
        }
    }
}
