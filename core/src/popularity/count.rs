//! Counting customers of items, each once, by the latest purchase.

use rayon::prelude::*;

use crate::data::Baskets;
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::time::{MICROS_PER_DAY, Time};

/// What a customer counts who bought at the very instant: weights are whole numbers of this fraction, so that the sum over
/// fewer than 2^32 customers fits into 64 bits.
pub(super) const UNIT: u64 = 1 << 31;

/// Items counted by one thread before it looks for the next piece of work.
const ITEMS_PER_TASK: usize = 64;

/// For each item: how many customers bought it, and what they weigh together.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Counts {
    pub(super) customers: Vec<u32>,
    pub(super) weights: Vec<u64>,
}

/// Counts the owners of the baskets of each item; a basket without a known owner has one of its own. Baskets later than
/// `as_of` do not count. With a half-life, an owner weighs what the latest of the baskets does.
///
/// Linear in the baskets' entries, but for sorting the owners of one item at a time.
pub(super) fn count(
    baskets: &Baskets,
    as_of: Option<Time>,
    half_life_days: Option<f64>,
    control: &Control,
) -> Result<Counts> {
    let n_items = baskets.items().len();
    let baskets_of = baskets.rows().transpose(n_items, ItemIx::as_usize, |basket| basket);
    let owner = |basket: usize| baskets.owners().map_or(basket, |owners| owners[basket] as usize);
    let time = |basket: usize| baskets.times().map_or(Time::from_micros(i64::MIN), |times| times[basket]);
    let counted: Result<Vec<Vec<(u32, u64)>>> = (0..n_items)
        .collect::<Vec<_>>()
        .par_chunks(ITEMS_PER_TASK)
        .map_init(Vec::new, |bought: &mut Vec<(usize, Time)>, items| {
            control.check()?;
            let count = |&item: &usize| {
                bought.clear();
                bought.extend(baskets_of.row(item).iter().map(|&basket| (owner(basket), time(basket))));
                bought.retain(|&(_, time)| as_of.is_none_or(|as_of| time <= as_of));
                bought.sort_unstable();
                let latest = bought.chunk_by(|a, b| a.0 == b.0).filter_map(<[_]>::last);
                latest.fold((0, 0), |(customers, weight), &(_, time)| {
                    let own = match (half_life_days, as_of) {
                        (Some(half_life_days), Some(as_of)) => weight_of(time, as_of, half_life_days),
                        _ => UNIT,
                    };
                    (customers + 1, weight + own)
                })
            };
            Ok(items.iter().map(count).collect())
        })
        .collect();
    let (customers, weights) = counted?.into_iter().flatten().unzip();
    Ok(Counts { customers, weights })
}

/// 2^(-age / half life), in parts of [`UNIT`]; `time` is not after `as_of`.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ages are far below 2^53 days, and the product is from 0 to 2^31"
)]
fn weight_of(time: Time, as_of: Time, half_life_days: f64) -> u64 {
    let age = as_of.micros().abs_diff(time.micros()) as f64 / MICROS_PER_DAY as f64;
    ((-age / half_life_days).exp2() * UNIT as f64).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = MICROS_PER_DAY;

    fn baskets(bought: &[(u32, i64)]) -> Baskets {
        let rows = Baskets::from_ids(bought.iter().map(|_| ["a"])).unwrap();
        let owners = bought.iter().map(|row| row.0).collect();
        rows.with_facts(Some(owners), Some(bought.iter().map(|row| Time::from_micros(row.1 * DAY)).collect()))
    }

    #[test]
    fn a_customer_counts_once_by_the_latest_purchase() {
        let as_of = Some(Time::from_micros(100 * DAY));
        let bought = baskets(&[(0, 80), (1, 100), (0, 90), (0, 101), (2, 101)]);
        let counts = count(&bought, as_of, Some(10.0), &Control::new()).unwrap();
        assert_eq!(counts, Counts { customers: vec![2], weights: vec![UNIT + UNIT / 2] });
        let counts = count(&bought, None, None, &Control::new()).unwrap();
        assert_eq!(counts, Counts { customers: vec![3], weights: vec![3 * UNIT] });
    }

    #[test]
    fn baskets_of_nobody_count_one_each() {
        let rows = Baskets::from_ids([vec!["a", "b"], vec!["a"]]).unwrap();
        assert_eq!(count(&rows, None, None, &Control::new()).unwrap().customers, [2, 1]);
    }
}
