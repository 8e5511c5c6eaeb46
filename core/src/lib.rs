//! kosar: recommendation and personalisation inside the shop's own process.

mod error;
mod fit;
mod fraction;
mod index;
mod model;
mod money;
mod params;
mod random;
mod time;

pub mod cluster;
pub mod data;
pub mod datasets;
pub mod itemset;
pub mod persist;
pub mod rank;
pub mod rfm;
pub mod rule;
pub mod similarity;

pub use data::{Id, IdRef, OrderLog};
pub use error::{Error, ErrorKind, IdError, IntakeError, ParamError, PersistError, Result};
pub use fit::{Control, Fit};
pub use index::{Customer, CustomerIx, Item, ItemIx, Ix, MAX_INDICES, Order, OrderIx};
pub use model::Model;
pub use money::{Fixed, Money, Quantity};
pub use params::{Checked, Params};
pub use persist::Persist;
pub use time::{MICROS_PER_DAY, Time, TimeUnit};
