//! Which old generations go, and the objects that nobody names any more.
//!
//! Objects go in two phases. A prune notes those that no manifest names; a later one removes those that were noted long
//! enough ago and are still named by none, and only while it holds the place alone. A backup that runs meanwhile holds it
//! too, so an object that it found and relies on stays.

use super::{Blob, Manifest, Origin, Which, list, verify};
use crate::error::{Kind, ResultExt as _};
use crate::observe::{Cancel, Progress, step};
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The note with unreferenced objects: hash to the time of the first prune that saw it so, seconds since 1970.
const NOTE: &str = "unreferenced.json";
const DAY: u64 = 86_400;

/// Which generations stay: those that any rule keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keep {
    /// So many of the newest.
    pub last: u64,
    /// The newest of each of so many of the newest days that have one, in UTC.
    pub daily: u64,
    /// The newest of each of so many of the newest weeks that have one; weeks begin on Monday.
    pub weekly: u64,
    /// All that are younger.
    pub younger: Option<Duration>,
}

impl Keep {
    /// The ids that stay, of generations from the oldest to the newest. The newest always does.
    fn of<'g>(&self, all: &[(&'g str, u64)], now: u64) -> BTreeSet<&'g str> {
        let mut kept: BTreeSet<&str> = BTreeSet::new();
        let newest_first = || all.iter().rev().copied();
        kept.extend(
            newest_first().take(usize::try_from(self.last.max(1)).unwrap_or(usize::MAX)).map(|(id, _)| id),
        );
        // The first of January 1970 was a Thursday.
        for (wanted, first, length) in [(self.daily, 0, DAY), (self.weekly, 3 * DAY, 7 * DAY)] {
            let mut seen: BTreeSet<u64> = BTreeSet::new();
            for (id, at) in newest_first() {
                if (seen.len() as u64) < wanted && seen.insert((at + first) / length) {
                    kept.insert(id);
                }
            }
        }
        if let Some(younger) = self.younger {
            // One from the future is young.
            let oldest = now.saturating_sub(younger.as_secs());
            kept.extend(newest_first().filter(|(_, at)| *at > oldest).map(|(id, _)| id));
        }
        kept
    }
}

/// What a prune did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pruned {
    /// Ids of the generations that went.
    pub removed: Vec<String>,
    /// Generations that stay.
    pub kept: u64,
    /// Objects that went, and their bytes.
    pub removed_objects: u64,
    /// Their bytes.
    pub removed_bytes: u64,
    /// Objects that nobody names and that a later prune may remove.
    pub waiting_objects: u64,
    /// Their bytes.
    pub waiting_bytes: u64,
    /// Another process used the place, so no object was removed.
    pub is_busy: bool,
}

/// Removes generations that no rule keeps, and objects that nobody has named for the time `grace`. The newest generation
/// of all projects and the newest of each that was backed up alone are read and compared first, byte by byte; nothing is
/// removed unless they are whole, and they always stay.
///
/// # Errors
/// [`Kind::Corrupt`] when the newest generation or any manifest is damaged: then nothing was removed.
/// [`Kind::Interrupted`] when cancelled.
pub fn prune(
    place: Box<dyn Blob>,
    keep: &Keep,
    (grace, now): (Duration, u64),
    is_dry: bool,
    (progress, cancel): (&dyn Progress, &Cancel),
) -> Result<Pruned> {
    let mut all: Vec<(String, Manifest)> = Vec::new();
    for (id, manifest) in list(&*place)? {
        let hint = format!("nothing was removed; when it is of no use, remove generations/{id}.json by hand");
        all.push((id, manifest.hint(hint)?));
    }
    // Those of all projects and those of each alone are kept as if they lay in places of their own.
    let mut series: BTreeMap<Option<&str>, Vec<(&str, u64)>> = BTreeMap::new();
    for (id, manifest) in &all {
        series.entry(manifest.only.as_deref()).or_default().push((id, manifest.made_at));
    }
    let mut place = place;
    for (newest, _) in series.values().filter_map(|each| each.last()) {
        place = whole(place, newest, progress, cancel)?;
    }
    let kept: BTreeSet<&str> = series.values().flat_map(|each| keep.of(each, now)).collect();
    let mut pruned = Pruned::default();
    for (id, _) in &all {
        if kept.contains(id.as_str()) {
            pruned.kept += 1;
            continue;
        }
        cancel.check()?;
        if !is_dry {
            place.remove_manifest(id)?;
            step("prune.manifest");
        }
        pruned.removed.push(id.clone());
    }
    let gone: BTreeSet<&str> = pruned.removed.iter().map(String::as_str).collect();
    let objects = Objects::of(&*place, &gone, now)?;
    objects.remove(&*place, grace, is_dry, cancel, &mut pruned)?;
    Ok(pruned)
}

/// Reads a generation and gives the place back when it is whole.
fn whole(place: Box<dyn Blob>, id: &str, progress: &dyn Progress, cancel: &Cancel) -> Result<Box<dyn Blob>> {
    let newest = Origin::kept(place, Which::Id(id))?;
    if let Some(first) = verify(&newest, progress, cancel)?.into_iter().next() {
        let text = format!("the newest generation {id} is damaged, so nothing was removed: {}", first.text);
        return Err(anyhow::anyhow!(text))
            .kind(Kind::Corrupt)
            .hint("make a new backup of the same, and prune again");
    }
    newest.into_place().context("a generation of a place has one")
}

/// Objects that nobody names: their bytes, and since when.
struct Objects {
    unnamed: BTreeMap<String, (u64, u64)>,
    now: u64,
}

impl Objects {
    fn of(place: &dyn Blob, gone: &BTreeSet<&str>, now: u64) -> Result<Self> {
        let noted: BTreeMap<String, u64> =
            place.note(NOTE)?.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        // Listed before the manifests are read again, so that a backup which ends meanwhile is seen.
        let mut unnamed: BTreeMap<String, (u64, u64)> = place
            .objects()?
            .into_iter()
            .map(|(sha256, bytes)| {
                // A time from the future is a clock that was wrong.
                let since = noted.get(&sha256).copied().filter(|since| *since <= now).unwrap_or(now);
                (sha256, (bytes, since))
            })
            .collect();
        for (id, manifest) in list(place)? {
            if gone.contains(id.as_str()) {
                continue;
            }
            for entry in manifest?.files {
                unnamed.remove(&entry.sha256);
            }
        }
        Ok(Self { unnamed, now })
    }

    fn remove(
        mut self,
        place: &dyn Blob,
        grace: Duration,
        is_dry: bool,
        cancel: &Cancel,
        pruned: &mut Pruned,
    ) -> Result<()> {
        let hold = place.hold_alone()?;
        pruned.is_busy = hold.is_none();
        if hold.is_some() {
            // Now that nobody adds anything: what a backup named since is not to go.
            let gone: BTreeSet<&str> = pruned.removed.iter().map(String::as_str).collect();
            self.unnamed = {
                let again = Self::of(place, &gone, self.now)?.unnamed;
                self.unnamed.into_iter().filter(|(sha256, _)| again.contains_key(sha256)).collect()
            };
            let is_old = |since: u64| self.now.saturating_sub(since) >= grace.as_secs();
            let old: Vec<String> = self
                .unnamed
                .iter()
                .filter(|(_, (_, since))| is_old(*since))
                .map(|(sha, _)| sha.clone())
                .collect();
            for sha256 in old {
                cancel.check()?;
                if !is_dry {
                    place.remove_object(&sha256)?;
                    step("prune.object");
                }
                let (bytes, _) = self.unnamed.remove(&sha256).unwrap_or_default();
                pruned.removed_objects += 1;
                pruned.removed_bytes += bytes;
            }
            if !is_dry {
                place.sweep()?;
            }
        }
        pruned.waiting_objects = self.unnamed.len() as u64;
        pruned.waiting_bytes = self.unnamed.values().map(|(bytes, _)| bytes).sum();
        if is_dry {
            return Ok(());
        }
        let note: BTreeMap<&String, u64> =
            self.unnamed.iter().map(|(sha, (_, since))| (sha, *since)).collect();
        place.put_note(NOTE, &serde_json::to_vec_pretty(&note)?)
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, Keep};
    use std::time::Duration;

    /// The days (since 1970-01-01) that stay of backups made at noon.
    fn kept(keep: Keep, days: &[u64], today: u64) -> Vec<u64> {
        let ids: Vec<String> = days.iter().map(|day| format!("{day:05}")).collect();
        let all: Vec<(&str, u64)> =
            ids.iter().zip(days).map(|(id, day)| (id.as_str(), day * DAY + DAY / 2)).collect();
        keep.of(&all, today * DAY + DAY / 2).into_iter().map(|id| id.parse().unwrap()).collect()
    }

    #[test]
    fn a_generation_stays_that_any_rule_keeps_and_the_newest_always_does() {
        let days: Vec<u64> = (19_990..20_000).collect();
        assert_eq!(kept(Keep::default(), &days, 20_000), [19_999]);
        assert_eq!(kept(Keep { last: 3, ..Keep::default() }, &days, 20_000), [19_997, 19_998, 19_999]);
        let young = Keep { younger: Some(Duration::from_secs(2 * DAY + DAY / 2)), ..Keep::default() };
        assert_eq!(kept(young, &days, 20_000), [19_998, 19_999]);
        assert_eq!(kept(young, &days, 30_000), [19_999], "the newest is never too old");
        let both = Keep { last: 2, daily: 4, ..Keep::default() };
        assert_eq!(kept(both, &days, 20_000), [19_996, 19_997, 19_998, 19_999]);
        assert_eq!(kept(Keep { last: u64::MAX, ..Keep::default() }, &days, 20_000), days);
    }

    #[test]
    fn weeks_begin_on_monday_and_each_keeps_its_newest() {
        // 2024-01-01 was a Monday, and day 19,723.
        let days: Vec<u64> = (19_723 - 10..19_723 + 9).collect();
        let weekly = Keep { weekly: 3, ..Keep::default() };
        assert_eq!(kept(weekly, &days, 19_740), [19_722, 19_729, 19_731]);
    }

    #[test]
    fn days_with_several_keep_the_last_one() {
        let all = [("a", 100 * DAY), ("b", 100 * DAY + 1), ("c", 101 * DAY), ("d", 101 * DAY + 9)];
        let keep = Keep { daily: 2, ..Keep::default() };
        assert_eq!(keep.of(&all, 102 * DAY).into_iter().collect::<Vec<_>>(), ["b", "d"]);
    }
}
