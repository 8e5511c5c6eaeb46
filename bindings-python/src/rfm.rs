//! Recency, frequency, monetary value.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::Fit;
use kosar::rfm::{Closed, CutPoints, Cuts, GridSegment, Rfm as Core, RfmCustomer, Scoring, SegmentGrid};
use numpy::PyReadonlyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::convert;
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::{fast, slow};
use crate::table::Table;

/// Customers by recency, frequency and monetary value.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Rfm(pub(crate) Arc<Core>);

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

fn cuts_out<'py>(py: Python<'py>, cuts: &Cuts) -> Out<Bound<'py, PyList>> {
    Ok(match cuts {
        Cuts::All(cuts) => PyList::new(py, cuts)?,
        Cuts::PerClass(lists) => PyList::new(py, lists)?,
    })
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
            let named = SegmentGrid::named(&name)?;
            (named.segments().to_vec(), other.or_else(|| named.other().map(str::to_owned)))
        }
    };
    Ok(SegmentGrid::from_parts(bins, segments, other)?)
}

pub(crate) fn customer_out<'py>(py: Python<'py>, customer: &RfmCustomer<'_>) -> Out<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    out.set_item("customer", convert::id_out(py, customer.customer))?;
    out.set_item("recency_days", customer.recency_days)?;
    out.set_item("frequency", customer.frequency)?;
    out.set_item("monetary", customer.monetary.map_or(f64::NAN, |monetary| monetary.to_f64()))?;
    out.set_item("R_score", customer.r_score)?;
    out.set_item("F_score", customer.f_score)?;
    out.set_item("M_score", customer.m_score)?;
    out.set_item("segment", customer.segment)?;
    out.set_item("score", customer.score)?;
    out.set_item("RFM", customer.rfm)?;
    Ok(out)
}

#[pymethods]
impl Rfm {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    /// The grids that have a name.
    #[staticmethod]
    fn grids(py: Python<'_>) -> Out<Bound<'_, PyDict>> {
        let out = PyDict::new(py);
        for name in SegmentGrid::NAMES {
            out.set_item(name, convert::json(py, &SegmentGrid::named(name)?)?)?;
        }
        Ok(out)
    }

    #[staticmethod]
    #[allow(clippy::too_many_arguments, reason = "one for each parameter")]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        as_of: Option<&Bound<'_, PyAny>>,
        scores: [Bound<'_, PyAny>; 3],
        bins: &Bound<'_, PyAny>,
        segments: Segments<'_>,
        other: Option<&Bound<'_, PyAny>>,
        closed: &Bound<'_, PyAny>,
        weights: [Bound<'_, PyAny>; 3],
        cut_points: Option<Given<'_>>,
    ) -> Out<Self> {
        let [recency, frequency, monetary] = &scores;
        let mut params = Core::params()
            .recency_scores(scoring("scores['recency']", recency)?)
            .frequency_scores(scoring("scores['frequency']", frequency)?)
            .monetary_scores(scoring("scores['monetary']", monetary)?)
            .segments(grid(bins, segments, other)?)
            .closed(Closed::parse(&convert::word("closed", closed)?)?);
        let [recency, frequency, monetary] = &weights;
        params = params.weights(
            convert::real("weights", recency)?,
            convert::real("weights", frequency)?,
            convert::real("weights", monetary)?,
        );
        if let Some((recency, frequency, monetary)) = &cut_points {
            params = params.cut_points(Some(CutPoints {
                recency: cuts("cut_points['recency']", recency)?,
                frequency: cuts("cut_points['frequency']", frequency)?,
                monetary: monetary.as_ref().map(|m| cuts("cut_points['monetary']", m)).transpose()?,
            }));
        }
        if let Some(as_of) = as_of {
            params = params.as_of(convert::time("as_of", as_of)?);
        }
        let log = Arc::clone(&log.0);
        Ok(Self(Arc::new(slow(py, move |control| params.fit_with(&*log, control))?)))
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.table()))?.into())
    }

    fn profiles(&self, py: Python<'_>) -> Out<Table> {
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(model.profile_table()))?.into())
    }

    fn customer<'py>(&self, py: Python<'py>, customer: &Bound<'_, PyAny>) -> Out<Bound<'py, PyDict>> {
        let customer = convert::id("customer", customer)?;
        fast(|| customer_out(py, &self.0.customer(&customer)?))
    }

    fn segment<'py>(&self, py: Python<'py>, customer: &Bound<'py, PyAny>) -> Out<Bound<'py, PyString>> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(PyString::new(py, self.0.segment(&customer)?)))
    }

    fn segments_of<'py>(&self, py: Python<'py>, customers: &Bound<'py, PyAny>) -> Out<Bound<'py, PyList>> {
        let customers = convert::ids("customer", customers)?;
        let segments = fast(|| Ok(self.0.segments_of(&customers)?))?;
        Ok(PyList::new(py, segments)?)
    }

    fn customers<'py>(&self, py: Python<'py>, segment: &Bound<'py, PyAny>) -> Out<Bound<'py, PyList>> {
        let segment = convert::word("segment", segment)?;
        let found: Vec<_> = self.0.customers(&segment)?.map(|id| convert::id_out(py, id)).collect();
        Ok(PyList::new(py, found)?)
    }

    fn score(
        &self,
        py: Python<'_>,
        recency_days: PyReadonlyArray1<'_, f64>,
        frequency: PyReadonlyArray1<'_, f64>,
        monetary: Option<PyReadonlyArray1<'_, f64>>,
    ) -> Out<Table> {
        let own = |values: &PyReadonlyArray1<'_, f64>| values.as_array().to_vec();
        let (days, orders, spent) = (own(&recency_days), own(&frequency), monetary.as_ref().map(own));
        let model = Arc::clone(&self.0);
        Ok(slow(py, move |_| model.score(&days, &orders, spent.as_deref()))?.into())
    }

    fn rescore(&self, py: Python<'_>, other: &Self) -> Out<Self> {
        let (model, other) = (Arc::clone(&self.0), Arc::clone(&other.0));
        Ok(Self(Arc::new(slow(py, move |_| model.rescore(&other))?)))
    }

    fn apply(&self, py: Python<'_>, log: &OrderLog, as_of: Option<&Bound<'_, PyAny>>) -> Out<Self> {
        let as_of = as_of.map(|as_of| convert::time("as_of", as_of)).transpose()?;
        let (model, log) = (Arc::clone(&self.0), Arc::clone(&log.0));
        Ok(Self(Arc::new(slow(py, move |_| model.apply(&log, as_of))?)))
    }

    fn migration(&self, py: Python<'_>, after: &Self) -> Out<Table> {
        let (before, after) = (Arc::clone(&self.0), Arc::clone(&after.0));
        Ok(slow(py, move |_| Ok(before.migration(&after)?.table()))?.into())
    }

    /// The parameters, as in a file.
    fn params<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyAny>> {
        convert::json(py, self.0.parameters())
    }

    #[getter]
    fn segment_names(&self) -> Vec<&str> {
        self.0.grid().names().collect()
    }

    /// Of recency, frequency and monetary value.
    #[getter]
    fn cut_points<'py>(&self, py: Python<'py>) -> Out<[Option<Bound<'py, PyList>>; 3]> {
        let found = self.0.cut_points();
        let monetary = found.monetary.as_ref().map(|cuts| cuts_out(py, cuts)).transpose()?;
        Ok([Some(cuts_out(py, &found.recency)?), Some(cuts_out(py, &found.frequency)?), monetary])
    }

    /// In microseconds since 1970.
    #[getter]
    fn as_of(&self) -> Option<i64> {
        self.0.as_of().map(kosar::Time::micros)
    }

    #[getter]
    fn n_customers(&self) -> usize {
        self.0.len()
    }

    fn to_bytes<'py>(&self, py: Python<'py>, histories: bool) -> Out<Bound<'py, PyBytes>> {
        persist::to_bytes(py, &self.0, histories)
    }

    fn save(&self, py: Python<'_>, path: PathBuf, histories: bool) -> Out<()> {
        persist::save(py, &self.0, path, histories)
    }
}
