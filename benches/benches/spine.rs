//! The main job, step by step: `cargo bench -p kosar-benches`.
//!
//! Beside each time the size of the result is printed once, so that a speed-up bought with less work shows.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kosar::cluster::{CustomerClusters, KMeans};
use kosar::data::{EventOptions, LogOptions};
use kosar::datasets::Shop;
use kosar::itemset::FrequentItemsets;
use kosar::rfm::Rfm;
use kosar::rule::AssociationRules;
use kosar::session::{SequentialRules, SessionKnn};
use kosar::similarity::ItemSimilarity;
use kosar::{Fit, Persist};
use kosar_benches::{SIZES, lines, log};
use ndarray::Array2;

fn fitting(c: &mut Criterion) {
    for size in SIZES {
        let mut group = c.benchmark_group("fit");
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(3))
            .throughput(Throughput::Elements(size as u64));
        let raw = lines(size);
        group.bench_function(BenchmarkId::new("intake", size), |b| {
            b.iter(|| black_box(raw.to_log(LogOptions::default()).unwrap()));
        });
        let log = log(size);
        let itemsets = FrequentItemsets::params(0.002);
        eprintln!("{size} lines: {} itemsets", itemsets.fit(&log).unwrap().len());
        group.bench_function(BenchmarkId::new("itemsets", size), |b| b.iter(|| itemsets.fit(&log).unwrap()));
        let rules = AssociationRules::params(0.002).min_confidence(0.2);
        eprintln!("{size} lines: {} rules", rules.fit(&log).unwrap().len());
        group.bench_function(BenchmarkId::new("rules", size), |b| b.iter(|| rules.fit(&log).unwrap()));
        let similarity = ItemSimilarity::params();
        group.bench_function(BenchmarkId::new("similarity", size), |b| {
            b.iter(|| similarity.fit(&log).unwrap());
        });
        group.bench_function(BenchmarkId::new("rfm", size), |b| b.iter(|| Rfm::params().fit(&log).unwrap()));
        let clusters = CustomerClusters::params(5).n_init(3);
        group.bench_function(BenchmarkId::new("clusters", size), |b| b.iter(|| clusters.fit(&log).unwrap()));
        group.finish();
    }
}

fn serving(c: &mut Criterion) {
    let log = log(1_000_000);
    let rules = AssociationRules::params(0.0002).min_confidence(0.05).fit(&log).unwrap();
    let similarity = ItemSimilarity::params().fit(&log).unwrap();
    let rfm = Rfm::params().fit(&log).unwrap();
    eprintln!("serving from {} rules, {} items, {} customers", rules.len(), log.n_items(), log.n_customers());
    let cart: Vec<_> = rules.table().ids("antecedent", 0);
    let customer = log.customers().unwrap().get(1234).to_id();
    let item = log.items().unwrap().get(77).to_id();
    let bytes = similarity.to_bytes().unwrap();
    let mut group = c.benchmark_group("serve");
    group.bench_function("rules/recommend", |b| b.iter(|| rules.recommend(black_box(&cart), 10).unwrap()));
    group.bench_function("similarity/similar", |b| {
        b.iter(|| similarity.similar(black_box(&item), 10).unwrap());
    });
    group.bench_function("similarity/recommend", |b| {
        b.iter(|| similarity.recommend_for_customer(black_box(&customer), 10).unwrap());
    });
    group.bench_function("rfm/segment", |b| {
        b.iter(|| rfm.customer(black_box(&customer)).unwrap().segment.len());
    });
    group.sample_size(10);
    group.bench_function("similarity/load", |b| {
        b.iter(|| ItemSimilarity::from_bytes(black_box(&bytes)).unwrap());
    });
    group.finish();
}

/// Events of a generated shop: their log, models of sessions, and requests of growing length.
fn sessions(c: &mut Criterion) {
    let mut group = c.benchmark_group("sessions");
    group.sample_size(10).measurement_time(Duration::from_secs(3));
    for size in SIZES {
        let shop = Shop::params().lines(size.max(10_000)).clicks(size).seed(7).generate().unwrap();
        let events = shop.to_events(EventOptions::default()).unwrap();
        eprintln!("{size} events: {} sessions of {} items", events.n_sessions(), events.n_items());
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("event log", size), |b| {
            b.iter(|| shop.to_events(EventOptions::default()).unwrap());
        });
        group.bench_function(BenchmarkId::new("knn fit", size), |b| {
            b.iter(|| SessionKnn::params().fit(&events).unwrap());
        });
        group.bench_function(BenchmarkId::new("rules fit", size), |b| {
            b.iter(|| SequentialRules::params().fit(&events).unwrap());
        });
        let (knn, rules) =
            (SessionKnn::params().fit(&events).unwrap(), SequentialRules::params().fit(&events).unwrap());
        let session: Vec<_> = (0..5).map(|at| events.items().get(at * 7).to_id()).collect();
        for length in [1, 5] {
            let name = |model: &str| BenchmarkId::new(format!("{model} recommend, {length} items"), size);
            group.throughput(Throughput::Elements(1));
            group.bench_function(name("knn"), |b| {
                b.iter(|| knn.recommend(black_box(&session[..length]), 20).unwrap());
            });
            group.bench_function(name("rules"), |b| {
                b.iter(|| rules.recommend(black_box(&session[..length]), 20).unwrap());
            });
        }
    }
    group.finish();
}

fn clustering(c: &mut Criterion) {
    let data = Array2::from_shape_fn((100_000, 8), |(row, column)| {
        let spread = (row * 2_654_435_761 + column * 40_503) % 10_007;
        f64::from(u32::try_from(spread).unwrap()) + f64::from(u32::try_from(row % 8).unwrap()) * 1e4
    });
    let mut group = c.benchmark_group("kmeans");
    group.sample_size(10).measurement_time(Duration::from_secs(3));
    for k in [8, 64, 256] {
        let params = KMeans::params(k).n_init(1).max_iter(20);
        eprintln!("k-means k = {k}: inertia {:.4e}", params.fit(&data).unwrap().inertia());
        group.bench_function(BenchmarkId::new("100000x8", k), |b| b.iter(|| params.fit(&data).unwrap()));
    }
    // Nearly every row is as near to one centroid as to another, so that single precision settles nothing.
    let lattice = data.mapv(|x| (x / 2e3).round());
    let params = KMeans::params(64).n_init(1).max_iter(20);
    group.bench_function(BenchmarkId::new("lattice 100000x8", 64), |b| {
        b.iter(|| params.fit(&lattice).unwrap());
    });
    group.finish();
}

criterion_group!(benches, fitting, serving, sessions, clustering);
criterion_main!(benches);
