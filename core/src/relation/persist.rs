//! The model in a file: lists and profiles; lifts are derived from the counts on reading.

use crate::data::Rows;
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};
use crate::rank::ScratchPool;
use crate::relation::chance::Chance;
use crate::relation::context::{Beside, Profiles};
use crate::relation::evidence::{Orders, Places};
use crate::relation::model::Related;
use crate::relation::{ItemRelations, ItemRelationsParams};
use crate::time::Time;

/// Sections: `items` (vocabulary), `basket_sizes` and `basket_counts` (the
/// distinct sizes, rising, and how many have each), `degrees`, `profiles` (rows of items, rising) with
/// `profiles.weights` (the bits of 32-bit real numbers), `complements` and `substitutes` (rows of items, best first), each
/// with `.counts` (three of each pair: together, apart, instead) and `.contexts`, with a catalogue `places` and `deepest`
/// (rows of categories), and with histories `orders` (rows of baskets), `owners` and `times`, `customers` (vocabulary) and
/// `owned` (rows of items).
impl Persist for ItemRelations {
    const KIND: &'static str = "item_relations";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.u32s("basket_sizes", self.chance.sizes.iter().copied())?;
        writer.u32s("basket_counts", self.chance.counts.iter().copied())?;
        writer.u32s("degrees", self.degrees.iter().copied())?;
        let profiles = &self.profiles.rows;
        writer.rows("profiles", profiles, |own| own.item.as_u32())?;
        writer.u32s("profiles.weights", profiles.values().iter().map(|own| own.weight.to_bits()))?;
        for (name, lists) in [("complements", &self.complements), ("substitutes", &self.substitutes)] {
            writer.rows(name, lists, |related| related.item.as_u32())?;
            let counts = lists.values().iter().flat_map(|one| [one.together, one.apart, one.instead]);
            writer.u32s(&format!("{name}.counts"), counts)?;
            let contexts: Vec<f64> = lists.values().iter().map(|one| one.context).collect();
            writer.f64s(&format!("{name}.contexts"), &[contexts.len()], &contexts)?;
        }
        if let Some(places) = &self.places {
            writer.rows("places", &places.all, |category| category)?;
            writer.rows("deepest", &places.deepest, |category| category)?;
        }
        if let Some(orders) = self.orders.as_ref().filter(|_| options.histories) {
            writer.rows("orders", &orders.of_item, |order| order)?;
            writer.u32s("owners", orders.owners.iter().copied())?;
            writer.i64s("times", orders.times.iter().map(|time| time.micros()))?;
        }
        match &self.owned {
            Some(owned) if options.histories => writer.owned(owned),
            _ => Ok(()),
        }
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<ItemRelationsParams>()?.into_inner();
        let items = reader.vocabulary("items")?;
        let n = items.len();
        let found = reader.rows("profiles", n, n, RowOrder::Rising, ItemIx::from_u32)?;
        let weights = reader.u32s("profiles.weights", found.values().len())?;
        let all = found.values().iter().zip(weights);
        let all = all.map(|(&item, bits)| Beside { item, weight: f32::from_bits(bits) }).collect();
        let profiles = Rows::from_parts(found.offsets().to_vec(), all);
        let profiles = profiles.ok_or_else(|| invalid("profiles", "the rows do not fit the weights"))?;
        if profiles.values().iter().any(|own| !(own.weight > 0.0 && own.weight.is_finite())) {
            return Err(invalid("profiles.weights", "each must be above 0 and finite"));
        }
        let sizes = reader.u32s("basket_sizes", None)?;
        let counts = reader.u32s("basket_counts", sizes.len())?;
        let total: u64 = counts.iter().map(|&count| u64::from(count)).sum();
        let n_baskets =
            u32::try_from(total).map_err(|_| invalid("basket_counts", "they must be below 2^32"))?;
        let n_baskets = n_baskets as usize;
        if !sizes.is_sorted_by(|a, b| a < b) || sizes.first() == Some(&0) || counts.contains(&0) {
            return Err(invalid("basket_sizes", "they must rise from 1, each with a basket"));
        }
        let degrees = reader.u32s("degrees", n)?;
        let places = if reader.has("places") {
            let all = reader.rows("places", n, usize::MAX, RowOrder::Rising, |category| category)?;
            let deepest = reader.rows("deepest", n, usize::MAX, RowOrder::Rising, |category| category)?;
            Some(Places { deepest, all })
        } else {
            None
        };
        let model = Self {
            params,
            chance: Chance::new(sizes, counts, &degrees),
            degrees,
            complements: related(reader, "complements", n)?,
            substitutes: related(reader, "substitutes", n)?,
            profiles: Profiles::new(profiles),
            places,
            orders: orders(reader, n, n_baskets)?,
            owned: reader.owned(n)?,
            scratch: ScratchPool::default(),
            items,
        };
        model.check()?;
        Ok(model)
    }
}

fn related(reader: &ModelReader<'_>, name: &str, n: usize) -> Result<Rows<Related>, PersistError> {
    let found = reader.rows(name, n, n, RowOrder::Any, ItemIx::from_u32)?;
    let len = found.values().len();
    let counts = reader.u32s(&format!("{name}.counts"), 3 * len)?;
    let contexts = reader.f64s(&format!("{name}.contexts"), &[len])?;
    if contexts.iter().any(|context| !(0.0..=1.0).contains(context)) {
        return Err(invalid(name, "each context must be from 0 to 1"));
    }
    let lists = found.values().iter().zip(counts.chunks_exact(3)).zip(contexts);
    let lists = lists.map(|((&item, counts), context)| Related {
        item,
        together: counts[0],
        apart: counts[1],
        instead: counts[2],
        context,
    });
    Rows::from_parts(found.offsets().to_vec(), lists.collect())
        .ok_or_else(|| invalid(name, "the rows do not fit the counts"))
}

fn orders(reader: &ModelReader<'_>, n: usize, n_baskets: usize) -> Result<Option<Orders>, PersistError> {
    if !reader.has("orders") {
        return Ok(None);
    }
    let of_item = reader.rows("orders", n, n_baskets, RowOrder::Rising, |order| order)?;
    let owners = reader.u32s("owners", None)?;
    let times: Vec<Time> = reader.i64s("times", None)?.into_iter().map(Time::from_micros).collect();
    for (name, len) in [("owners", owners.len()), ("times", times.len())] {
        if len != 0 && len != n_baskets {
            return Err(invalid(name, "there must be one for each basket, or none"));
        }
    }
    Ok(Some(Orders::new(of_item, owners, times)))
}

impl ItemRelations {
    /// Counts go together, and every list is no longer than asked for, without the item itself.
    fn check(&self) -> Result<(), PersistError> {
        if self.degrees.iter().any(|&degree| u64::from(degree) > self.n_baskets()) {
            return Err(invalid("degrees", "no item is in more baskets than there are"));
        }
        if let Some(orders) = &self.orders
            && (0..self.items.len()).any(|at| orders.count(ItemIx::new(at)) != self.degrees[at] as usize)
        {
            return Err(invalid("orders", "each item must be in as many baskets as are counted"));
        }
        for (name, lists) in [("complements", &self.complements), ("substitutes", &self.substitutes)] {
            for (item, list) in lists.iter().enumerate() {
                if list.len() > self.params.neighbors {
                    return Err(invalid(name, "a list is longer than the parameter 'neighbors'"));
                }
                let degree = |item: usize| self.degrees[item];
                let is_right = |one: &Related| {
                    let other = one.item.as_usize();
                    other != item
                        && one.together <= degree(item).min(degree(other))
                        && one.instead <= one.apart
                };
                if !list.iter().all(is_right) {
                    return Err(invalid(
                        name,
                        "a pair is of one item, or counted more often than one of its items",
                    ));
                }
            }
        }
        Ok(())
    }
}
