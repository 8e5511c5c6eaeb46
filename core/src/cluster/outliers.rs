//! Which rows are far from the centroid of their cluster, as the cluster goes.

use super::scaling::{quantile, sorted};

/// Makes the median of the distances from the median an estimate of the standard deviation of a normal distribution.
const TO_DEVIATION: f64 = 1.4826;

/// The greatest distance of each of `k` clusters that is no outlier's: the median of its rows' distances and `mads` times
/// 1.4826 times the median of their absolute differences from it. Infinite for a cluster without rows.
///
/// With 3.5 that is the modified z-score of Iglewicz and Hoaglin 1993, "How to detect and handle outliers".
pub(super) fn bounds(distances: &[f64], labels: &[u32], k: usize, mads: f64) -> Vec<f64> {
    let mut members: Vec<Vec<f64>> = vec![Vec::new(); k];
    distances.iter().zip(labels).for_each(|(&far, &label)| members[label as usize].push(far));
    let bound = |members: Vec<f64>| {
        if members.is_empty() {
            return f64::INFINITY;
        }
        let middle = quantile(&sorted(&members), 0.5);
        let apart: Vec<f64> = members.iter().map(|far| (far - middle).abs()).collect();
        // Equal distances differ in their last bits.
        (middle + mads * TO_DEVIATION * quantile(&sorted(&apart), 0.5)).max(middle * (1.0 + 1e-9))
    };
    members.into_iter().map(bound).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_has_a_bound_of_its_own() {
        // Median 3, differences 2 1 0 1 97.
        let distances = [1.0, 2.0, 3.0, 4.0, 100.0, 50.0];
        let found = bounds(&distances, &[0, 0, 0, 0, 0, 1], 3, 2.0);
        assert!((found[0] - (3.0 + 2.0 * 1.4826)).abs() < 1e-12, "{found:?}");
        assert!(found[1] >= 50.0 && found[1] < 50.1, "{found:?}");
        assert!(found[2].is_infinite());
    }
}
