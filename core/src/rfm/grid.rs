//! Segments as data: which cell of recency, frequency and monetary scores bears which name.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// The most segments that a grid may have: as many as there are cells of ten classes in three dimensions.
const MAX_SEGMENTS: usize = 1000;

/// The lowest and the highest score, both included.
pub(super) type Scores = (u8, u8);

/// A segment: a name for a box of scores, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridSegment {
    /// The name, such as `champions`.
    pub name: String,
    /// The lowest and the highest recency score.
    pub r: (u8, u8),
    /// The lowest and the highest frequency score.
    pub f: (u8, u8),
    /// The lowest and the highest monetary score; any without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub m: Option<(u8, u8)>,
    /// The lowest and the highest mean of the frequency and the monetary score, halves rounded up; any without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fm: Option<(u8, u8)>,
}

impl GridSegment {
    /// A segment of a rectangle of recency and frequency scores.
    #[must_use]
    pub fn new(name: impl Into<String>, r: (u8, u8), f: (u8, u8)) -> Self {
        Self { name: name.into(), r, f, m: None, fm: None }
    }

    /// The same with only these monetary scores.
    #[must_use]
    pub fn m(mut self, m: (u8, u8)) -> Self {
        self.m = Some(m);
        self
    }

    /// The same with only these means of the frequency and the monetary score, halves rounded up.
    #[must_use]
    pub fn fm(mut self, fm: (u8, u8)) -> Self {
        self.fm = Some(fm);
        self
    }

    fn holds(&self, r: u8, f: u8, m: u8) -> bool {
        let is_in = |(low, high): Scores, score: u8| (low..=high).contains(&score);
        is_in(self.r, r)
            && is_in(self.f, f)
            && self.m.is_none_or(|range| is_in(range, m))
            && self.fm.is_none_or(|range| is_in(range, (f + m).div_ceil(2)))
    }
}

/// A table of segments that gives every cell of scores exactly one.
///
/// Either each cell lies in exactly one segment ([`SegmentGrid::new`]), or the first segment that holds a cell has it and what
/// is left over has a name of its own ([`SegmentGrid::first_match`]). A grid is over recency and frequency scores, and over
/// monetary scores too as soon as a segment speaks of them. There are grids by name: [`SegmentGrid::named`].
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    other: Option<String>,
}

impl SegmentGrid {
    /// A grid of the given segments over scores from 1 to `bins`, listed in the order in which results show them.
    ///
    /// # Errors
    /// [`ParamError::OutOfRange`] unless there are 2 to 10 classes, [`ParamError::TooLarge`] above 1000 segments,
    /// [`ParamError::EmptyText`] and [`ParamError::Twice`] for a name that is empty or comes twice,
    /// [`ParamError::GridRange`] for scores out of range, [`ParamError::GridOverlap`] and [`ParamError::GridHole`] for the
    /// first cell, by R then F then M, that bears two names or none.
    ///
    /// ```
    /// use kosar::rfm::{GridSegment, SegmentGrid};
    ///
    /// let halves = SegmentGrid::new(2, vec![
    ///     GridSegment::new("gone", (1, 1), (1, 2)),
    ///     GridSegment::new("big", (2, 2), (1, 2)).m((2, 2)),
    ///     GridSegment::new("small", (2, 2), (1, 2)).m((1, 1)),
    /// ])?;
    /// assert_eq!(halves.names().collect::<Vec<_>>(), ["gone", "big", "small"]);
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    pub fn new(bins: u8, segments: Vec<GridSegment>) -> Result<Self, ParamError> {
        Self::from_parts(bins, segments, None)
    }

    /// A grid of rules in order: the first segment that holds a cell has it, and `other` those that none holds.
    ///
    /// A segment all of whose cells an earlier one holds has no customers.
    ///
    /// # Errors
    /// As [`SegmentGrid::new`], but for overlaps and holes.
    pub fn first_match(
        bins: u8,
        segments: Vec<GridSegment>,
        other: impl Into<String>,
    ) -> Result<Self, ParamError> {
        Self::from_parts(bins, segments, Some(other.into()))
    }

    /// A grid as [`SegmentGrid::first_match`] makes it where `other` has a name, else as [`SegmentGrid::new`] does.
    ///
    /// # Errors
    /// As these.
    pub fn from_parts(
        bins: u8,
        segments: Vec<GridSegment>,
        other: Option<String>,
    ) -> Result<Self, ParamError> {
        Self { bins, segments, other }.validated()
    }

    fn validated(self) -> Result<Self, ParamError> {
        self.validate()?;
        Ok(self)
    }

    /// This grid, for scores from 1 to `bins`.
    ///
    /// # Errors
    /// [`ParamError::OutOfRange`] unless there are 2 to 10 classes, [`ParamError::NotWith`] where it is made for another number.
    pub fn over(self, bins: u8) -> Result<Self, ParamError> {
        if bins == self.bins || !(2..=10).contains(&bins) {
            // A number of classes that no grid can have is refused as such.
            return Self { bins, ..self }.validated();
        }
        Err(ParamError::NotWith {
            name: "segments",
            allowed: "given one by one",
            with: "bins other than the 5 that the named grids are made for",
        })
    }

    /// A grid that is known to be one.
    pub(super) fn of(bins: u8, segments: Vec<GridSegment>, other: Option<String>) -> Self {
        Self { bins, segments, other }
    }

    /// The number of score classes of each dimension.
    #[must_use]
    pub fn bins(&self) -> u8 {
        self.bins
    }

    /// The segments; without the name of what is left over.
    #[must_use]
    pub fn segments(&self) -> &[GridSegment] {
        &self.segments
    }

    /// The name of what is left over, in a grid of rules in order.
    #[must_use]
    pub fn other(&self) -> Option<&str> {
        self.other.as_deref()
    }

    /// The names of all segments, in the order in which results show them; what is left over comes last.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().map(|segment| segment.name.as_str()).chain(self.other())
    }

    /// The name at a position of [`SegmentGrid::names`].
    pub(super) fn name_at(&self, position: usize) -> &str {
        match self.segments.get(position) {
            Some(segment) => &segment.name,
            None => self.other.as_deref().expect("only what is left over stands behind the segments"),
        }
    }

    /// Whether the grid speaks of monetary scores, and so needs a log with prices.
    #[must_use]
    pub fn needs_monetary(&self) -> bool {
        self.segments.iter().any(|segment| segment.m.is_some() || segment.fm.is_some())
    }

    pub(super) fn validate(&self) -> Result<(), ParamError> {
        let (bins, segments) = (self.bins, &self.segments);
        if !(2..=10).contains(&bins) {
            return Err(ParamError::OutOfRange {
                name: "bins",
                value: f64::from(bins),
                allowed: "from 2 to 10",
            });
        }
        if segments.len() > MAX_SEGMENTS {
            let (value, max) = (segments.len() as u64, MAX_SEGMENTS as u64);
            return Err(ParamError::TooLarge { name: "the number of segments", value, max });
        }
        let mut seen = std::collections::BTreeSet::new();
        for name in self.names() {
            if name.is_empty() {
                return Err(ParamError::EmptyText { name: "the name of a segment" });
            }
            if !seen.insert(name) {
                return Err(ParamError::Twice { name: "segments", what: "segment", id: format!("'{name}'") });
            }
        }
        for segment in segments {
            for (low, high) in [Some(segment.r), Some(segment.f), segment.m, segment.fm].into_iter().flatten()
            {
                if low < 1 || low > high || high > bins {
                    let segment = segment.name.clone();
                    return Err(ParamError::GridRange { segment, low, high, bins });
                }
            }
        }
        if self.other.is_some() { Ok(()) } else { self.is_total() }
    }

    /// Looks at every cell.
    fn is_total(&self) -> Result<(), ParamError> {
        for (r, f, m) in self.scores() {
            let shown = self.needs_monetary().then_some(m);
            let mut names = self.segments.iter().filter(|segment| segment.holds(r, f, m));
            let first = names.next().ok_or(ParamError::GridHole { r, f, m: shown })?;
            if let Some(second) = names.next() {
                let (first, second) = (first.name.clone(), second.name.clone());
                return Err(ParamError::GridOverlap { r, f, m: shown, first, second });
            }
        }
        Ok(())
    }

    /// The scores of each cell, by R then F then M; M is 1 in a grid over recency and frequency.
    fn scores(&self) -> impl Iterator<Item = (u8, u8, u8)> + use<> {
        let bins = self.bins;
        let most = if self.needs_monetary() { bins } else { 1 };
        let pairs = (1..=bins).flat_map(move |r| (1..=bins).map(move |f| (r, f)));
        pairs.flat_map(move |(r, f)| (1..=most).map(move |m| (r, f, m)))
    }

    /// The position of each cell's segment, by R then F, and then M in a grid that needs monetary scores.
    pub(super) fn cells(&self) -> Vec<u16> {
        let position = |(r, f, m)| {
            let held = self.segments.iter().position(|segment| segment.holds(r, f, m));
            u16::try_from(held.unwrap_or(self.segments.len())).expect("segments are a thousand at most")
        };
        self.scores().map(position).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(name: &str, r: Scores, f: Scores) -> GridSegment {
        GridSegment::new(name, r, f)
    }

    #[test]
    fn a_hole_is_named_by_its_cell() {
        let error = SegmentGrid::new(2, vec![segment("a", (1, 1), (1, 2)), segment("b", (2, 2), (1, 1))]);
        assert_eq!(error, Err(ParamError::GridHole { r: 2, f: 2, m: None }));
        let boxes = vec![segment("a", (1, 2), (1, 1)), segment("b", (1, 2), (2, 2)).m((1, 1))];
        let error = SegmentGrid::new(2, boxes).unwrap_err();
        assert_eq!(error, ParamError::GridHole { r: 1, f: 2, m: Some(2) });
        assert!(error.to_string().starts_with("the segment grid leaves R1 F2 M2 without"), "{error}");
    }

    #[test]
    fn an_overlap_is_named_by_its_cell_and_both_segments() {
        let error = SegmentGrid::new(2, vec![segment("a", (1, 2), (1, 2)), segment("b", (2, 2), (1, 1))]);
        let (first, second) = ("a".into(), "b".into());
        assert_eq!(error, Err(ParamError::GridOverlap { r: 2, f: 1, m: None, first, second }));
        let boxes = vec![segment("a", (1, 2), (1, 2)).m((1, 2)), segment("b", (1, 1), (1, 2)).fm((2, 2))];
        let error = SegmentGrid::new(2, boxes).unwrap_err().to_string();
        assert!(error.starts_with("the segment grid puts R1 F1 M2 into both 'a' and 'b'"), "{error}");
    }

    #[test]
    fn the_first_segment_that_holds_a_cell_has_it() {
        let rules = vec![segment("a", (2, 2), (1, 2)), segment("b", (1, 2), (2, 2))];
        let grid = SegmentGrid::first_match(2, rules.clone(), "rest").unwrap();
        assert_eq!(grid.cells(), [2, 1, 0, 0]);
        assert_eq!((grid.name_at(0), grid.name_at(2)), ("a", "rest"));
        assert!(matches!(SegmentGrid::first_match(2, rules.clone(), "a"), Err(ParamError::Twice { .. })));
        assert!(matches!(SegmentGrid::first_match(2, rules, ""), Err(ParamError::EmptyText { .. })));
    }

    #[test]
    fn the_mean_of_frequency_and_monetary_scores_rounds_halves_up() {
        let grid =
            vec![segment("low", (1, 2), (1, 2)).fm((1, 1)), segment("high", (1, 2), (1, 2)).fm((2, 2))];
        let grid = SegmentGrid::new(2, grid).unwrap();
        assert_eq!(grid.cells(), [0, 1, 1, 1, 0, 1, 1, 1]);
    }

    #[test]
    fn scores_out_of_range_are_refused() {
        for (low, high) in [(0, 2), (2, 1), (1, 3)] {
            for bad in [segment("a", (low, high), (1, 2)), segment("a", (1, 2), (1, 2)).m((low, high))] {
                let error = SegmentGrid::new(2, vec![bad]);
                assert!(matches!(error, Err(ParamError::GridRange { bins: 2, .. })), "{error:?}");
            }
        }
        for bins in [0, 1, 11] {
            assert!(matches!(
                SegmentGrid::new(bins, vec![]),
                Err(ParamError::OutOfRange { name: "bins", .. })
            ));
        }
    }

    #[test]
    fn names_must_differ_and_say_something() {
        let error = SegmentGrid::new(2, vec![segment("a", (1, 1), (1, 2)), segment("a", (2, 2), (1, 2))]);
        assert_eq!(error.unwrap_err().to_string(), "segments must name each segment once, got 'a' twice");
        let error = SegmentGrid::new(2, vec![segment("", (1, 2), (1, 2))]);
        assert_eq!(error, Err(ParamError::EmptyText { name: "the name of a segment" }));
        let many = (0..=MAX_SEGMENTS).map(|at| segment(&at.to_string(), (1, 2), (1, 2))).collect();
        assert!(matches!(SegmentGrid::new(2, many), Err(ParamError::TooLarge { .. })));
    }
}
