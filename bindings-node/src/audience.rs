//! Rule-based audiences.

use std::sync::Arc;

use kosar::Control;
use kosar::Id;
use kosar::audience::{self, Members};
use napi::bindgen_prelude::{
    AsyncTask, ClassInstance, Date, Env, FromNapiValue, JsObjectValue, Result, ToNapiValue, TypeName, Unknown,
};
use napi_derive::napi;

use crate::affinity::Affinity;
use crate::cluster::CustomerClusters;
use crate::convert::{JsId, array, element, event_log, id, ids, js_date, log, needed_text, number, object};
use crate::customers::Customers;
use crate::error::{Outcome, failure, internal, refused};
use crate::event_log::all;
use crate::lifecycle::Lifecycle;
use crate::options::Options;
use crate::rfm::Rfm;
use crate::table::Table;
use crate::view::catalog;
use crate::work::{Cancel, Work, background, control};

/// A rule-based audience: a tree of conditions, as an object or as JSON text. Keys are those of the JSON form, which is the
/// same in every language; `Audience.schema()` describes it.
#[napi]
pub struct Audience {
    audience: audience::Audience,
}

/// The shop's data as audiences are asked of it, laid out once, customer by customer. Its customers are all that any of its
/// parts knows of.
#[napi]
pub struct AudienceData {
    data: Arc<audience::AudienceData>,
}

impl From<audience::AudienceData> for AudienceData {
    fn from(data: audience::AudienceData) -> Self {
        Self { data: Arc::new(data) }
    }
}

/// Audiences by name, made ready for the shop's data at an instant. Nothing is computed ahead: every answer looks at the data.
#[napi]
pub struct Audiences {
    audiences: Arc<audience::Audiences>,
}

impl From<audience::Audiences> for Audiences {
    fn from(audiences: audience::Audiences) -> Self {
        Self { audiences: Arc::new(audiences) }
    }
}

#[napi]
impl Audience {
    /// Reads a tree and checks its form. Whether fields exist is checked against the data, by `Audiences.build`.
    #[napi(ts_args_type = "tree: AudienceTree | Audience | string", catch_unwind)]
    pub fn of(tree: Unknown<'_>) -> Result<Audience, String> {
        let text = needed_text("tree", tree)?;
        Ok(Self { audience: audience::Audience::from_json(&text).map_err(failure)? })
    }

    /// What a tree may be, as the text of a JSON Schema (draft 2020-12).
    #[napi(ts_return_type = "Record<string, unknown>", catch_unwind)]
    pub fn schema() -> String {
        audience::Audience::json_schema()
    }

    /// The tree, without what is left at its default.
    #[napi(js_name = "toJSON", ts_return_type = "AudienceTree", catch_unwind)]
    pub fn to_json(&self) -> String {
        self.audience.to_json()
    }

    /// The conditions as a sentence.
    #[napi(js_name = "toString", catch_unwind)]
    #[allow(clippy::inherent_to_string, reason = "the name is that of JavaScript")]
    pub fn to_string(&self) -> String {
        self.audience.to_string()
    }
}

type Values = Vec<(String, Vec<(Id, f64)>)>;

/// Values by name, each with ids and numbers of one length.
fn values(value: Unknown<'_>) -> Outcome<Values> {
    let named = array("values", value)?;
    let read = |at| {
        let one = object("values", element(&named, at)?)?;
        let field = |key: &str| one.get_named_property::<Unknown<'_>>(key).map_err(internal);
        let name = needed_text("values", field("name")?)?;
        let customers = ids("values", "customer", field("customers")?)?;
        let numbers = array("values", field("numbers")?)?;
        let number = |at| number(element(&numbers, at)?);
        let numbers = (0..numbers.len()).map(number).collect::<Outcome<Vec<_>>>()?;
        Ok((name, customers.into_iter().zip(numbers).collect()))
    };
    (0..named.len()).map(read).collect()
}

/// The table of a `Customers`.
pub(crate) fn about(value: Unknown<'_>) -> Outcome<Arc<kosar::data::Customers>> {
    let given = ClassInstance::<'_, Customers>::from_unknown(value);
    given.map(|given| given.shared()).map_err(|_| refused("customers", "a Customers", value))
}

fn rfm(value: Unknown<'_>) -> Outcome<Arc<kosar::rfm::Rfm>> {
    let given = ClassInstance::<'_, Rfm>::from_unknown(value);
    given.map(|given| Arc::clone(&given.model)).map_err(|_| refused("rfm", "an Rfm", value))
}

fn lifecycle(value: Unknown<'_>) -> Outcome<Arc<kosar::lifecycle::Lifecycle>> {
    let given = ClassInstance::<'_, Lifecycle>::from_unknown(value);
    given.map(|given| Arc::clone(&given.model)).map_err(|_| refused("lifecycle", "a Lifecycle", value))
}

fn clusters(value: Unknown<'_>) -> Outcome<Arc<kosar::cluster::CustomerClusters>> {
    let given = ClassInstance::<'_, CustomerClusters>::from_unknown(value);
    given.map(|given| Arc::clone(&given.model)).map_err(|_| refused("clusters", "a CustomerClusters", value))
}

fn affinity(value: Unknown<'_>) -> Outcome<Arc<kosar::affinity::Affinity>> {
    let given = ClassInstance::<'_, Affinity>::from_unknown(value);
    given.map(|given| Arc::clone(&given.model)).map_err(|_| refused("affinity", "an Affinity", value))
}

fn data(value: Unknown<'_>) -> Outcome<Arc<audience::AudienceData>> {
    let given = ClassInstance::<'_, AudienceData>::from_unknown(value);
    given.map(|given| Arc::clone(&given.data)).map_err(|_| refused("data", "an AudienceData", value))
}

#[napi]
impl AudienceData {
    /// Lays the data out, off the event loop. Every part may be left out; a condition that needs it is then refused.
    #[napi(ts_args_type = "parts: AudienceParts", ts_return_type = "Promise<AudienceData>", catch_unwind)]
    pub fn build(parts: Option<Unknown<'_>>, cancel: Option<&Cancel>) -> AsyncTask<Work<AudienceData>> {
        let control = control(cancel);
        background(|| {
            let mut parts = Options::new("parts", parts)?;
            let orders = parts.value("orders")?.map(log).transpose()?;
            let events = parts.value("events")?.map(event_log).transpose()?;
            let customers = parts.value("customers")?.map(about).transpose()?;
            let catalog = parts.value("catalog")?.map(catalog).transpose()?;
            let rfm = parts.value("rfm")?.map(rfm).transpose()?;
            let lifecycle = parts.value("lifecycle")?.map(lifecycle).transpose()?;
            let clusters = parts.value("clusters")?.map(clusters).transpose()?;
            let affinity = parts.value("affinity")?.map(affinity).transpose()?;
            let values = parts.value("values")?.map(values).transpose()?.unwrap_or_default();
            let time_zone = parts.text("timeZone")?;
            parts.finish()?;
            Ok(move || {
                let mut builder = audience::AudienceData::builder()
                    .orders(orders.as_deref())
                    .events(events.as_deref())
                    .customers(customers.as_deref())
                    .catalog(catalog)
                    .rfm(rfm.as_deref())
                    .lifecycle(lifecycle.as_deref())
                    .clusters(clusters.as_deref())
                    .affinity(affinity)
                    .time_zone(time_zone.as_deref());
                for (name, values) in values {
                    builder = builder.value(name, values);
                }
                builder.build_with(&control).map(Self::from)
            })
        })
    }

    /// The ids of all customers, sorted.
    #[napi(getter, ts_return_type = "Id[]", catch_unwind)]
    pub fn customers(&self) -> Vec<JsId> {
        all(self.data.customers())
    }

    /// The number of customers.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "customers are fewer than 2^32")]
    pub fn length(&self) -> f64 {
        self.data.customers().len() as f64
    }
}

#[napi]
impl Audiences {
    /// Makes audiences ready, by name; one may contain another with `{ audience: name }`. `asOf` is the present: nothing at
    /// it or after it counts, windows end there, ages are taken on its day; the midnight (UTC) after the last order and
    /// event without it.
    #[napi(
        ts_args_type = "data: AudienceData, audiences: Record<string, AudienceTree | Audience | string>, options?: AudiencesOptions",
        ts_return_type = "Promise<Audiences>",
        catch_unwind
    )]
    pub fn build(
        data: Unknown<'_>,
        audiences: Unknown<'_>,
        options: Option<Unknown<'_>>,
    ) -> AsyncTask<Work<Audiences>> {
        background(|| {
            let data = self::data(data)?;
            let named = array("audiences", audiences)?;
            let text = |at| needed_text("audiences", element(&named, at)?);
            let texts = (0..named.len()).map(text).collect::<Outcome<Vec<String>>>()?;
            let mut options = Options::new("options", options)?;
            let as_of = options.time("asOf")?;
            options.finish()?;
            Ok(move || {
                let read = texts.chunks_exact(2).map(|pair| (pair[0].as_str(), pair[1].as_str()));
                audience::Audiences::from_json(data, read, as_of).map(Self::from)
            })
        })
    }

    /// The names, in the order given.
    #[napi(getter, catch_unwind)]
    pub fn names(&self) -> Vec<String> {
        self.audiences.names().map(str::to_owned).collect()
    }

    /// What looks like a slip, with its path: words that no customer, line or event has.
    #[napi(getter, catch_unwind)]
    pub fn notes(&self) -> Vec<String> {
        self.audiences.notes().to_vec()
    }

    /// The present.
    #[napi(getter, ts_return_type = "Date", catch_unwind)]
    pub fn as_of<'env>(&self, env: &'env Env) -> Result<Date<'env>, String> {
        js_date(env, self.audiences.as_of())
    }

    /// Whether a customer is in an audience.
    #[napi(ts_args_type = "name: string, customer: Id", catch_unwind)]
    pub fn contains(&self, name: Unknown<'_>, customer: Unknown<'_>) -> Result<bool, String> {
        let (name, customer) = (needed_text("name", name)?, id("customer", customer)?);
        self.audiences.contains(&name, &customer).map_err(failure)
    }

    /// The names of the audiences that a customer is in.
    #[napi(js_name = "of", ts_args_type = "customer: Id", catch_unwind)]
    pub fn of(&self, customer: Unknown<'_>) -> Result<Vec<String>, String> {
        let found = self.audiences.of(&id("customer", customer)?).map_err(failure)?;
        Ok(found.into_iter().map(str::to_owned).collect())
    }

    /// The members of an audience, off the event loop: a table with the column `customer`, sorted.
    #[napi(
        ts_args_type = "name: string, options?: Cancellable",
        ts_return_type = "Promise<Table>",
        catch_unwind
    )]
    pub fn members(
        &self,
        name: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<Table>> {
        self.slowly(name, options, cancel, |audiences, name, control| {
            audiences.members_with(name, control).map(|members: Members| members.table().into())
        })
    }

    /// The number of members of an audience, off the event loop.
    #[napi(
        ts_args_type = "name: string, options?: Cancellable",
        ts_return_type = "Promise<number>",
        catch_unwind
    )]
    #[allow(clippy::cast_precision_loss, reason = "customers are fewer than 2^32")]
    pub fn size(
        &self,
        name: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<f64>> {
        self.slowly(name, options, cancel, |audiences, name, control| {
            Ok(audiences.members_with(name, control)?.len() as f64)
        })
    }

    /// The number of members of each audience: the columns `audience`, `members` and `share` of all customers.
    #[napi(ts_args_type = "options?: Cancellable", ts_return_type = "Promise<Table>", catch_unwind)]
    pub fn sizes(&self, options: Option<Unknown<'_>>, cancel: Option<&Cancel>) -> AsyncTask<Work<Table>> {
        let (audiences, control) = (Arc::clone(&self.audiences), control(cancel));
        background(|| {
            Options::new("options", options)?.finish()?;
            Ok(move || audiences.sizes_with(&control).map(Table::from))
        })
    }

    /// How each two audiences overlap: the columns `a`, `b`, `members_a`, `members_b`, `both`, `share_of_a`, `share_of_b`
    /// and `jaccard`; NaN where nobody is there to share.
    #[napi(ts_args_type = "options?: Cancellable", ts_return_type = "Promise<Table>", catch_unwind)]
    pub fn overlap(&self, options: Option<Unknown<'_>>, cancel: Option<&Cancel>) -> AsyncTask<Work<Table>> {
        let (audiences, control) = (Arc::clone(&self.audiences), control(cancel));
        background(|| {
            Options::new("options", options)?.finish()?;
            Ok(move || audiences.overlap_with(&control).map(Table::from))
        })
    }

    /// Why a customer is in an audience, or is not: every condition with what was measured.
    #[napi(ts_args_type = "name: string, customer: Id", ts_return_type = "Explanation", catch_unwind)]
    pub fn explain(&self, name: Unknown<'_>, customer: Unknown<'_>) -> Result<String, String> {
        let (name, customer) = (needed_text("name", name)?, id("customer", customer)?);
        let found = self.audiences.explain(&name, &customer).map_err(failure)?;
        Ok(serde_json::to_string(&found).unwrap_or_default())
    }

    /// Estimates the size of an audience from a random sample of customers, 10,000 by default; exact where there are no more.
    #[napi(
        ts_args_type = "name: string, options?: EstimateOptions",
        ts_return_type = "Promise<SizeEstimate>",
        catch_unwind
    )]
    pub fn estimate(&self, name: Unknown<'_>, options: Option<Unknown<'_>>) -> AsyncTask<Work<String>> {
        let audiences = Arc::clone(&self.audiences);
        background(|| {
            let name = needed_text("name", name)?;
            let mut options = Options::new("options", options)?;
            let (sample, seed) =
                (options.count("sample", 1)?.unwrap_or(10_000), options.seed("seed")?.unwrap_or(0));
            options.finish()?;
            Ok(move || {
                audiences
                    .estimate(&name, sample, seed)
                    .map(|found| serde_json::to_string(&found).unwrap_or_default())
            })
        })
    }

    /// What sets the members of an audience apart from everybody, off the event loop.
    #[napi(
        ts_args_type = "name: string, options?: Cancellable",
        ts_return_type = "Promise<AudienceProfile>",
        catch_unwind
    )]
    pub fn profile(
        &self,
        name: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<String>> {
        self.slowly(name, options, cancel, |audiences, name, control| {
            audiences
                .profile_with(name, control)
                .map(|found| serde_json::to_string(&found).unwrap_or_default())
        })
    }
}

impl Audiences {
    /// Asks about one audience on a thread of its own.
    fn slowly<T: ToNapiValue + TypeName + Send + 'static>(
        &self,
        name: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
        ask: impl FnOnce(&audience::Audiences, &str, &Control) -> kosar::Result<T> + Send + 'static,
    ) -> AsyncTask<Work<T>> {
        let (audiences, control) = (Arc::clone(&self.audiences), control(cancel));
        background(|| {
            let name = needed_text("name", name)?;
            Options::new("options", options)?.finish()?;
            Ok(move || ask(&audiences, &name, &control))
        })
    }
}
