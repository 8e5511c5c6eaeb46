//! Saving and loading, the same for every model.

use std::sync::Arc;

use kosar::persist::SaveOptions;
use kosar::{Model, Persist, PersistError};
use napi::bindgen_prelude::{
    AsyncTask, Buffer, Either16, FromNapiValue, ToNapiValue, TypeName, Uint8ArraySlice, Unknown,
};
use napi_derive::napi;

use crate::cluster::{CustomerClusters, KMeans};
use crate::content::{ContentSimilarity, HybridSimilarity};
use crate::convert::needed_text;
use crate::error::{Outcome, failure, refused};
use crate::itemset::FrequentItemsets;
use crate::linear::{Ease, GraphFilter};
use crate::next_basket::NextBasket;
use crate::options::Options;
use crate::popularity::Popularity;
use crate::relation::ItemRelations;
use crate::rfm::Rfm;
use crate::rule::AssociationRules;
use crate::sequence::TemporalRules;
use crate::session::{SequentialRules, SessionKnn};
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

/// Gives a class the methods that save it and load it. `Promise` is that of the class in the declarations.
macro_rules! persistent {
    ($class:ident, $core:ty, $promise:tt) => {
        #[napi_derive::napi]
        impl $class {
            /// Saves to a file in one step: a reader sees the old file or the new one, whole.
            #[napi(
                ts_args_type = "path: string, options?: SaveOptions",
                ts_return_type = "Promise<void>",
                catch_unwind
            )]
            pub fn save(
                &self,
                path: napi::bindgen_prelude::Unknown<'_>,
                options: Option<napi::bindgen_prelude::Unknown<'_>>,
            ) -> napi::bindgen_prelude::AsyncTask<$crate::work::Work<()>> {
                $crate::model::save(&self.model, path, options)
            }

            /// Loads from a file.
            #[napi(ts_args_type = "path: string", ts_return_type = $promise, catch_unwind)]
            pub fn load(
                path: napi::bindgen_prelude::Unknown<'_>,
            ) -> napi::bindgen_prelude::AsyncTask<$crate::work::Work<$class>> {
                $crate::model::load::<$core, _>(path)
            }

            /// The bytes of the file, in a `Buffer`; synchronous, unlike `save`.
            #[napi(ts_args_type = "options?: SaveOptions", ts_return_type = "Uint8Array", catch_unwind)]
            pub fn to_bytes(
                &self,
                options: Option<napi::bindgen_prelude::Unknown<'_>>,
            ) -> napi::bindgen_prelude::Result<napi::bindgen_prelude::Buffer, String> {
                $crate::model::to_bytes(&*self.model, options)
            }

            /// One from the bytes of a file; synchronous, unlike `load`.
            #[napi(ts_args_type = "bytes: Uint8Array", catch_unwind)]
            pub fn from_bytes(
                bytes: napi::bindgen_prelude::Unknown<'_>,
            ) -> napi::bindgen_prelude::Result<$class, String> {
                $crate::model::from_bytes::<$core, _>(bytes)
            }
        }
    };
}
pub(crate) use persistent;

/// A model of any kind.
type AnyModel = Either16<
    FrequentItemsets,
    AssociationRules,
    TemporalRules,
    ItemSimilarity,
    Rfm,
    KMeans,
    CustomerClusters,
    Popularity,
    Ease,
    GraphFilter,
    ContentSimilarity,
    HybridSimilarity,
    ItemRelations,
    SessionKnn,
    SequentialRules,
    NextBasket,
>;

/// Loads a model of any kind from a file; `instanceof` tells which it is.
#[napi(js_name = "load", ts_args_type = "path: string", ts_return_type = "Promise<Model>", catch_unwind)]
pub fn load_any(path: Unknown<'_>) -> AsyncTask<Work<AnyModel>> {
    background(|| {
        let path = needed_text("path", path)?;
        Ok(move || match Model::load(path)? {
            Model::FrequentItemsets(model) => Ok(Either16::A(model.into())),
            Model::AssociationRules(model) => Ok(Either16::B(model.into())),
            Model::TemporalRules(model) => Ok(Either16::C(model.into())),
            Model::ItemSimilarity(model) => Ok(Either16::D(model.into())),
            Model::Rfm(model) => Ok(Either16::E(model.into())),
            Model::KMeans(model) => Ok(Either16::F(model.into())),
            Model::CustomerClusters(model) => Ok(Either16::G(model.into())),
            Model::Popularity(model) => Ok(Either16::H(model.into())),
            Model::Ease(model) => Ok(Either16::I(model.into())),
            Model::GraphFilter(model) => Ok(Either16::J(model.into())),
            Model::ContentSimilarity(model) => Ok(Either16::K(model.into())),
            Model::HybridSimilarity(model) => Ok(Either16::L(model.into())),
            Model::ItemRelations(model) => Ok(Either16::M(model.into())),
            Model::SessionKnn(model) => Ok(Either16::N(model.into())),
            Model::SequentialRules(model) => Ok(Either16::O(model.into())),
            Model::NextBasket(model) => Ok(Either16::P(model.into())),
            _ => {
                Err(PersistError::NotAModel { why: "a kind that this package does not know".to_owned() }
                    .into())
            }
        })
    })
}
