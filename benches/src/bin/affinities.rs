//! What affinities of a large shop cost, and how well they tell what comes next.
//!
//! `affinities speed [lines [fits]]`: a generated shop of so many lines (20,000,000; a plainer one beyond 10 million), fitted and all customers' tables made, several
//! times, medians; with a third word nothing else. `affinities quality`, with `KOSAR_DATA` naming the data folder: parameters looked at on validation, figures on
//! test, for Online Retail and a generated shop.
//!
//! The protocol: models are fitted on all orders before an instant; each customer of the past who orders in the span behind it is
//! asked about once, by their first order there. Log loss is the mean of -ln(share) over the values of its items (or of its
//! hour), first within a customer, then over customers; hit@n the mean share of these values among the n first.
#![allow(clippy::print_stdout, reason = "it reports")]
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "files that are not as described end it")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use kosar::affinity::{Affinity, AffinityData, AffinityParams, Facet, OrderBy};
use kosar::data::{
    Batch, Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, CsvColumns, IdValues, LogBuilder,
    LogOptions, NumberValues, Role, TimeValues, Values,
};
use kosar::datasets::Shop;
use kosar::{Fit, IdRef, OrderLog, Persist, Time, TimeUnit};

fn main() {
    let mut args = std::env::args().skip(1);
    match args.next().as_deref() {
        Some("speed") => {
            speed(args.next().map_or(20_000_000, |lines| lines.parse().unwrap()), args.next().is_some());
        }
        Some("quality") => quality(),
        _ => println!("affinities speed [lines [fits]] | quality"),
    }
}

/// The most lines that the generator makes.
const LARGEST_SHOP: usize = 10_000_000;

/// A plainer shop of any size: orders of four lines, a customer for twenty lines, 20,000 items of which the first are bought
/// most, each at three prices; two levels of categories, brands.
fn plain_shop(lines: usize) -> (OrderLog, Catalog) {
    const ITEMS: u64 = 20_000;
    let mut state = 42_u64;
    let mut draw = move |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let n_customers = lines as u64 / 20;
    let mut builder = LogBuilder::new(LogOptions::default());
    let (size, mut order) = (1_000_000, 0_i64);
    for start in (0..lines).step_by(size) {
        let n = size.min(lines - start);
        let mut columns: [Vec<i64>; 4] = std::array::from_fn(|_| Vec::with_capacity(n));
        let mut prices = Vec::with_capacity(n);
        let (mut customer, mut time) = (0, 0);
        for line in 0..n {
            if line % 4 == 0 {
                order += 1;
                customer = draw(n_customers).cast_signed();
                let hour = 8 + draw(8) + draw(8);
                time = 1_704_067_200 + (draw(730) * 86_400 + hour * 3600 + draw(3600)).cast_signed();
            }
            let item = draw(ITEMS).min(draw(ITEMS)).min(draw(ITEMS));
            let column = [order, customer, item.cast_signed(), time];
            columns.iter_mut().zip(column).for_each(|(column, value)| column.push(value));
            prices.push(price(item) * [1.0, 0.9, 0.8][usize::try_from(draw(3)).unwrap()]);
        }
        let [orders, customers, items, times] = columns;
        let batch = Batch::new(n)
            .ids(Role::Order, IdValues::Int(Values::new(orders)))
            .and_then(|batch| batch.ids(Role::Customer, IdValues::Int(Values::new(customers))))
            .and_then(|batch| batch.ids(Role::Item, IdValues::Int(Values::new(items))))
            .and_then(|batch| batch.time(TimeValues::Int(Values::new(times), TimeUnit::Second)))
            .and_then(|batch| batch.numbers(Role::Price, NumberValues::Float(Values::new(prices))));
        builder.push(&batch.unwrap()).unwrap();
    }
    let ids: Vec<i64> = (0..ITEMS.cast_signed()).collect();
    let paths: Vec<String> = ids.iter().map(|id| format!("C{}/S{}", id % 12, id % 96)).collect();
    let brands: Vec<String> = ids.iter().map(|id| format!("B{}", id % 350)).collect();
    let batch = CatalogBatch::new(ids.len())
        .items(IdValues::Int(Values::new(ids)))
        .and_then(|batch| batch.paths(words(&paths)))
        .and_then(|batch| batch.brands(words(&brands)))
        .and_then(|batch| {
            let prices: Vec<f64> = (0..ITEMS).map(price).collect();
            batch.prices(NumberValues::Float(Values::new(prices)))
        });
    let mut catalog = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    catalog.push(&batch.unwrap()).unwrap();
    (builder.finish().unwrap(), catalog.finish().unwrap())
}

/// From 1 to 100, in cents.
fn price(item: u64) -> f64 {
    (100 + item * 7919 % 9901) as f64 / 100.0
}

/// A catalogue of a generated shop with a level below each category and a brand for each item.
fn catalog(shop: &Shop) -> Catalog {
    let products = shop.catalog();
    let ids: Vec<String> = products.iter().map(|product| product.id.clone()).collect();
    let number = |at: usize, n: usize| (at * 7919 + 13) % n;
    let paths: Vec<String> =
        (0..).zip(products).map(|(at, product)| format!("{}/{}", product.category, number(at, 8))).collect();
    let brands: Vec<String> = (0..products.len()).map(|at| format!("Brand {}", number(at, 150))).collect();
    let prices: Vec<f64> = products.iter().map(|product| product.price).collect();
    let batch = CatalogBatch::new(ids.len())
        .items(IdValues::Text(words(&ids)))
        .and_then(|batch| batch.paths(words(&paths)))
        .and_then(|batch| batch.brands(words(&brands)))
        .and_then(|batch| batch.prices(NumberValues::Float(Values::new(prices))));
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn words(words: &[String]) -> Values<'_, &str> {
    words.iter().map(|word| Some(word.as_str())).collect()
}

/// Seconds of processors that this process has taken, where the system tells.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks: f64 =
        stat.split_whitespace().skip(13).take(2).filter_map(|word| word.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// Runs some work and prints how long it took: the median, and the least, of so many runs, and the seconds of processors,
/// which tell the same on a machine that others use too.
fn timed<T>(name: &str, runs: usize, work: impl Fn() -> T) -> T {
    let mut times = Vec::new();
    let mut busy = Vec::new();
    let mut result = None;
    for _ in 0..runs {
        drop(result.take());
        let (start, spent) = (Instant::now(), processor_seconds());
        result = Some(work());
        times.push(start.elapsed().as_secs_f64());
        busy.push(processor_seconds() - spent);
    }
    times.sort_by(f64::total_cmp);
    busy.sort_by(f64::total_cmp);
    println!(
        "{name:<44} {:>9.3} s (least {:.3}), of processors {:.2} s",
        times[runs / 2],
        times[0],
        busy[runs / 2]
    );
    result.unwrap()
}

fn speed(lines: usize, fits_only: bool) {
    let (log, catalog) = if lines > LARGEST_SHOP {
        plain_shop(lines)
    } else {
        let shop = Shop::params().lines(lines).seed(7).generate().unwrap();
        let catalog = catalog(&shop);
        (shop.into_lines().to_log(LogOptions::default()).unwrap(), catalog)
    };
    println!(
        "{} lines, {} orders, {} customers, {} items; {} threads",
        log.n_lines(),
        log.n_orders(),
        log.n_customers(),
        log.n_items(),
        rayon::current_num_threads()
    );
    let data = AffinityData::of(&log).catalog(&catalog);
    let params = Affinity::params().half_life_days(Some(180.0));
    let model = timed("fit, five facets", 3, || params.fit(&data).unwrap());
    let facets: Vec<String> = model.facets().iter().map(ToString::to_string).collect();
    println!("{}", facets.join(", "));
    let rows = timed("tables of the first 3 values, five facets", 3, || {
        facets.iter().map(|facet| model.table(facet, 3).unwrap().len()).sum::<usize>()
    });
    println!("{rows} rows");
    timed("fit and tables", 3, || {
        let model = params.fit(&data).unwrap();
        facets.iter().map(|facet| model.table(facet, 3).unwrap().len()).sum::<usize>()
    });
    if fits_only {
        return;
    }
    let last = log.span().unwrap().1;
    let week = Time::from_micros(last.micros() - 7 * 86_400_000_000);
    let (old, new) = (log.before(week).unwrap(), log.after(week).unwrap());
    let before = params.fit(&AffinityData::of(&old).catalog(&catalog)).unwrap();
    println!("the last week: {} lines", new.n_lines());
    let updated = timed("update with the last week", 3, || before.update(&new).unwrap());
    assert_eq!(updated.customers().len(), model.customers().len());
    drop((before, updated, old, new));
    let first = log.customers().unwrap().get(0).to_id();
    timed("forget one customer", 3, || model.forget(&first).unwrap());
    let bytes = model.to_bytes().unwrap();
    println!("{} MB in a file", bytes.len() / 1_000_000);
    timed("load", 3, || Affinity::from_bytes(&bytes).unwrap());
    drop(bytes);
    ask(&model, &catalog);
}

/// What one customer's answers cost, one customer after the other.
fn ask(model: &Affinity, catalog: &Catalog) {
    let step = (model.customers().len() / 100_000).max(1);
    let customers: Vec<IdRef<'_>> = model.customers().iter().step_by(step).collect();
    let micros = |name: &str, one: &dyn Fn(IdRef<'_>) -> usize| {
        let mut times = Vec::new();
        for _ in 0..3 {
            let start = Instant::now();
            let found: usize = customers.iter().map(|&customer| one(customer)).sum();
            times.push(start.elapsed().as_secs_f64() * 1e6 / customers.len() as f64);
            assert!(found > 0);
        }
        times.sort_by(f64::total_cmp);
        println!("{name:<44} {:>9.2} us", times[1]);
    };
    let menu: Vec<&str> = catalog.categories().iter().map(|category| category.path).collect();
    let items: Vec<IdRef<'_>> = catalog.items().iter().step_by(37).take(100).collect();
    micros("of(customer, category, 5)", &|customer| model.of(customer, "category", 5).unwrap().len());
    micros("of(customer, hour, 5)", &|customer| model.of(customer, "hour", 5).unwrap().len());
    micros(&format!("rank(customer, category, {})", menu.len()), &|customer| {
        model.rank(customer, "category", menu.iter().copied()).unwrap().len()
    });
    micros("send_time(customer)", &|customer| model.send_time(customer).unwrap().hours.len());
    let options = kosar::affinity::RerankOptions::new();
    micros("rerank(customer, 100 items)", &|customer| {
        model.rerank(customer, items.iter().copied(), &options).unwrap().len()
    });
}

const PRIORS: [f64; 8] = [1.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];

fn quality() {
    let folder = std::env::var("KOSAR_DATA").expect("KOSAR_DATA names the data folder");
    let name = |name: &str| Some(name.to_owned());
    let columns = CsvColumns {
        order: name("InvoiceNo"),
        customer: name("CustomerID"),
        item: name("StockCode"),
        time: name("InvoiceDate"),
        quantity: name("Quantity"),
        price: name("UnitPrice"),
        attributes: vec!["Description".to_owned(), "Country".to_owned()],
        ..CsvColumns::default()
    };
    let path = Path::new(&folder).join("online_retail/online_retail.csv.gz");
    let log = OrderLog::from_csv(&path, &columns, LogOptions::default()).unwrap();
    // What a product is, in the last word of its name: BAG, HOLDER, LIGHT.
    let words = log.item_words("Description").unwrap();
    let pairs = log.items().unwrap().iter().zip(&words).map(|(id, &text)| (id, noun(text)));
    let catalog = Catalog::from_paths(pairs).unwrap();
    let at = |text: &str| Time::parse(text).unwrap();
    let cuts = [at("2011-09-01"), at("2011-10-15"), at("2011-12-10")];
    report("Online Retail (category: the last word of the description)", &log, &catalog, cuts);

    let shop = Shop::params().lines(1_000_000).seed(11).generate().unwrap();
    let catalog = shop.to_catalog().unwrap();
    let log = shop.into_lines().to_log(LogOptions::default()).unwrap();
    let (first, last) = log.span().unwrap();
    let share = |part: f64| {
        #[allow(clippy::cast_possible_truncation, reason = "within the span")]
        let micros = ((last.micros() - first.micros()) as f64 * part) as i64;
        Time::from_micros(first.micros() + micros)
    };
    report("Generated shop", &log, &catalog, [share(0.7), share(0.85), last]);
}

fn noun(text: Option<&str>) -> &str {
    text.and_then(|text| text.split_whitespace().last()).unwrap_or("")
}

fn report(name: &str, log: &OrderLog, catalog: &Catalog, [first, second, end]: [Time; 3]) {
    println!("\n# {name}: {} lines, {} customers", log.n_lines(), log.n_customers());
    for (part, from, until) in [("validation", first, second), ("test", second, end)] {
        let past = log.before(from).unwrap();
        let next = log.after(from).unwrap().before(until).unwrap();
        let asked = asked(&past, &next);
        println!("\n## {part}: {} orders before, {} customers asked", past.n_orders(), asked.len());
        for half_life in [None, Some(90.0)] {
            println!(
                "half-life {half_life:?}\n{:<12} {:>5} | log loss | share hit@1 hit@3 | lift hit@1 hit@3 | population hit@1 hit@3",
                "facet", "prior"
            );
            for prior in PRIORS {
                let params = Affinity::params().prior(prior).half_life_days(half_life);
                measure((&params, prior), &past, catalog, &next, &asked);
            }
        }
    }
}

/// The first order of each customer of the past, by the position in `next`.
fn asked(past: &OrderLog, next: &OrderLog) -> Vec<(IdRef<'static>, usize)> {
    let known = past.customers().unwrap();
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    let mut orders: Vec<_> = next.orders().collect();
    orders.sort_by_key(|&order| next.time_of(order));
    for order in orders {
        if let Some(customer) = next.customer_of(order)
            && next.lines_of(order).any(|line| line.quantity.millionths() > 0)
        {
            first.entry(customer.as_usize()).or_insert(order.as_usize());
        }
    }
    let ids = next.customers().unwrap();
    first
        .into_iter()
        .filter(|&(customer, _)| known.position(ids.get(customer)).is_some())
        .map(|(customer, order)| (leak(ids.get(customer)), order))
        .collect()
}

/// An id for as long as the program runs.
fn leak(id: IdRef<'_>) -> IdRef<'static> {
    match id {
        IdRef::Int(id) => IdRef::Int(id),
        IdRef::Str(id) => IdRef::Str(Box::leak(id.to_owned().into_boxed_str())),
    }
}

fn measure(
    (params, prior): (&AffinityParams, f64),
    past: &OrderLog,
    catalog: &Catalog,
    next: &OrderLog,
    asked: &[(IdRef<'static>, usize)],
) {
    let data = AffinityData::of(past).catalog(catalog);
    let facets = vec![Facet::Category, Facet::PriceBand, Facet::Weekday, Facet::Hour];
    let params = params.clone().facets(Some(facets));
    let by_share = params.clone().fit(&data).unwrap();
    let by_lift = params.order(OrderBy::Lift).fit(&data).unwrap();
    for facet in ["category", "price_band", "weekday", "hour"] {
        let population: Vec<&str> = by_share.population(facet).unwrap().iter().map(|one| one.value).collect();
        let (mut loss, mut hits, mut n) = (0.0, [0.0; 6], 0.0);
        for &(customer, order) in asked {
            let values = values_of(&by_share, catalog, next, order, facet);
            let values: Vec<&str> =
                values.iter().map(String::as_str).filter(|value| population.contains(value)).collect();
            if values.is_empty() {
                continue;
            }
            let ranked = by_share.rank(customer, facet, values.iter().copied()).unwrap();
            loss -= ranked.iter().map(|one| one.share.ln()).sum::<f64>() / values.len() as f64;
            let share = |list: &[&str]| {
                values.iter().filter(|value| list.contains(value)).count() as f64 / values.len() as f64
            };
            // All values of the facet, also those that the customer never touched.
            let list = |model: &Affinity| -> Vec<&str> {
                let all = model.rank(customer, facet, population.iter().copied()).unwrap();
                all.iter().take(3).map(|one| one.value).collect()
            };
            let lists = [list(&by_share), list(&by_lift), population[..3.min(population.len())].to_vec()];
            for (at, list) in lists.iter().enumerate() {
                hits[2 * at] += share(&list[..1]);
                hits[2 * at + 1] += share(list);
            }
            n += 1.0;
        }
        let [a, b, c, d, e, f] = hits.map(|hit| hit / n);
        println!(
            "{facet:<12} {:>5} | {:.4} | {a:.3} {b:.3} | {c:.3} {d:.3} | {e:.3} {f:.3}",
            prior,
            loss / n
        );
    }
}

/// The values of an order's items, each once an item, or of its time.
fn values_of(model: &Affinity, catalog: &Catalog, next: &OrderLog, order: usize, facet: &str) -> Vec<String> {
    let order = kosar::OrderIx::new(order);
    let hour = next.time_of(order).unwrap().micros().div_euclid(3_600_000_000);
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    match facet {
        "hour" => vec![hour.rem_euclid(24).to_string()],
        "weekday" => {
            vec![days[usize::try_from((hour.div_euclid(24) + 3).rem_euclid(7)).unwrap()].to_owned()]
        }
        _ => {
            let mut values = Vec::new();
            let mut last = None;
            for line in next.lines_of(order).filter(|line| line.quantity.millionths() > 0) {
                if last.replace(line.item) == Some(line.item) {
                    continue;
                }
                if facet == "category" {
                    let id = next.items().unwrap().get(line.item.unwrap().as_usize());
                    values.extend(catalog.categories_of(id).unwrap().iter().map(|&path| path.to_owned()));
                } else {
                    let price = line.amount.unwrap().to_f64() / line.quantity.to_f64();
                    let below = model.price_cut_points().iter().filter(|cut| cut.to_f64() < price).count();
                    values.push((below + 1).to_string());
                }
            }
            values
        }
    }
}
