//! Embedding models by choice: vectors of different models never meet, nothing is embedded twice, what goes wrong is said.

use crate::support::{parts, write};
use codegraph::config::{Config, EmbeddingModel, Secret, Time};
use codegraph::error::{self, Kind};
use codegraph::index::{self, Freshness, Options, Report};
use codegraph::observe::{Cancel, Silent};
use codegraph::store::Snapshot;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CODEGRAPH: &str = env!("CARGO_BIN_EXE_codegraph");

fn tiny() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/models/tiny")
}

/// The model of the fixture with another pooling: another model.
fn other(folder: &Path) -> PathBuf {
    let copy = folder.join("other");
    std::fs::create_dir_all(copy.join("1_Pooling")).unwrap();
    for name in ["config.json", "vocab.txt", "model.safetensors"] {
        std::fs::copy(tiny().join(name), copy.join(name)).unwrap();
    }
    std::fs::write(copy.join("1_Pooling/config.json"), r#"{"pooling_mode_cls_token": true}"#).unwrap();
    copy
}

fn in_folder(folder: &Path) -> Config {
    let mut config = Config::default();
    config.vector.embedding_model = EmbeddingModel::SentenceTransformers;
    config.vector.model_path = folder.to_str().unwrap().to_owned();
    config
}

fn files() -> BTreeMap<String, String> {
    parts(
        "-- auth/login.py\ndef verify(user, password):\n    return hash(password) == user.secret\n\
         -- ui/draw.py\ndef fill(pixel, color):\n    pixel.color = color\n\
         -- io/file.py\ndef read(path):\n    return open(path)\n\
         -- io/again.md\nHow a file is read and written.\n",
    )
}

fn try_index(data: &Path, root: &Path, config: &Config) -> anyhow::Result<Report> {
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned());
    let options = Options { root: root.to_owned(), name, ..Options::default() };
    index::run(data, config, &options, &Silent, &Cancel::default())
}

fn index(data: &Path, root: &Path, config: &Config) -> Report {
    try_index(data, root, config).unwrap()
}

/// A work folder with a project in it, and room for its data.
fn work() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("p"), work.path().join("data"));
    write(&root, &files());
    (work, root, data)
}

fn command(data: &Path, root: &Path, config: &Config) -> Command {
    let settings = &config.vector;
    let mut command = Command::new(CODEGRAPH);
    command.arg("--data-dir").arg(data).current_dir(root);
    command.env("CODEGRAPH_VECTOR_EMBEDDING_MODEL", settings.embedding_model.name());
    command.env("CODEGRAPH_VECTOR_MODEL_PATH", &settings.model_path);
    command.env("CODEGRAPH_VECTOR_EMBEDDING_URL", &settings.embedding_url);
    command.env("CODEGRAPH_VECTOR_EMBEDDING_NAME", &settings.embedding_name);
    command
}

/// What the program answers to a question, and its notes.
fn search(data: &Path, root: &Path, config: &Config, question: &str) -> (Value, String) {
    let mut command = command(data, root, config);
    let output = command.args(["search", "--format", "json", "--explain", question]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let notes =
        answer["notes"].as_array().map(|notes| notes.iter().map(|note| note.as_str().unwrap()).collect());
    let said = notes.unwrap_or_default();
    (answer, said)
}

/// True when meaning had a part in the score of a result.
fn is_by_meaning(answer: &Value) -> bool {
    let results = answer["results"].as_array().unwrap();
    let mut parts = results.iter().flat_map(|result| result["explain"].as_array().unwrap());
    parts.any(|part| part["name"] == "meaning" && part["value"].as_f64().unwrap() > 0.0)
}

/// Path and score of the results. What is not yet in the vector file is compared without rounding the question.
fn ranked(answer: &Value) -> Vec<(String, String)> {
    let results = answer["results"].as_array().unwrap();
    results
        .iter()
        .map(|each| (each["path"].to_string(), format!("{:.3}", each["score"].as_f64().unwrap())))
        .collect()
}

const QUESTION: &str = "how is the password of a user checked";

#[test]
fn every_model_has_vectors_of_its_own_and_switching_back_embeds_nothing() {
    let (work, root, data) = work();
    let (built_in, one, two) = (Config::default(), in_folder(&tiny()), in_folder(&other(work.path())));
    let mut fresh = Vec::new();
    for (at, config) in [&built_in, &one, &two].into_iter().enumerate() {
        let data = work.path().join(format!("fresh{at}"));
        index(&data, &root, config);
        fresh.push(ranked(&search(&data, &root, config, QUESTION).0));
    }
    assert!(fresh[0] != fresh[1] && fresh[1] != fresh[2] && fresh[0] != fresh[2]);
    let mut embedded = Vec::new();
    for (at, config) in
        [(0, &built_in), (1, &one), (2, &two), (1, &one), (0, &built_in), (2, &two), (2, &two)]
    {
        embedded.push(index(&data, &root, config).embedded.unwrap_or_default());
        let (answer, said) = search(&data, &root, config, QUESTION);
        assert!(is_by_meaning(&answer));
        assert_eq!((ranked(&answer), said.as_str()), (fresh[at].clone(), ""));
    }
    assert_eq!(embedded, [0, 4, 4, 0, 0, 0, 0]);
    let models = Snapshot::newest(&data).unwrap().view().models().unwrap();
    let numbers: Vec<(u16, u32)> = models.iter().map(|row| (row.number, row.dimension)).collect();
    assert_eq!(numbers, [(2, 16), (3, 16)]);
}

#[test]
fn vectors_do_not_depend_on_the_number_of_threads() {
    let (work, root, _) = work();
    let many = (0..60).map(|n| (format!("many/f{n}.py"), format!("def read_{n}(file):\n    return {n}\n")));
    write(&root, &many.collect());
    let mut config = in_folder(&tiny());
    let mut written = Vec::new();
    for (threads, size) in [(1, 32), (4, 3)] {
        config.vector.batch_size = size;
        let data = work.path().join(format!("data{threads}"));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| index(&data, &root, &config));
        let folder = std::fs::read_dir(data.join("vector")).unwrap().next().unwrap().unwrap();
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap();
        written.push(std::fs::read(file.path()).unwrap());
    }
    assert!(written[0] == written[1]);
}

#[test]
fn equal_code_is_embedded_once_whatever_project_it_is_in() {
    let (work, root, data) = work();
    let config = in_folder(&tiny());
    assert_eq!(index(&data, &root, &config).embedded, Some(4));
    let second = work.path().join("second");
    let mut more = files();
    more.insert("ui/new.py".to_owned(), "def hash(text):\n    return 1\n".to_owned());
    write(&second, &more);
    assert_eq!(index(&data, &second, &config).embedded, Some(1));
    // An edit embeds what changed, and search answers as after a fresh run.
    write(&root, &BTreeMap::from([("io/file.py".to_owned(), "def write(path): pass\n".to_owned())]));
    assert_eq!(index(&data, &root, &config).embedded, Some(1));
    let fresh = work.path().join("fresh");
    index(&fresh, &root, &config);
    let ask = |data: &Path| ranked(&search(data, &root, &config, "write the file").0);
    assert_eq!(ask(&data), ask(&fresh));
}

#[test]
fn a_dimension_that_is_not_the_models_is_refused_with_both_numbers() {
    let (_work, root, data) = work();
    for mut config in [in_folder(&tiny()), Config::default()] {
        let own = if config == Config::default() { "128" } else { "16" };
        config.vector.dimension = 768;
        let error = try_index(&data, &root, &config).unwrap_err();
        let text = error::message(&error);
        assert!(text.contains("768") && text.contains(own), "{text}");
        assert_eq!(Kind::of(&error), Kind::Usage);
        let mut check = command(&data, &root, &config);
        let output =
            check.env("CODEGRAPH_VECTOR_DIMENSION", "768").args(["config", "check"]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains("768") && said.contains(own), "{said}");
        config.vector.dimension = own.parse().unwrap();
        index(&data, &root, &config);
    }
}

#[test]
fn a_question_is_put_to_the_model_of_the_index_whatever_the_settings_name() {
    let (work, root, data) = work();
    let folder = other(work.path());
    let one = in_folder(&folder);
    index(&data, &root, &one);
    let (usual, _) = search(&data, &root, &one, QUESTION);
    for config in [Config::default(), in_folder(&tiny())] {
        let (answer, said) = search(&data, &root, &config, QUESTION);
        assert_eq!(ranked(&answer), ranked(&usual));
        for text in [&said, answer["notes"][0].as_str().unwrap()] {
            assert!(
                text.contains("sentence-transformers other") && text.contains("codegraph index"),
                "{text}"
            );
        }
        let snapshot = Snapshot::newest(&data).unwrap();
        let project = snapshot.view().project("p").unwrap().unwrap();
        let fresh = Freshness::of(snapshot.view(), &project, &config, &Cancel::default()).unwrap();
        assert!(fresh.model_changed && !fresh.settings_changed);
    }
    // Without it, words still answer.
    std::fs::write(folder.join("1_Pooling/config.json"), r#"{"pooling_mode_mean_tokens": true}"#).unwrap();
    let (answer, said) = search(&data, &root, &Config::default(), QUESTION);
    assert!(
        !is_by_meaning(&answer) && said.contains("words alone") && said.contains("another one now"),
        "{said}"
    );
    std::fs::remove_dir_all(&folder).unwrap();
    let (answer, said) = search(&data, &root, &one, QUESTION);
    assert!(!is_by_meaning(&answer) && said.contains("words alone"), "{said}");
    assert!(answer["results"][0]["path"].as_str().unwrap().contains("login"));
}

#[test]
fn a_folder_that_is_not_there_means_the_built_in_table_and_that_is_told() {
    let (work, root, data) = work();
    let config = in_folder(&work.path().join("nowhere"));
    let report = index(&data, &root, &config);
    assert!(
        report.notes[0].contains("nowhere") && report.notes[0].contains("built-in"),
        "{:?}",
        report.notes
    );
    assert_eq!(report.model, "built-in");
    let (answer, said) = search(&data, &root, &config, QUESTION);
    assert!(is_by_meaning(&answer) && said.contains("built-in"), "{said}");
    let output = command(&data, &root, &config).arg("index").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("nowhere"));
    let output = command(&data, &root, &config).args(["config", "check"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("nowhere"));
}

#[test]
fn the_daemon_keeps_a_model_open() {
    let (work, root, data) = work();
    let folder = other(work.path());
    let config = in_folder(&folder);
    index(&data, &root, &config);
    let mut daemon = command(&data, &root, &config);
    // The second question is to be put to the model.
    for cache in ["QUERY", "RESULT"] {
        daemon.env(format!("CODEGRAPH_PERFORMANCE_ENABLE_{cache}_CACHE"), "false");
    }
    daemon.env("CODEGRAPH_API_KEY", crate::support::KEY);
    let mut child = daemon.args(["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap().to_owned();
    let ask = || {
        let body = json!({ "query": ["password"], "explain": true }).to_string();
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        let head = format!(
            "POST /api/v1/search HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Authorization: Bearer {}\r\n\r\n",
            body.len(),
            crate::support::KEY
        );
        stream.write_all((head + &body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str::<Value>(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    };
    let first = ask();
    std::fs::remove_dir_all(&folder).unwrap();
    let second = ask();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(is_by_meaning(&first) && first["notes"].is_null());
    assert_eq!(ranked(&first), ranked(&second));
    assert!(second["notes"].is_null());
}

// ---- an endpoint -------------------------------------------------------------------------------------------------------

/// A request that the stub got: its key and its texts.
#[derive(Debug, Clone, Default)]
struct Got {
    key: Option<String>,
    model: String,
    texts: Vec<String>,
}

/// What the stub answers: status, headers, body.
type Reply = (u16, Vec<(&'static str, String)>, String);

/// An endpoint on this machine that answers the n-th request (from 0) as it is told.
struct Stub {
    server: Arc<tiny_http::Server>,
    got: Arc<Mutex<Vec<Got>>>,
    url: String,
}

impl Stub {
    fn new(reply: impl Fn(usize, &Got) -> Reply + Send + 'static) -> Self {
        let server = Arc::new(tiny_http::Server::http("127.0.0.1:0").unwrap());
        let url = format!("http://{}/v1/embeddings", server.server_addr().to_ip().unwrap());
        let got: Arc<Mutex<Vec<Got>>> = Arc::default();
        let (listener, list) = (Arc::clone(&server), Arc::clone(&got));
        std::thread::spawn(move || {
            while let Ok(mut request) = listener.recv() {
                let mut text = String::new();
                request.as_reader().read_to_string(&mut text).unwrap();
                let body: Value = serde_json::from_str(&text).unwrap();
                let header = request.headers().iter().find(|header| header.field.equiv("Authorization"));
                let texts = body["input"].as_array().unwrap().iter();
                let got = Got {
                    key: header.map(|header| header.value.as_str().to_owned()),
                    model: body["model"].as_str().unwrap().to_owned(),
                    texts: texts.map(|text| text.as_str().unwrap().to_owned()).collect(),
                };
                let n = list.lock().unwrap().len();
                list.lock().unwrap().push(got.clone());
                let (status, headers, body) = reply(n, &got);
                let mut response = tiny_http::Response::from_string(body).with_status_code(status);
                for (name, value) in headers {
                    response.add_header(tiny_http::Header::from_bytes(name, value).unwrap());
                }
                drop(request.respond(response));
            }
        });
        Self { server, got, url }
    }

    fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    fn texts(&self) -> usize {
        self.got().iter().map(|got| got.texts.len()).sum()
    }

    fn config(&self) -> Config {
        let mut config = Config::default();
        config.vector.embedding_model = EmbeddingModel::Http;
        config.vector.embedding_url = self.url.clone();
        config.vector.embedding_name = "small".to_owned();
        config.vector.embedding_timeout = Time(Duration::from_secs(20));
        config
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

/// Vectors that count letters, last text first: the index tells which is whose.
fn vectors(got: &Got, dimension: usize) -> Reply {
    let vector = |text: &str| {
        let mut counts = vec![0.1; dimension];
        text.bytes().for_each(|byte| counts[usize::from(byte) % dimension] += 1.0);
        counts
    };
    let items = got.texts.iter().enumerate().rev();
    let items: Vec<Value> =
        items.map(|(at, text)| json!({ "index": at, "embedding": vector(text) })).collect();
    (200, Vec::new(), json!({ "object": "list", "data": items }).to_string())
}

fn refusal(status: u16, text: &str) -> Reply {
    (status, Vec::new(), json!({ "error": { "message": text } }).to_string())
}

#[test]
fn an_endpoint_gives_the_vectors_of_code_and_of_questions() {
    let (_work, root, data) = work();
    let stub = Stub::new(|_, got| vectors(got, 24));
    let mut config = stub.config();
    config.vector.embedding_api_key = Secret::new("sesame".to_owned());
    config.vector.batch_size = 2;
    let report = index(&data, &root, &config);
    assert_eq!((report.embedded, report.model.as_str()), (Some(4), "http small"));
    assert!(stub.got().iter().all(|got| got.key.as_deref() == Some("Bearer sesame") && got.model == "small"));
    // The first one asks how long a vector is.
    assert_eq!(stub.got().iter().map(|got| got.texts.len()).collect::<Vec<_>>(), [1, 2, 2]);
    let again = index(&data, &root, &config);
    assert_eq!((again.embedded.unwrap_or_default(), stub.got().len()), (0, 3));
    let (answer, said) = search(&data, &root, &config, QUESTION);
    assert!(is_by_meaning(&answer) && said.is_empty(), "{said}");
    let asked = stub.got().pop().unwrap();
    assert_eq!(asked.texts, [QUESTION]);
    assert_eq!(asked.key, None, "the program was not given the key");
}

#[test]
fn a_question_that_an_endpoint_does_not_take_is_answered_from_words_alone() {
    let (_work, root, data) = work();
    let stub = Stub::new(|n, got| if n < 2 { vectors(got, 24) } else { refusal(503, "loading") });
    let config = stub.config();
    index(&data, &root, &config);
    let (answer, said) = search(&data, &root, &config, QUESTION);
    assert!(!is_by_meaning(&answer) && said.contains("503") && said.contains("words alone"), "{said}");
    assert!(said.contains("loading"));
    assert_eq!(stub.got().len(), 3, "a question is sent once");
}

#[test]
fn an_interrupted_run_keeps_what_it_embedded() {
    let (_work, root, data) = work();
    let many: BTreeMap<String, String> = (0..40)
        .map(|n| (format!("many/f{n}.py"), format!("def function_{n}():\n    return {n}\n")))
        .collect();
    write(&root, &many);
    let cancel = Cancel::default();
    let flag = cancel.clone();
    let first = Stub::new(move |n, got| {
        if n == 3 {
            flag.cancel();
        }
        vectors(got, 24)
    });
    let mut config = first.config();
    config.vector.batch_size = 4;
    let options = Options { root: root.clone(), name: Some("p".to_owned()), ..Options::default() };
    let error = index::run(&data, &config, &options, &Silent, &cancel).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Interrupted);
    assert!(Snapshot::newest(&data).is_err(), "nothing was published");
    // Some requests were on their way when it was cancelled; the first only asks for the dimension.
    let kept = first.texts() - 1;
    assert!((12..=16).contains(&kept), "{kept}");
    // An endpoint that fails half way is no different.
    let failing: u16 = 400;
    let url = first.url.clone();
    drop(first);
    let again = Stub::new(move |n, got| if n == 5 { refusal(failing, "too much") } else { vectors(got, 24) });
    config.vector.embedding_url = again.url.clone();
    let error = error::message(&try_index(&data, &root, &config).unwrap_err());
    assert!(error.contains("400: ") && error.contains("too much"), "{error}");
    let done = again.texts() - 1 - 4;
    let report = index(&data, &root, &config);
    assert_eq!(report.embedded, Some(44 - done as u64));
    assert_ne!(url, again.url, "another address is another model: nothing of the first was taken");
    let files = |folder: &str| std::fs::read_dir(data.join("cache").join(folder)).unwrap().count();
    assert_eq!(files("embeddings"), 1, "what was published is no longer kept apart");
}

#[test]
fn a_busy_endpoint_is_asked_again() {
    for failures in [
        vec![refusal(500, "oh"), refusal(503, "oh")],
        vec![(429, vec![("Retry-After", "0".to_owned())], String::new())],
    ] {
        let (_work, root, data) = work();
        let n_failures = failures.len();
        let stub = Stub::new(move |n, got| failures.get(n).cloned().unwrap_or_else(|| vectors(got, 24)));
        assert_eq!(index(&data, &root, &stub.config()).embedded, Some(4));
        assert_eq!(stub.got().len(), n_failures + 2);
    }
}

#[test]
fn what_goes_wrong_with_an_endpoint_is_told_with_what_to_do() {
    let (_work, root, data) = work();
    let check = |stub: &Stub, kind: Kind, wanted: &[&str]| {
        let mut config = stub.config();
        config.vector.embedding_retries = 0;
        config.vector.embedding_api_key = Secret::new("sesame".to_owned());
        config.vector.embedding_timeout = Time(Duration::from_millis(400));
        let error = try_index(&data, &root, &config).unwrap_err();
        let text = format!("{} / {}", error::message(&error), error::hint(&error).unwrap_or_default());
        assert!(wanted.iter().all(|part| text.contains(part)), "{text}");
        assert!(!text.contains("sesame") && !format!("{error:?}").contains("sesame"), "{text}");
        assert_eq!(Kind::of(&error), kind, "{text}");
    };
    let stub = Stub::new(|_, _| refusal(401, "wrong key: sesame"));
    check(&stub, Kind::Denied, &["401", "wrong key: ***", "vector.embedding_api_key"]);
    let stub = Stub::new(|_, _| refusal(404, "no such model"));
    check(&stub, Kind::Usage, &["404", "no such model", "vector.embedding_name"]);
    let stub =
        Stub::new(|_, _| (307, vec![("Location", "http://elsewhere.invalid/".to_owned())], String::new()));
    check(&stub, Kind::Usage, &["307", "vector.embedding_url"]);
    let stub = Stub::new(|_, _| (429, vec![("Retry-After", "3600".to_owned())], "slow".to_owned()));
    check(&stub, Kind::Internal, &["429", "vector.embedding_retries"]);
    let stub = Stub::new(|_, _| (200, Vec::new(), "<html>".to_owned()));
    check(&stub, Kind::Internal, &["not as expected", "embeddings API"]);
    let stub = Stub::new(|_, _| (200, Vec::new(), r#"{"data": []}"#.to_owned()));
    check(&stub, Kind::Internal, &["asked for 1 vectors and gave 0", "vector.batch_size"]);
    let stub = Stub::new(|n, got| vectors(got, if n == 0 { 24 } else { 12 }));
    check(&stub, Kind::Usage, &["12 numbers", "24", "vector.dimension"]);
    let stub = Stub::new(|_, got| vectors(got, 5_000));
    check(&stub, Kind::Usage, &["5000", "4096"]);
    // Somebody who listens and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut stub = Stub::new(|_, got| vectors(got, 24));
    stub.url = format!("http://{}/v1", silent.local_addr().unwrap());
    check(&stub, Kind::TimedOut, &["400 ms", "vector.embedding_timeout"]);
    drop(silent);
    check(&stub, Kind::Internal, &["cannot be reached", "vector.embedding_url"]);
    stub.url = String::new();
    check(&stub, Kind::Usage, &["vector.embedding_url is empty"]);
}

#[test]
fn a_key_goes_to_the_address_that_the_settings_name_and_to_no_other() {
    let (_work, root, data) = work();
    let (first, second) = (Stub::new(|_, got| vectors(got, 24)), Stub::new(|_, got| vectors(got, 24)));
    index(&data, &root, &first.config());
    let mut asked = command(&data, &root, &second.config());
    asked.env("CODEGRAPH_VECTOR_EMBEDDING_API_KEY", "sesame");
    let output = asked.args(["search", "password"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("http small"));
    assert_eq!(first.got().pop().unwrap().key, None);
    // Nor to one that a file names which came with the project.
    let file = format!(
        "[vector]\nembedding_model = \"http\"\nembedding_name = \"small\"\nembedding_url = \"{}\"\n",
        second.url
    );
    std::fs::write(root.join("codegraph.toml"), file).unwrap();
    let mut asked = Command::new(CODEGRAPH);
    asked.arg("--data-dir").arg(&data).current_dir(&root).env("CODEGRAPH_VECTOR_EMBEDDING_API_KEY", "sesame");
    let output = asked.arg("index").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("vector.embedding_api_key is not used"), "{said}");
    assert!(!second.got().is_empty() && second.got().iter().all(|got| got.key.is_none()));
    let mut asked = Command::new(CODEGRAPH);
    asked.arg("--data-dir").arg(&data).current_dir(&root).env("CODEGRAPH_VECTOR_EMBEDDING_API_KEY", "sesame");
    let output = asked.args(["search", "password", "--config", "codegraph.toml"]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(second.got().pop().unwrap().key.as_deref(), Some("Bearer sesame"));
    std::fs::remove_file(root.join("codegraph.toml")).unwrap();
    let shown = command(&data, &root, &first.config())
        .env("CODEGRAPH_VECTOR_EMBEDDING_API_KEY", "sesame")
        .args(["config", "show", "vector"])
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("vector.embedding_api_key = \"***\"") && !shown.contains("sesame"), "{shown}");
}
