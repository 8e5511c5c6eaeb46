//! Shops to try things on: a generator of realistic ones, and [toy] ones with answers that a person can check.
//!
//! Nothing here reads a clock, a file or a network: equal parameters give equal shops, on every platform and in every
//! release that does not say otherwise in its change log.
//!
//! ```
//! use kosar::datasets::{CustomerType, Shop};
//!
//! let shop = Shop::params().lines(5_000).seed(42).dirty(0.01).generate()?;
//! let truth = shop.truth();
//! let lapsed = truth.customer_types.iter().filter(|(_, kind)| *kind == CustomerType::Lapsed).count();
//! assert!(lapsed > 10);
//! assert_eq!(truth.return_lines, 100);
//! assert_eq!(truth.defects.len(), 50);
//! # Ok::<(), kosar::ParamError>(())
//! ```

mod assortment;
mod browse;
mod calendar;
mod catalog;
mod consumables;
mod customers;
mod draw;
mod lines;
mod orders;
mod repeat;
mod rows;
mod seasons;
mod shop;
mod shop_params;
mod troubles;
mod words;

pub mod toy;

pub use browse::Funnel;
pub use catalog::Product;
pub use consumables::Consumable;
pub use customers::CustomerType;
pub use lines::ShopLines;
pub use repeat::{RepeatBuyer, RepeatBuying};
pub use seasons::CategorySeason;
pub use shop::{Defect, Shop, ShopTruth};
pub use shop_params::ShopParams;
pub use troubles::{PlantedTroubles, ShopTroubles};
