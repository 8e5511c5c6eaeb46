//! What a catalogue adds: what items are, what they resemble, what they are to each other. Generated data; the same answers
//! every time: `cargo run --release -p kosar-examples --bin content`.
#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use kosar::content::ContentSimilarity;
use kosar::data::LogOptions;
use kosar::datasets::Shop;
use kosar::hybrid::{HybridSimilarity, Sources};
use kosar::rank::ItemFilter;
use kosar::relation::ItemRelations;
use kosar::similarity::ItemSimilarity;
use kosar::{Fit, Id, Money};

fn main() -> kosar::Result<()> {
    let shop = Shop::params().lines(60_000).items(400).seed(7).generate()?;
    let (log, catalog) = (shop.to_log(LogOptions::default())?, shop.to_catalog()?);
    let called = |id: &Id| catalog.name(id).ok().flatten().map_or_else(|| id.to_string(), str::to_owned);

    let first = catalog.items().get(0).to_id();
    let facts = catalog.item(&first)?;
    println!("{}: price {:?}, in {:?}", called(&first), facts.price.map(Money::to_f64), facts.categories);

    // By content alone, of the cheap ones.
    let cheap = catalog.items_priced(None, Money::from_f64(8.0))?.into_iter().map(|id| id.to_id());
    let content = ContentSimilarity::params().ngrams(Some((3, 5))).fit(&catalog)?;
    for found in content.recommend_for_items_among([&first], 3, &ItemFilter::new().only(Some(cheap)))? {
        println!("like it, and cheap: {} ({:.2})", called(&found.item), found.score);
    }

    // By who bought it as well.
    let collaborative = ItemSimilarity::params().fit(&log)?;
    let sources = Sources { log: &log, collaborative: &collaborative, content: &content };
    let hybrid = HybridSimilarity::params().fit(&sources)?;
    println!("content weighs {:.2}", hybrid.content_weight());
    for found in hybrid.similar(&first, 3)? {
        println!("like it: {} ({})", called(&found.item), found.reason);
    }

    let relations = ItemRelations::params().fit(&(&log, &catalog))?;
    for id in relations.items().iter().map(|id| id.to_id()) {
        for (other, pair) in relations.complements(&id, 1)?.into_iter().filter(|(_, pair)| pair.lift > 8.0) {
            println!("{} + {}: {pair}", called(&id), called(&other));
        }
        for (other, pair) in relations.substitutes(&id, 1)?.into_iter().filter(|(_, pair)| pair.lift < 0.2) {
            println!("{} or {}: {pair}", called(&id), called(&other));
        }
    }
    Ok(())
}
