//! Diagnoses of logs made by hand: what is found is exactly what was put in, and a filter takes exactly what was found.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::BTreeSet;

use kosar::data::{
    Batch, EventLogBuilder, EventOptions, IdValues, LogBuilder, LogFilter, LogOptions, NumberValues,
    OrderLog, Role, Span, TimeValues, Values,
};
use kosar::diagnose::{DiagnoseOptions, Diagnosis, FindingKind, Subject};
use kosar::{EventLog, Id, Time, TimeUnit};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Numbers from 0 on and below a limit, as if by chance.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn ids(column: impl Iterator<Item = Option<i64>>) -> IdValues<'static> {
    let (values, valid): (Vec<i64>, Vec<bool>) = column.map(|id| (id.unwrap_or(0), id.is_some())).unzip();
    IdValues::Int(Values::with_validity(values, valid).unwrap())
}

fn micros(times: impl Iterator<Item = i64>) -> TimeValues<'static> {
    TimeValues::Int(Values::new(times.collect::<Vec<_>>()), TimeUnit::Microsecond)
}

/// Customer, order, time.
type Order = (Option<i64>, i64, i64);

fn orders(rows: &[Order]) -> OrderLog {
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, ids(rows.iter().map(|row| row.0)))
        .and_then(|batch| batch.ids(Role::Order, ids(rows.iter().map(|row| Some(row.1)))))
        .and_then(|batch| batch.time(micros(rows.iter().map(|row| row.2))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn rows_of(log: &OrderLog) -> BTreeSet<Order> {
    let int = |id: Id| if let Id::Int(id) = id { id } else { unreachable!() };
    let row = |order| {
        let customer = log.customer_of(order);
        let customer = customer.map(|at| int(log.customers().unwrap().get(at.as_usize()).to_id()));
        (customer, int(log.order_id(order).unwrap().to_id()), log.time_of(order).unwrap().micros())
    };
    log.orders().map(row).collect()
}

/// Customer, session, item, time.
type Event = (Option<i64>, Option<i64>, i64, i64);

fn events(rows: &[Event]) -> EventLog {
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, ids(rows.iter().map(|row| row.0)))
        .and_then(|batch| batch.ids(Role::Session, ids(rows.iter().map(|row| row.1))))
        .and_then(|batch| batch.ids(Role::Item, ids(rows.iter().map(|row| Some(row.2)))))
        .and_then(|batch| batch.time(micros(rows.iter().map(|row| row.3))));
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn events_of(log: &EventLog) -> BTreeSet<Event> {
    let int = |id: Id| if let Id::Int(id) = id { id } else { unreachable!() };
    let mut rows = BTreeSet::new();
    for session in log.sessions() {
        let view = log.session(session);
        let customer = view.customer.map(|at| int(log.customers().get(at.as_usize()).to_id()));
        for (item, time) in view.items.iter().zip(view.times) {
            let item = int(log.items().get(item.as_usize()).to_id());
            rows.insert((customer, view.id.map(|id| int(id.to_id())), item, time.micros()));
        }
    }
    rows
}

fn diagnose(log: &OrderLog) -> Diagnosis {
    log.diagnose(&DiagnoseOptions::new()).unwrap()
}

fn diagnose_events(log: &EventLog) -> Diagnosis {
    log.diagnose(&DiagnoseOptions::new()).unwrap()
}

fn span(from: i64, to: i64) -> Span {
    Span::new(Time::from_micros(from), Time::from_micros(to)).unwrap()
}

/// Six hundred orders a day for sixty days, most by day, cut down to a unit of time. Numbered in no order.
fn cut(unit: i64) -> Vec<Order> {
    let mut dice = Dice(9);
    let row = |at: i64| {
        let hour = (dice.below(13) + dice.below(13)) % 24;
        let time = (at % 60) * DAY + hour * HOUR + dice.below(HOUR);
        (Some(dice.below(4_000)), (at * 7_919) % 36_000, time - time.rem_euclid(unit))
    };
    (0..36_000).map(row).collect()
}

#[test]
fn times_cut_to_a_unit_are_no_instants_and_no_midnights() {
    for unit in [1, 1_000, SECOND, MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR] {
        let mut rows = cut(unit);
        let found = diagnose(&orders(&rows));
        assert!(found.is_clean(), "{unit}: {found}");
        // A few that tell more change nothing.
        rows.iter_mut().step_by(100).for_each(|row| row.2 += 17);
        let found = diagnose(&orders(&rows));
        assert!(found.is_clean(), "{unit}: {found}");
    }
    // Every third at the full hour, the others to the second.
    let mut rows = cut(SECOND);
    rows.iter_mut().step_by(3).for_each(|row| row.2 -= row.2.rem_euclid(HOUR));
    let found = diagnose(&orders(&rows));
    assert!(found.is_clean(), "{found}");
}

#[test]
fn an_instant_of_many_and_dates_without_a_time_are_found_at_any_resolution() {
    for unit in [1_000, SECOND, MINUTE, 5 * MINUTE] {
        let mut rows = cut(unit);
        let instant = 20 * DAY + 3 * HOUR + 15 * MINUTE;
        rows.extend((0..90).map(|at| (Some(at), 50_000 + at, instant)));
        let log = orders(&rows);
        let diagnosis = diagnose(&log);
        let found = diagnosis.finding(FindingKind::SameInstant).unwrap();
        let n = rows.iter().filter(|row| row.2 == instant).count() as u64;
        assert_eq!((diagnosis.findings().len(), found.count, found.lines), (1, 1, n), "{unit}: {diagnosis}");
        let left = log.filter(&found.filter).unwrap().0;
        let expected: BTreeSet<Order> = rows.iter().filter(|row| row.2 != instant).copied().collect();
        assert_eq!(rows_of(&left), expected);
    }
    for unit in [SECOND, MINUTE, 15 * MINUTE, HOUR] {
        // From nine to six, and two in a hundred have a date alone.
        let mut rows: Vec<Order> = cut(unit);
        rows.retain(|row| (9 * HOUR..18 * HOUR).contains(&row.2.rem_euclid(DAY)));
        rows.iter_mut().step_by(50).for_each(|row| row.2 -= row.2.rem_euclid(DAY));
        let diagnosis = diagnose(&orders(&rows));
        let found = diagnosis.finding(FindingKind::Midnight).unwrap();
        let dates = rows.iter().filter(|row| row.2.rem_euclid(DAY) == 0).count();
        assert_eq!((diagnosis.findings().len(), found.count), (1, dates), "{unit}: {diagnosis}");
        assert!(found.filter.is_empty());
    }
}

#[test]
fn a_diagnosis_never_panics_at_the_ends_of_time() {
    let ends = [i64::MIN, i64::MIN + 1, i64::MIN + HOUR, -1, 0, 1, i64::MAX - HOUR, i64::MAX - 1, i64::MAX];
    for first in ends {
        for second in ends {
            // Sixty of one and forty of the other, numbered in the order of time and against it.
            for sign in [1, -1] {
                let time = |at: i64| if at < 60 { first } else { second };
                let rows: Vec<Order> = (0..100).map(|at| (Some(at % 40), sign * at, time(at))).collect();
                let log = orders(&rows);
                for options in [DiagnoseOptions::new(), DiagnoseOptions::new().now(Time::from_micros(second))]
                {
                    let diagnosis = log.diagnose(&options).unwrap();
                    let _ = (diagnosis.to_string(), log.filter(&diagnosis.filter()).unwrap());
                }
                let rows: Vec<Event> = (0..100)
                    .map(|at| (Some(at % 40), (at % 3 > 0).then_some(at % 50), at, time(at)))
                    .collect();
                let log = events(&rows);
                let diagnosis = diagnose_events(&log);
                let _ = (diagnosis.to_string(), log.filter(&diagnosis.filter()).unwrap());
            }
        }
    }
    // In the order of numbers, but for one order at either end of time.
    let time = |at: i64| match at {
        70 => i64::MIN,
        90 => i64::MAX,
        _ => at * DAY,
    };
    let rows: Vec<Order> = (0..200).map(|at| (Some(at), at, time(at))).collect();
    assert!(!diagnose(&orders(&rows)).is_clean());
}

/// What people look at: two sessions of five events on each of a hundred days, a minute apart.
fn people() -> Vec<Event> {
    let mut rows = Vec::new();
    for day in 0..100 {
        for (at, id) in [(0, Some(1_000 + day)), (1, None)] {
            let start = day * DAY + 9 * HOUR + (day * 37 % 60) * MINUTE + at * 4 * HOUR + day % 13 * SECOND;
            rows.extend((0..5).map(|event| (Some(day % 50), id, event, start + event * 61 * SECOND)));
        }
    }
    rows
}

#[test]
fn of_bots_without_an_id_or_with_a_shared_one_only_their_own_events_go() {
    let mut rows = people();
    let bot = |customer, session, start: i64| {
        (0..40).map(move |at| (customer, session, 100 + at, start + at * 200_000))
    };
    let bots: Vec<Event> = bot(Some(3), None, 30 * DAY)
        .chain(bot(Some(4), Some(7), 31 * DAY))
        .chain(bot(None, Some(8), 32 * DAY))
        .chain(bot(Some(6), Some(9), 33 * DAY))
        .collect();
    rows.extend(&bots);
    // Others under the same session id.
    rows.extend([(Some(5), Some(7), 1, 31 * DAY + HOUR), (Some(6), Some(7), 2, 30 * DAY)]);
    let log = events(&rows);
    let diagnosis = diagnose_events(&log);
    let found = diagnosis.finding(FindingKind::Bots).unwrap();
    assert_eq!((diagnosis.findings().len(), found.count, found.lines), (1, 4, 160), "{diagnosis}");
    let filter = &found.filter;
    assert_eq!(filter.customer_ids().len(), 0);
    assert_eq!(filter.session_ids().cloned().collect::<Vec<_>>(), [Id::Int(8), Id::Int(9)]);
    assert_eq!(filter.sessions_of_customers().collect::<Vec<_>>(), [(Some(&Id::Int(4)), &Id::Int(7))]);
    let of_bot = span(30 * DAY, 30 * DAY + 39 * 200_000 + 1);
    assert_eq!(filter.spans_of_customers().collect::<Vec<_>>(), [(Some(&Id::Int(3)), of_bot)]);
    let (left, report) = log.filter(&LogFilter::from_json(&filter.to_json()).unwrap()).unwrap();
    let expected: BTreeSet<Event> = rows.iter().filter(|row| !bots.contains(row)).copied().collect();
    assert_eq!(events_of(&left), expected);
    assert_eq!((report.by_sessions, report.by_spans, report.by_customers), (120, 40, 0));
}

#[test]
fn a_pace_is_told_only_where_seconds_are() {
    let mut rows = people();
    // Thirty things in a day, in an hour, in a minute.
    rows.extend((0..40).map(|at| (Some(3), None, 100 + at, 30 * DAY + 15 * HOUR)));
    for unit in [DAY, HOUR, MINUTE] {
        let cut: Vec<Event> =
            rows.iter().map(|&(who, id, item, time)| (who, id, item, time - time.rem_euclid(unit))).collect();
        let found = diagnose_events(&events(&cut));
        assert_eq!(found.finding(FindingKind::Bots), None, "{unit}");
    }
    assert_eq!(diagnose_events(&events(&rows)).finding(FindingKind::Bots).unwrap().count, 1);
}

#[test]
fn troubles_of_event_logs_are_found_and_taken_out() {
    // Twenty sessions a day for a hundred days, from nine to five, each of two events.
    let start = |day: i64, at: i64| day * DAY + 9 * HOUR + at * 24 * MINUTE + day % 7 * SECOND;
    let session = |id: i64, time: i64| [(None, Some(id), 1, time), (None, Some(id), 2, time + 20 * SECOND)];
    let usual: Vec<Event> = (0..100)
        .filter(|day| !(60..63).contains(day))
        .flat_map(|day| (0..20).flat_map(move |at| session(day * 20 + at, start(day, at))))
        .collect();
    let check = |extra: Vec<Event>, kinds: &[FindingKind]| {
        let rows: Vec<Event> = usual.iter().chain(&extra).copied().collect();
        let log = events(&rows);
        let diagnosis = diagnose_events(&log);
        let found: Vec<FindingKind> = diagnosis.findings().iter().map(|found| found.kind).collect();
        assert_eq!(found, kinds, "{diagnosis}");
        let (left, report) = log.filter(&diagnosis.filter()).unwrap();
        assert_eq!(report.left, left.n_events() as u64);
        (diagnosis, events_of(&left))
    };
    let all: BTreeSet<Event> = usual.iter().copied().collect();

    let (diagnosis, left) = check(Vec::new(), &[FindingKind::Gaps]);
    let gap = diagnosis.finding(FindingKind::Gaps).unwrap();
    assert_eq!((gap.spans.as_slice(), gap.lines), ([span(60 * DAY, 63 * DAY)].as_slice(), 0));
    assert_eq!(gap.examples[0].why, "no sessions, 60 would be usual");
    assert_eq!(left, all);

    let burst: Vec<Event> =
        (0..100).flat_map(|at| session(5_000 + at, start(40, 0) + at * 4 * MINUTE + 31 * SECOND)).collect();
    let (diagnosis, left) = check(burst, &[FindingKind::Bursts, FindingKind::Gaps]);
    let found = diagnosis.finding(FindingKind::Bursts).unwrap();
    assert_eq!((found.spans.as_slice(), found.lines), ([span(40 * DAY, 41 * DAY)].as_slice(), 240));
    assert_eq!(found.examples[0].why, "120 sessions, usual are 20");
    assert_eq!(left, all.iter().filter(|row| row.3.div_euclid(DAY) != 40).copied().collect());

    let far: Vec<Event> = (0..5).flat_map(|at| session(6_000 + at, (900 + at) * DAY + 10 * HOUR)).collect();
    let (diagnosis, left) = check(far, &[FindingKind::Gaps, FindingKind::OutOfTime]);
    let found = diagnosis.finding(FindingKind::OutOfTime).unwrap();
    assert_eq!((found.count, found.lines, found.orders), (5, 10, 5));
    assert_eq!(found.examples[0].subject, Subject::Session(Id::Int(6_004)));
    assert_eq!(left, all);

    // Without an id they go by their customer, who has others.
    let far: Vec<Event> = (0..5).map(|at| (Some(at), None, 1, (900 + at) * DAY)).collect();
    let near: Vec<Event> = (0..5).map(|at| (Some(at), None, 1, 30 * DAY + 10 * HOUR + at * MINUTE)).collect();
    let both = near.iter().chain(&far).copied().collect();
    let (_, left) = check(both, &[FindingKind::Gaps, FindingKind::OutOfTime]);
    assert_eq!(left, all.iter().chain(&near).copied().collect());

    let dates: Vec<Event> = (0..50).flat_map(|at| session(7_000 + at, at * DAY)).collect();
    let (diagnosis, left) = check(dates.clone(), &[FindingKind::Gaps, FindingKind::Midnight]);
    let found = diagnosis.finding(FindingKind::Midnight).unwrap();
    assert_eq!((found.count, found.lines), (50, 100));
    assert_eq!(left, all.iter().chain(&dates).copied().collect());

    let instant = 50 * DAY + 3 * HOUR + 17 * MINUTE + 42 * SECOND;
    let once: Vec<Event> = (0..50).map(|at| (None, Some(8_000 + at), 1, instant)).collect();
    let (diagnosis, left) = check(once, &[FindingKind::Gaps, FindingKind::SameInstant]);
    let found = diagnosis.finding(FindingKind::SameInstant).unwrap();
    assert_eq!((found.count, found.lines), (1, 50));
    assert!(found.spans[0].holds(Time::from_micros(instant)));
    assert_eq!(left, all);
}

#[test]
fn orders_that_customers_number_for_themselves_are_out_of_no_order() {
    // Customer c orders for the nth time on day 30 n, but one comes half a year late.
    let time = |customer: i64, n: i64| {
        let late = if customer == 77 { 180 } else { 0 };
        (30 * n + late) * DAY + 9 * HOUR + customer * 3 * MINUTE + n * SECOND
    };
    let rows: Vec<Order> =
        (0..100).flat_map(|customer| (1..6).map(move |n| (Some(customer), n, time(customer, n)))).collect();
    let diagnosis = diagnose(&orders(&rows));
    assert_eq!(diagnosis.finding(FindingKind::OutOfOrder), None, "{diagnosis}");
}

#[test]
fn of_an_order_id_that_several_customers_use_only_the_order_found_goes() {
    let mut rows: Vec<Order> =
        (0..300).map(|at| (Some(at % 90), at, at * DAY / 3 + at * 17 * SECOND)).collect();
    // Another customer, and nobody, under a number, far from its time; and one that is far and alone.
    let wrong = [(Some(500), 150, 90 * DAY + 5), (None, 150, 90 * DAY + 7), (Some(1), 1_000, 2 * DAY + 9)];
    rows.extend(wrong);
    let log = orders(&rows);
    let diagnosis = diagnose(&log);
    let found = diagnosis.finding(FindingKind::OutOfOrder).unwrap();
    assert_eq!(found.count, 3, "{diagnosis}");
    assert_eq!(found.filter.order_ids().cloned().collect::<Vec<_>>(), [Id::Int(1_000)]);
    let of_customers = [(None, &Id::Int(150)), (Some(&Id::Int(500)), &Id::Int(150))];
    assert_eq!(found.filter.orders_of_customers().collect::<Vec<_>>(), of_customers);
    let (left, report) = log.filter(&found.filter).unwrap();
    assert_eq!(rows_of(&left), rows.iter().filter(|row| !wrong.contains(row)).copied().collect());
    assert_eq!((report.by_orders, report.left), (3, 300));
}

/// A log of baskets by customer, with amounts or without.
fn baskets(rows: &[(i64, i64, i64, f64, f64)], has_amounts: bool) -> OrderLog {
    let numbers = |pick: fn(&(i64, i64, i64, f64, f64)) -> f64| {
        NumberValues::Float(Values::new(rows.iter().map(pick).collect::<Vec<_>>()))
    };
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, ids(rows.iter().map(|row| Some(row.0))))
        .and_then(|batch| batch.ids(Role::Order, ids(rows.iter().map(|row| Some(row.1)))))
        .and_then(|batch| batch.ids(Role::Item, ids(rows.iter().map(|row| Some(row.2)))))
        .and_then(|batch| batch.numbers(Role::Quantity, numbers(|row| row.3)));
    let batch = if has_amounts {
        batch.and_then(|batch| batch.numbers(Role::Amount, numbers(|row| row.4)))
    } else {
        batch
    };
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

#[test]
fn a_log_without_prices_makes_nobody_a_wholesaler_by_value() {
    // Two hundred customers: nine in ten with forty orders, the others with one; customer 0 buys hundreds.
    let mut rows = Vec::new();
    for customer in 0..200 {
        for order in 0..if customer % 10 == 9 { 1 } else { 40 } {
            for item in 0..2 + (customer + order) % 3 {
                let units = if customer == 0 { 300.0 } else { 1.0 };
                rows.push((customer, customer * 100 + order, item, units, units * 2.5));
            }
        }
    }
    for (log, why) in [
        (baskets(&rows, false), "times the units and 1 times the items of the middle customer's; 40 orders"),
        (baskets(&rows, true), "times the value and 1 times the items of the middle customer's; 40 orders"),
    ] {
        let diagnosis = diagnose(&log);
        let found = diagnosis.finding(FindingKind::Wholesalers).unwrap();
        assert_eq!(found.filter.customer_ids().cloned().collect::<Vec<_>>(), [Id::Int(0)], "{diagnosis}");
        assert!(found.examples[0].why.contains(why), "{diagnosis}");
    }
}

#[test]
fn every_part_of_a_filter_takes_its_events() {
    let day = |day: i64| day * DAY;
    // Of session 10 the first event is of a customer who logs in behind it.
    let rows: [Event; 8] = [
        (Some(1), None, 5, day(1)),
        (Some(1), None, 6, day(3)),
        (Some(1), Some(10), 5, day(5) + 1),
        (Some(2), Some(10), 6, day(5) + 2),
        (None, Some(11), 5, day(1)),
        (None, Some(11), 7, day(1) + 1),
        (Some(3), Some(12), 7, day(2)),
        (Some(2), Some(13), 8, day(4)),
    ];
    let log = events(&rows);
    let left = |filter: LogFilter| {
        let (log, report) = log.filter(&LogFilter::from_json(&filter.to_json()).unwrap()).unwrap();
        assert_eq!((report.before, report.left), (8, log.n_events() as u64));
        events_of(&log)
    };
    let but = |gone: &[usize]| -> BTreeSet<Event> {
        rows.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, row)| *row).collect()
    };
    let new = LogFilter::new;
    assert_eq!(left(new()), but(&[]));
    assert_eq!(left(new().customers([1_i64, 99])), but(&[0, 1, 2]));
    assert_eq!(left(new().items([7_i64, 8, 99])), but(&[5, 6, 7]));
    assert_eq!(left(new().sessions([10_i64, 99])), but(&[2, 3]));
    assert_eq!(left(new().orders([10_i64])), but(&[]));
    assert_eq!(left(new().spans([span(day(1), day(2) + 1), span(day(2), day(4))])), but(&[0, 1, 4, 5, 6]));
    let who = |id: i64| Some(Id::Int(id));
    assert_eq!(left(new().customer_session(who(1), 10_i64).customer_session(who(9), 13_i64)), but(&[2]));
    assert_eq!(left(new().customer_session(None, 11_i64).customer_session(None, 13_i64)), but(&[4, 5]));
    let spans =
        new().customer_span(who(1), span(day(0), day(2))).customer_span(None, span(day(1), day(1) + 1));
    assert_eq!(left(spans), but(&[0, 4]));
    let renamed = |item: i64| match item {
        5 => 6,
        8 => 9,
        other => other,
    };
    let (other, report) = log.filter(&new().rename(5_i64, 6_i64).rename(8_i64, 9_i64)).unwrap();
    let expected: BTreeSet<Event> = rows.iter().map(|row| (row.0, row.1, renamed(row.2), row.3)).collect();
    assert_eq!((events_of(&other), report.renamed, report.left), (expected, 4, 8));
    let (_, report) = log.filter(&new().customers([1_i64]).sessions([10_i64]).items([7_i64])).unwrap();
    let by = (report.by_customers, report.by_sessions, report.by_items, report.left);
    assert_eq!(by, (3, 1, 2, 2));
    let error = log.filter(&new().customer_session(None, "x")).unwrap_err().to_string();
    assert!(error.contains("session ids are integer here"), "{error}");
}

#[test]
fn parts_of_customers_take_their_orders() {
    let rows: [Order; 5] =
        [(Some(1), 1, DAY), (Some(2), 1, DAY), (None, 1, 2 * DAY), (Some(1), 2, 3 * DAY), (None, 3, 3 * DAY)];
    let log = orders(&rows);
    let left = |filter: LogFilter| rows_of(&log.filter(&filter).unwrap().0);
    let but = |gone: &[usize]| -> BTreeSet<Order> {
        rows.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, row)| *row).collect()
    };
    let who = |id: i64| Some(Id::Int(id));
    assert_eq!(left(LogFilter::new().customer_order(who(2), 1_i64).customer_order(who(9), 2_i64)), but(&[1]));
    assert_eq!(left(LogFilter::new().customer_order(None, 1_i64).customer_order(None, 9_i64)), but(&[2]));
    let times = LogFilter::new()
        .customer_span(who(1), span(0, 3 * DAY))
        .customer_span(who(1), span(DAY, 3 * DAY))
        .customer_span(None, span(3 * DAY, 3 * DAY + 1));
    assert_eq!(left(times), but(&[0, 4]));
    let alone = OrderLog::from_baskets([["a"]]).unwrap();
    let refused = alone.filter(&LogFilter::new().customer_order(None, "a")).unwrap_err().to_string();
    assert_eq!(refused, "the log has no customer column, which the filter needs");
}
