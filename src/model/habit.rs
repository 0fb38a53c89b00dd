//! When a source really publishes, by hour of the week.

use std::fmt;

/// When a source really publishes. It is kept with the source's state, as a short text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Habit(String);

impl Habit {
    /// What [`Habit`]'s text says; nothing where it says nothing that can be understood.
    pub fn read(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Habit {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}
