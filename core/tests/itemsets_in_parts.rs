//! Frequent itemsets of baskets in parts are those of the whole, whatever the parts and the order in which they meet.
#![allow(clippy::unwrap_used, reason = "tests may")]

use kosar::data::Baskets;
use kosar::datasets::Shop;
use kosar::itemset::{CandidateCounts, Candidates, FrequentItemsets, FrequentItemsetsParams, Kind};
use kosar::{Control, Error, Fit, Params, PartsError, Persist, PersistError};
use proptest::prelude::*;

fn baskets(rows: &[Vec<i64>]) -> Baskets {
    Baskets::from_ids(rows.iter().map(|row| row.iter().copied())).unwrap()
}

/// Few items, so that many baskets are alike, or many, so that each part has its own.
fn some_rows() -> impl Strategy<Value = Vec<Vec<i64>>> {
    prop_oneof![Just(7_i64), Just(25)]
        .prop_flat_map(|n| prop::collection::vec(prop::collection::vec(0..n, 1..8), 1..60))
}

fn through_bytes<M: Persist>(model: &M) -> M {
    M::from_bytes(&model.to_bytes().unwrap()).unwrap()
}

/// Both passes over the parts, merged in their order.
fn in_parts(params: &FrequentItemsetsParams, parts: &[Baskets], bytes: bool) -> FrequentItemsets {
    let searched = parts.iter().map(|part| params.candidates(part).unwrap());
    let searched = searched.map(|found| if bytes { through_bytes(&found) } else { found });
    let all = searched.reduce(|a, b| a.merge(&b).unwrap()).unwrap();
    let counted = parts.iter().map(|part| all.count(part).unwrap());
    let counted = counted.map(|counts| if bytes { through_bytes(&counts) } else { counts });
    counted.reduce(|a, b| a.merge(&b).unwrap()).unwrap().finish().unwrap()
}

proptest! {
    #[test]
    fn any_parts_in_any_order_give_the_whole(
        rows in some_rows(),
        n_parts in 1_usize..6,
        keys in prop::collection::vec(any::<u8>(), 60),
        order in Just([0_usize, 1, 2, 3, 4]).prop_shuffle(),
        percent in 1_u32..100,
        min_len in 1_usize..3,
        max_len in prop_oneof![Just(None), (2_usize..5).prop_map(Some)],
        exclude in prop::collection::vec(0_i64..30, 0..2),
        bytes: bool,
    ) {
        let exclude = exclude.into_iter().filter(|id| rows.iter().flatten().any(|other| other == id));
        let params = FrequentItemsets::params(f64::from(percent) / 100.0).min_len(min_len).max_len(max_len).exclude(exclude);
        let mut parts = vec![Vec::new(); n_parts];
        for (row, key) in rows.iter().zip(&keys) {
            parts[usize::from(*key) % n_parts].push(row.clone());
        }
        let parts: Vec<Baskets> = order.iter().filter(|&&at| at < n_parts).map(|&at| baskets(&parts[at])).collect();
        prop_assert_eq!(in_parts(&params, &parts, bytes), params.fit(&baskets(&rows)).unwrap());
    }

    #[test]
    fn merging_is_commutative_and_associative(rows in prop::collection::vec(some_rows(), 3), percent in 5_u32..60) {
        let params = FrequentItemsets::params(f64::from(percent) / 100.0);
        let parts: Vec<Baskets> = rows.iter().map(|rows| baskets(rows)).collect();
        let [a, b, c] = [0, 1, 2].map(|at| params.candidates(&parts[at]).unwrap());
        let left = a.clone().merge(&b).unwrap().merge(&c).unwrap();
        prop_assert_eq!(&a.clone().merge(&c.clone().merge(&b).unwrap()).unwrap(), &left);
        prop_assert_eq!(&c.merge(&b).unwrap().merge(&a).unwrap(), &left);
        let [a, b, c] = [0, 1, 2].map(|at| left.count(&parts[at]).unwrap());
        let there = a.clone().merge(&b).unwrap().merge(&c).unwrap();
        prop_assert_eq!(c.merge(&a.merge(&b).unwrap()).unwrap(), there);
    }
}

#[test]
fn a_shop_month_by_month_is_the_shop() {
    let log = Shop::params().lines(40_000).seed(3).generate().unwrap().to_log(Default::default()).unwrap();
    let (start, end) = log.span().unwrap();
    let at =
        |third: i64| kosar::Time::from_micros(start.micros() + (end.micros() - start.micros()) / 3 * third);
    let middle = log.after(at(1)).unwrap().before(at(2)).unwrap();
    let parts = [log.before(at(1)).unwrap(), middle, log.after(at(2)).unwrap()];
    let parts = parts.map(|part| part.baskets().unwrap());
    let params = FrequentItemsets::params(0.005);
    let whole = params.fit(&log).unwrap();
    assert!(whole.iter().any(|(set, _)| set.len() > 2), "sets of more than two items are among them");
    assert_eq!(in_parts(&params, &parts, true), whole);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(one.install(|| in_parts(&params, &parts, false)), whole);
}

#[test]
fn what_parts_cannot_tell_is_refused_with_the_remedy() {
    let part = baskets(&[vec![1, 2], vec![1]]);
    let params = || FrequentItemsets::params(0.5);
    for (params, start) in [
        (
            FrequentItemsets::params(2.0),
            "min_support = 2 cannot be used on baskets in parts: give a share below 1",
        ),
        (params().kind(Kind::Closed), "kind = closed cannot"),
        (params().top_k(Some(3)), "top_k = 3 cannot"),
        (params().include([1]), "include = [Int(1)] cannot"),
        (
            params().max_itemsets(1),
            "a search in parts must be complete; with larger parts fewer sets are candidates; this one stopped at max_itemsets = 1",
        ),
        (FrequentItemsets::params(0.0), "min_support must be"),
    ] {
        let message = params.candidates(&part).unwrap_err().to_string();
        assert!(message.starts_with(start), "{message}");
    }
    let control = Control::new();
    control.cancel();
    let checked = params().check().unwrap();
    assert!(matches!(checked.candidates_with(&part, &control), Err(Error::Cancelled)));
    let found = params().candidates(&part).unwrap();
    assert!(matches!(found.count_with(&part, &control), Err(Error::Cancelled)));
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let (one, other) = (baskets(&[vec![1, 2], vec![1]]), baskets(&[vec![3], vec![3, 4]]));
    let params = FrequentItemsets::params(0.5);
    let (a, b) = (params.candidates(&one).unwrap(), params.candidates(&other).unwrap());
    let refused = |error: Error| match error {
        Error::Parts(error) => error,
        error => panic!("{error}"),
    };
    let stricter = FrequentItemsets::params(0.6).candidates(&other).unwrap();
    assert_eq!(
        refused(a.clone().merge(&stricter).unwrap_err()).to_string(),
        "the parts have different parameters; give all the same"
    );
    let words = params.candidates(&Baskets::from_ids([vec!["x"]]).unwrap()).unwrap();
    let message = a.clone().merge(&words).unwrap_err().to_string();
    assert_eq!(message, "item ids are integer here, got the string 'x'");
    let error = a.count(&other).unwrap_err().to_string();
    assert_eq!(error, "item 3 is in no part that was searched for candidates; search every part first");
    let both = a.clone().merge(&b).unwrap();
    let (first, second) = (both.count(&one).unwrap(), both.count(&other).unwrap());
    let differ = PartsError::Differ { what: "candidates" };
    assert_eq!(refused(first.clone().merge(&a.count(&one).unwrap()).unwrap_err()), differ);
    let too_few = PartsError::Baskets { counted: 2, searched: 4 };
    assert_eq!(refused(first.clone().finish().unwrap_err()), too_few);
    let whole = first.clone().merge(&second).unwrap();
    let too_many = PartsError::Baskets { counted: 6, searched: 4 };
    assert_eq!(refused(whole.clone().merge(&first).unwrap_err()), too_many);
    assert_eq!(whole.finish().unwrap().len(), 2);
}

#[test]
fn a_part_without_baskets_changes_nothing() {
    let (part, none) =
        (baskets(&[vec![1, 2], vec![1, 2, 3]]), Baskets::from_ids([] as [Vec<i64>; 0]).unwrap());
    let params = FrequentItemsets::params(0.6);
    let whole = params.fit(&part).unwrap();
    assert_eq!(in_parts(&params, &[none.clone(), part.clone(), none.clone()], true), whole);
    assert_eq!(in_parts(&params, &[none.clone(), none.clone()], true), params.fit(&none).unwrap());
}

#[test]
fn a_damaged_byte_is_found_wherever_it_is() {
    let part = Baskets::from_ids([vec!["a", "b"], vec!["a", "b", "c"]]).unwrap();
    let found = FrequentItemsets::params(0.5).candidates(&part).unwrap();
    let counts = found.count(&part).unwrap();
    let bytes = found.to_bytes().unwrap();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert!(matches!(Candidates::from_bytes(&damaged), Err(Error::Persist(_))), "byte {at}");
    }
    let count_bytes = counts.to_bytes().unwrap();
    for at in 0..count_bytes.len() {
        let mut damaged = count_bytes.clone();
        damaged[at] ^= 0x10;
        assert!(matches!(CandidateCounts::from_bytes(&damaged), Err(Error::Persist(_))), "byte {at}");
        assert!(
            matches!(CandidateCounts::from_bytes(&count_bytes[..at]), Err(Error::Persist(_))),
            "cut at {at}"
        );
    }
    assert_eq!(through_bytes(&counts).to_bytes().unwrap(), count_bytes);
    let error = CandidateCounts::from_bytes(&bytes).unwrap_err();
    assert!(matches!(error, Error::Persist(PersistError::Kind { .. })), "{error}");
}
