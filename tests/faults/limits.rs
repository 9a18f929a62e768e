//! A process that the system gives little: files, memory; one whose clock is wrong, or whose files are open to everybody by
//! default.

use super::{Desk, copy, files, times};
use crate::support::{Daemon, KEY, dump};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs a command after a line of shell, such as one that sets a limit.
fn after(desk: &Desk, line: &str, data: &Path, args: &[&str]) -> Output {
    let inner = desk.command(data, args);
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("{line}; exec \"$@\"")).arg("sh");
    command.arg(inner.get_program()).args(inner.get_args()).current_dir(desk.path("src")).env_clear();
    command.env("HOME", desk.temp.path()).stdin(Stdio::null()).output().unwrap()
}

#[test]
fn too_few_open_files_or_too_little_memory_end_a_run_and_lose_nothing() {
    let desk = Desk::new();
    desk.lay(1);
    let mut ended = [0, 0];
    let limits = ["-n 12", "-n 20", "-n 32", "-n 64", "-v 60000", "-v 120000", "-v 200000", "-v 300000"];
    for limit in limits.iter().cycle().take(limits.len() * usize::try_from(times().min(4)).unwrap()) {
        let data = desk.store("data");
        let output = after(&desk, &format!("ulimit {limit}"), &data, &["index", "--name", "p"]);
        let said = String::from_utf8_lossy(&output.stderr);
        let now = dump(&data);
        let is_done = output.status.success();
        assert!(now == desk.dumps[1] || (!is_done && now == desk.dumps[0]), "{limit}: {said}");
        // Who gets no memory ends by a signal, and who gets no file says so.
        assert!(
            limit.starts_with("-v") || output.status.code().is_some_and(|code| code != 101),
            "{limit}: {said}"
        );
        ended[usize::from(is_done)] += 1;
        desk.finish(&data, 1, limit);
    }
    assert!(ended[0] > 0 && ended[1] > 0, "{ended:?}");
    println!("with little memory or few files {} runs ended early and {} well, 0 lost", ended[0], ended[1]);
}

#[test]
fn what_is_kept_is_for_its_owner_alone_whatever_the_mask_says() {
    let desk = Desk::new();
    desk.lay(1);
    let (data, to) = (desk.path("mine"), desk.path("backups"));
    let archive = desk.path("one.tar.zst");
    for args in [
        &["index", "--name", "p"][..],
        &["backup", "--to", to.to_str().unwrap()],
        &["backup", "--archive", archive.to_str().unwrap()],
        &["restore", "--from", to.to_str().unwrap()],
    ] {
        let output = after(&desk, "umask 000", &data, args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    // Nobody else gets into the folders, whatever the files in them allow.
    assert_eq!((mode(&data), mode(&to)), (0o700, 0o700));
    let kept = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path());
    for folder in kept.filter(|path| path.is_dir()) {
        assert_eq!(mode(&folder), 0o700, "{}", folder.display());
    }
    assert_eq!(mode(&archive), 0o600);
    for file in files(&to) {
        if file.file_name().unwrap() != "lock" {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    }
}

#[test]
fn a_clock_that_is_a_year_off_changes_no_answer() {
    // Debian has the tool as faketime.
    if !Path::new("/usr/bin/faketime").exists() {
        return;
    }
    let desk = Desk::new();
    let data = desk.store("data");
    let to = desk.path("backups");
    let arg = to.to_str().unwrap();
    let at = |when: &str, args: &[&str]| {
        let inner = desk.command(&data, args);
        let mut command = Command::new("/usr/bin/faketime");
        command.args(["-f", when]).arg(inner.get_program()).args(inner.get_args());
        command.current_dir(desk.path("src")).env_clear().env("HOME", desk.temp.path());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{when} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    for (turn, when) in ["+365d", "-365d", "+0d", "-365d", "+365d"].into_iter().enumerate() {
        let state = 1 - turn % 2;
        desk.lay(state);
        at(when, &["index", "--name", "p"]);
        assert_eq!(dump(&data), desk.dumps[state], "{when}");
        at(when, &["backup", "--to", arg]);
        let into = desk.path("into");
        // The newest one is the one that was made last.
        at(when, &["restore", "--from", arg, "--into", into.to_str().unwrap()]);
        assert_eq!(dump(&into), desk.dumps[state], "{when}");
        std::fs::remove_dir_all(&into).unwrap();
    }
    desk.must(&data, &["doctor", "--check-data"]);
}

#[test]
fn a_daemon_starts_and_stops_as_often_as_one_likes() {
    let desk = Desk::new();
    let data = desk.path("data");
    copy(&desk.first, &data);
    let starts = 8 * times();
    for turn in 0..starts {
        let mut command = desk.command(&data, &["serve", "--port", "0"]);
        command.env("CODEGRAPH_API_KEY", KEY).stderr(Stdio::null());
        let mut daemon = Daemon::of(command);
        assert_eq!(daemon.get("/ready").status, 200, "start {turn}");
        if turn % 3 == 0 {
            daemon.signal("KILL");
            daemon.wait();
        } else {
            daemon.signal("TERM");
            assert!(daemon.wait().success(), "stop {turn}");
        }
    }
    desk.finish(&data, 0, "after all starts");
    println!("{starts} starts and stops");
}
