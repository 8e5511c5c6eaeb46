//! Itemsets of baskets in parts.

use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, ClassInstance, FromNapiValue, Unknown};
use napi_derive::napi;

use crate::convert::log;
use crate::error::{Outcome, refused};
use crate::itemset::FrequentItemsets;
use crate::model;
use crate::options::Options;
use crate::view::View;
use crate::work::{Cancel, Work, background, control};

/// The itemsets that are frequent in a part of the baskets, or in one of several parts: all that may be frequent in the
/// whole. Made by `FrequentItemsets.candidates`.
#[napi]
pub struct Candidates {
    model: Arc<kosar::itemset::Candidates>,
}

/// How many baskets of a part, or of several parts, hold each candidate. Made by `Candidates.count`.
#[napi]
pub struct CandidateCounts {
    model: Arc<kosar::itemset::CandidateCounts>,
}

impl From<kosar::itemset::Candidates> for Candidates {
    fn from(model: kosar::itemset::Candidates) -> Self {
        Self { model: Arc::new(model) }
    }
}

impl From<kosar::itemset::CandidateCounts> for CandidateCounts {
    fn from(model: kosar::itemset::CandidateCounts) -> Self {
        Self { model: Arc::new(model) }
    }
}

#[napi]
#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
impl Candidates {
    /// The number of itemsets.
    #[napi(getter, catch_unwind)]
    pub fn length(&self) -> f64 {
        self.model.len() as f64
    }

    /// The number of baskets that were searched.
    #[napi(getter, catch_unwind)]
    pub fn n_baskets(&self) -> f64 {
        self.model.n_baskets() as f64
    }

    /// The candidates of these parts and of others, found with the same options; no basket may be in both.
    #[napi(ts_args_type = "other: Candidates", ts_return_type = "Promise<Candidates>", catch_unwind)]
    pub fn merge(&self, other: Unknown<'_>) -> AsyncTask<Work<Candidates>> {
        let own = Arc::clone(&self.model);
        background(|| {
            let other = ClassInstance::<'_, Candidates>::from_unknown(other)
                .map(|other| Arc::clone(&other.model))
                .map_err(|_| refused("other", "Candidates", other))?;
            Ok(move || (*own).clone().merge(&other).map(Self::from))
        })
    }

    /// Counts the candidates in a part of the baskets, seen with the options of `FrequentItemsets.candidates`.
    #[napi(
        ts_args_type = "log: OrderLog, options?: CandidateCountOptions",
        ts_return_type = "Promise<CandidateCounts>",
        catch_unwind
    )]
    pub fn count(
        &self,
        log_: Unknown<'_>,
        options: Option<Unknown<'_>>,
        cancel: Option<&Cancel>,
    ) -> AsyncTask<Work<CandidateCounts>> {
        let (own, control) = (Arc::clone(&self.model), control(cancel));
        background(|| {
            let (log, view) = (log(log_)?, view(options)?);
            Ok(move || own.count_with(&view.baskets(&log)?, &control).map(CandidateCounts::from))
        })
    }
}

#[napi]
#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
impl CandidateCounts {
    /// The number of baskets that were counted.
    #[napi(getter, catch_unwind)]
    pub fn n_baskets(&self) -> f64 {
        self.model.n_baskets() as f64
    }

    /// The counts of these parts and of others, of the same candidates; no basket may be in both.
    #[napi(
        ts_args_type = "other: CandidateCounts",
        ts_return_type = "Promise<CandidateCounts>",
        catch_unwind
    )]
    pub fn merge(&self, other: Unknown<'_>) -> AsyncTask<Work<CandidateCounts>> {
        let own = Arc::clone(&self.model);
        background(|| {
            let other = ClassInstance::<'_, CandidateCounts>::from_unknown(other)
                .map(|other| Arc::clone(&other.model))
                .map_err(|_| refused("other", "CandidateCounts", other))?;
            Ok(move || (*own).clone().merge(&other).map(Self::from))
        })
    }

    /// The frequent itemsets of all parts together; every part must have been searched and counted once.
    #[napi(ts_return_type = "Promise<FrequentItemsets>", catch_unwind)]
    pub fn finish(&self) -> AsyncTask<Work<FrequentItemsets>> {
        let own = Arc::clone(&self.model);
        background(|| Ok(move || (*own).clone().finish().map(FrequentItemsets::from)))
    }
}

model::persistent!(Candidates, kosar::itemset::Candidates, "Promise<Candidates>");
model::persistent!(CandidateCounts, kosar::itemset::CandidateCounts, "Promise<CandidateCounts>");

fn view(options: Option<Unknown<'_>>) -> Outcome<View> {
    let mut options = Options::of_fit(options)?;
    let view = View::read(&mut options)?;
    options.finish()?;
    Ok(view)
}
