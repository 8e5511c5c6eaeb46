//! The vectors of items in a byte a number, to see quickly which items may be among the best.

use crate::cpu::{Work, fastest};

use super::graph::Graph;

/// Bytes of a vector are padded to whole groups of this many.
const GROUP: usize = 32;
/// More than all that is rounded where a product of vectors of length 1 is computed in double precision.
const ROUNDING: f64 = 1e-12;

/// A vector of each item, rounded to steps of its own size, and how far off that is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Coarse {
    /// Row-major; each row is padded with zeros.
    bytes: Vec<i8>,
    width: usize,
    /// For each item: a step times the root of its degree.
    steps: Vec<f64>,
    /// For each item the root of its degree times the length of its vector, and of what rounding took off.
    reach: Vec<(f64, f64)>,
}

/// The direction of a history, rounded to steps.
#[derive(Debug)]
pub(super) struct Aim {
    shorts: Vec<i16>,
    step: f64,
    /// Its length, and that of what rounding took off.
    length: (f64, f64),
}

impl Coarse {
    /// `vectors` has `factors` numbers for each item of the graph.
    #[allow(clippy::cast_possible_truncation, reason = "rounded to at most 127 steps")]
    pub(super) fn new(graph: &Graph, vectors: &[f32], factors: usize) -> Self {
        let (n, width) = (graph.n_items(), factors.next_multiple_of(GROUP));
        let mut bytes = vec![0; n * width];
        let (mut steps, mut reach) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for item in 0..n {
            let vector = &vectors[item * factors..(item + 1) * factors];
            let step = f64::from(vector.iter().fold(0.0_f32, |most, value| most.max(value.abs()))) / 127.0;
            let (mut length, mut off) = (0.0, 0.0);
            for (byte, &value) in bytes[item * width..].iter_mut().zip(vector) {
                let value = f64::from(value);
                let rounded = if step > 0.0 { (value / step).round() } else { 0.0 };
                *byte = rounded as i8;
                length += value * value;
                off += (value - rounded * step).powi(2);
            }
            let root = graph.item_inverse[item];
            steps.push(step * root);
            reach.push((length.sqrt() * root, off.sqrt() * root));
        }
        Self { bytes, width, steps, reach }
    }

    /// Room for directions.
    pub(super) fn new_aim(&self) -> Aim {
        Aim { shorts: vec![0; self.width], step: 0.0, length: (0.0, 0.0) }
    }

    /// Gives for each item a lower and an upper bound of `linear + alpha * (low-pass part)`, in order.
    pub(super) fn bounds(&self, aim: &Aim, linear: &[f64], alpha: f64, take: impl FnMut(usize, f64, f64)) {
        if self.width == 0 {
            let mut take = take;
            linear.iter().enumerate().for_each(|(item, &score)| take(item, score, score));
            return;
        }
        fastest(Scan { coarse: self, aim, linear, alpha, take });
    }
}

impl Aim {
    /// Takes a direction, of as many numbers as there are factors.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "rounded to the steps there are"
    )]
    pub(super) fn set(&mut self, direction: &[f64]) {
        // So many steps that a sum of products with bytes stays below 2^31.
        let most =
            f64::from(i16::MAX).min((f64::from(i32::MAX) / (127.0 * direction.len().max(1) as f64)).floor());
        let step = direction.iter().fold(0.0_f64, |most, value| most.max(value.abs())) / most;
        let (mut length, mut off) = (0.0, 0.0);
        for (short, value) in self.shorts.iter_mut().zip(direction) {
            let rounded = if step > 0.0 { (value / step).round() } else { 0.0 };
            *short = rounded as i16;
            length += value * value;
            off += (value - rounded * step).powi(2);
        }
        self.step = step;
        self.length = (length.sqrt(), off.sqrt());
    }
}

struct Scan<'a, F> {
    coarse: &'a Coarse,
    aim: &'a Aim,
    linear: &'a [f64],
    alpha: f64,
    take: F,
}

impl<F: FnMut(usize, f64, f64)> Work for Scan<'_, F> {
    type Done = ();

    /// With `q` and `v` the vectors and `q'` and `v'` rounded, `|q v - q' v'| <= |q| |v - v'| + |q - q'| |v'|`.
    #[inline(always)]
    fn work(mut self) {
        let Coarse { bytes, width, steps, reach } = self.coarse;
        let (length, off) = self.aim.length;
        let per_step = self.alpha * self.aim.step;
        let rows = bytes.chunks_exact(*width).zip(steps).zip(reach).zip(self.linear);
        for (item, (((row, step), &(reach, blur)), linear)) in rows.enumerate() {
            let middle = linear + per_step * step * f64::from(product(&self.aim.shorts, row));
            let error = length * (blur + ROUNDING * reach) + off * (reach + blur);
            let error = self.alpha * error * (1.0 + 1e-9) + ROUNDING * linear.abs();
            (self.take)(item, middle - error, middle + error);
        }
    }
}

#[inline(always)]
fn product(shorts: &[i16], bytes: &[i8]) -> i32 {
    let (shorts, _) = shorts.as_chunks::<GROUP>();
    let (bytes, _) = bytes.as_chunks::<GROUP>();
    let mut sum = 0_i32;
    for (shorts, bytes) in shorts.iter().zip(bytes) {
        let mut part = 0_i32;
        for at in 0..GROUP {
            part = part.wrapping_add(i32::from(shorts[at]).wrapping_mul(i32::from(bytes[at])));
        }
        sum = sum.wrapping_add(part);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Rows;
    use crate::index::ItemIx;
    use crate::random::Random;

    #[test]
    #[allow(clippy::cast_possible_truncation, reason = "numbers to test with")]
    fn every_exact_score_lies_between_its_bounds() {
        let mut random = Random::new(9, 0);
        for factors in [0, 1, 31, 32, 70] {
            let rows: Rows<ItemIx> =
                (0..40).map(|unit| (0..=unit % 7).map(|i| ItemIx::new(i * 3 % 20))).collect();
            let graph = Graph::new(rows, 20, (-0.5, -0.5));
            let mut number = || random.unit() * 2.0 - 1.0;
            let vectors: Vec<f32> = (0..20 * factors).map(|_| number() as f32).collect();
            let coarse = Coarse::new(&graph, &vectors, factors);
            let direction: Vec<f64> = (0..factors).map(|_| number()).collect();
            let linear: Vec<f64> = (0..20).map(|_| number()).collect();
            let mut aim = coarse.new_aim();
            aim.set(&direction);
            let mut seen = 0;
            coarse.bounds(&aim, &linear, 0.7, |item, low, high| {
                let vector = &vectors[item * factors..(item + 1) * factors];
                let dot: f64 = direction.iter().zip(vector).map(|(a, &b)| a * f64::from(b)).sum();
                let exact = linear[item] + 0.7 * graph.item_inverse[item] * dot;
                assert!(low <= exact && exact <= high, "{low} {exact} {high}");
                let lengths: f64 = direction.iter().map(|a| a * a).sum::<f64>().sqrt()
                    * vector.iter().map(|&b| f64::from(b).powi(2)).sum::<f64>().sqrt();
                assert!(high - low < 0.05 * graph.item_inverse[item] * lengths + 1e-9, "{low} {high}");
                seen += 1;
            });
            assert_eq!(seen, 20);
        }
    }
}
