//! Intervals that were planted are found again.

use std::collections::BTreeMap;

use kosar::eval::{EvaluateOptions, Metric, MetricKind, Split, SplitOptions, evaluate};
use kosar::replenish::{Basis, Replenishment};
use kosar::{Control, Fit};

use super::{Row, day, log, pairs};

/// Uniform numbers from 0 to 1: a linear congruential generator is random enough here.
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

fn normal(state: &mut u64) -> f64 {
    (0..12).map(|_| uniform(state)).sum::<f64>() - 6.0
}

/// Many customers who buy items every so many days (a pack of four lasts twice as long), each with a pace of their own; a
/// share of them never comes again.
pub(crate) fn planted(intervals: &[f64], customers: i64, days: f64) -> (Vec<Row>, BTreeMap<(i64, i64), f64>) {
    let mut state = 7;
    let (mut rows, mut truth) = (Vec::new(), BTreeMap::new());
    for customer in 1..=customers {
        for (item, interval) in (0..).zip(intervals) {
            let own = interval * (0.4 * normal(&mut state)).exp();
            truth.insert((item, customer), own);
            let mut at = uniform(&mut state) * days / 2.0;
            while at < days {
                let quantity = if uniform(&mut state) < 0.5 { 1 } else { 4 };
                #[allow(clippy::cast_possible_truncation, reason = "days of a test")]
                rows.push((customer, item, at as i64, quantity));
                if uniform(&mut state) < 0.1 {
                    break;
                }
                at += own * f64::from(quantity).sqrt() * (0.3 * normal(&mut state)).exp();
            }
        }
    }
    (rows, truth)
}

#[test]
fn planted_intervals_are_found() {
    let (rows, truth) = planted(&[7.0, 14.0, 30.0], 400, 730.0);
    let model = Replenishment::params().fit(&log(&rows)).unwrap();
    let beta = model.quantity_exponent().unwrap();
    assert!((beta - 0.5).abs() < 0.05, "{beta}");
    for (item, interval) in [7.0, 14.0, 30.0].into_iter().enumerate() {
        let (found, again) = model.interval(i64::try_from(item).unwrap()).unwrap().unwrap();
        assert!((found / interval).ln().abs() < 0.1, "{found} for {interval}");
        assert!((again - 0.9).abs() < 0.06, "{again}");
    }
    // The pace of each customer is found better than the item's alone would tell.
    let (mut own, mut all, mut n) = (0.0, 0.0, 0.0);
    for (&(item, customer), &pace) in &truth {
        let due = model.due(customer, item, day(730)).unwrap().unwrap();
        if due.purchases > 5 {
            assert_eq!(due.basis, Basis::Customer);
            let last = pairs_of(&rows, item, customer);
            let expected = pace * last.sqrt();
            own += (due.interval_days / expected).ln().powi(2);
            all += (model.interval(item).unwrap().unwrap().0 * last.sqrt() / expected).ln().powi(2);
            n += 1.0;
        }
    }
    assert!(n > 300.0 && own < 0.3 * all, "{own} {all} {n}");
}

fn pairs_of(rows: &[Row], item: i64, customer: i64) -> f64 {
    let own = rows.iter().filter(|row| (row.1, row.0) == (item, customer));
    let last = own.clone().map(|row| row.2).max().unwrap();
    own.filter(|row| row.2 == last).map(|row| f64::from(row.3)).sum()
}

#[test]
fn planted_purchases_fall_into_their_intervals_and_horizons() {
    let (rows, _) = planted(&[7.0, 14.0, 30.0], 1500, 360.0);
    let cut = 150;
    let seen: Vec<Row> = rows.iter().copied().filter(|row| row.2 < cut).collect();
    let model = Replenishment::params().horizon_days(10.0).fit(&log(&seen)).unwrap();
    let after = pairs(&rows);
    let (mut inside, mut known, mut came, mut told, mut n) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (item, customer) in pairs(&seen).into_keys() {
        let due = model.due(customer, item, day(cut)).unwrap().unwrap();
        let next = after[&(item, customer)].range(cut..).next().map(|next| *next.0);
        told += due.probability;
        came += f64::from(u8::from(next.is_some_and(|next| next < cut + 10)));
        n += 1.0;
        // Of those bought lately nearly all next purchases are still to come.
        if let Some(next) = next.filter(|_| due.last_bought >= day(cut - 3)) {
            known += 1.0;
            inside += f64::from(u8::from(due.earliest <= day(next) && day(next) <= due.latest));
        }
    }
    assert!((told - came).abs() / n < 0.03, "{told} told, {came} came of {n}");
    assert!(known > 200.0 && (inside / known - 0.8_f64).abs() < 0.06, "{inside} of {known}");
}

#[test]
fn an_evaluation_with_repeats_asks_what_is_due() {
    let (rows, _) = planted(&[7.0, 60.0, 60.0, 60.0], 100, 400.0);
    let (train, test): (Vec<Row>, Vec<Row>) = rows.iter().partition(|row| row.2 < 390);
    let split = |new_items_only: bool| {
        let options = SplitOptions::new().new_items_only(new_items_only);
        Split::from_logs(log(&train), &log(&test), &options).unwrap()
    };
    let repeats = split(false);
    let model = Replenishment::params().fit(repeats.train()).unwrap();
    let found = evaluate(&model, &repeats, &EvaluateOptions::at(1), &Control::new()).unwrap();
    assert_eq!(found.n_empty(), 0);
    let hits = found.estimate(Metric::new(MetricKind::HitRate, 1).unwrap()).unwrap();
    assert!(hits.value > 0.6, "{hits:?}");
}
