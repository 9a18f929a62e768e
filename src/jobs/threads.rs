//! The threads that jobs run on, apart from those of questions.

use crate::service::STACK_BYTES;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// How much later than others these threads come to their turn: as `nice` counts, of -20 to 19. Under Linux's scheduler
/// a thread of normal priority gets three times the time of one at 5, so that answers stay quick while a run goes on,
/// and a run still ends beside a daemon that has no pause.
#[cfg(target_os = "linux")]
const NICE: i32 = 5;

/// As many threads as there are cores. With the threads that all share, a question's parallel part would wait until a
/// run's own work is taken up.
pub(super) struct Threads(Option<ThreadPool>);

impl Threads {
    pub(super) fn new() -> Self {
        let pool = ThreadPoolBuilder::new()
            .thread_name(|n| format!("job-{n}"))
            .stack_size(STACK_BYTES)
            .start_handler(|_| step_back())
            .build();
        // Without threads of its own a job runs on those of all.
        Self(pool.ok())
    }

    /// Does a job on them, and waits for it.
    pub(super) fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.0 {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}

/// Lowers the priority of this thread. Elsewhere than on Linux it would be that of the whole process.
fn step_back() {
    #[cfg(target_os = "linux")]
    {
        let now = rustix::process::getpriority_process(None).unwrap_or(0);
        // It can always be lowered; if it is not, a run is only a worse neighbour.
        let _ = rustix::process::setpriority_process(None, now.saturating_add(NICE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    #[test]
    fn a_job_runs_on_threads_of_its_own_that_step_back() {
        let threads = Threads::new();
        let name = || std::thread::current().name().unwrap_or_default().to_owned();
        let names = threads.run(|| (0..64).into_par_iter().map(|_| name()).collect::<Vec<_>>());
        assert!(names.iter().all(|name| name.starts_with("job-")), "{names:?}");
        #[cfg(target_os = "linux")]
        {
            let priority = || rustix::process::getpriority_process(None).unwrap();
            let own = priority();
            assert_eq!((threads.run(priority), priority()), ((own + NICE).min(19), own));
        }
    }
}
