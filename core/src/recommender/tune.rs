//! Weights of the blend, chosen on what customers bought after an instant.

use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::live::Recommender;
use super::params::{Blend, RecommenderParams, Weights};
use super::placement::Placement;
use super::request::Request;
use super::snapshot::Snapshot;
use super::sources::RecommenderSources;
use crate::data::{Id, OrderLog};
use crate::error::{ParamError, Result};
use crate::fit::{Control, Fit};
use crate::params::Params as _;
use crate::random::Random;
use crate::time::Time;

/// What each weight may be.
const GRID: [f64; 9] = [0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];

/// How often all weights are gone through.
const ROUNDS: usize = 2;

/// What the weights are chosen on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TuneOptions {
    /// Orders before it are learnt, what is bought from it on is to be found.
    pub cut: Time,
    /// The length of a list, at least 1; 10 by default.
    pub n: usize,
    /// How many customers are asked for at most, drawn by the seed; at least 1, 20,000 by default.
    pub max_customers: usize,
    /// 0 by default.
    pub seed: u64,
}

impl TuneOptions {
    /// With an instant that leaves orders on both sides.
    #[must_use]
    pub const fn at(cut: Time) -> Self {
        Self { cut, n: 10, max_customers: 20_000, seed: 0 }
    }
}

/// What the customers of a level were found by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TunedLevel {
    /// `new`, `regular` or `loyal`; cold customers have no history to be tuned on.
    pub level: String,
    /// How many were asked for.
    pub customers: usize,
    /// The mean share of what they bought that the list had, of at most as many as it is long; with the weights before.
    pub recall_before: f64,
    /// The same with the weights chosen.
    pub recall_after: f64,
}

/// Weights that were chosen, and what they bring.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuned {
    /// The parameters with the blend chosen.
    pub params: RecommenderParams,
    /// By level.
    pub levels: Vec<TunedLevel>,
}

/// Somebody to find the purchases of.
struct Target {
    customer: Id,
    /// 0 for new, 1 for regular, 2 for loyal.
    level: usize,
    bought: Vec<Id>,
}

/// Of each customer known before the cut, what they bought afterwards, each item once.
fn targets(snapshot: &Snapshot, after: &OrderLog, blend: &Blend) -> Vec<Target> {
    let (Some(customers), Some(items)) = (after.customers(), after.items()) else { return Vec::new() };
    let mut bought: Vec<Vec<Id>> = vec![Vec::new(); customers.len()];
    for order in after.orders() {
        if let Some(customer) = after.customer_of(order) {
            let lines =
                after.lines_of(order).filter(|line| after.is_bought(line)).filter_map(|line| line.item);
            bought[customer.as_usize()].extend(lines.map(|item| items.get(item.as_usize()).to_id()));
        }
    }
    let target = |(at, mut bought): (usize, Vec<Id>)| {
        bought.sort_unstable();
        bought.dedup();
        let slot = snapshot.state.find_customer(customers.get(at)).ok()??;
        let n = u32::try_from(snapshot.state.buyer(slot)?.purchases().count()).unwrap_or(u32::MAX);
        let level = usize::from(n >= blend.regular_orders) + usize::from(n >= blend.loyal_orders);
        (n > 0 && !bought.is_empty()).then(|| Target { customer: customers.get(at).to_id(), level, bought })
    };
    bought.into_iter().enumerate().filter_map(target).collect()
}

/// Mean recall over customers.
fn recall(snapshot: &Snapshot, targets: &[&Target], n: usize) -> Result<f64> {
    let one = |target: &&Target| -> Result<f64> {
        let request = Request::new(n).customer(&target.customer);
        let answers = snapshot.for_customer(Placement::ForCustomer, &request)?;
        let hits = answers.iter().filter(|answer| target.bought.binary_search(&answer.item).is_ok()).count();
        #[allow(clippy::cast_precision_loss, reason = "counts are small")]
        Ok(hits as f64 / target.bought.len().min(n) as f64)
    };
    // Summed up in the order of the customers, whoever of the threads is done first.
    let each: Vec<f64> = targets.par_iter().map(one).collect::<Result<_>>()?;
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    Ok(each.iter().sum::<f64>() / each.len().max(1) as f64)
}

fn of_level(blend: &mut Blend, level: usize) -> &mut Weights {
    match level {
        0 => &mut blend.new,
        1 => &mut blend.regular,
        _ => &mut blend.loyal,
    }
}

impl Recommender {
    /// Chooses the weights of the blend by what customers bought after an instant: level by level, one weight after the other, each
    /// the one of a grid with the greatest recall; of equal ones the one before. The rules of the sources hold, so what they never
    /// show, such as what is owned already, is not found either.
    ///
    /// Weights are as good as the span that they were chosen on: report what they bring on a later one, which
    /// [`TuneOptions::cut`] leaves out by a log that ends before it.
    ///
    /// Time: that of a fit, and of some hundred requests for each customer.
    ///
    /// # Errors
    /// As fitting; [`ParamError::TooSmall`] for a list of no items, or nobody to ask for; [`ParamError::NotWith`] where no customer bought on both sides of the cut.
    pub fn tune(
        params: &RecommenderParams,
        sources: &RecommenderSources<'_>,
        options: &TuneOptions,
        control: &Control,
    ) -> Result<Tuned> {
        crate::params::at_least("n", options.n, 1)?;
        crate::params::at_least("max_customers", options.max_customers, 1)?;
        let checked = params.clone().check()?;
        let (before, after) = (sources.log.before(options.cut)?, sources.log.after(options.cut)?);
        let events = sources.events.map(|events| events.before(options.cut));
        let mut part = sources.clone();
        (part.log, part.events) = (&before, events.as_ref());
        let recommender = checked.fit_with(&part, control)?;
        let mut snapshot = (*recommender.snapshot()).clone();
        let mut all = targets(&snapshot, &after, &params.blend);
        if all.is_empty() {
            let (name, allowed, with) =
                ("cut", "an instant with orders of a customer on both sides", "tuning");
            return Err(ParamError::NotWith { name, allowed, with }.into());
        }
        let drawn = Random::new(options.seed, 4).distinct(all.len(), options.max_customers);
        let mut keep = vec![false; all.len()];
        drawn.into_iter().for_each(|at| keep[at] = true);
        let mut keep = keep.into_iter();
        all.retain(|_| keep.next().unwrap_or(false));

        let mut blend = params.blend;
        let mut levels = Vec::new();
        for (level, name) in ["new", "regular", "loyal"].into_iter().enumerate() {
            let own: Vec<&Target> = all.iter().filter(|target| target.level == level).collect();
            if own.is_empty() {
                continue;
            }
            let mut with = |blend: Blend| {
                snapshot.params = Arc::new(RecommenderParams { blend, ..params.clone() });
                recall(&snapshot, &own, options.n)
            };
            let recall_before = with(blend)?;
            let mut best = recall_before;
            let weights: [fn(&mut Weights) -> &mut f64; 4] = [
                |weights| &mut weights.customers,
                |weights| &mut weights.repeat,
                |weights| &mut weights.popular,
                |weights| &mut weights.session,
            ];
            for weight in (0..ROUNDS).flat_map(|_| weights) {
                for value in GRID {
                    control.check()?;
                    let mut tried = blend;
                    *weight(of_level(&mut tried, level)) = value;
                    let found = with(tried)?;
                    if found > best {
                        (best, blend) = (found, tried);
                    }
                }
            }
            let customers = own.len();
            levels.push(TunedLevel { level: name.to_owned(), customers, recall_before, recall_after: best });
        }
        if levels.iter().any(|level| level.level == "new") {
            // Who has no history yet is answered as those with the shortest.
            blend.cold = blend.new;
        }
        Ok(Tuned { params: RecommenderParams { blend, ..params.clone() }, levels })
    }
}
