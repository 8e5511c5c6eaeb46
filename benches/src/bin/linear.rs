//! The accuracy and the cost of the linear models on real data: `linear gowalla` or `linear online-retail`, with
//! `KOSAR_DATA` naming the data folder; `linear gowalla alpha` tries values of `alpha` on a fifth of the training part.
#![allow(clippy::print_stdout, reason = "it reports")]
#![allow(clippy::unwrap_used, reason = "files that are not as described end it")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use kosar::data::{Batch, CsvColumns, IdValues, LogBuilder, LogOptions, Returns, Role, Values, Vocabulary};
use kosar::linear::{Ease, GraphFilter};
use kosar::rank::AllRecommendations;
use kosar::{Fit, IdRef, ItemIx, MICROS_PER_DAY, OrderLog, Persist, Time};

/// Items of customers.
type Histories = BTreeMap<i64, Vec<i64>>;

fn main() {
    let data = std::env::var("KOSAR_DATA").expect("KOSAR_DATA names the data folder");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["gowalla"] => gowalla(Path::new(&data)),
        ["gowalla", "alpha"] => choose_alpha(Path::new(&data)),
        ["online-retail"] => online_retail(Path::new(&data)),
        _ => println!("linear gowalla | gowalla alpha | online-retail"),
    }
}

fn gowalla(data: &Path) {
    let train = histories(&data.join("gowalla/train.txt"));
    let test = histories(&data.join("gowalla/test.txt"));
    let log = log(&train);
    let model = timed("GraphFilter fit", || GraphFilter::params().max_history(None).fit(&log).unwrap());
    let values = model.singular_values();
    println!("singular values {:.4} {:.4} .. {:.4}", values[0], values[1], values[values.len() - 1]);
    let mut single = Vec::new();
    for customer in model.customers().iter().step_by(29) {
        let start = Instant::now();
        std::hint::black_box(model.recommend_for_customer(customer, 20).unwrap());
        single.push(start.elapsed().as_secs_f64() * 1e3);
    }
    single.sort_unstable_by(f64::total_cmp);
    let at = |share: usize| single[(single.len() - 1) * share / 100];
    println!("one request with reasons: p50 {:.2} ms, p90 {:.2}, p99 {:.2}", at(50), at(90), at(99));
    let all = timed("recommend_all(20)", || model.recommend_all(20).unwrap());
    report(&all, &truth(&test, &model.customers(), model.items()));
    let bytes = timed("to_bytes", || model.to_bytes().unwrap());
    println!("{:.1} MB", bytes.len() as f64 / 1e6);
}

fn choose_alpha(data: &Path) {
    let whole = histories(&data.join("gowalla/train.txt"));
    // Every fifth item of a history, by a fixed stride over its order in the file, is held out.
    let held = |at: usize| at % 5 == 4;
    let part = |keep: bool| -> Histories {
        let chosen = |items: &Vec<i64>| {
            (0..items.len()).filter(|&at| held(at) != keep).map(|at| items[at]).collect::<Vec<_>>()
        };
        whole.iter().map(|(&customer, items)| (customer, chosen(items))).collect()
    };
    let (train, test) = (log(&part(true)), part(false));
    for alpha in [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0] {
        let model = GraphFilter::params().max_history(None).alpha(alpha).fit(&train).unwrap();
        print!("alpha {alpha}: ");
        report(&model.recommend_all(20).unwrap(), &truth(&test, &model.customers(), model.items()));
    }
}

fn online_retail(data: &Path) {
    let name = |name: &str| Some(name.to_owned());
    let columns = CsvColumns {
        order: name("InvoiceNo"),
        customer: name("CustomerID"),
        item: name("StockCode"),
        time: name("InvoiceDate"),
        quantity: name("Quantity"),
        ..CsvColumns::default()
    };
    let options = LogOptions { returns: Returns::Drop, ..LogOptions::default() };
    let log = OrderLog::from_csv(data.join("online_retail/online_retail.csv.gz"), &columns, options).unwrap();
    let cut = Time::from_micros(log.span().unwrap().1.micros() - 60 * MICROS_PER_DAY);
    let (train, test) = (log.before(cut).unwrap(), log.after(cut).unwrap());
    let (before, after) = (train.histories().unwrap(), test.histories().unwrap());
    let sets = |customers: &Vocabulary, items: &Vocabulary| -> Vec<BTreeSet<ItemIx>> {
        let set = |customer: IdRef<'_>| {
            let Some(row) = after.customers.position(customer) else { return BTreeSet::new() };
            let ids = after.rows.row(row).iter().map(|purchase| after.items.get(purchase.item.as_usize()));
            let found: BTreeSet<ItemIx> = ids.filter_map(|id| items.position(id)).map(ItemIx::new).collect();
            let known = before.rows.row(before.customers.position(customer).unwrap());
            let known: BTreeSet<ItemIx> = known.iter().map(|purchase| purchase.item).collect();
            found.difference(&known).copied().collect()
        };
        customers.iter().map(set).collect()
    };
    for neighbors in [None, Some(200), Some(100), Some(50)] {
        let params = Ease::params().max_history(None).neighbors(neighbors);
        let model = timed(&format!("Ease fit, neighbors {neighbors:?}"), || params.fit(&train).unwrap());
        let all = timed("recommend_all(20)", || model.recommend_all(20).unwrap());
        report(&all, &sets(&model.customers(), model.items()));
    }
    for (factors, alpha) in [(256, 0.3), (64, 0.3), (256, 0.1)] {
        let params = GraphFilter::params().max_history(None).factors(factors).alpha(alpha);
        let name = format!("GraphFilter fit, {factors} factors, alpha {alpha}");
        let model = timed(&name, || params.fit(&train).unwrap());
        report(&model.recommend_all(20).unwrap(), &sets(&model.customers(), model.items()));
    }
}

fn timed<T>(name: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    println!("{name}: {:.2} s, peak {} MB", start.elapsed().as_secs_f64(), peak());
    result
}

/// The greatest memory that this process has had, in MB, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.map_or_else(|| "?".to_owned(), |kib| (kib / 1000).to_string())
}

/// A customer and their items a line.
fn histories(path: &Path) -> Histories {
    let text = std::fs::read_to_string(path).unwrap();
    let number = |word: &str| word.parse::<i64>().unwrap();
    let line = |line: &str| {
        let mut numbers = line.split_whitespace().map(number);
        numbers.next().map(|customer| (customer, numbers.collect()))
    };
    text.lines().filter_map(line).collect()
}

fn log(histories: &Histories) -> OrderLog {
    let rows =
        histories.iter().flat_map(|(&customer, items)| items.iter().map(move |&item| (customer, item)));
    let (customers, items): (Vec<i64>, Vec<i64>) = rows.unzip();
    let batch =
        Batch::new(customers.len()).ids(Role::Customer, IdValues::Int(Values::new(customers))).unwrap();
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.ids(Role::Item, IdValues::Int(Values::new(items))).unwrap()).unwrap();
    builder.finish().unwrap()
}

fn truth(test: &Histories, customers: &Vocabulary, items: &Vocabulary) -> Vec<BTreeSet<ItemIx>> {
    let mut truth = vec![BTreeSet::new(); customers.len()];
    for (&customer, wanted) in test {
        if let Some(row) = customers.position(IdRef::Int(customer)) {
            let known = wanted.iter().filter_map(|&item| items.position(IdRef::Int(item)));
            truth[row] = known.map(ItemIx::new).collect();
        }
    }
    truth
}

/// Recall and NDCG at the length of the lists, averaged over customers with something to find.
#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn report(found: &AllRecommendations, truth: &[BTreeSet<ItemIx>]) {
    let discount = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let (mut recall, mut ndcg, mut customers) = (0.0, 0.0, 0.0);
    for (list, truth) in found.items().chunks(found.n()).zip(truth).filter(|(_, truth)| !truth.is_empty()) {
        let hits = list.iter().enumerate().filter(|(_, item)| item.is_some_and(|item| truth.contains(&item)));
        let hits: Vec<usize> = hits.map(|(place, _)| place).collect();
        recall += hits.len() as f64 / truth.len() as f64;
        let ideal: f64 = (0..truth.len().min(found.n())).map(discount).sum();
        ndcg += hits.into_iter().map(discount).sum::<f64>() / ideal;
        customers += 1.0;
    }
    println!("recall {:.4}, NDCG {:.4}, {customers} customers", recall / customers, ndcg / customers);
}
