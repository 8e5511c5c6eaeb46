//! Splits that do not leak, and metrics, comparisons and choices against a brute force.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(clippy::cast_precision_loss, reason = "small counts")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kosar::data::{Batch, Catalog, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values};
use kosar::datasets::Shop;
use kosar::eval::{
    Cut, EvaluateOptions, Metric, Pick, Recommended, Split, SplitOptions, SplitRule, TuneOptions,
    UnknownItems, Verdict, by_customer, compare, evaluate, leave_last_basket, leave_one_out, temporal_split,
    tune,
};
use kosar::popularity::Popularity;
use kosar::rule::AssociationRules;
use kosar::similarity::ItemSimilarity;
use kosar::{Control, Error, Fit, Id, IdRef, Note, OrderLog, ParamError, Time, TimeUnit};
use proptest::prelude::*;

/// Order, customer (none for 0), item, hour, price in cents; each order has one customer and one hour.
type Row = (i64, i64, i64, i64, i64);

fn log(rows: &[Row]) -> OrderLog {
    let ids =
        |pick: fn(&Row) -> Option<i64>| -> IdValues<'_> { IdValues::Int(rows.iter().map(pick).collect()) };
    let hours: Vec<i64> = rows.iter().map(|row| row.3 * 3600).collect();
    let prices: Vec<f64> = rows.iter().map(|row| row.4 as f64 / 100.0).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Order, ids(|row| Some(row.0)))
        .and_then(|batch| batch.ids(Role::Customer, ids(|row| (row.1 > 0).then_some(row.1))))
        .and_then(|batch| batch.ids(Role::Item, ids(|row| Some(row.2))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(hours), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Price, NumberValues::Float(Values::new(prices))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0_i64..40, 0_i64..12, 1_i64..500);
    prop::collection::vec(row, 1..150).prop_map(|rows| {
        // Hours of an order follow from its number; several orders share one.
        rows.into_iter()
            .map(|(order, item, cents)| (order, order % 7, item, order * 37 % 29, cents))
            .collect()
    })
}

fn int(id: IdRef<'_>) -> i64 {
    match id {
        IdRef::Int(value) => value,
        IdRef::Str(text) => panic!("'{text}' went in as an integer"),
    }
}

/// The lines of a log as (order, customer, item), rising.
fn lines(log: &OrderLog) -> Vec<(i64, i64, i64)> {
    let mut lines = Vec::new();
    for order in log.orders() {
        let customer = log.customer_of(order).map_or(0, |c| int(log.customers().unwrap().get(c.as_usize())));
        for line in log.lines_of(order) {
            let item = int(log.items().unwrap().get(line.item.unwrap().as_usize()));
            lines.push((int(log.order_id(order).unwrap()), customer, item));
        }
    }
    lines.sort_unstable();
    lines
}

/// What is asked for: customer -> items.
fn truth(split: &Split) -> BTreeMap<i64, Vec<i64>> {
    let name = |item: &kosar::ItemIx| int(split.items().get(item.as_usize()));
    let customers = split.customers().iter().map(int).enumerate();
    customers.map(|(at, customer)| (customer, split.truth(at).iter().map(name).collect())).collect()
}

fn history(split: &Split) -> BTreeMap<i64, Vec<i64>> {
    let name = |item: &kosar::ItemIx| int(split.items().get(item.as_usize()));
    let customers = split.customers().iter().map(int).enumerate();
    customers.map(|(at, customer)| (customer, split.history(at).iter().map(name).collect())).collect()
}

fn metric(word: &str) -> Metric {
    word.parse().unwrap()
}

proptest! {
    #[test]
    fn a_temporal_split_cannot_leak(rows in rows(), hour in 0_i64..30, new_only: bool, keep: bool) {
        let unknown = if keep { UnknownItems::Miss } else { UnknownItems::Drop };
        let options = SplitOptions::new().new_items_only(new_only).unknown_items(unknown);
        let at = Time::from_micros(hour * 3_600_000_000);
        let of = |past: bool| rows.iter().filter(move |row| (row.3 < hour) == past);
        let split = temporal_split(&log(&rows), Cut::At(at), &options);
        if [true, false].into_iter().any(|past| of(past).count() == 0) {
            let is_refused = matches!(split, Err(Error::Param(ParamError::EmptyPart { name: "at", .. })));
            prop_assert!(is_refused);
            return Ok(());
        }
        let split = split.unwrap();
        let mut train: Vec<_> = of(true).map(|row| (row.0, row.1, row.2)).collect();
        train.sort_unstable();
        prop_assert_eq!(lines(split.train()), train);
        prop_assert!(split.train().span().is_none_or(|(_, last)| last < at));
        let bought: BTreeSet<_> = of(true).map(|row| (row.1, row.2)).collect();
        let known: BTreeSet<i64> = of(true).map(|row| row.2).collect();
        let mut expected: BTreeMap<i64, BTreeMap<i64, i64>> = BTreeMap::new();
        let (mut strangers, mut unknown, mut repeated) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for &(_, customer, item, _, cents) in of(false).filter(|row| row.1 > 0) {
            if !bought.iter().any(|&(other, _)| other == customer) {
                strangers.insert(customer);
                continue;
            }
            let items = expected.entry(customer).or_default();
            if !known.contains(&item) {
                unknown.insert((customer, item));
            } else if new_only && bought.contains(&(customer, item)) {
                repeated.insert((customer, item));
            } else {
                *items.entry(item).or_default() += cents;
            }
        }
        let items: BTreeMap<i64, Vec<i64>> =
            expected.iter().map(|(&customer, items)| (customer, items.keys().copied().collect())).collect();
        prop_assert_eq!(truth(&split), items);
        for (at, paid) in expected.values().enumerate() {
            let found: Vec<i64> = split.amounts(at).unwrap().iter().map(|paid| paid.millionths() / 10_000).collect();
            prop_assert_eq!(found, paid.values().copied().collect::<Vec<_>>());
            let customer = int(split.customers().get(at));
            let missing = unknown.iter().filter(|pair| pair.0 == customer).count();
            prop_assert_eq!(split.unreachable(at), if keep { missing } else { 0 });
        }
        for (customer, items) in history(&split) {
            let mine: Vec<i64> = bought.iter().filter(|pair| pair.0 == customer).map(|pair| pair.1).collect();
            prop_assert_eq!(items, mine);
        }
        let counts = split.counts();
        prop_assert_eq!(
            (counts.customers, counts.unknown_customers, counts.unknown_pairs, counts.repeated_pairs),
            (expected.len(), strangers.len(), unknown.len(), repeated.len())
        );
        let pairs = expected.values().map(BTreeMap::len).sum::<usize>();
        prop_assert_eq!(counts.pairs, pairs + if keep { unknown.len() } else { 0 });
    }

    #[test]
    fn a_share_of_the_orders_is_the_latest(rows in rows(), share in 0.01..0.99_f64) {
        let log = log(&rows);
        let at = Cut::Fraction(share).instant(&log).unwrap();
        let late = log.after(at).unwrap();
        prop_assert!(late.n_orders() as f64 >= (log.n_orders() as f64 * share).round().max(1.0));
        // One order less, all of one time, would be too few.
        let next = log.after(Time::from_micros(at.micros() + 1)).unwrap();
        prop_assert!((next.n_orders() as f64) < (log.n_orders() as f64 * share).round().max(1.0));
    }

    #[test]
    fn nothing_of_a_customer_is_trained_on_from_the_last_basket_on(rows in rows()) {
        let split = leave_last_basket(&log(&rows), &SplitOptions::new().new_items_only(false)).unwrap();
        let mut baskets: BTreeMap<i64, BTreeSet<(i64, i64)>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.1 > 0) {
            baskets.entry(row.1).or_default().insert((row.3, row.0));
        }
        let last: BTreeMap<i64, i64> = baskets
            .iter()
            .filter(|(_, orders)| orders.len() > 1)
            .map(|(&customer, orders)| (customer, orders.last().unwrap().1))
            .collect();
        let mut train: Vec<_> = rows
            .iter()
            .filter(|row| last.get(&row.1) != Some(&row.0))
            .map(|row| (row.0, row.1, row.2))
            .collect();
        train.sort_unstable();
        let known: BTreeSet<i64> = train.iter().map(|line| line.2).collect();
        prop_assert_eq!(lines(split.train()), train);
        let expected: BTreeMap<i64, Vec<i64>> = last
            .iter()
            .map(|(&customer, &order)| {
                let items: BTreeSet<i64> =
                    rows.iter().filter(|row| row.0 == order && known.contains(&row.2)).map(|row| row.2).collect();
                (customer, items.into_iter().collect())
            })
            .collect();
        prop_assert_eq!(truth(&split), expected);
    }

    #[test]
    fn one_item_out_is_new_and_the_last(rows in rows(), seed: u64) {
        let log = log(&rows);
        let mut firsts: BTreeMap<i64, BTreeMap<i64, (i64, i64)>> = BTreeMap::new();
        for &(order, customer, item, hour, _) in rows.iter().filter(|row| row.1 > 0) {
            let first = firsts.entry(customer).or_default().entry(item).or_insert((hour, order));
            *first = (hour, order).min(*first);
        }
        firsts.retain(|_, items| items.len() > 1);
        let last = leave_one_out(&log, Pick::Last, &SplitOptions::new()).unwrap();
        let random = leave_one_out(&log, Pick::Random { seed }, &SplitOptions::new()).unwrap();
        for split in [&last, &random] {
            let trained: BTreeSet<(i64, i64)> = lines(split.train()).iter().map(|line| (line.1, line.2)).collect();
            prop_assert_eq!(split.counts().repeated_pairs, 0);
            prop_assert_eq!(split.counts().customers, firsts.len());
            for (customer, items) in truth(split) {
                prop_assert!(items.len() <= 1);
                for &item in &items {
                    prop_assert!(!trained.contains(&(customer, item)));
                    if std::ptr::eq(split, &last) {
                        let newest = firsts[&customer].iter().max_by_key(|&(&item, &first)| (first, -item)).unwrap();
                        prop_assert_eq!(item, *newest.0);
                    }
                }
            }
        }
        // With the last item out nothing later of that customer is left.
        for (order, customer, _) in lines(last.train()) {
            if let Some(items) = firsts.get(&customer) {
                let cut = items.values().max().unwrap();
                prop_assert!((order * 37 % 29, order) <= *cut);
            }
        }
        // With a random one out everything else is.
        let gone = lines(&log).len() - lines(random.train()).len();
        let pairs: BTreeSet<(i64, i64)> = lines(random.train()).iter().map(|line| (line.1, line.2)).collect();
        let missing = lines(&log).iter().filter(|line| !pairs.contains(&(line.1, line.2))).count();
        prop_assert_eq!(gone, missing);
    }

    #[test]
    fn customers_held_out_are_unknown_to_training(rows in rows(), share in 0.1..0.9_f64, seed: u64) {
        let log = log(&rows);
        let split = by_customer(&log, share, seed, &SplitOptions::new()).unwrap();
        let trained: BTreeSet<i64> = lines(split.train()).iter().map(|line| line.1).filter(|&c| c > 0).collect();
        let all: BTreeSet<i64> = rows.iter().map(|row| row.1).filter(|&customer| customer > 0).collect();
        let held_out = (all.len() as f64 * share).round().max(1.0);
        let expected = held_out.min(all.len() as f64);
        prop_assert!(((all.len() - trained.len()) as f64 - expected).abs() < 0.5);
        let known: BTreeSet<i64> = lines(split.train()).iter().map(|line| line.2).collect();
        let (truth, history) = (truth(&split), history(&split));
        for (customer, asked) in &truth {
            prop_assert!(!trained.contains(customer));
            let mine: BTreeSet<i64> =
                rows.iter().filter(|row| row.1 == *customer).map(|row| row.2).collect();
            let mut both: Vec<i64> = asked.iter().chain(&history[customer]).copied().collect();
            both.sort_unstable();
            prop_assert_eq!(both, mine.intersection(&known).copied().collect::<Vec<_>>());
        }
    }
}

type Pairs = Vec<(i64, i64)>;

/// A split of pairs, and lists of any items for its customers.
fn lists() -> impl Strategy<Value = (Pairs, Pairs, Vec<Vec<i64>>)> {
    let pairs = |n| prop::collection::vec((0_i64..10, 0_i64..15), 1..n);
    (pairs(80), pairs(60), prop::collection::vec(prop::collection::vec(0_i64..18, 0..8), 10))
}

proptest! {
    #[test]
    fn metrics_are_those_of_a_brute_force((train, test, lists) in lists(), k in 1_usize..9, miss: bool) {
        let unknown = if miss { UnknownItems::Miss } else { UnknownItems::Drop };
        let log = |pairs: &[(i64, i64)]| OrderLog::from_pairs(pairs.iter().copied()).unwrap();
        let options = SplitOptions::new().unknown_items(unknown);
        let split = Split::from_logs(log(&train), &log(&test), &options).unwrap();
        let theirs = Recommended::from_lists((0..).zip(lists.iter().map(|list| list.iter().copied()))).unwrap();
        let found = evaluate(&theirs, &split, &EvaluateOptions::at(k).n_resamples(0), &Control::new());
        if !test.iter().any(|&(customer, _)| train.iter().any(|pair| pair.0 == customer)) {
            let is_refused = matches!(found, Err(Error::Param(ParamError::NobodyAsked { .. })));
            prop_assert!(is_refused);
            return Ok(());
        }
        let found = found.unwrap();
        let bought: BTreeSet<(i64, i64)> = train.iter().copied().collect();
        let items: BTreeSet<i64> = train.iter().map(|pair| pair.1).collect();
        let buyers = |item: i64| -> BTreeSet<i64> {
            bought.iter().filter(|pair| pair.1 == item).map(|pair| pair.0).collect()
        };
        let units = bought.iter().map(|pair| pair.0).collect::<BTreeSet<_>>().len() as f64;
        let mut all: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        let mut covered = BTreeSet::new();
        let asked: BTreeSet<i64> = test.iter().map(|pair| pair.0).collect();
        for &customer in asked.iter().filter(|&&c| bought.iter().any(|pair| pair.0 == c)) {
            let wanted: BTreeSet<i64> = test
                .iter()
                .filter(|pair| pair.0 == customer && !bought.contains(pair))
                .filter(|pair| miss || items.contains(&pair.1))
                .map(|pair| pair.1)
                .collect();
            let mut list: Vec<Option<i64>> = Vec::new();
            for &item in lists[usize::try_from(customer).unwrap()].iter().take(k) {
                let wasted = !items.contains(&item) || list.contains(&Some(item));
                list.push(if wasted { None } else { Some(item) });
            }
            let hit = |place: usize| list[place].is_some_and(|item| wanted.contains(&item));
            let places: Vec<usize> = (0..list.len()).filter(|&place| hit(place)).collect();
            let hits = places.len() as f64;
            let mut push = |name, value| all.entry(name).or_default().push(value);
            if !wanted.is_empty() {
                let best = k.min(wanted.len());
                let gain = |places: &[usize]| places.iter().map(|&p| 1.0 / (p as f64 + 2.0).log2()).sum::<f64>();
                push("recall", hits / wanted.len() as f64);
                push("precision", hits / k as f64);
                push("hit_rate", if hits > 0.0 { 1.0 } else { 0.0 });
                push("mrr", places.first().map_or(0.0, |&place| 1.0 / (place as f64 + 1.0)));
                push("ndcg", gain(&places) / gain(&(0..best).collect::<Vec<_>>()));
                let precisions = places.iter().enumerate().map(|(n, &p)| (n + 1) as f64 / (p + 1) as f64);
                push("map", precisions.sum::<f64>() / best as f64);
            }
            let shown: Vec<i64> = list.iter().flatten().copied().collect();
            covered.extend(shown.iter().copied());
            if !shown.is_empty() {
                let bits = shown.iter().map(|&item| -(buyers(item).len() as f64 / units).log2());
                push("novelty", bits.sum::<f64>() / shown.len() as f64);
            }
            if shown.len() > 1 {
                let mut distances = Vec::new();
                for (at, &a) in shown.iter().enumerate() {
                    for &b in &shown[..at] {
                        let (a, b) = (buyers(a), buyers(b));
                        let both = a.intersection(&b).count() as f64;
                        distances.push(1.0 - both / ((a.len() * b.len()) as f64).sqrt());
                    }
                }
                push("diversity", distances.iter().sum::<f64>() / distances.len() as f64);
            }
        }
        for (name, values) in all {
            let estimate = found.estimate(Metric::parse(name, k).unwrap()).unwrap();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            prop_assert!((estimate.value - mean).abs() < 1e-9, "{} is not {}", estimate, mean);
            prop_assert_eq!(estimate.n, values.len());
            prop_assert_eq!(estimate.n + estimate.n_undefined, split.customers().len());
        }
        let coverage = found.estimate(Metric::parse("coverage", k).unwrap()).unwrap();
        prop_assert_eq!(coverage.value.to_bits(), (covered.len() as f64 / items.len() as f64).to_bits());
        prop_assert_eq!(found.table().len(), found.estimates().len());
    }
}

fn shop() -> OrderLog {
    Shop::params().lines(20_000).seed(3).generate().unwrap().to_log(LogOptions::default()).unwrap()
}

fn month() -> Split {
    temporal_split(&shop(), Cut::LastDays(60.0), &SplitOptions::new()).unwrap()
}

#[test]
fn an_evaluation_has_the_same_bits_on_any_number_of_threads() {
    let split = month();
    let model = ItemSimilarity::params().fit(split.train()).unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let options = EvaluateOptions::at(10).n_resamples(50);
        let found = pool.install(|| evaluate(&model, &split, &options, &Control::new())).unwrap();
        let bits = |e: &kosar::eval::Estimate| [e.value, e.low, e.high].map(f64::to_bits);
        found.estimates().iter().map(bits).collect::<Vec<_>>()
    };
    assert_eq!(with(1), with(2));
    assert_eq!(with(1), with(5));
}

#[test]
fn an_evaluated_model_is_the_one_that_customers_are_served_by() {
    let split = month();
    let similar = ItemSimilarity::params().fit(split.train()).unwrap();
    let popular = Popularity::params().fit(split.train()).unwrap();
    let rules =
        AssociationRules::params(0.01).min_confidence(0.05).max_len(Some(3)).fit(split.train()).unwrap();
    let options = EvaluateOptions::at(7).n_resamples(0);
    let mut lists: [Vec<(Id, Vec<Id>)>; 3] = Default::default();
    for (at, customer) in split.customers().iter().enumerate() {
        let items =
            |list: Vec<kosar::rank::Recommendation>| list.into_iter().map(|found| found.item).collect();
        lists[0].push((customer.to_id(), items(similar.recommend_for_customer(customer, 7).unwrap())));
        lists[1].push((customer.to_id(), items(popular.recommend_for_customer(customer, 7).unwrap())));
        let cart = split.history(at).iter().map(|item| split.items().get(item.as_usize()));
        lists[2].push((customer.to_id(), items(rules.recommend(cart, 7).unwrap())));
    }
    let models: [&dyn kosar::eval::Recommend; 3] = [&similar, &popular, &rules];
    for (model, lists) in models.into_iter().zip(&lists) {
        let theirs = Recommended::from_lists(lists.iter().map(|(id, list)| (id, list))).unwrap();
        let theirs = evaluate(&theirs, &split, &options, &Control::new()).unwrap();
        let ours = evaluate(model, &split, &options, &Control::new()).unwrap();
        assert!(ours.estimate(metric("recall@7")).unwrap().value > 0.0);
        for (ours, theirs) in ours.estimates().iter().zip(theirs.estimates()) {
            assert_eq!(ours.value.to_bits(), theirs.value.to_bits(), "{ours} is not {theirs}");
            assert_eq!(
                (ours.metric, ours.n, ours.n_undefined),
                (theirs.metric, theirs.n, theirs.n_undefined)
            );
        }
    }
}

#[test]
fn rules_of_items_and_categories_are_evaluated_on_items() {
    let log = OrderLog::from_pairs([(1, 10), (1, 11), (2, 10), (2, 11), (3, 12), (3, 11), (4, 10)]).unwrap();
    let catalog = Catalog::from_paths([(10, "A"), (11, "B"), (12, "A")]).unwrap();
    let split =
        Split::from_logs(log, &OrderLog::from_pairs([(4, 11)]).unwrap(), &SplitOptions::new()).unwrap();
    let view =
        kosar::data::BasketView { level: kosar::data::Level::Mixed, unit: kosar::data::Unit::Customer };
    let baskets = view.baskets(split.train(), Some(&catalog)).unwrap();
    let rules = AssociationRules::params(1.0).min_confidence(0.1).fit(&baskets).unwrap();
    assert!(rules.hierarchy().is_some());
    let found = evaluate(&rules, &split, &EvaluateOptions::at(1), &Control::new()).unwrap();
    assert!((found.estimate(metric("hit_rate@1")).unwrap().value - 1.0).abs() < 1e-12);
    // Categories are no items that the training part lacks.
    assert_eq!(found.notes(), []);
}

#[test]
fn a_model_fitted_on_more_than_the_training_part_is_noted() {
    let pairs = |pairs: &[(i64, i64)]| OrderLog::from_pairs(pairs.iter().copied()).unwrap();
    let train = [(1, 10), (2, 10), (2, 20)];
    let whole = pairs(&[&train[..], &[(1, 20), (1, 30), (2, 40)]].concat());
    let test = pairs(&[(1, 20), (1, 30), (2, 40)]);
    let split = Split::from_logs(pairs(&train), &test, &SplitOptions::new()).unwrap();
    let notes = |log: &OrderLog| {
        let model = Popularity::params().fit(log).unwrap();
        evaluate(&model, &split, &EvaluateOptions::at(1), &Control::new()).unwrap().notes().to_vec()
    };
    assert_eq!(notes(split.train()), []);
    let beyond = Note::BeyondTraining { items: 2, example: "30".to_owned() };
    assert_eq!(notes(&whole), std::slice::from_ref(&beyond));
    assert!(beyond.to_string().starts_with("the model names 2 items that the training part"), "{beyond}");
}

#[test]
fn a_cut_beside_all_orders_is_refused_with_the_span_of_the_log() {
    let log = log(&[(1, 1, 10, 24, 100), (2, 1, 20, 48, 100)]);
    let message =
        |log: &OrderLog, cut| temporal_split(log, cut, &SplitOptions::new()).unwrap_err().to_string();
    let span = "the log spans 1970-01-02 to 1970-01-03";
    let needed = "must leave orders to train on and orders to ask for, got";
    assert_eq!(
        message(&log, Cut::LastDays(6000.0)),
        format!("last_days {needed} 6000: no order is before 1953-07-31, {span}")
    );
    assert_eq!(
        message(&log, Cut::At(Time::parse("2030-01-01").unwrap())),
        format!("at {needed} 2030-01-01: no order is at or after 2030-01-01, {span}")
    );
    assert!(temporal_split(&log, Cut::LastDays(0.5), &SplitOptions::new()).is_ok());
    let one = self::log(&[(1, 1, 10, 24, 100)]);
    assert!(message(&one, Cut::Fraction(0.5)).starts_with("fraction must leave orders to train on"));
    assert!(message(&self::log(&[]), Cut::Fraction(0.5)).ends_with(", the log has no orders"));
}

#[test]
fn a_comparison_knows_better_from_worse_and_from_chance() {
    let split = month();
    let cosine = ItemSimilarity::params().fit(split.train()).unwrap();
    let same = ItemSimilarity::params().neighbors(100).fit(split.train()).unwrap();
    let worst = Recommended::from_lists([] as [(&str, [&str; 0]); 0]).unwrap();
    let models: [(&str, &dyn kosar::eval::Recommend); 3] =
        [("cosine", &cosine), ("same", &same), ("none", &worst)];
    let options = EvaluateOptions::at(10).n_resamples(300);
    let found = compare(&models, &split, &options, &Control::new()).unwrap();
    assert_eq!(found.names(), ["popularity", "cosine", "same", "none"]);
    let recall = metric("recall@10");
    let of = |name: &str, to: &str| found.difference(name, to, recall).unwrap();
    assert_eq!((of("same", "cosine").value, of("same", "cosine").verdict), (0.0, Verdict::Undecided));
    assert_eq!(of("cosine", "none").verdict, Verdict::Better);
    assert_eq!(of("none", "cosine").verdict, Verdict::Worse);
    assert!((of("none", "cosine").low + of("cosine", "none").high).abs() < 1e-12);
    let novelty = found.difference("cosine", "popularity", metric("novelty@10")).unwrap();
    assert_eq!(novelty.verdict, Verdict::Higher);
    // The difference is that of the values, as both are defined for the same customers.
    let value = |name: &str| found.evaluation(name).unwrap().estimate(recall).unwrap().value;
    assert!((of("cosine", "popularity").value - (value("cosine") - value("popularity"))).abs() < 1e-12);
    assert_eq!(found.evaluation("none").unwrap().n_empty(), split.customers().len());
    let table = found.table();
    assert_eq!(table.len(), 4 * found.evaluation("cosine").unwrap().estimates().len());
    // As text, in which NaN is equal to itself.
    let text = |table: &kosar::data::Table| format!("{table:?}");
    assert!(text(&found.table_to("popularity").unwrap()) == text(&table));
    assert!(text(&found.table_to("cosine").unwrap()) != text(&table));
    assert_eq!(
        found.best(recall).unwrap(),
        if value("cosine") > value("popularity") { "cosine" } else { "popularity" }
    );
    assert!(found.evaluation("x").unwrap_err().to_string().contains("there are: popularity, cosine"));
    for name in ["popularity", "cosine"] {
        let twice = [("cosine", models[0].1), (name, models[1].1)];
        let error = compare(&twice, &split, &options, &Control::new()).unwrap_err();
        assert_eq!(error.to_string(), format!("models must name each name once, got '{name}' twice"));
    }
}

#[test]
fn the_best_point_is_chosen_on_the_training_part_alone() {
    let split = month();
    let options = TuneOptions::new(SplitRule::Temporal(Cut::LastDays(60.0)), metric("ndcg@10"));
    let points = [1, 5, 50];
    let seen = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&seen);
    let control = Control::with_progress(move |done, total| {
        assert!((1..=3).contains(&done) && total == 3);
        counter.fetch_add(1, Ordering::Relaxed);
    });
    let make = |&neighbors: &usize| ItemSimilarity::params().neighbors(neighbors);
    let found = tune(&points, make, split.train(), &options, &control).unwrap();
    assert_eq!(seen.load(Ordering::Relaxed), 3);
    let inner = temporal_split(split.train(), Cut::LastDays(60.0), &SplitOptions::new()).unwrap();
    assert!(inner.train().span().unwrap().1 < split.train().span().unwrap().1);
    let value = |neighbors: usize| {
        let model = ItemSimilarity::params().neighbors(neighbors).fit(inner.train()).unwrap();
        let options = EvaluateOptions::default().metrics([metric("ndcg@10")]);
        evaluate(&model, &inner, &options, &Control::new()).unwrap().estimates()[0]
    };
    let values = points.map(value);
    for (one, value) in found.evaluations().iter().zip(&values) {
        assert_eq!(one.estimates(), [*value]);
    }
    let best = (0..3).max_by(|&a, &b| values[a].value.total_cmp(&values[b].value)).unwrap();
    assert_eq!(found.best(), best);
    assert_eq!(found.table().len(), 3);
    let together = tune(&points, make, split.train(), &options.at_once(3), &Control::new()).unwrap();
    assert!(format!("{together:?}") == format!("{found:?}"));
}

#[test]
fn long_work_can_be_cancelled() {
    let split = month();
    let model = Popularity::params().fit(split.train()).unwrap();
    let control = Control::new();
    control.cancel();
    let options = EvaluateOptions::at(5);
    assert!(matches!(evaluate(&model, &split, &options, &control), Err(Error::Cancelled)));
    assert!(matches!(compare(&[], &split, &options, &control), Err(Error::Cancelled)));
    let tuning = TuneOptions::new(SplitRule::LastBasket, metric("recall"));
    let make = |(): &()| Popularity::params();
    assert!(matches!(tune(&[()], make, split.train(), &tuning, &control), Err(Error::Cancelled)));
}

#[test]
fn what_cannot_be_measured_is_refused_by_name() {
    let pairs = |pairs: &[(i64, i64)]| OrderLog::from_pairs(pairs.iter().copied()).unwrap();
    let split = Split::from_logs(pairs(&[(1, 1), (2, 2)]), &pairs(&[(1, 2)]), &SplitOptions::new()).unwrap();
    let model = Popularity::params().fit(split.train()).unwrap();
    let message = |options: EvaluateOptions<'_>| {
        evaluate(&model, &split, &options, &Control::new()).unwrap_err().to_string()
    };
    assert_eq!(message(EvaluateOptions::at(0)), "k must be at least 1, got 0");
    assert_eq!(
        message(EvaluateOptions::at(1).confidence(1.0)),
        "confidence must be above 0 and below 1, got 1"
    );
    assert_eq!(message(EvaluateOptions::at(1).metrics([])), "metrics must be at least 1, got 0");
    let revenue = EvaluateOptions::at(1).metrics([metric("revenue")]);
    assert_eq!(message(revenue), "the log has no price column, which the metric revenue needs");
    let categories = EvaluateOptions::at(1).metrics([metric("category_diversity")]);
    assert!(message(categories).contains("without a catalogue"));
    for (cut, expected) in [
        (Cut::LastDays(0.0), "last_days must be above 0 and finite, got 0"),
        (Cut::Fraction(1.0), "fraction must be above 0 and below 1, got 1"),
    ] {
        assert_eq!(temporal_split(&shop(), cut, &SplitOptions::new()).unwrap_err().to_string(), expected);
        let error = temporal_split(split.train(), cut, &SplitOptions::new()).unwrap_err();
        assert_eq!(error.to_string(), "the log has no time column, which temporal_split needs");
    }
    let error = Cut::given(None, Some(1.0), Some(0.5)).unwrap_err().to_string();
    assert_eq!(error, "exactly one of at, last_days, fraction must be given, got 2");
    assert_eq!(Cut::given(None, None, Some(0.5)), Ok(Cut::Fraction(0.5)));
    assert_eq!(
        Pick::parse("first", 0).unwrap_err().to_string(),
        "pick must be one of last, random, got 'first'"
    );
    assert!(by_customer(&shop(), 0.0, 0, &SplitOptions::new()).is_err());
    assert!(leave_last_basket(split.train(), &SplitOptions::new()).is_err());
    assert!(leave_one_out(split.train(), Pick::Last, &SplitOptions::new()).is_err());
    assert!(leave_one_out(split.train(), Pick::Random { seed: 1 }, &SplitOptions::new()).is_ok());
    let words = Recommended::from_lists([(1, vec!["2"])]).unwrap();
    let error = evaluate(&words, &split, &EvaluateOptions::at(1), &Control::new()).unwrap_err();
    assert_eq!(error.to_string(), "item ids are integer here, got the string '2'");
    let words = Recommended::from_lists([("1", vec![2])]).unwrap();
    let error = evaluate(&words, &split, &EvaluateOptions::at(1), &Control::new()).unwrap_err();
    assert_eq!(error.to_string(), "customer ids are integer here, got the string '1'");
    let error = Recommended::from_lists([(1, vec![2]), (2, vec![]), (1, vec![])]).unwrap_err();
    assert_eq!(error.to_string(), "recommendations must name each customer once, got 1 twice");
    let options = TuneOptions::new(SplitRule::OneOut(Pick::Random { seed: 1 }), metric("novelty"));
    let error = tune(&[()], |(): &()| Popularity::params(), &shop(), &options, &Control::new()).unwrap_err();
    assert!(error.to_string().starts_with("metric must be one of which more is better"), "{error}");
    let none: [(); 0] = [];
    assert!(tune(&none, |(): &()| Popularity::params(), &shop(), &options, &Control::new()).is_err());
}

#[test]
fn a_split_that_asks_about_nobody_is_refused() {
    let pairs = |pairs: &[(i64, i64)]| OrderLog::from_pairs(pairs.iter().copied()).unwrap();
    let split = Split::from_logs(pairs(&[(1, 1)]), &pairs(&[(2, 1)]), &SplitOptions::new()).unwrap();
    assert_eq!((split.counts().customers, split.counts().unknown_customers), (0, 1));
    let model = Popularity::params().fit(split.train()).unwrap();
    let error = evaluate(&model, &split, &EvaluateOptions::at(3), &Control::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "split must ask about at least one customer, got none: 1 customers of the test part are unknown to the training \
         part"
    );
}
