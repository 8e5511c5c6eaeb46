//! The model in a file: counts and baskets; vectors are made again on reading.

use crate::error::{Error, PersistError};
use crate::fit::Control;
use crate::index::ItemIx;
use crate::next_basket::crowd::Crowd;
use crate::next_basket::repurchase::Repurchases;
use crate::next_basket::{NextBasket, NextBasketParams};
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};

/// Sections: `items` (vocabulary), `counts` (baskets with each item), `n_baskets` (one number), `exposures` and `repeats`
/// (baskets after a first one with the item, and those that hold it again), and with histories `customers` (vocabulary),
/// `baskets` (rows of items, customer after customer, the earliest first) and `starts` (where the baskets of each customer
/// begin).
impl Persist for NextBasket {
    const KIND: &'static str = "next_basket";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.u64s("counts", self.counts.iter().copied())?;
        writer.u64s("n_baskets", [self.n_baskets])?;
        writer.u64s("exposures", self.repurchases.exposures.iter().copied())?;
        writer.u64s("repeats", self.repurchases.repeats.iter().copied())?;
        if let (Some(crowd), true) = (&self.crowd, options.histories) {
            writer.vocabulary("customers", &crowd.customers)?;
            writer.rows("baskets", &crowd.baskets, ItemIx::as_u32)?;
            writer.offsets("starts", &crowd.starts)?;
        }
        Ok(())
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<NextBasketParams>()?.into_inner();
        let items = reader.vocabulary("items")?;
        let n = items.len();
        let counts = reader.u64s("counts", n)?;
        let n_baskets = reader.u64s("n_baskets", 1)?[0];
        if counts.iter().any(|&count| count > n_baskets) {
            return Err(invalid("counts", "an item is in more baskets than there are"));
        }
        let repurchases =
            Repurchases { exposures: reader.u64s("exposures", n)?, repeats: reader.u64s("repeats", n)? };
        if repurchases.repeats.iter().zip(&repurchases.exposures).any(|(repeats, after)| repeats > after) {
            return Err(invalid(
                "repeats",
                "an item is bought again in more baskets than there are after it",
            ));
        }
        let crowd = if reader.has("baskets.values") {
            let (crowd, counted) = read_crowd(reader, &params, &counts, n_baskets)?;
            if counted != repurchases {
                return Err(invalid("repeats", "they are not what the baskets hold"));
            }
            Some(crowd)
        } else {
            None
        };
        Ok(Self::new(params, items, counts, n_baskets, repurchases, crowd))
    }
}

fn read_crowd(
    reader: &ModelReader<'_>,
    params: &NextBasketParams,
    counts: &[u64],
    n_baskets: u64,
) -> Result<(Crowd, Repurchases), PersistError> {
    let customers = reader.vocabulary("customers")?;
    let baskets = reader.rows("baskets", None, counts.len(), RowOrder::Rising, ItemIx::from_u32)?;
    if baskets.iter().any(<[ItemIx]>::is_empty) {
        return Err(invalid("baskets.offsets", "a basket is empty"));
    }
    if baskets.len() as u64 > n_baskets {
        return Err(invalid("n_baskets", "there are more baskets of customers than baskets"));
    }
    let mut seen = vec![0_u64; counts.len()];
    baskets.values().iter().for_each(|item| seen[item.as_usize()] += 1);
    if seen.iter().zip(counts).any(|(seen, count)| seen > count) {
        return Err(invalid("counts", "an item is in more baskets than counted"));
    }
    let starts = reader.offsets("starts", customers.len(), baskets.len())?;
    Crowd::new(customers, baskets, starts, counts.len(), params, &Control::new()).map_err(|error| match error
    {
        Error::Persist(error) => error,
        other => invalid("baskets.values", other.to_string()),
    })
}
