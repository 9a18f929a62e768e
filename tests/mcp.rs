//! Agents: a client that speaks the protocol over the pipes of a child process, in every revision.

use crate::support::{Daemon, KEY, write};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const CODEGRAPH: &str = env!("CARGO_BIN_EXE_codegraph");
const NEWEST: &str = "2026-07-28";

/// A folder with the index of one project: `total` calls `price`, and so do 40 functions more.
pub struct Desk {
    pub data: PathBuf,
    pub root: PathBuf,
    temp: tempfile::TempDir,
}

pub fn desk() -> Desk {
    let temp = tempfile::tempdir().unwrap();
    let (root, data) = (temp.path().join("shop"), temp.path().join("data"));
    let many: String =
        (0..40).map(|n| format!("    int use{n:02}(Order o) {{ return o.price(); }}\n")).collect();
    write(
        &root,
        &BTreeMap::from([
            ("Shop.java".to_owned(), "class Shop { int total(Order o) { return o.price(); } }\n".to_owned()),
            ("Order.java".to_owned(), "class Order { int price() { return 3; } }\n".to_owned()),
            ("Many.java".to_owned(), format!("class Many {{\n{many}}}\n")),
        ]),
    );
    let desk = Desk { data, root, temp };
    assert!(desk.command().arg("index").arg(&desk.root).output().unwrap().status.success());
    desk
}

impl Desk {
    pub fn command(&self) -> Command {
        let mut command = Command::new(CODEGRAPH);
        command.arg("--data-dir").arg(&self.data).env_remove("CODEGRAPH_CONFIG");
        command
    }

    fn client(&self) -> Client {
        self.client_of(&["mcp"], &self.root)
    }

    fn client_of(&self, args: &[&str], here: &Path) -> Client {
        let mut command = self.command();
        command.args(args).current_dir(here);
        Client::of(command)
    }
}

struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: u64,
}

impl Client {
    /// A client of the server that a command starts.
    fn of(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { input: child.stdin.take(), output, child, next: 0 }
    }

    /// Sends a request, and waits for nothing.
    fn begin(&mut self, id: &Value, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
    }

    fn send(&mut self, line: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(line.as_bytes()).unwrap();
        input.write_all(b"\n").unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// Sends a request and gives its whole answer.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.begin(&json!(id), method, &params);
        let answer = self.receive();
        assert_eq!((&answer["id"], &answer["jsonrpc"]), (&json!(id), &json!("2.0")), "{answer}");
        answer
    }

    fn initialize(&mut self, revision: &str) -> Value {
        let answer = self.ask(
            "initialize",
            json!({ "protocolVersion": revision, "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } }),
        );
        self.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        answer["result"].clone()
    }

    /// Calls a tool and gives its result.
    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let answer = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].clone()
    }

    /// Ends the input; gives what was said after that, and the exit code.
    fn end(mut self) -> (Vec<Value>, Option<i32>) {
        drop(self.input.take());
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        let rest = rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (rest, self.child.wait().unwrap().code())
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What each request of the newest revision has.
pub fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": NEWEST,
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}

#[test]
fn every_revision_with_a_handshake_is_agreed_on_and_answered_in_its_own_way() {
    let desk = desk();
    for (asked, agreed) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("1999-01-01", "2025-11-25"),
        (NEWEST, "2025-11-25"),
    ] {
        let mut client = desk.client();
        let hello = client.initialize(asked);
        assert_eq!(hello["protocolVersion"], agreed);
        assert_eq!(hello["serverInfo"]["name"], "codegraph");
        assert_eq!(client.ask("ping", json!({}))["result"], json!({}));
        let tools = client.ask("tools/list", json!({}))["result"].clone();
        assert!(tools["resultType"].is_null() && tools["ttlMs"].is_null(), "{tools}");
        let answer = client.call("graph", &json!({ "question": "callers", "symbol": "Order.price" }));
        assert!(answer["content"][0]["text"].as_str().unwrap().contains("Shop.total"), "{answer}");
        assert_eq!(answer["structuredContent"].is_object(), agreed >= "2025-06-18", "{agreed}");
        // Batches are of one revision, and of what was before it.
        client.send(r#"[{"jsonrpc":"2.0","id":"a","method":"ping"},{"jsonrpc":"2.0","method":"notifications/x"},{"jsonrpc":"2.0","id":"b","method":"tools/call","params":{"name":"status"}},7]"#);
        let batch = client.receive();
        if agreed <= "2025-03-26" {
            let ids: Vec<&Value> = batch.as_array().unwrap().iter().map(|answer| &answer["id"]).collect();
            assert_eq!(ids, [&json!("a"), &Value::Null, &json!("b")]);
        } else {
            assert_eq!(batch["error"]["code"], -32600);
        }
        assert_eq!(client.end(), (Vec::new(), Some(0)));
    }
}

#[test]
fn a_request_of_the_newest_revision_stands_for_itself() {
    let desk = desk();
    let mut client = desk.client();
    let found = client.ask("server/discover", json!({ "_meta": meta() }))["result"].clone();
    assert_eq!(found["supportedVersions"], json!([NEWEST]));
    assert_eq!(found["resultType"], "complete");
    assert_eq!(found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "codegraph");
    assert!(found["capabilities"]["tools"].is_object() && found["ttlMs"].is_u64());
    for method in ["tools/list", "prompts/list", "resources/list", "resources/templates/list"] {
        let result = client.ask(method, json!({ "_meta": meta() }))["result"].clone();
        assert!(result["ttlMs"].is_u64() && result["cacheScope"].is_string(), "{method}: {result}");
    }
    let answer = client.ask(
        "tools/call",
        json!({ "_meta": meta(), "name": "search", "arguments": { "query": "total of an order" } }),
    );
    assert_eq!(answer["result"]["resultType"], "complete", "{answer}");
    assert!(answer["result"]["structuredContent"]["results"].is_array(), "{answer}");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut meta = meta();
        change(&mut meta);
        json!({ "_meta": meta })
    };
    let (version, level) = ("io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/logLevel");
    let wrong = client.ask("tools/list", with(&|meta| meta[version] = json!("1900-01-01")));
    assert_eq!(wrong["error"]["code"], -32022);
    assert_eq!(wrong["error"]["data"], json!({ "supported": [NEWEST], "requested": "1900-01-01" }));
    let lacking = with(&|meta| {
        drop(meta.as_object_mut().unwrap().remove("io.modelcontextprotocol/clientCapabilities"))
    });
    assert_eq!(client.ask("tools/list", lacking)["error"]["code"], -32602);
    assert_eq!(client.ask("tools/list", with(&|meta| meta[level] = json!("loud")))["error"]["code"], -32602);
    assert_eq!(client.ask("server/discover", json!({}))["error"]["code"], -32602);
    for gone in ["ping", "logging/setLevel", "resources/subscribe"] {
        assert_eq!(client.ask(gone, json!({ "_meta": meta() }))["error"]["code"], -32601, "{gone}");
    }
}

#[test]
fn a_subscription_is_acknowledged_and_ends_when_it_is_cancelled() {
    let desk = desk();
    let mut client = desk.client();
    let params = json!({ "_meta": meta(), "notifications": { "toolsListChanged": true } });
    client.begin(&json!(5), "subscriptions/listen", &params);
    let said = client.receive();
    assert_eq!(said["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(said["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], 5);
    assert_eq!(said["params"]["notifications"], json!({}));
    client.send(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}"#);
    assert!(client.ask("tools/list", json!({}))["result"].is_object());
    assert_eq!(client.end(), (Vec::new(), Some(0)));
}

#[test]
fn what_is_wrong_is_told_and_the_next_request_is_answered() {
    let desk = desk();
    let mut client = desk.client();
    client.initialize("2025-11-25");
    for (line, id, code) in [
        ("{", json!(null), -32700),
        ("\u{1}\u{2}", json!(null), -32700),
        (r#"{"jsonrpc":"2.0","id":9}"#, json!(9), -32600),
        (r#"{"id":9,"method":"ping"}"#, json!(9), -32600),
        (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, json!(null), -32600),
        (r#"{"jsonrpc":"2.0","id":9,"method":"no/such"}"#, json!(9), -32601),
        (r#"{"jsonrpc":"2.0","id":9,"method":"ping","params":3}"#, json!(9), -32602),
        (r#"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"nothing"}}"#, json!(9), -32602),
        (
            r#"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"status","arguments":1}}"#,
            json!(9),
            -32602,
        ),
        (r#"{"jsonrpc":"2.0","id":9,"method":"prompts/get","params":{"name":"x"}}"#, json!(9), -32602),
        (
            r#"{"jsonrpc":"2.0","id":9,"method":"resources/read","params":{"uri":"codegraph://status/x"}}"#,
            json!(9),
            -32002,
        ),
    ] {
        client.send(line);
        let answer = client.receive();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&id, &json!(code)), "{line}: {answer}");
    }
    let deep = "[".repeat(100_000);
    client.send(&deep);
    assert_eq!(client.receive()["error"]["code"], -32700);
    client.send("");
    client.send(r#"{"jsonrpc":"2.0","method":"notifications/unheard-of","params":{}}"#);
    client.send(r#"{"jsonrpc":"2.0","id":"never asked","result":{}}"#);
    assert_eq!(client.ask("ping", json!({}))["result"], json!({}));
}

#[test]
fn bytes_that_are_no_text_are_no_json() {
    let desk = desk();
    let mut client = desk.client();
    client
        .input
        .as_mut()
        .unwrap()
        .write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\xfe\"}\n")
        .unwrap();
    assert_eq!(client.receive()["error"]["code"], -32700);
}

#[test]
fn a_message_that_is_too_large_is_an_error_and_not_memory() {
    let desk = desk();
    let mut command = desk.command();
    command.arg("mcp").current_dir(&desk.root).env("CODEGRAPH_MCP_MAX_REQUEST_SIZE", "2000B");
    let mut client = Client::of(command);
    client.send(&"x".repeat(64 << 20));
    let answer = client.receive();
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32600)), "{answer}");
    let peak = std::fs::read_to_string(format!("/proc/{}/status", client.child.id())).unwrap();
    let peak = peak.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = peak.trim().split(' ').next().unwrap().parse().unwrap();
    assert!(kilobytes < 60_000, "{kilobytes} kB");
    assert_eq!(client.ask("ping", json!({}))["result"], json!({}));
}

#[test]
fn what_was_asked_before_the_end_is_answered() {
    let desk = desk();
    let mut client = desk.client();
    client.initialize("2025-11-25");
    for id in 100..140 {
        let params = json!({ "name": "graph", "arguments": { "question": "callers", "symbol": "price" } });
        client.begin(&json!(id), "tools/call", &params);
    }
    let (rest, code) = client.end();
    let mut ids: Vec<u64> = rest.iter().map(|answer| answer["id"].as_u64().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!((ids, code), ((100..140).collect(), Some(0)));
}

#[test]
fn a_cancelled_request_is_not_answered_and_keeps_no_other_from_its_answer() {
    let desk = desk();
    let mut client = desk.client();
    client.initialize("2025-11-25");
    // Paths of any length, in a graph of a hundred nodes, to the limit: minutes, if nobody stops it.
    let query = "MATCH p = (a)-[*1..40]-(b) WITH count(p) AS n RETURN n";
    let params = json!({ "name": "cypher", "arguments": { "query": query } });
    client.begin(&json!("slow"), "tools/call", &params);
    assert!(client.ask("tools/list", json!({}))["result"].is_object());
    let quick = client.call("graph", &json!({ "question": "callers", "symbol": "Order.price" }));
    assert_eq!(quick["isError"], false);
    client.send(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"slow","reason":"test"}}"#);
    assert_eq!(client.end(), (Vec::new(), Some(0)));
}

#[test]
fn a_request_that_takes_too_long_says_so() {
    let desk = desk();
    let mut command = desk.command();
    command.arg("mcp").current_dir(&desk.root).env("CODEGRAPH_MCP_TIMEOUT", "50ms");
    let mut client = Client::of(command);
    let query = "MATCH p = (a)-[*1..40]-(b) WITH count(p) AS n RETURN n";
    let answer = client.call("cypher", &json!({ "query": query }));
    assert_eq!(answer["isError"], true);
    assert!(answer["content"][0]["text"].as_str().unwrap().contains("50 ms"), "{answer}");
}

#[test]
fn an_answer_is_cut_to_its_budget_and_the_next_calls_get_the_rest() {
    let desk = desk();
    let mut client = desk.client();
    client.initialize("2025-11-25");
    let mut cli = desk.command();
    cli.args(["query", "callers", "Order.price", "--format", "json"]).current_dir(&desk.root);
    let cli: Value = serde_json::from_slice(&cli.output().unwrap().stdout).unwrap();
    let wanted: Vec<Value> = cli["results"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    assert_eq!(wanted.len(), 41);
    let mut arguments = json!({ "question": "callers", "symbol": "Order.price", "budget": 500 });
    let (mut ids, mut pages) = (Vec::new(), 0);
    loop {
        let answer = client.call("graph", &arguments);
        let told = &answer["structuredContent"];
        assert!(told.to_string().len() < 500 * 4 + 400, "{told}");
        let text = answer["content"][0]["text"].as_str().unwrap();
        assert!(text.len() < 500 * 4 + 400, "{text}");
        ids.extend(told["results"].as_array().unwrap().iter().map(|row| row["id"].clone()));
        pages += 1;
        if told["next"].is_null() {
            assert!(told["left"].is_null(), "{told}");
            break;
        }
        assert_eq!(told["left"].as_u64().unwrap() as usize, wanted.len() - ids.len());
        assert_eq!(told["next"]["tool"], "graph");
        arguments = told["next"]["arguments"].clone();
        assert!(text.contains(&format!("next: graph {arguments}")), "{text}");
    }
    assert_eq!(ids, wanted);
    assert!(pages > 2);
    // The id of an answer is taken by the next question.
    let callees = client.call("graph", &json!({ "question": "callees", "symbol": ids[0] }));
    assert!(
        callees["structuredContent"]["results"][0]["id"].as_str().unwrap().contains("Order.price"),
        "{callees}"
    );
}

#[test]
fn search_goes_on_where_its_first_page_ends() {
    let desk = desk();
    let mut client = desk.client();
    client.initialize("2025-11-25");
    let (mut places, mut arguments) = (Vec::new(), json!({ "query": "kind:method", "budget": 300 }));
    loop {
        let answer = client.call("search", &arguments);
        let told = &answer["structuredContent"];
        let rows = told["results"].as_array().unwrap();
        places.extend(rows.iter().map(|row| (row["id"].clone(), row["start_line"].clone())));
        if told["next"].is_null() {
            break;
        }
        arguments = told["next"]["arguments"].clone();
    }
    assert_eq!(places.len(), 42);
    places.dedup();
    assert_eq!(places.len(), 42);
}

#[test]
fn a_cursor_of_another_question_and_a_wrong_budget_are_refused_in_words() {
    let desk = desk();
    let mut client = desk.client();
    client.initialize("2025-11-25");
    let first =
        client.call("graph", &json!({ "question": "callers", "symbol": "Order.price", "budget": 300 }));
    let cursor = &first["structuredContent"]["next"]["arguments"]["cursor"];
    for arguments in [
        json!({ "question": "callers", "symbol": "Shop.total", "budget": 300, "cursor": cursor }),
        json!({ "question": "callers", "symbol": "Order.price", "cursor": "20" }),
        json!({ "question": "callers", "symbol": "Order.price", "budget": 1 }),
        json!({ "question": "callers", "symbol": "Order.price", "budget": "many" }),
        json!({ "question": "who", "symbol": "Order.price" }),
        json!({ "question": "callers", "symbol": "Order.price", "colour": "red" }),
        json!({ "question": "callers" }),
        json!({ "question": "callers", "symbol": "no_such_thing" }),
        json!({}),
    ] {
        let answer = client.call("graph", &arguments);
        assert_eq!(answer["isError"], true, "{arguments}");
        let text = answer["content"][0]["text"].as_str().unwrap();
        assert!(text.contains("message: "), "{arguments}: {text}");
    }
    // The budget may change from page to page; the question may not.
    let more = json!({ "question": "callers", "symbol": "Order.price", "budget": 5000, "cursor": cursor });
    let rest = client.call("graph", &more);
    let told = first["structuredContent"]["results"].as_array().unwrap().len();
    assert_eq!(rest["structuredContent"]["results"].as_array().unwrap().len(), 41 - told);
}

#[test]
fn an_index_that_changed_between_two_pages_is_told() {
    let desk = desk();
    let mut client = desk.client();
    client.initialize("2025-11-25");
    let first =
        client.call("graph", &json!({ "question": "callers", "symbol": "Order.price", "budget": 300 }));
    let more = "class More { int x(Order o) { return o.price(); } }\n".to_owned();
    write(&desk.root, &BTreeMap::from([("More.java".to_owned(), more)]));
    assert!(desk.command().arg("index").arg(&desk.root).output().unwrap().status.success());
    let rest = client.call("graph", &first["structuredContent"]["next"]["arguments"]);
    let notes = rest["structuredContent"]["notes"].to_string();
    assert!(notes.contains("changed since the last page"), "{rest}");
}

#[test]
fn resources_are_what_the_command_line_answers() {
    let desk = desk();
    let mut client = desk.client();
    client.initialize("2025-11-25");
    let listed = client.ask("resources/list", json!({}))["result"]["resources"].clone();
    assert_eq!(listed[0]["uri"], "codegraph://status/shop");
    let read = |client: &mut Client, uri: &str| -> Value {
        let answer = client.ask("resources/read", json!({ "uri": uri }));
        let contents = &answer["result"]["contents"][0];
        assert_eq!((&contents["uri"], &contents["mimeType"]), (&json!(uri), &json!("application/json")));
        serde_json::from_str(contents["text"].as_str().unwrap()).unwrap()
    };
    assert_eq!(read(&mut client, "codegraph://status/shop")["projects"][0]["files"], 3);
    let outline = read(&mut client, "codegraph://outline/shop/Shop.java");
    let mut cli = desk.command();
    cli.args(["query", "outline", "Shop.java", "--format", "json"]).current_dir(&desk.root);
    assert_eq!(outline, serde_json::from_slice::<Value>(&cli.output().unwrap().stdout).unwrap());
    for uri in [
        "codegraph://outline/shop/Nothing.java",
        "codegraph://outline/shop/../../etc/passwd",
        "file:///etc/passwd",
    ] {
        assert_eq!(client.ask("resources/read", json!({ "uri": uri }))["error"]["code"], -32002, "{uri}");
    }
    let missing = client.ask("resources/read", json!({ "_meta": meta(), "uri": "codegraph://status/x" }));
    assert_eq!(missing["error"]["code"], -32602);
}

#[test]
fn prompts_name_the_tools_that_there_are() {
    let desk = desk();
    let mut client = desk.client();
    client.initialize("2025-11-25");
    let tools = client.ask("tools/list", json!({}))["result"]["tools"].clone();
    let tools: Vec<String> = tools
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| format!("`{}`", tool["name"].as_str().unwrap()))
        .collect();
    let prompts = client.ask("prompts/list", json!({}))["result"]["prompts"].clone();
    for prompt in prompts.as_array().unwrap() {
        let argument = prompt["arguments"][0]["name"].as_str().unwrap();
        let got =
            client.ask("prompts/get", json!({ "name": prompt["name"], "arguments": { argument: "f {} g" } }));
        let text = got["result"]["messages"][0]["content"]["text"].as_str().unwrap();
        assert!(text.contains("f {} g") && tools.iter().any(|tool| text.contains(tool.as_str())), "{text}");
    }
}

#[test]
fn the_project_is_that_of_the_folder_or_of_the_flag_or_of_the_clients_roots() {
    let desk = desk();
    let other = desk.temp.path().join("other");
    write(&other, &BTreeMap::from([("Other.java".to_owned(), "class Other { void x() {} }\n".to_owned())]));
    assert!(desk.command().arg("index").arg(&other).output().unwrap().status.success());
    let outside = desk.temp.path();
    let callers = json!({ "question": "callers", "symbol": "Order.price" });
    let finds = |client: &mut Client| client.call("graph", &callers)["isError"] == false;

    let mut client = desk.client_of(&["mcp"], outside);
    client.initialize("2025-11-25");
    let lost = client.call("graph", &callers);
    let text = lost["content"][0]["text"].as_str().unwrap();
    assert!(lost["isError"] == true && text.contains("codegraph index") && text.contains("shop"), "{text}");
    assert!(finds(&mut desk.client()));
    assert!(finds(&mut desk.client_of(&["mcp", "--project", "shop"], outside)));
    assert!(finds(&mut desk.client_of(&["serve", "--stdio", "--project", "shop"], outside)));

    let mut client = desk.client_of(&["mcp"], outside);
    let hello =
        json!({ "protocolVersion": "2025-11-25", "capabilities": { "roots": { "listChanged": true } } });
    client.ask("initialize", hello);
    client.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    let question = client.receive();
    assert_eq!(question["method"], "roots/list");
    let roots = json!([
        { "uri": "file:///no/such/folder" }, { "uri": "https://example.org/" },
        { "uri": format!("file://{}", desk.root.to_str().unwrap().replace('s', "%73")) },
    ]);
    client.send(&json!({ "jsonrpc": "2.0", "id": question["id"], "result": { "roots": roots } }).to_string());
    assert!(finds(&mut client));
}

#[test]
fn where_nothing_is_indexed_an_agent_is_told_what_to_do() {
    let temp = tempfile::tempdir().unwrap();
    let desk = Desk { data: temp.path().join("data"), root: temp.path().to_owned(), temp };
    let mut client = desk.client();
    client.initialize("2025-11-25");
    assert_eq!(client.ask("resources/list", json!({}))["result"]["resources"], json!([]));
    let answer = client.call("search", &json!({ "query": "x" }));
    assert_eq!(answer["isError"], true);
    assert!(answer["content"][0]["text"].as_str().unwrap().contains("codegraph index"), "{answer}");
}

#[test]
fn what_install_writes_starts_a_server_that_answers() {
    let desk = desk();
    let home = desk.temp.path().join("home");
    std::fs::create_dir_all(home.join(".codex")).unwrap();
    std::fs::write(home.join(".codex/config.toml"), "model = \"m\" # mine\n").unwrap();
    let install = |args: &[&str]| {
        let mut command = desk.command();
        command.args(["mcp", "install"]).args(args).current_dir(&desk.root).env("HOME", &home);
        command.env_remove("XDG_CONFIG_HOME").env_remove("CODEX_HOME").output().unwrap()
    };
    let shown = install(&[]);
    assert!(shown.status.success());
    let shown = String::from_utf8(shown.stdout).unwrap();
    for name in ["claude-code", "claude-desktop", "codex", "cursor", "gemini", "vscode", "windsurf", "zed"] {
        assert!(shown.contains(name), "{shown}");
    }
    assert_eq!(install(&["--write"]).status.code(), Some(2));
    assert_eq!(install(&["emacs-doctor"]).status.code(), Some(2));
    assert!(!desk.root.join(".mcp.json").exists());
    for round in ["added to", "is already in"] {
        let done = install(&["zed", "codex", "claude-code", "--write"]);
        let said = String::from_utf8(done.stdout).unwrap();
        assert_eq!(said.matches(round).count(), 3, "{said}");
    }
    let codex = std::fs::read_to_string(home.join(".codex/config.toml")).unwrap();
    assert!(codex.starts_with("model = \"m\" # mine\n\n[mcp_servers.codegraph]\n"), "{codex}");
    let zed = std::fs::read_to_string(home.join(".config/zed/settings.json")).unwrap();
    let zed: Value = serde_json::from_str(&zed).unwrap();
    let entry = &zed["context_servers"]["codegraph"];
    let args: Vec<&str> = entry["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap()).collect();
    let mut command = Command::new(entry["command"].as_str().unwrap());
    command.args(args).current_dir(&desk.root);
    let mut client = Client::of(command);
    client.initialize("2025-06-18");
    let answer = client.call("graph", &json!({ "question": "callers", "symbol": "Order.price" }));
    assert_eq!(answer["isError"], false, "{answer}");
    // A file that is not understood stays as it is.
    std::fs::write(desk.root.join(".mcp.json"), "{ broken").unwrap();
    let refused = install(&["claude-code", "--write"]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(desk.root.join(".mcp.json")).unwrap(), "{ broken");
}

/// Sends what an agent sends over HTTP; gives status, head and body.
fn send(
    daemon: &Daemon,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, String, String) {
    let mut all =
        vec![("Accept", "application/json, text/event-stream"), ("Content-Type", "application/json")];
    all.extend_from_slice(headers);
    let answer = daemon.send(method, path, &all, body);
    (answer.status, answer.head, answer.body)
}

/// Posts a message; gives status and what is answered.
fn post(daemon: &Daemon, headers: &[(&str, &str)], message: &Value) -> (u16, Value) {
    let (status, _, body) = send(daemon, "POST", "/mcp", headers, &message.to_string());
    (status, serde_json::from_str(&body).unwrap_or_default())
}

#[test]
fn an_answer_of_a_tool_is_given_again_until_the_index_changes() {
    let desk = desk();
    let daemon = Daemon::start(&desk.data, &[]);
    let arguments = json!({ "question": "callers", "symbol": "Order.price", "budget": 300 });
    let ask = |arguments: &Value| {
        let params = json!({ "name": "graph", "arguments": arguments });
        let (status, head, body) =
            send(&daemon, "POST", "/mcp", &[], &request("tools/call", &params).to_string());
        assert_eq!(status, 200, "{body}");
        let word = head.lines().find_map(|line| line.strip_prefix("X-Cache: ")).map(str::to_owned);
        let body: Value = serde_json::from_str(&body).unwrap();
        (word, body["result"]["content"][0]["text"].as_str().unwrap().to_owned())
    };
    let (first, text) = ask(&arguments);
    assert_eq!((first.as_deref(), ask(&arguments)), (Some("miss"), (Some("hit".to_owned()), text.clone())));
    // Less of it is cut from the same answer.
    let brief = json!({ "question": "callers", "symbol": "Order.price", "budget": 200 });
    assert_eq!(ask(&brief).0.as_deref(), Some("hit"));
    assert!(!text.contains("Late.one"), "{text}");
    write(
        &desk.root,
        &BTreeMap::from([(
            "A.java".to_owned(),
            "class Late { int one(Order o) { return o.price(); } }\n".to_owned(),
        )]),
    );
    assert!(desk.command().arg("index").arg(&desk.root).output().unwrap().status.success());
    let (word, text) = ask(&arguments);
    assert!(word.as_deref() == Some("miss") && text.contains("Late.one"), "{text}");
}

fn request(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

#[test]
fn over_http_a_client_with_a_handshake_gets_what_it_gets_over_pipes() {
    let desk = desk();
    let daemon = Daemon::start(&desk.data, &[]);
    let hello = request("initialize", &json!({ "protocolVersion": "2025-06-18", "capabilities": {} }));
    let (status, head, body) = send(&daemon, "POST", "/mcp", &[], &hello.to_string());
    assert_eq!(status, 200);
    assert!(
        head.contains("Content-Type: application/json") && !head.to_lowercase().contains("mcp-session-id"),
        "{head}"
    );
    let hello: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(hello["result"]["protocolVersion"], "2025-06-18");
    let version = [("MCP-Protocol-Version", "2025-06-18")];
    let noticed = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }).to_string();
    let (status, head, body) = send(&daemon, "POST", "/mcp", &version, &noticed);
    assert_eq!((status, body.as_str()), (202, ""), "{head}");
    let params = json!({ "name": "graph", "arguments": { "question": "callers", "symbol": "Order.price", "budget": 500 } });
    let (status, http) = post(&daemon, &version, &request("tools/call", &params));
    let mut client = desk.client();
    client.initialize("2025-06-18");
    assert_eq!((status, &http["result"]), (200, &client.call("graph", &params["arguments"])));
    let (status, unknown) = post(&daemon, &version, &request("no/such", &json!({})));
    assert_eq!((status, &unknown["error"]["code"]), (200, &json!(-32601)));
    // A client that names no revision is of the one that knew no header; only that one has batches.
    let batch = json!([request("ping", &json!({})), { "jsonrpc": "2.0", "method": "notifications/x" }]);
    assert_eq!(post(&daemon, &[], &batch).1.as_array().unwrap().len(), 1);
    assert_eq!(post(&daemon, &version, &batch).0, 400);
    let (status, wrong) =
        post(&daemon, &[("MCP-Protocol-Version", "1999-01-01")], &request("ping", &json!({})));
    assert_eq!((status, &wrong["error"]["code"], &wrong["id"]), (400, &json!(-32022), &json!(1)));
    for method in ["GET", "DELETE", "PUT"] {
        let (status, head, _) = send(&daemon, method, "/mcp", &[("Mcp-Session-Id", "x")], "");
        assert!(status == 405 && head.contains("Allow: POST"), "{method}: {head}");
    }
    let (status, _, broken) = send(&daemon, "POST", "/mcp", &version, "{");
    let broken: Value = serde_json::from_str(&broken).unwrap();
    assert_eq!((status, &broken["error"]["code"]), (400, &json!(-32700)));
    let (status, _, _) = send(&daemon, "POST", "/mcp", &[("Origin", "https://evil.example")], &noticed);
    assert_eq!(status, 403);
}

#[test]
fn over_http_headers_and_body_of_the_newest_revision_say_the_same() {
    let desk = desk();
    let daemon = Daemon::start(&desk.data, &[]);
    let call = request("tools/call", &json!({ "_meta": meta(), "name": "status", "arguments": {} }));
    let right = [("MCP-Protocol-Version", NEWEST), ("Mcp-Method", "tools/call"), ("Mcp-Name", "status")];
    let (status, answer) = post(&daemon, &right, &call);
    assert_eq!((status, &answer["result"]["resultType"]), (200, &json!("complete")), "{answer}");
    let coded = [right[0], right[1], ("Mcp-Name", "=?base64?c3RhdHVz?=")];
    assert_eq!(post(&daemon, &coded, &call).0, 200);
    for (headers, code) in [
        (vec![right[0], right[1]], -32020),
        (vec![right[0], right[2]], -32020),
        (vec![right[1], right[2]], -32020),
        (vec![right[0], right[1], ("Mcp-Name", "search")], -32020),
        (vec![right[0], ("Mcp-Method", "tools/list"), right[2]], -32020),
        (vec![("MCP-Protocol-Version", "2025-11-25"), right[1], right[2]], -32020),
        (vec![("MCP-Protocol-Version", "1900-01-01"), right[1], right[2]], -32020),
    ] {
        let (status, answer) = post(&daemon, &headers, &call);
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{headers:?}");
    }
    let mut other = call.clone();
    other["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = json!("1900-01-01");
    for (version, code) in [(NEWEST, -32020), ("1900-01-01", -32022)] {
        let (status, answer) =
            post(&daemon, &[("MCP-Protocol-Version", version), right[1], right[2]], &other);
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{version}");
    }
    let bare = request("tools/call", &json!({ "name": "status" }));
    let (status, answer) = post(&daemon, &right, &bare);
    assert_eq!((status, &answer["error"]["code"]), (400, &json!(-32602)));
    let handshake = request("initialize", &json!({ "_meta": meta() }));
    let (status, answer) = post(&daemon, &[right[0], ("Mcp-Method", "initialize")], &handshake);
    assert_eq!((status, &answer["error"]["code"]), (404, &json!(-32601)));
    let gone = request("ping", &json!({ "_meta": meta() }));
    let (status, answer) = post(&daemon, &[right[0], ("Mcp-Method", "ping")], &gone);
    assert_eq!((status, &answer["error"]["code"]), (404, &json!(-32601)));
    let listen = request("subscriptions/listen", &json!({ "_meta": meta(), "notifications": {} }));
    let headers = [right[0], ("Mcp-Method", "subscriptions/listen")];
    let (status, head, body) = send(&daemon, "POST", "/mcp", &headers, &listen.to_string());
    assert!(status == 200 && head.contains("text/event-stream"), "{head}");
    let events: Vec<Value> = body
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    assert_eq!(events[0]["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(events[1]["result"]["resultType"], "complete");
}

#[test]
fn every_setting_of_agents_changes_what_the_daemon_does() {
    let desk = desk();
    let ping = request("ping", &json!({}));
    let daemon = Daemon::start(&desk.data, &[("CODEGRAPH_MCP_ENABLED", "false")]);
    assert_eq!(post(&daemon, &[], &ping).0, 404);
    let daemon = Daemon::start(&desk.data, &[("CODEGRAPH_MCP_ENDPOINT", "/agents")]);
    assert_eq!(post(&daemon, &[], &ping).0, 404);
    assert_eq!(send(&daemon, "POST", "/agents", &[], &ping.to_string()).0, 200);
    let daemon = Daemon::start(&desk.data, &[("CODEGRAPH_MCP_RATE_LIMIT", "3")]);
    let answers: Vec<u16> = (0..4).map(|_| post(&daemon, &[], &ping).0).collect();
    assert_eq!(answers, [200, 200, 200, 429]);
    let (_, head, _) = send(&daemon, "POST", "/mcp", &[], &ping.to_string());
    assert!(head.contains("Retry-After: "), "{head}");
    assert_eq!(send(&daemon, "GET", "/health", &[], "").0, 200);
    // A body in chunks does not say how long it is.
    let daemon = Daemon::start(&desk.data, &[("CODEGRAPH_MCP_MAX_REQUEST_SIZE", "1000B")]);
    let chunk = "x".repeat(2000);
    let request = format!(
        "POST /mcp HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
         7d0\r\n{chunk}\r\n0\r\n\r\n",
        daemon.address
    );
    assert_eq!(daemon.raw(request.as_bytes()).status, 413);
    assert_eq!(post(&daemon, &[], &ping).0, 200);
}
