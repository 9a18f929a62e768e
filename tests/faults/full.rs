//! A disk that is full: reads go on, nothing is lost, and room is all that it takes to go on.
//!
//! In the short form the largest size of a file stands for the disk, or a library that refuses writes: neither needs a right
//! to mount anything, and a write fails as one to a full disk does. The long form mounts small file systems where it may.

use super::daemon::{Done, all};
use super::shim::shimmed;
use super::{Desk, Dice, copy, times};
use crate::support::{Daemon, KEY, dump};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Runs a command whose files may have so many blocks of 512 bytes.
fn limited(desk: &Desk, data: &Path, blocks: u64, args: &[&str]) -> Output {
    let inner = desk.command(data, args);
    let mut command = Command::new("sh");
    // Without the trap the system would end the process instead of refusing the write.
    command.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"")).arg("sh");
    command.arg(inner.get_program()).args(inner.get_args()).current_dir(desk.path("src")).env_clear();
    command.env("HOME", desk.temp.path()).output().unwrap()
}

#[test]
fn a_full_disk_fails_a_command_by_name_and_loses_nothing() {
    let desk = Desk::new();
    desk.lay(1);
    let to = desk.path("backups");
    let arg = to.to_str().unwrap();
    desk.must(&desk.first, &["backup", "--to", arg]);
    let mut refused = 0;
    for blocks in [0, 1, 2, 4, 8, 16, 32, 64, 128] {
        let data = desk.store("data");
        let output = limited(&desk, &data, blocks, &["index", "--name", "p"]);
        let what = format!("{blocks} blocks: {}", String::from_utf8_lossy(&output.stderr));
        if output.status.success() {
            assert_eq!(dump(&data), desk.dumps[1], "{what}");
        } else {
            // With no room at all not even the lock can be written.
            assert_eq!(output.status.code(), Some(16), "{what}");
            assert_eq!(dump(&data), desk.dumps[0], "{what}");
            refused += 1;
        }
        desk.finish(&data, 1, &what);

        let output = limited(&desk, &data, blocks, &["restore", "--from", arg]);
        let what = format!("restore with {blocks} blocks: {}", String::from_utf8_lossy(&output.stderr));
        if !output.status.success() {
            assert_eq!(output.status.code(), Some(16), "{what}");
            assert_eq!(dump(&data), desk.dumps[1], "{what}");
            refused += 1;
        }
        desk.finish(&data, 1, &what);

        let other = desk.path("other");
        let arg = other.to_str().unwrap();
        for form in [&["backup", "--to", arg][..], &["backup", "--to", arg, "--project", "p"]] {
            let output = limited(&desk, &data, blocks, form);
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.code(), Some(16), "{form:?} {blocks} blocks: {said}");
                let listed = desk.run(&data, &["backup", "list", "--to", arg]);
                assert_ne!(listed.status.code(), Some(0), "a backup that failed is not listed");
                refused += 1;
            }
            desk.must(&data, form);
            std::fs::remove_dir_all(&other).unwrap();
        }
    }
    assert!(refused >= 6, "{refused}");
    println!("refused {refused} times");
}

/// What a daemon that is asked the whole time answers while its disk is full, and after.
fn daemon_on(desk: &Desk, data: &Path, command: Command, fill: &dyn Fn(bool)) -> u64 {
    let daemon = Daemon::of(command);
    let old = all(&daemon);
    let (done, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let _done = Done(&done);
        scope.spawn(|| {
            // Of the files that are told, those that are still what was indexed are the same in both states.
            while !done.load(Ordering::Relaxed) {
                assert_eq!(all(&daemon).len(), old.len());
                asked.fetch_add(1, Ordering::Relaxed);
            }
        });
        desk.lay(1);
        for turn in 0..2 * times() {
            let from = usize::try_from(turn % 2).unwrap();
            fill(true);
            // The command line hands it to the daemon.
            let output = desk.run(data, &["index", "--name", "p"]);
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(16), "{said}");
            assert!(said.contains("room"), "{said}");
            assert_eq!(dump(data), desk.dumps[from]);
            assert_eq!(daemon.get("/ready").status, 200);
            assert_eq!(metric(&daemon, "codegraph_read_only"), Some(1.0));
            fill(false);
            desk.must(data, &["index", "--name", "p"]);
            assert_eq!(dump(data), desk.dumps[1 - from]);
            assert_eq!(metric(&daemon, "codegraph_read_only"), Some(0.0));
            desk.lay(from);
        }
    });
    asked.into_inner() * old.len() as u64
}

/// A number without labels of a daemon's metrics.
fn metric(daemon: &Daemon, name: &str) -> Option<f64> {
    let text = daemon.get("/metrics").body;
    let line = text.lines().find(|line| line.starts_with(name) && line[name.len()..].starts_with(' '))?;
    line[name.len()..].trim().parse().ok()
}

#[test]
fn a_daemon_on_a_full_disk_goes_on_answering_and_writes_again_once_there_is_room() {
    let desk = Desk::new();
    let disk = desk.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let data = disk.join("data");
    copy(&desk.first, &data);
    let full = desk.path("full");
    let mut command = shimmed(desk.command(&data, &["serve", "--port", "0"]), &disk);
    command.env("SHIM_FULL", &full).env("CODEGRAPH_API_KEY", KEY).stderr(Stdio::null());
    command.env("CODEGRAPH_SERVER_RATE_LIMIT", "0").env("CODEGRAPH_SECURITY_RATE_LIMITING", "false");
    let asked = daemon_on(&desk, &data, command, &|is_full| {
        if is_full { std::fs::write(&full, "").unwrap() } else { std::fs::remove_file(&full).unwrap() }
    });
    println!("a daemon on a full disk gave {asked} answers of {asked}");
}

/// A small file system in memory, mounted as long as this lives; nothing where that may not be done.
struct Mount(PathBuf);

impl Mount {
    fn new(at: PathBuf, options: &str) -> Option<Self> {
        std::fs::create_dir(&at).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&at).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then_some(Self(at))
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }

    /// Leaves so many bytes free, at most what is free now.
    fn leave(&self, bytes: u64) {
        use std::io::Write as _;
        let free = codegraph::backup::free(&self.0).unwrap();
        let mut file = std::fs::File::create(self.ballast()).unwrap();
        let mut left = free.saturating_sub(bytes);
        while left > 0 {
            let n = usize::try_from(left.min(1 << 16)).unwrap();
            file.write_all(&vec![0; n]).unwrap();
            left -= n as u64;
        }
    }

    fn empty(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

#[test]
fn a_file_system_without_room_loses_nothing() {
    // Mounting is for the administrator, and for the long form.
    let desk = Desk::new();
    let mount = (times() > 1).then(|| Mount::new(desk.path("disk"), "size=48m,nr_inodes=400")).flatten();
    let Some(mount) = mount else { return };
    let data = mount.0.join("data");
    let to = mount.0.join("backups");
    let arg = to.to_str().unwrap();
    desk.lay(1);
    let mut dice = Dice(71);
    let mut refused = [0, 0, 0];
    let (mut turns, mut reads) = (0, 0);
    for turn in 0..4 * times() {
        for old in [&data, &to] {
            if old.exists() {
                std::fs::remove_dir_all(old).unwrap();
            }
        }
        copy(&desk.first, &data);
        desk.must(&data, &["backup", "--to", arg]);
        let what = format!("turn {turn}");
        // One run needs some hundred kilobytes besides what is kept free for restores.
        mount.leave(dice.next(600_000) as u64);
        let output = desk.run(&data, &["index", "--name", "p"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let is_done = output.status.success();
        assert!(is_done || output.status.code() == Some(16), "{what}: {said}");
        let now = dump(&data);
        assert!(now == desk.dumps[1] || (!is_done && now == desk.dumps[0]), "{what}: {said}");
        refused[0] += u64::from(!is_done);
        // Reads need no room.
        for args in
            [&["search", "helper7", "--project", "p"][..], &["query", "callers", "step3"], &["status"]]
        {
            desk.must(&data, args);
            reads += 1;
        }
        let output = desk.run(&data, &["restore", "--from", arg]);
        assert_eq!(output.status.code(), Some(16), "{what}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(dump(&data), now, "{what}");
        refused[1] += 1;
        let mut form = vec!["backup", "--to", arg];
        form.extend(["--project", "p"].iter().filter(|_| turn % 2 == 1));
        let output = desk.run(&data, &form);
        refused[2] += u64::from(!output.status.success());
        assert!(matches!(output.status.code(), Some(0 | 16)), "{what}");
        desk.must(&data, &["backup", "verify", "--to", arg]);
        mount.empty();
        desk.finish(&data, 1, &what);
        desk.must(&data, &["backup", "--to", arg]);
        desk.must(&data, &["restore", "--from", arg]);
        turns += 1;
    }
    // No room for one more name.
    std::fs::remove_dir_all(&data).unwrap();
    copy(&desk.first, &data);
    let names = mount.0.join("names");
    std::fs::create_dir(&names).unwrap();
    let mut n = 0;
    while std::fs::write(names.join(n.to_string()), "").is_ok() {
        n += 1;
    }
    let output = desk.run(&data, &["index", "--name", "p"]);
    assert_eq!(output.status.code(), Some(16), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(dump(&data), desk.dumps[0]);
    std::fs::remove_dir_all(&names).unwrap();
    desk.finish(&data, 1, "after there was no room for names");
    // A file system that may only be read.
    let remount = |how: &str| {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(&mount.0).status();
        assert!(done.unwrap().success());
    };
    desk.lay(0);
    remount("ro");
    let output = desk.run(&data, &["index", "--name", "p"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("Read-only file system"), "{said}");
    assert_eq!(dump(&data), desk.dumps[1]);
    desk.must(&data, &["search", "helper7", "--project", "p"]);
    remount("rw");
    desk.finish(&data, 0, "after a file system that may only be read");
    println!(
        "{turns} times without room: {} of {turns} indexes, {} restores and {} backups refused, {reads} of {reads} \
         reads answered, 0 lost",
        refused[0], refused[1], refused[2]
    );
}

#[test]
fn a_daemon_on_a_file_system_without_room_goes_on_answering() {
    let desk = Desk::new();
    let mount = (times() > 1).then(|| Mount::new(desk.path("disk"), "size=48m")).flatten();
    let Some(mount) = mount else { return };
    let data = mount.0.join("data");
    copy(&desk.first, &data);
    let mut command = desk.command(&data, &["serve", "--port", "0"]);
    command.env("CODEGRAPH_API_KEY", KEY).stderr(Stdio::null());
    command.env("CODEGRAPH_SERVER_RATE_LIMIT", "0").env("CODEGRAPH_SECURITY_RATE_LIMITING", "false");
    let asked =
        daemon_on(&desk, &data, command, &|is_full| if is_full { mount.leave(0) } else { mount.empty() });
    println!("a daemon on a file system without room gave {asked} answers of {asked}");
}
