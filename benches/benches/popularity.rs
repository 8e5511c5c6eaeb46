//! What popularity and visits cost: `cargo bench -p kosar-benches --bench popularity`.
//!
//! Fits, updates and requests on a generated shop of a million lines; visits on events made of the same shop, five views
//! before each purchase. Beside each time the size of the result is printed once.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kosar::data::{Batch, EventKind, EventLogBuilder, EventOptions, IdValues, Role, TimeValues, Values};
use kosar::popularity::{Popularity, PopularityOptions};
use kosar::visits::{VisitQuery, Visits};
use kosar::{EventLog, Fit, Id, IdRef, OrderLog, Persist, Time, TimeUnit};
use kosar_benches::{SIZES, log};

/// Customers by the last figure of their id, ten groups.
fn groups(log: &OrderLog) -> Vec<(Id, String)> {
    let label = |id: IdRef<'_>| id.to_string().chars().last().unwrap_or('0').to_string();
    log.customers().unwrap().iter().map(|id| (id.to_id(), label(id))).collect()
}

fn popularity(c: &mut Criterion) {
    for size in SIZES {
        let log = log(size);
        let labels = groups(&log);
        let pairs = || labels.iter().map(|(id, label)| (id.as_ref(), label.as_str()));
        let mut group = c.benchmark_group("popularity");
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(4))
            .throughput(Throughput::Elements(size as u64));
        let params = Popularity::params()
            .half_life_days(Some(30.0))
            .trend_days(14.0)
            .baseline_days(84.0)
            .new_days(300.0);
        group.bench_function(BenchmarkId::new("fit", size), |b| {
            b.iter(|| params.fit(black_box(&log)).unwrap());
        });
        let model = params.fit(&log).unwrap();
        group.bench_function(BenchmarkId::new("with_groups", size), |b| {
            b.iter(|| model.with_groups("last", pairs()).unwrap());
        });
        let last = log.span().unwrap().1;
        let day = Time::from_micros(last.micros() - 86_400_000_000);
        let (before, after) = (log.before(day).unwrap(), log.after(day).unwrap());
        let old = params.fit(&before).unwrap();
        group.bench_function(BenchmarkId::new("update", size), |b| b.iter(|| old.update(&after).unwrap()));
        let bytes = model.to_bytes().unwrap();
        group.bench_function(BenchmarkId::new("load", size), |b| {
            b.iter(|| Popularity::from_bytes(black_box(&bytes)).unwrap());
        });
        group.finish();
        let model = model.with_groups("last", pairs()).unwrap();
        let (trends, new) = (model.trending(9999).unwrap().len(), model.new_arrivals(9999).unwrap().len());
        eprintln!(
            "{size} lines: {} items, {} customers, {trends} trends, {new} new, {} bytes",
            log.n_items(),
            log.n_customers(),
            bytes.len()
        );
        let mut group = c.benchmark_group("popularity/ask");
        let customer = log.customers().unwrap().get(123).to_id();
        let seven = PopularityOptions::new().group(("last", "7"));
        let own = PopularityOptions::new().customer(Some(customer));
        group.bench_function(BenchmarkId::new("recommend(20)", size), |b| {
            b.iter(|| model.recommend(black_box(20)));
        });
        group.bench_function(BenchmarkId::new("group(20)", size), |b| {
            b.iter(|| model.recommend_in(20, black_box(&seven)).unwrap());
        });
        group.bench_function(BenchmarkId::new("customer(20)", size), |b| {
            b.iter(|| model.recommend_in(20, black_box(&own)).unwrap());
        });
        group.bench_function(BenchmarkId::new("trending(20)", size), |b| {
            b.iter(|| model.trending(black_box(20)).unwrap());
        });
        group.bench_function(BenchmarkId::new("new_arrivals(20)", size), |b| {
            b.iter(|| model.new_arrivals(black_box(20)).unwrap());
        });
        group.finish();
    }
}

/// Views before each line, of the item itself and of items beside it, and an add to the cart; every tenth line is bought.
fn events(log: &OrderLog) -> EventLog {
    let (items, n_items) = (log.items().unwrap(), log.n_items());
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    let orders: Vec<_> = log.orders().collect();
    for orders in orders.chunks(20_000) {
        let (mut who, mut what, mut kinds, mut at) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for &order in orders {
            let Some(customer) = log.customer_of(order) else { continue };
            let customer = log.customers().unwrap().get(customer.as_usize()).to_string();
            let mut time = log.time_of(order).unwrap().micros() / 1_000_000;
            for (number, line) in log.lines_of(order).enumerate() {
                let item = line.item.unwrap().as_usize();
                for (view, kind) in [(0, "view"), (7, "view"), (31, "view"), (0, "view"), (0, "add_to_cart")]
                {
                    time += 1;
                    who.push(customer.clone());
                    what.push(items.get((item + view) % n_items).to_string());
                    kinds.push(if kind == "add_to_cart" && number % 10 == 0 { "purchase" } else { kind });
                    at.push(time);
                }
            }
        }
        let batch = Batch::new(at.len())
            .ids(Role::Customer, IdValues::Text(who.iter().map(|word| Some(word.as_str())).collect()))
            .unwrap()
            .ids(Role::Item, IdValues::Text(what.iter().map(|word| Some(word.as_str())).collect()))
            .unwrap()
            .ids(Role::Kind, IdValues::Text(Values::new(kinds)))
            .unwrap()
            .time(TimeValues::Int(Values::new(at), TimeUnit::Second))
            .unwrap();
        builder.push(&batch).unwrap();
    }
    builder.finish().unwrap()
}

fn visits(c: &mut Criterion) {
    let log = log(1_000_000);
    let events = events(&log);
    let made = Visits::new(&events, Some(&log)).unwrap();
    eprintln!(
        "{} events, {} sessions, {} customers",
        events.n_events(),
        events.n_sessions(),
        events.n_customers()
    );
    let mut group = c.benchmark_group("visits");
    group.sample_size(10);
    group.bench_function("new", |b| b.iter(|| Visits::new(&events, Some(&log)).unwrap()));
    group.sample_size(100);
    // One customer after the other, so that not everything is in the cache.
    let queries: Vec<VisitQuery> =
        events.customers().iter().map(|id| VisitQuery::customer(id.to_id())).collect();
    let now = events.span().unwrap().1;
    let item = events.items().get(3).to_id();
    let ongoing: Vec<VisitQuery> =
        queries.iter().map(|query| query.clone().ongoing([(item.clone(), EventKind::View, now)])).collect();
    for (name, queries) in [("log", &queries), ("ongoing", &ongoing)] {
        let found = |query: &VisitQuery| made.recently_viewed(query, 20).unwrap().len();
        let answered: usize = queries.iter().map(found).sum();
        eprintln!("{name}: {answered} items recently viewed in {} answers", queries.len());
        let mut next = queries.iter().cycle();
        group.bench_function(BenchmarkId::new("recently_viewed(20)", name), |b| {
            b.iter(|| made.recently_viewed(next.next().unwrap(), 20).unwrap());
        });
        group.bench_function(BenchmarkId::new("continue_shopping(20)", name), |b| {
            b.iter(|| made.continue_shopping(next.next().unwrap(), 20).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, popularity, visits);
criterion_main!(benches);
