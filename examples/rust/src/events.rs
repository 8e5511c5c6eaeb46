//! Clicks in sessions, late links, and what they say of items: a tour of the event log.

use kosar::data::{
    Batch, EventKind, EventLogBuilder, EventOptions, IdValues, Interactions, KindWeights, Role, TimeValues,
    Values,
};
use kosar::similarity::{ItemSimilarity, Strength};
use kosar::{EventLog, Fit, Time};

/// Session, customer, item, what was done, and when; nothing where it is not known.
type Row = [&'static str; 5];

const DAY: [Row; 11] = [
    ["v1", "", "tea", "pdp", "2025-06-01T10:00"],
    ["v1", "ann", "mug", "pdp", "2025-06-01T10:02"],
    ["v1", "ann", "tea", "atc", "2025-06-01T10:03"],
    ["v2", "", "tea", "pdp", "2025-06-01T11:00"],
    ["v2", "", "mug", "pdp", "2025-06-01T11:01"],
    ["v2", "", "pot", "pdp", "2025-06-01T11:05"],
    ["", "bob", "mug", "pdp", "2025-06-01T12:00"],
    ["", "bob", "tea", "purchase", "2025-06-01T12:10"],
    ["", "bob", "pot", "pdp", "2025-06-01T13:00"],
    ["v1", "ann", "tea", "purchase", "2025-06-01T10:09"],
    ["v2", "", "mug", "hover", "2025-06-01T11:02"],
];

const HOUR: [Row; 3] = [
    ["v2", "", "pot", "pdp", "2025-06-01T11:05"],
    ["v2", "", "tea", "purchase", "2025-06-01T11:20"],
    ["v3", "", "tea", "pdp", "2025-06-01T14:00"],
];

fn read(rows: &[Row]) -> kosar::Result<EventLog> {
    // The shop has its own words; what is later than the day's end cannot be right.
    let kinds = [("pdp".to_owned(), EventKind::View), ("atc".to_owned(), EventKind::AddToCart)].into();
    let until = Some(Time::parse("2025-06-02")?);
    let mut builder = EventLogBuilder::new(EventOptions { kinds, until, ..EventOptions::default() })?;
    let texts = |column: usize| Values::new(rows.iter().map(|row| row[column]).collect::<Vec<_>>());
    builder.push(
        &Batch::new(rows.len())
            .ids(Role::Session, IdValues::Text(texts(0)))?
            .ids(Role::Customer, IdValues::Text(texts(1)))?
            .ids(Role::Item, IdValues::Text(texts(2)))?
            .ids(Role::Kind, IdValues::Text(texts(3)))?
            .time(TimeValues::Text(texts(4)))?,
    )?;
    builder.finish()
}

#[allow(clippy::print_stdout, reason = "an example")]
fn main() -> kosar::Result<()> {
    let log = read(&DAY)?;
    println!("1. What became of the rows\n{}", log.report());

    println!("\n2. The sessions: by id, or by half an hour without an event");
    for session in log.sessions() {
        let view = log.session(session);
        let id = view.id.map_or_else(|| "no id".to_owned(), |id| id.to_string());
        let whose = view.customer.map(|customer| log.customers().get(customer.as_usize()).to_string());
        let items: Vec<_> =
            view.items.iter().map(|item| log.items().get(item.as_usize()).to_string()).collect();
        println!("  {id} of {}: {}", whose.as_deref().unwrap_or("nobody known"), items.join(", "));
    }

    let known = log.link("v2", "cleo")?;
    let (before, after) = (log.n_customers(), known.n_customers());
    println!("\n3. {before} customers, and with the visitor who became known {after}");

    let joined = known.append(&read(&HOUR)?)?;
    println!("\n4. The next hour, of which one event came before\n{}", joined.report());

    let weights = KindWeights::from_names([("view", 1.0), ("add_to_cart", 3.0), ("purchase", 5.0)])?;
    let matrix = Interactions::from_sessions(&joined, &weights);
    let similar = ItemSimilarity::params().strength(Strength::Quantity).fit(&matrix)?;
    println!("\n5. What goes with tea in a session");
    for found in similar.similar("tea", 2)? {
        println!("  {} ({:.2})", found.item, found.score);
    }
    Ok(())
}
