//! Recommendations for all customers as two arrays.

use kosar::ItemIx;
use kosar::data::Vocabulary;
use kosar::rank::AllRecommendations;
use numpy::{IntoPyArray, PyArray2, PyArrayMethods};
use pyo3::prelude::*;

use crate::error::Out;
use crate::run::slow;

/// Positions of items (the number of items for an empty slot) and scores, each of shape (customers, n).
pub(crate) type Slots<'py> = (Bound<'py, PyArray2<u32>>, Bound<'py, PyArray2<f64>>);

/// Computes the recommendations for some customers without the lock, `n` for each of the number that `all` gives beside them.
pub(crate) fn slots<'py>(
    py: Python<'py>,
    n: usize,
    all: impl FnOnce() -> kosar::Result<(usize, Vocabulary, AllRecommendations)> + Send + 'static,
) -> Out<Slots<'py>> {
    let (positions, scores, n_customers) = slow(py, move |_| {
        let (n_customers, items, all) = all()?;
        let position = |item: &Option<ItemIx>| item.map_or(items.len(), ItemIx::as_usize);
        let positions = all.items().iter().map(|item| u32::try_from(position(item)).unwrap_or(u32::MAX));
        Ok((positions.collect::<Vec<_>>(), all.into_scores(), n_customers))
    })?;
    let shape = [n_customers, n];
    Ok((positions.into_pyarray(py).reshape(shape)?, scores.into_pyarray(py).reshape(shape)?))
}
