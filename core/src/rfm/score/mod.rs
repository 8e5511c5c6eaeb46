//! From values to scores: the ways of putting values into classes, and the class that a value falls into.

mod cuts;
mod jenks;
mod order;
mod quantile;
mod rank;
mod scoring;
mod value;

pub use cuts::{CutPoints, Cuts};
pub(super) use cuts::{class_of, classes};
pub use scoring::{Closed, Scoring};
pub(super) use value::Value;

/// The classes of the values of one dimension, from 1, and the cut points behind them.
pub(super) struct Scored {
    pub(super) classes: Vec<u8>,
    pub(super) cuts: Cuts,
}

/// The cell of each value among the classes of the dimensions before its own, and how many cells there are.
pub(super) struct Cells {
    pub(super) of: Vec<u16>,
    pub(super) count: usize,
}

/// Scores a dimension from its values alone: [`Scoring::Nested`] as [`Scoring::Rank`].
pub(super) fn alone<V: Value>(values: &[V], scoring: &Scoring, closed: Closed, bins: u8) -> Scored {
    let cuts = match scoring {
        Scoring::Fixed(cuts) => cuts.clone(),
        _ if values.is_empty() => Vec::new(),
        Scoring::Jenks => jenks::breaks(values, closed, bins),
        Scoring::Quantile | Scoring::Rank | Scoring::Nested => quantile::quantiles(values, bins),
    };
    let classes = match scoring {
        Scoring::Rank | Scoring::Nested => rank::classes(values, closed, bins),
        Scoring::Quantile | Scoring::Jenks | Scoring::Fixed(_) => classes(values, &cuts, closed),
    };
    Scored { classes, cuts: Cuts::All(cuts) }
}

/// Scores a dimension by rank within each cell.
///
/// A cell without values has the cut points of all of them, so that a new value has a score wherever it falls.
pub(super) fn nested<V: Value>(values: &[V], cells: &Cells, closed: Closed, bins: u8) -> Scored {
    if values.is_empty() {
        return Scored { classes: Vec::new(), cuts: Cuts::All(Vec::new()) };
    }
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); cells.count];
    for (position, &cell) in cells.of.iter().enumerate() {
        members[usize::from(cell)].push(position);
    }
    let of_all = quantile::quantiles(values, bins);
    let mut classes = vec![0; values.len()];
    let mut cuts = Vec::with_capacity(cells.count);
    for members in members {
        if members.is_empty() {
            cuts.push(of_all.clone());
            continue;
        }
        let here: Vec<V> = members.iter().map(|&member| values[member]).collect();
        for (&member, class) in members.iter().zip(rank::classes(&here, closed, bins)) {
            classes[member] = class;
        }
        cuts.push(quantile::quantiles(&here, bins));
    }
    Scored { classes, cuts: Cuts::PerClass(cuts) }
}

/// The classes by cut points given for each cell.
pub(super) fn by_cell<V: Value>(values: &[V], cells: &Cells, cuts: &[Vec<f64>], closed: Closed) -> Vec<u8> {
    let pairs = values.iter().zip(&cells.of);
    pairs.map(|(value, &cell)| class_of(V::units(value.key()), &cuts[usize::from(cell)], closed)).collect()
}
