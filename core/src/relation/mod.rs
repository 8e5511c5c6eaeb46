//! What two items are to each other: complements, which go together, or substitutes, of which one stands in for the other.
//!
//! [`ItemRelations`] is fitted on a log, and on a catalogue where there is one.
//!
//! # Definitions
//!
//! Item `a` is in `n_a` baskets, and `n_ab` hold both `a` and `b`.
//!
//! - **By chance** `E` baskets would: an item of pull `t_a` is in a basket of `s` items with chance `p = 1 - exp(-t_a s)`, where
//!   `t_a` makes that `n_a` baskets in all; `E = sum p_a p_b (1 - 1 / s)` over the baskets. In baskets of one size that is
//!   `n_a n_b / N`, but for the place that one item takes from the other. Where some baskets are large, most of what is in
//!   them meets, and is not related for that; the plain product would make everything a complement. (Sizes above 16 that
//!   differ by less than a tenth are taken as one.)
//! - **Lift, shrunk**: `(n_ab + s) / (E + s)`. With the shrinkage `s` a pair that is expected hardly ever needs several
//!   baskets to stand out: it is the lift of `s` more baskets in which the two are together as often as expected.
//! - **Context**: the profile of `a` is a vector over all items, `max(0, ln lift(a, c))` of each item `c` that at least
//!   `min_together` baskets hold beside it (the largest `profile` of them). The context of two items is the cosine of their
//!   profiles, each without the other item: 1 where both are bought with the same things.
//! - **Apart**: the customers who bought both and never in one order, some order of one within `window_days` of some order
//!   of the other. **Instead**: those of them who bought each at least twice.
//!
//! Two items, each in at least `min_orders` baskets, are
//!
//! - **complements** when at least `min_together` baskets hold both and the lift is at least `min_lift`;
//! - **substitutes** when the lift is at most `max_lift`, the context at least `min_context`, at least `min_apart` customers
//!   bought them apart, and, where there is a catalogue, one stands in a category of the other or above or below it;
//! - **neither** otherwise. With fewer baskets it is **unclear**.
//!
//! McAuley, Pandey and Leskovec (2015, doi 10.1145/2783258.2783381) read substitutes from views ("bought after viewing") and
//! complements from purchases ("also bought"). An order log has no views; what they tell is taken from the context here. The
//! profile is that of words which can stand for each other in a text (Church and Hanks 1990, pointwise mutual information;
//! Turney and Pantel 2010, doi 10.1613/jair.2934, for its positive part and the cosine).

mod chance;
mod context;
mod evidence;
mod fit;
mod label;
mod model;
mod params;
mod persist;
mod recommend;
mod serve;

pub use label::{PairRelation, Relation};
pub use model::ItemRelations;
pub use params::ItemRelationsParams;
