//! From the matrix of units and items to its leading directions.

use crate::data::{Interactions, OrderLog};
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::linear::matrix::Matrix;
use crate::linear::{GraphFilter, GraphFilterParams};
use crate::params::Checked;
use crate::rank::ScratchPool;

use super::coarse::Coarse;
use super::graph::Graph;
use super::low_rank::leading;

impl Fit<OrderLog> for Checked<GraphFilterParams> {
    type Model = GraphFilter;

    /// Time: for each power iteration, the entries of the matrix times the factors, and the items times the square of the
    /// factors; parallel, and the bits do not depend on the number of threads. Extra space: about 10 bytes for each factor
    /// of each item and customer.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<GraphFilter> {
        let names = ["GraphFilter", "GraphFilter with unit 'customer'"];
        fit(self, Matrix::of_log(log, self.unit, self.max_history, names)?, control)
    }
}

impl Fit<Interactions> for Checked<GraphFilterParams> {
    type Model = GraphFilter;

    /// As on a log; only with unit customer. Each pair of the matrix counts alike, whatever its value.
    fn fit_with(&self, matrix: &Interactions, control: &Control) -> Result<GraphFilter> {
        fit(self, Matrix::of_matrix(matrix, self.unit, self.max_history)?, control)
    }
}

fn fit(params: &GraphFilterParams, matrix: Matrix, control: &Control) -> Result<GraphFilter> {
    let graph = Graph::new(matrix.rows, matrix.items.len(), params.powers());
    let found = leading(&graph, params.factors, params.power_iterations, params.seed, control)?;
    Ok(GraphFilter {
        params: params.clone(),
        items: matrix.items,
        coarse: Coarse::new(&graph, &found.vectors, found.singular_values.len()),
        graph,
        vectors: found.vectors,
        singular_values: found.singular_values,
        owned: matrix.owned,
        left_out: matrix.left_out,
        scratch: ScratchPool::default(),
    })
}
