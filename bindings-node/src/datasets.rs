//! Shops to try things on.

use std::sync::Arc;

use kosar::data::{EventOptions, LogOptions, Returns};
use kosar::datasets::{RepeatBuying, Shop, ShopParams, ShopTroubles, toy};
use napi::bindgen_prelude::{AsyncTask, Result, Unknown, ValueType};
use napi_derive::napi;

use crate::catalog::Catalog;
use crate::convert::flag;
use crate::error::{Outcome, failure};
use crate::event_log::EventLog;
use crate::log::OrderLog;
use crate::options::Options;
use crate::work::{Work, background};

/// A realistic shop made from a seed. By default 10,000 lines over the year 2025.
#[napi(
    namespace = "datasets",
    ts_args_type = "options?: ShopOptions",
    ts_return_type = "Promise<OrderLog>",
    catch_unwind
)]
pub fn shop(options: Option<Unknown<'_>>) -> AsyncTask<Work<OrderLog>> {
    background(|| {
        let (params, options) = params(options)?;
        Ok(move || params.generate()?.to_log(options).map(OrderLog::from))
    })
}

/// The catalogue of a shop: names, categories and prices of its products; with the same options, the items are those of its
/// log.
#[napi(
    namespace = "datasets",
    ts_args_type = "options?: ShopOptions",
    ts_return_type = "Promise<Catalog>",
    catch_unwind
)]
pub fn shop_catalog(options: Option<Unknown<'_>>) -> AsyncTask<Work<Catalog>> {
    background(|| {
        let (params, _) = params(options)?;
        Ok(move || params.generate()?.to_catalog().map(Catalog::from))
    })
}

/// A generated shop, on its way to `index.js`.
#[napi(namespace = "internal")]
pub struct ShopData {
    log: Arc<kosar::OrderLog>,
    events: Arc<kosar::EventLog>,
    catalog: Arc<kosar::data::Catalog>,
    truth: String,
}

#[napi(namespace = "internal")]
impl ShopData {
    #[napi(getter, catch_unwind)]
    pub fn log(&self) -> OrderLog {
        Arc::clone(&self.log).into()
    }

    #[napi(getter, catch_unwind)]
    pub fn events(&self) -> EventLog {
        Arc::clone(&self.events).into()
    }

    #[napi(getter, catch_unwind)]
    pub fn catalog(&self) -> Catalog {
        Arc::clone(&self.catalog).into()
    }

    /// The truth as JSON.
    #[napi(getter, catch_unwind)]
    pub fn truth(&self) -> String {
        self.truth.clone()
    }
}

/// A shop with the events that lead to its orders, its catalogue, and the truth about what was planted in it.
#[napi(
    namespace = "datasets",
    ts_args_type = "options?: ShopOptions",
    ts_return_type = "Promise<ShopData>",
    catch_unwind
)]
pub fn shop_data(options: Option<Unknown<'_>>) -> AsyncTask<Work<ShopData>> {
    background(|| {
        let (params, options) = params(options)?;
        Ok(move || {
            let shop = params.generate()?;
            Ok(ShopData {
                log: Arc::new(shop.to_log(options)?),
                events: Arc::new(shop.to_events(EventOptions::default())?),
                catalog: Arc::new(shop.to_catalog()?),
                truth: serde_json::to_string(shop.truth()).expect("a truth has only names for keys"),
            })
        })
    })
}

/// Ten breakfast baskets, small enough to check every answer by hand.
#[napi(namespace = "datasets", catch_unwind)]
pub fn breakfast() -> Vec<Vec<&'static str>> {
    toy::breakfast()
}

/// Half a year of a corner shop: five customers, nine purchases, one return.
#[napi(namespace = "datasets", catch_unwind)]
pub fn corner_shop() -> Result<OrderLog, String> {
    toy::corner_shop().to_log(LogOptions::default()).map(OrderLog::from).map_err(failure)
}

/// What is planted that spoils recommendations: yes or no, or how much of each.
fn troubles(value: Unknown<'_>) -> Outcome<Option<ShopTroubles>> {
    if matches!(value.get_type(), Ok(ValueType::Boolean)) {
        return Ok(flag(value)?.then(ShopTroubles::default));
    }
    let mut options = Options::new("troubles", Some(value))?;
    let mut troubles = ShopTroubles::default();
    let counts: [(&str, &mut usize); 5] = [
        ("bots", &mut troubles.bots),
        ("duplicates", &mut troubles.duplicates),
        ("bursts", &mut troubles.bursts),
        ("gaps", &mut troubles.gaps),
        ("clocks", &mut troubles.clocks),
    ];
    for (key, count) in counts {
        *count = options.count(key, 0)?.unwrap_or(*count);
    }
    troubles.services = options.number("services")?.unwrap_or(troubles.services);
    troubles.midnights = options.number("midnights")?.unwrap_or(troubles.midnights);
    options.finish()?;
    Ok(Some(troubles))
}

/// A key and what it sets.
type Setter<T> = (&'static str, fn(ShopParams, T) -> ShopParams);

fn params(options: Option<Unknown<'_>>) -> Outcome<(ShopParams, LogOptions)> {
    let mut options = Options::new("options", options)?;
    let mut params = Shop::params();
    let counts: [Setter<usize>; 6] = [
        ("lines", ShopParams::lines),
        ("days", ShopParams::days),
        ("items", ShopParams::items),
        ("complements", ShopParams::complements),
        ("substitutes", ShopParams::substitutes),
        ("clicks", ShopParams::clicks),
    ];
    for (key, set) in counts {
        params = options.count(key, 0)?.map_or(params.clone(), |count| set(params, count));
    }
    let numbers: [Setter<f64>; 12] = [
        ("zipf", ShopParams::zipf),
        ("orderSize", ShopParams::order_size),
        ("companionRate", ShopParams::companion_rate),
        ("rebuyRate", ShopParams::rebuy_rate),
        ("anonymous", ShopParams::anonymous),
        ("returnRate", ShopParams::return_rate),
        ("dirty", ShopParams::dirty),
        ("yearly", ShopParams::yearly),
        ("weekly", ShopParams::weekly),
        ("consumables", ShopParams::consumables),
        ("cartRate", ShopParams::cart_rate),
        ("buyRate", ShopParams::buy_rate),
    ];
    for (key, set) in numbers {
        params = options.number(key)?.map_or(params.clone(), |number| set(params, number));
    }
    if let Some(given) = options.value("repeat")? {
        params = params.repeat(Some(repeat(given)?));
    }
    if let Some(given) = options.value("troubles")? {
        params = params.troubles(troubles(given)?);
    }
    params = options.seed("seed")?.map_or(params.clone(), |seed| params.clone().seed(seed));
    params = options.time("start")?.map_or(params.clone(), |start| params.clone().start(start));
    let returns = options.text("returns")?.map_or(Ok(Returns::default()), |word| Returns::parse(&word));
    options.finish()?;
    Ok((params, LogOptions { returns: returns.map_err(failure)?, ..LogOptions::default() }))
}

/// The parameters of BG/NBD, all four of them; one that is absent is NaN, which the core refuses by its name.
fn repeat(given: Unknown<'_>) -> Outcome<RepeatBuying> {
    let mut options = Options::new("repeat", Some(given))?;
    let mut number = |name| -> Outcome<f64> { Ok(options.number(name)?.unwrap_or(f64::NAN)) };
    let repeat = RepeatBuying { r: number("r")?, alpha: number("alpha")?, a: number("a")?, b: number("b")? };
    options.finish()?;
    Ok(repeat)
}
