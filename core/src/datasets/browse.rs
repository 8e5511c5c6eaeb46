//! Browsing before buying: sessions of looks, carts and purchases that lead to the orders of a generated shop.

use serde::Serialize;

use super::draw::shuffle;
use super::orders::{Order, Orders, Setting};
use crate::data::EventKind;
use crate::random::Random;
use crate::time::{MICROS_PER_DAY, Time};

/// No customer, or no session.
pub(super) const NOBODY: u32 = u32::MAX;

/// The most products of a session beside those that are bought in it.
const MAX_OTHERS: usize = 40;

/// The chance that a product is looked at twice in a row.
const AGAIN: f64 = 0.15;

/// The chance that what is not bought is looked at in the session of the order, and not in one of the two weeks before.
const SAME_SESSION: f64 = 0.4;

/// The chance that a session goes on to another product.
const GOES_ON: f64 = 0.85;

/// The chance that a product not bought is of the same category as one that is.
const ALIKE: f64 = 0.6;

/// The chance that an abandoned cart is emptied.
const EMPTIED: f64 = 0.4;

/// The chance that a session before the one of the order tells its customer.
const KNOWN: f64 = 0.5;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// An event by the positions of its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ShopEvent {
    pub(super) time: Time,
    /// From 1.
    pub(super) session: u32,
    /// [`NOBODY`] where the event has none.
    pub(super) customer: u32,
    pub(super) item: u32,
    pub(super) quantity: i32,
    pub(super) kind: EventKind,
}

/// How many products of sessions of a generated shop came how far; a product counts once a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Funnel {
    /// Looked at in sessions on the way to an order.
    pub viewed: usize,
    /// Of those, put into the cart: near to the cart rate.
    pub carted: usize,
    /// Of those, bought: near to the buy rate.
    pub bought: usize,
    /// Looked at in sessions of visitors who only look.
    pub idle: usize,
}

/// The events of a shop.
pub(super) struct Browsing {
    pub(super) events: Vec<ShopEvent>,
    pub(super) funnel: Funnel,
    /// The positions of the orders that sessions led to, with the session.
    pub(super) orders: Vec<(u32, usize)>,
}

/// A product looked at on the way to an order.
#[derive(Clone, Copy)]
struct Touch {
    /// The item bought, or one that it was bought in place of.
    item: usize,
    carted: bool,
    /// How many were bought; 0 where none.
    bought: i32,
}

impl Browsing {
    /// Exactly as many events as asked for.
    pub(super) fn new(setting: Setting<'_>, orders: &Orders<'_>, random: &mut Random) -> Self {
        let clicks = setting.params.clicks;
        let mut browser = Browser {
            setting,
            events: Vec::new(),
            session: 0,
            seen: vec![0; setting.assortment.len()],
            own: Vec::new(),
            others: Vec::new(),
            funnel: Funnel::default(),
        };
        let (mut events, mut found) = (Vec::with_capacity(clicks), Vec::new());
        let mut funnel = Funnel::default();
        if clicks > 0 {
            let mut purchases: Vec<usize> =
                (0..orders.orders.len()).filter(|&at| orders.orders[at].of.is_none()).collect();
            shuffle(random, &mut purchases);
            for at in purchases {
                let first_of = browser.session;
                browser.lead_to(&orders.orders[at], orders, random);
                if events.len() + browser.events.len() > clicks {
                    // It does not fit: as if it had not been tried.
                    browser.session = first_of;
                    browser.funnel = funnel;
                    browser.seen.fill(0);
                    break;
                }
                found.push((first_of + 1, at));
                events.append(&mut browser.events);
                funnel = browser.funnel;
            }
            while events.len() < clicks {
                browser.look(clicks - events.len(), random);
                events.append(&mut browser.events);
            }
        }
        Self { events, funnel: browser.funnel, orders: found }
    }
}

/// Sessions under construction.
struct Browser<'a> {
    setting: Setting<'a>,
    /// Those of the order at hand.
    events: Vec<ShopEvent>,
    /// The number of the last session.
    session: u32,
    /// By item, the last session in which it was looked at.
    seen: Vec<u32>,
    own: Vec<Touch>,
    others: Vec<Touch>,
    funnel: Funnel,
}

impl Browser<'_> {
    /// The session that ends with an order, the first of all that lead to it, and those before it.
    fn lead_to(&mut self, order: &Order, orders: &Orders<'_>, random: &mut Random) {
        let params = self.setting.params;
        // A session has fewer other products than the half of all, and an order at most a third of all.
        let most = MAX_OTHERS.min(self.seen.len() / 2);
        self.events.clear();
        self.own.clear();
        self.others.clear();
        let mut beside = 0;
        for line in &orders.lines[order.lines.clone()] {
            let mut put = |touch: Touch, this: &mut Self, random: &mut Random| {
                if beside < most && random.unit() < SAME_SESSION {
                    this.own.push(touch);
                    beside += 1;
                } else {
                    this.others.push(touch);
                }
            };
            let idle = Touch { item: line.item, carted: false, bought: 0 };
            // Of what is looked at a share is put into the cart, of that a share is bought: trials until one succeeds.
            loop {
                while random.unit() >= params.cart_rate {
                    put(idle, self, random);
                }
                if random.unit() < params.buy_rate {
                    break;
                }
                put(Touch { carted: true, ..idle }, self, random);
            }
            self.own.push(Touch { carted: true, bought: line.quantity, ..idle });
        }
        let customer = order.customer.map_or(NOBODY, |customer| {
            u32::try_from(customer).expect("there are fewer customers than lines")
        });
        let own = std::mem::take(&mut self.own);
        self.session(&own, order.time, customer, random);
        self.own = own;
        let others = std::mem::take(&mut self.others);
        let mut left = &others[..];
        while !left.is_empty() {
            let mut n = 1;
            while n < left.len().min(most) && random.unit() < GOES_ON {
                n += 1;
            }
            let customer = if random.unit() < KNOWN { customer } else { NOBODY };
            let time = self.before(order.time, random);
            self.session(&left[..n], time, customer, random);
            left = &left[n..];
        }
        self.others = others;
    }

    /// A time 1 to 14 days before an order, at an hour of the shop's; some hours before orders of the first days.
    fn before(&self, time: Time, random: &mut Random) -> Time {
        let calendar = self.setting.calendar;
        let (day, back) = (calendar.day_of(time), 1 + random.below(14));
        match day.checked_sub(back) {
            Some(day) => calendar.time(day..day + 1, random),
            None => {
                let hours = i64::try_from(2 + back).expect("at most 16");
                Time::from_micros(time.micros() - hours * MICROS_PER_DAY / 24)
            }
        }
    }

    /// Adds a session that ends at a time, with what is bought bought then.
    fn session(&mut self, touches: &[Touch], end: Time, customer: u32, random: &mut Random) {
        self.session += 1;
        let first = self.events.len();
        for touch in touches.iter().filter(|touch| touch.bought > 0) {
            self.seen[touch.item] = self.session;
        }
        let mut seconds = 0;
        let mut carts = Vec::new();
        for touch in touches {
            let item = if touch.bought > 0 { touch.item } else { self.alike(touch.item, random) };
            self.funnel.viewed += 1;
            self.add(item, EventKind::View, 1, &mut seconds, random);
            if random.unit() < AGAIN {
                self.add(item, EventKind::View, 1, &mut seconds, random);
            }
            if touch.carted {
                self.funnel.carted += 1;
                self.add(item, EventKind::AddToCart, touch.bought.max(1), &mut seconds, random);
                if touch.bought == 0 && random.unit() < EMPTIED {
                    carts.push(item);
                }
            }
        }
        for item in carts {
            self.add(item, EventKind::RemoveFromCart, 1, &mut seconds, random);
        }
        for touch in touches.iter().filter(|touch| touch.bought > 0) {
            let item = touch.item;
            self.funnel.bought += 1;
            self.event(item, EventKind::Purchase, touch.bought, seconds);
        }
        // The clock began at 0: the last look becomes the end.
        for event in &mut self.events[first..] {
            event.customer = customer;
            event.time = Time::from_micros(end.micros() + event.time.micros() - seconds * MICROS_PER_SECOND);
        }
    }

    /// Adds a session, of at most so many events, of a visitor who only looks.
    fn look(&mut self, most: usize, random: &mut Random) {
        self.events.clear();
        self.session += 1;
        let calendar = self.setting.calendar;
        let begin = calendar.time(0..calendar.n_days(), random);
        let most = most.min(self.seen.len() / 2);
        let (mut seconds, mut n) = (0, 0);
        let mut item = self.setting.assortment.pick(None, random);
        loop {
            item = self.alike(item, random);
            self.funnel.idle += 1;
            self.add(item, EventKind::View, 1, &mut seconds, random);
            n += 1;
            if n >= most || random.unit() >= GOES_ON {
                break;
            }
        }
        for event in &mut self.events {
            event.time = Time::from_micros(begin.micros() + event.time.micros());
        }
    }

    /// A product that the session at hand has not seen, rather of the category of another one.
    fn alike(&mut self, item: usize, random: &mut Random) -> usize {
        let category = (random.unit() < ALIKE).then(|| self.setting.catalog.category[item]);
        let drawn = self.setting.assortment.pick(category, random);
        let n = self.seen.len();
        let found = (drawn..n).chain(0..drawn).find(|&item| self.seen[item] != self.session);
        let item = found.expect("a session has fewer products than there are");
        self.seen[item] = self.session;
        item
    }

    /// Adds an event some seconds after the one before.
    fn add(&mut self, item: usize, kind: EventKind, quantity: i32, seconds: &mut i64, random: &mut Random) {
        self.event(item, kind, quantity, *seconds);
        *seconds += 5 + i64::try_from(random.below(90)).expect("below 90");
    }

    fn event(&mut self, item: usize, kind: EventKind, quantity: i32, seconds: i64) {
        let item = u32::try_from(item).expect("a shop has at most a million items");
        let time = Time::from_micros(seconds * MICROS_PER_SECOND);
        let event = ShopEvent { time, session: self.session, customer: NOBODY, item, quantity, kind };
        self.events.push(event);
    }
}
