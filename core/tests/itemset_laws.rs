//! What holds for frequent itemsets of any baskets, small random ones taken to show it.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::collections::BTreeMap;

use kosar::data::Baskets;
use kosar::itemset::{FrequentItemsets, FrequentItemsetsParams, Partial};
use kosar::{Control, Error, Fit};
use proptest::prelude::*;

type Sets = Vec<(Vec<i64>, u64)>;

fn baskets_of(rows: &[Vec<i64>]) -> Baskets {
    Baskets::from_ids(rows.iter().map(|row| row.iter().copied())).unwrap()
}

fn sets(found: &FrequentItemsets) -> Sets {
    let ids = found.items().as_ints().unwrap_or_default();
    found.iter().map(|(items, count)| (items.iter().map(|i| ids[i.as_usize()]).collect(), count)).collect()
}

fn mined(rows: &[Vec<i64>], params: &FrequentItemsetsParams) -> Sets {
    sets(&params.fit(&baskets_of(rows)).unwrap())
}

/// Every subset of every basket, counted.
fn brute_force(rows: &[Vec<i64>], min_count: u64, max_len: usize) -> Sets {
    let mut counts: BTreeMap<Vec<i64>, u64> = BTreeMap::new();
    for row in rows {
        let items: Vec<i64> =
            row.iter().copied().collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        for chosen in 1..1_u32 << items.len() {
            let subset = (0..items.len()).filter(|i| chosen >> i & 1 == 1).map(|i| items[i]).collect();
            *counts.entry(subset).or_default() += 1;
        }
    }
    let mut sets: Sets =
        counts.into_iter().filter(|(set, count)| *count >= min_count && set.len() <= max_len).collect();
    sets.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.len().cmp(&b.0.len())).then(a.0.cmp(&b.0)));
    sets
}

fn on_threads<T: Send>(n: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(run)
}

/// Baskets of few items, so that many are alike: duplicates, and items that always come together.
fn some_baskets() -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop::collection::vec(prop::collection::vec(0_i64..9, 1..9), 0..30)
}

/// Baskets in which most items are, as in tables of features.
fn dense_baskets() -> impl Strategy<Value = Vec<Vec<i64>>> {
    let row = prop::collection::vec(prop::bool::weighted(0.85), 9);
    let row = row.prop_map(|held| (0..9).filter(|&i| held[usize::try_from(i).unwrap()]).collect());
    prop::collection::vec(row, 0..40)
}

proptest! {
    #[test]
    fn all_subsets_counted_one_by_one_give_the_same(
        rows in prop_oneof![some_baskets(), dense_baskets()],
        min_count in 1_u32..8,
        max_len in prop_oneof![Just(None), (1_usize..5).prop_map(Some)],
    ) {
        let found = mined(&rows, &FrequentItemsets::params(f64::from(min_count)).max_len(max_len));
        let expected = brute_force(&rows, u64::from(min_count), max_len.unwrap_or(usize::MAX));
        prop_assert_eq!(found.len(), expected.len());
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn counting_tells_how_many_sets_of_each_length_fitting_finds(
        rows in prop_oneof![some_baskets(), dense_baskets()],
        min_count in 1_u32..8,
        min_len in 1_usize..3,
        max_len in prop_oneof![Just(None), (3_usize..5).prop_map(Some)],
    ) {
        let params = FrequentItemsets::params(f64::from(min_count)).min_len(min_len).max_len(max_len);
        let baskets = baskets_of(&rows);
        let found = params.fit(&baskets).unwrap();
        for threads in [1, 2, 7] {
            let counts = on_threads(threads, || params.count(&baskets).unwrap());
            prop_assert_eq!(counts.total(), found.len() as u64);
            for (length, &n) in (1..).zip(counts.by_length()) {
                let of_length = found.iter().filter(|(items, _)| items.len() == length).count();
                prop_assert_eq!(n, of_length as u64);
            }
        }
    }

    #[test]
    fn support_never_grows_with_the_set(rows in some_baskets()) {
        let found = mined(&rows, &FrequentItemsets::params(2.0));
        let counts: BTreeMap<_, _> = found.iter().cloned().collect();
        for (set, count) in &found {
            for i in 0..set.len() {
                let mut smaller = set.clone();
                smaller.remove(i);
                prop_assert!(smaller.is_empty() || counts[&smaller] >= *count, "{:?}", set);
            }
        }
    }

    #[test]
    fn the_order_of_the_baskets_changes_nothing(
        (rows, shuffled) in some_baskets().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let params = FrequentItemsets::params(2.0);
        prop_assert_eq!(mined(&rows, &params), mined(&shuffled, &params));
    }

    #[test]
    fn new_names_in_the_same_order_change_only_the_names(rows in some_baskets()) {
        let rename = |id: &i64| id * id * 7 - 3;
        let renamed: Vec<Vec<i64>> = rows.iter().map(|row| row.iter().map(rename).collect()).collect();
        let params = FrequentItemsets::params(2.0);
        let expected: Sets =
            mined(&rows, &params).into_iter().map(|(set, n)| (set.iter().map(rename).collect(), n)).collect();
        prop_assert_eq!(mined(&renamed, &params), expected);
    }

    #[test]
    fn a_budget_keeps_all_sets_of_the_most_frequent_items(
        rows in prop_oneof![some_baskets(), dense_baskets()], max_itemsets in 1_usize..200, kilobytes in 1_usize..20,
    ) {
        let params = FrequentItemsets::params(2.0).max_itemsets(max_itemsets).max_bytes(kilobytes << 10);
        let baskets = baskets_of(&rows);
        let found = on_threads(1, || params.fit(&baskets).unwrap());
        let everything = mined(&rows, &FrequentItemsets::params(2.0));
        prop_assert!(found.len() <= max_itemsets);
        let items_done = match found.partial() {
            None => usize::MAX,
            Some(Partial::MaxItemsets { items_done, .. } | Partial::MaxBytes { items_done, .. }) => items_done,
            Some(other) => panic!("{other}"),
        };
        let frequent: Vec<i64> =
            everything.iter().filter(|(set, _)| set.len() == 1).map(|(set, _)| set[0]).take(items_done).collect();
        let kept: Sets = everything.into_iter().filter(|(set, _)| set.iter().all(|id| frequent.contains(id))).collect();
        prop_assert_eq!(sets(&found), kept);
        for threads in [2, 7] {
            prop_assert_eq!(&on_threads(threads, || params.fit(&baskets).unwrap()), &found);
        }
    }
}

/// Whole numbers below the one asked for, the same on every run (Knuth's MMIX congruential generator).
fn numbers(mut state: u64) -> impl FnMut(u64) -> i64 {
    move |n| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((state >> 33) % n).unwrap()
    }
}

/// 3,000 baskets over 400 items, some in many baskets and most in few: enough for several blocks of searches.
fn many_baskets() -> Vec<Vec<i64>> {
    let mut next = numbers(1);
    (0..3000)
        .map(|_| {
            let size = 2 + next(12);
            (0..size)
                .map(|_| {
                    let uniform = next(400);
                    uniform * uniform / 400
                })
                .collect()
        })
        .collect()
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let baskets = baskets_of(&many_baskets());
    for params in [
        FrequentItemsets::params(3.0),
        FrequentItemsets::params(3.0).max_itemsets(2_000),
        FrequentItemsets::params(3.0).max_bytes(100_000),
    ] {
        let one = on_threads(1, || params.fit(&baskets).unwrap());
        assert!(one.len() > 500, "{}", one.len());
        for threads in [2, 7] {
            assert_eq!(on_threads(threads, || params.fit(&baskets).unwrap()), one);
        }
    }
}

#[test]
fn counts_beyond_what_a_number_holds_are_its_greatest() {
    let rows = vec![(0..1_000).collect::<Vec<i64>>(); 30];
    for min_count in [1.0, 15.0, 30.0] {
        let counts = FrequentItemsets::params(min_count).count(&baskets_of(&rows)).unwrap();
        assert_eq!((counts.total(), counts.partial()), (u64::MAX, None));
        assert_eq!(counts.by_length().len(), 1000);
        assert_eq!(
            (counts.by_length()[1], counts.by_length()[998], counts.by_length()[999]),
            (499_500, 1000, 1)
        );
    }
}

#[test]
fn thirty_baskets_of_a_thousand_items_end_in_part_at_any_support() {
    let mut next = numbers(3);
    let rows: Vec<Vec<i64>> = (0..30).map(|_| (0..1_500).map(|_| next(2_000)).collect()).collect();
    let baskets = baskets_of(&rows);
    for min_count in [1.0, 2.0, 8.0] {
        let params = FrequentItemsets::params(min_count).max_itemsets(20_000);
        let found = on_threads(1, || params.fit(&baskets).unwrap());
        assert!(matches!(found.partial(), Some(Partial::MaxItemsets { .. })), "{:?}", found.partial());
        assert_eq!(on_threads(2, || params.fit(&baskets).unwrap()), found);
        let counts = FrequentItemsets::params(min_count).max_seconds(Some(0.02)).count(&baskets).unwrap();
        assert!(matches!(counts.partial(), Some(Partial::MaxSeconds { .. })), "{:?}", counts.partial());
    }
    assert!(mined(&rows, &FrequentItemsets::params(31.0)).is_empty());
}

#[test]
fn baskets_of_one_item_have_sets_of_one_item() {
    let rows: Vec<Vec<i64>> = (0..100).map(|i| vec![i % 3]).collect();
    let found = mined(&rows, &FrequentItemsets::params(1.0));
    assert_eq!(found, [(vec![0], 34), (vec![1], 33), (vec![2], 33)]);
}

/// Eight items, each in 3,000 baskets with a rarer companion, and `together` baskets that hold several of the eight:
/// what any two of them share is few among the baskets of either.
fn rarely_together(together: usize) -> Vec<Vec<i64>> {
    let mut next = numbers(together as u64);
    let apart = (0..24_000).map(|i| vec![i % 8, 100 + i % 2000]);
    let joint = (0..together).map(|_| {
        let mut row: Vec<i64> = (0..8).filter(|_| next(10) < 4).collect();
        row.push(100 + next(2000));
        row
    });
    apart.chain(joint).collect()
}

#[test]
fn sets_of_few_baskets_among_many_agree_with_a_count_of_all_subsets() {
    // Few together: the sets of pairs are lists. More: bitmaps, that become lists below. Many: bitmaps all the way.
    for together in [60, 150, 2_000] {
        let rows = rarely_together(together);
        let found = mined(&rows, &FrequentItemsets::params(2.0));
        let expected = brute_force(&rows, 2, usize::MAX);
        assert_eq!(found.len(), expected.len());
        assert_eq!(found, expected);
    }
}

#[test]
fn no_baskets_have_no_itemsets() {
    let found = FrequentItemsets::params(0.1).fit(&baskets_of(&[])).unwrap();
    assert!(found.is_empty() && found.partial().is_none());
    assert!(found.table().is_empty());
}

#[test]
fn an_item_in_every_basket_doubles_the_sets() {
    let without = [vec![1, 2], vec![1, 2], vec![2, 3], vec![1]];
    let with: Vec<Vec<i64>> = without.iter().map(|row| [row.clone(), vec![9]].concat()).collect();
    let params = FrequentItemsets::params(2.0);
    assert_eq!(mined(&with, &params).len(), 2 * mined(&without, &params).len() + 1);
    assert_eq!(mined(&with, &params)[0], (vec![9], 4));
}

#[test]
fn a_share_on_the_boundary_counts_as_written() {
    // Item k is in k of 10 baskets.
    let rows: Vec<Vec<i64>> = (0..10).map(|i| (1..=10).filter(|&k| i < k).collect()).collect();
    for (min_support, rarest) in [(0.1, 1), (0.3, 3), (0.1 + 0.2, 4), (0.7, 7), (0.9, 9), (1.0, 1), (3.0, 3)]
    {
        let singles = mined(&rows, &FrequentItemsets::params(min_support).max_len(Some(1)));
        assert_eq!(singles.last(), Some(&(vec![rarest], u64::try_from(rarest).unwrap())), "{min_support}");
    }
}

#[test]
fn baskets_that_are_all_alike_stop_at_the_budget() {
    let rows = vec![(0..5_000).collect::<Vec<i64>>(); 3];
    let found = FrequentItemsets::params(2.0).max_itemsets(1000).fit(&baskets_of(&rows)).unwrap();
    // Nine items have 511 sets, ten would have 1023.
    assert_eq!(found.len(), 511);
    let partial = found.partial().unwrap();
    assert_eq!(partial, Partial::MaxItemsets { max_itemsets: 1000, items_done: 9, items: 5000 });
    assert!(
        partial.to_string().starts_with("stopped at max_itemsets = 1000: complete for the 9 most frequent")
    );
}

#[test]
fn deep_searches_do_not_exhaust_the_call_stack() {
    // Basket i lacks item i alone, so no extension is perfect, and every set of up to n - 2 items is frequent.
    let n = 600;
    let rows: Vec<Vec<i64>> = (0..n).map(|i| (0..n).filter(|&j| j != i).collect()).collect();
    let found = FrequentItemsets::params(2.0).max_itemsets(100_000).fit(&baskets_of(&rows)).unwrap();
    assert!(
        matches!(found.partial(), Some(Partial::MaxItemsets { items_done: 16, .. })),
        "{:?}",
        found.partial()
    );
    assert_eq!(found.len(), 65_535);
}

#[test]
fn a_cancelled_search_ends() {
    let control = Control::new();
    control.cancel();
    let result = FrequentItemsets::params(1.0).fit_with(&baskets_of(&[vec![1, 2]]), &control);
    assert!(matches!(result, Err(Error::Cancelled)));
}
