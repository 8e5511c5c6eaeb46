//! Customers: attributes, preferences, consents, time zones.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::data::{Consent, Customers as Core, CustomersOptions};
use kosar::{Id, IdRef};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::convert::{self, CustomerRoles, CustomersIntake, Fields};
use crate::error::Out;
use crate::run::{fast, slow};
use crate::table::Table;

/// Facts of customers.
#[pyclass(frozen, module = "kosar._native")]
pub(crate) struct Customers(pub(crate) Arc<Core>);

impl From<Core> for Customers {
    fn from(customers: Core) -> Self {
        Self(Arc::new(customers))
    }
}

#[pymethods]
impl Customers {
    /// From anything that offers `__arrow_c_stream__`.
    #[staticmethod]
    fn from_stream(
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        roles: CustomerRoles,
        options: Fields<'_>,
    ) -> Out<Self> {
        let intake = intake(roles, &options)?;
        let stream = fast(|| crate::arrow_ffi::import(data))?;
        Ok(slow(py, move |control| intake.customers_of_stream(stream, control))?.into())
    }

    /// From a dict of lists or arrays.
    #[staticmethod]
    fn from_columns(
        py: Python<'_>,
        data: &Bound<'_, PyDict>,
        roles: CustomerRoles,
        options: Fields<'_>,
    ) -> Out<Self> {
        let intake = intake(roles, &options)?;
        let batch = fast(|| convert::record_batch(data))?;
        let work = move |control: &_| intake.customers(&batch.schema(), [Ok(batch)].into_iter(), control);
        Ok(slow(py, work)?.into())
    }

    /// From a CSV file.
    #[staticmethod]
    fn from_csv(
        py: Python<'_>,
        path: PathBuf,
        roles: CustomerRoles,
        options: Fields<'_>,
        delimiter: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let columns = intake(roles, &options)?.csv_columns(convert::delimiter(delimiter)?)?;
        Ok(slow(py, move |_| Core::from_csv(path, &columns))?.into())
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// The report as a dict, as text, and what there is to warn of.
    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> Out<(Bound<'py, PyAny>, String, Option<String>)> {
        fast(|| convert::report(py, self.0.report()))
    }

    fn ids<'py>(&self, py: Python<'py>) -> Out<Bound<'py, PyList>> {
        fast(|| convert::vocabulary_out(py, self.0.ids()))
    }

    fn attribute_names(&self) -> Vec<String> {
        self.0.attribute_names().map(str::to_owned).collect()
    }

    fn preference_kinds(&self) -> Vec<String> {
        self.0.preference_kinds().map(str::to_owned).collect()
    }

    fn consent_pairs(&self) -> Vec<(String, String)> {
        let pairs = self.0.consent_pairs();
        pairs.map(|(channel, purpose)| (channel.to_owned(), purpose.to_owned())).collect()
    }

    /// All that is held of a customer, as values of JSON.
    fn customer<'py>(&self, py: Python<'py>, customer: &Bound<'_, PyAny>) -> Out<Bound<'py, PyAny>> {
        let customer = convert::id("customer", customer)?;
        fast(|| convert::json(py, &self.0.customer(&customer)?))
    }

    fn consent(
        &self,
        customer: &Bound<'_, PyAny>,
        channel: &Bound<'_, PyAny>,
        purpose: &Bound<'_, PyAny>,
    ) -> Out<&'static str> {
        let customer = convert::id("customer", customer)?;
        let (channel, purpose) = (convert::word("channel", channel)?, convert::word("purpose", purpose)?);
        fast(|| Ok(self.0.consent(&customer, &channel, &purpose)?.name()))
    }

    /// What customers said, in lists of one length.
    fn with_consents(
        &self,
        py: Python<'_>,
        customers: &Bound<'_, PyList>,
        channels: Vec<String>,
        purposes: Vec<String>,
        consents: Vec<String>,
    ) -> Out<Self> {
        let ids = ids(customers)?;
        let consents = consents.iter().map(|word| Consent::parse(word)).collect::<Result<Vec<_>, _>>()?;
        let table = Arc::clone(&self.0);
        let work = move || {
            let names = channels.iter().zip(&purposes).zip(consents);
            let said = ids.iter().zip(names).map(|(id, ((channel, purpose), consent))| {
                (id.as_ref(), channel.as_str(), purpose.as_str(), consent)
            });
            table.with_consents(said)
        };
        Ok(slow(py, move |_| work())?.into())
    }

    fn append(&self, py: Python<'_>, new: &Self) -> Out<Self> {
        let (customers, new) = (Arc::clone(&self.0), Arc::clone(&new.0));
        Ok(slow(py, move |_| customers.append(&new))?.into())
    }

    fn update(&self, py: Python<'_>, new: &Self) -> Out<Self> {
        let (customers, new) = (Arc::clone(&self.0), Arc::clone(&new.0));
        Ok(slow(py, move |_| customers.update(&new))?.into())
    }

    fn forget(&self, py: Python<'_>, customer: &Bound<'_, PyAny>) -> Out<Self> {
        let (customers, customer) = (Arc::clone(&self.0), convert::id("customer", customer)?);
        Ok(slow(py, move |_| customers.forget(&customer))?.into())
    }

    fn merge_customers(
        &self,
        py: Python<'_>,
        customer: &Bound<'_, PyAny>,
        into: &Bound<'_, PyAny>,
    ) -> Out<Self> {
        let (customer, into) = (convert::id("customer", customer)?, convert::id("customer", into)?);
        let customers = Arc::clone(&self.0);
        Ok(slow(py, move |_| customers.merge_customers(&customer, &into))?.into())
    }

    /// Customers and whom to join them into, in two lists.
    fn merge_all_customers(
        &self,
        py: Python<'_>,
        customers: &Bound<'_, PyList>,
        into: &Bound<'_, PyList>,
    ) -> Out<Self> {
        let (pairs, table) = (Pairs::read(customers, into)?, Arc::clone(&self.0));
        Ok(slow(py, move |_| table.merge_all_customers(pairs.iter()))?.into())
    }

    fn table(&self, py: Python<'_>) -> Out<Table> {
        let customers = Arc::clone(&self.0);
        Ok(slow(py, move |_| Ok(customers.table()))?.into())
    }
}

/// Customers and whom to join them into.
pub(crate) struct Pairs(Vec<(Id, Id)>);

impl Pairs {
    /// From two lists of one length.
    pub(crate) fn read(customers: &Bound<'_, PyList>, into: &Bound<'_, PyList>) -> Out<Self> {
        Ok(Self(ids(customers)?.into_iter().zip(ids(into)?).collect()))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (IdRef<'_>, IdRef<'_>)> {
        self.0.iter().map(|(customer, into)| (customer.as_ref(), into.as_ref()))
    }
}

fn ids(list: &Bound<'_, PyList>) -> Out<Vec<Id>> {
    list.iter().map(|id| convert::id("customer", &id)).collect()
}

/// How rows are read, and which column plays which role.
fn intake(roles: CustomerRoles, options: &Fields<'_>) -> Out<CustomersIntake> {
    let options = CustomersOptions {
        integer_ids: options.flag("integer_ids")?,
        separator: options.word("separator")?,
        date_format: options.optional_word("date_format")?,
    };
    Ok(CustomersIntake { roles, options })
}
