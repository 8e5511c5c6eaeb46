//! What is in the orders of a generated shop: purchases until the lines are used up, and returns of some of them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;

use super::assortment::Assortment;
use super::calendar::Calendar;
use super::catalog::Catalog;
use super::consumables::Consumables;
use super::customers::{Buyer, CustomerType, Deck};
use super::draw::{Weighted, heavy_tailed, shuffle};
use super::repeat::{RepeatBuying, RepeatOrders};
use super::seasons::Seasons;
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

/// What a shop's orders are made from.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) params: &'a ShopParams,
    pub(super) catalog: &'a Catalog,
    pub(super) assortment: &'a Assortment,
    pub(super) calendar: &'a Calendar,
    pub(super) seasons: &'a Seasons,
    pub(super) consumables: &'a Consumables,
}

/// A customer with a rate, a chance to drop out, and whether that has not happened.
pub(super) type Repeats = (f64, f64, bool);

/// The orders under construction.
pub(super) struct Orders<'a> {
    setting: Setting<'a>,
    few: Weighted,
    many: Weighted,
    basket: Vec<usize>,
    /// Purchases, and behind them returns.
    pub(super) orders: Vec<Order>,
    /// The lines of all orders.
    pub(super) lines: Vec<Line>,
    /// The number of customers who have an order.
    n_customers: usize,
    /// The type of each of them; none where customers buy again by BG/NBD.
    pub(super) customer_types: Vec<CustomerType>,
    /// How each of them buys again, where it is by BG/NBD.
    pub(super) repeats: Vec<Repeats>,
    /// The number of anonymous orders that are to come, as a fraction.
    anonymous_owed: f64,
}

impl<'a> Orders<'a> {
    pub(super) fn new(setting: Setting<'a>) -> Self {
        Self {
            setting,
            few: Weighted::new(&FEW.map(|(_, weight)| weight)),
            many: Weighted::new(&MANY.map(|(_, weight)| weight)),
            basket: Vec::new(),
            orders: Vec::new(),
            lines: Vec::with_capacity(setting.params.lines),
            n_customers: 0,
            customer_types: Vec::new(),
            repeats: Vec::new(),
            anonymous_owed: 0.0,
        }
    }

    /// Adds customers, and anonymous orders among theirs, until there are exactly `until` lines.
    pub(super) fn purchase(&mut self, until: usize, random: &mut Random) {
        let mut deck = Deck::default();
        self.anonymous_owed = 0.0;
        while self.lines.len() < until {
            if let Some(repeat) = &self.setting.params.repeat {
                self.repeat_buyer(repeat, until, random);
            } else {
                let kind = deck.deal(random);
                self.customer_types.push(kind);
                self.customer(kind, until, random);
            }
            self.n_customers += 1;
        }
    }

    /// Adds a customer of a type.
    fn customer(&mut self, kind: CustomerType, until: usize, random: &mut Random) {
        let mut buyer = Buyer::new(kind == CustomerType::Wholesaler, random);
        let mut due = BinaryHeap::new();
        for time in kind.visits(self.setting.calendar, random) {
            self.replenish(&mut buyer, &mut due, time, until, random);
            let lines = self.visit(time, &mut buyer, until, random);
            if kind.replenishes() {
                self.wait(lines, time, &mut due, random);
            }
        }
        self.replenish(&mut buyer, &mut due, self.setting.calendar.end(), until, random);
    }

    /// Adds a customer who buys again by BG/NBD, after a first order in the first half of the span.
    fn repeat_buyer(&mut self, repeat: &RepeatBuying, until: usize, random: &mut Random) {
        let calendar = self.setting.calendar;
        let mut buyer = Buyer::new(false, random);
        let (lambda, p) = repeat.draw(random);
        let first = calendar.time(0..calendar.n_days().div_ceil(2), random);
        let mut process = RepeatOrders::new((lambda, p), first, calendar.end());
        let mut next = Some(first);
        while let Some(time) = next {
            self.visit(time, &mut buyer, until, random);
            next = process.next(random);
        }
        self.repeats.push((lambda, p, process.alive));
    }

    /// Adds an order of the customer at hand, and anonymous ones in their share. Gives the lines of the former.
    fn visit(&mut self, time: Time, buyer: &mut Buyer, until: usize, random: &mut Random) -> Range<usize> {
        let lines = self.order(time, Some(self.n_customers), buyer, &[], until, random);
        self.owe(until, random);
        lines
    }

    /// Adds the anonymous orders that go with one that names its customer.
    fn owe(&mut self, until: usize, random: &mut Random) {
        let anonymous = self.setting.params.anonymous;
        self.anonymous_owed += anonymous / (1.0 - anonymous);
        while self.anonymous_owed >= 1.0 {
            self.anonymous_owed -= 1.0;
            self.order_anonymously(until, random);
        }
    }

    /// Notes when what is used up of some lines is due again.
    fn wait(
        &self,
        lines: Range<usize>,
        time: Time,
        due: &mut BinaryHeap<Reverse<(Time, usize)>>,
        random: &mut Random,
    ) {
        for line in &self.lines[lines] {
            if let Some(time) = self.setting.consumables.due(line.item, line.quantity, time, random) {
                due.push(Reverse((time, line.item)));
            }
        }
    }

    /// Adds orders of what is due before a time, each thing in an order of its own time.
    fn replenish(
        &mut self,
        buyer: &mut Buyer,
        due: &mut BinaryHeap<Reverse<(Time, usize)>>,
        before: Time,
        until: usize,
        random: &mut Random,
    ) {
        while let Some(&Reverse((time, item))) = due.peek() {
            if time >= before {
                return;
            }
            due.pop();
            let lines = self.order(time, Some(self.n_customers), buyer, &[item], until, random);
            self.owe(until, random);
            self.wait(lines, time, due, random);
        }
    }

    /// Adds anonymous orders until there are exactly `until` lines.
    pub(super) fn fill_up(&mut self, until: usize, random: &mut Random) {
        while self.lines.len() < until {
            self.order_anonymously(until, random);
        }
    }

    fn order_anonymously(&mut self, until: usize, random: &mut Random) {
        let time = self.setting.calendar.time(0..self.setting.calendar.n_days(), random);
        let mut buyer = Buyer::new(false, random);
        self.order(time, None, &mut buyer, &[], until, random);
    }

    /// Adds an order with some items that are needed, unless there are `until` lines already. Gives its lines.
    fn order(
        &mut self,
        time: Time,
        customer: Option<usize>,
        buyer: &mut Buyer,
        needed: &[usize],
        until: usize,
        random: &mut Random,
    ) -> Range<usize> {
        // 0.45 makes up for the mean that is lost in cutting to whole numbers.
        let scale = self.setting.params.order_size - 0.55;
        let usual = 1 + heavy_tailed(random, scale, MAX_ORDER_SIZE);
        let size = if buyer.wholesale { 3 + 2 * usual } else { usual };
        // A basket blocks at most twice its size (its items and their substitutes), so a third leaves some to choose.
        let most = MAX_ORDER_SIZE.min(self.setting.assortment.len() / 3).min(until - self.lines.len());
        self.fill_basket(size.min(most), needed, self.setting.calendar.day_of(time), buyer, random);
        let first = self.lines.len();
        if self.basket.is_empty() {
            return first..first;
        }
        buyer.remember(&self.basket);
        if customer.is_some() {
            let used = self.basket.iter().filter(|&&item| self.setting.consumables.contains(item));
            buyer.used.extend(used);
        }
        for &item in &self.basket {
            let cents = self.setting.catalog.cents[item];
            self.lines.push(if buyer.wholesale {
                let quantity = MANY[self.many.pick(random)].0;
                Line { item, quantity, cents: (cents * 85 + 50) / 100 }
            } else {
                Line { item, quantity: FEW[self.few.pick(random)].0, cents }
            });
        }
        let lines = first..self.lines.len();
        self.orders.push(Order { time, customer, lines: lines.clone(), of: None });
        lines
    }

    fn fill_basket(&mut self, size: usize, needed: &[usize], day: usize, buyer: &Buyer, random: &mut Random) {
        self.basket.clear();
        self.basket.extend(&needed[..needed.len().min(size)]);
        while self.basket.len() < size {
            let Some(item) = self.next_item(day, buyer, random) else { return };
            self.basket.push(item);
            if self.basket.len() < size && random.unit() < self.setting.params.companion_rate {
                let companion = self.setting.assortment.companion(item, random);
                self.basket.extend(companion.filter(|&companion| self.fits(companion, buyer)));
            }
        }
    }

    /// Whether an item may join the basket: neither it nor its substitute is in there, and it is not still in use.
    fn fits(&self, item: usize, buyer: &Buyer) -> bool {
        self.setting.assortment.fits(item, &self.basket) && !buyer.used.contains(&item)
    }

    /// A favourite, or something by popularity: half of that from the buyer's preferred categories; in its season.
    fn next_item(&self, day: usize, buyer: &Buyer, random: &mut Random) -> Option<usize> {
        let Setting { params, catalog, assortment, seasons, .. } = self.setting;
        for _ in 0..MAX_PROPOSALS {
            let favourite = if random.unit() < params.rebuy_rate { buyer.favourite(random) } else { None };
            let item = favourite.unwrap_or_else(|| {
                let category = (random.below(2) == 0).then(|| buyer.category(random));
                assortment.pick(category, random)
            });
            if self.fits(item, buyer) && seasons.take(day, catalog.category[item], random) {
                return Some(item);
            }
        }
        let (n, from) = (assortment.len(), random.below(assortment.len()));
        (from..n).chain(0..from).find(|&item| self.fits(item, buyer))
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
            let day = self.setting.calendar.day_of(self.orders[of].time) + 2 + random.below(39);
            if day >= self.setting.calendar.n_days() {
                continue;
            }
            let time = self.setting.calendar.time(day..day + 1, random);
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
