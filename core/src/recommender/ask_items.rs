//! What resembles an item, and what goes with a cart.

use super::remembered::{Key, List};
use super::scratch::{Candidate, Scratch, ix};
use super::snapshot::Snapshot;
use super::walk::Looked;

/// What an item asked about has to do with another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Link {
    /// The item asked about.
    pub(super) from: u32,
    pub(super) item: u32,
    /// The buyers of both.
    pub(super) customers: u32,
    pub(super) looked: Looked,
}

/// How the buyers of an item are walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Beside {
    /// To all that they bought.
    Ever = 0,
    /// To what they bought in the same order.
    InOneOrder = 1,
}

/// How many items of a cart are asked about, the last put in.
const MAX_ASKED: usize = 10;

/// How many purchases of each of several items are looked at at least.
const LEAST: usize = 50;

/// Weights are whole so that sums do not depend on their order: of a buyer of an item with one buyer looked at.
const ONE: f64 = (1_u64 << 32) as f64;

impl Snapshot {
    /// Items beside some, with scores: over the items asked about, the sum of the cosines of both, estimated from the buyers looked at,
    /// without the factor that all of one item asked about have in common.
    ///
    /// Fills the candidates, and gives what each item asked about has to do with each.
    pub(super) fn beside(&self, asked: &[u32], how: Beside, scratch: &mut Scratch) -> Vec<Link> {
        let asked = last_distinct(asked, MAX_ASKED);
        let each = self.looked_at(asked.len());
        let mut links: Vec<Link> = Vec::new();
        for &from in &asked {
            if let Some(lists) = &self.lists {
                lists.links(from, how, &mut links);
                continue;
            }
            self.links(from, how, each, scratch, &mut links);
        }
        for link in &links {
            scratch.sums.add(ix(link.item), weight(link));
        }
        scratch.candidates.clear();
        let (candidates, sums) = (&mut scratch.candidates, &mut scratch.sums);
        sums.drain(|item, sum| {
            let item = item.as_u32();
            #[allow(clippy::cast_precision_loss, reason = "rounded alike everywhere")]
            let score = sum as f64 / ONE / f64::from(self.buyers_of(item).max(1)).sqrt();
            candidates.push(Candidate { item, score, count: 0 });
        });
        if links.len() == candidates.len() {
            // One link each: its count breaks ties.
            links.sort_unstable_by_key(|link| link.item);
            for candidate in candidates.iter_mut() {
                let at = links.binary_search_by_key(&candidate.item, |link| link.item);
                candidate.count = at.map_or(0, |at| links[at].customers);
            }
        }
        links
    }

    /// How many of the latest purchases of each of so many items are looked at.
    fn looked_at(&self, n_asked: usize) -> usize {
        let latest = self.params.latest_purchases;
        (latest / n_asked.max(1)).max(LEAST.min(latest))
    }

    /// All numbers that [`Self::looked_at`] may give.
    pub(super) fn latest_counts(&self) -> Vec<u32> {
        let mut counts: Vec<u32> = (1..=MAX_ASKED).map(|n| whole(self.looked_at(n))).collect();
        counts.dedup();
        counts
    }

    /// What an item has to do with those beside it: as remembered, or counted now.
    fn links(&self, from: u32, how: Beside, latest: usize, scratch: &mut Scratch, links: &mut Vec<Link>) {
        let key = Key { item: from, how, latest: whole(latest) };
        let found = self.remembered.get(key, self.version);
        if let Some(list) = found.as_ref().and_then(|list| list.as_ref()) {
            let link = |&(item, customers): &(u32, u32)| Link { from, item, customers, looked: list.looked };
            links.extend(list.links.iter().map(link));
            return;
        }
        let looked = self.count(from, how, latest, scratch);
        let start = links.len();
        scratch.counts.drain(self.params.min_customers, |item, customers| {
            if item != from {
                links.push(Link { from, item, customers, looked });
            }
        });
        let counted = links[start..].iter().map(|link| (link.item, link.customers)).collect();
        let weight = self.buyers_of(from);
        self.remembered.put(List { key, version: self.version, weight, looked, links: counted });
    }

    /// Counts the buyers of an item by what they bought beside it.
    pub(super) fn count(&self, from: u32, how: Beside, n: usize, scratch: &mut Scratch) -> Looked {
        match how {
            Beside::Ever => self.count_beside(from, n, scratch),
            Beside::InOneOrder => self.count_together(from, n, scratch),
        }
    }

    /// The strongest of the links to an item.
    pub(super) fn strongest(&self, links: &[Link], item: u32) -> Option<Link> {
        let to = links.iter().filter(|link| link.item == item);
        to.max_by(|a, b| weight(a).cmp(&weight(b)).then_with(|| self.state.items.compare(b.from, a.from)))
            .copied()
    }

    /// Items like one by what the catalogue says; none where there is no catalogue, or it does not have the item.
    pub(super) fn alike(&self, item: u32, candidates: &mut Vec<Candidate>) {
        candidates.clear();
        if let Some(content) = &self.content {
            content.like(self.state.items.get(item), &self.state.items, candidates);
        }
    }
}

/// No item has more purchases than this can tell.
fn whole(latest: usize) -> u32 {
    u32::try_from(latest).unwrap_or(u32::MAX)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "far below 2^64")]
fn weight(link: &Link) -> u64 {
    (f64::from(link.customers) * (ONE / f64::from(link.looked.buyers.max(1)).sqrt()).round()) as u64
}

/// The last distinct ones, in their order.
pub(super) fn last_distinct(items: &[u32], n: usize) -> Vec<u32> {
    let mut last: Vec<u32> = Vec::with_capacity(n.min(items.len()));
    for &item in items.iter().rev() {
        if last.len() < n && !last.contains(&item) {
            last.push(item);
        }
    }
    last.reverse();
    last
}
