//! `config show` and `config check`.

use super::budget::{Files, Memory, Share};
use super::show::{DIM, STRONG, WARN, bytes, number};
use super::{Context, Effect, Entry, Group, Operation, Page, Response, Surface};
use crate::config::{self, Shown};
use crate::embed::Model;
use crate::error::{self, Kind, ResultExt as _};
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
        if !settings.iter().any(|each| each.key.starts_with(&prefix)) {
            let hint = config::meant(&prefix).map_or_else(
                || "`codegraph config show` lists all".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(anyhow::anyhow!("there is no setting whose name starts with `{prefix}`"))
                .kind(Kind::NotFound)
                .hint(hint);
        }
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

fn listed(settings: &[Shown], page: &mut Page<'_>) -> Result<()> {
    for each in settings {
        writeln!(page, "{STRONG}{}{STRONG:#} = {}  {DIM}# {}{DIM:#}", each.key, each.toml, each.source)?;
    }
    Ok(())
}

impl Response for Settings {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let file = self.file.as_ref().map_or_else(|| "none".to_owned(), |file| file.display().to_string());
        writeln!(page, "{DIM}# file: {file}\n# data folder: {}{DIM:#}", self.data_dir.display())?;
        listed(&self.settings, page)
    }

    fn verdict(&self) -> Option<Kind> {
        self.settings.is_empty().then_some(Kind::NotFound)
    }
}

/// Check a file with settings; without one, those in force. Tells what a daemon with them takes of the machine
#[derive(Debug, Clone, Args, Serialize)]
pub struct Check {
    /// File to check, as it stands, whatever the environment says
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
}

impl Check {
    /// True for the operation of that entry: it tells of warnings itself.
    #[must_use]
    pub fn is(entry: &Entry) -> bool {
        (entry.group, entry.name) == (Self::GROUP, Self::NAME)
    }
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
        let (memory, files) = (Memory::of(&loaded.config), Files::of(&loaded.config));
        let model = Model::verify(&loaded.config.vector)?;
        let settings = config::show(&loaded);
        let mut warnings = loaded.warnings;
        warnings.extend(model);
        warnings.extend(memory.warnings());
        warnings.extend(files.warning());
        let error = memory.check().err().map(|error| error::message(&error));
        Ok(Checked { file: loaded.file, settings, memory, files, warnings, error })
    }
}

/// Settings of which each is right.
#[derive(Debug, Serialize)]
pub struct Checked {
    file: Option<PathBuf>,
    settings: Vec<Shown>,
    memory: Memory,
    files: Files,
    warnings: Vec<String>,
    /// Why a daemon would not start with all of them.
    error: Option<String>,
}

impl Checked {
    fn machine(&self, page: &mut Page<'_>) -> Result<()> {
        let Memory { parts, sum_bytes, limit_bytes, besides } = &self.memory;
        let (sum, limit) = (bytes(*sum_bytes), bytes(*limit_bytes));
        writeln!(page, "\n{STRONG}memory of a daemon{STRONG:#}: up to {sum} of {limit}")?;
        let row = |share: &Share, page: &mut Page<'_>| {
            write!(page, "{:>10}  {}", bytes(share.bytes), share.what)?;
            let settings = share.settings;
            if settings.is_empty() { writeln!(page) } else { writeln!(page, "  {DIM}{settings}{DIM:#}") }
        };
        parts.iter().try_for_each(|share| row(share, page))?;
        writeln!(page, "besides, while they are needed:")?;
        besides.iter().try_for_each(|share| row(share, page))?;
        let allowed =
            self.files.allowed.map_or_else(|| "any number is".to_owned(), |n| format!("{} are", number(n)));
        let needed = number(self.files.needed);
        Ok(writeln!(page, "{STRONG}open files{STRONG:#}: {needed} wanted, {allowed} allowed\n")?)
    }
}

impl Response for Checked {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        listed(&self.settings, page)?;
        self.machine(page)?;
        for warning in &self.warnings {
            writeln!(page, "{WARN}warning:{WARN:#} {warning}")?;
        }
        let name = match &self.file {
            Some(file) => file.display().to_string(),
            None => "there is no file; the settings in force".to_owned(),
        };
        match (&self.error, &self.file) {
            (Some(error), _) => writeln!(page, "{WARN}error:{WARN:#} {error}")?,
            (None, Some(_)) => writeln!(page, "{name} is right")?,
            (None, None) => writeln!(page, "{name} are right")?,
        }
        Ok(())
    }

    fn verdict(&self) -> Option<Kind> {
        self.error.is_some().then_some(Kind::Usage)
    }
}
