//! Trends, groups, categories and arrivals against brute forces, planted trends, and the laws of updates and files.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "numbers of tests are small"
)]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, IdValues, TimeValues, Values};
use kosar::persist::SaveOptions;
use kosar::popularity::{Popularity, PopularityOptions};
use kosar::rank::{ItemFilter, Reason, Recommendation};
use kosar::{Fit, Id, OrderLog, Persist};
use proptest::prelude::*;

mod common;

use common::popularity::{Row, countries, country, day, ints, log, log_of_one, trends};

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let quantity = prop_oneof![9 => Just(1), 1 => Just(-1)];
    prop::collection::vec((0_i64..12, 0_i64..12, 0_i64..60, quantity), 1..150)
}

fn group(label: &'static str) -> PopularityOptions {
    PopularityOptions::new().group(("country", label))
}

/// Items 0 to 13: even ones in A/B, multiples of three in A/C, 13 in neither; 12 and 13 are never bought.
fn catalog() -> Catalog {
    let items: Vec<i64> = (0..14).chain(0..14).collect();
    let path = |at: usize| match (at < 14, at % 14) {
        (true, item) if item % 2 == 0 => "A/B",
        (false, item) if item % 3 == 0 => "A/C",
        _ => "",
    };
    let launched = |at: usize| match at % 14 {
        3 => "1970-02-10",
        13 => "1970-02-20",
        _ => "",
    };
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    let batch = CatalogBatch::new(items.len())
        .items(IdValues::Int(Values::new(items)))
        .and_then(|batch| batch.paths(Values::new((0..28).map(path).collect::<Vec<_>>())))
        .and_then(|batch| {
            batch.launches(TimeValues::Text(Values::new((0..28).map(launched).collect::<Vec<_>>())))
        });
    builder.push(&batch.unwrap()).unwrap();
    builder.finish().unwrap()
}

/// What a trend counts of each item, by the definition: recent, baseline, and all sales of both spans.
type Counts = BTreeMap<i64, (u64, u64, u64, u64)>;

fn counts(rows: &[Row], as_of: i64, length: i64, baseline: i64, of: impl Fn(i64) -> bool) -> Counts {
    let bought: Vec<(usize, &Row)> =
        rows.iter().enumerate().filter(|(_, row)| row.3 > 0 && row.2 <= as_of).collect();
    let first = |item: i64| bought.iter().filter(|(_, row)| row.1 == item).map(|(_, row)| row.2).min();
    // Item, customer, window; each once.
    let mut sold: BTreeSet<(i64, i64, i64)> = BTreeSet::new();
    for &(at, &(customer, item, day, _)) in &bought {
        let buyer = if customer > 0 { customer } else { -1 - i64::try_from(at).unwrap() };
        if as_of - day < length + baseline && of(customer) {
            sold.insert((item, buyer, (as_of - day) / length));
        }
    }
    let count =
        |test: &dyn Fn(&(i64, i64, i64)) -> bool| sold.iter().filter(|sale| test(sale)).count() as u64;
    let of_item = |item: i64| {
        let begun = (as_of - first(item).unwrap()) / length;
        let past = |window: i64| window >= 1 && window < begun;
        let own = (
            count(&|sale| sale.0 == item && sale.2 == 0),
            count(&|sale| sale.0 == item && past(sale.2)),
            count(&|sale| sale.2 == 0),
            count(&|sale| past(sale.2)),
        );
        (item, own)
    };
    let items: BTreeSet<i64> = bought.iter().map(|(_, row)| row.1).collect();
    items.into_iter().map(of_item).collect()
}

/// P(X >= k) of n draws of probability p, summed up.
fn upper_tail(k: u64, n: u64, p: f64) -> f64 {
    let term = |k: u64| {
        (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product::<f64>()
            * p.powi(k as i32)
            * (1.0 - p).powi((n - k) as i32)
    };
    (k..=n).map(term).sum()
}

fn check_trends(
    found: &[Recommendation],
    counts: &Counts,
    confidence: f64,
    min: u64,
) -> Result<(), TestCaseError> {
    let found_items: BTreeSet<i64> = ints(found).into_iter().collect();
    for (&item, &(recent, baseline, of_recent, of_baseline)) in counts {
        let share = of_recent as f64 / (of_recent + of_baseline).max(1) as f64;
        // Above 1 at this confidence: what is seen would be rarer than that where nothing rose.
        let tail = upper_tail(recent, recent + baseline, share);
        let is_trend = recent >= min && of_baseline > 0 && tail < 1.0 - confidence;
        if (tail - (1.0 - confidence)).abs() > 1e-9 {
            prop_assert_eq!(found_items.contains(&item), is_trend, "item {}: {}", item, tail);
        }
    }
    for found in found {
        let Id::Int(item) = found.item else { panic!("ids are integers") };
        let (of_item, before, of_recent, of_baseline) = counts[&item];
        let Reason::Trending { recent, baseline, rise, lower_bound, .. } = found.reason else {
            panic!("a trend has its reason")
        };
        prop_assert_eq!((recent, baseline), (of_item, before));
        prop_assert_eq!(found.score.to_bits(), lower_bound.to_bits());
        let odds = lower_bound * of_recent as f64 / of_baseline as f64;
        let tail = upper_tail(recent, recent + baseline, odds / (1.0 + odds));
        prop_assert!((tail - (1.0 - confidence)).abs() < 1e-9, "{} is not {}", tail, 1.0 - confidence);
        let expected = (recent as f64 / of_recent as f64) / (baseline as f64 / of_baseline as f64);
        match rise {
            Some(rise) => prop_assert!((rise - expected).abs() < 1e-9 && rise > lower_bound),
            None => prop_assert_eq!(baseline, 0),
        }
    }
    prop_assert!(found.is_sorted_by(|a, b| a.score >= b.score));
    Ok(())
}

proptest! {
    #[test]
    fn trends_are_those_of_the_definition(rows in rows(), as_of in 20_i64..70, min in 1_usize..4) {
        let params = trends(min).as_of(Some(day(as_of)));
        let model = params.fit(&log(&rows)).unwrap().with_groups("country", countries()).unwrap();
        let all = counts(&rows, as_of, 5, 21, |_| true);
        check_trends(&model.trending(99).unwrap(), &all, 0.7, min as u64)?;
        let of_group = counts(&rows, as_of, 5, 21, |customer| customer > 0 && country(customer) == "HU");
        let of_group = of_group.into_iter().filter(|(_, counts)| counts.0 > 0).collect();
        check_trends(&model.trending_in(99, &group("HU")).unwrap(), &of_group, 0.7, min as u64)?;
    }

    #[test]
    fn a_group_hears_its_own_and_then_everyone(rows in rows(), prior in 0.0..9.0_f64, n in 0_usize..15) {
        let model = Popularity::params().group_prior(prior).fit(&log(&rows)).unwrap();
        let model = model.with_groups("country", countries()).unwrap();
        let mut buyers: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.3 > 0) {
            let buyer = if row.0 > 0 { row.0 } else { -1 - at as i64 };
            buyers.entry(row.1).or_default().insert(buyer);
        }
        let everyone: BTreeSet<i64> = buyers.values().flatten().copied().collect();
        let own = |buyers: &BTreeSet<i64>| buyers.iter().filter(|&&buyer| buyer > 0 && country(buyer) == "HU").count();
        prop_assume!(rows.iter().any(|row| row.0 > 0));
        let customers = own(&everyone);
        let score = |buyers: &BTreeSet<i64>| {
            let shared = prior * (buyers.len() as f64 / everyone.len() as f64);
            if customers as f64 + prior > 0.0 { (own(buyers) as f64 + shared) / (customers as f64 + prior) } else { 0.0 }
        };
        let mut expected: Vec<(f64, usize, i64)> =
            buyers.iter().map(|(&item, buyers)| (score(buyers), buyers.len(), item)).collect();
        expected.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
        expected.truncate(n);
        let found = model.recommend_in(n, &group("HU")).unwrap();
        prop_assert_eq!(ints(&found), expected.iter().map(|row| row.2).collect::<Vec<_>>());
        for (found, expected) in found.iter().zip(&expected) {
            prop_assert!((found.score - expected.0).abs() < 1e-12);
            let buyers = &buyers[&expected.2];
            let reason = match own(buyers) {
                0 => format!("bought by {}", buyers.len()),
                count => format!("bought by {count} of {customers} in HU"),
            };
            prop_assert_eq!(found.reason.to_string(), reason);
        }
    }

    #[test]
    fn lists_of_a_part_are_the_whole_list_without_the_rest(rows in rows(), n in 0_usize..9, customer in 1_i64..12) {
        let model = trends(1).fit(&log(&rows)).unwrap();
        let model = model.with_catalog(&catalog()).unwrap().with_groups("country", countries()).unwrap();
        let owned: Vec<i64> = match model.recommend_for_customer(customer, 99) {
            Ok(left) => (0..12).filter(|item| !ints(&left).contains(item)).collect(),
            Err(_) => return Ok(()),
        };
        let in_stock = [0, 2, 4, 5, 6, 9, 12, 13];
        for options in [PopularityOptions::new(), group("HU")] {
            let narrow = options.clone().category("A").customer(Some(customer));
            let narrow = narrow.filter(ItemFilter::new().only(Some(in_stock)));
            let is_left = |item: &i64| {
                (item % 2 == 0 || item % 3 == 0) && in_stock.contains(item) && !owned.contains(item)
            };
            type Ask = fn(&Popularity, usize, &PopularityOptions) -> kosar::Result<Vec<Recommendation>>;
            let asks: [Ask; 3] = [Popularity::recommend_in, Popularity::trending_in, Popularity::new_arrivals_in];
            for ask in asks {
                let whole = ask(&model, 99, &options).unwrap();
                let found = ask(&model, n, &narrow).unwrap();
                let expected: Vec<Recommendation> =
                    whole.into_iter().filter(|found| is_left(&ints(std::slice::from_ref(found))[0])).take(n).collect();
                prop_assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn arrivals_are_ordered_by_what_they_sell_a_day(rows in rows(), as_of in 20_i64..70) {
        let params = Popularity::params().new_days(15.0).as_of(Some(day(as_of)));
        let model = params.fit(&log(&rows)).unwrap().with_catalog(&catalog()).unwrap();
        let bought = |item: i64| rows.iter().enumerate().filter(move |(_, row)| row.1 == item && row.3 > 0 && row.2 <= as_of);
        let mut expected: Vec<(f64, i64, i64)> = Vec::new();
        for item in 0..14 {
            let launched = match item { 3 => Some(40), 13 => Some(50), _ => None };
            let first = bought(item).map(|(_, row)| row.2).min();
            let Some(since) = launched.into_iter().chain(first).min() else { continue };
            let buyers: BTreeSet<i64> =
                bought(item).map(|(at, row)| if row.0 > 0 { row.0 } else { -1 - at as i64 }).collect();
            if (0..15).contains(&(as_of - since)) {
                expected.push((buyers.len() as f64 / (as_of - since).max(1) as f64, as_of - since, item));
            }
        }
        expected.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let found = model.new_arrivals(99).unwrap();
        prop_assert_eq!(ints(&found), expected.iter().map(|row| row.2).collect::<Vec<_>>());
        for (found, (rate, age, _)) in found.iter().zip(expected) {
            prop_assert!((found.score - rate).abs() < 1e-12);
            let starts = format!("new for {age} day{}, bought by ", if age == 1 { "" } else { "s" });
            prop_assert!(found.reason.to_string().starts_with(&starts), "{}", found.reason);
        }
    }

    #[test]
    fn an_updated_model_and_one_that_forgot_are_those_fitted(
        rows in rows(), cut in 0_i64..60, customer in 1_i64..12, half_life in prop::option::of(1.0..30.0_f64), full in any::<bool>(),
    ) {
        let made = |log: &OrderLog, groups: Vec<(i64, &str)>| {
            let model = trends(2).half_life_days(half_life).fit(log).unwrap();
            let model = if full { model.with_catalog(&catalog()).unwrap() } else { model };
            // Groups of one to four customers.
            let small = groups.iter().map(|&(customer, _)| (customer, ["a", "b", "b", "c", "d", "e"][customer as usize / 2]));
            let model = model.with_groups("small", small).unwrap();
            model.with_groups("country", groups).unwrap()
        };
        let whole = log(&rows);
        let fitted = made(&whole, countries());
        let (before, after) = (whole.before(day(cut)).unwrap(), whole.after(day(cut)).unwrap());
        for (first, second) in [(&before, &after), (&after, &before)] {
            let updated = made(first, countries()).update(second).unwrap();
            prop_assert_eq!(updated.to_bytes().unwrap(), fitted.to_bytes().unwrap());
            prop_assert_eq!(&updated, &fitted);
        }
        // Groups name customers whom the log does not know.
        let left = whole.forget(customer).unwrap_or_else(|_| whole.clone());
        let others = countries().into_iter().filter(|&(other, _)| other != customer).collect();
        let forgot = fitted.forget(customer).unwrap();
        prop_assert_eq!(forgot.to_bytes().unwrap(), made(&left, others).to_bytes().unwrap());
        prop_assert!(forgot.forget(customer).is_err());
    }

    #[test]
    fn a_file_gives_the_model_back(rows in rows(), half_life in prop::option::of(1.0..30.0_f64), full in any::<bool>()) {
        let model = trends(1).half_life_days(half_life).fit(&log(&rows)).unwrap();
        let model = model.with_groups("country", countries()).unwrap();
        let model = model.with_groups("size", [(1, "big"), (99, "small")]).unwrap();
        let model = if full { model.with_catalog(&catalog()).unwrap() } else { model };
        let again = Popularity::from_bytes(&model.to_bytes().unwrap()).unwrap();
        prop_assert_eq!(&again, &model);
        let serving = Popularity::from_bytes(&model.to_bytes_with(SaveOptions::serving()).unwrap()).unwrap();
        for options in [PopularityOptions::new(), group("HU"), PopularityOptions::new().group(("size", "small"))] {
            prop_assert_eq!(serving.recommend_in(99, &options).unwrap(), model.recommend_in(99, &options).unwrap());
            prop_assert_eq!(serving.trending_in(99, &options).unwrap(), model.trending_in(99, &options).unwrap());
            prop_assert_eq!(serving.new_arrivals_in(99, &options).unwrap(), model.new_arrivals_in(99, &options).unwrap());
        }
        prop_assert_eq!(Popularity::from_bytes(&serving.to_bytes().unwrap()).unwrap(), serving.clone());
        let customer = PopularityOptions::new().customer(Some(1));
        prop_assert!(serving.recommend_in(1, &customer).is_err() && serving.update(&log(&rows)).is_err());
        prop_assert_eq!(serving.recommend_in(9, &PopularityOptions::new().category("A")).is_ok(), full);
    }
}

/// Sales of `n_items` items over the days up to 35, `per_day` of each a day, all by other customers; of item 0 `times` as
/// many in the last week.
fn steady(seed: u64, n_items: i64, per_day: f64, times: f64) -> Vec<Row> {
    let mut state = seed;
    let mut uniform = move || {
        // Steele, Lea and Flood 2014, SplitMix.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut rows = Vec::new();
    let mut customer = 0;
    // Before the baseline each item is sold once, so that all have a past.
    (0..n_items).for_each(|item| rows.push((1, item, 1, 1)));
    for day in 66..=100 {
        for item in 0..n_items {
            let rate = if item == 0 && day > 93 { per_day * times } else { per_day };
            // Knuth's product: a Poisson number.
            let mut product = uniform();
            while product > (-rate).exp() {
                customer += 1;
                rows.push((1 + customer, item, day, 1));
                product *= uniform();
            }
        }
    }
    rows.push((1, 0, 100, 1));
    rows
}

#[test]
fn without_a_trend_few_items_are_taken_for_one() {
    for confidence in [0.8, 0.95] {
        let (mut alarms, mut items) = (0, 0);
        for seed in 0..20 {
            let model = Popularity::params().confidence(confidence).min_customers(1);
            let model = model.fit(&log(&steady(seed, 150, 1.0, 1.0))).unwrap();
            alarms += model.trending(999).unwrap().len();
            items += 150;
        }
        let share = alarms as f64 / f64::from(items);
        assert!(share <= 1.0 - confidence, "{alarms} of {items} at {confidence}");
        // The guard is no wall: an exact bound keeps most of what it may let in.
        assert!(share > 0.3 * (1.0 - confidence), "{alarms} of {items} at {confidence}");
    }
}

#[test]
fn a_planted_trend_comes_first() {
    for seed in 0..10 {
        let model = Popularity::params().fit(&log(&steady(seed, 100, 2.0, 4.0))).unwrap();
        let found = model.trending(3).unwrap();
        assert_eq!(ints(&found)[0], 0, "seed {seed}: {found:?}");
        let Reason::Trending { rise: Some(rise), lower_bound, .. } = found[0].reason else { panic!() };
        // Planted is 4 less what it adds to all sales itself, 3.88.
        assert!(lower_bound < 3.88 && lower_bound > 1.5 && rise > 2.5 && rise < 6.0, "{rise} {lower_bound}");
    }
}

#[test]
fn a_season_makes_nothing_a_trend_and_a_habit_neither() {
    // Twenty customers buy ten items every week; in the last week all of them buy twice as much, or not.
    for times in [1, 3] {
        let mut rows: Vec<Row> = Vec::new();
        for week in 0..10 {
            for customer in 1..=20 {
                for item in 0..10 {
                    rows.push((customer, item, 93 - week * 7 + 7, 1));
                }
            }
        }
        for extra in 1..times {
            rows.extend(
                (1..=20).flat_map(|customer| (0..10).map(move |item| (1000 * extra + customer, item, 99, 1))),
            );
        }
        let model = Popularity::params().confidence(0.5).min_customers(1).fit(&log(&rows)).unwrap();
        assert_eq!(model.trending(99).unwrap(), [], "{times}");
    }
}

#[test]
fn a_small_shop_by_hand() {
    // Days 66 to 93 are the baseline, in weeks; days 94 to 100 are recent.
    let mut rows: Vec<Row> = vec![(1, 1, 1, 1), (1, 2, 1, 1)];
    rows.extend((1..=8).map(|customer| (customer, 1, 70, 1)));
    rows.extend((1..=8).map(|customer| (customer, 2, 70, 1)));
    rows.extend((1..=30).map(|customer| (customer, 1, 100, 1)));
    rows.extend((1..=4).map(|customer| (customer, 2, 100, 1)));
    // New, and so no trend; two sales are none either.
    rows.extend((1..=9).map(|customer| (customer, 3, 98, 1)));
    let params = Popularity::params().confidence(0.6);
    let model = params.fit(&log(&rows)).unwrap();
    let trends = model.trending(9).unwrap();
    assert_eq!(ints(&trends), [1]);
    // 30 of 43 recent sales, 8 of 16 before.
    let Reason::Trending { recent: 30, baseline: 8, rise: Some(rise), .. } = trends[0].reason else {
        panic!("{:?}", trends[0].reason)
    };
    assert!((rise - (30.0 / 43.0) / (8.0 / 16.0)).abs() < 1e-12);
}

#[test]
fn a_column_of_the_log_gives_the_groups() {
    let rows: Vec<Row> = (1..12).map(|customer| (customer, customer % 5, 1, 1)).collect();
    let log = log(&rows);
    let words = log.customer_words("country").unwrap();
    let expected: Vec<Option<&str>> =
        (1..12).map(|customer| Some(country(customer)).filter(|word| !word.is_empty())).collect();
    assert_eq!(words, expected);
    let groups = log.customers().unwrap().iter().zip(&words).filter_map(|(id, word)| Some((id, (*word)?)));
    let model = Popularity::params().fit(&log).unwrap().with_groups("country", groups).unwrap();
    assert_eq!(model.groups("country").unwrap().collect::<Vec<_>>(), ["AT", "HU"]);
    assert_eq!(model.groupings().collect::<Vec<_>>(), ["country"]);
    assert_eq!(model, Popularity::params().fit(&log).unwrap().with_groups("country", countries()).unwrap());
    assert!(log.customer_words("city").unwrap_err().to_string().contains("country"));
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    let log = log(&[(1, 1, 1, 1), (2, 2, 40, 1)]);
    let model = Popularity::params().fit(&log).unwrap();
    let asked = |model: &Popularity, options: PopularityOptions| {
        model.recommend_in(1, &options).unwrap_err().to_string()
    };
    assert_eq!(
        asked(&model, PopularityOptions::new().category("A")),
        "category must be left out for a model without a catalogue"
    );
    assert_eq!(asked(&model, group("HU")), "unknown grouping 'country'");
    let model = model.with_groups("country", countries()).unwrap().with_catalog(&catalog()).unwrap();
    assert_eq!(asked(&model, group("DE")), "unknown group 'DE'");
    assert_eq!(
        asked(&model, PopularityOptions::new().category("A/D")),
        "unknown category 'A/D'; near to it: A/B, A/C"
    );
    assert_eq!(asked(&model, PopularityOptions::new().customer(Some(3))), "unknown customer 3");
    let twice = model.with_groups("size", [(1, "a"), (1, "b")]).unwrap_err().to_string();
    assert_eq!(twice, "groups must name each customer once, got 1 twice");
    let wrong = model.with_groups("size", [("1", "a")]).unwrap_err().to_string();
    assert_eq!(wrong, "customer ids are integer here, got the string '1'");
    let wrong = Popularity::params().fit(&log).unwrap();
    let wrong = wrong.with_catalog(&Catalog::from_paths([("x", "A")]).unwrap()).unwrap_err().to_string();
    assert_eq!(wrong, "item ids are integer here, got the string 'x'");
    let timeless = Popularity::params().fit(&OrderLog::from_baskets([vec![1, 2]]).unwrap()).unwrap();
    for error in [timeless.trending(1).unwrap_err(), timeless.new_arrivals(1).unwrap_err()] {
        assert_eq!(error.kind(), kosar::ErrorKind::MissingColumn);
    }
    for (params, name) in [
        (Popularity::params().trend_days(0.0), "trend_days"),
        (Popularity::params().trend_days(f64::NAN), "trend_days"),
        (Popularity::params().baseline_days(6.0), "baseline_days"),
        (Popularity::params().baseline_days(7001.0), "baseline_days"),
        (Popularity::params().confidence(1.0), "confidence"),
        (Popularity::params().confidence(1e-17), "confidence"),
        (Popularity::params().kinds(Some(Vec::new())), "the number of kinds"),
        (Popularity::params().min_customers(0), "min_customers"),
        (Popularity::params().new_days(-1.0), "new_days"),
        (Popularity::params().group_prior(f64::INFINITY), "group_prior"),
    ] {
        let error = params.fit(&log).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{name} must be ")), "{error}");
    }
}

#[test]
fn a_baseline_of_a_thousand_windows_is_allowed_however_it_rounds() {
    for trend_days in [0.7, 1.4, 2.3, 2.8, 7.0] {
        let params = Popularity::params().trend_days(trend_days).baseline_days(1000.0 * trend_days);
        params.fit(&log_of_one()).unwrap();
    }
}

#[test]
fn nothing_depends_on_the_number_of_threads() {
    let log = log(&steady(3, 300, 0.6, 4.0));
    let fitted = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let model = Popularity::params().half_life_days(Some(9.0)).fit(&log).unwrap();
            model.with_groups("country", countries()).unwrap().to_bytes_with(SaveOptions::serving()).unwrap()
        })
    };
    assert_eq!(fitted(1), fitted(2));
    assert_eq!(fitted(1), fitted(5));
}

#[test]
fn a_customer_whom_groups_alone_name_is_forgotten() {
    let log = log(&[(1, 1, 1, 1), (2, 2, 40, 1)]);
    let model = |groups: &[(i64, &'static str)]| {
        Popularity::params().fit(&log).unwrap().with_groups("country", groups.iter().copied()).unwrap()
    };
    let of_three = model(&[(1, "AT"), (2, "AT"), (7, "DE")]);
    assert_eq!(of_three.forget(7).unwrap(), model(&[(1, "AT"), (2, "AT")]));
    assert_eq!(of_three.forget(8).unwrap_err().to_string(), "unknown customer 8");
}

#[test]
fn a_file_without_histories_holds_thousands_of_groups() {
    let rows: Vec<Row> = (1..3001).map(|customer| (customer, customer % 50, customer % 60, 1)).collect();
    let labels: Vec<String> = (1..3001).map(|customer| format!("town {customer}")).collect();
    let groups = (1_i64..3001).zip(labels.iter().map(String::as_str));
    let model = Popularity::params().fit(&log(&rows)).unwrap().with_groups("town", groups).unwrap();
    let bytes = model.to_bytes_with(SaveOptions::serving()).unwrap();
    let serving = Popularity::from_bytes(&bytes).unwrap();
    for label in ["town 1", "town 2222", "town 3000"] {
        let options = PopularityOptions::new().group(("town", label));
        assert_eq!(serving.recommend_in(9, &options).unwrap(), model.recommend_in(9, &options).unwrap());
    }
}
