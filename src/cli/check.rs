//! `pressroll check`: every complaint about the configuration, in one run.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{
    arguments::{Check, General},
    layout,
    outcome::{FINDINGS, Outcome},
    output,
    trial::{self, Trial},
    wiring,
};
use crate::config::{self, Complaint, Config, Severity};

fn severity(complaint: &Complaint) -> &'static str {
    match complaint.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Prints complaints and warnings, and with `--online` what came of trying each source. Status 1 if something must be
/// mended; warnings alone are fine.
pub async fn run(general: &General, options: &Check) -> Outcome {
    let (config, findings) = match config::load(&general.config, &wiring::overrides(general)) {
        Ok(loaded) => (Some(loaded.config), loaded.warnings),
        Err(complaints) => (None, complaints),
    };
    let trials = match &config {
        Some(config) if options.online => Some(trial::all(config).await?),
        _ => None,
    };
    let failed = trials.iter().flatten().filter(|it| !it.is_well).count();
    let is_well = config.is_some() && failed == 0;
    if general.json {
        let complaints: Vec<_> = findings.into_iter().map(object).collect();
        let mut told = json!({ "ok": is_well, "complaints": complaints });
        if let (Some(trials), Some(told)) = (&trials, told.as_object_mut()) {
            told.insert("sources".to_owned(), trials.iter().map(Trial::object).collect());
        }
        output::print(&told.to_string())?;
    } else {
        if !findings.is_empty() {
            output::tell(&findings.render(output::colours()));
        }
        if let Some(trials) = trials {
            let rows: Vec<_> = trials.into_iter().map(Trial::into_row).collect();
            output::print(&layout::list(&rows, layout::width()))?;
        }
        output::print(&summary(general, config.as_ref(), failed))?;
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::from(FINDINGS) })
}

fn object(complaint: &Complaint) -> Value {
    let Complaint { file, line, column, message, help, .. } = complaint;
    json!({ "file": file, "line": line, "column": column, "severity": severity(complaint), "message": message,
            "help": help })
}

fn summary(general: &General, config: Option<&Config>, failed: usize) -> String {
    let file = general.config.display();
    let Some(config) = config else { return format!("{file}: cannot be used as it is") };
    let sources = output::counted(config.sources.len(), "source");
    let publications = output::counted(config.publications.len(), "publication");
    let failed = if failed == 0 { String::new() } else { format!("; {failed} cannot be polled") };
    format!("{file}: {sources}, {publications}{failed}")
}
