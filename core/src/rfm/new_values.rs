//! Scores of customers that a model was not fitted on, by its cut points.

use crate::data::{OrderLog, Table};
use crate::error::{ParamError, Result};
use crate::fit::Fit;
use crate::rfm::score::class_of;
use crate::rfm::scores::segments;
use crate::rfm::{Rfm, RfmParams};
use crate::time::Time;

impl Rfm {
    /// Scores and segments of values: a row for each, with the columns of [`Rfm::table`] from `R_score` on.
    ///
    /// Values are scored by [`Rfm::cut_points`], whatever the model's own customers were scored by; those by rank lose
    /// what ranks say of ties. Recency is in days and at least 0, frequency at least 1; `monetary` is given where the model has
    /// monetary values, and only there. Linear.
    ///
    /// # Errors
    /// [`ParamError::Shape`] for columns of another length than `recency_days`, [`ParamError::NotFinite`] and
    /// [`ParamError::OutOfRange`] for a value, [`ParamError::NotWith`] for monetary values that are missing or too many, and
    /// for a model without customers.
    ///
    /// ```
    /// # use kosar::{Fit, data::LogOptions, datasets::toy, rfm::Rfm};
    /// let log = toy::corner_shop().to_log(LogOptions::default())?;
    /// let rfm = Rfm::params().fit(&log)?;
    /// let table = rfm.score(&[1.0, 200.0], &[4.0, 1.0], Some(&[50.0, 3.0]))?;
    /// assert_eq!(table.len(), 2);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    pub fn score(&self, recency_days: &[f64], frequency: &[f64], monetary: Option<&[f64]>) -> Result<Table> {
        let n = recency_days.len();
        if self.cut_points.are_missing() {
            let allowed = "fitted on at least one customer";
            let error = ParamError::NotWith { name: "the model", allowed, with: "scoring by its cut points" };
            return Err(error.into());
        }
        check("recency_days", recency_days, n, 0.0, "at least 0")?;
        check("frequency", frequency, n, 1.0, "at least 1")?;
        let not_with = |allowed, with| ParamError::NotWith { name: "monetary", allowed, with };
        let money = match (monetary, &self.cut_points.monetary) {
            (Some(values), Some(cuts)) => {
                check("monetary", values, n, f64::NEG_INFINITY, "finite")?;
                Some((values, cuts))
            }
            (None, None) => None,
            (None, Some(_)) => return Err(not_with("given", "a model with monetary values").into()),
            (Some(_), None) => return Err(not_with("left out", "a model without monetary values").into()),
        };
        let (bins, closed) = (self.params.grid.bins(), self.params.closed);
        let recency = self.cut_points.recency.of(0);
        let r: Vec<u8> =
            recency_days.iter().map(|&days| bins + 1 - class_of(days, recency, closed)).collect();
        let of_r = |row: usize| usize::from(r[row] - 1);
        let of_frequency =
            |(row, &orders): (usize, &f64)| class_of(orders, self.cut_points.frequency.of(of_r(row)), closed);
        let f: Vec<u8> = frequency.iter().enumerate().map(of_frequency).collect();
        let m: Option<Vec<u8>> = money.map(|(values, cuts)| {
            let cell = |row: usize| of_r(row) * usize::from(bins) + usize::from(f[row] - 1);
            values.iter().enumerate().map(|(row, &paid)| class_of(paid, cuts.of(cell(row)), closed)).collect()
        });
        let segment = segments(&self.params.grid, &r, &f, m.as_deref());
        Ok(self.params.add_scores(Table::new(), &r, &f, m.as_deref(), &segment))
    }

    /// The customers of another model, such as one of a later date, scored by the cut points of this one.
    ///
    /// # Errors
    /// [`ParamError::CutPointCount`] when this model has no customers, and so no cut points;
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) and [`ParamError::NotWith`] when only one of the two has
    /// monetary values and the other needs them.
    pub fn rescore(&self, other: &Self) -> Result<Self> {
        let mut params = self.params_with_cut_points();
        // What counted is the other's affair.
        (params.as_of, params.window_days, params.returns) =
            (other.params.as_of, other.params.window_days, other.params.returns);
        crate::params::Params::validate(&params)?;
        Self::from_columns(
            params,
            other.as_of,
            other.customers.clone(),
            other.recency_days.clone(),
            other.frequency.clone(),
            other.monetary.clone(),
            other.sums.clone(),
        )
    }

    /// The customers of another log, scored by the cut points of this model, as of a midnight; of the midnight after the log's
    /// last order without one.
    ///
    /// # Errors
    /// As [`Rfm::rescore`] and as fitting.
    pub fn apply(&self, log: &OrderLog, as_of: Option<Time>) -> Result<Self> {
        let mut params = self.params_with_cut_points();
        params.as_of = as_of;
        params.fit(log)
    }

    fn params_with_cut_points(&self) -> RfmParams {
        self.params.clone().cut_points(Some(self.cut_points.clone()))
    }
}

fn check(
    name: &'static str,
    values: &[f64],
    n: usize,
    least: f64,
    allowed: &'static str,
) -> Result<(), ParamError> {
    if values.len() != n {
        let (found_rows, columns, found_columns) = (values.len(), 1, 1);
        return Err(ParamError::Shape { name, rows: n, columns, found_rows, found_columns });
    }
    for (row, &value) in values.iter().enumerate() {
        if !value.is_finite() {
            return Err(ParamError::NotFinite { name, value, row, column: 0 });
        }
        if value < least {
            return Err(ParamError::OutOfRange { name, value, allowed });
        }
    }
    Ok(())
}
