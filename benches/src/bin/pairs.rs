//! Pair rules at catalogue scale: a million items, ten million baskets. Prints times and the greatest memory of the
//! process; takes minutes and gigabytes.
//!
//! `cargo run --release -p kosar-benches --bin pairs -- [baskets] [items] [min_support]`

#![allow(clippy::print_stdout, reason = "a program that tells what it measured")]

use std::time::Instant;

use kosar::data::{Baskets, Rows, Vocabulary};
use kosar::rule::AssociationRules;
use kosar::{Fit, ItemIx};

/// Well-mixed numbers from a counter (Steele et al. 2014, doi 10.1145/2714064.2660195).
struct Mixed(u64);

impl Mixed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1, 1 excluded.
    #[allow(clippy::cast_precision_loss, reason = "the upper 53 bits fit")]
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Baskets of two to eight items: a first item, popular ones more often, and others near it in the catalogue or anywhere.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the number of items")]
#[allow(clippy::cast_precision_loss, reason = "a million items")]
fn baskets(n_baskets: usize, n_items: u32) -> Baskets {
    let mut random = Mixed(7);
    let mut offsets = vec![0];
    let mut values = Vec::new();
    // The item at a share of the ranks, each rank about 1/rank as popular.
    let item = |share: f64| (f64::from(n_items + 1).powf(share) - 1.0) as u32 % n_items;
    for _ in 0..n_baskets {
        let first = item(random.unit());
        let mut row = vec![first];
        for _ in 0..1 + random.next() % 7 {
            let near = first.saturating_add(1 + (random.next() % 8) as u32).min(n_items - 1);
            row.push(if random.unit() < 0.5 { near } else { item(random.unit()) });
        }
        row.sort_unstable();
        row.dedup();
        values.extend(row.into_iter().map(ItemIx::from_u32));
        offsets.push(values.len());
    }
    let items = Vocabulary::from_sorted_ints((0..i64::from(n_items)).collect()).expect("they rise");
    let rows = Rows::from_parts(offsets, values).expect("offsets of the values above");
    Baskets::from_rows(items, rows).expect("rows were sorted")
}

/// The greatest memory that the process has held, in megabytes; 0 where the system does not tell.
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes / 1024)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |text| text.parse());
    let (n_baskets, n_items, min_support) = (number(10_000_000)?, number(1_000_000)?, number(10)?);
    let baskets = baskets(usize::try_from(n_baskets)?, u32::try_from(n_items)?);
    let entries = baskets.rows().values().len();
    println!("{n_baskets} baskets, {n_items} items, {entries} entries: {} MB", peak_megabytes());

    let start = Instant::now();
    #[allow(clippy::cast_precision_loss, reason = "a small count")]
    let params = AssociationRules::params(min_support as f64).min_confidence(0.1).max_len(Some(2));
    let rules = params.fit(&baskets)?;
    println!("{} rules in {:.1?}: {} MB", rules.len(), start.elapsed(), peak_megabytes());
    println!("{}", rules.partial().map_or_else(|| "complete".to_owned(), |partial| partial.to_string()));
    Ok(())
}
