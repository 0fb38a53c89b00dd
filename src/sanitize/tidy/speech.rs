//! The language and the direction of words whose element goes: they are handed on to what stays.

use std::borrow::Cow;

use super::{
    super::{escape::push_attribute, policy::Role},
    Tidier,
    start::Stated,
};

/// What an element says of the words in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Speech {
    dir: Option<String>,
    lang: Option<String>,
}

impl Speech {
    /// As the attributes of an element state it.
    pub(super) fn stated(values: &[Stated<'_>]) -> Self {
        let of =
            |name| values.iter().find(|(it, _)| *it == name).map(|(_, value)| value.clone().into_owned());
        Self { dir: of("dir"), lang: of("lang") }
    }

    /// Whether nothing is said.
    pub(super) fn is_silent(&self) -> bool {
        self.dir.is_none() && self.lang.is_none()
    }

    /// Adds to the attributes of an element what it does not state itself.
    pub(super) fn state(self, values: &mut Vec<Stated<'_>>) {
        for (name, value) in [("dir", self.dir), ("lang", self.lang)] {
            let value = value.filter(|_| !values.iter().any(|(it, _)| *it == name));
            values.extend(value.map(|it| (name, Cow::Owned(it))));
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

/// What is found of one attribute, looking outwards.
#[derive(Clone, Copy, Debug)]
enum Found<'a> {
    Nothing,
    /// By an element that goes: whatever stays must say it.
    Said(&'a str),
    /// By an element that stays.
    Stands,
}

impl<'a> Found<'a> {
    fn or(self, value: Option<&'a String>, stays: bool) -> Self {
        match (self, value) {
            (Self::Nothing, Some(_)) if stays => Self::Stands,
            (Self::Nothing, Some(value)) => Self::Said(value),
            (found, _) => found,
        }
    }

    fn said(self) -> Option<String> {
        match self {
            Self::Said(value) => Some(value.to_owned()),
            Self::Nothing | Self::Stands => None,
        }
    }
}

impl Tidier<'_> {
    /// What is said of a block that begins here, by the boxes and words around it, which go because it comes.
    pub(super) fn inherited(&self) -> Speech {
        if self.speaking == 0 {
            return Speech::default();
        }
        let (mut dir, mut lang) = (Found::Nothing, Found::Nothing);
        for open in self.open.iter().rev() {
            let stays = match open.element.role {
                Role::Division | Role::Inline => false,
                Role::Around => !open.is_bare,
                _ => break,
            };
            dir = dir.or(open.speech.dir.as_ref(), stays);
            lang = lang.or(open.speech.lang.as_ref(), stays);
        }
        Speech { dir: dir.said(), lang: lang.said() }
    }
}
