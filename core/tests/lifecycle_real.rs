//! Stages tell who buys again: of Online Retail and of generated shops, the share who buy within a quarter falls from stage to
//! stage. `benches/records` has the table; `--nocapture` prints it.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::print_stderr, reason = "tests may")]

mod common;

use std::collections::BTreeSet;

use kosar::data::{LogOptions, OrderLog};
use kosar::datasets::Shop;
use kosar::lifecycle::{Lifecycle, LifecycleParams, Stage};
use kosar::{Fit, Id, Time};

const DAYS: i64 = 86_400_000_000;

/// By stage: customers, and how many of them bought within 90 days. Of even or odd customers, or all.
fn buy_again(log: &OrderLog, params: &LifecycleParams, at: Time, half: Option<usize>) -> [(u64, u64); 8] {
    let until = Time::from_micros(at.micros() + 90 * DAYS);
    let model = params.clone().as_of(at).fit(log).unwrap();
    let later = Lifecycle::params().fit(&log.after(at).unwrap().before(until).unwrap()).unwrap();
    let buyers: BTreeSet<Id> =
        later.iter().filter(|one| one.purchases > 0).map(|one| one.customer.to_id()).collect();
    let mut counts = [(0, 0); 8];
    for (place, customer) in model.iter().enumerate() {
        if half.is_none_or(|half| place % 2 == half) {
            let count = &mut counts[customer.stage.position()];
            *count = (count.0 + 1, count.1 + u64::from(buyers.contains(&customer.customer.to_id())));
        }
    }
    counts
}

fn show(name: &str, counts: &[(u64, u64); 8]) {
    let cell = |(stage, &(n, again)): (Stage, &(u64, u64))| {
        format!("{stage} {n} {:.1} %", 100.0 * again as f64 / n as f64)
    };
    eprintln!("{name}: {}", Stage::ALL.into_iter().zip(counts).map(cell).collect::<Vec<_>>().join(", "));
}

fn share(counts: &[(u64, u64); 8], stage: Stage) -> f64 {
    let (n, again) = counts[stage.position()];
    again as f64 / n as f64
}

#[test]
#[ignore = "for choosing the defaults"]
fn explore() {
    let online = common::data("online_retail/online_retail.csv.gz").map(|path| {
        OrderLog::from_csv(&path, &common::online_retail_columns(), LogOptions::default()).unwrap()
    });
    let shop = |seed| {
        Shop::params()
            .lines(300_000)
            .customers(5_000)
            .seed(seed)
            .generate()
            .unwrap()
            .to_log(LogOptions::default())
            .unwrap()
    };
    let mut logs = vec![("shop 1", shop(1))];
    logs.extend(online.map(|log| ("online", log)));
    for (name, log) in &logs {
        let (first, last) = log.span().unwrap();
        eprintln!("{name} {first} {last} {}", log.n_customers());
        for back in [90, 150, 210] {
            let at = Time::from_micros(last.next_midnight().micros() - back * DAYS);
            for (s, d, l) in [
                (0.7, 0.9, 0.97),
                (0.75, 0.9, 0.97),
                (0.8, 0.95, 0.99),
                (0.85, 0.95, 0.99),
                (0.9, 0.97, 0.99),
            ] {
                let params = Lifecycle::params().slipping(s).dormant(d).lost(l);
                show(&format!("{name} {back} {s} {d} {l}"), &buy_again(log, &params, at, Some(0)));
            }
        }
    }
}
