//! The clusters of scaled features, by whichever algorithm suits them.

use ndarray::{Array2, ArrayView2};

use crate::cluster::prototypes::Prototypes;
use crate::cluster::{KMeans, KPrototypes, MixedRows};
use crate::error::Result;
use crate::fit::{Control, Fit};

/// How many clusters, and how they are searched.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search {
    pub(super) k: usize,
    pub(super) n_init: usize,
    pub(super) seed: u64,
    /// What a word that differs counts for.
    pub(super) gamma: f64,
}

/// k-means, or k-prototypes where there are words.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Clustering {
    Means(KMeans),
    Prototypes(KPrototypes),
}

impl Clustering {
    pub(super) fn fit(rows: &MixedRows, search: Search, control: &Control) -> Result<Self> {
        let Search { k, n_init, seed, gamma } = search;
        if rows.codes().ncols() == 0 {
            let params = KMeans::params(k).n_init(n_init).seed(seed);
            return Ok(Self::Means(params.fit_with(&rows.numbers(), control)?));
        }
        let params = KPrototypes::params(k).gamma(gamma).n_init(n_init).seed(seed);
        Ok(Self::Prototypes(params.fit_with(rows, control)?))
    }

    pub(super) fn k(&self) -> usize {
        self.centroids().nrows()
    }

    pub(super) fn labels(&self) -> &[u32] {
        match self {
            Self::Means(model) => model.labels(),
            Self::Prototypes(model) => model.labels(),
        }
    }

    pub(super) fn inertia(&self) -> f64 {
        match self {
            Self::Means(model) => model.inertia(),
            Self::Prototypes(model) => model.cost(),
        }
    }

    /// The means of the features that are numbers, a row a cluster.
    pub(super) fn centroids(&self) -> ArrayView2<'_, f64> {
        match self {
            Self::Means(model) => model.centroids(),
            Self::Prototypes(model) => model.means(),
        }
    }

    /// The cluster of each row, and how far it is from the centroid: the root of what is squared in the inertia.
    pub(super) fn nearest(&self, rows: &MixedRows) -> Result<Vec<(u32, f64)>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        match self {
            Self::Means(model) => {
                let labels = model.predict(&rows.numbers())?;
                Ok(labels.iter().copied().zip(self.distances(rows, &labels)).collect())
            }
            Self::Prototypes(model) => {
                let nearest = rows.nearest(&model.prototypes, model.gamma);
                Ok(nearest.into_iter().map(|(label, squared)| (label, squared.sqrt())).collect())
            }
        }
    }

    /// How far each row is from the centroid of a cluster.
    pub(super) fn distances(&self, rows: &MixedRows, labels: &[u32]) -> Vec<f64> {
        let (prototypes, gamma) = match self {
            Self::Means(_) => (&Prototypes { means: self.centroids().to_owned(), modes: self.modes() }, 0.0),
            Self::Prototypes(model) => (&model.prototypes, model.gamma),
        };
        let distance =
            |(row, &label): (usize, &u32)| rows.distance(row, prototypes, label as usize, gamma).sqrt();
        labels.iter().enumerate().map(distance).collect()
    }

    /// The words of the clusters, a row each; without columns where there are none.
    pub(super) fn modes(&self) -> Array2<u32> {
        match self {
            Self::Means(model) => Array2::zeros((model.centroids().nrows(), 0)),
            Self::Prototypes(KPrototypes { prototypes: Prototypes { modes, .. }, .. }) => modes.clone(),
        }
    }
}

/// Rows whose plain squared distances are those of k-prototypes: a column for each word, which is the root of half of
/// `gamma` where a row has it.
pub(super) fn spread_out(rows: &MixedRows, gamma: f64) -> Array2<f64> {
    let mut spread = rows.numbers().to_owned();
    for codes in rows.codes().columns() {
        let mut used: Vec<u32> = codes.to_vec();
        used.sort_unstable();
        used.dedup();
        let value = (gamma / 2.0).sqrt();
        let one = |row: usize, at: usize| if codes[row] == used[at] { value } else { 0.0 };
        let words = Array2::from_shape_fn((rows.len(), used.len()), |(row, at)| one(row, at));
        spread = ndarray::concatenate![ndarray::Axis(1), spread, words];
    }
    spread
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn words_spread_out_are_as_far_apart_as_they_count() {
        let rows = MixedRows::new(array![[1.0], [1.0], [4.0]], array![[7], [2], [7]]).unwrap();
        let spread = spread_out(&rows, 3.0);
        let squared = |a: usize, b: usize| (&spread.row(a) - &spread.row(b)).mapv(|x| x * x).sum();
        for (a, b, expected) in [(0, 1, 3.0), (0, 2, 9.0), (1, 2, 12.0)] {
            assert!((squared(a, b) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn distances_are_the_roots_of_what_the_inertia_sums() {
        let numbers =
            Array2::from_shape_fn((40, 2), |(i, j)| f64::from(u8::try_from((i * (j + 3)) % 11).unwrap()));
        for codes in [Array2::zeros((40, 0)), Array2::from_shape_fn((40, 1), |(i, _)| u32::from(i % 3 == 0))]
        {
            let rows = MixedRows::new(numbers.clone(), codes).unwrap();
            let search = Search { k: 3, n_init: 2, seed: 1, gamma: 0.7 };
            let found = Clustering::fit(&rows, search, &Control::new()).unwrap();
            let squares: f64 = found.distances(&rows, found.labels()).iter().map(|far| far * far).sum();
            assert!((squares - found.inertia()).abs() < 1e-9);
            let nearest = found.nearest(&rows).unwrap();
            assert_eq!(nearest.iter().map(|near| near.0).collect::<Vec<_>>(), found.labels());
        }
    }
}
