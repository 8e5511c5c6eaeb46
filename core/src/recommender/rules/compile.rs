//! Rules made ready: bits, factors and groups by slot.

use std::sync::Arc;

use super::goods::Goods;
use super::{GroupBy, Rules};
use crate::recommender::placement::Placement;
use crate::recommender::state::{Items, NONE};

/// At most so many items of one code in a list.
#[derive(Debug, Clone)]
pub(in crate::recommender) struct CapGroups {
    pub(in crate::recommender) max: usize,
    codes: Arc<[u32]>,
    placements: Vec<Placement>,
}

impl CapGroups {
    /// The group of an item; `NONE` for none.
    pub(in crate::recommender) fn code(&self, item: u32) -> u32 {
        self.codes.get(item as usize).copied().unwrap_or(NONE)
    }
}

/// Rules over the items of a state.
#[derive(Debug, Clone)]
pub(in crate::recommender) struct Compiled {
    pub(in crate::recommender) rules: Arc<Rules>,
    /// By placement, a bit for each item that may be shown.
    allowed: Vec<Arc<[u64]>>,
    /// By placement, a factor for each item; `None` where all are 1.
    factors: Vec<Option<Arc<[f64]>>>,
    caps: Vec<CapGroups>,
    /// By item, after how many seconds its buyer may see it again; `u32::MAX` for never.
    rebuy: Option<Arc<[u32]>>,
    n_items: usize,
}

/// What the factors of several boosts come to at least and at most.
const MIN_FACTOR: f64 = 1e-9;
const MAX_FACTOR: f64 = 1e9;

fn here(placements: &[Placement], placement: Placement) -> bool {
    placements.is_empty() || placements.contains(&placement)
}

impl Compiled {
    /// Rules that were checked, or that are those of a file: what they name and nothing has lets nothing in, and changes nothing.
    ///
    /// Time: that of looking up what they name, once, and of a walk over the items for each of their tests.
    pub(in crate::recommender) fn new(rules: Arc<Rules>, items: &Items, goods: &Goods, today: i64) -> Self {
        let n = u32::try_from(items.len()).expect("slots are bounded to u32");
        let filters: Vec<Vec<bool>> = rules
            .filters
            .iter()
            .map(|filter| {
                let only = filter.only.resolved(items, goods, today);
                (0..n).map(|item| only.holds(item, goods)).collect()
            })
            .collect();
        let boosted: Vec<Vec<u32>> = rules
            .boosts
            .iter()
            .map(|boost| {
                let like = boost.items.resolved(items, goods, today);
                (0..n).filter(|&item| like.holds(item, goods)).collect()
            })
            .collect();
        let mut blocked = vec![false; n as usize];
        for item in rules.blocked.iter().filter_map(|id| items.find(id.as_ref()).ok().flatten()) {
            blocked[item as usize] = true;
        }
        let allowed = Placement::ALL.map(|placement| {
            let mut bits = vec![0_u64; (n as usize).div_ceil(64)];
            let active: Vec<&Vec<bool>> = (rules.filters.iter().zip(&filters))
                .filter(|(filter, _)| here(&filter.placements, placement))
                .map(|(_, bits)| bits)
                .collect();
            for item in 0..n as usize {
                if !blocked[item] && active.iter().all(|holds| holds[item]) {
                    bits[item / 64] |= 1 << (item % 64);
                }
            }
            Arc::from(bits)
        });
        let factors = Placement::ALL.map(|placement| {
            let active = rules.boosts.iter().zip(&boosted);
            let mut active = active.filter(|(boost, _)| here(&boost.placements, placement)).peekable();
            active.peek()?;
            let mut factors = vec![1.0; n as usize];
            for (boost, boosted) in active {
                for &item in boosted {
                    let factor = &mut factors[item as usize];
                    *factor = (*factor * boost.factor).clamp(MIN_FACTOR, MAX_FACTOR);
                }
            }
            Some(Arc::from(factors))
        });
        let caps = rules.caps.iter().map(|cap| {
            let code = |item: u32| match &cap.by {
                GroupBy::Category(depth) => goods.category_at(item, *depth),
                GroupBy::Brand => goods.brand_code(item),
                GroupBy::Attribute(name) => goods.attribute_code(item, name),
            };
            CapGroups { max: cap.max, codes: (0..n).map(code).collect(), placements: cap.placements.clone() }
        });
        let caps = caps.collect();
        let rebuy = Self::rebuy(&rules, n, goods);
        Self { rules, allowed: allowed.into(), factors: factors.into(), caps, rebuy, n_items: n as usize }
    }

    /// After how many seconds each item may be shown again: by the rule with the deepest category that it is in.
    fn rebuy(rules: &Rules, n: u32, goods: &Goods) -> Option<Arc<[u32]>> {
        if rules.rebuy.is_empty() {
            return None;
        }
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "held within the bounds of u32"
        )]
        let seconds = |days: Option<f64>| {
            days.map_or(u32::MAX, |days| (days * 86_400.0).ceil().min(f64::from(u32::MAX - 1)) as u32)
        };
        let mut least = vec![u32::MAX; n as usize];
        let mut depth = vec![0_usize; n as usize];
        for rule in &rules.rebuy {
            let Some(path) = &rule.category else {
                let all = least.iter_mut().zip(&depth).filter(|&(_, &depth)| depth == 0);
                all.for_each(|(least, _)| *least = seconds(rule.after_days));
                continue;
            };
            let Some(catalog) = goods.catalog() else { continue };
            let tree = catalog.categories();
            let Ok(above) = tree.find(path) else { continue };
            let its_depth = tree.get(above).depth;
            for item in 0..n {
                let Some(place) = goods.position(item) else { continue };
                let own = catalog.deepest(crate::index::ItemIx::new(place));
                let is_in = own.iter().any(|&own| own == above || tree.is_below(own, above));
                if is_in && its_depth >= depth[item as usize] {
                    (least[item as usize], depth[item as usize]) = (seconds(rule.after_days), its_depth);
                }
            }
        }
        Some(least.into())
    }

    /// Whether a rule depends on the day.
    pub(in crate::recommender) fn are_of_today(&self) -> bool {
        let filters = self.rules.filters.iter().map(|filter| &filter.only);
        filters.chain(self.rules.boosts.iter().map(|boost| &boost.items)).any(super::ItemTest::is_of_today)
    }

    /// How many items there were when these were made ready.
    pub(in crate::recommender) fn n_items(&self) -> usize {
        self.n_items
    }

    /// The bits of the items that may be shown at a placement.
    pub(in crate::recommender) fn allowed(&self, placement: Placement) -> &[u64] {
        &self.allowed[placement.bit()]
    }

    /// What the score of an item is multiplied by.
    pub(in crate::recommender) fn factors(&self, placement: Placement) -> Option<&[f64]> {
        self.factors[placement.bit()].as_deref()
    }

    pub(in crate::recommender) fn caps(&self, placement: Placement) -> impl Iterator<Item = &CapGroups> {
        self.caps.iter().filter(move |cap| here(&cap.placements, placement))
    }

    /// After how many seconds an item may be shown to its buyer again; `u32::MAX` for never.
    pub(in crate::recommender) fn rebuy_after(&self, item: u32) -> u32 {
        self.rebuy.as_ref().map_or(u32::MAX, |after| after[item as usize])
    }

    /// The pinned items of a placement with their places, from 0, in the order of the rules.
    pub(in crate::recommender) fn pins(
        &self,
        placement: Placement,
    ) -> impl Iterator<Item = (usize, &crate::data::Id)> {
        let pins = self.rules.pins.iter().filter(move |pin| here(&pin.placements, placement));
        pins.map(|pin| (pin.position - 1, &pin.item))
    }
}
