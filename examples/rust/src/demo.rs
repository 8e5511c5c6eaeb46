//! The main job from end to end: an order log in; rules, similar items and customer segments out.
//!
//! `cargo run --release -p kosar-examples --bin demo` reads a generated shop; with `--orders FILE` and the names of its
//! columns (`--order InvoiceNo --customer CustomerID --item StockCode ...`) a CSV file of your own, plain or gzipped.
//! `examples/python/demo.py` and `examples/node/demo.mjs` print the same report from the same input.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a report goes to stdout, timings go to stderr"
)]

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use kosar::cluster::CustomerClusters;
use kosar::data::{CsvColumns, LogOptions, Returns};
use kosar::datasets::Shop;
use kosar::itemset::FrequentItemsets;
use kosar::rfm::Rfm;
use kosar::rule::{AssociationRules, Measure};
use kosar::similarity::ItemSimilarity;
use kosar::{Fit, Id, IdRef, OrderLog, Result};

const MIN_SUPPORT: f64 = 0.01;
const MIN_CONFIDENCE: f64 = 0.5;
const N_CLUSTERS: usize = 5;

fn main() -> ExitCode {
    let arguments = match arguments(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    match report(&arguments) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// `--name value` pairs, for the roles of columns and the file.
fn arguments(mut words: impl Iterator<Item = String>) -> Result<HashMap<String, String>, String> {
    let known = ["orders", "order", "customer", "item", "time", "quantity", "price", "name", "returns"];
    let mut arguments = HashMap::new();
    while let Some(word) = words.next() {
        let name = word.strip_prefix("--").filter(|name| known.contains(name));
        let name =
            name.ok_or_else(|| format!("unknown argument {word}; known are --{}", known.join(", --")))?;
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        arguments.insert(name.to_owned(), value);
    }
    Ok(arguments)
}

fn read_log(arguments: &HashMap<String, String>) -> Result<OrderLog> {
    let returns = Returns::parse(arguments.get("returns").map_or("net", String::as_str))?;
    let options = LogOptions { returns, ..LogOptions::default() };
    let Some(path) = arguments.get("orders") else {
        return Shop::params().lines(20_000).seed(7).dirty(0.01).generate()?.to_log(options);
    };
    let of = |role: &str| arguments.get(role).cloned();
    let columns = CsvColumns {
        order: of("order"),
        customer: of("customer"),
        item: of("item"),
        time: of("time"),
        quantity: of("quantity"),
        price: of("price"),
        attributes: of("name").into_iter().collect(),
        ..CsvColumns::default()
    };
    OrderLog::from_csv(path, &columns, options)
}

/// What items are called in the report: their names where the log has them, else their ids.
struct Labels(HashMap<Id, String>);

impl Labels {
    fn of(log: &OrderLog, column: Option<&str>) -> Result<Self> {
        let Some(column) = column else { return Ok(Self(HashMap::new())) };
        let (Some(items), words) = (log.items(), log.item_words(column)?) else {
            return Ok(Self(HashMap::new()));
        };
        let named = items.iter().zip(words).filter_map(|(id, word)| Some((id.to_id(), word?.to_owned())));
        Ok(Self(named.collect()))
    }

    fn label(&self, id: IdRef<'_>) -> String {
        self.0.get(&id.to_id()).cloned().unwrap_or_else(|| id.to_string())
    }

    fn labels<'a>(&self, ids: impl IntoIterator<Item = &'a Id>) -> String {
        ids.into_iter().map(|id| self.label(id.as_ref())).collect::<Vec<_>>().join(" + ")
    }
}

fn report(arguments: &HashMap<String, String>) -> Result<String> {
    let mut clock = Clock::start();
    let log = read_log(arguments)?;
    clock.lap("read the log");
    let name = if arguments.contains_key("orders") {
        arguments.get("name").map(String::as_str)
    } else {
        Some("name")
    };
    let labels = Labels::of(&log, name)?;
    let mut text = String::new();
    intake(&mut text, &log);
    if log.items().is_some() {
        rules(&mut text, &log, &labels)?;
        clock.lap("rules and baskets");
    }
    if log.items().is_some() && log.customers().is_some() {
        similar(&mut text, &log, &labels)?;
        clock.lap("similar items");
    }
    if log.customers().is_some() && log.span().is_some() {
        segments(&mut text, &log)?;
        clusters(&mut text, &log)?;
        clock.lap("segments and clusters");
    }
    Ok(text)
}

fn intake(text: &mut String, log: &OrderLog) {
    let report = log.report();
    line(text, &format!("ORDER LOG: {} rows read, {} taken", whole(report.rows()), whole(report.taken())));
    let set_aside = report.set_aside().iter().map(|(cause, finding)| (finding.count, cause.name()));
    findings(text, "set aside", set_aside.collect());
    let notes = report.notes().iter().map(|(note, finding)| (finding.count, note.name()));
    findings(text, "note     ", notes.collect());
    let counts = [(log.n_orders(), "orders"), (log.n_customers(), "customers"), (log.n_items(), "items")];
    let counts = counts.map(|(count, what)| format!("{} {what}", whole(count as u64))).join(", ");
    let days = log
        .span()
        .map_or_else(String::new, |(first, last)| format!(", {} to {}", first.floor_day(), last.floor_day()));
    line(text, &format!("  {counts}{days}"));
}

/// The most frequent first.
fn findings(text: &mut String, what: &str, mut found: Vec<(u64, &str)>) {
    found.sort_by_key(|&(count, name)| (std::cmp::Reverse(count), name));
    for (count, name) in found {
        line(text, &format!("  {what} {:>9}  {}", whole(count), name.replace('_', " ")));
    }
}

fn rules(text: &mut String, log: &OrderLog, labels: &Labels) -> Result<()> {
    let rules = AssociationRules::params(MIN_SUPPORT).min_confidence(MIN_CONFIDENCE).fit(log)?;
    let table = rules.table();
    line(
        text,
        &format!(
            "\nSTRONGEST RULES of {} by lift (support from 1 %, confidence from 50 %)",
            whole(rules.len() as u64)
        ),
    );
    line(text, "  support  confidence   lift  rule");
    for (position, rule) in rules.iter().enumerate().take(10) {
        let measure = |measure: Measure| measure.of(&rule.contingency);
        let sides = ["antecedent", "consequent"].map(|side| labels.labels(&table.ids(side, position)));
        line(
            text,
            &format!(
                "  {:>6.2}%  {:>9.1}%  {:>5.1}  {} -> {}",
                measure(Measure::Support) * 100.0,
                measure(Measure::Confidence) * 100.0,
                measure(Measure::Lift),
                sides[0],
                sides[1]
            ),
        );
    }
    line(text, "\nGOES WITH THIS BASKET");
    for cart in carts(&rules) {
        line(text, &format!("  {}", labels.labels(&cart)));
        for found in rules.recommend(&cart, 3)? {
            line(text, &format!("    {:>5.1}%  {}", found.score * 100.0, labels.label(found.item.as_ref())));
        }
    }
    Ok(())
}

/// Three baskets to ask about: antecedents of the most frequent rules, those of several items first, and no item in two.
fn carts(rules: &AssociationRules) -> Vec<Vec<Id>> {
    let table = rules.table();
    let mut by_count: Vec<usize> = (0..rules.len()).collect();
    by_count.sort_by_key(|&position| {
        let rule = rules.rule(position);
        (rule.antecedent.len() == 1, std::cmp::Reverse(rule.contingency.n_ab()))
    });
    let mut used: HashSet<Id> = HashSet::new();
    let mut carts = Vec::new();
    for rule in by_count {
        let cart = table.ids("antecedent", rule);
        if carts.len() < 3 && !cart.iter().any(|id| used.contains(id)) {
            used.extend(cart.iter().cloned());
            carts.push(cart);
        }
    }
    carts
}

fn similar(text: &mut String, log: &OrderLog, labels: &Labels) -> Result<()> {
    let single = FrequentItemsets::params(1.0).max_len(Some(1)).fit(log)?;
    let model = ItemSimilarity::params().fit(log)?;
    line(text, "\nSIMILAR ITEMS of the best sellers, by who bought both");
    for row in 0..single.len().min(3) {
        for id in single.table().ids("items", row) {
            line(text, &format!("  {} ({} baskets)", labels.label(id.as_ref()), whole(single.count(row))));
            for found in model.similar(&id, 3)? {
                line(text, &format!("    {:>5.3}  {}", found.score, labels.label(found.item.as_ref())));
            }
        }
    }
    Ok(())
}

fn segments(text: &mut String, log: &OrderLog) -> Result<()> {
    let rfm = Rfm::params().fit(log)?;
    let as_of = rfm.as_of().map_or_else(String::new, |as_of| format!(" as of {as_of}"));
    line(text, &format!("\nCUSTOMER SEGMENTS{as_of}"));
    line(text, "  segment             customers   share  revenue    median days  orders     spent");
    for profile in rfm.profiles() {
        line(
            text,
            &format!(
                "  {:<18} {:>10}  {:>5.1}%  {:>6.1}%  {:>13}  {:>6}  {:>8}",
                profile.segment,
                whole(profile.customers as u64),
                profile.customer_share * 100.0,
                profile.revenue_share * 100.0,
                one_decimal(profile.median_recency_days),
                one_decimal(profile.median_frequency),
                one_decimal(profile.median_monetary),
            ),
        );
    }
    Ok(())
}

fn clusters(text: &mut String, log: &OrderLog) -> Result<()> {
    let clusters = CustomerClusters::params(N_CLUSTERS).fit(log)?;
    line(text, "\nCUSTOMER CLUSTERS by recency, frequency and monetary value");
    for profile in clusters.profiles() {
        let figures = &profile.figures;
        line(
            text,
            &format!(
                "  {}. {}: {} customers, {:.1}% of revenue, median {} days, {} orders, {} spent",
                profile.cluster + 1,
                profile.name,
                whole(figures.customers as u64),
                figures.revenue_share * 100.0,
                one_decimal(figures.median_recency_days),
                one_decimal(figures.median_frequency),
                one_decimal(figures.median_monetary),
            ),
        );
    }
    Ok(())
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{}", line.trim_end()).expect("writing to a string does not fail");
}

/// A whole number with commas between thousands.
fn whole(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn one_decimal(number: f64) -> String {
    if number.is_nan() { "-".to_owned() } else { format!("{number:.1}") }
}

/// Timings on stderr.
struct Clock(Instant);

impl Clock {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn lap(&mut self, what: &str) {
        eprintln!("rust    {:>7.1} ms  {what}", self.0.elapsed().as_secs_f64() * 1e3);
        self.0 = Instant::now();
    }
}
