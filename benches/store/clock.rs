//! What work costs: time on the wall, and time of all threads on the processors.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// What some work has cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Time on the wall.
    pub wall: Duration,
    /// Time on processors, of all threads of this process.
    pub cpu: Duration,
}

impl Cost {
    /// The costs together.
    pub fn and(self, other: Self) -> Self {
        Self { wall: self.wall + other.wall, cpu: self.cpu + other.cpu }
    }
}

/// A stopwatch that can be stopped while the next work is prepared.
#[derive(Debug, Default)]
pub struct Watch {
    spent: Cost,
}

impl Watch {
    /// Does `work` and counts what it costs.
    pub fn time<T>(&mut self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let (began, before) = (Instant::now(), processors()?);
        let done = work()?;
        let (wall, after) = (began.elapsed(), processors()?);
        self.spent = self.spent.and(Cost { wall, cpu: after.saturating_sub(before) });
        Ok(done)
    }

    /// What was counted so far.
    pub fn spent(&self) -> Cost {
        self.spent
    }
}

/// Time that the threads of this process have spent on processors. The kernel counts it in nanoseconds in the first
/// field of each thread's `schedstat`; the sums of `stat` count in hundredths of a second.
///
/// What a thread has run since the kernel last looked at it is missing there: giving way makes it look.
fn processors() -> Result<Duration> {
    thread::yield_now();
    let mut sum = 0;
    for task in fs::read_dir("/proc/self/task").context("the processor time is read from /proc")? {
        // A thread may end between being named and being asked.
        let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
        sum +=
            text.split(' ').next().unwrap_or_default().parse::<u64>().context("schedstat holds no number")?;
    }
    Ok(Duration::from_nanos(sum))
}

/// The value in the middle; half of the values are smaller.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The value that `percent` of the values do not exceed.
pub fn percentile(mut values: Vec<f64>, percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((values.len() * percent / 100).min(last)).copied().unwrap_or_default()
}
