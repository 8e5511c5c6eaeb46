//! The model in a file.

use crate::error::PersistError;
use crate::index::ItemIx;
use crate::itemset::{FrequentItemsets, FrequentItemsetsParams, Partial};
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions};

/// Sections: `items` (vocabulary), `itemsets` (rows of items), `counts`, `baskets` (how many), `partial` (empty, or which
/// limit was met, its value, how much is done, of how much).
impl Persist for FrequentItemsets {
    const KIND: &'static str = "frequent_itemsets";

    fn write(&self, writer: &mut ModelWriter, _: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.rows("itemsets", &self.rows, ItemIx::as_u32)?;
        writer.u32s("counts", self.counts.iter().copied())?;
        writer.u64s("baskets", [self.n_baskets])?;
        write_partial(writer, self.partial)
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let items = reader.vocabulary("items")?;
        let rows = reader.rows("itemsets", None, items.len(), RowOrder::Rising, ItemIx::from_u32)?;
        let model = Self {
            params: reader.params::<FrequentItemsetsParams>()?.into_inner(),
            counts: reader.u32s("counts", rows.len())?,
            n_baskets: reader.u64s("baskets", 1)?[0],
            partial: read_partial(reader)?,
            items,
            rows,
        };
        if model.rows.iter().any(<[ItemIx]>::is_empty) {
            return Err(invalid("itemsets", "the empty set is none"));
        }
        if model.iter().any(|(_, count)| count == 0 || count > model.n_baskets) {
            return Err(invalid("counts", "a set is in no basket, or in more than there are"));
        }
        if !(1..model.len()).all(|at| model.key(at - 1) < model.key(at)) {
            return Err(invalid("itemsets", "they are not ordered by count, length and items"));
        }
        Ok(model)
    }
}

impl FrequentItemsets {
    /// What orders the sets.
    fn key(&self, position: usize) -> (std::cmp::Reverse<u32>, usize, &[ItemIx]) {
        let items = self.rows.row(position);
        (std::cmp::Reverse(self.counts[position]), items.len(), items)
    }
}

pub(crate) fn write_partial(writer: &mut ModelWriter, partial: Option<Partial>) -> Result<(), PersistError> {
    writer.u64s("partial", partial.map(Partial::to_numbers).into_iter().flatten())
}

pub(crate) fn read_partial(reader: &ModelReader<'_>) -> Result<Option<Partial>, PersistError> {
    let numbers = reader.u64s("partial", None)?;
    match <[u64; 4]>::try_from(numbers) {
        Ok(numbers) => match Partial::from_numbers(numbers) {
            Some(partial) => Ok(Some(partial)),
            None => Err(invalid("partial", "the numbers name no limit")),
        },
        Err(numbers) if numbers.is_empty() => Ok(None),
        Err(_) => Err(invalid("partial", "there must be four numbers or none")),
    }
}

fn invalid(section: &str, why: &str) -> PersistError {
    PersistError::Invalid { section: section.to_owned(), why: why.to_owned() }
}
