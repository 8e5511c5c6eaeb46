//! Asking a model about every customer of a split, and measuring its lists.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::data::Rows;
use crate::error::{IdError, ParamError, Result};
use crate::eval::catalogue::Catalogue;
use crate::eval::metric::{Answer, mean};
use crate::eval::{Estimate, EvaluateOptions, Evaluation, Metric, MetricKind, Split};
use crate::fit::Control;
use crate::index::ItemIx;
use crate::money::Money;
use crate::note::Note;
use crate::rank::{Recommend, Scores, Visitor};

/// Customers asked about at a time.
const CUSTOMERS_PER_TASK: usize = 256;

/// Measures how good the recommendations of a model are for the customers of a split.
///
/// The model should be fitted on [`Split::train`]. It is asked for as many items as the longest metric looks at; items
/// match by outside id, and one that the training part does not know, or that comes twice in a list, is a place wasted.
/// A model that names such items was probably fitted on the whole log and has seen what it is asked for:
/// [`Evaluation::notes`] says so.
/// Each value is the mean over the customers for whom the metric is defined, in the order of their ids, with a percentile
/// bootstrap interval over them; values and intervals have the same bits on any number of threads.
///
/// Parallel over customers; `control` is told how many of them are done. Time: the model's own, then for
/// [`MetricKind::Diversity`] the customers of the recommended items, and resamples times customers times metrics.
///
/// ```
/// use kosar::eval::{EvaluateOptions, Split, SplitOptions, evaluate};
/// use kosar::popularity::Popularity;
/// use kosar::{Control, Fit, OrderLog};
///
/// let train = OrderLog::from_pairs([("ann", "tea"), ("ann", "jam"), ("bob", "tea"), ("cid", "jam"), ("cid", "tea")])?;
/// let test = OrderLog::from_pairs([("bob", "jam"), ("ann", "tea")])?;
/// let split = Split::from_logs(train, &test, &SplitOptions::new())?;
/// let popular = Popularity::params().fit(split.train())?;
/// let evaluation = evaluate(&popular, &split, &EvaluateOptions::at(1), &Control::new())?;
/// let recall = evaluation.estimate("recall@1".parse()?)?;
/// // Bob gets jam; nothing new is asked for of Ann.
/// assert_eq!((recall.value, recall.n, recall.n_undefined), (1.0, 1, 1));
/// # Ok::<(), kosar::Error>(())
/// ```
///
/// # Errors
/// [`ParamError`] for options out of their range, and for a split that asks about nobody; a metric asked for that the data do not allow; [`IdError::WrongKind`]
/// for a model whose ids have the other type; whatever the model fails with; [`Error::Cancelled`](crate::Error::Cancelled).
pub fn evaluate(
    model: &dyn Recommend,
    split: &Split,
    options: &EvaluateOptions<'_>,
    control: &Control,
) -> Result<Evaluation> {
    let (metrics, bootstrap) = (options.resolve(split)?, options.bootstrap()?);
    if split.customers().is_empty() {
        return Err(ParamError::NobodyAsked { unknown: split.counts().unknown_customers }.into());
    }
    let catalogue = Catalogue::of(split, options.catalog)?;
    let asking = Asking { model, split, numbers: Numbers::new(model, split)?, metrics: &metrics };
    let notes = asking.numbers.beyond(model).into_iter().collect();
    let n_customers = split.customers().len();
    let done = AtomicU64::new(0);
    let parts: Result<Vec<Part>> = (0..n_customers)
        .collect::<Vec<_>>()
        .par_chunks(CUSTOMERS_PER_TASK)
        .map_init(
            || Scores::new(catalogue.n_units),
            |scratch, customers| {
                control.check()?;
                let part = asking.ask(customers, &catalogue, scratch)?;
                let asked = customers.len() as u64;
                control.progress(done.fetch_add(asked, Ordering::Relaxed) + asked, n_customers as u64);
                Ok(part)
            },
        )
        .collect();
    let parts = parts?;
    let width = metrics.len();
    let values: Vec<f64> = parts.iter().flat_map(|part| part.values.iter().copied()).collect();
    let intervals = bootstrap.intervals(&values, width, control)?;
    let estimate = |(at, &metric): (usize, &Metric)| {
        let defined = || values.iter().skip(at).step_by(width).copied().filter(|value| !value.is_nan());
        let (value, n) = match metric.kind() {
            MetricKind::Coverage => (coverage(&parts, at, split.items().len()), n_customers),
            _ => (mean(defined()), defined().count()),
        };
        let (low, high) = intervals[at];
        Estimate { metric, value, low, high, n, n_undefined: n_customers - n }
    };
    let estimates = metrics.iter().enumerate().map(estimate).collect();
    let n_empty = parts.iter().map(|part| part.n_empty).sum();
    Ok(Evaluation { customers: split.customers().clone(), estimates, values, n_empty, notes })
}

/// The share of the items that are in any list of a part.
#[allow(clippy::cast_precision_loss, reason = "a count of items")]
fn coverage(parts: &[Part], metric: usize, n_items: usize) -> f64 {
    let mut is_covered = vec![false; n_items];
    for item in parts.iter().flat_map(|part| &part.covered[metric]) {
        is_covered[item.as_usize()] = true;
    }
    is_covered.iter().filter(|&&is_covered| is_covered).count() as f64 / n_items as f64
}

/// What one piece of work found.
struct Part {
    /// A value of each metric for each customer, row by row.
    values: Vec<f64>,
    /// For each metric that is a coverage the items recommended, for others nothing.
    covered: Vec<Vec<ItemIx>>,
    n_empty: usize,
}

/// The numbers of items on both sides.
struct Numbers {
    /// For each item of the training part the number that the model has for it.
    of_model: Vec<Option<ItemIx>>,
    /// For each item of the model the number of the training part.
    of_split: Vec<Option<ItemIx>>,
}

impl Numbers {
    fn new(model: &dyn Recommend, split: &Split) -> Result<Self> {
        let of_model: Vec<Option<ItemIx>> = split.items().iter().map(|id| model.find_item(id)).collect();
        let mut of_split = vec![None; model.items().len()];
        for (number, item) in of_model.iter().enumerate().filter_map(|(at, item)| Some((at, (*item)?))) {
            if let Some(slot) = of_split.get_mut(item.as_usize()) {
                *slot = Some(ItemIx::new(number));
            }
        }
        let (expected, found) = (split.items().kind(), model.items().kind());
        if expected != found
            && of_model.iter().all(Option::is_none)
            && let Some(id) = model.items().iter().next()
        {
            return Err(IdError::WrongKind { role: "item", expected, found, id: id.quoted() }.into());
        }
        Ok(Self { of_model, of_split })
    }

    /// What is to be said of a model that names items which the training part has not.
    fn beyond(&self, model: &dyn Recommend) -> Option<Note> {
        let is_beyond = |&(at, number): &(usize, &Option<ItemIx>)| {
            number.is_none() && model.can_recommend(ItemIx::new(at))
        };
        let mut beyond = self.of_split.iter().enumerate().filter(is_beyond);
        let (first, _) = beyond.next()?;
        let example = model.items().get(first).quoted();
        Some(Note::BeyondTraining { items: 1 + beyond.count(), example })
    }
}

struct Asking<'a> {
    model: &'a dyn Recommend,
    split: &'a Split,
    numbers: Numbers,
    metrics: &'a [Metric],
}

impl Asking<'_> {
    fn ask(&self, customers: &[usize], catalogue: &Catalogue, scratch: &mut Scores<f64>) -> Result<Part> {
        let k = self.metrics.iter().map(|metric| metric.k()).max().unwrap_or(0);
        let of_model = |&item: &ItemIx| self.numbers.of_model[item.as_usize()];
        let mut histories = Rows::default();
        for &customer in customers {
            let known = self.split.history(customer).iter().filter_map(of_model);
            histories.push_with(known, <[ItemIx]>::sort_unstable);
        }
        let visitors: Vec<Visitor<'_>> = customers
            .iter()
            .zip(histories.iter())
            .map(|(&customer, history)| Visitor {
                customer: self.split.customers().get(customer),
                history,
                repeats: self.split.has_repeats(),
            })
            .collect();
        let lists = self.model.recommend_each(&visitors, k)?;
        if lists.len() != customers.len() {
            let (rows, found_rows) = (customers.len(), lists.len());
            let name = "recommendations";
            return Err(ParamError::Shape { name, rows, columns: k, found_rows, found_columns: k }.into());
        }
        let mut part = Part {
            values: Vec::with_capacity(customers.len() * self.metrics.len()),
            covered: vec![Vec::new(); self.metrics.len()],
            n_empty: lists.iter().filter(|list| list.is_empty()).count(),
        };
        let mut list = List::default();
        for (&customer, items) in customers.iter().zip(lists.iter()) {
            let truth = self.split.truth(customer);
            list.read(items.iter().take(k).map(|item| *self.numbers.of_split.get(item.as_usize())?));
            list.mark(truth, self.split.amounts(customer));
            let answer = Answer {
                places: &list.places,
                is_hit: &list.is_hit,
                paid: &list.paid,
                n_truth: truth.len() + self.split.unreachable(customer),
                history: self.split.history(customer),
            };
            for (metric, covered) in self.metrics.iter().zip(&mut part.covered) {
                part.values.push(metric.of(&answer, catalogue, scratch));
                if metric.kind() == MetricKind::Coverage {
                    covered.extend(list.places.iter().take(metric.k()).flatten());
                }
            }
        }
        for covered in &mut part.covered {
            covered.sort_unstable();
            covered.dedup();
        }
        Ok(part)
    }
}

/// The list of one customer, its memory used again for the next.
#[derive(Default)]
struct List {
    places: Vec<Option<ItemIx>>,
    is_hit: Vec<bool>,
    paid: Vec<Money>,
    seen: Vec<ItemIx>,
}

impl List {
    /// Takes the places of a list; an item that stood before in it wastes its place.
    fn read(&mut self, places: impl Iterator<Item = Option<ItemIx>>) {
        self.places.clear();
        self.places.extend(places);
        self.seen.clear();
        self.seen.extend(self.places.iter().flatten());
        self.seen.sort_unstable();
        if self.seen.is_sorted_by(|a, b| a < b) {
            return;
        }
        for place in 1..self.places.len() {
            let (before, this) = self.places.split_at_mut(place);
            if before.contains(&this[0]) {
                this[0] = None;
            }
        }
    }

    /// Finds the hits, and what was paid for them. `truth` rises.
    fn mark(&mut self, truth: &[ItemIx], amounts: Option<&[Money]>) {
        self.is_hit.clear();
        self.paid.clear();
        for place in &self.places {
            let hit = place.and_then(|item| truth.binary_search(&item).ok());
            self.is_hit.push(hit.is_some());
            self.paid.push(hit.and_then(|hit| Some(amounts?[hit])).unwrap_or(Money::ZERO));
        }
    }
}
