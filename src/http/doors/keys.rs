//! The keys of the daemon: where they come from, and whose one is.

use super::super::routes::Scope;
use crate::config::access::check_key;
use crate::config::keys::Security;
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use subtle::{ConditionallySelectable as _, ConstantTimeEq as _};

/// Most keys. All are compared with each that comes.
const MAX_KEYS: usize = 1_000;
/// Most bytes of a file with keys.
const MAX_FILE: u64 = 1_000_000;
/// Most characters of the name of a key.
const MAX_NAME: usize = 64;
/// Random bytes of a key that we make.
const KEY_BYTES: usize = 32;
/// The file in the data folder with the key of the first start.
const GENERATED: &str = "api_key";

/// What is kept of a key: SHA-256.
pub(super) type Hash = [u8; 32];

/// A key.
#[derive(Debug, Clone)]
pub(super) struct Key {
    /// What logs call it. No two keys have one name.
    pub name: Arc<str>,
    /// What it may do.
    pub scope: Scope,
    /// Its hash; the key itself is not kept.
    pub hash: Hash,
}

/// All keys.
#[derive(Debug, Default)]
pub(super) struct Keys(Vec<Key>);

/// The hash of a key.
pub(super) fn hash(key: &str) -> Hash {
    Sha256::digest(key.as_bytes()).into()
}

/// A new key: 32 bytes from the system's source of random numbers, as hexadecimal digits, with a mark by which scanners
/// of secrets know it.
///
/// # Errors
/// When the system has no random numbers.
pub(super) fn fresh() -> Result<String> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("there are no random numbers: {error}"))?;
    Ok(format!("cg_{}", hexadecimal(&bytes)))
}

/// Scopes that a key can have, by their names.
pub const SCOPES: [&str; 3] = [Scope::Read.name(), Scope::Write.name(), Scope::Admin.name()];

/// A new key, and the line that makes it count in a file of which the lines so far are `held`.
///
/// # Errors
/// When the file is broken or has a key of that name, or the name or the scope is none.
pub fn new_key(name: &str, scope: &str, held: &str) -> Result<(String, String)> {
    let mut keys = Keys::default();
    keys.read_lines(held).context("the file with keys")?;
    let key = fresh()?;
    let hash = hash(&key);
    let known = Scope::named(scope).filter(|scope| *scope != Scope::Open);
    keys.add(name, known.context("a scope is read, write or admin")?, hash)?;
    Ok((key, format!("{name} {scope} sha256:{}", hexadecimal(&hash))))
}

/// Hexadecimal digits of bytes.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The hash that is written in hexadecimal digits.
fn from_hexadecimal(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    let digits = text.as_bytes();
    if digits.len() != 2 * hash.len() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.chunks(2)) {
        let digit = |at: usize| char::from(*pair.get(at)?).to_digit(16);
        *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
    }
    Some(hash)
}

impl Keys {
    /// The keys that settings name. Adds to `warnings` what is odd.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a file that cannot be read or understood, with its line.
    pub(super) fn named(security: &Security, warnings: &mut Vec<String>) -> Result<Self> {
        let mut keys = Self::default();
        let (own, admin) = (security.api_key.0.reveal(), security.admin_api_key.0.reveal());
        if !admin.is_empty() {
            keys.add("admin_api_key", Scope::Admin, hash(admin))?;
        }
        if !own.is_empty() && own != admin {
            let is_only = admin.is_empty() && security.api_keys_file.is_empty();
            keys.add("api_key", if is_only { Scope::Admin } else { Scope::Write }, hash(own))?;
        }
        if !security.api_keys_file.is_empty() {
            let path = Path::new(&security.api_keys_file);
            keys.read(path, warnings)
                .with_context(|| format!("the keys in {}", path.display()))
                .kind(Kind::Usage)?;
        }
        Ok(keys)
    }

    /// The same, or when there is none the one in the data folder, which is made if it is not there. Gives its file too.
    ///
    /// # Errors
    /// [`Kind::Denied`] when that file cannot be had.
    pub(super) fn or_generated(
        mut self,
        data: &Path,
        warnings: &mut Vec<String>,
    ) -> Result<(Self, Option<PathBuf>)> {
        if !self.0.is_empty() {
            return Ok((self, None));
        }
        let path = data.join(GENERATED);
        let key = generated(data, &path, warnings)
            .with_context(|| format!("the key in {}", path.display()))
            .kind(Kind::Denied)?;
        self.add("generated", Scope::Admin, hash(&key))?;
        Ok((self, Some(path)))
    }

    /// Number of keys.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a key.
    ///
    /// # Errors
    /// When its name is none, or it or its name is there.
    fn add(&mut self, name: &str, scope: Scope, hash: Hash) -> Result<()> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(is_plain) {
            bail!("the name of a key has 1 to {MAX_NAME} letters, digits and -_.@");
        }
        if hash == self::hash("") {
            bail!("`{name}` has an empty key");
        }
        if self.0.len() >= MAX_KEYS {
            bail!("there are more than {MAX_KEYS} keys");
        }
        if let Some(other) = self.0.iter().find(|other| other.hash == hash || &*other.name == name) {
            let same = if other.hash == hash { "key" } else { "name" };
            bail!("`{name}` has the same {same} as `{}`", other.name);
        }
        self.0.push(Key { name: name.into(), scope, hash });
        Ok(())
    }

    fn read(&mut self, path: &Path, warnings: &mut Vec<String>) -> Result<()> {
        let mut text = String::new();
        let file = File::open(path).context("cannot open it")?;
        check_rights(&file, path, warnings)?;
        file.take(MAX_FILE + 1).read_to_string(&mut text).context("cannot read it")?;
        if text.len() as u64 > MAX_FILE {
            bail!("it has more than {MAX_FILE} bytes");
        }
        self.read_lines(&text)
    }

    fn read_lines(&mut self, text: &str) -> Result<()> {
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                self.read_line(line).with_context(|| format!("line {}", at + 1))?;
            }
        }
        Ok(())
    }

    fn read_line(&mut self, line: &str) -> Result<()> {
        let mut words = line.split_whitespace();
        let (Some(name), Some(scope), Some(key), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            bail!("a line has a name, a scope and a key");
        };
        let scope = Scope::named(scope).filter(|scope| *scope != Scope::Open);
        let scope = scope.context("a scope is read, write or admin")?;
        let hash = match key.strip_prefix("sha256:") {
            Some(digits) => from_hexadecimal(digits).context("after sha256: stand 64 hexadecimal digits")?,
            None => {
                check_key(key).map_err(anyhow::Error::msg)?;
                hash(key)
            }
        };
        self.add(name, scope, hash)
    }

    /// The key of a hash that somebody gives. All are compared, in a time that does not depend on what they have in common.
    pub(super) fn find(&self, given: &Hash) -> Option<&Key> {
        let mut found = 0_u32;
        for (at, key) in (1_u32..).zip(&self.0) {
            found.conditional_assign(&at, key.hash.ct_eq(given));
        }
        self.0.get(usize::try_from(found).ok()?.checked_sub(1)?)
    }

    /// The key of a name.
    pub(super) fn of_name(&self, name: &str) -> Option<&Key> {
        self.0.iter().find(|key| &*key.name == name)
    }
}

/// The key in the data folder, which is made if it is not there.
fn generated(data: &Path, path: &Path, warnings: &mut Vec<String>) -> Result<String> {
    std::fs::create_dir_all(data)?;
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            let key = fresh()?;
            file.write_all(format!("{key}\n").as_bytes())?;
            file.sync_all()?;
            Ok(key)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let mut key = String::new();
            let file = File::open(path)?;
            check_rights(&file, path, warnings)?;
            file.take(MAX_FILE).read_to_string(&mut key)?;
            let key = key.trim();
            check_key(key).map_err(anyhow::Error::msg)?;
            if key.len() < KEY_BYTES {
                bail!("it is too short; remove the file, and the next start makes a new one");
            }
            Ok(key.to_owned())
        }
        Err(error) => Err(error.into()),
    }
}

/// Refuses a file that others may write, and tells when others may read it.
#[cfg(unix)]
fn check_rights(file: &File, path: &Path, warnings: &mut Vec<String>) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o022 != 0 {
        bail!("others may write it; `chmod 600 {}`", path.display());
    }
    if mode & 0o044 != 0 {
        warnings.push(format!("others may read the keys in {0}; `chmod 600 {0}`", path.display()));
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix rights may be wrong")]
fn check_rights(_: &File, _: &Path, _: &mut Vec<String>) -> Result<()> {
    Ok(())
}

/// Gives a file of a test its rights.
#[cfg(all(test, unix))]
pub(super) fn allow(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let set = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode));
    set.expect("a file of a test is ours");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ApiKey, Secret};
    use crate::error;

    fn secret(text: &str) -> ApiKey {
        ApiKey(Secret::new(text.to_owned()))
    }

    fn keys_of(text: &str) -> Result<(Keys, Vec<String>)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        std::fs::write(&path, text).unwrap();
        allow(&path, 0o600);
        let security = Security { api_keys_file: path.to_str().unwrap().to_owned(), ..Security::default() };
        let mut warnings = Vec::new();
        Keys::named(&security, &mut warnings).map(|keys| (keys, warnings))
    }

    #[test]
    fn a_key_alone_may_do_everything_and_beside_another_it_may_write() {
        let scopes = |own: &str, admin: &str| {
            let security =
                Security { api_key: secret(own), admin_api_key: secret(admin), ..Security::default() };
            let keys = Keys::named(&security, &mut Vec::new()).unwrap();
            [own, admin].map(|key| keys.find(&hash(key)).map(|key| key.scope))
        };
        assert_eq!(scopes("one", ""), [Some(Scope::Admin), None]);
        assert_eq!(scopes("", "two"), [None, Some(Scope::Admin)]);
        assert_eq!(scopes("one", "two"), [Some(Scope::Write), Some(Scope::Admin)]);
        assert_eq!(scopes("one", "one"), [Some(Scope::Admin); 2]);
        assert_eq!(scopes("", ""), [None, None]);
    }

    #[test]
    fn a_file_has_keys_and_hashes_and_each_of_a_hundred_is_found() {
        let mut text = String::from("# ours\n\n");
        for n in 0..100 {
            let key = format!("key-number-{n}");
            let kept = if n % 2 == 0 { key } else { format!("sha256:{}", hexadecimal(&hash(&key))) };
            let _ = writeln!(text, "  ci-{n}\tread   {kept}  ");
        }
        let (keys, warnings) = keys_of(&text).unwrap();
        assert_eq!((keys.len(), warnings.len()), (100, 0));
        for n in 0..100 {
            let found = keys.find(&hash(&format!("key-number-{n}"))).unwrap();
            assert_eq!((&*found.name, found.scope), (format!("ci-{n}").as_str(), Scope::Read));
        }
        for wrong in ["", "key-number-100", "key-number-", "sha256:", &hexadecimal(&hash("key-number-1"))] {
            assert!(keys.find(&hash(wrong)).is_none(), "{wrong}");
        }
        assert!(!format!("{keys:?}").contains("key-number"));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_told_with_its_line_and_without_its_keys() {
        for (text, wanted) in [
            ("\na read", "line 2: a line has"),
            ("a read s3cr3t more", "line 1: a line has"),
            ("a all s3cr3t", "a scope is"),
            ("a open s3cr3t", "a scope is"),
            ("a read sha256:s3cr3t", "64 hexadecimal digits"),
            ("a read s3cr3t\nb read s3cr3t", "line 2: `b` has the same key as `a`"),
            ("a read s3cr3t\na read s3cr3t2", "line 2: `a` has the same name"),
            (
                "a read sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "an empty key",
            ),
            ("a/b read s3cr3t", "the name of a key"),
            ("a read your-s3cr3t", "an example"),
        ] {
            let said = error::message(&keys_of(text).unwrap_err());
            assert!(said.contains(wanted) && !said.contains("s3cr3t"), "{said}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_file_that_others_read_is_told_and_one_that_others_write_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        std::fs::write(&path, "a read some-key-of-ours").unwrap();
        for (mode, n_warnings) in [(0o600, 0), (0o400, 0), (0o644, 1), (0o440, 1)] {
            allow(&path, mode);
            let mut warnings = Vec::new();
            Keys::default().read(&path, &mut warnings).unwrap();
            assert_eq!(warnings.len(), n_warnings, "{mode:o}: {warnings:?}");
        }
        for mode in [0o620, 0o602, 0o666] {
            allow(&path, mode);
            assert!(Keys::default().read(&path, &mut Vec::new()).is_err(), "{mode:o}");
        }
    }

    #[test]
    fn the_first_start_makes_a_key_that_only_its_owner_reads_and_the_next_ones_keep_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("new/data");
        let (keys, path) = Keys::default().or_generated(&data, &mut Vec::new()).unwrap();
        let path = path.unwrap();
        let key = std::fs::read_to_string(&path).unwrap().trim().to_owned();
        assert_eq!((key.len(), keys.find(&hash(&key)).unwrap().scope), (67, Scope::Admin));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        let (again, _) = Keys::default().or_generated(&data, &mut Vec::new()).unwrap();
        assert!(again.find(&hash(&key)).is_some());
        // Where keys are set it is none of them.
        let security = Security { api_key: secret("another"), ..Security::default() };
        let set = Keys::named(&security, &mut Vec::new()).unwrap();
        let (set, path) = set.or_generated(&data, &mut Vec::new()).unwrap();
        assert!(path.is_none() && set.find(&hash(&key)).is_none() && set.find(&hash("another")).is_some());
        std::fs::write(data.join(GENERATED), "\n").unwrap();
        assert!(Keys::default().or_generated(&data, &mut Vec::new()).is_err());
    }

    #[test]
    fn a_new_key_counts_by_its_line_and_no_two_are_the_same() {
        let (key, line) = new_key("ci", "write", "a read some-key-of-ours\n").unwrap();
        let keys = keys_of(&line).unwrap().0;
        assert_eq!(keys.find(&hash(&key)).unwrap().scope, Scope::Write);
        assert!(!line.contains(&key) && new_key("ci", "write", "").unwrap().0 != key);
        for (name, scope, held) in [
            ("ci", "read", line.as_str()),
            ("two words", "read", ""),
            ("", "read", ""),
            ("ci", "open", ""),
            ("ci", "read", "nonsense"),
        ] {
            assert!(new_key(name, scope, held).is_err(), "{name} {scope}");
        }
    }
}
