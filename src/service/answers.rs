//! Answers that are kept to be given again: to the same question, while the index and the files that it was read from
//! are the same.

use super::kept::{Kept, Limits};
use super::{Answer, Context, Effect, Entry, Group, Request, json_of};
use crate::config::keys::Performance;
use anyhow::Result;
use serde_json::Value;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Bytes of all answers that are kept in one form. The daemon has two: as they are sent, and as data.
pub(super) const MAX_BYTES: usize = 32 << 20;
/// Bytes of an answer that is kept.
const MAX_ANSWER: usize = 1 << 20;
/// Bytes that a byte of JSON takes as data, about.
const DATA_COST: usize = 3;
/// Files that an answer is read from which is kept: all are looked at before it is given again.
const MAX_FILES: usize = 64;
/// Words of a query in openCypher whose answer may be another one each time.
const UNSTEADY: &[&str] = &["rand", "time", "date"];

/// Answers, in the form in which they are given.
pub struct Answers<T> {
    kept: Kept<String, Arc<Told<T>>>,
    /// Nothing is kept for the time being.
    is_held: AtomicBool,
}

/// An answer, and what it was read from besides the index.
struct Told<T> {
    answer: T,
    files: Vec<Stamp>,
}

/// What tells a file from what it was; nothing for a file that is not there.
pub(super) type FileState = Option<State>;

/// What is known of a file without reading it. Its size and its time can be made those of another text, as tools do that
/// copy times; when the system changed what it knows of it, and which file it is, cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    bytes: u64,
    /// When its text was changed last.
    pub(super) modified: Option<SystemTime>,
    /// When anything about it was, seconds and nanoseconds since 1970.
    changed: (i64, i64),
    /// Its device and its number there.
    file: (u64, u64),
}

impl State {
    fn of(path: &Path) -> FileState {
        let about = std::fs::metadata(path).ok()?;
        Some(Self {
            bytes: about.len(),
            modified: about.modified().ok(),
            changed: (about.ctime(), about.ctime_nsec()),
            file: (about.dev(), about.ino()),
        })
    }
}

/// A file and what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    path: PathBuf,
    state: FileState,
}

impl Stamp {
    fn of(path: &Path) -> Self {
        Self { path: path.to_owned(), state: State::of(path) }
    }
}

/// What an operation leaves behind beside its answer.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The files of projects that it was read from.
    files: Mutex<Vec<Stamp>>,
    /// Operators of the plan of a query.
    plan: Mutex<Vec<&'static str>>,
}

impl Seen {
    /// Remembers a file, before it is read; gives what it is now.
    pub(super) fn note(&self, path: &Path) -> FileState {
        let stamp = Stamp::of(path);
        let state = stamp.state;
        let mut stamps = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        // One more than may be tells that they were too many.
        if stamps.len() <= MAX_FILES && !stamps.iter().any(|stamp| stamp.path == path) {
            stamps.push(stamp);
        }
        state
    }

    /// Remembers how a query is answered.
    pub(super) fn note_plan(&self, plan: Vec<&'static str>) {
        *self.plan.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    fn take(&self) -> Vec<Stamp> {
        std::mem::take(&mut *self.files.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take_plan(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.plan.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether an answer was made for the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// It was kept.
    Kept,
    /// It was made now, and may be kept.
    Made,
    /// It was made now, and is never kept.
    MadeOnce,
}

/// An operation that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub name: &'static str,
    /// Where it hangs.
    pub group: Group,
    /// How long its answer took; nothing when it has none.
    pub time: Option<Duration>,
    /// Operators of the plan of a query, the last one first.
    pub plan: Vec<&'static str>,
}

/// What came of all questions of one request.
#[derive(Debug, Default)]
pub struct Trail(Mutex<Came>);

#[derive(Debug, Default)]
struct Came {
    origin: Option<Origin>,
    asked: Vec<Asked>,
}

impl Trail {
    fn came(&self) -> MutexGuard<'_, Came> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes where an answer is from.
    fn note(&self, origin: Origin) {
        let all = &mut self.came().origin;
        // What was made outweighs what was kept; what is never kept says nothing.
        if origin == Origin::Made || (origin == Origin::Kept && all.is_none()) {
            *all = Some(origin);
        }
    }

    /// The operations that were asked for, in their order.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.came().asked.clone()
    }

    /// `hit` when all that may be kept was, `miss` when something was made; nothing when nothing may be kept.
    #[must_use]
    pub fn word(&self) -> Option<&'static str> {
        match self.came().origin {
            Some(Origin::Kept) => Some("hit"),
            Some(Origin::Made) => Some("miss"),
            Some(Origin::MadeOnce) | None => None,
        }
    }
}

/// An answer as data, with what its operation says beside it. An answer that was kept has no notes.
///
/// # Errors
/// As [`Answers::answer`].
pub fn told(
    answers: &Answers<Arc<Value>>,
    cx: &Context,
    entry: &Entry,
    body: &Value,
    trail: &Trail,
) -> Result<(Arc<Value>, Vec<String>)> {
    let mut notes = Vec::new();
    let data = answers.answer(cx, entry, entry.from_json(body)?, "data", trail, |answer| {
        let json = json_of(answer)?;
        notes = answer.notes();
        Ok((Arc::new(serde_json::from_slice(&json)?), json.len() * DATA_COST))
    })?;
    Ok((data, notes))
}

impl<T: Clone> Answers<T> {
    /// None yet.
    #[must_use]
    pub fn new(settings: &Performance) -> Self {
        let values = if settings.enable_result_cache { usize::MAX } else { 0 };
        let kept = Kept::new(Limits { values, bytes: MAX_BYTES, time: settings.result_cache_ttl.0 });
        Self { kept, is_held: AtomicBool::new(false) }
    }

    /// The answer to a request. `form` says what `give` makes of it; that also tells how many bytes it takes.
    ///
    /// # Errors
    /// As the operation and `give`.
    pub fn answer(
        &self,
        cx: &Context,
        entry: &Entry,
        request: Box<dyn Request>,
        form: &str,
        trail: &Trail,
        give: impl FnOnce(&dyn Answer) -> Result<(T, usize)>,
    ) -> Result<T> {
        let began = Instant::now();
        let given = self.given(cx, entry, request, form, trail, give);
        let time = given.is_ok().then(|| began.elapsed());
        let asked = Asked { name: entry.name, group: entry.group, time, plan: cx.seen.take_plan() };
        trail.came().asked.push(asked);
        given
    }

    fn given(
        &self,
        cx: &Context,
        entry: &Entry,
        request: Box<dyn Request>,
        form: &str,
        trail: &Trail,
        give: impl FnOnce(&dyn Answer) -> Result<(T, usize)>,
    ) -> Result<T> {
        let is_off = self.kept.is_off() || self.is_held.load(Ordering::Relaxed);
        let key = if is_off { None } else { key(cx, entry, &*request, form)? };
        let Some(key) = key else {
            trail.note(Origin::MadeOnce);
            return Ok(give(&*request.run(cx)?)?.0);
        };
        let is_same = |told: &Arc<Told<T>>| told.files.iter().all(|stamp| Stamp::of(&stamp.path) == *stamp);
        if let Some(told) = self.kept.get(&key, Instant::now(), is_same) {
            trail.note(Origin::Kept);
            return Ok(told.answer.clone());
        }
        trail.note(Origin::Made);
        let answer = request.run(cx)?;
        let ((given, bytes), files) = (give(&*answer)?, cx.seen.take());
        // What is odd about an answer, such as that a model could not be asked, may be over soon.
        if answer.notes().is_empty() && bytes <= MAX_ANSWER && files.len() <= MAX_FILES {
            let room = bytes + key.len() + files.len() * 128 + 256;
            self.kept.put(key, Arc::new(Told { answer: given.clone(), files }), room, Instant::now());
        }
        Ok(given)
    }

    /// Drops what is too old to be given.
    pub fn purge(&self) {
        self.kept.purge(Instant::now());
    }

    /// Drops all, and keeps nothing until it may again.
    pub fn hold(&self, is_held: bool) {
        self.is_held.store(is_held, Ordering::Relaxed);
        if is_held {
            self.kept.clear();
        }
    }

    /// How many answers are kept, and how many bytes they take.
    #[must_use]
    pub fn held(&self) -> (usize, usize) {
        self.kept.held()
    }

    /// How often an answer was found, and how often not.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        self.kept.counts()
    }
}

/// What an answer is kept under: the question with its defaults, and the generation. Nothing for a question whose answer
/// is of the moment.
fn key(cx: &Context, entry: &Entry, request: &dyn Request, form: &str) -> Result<Option<String>> {
    let is_kept = entry.effect == Effect::Read
        && (entry.group == Group::Query || matches!(entry.name, "search" | "similar"));
    if !is_kept {
        return Ok(None);
    }
    let body = request.json()?.to_string();
    if entry.name == "cypher" {
        let lower = body.to_ascii_lowercase();
        if UNSTEADY.iter().any(|word| lower.contains(word)) {
            return Ok(None);
        }
    }
    let generation = cx.snapshot()?.generation();
    Ok(Some(format!("{generation} {} {form} {body}", entry.name)))
}
