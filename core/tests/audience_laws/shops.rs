//! Random shops, random conditions, and the logs of a shop.

use std::collections::BTreeSet;

use kosar::audience::{
    AudienceData, ColumnTest, Condition, End, EventCondition, EventCount, EventMeasure, Items, LineValue,
    LocalTimes, NotBought, OrderCondition, OrderCount, OrderMeasure, Scalar, SessionCondition,
    SessionMeasure, Test, Weekday, Window,
};
use kosar::data::{
    AttributeValues, Batch, CustomersBatch, CustomersBuilder, CustomersOptions, EventKind, EventLogBuilder,
    EventOptions, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values,
};
use kosar::{EventLog, OrderLog, Time, TimeUnit};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

pub(crate) const MINUTE: i64 = 60_000_000;
pub(crate) const DAY: i64 = 1440 * MINUTE;
pub(crate) const ZONES: [&str; 4] = ["UTC", "Europe/Budapest", "America/New_York", "Asia/Kolkata"];
pub(crate) const CHANNELS: [&str; 2] = ["app", "web"];
pub(crate) const KINDS: [EventKind; 4] =
    [EventKind::View, EventKind::AddToCart, EventKind::Purchase, EventKind::Search];
pub(crate) const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Clocks change in these weeks: on 2026-03-08 in New York, on 2026-03-29 in Budapest.
pub(crate) fn start() -> i64 {
    Time::parse("2026-03-01").unwrap().micros()
}

/// Item, quantity, cents of one.
pub(crate) type Line = (i64, i64, i64);

/// Id, order and line.
pub(crate) type Row<'a> = (i64, &'a Order, Line);

/// Of an order the lines that pass.
pub(crate) type Passing<'a> = (&'a Order, Vec<Line>);

#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) customer: i64,
    /// In microseconds.
    pub(crate) time: i64,
    pub(crate) channel: usize,
    /// Item, quantity, cents of one; items differ.
    pub(crate) lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Event {
    pub(crate) customer: i64,
    pub(crate) session: i64,
    pub(crate) time: i64,
    pub(crate) item: Option<i64>,
    pub(crate) kind: EventKind,
}

#[derive(Debug, Clone)]
pub(crate) struct Shop {
    pub(crate) orders: Vec<Order>,
    pub(crate) events: Vec<Event>,
    pub(crate) now: i64,
}

/// Half hours of five weeks.
pub(crate) fn times() -> impl Strategy<Value = i64> {
    (0_i64..35 * 48).prop_map(|at| start() + at * 30 * MINUTE)
}

pub(crate) fn shops() -> impl Strategy<Value = Shop> {
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

pub(crate) fn windows() -> impl Strategy<Value = Option<Window>> {
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

pub(crate) fn local_times() -> impl Strategy<Value = Option<LocalTimes>> {
    let hours = (0_u8..24, 0_u8..25).prop_filter("hours differ", |(from, to)| from != to);
    prop::option::weighted(
        0.3,
        (prop::option::of(hours), subsequence(&WEEKDAYS[..], 0..4))
            .prop_map(|(hours, weekdays)| LocalTimes { hours, weekdays }),
    )
}

pub(crate) fn choices() -> impl Strategy<Value = Option<Items>> {
    let ids = subsequence((0_i64..5).collect::<Vec<_>>(), 1..4)
        .prop_map(|ids| Items::Ids(ids.into_iter().map(Scalar::Int).collect()));
    prop::option::of(prop_oneof![
        ids.clone(),
        ids.clone().prop_map(|ids| Items::Not(Box::new(ids))),
        (ids.clone(), ids.clone()).prop_map(|(a, b)| Items::And(vec![a, b])),
        (ids.clone(), ids).prop_map(|(a, b)| Items::Or(vec![a, b])),
    ])
}

pub(crate) fn tests() -> impl Strategy<Value = Test> {
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

pub(crate) fn order_conditions() -> impl Strategy<Value = Condition> {
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

pub(crate) fn event_conditions() -> impl Strategy<Value = Condition> {
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

pub(crate) fn session_conditions() -> impl Strategy<Value = Condition> {
    let measure = select(vec![SessionMeasure::Count, SessionMeasure::Share]);
    let kinds = || subsequence(&KINDS[..3], 0..2);
    (kinds(), kinds(), windows(), measure, tests()).prop_map(|(with, without, window, measure, test)| {
        Condition::Sessions(SessionCondition { with, without, window, measure, test: Some(test) })
    })
}

pub(crate) fn leaves() -> impl Strategy<Value = Condition> {
    prop_oneof![order_conditions(), event_conditions(), session_conditions()]
}

pub(crate) fn trees() -> impl Strategy<Value = Condition> {
    leaves().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::And),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Condition::Or),
            inner.prop_map(|child| Condition::Not(Box::new(child))),
        ]
    })
}

pub(crate) fn ints(values: Vec<i64>) -> IdValues<'static> {
    IdValues::Int(Values::new(values))
}

pub(crate) fn order_log(orders: &[Order]) -> OrderLog {
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

pub(crate) fn event_log(events: &[Event]) -> EventLog {
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

pub(crate) fn data(shop: &Shop) -> AudienceData {
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
