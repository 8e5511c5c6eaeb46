//! Laws of the log that no model may break: the order of rows leaves no trace, ids are only names, splitting and joining
//! loses nothing, and a forgotten customer was never there.
#![allow(clippy::unwrap_used, reason = "tests may")]

use kosar::affinity::Affinity;
use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, Note, NumberValues, Role, TimeValues, Values};
use kosar::lifecycle::Lifecycle;
use kosar::next_basket::NextBasket;
use kosar::popularity::Popularity;
use kosar::replenish::Replenishment;
use kosar::rfm::Rfm;
use kosar::rule::AssociationRules;
use kosar::sequence::TemporalRules;
use kosar::similarity::ItemSimilarity;
use kosar::{ErrorKind, Fit, Money, OrderLog, Persist, Quantity, Time, TimeUnit};
use proptest::prelude::*;

/// Order, customer, item, hour, quantity, price.
type Row = (i64, Option<i64>, i64, i64, i32, i32);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    // An order has one customer, as in a real log; two in a hundred rows come back.
    let row = (
        0_i64..40,
        0_i64..9,
        0_i64..12,
        0_i64..2000,
        prop_oneof![49 => 1_i32..4, 1 => -2_i32..0],
        0_i32..500,
    );
    prop::collection::vec(row, 1..120).prop_map(|rows| {
        let customer = |order: i64| (order % 7 != 0).then_some(order % 9);
        rows.into_iter()
            .map(|(order, _, item, hour, q, p)| (order, customer(order), item, hour, q, p))
            .collect()
    })
}

fn log(rows: &[Row]) -> OrderLog {
    renamed(rows, |id| id)
}

fn renamed(rows: &[Row], name: impl Fn(i64) -> i64) -> OrderLog {
    let ids = |pick: &dyn Fn(&Row) -> Option<i64>| {
        IdValues::Int(rows.iter().map(|row| pick(row).map(&name)).collect())
    };
    let hours: Vec<i64> = rows.iter().map(|row| row.3 * 3600).collect();
    let numbers =
        |pick: fn(&Row) -> f64| NumberValues::Float(Values::new(rows.iter().map(pick).collect::<Vec<_>>()));
    let batch = Batch::new(rows.len())
        .ids(Role::Order, ids(&|row| Some(row.0)))
        .and_then(|batch| batch.ids(Role::Customer, ids(&|row| row.1)))
        .and_then(|batch| batch.ids(Role::Item, ids(&|row| Some(row.2))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(hours), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Quantity, numbers(|row| f64::from(row.4))))
        .and_then(|batch| batch.numbers(Role::Price, numbers(|row| f64::from(row.5) / 100.0)));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Every model of a log, as the bytes of its file: equal bytes, equal models.
fn models(log: &OrderLog) -> Vec<Vec<u8>> {
    vec![
        AssociationRules::params(2.0)
            .min_confidence(0.2)
            .max_len(Some(4))
            .fit(log)
            .unwrap()
            .to_bytes()
            .unwrap(),
        ItemSimilarity::params().neighbors(5).fit(log).unwrap().to_bytes().unwrap(),
        TemporalRules::params(20.0).min_support(1.0).repeats(true).fit(log).unwrap().to_bytes().unwrap(),
        Popularity::params().half_life_days(Some(15.0)).fit(log).unwrap().to_bytes().unwrap(),
        NextBasket::params().neighbors(5).fit(log).unwrap().to_bytes().unwrap(),
        Replenishment::params().fit(log).unwrap().to_bytes().unwrap(),
        Rfm::params().fit(log).unwrap().to_bytes().unwrap(),
        Lifecycle::params().fit(log).unwrap().to_bytes().unwrap(),
        Affinity::params().fit(log).unwrap().to_bytes().unwrap(),
    ]
}

/// Id, customer and time of an order, and its lines: item, quantity, amount.
type Told = (String, Option<String>, Option<Time>, Vec<(String, Quantity, Option<Money>)>);

/// All that a log says, in outside ids, and what its customers are called.
fn orders(log: &OrderLog) -> (Vec<Told>, Vec<String>) {
    let customers = log.customers().unwrap();
    let told = |order| {
        let item =
            |line: &kosar::data::Line| log.items().unwrap().get(line.item.unwrap().as_usize()).to_string();
        let mut lines: Vec<_> =
            log.lines_of(order).map(|line| (item(&line), line.quantity, line.amount)).collect();
        lines.sort();
        let customer = log.customer_of(order).map(|customer| customers.get(customer.as_usize()).to_string());
        (log.order_id(order).unwrap().to_string(), customer, log.time_of(order), lines)
    };
    (log.orders().map(told).collect(), customers.iter().map(|id| id.to_string()).collect())
}

proptest! {
    #[test]
    fn the_order_of_the_rows_leaves_no_trace(rows in rows(), keys in prop::collection::vec(any::<u32>(), 120)) {
        let mut shuffled: Vec<_> = rows.iter().copied().zip(keys).collect();
        shuffled.sort_by_key(|&(_, key)| key);
        let shuffled: Vec<Row> = shuffled.into_iter().map(|(row, _)| row).collect();
        prop_assert_eq!(models(&log(&rows)), models(&log(&shuffled)));
    }

    #[test]
    fn renaming_ids_in_order_changes_only_the_ids(rows in rows()) {
        let (plain, other) = (log(&rows), renamed(&rows, |id| id * 5 - 17));
        let rfm = |log: &OrderLog| {
            let rfm = Rfm::params().fit(log).unwrap();
            rfm.iter().map(|c| (c.recency_days, c.frequency, c.monetary, c.segment.to_owned())).collect::<Vec<_>>()
        };
        prop_assert_eq!(rfm(&plain), rfm(&other));
        let rules = |log: &OrderLog| {
            let rules = AssociationRules::params(2.0).min_confidence(0.2).max_len(Some(4)).fit(log).unwrap();
            rules.iter().map(|r| (r.antecedent.to_vec(), r.consequent.to_vec(), r.contingency)).collect::<Vec<_>>()
        };
        prop_assert_eq!(rules(&plain), rules(&other));
    }

    #[test]
    fn splitting_at_an_instant_and_joining_gives_the_whole(rows in rows(), hour in 0_i64..2000) {
        let whole = log(&rows);
        let cut = Time::from_micros(hour * 3_600_000_000);
        let (before, after) = (whole.before(cut).unwrap(), whole.after(cut).unwrap());
        prop_assert_eq!(before.n_orders() + after.n_orders(), whole.n_orders());
        let joined = before.append(&after).unwrap();
        prop_assert_eq!(joined.report().taken(), after.n_lines() as u64);
        prop_assert_eq!(models(&joined), models(&whole));
        let other_way = after.append(&before).unwrap();
        prop_assert_eq!(models(&other_way), models(&whole));
    }

    #[test]
    fn appending_an_order_twice_changes_nothing(rows in rows()) {
        let whole = log(&rows);
        let twice = whole.append(&whole).unwrap();
        prop_assert_eq!(twice.report().taken(), 0);
        prop_assert_eq!(models(&twice), models(&whole));
    }

    #[test]
    fn a_forgotten_customer_was_never_there(rows in rows(), pick in any::<prop::sample::Index>()) {
        let whole = log(&rows);
        let customers: Vec<i64> = rows.iter().filter_map(|row| row.1).collect();
        prop_assume!(!customers.is_empty());
        let customer = *pick.get(&customers);
        let without: Vec<Row> = rows.iter().copied().filter(|row| row.1 != Some(customer)).collect();
        let forgotten = whole.forget(customer).unwrap();
        prop_assert_eq!(forgotten.n_lines(), without.len());
        prop_assume!(!without.is_empty());
        prop_assert_eq!(models(&forgotten), models(&log(&without)));
    }

    #[test]
    fn a_merged_customer_was_the_other_from_the_start(
        rows in rows(),
        pairs in prop::collection::vec((0_i64..11, 0_i64..11), 1..4),
    ) {
        // Orders of one id that belong to two customers, and to nobody.
        let shared = |row: Row| if row.2 % 3 == 0 { (row.0, Some((row.0 + 1) % 9), row.2, row.3, row.4, row.5) } else { row };
        let rows: Vec<Row> = rows.into_iter().map(shared).collect();
        let whole = log(&rows);
        let named = |customer: i64| pairs.iter().fold(customer, |now, &(from, into)| if now == from { into } else { now });
        let from_the_start: Vec<Row> = rows
            .iter()
            .map(|&(order, customer, item, hour, quantity, price)| (order, customer.map(named), item, hour, quantity, price))
            .collect();
        let merged = whole.merge_all_customers(pairs.iter().map(|&(a, b)| (a.into(), b.into()))).unwrap();
        prop_assert_eq!(orders(&merged), orders(&log(&from_the_start)));
        prop_assert_eq!(models(&merged), models(&log(&from_the_start)));
        let moved = rows.iter().zip(&from_the_start).filter(|(old, new)| old.1 != new.1).count() as u64;
        prop_assert_eq!(merged.report().notes().get(&Note::Merged).map_or(0, |finding| finding.count), moved);
        let mut one_by_one = whole;
        for &(customer, into) in &pairs {
            let is_known = one_by_one.customers().unwrap().position(customer.into()).is_some();
            let merged = one_by_one.merge_customers(customer, into);
            prop_assert_eq!(merged.as_ref().err().map(kosar::Error::kind), (!is_known).then_some(ErrorKind::UnknownId));
            one_by_one = merged.unwrap_or(one_by_one);
        }
        prop_assert_eq!(orders(&one_by_one), orders(&merged));
    }

    #[test]
    fn one_batch_or_many_give_the_same_log(rows in rows(), size in 1_usize..50) {
        let whole = log(&rows);
        let mut joined: Option<OrderLog> = None;
        // Batches that share an order would be repeats, so each piece is a whole set of orders.
        let mut sorted = rows.clone();
        sorted.sort_by_key(|row| row.0);
        let pieces: Vec<Vec<Row>> = sorted.chunk_by(|a, b| a.0 == b.0).map(<[Row]>::to_vec).collect();
        for piece in pieces.chunks(size) {
            let piece = log(&piece.concat());
            joined = Some(joined.map_or(piece.clone(), |joined| joined.append(&piece).unwrap()));
        }
        prop_assert_eq!(models(&joined.unwrap()), models(&whole));
    }
}
