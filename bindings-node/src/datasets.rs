//! Shops to try things on.

use kosar::data::{LogOptions, Returns};
use kosar::datasets::{Shop, ShopParams, toy};
use napi::bindgen_prelude::{AsyncTask, Result, Unknown};
use napi_derive::napi;

use crate::catalog::Catalog;
use crate::error::{Outcome, failure};
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

/// A key and what it sets.
type Setter<T> = (&'static str, fn(ShopParams, T) -> ShopParams);

fn params(options: Option<Unknown<'_>>) -> Outcome<(ShopParams, LogOptions)> {
    let mut options = Options::new("options", options)?;
    let mut params = Shop::params();
    let counts: [Setter<usize>; 5] = [
        ("lines", ShopParams::lines),
        ("days", ShopParams::days),
        ("items", ShopParams::items),
        ("complements", ShopParams::complements),
        ("substitutes", ShopParams::substitutes),
    ];
    for (key, set) in counts {
        params = options.count(key, 0)?.map_or(params.clone(), |count| set(params, count));
    }
    let numbers: [Setter<f64>; 7] = [
        ("zipf", ShopParams::zipf),
        ("orderSize", ShopParams::order_size),
        ("companionRate", ShopParams::companion_rate),
        ("rebuyRate", ShopParams::rebuy_rate),
        ("anonymous", ShopParams::anonymous),
        ("returnRate", ShopParams::return_rate),
        ("dirty", ShopParams::dirty),
    ];
    for (key, set) in numbers {
        params = options.number(key)?.map_or(params.clone(), |number| set(params, number));
    }
    params = options.seed("seed")?.map_or(params.clone(), |seed| params.clone().seed(seed));
    params = options.time("start")?.map_or(params.clone(), |start| params.clone().start(start));
    let returns = options.text("returns")?.map_or(Ok(Returns::default()), |word| Returns::parse(&word));
    options.finish()?;
    Ok((params, LogOptions { returns: returns.map_err(failure)?, ..LogOptions::default() }))
}
