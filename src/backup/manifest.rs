//! What a generation consists of.

use crate::error::{Kind, ResultExt as _};
use crate::store::ProjectRow;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Newest version of the manifest. History: 1, first release; 2, of one project alone. One of all projects is still of
/// version 1, so that older programs restore it.
pub const MANIFEST_FORMAT: u32 = 2;
/// Most bytes of a manifest that are read.
pub(super) const MAX_MANIFEST_BYTES: u64 = 64 << 20;
/// What a time and a generation stay below: the numbers that an id and a folder's name have room for.
const MAX_NUMBER: u64 = 1_000_000_000_000;

/// One generation. The last line of its text is the SHA-256 of all before, so a damaged manifest is seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The oldest [`MANIFEST_FORMAT`] that can say it.
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// Format of the store inside.
    pub store_format: u32,
    /// Generation of the store inside.
    pub generation: u64,
    /// When it was made, seconds since 1970.
    pub made_at: u64,
    /// Rows of the store inside; 0 when the first releases wrote it.
    #[serde(default)]
    pub rows: u64,
    /// Digest of all its rows, as [`crate::store::check::content`] makes it; empty when the first releases wrote it.
    #[serde(default)]
    pub digest: String,
    /// The project that it is of alone: of the others it says nothing. Absent when it is of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<String>,
    /// The projects inside.
    pub projects: Vec<Project>,
    /// The files, by path.
    pub files: Vec<Entry>,
}

/// A project of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// Its root when it was indexed.
    pub root: String,
    /// Its last store generation.
    pub generation: u64,
    /// Its files.
    pub files: u64,
    /// Its symbols.
    pub symbols: u64,
    /// Its edges.
    pub edges: u64,
}

impl Project {
    /// What a manifest says of a project.
    pub(super) fn of(row: &ProjectRow) -> Self {
        Self {
            name: row.name.clone(),
            root: row.root.clone(),
            generation: row.generation,
            files: row.counts.files,
            symbols: row.counts.symbols,
            edges: row.counts.edges,
        }
    }
}

/// A file of a generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in the store: one plain path segment.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Hex SHA-256 of its bytes, lower case.
    pub sha256: String,
}

impl Manifest {
    /// Its id: when it was made and which generation it holds, then, when it is of one project, a number made of the
    /// project's name, so that two that are backed up at the same time do not get in each other's way. Ids sort by age.
    #[must_use]
    pub fn id(&self) -> String {
        let id = format!("{:012}-{:012}", self.made_at, self.generation);
        match &self.only {
            Some(name) => format!("{id}-{}", hex(Sha256::digest(name).get(..4).unwrap_or_default())),
            None => id,
        }
    }

    /// The version that it is written in.
    #[must_use]
    pub(super) const fn format_of(only: Option<&str>) -> u32 {
        if only.is_some() { MANIFEST_FORMAT } else { 1 }
    }

    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, entry| sum.saturating_add(entry.bytes))
    }

    /// As text, sealed with its hash.
    ///
    /// # Errors
    /// Never in practice: all fields are plain data.
    pub(super) fn encode(&self) -> Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        let seal = hex(&Sha256::digest(&text));
        text.extend_from_slice(seal.as_bytes());
        text.push(b'\n');
        Ok(text)
    }

    /// Reads a manifest and holds it against its seal; names that could lead out of a folder are refused.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when it is damaged, [`Kind::Format`] when a newer program wrote it.
    pub(super) fn decode(id: &str, text: &[u8]) -> Result<Self> {
        let damaged = || format!("the manifest {id} is damaged");
        let body = text.strip_suffix(b"\n").and_then(|text| {
            let at = text.iter().rposition(|&byte| byte == b'\n')?;
            let (body, seal) = text.split_at(at + 1);
            (hex(&Sha256::digest(body)).as_bytes() == seal).then_some(body)
        });
        let body = body.with_context(damaged).kind(Kind::Corrupt)?;
        let manifest: Self = serde_json::from_slice(body).with_context(damaged).kind(Kind::Corrupt)?;
        if manifest.format > MANIFEST_FORMAT {
            let text = format!(
                "the backup {id} was made by codegraph {} with format {}, this program knows up to {MANIFEST_FORMAT}",
                manifest.program, manifest.format
            );
            let hint = format!("install codegraph {} or newer", manifest.program);
            return Err(anyhow::anyhow!(text)).kind(Kind::Format).hint(hint);
        }
        if manifest.generation >= MAX_NUMBER || manifest.made_at >= MAX_NUMBER {
            return Err(anyhow::anyhow!("the manifest {id} has a time or a generation that none can have"))
                .kind(Kind::Corrupt);
        }
        if manifest.only.is_some() && manifest.format < MANIFEST_FORMAT {
            return Err(anyhow::anyhow!(
                "the manifest {id} is of one project, which its format does not know"
            ))
            .kind(Kind::Corrupt);
        }
        for (at, entry) in manifest.files.iter().enumerate() {
            let is_new = manifest.files.get(at.wrapping_sub(1)).is_none_or(|last| last.path < entry.path);
            if !is_plain(&entry.path) || !is_hash(&entry.sha256) || !is_new {
                return Err(anyhow::anyhow!("the manifest {id} names the file {:?}", entry.path))
                    .kind(Kind::Corrupt);
            }
        }
        Ok(manifest)
    }
}

/// True for one path segment that means a file and nothing else.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', '\0'])
}

/// True for a SHA-256 in lower-case hex.
pub(super) fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Bytes as lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Entry, MANIFEST_FORMAT, Manifest};
    use crate::error::Kind;

    fn manifest(paths: &[&str]) -> Manifest {
        let entry = |path: &&str| Entry { path: (*path).to_owned(), bytes: 3, sha256: "0f".repeat(32) };
        Manifest {
            format: MANIFEST_FORMAT,
            program: "0.1.0".to_owned(),
            store_format: 1,
            generation: 7,
            made_at: 1_700_000_000,
            rows: 3,
            digest: "ab".repeat(16),
            only: None,
            projects: Vec::new(),
            files: paths.iter().map(entry).collect(),
        }
    }

    #[test]
    fn a_manifest_comes_back_as_it_was() {
        let manifest = manifest(&["000012.sst", "CURRENT"]);
        let text = manifest.encode().unwrap();
        assert_eq!(Manifest::decode("x", &text).unwrap(), manifest);
        assert_eq!(manifest.id(), "001700000000-000000000007");
    }

    #[test]
    fn a_manifest_of_one_project_says_so_and_has_an_id_of_its_own() {
        let of = |name: &str| Manifest { only: Some(name.to_owned()), ..manifest(&["CURRENT"]) };
        let text = of("p").encode().unwrap();
        assert_eq!(Manifest::decode("x", &text).unwrap(), of("p"));
        let ids = [manifest(&[]).id(), of("p").id(), of("q").id()];
        assert!(ids.iter().all(|id| id.starts_with("001700000000-000000000007")), "{ids:?}");
        assert!(ids[0] < ids[1] && ids[1] != ids[2], "{ids:?}");
        // A program that does not know it must not take it for one of all projects.
        let unknown = Manifest { format: 1, ..of("p") };
        let error = Manifest::decode("x", &unknown.encode().unwrap()).unwrap_err();
        assert_eq!(Kind::of(&error), Kind::Corrupt);
    }

    #[test]
    fn a_manifest_of_the_first_releases_is_read() {
        let text = serde_json::to_string_pretty(&manifest(&["x"])).unwrap();
        let without: Vec<&str> =
            text.lines().filter(|line| !line.contains("\"rows\"") && !line.contains("\"digest\"")).collect();
        let mut text = without.join("\n").into_bytes();
        text.push(b'\n');
        use sha2::Digest as _;
        let seal = super::hex(&super::Sha256::digest(&text));
        text.extend_from_slice(format!("{seal}\n").as_bytes());
        let read = Manifest::decode("x", &text).unwrap();
        assert_eq!((read.rows, read.digest.as_str(), read.files.len()), (0, "", 1));
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_seen() {
        let text = manifest(&["000012.sst"]).encode().unwrap();
        for at in 0..text.len() {
            let mut broken = text.clone();
            broken[at] ^= 1;
            let error = Manifest::decode("x", &broken).unwrap_err();
            assert_eq!(Kind::of(&error), Kind::Corrupt, "byte {at}");
            assert!(Manifest::decode("x", &text[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn names_that_lead_out_of_the_folder_or_stand_twice_are_refused() {
        for paths in [&["../x"][..], &["/x"], &[".."], &["a/b"], &[""], &["x", "x"], &["b", "a"]] {
            let text = manifest(paths).encode().unwrap();
            assert_eq!(Kind::of(&Manifest::decode("x", &text).unwrap_err()), Kind::Corrupt, "{paths:?}");
        }
    }

    #[test]
    fn a_newer_format_is_refused_with_the_version_to_install() {
        let newer = Manifest { format: MANIFEST_FORMAT + 1, program: "9.1.0".to_owned(), ..manifest(&["x"]) };
        let error = Manifest::decode("x", &newer.encode().unwrap()).unwrap_err();
        assert_eq!(Kind::of(&error), Kind::Format);
        assert!(crate::error::hint(&error).unwrap().contains("9.1.0"));
    }
}
