//! Which content a slot of a page shows.

use kosar::Fit;
use kosar::data::Catalog;
use kosar::recommender::{Choice, Content, Recommender, RecommenderSources, Request, Rules};

use crate::common::{Row, log};

/// Of item 1 (A) twelve buyers, of 2 (A) four, who are too few to count, of 3 (B) eight, of 4 (C) none. Customer 100 bought 3 twice.
fn shop() -> Recommender {
    let buy = |item: i64, from: i64, n: i64| (from..from + n).map(move |at| (at, Some(at), item, at % 20, 1));
    let mut rows: Vec<Row> = buy(1, 10, 12).chain(buy(2, 40, 4)).chain(buy(3, 100, 8)).collect();
    rows.push((900, Some(100), 3, 5, 1));
    let catalog = Catalog::from_paths([(1, "A/x"), (2, "A/y"), (3, "B"), (4, "C")]).unwrap();
    Recommender::params().fit(&RecommenderSources::new(&log(&rows)).catalog(&catalog)).unwrap()
}

fn contents(text: &str) -> Vec<Content> {
    Content::list_from_json(text).unwrap()
}

/// What is chosen of some contents, and the worth of each by itself.
fn chosen(own: &Recommender, contents: &[Content], request: &Request) -> (Choice, Vec<f64>) {
    let choose = |contents: &[Content]| own.choose("hero", contents, request).unwrap().unwrap();
    let each = contents.iter().map(|content| choose(std::slice::from_ref(content)).score).collect();
    (choose(contents), each)
}

fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-12, "{found} for {expected}");
    }
}

const THREE: &str = r#"[{"id": "a", "about": {"category": "A"}}, {"id": "b", "about": {"category": "B"}},
    {"id": "c", "about": {"category": "C"}}]"#;

#[test]
fn a_visitor_who_is_not_known_gets_what_everybody_buys() {
    let own = shop();
    let nobody = Request::new(1);
    let (choice, scores) = chosen(&own, &contents(THREE), &nobody);
    // Twenty purchases count: twelve and eight.
    assert_near(&scores, &[0.6, 0.4, 0.0]);
    assert_eq!((choice.content.as_str(), choice.purchases), ("a", 0));
    // However the same items are named.
    let same = r#"[{"id": "a", "about": {"item": [2, 1, 1]}}, {"id": "b", "about": {"any": [{"item": [1]}, {"item": [2]}]}},
        {"id": "c", "about": {"not": {"any": [{"category": "B"}, {"category": "C"}]}}}]"#;
    assert_near(&chosen(&own, &contents(same), &nobody).1, &[0.6; 3]);
    let worth = contents(&THREE.replace(r#""B"}"#, r#""B"}, "priority": 1.6"#));
    let (choice, scores) = chosen(&own, &worth, &nobody);
    assert_near(&scores, &[0.6, 0.64, 0.0]);
    assert_eq!(choice.content, "b");
}

#[test]
fn what_a_visitor_bought_is_mixed_with_five_purchases_of_everybodys() {
    let own = shop();
    let known = Request::new(1).customer(100);
    let (choice, scores) = chosen(&own, &contents(THREE), &known);
    assert_near(&scores, &[3.0 / 7.0, 4.0 / 7.0, 0.0]);
    assert_eq!((choice.content.as_str(), choice.purchases), ("b", 2));
    // An item of the session is one more; of equal ones the smaller id.
    let (choice, scores) = chosen(&own, &contents(THREE), &known.session([1]));
    assert_near(&scores, &[0.5, 0.5, 0.0]);
    assert_eq!((choice.content.as_str(), choice.purchases), ("a", 1));
}

#[test]
fn what_nobody_buys_of_is_worth_nothing_and_stands_by_its_priority() {
    let own = shop();
    let none = contents(
        r#"[{"id": "a", "about": {"item": [77]}}, {"id": "b", "about": {"category": "C"}, "priority": 2},
            {"id": "c", "about": {"item": [2]}}]"#,
    );
    let (choice, scores) = chosen(&own, &none, &Request::new(1));
    assert_near(&scores, &[0.0; 3]);
    assert_eq!(choice.content, "b");
}

#[test]
fn the_share_is_that_of_the_version_that_answers() {
    let own = shop();
    let nobody = Request::new(1);
    assert_near(&chosen(&own, &contents(THREE), &nobody).1, &[0.6, 0.4, 0.0]);
    // A fifth buyer of 2, so that its five count, and one who goes.
    own.update(&log(&[(950, Some(60), 2, 9, 1)])).unwrap();
    assert_near(&chosen(&own, &contents(THREE), &nobody).1, &[17.0 / 25.0, 8.0 / 25.0, 0.0]);
    own.forget(100).unwrap();
    assert_near(&chosen(&own, &contents(THREE), &nobody).1, &[17.0 / 24.0, 7.0 / 24.0, 0.0]);
}

#[test]
fn slots_of_one_page_take_their_chances_each_by_itself() {
    let own = shop();
    own.set_rules(Rules::from_json(r#"{"explore": 0.5}"#).unwrap()).unwrap();
    let three = contents(THREE);
    let ask = |slot: &str, seed: u64| own.choose(slot, &three, &Request::new(1).seed(seed)).unwrap().unwrap();
    let mut counts = [0; 4];
    for seed in 0..400 {
        let (hero, side) = (ask("hero", seed), ask("side", seed));
        assert_eq!((&hero, &side), (&ask("hero", seed), &ask("side", seed)));
        counts[usize::from(hero.explored) * 2 + usize::from(side.explored)] += 1;
        let expected = if hero.content == "a" { 0.5 + 0.5 / 3.0 } else { 0.5 / 3.0 };
        assert!((hero.propensity - expected).abs() < 1e-12);
    }
    // A quarter each, within five standard deviations.
    assert!(counts.iter().all(|count| (57..=143).contains(count)), "{counts:?}");
}
