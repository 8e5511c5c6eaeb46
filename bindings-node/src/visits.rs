//! What someone looked at and did not buy.

use std::sync::Arc;

use kosar::data::EventKind;
use kosar::rank::ItemFilter;
use kosar::visits::{Seen, VisitQuery};
use kosar::{Id, Time};
use napi::bindgen_prelude::{AsyncTask, Date, Env, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, array, element, event_log, how_many, id, js_date, js_id, log};
use crate::error::{Outcome, failure, refused};
use crate::model;
use crate::options::{Options, item_filter};
use crate::work::{Work, background};

/// What customers and sessions looked at and did not buy since; answers in microseconds. When the logs grow, it is made anew.
///
/// A view, a click, the click in a message, a wish and an add to the cart are looks at an item; a purchase takes away all
/// looks up to its instant. An item whose last add to the cart was not taken back is in the cart.
#[napi]
pub struct Visits {
    model: Arc<kosar::visits::Visits>,
}

impl From<kosar::visits::Visits> for Visits {
    fn from(model: kosar::visits::Visits) -> Self {
        Self { model: Arc::new(model) }
    }
}

/// An item that someone looked at; `options.d.ts` has its type.
#[napi(object, object_from_js = false, namespace = "internal")]
pub struct FoundItem<'env> {
    pub item: JsId,
    pub kind: String,
    pub views: u32,
    pub last: Date<'env>,
}

#[napi]
impl Visits {
    /// Reads an event log, and the orders of the same customers where these are not among the events; they need times.
    #[napi(
        ts_args_type = "events: EventLog, options?: { orders?: OrderLog }",
        ts_return_type = "Promise<Visits>",
        catch_unwind
    )]
    pub fn of(events: Unknown<'_>, options: Option<Unknown<'_>>) -> AsyncTask<Work<Visits>> {
        background(|| {
            let events = event_log(events)?;
            let mut options = Options::new("options", options)?;
            let orders = options.value("orders")?.map(log).transpose()?;
            options.finish()?;
            Ok(move || kosar::visits::Visits::new(&events, orders.as_deref()).map(Self::from))
        })
    }

    /// The `n` items, 10 by default, that someone looked at last and did not buy since, the latest first: of a customer in
    /// all sessions, else of the session that goes on.
    #[napi(ts_args_type = "who: VisitQuery, n?: number", ts_return_type = "Seen[]", catch_unwind)]
    pub fn recently_viewed<'env>(
        &self,
        env: &'env Env,
        who: Option<Unknown<'env>>,
        n: Option<Unknown<'env>>,
    ) -> Result<Vec<FoundItem<'env>>, String> {
        let (query, n) = (query(who)?, how_many(n)?);
        list(env, self.model.recently_viewed(&query, n).map_err(failure)?)
    }

    /// The `n` items, 10 by default, of earlier sessions with which a customer may go on: what was left in the cart, then what
    /// was viewed, each the latest first; nothing that was bought since or touched in the session that goes on (looked at, put
    /// into the cart or taken out, bought; not what it was only shown). Without a customer, the items of that session in the
    /// same order.
    #[napi(ts_args_type = "who: VisitQuery, n?: number", ts_return_type = "Seen[]", catch_unwind)]
    pub fn continue_shopping<'env>(
        &self,
        env: &'env Env,
        who: Option<Unknown<'env>>,
        n: Option<Unknown<'env>>,
    ) -> Result<Vec<FoundItem<'env>>, String> {
        let (query, n) = (query(who)?, how_many(n)?);
        list(env, self.model.continue_shopping(&query, n).map_err(failure)?)
    }
}

model::persistent!(Visits, kosar::visits::Visits, "Promise<Visits>");

fn list(env: &Env, found: Vec<Seen>) -> Result<Vec<FoundItem<'_>>, String> {
    let one = |seen: Seen| {
        let (item, kind) = (js_id(seen.item.as_ref()), seen.kind.name().to_owned());
        Ok(FoundItem { item, kind, views: seen.views, last: js_date(env, seen.last)? })
    };
    found.into_iter().map(one).collect()
}

fn query(who: Option<Unknown<'_>>) -> Outcome<VisitQuery> {
    let mut options = Options::new("who", who)?;
    let customer = options.value("customer")?.map(|value| id("customer", value)).transpose()?;
    let session = options.value("session")?.map(|value| id("session", value)).transpose()?;
    let ongoing = options.value("ongoing")?.map(events).transpose()?.unwrap_or_default();
    let filter: ItemFilter = item_filter(&mut options)?;
    options.finish()?;
    let query = customer.map_or_else(VisitQuery::anonymous, VisitQuery::customer);
    Ok(query.session(session).ongoing(ongoing).filter(filter))
}

/// Events in objects of item, time and kind.
fn events(value: Unknown<'_>) -> Outcome<Vec<(Id, EventKind, Time)>> {
    let list = array("ongoing", value)?;
    let event = |at: u32| -> Outcome<(Id, EventKind, Time)> {
        let value = element(&list, at)?;
        let mut event = Options::new("events of ongoing", Some(value))?;
        let (item, time) = (event.value("item")?, event.time("time")?);
        let kind = event.choice("kind", EventKind::parse)?.unwrap_or(EventKind::View);
        event.finish()?;
        match (item, time) {
            (Some(item), Some(time)) => Ok((id("item", item)?, kind, time)),
            _ => Err(refused("ongoing", "an array of objects with item and time", value)),
        }
    };
    (0..list.len()).map(event).collect()
}
