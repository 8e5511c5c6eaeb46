//! Generated and toy shops.

use kosar::ParamError;
use kosar::data::{EventOptions, LogOptions, Returns};
use kosar::datasets::{RepeatBuying, Shop, ShopLines, ShopParams, ShopTroubles, toy};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict};

use crate::catalog::Catalog;
use crate::convert;
use crate::error::{Failure, Out, raise};
use crate::event_log::EventLog;
use crate::order_log::OrderLog;
use crate::run::{fast, slow};

/// The parameters of a shop by their names; those left out keep their defaults.
fn shop_params(given: &Bound<'_, PyDict>) -> Out<ShopParams> {
    let mut params = Shop::params();
    for (name, value) in given.iter() {
        let value = &value;
        params = match name.extract::<String>()?.as_str() {
            "lines" => params.lines(convert::count("lines", value, 100)?),
            "seed" => params.seed(convert::seed(value)?),
            "start" => params.start(convert::time("start", value)?),
            "days" => params.days(convert::count("days", value, 28)?),
            "items" => params.items(convert::count("items", value, 40)?),
            "zipf" => params.zipf(convert::real("zipf", value)?),
            "order_size" => params.order_size(convert::real("order_size", value)?),
            "complements" => params.complements(convert::count("complements", value, 0)?),
            "substitutes" => params.substitutes(convert::count("substitutes", value, 0)?),
            "companion_rate" => params.companion_rate(convert::real("companion_rate", value)?),
            "rebuy_rate" => params.rebuy_rate(convert::real("rebuy_rate", value)?),
            "anonymous" => params.anonymous(convert::real("anonymous", value)?),
            "return_rate" => params.return_rate(convert::real("return_rate", value)?),
            "dirty" => params.dirty(convert::real("dirty", value)?),
            "repeat" => params.repeat(repeat(value)?),
            "yearly" => params.yearly(convert::real("yearly", value)?),
            "weekly" => params.weekly(convert::real("weekly", value)?),
            "consumables" => params.consumables(convert::real("consumables", value)?),
            "clicks" => params.clicks(convert::count("clicks", value, 0)?),
            "cart_rate" => params.cart_rate(convert::real("cart_rate", value)?),
            "buy_rate" => params.buy_rate(convert::real("buy_rate", value)?),
            "troubles" => params.troubles(troubles(value)?),
            other => return Err(raise("ParamError", &format!("a shop has no parameter '{other}'")).into()),
        };
    }
    Ok(params)
}

/// What is planted that spoils recommendations: None, True or False, or a dict of how much.
fn troubles(value: &Bound<'_, PyAny>) -> Out<Option<ShopTroubles>> {
    if value.is_none() || value.is_instance_of::<PyBool>() {
        return Ok((!value.is_none() && convert::flag("troubles", value)?).then(ShopTroubles::default));
    }
    let refuse =
        || Failure::from(raise("ParamTypeError", &format!("troubles must be True or a dict, got {value}")));
    let mut troubles = ShopTroubles::default();
    for (name, value) in value.cast::<PyDict>().map_err(|_| refuse())?.iter() {
        let value = &value;
        match name.extract::<String>()?.as_str() {
            "bots" => troubles.bots = convert::count("bots", value, 0)?,
            "services" => troubles.services = convert::real("services", value)?,
            "duplicates" => troubles.duplicates = convert::count("duplicates", value, 0)?,
            "bursts" => troubles.bursts = convert::count("bursts", value, 0)?,
            "gaps" => troubles.gaps = convert::count("gaps", value, 0)?,
            "clocks" => troubles.clocks = convert::count("clocks", value, 0)?,
            "midnights" => troubles.midnights = convert::real("midnights", value)?,
            other => return Err(raise("ParamError", &format!("troubles have no '{other}'")).into()),
        }
    }
    Ok(Some(troubles))
}

/// The parameters of BG/NBD: None, or a dict with all four.
fn repeat(value: &Bound<'_, PyAny>) -> Out<Option<RepeatBuying>> {
    if value.is_none() {
        return Ok(None);
    }
    let refuse = |why: &str| {
        let message = format!("repeat must be a dict with r, alpha, a and b, {why}");
        Failure::from(raise("ParamTypeError", &message))
    };
    let dict = value.cast::<PyDict>().map_err(|_| refuse(&format!("got {value}")))?;
    for name in dict.keys() {
        let is_known = name.extract::<String>().is_ok_and(|name| ["r", "alpha", "a", "b"].contains(&&*name));
        if !is_known {
            return Err(refuse(&format!("{} is none of them", name.repr()?)));
        }
    }
    let given = |name: &'static str| match dict.get_item(name)? {
        Some(value) => convert::real(name, &value),
        None => Err(refuse(&format!("{name} is missing"))),
    };
    Ok(Some(RepeatBuying { r: given("r")?, alpha: given("alpha")?, a: given("a")?, b: given("b")? }))
}

fn returns(word: &Bound<'_, PyAny>) -> Out<LogOptions> {
    let returns = Returns::parse(&convert::word("returns", word)?)?;
    Ok(LogOptions { returns, ..LogOptions::default() })
}

/// A generated shop as a log.
#[pyfunction]
pub(crate) fn shop(py: Python<'_>, params: &Bound<'_, PyDict>, returns: &Bound<'_, PyAny>) -> Out<OrderLog> {
    let (params, options) = (shop_params(params)?, self::returns(returns)?);
    Ok(slow(py, move |_| params.generate()?.to_log(options))?.into())
}

/// A generated shop: its log, its events, its catalogue, and the truth as a dict.
#[pyfunction]
pub(crate) fn shop_data<'py>(
    py: Python<'py>,
    params: &Bound<'_, PyDict>,
    returns: &Bound<'_, PyAny>,
) -> Out<(OrderLog, EventLog, Catalog, Bound<'py, PyAny>)> {
    let (params, options) = (shop_params(params)?, self::returns(returns)?);
    let (log, events, catalog, truth) = slow(py, move |_| {
        let shop = params.generate()?;
        let events = shop.to_events(EventOptions::default())?;
        Ok((shop.to_log(options)?, events, shop.to_catalog()?, shop.truth().clone()))
    })?;
    Ok((log.into(), events.into(), catalog.into(), convert::json(py, &truth)?))
}

/// A generated shop as columns.
#[pyfunction]
pub(crate) fn shop_columns<'py>(py: Python<'py>, params: &Bound<'_, PyDict>) -> Out<Bound<'py, PyDict>> {
    let params = shop_params(params)?;
    let shop = slow(py, move |_| params.generate().map_err(|error: ParamError| error.into()))?;
    fast(|| columns(py, shop.lines()))
}

/// The products of a generated shop as a catalogue.
#[pyfunction]
pub(crate) fn shop_catalog(py: Python<'_>, params: &Bound<'_, PyDict>) -> Out<Catalog> {
    let params = shop_params(params)?;
    Ok(slow(py, move |_| params.generate()?.to_catalog())?.into())
}

/// The toy baskets.
#[pyfunction]
pub(crate) fn breakfast() -> Vec<Vec<&'static str>> {
    toy::breakfast()
}

/// The toy shop as columns.
#[pyfunction]
pub(crate) fn corner_shop(py: Python<'_>) -> Out<Bound<'_, PyDict>> {
    fast(|| columns(py, &toy::corner_shop()))
}

/// Columns by name, times in microseconds since 1970.
fn columns<'py>(py: Python<'py>, lines: &ShopLines) -> Out<Bound<'py, PyDict>> {
    let out = PyDict::new(py);
    out.set_item("customer", &lines.customer)?;
    out.set_item("order", &lines.order)?;
    out.set_item("item", &lines.item)?;
    out.set_item("time", lines.time.iter().map(|time| time.micros()).collect::<Vec<_>>())?;
    out.set_item("quantity", &lines.quantity)?;
    out.set_item("price", &lines.price)?;
    Ok(out)
}
