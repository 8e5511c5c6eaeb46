//! What a user's entry weighs: parameters, and the weights in fixed point.

use serde::{Deserialize, Serialize};

use crate::data::Interactions;
use crate::error::ParamError;
use crate::similarity::Unit;

/// What a pair of a customer and an item is worth before it is weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// 1: bought or not.
    #[default]
    Binary,
    /// The number of orders with the item.
    Orders,
    /// The quantity left after returns; of a matrix, its values. A pair of which nothing is left is worth nothing.
    Quantity,
}

impl Strength {
    /// Reads `binary`, `orders` or `quantity`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "binary" => Ok(Self::Binary),
            "orders" => Ok(Self::Orders),
            "quantity" => Ok(Self::Quantity),
            _ => Err(ParamError::UnknownChoice {
                name: "strength",
                value: word.to_owned(),
                allowed: "binary, orders, quantity",
            }),
        }
    }
}

/// How the strengths `x(u, i)` become weights `w(u, i)`; items are alike by the sums `s(i, j)` of `w(u, i) w(u, j)` over users.
///
/// Users are to items what words are to documents: a user with many items says little of each.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// `x`.
    #[default]
    Plain,
    /// `sqrt(x) idf(u)`, where `idf(u) = ln(n_items / (1 + items of u))`, and 0 where that is negative (Salton & Buckley 1988,
    /// doi 10.1016/0306-4573(88)90021-0).
    TfIdf,
    /// `x (k1 + 1) / (x + k1 (1 - b + b length(i))) idf(u)`, where `length(i)` is the sum of the item's strengths over the mean of
    /// all items (Robertson & Zaragoza 2009, doi 10.1561/1500000019).
    Bm25 {
        /// How soon more of the same counts less, from 0 (at once) on.
        k1: f64,
        /// How much the length of an item counts, from 0 to 1.
        b: f64,
    },
}

impl Weighting {
    /// Reads `plain`, `tf_idf` or `bm25`, of which the last takes `k1` and `b`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word; [`ParamError::OutOfRange`] for `k1` and `b`, also where they do not count.
    pub fn parse(word: &str, k1: f64, b: f64) -> Result<Self, ParamError> {
        let bm25 = Self::Bm25 { k1, b };
        bm25.check()?;
        match word {
            "plain" => Ok(Self::Plain),
            "tf_idf" => Ok(Self::TfIdf),
            "bm25" => Ok(bm25),
            _ => Err(ParamError::UnknownChoice {
                name: "weighting",
                value: word.to_owned(),
                allowed: "plain, tf_idf, bm25",
            }),
        }
    }

    /// Whether the parameters of BM25 are in their ranges.
    pub(super) fn check(self) -> Result<(), ParamError> {
        let Self::Bm25 { k1, b } = self else { return Ok(()) };
        if !(0.0..=1e9).contains(&k1) {
            return Err(ParamError::OutOfRange { name: "k1", value: k1, allowed: "from 0 to a billion" });
        }
        if !(0.0..=1.0).contains(&b) {
            return Err(ParamError::OutOfRange { name: "b", value: b, allowed: "from 0 to 1" });
        }
        Ok(())
    }
}

/// Weights in fixed point: whole multiples of a unit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weights {
    /// One of each entry.
    pub(super) values: Vec<u32>,
    /// The value of the square of the unit.
    pub(super) square: f64,
}

/// The greatest sum of squares that fits: no sum of products is above it, by Cauchy and Schwarz.
const MOST: f64 = (1_u64 << 62) as f64;
/// The greatest weight.
const GREATEST: f64 = (1_u64 << 31) as f64;

impl Weights {
    /// The finest weights that fit: `values` are those of the entries of `columns`, below `n_items`.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded by the choice of the unit"
    )]
    pub(super) fn fixed(values: &[f64], items: impl Iterator<Item = usize>, n_items: usize) -> Self {
        let mut squares = vec![0.0_f64; n_items];
        let mut greatest = 0.0_f64;
        for (&value, item) in values.iter().zip(items) {
            squares[item] += value * value;
            greatest = greatest.max(value);
        }
        let most = squares.into_iter().fold(0.0, f64::max);
        if most == 0.0 {
            return Self { values: vec![0; values.len()], square: 1.0 };
        }
        // A power of two, so that whole weights stay what they are.
        let exponent = (MOST / most).sqrt().min(GREATEST / greatest).log2().floor();
        let scale = exponent.exp2();
        let values = values.iter().map(|value| (value * scale).round() as u32).collect();
        Self { values, square: (scale * scale).recip() }
    }
}

/// The strengths of all pairs, and what weighting makes of them; and how many times all these must still be halved. `ages` tells
/// the age of an entry in half-lives.
///
/// The whole half-lives of the youngest entry are common to all, and taken out: so something is left however long ago the last
/// purchase was.
pub(super) fn weights(
    matrix: &Interactions,
    strength: Strength,
    weighting: Weighting,
    user_exponent: f64,
    ages: Option<&dyn Fn(usize) -> f64>,
) -> (Vec<f64>, f64) {
    let n = matrix.n_pairs();
    let strengths: Vec<f64> = match (strength, &matrix.facts.orders, &matrix.facts.quantities) {
        (Strength::Orders, Some(orders), _) => orders.iter().map(|&orders| f64::from(orders)).collect(),
        (Strength::Quantity, _, Some(left)) => left.iter().map(|left| left.to_f64().max(0.0)).collect(),
        // A matrix without values is one of ones.
        _ => vec![1.0; n],
    };
    let items = matrix.rows.values();
    let mut sums = vec![0.0_f64; matrix.n_items()];
    items.iter().zip(&strengths).for_each(|(item, strength)| sums[item.as_usize()] += strength);
    #[allow(clippy::cast_precision_loss, reason = "counts below 2^32")]
    let n_items = matrix.n_items() as f64;
    let mean = sums.iter().sum::<f64>() / n_items;
    let mut values = strengths;
    let mut start = 0;
    for row in matrix.rows.iter() {
        #[allow(clippy::cast_precision_loss, reason = "counts below 2^32")]
        let length = row.len() as f64;
        // A square root, as the weights of both items have it.
        let of_user = if user_exponent == 0.0 { 1.0 } else { length.powf(user_exponent / 2.0) };
        let idf = || (n_items / (1.0 + length)).ln().max(0.0);
        let of_user = match weighting {
            Weighting::Plain => of_user,
            Weighting::TfIdf | Weighting::Bm25 { .. } => of_user * idf(),
        };
        for (entry, item) in (start..).zip(row) {
            let x = values[entry];
            let x = match weighting {
                Weighting::Plain => x,
                Weighting::TfIdf => x.sqrt(),
                Weighting::Bm25 { k1, b } => {
                    let length = sums[item.as_usize()] / mean;
                    x * (k1 + 1.0) / (x + k1 * (1.0 - b + b * length))
                }
            };
            values[entry] = of_user * x;
        }
        start += row.len();
    }
    let Some(age) = ages else { return (values, 0.0) };
    let youngest = (0..n).filter(|&entry| values[entry] > 0.0).map(age).fold(f64::INFINITY, f64::min);
    let common = if youngest.is_finite() { youngest.floor() } else { 0.0 };
    values.iter_mut().enumerate().for_each(|(entry, value)| *value *= (common - age(entry)).exp2());
    (values, common)
}

/// Whether strengths and weights are there for pairs of customers only.
pub(super) fn check_unit(strength: Strength, unit: Unit) -> Result<(), ParamError> {
    if strength != Strength::Binary && unit == Unit::Order {
        return Err(ParamError::NotWith { name: "strength", allowed: "binary", with: "unit order" });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_weights_stay_whole_and_the_greatest_sum_fits() {
        let weights = Weights::fixed(&[3.0, 1.0, 0.5], [0, 1, 0].into_iter(), 2);
        let value = |at: usize| f64::from(weights.values[at]) * weights.square.sqrt();
        assert!(
            (value(0) - 3.0).abs() < 1e-15
                && (value(1) - 1.0).abs() < 1e-15
                && (value(2) - 0.5).abs() < 1e-15
        );
        let sum = u64::from(weights.values[0]).pow(2) + u64::from(weights.values[2]).pow(2);
        assert!(sum < 1 << 63 && weights.values[0] > 1 << 29);
    }

    #[test]
    fn half_lives_common_to_all_are_taken_out() {
        let matrix = Interactions::from_csr((2, 2), &[0, 2, 3], &[0, 1, 0], None).unwrap();
        let made = |ages: [f64; 3]| {
            weights(&matrix, Strength::Binary, Weighting::Plain, 0.0, Some(&|entry| ages[entry]))
        };
        assert_eq!(made([0.0, 1.0, 2.0]), (vec![1.0, 0.5, 0.25], 0.0));
        assert_eq!(
            made([5e9 + 0.5, 5e9 + 1.5, 5e9 + 0.5]),
            (vec![0.5_f64.sqrt(), 0.125_f64.sqrt(), 0.5_f64.sqrt()], 5e9)
        );
    }

    #[test]
    fn bm25_and_tf_idf_follow_their_formulas() {
        let matrix = Interactions::from_csr((2, 4), &[0, 2, 3], &[0, 1, 0], Some(&[4.0, 1.0, 2.0])).unwrap();
        let made = |weighting| weights(&matrix, Strength::Quantity, weighting, 0.0, None).0;
        let (idf0, idf1) = ((4.0_f64 / 3.0).ln(), 2.0_f64.ln());
        let tf_idf = made(Weighting::TfIdf);
        assert!((tf_idf[0] - 2.0 * idf0).abs() < 1e-15 && (tf_idf[2] - 2.0_f64.sqrt() * idf1).abs() < 1e-15);
        let bm25 = made(Weighting::Bm25 { k1: 1.2, b: 0.75 });
        // Item 0 has a sum of 6, item 1 of 1, all four have 7: a mean of 1.75.
        let expected = 4.0 * 2.2 / (4.0 + 1.2 * (0.25 + 0.75 * 6.0 / 1.75)) * idf0;
        assert!((bm25[0] - expected).abs() < 1e-12, "{bm25:?}");
    }
}
