//! A backup is exactly what was published, and a restore gives exactly that or changes nothing.

use crate::support::{Daemon, dump, index, write};
use codegraph::backup::{self, Archive, Blob as _, Finding, Folder, Keep, Origin, Pruned, Which, Wrong};
use codegraph::config::Config;
use codegraph::error::Kind;
use codegraph::index::{self, Options};
use codegraph::observe::{Cancel, Silent};
use codegraph::store::{Snapshot, Store};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

const DAY: u64 = 86_400;

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
        backup::create(&self.data, None, &self.to, &Silent, &Cancel::default()).unwrap()
    }

    fn origin(&self, id: &str) -> Origin {
        Origin::open(&self.to_path, Some(id)).unwrap()
    }

    fn restore(&self, id: &str) -> anyhow::Result<backup::Restored> {
        backup::restore(&self.data, &self.origin(id), &|_, _| Ok(()), &Silent, &Cancel::default())
    }

    fn verify(&self, id: &str) -> Vec<Finding> {
        backup::verify(&self.origin(id), &Silent, &Cancel::default()).unwrap()
    }

    fn archive(&self, name: &str) -> PathBuf {
        let path = self.data.with_file_name(name);
        backup::create_archive(&self.data, None, &Archive::new(&path), &Silent, &Cancel::default()).unwrap();
        path
    }

    fn prune(&self, keep: Keep, grace: Duration, now: u64) -> anyhow::Result<Pruned> {
        let place = Box::new(self.to.clone());
        backup::prune(place, &keep, (grace, now), false, (&Silent, &Cancel::default()))
    }

    fn listed(&self) -> Vec<String> {
        self.to.manifests().unwrap()
    }

    /// Makes the next generation by an edit.
    fn edit(&self, n: u32) {
        project(&self.root, &[("Third.java", &format!("class Third {{ int n() {{ return {n}; }} }}\n"))]);
        index(&self.data, &self.root);
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
    assert_eq!(case.listed(), [first.id, second.id]);
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
        assert_eq!(case.verify(&id), []);
    }
}

#[test]
fn a_damaged_file_is_named_and_a_restore_from_it_changes_nothing() {
    let case = case();
    let created = case.create();
    assert_eq!(case.verify(&created.id), []);
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
            let wrong = case.verify(&created.id);
            assert!(wrong.iter().all(|each| each.wrong == Wrong::Changed) && !wrong.is_empty(), "{wrong:?}");
            let error = case.restore(&created.id).unwrap_err();
            assert_eq!(Kind::of(&error), Kind::Corrupt, "{error:#}");
            assert_eq!(dump(&case.data), before);
        }
        std::fs::remove_file(&object).unwrap();
        let wrong = case.verify(&created.id);
        assert!(wrong.iter().all(|each| each.wrong == Wrong::Missing) && !wrong.is_empty(), "{wrong:?}");
        assert_eq!(Kind::of(&case.restore(&created.id).unwrap_err()), Kind::Corrupt);
        std::fs::write(&object, &good).unwrap();
    }
    assert_eq!(std::fs::read_dir(case.data.parent().unwrap()).unwrap().count(), 3, "nothing is left behind");
    assert_eq!(
        std::fs::read_dir(case.data.join("temp"))
            .unwrap()
            .filter(|each| { each.as_ref().unwrap().path().is_dir() })
            .count(),
        0,
        "nothing is left behind"
    );
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
    let error = backup::create(&case.data, None, &case.to, &Silent, &cancel).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Interrupted);
    assert!(case.to.manifests().is_err());
}

#[test]
fn a_generation_that_is_verified_can_be_restored_for_a_test_and_leaves_nothing() {
    let case = case();
    let created = case.create();
    let origin = case.origin(&created.id);
    backup::test_restore(&origin, &Silent, &Cancel::default()).unwrap();
    assert!(origin.manifest.rows > 10 && origin.manifest.digest.len() == 32);
    // A manifest that was made for other rows is found out by the restore, and by nothing before it.
    let mut other = case.origin(&created.id);
    other.manifest.digest = "00".repeat(16);
    let error = backup::test_restore(&other, &Silent, &Cancel::default()).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Corrupt);
    // Other tests of this process may have one at the same time, of another name.
    let left = std::env::temp_dir().join(format!("codegraph-test-restore-{}-50", std::process::id()));
    assert!(!left.exists());
}

#[test]
fn a_damaged_store_is_not_backed_up() {
    let case = case();
    let snapshot = Snapshot::newest(&case.data).unwrap().path().to_owned();
    for entry in std::fs::read_dir(&snapshot).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "sst") {
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[10] ^= 4;
            std::fs::write(&path, &bytes).unwrap();
        }
    }
    let error = backup::create(&case.data, None, &case.to, &Silent, &Cancel::default()).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Corrupt);
    assert!(!case.to_path.join("generations").exists());
}

#[test]
fn the_newest_generation_is_the_last_whatever_the_clock_says() {
    let case = case();
    let first = case.create();
    let second = case.create();
    let future = case.to_path.join("generations").join("009999999999-000000000001.json");
    std::fs::copy(case.to_path.join("generations").join(format!("{}.json", second.id)), &future).unwrap();
    let third = case.create();
    assert_eq!(case.listed()[..2], [first.id, second.id]);
    assert_eq!(case.listed().last(), Some(&third.id));
    assert_eq!(case.verify(&third.id), []);
}

#[test]
fn old_generations_go_and_their_objects_after_a_day_that_nobody_named_them() {
    let case = case();
    let made: Vec<backup::Created> = (0..4)
        .map(|n| {
            case.edit(n);
            case.create()
        })
        .collect();
    let now = case.origin(&made[3].id).manifest.made_at + 10;
    let all = case.objects().len();
    let keep = Keep { last: 2, ..Keep::default() };
    let pruned = case.prune(keep, Duration::from_secs(DAY), now).unwrap();
    assert_eq!(pruned.removed, [made[0].id.clone(), made[1].id.clone()]);
    assert_eq!((pruned.kept, pruned.removed_objects), (2, 0));
    assert!(pruned.waiting_objects > 0);
    assert_eq!(case.objects().len(), all, "the first prune only notes them");

    // An object that is named again meanwhile stays.
    case.edit(0);
    let again = case.create();
    let pruned = case.prune(keep, Duration::from_secs(DAY), now + DAY - 1).unwrap();
    assert_eq!((pruned.removed_objects, pruned.removed.len()), (0, 1));
    let pruned = case.prune(keep, Duration::from_secs(DAY), now + DAY).unwrap();
    assert!(pruned.removed_objects > 0 && pruned.waiting_objects > 0, "{pruned:?}");
    assert_eq!(case.verify(&again.id), []);
    assert_eq!(case.verify(&made[3].id), []);
    let named: std::collections::BTreeSet<String> = case
        .listed()
        .iter()
        .flat_map(|id| case.origin(id).manifest.files.into_iter().map(|entry| entry.sha256))
        .collect();
    case.prune(keep, Duration::ZERO, now + 2 * DAY).unwrap();
    assert_eq!(case.objects().len(), named.len());
}

#[test]
fn nothing_is_removed_while_the_newest_generation_or_a_manifest_is_damaged() {
    let case = case();
    let (first, second) = (case.create(), case.create());
    let object =
        case.objects().into_iter().find(|path| std::fs::metadata(path).unwrap().len() > 1_000).unwrap();
    let good = std::fs::read(&object).unwrap();
    std::fs::write(&object, &good[1..]).unwrap();
    let all = Keep::default();
    let error = case.prune(all, Duration::ZERO, u64::MAX).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Corrupt);
    assert_eq!(case.listed(), [first.id.clone(), second.id.clone()]);
    std::fs::write(&object, &good).unwrap();

    let manifest = case.to_path.join("generations").join(format!("{}.json", first.id));
    let text = std::fs::read(&manifest).unwrap();
    std::fs::write(&manifest, &text[1..]).unwrap();
    assert_eq!(Kind::of(&case.prune(all, Duration::ZERO, u64::MAX).unwrap_err()), Kind::Corrupt);
    std::fs::write(&manifest, &text).unwrap();
    assert_eq!(case.prune(all, Duration::ZERO, u64::MAX).unwrap().removed, [first.id]);
    assert_eq!(case.listed(), [second.id]);
}

#[test]
fn no_object_goes_while_somebody_uses_the_folder() {
    let case = case();
    case.create();
    case.edit(1);
    case.create();
    let all = case.objects().len();
    let held = case.to.hold().unwrap();
    let pruned = case.prune(Keep::default(), Duration::ZERO, u64::MAX).unwrap();
    assert!(pruned.is_busy && pruned.waiting_objects > 0 && pruned.removed.len() == 1);
    assert_eq!(case.objects().len(), all);
    drop(held);
    let pruned = case.prune(Keep::default(), Duration::ZERO, u64::MAX).unwrap();
    assert!(!pruned.is_busy && pruned.removed_objects > 0 && pruned.waiting_objects == 0);
}

#[test]
fn an_archive_restores_what_was_backed_up_in_either_compression() {
    let mut case = case();
    let before = dump(&case.data);
    let data = case.data.clone();
    for name in ["one.tar.zst", "two.tgz"] {
        let path = case.archive(name);
        let origin = Origin::open(&path, None).unwrap();
        assert_eq!(backup::verify(&origin, &Silent, &Cancel::default()).unwrap(), []);
        case.data = data.with_file_name(format!("{name}.data"));
        let restored =
            backup::restore(&case.data, &origin, &|_, _| Ok(()), &Silent, &Cancel::default()).unwrap();
        assert_eq!((dump(&case.data), restored.kept), (before.clone(), None));
        case.data.clone_from(&data);
    }
    let error = backup::create_archive(
        &case.data,
        None,
        &Archive::new(Path::new("x.zip")),
        &Silent,
        &Cancel::default(),
    );
    assert_eq!(Kind::of(&error.unwrap_err()), Kind::Usage);
}

#[test]
fn every_damage_of_an_archive_is_found_and_changes_nothing() {
    let case = case();
    let before = dump(&case.data);
    for name in ["one.tar.zst", "two.tar.gz"] {
        let path = case.archive(name);
        let good = std::fs::read(&path).unwrap();
        let mut n_silent = 0;
        for at in (0..good.len()).step_by(good.len() / 60 + 1) {
            let mut flipped = good.clone();
            flipped[at] ^= 0x20;
            for damage in [flipped, good[..at].to_vec()] {
                std::fs::write(&path, &damage).unwrap();
                let sound = Origin::open(&path, None).and_then(|origin| {
                    let wrong = backup::verify(&origin, &Silent, &Cancel::default())?;
                    assert_eq!(
                        wrong.is_empty(),
                        backup::restore(
                            &case.data.with_file_name("elsewhere"),
                            &origin,
                            &|_, _| Ok(()),
                            &Silent,
                            &Cancel::default()
                        )
                        .is_ok(),
                        "{name} byte {at}"
                    );
                    Ok(wrong.is_empty())
                });
                n_silent += usize::from(sound.unwrap_or(false));
                if case.data.with_file_name("elsewhere").join("snapshots/CURRENT").exists() {
                    assert_eq!(dump(&case.data.with_file_name("elsewhere")), before);
                    std::fs::remove_dir_all(case.data.with_file_name("elsewhere")).unwrap();
                }
            }
        }
        // Bytes that say nothing about the content: the time in a header, the padding at the end.
        assert!(n_silent <= 6, "{name}: {n_silent}");
    }
}

/// Packs members with any names, types, modes and sizes.
fn pack(path: &Path, members: &[(&str, tar::EntryType, u32, &[u8])]) {
    let file = std::fs::File::create(path).unwrap();
    let gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    let mut builder = tar::Builder::new(gzip);
    for (name, kind, mode, bytes) in members {
        let mut header = tar::Header::new_gnu();
        // The crate's own setter refuses what is to be tried here.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(*mode);
        header.set_size(bytes.len() as u64);
        if kind.is_symlink() || kind.is_hard_link() {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap();
}

#[test]
fn a_hostile_archive_writes_nothing_outside_and_is_refused() {
    use tar::EntryType;
    let case = case();
    let created = case.create();
    let before = dump(&case.data);
    let text = std::fs::read(case.to_path.join("generations").join(format!("{}.json", created.id))).unwrap();
    let manifest = case.origin(&created.id).manifest;
    let files: Vec<(String, Vec<u8>)> = manifest
        .files
        .iter()
        .map(|entry| {
            let object = case.objects().into_iter().find(|path| path.ends_with(&entry.sha256)).unwrap();
            (format!("files/{}", entry.path), std::fs::read(object).unwrap())
        })
        .collect();
    let path = case.data.with_file_name("hostile.tar.gz");
    let good: Vec<(&str, EntryType, u32, &[u8])> =
        std::iter::once(("manifest.json", EntryType::Regular, 0o600, text.as_slice()))
            .chain(
                files
                    .iter()
                    .map(|(name, bytes)| (name.as_str(), EntryType::Regular, 0o600, bytes.as_slice())),
            )
            .collect();
    let refused = |members: &[(&str, EntryType, u32, &[u8])], what: &str| {
        pack(&path, members);
        let data = case.data.with_file_name("elsewhere");
        let tried = Origin::open(&path, None)
            .and_then(|origin| backup::restore(&data, &origin, &|_, _| Ok(()), &Silent, &Cancel::default()));
        let kind = Kind::of(&tried.map(drop).unwrap_err());
        assert!(matches!(kind, Kind::Corrupt | Kind::Usage), "{what}: {kind:?}");
        assert!(!data.join("snapshots/CURRENT").exists(), "{what}");
        if data.exists() {
            std::fs::remove_dir_all(&data).unwrap();
        }
    };
    pack(&path, &good);
    let data = case.data.with_file_name("sound");
    backup::restore(&data, &Origin::open(&path, None).unwrap(), &|_, _| Ok(()), &Silent, &Cancel::default())
        .unwrap();
    assert_eq!(dump(&data), before);

    for name in ["../evil", "/tmp/evil", "files/../../evil", "files/a/b", "files/", "evil", "files/.."] {
        let mut members = good.clone();
        members.push((name, EntryType::Regular, 0o600, b"evil"));
        refused(&members, name);
        members.rotate_right(1);
        refused(&members, name);
    }
    let kinds = [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Fifo,
        EntryType::Char,
        EntryType::Block,
        EntryType::Directory,
        EntryType::GNUSparse,
        EntryType::GNULongName,
        EntryType::XHeader,
        EntryType::Continuous,
    ];
    for kind in kinds {
        let mut members = good.clone();
        members[1].1 = kind;
        refused(&members, &format!("{kind:?}"));
        let mut members = good.clone();
        members.insert(1, ("files/CURRENT", kind, 0o600, b""));
        refused(&members, &format!("{kind:?} besides"));
    }
    let mut members = good.clone();
    members[1].2 = 0o4755;
    refused(&members, "setuid");
    let mut members = good.clone();
    members.push(good[1]);
    refused(&members, "twice");
    let mut members = good.clone();
    members.remove(1);
    refused(&members, "missing");
    let mut members = good.clone();
    members.swap_remove(0);
    refused(&members, "no manifest");
    let bomb = vec![0; 200_000_000];
    let mut members = good.clone();
    members[1].3 = &bomb;
    refused(&members, "bomb");
    assert!(std::fs::metadata(&path).unwrap().len() < 2_000_000);
    let mut names: Vec<_> = std::fs::read_dir(case.data.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["backups", "data", "hostile.tar.gz", "sound", "src"]);
    assert_eq!(dump(&case.data), before);
}

/// Puts a text in place of a generation's manifest, sealed.
fn put_manifest(case: &Case, id: &str, body: &str) {
    use sha2::Digest as _;
    let seal: String = sha2::Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    let path = case.to_path.join("generations").join(format!("{id}.json"));
    std::fs::write(path, format!("{body}{seal}\n")).unwrap();
}

#[test]
#[cfg(unix)]
fn what_is_no_regular_file_in_a_backup_is_never_waited_for() {
    let case = case();
    let created = case.create();
    let object =
        case.objects().into_iter().max_by_key(|path| std::fs::metadata(path).unwrap().len()).unwrap();
    let manifest = case.to_path.join("generations").join(format!("{}.json", created.id));
    for victim in [object, manifest] {
        let good = std::fs::read(&victim).unwrap();
        let make = |what: usize| match what {
            0 => {
                assert!(std::process::Command::new("mkfifo").arg(&victim).status().unwrap().success());
            }
            1 => drop(std::os::unix::net::UnixListener::bind(&victim).unwrap()),
            2 => std::fs::create_dir(&victim).unwrap(),
            3 => std::os::unix::fs::symlink("/dev/zero", &victim).unwrap(),
            _ => std::os::unix::fs::symlink("nowhere", &victim).unwrap(),
        };
        for what in 0..5 {
            std::fs::remove_file(&victim).unwrap();
            make(what);
            let read = Origin::open(&case.to_path, Some(&created.id)).and_then(|origin| {
                assert!(!backup::verify(&origin, &Silent, &Cancel::default())?.is_empty(), "{what}");
                backup::restore(&case.data, &origin, &|_, _| Ok(()), &Silent, &Cancel::default())
            });
            assert!(read.is_err(), "{what}");
            if what == 2 {
                std::fs::remove_dir(&victim).unwrap();
            } else {
                std::fs::remove_file(&victim).unwrap();
            }
            std::fs::write(&victim, &good).unwrap();
        }
    }
    case.restore(&created.id).unwrap();
}

#[test]
fn numbers_that_nothing_has_room_for_are_refused() {
    let case = case();
    let created = case.create();
    let path = case.to_path.join("generations").join(format!("{}.json", created.id));
    let text = std::fs::read_to_string(path).unwrap();
    let body: String = text.lines().filter(|line| line.len() != 64).map(|line| format!("{line}\n")).collect();
    let mut manifest: serde_json::Value = serde_json::from_str(&body).unwrap();
    let refused = |manifest: &serde_json::Value, what: &str| {
        put_manifest(&case, &created.id, &format!("{manifest}\n"));
        let into = case.data.with_file_name("elsewhere");
        let read = Origin::open(&case.to_path, Some(&created.id))
            .and_then(|origin| backup::restore(&into, &origin, &|_, _| Ok(()), &Silent, &Cancel::default()));
        let kind = Kind::of(&read.map(drop).unwrap_err());
        assert!(matches!(kind, Kind::Corrupt | Kind::NoSpace), "{what}: {kind:?}");
        assert!(!into.join("snapshots").join("CURRENT").exists(), "{what}");
    };
    let sound = manifest.clone();
    for entry in manifest["files"].as_array_mut().unwrap() {
        entry["bytes"] = u64::MAX.into();
    }
    refused(&manifest, "bytes that overflow");
    for field in ["generation", "made_at"] {
        let mut manifest = sound.clone();
        manifest[field] = u64::MAX.into();
        refused(&manifest, field);
    }
}

#[test]
fn an_archive_that_asks_for_much_memory_is_refused() {
    let case = case();
    let path = case.data.with_file_name("window.tar.zst");
    // A frame whose window is of 2 GiB, and frames to be skipped, one after the other.
    let window = [&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8][..], &[0; 64]].concat();
    let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff][..], &[0; 64]].concat();
    let after = [&[0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x01, 0x00, 0x00][..], &skipped].concat();
    for bytes in [window, skipped, after] {
        std::fs::write(&path, bytes).unwrap();
        let error = Origin::open(&path, None).map(drop).unwrap_err();
        assert!(matches!(Kind::of(&error), Kind::Corrupt | Kind::Usage), "{error:#}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_that_waits_under_a_temporary_name_is_replaced_and_not_written_to() {
    let case = case();
    let (victim, path) = (case.data.with_file_name("victim"), case.data.with_file_name("one.tar.zst"));
    std::fs::write(&victim, "mine").unwrap();
    // How many temporary files this process had is not known.
    for n in 0..1_000 {
        let waits = case.data.with_file_name(format!("one.tar.zst.{}-{n}.new", std::process::id()));
        std::os::unix::fs::symlink(&victim, &waits).unwrap();
    }
    backup::create_archive(&case.data, None, &Archive::new(&path), &Silent, &Cancel::default()).unwrap();
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
    assert!(std::fs::symlink_metadata(&path).unwrap().is_file());
}

#[test]
fn a_checkpoint_has_no_vector_files_and_is_sound() {
    let case = case();
    let to = case.data.with_file_name("point");
    codegraph::store::checkpoint(&case.data, &to).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_codegraph"))
        .args(["doctor", "--check-data", "--data-dir"])
        .arg(&to)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("vector file of p is not there"), "{said}");
}

#[test]
fn a_restore_brings_a_damaged_store_back() {
    let case = case();
    let before = dump(&case.data);
    let created = case.create();
    for damaged in ["snapshots/CURRENT", "rocks.db/CURRENT"] {
        std::fs::write(case.data.join(damaged), "nonsense").unwrap();
        case.restore(&created.id).unwrap();
        assert_eq!(dump(&case.data), before, "{damaged}");
    }
    std::fs::remove_dir_all(case.data.join("snapshots")).unwrap();
    case.restore(&created.id).unwrap();
    assert_eq!(dump(&case.data), before);
    index(&case.data, &case.root);
}

#[test]
fn readers_go_over_to_what_was_restored_and_keep_what_they_read() {
    let case = case();
    let created = case.create();
    let before = dump(&case.data);
    case.edit(7);
    let held = Snapshot::newest(&case.data).unwrap();
    let restored = case.restore(&created.id).unwrap();
    assert!(restored.generation > held.generation());
    assert!(!held.is_newest(&case.data).unwrap());
    assert!(
        held.view()
            .file_at(held.view().project("p").unwrap().unwrap().pid(), "Third.java")
            .unwrap()
            .is_some()
    );
    assert_eq!(dump(&case.data), before);
}

#[test]
fn a_newer_format_is_refused_with_the_version_to_install() {
    let case = case();
    let created = case.create();
    let path = case.to_path.join("generations").join(format!("{}.json", created.id));
    let text = std::fs::read_to_string(&path).unwrap();
    let body: String = text.lines().filter(|line| line.len() != 64).fold(String::new(), |body, line| {
        body + &line.replace("\"format\": 1", "\"format\": 9").replace("\"program\": \"", "\"program\": \"9.")
            + "\n"
    });
    let seal: String = {
        use sha2::Digest as _;
        sha2::Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    std::fs::write(&path, format!("{body}{seal}\n")).unwrap();
    let error = Origin::open(&case.to_path, None).map(drop).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Format);
    assert!(format!("{error:#}").contains("codegraph 9."), "{error:#}");
}

#[test]
fn a_daemon_backs_up_an_interval_after_the_last_backup_and_removes_what_is_too_old() {
    let case = case();
    let run = |interval: u64, retention: u64| {
        let times = (Duration::from_secs(interval), Duration::from_secs(retention));
        backup::run_if_due(&case.data, &case.to, times, &Silent, &Cancel::default()).unwrap()
    };
    let day = DAY;
    assert!(backup::due(&case.to, Duration::from_secs(day)).unwrap().wait.is_zero());
    let (first, pruned) = run(day, 30 * day).unwrap();
    assert_eq!((pruned.kept, pruned.removed.len()), (1, 0));
    assert!(run(day, 30 * day).is_none(), "whoever made the last one");
    let due = backup::due(&case.to, Duration::from_secs(day)).unwrap();
    assert!(due.wait > Duration::from_secs(day - 60) && due.last.is_some());
    let (second, pruned) = run(0, 0).unwrap();
    assert_eq!((pruned.removed, case.listed()), (vec![first.id], vec![second.id]), "the newest stays");
    let empty = case.data.with_file_name("empty");
    let times = (Duration::ZERO, Duration::ZERO);
    assert_eq!(
        backup::run_if_due(&empty, &Folder::new(&empty.join("b")), times, &Silent, &Cancel::default())
            .unwrap(),
        None
    );
    assert!(!empty.exists());
}

#[test]
fn a_client_has_backups_and_checkpoints_written_below_one_root_only() {
    let case = case();
    let before = dump(&case.data);
    let root = case.data.join("backups");
    let create = |path: Option<&str>| {
        backup::create_below(&case.data, None, (&root, path), &Silent, &Cancel::default())
    };
    // The first of these is made before by whoever asks, as scripts do.
    std::fs::create_dir_all(root.join("nightly")).unwrap();
    let absolute = root.join("nightly");
    for path in [Some("nightly"), absolute.to_str(), None] {
        let created = create(path).unwrap();
        assert!(created.place.starts_with(root.to_str().unwrap()), "{}", created.place);
        assert_eq!(
            backup::verify(
                &Origin::open(Path::new(&created.place), None).unwrap(),
                &Silent,
                &Cancel::default()
            )
            .unwrap(),
            []
        );
    }
    std::fs::create_dir(root.join("taken")).unwrap();
    std::fs::write(root.join("taken/mine"), "x").unwrap();
    assert_eq!(Kind::of(&create(Some("taken")).unwrap_err()), Kind::Usage);
    assert_eq!(Kind::of(&create(Some("../x")).unwrap_err()), Kind::Denied);

    let (path, generation) = backup::checkpoint_below(&case.data, &root, Some("point")).unwrap();
    assert_eq!(dump(&path), before);
    assert_eq!(Snapshot::newest(&path).unwrap().generation(), generation);
    assert_eq!(
        Kind::of(&backup::checkpoint_below(&case.data, &root, Some("point")).unwrap_err()),
        Kind::Usage
    );
    let (chosen, _) = backup::checkpoint_below(&case.data, &root, None).unwrap();
    assert_eq!(dump(&chosen), before);
}

/// Indexes a folder under a name of its own.
fn index_as(data: &Path, root: &Path, name: &str) {
    let options = Options { root: root.to_owned(), name: Some(name.to_owned()), ..Options::default() };
    index::run(data, &Config::default(), &options, &Silent, &Cancel::default()).unwrap();
}

#[test]
fn one_project_comes_back_and_all_others_stay_as_they_are() {
    let case = case();
    let other = case.data.with_file_name("other");
    project(&other, &[("Other.java", "class Other { int other() { return 1; } }\n")]);
    index_as(&case.data, &other, "q");
    let before = dump(&case.data);
    let created = case.create();
    case.edit(3);
    project(&other, &[("Other.java", "class Other { int changed() { return 2; } }\n")]);
    index_as(&case.data, &other, "q");
    let restore = |data: &Path, name: &str| {
        let settings = Config::default().database;
        let of = (data, &settings);
        backup::restore_project(
            of,
            (&case.origin(&created.id), name),
            &|_, _| Ok(()),
            &Silent,
            &Cancel::default(),
        )
    };
    assert_eq!(restore(&case.data, "p").unwrap().projects, ["p"]);
    assert_eq!(dump(&case.data), before);
    let names = |data: &Path| {
        let snapshot = Snapshot::newest(data).unwrap();
        let q = snapshot.view().project("q").unwrap().unwrap();
        let rows = snapshot.view().symbols_prefixed(q.pid(), "", 99).unwrap();
        rows.into_iter().map(|row| row.name).collect::<Vec<_>>()
    };
    assert!(names(&case.data).contains(&"changed".to_owned()), "q is what it was before the restore");

    // A project that is not there any more comes back, and so does one into a store where its number is taken.
    index::remove(&case.data, &Config::default(), "p").unwrap();
    restore(&case.data, "p").unwrap();
    assert_eq!(dump(&case.data), before);
    let fresh = case.data.with_file_name("fresh");
    index_as(&fresh, &other, "q");
    restore(&fresh, "p").unwrap();
    assert_eq!(dump(&fresh), before);
    assert!(names(&fresh).contains(&"changed".to_owned()));
    // The next run finds a project like any other.
    project(&case.root, &[("Third.java", "class Third {}\n")]);
    index(&fresh, &case.root);
    index(&case.data, &case.root);
    assert_eq!(dump(&fresh), dump(&case.data));

    let error = restore(&case.data, "nobody").unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Usage);
    assert!(codegraph::error::hint(&error).unwrap().contains("p, q"), "{error:#}");
}

/// A second project, which has a file with the same text and words of its own.
fn second(case: &Case, n: u32) {
    let other = case.data.with_file_name("other");
    let text = format!("class Other {{ int unheard{n}() {{ return {n}; }} }}\n");
    project(&other, &[("Order.java", ORDER), ("Other.java", &text)]);
    index_as(&case.data, &other, "q");
}

impl Case {
    fn create_of(&self, name: &str) -> backup::Created {
        backup::create(&self.data, Some(name), &self.to, &Silent, &Cancel::default()).unwrap()
    }

    fn restore_of(&self, data: &Path, id: &str, name: &str) -> anyhow::Result<backup::Restored> {
        let settings = Config::default().database;
        let of = (&self.origin(id), name);
        backup::restore_project((data, &settings), of, &|_, _| Ok(()), &Silent, &Cancel::default())
    }
}

#[test]
fn a_backup_of_one_project_has_all_of_it_and_nothing_of_the_others() {
    let case = case();
    let before = dump(&case.data);
    // As long as there is no other, the whole store is the project: its rows are what a copy of it alone must have.
    let whole = case.origin(&case.create().id).manifest;
    second(&case, 1);
    let both = case.origin(&case.create().id).manifest;
    let alone = case.origin(&case.create_of("p").id).manifest;
    assert!(both.rows > whole.rows);
    assert_eq!((alone.rows, &alone.digest, &alone.projects), (whole.rows, &whole.digest, &whole.projects));
    assert_eq!((alone.only.as_deref(), whole.only), (Some("p"), None));
    assert_eq!(case.verify(&alone.id()), []);
    backup::test_restore(&case.origin(&alone.id()), &Silent, &Cancel::default()).unwrap();
    let empty = case.data.with_file_name("empty");
    assert_eq!(case.restore_of(&empty, &alone.id(), "p").unwrap().projects, ["p"]);
    assert_eq!(dump(&empty), before);
    assert_eq!(Snapshot::newest(&empty).unwrap().view().projects().unwrap().len(), 1);
    index(&empty, &case.root);
    let names: Vec<_> =
        std::fs::read_dir(&case.to_path).unwrap().map(|each| each.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "nothing is left behind: {names:?}");

    let path = case.data.with_file_name("p.tar.zst");
    backup::create_archive(&case.data, Some("p"), &Archive::new(&path), &Silent, &Cancel::default()).unwrap();
    let packed = Origin::open(&path, None).unwrap();
    assert_eq!((packed.manifest.rows, &packed.manifest.digest), (alone.rows, &alone.digest));
    assert_eq!(backup::verify(&packed, &Silent, &Cancel::default()).unwrap(), []);
    let beside = std::fs::read_dir(path.parent().unwrap()).unwrap().map(|each| each.unwrap().path());
    assert!(beside.into_iter().all(|path| path.extension().is_none_or(|ending| ending != "new")));
}

#[test]
fn a_vector_file_that_a_restore_makes_is_that_of_the_run_byte_for_byte() {
    let case = case();
    // Enough for several threads, and some chunks of the same text, which share an embedding.
    for file in 0..30 {
        let line = |n: usize| {
            format!("Part {} of number {n} is counted with that of {}.\n", n * (1 + file % 20), n * 7)
        };
        let text: String = (0..1_200).map(line).collect();
        project(&case.root, &[(&format!("notes/part{file}.md"), &text)]);
    }
    let fresh = case.data.with_file_name("fresh");
    index(&fresh, &case.root);
    let files = |data: &Path| {
        let mut files: Vec<_> =
            std::fs::read_dir(data.join("vector/1")).unwrap().map(|each| each.unwrap().path()).collect();
        files.sort();
        files
            .into_iter()
            .map(|path| (path.file_name().unwrap().to_owned(), std::fs::read(path).unwrap()))
            .collect::<Vec<_>>()
    };
    let was = files(&fresh);
    assert!(was.len() == 1 && was[0].1.len() > 600_000, "{}", was[0].1.len());
    backup::create(&fresh, None, &case.to, &Silent, &Cancel::default()).unwrap();
    let into = case.data.with_file_name("into");
    let vectors = |view: &codegraph::store::View, data: &Path| {
        index::complete_vectors(view, data, &Config::default()).map(drop)
    };
    backup::restore(
        &into,
        &Origin::open(&case.to_path, None).unwrap(),
        &vectors,
        &Silent,
        &Cancel::default(),
    )
    .unwrap();
    assert!(files(&into) == was);
}

#[test]
fn a_project_that_has_not_changed_is_not_written_again_whatever_happens_to_others() {
    let case = case();
    let first = case.create_of("p");
    assert_eq!((first.new_files, first.new_bytes), (first.files, first.bytes));
    second(&case, 1);
    let second = case.create_of("p");
    assert_eq!((second.new_files, second.new_bytes, second.bytes), (0, 0, first.bytes));
    case.edit(3);
    let third = case.create_of("p");
    assert!(third.new_files > 0 && third.generation > second.generation);
    for id in [&first.id, &second.id, &third.id] {
        assert_eq!(case.verify(id), []);
    }
    // What it relies on is read: with a damaged file there is nothing to rely on.
    let rows = case.origin(&third.id).manifest.files.into_iter().find(|entry| entry.path.ends_with(".sst"));
    let sha256 = rows.unwrap().sha256;
    let object = case.objects().into_iter().find(|path| path.ends_with(&sha256)).unwrap();
    let mut bytes = std::fs::read(&object).unwrap();
    bytes[7] ^= 1;
    std::fs::write(&object, &bytes).unwrap();
    let fourth = case.create_of("p");
    assert!(fourth.new_files > 0 && !case.verify(&third.id).is_empty());
    assert_eq!(case.verify(&fourth.id), []);
}

#[test]
fn a_generation_of_one_project_restores_it_and_leaves_the_others_as_they_are() {
    let case = case();
    let before = dump(&case.data);
    second(&case, 1);
    let created = case.create_of("p");
    case.edit(5);
    second(&case, 2);
    assert_ne!(dump(&case.data), before);
    let restored = case.restore_of(&case.data, &created.id, "p").unwrap();
    assert_eq!((restored.projects, restored.kept), (vec!["p".to_owned()], None));
    assert_eq!(dump(&case.data), before);
    let has = |name: &str| {
        let snapshot = Snapshot::newest(&case.data).unwrap();
        let q = snapshot.view().project("q").unwrap().unwrap();
        !snapshot.view().symbols_named(q.pid(), name).unwrap().is_empty()
    };
    assert!(has("unheard2") && !has("unheard1"));
    let error = case.restore_of(&case.data, &created.id, "q").unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Usage, "{error:#}");
    index(&case.data, &case.root);
}

#[test]
fn what_is_told_of_a_project_comes_back_with_it() {
    let case = case();
    let about =
        codegraph::store::AboutRow { created_at: 1_700_000_000, description: "Sells things".to_owned() };
    let mut store = Store::open(&case.data, "test", Duration::ZERO).unwrap();
    store.put_about("p", &about).unwrap();
    store.commit().unwrap();
    drop(store);
    let ids = [case.create().id, case.create_of("p").id];
    for id in ids {
        index::remove(&case.data, &Config::default(), "p").unwrap();
        case.restore_of(&case.data, &id, "p").unwrap();
        assert_eq!(Snapshot::newest(&case.data).unwrap().view().about("p").unwrap(), about);
    }
}

#[test]
fn which_generation_is_meant_follows_from_what_is_asked_for() {
    let case = case();
    second(&case, 1);
    let of = |which: Which<'_>| backup::find(&case.to, which).map(|(id, _)| id);
    let p = case.create_of("p").id;
    let error = of(Which::NewestOfAll).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Usage);
    assert!(codegraph::error::hint(&error).unwrap().contains("--project"), "{error:#}");
    let all = case.create().id;
    let q = case.create_of("q").id;
    assert_eq!(of(Which::Newest).unwrap(), q);
    assert_eq!(of(Which::NewestOfAll).unwrap(), all);
    assert_eq!(of(Which::NewestWith("q")).unwrap(), q);
    assert_eq!(of(Which::NewestWith("p")).unwrap(), all);
    assert_eq!(of(Which::Id(&p)).unwrap(), p);
    assert_eq!(Kind::of(&of(Which::NewestWith("nobody")).unwrap_err()), Kind::Usage);
    // What cannot be read might be what is meant.
    std::fs::write(case.to_path.join("generations").join(format!("{q}.json")), "nonsense").unwrap();
    assert_eq!(Kind::of(&of(Which::NewestOfAll).unwrap_err()), Kind::Corrupt);
    assert_eq!(of(Which::Id(&all)).unwrap(), all);
}

#[test]
fn old_generations_of_one_project_go_by_the_same_rules_and_the_newest_of_each_stays() {
    let case = case();
    second(&case, 1);
    let [old_all, all] = [(); 2].map(|()| case.create().id);
    let [old_p, p] = [(); 2].map(|()| case.create_of("p").id);
    let q = case.create_of("q").id;
    let keep = Keep { last: 1, ..Keep::default() };
    let now = case.origin(&q).manifest.made_at;
    let pruned = case.prune(keep, Duration::ZERO, now).unwrap();
    assert_eq!((pruned.removed, pruned.kept), (vec![old_all, old_p], 3));
    assert_eq!(case.listed(), [all.clone(), p.clone(), q.clone()]);
    for id in [&all, &p, &q] {
        assert_eq!(case.verify(id), []);
    }
    // Each of the newest is read before anything goes.
    let of_p = case.origin(&p).manifest.files.into_iter().max_by_key(|entry| entry.bytes).unwrap();
    let object = case.objects().into_iter().find(|path| path.ends_with(&of_p.sha256)).unwrap();
    std::fs::remove_file(object).unwrap();
    case.create();
    let error = case.prune(keep, Duration::ZERO, now + DAY).unwrap_err();
    assert_eq!((Kind::of(&error), case.listed().len()), (Kind::Corrupt, 4));
}

#[test]
fn a_backup_of_one_project_puts_off_none_of_all() {
    let case = case();
    case.create_of("p");
    let due = backup::due(&case.to, Duration::from_secs(DAY)).unwrap();
    assert_eq!((due.last, due.wait), (None, Duration::ZERO));
    let times = (Duration::from_secs(DAY), Duration::from_secs(DAY));
    let (created, pruned) =
        backup::run_if_due(&case.data, &case.to, times, &Silent, &Cancel::default()).unwrap().unwrap();
    assert_eq!((created.project, pruned.removed.len()), (None, 0));
}

#[test]
fn a_project_that_is_not_there_or_damaged_is_not_backed_up() {
    let case = case();
    let create = |name: &str| backup::create(&case.data, Some(name), &case.to, &Silent, &Cancel::default());
    let error = create("nobody").unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Usage);
    assert!(codegraph::error::hint(&error).unwrap().contains("p"), "{error:#}");
    assert!(!case.to_path.exists());
    // A row that is sound by itself and does not fit the others: an edge's end, a name's symbol.
    let mut store = Store::open(&case.data, "test", Duration::ZERO).unwrap();
    let pid = store.view().project("p").unwrap().unwrap().pid();
    let mut changes = codegraph::store::Changes::default();
    let family = codegraph::store::schema::Family::Graph;
    let key = codegraph::store::schema::Key::new(pid, codegraph::store::Table::Paths).str("Order.java");
    changes.delete(family, &key);
    store.write(&[changes]).unwrap();
    store.commit().unwrap();
    drop(store);
    let error = create("p").unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Corrupt, "{error:#}");
    assert!(codegraph::error::hint(&error).unwrap().contains("doctor"), "{error:#}");
    assert!(!case.to_path.join("generations").exists());
    assert!(!std::fs::read_dir(&case.to_path).unwrap().any(|each| each.unwrap().path().is_dir()));
}

#[test]
fn a_daemon_writes_backups_and_checkpoints_for_its_operators_inside_one_folder() {
    let case = case();
    let before = dump(&case.data);
    let root = case.to_path.clone();
    let daemon = Daemon::start(&case.data, &[("CODEGRAPH_DATABASE_BACKUP_PATH", root.to_str().unwrap())]);
    let answer = daemon.post("/api/v1/admin/backup", r#"{"project_id": "p", "path": "alone"}"#);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["data"]["project"], "p");
    assert_eq!(Origin::open(&root.join("alone"), None).unwrap().manifest.only.as_deref(), Some("p"));
    let stats = daemon.get("/api/v1/admin/stats").json();
    assert_eq!(stats["backups"]["last_success_at"], serde_json::Value::Null, "of the others there is none");
    assert_eq!(daemon.post("/api/v1/admin/backup", r#"{"project_id": "nobody"}"#).status, 404);
    // As scripts do: the folder is made before, and curl's usual content type is that of a form.
    std::fs::create_dir_all(root.join("nightly")).unwrap();
    let path = root.join("nightly");
    let body = serde_json::json!({ "path": path }).to_string();
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let answer = daemon.send("POST", "/api/v1/admin/backup", &form, &body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let made = answer.json()["data"].take();
    assert_eq!(made["place"], path.to_str().unwrap());
    let origin = Origin::open(&path, made["id"].as_str()).unwrap();
    assert_eq!(backup::verify(&origin, &Silent, &Cancel::default()).unwrap(), []);
    let answer = daemon.post("/api/v1/admin/checkpoint", r#"{"path": "point"}"#);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(dump(&root.join("point")), before);
    for (route, body, status) in [
        ("backup", r#"{"path": "../elsewhere"}"#, 403),
        ("backup", r#"{"path": "/etc"}"#, 403),
        ("checkpoint", r#"{"path": "point"}"#, 400),
        ("checkpoint", r#"{"path": "nightly/../../x"}"#, 403),
        ("backup", r#"{"path": 7}"#, 400),
        ("backup", r#"{"to": "x"}"#, 400),
    ] {
        let answer = daemon.post(&format!("/api/v1/admin/{route}"), body);
        assert_eq!(answer.status, status, "{route} {body}: {}", answer.body);
    }
    let bare = daemon.send_bare("POST", "/api/v1/admin/backup", &[], "{}");
    assert_eq!(bare.status, 401);
    assert_eq!(
        std::fs::read_dir(case.data.parent().unwrap()).unwrap().count(),
        3,
        "nothing was written outside"
    );
}
