//! What several themes need: small projects on disk, the store as text, and a daemon with its client.

mod daemon;

pub use daemon::{Answer, Daemon, KEY};

use codegraph::config::Config;
use codegraph::index::{self, Options, Report};
use codegraph::model::{FileId, SymbolId};
use codegraph::observe::{Cancel, Silent};
use codegraph::store::{ProjectRow, Snapshot, View};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Writes files below a folder.
pub fn write(root: &Path, files: &BTreeMap<String, String>) {
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// The files of a text in which a line `-- path` stands before each.
pub fn parts(text: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut path = None;
    for line in text.lines() {
        if let Some(next) = line.strip_prefix("-- ") {
            files.insert(next.to_owned(), String::new());
            path = Some(next);
        } else if let Some(file) = path.and_then(|path| files.get_mut(path)) {
            file.push_str(line);
            file.push('\n');
        }
    }
    files
}

/// Indexes a folder into a data folder.
pub fn index(data: &Path, root: &Path) -> Report {
    let options = Options { root: root.to_owned(), name: Some("p".to_owned()), ..Options::default() };
    index::run(data, &Config::default(), &options, &Silent, &Cancel::default()).unwrap()
}

/// Everything that the newest generation says of project `p`, in an order that does not depend on numbers.
pub fn dump(data: &Path) -> String {
    let snapshot = Snapshot::newest(data).unwrap();
    let view = snapshot.view();
    let project = view.project("p").unwrap().unwrap();
    let mut out = String::new();
    let counts = &project.counts;
    let _ = writeln!(
        out,
        "files {} lines {} symbols {} edges {} resolved {} unresolved {} chunks {} {:?}",
        counts.files,
        counts.lines,
        counts.symbols,
        counts.edges,
        counts.resolved,
        counts.unresolved,
        counts.chunks,
        project.languages
    );
    let mut files = view.files(project.pid()).unwrap();
    files.sort_by(|a, b| a.1.path.cmp(&b.1.path));
    for (id, row) in &files {
        assert_eq!(view.file_at(project.pid(), &row.path).unwrap(), Some(*id));
        file(view, &project, *id, &row.path, &mut out);
        let _ = writeln!(out, "  {} lines {} edges {:?}", row.lines, row.edges, row.problems);
    }
    let mut n_externals = 0;
    view.externals(project.pid(), "", |_, file, _, _| {
        n_externals += usize::from(files.iter().any(|(id, _)| *id == file));
        Ok(true)
    })
    .unwrap();
    let _ = writeln!(out, "externals {n_externals} uses {}", project.counts.external);
    let mut names = view.symbols_prefixed(project.pid(), "", usize::MAX).unwrap();
    names.sort_by_key(|row| (symbol(view, &project, row.id), row.name.clone()));
    for row in names {
        let _ = writeln!(out, "name {} {} {}", row.name, row.kind.name(), symbol(view, &project, row.id));
    }
    out
}

fn file(view: &View, project: &ProjectRow, id: FileId, path: &str, out: &mut String) {
    let pid = project.pid();
    let _ = writeln!(out, "file {path}");
    let mut lines = Vec::new();
    for (id, each) in view.symbols_of(pid, id).unwrap() {
        lines.push(format!(
            "  {} {} {:?} {}",
            each.kind.name(),
            symbol(view, project, id),
            each.place,
            each.signature
        ));
        for (from, inbound) in view.inbound(pid, id).unwrap() {
            for each in inbound {
                let from = SymbolId { file: from, slot: each.from };
                lines.push(format!(
                    "  in {} {} from {}",
                    symbol(view, project, id),
                    each.kind.name(),
                    symbol(view, project, from)
                ));
            }
        }
    }
    let links = view.links(pid, id).unwrap().unwrap_or_default();
    for edge in &links.edges {
        let from = SymbolId { file: id, slot: edge.from };
        lines.push(format!(
            "  {}:{} {} {} -> {} {} {} {}",
            edge.line,
            edge.column,
            edge.kind.name(),
            symbol(view, project, from),
            symbol(view, project, edge.to),
            edge.role.name(),
            edge.rule.name(),
            edge.confidence
        ));
    }
    for of in &links.externals {
        let mut uses = None;
        view.externals(pid, &of.name, |name, file, count, package| {
            if (name, file) == (of.name.as_str(), id) {
                uses = Some((count, package));
            }
            Ok(true)
        })
        .unwrap();
        assert_eq!(uses, Some((u32::try_from(of.uses.len()).unwrap(), of.package)), "{path}: {}", of.name);
        for used in &of.uses {
            let from = symbol(view, project, SymbolId { file: id, slot: used.from });
            lines.push(format!(
                "  {}:{} {} {from} -> {} {} {}",
                used.line,
                used.column,
                used.kind.name(),
                of.name,
                used.role.name(),
                used.rule.name()
            ));
        }
    }
    for (name, count) in &links.unresolved {
        assert!(view.unresolved(pid, name).unwrap() >= u64::from(*count), "{path}: {name}");
        lines.push(format!("  unresolved {name} {count}"));
    }
    lines.sort();
    for line in lines {
        out.push_str(&line);
        out.push('\n');
    }
}

/// A symbol as text; a symbol that is not there is told as such.
fn symbol(view: &View, project: &ProjectRow, id: SymbolId) -> String {
    let path = view.file(project.pid(), id.file).unwrap().map_or_else(|| "GONE".to_owned(), |row| row.path);
    if id.slot == 0 {
        return path;
    }
    match view.symbol(project.pid(), id).unwrap() {
        Some(symbol) => format!("{path}#{}", symbol.qualified),
        None => format!("{path}#GONE"),
    }
}
