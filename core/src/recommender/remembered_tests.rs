//! What is remembered, by one thread.

use std::sync::Arc;

use super::ask_items::Beside;
use super::remembered::{Key, LONGEST, List, Remembered};
use super::walk::Looked;

fn remembered(n_lists: usize, n_items: usize) -> Remembered {
    Remembered::new(n_lists, n_items, [200, 100])
}

fn list(item: u32, version: u64, weight: u32) -> List {
    let key = Key { item, how: Beside::Ever, latest: 200 };
    let looked = Looked { buyers: 9, since: None };
    List { key, version, weight, looked, links: Box::new([(7, 3)]) }
}

fn ever(items: &[u32]) -> Vec<(u32, Beside)> {
    items.iter().map(|&item| (item, Beside::Ever)).collect()
}

fn has(remembered: &Remembered, item: u32, version: u64) -> bool {
    remembered.get(list(item, 0, 0).key, version).is_some()
}

#[test]
fn a_list_holds_until_its_item_changes() {
    let remembered = remembered(64, 10);
    remembered.put(list(3, 5, 1));
    assert!(has(&remembered, 3, 5) && has(&remembered, 3, 9) && !has(&remembered, 4, 9));
    // Nothing happened to the item before, as far as is known.
    assert!(has(&remembered, 3, 4));
    remembered.change(&ever(&[3, 99]), 10);
    assert!(!has(&remembered, 3, 9) && !has(&remembered, 3, 10));
    // Too late: it was counted before the change.
    remembered.put(list(3, 9, 1));
    assert!(!has(&remembered, 3, 9));
    remembered.put(list(3, 10, 1));
    assert!(has(&remembered, 3, 10) && has(&remembered, 3, 11));
    // Whoever still answers from a version before the change counts for themselves.
    assert!(!has(&remembered, 3, 9));
    let other = Key { latest: 100, ..list(3, 0, 0).key };
    assert!(remembered.get(other, 11).is_none());
    assert!(remembered.get(Key { how: Beside::InOneOrder, ..list(3, 0, 0).key }, 11).is_none());
}

#[test]
fn the_list_of_the_item_with_more_buyers_stays_while_it_holds() {
    let remembered = remembered(1, 10);
    remembered.put(list(3, 1, 20));
    remembered.put(list(4, 1, 10));
    assert!(has(&remembered, 3, 1) && !has(&remembered, 4, 1));
    remembered.put(list(5, 1, 20));
    assert!(!has(&remembered, 3, 1) && has(&remembered, 5, 1));
    remembered.change(&ever(&[5]), 2);
    remembered.put(list(4, 2, 10));
    assert!(has(&remembered, 4, 2));
}

#[test]
fn without_room_nothing_is_remembered() {
    for none in [remembered(0, 10), remembered(10, 0)] {
        none.put(list(3, 1, 20));
        none.change(&ever(&[3]), 2);
        assert!(!has(&none, 3, 3));
    }
    let remembered = remembered(8, 3);
    remembered.put(list(3, 1, 20));
    assert!(!has(&remembered, 3, 1));
}

#[test]
fn what_does_not_hold_is_let_go_of() {
    let remembered = remembered(64, 10);
    let handle = |item: u32| {
        remembered.get(list(item, 0, 0).key, 9).and_then(|list| list.as_ref().map(Arc::downgrade))
    };
    remembered.put(list(3, 1, 1));
    remembered.put(list(4, 1, 1));
    let (three, four) = (handle(3).unwrap(), handle(4).unwrap());
    remembered.change(&ever(&[3]), 2);
    assert!(three.upgrade().is_none() && four.upgrade().is_some());
    remembered.sweep();
    assert!(four.upgrade().is_some());
}

#[test]
fn long_lists_are_not_kept() {
    let remembered = remembered(64, 10);
    let long = |n: usize| {
        let mut long = list(3, 1, 1);
        long.links = vec![(1, 5); n].into();
        long
    };
    remembered.put(long(LONGEST + 1));
    assert!(!has(&remembered, 3, 1));
    remembered.put(long(LONGEST));
    assert!(has(&remembered, 3, 1));
}

#[test]
fn lists_of_another_kind_hold() {
    let remembered = remembered(64, 10);
    let carts = |version: u64| {
        let mut list = list(3, version, 1);
        list.key.how = Beside::InOneOrder;
        list
    };
    remembered.put(list(3, 1, 1));
    remembered.put(carts(1));
    remembered.change(&ever(&[3]), 2);
    assert!(!has(&remembered, 3, 2) && remembered.get(carts(0).key, 2).is_some());
    remembered.put(list(3, 2, 1));
    remembered.change(&[(3, Beside::InOneOrder)], 3);
    assert!(has(&remembered, 3, 3) && remembered.get(carts(0).key, 3).is_none());
}
