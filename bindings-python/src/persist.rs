//! Models in files and in bytes.

use std::path::PathBuf;
use std::sync::Arc;

use kosar::persist::{self, SaveOptions};
use kosar::{Model, Persist, PersistError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::Value;

use crate::affinity::Affinity;
use crate::clusters::CustomerClusters;
use crate::content::{ContentSimilarity, HybridSimilarity};
use crate::convert;
use crate::error::{Out, raise};
use crate::itemsets::FrequentItemsets;
use crate::kmeans::KMeans;
use crate::lifecycle::Lifecycle;
use crate::linear::{Ease, GraphFilter};
use crate::next_basket::NextBasket;
use crate::popularity::Popularity;
use crate::recommender::Recommender;
use crate::relations::ItemRelations;
use crate::replenishment::Replenishment;
use crate::rfm::Rfm;
use crate::rules::AssociationRules;
use crate::run::slow;
use crate::session::{SequentialRules, SessionKnn};
use crate::similarity::ItemSimilarity;
use crate::temporal::TemporalRules;
use crate::visits::Visits;

/// The kind of a model, the parameters that it was fitted with, and the model.
type Opened<'py> = (String, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// A model from bytes, of the kind expected or of any.
#[pyfunction]
pub(crate) fn from_bytes<'py>(py: Python<'py>, bytes: Vec<u8>, expected: Option<String>) -> Out<Opened<'py>> {
    opened(py, slow(py, move |_| open(&bytes, expected))?)
}

/// A model from a file, of the kind expected or of any.
#[pyfunction]
pub(crate) fn load(py: Python<'_>, path: PathBuf, expected: Option<String>) -> Out<Opened<'_>> {
    opened(py, slow(py, move |_| open(&persist::read_file(&path)?, expected))?)
}

type Parts = (String, String, Model);

fn open(bytes: &[u8], expected: Option<String>) -> kosar::Result<Parts> {
    let found = persist::kind_of(bytes)?;
    match expected {
        Some(expected) if expected != found => Err(PersistError::Kind { found, expected }.into()),
        _ => Ok((found, persist::params_of(bytes)?, Model::from_bytes(bytes)?)),
    }
}

fn opened(py: Python<'_>, (kind, params, model): Parts) -> Out<Opened<'_>> {
    let params: Value = serde_json::from_str(&params).unwrap_or_default();
    let model = match model {
        Model::FrequentItemsets(model) => Bound::new(py, FrequentItemsets::from(model))?.into_any(),
        Model::AssociationRules(model) => Bound::new(py, AssociationRules::from(model))?.into_any(),
        Model::TemporalRules(model) => Bound::new(py, TemporalRules(Arc::new(model)))?.into_any(),
        Model::ItemSimilarity(model) => Bound::new(py, ItemSimilarity::from(Arc::new(model)))?.into_any(),
        Model::Ease(model) => Bound::new(py, Ease(Arc::new(model)))?.into_any(),
        Model::GraphFilter(model) => Bound::new(py, GraphFilter(Arc::new(model)))?.into_any(),
        Model::NextBasket(model) => Bound::new(py, NextBasket(Arc::new(model)))?.into_any(),
        Model::Popularity(model) => Bound::new(py, Popularity(Arc::new(model)))?.into_any(),
        Model::ContentSimilarity(model) => Bound::new(py, ContentSimilarity(Arc::new(model)))?.into_any(),
        Model::HybridSimilarity(model) => Bound::new(py, HybridSimilarity(Arc::new(model)))?.into_any(),
        Model::ItemRelations(model) => Bound::new(py, ItemRelations(Arc::new(model)))?.into_any(),
        Model::Replenishment(model) => Bound::new(py, Replenishment(Arc::new(model)))?.into_any(),
        Model::SessionKnn(model) => Bound::new(py, SessionKnn(Arc::new(model)))?.into_any(),
        Model::SequentialRules(model) => Bound::new(py, SequentialRules(Arc::new(model)))?.into_any(),
        Model::Visits(model) => Bound::new(py, Visits(Arc::new(model)))?.into_any(),
        Model::Rfm(model) => Bound::new(py, Rfm(Arc::new(model)))?.into_any(),
        Model::Lifecycle(model) => Bound::new(py, Lifecycle(Arc::new(model)))?.into_any(),
        Model::KMeans(model) => Bound::new(py, KMeans(Arc::new(model)))?.into_any(),
        Model::Affinity(model) => Bound::new(py, Affinity(Arc::new(model)))?.into_any(),
        Model::CustomerClusters(model) => Bound::new(py, CustomerClusters(Arc::new(model)))?.into_any(),
        Model::Recommender(model) => Bound::new(py, Recommender(Arc::new(model)))?.into_any(),
        _ => return Err(raise("ModelFileError", &format!("no class for a model of kind '{kind}'")).into()),
    };
    Ok((kind, convert::json_out(py, &params)?, model))
}

fn options(histories: bool) -> SaveOptions {
    if histories { SaveOptions::default() } else { SaveOptions::serving() }
}

/// The bytes of a model's file.
pub(crate) fn to_bytes<'py, M: Persist + Send + Sync + 'static>(
    py: Python<'py>,
    model: &Arc<M>,
    histories: bool,
) -> Out<Bound<'py, PyBytes>> {
    let model = Arc::clone(model);
    let bytes = slow(py, move |_| model.to_bytes_with(options(histories)))?;
    Ok(PyBytes::new(py, &bytes))
}

/// Saves a model to a file.
pub(crate) fn save<M: Persist + Send + Sync + 'static>(
    py: Python<'_>,
    model: &Arc<M>,
    path: PathBuf,
    histories: bool,
) -> Out<()> {
    let model = Arc::clone(model);
    slow(py, move |_| model.save_with(path, options(histories)))
}
