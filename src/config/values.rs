//! What single values may look like: each function reads one text, or says why not and what to write instead.

use icu::locale::{LanguageIdentifier, Locale};
use jiff::tz::TimeZone;
use url::Url;

use super::{
    complaint::Refusal,
    suggest::{did_you_mean, listing, nearest, quote},
};
use crate::model::source::Network;

/// Longest address, in bytes.
pub const URL_BYTES_MAX: usize = 2_000;
/// Longest title or name, in characters.
pub const TITLE_CHARS_MAX: usize = 300;
/// Longest description, in characters.
pub(super) const DESCRIPTION_CHARS_MAX: usize = 2_000;

/// A text that says something, on one line, of at most `chars_max` characters.
pub(super) fn line(chars_max: usize) -> impl Fn(&str) -> Result<String, Refusal> {
    move |text| {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(Refusal::new("this text is empty"));
        }
        if trimmed.chars().any(char::is_control) {
            return Err(Refusal::new("this text holds a line break or another control character"));
        }
        match trimmed.chars().count() {
            count if count > chars_max => Err(Refusal::new(format!(
                "this text has {count} characters, at most {chars_max} are allowed"
            ))),
            _ => Ok(trimmed.to_owned()),
        }
    }
}

/// A title or name.
pub(super) fn title(text: &str) -> Result<String, Refusal> {
    line(TITLE_CHARS_MAX)(text)
}

/// An absolute http or https address with a host and without a user name.
pub(super) fn web_address(text: &str) -> Result<Url, Refusal> {
    // What stands before an @ may be a password: such an address is neither quoted nor drawn.
    let secret = text.contains('@');
    let name = if secret { "this address".to_owned() } else { quote(text) };
    let refuse = |why: &str| Refusal { secret, ..Refusal::new(format!("{name} {why}")) };
    if text.len() > URL_BYTES_MAX {
        return Err(refuse(&format!(
            "has {} bytes, the longest address may have {URL_BYTES_MAX}",
            text.len()
        )));
    }
    let url = match Url::parse(text.trim()) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => {
            let with_scheme = format!("https://{}", text.trim().trim_start_matches('/'));
            let hint = Url::parse(&with_scheme).ok().filter(|_| !secret).filter(|it| it.has_host());
            let hint = hint.map(|_| format!("did you mean `{with_scheme}`?"));
            return Err(refuse("is not a whole address: it begins with https:// or http://").maybe_help(hint));
        }
        Err(error) => return Err(refuse(&format!("is not an address: {error}"))),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("is neither http nor https"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(refuse("names no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal {
            secret: true,
            ..Refusal::new("an address may not hold a user name or password")
        }
        .help("send them as a header: headers = { Authorization = \"env:NAME\" }"));
    }
    Ok(url)
}

/// The address that readers find the site at: no query, no fragment, no final slash.
pub(super) fn public_address(text: &str) -> Result<String, Refusal> {
    let url = web_address(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Refusal::new("the site's address may carry a path, but no ? and no #"));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// A page or a mail address that publishers may turn to; it goes into the User-Agent.
pub(super) fn contact(text: &str) -> Result<String, Refusal> {
    let text = line(TITLE_CHARS_MAX)(text)?;
    let mail = text.strip_prefix("mailto:").unwrap_or(&text);
    let is_mail = mail.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if is_mail && !text.contains("://") && text.bytes().all(|it| it.is_ascii_graphic()) {
        return Ok(text);
    }
    web_address(&text).map(Into::into).map_err(|refusal| match refusal.help {
        Some(_) => refusal,
        None => refusal.help("write a page's address, or a mail address"),
    })
}

/// A BCP 47 language tag, in lower case.
pub(super) fn language(text: &str) -> Result<String, Refusal> {
    let tag = LanguageIdentifier::try_from_str(text).ok().filter(|it| it.language.as_str().len() <= 3);
    match tag.filter(|it| !it.language.is_unknown()) {
        Some(tag) => Ok(tag.to_string().to_lowercase()),
        None => Err(Refusal::new(format!("{} is not a language tag", quote(text)))
            .help("write a tag such as \"en\", \"fr\" or \"pt-BR\"")),
    }
}

/// A BCP 47 locale, in its canonical spelling.
pub(super) fn locale(text: &str) -> Result<String, Refusal> {
    let tag = Locale::try_from_str(text).ok().filter(|it| it.id.language.as_str().len() <= 3);
    match tag.filter(|it| !it.id.language.is_unknown()) {
        Some(tag) => Ok(tag.to_string()),
        None => Err(Refusal::new(format!("{} is not a locale", quote(text)))
            .help("write a tag such as \"en\", \"fr\" or \"pt-BR\"")),
    }
}

/// A zone of the IANA database.
pub(super) fn time_zone(text: &str) -> Result<TimeZone, Refusal> {
    TimeZone::get(text).map_err(|_| {
        let known: Vec<_> = jiff::tz::db().available().map(|it| it.as_str().to_owned()).collect();
        let near = nearest(text, known.iter().map(String::as_str)).map(|it| format!("did you mean `{it}`?"));
        Refusal::new(format!("{} is not a time zone", quote(text)))
            .help(near.unwrap_or_else(|| "write a name such as \"UTC\" or \"Europe/Paris\"".to_owned()))
    })
}

/// A network in CIDR notation, or one address.
pub(super) fn network(text: &str) -> Result<Network, Refusal> {
    Network::parse(text).ok_or_else(|| {
        Refusal::new(format!("{} is not a network", quote(text)))
            .help("write an address and the length of its prefix, as in \"10.1.0.0/16\" or \"fd00::/8\"")
    })
}

/// An origin that may frame a widget: scheme, host (with `*.` for all below it), port; as it goes into a CSP.
pub(super) fn origin(text: &str) -> Result<String, Refusal> {
    let refuse = |why: &str| {
        Err(Refusal::new(format!("{} is not an origin: {why}", quote(text)))
            .help("write scheme and host, as in \"https://www.example.com\" or \"https://*.example.com\""))
    };
    let Some((scheme, rest)) = text.split_once("://") else { return refuse("it has no https://") };
    let (wildcard, rest) = match rest.strip_prefix("*.") {
        Some(rest) => ("*.", rest),
        None => ("", rest),
    };
    if rest.contains('*') {
        return refuse("“*” stands only at its beginning, before a dot");
    }
    let url = match Url::parse(&format!("{scheme}://{rest}")) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        Ok(_) => return refuse("it is neither http nor https"),
        Err(error) => return refuse(&error.to_string()),
    };
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !bare || rest.ends_with('/') {
        return refuse("it goes no further than the host and its port");
    }
    // The host may carry bytes that would end a CSP directive.
    let host = url.host_str().unwrap_or("");
    let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_' | b'[' | b']' | b':');
    if !url.username().is_empty() || url.password().is_some() || host.is_empty() || !host.bytes().all(plain) {
        return refuse("its host holds what a host cannot hold");
    }
    let port = url.port().map(|it| format!(":{it}")).unwrap_or_default();
    Ok(format!("{}://{wildcard}{host}{port}", url.scheme()))
}

/// One of a few words.
pub(super) fn choice<T: Copy>(allowed: &[(&'static str, T)]) -> impl Fn(&str) -> Result<T, Refusal> {
    move |text| match allowed.iter().find(|(word, _)| *word == text) {
        Some((_, value)) => Ok(*value),
        None => {
            let words = || allowed.iter().map(|(word, _)| *word);
            Err(Refusal::new(format!(
                "{} is none of the words allowed here: {}",
                quote(text),
                listing(words())
            ))
            .maybe_help(did_you_mean(text, words())))
        }
    }
}
