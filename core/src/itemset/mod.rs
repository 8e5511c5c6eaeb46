//! Frequent itemsets: which items are bought together, and how often.
//!
//! A basket is the set of distinct items of an order; the *support* of a set of items is the share of all baskets that
//! hold every item of it. [`FrequentItemsets`] finds every set, of one item or more, whose support reaches a minimum.
//! The sets are found by Eclat (Zaki 2000, doi 10.1109/69.846291): each set carries the baskets that hold it, as bits,
//! and the baskets of a larger set are the intersection of two smaller ones. FP-growth (Han, Pei and Yin 2000, doi
//! 10.1145/342009.335372) finds the same in a prefix tree of the baskets; it serves baskets that differ in weight, and
//! items below categories. [`Kind`] tells which of the sets are wanted: all, or those from which the others follow.
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
//!
//! # In parts
//!
//! Baskets that do not fit into one machine are searched in parts (Savasere, Omiecinski and Navathe 1995, *An efficient
//! algorithm for mining association rules in large databases*, VLDB). A set that is frequent in the whole is frequent in a
//! part at least. So each part first gives its [`Candidates`], the sets frequent in it; these are merged, counted in each
//! part, and the counts merged. What comes out is the result of the whole, exactly. Both go from machine to machine as
//! bytes that are checked on reading, as model files are.
//!
//! ```
//! use kosar::data::Baskets;
//! use kosar::itemset::{CandidateCounts, Candidates, FrequentItemsets};
//! use kosar::{Fit, Persist};
//!
//! let monday = Baskets::from_ids([vec!["bread", "butter"], vec!["bread"]])?;
//! let tuesday = Baskets::from_ids([vec!["bread", "butter", "tea"], vec!["tea"]])?;
//! let params = FrequentItemsets::params(0.5);
//!
//! // Where each part lies; bytes travel.
//! let bytes = [params.candidates(&monday)?.to_bytes()?, params.candidates(&tuesday)?.to_bytes()?];
//! // In one place.
//! let all = Candidates::from_bytes(&bytes[0])?.merge(&Candidates::from_bytes(&bytes[1])?)?;
//! // Where each part lies, again.
//! let counts = all.count(&monday)?.merge(&all.count(&tuesday)?)?;
//! let found = CandidateCounts::from_bytes(&counts.to_bytes()?)?.finish()?;
//!
//! let whole = [vec!["bread", "butter"], vec!["bread"], vec!["bread", "butter", "tea"], vec!["tea"]];
//! assert_eq!(found, params.fit(&Baskets::from_ids(whole)?)?);
//! # Ok::<(), kosar::Error>(())
//! ```

mod beside;
mod budget;
mod candidate_counts;
mod candidates;
mod candidates_persist;
mod choose;
mod columns;
mod condense;
mod eclat;
#[cfg(test)]
mod eclat_tests;
mod families;
mod fp_growth;
#[cfg(test)]
mod fp_tests;
mod fp_tree;
mod gather;
mod generators;
mod guard;
mod head;
mod item_order;
mod itemset_counts;
mod itemsets;
mod kind;
mod lists;
mod min_support;
mod mine;
mod narrow;
mod params;
mod path;
mod persist;
mod planes;
mod prepare;
mod reach;
mod search;
mod set_counts;
mod sink;
mod top_k;
mod walk;

pub use budget::Partial;
pub use candidate_counts::CandidateCounts;
pub use candidates::Candidates;
pub use itemset_counts::ItemsetCounts;
pub use itemsets::FrequentItemsets;
pub use kind::{Kind, Miner};
pub use params::FrequentItemsetsParams;

pub(crate) use budget::{DEFAULT_MAX_BYTES, DEFAULT_MAX_SETS, Until};
pub(crate) use itemsets::{fit_until, fit_weighted, id_lists};
pub(crate) use min_support::MinSupport;
pub(crate) use persist::{read_hierarchy, read_partial, write_hierarchy, write_partial};
pub(crate) use reach::fit_reaching;
