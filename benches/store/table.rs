//! The figures that laws speak of, side by side with them.

use std::fmt;

/// A figure beyond its law by this factor breaks it widely: machines differ by less.
const WIDE: f64 = 1.5;

/// All figures that were measured.
#[derive(Debug, Default)]
pub struct Table {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    what: String,
    figure: f64,
    law: f64,
    unit: &'static str,
}

impl Table {
    /// Notes a figure that must not exceed `law`.
    pub fn note(&mut self, what: impl Into<String>, figure: f64, law: f64, unit: &'static str) {
        self.lines.push(Line { what: what.into(), figure, law, unit });
    }

    /// Whether a figure is far beyond its law.
    pub fn is_any_broken_widely(&self) -> bool {
        self.lines.iter().any(|it| it.figure > it.law * WIDE)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = self.lines.iter().map(|it| it.what.chars().count()).max().unwrap_or_default();
        writeln!(to, "{:widest$}  {:>9}  {:>9}", "what", "figure", "law")?;
        for Line { what, figure, law, unit } in &self.lines {
            let mark = if figure <= law { "kept" } else { "BROKEN" };
            writeln!(to, "{what:widest$}  {figure:>9.2}  {law:>7.1} at most, {unit}: {mark}")?;
        }
        Ok(())
    }
}
