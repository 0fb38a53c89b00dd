//! A bar for work that takes a while: on a terminal only, and only after its first second.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that is done sooner shows no bar, milliseconds.
const QUIET_MS: u64 = 1_000;

/// The bar. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar that counts `things`; where that is empty it shows the share alone.
    pub fn new(things: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let count =
            if things.is_empty() { "{percent}%".to_owned() } else { format!("{{pos}}/{{len}} {things}") };
        if let Ok(style) = ProgressStyle::with_template(&format!("{{bar:30}} {count}, {{elapsed}}")) {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// How far the work has come.
    pub fn at(&self, done: u64, of: u64) {
        if self.0.is_hidden() && self.0.elapsed() >= Duration::from_millis(QUIET_MS) {
            // Standard error that is no terminal stays hidden by itself.
            self.0.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.0.set_length(of);
        self.0.set_position(done);
    }

    /// The work is done: the bar goes.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
