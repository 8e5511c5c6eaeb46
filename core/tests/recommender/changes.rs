//! All changes in any order, with requests between them: what is remembered for requests is never out of date.

use std::collections::BTreeMap;

use kosar::data::Catalog;
use kosar::recommender::{Level, Recommender, RecommenderParams, RecommenderSources, Request, Rules};
use kosar::{EventLog, Fit, OrderLog, Persist};
use proptest::prelude::*;

use crate::common::{EventRow, Row, answers, events, log};

/// What may come to a recommender.
#[derive(Debug, Clone)]
enum Change {
    /// The orders from one number to another.
    Orders(i64, i64),
    /// The events from one place to another.
    Events(usize, usize),
    Forget(i64),
    Level(i64, Level),
    /// One of [`RULES`].
    Rules(usize),
    /// By a copy of itself, which remembers nothing.
    Replace,
    /// By one that was built with some orders more.
    ReplaceByOther(i64, i64),
    /// A catalogue with so many items more.
    Catalog(i64),
    Refresh,
}

const RULES: [&str; 3] = [
    "{}",
    r#"{"blocked": [2], "pins": [{"item": 1, "position": 2}]}"#,
    r#"{"diversity": 0.4, "boosts": [{"items": {"item": [0, 3]}, "factor": 3}]}"#,
];

/// A shop in which cuts matter among a few rows.
#[derive(Debug, Clone, Copy)]
struct Shop {
    items: i64,
    rows: usize,
    latest_purchases: usize,
}

/// Many items of which a few purchases are looked at; few items of which more are, and fewer for each of a cart of two.
const SHOPS: [Shop; 2] =
    [Shop { items: 12, rows: 120, latest_purchases: 6 }, Shop { items: 3, rows: 400, latest_purchases: 80 }];

const CUSTOMERS: [i64; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 99];

fn params(shop: Shop) -> RecommenderParams {
    let mut params = Recommender::params().min_customers(1);
    (params.latest_purchases, params.neighbor_purchases, params.neighbors) = (shop.latest_purchases, 5, 4);
    (params.latest_sessions, params.session_neighbors) = (5, 3);
    (params.max_items, params.trend_days, params.trend_spans) = (6, 7, 3);
    // More places than lists.
    params.remembered_lists = 256;
    params
}

/// Orders of an hour each, of which three have one instant; every eighth is of nobody.
fn rows(shop: Shop) -> impl Strategy<Value = Vec<Row>> {
    let row = (0_i64..400, 0..shop.items, prop_oneof![19 => 1_i32..3, 1 => -1_i32..0]);
    prop::collection::vec(row, shop.rows / 2..shop.rows).prop_map(|rows| {
        let whose = |order: i64| (order % 8 != 0).then_some(order % 9);
        rows.into_iter()
            .map(|(order, item, quantity)| (order, whose(order), item, order * 37 % 400 / 3 * 3, quantity))
            .collect()
    })
}

fn event_rows(shop: Shop) -> impl Strategy<Value = Vec<EventRow>> {
    let row = (0_i64..8, prop::option::weighted(0.6, 0_i64..9), 0..shop.items, 0_i64..400, 0_u8..4);
    prop::collection::vec(row.prop_map(|row| (Some(row.0), row.1, row.2, row.3, row.4)), 0..30)
}

fn change() -> impl Strategy<Value = Change> {
    let level = prop::sample::select(&Level::ALL[..]);
    prop_oneof![
        4 => (0_i64..400, 1_i64..60).prop_map(|(from, n)| Change::Orders(from, from + n)),
        2 => (0_usize..30, 1_usize..8).prop_map(|(from, n)| Change::Events(from, from + n)),
        3 => (0_i64..9).prop_map(Change::Forget),
        1 => (0_i64..9, level).prop_map(|(customer, level)| Change::Level(customer, level)),
        1 => (0..RULES.len()).prop_map(Change::Rules),
        1 => Just(Change::Replace),
        1 => (0_i64..400, 1_i64..60).prop_map(|(from, n)| Change::ReplaceByOther(from, from + n)),
        1 => (1_i64..90).prop_map(Change::Catalog),
        1 => Just(Change::Refresh),
    ]
}

fn history() -> impl Strategy<Value = (Shop, Vec<Row>, Vec<EventRow>, Vec<Change>)> {
    prop::sample::select(&SHOPS[..]).prop_flat_map(|shop| {
        (Just(shop), rows(shop), event_rows(shop), prop::collection::vec(change(), 1..9))
    })
}

/// What all changes so far come to, without a recommender.
struct Whole {
    log: OrderLog,
    events: EventLog,
    levels: BTreeMap<i64, Level>,
    rules: usize,
    /// How many items the catalogue has.
    items: i64,
}

fn catalog(n: i64) -> Catalog {
    Catalog::from_paths((0..n).map(|item| (item, "All"))).unwrap()
}

impl Whole {
    fn append(&mut self, rows: &[Row], orders: std::ops::Range<i64>) -> OrderLog {
        let some: Vec<Row> = rows.iter().copied().filter(|row| orders.contains(&row.0)).collect();
        let some = log(&some);
        self.log = self.log.append(&some).unwrap();
        some
    }

    fn forget(&mut self, customer: i64) {
        if self.log.customers().unwrap().position(customer.into()).is_some() {
            self.log = self.log.forget(customer).unwrap();
        }
        if self.events.customers().position(customer.into()).is_some() {
            self.events = self.events.forget(customer).unwrap();
        }
        self.levels.remove(&customer);
    }

    fn fit(&self, shop: Shop) -> Recommender {
        let rules = Rules::from_json(RULES[self.rules]).unwrap();
        // All items, so that those whom nobody bought any more are there still.
        let catalog = catalog(self.items);
        let sources = RecommenderSources::new(&self.log).events(&self.events).catalog(&catalog).rules(rules);
        let recommender = params(shop).fit(&sources).unwrap();
        for (&customer, &level) in &self.levels {
            recommender.set_level(customer, level).unwrap();
        }
        recommender
    }
}

/// Asks about all items alone and in twos, so that there is something to remember.
fn ask(live: &Recommender, shop: Shop) {
    let request = Request::new(3);
    for item in 0..shop.items {
        live.similar(item, &request).unwrap();
        live.bought_together([item], &request).unwrap();
        live.bought_together([item, (item + 1) % shop.items], &request).unwrap();
    }
}

proptest! {
    #[test]
    fn whatever_comes_between_requests_answers_are_those_of_a_refit(
        (shop, rows, event_rows, changes) in history(),
    ) {
        let of_first = |row: &Row| row.0 < 200;
        let first: Vec<Row> = rows.iter().copied().filter(of_first).collect();
        prop_assume!(!first.is_empty());
        let (levels, items) = (BTreeMap::new(), shop.items);
        let mut whole = Whole { log: log(&first), events: events(&[]), levels, rules: 0, items };
        let live = whole.fit(shop);
        for change in changes {
            ask(&live, shop);
            match change {
                Change::Orders(from, until) => {
                    live.update(&whole.append(&rows, from..until)).unwrap();
                }
                Change::Events(from, until) => {
                    let some = events(&event_rows[from.min(event_rows.len())..until.min(event_rows.len())]);
                    live.update_events(&some).unwrap();
                    whole.events = whole.events.append(&some).unwrap();
                }
                Change::Forget(customer) => {
                    live.forget(customer).unwrap();
                    whole.forget(customer);
                }
                Change::Level(customer, level) => {
                    live.set_level(customer, level).unwrap();
                    whole.levels.insert(customer, level);
                }
                Change::Rules(which) => {
                    live.set_rules(Rules::from_json(RULES[which]).unwrap()).unwrap();
                    whole.rules = which;
                }
                Change::Replace => {
                    live.replace(&live.clone());
                }
                Change::ReplaceByOther(from, until) => {
                    whole.append(&rows, from..until);
                    live.replace(&whole.fit(shop));
                }
                Change::Catalog(more) => {
                    whole.items += more;
                    live.set_catalog(&catalog(whole.items)).unwrap();
                }
                Change::Refresh => live.refresh().unwrap(),
            }
        }
        let refit = whole.fit(shop);
        live.refresh().unwrap();
        refit.refresh().unwrap();
        let items: Vec<i64> = (0..shop.items).collect();
        let (told, expected) = (answers(&live, &items, &CUSTOMERS), answers(&refit, &items, &CUSTOMERS));
        let differ = told.lines().zip(expected.lines()).find(|(a, b)| a != b);
        prop_assert!(differ.is_none(), "live {:?}\nrefit {:?}", differ.unwrap().0, differ.unwrap().1);
        prop_assert!(live.to_bytes().unwrap() == refit.to_bytes().unwrap(), "the files differ");
    }
}
