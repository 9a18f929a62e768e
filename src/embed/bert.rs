//! The forward pass of a BERT encoder (Devlin and others 2019; Vaswani and others 2017, §3).
//!
//! Texts of a batch lie one after the other in one matrix, a row for each piece, without padding: whatever looks at one
//! row only is computed for all texts at once, and attention for each text by itself. So a vector does not depend on
//! what else is in its batch, nor on the number of threads: every number of a product is summed in the same order.

use super::weights::Weights;
use anyhow::{Context as _, Result, ensure};
use matrixmultiply::sgemm;

/// Rows that are computed at once: more do not make a product faster, and take more memory.
const ROWS: usize = 512;

/// How large a model is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Numbers of a row.
    pub(super) hidden: usize,
    /// Numbers of a row between the two halves of a layer.
    pub(super) intermediate: usize,
    /// Layers.
    pub(super) layers: usize,
    /// Parts in which a row attends.
    pub(super) heads: usize,
    /// Pieces in the vocabulary.
    pub(super) vocabulary: usize,
    /// Most pieces of a text.
    pub(super) positions: usize,
}

/// What stands between the two halves of a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activation {
    /// x · Φ(x).
    Gelu,
    /// The same, with Φ by a hyperbolic tangent.
    GeluTanh,
    /// The larger one of x and 0.
    Relu,
}

/// How the rows of a text become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pooling {
    /// Their mean.
    Mean,
    /// The row of the first piece.
    First,
}

/// y = x · Wᵀ + b.
#[derive(Debug)]
struct Linear {
    /// A row for each number that comes out.
    weight: Vec<f32>,
    bias: Vec<f32>,
}

/// Rows brought to mean 0 and variance 1, then scaled and moved.
#[derive(Debug)]
struct Norm {
    scale: Vec<f32>,
    shift: Vec<f32>,
    epsilon: f32,
}

#[derive(Debug)]
struct Layer {
    /// What a row asks for, answers to, and gives: three in one.
    attend: Linear,
    attended: Linear,
    first_norm: Norm,
    widen: Linear,
    narrow: Linear,
    second_norm: Norm,
}

/// A model.
#[derive(Debug)]
pub(super) struct Encoder {
    shape: Shape,
    activation: Activation,
    /// A row for each piece of the vocabulary.
    pieces: Vec<f32>,
    /// A row for each place in a text, with what is added in every place.
    places: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

impl Encoder {
    /// Reads a model.
    ///
    /// # Errors
    /// When a tensor is missing, or has another size than the shape says.
    pub(super) fn read(
        weights: &mut Weights,
        shape: Shape,
        activation: Activation,
        epsilon: f32,
    ) -> Result<Self> {
        ensure!(
            shape.heads > 0 && shape.hidden > 0 && shape.hidden.is_multiple_of(shape.heads),
            "its {} numbers cannot be shared among {} heads",
            shape.hidden,
            shape.heads
        );
        let hidden = shape.hidden;
        let pieces =
            weights.read("embeddings.word_embeddings.weight", &[Some(shape.vocabulary), Some(hidden)])?;
        let position = "embeddings.position_embeddings.weight";
        let mut places = weights.read(position, &[Some(shape.positions), Some(hidden)])?;
        // The first row is for a text that stands alone, as all of ours do.
        let types = weights.read("embeddings.token_type_embeddings.weight", &[None, Some(hidden)])?;
        let alone = types.get(..hidden).context("its token types have no row")?;
        places.chunks_exact_mut(hidden).for_each(|row| add(row, alone));
        let norm = Norm::read(weights, "embeddings.LayerNorm", hidden, epsilon)?;
        let layers = (0..shape.layers).map(|at| Layer::read(weights, at, shape, epsilon));
        let layers = layers.collect::<Result<_>>()?;
        Ok(Self { shape, activation, pieces, places, norm, layers })
    }

    /// The vectors of texts, given as pieces: not yet of unit length. A text has at least one piece, and no more than
    /// there are positions.
    ///
    /// # Errors
    /// When a piece is not in the vocabulary.
    pub(super) fn run(&self, texts: &[Vec<u32>], pooling: Pooling) -> Result<Vec<Vec<f32>>> {
        let mut vectors = Vec::with_capacity(texts.len());
        let mut rest = texts;
        while !rest.is_empty() {
            let mut rows = 0;
            let fit = rest.iter().take_while(|text| {
                rows += text.len();
                rows <= ROWS
            });
            let (now, later) = rest.split_at(fit.count().max(1));
            vectors.extend(self.run_rows(now, pooling)?);
            rest = later;
        }
        Ok(vectors)
    }

    fn run_rows(&self, texts: &[Vec<u32>], pooling: Pooling) -> Result<Vec<Vec<f32>>> {
        let hidden = self.shape.hidden;
        let n_rows: usize = texts.iter().map(Vec::len).sum();
        let mut x = vec![0.0; n_rows * hidden];
        let placed = texts.iter().flat_map(|text| text.iter().enumerate());
        for (row, (at, &piece)) in x.chunks_exact_mut(hidden).zip(placed) {
            add(row, row_of(&self.pieces, piece as usize, hidden).context("a piece is not in the model")?);
            add(row, row_of(&self.places, at, hidden).context("a text is longer than the model takes")?);
        }
        self.norm.apply(&mut x);
        let lengths: Vec<usize> = texts.iter().map(Vec::len).collect();
        let mut space = Space::default();
        for layer in &self.layers {
            self.layer(layer, &lengths, &mut x, &mut space);
        }
        let mut rest = x.as_slice();
        let pooled = lengths.iter().map(|&n| {
            let (rows, more) = rest.split_at(n * hidden);
            rest = more;
            pool(rows, hidden, pooling)
        });
        Ok(pooled.collect())
    }

    fn layer(&self, layer: &Layer, lengths: &[usize], x: &mut [f32], space: &mut Space) {
        let (hidden, wide) = (self.shape.hidden, self.shape.intermediate);
        layer.attend.apply(x, hidden, &mut space.asked);
        space.given.clear();
        space.given.resize(x.len(), 0.0);
        let mut row = 0;
        for &n in lengths {
            self.attend(row, n, space);
            row += n;
        }
        layer.attended.apply(&space.given, hidden, &mut space.result);
        add(x, &space.result);
        layer.first_norm.apply(x);
        layer.widen.apply(x, hidden, &mut space.wide);
        space.wide.iter_mut().for_each(|number| *number = self.activation.of(*number));
        layer.narrow.apply(&space.wide, wide, &mut space.result);
        add(x, &space.result);
        layer.second_norm.apply(x);
    }

    /// Lets the rows of one text, `n` from `row` on, attend to each other, head by head.
    fn attend(&self, row: usize, n: usize, space: &mut Space) {
        let (hidden, heads) = (self.shape.hidden, self.shape.heads);
        let (width, step) = (hidden / heads, 3 * hidden);
        let scale = 1.0 / (width as f32).sqrt();
        let Space { asked, given, scores, .. } = space;
        scores.clear();
        scores.resize(n * n, 0.0);
        for head in 0..heads {
            let part =
                |which: usize| asked.get(row * step + which * hidden + head * width..).unwrap_or_default();
            let asks = Matrix { numbers: part(0), rows: n, columns: width, step: (step, 1) };
            let answers = Matrix { numbers: part(1), rows: width, columns: n, step: (1, step) };
            multiply(asks, answers, scores, n);
            scores.chunks_exact_mut(n).for_each(|row| soften(row, scale));
            let weights = Matrix { numbers: scores, rows: n, columns: n, step: (n, 1) };
            let gives = Matrix { numbers: part(2), rows: n, columns: width, step: (step, 1) };
            let to = given.get_mut(row * hidden + head * width..).unwrap_or_default();
            multiply(weights, gives, to, hidden);
        }
    }
}

/// Memory that one layer leaves to the next.
#[derive(Default)]
struct Space {
    asked: Vec<f32>,
    given: Vec<f32>,
    scores: Vec<f32>,
    wide: Vec<f32>,
    result: Vec<f32>,
}

impl Layer {
    fn read(weights: &mut Weights, at: usize, shape: Shape, epsilon: f32) -> Result<Self> {
        let (hidden, wide) = (shape.hidden, shape.intermediate);
        let name = |part: &str| format!("encoder.layer.{at}.{part}");
        let mut attend = Linear { weight: Vec::new(), bias: Vec::new() };
        for part in ["query", "key", "value"] {
            let one = Linear::read(weights, &name(&format!("attention.self.{part}")), hidden, hidden)?;
            attend.weight.extend(one.weight);
            attend.bias.extend(one.bias);
        }
        Ok(Self {
            attend,
            attended: Linear::read(weights, &name("attention.output.dense"), hidden, hidden)?,
            first_norm: Norm::read(weights, &name("attention.output.LayerNorm"), hidden, epsilon)?,
            widen: Linear::read(weights, &name("intermediate.dense"), hidden, wide)?,
            narrow: Linear::read(weights, &name("output.dense"), wide, hidden)?,
            second_norm: Norm::read(weights, &name("output.LayerNorm"), hidden, epsilon)?,
        })
    }
}

impl Linear {
    fn read(weights: &mut Weights, name: &str, n_in: usize, n_out: usize) -> Result<Self> {
        let weight = weights.read(&format!("{name}.weight"), &[Some(n_out), Some(n_in)])?;
        Ok(Self { weight, bias: weights.read(&format!("{name}.bias"), &[Some(n_out)])? })
    }

    /// Puts y for each row of `x`, which has `n_in` numbers, into `y`.
    fn apply(&self, x: &[f32], n_in: usize, y: &mut Vec<f32>) {
        let n_out = self.bias.len();
        let rows = x.len() / n_in;
        y.clear();
        y.resize(rows * n_out, 0.0);
        let x = Matrix { numbers: x, rows, columns: n_in, step: (n_in, 1) };
        let weight = Matrix { numbers: &self.weight, rows: n_in, columns: n_out, step: (1, n_in) };
        multiply(x, weight, y, n_out);
        y.chunks_exact_mut(n_out).for_each(|row| add(row, &self.bias));
    }
}

impl Norm {
    fn read(weights: &mut Weights, name: &str, hidden: usize, epsilon: f32) -> Result<Self> {
        let scale = weights.read(&format!("{name}.weight"), &[Some(hidden)])?;
        Ok(Self { scale, shift: weights.read(&format!("{name}.bias"), &[Some(hidden)])?, epsilon })
    }

    fn apply(&self, x: &mut [f32]) {
        let n = self.scale.len();
        for row in x.chunks_exact_mut(n) {
            let mean = row.iter().sum::<f32>() / n as f32;
            let variance = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / n as f32;
            let factor = 1.0 / (variance + self.epsilon).sqrt();
            for ((x, scale), shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
                *x = (*x - mean) * factor * scale + shift;
            }
        }
    }
}

impl Activation {
    fn of(self, x: f32) -> f32 {
        match self {
            Self::Gelu => 0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2)),
            Self::GeluTanh => {
                let inner = (2.0 / std::f32::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
                0.5 * x * (1.0 + inner.tanh())
            }
            Self::Relu => x.max(0.0),
        }
    }
}

/// The error function, as x · P(x²) / Q(x²), fitted to it from −4 to 4; off by 5e-7 at most.
fn erf(x: f32) -> f32 {
    const P: [f32; 6] = [
        std::f32::consts::FRAC_2_SQRT_PI,
        0.194_852_89,
        0.053_279_6,
        0.003_942_42,
        0.000_286_420_8,
        1.982_621_8e-6,
    ];
    const Q: [f32; 6] = [1.0, 0.506_015_6, 0.115_895_98, 0.015_322_758, 0.001_201_017_2, 3.747_629e-5];
    let x = x.clamp(-4.0, 4.0);
    let square = x * x;
    let polynomial = |factors: [f32; 6]| factors.into_iter().rev().fold(0.0, |sum, f| sum * square + f);
    x * polynomial(P) / polynomial(Q)
}

/// Makes shares of scores: they add up to 1.
fn soften(scores: &mut [f32], scale: f32) {
    let largest = scores.iter().fold(f32::NEG_INFINITY, |largest, x| largest.max(*x));
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = ((*score - largest) * scale).exp();
        sum += *score;
    }
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// Row `at` of a table.
fn row_of(table: &[f32], at: usize, hidden: usize) -> Option<&[f32]> {
    let start = at.checked_mul(hidden)?;
    table.get(start..start.checked_add(hidden)?)
}

fn add(x: &mut [f32], y: &[f32]) {
    x.iter_mut().zip(y).for_each(|(x, y)| *x += y);
}

fn pool(rows: &[f32], hidden: usize, pooling: Pooling) -> Vec<f32> {
    let (Pooling::First, Some(first)) = (pooling, rows.get(..hidden)) else {
        let mut mean = vec![0.0; hidden];
        rows.chunks_exact(hidden).for_each(|row| add(&mut mean, row));
        let n = (rows.len() / hidden).max(1) as f32;
        mean.iter_mut().for_each(|x| *x /= n);
        return mean;
    };
    first.to_vec()
}

/// A matrix that lies in a slice: steps from one row to the next, and from one column to the next.
#[derive(Clone, Copy)]
struct Matrix<'n> {
    numbers: &'n [f32],
    rows: usize,
    columns: usize,
    step: (usize, usize),
}

/// One past the last number that a matrix has in its slice.
const fn end_of(rows: usize, columns: usize, step: (usize, usize)) -> usize {
    if rows == 0 || columns == 0 { 0 } else { (rows - 1) * step.0 + (columns - 1) * step.1 + 1 }
}

/// Puts the product of two matrices into `product`, whose rows are `step` apart.
fn multiply(a: Matrix<'_>, b: Matrix<'_>, product: &mut [f32], step: usize) {
    assert!(
        a.columns == b.rows
            && end_of(a.rows, a.columns, a.step) <= a.numbers.len()
            && end_of(b.rows, b.columns, b.step) <= b.numbers.len()
            && b.columns <= step
            && end_of(a.rows, b.columns, (step, 1)) <= product.len(),
        "matrices fit together and lie in their slices"
    );
    #[expect(clippy::cast_possible_wrap, reason = "steps within a slice fit an isize")]
    let signed = |step: usize| step as isize;
    #[expect(unsafe_code, reason = "the product takes pointers")]
    // SAFETY: every number that the three matrices name was found to lie in its slice, and the rows of the product do not
    // overlap.
    unsafe {
        sgemm(
            a.rows,
            a.columns,
            b.columns,
            1.0,
            a.numbers.as_ptr(),
            signed(a.step.0),
            signed(a.step.1),
            b.numbers.as_ptr(),
            signed(b.step.0),
            signed(b.step.1),
            0.0,
            product.as_mut_ptr(),
            signed(step),
            1,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{Activation, Matrix, erf, multiply, soften};

    #[test]
    fn the_error_function_is_that_of_the_tables() {
        // Abramowitz and Stegun, table 7.1.
        for (x, wanted) in [
            (0.0, 0.0),
            (0.1, 0.112_462_92),
            (0.5, 0.520_499_9),
            (1.0, 0.842_700_8),
            (1.5, 0.966_105_16),
            (2.0, 0.995_322_3),
            (9.0, 1.0),
        ] {
            assert!((erf(x) - wanted).abs() < 5e-7, "{x}");
            assert!((erf(-x) + wanted).abs() < 5e-7, "{x}");
        }
    }

    #[test]
    fn activations_are_those_of_their_papers() {
        assert!((Activation::Gelu.of(1.0) - 0.841_344_7).abs() < 1e-6);
        assert!((Activation::GeluTanh.of(1.0) - 0.841_192).abs() < 1e-6);
        assert_eq!((Activation::Relu.of(-1.0), Activation::Relu.of(2.0)), (0.0, 2.0));
    }

    #[test]
    fn shares_add_up_to_one_however_large_the_scores() {
        let mut scores = [1000.0, 1000.0, -1000.0];
        soften(&mut scores, 1.0);
        assert_eq!(scores, [0.5, 0.5, 0.0]);
    }

    #[test]
    fn a_product_takes_matrices_that_lie_across_others() {
        let numbers = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let a = Matrix { numbers: &numbers, rows: 2, columns: 2, step: (3, 1) };
        let turned = Matrix { numbers: &numbers, rows: 2, columns: 2, step: (1, 3) };
        let mut product = [9.0; 5];
        multiply(a, turned, &mut product, 3);
        assert_eq!(product, [5.0, 14.0, 9.0, 14.0, 41.0]);
    }
}
