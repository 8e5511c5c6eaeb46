//! Frequent itemsets: which items are bought together, and how often.
//!
//! A basket is the set of distinct items of an order; the *support* of a set of items is the share of all baskets that
//! hold every item of it. [`FrequentItemsets`] finds every set, of one item or more, whose support reaches a minimum.
//! The sets are found by Eclat (Zaki 2000, doi 10.1109/69.846291): each set carries the baskets that hold it, as bits,
//! and the baskets of a larger set are the intersection of two smaller ones.
//!
//! ```
//! use kosar::Fit;
//! use kosar::data::Baskets;
//! use kosar::itemset::FrequentItemsets;
//!
//! let baskets = Baskets::from_ids([
//!     vec!["bread", "butter", "jam"],
//!     vec!["bread", "butter"],
//!     vec!["bread"],
//!     vec!["tea"],
//! ])?;
//! let found = FrequentItemsets::params(0.5).fit(&baskets)?;
//! let named: Vec<(Vec<String>, u64)> = found
//!     .iter()
//!     .map(|(items, count)| {
//!         (items.iter().map(|item| found.items().get(item.as_usize()).to_string()).collect(), count)
//!     })
//!     .collect();
//! assert_eq!(named.len(), 3);
//! assert_eq!(named[0], (vec!["bread".to_string()], 3));
//! assert_eq!(named[2], (vec!["bread".to_string(), "butter".to_string()], 2));
//! # Ok::<(), kosar::Error>(())
//! ```

mod budget;
mod cpu;
mod eclat;
#[cfg(test)]
mod eclat_tests;
mod gather;
mod item_order;
mod itemset_counts;
mod itemsets;
mod kind;
mod lists;
mod min_support;
mod mine;
mod params;
mod path;
mod persist;
mod planes;
mod prepare;
mod search;
mod sink;

pub use budget::Partial;
pub use itemset_counts::ItemsetCounts;
pub use itemsets::FrequentItemsets;
pub use kind::{Kind, Miner};
pub use params::FrequentItemsetsParams;

pub(crate) use budget::{DEFAULT_MAX_BYTES, DEFAULT_MAX_SETS};
pub(crate) use itemsets::id_lists;
pub(crate) use persist::{read_partial, write_partial};
