//! Answers and lists against the definition, spelled out word by word.

use std::collections::{BTreeMap, BTreeSet};

use kosar::Fit;
use kosar::data::Cell;
use kosar::rank::ItemFilter;
use kosar::replenish::{BuyAgainOptions, Due, Replenishment};
use proptest::prelude::*;

use super::{Row, catalog, day, log, pairs, rows};

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
        let centre = (known.0 + beta * quantity.ln()).max(0.0);
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
    let doubt = |at: usize| 0.5 / (sum(at) + 1.0);
    let r = ((sum(2) + 0.5) / (sum(0) + 1.0)).min(1.0 - doubt(0));
    let own: BTreeMap<i64, Known> = shown
        .iter()
        .filter(|s| s.1[0] >= 0.5)
        .map(|(&i, s)| (i, (s[2] / s[0], r * (1.0 - r) / s[0], 1.0)))
        .collect();
    let rate = |item: i64| {
        if own.is_empty() {
            r
        } else {
            hierarchy(&own, &items, category)[&item].0.clamp(doubt(0), 1.0 - doubt(0))
        }
    };
    let known: f64 = shown.iter().map(|(&item, s)| rate(item) * s[1]).sum();
    let strength = match (sum(1), sum(3).min(sum(1) * (1.0 - doubt(1)))) {
        (expected, _) if expected < 0.5 => 1.0,
        (_, found) if found <= known => 1e6,
        (expected, found) => ((expected - found) / (found - known)).min(1e6),
    };
    let answer = |(&(item, customer), days): (&(i64, i64), &BTreeMap<i64, f64>)| {
        let z = z(days);
        let own = (!z.is_empty()).then(|| (mean_of(&z), within / z.len() as f64, 1.0));
        let known = shrink(own.as_ref(), levels[&item], t_customers);
        let (&last, &quantity) = days.last_key_value().unwrap();
        let k = days.len() as f64 - 1.0;
        let p = (strength * rate(item) + k) / (strength + k);
        let passed = (now - last) as f64 - 0.5;
        let (f, g) = (share(known, quantity, passed), share(known, quantity, passed + horizon));
        let chance = |over: f64| if p * f < 1.0 { (p * over / (1.0 - p * f)).clamp(0.0, 1.0) } else { 0.0 };
        (
            (item, customer),
            [(known.0 + beta * quantity.ln()).max(0.0).exp(), chance(g - f), chance(1.0 - f), 1.0 - p * f],
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
}
