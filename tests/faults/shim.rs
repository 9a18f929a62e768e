//! A library between a program and the system (`shim.c`), loaded before the C library: it fails calls, or records them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The kinds of calls that the library knows.
pub const KINDS: &[&str] =
    &["open", "read", "write", "sync", "truncate", "allocate", "rename", "link", "unlink", "mkdir", "mmap"];

/// The library, compiled once.
fn library() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let (source, library) = (
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c"),
            folder.join(format!("shim-{}.so", std::process::id())),
        );
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .args([&library, &source])
            .args(["-ldl", "-lpthread"])
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        library
    })
}

/// Puts the library in front of a command, for what it does below a folder.
pub fn shimmed(mut command: Command, under: &Path) -> Command {
    command.env("LD_PRELOAD", library()).env("SHIM_UNDER", under.canonicalize().unwrap());
    command
}

/// What a command did to a folder: what was there before, and every change since, in order.
pub struct Journal {
    root: u64,
    folders: BTreeMap<u64, BTreeMap<String, u64>>,
    files: BTreeMap<u64, Vec<u8>>,
    records: Vec<Record>,
}

enum Record {
    /// A file or, if so, a folder gets a name in a folder.
    Create {
        folder: u64,
        node: u64,
        name: String,
        is_folder: bool,
    },
    /// A file gets one more name.
    Link {
        folder: u64,
        node: u64,
        name: String,
    },
    Remove {
        folder: u64,
        name: String,
    },
    Rename {
        from: (u64, String),
        to: (u64, String),
    },
    Write {
        node: u64,
        at: usize,
        bytes: Vec<u8>,
    },
    Cut {
        node: u64,
        size: usize,
    },
    Sync {
        node: u64,
    },
    /// Something was told on standard output.
    Told,
}

/// What is kept of changes that were not made durable when the power went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing.
    Lost,
    /// Everything.
    Kept,
    /// Any writes, torn at 512 bytes, and in each folder the first of its changes, however many.
    Any,
}

impl Journal {
    /// Takes down what a folder holds, before the command runs.
    pub fn begin(root: &Path) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        let mut journal = Self {
            root: std::fs::metadata(root).unwrap().ino(),
            folders: BTreeMap::new(),
            files: BTreeMap::new(),
            records: Vec::new(),
        };
        let mut waiting = vec![root.to_owned()];
        while let Some(folder) = waiting.pop() {
            let mut names = BTreeMap::new();
            for entry in std::fs::read_dir(&folder).unwrap() {
                let entry = entry.unwrap();
                let about = entry.metadata().unwrap();
                names.insert(entry.file_name().into_string().unwrap(), about.ino());
                if about.is_dir() {
                    waiting.push(entry.path());
                } else {
                    journal.files.insert(about.ino(), std::fs::read(entry.path()).unwrap());
                }
            }
            journal.folders.insert(std::fs::metadata(&folder).unwrap().ino(), names);
        }
        journal
    }

    /// Reads what the library recorded.
    pub fn read(&mut self, path: &Path) {
        let bytes = std::fs::read(path).unwrap();
        let mut rest = bytes.as_slice();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        while !rest.is_empty() {
            let number = |at: usize| u64::from_le_bytes(rest[8 * at..8 * at + 8].try_into().unwrap());
            let [op, a, b, one, two] = [0, 1, 2, 3, 4].map(number);
            let (one, two) = (usize::try_from(one).unwrap(), usize::try_from(two).unwrap());
            let (first, second) = rest[40..40 + one + two].split_at(one);
            let number = |n: u64| usize::try_from(n).unwrap();
            self.records.push(match u8::try_from(op).unwrap() {
                b'C' => Record::Create { folder: a, node: b, name: text(first), is_folder: second == b"d" },
                b'L' => Record::Link { folder: a, node: b, name: text(first) },
                b'U' => Record::Remove { folder: a, name: text(first) },
                b'R' => Record::Rename { from: (a, text(first)), to: (b, text(second)) },
                b'W' => Record::Write { node: a, at: number(b), bytes: first.to_vec() },
                b'T' => Record::Cut { node: a, size: number(b) },
                b'S' => Record::Sync { node: a },
                b'A' => Record::Told,
                other => panic!("a record of kind {other}"),
            });
            rest = &rest[40 + one + two..];
        }
    }

    /// How many changes there were.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// True when something was told before a change.
    pub fn has_told(&self, before: usize) -> bool {
        self.records[..before].iter().any(|record| matches!(record, Record::Told))
    }

    /// True when a file with such an end of its name was made.
    pub fn has_made(&self, ending: &str) -> bool {
        self.records
            .iter()
            .any(|record| matches!(record, Record::Create { name, .. } if name.ends_with(ending)))
    }

    /// Writes what the folder holds after the power went before a change, into a folder that is not there yet.
    pub fn lose_power(&self, before: usize, fate: Fate, next: &mut dyn FnMut(usize) -> usize, to: &Path) {
        let mut disk = Disk::new(self);
        for record in &self.records[..before] {
            disk.apply(record);
        }
        disk.settle(fate, next);
        disk.write(disk.root, to, &mut BTreeMap::new());
    }
}

/// A change of names. Its folders are told in the order in which they are named.
struct Change {
    folders: Vec<u64>,
    of: Naming,
    is_durable: bool,
}

enum Naming {
    Add { folder: u64, name: String, node: u64 },
    Remove { folder: u64, name: String },
    Move { from: (u64, String), to: (u64, String) },
}

#[derive(Default, Clone)]
struct Content {
    /// Bytes that are durable.
    bytes: Vec<u8>,
    pending: Vec<Pending>,
}

#[derive(Clone)]
enum Pending {
    Write(usize, Vec<u8>),
    Cut(usize),
}

impl Pending {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, written) => {
                let end = at + written.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at..end].copy_from_slice(written);
            }
            Self::Cut(size) => bytes.resize(*size, 0),
        }
    }
}

/// What is durable, and what is not yet. Nodes have numbers of their own, since the system gives inodes again.
struct Disk {
    root: u64,
    numbers: BTreeMap<u64, u64>,
    folders: BTreeMap<u64, BTreeMap<String, u64>>,
    files: BTreeMap<u64, Content>,
    changes: Vec<Change>,
    last: u64,
}

impl Disk {
    fn new(journal: &Journal) -> Self {
        let all = journal.folders.keys().chain(journal.files.keys());
        let numbers: BTreeMap<u64, u64> = all.map(|inode| (*inode, *inode)).collect();
        Self {
            root: journal.root,
            last: numbers.keys().copied().max().unwrap_or_default(),
            numbers,
            folders: journal.folders.clone(),
            files: journal
                .files
                .iter()
                .map(|(node, bytes)| (*node, Content { bytes: bytes.clone(), pending: Vec::new() }))
                .collect(),
            changes: Vec::new(),
        }
    }

    fn number(&self, inode: u64) -> u64 {
        self.numbers.get(&inode).copied().unwrap_or_default()
    }

    fn change(&mut self, mut folders: Vec<u64>, of: Naming) {
        folders.dedup();
        self.changes.push(Change { folders, of, is_durable: false });
    }

    fn apply(&mut self, record: &Record) {
        match record {
            Record::Create { folder, node, name, is_folder } => {
                self.last += 1;
                let (number, folder) = (self.last, self.number(*folder));
                self.numbers.insert(*node, number);
                if *is_folder {
                    self.folders.insert(number, BTreeMap::new());
                } else {
                    self.files.insert(number, Content::default());
                }
                self.change(vec![folder], Naming::Add { folder, name: name.clone(), node: number });
            }
            Record::Link { folder, node, name } => {
                let (folder, node) = (self.number(*folder), self.number(*node));
                self.change(vec![folder], Naming::Add { folder, name: name.clone(), node });
            }
            Record::Remove { folder, name } => {
                let folder = self.number(*folder);
                self.change(vec![folder], Naming::Remove { folder, name: name.clone() });
            }
            Record::Rename { from, to } => {
                let (from, to) = ((self.number(from.0), from.1.clone()), (self.number(to.0), to.1.clone()));
                self.change(vec![from.0, to.0], Naming::Move { from, to });
            }
            Record::Write { node, at, bytes } => self.pend(*node, Pending::Write(*at, bytes.clone())),
            Record::Cut { node, size } => self.pend(*node, Pending::Cut(*size)),
            Record::Sync { node } => self.sync(self.number(*node)),
            Record::Told => {}
        }
    }

    fn pend(&mut self, inode: u64, pending: Pending) {
        let number = self.number(inode);
        // RocksDB's own log is opened in a way that passes by the library.
        if let Some(content) = self.files.get_mut(&number) {
            content.pending.push(pending);
        }
    }

    fn sync(&mut self, number: u64) {
        if let Some(content) = self.files.get_mut(&number) {
            for pending in std::mem::take(&mut content.pending) {
                pending.apply(&mut content.bytes);
            }
            return;
        }
        // What is durable in a folder is so with all that came before in the folders that it shares a change with.
        let mut folders = vec![number];
        for change in self.changes.iter_mut().rev() {
            if change.folders.iter().any(|folder| folders.contains(folder)) {
                change.is_durable = true;
                folders.extend(&change.folders);
            }
        }
    }

    /// Decides what is kept of the rest.
    fn settle(&mut self, fate: Fate, next: &mut dyn FnMut(usize) -> usize) {
        let mut stopped: Vec<u64> = Vec::new();
        for change in std::mem::take(&mut self.changes) {
            let is_stopped = change.folders.iter().any(|folder| stopped.contains(folder));
            let is_kept = match fate {
                Fate::Lost => false,
                Fate::Kept => true,
                Fate::Any => !is_stopped && next(6) > 0,
            };
            if change.is_durable || is_kept {
                self.rename(change.of);
            } else {
                stopped.extend(change.folders);
            }
        }
        for content in self.files.values_mut() {
            for pending in std::mem::take(&mut content.pending) {
                let is_kept = match fate {
                    Fate::Lost => false,
                    Fate::Kept => true,
                    Fate::Any => next(2) == 0,
                };
                if !is_kept {
                    continue;
                }
                let torn = match pending {
                    Pending::Write(at, bytes) if fate == Fate::Any && next(4) == 0 => {
                        let end = (at + next(bytes.len() + 1)) / 512 * 512;
                        Pending::Write(at, bytes[..end.saturating_sub(at)].to_vec())
                    }
                    whole => whole,
                };
                torn.apply(&mut content.bytes);
            }
        }
    }

    fn rename(&mut self, of: Naming) {
        let mut add = |folder: u64, name: String, node: u64| {
            if let Some(names) = self.folders.get_mut(&folder) {
                names.insert(name, node);
            }
        };
        match of {
            Naming::Add { folder, name, node } => add(folder, name, node),
            Naming::Remove { folder, name } => {
                self.folders.get_mut(&folder).and_then(|names| names.remove(&name));
            }
            Naming::Move { from, to } => {
                let node = self.folders.get_mut(&from.0).and_then(|names| names.remove(&from.1));
                if let Some(node) = node {
                    self.folders.entry(to.0).or_default().insert(to.1, node);
                }
            }
        }
    }

    fn write(&self, folder: u64, to: &Path, written: &mut BTreeMap<u64, PathBuf>) {
        std::fs::create_dir(to).unwrap();
        for (name, node) in &self.folders[&folder] {
            let path = to.join(name);
            if self.folders.contains_key(node) {
                self.write(*node, &path, written);
            } else if let Some(first) = written.get(node) {
                std::fs::hard_link(first, &path).unwrap();
            } else if let Some(content) = self.files.get(node) {
                std::fs::write(&path, &content.bytes).unwrap();
                written.insert(*node, path);
            }
        }
    }
}
