//! Laws of audiences: conditions on random logs, beside a plain reckoning over the rows; and, or, not; the present.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "numbers of tests are small"
)]

use std::collections::BTreeSet;

use kosar::audience::{
    Audience, AudienceData, Audiences, ColumnTest, Condition, End, EventCondition, EventCount, EventMeasure,
    Explanation, Items, LineValue, LocalTimes, Measured, NotBought, OrderCondition, OrderCount, OrderMeasure,
    Scalar, SessionCondition, SessionMeasure, Test, Weekday, Window,
};
use kosar::data::{
    AttributeValues, Batch, CustomersBatch, CustomersBuilder, CustomersOptions, EventKind, EventLogBuilder,
    EventOptions, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values,
};
use kosar::{EventLog, OrderLog, Time, TimeUnit, Zone};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 1440 * MINUTE;
const ZONES: [&str; 4] = ["UTC", "Europe/Budapest", "America/New_York", "Asia/Kolkata"];
const CHANNELS: [&str; 2] = ["app", "web"];
const KINDS: [EventKind; 4] = [EventKind::View, EventKind::AddToCart, EventKind::Purchase, EventKind::Search];
const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Clocks change in these weeks: on 2026-03-08 in New York, on 2026-03-29 in Budapest.
fn start() -> i64 {
    Time::parse("2026-03-01").unwrap().micros()
}

/// Item, quantity, cents of one.
type Line = (i64, i64, i64);

/// Id, order and line.
type Row<'a> = (i64, &'a Order, Line);

/// Of an order the lines that pass.
type Passing<'a> = (&'a Order, Vec<Line>);

#[derive(Debug, Clone)]
struct Order {
    customer: i64,
    /// In microseconds.
    time: i64,
    channel: usize,
    /// Item, quantity, cents of one; items differ.
    lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    customer: i64,
    session: i64,
    time: i64,
    item: Option<i64>,
    kind: EventKind,
}

#[derive(Debug, Clone)]
struct Shop {
    orders: Vec<Order>,
    events: Vec<Event>,
    now: i64,
}

/// Half hours of five weeks.
fn times() -> impl Strategy<Value = i64> {
    (0_i64..35 * 48).prop_map(|at| start() + at * 30 * MINUTE)
}

fn shops() -> impl Strategy<Value = Shop> {
    let line = (0_i64..5, prop_oneof![4 => 1_i64..4, 1 => -2_i64..0], 1_i64..400);
    let lines = prop::collection::vec(line, 1..4).prop_map(|mut lines| {
        let mut seen = BTreeSet::new();
        lines.retain(|line| seen.insert(line.0));
        lines
    });
    let order = (0_i64..6, times(), 0..2_usize, lines).prop_map(|(customer, time, channel, lines)| Order {
        customer,
        time,
        channel,
        lines,
    });
    let event = (0_i64..6, 0_i64..3, times(), prop::option::weighted(0.9, 0_i64..5), select(&KINDS[..]))
        .prop_map(|(customer, session, time, item, kind)| {
            let item = item.or_else(|| kind.needs_item().then_some(0));
            Event { customer, session: customer * 10 + session, time, item, kind }
        });
    let events = prop::collection::btree_set(event, 1..60).prop_map(|events| events.into_iter().collect());
    (prop::collection::vec(order, 1..40), events, times()).prop_map(|(orders, events, now)| Shop {
        orders,
        events,
        now,
    })
}

fn windows() -> impl Strategy<Value = Option<Window>> {
    let date = |day: i64| format!("2026-{:02}-{:02}", 3 + day / 31, 1 + day % 31);
    prop_oneof![
        Just(None),
        (1_u32..30).prop_map(|days| Some(Window::LastDays(days))),
        (1_u32..30).prop_map(|days| Some(Window::CalendarDays(days))),
        (0_u32..10, 1_u32..20).prop_map(|(to, more)| Some(Window::DaysAgo { from: to + more, to })),
        (0_i64..20, 1_i64..15).prop_map(move |(from, more)| {
            Some(Window::Between { from: Some(date(from)), to: Some(date(from + more)) })
        }),
    ]
}

fn local_times() -> impl Strategy<Value = Option<LocalTimes>> {
    let hours = (0_u8..24, 0_u8..25).prop_filter("hours differ", |(from, to)| from != to);
    prop::option::weighted(
        0.3,
        (prop::option::of(hours), subsequence(&WEEKDAYS[..], 0..4))
            .prop_map(|(hours, weekdays)| LocalTimes { hours, weekdays }),
    )
}

fn choices() -> impl Strategy<Value = Option<Items>> {
    let ids = subsequence((0_i64..5).collect::<Vec<_>>(), 1..4)
        .prop_map(|ids| Items::Ids(ids.into_iter().map(Scalar::Int).collect()));
    prop::option::of(prop_oneof![
        ids.clone(),
        ids.clone().prop_map(|ids| Items::Not(Box::new(ids))),
        (ids.clone(), ids.clone()).prop_map(|(a, b)| Items::And(vec![a, b])),
        (ids.clone(), ids).prop_map(|(a, b)| Items::Or(vec![a, b])),
    ])
}

fn tests() -> impl Strategy<Value = Test> {
    let number = || {
        prop_oneof![
            (0_i64..5).prop_map(Scalar::Int),
            (0_i64..2000).prop_map(|n| Scalar::Number(n as f64 / 100.0))
        ]
    };
    prop_oneof![
        number().prop_map(Test::AtLeast),
        number().prop_map(Test::Above),
        number().prop_map(Test::AtMost),
        number().prop_map(Test::Below),
        number().prop_map(Test::Is),
        any::<bool>().prop_map(Test::Known),
    ]
}

fn order_conditions() -> impl Strategy<Value = Condition> {
    let value = || select(vec![LineValue::Amount, LineValue::Quantity, LineValue::Column("gift".into())]);
    let measure = prop_oneof![
        select(vec![OrderCount::Orders, OrderCount::Lines, OrderCount::Items, OrderCount::Days])
            .prop_map(OrderMeasure::Count),
        value().prop_map(OrderMeasure::Sum),
        value().prop_map(OrderMeasure::Avg),
        value().prop_map(OrderMeasure::Min),
        value().prop_map(OrderMeasure::Max),
        select(vec![End::First, End::Last]).prop_map(OrderMeasure::DaysSince),
    ];
    let columns = prop::option::weighted(0.3, 0..2_usize).prop_map(|channel| {
        let test =
            |channel: usize| ColumnTest { name: "channel".into(), test: Test::Is(CHANNELS[channel].into()) };
        channel.into_iter().map(test).collect::<Vec<_>>()
    });
    (choices(), columns, windows(), local_times(), measure, tests()).prop_map(
        |(items, columns, window, at, measure, test)| {
            Condition::Orders(OrderCondition { items, columns, window, at, measure, test: Some(test) })
        },
    )
}

fn event_conditions() -> impl Strategy<Value = Condition> {
    let measure = prop_oneof![
        4 => Just(EventMeasure::Count(EventCount::Events)),
        1 => Just(EventMeasure::Count(EventCount::Sessions)),
        1 => Just(EventMeasure::Count(EventCount::Items)),
        1 => Just(EventMeasure::Count(EventCount::Days)),
        1 => select(vec![End::First, End::Last]).prop_map(EventMeasure::DaysSince),
    ];
    let not_bought = select(vec![None, Some(NotBought::Since), Some(NotBought::Ever)]);
    let filters = (subsequence(&KINDS[..], 0..3), choices(), windows(), local_times());
    (filters, any::<bool>(), not_bought, prop::option::of(1_u32..9), measure, tests()).prop_map(
        |((kinds, items, window, at), same_item, not_bought, within_days, measure, test)| {
            let counts = measure == EventMeasure::Count(EventCount::Events);
            let within_days = within_days.filter(|_| counts);
            let columns = Vec::new();
            Condition::Events(EventCondition {
                kinds,
                items,
                columns,
                window,
                at,
                same_item,
                not_bought,
                within_days,
                measure,
                test: Some(test),
            })
        },
    )
}

fn session_conditions() -> impl Strategy<Value = Condition> {
    let measure = select(vec![SessionMeasure::Count, SessionMeasure::Share]);
    let kinds = || subsequence(&KINDS[..3], 0..2);
    (kinds(), kinds(), windows(), measure, tests()).prop_map(|(with, without, window, measure, test)| {
        Condition::Sessions(SessionCondition { with, without, window, measure, test: Some(test) })
    })
}

fn leaves() -> impl Strategy<Value = Condition> {
    prop_oneof![order_conditions(), event_conditions(), session_conditions()]
}

fn trees() -> impl Strategy<Value = Condition> {
    leaves().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::And),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::Or),
            inner.prop_map(|child| Condition::Not(Box::new(child))),
        ]
    })
}

fn ints(values: Vec<i64>) -> IdValues<'static> {
    IdValues::Int(Values::new(values))
}

fn order_log(orders: &[Order]) -> OrderLog {
    let rows: Vec<Row<'_>> = (0..)
        .zip(orders)
        .flat_map(|(id, order)| order.lines.iter().map(move |&line| (id, order, line)))
        .collect();
    let column = |pick: &dyn Fn(&Row<'_>) -> i64| rows.iter().map(pick).collect::<Vec<_>>();
    let real = |values: Vec<i64>, by: f64| {
        NumberValues::Float(Values::new(values.into_iter().map(|n| n as f64 / by).collect::<Vec<_>>()))
    };
    let channels: Vec<&str> = rows.iter().map(|row| CHANNELS[row.1.channel]).collect();
    // What a line's gift weighs; nothing is known of cheap ones.
    let gifts: Vec<f64> =
        rows.iter().map(|row| if row.2.2 < 50 { f64::NAN } else { row.2.2 as f64 / 8.0 }).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, ints(column(&|row| row.1.customer)))
        .and_then(|batch| batch.ids(Role::Order, ints(column(&|row| row.0))))
        .and_then(|batch| batch.ids(Role::Item, ints(column(&|row| row.2.0))))
        .and_then(|batch| {
            batch.time(TimeValues::Int(Values::new(column(&|row| row.1.time)), TimeUnit::Microsecond))
        })
        .and_then(|batch| batch.numbers(Role::Quantity, real(column(&|row| row.2.1), 1.0)))
        .and_then(|batch| batch.numbers(Role::Price, real(column(&|row| row.2.2), 100.0)))
        .and_then(|batch| batch.attribute("channel", AttributeValues::Text(Values::new(channels))))
        .and_then(|batch| batch.attribute("gift", AttributeValues::Number(Values::new(gifts))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn event_log(events: &[Event]) -> EventLog {
    let column = |pick: &dyn Fn(&Event) -> i64| ints(events.iter().map(pick).collect());
    let kinds: Vec<&str> = events.iter().map(|event| event.kind.name()).collect();
    let items = IdValues::Int(events.iter().map(|event| event.item).collect());
    let times: Vec<i64> = events.iter().map(|event| event.time).collect();
    let batch = Batch::new(events.len())
        .ids(Role::Customer, column(&|event| event.customer))
        .and_then(|batch| batch.ids(Role::Session, column(&|event| event.session)))
        .and_then(|batch| batch.ids(Role::Item, items))
        .and_then(|batch| batch.ids(Role::Kind, IdValues::Text(Values::new(kinds))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(times), TimeUnit::Microsecond)));
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn data(shop: &Shop) -> AudienceData {
    // Seven customers, of whom one did nothing.
    let zones: Vec<&str> = (0..7).map(|customer| ZONES[customer % 4]).collect();
    let batch = CustomersBatch::new(7)
        .customers(ints((0..7).collect()))
        .and_then(|batch| batch.time_zones(Values::new(zones)))
        .unwrap();
    let mut builder = CustomersBuilder::new(CustomersOptions::default()).unwrap();
    builder.push(&batch).unwrap();
    // An item must be known for a condition to name it: one order, long after the present, has all of them.
    let lines: Vec<Line> = (0..5).map(|item| (item, 1, 100)).collect();
    let known = [0, 1].map(|channel| Order {
        customer: 0,
        time: shop.now + 400 * DAY,
        channel,
        lines: lines.clone(),
    });
    let orders = order_log(&[&shop.orders[..], &known].concat());
    let events = event_log(&shop.events);
    AudienceData::builder()
        .orders(&orders)
        .events(&events)
        .customers(&builder.finish().unwrap())
        .build()
        .unwrap()
}

// The plain reckoning.

fn zone(customer: i64) -> Zone {
    Zone::parse(ZONES[usize::try_from(customer).unwrap() % 4]).unwrap()
}

fn is_chosen(items: &Items, item: i64) -> bool {
    match items {
        Items::Ids(ids) => ids.contains(&Scalar::Int(item)),
        Items::Not(part) => !is_chosen(part, item),
        Items::And(parts) => parts.iter().all(|part| is_chosen(part, item)),
        Items::Or(parts) => parts.iter().any(|part| is_chosen(part, item)),
        _ => unreachable!(),
    }
}

fn is_within(window: &Option<Window>, customer: i64, time: i64, now: i64) -> bool {
    let local_day = |micros: i64| zone(customer).local(Time::from_micros(micros)).date;
    let date = |text: &Option<String>| kosar::Date::parse(text.as_ref().unwrap()).unwrap();
    time < now
        && match window {
            None => true,
            Some(Window::LastDays(days)) => now - time <= i64::from(*days) * DAY,
            Some(Window::DaysAgo { from, to }) => {
                now - time <= i64::from(*from) * DAY && now - time > i64::from(*to) * DAY
            }
            Some(Window::CalendarDays(days)) => {
                local_day(now).days() - local_day(time).days() < i32::try_from(*days).unwrap()
            }
            Some(Window::Between { from, to }) => local_day(time) >= date(from) && local_day(time) < date(to),
            _ => unreachable!(),
        }
}

fn is_at(at: &Option<LocalTimes>, customer: i64, time: i64) -> bool {
    let Some(at) = at else { return true };
    let local = zone(customer).local(Time::from_micros(time));
    let hour = u8::try_from(local.hour()).unwrap();
    let weekday = usize::try_from((local.date.days() + 3).rem_euclid(7)).unwrap();
    let in_hours =
        at.hours.is_none_or(
            |(from, to)| {
                if from < to { (from..to).contains(&hour) } else { hour >= from || hour < to }
            },
        );
    in_hours && (at.weekdays.is_empty() || at.weekdays.contains(&WEEKDAYS[weekday]))
}

fn passes(test: &Test, value: Option<f64>) -> bool {
    let number = |scalar: &Scalar| match scalar {
        Scalar::Int(value) => *value as f64,
        Scalar::Number(value) => *value,
        _ => unreachable!(),
    };
    match (test, value) {
        (Test::Known(known), value) => value.is_some() == *known,
        (_, None) => false,
        (Test::AtLeast(bound), Some(value)) => value >= number(bound),
        (Test::Above(bound), Some(value)) => value > number(bound),
        (Test::AtMost(bound), Some(value)) => value <= number(bound),
        (Test::Below(bound), Some(value)) => value < number(bound),
        #[allow(clippy::float_cmp, reason = "equal is what the test says")]
        (Test::Is(bound), Some(value)) => value == number(bound),
        _ => unreachable!(),
    }
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> usize {
    values.collect::<BTreeSet<T>>().len()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn extreme(values: &[f64], pick: fn(f64, f64) -> f64) -> Option<f64> {
    values.iter().copied().reduce(pick)
}

fn orders_measure(of: &OrderCondition, shop: &Shop, customer: i64) -> Option<f64> {
    // Of each order in the window the lines that pass, those bought among them.
    let orders: Vec<Passing<'_>> = shop
        .orders
        .iter()
        .filter(|order| order.customer == customer && is_within(&of.window, customer, order.time, shop.now))
        .filter(|order| is_at(&of.at, customer, order.time))
        .map(|order| {
            let channel = |test: &ColumnTest| test.test == Test::Is(CHANNELS[order.channel].into());
            let passing = order
                .lines
                .iter()
                .copied()
                .filter(|line| of.items.as_ref().is_none_or(|items| is_chosen(items, line.0)))
                .filter(|_| of.columns.iter().all(channel))
                .collect();
            (order, passing)
        })
        .collect();
    let counted: Vec<&Passing<'_>> =
        orders.iter().filter(|(_, lines)| lines.iter().any(|line| line.1 > 0)).collect();
    let bought = || counted.iter().flat_map(|(_, lines)| lines).filter(|line| line.1 > 0);
    let gift = |line: &Line| (line.2 >= 50).then_some(line.2 as f64 / 8.0);
    let amount = |line: &Line| line.1 * line.2;
    let totals = |value: &LineValue| -> Vec<f64> {
        match value {
            LineValue::Amount => counted
                .iter()
                .map(|(_, lines)| lines.iter().map(amount).sum::<i64>() as f64 / 100.0)
                .collect(),
            LineValue::Quantity => {
                counted.iter().map(|(_, lines)| lines.iter().map(|line| line.1).sum::<i64>() as f64).collect()
            }
            LineValue::Column(_) => bought().filter_map(gift).collect(),
        }
    };
    let days = |time: i64| (shop.now - time).div_euclid(DAY) as f64;
    let times = || counted.iter().map(|(order, _)| order.time);
    match &of.measure {
        OrderMeasure::Count(OrderCount::Orders) => Some(counted.len() as f64),
        OrderMeasure::Count(OrderCount::Lines) => Some(bought().count() as f64),
        OrderMeasure::Count(OrderCount::Items) => Some(distinct(bought().map(|line| line.0)) as f64),
        OrderMeasure::Count(OrderCount::Days) => {
            let day = |time: i64| zone(customer).local(Time::from_micros(time)).date;
            Some(distinct(times().map(day)) as f64)
        }
        OrderMeasure::Sum(value) => {
            let lines = || orders.iter().flat_map(|(_, lines)| lines);
            Some(match value {
                LineValue::Amount => lines().map(amount).sum::<i64>() as f64 / 100.0,
                LineValue::Quantity => lines().map(|line| line.1).sum::<i64>() as f64,
                LineValue::Column(_) => bought().filter_map(gift).sum(),
            })
        }
        OrderMeasure::Avg(LineValue::Column(_)) => mean(&bought().filter_map(gift).collect::<Vec<_>>()),
        // The sum is exact, and divided once.
        OrderMeasure::Avg(value) => {
            let whole: i64 = counted
                .iter()
                .flat_map(|(_, lines)| lines)
                .map(
                    |line| {
                        if *value == LineValue::Amount { amount(line) * 10_000 } else { line.1 * 1_000_000 }
                    },
                )
                .sum();
            (!counted.is_empty()).then(|| whole as f64 / 1e6 / counted.len() as f64)
        }
        OrderMeasure::Min(value) => extreme(&totals(value), f64::min),
        OrderMeasure::Max(value) => extreme(&totals(value), f64::max),
        OrderMeasure::DaysSince(End::First) => times().min().map(days),
        OrderMeasure::DaysSince(End::Last) => times().max().map(days),
        _ => unreachable!(),
    }
}

fn event_holds(of: &EventCondition, shop: &Shop, customer: i64) -> bool {
    let passing = |event: &&Event| {
        event.customer == customer
            && is_within(&of.window, customer, event.time, shop.now)
            && is_at(&of.at, customer, event.time)
            && (of.kinds.is_empty() || of.kinds.contains(&event.kind))
            && of.items.as_ref().is_none_or(|items| event.item.is_some_and(|item| is_chosen(items, item)))
    };
    let mut events: Vec<&Event> = shop.events.iter().filter(passing).collect();
    if of.same_item || of.not_bought.is_some() {
        events.retain(|event| event.item.is_some());
    }
    if let Some(rule) = of.not_bought {
        let all = events.clone();
        events.retain(|event| {
            let first =
                all.iter().filter(|other| other.item == event.item).map(|other| other.time).min().unwrap();
            let since = if rule == NotBought::Since { first } else { i64::MIN };
            let counts = |time: i64| time >= since && time < shop.now;
            let ordered = shop.orders.iter().any(|order| {
                let has = |line: &Line| Some(line.0) == event.item && line.1 > 0;
                order.customer == customer && counts(order.time) && order.lines.iter().any(has)
            });
            let purchased = shop.events.iter().any(|other| {
                other.customer == customer
                    && other.kind == EventKind::Purchase
                    && other.item == event.item
                    && counts(other.time)
            });
            !ordered && !purchased
        });
    }
    let measure = |events: &[&Event]| -> Option<f64> {
        let days = |time: i64| (shop.now - time).div_euclid(DAY) as f64;
        match &of.measure {
            EventMeasure::Count(EventCount::Events) => Some(match of.within_days {
                None => events.len() as f64,
                Some(days) => {
                    let end = |first: &i64| first + i64::from(days) * DAY;
                    let from = |first: i64| {
                        events.iter().filter(|event| event.time >= first && event.time < end(&first)).count()
                    };
                    events.iter().map(|event| from(event.time)).max().unwrap_or(0) as f64
                }
            }),
            EventMeasure::Count(EventCount::Sessions) => {
                Some(distinct(events.iter().map(|event| event.session)) as f64)
            }
            EventMeasure::Count(EventCount::Items) => {
                Some(distinct(events.iter().filter_map(|event| event.item)) as f64)
            }
            EventMeasure::Count(EventCount::Days) => {
                let day = |event: &&Event| zone(customer).local(Time::from_micros(event.time)).date;
                Some(distinct(events.iter().map(day)) as f64)
            }
            EventMeasure::DaysSince(End::First) => events.iter().map(|event| event.time).min().map(days),
            EventMeasure::DaysSince(End::Last) => events.iter().map(|event| event.time).max().map(days),
            _ => unreachable!(),
        }
    };
    if !of.same_item {
        return passes(of.test.as_ref().unwrap(), measure(&events));
    }
    (0..5).any(|item| {
        let own: Vec<&Event> = events.iter().copied().filter(|event| event.item == Some(item)).collect();
        !own.is_empty() && passes(of.test.as_ref().unwrap(), measure(&own))
    })
}

fn sessions_measure(of: &SessionCondition, shop: &Shop, customer: i64) -> Option<f64> {
    let ids: BTreeSet<i64> =
        shop.events.iter().filter(|event| event.customer == customer).map(|event| event.session).collect();
    let (mut with, mut both) = (0, 0);
    for id in ids {
        let is_own = |event: &&Event| event.session == id && event.time < shop.now;
        let own: Vec<&Event> = shop.events.iter().filter(is_own).collect();
        let times = || own.iter().map(|event| event.time);
        let (Some(first), Some(last)) = (times().min(), times().max()) else { continue };
        if !is_within(&of.window, customer, first, shop.now) {
            continue;
        }
        let mut kinds: BTreeSet<EventKind> = own.iter().map(|event| event.kind).collect();
        let ordered = |order: &Order| {
            order.customer == customer
                && order.time >= first
                && order.time <= last + 30 * MINUTE
                && order.time < shop.now
                && order.lines.iter().any(|line| line.1 > 0)
        };
        if shop.orders.iter().any(ordered) {
            kinds.insert(EventKind::Purchase);
        }
        if of.with.iter().all(|kind| kinds.contains(kind)) {
            with += 1;
            both += i32::from(!of.without.iter().any(|kind| kinds.contains(kind)));
        }
    }
    match of.measure {
        SessionMeasure::Count => Some(f64::from(both)),
        SessionMeasure::Share => (with > 0).then(|| f64::from(both) / f64::from(with)),
    }
}

fn holds(condition: &Condition, shop: &Shop, customer: i64) -> bool {
    match condition {
        Condition::And(children) => children.iter().all(|child| holds(child, shop, customer)),
        Condition::Or(children) => children.iter().any(|child| holds(child, shop, customer)),
        Condition::Not(child) => !holds(child, shop, customer),
        Condition::Orders(of) => passes(of.test.as_ref().unwrap(), orders_measure(of, shop, customer)),
        Condition::Events(of) => event_holds(of, shop, customer),
        Condition::Sessions(of) => passes(of.test.as_ref().unwrap(), sessions_measure(of, shop, customer)),
        _ => unreachable!(),
    }
}

/// What was measured must be what decides.
fn is_consistent(why: &Explanation, condition: &Condition) {
    let (test, by_item) = match condition {
        Condition::And(children) | Condition::Or(children) => {
            assert_eq!(why.parts.len(), children.len());
            return why.parts.iter().zip(children).for_each(|(part, child)| is_consistent(part, child));
        }
        Condition::Not(child) => return is_consistent(&why.parts[0], child),
        Condition::Orders(of) => (of.test.as_ref().unwrap(), false),
        Condition::Events(of) => (of.test.as_ref().unwrap(), of.same_item),
        Condition::Sessions(of) => (of.test.as_ref().unwrap(), false),
        _ => unreachable!(),
    };
    let value = match why.value {
        Some(Measured::Number(value)) => Some(value),
        Some(Measured::Unknown) => None,
        _ => unreachable!(),
    };
    // Where no item is measured none passes.
    assert_eq!(why.holds, passes(test, value) && !(by_item && value.is_none()), "{why:?}");
}

fn audiences(shop: &Shop, condition: &Condition) -> Audiences {
    let now = Some(Time::from_micros(shop.now));
    Audiences::new(data(shop), [("asked", condition.clone())], now).unwrap()
}

proptest! {
    #[test]
    fn members_are_those_of_a_plain_reckoning(shop in shops(), condition in trees()) {
        let audiences = audiences(&shop, &condition);
        let members: Vec<String> = audiences.members("asked").unwrap().ids().map(|id| id.to_string()).collect();
        let plain: Vec<String> =
            (0..7).filter(|&customer| holds(&condition, &shop, customer)).map(|customer| customer.to_string()).collect();
        prop_assert_eq!(members, plain, "{}", Audience::new(condition));
    }

    #[test]
    fn one_customer_is_asked_as_all_are_and_explained_as_asked(shop in shops(), condition in trees()) {
        let audiences = audiences(&shop, &condition);
        let members = audiences.members("asked").unwrap();
        for customer in 0_i64..7 {
            let is_in = audiences.contains("asked", customer).unwrap();
            prop_assert_eq!(is_in, members.has(usize::try_from(customer).unwrap()));
            prop_assert_eq!(is_in, !audiences.of(customer).unwrap().is_empty());
            let why = audiences.explain("asked", customer).unwrap();
            prop_assert_eq!(why.holds, is_in);
            is_consistent(&why, &condition);
        }
    }

    #[test]
    fn nothing_at_the_present_or_after_it_counts(shop in shops(), condition in trees()) {
        let mut past = shop.clone();
        past.orders.retain(|order| order.time < shop.now);
        past.events.retain(|event| event.time < shop.now);
        prop_assume!(!past.events.is_empty());
        let members = |shop: &Shop| audiences(shop, &condition).members("asked").unwrap();
        prop_assert_eq!(members(&shop), members(&past));
    }

    #[test]
    fn the_json_form_is_read_as_it_was_written(condition in trees()) {
        let audience = Audience::new(condition);
        let read = Audience::from_json(&audience.to_json()).unwrap();
        prop_assert_eq!(read, audience);
    }

    #[test]
    fn not_and_or_are_what_they_are_called(shop in shops(), a in leaves(), b in leaves()) {
        let both = |a: &Condition, b: &Condition| Condition::And(vec![a.clone(), b.clone()]);
        let not = |a: &Condition| Condition::Not(Box::new(a.clone()));
        let either = Condition::Or(vec![a.clone(), b.clone()]);
        let named = [("a", a.clone()), ("b", b.clone()), ("both", both(&a, &b)), ("either", either),
            ("neither", both(&not(&a), &not(&b))), ("nested", Condition::Not(Box::new(Condition::Audience("either".into()))))];
        let set = Audiences::new(data(&shop), named, Some(Time::from_micros(shop.now))).unwrap();
        let sizes = set.names().map(|name| set.members(name).unwrap().len()).collect::<Vec<_>>();
        prop_assert_eq!(sizes[2] + sizes[3], sizes[0] + sizes[1]);
        prop_assert_eq!(sizes[3] + sizes[4], 7);
        prop_assert_eq!(set.members("neither").unwrap(), set.members("nested").unwrap());
    }
}
