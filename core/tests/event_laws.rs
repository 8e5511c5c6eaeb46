//! Laws of the event log: it is what its set of events makes it, in whatever order and in however many parts they came.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{
    Attribute, AttributeValues, Batch, Event, EventKind, EventLogBuilder, EventOptions, IdValues,
    Interactions, KindWeights, Role, TimeValues, Values,
};
use kosar::{ErrorKind, EventLog, Time, TimeUnit};
use proptest::prelude::*;

/// Session, customer, item, kind, minute, what was kept beside.
type Row = (Option<i64>, Option<i64>, i64, usize, i64, u8);

/// What may be kept beside an event, a word and a number, in the order of events.
const KEPT: [(&str, f64); 4] = [("app", 1.0), ("app", 2.0), ("web", f64::NAN), ("", f64::NAN)];

const GAP: i64 = 30;

fn rows() -> impl Strategy<Value = Vec<Row>> {
    // Few of everything, so that sessions are shared, cut by gaps, and events equal.
    let row = (
        prop::option::weighted(0.7, 0_i64..6),
        prop::option::weighted(0.5, 0_i64..4),
        0_i64..5,
        prop_oneof![Just(0_usize), Just(4), Just(7)],
        0_i64..300,
        prop_oneof![3 => Just(3_u8), 1 => 0_u8..3],
    );
    prop::collection::vec(row, 1..80).prop_map(|rows| {
        let known = |(session, customer, ..): &Row| session.is_some() || customer.is_some();
        rows.into_iter().filter(known).collect()
    })
}

fn log(rows: &[Row]) -> EventLog {
    let ids = |pick: &dyn Fn(&Row) -> Option<i64>| IdValues::Int(rows.iter().map(pick).collect());
    let kinds: Vec<&str> = rows.iter().map(|row| EventKind::ALL[row.3].name()).collect();
    let kept: Vec<(&'static str, f64)> = rows.iter().map(|row| KEPT[usize::from(row.5)]).collect();
    let seconds: Vec<i64> = rows.iter().map(|row| row.4 * 60).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Session, ids(&|row| row.0))
        .and_then(|batch| batch.ids(Role::Customer, ids(&|row| row.1)))
        .and_then(|batch| batch.ids(Role::Item, ids(&|row| Some(row.2))))
        .and_then(|batch| batch.ids(Role::Kind, IdValues::Text(Values::new(kinds))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second)))
        .and_then(|batch| {
            batch.attribute("device", AttributeValues::Text(kept.iter().map(|kept| Some(kept.0)).collect()))
        })
        .and_then(|batch| {
            batch.attribute("load", AttributeValues::Number(kept.iter().map(|kept| Some(kept.1)).collect()))
        });
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Id and customer of a session, and its events with the ids of their items and what was kept beside.
type Told = (Option<String>, Option<String>, Vec<(Option<String>, Event, usize)>);

/// All that a log says, in outside ids.
fn told(log: &EventLog) -> (Vec<Told>, [Vec<String>; 4]) {
    let names = |ids: &kosar::data::Vocabulary| ids.iter().map(|id| id.to_string()).collect::<Vec<_>>();
    let [(_, device), (_, load)] = log.attributes() else { panic!("two columns are kept") };
    let (Attribute::Category { words, .. }, Attribute::Number(numbers)) = (device, load) else {
        panic!("a word and a number")
    };
    let kept = |at: usize| {
        let is_it = |kept: &(&str, f64)| {
            kept.0 == device.word(at).unwrap_or_default() && kept.1.to_bits() == numbers[at].to_bits()
        };
        KEPT.iter().position(is_it).unwrap()
    };
    let mut places = 0..numbers.len();
    let sessions = log.sessions().map(|session| {
        let view = log.session(session);
        let events = log.events_of(session).map(|event| {
            let item = event.item.map(|item| log.items().get(item.as_usize()).to_string());
            (item, Event { item: None, ..event }, kept(places.next().unwrap()))
        });
        let events: Vec<_> = events.collect();
        let customer = view.customer.map(|customer| log.customers().get(customer.as_usize()).to_string());
        (view.id.map(|id| id.to_string()), customer, events)
    });
    (sessions.collect(), [names(log.customers()), names(log.session_ids()), names(log.items()), names(words)])
}

/// Minute, item, kind and what was kept of an event.
type What = (i64, i64, usize, u8);

/// The same, and the customer.
type Done = (What, Option<i64>);

/// The sessions of rows, told plainly: session id, customer, and what each event is.
type Plain = BTreeMap<(i64, Option<i64>, Option<i64>, i64), Vec<What>>;

/// The distinct rows, without those that name no customer where an equal one does.
fn distinct(rows: &[Row]) -> BTreeSet<Row> {
    let all: BTreeSet<Row> = rows.iter().copied().collect();
    let what = |row: &Row| (row.0, row.2, row.3, row.4, row.5);
    let named: BTreeSet<_> = all.iter().filter(|row| row.1.is_some()).map(what).collect();
    all.into_iter().filter(|row| row.1.is_some() || !named.contains(&what(row))).collect()
}

/// Ten lines of brute force over the set of rows; keyed by end, id, customer and first minute.
fn brute(rows: &[Row]) -> Plain {
    let mut owners: BTreeMap<(Option<i64>, Option<i64>), Vec<Done>> = BTreeMap::new();
    for &(session, customer, item, kind, minute, kept) in &distinct(rows) {
        let owner = if session.is_some() { (session, None) } else { (None, customer) };
        owners.entry(owner).or_default().push(((minute, item, kind, kept), customer));
    }
    let mut sessions = Plain::new();
    for ((id, owner), mut events) in owners {
        // `None` is above every customer here, as no customer is the last of all.
        events.sort_by_key(|&(what, customer)| (what, customer.unwrap_or(i64::MAX)));
        let whose = |at: usize| {
            let named = |event: &Done| event.1;
            owner
                .or_else(|| events[at..].iter().find_map(named))
                .or_else(|| events.iter().rev().find_map(named))
        };
        let mut by_customer: BTreeMap<Option<i64>, Vec<What>> = BTreeMap::new();
        for (at, event) in events.iter().enumerate() {
            by_customer.entry(whose(at)).or_default().push(event.0);
        }
        for (customer, events) in by_customer {
            let near = |a: &What, b: &What| id.is_some() || b.0 - a.0 <= GAP;
            for session in events.chunk_by(near) {
                let end = session.last().unwrap().0;
                sessions.insert((end, id, customer, session[0].0), session.to_vec());
            }
        }
    }
    sessions
}

fn plain(log: &EventLog) -> Plain {
    let number = |text: Option<String>| text.map(|text| text.parse::<i64>().unwrap());
    let sessions = told(log).0.into_iter().map(|(id, customer, events)| {
        let minute = |time: Time| time.micros() / 60_000_000;
        let events: Vec<What> = events
            .into_iter()
            .map(|(item, event, kept)| {
                let kind = EventKind::ALL.iter().position(|&kind| kind == event.kind).unwrap();
                (minute(event.time), number(item).unwrap(), kind, u8::try_from(kept).unwrap())
            })
            .collect();
        ((events.last().unwrap().0, number(id), number(customer), events[0].0), events)
    });
    sessions.collect()
}

proptest! {
    #[test]
    fn sessions_are_those_of_brute_force(rows in rows()) {
        let log = log(&rows);
        let expected = brute(&rows);
        prop_assert_eq!(log.n_sessions(), expected.len());
        prop_assert_eq!(plain(&log), expected);
        let distinct = distinct(&rows);
        prop_assert_eq!(log.n_events(), distinct.len());
        let ends: Vec<_> = log.sessions().map(|session| *log.session(session).times.last().unwrap()).collect();
        prop_assert!(ends.is_sorted());
        prop_assert_eq!(log.report().rows(), rows.len() as u64);
        prop_assert_eq!(log.report().taken(), distinct.len() as u64);
    }

    #[test]
    fn the_order_of_the_rows_leaves_no_trace(rows in rows(), keys in prop::collection::vec(any::<u32>(), 80)) {
        let mut shuffled: Vec<_> = rows.iter().copied().zip(keys).collect();
        shuffled.sort_by_key(|&(_, key)| key);
        let shuffled: Vec<Row> = shuffled.into_iter().map(|(row, _)| row).collect();
        prop_assert_eq!(told(&log(&rows)), told(&log(&shuffled)));
    }

    #[test]
    fn parts_appended_in_any_order_are_the_whole(rows in rows(), size in 1_usize..20, turn in 0_usize..8) {
        let mut parts: Vec<EventLog> = rows.chunks(size).map(log).collect();
        let n = parts.len().max(1);
        parts.rotate_left(turn % n);
        let joined = parts.into_iter().reduce(|joined, part| joined.append(&part).unwrap());
        prop_assume!(joined.is_some());
        prop_assert_eq!(told(&joined.unwrap()), told(&log(&rows)));
    }

    #[test]
    fn an_event_appended_twice_is_one(rows in rows()) {
        let whole = log(&rows);
        let twice = whole.append(&whole).unwrap();
        prop_assert_eq!((twice.report().taken(), twice.report().rows()), (0, whole.n_events() as u64));
        prop_assert_eq!(told(&twice), told(&whole));
    }

    #[test]
    fn splitting_at_an_instant_and_joining_gives_the_whole(rows in rows(), minute in 0_i64..300) {
        let whole = log(&rows);
        let cut = Time::from_micros(minute * 60_000_000);
        let (before, after) = (whole.before(cut), whole.after(cut));
        let part = |late: bool| rows.iter().copied().filter(|row| (row.4 >= minute) == late).collect::<Vec<_>>();
        prop_assert_eq!(told(&before).0, told(&log(&part(false))).0);
        prop_assert_eq!(told(&after).0, told(&log(&part(true))).0);
        prop_assert_eq!(told(&before.append(&after).unwrap()), told(&whole));
        prop_assert_eq!(told(&after.append(&before).unwrap()), told(&whole));
    }

    #[test]
    fn a_forgotten_customer_was_never_there(rows in rows(), customer in 0_i64..4) {
        let whole = log(&rows);
        prop_assume!(whole.customers().position(customer.into()).is_some());
        let forgotten = whole.forget(customer).unwrap();
        prop_assert!(forgotten.customers().position(customer.into()).is_none());
        // The sessions of all others stay as they are.
        let others: Plain = brute(&rows).into_iter().filter(|((_, _, whose, _), _)| *whose != Some(customer)).collect();
        prop_assert_eq!(plain(&forgotten), others);
        // Where nobody else's events are in their sessions, that is the log of the other rows.
        let theirs: BTreeSet<i64> = rows.iter().filter(|row| row.1 == Some(customer)).filter_map(|row| row.0).collect();
        let is_theirs = |row: &Row| row.1 == Some(customer) || row.0.is_some_and(|id| theirs.contains(&id));
        if rows.iter().filter(|row| is_theirs(row)).all(|row| row.1.is_none_or(|other| other == customer)) {
            let rest: Vec<Row> = rows.iter().copied().filter(|row| !is_theirs(row)).collect();
            prop_assert_eq!(told(&forgotten).0, told(&log(&rest)).0);
        }
    }

    #[test]
    fn a_forgotten_session_was_never_there(rows in rows(), session in 0_i64..6) {
        let whole = log(&rows);
        prop_assume!(whole.session_ids().position(session.into()).is_some());
        let rest: Vec<Row> = rows.iter().copied().filter(|row| row.0 != Some(session)).collect();
        prop_assert_eq!(told(&whole.forget_session(session).unwrap()).0, told(&log(&rest)).0);
    }

    #[test]
    fn a_linked_session_had_its_customer_from_the_start(rows in rows(), session in 0_i64..6, customer in 0_i64..9) {
        let whole = log(&rows);
        prop_assume!(whole.session_ids().position(session.into()).is_some());
        let linked = whole.link(session, customer).unwrap();
        let named: Vec<Row> = distinct(&rows)
            .into_iter()
            .map(|row| if row.0 == Some(session) { (row.0, row.1.or(Some(customer)), row.2, row.3, row.4, row.5) } else { row })
            .collect();
        prop_assert_eq!(told(&linked), told(&log(&named)));
    }

    #[test]
    fn a_merged_customer_was_the_other_from_the_start(
        rows in rows(),
        pairs in prop::collection::vec((0_i64..6, 0_i64..6), 1..4),
    ) {
        let whole = log(&rows);
        let named = |customer: i64| pairs.iter().fold(customer, |now, &(from, into)| if now == from { into } else { now });
        let from_the_start: Vec<Row> =
            rows.iter().map(|&row| (row.0, row.1.map(named), row.2, row.3, row.4, row.5)).collect();
        let merged = whole.merge_all_customers(pairs.iter().map(|&(a, b)| (a.into(), b.into()))).unwrap();
        prop_assert_eq!(told(&merged), told(&log(&from_the_start)));
        let mut one_by_one = whole;
        for &(customer, into) in &pairs {
            let is_known = one_by_one.customers().position(customer.into()).is_some();
            let merged = one_by_one.merge_customers(customer, into);
            prop_assert_eq!(merged.as_ref().err().map(kosar::Error::kind), (!is_known).then_some(ErrorKind::UnknownId));
            one_by_one = merged.unwrap_or(one_by_one);
        }
        prop_assert_eq!(told(&one_by_one), told(&merged));
    }

    #[test]
    fn strengths_are_sums_of_weights(rows in rows()) {
        let log = log(&rows);
        let weights = KindWeights::default();
        let mut expected: BTreeMap<(i64, i64), f64> = BTreeMap::new();
        for ((_, _, customer, _), events) in brute(&rows) {
            for (_, item, kind, _) in events {
                if let Some(customer) = customer {
                    *expected.entry((customer, item)).or_default() += weights.get(EventKind::ALL[kind]);
                }
            }
        }
        let matrix = Interactions::from_events(&log, &weights);
        let pairs: Vec<(i64, i64)> = (0..matrix.n_customers())
            .flat_map(|place| matrix.rows().row(place).iter().map(move |item| (place, item.as_usize())))
            .map(|(customer, item)| {
                (matrix.customers().as_ints().unwrap()[customer], matrix.items().as_ints().unwrap()[item])
            })
            .collect();
        prop_assert_eq!(pairs, expected.into_keys().collect::<Vec<_>>());
        prop_assert_eq!(Interactions::from_sessions(&log, &weights).n_customers(), log.n_sessions());
    }
}
