//! What it costs to say which customers are in an audience: `cargo bench -p kosar-benches --bench audiences`.
//!
//! On generated shops with ten clicks for every order line: laying the data out, the members of an audience of six
//! conditions, and one customer against fifty audiences. The number of members is printed once.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kosar::audience::{Audience, AudienceData, Audiences};
use kosar::data::{EventOptions, LogOptions};
use kosar::datasets::Shop;
use kosar::rfm::Rfm;
use kosar::{Fit, Id};
use kosar_benches::SIZES;

const SIX: &str = r#"{"and": [
    {"events": {"kinds": ["view"], "same_item": true, "window": {"last_days": 90}, "not_bought": "since", "test": {"at_least": 2}}},
    {"orders": {"measure": {"sum": "amount"}, "test": {"at_least": 50}}},
    {"not": {"orders": {"window": {"last_days": 30}}}},
    {"events": {"kinds": ["add_to_cart"], "window": {"last_days": 120}}},
    {"sessions": {"with": ["add_to_cart"], "without": ["purchase"], "measure": "share", "test": {"above": 0.2}}},
    {"rfm": {"of": "r_score", "test": {"at_least": 2}}}
]}"#;

/// Fifty audiences: ten shapes, each with five numbers.
fn fifty() -> Vec<(String, Audience)> {
    let shapes = [
        r#"{"orders": {"test": {"at_least": N}}}"#,
        r#"{"and": [{"orders": {}}, {"not": {"orders": {"window": {"last_days": N0}}}}]}"#,
        r#"{"orders": {"measure": {"avg": "amount"}, "test": {"above": N0}}}"#,
        r#"{"orders": {"measure": {"count": "items"}, "window": {"last_days": N00}, "test": {"at_least": 3}}}"#,
        r#"{"events": {"kinds": ["view"], "same_item": true, "not_bought": "since", "test": {"at_least": N}}}"#,
        r#"{"events": {"kinds": ["add_to_cart"], "within_days": N, "test": {"at_least": 3}}}"#,
        r#"{"sessions": {"with": ["add_to_cart"], "without": ["purchase"], "measure": "share", "test": {"above": 0.N}}}"#,
        r#"{"rfm": {"of": "frequency", "test": {"above": N}}}"#,
        r#"{"or": [{"events": {"at": {"hours": [N, 9]}}}, {"orders": {"measure": {"days_since": "last"}, "test": {"below": N}}}]}"#,
        SIX,
    ];
    let audiences =
        (1..6).flat_map(|n: u32| shapes.iter().enumerate().map(move |(at, shape)| (n, at, shape)));
    audiences
        .map(|(n, at, shape)| {
            (format!("{at}-{n}"), Audience::from_json(&shape.replace('N', &n.to_string())).unwrap())
        })
        .collect()
}

fn audiences(c: &mut Criterion) {
    for size in SIZES {
        let shop = Shop::params().lines(size).clicks(10 * size).seed(7).generate().unwrap();
        let orders = shop.to_log(LogOptions::default()).unwrap();
        let events = shop.to_events(EventOptions::default()).unwrap();
        let rfm = Rfm::params().fit(&orders).unwrap();
        let build = || AudienceData::builder().orders(&orders).events(&events).rfm(&rfm).build().unwrap();
        let data = Arc::new(build());
        let six = [("six", Audience::from_json(SIX).unwrap())];
        let six = Audiences::new(Arc::clone(&data), six, None).unwrap();
        eprintln!(
            "{size} lines: {} customers, {} members",
            data.customers().len(),
            six.members("six").unwrap().len()
        );
        let mut group = c.benchmark_group("audiences");
        group.sample_size(10).measurement_time(Duration::from_secs(3));
        group.bench_function(BenchmarkId::new("lay out", size), |b| b.iter(build));
        group.bench_function(BenchmarkId::new("members, six conditions", size), |b| {
            b.iter(|| six.members(black_box("six")).unwrap());
        });
        let fifty = Audiences::new(Arc::clone(&data), fifty(), None).unwrap();
        let ids: Vec<Id> = data.customers().iter().step_by(7).take(1000).map(|id| id.to_id()).collect();
        group.throughput(Throughput::Elements(ids.len() as u64));
        group.bench_function(BenchmarkId::new("1000 customers against 50 audiences", size), |b| {
            b.iter(|| ids.iter().map(|id| fifty.of(black_box(id)).unwrap().len()).sum::<usize>());
        });
        group.finish();
    }
}

criterion_group!(benches, audiences);
criterion_main!(benches);
