//! What the resolver may ask about all files: names, paths, folders, manifests.

use crate::facts::{Brief, DefIx, FileFacts};
use crate::lang::rules::ManifestKey;
use crate::model::FileId;
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// A definition of some file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Loc {
    /// The file.
    pub file: FileId,
    /// Index into its definitions (or its impls, for [`LookUp::Impl`]).
    pub def: DefIx,
}

/// A definition as it is found by its name: enough to pass over most of those that are not meant without looking into
/// their files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// Which definition.
    pub loc: Loc,
    /// The rest.
    pub brief: Brief,
}

/// The kinds of question whose answers a file's edges depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum LookUp {
    /// The definitions of a name, with all that linking sees of them.
    Name = 1,
    /// The impls whose subtype has this name.
    Impl = 2,
    /// Whether there is a file at a path.
    Path = 3,
    /// The files of a folder.
    Folder = 4,
    /// The files with a file name.
    FileName = 5,
    /// The folders with a name.
    FolderName = 6,
    /// The imports of the file at a path.
    Imports = 7,
    /// Any manifest.
    Manifest = 8,
}

impl LookUp {
    /// The number under which a dependence on this question is kept.
    #[must_use]
    pub fn key(self, subject: &str) -> u64 {
        xxh3_64_with_seed(subject.as_bytes(), self as u64)
    }
}

/// The project's files as the resolver sees them. All answers are sorted and do not depend on how they are kept, so a
/// resolver over the store gives what a resolver over memory gives.
pub trait SymbolTable: Sync {
    /// What a file says by itself.
    fn facts(&self, file: FileId) -> Option<&FileFacts>;
    /// The path of a file.
    fn path(&self, file: FileId) -> &str;
    /// The definitions with exactly this name, files left out, in the order of path and definition.
    fn named(&self, name: &str) -> Cow<'_, [Named]>;
    /// The impls (see [`FileFacts::impls`]) whose subtype's last name is this.
    fn impls_named(&self, name: &str) -> Vec<Loc>;
    /// The file at a path.
    fn file_at(&self, path: &str) -> Option<FileId>;
    /// The paths of the files directly in a folder, sorted.
    fn files_in(&self, folder: &str) -> Vec<String>;
    /// The paths with this file name, sorted.
    fn files_named(&self, name: &str) -> Vec<String>;
    /// The folders with this name that hold files, sorted.
    fn folders_named(&self, name: &str) -> Vec<String>;
    /// All manifests: folder, key, value; sorted.
    fn manifests(&self) -> &[(String, ManifestKey, String)];
}

/// The folder of a path; empty for the root.
#[must_use]
pub fn folder_of(path: &str) -> &str {
    path.rfind('/').map_or("", |at| path.get(..at).unwrap_or(""))
}

/// The last segment of a path.
#[must_use]
pub fn name_of(path: &str) -> &str {
    path.rfind('/').map_or(path, |at| path.get(at + 1..).unwrap_or(""))
}
