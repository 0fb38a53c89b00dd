//! Pictures that readers asked for and that are not here: named by the way that serves them, fetched by the worker.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Pictures that wait to be looked up.
const WAITING_MAX: usize = 1_000;
/// Pictures of which it is remembered that they were looked up.
const LOOKED_UP_MAX: usize = 10_000;
/// How long one that was looked up is not looked up again, seconds.
const REST_S: u64 = 600;

/// What is missed here.
#[derive(Debug, Default)]
pub struct Missed(Mutex<List>);

#[derive(Debug, Default)]
struct List {
    waiting: BTreeSet<String>,
    looked_up: HashMap<String, Instant>,
}

impl Missed {
    /// Notes that a picture is missed. What was looked up lately, or finds no room, is passed over.
    pub fn note(&self, path: String, now: Instant) {
        let mut list = self.list();
        let is_late = list.looked_up.get(&path).is_some_and(|it| now < *it + Duration::from_secs(REST_S));
        if !is_late && list.waiting.len() < WAITING_MAX {
            list.waiting.insert(path);
        }
    }

    /// Takes what is missed.
    pub fn take(&self, now: Instant) -> BTreeSet<String> {
        let mut list = self.list();
        let taken = std::mem::take(&mut list.waiting);
        if list.looked_up.len() + taken.len() > LOOKED_UP_MAX {
            list.looked_up.retain(|_, it| now < *it + Duration::from_secs(REST_S));
        }
        for path in &taken {
            if list.looked_up.len() < LOOKED_UP_MAX {
                list.looked_up.insert(path.clone(), now);
            }
        }
        taken
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Missed, REST_S, WAITING_MAX};

    #[test]
    fn what_is_missed_is_looked_up_once_in_a_while_and_the_list_is_bounded() {
        let (missed, now) = (Missed::default(), Instant::now());
        missed.note("a".to_owned(), now);
        missed.note("a".to_owned(), now);
        assert_eq!(missed.take(now).len(), 1);
        missed.note("a".to_owned(), now);
        assert_eq!(missed.take(now).len(), 0);
        let later = now + Duration::from_secs(REST_S);
        (0..2 * WAITING_MAX).for_each(|it| missed.note(it.to_string(), later));
        assert_eq!(missed.take(later).len(), WAITING_MAX);
        missed.note("a".to_owned(), later);
        assert_eq!(missed.take(later).len(), 1);
    }
}
