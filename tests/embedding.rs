//! How well the built-in table alone finds the code of a doc comment, without the ranking around it.
//!
//! The questions are doc comments of `fixtures/bench/`, whose programs the table was not trained on: their first
//! sentence without the name of the definition, where no other says the same. The candidates of a question are the
//! callables with a body of the same program, without their doc comments. Beside the table stand chance and the cosine
//! of TF-IDF over the same words, so that a figure says what the table itself is worth.

use codegraph::embed::{Embedder as _, Passage, StaticTable};
use codegraph::lang::detect::{Detected, by_path};
use codegraph::parse::{self, Leave};
use codegraph::text::{TermReader, identifiers, is_stop_word, path_words, terms};
use std::collections::BTreeMap;
use std::path::Path;

const PROGRAMS: [&str; 10] = [
    "c/lua",
    "cpp/leveldb",
    "csharp/newtonsoft-json",
    "go/viper",
    "java/commons-csv",
    "javascript/express",
    "kotlin/kotlinx-coroutines",
    "python/requests",
    "rust/petgraph",
    "typescript/rxjs",
];
/// Programs with fewer questions are passed over.
const FEWEST_QUESTIONS: usize = 20;
/// Most questions and candidates of a program, evenly spread: the test is to take seconds.
const MOST_QUESTIONS: usize = 100;
const MOST_CANDIDATES: usize = 600;
/// Words of a question.
const FEWEST_WORDS: usize = 4;
/// Bytes of a callable that count.
const LONGEST_CODE: usize = 1_500;

/// The mean of 1 / rank and recall at 1 and at 10 that the shipped table reached, as means over programs.
const MEASURED: [f64; 3] = [0.531, 0.377, 0.819];
/// By how much less is a worse table.
const SLACK: f64 = 0.02;
/// By how much the table is to be better than TF-IDF.
const LEAD: f64 = 0.015;

struct Callable {
    path: String,
    code: String,
    question: Option<String>,
}

/// Of the questions of a program: the mean of 1 / rank, and the shares whose answer is the first candidate and among the
/// first ten.
#[derive(Debug, Clone, Copy, Default)]
struct Quality {
    reciprocal: f64,
    first: f64,
    ten: f64,
}

impl Quality {
    fn numbers(self) -> [f64; 3] {
        [self.reciprocal, self.first, self.ten]
    }
}

/// The source files below a folder, sorted.
fn sources(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// The first sentence of a doc comment, without tags and the name of what it describes.
fn question_of(doc: &str, name: &str) -> Option<String> {
    let paragraph = doc.trim().split("\n\n").next().unwrap_or_default();
    let mut plain = String::new();
    for (at, part) in paragraph.split('<').enumerate() {
        plain.push_str(if at == 0 { part } else { part.split_once('>').map_or(part, |(_, rest)| rest) });
    }
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = plain.split(". ").next().unwrap_or_default();
    let is_name = |word: &&str| identifiers(word).any(|part| part.eq_ignore_ascii_case(name));
    let words: Vec<&str> = sentence.split(' ').filter(|word| !is_name(word)).collect();
    (words.len() >= FEWEST_WORDS).then(|| words.join(" "))
}

/// The code of a definition, from its start and without its docstring, which in Python stands inside.
fn code_of(path: &str, code: &str) -> String {
    let mut parts = code.splitn(3, "\"\"\"");
    let mut code = match (path.ends_with(".py"), parts.next(), parts.nth(1)) {
        (true, Some(before), Some(after)) => format!("{before}{after}"),
        _ => code.to_owned(),
    };
    let end = (0..=LONGEST_CODE.min(code.len())).rev().find(|&at| code.is_char_boundary(at));
    code.truncate(end.unwrap_or_default());
    code
}

/// The callables with a body of one program, in the order of files and lines.
fn callables(root: &Path) -> Vec<Callable> {
    let mut found = Vec::new();
    for path in sources(root) {
        let Detected::Code(language) = by_path(&path) else { continue };
        let source = std::fs::read_to_string(root.join(&path)).unwrap();
        let parsed = parse::file(&path, &source, Some(language), Leave::default());
        for (def, text) in parsed.facts.defs.iter().zip(&parsed.texts) {
            let code = &source[def.span.start as usize..def.span.end as usize];
            if !def.kind.is_callable() || code.lines().count() < 3 {
                continue;
            }
            found.push(Callable {
                path: path.clone(),
                code: code_of(&path, code),
                question: question_of(&text.doc, parsed.facts.str(def.name)),
            });
        }
    }
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for question in found.iter().filter_map(|each| each.question.as_ref()) {
        *times.entry(question.clone()).or_default() += 1;
    }
    for callable in &mut found {
        callable.question.take_if(|question| times[question] > 1);
    }
    found
}

/// At most so many, evenly spread.
fn spread<T>(items: Vec<T>, most: usize) -> Vec<T> {
    let n = items.len();
    let is_kept = |at: usize| n <= most || at * most / n != (at + 1) * most / n;
    items.into_iter().enumerate().filter(|(at, _)| is_kept(*at)).map(|(_, item)| item).collect()
}

/// The quality of scores, by question: which candidate is right, and the score of each. Equal scores count half.
fn judge(scores: &[(usize, Vec<f32>)]) -> Quality {
    let mut sum = Quality::default();
    for (right, scores) in scores {
        let own = scores[*right];
        let better = scores.iter().filter(|&&score| score > own).count();
        let equal = scores.iter().filter(|&&score| score >= own).count() - better - 1;
        let rank = 1.0 + better as f64 + equal as f64 / 2.0;
        sum.reciprocal += 1.0 / rank;
        sum.first += f64::from(u8::from(rank <= 1.0));
        sum.ten += f64::from(u8::from(rank <= 10.0));
    }
    let n = scores.len() as f64;
    Quality { reciprocal: sum.reciprocal / n, first: sum.first / n, ten: sum.ten / n }
}

/// The quality of the table.
fn by_table(callables: &[Callable], asked: &[(usize, &str)]) -> Quality {
    let table = StaticTable::builtin();
    let mut reader = TermReader::new();
    let mut vectors = Vec::with_capacity(callables.len());
    for Callable { path, code, .. } in callables {
        reader.read(path, &[code], &[], |_, terms| {
            vectors.push(table.embed_passage(Passage { path, text: code, terms }));
        });
    }
    let scores = asked.iter().map(|&(right, question)| {
        let query = table.embed_query(question).unwrap();
        let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        // The length of the question is the same for all.
        let cosine = |vector: &Vec<f32>| {
            product(&query, vector) / product(vector, vector).sqrt().max(f32::MIN_POSITIVE)
        };
        (right, vectors.iter().map(cosine).collect())
    });
    judge(&scores.collect::<Vec<_>>())
}

/// The words of a text that the table could have rows for, each with 1 + ln(times).
fn weights(text: &str) -> BTreeMap<String, f32> {
    let mut counts: BTreeMap<String, f32> = BTreeMap::new();
    terms(text, &mut |term| {
        if !term.starts_with('=') {
            *counts.entry(term.to_owned()).or_default() += 1.0;
        }
    });
    counts.values_mut().for_each(|count| *count = 1.0 + count.ln());
    counts
}

/// The quality of the cosine of TF-IDF; a candidate's words are those that the table sees.
fn by_words(callables: &[Callable], asked: &[(usize, &str)]) -> Quality {
    let rows: Vec<BTreeMap<String, f32>> = callables
        .iter()
        .map(|Callable { path, code, .. }| {
            let (stem, dirs) = path_words(path);
            weights(&format!("{code}\n{stem} {}", dirs.rsplit('/').next().unwrap_or_default()))
        })
        .collect();
    let mut frequency: BTreeMap<&str, f32> = BTreeMap::new();
    for word in rows.iter().flat_map(BTreeMap::keys) {
        *frequency.entry(word).or_default() += 1.0;
    }
    let n = rows.len() as f32;
    let idf = |word: &str| (1.0 + n / (1.0 + frequency.get(word).copied().unwrap_or_default())).ln();
    let lengths: Vec<f32> = rows
        .iter()
        .map(|row| row.iter().map(|(word, weight)| (weight * idf(word)).powi(2)).sum::<f32>().sqrt())
        .collect();
    let scores = asked.iter().map(|&(right, question)| {
        let kept: Vec<&str> = identifiers(question).filter(|word| !is_stop_word(word)).collect();
        let query = weights(&kept.join(" "));
        let score = |(row, length): (&BTreeMap<String, f32>, &f32)| {
            let shared = query.iter().filter_map(|(word, a)| Some(a * row.get(word)? * idf(word).powi(2)));
            shared.sum::<f32>() / length.max(f32::MIN_POSITIVE)
        };
        (right, rows.iter().zip(&lengths).map(score).collect())
    });
    judge(&scores.collect::<Vec<_>>())
}

#[test]
fn the_table_alone_finds_the_code_of_a_comment_more_often_than_the_words_they_share() {
    let bench = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bench");
    let (mut table, mut words, mut chance) = ([0.0; 3], [0.0; 3], [0.0; 3]);
    let (mut n_programs, mut n_questions) = (0.0, 0);
    for program in PROGRAMS {
        let callables = spread(callables(&bench.join(program)), MOST_CANDIDATES);
        let asked = callables.iter().enumerate();
        let asked = asked.filter_map(|(at, callable)| Some((at, callable.question.as_deref()?)));
        let asked = spread(asked.collect(), MOST_QUESTIONS);
        if asked.len() < FEWEST_QUESTIONS {
            continue;
        }
        n_programs += 1.0;
        n_questions += asked.len();
        let n = callables.len() as f64;
        let by_lot = Quality { reciprocal: (n.ln() + 0.577) / n, first: 1.0 / n, ten: 10.0 / n };
        let found = [by_table(&callables, &asked), by_words(&callables, &asked), by_lot];
        for (sum, one) in [&mut table, &mut words, &mut chance].into_iter().zip(found) {
            sum.iter_mut().zip(one.numbers()).for_each(|(sum, number)| *sum += number);
        }
    }
    for sum in [&mut table, &mut words, &mut chance] {
        sum.iter_mut().for_each(|number| *number /= n_programs);
    }
    assert!(n_programs >= 8.0 && n_questions > 500, "{n_questions} questions of {n_programs} programs");
    let said = format!("table {table:.3?}, TF-IDF {words:.3?}, chance {chance:.3?}");
    for at in 0..3 {
        assert!(table[at] > MEASURED[at] - SLACK, "{said}");
        assert!(table[at] > words[at] + LEAD, "{said}");
        assert!(table[at] > 10.0 * chance[at], "{said}");
    }
}
