//! Where complaints are collected while reading goes on, and how they are sorted out at the end.

use std::{cell::RefCell, collections::BTreeSet};

use super::{
    complaint::{COMPLAINTS_MAX, Complaint, Complaints, DRAWN_LINE_BYTES_MAX, Refusal, Severity},
    file::Spot,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The text is not TOML there.
    Slip,
    /// A value is wrong by itself.
    Value,
    /// Something is not there; a slip near by may be the reason.
    Missing,
    /// Something does not fit to something elsewhere; a slip that swallowed tables may be the reason.
    Reference,
}

struct Note {
    kind: Kind,
    spot: Spot,
    severity: Severity,
    refusal: Refusal,
}

/// The collection.
#[derive(Default)]
pub(super) struct Notes {
    list: RefCell<Vec<Note>>,
    /// Complaints about files that could not be read, and so have no places in them.
    files: RefCell<Vec<Complaint>>,
    /// Where what follows may have been lost: rank of the file, and offset in it.
    swallowed: RefCell<Vec<(usize, usize)>>,
    references_doubtful: RefCell<bool>,
}

impl Notes {
    /// A value is wrong.
    pub(super) fn error(&self, spot: &Spot, refusal: Refusal) {
        self.add(Kind::Value, spot, Severity::Error, refusal);
    }

    /// A value can be used, but the operator should know something.
    pub(super) fn warn(&self, spot: &Spot, refusal: Refusal) {
        self.add(Kind::Value, spot, Severity::Warning, refusal);
    }

    /// Something is not there.
    pub(super) fn missing(&self, spot: &Spot, refusal: Refusal) {
        self.add(Kind::Missing, spot, Severity::Error, refusal);
    }

    /// A value does not fit to something elsewhere.
    pub(super) fn misfit(&self, spot: &Spot, refusal: Refusal) {
        self.add(Kind::Reference, spot, Severity::Error, refusal);
    }

    /// Like [`Notes::misfit`], where the program can still run.
    pub(super) fn loose(&self, spot: &Spot, refusal: Refusal) {
        self.add(Kind::Reference, spot, Severity::Warning, refusal);
    }

    /// The text is not TOML there; `swallows` when what follows may have been lost.
    pub(super) fn slip(&self, spot: &Spot, refusal: Refusal, swallows: bool) {
        if swallows {
            self.swallowed.borrow_mut().push((spot.file.rank, spot.span.start));
        }
        self.add(Kind::Slip, spot, Severity::Error, refusal);
    }

    /// From here on references are not judged: something that they may name could not be read.
    pub(super) fn doubt_references(&self) {
        *self.references_doubtful.borrow_mut() = true;
    }

    /// A file could not be read at all.
    pub(super) fn unreadable(&self, file: &str, refusal: Refusal) {
        let Refusal { message, help, .. } = refusal;
        let (file, severity) = (file.to_owned(), Severity::Error);
        let whole =
            Complaint { file, line: 0, column: 0, message, help, severity, source_line: None, width: 1 };
        self.files.borrow_mut().push(whole);
    }

    fn add(&self, kind: Kind, spot: &Spot, severity: Severity, refusal: Refusal) {
        if refusal.secret {
            spot.file.hide(&spot.span);
        }
        self.list.borrow_mut().push(Note { kind, spot: spot.clone(), severity, refusal });
    }

    /// Leaves out what is only the echo of a slip, sorts the rest by file and place, and draws it up.
    pub(super) fn into_complaints(self) -> Complaints {
        let mut notes = self.list.into_inner();
        let place = |note: &Note| (note.spot.file.rank, note.spot.file.line_of(note.spot.span.start));
        let slips: BTreeSet<_> = notes.iter().filter(|it| it.kind == Kind::Slip).map(place).collect();
        let headers: BTreeSet<_> = notes
            .iter()
            .filter(|it| it.kind == Kind::Slip)
            .map(|it| (it.spot.file.rank, it.spot.file.header_of(place(it).1)))
            .collect();
        let swallowed = self.swallowed.into_inner();
        let doubtful = self.references_doubtful.into_inner();
        let lost = |note: &Note| {
            let Spot { file, span } = &note.spot;
            swallowed.iter().any(|(rank, from)| file.rank == *rank && span.start >= *from)
        };
        notes.retain(|note| match note.kind {
            Kind::Slip => true,
            Kind::Value => !slips.contains(&place(note)) && !lost(note),
            Kind::Missing => swallowed.is_empty() && !headers.contains(&place(note)),
            Kind::Reference => swallowed.is_empty() && !doubtful,
        });
        notes.sort_by_key(|note| (note.spot.file.rank, note.spot.span.start));
        let whole = self.files.into_inner();
        let unlisted = (notes.len() + whole.len()).saturating_sub(COMPLAINTS_MAX);
        if unlisted > 0 {
            // Whether something is an error must not depend on what fits the list.
            notes.sort_by_key(|note| note.severity == Severity::Warning);
        }
        let drawn = notes.into_iter().map(Note::into_complaint);
        Complaints::new(whole.into_iter().chain(drawn).take(COMPLAINTS_MAX).collect(), unlisted)
    }
}

impl Note {
    fn into_complaint(self) -> Complaint {
        let Refusal { message, help, .. } = self.refusal;
        let Spot { file, span } = self.spot;
        let line = file.line_of(span.start);
        let whole = file.line_span(line);
        let before = file.text.get(whole.start..span.start).map_or(0, |it| it.chars().count());
        let marked = file.text.get(span.start..span.end.min(whole.end)).map_or(0, |it| it.chars().count());
        let source_line = (whole.len() <= DRAWN_LINE_BYTES_MAX).then(|| file.shown(&whole));
        let (column, width) = (before + 1, marked.max(1));
        let (severity, file) = (self.severity, file.name.clone());
        Complaint { file, line, column, message, help, severity, source_line, width }
    }
}
