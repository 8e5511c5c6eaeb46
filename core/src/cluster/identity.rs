//! Clusters keep their ids from one fit to the next.

use crate::cluster::CustomerClusters;
use crate::cluster::customers::scaled;
use crate::cluster::matching::assignment;
use crate::data::Column;
use crate::error::{ParamError, Result};

impl CustomerClusters {
    /// The same clusters, called as those of an earlier fit that they continue.
    ///
    /// Clusters are paired so that as many customers as possible keep their id; where the two fits have no customer in
    /// common, so that centroids are as near as possible (the sum of their squared distances, in the features and scales of
    /// the earlier fit). A cluster that continues none (that no customer of its pair came to, or that is left over) gets an
    /// id that no cluster had before.
    ///
    /// O(n log n + k^3) for n customers and k clusters. This is the assignment problem: Kuhn 1955, "The Hungarian method for
    /// the assignment problem", doi 10.1002/nav.3800020109.
    ///
    /// ```
    /// use kosar::Fit;
    /// use kosar::cluster::CustomerClusters;
    /// use kosar::data::LogOptions;
    /// use kosar::datasets::Shop;
    ///
    /// let log = Shop::params().lines(5_000).generate()?.to_log(LogOptions::default())?;
    /// let (first, last) = log.span().unwrap();
    /// let earlier = log.before(kosar::Time::from_micros(last.micros() - (last.micros() - first.micros()) / 10))?;
    /// let before = CustomerClusters::params(4).fit(&earlier)?;
    /// let now = CustomerClusters::params(5).fit(&log)?.with_ids_of(&before)?;
    /// let mut ids = now.ids().to_vec();
    /// ids.sort_unstable();
    /// assert_eq!(ids, [0, 1, 2, 3, 4]);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) where the customers' ids are of another type;
    /// [`ParamError::NotWith`] where no customer is in both fits and their features differ.
    pub fn with_ids_of(mut self, earlier: &Self) -> Result<Self> {
        let shared = self.shared(earlier)?;
        let is_any_shared = shared.iter().flatten().any(|&count| count > 0);
        let costs = if is_any_shared {
            shared.iter().map(|row| row.iter().map(|&count| -f64::from(count)).collect()).collect()
        } else {
            self.apart(earlier)?
        };
        self.next_id = earlier.next_id;
        let pairs = assignment(&costs);
        for (cluster, pair) in pairs.into_iter().enumerate() {
            let pair = pair.filter(|&other| !is_any_shared || shared[cluster][other] > 0);
            self.ids[cluster] = match pair {
                Some(other) => earlier.ids[other],
                None => {
                    self.next_id += 1;
                    self.next_id - 1
                }
            };
        }
        Ok(self)
    }

    /// How many customers each cluster has in common with each of an earlier fit.
    fn shared(&self, earlier: &Self) -> Result<Vec<Vec<u32>>> {
        let mut shared = vec![vec![0; earlier.n_clusters()]; self.n_clusters()];
        let before = earlier.rfm.table();
        let Some(Column::Ids { vocabulary, .. }) = before.column("customer") else { return Ok(shared) };
        for (customer, &label) in self.rfm.iter().zip(self.clustering.labels()) {
            if let Some(position) = vocabulary.look_up("customer", customer.customer)? {
                shared[label as usize][earlier.clustering.labels()[position] as usize] += 1;
            }
        }
        Ok(shared)
    }

    /// How far the centroids of the clusters are from those of an earlier fit, squared and in its scale.
    #[allow(clippy::cast_precision_loss, reason = "customers are far below 2^53")]
    fn apart(&self, earlier: &Self) -> Result<Vec<Vec<f64>>> {
        if self.plan.measures != earlier.plan.measures {
            let (name, allowed) = ("features", "those of the earlier fit");
            let with = "clusters that have no customer in common with it";
            return Err(ParamError::NotWith { name, allowed, with }.into());
        }
        let rows = scaled(&self.measured, &earlier.scales)?;
        let centroids = earlier.clustering.centroids();
        let mut sums = vec![vec![0.0; centroids.ncols()]; self.n_clusters()];
        let mut sizes = vec![0_usize; self.n_clusters()];
        for (row, &label) in rows.numbers().outer_iter().zip(self.clustering.labels()) {
            sums[label as usize].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
            sizes[label as usize] += 1;
        }
        let modes = (self.mode_words(), earlier.mode_words());
        let gamma = earlier.kprototypes().map_or(0.0, crate::cluster::KPrototypes::gamma);
        let apart = |cluster: usize, other: usize| -> f64 {
            let n = sizes[cluster].max(1) as f64;
            let numbers = sums[cluster].iter().zip(centroids.row(other));
            let squares: f64 = numbers.map(|(sum, x)| (sum / n - x) * (sum / n - x)).sum();
            squares + if modes.0.get(cluster) == modes.1.get(other) { 0.0 } else { gamma }
        };
        let row = |cluster| (0..earlier.n_clusters()).map(|other| apart(cluster, other)).collect();
        Ok((0..self.n_clusters()).map(row).collect())
    }

    /// The channel that stands for each cluster; empty without channels.
    pub(super) fn mode_words(&self) -> Vec<&str> {
        let Some(words) = &self.plan.channels else { return Vec::new() };
        let modes = self.clustering.modes();
        let word = |row: usize| words.get(modes[[row, 0]] as usize).map_or("unknown", String::as_str);
        (0..self.n_clusters()).map(word).collect()
    }
}
