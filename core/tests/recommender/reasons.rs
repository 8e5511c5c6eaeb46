//! What reasons say, and what they count.

use kosar::Fit;
use kosar::data::Returns;
use kosar::recommender::{Because, Recommender, RecommenderParams, Request, Step};

use crate::common::{Row, log};

#[test]
fn orders_of_returns_alone_are_no_orders_of_a_customer() {
    // Bought on two days, sent back in part on three.
    let mut rows: Vec<Row> = vec![(1, Some(1), 1, 10, 9), (2, Some(1), 1, 50, 1), (2, Some(1), 2, 50, 1)];
    rows.extend((0..3).map(|at| (10 + at, Some(1), 1, 60 + at, -1)));
    // Others bought the same, and something else.
    rows.extend((20..30).flat_map(|at| [(at, Some(at), 1, 5, 1), (at, Some(at), 3, 5, 1)]));
    let mut params = Recommender::params();
    params.blend.regular_orders = 3;
    let nothing = kosar::recommender::Weights { session: 0.0, customers: 0.0, repeat: 0.0, popular: 0.0 };
    (params.blend.regular, params.blend.loyal) = (nothing, nothing);
    let own = params.fit(&log(&rows)).unwrap();
    let again = own.buy_again(1, &Request::new(5)).unwrap();
    let of_item = again.iter().find(|answer| answer.item == 1.into()).unwrap();
    assert!(matches!(of_item.because, Because::Repeat { orders: 2, of: 2, .. }), "{of_item:?}");
    assert_eq!(of_item.because.to_string(), "bought in 2 of the customer's 2 orders");
    // With two orders, the weights are those of a new customer, not of a regular one.
    let found = own.for_customer(1, &Request::new(5)).unwrap();
    assert_eq!(found[0].step, Step::Customer, "{found:?}");
    assert_eq!(own.profile(1).unwrap().orders, 2);
}

#[test]
fn a_reason_whose_purchases_were_cut_says_since_when() {
    // Every day another buyer of 1 and 2, from 1970-01-02 on.
    let rows: Vec<Row> = (1..=20)
        .flat_map(|day| [(day, Some(day), 1, day * 24 + 9, 1), (day, Some(day), 2, day * 24 + 9, 1)])
        .collect();
    let log = log(&rows);
    let sentences = |params: &RecommenderParams| {
        let own = params.fit(&log).unwrap();
        let request = Request::new(1);
        let told = |answers: Vec<kosar::recommender::Answer>| answers[0].because.to_string();
        [told(own.similar(1, &request).unwrap()), told(own.bought_together([1], &request).unwrap())]
    };
    let mut params = Recommender::params();
    assert_eq!(
        sentences(&params),
        [
            "20 of 20 buyers of 1 bought it too (similarity 1.00)",
            "20 of 20 buyers of 1 took both in one order (lift 1.0)",
        ]
    );
    params.latest_purchases = 8;
    let [similar, together] = sentences(&params);
    assert_eq!(similar, "8 of 8 buyers of 1 since 1970-01-14 bought it too (similarity 1.00)");
    assert_eq!(together, "8 of 8 buyers of 1 since 1970-01-14 took both in one order (lift 1.0)");
}

#[test]
fn buyers_before_a_trend_are_not_told_where_they_are_few() {
    // The last week is that of days 56 to 62, and the four before begin on day 28.
    let buy = |item: i64, from: i64, n: i64, day: i64| {
        (from..from + n).map(move |at| (at, Some(at), item, day * 24 + 9, 1))
    };
    let mut rows: Vec<Row> = buy(1, 0, 10, 62).chain(buy(1, 100, 3, 40)).collect();
    rows.extend(buy(2, 200, 20, 60).chain(buy(2, 300, 5, 50)));
    rows.extend(buy(3, 400, 200, 45));
    let log = log(&rows);
    let told = |least: u32| -> Vec<(kosar::Id, Option<u32>)> {
        let own = Recommender::params().min_customers(least).fit(&log).unwrap();
        let found = own.trending(&Request::new(3)).unwrap().into_iter();
        found
            .filter_map(|answer| match answer.because {
                Because::Trending { baseline, .. } => Some((answer.item, baseline)),
                _ => None,
            })
            .collect()
    };
    assert_eq!(told(5), [(2.into(), Some(5)), (1.into(), None)]);
    assert_eq!(told(3), [(2.into(), Some(5)), (1.into(), Some(3))]);
}

#[test]
fn a_query_goes_by_how_the_log_counts_returns() {
    let popular = Because::Popular { customers: 5 };
    let sql = |returns| popular.sql(&"a'b".into(), returns).unwrap();
    assert!(sql(Returns::Net).contains("FROM orders WHERE quantity > 0)"));
    assert_eq!(sql(Returns::Net), sql(Returns::Drop));
    assert!(!sql(Returns::Keep).contains("quantity"));
    assert!(sql(Returns::Keep).ends_with("WHERE item = 'a''b'"));
    let own = Recommender::params().fit(&log(&[(1, Some(1), 1, 10, 1)])).unwrap();
    let answer = &own.trending(&Request::new(1)).unwrap()[0];
    assert_eq!((answer.returns, answer.sql()), (Returns::Net, None));
}
