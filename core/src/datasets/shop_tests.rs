//! The facts that a generated shop promises, counted anew from its lines.

use std::collections::{HashMap, HashSet};

use super::*;
use crate::time::Time;

fn shop() -> Shop {
    Shop::params().lines(20_000).seed(7).generate().unwrap()
}

/// The distinct items of each purchase.
fn baskets(lines: &ShopLines) -> Vec<HashSet<&str>> {
    let mut baskets: HashMap<&str, HashSet<&str>> = HashMap::new();
    for row in 0..lines.len() {
        if lines.quantity[row] > 0.0 {
            baskets.entry(&lines.order[row]).or_default().extend(lines.item[row].as_deref());
        }
    }
    baskets.into_values().collect()
}

fn count(baskets: &[HashSet<&str>], items: &[&str]) -> f64 {
    let n = baskets.iter().filter(|basket| items.iter().all(|item| basket.contains(item))).count();
    f64::from(u32::try_from(n).unwrap())
}

fn lift(baskets: &[HashSet<&str>], first: &str, second: &str) -> f64 {
    let n = count(baskets, &[]);
    count(baskets, &[first, second]) * n / (count(baskets, &[first]) * count(baskets, &[second]))
}

fn checksum(lines: &ShopLines) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    for row in 0..lines.len() {
        let (customer, item) = (lines.customer[row].as_deref(), lines.item[row].as_deref());
        let (order, time) = (&lines.order[row], lines.time[row].micros());
        let (quantity, price) = (lines.quantity[row], lines.price[row]);
        let text = format!("{},{order},{},", customer.unwrap_or(""), item.unwrap_or(""));
        hasher.update(format!("{text}{time},{quantity},{price:.2}\n").as_bytes());
    }
    hasher.finalize()
}

#[test]
fn the_generator_never_changes_between_releases() {
    let shop = Shop::params().lines(2_000).seed(7).dirty(0.02).generate().unwrap();
    assert_eq!(checksum(shop.lines()), RELEASED);
    let large = Shop::params().lines(50_000).seed(3).items(700).zipf(0.8).generate().unwrap();
    assert_eq!(checksum(large.lines()), RELEASED_LARGE);
}

const RELEASED: u32 = 1_602_832_685;
const RELEASED_LARGE: u32 = 2_587_110_339;

#[test]
fn exactly_as_many_lines_come_as_are_asked_for() {
    for lines in [100, 101, 1_000, 33_333] {
        let shop = Shop::params().lines(lines).generate().unwrap();
        let ShopLines { customer, order, item, time, quantity, price } = shop.lines();
        let lengths = [customer.len(), order.len(), item.len(), time.len(), quantity.len(), price.len()];
        assert_eq!(lengths, [lines; 6]);
    }
}

#[test]
fn extreme_parameters_still_give_every_line() {
    let params = Shop::params().lines(500);
    for params in [
        params.clone().order_size(12.0).return_rate(0.1).days(28).items(40),
        params.clone().anonymous(0.9).zipf(2.0).rebuy_rate(1.0).companion_rate(1.0).items(40),
        params.clone().items(100).complements(10).substitutes(10),
        params.items(20_000).zipf(0.0).anonymous(0.0).return_rate(0.0).dirty(0.5),
    ] {
        assert_eq!(params.generate().unwrap().lines().len(), 500, "{params:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_rows_and_another_seed_others() {
    let generate = |seed| Shop::params().lines(1_000).seed(seed).generate().unwrap();
    assert_eq!(generate(7), generate(7));
    assert_ne!(generate(7).lines(), generate(8).lines());
}

#[test]
fn planted_complements_are_bought_together_far_above_chance() {
    let shop = shop();
    let baskets = baskets(shop.lines());
    let mut lifts: Vec<f64> =
        shop.truth().complements.iter().map(|(first, second)| lift(&baskets, first, second)).collect();
    lifts.sort_by(f64::total_cmp);
    assert_eq!(lifts.len(), 28 + 14);
    assert!(lifts[0] > 3.0 && lifts[lifts.len() / 2] > 10.0, "{lifts:?}");
}

#[test]
fn complements_are_planted_within_and_across_categories() {
    let shop = shop();
    let within = |(first, second): &&(String, String)| first[..3] == second[..3];
    let n = shop.truth().complements.iter().filter(within).count();
    assert!((10..=32).contains(&n), "{n} of {}", shop.truth().complements.len());
}

#[test]
fn substitutes_never_share_a_basket_but_share_a_companion() {
    let shop = shop();
    let (baskets, truth) = (baskets(shop.lines()), shop.truth());
    assert_eq!(truth.substitutes.len(), 14);
    let companions = |item: &str| -> HashSet<&str> {
        let pairs = truth.complements.iter();
        pairs
            .filter_map(|(a, b)| if a == item { Some(b.as_str()) } else { (b == item).then_some(a) })
            .collect()
    };
    for (first, second) in &truth.substitutes {
        assert!(count(&baskets, &[first, second]) < 0.5, "{first} {second}");
        assert_eq!(first[..3], second[..3]);
        let shared: Vec<&str> = companions(first).intersection(&companions(second)).copied().collect();
        assert_eq!(shared.len(), 1, "{first} {second}");
        assert!(lift(&baskets, first, shared[0]) > 3.0 && lift(&baskets, second, shared[0]) > 3.0);
    }
}

#[test]
fn popularity_is_heavy_tailed() {
    let shop = shop();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    shop.lines().item.iter().flatten().for_each(|item| *counts.entry(item).or_default() += 1);
    let mut counts: Vec<usize> = counts.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let top: usize = counts[..shop.catalog().len() / 10].iter().sum();
    assert!((8_000..14_000).contains(&top), "the top tenth of products has {top} of 20,000 lines");
    assert!(counts[0] < 2_000, "{}", counts[0]);
}

#[test]
fn orders_and_customers_are_heavy_tailed() {
    let shop = shop();
    let lines = shop.lines();
    let sizes: Vec<usize> = baskets(lines).iter().map(HashSet::len).collect();
    let of_size = |range: std::ops::RangeInclusive<usize>| sizes.iter().filter(|n| range.contains(n)).count();
    assert!(of_size(1..=1) > sizes.len() / 5 && of_size(20..=60) > sizes.len() / 100, "{}", sizes.len());
    let mean = 20_000 / sizes.len();
    assert!((3..=5).contains(&mean), "{} orders", sizes.len());
    let mut orders: HashMap<&str, HashSet<&str>> = HashMap::new();
    for (customer, order) in lines.customer.iter().zip(&lines.order) {
        orders.entry(customer.as_deref().unwrap_or("")).or_default().insert(order);
    }
    orders.remove("");
    let once = orders.values().filter(|orders| orders.len() == 1).count();
    let often = orders.values().filter(|orders| orders.len() >= 15).count();
    assert!(once > orders.len() / 4 && often > orders.len() / 40, "{once}, {often} of {}", orders.len());
}

#[test]
fn customers_buy_their_favourites_again() {
    let shop = shop();
    let lines = shop.lines();
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    let (mut again, mut named) = (0, 0);
    for row in (0..lines.len()).filter(|&row| lines.quantity[row] > 0.0) {
        if let (Some(customer), Some(item)) = (&lines.customer[row], &lines.item[row]) {
            named += 1;
            again += usize::from(!seen.insert((customer, item)));
        }
    }
    assert!(again * 5 > named, "{again} of {named}");
}

#[test]
fn shares_are_near_to_their_parameters() {
    let shop = Shop::params().lines(20_000).return_rate(0.05).anonymous(0.2).dirty(0.03).generate().unwrap();
    let (lines, truth) = (shop.lines(), shop.truth());
    let n = |condition: &dyn Fn(usize) -> bool| (0..lines.len()).filter(|&row| condition(row)).count();
    assert_eq!(truth.return_lines, 1_000);
    assert_eq!(n(&|row| lines.quantity[row] < 0.0), 1_000);
    assert_eq!(n(&|row| lines.customer[row].is_none()), truth.anonymous_lines);
    let mut orders: HashMap<&str, bool> = HashMap::new();
    lines.order.iter().zip(&lines.customer).for_each(|(order, customer)| {
        orders.insert(order, customer.is_none());
    });
    let anonymous = orders.values().filter(|&&anonymous| anonymous).count();
    assert!((18..=22).contains(&(anonymous * 100 / orders.len())), "{anonymous} of {}", orders.len());
    assert_eq!(truth.defects.len(), 600);
    assert_eq!(
        n(&|row| lines.item[row].is_none() || lines.quantity[row] == 0.0 || lines.price[row] < 0.0),
        600
    );
}

#[test]
fn a_dirty_shop_differs_from_the_clean_one_in_its_defects_only() {
    let params = Shop::params().lines(2_000);
    let (clean, dirty) = (params.generate().unwrap(), params.dirty(0.1).generate().unwrap());
    let mut mended = dirty.lines().clone();
    for &(row, defect) in &dirty.truth().defects {
        match defect {
            Defect::MissingItem => mended.item[row].clone_from(&clean.lines().item[row]),
            Defect::ZeroQuantity => mended.quantity[row] = clean.lines().quantity[row],
            Defect::NegativePrice => mended.price[row] = -mended.price[row],
        }
    }
    assert_eq!(&mended, clean.lines());
    let kinds: HashSet<Defect> = dirty.truth().defects.iter().map(|&(_, defect)| defect).collect();
    assert_eq!(kinds.len(), Defect::ALL.len());
}

#[test]
fn returns_follow_their_purchase_at_the_price_paid() {
    let shop = shop();
    let lines = shop.lines();
    let bought: HashMap<(&str, Option<&str>), usize> =
        (0..lines.len()).map(|row| ((lines.order[row].as_str(), lines.item[row].as_deref()), row)).collect();
    for row in (0..lines.len()).filter(|&row| lines.quantity[row] < 0.0) {
        let purchase = bought[&(lines.order[row].strip_prefix('R').unwrap(), lines.item[row].as_deref())];
        assert_eq!(lines.customer[row], lines.customer[purchase]);
        assert_eq!(lines.price[row].to_bits(), lines.price[purchase].to_bits());
        assert!(-lines.quantity[row] <= lines.quantity[purchase]);
        assert!((1..=40).contains(&lines.time[row].days_since(lines.time[purchase])));
    }
}

#[test]
fn every_type_of_customer_is_present_and_every_customer_has_a_type() {
    for seed in 0..20 {
        let shop = Shop::params().lines(1_000).seed(seed).generate().unwrap();
        let kinds: HashSet<CustomerType> =
            shop.truth().customer_types.iter().map(|&(_, kind)| kind).collect();
        assert_eq!(kinds.len(), CustomerType::ALL.len(), "seed {seed}: {kinds:?}");
        let typed: HashSet<&str> = shop.truth().customer_types.iter().map(|(id, _)| id.as_str()).collect();
        let ordered: HashSet<&str> = shop.lines().customer.iter().flatten().map(String::as_str).collect();
        assert_eq!(typed, ordered);
    }
}

#[test]
fn rows_come_by_time_within_the_span_and_orders_by_number() {
    let start = Time::parse("2020-02-01").unwrap();
    let shop = Shop::params().lines(5_000).start(start).days(60).generate().unwrap();
    let lines = shop.lines();
    assert!(lines.time.is_sorted());
    assert!(lines.time.iter().all(|time| (0..60).contains(&time.days_since(start))));
    assert!(lines.order.iter().filter(|order| !order.starts_with('R')).is_sorted());
}

#[test]
fn numbers_are_whole_quantities_and_prices_of_two_decimals() {
    let shop = shop();
    for (quantity, price) in shop.lines().quantity.iter().zip(&shop.lines().price) {
        assert!(quantity.fract().abs() < f64::EPSILON && quantity.abs() >= 1.0, "{quantity}");
        assert_eq!(format!("{price:.2}").parse::<f64>().unwrap().to_bits(), price.to_bits());
        assert!(*price > 0.0);
    }
}

#[test]
fn every_line_of_a_shop_is_accounted_for_in_its_log() {
    let shop = Shop::params().lines(3_000).seed(5).dirty(0.02).generate().unwrap();
    let log = shop.to_log(LogOptions::default()).unwrap();
    assert_eq!(log.report().rows(), 3_000);
    assert_eq!(log.n_lines(), 3_000 - shop.truth().defects.len());
    let names = log.item_words("name").unwrap();
    for product in shop.catalog() {
        if let Some(position) = log.items().unwrap().position(product.id.as_str().into()) {
            assert_eq!(names[position], Some(product.name.as_str()));
        }
    }
    let lines = super::super::toy::corner_shop().to_log(LogOptions::default()).unwrap();
    assert_eq!(lines.n_customers(), 5);
}
