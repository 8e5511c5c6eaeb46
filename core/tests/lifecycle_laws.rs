//! Stages add up: updates and forgetting equal a fit, bit for bit, and no answer depends on rows' order or threads.
//!
//! `KOSAR_LAWS` sets the number of random logs, 1,000 by default.
#![allow(clippy::unwrap_used, reason = "tests may")]

use kosar::data::{
    Batch, EventLog, EventLogBuilder, EventOptions, IdValues, LogBuilder, LogOptions, NumberValues, Role,
    TimeValues, Values, Vocabulary,
};
use kosar::lifecycle::{Lifecycle, LifecycleParams, LifecycleSources, Stage};
use kosar::{Control, Fit, Id, OrderLog, Persist, Time, TimeUnit};
use proptest::prelude::*;

/// Order, hour, value; the customer follows from the order.
type Row = (i64, i64, i32);

fn cases() -> ProptestConfig {
    let cases = std::env::var("KOSAR_LAWS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000);
    ProptestConfig { cases, ..ProptestConfig::default() }
}

fn customer(order: i64) -> Option<i64> {
    (order % 7 != 0).then_some(order % 9)
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0_i64..60, 0_i64..3_000, prop_oneof![9 => 1..9, 1 => -3..1]), 0..100)
}

fn log(rows: &[Row]) -> OrderLog {
    let ids = |pick: fn(&Row) -> Option<i64>| IdValues::Int(rows.iter().map(pick).collect());
    let seconds: Vec<i64> = rows.iter().map(|row| row.1 * 3_600).collect();
    let numbers =
        |pick: fn(&Row) -> f64| NumberValues::Float(Values::new(rows.iter().map(pick).collect::<Vec<_>>()));
    let batch = Batch::new(rows.len())
        .ids(Role::Order, ids(|row| Some(row.0)))
        .and_then(|batch| batch.ids(Role::Customer, ids(|row| customer(row.0))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Amount, numbers(|row| f64::from(row.2))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// Customers, up to 15, and hours of what they looked at.
fn events(rows: &[(i64, i64)]) -> EventLog {
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    let seconds: Vec<i64> = rows.iter().map(|row| row.1 * 3_600).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, IdValues::Int(Values::new(rows.iter().map(|row| row.0).collect::<Vec<_>>())))
        .and_then(|batch| batch.ids(Role::Item, IdValues::Int(Values::new(vec![1; rows.len()]))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second)));
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn looks() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((0_i64..15, 0_i64..3_000), 0..20)
}

fn all_params() -> Vec<LifecycleParams> {
    let as_of = Time::from_micros(70 * 86_400_000_000);
    vec![Lifecycle::params(), Lifecycle::params().as_of(as_of).slipping(0.5).loyal_purchases(3)]
}

fn same(a: &Lifecycle, b: &Lifecycle) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.as_of(), b.as_of());
    prop_assert_eq!(a.iter().collect::<Vec<_>>(), b.iter().collect::<Vec<_>>());
    prop_assert!(a == b);
    prop_assert!(a.to_bytes().unwrap() == b.to_bytes().unwrap());
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn updates_equal_a_fit_on_both(rows in rows(), looks in looks(), split in 0_i64..60) {
        let (a, b): (Vec<Row>, Vec<Row>) = rows.iter().partition(|row| row.0 < split);
        let (first, second) = (log(&a), log(&b));
        let both = first.append(&second).unwrap();
        let half = looks.len() / 2;
        let (early, late, seen) = (events(&looks[..half]), events(&looks[half..]), events(&looks));
        let listed: Vocabulary = [20, split % 30].map(Id::from).into_iter().collect();
        for params in all_params() {
            let model = params.fit(&first).unwrap();
            same(&model.update(&second).unwrap(), &params.fit(&both).unwrap())?;
            let old = params.fit(&LifecycleSources::new(&first).events(&early)).unwrap();
            let new = LifecycleSources::new(&second).events(&late).prospects(&listed);
            let fitted = params.fit(&LifecycleSources::new(&both).events(&seen).prospects(&listed)).unwrap();
            same(&old.update_from(&new, &Control::new()).unwrap(), &fitted)?;
        }
    }

    #[test]
    fn forgetting_equals_a_fit_on_what_is_left(rows in rows(), looks in looks(), which in 0_usize..99) {
        let (orders, seen) = (log(&rows), events(&looks));
        let gone: Vec<i64> = (0..15).filter(|&c| {
            rows.iter().any(|row| customer(row.0) == Some(c) && row.1 < 70 * 24) || looks.iter().any(|look| look.0 == c && look.1 < 70 * 24)
        }).collect();
        prop_assume!(!gone.is_empty());
        let gone = gone[which % gone.len()];
        let left: Vec<Row> = rows.iter().copied().filter(|row| customer(row.0) != Some(gone)).collect();
        let unseen: Vec<(i64, i64)> = looks.iter().copied().filter(|look| look.0 != gone).collect();
        let (fewer, less) = (log(&left), events(&unseen));
        for params in all_params() {
            let model = params.fit(&LifecycleSources::new(&orders).events(&seen)).unwrap();
            let forgot = model.forget(gone).unwrap();
            same(&forgot, &params.fit(&LifecycleSources::new(&fewer).events(&less)).unwrap())?;
            prop_assert!(forgot.forget(gone).is_err());
        }
    }

    #[test]
    fn everyone_is_in_one_stage_and_files_and_orders_of_rows_change_nothing(mut rows in rows(), looks in looks()) {
        let seen = events(&looks);
        for params in all_params() {
            let orders = log(&rows);
            let model = params.fit(&LifecycleSources::new(&orders).events(&seen)).unwrap();
            prop_assert_eq!(model.counts().iter().map(|&(_, n)| n).sum::<u64>(), model.len() as u64);
            for stage in Stage::ALL {
                for id in model.customers(stage) {
                    prop_assert_eq!(model.stage(id).unwrap(), stage);
                }
            }
            if let Some(as_of) = model.as_of() {
                for customer in model.iter() {
                    let on = |time| model.stage_at(customer.customer, time).unwrap();
                    prop_assert_eq!(on(as_of), Some(customer.stage));
                    let next = |time: Time| Time::from_micros(time.micros() + 86_400_000_000);
                    if let Some(change) = customer.next_change {
                        prop_assert_eq!(on(change.max(as_of)), Some(customer.stage));
                        prop_assert_eq!(on(next(change)), customer.next_stage);
                    }
                }
            }
            same(&Lifecycle::from_bytes(&model.to_bytes().unwrap()).unwrap(), &model)?;
            rows.reverse();
            let orders = log(&rows);
            same(&params.fit(&LifecycleSources::new(&orders).events(&seen)).unwrap(), &model)?;
        }
    }
}

#[test]
fn many_orders_on_any_number_of_threads_are_one_model() {
    let mut state = 7_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % below).unwrap()
    };
    let rows: Vec<(i64, i64)> = (0..60_000).map(|_| (random(9_000), random(900))).collect();
    let mut builder = LogBuilder::new(LogOptions::default());
    let seconds: Vec<i64> = rows.iter().map(|row| row.1 * 86_400).collect();
    let customers: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, IdValues::Int(Values::new(customers)))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second)));
    builder.push(&batch.unwrap()).unwrap();
    let log = builder.finish().unwrap();
    let fitted = Lifecycle::params().fit(&log).unwrap();
    assert!(fitted.counts().iter().filter(|&&(_, n)| n > 0).count() >= 5, "{:?}", fitted.counts());
    for n_threads in [1, 2, 7] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        let again = pool.install(|| Lifecycle::params().fit(&log).unwrap());
        assert!(
            again == fitted && again.to_bytes().unwrap() == fitted.to_bytes().unwrap(),
            "{n_threads} threads"
        );
        let from = Time::parse("1971-06-01").unwrap();
        let moved = |model: &Lifecycle| model.movements(from, model.as_of().unwrap()).unwrap();
        assert_eq!(pool.install(|| moved(&again)), moved(&fitted));
        assert_eq!(pool.install(|| again.table()).len(), fitted.len());
    }
}
