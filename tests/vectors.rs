//! Vector files over a real store: what they are made with, what edits leave of them, and what is compared.

use crate::support;
use codegraph::config::{Config, IndexType, Metric};
use codegraph::embed::{Embedder as _, StaticTable};
use codegraph::error::{self, Kind};
use codegraph::index::{self, Options, Report};
use codegraph::observe::{Cancel, Silent};
use codegraph::search::{self, Compared, Filters, Request, Source as _, StoreSource};
use codegraph::store::{ProjectRow, Snapshot};
use codegraph::vector::{self, Design, GraphOptions, Index, VectorFile};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const WORDS: [&str; 12] = [
    "parser", "canvas", "socket", "cache", "price", "password", "matrix", "thread", "letter", "engine",
    "folder", "clock",
];

/// A file that is about three words.
fn file(n: usize) -> (String, String) {
    let word = |at: usize| WORDS[at % WORDS.len()];
    let (a, b, c) = (word(n), word(n / 12 + n), word(n / 144 + n * 5));
    let ending = if n.is_multiple_of(10) { "rb" } else { "py" };
    let body =
        if ending == "rb" { format!("  {c}.{b}({n})\nend\n") } else { format!("    return {c}.{b}({n})\n") };
    let colon = if ending == "rb" { "" } else { ":" };
    (format!("{a}/{b}_{n}.{ending}"), format!("def {a}_{b}({c}){colon}\n{body}"))
}

fn files(n: usize) -> BTreeMap<String, String> {
    (0..n).map(file).collect()
}

/// Writes files that are old enough for an index run to believe their time.
fn write(root: &Path, files: &BTreeMap<String, String>) {
    support::write(root, files);
    let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    for path in files.keys() {
        let file = std::fs::File::options().write(true).open(root.join(path)).unwrap();
        file.set_modified(then).unwrap();
    }
}

fn indexed(data: &Path, root: &Path, config: &Config) -> Report {
    let options = Options { root: root.to_owned(), name: Some("p".to_owned()), ..Options::default() };
    index::run(data, config, &options, &Silent, &Cancel::default()).unwrap()
}

fn with(index_type: IndexType, min_vectors: u64) -> Config {
    let mut config = Config::default();
    config.vector.index_type = index_type;
    config.vector.min_vectors = min_vectors;
    config
}

fn project(data: &Path) -> ProjectRow {
    Snapshot::newest(data).unwrap().view().project("p").unwrap().unwrap()
}

fn path(data: &Path) -> PathBuf {
    let project = project(data);
    vector::folder(data, project.id).join(project.vectors.file)
}

fn design(data: &Path) -> Design {
    let metric = vector::metric_of(&project(data));
    VectorFile::open(&path(data), StaticTable::ID, 128, metric).unwrap().design()
}

fn source(data: &Path) -> StoreSource {
    StoreSource::open(Snapshot::newest(data).unwrap().view(), &project(data), data)
}

/// What was compared with a question: how near each chunk is, and how often a value was given.
struct Near {
    values: BTreeMap<(u32, u32), f32>,
    given: usize,
    compared: Compared,
}

fn near(source: &StoreSource, question: &str, wanted: Option<&[u32]>) -> Near {
    let query = StaticTable::builtin().embed_query(question).unwrap();
    let (mut values, mut given) = (BTreeMap::new(), 0);
    let compared = source.similar(&query, wanted, &mut |doc, chunk, value| {
        given += 1;
        values.insert((doc, chunk), value);
    });
    Near { values, given, compared: compared.unwrap() }
}

/// The paths of the nearest living chunks.
fn nearest(source: &StoreSource, near: &Near, n: usize) -> Vec<String> {
    let mut all: Vec<(f32, String)> = near
        .values
        .iter()
        .filter(|((doc, _), _)| !source.is_dead(*doc))
        .map(|((doc, _), value)| (*value, source.doc(*doc).unwrap().unwrap().path.clone()))
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    all.into_iter().take(n).map(|(_, path)| path).collect()
}

/// Path and score of the hits.
fn hits(data: &Path, question: &str, filters: Filters) -> Vec<String> {
    let request = Request { filters, ..Request::new(question) };
    let answer = search::run(&source(data), Some(StaticTable::builtin()), &request).unwrap();
    assert!(answer.by_meaning);
    answer.hits.iter().map(|hit| format!("{} {:.3}", hit.path, hit.score)).collect()
}

/// What is changed, how, and what is then made.
type Step = (&'static str, fn(&mut Config), Index);

#[test]
fn what_a_vector_file_is_made_with_is_what_the_settings_say() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, &files(80));
    let mut config = with(IndexType::Hnsw, 500_000);
    indexed(&data, &root, &config);
    assert_eq!(design(&data).index, Index::Flat);
    let made = |config: &Config| {
        let before = (project(&data), std::fs::metadata(path(&data)).unwrap().modified().unwrap());
        assert_eq!(indexed(&data, &root, config).unchanged, 80);
        assert_eq!(project(&data).generation, before.0.generation, "nothing else changed");
        std::fs::metadata(path(&data)).unwrap().modified().unwrap() != before.1
    };
    assert!(!made(&config));
    let graph = |m, ef_construction| Index::Hnsw(GraphOptions { m, ef_construction });
    let steps: [Step; 6] = [
        ("fewer are enough", |config| config.vector.min_vectors = 1, graph(16, 200)),
        ("m", |config| config.vector.m = 8, graph(8, 200)),
        ("ef_construction", |config| config.vector.ef_construction = 50, graph(8, 50)),
        ("ivf", |config| config.vector.index_type = IndexType::Ivf, Index::Ivf),
        ("flat", |config| config.vector.index_type = IndexType::Flat, Index::Flat),
        ("hnsw", |config| config.vector.index_type = IndexType::Hnsw, graph(8, 50)),
    ];
    let answer = hits(&data, "how is the password read", Filters::default());
    for (what, change, index) in steps {
        change(&mut config);
        assert!(made(&config), "{what}");
        assert_eq!(design(&data), Design { metric: Metric::Cosine, index }, "{what}");
        assert!(!made(&config), "{what}, once more");
        assert_eq!(hits(&data, "how is the password read", Filters::default())[..3], answer[..3], "{what}");
    }
}

#[test]
fn another_metric_is_a_new_generation_whose_answers_are_those_of_a_fresh_run() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    let mut files = files(80);
    let long: String = WORDS.iter().map(|word| format!("    {word} = {word}(password, 1)\n")).collect();
    files.insert("long.py".to_owned(), format!("def password(engine):\n{long}"));
    write(&root, &files);
    indexed(&data, &root, &Config::default());
    let mut orders = Vec::new();
    for (at, metric) in [Metric::L2, Metric::InnerProduct, Metric::Cosine].into_iter().enumerate() {
        let mut config = Config::default();
        config.vector.metric = metric;
        let before = project(&data).generation;
        assert_eq!(indexed(&data, &root, &config).unchanged, 81);
        assert_eq!((project(&data).generation, design(&data).metric), (before + 1, metric));
        indexed(&data, &root, &config);
        assert_eq!(project(&data).generation, before + 1, "once is enough");
        let fresh = work.path().join(format!("fresh{at}"));
        indexed(&fresh, &root, &config);
        let question = "password of the engine";
        let answer = hits(&data, question, Filters::default());
        assert_eq!(answer, hits(&fresh, question, Filters::default()), "{metric:?}");
        let found = near(&source(&data), question, None);
        orders.push(nearest(&source(&data), &found, 20));
        std::fs::remove_file(path(&data)).unwrap();
        let stored = near(&source(&data), question, None);
        assert_eq!(stored.given, found.values.len());
        for (chunk, value) in &found.values {
            assert!((value - stored.values[chunk]).abs() < 0.02, "{metric:?} {chunk:?}");
        }
        assert_eq!(
            nearest(&source(&data), &stored, 20),
            orders[at],
            "{metric:?}: no answer depends on the file"
        );
        indexed(&data, &root, &config);
        assert_eq!(design(&data).metric, metric);
    }
    assert!(orders[0] != orders[1] && orders[1] != orders[2] && orders[0] != orders[2]);
}

#[test]
fn filters_compare_the_rows_that_they_admit_and_find_what_a_whole_scan_finds() {
    let work = tempfile::tempdir().unwrap();
    let root = work.path().join("root");
    write(&root, &files(200));
    let question = "how is the letter put into a folder";
    let mut answers = Vec::new();
    for (at, index_type) in [IndexType::Flat, IndexType::Hnsw, IndexType::Ivf].into_iter().enumerate() {
        let data = work.path().join(format!("data{at}"));
        indexed(&data, &root, &with(index_type, 1));
        let source = source(&data);
        let living = 0..source.n_docs();
        let is_ruby = |doc: &u32| source.doc(*doc).unwrap().unwrap().language == "ruby";
        let ruby: Vec<u32> = living.clone().filter(is_ruby).collect();
        assert_eq!(ruby.len(), 20);
        let some = near(&source, question, Some(&ruby));
        // Each row once, and the nearest ones once more, finer.
        assert_eq!((some.values.len(), some.given), (20, 40), "{index_type:?}");
        assert!(some.values.keys().all(|(doc, _)| ruby.contains(doc)));
        let Compared::Some { mean } = some.compared else { panic!("not all were compared") };
        let query = StaticTable::builtin().embed_query(question).unwrap();
        let mut all = BTreeMap::new();
        let file = VectorFile::open(&path(&data), StaticTable::ID, 128, Metric::Cosine).unwrap();
        file.scan(&query, &mut |doc, chunk, value| {
            all.insert((doc, chunk), value);
        })
        .unwrap();
        let exact = all.values().sum::<f32>() / all.len() as f32;
        assert!((mean - exact).abs() < 2e-3, "{mean} {exact}");
        for (chunk, value) in &some.values {
            assert!((value - all[chunk]).abs() < 2e-3, "{chunk:?}");
        }
        // Where most are wanted, a graph or lists lead to the nearest of them.
        let python: Vec<u32> = living.filter(|doc| !is_ruby(doc)).collect();
        let most = near(&source, question, Some(&python));
        assert!(most.values.keys().all(|(doc, _)| python.contains(doc)));
        assert!(most.given <= if index_type == IndexType::Flat { 180 + 64 } else { 256 });
        let filters = Filters { languages: vec!["ruby".to_owned()], ..Filters::default() };
        answers.push(hits(&data, question, filters.clone()));
        // Without the file, all vectors are read from the store, and the rest is left out afterwards.
        std::fs::remove_file(path(&data)).unwrap();
        answers.push(hits(&data, question, filters));
    }
    assert!(answers[0].len() == 10 && answers[0].iter().all(|hit| hit.contains(".rb ")));
    for answer in &answers {
        let paths = |answer: &[String]| -> Vec<String> {
            answer.iter().map(|hit| hit.split(' ').next().unwrap().to_owned()).collect()
        };
        assert_eq!(paths(answer), paths(&answers[0]));
    }
}

#[test]
fn edits_leave_the_vector_file_until_a_fifth_is_dead_and_its_dead_rows_are_no_answers() {
    let work = tempfile::tempdir().unwrap();
    let root = work.path().join("root");
    let all = files(620);
    let question = "invoice of the printer";
    let zoo = "def invoice(printer):\n    return printer.invoice(printer)\n".to_owned();
    for (at, index_type) in [IndexType::Hnsw, IndexType::Ivf].into_iter().enumerate() {
        let (data, mut files) = (work.path().join(format!("data{at}")), all.clone());
        write(&root, &files);
        let config = with(index_type, 1);
        indexed(&data, &root, &config);
        let first = path(&data);
        let old = near(&source(&data), "cache of the clock", None);
        let dead = nearest(&source(&data), &old, 1).remove(0);

        // The nearest file becomes another one, and a new one comes.
        files.insert(dead.clone(), zoo.clone());
        files.insert("zoo.py".to_owned(), zoo.clone());
        write(&root, &files);
        indexed(&data, &root, &config);
        assert_eq!(path(&data), first, "an edit makes no vector file");
        let edited = source(&data);
        let found = near(&edited, question, None);
        let mut best = nearest(&edited, &found, 2);
        best.sort();
        let mut expected = vec![dead.clone(), "zoo.py".to_owned()];
        expected.sort();
        assert_eq!(best, expected, "{index_type:?}");
        let after = near(&edited, "cache of the clock", None);
        assert!(after.values.keys().all(|(doc, _)| !edited.is_dead(*doc)), "dead rows take no places");
        assert!(!nearest(&edited, &after, 10).contains(&dead));

        // More than 512 docs are new.
        for text in files.values_mut().take(520) {
            text.push_str("# changed\n");
        }
        write(&root, &files);
        indexed(&data, &root, &config);
        assert_ne!(path(&data), first, "now it is worth while");
        let project = project(&data);
        assert_eq!((project.dead_docs.len(), project.vectors.docs), (0, project.next_doc));
        let again = source(&data);
        let found = near(&again, question, None);
        assert!(nearest(&again, &found, 2).contains(&"zoo.py".to_owned()), "{index_type:?}");
        assert_eq!(std::fs::read_dir(first.parent().unwrap()).unwrap().count(), 1, "the old one is gone");
    }
}

#[test]
fn more_vectors_than_are_allowed_are_an_error_that_leaves_the_index_as_it_was() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, &files(6));
    let mut config = Config::default();
    config.vector.max_elements = 6;
    assert_eq!(indexed(&data, &root, &config).counts.chunks, 6);
    write(&root, &files(7));
    let options = Options { root: root.clone(), name: Some("p".to_owned()), ..Options::default() };
    let error = index::run(&data, &config, &options, &Silent, &Cancel::default()).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Usage);
    assert_eq!(error::message(&error), "the project has 7 vectors, and vector.max_elements is 6");
    assert_eq!(project(&data).counts.chunks, 6);
    config.vector.max_elements = 7;
    assert_eq!(indexed(&data, &root, &config).counts.chunks, 7);
}

#[test]
fn as_many_vectors_are_kept_on_the_way_as_the_settings_say() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, &files(400));
    for index_type in [IndexType::Hnsw, IndexType::Ivf] {
        indexed(&data, &root, &with(index_type, 1));
        let given = |source: &StoreSource| near(source, "password of the engine", None).given;
        assert_eq!(given(&source(&data)), 256);
        for (n, kept) in [(0, 8), (8, 8), (100, 100)] {
            assert_eq!(given(&source(&data).with_nearest(n).again()), kept, "{index_type:?}");
        }
    }
}

#[test]
fn a_store_of_another_format_is_refused_with_what_to_do() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, &files(3));
    indexed(&data, &root, &Config::default());
    let state = Snapshot::newest(&data).unwrap().view().state().unwrap();
    for (format, hint) in [(1, "index again"), (state.format + 1, "newer version")] {
        let other = codegraph::store::StoreState { format, ..state.clone() };
        let error = codegraph::store::schema::check_format(&other, &data).unwrap_err();
        assert_eq!(Kind::of(&error), Kind::Format);
        assert!(error::hint(&error).unwrap().contains(hint));
    }
}
