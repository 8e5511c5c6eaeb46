//! Every measure, weight and bound against the full matrix product.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    reason = "tests may"
)]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{
    Batch, IdValues, Interactions, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values,
};
use kosar::rank::Reason;
use kosar::similarity::{ItemSimilarity, ItemSimilarityParams, Measure, Side, Strength, Unit, Weighting};
use kosar::{Fit, Id, MICROS_PER_DAY, OrderLog, Time, TimeUnit};
use proptest::prelude::*;

/// A customer, an item, how many, on which day; each an order of its own.
type Row = (i64, i64, i64, i64);

fn log(rows: &[Row]) -> OrderLog {
    let mut builder = LogBuilder::new(LogOptions::default());
    let column = |pick: fn(&Row) -> i64| rows.iter().map(pick).collect::<Vec<_>>();
    let batch = Batch::new(rows.len());
    let batch = batch.ids(Role::Customer, IdValues::Int(Values::new(column(|row| row.0)))).unwrap();
    let batch = batch.ids(Role::Item, IdValues::Int(Values::new(column(|row| row.1)))).unwrap();
    let batch = batch.numbers(Role::Quantity, NumberValues::Int(Values::new(column(|row| row.2)))).unwrap();
    let days: Vec<i64> = column(|row| row.3).into_iter().map(|day| day * 86_400).collect();
    let times = TimeValues::Int(Values::new(days), TimeUnit::Second);
    let batch = batch.time(times).unwrap();
    builder.push(&batch).unwrap();
    builder.finish().unwrap()
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0_i64..9, 0_i64..12, 1_i64..4, 0_i64..60), 1..80)
}

/// What is asked for, beside the measure; the defaults of the parameters by default.
#[derive(Debug, Clone, Copy)]
struct Asked {
    measure: Measure,
    strength: Strength,
    weighting: Weighting,
    user_exponent: f64,
    shrinkage: f64,
    asymmetry: f64,
    damping: f64,
    half_life: Option<f64>,
    pair_half_life: Option<f64>,
    min_customers: usize,
}

impl Asked {
    fn plain(measure: Measure) -> Self {
        Self {
            measure,
            strength: Strength::Binary,
            weighting: Weighting::Plain,
            user_exponent: 0.0,
            shrinkage: 0.0,
            asymmetry: 0.5,
            damping: 0.0,
            half_life: None,
            pair_half_life: None,
            min_customers: 1,
        }
    }

    fn params(&self) -> ItemSimilarityParams {
        ItemSimilarity::params()
            .measure(self.measure)
            .strength(self.strength)
            .weighting(self.weighting)
            .user_exponent(self.user_exponent)
            .shrinkage(self.shrinkage)
            .asymmetry(self.asymmetry)
            .popularity_damping(self.damping)
            .half_life_days(self.half_life)
            .pair_half_life_days(self.pair_half_life)
            .min_customers(self.min_customers)
    }

    /// The similarity of every pair, source and target, from definitions alone.
    fn by_hand(&self, rows: &[Row]) -> BTreeMap<(i64, i64), f64> {
        let mut entries: BTreeMap<(i64, i64), (f64, f64, f64)> = BTreeMap::new();
        for &(customer, item, quantity, day) in rows {
            let entry = entries.entry((customer, item)).or_insert((0.0, 0.0, 0.0));
            *entry = (entry.0 + 1.0, entry.1 + quantity as f64, entry.2.max(day as f64));
        }
        let customers: BTreeSet<i64> = rows.iter().map(|row| row.0).collect();
        let items: Vec<i64> = rows.iter().map(|row| row.1).collect::<BTreeSet<_>>().into_iter().collect();
        let latest = entries.values().map(|entry| entry.2).fold(0.0, f64::max);
        let strength = |&(orders, quantity, _): &(f64, f64, f64)| match self.strength {
            Strength::Binary => 1.0,
            Strength::Orders => orders,
            Strength::Quantity => quantity,
        };
        let length = |item: i64| -> f64 {
            entries.iter().filter(|((_, other), _)| *other == item).map(|(_, entry)| strength(entry)).sum()
        };
        let mean = items.iter().map(|&item| length(item)).sum::<f64>() / items.len() as f64;
        let weight = |customer: i64, item: i64| -> f64 {
            let Some(entry) = entries.get(&(customer, item)) else { return 0.0 };
            let n = entries.keys().filter(|(other, _)| *other == customer).count() as f64;
            let x = strength(entry);
            let idf = (items.len() as f64 / (1.0 + n)).ln().max(0.0);
            let weighted = match self.weighting {
                Weighting::Plain => x,
                Weighting::TfIdf => x.sqrt() * idf,
                Weighting::Bm25 { k1, b } => {
                    x * (k1 + 1.0) / (x + k1 * (1.0 - b + b * length(item) / mean)) * idf
                }
            };
            let age = self.half_life.map_or(1.0, |half_life| 0.5_f64.powf((latest - entry.2) / half_life));
            weighted * n.powf(self.user_exponent / 2.0) * age
        };
        let day = |customer: i64, item: i64| entries.get(&(customer, item)).map_or(0.0, |entry| entry.2);
        let product = |i: i64, j: i64| -> f64 {
            let of = |&u: &i64| {
                let apart = (day(u, i) - day(u, j)).abs();
                let left = self.pair_half_life.map_or(1.0, |half_life| 0.5_f64.powf(apart / half_life));
                weight(u, i) * weight(u, j) * left
            };
            customers.iter().map(of).sum()
        };
        let both = |i: i64, j: i64| {
            customers
                .iter()
                .filter(|&&u| entries.contains_key(&(u, i)) && entries.contains_key(&(u, j)))
                .count() as f64
        };
        let users = customers.len() as f64;
        let mut similarities = BTreeMap::new();
        for &i in &items {
            for &j in items.iter().filter(|&&j| j != i) {
                let (c, s, a, b) = (both(i, j), product(i, j), product(i, i), product(j, j));
                if c < self.min_customers as f64 || s == 0.0 {
                    continue;
                }
                let base = match self.measure {
                    Measure::Cosine => s / (a.powf(self.asymmetry) * b.powf(1.0 - self.asymmetry)),
                    Measure::Tanimoto | Measure::Jaccard => s / (a + b - s),
                    Measure::Dice => 2.0 * s / (a + b),
                    Measure::Conditional => s / a,
                    Measure::Dot => s,
                    Measure::Lift => users * s / (a * b),
                    Measure::Pmi => (users * s / (a * b)).ln(),
                    Measure::LogLikelihood => ratio(c, a, b, users),
                    other => panic!("{other:?} is not known here"),
                };
                let damped = base / both(j, j).powf(self.damping);
                similarities.insert((i, j), damped * c / (c + self.shrinkage));
            }
        }
        similarities
    }
}

/// Twice the sum over the four cells of observed times the logarithm of observed over expected.
fn ratio(c: f64, a: f64, b: f64, n: f64) -> f64 {
    let cell = |observed: f64, expected: f64| {
        if observed > 0.0 { observed * (observed / expected).ln() } else { 0.0 }
    };
    let sum = cell(c, a * b / n)
        + cell(a - c, a * (n - b) / n)
        + cell(b - c, (n - a) * b / n)
        + cell(n - a - b + c, (n - a) * (n - b) / n);
    if c * n >= a * b { 2.0 * sum } else { -2.0 * sum }
}

fn int(id: &Id) -> i64 {
    match id {
        Id::Int(value) => *value,
        Id::Str(text) => panic!("'{text}' went in as an integer"),
    }
}

/// The model's similarities of all pairs are those of the matrix product, lists are sorted, and rows computed from histories
/// alone continue them.
fn agree(asked: Asked, rows: &[Row]) -> Result<(), TestCaseError> {
    let expected = asked.by_hand(rows);
    let log = log(rows);
    for neighbors in [3, 50] {
        let model = asked.params().neighbors(neighbors).fit(&log).unwrap();
        for item in rows.iter().map(|row| row.1).collect::<BTreeSet<_>>() {
            let found = model.similar(item, 99).unwrap();
            prop_assert_eq!(
                found.len(),
                expected.range((item, i64::MIN)..=(item, i64::MAX)).count(),
                "{:?}",
                asked
            );
            for found in &found {
                let expected = expected[&(item, int(&found.item))];
                let close = (found.score - expected).abs() <= 1e-6 * expected.abs().max(1e-3);
                prop_assert!(
                    close,
                    "{:?}: {item} -> {}: {} is not {expected}",
                    asked,
                    found.item,
                    found.score
                );
            }
            let best: Vec<u64> = found.iter().map(|found| found.score.to_bits()).collect();
            let first = model.similar(item, neighbors).unwrap();
            prop_assert!(
                first.iter().map(|found| found.score.to_bits()).eq(best.into_iter().take(neighbors))
            );
            prop_assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_measure_is_that_of_its_formula(rows in rows()) {
        for measure in Measure::ALL {
            agree(Asked::plain(measure), &rows)?;
            agree(Asked { shrinkage: 3.5, ..Asked::plain(measure) }, &rows)?;
            agree(Asked { min_customers: 2, ..Asked::plain(measure) }, &rows)?;
        }
        for measure in [Measure::Cosine, Measure::Conditional, Measure::Dot, Measure::Lift] {
            agree(Asked { damping: 0.6, ..Asked::plain(measure) }, &rows)?;
        }
        agree(Asked { asymmetry: 0.2, ..Asked::plain(Measure::Cosine) }, &rows)?;
        agree(Asked { asymmetry: 1.0, damping: 0.3, ..Asked::plain(Measure::Cosine) }, &rows)?;
    }

    #[test]
    fn every_weight_is_that_of_its_formula(rows in rows()) {
        for measure in [Measure::Cosine, Measure::Tanimoto, Measure::Dice, Measure::Conditional, Measure::Dot] {
            let plain = Asked::plain(measure);
            agree(Asked { user_exponent: -0.7, ..plain }, &rows)?;
            agree(Asked { strength: Strength::Orders, ..plain }, &rows)?;
            agree(Asked { strength: Strength::Quantity, weighting: Weighting::TfIdf, ..plain }, &rows)?;
            agree(Asked { strength: Strength::Quantity, weighting: Weighting::Bm25 { k1: 1.2, b: 0.75 }, ..plain }, &rows)?;
            agree(Asked { half_life: Some(20.0), shrinkage: 1.0, ..plain }, &rows)?;
        }
        let weighted = Asked { user_exponent: -1.0, damping: 0.4, min_customers: 2, ..Asked::plain(Measure::Conditional) };
        agree(weighted, &rows)?;
    }

    #[test]
    fn purchases_far_apart_say_less_of_each_other(rows in rows()) {
        // What is left after days is kept in 65536ths, so the pairs are not exact to the last digits.
        let asked = Asked { pair_half_life: Some(10.0), user_exponent: -0.5, ..Asked::plain(Measure::Cosine) };
        let expected = asked.by_hand(&rows);
        let model = asked.params().fit(&log(&rows)).unwrap();
        for item in rows.iter().map(|row| row.1).collect::<BTreeSet<_>>() {
            for found in model.similar(item, 99).unwrap() {
                prop_assert!((found.score - expected[&(item, int(&found.item))]).abs() < 2e-5);
            }
        }
    }

    #[test]
    fn pairs_of_orders_need_as_many_customers_as_asked_for(rows in rows(), least in 1_usize..4) {
        // Orders of a customer are those of a day.
        let mut orders: BTreeMap<(i64, i64), BTreeSet<i64>> = BTreeMap::new();
        rows.iter().for_each(|&(customer, item, _, day)| {
            orders.entry((customer, day % 7)).or_default().insert(item);
        });
        let lines: Vec<(i64, i64, i64)> = orders.iter().zip(0..).flat_map(|((key, items), order)| {
            items.iter().map(move |&item| (key.0, order, item))
        }).collect();
        let column = |pick: fn(&(i64, i64, i64)) -> i64| IdValues::Int(Values::new(lines.iter().map(pick).collect::<Vec<_>>()));
        let batch = Batch::new(lines.len()).ids(Role::Customer, column(|line| line.0)).unwrap();
        let batch = batch.ids(Role::Order, column(|line| line.1)).unwrap().ids(Role::Item, column(|line| line.2)).unwrap();
        let mut builder = LogBuilder::new(LogOptions::default());
        builder.push(&batch).unwrap();
        let log = builder.finish().unwrap();
        let params = ItemSimilarity::params().unit(Unit::Order).min_customers(least).measure(Measure::Dot);
        for neighbors in [2, 50] {
            let model = params.clone().neighbors(neighbors).fit(&log).unwrap();
            for item in lines.iter().map(|line| line.2).collect::<BTreeSet<_>>() {
                let mut expected = BTreeMap::new();
                for other in lines.iter().map(|line| line.2).filter(|&other| other != item) {
                    let with_both = || orders.iter().filter(|(_, items)| items.contains(&item) && items.contains(&other));
                    let customers = with_both().map(|(key, _)| key.0).collect::<BTreeSet<_>>().len();
                    if customers >= least {
                        expected.insert(other, with_both().count());
                    }
                }
                let found = model.similar(item, 99).unwrap();
                prop_assert_eq!(found.len(), expected.len());
                for found in found {
                    prop_assert!((found.score - expected[&int(&found.item)] as f64).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn the_side_of_targets_lists_who_is_near_to_each_candidate(rows in rows(), k in 1_usize..6) {
        let asked = Asked { user_exponent: -0.5, ..Asked::plain(Measure::Conditional) };
        let exact = asked.params().neighbors(99).fit(&log(&rows)).unwrap();
        let model = asked.params().neighbors(k).side(Side::Target).fit(&log(&rows)).unwrap();
        let items: BTreeSet<i64> = rows.iter().map(|row| row.1).collect();
        // For each candidate its k nearest sources, by the order of all lists.
        let mut kept: BTreeSet<(i64, i64)> = BTreeSet::new();
        for &target in &items {
            let mut sources: Vec<(f64, u64, i64)> = items.iter().filter(|&&source| source != target).filter_map(|&source| {
                let found = exact.similar(source, 99).unwrap();
                let found = found.into_iter().find(|found| int(&found.item) == target)?;
                let Reason::Similar { count, .. } = found.reason else { panic!("{:?}", found.reason) };
                Some((found.score, count, source))
            }).collect();
            sources.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
            kept.extend(sources.iter().take(k).map(|&(_, _, source)| (source, target)));
        }
        for &source in &items {
            let mut expected: BTreeMap<i64, f64> = BTreeMap::new();
            for found in exact.similar(source, 99).unwrap() {
                if kept.contains(&(source, int(&found.item))) {
                    expected.insert(int(&found.item), found.score);
                }
            }
            let found = model.recommend_for_items([source], 99).unwrap();
            prop_assert_eq!(found.len(), expected.len());
            for found in found {
                prop_assert_eq!(found.score.to_bits(), expected[&int(&found.item)].to_bits());
            }
        }
    }

    #[test]
    fn symmetric_measures_have_the_same_digits_in_both_directions(rows in rows()) {
        for measure in [Measure::Cosine, Measure::Tanimoto, Measure::Dice, Measure::Dot] {
            let asked = Asked { user_exponent: -0.3, ..Asked::plain(measure) };
            let model = asked.params().fit(&log(&rows)).unwrap();
            let similarity = |a: i64, b: i64| {
                model.similar(a, 99).unwrap().into_iter().find(|found| int(&found.item) == b).map(|found| found.score.to_bits())
            };
            for &(_, a, ..) in &rows {
                for &(_, b, ..) in rows.iter().filter(|row| row.1 != a) {
                    prop_assert_eq!(similarity(a, b), similarity(b, a));
                }
            }
        }
    }

    #[test]
    fn a_matrix_gives_what_its_log_gives(rows in rows()) {
        let log = log(&rows);
        let from_log = Interactions::from_log(&log).unwrap();
        let asked = Asked { strength: Strength::Quantity, ..Asked::plain(Measure::Cosine) };
        let (mut indptr, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        let customers: BTreeSet<i64> = rows.iter().map(|row| row.0).collect();
        let items: Vec<i64> = rows.iter().map(|row| row.1).collect::<BTreeSet<_>>().into_iter().collect();
        for &customer in &customers {
            for &(_, item, quantity, _) in rows.iter().filter(|row| row.0 == customer) {
                indices.push(u32::try_from(items.binary_search(&item).unwrap()).unwrap());
                values.push(quantity as f64);
            }
            indptr.push(indices.len());
        }
        let matrix = Interactions::from_csr((customers.len(), items.len()), &indptr, &indices, Some(&values)).unwrap();
        let (a, b) = (asked.params().fit(&from_log).unwrap(), asked.params().fit(&matrix).unwrap());
        for (position, &item) in items.iter().enumerate() {
            let position = i64::try_from(position).unwrap();
            let (a, b) = (a.similar(item, 99).unwrap(), b.similar(position, 99).unwrap());
            prop_assert_eq!(a.len(), b.len());
            for (a, b) in a.iter().zip(&b) {
                prop_assert_eq!((int(&a.item), a.score.to_bits()), (items[usize::try_from(int(&b.item)).unwrap()], b.score.to_bits()));
            }
        }
    }
}

#[test]
fn ages_are_taken_at_the_time_given() {
    let rows = [(1, 1, 1, 0), (1, 2, 1, 0), (2, 1, 1, 10), (2, 3, 1, 10)];
    let params = ItemSimilarity::params().measure(Measure::Dot).half_life_days(Some(10.0));
    let at = |as_of| {
        let model = params.clone().as_of(as_of).fit(&log(&rows)).unwrap();
        let found = model.similar(1, 9).unwrap();
        found.iter().map(|found| (int(&found.item), found.score)).collect::<Vec<_>>()
    };
    let close = |found: &[(i64, f64)], expected: &[(i64, f64)]| {
        found.iter().zip(expected).all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 1e-6)
    };
    assert!(close(&at(None), &[(3, 1.0), (2, 0.25)]));
    assert!(close(&at(Some(Time::from_micros(20 * MICROS_PER_DAY))), &[(3, 0.25), (2, 0.0625)]));
}

#[test]
fn half_lives_need_times() {
    let matrix = Interactions::from_csr((1, 2), &[0, 2], &[0, 1], None).unwrap();
    let error = ItemSimilarity::params().half_life_days(Some(3.0)).fit(&matrix).unwrap_err();
    assert_eq!(error.to_string(), "the log has no time column, which ItemSimilarity with a half-life needs");
    let error = ItemSimilarity::params().unit(Unit::Order).fit(&matrix).unwrap_err();
    assert_eq!(error.to_string(), "unit must be customer for a matrix of customers and items");
}

#[test]
fn pairs_of_too_few_customers_take_nobody_s_place() {
    // Three hundred rare items with one customer beside item 0 are nearer to it than those with two.
    let (mut indptr, mut indices) = (vec![0], Vec::new());
    let mut user = |items: &[u32]| {
        indices.extend_from_slice(items);
        indptr.push(indices.len());
    };
    (1..=300).for_each(|item| user(&[0, item]));
    for item in 301..=420 {
        (0..2).for_each(|_| user(&[0, item]));
        (0..3).for_each(|_| user(&[item]));
    }
    let matrix = Interactions::from_csr((indptr.len() - 1, 20_000), &indptr, &indices, None).unwrap();
    let fitted = |least| ItemSimilarity::params().neighbors(100).min_customers(least).fit(&matrix).unwrap();
    let items = |model: &ItemSimilarity| -> Vec<i64> {
        model.similar(0, 100).unwrap().iter().map(|found| int(&found.item)).collect()
    };
    assert_eq!(items(&fitted(1)), (1..=100).collect::<Vec<_>>());
    assert_eq!(items(&fitted(2)), (301..=400).collect::<Vec<_>>());
}
