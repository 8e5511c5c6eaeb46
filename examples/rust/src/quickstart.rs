//! The shortest way from baskets to answers: `cargo run --release -p kosar-examples --bin quickstart`.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use kosar::datasets::toy;
use kosar::rule::AssociationRules;
use kosar::similarity::{ItemSimilarity, Unit};
use kosar::{Fit, OrderLog, Persist};

fn main() -> kosar::Result<()> {
    let log = OrderLog::from_baskets(toy::breakfast())?;

    let rules = AssociationRules::params(0.2).min_confidence(0.6).fit(&log)?;
    for recommendation in rules.recommend(["bread", "jam"], 3)? {
        println!("with bread and jam: {} ({})", recommendation.item, recommendation.reason);
    }

    let similarity = ItemSimilarity::params().unit(Unit::Order).fit(&log)?;
    for similar in similarity.similar("bread", 3)? {
        println!("like bread: {} ({:.2})", similar.item, similar.score);
    }

    // A model file written here opens in Python and Node too.
    let bytes = rules.to_bytes()?;
    let loaded = AssociationRules::from_bytes(&bytes)?;
    assert_eq!(loaded, rules);
    println!("{} rules in {} bytes", loaded.len(), bytes.len());
    Ok(())
}
