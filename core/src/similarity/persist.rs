//! The model in a file: the lists as they are, and the histories that they come from.

use crate::cache::Cache;
use crate::data::{Facts, Interactions, Rows, Vocabulary};
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::money::Quantity;
use crate::params::Checked;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};
use crate::rank::ScratchPool;
use crate::similarity::kernel::Lists;
use crate::similarity::state::{NOBODY, Orders, State};
use crate::similarity::units::Units;
use crate::similarity::{ItemSimilarity, ItemSimilarityParams, Side, Unit};
use crate::time::Time;

/// Sections: `items` (vocabulary), `neighbors` (rows of items, best first), `neighbors.similarities`, `neighbors.counts`,
/// `left_out` (customers cut, anonymous orders of the log, 1 where the log had customers, 2 more where it was a matrix); and with histories `customers`
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
        let has = self
            .state
            .as_ref()
            .map_or(0, |state| u64::from(state.has_customers) | u64::from(state.keeps_items) << 1);
        let left_out = [self.customers_cut as u64, self.anonymous_orders as u64, has];
        writer.u64s("left_out", left_out)?;
        match &self.state {
            Some(state) if options.histories => write_state(writer, state),
            _ => Ok(()),
        }
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
            invalid("neighbors", why)
        })?;
        let left_out = reader.u64s("left_out", 3)?;
        let left_out = |at: usize| usize::try_from(left_out[at]).unwrap_or(usize::MAX);
        let state = if reader.has("bought") {
            Some(read_checked_state(reader, &items, left_out(2), &params)?)
        } else {
            None
        };
        let longest = if params.side == Side::Source { params.neighbors } else { usize::MAX };
        if rows.iter().any(|row| row.len() > longest) {
            return Err(invalid("neighbors", "a list is longer than 'neighbors'"));
        }
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

fn read_checked_state(
    reader: &ModelReader<'_>,
    items: &Vocabulary,
    has: usize,
    params: &Checked<ItemSimilarityParams>,
) -> Result<State, PersistError> {
    let state = State { keeps_items: has & 2 == 2, ..read_state(reader, items, has & 1 == 1, false)? };
    if state.orders.is_some() != (params.unit == Unit::Order) {
        return Err(invalid("baskets", "there are baskets where the unit is 'order', and only there"));
    }
    if has > 3 || !state.is_in_form() {
        return Err(invalid("bought", "there must be the items bought alone, and baskets in their order"));
    }
    let weighed = Units::new(&state, params);
    weighed.map_err(|error| invalid("bought", format!("what is known does not suffice: {error}")))?;
    Ok(state)
}

/// Writes what was bought: the sections `customers`, `bought` and, where there are any, `baskets`.
pub(crate) fn write_state(writer: &mut ModelWriter, state: &State) -> Result<(), PersistError> {
    let State { matrix, orders, .. } = state;
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

/// Reads what [`write_state`] wrote, of a model of these items, with owners behind the customers where there are sessions; whether it is in its form is for the caller to see.
pub(crate) fn read_state(
    reader: &ModelReader<'_>,
    items: &Vocabulary,
    has_customers: bool,
    has_sessions: bool,
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
        let is_known = |&owner: &u32| has_sessions || owner == NOBODY || (owner as usize) < customers.len();
        if !owners.iter().all(is_known) {
            return Err(invalid("baskets.owners", "an owner is none of the customers"));
        }
        Some(Orders { rows, owners, times: times("baskets.times", n_orders)? })
    } else {
        None
    };
    let anonymous = reader.u64s("bought.anonymous", 1)?[0];
    let anonymous_orders = usize::try_from(anonymous).unwrap_or(usize::MAX);
    let matrix = Interactions { customers, items: items.clone(), rows, facts, anonymous_orders };
    Ok(State { matrix, has_customers, keeps_items: false, orders })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Batch, IdValues, LogBuilder, LogOptions, OrderLog, Role, TimeValues, Values};
    use crate::error::Error;
    use crate::fit::Fit;
    use crate::params::Params;
    use crate::time::TimeUnit;

    /// Three customers, of whom one buys twice; the last line has no customer.
    fn log() -> OrderLog {
        let column = |values: [i64; 6]| Values::new(values.to_vec());
        let customers = IdValues::Text(Values::new(["a", "a", "b", "b", "b", ""].to_vec()));
        let batch = Batch::new(6)
            .ids(Role::Customer, customers)
            .and_then(|batch| batch.ids(Role::Order, IdValues::Int(column([1, 1, 2, 2, 3, 4]))))
            .and_then(|batch| batch.ids(Role::Item, IdValues::Int(column([1, 2, 1, 2, 3, 3]))))
            .and_then(|batch| batch.time(TimeValues::Int(column([10, 10, 20, 20, 30, 40]), TimeUnit::Second)))
            .unwrap();
        let mut builder = LogBuilder::new(LogOptions::default());
        builder.push(&batch).unwrap();
        builder.finish().unwrap()
    }

    #[test]
    fn a_file_with_right_checksums_is_held_to_every_rule_of_the_model() {
        let by_customer = ItemSimilarity::params()
            .neighbors(2)
            .half_life_days(Some(1.0))
            .check()
            .unwrap()
            .fit(&log())
            .unwrap();
        let by_order = ItemSimilarity::params().unit(Unit::Order).check().unwrap().fit(&log()).unwrap();
        for model in [&by_customer, &by_order] {
            assert_eq!(&ItemSimilarity::from_bytes(&model.to_bytes().unwrap()).unwrap(), model);
        }
        type Break = fn(&mut ItemSimilarity);
        let breaks: [(&ItemSimilarity, &str, Break); 7] = [
            (&by_customer, "neighbors", |m| {
                m.params = ItemSimilarity::params().neighbors(1).check().unwrap();
            }),
            (&by_customer, "bought", |m| m.state.as_mut().unwrap().matrix.facts.times = None),
            (&by_customer, "baskets", |m| {
                m.params = ItemSimilarity::params().unit(Unit::Order).check().unwrap();
            }),
            (&by_order, "baskets", |m| m.params = ItemSimilarity::params().check().unwrap()),
            (&by_order, "baskets.owners", |m| {
                m.state.as_mut().unwrap().orders.as_mut().unwrap().owners[0] = 7;
            }),
            (&by_order, "bought", |m| m.state.as_mut().unwrap().orders.as_mut().unwrap().owners.swap(0, 3)),
            (&by_order, "bought", |m| {
                m.state.as_mut().unwrap().orders.as_mut().unwrap().times.as_mut().unwrap().swap(1, 2);
            }),
        ];
        for (at, (model, section, break_it)) in breaks.into_iter().enumerate() {
            let mut broken = model.clone();
            break_it(&mut broken);
            let Err(Error::Persist(PersistError::Invalid { section: found, .. })) =
                ItemSimilarity::from_bytes(&broken.to_bytes().unwrap())
            else {
                panic!("break {at} was not seen")
            };
            assert_eq!(found, section, "break {at}");
        }
    }

    #[test]
    fn what_a_matrix_does_not_hold_is_still_an_item() {
        // The last customer alone has the last two items.
        let whole = Interactions::from_csr((3, 4), &[0, 2, 4, 6], &[0, 1, 0, 1, 2, 3], None).unwrap();
        let first = Interactions::from_csr((2, 4), &[0, 2, 4], &[0, 1, 0, 1], None).unwrap();
        let params = ItemSimilarity::params().check().unwrap();
        let left = params.fit(&whole).unwrap().forget(2).unwrap();
        assert_eq!(left, params.fit(&first).unwrap());
        assert!(left.similar(3, 5).unwrap().is_empty());
        assert_eq!(ItemSimilarity::from_bytes(&left.to_bytes().unwrap()).unwrap(), left);
    }
}
