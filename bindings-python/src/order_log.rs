//! The order log.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::TimeUnit;
use kosar::data::{BasketBuilder, CsvColumns, LogOptions, Returns, Role};
use numpy::{IntoPyArray, PyArray1};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::catalog::Catalog;
use crate::convert::{self, Fields, Intake, Roles};
use crate::customers::Pairs;
use crate::diagnose::{self, Asked, Diagnosis, LogFilter};
use crate::error::Out;
use crate::run::{fast, slow};

/// Lines that are put in order sooner than another thread would be worth its while: within some milliseconds.
const SHORT: usize = 1 << 19;

/// Order lines, checked and numbered.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct OrderLog(pub(crate) Arc<kosar::OrderLog>);

/// How rows are read.
#[derive(Debug, FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Options<'py> {
    returns: String,
    drop_duplicates: bool,
    until: Option<Bound<'py, PyAny>>,
    integer_ids: Vec<String>,
    time_format: Option<String>,
    time_unit: Option<String>,
}

impl Options<'_> {
    pub(crate) fn read(self) -> Out<(LogOptions, Option<TimeUnit>)> {
        let among = [Role::Customer, Role::Order, Role::Item];
        let options = LogOptions {
            returns: Returns::parse(&self.returns)?,
            drop_duplicates: self.drop_duplicates,
            until: self.until.map(|time| convert::time("until", &time)).transpose()?,
            time_format: self.time_format,
            integer_ids: convert::integer_ids(&self.integer_ids, among, "customer, order, item")?,
        };
        Ok((options, self.time_unit.as_deref().map(TimeUnit::parse).transpose()?))
    }
}

impl From<kosar::OrderLog> for OrderLog {
    fn from(log: kosar::OrderLog) -> Self {
        Self(Arc::new(log))
    }
}

type Csr<'py> =
    ((usize, usize), Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<u32>>, Bound<'py, PyArray1<u32>>);

#[pymethods]
impl OrderLog {
    /// From anything that offers `__arrow_c_stream__`.
    #[staticmethod]
    fn from_stream(py: Python<'_>, data: &Bound<'_, PyAny>, roles: Roles, options: Options<'_>) -> Out<Self> {
        let (options, time_unit) = options.read()?;
        let intake = Intake { roles, options, time_unit };
        let stream = fast(|| crate::arrow_ffi::import(data))?;
        let log = slow(py, move |control| intake.log_of_stream(stream, control))?;
        Ok(log.into())
    }

    /// From a dict of lists or arrays.
    #[staticmethod]
    fn from_columns(
        py: Python<'_>,
        data: &Bound<'_, PyDict>,
        roles: Roles,
        options: Options<'_>,
    ) -> Out<Self> {
        let (options, time_unit) = options.read()?;
        let intake = Intake { roles, options, time_unit };
        let batch = fast(|| convert::record_batch(data))?;
        let log = slow(py, move |control| intake.log(&batch.schema(), [Ok(batch)].into_iter(), control))?;
        Ok(log.into())
    }

    /// From a CSV file.
    #[staticmethod]
    fn from_csv(
        py: Python<'_>,
        path: PathBuf,
        roles: Roles,
        options: Options<'_>,
        delimiter: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let (options, time_unit) = options.read()?;
        let columns = csv_columns(roles, time_unit, convert::delimiter(delimiter)?);
        Ok(slow(py, move |_| kosar::OrderLog::from_csv(path, &columns, options))?.into())
    }

    /// From an iterable of baskets.
    #[staticmethod]
    fn from_baskets(py: Python<'_>, baskets: &Bound<'_, PyAny>) -> Out<Self> {
        let (mut builder, mut ints) = (BasketBuilder::default(), Vec::new());
        let mut take =
            |basket: PyResult<Bound<'_, PyAny>>| convert::basket(&basket?, &mut ints, &mut builder);
        fast(|| baskets.try_iter()?.try_for_each(&mut take))?;
        if builder.n_lines() < SHORT {
            return fast(|| Ok(builder.finish().into()));
        }
        Ok(slow(py, move |_| Ok(builder.finish()))?.into())
    }

    #[getter]
    fn n_orders(&self) -> usize {
        self.0.n_orders()
    }

    #[getter]
    fn n_customers(&self) -> usize {
        self.0.n_customers()
    }

    #[getter]
    fn n_items(&self) -> usize {
        self.0.n_items()
    }

    #[getter]
    fn n_lines(&self) -> usize {
        self.0.n_lines()
    }

    /// First and last order, in microseconds since 1970.
    #[getter]
    fn span(&self) -> Out<Option<(i64, i64)>> {
        fast(|| Ok(convert::span(self.0.span())))
    }

    /// The report as a dict, as text, and what there is to warn of.
    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> Out<(Bound<'py, PyAny>, String, Option<String>)> {
        fast(|| convert::report(py, self.0.report()))
    }

    fn customers<'py>(&self, py: Python<'py>) -> Out<Option<Bound<'py, PyList>>> {
        fast(|| self.0.customers().map(|ids| convert::vocabulary_out(py, ids)).transpose())
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Option<Bound<'py, PyList>>> {
        fast(|| self.0.items().map(|ids| convert::vocabulary_out(py, ids)).transpose())
    }

    fn append(&self, py: Python<'_>, new: &Self) -> Out<Self> {
        let (log, new) = (Arc::clone(&self.0), Arc::clone(&new.0));
        Ok(slow(py, move |_| log.append(&new))?.into())
    }

    fn forget(&self, py: Python<'_>, customer: &Bound<'_, PyAny>) -> Out<Self> {
        let (log, customer) = (Arc::clone(&self.0), convert::id("customer", customer)?);
        Ok(slow(py, move |_| log.forget(&customer))?.into())
    }

    fn merge_customers(
        &self,
        py: Python<'_>,
        customer: &Bound<'_, PyAny>,
        into: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let (customer, into) = (convert::id("customer", customer)?, convert::id("customer", into)?);
        let log = Arc::clone(&self.0);
        Ok(slow(py, move |_| log.merge_customers(&customer, &into))?.into())
    }

    /// Customers and whom to join them into, in two lists.
    fn merge_all_customers(
        &self,
        py: Python<'_>,
        customers: &Bound<'_, PyList>,
        into: &Bound<'_, PyList>,
    ) -> Out<Self> {
        let (pairs, log) = (Pairs::read(customers, into)?, Arc::clone(&self.0));
        Ok(slow(py, move |_| log.merge_all_customers(pairs.iter()))?.into())
    }

    fn diagnose(
        &self,
        py: Python<'_>,
        catalog: Option<&Bound<'_, Catalog>>,
        options: Fields<'_>,
    ) -> Out<Diagnosis> {
        let (log, asked) = (Arc::clone(&self.0), Asked::read(catalog, &options)?);
        Ok(slow(py, move |_| log.diagnose(&asked.options()))?.into())
    }

    /// The log that is left, and how much was taken.
    fn filter<'py>(&self, py: Python<'py>, filter: &LogFilter) -> Out<(Self, Bound<'py, PyAny>)> {
        let (log, filter) = (Arc::clone(&self.0), Arc::clone(&filter.0));
        let (log, report) = slow(py, move |_| log.filter(&filter))?;
        Ok((log.into(), diagnose::report_out(py, &report)?))
    }

    fn before(&self, py: Python<'_>, time: &Bound<'_, PyAny>) -> Out<Self> {
        let (log, time) = (Arc::clone(&self.0), convert::time("time", time)?);
        Ok(slow(py, move |_| log.before(time))?.into())
    }

    fn after(&self, py: Python<'_>, time: &Bound<'_, PyAny>) -> Out<Self> {
        let (log, time) = (Arc::clone(&self.0), convert::time("time", time)?);
        Ok(slow(py, move |_| log.after(time))?.into())
    }

    /// The most frequent word of a kept column for each item that has one.
    fn item_words<'py>(&self, py: Python<'py>, name: &Bound<'_, PyAny>) -> Out<Bound<'py, PyDict>> {
        let name = convert::word("name", name)?;
        fast(|| {
            let words = PyDict::new(py);
            let ids = self.0.items().into_iter().flat_map(|items| items.iter());
            for (id, word) in ids.zip(self.0.item_words(&name)?) {
                if let Some(word) = word {
                    words.set_item(convert::id_out(py, id), word)?;
                }
            }
            Ok(words)
        })
    }

    /// Shape, row offsets, columns and values.
    fn customer_items<'py>(&self, py: Python<'py>) -> Out<Csr<'py>> {
        let log = Arc::clone(&self.0);
        let matrix = slow(py, move |_| {
            log.customer_items().map(|matrix| (matrix.shape(), matrix.into_raw_storage()))
        })?;
        Ok(csr(py, matrix))
    }

    /// Shape, row offsets, columns and values.
    fn basket_items<'py>(&self, py: Python<'py>) -> Out<Csr<'py>> {
        let log = Arc::clone(&self.0);
        let matrix =
            slow(py, move |_| log.basket_items().map(|matrix| (matrix.shape(), matrix.into_raw_storage())))?;
        Ok(csr(py, matrix))
    }
}

type RawCsr = ((usize, usize), (Vec<u32>, Vec<u32>, Vec<u32>));

fn csr<'py>(py: Python<'py>, (shape, (offsets, columns, values)): RawCsr) -> Csr<'py> {
    (shape, offsets.into_pyarray(py), columns.into_pyarray(py), values.into_pyarray(py))
}

fn csv_columns(roles: Roles, time_unit: Option<TimeUnit>, delimiter: u8) -> CsvColumns {
    CsvColumns {
        customer: roles.customer,
        order: roles.order,
        item: roles.item,
        time: roles.time,
        quantity: roles.quantity,
        price: roles.price,
        amount: roles.amount,
        attributes: roles.attributes,
        time_unit,
        delimiter: Some(delimiter),
    }
}
