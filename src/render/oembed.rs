//! What a site needs that was given the address of a page of ours and shows it within its own: oEmbed 1.0, type rich
//! (<https://oembed.com>).

use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{
    Sheet,
    characters::{inert_json, line, text_as_html, xml_text},
    embed, entry,
    listing::reader_address,
    pictures::{self, Card},
};
use crate::model::Shown;

/// How wide a frame is where nobody says how wide it may be, pixels.
const WIDTH_PX: u32 = 640;

/// What an answer is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notation {
    /// JSON.
    #[default]
    Json,
    /// XML.
    Xml,
}

impl Notation {
    /// Both, in the order in which pages name them.
    pub const ALL: [Self; 2] = [Self::Json, Self::Xml];

    /// What the parameter `format` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }

    /// The media type of an answer (section 2.3.4).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "text/xml; charset=utf-8",
        }
    }

    /// The media type of a link to an answer (section 4).
    fn link_type(self) -> &'static str {
        match self {
            Self::Json => "application/json+oembed",
            Self::Xml => "text/xml+oembed",
        }
    }
}

/// What whoever asks wishes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wishes {
    /// What the answer is written in.
    pub notation: Notation,
    /// How wide the frame may be, and the picture that stands for it, pixels.
    pub width_px_max: Option<u32>,
    /// How high, pixels.
    pub height_px_max: Option<u32>,
    /// How long the answer may be kept, seconds.
    pub cache_s: u64,
}

impl Wishes {
    fn fits(&self, (width, height): (u32, u32)) -> bool {
        let fits = |side: u32, most: Option<u32>| most.is_none_or(|it| side <= it);
        fits(width, self.width_px_max) && fits(height, self.height_px_max)
    }
}

/// The links by which a page says where its answers are: media type and absolute address. `rest` is the page's path below
/// its publication.
pub(super) fn links(sheet: &Sheet<'_>, rest: &str) -> Vec<(&'static str, String)> {
    let page = reader_address(sheet, rest);
    let link = |it: Notation| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("url", &page).append_pair("format", it.name()).finish();
        (it.link_type(), sheet.site.address(&format!("/oembed?{query}")))
    };
    Notation::ALL.map(link).into()
}

/// The answer for a publication, or for one of its entries: the frame that shows it, and what stands beside that.
///
/// All of it is text, whoever wrote it; the one piece of HTML is the frame's, which is ours.
pub fn oembed(sheet: &Sheet<'_>, shown: Option<&Shown>, wishes: &Wishes) -> Vec<u8> {
    let members = members(sheet, shown, wishes);
    match wishes.notation {
        Notation::Json => {
            let members: Map<String, Value> =
                members.into_iter().map(|(name, it)| (name.to_owned(), it)).collect();
            inert_json(Value::Object(members).to_string().as_bytes())
        }
        Notation::Xml => {
            let elements = members.iter().map(|(name, it)| {
                let said = it.as_str().map_or_else(|| it.to_string(), |it| text_as_html(&xml_text(it)));
                format!("<{name}>{said}</{name}>\n")
            });
            let head = "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<oembed>\n";
            format!("{head}{}</oembed>\n", elements.collect::<String>()).into_bytes()
        }
    }
}

/// Names and values (sections 2.3.4 and 2.3.4.4).
fn members(sheet: &Sheet<'_>, shown: Option<&Shown>, wishes: &Wishes) -> Vec<(&'static str, Value)> {
    let Sheet { site, publication, .. } = *sheet;
    let text = |it: &str| Value::from(line(it).unwrap_or_default());
    let title = shown.map_or(publication.title.as_str(), |it| it.kept.entry.title.as_str());
    let src = match shown {
        Some(shown) => sheet.address(&format!("/widget?entry={}", entry::key(&shown.public_id))),
        None => reader_address(sheet, "/widget"),
    };
    let width = WIDTH_PX.min(wishes.width_px_max.unwrap_or(WIDTH_PX));
    let height = embed::HEIGHT_PX.min(wishes.height_px_max.unwrap_or(embed::HEIGHT_PX));
    let mut members = vec![
        ("version", Value::from("1.0")),
        ("type", Value::from("rich")),
        ("title", text(title)),
        ("provider_name", text(&site.title)),
        ("provider_url", text(&site.address("/"))),
        ("cache_age", Value::from(wishes.cache_s)),
        ("width", Value::from(width)),
        ("height", Value::from(height)),
        ("html", Value::from(embed::frame(&src, title, &width.to_string(), height))),
    ];
    if shown.is_some() {
        members.push(("author_name", text(&publication.title)));
        members.push(("author_url", text(&reader_address(sheet, ""))));
    }
    let all = shown.map_or(sheet.shown, std::slice::from_ref);
    let card = all.iter().find_map(|it| pictures::card(site, publication, it));
    // All three or none.
    if let Some(Card { src, size: Some((width, height)), .. }) = card
        && wishes.fits((width, height))
    {
        members.push(("thumbnail_url", text(&src)));
        members.push(("thumbnail_width", Value::from(width)));
        members.push(("thumbnail_height", Value::from(height)));
    }
    members
}
