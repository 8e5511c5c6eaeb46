//! The next basket on the Ta-Feng data: parameters chosen on validation, figures with intervals on the test baskets.
//!
//! `next_basket valid` and `next_basket test`, with `KOSAR_DATA` naming the data folder.
//!
//! The protocol: of each customer the last basket is the test basket, and all before it are history. Validation has the last
//! but one as its target, and those before as history; customers without a basket left as history are not asked. Recall, NDCG and
//! hit rate of ten items are means over customers; intervals are of the paired difference, from 2,000 resamples of customers.
#![allow(clippy::print_stdout, reason = "it reports")]
#![allow(clippy::unwrap_used, reason = "files that are not as described end it")]
#![allow(clippy::cast_precision_loss, reason = "counts are small")]

use std::path::Path;
use std::time::Instant;

use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, Role, Values};
use kosar::next_basket::{NextBasket, NextBasketParams, Personal};
use kosar::{Fit, IdRef, OrderLog};

/// The length of a list.
const N: usize = 10;
const RESAMPLES: usize = 2_000;

type Baskets = Vec<Vec<i64>>;

fn main() {
    let cut = match std::env::args().nth(1).as_deref() {
        Some("valid") => 2,
        Some("test") => 1,
        _ => return println!("next_basket valid | test"),
    };
    let folder = std::env::var("KOSAR_DATA").expect("KOSAR_DATA names the data folder");
    let mut customers = read(&std::fs::read(Path::new(&folder).join("tafeng/tafeng_merged.json")).unwrap());
    customers.retain(|baskets| baskets.len() > cut);
    let targets: Vec<Vec<i64>> =
        customers.iter().map(|baskets| baskets[baskets.len() - cut].clone()).collect();
    let log = log(&customers, cut);
    println!("{} customers, {} orders of history", customers.len(), log.n_orders());
    let base = report("top frequency", &NextBasketParams::top_frequency(), &log, &targets, None);
    report("TIFU-kNN", &NextBasketParams::tifu_knn(), &log, &targets, Some(&base));
    report("default", &NextBasket::params(), &log, &targets, Some(&base));
    if cut == 2 {
        for (name, params) in ideas() {
            report(name, &params, &log, &targets, Some(&base));
        }
    }
}

/// What each part of the default brings: one changed at a time.
fn ideas() -> Vec<(&'static str, NextBasketParams)> {
    let params = NextBasket::params;
    vec![
        ("no neighbours", params().neighbors_weight(0.0)),
        ("neighbours 1", params().neighbors_weight(1.0)),
        ("neighbours 1.5", params().neighbors_weight(1.5)),
        ("neighbours 2.5", params().neighbors_weight(2.5)),
        ("neighbours 3", params().neighbors_weight(3.0)),
        ("no popularity", params().popularity_weight(0.0)),
        ("popularity .05", params().popularity_weight(0.05)),
        ("popularity .2", params().popularity_weight(0.2)),
        ("popularity .5", params().popularity_weight(0.5)),
        ("100 nearest", params().neighbors(100)),
        ("200 nearest", params().neighbors(200)),
        ("500 nearest", params().neighbors(500)),
        ("frequency", params().personal(Personal::Frequency)),
        ("repeat decay .8", params().repeat_decay(0.8)),
        ("repeat decay 1", params().repeat_decay(1.0)),
        ("customer prior 5", params().customer_prior(5.0)),
        ("customer prior 20", params().customer_prior(20.0)),
        ("item prior 20", params().item_prior(20.0)),
        ("item prior 50", params().item_prior(50.0)),
        ("item prior 200", params().item_prior(200.0)),
        ("groups of 3", params().group_size(Some(3))),
        ("groups of 15", params().group_size(Some(15))),
        ("one group", params().group_size(None)),
        ("within .8", params().within_decay(0.8)),
        ("within 1", params().within_decay(1.0)),
        ("groups .5", params().group_decay(0.5)),
        ("groups .9", params().group_decay(0.9)),
    ]
}

/// Recall, NDCG and hit of each customer; prints the means, the differences from `base`, and the time taken.
fn report(
    name: &str,
    params: &NextBasketParams,
    log: &OrderLog,
    targets: &[Vec<i64>],
    base: Option<&[[f64; 3]]>,
) -> Vec<[f64; 3]> {
    let start = Instant::now();
    let model = params.fit(log).unwrap();
    let all = model.recommend_all(N).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    let ids = model.items().as_ints().unwrap();
    let metrics = |(row, customer): (&[Option<kosar::ItemIx>], IdRef<'_>)| {
        let IdRef::Int(customer) = customer else { unreachable!("customers are integers here") };
        let list: Vec<i64> = row.iter().flatten().map(|item| ids[item.as_usize()]).collect();
        metrics(&list, &targets[usize::try_from(customer).unwrap()])
    };
    let customers = model.customers();
    let found: Vec<[f64; 3]> = all.items().chunks(N).zip(customers.iter()).map(metrics).collect();
    println!("{name:16} {:.4?} in {seconds:.2} s", mean(found.iter().copied()));
    if let Some(base) = base {
        let differences: Vec<[f64; 3]> =
            found.iter().zip(base).map(|(a, b)| [a[0] - b[0], a[1] - b[1], a[2] - b[2]]).collect();
        let [low, high] = interval(&differences);
        println!("  against top frequency, 95 %: {low:.4?} to {high:.4?}");
    }
    found
}

fn metrics(list: &[i64], target: &[i64]) -> [f64; 3] {
    let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let hits: Vec<usize> = (0..list.len()).filter(|&rank| target.contains(&list[rank])).collect();
    let ideal: f64 = (0..target.len().min(N)).map(gain).sum();
    let found: f64 = hits.iter().map(|&rank| gain(rank)).sum();
    [hits.len() as f64 / target.len() as f64, found / ideal, f64::from(u8::from(!hits.is_empty()))]
}

fn mean(rows: impl ExactSizeIterator<Item = [f64; 3]>) -> [f64; 3] {
    let n = rows.len() as f64;
    let sum = rows.fold([0.0; 3], |sum, row| [sum[0] + row[0], sum[1] + row[1], sum[2] + row[2]]);
    sum.map(|sum| sum / n)
}

/// The 2.5th and 97.5th percentile of the mean over customers drawn with replacement.
fn interval(rows: &[[f64; 3]]) -> [[f64; 3]; 2] {
    let mut state = 1_u64;
    let mut draw = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % rows.len()
    };
    let means: Vec<[f64; 3]> = (0..RESAMPLES).map(|_| mean((0..rows.len()).map(|_| rows[draw()]))).collect();
    let at = |share: usize| {
        [0, 1, 2].map(|metric| {
            let mut sorted: Vec<f64> = means.iter().map(|mean| mean[metric]).collect();
            sorted.sort_by(f64::total_cmp);
            sorted[(RESAMPLES - 1) * share / 1000]
        })
    };
    [at(25), at(975)]
}

/// The history of each customer; orders are numbered in the order of time, and customers from 0.
fn log(customers: &[Baskets], cut: usize) -> OrderLog {
    let (mut of, mut orders, mut items, mut order) = (vec![], vec![], vec![], 0);
    for (customer, baskets) in (0_i64..).zip(customers) {
        for basket in &baskets[..baskets.len() - cut] {
            for &item in basket {
                of.push(customer);
                orders.push(order);
                items.push(item);
            }
            order += 1;
        }
    }
    let ids = |values: Vec<i64>| IdValues::Int(Values::new(values));
    let batch = Batch::new(items.len())
        .ids(Role::Customer, ids(of))
        .and_then(|batch| batch.ids(Role::Order, ids(orders)))
        .and_then(|batch| batch.ids(Role::Item, ids(items)))
        .unwrap();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch).unwrap();
    builder.finish().unwrap()
}

/// Reads `{"customer": [[item, ..], ..], ..}`.
fn read(json: &[u8]) -> Vec<Baskets> {
    let (mut customers, mut depth, mut number, mut in_name) = (Vec::<Baskets>::new(), 0, None::<i64>, false);
    for &byte in json {
        match byte {
            b'"' => in_name = !in_name,
            _ if in_name => {}
            b'[' if depth == 0 => {
                depth = 1;
                customers.push(Vec::new());
            }
            b'[' => {
                depth += 1;
                customers.last_mut().unwrap().push(Vec::new());
            }
            b'0'..=b'9' => number = Some(number.unwrap_or(0) * 10 + i64::from(byte - b'0')),
            _ => {
                if let Some(item) = number.take() {
                    customers.last_mut().unwrap().last_mut().unwrap().push(item);
                }
                depth -= i32::from(byte == b']');
            }
        }
    }
    customers
}
