//! A log in a file that turns over by size: `<path>` is written, `<path>.1` was written before it, and so on.

use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The files of a log.
#[derive(Debug)]
pub(super) struct Turning {
    path: PathBuf,
    file: File,
    /// Bytes that the file has.
    size: u64,
    /// Bytes that it may have.
    most: u64,
    /// Files that there may be, at least 1.
    keep: u64,
}

impl Turning {
    /// Opens the file, and makes it when it is not there.
    pub(super) fn open(path: &Path, most: u64, keep: u64) -> Result<Self> {
        let (file, size) = appending(path)?;
        Ok(Self { path: path.to_owned(), file, size, most, keep: keep.max(1) })
    }

    pub(super) fn reopen(&mut self) -> Result<()> {
        (self.file, self.size) = appending(&self.path)?;
        Ok(())
    }

    /// Appends a line whole, or not at all. One that is longer than a file may be has a file of its own.
    pub(super) fn write(&mut self, line: &str) -> io::Result<()> {
        let length = line.len() as u64;
        if self.size > 0 && self.size.saturating_add(length) > self.most {
            // What cannot be moved is written on: a line is worth more than a limit.
            drop(self.turn());
        }
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            // The next line must not begin behind half of this one.
            drop(self.file.set_len(self.size));
            return Err(error);
        }
        self.size += length;
        Ok(())
    }

    /// Moves each file on by one; the oldest goes.
    fn turn(&mut self) -> Result<()> {
        if self.keep == 1 {
            self.file.set_len(0)?;
            self.size = 0;
            return Ok(());
        }
        // Fewer may be wanted now than when these were written.
        let mut beyond = self.keep;
        while std::fs::remove_file(self.numbered(beyond)).is_ok() {
            beyond += 1;
        }
        for n in (1..self.keep - 1).rev() {
            match std::fs::rename(self.numbered(n), self.numbered(n + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        std::fs::rename(&self.path, self.numbered(1))?;
        self.reopen()
    }

    fn numbered(&self, n: u64) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{n}"));
        name.into()
    }
}

/// The file, and its size. Others may not read it.
fn appending(path: &Path) -> Result<(File, u64)> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    let opened = options.open(path).and_then(|file| file.metadata().map(|about| (file, about.len())));
    opened.with_context(|| format!("cannot write the log {}", path.display())).kind(Kind::Usage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn lines(path: &Path) -> Vec<String> {
        std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn files_turn_over_by_size_and_no_line_is_cut_or_missing_in_between() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("x.log");
        let log = Mutex::new(Turning::open(&path, 1_000, 3).unwrap());
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let log = &log;
                scope.spawn(move || {
                    for n in 0..100 {
                        let line = format!("{thread} {n:03} {}\n", "x".repeat(n % 40));
                        log.lock().unwrap().write(&line).unwrap();
                    }
                });
            }
        });
        let mut names: Vec<String> = std::fs::read_dir(temp.path())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        assert_eq!(names, ["x.log", "x.log.1", "x.log.2"]);
        let files = ["x.log.2", "x.log.1", "x.log"].map(|name| temp.path().join(name));
        for file in &files {
            assert!(std::fs::metadata(file).unwrap().len() <= 1_000);
        }
        // Each thread wrote its numbers in order: what is left of them has no gap and ends with the last.
        let all: Vec<String> = files.iter().flat_map(|file| lines(file)).collect();
        for thread in 0..4 {
            let of: Vec<usize> = all
                .iter()
                .filter_map(|line| line.strip_prefix(&format!("{thread} ")))
                .map(|rest| {
                    let (n, filler) = rest.split_once(' ').unwrap();
                    let n: usize = n.parse().unwrap();
                    assert_eq!(filler.len(), n % 40);
                    n
                })
                .collect();
            if let Some(first) = of.first() {
                assert_eq!(of, (*first..100).collect::<Vec<_>>(), "thread {thread}");
            }
        }
    }

    #[test]
    fn a_file_is_continued_and_fewer_files_are_kept_when_fewer_are_wanted() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("x.log");
        for n in 0..6 {
            Turning::open(&path, 10, 5).unwrap().write(&format!("line {n}\n")).unwrap();
        }
        assert!(temp.path().join("x.log.4").exists());
        Turning::open(&path, 10, 2).unwrap().write("line 6\n").unwrap();
        let names = std::fs::read_dir(temp.path()).unwrap().count();
        assert_eq!((names, lines(&path)), (2, vec!["line 6".to_owned()]));
        assert_eq!(lines(&temp.path().join("x.log.1")), ["line 5"]);
        Turning::open(&path, 10, 1).unwrap().write("line 7\n").unwrap();
        assert_eq!(lines(&path), ["line 7"]);
    }

    #[test]
    fn a_file_that_another_program_moved_is_opened_anew() {
        let temp = tempfile::tempdir().unwrap();
        let (path, moved) = (temp.path().join("x.log"), temp.path().join("moved"));
        let mut log = Turning::open(&path, 1_000, 3).unwrap();
        log.write("one\n").unwrap();
        std::fs::rename(&path, &moved).unwrap();
        log.write("two\n").unwrap();
        log.reopen().unwrap();
        log.write("three\n").unwrap();
        assert_eq!(lines(&moved), ["one", "two"]);
        assert_eq!(lines(&path), ["three"]);
    }
}
