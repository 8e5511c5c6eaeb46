//! Complements and substitutes: by the definitions, on a shop with planted ones, and on any number of threads.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(clippy::cast_precision_loss, reason = "small numbers")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{Batch, Catalog, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values};
use kosar::datasets::Shop;
use kosar::relation::{ItemRelations, ItemRelationsParams, PairRelation, Relation};
use kosar::{Error, Fit, Id, IdError, MICROS_PER_DAY, OrderLog, Persist, TimeUnit};
use proptest::prelude::*;

/// An order: its customer, its day, its items.
type Order = (Option<u8>, i64, BTreeSet<u8>);

/// A line: the number of its order, the order, the item.
type Line<'a> = (i64, &'a Order, u8);

fn lines(orders: &[Order]) -> Vec<Line<'_>> {
    (0_i64..)
        .zip(orders)
        .flat_map(|(number, order)| order.2.iter().map(move |&item| (number, order, item)))
        .collect()
}

fn log(orders: &[Order]) -> OrderLog {
    log_of(&lines(orders))
}

fn log_of(lines: &[Line<'_>]) -> OrderLog {
    #[allow(clippy::type_complexity, reason = "of a test")]
    let ids = |of: &dyn Fn(&Line<'_>) -> Option<i64>| IdValues::Int(lines.iter().map(of).collect());
    let days: Values<'_, i64> = lines.iter().map(|line| Some(line.1.1 * 86_400)).collect();
    let batch = Batch::new(lines.len()).ids(Role::Order, ids(&|line| Some(line.0))).unwrap();
    let batch = batch.ids(Role::Customer, ids(&|line| line.1.0.map(i64::from))).unwrap();
    let batch = batch.ids(Role::Item, ids(&|line| Some(i64::from(line.2)))).unwrap();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.time(TimeValues::Int(days, TimeUnit::Second)).unwrap()).unwrap();
    builder.finish().unwrap()
}

const SHRINKAGE: f64 = 0.7;
const WINDOW: i64 = 6;

fn params() -> ItemRelationsParams {
    let params = ItemRelations::params().min_orders(2).min_together(2).min_lift(1.2).max_lift(0.95);
    params.min_context(0.1).shrinkage(SHRINKAGE).window_days(Some(6.0)).neighbors(30)
}

/// What makes an item expected in as many baskets as it is in.
fn pull(orders: &[Order], item: u8) -> f64 {
    let n = orders.iter().filter(|order| order.2.contains(&item)).count() as f64;
    let in_all =
        |pull: f64| orders.iter().map(|order| 1.0 - (-pull * order.2.len() as f64).exp()).sum::<f64>();
    let (mut low, mut high) = (0.0, 60.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if in_all(middle) < n { low = middle } else { high = middle }
    }
    low
}

/// The definitions, word for word.
fn brute_force(orders: &[Order], pulls: &[f64], a: u8, b: u8) -> PairRelation {
    let with = |item: u8| orders.iter().filter(move |order| order.2.contains(&item));
    let together = |a: u8, b: u8| with(a).filter(|order| order.2.contains(&b)).count();
    let size = |order: &Order| order.2.len() as f64;
    let expected = |a: u8, b: u8| {
        let (a, b) = (pulls[usize::from(a)], pulls[usize::from(b)]);
        let both = |s: f64| (1.0 - (-a * s).exp()) * (1.0 - (-b * s).exp()) * (1.0 - 1.0 / s);
        orders.iter().map(|order| both(size(order))).sum::<f64>()
    };
    let lift = |a: u8, b: u8| (together(a, b) as f64 + SHRINKAGE) / (expected(a, b) + SHRINKAGE);
    let profile = |item: u8, without: u8| -> BTreeMap<u8, f64> {
        let is_beside = |&other: &u8| {
            let is_other = other != item && other != without;
            is_other && with(item).count() >= 2 && together(item, other) >= 2 && lift(item, other) > 1.0
        };
        (0..12).filter(is_beside).map(|other| (other, lift(item, other).ln())).collect()
    };
    let (of_a, of_b) = (profile(a, b), profile(b, a));
    let product: f64 = of_a.iter().filter_map(|(item, weight)| Some(weight * of_b.get(item)?)).sum();
    let length = |profile: &BTreeMap<u8, f64>| profile.values().map(|w| w * w).sum::<f64>().sqrt();
    let context = if product > 0.0 { product / (length(&of_a) * length(&of_b)) } else { 0.0 };
    let (mut apart, mut instead) = (0, 0);
    for customer in 0..5 {
        let own = |item: u8| -> Vec<i64> {
            with(item).filter(|order| order.0 == Some(customer)).map(|order| order.1).collect()
        };
        let is_once = with(a).any(|order| order.0 == Some(customer) && order.2.contains(&b));
        let near = own(a).iter().any(|x| own(b).iter().any(|y| (x - y).abs() <= WINDOW));
        if !is_once && near {
            apart += 1;
            instead += u64::from(own(a).len() >= 2 && own(b).len() >= 2);
        }
    }
    let (orders_a, orders_b) = (with(a).count() as u64, with(b).count() as u64);
    let (together, expected, lift) = (together(a, b) as u64, expected(a, b), lift(a, b));
    let relation = if orders_a < 2 || orders_b < 2 {
        Relation::Unclear
    } else if together >= 2 && lift >= 1.2 {
        Relation::Complement
    } else if lift <= 0.95 && context >= 0.1 {
        Relation::Substitute
    } else {
        Relation::Neither
    };
    let json = serde_json::json!({
        "relation": relation, "orders_a": orders_a, "orders_b": orders_b, "together": together,
        "expected": expected, "lift": lift, "context": context, "apart": apart, "instead": instead,
    });
    serde_json::from_value(json).unwrap()
}

fn agree(found: &PairRelation, expected: &PairRelation) -> bool {
    let counts =
        |pair: &PairRelation| (pair.orders_a, pair.orders_b, pair.together, pair.apart, pair.instead);
    let near = |x: f64, y: f64| (x - y).abs() < 1e-6;
    // A context right at the threshold may fall to either side.
    let is_same = found.relation == expected.relation || near(expected.context, 0.1);
    is_same
        && counts(found) == counts(expected)
        && near(found.context, expected.context)
        && near(found.lift, expected.lift)
        && near(found.expected, expected.expected)
}

fn orders() -> impl Strategy<Value = Vec<Order>> {
    let order = (prop::option::of(0_u8..5), 0_i64..40, prop::collection::btree_set(0_u8..12, 1..6));
    prop::collection::vec(order, 1..60)
}

proptest! {
    #[test]
    fn pairs_and_lists_are_those_of_the_definitions(orders in orders()) {
        let model = params().fit(&log(&orders)).unwrap();
        let pulls: Vec<f64> = (0..12).map(|item| pull(&orders, item)).collect();
        let items: Vec<u8> = (0..12).filter(|item| orders.iter().any(|order| order.2.contains(item))).collect();
        for &a in &items {
            let mut by_relation: BTreeMap<Relation, BTreeSet<i64>> = BTreeMap::new();
            for &b in items.iter().filter(|&&b| b != a) {
                let found = model.relation(i64::from(a), i64::from(b)).unwrap();
                let expected = brute_force(&orders, &pulls, a, b);
                prop_assert!(agree(&found, &expected), "{a} {b}: {found:?} {expected:?}");
                let back = model.relation(i64::from(b), i64::from(a)).unwrap();
                prop_assert_eq!((back.relation, back.context.to_bits()), (found.relation, found.context.to_bits()));
                by_relation.entry(found.relation).or_default().insert(i64::from(b));
            }
            for (relation, list) in [
                (Relation::Complement, model.complements(i64::from(a), 99).unwrap()),
                (Relation::Substitute, model.substitutes(i64::from(a), 99).unwrap()),
            ] {
                for (id, pair) in &list {
                    prop_assert_eq!(pair, &model.relation(i64::from(a), id).unwrap());
                }
                let rank = |pair: &PairRelation| if relation == Relation::Complement { pair.lift } else { pair.context };
                prop_assert!(list.is_sorted_by(|x, y| rank(&x.1) >= rank(&y.1)));
                let int = |id: Id| if let Id::Int(id) = id { id } else { -1 };
                let found: BTreeSet<i64> = list.into_iter().map(|(id, _)| int(id)).collect();
                prop_assert_eq!(found, by_relation.remove(&relation).unwrap_or_default());
            }
        }
    }
}

proptest! {
    #[test]
    fn the_order_of_rows_is_no_matter(
        orders in orders(), keys in prop::collection::vec(any::<u16>(), 300),
    ) {
        let mut keyed: Vec<_> = keys.into_iter().zip(lines(&orders)).collect();
        keyed.sort_by_key(|line| line.0);
        let turned: Vec<_> = keyed.into_iter().map(|line| line.1).collect();
        prop_assert_eq!(turned.len(), lines(&orders).len());
        let bytes = |log: &OrderLog| params().fit(log).unwrap().to_bytes().unwrap();
        prop_assert_eq!(bytes(&log_of(&turned)), bytes(&log(&orders)));
    }
}

#[test]
fn planted_complements_and_substitutes_are_found() {
    for seed in [1, 2, 3] {
        let shop = Shop::params().lines(60_000).items(400).seed(seed).generate().unwrap();
        let (log, catalog) = (shop.to_log(LogOptions::default()).unwrap(), shop.to_catalog().unwrap());
        let relations = ItemRelations::params().fit(&(&log, &catalog)).unwrap();
        let truth = shop.truth();
        let share = |pairs: &[(String, String)], relation: Relation| {
            let found = relations.label(pairs.iter().map(|(a, b)| (a.as_str(), b.as_str()))).unwrap();
            found.iter().filter(|pair| pair.relation == relation).count() as f64 / pairs.len() as f64
        };
        let complements = share(&truth.complements, Relation::Complement);
        let substitutes = share(&truth.substitutes, Relation::Substitute);
        assert!(complements >= 0.99 && substitutes >= 0.8, "seed {seed}: {complements} {substitutes}");
        // And hardly anything else is.
        let planted = |pairs: &[(String, String)]| -> BTreeSet<(Id, Id)> {
            let both = |(a, b): &(String, String)| {
                let (a, b) = (Id::from(a.as_str()), Id::from(b.as_str()));
                [(a.clone(), b.clone()), (b, a)]
            };
            pairs.iter().flat_map(both).collect()
        };
        let (goes_with, stands_for) = (planted(&truth.complements), planted(&truth.substitutes));
        let (mut n_complements, mut n_substitutes, mut first) = (0, 0, 0);
        for id in relations.items().iter().map(|id| id.to_id()) {
            let is_of = |pairs: &BTreeSet<(Id, Id)>, other: &Id| pairs.contains(&(id.clone(), other.clone()));
            let wrong =
                |list: &[(Id, PairRelation)], pairs| list.iter().filter(|one| !is_of(pairs, &one.0)).count();
            n_complements += wrong(&relations.complements(&id, 50).unwrap(), &goes_with);
            let substitutes = relations.substitutes(&id, 50).unwrap();
            n_substitutes += wrong(&substitutes, &stands_for);
            first += usize::from(substitutes.first().is_some_and(|one| is_of(&stands_for, &one.0)));
        }
        assert!(
            first as f64 >= 0.8 * stands_for.len() as f64,
            "seed {seed}: {first} of {}",
            stands_for.len()
        );
        assert!(n_complements < 40, "seed {seed}: {n_complements} complements beside {}", goes_with.len());
        assert!(n_substitutes < 10, "seed {seed}: {n_substitutes} substitutes beside {}", stands_for.len());
    }
}

#[test]
fn a_catalogue_keeps_substitutes_within_a_category() {
    let baskets = |item: u8, beside: u8| (0..6).map(move |_| (None, 0, BTreeSet::from([item, beside])));
    let orders: Vec<Order> =
        [1, 2, 3].into_iter().flat_map(|item| baskets(item, 9)).chain(baskets(4, 5)).collect();
    let log = log(&orders);
    let catalog = Catalog::from_paths([(1, "A/X"), (2, "A"), (3, "A/Y"), (9, "B")]).unwrap();
    let params = params().shrinkage(0.1);
    let substitutes = |relations: &ItemRelations, item: i64| -> Vec<Id> {
        relations.substitutes(item, 9).unwrap().into_iter().map(|(id, _)| id).collect()
    };
    let free = params.fit(&log).unwrap();
    assert_eq!(substitutes(&free, 1), [Id::Int(2), Id::Int(3)]);
    let bound = params.fit(&(&log, &catalog)).unwrap();
    // 1 and 3 stand beside each other; 2 right above both.
    assert_eq!(substitutes(&bound, 1), [Id::Int(2)]);
    assert_eq!(substitutes(&bound, 2), [Id::Int(1), Id::Int(3)]);
    assert_eq!(bound.relation(1, 3).unwrap().relation, Relation::Neither);
    assert_eq!(bound.relation(1, 1).unwrap().relation, Relation::Neither);
    let text = Catalog::from_paths([("1", "A")]).unwrap();
    assert!(matches!(params.fit(&(&log, &text)), Err(Error::Id(IdError::WrongKind { .. }))));
    assert!(matches!(bound.relation(1, 77), Err(Error::Id(IdError::Unknown { .. }))));
    assert!(params.min_apart(1).fit(&log).unwrap().substitutes(1, 9).unwrap().is_empty());
}

#[test]
fn a_pair_reads_as_a_sentence_and_threads_do_not_matter() {
    let shop = Shop::params().lines(5_000).generate().unwrap();
    let log = shop.to_log(LogOptions::default()).unwrap();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| ItemRelations::params().min_orders(3).min_lift(1.5).fit(&log).unwrap())
    };
    let one = on(1);
    assert_eq!(one, on(6));
    let (a, b) = &shop.truth().complements[0];
    let sentence = one.relation(a, b).unwrap().to_string();
    assert!(sentence.starts_with("complement: in ") && sentence.contains(" by chance, lift "), "{sentence}");
    assert_eq!(one.n_baskets(), log.baskets().unwrap().rows().len() as u64);
    assert_eq!(MICROS_PER_DAY, 86_400_000_000);
}

#[test]
fn recommendations_are_the_sums_over_what_one_has() {
    // Tea goes with lemon and honey, and lemon with honey; butter and margarine stand in for each other beside bread.
    let day = |day: i64, customer: u8, items: &[u8]| (Some(customer), day, items.iter().copied().collect());
    let (tea, lemon, honey, bread, butter, margarine) = (0, 1, 2, 3, 4, 5);
    let mut orders: Vec<Order> = Vec::new();
    for at in 0..12 {
        let who = u8::try_from(at).unwrap();
        orders.push(day(at, who, &[tea, lemon, honey]));
        orders.push(day(at, 20 + who, &[bread, butter]));
        orders.push(day(at, 40 + who, &[bread, margarine]));
    }
    orders.push(day(30, 60, &[tea, bread]));
    let model = params().fit(&log(&orders)).unwrap();
    let item = |id: u8| i64::from(id);
    let of = |list: Vec<(Id, PairRelation)>| {
        list.into_iter().map(|(id, pair)| (id, pair.lift.ln())).collect::<Vec<_>>()
    };
    for items in [vec![tea], vec![tea, bread], vec![tea, lemon]] {
        let mut expected: BTreeMap<Id, f64> = BTreeMap::new();
        for &one in &items {
            for (id, lift) in of(model.complements(item(one), 9).unwrap()) {
                *expected.entry(id).or_default() += lift;
            }
        }
        items.iter().for_each(|&one| _ = expected.remove(&Id::Int(item(one))));
        let ids: Vec<i64> = items.iter().map(|&one| item(one)).collect();
        let found = model.recommend_for_items(ids.iter().copied(), Relation::Complement, 9).unwrap();
        assert_eq!(found.len(), expected.len(), "{items:?}");
        assert!(found.is_sorted_by(|a, b| a.score >= b.score));
        for one in &found {
            assert!((one.score - expected[&one.item]).abs() < 1e-12, "{items:?} {one:?}");
        }
    }
    let names =
        |found: &[kosar::rank::Recommendation]| found.iter().map(|one| one.item.clone()).collect::<Vec<_>>();
    let stand = model.recommend_for_items([item(butter)], Relation::Substitute, 5).unwrap();
    assert_eq!(names(&stand), [Id::Int(item(margarine))]);
    assert!(stand[0].reason.to_string().starts_with("stands in for 4: 0 baskets with both"));
    // Whoever has butter and bread is not offered margarine, which goes with bread, since it stands in for the butter.
    let goes = model.recommend_for_items([item(bread), item(butter)], Relation::Complement, 9).unwrap();
    assert!(!names(&goes).contains(&Id::Int(item(margarine))), "{goes:?}");
    assert!(
        names(&model.recommend_for_items([item(bread)], Relation::Complement, 9).unwrap())
            .contains(&Id::Int(item(margarine)))
    );
    let by_customer = model.recommend_for_customer(60, Relation::Complement, 9).unwrap();
    assert_eq!(
        by_customer,
        model.recommend_for_items([item(tea), item(bread)], Relation::Complement, 9).unwrap()
    );
    assert!(model.recommend_for_customer(99, Relation::Complement, 9).is_err());
    let refused = model.recommend_for_items([item(tea)], Relation::Neither, 9).unwrap_err();
    assert!(refused.to_string().contains("complement, substitute"), "{refused}");
}
