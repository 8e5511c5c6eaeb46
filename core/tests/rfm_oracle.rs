//! RFM against answers from outside: Online Retail under both scoring conventions.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use kosar::data::{CsvColumns, LogOptions, Returns};
use kosar::rfm::{Closed, Cuts, GridSegment, Rfm, RfmParams, Scoring, SegmentGrid};
use kosar::{Fit, Id, IdRef, OrderLog, ParamError, Time};

mod common;

fn online_retail() -> Option<OrderLog> {
    let options = LogOptions { returns: Returns::Drop, ..LogOptions::default() };
    let path = common::data("online_retail/online_retail.csv.gz")?;
    Some(OrderLog::from_csv(path, &common::online_retail_columns(), options).unwrap())
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= 1e-9 * b.abs(), "{found:?} is not {expected:?}");
    }
}

fn counts<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, u64> {
    let mut counts = BTreeMap::new();
    keys.for_each(|key| *counts.entry(key).or_default() += 1);
    counts
}

fn segment_counts(rfm: &Rfm) -> BTreeMap<String, u64> {
    counts(rfm.iter().map(|customer| customer.segment.to_owned()))
}

#[test]
fn online_retail_has_the_scores_and_segments_of_the_oracle() {
    let (Some(log), Some(oracle)) = (online_retail(), common::oracle("rfm.json")) else { return };
    let rfm = Rfm::params().fit(&log).unwrap();
    assert_eq!(rfm.as_of(), Some(Time::parse("2011-12-10").unwrap()));
    let cleaned = &oracle["cleaned"];
    assert_eq!(rfm.len() as u64, cleaned["customers"].as_u64().unwrap());
    assert_eq!(
        rfm.iter().map(|c| c.recency_days).sum::<i64>(),
        cleaned["sum_recency_days"].as_i64().unwrap()
    );
    assert_eq!(
        rfm.iter().map(|c| i64::from(c.frequency)).sum::<i64>(),
        cleaned["sum_frequency"].as_i64().unwrap()
    );
    let monetary = rfm.iter().map(|c| c.monetary.unwrap().to_f64()).sum::<f64>();
    assert!((monetary - cleaned["sum_monetary"].as_f64().unwrap()).abs() < 0.01, "{monetary}");
    let cuts = rfm.cut_points();
    close(cuts.recency.of(0), &numbers(&oracle["cut_points"]["recency"]));
    close(cuts.frequency.of(0), &numbers(&oracle["cut_points"]["frequency"]));
    close(cuts.monetary.as_ref().unwrap().of(0), &numbers(&oracle["cut_points"]["monetary"]));
    let expected: BTreeMap<String, u64> =
        serde_json::from_value(oracle["segments_ties_together"].clone()).unwrap();
    assert_eq!(segment_counts(&rfm), expected);
    let scores = |name: &str, score: fn(&kosar::rfm::RfmCustomer<'_>) -> u8| {
        let found: Vec<u64> = counts(rfm.iter().map(|c| score(&c))).into_values().collect();
        let expected: Vec<u64> = serde_json::from_value(oracle["score_counts_1_to_5"][name].clone()).unwrap();
        assert_eq!(found, expected, "{name}");
    };
    scores("recency", |c| c.r_score);
    scores("frequency", |c| c.f_score);
    scores("monetary", |c| c.m_score.unwrap());
}

#[test]
fn every_customer_has_the_row_of_the_oracle_under_both_conventions() {
    let (Some(log), Some(path)) = (online_retail(), common::data("online_retail/rfm_oracle.csv")) else {
        return;
    };
    let together = Rfm::params().fit(&log).unwrap();
    let ranked = Rfm::params().frequency_scores(Scoring::Rank).fit(&log).unwrap();
    let mut rows = 0;
    for record in csv::Reader::from_path(path).unwrap().records() {
        let record = record.unwrap();
        let whole = |at: usize| record[at].parse::<i64>().unwrap();
        let customer = together.customer(IdRef::Str(&record[0])).unwrap();
        assert_eq!((customer.recency_days, i64::from(customer.frequency)), (whole(1), whole(2)));
        let monetary: f64 = record[3].parse().unwrap();
        assert!((customer.monetary.unwrap().to_f64() - monetary).abs() < 1e-6);
        let scores = [customer.r_score, customer.f_score, customer.m_score.unwrap()].map(i64::from);
        assert_eq!(scores, [whole(4), whole(5), whole(6)], "customer {}", &record[0]);
        assert_eq!(customer.segment, &record[7]);
        let customer = ranked.customer(IdRef::Str(&record[0])).unwrap();
        assert_eq!((i64::from(customer.f_score), customer.segment), (whole(8), &record[9]));
        rows += 1;
    }
    assert_eq!(rows, together.len());
}

#[test]
fn segment_profiles_add_up() {
    let Some(log) = online_retail() else { return };
    let rfm = Rfm::params().fit(&log).unwrap();
    let profiles = rfm.profiles();
    assert_eq!(profiles.iter().map(|p| p.customers).sum::<usize>(), rfm.len());
    assert!((profiles.iter().map(|p| p.customer_share).sum::<f64>() - 1.0).abs() < 1e-12);
    assert!((profiles.iter().map(|p| p.revenue_share).sum::<f64>() - 1.0).abs() < 1e-12);
    assert_eq!(rfm.table().len(), rfm.len());
    assert_eq!(rfm.profile_table().len(), 10);
}

/// The orders that come with the R package rfm.
fn rfm_orders() -> Option<OrderLog> {
    let path = common::data("rfm_orders/orders.csv")?;
    let name = |name: &str| Some(name.to_owned());
    let columns = CsvColumns {
        customer: name("customer_id"),
        time: name("order_date"),
        amount: name("revenue"),
        ..CsvColumns::default()
    };
    Some(OrderLog::from_csv(path, &columns, LogOptions::default()).unwrap())
}

/// What the R package does: quantiles plus one, classes closed on the left.
fn as_the_r_package(log: &OrderLog) -> RfmParams {
    let plain = Rfm::params().as_of(Time::parse("2006-12-31").unwrap());
    let rfm = plain.clone().fit(log).unwrap();
    let plus_one = |cuts: &Cuts| Scoring::Fixed(cuts.of(0).iter().map(|cut| cut + 1.0).collect());
    let cuts = rfm.cut_points();
    plain
        .recency_scores(plus_one(&cuts.recency))
        .frequency_scores(plus_one(&cuts.frequency))
        .monetary_scores(plus_one(cuts.monetary.as_ref().unwrap()))
        .closed(Closed::Left)
}

#[test]
fn the_convention_of_the_r_package_gives_its_cut_points_and_scores() {
    let (Some(log), Some(oracle)) = (rfm_orders(), common::oracle("rfm.json")) else { return };
    let oracle = &oracle["rfm_orders_at_2006-12-31"];
    let rfm = as_the_r_package(&log).fit(&log).unwrap();
    let cuts = rfm.cut_points();
    close(cuts.recency.of(0), &numbers(&oracle["cut_points"]["recency"]));
    close(cuts.frequency.of(0), &numbers(&oracle["cut_points"]["frequency"]));
    close(cuts.monetary.as_ref().unwrap().of(0), &numbers(&oracle["cut_points"]["monetary"]));
    let found = |score: fn(&kosar::rfm::RfmCustomer<'_>) -> u8| -> Vec<u64> {
        counts(rfm.iter().map(|c| score(&c))).into_values().collect()
    };
    let expected = |name: &str| -> Vec<u64> {
        serde_json::from_value(oracle["score_counts_1_to_5"][name].clone()).unwrap()
    };
    assert_eq!(found(|c| c.r_score), expected("recency"));
    assert_eq!(found(|c| c.f_score), expected("frequency"));
    assert_eq!(found(|c| c.m_score.unwrap()), expected("monetary"));
}

#[test]
fn the_grid_of_the_r_package_has_the_customers_of_its_manual() {
    // The output of rfm_segment_summary in the manual of rfm 0.3.0: customers, orders, revenue.
    let published = [
        ("about_to_sleep", 102, 283, 23_449),
        ("at_risk", 28, 216, 22_227),
        ("cant_lose", 47, 274, 32_446),
        ("champions", 35, 316, 31_646),
        ("lost", 148, 393, 35_324),
        ("loyal", 170, 799, 76_562),
        ("need_attention", 10, 57, 4_562),
        ("new", 104, 329, 28_837),
        ("potential_loyalist", 342, 2_211, 204_856),
        ("promising", 9, 28, 4_249),
    ];
    let Some(log) = rfm_orders() else { return };
    let grid = SegmentGrid::named("rfm-package").unwrap();
    let rfm = as_the_r_package(&log).segments(grid).fit(&log).unwrap();
    let mut found: BTreeMap<&str, (u64, u32, i64)> = BTreeMap::new();
    for customer in rfm.iter() {
        let sums = found.entry(customer.segment).or_default();
        sums.0 += 1;
        sums.1 += customer.frequency;
        sums.2 += customer.monetary.unwrap().millionths() / 1_000_000;
    }
    assert_eq!(found.len(), published.len());
    for (segment, customers, orders, revenue) in published {
        assert_eq!(found[segment], (customers, orders, revenue), "{segment}");
    }
}

#[test]
fn a_grid_of_rules_in_order_has_the_champions_of_the_r_packages_tests() {
    // tests/testthat/test-rfm-segment.R of rfm: 158 champions with 1234 orders and a revenue of 120178.
    let Some(log) = rfm_orders() else { return };
    let box_of = |name: &str, r, fm| GridSegment::new(name, r, fm).m(fm);
    let rules = vec![
        box_of("Champions", (4, 5), (4, 5)),
        box_of("Loyal Customers", (2, 5), (3, 5)),
        box_of("Potential Loyalist", (3, 5), (1, 3)),
        box_of("New Customers", (4, 5), (1, 1)),
        box_of("Promising", (3, 4), (1, 1)),
        box_of("Need Attention", (2, 3), (2, 3)),
        box_of("About To Sleep", (2, 3), (1, 2)),
        box_of("At Risk", (1, 2), (2, 5)),
        box_of("Can't Lose Them", (1, 1), (4, 5)),
        box_of("Lost", (1, 2), (1, 2)),
    ];
    let grid = SegmentGrid::first_match(5, rules, "Others").unwrap();
    let rfm = as_the_r_package(&log).segments(grid).fit(&log).unwrap();
    let champions: Vec<_> = rfm.iter().filter(|customer| customer.segment == "Champions").collect();
    assert_eq!(champions.len(), 158);
    assert_eq!(champions.iter().map(|customer| customer.frequency).sum::<u32>(), 1234);
    let revenue: f64 = champions.iter().map(|customer| customer.monetary.unwrap().to_f64()).sum();
    assert!((revenue - 120_178.0).abs() < 1e-6);
    // Earlier rules hold all of their cells.
    assert!(rfm.customers("New Customers").unwrap().next().is_none());
}

fn small(rows: &str) -> OrderLog {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("kosar-rfm-{}-{number}.csv", std::process::id()));
    std::fs::write(&path, format!("who,order,when,qty,price\n{rows}")).unwrap();
    let name = |name: &str| Some(name.to_owned());
    let columns = CsvColumns {
        customer: name("who"),
        order: name("order"),
        time: name("when"),
        quantity: name("qty"),
        price: name("price"),
        ..CsvColumns::default()
    };
    let log = OrderLog::from_csv(&path, &columns, LogOptions::default()).unwrap();
    std::fs::remove_file(path).unwrap();
    log
}

#[test]
fn netted_returns_reduce_only_what_was_spent() {
    let log = small("a,1,2025-01-01,2,10\na,2,2025-01-09,-1,10\nb,3,2025-01-02,1,0\nc,4,2025-01-03,1,1\n");
    let rfm = Rfm::params().fit(&log).unwrap();
    let a = rfm.customer("a").unwrap();
    assert_eq!((a.recency_days, a.frequency), (9, 1));
    assert!((a.monetary.unwrap().to_f64() - 10.0).abs() < 1e-12);
    // An order without value counts neither for recency nor for frequency, so b is no customer here.
    assert_eq!(rfm.customer("b").unwrap_err().to_string(), "unknown customer 'b'");
    assert_eq!(rfm.iter().map(|c| c.customer.to_id()).collect::<Vec<_>>(), [Id::from("a"), Id::from("c")]);
}

#[test]
fn orders_at_as_of_or_later_do_not_count() {
    let log = small("a,1,2025-01-01,1,1\na,2,2025-02-01,1,1\nb,3,2025-02-01 00:00:01,1,1\n");
    let rfm = Rfm::params().as_of(Time::parse("2025-02-01").unwrap()).fit(&log).unwrap();
    assert_eq!(rfm.len(), 1);
    assert_eq!((rfm.customer("a").unwrap().recency_days, rfm.customer("a").unwrap().frequency), (31, 1));
}

#[test]
fn as_of_must_be_a_midnight() {
    let error =
        Rfm::params().as_of(Time::parse("2025-02-01T01:00:00").unwrap()).fit(&small("a,1,2025-01-01,1,1\n"));
    assert_eq!(error.unwrap_err().to_string(), "as_of must be a midnight in UTC, got 2025-02-01T01:00:00Z");
}

#[test]
fn an_empty_log_has_no_customers_and_no_cut_points() {
    let rfm = Rfm::params().fit(&small("")).unwrap();
    assert!(rfm.is_empty());
    assert!(rfm.cut_points().recency.of(0).is_empty());
    assert_eq!((rfm.table().len(), rfm.as_of()), (0, None));
    assert!(rfm.profiles().iter().all(|profile| profile.customers == 0));
}

#[test]
fn a_grid_of_ones_own_names_the_segments() {
    let grid = |r| {
        SegmentGrid::new(
            2,
            vec![GridSegment::new("gone", (1, r), (1, 2)), GridSegment::new("here", (2, 2), (1, 2))],
        )
    };
    assert!(matches!(grid(2), Err(ParamError::GridOverlap { r: 2, f: 1, .. })));
    let log = small("a,1,2025-01-01,1,1\nb,3,2025-02-01,1,1\n");
    let rfm = Rfm::params().segments(grid(1).unwrap()).fit(&log).unwrap();
    assert_eq!(rfm.customer("a").unwrap().segment, "gone");
    assert_eq!(rfm.customer("b").unwrap().segment, "here");
}

#[test]
fn a_log_without_times_or_customers_is_refused_by_name() {
    let baskets = OrderLog::from_baskets([vec!["x"]]).unwrap();
    assert_eq!(
        Rfm::params().fit(&baskets).unwrap_err().to_string(),
        "the log has no time column, which Rfm needs"
    );
}

#[test]
fn sums_beyond_the_bound_are_refused_and_never_depend_on_the_order_of_rows() {
    let big = "9000000000000";
    let rows = [
        format!("a,1,2025-01-01,1,{big}\n"),
        format!("a,1,2025-01-01,1,{big}\n"),
        format!("a,1,2025-01-01,-1,{big}\n"),
    ];
    for order in [[0, 1, 2], [2, 0, 1], [0, 2, 1]] {
        let rfm = Rfm::params().fit(&small(&order.map(|row| rows[row].clone()).concat())).unwrap();
        assert!((rfm.customer("a").unwrap().monetary.unwrap().to_f64() - 9e12).abs() < 1.0);
    }
    let error = Rfm::params().fit(&small(&rows[..2].concat())).unwrap_err();
    assert_eq!(error.to_string(), "the monetary value of customer 'a' is beyond 9.2 trillion");
}
