//! What affinities cost: `cargo bench -p kosar-benches --bench affinity`.
//!
//! Fits, updates, tables and answers on generated shops of three sizes. For 20 million lines, and for how well they tell what
//! comes next, see the program `affinities`.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kosar::affinity::{Affinity, AffinityData, RerankOptions};
use kosar::data::LogOptions;
use kosar::datasets::Shop;
use kosar::{Fit, Id, IdRef, Persist, Time};
use kosar_benches::SIZES;

fn affinity(c: &mut Criterion) {
    for size in SIZES {
        let shop = Shop::params().lines(size).seed(7).generate().unwrap();
        let catalog = shop.to_catalog().unwrap();
        let log = shop.into_lines().to_log(LogOptions::default()).unwrap();
        let data = AffinityData::of(&log).catalog(&catalog);
        let mut group = c.benchmark_group("affinity");
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(4))
            .throughput(Throughput::Elements(size as u64));
        let params = Affinity::params().half_life_days(Some(180.0));
        group.bench_function(BenchmarkId::new("fit", size), |b| {
            b.iter(|| params.fit(black_box(&data)).unwrap());
        });
        let model = params.fit(&data).unwrap();
        let last = log.span().unwrap().1;
        let day = Time::from_micros(last.micros() - 86_400_000_000);
        let (before, after) = (log.before(day).unwrap(), log.after(day).unwrap());
        let old = params.fit(&AffinityData::of(&before).catalog(&catalog)).unwrap();
        group.bench_function(BenchmarkId::new("update", size), |b| b.iter(|| old.update(&after).unwrap()));
        group.bench_function(BenchmarkId::new("table", size), |b| {
            b.iter(|| model.table("category", black_box(3)).unwrap());
        });
        let bytes = model.to_bytes().unwrap();
        group.bench_function(BenchmarkId::new("load", size), |b| {
            b.iter(|| Affinity::from_bytes(black_box(&bytes)).unwrap());
        });
        group.finish();
        eprintln!("{size} lines: {} customers, {} bytes", model.customers().len(), bytes.len());

        let mut group = c.benchmark_group("affinity/ask");
        // One customer after the other, so that not everything is in the cache.
        let ids: Vec<Id> = model.customers().iter().map(IdRef::to_id).collect();
        let mut next = ids.iter().cycle();
        let menu: Vec<&str> = catalog.categories().iter().map(|category| category.path).collect();
        let items: Vec<IdRef<'_>> = catalog.items().iter().step_by(7).take(100).collect();
        let options = RerankOptions::new();
        group.bench_function(BenchmarkId::new("of(5)", size), |b| {
            b.iter(|| model.of(next.next().unwrap(), "category", 5).unwrap());
        });
        group.bench_function(BenchmarkId::new("rank(menu)", size), |b| {
            b.iter(|| model.rank(next.next().unwrap(), "category", menu.iter().copied()).unwrap());
        });
        group.bench_function(BenchmarkId::new("send_time", size), |b| {
            b.iter(|| model.send_time(next.next().unwrap()).unwrap());
        });
        group.bench_function(BenchmarkId::new("rerank(100)", size), |b| {
            b.iter(|| model.rerank(next.next().unwrap(), items.iter().copied(), &options).unwrap());
        });
        group.finish();
    }
}

criterion_group!(benches, affinity);
criterion_main!(benches);
