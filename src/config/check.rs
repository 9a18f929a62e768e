//! What settings must be together, and what is odd about them.

use super::access::Origin;
use super::keys::{Config, KEYS};
use super::load::{Loaded, Source};
use crate::error::{Kind, ResultExt as _};
use anyhow::Result;

/// A key with fewer characters is odd.
const FEW_CHARACTERS: usize = 16;

/// Settings that make no sense together.
///
/// # Errors
/// [`Kind::Usage`], with the place of one of them.
pub(super) fn together(loaded: &Loaded) -> Result<()> {
    let database = &loaded.config.database;
    let triggers = [
        database.level0_file_num_compaction_trigger,
        database.level0_slowdown_writes_trigger,
        database.level0_stop_writes_trigger,
    ];
    if !triggers.is_sorted_by(|a, b| a < b) {
        let names = [
            "database.level0_file_num_compaction_trigger",
            "database.level0_slowdown_writes_trigger",
            "database.level0_stop_writes_trigger",
        ];
        let [merge, slow, stop] = triggers;
        return refuse(
            loaded,
            &names,
            &format!(
                "each is more than the one before: level0_file_num_compaction_trigger {merge}, \
                 level0_slowdown_writes_trigger {slow}, level0_stop_writes_trigger {stop}"
            ),
        );
    }
    if loaded.config.mcp.endpoint == loaded.config.metrics.endpoint {
        let names = ["mcp.endpoint", "metrics.endpoint"];
        return refuse(loaded, &names, "mcp.endpoint and metrics.endpoint are two paths");
    }
    Ok(())
}

/// Refuses settings, at the place of the last of them that somebody set.
fn refuse(loaded: &Loaded, names: &[&str], why: &str) -> Result<()> {
    let set = |name: &&&str| loaded.source_of(name).is_some_and(|source| *source != Source::Default);
    let culprit = names.iter().rev().find(set).or(names.last()).copied().unwrap_or_default();
    let source = loaded.source_of(culprit).unwrap_or(&Source::Default);
    let error = Err(anyhow::anyhow!("{source}: {culprit}: {why}")).kind(Kind::Usage);
    let doc = KEYS.iter().find(|key| key.path() == culprit).map_or("", |key| key.doc.trim());
    error.hint(format!("{culprit}: {doc}"))
}

/// What is odd but no error.
pub(super) fn oddities(config: &Config) -> Vec<String> {
    let mut told = Vec::new();
    let security = &config.security;
    for (name, key) in [("api_key", &security.api_key), ("admin_api_key", &security.admin_api_key)] {
        if (1..FEW_CHARACTERS).contains(&key.0.reveal().len()) {
            told.push(format!(
                "security.{name} has less than {FEW_CHARACTERS} characters, so it could be guessed"
            ));
        }
    }
    if config.server.cors_origins.iter().any(Origin::is_example) {
        told.push("server.cors_origins has the origin of the example, yourdomain.com".to_owned());
    }
    if !config.database.paranoid_checks {
        told.push(
            "database.paranoid_checks is off: damage in files that nothing reads goes unseen till it is needed"
                .to_owned(),
        );
    }
    told
}
