//! The system fails a call: once, from then on, or now and then. Nothing is lost, a command that ended well has done what
//! it says, and a panic or an abort is no way to fail.

use super::shim::{KINDS, shimmed};
use super::{Desk, Dice, copy, times};
use crate::support::dump;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

const EIO: i32 = 5;

/// What is run, from which state to which.
struct Case<'c> {
    args: Vec<&'c str>,
    from: usize,
    to: usize,
}

/// Lays out the data folder that a case begins with.
fn lay_out(desk: &Desk, second: &Path, case: &Case<'_>) -> std::path::PathBuf {
    let data = desk.path("disk").join("data");
    if data.exists() {
        std::fs::remove_dir_all(&data).unwrap();
    }
    copy(if case.from == 0 { &desk.first } else { second }, &data);
    data
}

/// Holds what a command that was failed says against what it left, and sees that the next runs go on.
fn judge(desk: &Desk, data: &Path, case: &Case<'_>, output: &Output, what: &str) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().unwrap_or_else(|| panic!("{what}: {:?}: {said}", output.status));
    assert!(code != 101 && !said.contains("panicked"), "{what}: {said}");
    let now = dump(data);
    assert!(now == desk.dumps[case.from] || now == desk.dumps[case.to], "{what}: another state");
    assert!(code != 0 || now == desk.dumps[case.to], "{what}: told as done, and it is not");
    assert!(code == 0 || !said.trim().is_empty(), "{what}: it failed without a word");
    desk.finish(data, 1, what);
    code == 0
}

fn counts(path: &Path) -> BTreeMap<String, u64> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, n)| (name.to_owned(), n.parse().unwrap()))
        .collect()
}

#[test]
fn a_call_that_fails_loses_nothing_and_is_no_crash() {
    let desk = Desk::new();
    let disk = desk.path("disk");
    std::fs::create_dir(&disk).unwrap();
    desk.lay(1);
    let second = desk.path("fresh");
    let to = disk.join("backups");
    let arg = to.to_str().unwrap();
    desk.must(&desk.first, &["backup", "--to", arg]);
    let file = desk.path("counts");
    let mut dice = Dice(61);
    let (mut runs, mut well, mut failed_calls) = (0, 0, 0);
    for case in [
        Case { args: vec!["index", "--name", "p"], from: 0, to: 1 },
        Case { args: vec!["restore", "--from", arg], from: 1, to: 0 },
    ] {
        let run = |settings: &[(&str, &str)]| {
            let data = lay_out(&desk, &second, &case);
            let mut command = shimmed(desk.command(&data, &case.args), &disk);
            let output = command.env("SHIM_COUNTS", &file).envs(settings.iter().copied()).output().unwrap();
            (data, output)
        };
        let (_, output) = run(&[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let all = counts(&file);
        for kind in KINDS {
            let n = all[*kind];
            // Each of the first calls in the long form; in the short one any two.
            let wanted = (2 * times()).min(n).min(300);
            for turn in 0..wanted {
                let at = if wanted == n.min(300) && n <= 300 {
                    turn + 1
                } else {
                    1 + dice.next(usize::try_from(n).unwrap()) as u64
                };
                // A disk that fails once may fail from then on.
                let last = if turn % 2 == 0 { at } else { 1_000_000 };
                let fail = format!("{kind}:{at}:{last}:{EIO}");
                drop(std::fs::remove_file(&file));
                let (data, output) = run(&[("SHIM_FAIL", &fail)]);
                failed_calls += counts(&file).get("failed").copied().unwrap_or(1);
                well += u64::from(judge(&desk, &data, &case, &output, &format!("{:?}, {fail}", case.args)));
                runs += 1;
            }
        }
        for turn in 0..4 * times() {
            let random = format!("any:{}:{turn}:{EIO}", [500, 2_000, 10_000, 50_000][dice.next(4)]);
            let (data, output) = run(&[("SHIM_RANDOM", &random)]);
            well += u64::from(judge(&desk, &data, &case, &output, &format!("{:?}, {random}", case.args)));
            runs += 1;
        }
    }
    assert!(failed_calls > 20, "{failed_calls}");
    println!("{runs} runs with calls that failed: {well} ended well, {} with an error, 0 lost", runs - well);
}

#[test]
fn a_failed_sync_is_told_with_the_file_and_the_reason_and_is_not_tried_again() {
    let desk = Desk::new();
    desk.lay(1);
    let disk = desk.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let data = disk.join("data");
    copy(&desk.first, &data);
    let mut command = shimmed(desk.command(&data, &["index", "--name", "p"]), &disk);
    let output = command.env("SHIM_FAIL", format!("sync:1:1:{EIO}")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    // Had the second sync counted, as the first one failed alone, the run would have ended well.
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("Input/output error") && said.contains(data.to_str().unwrap()), "{said}");
    assert_eq!(dump(&data), desk.dumps[0]);
    desk.finish(&data, 1, "after a sync that failed");
}

#[test]
fn a_backup_in_which_a_call_fails_lists_whole_generations_only() {
    let desk = Desk::new();
    let disk = desk.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let data = disk.join("data");
    copy(&desk.first, &data);
    let file = desk.path("counts");
    let mut dice = Dice(67);
    let mut runs = [0, 0];
    let to = disk.join("backups");
    let arg = to.to_str().unwrap();
    let forms = [&["backup", "--to", arg][..], &["backup", "--to", arg, "--project", "p"]];
    let run = |form: &[&str], settings: &[(&str, &str)]| {
        if to.exists() {
            std::fs::remove_dir_all(&to).unwrap();
        }
        drop(std::fs::remove_file(&file));
        let mut command = shimmed(desk.command(&data, form), &disk);
        command.env("SHIM_COUNTS", &file).envs(settings.iter().copied()).output().unwrap()
    };
    let all = forms.map(|form| {
        assert!(run(form, &[]).status.success());
        counts(&file)
    });
    for ((form, all), kind) in
        forms.iter().zip(&all).flat_map(|each| KINDS.iter().map(move |kind| (each, kind)))
    {
        for _ in 0..times() * u64::from(all[*kind] > 0) {
            let at = 1 + dice.next(usize::try_from(all[*kind]).unwrap());
            let fail = format!("{kind}:{at}:{at}:{EIO}");
            let output = run(form, &[("SHIM_FAIL", &fail)]);
            let said = String::from_utf8_lossy(&output.stderr);
            let code = output.status.code().unwrap_or_else(|| panic!("{fail}: {said}"));
            assert!(code != 101, "{fail}: {said}");
            let listed = to.join("generations").read_dir().map_or(0, |entries| {
                entries.filter(|each| each.as_ref().unwrap().path().extension().unwrap() == "json").count()
            });
            if code == 0 || listed > 0 {
                desk.must(&data, &["backup", "verify", "--to", arg, "--test-restore"]);
            }
            runs[usize::from(code != 0)] += 1;
            assert_eq!(dump(&data), desk.dumps[0], "{fail}");
            desk.must(&data, &["backup", "--to", arg]);
            desk.must(&data, &["backup", "verify", "--to", arg]);
        }
    }
    println!("{} backups ended well, {} with an error, all that is listed is whole", runs[0], runs[1]);
}

#[test]
fn what_libfiu_fails_loses_nothing_either() {
    // The short form does not ask for the tool; Debian has it as fiu-utils.
    if times() == 1 || !Path::new("/usr/bin/fiu-run").exists() {
        return;
    }
    let desk = Desk::new();
    desk.lay(1);
    let case = Case { args: vec!["index", "--name", "p"], from: 0, to: 1 };
    let (mut runs, mut well) = (0, 0);
    for point in [
        "posix/io/sync/fdatasync",
        "posix/io/sync/fsync",
        "posix/io/rw/write",
        "posix/io/rw/pwrite",
        "posix/io/rw/pread",
        "posix/io/rw/ftruncate",
        "posix/io/dir/rename",
        "posix/mm/mmap",
    ] {
        for _ in 0..times() {
            let data = lay_out(&desk, &desk.first, &case);
            let inner = desk.command(&data, &case.args);
            let mut command = Command::new("/usr/bin/fiu-run");
            command.args(["-x", "-c"]);
            command.arg(format!("enable_random name={point},probability=0.01,failinfo={EIO}"));
            command.arg(inner.get_program()).args(inner.get_args()).current_dir(desk.path("src"));
            command.env_clear().env("HOME", desk.temp.path()).env("PATH", "/usr/bin:/bin");
            let output = command.output().unwrap();
            well += u64::from(judge(&desk, &data, &case, &output, point));
            runs += 1;
        }
    }
    println!("{runs} runs under libfiu: {well} ended well, {} with an error, 0 lost", runs - well);
}
