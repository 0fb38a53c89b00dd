//! The language and the direction of words whose element goes: they are handed on to what stays.

use std::{borrow::Cow, rc::Rc};

use super::{
    super::{escape::push_attribute, policy::Role},
    parts::Open,
    start::Stated,
};

/// What is said of words by what goes, and what stays must say instead.
#[derive(Clone, Debug, Default)]
pub(super) struct Speech {
    dir: Option<Rc<str>>,
    lang: Option<Rc<str>>,
}

impl Speech {
    /// What a block that begins within an element of this role and these attributes must say, where one that begins beside it
    /// must say what is said `around`.
    pub(super) fn within(role: Role, values: &[Stated<'_>], around: Self) -> Self {
        let own = |name, outer: Option<Rc<str>>| {
            let own = values.iter().find(|(it, _)| *it == name).map(|(_, value)| value.as_ref());
            match role {
                // They go: what they say is to be said by others.
                Role::Division | Role::Inline => own.map(Rc::from).or(outer),
                // It stays, also around blocks, and says itself what it says.
                Role::Around => outer.filter(|_| own.is_none()),
                _ => None,
            }
        };
        Self { dir: own("dir", around.dir), lang: own("lang", around.lang) }
    }

    /// Whether nothing is to be said.
    pub(super) fn is_silent(&self) -> bool {
        self.dir.is_none() && self.lang.is_none()
    }

    /// Adds to the attributes of an element what it does not state itself.
    pub(super) fn state(&self, values: &mut Vec<Stated<'_>>) {
        for (name, value) in [("dir", &self.dir), ("lang", &self.lang)] {
            let value = value.as_ref().filter(|_| !values.iter().any(|(it, _)| *it == name));
            values.extend(value.map(|it| (name, Cow::Owned(it.to_string()))));
        }
    }

    /// Writes the attributes.
    pub(super) fn write(&self, html: &mut String) {
        for (name, value) in [("dir", &self.dir), ("lang", &self.lang)] {
            if let Some(value) = value {
                push_attribute(html, name, value);
            }
        }
    }
}

/// Whether an element states a language or a direction itself.
pub(super) fn is_stated(values: &[Stated<'_>]) -> bool {
    values.iter().any(|(name, _)| matches!(*name, "dir" | "lang"))
}

/// What is said of what begins within the innermost of what is open.
pub(super) fn around(open: &[Open]) -> Speech {
    open.last().map(|it| it.speech.clone()).unwrap_or_default()
}
