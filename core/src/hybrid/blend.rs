//! Blending the neighbours by customers and those by content.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::content::ContentSimilarity;
use crate::data::{OrderLog, Owned, Rows, Vocabulary};
use crate::error::{IdError, Result};
use crate::fit::{Control, Fit};
use crate::hybrid::model::Blended;
use crate::hybrid::{HybridSimilarity, HybridSimilarityParams};
use crate::index::ItemIx;
use crate::params::Checked;
use crate::rank::{Reason, Scored, ScratchPool, TopK};
use crate::similarity::ItemSimilarity;

/// Items blended by one thread before it looks for the next piece of work.
const ITEMS_PER_TASK: usize = 64;

/// What a [`HybridSimilarity`] is fitted on.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// Who owns what, and how many bought each item.
    pub log: &'a OrderLog,
    /// The similarity by customers, fitted on the log.
    pub collaborative: &'a ItemSimilarity,
    /// The similarity by content.
    pub content: &'a ContentSimilarity,
}

/// A neighbour by customers: the item, the similarity, the count.
type Bought = (ItemIx, f64, u32);

impl Fit<Sources<'_>> for Checked<HybridSimilarityParams> {
    type Model = HybridSimilarity;

    /// Time: the content neighbours of each item, and for each pair of neighbours the features of both. Space: the
    /// neighbours.
    fn fit_with(&self, sources: &Sources<'_>, control: &Control) -> Result<HybridSimilarity> {
        let Sources { log, collaborative, content } = *sources;
        let log_items = log.need_items("HybridSimilarity")?;
        let items = united(&united(log_items, collaborative.items())?, content.items())?;
        let place = |ids: &Vocabulary| -> Vec<ItemIx> {
            let place = |id| items.position(id).expect("the union has every id");
            ids.iter().map(|id| ItemIx::new(place(id))).collect()
        };
        let (of_log, of_content) = (place(log_items), place(content.items()));
        let (evidence, owned) = facts(log, &of_log, items.len())?;

        let bought = bought(collaborative, &items)?;
        let alike = alike(content, &of_content, items.len(), self.neighbors, control)?;
        let content_weight =
            self.content_weight.unwrap_or_else(|| calibrated(&bought, &alike, &evidence, self));
        let mut model = HybridSimilarity {
            params: self.clone().into_inner(),
            evidence,
            content_weight,
            neighbors: Rows::default(),
            content: content.clone(),
            owned,
            scratch: ScratchPool::default(),
            items,
        };
        let mut in_content: Vec<Option<ItemIx>> = vec![None; model.items.len()];
        for (at, &item) in of_content.iter().enumerate() {
            in_content[item.as_usize()] = Some(ItemIx::new(at));
        }
        let all: Vec<ItemIx> = (0..model.items.len()).map(ItemIx::new).collect();
        let lists: Result<Vec<Vec<Vec<Blended>>>> = all
            .par_chunks(ITEMS_PER_TASK)
            .map(|some| {
                control.check()?;
                Ok(some.iter().map(|&item| model.blended(item, &bought, &alike, &in_content)).collect())
            })
            .collect();
        model.neighbors = lists?.into_iter().flatten().collect();
        Ok(model)
    }
}

impl HybridSimilarity {
    /// The nearest of all neighbours of an item, either way round.
    fn blended(
        &self,
        item: ItemIx,
        bought: &[Vec<Bought>],
        alike: &Rows<(ItemIx, f64)>,
        in_content: &[Option<ItemIx>],
    ) -> Vec<Blended> {
        let own =
            bought[item.as_usize()].iter().map(|&(other, similarity, count)| (other, (similarity, count)));
        let mut found: HashMap<ItemIx, (f64, u32)> = own.collect();
        for &(other, _) in alike.row(item.as_usize()) {
            found.entry(other).or_insert((0.0, 0));
        }
        let mut top = TopK::new(self.params.neighbors);
        let mut blended = HashMap::with_capacity(found.len());
        for (other, (collaborative, count)) in found {
            let content = match (in_content[item.as_usize()], in_content[other.as_usize()]) {
                (Some(a), Some(b)) => self.content.similarity_of(a, b),
                _ => 0.0,
            };
            let neighbor = Blended { item: other, count, collaborative, content };
            let score = self.similarity(item, &neighbor);
            if score > 0.0 {
                top.push(Scored { score, count: u64::from(count), item: other });
                blended.insert(other, neighbor);
            }
        }
        top.drain_sorted().map(|scored| blended[&scored.item]).collect()
    }
}

fn united(a: &Vocabulary, b: &Vocabulary) -> Result<Vocabulary, IdError> {
    if a.is_empty() || b.is_empty() {
        return Ok(if a.is_empty() { b.clone() } else { a.clone() });
    }
    let found = b.get(0);
    let wrong =
        || IdError::WrongKind { role: "item", expected: a.kind(), found: b.kind(), id: found.quoted() };
    a.union(b).map(|(items, ..)| items).ok_or_else(wrong)
}

/// The number of customers (or orders) of each item, and who owns what.
fn facts(log: &OrderLog, of_log: &[ItemIx], n_items: usize) -> Result<(Vec<u32>, Option<Owned>)> {
    let mut evidence = vec![0_u32; n_items];
    if log.customers().is_none() {
        for item in log.baskets()?.rows().values() {
            evidence[of_log[item.as_usize()].as_usize()] += 1;
        }
        return Ok((evidence, None));
    }
    let histories = log.histories()?;
    for purchase in histories.rows.values() {
        evidence[of_log[purchase.item.as_usize()].as_usize()] += 1;
    }
    let Owned { customers, rows } = Owned::from(histories);
    let rows = rows.iter().map(|row| row.iter().map(|item| of_log[item.as_usize()])).collect();
    Ok((evidence, Some(Owned { customers, rows })))
}

/// The neighbours by customers of each item of the union; where one is a neighbour of the other, the other is one of it.
fn bought(collaborative: &ItemSimilarity, items: &Vocabulary) -> Result<Vec<Vec<Bought>>> {
    let mut lists: Vec<Vec<Bought>> = vec![Vec::new(); items.len()];
    for (at, id) in collaborative.items().iter().enumerate() {
        let n = collaborative.n_listed(ItemIx::new(at));
        let item = items.position(id).expect("the union has every id");
        for found in collaborative.similar(id, n)? {
            let other = items.position(found.item.as_ref()).expect("the union has every id");
            let count = match found.reason {
                Reason::Similar { count, .. } => u32::try_from(count).unwrap_or(u32::MAX),
                _ => 0,
            };
            // A measure that is not from 0 to 1 cannot be blended beyond that.
            let similarity = found.score.clamp(0.0, 1.0);
            lists[item].push((ItemIx::new(other), similarity, count));
            lists[other].push((ItemIx::new(item), similarity, count));
        }
    }
    for list in &mut lists {
        // Of two directions the nearer.
        list.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        list.dedup_by_key(|neighbor| neighbor.0);
    }
    Ok(lists)
}

/// The neighbours by content of each item of the union, and those whose neighbour it is.
fn alike(
    content: &ContentSimilarity,
    of_content: &[ItemIx],
    n_items: usize,
    n: usize,
    control: &Control,
) -> Result<Rows<(ItemIx, f64)>> {
    let mut lists: Vec<Vec<(ItemIx, f64)>> = vec![Vec::new(); n_items];
    for (at, list) in content.neighbors(n, control)?.iter().enumerate() {
        for &(other, similarity) in list {
            let (item, other) = (of_content[at], of_content[other.as_usize()]);
            lists[item.as_usize()].push((other, similarity));
            lists[other.as_usize()].push((item, similarity));
        }
    }
    for list in &mut lists {
        list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        list.dedup_by_key(|neighbor| neighbor.0);
    }
    Ok(lists.into_iter().collect())
}

/// What makes the nearest neighbours by content as near as those by customers, on the average of the items with evidence.
fn calibrated(
    bought: &[Vec<Bought>],
    alike: &Rows<(ItemIx, f64)>,
    evidence: &[u32],
    params: &HybridSimilarityParams,
) -> f64 {
    let (mut by_customers, mut by_content) = (0.0, 0.0);
    for (item, list) in
        bought.iter().enumerate().filter(|&(at, _)| f64::from(evidence[at]) >= params.evidence)
    {
        let nearest = list.iter().map(|neighbor| neighbor.1).max_by(f64::total_cmp);
        if let (Some(nearest), Some(&(_, content))) = (nearest, alike.row(item).first()) {
            by_customers += nearest;
            by_content += content;
        }
    }
    if by_customers > 0.0 && by_content > 0.0 { (by_customers / by_content).min(1.0) } else { 1.0 }
}
