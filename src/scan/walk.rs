//! The walk: every regular file below a root that no rule leaves out, with size and time, sorted by path.

use super::{compilation, manifest};
use crate::config::Config;
use crate::error::{Kind, ResultExt as _};
use crate::lang;
use crate::lang::detect::{self, Detected};
use crate::lang::rules::ManifestKey;
use crate::observe::Cancel;
use anyhow::{Context as _, Result};
use ignore::overrides::OverrideBuilder;
use ignore::{DirEntry, WalkBuilder, WalkState};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

/// A file that may be indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Path relative to the root, with `/`. Bytes that are not UTF-8 are written `\xNN`, and a backslash before an `x`
    /// is doubled, so two files never share a path.
    pub path: String,
    /// Where it is.
    pub full: PathBuf,
    /// Bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970.
    pub mtime_ns: u64,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Scan {
    /// Files, sorted by path.
    pub files: Vec<Candidate>,
    /// Files left out, by reason. What ignore rules leave out is not counted.
    pub skipped: BTreeMap<String, u64>,
    /// Manifests: folder, key, value; sorted.
    pub manifests: Vec<(String, ManifestKey, String)>,
    /// What could not be read besides: path and why.
    pub problems: Vec<(String, String)>,
}

#[derive(Default)]
struct Found {
    files: Vec<Candidate>,
    skipped: BTreeMap<String, u64>,
    manifests: Vec<(String, ManifestKey, String)>,
}

impl Found {
    fn skip(&mut self, reason: &str) {
        *self.skipped.entry(reason.to_owned()).or_insert(0) += 1;
    }
}

/// Hands over what one thread found when the thread ends.
struct Thread<'w> {
    found: Found,
    all: &'w Mutex<Found>,
}

impl Drop for Thread<'_> {
    fn drop(&mut self) {
        let found = std::mem::take(&mut self.found);
        if let Ok(mut all) = self.all.lock() {
            all.files.extend(found.files);
            all.manifests.extend(found.manifests);
            for (reason, n) in found.skipped {
                *all.skipped.entry(reason).or_insert(0) += n;
            }
        }
    }
}

/// Walks a root.
///
/// # Errors
/// When the root cannot be read, a pattern is wrong, or there are more files than `max_files_per_project`.
pub fn scan(root: &Path, config: &Config, hidden: bool, no_ignore: bool, cancel: &Cancel) -> Result<Scan> {
    let meta = std::fs::metadata(root).with_context(|| format!("cannot read {}", root.display()))?;
    if !meta.is_dir() {
        return Err(anyhow::anyhow!("{} is not a folder", root.display())).kind(Kind::Usage);
    }
    std::fs::read_dir(root).with_context(|| format!("cannot read {}", root.display()))?;
    let mut builder = builder(root, config, hidden, no_ignore)?;
    builder.threads(std::thread::available_parallelism().map_or(2, std::num::NonZero::get).min(8));
    let all = Mutex::new(Found::default());
    builder.build_parallel().run(|| {
        let mut thread = Thread { found: Found::default(), all: &all };
        Box::new(move |entry| {
            if cancel.is_cancelled() {
                return WalkState::Quit;
            }
            match entry {
                Ok(entry) => look(root, &entry, config, &mut thread.found),
                Err(_) => thread.found.skip("unreadable"),
            }
            WalkState::Continue
        })
    });
    cancel.check()?;
    let mut found = all.into_inner().unwrap_or_default();
    found.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let mut problems = Vec::new();
    if let Some(compilation) = compilation::of(root) {
        problems.extend(compilation.problem.map(|problem| (compilation.path, problem)));
        if !compilation.folders.is_empty() {
            found.manifests.push((String::new(), ManifestKey::IncludeFolders, compilation.folders));
        }
    }
    found.manifests.sort_unstable();
    let limit = config.parsing.max_files_per_project;
    if found.files.len() as u64 > limit {
        let n = found.files.len();
        return Err(anyhow::anyhow!("{} holds {n} files, the limit is {limit}", root.display()))
            .kind(Kind::Usage)
            .hint("raise `max_files_per_project` in the section [parsing], or leave out folders with `ignore_patterns`");
    }
    Ok(Scan { files: found.files, skipped: found.skipped, manifests: found.manifests, problems })
}

/// The rules of a walk.
pub(super) fn builder(root: &Path, config: &Config, hidden: bool, no_ignore: bool) -> Result<WalkBuilder> {
    let mut builder = WalkBuilder::new(root);
    builder
        .hidden(!hidden)
        .follow_links(false)
        .git_ignore(!no_ignore)
        .git_global(!no_ignore)
        .git_exclude(!no_ignore)
        .ignore(!no_ignore)
        .parents(!no_ignore)
        .require_git(false);
    if !no_ignore {
        builder.overrides(patterns(root, &config.parsing.ignore_patterns)?);
    }
    // A repository's own folder is never source.
    builder.filter_entry(|entry| entry.file_name() != ".git");
    Ok(builder)
}

/// The configured patterns, in gitignore's syntax, as patterns that leave out.
pub(super) fn patterns(root: &Path, patterns: &[String]) -> Result<ignore::overrides::Override> {
    let mut builder = OverrideBuilder::new(root);
    for pattern in patterns {
        let pattern = pattern.strip_prefix('!').map_or_else(|| format!("!{pattern}"), str::to_owned);
        builder
            .add(&pattern)
            .with_context(|| format!("`{pattern}` in ignore_patterns is no pattern"))
            .kind(Kind::Usage)?;
    }
    Ok(builder.build()?)
}

fn look(root: &Path, entry: &DirEntry, config: &Config, found: &mut Found) {
    let Some(kind) = entry.file_type() else { return };
    if kind.is_dir() {
        return;
    }
    if kind.is_symlink() {
        return found.skip("symbolic link");
    }
    if !kind.is_file() {
        return found.skip("not a regular file");
    }
    let full = entry.path();
    let Ok(relative) = full.strip_prefix(root) else { return };
    let path = printable(relative);
    let name = path.rsplit('/').next().unwrap_or(&path);
    if manifest::is_manifest(name)
        && let Ok(text) = std::fs::read_to_string(full)
    {
        let folder = crate::resolve::folder_of(&path).to_owned();
        let stated = manifest::read(name, &text);
        found.manifests.extend(stated.into_iter().map(|(key, value)| (folder.clone(), key, value)));
    }
    let detected = detect::by_path(&path);
    if let Some(reason) = unwanted(&path, detected, config) {
        return found.skip(reason);
    }
    let Ok(meta) = entry.metadata() else { return found.skip("unreadable") };
    if meta.len() > config.parsing.max_file_size.0 {
        return found.skip("too large");
    }
    found.files.push(Candidate { path, full: full.to_owned(), size: meta.len(), mtime_ns: mtime_ns(&meta) });
}

/// Why the settings leave a file out.
fn unwanted(path: &str, detected: Detected, config: &Config) -> Option<&'static str> {
    let parsing = &config.parsing;
    match detected {
        Detected::Unknown if path.rsplit('/').next().is_some_and(|name| name.contains('.')) => {
            Some("unknown type")
        }
        // A file without an ending may be a script: its first line tells.
        Detected::Unknown | Detected::Text(_) => None,
        Detected::Code(index) => {
            let language = lang::language(index);
            let folder =
                |name: &str| path.starts_with(&format!("{name}/")) || path.contains(&format!("/{name}/"));
            if !parsing.languages.iter().any(|name| name == language.name) {
                return Some("language switched off");
            }
            let rust = &parsing.rust;
            let is_rust = language.extensions.contains(&"rs");
            let switched_off = is_rust
                && ((!rust.parse_tests && folder("tests"))
                    || (!rust.parse_benchmarks && folder("benches"))
                    || (!rust.parse_examples && folder("examples")));
            let python = &parsing.python;
            let ending = path.rsplit('.').next().unwrap_or_default();
            let off = switched_off
                || (!python.parse_notebooks && ending == "ipynb")
                || (!python.parse_stubs && ending == "pyi");
            off.then_some("switched off by settings")
        }
    }
}

/// A path as text that names it alone.
pub(super) fn printable(path: &Path) -> String {
    match path.to_str() {
        Some(text) if !text.contains("\\x") => text.replace(std::path::MAIN_SEPARATOR, "/"),
        Some(text) => text.replace(std::path::MAIN_SEPARATOR, "/").replace("\\x", "\\\\x"),
        None => {
            let mut out = String::new();
            for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
                out.push_str(&chunk.valid().replace("\\x", "\\\\x"));
                for byte in chunk.invalid() {
                    out.push_str(&format!("\\x{byte:02x}"));
                }
            }
            out
        }
    }
}

/// Where a file is whose path was made by [`Candidate::path`]'s rules.
#[must_use]
pub fn real_path(root: &Path, path: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find("\\x") {
        let (before, found) = rest.split_at(at);
        if let Some(before) = before.strip_suffix('\\') {
            // A doubled backslash: the name holds these two characters.
            bytes.extend_from_slice(before.as_bytes());
            bytes.extend_from_slice(b"\\x");
            rest = found.get(2..).unwrap_or_default();
            continue;
        }
        bytes.extend_from_slice(before.as_bytes());
        let byte = found.get(2..4).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(b'?'));
        rest = found.get(4..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest.as_bytes());
    root.join(from_bytes(bytes))
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes))
}

#[cfg(not(unix))]
fn from_bytes(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

/// Modification time in nanoseconds since 1970; 0 where the system has none.
#[must_use]
pub fn mtime_ns(meta: &Metadata) -> u64 {
    let since = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| u64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_again_under_its_printed_path() {
        use std::os::unix::ffi::OsStrExt as _;
        for name in [
            &b"plain.rs"[..],
            b"a b/\n.py",
            b"\xff\xfe.c",
            b"lit\\x41.c",
            b"\\",
            b"x\\\\x",
            b"\xc3\xbc\xff\\xzz",
        ] {
            let path = Path::new(std::ffi::OsStr::from_bytes(name));
            let found = real_path(Path::new("/r"), &printable(path));
            assert_eq!(found, Path::new("/r").join(path), "{}", printable(path));
        }
    }
}
