//! From the matrix of units and items to its leading directions.

use crate::data::OrderLog;
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::linear::interactions::Interactions;
use crate::linear::{GraphFilter, GraphFilterParams};
use crate::params::Checked;
use crate::rank::ScratchPool;

use super::graph::Graph;
use super::low_rank::leading;
use super::model::reach;

impl Fit<OrderLog> for Checked<GraphFilterParams> {
    type Model = GraphFilter;

    /// Time: for each power iteration, the entries of the matrix times the factors, and the items times the square of the
    /// factors; parallel, and the bits do not depend on the number of threads. Extra space: about 10 bytes for each factor
    /// of each item and customer.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<GraphFilter> {
        let names = ["GraphFilter", "GraphFilter with unit 'customer'"];
        fit(self, Interactions::of_log(log, self.unit, self.max_history, names)?, control)
    }
}

pub(super) fn fit(params: &GraphFilterParams, matrix: Interactions, control: &Control) -> Result<GraphFilter> {
    let graph = Graph::new(matrix.rows, matrix.items.len());
    let found = leading(&graph, params.factors, params.power_iterations, params.seed, control)?;
    Ok(GraphFilter {
        params: params.clone(),
        items: matrix.items,
        reach: reach(&graph, &found.vectors),
        graph,
        vectors: found.vectors,
        singular_values: found.singular_values,
        owned: matrix.owned,
        left_out: matrix.left_out,
        scratch: ScratchPool::default(),
    })
}
