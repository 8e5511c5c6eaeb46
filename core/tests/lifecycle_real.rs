//! Stages tell who buys again: of Online Retail and of generated shops, the share who buy within a quarter falls from stage to
//! stage. `benches/records` has the table; `--nocapture` prints it.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::print_stderr, reason = "tests may")]

mod common;

use kosar::data::{
    Batch, IdValues, LogBuilder, LogOptions, NumberValues, OrderLog, Role, TimeValues, Values,
};
use kosar::datasets::Shop;
use kosar::lifecycle::{Lifecycle, LifecycleParams, Stage};
use kosar::{Fit, Id, Time, TimeUnit};

const DAYS: i64 = 86_400_000_000;

type Counts = [(u64, u64); 8];

/// Customers with the days of their purchases.
fn purchases(log: &OrderLog) -> Vec<(Id, Vec<i64>)> {
    let ids = log.customers().unwrap();
    let mut days = vec![Vec::new(); ids.len()];
    for order in log.orders() {
        let is_bought = log.lines_of(order).any(|line| line.amount.unwrap().millionths() > 0);
        if let Some(customer) = log.customer_of(order).filter(|_| is_bought) {
            days[customer.as_usize()].push(log.time_of(order).unwrap().micros().div_euclid(DAYS));
        }
    }
    days.iter_mut().for_each(|days| days.sort_unstable());
    days.iter_mut().for_each(Vec::dedup);
    ids.iter().map(|id| id.to_id()).zip(days).collect()
}

/// The stage by numbers of days that are the same for everyone.
fn fixed(days: &[i64], today: i64, limits: [i64; 3], loyal: usize) -> Stage {
    let reached = |silence: i64| limits.iter().filter(|&&limit| silence >= limit).count();
    let (mut run, mut is_later) = (1, false);
    for both in days.windows(2) {
        (run, is_later) = if reached(both[1] - both[0] - 1) >= 2 { (1, true) } else { (run + 1, is_later) };
    }
    match (reached(today - days[days.len() - 1]), run) {
        (0, 1) if is_later => Stage::WonBack,
        (0, 1) => Stage::New,
        (0, run) => {
            if run >= loyal {
                Stage::Loyal
            } else {
                Stage::Active
            }
        }
        (reached, _) => [Stage::Slipping, Stage::Dormant, Stage::Lost][reached - 1],
    }
}

/// By stage: customers, and how many of them bought within 90 days. Of every other customer who had bought.
fn buy_again(log: &OrderLog, at: Time, half: i64, stage: &dyn Fn(&Id, &[i64], i64) -> Stage) -> Counts {
    let at = at.micros() / DAYS;
    let mut counts = [(0, 0); 8];
    for ((id, days), place) in purchases(log).iter().zip(0..) {
        let (before, after) = days.split_at(days.partition_point(|&day| day < at));
        if place % 2 == half && !before.is_empty() {
            let again = after.first().is_some_and(|&next| next < at + 90);
            let count = &mut counts[stage(id, before, at - 1).position()];
            *count = (count.0 + 1, count.1 + u64::from(again));
        }
    }
    counts
}

/// How many of the bits that say who buys again the stage tells.
fn information(counts: &Counts) -> f64 {
    let entropy = |again: u64, n: u64| {
        let p = again as f64 / n.max(1) as f64;
        [p, 1.0 - p].iter().filter(|&&p| p > 0.0).map(|p| -p * p.log2()).sum::<f64>()
    };
    let (n, again) = counts.iter().fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    1.0 - counts.iter().map(|&(n, again)| n as f64 * entropy(again, n)).sum::<f64>()
        / n as f64
        / entropy(again, n)
}

fn by_rhythm(log: &OrderLog, params: &LifecycleParams, at: Time, half: i64) -> Counts {
    let model = params.clone().as_of(at).fit(log).unwrap();
    buy_again(log, at, half, &|id, _, _| model.stage(id).unwrap())
}

/// Purchases of CDNOW: a customer, a date and an amount a line.
fn cdnow() -> Option<OrderLog> {
    let text = std::fs::read_to_string(common::data("cdnow/CDNOW_master.txt")?).unwrap();
    let rows: Vec<(i64, Time, f64)> = (text.lines())
        .filter_map(|line| {
            let mut cells = line.split_whitespace();
            let customer = cells.next()?.parse().ok()?;
            let time = Time::parse_with("%Y%m%d", cells.next()?)?;
            Some((customer, time, cells.nth(1)?.parse().ok()?))
        })
        .collect();
    let mut builder = LogBuilder::new(LogOptions::default());
    let micros: Vec<i64> = rows.iter().map(|row| row.1.micros()).collect();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, IdValues::Int(rows.iter().map(|row| Some(row.0)).collect()))
        .and_then(|batch| batch.time(TimeValues::Int(Values::new(micros), TimeUnit::Microsecond)))
        .and_then(|batch| {
            let amounts = Values::new(rows.iter().map(|row| row.2).collect::<Vec<_>>());
            batch.numbers(Role::Amount, NumberValues::Float(amounts))
        });
    builder.push(&batch.unwrap()).unwrap();
    Some(builder.finish().unwrap())
}

fn shop(seed: u64) -> OrderLog {
    Shop::params().lines(300_000).seed(seed).generate().unwrap().to_log(LogOptions::default()).unwrap()
}

fn online_retail() -> Option<OrderLog> {
    let path = common::data("online_retail/online_retail.csv.gz")?;
    Some(OrderLog::from_csv(&path, &common::online_retail_columns(), LogOptions::default()).unwrap())
}

/// Logs, and so many days before the end of each.
fn asked(seed: u64) -> Vec<(&'static str, OrderLog, i64)> {
    let logs = [("generated shop", Some(shop(seed))), ("Online Retail", online_retail()), ("CDNOW", cdnow())];
    let known = logs.into_iter().filter_map(|(name, log)| Some((name, log?)));
    known.flat_map(|(name, log)| [90, 150, 210].map(|back| (name, log.clone(), back))).collect()
}

fn before_end(log: &OrderLog, days: i64) -> Time {
    Time::from_micros(log.span().unwrap().1.next_midnight().micros() - days * DAYS)
}

fn show(name: &str, counts: &Counts) {
    let cell = |(stage, &(n, again)): (Stage, &(u64, u64))| {
        format!("{stage} {n} {:.1} %", 100.0 * again as f64 / n.max(1) as f64)
    };
    eprintln!("{name}: {}", Stage::ALL.into_iter().zip(counts).map(cell).collect::<Vec<_>>().join(", "));
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

const LAPSED: [Stage; 3] = [Stage::Slipping, Stage::Dormant, Stage::Lost];

/// The defaults were chosen on even customers and the shop of seed 1, by the most information; this is of the others.
#[test]
fn who_is_longer_silent_than_usual_buys_less() {
    let fixed_days = [[30, 90, 180], [60, 120, 240], [75, 150, 240], [90, 180, 365]];
    let (mut own, mut by_days) = (Vec::new(), vec![Vec::new(); fixed_days.len()]);
    for (name, log, back) in asked(2) {
        let at = before_end(&log, back);
        let counts = by_rhythm(&log, &Lifecycle::params(), at, 1);
        show(&format!("{name}, {back} days before its end"), &counts);
        own.push(information(&counts));
        for (gain, limits) in by_days.iter_mut().zip(fixed_days) {
            gain.push(information(&buy_again(&log, at, 1, &|_, days, today| fixed(days, today, limits, 4))));
        }
        let share = |stages: &[Stage]| {
            let of = |pick: fn(&(u64, u64)) -> u64| {
                stages.iter().map(|stage| pick(&counts[stage.position()])).sum::<u64>() as f64
            };
            of(|count| count.1) / of(|count| count.0)
        };
        let shares = [&[Stage::Loyal][..], &[Stage::Active], &[Stage::Slipping], &LAPSED[1..]].map(share);
        assert!(shares.is_sorted_by(|a, b| a > b), "{name} {back}: {shares:?}");
        // Of whom not much is known, new is less sure than active.
        assert!(share(&[Stage::New, Stage::WonBack]) > share(&LAPSED), "{name} {back}");
    }
    for (limits, gain) in fixed_days.iter().zip(&by_days) {
        eprintln!("information: {limits:?} days {:.3}", mean(gain.iter().copied()));
    }
    eprintln!("information: own rhythm {:.3}", mean(own.iter().copied()));
}

/// What a share means: of the intervals that end, by the rhythm before them, so many had reached a limit; of those that began
/// early enough to be seen to their end. With numbers of days that are the same for all it is the slow who are always late.
#[test]
fn the_slow_are_late_no_more_often_than_the_quick() {
    let years = Shop::params().lines(600_000).days(1_095).seed(2).generate().unwrap();
    let years = years.to_log(LogOptions::default()).unwrap();
    let logs = [
        ("generated shop", Some(years), 400),
        ("Online Retail", online_retail(), 180),
        ("CDNOW", cdnow(), 240),
    ];
    for (name, log, room) in logs {
        let Some(log) = log else { continue };
        let model = Lifecycle::params().fit(&log).unwrap();
        let until = model.as_of().unwrap().micros() / DAYS - room;
        // Intervals, those that reached each limit, and those above 75 days: of rhythms below 15 days, 30, and above.
        let mut counts = [[0_u32; 5]; 3];
        for (id, days) in purchases(&log).iter().filter(|(_, days)| days.len() > 3) {
            for (n, both) in days.windows(2).enumerate().skip(2).filter(|(_, both)| both[0] < until) {
                let usual = mean(days[..=n].windows(2).map(|both| ((both[1] - both[0]) as f64).ln())).exp();
                let count = &mut counts[usize::from(usual >= 15.0) + usize::from(usual >= 30.0)];
                let stage = model.stage_at(id, Time::from_micros(both[1] * DAYS)).unwrap().unwrap();
                let reached = LAPSED.iter().position(|&lapsed| lapsed == stage).map_or(0, |at| at + 1);
                count[0] += 1;
                (0..reached).for_each(|limit| count[limit + 1] += 1);
                count[4] += u32::from(both[1] - both[0] > 75);
            }
        }
        let shares = counts.map(|count| [1, 2, 3, 4].map(|at| f64::from(count[at]) / f64::from(count[0])));
        for (rhythm, (count, shares)) in
            ["below 15", "15 to 30", "from 30"].iter().zip(counts.iter().zip(shares))
        {
            eprintln!("{name}, rhythm {rhythm}: {} intervals, reached {:.3?}", count[0], shares);
        }
        let late = |limit: usize| shares.map(|shares| shares[limit]);
        let ratio = |late: [f64; 3]| {
            late.iter().copied().fold(0.0, f64::max) / late.iter().copied().fold(1.0, f64::min)
        };
        // A fifth should be over the first limit, a tenth over the second, three in a hundred over the third.
        for (limit, least, most) in [(0, 0.1, 0.25), (1, 0.025, 0.13), (2, 0.0, 0.045)] {
            let is_near = |&share: &f64| (least..most).contains(&share);
            assert!(late(limit).iter().all(is_near), "{name}: {shares:?}");
        }
        assert!(ratio(late(0)) * 1.5 < ratio(late(3)), "{name}: {shares:?}");
    }
}
