//! What a `Recommender` is given: sources, rules and parameters, stock, and what is to be tuned or compared.

use std::sync::Arc;

use kosar::data::Customers;
use kosar::recommender::{DiffOptions, RecommenderParams, RecommenderSources, Rules, TuneOptions};
use kosar::{ErrorKind, Id, OrderLog, ParamError, Quantity};
use napi::bindgen_prelude::{Unknown, ValueType};

use crate::audience::about;
use crate::convert::{array, element, event_log, ids, log, needed_text, number};
use crate::error::{Outcome, failure, of_kind, refused, verbatim};
use crate::options::{Options, set};
use crate::view::catalog;

/// What a recommender is built from.
pub(crate) struct Sources {
    log: Arc<OrderLog>,
    events: Option<Arc<kosar::EventLog>>,
    catalog: Option<Arc<kosar::data::Catalog>>,
    customers: Option<Arc<Customers>>,
    segment_by: Option<String>,
    level_by: Option<String>,
    consent: Option<[String; 2]>,
    rules: Rules,
}

impl Sources {
    pub(crate) fn read(log_: Unknown<'_>, options: &mut Options<'_>) -> Outcome<Self> {
        let rules = options.text("rules")?;
        Ok(Self {
            log: log(log_)?,
            events: options.value("events")?.map(event_log).transpose()?,
            catalog: options.value("catalog")?.map(catalog).transpose()?,
            customers: options.value("customers")?.map(about).transpose()?,
            segment_by: options.text("segmentBy")?,
            level_by: options.text("levelBy")?,
            consent: options.value("consent")?.map(consent).transpose()?,
            rules: rules.map_or_else(|| Ok(Rules::default()), |text| rules_of(&text))?,
        })
    }

    pub(crate) fn borrowed(&self) -> RecommenderSources<'_> {
        let sources = RecommenderSources::new(&self.log).rules(self.rules.clone());
        let sources = set(sources, self.events.as_deref(), RecommenderSources::events);
        let sources = set(sources, self.catalog.as_deref(), RecommenderSources::catalog);
        let sources = set(sources, self.customers.as_deref(), RecommenderSources::customers);
        let sources = set(sources, self.segment_by.as_ref(), RecommenderSources::segment_by);
        let sources = set(sources, self.level_by.as_ref(), RecommenderSources::level_by);
        set(sources, self.consent.as_ref(), |sources, [channel, purpose]| sources.consent(channel, purpose))
    }
}

fn consent(value: Unknown<'_>) -> Outcome<[String; 2]> {
    let refuse = || refused("consent", "an array of a channel and a purpose", value);
    let words = array("consent", value)?;
    if words.len() != 2 {
        return Err(refuse());
    }
    Ok([needed_text("consent", element(&words, 0)?)?, needed_text("consent", element(&words, 1)?)?])
}

pub(crate) fn rules_of(text: &str) -> Outcome<Rules> {
    Rules::from_json(text).map_err(verbatim)
}

pub(crate) fn params_of(text: &str) -> Outcome<RecommenderParams> {
    RecommenderParams::from_json(text).map_err(verbatim)
}

pub(crate) fn tune_options(options: &mut Options<'_>) -> Outcome<TuneOptions> {
    let missing =
        || of_kind(ErrorKind::Param, "cut must be a Date or a date as a string, got none".to_owned());
    let mut tune = TuneOptions::at(options.time("cut")?.ok_or_else(missing)?);
    tune.n = options.count("n", 1)?.unwrap_or(tune.n);
    tune.max_customers = options.count("maxCustomers", 1)?.unwrap_or(tune.max_customers);
    tune.seed = options.seed("seed")?.unwrap_or(tune.seed);
    Ok(tune)
}

pub(crate) fn diff_options(given: Option<Unknown<'_>>) -> Outcome<DiffOptions> {
    let (mut options, mut diff) = (Options::new("options", given)?, DiffOptions::default());
    diff.n = options.count("n", 0)?.unwrap_or(diff.n);
    diff.items = options.items("items")?;
    diff.top = options.count("top", 0)?.unwrap_or(diff.top);
    diff.latest_purchases = options.count("latestPurchases", 1)?.unwrap_or(diff.latest_purchases);
    let customers = options.value("customers")?.map(|value| ids("customers", "customer", value));
    diff.customers = customers.transpose()?.unwrap_or_default();
    options.finish()?;
    Ok(diff)
}

/// Items, and what is in stock of them.
pub(crate) fn stock(items: Unknown<'_>, quantities: Unknown<'_>) -> Outcome<Vec<(Id, Quantity)>> {
    let (items, list) = (ids("stock", "item", items)?, array("stock", quantities)?);
    let quantity = |at| {
        let value = element(&list, at)?;
        if !matches!(value.get_type(), Ok(ValueType::Number)) {
            return Err(refused("stock", "a number for each item", value));
        }
        let value = number(value)?;
        let allowed = "a number below 9.2 trillion";
        Quantity::from_f64(value)
            .ok_or_else(|| failure(ParamError::OutOfRange { name: "stock", value, allowed }))
    };
    let quantities = (0..list.len()).map(quantity).collect::<Outcome<Vec<_>>>()?;
    Ok(items.into_iter().zip(quantities).collect())
}
