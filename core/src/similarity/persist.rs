//! The model in a file: counts only; similarities are derived from them on reading.

use crate::data::Rows;
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions};
use crate::rank::{Scored, ScratchPool};
use crate::similarity::model::Owned;
use crate::similarity::{ItemSimilarity, ItemSimilarityParams, Neighbor};

/// Sections: `items` (vocabulary), `degrees`, `neighbors` (rows of items, best first), `neighbors.counts`, `left_out`
/// (customers cut, anonymous orders), and with histories `customers` (vocabulary) and `owned` (rows of items).
impl Persist for ItemSimilarity {
    const KIND: &'static str = "item_similarity";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.u32s("degrees", self.degrees.iter().copied())?;
        writer.rows("neighbors", &self.neighbors, |neighbor| neighbor.item.as_u32())?;
        writer.u32s("neighbors.counts", self.neighbors.values().iter().map(|neighbor| neighbor.count))?;
        writer.u64s("left_out", [self.customers_cut as u64, self.anonymous_orders as u64])?;
        if let Some(owned) = self.owned.as_ref().filter(|_| options.histories) {
            writer.vocabulary("customers", &owned.customers)?;
            writer.rows("owned", &owned.rows, ItemIx::as_u32)?;
        }
        Ok(())
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let items = reader.vocabulary("items")?;
        let n = items.len();
        let found = reader.rows("neighbors", n, n, RowOrder::Any, ItemIx::from_u32)?;
        let counts = reader.u32s("neighbors.counts", found.values().len())?;
        let lists = found.values().iter().zip(counts).map(|(&item, count)| Neighbor { item, count });
        let neighbors = Rows::from_parts(found.offsets().to_vec(), lists.collect());
        let left_out = reader.u64s("left_out", 2)?;
        let left_out = |at: usize| usize::try_from(left_out[at]).unwrap_or(usize::MAX);
        let owned = if reader.has("owned") {
            let customers = reader.vocabulary("customers")?;
            let rows = reader.rows("owned", customers.len(), n, RowOrder::Rising, ItemIx::from_u32)?;
            Some(Owned { customers, rows })
        } else {
            None
        };
        let model = Self {
            params: reader.params::<ItemSimilarityParams>()?.into_inner(),
            degrees: reader.u32s("degrees", n)?,
            neighbors: neighbors.ok_or_else(|| invalid("the rows do not fit the counts"))?,
            items,
            owned,
            customers_cut: left_out(0),
            anonymous_orders: left_out(1),
            scratch: ScratchPool::default(),
        };
        model.check_neighbors()?;
        Ok(model)
    }
}

impl ItemSimilarity {
    /// Every list is as a fit makes it: no longer than asked for, without the item itself, best first, and no pair counted
    /// more often than either item.
    fn check_neighbors(&self) -> Result<(), PersistError> {
        for (item, list) in self.neighbors.iter().enumerate() {
            if list.len() > self.params.neighbors {
                return Err(invalid("a list is longer than the parameter 'neighbors'"));
            }
            let most = |neighbor: &Neighbor| self.degrees[item].min(self.degrees[neighbor.item.as_usize()]);
            if list.iter().any(|neighbor| neighbor.count == 0 || neighbor.count > most(neighbor)) {
                return Err(invalid("a pair is counted never, or more often than one of its items"));
            }
            if list.iter().any(|neighbor| neighbor.item.as_usize() == item) {
                return Err(invalid("an item is its own neighbour"));
            }
            let scored = |neighbor: &Neighbor| Scored {
                score: self.similarity(item, neighbor),
                count: u64::from(neighbor.count),
                item: neighbor.item,
            };
            if !list.is_sorted_by(|a, b| scored(a) > scored(b)) {
                return Err(invalid("a list is not sorted best first"));
            }
        }
        Ok(())
    }
}

fn invalid(why: &str) -> PersistError {
    PersistError::Invalid { section: "neighbors".to_owned(), why: why.to_owned() }
}
