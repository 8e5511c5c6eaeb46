//! The order log and the event log: rows of the shop's own files and tables, checked, numbered and stored in columns.
//!
//! Rows come in through a [`LogBuilder`] (or [`OrderLog::from_csv`], [`OrderLog::from_baskets`]); every row is taken or
//! set aside with its [`Cause`] in the [`IntakeReport`]. Outside ids become positions in a sorted [`Vocabulary`], money
//! and quantities fixed-point numbers, instants microseconds. Out of the finished [`OrderLog`] come [`Baskets`],
//! [`Histories`] and sparse matrices. What the shop knows of its items beside that is in a [`Catalog`],
//! and what it knows of its customers in [`Customers`].
//!
//! Views, clicks, carts and messages come in the same way, through an [`EventLogBuilder`] or [`EventLog::from_csv`], and
//! become the sessions of an [`EventLog`]; weighed by [`KindWeights`] they are [`Interactions`] like purchases.

mod attribute;
mod attribute_words;
mod basket;
mod basket_builder;
mod basket_view;
mod batch;
mod catalog;
mod catalog_batch;
mod catalog_builder;
mod catalog_columns;
mod catalog_csv;
mod catalog_facts;
mod catalog_parts;
mod catalog_table;
mod category_tree;
mod checked_events;
mod checked_rows;
mod csv;
mod csv_rows;
mod customers;
mod customers_batch;
mod customers_builder;
mod customers_change;
mod customers_columns;
mod customers_csv;
mod customers_facts;
mod customers_join;
mod customers_table;
mod event_builder;
mod event_clicks;
mod event_csv;
mod event_kind;
mod event_log;
mod event_sessions;
mod event_strengths;
mod event_table;
mod events;
mod fates;
mod filtered;
mod hierarchy;
mod history;
mod id;
mod identities;
mod intake_report;
mod interactions;
mod kind_weights;
mod levels;
mod lines;
mod log_builder;
mod log_filter;
mod matrix;
mod names;
mod order_log;
mod order_log_change;
mod order_totals;
mod owned;
mod owner_columns;
mod pairs;
mod plain_lines;
mod rows;
mod session;
mod span;
mod table;
mod vocabulary;

pub use attribute::Attribute;
pub use basket::{Baskets, Unplaced};
pub use basket_builder::BasketBuilder;
pub use basket_view::{BasketView, Level, Unit};
pub use batch::{AttributeValues, Batch, IdValues, NumberValues, Role, TimeValues, Values};
pub use catalog::Catalog;
pub use catalog_batch::{CatalogBatch, TagValues};
pub use catalog_builder::{CatalogBuilder, CatalogOptions};
pub use catalog_csv::CatalogColumns;
pub use catalog_facts::ItemFacts;
pub use category_tree::{CategoryRef, CategoryTree};
pub use csv::CsvColumns;
pub use customers::{Consent, Customers};
pub use customers_batch::{CustomersBatch, DateValues, FactValues, FlagValues};
pub use customers_builder::{CustomersBuilder, CustomersOptions};
pub use customers_csv::CustomersColumns;
pub use customers_facts::{CustomerFacts, Fact};
pub use event_builder::{EventLogBuilder, EventOptions};
pub use event_csv::EventColumns;
pub use event_kind::EventKind;
pub use event_log::{Event, EventLog, SessionView};
pub use filtered::FilterReport;
pub use hierarchy::Hierarchy;
pub use history::{Histories, Purchase};
pub use id::{Id, IdKind, IdRef};
pub use intake_report::{Cause, Finding, IntakeReport, Note};
pub use interactions::Interactions;
pub use kind_weights::KindWeights;
pub use log_builder::{LogBuilder, LogOptions, Returns};
pub use log_filter::LogFilter;
pub use order_log::{Line, OrderLog};
pub(crate) use order_totals::{OrderTotal, OrderTotals, OrderTotalsBuilder, PARTS};
pub use rows::Rows;
pub use session::{Click, Sessions};
pub use span::Span;
pub use table::{Cell, Column, Table};
pub use vocabulary::Vocabulary;

pub(crate) use attribute::NONE;
pub(crate) use catalog_parts::CatalogParts;
pub(crate) use customers::CustomerColumn;
pub(crate) use event_clicks::is_click;
pub(crate) use event_sessions::resolved;
pub(crate) use interactions::Facts;
pub(crate) use names::Names;
pub(crate) use owned::Owned;
pub(crate) use session::{session_order, sorted as sorted_sessions};
pub(crate) use span::Spans;
pub(crate) use vocabulary::Interner;
