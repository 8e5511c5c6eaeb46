//! What will spoil recommendations, and filters that take it out.

use std::sync::Arc;

use kosar::data::{FilterReport, LogFilter as CoreFilter, Span};
use kosar::diagnose::{DiagnoseOptions, Diagnosis as CoreDiagnosis, FindingKind};
use kosar::{Id, Time};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::catalog::{Catalog, given};
use crate::convert::{self, Fields};
use crate::error::Out;
use crate::run::fast;
use crate::table::Table;

/// What is wrong with a log.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Diagnosis(CoreDiagnosis);

/// What is to be left out of a log.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct LogFilter(pub(crate) Arc<CoreFilter>);

/// What a diagnosis is asked for, owned.
pub(crate) struct Asked {
    now: Option<Time>,
    examples: usize,
    names: Option<String>,
    catalog: Option<Arc<kosar::data::Catalog>>,
    only: Option<Vec<FindingKind>>,
}

impl Asked {
    pub(crate) fn read(catalog: Option<&Bound<'_, Catalog>>, options: &Fields<'_>) -> Out<Self> {
        let only = options.optional_words("only")?;
        let only = only.map(|words| words.iter().map(|word| Ok(FindingKind::parse(word)?)).collect());
        Ok(Self {
            now: options.optional_time("now")?,
            examples: options.count("examples", 0)?,
            names: options.optional_word("names")?,
            catalog: given(catalog),
            only: only.transpose_out()?,
        })
    }

    pub(crate) fn options(&self) -> DiagnoseOptions<'_> {
        let options = DiagnoseOptions::new().examples(self.examples);
        let options = self.now.map_or(options.clone(), |now| options.now(now));
        let options = match &self.names {
            Some(names) => options.names(names),
            None => options,
        };
        let options = match &self.catalog {
            Some(catalog) => options.catalog(catalog),
            None => options,
        };
        match &self.only {
            Some(only) => options.only(only.iter().copied()),
            None => options,
        }
    }
}

/// An option of a result of this crate, turned inside out.
trait TransposeOut<T> {
    fn transpose_out(self) -> Out<Option<T>>;
}

impl<T> TransposeOut<T> for Option<Out<T>> {
    fn transpose_out(self) -> Out<Option<T>> {
        self.map_or(Ok(None), |value| value.map(Some))
    }
}

impl From<CoreDiagnosis> for Diagnosis {
    fn from(diagnosis: CoreDiagnosis) -> Self {
        Self(diagnosis)
    }
}

/// How much a filter took, by name.
pub(crate) fn report_out<'py>(py: Python<'py>, report: &FilterReport) -> Out<Bound<'py, PyAny>> {
    convert::json(py, report)
}

fn kinds(words: Vec<String>) -> Out<Vec<FindingKind>> {
    words.iter().map(|word| Ok(FindingKind::parse(word)?)).collect()
}

#[pymethods]
impl Diagnosis {
    /// The names of the kinds, in the order of findings.
    #[staticmethod]
    fn kinds() -> Vec<&'static str> {
        FindingKind::ALL.map(FindingKind::word).to_vec()
    }

    /// The fields of each finding, but for the filter; instants as text, or microseconds beyond the calendar.
    fn findings<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        let found = self.0.findings().iter();
        Ok(PyList::new(py, found.map(|found| convert::json(py, found)).collect::<Out<Vec<_>>>()?)?)
    }

    fn filter(&self, kinds_: Option<Vec<String>>) -> Out<LogFilter> {
        let kinds = kinds_.map(kinds).transpose_out()?;
        let filter = kinds.map_or_else(|| self.0.filter(), |kinds| self.0.filter_of(&kinds));
        Ok(LogFilter(Arc::new(filter)))
    }

    fn table(&self) -> Table {
        self.0.table().into()
    }

    #[getter]
    fn lines(&self) -> u64 {
        self.0.lines()
    }

    fn text(&self) -> String {
        self.0.to_string()
    }
}

fn ids_out<'py, 'a>(py: Python<'py>, ids: impl ExactSizeIterator<Item = &'a Id>) -> Out<Bound<'py, PyList>> {
    Ok(PyList::new(py, ids.map(|id| convert::id_out(py, id.as_ref())).collect::<Vec<_>>())?)
}

#[pymethods]
impl LogFilter {
    /// Of lists of ids, pairs of instants, and a dict of codes.
    #[staticmethod]
    fn of_parts(
        customers: &Bound<'_, PyAny>,
        items: &Bound<'_, PyAny>,
        orders: &Bound<'_, PyAny>,
        sessions: &Bound<'_, PyAny>,
        spans: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
        rename: &Bound<'_, PyDict>,
    ) -> Out<Self> {
        let span = |(from, to): &(Bound<'_, PyAny>, Bound<'_, PyAny>)| {
            Ok(Span::new(convert::time("from", from)?, convert::time("to", to)?)?)
        };
        let mut filter = CoreFilter::new()
            .customers(convert::ids("customers", customers)?)
            .items(convert::ids("items", items)?)
            .orders(convert::ids("orders", orders)?)
            .sessions(convert::ids("sessions", sessions)?)
            .spans(spans.iter().map(span).collect::<Out<Vec<_>>>()?);
        for (code, keep) in rename.iter() {
            filter = filter.rename(convert::id("item", &code)?, convert::id("item", &keep)?);
        }
        Ok(Self(Arc::new(filter)))
    }

    #[staticmethod]
    fn from_json(text: &str) -> Out<Self> {
        Ok(Self(Arc::new(CoreFilter::from_json(text)?)))
    }

    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn union(&self, other: &Self) -> Self {
        Self(Arc::new(CoreFilter::clone(&self.0).union(&other.0)))
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn equals(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| ids_out(py, self.0.customer_ids()))
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| ids_out(py, self.0.item_ids()))
    }

    fn orders<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| ids_out(py, self.0.order_ids()))
    }

    fn sessions<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| ids_out(py, self.0.session_ids()))
    }

    /// In microseconds since 1970.
    fn spans(&self) -> Vec<(i64, i64)> {
        self.0.time_spans().map(|span| (span.from().micros(), span.to().micros())).collect()
    }

    fn rename<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyDict>> {
        let out = PyDict::new(py);
        for (code, keep) in self.0.renames() {
            out.set_item(convert::id_out(py, code.as_ref()), convert::id_out(py, keep.as_ref()))?;
        }
        Ok(out)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> Out<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let from_json = py.get_type::<Self>().getattr("from_json")?;
        Ok((from_json, PyTuple::new(py, [self.to_json()])?))
    }
}
