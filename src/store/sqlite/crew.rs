//! Threads that hold connections and do the work that is handed to them, in the order in which it came.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::store::StoreError;

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

enum Task {
    /// Something to do.
    Run(Job),
    /// Nothing after this; what came before is still done.
    Stop,
}

/// Threads over one bounded queue, one connection each.
pub(super) struct Crew {
    tasks: mpsc::Sender<Task>,
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
        let (tasks, queue) = mpsc::channel(waiting_max);
        let queue = Arc::new(Mutex::new(queue));
        let start = |connection| {
            let queue = Arc::clone(&queue);
            thread::Builder::new().name(name.to_owned()).spawn(move || work(&queue, connection))
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
        self.tasks.send(Task::Run(Box::new(job))).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Engine("a piece of its work broke off".into()))?
    }

    /// Lets the threads do what waits, and ends them.
    pub(super) async fn stop(&self) {
        // A queue that is closed already has been stopped by somebody else.
        let _ = self.tasks.send(Task::Stop).await;
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let join = move || threads.into_iter().for_each(|it| drop(it.join()));
        let _ = tokio::task::spawn_blocking(join).await;
    }
}

fn work(queue: &Mutex<mpsc::Receiver<Task>>, mut connection: Connection) {
    while let Some(job) = next(queue) {
        // A panic in one piece of work must not take the connection from all that follow: the transaction is rolled
        // back as it unwinds, and who waits for the answer is told.
        let _ = catch_unwind(AssertUnwindSafe(|| job(&mut connection)));
    }
}

/// The next thing to do. One thread waits at the queue, the others behind it; closing happens where the queue is held,
/// because another thread may already be waiting at it when `Stop` is taken.
fn next(queue: &Mutex<mpsc::Receiver<Task>>) -> Option<Job> {
    let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        match queue.blocking_recv()? {
            Task::Run(job) => return Some(job),
            Task::Stop => queue.close(),
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
