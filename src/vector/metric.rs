//! How near two vectors are.
//!
//! Every metric is a product with the question that is stretched and shifted for each row: the row's *scale* times its
//! product, plus its *offset*. So one scan serves them all, and the greater value is always the nearer row.

use crate::config::Metric;
use crate::embed::{Quantised, normalise};

/// The question as its products are taken: of unit length for a cosine.
pub(super) fn question(metric: Metric, query: &[f32]) -> Vec<f32> {
    let mut query = query.to_vec();
    if metric == Metric::Cosine {
        normalise(&mut query);
    }
    query
}

/// Scale and offset of a row, by its step and its length. For l2 the value is the length of the question squared minus
/// the distance squared; what is the same for all rows is left out.
pub(super) fn weight(metric: Metric, step: f32, length: f32) -> (f32, f32) {
    match metric {
        Metric::Cosine if length > 0.0 => (step / length, 0.0),
        Metric::Cosine => (0.0, 0.0),
        Metric::L2 => (2.0 * step, -(length * length)),
        Metric::InnerProduct => (step, 0.0),
    }
}

/// Compares questions with vectors as the store has them.
#[derive(Debug, Clone)]
pub struct Measure {
    metric: Metric,
    question: Vec<f32>,
}

impl Measure {
    /// For one question.
    #[must_use]
    pub fn new(metric: Metric, query: &[f32]) -> Self {
        Self { metric, question: question(metric, query) }
    }

    /// How near a vector is; nothing when it has another dimension. The greater is the nearer.
    #[must_use]
    pub fn value(&self, stored: &[u8]) -> Option<f32> {
        let row = Quantised::read(stored).filter(|row| row.coarse.len() == self.question.len())?;
        let (scale, offset) = weight(self.metric, 1.0, if row.step > 0.0 { row.length() } else { 0.0 });
        let product: f32 = row.vector().iter().zip(&self.question).map(|(x, q)| x * q).sum();
        Some(product * scale + offset)
    }
}

#[cfg(test)]
mod tests {
    use super::Measure;
    use crate::config::Metric;
    use crate::embed::quantise;

    #[test]
    fn three_vectors_have_another_order_under_each_metric() {
        let question = [2.0, 1.0];
        // The direction of the question, its neighbour, and one that is simply long.
        let vectors = [[0.4, 0.2], [1.9, 1.4], [5.0, 0.0]];
        let order = |metric| {
            let measure = Measure::new(metric, &question);
            let value = |at: &usize| measure.value(&quantise(&vectors[*at])).expect("two numbers");
            let mut order = [0, 1, 2];
            order.sort_by(|a, b| value(b).total_cmp(&value(a)));
            order
        };
        assert_eq!(order(Metric::Cosine), [0, 1, 2]);
        assert_eq!(order(Metric::L2), [1, 0, 2]);
        assert_eq!(order(Metric::InnerProduct), [2, 1, 0]);
    }

    #[test]
    fn zero_vectors_are_neither_near_nor_far_and_others_are_refused() {
        let measure = Measure::new(Metric::Cosine, &[1.0, 0.0]);
        assert_eq!(measure.value(&quantise(&[0.0, 0.0])), Some(0.0));
        assert_eq!(measure.value(&quantise(&[0.0])), None);
        assert_eq!(measure.value(&[1]), None);
        assert_eq!(Measure::new(Metric::L2, &[0.0, 0.0]).value(&quantise(&[0.0, 3.0])), Some(-9.0));
    }
}
