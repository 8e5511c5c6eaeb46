//! When customers buy again: what is due, how sure that is, and what never comes again. See
//! `examples/python/replenishment.py`.
#![allow(clippy::print_stdout, reason = "an example")]

use kosar::data::{
    Batch, Catalog, Cell, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values,
};
use kosar::replenish::{BuyAgainOptions, Due, Replenishment};
use kosar::{Fit, OrderLog, Time, TimeUnit};

/// Customer, item, day, quantity.
type Row = (String, &'static str, i64, i64);

/// Coffee about every ten days (a double pack lasts longer), filters every month, one pot.
fn bought() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for i in 1..13 {
        let customer = || format!("c{i:02}");
        rows.extend((0..5 + i % 2).map(|k| (customer(), "coffee", i % 5 + 10 * k, 1)));
        rows.extend((0..2).map(|k| (customer(), "filter", i % 7 + 30 * k, 1)));
        rows.push((customer(), "pot", 2 * i, 1));
    }
    let ann = |item, day, quantity| ("ann".to_owned(), item, day, quantity);
    rows.extend(
        [(0, 1), (7, 1), (14, 2), (26, 1), (33, 1), (40, 2)].map(|(day, count)| ann("coffee", day, count)),
    );
    rows.extend([ann("pot", 20, 1), ann("filter", 35, 1), ann("mill", 36, 1)]);
    rows
}

fn read(rows: &[Row]) -> kosar::Result<OrderLog> {
    let who = rows.iter().map(|row| row.0.as_str()).collect::<Vec<_>>();
    let what = rows.iter().map(|row| row.1).collect::<Vec<_>>();
    let at = rows.iter().map(|row| 86_400 * row.2).collect::<Vec<_>>();
    let count = rows.iter().map(|row| row.3).collect::<Vec<_>>();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(
        &Batch::new(rows.len())
            .ids(Role::Customer, IdValues::Text(Values::new(who)))?
            .ids(Role::Item, IdValues::Text(Values::new(what)))?
            .time(TimeValues::Int(Values::new(at), TimeUnit::Second))?
            .numbers(Role::Quantity, NumberValues::Int(Values::new(count)))?,
    )?;
    builder.finish()
}

fn show(found: &Due) {
    let date = |day: Time| day.to_string()[5..].to_owned();
    let days = format!("{} to {}", date(found.earliest), date(found.latest));
    println!(
        "  {}: due {} ({days}), {:.2} within the horizon, by {}",
        found.item,
        date(found.due),
        found.probability,
        found.basis.word()
    );
}

fn main() -> kosar::Result<()> {
    let shelf = [
        ("coffee", "Food"),
        ("filter", "Kitchen"),
        ("pot", "Kitchen/Machines"),
        ("mill", "Kitchen/Machines"),
    ];
    let catalog = Catalog::from_paths(shelf)?;
    let log = read(&bought())?;
    let model = Replenishment::params().horizon_days(7.0).fit(&(&log, &catalog))?;
    let now = Time::parse("1970-02-22")?;
    println!("1. How long things last");
    for item in model.items().iter() {
        if let Some((days, again)) = model.interval(item)? {
            println!("  {item}: {days:.1} days, bought again with {again:.2}");
        }
    }
    let exponent = model.quantity_exponent().unwrap_or(0.0);
    println!("  twice as much lasts {:.2} times as long", exponent.exp2());

    println!("\n2. What Ann should buy again");
    let likely = BuyAgainOptions::new().min_probability(0.01);
    model.buy_again_with("ann", now, 3, &likely)?.iter().for_each(show);

    println!("\n3. Her filters");
    model.due("ann", "filter", now)?.iter().for_each(show);

    println!("\n4. What is due for everyone");
    let table = model.due_all_with(now, 1, &BuyAgainOptions::new().min_probability(0.5))?;
    for row in 0..table.len().min(3) {
        let cells: Vec<Cell<'_>> = table.row(row).map(|(_, cell)| cell).collect();
        if let [Cell::Id(customer), Cell::Id(item), _, _, _, Cell::Float(probability), ..] = &cells[..] {
            println!("  {customer}: {item} with {probability:.2}");
        }
    }

    let later = model.update(&read(&[("ann".to_owned(), "coffee", 52, 1)])?)?;
    println!("\n5. After her next coffee");
    later.buy_again("ann", Time::parse("1970-02-23")?, 1)?.iter().for_each(show);
    Ok(())
}
