//! Linear models against brute force, and the laws of their answers.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{
    Batch, IdValues, Interactions, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values,
};
use kosar::datasets::Shop;
use kosar::linear::{Ease, GraphFilter, ItemChoice, RecommendOptions, Unit};
use kosar::rank::{AllRecommendations, Reason, Recommendation};
use kosar::{Fit, Id, ItemIx, OrderLog, Persist, TimeUnit};
use proptest::prelude::*;

/// A log of (customer, item) rows, each an order of its own.
fn log(rows: &[(i64, i64)]) -> OrderLog {
    let mut builder = LogBuilder::new(LogOptions::default());
    let column =
        |pick: fn(&(i64, i64)) -> i64| IdValues::Int(Values::new(rows.iter().map(pick).collect::<Vec<_>>()));
    let batch = Batch::new(rows.len()).ids(Role::Customer, column(|row| row.0)).unwrap();
    builder.push(&batch.ids(Role::Item, column(|row| row.1)).unwrap()).unwrap();
    builder.finish().unwrap()
}

/// A log of (customer, item, how many, day) lines, each an order of its own.
fn lines(lines: &[(i64, i64, i64, i64)]) -> OrderLog {
    let mut builder = LogBuilder::new(LogOptions::default());
    let column =
        |pick: fn(&(i64, i64, i64, i64)) -> i64| Values::new(lines.iter().map(pick).collect::<Vec<_>>());
    let batch = Batch::new(lines.len()).ids(Role::Customer, IdValues::Int(column(|line| line.0))).unwrap();
    let batch = batch.ids(Role::Item, IdValues::Int(column(|line| line.1))).unwrap();
    let batch = batch.numbers(Role::Quantity, NumberValues::Int(column(|line| line.2))).unwrap();
    builder
        .push(&batch.time(TimeValues::Int(column(|line| line.3 * 86_400), TimeUnit::Second)).unwrap())
        .unwrap();
    builder.finish().unwrap()
}

fn shop() -> OrderLog {
    Shop::params().lines(6_000).items(700).seed(5).generate().unwrap().to_log(LogOptions::default()).unwrap()
}

/// The items of each customer, and all items.
fn matrix(rows: &[(i64, i64)]) -> (BTreeMap<i64, BTreeSet<i64>>, Vec<i64>) {
    let mut of_customer: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    rows.iter().for_each(|&(customer, item)| {
        of_customer.entry(customer).or_default().insert(item);
    });
    let items: BTreeSet<i64> = rows.iter().map(|&(_, item)| item).collect();
    (of_customer, items.into_iter().collect())
}

/// The inverse by Gauss and Jordan, without a choice of pivots: for positive definite matrices.
fn inverse(mut a: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let n = a.len();
    for (i, row) in a.iter_mut().enumerate() {
        row.extend((0..n).map(|j| f64::from(u8::from(i == j))));
    }
    for k in 0..n {
        let pivot: Vec<f64> = a[k].iter().map(|value| value / a[k][k]).collect();
        for (i, row) in a.iter_mut().enumerate() {
            let factor = row[k];
            for (value, &above) in row.iter_mut().zip(&pivot) {
                *value = if i == k { above } else { *value - factor * above };
            }
        }
    }
    a.into_iter().map(|row| row[n..].to_vec()).collect()
}

/// The weights by their definition.
fn weights(rows: &[(i64, i64)], l2: f64) -> BTreeMap<(i64, i64), f64> {
    let (of_customer, items) = matrix(rows);
    let shared = |a: &i64, b: &i64| {
        let both = of_customer.values().filter(|owned| owned.contains(a) && owned.contains(b)).count();
        f64::from(u32::try_from(both).unwrap()) + if a == b { l2 } else { 0.0 }
    };
    let p = inverse(items.iter().map(|a| items.iter().map(|b| shared(a, b)).collect()).collect());
    let mut weights = BTreeMap::new();
    for (i, &a) in items.iter().enumerate() {
        for (j, &b) in items.iter().enumerate() {
            weights.insert((a, b), if i == j { 0.0 } else { -p[i][j] / p[j][j] });
        }
    }
    weights
}

/// Eigenvalues and eigenvectors (as rows) of a symmetric matrix, by Jacobi's rotations, strongest first.
fn eigen(mut a: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>)> {
    let n = a.len();
    let mut v: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for _ in 0..60 {
        for (p, q) in (0..n).flat_map(|p| (p + 1..n).map(move |q| (p, q))) {
            if a[p][q].abs() < 1e-300 {
                continue;
            }
            let angle = 0.5 * (2.0 * a[p][q]).atan2(a[q][q] - a[p][p]);
            let (sin, cos) = angle.sin_cos();
            for row in &mut a {
                (row[p], row[q]) = (cos * row[p] - sin * row[q], sin * row[p] + cos * row[q]);
            }
            for k in 0..n {
                let (x, y) = (a[p][k], a[q][k]);
                (a[p][k], a[q][k]) = (cos * x - sin * y, sin * x + cos * y);
                let (x, y) = (v[p][k], v[q][k]);
                (v[p][k], v[q][k]) = (cos * x - sin * y, sin * x + cos * y);
            }
        }
    }
    let mut pairs: Vec<(f64, Vec<f64>)> = (0..n).map(|i| (a[i][i], v[i].clone())).collect();
    pairs.sort_unstable_by(|x, y| y.0.total_cmp(&x.0));
    pairs
}

/// What an item adds to another in GF-CF, by its definition; `None` where the directions are not well parted.
fn filter(rows: &[(i64, i64)], factors: usize, alpha: f64) -> Option<BTreeMap<(i64, i64), f64>> {
    let (of_customer, items) = matrix(rows);
    let count = |n: usize| f64::from(u32::try_from(n).unwrap());
    let degree = |item: &i64| count(of_customer.values().filter(|owned| owned.contains(item)).count());
    let entry = |a: &i64, b: &i64| {
        let both = of_customer.values().filter(|owned| owned.contains(a) && owned.contains(b));
        both.map(|owned| 1.0 / count(owned.len())).sum::<f64>() / (degree(a) * degree(b)).sqrt()
    };
    let product: Vec<Vec<f64>> = items.iter().map(|a| items.iter().map(|b| entry(a, b)).collect()).collect();
    let pairs = eigen(product.clone());
    let at = |k: usize| pairs.get(k).map_or(0.0, |pair| pair.0);
    let kept = factors.min(items.len()).min(of_customer.len());
    if kept > 0 && (at(kept - 1) < 1e-3 || (kept < items.len() && at(kept) > 0.7 * at(kept - 1))) {
        return None;
    }
    let mut filter = BTreeMap::new();
    for (i, &a) in items.iter().enumerate() {
        for (j, &b) in items.iter().enumerate() {
            let low: f64 = pairs[..kept].iter().map(|(_, vector)| vector[i] * vector[j]).sum();
            let low = low * (degree(&b) / degree(&a)).sqrt();
            filter.insert((a, b), product[i][j] + alpha * low);
        }
    }
    Some(filter)
}

fn int(id: &Id) -> i64 {
    match id {
        Id::Int(value) => *value,
        Id::Str(text) => panic!("'{text}' went in as an integer"),
    }
}

fn items(found: &[Recommendation]) -> Vec<i64> {
    found.iter().map(|found| int(&found.item)).collect()
}

fn rows() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((0_i64..12, 0_i64..15), 1..120)
}

proptest! {
    #[test]
    fn weights_and_sums_are_those_of_the_brute_force(rows in rows(), l2 in 0.5..50.0) {
        let model = Ease::params().l2(l2).fit(&log(&rows)).unwrap();
        let expected = weights(&rows, l2);
        let (of_customer, items) = matrix(&rows);
        for (&(a, b), &weight) in &expected {
            prop_assert!((model.weight(a, b).unwrap() - weight).abs() < 1e-6);
        }
        for (&customer, owned) in &of_customer {
            let found = model.recommend_for_customer(customer, 100).unwrap();
            prop_assert_eq!(found.len(), items.len() - owned.len());
            prop_assert!(found.is_sorted_by(|a, b| a.score >= b.score));
            for found in &found {
                let item = int(&found.item);
                prop_assert!(!owned.contains(&item));
                let parts: Vec<f64> = owned.iter().map(|&from| expected[&(from, item)]).collect();
                prop_assert!((found.score - parts.iter().sum::<f64>()).abs() < 1e-5);
                let Reason::Contribution { from, weight, share } = &found.reason else { panic!() };
                let best = parts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                prop_assert!((weight - best).abs() < 1e-6 && owned.contains(&int(from)));
                let positive: f64 = parts.iter().map(|part| part.max(0.0)).sum();
                prop_assert!((0.0..=1.0).contains(share));
                prop_assert!(positive < 1e-5 || (share * positive - weight).abs() < 1e-5);
            }
            prop_assert_eq!(&model.recommend_for_items(owned.iter().copied(), 100).unwrap(), &found);
        }
    }

    #[test]
    fn the_strongest_weights_that_lead_to_an_item_are_kept(rows in rows(), k in 1_usize..6) {
        let model = Ease::params().l2(3.0).neighbors(Some(k)).fit(&log(&rows)).unwrap();
        let whole = Ease::params().l2(3.0).fit(&log(&rows)).unwrap();
        let (of_customer, items) = matrix(&rows);
        for &to in &items {
            let mut all: Vec<f64> = items.iter().map(|&from| whole.weight(from, to).unwrap()).collect();
            let mut kept: Vec<f64> = items.iter().map(|&from| model.weight(from, to).unwrap()).collect();
            for weights in [&mut all, &mut kept] {
                weights.sort_unstable_by(|a, b| b.abs().total_cmp(&a.abs()));
                weights.truncate(k);
                weights.iter_mut().for_each(|weight| *weight = weight.abs());
            }
            prop_assert_eq!(all, kept);
        }
        for &customer in of_customer.keys() {
            for found in model.recommend_for_customer(customer, 100).unwrap() {
                let from = of_customer[&customer].iter();
                let sum: f64 = from.map(|&from| model.weight(from, int(&found.item)).unwrap()).sum();
                prop_assert!((sum - found.score).abs() < 1e-9 && found.score != 0.0);
            }
        }
    }

    #[test]
    fn filters_act_before_the_choice(rows in rows(), n in 1_usize..8, out in 0_i64..15, least in -0.1..0.2) {
        let model = Ease::params().l2(2.0).fit(&log(&rows)).unwrap();
        let (of_customer, _) = matrix(&rows);
        let only: Vec<i64> = (0..99).filter(|item| item % 3 != 0).collect();
        let options = RecommendOptions::new().exclude([out]).only(Some(only.clone())).min_score(Some(least));
        for &customer in of_customer.keys() {
            let whole = model.recommend_for_customer(customer, 100).unwrap();
            let keep = |found: &&Recommendation| {
                let item = int(&found.item);
                item != out && only.contains(&item) && found.score >= least
            };
            let expected: Vec<Recommendation> = whole.iter().filter(keep).take(n).cloned().collect();
            prop_assert_eq!(model.recommend_for_customer_with(customer, n, &options).unwrap(), expected);
        }
    }

    #[test]
    fn graph_filter_sums_what_its_definition_gives(rows in rows(), factors in 0_usize..5, alpha in 0.0..1.0) {
        let Some(expected) = filter(&rows, factors, alpha) else { return Ok(()) };
        let params = GraphFilter::params().factors(factors).alpha(alpha).power_iterations(60);
        let model = params.fit(&log(&rows)).unwrap();
        let (of_customer, items) = matrix(&rows);
        for (&customer, owned) in &of_customer {
            let found = model.recommend_for_customer(customer, 100).unwrap();
            prop_assert_eq!(found.len(), items.len() - owned.len());
            prop_assert!(found.is_sorted_by(|a, b| a.score >= b.score));
            for found in &found {
                let item = int(&found.item);
                prop_assert!(!owned.contains(&item));
                let parts: Vec<f64> = owned.iter().map(|&from| expected[&(from, item)]).collect();
                prop_assert!((found.score - parts.iter().sum::<f64>()).abs() < 1e-5);
                let Reason::Contribution { weight, .. } = &found.reason else { panic!() };
                let best = parts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                prop_assert!((weight - best).abs() < 1e-5);
            }
            for n in [1, 3] {
                let head = model.recommend_for_items(owned.iter().copied(), n).unwrap();
                prop_assert_eq!(&head[..], &found[..n.min(found.len())]);
            }
            let options = RecommendOptions::new().exclude([3, 4, 5]).min_score(Some(0.2));
            let keep = |found: &&Recommendation| !(3..6).contains(&int(&found.item)) && found.score >= 0.2;
            let filtered: Vec<Recommendation> = found.iter().filter(keep).take(2).cloned().collect();
            prop_assert_eq!(model.recommend_for_customer_with(customer, 2, &options).unwrap(), filtered);
        }
    }

    #[test]
    fn renaming_ids_and_shuffling_rows_change_nothing_else(rows in rows()) {
        let model = Ease::params().l2(2.0).fit(&log(&rows)).unwrap();
        let mut other: Vec<(i64, i64)> = rows.iter().map(|&(customer, item)| (customer, item * 3 + 1)).collect();
        other.reverse();
        let other = Ease::params().l2(2.0).fit(&log(&other)).unwrap();
        for &(customer, _) in &rows {
            let found = model.recommend_for_customer(customer, 9).unwrap();
            let renamed = other.recommend_for_customer(customer, 9).unwrap();
            prop_assert_eq!(items(&found).iter().map(|item| item * 3 + 1).collect::<Vec<_>>(), items(&renamed));
            prop_assert!(found.iter().zip(&renamed).all(|(a, b)| a.score.to_bits() == b.score.to_bits()));
        }
    }
}

/// What a model gives with a number of threads: its file, and recommendations for all.
fn with_threads<M: Persist + Send>(
    threads: usize,
    fit: impl Fn() -> M + Sync,
    all: fn(&M) -> AllRecommendations,
) -> (Vec<u8>, Vec<Option<ItemIx>>, Vec<u64>) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let model = fit();
        let found = all(&model);
        let bits = found.scores().iter().map(|score| score.to_bits()).collect();
        (model.to_bytes().unwrap(), found.items().to_vec(), bits)
    })
}

#[test]
fn bits_do_not_depend_on_threads() {
    let log = shop();
    assert!(log.n_items() > 520, "the matrix has several tiles");
    let ease = |threads| {
        with_threads(
            threads,
            || Ease::params().l2(20.0).fit(&log).unwrap(),
            |model| model.recommend_all(7).unwrap(),
        )
    };
    let params = GraphFilter::params().factors(20);
    let filter = |threads| {
        with_threads(threads, || params.fit(&log).unwrap(), |model| model.recommend_all(7).unwrap())
    };
    let first = (ease(1), filter(1));
    for threads in [2, 7] {
        assert!((ease(threads), filter(threads)) == first);
    }
}

#[test]
fn all_at_once_equals_one_by_one() {
    let log = shop();
    let ease = Ease::params().l2(20.0).fit(&log).unwrap();
    let filter = GraphFilter::params().factors(20).fit(&log).unwrap();
    let (of_ease, of_filter) = (ease.recommend_all(7).unwrap(), filter.recommend_all(7).unwrap());
    let options = RecommendOptions::new().exclude(["no such item"]).min_score(Some(0.05));
    for (all, whole) in [
        (ease.recommend_all_with(7, &options).unwrap(), &of_ease),
        (filter.recommend_all_with(7, &options).unwrap(), &of_filter),
    ] {
        let of_score =
            whole.items().iter().zip(whole.scores()).map(|(item, &score)| item.filter(|_| score >= 0.05));
        assert_eq!(all.items(), of_score.collect::<Vec<_>>());
        assert!(all.items() != whole.items());
    }
    for (row, customer) in ease.customers().iter().enumerate().step_by(11) {
        for (all, found) in [
            (&of_ease, ease.recommend_for_customer(customer, 7).unwrap()),
            (&of_filter, filter.recommend_for_customer(customer, 7).unwrap()),
        ] {
            for slot in 0..7 {
                let (item, score) = (all.items()[row * 7 + slot], all.scores()[row * 7 + slot]);
                let item = item.map(|item| log.items().unwrap().get(item.as_usize()).to_id());
                assert_eq!(found.get(slot).map(|found| found.item.clone()), item);
                assert!(found.get(slot).is_none_or(|found| found.score.to_bits() == score.to_bits()));
            }
        }
    }
}

#[test]
fn a_matrix_without_ids_gives_what_the_log_gives() {
    let rows = [(0, 0), (0, 2), (1, 0), (1, 1), (2, 1), (2, 2), (3, 0)];
    let matrix = Interactions::from_csr(
        (4, 3),
        &[0, 2, 4, 6, 7],
        &rows.map(|row| u32::try_from(row.1).unwrap()),
        None,
    )
    .unwrap();
    let (of_log, of_matrix) = (log(&rows), &matrix);
    let ease = Ease::params().l2(1.0);
    let (a, b) = (ease.fit(&of_log).unwrap(), ease.fit(of_matrix).unwrap());
    assert_eq!(a.recommend_for_customer(3, 9).unwrap(), b.recommend_for_customer(3, 9).unwrap());
    let filter = GraphFilter::params().factors(2);
    let (a, b) = (filter.fit(&of_log).unwrap(), filter.fit(of_matrix).unwrap());
    assert_eq!(a.recommend_for_customer(3, 9).unwrap(), b.recommend_for_customer(3, 9).unwrap());
    let message = "unit must be customer for a matrix of customers and items";
    for error in [
        ease.unit(Unit::Order).fit(of_matrix).unwrap_err(),
        filter.unit(Unit::Order).fit(of_matrix).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn only_the_latest_items_count_and_all_are_owned() {
    let rows: Vec<(i64, i64)> = (0..10).map(|item| (1, item)).chain([(2, 0), (2, 1)]).collect();
    let model = Ease::params().l2(1.0).max_history(Some(4)).fit(&log(&rows)).unwrap();
    assert_eq!(model.customers_cut(), 1);
    // In a log without times the smaller ids stay.
    assert!(model.weight(2, 3).unwrap() > 0.0 && model.weight(2, 4).unwrap() == 0.0);
    assert_eq!(model.recommend_for_customer(1, 9).unwrap(), []);
    let model = GraphFilter::params().max_history(Some(4)).fit(&log(&rows)).unwrap();
    assert_eq!((model.customers_cut(), model.singular_values().len()), (1, 2));
}

#[test]
fn a_catalogue_that_is_too_large_is_refused_or_cut_to_the_most_popular() {
    let rows = [(1, 10), (1, 20), (2, 20), (2, 30), (3, 30), (3, 40), (4, 20), (4, 30)];
    let error = Ease::params().max_items(3).fit(&log(&rows)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the model would have 4 items and take 0.0 GiB, max_items is 3; raise it, or keep the most popular items with \
         items = 'top'"
    );
    let model = Ease::params().max_items(2).items(ItemChoice::Top).l2(1.0).fit(&log(&rows)).unwrap();
    assert_eq!((model.items().as_ints(), model.items_left_out()), (Some(&[20, 30][..]), 2));
    assert_eq!(model.weight(10, 20).unwrap_err().to_string(), "unknown item 10");
    let kept: Vec<(i64, i64)> = rows.into_iter().filter(|row| row.1 == 20 || row.1 == 30).collect();
    let expected = Ease::params().l2(1.0).fit(&log(&kept)).unwrap();
    assert_eq!(model.weight(20, 30).unwrap().to_bits(), expected.weight(20, 30).unwrap().to_bits());
    assert_eq!(items(&model.recommend_for_customer(1, 5).unwrap()), [30]);
}

#[test]
fn nothing_known_gives_nothing_and_the_unknown_is_an_error() {
    let model = Ease::params().l2(1.0).fit(&log(&[(1, 10), (1, 20), (2, 20), (2, 30)])).unwrap();
    assert_eq!(model.recommend_for_items([] as [i64; 0], 5).unwrap(), []);
    assert_eq!(model.recommend_for_customer(1, 0).unwrap(), []);
    assert_eq!(model.recommend_for_customer(3, 5).unwrap_err().to_string(), "unknown customer 3");
    assert_eq!(model.recommend_for_items([11], 5).unwrap_err().to_string(), "unknown item 11");
    let error = model.similar("10", 5).unwrap_err().to_string();
    assert_eq!(error, "item ids are integer here, got the string '10'");
    // 10 and 30 have no customer in common; what they share is 20.
    assert_eq!(items(&model.similar(10, 5).unwrap()), [20]);
    let options = RecommendOptions::new().min_score(Some(f64::NAN));
    let error = model.recommend_for_customer_with(1, 5, &options).unwrap_err().to_string();
    assert_eq!(error, "min_score must be a number, got NaN");
    let baskets = OrderLog::from_baskets([vec!["a", "b"], vec!["a"]]).unwrap();
    let error = Ease::params().fit(&baskets).unwrap_err().to_string();
    assert_eq!(error, "the log has no customer column, which Ease with unit 'customer' needs");
    let model = Ease::params().unit(Unit::Order).l2(1.0).fit(&baskets).unwrap();
    assert_eq!(model.similar("a", 1).unwrap()[0].item, Id::from("b"));
    assert!(model.recommend_all(3).unwrap_err().to_string().contains("customer"));
}

#[test]
fn bad_parameters_are_named() {
    let log = log(&[(1, 10), (1, 20)]);
    for (params, message) in [
        (Ease::params().l2(0.0), "l2 must be above 0 and finite, got 0"),
        (Ease::params().l2(f64::NAN), "l2 must be above 0 and finite, got NaN"),
        (Ease::params().l2(1e-300), "l2 must be above 0, and enough for a matrix that can be inverted"),
        (Ease::params().neighbors(Some(0)), "neighbors must be at least 1, got 0"),
        (Ease::params().max_history(Some(0)), "max_history must be at least 1, got 0"),
        (Ease::params().max_items(0), "max_items must be at least 1, got 0"),
    ] {
        let found = params.fit(&log).unwrap_err().to_string();
        assert!(found.starts_with(message), "{found}");
    }
    for (params, message) in [
        (GraphFilter::params().alpha(-0.1), "alpha must be from 0 to a billion, got -0.1"),
        (GraphFilter::params().alpha(f64::INFINITY), "alpha must be from 0 to a billion, got inf"),
        (GraphFilter::params().alpha(f64::NAN), "alpha must be from 0 to a billion, got NaN"),
        (GraphFilter::params().alpha(1.1e9), "alpha must be from 0 to a billion, got 1100000000"),
        (GraphFilter::params().max_history(Some(0)), "max_history must be at least 1, got 0"),
    ] {
        assert_eq!(params.fit(&log).unwrap_err().to_string(), message);
    }
}

#[test]
fn the_greatest_alpha_gives_scores_and_shares_that_are_numbers() {
    let model = GraphFilter::params().alpha(1e9).factors(2).fit(&shop()).unwrap();
    for customer in model.customers().iter().step_by(50) {
        for found in model.recommend_for_customer(customer, 9).unwrap() {
            let Reason::Contribution { weight, share, .. } = found.reason else {
                panic!("{:?}", found.reason)
            };
            assert!(found.score.is_finite() && weight.is_finite() && (0.0..=1.0).contains(&share));
        }
    }
}

/// Both models answer alike from both logs: for each of some items alone.
fn equal(a: &OrderLog, b: &OrderLog, max_history: usize, some: &[i64]) {
    let ease = Ease::params().l2(1.0).max_history(Some(max_history));
    let filter = GraphFilter::params().factors(2).max_history(Some(max_history));
    let (ease_a, ease_b) = (ease.fit(a).unwrap(), ease.fit(b).unwrap());
    let (filter_a, filter_b) = (filter.fit(a).unwrap(), filter.fit(b).unwrap());
    for &item in some {
        let found = ease_a.recommend_for_items([item], 9).unwrap();
        assert_eq!((found.len(), found), (some.len() - 1, ease_b.recommend_for_items([item], 9).unwrap()));
        let found = filter_a.recommend_for_items([item], 9).unwrap();
        assert_eq!((found.len(), found), (some.len() - 1, filter_b.recommend_for_items([item], 9).unwrap()));
    }
}

#[test]
fn the_latest_items_of_a_long_history_stay() {
    // 13 and 14 tie, and the smaller id stays.
    let days = [(10, 1), (11, 9), (12, 3), (13, 7), (14, 7)];
    let long = days.map(|(item, day)| (1, item, 1, day));
    let rest = [(2, 10), (2, 12), (3, 14), (3, 11), (4, 13), (4, 12)];
    let timed: Vec<_> = long.into_iter().chain(rest.map(|(customer, item)| (customer, item, 1, 0))).collect();
    let kept: Vec<_> = [(1, 11), (1, 13)].into_iter().chain(rest).collect();
    equal(&lines(&timed), &log(&kept), 2, &[10, 11, 12, 13, 14]);
}

#[test]
fn what_was_returned_counts_as_bought_and_is_not_owned() {
    let with_returns = lines(&[
        (1, 10, 1, 0),
        (1, 20, 1, 0),
        (1, 20, -1, 1),
        (2, 10, 2, 0),
        (2, 20, 2, 0),
        (2, 20, -1, 1),
        (3, 20, 1, 0),
        (3, 30, 1, 0),
        (4, 10, 1, 0),
        // Returned, and bought before the log begins.
        (4, 30, -1, 0),
    ]);
    let bought = log(&[(1, 10), (1, 20), (2, 10), (2, 20), (3, 20), (3, 30), (4, 10)]);
    equal(&with_returns, &bought, 9, &[10, 20, 30]);
    let ease = Ease::params().l2(1.0).fit(&with_returns).unwrap();
    let filter = GraphFilter::params().factors(2).fit(&with_returns).unwrap();
    for (customer, owned) in [(1, vec![10]), (2, vec![10, 20]), (3, vec![20, 30]), (4, vec![10])] {
        let found = ease.recommend_for_customer(customer, 9).unwrap();
        assert_eq!(
            (found.len(), &found),
            (3 - owned.len(), &ease.recommend_for_items(owned.clone(), 9).unwrap())
        );
        let found = filter.recommend_for_customer(customer, 9).unwrap();
        assert_eq!((found.len(), &found), (3 - owned.len(), &filter.recommend_for_items(owned, 9).unwrap()));
    }
}

#[test]
fn ties_go_to_the_item_that_more_have_then_to_the_smaller_id() {
    // Nobody has one of 10 and 20 and one of the others: all of these have the score 0.
    let rows =
        [(1, 10), (1, 20), (2, 10), (2, 20), (3, 30), (3, 40), (4, 40), (4, 50), (5, 40), (5, 30), (6, 50)];
    let ease = Ease::params().l2(1.0).fit(&log(&rows)).unwrap();
    let filter = GraphFilter::params().factors(0).fit(&log(&rows)).unwrap();
    for found in [ease.recommend_for_items([10], 9).unwrap(), filter.recommend_for_items([10], 9).unwrap()] {
        assert_eq!(items(&found), [20, 40, 30, 50]);
        assert!(found[0].score > 0.0 && found[1..].iter().all(|found| found.score == 0.0));
    }
    for found in [ease.recommend_for_items([10], 2).unwrap(), filter.recommend_for_items([10], 2).unwrap()] {
        assert_eq!(items(&found), [20, 40]);
    }
}
