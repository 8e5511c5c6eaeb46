//! What every placement promises, on a generated shop.

use std::collections::BTreeSet;

use kosar::data::{Catalog, EventLog, EventOptions, LogOptions};
use kosar::datasets::Shop;
use kosar::recommender::{
    Answer, Because, Content, ItemTest, Level, Recommender, RecommenderParams, RecommenderSources, Request,
    Rules, Step,
};
use kosar::{Error, ErrorKind, Fit, Id, OrderLog, Persist};

use crate::common::{answers, log};

struct Built {
    log: OrderLog,
    events: EventLog,
    catalog: Catalog,
}

fn shop() -> Built {
    let shop = Shop::params().lines(20_000).items(400).clicks(4_000).seed(11).generate().unwrap();
    Built {
        log: shop.to_log(LogOptions::default()).unwrap(),
        events: shop.to_events(EventOptions::default()).unwrap(),
        catalog: shop.to_catalog().unwrap(),
    }
}

fn built(shop: &Built, params: &RecommenderParams, rules: &str) -> Recommender {
    let rules = Rules::from_json(rules).unwrap();
    let sources = RecommenderSources::new(&shop.log).events(&shop.events).catalog(&shop.catalog).rules(rules);
    params.fit(&sources).unwrap()
}

/// A placement's name, and its answer to a request, for an item and a customer.
type Ask = (&'static str, fn(&Recommender, &str, &str, &Request) -> Vec<Answer>);

/// Every placement that fills its list.
const FILLED: [Ask; 5] = [
    ("similar", |own, item, _, request| own.similar(item, request).unwrap()),
    ("bought_together", |own, item, _, request| own.bought_together([item], request).unwrap()),
    ("for_customer", |own, _, customer, request| own.for_customer(customer, request).unwrap()),
    ("next_in_session", |own, item, _, request| {
        own.next_in_session(&request.clone().session([item])).unwrap()
    }),
    ("trending", |own, _, _, request| own.trending(request).unwrap()),
];

fn asked(shop: &Built) -> Vec<(String, String)> {
    let (items, customers) = (shop.log.items().unwrap(), shop.log.customers().unwrap());
    let pair = |at: usize| {
        (items.get(at * 7 % items.len()).to_string(), customers.get(at * 13 % customers.len()).to_string())
    };
    (0..25).map(pair).chain([("nothing".to_owned(), "nobody".to_owned())]).collect()
}

fn ids(answers: &[Answer]) -> Vec<&Id> {
    answers.iter().map(|answer| &answer.item).collect()
}

#[test]
fn a_list_has_as_many_as_are_asked_for_each_once_and_falls() {
    let shop = shop();
    let own = built(&shop, &Recommender::params(), "{}");
    for (item, customer) in asked(&shop) {
        for n in [0, 1, 10, 60] {
            for (name, ask) in FILLED {
                let found = ask(&own, &item, &customer, &Request::new(n));
                assert_eq!(found.len(), n, "{name} of {item} for {customer}");
                assert_eq!(ids(&found).into_iter().collect::<BTreeSet<_>>().len(), n, "{name}");
                assert!(found.is_sorted_by(|a, b| a.score >= b.score), "{name}");
                assert!(found.iter().all(|answer| answer.score > 0.0 && answer.score <= 1.0), "{name}");
                assert!(found.iter().all(|answer| !answer.because.to_string().is_empty()), "{name}");
            }
        }
    }
}

#[test]
fn where_fewer_remain_all_that_remain_are_answered() {
    let shop = shop();
    let own = built(&shop, &Recommender::params(), "{}");
    let names: Vec<String> = shop.catalog.items().iter().map(|id| id.to_string()).collect();
    for (name, ask) in FILLED {
        let found = ask(&own, "nothing", "nobody", &Request::new(10_000));
        assert_eq!(found.len(), names.len(), "{name}");
        let few =
            ask(&own, "nothing", "nobody", &Request::new(10).only(names[..4].iter()).exclude([&names[2]]));
        let few: BTreeSet<String> = few.iter().map(|answer| answer.item.to_string()).collect();
        assert_eq!(few, [0, 1, 3].map(|at| names[at].clone()).into(), "{name}");
        assert!(ask(&own, "nothing", "nobody", &Request::new(5).only([0_i64; 0])).is_empty(), "{name}");
    }
}

#[test]
fn what_is_asked_about_owned_or_in_the_cart_is_never_answered() {
    let shop = shop();
    let own = built(&shop, &Recommender::params(), "{}");
    for (item, customer) in asked(&shop).into_iter().take(25) {
        let all = Request::new(10_000).customer(&customer).cart([&item]);
        let owned: BTreeSet<Id> = own.profile(&customer).unwrap().owned.into_iter().collect();
        assert!(!owned.is_empty());
        for (name, ask) in FILLED {
            let found = ask(&own, &item, &customer, &all);
            assert!(found.iter().all(|answer| !owned.contains(&answer.item)), "{name} for {customer}");
            assert!(found.iter().all(|answer| answer.item.to_string() != item), "{name} of {item}");
        }
        // What may be bought again is just what was bought.
        let again = own.buy_again(&customer, &Request::new(10_000)).unwrap();
        assert!(owned.iter().all(|item| ids(&again).contains(&item)));
        assert!(again.iter().all(|answer| matches!(answer.because, Because::Repeat { orders: 1.., .. })));
    }
}

#[test]
fn unknown_customers_and_those_who_want_no_profiling_get_what_anybody_gets() {
    let shop = shop();
    let own = built(&shop, &Recommender::params(), "{}");
    let customer = shop.log.customers().unwrap().get(5).to_string();
    let request = Request::new(12);
    let anybody = own.for_customer("nobody", &request).unwrap();
    assert!(anybody.iter().all(|answer| matches!(answer.step, Step::Trending | Step::Popular)));
    assert_ne!(own.for_customer(&customer, &request).unwrap(), anybody);
    own.set_level(&customer, Level::None).unwrap();
    assert_eq!(own.for_customer(&customer, &request).unwrap(), anybody);
    let item = shop.log.items().unwrap().get(3).to_string();
    let session = |customer: &str| Request::new(12).session([&item]).customer(customer);
    assert_eq!(
        ids(&own.next_in_session(&session(&customer)).unwrap()),
        ids(&own.next_in_session(&Request::new(12).customer("nobody")).unwrap())
    );
    own.set_level(&customer, Level::Session).unwrap();
    assert_eq!(
        own.next_in_session(&session(&customer)).unwrap(),
        own.next_in_session(&session("nobody")).unwrap()
    );
    assert_eq!(own.profile(&customer).unwrap().level, Level::Session);
}

#[test]
fn numbers_of_reasons_are_those_that_a_count_over_the_log_gives() {
    let shop = shop();
    // All purchases are looked at, so that a plain count says the same.
    let mut params = Recommender::params().min_customers(3);
    (params.latest_purchases, params.max_items) = (1_000_000, 1_000_000);
    let own = built(&shop, &params, "{}");
    let log = &shop.log;
    let items = log.items().unwrap();
    let mut orders: Vec<(usize, BTreeSet<String>)> = Vec::new();
    let mut nobody = log.n_customers();
    for order in log.orders() {
        let who = log.customer_of(order).map_or_else(
            || {
                nobody += 1;
                nobody
            },
            |customer| customer.as_usize(),
        );
        let bought = log.lines_of(order).filter(|line| line.quantity.millionths() > 0);
        let basket =
            bought.filter_map(|line| line.item).map(|item| items.get(item.as_usize()).to_string()).collect();
        orders.push((who, basket));
    }
    let buyers = |item: &str| -> BTreeSet<usize> {
        orders.iter().filter(|(_, basket)| basket.contains(item)).map(|&(who, _)| who).collect()
    };
    let mut told = [0; 3];
    for (item, _) in asked(&shop).into_iter().take(12) {
        for answer in own.similar(&item, &Request::new(8)).unwrap() {
            let other = answer.item.to_string();
            match answer.because {
                Because::Similar { customers, of, item_customers, similarity, since, .. } => {
                    let (a, b) = (buyers(&item), buyers(&other));
                    let both = a.intersection(&b).count();
                    assert_eq!(
                        (customers as usize, of as usize, item_customers as usize),
                        (both, a.len(), b.len())
                    );
                    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
                    let cosine = both as f64 / ((a.len() * b.len()) as f64).sqrt();
                    assert!((similarity - cosine).abs() < 1e-12 && since.is_none());
                    told[0] += 1;
                }
                Because::Popular { customers } => {
                    assert_eq!(customers as usize, buyers(&other).len());
                    told[1] += 1;
                }
                _ => {}
            }
        }
        for answer in own.bought_together([&item], &Request::new(8)).unwrap() {
            if let Because::Together { customers, .. } = answer.because {
                let other = answer.item.to_string();
                let both =
                    orders.iter().filter(|(_, basket)| basket.contains(&item) && basket.contains(&other));
                assert_eq!(customers as usize, both.map(|&(who, _)| who).collect::<BTreeSet<_>>().len());
                told[2] += 1;
            }
        }
    }
    assert!(told[0] > 30 && told[2] > 10, "{told:?}");
}

#[test]
fn what_too_few_customers_support_is_not_shown() {
    let shop = shop();
    for least in [1, 5, 20] {
        let own = built(&shop, &Recommender::params().min_customers(least), "{}");
        for (item, customer) in asked(&shop) {
            for (name, ask) in FILLED {
                for answer in ask(&own, &item, &customer, &Request::new(40)) {
                    let shown = match answer.because {
                        Because::Similar { customers, .. }
                        | Because::Together { customers, .. }
                        | Because::Customers { customers }
                        | Because::Segment { customers, .. }
                        | Because::Category { customers, .. }
                        | Because::Popular { customers } => customers,
                        Because::Session { sessions } => sessions,
                        Because::Trending { recent, .. } => recent,
                        _ => least,
                    };
                    assert!(shown >= least, "{name}: {answer:?}");
                }
            }
        }
    }
}

#[test]
fn rules_hold_everywhere() {
    let shop = shop();
    let category = shop.catalog.categories().iter().next().unwrap().path.to_owned();
    let inside = shop.catalog.items_in(&category).unwrap();
    let blocked = shop.catalog.items().iter().find(|id| !inside.contains(id)).unwrap().to_id();
    let rules = serde_json::json!({
        "filters": [{"only": {"not": {"category": category}}}],
        "blocked": [blocked],
        "caps": [{"by": {"category": 1}, "max": 2}],
    });
    let own = built(&shop, &Recommender::params(), &rules.to_string());
    let top = |item: &Id| {
        shop.catalog.categories_of(item.as_ref()).unwrap()[0].split('/').next().unwrap().to_owned()
    };
    for (item, customer) in asked(&shop) {
        for (name, ask) in FILLED {
            let found = ask(&own, &item, &customer, &Request::new(6));
            assert!(found.len() == 6 || found.len() % 2 == 0, "{name}: {}", found.len());
            assert!(
                found.iter().all(|answer| !inside.contains(&answer.item.as_ref()) && answer.item != blocked),
                "{name}"
            );
            let mut tops: Vec<String> = found.iter().map(|answer| top(&answer.item)).collect();
            tops.sort_unstable();
            assert!(tops.chunk_by(|a, b| a == b).all(|same| same.len() <= 2), "{name}: {tops:?}");
        }
    }
    // Rules change without a fit; a name that is not there is refused, with its path, and changes nothing.
    let before = own.trending(&Request::new(6)).unwrap();
    let wrong = Rules::from_json(
        r#"{"boosts": [{"items": {"any": [{"tag": "x"}, {"brand": "none"}]}, "factor": 2}]}"#,
    );
    let error = own.set_rules(wrong.unwrap()).unwrap_err();
    assert!(
        error.to_string().starts_with("rules at boosts[0].items.any[0]: the catalogue has no tag 'x'"),
        "{error}"
    );
    assert_eq!(error.kind(), ErrorKind::Param);
    assert_eq!(own.trending(&Request::new(6)).unwrap(), before);
    // A boost brings an item up within its step.
    let last = before.last().unwrap().clone();
    let boost = serde_json::json!({"boosts": [{"items": {"item": [last.item]}, "factor": 1000.0}]});
    own.set_rules(Rules::from_json(&boost.to_string()).unwrap()).unwrap();
    let found = own.trending(&Request::new(12)).unwrap();
    assert_eq!(found.iter().find(|answer| answer.step == last.step).unwrap().item, last.item);
}

#[test]
fn pins_stand_where_they_are_put_and_chance_takes_its_share() {
    let shop = shop();
    let names: Vec<String> = shop.catalog.items().iter().map(|id| id.to_string()).collect();
    let pin = |item: &str, position: usize| serde_json::json!({"item": item, "position": position, "placements": ["similar"]});
    let rules = serde_json::json!({"pins": [pin(&names[7], 1), pin(&names[8], 4)], "explore": 0.25});
    let own = built(&shop, &Recommender::params(), &rules.to_string());
    let ask = |seed| own.similar(&names[20], &Request::new(8).seed(seed)).unwrap();
    assert_eq!(ask(3), ask(3));
    let mut explored = 0;
    for seed in 0..40 {
        let found = ask(seed);
        assert_eq!(found.len(), 8);
        assert_eq!((found[0].item.to_string(), found[0].step), (names[7].clone(), Step::Pinned));
        assert_eq!((found[3].item.to_string(), found[3].step), (names[8].clone(), Step::Pinned));
        explored += found.iter().filter(|answer| answer.step == Step::Explored).count();
    }
    // A quarter of 320 places, less what the pins took.
    assert!((35..110).contains(&explored), "{explored}");
    assert!(own.trending(&Request::new(3)).unwrap().iter().all(|answer| answer.step != Step::Pinned));
}

#[test]
fn diversity_upsell_cross_sell_cooling_down_and_buying_again_do_what_they_say() {
    let shop = shop();
    let catalog = &shop.catalog;
    let top = |item: &Id| {
        catalog
            .categories_of(item.as_ref())
            .unwrap()
            .first()
            .map(|path| path.split('/').next().unwrap().to_owned())
    };
    let item = shop.log.items().unwrap().get(40).to_id();
    let price = |item: &Id| catalog.item(item.as_ref()).unwrap().price.unwrap().to_f64();
    let own =
        built(&shop, &Recommender::params(), r#"{"upsell": {"from": 1.1, "to": 4.0, "same_category": 1}}"#);
    let found = own.similar(item.as_ref(), &Request::new(5)).unwrap();
    assert!(!found.is_empty());
    for answer in &found {
        assert_eq!(top(&answer.item), top(&item));
        assert!((1.1..=4.0).contains(&(price(&answer.item) / price(&item))), "{answer:?}");
    }
    own.set_rules(Rules::from_json(r#"{"cross_sell": 1}"#).unwrap()).unwrap();
    let found = own.bought_together([item.as_ref()], &Request::new(12)).unwrap();
    assert!(found.len() == 12 && found.iter().all(|answer| top(&answer.item) != top(&item)));

    let categories = |own: &Recommender| {
        let found = own.similar(item.as_ref(), &Request::new(8)).unwrap();
        found.iter().filter_map(|answer| top(&answer.item)).collect::<BTreeSet<_>>().len()
    };
    own.set_rules(Rules::default()).unwrap();
    let plain = categories(&own);
    own.set_rules(Rules::from_json(r#"{"diversity": 0.9}"#).unwrap()).unwrap();
    assert!(categories(&own) > plain, "{plain}");

    own.set_rules(Rules::from_json(r#"{"cool_down_days": 2, "cool_down_after": 2}"#).unwrap()).unwrap();
    let first = own.trending(&Request::new(1)).unwrap().remove(0).item;
    let now = kosar::Time::parse("2030-01-10").unwrap();
    let shown = |days: &[i64]| {
        let time =
            |days: &i64| kosar::Time::from_micros(now.micros() - days * kosar::MICROS_PER_DAY + 1_000_000);
        let shown: Vec<_> = days.iter().map(|days| (&first, time(days))).collect();
        own.trending(&Request::new(1).now(now).shown(shown)).unwrap().remove(0).item == first
    };
    assert!(shown(&[1]) && !shown(&[1, 2]) && shown(&[1, 3]));

    let customer = shop.log.customers().unwrap().get(9).to_string();
    let owned = own.profile(&customer).unwrap().owned;
    let sees = |own: &Recommender| {
        let found = own.for_customer(&customer, &Request::new(10_000).now(now)).unwrap();
        ids(&found).contains(&&owned[0])
    };
    assert!(!sees(&own));
    own.set_rules(Rules::from_json(r#"{"rebuy": [{"after_days": 30}]}"#).unwrap()).unwrap();
    assert!(sees(&own));
    own.set_rules(Rules::from_json(r#"{"rebuy": [{"after_days": 100000}]}"#).unwrap()).unwrap();
    assert!(!sees(&own));
}

#[test]
fn search_results_keep_their_order_but_for_what_a_visitor_leans_to() {
    let shop = shop();
    let own = built(&shop, &Recommender::params(), "{}");
    let names: Vec<String> = shop.catalog.items().iter().take(50).map(|id| id.to_string()).collect();
    let order = |weight: f64, request: &Request| {
        let found = own.rerank(&names, weight, request).unwrap();
        found.into_iter().map(|answer| answer.item.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(order(0.3, &Request::new(50)), names);
    let customer = shop.log.customers().unwrap().get(2).to_string();
    let known = Request::new(50).customer(&customer);
    assert_eq!(order(0.0, &known), names);
    let mut personal = order(0.8, &known);
    assert_ne!(personal, names);
    personal.sort_unstable();
    assert_eq!(personal, {
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted
    });
    assert!(own.rerank(&names, 1.5, &known).is_err());

    let shares = own.categories(&Request::new(100).customer(&customer)).unwrap();
    let sum: f64 = shares.iter().map(|category| category.share).sum();
    assert!(sum > 0.9 && sum < 1.0 + 1e-9, "{sum}");
    let leaning = shares.iter().max_by_key(|category| category.purchases).unwrap();
    assert!(leaning.share > leaning.population_share);

    let content = |id: &str, path: &str| Content {
        id: id.to_owned(),
        about: ItemTest::Category(path.to_owned()),
        priority: 1.0,
    };
    let contents: Vec<Content> =
        shares.iter().map(|share| content(&share.category, &share.category)).collect();
    let choice = own.choose("hero", &contents, &Request::new(1).customer(&customer)).unwrap().unwrap();
    assert_eq!((choice.purchases, choice.slot.as_str()), (leaning.purchases, "hero"));
    assert!((choice.propensity - 1.0).abs() < 1e-12);
    assert!(own.choose("hero", &[], &Request::new(1)).unwrap().is_none());
}

#[test]
fn a_shop_answers_from_its_first_order_and_says_what_is_missing() {
    let one = Recommender::params().fit(&log(&[(1, Some(1), 7, 5, 1)])).unwrap();
    assert!(one.for_customer(1, &Request::new(5)).unwrap().is_empty(), "the one item is owned");
    let for_other = one.for_customer(2, &Request::new(5)).unwrap();
    assert_eq!((for_other.len(), for_other[0].step), (1, Step::Catalogue));
    let ready = one.readiness();
    assert_eq!((ready.customers, ready.orders, ready.items), (1, 1, 1));
    let similar = &ready.placements[0];
    assert_eq!((similar.ready, similar.total, similar.needs, similar.unit.as_str()), (0, 1, 5, "customers"));
    assert!(answers(&one, &[7, 8], &[1, 2]).contains("Catalogue"));
}

#[test]
fn ids_of_the_other_type_are_refused_with_both_types() {
    let own = Recommender::params().fit(&log(&[(1, Some(1), 7, 5, 1)])).unwrap();
    let request = Request::new(3);
    let errors: Vec<Error> = vec![
        own.similar("a", &request).unwrap_err(),
        own.for_customer("a", &request).unwrap_err(),
        own.trending(&Request::new(3).exclude(["a"])).unwrap_err(),
        own.forget("a").unwrap_err(),
        own.export("a").unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::IdType), "{errors:?}");
    assert_eq!(own.export(5).unwrap_err().kind(), ErrorKind::UnknownId);
    let found = own.forget(5).unwrap();
    assert!(!found.found && found.orders == 0);
}

#[test]
fn a_serving_file_answers_for_items_and_knows_nobody() {
    let shop = shop();
    let own = built(&shop, &Recommender::params(), "{}");
    let bytes = own.to_bytes_with(kosar::persist::SaveOptions::serving()).unwrap();
    let serving = Recommender::from_bytes(&bytes).unwrap();
    assert!(!serving.has_histories());
    assert_eq!(serving.to_bytes().unwrap(), bytes);
    for (item, customer) in asked(&shop) {
        for (name, ask) in FILLED.iter().take(2) {
            let told = |own: &Recommender| ask(own, &item, "nobody", &Request::new(10));
            assert_eq!(told(&serving), told(&own), "{name} of {item}");
        }
        assert_eq!(
            serving.for_customer(&customer, &Request::new(10)).unwrap(),
            own.for_customer("nobody", &Request::new(10)).unwrap()
        );
    }
    let customers = shop.log.customers().unwrap();
    for customer in customers.iter() {
        let name = customer.to_string();
        assert!(!bytes.windows(name.len()).any(|window| window == name.as_bytes()), "{name} is in the file");
    }
    assert_eq!(serving.update(&shop.log).unwrap_err().kind(), ErrorKind::NoHistories);
    assert_eq!(serving.export("C00001").unwrap_err().kind(), ErrorKind::NoHistories);
    assert_eq!(serving.forget("C00001").unwrap_err().kind(), ErrorKind::NoHistories);
}
