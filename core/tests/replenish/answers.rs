//! What is answered at the edges, and what is refused.

use kosar::data::{Batch, Catalog, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values};
use kosar::replenish::{Basis, BuyAgainOptions, Replenishment};
use kosar::{Error, ErrorKind, Fit, OrderLog, Time, TimeUnit};

use super::{Row, catalog, day, log, log_of, number};

#[test]
fn what_is_bought_once_does_not_come_due() {
    // Everybody buys the pot once and tea every week.
    let mut rows: Vec<Row> = (1..=40).map(|customer| (customer, 9, customer % 7, 1)).collect();
    rows.extend(
        (1..=40).flat_map(|customer| (0..20).map(move |week| (customer, 1, week * 7 + customer % 7, 1))),
    );
    let model = Replenishment::params().fit(&log(&rows)).unwrap();
    let again = model.buy_again_with(3, day(140), 9, &BuyAgainOptions::new().min_probability(0.05)).unwrap();
    assert_eq!(again.iter().map(|due| number(&due.item)).collect::<Vec<_>>(), [1]);
    assert!(again[0].probability > 0.9, "{again:?}");
    assert!(model.due(3, 9, day(140)).unwrap().unwrap().repurchase < 0.05);
}

#[test]
fn whoever_is_long_overdue_leaves_the_list() {
    let rows: Vec<Row> =
        (1..=40).flat_map(|customer| (0..5).map(move |at| (customer, 1, at * 10 + customer, 1))).collect();
    let model = Replenishment::params().fit(&log(&rows)).unwrap();
    let chance = |now: i64| model.due(40, 1, day(now)).unwrap().unwrap().repurchase;
    let chances: Vec<f64> = [81, 90, 100, 200, 2_000].map(chance).to_vec();
    assert!(chances.is_sorted_by(|a, b| a >= b) && chances[0] > 0.5 && chances[4] < 0.01, "{chances:?}");
}

#[test]
fn nobody_surely_comes_again() {
    // Everybody who bought it twice, and so everybody, came a third time, two weeks apart or so.
    let rows: Vec<Row> = (1..=40)
        .flat_map(|customer| (0..4).map(move |at| (customer, 1, at * 14 + customer * (at + 1) % 5, 1)))
        .collect();
    let model = Replenishment::params().fit(&log(&rows)).unwrap();
    let gone = model.due(40, 1, day(150)).unwrap().unwrap();
    assert!(gone.repurchase < 0.01 && gone.probability < 0.01, "{gone:?}");
    assert!(model.interval(1).unwrap().unwrap().1 < 1.0);
}

#[test]
fn a_crumb_lasts_a_day() {
    // A quantity lasts as long as it is large, and a crumb was bought last.
    let mut rows: Vec<(i64, i64, i64, f64)> = (1..30)
        .flat_map(|customer| [(customer, 1, 0, 1.0), (customer, 1, 7, 4.0), (customer, 1, 35, 1.0)])
        .collect();
    rows.push((5, 1, 42, 0.001));
    let model = Replenishment::params().fit(&log_of(&rows)).unwrap();
    let due = model.due(5, 1, day(43)).unwrap().unwrap();
    assert!((due.interval_days - 1.0).abs() < 1e-12, "{due:?}");
    assert!(due.latest < day(50), "{due:?}");
}

#[test]
fn an_item_without_intervals_is_as_its_category() {
    let mut rows: Vec<Row> = (1..=20)
        .flat_map(|customer| (0..8).flat_map(move |at| [(customer, 0, at * 7, 1), (customer, 2, at * 28, 1)]))
        .collect();
    rows.push((1, 1, 50, 1));
    rows.push((2, 3, 50, 1));
    let model = Replenishment::params().fit(&(&log(&rows), &catalog())).unwrap();
    let own = model.due(1, 1, day(55)).unwrap().unwrap();
    assert_eq!(own.basis, Basis::Category);
    assert!((own.interval_days - 7.0).abs() < 1.0, "{own:?}");
    let none = model.due(2, 3, day(55)).unwrap().unwrap();
    assert_eq!(none.basis, Basis::All);
    assert!((none.interval_days - 14.0).abs() < 2.0, "{none:?}");
}

#[test]
fn returns_same_days_and_nobody_make_no_purchases() {
    let rows = [
        (1, 1, 0, 1),
        (1, 1, 0, 2),
        (1, 1, 10, 1),
        (1, 1, 15, -1),
        (0, 1, 12, 1),
        (2, 2, 3, -1),
        (2, 1, 30, 1),
    ];
    let model = Replenishment::params().fit(&log(&rows)).unwrap();
    assert_eq!(model.items().len(), 1);
    let due = model.due(1, 1, day(12)).unwrap().unwrap();
    assert_eq!((due.purchases, due.last_bought), (2, day(10)));
    // The only interval there is.
    assert!((due.interval_days - 10.0).abs() < 1e-9 && due.due == day(20), "{due:?}");
    assert_eq!(due.basis, Basis::All);
    // Customer 2 is known; the day after the last purchase is the end.
    assert_eq!((model.due(2, 1, day(31)).unwrap().unwrap().purchases, model.end()), (1, day(31)));
}

#[test]
fn before_the_last_purchase_nothing_has_passed() {
    let rows = [(1, 1, 0, 1), (1, 1, 10, 1), (1, 1, 20, 1), (1, 1, 31, 1)];
    let model = Replenishment::params().fit(&log(&rows)).unwrap();
    let at = |now: i64| model.due(1, 1, day(now)).unwrap().unwrap();
    assert_eq!(at(3).probability.to_bits(), 0.0_f64.to_bits());
    assert_eq!(model.buy_again(1, day(3), 5).unwrap(), []);
    assert_eq!(at(3).due, at(40).due);
    assert!(at(40).probability > 0.5 && at(30).repurchase >= at(40).repurchase);
    assert!(model.due(1, 1, Time::from_micros(i64::MIN)).unwrap().is_some());
    assert!(model.due(1, 1, Time::from_micros(i64::MAX)).unwrap().is_some());
}

#[test]
fn nothing_is_answered_before_anything_was_bought_twice() {
    for rows in [vec![(1, 1, 0, 1), (2, 1, 5, 1)], vec![(0, 1, 0, 1)]] {
        let model = Replenishment::params().fit(&log(&rows)).unwrap();
        assert_eq!((model.quantity_exponent(), model.due_all(day(9), 5).unwrap().len()), (None, 0));
        for customer in model.customers().iter() {
            assert_eq!(model.buy_again(customer, day(9), 5).unwrap(), []);
            assert_eq!(model.due(customer, 1, day(9)).unwrap(), None);
        }
    }
}

#[test]
fn quantities_count_only_where_they_are_wanted() {
    let rows: Vec<Row> = (1..30)
        .flat_map(|customer| [(customer, 1, 0, 1), (customer, 1, 7, 4), (customer, 1, 35, 1)])
        .collect();
    let beta = |wanted| {
        let model = Replenishment::params().use_quantities(wanted).fit(&log(&rows)).unwrap();
        model.quantity_exponent().unwrap()
    };
    assert!((beta(true) - 1.0).abs() < 1e-12);
    assert_eq!(beta(false).to_bits(), 0.0_f64.to_bits());
}

#[test]
fn bad_questions_name_what_is_wrong() {
    let log = log(&[(1, 1, 0, 1), (1, 1, 9, 1), (2, 2, 3, 1)]);
    let model = Replenishment::params().fit(&log).unwrap();
    let kind = |error: Error| error.kind();
    assert_eq!(kind(model.buy_again(7, day(9), 1).unwrap_err()), ErrorKind::UnknownId);
    assert_eq!(kind(model.due("1", 1, day(9)).unwrap_err()), ErrorKind::IdType);
    assert_eq!(kind(model.due(1, 7, day(9)).unwrap_err()), ErrorKind::UnknownId);
    assert_eq!(model.due(1, 2, day(9)).unwrap(), None);
    assert_eq!(kind(model.forget(7).unwrap_err()), ErrorKind::UnknownId);
    let ask =
        |options: BuyAgainOptions| model.buy_again_with(1, day(9), 1, &options).unwrap_err().to_string();
    assert_eq!(
        ask(BuyAgainOptions::new().min_probability(2.0)),
        "min_probability must be from 0 to 1, got 2"
    );
    let horizon = "horizon_days must be above 0 and at most 3660, got 0";
    assert_eq!(ask(BuyAgainOptions::new().horizon_days(Some(0.0))), horizon);
    assert_eq!(Replenishment::params().horizon_days(0.0).fit(&log).unwrap_err().to_string(), horizon);
    let fit = Replenishment::params().coverage(1.0).fit(&log);
    assert_eq!(fit.unwrap_err().to_string(), "coverage must be above 0 and below 1, got 1");
    let fit = Replenishment::params().min_purchases(0).fit(&log);
    assert_eq!(fit.unwrap_err().to_string(), "min_purchases must be at least 1, got 0");
    let baskets = OrderLog::from_baskets([vec!["a"]]).unwrap();
    let error = Replenishment::params().fit(&baskets).unwrap_err();
    assert_eq!(error.to_string(), "the log has no customer column, which Replenishment needs");
    let words = Catalog::from_paths([("a", "A")]).unwrap();
    assert_eq!(kind(Replenishment::params().fit(&(&log, &words)).unwrap_err()), ErrorKind::IdType);
    let mut other = LogBuilder::new(LogOptions::default());
    let ids = |role| move |batch: Batch<'static>| batch.ids(role, IdValues::Text(Values::new(vec!["a"])));
    let batch = Batch::new(1)
        .time(TimeValues::Int(Values::new(vec![0]), TimeUnit::Second))
        .and_then(ids(Role::Customer))
        .and_then(ids(Role::Item));
    other.push(&batch.unwrap()).unwrap();
    assert_eq!(kind(model.update(&other.finish().unwrap()).unwrap_err()), ErrorKind::Intake);
}
