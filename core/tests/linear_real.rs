//! Linear models on real data: the accuracy that outside implementations reach by the same protocol.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::BTreeSet;

use kosar::data::{LogOptions, Returns};
use kosar::linear::Ease;
use kosar::rank::AllRecommendations;
use kosar::{Fit, ItemIx, MICROS_PER_DAY, OrderLog, Time};

mod common;

/// Recall and NDCG at the length of the lists, averaged over customers with something to find; the ideal list has as many
/// hits as there are things to find, at most its length.
#[allow(clippy::cast_precision_loss, reason = "counts are small")]
fn accuracy(found: &AllRecommendations, truth: &[BTreeSet<ItemIx>]) -> (f64, f64) {
    let discount = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let (mut recall, mut ndcg, mut customers) = (0.0, 0.0, 0.0);
    for (list, truth) in found.items().chunks(found.n()).zip(truth).filter(|(_, truth)| !truth.is_empty()) {
        let is_hit = |slot: &Option<ItemIx>| slot.is_some_and(|item| truth.contains(&item));
        let hits: Vec<usize> = (0..list.len()).filter(|&place| is_hit(&list[place])).collect();
        recall += hits.len() as f64 / truth.len() as f64;
        let ideal: f64 = (0..truth.len().min(found.n())).map(discount).sum();
        ndcg += hits.into_iter().map(discount).sum::<f64>() / ideal;
        customers += 1.0;
    }
    (recall / customers, ndcg / customers)
}

/// Online Retail in two: up to sixty days before its end, and after.
fn online_retail() -> Option<(OrderLog, OrderLog)> {
    let path = common::data("online_retail/online_retail.csv.gz")?;
    let options = LogOptions { returns: Returns::Drop, ..LogOptions::default() };
    let log = OrderLog::from_csv(path, &common::online_retail_columns(), options).unwrap();
    let end = log.span().unwrap().1;
    let cut = Time::from_micros(end.micros() - 60 * MICROS_PER_DAY);
    Some((log.before(cut).unwrap(), log.after(cut).unwrap()))
}

/// What each customer of a model buys later that they had not bought before, among the items that the model knows.
fn new_items(train: &OrderLog, test: &OrderLog, model: &Ease) -> Vec<BTreeSet<ItemIx>> {
    let (before, after) = (train.histories().unwrap(), test.histories().unwrap());
    let customers = model.customers();
    let mut truth = vec![BTreeSet::new(); customers.len()];
    for (row, purchases) in after.rows.iter().enumerate() {
        let Some(customer) = customers.position(after.customers.get(row)) else { continue };
        let place = before.customers.position(customers.get(customer)).unwrap();
        let known: BTreeSet<ItemIx> = before.rows.row(place).iter().map(|purchase| purchase.item).collect();
        let items = purchases.iter().map(|purchase| after.items.get(purchase.item.as_usize()));
        let items = items.filter_map(|id| model.items().position(id)).map(ItemIx::new);
        truth[customer] = items.filter(|item| !known.contains(item)).collect();
    }
    truth
}

/// NumPy's inverse reaches .09942 and .11018 here.
#[test]
fn ease_recalls_what_customers_of_online_retail_buy_next() {
    let Some((train, test)) = online_retail() else { return };
    let model = Ease::params().l2(200.0).max_history(None).fit(&train).unwrap();
    let (recall, ndcg) = accuracy(&model.recommend_all(20).unwrap(), &new_items(&train, &test, &model));
    assert!((recall - 0.09942).abs() < 2e-5 && (ndcg - 0.11018).abs() < 2e-5, "{recall} {ndcg}");
}
