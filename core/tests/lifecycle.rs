//! Stages on logs that a person can check, and against a simulation that goes through the days one by one.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "tests may")]

use kosar::data::{
    Batch, EventLog, EventLogBuilder, EventOptions, IdValues, LogBuilder, LogOptions, NumberValues, Role,
    TimeValues, Values, Vocabulary,
};
use kosar::lifecycle::{Lifecycle, LifecycleParams, LifecycleSources, Stage};
use kosar::{Fit, Id, OrderLog, Persist, Time, TimeUnit};
use proptest::prelude::*;

const DAY: i64 = 86_400_000_000;

/// Limits at 0.8, 0.95 and 0.99, loyal from five purchases.
fn params() -> LifecycleParams {
    Lifecycle::params().slipping(0.8).dormant(0.95).lost(0.99).loyal_purchases(5)
}

fn day(day: i64) -> Time {
    Time::from_micros(day * DAY)
}

/// Orders of customers on days; a customer below zero is nobody, a value of zero makes an order that is no purchase.
fn orders(rows: &[(i64, i64, f64)]) -> OrderLog {
    let mut builder = LogBuilder::new(LogOptions::default());
    let customers = rows.iter().map(|row| (row.0 >= 0).then_some(row.0)).collect();
    let seconds: Vec<i64> = rows.iter().map(|row| row.1 * 86_400 + 3_600).collect();
    let amounts: Vec<f64> = rows.iter().map(|row| row.2).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, IdValues::Int(customers))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second)))
        .and_then(|batch| batch.numbers(Role::Amount, NumberValues::Float(Values::new(amounts))));
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn log(rows: &[(i64, &[i64])]) -> OrderLog {
    let rows: Vec<(i64, i64, f64)> =
        rows.iter().flat_map(|(customer, days)| days.iter().map(|&day| (*customer, day, 1.0))).collect();
    orders(&rows)
}

fn visits(rows: &[(i64, i64)]) -> EventLog {
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    let customers: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let seconds: Vec<i64> = rows.iter().map(|row| row.1 * 86_400).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, IdValues::Int(Values::new(customers)))
        .and_then(|batch| batch.ids(Role::Item, IdValues::Int(Values::new(vec![5; rows.len()]))))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second)));
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn ids(ids: &[i64]) -> Vocabulary {
    ids.iter().map(|&id| Id::from(id)).collect()
}

/// Regular customers, so that limits are those of the spread of a twentieth: one of 10 days slips after 11, one of 100 after
/// 105 days.
///
/// Every interval is 10 or 100, nothing is within, so `w` is 0.0025. With z of 0.8 .8416, of 0.95 1.6449, of 0.99 2.3263, and
/// all three limits a little above `10 exp(0.05 z)`: 10.43, 10.86, 11.23 and `100 exp(0.05 z)`: 104.3, 108.6, 112.3, for the
/// error of a mean of four intervals: `w (1 + 1/4)` is a spread of 0.0559: 10.48, 10.96, 11.39; 104.8, 109.6, 113.9.
fn clockwork() -> OrderLog {
    log(&[(1, &[0, 10, 20, 30, 40]), (2, &[-360, -260, -160, -60, 40]), (3, &[0, 100, 200, 300, 400])])
}

#[test]
fn limits_go_by_ones_own_rhythm() {
    let model = params().fit(&clockwork()).unwrap();
    assert_eq!(model.as_of(), Some(day(401)));
    let stages = |customer: i64, days: &[i64]| {
        days.iter()
            .map(|&after| model.stage_at(customer, day(40 + after + 1)).unwrap().unwrap())
            .collect::<Vec<_>>()
    };
    use Stage::{Dormant, Lost, Loyal, Slipping};
    // 11 days reach both the first limit and the second, 12 the third.
    assert_eq!(stages(1, &[0, 9, 10, 11, 12]), [Loyal, Loyal, Loyal, Dormant, Lost]);
    assert_eq!(
        stages(2, &[0, 104, 105, 109, 110, 113, 114]),
        [Loyal, Loyal, Slipping, Slipping, Dormant, Dormant, Lost]
    );
    let third = model.customer(3).unwrap();
    assert_eq!((third.stage, third.since), (Loyal, Some(day(400))));
    assert_eq!((third.silence_days, third.purchases), (Some(0), 5));
    assert!((third.rhythm_days.unwrap() - 100.0).abs() < 0.2, "{third:?}");
    assert_eq!((third.next_change, third.next_stage), (Some(day(505)), Some(Slipping)));
    let first = model.customer(1).unwrap();
    assert_eq!((first.stage, first.since, first.next_change), (Lost, Some(day(52)), None));
}

#[test]
fn whoever_buys_on_the_day_of_the_limit_has_not_reached_it() {
    // Customers 4, 5 and 6 are alike until day 40; then 4 buys after a gap, 5 a day later, 6 no more.
    let base: Vec<(i64, i64)> =
        (0..40).flat_map(|c| (0..6).map(move |k| (100 + c, c + 10 * k * (c % 3 + 1)))).collect();
    let with = |gap: i64| {
        let mut rows: Vec<(i64, i64, f64)> = base.iter().map(|&(c, d)| (c, d, 1.0)).collect();
        rows.extend([4, 5, 6].iter().flat_map(|&customer| [0, 20, 40].map(|day| (customer, day, 1.0))));
        rows.extend([(4, 40 + gap, 1.0), (5, 41 + gap, 1.0)]);
        params().as_of(day(400)).fit(&orders(&rows)).unwrap()
    };
    use Stage::{Active, Dormant, Slipping, WonBack};
    for (lapsed, late) in [(Slipping, Active), (Dormant, WonBack)] {
        // The limit moves a little with the gap itself.
        let exact = (1..100).map(|gap| (gap, with(gap))).find(|(gap, model)| {
            let is_lapsed = |days: &i64| model.stage_at(6, day(41 + *days)).unwrap() == Some(lapsed);
            (1..100).find(is_lapsed) == Some(*gap)
        });
        let (gap, model) = exact.unwrap();
        let at = |customer: i64, days: i64| model.stage_at(customer, day(41 + days)).unwrap().unwrap();
        assert_eq!(at(4, gap - 1), at(5, gap - 1));
        assert_eq!((at(4, gap), at(5, gap)), (Active, lapsed), "bought on the day, and not");
        assert_eq!(at(5, gap + 1), late);
    }
}

#[test]
fn one_purchase_is_new_until_the_rhythm_of_all_is_over() {
    let model = params().fit(&log(&[(1, &[0, 10, 20, 30]), (2, &[5, 25, 45]), (3, &[44])])).unwrap();
    let third = model.customer(3).unwrap();
    assert_eq!((third.stage, third.since, third.purchases), (Stage::New, Some(day(44)), 1));
    assert!(third.rhythm_days.unwrap() > 10.0 && third.rhythm_days.unwrap() < 20.0, "{third:?}");
    let slips = third.next_change.unwrap();
    assert_eq!(model.stage_at(3, slips).unwrap(), Some(Stage::New));
    assert_eq!(model.stage_at(3, Time::from_micros(slips.micros() + DAY)).unwrap(), Some(Stage::Slipping));
}

#[test]
fn a_day_is_one_purchase_however_many_orders_it_has() {
    let rows: Vec<(i64, i64, f64)> = (0..9).map(|_| (1, 3, 1.0)).chain([(2, 1, 1.0), (2, 3, 1.0)]).collect();
    let model = params().fit(&orders(&rows)).unwrap();
    let all = model.customer(1).unwrap();
    assert_eq!((all.stage, all.purchases), (Stage::New, 1));
    assert_eq!(model.customer(2).unwrap().stage, Stage::Active);
}

#[test]
fn without_a_second_day_of_anyone_there_is_no_rhythm() {
    let model = params().fit(&log(&[(1, &[0]), (2, &[900])])).unwrap();
    let first = model.customer(1).unwrap();
    assert_eq!((first.stage, first.silence_days), (Stage::New, Some(900)));
    assert_eq!((first.next_change, first.next_stage, first.rhythm_days), (None, None, None));
    assert_eq!(model.rhythm_days(), None);
    assert_eq!(model.stage_at(1, day(1_000_000)).unwrap(), Some(Stage::New));
}

#[test]
fn who_comes_back_after_having_been_dormant_is_won_back_until_the_next_purchase() {
    // The rhythm of 10 days is that of five others too, and 100 days is lost.
    let own = [0, 10, 20, 30, 40, 140, 150, 160, 170, 180];
    let mut rows: Vec<(i64, Vec<i64>)> =
        (10..15).map(|c| (c, (0..19).map(|k| k * 10 + c % 3).collect())).collect();
    rows.push((1, own.to_vec()));
    let rows: Vec<(i64, &[i64])> = rows.iter().map(|(c, days)| (*c, &days[..])).collect();
    let model = params().fit(&log(&rows)).unwrap();
    use Stage::{Active, Lost, Loyal, New, WonBack};
    let on: Vec<Stage> = own.iter().map(|d| model.stage_at(1, day(d + 1)).unwrap().unwrap()).collect();
    assert_eq!(on, [New, Active, Active, Active, Loyal, WonBack, Active, Active, Active, Loyal]);
    assert_eq!(model.stage_at(1, day(140)).unwrap(), Some(Lost));
    assert_eq!(model.customer(1).unwrap().since, Some(day(180)));
}

#[test]
fn later_orders_do_not_count() {
    let until = params().as_of(day(41));
    let all = clockwork();
    let model = until.fit(&all).unwrap();
    assert_eq!(model, until.fit(&all.before(day(41)).unwrap()).unwrap());
    assert_eq!(model.customer(3).unwrap().purchases, 1);
    // Whose first order is later is not there at all.
    let early = params().as_of(day(0)).fit(&all).unwrap();
    assert_eq!((early.len(), early.ids().get(0).to_id()), (1, Id::from(2)));
    assert_eq!(early.stage(3).unwrap_err().to_string(), "unknown customer 3");
}

#[test]
fn prospects_are_known_and_have_not_bought() {
    // 7 sent everything back, 8 and 9 only looked, 2 was on the list and bought.
    let rows = [(1, 0, 5.0), (1, 10, 5.0), (2, 12, 5.0), (7, 3, 0.0), (-1, 20, 5.0)];
    let (orders, seen, listed) = (orders(&rows), visits(&[(8, 4), (8, 2), (1, -9), (9, 25)]), ids(&[2, 6]));
    let sources = LifecycleSources::new(&orders).events(&seen).prospects(&listed);
    let model = params().fit(&sources).unwrap();
    assert_eq!(model.as_of(), Some(day(21)), "an order of nobody counts for the date");
    let prospects: Vec<Id> = model.customers(Stage::Prospect).map(|id| id.to_id()).collect();
    assert_eq!(prospects, [6, 7, 8].map(Id::from));
    assert!(model.stage(9).is_err(), "an event after the last order does not count");
    let since = |customer: i64| model.customer(customer).unwrap().since;
    assert_eq!([6, 7, 8].map(since), [None, Some(day(3)), Some(day(2))]);
    assert_eq!(model.customer(8).unwrap().next_change, None);
    let at = |customer: i64, on: i64| model.stage_at(customer, day(on)).unwrap();
    // The end of day 1, when 8 was not there yet.
    assert_eq!([at(8, 2), at(8, 3), at(6, -500)], [None, Some(Stage::Prospect), Some(Stage::Prospect)]);
    // Looked first, then bought.
    assert_eq!([at(1, -9), at(1, -8), at(1, 1)], [None, Some(Stage::Prospect), Some(Stage::New)]);
    assert_eq!([at(2, 12), at(2, 13)], [Some(Stage::Prospect), Some(Stage::New)]);
    let until = params().as_of(day(20)).fit(&sources).unwrap();
    assert!(until.stage(9).is_err(), "an event at as_of or later does not count");
    // It is kept until an order is later still, also in a file.
    let file = Lifecycle::from_bytes(&model.to_bytes().unwrap()).unwrap();
    assert!(file == model);
    let (on_25, on_26) = (log(&[(1, &[24])]), log(&[(1, &[25])]));
    assert!(file.update(&on_25).unwrap().stage(9).is_err());
    let later = file.update(&on_26).unwrap();
    assert_eq!(later.customer(9).unwrap().since, Some(day(25)));
    assert!(later.forget(1).unwrap().stage(9).is_err());
    assert!(model.forget(9).unwrap().update(&on_26).unwrap().stage(9).is_err());
}

#[test]
fn limits_beyond_all_time_are_never_reached() {
    // Intervals of a day and of ten years: limits of 0.99 and above are later than 2^30 days.
    let params = Lifecycle::params().slipping(0.995).dormant(0.997).lost(0.999);
    let model = params.fit(&log(&[(1, &[0, 1]), (2, &[0, 3_650])])).unwrap();
    let file = Lifecycle::from_bytes(&model.to_bytes().unwrap()).unwrap();
    for customer in [1, 2] {
        let found = file.customer(customer).unwrap();
        assert_eq!((found.stage, found.next_change, found.next_stage), (Stage::Active, None, None));
        assert_eq!(model.stage_at(customer, Time::from_micros(i64::MAX)).unwrap(), Some(Stage::Active));
    }
    // Shares a rounding apart make limits that may be one.
    let near = f64::from_bits(0.9_f64.to_bits() + 1);
    let params = Lifecycle::params().slipping(0.9).dormant(near).lost(f64::from_bits(near.to_bits() + 1));
    let found = params.fit(&log(&[(1, &[0, 10]), (2, &[0, 20])])).unwrap();
    let customer = found.customer(2).unwrap();
    assert_eq!((customer.stage, customer.next_stage), (Stage::Active, Some(Stage::Lost)));
}

#[test]
fn an_order_that_comes_again_counts_by_its_day() {
    let first = log(&[(1, &[0])]);
    let model = params().fit(&first).unwrap();
    assert_eq!(model.update(&first).unwrap().customer(1).unwrap().purchases, 1);
    let moved = model.update(&log(&[(1, &[4])])).unwrap();
    assert_eq!(moved.customer(1).unwrap().purchases, 2);
}

#[test]
fn movements_count_everyone_who_is_there() {
    let model = params().fit(&clockwork()).unwrap();
    let moved = model.movements(day(-10), day(45)).unwrap();
    assert_eq!(moved.count(None, Some(Stage::Loyal)), 1);
    assert_eq!(moved.count(None, Some(Stage::New)), 1);
    assert_eq!(moved.count(Some(Stage::Active), Some(Stage::Loyal)), 1);
    assert_eq!((moved.total(), model.movements(day(-999), day(-998)).unwrap().total()), (3, 0));
    let table = moved.table();
    assert_eq!((table.len(), moved.rows().count()), (9 * 8, 9));
    assert_eq!(
        model.movements(day(3), day(2)).unwrap_err().to_string(),
        "from must be at most to for movements"
    );
    assert_eq!(model.counts().iter().map(|&(_, n)| n).sum::<u64>(), 3);
}

#[test]
fn bad_parameters_are_named() {
    let refused = |params: LifecycleParams| params.fit(&clockwork()).unwrap_err().to_string();
    assert_eq!(refused(params().slipping(0.0)), "slipping must be above 0 and below dormant, got 0");
    assert_eq!(refused(params().slipping(0.95)), "slipping must be above 0 and below dormant, got 0.95");
    assert_eq!(refused(params().dormant(f64::NAN)), "slipping must be above 0 and below dormant, got 0.8");
    assert_eq!(refused(params().lost(1.0)), "lost must be above dormant and below 1, got 1");
    assert_eq!(refused(params().loyal_purchases(1)), "loyal_purchases must be at least 2, got 1");
    let noon = Time::from_micros(DAY / 2);
    assert!(refused(params().as_of(noon)).starts_with("as_of must be a midnight"));
    let baskets = OrderLog::from_baskets([["a"]]).unwrap();
    assert_eq!(
        params().fit(&baskets).unwrap_err().to_string(),
        "the log has no customer column, which Lifecycle needs"
    );
    let texts: Vocabulary = [Id::from("x")].into_iter().collect();
    let (log, error) =
        (clockwork(), "cannot append: customer ids are integer and string, or too many together");
    let sources = LifecycleSources::new(&log).prospects(&texts);
    assert_eq!(params().fit(&sources).unwrap_err().to_string(), error);
}

fn days_of(log: &[(i64, i64)], customer: i64) -> Vec<i64> {
    let mut days: Vec<i64> = log.iter().filter(|row| row.0 == customer).map(|row| row.1).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The definition, day by day and in floats: the limits of a customer with these intervals.
fn limits(all: &[Vec<i64>], own: &[i64]) -> [f64; 3] {
    let groups: Vec<Vec<f64>> = all
        .iter()
        .map(|days| days.windows(2).map(|both| ((both[1] - both[0]) as f64).ln()).collect())
        .filter(|group: &Vec<f64>| !group.is_empty())
        .collect();
    let mean = |group: &[f64]| group.iter().sum::<f64>() / group.len() as f64;
    let flat: Vec<f64> = groups.concat();
    let squares = |group: &[f64]| group.iter().map(|x| (x - mean(group)).powi(2)).sum::<f64>();
    let (n, k) = (flat.len() as f64, groups.len() as f64);
    let (mut within, mut between) = (1.0, 0.0);
    if flat.len() > groups.len() {
        within = (groups.iter().map(|group| squares(group)).sum::<f64>() / (n - k)).max(0.0025);
        let around: f64 =
            groups.iter().map(|group| group.len() as f64 * (mean(group) - mean(&flat)).powi(2)).sum();
        let scale = n - groups.iter().map(|group| (group.len() as f64).powi(2)).sum::<f64>() / n;
        if groups.len() > 1 {
            between = ((around - (k - 1.0) * within) / scale).max(0.0);
        }
    } else if flat.len() > 1 {
        within = (squares(&flat) / (n - 1.0)).max(0.0025);
    }
    let weights: Vec<f64> =
        groups.iter().map(|group| 1.0 / (between + within / group.len() as f64)).collect();
    let total: f64 = weights.iter().sum();
    let centre = groups.iter().zip(&weights).map(|(group, weight)| weight * mean(group)).sum::<f64>() / total;
    let own: Vec<f64> = own.iter().map(|&gap| (gap as f64).ln()).collect();
    let own_weight = if own.is_empty() { 0.0 } else { between / (between + within / own.len() as f64) };
    let own_mean = if own.is_empty() { 0.0 } else { mean(&own) };
    let drawn = (own_weight * own_mean + (1.0 - own_weight) * centre).max(0.0);
    let spread = (within + (1.0 - own_weight) * between + (1.0 - own_weight).powi(2) / total).sqrt();
    // Standard normal quantiles of 0.8, 0.95 and 0.99.
    [0.841_621_233_572_914, 1.644_853_626_951_472, 2.326_347_874_040_841].map(|z| drawn + z * spread)
}

proptest! {
    #[test]
    fn stages_are_those_of_a_walk_through_the_days(rows in prop::collection::vec((0_i64..6, 0_i64..120), 1..60)) {
        let table: Vec<(i64, i64, f64)> = rows.iter().map(|&(customer, day)| (customer, day, 1.0)).collect();
        let model = params().loyal_purchases(4).fit(&orders(&table)).unwrap();
        let all: Vec<Vec<i64>> = (0..6).map(|customer| days_of(&rows, customer)).collect();
        let has_rhythm = all.iter().any(|days| days.len() > 1);
        for (customer, days) in (0_i64..).zip(&all).filter(|(_, days)| !days.is_empty()) {
            let (mut stage, mut since, mut run, mut later) = (Stage::New, days[0], 0, false);
            let today = model.as_of().unwrap().micros() / DAY - 1;
            let mut seen = None;
            for on in days[0]..today + 200 {
                let past: Vec<i64> = days.iter().copied().filter(|&day| day <= on).collect();
                let before = stage;
                if past.last() == Some(&on) {
                    if matches!(stage, Stage::Dormant | Stage::Lost) {
                        (run, later) = (0, true);
                    }
                    run += 1;
                    stage = match run {
                        1 => if later { Stage::WonBack } else { Stage::New },
                        2..4 => Stage::Active,
                        _ => Stage::Loyal,
                    };
                } else if has_rhythm {
                    let gaps: Vec<i64> = past.windows(2).map(|both| both[1] - both[0]).collect();
                    let silence = ((on - past[past.len() - 1]) as f64).ln();
                    let limits = limits(&all, &gaps);
                    prop_assume!(limits.iter().all(|limit| (limit - silence).abs() > 1e-7));
                    match limits.iter().filter(|&&limit| silence >= limit).count() {
                        0 => {}
                        n => stage = [Stage::Slipping, Stage::Dormant, Stage::Lost][n - 1],
                    }
                }
                if stage != before || on == days[0] {
                    since = on;
                }
                prop_assert_eq!(model.stage_at(customer, day(on + 1)).unwrap(), Some(stage), "{} on {}", customer, on);
                let found = model.customer(customer).unwrap();
                if on == today {
                    prop_assert_eq!((found.stage, found.since), (stage, Some(day(since))));
                    seen = Some(stage);
                }
                if on > today && Some(stage) != seen && seen == Some(before) && since == on {
                    prop_assert_eq!((found.next_change, found.next_stage), (Some(day(on)), Some(stage)));
                    seen = None;
                }
            }
            prop_assert_eq!(model.stage_at(customer, day(days[0])).unwrap(), None);
        }
    }
}

#[test]
fn a_file_gives_the_model_back_and_a_broken_one_is_refused() {
    let (listed, orders) = (ids(&[2, 6]), clockwork());
    let sources = LifecycleSources::new(&orders).prospects(&listed);
    for params in [params(), params().as_of(day(100)).slipping(0.5)] {
        let model = params.fit(&sources).unwrap();
        let read = Lifecycle::from_bytes(&model.to_bytes().unwrap()).unwrap();
        assert_eq!(read, model);
        assert_eq!(read.to_bytes().unwrap(), model.to_bytes().unwrap());
        let serving = model.to_bytes_with(kosar::persist::SaveOptions::serving()).unwrap_err().to_string();
        assert!(serving.contains("only be saved with histories"), "{serving}");
    }
}
