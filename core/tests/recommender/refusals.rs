//! What rules, parameters and requests are refused for, and what is only told.

use kosar::data::{
    Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, CustomersBatch, CustomersBuilder,
    CustomersOptions, FactValues, FlagValues, IdValues, NumberValues, TimeValues, Values,
};
use kosar::persist::SaveOptions;
use kosar::recommender::{
    Content, ItemTest, Recommender, RecommenderParams, RecommenderSources, Request, Rules, TuneOptions,
};
use kosar::{Control, ErrorKind, Fit, Persist, Time, TimeUnit};

use crate::common::{Called, Row, log, log_of};

fn rows() -> Vec<Row> {
    (0..40).map(|at| (at, Some(at % 9), at % 6, at, 1)).collect()
}

/// Categories of two levels, and no other fact.
fn plain() -> Catalog {
    Catalog::from_paths((0..6).map(|item| (item, if item < 3 { "Food/Tea" } else { "Home" }))).unwrap()
}

fn with_catalog(catalog: &Catalog) -> Recommender {
    Recommender::params().fit(&RecommenderSources::new(&log(&rows())).catalog(catalog)).unwrap()
}

fn refused(own: &Recommender, rules: &str) -> String {
    let error = own.set_rules(Rules::from_json(rules).unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Param, "{rules}");
    error.to_string()
}

#[test]
fn a_rule_on_a_fact_that_no_item_has_is_refused_with_its_path() {
    let own = with_catalog(&plain());
    for (rules, message) in [
        (
            r#"{"filters": [{"only": {"price": {"max": 20}}}]}"#,
            "filters[0].only.price: no item of the catalogue has a price",
        ),
        (
            r#"{"filters": [{"only": {"any": [{"category": "Home"}, {"not": {"margin": {"min": 0.2}}}]}}]}"#,
            "filters[0].only.any[1].not.margin: no item of the catalogue has a price and a cost",
        ),
        (
            r#"{"filters": [{"only": {"in_stock": true}}]}"#,
            "filters[0].only.in_stock: no item of the catalogue has a stock",
        ),
        (
            r#"{"boosts": [{"items": {"launched_within_days": 9}, "factor": 2}]}"#,
            "boosts[0].items.launched_within_days: no item of the catalogue has a launch",
        ),
        (
            r#"{"filters": [{"only": {"brand": "Acme"}}]}"#,
            "filters[0].only: the catalogue has no brand 'Acme'",
        ),
        (r#"{"caps": [{"by": "brand", "max": 2}]}"#, "caps[0].by: no item of the catalogue has a brand"),
        (
            r#"{"caps": [{"by": {"category": 2}, "max": 2}, {"by": {"category": 3}, "max": 2}]}"#,
            "caps[1].by.category: it must be at most 2, the depth of the catalogue's tree, is 3",
        ),
        (r#"{"cross_sell": 3}"#, "cross_sell: it must be at most 2, the depth of the catalogue's tree, is 3"),
        (
            r#"{"upsell": {"from": 1.1, "to": 2, "same_category": 4}}"#,
            "upsell.same_category: it must be at most 2, the depth of the catalogue's tree, is 4",
        ),
        (
            r#"{"upsell": {"from": 1.1, "to": 2, "same_category": 1}}"#,
            "upsell: no item of the catalogue has a price",
        ),
    ] {
        assert_eq!(refused(&own, rules), format!("rules at {message}"));
    }
    assert_eq!(own.rules(), Rules::default());
    // The same at a fit, of a request, and of a catalogue that no longer has it.
    let priced = Rules::from_json(r#"{"filters": [{"only": {"price": {"max": 20}}}]}"#).unwrap();
    let log = log(&rows());
    let (catalog, sources) = (plain(), RecommenderSources::new(&log));
    let error = Recommender::params().fit(&sources.catalog(&catalog).rules(priced.clone())).unwrap_err();
    assert!(error.to_string().ends_with("no item of the catalogue has a price"), "{error}");
    let like = Request::new(3).like(ItemTest::from_json(r#"{"price": {"min": 1}}"#).unwrap());
    assert!(own.trending(&like).unwrap_err().to_string().ends_with("no item of the catalogue has a price"));
    let full = with_facts();
    full.set_rules(priced).unwrap();
    assert!(
        full.set_catalog(&plain()).unwrap_err().to_string().starts_with("rules at filters[0].only.price")
    );
    assert_eq!(full.trending(&Request::new(9)).unwrap().len(), 3);
}

/// Prices, stocks, costs, launches and a supplier.
fn with_facts() -> Recommender {
    let numbers = |values: [f64; 6]| NumberValues::Float(Values::new(values.to_vec()));
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    let days: Vec<i64> = (0..6).map(|at| at * 3_600).collect();
    let suppliers = ["North", "North", "South", "South", "South", "South"];
    let batch = CatalogBatch::new(6)
        .items(IdValues::Int(Values::new((0..6).collect::<Vec<_>>())))
        .and_then(|batch| batch.prices(numbers([10.0, 20.0, 15.0, 30.0, 40.0, 50.0])))
        .and_then(|batch| batch.costs(numbers([1.0; 6])))
        .and_then(|batch| batch.stocks(numbers([1.0; 6])))
        .and_then(|batch| batch.launches(TimeValues::Int(Values::new(days), TimeUnit::Second)))
        .and_then(|batch| {
            batch.attribute("supplier", kosar::data::AttributeValues::Text(Values::new(&suppliers[..])))
        });
    builder.push(&batch.unwrap()).unwrap();
    with_catalog(&builder.finish().unwrap())
}

#[test]
fn a_rule_on_a_fact_that_some_item_has_holds() {
    let own = with_facts();
    for (rules, n) in [
        (r#"{"filters": [{"only": {"price": {"max": 20}}}]}"#, 3),
        (r#"{"filters": [{"only": {"margin": {"min": 0.95}}}]}"#, 4),
        (r#"{"filters": [{"only": {"in_stock": true}}]}"#, 6),
        (r#"{"filters": [{"only": {"attribute": ["supplier", "North"]}}]}"#, 2),
    ] {
        own.set_rules(Rules::from_json(rules).unwrap()).unwrap();
        assert_eq!(own.trending(&Request::new(9)).unwrap().len(), n, "{rules}");
    }
    let message = refused(&own, r#"{"filters": [{"only": {"attribute": ["supplier", "Nord"]}}]}"#);
    assert_eq!(
        message,
        "rules at filters[0].only: the catalogue has no attribute 'supplier' of value 'Nord'"
    );
}

#[test]
fn ids_in_rules_are_of_the_type_of_items() {
    let own = with_catalog(&plain());
    for (rules, path) in [
        (r#"{"blocked": [1, "1"]}"#, "blocked[1]"),
        (r#"{"pins": [{"item": "1", "position": 1}]}"#, "pins[0].item"),
        (r#"{"filters": [{"only": {"not": {"item": [1, "1"]}}}]}"#, "filters[0].only.not.item[1]"),
    ] {
        let expected = format!("rules at {path}: item ids are integer here, got the string '1'");
        assert_eq!(refused(&own, rules), expected);
    }
}

#[test]
fn ids_in_tests_of_a_request_are_of_the_type_of_items() {
    let catalog = Catalog::from_paths([("a", "Food"), ("b", "Home")]).unwrap();
    let named = log_of(&rows(), Called::Words);
    let own = Recommender::params().fit(&RecommenderSources::new(&named).catalog(&catalog)).unwrap();
    let like = |test: &str| own.trending(&Request::new(3).like(ItemTest::from_json(test).unwrap()));
    assert!(like(r#"{"item": ["a", "unknown"]}"#).unwrap().len() == 1);
    let error = like(r#"{"any": [{"category": "Food"}, {"not": {"item": ["a", 1]}}]}"#).unwrap_err();
    assert_eq!(error.to_string(), "like at any[1].not.item[1]: item ids are string here, got the integer 1");
    let contents = Content::list_from_json(r#"[{"id": "x", "about": {"item": [1]}}]"#).unwrap();
    let error = own.choose("hero", &contents, &Request::new(1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "contents at [0].about.item[0]: item ids are string here, got the integer 1"
    );
    assert_eq!(error.kind(), ErrorKind::Param);
}

#[test]
fn what_would_never_act_is_refused_with_its_path() {
    let whole = "allowed are similar, bought_together, for_customer, next_in_session, buy_again, trending";
    for (rules, message) in [
        (
            r#"{"caps": [{"by": "brand", "max": 1, "placements": ["similar", "rerank"]}]}"#,
            format!("caps[0].placements[1]: it does nothing in 'rerank'; {whole}"),
        ),
        (
            r#"{"pins": [{"item": 1, "position": 1, "placements": ["recently_viewed"]}]}"#,
            format!("pins[0].placements[0]: it does nothing in 'recently_viewed'; {whole}"),
        ),
        (
            r#"{"boosts": [{"items": {"item": [1]}, "factor": 2, "placements": ["recently_viewed"]}]}"#,
            format!("boosts[0].placements[0]: it does nothing in 'recently_viewed'; {whole}, rerank"),
        ),
        (r#"{"cool_down_after": 2}"#, "cool_down_after: it needs cool_down_days above 0".to_owned()),
        (
            r#"{"filters": [{"only": {"any": []}}]}"#,
            "filters[0].only.any: it must be a list of at least 1, is []".to_owned(),
        ),
        (
            r#"{"boosts": [{"items": {"any": [{"tag": "a"}, {"not": {"all": []}}]}, "factor": 2}]}"#,
            "boosts[0].items.any[1].not.all: it must be a list of at least 1, is []".to_owned(),
        ),
    ] {
        let error = Rules::from_json(rules).unwrap_err();
        assert_eq!((error.to_string(), error.kind()), (format!("rules at {message}"), ErrorKind::Param));
    }
    let like = ItemTest::from_json(r#"{"all": []}"#).unwrap_err();
    assert_eq!(like.to_string(), "like at all: it must be a list of at least 1, is []");
    // What acts there, and what names no placement.
    for rules in [
        r#"{"boosts": [{"items": {"item": [1]}, "factor": 2, "placements": ["rerank"]}]}"#,
        r#"{"filters": [{"only": {"item": []}, "placements": ["rerank", "recently_viewed"]}]}"#,
        r#"{"caps": [{"by": "brand", "max": 1}], "pins": [{"item": 1, "position": 1}]}"#,
    ] {
        assert!(Rules::from_json(rules).is_ok(), "{rules}");
    }
}

#[test]
fn weights_are_tuned_on_somebody() {
    let mut options = TuneOptions::at(Time::from_micros(20 * 3_600_000_000));
    options.max_customers = 0;
    let log = log(&rows());
    let sources = RecommenderSources::new(&log);
    let error = Recommender::tune(&Recommender::params(), &sources, &options, &Control::new()).unwrap_err();
    assert_eq!(error.to_string(), "max_customers must be at least 1, got 0");
}

#[test]
fn items_that_are_not_known_are_told_and_hold_once_they_come() {
    let own = with_catalog(&plain());
    let rules = r#"{"blocked": [1, 77, 78], "pins": [{"item": 88, "position": 1}, {"item": 2, "position": 2}],
        "filters": [{"only": {"not": {"item": [5, 99]}}}]}"#;
    own.set_rules(Rules::from_json(rules).unwrap()).unwrap();
    let notes: Vec<String> = own.notes().iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "rules at filters[0].only.not.item: 99 is neither sold nor in the catalogue; until it is, it changes nothing",
            "rules at blocked: 2 items are neither sold nor in the catalogue, such as 77; until they are, they change nothing",
            "rules at pins[0].item: 88 is neither sold nor in the catalogue; until it is, it changes nothing",
        ]
    );
    own.update(&log(&[(900, Some(50), 77, 41, 1), (901, Some(50), 88, 41, 1), (902, Some(50), 99, 41, 1)]))
        .unwrap();
    let notes: Vec<String> = own.notes().iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        ["rules at blocked: 78 is neither sold nor in the catalogue; until it is, it changes nothing"]
    );
    let shown = own.trending(&Request::new(20)).unwrap();
    assert_eq!(shown[0].item, 88.into());
    assert!(shown.iter().all(|answer| ![1, 77, 99].map(kosar::Id::from).contains(&answer.item)));
}

#[test]
fn contents_about_what_nothing_has_are_refused() {
    let own = with_catalog(&plain());
    let contents = |about: &str| {
        Content::list_from_json(&format!(
            r#"[{{"id": "a", "about": {{"category": "Home"}}}}, {{"id": "b", "about": {about}}}]"#
        ))
        .unwrap()
    };
    let choose = |about: &str| own.choose("hero", &contents(about), &Request::new(1));
    assert!(choose(r#"{"category": "Food"}"#).unwrap().is_some());
    let error = choose(r#"{"category": "Foot"}"#).unwrap_err();
    assert_eq!(error.to_string(), "contents at [1].about: the catalogue has no category 'Foot'");
    assert_eq!(error.kind(), ErrorKind::Param);
}

#[test]
fn a_file_holds_on_whatever_its_rules_name() {
    let own = with_facts();
    own.set_rules(Rules::from_json(r#"{"filters": [{"only": {"in_stock": true}}]}"#).unwrap()).unwrap();
    let again = Recommender::from_bytes(&own.to_bytes().unwrap()).unwrap();
    assert_eq!(again.rules(), own.rules());
    assert_eq!(again.trending(&Request::new(9)).unwrap(), own.trending(&Request::new(9)).unwrap());
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_what_is_there_and_what_may_be() {
    let of_rules = |text: &str| Rules::from_json(text).unwrap_err().to_string();
    let tests =
        "all, any, not, category, brand, tag, attribute, price, margin, in_stock, launched_within_days, item";
    for (text, message) in [
        (r#"{"filters": [{"only": {"price": 5}}]}"#, "filters[0].only.price: it must be an object of max, min, is 5".to_owned()),
        (
            r#"{"filters": [{"only": {"any": [{"price": {"max": "20"}}]}}]}"#,
            r#"filters[0].only.any[0].price.max: it must be a number or null, is "20""#.to_owned(),
        ),
        (r#"{"filters": {}}"#, "filters: it must be a list, is {}".to_owned()),
        (r#"{"filters": [{"only": 7}]}"#, format!("filters[0].only: it must be one of {tests}, is 7")),
        (r#"{"filters": [{"only": {}}]}"#, format!("filters[0].only: it must be one of {tests}, is {{}}")),
        (
            r#"{"filters": [{"only": {"tag": "a", "brand": "b"}}]}"#,
            format!(r#"filters[0].only: it must be one of {tests}, is {{"brand":"b","tag":"a"}}"#),
        ),
        (r#"{"filters": [{"only": {"colour": "red"}}]}"#, format!("filters[0].only: there is no 'colour'; allowed are {tests}")),
        (r#"{"filters": [{"onyl": {}}]}"#, "filters[0].onyl: there is no such name; allowed are only, placements".to_owned()),
        (r#"{"caps": [{"by": "brand"}]}"#, "caps[0]: it needs 'max'".to_owned()),
        (r#"{"caps": [{"by": "brand", "max": -1}]}"#, "caps[0].max: it must be a whole number from 1 on, is -1".to_owned()),
        (r#"{"caps": [{"by": 5, "max": 1}]}"#, "caps[0].by: it must be one of category, brand, attribute, is 5".to_owned()),
        (r#"{"caps": [{"by": {"brand": 1}, "max": 1}]}"#, r#"caps[0].by.brand: it must be one of category, brand, attribute, is 1"#.to_owned()),
        (
            r#"{"filters": [{"only": {"attribute": ["supplier"]}}]}"#,
            r#"filters[0].only.attribute: it must be a list of 2, is ["supplier"]"#.to_owned(),
        ),
        (r#"{"blocked": [1, 2.5]}"#, "blocked[1]: it must be a whole number or a text, is 2.5".to_owned()),
        (r#"{"diversity": "much"}"#, r#"diversity: it must be a number from 0 to 1, is "much""#.to_owned()),
        (r#"{"upsell": 2}"#, "upsell: it must be an object of from, same_category, to or null, is 2".to_owned()),
        (
            r#"{"caps": [{"by": "brand", "max": 1, "placements": ["similiar"]}]}"#,
            "caps[0].placements[0]: there is no 'similiar'; allowed are similar, bought_together, for_customer, \
             next_in_session, buy_again, trending, recently_viewed, rerank"
                .to_owned(),
        ),
        (r#"{"explore": 0.1, "explore": 0.2}"#, ".: it has 'explore' twice".to_owned()),
    ] {
        assert_eq!(of_rules(text), format!("rules at {message}"), "{text}");
    }
    let no_json = of_rules("{'blocked': []}");
    assert_eq!(no_json, "rules at .: it cannot be read as JSON: key must be a string at line 1 column 2");
    let long = of_rules(&format!(r#"{{"diversity": "{}"}}"#, "ö".repeat(500)));
    assert!(long.ends_with("öö...") && long.len() < 200, "{long}");
    let of_params = |text: &str| RecommenderParams::from_json(text).unwrap_err().to_string();
    assert_eq!(
        of_params(r#"{"blend": {"loyal": 2}}"#),
        "params at blend.loyal: it must be an object of customers, popular, repeat, session, is 2"
    );
    assert_eq!(
        of_params(r#"{"blend": {"loyal": {"repeats": 2}}}"#),
        "params at blend.loyal.repeats: there is no such name; allowed are customers, popular, repeat, session"
    );
    assert_eq!(
        of_params(r#"{"neighbors": 1.5}"#),
        "params at neighbors: it must be a whole number from 1 to 65535, is 1.5"
    );
    let like = ItemTest::from_json(r#"{"price": "cheap"}"#).unwrap_err();
    assert_eq!(like.to_string(), r#"like at price: it must be an object of max, min, is "cheap""#);
    let contents = Content::list_from_json(r#"[{"id": "a"}]"#).unwrap_err();
    assert_eq!(contents.to_string(), "contents at [0]: it needs 'about'");
}

#[test]
fn what_is_asked_of_customers_is_refused_in_the_words_of_the_call() {
    let log = log(&rows());
    let refused = |sources: RecommenderSources<'_>| {
        let error = Recommender::params().fit(&sources).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Param);
        error.to_string()
    };
    let alone = || RecommenderSources::new(&log);
    for (sources, name) in [
        (alone().level_by("privacy"), "level_by"),
        (alone().segment_by("land"), "segment_by"),
        (alone().consent("site", "profiling"), "consent"),
    ] {
        let expected = format!("{name} needs the customers, got none; give them, or leave {name} out");
        assert_eq!(refused(sources), expected);
    }
    let mut builder = CustomersBuilder::new(CustomersOptions::default()).unwrap();
    let batch = CustomersBatch::new(1)
        .customers(IdValues::Int(Values::new(&[1][..])))
        .and_then(|batch| batch.attribute("country", FactValues::Words(Values::new(&["HU"][..]))))
        .and_then(|batch| batch.consent("site", "profiling", FlagValues::Text(Values::new(&["yes"][..]))));
    builder.push(&batch.unwrap()).unwrap();
    let customers = builder.finish().unwrap();
    let with = || alone().customers(&customers);
    for (sources, message) in [
        (
            with().segment_by("land"),
            "segment_by must be an attribute that the customers have ('country'), got 'land'",
        ),
        (
            with().level_by("level"),
            "level_by must be an attribute that the customers have ('country'), got 'level'",
        ),
        (with().level_by("country"), "every value of level_by must be one of none, session, full, got 'HU'"),
        (
            with().consent("shop", "profiling"),
            "consent must be a channel and a purpose that the customers have ('site/profiling'), got 'shop/profiling'",
        ),
    ] {
        assert_eq!(refused(sources), message);
    }
}

#[test]
fn what_a_file_without_histories_cannot_do_is_told_by_what_was_asked_for() {
    let own = with_catalog(&plain());
    let serving = Recommender::from_bytes(&own.to_bytes_with(SaveOptions::serving()).unwrap()).unwrap();
    let errors = [
        (serving.update(&log(&rows())).unwrap_err(), "an update"),
        (serving.forget(1).unwrap_err(), "forgetting"),
        (serving.refresh().unwrap_err(), "a refresh"),
        (serving.profile(1).unwrap_err(), "a profile"),
        (serving.set_level(1, kosar::recommender::Level::None).unwrap_err(), "a level"),
        (own.diff(&serving, &kosar::recommender::DiffOptions::default()).unwrap_err(), "a diff"),
    ];
    for (error, what) in errors {
        let expected =
            format!("this model was saved without histories, which {what} needs; save it with them");
        assert_eq!((error.to_string(), error.kind()), (expected, ErrorKind::NoHistories));
    }
}

#[test]
fn a_list_is_no_object() {
    let error = |text: &str| Rules::from_json(text).unwrap_err().to_string();
    assert!(error("[]").starts_with("rules at .: it must be an object of "), "{}", error("[]"));
    let filter = r#"{"filters": [{"only": {"tag": "new"}}, [{"tag": "new"}]]}"#;
    assert!(error(filter).starts_with("rules at filters[1]: it must be an object of "), "{}", error(filter));
    let price = r#"{"filters": [{"only": {"all": [{"price": [1, 2]}]}}]}"#;
    assert!(
        error(price).starts_with("rules at filters[0].only.all[0].price: it must be "),
        "{}",
        error(price)
    );
    let error = RecommenderParams::from_json("[3]").unwrap_err().to_string();
    assert!(
        error.starts_with("params at .: it must be an object of ") && error.ends_with(", is a list"),
        "{error}"
    );
}

#[test]
fn schemas_describe_in_words() {
    for schema in [Rules::json_schema(), RecommenderParams::json_schema()] {
        assert!(!schema.contains("```") && schema.contains("\"description\""), "{schema}");
    }
}
