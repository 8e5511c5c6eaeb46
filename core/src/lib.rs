//! kosar: recommendation and personalisation inside the shop's own process.

mod error;
mod fit;
mod fraction;
mod index;
mod money;
mod params;
mod random;
mod time;

pub mod data;
pub mod itemset;
pub mod rank;
pub mod rule;

pub use error::{Error, IdError, IntakeError, ParamError, PersistError, Result};
pub use fit::{Control, Fit};
pub use index::{Customer, CustomerIx, Item, ItemIx, Ix, MAX_INDICES, Order, OrderIx};
pub use money::{Fixed, Money, Quantity};
pub use params::{Checked, Params};
pub use time::{MICROS_PER_DAY, Time, TimeUnit};
