//! Parameters of [`Rfm`](crate::rfm::Rfm).

use serde::{Deserialize, Serialize};

use crate::data::Returns;
use crate::error::ParamError;
use crate::params::Params;
use crate::rfm::{Closed, CutPoints, Rfm, Scoring, SegmentGrid};
use crate::time::Time;

/// How recency, frequency and monetary value are computed and scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RfmParams {
    pub(super) as_of: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) window_days: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) returns: Option<Returns>,
    pub(super) recency: Scoring,
    pub(super) frequency: Scoring,
    pub(super) monetary: Scoring,
    pub(super) grid: SegmentGrid,
    #[serde(default)]
    pub(super) closed: Closed,
    #[serde(default = "equal_weights")]
    pub(super) weights: [f64; 3],
    #[serde(default)]
    pub(super) cut_points: Option<CutPoints>,
}

fn equal_weights() -> [f64; 3] {
    [1.0; 3]
}

impl Rfm {
    /// Parameters with their defaults: `as_of` the midnight (UTC) after the last order, five classes by quantile, closed on
    /// the right, the default segment grid, equal weights.
    #[must_use]
    pub fn params() -> RfmParams {
        RfmParams {
            as_of: None,
            window_days: None,
            returns: None,
            recency: Scoring::Quantile,
            frequency: Scoring::Quantile,
            monetary: Scoring::Quantile,
            grid: SegmentGrid::default(),
            closed: Closed::Right,
            weights: equal_weights(),
            cut_points: None,
        }
    }
}

impl RfmParams {
    /// The midnight (UTC) at which recency is taken; orders at it or later do not count.
    #[must_use]
    pub fn as_of(mut self, as_of: Time) -> Self {
        self.as_of = Some(as_of);
        self
    }

    /// Counts the orders of so many days before `as_of` only, at least 1: recency, frequency and monetary value of a rolling
    /// window. Customers without one in it are not in the model. All orders count without it.
    #[must_use]
    pub fn window_days(mut self, days: Option<u32>) -> Self {
        self.window_days = days;
        self
    }

    /// How returns count, in place of what the log says: under [`Returns::Net`] they reduce monetary value, under
    /// [`Returns::Drop`] they do not count at all, under [`Returns::Keep`] they are purchases like any other. What was
    /// dropped when the log was built does not come back.
    #[must_use]
    pub fn returns(mut self, returns: Option<Returns>) -> Self {
        self.returns = returns;
        self
    }

    /// How all three are scored.
    #[must_use]
    pub fn scores(self, scoring: Scoring) -> Self {
        self.recency_scores(scoring.clone()).frequency_scores(scoring.clone()).monetary_scores(scoring)
    }

    /// How recency is scored.
    #[must_use]
    pub fn recency_scores(mut self, scoring: Scoring) -> Self {
        self.recency = scoring;
        self
    }

    /// How frequency is scored.
    #[must_use]
    pub fn frequency_scores(mut self, scoring: Scoring) -> Self {
        self.frequency = scoring;
        self
    }

    /// How monetary value is scored.
    #[must_use]
    pub fn monetary_scores(mut self, scoring: Scoring) -> Self {
        self.monetary = scoring;
        self
    }

    /// To which class a value equal to a cut point belongs.
    ///
    /// By rank it says so of ranks. The R package `rfm` closes classes on the left and adds one to the quantiles: fit once,
    /// then with [`Scoring::Fixed`] cut points that are one more, and [`Closed::Left`].
    #[must_use]
    pub fn closed(mut self, closed: Closed) -> Self {
        self.closed = closed;
        self
    }

    /// Cut points of another model, in place of the model's own; they say how everything is scored.
    ///
    /// They are values, so that ties stay together even where the other model scored by rank. They may repeat, as quantiles do:
    /// a class between two that are equal stays empty.
    #[must_use]
    pub fn cut_points(mut self, cut_points: Option<CutPoints>) -> Self {
        self.cut_points = cut_points;
        self
    }

    /// How much the scores of recency, frequency and monetary value count in the column `score`: the sum of weight times score
    /// over the sum of the weights. Without prices the weight of monetary value counts for nothing.
    #[must_use]
    pub fn weights(mut self, recency: f64, frequency: f64, monetary: f64) -> Self {
        self.weights = [recency, frequency, monetary];
        self
    }

    /// The number of score classes and the grid over them.
    #[must_use]
    pub fn segments(mut self, grid: SegmentGrid) -> Self {
        self.grid = grid;
        self
    }
}

impl Params for RfmParams {
    fn validate(&self) -> Result<(), ParamError> {
        if let Some(as_of) = self.as_of
            && as_of != as_of.floor_day()
        {
            return Err(ParamError::NotMidnight { name: "as_of", value: as_of.to_string() });
        }
        if self.window_days == Some(0) {
            return Err(ParamError::TooSmall { name: "window_days", value: 0, min: 1 });
        }
        self.grid.validate()?;
        let bins = self.grid.bins();
        self.recency.validate("recency", bins)?;
        self.frequency.validate("frequency", bins)?;
        self.monetary.validate("monetary", bins)?;
        if let Some(cut_points) = &self.cut_points {
            cut_points.validate(bins)?;
        }
        let is_bad = |weight: &&f64| !(weight.is_finite() && **weight >= 0.0);
        if let Some(&value) = self.weights.iter().find(is_bad) {
            return Err(ParamError::OutOfRange { name: "weights", value, allowed: "finite and at least 0" });
        }
        let sum: f64 = self.weights.iter().sum();
        if !(sum > 0.0 && sum.is_finite()) {
            let allowed = "of a finite sum above 0";
            return Err(ParamError::OutOfRange { name: "weights", value: sum, allowed });
        }
        Ok(())
    }
}
