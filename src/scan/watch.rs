//! When to look again: events of the file system, gathered until they pause.
//!
//! Watching is no second way to index. It only says that a run is worth while; the run compares sizes and times as
//! always, so an event too many costs a walk and an event that names the wrong file costs nothing.

use super::walk;
use crate::config::Config;
use crate::error::{Kind, ResultExt as _};
use crate::observe::Cancel;
use anyhow::{Context as _, Result};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::overrides::Override;
use notify::event::{AccessKind, AccessMode, Event, EventKind, ModifyKind};
use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A run starts when nothing happened for this long.
const QUIET: Duration = Duration::from_millis(200);
/// A run starts at the latest this long after the first event, however busy the folder is.
const LONGEST: Duration = Duration::from_secs(3);
/// How often the flag that stops us is looked at.
const TICK: Duration = Duration::from_millis(100);
/// Folders that went away and are remembered one by one; beyond it all folders are watched anew.
const MAX_GONE: usize = 10_000;
/// One watch a folder, so that ignored folders cost none; elsewhere the system watches a tree by itself.
const BY_FOLDER: bool = cfg!(any(target_os = "linux", target_os = "android"));
/// Files that decide what is indexed although their own names are hidden.
const RULE_FILES: &[&str] = &[".gitignore", ".ignore"];

/// What is watched.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The root, canonical.
    pub root: PathBuf,
    /// The data folder: what happens in it is our own doing.
    pub data: PathBuf,
    /// The settings.
    pub config: Config,
    /// Hidden files too.
    pub hidden: bool,
    /// Ignored files too.
    pub no_ignore: bool,
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Something may have changed.
    Changed,
    /// The work was asked to stop.
    Cancelled,
}

/// Watches a root.
pub struct Watcher {
    watched: Watched,
    inner: RecommendedWatcher,
    shared: Arc<Shared>,
    folders: BTreeSet<PathBuf>,
}

/// What the watching thread and the waiting one share.
struct Shared {
    pending: Mutex<Pending>,
    bell: Condvar,
    rules: Mutex<Rules>,
}

/// What happened since the last wait.
#[derive(Default)]
struct Pending {
    first: Option<Instant>,
    last: Option<Instant>,
    /// Folders may have come.
    folders: bool,
    /// Folders and files that went.
    gone: BTreeSet<PathBuf>,
    /// Events were lost.
    lost: bool,
}

impl Pending {
    /// How long to wait until a run starts; nothing when nothing happened.
    fn pause(&self, now: Instant) -> Option<Duration> {
        let (first, last) = (self.first?, self.last?);
        Some((last + QUIET).min(first + LONGEST).saturating_duration_since(now))
    }
}

/// Which events do not matter, as far as it is cheap to tell.
struct Rules {
    root: PathBuf,
    data: PathBuf,
    hidden: bool,
    patterns: Override,
    ignored: Gitignore,
}

impl Rules {
    fn new(watched: &Watched) -> Result<Self> {
        let mut ignored = GitignoreBuilder::new(&watched.root);
        let mut patterns = Override::empty();
        if !watched.no_ignore {
            for name in RULE_FILES {
                // A damaged line is left out, as the walk does.
                drop(ignored.add(watched.root.join(name)));
            }
            patterns = walk::patterns(&watched.root, &watched.config.parsing.ignore_patterns)?;
        }
        Ok(Self {
            root: watched.root.clone(),
            data: watched.data.clone(),
            hidden: watched.hidden,
            patterns,
            ignored: ignored.build()?,
        })
    }

    fn leave_out(&self, path: &Path) -> bool {
        let Ok(inside) = path.strip_prefix(&self.root) else { return !self.root.starts_with(path) };
        if path.starts_with(&self.data) {
            return true;
        }
        let Some(name) = inside.file_name() else { return false };
        if RULE_FILES.iter().any(|rule| name == *rule) {
            return false;
        }
        let dotted = |part: std::path::Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        if inside.components().any(|part| part.as_os_str() == ".git") {
            return true;
        }
        if !self.hidden && inside.components().any(dotted) {
            return true;
        }
        let matched = |is_dir: bool| {
            self.patterns.matched(inside, is_dir).is_ignore()
                || self.ignored.matched_path_or_any_parents(inside, is_dir).is_ignore()
        };
        // Most patterns with a slash at their end are for folders; only for these is the disk asked.
        matched(false) || (matched(true) && path.is_dir())
    }
}

impl Shared {
    /// Takes note of an event.
    fn note(&self, event: notify::Result<Event>) {
        let event = match event {
            Ok(event) => event,
            Err(_) => return self.ring(|pending| pending.lost = true),
        };
        if event.need_rescan() {
            return self.ring(|pending| pending.lost = true);
        }
        let matters = match event.kind {
            EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
            EventKind::Any
            | EventKind::Create(_)
            | EventKind::Modify(_)
            | EventKind::Remove(_)
            | EventKind::Other => true,
        };
        if !matters {
            return;
        }
        let rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let paths: Vec<PathBuf> = event.paths.into_iter().filter(|path| !rules.leave_out(path)).collect();
        drop(rules);
        if paths.is_empty() {
            return;
        }
        let moves = matches!(event.kind, EventKind::Modify(ModifyKind::Name(_)));
        let removes = moves || matches!(event.kind, EventKind::Remove(_));
        let creates = moves || matches!(event.kind, EventKind::Create(_) | EventKind::Any | EventKind::Other);
        let rules_changed = paths
            .iter()
            .any(|path| path.file_name().is_some_and(|name| RULE_FILES.iter().any(|r| name == *r)));
        self.ring(|pending| {
            pending.folders |= creates || rules_changed;
            if removes && pending.gone.len() < MAX_GONE {
                pending.gone.extend(paths);
            } else if removes {
                pending.lost = true;
            }
        });
    }

    fn ring(&self, change: impl FnOnce(&mut Pending)) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        pending.first.get_or_insert(now);
        pending.last = Some(now);
        change(&mut pending);
        drop(pending);
        self.bell.notify_all();
    }
}

impl Watcher {
    /// Starts to watch. What happens from now on is told by [`Watcher::wait`].
    ///
    /// # Errors
    /// When the root cannot be read, or the system watches no more folders.
    pub fn new(watched: Watched) -> Result<Self> {
        let shared = Arc::new(Shared {
            pending: Mutex::default(),
            bell: Condvar::new(),
            rules: Mutex::new(Rules::new(&watched)?),
        });
        let noting = Arc::clone(&shared);
        let inner = notify::recommended_watcher(move |event| noting.note(event));
        let inner = inner.with_context(|| format!("cannot watch {}", watched.root.display()))?;
        let mut watcher = Self { watched, inner, shared, folders: BTreeSet::new() };
        watcher.follow()?;
        Ok(watcher)
    }

    /// Waits until something may have changed and then paused, or the work is asked to stop.
    ///
    /// # Errors
    /// [`Kind::NotFound`] when the root is gone.
    pub fn wait(&mut self, cancel: &Cancel) -> Result<Wake> {
        let Some(happened) = self.shared.gather(cancel) else { return Ok(Wake::Cancelled) };
        if !self.watched.root.is_dir() {
            let gone = format!("the folder {} is gone", self.watched.root.display());
            return Err(anyhow::anyhow!(gone)).kind(Kind::NotFound).hint("what was indexed of it is kept");
        }
        if happened.lost {
            for folder in std::mem::take(&mut self.folders) {
                drop(self.inner.unwatch(&folder));
            }
        }
        self.folders.retain(|folder| !happened.gone.iter().any(|gone| folder.starts_with(gone)));
        if happened.lost || happened.folders || !happened.gone.is_empty() {
            self.follow()?;
        }
        Ok(Wake::Changed)
    }

    /// Watches the folders that the walk would enter and that are not watched yet.
    fn follow(&mut self) -> Result<()> {
        let watched = &self.watched;
        let rules = Rules::new(watched)?;
        *self.shared.rules.lock().unwrap_or_else(PoisonError::into_inner) = rules;
        if !BY_FOLDER {
            if self.folders.insert(watched.root.clone()) {
                watch(&mut self.inner, &watched.root, RecursiveMode::Recursive)?;
            }
            return Ok(());
        }
        let walk = walk::builder(&watched.root, &watched.config, watched.hidden, watched.no_ignore)?;
        for entry in walk.build().flatten() {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let path = entry.path();
            if !is_folder || path.starts_with(&watched.data) || self.folders.contains(path) {
                continue;
            }
            watch(&mut self.inner, path, RecursiveMode::NonRecursive)?;
            self.folders.insert(path.to_owned());
        }
        Ok(())
    }
}

impl Shared {
    /// Waits for events and takes them; nothing when asked to stop.
    fn gather(&self, cancel: &Cancel) -> Option<Pending> {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if cancel.is_cancelled() {
                return None;
            }
            let pause = pending.pause(Instant::now());
            if pause == Some(Duration::ZERO) {
                return Some(std::mem::take(&mut pending));
            }
            let pause = pause.unwrap_or(TICK).min(TICK);
            let waited = self.bell.wait_timeout(pending, pause);
            pending = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn watch(inner: &mut RecommendedWatcher, path: &Path, mode: RecursiveMode) -> Result<()> {
    let watched = inner.watch(path, mode);
    match watched {
        Ok(()) => Ok(()),
        // It went away since it was listed: its parent told us, or will.
        Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) || !path.exists() => Ok(()),
        Err(error) => {
            let full = matches!(error.kind, notify::ErrorKind::MaxFilesWatch);
            let result = Err(error).with_context(|| format!("cannot watch {}", path.display()));
            if full { result.hint("raise the system's limit, `fs.inotify.max_user_watches`") } else { result }
        }
    }
}
