//! Metrics against examples worked by hand and numbers that other tools give.

use super::*;
use crate::data::Rows;
use crate::index::CategoryIx;

/// Item `i` is bought by the units listed for it.
fn catalogue(units_of: &[&[u32]], n_units: usize) -> Catalogue {
    Catalogue {
        n_units,
        units_of: units_of.iter().map(|units| units.iter().copied()).collect(),
        percentiles: vec![0.25; units_of.len()],
        categories: None,
    }
}

/// The value of a metric for a list of hits and misses, `n_truth` items asked for.
fn of(word: &str, hits: &[u8], n_truth: usize) -> f64 {
    let is_hit: Vec<bool> = hits.iter().map(|&hit| hit == 1).collect();
    let places: Vec<Option<ItemIx>> = (0..hits.len()).map(ItemIx::new).map(Some).collect();
    let paid: Vec<Money> = (1..).take(hits.len()).map(|at| Money::from_millionths(at * 1_500_000)).collect();
    let answer = Answer { places: &places, is_hit: &is_hit, paid: &paid, n_truth, history: &[] };
    let catalogue = catalogue(&[&[0_u32][..]; 9], 1);
    word.parse::<Metric>().unwrap().of(&answer, &catalogue, &mut Scores::new(1))
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
}

#[test]
fn accuracy_follows_its_formulas() {
    let hits = [1, 0, 1, 0, 0];
    close(of("recall@5", &hits, 4), 0.5);
    close(of("recall@2", &hits, 4), 0.25);
    close(of("precision@5", &hits, 4), 0.4);
    close(of("precision@10", &hits, 4), 0.2);
    close(of("hit_rate@1", &hits, 4), 1.0);
    close(of("hit_rate@2", &[0, 0, 1], 1), 0.0);
    close(of("mrr@5", &[0, 0, 1, 1], 2), 1.0 / 3.0);
    close(of("mrr@2", &[0, 0, 1, 1], 2), 0.0);
    // Hits at 1 and 3: (1/1 + 2/3) / min(5, 4).
    close(of("map@5", &hits, 4), (1.0 + 2.0 / 3.0) / 4.0);
    close(of("map@2", &hits, 4), 0.5);
    // (1 + 1/2) / (1 + 1/log2(3) + 1/2 + 1/log2(5)).
    let ideal = 1.0 + 1.0 / 3_f64.log2() + 0.5 + 1.0 / 5_f64.log2();
    close(of("ndcg@5", &hits, 4), 1.5 / ideal);
    // Paid 1.5 for the first place and 4.5 for the third.
    close(of("revenue@5", &hits, 4), 6.0);
}

#[test]
fn the_textbook_example_of_average_precision() {
    // Ten documents, five relevant at 1, 3, 6, 9, 10: the precisions are 1, .67, .5, .44, .5, their mean .62 (Manning,
    // Stanford CS276, "Introduction to Information Retrieval", evaluation slides).
    let hits = [1, 0, 1, 0, 0, 1, 0, 0, 1, 1];
    close(of("map@10", &hits, 5), (1.0 + 2.0 / 3.0 + 0.5 + 4.0 / 9.0 + 0.5) / 5.0);
    assert!((of("map@10", &hits, 5) - 0.62).abs() < 0.005);
}

#[test]
fn perfect_lists_reach_one_and_hopeless_ones_zero() {
    for metric in ["recall@3", "precision@3", "ndcg@3", "map@3", "mrr@3", "hit_rate@3"] {
        close(of(metric, &[1, 1, 1], 3), 1.0);
        close(of(metric, &[0, 0, 0], 3), 0.0);
        close(of(metric, &[], 3), 0.0);
        assert!(of(metric, &[0, 0, 0], 3).is_sign_positive());
        assert!(of(metric, &[0, 0, 0], 0).is_nan(), "{metric} of nothing asked for");
    }
    // The ideal of more items than places fills the places.
    close(of("ndcg@3", &[1, 1, 1], 50), 1.0);
    close(of("map@3", &[1, 1, 1], 50), 1.0);
    close(of("recall@3", &[1, 1, 1], 50), 0.06);
}

/// The value of a metric for a list, 4 units.
fn beyond(word: &str, list: &[Option<usize>], catalogue: &Catalogue, history: &[usize]) -> f64 {
    let places: Vec<Option<ItemIx>> = list.iter().map(|item| item.map(ItemIx::new)).collect();
    let history: Vec<ItemIx> = history.iter().copied().map(ItemIx::new).collect();
    let (is_hit, paid) = (vec![false; list.len()], vec![Money::ZERO; list.len()]);
    let answer = Answer { places: &places, is_hit: &is_hit, paid: &paid, n_truth: 0, history: &history };
    word.parse::<Metric>().unwrap().of(&answer, catalogue, &mut Scores::new(catalogue.n_units))
}

#[test]
fn novelty_is_information_in_bits() {
    let catalogue = catalogue(&[&[0, 1, 2, 3], &[0, 1], &[3], &[]], 4);
    close(beyond("novelty@9", &[Some(0), Some(1), None, Some(2)], &catalogue, &[]), 1.0);
    close(beyond("novelty@2", &[Some(1), Some(2), Some(0)], &catalogue, &[]), 1.5);
    assert!(beyond("novelty@2", &[], &catalogue, &[]).is_nan());
    assert!(beyond("novelty@2", &[Some(3)], &catalogue, &[]).is_nan(), "nobody bought it");
}

#[test]
fn diversity_is_one_less_the_mean_cosine_of_all_pairs() {
    let units: [&[u32]; 4] = [&[0, 1, 2, 3], &[0, 1], &[2], &[0, 1]];
    let catalogue = catalogue(&units, 4);
    let cosine = |a: usize, b: usize| {
        let both = units[a].iter().filter(|unit| units[b].contains(unit)).count();
        number(both) / (number(units[a].len()) * number(units[b].len())).sqrt()
    };
    for list in [vec![0, 1], vec![1, 2], vec![1, 3], vec![0, 1, 2], vec![3, 0, 2, 1]] {
        let pairs = (0..list.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        let expected = 1.0 - mean(pairs.map(|(a, b)| cosine(list[a], list[b])));
        let list: Vec<Option<usize>> = list.into_iter().map(Some).collect();
        close(beyond("diversity@9", &list, &catalogue, &[]), expected);
    }
    assert!(beyond("diversity@9", &[Some(1), None], &catalogue, &[]).is_nan());
    assert!(beyond("diversity@1", &[Some(1), Some(2)], &catalogue, &[]).is_nan());
}

#[test]
fn category_diversity_counts_pairs_apart() {
    let mut catalogue = catalogue(&[&[0_u32][..]; 4], 1);
    assert!(beyond("category_diversity@9", &[Some(0), Some(1)], &catalogue, &[]).is_nan());
    let rows = [vec![0], vec![0, 1], vec![1], vec![]];
    catalogue.categories =
        Some(rows.into_iter().map(|row| row.into_iter().map(CategoryIx::from_u32)).collect::<Rows<_>>());
    // 0 and 1 share, 1 and 2 share, 0 and 2 do not; item 3 has no category.
    let list = [Some(0), Some(3), Some(1), Some(2)];
    close(beyond("category_diversity@9", &list, &catalogue, &[]), 1.0 / 3.0);
    assert!(beyond("category_diversity@2", &list, &catalogue, &[]).is_nan());
}

#[test]
fn popularity_is_compared_with_what_the_customer_has() {
    let mut catalogue = catalogue(&[&[0_u32][..]; 3], 1);
    catalogue.percentiles = vec![0.9, 0.5, 0.1];
    close(beyond("popularity@2", &[Some(0), Some(1), Some(2)], &catalogue, &[]), 0.7);
    close(beyond("popularity_bias@2", &[Some(0), Some(1)], &catalogue, &[2]), 0.6);
    assert!(beyond("popularity_bias@2", &[Some(0)], &catalogue, &[]).is_nan());
    assert!(beyond("popularity_bias@2", &[], &catalogue, &[0]).is_nan());
}

#[test]
fn every_metric_is_read_by_its_name() {
    for kind in MetricKind::ALL {
        let metric = Metric::new(kind, 7).unwrap();
        assert_eq!(metric.to_string().parse::<Metric>().unwrap(), metric);
        assert_eq!(Metric::parse(kind.name(), 7), Ok(metric));
    }
    for word in ["recal@3", "recall@", "recall@x", "recall@-1", "@5", ""] {
        let error = word.parse::<Metric>().unwrap_err().to_string();
        assert!(error.contains("hit_rate") && error.contains(word), "{error}");
    }
    assert_eq!("recall@0".parse::<Metric>().unwrap_err().to_string(), "k must be at least 1, got 0");
}
