//! Where things come together that seldom do.

use kosar::data::{
    Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, CustomersBatch, CustomersBuilder,
    CustomersOptions, FactValues, FlagValues, IdValues, NumberValues, TimeValues, Values,
};
use kosar::persist::SaveOptions;
use kosar::recommender::{
    Because, Level, Recommender, RecommenderParams, RecommenderSources, Request, Rules, Step,
};
use kosar::{ErrorKind, Fit, Params, Persist, TimeUnit};

use crate::common::{Row, events, log};

fn rules(text: &str) -> Rules {
    Rules::from_json(text).unwrap()
}

/// Items 0 to below `n`, all in one of two categories.
fn catalog(n: i64) -> Catalog {
    Catalog::from_paths((0..n).map(|item| (item, if item < n / 2 { "First" } else { "Second" }))).unwrap()
}

#[test]
fn a_thousand_purchases_in_one_second_are_one_second() {
    // As in a log of days: everybody at midnight.
    let rows: Vec<Row> =
        (0..1_500).flat_map(|at| [(at, Some(at), 1, 24, 1), (at, Some(at), 2 + at % 3, 24, 1)]).collect();
    let clicks: Vec<_> = (0..3_000).map(|at| (Some(at), None, 1 + at % 4, 24 * 60, 0)).collect();
    let (log, events) = (log(&rows), events(&clicks));
    let own = Recommender::params().fit(&RecommenderSources::new(&log).events(&events)).unwrap();
    assert_eq!(own.for_customer(7, &Request::new(2)).unwrap().len(), 2);
    assert_eq!(own.next_in_session(&Request::new(3).session([1, 2])).unwrap().len(), 2);
}

#[test]
fn any_number_may_be_asked_for() {
    let log = log(&(0..40).map(|at| (at, Some(at % 9), at % 6, at, 1)).collect::<Vec<Row>>());
    let sources = RecommenderSources::new(&log).rules(rules(r#"{"explore": 0.5, "diversity": 0.5}"#));
    let own = Recommender::params().fit(&sources).unwrap();
    assert_eq!(own.trending(&Request::new(usize::MAX)).unwrap().len(), 6);
    assert_eq!(own.rerank([1, 2], 0.5, &Request::new(usize::MAX)).unwrap().len(), 2);
    let huge = RecommenderParams::from_json(r#"{"neighbors": 4294967295}"#).unwrap_err();
    assert_eq!(huge.to_string(), "neighbors must be at most 65535, got 4294967295");
    let mut params = Recommender::params();
    (params.trend_days, params.trend_spans) = (10_000, 10_000);
    assert_eq!(params.clone().fit(&log).unwrap().trending(&Request::new(3)).unwrap().len(), 3);
    params.trend_days += 1;
    assert!(params.check().is_err());
}

#[test]
fn chance_and_pins_take_no_more_than_there_is_and_keep_to_the_caps() {
    let log = log(&(0..90).map(|at| (at, Some(at % 30), at % 10, at, 1)).collect::<Vec<Row>>());
    let catalog = catalog(10);
    let with = |text: &str| {
        Recommender::params()
            .fit(&RecommenderSources::new(&log).catalog(&catalog).rules(rules(text)))
            .unwrap()
    };
    let half = with(r#"{"explore": 1.0}"#);
    assert_eq!(half.trending(&Request::new(10)).unwrap().len(), 10, "nothing is left to explore");
    let six = half.trending(&Request::new(6)).unwrap();
    assert_eq!(six.len(), 6);
    assert_eq!(six.iter().filter(|answer| answer.step == Step::Explored).count(), 4, "four were left");
    let capped = with(
        r#"{"explore": 0.5, "caps": [{"by": {"category": 1}, "max": 2}], "pins": [{"item": 1, "position": 1}]}"#,
    );
    for seed in 0..50 {
        let found = capped.trending(&Request::new(10).seed(seed)).unwrap();
        let first = found.iter().filter(|answer| answer.item < 5.into()).count();
        assert_eq!((found.len(), first), (4, 2), "{found:?}");
        assert_eq!((&found[0].item, found[0].step), (&1.into(), Step::Pinned));
    }
    let other = with(r#"{"cross_sell": 1, "explore": 0.5, "pins": [{"item": 2, "position": 1}]}"#);
    for seed in 0..50 {
        let found = other.bought_together([1], &Request::new(5).seed(seed)).unwrap();
        assert!(found.len() == 5 && found.iter().all(|answer| answer.item >= 5.into()), "{found:?}");
    }
}

#[test]
fn variety_goes_on_where_caps_refuse() {
    let log = log(&[(1, Some(1), 0, 1, 1)]);
    let catalog = catalog(300);
    let text = r#"{"diversity": 0.1, "caps": [{"by": {"category": 1}, "max": 4}]}"#;
    let own = Recommender::params()
        .fit(&RecommenderSources::new(&log).catalog(&catalog).rules(rules(text)))
        .unwrap();
    assert_eq!(own.trending(&Request::new(8)).unwrap().len(), 8);
}

#[test]
fn who_withdrew_before_their_first_order_is_not_profiled_by_it() {
    let mut builder = CustomersBuilder::new(CustomersOptions::default()).unwrap();
    let batch = CustomersBatch::new(3)
        .customers(IdValues::Int(Values::new(&[1, 2, 70][..])))
        .and_then(|batch| batch.attribute("country", FactValues::Words(Values::new(&["HU", "AT", "HU"][..]))))
        .and_then(|batch| {
            batch.consent("site", "profiling", FlagValues::Text(Values::new(&["yes", "", "no"][..])))
        });
    builder.push(&batch.unwrap()).unwrap();
    let customers = builder.finish().unwrap();
    let rows: Vec<Row> = (0..60).map(|at| (at, Some(at % 20), at % 7, at, 1)).collect();
    let (first, later) = (log(&rows), log(&[(900, Some(70), 3, 61, 1), (901, Some(71), 3, 61, 1)]));
    let whole = first.append(&later).unwrap();
    let fit = |log| {
        let sources = RecommenderSources::new(log)
            .customers(&customers)
            .segment_by("country")
            .consent("site", "profiling");
        Recommender::params().fit(&sources).unwrap()
    };
    let (live, refit) = (fit(&first), fit(&whole));
    live.update(&later).unwrap();
    live.refresh().unwrap();
    assert_eq!(live.profile(70).unwrap().level, Level::None);
    assert_eq!(live.profile(70).unwrap().segment.as_deref(), Some("HU"));
    assert_eq!(live.profile(71).unwrap().level, Level::Full);
    assert!(live.to_bytes().unwrap() == refit.to_bytes().unwrap());
    // Whoever is not known yet may say so as well, and take it back.
    live.set_level(500, Level::None).unwrap();
    live.update(&log(&[(902, Some(500), 3, 61, 1)])).unwrap();
    assert_eq!(live.profile(500).unwrap().level, Level::None);
    live.set_level(501, Level::Session).unwrap();
    live.set_level(501, Level::Full).unwrap();
    assert_eq!(live.profile(501).unwrap_err().kind(), ErrorKind::UnknownId);
    assert!(Recommender::from_bytes(&live.to_bytes().unwrap()).is_ok());
    let denied = RecommenderSources::new(&first).customers(&customers).consent("shop", "profiling");
    assert!(Recommender::params().fit(&denied).unwrap_err().to_string().contains("shop/profiling"));
}

#[test]
fn a_session_is_told_to_nobody_who_wants_no_profiling_and_to_no_other() {
    let log = log(&(0..20).map(|at| (at, Some(at % 4), at % 5, at, 1)).collect::<Vec<Row>>());
    // Customers 1 and 2 use one session; what is taken out of the cart is not turned to.
    let clicks = [(Some(5), Some(1), 7, 0, 0), (Some(5), Some(2), 8, 9, 0), (Some(5), None, 9, 10, 2)];
    let events = events(&clicks);
    let own = Recommender::params().fit(&RecommenderSources::new(&log).events(&events)).unwrap();
    let viewed = |customer: i64| {
        let request = Request::new(9).customer(customer).session_id(5);
        let found = own.recently_viewed(&request).unwrap();
        found.into_iter().map(|answer| answer.item).collect::<Vec<_>>()
    };
    assert_eq!((viewed(1), viewed(2)), (vec![7.into()], vec![8.into()]));
    own.set_level(1, Level::None).unwrap();
    assert!(viewed(1).is_empty());
    // An id that is not learnt yet does not hide the items that are told.
    let fresh = Request::new(9).session([7]).session_id(99);
    assert_eq!(own.recently_viewed(&fresh).unwrap().len(), 1);
}

#[test]
fn orders_of_another_century_come_and_go() {
    let far = 2_000_000; // The year 2198, in hours.
    let own = Recommender::params()
        .fit(&log(&(0..30).map(|at| (at, Some(at % 6), at % 5, at, 1)).collect::<Vec<Row>>()))
        .unwrap();
    let before = own.to_bytes().unwrap();
    own.update(&log(&[(900, Some(50), 3, far, 1), (901, Some(51), 2, -far, 1)])).unwrap();
    assert_eq!(own.forget(50).unwrap().orders, 1);
    assert_eq!(own.forget(51).unwrap().orders, 1);
    own.refresh().unwrap();
    assert!(own.to_bytes().unwrap() == before);
}

#[test]
fn a_rule_of_days_moves_with_the_last_order() {
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    let batch = CatalogBatch::new(2).items(IdValues::Int(Values::new(&[1, 2][..]))).and_then(|batch| {
        batch.launches(TimeValues::Int(Values::new(&[864_000, 4_320_000][..]), TimeUnit::Second))
    });
    builder.push(&batch.unwrap()).unwrap();
    let catalog = builder.finish().unwrap();
    let text = r#"{"filters": [{"only": {"launched_within_days": 20}}]}"#;
    let first = log(&[(1, Some(1), 1, 15 * 24, 1)]);
    let own = Recommender::params()
        .fit(&RecommenderSources::new(&first).catalog(&catalog).rules(rules(text)))
        .unwrap();
    let shown =
        || own.trending(&Request::new(5)).unwrap().into_iter().map(|answer| answer.item).collect::<Vec<_>>();
    // What is launched later is not there yet.
    assert_eq!(shown(), [1.into()]);
    own.update(&log(&[(2, Some(2), 2, 55 * 24, 1)])).unwrap();
    assert_eq!(shown(), [2.into()]);
    own.forget(2).unwrap();
    assert_eq!(shown(), [1.into()]);
}

#[test]
fn stock_and_catalogue_change_while_requests_run() {
    let log = log(&(0..40).map(|at| (at, Some(at % 9), at % 6, at, 1)).collect::<Vec<Row>>());
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    let stocks = kosar::data::NumberValues::Float(Values::new(vec![3.0; 6]));
    let batch = CatalogBatch::new(6)
        .items(IdValues::Int(Values::new((0..6).collect::<Vec<_>>())))
        .and_then(|batch| batch.stocks(stocks));
    builder.push(&batch.unwrap()).unwrap();
    let own = Recommender::params()
        .fit(
            &RecommenderSources::new(&log)
                .catalog(&builder.finish().unwrap())
                .rules(rules(r#"{"filters": [{"only": {"in_stock": true}}]}"#)),
        )
        .unwrap();
    assert_eq!(own.trending(&Request::new(9)).unwrap().len(), 6);
    let gone = kosar::Quantity::ZERO;
    own.set_stock([(2, gone), (4, gone)]).unwrap();
    assert_eq!(own.trending(&Request::new(9)).unwrap().len(), 4);
    assert_eq!(own.set_stock([(77, gone)]).unwrap_err().kind(), ErrorKind::UnknownId);
    let again = Recommender::from_bytes(&own.to_bytes().unwrap()).unwrap();
    assert_eq!(again.trending(&Request::new(9)).unwrap(), own.trending(&Request::new(9)).unwrap());
    own.set_rules(Rules::default()).unwrap();
    own.set_catalog(&catalog(9)).unwrap();
    assert_eq!(own.trending(&Request::new(20)).unwrap().len(), 9);
    let serving = Recommender::from_bytes(&own.to_bytes_with(SaveOptions::serving()).unwrap()).unwrap();
    assert_eq!(serving.set_catalog(&catalog(12)).unwrap_err().kind(), ErrorKind::NoHistories);
    serving.set_catalog(&catalog(9)).unwrap();
    assert!(Recommender::from_bytes(&serving.to_bytes().unwrap()).is_ok());
}

#[test]
fn what_was_sent_back_is_not_recommended_for_having_been_bought() {
    let own = Recommender::params()
        .min_customers(1)
        .fit(&log(&[(1, Some(1), 1, 1, 2), (2, Some(1), 2, 2, 1), (3, Some(2), 3, 3, 1)]))
        .unwrap();
    let repeated = || -> Vec<kosar::Id> {
        let all = own.for_customer(1, &Request::new(3)).unwrap().into_iter();
        let repeated: Vec<_> =
            all.filter(|answer| answer.step == Step::Repeat).map(|answer| answer.item).collect();
        assert!(repeated.is_empty(), "what is owned is not shown: {repeated:?}");
        let mut again: Vec<_> =
            own.buy_again(1, &Request::new(3)).unwrap().into_iter().map(|answer| answer.item).collect();
        again.sort();
        again
    };
    assert_eq!(repeated(), [1.into(), 2.into()]);
    // One of two, then the other.
    own.update(&log(&[(4, Some(1), 1, 4, -1)])).unwrap();
    assert_eq!(repeated(), [1.into(), 2.into()]);
    own.update(&log(&[(5, Some(1), 1, 5, -1)])).unwrap();
    assert_eq!(repeated(), [2.into()]);
}

#[test]
fn of_a_session_that_several_use_each_sees_their_own() {
    let log = log(&(0..12).map(|at| (at, Some(at % 3), at % 4, at, 1)).collect::<Vec<Row>>());
    // Minute by minute: customer 1 looks at 11 and 12, customer 2 at 13.
    let clicks = events(&[
        (Some(5), Some(1), 11, 60, 0),
        (Some(5), Some(1), 12, 61, 0),
        (Some(5), Some(2), 13, 62, 0),
    ]);
    let own = Recommender::params().fit(&RecommenderSources::new(&log).events(&clicks)).unwrap();
    let seen = |request: Request| -> Vec<kosar::Id> {
        own.recently_viewed(&request).unwrap().into_iter().map(|answer| answer.item).collect()
    };
    let session = || Request::new(5).session_id(5);
    let of = |customer: i64| session().customer(customer);
    let (first, second, all): (Vec<kosar::Id>, Vec<kosar::Id>, Vec<kosar::Id>) =
        (vec![12.into(), 11.into()], vec![13.into()], vec![13.into(), 12.into(), 11.into()]);
    assert_eq!((seen(session()), seen(of(1)), seen(of(2))), (all, first.clone(), second.clone()));
    // Who is not known has looked at nothing, but for what the request itself tells.
    assert_eq!((seen(of(99)), seen(of(99).session([2]))), (vec![], vec![2.into()]));
    assert_eq!(seen(of(2).session([2])), second);
    own.set_level(1, Level::Session).unwrap();
    assert_eq!((seen(of(1)), seen(of(2))), (first, second.clone()));
    own.set_level(1, Level::None).unwrap();
    assert_eq!((seen(session()), seen(of(1)), seen(of(2))), (second.clone(), vec![], second));
    // What customer 1 looks at leads nobody any more, and is nothing that the visitor has seen.
    let next: Vec<_> =
        own.next_in_session(&session()).unwrap().into_iter().map(|answer| answer.item).collect();
    let listed: Vec<_> = own
        .next_in_session(&Request::new(5).session([13]))
        .unwrap()
        .into_iter()
        .map(|answer| answer.item)
        .collect();
    assert_eq!(next, listed);
}

#[test]
fn scores_tell_the_order_of_a_list_whatever_the_rules() {
    let log = log(&(0..400).map(|at| (at, Some(at % 37), at * at % 23, at, 1)).collect::<Vec<Row>>());
    let text = r#"{"diversity": 0.8, "caps": [{"by": {"category": 1}, "max": 7}], "pins": [{"item": 3, "position": 2}]}"#;
    let catalog = catalog(23);
    let sources = RecommenderSources::new(&log).catalog(&catalog).rules(rules(text));
    let own = Recommender::params().min_customers(1).fit(&sources).unwrap();
    let request = Request::new(20);
    let lists = (0..23)
        .map(|item| own.similar(item, &request).unwrap())
        .chain((0..37).map(|customer| own.for_customer(customer, &request).unwrap()))
        .chain([own.trending(&request).unwrap()]);
    for list in lists {
        assert!(list.is_sorted_by(|a, b| a.score >= b.score), "{list:?}");
        // A step has a band of its own, as often as it is asked for more.
        for same in list.chunk_by(|a, b| a.step == b.step).filter(|same| same[0].step != Step::Pinned) {
            assert!(same[same.len() - 1].score >= 0.5 * same[0].score, "{same:?}");
        }
    }
}

#[test]
fn upselling_goes_by_the_price_and_the_category_as_far_as_they_are_known() {
    // 1 has no price, 7 no category, 5 neither, 6 is not in the catalogue.
    let prices: NumberValues<'_> =
        NumberValues::Float([None, Some(5.0), Some(9.0), Some(9.0), None, Some(6.0)].into_iter().collect());
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    let batch = CatalogBatch::new(6)
        .items(IdValues::Int(Values::new(vec![1, 2, 3, 4, 5, 7])))
        .and_then(|batch| batch.paths(Values::new(&["Food", "Food", "Food", "Home", "", ""][..])))
        .and_then(|batch| batch.prices(prices));
    builder.push(&batch.unwrap()).unwrap();
    let catalog = builder.finish().unwrap();
    let rows: Vec<Row> = (0..70).map(|at| (at, Some(at / 7), at % 7 + 1, at, 1)).collect();
    let log = log(&rows);
    let sources = RecommenderSources::new(&log).catalog(&catalog);
    let sources = sources.rules(rules(r#"{"upsell": {"from": 1.1, "to": 9, "same_category": 1}}"#));
    let own = Recommender::params().fit(&sources).unwrap();
    let beside = |item: i64| {
        let found = own.similar(item, &Request::new(9)).unwrap();
        let mut items: Vec<_> = found.into_iter().map(|answer| answer.item).collect();
        items.sort();
        items
    };
    assert_eq!(beside(1), [2, 3].map(kosar::Id::from));
    assert_eq!(beside(2), [3].map(kosar::Id::from));
    assert_eq!(beside(5), [1, 2, 3, 4, 6, 7].map(kosar::Id::from));
    assert_eq!(beside(6), [1, 2, 3, 4, 5, 7].map(kosar::Id::from));
    assert_eq!(beside(7), [3, 4].map(kosar::Id::from));
}

#[test]
fn what_was_viewed_is_told_since_it_was_bought_the_latest_first() {
    let (view, cart, out, bought) = (0, 1, 2, 3);
    let events = events(&[
        (None, Some(1), 1, 0, view),
        (None, Some(1), 2, 1, view),
        (None, Some(1), 2, 2, cart),
        (None, Some(1), 1, 3, bought),
        (None, Some(1), 3, 4, view),
        (None, Some(1), 1, 5, view),
        (None, Some(1), 2, 6, view),
        (None, Some(1), 2, 7, out),
        (None, Some(1), 5, 8, cart),
        (None, Some(1), 6, 9, cart),
        (None, Some(1), 6, 10, bought),
        // Bought an hour after the first event, without an event of it.
        (None, Some(1), 4, 30, view),
    ]);
    let log = log(&[(1, Some(1), 9, 0, 1), (2, Some(1), 4, 1, 1)]);
    let own = Recommender::params().fit(&RecommenderSources::new(&log).events(&events)).unwrap();
    let told = |request: Request| -> Vec<(kosar::Id, u32, bool)> {
        let found = own.recently_viewed(&request.customer(1)).unwrap().into_iter();
        found
            .map(|answer| match answer.because {
                Because::Viewed { views, in_cart, .. } => (answer.item, views, in_cart),
                because => panic!("{because:?}"),
            })
            .collect()
    };
    let known = [(5.into(), 0, true), (2.into(), 2, false), (1.into(), 1, false), (3.into(), 1, false)];
    assert_eq!(told(Request::new(9)), known);
    assert_eq!(told(Request::new(2)), known[..2]);
    // What goes on comes first, each once.
    let ongoing = told(Request::new(9).session([3, 9, 3]));
    assert_eq!(
        ongoing,
        [(3.into(), 1, false), (9.into(), 1, false), known[0].clone(), known[1].clone(), known[2].clone()]
    );
    assert_eq!(told(Request::new(9).exclude([5, 1])), [known[1].clone(), known[3].clone()]);
}
