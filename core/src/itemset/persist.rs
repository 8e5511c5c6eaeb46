//! The model in a file.

use std::collections::HashSet;
use std::sync::Arc;

use crate::data::{Hierarchy, IdKind, Vocabulary};
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::itemset::{FrequentItemsets, FrequentItemsetsParams, Partial};
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};

/// Sections: `items` (vocabulary), `itemsets` (rows of items), `counts`, `baskets` (how many), `partial` (empty, or which
/// limit was met, its value, how much is done, of how much); with categories `ancestors` (rows of items), `is_category`
/// (0 or 1 for each item), `item_kind` (0 for integers, 1 for strings: the ids that items have outside).
impl Persist for FrequentItemsets {
    const KIND: &'static str = "frequent_itemsets";

    fn write(&self, writer: &mut ModelWriter, _: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.rows("itemsets", &self.rows, ItemIx::as_u32)?;
        writer.u32s("counts", self.counts.iter().copied())?;
        writer.u64s("baskets", [self.n_baskets])?;
        write_partial(writer, self.partial)?;
        write_hierarchy(writer, self.hierarchy.as_ref())
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let items = reader.vocabulary("items")?;
        let rows = reader.rows("itemsets", None, items.len(), RowOrder::Rising, ItemIx::from_u32)?;
        let model = Self {
            params: reader.params::<FrequentItemsetsParams>()?.into_inner(),
            counts: reader.u32s("counts", rows.len())?,
            n_baskets: reader.u64s("baskets", 1)?[0],
            partial: read_partial(reader)?,
            hierarchy: read_hierarchy(reader, &items)?,
            items,
            rows: Arc::new(rows),
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
        // The order alone lets a set come back with another count.
        let mut seen = HashSet::with_capacity(model.len());
        if !model.rows.iter().all(|items| seen.insert(items)) {
            return Err(invalid("itemsets", "a set is there twice"));
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

/// Writes what stands above what among the items, where something does.
pub(crate) fn write_hierarchy(
    writer: &mut ModelWriter,
    hierarchy: Option<&Hierarchy>,
) -> Result<(), PersistError> {
    let Some(hierarchy) = hierarchy else { return Ok(()) };
    let items = || (0..hierarchy.names().len()).map(ItemIx::new);
    writer.rows("ancestors", hierarchy.rows(), ItemIx::as_u32)?;
    writer.u8s("is_category", items().map(|item| u8::from(hierarchy.is_category(item))))?;
    writer.u8s("item_kind", [u8::from(hierarchy.item_kind() == IdKind::Str)])
}

pub(crate) fn read_hierarchy(
    reader: &ModelReader<'_>,
    items: &Vocabulary,
) -> Result<Option<Hierarchy>, PersistError> {
    if !reader.has("ancestors") {
        return Ok(None);
    }
    let n = items.len();
    let ancestors = reader.rows("ancestors", n, n, RowOrder::Rising, ItemIx::from_u32)?;
    let flags = |name: &str, len: usize| {
        let flags = reader.u8s(name, len)?;
        let yes = |&flag: &u8| match flag {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(invalid(name, "each is 0 or 1")),
        };
        flags.iter().map(yes).collect::<Result<Vec<bool>, PersistError>>()
    };
    let kind = if flags("item_kind", 1)?[0] { IdKind::Str } else { IdKind::Int };
    let hierarchy = Hierarchy::from_parts(items.clone(), kind, flags("is_category", n)?, ancestors);
    hierarchy.map(Some).ok_or_else(|| invalid("ancestors", "the categories do not stand above each other"))
}

#[cfg(test)]
impl FrequentItemsets {
    /// The same with the last set once more, of a count one lower.
    pub(crate) fn with_last_twice(&self) -> Self {
        let mut twice = self.clone();
        let last = self.len() - 1;
        Arc::make_mut(&mut twice.rows).push(self.rows.row(last).iter().copied());
        twice.counts.push(self.counts[last] - 1);
        twice
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Baskets;
    use crate::fit::Fit;

    #[test]
    fn a_file_with_a_set_twice_is_refused() {
        let baskets = Baskets::from_ids([[1, 2], [1, 2]]).unwrap();
        let itemsets = FrequentItemsets::params(1.0).fit(&baskets).unwrap();
        assert_eq!(FrequentItemsets::from_bytes(&itemsets.to_bytes().unwrap()).unwrap(), itemsets);
        let bytes = itemsets.with_last_twice().to_bytes().unwrap();
        let error = FrequentItemsets::from_bytes(&bytes).unwrap_err().to_string();
        assert_eq!(error, "section 'itemsets' is invalid: a set is there twice");
    }
}
