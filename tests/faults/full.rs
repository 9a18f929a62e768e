//! A disk that is full: reads go on, nothing is lost, and room is all that it takes to go on.
//!
//! The largest size of a file stands for the disk: it needs no right to mount anything, and a write past it fails as one
//! to a full disk does.

use super::Desk;
use crate::support::dump;
use std::path::Path;
use std::process::{Command, Output};

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
        let output = limited(&desk, &data, blocks, &["backup", "--to", other.to_str().unwrap()]);
        if !output.status.success() {
            assert_eq!(output.status.code(), Some(16), "{}", String::from_utf8_lossy(&output.stderr));
            let listed = desk.run(&data, &["backup", "list", "--to", other.to_str().unwrap()]);
            assert_ne!(listed.status.code(), Some(0), "a backup that failed is not listed");
            refused += 1;
        }
        desk.must(&data, &["backup", "--to", other.to_str().unwrap()]);
        std::fs::remove_dir_all(&other).unwrap();
    }
    assert!(refused >= 6, "{refused}");
    println!("refused {refused} times");
}
