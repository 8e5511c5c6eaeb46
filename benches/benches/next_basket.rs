//! What next baskets cost: `cargo bench -p kosar-benches --bench next_basket`.
//!
//! Fits, files, one request and all requests on generated shops; beside them what the neighbours take, by the preset that
//! asks none. The sizes of the models are printed once.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kosar::next_basket::{NextBasket, NextBasketOptions, NextBasketParams, Novelty};
use kosar::{Fit, Id, Persist};
use kosar_benches::{SIZES, log};

fn next_basket(c: &mut Criterion) {
    for size in SIZES {
        let log = log(size);
        let mut group = c.benchmark_group("next_basket");
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(4))
            .throughput(Throughput::Elements(size as u64));
        let params = NextBasket::params();
        group.bench_function(BenchmarkId::new("fit", size), |b| {
            b.iter(|| params.fit(black_box(&log)).unwrap());
        });
        let model = params.fit(&log).unwrap();
        let top = NextBasketParams::top_frequency().fit(&log).unwrap();
        let bytes = model.to_bytes().unwrap();
        group.bench_function(BenchmarkId::new("load", size), |b| {
            b.iter(|| NextBasket::from_bytes(black_box(&bytes)).unwrap());
        });
        let customers: Vec<Id> = model.customers().iter().map(|id| id.to_id()).collect();
        group.throughput(Throughput::Elements(customers.len() as u64));
        // Asking everybody's neighbours takes the square of the customers: that of the largest shop is left out.
        let asked = [("blend", &model), ("top_frequency", &top)].into_iter();
        for (name, model) in asked.filter(|(name, _)| size < 1_000_000 || *name != "blend") {
            group.bench_function(BenchmarkId::new(format!("recommend_all(10)/{name}"), size), |b| {
                b.iter(|| model.recommend_all(10).unwrap());
            });
        }
        group.finish();
        eprintln!(
            "{size} lines: {} items, {} customers, {} baskets, {} bytes",
            model.items().len(),
            customers.len(),
            model.n_baskets(),
            bytes.len()
        );
        let mut group = c.benchmark_group("next_basket/ask");
        // One customer after the other, so that not everything is in the cache.
        let mut next = customers.iter().cycle();
        group.bench_function(BenchmarkId::new("customer(10)", size), |b| {
            b.iter(|| model.recommend_for_customer(next.next().unwrap(), 10).unwrap());
        });
        let explore = NextBasketOptions::new().novelty(Some(Novelty::Explore));
        group.bench_function(BenchmarkId::new("customer(10)/explore", size), |b| {
            b.iter(|| model.recommend_for_customer_with(next.next().unwrap(), 10, &explore).unwrap());
        });
        let items: Vec<Id> = model.items().iter().map(|id| id.to_id()).collect();
        let mut at = 0;
        group.bench_function(BenchmarkId::new("baskets(10)", size), |b| {
            b.iter(|| {
                at = (at + 1) % (items.len() - 5);
                let baskets = [&items[at..at + 3], &items[at + 2..at + 5]];
                model.recommend_for_baskets(baskets, 10, &NextBasketOptions::new()).unwrap()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, next_basket);
criterion_main!(benches);
