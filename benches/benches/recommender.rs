//! What the shop's recommender costs: `cargo bench -p kosar-benches --bench recommender`.
//!
//! Fits, files, requests and changes on generated shops; items and customers are asked about as they occur in the lines. Larger
//! shops, quantiles and requests beside changes: `make bench-recommender`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::cell::Cell;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kosar::recommender::{Recommender, RecommenderSources, Request};
use kosar::{Fit, Id, OrderIx, OrderLog, Persist};
use kosar_benches::{SIZES, log};

/// The customer and the items of some orders from all over a log.
fn orders(log: &OrderLog) -> Vec<(Id, Vec<Id>)> {
    let (items, customers) = (log.items().unwrap(), log.customers().unwrap());
    let one = |order: OrderIx| {
        let customer = log.customer_of(order)?;
        let lines = log.lines_of(order).filter_map(|line| line.item);
        let cart: Vec<Id> = lines.map(|item| items.get(item.as_usize()).to_id()).take(4).collect();
        (!cart.is_empty()).then(|| (customers.get(customer.as_usize()).to_id(), cart))
    };
    log.orders().step_by(97).filter_map(one).collect()
}

fn recommender(c: &mut Criterion) {
    for size in SIZES {
        let log = log(size);
        let (last, asked) = (log.span().unwrap().1, orders(&log));
        let mut group = c.benchmark_group("recommender");
        group.sample_size(10).measurement_time(Duration::from_secs(3));
        group.throughput(Throughput::Elements(size as u64));
        let fit = || Recommender::params().fit(&RecommenderSources::new(black_box(&log))).unwrap();
        group.bench_function(BenchmarkId::new("fit", size), |b| b.iter(fit));
        let model = fit();
        let bytes = model.to_bytes().unwrap();
        group.bench_function(BenchmarkId::new("load", size), |b| {
            b.iter(|| Recommender::from_bytes(black_box(&bytes)).unwrap());
        });
        group.throughput(Throughput::Elements(1));
        let turn = Cell::new(0);
        let next = || {
            turn.set((turn.get() + 1) % asked.len());
            &asked[turn.get()]
        };
        let plain = Request::new(10);
        group.bench_function(BenchmarkId::new("similar", size), |b| {
            b.iter(|| model.similar(&next().1[0], &plain).unwrap());
        });
        group.bench_function(BenchmarkId::new("bought_together", size), |b| {
            b.iter(|| model.bought_together(&next().1, &plain).unwrap());
        });
        group.bench_function(BenchmarkId::new("for_customer", size), |b| {
            b.iter(|| model.for_customer(&next().0, &plain).unwrap());
        });
        group.bench_function(BenchmarkId::new("buy_again", size), |b| {
            b.iter(|| model.buy_again(&next().0, &plain).unwrap());
        });
        // Each time of all customers; letting go of the changed model is not timed.
        group.bench_function(BenchmarkId::new("forget", size), |b| {
            b.iter_batched(
                || model.clone(),
                |model| (model.forget(&next().0).unwrap(), model),
                BatchSize::PerIteration,
            );
        });
        let before = Recommender::params().fit(&log.before(last).unwrap()).unwrap();
        let after = log.after(last).unwrap();
        group.throughput(Throughput::Elements(after.n_orders() as u64));
        group.bench_function(BenchmarkId::new("update", size), |b| {
            b.iter_batched(|| before.clone(), |model| model.update(&after).unwrap(), BatchSize::PerIteration);
        });
        group.finish();
    }
}

criterion_group!(benches, recommender);
criterion_main!(benches);
