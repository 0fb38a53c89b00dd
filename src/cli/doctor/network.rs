//! What this machine knows of the network: names, whom it trusts, and proxies.

use std::{
    collections::BTreeSet,
    env,
    time::{Duration, Instant},
};

use tokio::{net::TcpStream, task::JoinSet};
use url::{Host, Url};

use super::finding::Finding;
use crate::{cli::output, config::Config, fetch, model::Proxy};

const PLACE_NAMES: &str = "names";
/// Names that are looked up; more say nothing more about this machine.
const NAMES_MAX: usize = 40;
/// Names that a sentence tells of.
const NAMED_MAX: usize = 5;
/// All look-ups together.
const LOOKUPS_MAX: Duration = Duration::from_secs(6);
/// Connecting to the proxy.
const PROXY_MAX: Duration = Duration::from_secs(4);
/// A look-up that takes longer is slow, milliseconds.
const SLOW_MS: u128 = 2_000;
/// Variables that name a proxy for other programs.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/// What can be said without asking anybody.
pub fn machine(config: &Config) -> Vec<Finding> {
    vec![roots(config)]
}

/// The proxy that feeds.toml names, or one that it does not.
pub async fn proxy(config: &Config) -> Vec<Finding> {
    const PLACE: &str = "proxy";
    let Some(proxy) = &config.fetch.proxy else { return proxy_of_environment().into_iter().collect() };
    let place = proxy.place();
    let why = match tokio::time::timeout(PROXY_MAX, TcpStream::connect(&place)).await {
        Ok(Ok(_)) => return vec![Finding::well(PLACE, format!("{place} takes connections"))],
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no connection within {} s", PROXY_MAX.as_secs()),
    };
    let remedy =
        "start it, or change `proxy` in [fetch]: no source outside of `no_proxy` can be polled without it";
    vec![Finding::wrong(PLACE, format!("{place} cannot be reached: {why}")).mend(remedy)]
}

/// Whom this machine trusts.
fn roots(config: &Config) -> Finding {
    const PLACE: &str = "roots";
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter();
    let named: Vec<_> = named.filter_map(|it| Some(format!("{it}={}", env::var(it).ok()?))).collect();
    let found = rustls_native_certs::load_native_certs();
    let from =
        if named.is_empty() { "of the system".to_owned() } else { format!("of {}", named.join(" and ")) };
    let count = found.certs.len();
    let trouble = found.errors.first().map(|it| format!("; {it}")).unwrap_or_default();
    let own = match config.fetch.roots.len() {
        0 => String::new(),
        own => format!(", and {own} of `ca_file`"),
    };
    let count = count + config.fetch.roots.len();
    let sentence = format!("{} root certificates {from}{own}{trouble}", found.certs.len());
    let needs_them = config.sources.iter().any(|it| it.url.scheme() == "https")
        || config.site.public_url.starts_with("https://");
    match count {
        0 if needs_them => Finding::wrong(PLACE, sentence).mend(
            "install the package ca-certificates, or name a file of root certificates in SSL_CERT_FILE",
        ),
        0 => Finding::note(PLACE, sentence).mend("https will need them: install the package ca-certificates"),
        _ if !found.errors.is_empty() => {
            Finding::note(PLACE, sentence).mend("mend or remove the file that cannot be read")
        }
        _ => Finding::well(PLACE, sentence),
    }
}

/// A proxy that other programs use, and pressroll does not.
fn proxy_of_environment() -> Option<Finding> {
    let named = |it: &&&str| env::var(it).is_ok_and(|it| !it.is_empty());
    let variable = PROXY_VARIABLES.iter().find(named)?;
    let sentence =
        format!("the environment names a proxy ({variable}), which is not used unless feeds.toml says so");
    let remedy =
        format!("if publishers are reached through it only, write proxy = \"env:{variable}\" in [fetch]");
    Some(Finding::note("proxy", sentence).mend(remedy))
}

/// Whether the names of publishers and of the site itself can be resolved, and how quickly.
pub async fn names(config: &Config) -> Vec<Finding> {
    let own = Url::parse(&config.site.public_url).ok();
    let urls = config.sources.iter().filter(|it| it.enabled).map(|it| &it.url).chain(own.as_ref());
    let names: BTreeSet<String> = urls
        .filter_map(|it| match it.host() {
            Some(Host::Domain(name)) => Some(name.to_owned()),
            _ => None,
        })
        .collect();
    let all = names.len();
    let of_proxy = |it: &&String| {
        let is_own = own.as_ref().and_then(Url::host_str) == Some(it.as_str());
        let goes_around = |proxy: &Proxy| proxy.around.iter().any(|around| around.covers_name(it));
        !is_own && config.fetch.proxy.as_ref().is_some_and(|proxy| !goes_around(proxy))
    };
    let of_proxy: BTreeSet<String> = names.iter().take(NAMES_MAX).filter(of_proxy).cloned().collect();
    let mut looks = JoinSet::new();
    for name in names.into_iter().take(NAMES_MAX) {
        looks.spawn_blocking(move || {
            let (started, lookup) = (Instant::now(), fetch::system_lookup());
            let why = match lookup(&name) {
                Ok(found) if found.is_empty() => Some("it has no address".to_owned()),
                Ok(_) => None,
                Err(error) => Some(error.to_string()),
            };
            (name, why, started.elapsed())
        });
    }
    let asked = looks.len();
    let mut known = Vec::new();
    // The rest hang: the system's resolver cannot be called off.
    let _in_time = tokio::time::timeout(LOOKUPS_MAX, async {
        while let Some(ended) = looks.join_next().await {
            known.extend(ended.ok());
        }
    })
    .await;
    let is_resolved = |name: &String| known.iter().any(|(it, why, _)| it == name && why.is_none());
    let left: Vec<String> = of_proxy.into_iter().filter(|it| !is_resolved(it)).collect();
    known.retain(|(name, ..)| !left.contains(name));
    let (all, asked) = (all - left.len(), asked - left.len());
    let of_others = if asked == 0 && !left.is_empty() { Vec::new() } else { of_names(all, asked, &known) };
    of_others.into_iter().chain(left_to_proxy(&left)).collect()
}

/// Inside a company it is often the proxy alone that knows the names outside.
fn left_to_proxy(names: &[String]) -> Option<Finding> {
    let first = names.get(..names.len().min(NAMED_MAX)).filter(|it| !it.is_empty())?;
    let more = if names.len() > first.len() { ", …" } else { "" };
    let many = output::counted(names.len(), "name");
    let are = if names.len() == 1 { "is" } else { "are" };
    let sentence = format!(
        "{many} ({}{more}) {are} not resolved by this machine, and left to the proxy",
        first.join(", ")
    );
    Some(Finding::note(PLACE_NAMES, sentence))
}

type Look = (String, Option<String>, Duration);

fn of_names(all: usize, asked: usize, known: &[Look]) -> Vec<Finding> {
    if asked == 0 {
        return vec![Finding::well(PLACE_NAMES, "no source has a name to be resolved")];
    }
    let sample = if asked < all { format!(" of {all}") } else { String::new() };
    let failed: Vec<&Look> = known.iter().filter(|(_, why, _)| why.is_some()).collect();
    // A single name that nobody knows may be a slip; several say something of this machine.
    if known.is_empty() || (failed.len() == known.len() && known.len() > 1) {
        let why = failed.first().and_then(|(_, why, _)| why.clone());
        let why = why.unwrap_or_else(|| format!("nothing answered within {} s", LOOKUPS_MAX.as_secs()));
        let sentence = format!("no name could be resolved ({asked}{sample} tried): {why}");
        let remedy = "this machine is offline, or its name server (/etc/resolv.conf) does not answer";
        return vec![Finding::wrong(PLACE_NAMES, sentence).mend(remedy)];
    }
    let mut findings = Vec::new();
    for (name, why, _) in failed.iter().take(NAMED_MAX) {
        let sentence = format!("{name} could not be resolved: {}", why.as_deref().unwrap_or_default());
        let remedy =
            "look for a slip in feeds.toml; if there is none, the name is gone or its name server is down";
        findings.push(Finding::wrong(PLACE_NAMES, sentence).mend(remedy));
    }
    if failed.len() > NAMED_MAX {
        let more = failed.len() - NAMED_MAX;
        findings.push(Finding::wrong(PLACE_NAMES, format!("{more} more names could not be resolved")));
    }
    let slowest = known.iter().filter(|(_, why, _)| why.is_none()).max_by_key(|(.., took)| *took);
    if let Some((name, _, took)) = slowest {
        let well = known.len() - failed.len();
        let took_ms = took.as_millis();
        let late = asked - known.len();
        let sentence =
            format!("{well} of {asked} names{sample} are resolved, the slowest ({name}) in {took_ms} ms");
        findings.push(match (late, took_ms) {
            (0, ..SLOW_MS) => Finding::well(PLACE_NAMES, sentence),
            (0, _) => {
                Finding::note(PLACE_NAMES, sentence).mend("see which name server /etc/resolv.conf names")
            }
            _ => Finding::note(
                PLACE_NAMES,
                format!("{sentence}; {late} took longer than {} s", LOOKUPS_MAX.as_secs()),
            )
            .mend("see which name server /etc/resolv.conf names"),
        });
    }
    findings
}
