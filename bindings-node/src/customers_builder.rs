//! Columns of customers, slice by slice.

use std::collections::BTreeMap;

use kosar::data::{Consent, CustomersBatch, CustomersOptions, DateValues, FactValues, Role};
use kosar::{ErrorKind, IntakeError, TimeUnit};
use napi::bindgen_prelude::{AsyncTask, Result, Unknown};
use napi_derive::napi;

use crate::catalog_builder::Tags;
use crate::columns::{Cells, Fact, Kind, Purpose, wrong_type};
use crate::customers::{Customers, customers_options};
use crate::error::{Outcome, of_kind};
use crate::event_log::entries;
use crate::options::Options;
use crate::work::{Work, background};

/// Collects rows in slices; made by `intake.js`.
#[napi(namespace = "internal")]
pub struct CustomersBuilder {
    options: Option<CustomersOptions>,
    slices: Vec<Slice>,
    /// The type of the customers' ids, once one was seen.
    ids: Option<Kind>,
    /// The types of the attributes, once a value was seen.
    facts: BTreeMap<String, Fact>,
}

/// Some rows, in columns.
#[derive(Default)]
struct Slice {
    customer: Option<Cells>,
    time_zone: Option<Cells>,
    /// What each may hold.
    attributes: Vec<(Fact, String, Cells)>,
    preferences: Vec<(String, Tags)>,
    consents: Vec<(String, Cells)>,
}

const CUSTOMER: Purpose = Purpose::Role(Role::Customer);
const TIME_ZONE: Purpose = Purpose::Words("timeZone");

#[napi(namespace = "internal")]
impl CustomersBuilder {
    #[napi(constructor, catch_unwind)]
    pub fn new(options: Option<Unknown<'_>>) -> Result<Self, String> {
        let mut options = Options::new("options", options)?;
        let customers_options = customers_options(&mut options)?;
        options.finish()?;
        Ok(Self { options: Some(customers_options), slices: Vec::new(), ids: None, facts: BTreeMap::new() })
    }

    /// Takes the columns of some rows: `customer` and `timeZone`, and `attributes`, `numbers`, `dates`, `flags`, `preferences`
    /// and `consent`, each an object of columns.
    #[napi(catch_unwind)]
    pub fn push(&mut self, columns: Unknown<'_>) -> Result<(), String> {
        let slice = Slice::read(columns)?;
        if let Some(kind) = slice.customer.as_ref().and_then(Cells::kind)
            && *self.ids.get_or_insert(kind) != kind
        {
            return Err(wrong_type(&CUSTOMER, "strings and numbers", "values of one type"));
        }
        for (may_hold, name, cells) in slice.attributes.iter().filter(|(.., cells)| cells.kind().is_some()) {
            let fact = cells.fact(*may_hold);
            if *self.facts.entry(name.clone()).or_insert(fact) != fact {
                let purpose = Purpose::Customer(*may_hold, name.clone());
                return Err(wrong_type(&purpose, "values of several types", "values of one type"));
            }
        }
        self.slices.push(slice);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn finish(&mut self) -> AsyncTask<Work<Customers>> {
        background(|| {
            let finished = || of_kind(ErrorKind::Intake, "the table is finished already".to_owned());
            let options = self.options.take().ok_or_else(finished)?;
            let (slices, facts) = (std::mem::take(&mut self.slices), std::mem::take(&mut self.facts));
            let ids = self.ids.unwrap_or(Kind::Text);
            Ok(move || {
                let mut builder = kosar::data::CustomersBuilder::new(options)?;
                for slice in &slices {
                    builder.push(&slice.batch(ids, &facts)?)?;
                }
                builder.finish().map(Customers::from)
            })
        })
    }
}

impl Slice {
    fn read(columns: Unknown<'_>) -> Outcome<Self> {
        let mut given = Options::new("columns", Some(columns))?;
        let mut slice = Self {
            customer: given.value("customer")?.map(|values| Cells::read(&CUSTOMER, values)).transpose()?,
            time_zone: given.value("timeZone")?.map(|values| Cells::read(&TIME_ZONE, values)).transpose()?,
            ..Self::default()
        };
        let mut named = |name: &'static str| match given.value(name)? {
            Some(value) => entries(name, value),
            None => Ok(Vec::new()),
        };
        for (group, fact) in [
            ("attributes", Fact::Any),
            ("numbers", Fact::Numbers),
            ("dates", Fact::Dates),
            ("flags", Fact::Flags),
        ] {
            for (name, values) in named(group)? {
                let cells = Cells::read(&Purpose::Customer(fact, name.clone()), values)?;
                slice.attributes.push((fact, name, cells));
            }
        }
        for (kind, values) in named("preferences")? {
            let tags = Tags::read(&kind, &Purpose::Customer(Fact::Words, kind.clone()), values)?;
            slice.preferences.push((kind, tags));
        }
        for (name, values) in named("consent")? {
            let cells = Cells::read(&Purpose::Customer(Fact::Flags, name.clone()), values)?;
            slice.consents.push((name, cells));
        }
        given.finish()?;
        Ok(slice)
    }

    fn batch(&self, ids: Kind, facts: &BTreeMap<String, Fact>) -> kosar::Result<CustomersBatch<'_>> {
        let customer =
            self.customer.as_ref().ok_or(IntakeError::NoColumns { needed: "a customer column" })?;
        let mut batch = CustomersBatch::new(customer.len()).customers(customer.ids(&CUSTOMER, ids)?)?;
        if let Some(zones) = &self.time_zone {
            batch = batch.time_zones(zones.words())?;
        }
        for (may_hold, name, cells) in &self.attributes {
            let purpose = Purpose::Customer(*may_hold, name.clone());
            let fact = facts.get(name).copied().unwrap_or_else(|| cells.fact(*may_hold));
            let values = match fact {
                Fact::Words | Fact::Any => FactValues::Words(cells.words()),
                Fact::Numbers => FactValues::Numbers(cells.numbers(&purpose)?),
                Fact::Dates => FactValues::Dates(DateValues::Times(cells.times(TimeUnit::Millisecond))),
                Fact::Flags => FactValues::Flags(cells.flags(&purpose)?),
            };
            batch = batch.attribute(name, values)?;
        }
        for (kind, tags) in &self.preferences {
            batch = batch.preferences(kind, tags.values())?;
        }
        for (name, cells) in &self.consents {
            let (channel, purpose) = Consent::channel_and_purpose(name)?;
            batch = batch.consent(
                channel,
                purpose,
                cells.flags(&Purpose::Customer(Fact::Flags, name.clone()))?,
            )?;
        }
        Ok(batch)
    }
}
