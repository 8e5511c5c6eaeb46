//! Cut points and grid alone: what scores a customer when everybody else is forgotten.

use crate::data::{Returns, Vocabulary};
use crate::error::Result;
use crate::params::Params as _;
use crate::rfm::score::class_of;
use crate::rfm::scores::segments;
use crate::rfm::sums::{Columns, POLICIES, Sums};
use crate::rfm::{CutPoints, Rfm, RfmParams};
use crate::time::Time;

/// Cut points and grid of a model, without its customers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RfmScorer {
    params: RfmParams,
    cut_points: CutPoints,
}

/// The scores of one customer, and the segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RfmScores {
    pub(crate) recency: u8,
    pub(crate) frequency: u8,
    pub(crate) monetary: Option<u8>,
    pub(crate) segment: String,
}

/// What is known of each of some customers who bought: microseconds of the last order, orders, and millionths spent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Figures {
    pub(crate) last: Vec<i64>,
    pub(crate) frequency: Vec<u32>,
    pub(crate) monetary: Option<Vec<i64>>,
}

impl RfmScorer {
    /// By the parameters that a log is scored by, at the midnight that recency is taken at.
    ///
    /// # Errors
    /// What is wrong with the parameters.
    pub(crate) fn of(figures: Figures, as_of: Time, returns: Returns) -> Result<Self> {
        let n = i64::try_from(figures.last.len()).expect("customers are bounded to u32");
        let policy = POLICIES.iter().position(|&other| other == returns).unwrap_or(0);
        let columns = Columns {
            customers: Vocabulary::from_sorted_ints((0..n).collect()).expect("numbers that rise"),
            latest: Some([figures.last.as_slice(), &[i64::MIN]].concat()),
            last: figures.last,
            frequency: figures.frequency,
            monetary: figures.monetary,
            policy: u32::try_from(policy).expect("there are three"),
        };
        let sums = Sums::from_columns(columns).expect("who bought has a last order");
        let rfm = sums.into_model(Rfm::params().check()?.into_inner(), Some(as_of))?;
        Ok(Self { params: rfm.params, cut_points: rfm.cut_points })
    }

    /// Of one customer; `None` where there are no cut points. `monetary` is looked at where the model has it.
    pub(crate) fn score(&self, recency_days: f64, frequency: f64, monetary: f64) -> Option<RfmScores> {
        if self.cut_points.are_missing() {
            return None;
        }
        let (bins, closed) = (self.params.grid.bins(), self.params.closed);
        let r = bins + 1 - class_of(recency_days, self.cut_points.recency.of(0), closed);
        let of_r = usize::from(r - 1);
        let f = class_of(frequency, self.cut_points.frequency.of(of_r), closed);
        let cell = of_r * usize::from(bins) + usize::from(f - 1);
        let m = self.cut_points.monetary.as_ref().map(|cuts| class_of(monetary, cuts.of(cell), closed));
        let grid = &self.params.grid;
        let segment = match m {
            Some(m) => segments(grid, &[r], &[f], Some(&[m])),
            None => segments(grid, &[r], &[f], None),
        }[0];
        let segment = grid.name_at(usize::from(segment)).to_owned();
        Some(RfmScores { recency: r, frequency: f, monetary: m, segment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datasets::Shop;
    use crate::fit::Fit as _;
    use crate::time::MICROS_PER_DAY;

    #[test]
    fn a_scorer_of_figures_scores_as_the_model_of_the_log() {
        let log = Shop::params().lines(5_000).generate().unwrap().to_log(Default::default()).unwrap();
        let rfm = Rfm::params().fit(&log).unwrap();
        let as_of = rfm.as_of().unwrap();
        let customers: Vec<_> = rfm.iter().collect();
        let figures = Figures {
            last: customers.iter().map(|c| as_of.micros() - c.recency_days * MICROS_PER_DAY - 1).collect(),
            frequency: customers.iter().map(|c| c.frequency).collect(),
            monetary: Some(customers.iter().map(|c| c.monetary.unwrap().millionths()).collect()),
        };
        let scorer = RfmScorer::of(figures, as_of, log.returns()).unwrap();
        for customer in customers {
            #[allow(clippy::cast_precision_loss, reason = "small numbers")]
            let scores = scorer
                .score(
                    customer.recency_days as f64,
                    customer.frequency as f64,
                    customer.monetary.unwrap().to_f64(),
                )
                .unwrap();
            assert_eq!((scores.recency, scores.segment.as_str()), (customer.r_score, customer.segment));
        }
    }
}
