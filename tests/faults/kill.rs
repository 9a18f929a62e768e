//! A process that ends at any moment loses nothing that was told as done, and nothing by halves.

use super::{Desk, Dice, times};
use crate::support::dump;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::time::Instant;

/// Ends a command at a named step. The step must be reached: a name that nothing has would test nothing.
fn die_at(desk: &Desk, data: &Path, step: &str, args: &[&str]) {
    let output = desk.command(data, args).env("FAIL_CODEGRAPH_AT", step).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.signal(), Some(6), "{step} in {args:?} is not reached: {said}");
}

#[test]
fn an_index_that_dies_at_any_step_leaves_the_old_state_or_the_new_and_the_next_run_ends_as_usual() {
    let desk = Desk::new();
    desk.lay(1);
    let steps = [
        ("store.begun", 0),
        ("store.written", 0),
        ("store.flushed", 0),
        ("store.checkpointed", 0),
        ("publish.named", 0),
        ("publish.placed", 0),
        ("publish.done", 1),
    ];
    for force in [false, true] {
        for (step, state) in steps {
            let data = desk.store("data");
            let mut args = vec!["index", "--name", "p"];
            args.extend(force.then_some("--force"));
            die_at(&desk, &data, step, &args);
            let what = format!("{step} {args:?}");
            assert_eq!(dump(&data), desk.dumps[state], "{what}");
            desk.finish(&data, 1, &what);
        }
    }
    // The first index of all.
    for step in ["store.begun", "store.checkpointed", "publish.named", "publish.placed"] {
        let data = desk.path("empty");
        die_at(&desk, &data, step, &["index", "--name", "p"]);
        assert_eq!(desk.run(&data, &["status"]).status.code(), Some(10), "{step}");
        desk.finish(&data, 1, step);
        std::fs::remove_dir_all(&data).unwrap();
    }
}

#[test]
fn a_run_that_rolls_forward_or_takes_the_published_state_may_die_too() {
    let desk = Desk::new();
    desk.lay(1);
    for first in ["store.flushed", "publish.named", "publish.placed", "store.begun"] {
        for second in ["store.checkpointed", "publish.named", "publish.placed", "store.begun"] {
            let data = desk.store("data");
            let args = ["index", "--name", "p"];
            die_at(&desk, &data, first, &args);
            // The second may end without passing the step, when there was nothing left to do.
            desk.command(&data, &args).env("FAIL_CODEGRAPH_AT", second).output().unwrap();
            let now = dump(&data);
            assert!(desk.dumps.contains(&now), "{first}, {second}");
            desk.finish(&data, 1, &format!("{first}, {second}"));
        }
    }
}

#[test]
fn an_index_that_is_killed_at_any_time_loses_nothing() {
    let desk = Desk::new();
    desk.lay(1);
    let data = desk.store("data");
    let started = Instant::now();
    desk.must(&data, &["index", "--name", "p"]);
    let whole = started.elapsed();
    let mut dice = Dice(20_260_701);
    let (mut old, mut new) = (0, 0);
    for _ in 0..12 * times() {
        let data = desk.store("data");
        let wait = whole.mul_f64(dice.next(1_000) as f64 / 900.0);
        let mut child = desk.command(&data, &["index", "--name", "p"]).spawn().unwrap();
        let until = Instant::now() + wait;
        // Polled, since a wait that is too long would only test ends that were reached anyway.
        while Instant::now() < until && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        let is_done = child.wait().unwrap().success();
        let now = dump(&data);
        assert!(desk.dumps.contains(&now) && (!is_done || now == desk.dumps[1]), "after {wait:?}");
        if now == desk.dumps[0] {
            old += 1
        } else {
            new += 1
        }
        desk.finish(&data, 1, &format!("killed after {wait:?}"));
    }
    println!("killed {} times: {old} old, {new} new", old + new);
}

#[test]
fn a_restore_that_dies_at_any_step_leaves_the_old_state_or_the_new_and_can_be_repeated() {
    let desk = Desk::new();
    let to = desk.path("backups");
    let to = to.to_str().unwrap();
    desk.must(&desk.first, &["backup", "--to", to]);
    desk.lay(1);
    for (step, state) in [
        ("restore.file", 1),
        ("restore.extracted", 1),
        ("replace.stamped", 1),
        ("replace.vectors", 1),
        ("replace.kept", 1),
        ("replace.cleared", 1),
        ("replace.live", 1),
        ("store.flushed", 1),
        ("store.checkpointed", 1),
        ("publish.named", 1),
        ("publish.placed", 1),
        ("publish.done", 0),
    ] {
        let data = desk.store("data");
        desk.must(&data, &["index", "--name", "p"]);
        die_at(&desk, &data, step, &["restore", "--from", to]);
        assert_eq!(dump(&data), desk.dumps[state], "{step}");
        // A writer that comes before the second restore finds a store like any other.
        desk.finish(&data, 1, step);
        desk.must(&data, &["restore", "--from", to]);
        assert_eq!(dump(&data), desk.dumps[0], "{step}");
        desk.finish(&data, 1, step);
    }
}

#[test]
fn a_backup_that_dies_at_any_step_lists_whole_generations_only_and_the_next_goes_on() {
    let desk = Desk::new();
    desk.lay(1);
    for step in [
        "backup.object",
        "backup.object:3",
        "whole.written",
        "whole.written:2",
        "backup.copied",
        "backup.done",
    ] {
        let data = desk.store("data");
        let to = desk.path("backups");
        let arg = to.to_str().unwrap();
        desk.must(&data, &["backup", "--to", arg]);
        desk.must(&data, &["index", "--name", "p"]);
        die_at(&desk, &data, step, &["backup", "--to", arg]);
        desk.must(&data, &["backup", "verify", "--to", arg, "--test-restore"]);
        desk.must(&data, &["backup", "--to", arg]);
        let into = desk.path("into");
        desk.must(&data, &["restore", "--from", arg, "--into", into.to_str().unwrap()]);
        assert_eq!(dump(&into), desk.dumps[1], "{step}");
        desk.must(&data, &["backup", "prune", "--to", arg, "--keep-last", "1", "--grace", "0s"]);
        let left =
            super::files(&to).into_iter().filter(|path| path.extension().is_some_and(|e| e == "new")).count();
        assert_eq!(left, 0, "{step}");
        std::fs::remove_dir_all(&to).unwrap();
        std::fs::remove_dir_all(&into).unwrap();
    }
    let archive = desk.path("one.tar.zst");
    die_at(&desk, &desk.first, "whole.written", &["backup", "--archive", archive.to_str().unwrap()]);
    assert!(!archive.exists());
}

#[test]
fn a_backup_of_one_project_that_dies_at_any_step_lists_whole_generations_only_and_leaves_nothing_for_long() {
    let desk = Desk::new();
    desk.lay(1);
    let data = desk.store("data");
    let to = desk.path("backups");
    let arg = to.to_str().unwrap();
    desk.must(&data, &["backup", "--to", arg, "--project", "p"]);
    desk.must(&data, &["index", "--name", "p"]);
    for step in [
        "store.begun",
        "store.written",
        "store.flushed",
        "store.checkpointed",
        "publish.named",
        "publish.placed",
        "publish.done",
        "backup.excerpt",
        "backup.object",
        "backup.object:3",
        "whole.written",
        "backup.copied",
        "backup.done",
    ] {
        die_at(&desk, &data, step, &["backup", "--to", arg, "--project", "p"]);
        desk.must(&data, &["backup", "verify", "--to", arg, "--test-restore"]);
        desk.must(&data, &["backup", "prune", "--to", arg, "--keep-last", "9", "--grace", "0s"]);
        let is_left = |path: &std::path::PathBuf| path.to_string_lossy().contains(".new");
        let left: Vec<_> = super::files(&to).into_iter().filter(is_left).collect();
        assert!(left.is_empty(), "{step}: {left:?}");
        assert_eq!(dump(&data), desk.dumps[1], "{step}");
    }
    let into = desk.path("into");
    desk.must(&data, &["backup", "--to", arg, "--project", "p"]);
    desk.must(&data, &["restore", "--from", arg, "--project", "p", "--into", into.to_str().unwrap()]);
    assert_eq!(dump(&into), desk.dumps[1]);
    // Into a store that is empty it comes as a whole, by the steps of a whole restore.
    for step in ["restore.extracted", "replace.stamped", "replace.cleared", "replace.live", "publish.placed"]
    {
        let into = desk.path("empty");
        let arg_into = into.to_str().unwrap();
        let args = ["restore", "--from", arg, "--project", "p"];
        die_at(&desk, &into, step, &args);
        desk.must(&into, &args);
        assert_eq!(dump(&into), desk.dumps[1], "{step} {arg_into}");
        std::fs::remove_dir_all(&into).unwrap();
    }
}

#[test]
fn a_prune_that_dies_at_any_step_leaves_what_stays_whole() {
    let desk = Desk::new();
    desk.lay(1);
    for step in ["prune.manifest", "prune.object", "prune.object:2", "whole.written"] {
        let data = desk.store("data");
        let to = desk.path("backups");
        let arg = to.to_str().unwrap();
        desk.must(&data, &["backup", "--to", arg]);
        desk.must(&data, &["index", "--name", "p"]);
        desk.must(&data, &["backup", "--to", arg]);
        let prune = ["backup", "prune", "--to", arg, "--keep-last", "1", "--grace", "0s"];
        die_at(&desk, &data, step, &prune);
        desk.must(&data, &["backup", "verify", "--to", arg, "--test-restore"]);
        desk.must(&data, &prune);
        let into = desk.path("into");
        desk.must(&data, &["restore", "--from", arg, "--into", into.to_str().unwrap()]);
        assert_eq!(dump(&into), desk.dumps[1], "{step}");
        std::fs::remove_dir_all(&to).unwrap();
        std::fs::remove_dir_all(&into).unwrap();
    }
}

#[test]
fn a_repair_that_dies_at_any_step_can_be_repeated() {
    let desk = Desk::new();
    for (step, damaged) in [
        ("mend.found", "snapshots/CURRENT"),
        ("publish.named", "snapshots/CURRENT"),
        ("publish.done", "snapshots/CURRENT"),
        ("mend.dropped", "rocks.db/CURRENT"),
    ] {
        let data = desk.store("data");
        std::fs::write(data.join(damaged), "9\n").unwrap();
        assert_eq!(desk.run(&data, &["doctor"]).status.code(), Some(13), "{damaged}");
        die_at(&desk, &data, step, &["doctor", "--repair"]);
        desk.must(&data, &["doctor", "--repair"]);
        assert_eq!(dump(&data), desk.dumps[0], "{step}");
        desk.finish(&data, 0, step);
    }
}
