//! Lists cut short are the heads of the whole ones: neighbours of a generated shop, and recommendations.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "tests may")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::Interactions;
use kosar::rank::{Reason, Recommendation};
use kosar::similarity::{ItemSimilarity, Measure, RecommendOptions};
use kosar::{Fit, Id};
use proptest::prelude::*;

fn matrix(n_items: usize, users: &[BTreeSet<u32>]) -> Interactions {
    let (mut indptr, mut indices) = (vec![0], Vec::new());
    for user in users {
        indices.extend(user);
        indptr.push(indices.len());
    }
    Interactions::from_csr((users.len(), n_items), &indptr, &indices, None).unwrap()
}

fn int(id: &Id) -> i64 {
    match id {
        Id::Int(value) => *value,
        Id::Str(text) => panic!("'{text}' went in as an integer"),
    }
}

/// An item, the bits of its score, and the users behind it.
fn plain(found: &[Recommendation]) -> Vec<(i64, u64, u64)> {
    let count = |found: &Recommendation| match found.reason {
        Reason::Similar { count, .. } => count,
        ref other => panic!("{other:?}"),
    };
    found.iter().map(|found| (int(&found.item), found.score.to_bits(), count(found))).collect()
}

/// Users of about 25 items each, those of small numbers far more often than others.
fn shop(n_items: u32, n_users: usize) -> Vec<BTreeSet<u32>> {
    let mut state = 7_u64;
    let mut next = |below: u32| -> u32 {
        // Knuth's MMIX generator.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((state >> 33) % u64::from(below)).unwrap()
    };
    let mut user = |_| {
        let taste = next(40);
        let mut pick = || {
            let reach = 1 + next(n_items);
            let item = next(reach);
            // Half of the items are of one's taste.
            if next(2) == 0 { item - item % 40 + taste } else { item }
        };
        (0..25).map(|_| pick().min(n_items - 1)).collect()
    };
    (0..n_users).map(&mut user).collect()
}

/// The definition of each measure, of `c`, `a`, `b` and `n` users.
fn by_hand(measure: Measure, c: f64, a: f64, b: f64, n: f64) -> f64 {
    let cell = |observed: f64, expected: f64| {
        if observed > 0.0 { observed * (observed / expected).ln() } else { 0.0 }
    };
    match measure {
        Measure::Cosine => c / (a * b).sqrt(),
        Measure::Tanimoto | Measure::Jaccard => c / (a + b - c),
        Measure::Dice => 2.0 * c / (a + b),
        Measure::Conditional => c / a,
        Measure::Dot => c,
        Measure::Lift => n * c / (a * b),
        Measure::Pmi => (n * c / (a * b)).ln(),
        Measure::LogLikelihood => {
            let sum = cell(c, a * b / n)
                + cell(a - c, a * (n - b) / n)
                + cell(b - c, (n - a) * b / n)
                + cell(n - a - b + c, (n - a) * (n - b) / n);
            if c * n >= a * b { 2.0 * sum } else { -2.0 * sum }
        }
        other => panic!("{other:?} is not known here"),
    }
}

#[test]
fn the_neighbours_kept_are_the_first_of_all() {
    let (n_items, k) = (12_000_u32, 8);
    let users = shop(n_items, 2_500);
    let mut holders: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (user, items) in users.iter().enumerate() {
        items.iter().for_each(|&item| holders.entry(item).or_default().push(user));
    }
    let matrix = matrix(n_items as usize, &users);
    let mut long = 0;
    for measure in Measure::ALL {
        for (shrinkage, least) in [(0.0, 1), (2.0, 1), (50.0, 1), (0.0, 2), (10.0, 2)] {
            let params = ItemSimilarity::params().measure(measure).shrinkage(shrinkage).min_customers(least);
            let all = params.clone().neighbors(usize::MAX).fit(&matrix).unwrap();
            let some = params.neighbors(k).fit(&matrix).unwrap();
            for &item in holders.keys() {
                let (whole, head) = (all.similar(i64::from(item), k), some.similar(i64::from(item), k));
                assert_eq!(
                    plain(&head.unwrap()),
                    plain(&whole.unwrap()),
                    "{measure:?}, {shrinkage}, {least}: {item}"
                );
            }
            // All of a row against the plain product, for some items.
            for (&item, of_item) in holders.iter().step_by(97) {
                let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
                of_item.iter().flat_map(|&user| &users[user]).filter(|&&other| other != item).for_each(
                    |&other| {
                        *counts.entry(other).or_default() += 1.0;
                    },
                );
                counts.retain(|_, count| *count >= least as f64);
                // Where there are so many, most are passed over without a similarity.
                long += usize::from(counts.len() > 2 * k + 64);
                let found = all.similar(i64::from(item), usize::MAX).unwrap();
                assert_eq!(found.len(), counts.len());
                for found in found {
                    let other = u32::try_from(int(&found.item)).unwrap();
                    let (c, a, b) = (counts[&other], of_item.len() as f64, holders[&other].len() as f64);
                    let expected = by_hand(measure, c, a, b, users.len() as f64) * c / (c + shrinkage);
                    let close = (found.score - expected).abs() < 1e-6 * expected.abs().max(1e-3);
                    assert!(close, "{measure:?}: {item} -> {other}: {} is not {expected}", found.score);
                }
            }
        }
    }
    assert!(long > 500, "{long}");
}

fn users() -> impl Strategy<Value = Vec<BTreeSet<u32>>> {
    prop::collection::vec(prop::collection::btree_set(0_u32..9, 0..7), 1..14)
}

/// The sums of what the similarities to each of some items say of others; those of `against` are taken off.
fn sums(model: &ItemSimilarity, own: &BTreeSet<u32>, against: &[u32]) -> BTreeMap<i64, f64> {
    let mut sums: BTreeMap<i64, f64> = BTreeMap::new();
    for &item in own {
        for found in model.similar(i64::from(item), 99).unwrap() {
            *sums.entry(int(&found.item)).or_default() += found.score;
        }
    }
    for &item in against {
        for found in model.similar(i64::from(item), 99).unwrap() {
            if let Some(sum) = sums.get_mut(&int(&found.item)) {
                *sum -= found.score;
            }
        }
    }
    sums.retain(|&item, _| !own.contains(&u32::try_from(item).unwrap()));
    sums.retain(|&item, _| !against.contains(&u32::try_from(item).unwrap()));
    sums
}

proptest! {
    #[test]
    fn recommendations_are_the_head_of_all_sums(users in users(), own in prop::collection::btree_set(0_u32..9, 0..5), disliked in 0_u32..9) {
        let matrix = matrix(9, &users);
        let bought: BTreeSet<u32> = users.iter().flatten().copied().collect();
        let own: BTreeSet<u32> = own.intersection(&bought).copied().collect();
        for measure in Measure::ALL {
            let model = ItemSimilarity::params().measure(measure).fit(&matrix).unwrap();
            let against: Vec<u32> = [disliked].into_iter().filter(|item| bought.contains(item) && !own.contains(item)).collect();
            let dislikes = RecommendOptions::new().dislikes(against.iter().map(|&item| i64::from(item)));
            for (options, against) in [(RecommendOptions::new(), &[][..]), (dislikes, &against[..])] {
                let asked = |n| model.recommend_for_items_with(own.iter().map(|&item| i64::from(item)), n, &options).unwrap();
                let whole = asked(99);
                let expected = sums(&model, &own, against);
                prop_assert_eq!(whole.iter().map(|found| int(&found.item)).collect::<BTreeSet<_>>(), expected.keys().copied().collect());
                prop_assert_eq!(whole.len(), expected.len(), "{:?}", measure);
                prop_assert!(whole.is_sorted_by(|a, b| a.score >= b.score));
                for found in &whole {
                    prop_assert!((found.score - expected[&int(&found.item)]).abs() < 1e-9);
                }
                for n in 0..whole.len() {
                    prop_assert_eq!(&asked(n)[..], &whole[..n], "{:?}", measure);
                }
            }
        }
    }
}

#[test]
fn a_sum_that_passes_through_zero_counts_once() {
    let users: Vec<BTreeSet<u32>> = [&[0, 1, 2, 3][..], &[0, 1, 2], &[0, 2, 3]]
        .into_iter()
        .map(|user| user.iter().copied().collect())
        .collect();
    let model = ItemSimilarity::params().measure(Measure::Pmi).fit(&matrix(4, &users)).unwrap();
    for n in [2, 9] {
        let found = model.recommend_for_items([3, 2], n).unwrap();
        let items: Vec<i64> = found.iter().map(|found| int(&found.item)).collect();
        assert_eq!(items, [0, 1]);
        // Independent of both: 0, which is above what is bought together less often than by chance.
        assert!(found[0].score.abs() < 1e-12);
        assert!((found[1].score - 0.75_f64.ln()).abs() < 1e-6);
    }
}

#[test]
fn shrunk_jaccard_indices_are_in_the_order_of_their_formula() {
    // Item 0 has users 0 to 19. Items 1 to 8 have ten of these alone, 0.5 * 10 / 38; 200 others twelve of these and eight
    // more, 12 / 28 * 12 / 40, which is less: but `c / (a + b)`, shrunk alike, would have them first.
    let mut users = vec![BTreeSet::from([0]); 20];
    users.resize(28, BTreeSet::new());
    for item in 1..=208_u32 {
        let shared = if item <= 8 { 10 } else { 12 };
        (0..shared).for_each(|at| {
            users[(item as usize + at) % 20].insert(item);
        });
        if item > 8 {
            users[20..].iter_mut().for_each(|user| {
                user.insert(item);
            });
        }
    }
    let matrix = matrix(20_000, &users);
    for measure in [Measure::Jaccard, Measure::Tanimoto] {
        let model =
            ItemSimilarity::params().measure(measure).shrinkage(28.0).neighbors(8).fit(&matrix).unwrap();
        let found = model.similar(0, 8).unwrap();
        assert_eq!(
            found.iter().map(|found| int(&found.item)).collect::<Vec<_>>(),
            (1..=8).collect::<Vec<_>>()
        );
        assert!(found.iter().all(|found| (found.score - 5.0 / 38.0).abs() < 1e-7));
    }
}
