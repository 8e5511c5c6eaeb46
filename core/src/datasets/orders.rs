//! What is in the orders of a generated shop: purchases until the lines are used up, and returns of some of them.

use std::ops::Range;

use super::assortment::Assortment;
use super::calendar::Calendar;
use super::catalog::Catalog;
use super::customers::{Buyer, CustomerType, Deck};
use super::draw::{Weighted, heavy_tailed, shuffle};
use super::shop_params::ShopParams;
use crate::random::Random;
use crate::time::Time;

/// The most products in an order.
const MAX_ORDER_SIZE: usize = 60;

/// How often a proposed product may not fit before the next one on the shelf that does is taken.
const MAX_PROPOSALS: usize = 30;

/// Quantities that people buy, with their weights.
const FEW: [(i32, f64); 7] = [(1, 62.0), (2, 20.0), (3, 7.0), (4, 5.0), (6, 4.0), (10, 1.0), (12, 1.0)];

/// Quantities that wholesalers buy, with their weights.
const MANY: [(i32, f64); 6] = [(6, 25.0), (12, 35.0), (24, 20.0), (36, 8.0), (48, 8.0), (96, 4.0)];

/// An order line by the positions of its parts.
pub(super) struct Line {
    pub(super) item: usize,
    pub(super) quantity: i32,
    pub(super) cents: i32,
}

/// An order: a purchase, or a return of part of one.
pub(super) struct Order {
    pub(super) time: Time,
    /// The position of the customer.
    pub(super) customer: Option<usize>,
    /// The positions of its lines.
    pub(super) lines: Range<usize>,
    /// The position of the order that it is a return of.
    pub(super) of: Option<usize>,
}

/// The orders under construction.
pub(super) struct Orders<'a> {
    params: &'a ShopParams,
    catalog: &'a Catalog,
    assortment: &'a Assortment,
    calendar: &'a Calendar,
    few: Weighted,
    many: Weighted,
    basket: Vec<usize>,
    /// Purchases, and behind them returns.
    pub(super) orders: Vec<Order>,
    /// The lines of all orders.
    pub(super) lines: Vec<Line>,
    /// The type of each customer who has an order.
    pub(super) customer_types: Vec<CustomerType>,
}

impl<'a> Orders<'a> {
    pub(super) fn new(
        params: &'a ShopParams,
        catalog: &'a Catalog,
        assortment: &'a Assortment,
        calendar: &'a Calendar,
    ) -> Self {
        Self {
            params,
            catalog,
            assortment,
            calendar,
            few: Weighted::new(&FEW.map(|(_, weight)| weight)),
            many: Weighted::new(&MANY.map(|(_, weight)| weight)),
            basket: Vec::new(),
            orders: Vec::new(),
            lines: Vec::with_capacity(params.lines),
            customer_types: Vec::new(),
        }
    }

    /// Adds customers, and anonymous orders among theirs, until there are exactly `until` lines.
    pub(super) fn purchase(&mut self, until: usize, random: &mut Random) {
        let anonymous_per_named = self.params.anonymous / (1.0 - self.params.anonymous);
        let mut anonymous_owed = 0.0;
        let mut deck = Deck::default();
        while self.lines.len() < until {
            let kind = deck.deal(random);
            let customer = self.customer_types.len();
            self.customer_types.push(kind);
            let mut buyer = Buyer::new(kind == CustomerType::Wholesaler, random);
            for time in kind.visits(self.calendar, random) {
                self.order(time, Some(customer), &mut buyer, until, random);
                anonymous_owed += anonymous_per_named;
                while anonymous_owed >= 1.0 {
                    anonymous_owed -= 1.0;
                    self.order_anonymously(until, random);
                }
            }
        }
    }

    /// Adds anonymous orders until there are exactly `until` lines.
    pub(super) fn fill_up(&mut self, until: usize, random: &mut Random) {
        while self.lines.len() < until {
            self.order_anonymously(until, random);
        }
    }

    fn order_anonymously(&mut self, until: usize, random: &mut Random) {
        let time = self.calendar.time(0..self.calendar.n_days(), random);
        let mut buyer = Buyer::new(false, random);
        self.order(time, None, &mut buyer, until, random);
    }

    /// Adds an order, unless there are `until` lines already.
    fn order(
        &mut self,
        time: Time,
        customer: Option<usize>,
        buyer: &mut Buyer,
        until: usize,
        random: &mut Random,
    ) {
        // 0.45 makes up for the mean that is lost in cutting to whole numbers.
        let scale = self.params.order_size - 0.55;
        let usual = 1 + heavy_tailed(random, scale, MAX_ORDER_SIZE);
        let size = if buyer.wholesale { 3 + 2 * usual } else { usual };
        // A basket blocks at most twice its size (its items and their substitutes), so a third leaves some to choose.
        let most = MAX_ORDER_SIZE.min(self.assortment.len() / 3).min(until - self.lines.len());
        self.fill_basket(size.min(most), buyer, random);
        if self.basket.is_empty() {
            return;
        }
        buyer.remember(&self.basket);
        let first = self.lines.len();
        for &item in &self.basket {
            let cents = self.catalog.cents[item];
            self.lines.push(if buyer.wholesale {
                let quantity = MANY[self.many.pick(random)].0;
                Line { item, quantity, cents: (cents * 85 + 50) / 100 }
            } else {
                Line { item, quantity: FEW[self.few.pick(random)].0, cents }
            });
        }
        self.orders.push(Order { time, customer, lines: first..self.lines.len(), of: None });
    }

    fn fill_basket(&mut self, size: usize, buyer: &Buyer, random: &mut Random) {
        self.basket.clear();
        while self.basket.len() < size {
            let Some(item) = self.next_item(buyer, random) else { return };
            self.basket.push(item);
            if self.basket.len() < size && random.unit() < self.params.companion_rate {
                let companion = self.assortment.companion(item, random);
                self.basket
                    .extend(companion.filter(|&companion| self.assortment.fits(companion, &self.basket)));
            }
        }
    }

    /// A favourite, or something by popularity: half of that from the buyer's preferred categories.
    fn next_item(&self, buyer: &Buyer, random: &mut Random) -> Option<usize> {
        for _ in 0..MAX_PROPOSALS {
            let favourite =
                if random.unit() < self.params.rebuy_rate { buyer.favourite(random) } else { None };
            let item = favourite.unwrap_or_else(|| {
                let category = (random.below(2) == 0).then(|| buyer.category(random));
                self.assortment.pick(category, random)
            });
            if self.assortment.fits(item, &self.basket) {
                return Some(item);
            }
        }
        let (n, from) = (self.assortment.len(), random.below(self.assortment.len()));
        (from..n).chain(0..from).find(|&item| self.assortment.fits(item, &self.basket))
    }

    /// Adds returns of purchases until there are `until` lines, or no order is left to return from.
    ///
    /// An order is returned from once, 2 to 40 days after, and not at all where that is behind the last day.
    pub(super) fn give_back(&mut self, until: usize, random: &mut Random) {
        let mut purchases: Vec<usize> = (0..self.orders.len()).collect();
        shuffle(random, &mut purchases);
        for of in purchases {
            if self.lines.len() == until {
                break;
            }
            let (customer, bought) = (self.orders[of].customer, self.orders[of].lines.clone());
            let day = self.calendar.day_of(self.orders[of].time) + 2 + random.below(39);
            if day >= self.calendar.n_days() {
                continue;
            }
            let time = self.calendar.time(day..day + 1, random);
            let n = (1 + heavy_tailed(random, 0.6, 10)).min(bought.len()).min(until - self.lines.len());
            let skipped = random.below(bought.len() - n + 1);
            let first = self.lines.len();
            for position in bought.skip(skipped).take(n) {
                let Line { item, quantity, cents } = self.lines[position];
                let most = usize::try_from(quantity).expect("purchases have positive quantities");
                let back = i32::try_from(1 + random.below(most)).expect("at most the quantity bought");
                self.lines.push(Line { item, quantity: -back, cents });
            }
            self.orders.push(Order { time, customer, lines: first..self.lines.len(), of: Some(of) });
        }
    }
}
