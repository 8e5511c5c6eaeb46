//! Audiences beside the models that they ask, beside the catalogue, and of more customers than one block has.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::sync::Arc;

use kosar::affinity::Affinity;
use kosar::audience::{Audience, AudienceData, Audiences, Measured};
use kosar::cluster::{CustomerClusters, NClusters};
use kosar::data::{
    AttributeValues, Batch, CatalogBatch, CatalogBuilder, CatalogOptions, EventLogBuilder, EventOptions,
    IdValues, LogOptions, NumberValues, Role, TagValues, TimeValues, Values,
};
use kosar::datasets::Shop;
use kosar::lifecycle::{Lifecycle, Stage};
use kosar::rfm::Rfm;
use kosar::{Fit, IdRef, OrderLog};

fn members(data: &Arc<AudienceData>, json: &str) -> Vec<String> {
    let audience = Audience::from_json(json).unwrap();
    let set = Audiences::new(Arc::clone(data), [("a", audience)], None).unwrap();
    set.members("a").unwrap().ids().map(|id| id.to_string()).collect()
}

fn texts<'a>(ids: impl Iterator<Item = IdRef<'a>>) -> Vec<String> {
    ids.map(|id| id.to_string()).collect()
}

fn shop() -> (OrderLog, Arc<kosar::data::Catalog>) {
    let shop = Shop::params().lines(4_000).seed(3).generate().unwrap();
    (shop.to_log(LogOptions::default()).unwrap(), Arc::new(shop.to_catalog().unwrap()))
}

#[test]
fn stages_segments_and_clusters_are_those_of_their_models() {
    let (log, _) = shop();
    let (rfm, lifecycle) = (Rfm::params().fit(&log).unwrap(), Lifecycle::params().fit(&log).unwrap());
    let clusters = CustomerClusters::params(NClusters::Exactly(4)).n_init(2).fit(&log).unwrap();
    let data = AudienceData::builder().rfm(&rfm).lifecycle(&lifecycle).clusters(&clusters).build().unwrap();
    let data = Arc::new(data);
    for stage in Stage::ALL {
        let json = format!(r#"{{"stage": {{"is": "{}"}}}}"#, stage.word());
        assert_eq!(members(&data, &json), texts(lifecycle.customers(stage)), "{json}");
    }
    for segment in rfm.grid().names() {
        let json = format!(r#"{{"segment": {{"in": ["{segment}"]}}}}"#);
        assert_eq!(members(&data, &json), texts(rfm.customers(segment).unwrap()), "{json}");
    }
    for of in ["recency_days", "frequency", "r_score", "f_score", "m_score"] {
        let value = |one: &kosar::rfm::RfmCustomer<'_>| match of {
            "recency_days" => one.recency_days,
            "frequency" => i64::from(one.frequency),
            "r_score" => i64::from(one.r_score),
            "f_score" => i64::from(one.f_score),
            _ => i64::from(one.m_score.unwrap()),
        };
        let passing = texts(rfm.iter().filter(|one| value(one) > 3).map(|one| one.customer));
        assert_eq!(
            members(&data, &format!(r#"{{"rfm": {{"of": "{of}", "test": {{"above": 3}}}}}}"#)),
            passing,
            "{of}"
        );
    }
    // Clusters alone know their customers, and give each their own.
    let alone =
        Arc::new(AudienceData::builder().clusters(&clusters).value("x", [("zoe", 1.0)]).build().unwrap());
    for id in clusters.ids() {
        let own = rfm.iter().filter(|one| clusters.cluster(one.customer).unwrap() == *id);
        let own = texts(own.map(|one| one.customer));
        let json = format!(r#"{{"cluster": {{"is": {id}}}}}"#);
        assert_eq!((members(&data, &json), members(&alone, &json)), (own.clone(), own), "{json}");
    }
    assert_eq!(members(&alone, r#"{"cluster": {"known": false}}"#), ["zoe"]);
}

#[test]
fn affinities_are_those_of_their_model() {
    let (log, catalog) = shop();
    let data = kosar::affinity::AffinityData::of(&log).catalog(&*catalog);
    let affinity = Arc::new(Affinity::params().fit(&data).unwrap());
    let category = affinity.population("category").unwrap()[0].value.to_owned();
    let asked = Arc::new(AudienceData::builder().affinity(Arc::clone(&affinity)).build().unwrap());
    let json = format!(
        r#"{{"affinity": {{"facet": "category", "value": "{category}", "test": {{"above": 1.2}}}}}}"#
    );
    let lift = |id: &IdRef<'_>| affinity.lift(*id, "category", &category).unwrap();
    let leaning = texts(affinity.customers().iter().filter(|id| lift(id) > 1.2));
    assert!(!leaning.is_empty() && leaning.len() < affinity.customers().len());
    assert_eq!(members(&asked, &json), leaning);
    for (json, message) in [
        (
            r#"{"affinity": {"facet": "smell", "value": "x", "test": {"above": 1}}}"#,
            "affinity.facet: unknown facet 'smell'; there are: ",
        ),
        (
            r#"{"affinity": {"facet": "category", "value": "x", "test": {"above": 1}}}"#,
            "affinity.value: unknown value of the facet 'x'; there are: ",
        ),
    ] {
        let audience = Audience::from_json(json).unwrap();
        let error = Audiences::new(Arc::clone(&asked), [("a", audience)], None).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn items_are_chosen_by_all_that_the_catalogue_says() {
    let texts = |words: [&'static str; 3]| Values::new(words.to_vec());
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    let batch = CatalogBatch::new(3)
        .items(IdValues::Text(texts(["tea", "mug", "pot"])))
        .and_then(|batch| batch.brands(texts(["Acme", "Zed", "Acme"])))
        .and_then(|batch| batch.tags(TagValues::Joined(texts(["green, hot", "", "hot"]))))
        .and_then(|batch| batch.attribute("colour", AttributeValues::Text(texts(["green", "white", "blue"]))))
        .and_then(|batch| batch.prices(NumberValues::Float(Values::new(vec![4.0, 7.5, 20.0]))))
        .unwrap();
    builder.push(&batch).unwrap();
    let catalog = Arc::new(builder.finish().unwrap());
    let batch = Batch::new(3)
        .ids(Role::Customer, IdValues::Text(texts(["ann", "bob", "cid"])))
        .and_then(|batch| batch.ids(Role::Item, IdValues::Text(texts(["tea", "mug", "pot"]))))
        .and_then(|batch| batch.time(TimeValues::Text(texts(["2026-01-01"; 3]))))
        .unwrap();
    let mut builder = kosar::data::LogBuilder::new(LogOptions::default());
    builder.push(&batch).unwrap();
    let data = AudienceData::builder().orders(&builder.finish().unwrap()).catalog(catalog).build();
    let data = Arc::new(data.unwrap());
    for (items, who) in [
        (r#"{"brand": ["Acme"]}"#, vec!["ann", "cid"]),
        (r#"{"brand": ["Acme", "Zed"]}"#, vec!["ann", "bob", "cid"]),
        (r#"{"tag": ["green"]}"#, vec!["ann"]),
        (r#"{"attribute": {"name": "colour", "values": ["white", "blue"]}}"#, vec!["bob", "cid"]),
        (r#"{"price": {"min": 7.5}}"#, vec!["bob", "cid"]),
        (r#"{"price": {"min": 4, "max": 7.5}}"#, vec!["ann", "bob"]),
        (r#"{"and": [{"brand": ["Acme"]}, {"not": {"tag": ["green"]}}]}"#, vec!["cid"]),
        (r#"{"and": []}"#, vec!["ann", "bob", "cid"]),
        (r#"{"not": {"or": []}}"#, vec!["ann", "bob", "cid"]),
    ] {
        assert_eq!(members(&data, &format!(r#"{{"orders": {{"items": {items}}}}}"#)), who, "{items}");
    }
    for items in [r#"{"price": {}}"#, r#"{"price": {"min": 9, "max": 3}}"#] {
        let audience = Audience::from_json(&format!(r#"{{"orders": {{"items": {items}}}}}"#)).unwrap();
        assert!(Audiences::new(Arc::clone(&data), [("a", audience)], None).is_err(), "{items}");
    }
}

#[test]
fn events_are_summed_up_and_compared() {
    // ann looks for 10, 20 and an unknown number of seconds; bob for ever.
    let seconds = vec![10.0, 20.0, f64::NAN, f64::INFINITY];
    let batch = Batch::new(4)
        .ids(Role::Customer, IdValues::Text(Values::new(vec!["ann", "ann", "ann", "bob"])))
        .and_then(|batch| batch.ids(Role::Item, IdValues::Text(Values::new(vec!["tea"; 4]))))
        .and_then(|batch| {
            batch.time(TimeValues::Text(Values::new(vec![
                "2026-01-01",
                "2026-01-02",
                "2026-01-03",
                "2026-01-01T23:00Z",
            ])))
        })
        .and_then(|batch| {
            batch.numbers(Role::Quantity, NumberValues::Float(Values::new(vec![1.0, 2.5, 1.0, 4.0])))
        })
        .and_then(|batch| batch.attribute("seconds", AttributeValues::Number(Values::new(seconds))))
        .unwrap();
    let mut builder = EventLogBuilder::new(EventOptions::default()).unwrap();
    builder.push(&batch).unwrap();
    let events = builder.finish().unwrap();
    let data =
        Arc::new(AudienceData::builder().events(&events).time_zone("Europe/Budapest").build().unwrap());
    let column = r#"{"column": "seconds"}"#;
    for (measure, ann, bob) in [
        (r#"{"sum": "quantity"}"#.to_owned(), 4.5, 4.0),
        (r#"{"avg": "quantity"}"#.to_owned(), 1.5, 4.0),
        (r#"{"min": "quantity"}"#.to_owned(), 1.0, 4.0),
        (r#"{"max": "quantity"}"#.to_owned(), 2.5, 4.0),
        (format!(r#"{{"sum": {column}}}"#), 30.0, f64::INFINITY),
        (format!(r#"{{"avg": {column}}}"#), 15.0, f64::INFINITY),
        (format!(r#"{{"min": {column}}}"#), 10.0, f64::INFINITY),
        (format!(r#"{{"max": {column}}}"#), 20.0, f64::INFINITY),
    ] {
        let json = format!(r#"{{"events": {{"measure": {measure}, "test": {{"known": true}}}}}}"#);
        let set =
            Audiences::new(Arc::clone(&data), [("a", Audience::from_json(&json).unwrap())], None).unwrap();
        let value = |who| set.explain("a", who).unwrap().value;
        assert_eq!(
            [value("ann"), value("bob")],
            [ann, bob].map(|value| Some(Measured::Number(value))),
            "{measure}"
        );
    }
    // At 23:00 in UTC it is the next day in Budapest.
    let next_day = r#"{"events": {"window": {"between": {"from": "2026-01-02", "to": "2026-01-03"}}}}"#;
    assert_eq!(members(&data, next_day), ["ann", "bob"]);
    assert!(AudienceData::builder().time_zone("Mars/Base").build().is_err());
}

#[test]
fn many_customers_are_asked_as_each_alone() {
    let shop = Shop::params().lines(100_000).clicks(100_000).seed(9).generate().unwrap();
    let (orders, events) =
        (shop.to_log(LogOptions::default()).unwrap(), shop.to_events(EventOptions::default()).unwrap());
    let data = Arc::new(AudienceData::builder().orders(&orders).events(&events).build().unwrap());
    // More than a block of customers, of whom each stands where it should.
    assert!(data.customers().len() > 4096);
    let trees = [
        ("orders", r#"{"orders": {"test": {"at_least": 2}}}"#),
        ("views", r#"{"events": {"kinds": ["view"], "test": {"at_least": 3}}}"#),
    ];
    let audiences = trees.map(|(name, json)| (name, Audience::from_json(json).unwrap()));
    let set = Audiences::new(Arc::clone(&data), audiences, None).unwrap();
    let mut n_orders = vec![0_usize; data.customers().len()];
    for order in orders.orders() {
        let bought = orders.lines_of(order).any(|line| line.quantity > kosar::Quantity::ZERO);
        if let Some(customer) = orders.customer_of(order).filter(|_| bought) {
            let id = orders.customers().unwrap().get(customer.as_usize());
            n_orders[data.customers().position(id).unwrap()] += 1;
        }
    }
    let mut n_views = vec![0_usize; data.customers().len()];
    for session in events.sessions() {
        let view = events.session(session);
        let views = view.kinds.iter().filter(|&&kind| kind == kosar::data::EventKind::View).count();
        if let Some(customer) = view.customer {
            n_views[data.customers().position(events.customers().get(customer.as_usize())).unwrap()] += views;
        }
    }
    let (by_orders, by_views) = (set.members("orders").unwrap(), set.members("views").unwrap());
    let mut both = 0;
    for place in 0..data.customers().len() {
        assert_eq!(
            (by_orders.has(place), by_views.has(place)),
            (n_orders[place] >= 2, n_views[place] >= 3),
            "{place}"
        );
        both += i64::from(by_orders.has(place) && by_views.has(place));
    }
    assert_eq!(by_orders.places().count(), by_orders.len());
    let overlap = set.overlap_with(&kosar::Control::new()).unwrap();
    assert_eq!(overlap.column("both"), Some(&kosar::data::Column::Ints(vec![both])));
    let estimate = set.estimate("orders", 2_000, 4).unwrap();
    assert!(
        estimate.low <= by_orders.len() as f64 && by_orders.len() as f64 <= estimate.high,
        "{estimate:?}"
    );
}
