//! Fitting: pairs are counted item by item; profiles, complements and substitutes follow.

use rayon::prelude::*;

use crate::data::{Catalog, OrderLog, Owned, Rows};
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::params::Checked;
use crate::rank::{Scored, Scores, ScratchPool, TopK};
use crate::relation::chance::Chance;
use crate::relation::context::{Beside, Profiles};
use crate::relation::evidence::{NOBODY, Orders, Places};
use crate::relation::model::Related;
use crate::relation::{ItemRelations, ItemRelationsParams};

/// Items looked at by one thread before it looks for the next piece of work.
const ITEMS_PER_TASK: usize = 16;

impl Fit<OrderLog> for Checked<ItemRelationsParams> {
    type Model = ItemRelations;

    /// Time: the sum over baskets of the square of their length, and over items of the profiles that they are in; parallel
    /// over items. The result does not depend on the number of threads.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<ItemRelations> {
        fitted(self, log, None, control)
    }
}

impl Fit<(&OrderLog, &Catalog)> for Checked<ItemRelationsParams> {
    type Model = ItemRelations;

    /// With a catalogue: only items that stand in one category are substitutes. Otherwise as with a log alone.
    fn fit_with(&self, &(log, catalog): &(&OrderLog, &Catalog), control: &Control) -> Result<ItemRelations> {
        fitted(self, log, Some(Places::of(log, catalog)?), control)
    }
}

fn fitted(
    params: &Checked<ItemRelationsParams>,
    log: &OrderLog,
    places: Option<Places>,
    control: &Control,
) -> Result<ItemRelations> {
    let items = log.need_items("ItemRelations")?.clone();
    let baskets = log.baskets()?;
    let rows = baskets.rows();
    let as_u32 = |at: usize| u32::try_from(at).expect("baskets are bounded to u32");
    let owners = log.customers().and(baskets.owners()).map(|owners| owners.to_vec()).unwrap_or_default();
    // Owners behind the customers are orders of their own.
    let n_customers = as_u32(log.n_customers());
    let owners = owners.into_iter().map(|owner| if owner < n_customers { owner } else { NOBODY }).collect();
    let times = baskets.times().map(<[_]>::to_vec).unwrap_or_default();
    let orders = Orders::new(rows.transpose(items.len(), ItemIx::as_usize, as_u32), owners, times);
    let degrees: Vec<u32> = (0..items.len()).map(|item| as_u32(orders.count(ItemIx::new(item)))).collect();
    let mut model = ItemRelations {
        params: params.clone().into_inner(),
        chance: Chance::of(rows, &degrees),
        degrees,
        complements: Rows::default(),
        substitutes: Rows::default(),
        profiles: Profiles::new(Rows::default()),
        places,
        orders: None,
        owned: Owned::of(log)?,
        scratch: ScratchPool::default(),
        items,
    };
    let counted =
        model.each_item(control, |model, item, counts, _| model.beside(rows, &orders, item, counts))?;
    let (profiles, complements): (Vec<_>, Vec<_>) = counted.into_iter().unzip();
    model.profiles = Profiles::new(profiles.into_iter().collect());

    let postings = postings(&model.profiles, model.items.len());
    let substitutes = model.each_item(control, |model, item, counts, products| {
        model.like(rows, &postings, &orders, item, counts, products)
    })?;
    model.substitutes = substitutes.into_iter().collect();
    // The context is known once all profiles are.
    let with_context = |(item, list): (usize, Vec<Related>)| {
        let context = |related: Related| Related {
            context: model.profiles.context(ItemIx::new(item), related.item),
            ..related
        };
        list.into_iter().map(context).collect::<Vec<_>>()
    };
    model.complements = complements.into_iter().enumerate().map(with_context).collect();
    model.orders = Some(orders);
    Ok(model)
}

impl ItemRelations {
    /// What a function makes of each item, in the order of the items; in parallel.
    fn each_item<T: Send>(
        &self,
        control: &Control,
        make: impl Fn(&Self, ItemIx, &mut Scores<u32>, &mut Scores<f64>) -> T + Sync,
    ) -> Result<Vec<T>> {
        let items: Vec<ItemIx> = (0..self.items.len()).map(ItemIx::new).collect();
        let scratch = || (Scores::new(items.len()), Scores::new(items.len()));
        let made: Result<Vec<Vec<T>>> = items
            .par_chunks(ITEMS_PER_TASK)
            .map_init(scratch, |(counts, products), items| {
                control.check()?;
                Ok(items.iter().map(|&item| make(self, item, counts, products)).collect())
            })
            .collect();
        Ok(made?.into_iter().flatten().collect())
    }

    /// The profile of an item, and its complements but for their context.
    fn beside(
        &self,
        rows: &Rows<ItemIx>,
        orders: &Orders,
        item: ItemIx,
        counts: &mut Scores<u32>,
    ) -> (Vec<Beside>, Vec<Related>) {
        if !self.has_evidence(item) {
            return (Vec::new(), Vec::new());
        }
        for &order in orders.of_item.row(item.as_usize()) {
            rows.row(order as usize).iter().for_each(|&other| counts.add(other, 1));
        }
        let (mut profile, mut complements) =
            (TopK::new(self.params.profile), TopK::new(self.params.neighbors));
        counts.drain(|other, together| {
            if other == item || (together as usize) < self.params.min_together {
                return;
            }
            let lift = self.lift(item, other, together);
            let scored = Scored { score: lift, count: u64::from(together), item: other };
            if lift > 1.0 {
                profile.push(scored);
            }
            if self.has_evidence(other) && self.is_complement(item, other, together) {
                complements.push(scored);
            }
        });
        #[allow(clippy::cast_possible_truncation, reason = "to the nearest")]
        let beside = |scored: Scored| Beside { item: scored.item, weight: scored.score.ln() as f32 };
        let mut profile: Vec<Beside> =
            profile.drain_sorted().map(beside).filter(|b| b.weight > 0.0).collect();
        profile.sort_unstable_by_key(|beside| beside.item);
        let related = |scored: Scored| {
            let together = u32::try_from(scored.count).expect("a count of baskets is below 2^32");
            self.related(orders, item, scored.item, together, 0.0)
        };
        (profile, complements.drain_sorted().map(related).collect())
    }

    /// The substitutes of an item: of those with the nearest context the first that pass.
    fn like(
        &self,
        rows: &Rows<ItemIx>,
        postings: &Rows<Beside>,
        orders: &Orders,
        item: ItemIx,
        counts: &mut Scores<u32>,
        products: &mut Scores<f64>,
    ) -> Vec<Related> {
        if !self.has_evidence(item) {
            return Vec::new();
        }
        // In the order of the profile's items, so that every sum has the same bits as that of the pair alone.
        for own in self.profiles.rows.row(item.as_usize()) {
            for other in postings.row(own.item.as_usize()) {
                products.add(other.item, f64::from(own.weight) * f64::from(other.weight));
            }
        }
        let mut candidates = Vec::new();
        products.drain(|other, product| {
            let context = self.profiles.cosine(product, item, other);
            if other != item && self.has_evidence(other) && context >= self.params.min_context {
                candidates.push(Scored { score: context, count: 0, item: other });
            }
        });
        candidates.sort_unstable_by(|a, b| b.cmp(a));
        for &order in orders.of_item.row(item.as_usize()) {
            rows.row(order as usize).iter().for_each(|&other| counts.add(other, 1));
        }
        let passes = |scored: &Scored| {
            let together = counts.get(scored.item);
            let can_be = self.can_be_substitutes(item, scored.item, together, scored.score);
            let related = || self.related(orders, item, scored.item, together, scored.score);
            can_be.then(related).filter(|related| related.apart as usize >= self.params.min_apart)
        };
        let substitutes = candidates.iter().filter_map(passes).take(self.params.neighbors).collect();
        counts.clear();
        substitutes
    }

    fn related(&self, orders: &Orders, item: ItemIx, other: ItemIx, together: u32, context: f64) -> Related {
        let apart = orders.apart(item, other, self.params.window_days);
        Related { item: other, together, apart: apart.apart, instead: apart.instead, context }
    }
}

/// The profiles that each item is in, by their items.
fn postings(profiles: &Profiles, n_items: usize) -> Rows<Beside> {
    let mut lists: Vec<Vec<Beside>> = vec![Vec::new(); n_items];
    for (of, row) in profiles.rows.iter().enumerate() {
        for own in row {
            lists[own.item.as_usize()].push(Beside { item: ItemIx::new(of), weight: own.weight });
        }
    }
    lists.into_iter().collect()
}
