//! Layers: defaults, file, environment, flags. The only reader of the environment.

use super::Secret;
use super::check;
use super::file;
use super::keys::{Config, KEYS, Key};
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Variables that are no settings.
const OTHER_VARIABLES: &[&str] = &["CODEGRAPH_CONFIG", "CODEGRAPH_REMOTE", "CODEGRAPH_API_KEY"];
/// Most edits between an unknown key and the one that it may mean.
const MAX_EDITS: usize = 3;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Built in.
    Default,
    /// A file, and the line, from 1.
    File(PathBuf, usize),
    /// A variable.
    Variable(String),
    /// A flag.
    Flag(&'static str),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A setting that the command line gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// The flag's name.
    pub name: &'static str,
    /// `section.name` of the key.
    pub key: String,
    /// Its value, as a variable would have it; an empty one counts.
    pub value: String,
}

impl Flag {
    /// The flag that gives any setting, as it is typed.
    pub const SET: &'static str = "--set";

    /// Reads `section.name=value`, as [`Flag::SET`] takes it.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        // What stands there may be a secret, so it is no part of the message.
        let (key, value) = text.split_once('=').ok_or("write SECTION.KEY=VALUE, such as server.port=9000")?;
        Ok(Self { name: Self::SET, key: key.trim().to_owned(), value: value.to_owned() })
    }
}

/// The settings in force, with their sources.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// Source of each key, in the order of [`KEYS`].
    pub sources: Vec<Source>,
    /// The file that was read.
    pub file: Option<PathBuf>,
    /// The file that a flag named.
    named: Option<PathBuf>,
    /// What other flags said.
    flags: Vec<Flag>,
    /// What is odd but no error.
    pub warnings: Vec<String>,
    /// What is wrong, with what a setting means where a value is; empty once all is loaded.
    wrong: Vec<(String, Option<String>)>,
}

/// The environment as the program found it.
#[must_use]
pub fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Loads the settings: defaults, then the file, then the environment. `file` is the one that a flag names.
///
/// # Errors
/// [`Kind::Usage`] for a named file that is not there or no TOML, else for all unknown keys and wrong values at once;
/// each with its place.
pub fn load(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Loaded> {
    load_with(file, environment, &[])
}

/// As [`load`], and then what flags say, the last one of a key for good.
///
/// # Errors
/// As [`load`].
pub fn load_with(
    file: Option<&Path>,
    environment: &BTreeMap<String, String>,
    flags: &[Flag],
) -> Result<Loaded> {
    let mut loaded = Loaded {
        config: Config::default(),
        sources: vec![Source::Default; KEYS.len()],
        file: None,
        named: file.map(Path::to_owned),
        flags: flags.to_owned(),
        warnings: Vec::new(),
        wrong: Vec::new(),
    };
    let mut is_found = false;
    let named =
        file.map(Path::to_owned).or_else(|| value_of(environment, "CODEGRAPH_CONFIG").map(PathBuf::from));
    match named {
        Some(path) => {
            let text = std::fs::read_to_string(&path);
            let text = text.with_context(|| format!("cannot read {}", path.display())).kind(Kind::Usage)?;
            loaded.read(&path, &text, false)?;
        }
        None => {
            for path in places(environment) {
                match std::fs::read_to_string(&path) {
                    Ok(text) => {
                        is_found = path.is_relative();
                        loaded.read(&path, &text, is_found)?;
                        break;
                    }
                    Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                    Err(error) => {
                        loaded.warnings.push(format!("{} does not count: {error}", path.display()));
                    }
                }
            }
        }
    }
    loaded.read_environment(environment)?;
    loaded.read_flags();
    loaded.refuse()?;
    if is_found {
        loaded.guard_key();
    }
    check::together(&loaded)?;
    loaded.warnings.extend(check::oddities(&loaded.config));
    Ok(loaded)
}

/// Where a file is looked for when none is named.
fn places(environment: &BTreeMap<String, String>) -> Vec<PathBuf> {
    let mut places = vec![PathBuf::from("codegraph.toml")];
    let home = value_of(environment, "HOME").map(|home| Path::new(home).join(".config"));
    if let Some(config) = value_of(environment, "XDG_CONFIG_HOME").map(PathBuf::from).or(home) {
        places.push(config.join("codegraph").join("config.toml"));
    }
    places.push(PathBuf::from("/etc/codegraph/config.toml"));
    places.push(PathBuf::from("/app/config/config.toml"));
    places
}

/// The data folder: a flag, else what `database.path` names (the folder around a `rocks.db`, else the folder itself),
/// else the user's data folder.
///
/// # Errors
/// [`Kind::Usage`] when there is neither a setting nor a home.
pub fn data_dir(
    flag: Option<&Path>,
    config: &Config,
    environment: &BTreeMap<String, String>,
) -> Result<PathBuf> {
    if let Some(flag) = flag {
        return Ok(flag.to_owned());
    }
    if !config.database.path.is_empty() {
        let path = Path::new(&config.database.path);
        if path.file_name().is_none_or(|name| name != "rocks.db") {
            return Ok(path.to_owned());
        }
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        return Ok(parent.unwrap_or(Path::new(".")).to_owned());
    }
    let home = || value_of(environment, "HOME").map(|home| Path::new(home).join(".local").join("share"));
    let base = value_of(environment, "XDG_DATA_HOME").map(PathBuf::from).or_else(home);
    let base = base.ok_or_else(|| anyhow::anyhow!("there is no home folder to keep the index in"));
    Ok(base.kind(Kind::Usage).hint("name a folder with `--data-dir DIR`")?.join("codegraph"))
}

/// True when a variable has the value of a setting itself.
fn is_said(key: &Key, environment: &BTreeMap<String, String>) -> bool {
    key.variables().iter().any(|name| value_of(environment, name).is_some())
}

/// A variable that is set and not empty.
fn value_of<'e>(environment: &'e BTreeMap<String, String>, name: &str) -> Option<&'e str> {
    environment.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

impl Loaded {
    /// The same settings, read anew from where they were read before.
    ///
    /// # Errors
    /// As [`load`].
    pub fn again(&self) -> Result<Self> {
        load_with(self.named.as_deref(), &environment(), &self.flags)
    }

    /// Where the value of a key came from.
    #[must_use]
    pub fn source_of(&self, path: &str) -> Option<&Source> {
        let at = KEYS.iter().position(|key| key.path() == path)?;
        self.sources.get(at)
    }

    /// Reads a file. Of one that merely lay in the working folder, what says who may come in does not count: such a file
    /// comes with whatever was cloned.
    fn read(&mut self, path: &Path, text: &str, is_found: bool) -> Result<()> {
        let entries = file::entries(text);
        let entries = entries.map_err(|(line, error)| anyhow::anyhow!("{}:{line}: {error}", path.display()));
        for entry in entries.kind(Kind::Usage)? {
            let place = format!("{}:{}", path.display(), entry.line);
            let Some(at) = self.find(&entry.path, &place) else { continue };
            if is_found && KEYS[at].is_door() {
                self.warnings.push(format!(
                    "{place}: {} does not count, since the file merely lies in the working folder; name it with \
                     `--config`",
                    entry.path
                ));
                continue;
            }
            let place = format!("{place}: {}", entry.path);
            self.set(at, &place, &entry.value, Source::File(path.to_owned(), entry.line));
        }
        self.file = Some(path.to_owned());
        Ok(())
    }

    /// Sets a key; `place` is told when the value is none.
    fn set(&mut self, at: usize, place: &str, value: &toml::Value, source: Source) {
        let key = &KEYS[at];
        match (key.set)(&mut self.config, value) {
            Ok(()) => self.sources[at] = source,
            Err(error) => {
                let doc = format!("{}: {}", key.path(), key.doc.trim());
                self.wrong.push((format!("{place}: {error}"), Some(doc)));
            }
        }
    }

    /// The place of a key in [`KEYS`]; `place` is told when there is none.
    fn find(&mut self, path: &str, place: &str) -> Option<usize> {
        let at = KEYS.iter().position(|key| key.path() == path);
        if at.is_none() {
            self.wrong.push((format!("{place}: {}", unknown(path)), None));
        }
        at
    }

    fn read_flags(&mut self) {
        for flag in std::mem::take(&mut self.flags) {
            if let Some(at) = self.find(&flag.key, flag.name) {
                let place = format!("{} {}", flag.name, flag.key);
                self.set(at, &place, &toml::Value::String(flag.value.clone()), Source::Flag(flag.name));
            }
            self.flags.push(flag);
        }
    }

    /// Tells of all that is wrong.
    fn refuse(&mut self) -> Result<()> {
        let wrong = std::mem::take(&mut self.wrong);
        match &wrong[..] {
            [] => Ok(()),
            [(one, doc)] => {
                let refused = Err(anyhow::anyhow!("{one}")).kind(Kind::Usage);
                doc.iter().fold(refused, |refused, doc| refused.hint(doc))
            }
            many => {
                let all: String = many.iter().map(|(each, _)| format!("\n  {each}")).collect();
                Err(anyhow::anyhow!("{} settings are wrong:{all}", many.len()))
                    .kind(Kind::Usage)
                    .hint("`man codegraph` lists all settings with what they mean")
            }
        }
    }

    fn read_environment(&mut self, environment: &BTreeMap<String, String>) -> Result<()> {
        let mut known: Vec<String> = OTHER_VARIABLES.iter().map(|&name| name.to_owned()).collect();
        for (at, key) in KEYS.iter().enumerate() {
            // A value wins over a file with one, and the canonical name over its aliases.
            for name in key.file_variables() {
                if let Some(path) = value_of(environment, &name).filter(|_| !is_said(key, environment)) {
                    let text = std::fs::read_to_string(path);
                    let text = text.with_context(|| format!("the variable {name}: cannot read {path}"));
                    self.set_from(key, at, &name, &text.kind(Kind::Usage)?);
                }
                known.push(name);
            }
            for name in key.variables() {
                if let Some(value) = value_of(environment, &name) {
                    self.set_from(key, at, &name, value);
                }
                known.push(name);
            }
            self.tell_differences(key, environment);
            if let Some(name) = key.overrule {
                self.overrule(key, at, name, environment);
                known.push(name.to_owned());
            }
        }
        for name in environment.keys().filter(|name| name.starts_with("CODEGRAPH_")) {
            if !known.contains(name) {
                self.warnings.push(format!("the variable {name} is no setting and is ignored"));
            }
        }
        Ok(())
    }

    /// Tells of variables of one key that are set and say different things.
    fn tell_differences(&mut self, key: &Key, environment: &BTreeMap<String, String>) {
        let said = |name: &String| value_of(environment, name).filter(|value| !is_foreign(value));
        let mut names: Vec<String> =
            key.variables().into_iter().filter(|name| said(name).is_some()).collect();
        let Some(winner) = names.pop() else { return };
        for name in names.iter().filter(|name| said(name) != said(&winner)) {
            self.warnings.push(format!("the variables {name} and {winner} differ; {winner} counts"));
        }
    }

    fn set_from(&mut self, key: &Key, at: usize, name: &str, value: &str) {
        if is_foreign(value) {
            self.warnings
                .push(format!("the variable {name} holds `{value}`, which is no setting, and is ignored"));
            return;
        }
        let value = toml::Value::String(value.to_owned());
        let place = format!("the variable {name} ({})", key.path());
        self.set(at, &place, &value, Source::Variable(name.to_owned()))
    }

    /// Takes a variable that is not ours alone: it wins, but what is wrong with it is no error.
    fn overrule(&mut self, key: &Key, at: usize, name: &str, environment: &BTreeMap<String, String>) {
        let Some(value) = value_of(environment, name) else { return };
        match (key.set)(&mut self.config, &toml::Value::String(value.to_owned())) {
            Ok(()) => self.sources[at] = Source::Variable(name.to_owned()),
            Err(error) => self.warnings.push(format!("the variable {name} is ignored: {error}")),
        }
    }

    /// Drops the user's key when the address that it would be sent to stands in a file that lay in the working folder:
    /// such a file comes with whatever was cloned.
    fn guard_key(&mut self) {
        let address = self.source_of("vector.embedding_url");
        let key = self.source_of("vector.embedding_api_key");
        let is_of_file = |source| matches!(source, Some(&Source::File(..)));
        if is_of_file(address) && !is_of_file(key) && key != Some(&Source::Default) {
            self.config.vector.embedding_api_key = Secret::default();
            self.warnings.push(
                "vector.embedding_api_key is not used: the address comes from a file in the working folder, the key \
                 does not; name the file with `--config`, or set CODEGRAPH_VECTOR_EMBEDDING_URL"
                    .to_owned(),
            );
        }
    }
}

/// True for what container platforms set for a service of our name: `<SERVICE>_PORT=tcp://…`.
fn is_foreign(value: &str) -> bool {
    value.starts_with("tcp://")
}

fn unknown(name: &str) -> String {
    let (section, key) = name.rsplit_once('.').unwrap_or(("", name));
    let known = format!("no key \"{key}\" in [{section}]");
    match nearest(KEYS.iter().map(Key::path), name) {
        Some(near) => format!("{known}; did you mean \"{near}\"?"),
        None => known,
    }
}

/// The setting, or the section of some, that somebody may have meant by a name.
#[must_use]
pub fn meant(name: &str) -> Option<String> {
    nearest(KEYS.iter().flat_map(|key| [key.path(), key.section.to_owned()]), name)
}

fn nearest(all: impl Iterator<Item = String>, name: &str) -> Option<String> {
    all.map(|each| (strsim::damerau_levenshtein(&each, name), each))
        .filter(|(edits, _)| *edits <= MAX_EDITS)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, each)| each)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn load_text(text: &str, pairs: &[(&str, &str)]) -> Result<Loaded> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, text).unwrap();
        load(Some(&path), &env(pairs))
    }

    #[test]
    fn a_flag_that_is_none_is_told() {
        assert!(Flag::parse("server.port").unwrap_err().contains("SECTION.KEY=VALUE"));
        let wrong = |text: &str| {
            let error = load_with(None, &env(&[]), &[Flag::parse(text).unwrap()]).unwrap_err();
            crate::error::message(&error)
        };
        assert!(
            wrong("server.prt=1")
                .contains("--set: no key \"prt\" in [server]; did you mean \"server.port\"?")
        );
        assert!(wrong("server.port=x").starts_with("--set server.port: "));
        assert!(!wrong("security.jwt_secret=too-short").contains("too-short"));
        let empty = load_with(
            None,
            &env(&[("CODEGRAPH_SERVER_CORS_ORIGINS", "*")]),
            &[Flag::parse("server.cors_origins=").unwrap()],
        );
        assert!(empty.unwrap().config.server.cors_origins.is_empty());
    }

    #[test]
    fn an_unknown_key_names_its_place_and_the_one_that_is_meant() {
        let error = load_text("[parsing]\n\nmax_file_sise = \"1MB\"\n", &[]).unwrap_err();
        let text = crate::error::message(&error);
        assert!(text.contains("c.toml:3"), "{text}");
        assert!(text.contains("did you mean \"parsing.max_file_size\"?"), "{text}");
    }

    #[test]
    fn a_wrong_value_names_its_place() {
        for (text, wanted) in [
            ("[parsing]\nmax_file_size = \"big\"\n", "c.toml:2"),
            ("[server]\nport = 70000\n", "c.toml:2"),
            ("[parsing]\nlanguages = [\"cobol\"]\n", "cobol"),
            ("[parsing\n", "c.toml:1"),
        ] {
            let error = crate::error::message(&load_text(text, &[]).unwrap_err());
            assert!(error.contains(wanted), "{error}");
        }
    }

    #[test]
    fn a_secret_may_stand_in_a_file_that_a_variable_names() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        std::fs::write(&path, "from-file\n").unwrap();
        let (variable, file) =
            ("CODEGRAPH_VECTOR_EMBEDDING_API_KEY", "CODEGRAPH_VECTOR_EMBEDDING_API_KEY_FILE");
        let path = path.to_str().unwrap();
        let loaded = load(None, &env(&[(file, path)])).unwrap();
        assert_eq!(loaded.config.vector.embedding_api_key.reveal(), "from-file");
        assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
        let loaded = load(None, &env(&[(file, path), (variable, "itself")])).unwrap();
        assert_eq!(loaded.config.vector.embedding_api_key.reveal(), "itself");
        let error = crate::error::message(&load(None, &env(&[(file, "/nowhere/key")])).unwrap_err());
        assert!(error.contains(file) && error.contains("/nowhere/key"), "{error}");
        assert!(!format!("{loaded:?}").contains("itself"));
    }

    #[test]
    fn keys_have_their_short_names_in_the_environment_also_for_files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        std::fs::write(&path, "the-key-from-a-file\n").unwrap();
        let path = path.to_str().unwrap();
        for name in ["CODEGRAPH_API_KEY_FILE", "CODEGRAPH_SECURITY_API_KEY_FILE"] {
            let loaded = load(None, &env(&[(name, path)])).unwrap();
            assert_eq!(loaded.config.security.api_key.0.reveal(), "the-key-from-a-file", "{name}");
            let loaded =
                load(None, &env(&[(name, path), ("CODEGRAPH_API_KEY", "the-key-of-the-variable")])).unwrap();
            assert_eq!(loaded.config.security.api_key.0.reveal(), "the-key-of-the-variable", "{name}");
            assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
        }
        let loaded = load(None, &env(&[("ADMIN_API_KEY", "short"), ("CODEGRAPH_API_KEY", "")])).unwrap();
        assert_eq!(loaded.config.security.admin_api_key.0.reveal(), "short");
        assert!(loaded.config.security.api_key.0.is_empty());
        assert!(loaded.warnings[0].contains("could be guessed"), "{:?}", loaded.warnings);
        let error = load(None, &env(&[("CODEGRAPH_JWT_SECRET", "your-secure-jwt-secret")])).unwrap_err();
        let error = crate::error::message(&error);
        assert!(error.contains("CODEGRAPH_JWT_SECRET") && !error.contains("your-secure"), "{error}");
    }

    #[test]
    fn who_may_come_in_is_not_said_by_a_file_that_lies_about() {
        let text = "[security]\napi_key_required = false\napi_key = \"known-to-all-the-world\"\n\
                    [server]\nport = 4711\ncors_origins = [\"*\"]\n[parsing]\nallowed_roots = [\"/\"]\n";
        let mut loaded = load(None, &env(&[])).unwrap();
        loaded.read(Path::new("codegraph.toml"), text, true).unwrap();
        assert_eq!(loaded.warnings.len(), 4, "{:?}", loaded.warnings);
        let mut wanted = Config::default();
        wanted.server.port = 4711;
        assert_eq!(loaded.config, wanted);
        let named = load_text(text, &[]).unwrap();
        assert!(!named.config.security.api_key_required && named.warnings.is_empty());
    }

    #[test]
    fn an_origin_of_the_example_is_told() {
        let loaded =
            load(None, &env(&[("CODEGRAPH_SERVER_CORS_ORIGINS", "https://yourdomain.com")])).unwrap();
        assert!(loaded.warnings[0].contains("yourdomain.com"), "{:?}", loaded.warnings);
        assert!(load(None, &env(&[("CODEGRAPH_SERVER_CORS_ORIGINS", "yourdomain.com")])).is_err());
        assert!(load(None, &env(&[("CODEGRAPH_SERVER_TRUSTED_PROXIES", "10.0.0.0/8,::1")])).is_ok());
        assert!(load(None, &env(&[("CODEGRAPH_SERVER_TRUSTED_PROXIES", "nginx")])).is_err());
    }

    #[test]
    fn empty_and_foreign_variables_change_nothing() {
        let loaded =
            load(None, &env(&[("CODEGRAPH_PORT", ""), ("CODEGRAPH_API_SERVICE_PORT", "tcp://1.2.3.4:80")]))
                .unwrap();
        assert_eq!(loaded.config, Config::default());
        assert_eq!(loaded.warnings.len(), 1);
        let loaded = load(None, &env(&[("CODEGRAPH_PORT", "tcp://1.2.3.4:80")])).unwrap();
        assert_eq!(loaded.config.server.port, 8000);
    }

    #[test]
    fn the_data_folder_comes_from_the_flag_then_the_setting_then_the_user() {
        let mut config = Config::default();
        let user = env(&[("HOME", "/home/u")]);
        assert_eq!(data_dir(None, &config, &user).unwrap(), Path::new("/home/u/.local/share/codegraph"));
        let xdg = env(&[("HOME", "/home/u"), ("XDG_DATA_HOME", "/x")]);
        assert_eq!(data_dir(None, &config, &xdg).unwrap(), Path::new("/x/codegraph"));
        config.database.path = "/app/data/rocks.db".to_owned();
        assert_eq!(data_dir(None, &config, &xdg).unwrap(), Path::new("/app/data"));
        config.database.path = "rocks.db".to_owned();
        assert_eq!(data_dir(None, &config, &xdg).unwrap(), Path::new("."));
        config.database.path = "/srv/index".to_owned();
        assert_eq!(data_dir(None, &config, &xdg).unwrap(), Path::new("/srv/index"));
        assert_eq!(data_dir(Some(Path::new("/f")), &config, &xdg).unwrap(), Path::new("/f"));
        assert!(data_dir(None, &Config::default(), &env(&[])).is_err());
    }
}
