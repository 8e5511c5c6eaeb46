//! What rules can tell a shop: choose a support, keep the rules worth showing, look across categories and over time, and
//! serve them. Generated data; the same answers every time: `cargo run --release -p kosar-examples --bin rules`.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use std::collections::HashMap;

use kosar::data::{BasketView, Catalog, LogOptions, Unit};
use kosar::datasets::Shop;
use kosar::itemset::{FrequentItemsets, Kind};
use kosar::rule::{AssociationRules, Combine, Measure, RecommendOptions};
use kosar::sequence::TemporalRules;
use kosar::{Fit, Id, ItemIx};

fn main() -> kosar::Result<()> {
    let shop = Shop::params().lines(20_000).seed(7).generate()?;
    let log = shop.to_log(LogOptions::default())?;
    let names: HashMap<Id, &str> =
        shop.catalog().iter().map(|product| (Id::from(product.id.as_str()), product.name.as_str())).collect();
    let called = |id: Id| names.get(&id).map_or_else(|| id.to_string(), |name| (*name).to_owned());

    // How many itemsets would a support bring? Counting holds none of them.
    let baskets = log.baskets()?;
    for support in [0.02, 0.01, 0.005] {
        let counts = FrequentItemsets::params(support).count(&baskets)?;
        println!("support {support}: {} itemsets, by length {:?}", counts.total(), counts.by_length());
    }
    let closed = FrequentItemsets::params(0.005).kind(Kind::Closed).fit(&baskets)?;
    println!("{} of them tell the counts of all", closed.len());

    // Mined once, for several sets of rules: significant after correction, and none that a simpler one makes superfluous.
    let itemsets = FrequentItemsets::params(0.002).max_len(Some(3)).max_seconds(Some(60.0)).fit(&baskets)?;
    let params = AssociationRules::params(0.002)
        .min_confidence(0.2)
        .max_len(Some(3))
        .max_p_value(Some(0.01))
        .drop_redundant(true)
        .rank_by(Measure::Leverage);
    let rules = AssociationRules::from_itemsets(&params, &itemsets)?;
    let listed = |items: &[ItemIx]| {
        let ids = items.iter().map(|item| rules.items().get(item.as_usize()).to_id());
        ids.map(called).collect::<Vec<_>>().join(" + ")
    };
    println!("\n{} rules, the first by leverage:", rules.len());
    for rule in rules.iter().take(3) {
        let (lift, p) = (Measure::Lift.of(&rule.contingency), Measure::FisherP.of(&rule.contingency));
        println!("  {} -> {}: lift {lift:.1}, p {p:.0e}", listed(rule.antecedent), listed(rule.consequent));
    }

    // Which categories does one customer buy, at any time? A basket is then all that a customer bought.
    let paths = shop.catalog().iter().map(|product| (product.id.as_str(), product.category));
    let catalog = Catalog::from_paths(paths)?;
    let view = BasketView { unit: Unit::Customer, ..BasketView::default() };
    let departments = view.baskets(&log, None)?.at_level(&catalog, 1)?;
    let across = AssociationRules::params(0.05)
        .min_confidence(0.0)
        .max_len(Some(2))
        .top_k(Some(4))
        .fit(&departments)?;
    println!("\n{} departments:", catalog.categories().len());
    for rule in across.iter() {
        let called = |items: &[ItemIx]| across.items().get(items[0].as_usize()).to_string();
        let lift = Measure::Lift.of(&rule.contingency);
        println!("  {} -> {}: lift {lift:.2}", called(rule.antecedent), called(rule.consequent));
    }

    // What is bought after what, within a month?
    let later = TemporalRules::params(30.0).min_support(10.0).top_k(Some(1000)).fit(&log)?;
    let first = later.items().get(later.rule(0).antecedent.as_usize()).to_id();
    println!("\nafter {}:", called(first.clone()));
    for next in later.next(first.as_ref(), 3)? {
        println!("  {}: {}", called(next.item), next.reason);
    }

    // Recent baskets count more; several rules for one item add up.
    let recent = params.clone().half_life_days(Some(90.0)).min_customers(5).fit(&log)?;
    let cart: Vec<Id> =
        recent.rule(0).antecedent.iter().map(|item| recent.items().get(item.as_usize()).to_id()).collect();
    let options = RecommendOptions::new().measure(Measure::Confidence).combine(Combine::NoisyOr);
    println!("\nwith {}:", cart.iter().cloned().map(called).collect::<Vec<_>>().join(" + "));
    for found in recent.recommend_with(cart.iter(), 3, &options)? {
        println!("  {}: {:.2}", called(found.item), found.score);
    }
    Ok(())
}
