//! The lines and events of a generated shop in few bytes each, and how they become logs.

use super::browse::{NOBODY, ShopEvent};
use super::catalog::Product;
use super::lines::ShopLines;
use super::shop::Defect;
use crate::data::{
    AttributeValues, Batch, EventLog, EventLogBuilder, EventOptions, IdValues, LogBuilder, LogOptions,
    NumberValues, OrderLog, Role, TimeValues, Values,
};
use crate::error::Result;
use crate::time::{Time, TimeUnit};

/// How many rows are spelled out at a time.
const ROWS: usize = 1 << 16;

/// An order line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ShopRow {
    pub(super) time: Time,
    /// [`NOBODY`] for an order without a customer.
    pub(super) customer: u32,
    /// The number of the order; of a return, that of its purchase.
    pub(super) order: u32,
    pub(super) item: u32,
    /// Below 0 for a return.
    pub(super) quantity: i32,
    pub(super) cents: i32,
    pub(super) defect: Option<Defect>,
}

impl ShopRow {
    fn order_id(&self) -> String {
        order_id(self.order, self.quantity < 0)
    }

    fn product<'a>(&self, catalog: &'a [Product]) -> Option<&'a Product> {
        (self.defect != Some(Defect::MissingItem)).then(|| &catalog[self.item as usize])
    }

    fn units(&self) -> f64 {
        if self.defect == Some(Defect::ZeroQuantity) { 0.0 } else { self.quantity.into() }
    }

    fn price(&self) -> f64 {
        let price = f64::from(self.cents) / 100.0;
        if self.defect == Some(Defect::NegativePrice) { -price } else { price }
    }
}

/// The id of an order or of a return.
pub(super) fn order_id(number: u32, is_return: bool) -> String {
    if is_return { format!("R{number}") } else { number.to_string() }
}

/// The id of a customer.
pub(super) fn customer_id(position: u32) -> String {
    format!("C{:05}", position + 1)
}

/// The id of who may be nobody.
fn known(customer: u32) -> Option<String> {
    (customer != NOBODY).then(|| customer_id(customer))
}

/// Lines spelled out as columns.
pub(super) fn spell_out(rows: &[ShopRow], catalog: &[Product]) -> ShopLines {
    let mut lines = ShopLines::with_capacity(rows.len());
    for row in rows {
        lines.customer.push(known(row.customer));
        lines.order.push(row.order_id());
        lines.item.push(row.product(catalog).map(|product| product.id.clone()));
        lines.time.push(row.time);
        lines.quantity.push(row.units());
        lines.price.push(row.price());
    }
    lines
}

/// A log of lines, with the names and categories of their products.
pub(super) fn to_log(rows: &[ShopRow], catalog: &[Product], options: LogOptions) -> Result<OrderLog> {
    let mut builder = LogBuilder::new(options);
    for rows in rows.chunks(ROWS) {
        let lines = spell_out(rows, catalog);
        let words = |word: fn(&Product) -> &str| {
            AttributeValues::Text(rows.iter().map(|row| row.product(catalog).map(word)).collect())
        };
        let batch = lines.batch()?;
        let batch = batch.attribute("name", words(|product| &product.name))?;
        builder.push(&batch.attribute("category", words(|product| product.category))?)?;
    }
    builder.finish()
}

/// A log of events.
pub(super) fn to_events(
    events: &[ShopEvent],
    catalog: &[Product],
    options: EventOptions,
) -> Result<EventLog> {
    let mut builder = EventLogBuilder::new(options)?;
    // A shop without events has a log without events: one batch of none.
    for events in events.chunks(ROWS).chain(events.is_empty().then_some(events)) {
        let customers: Vec<Option<String>> = events.iter().map(|event| known(event.customer)).collect();
        let sessions: Vec<i64> = events.iter().map(|event| event.session.into()).collect();
        let items: Vec<&str> = events.iter().map(|event| catalog[event.item as usize].id.as_str()).collect();
        let kinds: Vec<&str> = events.iter().map(|event| event.kind.name()).collect();
        let times: Vec<i64> = events.iter().map(|event| event.time.micros()).collect();
        let quantities: Vec<f64> = events.iter().map(|event| event.quantity.into()).collect();
        builder.push(
            &Batch::new(events.len())
                .ids(Role::Session, IdValues::Int(Values::new(sessions)))?
                .ids(Role::Customer, IdValues::Text(customers.iter().map(Option::as_deref).collect()))?
                .ids(Role::Item, IdValues::Text(Values::new(items)))?
                .ids(Role::Kind, IdValues::Text(Values::new(kinds)))?
                .time(TimeValues::Int(Values::new(times), TimeUnit::Microsecond))?
                .numbers(Role::Quantity, NumberValues::Float(Values::new(quantities)))?,
        )?;
    }
    builder.finish()
}
