//! A backup is exactly what was published, and a restore gives exactly that or changes nothing.

use crate::support::{dump, index, write};
use codegraph::backup::{self, Blob as _, Folder};
use codegraph::error::Kind;
use codegraph::observe::{Cancel, Silent};
use codegraph::store::Store;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

const SHOP: &str = "class Shop { int total(Order order) { return order.price(); } }\n";
const ORDER: &str = "class Order { int price() { return 3; } }\n";

fn project(root: &Path, files: &[(&str, &str)]) {
    let files: BTreeMap<String, String> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    write(root, &files);
}

struct Case {
    _temp: tempfile::TempDir,
    root: PathBuf,
    data: PathBuf,
    to: Folder,
    to_path: PathBuf,
}

fn case() -> Case {
    let temp = tempfile::tempdir().unwrap();
    let (root, data, to_path) =
        (temp.path().join("src"), temp.path().join("data"), temp.path().join("backups"));
    project(&root, &[("Shop.java", SHOP), ("Order.java", ORDER)]);
    index(&data, &root);
    Case { root, data, to: Folder::new(&to_path), to_path, _temp: temp }
}

impl Case {
    fn create(&self) -> backup::Created {
        backup::create(&self.data, &self.to, &Silent, &Cancel::default()).unwrap()
    }

    fn restore(&self, id: &str) -> anyhow::Result<backup::Restored> {
        let (_, manifest) = backup::find(&self.to, Some(id)).unwrap();
        backup::restore(&self.data, &self.to, &manifest, &Silent, &Cancel::default())
    }

    fn objects(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for folder in std::fs::read_dir(self.to_path.join("objects")).unwrap() {
            for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
                found.push(file.unwrap().path());
            }
        }
        found.sort();
        found
    }
}

#[test]
fn a_restore_gives_back_the_generation_that_was_backed_up_and_keeps_the_other() {
    let case = case();
    let before = dump(&case.data);
    let created = case.create();
    project(&case.root, &[("Order.java", "class Order { int cost() { return 4; } }\n")]);
    index(&case.data, &case.root);
    let after = dump(&case.data);
    assert_ne!(before, after);

    let restored = case.restore(&created.id).unwrap();
    assert_eq!(restored.projects, ["p"]);
    assert_eq!(dump(&case.data), before);
    assert_eq!(dump(&restored.kept.unwrap()), after);

    // What was restored is a store like any other: the next run brings it up to date.
    index(&case.data, &case.root);
    assert_eq!(dump(&case.data), after);
}

#[test]
fn a_backup_restores_into_a_folder_that_is_not_there_yet() {
    let mut case = case();
    let before = dump(&case.data);
    let created = case.create();
    case.data = case.data.with_file_name("elsewhere");
    assert_eq!(case.restore(&created.id).unwrap().kept, None);
    assert_eq!(dump(&case.data), before);
}

#[test]
fn a_second_backup_writes_only_what_changed() {
    let case = case();
    let first = case.create();
    assert_eq!((first.new_files, first.new_bytes), (first.files, first.bytes));
    project(&case.root, &[("Third.java", "class Third {}\n")]);
    index(&case.data, &case.root);
    let second = case.create();
    assert!(second.generation > first.generation);
    assert!(second.new_files < second.files, "{second:?}");
    let listed: Vec<String> = backup::list(&case.to).unwrap().into_iter().map(|(id, _)| id).collect();
    assert_eq!(listed.last(), Some(&second.id));
}

#[test]
fn a_backup_mends_the_damaged_files_that_it_needs() {
    let case = case();
    let first = case.create();
    for object in case.objects() {
        let mut bytes = std::fs::read(&object).unwrap();
        if let Some(byte) = bytes.last_mut() {
            *byte ^= 1;
            std::fs::write(&object, &bytes).unwrap();
        }
    }
    let second = case.create();
    assert!(second.new_files > 0);
    for id in [first.id, second.id] {
        let (_, manifest) = backup::find(&case.to, Some(&id)).unwrap();
        let wrong = backup::verify(&case.to, &manifest, &Silent, &Cancel::default()).unwrap();
        assert_eq!(wrong, Vec::<String>::new());
    }
}

#[test]
fn a_damaged_file_is_named_and_a_restore_from_it_changes_nothing() {
    let case = case();
    let created = case.create();
    let (_, manifest) = backup::find(&case.to, Some(&created.id)).unwrap();
    assert_eq!(
        backup::verify(&case.to, &manifest, &Silent, &Cancel::default()).unwrap(),
        Vec::<String>::new()
    );
    let before = dump(&case.data);
    for object in case.objects() {
        let good = std::fs::read(&object).unwrap();
        let mut damages = vec![[good.as_slice(), b"x"].concat()];
        if let Some(middle) = good.len().checked_sub(1).map(|last| last / 2) {
            let mut flipped = good.clone();
            flipped[middle] ^= 0x10;
            damages.extend([flipped, good[..middle].to_vec()]);
        }
        for damage in damages {
            std::fs::write(&object, &damage).unwrap();
            let wrong = backup::verify(&case.to, &manifest, &Silent, &Cancel::default()).unwrap();
            assert!(!wrong.is_empty(), "{}", object.display());
            let error = case.restore(&created.id).unwrap_err();
            assert_eq!(Kind::of(&error), Kind::Corrupt, "{error:#}");
            assert_eq!(dump(&case.data), before);
        }
        std::fs::write(&object, &good).unwrap();
    }
    assert_eq!(std::fs::read_dir(case.data.parent().unwrap()).unwrap().count(), 3, "nothing is left behind");
}

#[test]
fn a_restore_waits_for_no_writer_for_ever_and_says_who_it_is() {
    let case = case();
    let created = case.create();
    let store = Store::open(&case.data, "index", Duration::ZERO).unwrap();
    let error = case.restore(&created.id).unwrap_err();
    drop(store);
    assert_eq!(Kind::of(&error), Kind::Locked);
    assert!(format!("{error:#}").contains("`index`"), "{error:#}");
}

#[test]
fn a_cancelled_backup_lists_no_generation() {
    let case = case();
    let cancel = Cancel::default();
    cancel.cancel();
    let error = backup::create(&case.data, &case.to, &Silent, &cancel).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Interrupted);
    assert!(case.to.manifests().is_err());
}
