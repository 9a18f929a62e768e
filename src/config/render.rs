//! The table of settings as text: the template file, the man page's section.

use super::keys::{KEYS, SECTIONS};
use std::fmt::Write as _;

/// `config/codegraph.toml`: every key under its description, commented out at its default.
#[must_use]
pub fn template() -> String {
    let mut out = String::from(
        "# CodeGraph's settings. Every key stands here at its default; remove the `#` before a key to change it.\n\
         # A variable CODEGRAPH_<SECTION>_<KEY> wins over this file, `--set section.key=value` over both.\n\
         # `codegraph config show` tells what is in force and where it came from.\n",
    );
    for (section, doc) in SECTIONS {
        let _ = write!(out, "\n#{doc}\n[{section}]\n");
        for key in KEYS.iter().filter(|key| key.section == *section) {
            let _ = write!(out, "#{}\n# {} = {}\n", key.doc, key.name, (key.default)());
        }
    }
    out
}

/// The settings as a section of a manual: name, description, default, variables.
#[must_use]
pub fn manual() -> Vec<(String, String)> {
    let entry = |key: &super::Key| {
        let mut names = vec![key.variable()];
        names.extend(key.aliases.iter().map(|&alias| alias.to_owned()));
        names.extend(key.file_variables());
        names.extend(key.overrule.map(str::to_owned));
        let text = format!(
            "{} ({}{}; default {}; variable {})",
            key.doc.trim(),
            (key.kind)(),
            key.range.map_or_else(String::new, |(low, high)| format!(", from {low} to {high}")),
            (key.default)(),
            names.join(" or ")
        );
        (key.path(), text)
    };
    KEYS.iter().map(entry).collect()
}

/// A setting in force.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Shown {
    /// `section.name`.
    pub key: String,
    /// Its value.
    pub value: serde_json::Value,
    /// Its value as TOML.
    #[serde(skip)]
    pub toml: String,
    /// Where it came from: `default`, `FILE:LINE`, `$VARIABLE`, a flag.
    pub source: String,
    /// What it does.
    pub doc: &'static str,
}

/// Every setting in force, in the order of the table.
#[must_use]
pub fn show(loaded: &super::Loaded) -> Vec<Shown> {
    let shown = |(key, source): (&super::Key, &super::Source)| {
        let toml = (key.show)(&loaded.config);
        // What the table prints is TOML: a test reads every default back.
        let table: Option<toml::Table> = format!("x = {toml}").parse().ok();
        let value = table.and_then(|table| serde_json::to_value(table.get("x")?).ok()).unwrap_or_default();
        Shown { key: key.path(), value, toml, source: source.to_string(), doc: key.doc.trim() }
    };
    KEYS.iter().zip(&loaded.sources).map(shown).collect()
}
