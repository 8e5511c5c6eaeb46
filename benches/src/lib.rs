//! The shops that benchmarks run on: the same seeds as in tests, three sizes.

use kosar::OrderLog;
use kosar::data::LogOptions;
use kosar::datasets::{Shop, ShopLines};

/// The sizes, in order lines.
pub const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];

/// The lines of a shop of a size.
///
/// # Panics
/// For a size that the generator refuses.
#[must_use]
pub fn lines(size: usize) -> ShopLines {
    Shop::params().lines(size).seed(7).generate().expect("the sizes are allowed").into_lines()
}

/// The log of a shop of a size.
///
/// # Panics
/// For a size that the generator refuses.
#[must_use]
pub fn log(size: usize) -> OrderLog {
    lines(size).to_log(LogOptions::default()).expect("a generated shop is a log")
}
