//! How a command ended: exit statuses, and errors as sentences.

use std::process::ExitCode;

use super::output;

/// What a command returns.
pub type Outcome = Result<ExitCode, Failure>;

/// Findings: complaints, or some sources failed.
pub const FINDINGS: u8 = 1;
const USAGE: u8 = 2;
const NETWORK: u8 = 3;
const STORE: u8 = 4;

/// A failed command: its exit status and why.
#[derive(Debug)]
pub struct Failure {
    status: u8,
    error: anyhow::Error,
}

impl Failure {
    /// Wrong use or configuration: exit status 2.
    pub fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { status: USAGE, error: error.into() }
    }

    /// The network failed: exit status 3.
    pub fn network(error: impl Into<anyhow::Error>) -> Self {
        Self { status: NETWORK, error: error.into() }
    }

    /// The store failed: exit status 4.
    pub fn store(error: impl Into<anyhow::Error>) -> Self {
        Self { status: STORE, error: error.into() }
    }

    /// The error with its causes, each once.
    pub fn sentence(&self) -> String {
        let mut said = String::new();
        for cause in self.error.chain() {
            let sentence = cause.to_string();
            if !said.contains(&sentence) {
                said = if said.is_empty() { sentence } else { format!("{said}: {sentence}") };
            }
        }
        said
    }

    /// Prints the error with its causes, and gives the exit status.
    pub fn tell(&self) -> ExitCode {
        output::tell(&format!("pressroll: {}", self.sentence()));
        ExitCode::from(self.status)
    }
}
