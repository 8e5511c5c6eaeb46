//! The model in a file.

use crate::error::PersistError;
use crate::index::ItemIx;
use crate::linear::matrix::LeftOut;
use crate::linear::{GraphFilter, GraphFilterParams};
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};
use crate::rank::ScratchPool;

use super::coarse::Coarse;
use super::graph::Graph;

/// Sections: `items` (vocabulary), `units` (rows of items: the histories that the linear part runs along, of nobody by
/// name), `singular_values`, `vectors` (row-major: items, singular values),
/// `left_out` (customers cut, anonymous orders, items), and with histories `customers` (vocabulary) and `owned` (rows of
/// items).
impl Persist for GraphFilter {
    const KIND: &'static str = "graph_filter";

    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.rows("units", &self.graph.items_of, ItemIx::as_u32)?;
        writer.f64s("singular_values", &[self.singular_values.len()], &self.singular_values)?;
        writer.f32s("vectors", &[self.items.len(), self.singular_values.len()], &self.vectors)?;
        self.left_out.write(writer)?;
        match &self.owned {
            Some(owned) if options.histories => writer.owned(owned),
            _ => Ok(()),
        }
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<GraphFilterParams>()?.into_inner();
        let items = reader.vocabulary("items")?;
        let n = items.len();
        let units = reader.rows("units", None, n, RowOrder::Rising, ItemIx::from_u32)?;
        if u32::try_from(units.len()).is_err() {
            return Err(invalid("units", "there are too many".to_owned()));
        }
        let factors = reader.len("singular_values")?;
        let singular_values = reader.f64s("singular_values", &[factors])?;
        if factors > params.factors || singular_values.iter().any(|&value| value <= 0.0) {
            let why = "they must be above 0, and no more than the parameter 'factors'";
            return Err(invalid("singular_values", why.to_owned()));
        }
        let vectors = reader.f32s("vectors", &[n, factors])?;
        // No entry of orthonormal columns is above 1, and what is far above could add up to infinity.
        if let Some(at) = vectors.iter().position(|value| value.abs() > 1.001) {
            return Err(invalid("vectors", format!("value {} at {at} must be from -1 to 1", vectors[at])));
        }
        let graph = Graph::new(units, n, params.powers());
        Ok(Self {
            coarse: Coarse::new(&graph, &vectors, factors),
            graph,
            vectors,
            singular_values,
            owned: reader.owned(n)?,
            left_out: LeftOut::read(reader)?,
            params,
            items,
            scratch: ScratchPool::default(),
        })
    }
}
