//! Order lines as plain columns.

use crate::time::Time;

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
