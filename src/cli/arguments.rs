//! What may be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::store::Schema;

/// Turns press-release and news feeds into one stream, and shows it on brand pages and in groups.
#[derive(Debug, Parser)]
#[command(name = "pressroll", version, about, propagate_version = true)]
#[command(after_help = "Exit status: 0 well, 1 findings, 2 usage or configuration, 3 network, 4 store.")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub general: General,
}

/// What every command takes.
#[derive(Args, Clone, Debug)]
pub struct General {
    /// The configuration file.
    #[arg(long, global = true, value_name = "FILE", default_value = "feeds.toml")]
    pub config: PathBuf,
    /// Overrides one value of the configuration file; may be repeated.
    #[arg(long = "set", global = true, value_name = "KEY=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Overrides `[server] listen`.
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Prints one JSON object instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Refuses a store that an older version made, instead of bringing it up to date.
    #[arg(long, global = true)]
    pub no_migrate: bool,
}

impl General {
    /// What to do with a store that an older version made.
    pub fn schema(&self) -> Schema {
        if self.no_migrate { Schema::AsItIs } else { Schema::Update }
    }
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) =
        text.split_once('=').ok_or("write it as key=value, such as server.listen=127.0.0.1:8081")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

/// One command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Polls and serves until SIGTERM or SIGINT.
    Serve,
    /// Shows the whole product without network: a publisher, the aggregator, and a page with widgets.
    Demo,
    /// Writes a commented feeds.toml.
    Init(Init),
    /// Looks for the feeds of a site.
    Discover(Discover),
    /// Looks for the best feed of a site and adds it to feeds.toml.
    Add(Add),
    /// Adds the feeds of an OPML list to feeds.toml.
    Import(Import),
    /// Prints every source as a list for other readers.
    Export(Export),
    /// Reads the configuration and prints every complaint.
    Check(Check),
    /// Polls the named (or all) sources once, now.
    Fetch(Fetch),
    /// Reads one feed document and prints it as JSON.
    Parse(Parse),
    /// Cleans HTML.
    Sanitize(Sanitize),
    /// Prints one edition from the store.
    Render(Render),
    /// Prints the snippets to paste into a page.
    Embed(Publication),
    /// Tells how the store and the sources do.
    Status(Status),
    /// Looks at configuration, store, clock, network and public address, and says what to mend.
    Doctor,
    /// Brings the store up to date, or copies it into another one.
    Migrate(Migrate),
    /// Saves the store as one file, also while it is in use.
    Backup(Backup),
    /// Prints a completion script.
    Completions {
        /// For which shell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page.
    Man,
}

/// `init`
#[derive(Args, Debug)]
pub struct Init {
    /// A feed, or a page that names its feeds.
    pub url: Option<String>,
    /// Opens addresses in these private networks, for a site inside a company.
    #[arg(long, value_name = "NETWORK")]
    pub allow_network: Vec<String>,
}

/// `discover`
#[derive(Args, Debug)]
pub struct Discover {
    /// A page of the site, or a feed.
    pub url: String,
    /// Opens addresses in these private networks, for a site inside a company.
    #[arg(long, value_name = "NETWORK")]
    pub allow_network: Vec<String>,
}

/// `add`
#[derive(Args, Debug)]
pub struct Add {
    /// A feed, or a page of the site that has it.
    pub url: String,
    /// The publication that shows it, such as brands/acme or groups/energy.
    #[arg(long, value_name = "PUBLICATION")]
    pub to: Option<String>,
    /// Only prints the lines.
    #[arg(long)]
    pub print: bool,
    /// Opens addresses in these private networks, for a site inside a company.
    #[arg(long, value_name = "NETWORK")]
    pub allow_network: Vec<String>,
}

/// `import`
#[derive(Args, Debug)]
pub struct Import {
    /// An OPML list, or `-` for standard input.
    #[arg(value_name = "FILE.opml")]
    pub file: PathBuf,
    /// Only prints the lines.
    #[arg(long)]
    pub print: bool,
}

/// `export`
#[derive(Args, Debug)]
pub struct Export {
    /// As what.
    pub kind: ExportKind,
}

/// What `export` prints.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ExportKind {
    /// OPML 2.0
    Opml,
}

/// `check`
#[derive(Args, Debug)]
pub struct Check {
    /// Also tries each source once; nothing is kept.
    #[arg(long)]
    pub online: bool,
}

/// `fetch`
#[derive(Args, Debug)]
pub struct Fetch {
    /// Ids of sources; all of them if none is named.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Also says when each is asked next, and why.
    #[arg(long)]
    pub explain: bool,
}

/// `status`
#[derive(Args, Debug)]
pub struct Status {
    /// Ids of sources to tell everything about; without any, one line for each source.
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
}

/// `parse`
#[derive(Args, Debug)]
pub struct Parse {
    /// The address the document came from.
    #[arg(long, value_name = "URL")]
    pub base: Option<url::Url>,
    /// The Content-Type it came with.
    #[arg(long, value_name = "TYPE")]
    pub content_type: Option<String>,
    /// A file, or `-` for standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `sanitize`
#[derive(Args, Debug)]
pub struct Sanitize {
    /// What relative addresses resolve against; without it they are dropped.
    #[arg(long, value_name = "URL")]
    pub base: Option<url::Url>,
    /// One {"id","html"} in, one {"id","html"} out per line.
    #[arg(long)]
    pub ndjson: bool,
    /// A file, or `-` for standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// A publication by its path.
#[derive(Args, Debug)]
pub struct Publication {
    /// Such as brands/acme or groups/energy.
    pub publication: String,
}

/// `render`
#[derive(Args, Debug)]
pub struct Render {
    /// Such as brands/acme or groups/energy.
    pub publication: String,
    /// Which edition.
    #[arg(long)]
    pub format: Edition,
}

/// `migrate`
#[derive(Args, Debug)]
pub struct Migrate {
    /// The store to copy: sqlite:FILE, postgres://…, env:NAME or file:PATH; relative paths start from the current folder.
    #[arg(long, value_name = "URL", requires = "to")]
    pub from: Option<String>,
    /// The empty store to copy it into.
    #[arg(long, value_name = "URL", requires = "from")]
    pub to: Option<String>,
}

/// `backup`
#[derive(Args, Debug)]
pub struct Backup {
    /// The file to write; it must not be there.
    pub file: PathBuf,
}

/// What `render` prints.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Edition {
    /// RSS 2.0
    Rss,
    /// Atom
    Atom,
    /// JSON Feed
    Json,
    /// The widget's document
    Widget,
}
