//! `GET` of the metrics: what was counted, how large the index is, what the process takes.

use super::State;
use super::call::{Call, Reply};
use super::routes::{Class, Params, Route, Run, Scope, get};
use crate::config::Config;
use crate::observe::metrics::{Family, Page, process};
use crate::service::Totals;
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
pub(super) struct Looked(Mutex<Option<(Instant, Totals)>>);

impl Looked {
    /// The sizes, not older than some time if they can be had.
    fn sizes(&self, age: Duration, look: impl FnOnce() -> Result<Totals>) -> Option<Totals> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|(at, _)| at.elapsed() >= age) {
            // Old sizes are better than none: that the index cannot be read is told by other metrics and by the log.
            match look() {
                Ok(sizes) => *last = Some((Instant::now(), sizes)),
                Err(_) => return last.as_ref().map(|(_, sizes)| sizes.clone()),
            }
        }
        last.as_ref().map(|(_, sizes)| sizes.clone())
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn metrics(state: &State, call: &Call, _: &Params) -> Result<Reply> {
    let settings = &state.loaded.config.metrics;
    let mut page = Page::new(settings.include_system_metrics, settings.include_custom_metrics);
    state.metrics.write(&mut page);
    if settings.include_custom_metrics {
        let look = || Totals::of(&state.context(call));
        if let Some(sizes) = state.looked.sizes(settings.collection_interval.0, look) {
            write(&sizes, &mut page);
        }
        let counts = [("query", state.models.counts()), ("result", state.answers.counts())];
        page.begin(Family::CacheHits);
        counts.iter().for_each(|(name, (hits, _))| page.value(&[name], *hits as f64));
        page.begin(Family::CacheMisses);
        counts.iter().for_each(|(name, (_, misses))| page.value(&[name], *misses as f64));
        page.one(Family::MemoryLimit, state.loaded.config.performance.max_memory_usage.0 as f64);
        page.one(Family::MemoryPressure, f64::from(u8::from(state.pressure.is_high())));
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

fn write(sizes: &Totals, page: &mut Page) {
    for (family, n) in [
        (Family::Projects, sizes.projects),
        (Family::Entities, sizes.symbols),
        (Family::Edges, sizes.edges),
        (Family::Vectors, sizes.chunks),
        (Family::Generation, sizes.generation),
        (Family::IndexLastSuccess, sizes.indexed_at),
        (Family::DatabaseSize, sizes.store_bytes),
        (Family::VectorIndexSize, sizes.vector_bytes),
    ] {
        page.one(family, n as f64);
    }
    if let Some(free) = sizes.free_bytes {
        page.begin(Family::DiskFree);
        page.value(&["data"], free as f64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_looked_at_again_when_they_are_old() {
        let (looked, mut n) = (Looked::default(), 0);
        let mut at = |age| {
            let look = || {
                n += 1;
                Ok(Totals { projects: n, ..Totals::default() })
            };
            looked.sizes(age, look).map(|sizes| sizes.projects)
        };
        let day = Duration::from_secs(86_400);
        assert_eq!([at(day), at(day), at(Duration::ZERO), at(day)], [Some(1), Some(1), Some(2), Some(2)]);
        assert_eq!(looked.sizes(Duration::ZERO, || anyhow::bail!("damaged")).unwrap().projects, 2);
    }
}
