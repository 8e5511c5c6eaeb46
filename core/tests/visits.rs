//! Recently viewed items against a walk over all events, and the laws of the session that goes on.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{
    Batch, EventKind, EventLogBuilder, EventOptions, IdValues, LogBuilder, LogOptions, Role, TimeValues,
    Values,
};
use kosar::rank::ItemFilter;
use kosar::visits::{Seen, SeenKind, VisitQuery, Visits};
use kosar::{EventLog, Id, OrderLog, Persist, Time, TimeUnit};
use proptest::prelude::*;

/// Session (none for 0), customer (none for 0), item, kind, second.
type Row = (i64, i64, i64, EventKind, i64);

fn events(rows: &[Row]) -> EventLog {
    let ids = |pick: fn(&Row) -> i64| {
        IdValues::Int(rows.iter().map(|row| Some(pick(row)).filter(|&id| id > 0)).collect())
    };
    let kinds: Vec<&str> = rows.iter().map(|row| row.3.name()).collect();
    let times = rows.iter().map(|row| row.4).collect::<Vec<_>>();
    let batch = Batch::new(rows.len())
        .ids(Role::Session, ids(|row| row.0))
        .and_then(|batch| batch.ids(Role::Customer, ids(|row| row.1)))
        .and_then(|batch| batch.ids(Role::Item, ids(|row| row.2)))
        .and_then(|batch| batch.ids(Role::Kind, IdValues::Text(Values::new(kinds))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(times), TimeUnit::Second)));
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Customer, item, second.
fn orders(rows: &[(i64, i64, i64)]) -> OrderLog {
    let ids =
        |pick: fn(&(i64, i64, i64)) -> i64| IdValues::Int(rows.iter().map(|row| Some(pick(row))).collect());
    let times = rows.iter().map(|row| row.2).collect::<Vec<_>>();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, ids(|row| row.0))
        .and_then(|batch| batch.ids(Role::Item, ids(|row| row.1)))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(times), TimeUnit::Second)));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn at(second: i64) -> Time {
    Time::from_micros(second * 1_000_000)
}

/// Customers 1 to 4 have sessions 10 to 49 with their own number in front; session 9 is nobody's.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let kind = prop::sample::select(vec![
        EventKind::View,
        EventKind::View,
        EventKind::Click,
        EventKind::AddToCart,
        EventKind::RemoveFromCart,
        EventKind::AddToWishlist,
        EventKind::Purchase,
        EventKind::Impression,
    ]);
    let row = (0_i64..5, 0_i64..3, 1_i64..9, kind, 0_i64..60);
    let made = |(customer, session, item, kind, time)| match customer {
        0 => (9, 0, item, kind, time),
        customer => (10 * customer + session, customer, item, kind, time),
    };
    prop::collection::vec(row.prop_map(made), 1..120)
}

/// What is left of someone's events, by a walk over them in time; each equal event once.
fn walked(
    events: impl Iterator<Item = (i64, EventKind, i64)>,
    bought: &[(i64, i64)],
) -> BTreeMap<i64, (SeenKind, u32, i64)> {
    let mut all: Vec<(i64, EventKind, i64)> = events.collect();
    all.extend(bought.iter().map(|&(item, time)| (time, EventKind::Purchase, item)));
    all.sort_unstable_by_key(|&(time, kind, item)| (time, item, kind));
    let mut seen: BTreeMap<i64, (SeenKind, u32, i64)> = BTreeMap::new();
    for (index, &(time, kind, item)) in all.iter().enumerate() {
        // What is bought at the same instant is bought behind all else.
        let is_bought = all[index..].contains(&(time, EventKind::Purchase, item));
        if is_bought {
            seen.remove(&item);
            continue;
        }
        let has = seen.get(&item).copied();
        match kind {
            EventKind::View | EventKind::Click => {
                let (kind, views, _) = has.unwrap_or((SeenKind::Viewed, 0, 0));
                seen.insert(item, (kind, views + 1, time));
            }
            EventKind::AddToCart => {
                seen.insert(item, (SeenKind::InCart, has.map_or(0, |seen| seen.1), time));
            }
            EventKind::AddToWishlist => {
                let (kind, views, _) = has.unwrap_or((SeenKind::Viewed, 0, 0));
                seen.insert(item, (kind, views, time));
            }
            EventKind::RemoveFromCart => {
                if let Some(has) = seen.get_mut(&item) {
                    has.0 = SeenKind::Viewed;
                }
            }
            _ => {}
        }
    }
    seen
}

fn plain(found: &[Seen]) -> Vec<(i64, SeenKind, u32, i64)> {
    let item = |seen: &Seen| if let Id::Int(item) = seen.item { item } else { panic!("ids are integers") };
    found.iter().map(|seen| (item(seen), seen.kind, seen.views, seen.last.micros() / 1_000_000)).collect()
}

fn newest_first(seen: &BTreeMap<i64, (SeenKind, u32, i64)>) -> Vec<(i64, SeenKind, u32, i64)> {
    let mut all: Vec<_> =
        seen.iter().map(|(&item, &(kind, views, last))| (item, kind, views, last)).collect();
    all.sort_unstable_by_key(|&(item, _, _, last)| (-last, item));
    all
}

/// The distinct events of a customer, or of session 9 for 0.
fn of(rows: &[Row], customer: i64) -> impl Iterator<Item = (i64, EventKind, i64)> {
    let own = rows.iter().filter(|row| row.1 == customer);
    let distinct: BTreeSet<Row> = own.copied().collect();
    distinct.into_iter().map(|row| (row.4, row.3, row.2))
}

proptest! {
    #[test]
    fn lists_are_what_a_walk_over_the_events_leaves(
        rows in rows(), bought in prop::collection::vec((1_i64..5, 1_i64..9, 0_i64..60), 1..12), n in 0_usize..9,
    ) {
        let log = events(&rows);
        let made = Visits::new(&log, Some(&orders(&bought))).unwrap();
        let visits = Visits::from_bytes(&made.to_bytes().unwrap()).unwrap();
        prop_assert_eq!(&visits, &made);
        for customer in 1..5 {
            let query = VisitQuery::customer(customer);
            if log.customers().position(customer.into()).is_none() {
                prop_assert!(visits.recently_viewed(&query, n).is_err());
                continue;
            }
            let own: Vec<(i64, i64)> =
                bought.iter().filter(|row| row.0 == customer).map(|row| (row.1, row.2)).collect();
            let seen = walked(of(&rows, customer), &own);
            let mut expected = newest_first(&seen);
            prop_assert_eq!(plain(&visits.recently_viewed(&query, 99).unwrap()), expected.clone());
            prop_assert_eq!(&plain(&visits.recently_viewed(&query, n).unwrap())[..], &expected[..n.min(expected.len())]);
            // The session that goes on is the first of the customer.
            let session = 10 * customer;
            if log.session_ids().position(session.into()).is_some() {
                let touches = |event: &Row| event.0 == session && event.3 != EventKind::Impression;
                expected.retain(|row| !rows.iter().any(|event| touches(event) && event.2 == row.0));
                let query = query.session(Some(session));
                expected.sort_by_key(|row| row.1);
                prop_assert_eq!(plain(&visits.continue_shopping(&query, 99).unwrap()), expected.clone());
                prop_assert_eq!(&plain(&visits.continue_shopping(&query, n).unwrap())[..], &expected[..n.min(expected.len())]);
            }
        }
        if log.session_ids().position(9.into()).is_some() {
            let mut expected = newest_first(&walked(of(&rows, 0), &[]));
            let query = VisitQuery::anonymous().session(Some(9));
            prop_assert_eq!(plain(&visits.recently_viewed(&query, 99).unwrap()), expected.clone());
            expected.sort_by_key(|row| row.1);
            prop_assert_eq!(plain(&visits.continue_shopping(&query, 99).unwrap()), expected);
        }
    }

    #[test]
    fn events_of_the_session_that_goes_on_count_as_if_they_were_in_the_log(rows in rows(), cut in 0_i64..60, n in 0_usize..9) {
        let whole = Visits::new(&events(&rows), None).unwrap();
        let log = events(&rows).before(at(cut));
        let before = Visits::new(&log, None).unwrap();
        let later = |customer: i64| of(&rows, customer).filter(move |event| event.0 >= cut)
            .map(|(time, kind, item)| (item, kind, at(time)));
        for customer in 1..5 {
            if log.customers().position(customer.into()).is_some() {
                let query = VisitQuery::customer(customer);
                let expected = whole.recently_viewed(&query, n).unwrap();
                prop_assert_eq!(before.recently_viewed(&query.clone().ongoing(later(customer)), n).unwrap(), expected);
                // What goes on is before them already.
                let touching = later(customer).filter(|event| event.1 != EventKind::Impression);
                let touched: BTreeSet<i64> = touching.map(|event| event.0).collect();
                let mut left = before.continue_shopping(&query, 99).unwrap();
                left.retain(|seen| !touched.contains(&plain(std::slice::from_ref(seen))[0].0));
                prop_assert_eq!(before.continue_shopping(&query.ongoing(later(customer)), 99).unwrap(), left);
            }
        }
        if events(&rows).session_ids().position(9.into()).is_some() {
            let query = VisitQuery::anonymous();
            let known = query.clone().session(Some(9));
            let mut query = query.ongoing(later(0));
            if log.session_ids().position(9.into()).is_some() {
                query = query.session(Some(9));
            }
            prop_assert_eq!(before.recently_viewed(&query, n).unwrap(), whole.recently_viewed(&known, n).unwrap());
            prop_assert_eq!(before.continue_shopping(&query, n).unwrap(), whole.continue_shopping(&known, n).unwrap());
        }
    }

    #[test]
    fn filters_act_before_the_selection(rows in rows(), n in 0_usize..5) {
        let log = events(&rows);
        let visits = Visits::new(&log, None).unwrap();
        let filter = ItemFilter::new().only(Some([1, 2, 3, 4, 5, 77])).exclude([2]);
        let ongoing = [(77, EventKind::View, at(70)), (78, EventKind::View, at(71))];
        for customer in log.customers().iter() {
            let query = VisitQuery::customer(customer.to_id()).ongoing(ongoing);
            let mut all = visits.recently_viewed(&query, 99).unwrap();
            prop_assert_eq!((&all[0].item, &all[1].item), (&Id::from(78), &Id::from(77)));
            all.retain(|seen| [1, 3, 4, 5, 77].map(Id::from).contains(&seen.item));
            all.truncate(n);
            prop_assert_eq!(visits.recently_viewed(&query.filter(filter.clone()), n).unwrap(), all);
        }
    }
}

#[test]
fn what_was_bought_is_gone_until_it_is_viewed_again() {
    let rows = [
        (11, 1, 1, EventKind::View, 10),
        (11, 1, 2, EventKind::AddToCart, 20),
        (12, 1, 3, EventKind::View, 2000),
        (12, 1, 1, EventKind::Purchase, 2100),
        (13, 1, 1, EventKind::View, 5000),
    ];
    let visits = Visits::new(&events(&rows), None).unwrap();
    let query = VisitQuery::customer(1);
    let names =
        |found: Vec<Seen>| plain(&found).into_iter().map(|seen| (seen.0, seen.1, seen.2)).collect::<Vec<_>>();
    assert_eq!(
        names(visits.recently_viewed(&query, 9).unwrap()),
        [(1, SeenKind::Viewed, 1), (3, SeenKind::Viewed, 1), (2, SeenKind::InCart, 0)]
    );
    // In session 13, what is left of earlier ones: the cart first.
    assert_eq!(
        names(visits.continue_shopping(&query.clone().session(Some(13)), 9).unwrap()),
        [(2, SeenKind::InCart, 0), (3, SeenKind::Viewed, 1)]
    );
    let bought = orders(&[(1, 2, 30), (2, 3, 3000), (1, 9, 1)]);
    let visits = Visits::new(&events(&rows), Some(&bought)).unwrap();
    assert_eq!(
        names(visits.continue_shopping(&query.session(Some(13)), 9).unwrap()),
        [(3, SeenKind::Viewed, 1)]
    );
}

#[test]
fn what_was_only_shown_is_still_to_go_on_with() {
    let seen = [(11, 1, 1, EventKind::AddToCart, 10), (11, 1, 2, EventKind::View, 20)];
    let left = |kind: Option<EventKind>| {
        let now = kind.into_iter().flat_map(|kind| [(12, 1, 1, kind, 90_000), (12, 1, 2, kind, 90_001)]);
        let logged: Vec<Row> =
            seen.into_iter().chain(now.clone()).chain([(12, 1, 3, EventKind::View, 90_002)]).collect();
        let query = VisitQuery::customer(1);
        let visits = Visits::new(&events(&logged), None).unwrap();
        let in_log = plain(&visits.continue_shopping(&query.clone().session(Some(12)), 9).unwrap());
        let ongoing = now.map(|row| (row.2, row.3, at(row.4)));
        let visits = Visits::new(&events(&seen), None).unwrap();
        let in_query = plain(&visits.continue_shopping(&query.ongoing(ongoing), 9).unwrap());
        assert_eq!(in_log, in_query, "{kind:?}");
        in_log
    };
    let all = left(None);
    assert_eq!(all, [(1, SeenKind::InCart, 0, 10), (2, SeenKind::Viewed, 1, 20)]);
    for kind in EventKind::ALL {
        let touches = match kind.name() {
            "impression" | "search" | "message_sent" | "message_opened" | "message_unsubscribed" => false,
            "view" | "click" | "add_to_cart" | "remove_from_cart" | "add_to_wishlist" | "purchase"
            | "message_clicked" => true,
            other => panic!("{other}"),
        };
        assert_eq!(left(Some(kind)), if touches { vec![] } else { all.clone() }, "{kind}");
    }
}

#[test]
fn what_goes_on_is_later_than_the_log_though_its_clock_is_behind() {
    let seen = [(11, 1, 1, EventKind::View, 100), (11, 1, 2, EventKind::AddToCart, 110)];
    let visits = Visits::new(&events(&seen), None).unwrap();
    let after = |ongoing: &[(i64, EventKind, Time)]| {
        let query = VisitQuery::customer(1).ongoing(ongoing.iter().copied());
        plain(&visits.recently_viewed(&query, 9).unwrap())
    };
    let (tea, mug) = ((1, SeenKind::Viewed, 1, 100), (2, SeenKind::InCart, 0, 110));
    assert_eq!(after(&[(1, EventKind::Purchase, at(50))]), [mug]);
    assert_eq!(after(&[(2, EventKind::RemoveFromCart, at(50))]), [(2, SeenKind::Viewed, 0, 110), tea]);
    // Viewed again since it was bought, and before.
    let bought = (1, EventKind::Purchase, at(50));
    assert_eq!(after(&[(1, EventKind::View, at(60)), bought]), [mug, (1, SeenKind::Viewed, 1, 60)]);
    assert_eq!(after(&[bought, (1, EventKind::View, at(40))]), [mug]);
}

#[test]
fn who_is_not_there_is_refused_by_name() {
    let visits = Visits::new(&events(&[(11, 1, 1, EventKind::View, 10)]), None).unwrap();
    let refused = |query: VisitQuery| visits.recently_viewed(&query, 1).unwrap_err().to_string();
    assert_eq!(refused(VisitQuery::customer(2)), "unknown customer 2");
    assert_eq!(refused(VisitQuery::customer("1")), "customer ids are integer here, got the string '1'");
    assert_eq!(refused(VisitQuery::anonymous().session(Some(8))), "unknown session 8");
    assert_eq!(refused(VisitQuery::customer(1).session(Some(8))), "unknown session 8");
    let ongoing = [("x", EventKind::View, at(1))];
    assert_eq!(
        refused(VisitQuery::customer(1).ongoing(ongoing)),
        "item ids are integer here, got the string 'x'"
    );
    assert!(visits.recently_viewed(&VisitQuery::anonymous(), 3).unwrap().is_empty());
    let error = Visits::new(
        &events(&[(11, 1, 1, EventKind::View, 10)]),
        Some(&OrderLog::from_pairs([(1, 1)]).unwrap()),
    );
    assert_eq!(error.unwrap_err().kind(), kosar::ErrorKind::MissingColumn);
}
