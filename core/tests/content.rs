//! Content similarity against scikit-learn, a brute force, and the laws of a cosine.
#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::BTreeMap;

use kosar::content::{ContentSimilarity, ContentSimilarityParams, Facet};
use kosar::data::{
    AttributeValues, Catalog, CatalogBatch, CatalogBuilder, CatalogOptions, IdValues, NumberValues,
    TagValues, Values,
};
use kosar::datasets::Shop;
use kosar::rank::{ItemFilter, Reason};
use kosar::{Control, Error, Fit, Id, IdError, Persist};
use proptest::prelude::*;

fn titled(titles: &[&str]) -> Catalog {
    let ids: Vec<i64> = (0..).take(titles.len()).collect();
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    let batch = CatalogBatch::new(titles.len()).items(IdValues::Int(Values::new(ids))).unwrap();
    builder.push(&batch.names(Values::new(titles.to_vec())).unwrap()).unwrap();
    builder.finish().unwrap()
}

#[test]
fn titles_have_the_cosines_of_scikit_learn() {
    let oracle: serde_json::Value = serde_json::from_str(include_str!("oracles/title_cosines.json")).unwrap();
    let titles: Vec<&str> =
        oracle["titles"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
    let params = ContentSimilarity::params().max_df(1.0);
    for (name, params) in [
        ("words", params.clone()),
        ("words_max_df", params.clone().max_df(0.25)),
        ("ngrams", params.ngrams(Some((3, 5)))),
    ] {
        let expected: Vec<f64> =
            oracle[name].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
        let model = params.fit(&titled(&titles)).unwrap();
        let n = i64::try_from(titles.len()).unwrap();
        let pairs: Vec<(i64, i64)> = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect();
        assert_eq!(pairs.len(), expected.len());
        assert!(expected.iter().filter(|&&cosine| cosine > 0.05).count() > 10);
        for ((a, b), expected) in pairs.into_iter().zip(expected) {
            let found = model.similarity(a, b).unwrap();
            assert!((found - expected).abs() < 1e-6, "{name} {a} {b}: {found} instead of {expected}");
            assert_eq!(found.to_bits(), model.similarity(b, a).unwrap().to_bits());
        }
    }
}

/// A row: item, category, brand, tags, size, price in cents, title.
type Row = (i64, String, &'static str, String, f64, Option<u32>, String);

fn built(rows: &[Row]) -> Catalog {
    let text = |of: fn(&Row) -> &str| Values::new(rows.iter().map(of).collect::<Vec<_>>());
    let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let sizes: Vec<f64> = rows.iter().map(|row| row.4).collect();
    let prices: Values<'_, f64> =
        rows.iter().map(|row| row.5.map(|cents| f64::from(cents) / 100.0)).collect();
    let batch = CatalogBatch::new(rows.len()).items(IdValues::Int(Values::new(ids))).unwrap();
    let batch = batch.paths(text(|row| &row.1)).unwrap().brands(text(|row| row.2)).unwrap();
    let batch = batch.tags(TagValues::Joined(text(|row| &row.3))).unwrap().names(text(|row| &row.6)).unwrap();
    let batch = batch.attribute("size", AttributeValues::Number(Values::new(sizes))).unwrap();
    let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
    builder.push(&batch.prices(NumberValues::Float(prices)).unwrap()).unwrap();
    builder.finish().unwrap()
}

type Vector = BTreeMap<String, f64>;

/// The definition word for word: vectors by facet, one item each (rows have distinct items).
fn vectors(rows: &[Row], max_df: f64) -> Vec<BTreeMap<Facet, Vector>> {
    let raw: Vec<BTreeMap<Facet, Vector>> = rows
        .iter()
        .map(|row| {
            let mut facets: BTreeMap<Facet, Vector> = BTreeMap::new();
            let mut add = |facet, name: &str| {
                *facets.entry(facet).or_default().entry(name.to_owned()).or_insert(0.0) += 1.0;
            };
            let levels: Vec<&str> = row.1.split('/').filter(|level| !level.is_empty()).collect();
            (1..=levels.len()).for_each(|depth| add(Facet::Category, &levels[..depth].join("/")));
            if !row.2.is_empty() {
                add(Facet::Brand, row.2);
            }
            let mut tags: Vec<&str> = row.3.split(',').filter(|tag| !tag.is_empty()).collect();
            tags.sort_unstable();
            tags.dedup();
            tags.iter().for_each(|tag| add(Facet::Tags, tag));
            if row.4.is_finite() {
                add(Facet::Attributes, &row.4.to_string());
            }
            row.6.split(' ').filter(|word| !word.is_empty()).for_each(|word| add(Facet::Title, word));
            facets
        })
        .collect();
    #[allow(clippy::cast_precision_loss, reason = "small")]
    let n = rows.len() as f64;
    let df = |facet: &Facet, name: &String| {
        #[allow(clippy::cast_precision_loss, reason = "small")]
        let df =
            raw.iter().filter(|all| all.get(facet).is_some_and(|own| own.contains_key(name))).count() as f64;
        df
    };
    let weighed = |all: &BTreeMap<Facet, Vector>| {
        let facet = |(facet, own): (&Facet, &Vector)| {
            let kept = own.iter().filter(|(name, _)| df(facet, name) <= max_df * n);
            let own: Vector = kept
                .map(|(name, tf)| {
                    (name.clone(), (1.0 + tf.ln()) * (((1.0 + n) / (1.0 + df(facet, name))).ln() + 1.0))
                })
                .collect();
            let length = own.values().map(|v| v * v).sum::<f64>().sqrt();
            (*facet, own.into_iter().map(|(name, value)| (name, value / length)).collect::<Vector>())
        };
        all.iter().map(facet).filter(|(_, own)| !own.is_empty()).collect()
    };
    raw.iter().map(weighed).collect()
}

const WEIGHTS: [(Facet, f64); 6] = [
    (Facet::Category, 2.0),
    (Facet::Brand, 1.0),
    (Facet::Tags, 0.7),
    (Facet::Attributes, 0.3),
    (Facet::Price, 0.6),
    (Facet::Title, 1.5),
];

/// The similarity of two rows; `None` where they share nothing but a price.
fn brute_force(rows: &[Row], all: &[BTreeMap<Facet, Vector>], a: usize, b: usize, ratio: f64) -> Option<f64> {
    let (mut sum, mut is_candidate) = (0.0, false);
    for (facet, weight) in WEIGHTS {
        let (Some(x), Some(y)) = (all[a].get(&facet), all[b].get(&facet)) else { continue };
        let shared = x.iter().filter_map(|(name, value)| Some(value * y.get(name)?));
        is_candidate |= shared.clone().count() > 0;
        sum += weight * shared.sum::<f64>();
    }
    if let (Some(x), Some(y)) = (rows[a].5, rows[b].5) {
        sum += 0.6 * (1.0 - (f64::from(x) / f64::from(y)).ln().abs() / ratio.ln()).max(0.0);
    }
    let total = |item: usize| -> f64 {
        let has = |facet| all[item].contains_key(&facet) || (facet == Facet::Price && rows[item].5.is_some());
        WEIGHTS.iter().filter(|&&(facet, _)| has(facet)).map(|&(_, weight)| weight).sum()
    };
    is_candidate.then(|| sum / (total(a) * total(b)).sqrt())
}

fn params() -> ContentSimilarityParams {
    WEIGHTS.iter().fold(ContentSimilarity::params(), |params, &(facet, weight)| params.weight(facet, weight))
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        "(A|B|A/X|A/Y|B/X/Z|)",
        prop::sample::select(vec!["", "Acme", "Zen", "Leaf"]),
        "(r|g|b|r,g|g,b|)",
        prop::sample::select(vec![f64::NAN, 38.0, 39.0]),
        prop::option::of(1_u32..2000),
        "([u-z]{0,2} ){0,3}",
    );
    prop::collection::vec(row, 1..25).prop_map(|rows| {
        let number = |(at, (a, b, c, d, e, f)): (i64, _)| (at, a, b, c, d, e, f);
        (0..).zip(rows).map(number).collect()
    })
}

proptest! {
    #[test]
    fn answers_are_those_of_a_brute_force(rows in rows(), max_df in prop::sample::select(vec![0.3, 0.6, 1.0])) {
        let model = params().max_df(max_df).price_ratio(3.0).fit(&built(&rows)).unwrap();
        let vectors = vectors(&rows, max_df);
        for a in 0..rows.len() {
            let other = |b: usize| Some((b, brute_force(&rows, &vectors, a, b, 3.0)?));
            let mut expected: Vec<(usize, f64)> = (0..rows.len()).filter(|&b| b != a).filter_map(other).collect();
            expected.sort_by(|x, y| y.1.total_cmp(&x.1));
            let found = model.similar(rows[a].0, rows.len()).unwrap();
            prop_assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                prop_assert!((found.score - expected.1).abs() < 1e-6, "{:?} {:?}", found, expected);
                prop_assert!((0.0..=1.0).contains(&found.score));
            }
            prop_assert!(found.is_sorted_by(|x, y| x.score >= y.score));
        }
    }

    #[test]
    fn the_order_of_rows_is_no_matter((rows, turned) in rows().prop_flat_map(|rows| {
        (Just(rows.clone()), Just(rows).prop_shuffle())
    })) {
        let bytes = |rows: &[Row]| params().fit(&built(rows)).unwrap().to_bytes().unwrap();
        prop_assert_eq!(bytes(&turned), bytes(&rows));
    }

    #[test]
    fn scores_of_several_items_are_sums_and_a_filter_acts_before_the_selection(rows in rows(), n in 0_usize..5) {
        let model = params().max_df(1.0).fit(&built(&rows)).unwrap();
        let given: Vec<i64> = rows.iter().map(|row| row.0).filter(|id| id % 3 == 0).collect();
        let all = model.recommend_for_items(given.iter().copied(), rows.len()).unwrap();
        for found in &all {
            let sum: f64 = given.iter().map(|&to| model.similarity(&found.item, to).unwrap()).sum();
            // What shares only a price with one of them has that counted in the sum.
            prop_assert!((found.score - sum).abs() < 1e-6, "{} {}", found.score, sum);
        }
        let is_odd = |id: &Id| matches!(id, Id::Int(id) if id % 2 == 1);
        let odd: Vec<Id> = model.items().iter().map(|id| id.to_id()).filter(is_odd).collect();
        let filter = ItemFilter::new().only(Some(odd));
        let found = model.recommend_for_items_among(given.iter().copied(), n, &filter).unwrap();
        let expected: Vec<_> = all.iter().filter(|found| is_odd(&found.item)).take(n).cloned().collect();
        prop_assert_eq!(&found, &expected);
        let filter = ItemFilter::new().exclude(expected.iter().map(|found| found.item.clone()));
        let rest = model.recommend_for_items_among(given.iter().copied(), all.len(), &filter).unwrap();
        prop_assert_eq!(rest.len(), all.len() - expected.len());
    }
}

#[test]
fn neighbors_are_the_same_on_any_number_of_threads_and_those_of_single_answers() {
    let catalog = Shop::params().lines(1_000).items(600).generate().unwrap().to_catalog().unwrap();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let model = ContentSimilarity::params().fit(&catalog).unwrap();
            let lists = model.neighbors(10, &Control::new()).unwrap();
            (model, lists)
        })
    };
    let (model, lists) = on(1);
    for threads in [2, 7] {
        assert_eq!(on(threads), (model.clone(), lists.clone()));
    }
    for (item, list) in lists.iter().enumerate() {
        let single = model.similar(model.items().get(item), 10).unwrap();
        assert_eq!(list.len(), 10);
        for (&(other, similarity), found) in list.iter().zip(&single) {
            assert_eq!(model.items().get(other.as_usize()).to_id(), found.item);
            assert!((similarity - found.score).abs() < 1e-12);
        }
    }
    let control = Control::new();
    control.cancel();
    assert!(matches!(model.neighbors(10, &control), Err(Error::Cancelled)));
}

#[test]
fn the_first_few_are_the_head_of_all() {
    let catalog = Shop::params().lines(1_000).items(3_000).generate().unwrap().to_catalog().unwrap();
    for params in
        [ContentSimilarity::params(), ContentSimilarity::params().ngrams(Some((3, 4))).price_ratio(20.0)]
    {
        let model = params.max_df(1.0).fit(&catalog).unwrap();
        let items: Vec<Id> = model.items().iter().map(|id| id.to_id()).collect();
        for at in (0..items.len()).step_by(97) {
            let given = [&items[at], &items[(at * 7 + 13) % items.len()]];
            for given in [&given[..1], &given[..]] {
                let all = model.recommend_for_items(given.iter().copied(), items.len()).unwrap();
                assert!(all.len() > 100);
                for n in [1, 7, 40] {
                    let few = model.recommend_for_items(given.iter().copied(), n).unwrap();
                    assert_eq!(few, all[..n], "{given:?}");
                }
                let every_third = items.iter().step_by(3).cloned();
                let filter = ItemFilter::new().only(Some(every_third));
                let few = model.recommend_for_items_among(given.iter().copied(), 9, &filter).unwrap();
                let all =
                    model.recommend_for_items_among(given.iter().copied(), items.len(), &filter).unwrap();
                assert_eq!(few, all[..9]);
            }
        }
    }
}

#[test]
fn a_reason_tells_what_is_shared_the_rarest_first() {
    let row = |id, path: &str, brand, tags: &str, size, title: &str| {
        (id, path.to_owned(), brand, tags.to_owned(), size, Some(500), title.to_owned())
    };
    let catalog = built(&[
        row(1, "Home/Kitchen/Mugs", "Acme", "gift,blue", 38.0, "big blue mug"),
        row(2, "Home/Kitchen/Mugs", "Acme", "blue", 38.0, "small blue mug"),
        row(3, "Home/Kitchen", "Zen", "gift", 39.0, "mug rack"),
        row(4, "Garden", "", "", f64::NAN, "hose"),
        row(5, "Garden", "", "", f64::NAN, "rake"),
        row(6, "Garden", "", "", f64::NAN, "spade"),
    ]);
    let model = ContentSimilarity::params().fit(&catalog).unwrap();
    let found = model.similar(1, 5).unwrap();
    assert_eq!(found.iter().map(|one| one.item.clone()).collect::<Vec<_>>(), [Id::Int(2), Id::Int(3)]);
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let Reason::Alike { to, category, brand, tags, attributes, words: titles, similarity } = &found[0].reason
    else {
        panic!("{:?}", found[0])
    };
    assert_eq!(
        (to, category.as_deref(), brand.as_deref()),
        (&Id::Int(1), Some("Home/Kitchen/Mugs"), Some("Acme"))
    );
    assert_eq!(
        (tags, attributes, titles),
        (&words(&["blue"]), &words(&["size 38"]), &words(&["blue", "mug"]))
    );
    assert!((similarity - found[0].score).abs() < 1e-15);
    let sentence = found[1].reason.to_string();
    assert!(
        sentence.starts_with("like 1: category Home/Kitchen, tags: gift, words: mug (similarity 0."),
        "{sentence}"
    );
    assert!((model.similarity(4, 4).unwrap() - 1.0).abs() < 1e-15);
    assert!(matches!(model.similar(9, 1), Err(Error::Id(IdError::Unknown { .. }))));
    assert!(model.recommend_for_items([] as [i64; 0], 5).unwrap().is_empty());
    assert!(model.similar(1, 0).unwrap().is_empty());
    assert!(ContentSimilarity::params().fit(&built(&[])).unwrap().items().is_empty());
}
