//! How well the shop's recommender finds what is bought next, on Online Retail: parameters on a validation month, figures on a later one.
//!
//! `recommender_quality valid` and `recommender_quality test`, with `KOSAR_DATA` naming the data folder.
//!
//! The protocol: orders before an instant are learnt, those of the 30 days from it on are to be found. Of each customer known before,
//! what they bought then and had not bought before is the target of `for_customer`; of each of these orders with two items or more that
//! were known before, one item drawn by a seed is that of `bought_together`, asked for with the others. Recall of ten is of at most ten
//! targets; means over customers and orders. The instants are 2011-09-01 for validation and 2011-11-01 for the test.
#![allow(clippy::print_stdout, reason = "it reports")]
#![allow(clippy::unwrap_used, reason = "files that are not as described end it")]
#![allow(clippy::cast_precision_loss, reason = "counts are small")]

use std::path::Path;
use std::time::Instant;

use kosar::data::{CsvColumns, LogOptions};
use kosar::popularity::Popularity;
use kosar::recommender::{Recommender, RecommenderParams, RecommenderSources, Request, TuneOptions};
use kosar::similarity::ItemSimilarity;
use kosar::{Control, Fit, Id, MICROS_PER_DAY, OrderLog, Time};

const N: usize = 10;
const DAYS: i64 = 30;

struct Split {
    before: OrderLog,
    /// Customer, and new items.
    customers: Vec<(Id, Vec<Id>)>,
    /// The other items of an order, and the one hidden.
    carts: Vec<(Vec<Id>, Id)>,
}

fn main() {
    let cut = match std::env::args().nth(1).as_deref() {
        Some("valid") => "2011-09-01",
        Some("test") => "2011-11-01",
        _ => return println!("recommender_quality valid | test"),
    };
    let split = split(Time::parse(cut).unwrap());
    println!("{} customers, {} carts", split.customers.len(), split.carts.len());
    peers(&split);
    let params = Recommender::params;
    report("default", &params(), &split);
    if cut == "2011-09-01" {
        ideas().into_iter().for_each(|(name, params)| report(&name, &params, &split));
    }
    let last = split.before.span().unwrap().1;
    let options = TuneOptions::at(Time::from_micros(last.micros() - DAYS * MICROS_PER_DAY));
    let start = Instant::now();
    let sources = RecommenderSources::new(&split.before);
    let tuned = Recommender::tune(&params(), &sources, &options, &Control::new()).unwrap();
    println!("tuned in {:.1} s: {:?}", start.elapsed().as_secs_f64(), tuned.levels);
    println!("{:?}", tuned.params.blend);
    report("tuned before the cut", &tuned.params, &split);
}

/// One parameter changed at a time.
fn ideas() -> Vec<(String, RecommenderParams)> {
    let mut ideas = Vec::new();
    let mut add = |name: String, change: &dyn Fn(&mut RecommenderParams)| {
        let mut params = Recommender::params();
        change(&mut params);
        ideas.push((name, params));
    };
    for (n, latest) in [(100, 200), (100, 300), (150, 200), (150, 300), (200, 200), (200, 300)] {
        add(format!("max items {n}, latest {latest}"), &|params| {
            (params.max_items, params.latest_purchases, params.neighbors, params.latest_items) =
                (n, latest, 50, 20);
        });
    }
    for n in [50, 100, 150, 200, 300, 1_000] {
        add(format!("latest purchases {n}"), &|params| params.latest_purchases = n);
    }
    for n in [30, 50, 200] {
        add(format!("neighbors {n}"), &|params| params.neighbors = n);
        add(format!("neighbor purchases {n}"), &|params| params.neighbor_purchases = n);
    }
    for n in [10, 15, 20, 50] {
        add(format!("latest items {n}"), &|params| params.latest_items = n);
    }
    for n in [100, 200, 400] {
        add(format!("max items {n}"), &|params| params.max_items = n);
    }
    for days in [30.0, 60.0, 365.0] {
        add(format!("half-life {days}"), &|params| params.half_life_days = days);
    }
    for weight in [0.0, 0.2, 0.5, 1.0] {
        add(format!("popular {weight}"), &|params| {
            for weights in [&mut params.blend.new, &mut params.blend.regular, &mut params.blend.loyal] {
                weights.popular = weight;
            }
        });
    }
    ideas
}

fn split(cut: Time) -> Split {
    let data = std::env::var("KOSAR_DATA").expect("KOSAR_DATA names the data folder");
    let name = |name: &str| Some(name.to_owned());
    let columns = CsvColumns {
        order: name("InvoiceNo"),
        customer: name("CustomerID"),
        item: name("StockCode"),
        time: name("InvoiceDate"),
        quantity: name("Quantity"),
        price: name("UnitPrice"),
        ..CsvColumns::default()
    };
    let path = Path::new(&data).join("online_retail/online_retail.csv.gz");
    let log = OrderLog::from_csv(path, &columns, LogOptions::default()).unwrap();
    let before = log.before(cut).unwrap();
    let until = Time::from_micros(cut.micros() + DAYS * MICROS_PER_DAY);
    let after = log.after(cut).unwrap().before(until).unwrap();
    let (items, customers) = (after.items().unwrap(), after.customers().unwrap());
    let known = before.items().unwrap();
    let had = before.histories().unwrap();
    let mut bought: Vec<Vec<Id>> = vec![Vec::new(); customers.len()];
    let (mut carts, mut state) = (Vec::new(), 1_u64);
    for order in after.orders() {
        let lines =
            after.lines_of(order).filter(|line| line.quantity.millionths() > 0).filter_map(|line| line.item);
        let mut basket: Vec<Id> = lines.map(|item| items.get(item.as_usize()).to_id()).collect();
        basket.dedup();
        basket.retain(|item| known.position(item.as_ref()).is_some());
        if let Some(customer) = after.customer_of(order) {
            bought[customer.as_usize()].extend(basket.iter().cloned());
        }
        if basket.len() > 1 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let hidden = basket.remove(usize::try_from(state >> 33).unwrap() % basket.len());
            basket.truncate(5);
            carts.push((basket, hidden));
        }
    }
    let mut targets = Vec::new();
    for (at, mut new) in bought.into_iter().enumerate() {
        let id = customers.get(at);
        let Some(old) = had.customers.position(id) else { continue };
        let own = had.rows.row(old);
        new.sort_unstable();
        new.dedup();
        new.retain(|item| {
            let item = known.position(item.as_ref()).unwrap();
            own.iter().all(|purchase| purchase.item.as_usize() != item)
        });
        if !new.is_empty() {
            targets.push((id.to_id(), new));
        }
    }
    Split { before, customers: targets, carts }
}

/// Recall and hit rate of lists.
fn found<'s>(lists: impl Iterator<Item = (Vec<Id>, &'s [Id])>) -> (f64, f64) {
    let (mut recall, mut hits, mut n) = (0.0, 0.0, 0.0);
    for (list, targets) in lists {
        let both = list.iter().filter(|item| targets.contains(item)).count();
        recall += both as f64 / targets.len().min(N) as f64;
        hits += f64::from(u8::from(both > 0));
        n += 1.0;
    }
    (recall / n, hits / n)
}

fn report(name: &str, params: &RecommenderParams, split: &Split) {
    let recommender = params.fit(&split.before).unwrap();
    let request = Request::new(N);
    let ids =
        |answers: Vec<kosar::recommender::Answer>| answers.into_iter().map(|answer| answer.item).collect();
    let start = Instant::now();
    let customers = found(split.customers.iter().map(|(customer, targets)| {
        (ids(recommender.for_customer(customer, &request).unwrap()), targets.as_slice())
    }));
    let one = start.elapsed().as_secs_f64() * 1e6 / split.customers.len() as f64;
    let start = Instant::now();
    let carts = found(split.carts.iter().map(|(cart, hidden)| {
        (ids(recommender.bought_together(cart, &request).unwrap()), std::slice::from_ref(hidden))
    }));
    let other = start.elapsed().as_secs_f64() * 1e6 / split.carts.len() as f64;
    println!(
        "{name:24} customers {:.4} (hit {:.4}) {one:5.0} us   carts {:.4} {other:5.0} us",
        customers.0, customers.1, carts.0
    );
}

fn peers(split: &Split) {
    let ids = |list: Vec<kosar::rank::Recommendation>| {
        list.into_iter().map(|found| found.item).collect::<Vec<Id>>()
    };
    let popular = Popularity::params().fit(&split.before).unwrap();
    let top = ids(popular.recommend(400));
    let had = split.before.histories().unwrap();
    let known = split.before.items().unwrap();
    let customers = found(split.customers.iter().map(|(customer, targets)| {
        let own = had.rows.row(had.customers.position(customer.as_ref()).unwrap());
        let is_new = |item: &&Id| {
            let item = known.position(item.as_ref()).unwrap();
            own.iter().all(|purchase| purchase.item.as_usize() != item)
        };
        (top.iter().filter(is_new).take(N).cloned().collect(), targets.as_slice())
    }));
    let carts = found(split.carts.iter().map(|(cart, hidden)| {
        let list = top.iter().filter(|item| !cart.contains(item)).take(N).cloned().collect();
        (list, std::slice::from_ref(hidden))
    }));
    println!(
        "{:24} customers {:.4} (hit {:.4})            carts {:.4}",
        "Popularity", customers.0, customers.1, carts.0
    );
    let by_customer = ItemSimilarity::params().fit(&split.before).unwrap();
    let customers = found(split.customers.iter().map(|(customer, targets)| {
        (ids(by_customer.recommend_for_customer(customer, N).unwrap_or_default()), targets.as_slice())
    }));
    let by_order = ItemSimilarity::params().unit(kosar::data::Unit::Order).fit(&split.before).unwrap();
    let carts = found(split.carts.iter().map(|(cart, hidden)| {
        (ids(by_order.recommend_for_items(cart, N).unwrap_or_default()), std::slice::from_ref(hidden))
    }));
    println!(
        "{:24} customers {:.4} (hit {:.4})            carts {:.4}",
        "ItemSimilarity", customers.0, customers.1, carts.0
    );
}
