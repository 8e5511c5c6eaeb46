//! What the customers of each cluster have in common, in figures and in words.

use std::fmt;

use crate::cluster::CustomerClusters;
use crate::cluster::features::Measure;
use crate::cluster::scaling::{Scale, Scaling, moments};
use crate::data::{Column, Table};
use crate::rfm::SegmentProfile;

/// How far, in standard deviations, a cluster must lie from the mean of all customers for a word to say so, and for a
/// strong one.
const APART: (f64, f64) = (0.5, 1.5);

/// A name has at most this many words, those of the features that set a cluster apart most.
const MAX_WORDS: usize = 5;

/// The least share of a cluster's customers who have a channel that it is named by, and by how much that is more than the
/// share of all customers.
const CHANNEL: (f64, f64) = (0.5, 0.2);

/// A cluster in figures and words.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterProfile {
    /// The cluster's id.
    pub cluster: u32,
    /// What sets it apart, such as `recent buyers, very frequent buyers, big spenders`: each feature of which the cluster's
    /// mean is half a standard deviation or more from the mean of all, "very" from one and a half on; of more than five the
    /// farthest. Of day parts and categories it is told what there is much of. `mostly web`: a channel of at least half of the cluster, and of a fifth more of it than of all.
    pub name: String,
    /// Its figures; their `segment` is the name.
    pub figures: SegmentProfile,
    /// How it lies among all customers in each feature; a channel is the share of the customers who have it.
    pub features: Vec<FeatureMean>,
}

/// A feature of the customers of a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureMean {
    /// The feature: `recency_days`, `category Food`, `channel web`.
    pub feature: String,
    /// Its mean over the cluster's customers; NaN for a cluster without any.
    pub mean: f64,
    /// Its mean over all customers.
    pub mean_of_all: f64,
    /// How many standard deviations of all customers the cluster's mean is above that of all, after ln(1 + x) of amounts,
    /// counts and days; 0 where the feature is the same for all.
    pub deviations: f64,
}

impl CustomerClusters {
    /// A profile of each cluster, by id.
    ///
    /// n log n in the number of customers, for each feature.
    #[must_use]
    pub fn profiles(&self) -> Vec<ClusterProfile> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.n_clusters()];
        for (position, &label) in self.clustering.labels().iter().enumerate() {
            members[label as usize].push(position);
        }
        let whole = self.rfm.revenue(0..self.rfm.len());
        let features = self.feature_means(&members);
        let profile = |((cluster, members), features): ((u32, Vec<usize>), Vec<FeatureMean>)| {
            let name = self.in_words(&features);
            let figures = self.rfm.profile(name.clone(), &members, whole);
            ClusterProfile { cluster, name, figures, features }
        };
        let mut profiles: Vec<ClusterProfile> =
            self.ids.iter().copied().zip(members).zip(features).map(profile).collect();
        profiles.sort_by_key(|profile| profile.cluster);
        profiles
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

    /// The features of the profiles as a table, one row for each cluster and feature: `cluster`, and columns named as the
    /// fields of [`FeatureMean`].
    #[must_use]
    pub fn feature_profile_table(&self) -> Table {
        let profiles = self.profiles();
        let rows: Vec<(u32, &FeatureMean)> = profiles
            .iter()
            .flat_map(|profile| profile.features.iter().map(|feature| (profile.cluster, feature)))
            .collect();
        let n = profiles.first().map_or(0, |profile| profile.features.len());
        let words = rows.iter().take(n).map(|(_, one)| one.feature.clone()).collect();
        let positions = profiles.iter().flat_map(|_| (0_u32..).take(n)).collect();
        let floats =
            |value: fn(&FeatureMean) -> f64| Column::Floats(rows.iter().map(|row| value(row.1)).collect());
        Table::new()
            .with("cluster", Column::Ints(rows.iter().map(|row| i64::from(row.0)).collect()))
            .with("feature", Column::Words { words, positions })
            .with("mean", floats(|one| one.mean))
            .with("mean_of_all", floats(|one| one.mean_of_all))
            .with("deviations", floats(|one| one.deviations))
    }

    /// For each cluster of customers its features.
    fn feature_means(&self, members: &[Vec<usize>]) -> Vec<Vec<FeatureMean>> {
        let mut clusters: Vec<Vec<FeatureMean>> = vec![Vec::new(); members.len()];
        let mut add = |name: &str, is_amount: bool, values: &[f64]| {
            let scale = Scale::of(Scaling::Log1pZ, is_amount, values);
            let scaled: Vec<f64> = values.iter().map(|&value| scale.apply(value)).collect();
            let mean_of_all = moments(values).0;
            for (features, members) in clusters.iter_mut().zip(members) {
                let mean = |of: &[f64]| moments(&members.iter().map(|&one| of[one]).collect::<Vec<_>>()).0;
                let (mean, deviations) = (mean(values), mean(&scaled));
                features.push(FeatureMean { feature: name.to_owned(), mean, mean_of_all, deviations });
            }
        };
        for (measure, values) in self.plan.measures.iter().zip(&self.measured.numbers) {
            add(&measure.name(), measure.is_amount(), values);
        }
        for (code, word) in (0_u32..).zip(self.plan.channels.iter().flatten()) {
            let has = |&channel: &u32| f64::from(u8::from(channel == code));
            let values: Vec<f64> = self.measured.channels.iter().flatten().map(has).collect();
            add(&format!("channel {word}"), false, &values);
        }
        clusters
    }

    /// What sets a cluster apart.
    fn in_words(&self, features: &[FeatureMean]) -> String {
        let (numbers, channels) = features.split_at(self.plan.measures.len().min(features.len()));
        let mut words: Vec<(f64, String)> = self
            .plan
            .measures
            .iter()
            .zip(numbers)
            .filter_map(|(measure, one)| Some((one.deviations.abs(), word(measure, one.deviations)?)))
            .collect();
        for (channel, one) in self.plan.channels.iter().flatten().zip(channels) {
            if one.mean >= CHANNEL.0 && one.mean - one.mean_of_all >= CHANNEL.1 {
                words.push((one.deviations.abs(), format!("mostly {channel}")));
            }
        }
        let mut farthest: Vec<f64> = words.iter().map(|word| word.0).collect();
        farthest.sort_unstable_by(|a, b| b.total_cmp(a));
        let least = farthest.get(MAX_WORDS - 1).copied().unwrap_or(0.0);
        let words = words.into_iter().filter(|word| word.0 >= least).take(MAX_WORDS).map(|word| word.1);
        let words: Vec<String> = words.collect();
        if words.is_empty() { "average".to_owned() } else { words.join(", ") }
    }
}

/// What a mean so many deviations from that of all says; `None` where it is near.
fn word(measure: &Measure, deviations: f64) -> Option<String> {
    let (low, high) = measure.words();
    let word = if deviations < 0.0 { low?.to_owned() } else { high };
    match deviations.abs() {
        far if far >= APART.1 => Some(format!("very {word}")),
        far if far >= APART.0 => Some(word),
        _ => None,
    }
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
    fn a_feature_has_a_word_where_it_sets_a_cluster_apart() {
        let said = |measure: &Measure, deviations| word(measure, deviations);
        assert_eq!(said(&Measure::Recency, -0.9).unwrap(), "recent buyers");
        assert_eq!(said(&Measure::Monetary, -1.5).unwrap(), "very small spenders");
        assert_eq!(said(&Measure::Category("Food".to_owned()), 0.6).unwrap(), "much Food");
        assert_eq!(said(&Measure::DayPart(0), 2.0).unwrap(), "very often at night");
        assert_eq!(said(&Measure::DayPart(1), -2.0), None);
        assert_eq!(said(&Measure::Weekend, 0.49), None);
        assert_eq!(said(&Measure::Weekend, f64::NAN), None);
    }
}
