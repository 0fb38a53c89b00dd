//! `[[brand]]` and `[[group]]`: a publication's selection, policy and looks.

use super::{
    complaint::Refusal,
    file::Spot,
    read::{Table, Value},
    source::KINDS,
    suggest::{listing, quote},
    units::{self, DAY_S, YEAR_S},
    values,
};
use crate::model::{
    Moderation, Publication, PublicationKind, PublicationPath, Selection, Site, Slug,
    publication::{Accent, Images, LIMIT_DEFAULT, LIMIT_MAX, Layout, Look, Scheme},
    rule::{Rule, Term},
};

/// Most entries that a widget shows.
pub const COUNT_MAX: u64 = 50;
/// Most lines of `include` and of `exclude`.
const RULES_MAX: usize = 500;
/// Largest compiled `/re/`, in bytes.
pub const REGEX_BYTES_MAX: usize = 1 << 20;
/// Most named looks of one publication.
const LOOKS_MAX: usize = 100;
/// Most campaign tags of one publication.
const UTM_MAX: usize = 10;

const SCHEMES: [(&str, Scheme); 3] =
    [("light", Scheme::Light), ("dark", Scheme::Dark), ("auto", Scheme::Auto)];
const LAYOUTS: [(&str, Layout); 2] = [("list", Layout::List), ("cards", Layout::Cards)];
/// Layouts that a later version draws.
const LATER_LAYOUTS: [&str; 4] = ["headlines", "magazine", "carousel", "ticker"];

/// A name of something elsewhere, and where it stands.
pub(super) struct Mention {
    pub(super) name: String,
    pub(super) spot: Spot,
}

/// A publication as read: what it names of others is not resolved yet.
pub(super) struct ReadPublication {
    pub(super) publication: Publication,
    /// Whether it has a usable slug; without one it stands here only to have its references looked at.
    pub(super) named: bool,
    /// Its slug's place, else its header's.
    pub(super) spot: Spot,
    /// `sources`: ids and `tag:name`.
    pub(super) sources: Vec<Mention>,
    /// Where to complain that there are none.
    pub(super) sources_spot: Spot,
    /// `brands` of a group.
    pub(super) brands: Vec<Mention>,
    /// `trusted`: ids and `tag:name`.
    pub(super) trusted: Vec<Mention>,
    pub(super) aliases: Vec<(Slug, Spot)>,
}

/// What a publication without a usable slug is called until its complaint is printed.
const NAMELESS: &str = "nameless";

/// Reads one table. Its locale and zone default to the site's.
pub(super) fn read(mut table: Table<'_>, kind: PublicationKind, site: &Site) -> Option<ReadPublication> {
    let header = table.spot.clone();
    let slug_value = table.take("slug");
    let title = table.need("title", values::title).unwrap_or_default();
    let aliases = spotted(table.list("aliases"), slug);
    let homepage = table.read("homepage", values::web_address);
    let logo = table.read("logo", values::web_address);
    let description = table.read("description", values::line(values::DESCRIPTION_CHARS_MAX));
    let (sources, sources_spot) = mentions(table.take("sources"), &header);
    let brands = match kind {
        PublicationKind::Group => mentions(table.take("brands"), &header).0,
        PublicationKind::Brand => no_brands(&mut table),
    };
    let selection = selection(&mut table);
    let moderation = table.read("moderation", moderation).unwrap_or_default();
    let (trusted, _) = mentions(table.take("trusted"), &header);
    let images = images(table.take("images"));
    let utm = table.take("utm").map(utm).unwrap_or_default();
    let embed_on = table.each("embed_on", values::origin);
    let listed = table.flag("listed").unwrap_or(true);
    let locale = table.read("locale", values::locale).unwrap_or_else(|| site.locale.clone());
    let time_zone = table.read("time_zone", values::time_zone).unwrap_or_else(|| site.time_zone.clone());
    let looks = looks(&mut table, kind);
    if slug_value.is_none() {
        table.missing("slug");
    }
    table.close();
    let written = slug_value.as_ref().and_then(|it| it.read(slug));
    let (named, spot) = (written.is_some(), slug_value.map_or(header, |it| it.spot));
    let path = PublicationPath { kind, slug: written.or_else(|| Slug::new(NAMELESS).ok())? };
    let publication = Publication {
        path,
        aliases: aliases.iter().map(|(alias, _)| alias.clone()).collect(),
        title,
        homepage,
        logo,
        description,
        selection,
        moderation,
        trusted: Vec::new(),
        images,
        utm,
        embed_on,
        listed,
        locale,
        time_zone,
        looks,
    };
    Some(ReadPublication { publication, named, spot, sources, sources_spot, brands, trusted, aliases })
}

fn slug(text: &str) -> Result<Slug, Refusal> {
    Slug::new(text).map_err(|error| Refusal::new(error.to_string()))
}

fn spotted<T>(values: Vec<Value<'_>>, reader: impl Fn(&str) -> Result<T, Refusal>) -> Vec<(T, Spot)> {
    values.into_iter().filter_map(|it| Some((it.read(&reader)?, it.spot))).collect()
}

/// The names in a list and the list's place, or `otherwise` where there is no list.
fn mentions(value: Option<Value<'_>>, otherwise: &Spot) -> (Vec<Mention>, Spot) {
    let Some(value) = value else { return (Vec::new(), otherwise.clone()) };
    let spot = value.spot.clone();
    let names = spotted(value.list(), values::title);
    (names.into_iter().map(|(name, spot)| Mention { name, spot }).collect(), spot)
}

fn no_brands(table: &mut Table<'_>) -> Vec<Mention> {
    if let Some(value) = table.take("brands") {
        let refusal = Refusal::new("a brand has no `brands`: only a group takes what brands show");
        value.refuse(refusal.help("write [[group]], or name the sources in `sources`"));
    }
    Vec::new()
}

/// Everything of the selection that names nothing elsewhere.
fn selection(table: &mut Table<'_>) -> Selection {
    let limit_max = LIMIT_MAX as u64;
    Selection {
        sources: Vec::new(),
        brands: Vec::new(),
        include: rules(table, "include"),
        exclude: rules(table, "exclude"),
        languages: table.each("languages", values::language),
        kinds: table.each("kinds", values::choice(&KINDS)),
        max_age: table.read("max_age", |it| units::signed(it, 60..=100 * YEAR_S)),
        per_source: table.count("per_source", 1..=limit_max),
        limit: table.count("limit", 1..=limit_max).unwrap_or(LIMIT_DEFAULT),
    }
}

fn rules(table: &mut Table<'_>, key: &'static str) -> Vec<Rule> {
    let lines = table.list(key);
    if let Some(beyond) = lines.get(RULES_MAX) {
        beyond.refuse(Refusal::new(format!(
            "`{key}` has {} lines, at most {RULES_MAX} are allowed",
            lines.len()
        )));
        return Vec::new();
    }
    lines.into_iter().filter_map(|it| it.read(rule)).collect()
}

/// A rule line whose regular expressions compile.
fn rule(line: &str) -> Result<Rule, Refusal> {
    let rule = Rule::parse(line).map_err(|error| Refusal::new(error.to_string()))?;
    for term in &rule.terms {
        let Term::Regex(pattern) = term else { continue };
        let compiled = regex::RegexBuilder::new(pattern).size_limit(REGEX_BYTES_MAX).build();
        if let Err(error) = compiled {
            // regex draws the pattern over several lines; its last one says what is wrong.
            let drawn = error.to_string();
            let why = drawn.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            return Err(Refusal::new(format!("{} is not a regular expression: {why}", quote(pattern)))
                .help("a word without slashes is found as a word"));
        }
    }
    Ok(rule)
}

fn moderation(text: &str) -> Result<Moderation, Refusal> {
    match text.split_once(' ') {
        None if text == "open" => Ok(Moderation::Open),
        None if text == "review" => {
            Err(Refusal::new("`review` needs the desk, which this version does not have yet")
                .help("write \"open\", or \"hold 2h\" to leave time for a withdrawal"))
        }
        None if text == "hold" => Err(Refusal::new("`hold` needs a duration").help("write \"hold 2h\"")),
        Some(("hold", duration)) => units::signed(duration, 1..=365 * DAY_S).map(Moderation::Hold),
        _ => {
            let help = "write \"open\", or \"hold\" and a duration, as in \"hold 2h\"";
            Err(Refusal::new(format!("{} is not a way to moderate", quote(text))).help(help))
        }
    }
}

fn images(value: Option<Value<'_>>) -> Images {
    let words = [("proxy", Images::Proxy), ("link", Images::Link), ("none", Images::None)];
    value.and_then(|it| it.read(values::choice(&words))).unwrap_or(Images::Proxy)
}

/// Campaign tags in the order they are written.
fn utm(value: Value<'_>) -> Vec<(String, String)> {
    let whole = value.spot.clone();
    let Some(table) = value.table("`utm`") else { return Vec::new() };
    let notes = table.notes;
    let pairs = table.into_pairs();
    if pairs.len() > UTM_MAX {
        notes.error(
            &whole,
            Refusal::new(format!("`utm` has {} keys, at most {UTM_MAX} are allowed", pairs.len())),
        );
        return Vec::new();
    }
    let mut tags = Vec::new();
    for (key, spot, value) in pairs {
        let text = value.read(values::title);
        if let Some(bare) = key.strip_prefix("utm_") {
            let refusal = Refusal::new("“utm_” is put before these keys by itself");
            notes.error(&spot, refusal.help(format!("write `{bare}`")));
        } else if key.is_empty()
            || !key.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
        {
            notes.error(
                &spot,
                Refusal::new(format!("{} is not a campaign key: use a-z, 0-9 and _", quote(&key))),
            );
        } else {
            tags.extend(text.map(|text| (key, text)));
        }
    }
    tags
}

fn looks(table: &mut Table<'_>, kind: PublicationKind) -> Vec<Look> {
    let name = match kind {
        PublicationKind::Brand => "[[brand.look]]",
        PublicationKind::Group => "[[group.look]]",
    };
    let tables = table.tables("look", name);
    let mut looks: Vec<Look> = Vec::new();
    if let Some(beyond) = tables.get(LOOKS_MAX) {
        let message = format!("a publication has at most {LOOKS_MAX} looks, this one has {}", tables.len());
        beyond.notes.error(&beyond.spot, Refusal::new(message));
        return looks;
    }
    for mut table in tables {
        let name_value = table.take("name");
        let layout = table.read("layout", layout);
        let count = table.count("count", 1..=COUNT_MAX);
        let accent = table.read("accent", accent);
        let scheme = table.read("scheme", values::choice(&SCHEMES));
        if name_value.is_none() {
            table.missing("name");
        }
        table.close();
        let Some(value) = name_value else { continue };
        let Some(name) = value.read(slug) else { continue };
        if looks.iter().any(|it| it.name == name) {
            value.refuse(Refusal::new(format!("there are two looks called `{name}` here")));
        }
        looks.push(Look { name, layout, count, accent, scheme });
    }
    looks
}

fn layout(text: &str) -> Result<Layout, Refusal> {
    if LATER_LAYOUTS.contains(&text) {
        let here = listing(LAYOUTS.iter().map(|(word, _)| *word));
        return Err(Refusal::new(format!("the layout `{text}` is not in this version yet"))
            .help(format!("this version has {here}")));
    }
    values::choice(&LAYOUTS)(text)
}

fn accent(text: &str) -> Result<Accent, Refusal> {
    Accent::parse(text).ok_or_else(|| {
        Refusal::new(format!("{} is not a colour", quote(text)))
            .help("write three or six hexadecimal digits, as in \"0a5\" or \"00aa55\"")
    })
}
