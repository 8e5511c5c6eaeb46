//! The guide's examples are read by the library.

use kosar::data::{
    AttributeValues, Batch, Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, IdValues, LogBuilder,
    LogOptions, NumberValues, Role, TagValues, TimeValues, Values,
};
use kosar::recommender::{Recommender, RecommenderParams, RecommenderSources, Request, Rules};
use kosar::{Fit, OrderLog, TimeUnit};

const GUIDE: &str = include_str!("../../../docs/recommender.md");

fn catalog() -> Catalog {
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    let batch = CatalogBatch::new(4)
        .items(IdValues::Text(Values::new(&["tea", "gin", "mug", "gift card"][..])))
        .and_then(|batch| batch.paths(Values::new(&["Food", "Spirits", "Home", "Home"][..])))
        .and_then(|batch| batch.brands(Values::new(&["Acme", "Acme", "Other", ""][..])))
        .and_then(|batch| batch.tags(TagValues::Joined(Values::new(&["fresh", "", "", ""][..]))))
        .and_then(|batch| batch.prices(NumberValues::Float(Values::new(&[5.0, 20.0, 7.0, 50.0][..]))))
        .and_then(|batch| batch.costs(NumberValues::Float(Values::new(&[3.0, 12.0, 4.0, 50.0][..]))))
        .and_then(|batch| batch.stocks(NumberValues::Float(Values::new(&[9.0, 0.0, 3.0, 1.0][..]))))
        .and_then(|batch| batch.launches(TimeValues::Int(Values::new(&[0, 9, 9, 9][..]), TimeUnit::Second)))
        .and_then(|batch| {
            batch.attribute(
                "supplier",
                AttributeValues::Text(Values::new(&["North", "South", "North", ""][..])),
            )
        });
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn log() -> OrderLog {
    let mut builder = LogBuilder::new(LogOptions::default());
    let batch = Batch::new(2)
        .ids(Role::Customer, IdValues::Text(Values::new(&["ann", "bob"][..])))
        .and_then(|batch| batch.ids(Role::Item, IdValues::Text(Values::new(&["tea", "gin"][..]))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(&[0, 9][..]), TimeUnit::Second)));
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

#[test]
fn every_rule_of_the_guide_is_taken() {
    let (log, catalog) = (log(), catalog());
    let own = Recommender::params().fit(&RecommenderSources::new(&log).catalog(&catalog)).unwrap();
    let mut n = 0;
    for line in GUIDE.lines().filter(|line| line.starts_with("| ") && line.contains("`{")) {
        let text = line.split('`').find(|part| part.starts_with('{')).unwrap();
        let rules = Rules::from_json(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_ne!(rules, Rules::default(), "{text}");
        assert_eq!(Rules::from_json(&rules.to_json().unwrap()).unwrap(), rules);
        own.set_rules(rules).unwrap_or_else(|error| panic!("{text}: {error}"));
        own.trending(&Request::new(3)).unwrap();
        n += 1;
    }
    assert_eq!(n, 15);
}

#[test]
fn the_parameters_of_the_guide_are_those_that_there_are() {
    let example = GUIDE.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    assert_ne!(RecommenderParams::from_json(example).unwrap(), Recommender::params());
    let params = serde_json::to_value(Recommender::params()).unwrap();
    for (name, value) in params.as_object().unwrap() {
        let row = GUIDE
            .lines()
            .find(|line| line.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{name}`"))));
        let row = row.unwrap_or_else(|| panic!("{name} is not in the guide"));
        if let Some(number) = value.as_f64() {
            assert!(
                row.split(['|', ',', ' ']).any(|word| word.parse() == Ok(number)),
                "{name} is {number}: {row}"
            );
        }
    }
}
