//! The verdict: nearest centroids in double precision.

/// Centroids that are measured in one step.
pub(super) const LANES: usize = 8;

/// Centroids in groups of [`LANES`], each group feature by feature; the last is filled up with points at infinity.
#[derive(Debug)]
pub(super) struct Exact {
    n_features: usize,
    groups: Vec<f64>,
}

impl Exact {
    pub(super) fn new(centroids: &[f64], n_features: usize) -> Self {
        let n_clusters = centroids.len() / n_features;
        let mut groups = vec![f64::INFINITY; n_clusters.next_multiple_of(LANES) * n_features];
        for (cluster, centroid) in centroids.chunks_exact(n_features).enumerate() {
            let group = &mut groups[cluster / LANES * LANES * n_features..];
            for (feature, &x) in centroid.iter().enumerate() {
                group[feature * LANES + cluster % LANES] = x;
            }
        }
        Self { n_features, groups }
    }

    pub(super) fn n_features(&self) -> usize {
        self.n_features
    }

    /// The number of the centroid at the smallest distance, the lowest of equals.
    ///
    /// A squared distance is the sum of the squared differences, added in the order of the features.
    #[inline(always)]
    pub(super) fn nearest(&self, row: &[f64]) -> u32 {
        let mut best = [f64::INFINITY; LANES];
        // As wide as distances, so that choosing the lower needs no branch.
        let mut groups = [0_u64; LANES];
        for (number, group) in (0..).zip(self.groups()) {
            let distances = distances(group, row);
            for lane in 0..LANES {
                let closer = distances[lane] < best[lane];
                best[lane] = if closer { distances[lane] } else { best[lane] };
                groups[lane] = if closer { number } else { groups[lane] };
            }
        }
        let numbers = (0..).zip(groups).map(|(lane, group)| group * LANES as u64 + lane);
        let (mut least, mut nearest) = (f64::INFINITY, u64::MAX);
        for (distance, number) in best.into_iter().zip(numbers) {
            if (distance, number) < (least, nearest) {
                (least, nearest) = (distance, number);
            }
        }
        #[allow(clippy::cast_possible_truncation, reason = "clusters are numbered by a u32")]
        let nearest = nearest as u32;
        nearest
    }

    /// The groups, for [`distances`].
    #[inline(always)]
    pub(super) fn groups(&self) -> std::slice::ChunksExact<'_, f64> {
        self.groups.chunks_exact(LANES * self.n_features)
    }
}

/// The squared distances from a group of centroids, infinite for those that fill it up.
#[inline(always)]
pub(super) fn distances(group: &[f64], row: &[f64]) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for (centroids, value) in group.as_chunks::<LANES>().0.iter().zip(row) {
        for (sum, x) in sums.iter_mut().zip(centroids) {
            let difference = value - x;
            *sum += difference * difference;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::super::points::squared_distance;
    use super::*;
    use crate::random::Random;

    #[test]
    fn the_lowest_of_equally_near_centroids_wins_in_any_lane() {
        let centroids: Vec<f64> = (0..40).map(|i| f64::from(i % 13)).collect();
        let exact = Exact::new(&centroids, 1);
        for value in 0..13 {
            assert_eq!(exact.nearest(&[f64::from(value)]), value);
            assert_eq!(exact.nearest(&[f64::from(value) + 0.5]), value, "halfway, the lower");
        }
    }

    #[test]
    fn distances_are_those_of_the_plain_sum() {
        let mut random = Random::new(4, 0);
        for n_clusters in [1, 7, 8, 9, 30] {
            let centroids: Vec<f64> = (0..n_clusters * 5).map(|_| random.unit()).collect();
            let row: Vec<f64> = (0..5).map(|_| random.unit()).collect();
            let plain: Vec<f64> = centroids.chunks(5).map(|c| squared_distance(&row, c)).collect();
            let exact = Exact::new(&centroids, 5);
            let found: Vec<f64> = exact.groups().flat_map(|group| distances(group, &row)).collect();
            assert_eq!(found[..n_clusters], plain);
            assert!(found[n_clusters..].iter().all(|x| *x == f64::INFINITY));
            let least = (0..n_clusters).min_by(|&a, &b| plain[a].total_cmp(&plain[b])).unwrap();
            assert_eq!(exact.nearest(&row) as usize, least);
        }
    }
}
