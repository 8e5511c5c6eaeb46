//! A generated shop: its lines, its catalogue, and the truth about what was planted in it.

use std::collections::HashMap;

use super::assortment::Assortment;
use super::calendar::Calendar;
use super::catalog::{Catalog, Product};
use super::customers::CustomerType;
use super::lines::ShopLines;
use super::orders::Orders;
use super::shop_params::ShopParams;
use crate::data::{
    AttributeValues, CatalogBatch, CatalogBuilder, CatalogOptions, IdValues, LogBuilder, LogOptions,
    NumberValues, OrderLog, Values,
};
use crate::error::Result;
use crate::params::Checked;
use crate::random::Random;

/// The streams of random numbers, one for each concern, so that a change of one leaves the others as they were.
mod stream {
    pub(super) const CATALOG: u64 = 1;
    pub(super) const ASSORTMENT: u64 = 2;
    pub(super) const PURCHASES: u64 = 3;
    pub(super) const RETURNS: u64 = 4;
    pub(super) const DEFECTS: u64 = 5;
}

/// A realistic shop made from a seed, for examples, tests and measurements.
///
/// - Popularity follows a flattened Zipf distribution; prices are log-normal within a category.
/// - Customers of six [types](CustomerType) prefer two categories each and come back for what they bought before; how
///   often they order, and how much, is heavy-tailed.
/// - Complements, within and across categories, are bought together far more often than by chance. Substitutes are of
///   one category, go with the same companion, and are never in the same order.
/// - Weekdays, hours and the weeks before Christmas show in the times. Everything falls in the span of the parameters;
///   the clock is never read.
/// - Some orders have no customer, some lines are returns: a negative quantity at the price paid, 2 to 40 days later,
///   under the order id with an `R` before it.
///
/// ```
/// use kosar::datasets::Shop;
///
/// let shop = Shop::params().lines(1_000).seed(7).generate()?;
/// assert_eq!(shop.lines().len(), 1_000);
///
/// let product = &shop.catalog()[0];
/// assert_eq!(product.id, "BAT-0001");
/// assert_eq!(product.name, "Bamboo soap dish");
///
/// let (first, second) = &shop.truth().complements[0];
/// assert_ne!(first, second);
/// # Ok::<(), kosar::ParamError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Shop {
    lines: ShopLines,
    catalog: Vec<Product>,
    truth: ShopTruth,
}

/// What was planted in a [`Shop`], and is to be found again.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ShopTruth {
    /// Pairs of items bought together far above chance, the pairs of both substitutes with their companion included.
    pub complements: Vec<(String, String)>,
    /// Pairs of items that are never in the same order and go with the same companion.
    pub substitutes: Vec<(String, String)>,
    /// The type of each customer, by customer id; the last one's orders may have been cut off by the number of lines.
    pub customer_types: Vec<(String, CustomerType)>,
    /// The number of lines with a negative quantity.
    pub return_lines: usize,
    /// The number of lines without a customer, returns included.
    pub anonymous_lines: usize,
    /// The lines with a defect, by row from 0; none of them is a return.
    pub defects: Vec<(usize, Defect)>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Defect {
    /// It has no item.
    MissingItem,
    /// Its quantity is 0.
    ZeroQuantity,
    /// Its price is below 0.
    NegativePrice,
}

impl Defect {
    const ALL: [Self; 3] = [Self::MissingItem, Self::ZeroQuantity, Self::NegativePrice];
}

impl Shop {
    /// The parameters, with their defaults: 10,000 lines, seed 1, 365 days from 2025-01-01, 400 items (the number grows
    /// with the root of the lines), zipf 1, about 4 products in an order, a complement pair for each 20 items and half
    /// as many substitute pairs, companion rate 0.5, re-buy rate 0.35, 10 % of orders without a customer, 2 % returns,
    /// no defects.
    #[must_use]
    pub fn params() -> ShopParams {
        ShopParams::default()
    }

    /// The order lines by time, then by order: purchases `100001`, `100002` ... and returns such as `R100234`, by
    /// customers such as `C00017`.
    #[must_use]
    pub fn lines(&self) -> &ShopLines {
        &self.lines
    }

    /// The products by id, also those that nobody bought.
    #[must_use]
    pub fn catalog(&self) -> &[Product] {
        &self.catalog
    }

    /// What was planted.
    #[must_use]
    pub fn truth(&self) -> &ShopTruth {
        &self.truth
    }

    /// Builds a log from the lines, with the columns `name` and `category` of each line's product kept.
    ///
    /// # Errors
    /// None that a generated shop gives; those of [`LogBuilder::push`] are passed on.
    pub fn to_log(&self, options: LogOptions) -> Result<OrderLog> {
        let product_of: HashMap<&str, &Product> = self.catalog.iter().map(|p| (p.id.as_str(), p)).collect();
        let product = |id: &Option<String>| id.as_deref().and_then(|id| product_of.get(id).copied());
        let words = |word: fn(&Product) -> &str| {
            AttributeValues::Text(self.lines.item.iter().map(|id| product(id).map(word)).collect())
        };
        let batch = self.lines.batch()?;
        let batch = batch.attribute("name", words(|product| &product.name))?;
        let batch = batch.attribute("category", words(|product| product.category))?;
        let mut builder = LogBuilder::new(options);
        builder.push(&batch)?;
        builder.finish()
    }

    /// The products as a catalogue: names, categories and prices.
    ///
    /// # Errors
    /// None that a generated shop gives; those of [`CatalogBuilder::push`] are passed on.
    pub fn to_catalog(&self) -> Result<crate::data::Catalog> {
        let words =
            |word: fn(&Product) -> &str| Values::new(self.catalog.iter().map(word).collect::<Vec<_>>());
        let prices: Vec<f64> = self.catalog.iter().map(|product| product.price).collect();
        let batch =
            CatalogBatch::new(self.catalog.len()).items(IdValues::Text(words(|product| &product.id)))?;
        let batch = batch.names(words(|product| &product.name))?.paths(words(|product| product.category))?;
        let mut builder = CatalogBuilder::new(CatalogOptions::default())?;
        builder.push(&batch.prices(NumberValues::Float(Values::new(prices)))?)?;
        builder.finish()
    }

    /// Gives the lines away.
    #[must_use]
    pub fn into_lines(self) -> ShopLines {
        self.lines
    }

    pub(super) fn generate(params: &Checked<ShopParams>) -> Self {
        let random = |stream| Random::new(params.seed, stream);
        let calendar =
            Calendar::new(params.start, params.days).expect("checked parameters have a span on the calendar");
        let catalog = Catalog::new(params.n_items(), &mut random(stream::CATALOG));
        let assortment = Assortment::new(&catalog, params, &mut random(stream::ASSORTMENT));

        let mut orders = Orders::new(params, &catalog, &assortment, &calendar);
        let purchases = &mut random(stream::PURCHASES);
        orders.purchase(params.lines - share_of(params.return_rate, params.lines), purchases);
        orders.give_back(params.lines, &mut random(stream::RETURNS));
        // Only a shop of very few and large orders has too little to give back.
        orders.fill_up(params.lines, purchases);

        let mut lines = write(&orders, &catalog);
        let ids = |&(first, second): &(usize, usize)| {
            (catalog.products[first].id.clone(), catalog.products[second].id.clone())
        };
        let truth = ShopTruth {
            complements: assortment.complements.iter().map(ids).collect(),
            substitutes: assortment.substitutes.iter().map(ids).collect(),
            customer_types: (0..).map(customer_id).zip(orders.customer_types.iter().copied()).collect(),
            return_lines: lines.quantity.iter().filter(|&&quantity| quantity < 0.0).count(),
            anonymous_lines: lines.customer.iter().filter(|customer| customer.is_none()).count(),
            defects: damage(&mut lines, params.dirty, &mut random(stream::DEFECTS)),
        };
        Self { lines, catalog: catalog.products, truth }
    }
}

fn customer_id(position: usize) -> String {
    format!("C{:05}", position + 1)
}

/// A share, from 0 to 1, of a number of lines, to the nearest line.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "from 0 to a number of lines that is exact in a double"
)]
fn share_of(share: f64, lines: usize) -> usize {
    (share * lines as f64).round() as usize
}

/// Numbers the orders by time and writes their lines in that order.
fn write(orders: &Orders<'_>, catalog: &Catalog) -> ShopLines {
    let mut by_time: Vec<usize> = (0..orders.orders.len()).collect();
    by_time.sort_unstable_by_key(|&position| (orders.orders[position].time, position));
    let mut lines = ShopLines::with_capacity(orders.lines.len());
    let mut numbers = vec![0; orders.orders.len()];
    let mut number = 100_000;
    for position in by_time {
        let order = &orders.orders[position];
        let id = match order.of {
            // A return comes days after its purchase, which therefore has its number.
            Some(of) => format!("R{}", numbers[of]),
            None => {
                number += 1;
                numbers[position] = number;
                number.to_string()
            }
        };
        let customer = order.customer.map(customer_id);
        for line in &orders.lines[order.lines.clone()] {
            let (item, price) = (&catalog.products[line.item].id, f64::from(line.cents) / 100.0);
            lines.push(customer.as_deref(), &id, item, order.time, f64::from(line.quantity), price);
        }
    }
    lines
}

/// Gives defects to exactly the share asked for, spread evenly over the purchases (selection sampling), and lists them.
fn damage(lines: &mut ShopLines, dirty: f64, random: &mut Random) -> Vec<(usize, Defect)> {
    let mut wanted = share_of(dirty, lines.len());
    let mut defects = Vec::with_capacity(wanted);
    let mut left = lines.quantity.iter().filter(|&&quantity| quantity > 0.0).count();
    for row in 0..lines.len() {
        if wanted == 0 {
            break;
        }
        if lines.quantity[row] < 0.0 {
            continue;
        }
        if random.below(left) < wanted {
            let defect = Defect::ALL[random.below(Defect::ALL.len())];
            match defect {
                Defect::MissingItem => lines.item[row] = None,
                Defect::ZeroQuantity => lines.quantity[row] = 0.0,
                Defect::NegativePrice => lines.price[row] = -lines.price[row],
            }
            defects.push((row, defect));
            wanted -= 1;
        }
        left -= 1;
    }
    defects
}

#[cfg(test)]
#[path = "shop_tests.rs"]
mod tests;
