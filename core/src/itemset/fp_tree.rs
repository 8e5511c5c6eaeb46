//! The prefix tree of all baskets (Han, Pei and Yin 2000, doi 10.1145/342009.335372), shared by all searches.

use rayon::prelude::*;

use super::item_order::ItemOrder;
use crate::data::{Hierarchy, Rows};
use crate::error::{IntakeError, Result};
use crate::index::{ItemIx, MAX_INDICES};

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// A place in a prefix tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// The item, in the numbers of the tree.
    pub(super) item: u32,
    pub(super) parent: u32,
    /// The sum of the weights of the baskets that pass here.
    pub(super) weight: u32,
    /// The next node with the same item.
    pub(super) next: u32,
}

/// The baskets as paths from the most frequent item to the rarest; baskets that begin alike share nodes.
#[derive(Debug)]
pub(super) struct FpTree {
    /// Items are codes. A parent stands before its children.
    pub(super) nodes: Vec<Node>,
    /// code -> its first node.
    pub(super) heads: Vec<u32>,
    kin: Option<Rows<u32>>,
}

impl FpTree {
    /// From baskets and the weight of each, above 0; each weighs 1 where none are given.
    ///
    /// The rows are sorted first, so that what a row shares with the tree is what it shares with the row before it.
    pub(super) fn new(
        order: &ItemOrder,
        baskets: &Rows<ItemIx>,
        n_items: usize,
        weights: Option<&[u32]>,
        hierarchy: Option<&Hierarchy>,
    ) -> Result<Self> {
        let codes: Vec<u32> = (0..).take(order.len()).collect();
        let mut code_of = vec![NONE; n_items];
        for &code in &codes {
            code_of[order.item(code).as_usize()] = code;
        }
        let (rows, weights) = paths(baskets, &code_of, weights);
        if rows.values().len() > MAX_INDICES {
            return Err(IntakeError::TooMany { what: "items in baskets", max: MAX_INDICES as u64 }.into());
        }
        let mut sorted: Vec<usize> = (0..rows.len()).collect();
        sorted.par_sort_unstable_by(|&a, &b| rows.row(a).cmp(rows.row(b)));
        let mut nodes = grow(&rows, &sorted, &weights);
        let mut heads = vec![NONE; order.len()];
        for at in (0..nodes.len()).rev() {
            let Node { item, parent, weight, .. } = nodes[at];
            nodes[at].next = std::mem::replace(&mut heads[item as usize], number(at));
            if parent != NONE {
                nodes[parent as usize].weight += weight;
            }
        }
        let kin = hierarchy.map(|hierarchy| {
            let above = |code: u32| {
                let above = hierarchy.ancestors(order.item(code)).iter();
                let mut above: Vec<u32> =
                    above.map(|item| code_of[item.as_usize()]).filter(|&code| code != NONE).collect();
                above.sort_unstable();
                above
            };
            codes.iter().map(|&code| above(code)).collect()
        });
        Ok(Self { nodes, heads, kin })
    }

    /// Whether some items stand above others.
    pub(super) fn has_kin(&self) -> bool {
        self.kin.is_some()
    }

    /// The codes above a code, rising.
    pub(super) fn above(&self, code: u32) -> &[u32] {
        self.kin.as_ref().map_or(&[], |kin| kin.row(code as usize))
    }

    /// Whether one of the two codes stands above the other.
    pub(super) fn are_related(&self, a: u32, b: u32) -> bool {
        self.above(a).binary_search(&b).is_ok() || self.above(b).binary_search(&a).is_ok()
    }
}

/// The baskets in falling codes, with their weights; what has less than two frequent items says nothing about larger
/// sets.
fn paths(baskets: &Rows<ItemIx>, code_of: &[u32], weights: Option<&[u32]>) -> (Rows<u32>, Vec<u32>) {
    let (mut rows, mut kept) = (Rows::default(), Vec::new());
    let mut row = Vec::new();
    for (position, basket) in baskets.iter().enumerate() {
        row.clear();
        row.extend(basket.iter().map(|item| code_of[item.as_usize()]).filter(|&code| code != NONE));
        if row.len() > 1 {
            row.sort_unstable_by(|a, b| b.cmp(a));
            rows.push(row.iter().copied());
            kept.push(weights.map_or(1, |weights| weights[position]));
        }
    }
    (rows, kept)
}

/// The nodes of sorted rows, each with the weight of the rows that end there.
fn grow(rows: &Rows<u32>, sorted: &[usize], weights: &[u32]) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut path: Vec<u32> = Vec::new();
    let mut before: &[u32] = &[];
    for &position in sorted {
        let row = rows.row(position);
        let shared = row.iter().zip(before).take_while(|(a, b)| a == b).count();
        path.truncate(shared);
        for &item in &row[shared..] {
            let parent = path.last().copied().unwrap_or(NONE);
            path.push(number(nodes.len()));
            nodes.push(Node { item, parent, weight: 0, next: NONE });
        }
        nodes[path[row.len() - 1] as usize].weight += weights[position];
        before = row;
    }
    nodes
}

/// The number of a node.
#[allow(
    clippy::cast_possible_truncation,
    reason = "there are at most as many nodes as entries, which fit u32"
)]
pub(super) fn number(position: usize) -> u32 {
    position as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Baskets;

    #[test]
    fn baskets_that_begin_alike_share_nodes() {
        // Codes: 4 is 0, 3 is 1, 2 is 2, 1 is 3.
        let baskets =
            Baskets::from_ids([vec![1, 2], vec![1, 2], vec![1, 2, 3], vec![1, 4], vec![3]]).unwrap();
        let order = ItemOrder::new(&[4, 3, 2, 1], 1);
        let tree = FpTree::new(&order, baskets.rows(), 4, Some(&[1, 10, 100, 1000, 7]), None).unwrap();
        let nodes: Vec<_> = tree.nodes.iter().map(|n| (n.item, n.parent, n.weight)).collect();
        assert_eq!(nodes, [(3, NONE, 1111), (0, 0, 1000), (2, 0, 111), (1, 2, 100)]);
        assert_eq!(tree.heads, [1, 3, 2, 0]);
    }
}
