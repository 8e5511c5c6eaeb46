//! What customers said, consent, and two who turn out to be one: a tour of customers.

use kosar::data::{
    AttributeValues, Batch, Consent, Customers, CustomersBatch, CustomersBuilder, CustomersOptions,
    DateValues, EventLogBuilder, EventOptions, FactValues, FlagValues, IdValues, LogBuilder, LogOptions,
    Role, TagValues, TimeValues, Values,
};
use kosar::{EventLog, IdRef, OrderLog};

/// Customer, city, birthday, time zone, what they like, and whether they may be written to.
type Row = [&'static str; 6];

const TABLE: [Row; 5] = [
    ["ann", "Pécs", "1980-02-29", "Europe/Budapest", "Tea", "yes"],
    ["bob", "Eger", "1991-07-01", "Europe/Budapest", "", "no"],
    ["cleo", "", "soon", "Mars/Base", "Bread", ""],
    ["ann", "", "", "", "Gifts, Tea", ""],
    ["guest-7", "Baja", "", "Asia/Tokyo", "Coffee", "no"],
];

fn read(rows: &[Row]) -> kosar::Result<Customers> {
    let texts = |column: usize| Values::new(rows.iter().map(|row| row[column]).collect::<Vec<_>>());
    let mut builder = CustomersBuilder::new(CustomersOptions::default())?;
    builder.push(
        &CustomersBatch::new(rows.len())
            .customers(IdValues::Text(texts(0)))?
            .attribute("city", FactValues::Words(texts(1)))?
            .attribute("born", FactValues::Dates(DateValues::Times(TimeValues::Text(texts(2)))))?
            .time_zones(texts(3))?
            .preferences("category", TagValues::Joined(texts(4)))?
            .consent("email", "marketing", FlagValues::Text(texts(5)))?,
    )?;
    builder.finish()
}

fn orders() -> kosar::Result<OrderLog> {
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(
        &Batch::new(3)
            .ids(Role::Customer, IdValues::Text(Values::new(&["ann", "guest-7", "bob"][..])))?
            .ids(Role::Order, IdValues::Int(Values::new(&[1, 2, 3][..])))?
            .ids(Role::Item, IdValues::Text(Values::new(&["tea", "mug", "tea"][..])))?,
    )?;
    builder.finish()
}

fn events() -> kosar::Result<EventLog> {
    let times = Values::new(&["2025-06-01T10:00", "2025-06-01T10:00", "2025-06-01T11:00"][..]);
    let mut builder = EventLogBuilder::new(EventOptions::default())?;
    builder.push(
        &Batch::new(3)
            .ids(Role::Customer, IdValues::Text(Values::new(&["guest-7", "guest-7", "bob"][..])))?
            .ids(Role::Item, IdValues::Text(Values::new(&["mug", "mug", "tea"][..])))?
            .time(TimeValues::Text(times))?
            .attribute("device", AttributeValues::Text(Values::new(&["app", "web", "web"][..])))?,
    )?;
    builder.finish()
}

#[allow(clippy::print_stdout, reason = "an example")]
fn main() -> kosar::Result<()> {
    let customers = read(&TABLE)?;
    println!("1. What became of the rows\n{}", customers.report());

    // With serde_json it is the text that she may be handed.
    println!("\n2. What is held of ann, as she may be shown it\n{:?}", customers.customer("ann")?);

    let without = customers.with_consent("ann", "email", "marketing", Consent::Withdrawn)?;
    let anew = without.with_consent("ann", "email", "marketing", Consent::Given)?;
    let said = |table: &Customers| table.consent("ann", "email", "marketing").map(Consent::name);
    println!(
        "\n3. The consent of ann: {}, then {}, then {}",
        said(&customers)?,
        said(&without)?,
        said(&anew)?
    );

    let customers = customers.update(&read(&[["bob", "Győr", "", "", "", ""]])?)?;
    println!("\n4. What is held of bob now: {:?}", customers.customer("bob")?.attributes);

    let same = || [(IdRef::from("guest-7"), IdRef::from("ann"))];
    let customers = customers.merge_all_customers(same())?;
    let (orders, events) = (orders()?.merge_all_customers(same())?, events()?.merge_all_customers(same())?);
    println!("\n5. guest-7 was ann: what she said in either place; a withdrawal beats a grant");
    println!("{:?}", customers.customer("ann")?);
    println!("{} customers of orders, {} of events", orders.n_customers(), events.n_customers());
    let (name, device) = &events.attributes()[0];
    for (at, event) in events.sessions().flat_map(|session| events.events_of(session)).enumerate() {
        let item = event.item.map(|item| events.items().get(item.as_usize()).to_string());
        println!("  {}, {name} {}", item.unwrap_or_default(), device.word(at).unwrap_or("not known"));
    }

    let (customers, orders, events) =
        (customers.forget("ann")?, orders.forget("ann")?, events.forget("ann")?);
    println!(
        "\n6. Without ann: {} customers, {} orders, {} events",
        customers.len(),
        orders.n_orders(),
        events.n_events()
    );
    Ok(())
}
