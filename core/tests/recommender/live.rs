//! Requests while everything changes: each answer is that of one version, whole.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use kosar::Fit;
use kosar::recommender::{Because, Recommender, Request};

use crate::common::{Row, log};

/// Pairs of items 1 and 2 bought together by customers from 0 to below `n`.
fn pairs(from: i64, n: i64) -> Vec<Row> {
    (from..from + n).flat_map(|at| [(at, Some(at), 1, at, 1), (at, Some(at), 2, at, 1)]).collect()
}

#[test]
fn every_answer_is_of_one_version_while_orders_come_and_customers_go() {
    let mut params = Recommender::params().min_customers(1);
    params.latest_purchases = 1_000_000;
    let recommender = params.fit(&log(&pairs(0, 40))).unwrap();
    let ends = AtomicBool::new(false);
    let asked = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let request = Request::new(1);
                while !ends.load(Ordering::Relaxed) {
                    let found = recommender.similar(1, &request).unwrap();
                    // Whoever bought one bought the other: in every version both counts are the same.
                    match &found[0].because {
                        Because::Similar { customers, of, item_customers, .. } => {
                            assert_eq!((customers, of), (item_customers, item_customers));
                            assert!(*of >= 40, "{of}");
                        }
                        other => panic!("{other:?}"),
                    }
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let started = || {
            while asked.load(Ordering::Relaxed) == 0 {
                std::thread::yield_now();
            }
        };
        started();
        let other = recommender.clone();
        for round in 0..120 {
            let from = 1_000 + round * 10;
            recommender.update(&log(&pairs(from, 10))).unwrap();
            if round % 40 == 39 {
                recommender.replace(&other);
                continue;
            }
            for customer in from..from + 5 {
                assert!(recommender.forget(customer).unwrap().found);
            }
        }
        ends.store(true, Ordering::Relaxed);
    });
    assert!(recommender.version() > 700);
    assert_eq!(recommender.sweep(), 0, "nobody reads an old version any more");
    assert!(asked.load(Ordering::Relaxed) > 0);
}

#[test]
fn a_clone_and_a_replacement_remember_on_their_own() {
    let mut params = Recommender::params().min_customers(1);
    params.latest_purchases = 1_000_000;
    let recommender = params.fit(&log(&pairs(0, 4))).unwrap();
    let buyers = |of: &Recommender| match &of.similar(1, &Request::new(1)).unwrap()[0].because {
        Because::Similar { customers, .. } => *customers,
        other => panic!("{other:?}"),
    };
    assert_eq!(buyers(&recommender), 4);
    let other = recommender.clone();
    recommender.update(&log(&pairs(10, 1))).unwrap();
    other.update(&log(&pairs(20, 3))).unwrap();
    assert_eq!((buyers(&recommender), buyers(&other)), (5, 7));
    assert_eq!((buyers(&recommender), buyers(&other)), (5, 7));
    recommender.replace(&other);
    assert_eq!((buyers(&recommender), buyers(&other)), (7, 7));
    recommender.forget(20).unwrap();
    assert_eq!((buyers(&recommender), buyers(&other)), (6, 7));
}

#[test]
fn two_loads_and_an_update_side_by_side_see_the_same_file() {
    use kosar::Persist;
    let folder = std::env::temp_dir().join(format!("kosar-loads-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("model");
    let recommender = Recommender::params().min_customers(1).fit(&log(&pairs(0, 60))).unwrap();
    recommender.save(&path).unwrap();
    let bytes = recommender.to_bytes().unwrap();
    std::thread::scope(|scope| {
        let loads: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| Recommender::load(&path).unwrap().to_bytes().unwrap() == bytes))
            .collect();
        recommender.update(&log(&pairs(500, 20))).unwrap();
        assert!(loads.into_iter().all(|load| load.join().unwrap()));
    });
    assert_ne!(recommender.to_bytes().unwrap(), bytes);
    std::fs::remove_dir_all(folder).unwrap();
}
