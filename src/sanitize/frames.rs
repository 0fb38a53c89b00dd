//! Video frames: the only frames that there are, of two players, by exact host and path.
//!
//! An address is not mended as a browser would: it is taken apart as it is written, and what is let stand is written anew
//! from the film's number alone. So nothing that two parsers could read in two ways ever stands in a frame.

use url::Url;

use crate::model::player::{VIMEO, YOUTUBE};

/// Hosts whose `/embed/` is the player of YouTube.
const YOUTUBE_HOSTS: &[&str] =
    &["www.youtube.com", "youtube.com", "m.youtube.com", "www.youtube-nocookie.com"];
/// Length of a film's number at YouTube, bytes.
const YOUTUBE_ID_BYTES: usize = 11;
/// What is as long as a number, and is the player's word for a list or whatever is live.
const YOUTUBE_NO_IDS: &[&str] = &["videoseries", "live_stream"];
/// The player of Vimeo.
const VIMEO_HOST: &str = "player.vimeo.com";
/// Longest number of a film at Vimeo, bytes.
const VIMEO_ID_BYTES_MAX: usize = 12;
/// Longest key of an unlisted film at Vimeo, bytes.
const VIMEO_KEY_BYTES_MAX: usize = 32;
/// Latest second at which a film may begin, in digits.
const START_DIGITS_MAX: usize = 6;
/// Width and height of a frame that does not say its own: those that the players propose.
const SIDES: (&str, &str) = ("560", "315");
/// What every frame says of itself after its address, title and sides. The player runs its programs and may go full screen
/// and open its own site in a new window; it never navigates the page that it is in, sends no forms and saves no files.
const ALWAYS: &[(&str, &str)] = &[
    ("loading", "lazy"),
    ("allowfullscreen", ""),
    ("referrerpolicy", "strict-origin-when-cross-origin"),
    ("sandbox", "allow-scripts allow-same-origin allow-presentation allow-popups"),
];

/// The address of the player that `written` names; `None` for whatever is not exactly one of a film.
///
/// Of the query stays where a film begins (YouTube's `start`) and the key of an unlisted one (Vimeo's `h`); the fragment goes.
pub(super) fn address(written: &str) -> Option<String> {
    let written = written.trim_ascii();
    let after = ["https://", "http://", "//"].iter().find_map(|it| written.strip_prefix(it))?;
    let (host, rest) = after.split_once('/')?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let address = if YOUTUBE_HOSTS.contains(&host) {
        youtube(path, query)?
    } else if host == VIMEO_HOST {
        vimeo(path, query)?
    } else {
        return None;
    };
    is_sound(&address).then_some(address)
}

/// Whether an attribute, its references not decoded yet, could be the address of a player: a frame of anything else is not
/// worth ending a paragraph for.
pub(super) fn may_be(written: &str) -> bool {
    ["youtube", "vimeo"].iter().any(|it| written.contains(it))
}

fn youtube(path: &str, query: &str) -> Option<String> {
    let fits = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-');
    let id = path.strip_prefix("embed/").filter(|it| it.len() == YOUTUBE_ID_BYTES && it.bytes().all(fits))?;
    if YOUTUBE_NO_IDS.contains(&id) {
        return None;
    }
    let is_second = |it: &&str| is_made_of(it, START_DIGITS_MAX, |it| it.is_ascii_digit());
    Some(match parameter(query, "start").filter(is_second) {
        Some(second) => format!("{YOUTUBE}{id}?start={second}"),
        None => format!("{YOUTUBE}{id}"),
    })
}

fn vimeo(path: &str, query: &str) -> Option<String> {
    let id = path.strip_prefix("video/")?;
    if !is_made_of(id, VIMEO_ID_BYTES_MAX, |it| it.is_ascii_digit()) {
        return None;
    }
    let is_key = |it: &&str| is_made_of(it, VIMEO_KEY_BYTES_MAX, |it| it.is_ascii_hexdigit());
    Some(match parameter(query, "h").filter(is_key) {
        Some(key) => format!("{VIMEO}{id}?h={key}&dnt=1"),
        None => format!("{VIMEO}{id}?dnt=1"),
    })
}

fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
}

fn is_made_of(text: &str, bytes_max: usize, fits: impl Fn(u8) -> bool) -> bool {
    (1..=bytes_max).contains(&text.len()) && text.bytes().all(fits)
}

/// Whether a parser of addresses reads what was written here as what it was meant to be.
fn is_sound(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| {
        let players = ["www.youtube-nocookie.com", VIMEO_HOST];
        url.as_str() == address
            && url.scheme() == "https"
            && url.host_str().is_some_and(|it| players.contains(&it))
            && url.port().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    })
}

/// All attributes of a frame, in the order in which they always stand. Without a title it has its player's name.
pub(super) fn attributes<'a>(
    address: &'a str,
    title: Option<&'a str>,
    sides: Option<(&'a str, &'a str)>,
) -> impl Iterator<Item = (&'static str, &'a str)> {
    let name = if address.starts_with(VIMEO) { "Vimeo" } else { "YouTube" };
    let (width, height) = sides.unwrap_or(SIDES);
    let own = [("src", address), ("title", title.unwrap_or(name)), ("width", width), ("height", height)];
    own.into_iter().chain(ALWAYS.iter().copied())
}
