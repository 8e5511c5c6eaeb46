//! Which customers, exactly: audiences by rules, who is in them, why, and what sets them apart.

use std::sync::Arc;

use kosar::audience::{Audience, AudienceData, Audiences};
use kosar::data::{
    CustomersBatch, CustomersBuilder, CustomersOptions, DateValues, EventOptions, FactValues, FlagValues,
    IdValues, LogOptions, TimeValues, Values,
};
use kosar::datasets::Shop;
use kosar::lifecycle::Lifecycle;
use kosar::rfm::Rfm;
use kosar::{Control, Fit, Id, Time};

const TREES: [(&str, &str); 5] = [
    (
        "undecided",
        r#"{"events": {"kinds": ["view"], "same_item": true, "not_bought": "since", "test": {"at_least": 3}}}"#,
    ),
    (
        "abandon carts",
        r#"{"sessions": {"with": ["add_to_cart"], "without": ["purchase"], "measure": "share", "test": {"above": 0.5}}}"#,
    ),
    (
        "lapsed",
        r#"{"and": [{"orders": {"test": {"at_least": 2}}}, {"not": {"orders": {"window": {"last_days": 120}}}}]}"#,
    ),
    (
        "birthday mail",
        r#"{"and": [{"consent": {"channel": "email", "purpose": "marketing"}}, {"anniversary": {"next_days": 7}}]}"#,
    ),
    (
        "win back",
        r#"{"and": [
            {"audience": "lapsed"},
            {"consent": {"channel": "email", "purpose": "marketing"}},
            {"value": {"name": "clv", "test": {"at_least": 50}}}
        ]}"#,
    ),
];

/// What the customers said of themselves, as a shop's own table would have it.
fn customers(ids: &[Id]) -> kosar::Result<kosar::data::Customers> {
    let numbered = || ids.iter().enumerate();
    let birthdays: Vec<String> = numbered()
        .map(|(at, _)| format!("19{}-{:02}-{:02}", 60 + at % 40, 1 + at % 12, 1 + at % 28))
        .collect();
    let texts = |of: &dyn Fn(usize) -> &'static str| {
        Values::new(numbered().map(|(at, _)| of(at)).collect::<Vec<_>>())
    };
    let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut builder = CustomersBuilder::new(CustomersOptions::default())?;
    builder.push(
        &CustomersBatch::new(ids.len())
            .customers(IdValues::Text(names.iter().map(|name| Some(name.as_str())).collect()))?
            .attribute("country", FactValues::Words(texts(&|at| if at % 3 > 0 { "HU" } else { "AT" })))?
            .attribute(
                "birthday",
                FactValues::Dates(DateValues::Times(TimeValues::Text(
                    birthdays.iter().map(|day| Some(day.as_str())).collect(),
                ))),
            )?
            .time_zones(texts(&|at| if at % 3 > 0 { "Europe/Budapest" } else { "Europe/Vienna" }))?
            .consent(
                "email",
                "marketing",
                FlagValues::Text(texts(&|at| if at % 4 > 0 { "yes" } else { "no" })),
            )?,
    )?;
    builder.finish()
}

#[allow(clippy::print_stdout, reason = "an example")]
fn main() -> kosar::Result<()> {
    let shop = Shop::params().lines(20_000).clicks(120_000).seed(8).generate()?;
    let (log, events) = (shop.to_log(LogOptions::default())?, shop.to_events(EventOptions::default())?);
    let rfm = Rfm::params().fit(&log)?;
    let ids: Vec<Id> = rfm.iter().map(|one| one.customer.to_id()).collect();

    println!("1. What the shop knows");
    let clv = (0_u8..100).cycle().map(f64::from);
    let data = AudienceData::builder()
        .orders(&log)
        .events(&events)
        .customers(&customers(&ids)?)
        .catalog(Arc::new(shop.to_catalog()?))
        .rfm(&rfm)
        .lifecycle(&Lifecycle::params().fit(&log)?)
        .value("clv", ids.iter().cloned().zip(clv))
        .build()?;
    println!("  {} customers", data.customers().len());

    println!("\n2. Audiences");
    let trees = TREES.map(|(name, json)| Ok((name, Audience::from_json(json)?)));
    let trees = trees.into_iter().collect::<kosar::Result<Vec<_>>>()?;
    let audiences = Audiences::new(data, trees, Some(Time::parse("2026-01-01")?))?;
    for name in audiences.names() {
        println!("  {name}: {}", audiences.audience(name)?);
    }

    println!("\n3. How many they are, and how they overlap");
    for name in audiences.names() {
        let members = audiences.members(name)?.len();
        println!("  {name}: {members}");
    }
    println!("  {} pairs", audiences.overlap_with(&Control::new())?.len());
    let guess = audiences.estimate("lapsed", 200, 1)?;
    println!(
        "  lapsed, from {} of {}: {:.0} to {:.0}",
        guess.sampled, guess.customers, guess.low, guess.high
    );

    println!("\n4. Somebody, and why");
    let members = audiences.members("win back")?;
    if let Some(someone) = members.ids().next() {
        println!("  {someone} is in: {}", audiences.of(someone)?.join(", "));
        for part in audiences.explain("win back", someone)?.parts {
            println!("  {}: {}: {}", part.path, part.condition, if part.holds { "yes" } else { "no" });
        }
    }

    println!("\n5. What sets the lapsed apart");
    let profile = audiences.profile_with("lapsed", &Control::new())?;
    for word in profile.words.iter().take(3) {
        println!("  {} {}: {:.2} times as often", word.field, word.word, word.lift);
    }
    for number in profile.numbers.iter().filter(|number| ["recency_days", "spent"].contains(&&*number.field))
    {
        println!("  {}: {:.2} times the mean", number.field, number.ratio);
    }

    println!("\n6. A slip");
    let slip = Audience::from_json(r#"{"not": {"orders": {"window": {"last_day": 3}}}}"#);
    println!("  {}", slip.map_or_else(|error| error.to_string(), |audience| audience.to_string()));
    Ok(())
}
