//! Where a source stands in lists of subscriptions (OPML), kept as it came so that it can be handed on without loss.

/// Deepest folder that is kept.
pub const FOLDERS_MAX: usize = 16;
/// Most attributes of one outline.
pub const ATTRIBUTES_MAX: usize = 64;
/// Longest name of an attribute, bytes.
pub const NAME_BYTES_MAX: usize = 128;
/// Longest value of an attribute, and longest name of a folder, bytes.
pub const VALUE_BYTES_MAX: usize = 4_096;
/// Most places in which one source stands.
pub const OUTLINES_MAX: usize = 32;

/// An attribute that has no key of its own in feeds.toml: its name as written, with its prefix, and its value.
pub type Attribute = (String, String);

/// One place of a source in a list of subscriptions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The outlines around it, the outermost first.
    pub folders: Vec<Folder>,
    /// What the list said of it that follows from nothing else.
    pub attributes: Vec<Attribute>,
}

/// An outline that holds others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// What it is called: its `text`.
    pub text: String,
    /// What the list said of it besides; of several sources in one folder the first that says something counts.
    pub attributes: Vec<Attribute>,
}

/// The attributes of a source's outline that follow from the source itself (OPML 2.0, “subscription lists”).
#[derive(Clone, Copy, Debug)]
pub struct Standard<'a> {
    /// Its title.
    pub title: &'a str,
    /// Its address.
    pub url: &'a str,
    /// Its language.
    pub language: Option<&'a str>,
    /// Its tags.
    pub tags: &'a [String],
    /// Every place in which it stands.
    pub outlines: &'a [Outline],
}

impl Standard<'_> {
    /// Names and values, in the order in which they are written.
    pub fn attributes(&self) -> Vec<(&'static str, String)> {
        let mut attributes = vec![
            ("type", "rss".to_owned()),
            ("text", self.title.to_owned()),
            ("title", self.title.to_owned()),
            ("xmlUrl", self.url.to_owned()),
        ];
        attributes.extend(self.language.map(|it| ("language", it.to_owned())));
        // What a folder says already is not said once more.
        let is_folder =
            |tag: &&String| self.outlines.iter().flat_map(|it| &it.folders).any(|it| it.text == **tag);
        let apart = self.tags.iter().filter(|it| !is_folder(it));
        let category: Vec<String> = apart.map(|it| format!("/{it}")).collect();
        attributes.extend((!category.is_empty()).then(|| ("category", category.join(","))));
        attributes
    }
}

impl Folder {
    /// Names and values that follow from its name.
    pub fn standard(&self) -> Vec<(&'static str, String)> {
        vec![("text", self.text.clone()), ("title", self.text.clone())]
    }
}

/// Whether an attribute may be called so: a name of XML 1.0 with at most one prefix, and none of the names that
/// declare a prefix for something else (Namespaces in XML 1.0, section 4).
pub fn is_name(name: &str) -> bool {
    let starts = |it: char| it.is_alphabetic() || it == '_';
    let goes_on = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.');
    let is_part = |part: &str| part.starts_with(starts) && part.chars().all(goes_on);
    let mut parts = name.splitn(2, ':');
    name.len() <= NAME_BYTES_MAX && name != "xmlns" && parts.all(is_part)
}

/// The prefix of an attribute's name that has to be declared: none for `xml:lang`, and none for a declaration itself.
pub fn prefix(name: &str) -> Option<&str> {
    name.split_once(':').map(|(prefix, _)| prefix).filter(|it| !matches!(*it, "xml" | "xmlns"))
}

/// What a prefix stands for of which its document did not say so.
pub fn undeclared(prefix: &str) -> String {
    format!("urn:undeclared:{prefix}")
}

/// Whether XML 1.0 can carry every character of `value` (production 2, `Char`).
pub fn is_value(value: &str) -> bool {
    let fits = |it: char| matches!(it, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    value.len() <= VALUE_BYTES_MAX && value.chars().all(fits)
}
