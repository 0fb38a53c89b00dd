//! What work costs: time on the wall, and time of all threads on the processors.

use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::time::{ClockId, clock_gettime};

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
        let (began, before) = (Instant::now(), processors());
        let done = work()?;
        let (wall, cpu) = (began.elapsed(), processors().saturating_sub(before));
        self.spent = self.spent.and(Cost { wall, cpu });
        Ok(done)
    }

    /// What was counted so far.
    pub fn spent(&self) -> Cost {
        self.spent
    }
}

/// Time that the threads of this process have spent on processors.
fn processors() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
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
