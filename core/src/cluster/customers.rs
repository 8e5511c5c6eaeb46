//! From an order log to clusters of customers in one call.

use ndarray::{Array2, ArrayView2};

use crate::cluster::choice::{ClusterEvidence, Inquiry};
use crate::cluster::clustering::{Clustering, Search};
use crate::cluster::features::{Measure, Plan};
use crate::cluster::measure::{Measured, Source};
use crate::cluster::outliers::bounds;
use crate::cluster::scaling::{Scale, Scaling};
use crate::cluster::{CustomerClustersParams, KMeans, KPrototypes, MixedRows, NClusters};
use crate::data::{Catalog, Column, IdRef, OrderLog, Table};
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::params::Checked;
use crate::rfm::Rfm;
use crate::time::Time;

/// Customers in clusters by what they have in common.
///
/// The features are recency, frequency and, where the log has prices, monetary value, or those that
/// [`features`](CustomerClustersParams::features) names; each is brought to a common [scale](Scaling), by default ln(1 + x) of
/// amounts, at mean 0 and (population) standard deviation 1. [`KMeans`] does the rest, or [`KPrototypes`] where a feature is a
/// word. Without an order of their own (another model's ids, [`with_ids_of`](CustomerClusters::with_ids_of)) clusters are
/// numbered by their centroids in the first feature: from the most recent buyers on.
///
/// ```
/// use kosar::Fit;
/// use kosar::cluster::{CustomerClusters, Features, NClusters};
/// use kosar::data::LogOptions;
/// use kosar::datasets::Shop;
///
/// let log = Shop::params().lines(5_000).generate()?.to_log(LogOptions::default())?;
/// let clusters = CustomerClusters::params(3).fit(&log)?;
/// assert_eq!(clusters.profiles().len(), 3);
/// for profile in clusters.profiles() {
///     println!("{profile}");
/// }
/// // By whatever the log tells, in as many clusters as the customers speak for.
/// let params = CustomerClusters::params(NClusters::Among { min: 2, max: 4 }).features(Features::All);
/// let clusters = params.n_init(2).fit(&log)?;
/// assert_eq!(clusters.evidence().len(), 3);
/// assert_eq!(clusters.evidence_table().column("silhouette").unwrap().len(), 3);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerClusters {
    pub(super) params: CustomerClustersParams,
    pub(super) rfm: Rfm,
    pub(super) plan: Plan,
    pub(super) measured: Measured,
    pub(super) clustering: Clustering,
    /// What each cluster is called, and the first number that none was ever called.
    pub(super) ids: Vec<u32>,
    pub(super) next_id: u32,
    pub(super) evidence: Vec<ClusterEvidence>,
    /// The scale of each column of numbers, and what a scaled one is multiplied by.
    pub(super) scales: Vec<(Scale, f64)>,
    /// How far each customer is from the centroid, and from where on that is far in each cluster.
    pub(super) distances: Vec<f64>,
    pub(super) bounds: Vec<f64>,
}

impl CustomerClusters {
    /// The model of what is fitted or stored; what is derived from that is derived.
    pub(super) fn from_parts(
        params: CustomerClustersParams,
        rfm: Rfm,
        (plan, measured): (Plan, Measured),
        clustering: Clustering,
        evidence: Vec<ClusterEvidence>,
    ) -> Result<Self> {
        let scales = scales(&plan, &measured, params.scaling);
        let rows = scaled(&measured, &scales)?;
        let distances = clustering.distances(&rows, clustering.labels());
        let bounds = bounds(&distances, clustering.labels(), clustering.k(), params.outlier_mads);
        let next_id = u32::try_from(clustering.k()).expect("clusters are fewer than customers");
        let ids = (0..next_id).collect();
        Ok(Self {
            params,
            rfm,
            plan,
            measured,
            clustering,
            ids,
            next_id,
            evidence,
            scales,
            distances,
            bounds,
        })
    }

    /// The recency, frequency and monetary values of the customers.
    #[must_use]
    pub fn rfm(&self) -> &Rfm {
        &self.rfm
    }

    /// The number of clusters.
    #[must_use]
    pub fn n_clusters(&self) -> usize {
        self.clustering.k()
    }

    /// The clustering of the scaled features, one row a customer, in the order of [`Rfm::iter`]; `None` where a feature is a
    /// word. Its labels are positions, not ids: the same unless [`with_ids_of`](Self::with_ids_of) gave others.
    #[must_use]
    pub fn kmeans(&self) -> Option<&KMeans> {
        if let Clustering::Means(model) = &self.clustering { Some(model) } else { None }
    }

    /// The clustering where a feature is a word; see [`kmeans`](Self::kmeans).
    #[must_use]
    pub fn kprototypes(&self) -> Option<&KPrototypes> {
        if let Clustering::Prototypes(model) = &self.clustering { Some(model) } else { None }
    }

    /// The sum of the squared distances of the customers from the centroids of their clusters, in scaled features.
    #[must_use]
    pub fn inertia(&self) -> f64 {
        self.clustering.inertia()
    }

    /// The means of the scaled features, shape (`n_clusters`, n_features), a row a cluster in the order of
    /// [`ids`](Self::ids); words have none.
    #[must_use]
    pub fn centroids(&self) -> ArrayView2<'_, f64> {
        self.clustering.centroids()
    }

    /// What the clusters are called, by position.
    #[must_use]
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The cluster of each customer, by its id, in the order of [`Rfm::iter`].
    #[must_use]
    pub fn labels(&self) -> Vec<u32> {
        self.clustering.labels().iter().map(|&label| self.ids[label as usize]).collect()
    }

    /// What the columns of numbers are called, in the order of [`centroids`](Self::centroids).
    #[must_use]
    pub fn feature_names(&self) -> Vec<String> {
        self.plan.measures.iter().map(Measure::name).collect()
    }

    /// The evidence for each number of clusters, where it was chosen; empty where it was given.
    #[must_use]
    pub fn evidence(&self) -> &[ClusterEvidence] {
        &self.evidence
    }

    /// The evidence as a table, with columns named as the fields of [`ClusterEvidence`].
    #[must_use]
    pub fn evidence_table(&self) -> Table {
        ClusterEvidence::table(&self.evidence)
    }

    /// The cluster of a customer.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an id that is no customer's here.
    pub fn cluster<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<u32> {
        let position = self.rfm.position(customer.into())?;
        Ok(self.ids[self.clustering.labels()[position] as usize])
    }

    /// All customers as a table: those of [`Rfm::table`], `cluster`, `distance` (from the centroid, in scaled features), and
    /// `outlier`: whether that is farther than customers of the cluster are
    /// ([`outlier_mads`](CustomerClustersParams::outlier_mads)).
    #[must_use]
    pub fn table(&self) -> Table {
        let nearest = self.clustering.labels().iter().copied().zip(self.distances.iter().copied());
        self.with_clusters(self.rfm.table(), nearest)
    }

    /// The features as they are, before scaling, one row a customer: `customer`, a column for each feature (`recency_days`,
    /// `frequency`, `monetary`, `tenure_days`, `interval_days`, `basket_size`, `order_value`, `discount_share`,
    /// `return_share`, `night_share`, `morning_share`, `afternoon_share`, `evening_share`, `weekend_share`) and `channel`.
    /// Categories are in [`category_table`](Self::category_table).
    #[must_use]
    pub fn feature_table(&self) -> Table {
        feature_table(&self.rfm, &self.plan, &self.measured)
    }

    /// What customers spend in categories, one row for each customer and category of theirs: `customer`, `category` and
    /// `share`, above 0. Without rows where categories are not among the features.
    #[must_use]
    pub fn category_table(&self) -> Table {
        let is_category =
            |measure: &Measure| matches!(measure, Measure::Category(_) | Measure::OtherCategories);
        let columns: Vec<(&Measure, &Vec<f64>)> = self
            .plan
            .measures
            .iter()
            .zip(&self.measured.numbers)
            .filter(|(one, _)| is_category(one))
            .collect();
        let (mut rows, mut positions, mut shares) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..self.rfm.len() {
            for (at, (_, values)) in (0_u32..).zip(&columns).filter(|(_, (_, values))| values[row] > 0.0) {
                rows.push(row);
                positions.push(at);
                shares.push(values[row]);
            }
        }
        let word = |(measure, _): &(&Measure, &Vec<f64>)| match measure {
            Measure::Category(path) => path.clone(),
            _ => "other".to_owned(),
        };
        let words = columns.iter().map(word).collect();
        let customers = self.rfm.table().column("customer").map(|ids| ids.select(&rows));
        Table::new()
            .with("customer", customers.expect("the table of Rfm has customers"))
            .with("category", Column::Words { words, positions })
            .with("share", Column::Floats(shares))
    }

    /// The clusters of the customers of another log, by the features and scales of this model: as
    /// [`table`](Self::table), and behind it the columns of [`feature_table`](Self::feature_table).
    ///
    /// The model stays as it is. `as_of` is the midnight after the last order of that log, or the one given. A channel that
    /// the fit had not counts as unlike all; a category that it had not, as another.
    ///
    /// Linear in the lines; O(n k d) for n customers, k clusters and d features.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) as in the fit;
    /// [`ParamError::NoFeature`](crate::ParamError::NoFeature) where the log has not what a feature of the model needs;
    /// [`ParamError::NotMidnight`](crate::ParamError::NotMidnight).
    pub fn assign(&self, log: &OrderLog, catalog: Option<&Catalog>, as_of: Option<Time>) -> Result<Table> {
        let params = as_of.map_or_else(Rfm::params, |as_of| Rfm::params().as_of(as_of));
        let rfm = params.fit(log)?;
        let measured = self.params.source(log, catalog, &rfm).read(&self.plan, &Control::new())?;
        let nearest = self.clustering.nearest(&scaled(&measured, &self.scales)?)?;
        let table = self.with_clusters(rfm.table(), nearest.into_iter());
        let features = feature_table(&rfm, &self.plan, &measured);
        let more = features.columns().iter().filter(|(name, _)| table.column(name).is_none()).cloned();
        Ok(more.fold(table.clone(), |table, (name, column)| table.with(name, column)))
    }

    /// Adds the columns of clusters to a table of customers.
    fn with_clusters(&self, table: Table, nearest: impl Iterator<Item = (u32, f64)>) -> Table {
        let (labels, distances): (Vec<u32>, Vec<f64>) = nearest.unzip();
        let is_far = |(&label, &far): (&u32, &f64)| far > self.bounds[label as usize];
        let outliers = labels.iter().zip(&distances).map(is_far).collect();
        let ids = labels.iter().map(|&label| i64::from(self.ids[label as usize])).collect();
        table
            .with("cluster", Column::Ints(ids))
            .with("distance", Column::Floats(distances))
            .with("outlier", Column::Bools(outliers))
    }
}

impl CustomerClustersParams {
    fn source<'a>(&'a self, log: &'a OrderLog, catalog: Option<&'a Catalog>, rfm: &'a Rfm) -> Source<'a> {
        let (discount_column, channel_column) = (&self.discount_column, &self.channel_column);
        Source { log, catalog, rfm, discount_column, channel_column }
    }
}

/// Without a catalogue: categories are not among the features.
impl Fit<OrderLog> for Checked<CustomerClustersParams> {
    type Model = CustomerClusters;

    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<CustomerClusters> {
        fit(self, log, None, control)
    }
}

/// With a catalogue, which tells the categories.
impl Fit<(&OrderLog, &Catalog)> for Checked<CustomerClustersParams> {
    type Model = CustomerClusters;

    fn fit_with(
        &self,
        &(log, catalog): &(&OrderLog, &Catalog),
        control: &Control,
    ) -> Result<CustomerClusters> {
        fit(self, log, Some(catalog), control)
    }
}

fn fit(
    params: &CustomerClustersParams,
    log: &OrderLog,
    catalog: Option<&Catalog>,
    control: &Control,
) -> Result<CustomerClusters> {
    let rfm = crate::params::Params::check(params.rfm.clone())?.fit_with(log, control)?;
    let source = params.source(log, catalog, &rfm);
    let plan = source.plan(&params.features, params.max_categories)?;
    let measured = source.read(&plan, control)?;
    let rows = scaled(&measured, &scales(&plan, &measured, params.scaling))?;
    let gamma = params.gamma.unwrap_or_else(|| rows.gamma());
    let search =
        Search { k: params.kmeans.n_clusters, n_init: params.kmeans.n_init, seed: params.kmeans.seed, gamma };
    let (clustering, evidence) = match params.n_clusters() {
        NClusters::Exactly(_) => (Clustering::fit(&rows, search, control)?, Vec::new()),
        NClusters::Among { min, max } => {
            let (resamples, references) = (params.resamples, params.references);
            Inquiry { rows: &rows, search, resamples, references, control }.choose(min, max)?
        }
    };
    let params = params.chosen(clustering.k());
    CustomerClusters::from_parts(params, rfm, (plan, measured), clustering, evidence)
}

/// The scale of each column of numbers, and what a scaled value is multiplied by so that the columns of a feature weigh as one.
#[allow(clippy::cast_precision_loss, reason = "columns are few")]
pub(super) fn scales(plan: &Plan, measured: &Measured, scaling: Scaling) -> Vec<(Scale, f64)> {
    let columns = plan.measures.iter().zip(&measured.numbers).zip(plan.siblings());
    let scale = |((measure, values), siblings): ((&Measure, &Vec<f64>), usize)| {
        (Scale::of(scaling, measure.is_amount(), values), 1.0 / (siblings as f64).sqrt())
    };
    columns.map(scale).collect()
}

/// The features on their scales.
pub(super) fn scaled(measured: &Measured, scales: &[(Scale, f64)]) -> Result<MixedRows> {
    let channels = measured.channels.as_deref();
    let n = measured.numbers.first().map_or(channels.map_or(0, <[u32]>::len), Vec::len);
    let columns: Vec<Vec<f64>> = measured
        .numbers
        .iter()
        .zip(scales)
        .map(|(values, (scale, weight))| values.iter().map(|&value| scale.apply(value) * weight).collect())
        .collect();
    let numbers = Array2::from_shape_fn((n, columns.len()), |(row, column)| columns[column][row]);
    let codes = Array2::from_shape_fn((n, usize::from(channels.is_some())), |(row, _)| {
        channels.map_or(0, |all| all[row])
    });
    MixedRows::new(numbers, codes)
}

fn feature_table(rfm: &Rfm, plan: &Plan, measured: &Measured) -> Table {
    let customers = rfm.table().column("customer").cloned().expect("the table of Rfm has customers");
    let mut table = Table::new().with("customer", customers);
    for (measure, values) in plan.measures.iter().zip(&measured.numbers) {
        if !matches!(measure, Measure::Category(_) | Measure::OtherCategories) {
            table = table.with(measure.column(), Column::Floats(values.clone()));
        }
    }
    match plan.channels.iter().zip(&measured.channels).next() {
        Some((words, channels)) => {
            let words = words.iter().cloned().chain([String::from("unknown")]).collect();
            table.with("channel", Column::Words { words, positions: channels.clone() })
        }
        None => table,
    }
}
