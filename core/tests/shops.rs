//! What a generated shop promises beyond its lines is found again in them: repeat buying, seasons, replenishment, browsing.
#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(clippy::cast_precision_loss, reason = "counts are small")]

use std::collections::{BTreeMap, HashMap, HashSet};

use kosar::Time;
use kosar::data::{EventKind, EventLog, EventOptions, LogOptions};
use kosar::datasets::{CustomerType, RepeatBuying, Shop, ShopLines, ShopParams};

const DAY: f64 = 86_400e6;
const WEEK: f64 = 7.0 * DAY;

/// The purchases of each customer: when, and which lines.
fn purchases(lines: &ShopLines) -> HashMap<&str, BTreeMap<(Time, &str), Vec<usize>>> {
    let mut found: HashMap<&str, BTreeMap<_, Vec<usize>>> = HashMap::new();
    for row in (0..lines.len()).filter(|&row| lines.quantity[row] > 0.0) {
        if let Some(customer) = &lines.customer[row] {
            let order = (lines.time[row], lines.order[row].as_str());
            found.entry(customer).or_default().entry(order).or_default().push(row);
        }
    }
    found
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn repeat_buyers_have_the_rates_and_dropouts_of_their_parameters() {
    let repeat = RepeatBuying { r: 2.0, alpha: 8.0, a: 1.5, b: 6.0 };
    let shop = Shop::params()
        .lines(150_000)
        .days(728)
        .anonymous(0.0)
        .return_rate(0.0)
        .repeat(Some(repeat))
        .generate();
    let shop = shop.unwrap();
    let truth = shop.truth();
    assert!(truth.customer_types.is_empty());
    let n = truth.repeat_buyers.len() as f64;
    assert!(n > 2_000.0, "{n}");
    let mean = |value: &dyn Fn(usize) -> f64| (0..truth.repeat_buyers.len()).map(value).sum::<f64>() / n;
    let rate = mean(&|at| truth.repeat_buyers[at].lambda);
    let square = mean(&|at| truth.repeat_buyers[at].lambda.powi(2));
    let chance = mean(&|at| truth.repeat_buyers[at].p);
    assert!((rate - 0.25).abs() < 0.012, "{rate}");
    assert!((square - rate * rate - 2.0 / 64.0).abs() < 0.004, "{}", square - rate * rate);
    assert!((chance - 0.2).abs() < 0.01, "{chance}");

    // Gaps of customers are exponential: their sum over the rate has the mean of their number (last ones left out, as the
    // span cuts long gaps off only behind them).
    let by_customer = purchases(shop.lines());
    let end = Time::parse("2025-01-01").unwrap().micros() as f64 + 728.0 * DAY;
    let (mut scaled, mut repeats, mut exposed, mut drops) = (0.0, 0.0, 0.0, 0.0);
    for buyer in &truth.repeat_buyers[..truth.repeat_buyers.len() - 1] {
        let times: Vec<f64> =
            by_customer[buyer.customer.as_str()].keys().map(|order| order.0.micros() as f64).collect();
        let until = if buyer.alive { end } else { times[times.len() - 1] };
        // Events over exposure estimates the rate, whatever is cut off.
        scaled += buyer.lambda * (until - times[0]) / WEEK;
        repeats += (times.len() - 1) as f64;
        exposed += buyer.p * (times.len() - 1) as f64;
        drops += f64::from(u8::from(!buyer.alive));
    }
    assert!((repeats / scaled - 1.0).abs() < 0.02, "{repeats} repeat orders, {scaled} expected");
    assert!((drops / exposed - 1.0).abs() < 0.04, "{drops} dropouts, {exposed} expected");
    assert!(by_customer.len() == truth.repeat_buyers.len());
}

#[test]
fn who_bought_once_is_still_a_customer_in_bg_nbd() {
    let repeat = RepeatBuying { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
    let shop = Shop::params().lines(10_000).repeat(Some(repeat)).generate().unwrap();
    let by_customer = purchases(shop.lines());
    let once: Vec<_> = shop
        .truth()
        .repeat_buyers
        .iter()
        .filter(|one| by_customer[one.customer.as_str()].len() == 1)
        .collect();
    assert!(once.len() > 200 && once.iter().rev().skip(1).all(|one| one.alive));
}

#[test]
fn categories_sell_best_at_their_peak() {
    let shop =
        Shop::params().lines(150_000).days(365).rebuy_rate(0.0).yearly(0.9).weekly(0.6).generate().unwrap();
    let (lines, truth) = (shop.lines(), shop.truth());
    let plain = Shop::params().lines(150_000).days(365).rebuy_rate(0.0).generate().unwrap();
    assert!(plain.truth().seasons.is_empty() && truth.seasons.len() == 10);
    let category: HashMap<&str, &str> =
        shop.catalog().iter().map(|product| (product.id.as_str(), product.category)).collect();
    let start = Time::parse("2025-01-01").unwrap();
    for season in &truth.seasons {
        // Shares of the day, so that busy days do not count more.
        let (mut of, mut all) = (vec![0.0; 365], vec![0.0; 365]);
        for row in 0..lines.len() {
            let day = usize::try_from(lines.time[row].days_since(start)).unwrap();
            all[day] += 1.0;
            of[day] += f64::from(u8::from(category[lines.item[row].as_deref().unwrap()] == season.category));
        }
        let share = |near: &dyn Fn(usize) -> bool| {
            let days = || (0..365).filter(|&day| near(day));
            days().map(|day| of[day]).sum::<f64>() / days().map(|day| all[day]).sum::<f64>()
        };
        let away = |day: usize| {
            let days = (day + 1).abs_diff(season.peak_day);
            days.min(365 - days)
        };
        let (high, low) = (share(&|day| away(day) <= 30), share(&|day| away(day) >= 152));
        assert!(high > 3.0 * low, "{season:?}: {high} {low}");
        // The first day of 2025 is a Wednesday.
        let week = |after: usize| share(&|day| (day + 2) % 7 == (season.peak_weekday + after) % 7);
        assert!(week(0) > 1.5 * week(3) && week(0) > 1.5 * week(4), "{season:?}: {} {}", week(0), week(3));
    }
}

#[test]
fn what_is_used_up_is_bought_again_after_its_time() {
    let shop = Shop::params().lines(200_000).days(730).consumables(0.1).generate().unwrap();
    let truth = shop.truth();
    assert_eq!(truth.consumables.len(), (shop.catalog().len() + 5) / 10);
    let kinds: HashMap<&str, CustomerType> =
        truth.customer_types.iter().map(|(id, kind)| (id.as_str(), *kind)).collect();
    let lasts: HashMap<&str, f64> =
        truth.consumables.iter().map(|one| (one.item.as_str(), one.days_per_unit)).collect();
    let lines = shop.lines();
    let mut ratios: HashMap<&str, Vec<f64>> = HashMap::new();
    let mut by_quantity: HashMap<i64, Vec<f64>> = HashMap::new();
    for (customer, orders) in purchases(lines) {
        let mut last: HashMap<&str, usize> = HashMap::new();
        for row in orders.into_values().flatten() {
            let item = lines.item[row].as_deref().unwrap();
            let Some(days) = lasts.get(item) else { continue };
            if let Some(before) = last.insert(item, row) {
                let gap = (lines.time[row].micros() - lines.time[before].micros()) as f64 / DAY;
                assert!(matches!(kinds[customer], CustomerType::Regular | CustomerType::Loyal));
                let ratio = gap / (days * lines.quantity[before]);
                ratios.entry(item).or_default().push(ratio);
                #[allow(clippy::cast_possible_truncation, reason = "whole and small")]
                by_quantity.entry(lines.quantity[before] as i64).or_default().push(ratio);
            }
        }
    }
    let mut known = 0;
    for (item, ratios) in ratios {
        assert!(ratios.iter().all(|ratio| (0.4..2.5).contains(ratio)), "{item} {ratios:?}");
        if ratios.len() >= 100 {
            known += 1;
            let found = median(ratios);
            assert!((found - 1.0).abs() < 0.06, "{item}: {found}");
        }
    }
    assert!(known > 50, "{known}");
    for quantity in [1, 2, 3, 4] {
        let found = median(by_quantity[&quantity].clone());
        assert!((found - 1.0).abs() < 0.02, "{quantity}: {found}");
    }
}

fn browsed() -> ShopParams {
    Shop::params().lines(20_000).clicks(120_000).cart_rate(0.25).buy_rate(0.5)
}

fn events(shop: &Shop) -> EventLog {
    shop.to_events(EventOptions::default()).unwrap()
}

/// The items of each session by kind.
fn stages(events: &EventLog) -> Vec<[HashSet<u32>; 3]> {
    let stage = |session| {
        let view = events.session(session);
        [EventKind::View, EventKind::AddToCart, EventKind::Purchase].map(|kind| {
            let of_kind = view.items.iter().zip(view.kinds).filter(|&(_, &other)| other == kind);
            of_kind.map(|(item, _)| item.as_u32()).collect()
        })
    };
    events.sessions().map(stage).collect()
}

#[test]
fn there_are_as_many_events_as_asked_for_and_the_funnel_has_its_rates() {
    let shop = browsed().generate().unwrap();
    let events = events(&shop);
    assert_eq!(events.n_events(), 120_000);
    let funnel = shop.truth().funnel;
    let stages = stages(&events);
    let count = |stage: usize| stages.iter().map(|sets| sets[stage].len()).sum::<usize>();
    assert_eq!([count(0), count(1), count(2)], [funnel.viewed + funnel.idle, funnel.carted, funnel.bought]);
    assert!(
        stages.iter().all(|[viewed, carted, bought]| carted.is_subset(viewed) && bought.is_subset(carted))
    );
    let (cart, buy) =
        (funnel.carted as f64 / funnel.viewed as f64, funnel.bought as f64 / funnel.carted as f64);
    assert!((cart - 0.25).abs() < 0.01 && (buy - 0.5).abs() < 0.015, "{cart} {buy}");
    let abandoned = stages.iter().filter(|sets| !sets[1].is_empty() && sets[2].is_empty()).count();
    assert!(abandoned > 1_000, "{abandoned}");
}

#[test]
fn a_purchase_is_its_orders_to_the_item_the_quantity_and_the_second() {
    let shop = browsed().generate().unwrap();
    let (events, lines) = (events(&shop), shop.lines());
    let mut orders: HashMap<&str, Vec<usize>> = HashMap::new();
    lines.order.iter().enumerate().for_each(|(row, order)| orders.entry(order).or_default().push(row));
    let session_orders: HashMap<i64, &str> = shop
        .truth()
        .session_orders
        .iter()
        .map(|(session, order)| (i64::from(*session), order.as_str()))
        .collect();
    assert_eq!(session_orders.len(), shop.truth().session_orders.len());
    let distinct: HashSet<&str> = session_orders.values().copied().collect();
    assert_eq!(distinct.len(), session_orders.len());
    let mut bought = 0;
    for session in events.sessions() {
        let id = events.session(session).id.unwrap().to_id();
        let id = id.to_string().parse::<i64>().unwrap();
        let purchases: Vec<_> =
            events.events_of(session).filter(|event| event.kind == EventKind::Purchase).collect();
        let Some(order) = session_orders.get(&id) else {
            assert!(purchases.is_empty());
            continue;
        };
        let customer = events.session(session).customer;
        let customer = customer.map(|customer| events.customers().get(customer.as_usize()).to_string());
        let mut found: Vec<String> = purchases
            .iter()
            .map(|event| {
                let item = events.items().get(event.item.unwrap().as_usize());
                format!("{item} {} {} {customer:?}", event.quantity.to_f64(), event.time)
            })
            .collect();
        let mut expected: Vec<String> = orders[order]
            .iter()
            .map(|&row| {
                let item = lines.item[row].as_deref().unwrap();
                format!("{item} {} {} {:?}", lines.quantity[row], lines.time[row], lines.customer[row])
            })
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{order}");
        let last = events.session(session).times.iter().max();
        assert_eq!(last, Some(&lines.time[orders[order][0]]));
        bought += found.len();
    }
    assert_eq!(bought, shop.truth().funnel.bought);
}

#[test]
fn events_beyond_what_the_orders_need_are_of_visitors_who_only_look() {
    let shop = Shop::params().lines(100).clicks(20_000).generate().unwrap();
    let funnel = shop.truth().funnel;
    assert_eq!(events(&shop).n_events(), 20_000);
    assert!(funnel.idle > 10_000 && funnel.bought > 90, "{funnel:?}");
    let few = Shop::params().lines(100).clicks(3).generate().unwrap();
    assert_eq!((few.truth().funnel.idle, events(&few).n_events()), (3, 3));
    assert_eq!(events(&Shop::params().lines(100).generate().unwrap()).n_events(), 0);
}

fn stages_and_times(events: &EventLog) -> Vec<Vec<String>> {
    let told = |session| events.events_of(session).map(|event| format!("{event:?}")).collect();
    events.sessions().map(told).collect()
}

#[test]
fn events_leave_the_lines_as_they_are_and_come_again_by_the_seed() {
    let (with, without) = (browsed().generate().unwrap(), Shop::params().lines(20_000).generate().unwrap());
    assert_eq!(with.lines(), without.lines());
    let again = browsed().generate().unwrap();
    assert_eq!(with, again);
    let told = |shop: &Shop| format!("{:?}", stages_and_times(&events(shop)));
    assert_eq!(told(&with), told(&again));
    assert_ne!(told(&with), told(&browsed().seed(2).generate().unwrap()));
}

#[test]
fn every_time_is_to_the_second() {
    let repeat = RepeatBuying { r: 2.0, alpha: 4.0, a: 1.0, b: 6.0 };
    let shop = Shop::params().lines(5_000).days(400).clicks(30_000);
    for params in [shop.clone().repeat(Some(repeat)), shop.consumables(0.3)] {
        let shop = params.generate().unwrap();
        let of_events = events(&shop);
        let of_events = of_events.sessions().flat_map(|session| of_events.events_of(session));
        let mut times = shop.lines().time.iter().copied().chain(of_events.map(|event| event.time));
        assert_eq!(times.find(|time| time.micros() % 1_000_000 != 0), None);
    }
}

#[test]
fn extreme_rates_still_give_every_event() {
    let shop = Shop::params().lines(500).items(40);
    for (clicks, params) in [
        (30_000, shop.clone().order_size(12.0).cart_rate(0.02).buy_rate(0.02)),
        (3_000, shop.clone().cart_rate(1.0).buy_rate(1.0)),
        (1_000, shop.days(28).consumables(0.3).yearly(1.0).weekly(1.0)),
    ] {
        let shop = params.clicks(clicks).generate().unwrap();
        assert_eq!(events(&shop).n_events(), clicks);
        assert_eq!(shop.to_log(LogOptions::default()).unwrap().n_lines(), 500);
    }
}

#[test]
fn a_truth_is_written_as_json() {
    let repeat = RepeatBuying { r: 1.0, alpha: 4.0, a: 1.0, b: 3.0 };
    let shop = Shop::params().lines(1_000).repeat(Some(repeat)).dirty(0.01).clicks(1_000).generate().unwrap();
    let written = serde_json::to_value(shop.truth()).unwrap();
    assert_eq!(written["repeat_buyers"][0]["customer"], "C00001");
    assert_eq!(written["defects"].as_array().unwrap().len(), 10);
    let shop = Shop::params().lines(1_000).generate().unwrap();
    assert!(serde_json::to_value(shop.truth()).unwrap()["customer_types"][0][1].is_string());
    assert_eq!(shop.to_log(LogOptions::default()).unwrap().n_lines(), 1_000);
}
