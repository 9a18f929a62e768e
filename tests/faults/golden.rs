//! Stores of released formats open, or say what to do.

use super::Desk;
use crate::support::{dump, index};
use codegraph::backup::{self, Archive, Origin};
use codegraph::error::{Kind, hint};
use codegraph::observe::{Cancel, Silent};
use codegraph::store::{Snapshot, schema::FORMAT_VERSION};
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join("store").join(name)
}

#[test]
fn archives_of_this_format_restore_what_was_in_them() {
    // fixtures/store/v2.tar.zst is what `codegraph backup --archive` wrote, fixtures/store/v2.txt what was in it. With
    // `--project p` it wrote fixtures/store/v2-project.tar.zst, of what fixtures/store/v2-project.txt says.
    for (ending, only) in [("", None), ("-project", Some("p"))] {
        let text = fixture(&format!("v{FORMAT_VERSION}{ending}.txt"));
        let archive = fixture(&format!("v{FORMAT_VERSION}{ending}.tar.zst"));
        if std::env::vars_os().any(|(name, _)| name == "UPDATE_EXPECT") && !archive.exists() {
            let desk = Desk::new();
            let archive = Archive::new(&archive);
            backup::create_archive(&desk.first, only, &archive, &Silent, &Cancel::default()).unwrap();
            std::fs::write(&text, &desk.dumps[0]).unwrap();
        }
        let temp = tempfile::tempdir().unwrap();
        let origin = Origin::open(&archive, None).unwrap();
        assert_eq!(origin.manifest.only.as_deref(), only);
        backup::restore(temp.path(), &origin, &|_, _| Ok(()), &Silent, &Cancel::default()).unwrap();
        assert_eq!(dump(temp.path()), std::fs::read_to_string(&text).unwrap());
    }
}

#[test]
fn a_store_whose_newest_generation_is_named_without_a_checksum_is_read_and_gets_one() {
    let desk = Desk::new();
    let data = desk.store("data");
    let current = data.join("snapshots").join("CURRENT");
    std::fs::write(&current, "1\n").unwrap();
    assert_eq!(dump(&data), desk.dumps[0]);
    desk.lay(1);
    index(&data, &desk.path("src"));
    assert_eq!(dump(&data), desk.dumps[1]);
    assert!(std::fs::read_to_string(&current).unwrap().starts_with("2 "));
}

#[test]
fn a_second_writer_is_told_who_the_first_is_and_a_lock_of_the_dead_is_free() {
    let desk = Desk::new();
    let data = desk.store("data");
    let held = codegraph::store::Store::open(&data, "test", std::time::Duration::ZERO).unwrap();
    let output = desk.run(&data, &["index", "--name", "p"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(11), "{said}");
    assert!(said.contains("`test`") && said.contains(&std::process::id().to_string()), "{said}");
    drop(held);
    // A name that stands in the file is no lock.
    std::fs::write(data.join("writer.lock"), r#"{"pid":1,"what":"index","since":1}"#).unwrap();
    desk.finish(&data, 0, "a lock of the dead");
}

#[test]
fn a_damaged_store_says_what_to_do() {
    let desk = Desk::new();
    let data = desk.store("data");
    std::fs::write(data.join("snapshots").join("CURRENT"), "7\n").unwrap();
    let error = Snapshot::newest(&data).map(drop).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Corrupt);
    assert!(hint(&error).unwrap().contains("codegraph doctor"), "{error:#}");
}
