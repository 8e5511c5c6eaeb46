//! What the customers of each cluster have in common, in figures and in words.

use std::fmt;

use crate::cluster::CustomerClusters;
use crate::data::{Column, Table};
use crate::rfm::SegmentProfile;

/// How far, in standard deviations, a cluster must lie from the mean of all customers for a word to say so, and for a
/// strong one.
const APART: (f64, f64) = (0.5, 1.5);

/// The words for a cluster low or high in recency, frequency and monetary value; "very" before them makes them strong.
const WORDS: [(&str, &str); 3] =
    [("recent buyers", "long gone"), ("rare buyers", "frequent buyers"), ("small spenders", "big spenders")];

/// A cluster in figures and words.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterProfile {
    /// The cluster, from 0.
    pub cluster: u32,
    /// What sets it apart, such as `recent buyers, very frequent buyers, big spenders`: each feature of which the cluster's
    /// mean is half a standard deviation or more from the mean of all, "very" from one and a half on.
    pub name: String,
    /// Its figures; their `segment` is the name.
    pub figures: SegmentProfile,
}

impl CustomerClusters {
    /// A profile of each cluster, by number.
    ///
    /// n log n in the number of customers.
    #[must_use]
    pub fn profiles(&self) -> Vec<ClusterProfile> {
        let centroids = self.kmeans.centroids();
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); centroids.nrows()];
        for (position, &label) in self.kmeans.labels().iter().enumerate() {
            members[label as usize].push(position);
        }
        let whole = self.rfm.revenue(0..self.rfm.len());
        let profile = |((cluster, members), centroid): ((u32, Vec<usize>), Vec<f64>)| {
            let name = in_words(&centroid);
            ClusterProfile { cluster, figures: self.rfm.profile(name.clone(), &members, whole), name }
        };
        (0_u32..).zip(members).zip(centroids.outer_iter().map(|row| row.to_vec())).map(profile).collect()
    }

    /// The profiles as a table, one row a cluster: `cluster`, `name`, and the figures of [`SegmentProfile`].
    #[must_use]
    pub fn profile_table(&self) -> Table {
        let profiles = self.profiles();
        let clusters = profiles.iter().map(|profile| i64::from(profile.cluster)).collect();
        let figures: Vec<&SegmentProfile> = profiles.iter().map(|profile| &profile.figures).collect();
        let names = profiles.iter().map(|profile| profile.name.clone()).collect();
        let positions = (0_u32..).take(profiles.len()).collect();
        let table = Table::new()
            .with("cluster", Column::Ints(clusters))
            .with("name", Column::Words { words: names, positions });
        SegmentProfile::add_figures(table, &figures)
    }
}

/// What sets a centroid of scaled features apart.
fn in_words(centroid: &[f64]) -> String {
    let word = |(&z, (low, high)): (&f64, (&'static str, &'static str))| {
        let word = if z < 0.0 { low } else { high };
        match z.abs() {
            far if far >= APART.1 => Some(format!("very {word}")),
            far if far >= APART.0 => Some(word.to_owned()),
            _ => None,
        }
    };
    let words: Vec<String> = centroid.iter().zip(WORDS).filter_map(word).collect();
    if words.is_empty() { "average".to_owned() } else { words.join(", ") }
}

impl fmt::Display for ClusterProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = &self.figures;
        write!(
            f,
            "cluster {}: {}; {} customers ({:.1} %)",
            self.cluster,
            self.name,
            figures.customers,
            figures.customer_share * 100.0
        )?;
        if figures.revenue_share.is_finite() {
            write!(f, ", {:.1} % of revenue", figures.revenue_share * 100.0)?;
        }
        write!(
            f,
            "; median {:.0} days since the last order, {:.0} orders",
            figures.median_recency_days, figures.median_frequency
        )?;
        if figures.median_monetary.is_finite() {
            write!(f, ", {:.2} spent", figures.median_monetary)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_named_by_what_sets_it_apart() {
        assert_eq!(in_words(&[-0.9, 1.4, 0.6]), "recent buyers, frequent buyers, big spenders");
        assert_eq!(in_words(&[0.7, -0.2, -1.5]), "long gone, very small spenders");
        assert_eq!(in_words(&[0.1, 0.0]), "average");
    }
}
