//! Pieces of writing work that share a commit.
//!
//! A commit costs as much as the work of a small round. So whoever waits for the writer while a transaction is young is
//! taken into it. They succeed together or not at all: if one of them cannot be done, the transaction is rolled back
//! and each is done in one of its own, so that nobody fails for another's reason.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::{runtime::Handle, sync::oneshot};

use crate::store::{Limits, StoreError, session::Work};

/// A piece of writing work with somebody who waits for it.
pub(super) trait Piece: Send {
    /// Does it; a second time only after the first was rolled back.
    fn run(&mut self, on: &Transaction<'_>) -> Result<(), StoreError>;

    /// Tells who waits what became of it.
    fn tell(self: Box<Self>, kept: Result<(), StoreError>);
}

/// A piece of work, and where its answer goes.
pub(super) struct Asked<W: Work> {
    work: W,
    runtime: Handle,
    done: Option<W::Answer>,
    answer: oneshot::Sender<Answer<W>>,
}

type Answer<W> = Result<<W as Work>::Answer, StoreError>;

impl<W: Work> Asked<W> {
    /// Asks for `work` on behalf of the runtime that this is called in; the answer comes once it is committed.
    pub(super) fn new(work: W) -> (Self, oneshot::Receiver<Answer<W>>) {
        let (answer, answered) = oneshot::channel();
        (Self { work, runtime: Handle::current(), done: None, answer }, answered)
    }
}

impl<W: Work> Piece for Asked<W> {
    fn run(&mut self, on: &Transaction<'_>) -> Result<(), StoreError> {
        self.done = Some(self.runtime.block_on(self.work.run(on))?);
        Ok(())
    }

    fn tell(self: Box<Self>, kept: Result<(), StoreError>) {
        let Self { done, answer, .. } = *self;
        // Nobody may be waiting any more; the work is done all the same.
        let _ = answer.send(kept.and_then(|()| done.ok_or_else(broken_off)));
    }
}

/// What is said of work that panicked.
pub(super) fn broken_off() -> StoreError {
    StoreError::Engine("a piece of its work broke off".into())
}

/// Does `first`, and in the same transaction those that `next` brings meanwhile.
pub(super) fn keep(
    connection: &mut Connection,
    first: Box<dyn Piece>,
    next: &mut dyn FnMut() -> Option<Box<dyn Piece>>,
) {
    let mut group = vec![first];
    let kept = commit(connection, &mut group, next);
    if kept.is_err() && group.len() > 1 {
        for piece in group {
            keep(connection, piece, &mut || None);
        }
        return;
    }
    // One piece has the whole error, and without an error there may be several.
    let mut error = kept.err();
    group.into_iter().for_each(|it| it.tell(error.take().map_or(Ok(()), Err)));
}

/// Does a group, which grows while its transaction is young.
fn commit(
    connection: &mut Connection,
    group: &mut Vec<Box<dyn Piece>>,
    next: &mut dyn FnMut() -> Option<Box<dyn Piece>>,
) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let began = Instant::now();
    while let Some(piece) = group.last_mut() {
        // A panic must not take the connection from all that follow, and who waits for the answer is told.
        let done = catch_unwind(AssertUnwindSafe(|| piece.run(&transaction)));
        done.unwrap_or_else(|_| Err(broken_off()))?;
        let is_young = began.elapsed() < Duration::from_millis(Limits::GROUP_MS_MAX);
        let has_room = is_young && group.len() < Limits::GROUP_MAX;
        let Some(piece) = has_room.then(&mut *next).flatten() else { break };
        group.push(piece);
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        session::Session,
        value::{Value, damaged},
    };

    /// Adds a row to a table of numbers, and does what it is told to do.
    struct Add(i64, Then);

    #[derive(Clone, Copy, PartialEq)]
    enum Then {
        Succeed,
        Fail,
        Panic,
    }

    impl Work for Add {
        type Answer = i64;

        async fn run<S: Session>(&self, on: &S) -> Result<i64, StoreError> {
            on.execute("INSERT INTO n VALUES ($1)", &[Value::from(self.0)]).await?;
            assert!(self.1 != Then::Panic, "this one is meant to break off");
            if self.1 == Then::Fail {
                return Err(StoreError::Duplicate);
            }
            let row = on.first("SELECT COUNT(*) FROM n", &[]).await?;
            row.ok_or_else(|| damaged("no count"))?.int()
        }
    }

    /// Keeps these in groups; what each is told, the numbers that are there then, and the size of the largest group.
    async fn kept(pieces: Vec<Add>) -> (Vec<Result<i64, StoreError>>, Vec<i64>, usize) {
        let (pieces, answers): (Vec<_>, Vec<_>) = pieces.into_iter().map(Asked::new).unzip();
        let working = tokio::task::spawn_blocking(move || {
            let mut connection = Connection::open_in_memory().unwrap();
            connection.execute_batch("CREATE TABLE n (n)").unwrap();
            let mut waiting = pieces.into_iter().map(|it| Box::new(it) as Box<dyn Piece>);
            let mut largest = 0;
            while let Some(first) = waiting.next() {
                let before = waiting.len();
                keep(&mut connection, first, &mut || waiting.next());
                largest = largest.max(1 + before - waiting.len());
            }
            let mut all = connection.prepare("SELECT n FROM n ORDER BY rowid").unwrap();
            let all = all.query_map((), |row| row.get(0)).unwrap().collect::<Result<Vec<i64>, _>>().unwrap();
            (all, largest)
        });
        let (all, largest) = working.await.unwrap();
        let mut told = Vec::new();
        for answer in answers {
            told.push(answer.await.unwrap());
        }
        (told, all, largest)
    }

    #[tokio::test]
    async fn all_are_told_their_own_answers() {
        let (told, all, _) = kept((1..=3).map(|n| Add(n, Then::Succeed)).collect()).await;
        assert_eq!(told.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(all, [1, 2, 3]);
    }

    #[tokio::test]
    async fn one_that_fails_or_panics_takes_nobody_with_it() {
        for then in [Then::Fail, Then::Panic] {
            let (told, all, _) = kept(vec![Add(1, Then::Succeed), Add(2, then), Add(3, Then::Succeed)]).await;
            assert_eq!(all, [1, 3], "nothing of the failed one is kept, and the others once");
            let is_its_own = match told.as_slice() {
                [Ok(1), Err(StoreError::Duplicate), Ok(2)] => then == Then::Fail,
                [Ok(1), Err(StoreError::Engine(_)), Ok(2)] => then == Then::Panic,
                _ => false,
            };
            assert!(is_its_own, "{told:?}");
        }
    }

    #[tokio::test]
    async fn a_group_has_a_bound_and_those_beyond_it_come_next() {
        let count = Limits::GROUP_MAX * 2 + 1;
        let (told, all, largest) = kept((0..count as i64).map(|n| Add(n, Then::Succeed)).collect()).await;
        assert_eq!((told.len(), all.len()), (count, count));
        assert!((2..=Limits::GROUP_MAX).contains(&largest), "{largest} in one transaction");
    }
}
