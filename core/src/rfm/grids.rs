//! The segment grids that have a name.

use crate::error::ParamError;
use crate::rfm::grid::Scores;
use crate::rfm::{GridSegment, SegmentGrid};

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

/// The intervals of recency, frequency and monetary scores in the manual of the R package rfm 0.3.0, in their order.
const RFM_PACKAGE: [(&str, Scores, Scores, Scores); 10] = [
    ("champions", (5, 5), (5, 5), (5, 5)),
    ("potential_loyalist", (3, 5), (3, 5), (2, 5)),
    ("loyal", (2, 4), (2, 4), (2, 4)),
    ("promising", (3, 4), (1, 3), (3, 5)),
    ("new", (4, 5), (1, 3), (1, 5)),
    ("cant_lose", (1, 2), (3, 4), (4, 5)),
    ("at_risk", (1, 2), (2, 5), (4, 5)),
    ("need_attention", (1, 3), (3, 5), (3, 5)),
    ("about_to_sleep", (2, 3), (1, 3), (1, 4)),
    ("lost", (1, 1), (1, 5), (1, 5)),
];

/// Recency scores, and means of frequency and monetary scores.
const ELEVEN: [(&str, Scores, Scores); 11] = [
    ("champions", (4, 5), (4, 5)),
    ("loyal", (2, 3), (4, 5)),
    ("potential_loyalist", (4, 5), (2, 3)),
    ("new", (5, 5), (1, 1)),
    ("promising", (4, 4), (1, 1)),
    ("need_attention", (3, 3), (3, 3)),
    ("about_to_sleep", (3, 3), (1, 2)),
    ("at_risk", (1, 2), (3, 3)),
    ("cant_lose", (1, 1), (4, 5)),
    ("hibernating", (2, 2), (1, 2)),
    ("lost", (1, 1), (1, 2)),
];

impl Default for SegmentGrid {
    fn default() -> Self {
        Self::of(5, DEFAULT.map(|(name, r, f)| GridSegment::new(name, r, f)).to_vec(), None)
    }
}

impl SegmentGrid {
    /// The grids that have a name.
    pub const NAMES: [&'static str; 3] = ["default", "rfm-package", "eleven"];

    /// A grid by its name, all over scores from 1 to 5.
    ///
    /// - `default`: ten segments over recency and frequency; see [`SegmentGrid`].
    /// - `rfm-package`: the ten segments in the manual of the R package rfm (0.3.0, `rfm_segment`), over recency, frequency
    ///   and monetary scores. They overlap and leave holes; as there, the first that holds a customer has it, and the others
    ///   are `others`. The names are those of the package in the form that all names here have: `Can't Lose Them` is
    ///   `cant_lose`, `Loyal Customers` is `loyal`, `New Customers` is `new`.
    /// - `eleven`: the eleven segments that Putler published, over the recency score and the mean of the frequency and the
    ///   monetary score, halves rounded up. Published ranges overlap (loyal customers have 2-5 and 3-5); here each cell has
    ///   one segment, and each segment lies within its published range.
    ///
    /// | `eleven` | R | mean of F and M | published R | published FM |
    /// |---|---|---|---|---|
    /// | champions | 4-5 | 4-5 | 4-5 | 4-5 |
    /// | loyal | 2-3 | 4-5 | 2-5 | 3-5 |
    /// | potential_loyalist | 4-5 | 2-3 | 3-5 | 1-3 |
    /// | new | 5 | 1 | 4-5 | 0-1 |
    /// | promising | 4 | 1 | 3-4 | 0-1 |
    /// | need_attention | 3 | 3 | 2-3 | 2-3 |
    /// | about_to_sleep | 3 | 1-2 | 2-3 | 0-2 |
    /// | at_risk | 1-2 | 3 | 0-2 | 2-5 |
    /// | cant_lose | 1 | 4-5 | 0-1 | 4-5 |
    /// | hibernating | 2 | 1-2 | 1-2 | 1-2 |
    /// | lost | 1 | 1-2 | 0-2 | 0-2 |
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for another name.
    ///
    /// ```
    /// use kosar::rfm::SegmentGrid;
    /// assert_eq!(SegmentGrid::named("eleven")?.segments().len(), 11);
    /// assert_eq!(SegmentGrid::named("rfm-package")?.other(), Some("others"));
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    pub fn named(name: &str) -> Result<Self, ParamError> {
        match name {
            "default" => Ok(Self::default()),
            "rfm-package" => {
                let segments = RFM_PACKAGE.map(|(name, r, f, m)| GridSegment::new(name, r, f).m(m));
                Ok(Self::of(5, segments.to_vec(), Some("others".to_owned())))
            }
            "eleven" => {
                let segments = ELEVEN.map(|(name, r, fm)| GridSegment::new(name, r, (1, 5)).fm(fm));
                Ok(Self::of(5, segments.to_vec(), None))
            }
            _ => Err(ParamError::UnknownChoice {
                name: "segments",
                value: name.to_owned(),
                allowed: "default, rfm-package, eleven",
            }),
        }
    }

    /// The name of this grid among [`SegmentGrid::NAMES`]; `None` for one of one's own.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        Self::NAMES.into_iter().find(|name| Self::named(name).is_ok_and(|grid| grid == *self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_grid_holds_and_is_known_by_its_name() {
        for name in SegmentGrid::NAMES {
            let grid = SegmentGrid::named(name).unwrap();
            assert_eq!((grid.validate(), grid.name()), (Ok(()), Some(name)));
        }
        assert_eq!(SegmentGrid::default().cells().len(), 25);
        assert_eq!(SegmentGrid::named("eleven").unwrap().cells().len(), 125);
        let error = SegmentGrid::named("mine").unwrap_err().to_string();
        assert_eq!(error, "segments must be one of default, rfm-package, eleven, got 'mine'");
    }

    #[test]
    fn the_eleven_lie_within_what_was_published() {
        let published: [(&str, Scores, Scores); 11] = [
            ("champions", (4, 5), (4, 5)),
            ("loyal", (2, 5), (3, 5)),
            ("potential_loyalist", (3, 5), (1, 3)),
            ("new", (4, 5), (0, 1)),
            ("promising", (3, 4), (0, 1)),
            ("need_attention", (2, 3), (2, 3)),
            ("about_to_sleep", (2, 3), (0, 2)),
            ("at_risk", (0, 2), (2, 5)),
            ("cant_lose", (0, 1), (4, 5)),
            ("hibernating", (1, 2), (1, 2)),
            ("lost", (0, 2), (0, 2)),
        ];
        for ((name, r, fm), (other, r_published, fm_published)) in ELEVEN.into_iter().zip(published) {
            assert_eq!(name, other);
            assert!(r.0 >= r_published.0 && r.1 <= r_published.1, "{name}");
            assert!(fm.0 >= fm_published.0 && fm.1 <= fm_published.1, "{name}");
        }
    }
}
