//! fastfeedparser, which a Python of its own measures.

use std::{collections::HashMap, fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};

use super::documents::Class;

/// Seconds on processors for the documents of each class, each read once, by the name of the class.
pub fn measure(classes: &[Class], rounds: usize) -> Result<HashMap<&'static str, f64>> {
    let folder = std::env::temp_dir().join(format!("pressroll-bench-parse-{}", std::process::id()));
    let figures = measure_in(&folder, classes, rounds);
    fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    figures
}

fn measure_in(folder: &Path, classes: &[Class], rounds: usize) -> Result<HashMap<&'static str, f64>> {
    for class in classes {
        let folder = folder.join(class.name);
        fs::create_dir_all(&folder)?;
        for (number, bytes) in class.documents.iter().enumerate() {
            fs::write(folder.join(format!("{number}.xml")), bytes)?;
        }
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/parse/fastfeedparser.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(folder)
        .arg(rounds.to_string())
        .output()
        .context("there is no python3")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let text = String::from_utf8(output.stdout)?;
    let figures = text.lines().filter_map(|line| {
        let (name, seconds) = line.split_once('\t')?;
        let class = classes.iter().find(|it| it.name == name)?;
        Some((class.name, seconds.parse().ok()?))
    });
    Ok(figures.collect())
}
