//! Lining up: which of the entries that a round brings have their images fetched.

use std::cmp::Reverse;

use crate::{
    model::{Entry, MediaKind},
    store::{Arrival, Limits},
};

/// Sets when the images of arrivals are due: their own date, so that the newest come first. The newest alone are lined
/// up, more than any publication shows.
pub fn line_up(arrivals: &mut [Arrival]) {
    let mut with: Vec<&mut Arrival> = arrivals.iter_mut().filter(|it| has_images(&it.kept.entry)).collect();
    with.sort_by_key(|it| Reverse(it.kept.order_ms));
    for arrival in with.into_iter().take(Limits::LINE_UP_MAX) {
        arrival.pictures_due_ms = Some(arrival.kept.order_ms);
    }
}

fn has_images(entry: &Entry) -> bool {
    let text = entry.content.as_str();
    // A film has a still.
    let is_in_text = text.contains("<img") || text.contains("<iframe");
    is_in_text || entry.media.iter().any(|it| it.kind == MediaKind::Image)
}
