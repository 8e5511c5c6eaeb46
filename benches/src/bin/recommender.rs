//! What the shop's recommender costs on a generated shop: requests, changes, requests while it changes, the file.
//!
//! `recommender [lines] [items] [clicks] [seconds]`: requests ask about items and customers as they occur in the lines, so that what
//! is bought often is asked about often. `PARAMS` may hold parameters as JSON, `ONLY` the
//! one kind of request to ask, `KEEP` where the file is to stay. `recommender FILE` reads such a file.
#![allow(clippy::print_stdout, reason = "it reports")]
#![allow(clippy::unwrap_used, reason = "a generated shop is a log")]
#![allow(clippy::cast_precision_loss, reason = "counts are small")]

use std::fs;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kosar::data::{
    Batch, EventOptions, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values,
};
use kosar::datasets::Shop;
use kosar::recommender::{Recommender, RecommenderSources, Request};
use kosar::{Fit, OrderLog, Persist, Time, TimeUnit};

/// Requests of a kind.
const REQUESTS: usize = 20_000;

/// Customers forgotten of each kind, and orders taken in, one by one.
const CHANGES: usize = 5_000;

/// Something asked about: an item, a customer, and items of a cart or a session.
struct Asked {
    item: String,
    customer: String,
    others: Vec<String>,
}

fn main() {
    if let Some(path) = std::env::args().nth(1).filter(|word| word.parse::<usize>().is_err()) {
        return load(&path);
    }
    let arguments: Vec<usize> = std::env::args().skip(1).map(|word| word.parse().unwrap()).collect();
    let number = |at: usize, default: usize| arguments.get(at).copied().unwrap_or(default);
    let (lines, items) = (number(0, 20_000_000), number(1, 100_000));
    let (clicks, seconds) = (number(2, 5_000_000), number(3, 60));

    let shop = Shop::params().lines(lines).items(items).clicks(clicks).seed(7).generate().unwrap();
    let (log, catalog) = (shop.to_log(LogOptions::default()).unwrap(), shop.to_catalog().unwrap());
    let events = (clicks > 0).then(|| shop.to_events(EventOptions::default()).unwrap());
    drop(shop);
    let (asked, anybody) = (asked(&log), anybody(&log));
    let (n_customers, n_orders, n_items) = (log.n_customers(), log.n_orders(), log.n_items());
    println!("{n_customers} customers, {n_orders} orders, {n_items} items, {} lines", log.n_lines());
    let start = Instant::now();
    let mut sources = RecommenderSources::new(&log).catalog(&catalog);
    if let Some(events) = &events {
        sources = sources.events(events);
    }
    let params = std::env::var("PARAMS").map_or_else(
        |_| Recommender::params(),
        |text| kosar::recommender::RecommenderParams::from_json(&text).unwrap(),
    );
    let recommender = params.fit(&sources).unwrap();
    println!("fit {:.2} s", start.elapsed().as_secs_f64());
    drop((events, log, catalog));

    let plain = Request::new(10);
    requests(&recommender, &asked, &plain);
    file(&recommender);
    changes(&recommender, &asked, &anybody);
    beside_changes(&recommender, &asked, Duration::from_secs(seconds as u64));
}

/// A generator of numbers that is good enough to choose lines by.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn asked(log: &OrderLog) -> Vec<Asked> {
    let (items, customers) = (log.items().unwrap(), log.customers().unwrap());
    let mut state = 1;
    let mut asked = Vec::with_capacity(REQUESTS);
    let n_orders = log.n_orders() as u64;
    while asked.len() < REQUESTS {
        let order = kosar::OrderIx::new(usize::try_from(next(&mut state) % n_orders).unwrap());
        let Some(customer) = log.customer_of(order) else { continue };
        let mut own: Vec<String> = log
            .lines_of(order)
            .filter_map(|line| line.item)
            .map(|item| items.get(item.as_usize()).to_string())
            .collect();
        own.truncate(4);
        let Some(item) = own.pop() else { continue };
        asked.push(Asked { item, customer: customers.get(customer.as_usize()).to_string(), others: own });
    }
    asked
}

/// Customers, each as probable as another.
fn anybody(log: &OrderLog) -> Vec<String> {
    let customers = log.customers().unwrap();
    let mut state = 2;
    let mut any = || usize::try_from(next(&mut state)).unwrap() % customers.len();
    (0..CHANGES).map(|_| customers.get(any()).to_string()).collect()
}

fn quantiles(times: &mut [u64]) -> String {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100] as f64 / 1e3;
    format!("p50 {:8.1} us, p99 {:8.1} us, most {:8.1} us", at(50), at(99), at(100))
}

fn timed(what: &str, asked: &[Asked], mut ask: impl FnMut(&Asked)) {
    if std::env::var("ONLY").is_ok_and(|only| only != what) {
        return;
    }
    asked.iter().take(500).for_each(&mut ask);
    let mut times: Vec<u64> = asked
        .iter()
        .map(|asked| {
            let start = Instant::now();
            ask(asked);
            u64::try_from(start.elapsed().as_nanos()).unwrap()
        })
        .collect();
    println!("{what:24} {}", quantiles(&mut times));
}

fn requests(recommender: &Recommender, asked: &[Asked], plain: &Request) {
    let session = |asked: &Asked| Request::new(10).session(asked.others.iter().chain([&asked.item]));
    timed("similar", asked, |asked| {
        black_box(recommender.similar(&asked.item, plain).unwrap());
    });
    timed("bought_together", asked, |asked| {
        black_box(recommender.bought_together(asked.others.iter().chain([&asked.item]), plain).unwrap());
    });
    timed("for_customer", asked, |asked| {
        black_box(recommender.for_customer(&asked.customer, plain).unwrap());
    });
    timed("next_in_session", asked, |asked| {
        black_box(recommender.next_in_session(&session(asked)).unwrap());
    });
    timed("next_in_session, known", asked, |asked| {
        black_box(recommender.next_in_session(&session(asked).customer(&asked.customer)).unwrap());
    });
    timed("buy_again", asked, |asked| {
        black_box(recommender.buy_again(&asked.customer, plain).unwrap());
    });
    timed("trending", asked, |_| {
        black_box(recommender.trending(plain).unwrap());
    });
    timed("recently_viewed", asked, |asked| {
        black_box(recommender.recently_viewed(&Request::new(10).customer(&asked.customer)).unwrap());
    });
    let results: Vec<&String> = asked.iter().take(100).map(|asked| &asked.item).collect();
    timed("rerank of 100", asked, |asked| {
        let of = Request::new(20).customer(&asked.customer);
        black_box(recommender.rerank(results.iter().copied(), 0.3, &of).unwrap());
    });
    timed("categories", asked, |asked| {
        black_box(recommender.categories(&Request::new(10).customer(&asked.customer)).unwrap());
    });
    timed("profile", asked, |asked| {
        black_box(recommender.profile(&asked.customer).unwrap());
    });
}

fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS: 0 kB");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn file(recommender: &Recommender) {
    let path = std::env::temp_dir().join(format!("recommender-{}.kosar", std::process::id()));
    let start = Instant::now();
    recommender.save(&path).unwrap();
    let saved = start.elapsed().as_secs_f64();
    let size = fs::metadata(&path).unwrap().len() as f64 / (1 << 20) as f64;
    println!("file {size:.0} MiB, saved in {saved:.2} s");
    // A process of its own has no memory to use again.
    let own = std::env::current_exe().unwrap();
    std::process::Command::new(own).arg(&path).status().unwrap();
    if let Ok(kept) = std::env::var("KEEP") {
        fs::copy(&path, kept).unwrap();
    }
    fs::remove_file(path).unwrap();
}

fn load(path: &str) {
    let size = fs::metadata(path).unwrap().len() as f64 / (1 << 20) as f64;
    for _ in 0..3 {
        let before = resident();
        let start = Instant::now();
        let loaded = Recommender::load(path).unwrap();
        let seconds = start.elapsed().as_secs_f64();
        let grown = resident() - before;
        println!("loaded in {seconds:.2} s, memory grew by {grown:.0} MiB, {:.2} of the file", grown / size);
        drop(loaded);
    }
}

/// A log of one order.
fn order(number: usize, customer: &str, items: &[&str], second: i64) -> OrderLog {
    let n = items.len();
    let name = format!("new-{number}");
    let batch = Batch::new(n)
        .ids(Role::Order, IdValues::Text(Values::new(vec![name.as_str(); n])))
        .and_then(|batch| batch.ids(Role::Customer, IdValues::Text(Values::new(vec![customer; n]))))
        .and_then(|batch| batch.ids(Role::Item, IdValues::Text(Values::new(items.to_vec()))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(vec![second; n]), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Price, NumberValues::Float(Values::new(vec![1.0; n]))))
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(Values::new(vec![1.0; n]))))
        .unwrap();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch).unwrap();
    builder.finish().unwrap()
}

fn last_second(recommender: &Recommender, customer: &str) -> i64 {
    let last: Option<Time> = recommender.profile(customer).ok().and_then(|profile| profile.last_order);
    last.map_or(0, |last| last.micros() / 1_000_000)
}

fn changes(recommender: &Recommender, asked: &[Asked], anybody: &[String]) {
    let mut times = Vec::new();
    for (number, asked) in asked.iter().take(CHANGES).enumerate() {
        let items: Vec<&str> = asked.others.iter().chain([&asked.item]).map(String::as_str).collect();
        let log = order(number, &asked.customer, &items, last_second(recommender, &asked.customer));
        let start = Instant::now();
        black_box(recommender.update(&log).unwrap());
        times.push(u64::try_from(start.elapsed().as_nanos()).unwrap());
    }
    println!("{:24} {}", "update of one order", quantiles(&mut times));
    let mut heaviest = (0, 0);
    let mut forget = |what: &str, customers: &mut dyn Iterator<Item = &str>| {
        let mut times = Vec::new();
        for customer in customers.take(CHANGES) {
            let start = Instant::now();
            let receipt = recommender.forget(customer).unwrap();
            let time = u64::try_from(start.elapsed().as_nanos()).unwrap();
            if receipt.found {
                times.push(time);
                heaviest = heaviest.max((receipt.items, time));
            }
        }
        println!("{what:24} {}", quantiles(&mut times));
    };
    forget("forget, any customer", &mut anybody.iter().map(String::as_str));
    forget("forget, by orders", &mut asked.iter().skip(CHANGES).map(|asked| asked.customer.as_str()));
    let pairs = heaviest.0 * heaviest.0.saturating_sub(1) / 2;
    println!(
        "{:24} {} distinct items, {:.1} us, {:.3} us a pair",
        "heaviest of these",
        heaviest.0,
        heaviest.1 as f64 / 1e3,
        heaviest.1 as f64 / 1e3 / pairs.max(1) as f64
    );
}

/// Requests alone, and beside changes and a full swap every second.
fn beside_changes(recommender: &Recommender, asked: &[Asked], span: Duration) {
    if span.is_zero() {
        return;
    }
    let run = |is_changing: bool| {
        let ends = AtomicBool::new(false);
        let mut times = Vec::new();
        let mut n_changes = 0_usize;
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let (mut n, mut swapped) = (0_usize, Instant::now());
                let other = recommender.clone();
                while is_changing && !ends.load(Ordering::Relaxed) {
                    let asked = &asked[n % asked.len()];
                    let items: Vec<&str> =
                        asked.others.iter().chain([&asked.item]).map(String::as_str).collect();
                    let log = order(n + 1_000_000, &asked.customer, &items, 1_700_000_000);
                    recommender.update(&log).unwrap();
                    n += 1;
                    if swapped.elapsed() > Duration::from_secs(1) {
                        recommender.replace(&other);
                        swapped = Instant::now();
                    }
                    // A thousand orders a second: a large shop on its busiest day.
                    std::thread::sleep(Duration::from_micros(900));
                }
                n
            });
            let start = Instant::now();
            let plain = Request::new(10);
            let mut at = 0;
            while start.elapsed() < span {
                let asked = &asked[at % asked.len()];
                at += 1;
                let start = Instant::now();
                match at % 3 {
                    0 => black_box(recommender.similar(&asked.item, &plain).unwrap()),
                    1 => black_box(recommender.bought_together([&asked.item], &plain).unwrap()),
                    _ => black_box(recommender.for_customer(&asked.customer, &plain).unwrap()),
                };
                times.push(u64::try_from(start.elapsed().as_nanos()).unwrap());
            }
            ends.store(true, Ordering::Relaxed);
            n_changes = writer.join().unwrap();
        });
        println!(
            "{:24} {} ({} requests, {n_changes} changes)",
            if is_changing { "reader beside changes" } else { "reader alone" },
            quantiles(&mut times),
            times.len()
        );
    };
    run(false);
    run(true);
    run(false);
    run(true);
}
