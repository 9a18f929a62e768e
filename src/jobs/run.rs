//! What a job does: an operation of the registry, in a context of its own.

use super::job::{Kind, Order};
use super::progress::Told;
use crate::config::Loaded;
use crate::error::{Kind as ErrorKind, ResultExt as _};
use crate::observe::{Cancel, Limit, Metrics};
use crate::service::{Context, Entry, Group, Models, OPERATIONS, Partly, json_of};
use anyhow::{Context as _, Result, anyhow};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Where jobs do their work.
pub struct Place {
    /// The data folder.
    pub data: PathBuf,
    /// The settings.
    pub loaded: Arc<Loaded>,
    /// Embedding models that are open.
    pub models: Arc<Models>,
    /// Where backups are counted.
    pub metrics: Arc<Metrics>,
}

impl Kind {
    /// The operation that does it.
    ///
    /// # Errors
    /// When there is none.
    pub fn operation(self) -> Result<&'static Entry> {
        let (group, name) = match self {
            Self::BackupVerify => (Group::Backup, "verify"),
            Self::BackupPrune => (Group::Backup, "prune"),
            Self::Index | Self::Remove | Self::Vectors | Self::Compact => (Group::Top, self.name()),
            Self::Backup | Self::Restore | Self::Doctor => (Group::Top, self.name()),
        };
        let entry = OPERATIONS.iter().find(|entry| entry.group == group && entry.name == name);
        entry.with_context(|| format!("there is no operation `{name}`"))
    }

    /// True for what indexing is made of: it can be paused, and may take no longer than `performance.index_timeout`.
    #[must_use]
    pub const fn is_indexing(self) -> bool {
        matches!(self, Self::Index | Self::Remove | Self::Vectors | Self::Compact)
    }
}

impl Place {
    /// Does what is asked for. While another process writes it waits.
    pub(super) fn run(&self, order: &Order, told: &Arc<Told>, cancel: &Cancel) -> Result<Value> {
        let entry = order.kind.operation()?;
        let limit = self.loaded.config.performance.index_timeout.0;
        let cancel =
            if order.kind.is_indexing() { cancel.within(limit, Limit::Index) } else { cancel.clone() };
        let (began, mut has_waited) = (Instant::now(), false);
        let outcome = loop {
            let mut cx = Context::new(self.data.clone(), Arc::clone(&self.loaded));
            (cx.progress, cx.cancel) = (Arc::clone(told) as _, cancel.clone());
            cx.models = Arc::clone(&self.models);
            cx.is_guest = order.is_guest;
            match entry.from_json(&order.body)?.run(&cx) {
                Err(error) if ErrorKind::of(&error) == ErrorKind::Locked => {
                    // It has waited for some seconds already.
                    if let Err(over) = cancel.check() {
                        break Err(over);
                    }
                    if !has_waited {
                        told.say(crate::error::message(&error));
                        has_waited = true;
                    }
                }
                other => break other,
            }
        };
        if order.kind == Kind::Backup {
            let is_of_all = order.body["project"].is_null();
            self.metrics.tried_backup(began, is_of_all, outcome.as_ref().map(drop));
        }
        match outcome {
            Ok(answer) => Ok(serde_json::from_slice(&json_of(&*answer)?)?),
            Err(error) if ErrorKind::of(&error) == ErrorKind::TimedOut => {
                let seconds = limit.as_secs_f64();
                let detail = match error.downcast_ref::<Partly>() {
                    Some(partly) => format!("{partly}, because performance.index_timeout is {seconds} s"),
                    None => format!("it took longer than performance.index_timeout, {seconds} s"),
                };
                Err(anyhow!(detail))
                    .kind(ErrorKind::TimedOut)
                    .hint("ask for it again: it goes on from what was published; or raise performance.index_timeout")
            }
            Err(error) => Err(error),
        }
    }
}
