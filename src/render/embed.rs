//! The snippets that a brand pastes into its own page.

use askama::Template;

use super::Sheet;
use super::listing::reader_address;
use crate::model::{Format, Publication, Site};

/// Height that holds a list of five entries in a column of 380 pixels.
pub(super) const HEIGHT_PX: u32 = 860;

/// Everything that is needed to show or follow a publication elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippets {
    /// The widget as an `iframe` element: HTML, escaped, on one line.
    pub iframe: String,
    /// Each feed format's name and absolute address, in the order of [`Format::ALL`].
    pub feeds: [(&'static str, String); 3],
    /// The hosted page's absolute address.
    pub page: String,
}

#[derive(Template)]
#[template(
    source = r#"<iframe src="{{ src }}" title="{{ title }}" width="{{ width }}" height="{{ height }}" frameborder="0" loading="lazy"></iframe>"#,
    ext = "html"
)]
struct Frame<'a> {
    src: &'a str,
    title: &'a str,
    width: &'a str,
    height: u32,
}

/// A frame of this width and height, as HTML on one line.
pub(super) fn frame(src: &str, title: &str, width: &str, height: u32) -> String {
    // Writing into memory cannot fail.
    Frame { src, title, width, height }.render().unwrap_or_default()
}

/// The snippets of a publication.
pub fn snippets(site: &Site, publication: &Publication) -> Snippets {
    of_sheet(&Sheet { site, publication, shown: &[], lang: None })
}

/// The snippets of a sheet: of its language alone, if it is picked for one.
pub(super) fn of_sheet(sheet: &Sheet<'_>) -> Snippets {
    let src = reader_address(sheet, "/widget");
    Snippets {
        iframe: frame(&src, &sheet.publication.title, "100%", HEIGHT_PX),
        feeds: Format::ALL.map(|it| (it.name(), reader_address(sheet, &format!("/feed.{}", it.extension())))),
        page: reader_address(sheet, ""),
    }
}
