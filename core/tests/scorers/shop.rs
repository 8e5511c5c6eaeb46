//! Small shops drawn from seeds: few customers and small numbers, so that ties abound; ids that nothing else looks like.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use kosar::data::{
    Batch, Catalog, EventLog, EventLogBuilder, EventOptions, IdValues, LogBuilder, LogOptions, NumberValues,
    Role, TimeValues, Values,
};
use kosar::{Id, OrderLog, TimeUnit};

/// How many shops there are: those of even seeds name everything by integers, the others by strings.
const SHOPS: u64 = 24;

/// Random numbers: the SplitMix64 generator (Steele, Lea and Flood 2014, doi 10.1145/2714064.2660195).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.bits() % n as u64).unwrap()
    }

    /// An id of 64 random bits, or of 24 random letters and digits.
    pub(crate) fn id(&mut self, is_text: bool) -> Id {
        const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        if is_text {
            let text: String = (0..24).map(|_| char::from(SIGNS[self.below(SIGNS.len())])).collect();
            Id::from(text)
        } else {
            Id::Int(self.bits().cast_signed())
        }
    }
}

/// A line of an order.
#[derive(Debug, Clone)]
struct Line {
    order: Id,
    customer: Option<Id>,
    item: Id,
    day: i64,
    quantity: i32,
}

/// An event of a session, which is one customer's or nobody's.
#[derive(Debug, Clone)]
struct Click {
    session: Id,
    customer: Option<Id>,
    item: Id,
    minute: i64,
    kind: &'static str,
}

/// A shop, and what of it the definitions of answers speak of.
pub(crate) struct Shop {
    pub(crate) name: String,
    /// Everything in the catalogue, rising; all but the last two were bought by a customer.
    pub(crate) items: Vec<Id>,
    pub(crate) customers: Vec<Id>,
    pub(crate) log: OrderLog,
    pub(crate) events: EventLog,
    pub(crate) catalog: Catalog,
    lines: Vec<Line>,
    clicks: Vec<Click>,
}

/// Every shop, made once.
pub(crate) fn shops() -> &'static [Shop] {
    static SHOPS_MADE: OnceLock<Vec<Shop>> = OnceLock::new();
    SHOPS_MADE.get_or_init(|| (0..SHOPS).map(Shop::of_seed).collect())
}

impl Shop {
    fn of_seed(seed: u64) -> Self {
        let (mut dice, is_text) = (Dice(seed), seed % 2 == 1);
        let mut ids = |n: usize| -> Vec<Id> { (0..n).map(|_| dice.id(is_text)).collect() };
        let (mut items, customers, orders, sessions) = (ids(14), ids(8), ids(60), ids(16));
        items.sort_unstable();
        let bought = items.len() - 2;
        let mut dice = Dice(!seed);
        let mut lines = Vec::new();
        for (number, order) in orders.iter().enumerate() {
            // Everything is bought by a customer once, and everybody buys; some orders are nobody's, and some give back.
            let is_first = number < bought;
            let whose = if is_first { number % 8 } else { dice.below(8) };
            let customer = (is_first || dice.below(6) > 0).then(|| customers[whose].clone());
            let quantity =
                if !is_first && dice.below(9) == 0 { -1 } else { 1 + i32::from(dice.below(3) == 0) };
            let day = i64::try_from(dice.below(40)).unwrap();
            // Of two numbers the smaller: some items are bought more than others.
            let mut basket: BTreeSet<usize> =
                (0..=dice.below(3)).map(|_| dice.below(bought).min(dice.below(bought))).collect();
            basket.extend(is_first.then_some(number));
            lines.extend(basket.into_iter().map(|item| Line {
                order: order.clone(),
                customer: customer.clone(),
                item: items[item].clone(),
                day,
                quantity,
            }));
        }
        let mut clicks = Vec::new();
        for (number, session) in sessions.iter().enumerate() {
            let customer = (number < 8 || dice.below(3) > 0).then(|| customers[number % 8].clone());
            let start = i64::try_from(dice.below(30)).unwrap() * 1_440;
            clicks.extend((0..2 + dice.below(4)).map(|step| Click {
                session: session.clone(),
                customer: customer.clone(),
                item: items[dice.below(bought).min(dice.below(bought))].clone(),
                minute: start + i64::try_from(step / 2).unwrap(),
                kind: ["view", "view", "add_to_cart", "purchase"][dice.below(4)],
            }));
        }
        let paths = ["A/B", "A/C", "D", "D/E/F"];
        let catalog = Catalog::from_paths(items.iter().map(|item| (item, paths[dice.below(4)]))).unwrap();
        let name = format!("shop {seed}");
        Self { name, log: log(&lines), events: events(&clicks), items, customers, catalog, lines, clicks }
    }

    fn of_rows(&self, lines: Vec<Line>, clicks: Vec<Click>) -> Self {
        Self {
            name: self.name.clone(),
            items: self.items.clone(),
            customers: self.customers.clone(),
            log: log(&lines),
            events: events(&clicks),
            catalog: self.catalog.clone(),
            lines,
            clicks,
        }
    }

    /// The same shop, its rows told in another order.
    pub(crate) fn reversed(&self) -> Self {
        let lines = self.lines.iter().rev().cloned().collect();
        self.of_rows(lines, self.clicks.iter().rev().cloned().collect())
    }

    /// The shop as it would be, had a customer never been there.
    pub(crate) fn without(&self, customer: &Id) -> Self {
        let is_other = |of: &Option<Id>| of.as_ref() != Some(customer);
        let lines = self.lines.iter().filter(|line| is_other(&line.customer)).cloned().collect();
        let clicks = self.clicks.iter().filter(|click| is_other(&click.customer)).cloned().collect();
        Self { customers: self.others(customer), ..self.of_rows(lines, clicks) }
    }

    /// The shop with logs that forgot a customer.
    pub(crate) fn forgot(&self, customer: &Id) -> Self {
        let logs = (self.log.forget(customer).unwrap(), self.events.forget(customer).unwrap());
        let whole = self.of_rows(self.lines.clone(), self.clicks.clone());
        Self { log: logs.0, events: logs.1, customers: self.others(customer), ..whole }
    }

    fn others(&self, customer: &Id) -> Vec<Id> {
        self.customers.iter().filter(|&other| other != customer).cloned().collect()
    }

    /// What was bought, or what is left of it, by whom the test lets pass.
    fn sold(&self, is_one: impl Fn(Option<&Id>) -> bool) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.quantity > 0 && is_one(line.customer.as_ref()))
    }

    /// What anybody bought.
    pub(crate) fn bought(&self) -> BTreeSet<Id> {
        self.sold(|_| true).map(|line| line.item.clone()).collect()
    }

    /// What a customer ever bought.
    pub(crate) fn bought_by(&self, customer: &Id) -> BTreeSet<Id> {
        self.sold(|one| one == Some(customer)).map(|line| line.item.clone()).collect()
    }

    /// What a customer bought more of than they gave back.
    pub(crate) fn owned(&self, customer: &Id) -> BTreeSet<Id> {
        let mut bought = self.bought_by(customer);
        let own = |item: &Id| {
            let lines = self.lines.iter().filter(|line| line.customer.as_ref() == Some(customer));
            lines.filter(|line| &line.item == item).map(|line| line.quantity).sum::<i32>() > 0
        };
        bought.retain(own);
        bought
    }

    /// Who bought an item.
    pub(crate) fn buyers(&self, item: &Id) -> BTreeSet<&Id> {
        let sold = self.sold(|one| one.is_some()).filter(|line| &line.item == item);
        sold.filter_map(|line| line.customer.as_ref()).collect()
    }

    /// The items that share a buyer with one of some, those left out.
    pub(crate) fn bought_with(&self, items: &BTreeSet<Id>) -> BTreeSet<Id> {
        let buyers: BTreeSet<&Id> = items.iter().flat_map(|item| self.buyers(item)).collect();
        buyers
            .into_iter()
            .flat_map(|buyer| self.bought_by(buyer))
            .filter(|one| !items.contains(one))
            .collect()
    }

    /// The items of sessions with one of some.
    pub(crate) fn clicked_with(&self, items: &BTreeSet<Id>) -> BTreeSet<Id> {
        let with: BTreeSet<&Id> = self
            .clicks
            .iter()
            .filter(|click| items.contains(&click.item))
            .map(|click| &click.session)
            .collect();
        let inside = self.clicks.iter().filter(|click| with.contains(&click.session));
        inside.map(|click| click.item.clone()).collect()
    }

    /// What a customer looked at and did not buy since, by events alone.
    pub(crate) fn unbought(&self, customer: &Id) -> BTreeSet<Id> {
        let last = |item: &Id, is_purchase: bool| {
            let own = self.clicks.iter().filter(|click| click.customer.as_ref() == Some(customer));
            let of_kind =
                own.filter(|click| &click.item == item && (click.kind == "purchase") == is_purchase);
            of_kind.map(|click| click.minute).max()
        };
        self.items.iter().filter(|item| last(item, false) > last(item, true)).cloned().collect()
    }
}

fn column<'a>(ids: impl Iterator<Item = Option<&'a Id>>) -> IdValues<'a> {
    let ids: Vec<Option<&Id>> = ids.collect();
    let ints = |id: &Option<&Id>| id.map(|id| if let Id::Int(value) = id { *value } else { unreachable!() });
    let texts = |id: &Option<&'a Id>| {
        id.map(|id| if let Id::Str(text) = id { text.as_str() } else { unreachable!() })
    };
    match ids.iter().flatten().next() {
        Some(Id::Int(_)) => IdValues::Int(ids.iter().map(ints).collect()),
        _ => IdValues::Text(ids.iter().map(texts).collect()),
    }
}

fn log(lines: &[Line]) -> OrderLog {
    let days: Vec<i64> = lines.iter().map(|line| line.day * 86_400).collect();
    let quantities: Vec<f64> = lines.iter().map(|line| f64::from(line.quantity)).collect();
    let batch = Batch::new(lines.len())
        .ids(Role::Order, column(lines.iter().map(|line| Some(&line.order))))
        .and_then(|batch| batch.ids(Role::Customer, column(lines.iter().map(|line| line.customer.as_ref()))))
        .and_then(|batch| batch.ids(Role::Item, column(lines.iter().map(|line| Some(&line.item)))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(days), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(Values::new(quantities))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn events(clicks: &[Click]) -> EventLog {
    let minutes: Vec<i64> = clicks.iter().map(|click| click.minute * 60).collect();
    let kinds: Vec<&str> = clicks.iter().map(|click| click.kind).collect();
    let batch = Batch::new(clicks.len())
        .ids(Role::Session, column(clicks.iter().map(|click| Some(&click.session))))
        .and_then(|batch| {
            batch.ids(Role::Customer, column(clicks.iter().map(|click| click.customer.as_ref())))
        })
        .and_then(|batch| batch.ids(Role::Item, column(clicks.iter().map(|click| Some(&click.item)))))
        .and_then(|batch| batch.ids(Role::Kind, IdValues::Text(Values::new(kinds))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(minutes), TimeUnit::Second)));
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}
