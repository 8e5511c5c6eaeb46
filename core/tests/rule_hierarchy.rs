//! Rules across levels: what they are, how they serve a cart of items, and how they are stored.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::collections::BTreeSet;

use kosar::data::{BasketView, Baskets, Catalog, Level, OrderLog, Unit};
use kosar::itemset::FrequentItemsets;
use kosar::rank::Reason;
use kosar::rule::{AssociationRules, Combine, Consequent, Measure, RecommendOptions, RuleSide};
use kosar::{Fit, Id, Persist};

/// Items 1 to 6: two breads, two teas, one in two categories, one in none.
fn catalog() -> Catalog {
    Catalog::from_paths([
        (1, "Food/Bread"),
        (2, "Food/Bread"),
        (3, "Drinks/Tea"),
        (4, "Drinks/Tea"),
        (5, "Food/Sweet"),
        (5, "Gifts"),
    ])
    .expect("the ids are of one type")
}

fn rows() -> Vec<Vec<i64>> {
    vec![vec![1, 3], vec![2, 3], vec![1, 4, 5], vec![2, 4], vec![1, 2, 3], vec![5, 6], vec![3, 5], vec![6]]
}

fn mixed() -> Baskets {
    let log = OrderLog::from_baskets(rows()).expect("the ids are of one type");
    BasketView { level: Level::Mixed, unit: Unit::Order }
        .baskets(&log, Some(&catalog()))
        .expect("a catalogue is given")
}

fn above(item: i64) -> &'static [&'static str] {
    match item {
        1 | 2 => &["Food", "Food/Bread"],
        3 | 4 => &["Drinks", "Drinks/Tea"],
        5 => &["Food", "Food/Sweet", "Gifts"],
        _ => &[],
    }
}

fn are_related(a: &str, b: &str) -> bool {
    let is_above = |above_it: &str, name: &str| match name.parse() {
        Ok(item) => above(item).contains(&above_it),
        Err(_) => name.strip_prefix(above_it).is_some_and(|rest| rest.starts_with('/')),
    };
    is_above(a, b) || is_above(b, a)
}

/// Whether all items below one name are below the other too.
fn implies(a: &str, b: &str) -> bool {
    let mut below = (1..=6).filter(|&item| above(item).contains(&a)).peekable();
    below.peek().is_some() && below.all(|item| above(item).contains(&b))
}

/// Each basket by the names of its items and of all above them.
fn named() -> Vec<BTreeSet<String>> {
    let names = |row: &Vec<i64>| {
        let item = |&item: &i64| {
            above(item).iter().map(ToString::to_string).chain([item.to_string()]).collect::<Vec<_>>()
        };
        row.iter().flat_map(item).collect()
    };
    rows().iter().map(names).collect()
}

type Named = (Vec<String>, Vec<String>, u64);

fn of_model(rules: &AssociationRules) -> BTreeSet<Named> {
    let name = |item: &kosar::ItemIx| rules.items().get(item.as_usize()).to_string();
    let side = |items: &[kosar::ItemIx]| items.iter().map(name).collect();
    rules.iter().map(|rule| (side(rule.antecedent), side(rule.consequent), rule.contingency.n_ab())).collect()
}

/// Every rule between disjoint sets without two names that are related or of which one implies the other, by counting.
fn by_brute_force(min_count: u64, min_confidence: f64, max_len: usize) -> BTreeSet<Named> {
    let baskets = named();
    let names: Vec<String> = baskets.iter().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let count = |set: &[String]| baskets.iter().filter(|b| set.iter().all(|name| b.contains(name))).count();
    let mut sets: Vec<Vec<String>> = vec![vec![]];
    let mut rules = BTreeSet::new();
    for _ in 0..max_len {
        sets = sets
            .iter()
            .flat_map(|set| {
                let later = names.iter().filter(|&name| set.last().is_none_or(|last| last < name));
                let is_out = |name: &str, other: &str| {
                    are_related(name, other) || implies(name, other) || implies(other, name)
                };
                let fits = later.filter(|name| !set.iter().any(|other| is_out(name, other)));
                fits.map(|name| [set.clone(), vec![name.clone()]].concat()).collect::<Vec<_>>()
            })
            .filter(|set| count(set) as u64 >= min_count)
            .collect();
        for set in &sets {
            for bits in 1..(1_u32 << set.len()) - 1 {
                let side = |wanted: u32| -> Vec<String> {
                    (0..set.len()).filter(|&i| bits >> i & 1 == wanted).map(|i| set[i].clone()).collect()
                };
                let (a, b, n_ab) = (side(1), side(0), count(set));
                #[allow(clippy::cast_precision_loss, reason = "a handful of baskets")]
                let confidence = n_ab as f64 / count(&a) as f64;
                if confidence >= min_confidence {
                    rules.insert((a, b, n_ab as u64));
                }
            }
        }
    }
    rules
}

#[test]
fn rules_across_levels_are_those_of_brute_force() {
    let expected = by_brute_force(2, 0.25, 4);
    let params = AssociationRules::params(2.0).min_confidence(0.25).consequent(Consequent::Any);
    let found = of_model(&params.max_len(Some(4)).fit(&mixed()).unwrap());
    assert_eq!(found, expected);
    assert!(expected.len() > 20);
    let has = |name: &str, side: &[String]| side.iter().any(|other| other == name);
    assert!(expected.iter().any(|(a, b, _)| has("Food/Bread", a) && has("Drinks", b)));
}

#[test]
fn no_rule_holds_an_item_and_what_stands_above_it() {
    let rules = AssociationRules::params(1.0).min_confidence(0.0).fit(&mixed()).unwrap();
    let hierarchy = rules.hierarchy().unwrap();
    for rule in rules.iter() {
        let all: Vec<_> = rule.antecedent.iter().chain(rule.consequent).copied().collect();
        assert!(!all.iter().any(|&a| all.iter().any(|&b| hierarchy.are_related(a, b))));
    }
}

/// Item 5 alone is a gift, and it is sweet: whoever buys gifts buys food, sweets and so on, whatever there is in baskets.
#[test]
fn what_the_catalogue_implies_is_no_rule() {
    let gifts_with = |itemsets: &FrequentItemsets, other: &str| {
        let name = |item: &kosar::ItemIx| itemsets.items().get(item.as_usize()).to_string();
        itemsets.iter().any(|(set, _)| set.iter().map(name).collect::<Vec<_>>() == [other, "Gifts"])
    };
    let itemsets = FrequentItemsets::params(1.0).level(Level::Mixed).fit(&mixed()).unwrap();
    assert!(
        gifts_with(&itemsets, "Food") && gifts_with(&itemsets, "Food/Sweet"),
        "they are sets all the same"
    );
    let params = AssociationRules::params(1.0).min_confidence(0.0).consequent(Consequent::Any);
    for rules in [params.fit(&mixed()).unwrap(), AssociationRules::from_itemsets(&params, &itemsets).unwrap()]
    {
        let all = of_model(&rules);
        let holds = |one: &str, other: &str| {
            let has = |(a, b, _): &Named, name: &str| a.iter().chain(b).any(|held| held == name);
            all.iter().any(|rule| has(rule, one) && has(rule, other))
        };
        assert!(!holds("Gifts", "Food") && !holds("Gifts", "Food/Sweet"));
        assert!(holds("Gifts", "Drinks") && holds("Gifts", "Drinks/Tea") && holds("Food", "Drinks"));
    }
}

#[test]
fn rules_of_categories_say_what_they_are_asked_by() {
    let log = OrderLog::from_baskets(rows()).unwrap();
    let view = BasketView { level: Level::Depth(2), unit: Unit::Order };
    let baskets = view.baskets(&log, Some(&catalog())).unwrap();
    assert_eq!((baskets.depth(), mixed().depth()), (Some(2), None));
    let params = AssociationRules::params(1.0).min_confidence(0.0).level(view.level);
    let rules = params.fit(&baskets).unwrap();
    assert!(!rules.recommend(["Food/Bread"], 3).unwrap().is_empty());
    let expected = "'rye' is none of the categories of depth 2 that stand here in the place of items; give the path of a \
                    category such as 'Drinks/Tea', not the id of an item";
    assert_eq!(rules.recommend(["rye"], 3).unwrap_err().to_string(), expected);
    let asked_by_id = rules.recommend([1], 3).unwrap_err();
    assert!(asked_by_id.to_string().starts_with("1 is none of the categories"), "{asked_by_id}");
    assert_eq!(asked_by_id.kind(), kosar::ErrorKind::UnknownId);
    let side = params.consequent_items(RuleSide::new().only(["rye"])).fit(&baskets).unwrap_err();
    assert_eq!(side.to_string(), expected);
    let sets = FrequentItemsets::params(1.0).include(["rye"]).fit(&baskets).unwrap_err();
    assert_eq!(sets.to_string(), expected);
}

fn served() -> AssociationRules {
    AssociationRules::params(1.0)
        .min_confidence(0.0)
        .max_len(Some(2))
        .fit(&mixed())
        .expect("the parameters are valid")
}

#[test]
fn a_category_above_an_item_of_the_cart_speaks_for_items() {
    // Bread and tea 3 are in three of the five baskets with bread; item 2 alone was bought with it twice in three.
    let params = AssociationRules::params(3.0).min_confidence(0.5).max_len(Some(2));
    let rules = params.fit(&mixed()).unwrap();
    let answer = rules.recommend([2], 10).unwrap();
    assert_eq!(answer.iter().map(|found| found.item.clone()).collect::<Vec<_>>(), [Id::from(3)]);
    let Reason::Rule { antecedent, count, .. } = &answer[0].reason else { panic!() };
    assert_eq!((antecedent.as_slice(), *count), (&[Id::from("Food/Bread")][..], 3));
    assert!(answer[0].reason.to_string().starts_with("60 % of the Food/Bread baskets have it too"));
    // Rules to categories are in the table and recommend nothing.
    assert!(of_model(&rules).iter().any(|(_, b, _)| b == &["Drinks".to_owned()]));
}

#[test]
fn only_items_outside_of_the_cart_come_back_in_their_own_type() {
    let rules = served();
    for cart in [vec![1], vec![1, 3], vec![5], vec![1, 2, 3, 4]] {
        let answer = rules.recommend(cart.clone(), 10).unwrap();
        assert!(!answer.is_empty());
        for found in answer {
            let Id::Int(item) = found.item else { panic!("{} is no integer", found.item) };
            assert!(!cart.contains(&item));
        }
    }
    assert!(rules.recommend(["1"], 3).is_err() && rules.recommend([7], 3).is_err());
    assert!(!rules.recommend(["Food/Bread"], 3).unwrap().is_empty());
}

/// Every rule whose antecedent is in the cart or above it speaks for the item that it concludes.
#[test]
fn scores_are_those_of_all_rules_that_the_extended_cart_fulfils() {
    let rules = served();
    for cart in [vec![1], vec![2, 5], vec![3, 6]] {
        let has: BTreeSet<String> = cart
            .iter()
            .flat_map(|&item| above(item).iter().map(ToString::to_string).chain([item.to_string()]))
            .collect();
        let options = RecommendOptions::new().measure(Measure::Lift).combine(Combine::Max);
        for found in rules.recommend_with(cart.clone(), 10, &options).unwrap() {
            let item = found.item.to_string();
            let best = rules
                .iter()
                .filter(|rule| {
                    let name = |item: &kosar::ItemIx| rules.items().get(item.as_usize()).to_string();
                    rule.antecedent.iter().map(name).all(|name| has.contains(&name))
                        && name(&rule.consequent[0]) == item
                })
                .map(|rule| Measure::Lift.of(&rule.contingency))
                .fold(f64::NEG_INFINITY, f64::max);
            assert_eq!(found.score.to_bits(), best.to_bits(), "{cart:?} {item}");
        }
    }
}

#[test]
fn a_category_that_is_excluded_takes_its_items_with_it() {
    let rules = served();
    let options = RecommendOptions::new().exclude(["Drinks"]);
    let items: BTreeSet<Id> =
        rules.recommend_with([1], 10, &options).unwrap().into_iter().map(|found| found.item).collect();
    assert_eq!(items, [2, 5, 6].map(Id::from).into()); // not 3, which bread and food speak for too
}

#[test]
fn sides_and_lists_take_items_by_their_own_ids_and_categories_by_path() {
    let sides = AssociationRules::params(1.0)
        .min_confidence(0.0)
        .antecedent_items(RuleSide::new().only([Id::from("Food/Bread"), Id::from(5)]))
        .consequent_items(RuleSide::new().only([3, 4]));
    let rules = of_model(&sides.fit(&mixed()).unwrap());
    let antecedents: BTreeSet<Vec<String>> = rules.into_iter().map(|(a, _, _)| a).collect();
    let bread = "Food/Bread".to_owned();
    assert_eq!(antecedents, [vec!["5".to_owned()], vec![bread.clone()], vec!["5".to_owned(), bread]].into());
    assert!(sides.consequent_items(RuleSide::new().only(["3"])).fit(&mixed()).is_err());
    let params = FrequentItemsets::params(1.0).include([1]).exclude(["Drinks"]).max_len(Some(2));
    let found = params.fit(&mixed()).unwrap();
    assert!(
        found.iter().all(|(set, _)| set.iter().any(|&i| found.hierarchy().unwrap().item_id(i) == 1.into()))
    );
}

#[test]
fn rules_of_itemsets_across_levels_serve_as_fitted_ones_do() {
    let itemsets = FrequentItemsets::params(1.0).level(Level::Mixed).fit(&mixed()).unwrap();
    let params = AssociationRules::params(1.0).min_confidence(0.0);
    let rules = AssociationRules::from_itemsets(&params, &itemsets).unwrap();
    assert_eq!(rules, params.level(Level::Mixed).fit(&mixed()).unwrap());
}

#[test]
fn both_models_survive_a_file() {
    let rules = served();
    let read = AssociationRules::from_bytes(&rules.to_bytes().unwrap()).unwrap();
    assert_eq!(read, rules);
    assert_eq!(read.recommend([1], 5).unwrap(), rules.recommend([1], 5).unwrap());
    let itemsets = FrequentItemsets::params(1.0).fit(&mixed()).unwrap();
    assert_eq!(FrequentItemsets::from_bytes(&itemsets.to_bytes().unwrap()).unwrap(), itemsets);
}

#[test]
fn parts_cannot_tell_categories_or_customers() {
    let error = FrequentItemsets::params(0.1).candidates(&mixed()).unwrap_err().to_string();
    assert!(error.contains("level") && error.contains("mixed"), "{error}");
    let plain = Baskets::from_ids(rows()).unwrap();
    let error = FrequentItemsets::params(0.1).min_customers(2).candidates(&plain).unwrap_err().to_string();
    assert!(error.contains("min_customers"), "{error}");
}

#[test]
fn a_log_alone_has_no_categories() {
    let log = OrderLog::from_baskets(rows()).unwrap();
    let error = AssociationRules::params(1.0).level(Level::Depth(1)).fit(&log).unwrap_err();
    assert_eq!(error.to_string(), "level 1 needs a catalogue, got none; give one, or level item");
    let error = FrequentItemsets::params(1.0).level(Level::Depth(0)).fit(&log).unwrap_err();
    assert_eq!(error.to_string(), "level must be at least 1, got 0");
}
