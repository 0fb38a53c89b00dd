//! Writes a text anew, part by part, each as its place asks.

use super::{
    super::{
        characters::attribute,
        pictures::{self, Setting},
    },
    Dress, Dressed, Sink,
    film::{self, PLATE, Still},
    folds::Fold,
    images::{self, Image, SIZES},
    parts::{Part, words},
};
use crate::model::{
    Picture,
    markup::{Piece, Tag},
};

/// The lowest level that a heading has.
const LEVEL_MAX: u8 = 6;
/// Longest name of a table, bytes: what a screen reader says before it.
const TABLE_NAME_BYTES_MAX: usize = 200;

/// Writes all parts that are not left out.
pub(super) fn write(parts: &[Part<'_>], folds: &[Fold], dress: &Dress<'_>) -> Dressed {
    let mut writer = Writer { parts, dress, dressed: Dressed::default(), headings: Vec::new(), tables: 0 };
    let mut at = 0;
    // Folds follow one another: only the first that has not ended can begin or end here.
    let mut ahead = folds.iter().peekable();
    while let Some(part) = parts.get(at) {
        while let Some(fold) = ahead.peek() {
            fold.write_at(at, dress.words, &mut writer.dressed.html);
            if at < fold.to {
                break;
            }
            ahead.next();
        }
        at = if part.is_out { part.end } else { writer.part(at, part) } + 1;
    }
    for fold in ahead {
        fold.write_at(parts.len(), dress.words, &mut writer.dressed.html);
    }
    writer.dressed
}

struct Writer<'a, 'b> {
    parts: &'b [Part<'a>],
    dress: &'b Dress<'a>,
    dressed: Dressed,
    /// The levels that the text gives to the headings which the next one may stand below.
    headings: Vec<u8>,
    /// How many tables are open.
    tables: usize,
}

impl<'a> Writer<'a, '_> {
    /// Writes one part, or a whole element; gives back where what is written ends.
    fn part(&mut self, at: usize, part: &Part<'a>) -> usize {
        match part.piece {
            Piece::Text(written) => self.dressed.html.push_str(written),
            Piece::End(name) => self.end(name),
            Piece::Start(tag) => match tag.name {
                "img" => self.image(&tag),
                "iframe" | "audio" | "video" => return self.film(at, part.end, &tag),
                "table" => self.table(at, part.end, &tag),
                "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(&tag),
                "a" if self.dress.sink == Sink::Widget => self.retag(&tag, " target=\"_blank\""),
                _ => self.dressed.html.push_str(tag.written),
            },
        }
        at
    }

    fn end(&mut self, name: &str) {
        let html = &mut self.dressed.html;
        match name {
            "h2" | "h3" | "h4" | "h5" | "h6" => {
                html.push_str(&format!("</h{}>", level(self.dress.level, self.headings.len())));
            }
            "table" => {
                html.push_str("</table>");
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 && self.dress.sink != Sink::Feed {
                    html.push_str("</div>");
                }
            }
            _ => html.push_str(&format!("</{name}>")),
        }
    }

    /// A heading one below those that it stands under, whatever levels the publisher passed over.
    fn heading(&mut self, tag: &Tag<'_>) {
        let own = tag.name.bytes().last().map_or(LEVEL_MAX, |it| it.saturating_sub(b'0'));
        self.headings.retain(|it| *it < own);
        self.headings.push(own);
        let level = level(self.dress.level, self.headings.len());
        let attributes = tag.written.get(tag.name.len() + 1..).unwrap_or(">");
        self.dressed.html.push_str(&format!("<h{level}{attributes}"));
    }

    /// A table in a region of its own that scrolls, by keyboard too, instead of the page.
    fn table(&mut self, at: usize, end: usize, tag: &Tag<'_>) {
        self.tables += 1;
        if self.tables == 1 && self.dress.sink != Sink::Feed {
            let name = self.caption(at, end).unwrap_or_else(|| self.dress.words.table.to_owned());
            let name = attribute(&name);
            self.dressed.html.push_str(&format!(
                "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{name}\">"
            ));
        }
        self.dressed.html.push_str(tag.written);
    }

    /// What the caption of a table says, which is the first thing in it.
    fn caption(&self, at: usize, end: usize) -> Option<String> {
        let within = self.parts.get(at..end)?.iter().enumerate();
        let is_inner = |it: &Part<'_>| it.tag().is_some_and(|it| it.name == "caption");
        let (before, caption) = within.take(3).find(|(_, it)| is_inner(it))?;
        let said = words(self.parts, (at + before, caption.end), TABLE_NAME_BYTES_MAX);
        Some(said.trim().to_owned()).filter(|it| !it.is_empty())
    }

    fn image(&mut self, tag: &Tag<'a>) {
        let Some(image) = images::image(tag, self.dress) else { return };
        match image {
            Image::Linked(address) => {
                if self.dress.sink == Sink::Feed {
                    return self.dressed.html.push_str(tag.written);
                }
                if !self.dressed.permits.picture(&address) {
                    return;
                }
                self.retag(tag, " loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\"");
            }
            Image::Kept(picture) => {
                let site = self.dress.site;
                let said = tag.value("alt").filter(|it| !it.is_empty());
                let alt = attribute(said.as_deref().unwrap_or(&picture.alt));
                let shown = if self.dress.sink == Sink::Feed {
                    let (src, (width, height)) = pictures::largest(site, picture);
                    let src = attribute(&src);
                    format!("<img src=\"{src}\" alt=\"{alt}\" width=\"{width}\" height=\"{height}\">")
                } else {
                    self.ours(picture, &alt)
                };
                self.dressed.html.push_str(&shown);
            }
        }
    }

    /// A picture of our origin in all its widths; `alt` is escaped.
    fn ours(&mut self, picture: &Picture, alt: &str) -> String {
        let site = self.dress.site;
        let Setting { src, sources, width, height, .. } = pictures::ours(site, picture);
        let (src, sources) = (attribute(&src), attribute(&sources));
        self.dressed.permits.picture(&site.public_url);
        format!(
            "<img src=\"{src}\" srcset=\"{sources}\" sizes=\"{SIZES}\" alt=\"{alt}\" width=\"{width}\" \
             height=\"{height}\" loading=\"lazy\" decoding=\"async\">"
        )
    }

    /// A film or a recording, whole: a player, or a link where none may be.
    fn film(&mut self, at: usize, end: usize, tag: &Tag<'a>) -> usize {
        let files = self.parts.get(at..=end).unwrap_or_default();
        let mut addresses = files.iter().filter_map(|it| it.tag()?.value("src"));
        let is_frame = tag.name == "iframe";
        let permits = &mut self.dressed.permits;
        let is_let_in = self.dress.sink != Sink::Widget
            && (is_frame || addresses.clone().all(|it| permits.recording(&it)));
        if !is_let_in {
            // What the picture shows is said beside it.
            let still = film::still(tag, self.dress).map(|it| match it {
                Still::Kept(picture) => self.ours(picture, ""),
                Still::Plate => PLATE.to_owned(),
            });
            let link =
                addresses.next().and_then(|it| film::link(tag, &it, still.as_deref(), self.dress.words));
            self.dressed.html.push_str(&link.unwrap_or_default());
            return end;
        }
        if is_frame {
            for address in addresses {
                permits.film(&address);
            }
            self.dressed.html.push_str(tag.written);
        } else {
            self.retag(tag, " preload=\"none\"");
        }
        at
    }

    /// Writes a start tag with more attributes than it has.
    fn retag(&mut self, tag: &Tag<'_>, more: &str) {
        let html = &mut self.dressed.html;
        html.push_str(tag.written.strip_suffix('>').unwrap_or(tag.written));
        html.push_str(more);
        html.push('>');
    }
}

fn level(above: u8, depth: usize) -> u8 {
    above.saturating_add(u8::try_from(depth).unwrap_or(LEVEL_MAX)).min(LEVEL_MAX)
}
