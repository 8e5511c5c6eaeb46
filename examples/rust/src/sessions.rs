//! What comes next in a session: clicks become an event log, the log a model, the model answers while one shops.

use kosar::data::{
    Batch, EventKind, EventLogBuilder, EventOptions, IdValues, Role, Sessions, TimeValues, Values,
};
use kosar::rank::ItemFilter;
use kosar::session::{SessionAnswer, SessionKnn, SessionOptions};
use kosar::{EventLog, Fit};

/// Session, item, what was done, and when.
type Row = [&'static str; 4];

const MONDAY: [Row; 10] = [
    ["v1", "tea", "view", "2025-06-02T09:00"],
    ["v1", "cup", "view", "2025-06-02T09:10"],
    ["v1", "pot", "view", "2025-06-02T09:20"],
    ["v2", "tea", "view", "2025-06-02T09:30"],
    ["v2", "pot", "view", "2025-06-02T09:40"],
    ["v3", "jam", "view", "2025-06-02T09:50"],
    ["v3", "tea", "view", "2025-06-02T10:00"],
    ["v3", "bread", "add_to_cart", "2025-06-02T10:10"],
    ["v4", "bread", "view", "2025-06-02T10:20"],
    ["v4", "jam", "view", "2025-06-02T10:30"],
];

const TUESDAY: [Row; 4] = [
    ["v5", "honey", "view", "2025-06-03T10:10"],
    ["v5", "tea", "view", "2025-06-03T10:20"],
    ["v6", "honey", "view", "2025-06-03T10:30"],
    ["v6", "bread", "view", "2025-06-03T10:40"],
];

fn read(rows: &[Row]) -> kosar::Result<EventLog> {
    let mut builder = EventLogBuilder::new(EventOptions::default())?;
    let texts = |column: usize| Values::new(rows.iter().map(|row| row[column]).collect::<Vec<_>>());
    builder.push(
        &Batch::new(rows.len())
            .ids(Role::Session, IdValues::Text(texts(0)))?
            .ids(Role::Item, IdValues::Text(texts(1)))?
            .ids(Role::Kind, IdValues::Text(texts(2)))?
            .time(TimeValues::Text(texts(3)))?,
    )?;
    builder.finish()
}

#[allow(clippy::print_stdout, reason = "an example")]
fn show(answer: &SessionAnswer) {
    for found in &answer.recommendations {
        println!("  {} ({:.3}): {}", found.item, found.score, found.reason);
    }
}

#[allow(clippy::print_stdout, reason = "an example")]
fn main() -> kosar::Result<()> {
    let events = read(&MONDAY)?;
    let model = SessionKnn::params().fit(&events)?;
    println!("1. {} sessions with {} items", model.n_sessions(), model.items().len());

    let session = ["cup", "tea"];
    let others = SessionOptions::new().filter(ItemFilter::new().exclude(session));
    println!("\n2. After a cup and tea, without these");
    show(&model.recommend_with(session, 2, &others)?);

    let weights = EventKind::weights([("add_to_cart", 3.0)])?;
    let weighed = SessionKnn::params().kind_weights(weights).fit(&events)?;
    let kinds = [EventKind::View, EventKind::AddToCart].map(EventKind::code);
    println!("\n3. The same, where an add to the cart counts three looks, and the tea was added");
    show(&weighed.recommend_with(session, 2, &others.kinds(Some(kinds.to_vec())))?);

    let model = model.append(&Sessions::from_events(&read(&TUESDAY)?)?)?;
    println!("\n4. With Tuesday {} sessions; after honey", model.n_sessions());
    show(&model.recommend(["honey"], 2)?);

    let answer = model.recommend(["wine"], 2)?;
    let why = answer.empty.map_or_else(String::new, |why| why.to_string());
    let unknown: Vec<_> = answer.unknown.iter().map(ToString::to_string).collect();
    println!("\n5. After wine: {why} ({}); so what many looked at", unknown.join(", "));
    let mut popular: Vec<_> = model.items().iter().zip(model.counts()).collect();
    popular.sort_by_key(|&(_, &count)| std::cmp::Reverse(count));
    for (item, count) in popular.iter().take(2) {
        println!("  {item} (in {count} sessions)");
    }
    Ok(())
}
