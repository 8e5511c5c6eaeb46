//! Item similarity at the ends of its ranges: long ages, very unequal weights, many users, no bound on neighbours.
#![allow(clippy::unwrap_used, clippy::float_cmp, clippy::cast_precision_loss, reason = "tests may")]

use kosar::data::{
    Batch, IdValues, Interactions, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values,
};
use kosar::similarity::{ItemSimilarity, Measure, Side, Strength, Unit};
use kosar::{Fit, Id, MICROS_PER_DAY, OrderLog, Time, TimeUnit};

/// A customer (nobody below 0), an order, an item, how many, on which day.
type Line = (i64, i64, i64, f64, i64);

fn log(lines: &[Line]) -> OrderLog {
    let mut builder = LogBuilder::new(LogOptions::default());
    let column = |pick: fn(&Line) -> i64| lines.iter().map(pick).collect::<Vec<_>>();
    let customers: Vec<Option<i64>> = lines.iter().map(|line| (line.0 >= 0).then_some(line.0)).collect();
    let batch = Batch::new(lines.len());
    let batch = batch.ids(Role::Customer, IdValues::Int(customers.into_iter().collect())).unwrap();
    let batch = batch.ids(Role::Order, IdValues::Int(Values::new(column(|line| line.1)))).unwrap();
    let batch = batch.ids(Role::Item, IdValues::Int(Values::new(column(|line| line.2)))).unwrap();
    let quantities: Vec<f64> = lines.iter().map(|line| line.3).collect();
    let batch = batch.numbers(Role::Quantity, NumberValues::Float(Values::new(quantities))).unwrap();
    let days: Vec<i64> = column(|line| line.4).into_iter().map(|day| day * 86_400).collect();
    builder.push(&batch.time(TimeValues::Int(Values::new(days), TimeUnit::Second)).unwrap()).unwrap();
    builder.finish().unwrap()
}

/// (customer, item, day), each an order of its own.
fn bought(rows: &[(i64, i64, i64)]) -> OrderLog {
    let lines: Vec<Line> = rows
        .iter()
        .zip(0..)
        .map(|(&(customer, item, day), order)| (customer, order, item, 1.0, day))
        .collect();
    log(&lines)
}

fn similar(model: &ItemSimilarity, item: i64) -> Vec<(i64, f64)> {
    let found = model.similar(item, 99).unwrap();
    let plain = |id: &Id| match id {
        Id::Int(value) => *value,
        Id::Str(text) => panic!("'{text}' went in as an integer"),
    };
    found.iter().map(|found| (plain(&found.item), found.score)).collect()
}

fn day(day: i64) -> Option<Time> {
    Some(Time::from_micros(day * MICROS_PER_DAY))
}

#[test]
fn however_long_ago_all_purchases_were_similarities_stay() {
    let log = bought(&[(1, 1, 0), (1, 2, 0), (2, 1, 3), (2, 2, 2), (2, 3, 3), (3, 3, 1), (3, 2, 0)]);
    for measure in [Measure::Cosine, Measure::Tanimoto, Measure::Dice, Measure::Conditional] {
        let params = ItemSimilarity::params().measure(measure).half_life_days(Some(1.0));
        let now = params.fit(&log).unwrap();
        for as_of in [day(4), day(490), day(1_100), day(90_000_000)] {
            let later = params.clone().as_of(as_of).fit(&log).unwrap();
            for item in 1..=3 {
                assert_eq!(similar(&now, item).len(), 2);
                assert_eq!(similar(&later, item), similar(&now, item), "{measure:?} at {as_of:?}");
            }
        }
    }
}

#[test]
fn a_scalar_product_keeps_its_scale_or_is_refused() {
    let log = bought(&[(1, 1, 0), (1, 2, 0), (2, 1, 0), (2, 2, 0)]);
    let params = ItemSimilarity::params().measure(Measure::Dot).half_life_days(Some(1.0));
    let at = |as_of| params.clone().as_of(as_of).fit(&log);
    assert_eq!(similar(&at(None).unwrap(), 1), [(2, 2.0)]);
    assert_eq!(similar(&at(day(20)).unwrap(), 1), [(2, 2.0 * (-40.0_f64).exp2())]);
    assert_eq!(similar(&at(day(60)).unwrap(), 1), [(2, 2.0 * (-120.0_f64).exp2())]);
    for as_of in [day(70), day(490), day(90_000_000)] {
        let error = at(as_of).unwrap_err().to_string();
        assert_eq!(error, "half_life_days must be such that a sum of measure dot is at least 1.2e-38, got 1");
    }
}

#[test]
fn a_scalar_product_beyond_single_precision_is_refused() {
    // 1,500 items of one customer: each product is (9e12)^2 1500^4.
    let items: Vec<u32> = (0..1500).collect();
    let matrix = Interactions::from_csr((1, 1500), &[0, 1500], &items, Some(&vec![9e12; 1500])).unwrap();
    let params = ItemSimilarity::params().strength(Strength::Quantity).max_history(None).neighbors(5);
    let fitted = |measure, exponent| params.clone().measure(measure).user_exponent(exponent).fit(&matrix);
    let error = fitted(Measure::Dot, 4.0).unwrap_err().to_string();
    assert_eq!(error, "user_exponent must be such that no sum of measure dot is above 3.4e38, got 4");
    let found = similar(&fitted(Measure::Dot, 1.0).unwrap(), 0)[0];
    assert!((found.1 / (81e24 * 1500.0) - 1.0).abs() < 1e-6, "{found:?}");
    assert!((similar(&fitted(Measure::Cosine, 4.0).unwrap(), 0)[0].1 - 1.0).abs() < 1e-6);
}

#[test]
fn items_of_small_weights_stay_comparable() {
    // Item 1 has 2^-24 of the weight of item 2, and its customer has half of that of item 2.
    let old = bought(&[(1, 1, 0), (1, 2, 24), (2, 2, 24)]);
    let params = ItemSimilarity::params().half_life_days(Some(1.0)).pair_half_life_days(Some(1e6));
    // 20,000,000 times as much.
    let many = log(&[(1, 1, 1, 1.0, 0), (1, 1, 2, 20e6, 0), (2, 2, 2, 20e6, 0)]);
    let by_quantity = ItemSimilarity::params().strength(Strength::Quantity).pair_half_life_days(Some(30.0));
    for (params, log) in [(params, &old), (by_quantity, &many)] {
        for measure in [Measure::Cosine, Measure::Tanimoto, Measure::Conditional, Measure::Dice] {
            let model = params.clone().measure(measure).fit(log).unwrap();
            for (of, other) in [(1, 2), (2, 1)] {
                let found = similar(&model, of);
                assert!(
                    found.len() == 1 && found[0].0 == other && found[0].1.is_finite(),
                    "{measure:?}: {found:?}"
                );
            }
        }
        let cosine = similar(&params.fit(log).unwrap(), 1)[0].1;
        assert!((cosine - 0.5_f64.sqrt()).abs() < 1e-2 * cosine, "{cosine}");
    }
}

#[test]
fn no_memory_is_taken_for_neighbours_that_cannot_be() {
    let n = 200_000;
    let items: Vec<u32> = (0..n).collect();
    let indptr: Vec<usize> = (0..=n as usize).step_by(2).collect();
    let matrix = Interactions::from_csr((n as usize / 2, n as usize), &indptr, &items, None).unwrap();
    for neighbors in [200_000, 1 << 58, usize::MAX] {
        for exponent in [0.0, -1.0] {
            let params = ItemSimilarity::params().neighbors(neighbors).user_exponent(exponent);
            let model = params.fit(&matrix).unwrap();
            for (item, other) in [(0, 1), (1, 0), (199_998, 199_999)] {
                assert_eq!(similar(&model, item), [(other, 1.0)]);
            }
        }
    }
}

/// Users of these items, as many as said.
fn users(n_items: usize, groups: &[(usize, &[u32])]) -> Interactions {
    let (mut indptr, mut indices) = (vec![0], Vec::new());
    for &(times, items) in groups {
        for _ in 0..times {
            indices.extend_from_slice(items);
            indptr.push(indices.len());
        }
    }
    Interactions::from_csr((indptr.len() - 1, n_items), &indptr, &indices, None).unwrap()
}

#[test]
fn counts_are_right_whatever_their_width() {
    let groups: [(usize, &[u32]); 6] = [
        (69_900, &[0, 1]),
        (30_000, &[2, 3]),
        (100, &[0, 1, 2, 3]),
        (200, &[4, 5]),
        (90, &[6, 7]),
        (35_000, &[8, 9]),
    ];
    let matrix = users(10, &groups);
    let params = ItemSimilarity::params().measure(Measure::Dot);
    let model = params.clone().fit(&matrix).unwrap();
    for (item, least, expected) in [
        (0, 70_000, vec![(1, 70_000.0), (2, 100.0), (3, 100.0)]),
        (3, 30_100, vec![(2, 30_100.0), (0, 100.0), (1, 100.0)]),
        (4, 200, vec![(5, 200.0)]),
        (6, 90, vec![(7, 90.0)]),
        (9, 35_000, vec![(8, 35_000.0)]),
    ] {
        assert_eq!(similar(&model, item), expected);
        // One neighbour alone, and only of so many customers: counters are compared in their words.
        let one = params.clone().neighbors(1).fit(&matrix).unwrap();
        assert_eq!(one.similar(item, 1).unwrap()[0].score, expected[0].1);
        assert_eq!(similar(&params.clone().min_customers(least).fit(&matrix).unwrap(), item), &expected[..1]);
        assert_eq!(similar(&params.clone().min_customers(least + 1).fit(&matrix).unwrap(), item), []);
    }
}

#[test]
fn an_order_without_a_customer_is_a_customer_of_its_own() {
    // Whatever number the first and the second of them get, it is that of no customer.
    let orders: [(i64, &[i64]); 9] = [
        (7, &[1, 2]),
        (-1, &[1, 2]),
        (8, &[3, 4]),
        (-1, &[3, 4]),
        (-1, &[5, 6]),
        (-1, &[5, 6]),
        (7, &[7, 8]),
        (7, &[7, 8]),
        (8, &[8, 9]),
    ];
    let lines: Vec<Line> = orders
        .iter()
        .zip(0..)
        .flat_map(|(&(customer, items), order)| {
            items.iter().map(move |&item| (customer, order, item, 1.0, 0))
        })
        .collect();
    let params = ItemSimilarity::params().unit(Unit::Order).measure(Measure::Dot);
    let at_least = |n| params.clone().min_customers(n).fit(&log(&lines)).unwrap();
    for (item, expected) in
        [(1, vec![(2, 2.0)]), (3, vec![(4, 2.0)]), (5, vec![(6, 2.0)]), (7, vec![]), (9, vec![])]
    {
        assert_eq!(similar(&at_least(2), item), expected);
        assert_eq!(similar(&at_least(3), item), []);
    }
    assert_eq!(similar(&at_least(1), 8), [(7, 2.0), (9, 1.0)]);
}

#[test]
fn the_latest_items_of_a_long_history_stay() {
    // 2 was bought again on day 8; 4 and 5 tie, and the smaller id stays.
    let log = bought(&[(1, 1, 1), (1, 2, 0), (1, 3, 9), (1, 4, 5), (1, 5, 5), (1, 2, 8)]);
    let model = ItemSimilarity::params().max_history(Some(3)).fit(&log).unwrap();
    assert_eq!(model.customers_cut(), 1);
    assert_eq!(similar(&model, 2), [(3, 1.0), (4, 1.0)]);
    assert_eq!((similar(&model, 1), similar(&model, 5)), (vec![], vec![]));
}

#[test]
fn who_is_near_is_told_in_full_whichever_side_chose() {
    // Each item has 0 for its nearest, and 0 has item 1.
    let groups: [(usize, &[u32]); 4] = [(5, &[0, 1]), (4, &[0, 2]), (3, &[0, 3]), (1, &[1, 2, 3])];
    let matrix = users(4, &groups);
    for measure in Measure::ALL {
        let params = ItemSimilarity::params().measure(measure);
        let whole = params.clone().fit(&matrix).unwrap();
        for k in 1..4 {
            let target = params.clone().neighbors(k).side(Side::Target).fit(&matrix).unwrap();
            for item in 0..4 {
                assert_eq!(similar(&target, item).len(), 3);
                assert_eq!(similar(&target, item), similar(&whole, item), "{measure:?}");
            }
        }
    }
}
