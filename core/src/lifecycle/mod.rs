//! Where each customer stands in their life with the shop, by their own rhythm.
//!
//! [`Lifecycle`] tells for every customer one of eight [stages](Stage), since when, and what the stage will be, and when, if
//! nothing is bought. There is no fixed number of days: whoever buys every week is missed after two, whoever buys once a year
//! is not.
//!
//! # Days
//!
//! A purchase is a day (UTC) with an order that counts: one with a line of positive value, or, in a log without prices, of
//! positive quantity; where returns are kept, a line of any value but zero. Several orders of a day are one purchase. What is
//! said of a day holds when it is over, so that a purchase counts on its day. The *silence* is the number of days since the
//! last purchase, 0 on its day.
//!
//! # The rhythm
//!
//! Of each interval between two purchases that follow each other, the logarithm of its days is taken to be normal around a
//! mean of the customer, and these means normal around that of all: one-way random effects, estimated from the intervals of
//! all customers by the analysis of variance. With `n_i` intervals of customer `i` of sum `S_i` and sum of squares `Q_i`, of
//! `k` customers who have any, `N = sum n_i`:
//!
//! - within: `w = sum (Q_i - S_i^2 / n_i) / (N - k)`
//! - between: `b = (sum S_i^2 / n_i - (sum S_i)^2 / N - (k - 1) w) / (N - sum n_i^2 / N)`, at least 0 (Bühlmann and Straub
//!   1970; Searle, Casella and McCulloch 1992, doi 10.1002/9780470316856, section 3.6)
//! - the mean of all weighs each `S_i / n_i` by `1 / (b + w / n_i)`; its variance `e` is 1 over the sum of these.
//!
//! Where no customer has two intervals, `w` is the variance of all and `b` is 0; of a single interval `w` is 1. `w` is at least
//! 0.0025, a spread of a twentieth: nobody is as regular as a clock.
//!
//! A customer's own mean is drawn towards that of all by `c = b / (b + w / n)` (empirical Bayes, one level of credibility;
//! without an interval `c = 0`), and at least 0, the logarithm of a day. The next interval is then lognormal with the
//! median `exp(m)`, which is the *rhythm*, and the spread `s`, `s^2 = w + (1 - c) b + (1 - c)^2 e`. The limits are the
//! quantiles of this distribution, in whole days rounded up: [`slipping`](LifecycleParams::slipping),
//! [`dormant`](LifecycleParams::dormant) and [`lost`](LifecycleParams::lost) say which.
//!
//! # The stages
//!
//! Of the purchases up to a day, in order, each silence is held against the limits of what was known by then: the intervals
//! before it, the customer's own. A limit of `D` days is reached at the end of the day `D` days after the purchase; who buys
//! on that day has not reached it. A *run* begins with the first purchase, and with each whose silence before it had reached
//! `dormant`.
//!
//! | stage | who |
//! |---|---|
//! | prospect | known, and without a purchase |
//! | new | within the rhythm, first purchase ever |
//! | active | within the rhythm, from the second purchase of the run |
//! | loyal | within the rhythm, from [`loyal_purchases`](LifecycleParams::loyal_purchases) in the run |
//! | won_back | within the rhythm, first purchase of a later run: back after having been dormant or lost |
//! | slipping | silent for as long as `slipping`, not yet `dormant` |
//! | dormant | silent for as long as `dormant`, not yet `lost` |
//! | lost | silent for as long as `lost` |
//!
//! Each customer is in exactly one. Before the first day on which a customer is known (by an order of any kind, or an event),
//! there is no stage. Where nobody ever bought on two days there is no rhythm: nobody slips, and there is no next change.
//!
//! The mean and the variances of all are those of the model, for every day that is asked about; of a customer only what was
//! bought up to that day counts. So stages of earlier days do not change with what a customer buys later, but for what that
//! moves in all.

mod answer;
mod histories;
mod model;
mod movements;
mod params;
mod persist;
mod replay;
mod rhythm;
mod rule;
mod sources;
mod stage;
mod table;

pub use answer::LifecycleCustomer;
pub use model::Lifecycle;
pub use movements::{NOT_THERE_YET, StageMovements};
pub use params::LifecycleParams;
pub(crate) use rule::StageRule;
pub use sources::LifecycleSources;
pub use stage::Stage;
