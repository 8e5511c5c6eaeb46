//! The model in a file: baskets and popularity; vectors are made again on reading.

use crate::error::{Error, PersistError};
use crate::fit::Control;
use crate::index::ItemIx;
use crate::next_basket::crowd::Crowd;
use crate::next_basket::{NextBasket, NextBasketParams};
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions};

/// Sections: `items` (vocabulary), `counts`, `popularity`, and with histories `customers` (vocabulary), `baskets` (rows of
/// items, customer after customer, the earliest first) and `starts` (where the baskets of each customer begin).
impl Persist for NextBasket {
    const KIND: &'static str = "next_basket";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.u64s("counts", self.counts.iter().copied())?;
        writer.f64s("popularity", &[self.items.len()], &self.popularity)?;
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
        let popularity = reader.f64s("popularity", &[n])?;
        // A decay of many baskets can make a share 0, but nothing makes one of no baskets.
        let is_share =
            |(&share, &count): (&f64, &u64)| (0.0..=1.0).contains(&share) && (count > 0 || share <= 0.0);
        if !popularity.iter().zip(&counts).all(is_share) {
            return Err(invalid(
                "popularity",
                "a share is not from 0 to 1, or that of no baskets is above 0",
            ));
        }
        let crowd =
            if reader.has("baskets.values") { Some(read_crowd(reader, &params, &counts)?) } else { None };
        Ok(Self::new(params, items, counts, popularity, crowd))
    }
}

fn read_crowd(
    reader: &ModelReader<'_>,
    params: &NextBasketParams,
    counts: &[u64],
) -> Result<Crowd, PersistError> {
    let customers = reader.vocabulary("customers")?;
    let baskets = reader.rows("baskets", None, counts.len(), RowOrder::Rising, ItemIx::from_u32)?;
    if baskets.iter().any(<[ItemIx]>::is_empty) {
        return Err(invalid("baskets.offsets", "a basket is empty"));
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
        other => invalid("baskets.values", &other.to_string()),
    })
}

fn invalid(section: &str, why: &str) -> PersistError {
    PersistError::Invalid { section: section.to_owned(), why: why.to_owned() }
}
