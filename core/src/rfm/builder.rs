//! The model straight from batches of order lines, without a log.

use hashbrown::HashTable;
use rayon::prelude::*;

use crate::data::{
    Batch, IntakeReport, LogOptions, OrderTotal, OrderTotals, OrderTotalsBuilder, PARTS, Vocabulary,
};
use crate::error::{IntakeError, Result};
use crate::index::MAX_INDICES;
use crate::params::{Checked, Params};
use crate::rfm::sums::{Reach, Sum, Sums};
use crate::rfm::{Rfm, RfmParams};
use crate::time::Time;

/// Collects order lines in batches and computes an [`Rfm`] from them: the one that a fit on the
/// [`OrderLog`](crate::OrderLog) of the same rows would give, bit for bit, in a fraction of the time and without the log.
///
/// Lines of an order that follow each other are added up as they come; where no order comes back later, nothing else is
/// looked up. Memory grows with the orders, not with the lines. The report has no
/// [`Note::SharedOrderIds`](crate::data::Note::SharedOrderIds) and no
/// [`Note::PartlyAnonymous`](crate::data::Note::PartlyAnonymous).
///
/// ```
/// use kosar::TimeUnit;
/// use kosar::data::{Batch, IdValues, LogOptions, NumberValues, Role, TimeValues, Values};
/// use kosar::rfm::{Rfm, RfmBuilder};
///
/// let mut builder = RfmBuilder::new(Rfm::params(), LogOptions::default())?;
/// builder.push(
///     &Batch::new(3)
///         .ids(Role::Customer, IdValues::Text(Values::new(&["ann", "ann", "bob"][..])))?
///         .ids(Role::Order, IdValues::Int(Values::new(&[1, 1, 2][..])))?
///         .time(TimeValues::Int(Values::new(&[0, 0, 86_400][..]), TimeUnit::Second))?
///         .numbers(Role::Amount, NumberValues::Float(Values::new(&[2.5, 4.0, 3.0][..])))?,
/// )?;
/// let (rfm, report) = builder.finish()?;
/// assert_eq!((rfm.customer("ann")?.frequency, rfm.customer("ann")?.recency_days), (1, 2));
/// assert_eq!(report.taken(), 3);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug)]
pub struct RfmBuilder {
    params: Checked<RfmParams>,
    totals: OrderTotalsBuilder,
}

impl RfmBuilder {
    /// An empty builder.
    ///
    /// # Errors
    /// Bad parameters; [`ParamError::NotWith`](crate::ParamError::NotWith) for `drop_duplicates`, which needs a log.
    pub fn new(params: RfmParams, options: LogOptions) -> Result<Self> {
        let params = params.check()?;
        let policy = params.returns.unwrap_or(options.returns);
        Ok(Self { params, totals: OrderTotalsBuilder::new(options, policy)? })
    }

    /// Takes the rows of a batch: customer and time, and where they are given order, item (checked only), quantity, and price
    /// or amount; without orders each row is one.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) without customers or times; as
    /// [`LogBuilder::push`](crate::data::LogBuilder::push).
    pub fn push(&mut self, batch: &Batch<'_>) -> Result<()> {
        self.totals.push(batch, "Rfm")
    }

    /// The model, and what became of the rows.
    ///
    /// # Errors
    /// [`IntakeError::NoColumns`] when no batch was pushed, [`IntakeError::TooMany`] beyond `u32` customers,
    /// [`Error::Overflow`](crate::Error::Overflow) for a customer whose value does not fit.
    pub fn finish(self) -> Result<(Rfm, IntakeReport)> {
        let totals = self.totals.finish()?;
        let params = self.params.into_inner();
        let reach = Reach::of(&params, || latest(&totals));
        let parts: Vec<Part> =
            (0..PARTS).into_par_iter().map(|part| Part::of(&totals, part, reach)).collect();
        let mut anonymous = Sum::NOTHING;
        parts.iter().for_each(|part| anonymous.join(&part.anonymous));
        let mut people: Vec<(i64, Sum)> =
            parts.into_iter().flat_map(|part| part.ids.into_iter().zip(part.sums)).collect();
        if people.len() >= MAX_INDICES {
            return Err(IntakeError::TooMany { what: "customers", max: MAX_INDICES as u64 }.into());
        }
        let customers = match totals.names() {
            None => {
                people.par_sort_unstable_by_key(|&(id, _)| id);
                Vocabulary::from_sorted_ints(people.iter().map(|&(id, _)| id).collect())
                    .expect("each customer is in one part, once")
            }
            Some((names, places)) => {
                let place = |&(number, _): &(i64, Sum)| {
                    usize::try_from(number)
                        .ok()
                        .and_then(|number| places.get(number))
                        .map_or(0, |&p| p as usize)
                };
                people.par_sort_unstable_by_key(place);
                if people.len() == names.len() {
                    names.clone()
                } else {
                    names.subset(people.iter().map(place))
                }
            }
        };
        let sums: Vec<Sum> = people.into_iter().map(|(_, sum)| sum).collect();
        let last = sums.iter().chain([&anonymous]).filter_map(Sum::latest).max();
        let sums =
            Sums::of_sums(&params, customers, (totals.has_amounts(), totals.policy()), &sums, &anonymous)?;
        let as_of = sums.as_of(&params, last);
        Ok((sums.into_model(params, as_of)?, totals.report().clone()))
    }
}

/// The customers of one part.
struct Part {
    ids: Vec<i64>,
    sums: Vec<Sum>,
    anonymous: Sum,
}

impl Part {
    fn of(totals: &OrderTotals, part: usize, reach: Reach) -> Self {
        let mut places: HashTable<u32> = HashTable::new();
        let mut this = Self { ids: Vec::new(), sums: Vec::new(), anonymous: Sum::NOTHING };
        let mut add = |total: &OrderTotal, value: i128| {
            let sum = if total.is_anonymous {
                &mut this.anonymous
            } else {
                let ids = &mut this.ids;
                let (hash, new) = (mix(total.customer), u32::try_from(ids.len()).unwrap_or(u32::MAX));
                let is = |&place: &u32| ids[place as usize] == total.customer;
                match places.find(hash, is) {
                    Some(&place) => &mut this.sums[place as usize],
                    None => {
                        places.insert_unique(hash, new, |&place| mix(ids[place as usize]));
                        ids.push(total.customer);
                        this.sums.push(Sum::NOTHING);
                        &mut this.sums[new as usize]
                    }
                }
            };
            sum.add(Time::from_micros(total.time), value, total.is_purchase, reach);
        };
        if totals.are_whole() {
            totals.part(part).for_each(|total| add(total, i128::from(total.value)));
        } else {
            whole(totals, part).iter().for_each(|(total, value)| add(total, *value));
        }
        this
    }
}

/// Each order of a part once, with its value.
fn whole(totals: &OrderTotals, part: usize) -> Vec<(OrderTotal, i128)> {
    let mut orders: Vec<(OrderTotal, i128)> = Vec::new();
    let mut places: HashTable<u32> = HashTable::new();
    for total in totals.part(part) {
        let is = |&place: &u32| orders[place as usize].0.is_same_order(total);
        let hash = hash_of(total);
        if let Some(&place) = places.find(hash, is) {
            let (order, value) = &mut orders[place as usize];
            order.time = order.time.min(total.time);
            order.is_purchase |= total.is_purchase;
            *value += i128::from(total.value);
        } else {
            let place = u32::try_from(orders.len()).unwrap_or(u32::MAX);
            places.insert_unique(hash, place, |&place| hash_of(&orders[place as usize].0));
            orders.push((*total, i128::from(total.value)));
        }
    }
    orders
}

/// The time of the last order, where that has to be known before anything is added up.
fn latest(totals: &OrderTotals) -> Option<Time> {
    let of_part = |part| {
        let micros = if totals.are_whole() {
            totals.part(part).map(|total| total.time).max()
        } else {
            whole(totals, part).iter().map(|(total, _)| total.time).max()
        };
        micros.map(Time::from_micros)
    };
    (0..PARTS).into_par_iter().map(of_part).max().flatten()
}

fn hash_of(total: &OrderTotal) -> u64 {
    mix(total.order[0] ^ total.customer.rotate_left(32))
}

/// Spreads a number over all bits, the upper and the lower.
#[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "bits are mixed")]
fn mix(number: i64) -> u64 {
    let product = u128::from(number as u64 ^ 0x2545_F491_4F6C_DD1D) * 0x9E37_79B9_7F4A_7C15;
    (product as u64) ^ ((product >> 64) as u64)
}
