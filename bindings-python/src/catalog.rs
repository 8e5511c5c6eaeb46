//! The catalogue.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::data::{Catalog as Core, CatalogColumns, CatalogOptions, ItemFacts};
use kosar::{IdRef, Money, Time, TimeUnit};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyList};

use crate::convert::{self, CatalogIntake, CatalogRoles, Fields};
use crate::error::Out;
use crate::run::{fast, slow};
use crate::table::Table;

/// Facts of items.
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
        options: Fields<'_>,
    ) -> Out<Self> {
        let intake = intake(roles, &options)?;
        let stream = fast(|| crate::arrow_ffi::import(data))?;
        Ok(slow(py, move |control| intake.catalog_of_stream(stream, control))?.into())
    }

    /// From a dict of lists or arrays.
    #[staticmethod]
    fn from_columns(
        py: Python<'_>,
        data: &Bound<'_, PyDict>,
        roles: CatalogRoles,
        options: Fields<'_>,
    ) -> Out<Self> {
        let intake = intake(roles, &options)?;
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
        options: Fields<'_>,
        delimiter: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let columns = csv_columns(intake(roles, &options)?, convert::delimiter(delimiter)?);
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
        fast(|| id_list(py, self.0.items_in(&path)?))
    }

    /// All that is known of an item; the launch in microseconds.
    fn item<'py>(&self, py: Python<'py>, item: &Bound<'_, PyAny>) -> Out<Bound<'py, PyDict>> {
        let item = convert::id("item", item)?;
        fast(|| facts(py, &self.0.item(&item)?))
    }

    fn brands(&self) -> Vec<String> {
        self.0.brands().map(str::to_owned).collect()
    }

    fn tags(&self) -> Vec<String> {
        self.0.tags().map(str::to_owned).collect()
    }

    fn attribute_names(&self) -> Vec<String> {
        self.0.attribute_names().map(str::to_owned).collect()
    }

    fn items_of_brand<'py>(&self, py: Python<'py>, brand: &Bound<'_, PyAny>) -> Out<Bound<'py, PyList>> {
        let brand = convert::word("brand", brand)?;
        fast(|| id_list(py, self.0.items_of_brand(&brand)?))
    }

    fn items_with_tag<'py>(&self, py: Python<'py>, tag: &Bound<'_, PyAny>) -> Out<Bound<'py, PyList>> {
        let tag = convert::word("tag", tag)?;
        fast(|| id_list(py, self.0.items_with_tag(&tag)?))
    }

    fn items_with_attribute<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
    ) -> Out<Bound<'py, PyList>> {
        let (name, value) = (convert::word("name", name)?, convert::word("value", value)?);
        fast(|| id_list(py, self.0.items_with_attribute(&name, &value)?))
    }

    fn items_priced<'py>(
        &self,
        py: Python<'py>,
        min: Option<&Bound<'_, PyAny>>,
        max: Option<&Bound<'_, PyAny>>,
    ) -> Out<Bound<'py, PyList>> {
        let (min, max) = (convert::optional_money("min", min)?, convert::optional_money("max", max)?);
        fast(|| id_list(py, self.0.items_priced(min, max)?))
    }

    fn items_in_stock<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| id_list(py, self.0.items_in_stock()?))
    }

    fn items_launched_since<'py>(&self, py: Python<'py>, time: &Bound<'_, PyAny>) -> Out<Bound<'py, PyList>> {
        let time = convert::time("time", time)?;
        fast(|| id_list(py, self.0.items_launched_since(time)?))
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let catalog = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(catalog.table()))?.into())
    }

    /// The report as a dict, as text, and what there is to warn of.
    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> Out<(Bound<'py, PyAny>, String, Option<String>)> {
        fast(|| convert::report(py, self.0.report()))
    }
}

/// How rows are read, and which column plays which role.
fn intake(roles: CatalogRoles, options: &Fields<'_>) -> Out<CatalogIntake> {
    let time_unit = options.optional_word("time_unit")?;
    let options = CatalogOptions {
        separator: options.word("separator")?,
        tag_separator: options.word("tag_separator")?,
        time_format: options.optional_word("time_format")?,
        integer_ids: options.flag("integer_ids")?,
    };
    let time_unit = time_unit.as_deref().map(TimeUnit::parse).transpose()?;
    Ok(CatalogIntake { roles, options, time_unit })
}

fn csv_columns(intake: CatalogIntake, delimiter: u8) -> CatalogColumns {
    let CatalogIntake { roles, options, time_unit } = intake;
    CatalogColumns {
        item: Some(roles.item),
        category: roles.category,
        name: roles.name,
        brand: roles.brand,
        price: roles.price,
        cost: roles.cost,
        stock: roles.stock,
        launched: roles.launched,
        tags: roles.tags,
        text: roles.text,
        attributes: roles.attributes,
        time_unit,
        delimiter: Some(delimiter),
        options,
    }
}

fn id_list<'py>(py: Python<'py>, found: Vec<IdRef<'_>>) -> Out<Bound<'py, PyList>> {
    Ok(PyList::new(py, found.into_iter().map(|id| convert::id_out(py, id)))?)
}

fn facts<'py>(py: Python<'py>, item: &ItemFacts<'_>) -> Out<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("name", item.name)?;
    dict.set_item("categories", &item.categories)?;
    dict.set_item("brand", item.brand)?;
    dict.set_item("price", item.price.map(Money::to_f64))?;
    dict.set_item("cost", item.cost.map(Money::to_f64))?;
    dict.set_item("stock", item.stock.map(Money::to_f64))?;
    dict.set_item("launched", item.launched.map(Time::micros))?;
    dict.set_item("tags", &item.tags)?;
    dict.set_item("attributes", item.attributes.clone().into_py_dict(py)?)?;
    dict.set_item("text", item.text)?;
    Ok(dict)
}

/// The catalogue given, if one is.
pub(crate) fn given(catalog: Option<&Bound<'_, Catalog>>) -> Option<Arc<Core>> {
    catalog.map(|catalog| Arc::clone(&catalog.get().0))
}
