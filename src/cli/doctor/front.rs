//! Our own address, as readers meet it: whether pressroll answers there, and whether what stands in front of it lets
//! its answers through as they are.

use http::header;
use url::Url;

use super::{
    finding::Finding,
    passage::{self, Kind, Page},
};
use crate::{
    config::Config,
    fetch::{FetchError, Fetcher, Look},
    model::{Format, Source, SourceId, source::Network},
};

const PLACE: &str = "public_url";
/// Where the process itself is asked.
const HEALTH_PATH: &str = "/livez";
/// How that answer begins.
const ALIVE: &[u8] = b"alive";
/// The operator's own address may lie anywhere: no publisher chooses it.
const ANYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];
const START: &str = "start `pressroll serve`; if it listens elsewhere, say so here too, with --listen";

/// Looks at the process where it listens, and at the site where readers find it.
pub async fn look(config: &Config, fetcher: &Fetcher) -> Vec<Finding> {
    let public = Url::parse(&config.site.public_url).ok();
    let (Some(public), Some(eye)) = (public, Eye::new(fetcher)) else {
        return vec![Finding::wrong(PLACE, "it is no address that could be looked at")];
    };
    let direct = direct(config);
    let own = match &direct {
        Some(direct) => Some(eye.look(direct, HEALTH_PATH).await),
        None => None,
    };
    let serves = own.as_ref().is_some_and(|it| it.as_ref().is_ok_and(is_ours));
    let mut findings = Vec::new();
    findings.extend(direct.as_ref().zip(own).map(|(direct, own)| listening(direct, own)));
    let is_said = config.site.public_url != format!("http://{}", config.server.listen);
    if !is_said {
        let sentence = format!("it is not set, so every feed and snippet points to {public}");
        findings
            .push(Finding::note(PLACE, sentence).mend("write public_url in [site]: where readers find it"));
    }
    let through = if is_said { reach(&eye, &public).await } else { Ok(()) };
    match through {
        Err(finding) => findings.push(finding),
        Ok(()) if serves || is_said => {
            let direct = direct.filter(|_| serves && is_said);
            findings.extend(pages(config, &eye, &public, direct.as_ref()).await);
            findings.extend(plain(&eye, &public).await);
        }
        Ok(()) => {}
    }
    findings
}

/// Looks at addresses of the operator's own.
struct Eye<'a> {
    fetcher: &'a Fetcher,
    id: SourceId,
    networks: Vec<Network>,
}

impl<'a> Eye<'a> {
    fn new(fetcher: &'a Fetcher) -> Option<Self> {
        let networks = ANYWHERE.iter().filter_map(|it| Network::parse(it)).collect();
        Some(Self { fetcher, id: SourceId::new("doctor").ok()?, networks })
    }

    /// What stands at `path` below `base`.
    async fn look(&self, base: &Url, path: &str) -> Result<Look, FetchError> {
        let mut url = base.clone();
        url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
        let allow_networks = self.networks.clone();
        self.fetcher.look(&Source { allow_networks, ..Source::at(self.id.clone(), url) }).await
    }
}

fn is_ours(seen: &Look) -> bool {
    seen.status == 200 && seen.body.starts_with(ALIVE)
}

/// Where the process is reached on this machine, with the path of the site; nothing where the port is not known.
fn direct(config: &Config) -> Option<Url> {
    let mut listen = config.server.listen;
    if listen.port() == 0 {
        return None;
    }
    if listen.ip().is_unspecified() {
        listen.set_ip(match listen {
            std::net::SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    Url::parse(&format!("http://{listen}{}", config.site.prefix())).ok()
}

/// What was found where the process listens.
fn listening(direct: &Url, own: Result<Look, FetchError>) -> Finding {
    const PLACE: &str = "listen";
    match own {
        Ok(seen) if is_ours(&seen) => Finding::well(PLACE, format!("pressroll answers at {direct}")),
        Ok(seen) => {
            let sentence = format!("something else answers at {direct} (status {})", seen.status);
            Finding::wrong(PLACE, sentence)
                .mend("another program has the port: stop it, or choose another `listen`")
        }
        Err(error) => Finding::wrong(PLACE, format!("nothing answers at {direct}: {error}")).mend(START),
    }
}

/// Whether pressroll is reached through its public address.
async fn reach(eye: &Eye<'_>, public: &Url) -> Result<(), Finding> {
    let wrong = |sentence: String, remedy: &str| Err(Finding::wrong(PLACE, sentence).mend(remedy));
    let seen = match eye.look(public, HEALTH_PATH).await {
        Ok(seen) => seen,
        Err(error) => return wrong(format!("{public} does not answer: {error}"), of_failure(&error)),
    };
    match seen.status {
        200 if is_ours(&seen) => Ok(()),
        300..400 => {
            let to = seen.fields.get(header::LOCATION).and_then(|it| it.to_str().ok());
            let to = to.unwrap_or("another address");
            wrong(
                format!("{public} leads on to {to}"),
                "write the address where readers end up as `public_url`: every link is built from it",
            )
        }
        502..=504 => wrong(
            format!("what stands in front at {public} does not reach pressroll (status {})", seen.status),
            "start `pressroll serve`, and let the web server in front pass requests to its `listen`",
        ),
        status => wrong(
            format!("something else than pressroll answers at {public} (status {status})"),
            "see “Behind a proxy” in docs/OPERATIONS.md: the path is passed on as it is",
        ),
    }
}

fn of_failure(error: &FetchError) -> &'static str {
    match error.class() {
        "dns" => "give the name an address, or correct `public_url`",
        "tls" => "mend the certificate of the web server in front; readers are warned of it, too",
        "timeout" | "slow" | "connect" => {
            "start the web server in front, or correct `public_url`; if others reach it, this machine alone cannot"
        }
        _ => "correct `public_url`, or what stands in front of pressroll",
    }
}

/// Looks at one page of each kind, in front and, to compare, where the process listens.
async fn pages(config: &Config, eye: &Eye<'_>, public: &Url, direct: Option<&Url>) -> Vec<Finding> {
    let mut wanted = vec![(Kind::Page, "/".to_owned())];
    if let Some(publication) = config.publications.first() {
        wanted.push((Kind::Feed, format!("/{}/feed.{}", publication.path, Format::Rss.extension())));
        wanted.push((Kind::Widget, format!("/{}/widget", publication.path)));
    }
    let mut seen = Vec::new();
    for (kind, path) in wanted {
        let own = async {
            match direct {
                Some(direct) => eye.look(direct, &path).await.ok(),
                None => None,
            }
        };
        let (front, own) = tokio::join!(eye.look(public, &path), own);
        match front {
            Ok(front) => seen.push(Page { kind, path, front, own }),
            Err(error) => {
                let sentence = format!("{public} stopped answering at {path}: {error}");
                return vec![Finding::wrong(PLACE, sentence).mend(of_failure(&error))];
            }
        }
    }
    passage::judge(PLACE, &seen, config.server.cache_max)
}

/// Whether readers who type the address without https come to the secure one.
async fn plain(eye: &Eye<'_>, public: &Url) -> Option<Finding> {
    if public.scheme() != "https" || public.port().is_some() {
        return None;
    }
    let mut plain = public.clone();
    plain.set_scheme("http").ok()?;
    // Whoever closes the door has no secrets to tell through it.
    let seen = eye.look(&plain, "/").await.ok()?;
    let to = seen.fields.get(header::LOCATION).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if (300..400).contains(&seen.status) && to.starts_with("https://") {
        return None;
    }
    let sentence = format!("{plain} answers without leading to https (status {})", seen.status);
    Some(Finding::note(PLACE, sentence).mend("let the web server in front redirect http to https"))
}
