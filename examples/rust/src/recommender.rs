//! One object for the whole shop: every placement, why, by which rules; live changes, forgetting, files.

use kosar::data::{EventOptions, LogOptions};
use kosar::datasets::Shop;
use kosar::persist::SaveOptions;
use kosar::recommender::{Answer, Recommender, RecommenderSources, Request, Rules};
use kosar::{Fit, Id, Persist, Time};

const WHO: &str = "C00044";

#[allow(clippy::print_stdout, reason = "an example")]
fn show(title: &str, answers: &[Answer]) {
    println!("  {title}");
    for Answer { item, score, step, because, .. } in answers {
        println!("    {item} {score:.2} {step}: {because}");
    }
}

fn items(answers: Vec<Answer>) -> Vec<Id> {
    answers.into_iter().map(|answer| answer.item).collect()
}

const fn yes(holds: bool) -> &'static str {
    if holds { "yes" } else { "no" }
}

fn names(bytes: &[u8], customer: &str) -> bool {
    bytes.windows(customer.len()).any(|part| part == customer.as_bytes())
}

#[allow(clippy::print_stdout, reason = "an example")]
fn main() -> kosar::Result<()> {
    let shop = Shop::params().lines(20_000).clicks(40_000).seed(8).generate()?;
    let (log, events) = (shop.to_log(LogOptions::default())?, shop.to_events(EventOptions::default())?);
    let catalog = shop.to_catalog()?;
    let december = Time::parse("2025-12-01")?;
    let (before, after) = (log.before(december)?, log.after(december)?);
    let sources = RecommenderSources::new(&before).events(&events).catalog(&catalog);
    let recommender = Recommender::params().fit(&sources)?;

    println!("1. The placements of a page, and why");
    let two = Request::new(2);
    let trending = recommender.trending(&two)?;
    let item = &trending[0].item;
    show("trending", &trending);
    show(&format!("similar to {item}"), &recommender.similar(item, &two)?);
    show(&format!("with {item} in the cart"), &recommender.bought_together([item], &two)?);
    show(&format!("for {WHO}"), &recommender.for_customer(WHO, &two.clone().session([item]))?);
    show(&format!("again for {WHO}"), &recommender.buy_again(WHO, &two)?);
    let first = &recommender.similar(item, &Request::new(1))?[0];
    println!("  {}...", &first.sql().unwrap_or_default()[..45]);
    for category in recommender.categories(&two.customer(WHO))? {
        let (share, purchases) = (category.share, category.purchases);
        println!("  {}: {share:.3} of purchases expected, {purchases} so far", category.category);
    }

    println!("\n2. Rules");
    recommender.set_rules(Rules::from_json(&format!(
        r#"{{
            "filters": [{{"only": {{"not": {{"category": "Garden"}}}}}}],
            "caps": [{{"by": {{"category": 1}}, "max": 1}}],
            "pins": [{{"item": "{item}", "position": 2, "placements": ["for_customer"]}}]
        }}"#
    ))?)?;
    show(&format!("for {WHO}"), &recommender.for_customer(WHO, &Request::new(3))?);

    println!("\n3. What was bought since");
    let report = recommender.update(&after)?;
    println!(
        "  {} orders, {} new customers, version {}",
        report.orders, report.new_customers, report.version
    );
    println!("  again: {} orders were there already", recommender.update(&after)?.repeated_orders);
    recommender.refresh()?;
    show("trending", &recommender.trending(&Request::new(2))?);

    println!("\n4. Who somebody is");
    let (profile, export) = (recommender.profile(WHO)?, recommender.export(WHO)?);
    let segment = profile.rfm.map(|rfm| rfm.segment).unwrap_or_default();
    let stage = profile.stage.map(kosar::lifecycle::Stage::word).unwrap_or_default();
    println!("  {WHO}: {} orders, {:.2} spent, {segment}, {stage}", profile.orders, profile.spent.to_f64());
    println!("  to hand over: {} orders and {} events", export.orders.len(), export.events.len());

    println!("\n5. Forgotten");
    let receipt = recommender.forget(WHO)?;
    println!(
        "  {} orders, {} lines and {} events are gone as of version {}",
        receipt.orders, receipt.lines, receipt.events, receipt.version
    );
    println!("  to refresh: {}", receipt.to_refresh.join(", "));
    let five = Request::new(5);
    let anybody = items(recommender.for_customer("nobody", &five)?);
    println!("  gets what anybody gets: {}", yes(items(recommender.for_customer(WHO, &five)?) == anybody));

    println!("\n6. Files");
    let bytes = recommender.to_bytes()?;
    let loaded = Recommender::from_bytes(&bytes)?;
    let same = loaded.for_customer("C00004", &five)? == recommender.for_customer("C00004", &five)?;
    println!("  loaded, it answers the same: {}", yes(same));
    let serving = recommender.to_bytes_with(SaveOptions::serving())?;
    let (whole, without) = (names(&bytes, "C00004"), names(&serving, "C00004"));
    println!("  names C00004: {}, without histories: {}", yes(whole), yes(without));

    println!("\n7. A slip");
    let slip = Rules::from_json(r#"{"boosts": [{"items": {"brand": "Acme"}, "factor": 2}]}"#)?;
    if let Err(error) = recommender.set_rules(slip) {
        println!("  {error}");
    }
    Ok(())
}
