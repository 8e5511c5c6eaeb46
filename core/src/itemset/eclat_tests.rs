//! Every way of searching finds the same as counting all subsets of all baskets.

use std::collections::BTreeMap;
use std::ops::Range;

use proptest::prelude::*;

use super::budget::{Allowance, Meter};
use super::eclat::{Eclat, Forms};
use super::families::Families;
use super::head::Head;
use super::item_order::ItemOrder;
use super::prepare::{self, AnyLists};
use super::search::{Ask, Database, Search};
use super::sink::{Collect, Sink, Tally};
use crate::data::Baskets;
use crate::fit::Control;

type Sets = BTreeMap<Vec<u32>, u32>;

/// How a database is laid out and searched.
#[derive(Debug, Clone, Copy)]
struct Way {
    forms: Forms,
    wide: bool,
    chunks: usize,
    /// The most frequent items that have their bits made.
    head: usize,
}

fn ways() -> impl Strategy<Value = Way> {
    let one_word = prop_oneof![Just(0), Just(3), Just(64)];
    let squares = prop_oneof![Just(0), Just(64)];
    // Never bits until the last depth, as they suit, and always.
    let words_per_entry = prop_oneof![Just(0), Just(4), Just(1 << 20)];
    let head = prop_oneof![Just(0), 1_usize..10, Just(64)];
    (one_word, squares, words_per_entry, any::<bool>(), 1_usize..4, head).prop_map(
        |(one_word, squares, words_per_entry, wide, chunks, head)| {
            let forms = Forms { one_word, squares, words_per_entry };
            Way { forms, wide, chunks, head }
        },
    )
}

/// Baskets of few items with many alike, and up to a few hundred so that bits fill several words.
fn rows() -> impl Strategy<Value = Vec<Vec<u32>>> {
    let row = |share| {
        prop::collection::vec(prop::bool::weighted(share), 10)
            .prop_map(|held| (0_u32..).zip(held).filter_map(|(item, held)| held.then_some(item)).collect())
    };
    prop_oneof![
        prop::collection::vec(row(0.3), 0..40),
        prop::collection::vec(row(0.8), 0..40),
        prop::collection::vec(row(0.6), 60..300),
    ]
}

fn baskets_of(rows: &[Vec<u32>]) -> Baskets {
    Baskets::from_ids(rows.iter().map(|row| row.iter().map(|&id| i64::from(id)))).unwrap()
}

fn database(baskets: &Baskets, min_count: u32, lens: (usize, usize), way: Way) -> Database {
    let n = baskets.rows().len();
    let chunks: Vec<Range<usize>> =
        (0..way.chunks).map(|i| n * i / way.chunks..n * (i + 1) / way.chunks).collect();
    let order = ItemOrder::new(&prepare::count(baskets, &chunks), u64::from(min_count));
    let lists = if way.wide {
        AnyLists::Wide(prepare::lists(baskets, &order, &chunks))
    } else {
        AnyLists::Narrow(prepare::lists(baskets, &order, &chunks))
    };
    let n_baskets = u32::try_from(n).unwrap();
    let size = way.head.min(order.len());
    let head = (size > 0).then(|| Head::new(baskets, &order, size, &chunks));
    let mut db = Ask { n_baskets, min_count, min_len: lens.0, max_len: lens.1 }.database(order, lists);
    db.head = head;
    db
}

fn search<S: Sink>(db: &Database, forms: Forms) -> S {
    let mut sink = S::default();
    let mut miner = Eclat::with_forms(db, forms);
    let control = Control::new();
    let allowance =
        Allowance { itemsets: usize::MAX, bytes: usize::MAX, until: None, found: 0, more_items: 0 };
    let mut meter = Meter::new(allowance, None, &control);
    for code in db.order.codes() {
        miner.run(code, &mut meter, &mut sink).unwrap();
    }
    sink
}

fn sets(db: &Database, baskets: &Baskets, forms: Forms) -> Sets {
    let ids = baskets.items().as_ints().unwrap_or_default();
    let id = |item: &crate::index::ItemIx| u32::try_from(ids[item.as_usize()]).unwrap();
    let mut sets = Sets::new();
    for part in search::<Collect>(db, forms).into_parts() {
        for (row, &count) in part.rows.iter().zip(&part.counts) {
            let twice = sets.insert(row.iter().map(id).collect(), count);
            assert_eq!(twice, None);
        }
    }
    sets
}

fn brute_force(rows: &[Vec<u32>], min_count: u32, (min_len, max_len): (usize, usize)) -> Sets {
    let mut counts = Sets::new();
    for row in rows {
        for chosen in 1..1_u32 << row.len() {
            let subset = (0..row.len()).filter(|i| chosen >> i & 1 == 1).map(|i| row[i]).collect();
            *counts.entry(subset).or_default() += 1;
        }
    }
    counts.retain(|set, count| *count >= min_count && (min_len..=max_len).contains(&set.len()));
    counts
}

proptest! {
    #[test]
    fn every_way_finds_what_a_count_of_all_subsets_finds(
        rows in rows(),
        way in ways(),
        min_count in prop_oneof![1_u32..8, 8_u32..80],
        min_len in 1_usize..4,
        longer in prop_oneof![0_usize..4, Just(100)],
    ) {
        let lens = (min_len, min_len + longer);
        let baskets = baskets_of(&rows);
        let db = database(&baskets, min_count, lens, way);
        let expected = brute_force(&rows, min_count, lens);
        let found = sets(&db, &baskets, way.forms);
        prop_assert_eq!(found.len(), expected.len());
        prop_assert_eq!(found, expected.clone());

        let (found, counts) = search::<Families>(&db, way.forms).in_order(&db.order);
        let mut in_order: Vec<(u32, Vec<u32>)> = expected.iter().map(|(set, &count)| (count, set.clone())).collect();
        in_order.sort_by(|(x, a), (y, b)| y.cmp(x).then(a.len().cmp(&b.len())).then(a.cmp(b)));
        let ids = baskets.items().as_ints().unwrap_or_default();
        let id = |item: &crate::index::ItemIx| u32::try_from(ids[item.as_usize()]).unwrap();
        let found: Vec<(u32, Vec<u32>)> =
            counts.into_iter().zip(found.iter().map(|row| row.iter().map(id).collect())).collect();
        prop_assert_eq!(found, in_order);

        let counted = search::<Tally>(&db, way.forms).by_len(&db);
        let mut by_len = vec![0; counted.len()];
        expected.keys().for_each(|set| by_len[set.len()] += 1);
        prop_assert_eq!(counted, by_len);
    }

    #[test]
    fn the_lists_hold_the_baskets(rows in rows(), way in ways(), min_count in 1_u32..8) {
        let baskets = baskets_of(&rows);
        let db = database(&baskets, min_count, (1, usize::MAX), way);
        let code_of = |item| db.order.codes().find(|&code| db.order.item(code) == item);
        let mut expected: Vec<Vec<u32>> = baskets
            .rows()
            .iter()
            .map(|row| row.iter().filter_map(|&item| code_of(item)).collect())
            .filter(|row: &Vec<u32>| row.len() > 1)
            .collect();
        expected.iter_mut().for_each(|row| row.sort_unstable());
        prop_assert_eq!(db.baskets().iter().collect::<Vec<_>>(), expected);
        for code in db.order.codes() {
            for &tid in db.tids().row(code as usize) {
                prop_assert!(db.baskets().row(tid as usize).contains(&code));
                prop_assert!(db.behind(code, tid).all(|other| other > code));
            }
        }
    }
}

#[test]
fn more_extensions_than_a_square_and_longer_walks_than_told_apart_agree() {
    // 90 items, each basket lacks three of them: no set of up to three items is in less than 200 - 3 * 7 baskets.
    let rows: Vec<Vec<u32>> =
        (0..200).map(|i| (0..90).filter(|j| ![0, 30, 60].contains(&((i + j) % 90))).collect()).collect();
    let baskets = baskets_of(&rows);
    let lens = (1, 3);
    let mut expected = None;
    for (words_per_entry, squares, wide, head) in
        [(0, 64, false, 0), (1 << 20, 64, true, 0), (1 << 20, 0, false, 0), (4, 64, false, 64)]
    {
        let forms = Forms { one_word: 64, squares, words_per_entry };
        let db = database(&baskets, 100, lens, Way { forms, wide, chunks: 2, head });
        let found = sets(&db, &baskets, forms);
        assert_eq!(found.len(), 90 + 90 * 89 / 2 + 90 * 89 * 88 / 6);
        assert_eq!(expected.get_or_insert_with(|| found.clone()), &found);
    }
}
