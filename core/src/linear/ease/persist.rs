//! The model in a file.

use crate::error::PersistError;
use crate::index::ItemIx;
use crate::linear::matrix::LeftOut;
use crate::linear::{Ease, EaseParams};
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};
use crate::rank::ScratchPool;

use super::weights::Weights;

/// Sections: `items` (vocabulary), `degrees`, `left_out` (customers cut, anonymous orders, items), with histories
/// `customers` (vocabulary) and `owned` (rows of items). All weights are in `weights.all`, row after row; or, with `neighbors`,
/// `weights` (for each item, rows of those it adds to) and `weights.kept`.
impl Persist for Ease {
    const KIND: &'static str = "ease";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.u32s("degrees", self.degrees.iter().copied())?;
        match &self.weights {
            Weights::Dense { n, values } => writer.f32s("weights.all", &[*n, *n], values)?,
            Weights::Sparse { rows, values } => {
                writer.rows("weights", rows, ItemIx::as_u32)?;
                writer.f32s("weights.kept", &[values.len()], values)?;
            }
        }
        self.left_out.write(writer)?;
        match &self.owned {
            Some(owned) if options.histories => writer.owned(owned),
            _ => Ok(()),
        }
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<EaseParams>()?.into_inner();
        let items = reader.vocabulary("items")?;
        let n = items.len();
        if n > params.max_items {
            return Err(invalid("items", "there are more than the parameter 'max_items'".to_owned()));
        }
        let weights = match params.neighbors {
            Some(most) => sparse(reader, most, n)?,
            None => dense(reader, n)?,
        };
        Ok(Self {
            degrees: reader.u32s("degrees", n)?,
            weights,
            owned: reader.owned(n)?,
            left_out: LeftOut::read(reader)?,
            params,
            items,
            scratch: ScratchPool::default(),
        })
    }
}

fn dense(reader: &ModelReader<'_>, n: usize) -> Result<Weights, PersistError> {
    let name = "weights.all";
    let values = reader.f32s(name, &[n, n])?;
    match (0..n).find(|item| values[item * n + item].to_bits() != 0) {
        Some(item) => Err(invalid(name, format!("the weight from item {item} to itself must be 0"))),
        None => Ok(Weights::Dense { n, values }),
    }
}

fn sparse(reader: &ModelReader<'_>, most: usize, n: usize) -> Result<Weights, PersistError> {
    let rows = reader.rows("weights", n, n, RowOrder::Rising, ItemIx::from_u32)?;
    let mut leading = vec![0_usize; n];
    for (from, row) in rows.iter().enumerate() {
        for to in row {
            leading[to.as_usize()] += 1;
            if to.as_usize() == from {
                return Err(invalid("weights", format!("item {from} must not add to itself")));
            }
        }
    }
    if let Some(item) = leading.iter().position(|&count| count > most) {
        let why = format!("more weights lead to item {item} than the parameter 'neighbors'");
        return Err(invalid("weights", why));
    }
    let values = reader.f32s("weights.kept", &[rows.values().len()])?;
    match values.iter().position(|&value| value == 0.0) {
        Some(at) => Err(invalid("weights.kept", format!("the weight at {at} must not be 0"))),
        None => Ok(Weights::Sparse { rows, values }),
    }
}
