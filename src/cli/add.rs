//! `pressroll add URL`: the best feed of a site, written into feeds.toml with everything that stands there left as it is.

use std::process::ExitCode;

use serde_json::json;
use url::Url;

use super::{
    arguments::{Add, General},
    discover::{self, Effort, Findings, Found},
    outcome::{FINDINGS, Failure, Outcome},
    output,
    register::Register,
    wiring,
};
use crate::{
    config::{
        Config, Loaded, TITLE_CHARS_MAX,
        edit::{Change, EditError, NewSource},
        slug_of, toml_text,
    },
    model::{PublicationPath, SourceId},
    parse::discover::{Likeness, likeness},
};

/// Most other feeds of the site that are named.
const OTHERS_MAX: usize = 10;

/// Status 0 if it was added, 1 if it is there already or no feed was found, 3 if the address cannot be reached.
pub async fn run(general: &General, options: &Add) -> Outcome {
    let loaded = if options.print { wiring::load_or_default(general) } else { wiring::load(general) }?;
    let config = &loaded.config;
    let to = match &options.to {
        Some(named) => Some(wiring::publication(config, named)?.path.clone()),
        None => None,
    };
    let mut register = Register::of(config);
    let start = discover::address(&options.url)?;
    if let Some(id) = register.holder(&start) {
        return known(general, id, &start);
    }
    let networks = discover::networks(&options.allow_network)?;
    let findings = discover::search(config, &start, &networks, Effort::Enough).await?;
    let Some(best) = findings.feeds.first() else {
        if general.json {
            let dropped = discover::dropped(&findings);
            output::print(&json!({ "added": null, "others": [], "dropped": dropped }).to_string())?;
        }
        output::tell(&discover::nothing(&findings));
        return Ok(ExitCode::from(FINDINGS));
    };
    if let Some(id) = register.holder(&best.url) {
        return known(general, id, &best.url);
    }
    let source = source(best, &mut register);
    if options.print {
        return printed(general, &source, to.as_ref(), &findings);
    }
    let overrides = wiring::overrides(general);
    let change = Change::adding(std::slice::from_ref(&source), to.as_ref(), &loaded, &overrides);
    let change = change.map_err(failure)?;
    change.write().map_err(failure)?;
    let added = Added { source: &source, best, to, findings: &findings };
    added.tell(general, &loaded, &change)?;
    Ok(ExitCode::SUCCESS)
}

/// Why a file was not changed.
pub fn failure(error: EditError) -> Failure {
    Failure::usage(error)
}

/// Nothing is done: the source is there.
fn known(general: &General, id: &SourceId, url: &Url) -> Outcome {
    if general.json {
        output::print(
            &json!({ "added": null, "known": { "id": id.as_str(), "url": url.as_str() } }).to_string(),
        )?;
    }
    output::tell(&format!("{url} is there already: it is the source “{id}”; nothing was changed"));
    Ok(ExitCode::from(FINDINGS))
}

/// Nothing is done: the lines are for somebody else to put in.
fn printed(
    general: &General,
    source: &NewSource,
    to: Option<&PublicationPath>,
    findings: &Findings,
) -> Outcome {
    if general.json {
        let others: Vec<_> = findings.feeds.iter().skip(1).map(discover::feed).collect();
        let to = to.map(ToString::to_string);
        let object = json!({ "added": null, "lines": source.lines(), "to": to, "others": others });
        output::print(&object.to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    output::write(source.lines().as_bytes())?;
    if let Some(path) = to {
        output::tell(&format!("and in the `sources` of {path}: \"{}\"", source.id));
    }
    Ok(ExitCode::SUCCESS)
}

/// The feed as a source, named after its site.
fn source(found: &Found, register: &mut Register) -> NewSource {
    let host = slug_of(&found.url);
    let about = likeness(&found.url, Some(&found.title));
    let press = host.as_ref().filter(|_| about == Likeness::Press).map(|it| format!("{it}-press"));
    let names: Vec<String> = press.into_iter().chain(host).chain([found.title.clone()]).collect();
    NewSource {
        id: register.enter(&found.url, &names),
        url: found.url.clone(),
        title: title(&found.title),
        language: None,
        tags: Vec::new(),
        allow_networks: found.networks.clone(),
        outlines: Vec::new(),
    }
}

/// A title as feeds.toml takes it: one line of visible text.
pub fn title(text: &str) -> Option<String> {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|it| !it.is_control()).take(TITLE_CHARS_MAX).collect();
    Some(line.trim().to_owned()).filter(|it| !it.is_empty())
}

/// What was done, to be told.
struct Added<'a> {
    source: &'a NewSource,
    best: &'a Found,
    to: Option<PublicationPath>,
    findings: &'a Findings,
}

impl Added<'_> {
    fn tell(&self, general: &General, loaded: &Loaded, change: &Change) -> Result<(), Failure> {
        let others = self.findings.feeds.iter().skip(1);
        let file = change.file().display();
        if general.json {
            let added = json!({ "id": self.source.id.as_str(), "url": self.source.url.as_str(), "title": self.source.title });
            let to = self.to.as_ref().map(ToString::to_string);
            let others: Vec<_> = others.map(discover::feed).collect();
            let object = json!({ "added": added, "file": file.to_string(), "to": to, "others": others });
            return output::print(&object.to_string());
        }
        let (id, url) = (&self.source.id, &self.source.url);
        let entries = if self.best.entries == 1 { "entry" } else { "entries" };
        output::print(&format!("added “{id}” to {file}: {url}, {} {entries}", self.best.entries))?;
        match &self.to {
            Some(path) => output::tell(&format!("{path} shows it")),
            None => output::tell(&format!("nothing shows it yet: {}", to_show(&loaded.config, id.as_str()))),
        }
        let many = self.findings.feeds.len() - 1;
        if many > 0 {
            output::tell(&format!("the site has {many} more, each to be added by its own address:"));
            for other in others.take(OTHERS_MAX) {
                output::tell(&format!("  {}  {} ({} entries)", other.url, other.title, other.entries));
            }
        }
        Ok(())
    }
}

/// What to do so that a source is shown.
pub fn to_show(config: &Config, name: &str) -> String {
    let name = toml_text(name);
    let paths: Vec<String> = config.publications.iter().map(|it| it.path.to_string()).collect();
    if paths.is_empty() {
        return format!("declare a [[brand]] with sources = [{name}]");
    }
    format!("write {name} into the `sources` of a publication ({})", paths.join(", "))
}
