//! Affinities against a brute force, on small shops that a person can check, and their laws.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "tests may")]

#[path = "../common/affinity.rs"]
mod shop;
mod small;

use std::collections::{BTreeMap, BTreeSet};

use kosar::affinity::{Affinity, AffinityData, AffinityParams, Facet, OrderBy, RerankOptions};
use kosar::data::Catalog;
use kosar::{EventLog, Fit, IdRef, Money, OrderLog, Persist, Time};
use proptest::prelude::*;
use shop::{EventRow, ITEMS, Row, catalog, channel_of, event_rows, events, log, rows};

const FACETS: [&str; 8] =
    ["category", "brand", "price_band", "tag", "attribute:colour", "weekday", "hour", "column:channel"];

fn facets() -> Option<Vec<Facet>> {
    Some(FACETS.iter().map(|name| Facet::parse(name).unwrap()).collect())
}

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Weight (in parts of one), purchases, events, last day.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sum {
    weight: i64,
    purchases: u32,
    events: u32,
    last: Option<i64>,
}

impl Sum {
    fn add(&mut self, weight: i64, purchases: u32, events: u32, hour: i64) {
        self.weight += weight;
        self.purchases += purchases;
        self.events += events;
        if weight > 0 {
            self.last = self.last.max(Some(hour.div_euclid(24)));
        }
    }
}

/// Sums by customer and by item, price in millionths, hour of the week, channel.
#[derive(Default)]
struct Sums {
    items: BTreeMap<(i64, i64), Sum>,
    prices: BTreeMap<(i64, i64), Sum>,
    hours: BTreeMap<(i64, i64), Sum>,
    channels: BTreeMap<(i64, String), Sum>,
    paid: Vec<i64>,
}

fn weight_of(kind: &str) -> i64 {
    match kind {
        "view" => 1,
        "add_to_cart" => 3,
        "remove_from_cart" => -3,
        _ => 0,
    }
}

fn sums(rows: &[Row], event_rows: &[EventRow]) -> Sums {
    let mut sums = Sums::default();
    let orders: BTreeSet<i64> = rows.iter().map(|row| row.0).collect();
    for order in orders {
        let lines: Vec<&Row> = rows.iter().filter(|row| row.0 == order).collect();
        let Some(customer) = lines[0].1 else { continue };
        let hour = lines.iter().map(|row| row.3).min().unwrap();
        let bought: Vec<&&Row> = lines.iter().filter(|row| row.4 > 0).collect();
        if bought.is_empty() {
            continue;
        }
        sums.hours.entry((customer, (hour + 72) % 168)).or_default().add(5, 1, 0, hour);
        let channels: BTreeSet<&str> =
            bought.iter().map(|row| row.6).filter(|word| !word.is_empty()).collect();
        for channel in channels {
            sums.channels.entry((customer, channel.to_owned())).or_default().add(5, 1, 0, hour);
        }
        let items: BTreeSet<i64> = bought.iter().map(|row| row.2).collect();
        for item in items {
            sums.items.entry((customer, item)).or_default().add(5, 1, 0, hour);
            let of_item = || bought.iter().filter(|row| row.2 == item);
            let paid: i64 = of_item().map(|row| i64::from(row.5) * 10_000 * i64::from(row.4)).sum();
            let many: i64 = of_item().map(|row| i64::from(row.4)).sum();
            let price = (2 * paid + many) / (2 * many);
            sums.prices.entry((customer, price)).or_default().add(5, 1, 0, hour);
            sums.paid.push(price);
        }
    }
    sums.paid.sort_unstable();
    // Equal events are one; every hour is a session of its own.
    let distinct: BTreeSet<&EventRow> = event_rows.iter().collect();
    let mut sessions: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    let mut by_channel: BTreeMap<(i64, i64, &str), i64> = BTreeMap::new();
    for &&(customer, item, kind, hour) in &distinct {
        let weight = weight_of(kind);
        if weight == 0 {
            continue;
        }
        let n = u32::from(weight > 0);
        sums.items.entry((customer, item)).or_default().add(weight, 0, n, hour);
        let price = ITEMS.iter().find(|known| known.0 == item).and_then(|known| known.5);
        if let Some(cents) = price {
            sums.prices.entry((customer, cents * 10_000)).or_default().add(weight, 0, n, hour);
        }
        if weight > 0 {
            let heaviest = sessions.entry((customer, hour)).or_default();
            *heaviest = weight.max(*heaviest);
            if !channel_of(item).is_empty() {
                let heaviest = by_channel.entry((customer, hour, channel_of(item))).or_default();
                *heaviest = weight.max(*heaviest);
            }
        }
    }
    for ((customer, hour, channel), weight) in by_channel {
        sums.channels.entry((customer, channel.to_owned())).or_default().add(weight, 0, 1, hour);
    }
    for ((customer, hour), weight) in sessions {
        sums.hours.entry((customer, (hour + 72) % 168)).or_default().add(weight, 0, 1, hour);
    }
    sums
}

/// Quantiles of type 7 in millionths, those that part something.
fn cuts(paid: &[i64], bands: i64) -> Vec<i64> {
    let mut cuts = Vec::new();
    for band in 1..bands {
        let place = (i64::try_from(paid.len()).unwrap() - 1) * band;
        let (low, rest) = (usize::try_from(place / bands).unwrap(), place % bands);
        let high = if rest == 0 { paid[low] } else { paid[low + 1] };
        let cut = paid[low] + (2 * (high - paid[low]) * rest + bands) / (2 * bands);
        if cut < *paid.last().unwrap() {
            cuts.push(cut);
        }
    }
    cuts.dedup();
    cuts
}

/// The values of a code in a facet, and what each customer has with each of its codes.
fn parts(facet: &str, sums: &Sums, cuts: &[i64]) -> BTreeMap<i64, Vec<(Vec<String>, Sum)>> {
    let mut of_customer: BTreeMap<i64, Vec<(Vec<String>, Sum)>> = BTreeMap::new();
    let mut add = |customer: i64, values: Vec<String>, sum: Sum| {
        if sum.weight > 0 && !values.is_empty() {
            of_customer.entry(customer).or_default().push((values, sum));
        }
    };
    match facet {
        "price_band" => {
            for (&(customer, price), &sum) in &sums.prices {
                let band = 1 + cuts.iter().filter(|&&cut| cut < price).count();
                add(customer, vec![band.to_string()], sum);
            }
        }
        "weekday" | "hour" => {
            for (&(customer, hour), &sum) in &sums.hours {
                let day = WEEKDAYS[usize::try_from(hour / 24).unwrap()].to_owned();
                add(customer, vec![if facet == "hour" { (hour % 24).to_string() } else { day }], sum);
            }
        }
        "column:channel" => {
            for ((customer, channel), &sum) in &sums.channels {
                add(*customer, vec![channel.clone()], sum);
            }
        }
        _ => {
            for (&(customer, item), &sum) in &sums.items {
                let Some(known) = ITEMS.iter().find(|known| known.0 == item) else { continue };
                let word = |word: &str| if word.is_empty() { vec![] } else { vec![word.to_owned()] };
                let values = match facet {
                    "category" => {
                        let mut all = BTreeSet::new();
                        for path in known.1 {
                            let levels: Vec<&str> = path.split('/').collect();
                            all.extend((1..=levels.len()).map(|depth| levels[..depth].join("/")));
                        }
                        all.into_iter().collect()
                    }
                    "brand" => word(known.2),
                    "tag" => known.3.iter().map(|&tag| tag.to_owned()).collect(),
                    _ => word(known.4),
                };
                add(customer, values, sum);
            }
        }
    }
    of_customer
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * b.abs().max(1.0)
}

fn same_as_brute_force(
    model: &Affinity,
    facet: &str,
    parts: &BTreeMap<i64, Vec<(Vec<String>, Sum)>>,
    prior: f64,
    min_customers: usize,
) -> Result<(), TestCaseError> {
    let all: f64 = parts.values().flatten().map(|(_, sum)| sum.weight as f64).sum();
    let mut population: BTreeMap<&str, (f64, BTreeSet<i64>)> = BTreeMap::new();
    for (&customer, codes) in parts {
        for (values, sum) in codes {
            for value in values {
                let one = population.entry(value).or_default();
                one.0 += sum.weight as f64;
                one.1.insert(customer);
            }
        }
    }
    population.retain(|_, (_, customers)| customers.len() >= min_customers);
    let found = model.population(facet).unwrap();
    prop_assert_eq!(found.len(), population.len());
    for one in &found {
        let (weight, customers) = &population[one.value];
        prop_assert!(near(one.share, weight / all));
        prop_assert_eq!(one.customers as usize, customers.len());
    }
    let nobody = Vec::new();
    for customer in model.customers().iter() {
        let IdRef::Int(id) = customer else { unreachable!() };
        let codes = parts.get(&id).unwrap_or(&nobody);
        let total: f64 = codes.iter().map(|(_, sum)| sum.weight as f64).sum();
        let mut own: BTreeMap<&str, Sum> = BTreeMap::new();
        for (values, sum) in codes {
            for value in values.iter().filter(|value| population.contains_key(value.as_str())) {
                let one = own.entry(value).or_default();
                one.weight += sum.weight;
                one.purchases += sum.purchases;
                one.events += sum.events;
                one.last = one.last.max(sum.last);
            }
        }
        let found = model.of(customer, facet, 99).unwrap();
        prop_assert_eq!(found.len(), own.len(), "{} {}", facet, id);
        prop_assert!(found.is_sorted_by(|a, b| a.share >= b.share));
        for one in found {
            let sum = own[one.value];
            let p = population[one.value].0 / all;
            let share = (sum.weight as f64 + prior * p) / (total + prior);
            prop_assert!(near(one.share, share), "{} {} {}: {} {}", facet, id, one.value, one.share, share);
            prop_assert!(near(one.population_share, p) && near(one.lift, share / p));
            prop_assert_eq!((one.purchases, one.events), (sum.purchases, sum.events));
            let last = sum.last.map(|day| Time::from_micros(day * 86_400_000_000));
            prop_assert_eq!(one.last, last);
            prop_assert_eq!(model.lift(customer, facet, one.value).unwrap().to_bits(), one.lift.to_bits());
        }
        // In a menu, what they never touched has what the prior leaves; what nobody has is neutral.
        let menu: Vec<&str> = population.keys().copied().chain(["?"]).collect();
        let ranked = model.rank(customer, facet, menu.iter().copied()).unwrap();
        prop_assert_eq!(ranked.len(), menu.len());
        prop_assert!(ranked.is_sorted_by(|a, b| a.share >= b.share));
        for one in ranked.iter().filter(|one| !own.contains_key(one.value)) {
            let lift = if one.value == "?" { 1.0 } else { prior / (total + prior) };
            prop_assert!(near(one.lift, lift), "{} {} {}", facet, id, one.value);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn affinities_are_those_of_a_brute_force(
        rows in rows(), event_rows in event_rows(), prior in 0.1..50.0_f64, min_customers in 1_usize..4, bands in 2_usize..6,
    ) {
        let (orders, events, catalog) = (log(&rows), events(&event_rows), catalog());
        let data = AffinityData::of(&orders).events(&events).catalog(&catalog);
        let params = Affinity::params().facets(facets()).prior(prior).price_bands(bands);
        let model = params.min_customers(min_customers).fit(&data).unwrap();
        let sums = sums(&rows, &event_rows);
        let cuts = if sums.paid.is_empty() { vec![] } else { cuts(&sums.paid, i64::try_from(bands).unwrap()) };
        let found: Vec<i64> = model.price_cut_points().iter().map(|cut| cut.millionths()).collect();
        prop_assert_eq!(&found, &cuts);
        for facet in FACETS {
            same_as_brute_force(&model, facet, &parts(facet, &sums, &cuts), prior, min_customers)?;
        }
    }
}

/// Parameters of many kinds.
fn all_params() -> Vec<AffinityParams> {
    let base = || Affinity::params().facets(facets());
    vec![
        base(),
        base().half_life_days(Some(20.0)),
        base().half_life_days(Some(3.0)).as_of(Some(Time::from_micros(40 * 86_400_000_000))),
        base().order(OrderBy::Lift).min_customers(2).prior(0.0),
        base().price_cut_points(Some(vec![Money::from_f64(2.0).unwrap(), Money::from_f64(5.0).unwrap()])),
        Affinity::params().facets(Some(vec![Facet::Hour, Facet::Brand])).purchase_events(Some(true)),
    ]
}

fn fit(params: &AffinityParams, orders: &OrderLog, events: &EventLog, catalog: &Catalog) -> Affinity {
    params.fit(&AffinityData::of(orders).events(events).catalog(catalog)).unwrap()
}

fn same(found: &Affinity, expected: &Affinity) -> Result<(), TestCaseError> {
    prop_assert!(found == expected);
    prop_assert!(found.to_bytes().unwrap() == expected.to_bytes().unwrap());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn an_update_is_a_fit_on_all(rows in rows(), event_rows in event_rows(), hour in 0_i64..2000) {
        let (orders, events, catalog) = (log(&rows), events(&event_rows), catalog());
        let cut = Time::from_micros(hour * 3_600_000_000);
        let (old, new) = (orders.before(cut).unwrap(), orders.after(cut).unwrap());
        let (seen, unseen) = (events.before(cut), events.after(cut));
        for params in all_params() {
            let first = fit(&params, &old, &seen, &catalog);
            let settled = first.parameters().clone();
            let whole = fit(&settled, &orders, &events, &catalog);
            same(&first.update(AffinityData::of(&new).events(&unseen)).unwrap(), &whole)?;
            // One log after the other, and the later first.
            let orders_first = first.update(&new).unwrap().update(&unseen).unwrap();
            same(&orders_first, &whole)?;
            let later = fit(&settled, &new, &unseen, &catalog);
            same(&later.update(AffinityData::of(&old).events(&seen)).unwrap(), &whole)?;
        }
    }

    #[test]
    fn a_forgotten_customer_was_never_there(
        rows in rows(), event_rows in event_rows(), pick in any::<prop::sample::Index>(),
    ) {
        let (orders, events, catalog) = (log(&rows), events(&event_rows), catalog());
        for params in all_params() {
            let model = fit(&params, &orders, &events, &catalog);
            prop_assume!(!model.customers().is_empty());
            let customer = model.customers().get(pick.index(model.customers().len()));
            let left = |orders: &OrderLog| orders.forget(customer).unwrap_or_else(|_| orders.clone());
            let unseen = events.forget(customer).unwrap_or_else(|_| events.clone());
            let expected = fit(model.parameters(), &left(&orders), &unseen, &catalog);
            same(&model.forget(customer).unwrap(), &expected)?;
        }
    }

    #[test]
    fn neither_the_order_of_rows_nor_threads_nor_a_file_leave_a_trace(
        rows in rows(), event_rows in event_rows(), keys in prop::collection::vec(any::<u32>(), 180),
    ) {
        let shuffled = |n: usize| {
            let mut places: Vec<usize> = (0..n).collect();
            places.sort_by_key(|&place| keys[place]);
            places
        };
        let catalog = catalog();
        let other_rows: Vec<Row> = shuffled(rows.len()).into_iter().map(|place| rows[place]).collect();
        let others: Vec<EventRow> =
            shuffled(event_rows.len()).into_iter().map(|place| event_rows[place]).collect();
        let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        for params in all_params() {
            let model = fit(&params, &log(&rows), &events(&event_rows), &catalog);
            let other = one.install(|| fit(&params, &log(&other_rows), &events(&others), &catalog));
            same(&other, &model)?;
            same(&Affinity::from_bytes(&model.to_bytes().unwrap()).unwrap(), &model)?;
        }
    }

    #[test]
    fn a_search_keeps_its_items_and_ties(
        rows in rows(), event_rows in event_rows(), weight in 0.0..3.0_f64,
        found in prop::collection::vec((0_i64..14, 0_u32..3), 0..20),
    ) {
        let (orders, events, catalog) = (log(&rows), events(&event_rows), catalog());
        let model = fit(&all_params()[0], &orders, &events, &catalog);
        prop_assume!(!model.customers().is_empty());
        let customer = model.customers().get(0);
        let ids = || found.iter().map(|&(item, _)| IdRef::Int(item));
        let scores: Vec<f64> = found.iter().map(|&(_, score)| f64::from(score)).collect();
        for scores in [None, Some(scores)] {
            let options = RerankOptions::new().weight(weight).scores(scores.clone());
            let reranked = model.rerank(customer, ids(), &options).unwrap();
            let places: BTreeSet<usize> = reranked.iter().map(|one| one.before).collect();
            prop_assert_eq!(places.len(), found.len());
            prop_assert_eq!(reranked.len(), found.len());
            for two in reranked.windows(2) {
                prop_assert!(two[0].score > two[1].score || (two[0].score >= two[1].score && two[0].before < two[1].before));
            }
            for one in &reranked {
                let IdRef::Int(item) = one.item.as_ref() else { unreachable!() };
                prop_assert_eq!(item, found[one.before].0);
                let said = scores.as_ref().map_or(1.0 / (one.before as f64 + 1.0), |scores| scores[one.before]);
                prop_assert!((one.score - said * one.lift.powf(weight)).abs() <= 1e-9 * one.score.abs());
                // Where nothing is known, the search has the word.
                prop_assert!(item < 9 || one.lift.to_bits() == 1.0_f64.to_bits());
                prop_assert!((0.1 - 1e-12..=10.0 + 1e-9).contains(&one.lift));
            }
        }
    }
}
