//! What came out: values with their intervals, and what each customer contributed.

use std::fmt;

use crate::data::{Column, Table, Vocabulary};
use crate::error::{IdError, Result};
use crate::eval::Metric;
use crate::note::Note;

/// The value of one metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// What was measured.
    pub metric: Metric,
    /// The mean over the customers for whom it is defined; for coverage the share. NaN where it is defined for nobody.
    pub value: f64,
    /// The lower end of the interval; NaN where there is none.
    pub low: f64,
    /// The upper end of the interval; NaN where there is none.
    pub high: f64,
    /// The number of customers for whom it is defined.
    pub n: usize,
    /// The number of customers for whom it is not.
    pub n_undefined: usize,
}

/// How good a model is on a split.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    pub(super) customers: Vocabulary,
    pub(super) estimates: Vec<Estimate>,
    /// A value of each metric for each customer, row by row.
    pub(super) values: Vec<f64>,
    pub(super) n_empty: usize,
    pub(super) notes: Vec<Note>,
}

impl Evaluation {
    /// The values, one a metric, in the order asked for.
    #[must_use]
    pub fn estimates(&self) -> &[Estimate] {
        &self.estimates
    }

    /// The value of a metric.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a metric that was not measured.
    pub fn estimate(&self, metric: Metric) -> Result<&Estimate> {
        Ok(&self.estimates[self.position(metric)?])
    }

    /// The customers asked about, by id.
    #[must_use]
    pub fn customers(&self) -> &Vocabulary {
        &self.customers
    }

    /// The value of a metric for each customer, in the order of [`Evaluation::customers`]; NaN where it is undefined, for
    /// coverage always.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a metric that was not measured.
    pub fn values(&self, metric: Metric) -> Result<Vec<f64>> {
        let position = self.position(metric)?;
        Ok(self.values.iter().skip(position).step_by(self.estimates.len()).copied().collect())
    }

    /// The number of customers whom the model recommended nothing to.
    #[must_use]
    pub fn n_empty(&self) -> usize {
        self.n_empty
    }

    /// What of the model hardly was meant: [`Note::BeyondTraining`] where it names items that the training part has not.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The values as a table: `metric`, `value`, `low`, `high`, `n`, `n_undefined`.
    #[must_use]
    pub fn table(&self) -> Table {
        columns(Table::new(), &self.estimates)
    }

    /// The value of a metric for each customer as a table: `customer`, `value`.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a metric that was not measured.
    pub fn customer_table(&self, metric: Metric) -> Result<Table> {
        let values = self.values(metric)?;
        let positions = (0_u32..).take(values.len()).collect();
        Ok(Table::new()
            .with("customer", Column::Ids { vocabulary: self.customers.clone(), positions })
            .with("value", Column::Floats(values)))
    }

    pub(super) fn metrics(&self) -> impl Iterator<Item = Metric> {
        self.estimates.iter().map(|estimate| estimate.metric)
    }

    pub(super) fn position(&self, metric: Metric) -> Result<usize> {
        let position = self.metrics().position(|other| other == metric);
        let unknown = || {
            let names: Vec<String> = self.metrics().map(|metric| metric.to_string()).collect();
            let id = format!("'{metric}'; there are: {}", names.join(", "));
            IdError::Unknown { role: "metric in this evaluation", id }
        };
        Ok(position.ok_or_else(unknown)?)
    }
}

/// Adds the columns of estimates to a table.
pub(super) fn columns<'a>(table: Table, all: impl IntoIterator<Item = &'a Estimate>) -> Table {
    let all: Vec<&Estimate> = all.into_iter().collect();
    let floats = |pick: fn(&Estimate) -> f64| Column::Floats(all.iter().map(|one| pick(one)).collect());
    let whole = |pick: fn(&Estimate) -> usize| {
        Column::Ints(all.iter().map(|one| i64::try_from(pick(one)).unwrap_or(i64::MAX)).collect())
    };
    table
        .with("metric", words(all.iter().map(|one| one.metric.to_string())))
        .with("value", floats(|one| one.value))
        .with("low", floats(|one| one.low))
        .with("high", floats(|one| one.high))
        .with("n", whole(|one| one.n))
        .with("n_undefined", whole(|one| one.n_undefined))
}

/// A column of words, each stored once.
pub(super) fn words(values: impl Iterator<Item = String>) -> Column {
    let mut words: Vec<String> = Vec::new();
    let mut positions = Vec::new();
    for value in values {
        let position = words.iter().position(|word| *word == value).unwrap_or_else(|| {
            words.push(value);
            words.len() - 1
        });
        positions.push(u32::try_from(position).expect("words are few"));
    }
    Column::Words { words, positions }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { metric, value, low, high, n, n_undefined } = self;
        write!(f, "{:<22} {value:.4}", metric.to_string())?;
        if !low.is_nan() {
            write!(f, "  [{low:.4}, {high:.4}]")?;
        }
        write!(f, "  n {n}")?;
        if *n_undefined > 0 { write!(f, ", undefined for {n_undefined}") } else { Ok(()) }
    }
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, estimate) in self.estimates.iter().enumerate() {
            write!(f, "{}{estimate}", if at > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}
