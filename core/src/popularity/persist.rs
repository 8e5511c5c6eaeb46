//! The model in a file: counts; scores and the order are derived from them on reading.

use crate::error::PersistError;
use crate::persist::{ModelReader, ModelWriter, Persist, SaveOptions};
use crate::popularity::count::{Counts, UNIT};
use crate::popularity::model::order;
use crate::popularity::{Popularity, PopularityParams};
use crate::time::Time;

/// Sections: `items` (vocabulary), `counts`, `as_of` (one instant or none), with a half-life `weights` (in parts of 2^31),
/// and with histories `customers` (vocabulary) and `owned` (rows of items).
impl Persist for Popularity {
    const KIND: &'static str = "popularity";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.u32s("counts", self.counts.customers.iter().copied())?;
        writer.i64s("as_of", self.as_of.map(Time::micros))?;
        if self.params.half_life_days.is_some() {
            writer.u64s("weights", self.counts.weights.iter().copied())?;
        }
        match &self.owned {
            Some(owned) if options.histories => writer.owned(owned),
            _ => Ok(()),
        }
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<PopularityParams>()?.into_inner();
        let items = reader.vocabulary("items")?;
        let n = items.len();
        let customers = reader.u32s("counts", n)?;
        let all_whole = || customers.iter().map(|&count| u64::from(count) * UNIT).collect();
        let weights = if params.half_life_days.is_some() { reader.u64s("weights", n)? } else { all_whole() };
        if weights.iter().zip(&customers).any(|(&weight, &count)| weight > u64::from(count) * UNIT) {
            return Err(invalid("weights", "an item weighs more than its customers"));
        }
        let as_of = reader.i64s("as_of", None)?;
        if as_of.len() > 1 {
            return Err(invalid("as_of", "there is more than one instant"));
        }
        let owned = reader.owned(n)?;
        let counts = Counts { customers, weights };
        let order = order(&counts);
        let as_of = as_of.first().copied().map(Time::from_micros);
        Ok(Self { params, items, counts, as_of, owned, order })
    }
}

fn invalid(section: &str, why: &str) -> PersistError {
    PersistError::Invalid { section: section.to_owned(), why: why.to_owned() }
}
