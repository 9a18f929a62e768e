//! `config show` and `config check`.

use super::show::{DIM, STRONG};
use super::{Context, Effect, Group, Operation, Page, Response, Surface};
use crate::config::{self, Shown};
use crate::embed::Model;
use anyhow::Result;
use clap::{Args, ValueHint};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

/// Show every setting in force and where its value came from
#[derive(Debug, Clone, Args, Serialize)]
pub struct Show {
    /// Only settings whose name starts with this, such as `parsing` or `server.port`
    #[arg(value_name = "KEY")]
    pub key: Option<String>,
    /// Only settings that are not at their default
    #[arg(long)]
    pub changed: bool,
}

impl Operation for Show {
    const NAME: &'static str = "show";
    const GROUP: Group = Group::Config;
    const EFFECT: Effect = Effect::Admin;
    type Response = Settings;

    fn run(self, cx: &Context) -> Result<Settings> {
        let mut settings = config::show(&cx.loaded);
        let prefix = self.key.unwrap_or_default();
        settings.retain(|each| each.key.starts_with(&prefix) && (!self.changed || each.source != "default"));
        Ok(Settings { file: cx.loaded.file.clone(), data_dir: cx.data.clone(), settings })
    }
}

/// The settings in force.
#[derive(Debug, Serialize)]
pub struct Settings {
    /// The file that was read.
    file: Option<PathBuf>,
    /// The data folder that they lead to.
    data_dir: PathBuf,
    settings: Vec<Shown>,
}

impl Response for Settings {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let file = self.file.as_ref().map_or_else(|| "none".to_owned(), |file| file.display().to_string());
        writeln!(page, "{DIM}# file: {file}\n# data folder: {}{DIM:#}", self.data_dir.display())?;
        for each in &self.settings {
            writeln!(page, "{STRONG}{}{STRONG:#} = {}  {DIM}# {}{DIM:#}", each.key, each.toml, each.source)?;
        }
        Ok(())
    }

    fn verdict(&self) -> Option<crate::error::Kind> {
        self.settings.is_empty().then_some(crate::error::Kind::NotFound)
    }
}

/// Check a file with settings; without one, those in force
#[derive(Debug, Clone, Args, Serialize)]
pub struct Check {
    /// File to check
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
}

impl Operation for Check {
    const NAME: &'static str = "check";
    const GROUP: Group = Group::Config;
    const EFFECT: Effect = Effect::Admin;
    // A file is one of this machine.
    const SURFACES: &'static [Surface] = &[Surface::Cli];
    type Response = Checked;

    fn run(self, cx: &Context) -> Result<Checked> {
        // What is in force was loaded before we ran, and every value is one that its setting can have.
        let loaded = match self.file {
            Some(file) => config::load(Some(&file), &BTreeMap::new())?,
            None => (*cx.loaded).clone(),
        };
        let mut warnings = loaded.warnings;
        warnings.extend(Model::verify(&loaded.config.vector)?);
        Ok(Checked { file: loaded.file, warnings })
    }
}

/// Settings that are right.
#[derive(Debug, Serialize)]
pub struct Checked {
    file: Option<PathBuf>,
    warnings: Vec<String>,
}

impl Response for Checked {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        for warning in &self.warnings {
            writeln!(page, "{warning}")?;
        }
        match &self.file {
            Some(file) => writeln!(page, "{} is right", file.display())?,
            None => writeln!(page, "there is no file; the settings in force are right")?,
        }
        Ok(())
    }
}
