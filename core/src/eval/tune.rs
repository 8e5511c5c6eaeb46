//! Choosing parameters inside the training part.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::data::{Column, OrderLog, Table};
use crate::error::{ParamError, Result};
use crate::eval::compare::best;
use crate::eval::evaluation::columns;
use crate::eval::{EvaluateOptions, Evaluation, Metric, SplitOptions, SplitRule, evaluate};
use crate::fit::{Control, Fit};
use crate::params::at_least;
use crate::rank::Recommend;

/// How parameters are chosen.
#[derive(Debug, Clone)]
pub struct TuneOptions<'a> {
    rule: SplitRule,
    metric: Metric,
    split: SplitOptions,
    evaluate: EvaluateOptions<'a>,
    at_once: usize,
}

impl<'a> TuneOptions<'a> {
    /// The rule that splits the log given into a part to fit on and a part to validate with, and the metric to maximise;
    /// measured is that metric alone, and one point is tried at a time.
    #[must_use]
    pub fn new(rule: SplitRule, metric: Metric) -> Self {
        let evaluate = EvaluateOptions::default().metrics([metric]);
        Self { rule, metric, split: SplitOptions::new(), evaluate, at_once: 1 }
    }

    /// What counts as right.
    #[must_use]
    pub fn split(mut self, split: SplitOptions) -> Self {
        self.split = split;
        self
    }

    /// What else is measured, and how intervals are made.
    #[must_use]
    pub fn evaluate(mut self, evaluate: EvaluateOptions<'a>) -> Self {
        self.evaluate = evaluate.with(self.metric);
        self
    }

    /// How many points are tried at the same time, at least 1: so many models are in memory together. As fits use all
    /// threads already, more than one gains little but for small logs.
    #[must_use]
    pub fn at_once(mut self, at_once: usize) -> Self {
        self.at_once = at_once;
        self
    }
}

/// What was tried, and what was best.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuning {
    metric: Metric,
    evaluations: Vec<Evaluation>,
    best: usize,
}

/// Fits and evaluates a model for each point, and says which was best.
///
/// The log is split by the options' rule, and every model is fitted on the first part and evaluated on the second. Give it
/// the training part of the split that you report on: then no choice has seen the test part. The best of many points is
/// better on the validation part than it will be on the test part.
///
/// Points are whatever `make` turns into parameters; [`grid_positions`](crate::eval::grid_positions) lists those of a
/// grid. `control` is told how many are done.
///
/// ```
/// use kosar::data::LogOptions;
/// use kosar::datasets::Shop;
/// use kosar::eval::{Cut, SplitOptions, SplitRule, TuneOptions, temporal_split, tune};
/// use kosar::similarity::ItemSimilarity;
/// use kosar::Control;
///
/// let log = Shop::params().lines(5_000).generate()?.to_log(LogOptions::default())?;
/// let split = temporal_split(&log, Cut::LastDays(30.0), &SplitOptions::new())?;
/// let options = TuneOptions::new(SplitRule::Temporal(Cut::LastDays(30.0)), "ndcg@10".parse()?);
/// let points = [5, 20, 80];
/// let make = |&neighbors: &usize| ItemSimilarity::params().neighbors(neighbors);
/// let tuning = tune(&points, make, split.train(), &options, &Control::new())?;
/// println!("{} neighbours", points[tuning.best()]);
/// # Ok::<(), kosar::Error>(())
/// ```
///
/// # Errors
/// [`ParamError::TooSmall`] without points, or for `at_once` 0; those of the rule, of fitting and of [`evaluate`].
pub fn tune<T, P>(
    points: &[T],
    make: impl Fn(&T) -> P + Sync,
    log: &OrderLog,
    options: &TuneOptions<'_>,
    control: &Control,
) -> Result<Tuning>
where
    T: Sync,
    P: Fit<OrderLog>,
    P::Model: Recommend,
{
    at_least("points", points.len(), 1)?;
    at_least("at_once", options.at_once, 1)?;
    let split = options.rule.split(log, &options.split)?;
    let done = AtomicU64::new(0);
    let try_out = |point: &T| {
        let step = control.for_step();
        let model = make(point).fit_with(split.train(), &step)?;
        let evaluation = evaluate(&model, &split, &options.evaluate, &step)?;
        control.progress(done.fetch_add(1, Ordering::Relaxed) + 1, points.len() as u64);
        Ok(evaluation)
    };
    let mut evaluations = Vec::with_capacity(points.len());
    for together in points.chunks(options.at_once) {
        let found: Result<Vec<Evaluation>> = together.par_iter().map(try_out).collect();
        evaluations.extend(found?);
    }
    Tuning::new(options.metric, evaluations)
}

impl Tuning {
    /// From evaluations that were made one by one, one a point.
    ///
    /// # Errors
    /// [`ParamError::TooSmall`] for no evaluation, [`IdError::Unknown`](crate::IdError::Unknown) where one has not
    /// measured the metric.
    pub fn new(metric: Metric, evaluations: Vec<Evaluation>) -> Result<Self> {
        at_least("points", evaluations.len(), 1)?;
        if !metric.kind().more_is_better() {
            return Err(ParamError::NotWith {
                name: "metric",
                allowed: "one of which more is better",
                with: "a choice of parameters",
            }
            .into());
        }
        let values = evaluations.iter().map(|one| Ok(one.estimate(metric)?.value));
        let values: Vec<f64> = values.collect::<Result<_>>()?;
        // Where the metric is defined for nobody, no point is better than the first.
        let best = best(values.into_iter()).unwrap_or(0);
        Ok(Self { metric, evaluations, best })
    }

    /// The position of the point with the highest value, the first of several.
    #[must_use]
    pub fn best(&self) -> usize {
        self.best
    }

    /// The metric that was maximised.
    #[must_use]
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// The evaluation of each point.
    #[must_use]
    pub fn evaluations(&self) -> &[Evaluation] {
        &self.evaluations
    }

    /// All points and metrics as a table: `point` (from 0), `metric`, `value`, `low`, `high`, `n`, `n_undefined`.
    #[must_use]
    pub fn table(&self) -> Table {
        let estimates = self.evaluations.iter().flat_map(Evaluation::estimates);
        let points = (0_i64..).zip(&self.evaluations);
        let points = points.flat_map(|(point, one)| std::iter::repeat_n(point, one.estimates().len()));
        columns(Table::new().with("point", Column::Ints(points.collect())), estimates)
    }
}
