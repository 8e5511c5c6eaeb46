//! What a profile is measured by: figures of all customers, without any of them.

use super::state::{State, second};
use crate::data::Rows;
use crate::error::Result;
use crate::lifecycle::{Lifecycle, StageRule};
use crate::rfm::{Figures, RfmScorer};
use crate::time::Time;

/// Cut points of recency, frequency and monetary value, and the rhythm of all.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Population {
    /// The end of the latest order's day.
    pub(super) as_of: Time,
    pub(super) rfm: RfmScorer,
    pub(super) stages: StageRule,
}

/// The days on which a buyer bought, rising, each once.
pub(super) fn purchase_days(buyer: super::state::BuyerRecord<'_>) -> Vec<i32> {
    let orders = (0..buyer.n_orders()).filter(|&order| buyer.is_purchase(order));
    let mut days: Vec<i32> = orders
        .map(|order| {
            i32::try_from(second(buyer.time(order)) / 86_400).expect("days of 32-bit seconds are few")
        })
        .collect();
    days.dedup();
    days
}

impl Population {
    /// Of everybody with an order. Linear in the orders.
    ///
    /// # Errors
    /// None that a state can bring about.
    pub(super) fn of(state: &State) -> Result<Self> {
        // What a file says of its customers may not be true.
        let n = (state.totals.customers as usize).min(state.buyers.n_slots());
        let mut figures = Figures {
            last: Vec::with_capacity(n),
            frequency: Vec::with_capacity(n),
            monetary: state.has_amounts.then(|| Vec::with_capacity(n)),
        };
        let mut days: Rows<i32> = Rows::default();
        for buyer in state.buyers.slots().filter_map(|slot| state.buyer(slot)) {
            if buyer.is_anonymous() {
                continue;
            }
            let orders = || (0..buyer.n_orders()).filter(|&order| buyer.is_purchase(order));
            let Some(last) = orders().next_back() else { continue };
            // The earliest instant of all stands for none.
            figures.last.push(buyer.time(last).micros().max(i64::MIN + 1));
            figures.frequency.push(u32::try_from(orders().count()).expect("orders are bounded to u32"));
            if let Some(monetary) = &mut figures.monetary {
                monetary.push(super::profile::spent(buyer).millionths());
            }
            days.push(purchase_days(buyer));
        }
        let as_of = Time::from_micros(state.trend.windows.end.saturating_mul(crate::time::MICROS_PER_DAY));
        Ok(Self {
            as_of,
            rfm: RfmScorer::of(figures, as_of, state.returns)?,
            stages: StageRule::of(&days, &Lifecycle::params()),
        })
    }
}
