//! Is the model any good? Splits that cannot leak, metrics with their intervals, comparisons, and the choice of parameters.
//!
//! 1. **Split.** [`temporal_split`] trains on what was bought before an instant and asks for what was bought after it: the
//!    situation of a shop. [`leave_last_basket`], [`leave_one_out`] and [`by_customer`] are the other protocols of the
//!    literature; [`Split::from_logs`] takes two logs that come apart already.
//! 2. **Fit** on [`Split::train`], which holds nothing of what is asked for.
//! 3. **[`evaluate`]** a model, or **[`compare`]** several with the most popular items, on the same customers: every value
//!    comes with its interval, every difference says whether chance explains it. [`Recommended`] brings the lists of any
//!    other program in.
//!    Models of sessions go the same way by [`split_sessions`] and [`evaluate_sessions`].
//! 4. **[`tune`]** parameters inside the training part, so that the test part is looked at once.
//!
//! ```
//! use kosar::data::LogOptions;
//! use kosar::datasets::Shop;
//! use kosar::eval::{Cut, EvaluateOptions, SplitOptions, compare, temporal_split};
//! use kosar::similarity::ItemSimilarity;
//! use kosar::{Control, Fit};
//!
//! let log = Shop::params().lines(10_000).generate()?.to_log(LogOptions::default())?;
//! let split = temporal_split(&log, Cut::LastDays(30.0), &SplitOptions::new())?;
//! let cosine = ItemSimilarity::params().fit(split.train())?;
//! let options = EvaluateOptions::at(10);
//! let comparison = compare(&[("cosine", &cosine)], &split, &options, &Control::new())?;
//! println!("{}", comparison.evaluation("cosine")?);
//! let to_popularity = comparison.difference("cosine", "popularity", "ndcg@10".parse()?)?;
//! println!("{:+.4}, {}", to_popularity.value, to_popularity.verdict);
//! # Ok::<(), kosar::Error>(())
//! ```

mod bootstrap;
mod by_customer;
mod catalogue;
mod compare;
mod evaluate;
mod evaluation;
mod grid;
mod leave_last;
mod leave_one_out;
mod metric;
mod options;
mod recommended;
mod session_split;
mod sessions;
mod split;
mod split_rule;
mod temporal;
mod tune;

pub use crate::rank::{Recommend, Visitor};
pub use by_customer::by_customer;
pub use compare::{Comparison, Difference, Verdict, compare};
pub use evaluate::evaluate;
pub use evaluation::{Estimate, Evaluation};
pub use grid::grid_positions;
pub use leave_last::leave_last_basket;
pub use leave_one_out::{Pick, leave_one_out};
pub use metric::{Metric, MetricKind};
pub use options::EvaluateOptions;
pub use recommended::Recommended;
pub use session_split::split_sessions;
pub use sessions::{NextItem, PopularInSessions, SessionEstimate, SessionEvaluation, evaluate_sessions};
pub use split::{Split, SplitCounts, SplitOptions, UnknownItems};
pub use split_rule::SplitRule;
pub use temporal::{Cut, temporal_split};
pub use tune::{TuneOptions, Tuning, tune};
