//! Layers: defaults, file, environment. The only reader of the environment.

use super::Secret;
use super::access::Origin;
use super::keys::{Config, KEYS, Key};
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Variables that are no settings.
const OTHER_VARIABLES: &[&str] = &["CODEGRAPH_CONFIG", "CODEGRAPH_REMOTE", "CODEGRAPH_API_KEY"];
/// Most edits between an unknown key and the one that it may mean.
const MAX_EDITS: usize = 3;
/// A key with fewer characters is odd.
const FEW_CHARACTERS: usize = 16;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Built in.
    Default,
    /// A file.
    File(PathBuf),
    /// A variable.
    Variable(String),
    /// A flag.
    Flag(&'static str),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Flag(name) => f.write_str(name),
        }
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
    /// What is odd but no error.
    pub warnings: Vec<String>,
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
/// [`Kind::Usage`] for an unknown key, a wrong value, or a named file that is not there; each with file and line.
pub fn load(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Loaded> {
    let mut loaded = Loaded {
        config: Config::default(),
        sources: vec![Source::Default; KEYS.len()],
        file: None,
        named: file.map(Path::to_owned),
        warnings: Vec::new(),
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
                if let Ok(text) = std::fs::read_to_string(&path) {
                    is_found = path.is_relative();
                    loaded.read(&path, &text, is_found)?;
                    break;
                }
            }
        }
    }
    loaded.read_environment(environment)?;
    if is_found {
        loaded.guard_key();
    }
    loaded.check_database()?;
    loaded.look_at_doors();
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
        load(self.named.as_deref(), &environment())
    }

    /// Reads a file. Of one that merely lay in the working folder, what says who may come in does not count: such a file
    /// comes with whatever was cloned.
    fn read(&mut self, path: &Path, text: &str, is_found: bool) -> Result<()> {
        let table: toml::Table = text
            .parse()
            .map_err(|error: toml::de::Error| {
                let line = error.span().map_or(1, |span| line_at(text, span.start));
                anyhow::anyhow!("{}:{line}: {}", path.display(), error.message())
            })
            .kind(Kind::Usage)?;
        let mut flat = Vec::new();
        flatten(&table, "", &mut flat);
        for (name, value) in flat {
            let line = line_of(text, &name);
            let place = format!("{}:{line}", path.display());
            let Some(at) = KEYS.iter().position(|key| key.path() == name) else {
                return Err(anyhow::anyhow!("{place}: {}", unknown(&name))).kind(Kind::Usage);
            };
            if is_found && KEYS[at].is_door() {
                self.warnings.push(format!(
                    "{place}: {name} does not count, since the file merely lies in the working folder; name it with \
                     `--config`"
                ));
                continue;
            }
            let set = (KEYS[at].set)(&mut self.config, &value);
            set.map_err(|error| anyhow::anyhow!("{place}: {name}: {error}")).kind(Kind::Usage)?;
            self.sources[at] = Source::File(path.to_owned());
        }
        self.file = Some(path.to_owned());
        self.check_languages(&format!("{}", path.display()))
    }

    fn read_environment(&mut self, environment: &BTreeMap<String, String>) -> Result<()> {
        let mut known: Vec<String> = OTHER_VARIABLES.iter().map(|&name| name.to_owned()).collect();
        for (at, key) in KEYS.iter().enumerate() {
            // A value wins over a file with one, and the canonical name over its aliases.
            for name in key.file_variables() {
                if let Some(path) = value_of(environment, &name).filter(|_| !is_said(key, environment)) {
                    let text = std::fs::read_to_string(path);
                    let text = text.with_context(|| format!("the variable {name}: cannot read {path}"));
                    self.set_from(key, at, &name, &text.kind(Kind::Usage)?)?;
                }
                known.push(name);
            }
            for name in key.variables() {
                if let Some(value) = value_of(environment, &name) {
                    self.set_from(key, at, &name, value)?;
                }
                known.push(name);
            }
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
        self.check_languages("environment")
    }

    fn set_from(&mut self, key: &Key, at: usize, name: &str, value: &str) -> Result<()> {
        // Container platforms set `<SERVICE>_PORT=tcp://…` for a service of our name.
        if value.starts_with("tcp://") {
            self.warnings
                .push(format!("the variable {name} holds `{value}`, which is no setting, and is ignored"));
            return Ok(());
        }
        let set = (key.set)(&mut self.config, &toml::Value::String(value.to_owned()));
        set.map_err(|error| anyhow::anyhow!("the variable {name}: {error}")).kind(Kind::Usage)?;
        self.sources[at] = Source::Variable(name.to_owned());
        Ok(())
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
        let source_of = |name: &str| {
            let at = KEYS.iter().position(|key| key.section == "vector" && key.name == name);
            at.and_then(|at| self.sources.get(at)).cloned()
        };
        let (address, key) = (source_of("embedding_url"), source_of("embedding_api_key"));
        if matches!(address, Some(Source::File(_))) && address != key && key != Some(Source::Default) {
            self.config.vector.embedding_api_key = Secret::default();
            self.warnings.push(
                "vector.embedding_api_key is not used: the address comes from a file in the working folder, the key \
                 does not; name the file with `--config`, or set CODEGRAPH_VECTOR_EMBEDDING_URL"
                    .to_owned(),
            );
        }
    }

    /// Numbers of the store that only make sense together, or in a range.
    fn check_database(&self) -> Result<()> {
        let of = &self.config.database;
        let triggers = [
            of.level0_file_num_compaction_trigger,
            of.level0_slowdown_writes_trigger,
            of.level0_stop_writes_trigger,
        ];
        let most = i32::MAX.unsigned_abs().into();
        let wrong = if !(1..=9).contains(&of.compression_level) {
            "database.compression_level is 1 to 9"
        } else if of.max_write_buffer_number < 2 {
            "database.max_write_buffer_number is 2 or more"
        } else if triggers[0] == 0 || !triggers.is_sorted_by(|a, b| a < b) {
            "database.level0_file_num_compaction_trigger is 1 or more, less than level0_slowdown_writes_trigger, and \
             that less than level0_stop_writes_trigger"
        } else if [of.write_buffer_size, of.max_background_jobs, of.max_open_files].contains(&0) {
            "database.write_buffer_size, max_background_jobs and max_open_files are 1 or more"
        } else if [of.cache_size, of.write_buffer_size, of.max_write_buffer_number, of.max_background_jobs]
            .into_iter()
            .chain([of.max_open_files, triggers[2]])
            .any(|n| n > most)
        {
            "a number in [database] is too large"
        } else {
            return Ok(());
        };
        Err(anyhow::anyhow!(wrong)).kind(Kind::Usage)
    }

    /// Tells what is odd about who may come in.
    fn look_at_doors(&mut self) {
        let security = &self.config.security;
        for (name, key) in [("api_key", &security.api_key), ("admin_api_key", &security.admin_api_key)] {
            if (1..FEW_CHARACTERS).contains(&key.0.reveal().len()) {
                self.warnings.push(format!(
                    "security.{name} has less than {FEW_CHARACTERS} characters, so it could be guessed"
                ));
            }
        }
        if self.config.server.cors_origins.iter().any(Origin::is_example) {
            self.warnings
                .push("server.cors_origins has the origin of the example, yourdomain.com".to_owned());
        }
    }

    fn check_languages(&self, place: &str) -> Result<()> {
        for name in &self.config.parsing.languages {
            if !crate::lang::LANGUAGES.iter().any(|language| language.name == name) {
                return Err(anyhow::anyhow!("{place}: parsing.languages: there is no language `{name}`"))
                    .kind(Kind::Usage);
            }
        }
        Ok(())
    }
}

fn flatten(table: &toml::Table, prefix: &str, out: &mut Vec<(String, toml::Value)>) {
    for (name, value) in table {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(inner, &path, out),
            other => out.push((path, other.clone())),
        }
    }
}

fn unknown(name: &str) -> String {
    let (section, key) = name.rsplit_once('.').unwrap_or(("", name));
    let near = KEYS
        .iter()
        .map(|each| (strsim::damerau_levenshtein(&each.path(), name), each))
        .filter(|(edits, _)| *edits <= MAX_EDITS)
        .min_by_key(|(edits, _)| *edits);
    let known = format!("no key \"{key}\" in [{section}]");
    near.map_or_else(|| known.clone(), |(_, each)| format!("{known}; did you mean \"{}\"?", each.path()))
}

fn line_at(text: &str, byte: usize) -> usize {
    text.bytes().take(byte).filter(|&b| b == b'\n').count() + 1
}

/// The line on which a dotted key is set: by its section, then by its name.
fn line_of(text: &str, path: &str) -> usize {
    let (section, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut here = String::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(head) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            head.trim().clone_into(&mut here);
        } else if here == section && line.split('=').next().is_some_and(|key| key.trim() == name) {
            return at + 1;
        }
    }
    1
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
    fn every_key_is_read_from_file_and_environment_and_the_environment_wins() {
        for (at, key) in KEYS.iter().enumerate() {
            let default = (key.default)();
            let text = format!("[{}]\n{} = {default}\n", key.section, key.name);
            let from_file = load_text(&text, &[]).unwrap();
            assert!(matches!(from_file.sources[at], Source::File(_)), "{}", key.path());
            let table: toml::Table = format!("x = {default}").parse().unwrap();
            let value = match &table["x"] {
                toml::Value::String(text) if text.is_empty() => {
                    "/somewhere/in/a/folder/far/away/rocks.db".to_owned()
                }
                toml::Value::String(text) => text.clone(),
                toml::Value::Array(items) => serde_json::to_string(items).unwrap(),
                other => other.to_string(),
            };
            for name in key.variables() {
                let loaded = load_text(&text, &[(&name, &value)]).unwrap();
                assert_eq!(loaded.sources[at], Source::Variable(name), "{}", key.path());
            }
        }
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
