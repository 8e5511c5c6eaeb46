//! Order lines as plain columns.

use crate::data::{
    Batch, IdValues, LogBuilder, LogOptions, NumberValues, OrderLog, Role, TimeValues, Values,
};
use crate::error::Result;
use crate::time::{Time, TimeUnit};

/// Order lines in columns of equal length, as a shop exports them: row `i` is position `i` of every column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShopLines {
    /// The customer; `None` for an order without one.
    pub customer: Vec<Option<String>>,
    /// The order.
    pub order: Vec<String>,
    /// The item; `None` only on lines with a defect.
    pub item: Vec<Option<String>>,
    /// When the order was placed.
    pub time: Vec<Time>,
    /// How many were bought; below 0 how many came back.
    pub quantity: Vec<f64>,
    /// The price of one, in units of the currency.
    pub price: Vec<f64>,
}

impl ShopLines {
    /// The number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Builds a log from the lines.
    ///
    /// # Errors
    /// None that lines of this module give; those of [`LogBuilder::push`] for columns changed since.
    pub fn to_log(&self, options: LogOptions) -> Result<OrderLog> {
        let mut builder = LogBuilder::new(options);
        builder.push(&self.batch()?)?;
        builder.finish()
    }

    /// The lines as a batch of borrowed columns.
    pub(super) fn batch(&self) -> Result<Batch<'_>> {
        let micros: Vec<i64> = self.time.iter().map(|time| time.micros()).collect();
        let order: Vec<&str> = self.order.iter().map(String::as_str).collect();
        Batch::new(self.len())
            .ids(Role::Customer, IdValues::Text(self.customer.iter().map(Option::as_deref).collect()))?
            .ids(Role::Order, IdValues::Text(Values::new(order)))?
            .ids(Role::Item, IdValues::Text(self.item.iter().map(Option::as_deref).collect()))?
            .time(TimeValues::Int(Values::new(micros), TimeUnit::Microsecond))?
            .numbers(Role::Quantity, NumberValues::Float(Values::new(&self.quantity[..])))?
            .numbers(Role::Price, NumberValues::Float(Values::new(&self.price[..])))
    }

    pub(super) fn with_capacity(lines: usize) -> Self {
        Self {
            customer: Vec::with_capacity(lines),
            order: Vec::with_capacity(lines),
            item: Vec::with_capacity(lines),
            time: Vec::with_capacity(lines),
            quantity: Vec::with_capacity(lines),
            price: Vec::with_capacity(lines),
        }
    }

    pub(super) fn push(
        &mut self,
        customer: Option<&str>,
        order: &str,
        item: &str,
        time: Time,
        quantity: f64,
        price: f64,
    ) {
        self.customer.push(customer.map(str::to_owned));
        self.order.push(order.to_owned());
        self.item.push(Some(item.to_owned()));
        self.time.push(time);
        self.quantity.push(quantity);
        self.price.push(price);
    }
}
