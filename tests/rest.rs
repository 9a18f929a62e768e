//! Resources of the daemon: what they tell is what the command line tells, and what they take is what their document
//! says.

use crate::support::{Daemon, write};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const SHOP: &[(&str, &str)] = &[
    (
        "src/Shop.java",
        "/** Sells things. */\nclass Shop {\n    /** The price of all. */\n    int total(Order order) {\n        \
         return order.price() + tax(order);\n    }\n\n    int tax(Order order) {\n        return order.price() / 5;\n    \
         }\n}\n",
    ),
    ("src/Order.java", "class Order {\n    int price() {\n        return Math.abs(3);\n    }\n}\n"),
    ("notes/read me.md", "# Notes\n\nHow the total price is computed.\n"),
];

/// Two folders, of which one is indexed as `shop`, and a daemon.
struct World {
    daemon: Daemon,
    data: PathBuf,
    root: PathBuf,
    other: PathBuf,
    _temp: tempfile::TempDir,
}

fn world(settings: &[(&str, &str)]) -> World {
    let temp = tempfile::tempdir().unwrap();
    let base = temp.path().canonicalize().unwrap();
    let (root, other, data) = (base.join("shop"), base.join("other"), base.join("data"));
    let files: BTreeMap<String, String> =
        SHOP.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    write(&root, &files);
    let parcel = ("Parcel.java".to_owned(), "class Parcel { int weight() { return 1; } }\n".to_owned());
    write(&other, &BTreeMap::from([parcel]));
    cli(&data, &root, &["index"]);
    let roots = json!([base]).to_string();
    let mut all = vec![("CODEGRAPH_PARSING_ALLOWED_ROOTS", roots.as_str())];
    all.extend_from_slice(settings);
    World { daemon: Daemon::start(&data, &all), data, root, other, _temp: temp }
}

/// What the command line answers, as JSON.
fn cli(data: &Path, here: &Path, arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_codegraph"))
        .arg("--data-dir")
        .arg(data)
        .args(arguments)
        .args(["--format", "json"])
        .current_dir(here)
        .env_remove("CODEGRAPH_CONFIG")
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

impl World {
    fn cli(&self, arguments: &[&str]) -> Value {
        cli(&self.data, &self.root, arguments)
    }

    /// What is told at a path.
    fn get(&self, path: &str) -> Value {
        let answer = self.daemon.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.daemon.post(path, &body.to_string());
        (answer.status, answer.json())
    }

    /// The job of an id, once it stands like this.
    fn job(&self, id: &Value, status: &str) -> Value {
        let path = format!("/api/v1/jobs/{}", id.as_str().unwrap());
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let job = self.get(&path)["data"].take();
            if job["status"] == status {
                return job;
            }
            assert!(Instant::now() < until, "it is not {status}: {job}");
            std::thread::yield_now();
        }
    }
}

fn field(list: &Value, name: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|each| each[name].as_str().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_folder_becomes_a_project_by_a_job_and_goes_by_another() {
    let world = world(&[]);
    let answer = world.daemon.post("/api/v1/projects", &json!({ "path": world.other }).to_string());
    assert_eq!(answer.status, 202, "{}", answer.body);
    let place = answer.header("Location").unwrap().to_owned();
    let taken = answer.json();
    assert_eq!((&taken["data"]["id"], &taken["data"]["status"]), (&json!("other"), &json!("initializing")));
    let id = &taken["data"]["indexing_job"]["id"];
    assert_eq!(place, format!("/api/v1/jobs/{}", id.as_str().unwrap()));
    let job = world.job(id, "done");
    assert_eq!((&job["progress"]["percent"], &job["progress"]["processed_files"]), (&json!(100), &json!(1)));
    assert_eq!((&job["result"]["added"], &job["error"]), (&json!(1), &Value::Null));
    assert!(!job["logs"].as_array().unwrap().is_empty());

    let status = world.cli(&["status", "--no-scan"]);
    let listed = world.get("/api/v1/projects");
    assert_eq!(field(&listed["data"], "id"), ["other", "shop"]);
    for (project, record) in
        listed["data"].as_array().unwrap().iter().zip(status["projects"].as_array().unwrap())
    {
        assert_eq!((&project["id"], &project["path"]), (&record["name"], &record["root"]));
        assert_eq!(project["stats"]["lines_of_code"], record["lines"]);
        assert_eq!(project["stats"]["edges"], record["edges"]);
        assert_eq!(project["status"], "ready");
    }

    let answer = world.daemon.send("DELETE", "/api/v1/projects/other", &[], "");
    assert_eq!(answer.status, 202, "{}", answer.body);
    world.job(&answer.json()["data"]["deletion_job"]["id"], "done");
    assert_eq!(world.daemon.get("/api/v1/projects/other").status, 404);
    assert_eq!(world.cli(&["status", "--no-scan"])["projects"].as_array().unwrap().len(), 1);
    assert!(world.other.join("Parcel.java").exists());
}

#[test]
fn projects_come_in_pages_sorted_and_searched() {
    let world = world(&[]);
    world.cli(&["index", world.other.to_str().unwrap()]);
    let ids = |query: &str| field(&world.get(&format!("/api/v1/projects?{query}"))["data"], "id");
    assert_eq!(ids("order=desc"), ["shop", "other"]);
    assert_eq!(ids("search=OTH"), ["other"]);
    assert_eq!(ids("limit=1&page=2"), ["shop"]);
    assert!(ids("limit=1&page=3").is_empty());
    assert_eq!(ids("sort=updated_at").len(), 2);
    let meta = &world.get("/api/v1/projects?limit=1&page=1")["meta"];
    let wanted = json!({
        "page": 1, "limit": 1, "total": 2, "total_pages": 2, "has_next": true, "has_previous": false,
    });
    assert_eq!(meta, &wanted);
}

#[test]
fn a_project_is_indexed_again_as_it_was_or_as_it_is_told() {
    let world = world(&[]);
    write(&world.root, &BTreeMap::from([(".hidden/Secret.java".to_owned(), "class Secret {}\n".to_owned())]));
    let project = |query: &str| world.get(&format!("/api/v1/projects/shop{query}"))["data"].take();
    let fresh = project("?scan=true")["health"].take();
    assert_eq!(fresh["index_status"], "fresh", "{fresh}");
    let put = |body: Value| {
        let answer = world.daemon.send("PUT", "/api/v1/projects/shop", &[], &body.to_string());
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["data"]["reindex_job"].take()
    };
    assert_eq!(put(json!({})), Value::Null);
    assert_eq!(put(json!({ "hidden": false })), Value::Null);
    let job = put(json!({ "hidden": true }));
    assert_eq!(world.job(&job["id"], "done")["result"]["files"], 4);
    assert_eq!(project("")["options"], json!({ "hidden": true, "no_ignore": false }));
    // What is not said stays as it is.
    write(&world.root, &BTreeMap::from([("src/New.java".to_owned(), "class New {}\n".to_owned())]));
    let stale = project("?scan=true")["health"].take();
    assert_eq!((&stale["index_status"], &stale["changes"]["added"]), (&json!("stale"), &json!(1)));
    let (status, taken) = world.post("/api/v1/projects/shop/index", &json!({}));
    assert_eq!(status, 202);
    assert_eq!(world.job(&taken["data"]["indexing_job"]["id"], "done")["result"]["files"], 5);
    let fresh = project("?scan=true")["health"].take();
    assert_eq!(fresh["index_status"], "fresh", "{fresh}");
}

#[test]
fn a_project_has_a_description_and_a_day_of_birth() {
    let seconds = || std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let before = seconds();
    let world = world(&[("CODEGRAPH_PARSING_IGNORE_PATTERNS", "attic, *.tmp")]);
    let project = |id: &str| world.get(&format!("/api/v1/projects/{id}"))["data"].take();
    let cli = || world.cli(&["status", "--no-scan"])["projects"][0].take();
    let (first, born) = (project("shop"), cli()["created_at"].as_u64().unwrap());
    assert!((before..=seconds()).contains(&born), "{born}");
    // `date` is another calendar than ours.
    let date = Command::new("date").args(["-u", "-d", &format!("@{born}"), "+%FT%TZ"]).output().unwrap();
    assert_eq!(first["created_at"], String::from_utf8(date.stdout).unwrap().trim());
    assert_eq!((&first["description"], &cli()["description"]), (&json!(""), &Value::Null));
    let config = json!({
        "enable_vector_search": true, "embedding_model": "built-in", "ignore_patterns": ["attic", "*.tmp"],
    });
    assert_eq!(first["config"], config);
    let put = |body: Value| {
        let answer = world.daemon.send("PUT", "/api/v1/projects/shop", &[], &body.to_string());
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["data"]["reindex_job"].take()
    };
    let text = "Sells things.\u{1b}[31m Ünï";
    world.job(&put(json!({ "description": text }))["id"], "done");
    assert_eq!(put(json!({ "description": text })), Value::Null);
    assert_eq!((&project("shop")["description"], &cli()["description"]), (&json!(text), &json!(text)));
    // A run that says nothing of it leaves it, one from scratch too; the day of birth stays.
    let (_, again) = world.post("/api/v1/projects/shop/index", &json!({ "force": true }));
    world.job(&again["data"]["indexing_job"]["id"], "done");
    let told = project("shop");
    assert_eq!((&told["description"], &told["created_at"]), (&json!(text), &first["created_at"]));
    let shown = Command::new(env!("CARGO_BIN_EXE_codegraph"))
        .arg("--data-dir")
        .arg(&world.data)
        .arg("status")
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("Sells things.") && !shown.contains('\u{1b}'), "{shown}");
    let long = json!({ "path": world.other, "description": "x".repeat(2_001) });
    assert_eq!(world.post("/api/v1/projects", &long).0, 400);
    let new = json!({ "path": world.other, "description": "Weighs." });
    let (_, taken) = world.post("/api/v1/projects", &new);
    world.job(&taken["data"]["indexing_job"]["id"], "done");
    assert_eq!(project("other")["description"], "Weighs.");
    assert_eq!(field(&world.get("/api/v1/projects?sort=created_at&order=asc")["data"], "id").len(), 2);
    // Whoever comes under the name of one that went is somebody else.
    world.cli(&["remove", "other"]);
    world.cli(&["index", world.other.to_str().unwrap()]);
    assert_eq!(project("other")["description"], "");
}

#[test]
fn what_a_resource_tells_is_told_again_until_the_index_changes() {
    let world = world(&[]);
    let id = world.cli(&["query", "definition", "Order.price"])["results"][0]["id"].take();
    let id: String = id.as_str().unwrap().bytes().map(|byte| format!("%{byte:02X}")).collect();
    let gets = [
        "/api/v1/search?q=total+price".to_owned(),
        format!("/api/v1/entities/{id}?include_refs=true&context=true"),
        "/api/v1/projects/shop/stats".to_owned(),
        "/api/v1/projects/shop/files/src%2FShop.java/outline".to_owned(),
    ];
    let posts = [
        ("/api/v1/graph/query", json!({ "question": "callers", "symbol": "Order.price" })),
        ("/api/v1/graph/query", json!({ "cypher": "MATCH (n:Method) RETURN n.name" })),
        ("/api/v1/similar", json!({ "code": "int tax(Order order)" })),
    ];
    let ask = || -> Vec<(Option<String>, Value)> {
        let got = gets.iter().map(|path| world.daemon.get(path));
        let posted = posts.iter().map(|(path, body)| world.daemon.post(path, &body.to_string()));
        let told = |answer: crate::support::Answer| {
            assert_eq!(answer.status, 200, "{}", answer.body);
            let mut data = answer.json()["data"].take();
            // How long it took is of the moment.
            for field in ["took", "execution_time"] {
                data.as_object_mut().unwrap().remove(field);
            }
            (answer.header("X-Cache").map(str::to_owned), data)
        };
        got.chain(posted).map(told).collect()
    };
    let (first, second) = (ask(), ask());
    for ((first, made), (second, kept)) in first.iter().zip(&second) {
        assert_eq!((first.as_deref(), second.as_deref()), (Some("miss"), Some("hit")), "{made}");
        assert_eq!(made, kept);
    }
    let more =
        "class More {\n    int price(Order order) {\n        return order.price();\n    }\n}\n".to_owned();
    write(&world.root, &BTreeMap::from([("src/More.java".to_owned(), more)]));
    world.cli(&["index"]);
    let third = ask();
    assert!(third.iter().all(|(word, _)| word.as_deref() == Some("miss")));
    assert_ne!(third[4].1["results"], first[4].1["results"], "the graph has one caller more");
    assert_eq!(world.daemon.get("/api/v1/projects").header("X-Cache"), None);
    assert_eq!(world.daemon.get("/api/v1/search?q=x&project_id=nobody").header("X-Cache"), None);
}

#[test]
fn counts_of_a_project_are_those_of_the_command_line() {
    let world = world(&[]);
    let (stats, cli) = (world.get("/api/v1/projects/shop/stats"), world.cli(&["query", "stats"]));
    let stats = &stats["data"];
    assert_eq!(stats["files"]["by_language"], cli["languages"]);
    assert_eq!(stats["entities"]["by_kind"], cli["kinds"]);
    assert_eq!(stats["edges"], json!({ "total": cli["edges"], "by_kind": cli["edge_kinds"] }));
    assert_eq!(stats["references"]["unresolved"], cli["unresolved"]);
}

#[test]
fn a_search_finds_what_the_command_line_finds() {
    let world = world(&[]);
    let ids = |answer: &Value, at: &str| field(&answer[at], "id");
    let cli = world.cli(&["search", "total", "price"]);
    let found = world.get("/api/v1/search?q=total+price&project_id=shop");
    assert_eq!(ids(&found["data"], "results"), ids(&cli, "results"));
    assert_eq!(found["data"]["total"], cli["total"]);
    let first = &found["data"]["results"][0];
    assert_eq!(first["context"]["match"], cli["results"][0]["snippet"]);
    assert_eq!(first["file"], cli["results"][0]["path"]);
    // Line, column and the lines around are those of the file.
    let around =
        world.get("/api/v1/search?q=total&project_id=shop&language=java&entity_type=method&context=2");
    for hit in around["data"]["results"].as_array().unwrap() {
        let text = std::fs::read_to_string(world.root.join(hit["file"].as_str().unwrap())).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let at = |field: &str| hit[field].as_u64().unwrap() as usize;
        let name = hit["entity_name"].as_str().unwrap().rsplit('.').next().unwrap();
        assert!(lines[at("line") - 1][at("column") - 1..].starts_with(name), "{hit}");
        let (from, to) = (at("start_line") - 1, at("end_line"));
        let context = &hit["context"];
        assert_eq!(context["match"], lines[from..to].join("\n"), "{hit}");
        assert_eq!(context["before"], lines[from.saturating_sub(2)..from].join("\n"));
        assert_eq!(context["after"], lines[to..(to + 2).min(lines.len())].join("\n"));
    }
    assert!(!around["data"]["results"].as_array().unwrap().is_empty());
    // A page is a part of the whole.
    let page = world.get("/api/v1/search?q=total%20price&limit=2&offset=1");
    assert_eq!(ids(&page["data"], "results"), ids(&cli, "results")[1..3]);
    let only = world.get("/api/v1/search?q=total&file_type=md");
    assert_eq!(field(&only["data"]["results"], "file"), ["notes/read me.md"]);
    let methods = world.get("/api/v1/search?q=price&language=java&entity_type=method");
    assert!(field(&methods["data"]["results"], "entity_type").iter().all(|kind| kind == "method"));
    assert_eq!(world.daemon.get("/api/v1/search?q=x&project_id=nobody").status, 404);
}

#[test]
fn code_is_found_by_code_that_is_like_it() {
    let world = world(&[]);
    let code = "int tax(Order order) {\n        return order.price() / 5;\n    }";
    let (status, found) = world.post("/api/v1/similar", &json!({ "code": code, "limit": 3 }));
    assert_eq!(status, 200, "{found}");
    let first = &found["data"]["results"][0];
    assert_eq!(first["file"], "src/Shop.java", "{found}");
    assert!(first["similarity"].as_f64().unwrap() > 0.0);
    let filters = json!({ "language": "markdown" });
    let (_, found) = world.post("/api/v1/similar", &json!({ "code": "total price", "filters": filters }));
    assert_eq!(field(&found["data"]["results"], "file"), ["notes/read me.md"]);
}

#[test]
fn an_entity_is_told_with_its_neighbours() {
    let world = world(&[]);
    let definition = world.cli(&["query", "definition", "Shop.total"])["results"][0].take();
    let id = definition["id"].as_str().unwrap();
    let encoded: String = id.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let entity = |query: &str| world.get(&format!("/api/v1/entities/{encoded}{query}"))["data"].take();
    let plain = entity("");
    assert_eq!(plain["id"], id);
    assert_eq!(plain["documentation"], definition["doc"]);
    assert_eq!((&plain["signature"], &plain["dependencies"]), (&definition["signature"], &Value::Null));
    let text = std::fs::read_to_string(world.root.join("src/Shop.java")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let at = |of: &Value, field: &str| of[field].as_u64().unwrap() as usize - 1;
    assert!(lines[at(&plain, "line")][at(&plain, "column")..].starts_with("total("), "{plain}");
    let callees = world.cli(&["query", "callees", "Shop.total"]);
    let near = entity("?include_deps=true&project_id=shop");
    let of = |near: &Value, kind: &str, depth: u64| -> Vec<String> {
        let mut ids: Vec<String> = near["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|each| each["relationship"] == kind && each["depth"] == depth)
            .map(|each| each["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort_unstable();
        ids
    };
    let mut wanted = field(&callees["results"], "id");
    wanted.sort_unstable();
    assert_eq!(of(&near, "calls", 1), wanted);
    let far = entity("?include_deps=true&depth=2");
    assert!(of(&far, "calls", 2).iter().all(|id| !wanted.contains(id)), "{far}");
    let price = world.cli(&["query", "definition", "Order.price"])["results"][0]["id"].take();
    let price: String = price.as_str().unwrap().bytes().map(|byte| format!("%{byte:02X}")).collect();
    let callers = world.cli(&["query", "callers", "Order.price"]);
    let told = world.get(&format!("/api/v1/entities/{price}?include_refs=true&context=true"));
    for each in told["data"]["references"].as_array().unwrap() {
        let site = &each["site"];
        let line = lines[at(site, "line")];
        assert_eq!((&site["file"], &site["context"]), (&json!("src/Shop.java"), &json!(line)));
        assert!(line[at(site, "column")..].starts_with("price("), "{site}");
    }
    let mut told = field(&told["data"]["references"], "id");
    let mut wanted = field(&callers["results"], "id");
    told.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(told, wanted);
    assert_eq!(world.daemon.get("/api/v1/entities/src%2FShop.java%23nobody@00000001").status, 404);
}

#[test]
fn the_graph_is_asked_by_name_in_opencypher_and_by_pattern() {
    let world = world(&[]);
    let ask = |body: Value| {
        let (status, answer) = world.post("/api/v1/graph/query", &body);
        assert_eq!(status, 200, "{body}: {answer}");
        answer["data"].clone()
    };
    let named = ask(json!({ "question": "callers", "symbol": "Order.price" }));
    assert_eq!(named["results"], world.cli(&["query", "callers", "Order.price"])["results"]);
    let query = "MATCH (a:Method)-[:CALLS]->(b) WHERE b.name = $name RETURN a.name AS caller ORDER BY caller";
    let cypher = ask(json!({ "cypher": query, "parameters": { "name": "price" }, "project_id": "shop" }));
    assert_eq!(cypher["results"], json!([{ "caller": "tax" }, { "caller": "total" }]));
    assert_eq!(cypher["columns"], world.cli(&["query", "cypher", query, "--param", "name=price"])["columns"]);
    let pattern = json!({ "match": "(start:Method)-[calls]->(dep:Method)", "where": "dep.name = 'price'", "return": ["start.name AS caller"] });
    let by_pattern = ask(json!({ "pattern": pattern }));
    assert_eq!(field(&by_pattern["results"], "caller").len(), 2);
    let id = world.cli(&["query", "definition", "Shop.tax"])["results"][0]["id"].take();
    let from_one = ask(json!({ "pattern": pattern, "start_entities": [id] }));
    assert_eq!(from_one["results"], json!([{ "caller": "tax" }]));
    let cut = ask(json!({ "cypher": "UNWIND range(1, 5) AS n RETURN n", "limit": 2 }));
    assert_eq!((&cut["total"], &cut["truncated"]), (&json!(5), &json!(true)));
    assert_eq!(cut["results"], json!([{ "n": 1 }, { "n": 2 }]));
    let one = ask(json!({ "question": "stats" }));
    assert_eq!((&one["total"], &one["results"][0]["project"]), (&json!(1), &json!("shop")));
    for body in
        [json!({}), json!({ "cypher": "RETURN 1", "question": "stats" }), json!({ "cypher": "RETURN" })]
    {
        assert_eq!(world.post("/api/v1/graph/query", &body).0, 400, "{body}");
    }
}

#[test]
fn lines_of_indexed_files_are_shown_and_of_no_others() {
    let world = world(&[]);
    let shop = world.get("/api/v1/projects/shop/files/src%2FShop.java");
    let text = std::fs::read_to_string(world.root.join("src/Shop.java")).unwrap();
    assert_eq!((&shop["data"]["text"], &shop["data"]["stale"]), (&json!(text), &json!(false)));
    let some = world.get("/api/v1/projects/shop/files/src%2FShop.java?from=3&to=4")["data"].take();
    let wanted: String = text.lines().skip(2).take(2).map(|line| format!("{line}\n")).collect();
    assert_eq!((&some["text"], &some["from"], &some["to"]), (&json!(wanted), &json!(3), &json!(4)));
    assert_eq!(some["lines"], 11);
    let past = world.get("/api/v1/projects/shop/files/src%2FShop.java?from=99")["data"].take();
    assert_eq!((&past["text"], &past["truncated"]), (&json!(""), &json!(false)));
    assert_eq!(world.get("/api/v1/projects/shop/files/notes%2Fread%20me.md")["data"]["lines"], 3);
    let outline = world.get("/api/v1/projects/shop/files/src%2FShop.java/outline");
    assert_eq!(outline["data"], world.cli(&["query", "outline", "src/Shop.java"]));
    // On disk, and not indexed.
    std::fs::write(world.root.join("key.txt"), "secret").unwrap();
    std::fs::write(world.root.join("src/Order.java"), "class Order {}\n").unwrap();
    for path in ["key.txt", "..%2Fother%2FParcel.java", "%2Fetc%2Fpasswd", "Shop.java", "src"] {
        let answer = world.daemon.get(&format!("/api/v1/projects/shop/files/{path}"));
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
    }
    assert_eq!(world.get("/api/v1/projects/shop/files/src%2FOrder.java")["data"]["stale"], true);
}

#[test]
fn what_waits_is_cancelled_and_what_is_over_stays() {
    let world = world(&[]);
    let (_, paused) = world.post("/api/v1/admin/pause-indexing", &json!({}));
    assert_eq!(paused, json!({ "data": { "paused": true } }));
    let (_, taken) = world.post("/api/v1/projects", &json!({ "path": world.other }));
    let id = taken["data"]["indexing_job"]["id"].clone();
    assert_eq!(world.job(&id, "queued")["progress"]["percent"], 0);
    let path = format!("/api/v1/jobs/{}", id.as_str().unwrap());
    let answer = world.daemon.send("DELETE", &path, &[], "");
    assert_eq!((answer.status, &answer.json()["data"]["status"]), (202, &json!("cancelled")));
    assert_eq!(world.daemon.send("DELETE", &path, &[], "").status, 409);
    let listed = world.get("/api/v1/jobs?status=cancelled&type=index&project_id=other");
    assert_eq!((field(&listed["data"], "id").len(), &listed["meta"]["paused"]), (1, &json!(true)));
    assert!(field(&world.get("/api/v1/jobs?status=done")["data"], "id").is_empty());
    let (_, again) = world.post("/api/v1/projects", &json!({ "path": world.other }));
    world.post("/api/v1/admin/resume-indexing", &json!({}));
    world.job(&again["data"]["indexing_job"]["id"], "done");
    assert_eq!(world.get("/api/v1/admin/stats")["jobs"]["by_status"]["cancelled"], 1);
}

#[test]
fn a_project_that_is_being_indexed_goes_only_by_force() {
    let world = world(&[]);
    world.post("/api/v1/admin/pause-indexing", &json!({}));
    let (_, taken) = world.post("/api/v1/projects/shop/index", &json!({}));
    assert_eq!(world.get("/api/v1/projects/shop")["data"]["status"], "queued");
    assert_eq!(world.daemon.send("DELETE", "/api/v1/projects/shop", &[], "").status, 409);
    let answer = world.daemon.send("DELETE", "/api/v1/projects/shop?force=true", &[], "");
    assert_eq!(answer.status, 202, "{}", answer.body);
    world.job(&taken["data"]["indexing_job"]["id"], "cancelled");
    world.post("/api/v1/admin/resume-indexing", &json!({}));
    world.job(&answer.json()["data"]["deletion_job"]["id"], "done");
    assert_eq!(world.get("/api/v1/projects")["meta"]["total"], 0);
}

#[test]
fn a_run_that_takes_too_long_leaves_the_index_as_it_was() {
    let world = world(&[("CODEGRAPH_PERFORMANCE_INDEX_TIMEOUT", "1ms")]);
    let (_, taken) = world.post("/api/v1/projects/shop/index", &json!({ "force": true }));
    let job = world.job(&taken["data"]["indexing_job"]["id"], "timed_out");
    assert_eq!(job["error"]["code"], "timed_out");
    assert!(job["error"]["detail"].as_str().unwrap().contains("performance.index_timeout"), "{job}");
    let project = world.get("/api/v1/projects/shop")["data"].take();
    assert_eq!(
        (&project["generation"], &project["health"]["last_error"]["code"]),
        (&json!(1), &json!("timed_out"))
    );
    assert!(!field(&world.get("/api/v1/search?q=total")["data"]["results"], "file").is_empty());
}

#[test]
fn without_jobs_at_once_all_wait() {
    let world = world(&[("CODEGRAPH_PERFORMANCE_MAX_CONCURRENT_INDEXING", "0")]);
    let (_, taken) = world.post("/api/v1/projects/shop/index", &json!({}));
    world.post("/api/v1/admin/resume-indexing", &json!({}));
    assert_eq!(world.get("/api/v1/jobs")["meta"]["paused"], true);
    world.job(&taken["data"]["indexing_job"]["id"], "queued");
}

#[test]
fn a_daemon_that_ends_while_it_indexes_leaves_a_whole_index() {
    let mut world = world(&[]);
    let many: BTreeMap<String, String> = (0..400)
        .map(|n| (format!("gen/C{n}.java"), format!("class C{n} {{ int f() {{ return {n}; }} }}\n")))
        .collect();
    write(&world.root, &many);
    let (status, _) = world.post("/api/v1/projects/shop/index", &json!({}));
    assert_eq!(status, 202);
    world.daemon.signal("TERM");
    assert_eq!(world.daemon.wait().code(), Some(0));
    let report = world.cli(&["index"]);
    assert_eq!(report["files"], 403);
    let fresh = world._temp.path().join("fresh");
    assert_eq!(cli(&fresh, &world.root, &["index"])["edges"], report["edges"]);
}

#[test]
fn vectors_are_made_anew_and_rows_are_compacted_by_jobs() {
    let world = world(&[]);
    let before = world.cli(&["search", "total", "price"]);
    std::fs::remove_dir_all(world.data.join("vector")).unwrap();
    let (status, taken) = world.post("/api/v1/admin/vector/rebuild", &json!({ "project_id": "shop" }));
    assert_eq!(status, 202, "{taken}");
    assert_eq!(world.job(&taken["data"]["job"]["id"], "done")["result"]["projects"], json!(["shop"]));
    let vectors = world.get("/api/v1/admin/vector/stats")["data"][0].take();
    assert_eq!((&vectors["project_id"], vectors["file_bytes"].as_u64() > Some(0)), (&json!("shop"), true));
    let (status, taken) = world.post("/api/v1/admin/compact", &json!({}));
    assert_eq!(status, 202, "{taken}");
    assert_eq!(world.job(&taken["data"]["job"]["id"], "done")["result"]["generation"], 2);
    assert_eq!(world.cli(&["search", "total", "price"])["results"], before["results"]);
    assert_eq!(world.post("/api/v1/admin/vector/rebuild", &json!({ "project_id": "nobody" })).0, 404);
}

#[test]
fn health_comes_from_a_real_look() {
    let world = world(&[]);
    let health = world.get("/health");
    assert_eq!(
        (&health["status"], &health["version"]),
        (&json!("healthy"), &json!(env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(health["features"], json!(["graph", "vector", "mcp"]));
    assert!(health["uptime"].as_str().unwrap().ends_with('s'), "{health}");
    assert_eq!(world.get("/ready")["status"], "ready");
    let parts = world.get("/api/v1/health")["components"].take();
    let bare = world.daemon.send_bare("GET", "/api/v1/health", &[], "");
    let bare = (bare.status, bare.json());
    assert_eq!((bare.0, &bare.1["components"]["database"]["status"]), (200, &json!("healthy")));
    assert!(bare.1["version"].is_null() && bare.1["components"]["vector_search"]["documents"].is_null());
    assert_eq!(parts["database"]["status"], "healthy");
    assert_eq!(
        (&parts["vector_search"]["status"], &parts["vector_search"]["documents"]),
        (&json!("healthy"), &json!(3))
    );
    let memory = &parts["memory"];
    let [used, available] = ["used", "available"].map(|field| memory[field].as_f64().unwrap());
    let status = std::fs::read_to_string(format!("/proc/{}/status", world.daemon.pid())).unwrap();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let resident = resident.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0;
    assert!((used / resident - 1.0).abs() < 0.3, "{used} {resident}");
    // performance.max_memory_usage is 4 GB.
    assert!((used + available - 4e9).abs() < 1.0, "{memory}");
    assert!((memory["usage_percent"].as_f64().unwrap() - used / 4e7).abs() < 0.1, "{memory}");
    assert_eq!(bare.1["components"]["memory"], json!({ "status": "healthy" }));
    let stats = world.get("/api/v1/admin/stats");
    assert!(stats["database"]["disk_bytes"].as_u64() > Some(0), "{stats}");
}

#[test]
fn a_daemon_over_a_damaged_index_says_so() {
    let world = world(&[("CODEGRAPH_MCP_ENABLED", "false")]);
    assert_eq!(world.get("/health")["features"], json!(["graph", "vector"]));
    std::fs::write(world.data.join("snapshots/CURRENT"), "no number\n").unwrap();
    let answer = world.daemon.get("/api/v1/health");
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(answer.json()["components"]["database"]["status"], "unhealthy");
    assert_eq!(world.daemon.get("/ready").status, 503);
    assert_eq!(world.daemon.get("/health").status, 200);
}

#[test]
fn what_the_document_does_not_say_is_refused_field_by_field() {
    let world = world(&[]);
    let wrong = |answer: crate::support::Answer| {
        assert_eq!(answer.status, 400, "{}", answer.body);
        let problem = answer.json();
        assert!(problem["request_id"].is_string() && problem["code"] == "usage", "{problem}");
        field(&problem["errors"], "field")
    };
    assert_eq!(wrong(world.daemon.get("/api/v1/projects?limit=0&colour=red")), ["limit", "colour"]);
    assert_eq!(wrong(world.daemon.get("/api/v1/search")), ["q"]);
    assert_eq!(wrong(world.daemon.get("/health?x=1")), ["x"]);
    assert_eq!(wrong(world.daemon.get("/api/v1/jobs?status=asleep")), ["status"]);
    let post = |path: &str, body: &str| wrong(world.daemon.post(path, body));
    assert_eq!(post("/api/v1/projects", "{}"), ["path"]);
    assert_eq!(post("/api/v1/projects", r#"{"path": "relative"}"#), ["path"]);
    let gone = json!({ "path": world.root.join("gone") }).to_string();
    assert_eq!(post("/api/v1/projects", &gone), ["path"]);
    let file = json!({ "path": world.root.join("src/Shop.java") }).to_string();
    assert_eq!(post("/api/v1/projects", &file), ["path"]);
    assert_eq!(post("/api/v1/projects", r#"{"path": 1, "languages": []}"#), ["languages", "path"]);
    assert_eq!(
        post("/api/v1/similar", r#"{"code": "x", "filters": {"language": "klingon"}}"#),
        ["filters.language"]
    );
    assert_eq!(post("/api/v1/search", r#"{"query": ["x"], "limit": 1001}"#), ["limit"]);
    assert_eq!(post("/api/v1/graph/query", "[]"), [""]);
    assert_eq!(post("/api/v1/graph/query", "{"), [""]);
    assert_eq!(post("/api/v1/admin/compact?now=1", ""), ["now"]);
    assert_eq!(world.post("/api/v1/projects", &json!({ "path": "/" })).0, 403);
    let body = json!({ "path": world.root, "name": "other name" });
    assert_eq!(world.post("/api/v1/projects", &body).0, 202);
    let taken = json!({ "path": world.other, "name": "shop" });
    assert_eq!(world.post("/api/v1/projects", &taken).0, 409);
}

#[test]
fn every_route_of_the_document_is_there_and_takes_no_other_method() {
    let world = world(&[]);
    let document = world.get("/api/v1/openapi.json");
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/health",
        "/ready",
        "/api/v1/health",
        "/api/v1/projects",
        "/api/v1/projects/{id}",
        "/api/v1/projects/{id}/stats",
        "/api/v1/search",
        "/api/v1/similar",
        "/api/v1/entities/{id}",
        "/api/v1/graph/query",
        "/api/v1/jobs",
        "/api/v1/jobs/{id}",
        "/api/v1/query/callers",
        "/api/v1/admin/stats",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
    for (template, methods) in paths {
        let path = template.replace("{id}", "x").replace("{path}", "y");
        let known: Vec<String> =
            methods.as_object().unwrap().keys().map(|name| name.to_uppercase()).collect();
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"] {
            let answer = world.daemon.send(method, &path, &[], "");
            if known.iter().any(|known| known == method) {
                assert_ne!(answer.status, 405, "{method} {path}");
                let is_nothing = answer.body.contains("there is nothing at");
                assert!(!is_nothing && answer.status != 500, "{method} {path}: {}", answer.body);
            } else {
                assert_eq!(answer.status, 405, "{method} {path}: {}", answer.body);
                let mut allowed: Vec<&str> = answer.header("Allow").unwrap().split(", ").collect();
                let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
                allowed.sort_unstable();
                known.sort_unstable();
                assert_eq!(allowed, known, "{method} {path}");
            }
        }
    }
}

#[test]
fn the_examples_of_the_readme_work_and_its_table_is_whole() {
    let world = world(&[]);
    let readme = include_str!("../README.md");
    let section = readme.split("## The daemon's API").nth(1).unwrap().split("\n## ").next().unwrap();
    let document = world.get("/api/v1/openapi.json");
    let mut resources: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let is_own =
                !matches!(operation["tags"][0].as_str().unwrap(), "questions" | "operations" | "tokens");
            let is_operation = operation["operationId"].as_str().unwrap().starts_with("ask_");
            if is_own && !is_operation && path.starts_with("/api/v1/") {
                resources.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let mut listed: Vec<String> = cells.map(str::to_owned).collect();
    resources.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, resources);

    let commands: Vec<&str> = section.lines().filter(|line| line.starts_with("curl ")).collect();
    assert!(commands.len() > 4);
    for command in commands {
        let here = command
            .replace("127.0.0.1:8000", &world.daemon.address)
            .replace("/srv/code/shop", world.root.to_str().unwrap());
        let output =
            Command::new("sh").arg("-c").arg(&here).env("KEY", crate::support::KEY).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{command}: {text}{}", String::from_utf8_lossy(&output.stderr));
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert!(answer["data"].is_object() || answer["data"].is_array(), "{command}: {answer}");
    }
}

#[test]
fn a_project_that_there_is_not_is_a_404_also_for_operations() {
    let world = world(&[]);
    for (path, body) in [
        ("/api/v1/query/callers", json!({ "symbol": "x", "project": "nobody" })),
        ("/api/v1/search", json!({ "query": ["x"], "project": "nobody" })),
        ("/api/v1/graph/query", json!({ "question": "stats", "project_id": "nobody" })),
        ("/api/v1/similar", json!({ "code": "x", "project_id": "nobody" })),
    ] {
        assert_eq!(world.post(path, &body).0, 404, "{path}");
    }
}
