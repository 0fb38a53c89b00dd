//! Films and recordings where no player may be: a link to the place where they play.

use url::Url;

use super::{
    super::{
        characters::{attribute, text_as_html},
        words::Words,
    },
    Dress,
};
use crate::model::{Picture, markup::Tag, picture, player, publication::Images};

/// The frames that a text may hold: where they are framed from, the host that readers know, and how a film's page is
/// addressed there.
const HOSTS: [(&str, &str, &str); 2] = [
    (player::YOUTUBE, "youtube.com", "https://www.youtube.com/watch?v="),
    (player::VIMEO, "vimeo.com", "https://vimeo.com/"),
];

/// A small triangle: what stands behind the link plays.
const PLAY: &str = "<svg width=\"16\" height=\"16\" viewBox=\"0 0 16 16\" fill=\"none\" stroke=\"currentColor\" \
                    stroke-width=\"1.5\" stroke-linejoin=\"round\" aria-hidden=\"true\"><path d=\"M4.5 2.8v10.4L13 8z\"/></svg>";

/// A surface in the shape of a still.
pub(super) const PLATE: &str = "<span class=\"plate\"></span>";

/// The origin that a film is framed from, where it is one that a text may frame.
pub(in super::super) fn frame_origin(address: &str) -> Option<&'static str> {
    let (frame, ..) = HOSTS.into_iter().find(|(frame, ..)| address.starts_with(frame))?;
    frame.match_indices('/').nth(2).and_then(|(at, _)| frame.get(..at))
}

/// What a reader sees in the place of a film that is framed.
pub(super) enum Still<'a> {
    /// Its still.
    Kept(&'a Picture),
    /// A tinted surface in the same shape: its still is not here.
    Plate,
}

/// The still of a film; `None` where there are no images, or it stands above the text already.
pub(super) fn still<'a>(tag: &Tag<'_>, dress: &Dress<'a>) -> Option<Still<'a>> {
    let address = picture::still(tag);
    let is_above = address.is_some() && address.as_deref() == dress.lead;
    if tag.name != "iframe" || dress.images == Images::None || is_above {
        return None;
    }
    let is_kept = |it: &&Picture| dress.images == Images::Proxy && Some(&it.address) == address.as_ref();
    Some(dress.pictures.iter().find(is_kept).map_or(Still::Plate, Still::Kept))
}

/// A link to the film or recording at `address` in the place of its player, around `still` where there is one: HTML.
/// `None` where it leads nowhere.
pub(super) fn link(tag: &Tag<'_>, address: &str, still: Option<&str>, words: &Words) -> Option<String> {
    let framed = HOSTS.into_iter().find_map(|(frame, host, page)| {
        let (id, query) =
            address.strip_prefix(frame)?.split_once('?').unwrap_or((address.strip_prefix(frame)?, ""));
        // An unlisted film is found by its key, which stands behind its number.
        let key = query.split('&').find_map(|it| it.strip_prefix("h=")).map(|it| format!("/{it}"));
        Some((format!("{page}{id}{}", key.unwrap_or_default()), host.to_owned()))
    });
    let (target, host) = match framed {
        Some(known) => known,
        None if tag.name == "iframe" => return None,
        None => {
            let url = Url::parse(address).ok().filter(|it| matches!(it.scheme(), "http" | "https"))?;
            let host = url.host_str()?;
            (url.to_string(), host.strip_prefix("www.").unwrap_or(host).to_owned())
        }
    };
    let usual = if tag.name == "audio" { words.audio_at } else { words.video_at };
    let said = tag.value("title").filter(|it| !matches!(it.trim(), "" | "YouTube" | "Vimeo"));
    let said = said.map_or_else(|| usual.replace("{host}", &host), |it| it.into_owned());
    let (target, said) = (attribute(&target), text_as_html(&said));
    let (class, still) = still.map_or(("film", ""), |it| ("film still", it));
    let link = format!(
        "<a class=\"{class}\" href=\"{target}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{still}{PLAY}<span>{said}</span></a>"
    );
    // A frame stands among blocks; a player may stand within a line.
    Some(if tag.name == "iframe" { format!("<p>{link}</p>") } else { link })
}
