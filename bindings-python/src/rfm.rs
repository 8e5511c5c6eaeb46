//! Recency, frequency, monetary value.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::Fit;
use kosar::rfm::{GridSegment, Rfm as Core, RfmCustomer, Scoring, SegmentGrid};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::convert;
use crate::error::Out;
use crate::order_log::OrderLog;
use crate::persist;
use crate::run::{fast, slow};
use crate::table::Table;

/// Customers by recency, frequency and monetary value.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Rfm(pub(crate) Arc<Core>);

type Segment<'py> = (Bound<'py, PyAny>, [Bound<'py, PyAny>; 2], [Bound<'py, PyAny>; 2]);
type Cuts = (Vec<f64>, Vec<f64>, Option<Vec<f64>>);

fn scoring(name: &'static str, value: &Bound<'_, PyAny>) -> Out<Scoring> {
    Ok(Scoring::parse(&convert::word(name, value)?)?)
}

/// The segments given, or those of the default grid, over so many classes.
fn grid(bins: &Bound<'_, PyAny>, segments: Option<Vec<Segment<'_>>>) -> Out<SegmentGrid> {
    let bins = convert::small("bins", bins)?;
    let scores = |name, [low, high]: &[Bound<'_, PyAny>; 2]| -> Out<(u8, u8)> {
        Ok((convert::small(name, low)?, convert::small(name, high)?))
    };
    let segment = |(name, r, f): &Segment<'_>| -> Out<GridSegment> {
        let name = convert::word("the name of a segment", name)?;
        Ok(GridSegment { name, r: scores("a recency score", r)?, f: scores("a frequency score", f)? })
    };
    let segments = match segments {
        Some(segments) => segments.iter().map(segment).collect::<Out<_>>()?,
        None => SegmentGrid::default().segments().to_vec(),
    };
    Ok(SegmentGrid::new(bins, segments)?)
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
    Ok(out)
}

#[pymethods]
impl Rfm {
    #[staticmethod]
    fn defaults(py: Python<'_>) -> Out<Bound<'_, PyAny>> {
        convert::json(py, &Core::params())
    }

    #[staticmethod]
    fn fit(
        py: Python<'_>,
        log: &OrderLog,
        as_of: Option<&Bound<'_, PyAny>>,
        scores: [Bound<'_, PyAny>; 3],
        bins: &Bound<'_, PyAny>,
        segments: Option<Vec<Segment<'_>>>,
    ) -> Out<Self> {
        let [recency, frequency, monetary] = &scores;
        let mut params = Core::params()
            .recency_scores(scoring("scores['recency']", recency)?)
            .frequency_scores(scoring("scores['frequency']", frequency)?)
            .monetary_scores(scoring("scores['monetary']", monetary)?)
            .segments(grid(bins, segments)?);
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

    fn segment(&self, customer: &Bound<'_, PyAny>) -> Out<String> {
        let customer = convert::id("customer", customer)?;
        fast(|| Ok(self.0.customer(&customer)?.segment.to_owned()))
    }

    /// Of recency, frequency and monetary value.
    #[getter]
    fn cut_points(&self) -> Out<Cuts> {
        let cuts = self.0.cut_points().clone();
        Ok((cuts.recency, cuts.frequency, cuts.monetary))
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
