//! How many of the ten nearest vectors are found, in how much time and room: the scan of all rows, a flat file by its
//! outlines, lists and the graph, against an exact scan over f32 in the same run.
//!
//! `cargo bench -- vectors N…` makes N vectors each time as embeddings lie: points around 2,000 centres in a space of 48
//! dimensions, turned into 128 and brought to unit length; questions are further points of the same kind. Names of kinds
//! (`flat`, `ivf`, `hnsw`) among the numbers leave the others out: a graph takes long to build.

use codegraph::config::Metric;
use codegraph::embed::quantise;
use codegraph::vector::{Design, GraphOptions, Index, Rows, Target, VectorFile};
use rayon::prelude::*;
use std::time::{Duration, Instant};

/// Numbers of a vector.
const DIMENSION: usize = 128;
/// Dimensions in which the points lie.
const LATENT: usize = 48;
/// Centres.
const CENTRES: usize = 2_000;
/// Questions.
const QUESTIONS: usize = 200;
/// Neighbours that are looked for.
const K: usize = 10;
/// Rows that are asked for where not all are looked at, as search does.
const NEAREST: usize = 256;

/// Numbers that look random and are the same in every run (Marsaglia, "Xorshift RNGs", 2003).
struct Random(u64);

impl Random {
    /// From 0 to 1.
    fn number(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 24) as f32
    }

    /// About normal: a sum of twelve.
    fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.number()).sum::<f32>() - 6.0
    }

    fn normals(&mut self, n: usize) -> Vec<f32> {
        (0..n).map(|_| self.normal()).collect()
    }
}

/// `n` vectors of unit length.
fn vectors(n: usize, random: &mut Random, centres: &[Vec<f32>], turn: &[Vec<f32>]) -> Vec<Vec<f32>> {
    (0..n)
        .map(|_| {
            let centre = &centres[(random.number() * CENTRES as f32) as usize % CENTRES];
            let point: Vec<f32> = centre.iter().map(|x| x + 0.5 * random.normal()).collect();
            let mut vector = vec![0.0; DIMENSION];
            for (x, row) in point.iter().zip(turn) {
                vector.iter_mut().zip(row).for_each(|(sum, y)| *sum += x * y);
            }
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            vector.iter_mut().for_each(|x| *x /= length);
            vector
        })
        .collect()
}

/// The numbers of the best, best first.
fn best(mut all: Vec<(f32, u32)>) -> Vec<u32> {
    all.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    all.into_iter().take(K).map(|(_, at)| at).collect()
}

/// Asks all questions; gives the answers and the time of one.
fn asked(questions: &[Vec<f32>], ask: impl Fn(&[f32]) -> Vec<(f32, u32)>) -> (Vec<Vec<u32>>, Duration) {
    let started = Instant::now();
    let found: Vec<Vec<(f32, u32)>> = questions.iter().map(|question| ask(question)).collect();
    let time = started.elapsed() / QUESTIONS as u32;
    (found.into_iter().map(best).collect(), time)
}

fn recall(found: &[Vec<u32>], exact: &[Vec<u32>]) -> f64 {
    let hits = |(found, exact): (&Vec<u32>, &Vec<u32>)| exact.iter().filter(|at| found.contains(at)).count();
    let n: usize = exact.iter().map(Vec::len).sum();
    found.iter().zip(exact).map(hits).sum::<usize>() as f64 / n.max(1) as f64
}

/// Measures and prints a row for each size and kind; of all kinds when none is named.
pub(super) fn run(arguments: &[String]) {
    let (sizes, kinds): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|each| each.parse::<usize>().is_ok());
    println!("| vectors | kind | recall@10 | a question | build | bytes |");
    println!("|---|---|---|---|---|---|");
    for size in sizes {
        let n: usize = size.parse().unwrap();
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        let centres: Vec<Vec<f32>> = (0..CENTRES).map(|_| random.normals(LATENT)).collect();
        let turn: Vec<Vec<f32>> = (0..LATENT).map(|_| random.normals(DIMENSION)).collect();
        let rows = vectors(n, &mut random, &centres, &turn);
        let questions = vectors(QUESTIONS, &mut random, &centres, &turn);
        let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
        let started = Instant::now();
        let exact: Vec<Vec<u32>> = questions
            .par_iter()
            .map(|question| best((0u32..).zip(&rows).map(|(at, row)| (product(row, question), at)).collect()))
            .collect();
        let row = |kind: &str, recall: f64, time: Duration, build: Duration, bytes: u64| {
            let (time, build) = (time.as_secs_f64() * 1e3, build.as_secs_f64());
            println!(
                "| {n} | {kind} | {recall:.4} | {time:.2} ms | {build:.1} s | {:.1} MB |",
                bytes as f64 / 1e6
            );
        };
        row(
            "exact f32",
            1.0,
            started.elapsed() / QUESTIONS as u32,
            Duration::ZERO,
            (n * DIMENSION * 4) as u64,
        );

        let temp = tempfile::tempdir().unwrap();
        let mut file = Rows::new(DIMENSION);
        for (at, vector) in (0u32..).zip(&rows) {
            file.push(at, 0, &quantise(vector));
        }
        let graph = Index::Hnsw(GraphOptions { m: 16, ef_construction: 200 });
        for (name, index) in [("flat", Index::Flat), ("ivf", Index::Ivf), ("hnsw", graph)] {
            if !kinds.is_empty() && !kinds.iter().any(|kind| *kind == name) {
                continue;
            }
            let (docs, design) = (u32::try_from(n).unwrap(), Design { metric: Metric::Cosine, index });
            let started = Instant::now();
            file.write(&Target { folder: temp.path(), name, model: "bench", docs, design }).unwrap();
            let build = started.elapsed();
            let path = temp.path().join(name);
            let open = VectorFile::open(&path, "bench", DIMENSION, Metric::Cosine).unwrap();
            open.check().unwrap();
            let bytes = std::fs::metadata(&path).unwrap().len();
            if index == Index::Flat {
                let (found, time) = asked(&questions, |question| {
                    let mut values = vec![f32::NEG_INFINITY; n];
                    let mut each = |doc: u32, _, value| values[doc as usize] = value;
                    open.scan(question, &mut each).unwrap();
                    values.into_iter().zip(0..).collect()
                });
                row("flat, all rows", recall(&found, &exact), time, build, bytes);
                if open.is_plain() {
                    continue;
                }
            }
            // The docs whose number is divisible are dead: none, a fifth, half.
            for (share, dead) in [("", u32::MAX), (", a fifth dead", 5), (", half dead", 2)] {
                let living: Vec<Vec<u32>> = exact
                    .iter()
                    .map(|all| all.iter().copied().filter(|at| at % dead != 0).collect())
                    .collect();
                let (found, time) = asked(&questions, |question| {
                    let mut all = Vec::with_capacity(NEAREST);
                    let mut each = |doc, _, value| all.push((value, doc));
                    let lives = |doc: u32| !doc.is_multiple_of(dead);
                    let wanted = (dead < u32::MAX).then_some(&lives as _);
                    open.nearest(question, NEAREST, wanted, &mut each).unwrap();
                    all
                });
                row(&format!("{name}{share}"), recall(&found, &living), time, build, bytes);
            }
        }
    }
}
