//! `backup` and `restore`: one published generation as a verified copy, and back.

use super::show::{DIM, STRONG, WARN, ago, bytes, count};
use super::{Context, Effect, Group, Operation, Page, Response, Surface};
use crate::backup::{self, Created, Folder, Manifest, Restored};
use crate::error::{Kind, ResultExt as _};
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::io::Write as _;
use std::path::PathBuf;

/// Copy the newest state of all projects into a backup folder, and list or verify what is there
///
/// Works beside a running `index`. Files that are in the folder already are not written again.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Create {
    /// Backup folder; made when it is not there
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

impl Operation for Create {
    const NAME: &'static str = "backup";
    const EFFECT: Effect = Effect::Write;
    const SURFACES: &'static [Surface] = &[Surface::Cli];
    type Response = Created;

    fn run(self, cx: &Context) -> Result<Created> {
        backup::create(&cx.data, &Folder::new(&self.to), &*cx.progress, &cx.cancel)
    }
}

impl Response for Created {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        Ok(writeln!(
            page,
            "backed up generation {} as {STRONG}{}{STRONG:#}: {} ({}), of which {} new ({})",
            self.generation,
            self.id,
            count(self.files, "file"),
            bytes(self.bytes),
            self.new_files,
            bytes(self.new_bytes),
        )?)
    }
}

/// List the generations of a backup folder
#[derive(Debug, Clone, Args, Serialize)]
pub struct List {
    /// Backup folder
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

impl Operation for List {
    const NAME: &'static str = "list";
    const GROUP: Group = Group::Backup;
    const EFFECT: Effect = Effect::Admin;
    const SURFACES: &'static [Surface] = &[Surface::Cli];
    type Response = Listed;

    fn run(self, _cx: &Context) -> Result<Listed> {
        let all = backup::list(&Folder::new(&self.to))?;
        Ok(Listed {
            generations: all.into_iter().map(|(id, manifest)| Generation::of(id, &manifest)).collect(),
        })
    }
}

/// The generations of a backup folder, oldest first.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    generations: Vec<Generation>,
}

#[derive(Debug, Clone, Serialize)]
struct Generation {
    id: String,
    /// Generation of the store inside.
    generation: u64,
    /// Seconds since 1970.
    made_at: u64,
    projects: Vec<String>,
    files: u64,
    bytes: u64,
}

impl Generation {
    fn of(id: String, manifest: &Manifest) -> Self {
        Self {
            id,
            generation: manifest.generation,
            made_at: manifest.made_at,
            projects: manifest.projects.iter().map(|project| project.name.clone()).collect(),
            files: manifest.files.len() as u64,
            bytes: manifest.bytes(),
        }
    }
}

impl Response for Listed {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        for each in &self.generations {
            writeln!(
                page,
                "{STRONG}{}{STRONG:#}  {}, {}  {DIM}{}{DIM:#}",
                each.id,
                ago(each.made_at),
                bytes(each.bytes),
                each.projects.join(", ")
            )?;
        }
        Ok(())
    }

    fn verdict(&self) -> Option<Kind> {
        self.generations.is_empty().then_some(Kind::NotFound)
    }
}

/// Read every file of a generation and compare it with its manifest
#[derive(Debug, Clone, Args, Serialize)]
pub struct Verify {
    /// Backup folder
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Id of the generation; the newest when absent
    #[arg(long, value_name = "ID")]
    pub generation: Option<String>,
}

impl Operation for Verify {
    const NAME: &'static str = "verify";
    const GROUP: Group = Group::Backup;
    const EFFECT: Effect = Effect::Admin;
    const SURFACES: &'static [Surface] = &[Surface::Cli];
    type Response = Verified;

    fn run(self, cx: &Context) -> Result<Verified> {
        let from = Folder::new(&self.to);
        let (id, manifest) = backup::find(&from, self.generation.as_deref())?;
        let damaged = backup::verify(&from, &manifest, &*cx.progress, &cx.cancel)?;
        Ok(Verified { id, files: manifest.files.len() as u64, bytes: manifest.bytes(), damaged })
    }
}

/// What reading a generation showed.
#[derive(Debug, Clone, Serialize)]
pub struct Verified {
    id: String,
    files: u64,
    bytes: u64,
    /// What is wrong, a sentence a file.
    damaged: Vec<String>,
}

impl Response for Verified {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        for each in &self.damaged {
            writeln!(page, "{WARN}{each}{WARN:#}")?;
        }
        let (files, size) = (count(self.files, "file"), bytes(self.bytes));
        match self.damaged.len() as u64 {
            0 => writeln!(page, "{STRONG}{}{STRONG:#} is whole: {files} ({size}) read", self.id)?,
            n => writeln!(page, "{STRONG}{}{STRONG:#} is damaged: {n} of {files}", self.id)?,
        }
        Ok(())
    }

    fn verdict(&self) -> Option<Kind> {
        (!self.damaged.is_empty()).then_some(Kind::Corrupt)
    }
}

/// Replace the index by a generation of a backup folder
///
/// Every byte is compared with the manifest before anything changes; the data that was there before is kept beside.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Restore {
    /// Backup folder
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
    /// Id of the generation; the newest when absent
    #[arg(long, value_name = "ID")]
    pub generation: Option<String>,
    /// Only verify the generation
    #[arg(long)]
    pub dry_run: bool,
}

impl Operation for Restore {
    const NAME: &'static str = "restore";
    const EFFECT: Effect = Effect::Write;
    const SURFACES: &'static [Surface] = &[Surface::Cli];
    type Response = Outcome;

    fn run(self, cx: &Context) -> Result<Outcome> {
        let from = Folder::new(&self.from);
        let (id, manifest) = backup::find(&from, self.generation.as_deref())?;
        if self.dry_run {
            let damaged = backup::verify(&from, &manifest, &*cx.progress, &cx.cancel)?;
            if let Some(first) = damaged.first() {
                return Err(anyhow::anyhow!("the backup {id} cannot be restored: {first}"))
                    .kind(Kind::Corrupt)
                    .hint("see `codegraph backup verify`, and choose another with `--generation`");
            }
        }
        let restored = if self.dry_run {
            None
        } else {
            Some(backup::restore(&cx.data, &from, &manifest, &*cx.progress, &cx.cancel)?)
        };
        let projects = manifest.projects.iter().map(|project| project.name.clone()).collect();
        Ok(Outcome { id, projects, bytes: manifest.bytes(), restored })
    }
}

/// What a restore did, or would do.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    id: String,
    projects: Vec<String>,
    bytes: u64,
    /// Absent when it was only tried.
    restored: Option<Restored>,
}

impl Response for Outcome {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let what = format!("{} ({})", count(self.projects.len() as u64, "project"), bytes(self.bytes));
        let Some(restored) = &self.restored else {
            writeln!(page, "{STRONG}{}{STRONG:#} is whole and would restore {what}", self.id)?;
            return Ok(());
        };
        writeln!(page, "restored {what} from {STRONG}{}{STRONG:#}", self.id)?;
        if let Some(kept) = &restored.kept {
            writeln!(page, "the data that was there before is kept in {}", kept.display())?;
        }
        Ok(())
    }
}
