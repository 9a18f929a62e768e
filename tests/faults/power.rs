//! The power goes at any moment: what was not made durable is lost, in part or in whole, and nothing that was told as done
//! is among it.
//!
//! One run is recorded, change by change; then it is cut at random changes, and each time the folder is laid out as a disk
//! may hold it: of writes that no sync came after any are missing, or torn, and names that their folder was not synced for.

use super::shim::{Fate, Journal, shimmed};
use super::{Desk, Dice, copy, times};
use crate::support::dump;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FATES: [Fate; 4] = [Fate::Lost, Fate::Any, Fate::Any, Fate::Kept];

/// Runs a command over the folder `disk` of a desk and records it.
fn record(desk: &Desk, disk: &Path, args: &[&str]) -> Journal {
    let mut journal = Journal::begin(disk);
    let file = desk.path("journal");
    drop(std::fs::remove_file(&file));
    let mut command = shimmed(desk.command(&disk.join("data"), args), disk);
    let output = command.env("SHIM_JOURNAL", &file).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    journal.read(&file);
    journal
}

/// A new folder that stands for a disk.
fn disk(desk: &Desk) -> PathBuf {
    let disk = desk.path("disk");
    if disk.exists() {
        std::fs::remove_dir_all(&disk).unwrap();
    }
    std::fs::create_dir(&disk).unwrap();
    disk
}

/// Cuts a recorded run at so many changes, the last ones among them, and hands over the folder as it is then, and whether
/// the run had told that it was done.
fn cuts(desk: &Desk, journal: &Journal, n: u64, dice: &mut Dice, each: &mut dyn FnMut(&Path, bool, &str)) {
    for turn in 0..n {
        let at = if turn == 0 { journal.len() } else { dice.next(journal.len() + 1) };
        let fate = if turn == 0 { Fate::Lost } else { FATES[dice.next(FATES.len())] };
        let to = desk.path("after");
        if to.exists() {
            std::fs::remove_dir_all(&to).unwrap();
        }
        journal.lose_power(at, fate, &mut |below| dice.next(below), &to);
        each(&to, journal.has_told(at), &format!("change {at} of {}, {fate:?}", journal.len()));
    }
}

#[test]
fn an_index_during_which_the_power_goes_loses_nothing_that_was_told_as_done() {
    let desk = Desk::new();
    desk.lay(1);
    let mut dice = Dice(41);
    let (mut old, mut new) = (0, 0);
    for args in [&["index", "--name", "p"][..], &["index", "--name", "p", "--force"]] {
        let disk = disk(&desk);
        copy(&desk.first, &disk.join("data"));
        let journal = record(&desk, &disk, args);
        cuts(&desk, &journal, 8 * times(), &mut dice, &mut |after, is_told, what| {
            let data = after.join("data");
            let now = dump(&data);
            assert!(desk.dumps.contains(&now), "{args:?}, {what}");
            assert!(!is_told || now == desk.dumps[1], "{args:?}, {what}: it was told as done");
            *(if now == desk.dumps[0] { &mut old } else { &mut new }) += 1;
            desk.finish(&data, 1, &format!("{args:?}, {what}"));
        });
    }
    println!("the power went {} times during an index: {old} old, {new} new", old + new);
}

#[test]
fn a_first_index_during_which_the_power_goes_is_there_or_not() {
    let desk = Desk::new();
    desk.lay(1);
    let disk = disk(&desk);
    let journal = record(&desk, &disk, &["index", "--name", "p"]);
    let mut dice = Dice(43);
    let (mut none, mut whole) = (0, 0);
    cuts(&desk, &journal, 6 * times(), &mut dice, &mut |after, is_told, what| {
        let data = after.join("data");
        let status = desk.run(&data, &["status"]);
        if status.status.code() == Some(10) {
            assert!(!is_told, "{what}: it was told as done");
            none += 1;
        } else {
            assert_eq!(dump(&data), desk.dumps[1], "{what}: {}", String::from_utf8_lossy(&status.stderr));
            whole += 1;
        }
        desk.finish(&data, 1, what);
    });
    println!("the power went {} times during a first index: {none} none, {whole} whole", none + whole);
}

/// Sources whose rows go into the store as sorted files.
fn large() -> BTreeMap<String, String> {
    let method = |n: usize| {
        format!("    int step{n}(int x) {{ return helper{}(x) + deeper{}(x, {n}); }}\n", n % 24, n % 7)
    };
    let text = |file: usize| {
        let body: String = (0..1_000).map(|n| method(n * 31 + file)).collect();
        format!("package big;\npublic class Big{file} {{\n{body}}}\n")
    };
    (0..16).map(|file| (format!("src/big/Big{file}.java"), text(file))).collect()
}

#[test]
fn rows_that_come_as_sorted_files_survive_too() {
    let desk = Desk::new();
    let disk = disk(&desk);
    copy(&desk.first, &disk.join("data"));
    crate::support::write(&desk.path("src"), &large());
    let fresh = desk.path("large");
    crate::support::index(&fresh, &desk.path("src"));
    let whole = dump(&fresh);
    let journal = record(&desk, &disk, &["index", "--name", "p"]);
    assert!(journal.has_made("-0.sst"), "the rows came another way");
    let mut dice = Dice(47);
    cuts(&desk, &journal, 3 * times(), &mut dice, &mut |after, is_told, what| {
        let data = after.join("data");
        let now = dump(&data);
        assert!(now == whole || (!is_told && now == desk.dumps[0]), "{what}");
        desk.must(&data, &["index", "--name", "p"]);
        assert_eq!(dump(&data), whole, "{what}");
        desk.must(&data, &["doctor", "--check-data"]);
    });
}

#[test]
fn a_restore_during_which_the_power_goes_leaves_the_old_state_or_the_new() {
    let desk = Desk::new();
    let to = desk.path("backups");
    let arg = to.to_str().unwrap();
    desk.must(&desk.first, &["backup", "--to", arg]);
    desk.lay(1);
    let disk = disk(&desk);
    copy(&desk.first, &disk.join("data"));
    desk.must(&disk.join("data"), &["index", "--name", "p"]);
    let mut dice = Dice(53);
    let (mut old, mut new) = (0, 0);
    for args in [&["restore", "--from", arg][..], &["restore", "--from", arg, "--project", "p"]] {
        let before = desk.path("before");
        if before.exists() {
            std::fs::remove_dir_all(&before).unwrap();
        }
        copy(&disk, &before);
        let journal = record(&desk, &disk, args);
        cuts(&desk, &journal, 6 * times(), &mut dice, &mut |after, is_told, what| {
            let data = after.join("data");
            let now = dump(&data);
            assert!(desk.dumps.contains(&now), "{args:?}, {what}");
            assert!(!is_told || now == desk.dumps[0], "{args:?}, {what}: it was told as done");
            *(if now == desk.dumps[1] { &mut old } else { &mut new }) += 1;
            desk.finish(&data, 1, &format!("{args:?}, {what}"));
        });
        std::fs::remove_dir_all(&disk).unwrap();
        std::fs::rename(&before, &disk).unwrap();
    }
    println!("the power went {} times during a restore: {old} old, {new} new", old + new);
}

#[test]
fn a_backup_that_is_listed_after_the_power_went_is_whole() {
    let desk = Desk::new();
    let disk = disk(&desk);
    copy(&desk.first, &disk.join("data"));
    let to = disk.join("backups");
    let arg = to.to_str().unwrap();
    desk.must(&disk.join("data"), &["backup", "--to", arg]);
    desk.lay(1);
    desk.must(&disk.join("data"), &["index", "--name", "p"]);
    let before = desk.path("before");
    copy(&disk, &before);
    let mut dice = Dice(59);
    let mut listed = [0, 0, 0];
    for form in [&["backup", "--to", arg][..], &["backup", "--to", arg, "--project", "p"]] {
        std::fs::remove_dir_all(&disk).unwrap();
        copy(&before, &disk);
        let journal = record(&desk, &disk, form);
        cuts(&desk, &journal, 8 * times(), &mut dice, &mut |after, is_told, what| {
            let (data, to) = (after.join("data"), after.join("backups"));
            let arg = to.to_str().unwrap();
            let all = std::fs::read_dir(to.join("generations")).unwrap().map(|entry| entry.unwrap().path());
            let ids: Vec<String> = all
                .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
                .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
                .collect();
            assert!((1..=2).contains(&ids.len()) && (!is_told || ids.len() == 2), "{what}: {ids:?}");
            listed[ids.len()] += 1;
            for id in &ids {
                desk.must(&data, &["backup", "verify", "--to", arg, "--generation", id]);
            }
            let rest = form.get(3..).unwrap_or_default();
            desk.must(&data, &[&["backup", "--to", arg], rest].concat());
            let into = desk.path("into");
            desk.must(&data, &[&["restore", "--from", arg, "--into", into.to_str().unwrap()], rest].concat());
            assert_eq!(dump(&into), desk.dumps[1], "{what}");
            std::fs::remove_dir_all(&into).unwrap();
        });
    }
    println!("the power went during a backup: {} times not listed, {} times listed", listed[1], listed[2]);
}
