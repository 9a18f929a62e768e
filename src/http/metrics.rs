//! `GET` of the metrics: what was counted, how large the index is, what the process takes.

use super::State;
use super::call::{Call, Reply};
use super::routes::{Class, Params, Route, Run, Scope, get};
use crate::config::Config;
use crate::error;
use crate::jobs::{self, Jobs};
use crate::observe::metrics::{Family, Page, process};
use crate::service::{Totals, block_counts, shared_cache_bytes};
use anyhow::Result;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The route, when it is wanted.
pub(super) fn route(config: &Config) -> Option<Route> {
    let settings = &config.metrics;
    settings.enabled.then(|| Route {
        path: settings.endpoint.clone(),
        name: "metrics",
        about: "Tells what was counted and measured, in the text format of Prometheus".to_owned(),
        scope: if settings.require_key { Scope::Read } else { Scope::Open },
        class: Class::Probe,
        run: Run::Handler(metrics),
        ..get()
    })
}

/// How large the index was when it was last looked at. That takes some files, so it is not done for every scrape.
#[derive(Default)]
pub(super) struct Looked(Mutex<(Option<Instant>, Totals)>);

impl Looked {
    /// The sizes, not older than some time if they can be had.
    fn sizes(&self, age: Duration, look: impl FnOnce(&mut Totals) -> Result<()>) -> Totals {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, sizes) = &mut *last;
        // Old sizes are better than none: that the index cannot be read is told by another metric and by the log.
        if at.is_none_or(|at| at.elapsed() >= age) && look(sizes).is_ok() {
            *at = Some(Instant::now());
        }
        sizes.clone()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn metrics(state: &State, call: &Call, _: &Params) -> Result<Reply> {
    let settings = &state.loaded.config.metrics;
    let mut page = Page::new(settings.include_system_metrics, settings.include_custom_metrics);
    state.metrics.write(&mut page);
    if settings.include_custom_metrics {
        let sizes =
            state.looked.sizes(settings.collection_interval.0, |sizes| sizes.look(&state.context(call)));
        of_index(&sizes, &mut page);
        of_store(state, &sizes, &mut page);
        of_jobs(&state.api.jobs, &mut page);
        of_caches(state, &mut page);
        page.one(Family::MemoryLimit, state.loaded.config.performance.max_memory_usage.0 as f64);
        page.one(Family::MemoryPressure, flag(state.pressure.is_high()));
        page.one(Family::LogLinesLost, state.log.lost() as f64);
        page.begin(Family::BuildInfo);
        page.value(&[env!("CARGO_PKG_VERSION"), option_env!("CODEGRAPH_REVISION").unwrap_or_default()], 1.0);
    }
    if settings.include_system_metrics {
        let told = [
            (Family::ResidentMemory, process::resident_bytes().map(|bytes| bytes as f64)),
            (Family::VirtualMemory, process::virtual_bytes().map(|bytes| bytes as f64)),
            (Family::CpuSeconds, process::cpu_seconds()),
            (Family::OpenFds, process::open_files().map(|n| n as f64)),
            (Family::MaxFds, process::most_files().map(|n| n as f64)),
            (Family::StartTime, Some(state.metrics.started_at())),
            (Family::Threads, process::threads().map(|n| n as f64)),
        ];
        for (family, value) in told {
            if let Some(value) = value {
                page.one(family, value);
            }
        }
    }
    Ok(Reply::bytes(Page::CONTENT_TYPE, page.text().into_bytes()))
}

fn flag(is_set: bool) -> f64 {
    f64::from(u8::from(is_set))
}

/// What the newest generation holds.
fn of_index(sizes: &Totals, page: &mut Page) {
    for (family, n) in [
        (Family::Projects, sizes.projects),
        (Family::Entities, sizes.symbols),
        (Family::Edges, sizes.edges),
        (Family::Vectors, sizes.chunks),
        (Family::Generation, sizes.generation),
        (Family::IndexLastSuccess, sizes.indexed_at),
    ] {
        page.one(family, n as f64);
    }
}

/// What the store takes, how it stands, and its backups.
fn of_store(state: &State, sizes: &Totals, page: &mut Page) {
    page.begin(Family::FamilySize);
    sizes.families.iter().for_each(|family| page.value(&[family.name], family.bytes as f64));
    let free = [("data", sizes.free_bytes), ("backup", sizes.backup_free_bytes)];
    page.begin(Family::DiskFree);
    for (volume, bytes) in free {
        bytes.into_iter().for_each(|bytes| page.value(&[volume], bytes as f64));
    }
    let live = &sizes.live;
    let (_, _, asked_for) = state.metrics.backups();
    for (family, n) in [
        (Family::DatabaseSize, sizes.store_bytes),
        (Family::VectorIndexSize, sizes.vector_bytes),
        (Family::Memtable, live.memtable_bytes),
        (Family::BlockCache, shared_cache_bytes()),
        (Family::CompactionPending, live.pending_compaction_bytes),
        (Family::BackgroundErrors, live.background_errors),
        (Family::CorruptionDetected, error::damage_met()),
        (Family::BackupLastSuccess, sizes.backed_up_at.max(asked_for)),
        (Family::BackupSize, sizes.backup_bytes),
    ] {
        page.one(family, n as f64);
    }
    page.one(Family::WriteStalled, flag(live.is_stalled));
    page.one(Family::ReadOnly, flag(state.is_read_only()));
}

/// Jobs, and the files that they came by.
fn of_jobs(jobs: &Jobs, page: &mut Page) {
    let ((queued, running), tally) = (jobs.now(), jobs.tally());
    page.begin(Family::IndexJobs);
    page.value(&[jobs::State::Queued.name()], queued as f64);
    page.value(&[jobs::State::Running.name()], running as f64);
    page.one(Family::IndexingQueueDepth, queued as f64);
    page.begin(Family::JobsFinished);
    tally.outcomes().for_each(|(kind, end, n)| page.value(&[kind.name(), end.name()], n as f64));
    page.begin(Family::IndexDuration);
    page.histogram(&[], tally.took());
    page.begin(Family::IndexedFiles);
    tally.files().for_each(|(outcome, n)| page.value(&[outcome], n as f64));
}

fn of_caches(state: &State, page: &mut Page) {
    let blocks = block_counts(&state.loaded.config.database).map(|counts| ("block", counts));
    let counts = [("query", state.models.counts()), ("result", state.results().1)];
    let counts: Vec<_> = counts.into_iter().chain(blocks).collect();
    page.begin(Family::CacheHits);
    counts.iter().for_each(|(name, (hits, _))| page.value(&[name], *hits as f64));
    page.begin(Family::CacheMisses);
    counts.iter().for_each(|(name, (_, misses))| page.value(&[name], *misses as f64));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_looked_at_again_when_they_are_old() {
        let (looked, mut n) = (Looked::default(), 0);
        let mut at = |age| {
            let look = |sizes: &mut Totals| {
                n += 1;
                sizes.projects = n;
                Ok(())
            };
            looked.sizes(age, look).projects
        };
        let day = Duration::from_secs(86_400);
        assert_eq!([at(day), at(day), at(Duration::ZERO), at(day)], [1, 1, 2, 2]);
        // What could be read before something was damaged counts.
        let damaged = |sizes: &mut Totals| {
            sizes.store_bytes = 7;
            anyhow::bail!("damaged")
        };
        let sizes = looked.sizes(Duration::ZERO, damaged);
        assert_eq!((sizes.projects, sizes.store_bytes), (2, 7));
    }
}
