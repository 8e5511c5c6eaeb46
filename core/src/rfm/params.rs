//! Parameters of [`Rfm`](crate::rfm::Rfm).

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::params::Params;
use crate::rfm::{Rfm, Scoring, SegmentGrid};
use crate::time::Time;

/// How recency, frequency and monetary value are computed and scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RfmParams {
    pub(super) as_of: Option<Time>,
    pub(super) recency: Scoring,
    pub(super) frequency: Scoring,
    pub(super) monetary: Scoring,
    pub(super) grid: SegmentGrid,
}

impl Rfm {
    /// Parameters with their defaults: `as_of` the midnight (UTC) after the last order, five classes by quantile, and
    /// the default segment grid.
    #[must_use]
    pub fn params() -> RfmParams {
        RfmParams {
            as_of: None,
            recency: Scoring::Quantile,
            frequency: Scoring::Quantile,
            monetary: Scoring::Quantile,
            grid: SegmentGrid::default(),
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

    /// How all three are scored.
    #[must_use]
    pub fn scores(self, scoring: Scoring) -> Self {
        self.recency_scores(scoring).frequency_scores(scoring).monetary_scores(scoring)
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
        self.grid.validate()
    }
}
