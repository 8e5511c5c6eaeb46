//! Who the customers are: scores, segments in figures, who moved where, and new customers by the same cut points. See
//! `examples/python/segments.py`.
#![allow(clippy::print_stdout, reason = "an example")]

use kosar::data::{Cell, LogOptions};
use kosar::datasets::Shop;
use kosar::rfm::{GridSegment, Rfm, Scoring, SegmentGrid};
use kosar::{Fit, Time};

fn main() -> kosar::Result<()> {
    let log = Shop::params().lines(50_000).seed(8).generate()?.to_log(LogOptions::default())?;
    let spring = Rfm::params().as_of(Time::parse("2025-07-01")?).weights(2.0, 1.0, 1.0).fit(&log)?;

    println!("1. Where scores change");
    let cuts = spring.cut_points();
    let dimensions = [("recency", Some(&cuts.recency)), ("frequency", Some(&cuts.frequency))];
    for (name, cuts) in dimensions.into_iter().chain([("monetary", cuts.monetary.as_ref())]) {
        let shown: Vec<String> =
            cuts.map_or(&[][..], |cuts| cuts.of(0)).iter().map(|cut| format!("{cut:.1}")).collect();
        println!("  {name}: {}", shown.join(", "));
    }

    println!("\n2. The segments");
    for profile in spring.profiles() {
        println!(
            "  {}: {} customers, {:.2} of the revenue, {:.1} days ago, {:.1} orders",
            profile.segment,
            profile.customers,
            profile.revenue_share,
            profile.median_recency_days,
            profile.mean_frequency
        );
    }

    println!("\n3. Who should not be lost");
    let lost: Vec<_> = spring.customers("cant_lose")?.collect();
    let shown: Vec<String> = lost.iter().take(3).map(ToString::to_string).collect();
    println!("  {}, {} in all", shown.join(", "), lost.len());
    for &id in lost.iter().take(1) {
        let first = spring.customer(id)?;
        println!("  {id}: {}, {:.2} of 5, {}", first.rfm.unwrap_or(0), first.score, spring.segment(id)?);
    }

    println!("\n4. Half a year later, by the same cut points");
    let winter = spring.apply(&log, None)?;
    let migration = spring.migration(&winter)?;
    let table = migration.table();
    for row in 0..table.len() {
        let cells: Vec<Cell<'_>> = table.row(row).map(|(_, cell)| cell).collect();
        if let [Cell::Word("champions"), Cell::Word(after), Cell::Int(count @ 1..), Cell::Float(share)] =
            cells[..]
        {
            println!("  champions to {after}: {count} ({share:.2})");
        }
    }

    println!("\n5. Customers of the branch in town");
    let table = winter.score(&[3.0, 200.0], &[9.0, 1.0], Some(&[900.0, 20.0]))?;
    for row in 0..table.len() {
        let cell = |name| table.column(name).map(|column| column.cell(row));
        if let (Some(Cell::Int(digits)), Some(Cell::Word(segment))) = (cell("RFM"), cell("segment")) {
            println!("  {digits}: {segment}");
        }
    }

    println!("\n6. Eleven segments, natural breaks; and cells of equal size");
    let eleven = Rfm::params()
        .segments(SegmentGrid::named("eleven")?)
        .monetary_scores(Scoring::Jenks)
        .frequency_scores(Scoring::Fixed(vec![1.0, 2.0, 4.0, 8.0]))
        .fit(&log)?;
    for profile in eleven.profiles().iter().take(3) {
        println!("  {}: {}", profile.segment, profile.customers);
    }
    let boxes = vec![
        GridSegment::new("best", (3, 3), (3, 3)).m((3, 3)),
        GridSegment::new("good", (2, 3), (2, 3)).m((2, 3)),
    ];
    let grid = SegmentGrid::first_match(3, boxes, "others")?;
    let nested = Rfm::params().scores(Scoring::Nested).segments(grid).fit(&log)?;
    for profile in nested.profiles() {
        println!("  {}: {:.3}", profile.segment, profile.customer_share);
    }
    Ok(())
}
