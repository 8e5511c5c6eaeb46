//! Association rules: who has this in the basket has that too.
//!
//! A rule `A -> B` says that baskets with all items of the *antecedent* A hold those of the *consequent* B as well.
//! [`AssociationRules`] makes every rule of sufficient support and confidence (Agrawal, Imielinski and Swami 1993,
//! doi 10.1145/170035.170072), or of these the significant, the ones that say more than simpler rules, the best; and
//! recommends what the rules add to a cart. How interesting a rule is can be measured in many ways; each [`Measure`] is a
//! function of the four counts of a [`Contingency`], and of nothing else.
//!
//! ```
//! use kosar::Fit;
//! use kosar::data::Baskets;
//! use kosar::rule::{AssociationRules, Measure, RuleSide};
//!
//! let baskets = Baskets::from_ids([
//!     vec!["bread", "butter", "jam"],
//!     vec!["bread", "butter"],
//!     vec!["bread"],
//!     vec!["tea"],
//! ])?;
//! let rules = AssociationRules::params(0.5).fit(&baskets)?;
//! let best = &rules.recommend(["bread"], 1)?[0];
//! assert_eq!(best.item, "butter".into());
//! assert_eq!(best.reason.to_string(), "67 % of the bread baskets have it too (2 baskets, lift 1.3)");
//!
//! // What leads to jam, told by two measures; no rule that a simpler one makes superfluous.
//! let to_jam = AssociationRules::params(1.0)
//!     .consequent_items(RuleSide::new().only(["jam"]))
//!     .drop_redundant(true)
//!     .rank_by(Measure::OddsRatio)
//!     .fit(&baskets)?;
//! let table = to_jam.table_with([Measure::OddsRatio, Measure::FisherP]);
//! assert_eq!(table.ids("antecedent", 0), ["butter".into()]);
//! # Ok::<(), kosar::Error>(())
//! ```

mod columns;
mod consequent;
mod contingency;
mod correction;
mod deadline;
mod fit;
mod floor;
mod general;
mod index;
mod induce;
mod measure;
mod notes;
mod order;
mod params;
mod persist;
mod prune;
mod recency;
mod recommend_each;
mod rules;
mod score;
mod search;
mod serve;
mod side;
mod split;
mod subset_counts;
mod table;

pub use consequent::Consequent;
pub use contingency::Contingency;
pub use correction::Correction;
pub use measure::Measure;
pub use params::AssociationRulesParams;
pub use rules::{AssociationRules, RuleRef};
pub use score::{Combine, RecommendOptions};
pub use side::RuleSide;
pub use table::RuleStatistic;
