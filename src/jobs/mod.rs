//! "Do it, and tell me later." Work that writes the store, one job after the other, each with its progress, its outcome
//! and a way to stop it.
//!
//! The store has one writer, so one job that indexes runs at a time and the others wait, in the order in which they were
//! asked for. What works beside it, such as backups, has a queue of its own, and is not held back when indexing is paused.
//! Nothing is kept across a restart: a run that was cut off left the store at its last generation, and what a costly model
//! had embedded is in a journal, where the next run finds it.

mod job;
mod progress;
mod run;
mod tally;
mod threads;

pub use job::{Kind, Order, Shown, State};
pub use run::Place;
pub use tally::Tally;

use crate::error::{Kind as ErrorKind, ResultExt as _};
use crate::observe::{Cancel, clock};
use anyhow::{Result, anyhow};
use job::Job;
use progress::Told;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use threads::Threads;

/// Jobs of a queue that may wait; one more is refused.
const MAX_QUEUED: usize = 100;
/// Queues: one for indexing, and one for what works beside it.
const QUEUES: usize = 2;
/// Jobs that are over and still told of; of more, the last ones.
const MAX_OVER: usize = 1_000;

type Work = dyn Fn(&Order, &Arc<Told>, &Cancel) -> Result<Value> + Send + Sync;

/// Jobs that wait, run and are over.
pub struct Jobs {
    shared: Arc<Shared>,
    /// One for each queue, from the first job on.
    workers: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    book: Mutex<Book>,
    /// Rung when something may begin, or has ended.
    bell: Condvar,
    work: Box<Work>,
    /// Jobs that index may run at the same time: one, or none.
    may_index: bool,
    tally: Tally,
}

/// All jobs, by their numbers.
#[derive(Default)]
struct Book {
    jobs: BTreeMap<u64, Job>,
    queues: [VecDeque<u64>; QUEUES],
    next: u64,
    is_paused: bool,
    /// No job begins any more.
    is_over: bool,
}

impl Jobs {
    /// Nothing to do yet.
    #[must_use]
    pub fn new(place: Place) -> Self {
        let at_once = place.loaded.config.performance.max_concurrent_indexing;
        Self::with(at_once, move |order, told, cancel| place.run(order, told, cancel))
    }

    fn with(
        at_once: u64,
        work: impl Fn(&Order, &Arc<Told>, &Cancel) -> Result<Value> + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            book: Mutex::default(),
            bell: Condvar::new(),
            work: Box::new(work),
            may_index: at_once > 0,
            tally: Tally::default(),
        };
        Self { shared: Arc::new(shared), workers: Mutex::default() }
    }

    /// Takes on a job, and tells how it stands. The same order twice in the queue is one job.
    ///
    /// # Errors
    /// [`ErrorKind::Locked`] when too many wait, or the daemon is about to end.
    pub fn submit(&self, order: Order) -> Result<Shown> {
        self.start_workers();
        let queue = queue(order.kind);
        let mut book = self.shared.book();
        if book.is_over {
            return Err(anyhow!("the daemon is about to end")).kind(ErrorKind::Locked);
        }
        let same = book.queues[queue].iter().filter_map(|number| book.jobs.get(number));
        if let Some(same) = same.into_iter().find(|job| job.order == order) {
            return Ok(same.brief());
        }
        if book.queues[queue].len() >= MAX_QUEUED {
            return Err(anyhow!("{MAX_QUEUED} jobs wait already"))
                .kind(ErrorKind::Locked)
                .hint("ask again when some are done");
        }
        book.next += 1;
        let number = book.next;
        let job = Job::new(format!("{:x}-{number}", started()), order);
        let shown = job.brief();
        book.jobs.insert(number, job);
        book.queues[queue].push_back(number);
        self.shared.bell.notify_all();
        Ok(shown)
    }

    /// All that is known, the newest first, without what they answered.
    #[must_use]
    pub fn list(&self) -> Vec<Shown> {
        self.shared.book().jobs.values().rev().map(Job::brief).collect()
    }

    /// Of those that index, how many wait, and how many run.
    #[must_use]
    pub fn now(&self) -> (u64, u64) {
        let book = self.shared.book();
        let is_running = |job: &&Job| job.state == State::Running && job.order.kind.is_indexing();
        let running = book.jobs.values().filter(is_running).count();
        (book.queues[queue(Kind::Index)].len() as u64, running as u64)
    }

    /// What came of all that are over.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.shared.tally
    }

    /// A job; nothing when there is none, or it is long over.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Shown> {
        self.shared.book().find(id).map(|job| job.whole())
    }

    /// Asks a job to stop. One that waits is cancelled at once, one that runs when it comes to a place to stop; one that
    /// is over stays as it is.
    pub fn cancel(&self, id: &str) -> Option<Shown> {
        let mut book = self.shared.book();
        let job = book.find(id)?;
        job.cancel.cancel();
        if job.state == State::Queued {
            let outcome = Err(anyhow!("it was cancelled before it began")).kind(ErrorKind::Interrupted);
            self.shared.finish(job, outcome);
        }
        let shown = job.whole();
        book.forget();
        self.shared.bell.notify_all();
        Some(shown)
    }

    /// Lets no job that indexes begin until [`Jobs::resume`]; the one that runs goes on.
    pub fn pause(&self) {
        self.shared.book().is_paused = true;
    }

    /// Lets them begin again.
    pub fn resume(&self) {
        self.shared.book().is_paused = false;
        self.shared.bell.notify_all();
    }

    /// True when no job that indexes begins.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.shared.book().is_paused || !self.shared.may_index
    }

    /// Ends: what waits is cancelled, what runs is asked to stop and waited for. The store is then at a generation that
    /// is whole.
    pub fn drain(&self) {
        let mut book = self.shared.book();
        book.is_over = true;
        for job in book.jobs.values_mut().filter(|job| !job.state.is_over()) {
            job.cancel.cancel();
            if job.state == State::Queued {
                let outcome = Err(anyhow!("the daemon ended")).kind(ErrorKind::Interrupted);
                self.shared.finish(job, outcome);
            }
        }
        book.forget();
        drop(book);
        self.shared.bell.notify_all();
        let workers = std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        for worker in workers {
            drop(worker.join());
        }
    }

    /// The threads begin with the first job.
    fn start_workers(&self) {
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        for queue in workers.len()..QUEUES {
            let shared = Arc::clone(&self.shared);
            workers.push(std::thread::spawn(move || shared.serve(queue)));
        }
    }
}

/// The queue in which a job waits.
const fn queue(kind: Kind) -> usize {
    if kind.is_indexing() { 0 } else { 1 }
}

impl Drop for Jobs {
    fn drop(&mut self) {
        self.drain();
    }
}

impl Shared {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does one job of a queue after the other, until all is over.
    fn serve(&self, queue: usize) {
        let threads = Threads::new();
        while let Some((number, order, told, cancel)) = self.next(queue) {
            let work = AssertUnwindSafe(|| threads.run(|| (self.work)(&order, &told, &cancel)));
            let outcome = catch_unwind(work).unwrap_or_else(|_| Err(anyhow!("the program made a mistake")));
            let mut book = self.book();
            if let Some(job) = book.jobs.get_mut(&number) {
                self.tally.ran(job.order.kind, &outcome);
                self.finish(job, outcome);
            }
            book.forget();
            self.bell.notify_all();
        }
    }

    fn finish(&self, job: &mut Job, outcome: Result<Value>) {
        job.finish(outcome);
        self.tally.ended(job.order.kind, job.state);
    }

    /// Waits for the next job of a queue, and begins it.
    fn next(&self, queue: usize) -> Option<(u64, Order, Arc<Told>, Cancel)> {
        let mut book = self.book();
        loop {
            if book.is_over {
                return None;
            }
            let is_held = queue == self::queue(Kind::Index) && (book.is_paused || !self.may_index);
            let number = if is_held { None } else { book.queues[queue].pop_front() };
            if let Some(number) = number {
                let Some(job) = book.jobs.get_mut(&number) else { continue };
                job.start();
                return Some((number, job.order.clone(), Arc::clone(&job.told), job.cancel.clone()));
            }
            book = self.bell.wait(book).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Book {
    fn find(&mut self, id: &str) -> Option<&mut Job> {
        let (of, number) = id.rsplit_once('-')?;
        let job = self.jobs.get_mut(&number.parse().ok()?)?;
        (job.id == id && !of.is_empty()).then_some(job)
    }

    /// Takes what no longer waits out of the queue, and forgets the oldest of those that are over.
    fn forget(&mut self) {
        let jobs = &self.jobs;
        for queue in &mut self.queues {
            queue.retain(|number| jobs.get(number).is_some_and(|job| job.state == State::Queued));
        }
        let over: Vec<u64> =
            self.jobs.iter().filter(|(_, job)| job.state.is_over()).map(|(number, _)| *number).collect();
        for number in over.iter().take(over.len().saturating_sub(MAX_OVER)) {
            self.jobs.remove(number);
        }
    }
}

/// When the process first asked, seconds since 1970: what tells the jobs of two daemons apart.
fn started() -> u64 {
    static STARTED: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    *STARTED.get_or_init(clock::now)
}

#[cfg(test)]
mod tests;
