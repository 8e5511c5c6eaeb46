//! The parameters of `Rfm`, as the package gives them.

use kosar::data::Returns;
use kosar::rfm::{Closed, CutPoints, Cuts, GridSegment, Rfm, RfmParams, Scoring, SegmentGrid};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::convert;
use crate::error::Out;

type Scores<'py> = [Bound<'py, PyAny>; 2];
/// The name, and the ranges of R, F, M and the mean of F and M.
type Segment<'py> = (Bound<'py, PyAny>, Scores<'py>, Scores<'py>, Option<Scores<'py>>, Option<Scores<'py>>);
type Given<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, Option<Bound<'py, PyAny>>);

/// Segments by the name of their grid, or one by one.
#[derive(FromPyObject)]
enum Segments<'py> {
    Named(String),
    Own(Vec<Segment<'py>>),
}

fn scoring(name: &'static str, value: &Bound<'_, PyAny>) -> Out<Scoring> {
    if value.is_instance_of::<PyString>() || value.try_iter().is_err() {
        return Ok(Scoring::parse(&convert::word(name, value)?)?);
    }
    Ok(Scoring::Fixed(numbers(name, value)?))
}

fn numbers(name: &str, values: &Bound<'_, PyAny>) -> Out<Vec<f64>> {
    values.try_iter()?.map(|value| convert::real(name, &value?)).collect()
}

/// One list of cut points, or a list for each class.
fn cuts(name: &str, values: &Bound<'_, PyAny>) -> Out<Cuts> {
    let lists: Vec<Bound<'_, PyAny>> = values.try_iter()?.collect::<PyResult<_>>()?;
    if lists.iter().any(|list| list.is_instance_of::<PyString>() || list.try_iter().is_err()) {
        return Ok(Cuts::All(numbers(name, values)?));
    }
    Ok(Cuts::PerClass(lists.iter().map(|list| numbers(name, list)).collect::<Out<_>>()?))
}

/// The segments of a named grid or those given, over so many classes, with a name for what is left over.
fn grid(
    bins: &Bound<'_, PyAny>,
    segments: Segments<'_>,
    other: Option<&Bound<'_, PyAny>>,
) -> Out<SegmentGrid> {
    let bins = convert::small("bins", bins)?;
    let other = other.map(|name| convert::word("other", name)).transpose()?;
    let scores = |name, [low, high]: &Scores<'_>| -> Out<(u8, u8)> {
        Ok((convert::small(name, low)?, convert::small(name, high)?))
    };
    let segment = |(name, r, f, m, fm): &Segment<'_>| -> Out<GridSegment> {
        let name = convert::word("the name of a segment", name)?;
        let mut segment =
            GridSegment::new(name, scores("a recency score", r)?, scores("a frequency score", f)?);
        segment.m = m.as_ref().map(|m| scores("a monetary score", m)).transpose()?;
        segment.fm = fm.as_ref().map(|fm| scores("a mean of scores", fm)).transpose()?;
        Ok(segment)
    };
    let (segments, other) = match segments {
        Segments::Own(segments) => (segments.iter().map(segment).collect::<Out<_>>()?, other),
        Segments::Named(name) => {
            let named = SegmentGrid::named(&name)?.over(bins)?;
            (named.segments().to_vec(), other.or_else(|| named.other().map(str::to_owned)))
        }
    };
    Ok(SegmentGrid::from_parts(bins, segments, other)?)
}

/// All parameters.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings<'py> {
    as_of: Option<Bound<'py, PyAny>>,
    window_days: Option<Bound<'py, PyAny>>,
    returns: Option<Bound<'py, PyAny>>,
    scores: [Bound<'py, PyAny>; 3],
    bins: Bound<'py, PyAny>,
    segments: Segments<'py>,
    other: Option<Bound<'py, PyAny>>,
    closed: Bound<'py, PyAny>,
    weights: [Bound<'py, PyAny>; 3],
    cut_points: Option<Given<'py>>,
}

impl Settings<'_> {
    pub(crate) fn read(self) -> Out<RfmParams> {
        let [recency, frequency, monetary] = &self.scores;
        let mut params = Rfm::params()
            .recency_scores(scoring("scores['recency']", recency)?)
            .frequency_scores(scoring("scores['frequency']", frequency)?)
            .monetary_scores(scoring("scores['monetary']", monetary)?)
            .segments(grid(&self.bins, self.segments, self.other.as_ref())?)
            .closed(Closed::parse(&convert::word("closed", &self.closed)?)?);
        let [recency, frequency, monetary] = &self.weights;
        params = params.weights(
            convert::real("weights", recency)?,
            convert::real("weights", frequency)?,
            convert::real("weights", monetary)?,
        );
        if let Some((recency, frequency, monetary)) = &self.cut_points {
            params = params.cut_points(Some(CutPoints {
                recency: cuts("cut_points['recency']", recency)?,
                frequency: cuts("cut_points['frequency']", frequency)?,
                monetary: monetary.as_ref().map(|m| cuts("cut_points['monetary']", m)).transpose()?,
            }));
        }
        if let Some(as_of) = &self.as_of {
            params = params.as_of(convert::time("as_of", as_of)?);
        }
        let days =
            self.window_days.as_ref().map(|days| convert::count("window_days", days, 1)).transpose()?;
        // More days than `u32` can count reach as far back as times go.
        let days = days.map(|days| u32::try_from(days).unwrap_or(u32::MAX));
        let returns = self.returns.as_ref().map(|word| convert::word("returns", word)).transpose()?;
        let returns = returns.as_deref().map(Returns::parse).transpose()?;
        Ok(params.window_days(days).returns(returns))
    }
}
