//! Customers: attributes, preferences, consents, time zones.

use std::sync::Arc;

use kosar::data::{Consent, CustomersColumns, CustomersOptions, Fact};
use napi::Property;
use napi::bindgen_prelude::{
    AsyncTask, ClassInstance, Either, Env, FromNapiValue, JsObjectValue, Null, Object, Result, ToNapiValue,
    Unknown,
};
use napi_derive::napi;

use crate::convert::{JsId, array, element, id, ids, js_id, needed_text};
use crate::error::{Outcome, failure, internal, refused};
use crate::event_log::{all, entries};
use crate::log::delimiter;
use crate::options::Options;
use crate::report::IntakeReport;
use crate::table::Table;
use crate::work::{Work, background};

/// Customers with what they said of themselves: attributes, stated preferences, consents by channel and purpose, and the time
/// zone that they live in.
///
/// The table and a log know customers by the same ids and nothing else. Immutable: `append`, `update`, `withConsent`, `forget`
/// and `mergeCustomers` give new ones.
#[napi]
pub struct Customers {
    customers: Arc<kosar::data::Customers>,
}

impl From<kosar::data::Customers> for Customers {
    fn from(customers: kosar::data::Customers) -> Self {
        Self { customers: Arc::new(customers) }
    }
}

impl Customers {
    /// The table itself.
    pub(crate) fn shared(&self) -> Arc<kosar::data::Customers> {
        Arc::clone(&self.customers)
    }

    /// A new table made of this one.
    fn derived(
        &self,
        make: impl FnOnce(&kosar::data::Customers) -> kosar::Result<kosar::data::Customers> + Send + 'static,
    ) -> impl FnOnce() -> kosar::Result<Customers> + Send + 'static {
        let customers = self.shared();
        move || make(&customers).map(Self::from)
    }
}

/// All that is held of a customer; what is not known is left out, or `null`.
#[napi(object, object_from_js = false)]
pub struct CustomerFacts<'env> {
    #[napi(ts_type = "Id")]
    pub customer: JsId,
    /// The attributes that are known, by name; a day as text such as `1980-02-29`.
    #[napi(ts_type = "Record<string, string | number | boolean>")]
    pub attributes: Object<'env>,
    /// The IANA name of the time zone.
    pub time_zone: Either<String, Null>,
    /// The words of each kind of preferences that has any.
    #[napi(ts_type = "Record<string, string[]>")]
    pub preferences: Object<'env>,
    /// The consents that were given or withdrawn, by `channel/purpose`.
    #[napi(ts_type = "Record<string, 'given' | 'withdrawn'>")]
    pub consents: Object<'env>,
}

/// Gives an object a property of its own, whatever it is called: setting `__proto__` would change what the object is.
fn put(env: &Env, object: &mut Object<'_>, name: &str, value: impl ToNapiValue) -> napi::Result<()> {
    object.define_properties(&[Property::new().with_utf8_name(name)?.with_napi_value(env, value)?])
}

fn facts<'env>(env: &'env Env, held: kosar::data::CustomerFacts<'_>) -> napi::Result<CustomerFacts<'env>> {
    let mut attributes = Object::new(env)?;
    for (name, fact) in held.attributes {
        match fact {
            Fact::Word(word) => put(env, &mut attributes, name, word),
            Fact::Number(number) => put(env, &mut attributes, name, number),
            Fact::Date(date) => put(env, &mut attributes, name, date.to_string()),
            Fact::Flag(flag) => put(env, &mut attributes, name, flag),
            _ => Ok(()),
        }?;
    }
    let mut preferences = Object::new(env)?;
    for (kind, words) in held.preferences {
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        put(env, &mut preferences, kind, words)?;
    }
    let mut consents = Object::new(env)?;
    for (name, consent) in held.consents {
        put(env, &mut consents, &name, consent.name())?;
    }
    let time_zone = held.time_zone.map_or(Either::B(Null), |zone| Either::A(zone.to_owned()));
    Ok(CustomerFacts {
        customer: js_id(held.customer.as_ref()),
        attributes,
        time_zone,
        preferences,
        consents,
    })
}

#[napi]
#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
impl Customers {
    /// Reads a CSV file, plain or gzipped, off the event loop.
    #[napi(
        ts_args_type = "path: string, columns: CustomersCsvOptions",
        ts_return_type = "Promise<Customers>",
        catch_unwind
    )]
    pub fn from_csv(path: Unknown<'_>, columns: Option<Unknown<'_>>) -> AsyncTask<Work<Customers>> {
        background(|| {
            let (path, columns) = (needed_text("path", path)?, csv_columns(columns)?);
            Ok(move || kosar::data::Customers::from_csv(path, &columns).map(Self::from))
        })
    }

    /// The number of customers.
    #[napi(getter, catch_unwind)]
    pub fn n_customers(&self) -> f64 {
        self.customers.len() as f64
    }

    /// The ids of the customers, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn ids(&self) -> Vec<JsId> {
        all(self.customers.ids())
    }

    /// The names of the attributes, sorted.
    #[napi(getter, catch_unwind)]
    pub fn attributes(&self) -> Vec<String> {
        self.customers.attribute_names().map(str::to_owned).collect()
    }

    /// The kinds of preferences, sorted.
    #[napi(getter, catch_unwind)]
    pub fn preferences(&self) -> Vec<String> {
        self.customers.preference_kinds().map(str::to_owned).collect()
    }

    /// The names of the consents that rows told of, as `channel/purpose`, sorted.
    #[napi(getter, catch_unwind)]
    pub fn consents(&self) -> Vec<String> {
        let pairs = self.customers.consent_pairs();
        pairs.map(|(channel, purpose)| format!("{channel}/{purpose}")).collect()
    }

    /// What became of the rows that the table was built from.
    #[napi(getter, catch_unwind)]
    pub fn report(&self) -> IntakeReport {
        self.customers.report().into()
    }

    /// All that is held of a customer.
    #[napi(ts_args_type = "customer: Id", catch_unwind)]
    pub fn customer<'env>(
        &self,
        env: &'env Env,
        customer: Unknown<'env>,
    ) -> Result<CustomerFacts<'env>, String> {
        let customer = id("customer", customer)?;
        facts(env, self.customers.customer(&customer).map_err(failure)?).map_err(internal)
    }

    /// What a customer said to a channel and a purpose; `unknown` also where no row ever told of them.
    #[napi(
        ts_args_type = "customer: Id, channel: string, purpose: string",
        ts_return_type = "'given' | 'withdrawn' | 'unknown'",
        catch_unwind
    )]
    pub fn consent(
        &self,
        customer: Unknown<'_>,
        channel: Unknown<'_>,
        purpose: Unknown<'_>,
    ) -> Result<&'static str, String> {
        let customer = id("customer", customer)?;
        let (channel, purpose) = (needed_text("channel", channel)?, needed_text("purpose", purpose)?);
        self.customers.consent(&customer, &channel, &purpose).map(Consent::name).map_err(failure)
    }

    /// This table with what customers said, in arrays of one length; `index.js` makes `withConsent` and `withConsents` of it.
    #[napi(skip_typescript, catch_unwind)]
    pub fn with_said(
        &self,
        customers: Unknown<'_>,
        channels: Unknown<'_>,
        purposes: Unknown<'_>,
        consents: Unknown<'_>,
    ) -> AsyncTask<Work<Customers>> {
        background(|| {
            let customers = ids("customers", "customer", customers)?;
            let (channels, purposes) = (texts("channel", channels)?, texts("purpose", purposes)?);
            let consents = texts("consent", consents)?;
            let consents = consents.iter().map(|word| Consent::parse(word).map_err(failure));
            let consents = consents.collect::<Outcome<Vec<_>>>()?;
            Ok(self.derived(move |table| {
                let names = channels.iter().zip(&purposes).zip(consents);
                let said = customers.iter().zip(names).map(|(id, ((channel, purpose), consent))| {
                    (id.as_ref(), channel.as_str(), purpose.as_str(), consent)
                });
                table.with_consents(said)
            }))
        })
    }

    /// Both tables in one, as if it had been built from the rows of both.
    #[napi(ts_args_type = "customers: Customers", ts_return_type = "Promise<Customers>", catch_unwind)]
    pub fn append(&self, customers: Unknown<'_>) -> AsyncTask<Work<Customers>> {
        background(|| {
            let new = table(customers)?;
            Ok(self.derived(move |customers| customers.append(&new)))
        })
    }

    /// What another table tells in the place of what this one does: attributes and time zones that are not missing, preferences
    /// of each kind that it has any of, consents that are not unknown. Everything else stays.
    #[napi(ts_args_type = "customers: Customers", ts_return_type = "Promise<Customers>", catch_unwind)]
    pub fn update(&self, customers: Unknown<'_>) -> AsyncTask<Work<Customers>> {
        background(|| {
            let new = table(customers)?;
            Ok(self.derived(move |customers| customers.update(&new)))
        })
    }

    /// This table without a customer: nothing that only they had is left.
    #[napi(ts_args_type = "customer: Id", ts_return_type = "Promise<Customers>", catch_unwind)]
    pub fn forget(&self, customer: Unknown<'_>) -> AsyncTask<Work<Customers>> {
        background(|| {
            let customer = id("customer", customer)?;
            Ok(self.derived(move |customers| customers.forget(&customer)))
        })
    }

    /// This table with a customer joined into another: what is known of `into` stays, what is missing is filled by `customer`;
    /// preferences are united; a withdrawal of a consent beats a grant. `into` may be new. `OrderLog` and `EventLog` do the same
    /// to what customers did.
    #[napi(ts_args_type = "customer: Id, into: Id", ts_return_type = "Promise<Customers>", catch_unwind)]
    pub fn merge_customers(&self, customer: Unknown<'_>, into: Unknown<'_>) -> AsyncTask<Work<Customers>> {
        background(|| {
            let (customer, into) = (id("customer", customer)?, id("customer", into)?);
            Ok(self.derived(move |customers| customers.merge_customers(&customer, &into)))
        })
    }

    /// The same of many customers, one after the other. Customers who are not in the table are passed over, so that one list
    /// will do for all tables and logs.
    #[napi(
        ts_args_type = "customers: Map<Id, Id> | Iterable<[customer: Id, into: Id]>",
        ts_return_type = "Promise<Customers>",
        catch_unwind
    )]
    pub fn merge_all_customers(
        &self,
        customers: Unknown<'_>,
        into: Unknown<'_>,
    ) -> AsyncTask<Work<Customers>> {
        background(|| {
            let customers = ids("customers", "customer", customers)?;
            let into = ids("customers", "customer", into)?;
            Ok(self.derived(move |table| {
                let pairs = customers.iter().zip(&into);
                table.merge_all_customers(pairs.map(|(customer, into)| (customer.as_ref(), into.as_ref())))
            }))
        })
    }

    /// The customers in the columns `customer`, `time_zone` where any is known, each attribute by its name, `preference:KIND`
    /// with arrays of words, and `consent:CHANNEL/PURPOSE`, which is `given`, `withdrawn` or `unknown`. Days are text.
    #[napi(ts_return_type = "Promise<Table>", catch_unwind)]
    pub fn to_table(&self) -> AsyncTask<Work<Table>> {
        background(|| {
            let customers = self.shared();
            Ok(move || Ok(Table::from(customers.table())))
        })
    }
}

/// The table of a `Customers`.
pub(crate) fn table(value: Unknown<'_>) -> Outcome<Arc<kosar::data::Customers>> {
    let customers = ClassInstance::<'_, Customers>::from_unknown(value);
    customers.map(|customers| customers.shared()).map_err(|_| refused("customers", "Customers", value))
}

fn texts(name: &str, values: Unknown<'_>) -> Outcome<Vec<String>> {
    let values = array(name, values)?;
    (0..values.len()).map(|at| needed_text(name, element(&values, at)?)).collect()
}

fn csv_columns(columns: Option<Unknown<'_>>) -> Outcome<CustomersColumns> {
    let mut options = Options::new("columns", columns)?;
    let mut named = |name: &'static str| -> Outcome<Vec<(String, String)>> {
        let Some(value) = options.value(name)? else { return Ok(Vec::new()) };
        let column = |(key, column): (String, Unknown<'_>)| Ok((key, needed_text(name, column)?));
        entries(name, value)?.into_iter().map(column).collect()
    };
    let (preferences, consents) = (named("preferences")?, named("consent")?);
    let consents = consents.into_iter().map(|(name, column)| {
        let (channel, purpose) = Consent::channel_and_purpose(&name).map_err(failure)?;
        Ok((channel.to_owned(), purpose.to_owned(), column))
    });
    let columns = CustomersColumns {
        customer: options.text("customer")?,
        words: options.texts("attributes")?,
        numbers: options.texts("numbers")?,
        dates: options.texts("dates")?,
        flags: options.texts("flags")?,
        time_zone: options.text("timeZone")?,
        preferences,
        consents: consents.collect::<Outcome<_>>()?,
        delimiter: options.text("delimiter")?.map(|text| delimiter(&text)).transpose()?,
        options: customers_options(&mut options)?,
    };
    options.finish()?;
    Ok(columns)
}

/// How rows are read, the same for every input.
pub(crate) fn customers_options(options: &mut Options<'_>) -> Outcome<CustomersOptions> {
    let default = CustomersOptions::default();
    Ok(CustomersOptions {
        integer_ids: options.flag("integerIds")?.unwrap_or(default.integer_ids),
        separator: options.text("separator")?.unwrap_or(default.separator),
        date_format: options.text("dateFormat")?,
    })
}
