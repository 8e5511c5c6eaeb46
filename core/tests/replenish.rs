//! When the next purchase is due, against the definition spelled out, planted intervals, and the laws of update and forget.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(clippy::cast_precision_loss, reason = "counts of a test")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{
    Batch, Catalog, Cell, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values,
};
use kosar::eval::{EvaluateOptions, Metric, MetricKind, Split, SplitOptions, evaluate};
use kosar::rank::ItemFilter;
use kosar::replenish::{Basis, BuyAgainOptions, Due, Replenishment};
use kosar::{Control, Error, ErrorKind, Fit, Id, OrderLog, Persist, Time, TimeUnit};
use proptest::prelude::*;

/// Customer (none for 0), item, day, quantity.
type Row = (i64, i64, i64, i32);

fn log(rows: &[Row]) -> OrderLog {
    let column = |pick: fn(&Row) -> i64| rows.iter().map(pick).collect::<Vec<_>>();
    let customers: IdValues<'_> =
        IdValues::Int(rows.iter().map(|row| (row.0 > 0).then_some(row.0)).collect());
    let quantities = rows.iter().map(|row| f64::from(row.3)).collect::<Vec<_>>();
    let batch = Batch::new(rows.len())
        .ids(Role::Customer, customers)
        .and_then(|batch| batch.ids(Role::Item, IdValues::Int(Values::new(column(|row| row.1)))))
        .and_then(|batch| {
            // Not at midnight: days are what counts.
            let seconds = column(|row| row.2 * 86_400 + row.1 * 3_600);
            batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second))
        })
        .and_then(|batch| batch.numbers(Role::Quantity, NumberValues::Float(Values::new(quantities))));
    let mut builder = LogBuilder::new(LogOptions::default());
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let quantity = prop_oneof![9 => 1..5, 1 => -2..0];
    prop::collection::vec((0_i64..6, 0_i64..5, 0_i64..60, quantity), 1..90)
}

fn day(day: i64) -> Time {
    Time::from_micros(day * 86_400_000_000)
}

fn number(id: &Id) -> i64 {
    if let Id::Int(id) = id { *id } else { panic!("ids are integers") }
}

/// Items 0 and 1 stand in one category, 2 in another, 3 and 4 in none.
fn catalog() -> Catalog {
    Catalog::from_paths([(0, "A/X"), (1, "A/X"), (2, "B"), (77, "C")]).unwrap()
}

/// By item and customer what was bought on which day.
fn pairs(rows: &[Row]) -> BTreeMap<(i64, i64), BTreeMap<i64, f64>> {
    let mut pairs: BTreeMap<_, BTreeMap<i64, f64>> = BTreeMap::new();
    for &(customer, item, day, quantity) in rows.iter().filter(|row| row.0 > 0 && row.3 > 0) {
        *pairs.entry((item, customer)).or_default().entry(day).or_default() += f64::from(quantity);
    }
    pairs
}

/// Simpson's rule over the density.
fn phi(x: f64) -> f64 {
    let (n, end) = (4_000, x.abs().min(12.0));
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let weight = |i: i32| if i == 0 || i == n { 1.0 } else { f64::from(2 + 2 * (i % 2)) };
    let h = end / f64::from(n);
    let area: f64 = (0..=n).map(|i| weight(i) * density(f64::from(i) * h)).sum::<f64>() * h / 3.0;
    0.5 + area * x.signum()
}

/// Item, customer, and of each interval the length and how often it counts.
type Lengths = (i64, i64, Vec<(f64, f64)>);

/// Mean and variance of an estimate, and how often it counts.
type Known = (f64, f64, f64);

fn tau2(groups: &[Vec<Known>]) -> f64 {
    let (mut top, mut bottom) = (0.0, 0.0);
    for group in groups.iter().filter(|group| group.len() > 1) {
        let w: Vec<f64> = group.iter().map(|known| known.2 / known.1).collect();
        let sum: f64 = w.iter().sum();
        let mean = group.iter().zip(&w).map(|(known, w)| known.0 * w).sum::<f64>() / sum;
        top += group.iter().zip(&w).map(|(known, w)| w * (known.0 - mean).powi(2)).sum::<f64>()
            - group.iter().zip(&w).map(|(known, w)| w * (1.0 - w / sum) * known.1).sum::<f64>();
        bottom += sum - w.iter().map(|w| w * w).sum::<f64>() / sum;
    }
    if bottom > 0.0 { (top / bottom).max(0.0) } else { 0.0 }
}

fn pool(group: &[Known], tau2: f64) -> Known {
    let w = |known: &Known| known.2 / (tau2 + known.1);
    let sum: f64 = group.iter().map(w).sum();
    let variance = group.iter().map(|known| (w(known) / sum).powi(2) * (tau2 + known.1)).sum();
    (group.iter().map(|known| known.0 * w(known)).sum::<f64>() / sum, variance, 1.0)
}

fn shrink(own: Option<&Known>, above: Known, tau2: f64) -> Known {
    let z = own.map_or(0.0, |own| tau2 / (tau2 + own.1));
    (
        own.map_or(0.0, |own| z * own.0) + (1.0 - z) * above.0,
        (1.0 - z) * tau2 + (1.0 - z).powi(2) * above.1,
        1.0,
    )
}

/// Items drawn to categories drawn to all.
fn hierarchy(
    own: &BTreeMap<i64, Known>,
    items: &BTreeSet<i64>,
    category: &dyn Fn(i64) -> i64,
) -> BTreeMap<i64, Known> {
    let mut groups: BTreeMap<i64, Vec<Known>> = BTreeMap::new();
    own.iter().for_each(|(&item, &known)| groups.entry(category(item)).or_default().push(known));
    let t_items = tau2(&groups.values().cloned().collect::<Vec<_>>());
    let pooled: BTreeMap<i64, Known> = groups.iter().map(|(&at, group)| (at, pool(group, t_items))).collect();
    let flat: Vec<Known> = pooled.values().copied().collect();
    let t_all = tau2(std::slice::from_ref(&flat));
    let all = pool(&flat, t_all);
    let of = |&item: &i64| shrink(own.get(&item), shrink(pooled.get(&category(item)), all, t_all), t_items);
    items.iter().map(|item| (*item, of(item))).collect()
}

/// Of each pair the median interval, the probability within a horizon and of another purchase at all, and of none until now:
/// the definition, word by word.
fn by_definition(
    rows: &[Row],
    category: &dyn Fn(i64) -> i64,
    now: i64,
    horizon: f64,
) -> BTreeMap<(i64, i64), [f64; 4]> {
    let pairs = pairs(rows);
    let gaps = |days: &BTreeMap<i64, f64>| -> Vec<(f64, f64)> {
        let days: Vec<(i64, f64)> = days.iter().map(|(&day, &quantity)| (day, quantity)).collect();
        days.windows(2).map(|w| (((w[1].0 - w[0].0) as f64).ln(), w[0].1.ln())).collect()
    };
    if pairs.values().all(|days| days.len() < 2) {
        return BTreeMap::new();
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mut xx, mut xy) = (0.0, 0.0);
    for own in pairs.values().map(gaps) {
        let (y, x) = (
            mean(&own.iter().map(|g| g.0).collect::<Vec<_>>()),
            mean(&own.iter().map(|g| g.1).collect::<Vec<_>>()),
        );
        xx += own.iter().map(|g| (g.1 - x).powi(2)).sum::<f64>();
        xy += own.iter().map(|g| (g.1 - x) * (g.0 - y)).sum::<f64>();
    }
    let beta = if xx > 0.0 { (xy / xx).clamp(0.0, 1.0) } else { 0.0 };
    let end = pairs.values().flat_map(|days| days.keys()).max().copied().unwrap();
    let starts: Vec<i64> = pairs.values().flat_map(|days| days.keys()).map(|day| end - day).collect();
    let at_least = |gap: i64| starts.iter().filter(|&&left| left >= gap).count() as f64 / starts.len() as f64;
    // The longest that a tenth of the purchases could have shown.
    let most = starts.iter().copied().filter(|&gap| at_least(gap) >= 0.1).max().unwrap();
    // Lengths, and for how many each stands.
    let z = |days: &BTreeMap<i64, f64>| -> Vec<(f64, f64)> {
        #[allow(clippy::cast_possible_truncation, reason = "a number of days")]
        let gap = |g: &(f64, f64)| g.0.exp().round() as i64;
        gaps(days).iter().map(|g| (g.0 - beta * g.1, 1.0 / at_least(gap(g).min(most)))).collect()
    };
    let mean_of =
        |z: &[(f64, f64)]| z.iter().map(|z| z.0 * z.1).sum::<f64>() / z.iter().map(|z| z.1).sum::<f64>();
    let share_of = |z: &[(f64, f64)]| z.iter().map(|z| z.1).sum::<f64>() / z.len() as f64;
    let around = |z: &[(f64, f64)]| z.iter().map(|v| v.1 * (v.0 - mean_of(z)).powi(2)).sum::<f64>();
    let freedom = |z: &[(f64, f64)]| {
        let sum = z.iter().map(|z| z.1).sum::<f64>();
        if z.len() > 1 { sum - z.iter().map(|z| z.1 * z.1).sum::<f64>() / sum } else { 0.0 }
    };
    let with: Vec<Lengths> = pairs
        .iter()
        .map(|(&(item, customer), days)| (item, customer, z(days)))
        .filter(|p| !p.2.is_empty())
        .collect();
    let items: BTreeSet<i64> = pairs.keys().map(|key| key.0).collect();
    let as_one = |p: &Lengths| (mean_of(&p.2), share_of(&p.2));
    let of_item = |item: &i64| with.iter().filter(|p| p.0 == *item).map(as_one).collect::<Vec<(f64, f64)>>();
    let all: Vec<(f64, f64)> = with.iter().map(as_one).collect();
    let levels = [
        (
            with.iter().map(|p| around(&p.2)).sum::<f64>(),
            with.iter().map(|p| share_of(&p.2) * (p.2.len() as f64 - 1.0)).sum::<f64>(),
        ),
        (
            items.iter().map(of_item).filter(|z| z.len() > 1).map(|z| around(&z)).sum(),
            items.iter().map(|item| freedom(&of_item(item))).sum(),
        ),
        (around(&all), freedom(&all)),
    ];
    let within = levels.iter().find(|l| l.1 > 0.0).map_or(1.0, |l| (l.0 / l.1).max(1e-6));
    let mut of_items: BTreeMap<i64, Vec<Known>> = BTreeMap::new();
    for p in &with {
        let known = (mean_of(&p.2), within / p.2.len() as f64, share_of(&p.2));
        of_items.entry(p.0).or_default().push(known);
    }
    let t_customers = tau2(&of_items.values().cloned().collect::<Vec<_>>());
    let own = of_items.iter().map(|(&item, group)| (item, pool(group, t_customers))).collect();
    let levels = hierarchy(&own, &items, category);
    let share = |known: Known, quantity: f64, days: f64| {
        let centre = known.0 + beta * quantity.ln();
        let spread = (within + known.1).sqrt().max(1.0 / (6.0_f64.sqrt() * centre.exp()));
        if days > 0.0 { phi((days.ln() - centre) / spread) } else { 0.0 }
    };
    let mut shown: BTreeMap<i64, [f64; 4]> = BTreeMap::new();
    for (&(item, _), days) in &pairs {
        let anyone = shrink(None, levels[&item], t_customers);
        let shown = shown.entry(item).or_default();
        for (at, (&day, &quantity)) in days.iter().take(2).enumerate() {
            shown[at] += share(anyone, quantity, (end - day) as f64 + 0.5);
            shown[2 + at] += f64::from(u8::from(days.len() > at + 1));
        }
    }
    let sum = |at: usize| shown.values().map(|s| s[at]).sum::<f64>();
    let r = ((sum(2) + 0.5) / (sum(0) + 1.0)).min(1.0 - 0.5 / (sum(0) + 1.0));
    let own: BTreeMap<i64, Known> = shown
        .iter()
        .filter(|s| s.1[0] >= 0.5)
        .map(|(&i, s)| (i, (s[2] / s[0], r * (1.0 - r) / s[0], 1.0)))
        .collect();
    let rate = |item: i64| {
        if own.is_empty() { r } else { hierarchy(&own, &items, category)[&item].0.clamp(0.0, 1.0) }
    };
    let known: f64 = shown.iter().map(|(&item, s)| rate(item) * s[1]).sum();
    let strength = match (sum(1), sum(3)) {
        (expected, _) if expected < 0.5 => 1.0,
        (expected, found) if expected <= found => 0.0,
        (_, found) if found <= known => 1e6,
        (expected, found) => ((expected - found) / (found - known)).min(1e6),
    };
    let answer = |(&(item, customer), days): (&(i64, i64), &BTreeMap<i64, f64>)| {
        let z = z(days);
        let own = (!z.is_empty()).then(|| (mean_of(&z), within / z.len() as f64, 1.0));
        let known = shrink(own.as_ref(), levels[&item], t_customers);
        let (&last, &quantity) = days.last_key_value().unwrap();
        let k = days.len() as f64 - 1.0;
        let p = if days.len() < 2 { rate(item) } else { (strength * rate(item) + k) / (strength + k) };
        let passed = (now - last) as f64 - 0.5;
        let (f, g) = (share(known, quantity, passed), share(known, quantity, passed + horizon));
        let chance = |over: f64| if p * f < 1.0 { (p * over / (1.0 - p * f)).clamp(0.0, 1.0) } else { 0.0 };
        (
            (item, customer),
            [(known.0 + beta * quantity.ln()).exp(), chance(g - f), chance(1.0 - f), 1.0 - p * f],
        )
    };
    pairs.iter().map(answer).collect()
}

/// Equal as far as the rule can tell of a chance over another that is `given`.
fn near(a: f64, b: f64, given: f64) -> bool {
    given < 1e-9 || (a - b).abs() <= 1e-8 * (1.0 + a.abs()) + 1e-11 / given
}

proptest! {
    #[test]
    fn every_answer_is_what_the_definition_says(
        rows in rows(), now in 0_i64..90, horizon in 1.0..20.0_f64, with_catalog in any::<bool>(),
    ) {
        let log = log(&rows);
        let params = Replenishment::params().horizon_days(horizon);
        let model = if with_catalog { params.fit(&(&log, &catalog())) } else { params.fit(&log) }.unwrap();
        let category = |item: i64| if with_catalog { (item - 1).clamp(0, 2) } else { 0 };
        let expected = by_definition(&rows, &category, now, horizon);
        for (item, customer) in pairs(&rows).into_keys() {
            let found = model.due(customer, item, day(now)).unwrap();
            let Some([median, probability, repurchase, given]) = expected.get(&(item, customer)) else {
                prop_assert_eq!(found, None);
                continue;
            };
            let found = found.unwrap();
            prop_assert!(near(found.interval_days, *median, 1.0), "{} {}", found.interval_days, median);
            prop_assert!(near(found.probability, *probability, *given), "{} {}", found.probability, probability);
            prop_assert!(near(found.repurchase, *repurchase, *given), "{} {}", found.repurchase, repurchase);
            let days = &pairs(&rows)[&(item, customer)];
            prop_assert_eq!(found.purchases as usize, days.len());
            prop_assert_eq!(found.last_bought, day(*days.last_key_value().unwrap().0));
            prop_assert!(found.earliest <= found.due && found.due <= found.latest);
        }
    }

    #[test]
    fn lists_are_the_likeliest_of_all_that_were_bought(
        rows in rows(), now in 0_i64..90, n in 0_usize..6, floor in 0.0..0.5_f64, out in 0_i64..5,
    ) {
        let model = Replenishment::params().min_purchases(2).fit(&log(&rows)).unwrap();
        let options = BuyAgainOptions::new()
            .min_probability(floor)
            .horizon_days(Some(3.0))
            .filter(ItemFilter::new().exclude([out]));
        let same = Replenishment::params().horizon_days(3.0).fit(&log(&rows)).unwrap();
        let mut all = Vec::new();
        for customer in model.customers().iter() {
            let mut expected: Vec<Due> = (0..5)
                .filter(|&item| item != out && model.items().position(item.into()).is_some())
                .filter_map(|item| same.due(customer, item, day(now)).unwrap())
                .filter(|due| due.purchases > 1 && due.probability > 0.0 && due.probability >= floor)
                .collect();
            expected.sort_by(|a, b| {
                b.probability.total_cmp(&a.probability).then(b.purchases.cmp(&a.purchases)).then(a.item.cmp(&b.item))
            });
            expected.truncate(n);
            prop_assert_eq!(&model.buy_again_with(customer, day(now), n, &options).unwrap(), &expected);
            all.extend(expected.into_iter().map(|due| (customer.to_id(), due)));
        }
        let table = model.due_all_with(day(now), n, &options).unwrap();
        prop_assert_eq!(table.len(), all.len());
        for (at, (customer, due)) in all.iter().enumerate() {
            let cells: BTreeMap<_, _> = table.row(at).collect();
            prop_assert_eq!(&cells["customer"], &Cell::Id(customer.as_ref()));
            prop_assert_eq!(&cells["item"], &Cell::Id(due.item.as_ref()));
            for (name, time) in [("due", due.due), ("earliest", due.earliest), ("latest", due.latest), ("last_bought", due.last_bought)] {
                prop_assert_eq!(&cells[name], &Cell::Time(time));
            }
            for (name, value) in [("probability", due.probability), ("repurchase", due.repurchase), ("interval_days", due.interval_days)] {
                prop_assert_eq!(&cells[name], &Cell::Float(value));
            }
            prop_assert_eq!(&cells["purchases"], &Cell::Int(due.purchases.into()));
            prop_assert_eq!(&cells["basis"], &Cell::Word(due.basis.word()));
        }
    }

    #[test]
    fn an_update_is_a_fit_on_all(rows in rows(), cut in 0_usize..90, with_catalog in any::<bool>()) {
        let (old, new) = rows.split_at(cut.min(rows.len()));
        let fit = |rows: &[Row]| {
            let log = log(rows);
            let params = Replenishment::params();
            if with_catalog { params.fit(&(&log, &catalog())) } else { params.fit(&log) }.unwrap()
        };
        let updated = fit(old).update(&log(new)).unwrap();
        prop_assert_eq!(&updated, &fit(&rows));
        prop_assert_eq!(&fit(new).update(&log(old)).unwrap(), &updated);
        prop_assert_eq!(updated.to_bytes().unwrap(), fit(&rows).to_bytes().unwrap());
    }

    #[test]
    fn a_forgotten_customer_was_never_there(rows in rows(), pick in any::<prop::sample::Index>()) {
        let model = Replenishment::params().fit(&(&log(&rows), &catalog())).unwrap();
        prop_assume!(!model.customers().is_empty());
        let gone = model.customers().get(pick.index(model.customers().len())).to_id();
        let rest: Vec<Row> = rows.iter().copied().filter(|row| Id::from(row.0) != gone).collect();
        let expected = Replenishment::params().fit(&(&log(&rest), &catalog())).unwrap();
        let forgotten = model.forget(&gone).unwrap();
        prop_assert_eq!(forgotten.to_bytes().unwrap(), expected.to_bytes().unwrap());
        prop_assert_eq!(forgotten, expected);
    }

    #[test]
    fn a_file_gives_the_model_back(rows in rows(), with_catalog in any::<bool>()) {
        let log = log(&rows);
        let params = Replenishment::params().coverage(0.5);
        let model = if with_catalog { params.fit(&(&log, &catalog())) } else { params.fit(&log) }.unwrap();
        let bytes = model.to_bytes().unwrap();
        let read = Replenishment::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&read, &model);
        prop_assert_eq!(read.to_bytes().unwrap(), bytes);
    }
}

/// Uniform numbers from 0 to 1: a linear congruential generator is random enough here.
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

fn normal(state: &mut u64) -> f64 {
    (0..12).map(|_| uniform(state)).sum::<f64>() - 6.0
}

/// Many customers who buy items every so many days (a pack of four lasts twice as long), each with a pace of their own; a
/// share of them never comes again.
fn planted(intervals: &[f64], customers: i64, days: f64) -> (Vec<Row>, BTreeMap<(i64, i64), f64>) {
    let mut state = 7;
    let (mut rows, mut truth) = (Vec::new(), BTreeMap::new());
    for customer in 1..=customers {
        for (item, interval) in (0..).zip(intervals) {
            let own = interval * (0.4 * normal(&mut state)).exp();
            truth.insert((item, customer), own);
            let mut at = uniform(&mut state) * days / 2.0;
            while at < days {
                let quantity = if uniform(&mut state) < 0.5 { 1 } else { 4 };
                #[allow(clippy::cast_possible_truncation, reason = "days of a test")]
                rows.push((customer, item, at as i64, quantity));
                if uniform(&mut state) < 0.1 {
                    break;
                }
                at += own * f64::from(quantity).sqrt() * (0.3 * normal(&mut state)).exp();
            }
        }
    }
    (rows, truth)
}

#[test]
fn planted_intervals_are_found() {
    let (rows, truth) = planted(&[7.0, 14.0, 30.0], 400, 730.0);
    let model = Replenishment::params().fit(&log(&rows)).unwrap();
    let beta = model.quantity_exponent().unwrap();
    assert!((beta - 0.5).abs() < 0.05, "{beta}");
    for (item, interval) in [7.0, 14.0, 30.0].into_iter().enumerate() {
        let (found, again) = model.interval(i64::try_from(item).unwrap()).unwrap().unwrap();
        assert!((found / interval).ln().abs() < 0.1, "{found} for {interval}");
        assert!((again - 0.9).abs() < 0.06, "{again}");
    }
    // The pace of each customer is found better than the item's alone would tell.
    let (mut own, mut all, mut n) = (0.0, 0.0, 0.0);
    for (&(item, customer), &pace) in &truth {
        let due = model.due(customer, item, day(730)).unwrap().unwrap();
        if due.purchases > 5 {
            assert_eq!(due.basis, Basis::Customer);
            let last = pairs_of(&rows, item, customer);
            let expected = pace * last.sqrt();
            own += (due.interval_days / expected).ln().powi(2);
            all += (model.interval(item).unwrap().unwrap().0 * last.sqrt() / expected).ln().powi(2);
            n += 1.0;
        }
    }
    assert!(n > 300.0 && own < 0.3 * all, "{own} {all} {n}");
}

fn pairs_of(rows: &[Row], item: i64, customer: i64) -> f64 {
    let own = rows.iter().filter(|row| (row.1, row.0) == (item, customer));
    let last = own.clone().map(|row| row.2).max().unwrap();
    own.filter(|row| row.2 == last).map(|row| f64::from(row.3)).sum()
}

#[test]
fn planted_purchases_fall_into_their_intervals_and_horizons() {
    let (rows, _) = planted(&[7.0, 14.0, 30.0], 1500, 360.0);
    let cut = 150;
    let seen: Vec<Row> = rows.iter().copied().filter(|row| row.2 < cut).collect();
    let model = Replenishment::params().horizon_days(10.0).fit(&log(&seen)).unwrap();
    let after = pairs(&rows);
    let (mut inside, mut known, mut came, mut told, mut n) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (item, customer) in pairs(&seen).into_keys() {
        let due = model.due(customer, item, day(cut)).unwrap().unwrap();
        let next = after[&(item, customer)].range(cut..).next().map(|next| *next.0);
        told += due.probability;
        came += f64::from(u8::from(next.is_some_and(|next| next < cut + 10)));
        n += 1.0;
        // Of those bought lately nearly all next purchases are still to come.
        if let Some(next) = next.filter(|_| due.last_bought >= day(cut - 3)) {
            known += 1.0;
            inside += f64::from(u8::from(due.earliest <= day(next) && day(next) <= due.latest));
        }
    }
    assert!((told - came).abs() / n < 0.03, "{told} told, {came} came of {n}");
    assert!(known > 200.0 && (inside / known - 0.8_f64).abs() < 0.06, "{inside} of {known}");
}

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

#[test]
fn the_result_does_not_depend_on_threads() {
    let (rows, _) = planted(&[7.0, 14.0, 30.0, 3.0, 50.0], 60, 300.0);
    let log = log(&rows);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let model = Replenishment::params().fit(&log).unwrap();
            let table = model.due_all(model.end(), 3).unwrap();
            (model, table)
        })
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn an_evaluation_with_repeats_asks_what_is_due() {
    let (rows, _) = planted(&[7.0, 60.0, 60.0, 60.0], 100, 400.0);
    let (train, test): (Vec<Row>, Vec<Row>) = rows.iter().partition(|row| row.2 < 390);
    let split = |new_items_only: bool| {
        let options = SplitOptions::new().new_items_only(new_items_only);
        Split::from_logs(log(&train), &log(&test), &options).unwrap()
    };
    let repeats = split(false);
    let model = Replenishment::params().fit(repeats.train()).unwrap();
    let found = evaluate(&model, &repeats, &EvaluateOptions::at(1), &Control::new()).unwrap();
    assert_eq!(found.n_empty(), 0);
    let hits = found.estimate(Metric::new(MetricKind::HitRate, 1).unwrap()).unwrap();
    assert!(hits.value > 0.6, "{hits:?}");
}
