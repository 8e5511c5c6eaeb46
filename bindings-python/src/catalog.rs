//! The catalogue.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::data::{Catalog as Core, CatalogColumns, CatalogOptions};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::{self, CatalogIntake, CatalogRoles};
use crate::error::Out;
use crate::run::{fast, slow};
use crate::table::Table;

/// Names and categories of items.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Catalog(pub(crate) Arc<Core>);

impl From<Core> for Catalog {
    fn from(catalog: Core) -> Self {
        Self(Arc::new(catalog))
    }
}

#[pymethods]
impl Catalog {
    /// From anything that offers `__arrow_c_stream__`.
    #[staticmethod]
    fn from_stream(
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        roles: CatalogRoles,
        separator: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let intake = CatalogIntake::new(roles, convert::word("separator", separator)?);
        let stream = fast(|| crate::arrow_ffi::import(data))?;
        Ok(slow(py, move |control| intake.catalog_of_stream(stream, control))?.into())
    }

    /// From a dict of lists or arrays.
    #[staticmethod]
    fn from_columns(
        py: Python<'_>,
        data: &Bound<'_, PyDict>,
        roles: CatalogRoles,
        separator: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let intake = CatalogIntake::new(roles, convert::word("separator", separator)?);
        let batch = fast(|| convert::record_batch(data))?;
        let work = move |control: &_| intake.catalog(&batch.schema(), [Ok(batch)].into_iter(), control);
        Ok(slow(py, work)?.into())
    }

    /// From a CSV file.
    #[staticmethod]
    fn from_csv(
        py: Python<'_>,
        path: PathBuf,
        roles: CatalogRoles,
        separator: &Bound<'_, PyAny>,
        integer_ids: &Bound<'_, PyAny>,
        delimiter: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let options = CatalogOptions {
            separator: convert::word("separator", separator)?,
            integer_ids: convert::flag("integer_ids", integer_ids)?,
        };
        let CatalogRoles { item, category, name } = roles;
        let delimiter = Some(convert::delimiter(delimiter)?);
        let columns = CatalogColumns { item: Some(item), category, name, delimiter, options };
        Ok(slow(py, move |_| Core::from_csv(path, &columns))?.into())
    }

    #[getter]
    fn n_items(&self) -> usize {
        self.0.n_items()
    }

    /// The greatest depth of a category.
    #[getter]
    fn depth(&self) -> usize {
        self.0.categories().depth()
    }

    fn items<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.items()))
    }

    fn name(&self, item: &Bound<'_, PyAny>) -> Out<Option<String>> {
        let item = convert::id("item", item)?;
        fast(|| Ok(self.0.name(&item)?.map(str::to_owned)))
    }

    fn categories_of(&self, item: &Bound<'_, PyAny>) -> Out<Vec<String>> {
        let item = convert::id("item", item)?;
        fast(|| Ok(self.0.categories_of(&item)?.into_iter().map(str::to_owned).collect()))
    }

    fn items_in<'py>(&self, py: Python<'py>, path: &Bound<'_, PyAny>) -> Out<Bound<'py, PyList>> {
        let path = convert::word("path", path)?;
        fast(|| {
            let found = self.0.items_in(&path)?;
            Ok(PyList::new(py, found.into_iter().map(|id| convert::id_out(py, id)))?)
        })
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let catalog = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(catalog.table()))?.into())
    }

    /// The report as a dict, and as text.
    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> Out<(Bound<'py, PyAny>, String)> {
        let report = self.0.report();
        fast(|| Ok((convert::json(py, report)?, report.to_string())))
    }
}

/// The catalogue given, if one is.
pub(crate) fn given(catalog: Option<&Bound<'_, Catalog>>) -> Option<Arc<Core>> {
    catalog.map(|catalog| Arc::clone(&catalog.get().0))
}
