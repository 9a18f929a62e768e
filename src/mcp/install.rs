//! Where agents and editors keep the list of servers that they start, and how an entry looks there.
//!
//! Each place and form is that of the product's own documentation.

use super::edit;
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name of our entry.
const NAME: &str = "codegraph";
/// Largest file that is edited, in bytes.
const MAX_BYTES: u64 = 10_000_000;

/// Where a file lies.
enum Place {
    /// In the working folder, for all who work there.
    Project(&'static str),
    /// Below the user's home.
    Home(&'static str),
    /// Below the user's folder for settings.
    Config(&'static str),
    /// Below a folder that a variable names, else below the user's home.
    Variable(&'static str, &'static str, &'static str),
    /// In a place that only one system has.
    System(fn(&BTreeMap<String, String>) -> Option<PathBuf>),
}

/// An agent or editor that starts servers.
pub struct Host {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    place: Place,
    /// The object or table that holds the servers.
    section: &'static str,
    /// An entry says that it speaks over pipes.
    has_type: bool,
    is_toml: bool,
}

/// All of them.
pub static HOSTS: &[Host] = &[
    host("claude-code", "Claude Code", Place::Project(".mcp.json"), "mcpServers", true),
    host("claude-desktop", "Claude Desktop", Place::System(claude_desktop), "mcpServers", false),
    Host {
        is_toml: true,
        ..host(
            "codex",
            "Codex",
            Place::Variable("CODEX_HOME", "config.toml", ".codex/config.toml"),
            "mcp_servers",
            false,
        )
    },
    host("cursor", "Cursor", Place::Project(".cursor/mcp.json"), "mcpServers", true),
    host("gemini", "Gemini CLI", Place::Project(".gemini/settings.json"), "mcpServers", false),
    host("vscode", "VS Code", Place::Project(".vscode/mcp.json"), "servers", true),
    host("windsurf", "Windsurf", Place::Home(".codeium/windsurf/mcp_config.json"), "mcpServers", false),
    host("zed", "Zed", Place::Config("zed/settings.json"), "context_servers", false),
];

const fn host(
    name: &'static str,
    title: &'static str,
    place: Place,
    section: &'static str,
    has_type: bool,
) -> Host {
    Host { name, title, place, section, has_type, is_toml: false }
}

/// Claude Desktop is there for macOS and Windows.
fn claude_desktop(environment: &BTreeMap<String, String>) -> Option<PathBuf> {
    let (variable, below) = if cfg!(target_os = "macos") {
        ("HOME", "Library/Application Support/Claude")
    } else if cfg!(windows) {
        ("APPDATA", "Claude")
    } else {
        return None;
    };
    Some(Path::new(environment.get(variable)?).join(below).join("claude_desktop_config.json"))
}

/// What an entry starts.
pub struct Launch {
    /// The program where it is, for files of one user. Files of a project name it by its name, since others have them too.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
}

/// What was done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// The entry was written.
    Written,
    /// It was there.
    Unchanged,
}

impl Host {
    /// The file with its servers; nothing when this system has none.
    #[must_use]
    pub fn file(&self, environment: &BTreeMap<String, String>, here: &Path) -> Option<PathBuf> {
        let set = |name: &str| environment.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        match self.place {
            Place::Project(path) => Some(here.join(path)),
            Place::Home(path) => Some(set("HOME")?.join(path)),
            Place::Config(path) => {
                let folder = set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")));
                Some(folder?.join(path))
            }
            Place::Variable(name, below, path) => {
                set(name).map(|folder| folder.join(below)).or_else(|| Some(set("HOME")?.join(path)))
            }
            Place::System(path) => path(environment),
        }
    }

    fn entry(&self, launch: &Launch) -> Map<String, Value> {
        let program = match self.place {
            Place::Project(_) => NAME.to_owned(),
            _ => launch.program.to_string_lossy().into_owned(),
        };
        let mut entry = Map::new();
        if self.has_type {
            entry.insert("type".to_owned(), "stdio".into());
        }
        entry.insert("command".to_owned(), program.into());
        entry.insert("args".to_owned(), json!(launch.args));
        entry
    }

    fn edited(&self, text: &str, launch: &Launch) -> Result<Option<String>> {
        let edit = if self.is_toml { edit::toml } else { edit::json };
        edit(text, self.section, NAME, &self.entry(launch))
    }

    /// The entry as it would stand in an empty file.
    ///
    /// # Errors
    /// Never, as far as we know.
    pub fn snippet(&self, launch: &Launch) -> Result<String> {
        self.edited("", launch)?.context("an empty file has an entry")
    }

    /// Adds the entry to the file; everything else in it stays.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the file cannot be read, written or understood.
    pub fn write(&self, file: &Path, launch: &Launch) -> Result<Done> {
        let cannot = || format!("cannot add an entry to {}", file.display());
        let old = match std::fs::metadata(file) {
            Ok(found) if found.len() > MAX_BYTES => Err(anyhow::anyhow!("it is larger than any settings")),
            Ok(_) => std::fs::read_to_string(file).map_err(anyhow::Error::from),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(error.into()),
        };
        let old = old.with_context(cannot).kind(Kind::Usage)?;
        let Some(new) = self.edited(&old, launch).with_context(cannot)? else { return Ok(Done::Unchanged) };
        replace(file, &new).with_context(cannot).kind(Kind::Usage)?;
        Ok(Done::Written)
    }
}

/// Writes a file beside and puts it in the place of the old one, whose rights it takes. A link stays one.
fn replace(file: &Path, text: &str) -> Result<()> {
    let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let folder = real.parent().context("it has no folder")?;
    std::fs::create_dir_all(folder)?;
    let mut name = real.file_name().context("it has no name")?.to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = real.with_file_name(name);
    let placed = std::fs::write(&beside, text)
        .and_then(|()| match std::fs::metadata(&real) {
            Ok(old) => std::fs::set_permissions(&beside, old.permissions()),
            Err(_) => Ok(()),
        })
        .and_then(|()| std::fs::rename(&beside, &real));
    if placed.is_err() {
        drop(std::fs::remove_file(&beside));
    }
    Ok(placed?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_has_an_entry_that_starts_us() {
        let launch = Launch { program: "/opt/codegraph".into(), args: vec!["mcp".to_owned()] };
        let environment = BTreeMap::from([("HOME".to_owned(), "/home/u".to_owned())]);
        for host in HOSTS {
            let snippet = host.snippet(&launch).unwrap();
            assert!(snippet.contains(host.section) && snippet.contains("\"mcp\""), "{snippet}");
            let file = host.file(&environment, Path::new("/work"));
            match host.place {
                Place::Project(_) => {
                    assert!(file.unwrap().starts_with("/work") && !snippet.contains("/opt/"))
                }
                Place::System(_) => {}
                _ => assert!(file.unwrap().starts_with("/home/u") && snippet.contains("/opt/codegraph")),
            }
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_file_keeps_its_rights_and_a_link_stays_one() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.json"), folder.path().join("link.json"));
        std::fs::write(&real, "{\n  \"a\": 1\n}\n").unwrap();
        std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let launch = Launch { program: "/opt/codegraph".into(), args: vec!["mcp".to_owned()] };
        let host = &HOSTS[0];
        assert_eq!(host.write(&link, &launch).unwrap(), Done::Written);
        assert_eq!(host.write(&link, &launch).unwrap(), Done::Unchanged);
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(real.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(std::fs::read_to_string(&real).unwrap().contains("codegraph"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
