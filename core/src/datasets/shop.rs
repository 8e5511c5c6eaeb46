//! A generated shop: its lines, its catalogue, and the truth about what was planted in it.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde::Serialize;

use super::assortment::Assortment;
use super::browse::{Browsing, Funnel, NOBODY, ShopEvent};
use super::calendar::Calendar;
use super::catalog::{Catalog, Product};
use super::consumables::{Consumable, Consumables};
use super::customers::CustomerType;
use super::lines::ShopLines;
use super::orders::{Orders, Setting};
use super::repeat::RepeatBuyer;
use super::rows::{self, ShopRow, customer_id, order_id};
use super::seasons::{CategorySeason, Seasons};
use super::shop_params::ShopParams;
use super::troubles::PlantedTroubles;
use crate::data::{
    CatalogBatch, CatalogBuilder, CatalogOptions, EventLog, EventOptions, IdValues, LogOptions, NumberValues,
    OrderLog, Values,
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
    pub(super) const SEASONS: u64 = 6;
    pub(super) const CONSUMABLES: u64 = 7;
    pub(super) const BROWSING: u64 = 8;
    pub(super) const TROUBLES: u64 = 9;
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
/// What is asked for comes on top, each with its truth: customers who buy again by BG/NBD
/// ([`repeat`](ShopParams::repeat)), seasons of categories ([`yearly`](ShopParams::yearly), [`weekly`](ShopParams::weekly)),
/// products that are used up ([`consumables`](ShopParams::consumables)), and the events that lead to the orders
/// ([`clicks`](ShopParams::clicks)).
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
#[derive(Debug, Clone)]
pub struct Shop {
    rows: Vec<ShopRow>,
    /// The rows spelled out, once they are asked for.
    lines: OnceLock<ShopLines>,
    events: Vec<ShopEvent>,
    catalog: Vec<Product>,
    truth: ShopTruth,
}

impl PartialEq for Shop {
    /// Whether lines are spelled out makes no difference.
    fn eq(&self, other: &Self) -> bool {
        let Self { rows, lines: _, events, catalog, truth } = self;
        (rows, events, catalog, truth) == (&other.rows, &other.events, &other.catalog, &other.truth)
    }
}

/// What was planted in a [`Shop`], and is to be found again.
///
/// Written with serde (as JSON), it has the names of its fields, and pairs as lists of two.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ShopTruth {
    /// Pairs of items bought together far above chance, the pairs of both substitutes with their companion included.
    pub complements: Vec<(String, String)>,
    /// Pairs of items that are never in the same order and go with the same companion.
    pub substitutes: Vec<(String, String)>,
    /// The type of each customer, by customer id; the last one's orders may have been cut off by the number of lines.
    /// None where customers buy again by BG/NBD.
    pub customer_types: Vec<(String, CustomerType)>,
    /// The number of lines with a negative quantity.
    pub return_lines: usize,
    /// The number of lines without a customer, returns included.
    pub anonymous_lines: usize,
    /// The lines with a defect, by row from 0; none of them is a return.
    pub defects: Vec<(usize, Defect)>,
    /// The customers who buy again by BG/NBD, by id; none where they do not. The last one's orders may have been cut off.
    pub repeat_buyers: Vec<RepeatBuyer>,
    /// When each category sells best; none without seasons.
    pub seasons: Vec<CategorySeason>,
    /// The products that are used up, by id.
    pub consumables: Vec<Consumable>,
    /// How many products came how far in the events.
    pub funnel: Funnel,
    /// The sessions that ended with an order, with its id, by session.
    pub session_orders: Vec<(u32, String)>,
    /// What spoils recommendations, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub troubles: Option<PlantedTroubles>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
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
    /// with the root of the lines), zipf 1, about 4 products in an order, a complement pair for each 20 items (at
    /// most 1,000) and half as many substitute pairs, companion rate 0.5, re-buy rate 0.35, 10 % of orders without a customer, 2 % returns,
    /// no defects; customers of six types, no seasons, nothing that is used up, no events (where there are some, cart rate
    /// 0.2 and buy rate 0.4).
    #[must_use]
    pub fn params() -> ShopParams {
        ShopParams::default()
    }

    /// The order lines by time, then by order: purchases `100001`, `100002` ... and returns such as `R100234`, by
    /// customers such as `C00017`. They are spelled out when first asked for; a log does without.
    #[must_use]
    pub fn lines(&self) -> &ShopLines {
        self.lines.get_or_init(|| rows::spell_out(&self.rows, &self.catalog))
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
    /// None that a generated shop gives; those of [`LogBuilder::push`](crate::data::LogBuilder::push) are passed on.
    pub fn to_log(&self, options: LogOptions) -> Result<OrderLog> {
        rows::to_log(&self.rows, &self.catalog, options)
    }

    /// Builds a log from the events: as many as [`clicks`](ShopParams::clicks) asks for, none by default.
    ///
    /// Sessions are numbers from 1. A session that ends with an order buys its items, each as many as the order has, at the
    /// time of the order and in the name of its customer, after it has looked at them and put them into the cart. On the way
    /// there other products were looked at or left in the cart (or taken out of it), in the same session or in one of the two
    /// weeks before, which names the customer every other time. Sessions on the way to an order of the first days may begin
    /// before the span. Visitors who only look name nobody.
    ///
    /// ```
    /// use std::collections::BTreeSet;
    ///
    /// use kosar::data::{EventKind, EventOptions};
    /// use kosar::datasets::Shop;
    ///
    /// let shop = Shop::params().lines(1_000).clicks(5_000).generate()?;
    /// let events = shop.to_events(EventOptions::default())?;
    /// assert_eq!(events.n_events(), 5_000);
    /// // A session buys what its order has.
    /// let (session, order) = &shop.truth().session_orders[0];
    /// let is_it = |&at: &_| events.session(at).id == Some(i64::from(*session).into());
    /// let bought = events.sessions().filter(is_it).flat_map(|at| events.events_of(at));
    /// let bought = bought.filter(|event| event.kind == EventKind::Purchase).filter_map(|event| event.item);
    /// let bought: BTreeSet<_> = bought.map(|item| events.items().get(item.as_usize()).to_string()).collect();
    /// let lines = shop.lines();
    /// let rows = (0..lines.len()).filter(|&row| &lines.order[row] == order);
    /// assert_eq!(bought, rows.filter_map(|row| lines.item[row].clone()).collect::<BTreeSet<_>>());
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`EventLogBuilder::new`](crate::data::EventLogBuilder::new) for the options.
    pub fn to_events(&self, options: EventOptions) -> Result<EventLog> {
        rows::to_events(&self.events, &self.catalog, options)
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
        let Self { rows, lines, catalog, .. } = self;
        lines.into_inner().unwrap_or_else(|| rows::spell_out(&rows, &catalog))
    }

    pub(super) fn generate(params: &Checked<ShopParams>) -> Self {
        let random = |stream| Random::new(params.seed, stream);
        let calendar =
            Calendar::new(params.start, params.days).expect("checked parameters have a span on the calendar");
        let catalog = Catalog::new(params.n_items(), &mut random(stream::CATALOG));
        let assortment = Assortment::new(&catalog, params, &mut random(stream::ASSORTMENT));

        let seasons = Seasons::new(params, &mut random(stream::SEASONS));
        let consumables = Consumables::new(params, &assortment, &mut random(stream::CONSUMABLES));
        let setting = Setting {
            params,
            catalog: &catalog,
            assortment: &assortment,
            calendar: &calendar,
            seasons: &seasons,
            consumables: &consumables,
        };

        let mut orders = Orders::new(setting);
        let purchases = &mut random(stream::PURCHASES);
        orders.purchase(params.lines - share_of(params.return_rate, params.lines), purchases);
        orders.give_back(params.lines, &mut random(stream::RETURNS));
        // Only a shop of very few and large orders has too little to give back.
        orders.fill_up(params.lines, purchases);
        let mut browsing = Browsing::new(setting, &orders, &mut random(stream::BROWSING));

        let trouble = &mut random(stream::TROUBLES);
        let planted = params.troubles.map(|troubles| troubles.add_orders(&mut orders, &calendar, trouble));
        let (mut rows, numbers) = write(&orders);
        let customer_types: Vec<_> =
            (0..).map(customer_id).zip(orders.customer_types.iter().copied()).collect();
        let repeats = std::mem::take(&mut orders.repeats);
        drop(orders);
        let ids = |&(first, second): &(usize, usize)| {
            (catalog.products[first].id.clone(), catalog.products[second].id.clone())
        };
        let buyer = |(customer, &(lambda, p, alive)): (String, &(f64, f64, bool))| RepeatBuyer {
            customer,
            lambda,
            p,
            alive,
        };
        let complements = assortment.complements.iter().map(ids).collect();
        let substitutes = assortment.substitutes.iter().map(ids).collect();
        let consumables = consumables.list(&catalog);
        let n_items = catalog.len();
        let mut products = catalog.products;
        let session_order = |&(session, at): &(u32, usize)| (session, order_id(numbers[at], false));
        let mut session_orders: Vec<(u32, String)> = browsing.orders.iter().map(session_order).collect();
        let troubles = params.troubles.zip(planted).map(|(troubles, planted)| {
            let mut truth =
                troubles.change_rows(&mut rows, &mut products, &numbers, &planted, &calendar, trouble);
            truth.bots = troubles.add_events(&mut browsing.events, n_items, &calendar, trouble);
            let left: BTreeSet<String> =
                rows.iter().map(|row| order_id(row.order, row.quantity < 0)).collect();
            session_orders.retain(|(_, order)| left.contains(order));
            truth
        });
        let truth = ShopTruth {
            complements,
            substitutes,
            customer_types,
            return_lines: rows.iter().filter(|row| row.quantity < 0).count(),
            anonymous_lines: rows.iter().filter(|row| row.customer == NOBODY).count(),
            defects: damage(&mut rows, params.dirty, &mut random(stream::DEFECTS)),
            repeat_buyers: (0..).map(customer_id).zip(&repeats).map(buyer).collect(),
            consumables,
            funnel: browsing.funnel,
            session_orders,
            seasons: seasons.categories,
            troubles,
        };
        let lines = OnceLock::new();
        Self { rows, lines, events: browsing.events, catalog: products, truth }
    }
}

/// A share, from 0 to 1, of a number of lines, to the nearest line.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "from 0 to a number of lines that is exact in a double"
)]
pub(super) fn share_of(share: f64, lines: usize) -> usize {
    (share * lines as f64).round() as usize
}

/// Numbers the orders by time and writes their lines in that order; also gives the number of each order.
fn write(orders: &Orders<'_>) -> (Vec<ShopRow>, Vec<u32>) {
    let mut by_time: Vec<usize> = (0..orders.orders.len()).collect();
    by_time.sort_unstable_by_key(|&position| (orders.orders[position].time, position));
    let mut rows = Vec::with_capacity(orders.lines.len());
    let mut numbers = vec![0_u32; orders.orders.len()];
    let mut number = 100_000;
    let narrow = |position: usize| u32::try_from(position).expect("a shop has at most ten million lines");
    for position in by_time {
        let order = &orders.orders[position];
        // A return comes days after its purchase, which therefore has its number.
        let order_number = order.of.map_or_else(
            || {
                number += 1;
                number
            },
            |of| numbers[of],
        );
        numbers[position] = order_number;
        let customer = order.customer.map_or(NOBODY, narrow);
        rows.extend(orders.lines[order.lines.clone()].iter().map(|line| ShopRow {
            time: order.time,
            customer,
            order: order_number,
            item: narrow(line.item),
            quantity: line.quantity,
            cents: line.cents,
            defect: None,
        }));
    }
    (rows, numbers)
}

/// Gives defects to exactly the share asked for, spread evenly over the purchases (selection sampling), and lists them.
fn damage(rows: &mut [ShopRow], dirty: f64, random: &mut Random) -> Vec<(usize, Defect)> {
    let mut wanted = share_of(dirty, rows.len());
    let mut defects = Vec::with_capacity(wanted);
    let mut left = rows.iter().filter(|row| row.quantity > 0).count();
    for (at, row) in rows.iter_mut().enumerate().filter(|(_, row)| row.quantity > 0) {
        if wanted == 0 {
            break;
        }
        if random.below(left) < wanted {
            let defect = Defect::ALL[random.below(Defect::ALL.len())];
            row.defect = Some(defect);
            defects.push((at, defect));
            wanted -= 1;
        }
        left -= 1;
    }
    defects
}

#[cfg(test)]
#[path = "shop_tests.rs"]
mod tests;
