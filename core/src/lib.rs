//! Recommendation and personalisation inside the shop's own process.
//!
//! kosar reads the order log that every shop has and answers the shop's questions from it: what goes with this basket,
//! what resembles this item, what for this customer, who is this customer. No server, no network, no telemetry; the
//! library prints nothing and keeps no global state.
//!
//! # Three steps
//!
//! 1. **Rows become a log.** A [`data::LogBuilder`], [`OrderLog::from_csv`] or [`OrderLog::from_baskets`] takes them;
//!    every row is taken or set aside with its cause in the [`data::IntakeReport`].
//! 2. **Parameters and a log become a model.** `X::params().setter(..)` describes, [`Fit::fit`] checks and fits. A model
//!    is another type than its parameters, so there is nothing to ask before it is fitted.
//! 3. **A model answers**, in the ids that the shop uses, with a reason for every item.
//!
//! ```
//! use kosar::cluster::CustomerClusters;
//! use kosar::data::LogOptions;
//! use kosar::datasets::Shop;
//! use kosar::rfm::Rfm;
//! use kosar::rule::AssociationRules;
//! use kosar::similarity::ItemSimilarity;
//! use kosar::{Fit, Persist};
//!
//! let log = Shop::params().lines(10_000).generate()?.to_log(LogOptions::default())?;
//!
//! let rules = AssociationRules::params(0.01).min_confidence(0.4).fit(&log)?;
//! let in_cart = rules.rule(0).antecedent.iter().map(|item| rules.items().get(item.as_usize()));
//! for found in rules.recommend(in_cart, 3)? {
//!     println!("{} because {}", found.item, found.reason);
//! }
//!
//! let similarity = ItemSimilarity::params().fit(&log)?;
//! let for_customer = similarity.recommend_for_customer("C00003", 10)?;
//!
//! let rfm = Rfm::params().fit(&log)?;
//! println!("C00003 is {}", rfm.customer("C00003")?.segment);
//! for profile in CustomerClusters::params(4).fit(&log)?.profiles() {
//!     println!("{profile}");
//! }
//!
//! // A file written here opens in Python and Node, and the other way round.
//! let bytes = similarity.to_bytes()?;
//! assert_eq!(ItemSimilarity::from_bytes(&bytes)?, similarity);
//! # assert!(for_customer.len() == 10);
//! # Ok::<(), kosar::Error>(())
//! ```
//!
//! # What holds everywhere
//!
//! - Outside ids are strings or 64-bit integers and come back as they went in; inside are indices in the order of the
//!   ids ([`ItemIx`], [`CustomerIx`]).
//! - Time is UTC microseconds ([`Time`]; days and zones of the calendar are [`Date`] and [`Zone`]), money and quantities are whole millionths ([`Fixed`]), counts are integers; so
//!   no result depends on the order of rows or on the number of threads.
//! - Ties go to the higher count, then to the smaller id.
//! - Bad input is a typed [`Error`] that names the parameter or column, the value and what is allowed. A long fit can be
//!   stopped through a [`Control`].
//! - Work is shared over the current rayon thread pool; run inside `ThreadPool::install` to choose another.
//!
//! # Where things are
//!
//! | module | holds |
//! |---|---|
//! | [`data`] | the order log and the event log, their intake and report, the catalogue, customers with consents, baskets, histories, sparse matrices, tables of results |
//! | [`itemset`], [`rule`] | frequent itemsets, association rules, what goes with a cart |
//! | [`sequence`] | temporal rules: what is bought after what, and how long after |
//! | [`similarity`] | item similarity, recommendations for customers |
//! | [`session`] | what comes next in a session: nearest sessions, rules of the last item |
//! | [`linear`] | linear models of the whole matrix: EASE, and the graph filter GF-CF |
//! | [`next_basket`] | what a customer buys again, and what is new to them |
//! | [`replenish`] | when each customer will buy again what they bought before |
//! | [`popularity`] | what most customers buy, everywhere or in a group: the baseline; what rises, what is new |
//! | [`visits`] | what someone viewed last, and what to go on with |
//! | [`content`], [`hybrid`] | similarity by what the catalogue says, and its blend with similarity by customers |
//! | [`relation`] | complements and substitutes |
//! | [`rfm`], [`cluster`] | recency, frequency, monetary value and segments; k-means and customer clusters |
//! | [`audience`] | rule-based audiences: a tree of conditions, who is in it and why |
//! | [`lifecycle`] | the stage of each customer, from their own rhythm |
//! | [`affinity`] | what each customer leans to beside the population: categories, brands, prices, days, hours, channels |
//! | [`diagnose`] | what in a log will spoil recommendations, and filters that take it out |
//! | [`recommender`] | the shop's facade: every placement, live changes, rules, reasons, erasure |
//! | [`eval`] | splits, metrics with intervals, comparisons, the choice of parameters |
//! | [`rank`] | the form of a recommendation and its reason; selection of the best |
//! | [`persist`] | the model file |
//! | [`datasets`] | generated and toy shops |

mod cache;
mod cpu;
mod credibility;
mod error;
mod fit;
mod fraction;
mod index;
mod model;
mod money;
mod normal;
mod note;
mod params;
mod random;
mod time;

pub mod affinity;
pub mod audience;
pub mod cluster;
pub mod content;
pub mod data;
pub mod datasets;
pub mod diagnose;
pub mod eval;
pub mod hybrid;
pub mod itemset;
pub mod lifecycle;
pub mod linear;
pub mod next_basket;
pub mod persist;
pub mod popularity;
pub mod rank;
pub mod recommender;
pub mod relation;
pub mod replenish;
pub mod rfm;
pub mod rule;
pub mod sequence;
pub mod session;
pub mod similarity;
pub mod visits;

pub use data::{EventLog, Id, IdRef, OrderLog};
pub use error::{
    AudienceError, Error, ErrorKind, IdError, IntakeError, ParamError, PartsError, PersistError, Result,
    RuleError,
};
pub use fit::{Control, Fit};
pub use index::{
    Category, CategoryIx, Customer, CustomerIx, Item, ItemIx, Ix, MAX_INDICES, Order, OrderIx, Session,
    SessionIx,
};
pub use model::Model;
pub use money::{Fixed, Money, Quantity};
pub use note::Note;
pub use params::{Checked, Params};
pub use persist::Persist;
pub use time::{Date, Local, MICROS_PER_DAY, Time, TimeUnit, Zone};

/// The README's Rust example, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
