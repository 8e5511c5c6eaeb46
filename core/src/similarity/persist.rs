//! The model in a file: the lists as they are, and the histories that they come from.

use crate::cache::Cache;
use crate::data::{Facts, Interactions, Rows};
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::money::Quantity;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions};
use crate::rank::ScratchPool;
use crate::similarity::kernel::Lists;
use crate::similarity::state::{NOBODY, Orders, State};
use crate::similarity::{ItemSimilarity, ItemSimilarityParams};
use crate::time::Time;

/// Sections: `items` (vocabulary), `neighbors` (rows of items, best first), `neighbors.similarities`, `neighbors.counts`,
/// `left_out` (customers cut, anonymous orders of the log, 1 where the log had customers); and with histories `customers`
/// (vocabulary), `bought` (rows of items) with what is known of the pairs (`bought.orders`, `bought.left`, `bought.times`), and, of
/// a model that counts orders, `baskets` (rows of items) with `baskets.owners` and `baskets.times`.
impl Persist for ItemSimilarity {
    const KIND: &'static str = "item_similarity";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        let (items, similarities, counts) = self.lists.columns();
        writer.params(&*self.params)?;
        writer.vocabulary("items", &self.items)?;
        let items = items.iter().map(|&item| ItemIx::from_u32(item)).collect();
        let rows = Rows::from_parts(self.lists.offsets.clone(), items).expect("lists are rows");
        writer.rows("neighbors", &rows, |item| item.as_u32())?;
        writer.f32s("neighbors.similarities", &[similarities.len()], similarities)?;
        writer.u32s("neighbors.counts", counts.iter().copied())?;
        let has_customers = self.state.as_ref().is_some_and(|state| state.has_customers);
        let left_out = [self.customers_cut as u64, self.anonymous_orders as u64, u64::from(has_customers)];
        writer.u64s("left_out", left_out)?;
        let Some(State { matrix, orders, .. }) = self.state.as_ref().filter(|_| options.histories) else {
            return Ok(());
        };
        writer.vocabulary("customers", &matrix.customers)?;
        writer.rows("bought", &matrix.rows, ItemIx::as_u32)?;
        writer.u64s("bought.anonymous", [matrix.anonymous_orders as u64])?;
        if let Some(orders) = &matrix.facts.orders {
            writer.u32s("bought.orders", orders.iter().copied())?;
        }
        if let Some(left) = &matrix.facts.quantities {
            writer.i64s("bought.left", left.iter().map(|left| left.millionths()))?;
        }
        if let Some(times) = &matrix.facts.times {
            writer.i64s("bought.times", times.iter().map(|time| time.micros()))?;
        }
        if let Some(orders) = orders {
            writer.rows("baskets", &orders.rows, ItemIx::as_u32)?;
            writer.u32s("baskets.owners", orders.owners.iter().copied())?;
            if let Some(times) = &orders.times {
                writer.i64s("baskets.times", times.iter().map(|time| time.micros()))?;
            }
        }
        Ok(())
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let items = reader.vocabulary("items")?;
        let n = items.len();
        let rows = reader.rows("neighbors", n, n, RowOrder::Any, ItemIx::from_u32)?;
        let similarities = reader.f32s("neighbors.similarities", &[rows.values().len()])?;
        let counts = reader.u32s("neighbors.counts", rows.values().len())?;
        let params = reader.params::<ItemSimilarityParams>()?;
        let lists = Lists::from_parts(&rows, similarities, counts);
        let lists = lists.ok_or_else(|| {
            let why = "a list is not one of other items, each once, best first, with finite similarities";
            PersistError::Invalid { section: "neighbors".to_owned(), why: why.to_owned() }
        })?;
        let left_out = reader.u64s("left_out", 3)?;
        let left_out = |at: usize| usize::try_from(left_out[at]).unwrap_or(usize::MAX);
        let state =
            if reader.has("bought") { Some(read_state(reader, &items, left_out(2) == 1)?) } else { None };
        Ok(Self {
            params,
            items,
            lists,
            state,
            customers_cut: left_out(0),
            anonymous_orders: left_out(1),
            scratch: ScratchPool::default(),
            walk: Cache::default(),
            owners: Cache::default(),
        })
    }
}

fn read_state(
    reader: &ModelReader<'_>,
    items: &crate::data::Vocabulary,
    has_customers: bool,
) -> Result<State, PersistError> {
    let n = items.len();
    let customers = reader.vocabulary("customers")?;
    let rows = reader.rows("bought", customers.len(), n, RowOrder::Rising, ItemIx::from_u32)?;
    let n_pairs = rows.values().len();
    let times = |section: &str, n: usize| -> Result<Option<Vec<Time>>, PersistError> {
        let read = || Ok(reader.i64s(section, n)?.into_iter().map(Time::from_micros).collect());
        reader.has(section).then(read).transpose()
    };
    let facts = Facts {
        orders: reader.has("bought.orders").then(|| reader.u32s("bought.orders", n_pairs)).transpose()?,
        quantities: reader
            .has("bought.left")
            .then(|| -> Result<_, PersistError> {
                Ok(reader.i64s("bought.left", n_pairs)?.into_iter().map(Quantity::from_millionths).collect())
            })
            .transpose()?,
        times: times("bought.times", n_pairs)?,
    };
    let orders = if reader.has("baskets.owners") {
        let n_orders = reader.len("baskets.owners")?;
        let rows = reader.rows("baskets", n_orders, n, RowOrder::Rising, ItemIx::from_u32)?;
        let owners = reader.u32s("baskets.owners", n_orders)?;
        if owners.iter().any(|&owner| owner != NOBODY && owner as usize >= customers.len()) {
            let (section, why) =
                ("baskets.owners".to_owned(), "an owner is none of the customers".to_owned());
            return Err(PersistError::Invalid { section, why });
        }
        Some(Orders { rows, owners, times: times("baskets.times", n_orders)? })
    } else {
        None
    };
    let anonymous = reader.u64s("bought.anonymous", 1)?[0];
    let anonymous_orders = usize::try_from(anonymous).unwrap_or(usize::MAX);
    let matrix = Interactions { customers, items: items.clone(), rows, facts, anonymous_orders };
    Ok(State { matrix, has_customers, orders })
}
