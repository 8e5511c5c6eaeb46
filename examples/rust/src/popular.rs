//! What sells, what rises, what is new; what somebody looked at and may go on with. See `examples/python/popular.py`.

use kosar::data::{
    Batch, Catalog, EventLogBuilder, EventOptions, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values,
};
use kosar::popularity::{Popularity, PopularityOptions};
use kosar::rank::Recommendation;
use kosar::visits::{VisitQuery, Visits};
use kosar::{EventLog, Fit, OrderLog, TimeUnit};

const DAY: i64 = 86_400;

fn customer(i: i64) -> String {
    format!("c{i:02}")
}

/// Customer, item, day.
fn orders() -> kosar::Result<OrderLog> {
    let mut bought: Vec<(String, &str, i64)> = Vec::new();
    for (i, item) in (1..25).zip(["mug", "pot", "tea"].into_iter().cycle()) {
        bought.push((customer(i), item, 1 + i));
    }
    bought.extend((1..4).map(|i| (customer(i), "mate", 6 + i)));
    bought.extend((1..17).map(|i| (customer(i), if i <= 10 { "mate" } else { "tea" }, 31 + i % 5)));
    bought.extend((20..24).map(|i| (customer(i), "gourd", 34)));
    let who = bought.iter().map(|row| row.0.as_str()).collect::<Vec<_>>();
    let what = bought.iter().map(|row| row.1).collect::<Vec<_>>();
    let at = bought.iter().map(|row| DAY * row.2).collect::<Vec<_>>();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(
        &Batch::new(bought.len())
            .ids(Role::Customer, IdValues::Text(Values::new(who)))?
            .ids(Role::Item, IdValues::Text(Values::new(what)))?
            .time(TimeValues::Int(Values::new(at), TimeUnit::Second))?,
    )?;
    builder.finish()
}

fn events() -> kosar::Result<EventLog> {
    let mut builder = EventLogBuilder::new(EventOptions::default())?;
    let text = |words: [&'static str; 5]| IdValues::Text(Values::new(words.to_vec()));
    builder.push(
        &Batch::new(5)
            .ids(Role::Customer, text(["ann"; 5]))?
            .ids(Role::Session, text(["v1", "v1", "v1", "v2", "v2"]))?
            .ids(Role::Item, text(["tea", "pot", "mug", "tea", "gourd"]))?
            .ids(Role::Kind, text(["view", "add_to_cart", "view", "purchase", "view"]))?
            .time(TimeValues::Int(Values::new(vec![0, 60, 120, DAY, DAY + 60]), TimeUnit::Second))?,
    )?;
    builder.finish()
}

#[allow(clippy::print_stdout, reason = "an example")]
fn show(found: &[Recommendation]) {
    for found in found {
        println!("  {} ({:.3}): {}", found.item, found.score, found.reason);
    }
}

#[allow(clippy::print_stdout, reason = "an example")]
fn main() -> kosar::Result<()> {
    let catalog = Catalog::from_paths([
        ("tea", "Drinks"),
        ("mate", "Drinks"),
        ("mug", "Cups"),
        ("pot", "Cups"),
        ("gourd", "Cups"),
    ])?;
    let customers: Vec<(String, &str)> =
        (1..25).map(|i| (customer(i), if i <= 12 { "AR" } else { "HU" })).collect();
    let country = customers.iter().map(|(customer, country)| (customer.as_str(), *country));
    let model =
        Popularity::params().fit(&orders()?)?.with_catalog(&catalog)?.with_groups("country", country)?;
    println!("1. What sells");
    show(&model.recommend(3));

    println!("\n2. Cups, without what c02 has; and in Hungary");
    let cups = PopularityOptions::new().category("Cups");
    show(&model.recommend_in(2, &cups.clone().customer(Some("c02")))?);
    show(&model.recommend_in(2, &PopularityOptions::new().group(("country", "HU")))?);

    println!("\n3. What rises");
    show(&model.trending(3)?);

    println!("\n4. What is new");
    show(&model.new_arrivals_in(3, &cups)?);

    let visits = Visits::new(&events()?, None)?;
    let ann = VisitQuery::customer("ann");
    println!("\n5. What Ann viewed last, and what to go on with in her second visit");
    for seen in visits.recently_viewed(&ann, 10)? {
        println!("  {}: {}", seen.item, seen.kind);
    }
    for seen in visits.continue_shopping(&ann.session(Some("v2")), 10)? {
        println!("  go on with {}: {}", seen.item, seen.kind);
    }
    Ok(())
}
