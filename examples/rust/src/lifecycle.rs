//! Where each customer stands in their life with the shop, by their own rhythm. See `examples/python/lifecycle.py`.
#![allow(clippy::print_stdout, reason = "an example")]

use kosar::data::{EventOptions, LogOptions, Vocabulary};
use kosar::datasets::Shop;
use kosar::lifecycle::{Lifecycle, LifecycleSources, Stage};
use kosar::{Fit, Id, Persist, Time};

fn main() -> kosar::Result<()> {
    let shop = Shop::params().lines(50_000).clicks(60_000).seed(8).generate()?;
    let (log, events) = (shop.to_log(LogOptions::default())?, shop.to_events(EventOptions::default())?);
    let listed = Vocabulary::of("customer", [Id::from("V00001")])?;
    let model = Lifecycle::params().fit(&LifecycleSources::new(&log).events(&events).prospects(&listed))?;

    println!("1. The rhythm");
    let usual = model.rhythm_days().unwrap_or(f64::NAN);
    println!("  {} customers, half of the intervals are over after {usual:.1} days", model.len());

    println!("\n2. The stages");
    for (stage, customers) in model.counts() {
        println!("  {stage}: {customers}");
    }

    println!("\n3. A loyal customer");
    let loyal = model.customers(Stage::Loyal).next().map(|id| id.to_id());
    if let Some(loyal) = &loyal {
        let one = model.customer(loyal)?;
        let day = |time: Option<Time>| time.map(|time| time.to_string()).unwrap_or_default();
        let rhythm = one.rhythm_days.unwrap_or(f64::NAN);
        println!(
            "  {loyal}: {} since {}, {} purchases, every {rhythm:.1} days",
            one.stage,
            day(one.since),
            one.purchases
        );
        let (silence, next) = (one.silence_days.unwrap_or(0), one.next_stage.map_or("", Stage::word));
        println!("  silent for {silence} days; {next} on {} if nothing is bought", day(one.next_change));
    }
    println!("  V00001: {}", model.stage("V00001")?);

    println!("\n4. Who is about to slip");
    let is_loyal = |stage: Stage, next: Option<Stage>| stage == Stage::Loyal && next == Some(Stage::Slipping);
    let mut soon: Vec<(Option<Time>, Id)> = (model.iter())
        .filter(|one| is_loyal(one.stage, one.next_stage))
        .map(|one| (one.next_change, one.customer.to_id()))
        .collect();
    soon.sort();
    for (day, customer) in soon.iter().take(3) {
        println!("  {customer}: {}", day.map(|day| day.to_string()).unwrap_or_default());
    }

    println!("\n5. Who moved since the autumn");
    let now = model.as_of().unwrap_or(Time::from_micros(0));
    let moved = model.movements(Time::parse("2025-10-01")?, now)?;
    for before in [Stage::Loyal, Stage::Active, Stage::Dormant] {
        let [lost, back] = [Stage::Lost, Stage::WonBack].map(|after| moved.count(Some(before), Some(after)));
        println!("  {before}: {lost} lost, {back} won back");
    }
    let new: u64 = Stage::ALL.iter().map(|&after| moved.count(None, Some(after))).sum();
    println!("  new to the shop: {new}");

    println!("\n6. Another day, and one customer fewer");
    let midnight = Time::parse("2025-12-31")?;
    let yesterday = Lifecycle::params().fit(&log.before(midnight)?)?;
    let today = yesterday.update(&log.after(midnight)?)?;
    let same = today.to_bytes()? == Lifecycle::params().fit(&log)?.to_bytes()?;
    println!("  the same as a fit on all: {same}");
    if let Some(loyal) = &loyal {
        let fewer = today.forget(loyal)?;
        println!("  {} customers, {} when one is forgotten", today.len(), fewer.len());
    }
    Ok(())
}
