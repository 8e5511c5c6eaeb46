//! What customers lean to: menus, searches and times to send, in the order that suits each. See
//! `examples/python/affinity.py`.
#![allow(clippy::print_stdout, reason = "an example")]

use kosar::affinity::{Affinity, AffinityData, Facet, RerankOptions};
use kosar::data::{
    AttributeValues, Batch, Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, Customers, CustomersBatch,
    CustomersBuilder, CustomersOptions, EventLogBuilder, EventOptions, IdValues, LogBuilder, LogOptions,
    NumberValues, Role, TimeValues, Values,
};
use kosar::{EventLog, Fit, IdRef, OrderLog};

/// Order, customer, item, when, price, channel.
type Row = (i64, &'static str, &'static str, &'static str, f64, &'static str);

fn text<T>(rows: &[T], pick: impl Fn(&T) -> &'static str) -> Values<'static, &'static str> {
    Values::new(rows.iter().map(pick).collect::<Vec<_>>())
}

fn orders(rows: &[Row]) -> kosar::Result<OrderLog> {
    let prices = rows.iter().map(|row| row.4).collect::<Vec<_>>();
    let batch = Batch::new(rows.len())
        .ids(Role::Order, IdValues::Int(rows.iter().map(|row| Some(row.0)).collect()))?
        .ids(Role::Customer, IdValues::Text(text(rows, |row| row.1)))?
        .ids(Role::Item, IdValues::Text(text(rows, |row| row.2)))?
        .time(TimeValues::Text(text(rows, |row| row.3)))?
        .numbers(Role::Price, NumberValues::Float(Values::new(prices)))?
        .attribute("channel", AttributeValues::Text(text(rows, |row| row.5)))?;
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch)?;
    builder.finish()
}

fn events() -> kosar::Result<EventLog> {
    let rows = [("bob", "add_to_cart", "2025-03-16T01:00"), ("eve", "view", "2025-03-16T20:00")];
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, IdValues::Text(text(&rows, |row| row.0)))?
        .ids(Role::Item, IdValues::Text(text(&rows, |_| "pot")))?
        .ids(Role::Kind, IdValues::Text(text(&rows, |row| row.1)))?
        .time(TimeValues::Text(text(&rows, |row| row.2)))?;
    let mut builder = EventLogBuilder::new(EventOptions::default())?;
    builder.push(&batch)?;
    builder.finish()
}

fn catalog() -> kosar::Result<Catalog> {
    let rows = [
        ("rye", "Food/Bread", "Miller", "2"),
        ("bun", "Food/Bread", "Miller", "1"),
        ("spelt", "Food/Bread", "Miller", "3"),
        ("tea", "Food/Tea", "Leaf", "4"),
        ("mug", "Home", "Clay", "9"),
        ("pot", "Home", "Clay", "15"),
    ];
    let batch = CatalogBatch::new(rows.len())
        .items(IdValues::Text(text(&rows, |row| row.0)))?
        .paths(text(&rows, |row| row.1))?
        .brands(text(&rows, |row| row.2))?
        .prices(NumberValues::Text(text(&rows, |row| row.3)))?;
    let mut builder = CatalogBuilder::new(CatalogOptions::default())?;
    builder.push(&batch)?;
    builder.finish()
}

fn customers() -> kosar::Result<Customers> {
    let rows = [("ann", "Europe/Budapest"), ("bob", "America/New_York")];
    let batch = CustomersBatch::new(rows.len())
        .customers(IdValues::Text(text(&rows, |row| row.0)))?
        .time_zones(text(&rows, |row| row.1))?;
    let mut builder = CustomersBuilder::new(CustomersOptions::default())?;
    builder.push(&batch)?;
    builder.finish()
}

fn main() -> kosar::Result<()> {
    let bought = [
        (1, "ann", "rye", "2025-03-03T07:00", 2.0, "app"),
        (2, "ann", "rye", "2025-03-10T07:10", 2.0, "app"),
        (2, "ann", "bun", "2025-03-10T07:10", 1.0, "app"),
        (3, "bob", "tea", "2025-03-08T01:00", 4.0, "web"),
        (4, "bob", "mug", "2025-03-15T01:20", 9.0, "web"),
        (5, "eve", "tea", "2025-03-08T20:30", 4.0, "app"),
    ];
    let (orders_, events, catalog, customers) = (orders(&bought)?, events()?, catalog()?, customers()?);
    let facets = ["category", "brand", "price_band", "weekday", "hour", "column:channel"];
    let facets = facets.into_iter().map(Facet::parse).collect::<Result<Vec<_>, _>>()?;
    let data = AffinityData::of(&orders_).events(&events).catalog(&catalog).customers(&customers);
    let model = Affinity::params().facets(Some(facets)).prior(10.0).price_bands(3).fit(&data)?;

    println!("1. What each leans to");
    for customer in model.customers().iter() {
        for facet in ["brand", "column:channel"] {
            for leaning in model.of(customer, facet, 1)? {
                println!("  {customer}, {facet}: {leaning}");
            }
        }
    }

    println!("\n2. The menu of bob");
    for one in model.rank("bob", "category", ["Food", "Home", "Garden"])? {
        println!("  {}: share {:.3}, lift {:.3}", one.value, one.share, one.lift);
    }

    println!("\n3. What ann finds");
    for one in model.rerank("ann", ["pot", "spelt", "tea"].map(IdRef::Str), &RerankOptions::new())? {
        let why: Vec<&str> = one.reasons.iter().map(|(_, leaning)| leaning.value).collect();
        println!("  {}, from place {}, lift {:.2}: {}", one.item, one.before + 1, one.lift, why.join(", "));
    }

    println!("\n4. When to send");
    for customer in model.customers().iter() {
        let time = model.send_time(customer)?;
        let (hour, weekday) = (time.hour(), time.weekday());
        println!("  {customer}: at {hour}, on day {weekday} of the week, by {} orders", time.purchases);
    }

    println!("\n5. Everybody");
    let bands: Vec<String> =
        model.price_cut_points().iter().map(|cut| format!("{:.2}", cut.to_f64())).collect();
    println!("  price bands end at {}", bands.join(", "));
    for one in model.population("price_band")? {
        println!("  band {}: share {:.3}, {} customers", one.value, one.share, one.customers);
    }

    let more = orders(&[(6, "eve", "mug", "2025-03-22T20:00", 9.0, "app")])?;
    println!("\n6. Eve after one order more");
    println!("  before: {:.3}", model.lift("eve", "brand", "Clay")?);
    let later = model.update(AffinityData::of(&more).customers(&customers))?;
    println!("  after: {:.3}", later.lift("eve", "brand", "Clay")?);
    let left: Vec<String> = later.forget("bob")?.customers().iter().map(|id| id.to_string()).collect();
    println!("  without bob: {}", left.join(", "));
    Ok(())
}
