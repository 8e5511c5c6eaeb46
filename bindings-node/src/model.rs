//! Saving and loading, the same for every model.

use std::sync::Arc;

use kosar::persist::SaveOptions;
use kosar::{Model, Persist, PersistError};
use napi::bindgen_prelude::{
    AsyncTask, Buffer, Either6, FromNapiValue, ToNapiValue, TypeName, Uint8ArraySlice, Unknown,
};
use napi_derive::napi;

use crate::cluster::{CustomerClusters, KMeans};
use crate::convert::needed_text;
use crate::error::{Outcome, failure, refused};
use crate::itemset::FrequentItemsets;
use crate::options::Options;
use crate::rfm::Rfm;
use crate::rule::AssociationRules;
use crate::similarity::ItemSimilarity;
use crate::work::{Work, background};

fn save_options(options: Option<Unknown<'_>>) -> Outcome<SaveOptions> {
    let mut options = Options::new("options", options)?;
    let histories = options.flag("histories")?.unwrap_or(true);
    options.finish()?;
    Ok(if histories { SaveOptions::default() } else { SaveOptions::serving() })
}

pub(crate) fn save<M: Persist + Send + Sync + 'static>(
    model: &Arc<M>,
    path: Unknown<'_>,
    options: Option<Unknown<'_>>,
) -> AsyncTask<Work<()>> {
    let model = Arc::clone(model);
    background(|| {
        let (path, options) = (needed_text("path", path)?, save_options(options)?);
        Ok(move || model.save_with(path, options))
    })
}

pub(crate) fn load<M, W>(path: Unknown<'_>) -> AsyncTask<Work<W>>
where
    M: Persist,
    W: From<M> + ToNapiValue + TypeName + Send + 'static,
{
    background(|| {
        let path = needed_text("path", path)?;
        Ok(move || M::load(path).map(W::from))
    })
}

pub(crate) fn to_bytes<M: Persist>(model: &M, options: Option<Unknown<'_>>) -> Outcome<Buffer> {
    model.to_bytes_with(save_options(options)?).map(Buffer::from).map_err(failure)
}

pub(crate) fn from_bytes<M: Persist, W: From<M>>(bytes: Unknown<'_>) -> Outcome<W> {
    let slice = Uint8ArraySlice::from_unknown(bytes);
    let slice = slice.map_err(|_| refused("bytes", "a Buffer or a Uint8Array", bytes))?;
    M::from_bytes(&slice).map(W::from).map_err(failure)
}

/// A model of any kind.
type AnyModel = Either6<FrequentItemsets, AssociationRules, ItemSimilarity, Rfm, KMeans, CustomerClusters>;

/// Loads a model of any kind from a file; `instanceof` tells which it is.
#[napi(js_name = "load", ts_args_type = "path: string", ts_return_type = "Promise<Model>", catch_unwind)]
pub fn load_any(path: Unknown<'_>) -> AsyncTask<Work<AnyModel>> {
    background(|| {
        let path = needed_text("path", path)?;
        Ok(move || match Model::load(path)? {
            Model::FrequentItemsets(model) => Ok(Either6::A(model.into())),
            Model::AssociationRules(model) => Ok(Either6::B(model.into())),
            Model::ItemSimilarity(model) => Ok(Either6::C(model.into())),
            Model::Rfm(model) => Ok(Either6::D(model.into())),
            Model::KMeans(model) => Ok(Either6::E(model.into())),
            Model::CustomerClusters(model) => Ok(Either6::F(model.into())),
            _ => {
                Err(PersistError::NotAModel { why: "a kind that this package does not know".to_owned() }
                    .into())
            }
        })
    })
}
