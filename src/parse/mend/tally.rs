//! Counts repairs by flaw, and remembers where each flaw was met first.

use crate::model::{Flaw, Place, Repair};

/// What was mended so far, in order of first appearance.
///
/// A place is kept as the number of bytes that were still to come there, which is what a reader that goes from front to
/// back knows for nothing. Lines are counted once, at the end, and only for flaws that were met.
#[derive(Debug, Default)]
pub(in crate::parse) struct Tally {
    found: Vec<Found>,
    /// Bytes still to come where the reader stands; `None` where nobody says.
    left: Option<usize>,
    /// Where the text begins in the document that it was decoded from.
    start: Option<Place>,
}

#[derive(Debug)]
struct Found {
    flaw: Flaw,
    count: u32,
    spot: Spot,
}

#[derive(Clone, Copy, Debug)]
enum Spot {
    /// So many bytes before the end of the text.
    Left(usize),
    Known(Place),
    Nowhere,
}

impl Tally {
    /// Says where the reader stands: so many bytes are still to come.
    pub(in crate::parse) fn stand(&mut self, left: usize) {
        self.left = Some(left);
    }

    /// How many bytes are still to come.
    pub(in crate::parse) fn left(&self) -> usize {
        self.left.unwrap_or_default()
    }

    /// Says where the text that is read begins in its document: behind what decoding took away.
    pub(in crate::parse) fn begin(&mut self, start: Place) {
        self.start = Some(start);
    }

    /// Counts one more repair, where the reader stands.
    pub(in crate::parse) fn note(&mut self, flaw: Flaw) {
        let spot = self.left.map_or(Spot::Nowhere, Spot::Left);
        self.count(flaw, 1, || spot);
    }

    /// Counts one more repair, so many bytes behind where the reader stands.
    pub(in crate::parse) fn note_behind(&mut self, flaw: Flaw, bytes: usize) {
        let spot = self.left.map_or(Spot::Nowhere, |left| Spot::Left(left.saturating_sub(bytes)));
        self.count(flaw, 1, || spot);
    }

    /// Counts one more repair, where so many bytes were still to come.
    pub(in crate::parse) fn note_at(&mut self, flaw: Flaw, left: usize) {
        self.count(flaw, 1, || Spot::Left(left));
    }

    /// Counts one more repair; `place` is asked for only the first time.
    pub(in crate::parse) fn note_placed(&mut self, flaw: Flaw, place: impl FnOnce() -> Place) {
        self.count(flaw, 1, || Spot::Known(place()));
    }

    /// Notes what is wrong with the document as a whole, which counts once.
    pub(in crate::parse) fn note_whole(&mut self, flaw: Flaw) {
        if !self.has(flaw) {
            self.count(flaw, 1, || Spot::Nowhere);
        }
    }

    /// Notes that the document stops in the middle. Who reads it may see that in several ways; it was cut once.
    pub(in crate::parse) fn note_cut(&mut self) {
        if !self.has(Flaw::TruncatedDocument) {
            self.note_at(Flaw::TruncatedDocument, 0);
        }
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.found.iter().any(|it| it.flaw == flaw)
    }

    /// Counts repairs that were counted in the text alone.
    pub(in crate::parse) fn add(&mut self, more: Repair) {
        let start = self.start.unwrap_or(Place::START);
        let spot = more.place.map_or(Spot::Nowhere, |it| Spot::Known(start.plus(it)));
        self.count(more.flaw, more.count, || spot);
    }

    fn count(&mut self, flaw: Flaw, count: u32, spot: impl FnOnce() -> Spot) {
        // Flaws are a handful, so a walk is cheaper than a map.
        match self.found.iter_mut().find(|it| it.flaw == flaw) {
            Some(found) => found.count = found.count.saturating_add(count),
            None => self.found.push(Found { flaw, count, spot: spot() }),
        }
    }

    /// The repairs, for the feed; `text` is what was read.
    pub(in crate::parse) fn into_repairs(self, text: &str) -> Vec<Repair> {
        let Self { found, .. } = self;
        let at = |it: &Found| match it.spot {
            Spot::Left(left) => text.len().checked_sub(left).map(|at| text.floor_char_boundary(at)),
            Spot::Known(_) | Spot::Nowhere => None,
        };
        let mut offsets: Vec<usize> = found.iter().filter_map(at).collect();
        offsets.sort_unstable();
        let (mut here, mut read) = (Place::START, 0);
        let places: Vec<(usize, Place)> = offsets
            .into_iter()
            .map(|offset| {
                here = here.after(text.get(read..offset).unwrap_or_default());
                read = offset;
                (offset, here)
            })
            .collect();
        let place = |found: &Found| match found.spot {
            Spot::Known(place) => Some(place),
            _ => at(found).and_then(|at| places.iter().find(|it| it.0 == at)).map(|it| it.1),
        };
        found.iter().map(|it| Repair { flaw: it.flaw, count: it.count, place: place(it) }).collect()
    }
}
