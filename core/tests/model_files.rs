//! Every model: the same answers from its file, the same bytes for the same model, and no customer in a serving file.
#![allow(clippy::unwrap_used, reason = "tests may")]

use kosar::affinity::Affinity;
use kosar::cluster::{CustomerClusters, KMeans};
use kosar::content::ContentSimilarity;
use kosar::data::{Click, LogOptions, Sessions};
use kosar::datasets::Shop;
use kosar::hybrid::{HybridSimilarity, Sources};
use kosar::itemset::FrequentItemsets;
use kosar::lifecycle::Lifecycle;
use kosar::linear::{Ease, GraphFilter};
use kosar::next_basket::NextBasket;
use kosar::persist::{SaveOptions, kind_of, params_of};
use kosar::popularity::Popularity;
use kosar::relation::ItemRelations;
use kosar::replenish::Replenishment;
use kosar::rfm::Rfm;
use kosar::rule::{AssociationRules, Consequent};
use kosar::sequence::TemporalRules;
use kosar::session::{SequentialRules, SessionKnn};
use kosar::similarity::{ItemSimilarity, Unit};
use kosar::{Control, Error, Fit, Id, Model, OrderLog, Persist, PersistError, Time};
use ndarray::array;

fn log() -> OrderLog {
    Shop::params().lines(3_000).seed(11).generate().unwrap().to_log(LogOptions::default()).unwrap()
}

/// The model from its bytes, which must be the same twice.
fn again<M: Persist>(model: &M) -> M {
    let bytes = model.to_bytes().unwrap();
    assert_eq!(kind_of(&bytes).unwrap(), M::KIND);
    let read = M::from_bytes(&bytes).unwrap();
    assert_eq!(read.to_bytes().unwrap(), bytes);
    read
}

#[test]
fn item_similarity_survives_its_file() {
    for unit in [Unit::Customer, Unit::Order] {
        let model = ItemSimilarity::params().unit(unit).neighbors(20).fit(&log()).unwrap();
        let read = again(&model);
        assert_eq!(read, model);
        let customer = model.customers().get(7).to_id();
        let expected = model.recommend_for_customer(&customer, 10).unwrap();
        assert!(!expected.is_empty());
        assert_eq!(read.recommend_for_customer(&customer, 10).unwrap(), expected);
    }
}

#[test]
fn ease_survives_its_file() {
    for neighbors in [None, Some(5)] {
        let model = Ease::params().l2(20.0).neighbors(neighbors).fit(&log()).unwrap();
        let read = again(&model);
        assert_eq!(read, model);
        let customer = model.customers().get(7).to_id();
        let expected = model.recommend_for_customer(&customer, 10).unwrap();
        assert!(!expected.is_empty());
        assert_eq!(read.recommend_for_customer(&customer, 10).unwrap(), expected);
        let serving = Ease::from_bytes(&model.to_bytes_with(SaveOptions::serving()).unwrap()).unwrap();
        assert!(serving.recommend_for_customer(&customer, 1).is_err());
        let item = model.items().get(3).to_id();
        assert_eq!(serving.similar(&item, 9).unwrap(), model.similar(&item, 9).unwrap());
    }
}

#[test]
fn a_graph_filter_survives_its_file() {
    for factors in [0, 30] {
        let model = GraphFilter::params().factors(factors).fit(&log()).unwrap();
        let read = again(&model);
        assert_eq!(read, model);
        let customer = model.customers().get(7).to_id();
        let expected = model.recommend_for_customer(&customer, 10).unwrap();
        assert_eq!(expected.len(), 10);
        assert_eq!(read.recommend_for_customer(&customer, 10).unwrap(), expected);
        let serving = GraphFilter::from_bytes(&model.to_bytes_with(SaveOptions::serving()).unwrap()).unwrap();
        assert!(serving.recommend_for_customer(&customer, 1).is_err());
        let item = model.items().get(3).to_id();
        assert_eq!(serving.similar(&item, 9).unwrap(), model.similar(&item, 9).unwrap());
    }
}

#[test]
fn content_similarity_survives_its_file() {
    let catalog = Shop::params().lines(2_000).seed(11).generate().unwrap().to_catalog().unwrap();
    for params in [ContentSimilarity::params(), ContentSimilarity::params().ngrams(Some((3, 5)))] {
        let model = params.fit(&catalog).unwrap();
        let read = again(&model);
        assert_eq!(read, model);
        let item = model.items().get(3).to_id();
        let expected = model.similar(&item, 10).unwrap();
        assert_eq!(expected.len(), 10);
        assert_eq!(read.similar(&item, 10).unwrap(), expected);
    }
}

#[test]
fn hybrid_similarity_survives_its_file() {
    let shop = Shop::params().lines(2_000).seed(11).generate().unwrap();
    let (log, catalog) = (shop.to_log(LogOptions::default()).unwrap(), shop.to_catalog().unwrap());
    let collaborative = ItemSimilarity::params().fit(&log).unwrap();
    let content = ContentSimilarity::params().fit(&catalog).unwrap();
    let sources = Sources { log: &log, collaborative: &collaborative, content: &content };
    let model = HybridSimilarity::params().neighbors(20).fit(&sources).unwrap();
    let read = again(&model);
    assert_eq!(read, model);
    let customer = log.customers().unwrap().get(7).to_id();
    let expected = model.recommend_for_customer(&customer, 10).unwrap();
    assert_eq!(expected.len(), 10);
    assert_eq!(read.recommend_for_customer(&customer, 10).unwrap(), expected);
    let serving =
        HybridSimilarity::from_bytes(&model.to_bytes_with(SaveOptions::serving()).unwrap()).unwrap();
    assert!(serving.recommend_for_customer(&customer, 10).is_err());
    let item = model.items().get(0).to_id();
    assert_eq!(serving.similar(&item, 5).unwrap(), model.similar(&item, 5).unwrap());
}

#[test]
fn item_relations_survive_their_file() {
    let shop = Shop::params().lines(4_000).seed(11).generate().unwrap();
    let (log, catalog) = (shop.to_log(LogOptions::default()).unwrap(), shop.to_catalog().unwrap());
    let params = ItemRelations::params().min_orders(3).min_lift(1.5).window_days(Some(90.0));
    for model in [params.fit(&log).unwrap(), params.fit(&(&log, &catalog)).unwrap()] {
        let read = again(&model);
        assert_eq!(read, model);
        let (a, b) = &shop.truth().complements[0];
        assert_eq!(read.relation(a, b).unwrap(), model.relation(a, b).unwrap());
        let bytes = model.to_bytes_with(SaveOptions::serving()).unwrap();
        let serving = ItemRelations::from_bytes(&bytes).unwrap();
        assert!(!model.complements(a, 9).unwrap().is_empty());
        assert_eq!(serving.complements(a, 9).unwrap(), model.complements(a, 9).unwrap());
        assert!(matches!(serving.relation(a, b), Err(Error::Id(_))));
    }
}

#[test]
fn replenishment_survives_its_file() {
    let shop = Shop::params().lines(4_000).seed(11).generate().unwrap();
    let (log, catalog) = (shop.to_log(LogOptions::default()).unwrap(), shop.to_catalog().unwrap());
    let params = Replenishment::params().horizon_days(30.0);
    for model in [params.fit(&log).unwrap(), params.fit(&(&log, &catalog)).unwrap()] {
        let read = again(&model);
        assert_eq!(read, model);
        let expected = model.due_all(model.end(), 3).unwrap();
        assert!(expected.len() > 100);
        assert_eq!(read.due_all(model.end(), 3).unwrap(), expected);
        let error = model.to_bytes_with(SaveOptions::serving()).unwrap_err();
        assert!(error.to_string().contains("it can only be saved with histories"), "{error}");
    }
}

#[test]
fn itemsets_and_rules_survive_their_files() {
    let log = log();
    for params in [FrequentItemsets::params(8.0), FrequentItemsets::params(8.0).max_itemsets(50)] {
        let model = params.fit(&log).unwrap();
        assert!(!model.is_empty());
        assert_eq!(again(&model), model);
    }
    for params in [AssociationRules::params(8.0), AssociationRules::params(8.0).max_rules(20)] {
        let model = params.consequent(Consequent::Any).min_confidence(0.1).fit(&log).unwrap();
        assert!(!model.is_empty());
        let read = again(&model);
        assert_eq!(read, model);
        let cart: Vec<Id> =
            model.rule(0).antecedent.iter().map(|i| model.items().get(i.as_usize()).to_id()).collect();
        assert_eq!(read.recommend(&cart, 5).unwrap(), model.recommend(&cart, 5).unwrap());
    }
}

#[test]
fn temporal_rules_survive_their_file() {
    for params in [TemporalRules::params(60.0), TemporalRules::params(30.0).top_k(Some(9)).full_window(true)]
    {
        let model = params.min_support(2.0).repeats(true).fit(&log()).unwrap();
        assert!(!model.is_empty());
        let read = again(&model);
        assert_eq!(read, model);
        let item = model.items().get(model.rule(0).antecedent.as_usize()).to_id();
        assert_eq!(read.next(&item, 5).unwrap(), model.next(&item, 5).unwrap());
    }
}

/// Sessions of three to six clicks, some of them on the cart.
fn sessions() -> Sessions {
    let click = |at: i64| {
        let (session, item) =
            (format!("s{:03}", at / 5 + at % 2), format!("I{:02}", (at * at + 3 * at) % 37));
        (session, item, Time::from_micros(at * 1_000_000), u8::from(at % 7 == 0))
    };
    let clicks: Vec<_> = (0..900).map(click).collect();
    let clicks = clicks.iter().map(|(s, item, time, kind)| Click::new(s, item, *time).of_kind(*kind));
    Sessions::from_clicks(clicks).unwrap()
}

#[test]
fn models_of_sessions_survive_their_files() {
    for params in [SessionKnn::params(), SessionKnn::params().sessions_per_item(3).kind_weights([1.0, 3.0])] {
        let model = params.fit(&sessions()).unwrap();
        let read = again(&model);
        assert_eq!(read, model);
        let expected = model.recommend(["I04", "I10"], 8).unwrap();
        assert!(!expected.recommendations.is_empty());
        assert_eq!(read.recommend(["I04", "I10"], 8).unwrap(), expected);
        let bytes = model.to_bytes_with(SaveOptions::serving()).unwrap();
        assert_eq!(Model::from_bytes(&bytes).unwrap(), Model::SessionKnn(model));
        // No session's name is in the file.
        assert!(!bytes.windows(4).any(|window| window == b"s017"));
    }
    let rules = SequentialRules::params().fit(&sessions()).unwrap();
    let read = again(&rules);
    assert_eq!(read, rules);
    assert!(!rules.recommend(["I04"], 5).unwrap().recommendations.is_empty());
    assert_eq!(read.recommend(["I04"], 5).unwrap(), rules.recommend(["I04"], 5).unwrap());
    assert_eq!(Model::from_bytes(&rules.to_bytes().unwrap()).unwrap(), Model::SequentialRules(rules));
}

#[test]
fn next_basket_survives_its_file() {
    let model = NextBasket::params().fit(&log()).unwrap();
    let read = again(&model);
    assert_eq!(read, model);
    let customer = model.customers().get(7).to_id();
    let expected = model.recommend_for_customer(&customer, 10).unwrap();
    assert_eq!(expected.len(), 10);
    assert_eq!(read.recommend_for_customer(&customer, 10).unwrap(), expected);
    let serving = NextBasket::from_bytes(&model.to_bytes_with(SaveOptions::serving()).unwrap()).unwrap();
    assert!(serving.recommend_for_customer(&customer, 1).is_err());
    assert!(
        matches!(Model::from_bytes(&model.to_bytes().unwrap()).unwrap(), Model::NextBasket(found) if found == model)
    );
}

#[test]
fn popularity_survives_its_file() {
    let params = Popularity::params();
    for params in [params.clone(), params.half_life_days(Some(20.0)).as_of(log().span().map(|span| span.1))] {
        let model = params.fit(&log()).unwrap();
        let read = again(&model);
        assert_eq!(read, model);
        assert_eq!(read.recommend(50), model.recommend(50));
        let customer = model.customers().get(7).to_id();
        assert_eq!(
            read.recommend_for_customer(&customer, 9).unwrap(),
            model.recommend_for_customer(&customer, 9).unwrap()
        );
        let serving = Popularity::from_bytes(&model.to_bytes_with(SaveOptions::serving()).unwrap()).unwrap();
        assert_eq!(serving.recommend(9), model.recommend(9));
        assert!(serving.recommend_for_customer(&customer, 9).is_err());
    }
    let empty = Popularity::params().fit(&log().before(Time::from_micros(0)).unwrap()).unwrap();
    assert_eq!((again(&empty), empty.recommend(3).len()), (empty, 0));
}

#[test]
fn a_serving_file_names_no_customer() {
    let log = log();
    let model = ItemSimilarity::params().fit(&log).unwrap();
    let bytes = model.to_bytes_with(SaveOptions::serving()).unwrap();
    for customer in log.customers().unwrap().iter() {
        let id = customer.to_string();
        assert!(!bytes.windows(id.len()).any(|window| window == id.as_bytes()), "{id} is in the file");
    }
    let read = ItemSimilarity::from_bytes(&bytes).unwrap();
    let item = model.items().get(3).to_id();
    assert_eq!(read.similar(&item, 9).unwrap(), model.similar(&item, 9).unwrap());
    let error = read.recommend_for_customer("C00001", 9).unwrap_err();
    assert!(error.to_string().contains("without histories"), "{error}");
}

#[test]
fn rfm_survives_its_file_with_scores_derived_anew() {
    let model = Rfm::params().fit(&log()).unwrap();
    assert_eq!(again(&model), model);
    let error = model.to_bytes_with(SaveOptions::serving()).unwrap_err();
    assert!(error.to_string().contains("can only be saved with histories"), "{error}");
    let empty = Rfm::params().fit(&log().before(Time::from_micros(0)).unwrap()).unwrap();
    assert_eq!(again(&empty), empty);
}

#[test]
fn stages_survive_their_file() {
    let model = Lifecycle::params().fit(&log()).unwrap();
    let read = again(&model);
    assert_eq!(read, model);
    assert_eq!(read.table(), model.table());
    let empty = Lifecycle::params().fit(&log().before(Time::from_micros(0)).unwrap()).unwrap();
    assert_eq!(again(&empty), empty);
    let Model::Lifecycle(any) = Model::from_bytes(&model.to_bytes().unwrap()).unwrap() else {
        unreachable!()
    };
    assert_eq!(any, model);
}

#[test]
fn affinities_survive_their_file() {
    let log = log();
    let model = Affinity::params().half_life_days(Some(30.0)).fit(&log).unwrap();
    assert_eq!(again(&model), model);
    let error = model.to_bytes_with(SaveOptions::serving()).unwrap_err();
    assert!(error.to_string().contains("can only be saved with histories"), "{error}");
    let empty = model.parameters().fit(&log.before(Time::from_micros(0)).unwrap()).unwrap();
    assert_eq!(again(&empty), empty);
}

#[test]
fn clusters_survive_their_file() {
    let data = array![[1.0, 1.0], [9.0, 8.0], [1.0, 2.0], [8.0, 9.0]];
    let model = KMeans::params(2).fit(&data).unwrap();
    let read = again(&model);
    assert_eq!(read, model);
    assert_eq!(read.predict(&data).unwrap(), model.labels());
    let serving = KMeans::from_bytes(&model.to_bytes_with(SaveOptions::serving()).unwrap()).unwrap();
    assert_eq!((serving.labels().len(), serving.predict(&data).unwrap()), (0, model.labels().to_vec()));
    let customers = CustomerClusters::params(4).fit(&log()).unwrap();
    let read = again(&customers);
    assert_eq!(read, customers);
    assert_eq!(read.profiles(), customers.profiles());
}

#[test]
fn a_file_of_another_kind_is_refused_with_both_kinds() {
    let rfm = Rfm::params().fit(&log()).unwrap().to_bytes().unwrap();
    let error = ItemSimilarity::from_bytes(&rfm).unwrap_err();
    assert_eq!(error.to_string(), "the file holds a model of kind 'rfm', expected 'item_similarity'");
}

#[test]
fn a_damaged_byte_is_found_wherever_it_is() {
    let log = OrderLog::from_baskets([vec!["a", "b"], vec!["a", "b", "c"]]).unwrap();
    let click = |session, item| Click::new(session, item, Time::from_micros(session));
    let sessions = Sessions::from_clicks([click(1, "a"), click(1, "b"), click(2, "b").of_kind(1)]).unwrap();
    let files = [
        ItemSimilarity::params().unit(Unit::Order).fit(&log).unwrap().to_bytes().unwrap(),
        SessionKnn::params().fit(&sessions).unwrap().to_bytes().unwrap(),
        SequentialRules::params().fit(&sessions).unwrap().to_bytes().unwrap(),
    ];
    for bytes in files {
        assert!(Model::from_bytes(&bytes).is_ok());
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            let error = Model::from_bytes(&damaged).unwrap_err();
            assert!(matches!(error, Error::Persist(_)), "byte {at}: {error}");
        }
    }
}

#[test]
fn saving_and_loading_goes_through_the_file_system() {
    let path = std::env::temp_dir().join(format!("kosar-model-{}.kosar", std::process::id()));
    let model = Rfm::params().fit(&log()).unwrap();
    model.save(&path).unwrap();
    assert_eq!(Rfm::load(&path).unwrap(), model);
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(Rfm::load(&path).unwrap_err(), Error::Persist(PersistError::Io { .. })));
}

#[test]
fn customer_clusters_come_from_the_log_in_one_call() {
    let log = log();
    let clusters = CustomerClusters::params(3).seed(5).n_init(3).fit(&log).unwrap();
    let profiles = clusters.profiles();
    assert_eq!(profiles.iter().map(|p| p.figures.customers).sum::<usize>(), clusters.rfm().len());
    // Numbered from the most recent buyers on.
    assert!(profiles[0].figures.median_recency_days < profiles[2].figures.median_recency_days);
    let table = clusters.table();
    let first = table.ids("customer", 0);
    let cluster = clusters.cluster(&first[0]).unwrap();
    assert_eq!(table.column("cluster").unwrap().cell(0), kosar::data::Cell::Int(i64::from(cluster)));
    assert_eq!(clusters.profile_table().len(), 3);
    assert_eq!(clusters.cluster(&Id::from("nobody")).unwrap_err().to_string(), "unknown customer 'nobody'");
    let error = CustomerClusters::params(0).fit(&log).unwrap_err();
    assert_eq!(error.to_string(), "n_clusters must be at least 1, got 0");
}

#[test]
fn a_cancelled_fit_stops_with_its_own_error() {
    let log = log();
    let control = Control::new();
    control.cancel();
    let errors = [
        FrequentItemsets::params(2.0).fit_with(&log, &control).unwrap_err(),
        AssociationRules::params(2.0).fit_with(&log, &control).unwrap_err(),
        ItemSimilarity::params().fit_with(&log, &control).unwrap_err(),
        Rfm::params().fit_with(&log, &control).unwrap_err(),
        CustomerClusters::params(3).fit_with(&log, &control).unwrap_err(),
        TemporalRules::params(30.0).fit_with(&log, &control).unwrap_err(),
        Ease::params().fit_with(&log, &control).unwrap_err(),
        GraphFilter::params().fit_with(&log, &control).unwrap_err(),
        ItemRelations::params().fit_with(&log, &control).unwrap_err(),
        KMeans::params(2).fit_with(&array![[1.0], [2.0], [3.0]], &control).unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, Error::Cancelled), "{error}");
    }
}

#[test]
fn a_file_tells_the_parameters_of_its_model() {
    let params = ItemSimilarity::params().neighbors(20).max_history(None);
    let bytes = params.fit(&log()).unwrap().to_bytes().unwrap();
    let told: serde_json::Value = serde_json::from_str(&params_of(&bytes).unwrap()).unwrap();
    assert_eq!(told, serde_json::to_value(&params).unwrap());
    assert!(params_of(&bytes[1..]).is_err());
}
