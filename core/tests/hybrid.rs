//! The blend of both similarities: by the formula, for items that nobody has bought, and on any number of threads.
#![allow(clippy::unwrap_used, reason = "tests may")]

use kosar::content::ContentSimilarity;
use kosar::data::{Catalog, LogOptions, Vocabulary};
use kosar::datasets::Shop;
use kosar::hybrid::{HybridSimilarity, HybridSimilarityParams, Sources};
use kosar::rank::{ItemFilter, Reason};
use kosar::similarity::ItemSimilarity;
use kosar::{Error, Fit, Id, IdError, OrderLog};

struct Shelf {
    log: OrderLog,
    catalog: Catalog,
    collaborative: ItemSimilarity,
    content: ContentSimilarity,
}

fn shelf() -> Shelf {
    // Many of the 300 items are in the catalogue only.
    let shop = Shop::params().lines(700).items(300).seed(5).generate().unwrap();
    let (log, catalog) = (shop.to_log(LogOptions::default()).unwrap(), shop.to_catalog().unwrap());
    let collaborative = ItemSimilarity::params().neighbors(15).fit(&log).unwrap();
    let content = ContentSimilarity::params().fit(&catalog).unwrap();
    Shelf { log, catalog, collaborative, content }
}

fn fitted(shelf: &Shelf, params: &HybridSimilarityParams) -> HybridSimilarity {
    let sources = Sources { log: &shelf.log, collaborative: &shelf.collaborative, content: &shelf.content };
    params.fit(&sources).unwrap()
}

fn ids(items: &Vocabulary) -> Vec<Id> {
    items.iter().map(|id| id.to_id()).collect()
}

#[test]
fn neighbors_are_those_of_the_formula() {
    let shelf = shelf();
    let (n, k, weight) = (25, 4.0, 0.3);
    let params = HybridSimilarity::params().neighbors(n).evidence(k).content_weight(Some(weight));
    let model = fitted(&shelf, &params);
    let items = ids(shelf.catalog.items());
    assert_eq!(ids(model.items()), items);
    let histories = shelf.log.histories().unwrap();
    let customers = |id: &Id| {
        let item = histories.items.position(id.as_ref());
        let has = |row: &[kosar::data::Purchase]| row.iter().any(|one| Some(one.item.as_usize()) == item);
        histories.rows.iter().filter(|row| has(row)).count()
    };
    let evidence: Vec<usize> = items.iter().map(customers).collect();
    assert!(evidence.iter().filter(|&&evidence| evidence == 0).count() > 20);
    let near = |a: &Id, b: &Id| -> f64 {
        let listed = |a: &Id, b: &Id| {
            let list = shelf.collaborative.similar(a, 15).unwrap_or_default();
            list.iter().find(|found| found.item == *b).map_or(0.0, |found| found.score)
        };
        listed(a, b).max(listed(b, a))
    };
    let alike = |a: &Id, b: &Id| {
        let list = shelf.content.similar(a, n).unwrap();
        list.iter().any(|found| found.item == *b)
    };
    for at in (0..items.len()).step_by(23) {
        let a = &items[at];
        let mut expected: Vec<(f64, &Id)> = Vec::new();
        for (b_at, b) in items.iter().enumerate().filter(|&(b_at, _)| b_at != at) {
            let (collaborative, content) = (near(a, b), shelf.content.similarity(a, b).unwrap());
            if collaborative == 0.0 && !alike(a, b) && !alike(b, a) {
                continue;
            }
            #[allow(clippy::cast_precision_loss, reason = "small")]
            let e = evidence[at].min(evidence[b_at]) as f64;
            let w = e / (e + k);
            expected.push((w * collaborative + (1.0 - w) * weight * content, b));
        }
        expected.sort_by(|x, y| y.0.total_cmp(&x.0));
        let found = model.similar(a, n).unwrap();
        assert_eq!(found.len(), expected.len().min(n), "{a}");
        for (found, (score, _)) in found.iter().zip(&expected) {
            assert!((found.score - score).abs() < 1e-9, "{a}: {found:?} instead of {score}");
            let b = expected.iter().find(|(_, b)| **b == found.item).unwrap().1;
            match &found.reason {
                Reason::Similar { similarity, to, .. } => {
                    assert!((similarity - near(a, b)).abs() < 1e-12 && to == a);
                }
                Reason::Alike { similarity, to, .. } => {
                    assert!((similarity - shelf.content.similarity(a, b).unwrap()).abs() < 1e-9 && to == a);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn what_nobody_has_bought_is_found_and_recommended() {
    let shelf = shelf();
    let model = fitted(&shelf, &HybridSimilarity::params());
    assert!(model.content_weight() > 0.0 && model.content_weight() <= 1.0);
    let is_cold = |id: &Id| model.evidence(id).unwrap() == 0;
    let cold: Vec<Id> = ids(model.items()).into_iter().filter(is_cold).collect();
    assert!(cold.len() > 20);
    assert!(cold.iter().all(|id| model.similar(id, 3).unwrap().len() == 3));
    let customers: Vec<Id> = shelf.log.customers().unwrap().iter().map(|id| id.to_id()).collect();
    let histories = shelf.log.histories().unwrap();
    let mut n_cold = 0;
    for (customer, row) in customers.iter().zip(histories.rows.iter()).take(40) {
        let found = model.recommend_for_customer(customer, 20).unwrap();
        let bought = |id: &Id| row.iter().any(|one| histories.items.get(one.item.as_usize()).to_id() == *id);
        let owned = row.iter().filter(|one| one.owned > kosar::Quantity::ZERO).count();
        if owned == row.len() {
            assert!(!found.iter().any(|one| bought(&one.item)));
        }
        assert!(found.is_sorted_by(|a, b| a.score >= b.score));
        n_cold += found.iter().filter(|one| is_cold(&one.item)).count();
        // Only what is new, of the same customer.
        let only = model
            .recommend_for_customer_among(customer, 5, &ItemFilter::new().only(Some(cold.clone())))
            .unwrap();
        assert!(only.iter().all(|one| is_cold(&one.item)));
        assert!(owned == 0 || !only.is_empty());
    }
    assert!(n_cold > 10, "{n_cold}");
    assert!(matches!(model.similar("nothing", 3), Err(Error::Id(IdError::Unknown { .. }))));
    assert!(model.recommend_for_items([] as [&str; 0], 3).unwrap().is_empty());
}

#[test]
fn the_more_evidence_is_asked_for_the_more_content_counts() {
    let shelf = shelf();
    let model =
        |evidence| fitted(&shelf, &HybridSimilarity::params().evidence(evidence).content_weight(Some(1.0)));
    let (little, much) = (model(1e-9), model(1e9));
    for id in ids(shelf.log.items().unwrap()).iter().step_by(17) {
        for found in much.similar(id, 10).unwrap() {
            let content = shelf.content.similarity(id, &found.item).unwrap();
            assert!((found.score - content).abs() < 1e-6);
        }
        for found in
            little.similar(id, 10).unwrap().iter().filter(|one| little.evidence(&one.item).unwrap() > 0)
        {
            let list = shelf.collaborative.similar(id, 15).unwrap();
            let back = shelf.collaborative.similar(&found.item, 15).unwrap();
            let direct = list.iter().find(|one| one.item == found.item).map_or(0.0, |one| one.score);
            let other = back.iter().find(|one| one.item == *id).map_or(0.0, |one| one.score);
            assert!((found.score - direct.max(other)).abs() < 1e-6);
        }
    }
}

#[test]
fn the_blend_is_the_same_on_any_number_of_threads() {
    let shelf = shelf();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fitted(&shelf, &HybridSimilarity::params()))
    };
    assert_eq!(on(1), on(5));
}

#[test]
fn ids_of_two_types_are_refused_and_parameters_named() {
    let log = OrderLog::from_baskets([vec!["1", "2"]]).unwrap();
    let catalog = Catalog::from_paths([(1, "A"), (2, "A")]).unwrap();
    let params = ItemSimilarity::params().unit(kosar::similarity::Unit::Order);
    let (collaborative, content) =
        (params.fit(&log).unwrap(), ContentSimilarity::params().fit(&catalog).unwrap());
    let sources = Sources { log: &log, collaborative: &collaborative, content: &content };
    let error = HybridSimilarity::params().fit(&sources).unwrap_err().to_string();
    assert_eq!(error, "item ids are string here, got the integer 1");
    for (params, message) in [
        (HybridSimilarity::params().evidence(0.0), "evidence must be above 0 and finite, got 0"),
        (
            HybridSimilarity::params().content_weight(Some(2.0)),
            "content_weight must be above 0 and at most 1, got 2",
        ),
        (HybridSimilarity::params().neighbors(0), "neighbors must be at least 1, got 0"),
    ] {
        assert_eq!(params.fit(&sources).unwrap_err().to_string(), message);
    }
}
