//! The shop's recommender: one object that answers every placement of a shop, from its orders, its clicks and its catalogue.
//!
//! # What it answers
//!
//! | placement | of |
//! |---|---|
//! | [`similar`](Recommender::similar) | an item |
//! | [`bought_together`](Recommender::bought_together) | a cart |
//! | [`for_customer`](Recommender::for_customer) | a customer |
//! | [`next_in_session`](Recommender::next_in_session) | a session, with or without a customer |
//! | [`buy_again`](Recommender::buy_again) | a customer's own purchases |
//! | [`trending`](Recommender::trending) | everybody |
//! | [`recently_viewed`](Recommender::recently_viewed) | a customer or a session |
//! | [`rerank`](Recommender::rerank) | search results and listings |
//! | [`categories`](Recommender::categories), [`choose`](Recommender::choose) | navigation, banners and blocks of a page |
//! | [`profile`](Recommender::profile) | who a customer is |
//!
//! A list has as many items as were asked for wherever so many may be shown: behind what a placement has to say come, in this
//! order, the customer's segment, the categories at hand, what rises, what many bought, what is new, and the rest of the catalogue.
//! Each [`Answer`] says which step gave it and [`Because`] of what, in numbers that can be reckoned again.
//!
//! # How it stays current
//!
//! The state is the histories: the orders of each customer, the buyers of each item, and the same of clicks. Lists are reckoned
//! from these when they are asked for, from the latest purchases of an item. Some of what stands beside an item is kept for the next
//! request, until one of the latest buyers of the item bought something that it tells of or is forgotten: so nothing is ever out of date. An
//! [`update`](Recommender::update) or a [`forget`](Recommender::forget) makes a new version, which shares with the old all pages that
//! it does not touch, and puts it in the place of the old at once; who reads never waits. Afterwards every answer is that of a
//! recommender built anew, bit for bit. Only what [`profile`](Recommender::profile) is measured by, the cut points and rhythms of all customers, is
//! computed when [`refresh`](Recommender::refresh) is called.
//!
//! ```
//! use kosar::data::LogOptions;
//! use kosar::datasets::Shop;
//! use kosar::recommender::{Recommender, RecommenderSources, Request, Rules};
//! use kosar::{Fit, Persist};
//!
//! let shop = Shop::params().lines(20_000).generate()?;
//! let (log, catalog) = (shop.to_log(LogOptions::default())?, shop.to_catalog()?);
//! let rules = Rules::from_json(r#"{"caps": [{"by": {"category": 1}, "max": 3}]}"#)?;
//! let recommender =
//!     Recommender::params().fit(&RecommenderSources::new(&log).catalog(&catalog).rules(rules))?;
//!
//! for answer in recommender.for_customer("C00003", &Request::new(5))? {
//!     println!("{} ({}): {}", answer.item, answer.step, answer.because);
//! }
//! let receipt = recommender.forget("C00003")?;
//! assert!(receipt.found && receipt.orders > 0);
//! // Unknown now: what anybody gets.
//! assert_eq!(recommender.for_customer("C00003", &Request::new(5))?.len(), 5);
//! assert_eq!(Recommender::from_bytes(&recommender.to_bytes()?)?, recommender);
//! # Ok::<(), kosar::Error>(())
//! ```

mod answer;
mod ask_customer;
mod ask_items;
mod ask_session;
mod because;
mod bought_of;
mod catalog_file;
mod chain;
mod counts_file;
mod diff;
mod export;
mod json;
mod json_error;
mod learn;
mod level;
mod likeness;
mod lists;
mod live;
mod params;
mod persist;
mod personal;
mod pick;
mod placement;
mod population;
mod profile;
mod readiness;
mod recommends;
mod remembered;
#[cfg(test)]
mod remembered_tests;
mod request;
mod rules;
mod scratch;
mod shared;
mod snapshot;
mod sources;
mod state;
mod state_file;
mod state_read;
mod streams_read;
mod tally;
mod tune;
mod viewed;
mod visitor;
mod walk;

pub use answer::Answer;
pub use because::Because;
pub use diff::{AnswerChange, DiffOptions};
pub use export::{CustomerExport, ExportedEvent, ExportedLine, ExportedOrder, Receipt};
pub use learn::UpdateReport;
pub use level::Level;
pub use live::Recommender;
pub use params::{Blend, RecommenderParams, Weights};
pub use personal::{CategoryAnswer, Choice, Content};
pub use placement::{Placement, Step};
pub use profile::{CustomerProfile, LeaningTo, RfmProfile};
pub use readiness::{PlacementReadiness, Readiness};
pub use recommends::ForCustomers;
pub use request::Request;
pub use rules::{Boost, Cap, Filter, GroupBy, ItemTest, Pin, PriceRange, Rebuy, Rules, Upsell};
pub use sources::RecommenderSources;
pub use tune::{TuneOptions, Tuned, TunedLevel};
