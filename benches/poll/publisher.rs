//! The publisher as its parent sees it: a process of its own, so that what it costs is not counted.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Write},
    net::{IpAddr, Ipv4Addr},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};

use crate::{
    serve::{ARGUMENT, Order},
    way::Way,
};

/// Vouches, by way of an intermediate authority as on the internet, for every host. The keys of both were thrown away.
const ROOT: &[u8] = include_bytes!("tls/root.pem");
/// What the names of hosts end with.
const DOMAIN: &str = ".bench.example";
/// The address before that of the first host, in the network of the machine itself.
const FIRST: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 1);

/// The publisher.
pub struct Publisher {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    port: u16,
    way: Way,
    hosts: usize,
}

/// Connections that were ever made to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// All of them.
    pub made: usize,
    /// Those that took up an earlier TLS session.
    pub resumed: usize,
}

impl Connections {
    /// Those that began with all that belongs to a handshake, if they are encrypted.
    pub fn full(self) -> usize {
        self.made - self.resumed
    }

    /// Those that were made since.
    pub fn since(self, earlier: Self) -> Self {
        Self { made: self.made - earlier.made, resumed: self.resumed - earlier.resumed }
    }
}

impl fmt::Display for Connections {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{} new connections ({} resumed)", self.made, self.resumed)
    }
}

impl Publisher {
    /// Starts one with so many sources.
    pub fn start(way: Way, sources: usize) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([ARGUMENT, way.name, &sources.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take().context("no way to the publisher")?;
        let answers = BufReader::new(child.stdout.take().context("no way back from the publisher")?);
        let mut publisher = Self { child, orders, answers, port: 0, way, hosts: way.hosts(sources) };
        publisher.port = publisher.answer()?.parse()?;
        Ok(publisher)
    }

    /// On how many hosts its sources lie; source number `at` on that of number `at % hosts`.
    pub fn hosts(&self) -> usize {
        self.hosts
    }

    /// Where source number `at` is.
    pub fn address(&self, at: usize) -> String {
        let scheme = if self.way.is_secure() { "https" } else { "http" };
        format!("{scheme}://{}{DOMAIN}:{}/{at}.xml", at % self.hosts, self.port)
    }

    /// Who vouches for it, as DER.
    pub fn root() -> Result<CertificateDer<'static>> {
        Ok(CertificateDer::from_pem_slice(ROOT)?)
    }

    /// Publishes one more entry in one of [`crate::CHANGED_ONE_IN`] sources.
    pub fn change(&mut self, which: usize) -> Result<()> {
        self.order(Order::Change(which)).map(drop)
    }

    /// How many connections were ever made to it.
    pub fn connections(&mut self) -> Result<Connections> {
        self.order(Order::Count)
    }

    /// Waits until the connections that it closes are closed.
    pub fn settle(&mut self) -> Result<()> {
        if self.way.is_kept { Ok(()) } else { self.order(Order::Settle).map(drop) }
    }

    fn order(&mut self, order: Order) -> Result<Connections> {
        writeln!(self.orders, "{order}")?;
        let answer = self.answer()?;
        let (made, resumed) = answer.split_once(' ').context("the publisher speaks in riddles")?;
        Ok(Connections { made: made.parse()?, resumed: resumed.parse()? })
    }

    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        anyhow::ensure!(!line.is_empty(), "the publisher has ended");
        Ok(line.trim().to_owned())
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait()) {
            println!("cannot end the publisher: {error}");
        }
    }
}

/// The address of a host, for both sides.
pub fn look_up(name: &str) -> io::Result<Vec<IpAddr>> {
    let host: Option<u32> = name.strip_suffix(DOMAIN).and_then(|it| it.parse().ok());
    let address = host.and_then(|it| FIRST.to_bits().checked_add(it)).map(Ipv4Addr::from_bits);
    address.map(|it| vec![it.into()]).ok_or_else(|| io::Error::other("no such host"))
}
