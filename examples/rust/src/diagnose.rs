//! What in a log will spoil recommendations, and how to take it out. See `examples/python/diagnose.py`.
#![allow(clippy::print_stdout, reason = "an example")]

use kosar::data::{EventOptions, LogFilter, LogOptions};
use kosar::datasets::{Shop, ShopTroubles};
use kosar::diagnose::{DiagnoseOptions, Finding, FindingKind};

fn show(found: Option<&Finding>) {
    for example in found.iter().flat_map(|found| &found.examples) {
        println!("  {}: {}", example.subject, example.why);
    }
}

fn main() -> kosar::Result<()> {
    let troubles = ShopTroubles { bots: 6, ..ShopTroubles::default() };
    let shop = Shop::params().lines(40_000).clicks(60_000).seed(8).troubles(Some(troubles)).generate()?;
    let (log, events) = (shop.to_log(LogOptions::default())?, shop.to_events(EventOptions::default())?);
    let diagnosis = log.diagnose(&DiagnoseOptions::new().names("name").examples(2))?;

    println!("1. The orders");
    for found in diagnosis.findings() {
        println!("  {}: {}, {} lines", found.kind, found.count, found.lines);
    }

    println!("\n2. What is no merchandise");
    show(diagnosis.finding(FindingKind::NotMerchandise));

    println!("\n3. Without it, with one code a product, and without the burst");
    let kinds = [FindingKind::NotMerchandise, FindingKind::Duplicates, FindingKind::Bursts];
    let kept = LogFilter::from_json(&diagnosis.filter_of(&kinds).to_json())?;
    let (clean, report) = log.filter(&kept)?;
    let (items, spans) = (report.by_items, report.by_spans);
    println!("  {} lines, {} left: {items} by items, {spans} by spans", report.before, report.left);
    println!("  {} renamed", report.renamed);

    println!("\n4. What is found now");
    let again = clean.diagnose(&DiagnoseOptions::new().names("name"))?;
    let gone = diagnosis.findings().iter().map(|found| found.kind);
    let gone: Vec<&str> = gone.filter(|&kind| again.finding(kind).is_none()).map(FindingKind::word).collect();
    println!("  gone: {}", gone.join(", "));

    println!("\n5. The events");
    let bots = events.diagnose(&DiagnoseOptions::new().examples(2).only([FindingKind::Bots]))?;
    show(bots.finding(FindingKind::Bots));
    let (people, _) = events.filter(&bots.filter())?;
    println!("  {} sessions, {} left", events.n_sessions(), people.n_sessions());
    Ok(())
}
