//! Kinds of frequent sets, lengths, items to include and exclude, and the first k: each against its definition, applied
//! to every subset of small random baskets.

#![allow(clippy::unwrap_used, reason = "these are tests")]

use std::collections::{BTreeMap, BTreeSet};

use kosar::data::{Baskets, Column};
use kosar::itemset::{FrequentItemsets, FrequentItemsetsParams, Kind, Miner, Partial};
use kosar::{Error, Fit, IdError, ParamError, Persist};
use proptest::prelude::*;

type Sets = Vec<(Vec<i64>, u64)>;

const KINDS: [Kind; 4] = [Kind::All, Kind::Closed, Kind::Maximal, Kind::Generators];
const MINERS: [Miner; 3] = [Miner::Auto, Miner::Eclat, Miner::FpGrowth];

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

/// What is asked for.
#[derive(Debug, Clone)]
struct Question {
    min_count: u64,
    kind: Kind,
    min_len: usize,
    max_len: Option<usize>,
    top_k: Option<usize>,
    include: Vec<i64>,
    exclude: Vec<i64>,
}

impl Question {
    #[allow(clippy::cast_precision_loss, reason = "small counts")]
    fn params(&self) -> FrequentItemsetsParams {
        FrequentItemsets::params(self.min_count as f64)
            .kind(self.kind)
            .min_len(self.min_len)
            .max_len(self.max_len.map(|max| max.max(self.min_len)))
            .top_k(self.top_k)
            .include(self.include.clone())
            .exclude(self.exclude.clone())
    }

    /// The definitions, applied to every subset of every basket.
    fn brute_force(&self, rows: &[Vec<i64>]) -> Sets {
        let n = rows.iter().filter(|row| !row.is_empty()).count() as u64;
        let mut counts: BTreeMap<Vec<i64>, u64> = BTreeMap::new();
        for row in rows {
            let items: BTreeSet<i64> = row.iter().copied().filter(|id| !self.exclude.contains(id)).collect();
            let items: Vec<i64> = items.into_iter().collect();
            for chosen in 1..1_u32 << items.len() {
                let subset = (0..items.len()).filter(|i| chosen >> i & 1 == 1).map(|i| items[i]).collect();
                *counts.entry(subset).or_default() += 1;
            }
        }
        let items: BTreeSet<i64> = counts.keys().flatten().copied().collect();
        let count_of =
            |set: &Vec<i64>| if set.is_empty() { n } else { counts.get(set).copied().unwrap_or(0) };
        let larger = |set: &[i64]| -> Vec<u64> {
            let others = items.iter().filter(|id| !set.contains(id));
            others
                .map(|&id| {
                    let mut set = [set, &[id]].concat();
                    set.sort_unstable();
                    count_of(&set)
                })
                .collect()
        };
        let smaller = |set: &[i64]| -> Vec<u64> {
            set.iter()
                .map(|id| count_of(&set.iter().copied().filter(|other| other != id).collect()))
                .collect()
        };
        let is_wanted = |set: &[i64], count: u64| match self.kind {
            Kind::All => true,
            Kind::Closed => larger(set).iter().all(|&more| more < count),
            Kind::Maximal => larger(set).iter().all(|&more| more < self.min_count),
            Kind::Generators => smaller(set).iter().all(|&less| less > count),
        };
        let max_len = self.max_len.map_or(usize::MAX, |max| max.max(self.min_len));
        let mut sets: Sets = counts
            .iter()
            .filter(|(set, count)| **count >= self.min_count && is_wanted(set, **count))
            .filter(|(set, _)| (self.min_len..=max_len).contains(&set.len()))
            .filter(|(set, _)| self.include.iter().all(|id| set.contains(id)))
            .map(|(set, count)| (set.clone(), *count))
            .collect();
        sets.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.len().cmp(&b.0.len())).then(a.0.cmp(&b.0)));
        sets.truncate(self.top_k.unwrap_or(usize::MAX));
        sets
    }
}

/// Baskets of few items, so that many are alike: duplicates, and items that always come together.
fn some_baskets() -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop::collection::vec(prop::collection::vec(0_i64..8, 1..8), 1..30)
}

/// Baskets in which most items are, as in tables of features; two items may be in all.
fn dense_baskets() -> impl Strategy<Value = Vec<Vec<i64>>> {
    let row = (prop::collection::vec(prop::bool::weighted(0.85), 8), any::<bool>());
    let rows = prop::collection::vec(row, 1..40);
    (rows, any::<bool>()).prop_map(|(rows, everywhere)| {
        rows.into_iter()
            .map(|(held, alike)| {
                let mut row: Vec<i64> = (0..8).filter(|&i| held[usize::try_from(i).unwrap()]).collect();
                row.extend(if everywhere { vec![4, 9] } else { vec![8] });
                row.extend(alike.then_some(3));
                row
            })
            .collect()
    })
}

fn any_baskets() -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop_oneof![some_baskets(), dense_baskets()]
}

/// A question about the items of these baskets.
fn question(rows: &[Vec<i64>]) -> impl Strategy<Value = Question> + use<> {
    let items: BTreeSet<i64> = rows.iter().flatten().copied().collect();
    let items: Vec<i64> = items.into_iter().collect();
    let roles = prop::collection::vec(prop_oneof![7 => Just(0), 1 => Just(1), 1 => Just(2)], items.len());
    let top_k = prop_oneof![Just(None), (1_usize..40).prop_map(Some)];
    let max_len = prop_oneof![2 => Just(None), 1 => (1_usize..5).prop_map(Some)];
    let min_len = prop_oneof![2 => Just(1), 1 => 1_usize..4];
    (1_u64..8, prop::sample::select(&KINDS), min_len, max_len, top_k, roles).prop_map(
        move |(min_count, kind, min_len, max_len, top_k, roles)| {
            let role = |role: i32| {
                let items = items.iter().zip(&roles).filter(|(_, has)| **has == role);
                items.map(|(id, _)| *id).collect()
            };
            Question { min_count, kind, min_len, max_len, top_k, include: role(1), exclude: role(2) }
        },
    )
}

fn on_threads<T: Send>(n: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap().install(run)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn every_question_is_answered_as_by_its_definition(
        (rows, question) in any_baskets().prop_flat_map(|rows| (Just(rows.clone()), question(&rows))),
    ) {
        let expected = question.brute_force(&rows);
        for miner in MINERS {
            let params = question.params().miner(miner);
            prop_assert_eq!(mined(&rows, &params), expected.clone(), "{:?}", miner);
        }
        let counts = question.params().count(&baskets_of(&rows)).unwrap();
        let mut by_length = vec![0; expected.iter().map(|(set, _)| set.len()).max().unwrap_or(0)];
        expected.iter().for_each(|(set, _)| by_length[set.len() - 1] += 1);
        prop_assert_eq!(counts.by_length(), by_length);
    }
}

proptest! {
    #[test]
    fn a_budget_ends_at_the_same_item_on_any_number_of_threads(
        (rows, question) in any_baskets().prop_flat_map(|rows| (Just(rows.clone()), question(&rows))),
        max_itemsets in 1_usize..60, max_bytes in 100_usize..20_000,
    ) {
        let baskets = baskets_of(&rows);
        let params = question.params().max_itemsets(max_itemsets).max_bytes(max_bytes);
        let found = on_threads(1, || params.fit(&baskets).unwrap());
        prop_assert!(found.len() <= max_itemsets);
        for threads in [2, 7] {
            prop_assert_eq!(&on_threads(threads, || params.fit(&baskets).unwrap()), &found);
        }
        let everything = question.params().fit(&baskets).unwrap();
        let items_done = match found.partial() {
            None => {
                prop_assert_eq!(sets(&found), sets(&everything));
                return Ok(());
            }
            Some(Partial::MaxItemsets { items_done, .. } | Partial::MaxBytes { items_done, .. }) => items_done,
            Some(other) => panic!("{other}"),
        };
        // All of the kind that are made of the items done and of those to include, and no others.
        let exclude = &question.exclude;
        let mut narrowed: Vec<Vec<i64>> = rows.clone();
        if question.kind != Kind::Generators {
            narrowed.retain(|row| question.include.iter().all(|id| row.contains(id)));
            narrowed.iter_mut().for_each(|row| row.retain(|id| !question.include.contains(id)));
        }
        narrowed.iter_mut().for_each(|row| row.retain(|id| !exclude.contains(id)));
        let one = Question { kind: Kind::All, min_len: 1, max_len: Some(1), top_k: None, include: vec![], exclude: vec![], ..question.clone() };
        let frequent = one.brute_force(&narrowed).into_iter().map(|(set, _)| set[0]);
        let mut done: Vec<i64> = frequent.take(items_done).collect();
        if question.kind != Kind::Generators {
            done.extend(&question.include);
        }
        let mut kept = Question { top_k: None, ..question.clone() }.brute_force(&rows);
        kept.retain(|(set, _)| set.iter().all(|id| done.contains(id)));
        kept.truncate(question.top_k.unwrap_or(usize::MAX));
        if !found.is_empty() {
            prop_assert_eq!(sets(&found), kept);
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

/// The definitions, applied to all frequent sets, which are closed under taking items away.
fn condensed(all: &Sets, kind: Kind, n: u64) -> Sets {
    let counts: BTreeMap<&[i64], u64> = all.iter().map(|(set, count)| (&set[..], *count)).collect();
    let mut greatest: BTreeMap<Vec<i64>, u64> = BTreeMap::new();
    let mut generators = Vec::new();
    for (set, count) in all {
        let mut is_generator = true;
        for i in 0..set.len() {
            let mut less = set.clone();
            less.remove(i);
            is_generator &= if less.is_empty() { n } else { counts[&less[..]] } > *count;
            let most = greatest.entry(less).or_default();
            *most = (*most).max(*count);
        }
        generators.push(is_generator);
    }
    let larger = |set: &Vec<i64>| greatest.get(set).copied().unwrap_or(0);
    let kept = all.iter().zip(generators).filter(|((set, count), is_generator)| match kind {
        Kind::All => true,
        Kind::Closed => larger(set) < *count,
        Kind::Maximal => larger(set) == 0,
        Kind::Generators => *is_generator,
    });
    kept.map(|(set, _)| set.clone()).collect()
}

#[test]
fn sparse_baskets_of_many_items_are_condensed_as_by_the_definitions_on_any_number_of_threads() {
    let rows = many_baskets();
    let baskets = baskets_of(&rows);
    let all = sets(&FrequentItemsets::params(2.0).miner(Miner::FpGrowth).fit(&baskets).unwrap());
    assert!(all == mined(&rows, &FrequentItemsets::params(2.0)));
    for kind in KINDS {
        let expected = condensed(&all, kind, 3000);
        assert!(expected.len() > 1000, "{kind:?} {}", expected.len());
        for threads in [1, 2, 7] {
            let params = FrequentItemsets::params(2.0).kind(kind);
            let found = sets(&on_threads(threads, || params.fit(&baskets).unwrap()));
            let strange = found.iter().find(|set| !expected.contains(set));
            assert_eq!((found.len(), strange), (expected.len(), None), "{kind:?}");
            assert!(found == expected);
            let params = params.top_k(Some(700));
            let found = sets(&on_threads(threads, || params.fit(&baskets).unwrap()));
            assert!(found == expected[..700], "{kind:?}");
        }
    }
}

#[test]
fn no_threshold_need_be_guessed_for_the_first_sets() {
    let rows = many_baskets();
    let all = mined(&rows, &FrequentItemsets::params(20.0).min_len(2));
    let found = mined(&rows, &FrequentItemsets::params(1.0).min_len(2).top_k(Some(50)));
    assert_eq!(found, all[..50]);
}

#[test]
fn an_item_in_every_basket_is_in_every_closed_set_and_in_no_generator() {
    let rows = [vec![1, 2, 9], vec![1, 2, 9], vec![2, 3, 9], vec![1, 9]];
    let of = |kind| mined(&rows, &FrequentItemsets::params(2.0).kind(kind));
    assert_eq!(of(Kind::Closed), [(vec![9], 4), (vec![1, 9], 3), (vec![2, 9], 3), (vec![1, 2, 9], 2)]);
    assert_eq!(of(Kind::Maximal), [(vec![1, 2, 9], 2)]);
    assert_eq!(of(Kind::Generators), [(vec![1], 3), (vec![2], 3), (vec![1, 2], 2)]);
}

#[test]
fn supports_are_shares_of_all_baskets_whatever_is_included() {
    let rows = [vec![1, 2, 3], vec![1, 2], vec![1], vec![3]];
    let found = FrequentItemsets::params(0.5).include([1]).fit(&baskets_of(&rows)).unwrap();
    assert_eq!(sets(&found), [(vec![1], 3), (vec![1, 2], 2)]);
    assert_eq!(found.n_baskets(), 4);
    assert_eq!(found.table().column("support"), Some(&Column::Floats(vec![0.75, 0.5])));
    let found = FrequentItemsets::params(0.5).exclude([1]).fit(&baskets_of(&rows)).unwrap();
    assert_eq!(sets(&found), [(vec![2], 2), (vec![3], 2)]);
    assert_eq!(found.table().column("support"), Some(&Column::Floats(vec![0.5, 0.5])));
}

#[test]
fn every_item_included_leaves_the_set_of_all() {
    let rows = [vec![1, 2], vec![1, 2], vec![1]];
    for kind in [Kind::All, Kind::Closed, Kind::Maximal] {
        let params = FrequentItemsets::params(2.0).kind(kind).include([2, 1, 2]);
        assert_eq!(mined(&rows, &params), [(vec![1, 2], 2)], "{kind:?}");
        assert_eq!(mined(&rows, &params.clone().max_len(Some(1))), []);
        assert_eq!(mined(&rows, &params.clone().min_len(3)), []);
        assert_eq!(mined(&rows, &params.max_itemsets(1)), [(vec![1, 2], 2)], "{kind:?}");
        assert_eq!(mined(&rows, &FrequentItemsets::params(3.0).kind(kind).include([1, 2])), []);
    }
}

#[test]
fn an_unknown_item_is_refused_by_name() {
    let baskets = baskets_of(&[vec![1, 2]]);
    let error = FrequentItemsets::params(1.0).include([7]).fit(&baskets).unwrap_err();
    assert!(matches!(error, Error::Id(IdError::Unknown { .. })), "{error}");
    let error = FrequentItemsets::params(1.0).exclude(["a"]).fit(&baskets).unwrap_err();
    assert!(matches!(error, Error::Id(IdError::WrongKind { .. })), "{error}");
    let error = FrequentItemsets::params(1.0).include([1]).exclude([2, 1]).fit(&baskets).unwrap_err();
    assert!(matches!(error, Error::Param(ParamError::InBoth { .. })), "{error}");
    assert_eq!(error.to_string(), "include and exclude must have no item in common, got 1 in both");
}

#[test]
fn models_of_every_kind_survive_a_file() {
    let baskets = baskets_of(&many_baskets());
    for kind in KINDS {
        let params = FrequentItemsets::params(3.0).kind(kind).top_k(Some(100)).include([0]).exclude([1]);
        let found = params.fit(&baskets).unwrap();
        assert_eq!(found.len(), 100);
        let bytes = found.to_bytes().unwrap();
        assert_eq!(FrequentItemsets::from_bytes(&bytes).unwrap(), found);
    }
}

#[test]
fn of_many_items_that_go_together_the_longest_sets_are_found_without_a_look_at_the_others() {
    let baskets = Baskets::from_ids([(0..40_i64).collect::<Vec<_>>(), (0..40).collect()]).unwrap();
    for miner in [Miner::Eclat, Miner::FpGrowth] {
        for (min_len, max_len, n) in [(40, None, 1), (39, None, 41), (1, Some(2), 820), (20, Some(1), 0)] {
            let params = FrequentItemsets::params(2.0).miner(miner).min_len(min_len);
            if max_len.is_some_and(|longest| longest < min_len) {
                assert!(params.max_len(max_len).fit(&baskets).is_err());
                continue;
            }
            let params = params.max_len(max_len);
            assert_eq!(params.fit(&baskets).unwrap().len(), n, "{miner:?} from {min_len}");
            assert_eq!(params.count(&baskets).unwrap().total(), n as u64);
        }
    }
}

#[test]
fn long_sets_of_one_count_are_kept_in_a_file() {
    let baskets =
        Baskets::from_ids([(0..300_i64).collect::<Vec<_>>(), (1000..1260).collect(), (2000..2299).collect()])
            .unwrap();
    for kind in [Kind::Closed, Kind::Maximal] {
        let found = FrequentItemsets::params(1.0).kind(kind).fit(&baskets).unwrap();
        assert_eq!((0..3).map(|at| found.itemset(at).len()).collect::<Vec<_>>(), [260, 299, 300]);
        assert_eq!(FrequentItemsets::from_bytes(&found.to_bytes().unwrap()).unwrap(), found);
    }
}
