//! When the next purchase of an item is due: what a customer should buy again now.
//!
//! [`Replenishment`] is fitted on a log, and on a catalogue where there is one.
//!
//! # The interval
//!
//! Purchases of a customer and an item are the days (UTC) on which it was bought, quantities of a day summed, returns left
//! out. Of each interval between two of them, `z = ln(gap in days) - beta ln(quantity at its start)` is taken to be normal
//! around a mean of the customer and the item; means of customers around that of the item, items around their category (the
//! first of the deepest ones that the item stands in; all items without one are together), categories around all. `beta`,
//! from 0 to 1, is the slope within pairs of a customer and an item: by how much a larger pack lasts longer (1 for twice as
//! long when twice as much was bought).
//!
//! All variances are moment estimates, level by level. Within: the pooled squares around the mean of each pair, over their
//! degrees of freedom. Of the means of each higher level, with `v` the variance that is known of each mean and `w = 1 / v`,
//! `Q` the weighted squares around the weighted mean of a group of `k`: `(sum Q - sum (k - 1)) / sum (sum w - sum w^2 / sum w)`,
//! at least 0, sums over groups (DerSimonian and Laird 1986, doi 10.1016/0197-2456(86)90046-2; of the lowest level it is the
//! estimator of Bühlmann and Straub 1970). The mean of a group weighs each by `1 / (variance between + its own)`. A mean is
//! shrunk towards the one above it by `variance between / (variance between + its own)`: hierarchical credibility (Jewell
//! 1975; Bühlmann and Gisler 2005, doi 10.1007/3-540-29273-X, chapter 6). [`Basis`] tells which level weighs most.
//!
//! An interval is seen only where it ends before the log does: of all purchases the share `G(g)` lies `g` days or more before the
//! last day of the log, so that one of `g` days stands for `1 / G(g)`, at most 10 (inverse probability weighting: Horvitz and
//! Thompson 1952, doi 10.1080/01621459.1952.10483446). Each counts as often within its pair; a pair counts `a` times, the mean
//! over its intervals, in the weights of its item: `w = a / v` and `a / (variance between + v)`. The estimator above is then
//! `(sum Q - sum w (1 - w / sum w) v) / sum w (1 - w / sum w)` (DerSimonian and Kacker 2007, doi 10.1016/j.cct.2006.04.004).
//!
//! The median interval after a purchase of `q` is `exp(mean + beta ln q)`, at least a day, since purchases of a day are one; with `s` the root of the variance within and that
//! of the estimated mean, an interval is over after `t` days with the chance `F(t) = Phi((ln t - ln median) / s)`.
//! A gap is known to the day only: a purchase `d` days later stands for all from `d - 1/2` to `d + 1/2`, and `s` is at least
//! `1 / (sqrt(6) median)`, the spread of a difference of two rounded days.
//!
//! # Whether at all
//!
//! Some items are never bought again: a mixture cure model (Berkson and Gage 1952, doi 10.1080/01621459.1952.10501187). Of a
//! purchase, the chance that there is another is `p`, and after `t` days without one that there still will be
//! `p (1 - F(t)) / (1 - p F(t))`, so that whoever is long overdue leaves the list. With each purchase, `p` rises as in the
//! shifted beta-geometric model (Fader and Hardie 2007, doi 10.1002/dir.20074): after `k` of them it is
//! `(s r + k - 1) / (s + k - 1)`. `r`, the chance after the first purchase, is that of the item: customers with a second
//! purchase over those expected to have shown theirs by the last day of the log, if they were all to come (the sum of `F` of
//! a customer of whom nothing is known), shrunk towards the category and all as above, with the variance of a
//! share; an item of which less than half of one is expected has that of its category. `s` is
//! that with which as many third purchases are expected as there are; 1 where less than half of one would be. However many came
//! again, nobody is certain to: with `e` purchases expected of all, `r` is at least `0.5 / (e + 1)` and at most 1 less that, and
//! so is the share of third purchases at most.
//!
//! # What is due
//!
//! Lists are ordered by the chance of a purchase on the day asked about or one of those behind it, `h` days together
//! (`horizon_days`), given that there was none since: `p (F(t + h) - F(t)) / (1 - p F(t))`. Nothing is answered before any
//! item was bought twice by anyone.

mod answer;
mod ask;
mod catalogue;
mod estimate;
mod histories;
mod interval;
mod model;
mod params;
mod persist;
mod rebuy;
mod shrink;

pub use answer::{Basis, Due};
pub use ask::BuyAgainOptions;
pub use model::Replenishment;
pub use params::ReplenishmentParams;
