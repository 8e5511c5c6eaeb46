//! Clusters of rows, and of customers.

use std::sync::{Arc, OnceLock};

use kosar::cluster::{CustomerClustersParams, Features, Init, KMeansParams, NClusters, Points, Scaling};
use kosar::{ErrorKind, Fit};
use napi::bindgen_prelude::{
    AsyncTask, ClassInstance, Float64Array, Float64ArraySlice, FromNapiValue, Result, Uint32Array, Unknown,
};
use napi_derive::napi;
use ndarray::Array2;

use crate::convert::{array, count, element, id, is_missing, log, needed_text, number};
use crate::error::{Outcome, failure, kind_of, of_kind, refused};
use crate::model;
use crate::options::{Options, set};
use crate::table::Table;
use crate::view::catalog;
use crate::work::{Cancel, Work, background, control};

/// Rows divided into clusters around their means.
#[napi(js_name = "KMeans")]
pub struct KMeans {
    model: Arc<kosar::cluster::KMeans>,
}

/// Customers in clusters by what they have in common.
#[napi]
pub struct CustomerClusters {
    pub(crate) model: Arc<kosar::cluster::CustomerClusters>,
    table: OnceLock<Table>,
}

impl From<kosar::cluster::KMeans> for KMeans {
    fn from(model: kosar::cluster::KMeans) -> Self {
        Self { model: Arc::new(model) }
    }
}

impl From<kosar::cluster::CustomerClusters> for CustomerClusters {
    fn from(model: kosar::cluster::CustomerClusters) -> Self {
        Self { model: Arc::new(model), table: OnceLock::new() }
    }
}

/// A matrix in one array, row after row.
#[napi(object, object_from_js = false)]
pub struct Matrix {
    pub data: Float64Array,
    pub rows: f64,
    pub columns: f64,
}

impl From<Array2<f64>> for Matrix {
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    fn from(values: Array2<f64>) -> Self {
        let (rows, columns) = values.dim();
        let data: Vec<f64> = values.iter().copied().collect();
        Self { data: data.into(), rows: rows as f64, columns: columns as f64 }
    }
}

#[napi]
impl KMeans {
    /// Fits on a matrix. By default: 10 starts of greedy k-means++, at most 300 iterations each, seed 0.
    #[napi(
        ts_args_type = "data: number[][] | Matrix, options: KMeansOptions",
        ts_return_type = "Promise<KMeans>",
        catch_unwind
    )]
    pub fn fit(
        data: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<KMeans>> {
        let control = control(cancel);
        background(|| {
            let (data, (params, weights)) = (matrix("data", data)?, kmeans_params(options)?);
            Ok(move || params.fit_with(&points(&data, weights)?, &control).map(Self::from))
        })
    }

    /// The cluster of each row of the data, from 0.
    #[napi(getter, catch_unwind)]
    pub fn labels(&self) -> Uint32Array {
        self.model.labels().to_vec().into()
    }

    /// The mean of each cluster's rows, a row a cluster.
    #[napi(getter, catch_unwind)]
    pub fn centroids(&self) -> Matrix {
        of_view(&self.model.centroids())
    }

    /// The number of rows of each cluster.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn sizes(&self) -> Vec<f64> {
        self.model.sizes().iter().map(|&size| size as f64).collect()
    }

    /// The sum of the squared distances of the rows from the centroids of their clusters.
    #[napi(getter, catch_unwind)]
    pub fn inertia(&self) -> f64 {
        self.model.inertia()
    }

    /// How often the centroids moved in the start that was kept.
    #[napi(getter, catch_unwind)]
    #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
    pub fn n_iter(&self) -> f64 {
        self.model.n_iter() as f64
    }

    /// Whether the start that was kept ended by itself.
    #[napi(getter, catch_unwind)]
    pub fn converged(&self) -> bool {
        self.model.converged()
    }

    /// The cluster with the nearest centroid for each row of a matrix.
    #[napi(ts_args_type = "data: number[][] | Matrix", catch_unwind)]
    pub fn predict(&self, data: Unknown<'_>) -> Result<Uint32Array, String> {
        let data = matrix("data", data)?;
        self.model.predict(&data).map(Uint32Array::from).map_err(failure)
    }

    /// The distance of each row of a matrix from each centroid: as many rows, and a column a cluster.
    #[napi(ts_args_type = "data: number[][] | Matrix", catch_unwind)]
    pub fn transform(&self, data: Unknown<'_>) -> Result<Matrix, String> {
        let data = matrix("data", data)?;
        self.model.transform(&data).map(Matrix::from).map_err(failure)
    }

    /// The inertia of the rows of a matrix in these clusters, each row by its weight where weights are given.
    #[napi(ts_args_type = "data: number[][] | Matrix, sampleWeight?: number[] | Float64Array", catch_unwind)]
    pub fn inertia_of(&self, data: Unknown<'_>, sample_weight: Option<Unknown<'_>>) -> Result<f64, String> {
        let data = matrix("data", data)?;
        let weights = sample_weight.filter(|value| !is_missing(*value)).map(weights).transpose()?;
        points(&data, weights).and_then(|points| self.model.inertia_of(&points)).map_err(failure)
    }
}

model::persistent!(KMeans, kosar::cluster::KMeans, "Promise<KMeans>");

#[napi]
impl CustomerClusters {
    /// Fits on a log. By default: by recency, frequency and monetary value, as of the midnight after the last order, 10 starts,
    /// seed 0.
    #[napi(
        ts_args_type = "log: OrderLog, options: CustomerClustersOptions",
        ts_return_type = "Promise<CustomerClusters>",
        catch_unwind
    )]
    pub fn fit(
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<CustomerClusters>> {
        let control = control(cancel);
        background(|| {
            let log = log(log_)?;
            let mut options = Options::of_fit(options)?;
            let params = clusters_params(&mut options)?;
            let catalog = options.value("catalog")?.map(catalog).transpose()?;
            let previous = options.value("previous")?.map(previous).transpose()?;
            options.finish()?;
            Ok(move || {
                let model = match catalog {
                    Some(catalog) => params.fit_with(&(&*log, &*catalog), &control),
                    None => params.fit_with(&*log, &control),
                }?;
                let model = match previous {
                    Some(previous) => model.with_ids_of(&previous)?,
                    None => model,
                };
                Ok(Self::from(model))
            })
        })
    }

    /// The clusters of the customers of another log, by the features and scales of this fit: the columns of `table` and of
    /// `features`.
    #[napi(
        ts_args_type = "log: OrderLog, options?: AssignOptions",
        ts_return_type = "Promise<Table>",
        catch_unwind
    )]
    pub fn assign(&self, log_: Unknown<'_>, options: Option<Unknown<'_>>) -> AsyncTask<Work<Table>> {
        let model = Arc::clone(&self.model);
        background(|| {
            let log = log(log_)?;
            let mut options = Options::new("options", options)?;
            let catalog = options.value("catalog")?.map(catalog).transpose()?;
            let as_of = options.time("asOf")?;
            options.finish()?;
            Ok(move || model.assign(&log, catalog.as_deref(), as_of).map(Table::from))
        })
    }

    /// The cluster of a customer.
    #[napi(ts_args_type = "customer: Id", catch_unwind)]
    pub fn cluster(&self, customer: Unknown<'_>) -> Result<u32, String> {
        let customer = id("customer", customer)?;
        self.model.cluster(&customer).map_err(failure)
    }

    /// All customers: the columns of `Rfm`'s table, `cluster`, `distance` from the centroid, and `outlier`.
    #[napi(getter, catch_unwind)]
    pub fn table(&self) -> Table {
        self.table.get_or_init(|| self.model.table().into()).clone()
    }

    /// One row a cluster: its number, its name in words, its size, its share of customers and revenue, its medians.
    #[napi(getter, catch_unwind)]
    pub fn profiles(&self) -> Table {
        self.model.profile_table().into()
    }

    /// One row for each cluster and feature: `mean`, `mean_of_all`, and how many standard `deviations` it lies above that.
    #[napi(getter, catch_unwind)]
    pub fn feature_profiles(&self) -> Table {
        self.model.feature_profile_table().into()
    }

    /// The features of each customer, before scaling.
    #[napi(getter, catch_unwind)]
    pub fn features(&self) -> Table {
        self.model.feature_table().into()
    }

    /// One row for each customer and category of theirs: its `share`.
    #[napi(getter, catch_unwind)]
    pub fn categories(&self) -> Table {
        self.model.category_table().into()
    }

    /// Where the number of clusters was chosen one row for each: `inertia`, `silhouette` (exact up to 10,000 customers, beyond
    /// it of so many drawn by the seed), `calinski_harabasz`, `davies_bouldin`, `gap` and `gap_error`, `stability` under
    /// resampling, `chosen`.
    #[napi(getter, catch_unwind)]
    pub fn evidence(&self) -> Table {
        self.model.evidence_table().into()
    }

    /// The cluster of each customer, in the order of `table`.
    #[napi(getter, catch_unwind)]
    pub fn labels(&self) -> Uint32Array {
        self.model.labels().into()
    }

    /// What the clusters are called, in the order of `centroids`.
    #[napi(getter, catch_unwind)]
    pub fn ids(&self) -> Vec<u32> {
        self.model.ids().to_vec()
    }

    /// The features that are numbers, in the order of the columns of `centroids`.
    #[napi(getter, catch_unwind)]
    pub fn feature_names(&self) -> Vec<String> {
        self.model.feature_names()
    }

    /// The means of the scaled features, a row a cluster.
    #[napi(getter, catch_unwind)]
    pub fn centroids(&self) -> Matrix {
        of_view(&self.model.centroids())
    }

    /// The sum of the squared distances of the customers from the centroids.
    #[napi(getter, catch_unwind)]
    pub fn inertia(&self) -> f64 {
        self.model.inertia()
    }

    /// A sentence for each cluster.
    #[napi(catch_unwind)]
    pub fn describe(&self) -> Vec<String> {
        self.model.profiles().iter().map(ToString::to_string).collect()
    }
}

/// The model of an earlier fit.
fn previous(value: Unknown<'_>) -> Outcome<Arc<kosar::cluster::CustomerClusters>> {
    let earlier = ClassInstance::<'_, CustomerClusters>::from_unknown(value);
    let refusal = |_| refused("previous", "a CustomerClusters", value);
    earlier.map(|earlier| Arc::clone(&earlier.model)).map_err(refusal)
}

model::persistent!(CustomerClusters, kosar::cluster::CustomerClusters, "Promise<CustomerClusters>");

#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
fn of_view(view: &ndarray::ArrayView2<'_, f64>) -> Matrix {
    let (rows, columns) = view.dim();
    let data: Vec<f64> = view.iter().copied().collect();
    Matrix { data: data.into(), rows: rows as f64, columns: columns as f64 }
}

/// A matrix: an array of rows, or `{ data: Float64Array, rows, columns }`.
fn matrix(name: &'static str, value: Unknown<'_>) -> Outcome<Array2<f64>> {
    let allowed = "an array of rows of numbers, or { data: Float64Array, rows, columns }";
    let (values, rows, columns) = match kind_of(value) {
        "array" => nested(name, value)?,
        "object" => {
            let mut parts = Options::new(name, Some(value))?;
            let data = parts.value("data")?.ok_or_else(|| refused(name, allowed, value))?;
            let slice = Float64ArraySlice::from_unknown(data);
            let values = slice.map_err(|_| refused("data", "a Float64Array", data))?.to_vec();
            let (rows, columns) = (parts.count("rows", 0)?, parts.count("columns", 0)?);
            parts.finish()?;
            (values, rows.unwrap_or(0), columns.unwrap_or(0))
        }
        _ => return Err(refused(name, allowed, value)),
    };
    let found = values.len();
    Array2::from_shape_vec((rows, columns), values).map_err(|_| {
        let message = format!("{name} must have rows * columns = {rows} * {columns} values, got {found}");
        of_kind(ErrorKind::Param, message)
    })
}

/// Weights: an array of numbers, or a `Float64Array`.
fn weights(value: Unknown<'_>) -> Outcome<Vec<f64>> {
    if let Ok(slice) = Float64ArraySlice::from_unknown(value) {
        return Ok(slice.to_vec());
    }
    if kind_of(value) != "array" {
        return Err(refused("sampleWeight", "an array of numbers or a Float64Array", value));
    }
    let values = array("sampleWeight", value)?;
    let cell = |at| {
        let cell = element(&values, at)?;
        number(cell).map_err(|_| refused(&format!("sampleWeight at {at}"), "a number", cell))
    };
    (0..values.len()).map(cell).collect()
}

fn points(data: &Array2<f64>, weights: Option<Vec<f64>>) -> kosar::Result<Points<'_>> {
    let points = Points::from_rows(data)?;
    match weights {
        Some(weights) => points.with_weights(weights),
        None => Ok(points),
    }
}

/// The values of an array of rows, row after row, and the shape.
fn nested(name: &str, value: Unknown<'_>) -> Outcome<(Vec<f64>, usize, usize)> {
    let rows = array(name, value)?;
    let mut values = Vec::new();
    let mut columns = None;
    for at in 0..rows.len() {
        let row = array(&format!("row {at} of {name}"), element(&rows, at)?)?;
        let expected = *columns.get_or_insert(row.len());
        if row.len() != expected {
            let message = format!("row {at} of {name} must have {expected} values, got {}", row.len());
            return Err(of_kind(ErrorKind::Param, message));
        }
        for column in 0..expected {
            let cell = element(&row, column)?;
            let refusal = |_| refused(&format!("{name} at row {at}, column {column}"), "a number", cell);
            values.push(number(cell).map_err(refusal)?);
        }
    }
    Ok((values, rows.len() as usize, columns.unwrap_or(0) as usize))
}

/// The number of clusters, which has no default.
fn n_clusters(options: &mut Options<'_>) -> Outcome<usize> {
    let missing =
        || of_kind(ErrorKind::Param, "nClusters must be a whole number from 1, got undefined".to_owned());
    options.raw("nClusters")?.map(|value| count("nClusters", value, 1)).transpose()?.ok_or_else(missing)
}

/// The parameters, and the weights of the rows where they are given.
fn kmeans_params(options: Option<Unknown<'_>>) -> Outcome<(KMeansParams, Option<Vec<f64>>)> {
    let mut options = Options::of_fit(options)?;
    let mut params = kosar::cluster::KMeans::params(n_clusters(&mut options)?);
    if let Some(n_init) = options.count("nInit", 1)? {
        params = params.n_init(n_init);
    }
    if let Some(max_iter) = options.count("maxIter", 1)? {
        params = params.max_iter(max_iter);
    }
    if let Some(tolerance) = options.number("tolerance")? {
        params = params.tolerance(tolerance);
    }
    if let Some(seed) = options.seed("seed")? {
        params = params.seed(seed);
    }
    if let Some(value) = options.value("init")? {
        params = params.init(init(value)?);
    }
    let weights = options.value("sampleWeight")?.map(weights).transpose()?;
    options.finish()?;
    Ok((params, weights))
}

/// Where the centroids begin: a word, or a matrix.
fn init(value: Unknown<'_>) -> Outcome<Init> {
    match kind_of(value) {
        "string" if needed_text("init", value)? == "k-means++" => Ok(Init::KMeansPlusPlus),
        "array" | "object" => matrix("init", value).map(Init::Given),
        _ => Err(refused("init", "'k-means++' or a matrix of centroids", value)),
    }
}

/// How many clusters: a number, or `auto` and the range to choose from.
fn how_many_clusters(options: &mut Options<'_>) -> Outcome<NClusters> {
    let range = options.value("kRange")?.map(range).transpose()?;
    match options.value("nClusters")? {
        Some(value) if kind_of(value) == "string" => {
            if needed_text("nClusters", value)? != "auto" {
                return Err(refused("nClusters", "a whole number from 1, or 'auto'", value));
            }
            Ok(range.map_or(NClusters::auto(), |(min, max)| NClusters::Among { min, max }))
        }
        _ => n_clusters(options).map(NClusters::Exactly),
    }
}

/// Two whole numbers.
fn range(value: Unknown<'_>) -> Outcome<(usize, usize)> {
    let ends = array("kRange", value)?;
    if ends.len() != 2 {
        return Err(refused("kRange", "an array of two whole numbers", value));
    }
    Ok((count("kRange[0]", element(&ends, 0)?, 2)?, count("kRange[1]", element(&ends, 1)?, 2)?))
}

fn clusters_params(options: &mut Options<'_>) -> Outcome<CustomerClustersParams> {
    let params = kosar::cluster::CustomerClusters::params(how_many_clusters(options)?);
    let features = match options.value("features")? {
        Some(value) if kind_of(value) == "string" => Some(vec![needed_text("features", value)?]),
        Some(_) => Some(options.texts("features")?),
        None => None,
    };
    let features = features.map(|words| Features::parse(words.iter().map(String::as_str))).transpose();
    let params = set(params, features.map_err(failure)?, CustomerClustersParams::features);
    let params = set(params, options.time("asOf")?, CustomerClustersParams::as_of);
    let params = set(params, options.count("nInit", 1)?, CustomerClustersParams::n_init);
    let params = set(params, options.seed("seed")?, CustomerClustersParams::seed);
    let params = set(params, options.choice("scaling", Scaling::parse)?, CustomerClustersParams::scaling);
    let params = set(params, options.count("maxCategories", 1)?, CustomerClustersParams::max_categories);
    let params = set(params, options.text("discountColumn")?, CustomerClustersParams::discount_column);
    let params = set(params, options.text("channelColumn")?, CustomerClustersParams::channel_column);
    let params = set(params, options.number("gamma")?, CustomerClustersParams::gamma);
    let params = set(params, options.number("outlierMads")?, CustomerClustersParams::outlier_mads);
    let params = set(params, options.count("resamples", 2)?, CustomerClustersParams::resamples);
    Ok(set(params, options.count("references", 1)?, CustomerClustersParams::references))
}
