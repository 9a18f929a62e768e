//! Everything that is read and may come from elsewhere, with bytes that are nearly right: an answer or an error, and no
//! crash. The numbers are the same in every run; `CODEGRAPH_FAULTS=N` goes on with N times as many.

use super::mutate::mutated;
use super::{Desk, Dice, times};
use codegraph::backup::{self, Folder, Origin};
use codegraph::config::{self, Config};
use codegraph::error::Kind;
use codegraph::facts::FileFacts;
use codegraph::mcp::Server;
use codegraph::model::Symbol;
use codegraph::observe::{Cancel, Silent};
use codegraph::service::{Context, Format, Models, OPERATIONS, Page, Readers};
use codegraph::store::{DocRow, EdgeRow, FileRow, Inbound, LinkRow, ModelRow, Snapshot, StoreState};
use codegraph::vector::{Space, VectorFile, folder, metric_of};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// Errors and answers.
#[derive(Default)]
struct Tally([u64; 2]);

impl Tally {
    fn take<T>(&mut self, result: &anyhow::Result<T>) {
        self.0[usize::from(result.is_err())] += 1;
    }
}

/// The SHA-256 of bytes in hex.
fn hex(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[test]
fn manifests_and_archives_that_are_nearly_right_are_errors_or_what_they_say() {
    let desk = Desk::new();
    let to = desk.path("backups");
    let made = backup::create(&desk.first, None, &Folder::new(&to), &Silent, &Cancel::default()).unwrap();
    let path = to.join("generations").join(format!("{}.json", made.id));
    let text = std::fs::read_to_string(&path).unwrap();
    let body = |text: &str| {
        text.lines().filter(|line| line.len() != 64).fold(String::new(), |body, line| body + line + "\n")
    };
    let alone =
        backup::create(&desk.first, Some("p"), &Folder::new(&to), &Silent, &Cancel::default()).unwrap();
    let of_one = to.join("generations").join(format!("{}.json", alone.id));
    let of_one = std::fs::read_to_string(of_one).unwrap();
    let corpus = vec![body(&text).into_bytes(), body(&of_one).into_bytes()];
    let mut dice = Dice(83);
    let mut tally = Tally::default();
    for turn in 0..600 * times() {
        let mut bytes = mutated(&mut dice, &corpus);
        // Most are sealed, so that what is inside is read.
        if turn % 4 != 0 {
            let seal = hex(&bytes);
            bytes.extend_from_slice(format!("{seal}\n").as_bytes());
        }
        std::fs::write(&path, &bytes).unwrap();
        let read = Origin::open(&to, Some(&made.id)).and_then(|origin| {
            backup::verify(&origin, &Silent, &Cancel::default())?;
            let data = desk.path("restored");
            let restored = backup::restore(&data, &origin, &|_, _| Ok(()), &Silent, &Cancel::default());
            drop(std::fs::remove_dir_all(&data));
            restored
        });
        tally.take(&read);
    }
    println!("manifests: {} read, {} errors", tally.0[0], tally.0[1]);

    // The tar inside: a mutated header, name, size or content.
    let archive = desk.path("one.tar.gz");
    backup::create_archive(&desk.first, None, &backup::Archive::new(&archive), &Silent, &Cancel::default())
        .unwrap();
    let mut tar = Vec::new();
    let packed = std::fs::read(&archive).unwrap();
    std::io::copy(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut tar).unwrap();
    let mut tally = Tally::default();
    for turn in 0..200 * times() {
        let bytes = if turn % 4 == 0 {
            mutated(&mut dice, std::slice::from_ref(&packed))
        } else {
            let changed = mutated(&mut dice, std::slice::from_ref(&tar));
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
            std::io::Write::write_all(&mut gzip, &changed).unwrap();
            gzip.finish().unwrap()
        };
        std::fs::write(&archive, &bytes).unwrap();
        let read = Origin::open(&archive, None).and_then(|origin| {
            let wrong = backup::verify(&origin, &Silent, &Cancel::default())?;
            anyhow::ensure!(wrong.is_empty(), "it is damaged");
            Ok(())
        });
        tally.take(&read);
    }
    println!("archives: {} read, {} errors", tally.0[0], tally.0[1]);
    assert!(!desk.temp.path().join("evil").exists());
}

#[test]
fn files_of_the_store_that_are_nearly_right_are_errors_or_the_same() {
    let desk = Desk::new();
    let data = desk.store("data");
    let current = data.join("snapshots").join("CURRENT");
    let sound = std::fs::read(&current).unwrap();
    let mut dice = Dice(89);
    let mut tally = Tally::default();
    for _ in 0..300 * times() {
        std::fs::write(&current, mutated(&mut dice, &[sound.clone(), b"1\n".to_vec(), b"0 \n".to_vec()]))
            .unwrap();
        let opened = Snapshot::newest(&data);
        if let Ok(snapshot) = &opened {
            assert_eq!(snapshot.generation(), 1);
        }
        tally.take(&opened);
    }
    std::fs::write(&current, &sound).unwrap();
    println!("CURRENT: {} read, {} errors", tally.0[0], tally.0[1]);

    let snapshot = Snapshot::newest(&data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let space = Space::of(snapshot.view(), &project).unwrap();
    let path = folder(&data, project.id).join(&project.vectors.file);
    let sound = std::fs::read(&path).unwrap();
    let mut tally = Tally::default();
    for _ in 0..400 * times() {
        let bytes = mutated(&mut dice, std::slice::from_ref(&sound));
        let is_same = bytes == sound;
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
        let opened = VectorFile::open(&path, &space.about.id, space.about.dimension, metric_of(&project));
        let opened = opened.and_then(|file| file.check());
        assert!(opened.is_err() || is_same, "a damaged vector file passes");
        tally.take(&opened);
    }
    println!("vector files: {} read, {} errors", tally.0[0], tally.0[1]);
}

/// Decodes bytes that are nearly those of a value.
fn decode<T: Serialize + DeserializeOwned>(dice: &mut Dice, values: &[T], tally: &mut Tally) {
    let corpus: Vec<Vec<u8>> = values.iter().map(|value| postcard::to_stdvec(value).unwrap()).collect();
    assert!(!corpus.is_empty());
    for _ in 0..1_000 * times() {
        let bytes = mutated(dice, &corpus);
        tally.take(&postcard::from_bytes::<T>(&bytes).map_err(anyhow::Error::from));
    }
}

#[test]
fn stored_values_that_are_nearly_right_are_values_or_errors() {
    let desk = Desk::new();
    let snapshot = Snapshot::newest(&desk.first).unwrap();
    let view = snapshot.view();
    let project = view.project("p").unwrap().unwrap();
    let pid = project.pid();
    let files = view.files(pid).unwrap();
    let links: Vec<LinkRow> = files.iter().filter_map(|(id, _)| view.links(pid, *id).unwrap()).collect();
    let edges: Vec<EdgeRow> = links.iter().flat_map(|row| row.edges.clone()).collect();
    let symbols: Vec<(codegraph::model::SymbolId, Symbol)> =
        files.iter().flat_map(|(id, _)| view.symbols_of(pid, *id).unwrap()).collect();
    let inbound: Vec<Vec<Inbound>> = symbols
        .iter()
        .flat_map(|(id, _)| view.inbound(pid, *id).unwrap().into_iter().map(|(_, edges)| edges))
        .collect();
    let facts: Vec<FileFacts> = files.iter().filter_map(|(id, _)| view.facts(pid, *id).unwrap()).collect();
    let docs: Vec<DocRow> = files.iter().filter_map(|(_, row)| view.doc(pid, row.doc).unwrap()).collect();
    let rows: Vec<FileRow> = files.into_iter().map(|(_, row)| row).collect();
    let symbols: Vec<Symbol> = symbols.into_iter().map(|(_, symbol)| symbol).collect();
    let (mut dice, mut tally) = (Dice(97), Tally::default());
    decode(&mut dice, &links, &mut tally);
    decode(&mut dice, &edges, &mut tally);
    decode(&mut dice, &inbound, &mut tally);
    decode(&mut dice, &facts, &mut tally);
    decode(&mut dice, &docs, &mut tally);
    decode(&mut dice, &rows, &mut tally);
    decode(&mut dice, &symbols, &mut tally);
    decode(&mut dice, &[project], &mut tally);
    decode(&mut dice, &[view.state().unwrap()] as &[StoreState], &mut tally);
    decode(&mut dice, &[ModelRow::default()], &mut tally);
    println!("stored values: {} read, {} errors", tally.0[0], tally.0[1]);
}

/// Runs an operation whose body may be anything.
fn ask(cx: &Context, name: &str, body: &Value) -> anyhow::Result<()> {
    let entry = OPERATIONS.iter().find(|entry| entry.name == name).unwrap();
    let answer = entry.from_json(body)?.run(cx)?;
    answer.write(Format::Json, &mut Page::new(&mut std::io::sink(), None))
}

#[test]
fn questions_that_are_nearly_right_are_answered_or_refused() {
    let desk = Desk::new();
    let loaded = Arc::new(config::load(None, &BTreeMap::new()).unwrap());
    let queries = [
        "MATCH (a:Function)-[:CALLS*1..3]->(b) WHERE a.name =~ 'helper.*' AND NOT b.name IN ['x'] RETURN a.name AS n, \
         count(DISTINCT b) ORDER BY n DESC SKIP 1 LIMIT 5",
        "MATCH p = (a {name: 'helper1'})-[r*..2]-(b) WITH p, collect({x: a.name}) AS c UNWIND c AS d RETURN d.x, length(p)",
        "RETURN CASE WHEN 1 < 2.5e3 THEN date('2020-02-29') + duration('P1M') ELSE [x IN range(0, 9) | x ^ 2][-1] END",
        "OPTIONAL MATCH (f:File) WHERE exists((f)-[:DEFINES]->()) RETURN f.path STARTS WITH 'src' OR null UNION RETURN true",
    ]
    .map(|text| text.as_bytes().to_vec());
    let words = [
        "\"counts what number\" kind:function lang:java path:src/** -old /help(er)?[0-9]+/ helper7",
        "who calls helper3 -path:*.md case:yes",
        "Part7.helper7(int x) -> return x + 1;",
    ]
    .map(|text| text.as_bytes().to_vec());
    let bodies = [
        json!({ "symbol": "step3", "project": "p", "depth": 3 }),
        json!({ "symbol": "src/p3/Part3.java:5", "project": "p", "limit": 10 }),
        json!({ "symbol": "chain.Chain.step1", "project": "p" }),
    ]
    .map(|body| body.as_object().unwrap().clone());
    let readers: Vec<&str> = OPERATIONS
        .iter()
        .filter(|entry| entry.effect == codegraph::service::Effect::Read)
        .map(|entry| entry.name)
        .collect();
    assert!(readers.len() > 10, "{readers:?}");
    let mut dice = Dice(101);
    let (mut cypher, mut search, mut json) = (Tally::default(), Tally::default(), Tally::default());
    let cx = || Context::new(desk.first.clone(), Arc::clone(&loaded));
    for _ in 0..150 * times() {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let query = text(mutated(&mut dice, &queries));
        cypher.take(&ask(&cx(), "cypher", &json!({ "query": query, "project": "p" })));
        let query = text(mutated(&mut dice, &words));
        search.take(&ask(&cx(), "search", &json!({ "query": query, "project": "p" })));
        // A field with a value of another type, or one that is nearly right.
        let mut body = bodies[dice.next(bodies.len())].clone();
        let names: Vec<String> = body.keys().cloned().collect();
        let name = &names[dice.next(names.len())];
        let bytes = mutated(&mut dice, &[body[name].to_string().into_bytes()]);
        let value = serde_json::from_slice(&bytes).unwrap_or_else(|_| text(bytes).into());
        body.insert(name.clone(), value);
        let reader = if dice.next(2) == 0 { "callers" } else { readers[dice.next(readers.len())] };
        json.take(&ask(&cx(), reader, &Value::Object(body)));
    }
    for (what, tally) in [("openCypher", cypher), ("searches", search), ("bodies", json)] {
        println!("{what}: {} answered, {} refused", tally.0[0], tally.0[1]);
    }
}

#[test]
fn messages_of_agents_that_are_nearly_right_are_answered_or_refused() {
    let desk = Desk::new();
    let loaded = Arc::new(config::load(None, &BTreeMap::new()).unwrap());
    let corpus = [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "x", "version": "1" } } }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" }),
        json!({ "jsonrpc": "2.0", "id": "a", "method": "tools/call", "params": { "name": "search", "arguments": { "query": "helper3", "project": "p" } } }),
        json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 2 } }),
        json!([{ "jsonrpc": "2.0", "id": 3, "method": "ping" }, { "jsonrpc": "2.0", "id": 4, "method": "prompts/list" }]),
    ]
    .map(|message| message.to_string().into_bytes());
    let mut dice = Dice(103);
    let n = 400 * times();
    let mut input = Vec::new();
    for _ in 0..n {
        let mut line = mutated(&mut dice, &corpus);
        line.retain(|byte| *byte != b'\n');
        input.extend_from_slice(&line);
        input.push(b'\n');
    }
    input.extend_from_slice(br#"{"jsonrpc":"2.0","id":"the last one","method":"ping"}"#);
    input.push(b'\n');
    let server =
        Server::new(desk.first.clone(), loaded, Arc::new(Models::default()), Arc::new(Readers::default()));
    let mut output = Vec::new();
    server.serve(input.as_slice(), &mut output).unwrap();
    let lines: Vec<&[u8]> = output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    for line in &lines {
        serde_json::from_slice::<Value>(line).unwrap();
    }
    assert!(output.windows(14).any(|part| part == b"\"the last one\""), "it answers to the end");
    println!("messages: {n} sent, {} answered", lines.len());
}

#[test]
fn settings_that_are_nearly_right_are_settings_or_errors() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("codegraph.toml");
    // Every key stands in the template, commented out.
    let uncommented = |line: &str| match line.strip_prefix("# ") {
        Some(key) if key.contains(" = ") => format!("{key}\n"),
        _ => format!("{line}\n"),
    };
    let template: String = config::render::template().lines().map(uncommented).collect();
    let corpus = vec![template.into_bytes(), b"[server]\nport = 1\n".to_vec()];
    let mut dice = Dice(107);
    let mut tally = Tally::default();
    for _ in 0..300 * times() {
        std::fs::write(&path, mutated(&mut dice, &corpus)).unwrap();
        tally.take(&config::load(Some(&path), &BTreeMap::new()));
    }
    for _ in 0..2_000 * times() {
        let bytes = mutated(&mut dice, &[b"50MB".to_vec(), b"1.5h".to_vec(), b"500ms".to_vec()]);
        let text = String::from_utf8_lossy(&bytes);
        tally.take(&config::Size::parse(&text).map_err(anyhow::Error::msg));
        tally.take(&config::Time::parse(&text).map_err(anyhow::Error::msg));
    }
    println!("settings: {} read, {} errors", tally.0[0], tally.0[1]);
}

#[test]
fn ignore_files_that_are_nearly_right_hide_what_they_say_or_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let corpus = vec![b"*.log\n!keep.log\n/build/\n**/x/**\n[a-z]*.py\n\\#odd\n  \n# note\n".to_vec()];
    let mut dice = Dice(109);
    for turn in 0..30 * times() {
        let root = temp.path().join("src");
        drop(std::fs::remove_dir_all(&root));
        std::fs::create_dir(&root).unwrap();
        std::fs::write(root.join("a.py"), "def a(): pass\n").unwrap();
        std::fs::write(root.join(".gitignore"), mutated(&mut dice, &corpus)).unwrap();
        let options = codegraph::index::Options { root, name: Some("p".to_owned()), ..Default::default() };
        let data = temp.path().join("data");
        let run = codegraph::index::run(&data, &Config::default(), &options, &Silent, &Cancel::default());
        let run = run.map(|report| report.counts.files);
        assert!(run.as_ref().is_ok_and(|n| *n <= 2), "turn {turn}: {run:?}");
    }
}

#[test]
fn an_id_of_a_generation_is_never_a_path() {
    let desk = Desk::new();
    let to = desk.path("backups");
    backup::create(&desk.first, None, &Folder::new(&to), &Silent, &Cancel::default()).unwrap();
    for id in ["../../etc/passwd", "/etc/passwd", "..", "", "a/../b", "\0"] {
        let error = Origin::open(Path::new(&to), Some(id)).map(drop).unwrap_err();
        assert_eq!(Kind::of(&error), Kind::Usage, "{id:?}");
    }
}
