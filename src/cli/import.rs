//! `pressroll import FILE.opml`: the feeds of another reader's list as sources, with all that the list says of them.

use std::{collections::HashMap, process::ExitCode};

use anyhow::Context as _;
use serde_json::{Value, json};
use url::Url;

use super::{
    add::{failure, title, to_show},
    arguments::{General, Import},
    documents,
    outcome::{FINDINGS, Failure, Outcome},
    output,
    register::Register,
    wiring,
};
use crate::{
    config::{
        Config, TAG_CHARS_MAX, URL_BYTES_MAX,
        edit::{Change, NewSource},
        language,
    },
    model::{
        Document, Outline, SourceId,
        outline::{OUTLINES_MAX, Standard},
    },
    parse::opml::{self, Listed},
};

/// Notes that are told; `--json` tells all.
const NOTES_MAX: usize = 20;

const NAMELESS: &str = "an outline without a name";

/// Something of the list that was not added, or not as it stood there.
struct Note {
    what: String,
    why: String,
}

/// Status 0 if something was added, 1 if nothing was.
pub fn run(general: &General, options: &Import) -> Outcome {
    let bytes = documents::read(&options.file)?;
    let document = Document { bytes: &bytes, content_type: None, base: None };
    let list = opml::read(&document)
        .with_context(|| format!("{} cannot be imported", options.file.display()))
        .map_err(Failure::usage)?;
    let loaded = if options.print { wiring::load_or_default(general) } else { wiring::load(general) }?;
    let mut intake = Intake::new(Register::of(&loaded.config));
    for name in &list.without_address {
        intake.note(name, "it has no address (xmlUrl) and holds no feed");
    }
    for listed in &list.feeds {
        intake.take(listed);
    }
    if list.lost_attributes > 0 {
        let many = format!("{} attributes", list.lost_attributes);
        intake.note(&many, "left out: their names or values are none that can be written back");
    }
    if list.beyond > 0 {
        let why = format!("left out: at most {} are read of one list", opml::OUTLINES_MAX);
        intake.note(&format!("{} outlines", list.beyond), &why);
    }
    let Intake { sources, notes, .. } = intake;
    let lines = options.print.then(|| sources.iter().map(NewSource::lines).collect::<Vec<_>>().join("\n"));
    if lines.is_none() && !sources.is_empty() {
        let change = Change::adding(&sources, None, &loaded, &wiring::overrides(general)).map_err(failure)?;
        change.write().map_err(failure)?;
    }
    if general.json {
        output::print(&object(&sources, &notes, lines.as_deref()).to_string())?;
    } else {
        tell_notes(&notes);
        match lines {
            Some(lines) => output::write(lines.as_bytes())?,
            None => tell(&sources, &loaded.config)?,
        }
    }
    Ok(if sources.is_empty() { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}

/// Makes sources of what is listed, one by one.
struct Intake {
    register: Register,
    sources: Vec<NewSource>,
    /// Places in [`Intake::sources`].
    new: HashMap<SourceId, usize>,
    notes: Vec<Note>,
}

impl Intake {
    fn new(register: Register) -> Self {
        Self { register, sources: Vec::new(), new: HashMap::new(), notes: Vec::new() }
    }

    fn note(&mut self, what: &str, why: &str) {
        let what = if what.is_empty() { NAMELESS } else { what };
        self.notes.push(Note { what: what.to_owned(), why: why.to_owned() });
    }

    fn take(&mut self, listed: &Listed) {
        let mut url = match address(&listed.address) {
            Ok(url) => url,
            Err(why) => return self.note(listed.title().unwrap_or(&listed.address), why),
        };
        let shown = without_login(&mut url);
        if let Some(id) = self.register.holder(&url).cloned() {
            return self.again(listed, &url, &id);
        }
        if shown {
            let why = "added without the user name and password in its address, which feeds.toml does not take: \
                       write headers = { Authorization = \"env:NAME\" }";
            self.note(url.as_str(), why);
        }
        let source = self.source(listed, url);
        self.new.insert(source.id.clone(), self.sources.len());
        self.sources.push(source);
    }

    /// A feed that is a source already. Where it stands twice in the list, it keeps both places.
    fn again(&mut self, listed: &Listed, url: &Url, id: &SourceId) {
        let known = self.new.get(id).and_then(|at| self.sources.get_mut(*at));
        let Some(source) = known else {
            return self.note(url.as_str(), &format!("it is there already, as the source “{id}”"));
        };
        if source.outlines.len() >= OUTLINES_MAX {
            return self
                .note(url.as_str(), &format!("it stands in more than {OUTLINES_MAX} places of the list"));
        }
        for tag in tags(listed) {
            if !source.tags.contains(&tag) {
                source.tags.push(tag);
            }
        }
        if source.outlines.is_empty() {
            // Its first place was the list itself, of which nothing had to be said.
            source.outlines.push(Outline::default());
        }
        source.outlines.push(outline(listed, source));
        self.note(url.as_str(), &format!("it stands there more than once: “{id}” keeps each place"));
    }

    fn source(&mut self, listed: &Listed, url: Url) -> NewSource {
        let title = listed.title().and_then(title);
        let names: Vec<String> = title.clone().into_iter().collect();
        let mut source = NewSource {
            id: self.register.enter(&url, &names),
            url,
            title,
            language: listed.said("language").and_then(language),
            tags: tags(listed),
            allow_networks: Vec::new(),
            outlines: Vec::new(),
        };
        let outline = outline(listed, &source);
        source.outlines.extend((outline != Outline::default()).then_some(outline));
        source
    }
}

/// The address of a feed as feeds.toml takes it.
fn address(text: &str) -> Result<Url, &'static str> {
    // `feed://host/…` and `feed:https://…` were once written for readers to open.
    let plain = match text.get(..5).filter(|it| it.eq_ignore_ascii_case("feed:")) {
        Some(_) => {
            text.get(5..).map(|it| if it.starts_with("//") { format!("http:{it}") } else { it.to_owned() })
        }
        None => Some(text.to_owned()),
    };
    let url = plain.and_then(|it| Url::parse(&it).ok()).ok_or("its address is none")?;
    match url.scheme() {
        "http" | "https" if url.as_str().len() <= URL_BYTES_MAX => Ok(url),
        "http" | "https" => Err("its address is too long"),
        _ => Err("its address is neither http nor https"),
    }
}

/// Takes user name and password away; whether there were any.
fn without_login(url: &mut Url) -> bool {
    let had_one = !url.username().is_empty() || url.password().is_some();
    // Both fail only for addresses that cannot have either, which http addresses always can.
    let _always = url.set_username("");
    let _always = url.set_password(None);
    had_one
}

/// The folders around a feed and its categories: what publications take it by.
fn tags(listed: &Listed) -> Vec<String> {
    let folders = listed.folders.iter().map(|it| it.text.as_str());
    let categories = listed.said("category").unwrap_or_default().split(',');
    let categories = categories.map(|it| it.trim().trim_start_matches('/'));
    let mut tags: Vec<String> = Vec::new();
    for tag in folders.chain(categories).filter_map(title) {
        let bare: String = tag.trim_start_matches("tag:").chars().take(TAG_CHARS_MAX).collect();
        let bare = bare.trim().to_owned();
        if !bare.is_empty() && !tags.contains(&bare) {
            tags.push(bare);
        }
    }
    tags
}

/// Where a feed stands, and what the list says of it that does not follow from the source.
fn outline(listed: &Listed, source: &NewSource) -> Outline {
    let here = Outline { folders: listed.folders.clone(), attributes: Vec::new() };
    let places: Vec<Outline> = source.outlines.iter().cloned().chain([here.clone()]).collect();
    let standard = Standard {
        title: source.title.as_deref().unwrap_or(source.id.as_str()),
        url: source.url.as_str(),
        language: source.language.as_deref(),
        tags: &source.tags,
        outlines: &places,
    };
    let follows = standard.attributes();
    let says = |name: &str, value: &str| follows.iter().any(|it| it.0 == name && it.1 == value);
    let kept = listed.attributes.iter().filter(|(name, value)| !says(name, value));
    let mut attributes: Vec<_> = kept.cloned().collect();
    // In the order in which they will be written again: a list that comes back makes the same lines.
    let place = |name: &str| follows.iter().position(|(it, _)| *it == name).unwrap_or(follows.len());
    attributes.sort_by_key(|(name, _)| place(name));
    Outline { attributes, ..here }
}

/// The first of them: a long list may have one for each of its feeds.
fn tell_notes(notes: &[Note]) {
    for Note { what, why } in notes.iter().take(NOTES_MAX) {
        // A name out of somebody's file says nothing to the terminal but itself.
        output::tell(&format!("{}: {why}", title(what).unwrap_or_else(|| NAMELESS.to_owned())));
    }
    if notes.len() > NOTES_MAX {
        output::tell(&format!("and {} more; --json tells all", notes.len() - NOTES_MAX));
    }
}

fn tell(sources: &[NewSource], config: &Config) -> Result<(), Failure> {
    if !sources.is_empty() {
        let head = ["added", "address", "tags"].map(str::to_owned).to_vec();
        let row = |it: &NewSource| vec![it.id.to_string(), it.url.to_string(), it.tags.join(", ")];
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(sources.iter().map(row)).collect();
        output::print(&output::table(&rows))?;
    }
    output::tell(&format!("{} added", output::counted(sources.len(), "source")));
    if let Some(first) = sources.first() {
        let name = first.tags.first().map_or_else(|| first.id.to_string(), |it| format!("tag:{it}"));
        output::tell(&format!("to show them, {}", to_show(config, &name)));
    }
    Ok(())
}

/// `lines` are those that were to be printed only: then nothing was added.
fn object(sources: &[NewSource], notes: &[Note], lines: Option<&str>) -> Value {
    let source = |it: &NewSource| json!({ "id": it.id.as_str(), "url": it.url.as_str(), "title": it.title, "tags": it.tags });
    let sources: Vec<_> = sources.iter().map(source).collect();
    let notes: Vec<_> = notes.iter().map(|it| json!({ "what": it.what, "why": it.why })).collect();
    match lines {
        Some(lines) => json!({ "added": [], "lines": lines, "notes": notes }),
        None => json!({ "added": sources, "notes": notes }),
    }
}
