//! Ranking as a whole, over a small corpus in memory.

use super::memory::Memory;
use super::{Filters, Part, PathSet, Request, Signal, Weights, has_word, run};
use crate::embed::StaticTable;
use crate::model::SymbolKind;

fn memory() -> Memory {
    let mut memory = Memory::default();
    memory.add(
        "src/auth/token.py",
        "python",
        &[
            "class TokenStore: pass",
            "def refresh_token(user):\n    store.save(user, renew(expired))",
            "def revoke(user): pass",
        ],
    );
    memory.add(
        "src/http/client.py",
        "python",
        &["class Client: pass", "def send(request):\n    retry(request, backoff)"],
    );
    memory.add(
        "tests/test_token.py",
        "python",
        &["def test_refresh_token():\n    assert refresh_token(user)"],
    );
    memory.add(
        "docs/auth.md",
        "markdown",
        &["How tokens are refreshed: refresh_token renews the token of a user."],
    );
    memory.add("src/util.rs", "rust", &["fn helper() {}", "struct Retry;", "field max_delay: u32"]);
    memory
}

fn ask(memory: &Memory, request: &Request<'_>) -> Vec<String> {
    let answer = run(memory, Some(StaticTable::builtin()), request).expect("memory does not fail");
    answer.hits.iter().map(|hit| format!("{}:{}", hit.path, hit.start_line)).collect()
}

#[test]
fn code_that_answers_comes_before_its_tests_and_its_docs() {
    let hits = ask(&memory(), &Request::new("how are tokens refreshed"));
    assert_eq!(hits[0], "src/auth/token.py:2");
    let place = |path: &str| hits.iter().position(|hit| hit.starts_with(path)).expect("a hit");
    assert!(place("src/auth/token.py") < place("tests/test_token.py"));
    assert!(place("src/auth/token.py") < place("docs/auth.md"));
}

#[test]
fn an_exact_name_comes_first_whatever_else_speaks_for_others() {
    let mut memory = memory();
    for at in 0..30 {
        let path = format!("src/refresh_token/refresh_token_{at}.py");
        memory.add(
            &path,
            "python",
            &["refresh_token refresh_token refresh_token", "def refresh_tokens(): pass"],
        );
    }
    let answer = run(&memory, Some(StaticTable::builtin()), &Request::new("refresh_token"))
        .expect("memory does not fail");
    let first = &answer.hits[0];
    assert_eq!((first.path.as_str(), first.start_line, first.is_exact), ("src/auth/token.py", 2, true));
    assert_eq!(first.symbol.as_ref().map(|symbol| symbol.name.as_str()), Some("refresh_token"));
    assert!(answer.hits.iter().skip(1).all(|hit| !hit.is_exact));
    assert_eq!(ask(&memory, &Request::new("revoke"))[0], "src/auth/token.py:4");
    assert_eq!(ask(&memory, &Request::new("Retry"))[0], "src/util.rs:2");
    assert_eq!(ask(&memory, &Request::new("max_delay"))[0], "src/util.rs:3");
}

#[test]
fn a_name_that_means_what_is_asked_comes_before_one_that_does_not() {
    let mut memory = Memory::default();
    for (path, name) in [("src/a.py", "paint"), ("src/b.py", "verify_credentials"), ("src/c.py", "resize")] {
        memory.add(path, "python", &[&format!("def {name}(user): return user")]);
    }
    let without = Some(Weights::of(false).with(Signal::Meaning, 0.0).with(Signal::FileMeaning, 0.0));
    let request = Request { weights: without, ..Request::new("check the password of a user") };
    let answer = run(&memory, Some(StaticTable::builtin()), &request).expect("memory does not fail");
    assert_eq!(answer.hits[0].path, "src/b.py");
    let part =
        |hit: &super::Hit| hit.parts.iter().find(|part| part.name == "name-meaning").map(|part| part.value);
    assert!(part(&answer.hits[0]) > part(&answer.hits[1]));
}

#[test]
fn filters_hold() {
    let memory = memory();
    let with = |filters: Filters| ask(&memory, &Request { filters, ..Request::new("refresh token retry") });
    let only = |hits: Vec<String>, start: &str| {
        assert!(!hits.is_empty() && hits.iter().all(|hit| hit.starts_with(start)), "{hits:?}");
    };
    only(with(Filters { languages: vec!["rust".to_owned()], ..Filters::default() }), "src/util.rs");
    let paths = PathSet::new(&["docs/**".to_owned()], &[]).expect("a glob");
    only(with(Filters { paths, ..Filters::default() }), "docs/");
    let hits = with(Filters { no_tests: true, ..Filters::default() });
    assert!(!hits.iter().any(|hit| hit.starts_with("tests/")), "{hits:?}");
    let request = Request {
        filters: Filters { kinds: vec![SymbolKind::Struct], ..Filters::default() },
        ..Request::new("retry")
    };
    assert_eq!(ask(&memory, &request), ["src/util.rs:2"]);
}

#[test]
fn tests_amid_other_code_come_after_it_unless_they_are_asked_for() {
    let mut memory = Memory::default();
    let code = "fn parse_excludes(config)\n    find the path of the file";
    let test =
        "fn test_parse_excludes_file(config)\n    parse the excludes file, then parse no excludes file";
    let more = "    parse the excludes file again";
    memory.add("src/ignore.rs", "rust", &[code, test, more]);
    memory.add("src/walk.rs", "rust", &["fn walk(config)"]);
    let lines = |question: &str| ask(&memory, &Request::new(question));
    assert_eq!(lines("parse excludes file")[..3], ["src/ignore.rs:1", "src/ignore.rs:3", "src/ignore.rs:5"]);
    assert_eq!(lines("test parse excludes file")[0], "src/ignore.rs:3");
}

#[test]
fn a_label_is_chosen_among_admitted_symbols_only() {
    let mut memory = Memory::default();
    let chunks =
        ["struct Cache;\ndef fill(cache): pass\nfield size", "# Fills the cache.", "def later(): pass"];
    memory.add("src/cache.py", "python", &chunks);
    let choices = |kinds: Vec<SymbolKind>, line: u32| {
        let filters = Filters { kinds, ..Filters::default() };
        let request = Request { filters, ..Request::new("cache") };
        let answer = run(&memory, Some(StaticTable::builtin()), &request).expect("memory does not fail");
        let hit = answer.hits.into_iter().find(|hit| hit.start_line == line).expect("a hit");
        hit.choices.into_iter().map(|symbol| symbol.name).collect::<Vec<_>>()
    };
    assert_eq!(choices(Vec::new(), 1), ["Cache", "fill", "later"]);
    assert_eq!(choices(Vec::new(), 4), ["later"]);
    assert_eq!(choices(vec![SymbolKind::Struct], 1), ["Cache"]);
}

#[test]
fn parts_add_up_to_the_score_and_a_signal_can_be_switched_off() {
    let memory = memory();
    let question = Request::new("how are tokens refreshed");
    let answer = run(&memory, Some(StaticTable::builtin()), &question).expect("memory does not fail");
    for hit in &answer.hits {
        let (factors, sums): (Vec<&Part>, Vec<&Part>) =
            hit.parts.iter().partition(|part| part.name == "path-factor");
        let sum: f32 = sums.iter().map(|part| part.value).sum();
        assert!((sum * factors[0].value - hit.score).abs() < 1e-5, "{hit:?}");
    }
    for &signal in Signal::ALL {
        let weights = Some(Weights::of(false).with(signal, 0.0));
        let request = Request { weights, ..Request::new("how are tokens refreshed") };
        let answer = run(&memory, Some(StaticTable::builtin()), &request).expect("memory does not fail");
        assert!(answer.hits.iter().all(|hit| hit.parts.iter().all(|part| part.name != signal.name())));
    }
}

#[test]
fn few_hits_are_the_first_of_many() {
    let words =
        ["token", "store", "refresh", "user", "client", "retry", "request", "parse", "read", "config"];
    let mut memory = memory();
    for at in 0..90 {
        let word = |n: usize| words[(at * n + at / 7) % words.len()];
        let path = format!("src/{}/{}_{at}.py", word(3), word(1));
        let code = format!("def {}_{}(x):\n    {} {} {}", word(2), word(7), word(9), word(4), word(2));
        memory.add(&path, "python", &[&code, &format!("class {}{at}: pass", word(5))]);
    }
    for question in ["how is a token refreshed", "retry the request of a client", "read config", "parse_user"]
    {
        let all = ask(&memory, &Request { limit: 60, ..Request::new(question) });
        assert!(all.len() > 20, "{question}: {}", all.len());
        for limit in [1, 3, 10] {
            assert_eq!(
                ask(&memory, &Request { limit, ..Request::new(question) }),
                all[..limit],
                "{question}"
            );
        }
    }
}

#[test]
fn hits_are_bounded_and_empty_questions_have_none() {
    let memory = memory();
    assert_eq!(ask(&memory, &Request { limit: 2, ..Request::new("token") }).len(), 2);
    assert!(ask(&memory, &Request { limit: 0, ..Request::new("token") }).is_empty());
    for nothing in ["", "   ", "——", "12 34", "!@#$"] {
        assert!(!has_word(nothing));
        assert!(ask(&memory, &Request::new(nothing)).is_empty());
    }
    assert!(has_word("is") && has_word("x1"));
    assert!(ask(&Memory::default(), &Request::new("token")).is_empty());
    assert!(ask(&memory, &Request::new("zebra giraffe")).len() <= 10);
}

#[test]
fn without_vectors_words_still_answer() {
    let answer = run(&memory(), None, &Request::new("refresh token")).expect("memory does not fail");
    assert!(!answer.by_meaning && answer.hits[0].path == "src/auth/token.py");
}
