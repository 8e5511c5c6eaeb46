//! RFM adds up: updates, merging and forgetting equal a fit, and a fit without a log equals one with it, bit for bit.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "tests may")]

use kosar::data::{
    Batch, IdValues, IntakeReport, LogBuilder, LogOptions, Note, NumberValues, Returns, Role, TimeValues,
    Values,
};
use kosar::rfm::{Rfm, RfmBuilder, RfmParams};
use kosar::{Fit, Id, OrderLog, Persist, Time, TimeUnit};
use proptest::prelude::*;

/// What is in a row: customer (none above 8), order, quantity, price, hour; one in many is at fault.
#[derive(Debug, Clone)]
struct Row {
    customer: i64,
    order: i64,
    quantity: f64,
    price: f64,
    hour: Option<i64>,
}

/// In which columns the rows come.
#[derive(Debug, Clone, Copy)]
struct Form {
    text: bool,
    coded: bool,
    orders: bool,
    amounts: bool,
    prices: bool,
    batches: usize,
    returns: Returns,
}

/// Integers and amounts, in one batch.
const PLAIN: Form = Form {
    text: false,
    coded: false,
    orders: true,
    amounts: true,
    prices: false,
    batches: 1,
    returns: Returns::Net,
};

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let quantity = prop::sample::select(vec![1.0, 1.0, 2.0, 2.5, -1.0, 0.0]);
    let price = prop::sample::select(vec![1.0, 2.55, 0.0, 9.99, 3.0, f64::NAN]);
    let hour = prop::option::weighted(0.97, 0_i64..2_000);
    let row = (0_i64..12, 0_i64..30, quantity, price, hour);
    prop::collection::vec(row, 0..80).prop_map(|rows| {
        let row = |(customer, order, quantity, price, hour)| Row { customer, order, quantity, price, hour };
        rows.into_iter().map(row).collect()
    })
}

fn forms() -> impl Strategy<Value = Form> {
    let returns = prop::sample::select(vec![Returns::Net, Returns::Drop, Returns::Keep]);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (flags, 1_usize..4, returns).prop_map(|((text, coded, orders, amounts, prices), batches, returns)| Form {
        text,
        coded,
        orders,
        amounts,
        prices,
        batches,
        returns,
    })
}

fn ids<'a>(numbers: &[Option<i64>], names: &'a [String], form: Form) -> IdValues<'a> {
    match (form.text, form.coded) {
        (false, false) if numbers.iter().all(Option::is_some) => {
            IdValues::Int(Values::new(numbers.iter().flatten().copied().collect::<Vec<_>>()))
        }
        (false, false) => IdValues::Int(numbers.iter().copied().collect()),
        (true, false) => IdValues::Text(
            numbers.iter().map(|id| id.map(|id| &*names[usize::try_from(id).unwrap()])).collect(),
        ),
        (text, true) => {
            let codes = numbers.iter().map(|id| id.map(|id| u32::try_from(id).unwrap())).collect();
            let dictionary = if text {
                IdValues::Text(Values::new(names.iter().map(String::as_str).collect::<Vec<_>>()))
            } else {
                IdValues::Int(Values::new((0..40).collect::<Vec<i64>>()))
            };
            IdValues::Coded { codes, dictionary: Box::new(dictionary) }
        }
    }
}

/// Hands the rows over in batches.
fn in_batches(rows: &[Row], form: Form, mut push: impl FnMut(&Batch<'_>)) {
    // Names in another order than numbers.
    let names: Vec<String> = (0..40).map(|id| format!("{}-{id}", (id * 7) % 10)).collect();
    for rows in rows.chunks(rows.len().div_ceil(form.batches).max(1)).chain([&rows[..0]]) {
        let customers: Vec<Option<i64>> =
            rows.iter().map(|row| (row.customer <= 8).then_some(row.customer)).collect();
        let orders: Vec<Option<i64>> = rows.iter().map(|row| Some(row.order)).collect();
        let mut batch = Batch::new(rows.len()).ids(Role::Customer, ids(&customers, &names, form)).unwrap();
        if form.orders {
            batch = batch.ids(Role::Order, ids(&orders, &names, form)).unwrap();
        }
        let hours: Vec<Option<i64>> = rows.iter().map(|row| row.hour.map(|hour| hour * 3_600)).collect();
        let hours = match hours.iter().copied().collect::<Option<Vec<i64>>>() {
            Some(all) => Values::new(all),
            None => hours.into_iter().collect(),
        };
        batch = batch.time(TimeValues::Int(hours, TimeUnit::Second)).unwrap();
        let numbers =
            |of: fn(&Row) -> f64| NumberValues::Float(Values::new(rows.iter().map(of).collect::<Vec<_>>()));
        batch = match (form.amounts, form.prices) {
            (true, _) => batch.numbers(Role::Amount, numbers(|row| row.price * row.quantity)).unwrap(),
            (false, true) => batch
                .numbers(Role::Price, numbers(|row| row.price))
                .unwrap()
                .numbers(Role::Quantity, numbers(|row| row.quantity))
                .unwrap(),
            (false, false) => batch.numbers(Role::Quantity, numbers(|row| row.quantity)).unwrap(),
        };
        push(&batch);
    }
}

fn log(rows: &[Row], form: Form) -> OrderLog {
    let mut builder = LogBuilder::new(LogOptions { returns: form.returns, ..LogOptions::default() });
    in_batches(rows, form, |batch| builder.push(batch).unwrap());
    builder.finish().unwrap()
}

fn without_log(rows: &[Row], form: Form, params: RfmParams) -> (Rfm, IntakeReport) {
    let options = LogOptions { returns: form.returns, ..LogOptions::default() };
    let mut builder = RfmBuilder::new(params, options).unwrap();
    in_batches(rows, form, |batch| builder.push(batch).unwrap());
    builder.finish().unwrap()
}

/// Parameters that can be updated.
fn kept() -> Vec<RfmParams> {
    let as_of = Time::from_micros(20 * 86_400_000_000);
    vec![
        Rfm::params(),
        Rfm::params().as_of(as_of),
        Rfm::params().as_of(as_of).window_days(Some(9)),
        Rfm::params().returns(Some(Returns::Drop)),
        Rfm::params().returns(Some(Returns::Keep)),
    ]
}

fn all_params() -> Vec<RfmParams> {
    [kept(), vec![Rfm::params().window_days(Some(11))]].concat()
}

fn same(a: &Rfm, b: &Rfm) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.as_of(), b.as_of());
    prop_assert_eq!(a.iter().collect::<Vec<_>>(), b.iter().collect::<Vec<_>>());
    prop_assert_eq!(a.cut_points(), b.cut_points());
    prop_assert!(a == b);
    prop_assert!(a.to_bytes().unwrap() == b.to_bytes().unwrap());
    Ok(())
}

proptest! {
    #[test]
    fn a_fit_without_a_log_equals_one_with_it(rows in rows(), form in forms()) {
        let log = log(&rows, form);
        for params in all_params() {
            let fitted = params.fit(&log).unwrap();
            let (built, report) = without_log(&rows, form, params.clone());
            same(&built, &fitted)?;
            prop_assert_eq!(report.set_aside(), log.report().set_aside());
            let notes = log.report().notes().iter();
            let notes = notes.filter(|&(&note, _)| note != Note::SharedOrderIds && note != Note::PartlyAnonymous);
            prop_assert!(report.notes().iter().eq(notes));
            prop_assert_eq!(report.taken(), log.report().taken());
        }
    }

    #[test]
    fn updates_and_merging_equal_a_fit_on_both_logs(rows in rows(), form in forms(), split in 0_i64..30) {
        let form = Form { orders: true, ..form };
        let (a, b): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.order < split);
        let (first, second) = (log(&a, form), log(&b, form));
        let both = first.append(&second).unwrap();
        for params in kept() {
            let fitted = params.fit(&both).unwrap();
            let model = params.fit(&first).unwrap();
            same(&model.update(&second).unwrap(), &fitted)?;
            same(&model.merge(&params.fit(&second).unwrap()).unwrap(), &fitted)?;
        }
    }

    #[test]
    fn forgetting_equals_a_fit_on_what_is_left(rows in rows(), form in forms(), which in 0_usize..9) {
        let log = log(&rows, form);
        let customers: Vec<Id> = log.customers().unwrap().iter().map(|id| id.to_id()).collect();
        prop_assume!(!customers.is_empty());
        let customer = &customers[which % customers.len()];
        let left = log.forget(customer).unwrap();
        for params in kept() {
            let forgot = params.fit(&log).unwrap().forget(customer).unwrap();
            same(&forgot, &params.fit(&left).unwrap())?;
            prop_assert!(forgot.forget(customer).is_err());
        }
    }

    #[test]
    fn a_file_gives_the_model_back(rows in rows(), form in forms()) {
        for params in all_params() {
            let model = params.fit(&log(&rows, form)).unwrap();
            same(&Rfm::from_bytes(&model.to_bytes().unwrap()).unwrap(), &model)?;
        }
    }

    #[test]
    fn a_window_counts_what_a_log_of_it_would(rows in rows(), form in forms(), days in 1_u32..40) {
        let log = log(&rows, form);
        prop_assume!(log.n_orders() > 0);
        let as_of = Time::from_micros(50 * 86_400_000_000);
        let from = Time::from_micros(as_of.micros() - i64::from(days) * 86_400_000_000);
        let windowed = Rfm::params().as_of(as_of).window_days(Some(days)).fit(&log).unwrap();
        let cut = Rfm::params().as_of(as_of).fit(&log.after(from).unwrap()).unwrap();
        prop_assert_eq!(windowed.iter().collect::<Vec<_>>(), cut.iter().collect::<Vec<_>>());
    }
}

#[test]
fn many_rows_in_any_order_and_on_any_number_of_threads_are_one_model() {
    let form = Form { batches: 3, ..PLAIN };
    // Several ranges of rows, orders across their borders, and ids far apart.
    let mut state = 7_u64;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % below).unwrap()
    };
    let mut rows: Vec<Row> = (0..150_000)
        .map(|line| Row {
            customer: line / 50_000,
            order: line / 40_000,
            quantity: if random(40) == 0 { -1.0 } else { 1.0 },
            price: 0.01 * f64::from(u32::try_from(random(5_000)).unwrap()),
            hour: Some(line / 5_000),
        })
        .collect();
    let sorted = rows.clone();
    for i in (1..rows.len()).rev() {
        rows.swap(i, usize::try_from(random(i as u64 + 1)).unwrap());
    }
    let fitted = Rfm::params().fit(&log(&sorted, form)).unwrap();
    for rows in [&sorted, &rows] {
        for n_threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            let (built, report) = pool.install(|| without_log(rows, form, Rfm::params()));
            assert!(built == fitted, "{n_threads} threads");
            assert_eq!(report.rows(), 150_000);
            assert!(pool.install(|| Rfm::params().fit(&log(rows, form)).unwrap()) == fitted);
        }
    }
}

#[test]
fn what_a_window_without_a_date_left_out_cannot_come_back() {
    let log = log(&[Row { customer: 3, order: 1, quantity: 1.0, price: 2.0, hour: Some(5) }], PLAIN);
    let model = Rfm::params().window_days(Some(30)).fit(&log).unwrap();
    for error in [model.update(&log).unwrap_err(), model.forget(3_i64).unwrap_err()] {
        assert!(error.to_string().starts_with("as_of must be given for updating"), "{error}");
    }
    assert_eq!(
        Rfm::params().window_days(Some(0)).fit(&log).unwrap_err().to_string(),
        "window_days must be at least 1, got 0"
    );
}

#[test]
fn logs_that_treat_returns_differently_do_not_add_up() {
    let row = |order| Row { customer: 3, order, quantity: 1.0, price: 2.0, hour: Some(5) };
    let net = Rfm::params().fit(&log(&[row(1)], PLAIN)).unwrap();
    let keep = log(&[row(2)], Form { returns: Returns::Keep, ..PLAIN });
    let error = net.update(&keep).unwrap_err();
    assert_eq!(error.to_string(), "cannot append: returns are treated as Net and Keep");
}

#[test]
fn a_fit_without_a_log_names_what_is_missing() {
    let builder = || RfmBuilder::new(Rfm::params(), LogOptions::default()).unwrap();
    let error = builder().push(&Batch::new(0)).unwrap_err();
    assert_eq!(error.to_string(), "the log has no customer column, which Rfm needs");
    let customers = Batch::new(0).ids(Role::Customer, IdValues::Int(Values::new(&[][..]))).unwrap();
    let error = builder().push(&customers).unwrap_err();
    assert_eq!(error.to_string(), "the log has no time column, which Rfm needs");
    let options = LogOptions { drop_duplicates: true, ..LogOptions::default() };
    let error = RfmBuilder::new(Rfm::params(), options).unwrap_err();
    assert!(error.to_string().starts_with("drop_duplicates must be false"), "{error}");
}
