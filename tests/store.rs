//! What the settings say of the store is what RocksDB was told.

use codegraph::config::keys::Database;
use codegraph::config::{self, Compression, Config};
use codegraph::error::Kind;
use codegraph::store::{Snapshot, Store, block_counts, schema::Family, tickers};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// The options of a family that RocksDB wrote down, with those of the database and of its tables.
fn options(data: &Path, family: &str) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(data.join("rocks.db")).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("OPTIONS-"))
        .collect();
    files.sort();
    let mut section = String::new();
    let mut found = BTreeMap::new();
    for line in std::fs::read_to_string(files.last().unwrap()).unwrap().lines() {
        if line.starts_with('[') {
            line.clone_into(&mut section);
        } else if let Some((key, value)) = line.trim().split_once('=') {
            let is_of_family = section.contains(&format!("CFOptions \"{family}\""));
            if is_of_family || section == "[DBOptions]" {
                found.insert(key.to_owned(), value.to_owned());
            }
        }
    }
    found
}

fn told(settings: &Database, family: &str) -> BTreeMap<String, String> {
    let temp = tempfile::tempdir().unwrap();
    let mut store = Store::open_with(temp.path(), "test", Duration::ZERO, settings).unwrap();
    store.commit().unwrap();
    options(temp.path(), family)
}

#[test]
fn every_setting_of_the_store_is_told_to_rocksdb() {
    let plain = told(&Database::default(), "graph");
    let mut settings = Database::default();
    settings.max_open_files = 2_000;
    settings.write_buffer_size = 128;
    settings.max_write_buffer_number = 6;
    settings.paranoid_checks = false;
    settings.compression_type = Compression::Zstd;
    settings.compression_level = 7;
    settings.bottommost_compression_type = Compression::None;
    settings.max_background_jobs = 8;
    settings.level0_file_num_compaction_trigger = 4;
    settings.level0_slowdown_writes_trigger = 21;
    settings.level0_stop_writes_trigger = 37;
    settings.target_file_size_base = codegraph::config::value::Size(1 << 25);
    settings.max_bytes_for_level_base = codegraph::config::value::Size(1 << 29);
    let changed = told(&settings, "graph");
    for (key, before, after) in [
        ("max_open_files", "512", "2000"),
        ("write_buffer_size", "33554432", "134217728"),
        ("db_write_buffer_size", "33554432", "671088640"),
        ("max_write_buffer_number", "2", "6"),
        ("paranoid_checks", "true", "false"),
        ("compression", "kLZ4Compression", "kZSTD"),
        ("bottommost_compression", "kLZ4Compression", "kNoCompression"),
        ("max_background_jobs", "2", "8"),
        ("level0_file_num_compaction_trigger", "12", "4"),
        ("level0_slowdown_writes_trigger", "20", "21"),
        ("level0_stop_writes_trigger", "36", "37"),
        ("target_file_size_base", "67108864", "33554432"),
        ("max_bytes_for_level_base", "268435456", "536870912"),
        ("wal_recovery_mode", "kTolerateCorruptedTailRecords", "kTolerateCorruptedTailRecords"),
    ] {
        assert_eq!((plain[key].as_str(), changed[key].as_str()), (before, after), "{key}");
    }
    for key in ["compression_opts", "bottommost_compression_opts"] {
        assert!(plain[key].contains("level=6") && changed[key].contains("level=7"), "{}", changed[key]);
    }
    assert_eq!(told(&settings, "embeddings")["compression"], "kNoCompression");
}

#[test]
fn one_cache_of_the_size_that_is_set_serves_all_families_and_counting_is_a_choice() {
    let temp = tempfile::tempdir().unwrap();
    Store::open(temp.path(), "test", Duration::ZERO).unwrap().commit().unwrap();
    let mut settings = Database::default();
    settings.cache_size = 3;
    settings.enable_statistics = true;
    let snapshot = Snapshot::open(temp.path(), &settings).unwrap();
    for family in Family::ALL {
        let capacity = snapshot.view().property(family, "rocksdb.block-cache-capacity").unwrap();
        assert_eq!(capacity.as_deref(), Some("3145728"), "{}", family.name());
    }
    let looks = || {
        let (hits, misses) = block_counts(&settings).unwrap();
        let named = |name: &str| {
            let all = tickers(&settings).unwrap();
            all.into_iter().find(|(known, _)| *known == name).map_or(0, |(_, n)| n)
        };
        // Other tests may count between the two.
        assert!(named("rocksdb.block.cache.hit") >= hits && named("rocksdb.block.cache.miss") >= misses);
        hits + misses
    };
    let before = looks();
    snapshot.view().state().unwrap();
    assert!(looks() > before, "{before}");
    assert_eq!((tickers(&Database::default()), block_counts(&Database::default())), (None, None));
}

#[test]
fn numbers_of_the_store_that_make_no_sense_are_refused() {
    let load = |key: &str, value: &str| {
        let name = format!("CODEGRAPH_DATABASE_{}", key.to_uppercase());
        config::load(None, &BTreeMap::from([(name, value.to_owned())]))
    };
    for (key, value) in [
        ("compression_level", "0"),
        ("compression_level", "10"),
        ("compression_type", "snappy"),
        ("max_write_buffer_number", "1"),
        ("level0_file_num_compaction_trigger", "20"),
        ("level0_slowdown_writes_trigger", "36"),
        ("max_background_jobs", "0"),
        ("cache_size", "99999999999"),
    ] {
        let error = load(key, value).unwrap_err();
        assert_eq!(Kind::of(&error), Kind::Usage, "{key} = {value}");
        assert!(
            format!("{error:#}").contains("atabase") || format!("{error:#}").contains("ATABASE"),
            "{error:#}"
        );
    }
    assert_eq!(load("cache_size", "2048").unwrap().config.database.cache_size, 2_048);
    assert_eq!(Config::default().database.cache_size, 64);
}

#[test]
fn the_built_in_model_has_one_number() {
    assert_eq!(codegraph::embed::StaticTable::NUMBER, codegraph::store::schema::BUILT_IN_MODEL);
}

#[test]
fn no_iterator_is_used_that_hides_damage() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                // A raw iterator that ends at a damaged block looks like one that is done.
                found.extend(text.match_indices("raw_iterator").map(|_| path.display().to_string()));
                found.extend(text.match_indices("DBRawIterator").map(|_| path.display().to_string()));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn embeddings_that_are_read_together_are_those_that_are_read_one_by_one() {
    use codegraph::observe::Cancel;
    use codegraph::store::{Changes, schema::Key, view::embedding_key};
    let temp = tempfile::tempdir().unwrap();
    let mut store = Store::open(temp.path(), "test", Duration::ZERO).unwrap();
    let hash = |n: u32| -> [u8; 16] { blake3::hash(&n.to_be_bytes()).as_bytes()[..16].try_into().unwrap() };
    let vector = |model: u16, n: u32| format!("{model} {n} {}", "x".repeat(n as usize % 300)).into_bytes();
    let mut changes = Changes::default();
    for model in [1, 2, 258] {
        for n in 0..20_000 {
            changes.put(Family::Embeddings, &Key(embedding_key(model, &hash(n))), &vector(model, n));
        }
    }
    store.write(&[changes]).unwrap();
    store.commit().unwrap();
    let snapshot = Snapshot::newest(temp.path()).unwrap();
    let view = snapshot.view();
    let mut order: Vec<[u8; 16]> = (0..20_000).map(hash).collect();
    order.sort_unstable();
    let numbers: BTreeMap<[u8; 16], u32> = (0..20_000).map(|n| (hash(n), n)).collect();
    // Many in one pass, few one by one, few that lie near to each other in one pass; with such as are not there.
    for (first, last, step) in [
        (0, 20_000, 1),
        (0, 20_000, 3),
        (7, 20_000, 4_000),
        (0, 20_000, 20_000),
        (9_000, 9_050, 2),
        (5, 6, 1),
    ] {
        let mut wanted: Vec<[u8; 16]> = order[first..last].iter().step_by(step).copied().collect();
        let missing: Vec<[u8; 16]> = wanted
            .iter()
            .step_by(2)
            .map(|hash| {
                let mut other = *hash;
                other[15] ^= 1;
                other
            })
            .collect();
        let all = wanted.len();
        wanted.extend(missing);
        wanted.sort_unstable();
        for model in [1, 2, 258] {
            let mut given = Vec::new();
            let mut each = |at: usize, stored: &[u8]| {
                given.push(at);
                assert_eq!(stored, vector(model, numbers[&wanted[at]]));
                Ok(())
            };
            view.embeddings(model, &wanted, &Cancel::default(), &mut each).unwrap();
            assert!(
                given.is_sorted() && given.len() == all,
                "{first} {last} {step}: {} of {all}",
                given.len()
            );
        }
        view.embeddings(3, &wanted, &Cancel::default(), |_, _| panic!("of another model")).unwrap();
    }
    view.embeddings(1, &[], &Cancel::default(), |_, _| panic!("none is wanted")).unwrap();
    let cancel = Cancel::default();
    cancel.cancel();
    for wanted in [&order[..], &order[..1]] {
        let error = view.embeddings(1, wanted, &cancel, |_, _| Ok(())).unwrap_err();
        assert_eq!(Kind::of(&error), Kind::Interrupted);
    }
}
