//! How a log is split, as a value: for whoever splits later, such as [`tune`](crate::eval::tune).

use crate::data::OrderLog;
use crate::error::Result;
use crate::eval::{
    Cut, Pick, Split, SplitOptions, by_customer, leave_last_basket, leave_one_out, temporal_split,
};

/// One of the ways to split a log.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum SplitRule {
    /// As [`temporal_split`].
    Temporal(Cut),
    /// As [`leave_last_basket`].
    LastBasket,
    /// As [`leave_one_out`].
    OneOut(Pick),
    /// As [`by_customer`].
    ByCustomer {
        /// The share of the customers to hold out.
        share: f64,
        /// The seed.
        seed: u64,
    },
}

impl SplitRule {
    /// Splits a log.
    ///
    /// # Errors
    /// Those of the function that the rule stands for.
    pub fn split(self, log: &OrderLog, options: &SplitOptions) -> Result<Split> {
        match self {
            Self::Temporal(cut) => temporal_split(log, cut, options),
            Self::LastBasket => leave_last_basket(log, options),
            Self::OneOut(pick) => leave_one_out(log, pick, options),
            Self::ByCustomer { share, seed } => by_customer(log, share, seed, options),
        }
    }
}
