//! `index`: make the store true again, once or whenever files change.

use super::show::{STRONG, WARN, bytes, count, number, seconds};
use super::{Answer, Context, Effect, Format, Operation, Page};
use crate::error::{Kind, ResultExt as _};
use crate::index::{self, Options, Report};
use crate::scan::watch::{Wake, Watched, Watcher};
use anyhow::{Context as _, Result, anyhow};
use clap::{Args, ValueHint};
use serde::Serialize;
use serde_json::Value;
use std::io::Write as _;
use std::path::PathBuf;

/// Problems that the text lists; JSON lists more.
const SHOWN_PROBLEMS: usize = 10;

/// Most characters of a description.
pub const MAX_DESCRIPTION: usize = 2_000;

/// Index folders, or bring their index up to date
#[derive(Debug, Clone, Args, Serialize)]
pub struct Index {
    /// Folders to index; without one, the project that holds the working folder, else the working folder
    #[arg(value_name = "PATH", value_hint = ValueHint::DirPath)]
    pub paths: Vec<PathBuf>,
    /// Name of the project; without one, the folder's
    #[arg(long)]
    pub name: Option<String>,
    /// Read every file again
    #[arg(long)]
    pub force: bool,
    /// Index hidden files too
    #[arg(long)]
    pub hidden: bool,
    /// Index what .gitignore, .ignore and `ignore_patterns` leave out too
    #[arg(long)]
    pub no_ignore: bool,
    /// What the project is, in a sentence or two; it is shown where projects are listed
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Stay, and index again whenever files change; Ctrl-C ends it
    #[arg(long)]
    pub watch: bool,
}

impl Operation for Index {
    const NAME: &'static str = "index";
    const EFFECT: Effect = Effect::Write;
    type Response = Indexed;

    fn run(self, cx: &Context) -> Result<Indexed> {
        let mut roots = self.roots(cx)?;
        let last = roots.pop().context("there is no folder to index")?;
        if self.watch {
            return self.watch(cx, last);
        }
        for root in roots {
            cx.emit(&Indexed::Whole(self.index(cx, root)?))?;
        }
        Ok(Indexed::Whole(self.index(cx, last)?))
    }

    fn apart(&self, cx: &Context) -> Result<Option<Vec<Value>>> {
        if self.watch {
            return Ok(None);
        }
        let root = |root: &PathBuf| {
            let canonical = root.canonicalize();
            canonical.with_context(|| format!("cannot open the folder {}", root.display())).kind(Kind::Usage)
        };
        let part = |folder: &PathBuf| {
            let part = Self { paths: vec![root(folder)?], ..self.clone() };
            Ok(serde_json::to_value(part)?)
        };
        let roots = self.roots(cx)?;
        // Such a name has no place in JSON.
        if roots.iter().any(|root| root.to_str().is_none()) {
            return Ok(None);
        }
        Ok(Some(roots.iter().map(part).collect::<Result<_>>()?))
    }

    fn told(answer: Value) -> Result<Indexed> {
        Ok(Indexed::Whole(serde_json::from_value(answer)?))
    }
}

impl Index {
    /// The folders to index, at least one.
    fn roots(&self, cx: &Context) -> Result<Vec<PathBuf>> {
        let several = self.paths.len() > 1;
        if several && self.name.is_some() {
            return Err(anyhow!("one name cannot be given to several folders")).kind(Kind::Usage);
        }
        if several && self.description.is_some() {
            return Err(anyhow!("one description cannot be given to several folders")).kind(Kind::Usage);
        }
        if self.description.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
            return Err(anyhow!("a description has at most {MAX_DESCRIPTION} characters")).kind(Kind::Usage);
        }
        if several && self.watch {
            return Err(anyhow!("one folder is watched at a time"))
                .kind(Kind::Usage)
                .hint("start one `codegraph index --watch` for each");
        }
        if self.watch && cx.here.is_none() {
            return Err(anyhow!("watching is done from the command line")).kind(Kind::Usage);
        }
        if !self.paths.is_empty() {
            return Ok(self.paths.clone());
        }
        let here = || cx.here.clone().unwrap_or_else(|| PathBuf::from("."));
        Ok(vec![cx.project_here()?.map_or_else(here, |project| PathBuf::from(project.root))])
    }

    fn index(&self, cx: &Context, root: PathBuf) -> Result<Report> {
        let options = Options {
            root,
            name: self.name.clone(),
            force: self.force,
            hidden: self.hidden,
            no_ignore: self.no_ignore,
            description: self.description.clone(),
        };
        index::run(&cx.data, &cx.loaded.config, &options, &*cx.progress, &cx.cancel)
    }

    /// Indexes, then again after every change, until it is asked to stop.
    fn watch(mut self, cx: &Context, root: PathBuf) -> Result<Indexed> {
        let canonical = root.canonicalize();
        let root = canonical
            .with_context(|| format!("cannot open the folder {}", root.display()))
            .kind(Kind::Usage)?;
        // It watches before it indexes, so that no change falls between the two.
        let mut watcher = Watcher::new(Watched {
            root: root.clone(),
            data: cx.data.canonicalize().unwrap_or_else(|_| cx.data.clone()),
            config: cx.loaded.config.clone(),
            hidden: self.hidden,
            no_ignore: self.no_ignore,
        })?;
        cx.emit(&Indexed::Whole(self.index(cx, root.clone())?))?;
        self.force = false;
        while watcher.wait(&cx.cancel)? == Wake::Changed {
            let report = loop {
                match self.index(cx, root.clone()) {
                    // Somebody else writes: the change is still to be indexed.
                    Err(error) if Kind::of(&error) == Kind::Locked && !cx.cancel.is_cancelled() => {}
                    other => break other,
                }
            };
            match report {
                Ok(report) if report.added + report.changed + report.removed > 0 => {
                    cx.emit(&Indexed::Update(report))?;
                }
                Ok(_) => {}
                Err(_) if cx.cancel.is_cancelled() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(Indexed::Stopped)
    }
}

/// What `index` answers.
#[derive(Debug, Clone)]
pub enum Indexed {
    /// The closing report of a run.
    Whole(Report),
    /// The report of a run that a change led to.
    Update(Report),
    /// Watching was ended.
    Stopped,
}

impl Answer for Indexed {
    fn write(&self, format: Format, page: &mut Page<'_>) -> Result<()> {
        match (self, format) {
            (Self::Stopped, _) => Ok(()),
            (Self::Whole(report), Format::Text) => whole(report, page),
            (Self::Update(report), Format::Text) => update(report, page),
            (Self::Whole(report) | Self::Update(report), _) => page.json(report),
        }
    }

    fn verdict(&self) -> Option<Kind> {
        match self {
            Self::Whole(report) | Self::Update(report) if report.unreadable > 0 => Some(Kind::PartlyRead),
            Self::Whole(_) | Self::Update(_) | Self::Stopped => None,
        }
    }

    fn notes(&self) -> Vec<String> {
        match self {
            Self::Whole(report) | Self::Update(report) => report.notes.clone(),
            Self::Stopped => Vec::new(),
        }
    }
}

/// The files that came, changed and went: `2 new, 1 changed`.
fn news(report: &Report, with_unchanged: bool) -> String {
    let unchanged = if with_unchanged { report.unchanged } else { 0 };
    let parts: Vec<String> = [
        (report.added, "new"),
        (report.changed, "changed"),
        (report.removed, "removed"),
        (unchanged, "unchanged"),
    ]
    .iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, what)| format!("{} {what}", number(*n)))
    .collect();
    parts.join(", ")
}

/// One line for a run that a change led to.
fn update(report: &Report, page: &mut Page<'_>) -> Result<()> {
    write!(page, "{STRONG}{}{STRONG:#}: {}", report.project, news(report, false))?;
    if report.relinked > 0 {
        write!(page, ", {} relinked", number(report.relinked))?;
    }
    writeln!(page, " in {}", seconds(report.seconds))?;
    for problem in report.problems.iter().take(SHOWN_PROBLEMS) {
        writeln!(page, "  {}: {}", page.path(&report.root, &problem.path), problem.problem)?;
    }
    Ok(())
}

/// The closing report.
fn whole(report: &Report, page: &mut Page<'_>) -> Result<()> {
    let counts = &report.counts;
    let (skipped, problems) = (report.skipped.values().sum::<u64>(), report.problems_total);
    writeln!(page, "{STRONG}{}{STRONG:#} ({})", report.project, report.root)?;
    let news = news(report, true);
    let news = if news.is_empty() { news } else { format!(" ({news})") };
    writeln!(page, "  files       {}{news}", number(counts.files))?;
    writeln!(page, "  lines       {}", number(counts.lines))?;
    writeln!(page, "  symbols     {}", number(counts.symbols))?;
    writeln!(page, "  edges       {}", number(counts.edges))?;
    let uses = counts.resolved + counts.unresolved;
    if uses > 0 {
        let percent = counts.resolved as f64 * 100.0 / uses as f64;
        writeln!(
            page,
            "  references  {} of {} resolved ({percent:.1} %)",
            number(counts.resolved),
            number(uses)
        )?;
    }
    if let Some(embedded) = report.embedded {
        writeln!(page, "  embedded    {} with {}", count(embedded, "text"), report.model)?;
    }
    if skipped > 0 {
        let mut reasons: Vec<(&String, &u64)> = report.skipped.iter().collect();
        reasons.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
        let reasons: Vec<String> =
            reasons.iter().map(|(reason, n)| format!("{} {reason}", number(**n))).collect();
        writeln!(page, "  skipped     {} ({})", number(skipped), reasons.join(", "))?;
    }
    if problems > 0 {
        writeln!(page, "  {WARN}problems{WARN:#}    {}", number(problems))?;
        for problem in report.problems.iter().take(SHOWN_PROBLEMS) {
            writeln!(page, "    {}: {}", page.path(&report.root, &problem.path), problem.problem)?;
        }
        if problems > SHOWN_PROBLEMS as u64 {
            writeln!(page, "    and {} more", number(problems - SHOWN_PROBLEMS as u64))?;
        }
    }
    writeln!(
        page,
        "  took        {:.1} s, {:.1} s of processor time, {} of memory at most; {} on disk",
        report.seconds,
        report.cpu_seconds,
        bytes(report.peak_memory_bytes),
        bytes(report.disk_bytes)
    )?;
    Ok(())
}
