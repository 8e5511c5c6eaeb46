//! Temporal rules: what customers buy after what, and how long after.
//!
//! A temporal rule `A -> B` within some days says that customers who bought A bought B in a later order, at most so long
//! after. [`TemporalRules`] finds every such rule between two items that enough customers bear out, with the delays, and
//! says what is bought next. It is the case of two single orders with a greatest gap between them of the sequential
//! patterns of Srikant and Agrawal 1996, *Mining sequential patterns: generalizations and performance improvements*,
//! doi 10.1007/BFb0014140.
//!
//! ```
//! use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values};
//! use kosar::sequence::TemporalRules;
//! use kosar::{Fit, TimeUnit};
//!
//! let days: Vec<i64> = [0, 10, 3, 23, 5, 7].iter().map(|day| day * 86_400).collect();
//! let mut builder = LogBuilder::new(LogOptions::default());
//! builder.push(
//!     &Batch::new(6)
//!         .ids(Role::Customer, IdValues::Text(Values::new(&["ann", "ann", "bob", "bob", "cleo", "cleo"][..])))?
//!         .ids(Role::Item, IdValues::Text(Values::new(&["printer", "ink", "printer", "ink", "ink", "printer"][..])))?
//!         .time(TimeValues::Int(Values::new(days), TimeUnit::Second))?,
//! )?;
//! let rules = TemporalRules::params(30.0).min_support(2.0).fit(&builder.finish()?)?;
//! assert_eq!(rules.len(), 1);
//! let next = &rules.next("printer", 3)?[0];
//! assert_eq!(next.item, "ink".into());
//! assert_eq!(
//!     next.reason.to_string(),
//!     "67 % of the customers with printer bought it later, half of them within 15.0 days (2 customers)"
//! );
//! # Ok::<(), kosar::Error>(())
//! ```

mod count;
mod fit;
mod model;
mod params;
mod partial;
mod persist;
mod timeline;

pub use model::{TemporalRule, TemporalRules};
pub use params::{TemporalMeasure, TemporalRulesParams};
pub use partial::TemporalPartial;
