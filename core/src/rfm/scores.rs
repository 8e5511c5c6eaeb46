//! Scores and segments of three columns.

use crate::error::{Error, ParamError, Result};
use crate::money::Money;
use crate::rfm::score::{Cells, Scored, Value, alone, by_cell, classes, nested};
use crate::rfm::{Closed, CutPoints, Cuts, RfmParams, Scoring, SegmentGrid};

/// What the three columns of some customers come to.
pub(super) struct Scores {
    pub(super) r: Vec<u8>,
    pub(super) f: Vec<u8>,
    pub(super) m: Option<Vec<u8>>,
    /// Positions among the names of the grid.
    pub(super) segment: Vec<u16>,
    pub(super) cut_points: CutPoints,
}

impl Scores {
    /// Scores the dimensions, each by itself on a thread of its own, and after it those that are scored within its classes.
    pub(super) fn of(
        params: &RfmParams,
        recency_days: &[i64],
        frequency: &[u32],
        monetary: Option<&[Money]>,
    ) -> Result<Self> {
        params.go_with(monetary.is_some())?;
        let bins = params.grid.bins();
        let given = params.cut_points.as_ref();
        let r_how = How::new(params, &params.recency, given.map(|cuts| &cuts.recency));
        let f_how = How::new(params, &params.frequency, given.map(|cuts| &cuts.frequency));
        let m_how = How::new(params, &params.monetary, given.and_then(|cuts| cuts.monetary.as_ref()));
        let (recency, (f_alone, m_alone)) = rayon::join(
            || r_how.alone(recency_days),
            || {
                rayon::join(
                    || (!f_how.is_nested()).then(|| f_how.alone(frequency)),
                    || monetary.filter(|_| !m_how.is_nested()).map(|monetary| m_how.alone(monetary)),
                )
            },
        );
        // Few days since the last order are good, so the classes of days count backwards.
        let r: Vec<u8> = recency.classes.iter().map(|&class| bins + 1 - class).collect();
        let frequency = f_alone.unwrap_or_else(|| f_how.within(frequency, &cells_of_r(&r, bins)));
        let f = frequency.classes;
        let m =
            m_alone.or_else(|| monetary.map(|monetary| m_how.within(monetary, &cells_of_rf(&r, &f, bins))));
        let (m, monetary) = m.map(|scored| (scored.classes, scored.cuts)).unzip();
        let segment = segments(&params.grid, &r, &f, m.as_deref());
        let cut_points = CutPoints { recency: recency.cuts, frequency: frequency.cuts, monetary };
        Ok(Self { r, f, m, segment, cut_points })
    }
}

/// How a dimension is scored.
struct How<'a> {
    scoring: &'a Scoring,
    given: Option<&'a Cuts>,
    closed: Closed,
    bins: u8,
}

impl<'a> How<'a> {
    fn new(params: &RfmParams, scoring: &'a Scoring, given: Option<&'a Cuts>) -> Self {
        Self { scoring, given, closed: params.closed, bins: params.grid.bins() }
    }

    /// Whether it needs the scores of the dimensions before it.
    fn is_nested(&self) -> bool {
        match self.given {
            Some(cuts) => matches!(cuts, Cuts::PerClass(_)),
            None => matches!(self.scoring, Scoring::Nested),
        }
    }

    fn alone<V: Value>(&self, values: &[V]) -> Scored {
        match self.given {
            Some(cuts) => Scored { classes: classes(values, cuts.of(0), self.closed), cuts: cuts.clone() },
            None => alone(values, self.scoring, self.closed, self.bins),
        }
    }

    fn within<V: Value>(&self, values: &[V], cells: &Cells) -> Scored {
        match self.given {
            Some(cuts @ Cuts::PerClass(lists)) => {
                Scored { classes: by_cell(values, cells, lists, self.closed), cuts: cuts.clone() }
            }
            _ => nested(values, cells, self.closed, self.bins),
        }
    }
}

fn cells_of_r(r: &[u8], bins: u8) -> Cells {
    Cells { of: r.iter().map(|&r| u16::from(r - 1)).collect(), count: usize::from(bins) }
}

fn cells_of_rf(r: &[u8], f: &[u8], bins: u8) -> Cells {
    let of = r.iter().zip(f).map(|(&r, &f)| u16::from(r - 1) * u16::from(bins) + u16::from(f - 1));
    Cells { of: of.collect(), count: usize::from(bins) * usize::from(bins) }
}

/// The position of the segment of each row of scores among the names of a grid.
pub(super) fn segments(grid: &SegmentGrid, r: &[u8], f: &[u8], m: Option<&[u8]>) -> Vec<u16> {
    let (cells, bins) = (grid.cells(), usize::from(grid.bins()));
    let pair = |r: u8, f: u8| usize::from(r - 1) * bins + usize::from(f - 1);
    let pairs = r.iter().zip(f);
    match m {
        Some(m) if grid.needs_monetary() => {
            pairs.zip(m).map(|((&r, &f), &m)| cells[pair(r, f) * bins + usize::from(m - 1)]).collect()
        }
        _ => pairs.map(|(&r, &f)| cells[pair(r, f)]).collect(),
    }
}

impl RfmParams {
    /// Refuses what needs monetary values in a log without prices, and the other way round.
    fn go_with(&self, has_prices: bool) -> Result<()> {
        if has_prices {
            if self.cut_points.as_ref().is_some_and(|cuts| cuts.monetary.is_none()) {
                let allowed = "given for monetary value too";
                let error = ParamError::NotWith { name: "cut_points", allowed, with: "a log with prices" };
                return Err(error.into());
            }
            return Ok(());
        }
        if self.grid.needs_monetary() {
            return Err(Error::MissingColumn {
                column: "price",
                needed_by: "a segment grid over monetary scores",
            });
        }
        if self.weights[0] + self.weights[1] <= 0.0 {
            let allowed = "above 0 for recency or frequency";
            return Err(ParamError::NotWith { name: "weights", allowed, with: "a log without prices" }.into());
        }
        Ok(())
    }

    /// The mean of scores by the weights; without a monetary score of the other two.
    pub(super) fn weighted(&self, r: u8, f: u8, m: Option<u8>) -> f64 {
        let [of_r, of_f, of_m] = self.weights;
        let (sum, whole) = (of_r * f64::from(r) + of_f * f64::from(f), of_r + of_f);
        match m {
            Some(m) => (sum + of_m * f64::from(m)) / (whole + of_m),
            None => sum / whole,
        }
    }
}
