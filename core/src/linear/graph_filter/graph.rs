//! The normalised matrix of units and items, as an operator.

use rayon::prelude::*;

use crate::data::Rows;
use crate::index::ItemIx;

/// `R~ = D_U^u R D_I^i`: the matrix of units (customers or orders) and items, each entry multiplied by powers of the numbers of
/// items of its unit and of units of its item, usually -1/2 both. Never stored as numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Graph {
    /// The items of each unit, rising.
    pub(super) items_of: Rows<ItemIx>,
    /// The units of each item, rising.
    pub(super) units_of: Rows<u32>,
    /// The power of the number of items of each unit; 0 where there is none.
    pub(super) unit_scale: Vec<f64>,
    /// The power of the number of units of each item; 0 where there is none.
    pub(super) item_scale: Vec<f64>,
    /// One over that; 0 where there is none.
    pub(super) item_inverse: Vec<f64>,
}

impl Graph {
    /// `powers`: of units, and of items.
    pub(super) fn new(items_of: Rows<ItemIx>, n_items: usize, powers: (f64, f64)) -> Self {
        let number = |unit: usize| u32::try_from(unit).expect("customers and orders are bounded to u32");
        let units_of = items_of.transpose(n_items, ItemIx::as_usize, number);
        let (unit_scale, item_scale) = (scale(&items_of, powers.0), scale(&units_of, powers.1));
        let item_inverse = scale(&units_of, -powers.1);
        Self { items_of, units_of, unit_scale, item_scale, item_inverse }
    }

    pub(super) fn n_items(&self) -> usize {
        self.units_of.len()
    }

    pub(super) fn n_units(&self) -> usize {
        self.items_of.len()
    }

    /// The number of units of an item.
    pub(super) fn degree(&self, item: usize) -> usize {
        self.units_of.row(item).len()
    }

    /// `R~ X`: `items` has `width` columns for each item, the result for each unit; row-major.
    pub(super) fn times(&self, items: &[f64], width: usize, units: &mut [f64]) {
        let rows = units.par_chunks_mut(width).zip(&self.unit_scale).enumerate();
        rows.for_each(|(unit, (sum, &scale))| {
            sum.fill(0.0);
            for item in self.items_of.row(unit) {
                let item = item.as_usize();
                add(sum, &items[item * width..(item + 1) * width], scale * self.item_scale[item]);
            }
        });
    }

    /// `R~' Y`: `units` has `width` columns for each unit, the result for each item; row-major.
    pub(super) fn transposed_times(&self, units: &[f64], width: usize, items: &mut [f64]) {
        let rows = items.par_chunks_mut(width).zip(&self.item_scale).enumerate();
        rows.for_each(|(item, (sum, &scale))| {
            sum.fill(0.0);
            for &unit in self.units_of.row(item) {
                let unit = unit as usize;
                add(sum, &units[unit * width..(unit + 1) * width], scale * self.unit_scale[unit]);
            }
        });
    }
}

fn add(sum: &mut [f64], row: &[f64], factor: f64) {
    sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += factor * value);
}

#[allow(clippy::cast_precision_loss, reason = "the length of a row is far below 2^53")]
fn scale<T: Copy>(rows: &Rows<T>, power: f64) -> Vec<f64> {
    // The published powers by square roots, which are the same on every machine.
    let of = |length: f64| match power {
        -0.5 => 1.0 / length.sqrt(),
        0.5 => length.sqrt(),
        _ => length.powf(power),
    };
    rows.iter().map(|row| if row.is_empty() { 0.0 } else { of(row.len() as f64) }).collect()
}
