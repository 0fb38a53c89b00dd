//! `pressroll check`: every complaint about the configuration, in one run.

use std::process::ExitCode;

use serde_json::json;

use super::{
    arguments::General,
    outcome::{FINDINGS, Outcome},
    output, wiring,
};
use crate::config::{self, Complaint, Severity};

fn severity(complaint: &Complaint) -> &'static str {
    match complaint.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Prints complaints and warnings. Status 1 if something must be mended; warnings alone are fine.
pub fn run(general: &General) -> Outcome {
    let (findings, summary, failed) = match config::load(&general.config, &wiring::overrides(general)) {
        Ok(loaded) => {
            let (sources, publications) = (loaded.config.sources.len(), loaded.config.publications.len());
            let summary = format!(
                "{}: {}, {}",
                general.config.display(),
                output::counted(sources, "source"),
                output::counted(publications, "publication")
            );
            (loaded.warnings, summary, false)
        }
        Err(complaints) => {
            let summary = format!("{}: cannot be used as it is", general.config.display());
            (complaints, summary, true)
        }
    };
    if general.json {
        let list: Vec<_> = findings
            .iter()
            .map(|it| {
                json!({ "file": it.file, "line": it.line, "column": it.column, "severity": severity(it),
                        "message": it.message, "help": it.help })
            })
            .collect();
        output::print(&json!({ "ok": !failed, "complaints": list }).to_string())?;
    } else {
        if !findings.is_empty() {
            output::tell(&findings.render(output::colours()));
        }
        output::print(&summary)?;
    }
    Ok(if failed { ExitCode::from(FINDINGS) } else { ExitCode::SUCCESS })
}
