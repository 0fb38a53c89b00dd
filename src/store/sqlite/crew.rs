//! Threads that hold connections and do the work that is handed to them, in the order in which it came.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::group::{self, Asked, Piece};
use crate::store::{StoreError, session::Work};

enum Task {
    /// Something to do with the connection.
    Run(Box<dyn FnOnce(&mut Connection) + Send>),
    /// Something to write, in one transaction with what else is waiting to be written.
    Write(Box<dyn Piece>),
}

/// What is handed over: a task, or nothing after this; what came before is still done.
type Handed = Option<Task>;

/// What waits to be done.
struct Line {
    waiting: mpsc::Receiver<Handed>,
    /// What stands before all others: it was looked at and not taken.
    head: Option<Handed>,
}

/// Threads over one bounded queue, one connection each.
pub(super) struct Crew {
    tasks: mpsc::Sender<Handed>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl fmt::Debug for Crew {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Crew").finish_non_exhaustive()
    }
}

impl Crew {
    /// Starts a thread for each connection; at most `waiting_max` pieces of work wait for one.
    pub(super) fn start(
        name: &str,
        connections: Vec<Connection>,
        waiting_max: usize,
    ) -> Result<Self, StoreError> {
        let (tasks, waiting) = mpsc::channel(waiting_max);
        let line = Arc::new(Mutex::new(Line { waiting, head: None }));
        let start = |connection| {
            let line = Arc::clone(&line);
            thread::Builder::new().name(name.to_owned()).spawn(move || work(&line, connection))
        };
        let threads = connections.into_iter().map(start).collect::<Result<Vec<_>, _>>();
        let threads = threads.map_err(|error| StoreError::Engine(Box::new(error)))?;
        Ok(Self { tasks, threads: Mutex::new(threads) })
    }

    /// Hands `work` over and waits for its answer without blocking the runtime.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = move |connection: &mut Connection| {
            // Nobody may be waiting any more; the work is done all the same.
            let _ = answer.send(work(connection));
        };
        self.tasks.send(Some(Task::Run(Box::new(job)))).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| group::broken_off())?
    }

    /// Hands `work` over to be written, and waits until it is committed. For a crew of one: a thread in a transaction
    /// would wait for the line behind another that waits for work.
    pub(super) async fn write<W: Work>(&self, work: W) -> Result<W::Answer, StoreError> {
        let (piece, answered) = Asked::new(work);
        self.tasks.send(Some(Task::Write(Box::new(piece)))).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| group::broken_off())?
    }

    /// Lets the threads do what waits, and ends them.
    pub(super) async fn stop(&self) {
        // A queue that is closed already has been stopped by somebody else.
        let _ = self.tasks.send(None).await;
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let join = move || threads.into_iter().for_each(|it| drop(it.join()));
        let _ = tokio::task::spawn_blocking(join).await;
    }
}

fn work(line: &Mutex<Line>, mut connection: Connection) {
    let line = || line.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        // Taken in a statement of its own: the line is free for the other threads while the work is done.
        let task = line().next();
        match task {
            // A panic in one piece of work must not take the connection from all that follow: the transaction is
            // rolled back as it unwinds, and who waits for the answer is told.
            Some(Task::Run(job)) => drop(catch_unwind(AssertUnwindSafe(|| job(&mut connection)))),
            Some(Task::Write(piece)) => group::keep(&mut connection, piece, &mut || line().write()),
            None => return,
        }
    }
}

impl Line {
    /// Waits for the next thing to do. One thread waits here, the others for it; so the end is taken note of here, and
    /// not by a thread that would have to wait for the line again.
    fn next(&mut self) -> Option<Task> {
        loop {
            match self.head.take().or_else(|| self.waiting.blocking_recv())? {
                Some(task) => return Some(task),
                None => self.waiting.close(),
            }
        }
    }

    /// What is to be written, if that is next and waits already.
    fn write(&mut self) -> Option<Box<dyn Piece>> {
        match self.head.take().or_else(|| self.waiting.try_recv().ok())? {
            Some(Task::Write(piece)) => Some(piece),
            other => {
                self.head = Some(other);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crew() -> Crew {
        let connections = vec![Connection::open_in_memory().unwrap(), Connection::open_in_memory().unwrap()];
        Crew::start("crew", connections, 1).unwrap()
    }

    #[tokio::test]
    async fn a_panic_ends_one_piece_of_work_and_no_other() {
        let crew = crew();
        for _ in 0..5 {
            let broken = crew.ask::<()>(|_| panic!("this one is meant to break off")).await;
            assert!(matches!(broken, Err(StoreError::Engine(_))), "{broken:?}");
        }
        let sum = |on: &mut Connection| Ok(on.query_row("SELECT 1 + 1", (), |row| row.get::<_, i64>(0))?);
        assert_eq!(crew.ask(sum).await.unwrap(), 2);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_was_handed_over_before_the_end_is_done_and_nothing_after_it() {
        let crew = Arc::new(crew());
        let done = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let count = |crew: Arc<Crew>| {
            let done = Arc::clone(&done);
            async move {
                let add =
                    move |_: &mut Connection| Ok(done.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
                crew.ask(add).await.is_ok()
            }
        };
        let mut asked = tokio::task::JoinSet::new();
        for _ in 0..100 {
            asked.spawn(count(Arc::clone(&crew)));
        }
        tokio::join!(crew.stop(), crew.stop());
        let answered = asked.join_all().await.into_iter().filter(|it| *it).count();
        assert_eq!(done.load(std::sync::atomic::Ordering::SeqCst), answered);
        assert!(!count(crew).await, "the crew has gone");
    }
}
