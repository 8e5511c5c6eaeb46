//! k-means against the inertias that scikit-learn reached on the customers of Online Retail.
#![allow(clippy::unwrap_used, reason = "tests may")]

mod common;

use kosar::Fit;
use kosar::cluster::{Init, KMeans};
use ndarray::{Array2, Axis, s};
use serde_json::Value;

/// z-scores (population standard deviation) of ln(1 + x) of recency, frequency and monetary, in customer order; and
/// the oracle.
fn customers_and_oracle() -> Option<(Array2<f64>, Value)> {
    let path = common::data("online_retail/rfm_oracle.csv")?;
    let oracle = common::oracle("kmeans.json")?;
    let mut values = Vec::new();
    for record in csv::Reader::from_path(path).unwrap().records() {
        let record = record.unwrap();
        values.extend((1..4).map(|column| record[column].parse::<f64>().unwrap().ln_1p()));
    }
    let mut data = Array2::from_shape_vec((values.len() / 3, 3), values).unwrap();
    assert_eq!(data.nrows(), 4338);
    data -= &data.mean_axis(Axis(0)).unwrap();
    data /= &data.std_axis(Axis(0), 0.0);
    Some((data, oracle))
}

fn by_k(oracle: &Value) -> impl Iterator<Item = (usize, f64)> {
    let entries = oracle.as_object().unwrap().iter();
    let mut inertias: Vec<(usize, f64)> =
        entries.filter_map(|(k, inertia)| Some((k.parse().ok()?, inertia.as_f64()?))).collect();
    inertias.sort_by_key(|&(k, _)| k);
    assert_eq!(inertias.iter().map(|&(k, _)| k).collect::<Vec<_>>(), (2..=10).collect::<Vec<_>>());
    inertias.into_iter()
}

#[test]
fn a_given_start_ends_where_the_oracle_does() {
    let Some((data, oracle)) = customers_and_oracle() else { return };
    for (k, expected) in by_k(&oracle["from_first_k_rows"]) {
        let start = data.slice(s![..k, ..]).to_owned();
        let model = KMeans::params(k).init(Init::Given(start)).fit(&data).unwrap();
        assert!(model.converged(), "k = {k}");
        let off = model.inertia() / expected - 1.0;
        assert!(off.abs() <= 1e-8, "k = {k}: {} instead of {expected}", model.inertia());
    }
}

#[test]
fn fifty_starts_are_as_good_as_the_best_known() {
    let Some((data, oracle)) = customers_and_oracle() else { return };
    for (k, best_known) in by_k(&oracle["inertia"]) {
        let model = KMeans::params(k).n_init(50).fit(&data).unwrap();
        let off = model.inertia() / best_known - 1.0;
        assert!(off <= 1e-3, "k = {k}: {} instead of {best_known}", model.inertia());
        assert!(off >= -0.05, "k = {k}: {} is too good to be true", model.inertia());
        println!("k = {k}: {off:+.2e}");
    }
}
