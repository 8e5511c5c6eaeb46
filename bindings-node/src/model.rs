//! Saving and loading, the same for every model.

use std::sync::Arc;

use kosar::persist::SaveOptions;
use kosar::{Model, Persist, PersistError};
use napi::bindgen_prelude::{
    AsyncTask, Buffer, Either21, FromNapiValue, ToNapiValue, TypeName, Uint8ArraySlice, Unknown,
};
use napi_derive::napi;

use crate::affinity::Affinity;
use crate::cluster::{CustomerClusters, KMeans};
use crate::content::{ContentSimilarity, HybridSimilarity};
use crate::convert::needed_text;
use crate::error::{Outcome, failure, refused};
use crate::itemset::FrequentItemsets;
use crate::lifecycle::Lifecycle;
use crate::linear::{Ease, GraphFilter};
use crate::next_basket::NextBasket;
use crate::options::Options;
use crate::popularity::Popularity;
use crate::recommender::Recommender;
use crate::relation::ItemRelations;
use crate::replenishment::Replenishment;
use crate::rfm::Rfm;
use crate::rule::AssociationRules;
use crate::sequence::TemporalRules;
use crate::session::{SequentialRules, SessionKnn};
use crate::similarity::ItemSimilarity;
use crate::visits::Visits;
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

/// Gives a class the methods that make it anew with more orders or without a customer.
macro_rules! updatable {
    ($class:ident, $promise:tt) => {
        #[napi_derive::napi]
        impl $class {
            /// The model with more orders, which must be new ones: the one that a fit on both logs would give, to the byte, with the
            /// same catalogue and groups where it has them. This one goes on answering as before.
            #[napi(ts_args_type = "log: OrderLog, options?: Cancellable", ts_return_type = $promise, catch_unwind)]
            pub fn update(
                &self,
                log: napi::bindgen_prelude::Unknown<'_>,
                options: Option<napi::bindgen_prelude::Unknown<'_>>,
                cancel: Option<&$crate::work::Cancel>,
            ) -> napi::bindgen_prelude::AsyncTask<$crate::work::Work<$class>> {
                let (model, control) = (std::sync::Arc::clone(&self.model), $crate::work::control(cancel));
                $crate::work::background(|| {
                    let log = $crate::convert::log(log)?;
                    $crate::options::Options::of_fit(options)?.finish()?;
                    Ok(move || model.update_with(&log, &control).map(Self::from))
                })
            }

            /// The model without a customer: the one that a fit without their orders would give, to the byte. This one goes on
            /// answering as before.
            #[napi(ts_args_type = "customer: Id, options?: Cancellable", ts_return_type = $promise, catch_unwind)]
            pub fn forget(
                &self,
                customer: napi::bindgen_prelude::Unknown<'_>,
                options: Option<napi::bindgen_prelude::Unknown<'_>>,
                cancel: Option<&$crate::work::Cancel>,
            ) -> napi::bindgen_prelude::AsyncTask<$crate::work::Work<$class>> {
                let (model, control) = (std::sync::Arc::clone(&self.model), $crate::work::control(cancel));
                $crate::work::background(|| {
                    let customer = $crate::convert::id("customer", customer)?;
                    $crate::options::Options::of_fit(options)?.finish()?;
                    Ok(move || model.forget_with(&customer, &control).map(Self::from))
                })
            }
        }
    };
}

pub(crate) use updatable;

/// A model of any kind.
type AnyModel = Either21<
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
    Replenishment,
    Visits,
    Lifecycle,
    Affinity,
    Recommender,
>;

/// Loads a model of any kind from a file; `instanceof` tells which it is.
#[napi(js_name = "load", ts_args_type = "path: string", ts_return_type = "Promise<Model>", catch_unwind)]
pub fn load_any(path: Unknown<'_>) -> AsyncTask<Work<AnyModel>> {
    background(|| {
        let path = needed_text("path", path)?;
        Ok(move || match Model::load(path)? {
            Model::FrequentItemsets(model) => Ok(Either21::A(model.into())),
            Model::AssociationRules(model) => Ok(Either21::B(model.into())),
            Model::TemporalRules(model) => Ok(Either21::C(model.into())),
            Model::ItemSimilarity(model) => Ok(Either21::D(model.into())),
            Model::Rfm(model) => Ok(Either21::E(model.into())),
            Model::KMeans(model) => Ok(Either21::F(model.into())),
            Model::CustomerClusters(model) => Ok(Either21::G(model.into())),
            Model::Popularity(model) => Ok(Either21::H(model.into())),
            Model::Ease(model) => Ok(Either21::I(model.into())),
            Model::GraphFilter(model) => Ok(Either21::J(model.into())),
            Model::ContentSimilarity(model) => Ok(Either21::K(model.into())),
            Model::HybridSimilarity(model) => Ok(Either21::L(model.into())),
            Model::ItemRelations(model) => Ok(Either21::M(model.into())),
            Model::SessionKnn(model) => Ok(Either21::N(model.into())),
            Model::SequentialRules(model) => Ok(Either21::O(model.into())),
            Model::NextBasket(model) => Ok(Either21::P(model.into())),
            Model::Replenishment(model) => Ok(Either21::Q(model.into())),
            Model::Visits(model) => Ok(Either21::R(model.into())),
            Model::Lifecycle(model) => Ok(Either21::S(model.into())),
            Model::Affinity(model) => Ok(Either21::T(model.into())),
            Model::Recommender(model) => Ok(Either21::U(model.into())),
            _ => {
                Err(PersistError::NotAModel { why: "a kind that this package does not know".to_owned() }
                    .into())
            }
        })
    })
}
