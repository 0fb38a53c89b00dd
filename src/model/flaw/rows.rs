//! The table of flaws: what each is called, what is wrong, what to write instead, and where a standard says so.

use super::Flaw;

/// What is said of a flaw.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) flaw: Flaw,
    /// Its name for one, and for several.
    pub(super) names: [&'static str; 2],
    /// What is wrong, for whoever writes the document.
    pub(super) wrong: &'static str,
    /// What to write instead.
    pub(super) instead: &'static str,
    /// The standard's section and where to read it; none where only our own bounds are in the way.
    pub(super) section: Option<[&'static str; 2]>,
}

/// A row for each flaw, in the order of the flaws.
pub(super) static ROWS: [Row; Flaw::TextBeyond as usize + 1] = [
    Row {
        flaw: Flaw::WrongCharset,
        names: ["wrong character set", "wrong character sets"],
        wrong: "The document is written in another character set than its XML declaration or its `Content-Type` header \
            says, or in none that they name.",
        instead: "Write it in UTF-8, and let both say so: `<?xml version=\"1.0\" encoding=\"UTF-8\"?>`.",
        section: Some(["XML 1.0, section 4.3.3", "https://www.w3.org/TR/xml/#charencoding"]),
    },
    Row {
        flaw: Flaw::InvalidUtf8,
        names: ["invalid UTF-8", "bytes that are no UTF-8"],
        wrong: "Some bytes are no UTF-8, although the rest of the document is: most often a text was pasted in from \
            another character set.",
        instead: "Convert every text to UTF-8 before it goes into the feed.",
        section: Some(["XML 1.0, section 4.3.3", "https://www.w3.org/TR/xml/#charencoding"]),
    },
    Row {
        flaw: Flaw::IllegalCharacter,
        names: ["illegal character", "illegal characters"],
        wrong: "A control character, or a reference to one, stands in the text: XML allows none but tab and line \
            break.",
        instead: "Leave these characters out; no reference can stand for them either.",
        section: Some(["XML 1.0, section 2.2", "https://www.w3.org/TR/xml/#charsets"]),
    },
    Row {
        flaw: Flaw::SpaceBeforeDeclaration,
        names: ["white space before the XML declaration", "white spaces before the XML declaration"],
        wrong: "A blank or an empty line stands before `<?xml`, which must be the very first thing in a document.",
        instead: "Remove it; it often comes from an empty line outside the code of a template or a plug-in.",
        section: Some(["XML 1.0, section 2.8", "https://www.w3.org/TR/xml/#sec-prolog-dtd"]),
    },
    Row {
        flaw: Flaw::BareAmpersand,
        names: ["bare ampersand", "bare ampersands"],
        wrong: "An `&` stands for itself, and XML reads it as the beginning of a reference.",
        instead: "Write `&amp;` for it, also in addresses.",
        section: Some(["XML 1.0, section 2.4", "https://www.w3.org/TR/xml/#syntax"]),
    },
    Row {
        flaw: Flaw::BareLessThanSign,
        names: ["bare less-than sign", "bare less-than signs"],
        wrong: "A `<` stands for itself, and XML reads it as the beginning of a tag.",
        instead: "Write `&lt;` for it, or put the text into CDATA.",
        section: Some(["XML 1.0, section 2.4", "https://www.w3.org/TR/xml/#syntax"]),
    },
    Row {
        flaw: Flaw::UndeclaredEntity,
        names: ["undeclared entity", "undeclared entities"],
        wrong: "A name of HTML such as `&nbsp;` or `&eacute;` is used, which XML does not know.",
        instead: "Write the character itself, or its number: `&#160;` for `&nbsp;`.",
        section: Some(["XML 1.0, section 4.1", "https://www.w3.org/TR/xml/#sec-references"]),
    },
    Row {
        flaw: Flaw::UnknownEntity,
        names: ["unknown entity", "unknown entities"],
        wrong: "A reference names something that neither XML nor HTML knows.",
        instead: "Write the character itself, or `&amp;` where only an ampersand is meant.",
        section: Some(["XML 1.0, section 4.1", "https://www.w3.org/TR/xml/#sec-references"]),
    },
    Row {
        flaw: Flaw::EntityBeyond,
        names: ["entity beyond the limit", "entities beyond the limit"],
        wrong: "The document type declares more, or longer, entities than readers take.",
        instead: "Write the texts themselves where they are needed.",
        section: None,
    },
    Row {
        flaw: Flaw::UnclosedTag,
        names: ["unclosed tag", "unclosed tags"],
        wrong: "A tag lacks its `>`.",
        instead: "Write `>` at the end of every tag.",
        section: Some(["XML 1.0, section 3.1", "https://www.w3.org/TR/xml/#sec-starttags"]),
    },
    Row {
        flaw: Flaw::UnclosedElement,
        names: ["unclosed element", "unclosed elements"],
        wrong: "An element has no end tag where it should end.",
        instead: "Close every element, the inner ones first; put HTML into CDATA, or escape it.",
        section: Some(["XML 1.0, section 3", "https://www.w3.org/TR/xml/#sec-logical-struct"]),
    },
    Row {
        flaw: Flaw::StrayEndTag,
        names: ["stray end tag", "stray end tags"],
        wrong: "An end tag closes nothing that is open.",
        instead: "Remove it, or write the start tag that it belongs to.",
        section: Some(["XML 1.0, section 3", "https://www.w3.org/TR/xml/#sec-logical-struct"]),
    },
    Row {
        flaw: Flaw::MiscasedEndTag,
        names: ["end tag in other letters", "end tags in other letters"],
        wrong: "An end tag is spelt with other small and capital letters than its start tag, and XML tells them apart.",
        instead: "Spell both tags alike.",
        section: Some(["XML 1.0, section 3", "https://www.w3.org/TR/xml/#sec-logical-struct"]),
    },
    Row {
        flaw: Flaw::AttributeWithoutValue,
        names: ["attribute without value", "attributes without value"],
        wrong: "An attribute has no value, as in HTML.",
        instead: "Write `name=\"value\"`.",
        section: Some(["XML 1.0, section 3.1", "https://www.w3.org/TR/xml/#sec-starttags"]),
    },
    Row {
        flaw: Flaw::AttributeWithoutQuotes,
        names: ["attribute without quotes", "attributes without quotes"],
        wrong: "An attribute's value stands without quotes.",
        instead: "Write `name=\"value\"`.",
        section: Some(["XML 1.0, section 3.1", "https://www.w3.org/TR/xml/#sec-starttags"]),
    },
    Row {
        flaw: Flaw::AttributeWithoutClosingQuote,
        names: ["attribute without closing quote", "attributes without closing quote"],
        wrong: "An attribute's value has no quote at its end.",
        instead: "Write `name=\"value\"`.",
        section: Some(["XML 1.0, section 3.1", "https://www.w3.org/TR/xml/#sec-starttags"]),
    },
    Row {
        flaw: Flaw::DuplicateAttribute,
        names: ["duplicate attribute", "duplicate attributes"],
        wrong: "A tag has the same attribute twice.",
        instead: "Keep one of them, and remove the other.",
        section: Some(["XML 1.0, section 3.1", "https://www.w3.org/TR/xml/#sec-starttags"]),
    },
    Row {
        flaw: Flaw::AttributeBeyond,
        names: ["attribute beyond the limit", "attributes beyond the limit"],
        wrong: "A tag has more attributes than readers take.",
        instead: "Give it fewer of them.",
        section: None,
    },
    Row {
        flaw: Flaw::UnclosedComment,
        names: ["unclosed comment", "unclosed comments"],
        wrong: "A comment has no `-->`.",
        instead: "Close it, or remove it.",
        section: Some(["XML 1.0, section 2.5", "https://www.w3.org/TR/xml/#sec-comments"]),
    },
    Row {
        flaw: Flaw::UnclosedCdata,
        names: ["unclosed CDATA section", "unclosed CDATA sections"],
        wrong: "A CDATA section has no `]]>`.",
        instead: "Close it; where its text is cut to a length, cut before it is put in.",
        section: Some(["XML 1.0, section 2.7", "https://www.w3.org/TR/xml/#sec-cdata-sect"]),
    },
    Row {
        flaw: Flaw::UnclosedDocumentType,
        names: ["unclosed document type", "unclosed document types"],
        wrong: "The document type has no end.",
        instead: "Remove it: a feed needs none.",
        section: Some(["XML 1.0, section 2.8", "https://www.w3.org/TR/xml/#sec-prolog-dtd"]),
    },
    Row {
        flaw: Flaw::UnknownDeclaration,
        names: ["unknown declaration", "unknown declarations"],
        wrong: "A declaration that begins with `<!` is neither comment nor CDATA nor document type.",
        instead: "Remove it, or write `&lt;` where a text is meant.",
        section: Some(["XML 1.0, section 2.8", "https://www.w3.org/TR/xml/#sec-prolog-dtd"]),
    },
    Row {
        flaw: Flaw::TruncatedDocument,
        names: ["truncated document", "truncated documents"],
        wrong: "The document ends in the middle: elements are still open at its end.",
        instead: "Look for an error or a time-out in the program that writes the feed, and for a wrong `Content-Length`.",
        section: Some(["XML 1.0, section 2.1", "https://www.w3.org/TR/xml/#sec-well-formed"]),
    },
    Row {
        flaw: Flaw::IncompleteEntry,
        names: ["incomplete entry", "incomplete entries"],
        wrong: "The last entry was cut off with the document, and could not be shown.",
        instead: "Send the document whole.",
        section: Some(["XML 1.0, section 2.1", "https://www.w3.org/TR/xml/#sec-well-formed"]),
    },
    Row {
        flaw: Flaw::TextOutsideRoot,
        names: ["text outside the root element", "texts outside the root element"],
        wrong: "Text stands before or behind the feed itself: often a message of the program that writes it.",
        instead: "Send nothing but the feed, and keep messages in a log.",
        section: Some(["XML 1.0, section 2.1", "https://www.w3.org/TR/xml/#sec-well-formed"]),
    },
    Row {
        flaw: Flaw::MissingRoot,
        names: ["missing root element", "missing root elements"],
        wrong: "The element around the whole feed is missing.",
        instead: "Put `<rss version=\"2.0\">…</rss>` around the channel.",
        section: Some(["RSS 2.0, what RSS is", "https://www.rssboard.org/rss-specification"]),
    },
    Row {
        flaw: Flaw::MissingVersion,
        names: ["missing version", "missing versions"],
        wrong: "The `rss` element does not say its version.",
        instead: "Write `<rss version=\"2.0\">`.",
        section: Some(["RSS 2.0, what RSS is", "https://www.rssboard.org/rss-specification"]),
    },
    Row {
        flaw: Flaw::UnknownVersion,
        names: ["unknown version", "unknown versions"],
        wrong: "The `rss` element names a version that does not exist.",
        instead: "Write `<rss version=\"2.0\">`.",
        section: Some(["RSS 2.0, what RSS is", "https://www.rssboard.org/rss-specification"]),
    },
    Row {
        flaw: Flaw::UndeclaredPrefix,
        names: ["undeclared prefix", "undeclared prefixes"],
        wrong: "A name has a prefix, such as `dc:`, that the document does not declare.",
        instead: "Declare it in the first element, for example `xmlns:dc=\"http://purl.org/dc/elements/1.1/\"`.",
        section: Some(["Namespaces in XML 1.0, section 5", "https://www.w3.org/TR/xml-names/#ns-using"]),
    },
    Row {
        flaw: Flaw::UnknownNamespace,
        names: ["unknown namespace", "unknown namespaces"],
        wrong: "The feed's own elements stand in a namespace that is none of RSS or Atom.",
        instead: "For RSS 2.0 take the namespace away, for Atom write `xmlns=\"http://www.w3.org/2005/Atom\"`.",
        section: Some(["Namespaces in XML 1.0, section 3", "https://www.w3.org/TR/xml-names/#ns-decl"]),
    },
    Row {
        flaw: Flaw::UnescapedMarkup,
        names: ["text with markup that is not escaped", "texts with markup that is not escaped"],
        wrong: "A text holds HTML tags as they are, where its standard wants them escaped.",
        instead: "Escape them (`&lt;p&gt;`), or put the text into CDATA; in Atom, `type=\"xhtml\"` takes them as they \
            are.",
        section: Some([
            "RSS 2.0, elements of an item, and RFC 4287, section 4.1.3.3",
            "https://www.rssboard.org/rss-specification",
        ]),
    },
    Row {
        flaw: Flaw::UnknownTextType,
        names: ["unknown type of text", "unknown types of text"],
        wrong: "The `type` of a text is none that Atom knows.",
        instead: "Write `text`, `html` or `xhtml`.",
        section: Some([
            "RFC 4287 (Atom), section 3.1.1",
            "https://www.rfc-editor.org/rfc/rfc4287#section-3.1.1",
        ]),
    },
    Row {
        flaw: Flaw::NotBase64,
        names: ["content that is not base64", "contents that are not base64"],
        wrong: "A content's `type` or `mode` says base64, and it is not.",
        instead: "Write `type=\"html\"` and the escaped HTML.",
        section: Some([
            "RFC 4287 (Atom), section 4.1.3.3",
            "https://www.rfc-editor.org/rfc/rfc4287#section-4.1.3.3",
        ]),
    },
    Row {
        flaw: Flaw::UnreadableDate,
        names: ["date that cannot be read", "dates that cannot be read"],
        wrong: "A date is written in no form that readers know.",
        instead: "Write `Sat, 07 Sep 2002 09:42:31 +0000` in RSS, `2002-09-07T09:42:31Z` in Atom and JSON Feed.",
        section: Some([
            "RFC 822, section 5, for RSS, and RFC 3339 for Atom",
            "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
        ]),
    },
    Row {
        flaw: Flaw::RelativeLink,
        names: ["link that is not absolute", "links that are not absolute"],
        wrong: "An entry's `link` is not a whole address.",
        instead: "Write it with its scheme and host: `https://www.example.com/news/1`.",
        section: Some(["RSS 2.0, “Comments”", "https://www.rssboard.org/rss-specification"]),
    },
    Row {
        flaw: Flaw::EntryWithoutIdentity,
        names: ["entry without identity", "entries without identity"],
        wrong: "An entry has no `id`, so that readers may take each change of it for a new entry.",
        instead: "Give every entry an `id` that is its own and never changes.",
        section: Some([
            "RFC 4287 (Atom), section 4.2.6",
            "https://www.rfc-editor.org/rfc/rfc4287#section-4.2.6",
        ]),
    },
    Row {
        flaw: Flaw::BrokenJson,
        names: ["mistake in JSON", "mistakes in JSON"],
        wrong: "The document breaks the rules of JSON: a comma too many or too few, a name without quotes, an end that is \
                missing, or something that JSON does not know.",
        instead: "Let a JSON library write the document instead of a template.",
        section: Some(["RFC 8259, section 2", "https://www.rfc-editor.org/rfc/rfc8259#section-2"]),
    },
    Row {
        flaw: Flaw::LoneEntry,
        names: ["one entry where a list is meant", "entries where a list is meant"],
        wrong: "`items` is an object instead of a list.",
        instead: "Write a list, also around one: `\"items\": [ … ]`.",
        section: Some(["JSON Feed 1.1, Items", "https://www.jsonfeed.org/version/1.1/"]),
    },
    Row {
        flaw: Flaw::NotAnObject,
        names: ["entry that is no object", "entries that are no objects"],
        wrong: "An entry in `items` is not a JSON object, and was left out.",
        instead: "Write each entry as an object: `{ \"id\": … }`.",
        section: Some(["JSON Feed 1.1, Items", "https://www.jsonfeed.org/version/1.1/"]),
    },
    Row {
        flaw: Flaw::ElementTooDeep,
        names: ["element beyond the depth limit", "elements beyond the depth limit"],
        wrong: "Elements stand in one another more deeply than readers follow.",
        instead: "Nest fewer of them.",
        section: None,
    },
    Row {
        flaw: Flaw::EntryBeyond,
        names: ["entry beyond the limit", "entries beyond the limit"],
        wrong: "The feed has more entries than readers take; the last ones were left out.",
        instead: "List only the newest ones.",
        section: None,
    },
    Row {
        flaw: Flaw::FieldBeyond,
        names: ["field beyond the limit", "fields beyond the limit"],
        wrong: "An entry has more elements than readers take; the last ones were left out.",
        instead: "Give it fewer of them.",
        section: None,
    },
    Row {
        flaw: Flaw::TextBeyond,
        names: ["text beyond the limit", "texts beyond the limit"],
        wrong: "A text is longer than readers take, and was cut.",
        instead: "Shorten it, and let its link lead to the whole.",
        section: None,
    },
];
