//! kosar for Node: each exported function converts its arguments, lets the core compute, and maps the answer.
//!
//! What is exported here is wrapped once more in `index.js`, which gives errors their classes and feeds large inputs in
//! slices.

#![allow(missing_docs, reason = "what has a name that says it all needs no sentence in the declarations")]
#![cfg_attr(test, allow(dead_code, reason = "exports are registered outside of test builds only"))]
#![allow(unreachable_pub, reason = "what is public is reached from JavaScript")]

mod affinity;
mod ask;
mod audience;
mod basket_builder;
mod because;
mod candidates;
mod catalog;
mod catalog_builder;
mod cluster;
mod columns;
mod content;
mod convert;
mod customers;
mod customers_builder;
mod datasets;
mod diagnose;
mod error;
mod evaluate;
mod event_log;
mod itemset;
mod lifecycle;
mod linear;
mod log;
mod log_builder;
mod log_filter;
mod matrix;
mod model;
mod next_basket;
mod options;
mod popularity;
mod recommendation;
mod recommender;
mod recommender_given;
mod relation;
mod replenishment;
mod report;
mod rfm;
mod rfm_builder;
mod rule;
mod rule_options;
mod rule_table;
mod sequence;
mod session;
mod session_evaluation;
mod similarity;
mod split;
mod table;
mod view;
mod visits;
mod work;
