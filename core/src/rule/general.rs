//! More general rules: the same consequent, some but not all of the antecedent.

use rayon::prelude::*;

use super::columns::{Heads, RuleColumns};
use crate::data::Rows;
use crate::index::ItemIx;

/// A confidence as its two counts, ordered exactly.
#[derive(Debug, Clone, Copy)]
pub(super) struct Confidence {
    pub(super) n_ab: u32,
    pub(super) n_a: u32,
}

impl Confidence {
    /// Whether it is at least another.
    #[inline]
    pub(super) fn is_at_least(self, other: Self) -> bool {
        u64::from(self.n_ab) * u64::from(other.n_a) >= u64::from(other.n_ab) * u64::from(self.n_a)
    }

    /// By how much it is above another, as a quotient of whole numbers; the numerator may be below 0.
    pub(super) fn above(self, other: Self) -> (i128, u64) {
        let crossed = |x: u32, y: u32| i128::from(u64::from(x) * u64::from(y));
        let numerator = crossed(self.n_ab, other.n_a) - crossed(other.n_ab, self.n_a);
        (numerator, u64::from(self.n_a) * u64::from(other.n_a))
    }
}

/// For each rule the greatest confidence of the more general ones; `None` where there is none.
///
/// `check` is asked for each rule, and its error ends the search. With `if_reached` it is any that is at least the rule's own, and `None` where none is.
pub(super) fn best_generals<E: Send>(
    columns: &RuleColumns,
    n_items: usize,
    if_reached: bool,
    check: impl Fn() -> Result<(), E> + Sync,
) -> Result<Vec<Option<Confidence>>, E> {
    let order = by_consequent(columns, n_items);
    let same = |a: &usize, b: &usize| columns.consequents.row(*a) == columns.consequents.row(*b);
    let groups: Vec<&[usize]> = order.chunk_by(same).collect();
    let found: Result<Vec<Vec<Option<Confidence>>>, E> = groups
        .par_iter()
        .map(|rules| {
            check()?;
            let antecedents: Vec<(&[ItemIx], Confidence)> =
                rules.iter().map(|&rule| (columns.antecedents.row(rule), columns.confidence(rule))).collect();
            let tree = Antecedents::new(&antecedents);
            let best = |&(antecedent, own): &(&[ItemIx], Confidence)| {
                check()?;
                Ok(tree.best_within(antecedent, if_reached.then_some(own)))
            };
            antecedents.par_iter().with_min_len(64).map(best).collect()
        })
        .collect();
    let mut best = vec![None; columns.len()];
    for (&rule, found) in order.iter().zip(found?.into_iter().flatten()) {
        best[rule] = found;
    }
    Ok(best)
}

/// The rules by consequent, then by antecedent.
fn by_consequent(columns: &RuleColumns, n_items: usize) -> Vec<usize> {
    let heads = Heads::new(n_items);
    let head = |rows: &Rows<ItemIx>, rule: usize| heads.of(rows.row(rule).iter().copied());
    let mut keys: Vec<(u64, u64, usize)> = (0..columns.len())
        .map(|rule| (head(&columns.consequents, rule), head(&columns.antecedents, rule), rule))
        .collect();
    let sides = |rule: usize| (columns.consequents.row(rule), columns.antecedents.row(rule));
    keys.par_sort_unstable_by(|a, b| {
        // The whole of the consequents goes before the heads of the antecedents.
        let consequents = a.0.cmp(&b.0).then_with(|| sides(a.2).0.cmp(sides(b.2).0));
        consequents.then(a.1.cmp(&b.1)).then_with(|| sides(a.2).1.cmp(sides(b.2).1))
    });
    keys.into_iter().map(|key| key.2).collect()
}

/// The antecedents of the rules of one consequent, as a tree of their items in order.
#[derive(Debug)]
struct Antecedents {
    /// A level after the other; the children of a node stand together, by rising item.
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    item: ItemIx,
    children: std::ops::Range<usize>,
    /// Of the rule that ends here.
    own: Option<Confidence>,
    /// The greatest from here on.
    best: Option<Confidence>,
}

impl Antecedents {
    /// Of antecedents in order; of one that is there twice the greater confidence counts.
    fn new(antecedents: &[(&[ItemIx], Confidence)]) -> Self {
        let node = |item: ItemIx| Node { item, children: 0..0, own: None, best: None };
        let mut nodes = vec![node(ItemIx::from_u32(0))];
        // Which antecedents go through a node, and how many of their items lead to it.
        let mut through = vec![(antecedents, 0)];
        let mut at = 0;
        while at < nodes.len() {
            let (mut rest, depth) = through[at];
            while let Some(&(antecedent, own)) = rest.first()
                && antecedent.len() == depth
            {
                nodes[at].own = nodes[at].own.filter(|other| other.is_at_least(own)).or(Some(own));
                rest = &rest[1..];
            }
            let begin = nodes.len();
            for child in rest.chunk_by(|a, b| a.0[depth] == b.0[depth]) {
                nodes.push(node(child[0].0[depth]));
                through.push((child, depth + 1));
            }
            nodes[at].children = begin..nodes.len();
            at += 1;
        }
        for at in (0..nodes.len()).rev() {
            let below = nodes[nodes[at].children.clone()].iter().filter_map(|child| child.best);
            nodes[at].best = below.chain(nodes[at].own).reduce(|a, b| if a.is_at_least(b) { a } else { b });
        }
        Self { nodes }
    }

    /// The greatest confidence of an antecedent that is a proper part of another; with `enough` any that is at least
    /// that, and none below.
    fn best_within(&self, antecedent: &[ItemIx], enough: Option<Confidence>) -> Option<Confidence> {
        let mut search = Search { tree: self, len: antecedent.len(), enough, best: None };
        search.below(&self.nodes[0], 0, antecedent);
        search.best
    }
}

/// A search for the best: what cannot be better is not looked at.
struct Search<'a> {
    tree: &'a Antecedents,
    /// The number of items of the antecedent.
    len: usize,
    enough: Option<Confidence>,
    best: Option<Confidence>,
}

impl Search<'_> {
    /// Looks at the nodes below one to which `depth` items lead, `rest` being those behind; whether that was enough. The
    /// recursion is as deep as the antecedent is long.
    fn below(&mut self, node: &Node, depth: usize, rest: &[ItemIx]) -> bool {
        let mut children = &self.tree.nodes[node.children.clone()];
        for (position, item) in rest.iter().enumerate() {
            children = &children[children.partition_point(|child| child.item < *item)..];
            let Some(child) = children.first() else { return false };
            if child.item != *item || !child.best.is_some_and(|most| self.is_wanted(most)) {
                continue;
            }
            // With all items it is the rule itself.
            if let Some(own) = child.own.filter(|&own| depth + 1 < self.len && self.is_wanted(own)) {
                self.best = Some(own);
                if self.enough.is_some() {
                    return true;
                }
            }
            if self.below(child, depth + 1, &rest[position + 1..]) {
                return true;
            }
        }
        false
    }

    /// Whether a confidence is better than the best so far, and enough.
    #[inline]
    fn is_wanted(&self, confidence: Confidence) -> bool {
        self.enough.is_none_or(|enough| confidence.is_at_least(enough))
            && self.best.is_none_or(|best| !best.is_at_least(confidence))
    }
}
