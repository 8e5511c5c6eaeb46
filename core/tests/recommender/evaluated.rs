//! A recommender is measured as any other model.

use kosar::data::LogOptions;
use kosar::datasets::Shop;
use kosar::eval::{
    Cut, EvaluateOptions, Evaluation, Recommended, SplitOptions, compare, evaluate, temporal_split,
};
use kosar::recommender::{Recommender, RecommenderSources, Request, Rules};
use kosar::{Control, Fit, Time};

#[test]
fn what_is_measured_is_what_customers_are_answered() {
    let shop = Shop::params().lines(6_000).items(1_500).seed(11).generate().unwrap();
    let (log, catalog) = (shop.to_log(LogOptions::default()).unwrap(), shop.to_catalog().unwrap());
    let split =
        temporal_split(&log, Cut::At(Time::parse("2025-11-01").unwrap()), &SplitOptions::new()).unwrap();
    let rules = Rules::from_json(r#"{"caps": [{"by": {"category": 1}, "max": 3}]}"#).unwrap();
    let sources = RecommenderSources::new(split.train()).catalog(&catalog).rules(rules);
    let own = Recommender::params().fit(&sources).unwrap();
    let lists = split.customers().iter().map(|customer| {
        let answers = own.for_customer(customer, &Request::new(10)).unwrap();
        (customer, answers.into_iter().map(|answer| answer.item).collect::<Vec<_>>())
    });
    let lists: Vec<_> = lists.collect();
    let lists = Recommended::from_lists(lists.iter().map(|(customer, items)| (*customer, items))).unwrap();
    let options = EvaluateOptions::at(10);
    let (model, control) = (own.for_customers(), Control::new());
    let found = evaluate(&model, &split, &options, &control).unwrap();
    // The catalogue has items that nobody bought before the cut, and no note takes them for those of a later log.
    assert!(catalog.n_items() > split.items().len() && found.notes().is_empty(), "{:?}", found.notes());
    let expected = evaluate(&lists, &split, &options, &control).unwrap();
    // As text, in which what is not a number equals itself.
    let told = |found: &Evaluation| format!("{:?}", found.estimates());
    assert_eq!(told(&found), told(&expected));
    assert_eq!(found.n_empty(), 0);
    // The version stays as it is.
    own.update(&log).unwrap();
    assert_eq!(told(&evaluate(&model, &split, &options, &control).unwrap()), told(&found));
    // What learnt the test part is told of.
    let whole = Recommender::params().fit(&log).unwrap().for_customers();
    let of_whole = evaluate(&whole, &split, &options, &control).unwrap();
    assert_eq!(of_whole.notes().is_empty(), log.items().unwrap().len() == split.items().len());
    let both = compare(&[("own", &model), ("whole", &whole)], &split, &options, &control).unwrap();
    assert_eq!(both.names(), ["popularity", "own", "whole"]);
}
