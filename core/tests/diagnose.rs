//! A diagnosis finds what was planted in a generated shop, next to nothing in a clean one, and what is known of Online Retail.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::print_stderr, reason = "tests may")]

mod common;

use std::collections::BTreeSet;

use kosar::data::{EventOptions, LogFilter, LogOptions, OrderLog, Span};
use kosar::datasets::{CustomerType, Shop, ShopTroubles};
use kosar::diagnose::{DiagnoseOptions, Diagnosis, FindingKind, Subject};
use kosar::{EventLog, Id, Time};

/// Limits were chosen on shops of seeds 11 and 12.
const SEEDS: [u64; 4] = [13, 14, 15, 16];

const DAY: i64 = 86_400_000_000;

fn params(seed: u64) -> kosar::datasets::ShopParams {
    Shop::params().lines(40_000).clicks(60_000).seed(seed)
}

fn planted(seed: u64) -> Shop {
    params(seed).troubles(Some(ShopTroubles { bots: 6, ..ShopTroubles::default() })).generate().unwrap()
}

fn diagnosed(shop: &Shop) -> (OrderLog, Diagnosis) {
    let log = shop.to_log(LogOptions::default()).unwrap();
    let diagnosis = log.diagnose(&DiagnoseOptions::new().names("name").examples(2)).unwrap();
    (log, diagnosis)
}

fn ids(texts: &[String]) -> BTreeSet<Id> {
    texts.iter().map(|id| Id::from(id.as_str())).collect()
}

/// Precision and recall.
fn quality<T: Ord>(found: &BTreeSet<T>, truth: &BTreeSet<T>) -> (f64, f64) {
    let both = found.intersection(truth).count() as f64;
    let share = |n: usize| if n == 0 { 1.0 } else { both / n as f64 };
    (share(found.len()), share(truth.len()))
}

fn filter(diagnosis: &Diagnosis, kind: FindingKind) -> LogFilter {
    diagnosis.filter_of(&[kind])
}

fn wholesalers(shop: &Shop, log: &OrderLog) -> BTreeSet<Id> {
    let of = shop.truth().customer_types.iter().filter(|(_, kind)| *kind == CustomerType::Wholesaler);
    let known = |id: &Id| log.customers().unwrap().position(id.as_ref()).is_some();
    of.map(|(id, _)| Id::from(id.as_str())).filter(known).collect()
}

fn day_of(time: Time) -> Span {
    Span::new(time, Time::from_micros(time.micros() + DAY)).unwrap()
}

#[test]
fn what_was_planted_is_found() {
    for seed in SEEDS {
        let shop = planted(seed);
        let (log, diagnosis) = diagnosed(&shop);
        let truth = shop.truth().troubles.as_ref().unwrap();
        eprintln!("{diagnosis}");

        let found: BTreeSet<Id> =
            filter(&diagnosis, FindingKind::Wholesalers).customer_ids().cloned().collect();
        let (precision, recall) = quality(&found, &wholesalers(&shop, &log));
        assert!(precision > 0.9 && recall > 0.9, "wholesalers {precision} {recall}");

        let found: BTreeSet<Id> =
            filter(&diagnosis, FindingKind::NotMerchandise).item_ids().cloned().collect();
        assert_eq!(quality(&found, &ids(&truth.services)), (1.0, 1.0));

        // Which of two codes is kept is a matter of lines.
        let pair = |a: &Id, b: &Id| if a < b { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) };
        let found: BTreeSet<(Id, Id)> = filter(&diagnosis, FindingKind::Duplicates)
            .renames()
            .map(|(code, keep)| pair(code, keep))
            .collect();
        let pairs = truth.duplicates.iter();
        let pairs =
            pairs.map(|(code, keep)| pair(&Id::from(code.as_str()), &Id::from(keep.as_str()))).collect();
        assert_eq!(quality(&found, &pairs), (1.0, 1.0));

        let spans = |kind| diagnosis.finding(kind).unwrap().spans.clone();
        assert_eq!(
            spans(FindingKind::Bursts),
            truth.bursts.iter().map(|&day| day_of(day)).collect::<Vec<_>>()
        );
        let gap = |&day: &Time| Span::new(day, Time::from_micros(day.micros() + 3 * DAY)).unwrap();
        assert_eq!(spans(FindingKind::Gaps), truth.gaps.iter().map(gap).collect::<Vec<_>>());
        assert!(filter(&diagnosis, FindingKind::Gaps).is_empty());

        let orders = |kind| filter(&diagnosis, kind).order_ids().cloned().collect::<BTreeSet<Id>>();
        assert_eq!(quality(&orders(FindingKind::OutOfTime), &ids(&truth.out_of_time)), (1.0, 1.0));
        assert_eq!(quality(&orders(FindingKind::OutOfOrder), &ids(&truth.out_of_order)), (1.0, 1.0));
        let instant = diagnosis.finding(FindingKind::SameInstant).unwrap();
        assert_eq!((instant.count, instant.orders), (1, truth.same_instant.len() as u64));
        // An order at midnight by chance is there as well.
        let midnights = diagnosis.finding(FindingKind::Midnight).unwrap();
        assert!(midnights.count.abs_diff(truth.midnight.len()) <= 3, "{midnights}");
        assert!(midnights.filter.is_empty());

        let events = shop.to_events(EventOptions::default()).unwrap();
        let found = events.diagnose(&DiagnoseOptions::new()).unwrap();
        let bots: BTreeSet<Id> = filter(&found, FindingKind::Bots).session_ids().cloned().collect();
        assert_eq!(
            quality(&bots, &truth.bots.iter().map(|&id| Id::from(i64::from(id))).collect()),
            (1.0, 1.0)
        );
    }
}

#[test]
fn a_clean_shop_has_next_to_nothing_but_its_wholesalers() {
    for seed in [11, 12].into_iter().chain(SEEDS) {
        let shop = params(seed).generate().unwrap();
        let (log, diagnosis) = diagnosed(&shop);
        let kinds: Vec<FindingKind> = diagnosis.findings().iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [FindingKind::Wholesalers], "{diagnosis}");
        let found = diagnosis.filter().customer_ids().cloned().collect();
        let (precision, recall) = quality(&found, &wholesalers(&shop, &log));
        eprintln!("seed {seed}: wholesalers, precision {precision:.2}, recall {recall:.2}");
        assert!(precision > 0.9 && recall > 0.9, "{precision} {recall}");
        let events =
            shop.to_events(EventOptions::default()).unwrap().diagnose(&DiagnoseOptions::new()).unwrap();
        assert!(events.is_clean(), "{events}");
        assert_eq!(events.to_string(), "nothing found");
    }
}

#[test]
fn small_clean_shops_have_next_to_nothing() {
    let mut uneven = 0;
    for seed in 1..60 {
        let shop = Shop::params().lines(1_000).clicks(5_000).seed(seed).generate().unwrap();
        let (log, diagnosis) = diagnosed(&shop);
        let found: BTreeSet<Id> = diagnosis.filter().customer_ids().cloned().collect();
        let strangers = found.difference(&wholesalers(&shop, &log)).count();
        assert!(strangers < 3 && diagnosis.findings().len() <= 1, "{seed}: {diagnosis}");
        let events =
            shop.to_events(EventOptions::default()).unwrap().diagnose(&DiagnoseOptions::new()).unwrap();
        // Of so few visitors a day may be busy, or empty, by chance.
        let by_chance = [FindingKind::Bursts, FindingKind::Gaps];
        assert!(events.findings().len() <= 1, "{seed}: {events}");
        assert!(
            events.findings().iter().all(|finding| by_chance.contains(&finding.kind)),
            "{seed}: {events}"
        );
        uneven += usize::from(!events.is_clean());
    }
    assert!(uneven <= 12, "{uneven} of 59");
}

#[test]
fn troubles_leave_the_rest_of_a_shop_as_it_is() {
    let (plain, troubled) = (params(13).generate().unwrap(), planted(13));
    assert_eq!(plain.truth().customer_types, troubled.truth().customer_types);
    assert_eq!(plain.truth().complements, troubled.truth().complements);
    assert_eq!(plain.catalog(), &troubled.catalog()[..plain.catalog().len()]);
    assert_eq!(planted(13), troubled);
    let none =
        ShopTroubles { bots: 0, services: 0.0, duplicates: 0, bursts: 0, gaps: 0, clocks: 0, midnights: 0.0 };
    let same = params(13).troubles(Some(none)).generate().unwrap();
    assert_eq!(same.lines(), plain.lines());
    let error = params(1).troubles(Some(ShopTroubles { bursts: 4, ..none })).generate().unwrap_err();
    assert_eq!(error.to_string(), "bursts must be from 0 to 3, got 4");
}

#[test]
fn a_filter_takes_out_what_was_found() {
    let shop = planted(14);
    let (log, diagnosis) = diagnosed(&shop);
    let all = diagnosis.filter();
    assert_eq!(LogFilter::from_json(&all.to_json()).unwrap(), all);
    let (clean, report) = log.filter(&all).unwrap();
    assert_eq!((report.before, report.left), (log.n_lines() as u64, clean.n_lines() as u64));
    let parts = report.by_customers + report.by_orders + report.by_items + report.by_spans;
    assert_eq!(report.taken(), parts);
    let truth = shop.truth().troubles.as_ref().unwrap();
    let has = |item: &str| clean.items().unwrap().position(item.into()).is_some();
    assert!(truth.services.iter().all(|item| !has(item)));
    assert!(truth.duplicates.iter().all(|(a, b)| has(a) != has(b)));
    // Of a clean log a diagnosis finds what it took for wholesalers before, at most.
    let again = clean.diagnose(&DiagnoseOptions::new().names("name")).unwrap();
    for finding in again.findings() {
        let kinds = [FindingKind::Wholesalers, FindingKind::Gaps, FindingKind::Midnight];
        assert!(kinds.contains(&finding.kind), "{finding}");
    }
    let (same, report) = log.filter(&LogFilter::new()).unwrap();
    assert_eq!((same.n_lines(), report.taken(), report.renamed), (log.n_lines(), 0, 0));

    let events = shop.to_events(EventOptions::default()).unwrap();
    let found = events.diagnose(&DiagnoseOptions::new()).unwrap();
    let (clean, report) = events.filter(&found.filter_of(&[FindingKind::Bots])).unwrap();
    assert_eq!(events.n_sessions() - clean.n_sessions(), 6);
    assert_eq!(report.by_sessions, found.finding(FindingKind::Bots).unwrap().lines);
    // What was found in the orders applies to the events, too.
    let (renamed, report) = events.filter(&filter(&diagnosis, FindingKind::Duplicates)).unwrap();
    assert_eq!((report.taken(), renamed.n_events()), (0, events.n_events()));
}

/// Customer, item, order, day.
const ROWS: [(i64, &str, &str, i64); 6] = [
    (1, "a", "x", 0),
    (1, "b", "x", 0),
    (2, "a", "y", 1),
    (2, "c", "z", 2),
    (3, "b", "w", 3),
    (3, "c", "w", 3),
];

fn toy() -> OrderLog {
    use kosar::TimeUnit;
    use kosar::data::{Batch, IdValues, LogBuilder, Role, TimeValues, Values};
    let mut builder = LogBuilder::new(LogOptions::default());
    let text = |pick: fn(&(i64, &'static str, &'static str, i64)) -> &'static str| {
        IdValues::Text(Values::new(ROWS.iter().map(pick).collect::<Vec<_>>()))
    };
    let batch = Batch::new(ROWS.len())
        .ids(Role::Customer, IdValues::Int(Values::new(ROWS.iter().map(|row| row.0).collect::<Vec<_>>())))
        .and_then(|batch| batch.ids(Role::Item, text(|row| row.1)))
        .and_then(|batch| batch.ids(Role::Order, text(|row| row.2)))
        .and_then(|batch| {
            let seconds: Vec<i64> = ROWS.iter().map(|row| row.3 * 86_400).collect();
            batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second))
        });
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Order and item of each line.
fn lines(log: &OrderLog) -> Vec<(String, String)> {
    let item = |line: kosar::data::Line| log.items().unwrap().get(line.item.unwrap().as_usize()).to_string();
    let of =
        |order| log.lines_of(order).map(move |line| (log.order_id(order).unwrap().to_string(), item(line)));
    log.orders().flat_map(of).collect()
}

#[test]
fn every_part_of_a_filter_takes_its_lines() {
    let log = toy();
    let left = |filter: LogFilter| {
        let (log, report) = log.filter(&filter).unwrap();
        assert_eq!(report.left, log.n_lines() as u64);
        lines(&log).into_iter().map(|(order, item)| order + &item).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(left(LogFilter::new()), "wb wc xa xb ya zc");
    assert_eq!(left(LogFilter::new().customers([2_i64, 99])), "wb wc xa xb");
    assert_eq!(left(LogFilter::new().items(["a", "nothing"])), "wb wc xb zc");
    assert_eq!(left(LogFilter::new().orders(["w", "z"])), "xa xb ya");
    let day = |day: i64| Time::from_micros(day * DAY);
    assert_eq!(left(LogFilter::new().spans([Span::new(day(1), day(3)).unwrap()])), "wb wc xa xb");
    assert_eq!(left(LogFilter::new().rename("a", "b").rename("c", "new")), "wb wnew xb xb yb znew");
    assert_eq!(left(LogFilter::new().items(["a"]).rename("b", "a")), "wa wc xa zc");
    let both = LogFilter::new().customers([2_i64]).items(["b"]);
    let (_, report) = log.filter(&both).unwrap();
    assert_eq!((report.by_customers, report.by_items, report.left), (2, 2, 2));
    assert_eq!(report.to_string(), "took 4 of 6: 2 by customers, 2 by items");
    let error = |filter: LogFilter| log.filter(&filter).unwrap_err().to_string();
    assert_eq!(error(LogFilter::new().items([1_i64])), "item ids are string here, got the integer 1");
    assert_eq!(error(LogFilter::new().rename("a", 1_i64)), "item ids are string here, got the integer 1");
    let baskets = OrderLog::from_baskets([["a"]]).unwrap();
    let refused = baskets.filter(&LogFilter::new().customers(["x"])).unwrap_err().to_string();
    assert_eq!(refused, "the log has no customer column, which the filter needs");
}

#[test]
fn what_a_log_does_not_tell_is_passed_over() {
    let options = DiagnoseOptions::new();
    let baskets = OrderLog::from_baskets([vec!["a", "b"], vec!["POSTAGE"]]).unwrap();
    assert!(baskets.diagnose(&options).unwrap().is_clean());
    let empty = baskets.filter(&LogFilter::new().items(["a", "b", "POSTAGE"])).unwrap().0;
    assert!(empty.diagnose(&options).unwrap().is_clean());
    let events: EventLog = Shop::params().generate().unwrap().to_events(EventOptions::default()).unwrap();
    assert!(events.diagnose(&options).unwrap().is_clean());
    let error = toy().diagnose(&DiagnoseOptions::new().names("Name")).unwrap_err().to_string();
    assert!(error.contains("'Name'") || error.contains("Name"), "{error}");
    // With a time to judge by, what is later has a wrong clock.
    let late = toy().diagnose(&DiagnoseOptions::new().now(Time::from_micros(2 * DAY))).unwrap();
    let late = late.finding(FindingKind::OutOfTime).unwrap();
    assert_eq!((late.count, late.lines, late.customers), (1, 2, 1));
    assert_eq!(late.examples[0].subject, Subject::Order(Id::from("w")));
}

#[test]
fn only_the_kinds_asked_for_are_looked_for_and_threads_change_nothing() {
    let shop = planted(15);
    let (log, all) = diagnosed(&shop);
    for kind in FindingKind::ALL {
        assert_eq!(FindingKind::parse(kind.word()), Ok(kind));
        let options = DiagnoseOptions::new().names("name").examples(2).only([kind]);
        let one = log.diagnose(&options).unwrap();
        assert_eq!(
            one.findings(),
            all.findings().iter().filter(|found| found.kind == kind).cloned().collect::<Vec<_>>()
        );
    }
    assert!(FindingKind::parse("ghosts").is_err());
    assert_eq!(all.table().len(), all.findings().len());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    assert_eq!(pool.install(|| diagnosed(&shop).1), all);
}

#[test]
fn online_retail_has_its_known_troubles() {
    let Some(path) = common::data("online_retail/online_retail.csv.gz") else { return };
    let log = OrderLog::from_csv(&path, &common::online_retail_columns(), LogOptions::default()).unwrap();
    let diagnosis = log.diagnose(&DiagnoseOptions::new().names("Description")).unwrap();
    eprintln!("{diagnosis}");
    let services = filter(&diagnosis, FindingKind::NotMerchandise);
    let found: BTreeSet<String> = services.item_ids().map(ToString::to_string).collect();
    let must = [
        "POST",
        "DOT",
        "M",
        "D",
        "BANK CHARGES",
        "AMAZONFEE",
        "C2",
        "CRUK",
        "S",
        "B",
        "gift_0001_10",
        "gift_0001_20",
        "gift_0001_30",
        "gift_0001_40",
        "gift_0001_50",
    ];
    for code in must {
        assert!(found.contains(code), "{code}");
    }
    // The best sellers, and goods with codes of another form than most.
    let mut counts = vec![0; log.n_items()];
    for line in log.orders().flat_map(|order| log.lines_of(order)) {
        counts[line.item.unwrap().as_usize()] += 1;
    }
    let mut best: Vec<usize> = (0..counts.len()).collect();
    best.sort_by_key(|&item| std::cmp::Reverse(counts[item]));
    let best = best.iter().map(|&item| log.items().unwrap().get(item).to_string());
    let best: Vec<String> = best.filter(|code| !must.contains(&code.as_str())).take(1000).collect();
    assert!(best.iter().any(|code| code == "85123A"));
    assert_eq!(best.iter().filter(|code| found.contains(*code)).collect::<Vec<_>>(), [""; 0]);
    for code in ["PADS", "DCGSSBOY", "DCGSSGIRL", "SP1002"] {
        assert!(!found.contains(code), "{code}");
    }
    assert!(found.len() < 30, "{found:?}");

    // Closed from Christmas to the new year, at Easter and on bank holidays; Saturdays, always closed, are no gaps.
    let gaps = &diagnosis.finding(FindingKind::Gaps).unwrap().spans;
    let span =
        |from: &str, to: &str| Span::new(Time::parse(from).unwrap(), Time::parse(to).unwrap()).unwrap();
    assert_eq!(gaps[0], span("2010-12-24", "2011-01-04"));
    assert!(gaps.contains(&span("2011-04-22", "2011-04-26")), "{gaps:?}");
    assert!(gaps.len() < 10, "{gaps:?}");
    // Codes that differ in the case of their letter.
    let duplicates = filter(&diagnosis, FindingKind::Duplicates);
    let kept = |code: &str| {
        duplicates.renames().find(|(other, _)| **other == Id::from(code)).map(|(_, keep)| keep.clone())
    };
    assert_eq!(kept("47566b"), Some(Id::from("47566B")));
    assert_eq!(kept("84997c"), Some(Id::from("84997C")));
    // "Thrown away" is what became of these, and no product.
    assert_eq!(kept("35611B"), None);
    let wholesalers = diagnosis.finding(FindingKind::Wholesalers).unwrap();
    assert!((5..60).contains(&wholesalers.count), "{wholesalers}");
    assert!(filter(&diagnosis, FindingKind::Wholesalers).customer_ids().any(|id| *id == Id::from("14646")));
    // Invoices are numbered in the order of time.
    assert_eq!(diagnosis.finding(FindingKind::OutOfOrder), None);
    assert_eq!(diagnosis.finding(FindingKind::OutOfTime), None);
}
