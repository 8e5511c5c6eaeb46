//! What it costs to tell when customers buy again: `cargo bench -p kosar-benches --bench replenishment`.
//!
//! Fits, updates and answers on generated shops. Beside each time the size of the result is printed once.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kosar::replenish::Replenishment;
use kosar::{Fit, Persist};
use kosar_benches::{SIZES, log};

fn replenishment(c: &mut Criterion) {
    for size in SIZES {
        let log = log(size);
        let model = Replenishment::params().fit(&log).unwrap();
        let now = model.end();
        let due = model.due_all(now, 10).unwrap();
        let bytes = model.to_bytes().unwrap();
        eprintln!("{size} lines: {} customers, {} due", model.customers().len(), due.len());
        let mut group = c.benchmark_group("replenishment");
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(3))
            .throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("fit", size), |b| {
            b.iter(|| Replenishment::params().fit(black_box(&log)).unwrap());
        });
        let today = log.after(log.span().unwrap().1.floor_day()).unwrap();
        group.bench_function(BenchmarkId::new("update by a day", size), |b| {
            b.iter(|| model.update(black_box(&today)).unwrap());
        });
        group.bench_function(BenchmarkId::new("due_all", size), |b| {
            b.iter(|| model.due_all(now, 10).unwrap());
        });
        group.bench_function(BenchmarkId::new("load", size), |b| {
            b.iter(|| Replenishment::from_bytes(black_box(&bytes)).unwrap());
        });
        let customer = model.customers().get(model.customers().len() / 2);
        group.throughput(Throughput::Elements(1));
        group.bench_function(BenchmarkId::new("buy_again", size), |b| {
            b.iter(|| model.buy_again(black_box(customer), now, 10).unwrap());
        });
        group.finish();
    }
}

criterion_group!(benches, replenishment);
criterion_main!(benches);
