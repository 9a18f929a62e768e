//! A job: what was asked for, how it stands, what came of it.

use super::progress::{self, Line, Told};
use crate::error::{self, Kind as ErrorKind};
use crate::observe::{Cancel, clock};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

macro_rules! names {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $variant:ident $text:literal,)* }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
        pub enum $name { $($(#[doc = $doc])+ #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in JSON.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $text,)* } }
        }
    };
}

names! {
    /// What a job does: an operation that writes.
    Kind {
        /// Indexes a folder, or brings its index up to date.
        Index "index",
        /// Forgets a project.
        Remove "remove",
        /// Makes the vector files anew.
        Vectors "vectors",
        /// Rewrites what is stored, so that what was removed takes no room.
        Compact "compact",
        /// Copies the newest state into a backup folder.
        Backup "backup",
        /// Reads a backup and compares it with its manifest.
        BackupVerify "backup-verify",
        /// Removes old backups.
        BackupPrune "backup-prune",
        /// Makes a backup the newest state.
        Restore "restore",
        /// Looks for damage.
        Doctor "doctor",
    }
}

names! {
    /// How a job stands. It is queued, then it runs, then it is one of the others, for good; a queued one may be cancelled
    /// without running.
    State {
        /// It waits for its turn.
        Queued "queued",
        /// It works.
        Running "running",
        /// It ended well.
        Done "done",
        /// It could not be done.
        Failed "failed",
        /// It was asked to stop, and did; nothing of it is seen.
        Cancelled "cancelled",
        /// It took longer than it may, and stopped; nothing of it is seen.
        TimedOut "timed_out",
    }
}

impl State {
    /// True when nothing will change any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What to do.
    pub kind: Kind,
    /// The project that it is about; nothing when it is about all.
    pub project: Option<String>,
    /// The fields of the operation.
    pub body: Value,
    /// Who asks may name no files of this machine but those inside the backup folder.
    pub is_guest: bool,
}

/// A job.
pub(super) struct Job {
    pub(super) id: String,
    pub(super) order: Order,
    pub(super) state: State,
    created: u64,
    started: Option<u64>,
    finished: Option<u64>,
    pub(super) told: Arc<Told>,
    pub(super) cancel: Cancel,
    pub(super) result: Option<Value>,
    pub(super) error: Option<Value>,
}

/// A job as it is told.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// Its name, of no other job, also not of another daemon.
    pub id: String,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// How it stands.
    pub status: State,
    /// The project that it is about.
    pub project_id: Option<String>,
    pub(super) created_at: String,
    pub(super) started_at: Option<String>,
    pub(super) finished_at: Option<String>,
    /// When it will be over if it goes on as it did; nothing before it can be told.
    pub(super) estimated_completion: Option<String>,
    pub(super) progress: progress::Shown,
    /// What the operation answered.
    pub(super) result: Option<Value>,
    /// Why it ended otherwise.
    pub(super) error: Option<Value>,
    pub(super) logs: Vec<Line>,
}

impl Job {
    pub(super) fn new(id: String, order: Order) -> Self {
        Self {
            id,
            order,
            state: State::Queued,
            created: clock::now(),
            started: None,
            finished: None,
            told: Arc::default(),
            cancel: Cancel::default(),
            result: None,
            error: None,
        }
    }

    pub(super) fn start(&mut self) {
        (self.state, self.started) = (State::Running, Some(clock::now()));
    }

    /// Takes down what came of it.
    pub(super) fn finish(&mut self, outcome: anyhow::Result<Value>) {
        self.finished = Some(clock::now());
        match outcome {
            Ok(result) => (self.state, self.result) = (State::Done, Some(result)),
            Err(error) => {
                let kind = ErrorKind::of(&error);
                self.state = match kind {
                    ErrorKind::Interrupted => State::Cancelled,
                    ErrorKind::TimedOut => State::TimedOut,
                    _ => State::Failed,
                };
                let detail = error::message(&error);
                self.told.say(detail.clone());
                self.error =
                    Some(json!({ "code": kind.name(), "detail": detail, "hint": error::hint(&error) }));
            }
        }
    }

    /// The job without what it answered and told, as lists have it.
    pub(super) fn brief(&self) -> Shown {
        let progress = self.told.shown(self.state.is_over(), self.state == State::Done);
        let now = clock::now();
        let passed = self.started.filter(|_| self.state == State::Running).map(|at| now.saturating_sub(at));
        let left = passed.and_then(|passed| progress.seconds_left(passed));
        Shown {
            id: self.id.clone(),
            kind: self.order.kind,
            status: self.state,
            project_id: self.order.project.clone(),
            created_at: clock::rfc3339(self.created),
            started_at: self.started.map(clock::rfc3339),
            finished_at: self.finished.map(clock::rfc3339),
            estimated_completion: left.map(|left| clock::rfc3339(now + left)),
            progress,
            result: None,
            error: self.error.clone(),
            logs: Vec::new(),
        }
    }

    /// All of it.
    pub(super) fn whole(&self) -> Shown {
        Shown { result: self.result.clone(), logs: self.told.lines(), ..self.brief() }
    }
}
