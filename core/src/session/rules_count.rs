//! Counting pairs of clicks, item by item.

use rayon::prelude::*;

use crate::data::{Rows, Sessions};
use crate::error::Result;
use crate::fit::Control;
use crate::index::ItemIx;
use crate::session::SequentialRulesParams;
use crate::session::params::kind_weight;

/// A pair of full weight: weights are whole numbers of this fraction, so sums do not depend on their order.
pub(super) const UNIT: f64 = (1 << 20) as f64;

/// Items counted by one thread before it looks for the next piece of work.
const ITEMS_PER_TASK: usize = 64;

/// What leads to what: for each item its rules, by the item that they lead to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pairs {
    /// The items that each leads to, rising.
    pub(super) rows: Rows<ItemIx>,
    /// In parts of [`UNIT`], above 0.
    pub(super) weights: Vec<u64>,
    /// The number of sessions that bear each rule out.
    pub(super) counts: Vec<u32>,
    /// The number of sessions with each item.
    pub(super) sessions: Vec<u32>,
}

/// A rule from the item at hand: consequent, weight, sessions.
pub(super) type To = (ItemIx, u64, u32);

/// The rules of one item, and the number of sessions with it.
type OfItem = (Vec<To>, u32);

/// Working memory: for each consequent its weight, sessions, and the session counted last.
struct Scratch {
    weights: Vec<u64>,
    counts: Vec<u32>,
    last: Vec<u32>,
    touched: Vec<ItemIx>,
}

/// Counts the pairs of every session. Parallel over items; the result does not depend on the number of threads.
pub(super) fn count(sessions: &Sessions, params: &SequentialRulesParams, control: &Control) -> Result<Pairs> {
    let n_items = sessions.items().len();
    let (clicks, kinds) = counted(sessions, &params.kind_weights);
    let session_of: Vec<u32> = (0_u32..)
        .zip(clicks.iter())
        .flat_map(|(session, row)| std::iter::repeat_n(session, row.len()))
        .collect();
    // Where each item was clicked, in order.
    let places = {
        let alone: Rows<ItemIx> = clicks.values().iter().map(|&item| [item]).collect();
        let place = |place: usize| u32::try_from(place).expect("clicks are bounded to u32");
        alone.transpose(n_items, ItemIx::as_usize, place)
    };
    let counted: Result<Vec<Vec<OfItem>>> = (0..n_items)
        .collect::<Vec<_>>()
        .par_chunks(ITEMS_PER_TASK)
        .map_init(
            || Scratch {
                weights: vec![0; n_items],
                counts: vec![0; n_items],
                last: vec![u32::MAX; n_items],
                touched: Vec::new(),
            },
            |scratch, items| {
                control.check()?;
                let rules = |&item: &usize| {
                    rules_of(places.row(item), &clicks, kinds.as_deref(), &session_of, params, scratch)
                };
                Ok(items.iter().map(rules).collect())
            },
        )
        .collect();
    let (rules, sessions): (Vec<Vec<To>>, Vec<u32>) = counted?.into_iter().flatten().unzip();
    Ok(Pairs::of(rules.iter().map(Vec::as_slice), sessions))
}

impl Pairs {
    /// From the rules of each item, and the number of sessions with each.
    pub(super) fn of<'a>(rules: impl Iterator<Item = &'a [To]> + Clone, sessions: Vec<u32>) -> Self {
        Self {
            rows: rules.clone().map(|rules| rules.iter().map(|rule| rule.0)).collect(),
            weights: rules.clone().flatten().map(|rule| rule.1).collect(),
            counts: rules.flatten().map(|rule| rule.2).collect(),
            sessions,
        }
    }

    /// The rules of an item.
    pub(super) fn of_item(&self, item: usize) -> impl Iterator<Item = To> {
        let begin = self.rows.offsets()[item];
        let rules = self.rows.row(item).iter().enumerate();
        rules.map(move |(at, &to)| (to, self.weights[begin + at], self.counts[begin + at]))
    }
}

/// The clicks that weigh anything, with their kinds where any is not 0.
fn counted(sessions: &Sessions, kind_weights: &[f64]) -> (Rows<ItemIx>, Option<Vec<u8>>) {
    let Some(kinds) = sessions.kinds() else {
        let all = kind_weight(kind_weights, 0) > 0.0;
        let row = |row: &[ItemIx]| if all { row.to_vec() } else { Vec::new() };
        return (sessions.rows().iter().map(row).collect(), None);
    };
    let (mut rows, mut left) = (Rows::default(), Vec::new());
    for (session, row) in sessions.rows().iter().enumerate() {
        let kinds = &kinds[sessions.rows().offsets()[session]..];
        let weighs = |kind: u8| kind_weight(kind_weights, kind) > 0.0;
        let clicks = row.iter().zip(kinds).filter(|&(_, &kind)| weighs(kind));
        left.extend(clicks.clone().map(|click| click.1));
        rows.push(clicks.map(|click| *click.0));
    }
    (rows, Some(left))
}

/// The rules of the item clicked at these places, by consequent, and the number of sessions with it.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "weights are from 0 to 100 units")]
fn rules_of(
    places: &[u32],
    clicks: &Rows<ItemIx>,
    kinds: Option<&[u8]>,
    session_of: &[u32],
    params: &SequentialRulesParams,
    scratch: &mut Scratch,
) -> OfItem {
    let Scratch { weights, counts, last, touched } = scratch;
    let (mut n_sessions, mut previous) = (0, u32::MAX);
    for &place in places {
        let place = place as usize;
        let (item, session) = (clicks.values()[place], session_of[place]);
        n_sessions += u32::from(session != previous);
        previous = session;
        let (begin, end) = (clicks.offsets()[session as usize], clicks.offsets()[session as usize + 1]);
        let first =
            if params.both_ways { begin.max(place.saturating_sub(params.max_steps)) } else { place + 1 };
        for other in first..end.min(place + params.max_steps + 1) {
            let to = clicks.values()[other];
            if other == place || (to == item && !params.repeats) {
                continue;
            }
            let kind = kinds.map_or(0, |kinds| kinds[other]);
            let weight =
                params.step_weight.weight(other.abs_diff(place)) * kind_weight(&params.kind_weights, kind);
            let weight = (weight * UNIT).round() as u64;
            if weight == 0 {
                continue;
            }
            let at = to.as_usize();
            if weights[at] == 0 {
                touched.push(to);
            }
            weights[at] = weights[at].saturating_add(weight);
            if std::mem::replace(&mut last[at], session) != session || counts[at] == 0 {
                counts[at] += 1;
            }
        }
    }
    touched.sort_unstable();
    let take = |to: ItemIx| {
        last[to.as_usize()] = u32::MAX;
        (to, std::mem::take(&mut weights[to.as_usize()]), std::mem::take(&mut counts[to.as_usize()]))
    };
    (touched.drain(..).map(take).collect(), n_sessions)
}
