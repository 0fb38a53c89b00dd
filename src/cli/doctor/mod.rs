//! `pressroll doctor`: looks at everything that pressroll stands on, and says what to mend.
//!
//! It changes nothing, asks publishers for next to nothing, and may run beside `serve`. Everything is looked at at the
//! same time, each within a limit, so that it ends also where nothing answers.

mod finding;
mod front;
mod network;
mod passage;
mod publishers;
mod store;

use std::{process::ExitCode, time::Duration};

use finding::{Finding, Verdict};
use serde_json::json;

use super::{
    arguments::General,
    layout,
    outcome::{FINDINGS, Failure, Outcome},
    output, wall_clock, wiring,
};
use crate::{
    config::{self, Complaints, Config, FetchSettings, Severity},
    fetch,
};

/// One look at an address, from the look-up of its name to the end of its answer.
const LOOK_MAX: Duration = Duration::from_secs(4);
/// One connection.
const CONNECT_MAX: Duration = Duration::from_secs(3);
/// Everything that is looked at in one place, such as the store.
const PLACE_MAX: Duration = Duration::from_secs(12);
const CONFIGURATION: &str = "configuration";
/// Complaints about the configuration that are told; `check` tells all.
const COMPLAINTS_MAX: usize = 5;

/// Status 0 if nothing must be mended, 1 if something must.
pub async fn run(general: &General) -> Outcome {
    let findings = match config::load(&general.config, &wiring::overrides(general)) {
        Ok(loaded) => {
            let mut findings = configuration(general, &loaded.config, &loaded.warnings);
            findings.extend(house(&loaded.config).await?);
            findings
        }
        Err(complaints) => unusable(&complaints),
    };
    let wrong = findings.iter().filter(|it| it.verdict == Verdict::Wrong).count();
    let text = if general.json {
        let list: Vec<_> = findings.iter().map(Finding::object).collect();
        json!({ "ok": wrong == 0, "findings": list }).to_string()
    } else {
        let rows: Vec<_> = findings.into_iter().map(Finding::into_row).collect();
        format!("{}\n\n{}", layout::list(&rows, layout::width()), verdict(wrong))
    };
    output::print(&text)?;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::from(FINDINGS) })
}

fn verdict(wrong: usize) -> String {
    match wrong {
        0 => "Nothing has to be mended.".to_owned(),
        1 => "One thing has to be mended: the line with ✗.".to_owned(),
        more => format!("{more} things have to be mended: the lines with ✗."),
    }
}

/// Everything that a usable configuration names.
async fn house(config: &Config) -> Result<Vec<Finding>, Failure> {
    let clock = wall_clock();
    let fetcher = wiring::fetcher(config, &clock, hasty())?;
    let ours = wiring::fetcher(&without_proxy(config), &clock, hasty())?;
    let (store, proxy, names, publishers, front) = tokio::join!(
        within("store", store::look(config, &clock)),
        within("proxy", network::proxy(config)),
        within("names", network::names(config)),
        within("clock", publishers::look(config, &fetcher, &clock)),
        within("public_url", front::look(config, &ours)),
    );
    let machine = network::machine(config).into_iter();
    Ok(store.into_iter().chain(machine).chain(proxy).chain(names).chain(publishers).chain(front).collect())
}

/// The way to the site itself: a proxy leads to publishers, and might refuse addresses of this machine or network.
fn without_proxy(config: &Config) -> Config {
    let fetch = FetchSettings { proxy: None, ..config.fetch.clone() };
    Config { fetch, ..config.clone() }
}

/// Less patience than for feeds.
fn hasty() -> fetch::Limits {
    fetch::Limits { timeout: LOOK_MAX, connect_timeout: CONNECT_MAX, ..fetch::Limits::default() }
}

/// What is found in one place, or that nothing was in time.
async fn within(place: &'static str, look: impl Future<Output = Vec<Finding>>) -> Vec<Finding> {
    tokio::time::timeout(PLACE_MAX, look).await.unwrap_or_else(|_| {
        let sentence = format!("nothing could be said of it within {} s", PLACE_MAX.as_secs());
        vec![Finding::wrong(place, sentence).mend("find out what hangs, and run `pressroll doctor` again")]
    })
}

fn configuration(general: &General, config: &Config, warnings: &Complaints) -> Vec<Finding> {
    let sources = output::counted(config.sources.len(), "source");
    let publications = output::counted(config.publications.len(), "publication");
    let usable = format!("{}: {sources}, {publications}", general.config.display());
    std::iter::once(Finding::well(CONFIGURATION, usable)).chain(complained(warnings, Finding::note)).collect()
}

/// Without a configuration nothing else can be looked at.
fn unusable(complaints: &Complaints) -> Vec<Finding> {
    let further = Finding::note(CONFIGURATION, "nothing else could be looked at without a configuration");
    let further = further.mend("`pressroll check` shows every complaint with its line");
    complained(complaints, Finding::wrong).chain([further]).collect()
}

/// The first complaints; where there are errors, these alone.
fn complained<'a>(
    complaints: &'a Complaints,
    finding: impl Fn(&'static str, String) -> Finding + 'a,
) -> impl Iterator<Item = Finding> + 'a {
    let wanted = if complaints.any_errors() { Severity::Error } else { Severity::Warning };
    let told = complaints.into_iter().filter(move |it| it.severity == wanted).take(COMPLAINTS_MAX);
    told.map(move |it| {
        // A complaint about a whole file has no line.
        let place = if it.line == 0 { it.file.clone() } else { format!("{}:{}", it.file, it.line) };
        let told = finding(CONFIGURATION, format!("{place}: {}", it.message));
        it.help.iter().fold(told, |told, help| told.mend(help.clone()))
    })
}
