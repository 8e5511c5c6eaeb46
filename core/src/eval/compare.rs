//! Several models on the same customers, and which differences chance explains.

use std::fmt;

use crate::data::Column;
use crate::data::Table;
use crate::error::{IdError, ParamError, Result};
use crate::eval::bootstrap::Bootstrap;
use crate::eval::evaluation::{columns, words};
use crate::eval::metric::mean;
use crate::eval::{EvaluateOptions, Evaluation, Metric, MetricKind, Split, evaluate};
use crate::fit::{Control, Fit};
use crate::popularity::Popularity;
use crate::rank::Recommend;

/// The name of the baseline.
const BASELINE: &str = "popularity";

/// What a difference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The whole interval is above 0, of a metric of which more is better.
    Better,
    /// The whole interval is below 0, of a metric of which more is better.
    Worse,
    /// The whole interval is above 0, of another metric.
    Higher,
    /// The whole interval is below 0, of another metric.
    Lower,
    /// The interval holds 0, or there is none.
    Undecided,
}

impl Verdict {
    fn of(metric: Metric, low: f64, high: f64) -> Self {
        match (low > 0.0, high < 0.0, metric.kind().more_is_better()) {
            (true, _, true) => Self::Better,
            (true, _, false) => Self::Higher,
            (_, true, true) => Self::Worse,
            (_, true, false) => Self::Lower,
            _ => Self::Undecided,
        }
    }

    /// What stands behind a value for it.
    const fn mark(self) -> &'static str {
        match self {
            Self::Better | Self::Higher => " +",
            Self::Worse | Self::Lower => " -",
            Self::Undecided => "",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::Undecided => "undecided",
        })
    }
}

/// By how much one model exceeds another, on the same customers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// What was measured.
    pub metric: Metric,
    /// The mean of the differences over the customers for whom the metric is defined with both models; for coverage the
    /// difference of the shares.
    pub value: f64,
    /// The lower end of the bootstrap interval of that mean; NaN where there is none.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The number of customers for whom the metric is defined with both.
    pub n: usize,
    /// What the interval says.
    pub verdict: Verdict,
}

/// Evaluations of several models on one split; the most popular items are always among them, first, as `popularity`.
#[derive(Debug, Clone)]
pub struct Comparison {
    names: Vec<String>,
    evaluations: Vec<Evaluation>,
    /// To the baseline: a row for each model, a value for each metric.
    to_baseline: Vec<Vec<Difference>>,
    bootstrap: Bootstrap,
}

/// Evaluates models on the same customers, with the most popular items of the training part as the baseline.
///
/// Differences are taken customer by customer, which is far sharper than comparing two intervals. Each says what chance
/// explains at the confidence asked for, one at a time: of twenty differences of nothing, one is expected to be called
/// something.
///
/// `control` is told how many models are done.
///
/// # Errors
/// [`ParamError::Twice`] for two models of one name, or one called `popularity`; as [`evaluate`].
pub fn compare(
    models: &[(&str, &dyn Recommend)],
    split: &Split,
    options: &EvaluateOptions<'_>,
    control: &Control,
) -> Result<Comparison> {
    let mut names = vec![BASELINE.to_owned()];
    for &(name, _) in models {
        if names.iter().any(|other| other == name) {
            return Err(ParamError::Twice { name: "models", what: "name", id: format!("'{name}'") }.into());
        }
        names.push(name.to_owned());
    }
    let popularity = Popularity::params().fit_with(split.train(), &control.for_step())?;
    let all = std::iter::once(&popularity as &dyn Recommend).chain(models.iter().map(|&(_, model)| model));
    let mut evaluations = Vec::with_capacity(names.len());
    for (done, model) in (1..).zip(all) {
        evaluations.push(evaluate(model, split, options, &control.for_step())?);
        control.progress(done, names.len() as u64);
    }
    let bootstrap = options.bootstrap()?;
    let to_baseline: Result<_> =
        evaluations.iter().map(|one| differences(one, &evaluations[0], bootstrap, control)).collect();
    Ok(Comparison { names, to_baseline: to_baseline?, evaluations, bootstrap })
}

impl Comparison {
    /// The names of the models, the baseline first.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The evaluation of a model.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a name that is none of [`Comparison::names`].
    pub fn evaluation(&self, name: &str) -> Result<&Evaluation> {
        Ok(&self.evaluations[self.position(name)?])
    }

    /// By how much the model `name` exceeds the model `to`.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a model or a metric that was not evaluated.
    pub fn difference(&self, name: &str, to: &str, metric: Metric) -> Result<Difference> {
        let (one, other) = (self.evaluation(name)?, self.evaluation(to)?);
        let position = one.position(metric)?;
        Ok(differences(one, other, self.bootstrap, &Control::new())?[position])
    }

    /// The model with the highest value of a metric, the first of several.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a metric that was not evaluated.
    pub fn best(&self, metric: Metric) -> Result<&str> {
        let position = self.evaluations[0].position(metric)?;
        let best = best(self.evaluations.iter().map(|one| one.estimates[position].value));
        Ok(&self.names[best.unwrap_or(0)])
    }

    /// All models and metrics as a table: `model`, `metric`, `value`, `low`, `high`, `n`, `n_undefined`, and by how much it
    /// exceeds the baseline: `difference`, `difference_low`, `difference_high`, `verdict`.
    #[must_use]
    pub fn table(&self) -> Table {
        self.with_differences(&self.to_baseline)
    }

    /// As [`Comparison::table`], with the differences to another model than the baseline.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a name that is none of [`Comparison::names`].
    pub fn table_to(&self, name: &str) -> Result<Table> {
        let other = self.evaluation(name)?;
        let to = |one: &Evaluation| differences(one, other, self.bootstrap, &Control::new());
        let all: Result<Vec<_>> = self.evaluations.iter().map(to).collect();
        Ok(self.with_differences(&all?))
    }

    fn with_differences(&self, differences: &[Vec<Difference>]) -> Table {
        let estimates = self.evaluations.iter().flat_map(Evaluation::estimates);
        let names = self.names.iter().zip(&self.evaluations);
        let names = names.flat_map(|(name, one)| std::iter::repeat_n(name.clone(), one.estimates.len()));
        let all = || differences.iter().flatten();
        let floats = |pick: fn(&Difference) -> f64| Column::Floats(all().map(pick).collect());
        columns(Table::new().with("model", words(names)), estimates)
            .with("difference", floats(|one| one.value))
            .with("difference_low", floats(|one| one.low))
            .with("difference_high", floats(|one| one.high))
            .with("verdict", words(all().map(|one| one.verdict.to_string())))
    }

    fn position(&self, name: &str) -> Result<usize> {
        let id = || format!("'{name}'; there are: {}", self.names.join(", "));
        let position = self.names.iter().position(|other| other == name);
        Ok(position.ok_or_else(|| IdError::Unknown { role: "model", id: id() })?)
    }
}

/// A line for each model with its values; `+` and `-` are the verdicts of the differences to the baseline.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metrics = self.evaluations[0].metrics().map(|metric| metric.to_string());
        let mut lines: Vec<Vec<String>> = vec![std::iter::once(String::new()).chain(metrics).collect()];
        for ((name, one), differences) in self.names.iter().zip(&self.evaluations).zip(&self.to_baseline) {
            let values = one.estimates.iter().zip(differences);
            let cells = values.map(|(one, to)| format!("{:.4}{}", one.value, to.verdict.mark()));
            lines.push(std::iter::once(name.clone()).chain(cells).collect());
        }
        let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..lines[0].len()).map(width).collect();
        for line in &lines {
            let cells = line.iter().zip(&widths).map(|(cell, &width)| format!("{cell:width$}"));
            writeln!(f, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        write!(f, "+ better or higher than {BASELINE}, - worse or lower")
    }
}

/// One less the other, metric by metric.
fn differences(
    one: &Evaluation,
    other: &Evaluation,
    bootstrap: Bootstrap,
    control: &Control,
) -> Result<Vec<Difference>> {
    let width = one.estimates.len();
    let values: Vec<f64> = one.values.iter().zip(&other.values).map(|(a, b)| a - b).collect();
    let intervals = bootstrap.intervals(&values, width, control)?;
    let difference = |(at, metric): (usize, Metric)| {
        let defined = || values.iter().skip(at).step_by(width).copied().filter(|value| !value.is_nan());
        let (value, n) = match metric.kind() {
            MetricKind::Coverage => {
                (one.estimates[at].value - other.estimates[at].value, one.estimates[at].n)
            }
            _ => (mean(defined()), defined().count()),
        };
        let (low, high) = intervals[at];
        Difference { metric, value, low, high, n, verdict: Verdict::of(metric, low, high) }
    };
    Ok(one.metrics().enumerate().map(difference).collect())
}

/// The position of the greatest value, the first of several; NaN never is.
pub(super) fn best(values: impl Iterator<Item = f64>) -> Option<usize> {
    let defined = values.enumerate().filter(|(_, value)| !value.is_nan());
    defined
        .fold(None, |best: Option<(usize, f64)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        })
        .map(|(position, _)| position)
}
