//! The plain reckoning: conditions over the rows of a shop, one by one.

use std::collections::BTreeSet;

use kosar::audience::{
    ColumnTest, Condition, End, EventCondition, EventCount, EventMeasure, Items, LineValue, LocalTimes,
    NotBought, OrderCondition, OrderCount, OrderMeasure, Scalar, SessionCondition, SessionMeasure, Test,
    Window,
};
use kosar::data::EventKind;
use kosar::{Time, Zone};

use crate::shops::*;

pub(crate) fn zone(customer: i64) -> Zone {
    Zone::parse(ZONES[usize::try_from(customer).unwrap() % 4]).unwrap()
}

pub(crate) fn is_chosen(items: &Items, item: i64) -> bool {
    match items {
        Items::Ids(ids) => ids.contains(&Scalar::Int(item)),
        Items::Not(part) => !is_chosen(part, item),
        Items::And(parts) => parts.iter().all(|part| is_chosen(part, item)),
        Items::Or(parts) => parts.iter().any(|part| is_chosen(part, item)),
        _ => unreachable!(),
    }
}

pub(crate) fn is_within(window: &Option<Window>, customer: i64, time: i64, now: i64) -> bool {
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

pub(crate) fn is_at(at: &Option<LocalTimes>, customer: i64, time: i64) -> bool {
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

pub(crate) fn passes(test: &Test, value: Option<f64>) -> bool {
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

pub(crate) fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> usize {
    values.collect::<BTreeSet<T>>().len()
}

pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

pub(crate) fn extreme(values: &[f64], pick: fn(f64, f64) -> f64) -> Option<f64> {
    values.iter().copied().reduce(pick)
}

pub(crate) fn orders_measure(of: &OrderCondition, shop: &Shop, customer: i64) -> Option<f64> {
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

pub(crate) fn event_holds(of: &EventCondition, shop: &Shop, customer: i64) -> bool {
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

pub(crate) fn sessions_measure(of: &SessionCondition, shop: &Shop, customer: i64) -> Option<f64> {
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

pub(crate) fn holds(condition: &Condition, shop: &Shop, customer: i64) -> bool {
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
