//! What spoils recommendations, planted in a generated shop: to be found by a diagnosis.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::browse::{NOBODY, ShopEvent};
use super::calendar::Calendar;
use super::catalog::Product;
use super::draw::shuffle;
use super::orders::{Line, Order, Orders};
use super::rows::{ShopRow, order_id};
use crate::data::EventKind;
use crate::random::Random;
use crate::time::{MICROS_PER_DAY, Time};

/// The most products whose code is given twice.
const MAX_DUPLICATES: usize = 1_000;

/// The most sessions of bots.
const MAX_BOTS: usize = 1_000;

/// Orders that come in at one instant.
const AT_ONCE: usize = 40;

/// Days of a gap.
const GAP: usize = 3;

/// How often a product with two codes is sold under the second.
const SECOND: f64 = 0.4;

/// Items of a session of a bot that looks at very many.
const WIDE: usize = 260;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// How much of what spoils recommendations is planted in a [`Shop`](super::Shop), on top of what is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShopTroubles {
    /// Sessions of bots in the events, in turns quick, regular, and with very many items (in shops of 300 items or more).
    pub bots: usize,
    /// The share of orders with a line for postage, from 0 to 1; a tenth as many have a gift voucher, or a manual entry.
    pub services: f64,
    /// Products sold under two codes.
    pub duplicates: usize,
    /// Days on which seven times as many orders as usual come in, by nobody known.
    pub bursts: usize,
    /// Times that three days in a row have no order.
    pub gaps: usize,
    /// Orders of each kind whose time is wrong: in 1970, three years too late, weeks before the orders with neighbouring
    /// numbers. With any, forty more orders come in at one instant.
    pub clocks: usize,
    /// The share of orders that have a date and no time of day, from 0 to 0.5.
    pub midnights: f64,
}

impl Default for ShopTroubles {
    /// Three bots, postage in a fifth of the orders, five duplicates, a burst, a gap, eight orders of each kind of wrong time,
    /// and three in a hundred orders without a time of day.
    fn default() -> Self {
        Self { bots: 3, services: 0.2, duplicates: 5, bursts: 1, gaps: 1, clocks: 8, midnights: 0.03 }
    }
}

/// What was planted; ids as in the lines and the events.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct PlantedTroubles {
    /// The sessions of bots.
    pub bots: Vec<u32>,
    /// The items that are no goods.
    pub services: Vec<String>,
    /// Second codes with the first ones.
    pub duplicates: Vec<(String, String)>,
    /// The days with far more orders.
    pub bursts: Vec<Time>,
    /// The first day of each gap of three days.
    pub gaps: Vec<Time>,
    /// The orders in 1970 and in the future.
    pub out_of_time: Vec<String>,
    /// The orders weeks before their neighbours by number.
    pub out_of_order: Vec<String>,
    /// The orders that come in at one instant.
    pub same_instant: Vec<String>,
    /// The orders without a time of day.
    pub midnight: Vec<String>,
}

/// Where what is planted in the orders goes.
pub(super) struct Planted {
    bursts: Vec<usize>,
    /// The positions of the orders of bursts and instants.
    extra: Vec<usize>,
    at_once: Vec<usize>,
}

impl ShopTroubles {
    pub(super) fn validate(&self) -> Result<(), crate::error::ParamError> {
        use super::shop_params::{at_most, within};
        at_most("bots", self.bots, MAX_BOTS, "from 0 to 1,000")?;
        within("services", self.services, 0.0, 1.0, "from 0 to 1")?;
        at_most("duplicates", self.duplicates, MAX_DUPLICATES, "from 0 to 1,000")?;
        at_most("bursts", self.bursts, 3, "from 0 to 3")?;
        at_most("gaps", self.gaps, 3, "from 0 to 3")?;
        at_most("clocks", self.clocks, 1_000, "from 0 to 1,000")?;
        within("midnights", self.midnights, 0.0, 0.5, "from 0 to 0.5")
    }

    /// Adds orders of nobody known: bursts, and many at one instant.
    pub(super) fn add_orders(
        &self,
        orders: &mut Orders<'_>,
        calendar: &Calendar,
        random: &mut Random,
    ) -> Planted {
        let n_days = calendar.n_days();
        let usual = orders.orders.len() / n_days.max(1) + 1;
        let mut planted = Planted { bursts: Vec::new(), extra: Vec::new(), at_once: Vec::new() };
        let add = |time: Time, random: &mut Random, orders: &mut Orders<'_>| {
            // What somebody else bought, one of it.
            let of = random.below(orders.lines.len());
            let Line { item, cents, .. } = orders.lines[of];
            let start = orders.lines.len();
            orders.lines.push(Line { item, quantity: 1, cents });
            orders.orders.push(Order { time, customer: None, lines: start..start + 1, of: None });
            orders.orders.len() - 1
        };
        for burst in 0..self.bursts {
            let day = n_days * (2 * burst + 3) / 10;
            planted.bursts.push(day);
            for _ in 0..(6 * usual).max(60) {
                let time = calendar.time(day..day + 1, random);
                planted.extra.push(add(time, random, orders));
            }
        }
        if self.clocks > 0 {
            let day = n_days * 8 / 10;
            let midnight = calendar.time(day..day + 1, random).floor_day();
            let instant =
                Time::from_micros(midnight.micros() + (3 * 3600 + 17 * 60 + 42) * MICROS_PER_SECOND);
            for _ in 0..AT_ONCE {
                let at = add(instant, random, orders);
                planted.at_once.push(at);
                planted.extra.push(at);
            }
        }
        planted
    }

    /// Changes lines and products; `numbers` are those of the orders.
    pub(super) fn change_rows(
        &self,
        rows: &mut Vec<ShopRow>,
        products: &mut Vec<Product>,
        numbers: &[u32],
        planted: &Planted,
        calendar: &Calendar,
        random: &mut Random,
    ) -> PlantedTroubles {
        let mut truth = PlantedTroubles::default();
        let midnight = |day: usize, random: &mut Random| calendar.time(day..day + 1, random).floor_day();
        truth.bursts = planted.bursts.iter().map(|&day| midnight(day, random)).collect();
        truth.same_instant = planted.at_once.iter().map(|&at| order_id(numbers[at], false)).collect();
        let extra: BTreeSet<u32> = planted.extra.iter().map(|&at| numbers[at]).collect();
        self.leave_gaps(rows, calendar, &mut truth, random);
        self.sell_twice(rows, products, &mut truth, random);
        self.add_services(rows, products, &mut truth, random);
        self.turn_clocks(rows, &extra, &mut truth, random);
        rows.sort_by_key(|row| (row.time, row.order, row.quantity < 0));
        truth
    }

    fn leave_gaps(
        &self,
        rows: &mut Vec<ShopRow>,
        calendar: &Calendar,
        truth: &mut PlantedTroubles,
        random: &mut Random,
    ) {
        for gap in 0..self.gaps {
            let day = calendar.n_days() * (2 * gap + 2) / 10;
            let start = calendar.time(day..day + 1, random).floor_day();
            let end = start.micros() + i64::try_from(GAP).unwrap_or(0) * MICROS_PER_DAY;
            rows.retain(|row| row.time < start || row.time.micros() >= end);
            truth.gaps.push(start);
        }
    }

    /// Gives products that are sold often a second code, under which some of their lines are.
    fn sell_twice(
        &self,
        rows: &mut [ShopRow],
        products: &mut Vec<Product>,
        truth: &mut PlantedTroubles,
        random: &mut Random,
    ) {
        let mut counts = BTreeMap::new();
        rows.iter().for_each(|row| *counts.entry(row.item).or_insert(0_usize) += 1);
        let mut often: Vec<u32> =
            counts.into_iter().filter(|&(_, n)| n >= 10).map(|(item, _)| item).collect();
        shuffle(random, &mut often);
        let mut second = BTreeMap::new();
        for (number, &item) in often.iter().take(self.duplicates).enumerate() {
            let product = products[item as usize].clone();
            let prefix = product.id.split('-').next().unwrap_or_default();
            let id = format!("{prefix}-{}", 10_000_001 + number);
            truth.duplicates.push((id.clone(), product.id.clone()));
            second.insert(item, u32::try_from(products.len()).expect("a shop has at most a million items"));
            products.push(Product { id, name: product.name.to_uppercase().replace(' ', "  "), ..product });
        }
        for row in rows.iter_mut() {
            if let Some(&other) = second.get(&row.item)
                && random.unit() < SECOND
            {
                row.item = other;
            }
        }
    }

    /// Adds lines for postage, gift vouchers and what was typed in by hand to purchases.
    fn add_services(
        &self,
        rows: &mut Vec<ShopRow>,
        products: &mut Vec<Product>,
        truth: &mut PlantedTroubles,
        random: &mut Random,
    ) {
        if self.services <= 0.0 {
            return;
        }
        let first = u32::try_from(products.len()).expect("a shop has at most a million items");
        let services = [
            ("POST", "Postage and packing", 4.95),
            ("GIFT-20", "Gift voucher 20", 20.0),
            ("M", "Manual", 5.0),
        ];
        for (id, name, price) in services {
            truth.services.push(id.to_owned());
            products.push(Product { id: id.to_owned(), name: name.to_owned(), category: "Services", price });
        }
        let mut added = Vec::new();
        for order in rows.chunk_by(|a, b| (a.order, a.quantity < 0) == (b.order, b.quantity < 0)) {
            if order[0].quantity < 0 {
                continue;
            }
            let mut add = |item: u32, cents: i32| {
                added.push(ShopRow { item: first + item, quantity: 1, cents, defect: None, ..order[0] });
            };
            if random.unit() < self.services {
                add(0, [295, 495, 795, 1295][random.below(4)]);
            }
            if random.unit() < self.services / 10.0 {
                add(1, 2000);
            }
            if random.unit() < self.services / 10.0 {
                // From 0.10 to 1,000, any size as likely.
                let size = [10, 100, 1_000, 10_000][random.below(4)];
                add(2, size * i32::try_from(1 + random.below(10)).unwrap_or(1));
            }
        }
        rows.extend(added);
    }

    fn turn_clocks(
        &self,
        rows: &mut [ShopRow],
        extra: &BTreeSet<u32>,
        truth: &mut PlantedTroubles,
        random: &mut Random,
    ) {
        let mut times = BTreeMap::new();
        let purchases = rows.iter().filter(|row| row.quantity > 0 && !extra.contains(&row.order));
        purchases.for_each(|row| {
            times.insert(row.order, row.time);
        });
        let mut left: Vec<u32> = times.keys().copied().collect();
        shuffle(random, &mut left);
        let mut new = BTreeMap::new();
        let day = |days: usize| i64::try_from(days).unwrap_or(0) * MICROS_PER_DAY;
        let take = |n: usize, left: &mut Vec<u32>| left.split_off(left.len().saturating_sub(n));
        for order in take(self.clocks, &mut left) {
            new.insert(order, Time::from_micros(day(random.below(2))));
            truth.out_of_time.push(order_id(order, false));
        }
        for order in take(self.clocks, &mut left) {
            new.insert(order, Time::from_micros(times[&order].micros() + day(3 * 365)));
            truth.out_of_time.push(order_id(order, false));
        }
        let first = times.values().min().copied().unwrap_or(Time::from_micros(0));
        let is_late = |order: &u32| times[order].micros() > first.micros() + day(70);
        let (late, mut others): (Vec<u32>, Vec<u32>) = left.into_iter().partition(is_late);
        let mut late = late;
        for order in take(self.clocks, &mut late) {
            new.insert(order, Time::from_micros(times[&order].micros() - day(20 + random.below(40))));
            truth.out_of_order.push(order_id(order, false));
        }
        others.extend(late);
        others.sort_unstable();
        shuffle(random, &mut others);
        for order in take(super::shop::share_of(self.midnights, times.len()), &mut others) {
            new.insert(order, times[&order].floor_day());
            truth.midnight.push(order_id(order, false));
        }
        for row in rows.iter_mut().filter(|row| row.quantity > 0) {
            row.time = new.get(&row.order).copied().unwrap_or(row.time);
        }
        for orders in [&mut truth.out_of_time, &mut truth.out_of_order, &mut truth.midnight] {
            orders.sort_unstable();
        }
    }

    /// Adds sessions that no person made, numbered on from `last`.
    pub(super) fn add_events(
        &self,
        events: &mut Vec<ShopEvent>,
        n_items: usize,
        calendar: &Calendar,
        random: &mut Random,
    ) -> Vec<u32> {
        let last = events.iter().map(|event| event.session).max().unwrap_or(0);
        let mut sessions = Vec::new();
        for (bot, session) in (0..self.bots).zip(last + 1..) {
            let begin = calendar.time(0..calendar.n_days(), random).micros();
            let kind = if n_items >= 300 { bot % 3 } else { bot % 2 };
            let n = [120 + random.below(100), 80 + random.below(50), WIDE + random.below(40)][kind];
            let start = random.below(n_items);
            let mut at = begin;
            for step in 0..n {
                let item =
                    u32::try_from((start + step) % n_items).expect("a shop has at most a million items");
                let time = Time::from_micros(at);
                events.push(ShopEvent {
                    time,
                    session,
                    customer: NOBODY,
                    item,
                    quantity: 1,
                    kind: EventKind::View,
                });
                at += match kind {
                    0 => 200_000,
                    1 => 10 * MICROS_PER_SECOND,
                    _ => i64::try_from(2 + random.below(18)).unwrap_or(2) * MICROS_PER_SECOND,
                };
            }
            sessions.push(session);
        }
        sessions
    }
}
