//! From the matrix of units and items to weights.

use crate::data::{Interactions, OrderLog, Rows};
use crate::error::{ParamError, Result};
use crate::fit::{Control, Fit};
use crate::index::ItemIx;
use crate::linear::matrix::Matrix;
use crate::linear::tiles::Tiles;
use crate::linear::{Ease, EaseParams, ItemChoice};
use crate::params::Checked;
use crate::rank::ScratchPool;

use super::weights::Weights;

impl Fit<OrderLog> for Checked<EaseParams> {
    type Model = Ease;

    /// Time: the cube of the number of items, and the sum over customers (or orders) of the square of their number of
    /// items; parallel, and the bits do not depend on the number of threads. Extra space: 8 bytes for each pair of items,
    /// half of which the model keeps; with `neighbors`, 4 bytes.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<Ease> {
        let names = ["Ease", "Ease with unit 'customer'"];
        fit(self, Matrix::of_log(log, self.unit, self.max_history, names)?, control)
    }
}

impl Fit<Interactions> for Checked<EaseParams> {
    type Model = Ease;

    /// As on a log; only with unit customer. Each pair of the matrix counts alike, whatever its value.
    fn fit_with(&self, matrix: &Interactions, control: &Control) -> Result<Ease> {
        fit(self, Matrix::of_matrix(matrix, self.unit, self.max_history)?, control)
    }
}

fn fit(params: &EaseParams, mut matrix: Matrix, control: &Control) -> Result<Ease> {
    let found = matrix.items.len();
    if found > params.max_items {
        match params.items {
            ItemChoice::All => return Err(too_many(found, params.max_items).into()),
            ItemChoice::Top => matrix = matrix.most_popular(params.max_items),
        }
    }
    let mut tiles = shared_units(&matrix.rows, matrix.items.len(), control)?;
    tiles.add_to_diagonal(params.l2);
    let allowed = "above 0, and enough for a matrix that can be inverted";
    let singular = || ParamError::OutOfRange { name: "l2", value: params.l2, allowed };
    tiles.negative_inverse(control)?.ok_or_else(singular)?;
    Ok(Ease {
        params: params.clone(),
        degrees: matrix.degrees(),
        weights: Weights::of_inverse(&tiles, params.neighbors),
        items: matrix.items,
        owned: matrix.owned,
        left_out: matrix.left_out,
        scratch: ScratchPool::default(),
    })
}

#[allow(clippy::cast_precision_loss, reason = "a figure for people")]
fn too_many(found: usize, max_items: usize) -> ParamError {
    let gib = found as f64 * found as f64 * 8.0 / f64::from(1 << 30);
    ParamError::TooManyItems { found, max_items, gib }
}

/// How many units each pair of items shares, and on the diagonal how many each item has: whole numbers.
fn shared_units(units: &Rows<ItemIx>, n_items: usize, control: &Control) -> Result<Tiles> {
    let units_of = units.transpose(n_items, ItemIx::as_usize, |unit| unit);
    let mut tiles = Tiles::new(n_items);
    tiles.fill_rows(|first, strip| {
        control.check()?;
        let mut counts = vec![0_u32; n_items];
        for row in 0..strip.height() {
            let item = first + row;
            for &unit in units_of.row(item) {
                let up_to_item = units.row(unit).iter().take_while(|other| other.as_usize() <= item);
                up_to_item.for_each(|other| counts[other.as_usize()] += 1);
            }
            for (other, count) in counts[..=item].iter_mut().enumerate() {
                strip.set(row, other, f64::from(std::mem::take(count)));
            }
        }
        Ok(())
    })?;
    Ok(tiles)
}
