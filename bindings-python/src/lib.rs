//! The compiled half of the Python package `kosar`: one class family a file, each function convert, release, call, map.
//!
//! `convert` holds the only conversions, `error` the only mapping of errors, `run` the only way to run anything long,
//! and `arrow_ffi` the only unsafe code.

#![allow(clippy::needless_pass_by_value, reason = "what is taken from Python is owned")]

mod affinity;
mod answer;
mod arrow_ffi;
mod audience;
mod catalog;
mod clusters;
mod content;
mod convert;
mod customers;
mod datasets;
mod diagnose;
mod error;
mod evaluate;
mod event_log;
mod itemsets;
mod kmeans;
mod lifecycle;
mod linear;
mod matrix;
mod next_basket;
mod order_log;
mod parts;
mod persist;
mod popularity;
mod recommendation;
mod recommender;
mod relations;
mod replenishment;
mod rfm;
mod rfm_params;
mod rules;
mod run;
mod session;
mod session_evaluation;
mod similarity;
mod slots;
mod split;
mod table;
mod temporal;
mod visits;

use pyo3::prelude::*;

/// What the package `kosar` is built on; use that instead.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::affinity::Affinity;
    #[pymodule_export]
    use crate::answer::Answer;
    #[pymodule_export]
    use crate::audience::{AudienceData, Audiences, audience_schema, read_audience};
    #[pymodule_export]
    use crate::catalog::Catalog;
    #[pymodule_export]
    use crate::clusters::CustomerClusters;
    #[pymodule_export]
    use crate::content::{ContentSimilarity, HybridSimilarity};
    #[pymodule_export]
    use crate::customers::Customers;
    #[pymodule_export]
    use crate::datasets::{breakfast, corner_shop, shop, shop_catalog, shop_columns, shop_data};
    #[pymodule_export]
    use crate::diagnose::{Diagnosis, LogFilter};
    #[pymodule_export]
    use crate::evaluate::{
        Comparison, Evaluation, Recommended, compare, evaluate, grid_positions, metrics, tuned,
    };
    #[pymodule_export]
    use crate::event_log::EventLog;
    #[pymodule_export]
    use crate::itemsets::FrequentItemsets;
    #[pymodule_export]
    use crate::kmeans::KMeans;
    #[pymodule_export]
    use crate::lifecycle::{Lifecycle, StageMovements};
    #[pymodule_export]
    use crate::linear::{Ease, GraphFilter};
    #[pymodule_export]
    use crate::matrix::Matrix;
    #[pymodule_export]
    use crate::next_basket::NextBasket;
    #[pymodule_export]
    use crate::order_log::OrderLog;
    #[pymodule_export]
    use crate::parts::{CandidateCounts, Candidates};
    #[pymodule_export]
    use crate::persist::{from_bytes, load};
    #[pymodule_export]
    use crate::popularity::Popularity;
    #[pymodule_export]
    use crate::recommendation::{Reason, Recommendation};
    #[pymodule_export]
    use crate::recommender::{Recommender, recommender_schema, rules_schema};
    #[pymodule_export]
    use crate::relations::ItemRelations;
    #[pymodule_export]
    use crate::replenishment::Replenishment;
    #[pymodule_export]
    use crate::rfm::Rfm;
    #[pymodule_export]
    use crate::rules::{AssociationRules, measures};
    #[pymodule_export]
    use crate::run::fail_on_purpose;
    #[pymodule_export]
    use crate::session::{SequentialRules, SessionKnn, event_kinds};
    #[pymodule_export]
    use crate::session_evaluation::{
        PopularInSessions, SessionEvaluation, evaluate_sessions, split_sessions,
    };
    #[pymodule_export]
    use crate::similarity::ItemSimilarity;
    #[pymodule_export]
    use crate::split::Split;
    #[pymodule_export]
    use crate::table::Table;
    #[pymodule_export]
    use crate::temporal::TemporalRules;
    #[pymodule_export]
    use crate::visits::Visits;
}
