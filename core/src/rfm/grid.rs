//! Segments as data: which cell of recency and frequency scores bears which name.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// A segment: a name for a rectangle of recency and frequency scores, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridSegment {
    /// The name, such as `champions`.
    pub name: String,
    /// The lowest and the highest recency score.
    pub r: (u8, u8),
    /// The lowest and the highest frequency score.
    pub f: (u8, u8),
}

/// A table of segments that covers every pair of recency and frequency scores exactly once.
///
/// The default, on scores from 1 to 5:
///
/// | segment | R | F |
/// |---|---|---|
/// | champions | 5 | 4-5 |
/// | loyal | 3-4 | 4-5 |
/// | potential_loyalist | 4-5 | 2-3 |
/// | new | 5 | 1 |
/// | promising | 4 | 1 |
/// | need_attention | 3 | 3 |
/// | about_to_sleep | 3 | 1-2 |
/// | at_risk | 1-2 | 3-4 |
/// | cant_lose | 1-2 | 5 |
/// | hibernating | 1-2 | 1-2 |
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentGrid {
    bins: u8,
    segments: Vec<GridSegment>,
}

/// The lowest and the highest score.
type Scores = (u8, u8);

/// The default grid, best customers first.
const DEFAULT: [(&str, Scores, Scores); 10] = [
    ("champions", (5, 5), (4, 5)),
    ("loyal", (3, 4), (4, 5)),
    ("potential_loyalist", (4, 5), (2, 3)),
    ("new", (5, 5), (1, 1)),
    ("promising", (4, 4), (1, 1)),
    ("need_attention", (3, 3), (3, 3)),
    ("about_to_sleep", (3, 3), (1, 2)),
    ("at_risk", (1, 2), (3, 4)),
    ("cant_lose", (1, 2), (5, 5)),
    ("hibernating", (1, 2), (1, 2)),
];

impl Default for SegmentGrid {
    fn default() -> Self {
        let segment = |&(name, r, f): &(&str, _, _)| GridSegment { name: name.to_owned(), r, f };
        Self { bins: 5, segments: DEFAULT.iter().map(segment).collect() }
    }
}

impl SegmentGrid {
    /// A grid of the given segments over scores from 1 to `bins`, listed in the order in which results show them.
    ///
    /// # Errors
    /// [`ParamError::OutOfRange`] unless there are 2 to 10 classes, [`ParamError::GridRange`] for scores out of range,
    /// [`ParamError::GridOverlap`] and [`ParamError::GridHole`] for the first cell, by R then F, that bears two names or
    /// none.
    pub fn new(bins: u8, segments: Vec<GridSegment>) -> Result<Self, ParamError> {
        let grid = Self { bins, segments };
        grid.validate()?;
        Ok(grid)
    }

    /// The number of score classes of each dimension.
    #[must_use]
    pub fn bins(&self) -> u8 {
        self.bins
    }

    /// The segments.
    #[must_use]
    pub fn segments(&self) -> &[GridSegment] {
        &self.segments
    }

    pub(super) fn validate(&self) -> Result<(), ParamError> {
        if !(2..=10).contains(&self.bins) {
            return Err(ParamError::OutOfRange {
                name: "bins",
                value: f64::from(self.bins),
                allowed: "from 2 to 10",
            });
        }
        for segment in &self.segments {
            for (low, high) in [segment.r, segment.f] {
                if low < 1 || low > high || high > self.bins {
                    let segment = segment.name.clone();
                    return Err(ParamError::GridRange { segment, low, high, bins: self.bins });
                }
            }
        }
        for r in 1..=self.bins {
            for f in 1..=self.bins {
                let mut names = self.segments.iter().filter(|segment| segment.holds(r, f));
                let first = names.next().ok_or(ParamError::GridHole { r, f })?;
                if let Some(second) = names.next() {
                    let (first, second) = (first.name.clone(), second.name.clone());
                    return Err(ParamError::GridOverlap { r, f, first, second });
                }
            }
        }
        Ok(())
    }

    /// The position of each cell's segment: cell (r, f) at `(r - 1) * bins + (f - 1)`.
    pub(super) fn cells(&self) -> Vec<u32> {
        let cell = |r, f| (0_u32..).zip(&self.segments).find(|(_, segment)| segment.holds(r, f));
        let cells = (1..=self.bins).flat_map(|r| (1..=self.bins).map(move |f| (r, f)));
        cells.map(|(r, f)| cell(r, f).map_or(0, |(position, _)| position)).collect()
    }
}

impl GridSegment {
    fn holds(&self, r: u8, f: u8) -> bool {
        (self.r.0..=self.r.1).contains(&r) && (self.f.0..=self.f.1).contains(&f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(name: &str, r: (u8, u8), f: (u8, u8)) -> GridSegment {
        GridSegment { name: name.into(), r, f }
    }

    #[test]
    fn the_default_grid_covers_every_cell_once() {
        assert_eq!(SegmentGrid::default().validate(), Ok(()));
        assert_eq!(SegmentGrid::default().cells().len(), 25);
    }

    #[test]
    fn a_hole_is_named_by_its_cell() {
        let error = SegmentGrid::new(2, vec![segment("a", (1, 1), (1, 2)), segment("b", (2, 2), (1, 1))]);
        assert_eq!(error, Err(ParamError::GridHole { r: 2, f: 2 }));
    }

    #[test]
    fn an_overlap_is_named_by_its_cell_and_both_segments() {
        let error = SegmentGrid::new(2, vec![segment("a", (1, 2), (1, 2)), segment("b", (2, 2), (1, 1))]);
        let (first, second) = ("a".into(), "b".into());
        assert_eq!(error, Err(ParamError::GridOverlap { r: 2, f: 1, first, second }));
    }

    #[test]
    fn scores_out_of_range_are_refused() {
        for (low, high) in [(0, 2), (2, 1), (1, 3)] {
            let error = SegmentGrid::new(2, vec![segment("a", (low, high), (1, 2))]);
            assert!(matches!(error, Err(ParamError::GridRange { bins: 2, .. })), "{error:?}");
        }
        assert!(matches!(SegmentGrid::new(1, vec![]), Err(ParamError::OutOfRange { name: "bins", .. })));
    }
}
