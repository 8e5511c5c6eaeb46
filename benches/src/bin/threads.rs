//! What a second thread brings: the same baskets mined on one thread and on two, in turns in one process.
//!
//! `cargo run --release -p kosar-benches --bin threads -- baskets.dat min_count [runs] [min_confidence]`, a line a basket, its
//! items whole numbers. With a minimum confidence rules are made as well.

#![allow(clippy::print_stdout, reason = "a program that tells what it measured")]

use std::hint::black_box;
use std::time::Instant;

use kosar::data::Baskets;
use kosar::itemset::FrequentItemsets;
use kosar::rule::AssociationRules;
use kosar::{Fit, Params};
use rayon::{ThreadPool, ThreadPoolBuilder};

type Failed = Box<dyn std::error::Error>;

/// Milliseconds of some work in a pool.
fn timed(pool: &ThreadPool, work: &(impl Fn() -> u64 + Sync)) -> f64 {
    let start = Instant::now();
    black_box(pool.install(work));
    start.elapsed().as_secs_f64() * 1e3
}

/// Prints the medians of both pools and, in brackets, the leasts, and their ratios.
fn compare(name: &str, pools: &[ThreadPool; 2], runs: usize, work: impl Fn() -> u64 + Sync) {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..runs {
        for (pool, times) in pools.iter().zip(&mut times) {
            times.push(timed(pool, &work));
        }
    }
    let [one, two] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        (times[times.len() / 2], times[0])
    });
    println!(
        "{name:<7} {:>8.2} ({:.2}) ms on one thread, {:>8.2} ({:.2}) on two: {:.2} ({:.2})",
        one.0,
        one.1,
        two.0,
        two.1,
        one.0 / two.0,
        one.1 / two.1
    );
}

fn main() -> Result<(), Failed> {
    let mut args = std::env::args().skip(1);
    let (file, count) = (args.next().ok_or("no file")?, args.next().ok_or("no minimum count")?);
    let runs = args.next().map_or(Ok(21), |runs| runs.parse())?;
    let confidence = args.next().map(|value| value.parse::<f64>()).transpose()?;
    let mut rows = Vec::new();
    for line in std::fs::read_to_string(file)?.lines() {
        rows.push(line.split_whitespace().map(str::parse).collect::<Result<Vec<i64>, _>>()?);
    }
    let baskets = Baskets::from_ids(rows)?;
    let params = FrequentItemsets::params(count.parse()?);
    let pool = |threads| ThreadPoolBuilder::new().num_threads(threads).build();
    let pools = [pool(1)?, pool(2)?];
    let checked = params.clone().check()?;
    let count_only = || checked.count(&baskets).map_or(0, |counts| counts.total());
    compare("counts", &pools, runs, count_only);
    compare("sets", &pools, runs, || params.fit(&baskets).map_or(0, |sets| sets.len() as u64));
    if let Some(confidence) = confidence {
        let params = AssociationRules::params(count.parse()?).min_confidence(confidence);
        compare("rules", &pools, runs, || params.fit(&baskets).map_or(0, |rules| rules.len() as u64));
    }
    Ok(())
}
