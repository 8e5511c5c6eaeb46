//! What is known of each customer before anything is scored: sums that add up, exactly, over logs and customers.

use rayon::prelude::*;

use crate::data::{IdRef, OrderLog, Returns, Vocabulary};
use crate::error::{Error, IntakeError, ParamError, Result};
use crate::index::{CustomerIx, OrderIx};
use crate::money::Money;
use crate::rfm::{Rfm, RfmParams};
use crate::time::{MICROS_PER_DAY, Time};

/// Orders of which the lines are added up before the customers are: reading lines makes the processor guess, which costs
/// little where nothing waits behind it.
const BLOCK: usize = 256;

/// The time of what never was.
const NEVER: Time = Time::from_micros(i64::MIN);

/// The orders that count: from one instant on and before another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    from: Time,
    until: Time,
}

impl Reach {
    /// The reach of parameters; `latest` gives the time of the last order, where it has to be known for that.
    pub(super) fn of(params: &RfmParams, latest: impl FnOnce() -> Option<Time>) -> Self {
        let until = match (params.as_of, params.window_days) {
            (Some(as_of), _) => as_of,
            (None, Some(_)) => latest().map_or(NEVER, Time::next_midnight),
            (None, None) => Time::from_micros(i64::MAX),
        };
        let from = params.window_days.map_or(NEVER, |days| {
            Time::from_micros(until.micros().saturating_sub(i64::from(days).saturating_mul(MICROS_PER_DAY)))
        });
        Self { from, until }
    }

    #[inline]
    fn holds(self, time: Time) -> bool {
        (self.from <= time) & (time < self.until)
    }
}

/// One customer's sums, half a cache line.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
pub(super) struct Sum {
    /// The last order that counts, [`NEVER`] without one.
    last: Time,
    /// The last order of all.
    latest: Time,
    /// Monetary value in millionths, 96 bits of it: amounts of a customer may pass the bound on the way to a sum that does
    /// not, and as many orders as `u32` can count fit.
    low: u64,
    high: i32,
    frequency: u32,
}

impl Sum {
    pub(super) const NOTHING: Self = Self { last: NEVER, latest: NEVER, low: 0, high: 0, frequency: 0 };

    /// Adds an order; `is_purchase` tells whether it counts for recency and frequency.
    ///
    /// Without a branch, so that the processor goes on to the next customers while it waits for this one.
    #[inline]
    pub(super) fn add(&mut self, time: Time, value: i128, is_purchase: bool, reach: Reach) {
        let counts = reach.holds(time);
        self.latest = self.latest.max(time);
        self.add_value(if counts { value } else { 0 });
        self.frequency += u32::from(counts & is_purchase);
        self.last = self.last.max(if counts & is_purchase { time } else { NEVER });
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the two words of a number")]
    fn add_value(&mut self, value: i128) {
        let (low, carries) = self.low.overflowing_add(value as u64);
        self.low = low;
        self.high = self.high.wrapping_add((value >> 64) as i32).wrapping_add(i32::from(carries));
    }

    fn value(&self) -> i128 {
        (i128::from(self.high) << 64) + i128::from(self.low)
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.last = self.last.max(other.last);
        self.latest = self.latest.max(other.latest);
        self.frequency += other.frequency;
        self.add_value(other.value());
    }

    /// The time of the last order, also of those that do not count; `None` without one.
    pub(super) fn latest(&self) -> Option<Time> {
        (self.latest != NEVER).then_some(self.latest)
    }
}

/// The sums of all customers of a log, those without an order that counts included.
///
/// They are all that a model keeps: those of two logs add up to those of both, and leaving a customer out leaves those
/// of a log without the customer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sums {
    customers: Vocabulary,
    last: Vec<Time>,
    frequency: Vec<u32>,
    monetary: Option<Vec<Money>>,
    latest: Option<Latest>,
    /// How returns counted.
    policy: Returns,
}

/// The last orders of all, kept where the model takes its `as_of` from them.
#[derive(Debug, Clone, PartialEq)]
struct Latest {
    customers: Vec<Time>,
    anonymous: Time,
}

/// The parts of [`Sums`], as files hold them.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) customers: Vocabulary,
    pub(super) last: Vec<i64>,
    pub(super) frequency: Vec<u32>,
    pub(super) monetary: Option<Vec<i64>>,
    /// The last order of each customer, and behind them that of orders without a customer.
    pub(super) latest: Option<Vec<i64>>,
    /// How returns counted, as a number.
    pub(super) policy: u32,
}

/// The ways in which returns count, as files number them.
pub(super) const POLICIES: [Returns; 3] = [Returns::Net, Returns::Drop, Returns::Keep];

impl Sums {
    /// Of the orders of a log. One pass over the lines, each thread with sums of its own where orders are many.
    pub(super) fn of_log(params: &RfmParams, log: &OrderLog) -> Result<Self> {
        let times = log.need_times("Rfm")?;
        let customers = log.need_customers("Rfm")?.clone();
        let reach = Reach::of(params, || times.iter().max().copied());
        let policy = params.returns.unwrap_or(log.returns());
        let n_customers = customers.len();
        // Sums of one's own pay only with more orders than customers.
        let n_parts = (log.n_orders() / n_customers.max(1)).clamp(1, rayon::current_num_threads());
        let part = log.n_orders().div_ceil(n_parts).max(1);
        let starts: Vec<usize> = (0..log.n_orders()).step_by(part).collect();
        let sum_up = |&start: &usize| {
            let mut sums = vec![Sum::NOTHING; n_customers + 1];
            let orders = start..log.n_orders().min(start + part);
            let mut worth = [(0, false); BLOCK];
            for first in orders.clone().step_by(BLOCK) {
                let block = first..orders.end.min(first + BLOCK);
                for (worth, order) in worth.iter_mut().zip(block.clone()) {
                    *worth = value_of(log, OrderIx::new(order), policy);
                }
                for (&(value, is_purchase), order) in worth.iter().zip(block) {
                    // Orders without a customer come behind the customers.
                    let customer =
                        log.customer_of(OrderIx::new(order)).map_or(n_customers, CustomerIx::as_usize);
                    sums[customer].add(times[order], value, is_purchase, reach);
                }
            }
            sums
        };
        let add = |mut sums: Vec<Sum>, others: Vec<Sum>| {
            sums.iter_mut().zip(&others).for_each(|(sum, other)| sum.join(other));
            sums
        };
        let parts: Vec<Vec<Sum>> = starts.par_iter().map(sum_up).collect();
        let mut sums = parts.into_iter().reduce(add).unwrap_or_else(|| vec![Sum::NOTHING; n_customers + 1]);
        let anonymous = sums.pop().unwrap_or(Sum::NOTHING);
        Self::of_sums(params, customers, (log.has_amounts(), policy), &sums, &anonymous)
    }

    /// From the sums of each customer, in the order of their ids, and of orders without one.
    pub(super) fn of_sums(
        params: &RfmParams,
        customers: Vocabulary,
        (has_amounts, policy): (bool, Returns),
        sums: &[Sum],
        anonymous: &Sum,
    ) -> Result<Self> {
        let money = |(position, sum): (usize, &Sum)| match i64::try_from(sum.value()) {
            Ok(sum) => Ok(Money::from_millionths(sum)),
            Err(_) => Err(too_much(&customers, position)),
        };
        let monetary = has_amounts.then(|| sums.iter().enumerate().map(money).collect::<Result<_>>());
        let latest = (params.as_of.is_none() && params.window_days.is_none()).then(|| Latest {
            customers: sums.iter().map(|sum| sum.latest).collect(),
            anonymous: anonymous.latest,
        });
        Ok(Self {
            last: sums.iter().map(|sum| sum.last).collect(),
            frequency: sums.iter().map(|sum| sum.frequency).collect(),
            monetary: monetary.transpose()?,
            latest,
            customers,
            policy,
        })
    }

    /// The sums of both, which share no order.
    pub(super) fn merged(&self, other: &Self) -> Result<Self> {
        if self.monetary.is_some() != other.monetary.is_some() {
            let why = "one log has prices and the other has not".to_owned();
            return Err(IntakeError::Append { why }.into());
        }
        if self.policy != other.policy {
            let why = format!("returns are treated as {:?} and {:?}", self.policy, other.policy);
            return Err(IntakeError::Append { why }.into());
        }
        let Some((customers, ours, theirs)) = self.customers.union(&other.customers) else {
            return Err(self.no_union(other));
        };
        let n = customers.len();
        let mut sums = Self {
            last: spread(&self.last, &ours, n, NEVER),
            frequency: spread(&self.frequency, &ours, n, 0),
            monetary: self.monetary.as_ref().map(|values| spread(values, &ours, n, Money::ZERO)),
            latest: self.latest.as_ref().map(|latest| Latest {
                customers: spread(&latest.customers, &ours, n, NEVER),
                anonymous: latest.anonymous,
            }),
            customers,
            policy: self.policy,
        };
        for (from, to) in theirs.iter().map(|&to| to as usize).enumerate() {
            sums.last[to] = sums.last[to].max(other.last[from]);
            sums.frequency[to] = sums.frequency[to].saturating_add(other.frequency[from]);
            if let (Some(monetary), Some(added)) = (&mut sums.monetary, &other.monetary) {
                let sum = monetary[to].millionths().checked_add(added[from].millionths());
                monetary[to] = Money::from_millionths(sum.ok_or_else(|| too_much(&sums.customers, to))?);
            }
            if let (Some(latest), Some(added)) = (&mut sums.latest, &other.latest) {
                latest.customers[to] = latest.customers[to].max(added.customers[from]);
            }
        }
        if let (Some(latest), Some(added)) = (&mut sums.latest, &other.latest) {
            latest.anonymous = latest.anonymous.max(added.anonymous);
        }
        Ok(sums)
    }

    fn no_union(&self, other: &Self) -> Error {
        if self.customers.kind() == other.customers.kind() {
            let max = crate::index::MAX_INDICES as u64;
            return IntakeError::TooMany { what: "customers", max }.into();
        }
        let (ours, theirs) = (self.customers.kind(), other.customers.kind());
        IntakeError::Append { why: format!("customer ids are {ours} and {theirs}") }.into()
    }

    /// The sums without a customer.
    pub(super) fn without(&self, customer: IdRef<'_>) -> Result<Self> {
        let gone = self.customers.find("customer", customer)?;
        let cut = |latest: &Latest| Latest {
            customers: less(&latest.customers, gone),
            anonymous: latest.anonymous,
        };
        Ok(Self {
            customers: self.customers.subset((0..self.customers.len()).filter(|&other| other != gone)),
            last: less(&self.last, gone),
            frequency: less(&self.frequency, gone),
            monetary: self.monetary.as_ref().map(|monetary| less(monetary, gone)),
            latest: self.latest.as_ref().map(cut),
            policy: self.policy,
        })
    }

    /// The instant at which recency is taken: the one given, or the midnight after the last order; `None` without orders.
    pub(super) fn as_of(&self, params: &RfmParams, latest: Option<Time>) -> Option<Time> {
        params.as_of.or_else(|| {
            let last = match &self.latest {
                Some(kept) => kept.customers.iter().copied().chain([kept.anonymous]).max(),
                None => latest,
            };
            last.filter(|&last| last != NEVER).map(Time::next_midnight)
        })
    }

    /// The model of these sums, taken at an instant.
    pub(super) fn into_model(self, params: RfmParams, as_of: Option<Time>) -> Result<Rfm> {
        let counted: Vec<usize> = (0..self.frequency.len()).filter(|&i| self.frequency[i] > 0).collect();
        let customers = if counted.len() == self.customers.len() {
            self.customers.clone()
        } else {
            self.customers.subset(counted.iter().copied())
        };
        let at = as_of.unwrap_or(Time::from_micros(0));
        let recency_days = counted.iter().map(|&i| at.days_since(self.last[i])).collect();
        let frequency = counted.iter().map(|&i| self.frequency[i]).collect();
        let monetary = self.monetary.as_ref().map(|monetary| counted.iter().map(|&i| monetary[i]).collect());
        Rfm::from_columns(params, as_of, customers, recency_days, frequency, monetary, self)
    }

    /// All parts, to be written.
    pub(super) fn columns(&self) -> Columns {
        let micros = |times: &[Time]| times.iter().map(|time| time.micros()).collect::<Vec<_>>();
        let millionths = |money: &Vec<Money>| money.iter().map(|money| money.millionths()).collect();
        Columns {
            customers: self.customers.clone(),
            last: micros(&self.last),
            frequency: self.frequency.clone(),
            monetary: self.monetary.as_ref().map(millionths),
            latest: self.latest.as_ref().map(|latest| {
                let mut all = micros(&latest.customers);
                all.push(latest.anonymous.micros());
                all
            }),
            policy: POLICIES.iter().zip(0..).find(|&(&one, _)| one == self.policy).map_or(0, |(_, at)| at),
        }
    }

    /// From parts that were read; the second value is the section that is wrong, and why.
    pub(super) fn from_columns(columns: Columns) -> Result<Self, (&'static str, &'static str)> {
        let times = |micros: Vec<i64>| micros.into_iter().map(Time::from_micros).collect::<Vec<_>>();
        let last = times(columns.last);
        if last.iter().zip(&columns.frequency).any(|(&last, &frequency)| (last == NEVER) != (frequency == 0))
        {
            return Err(("last_order", "a customer has a last order where there are orders, and only there"));
        }
        let latest = columns.latest.map(|mut all| {
            let anonymous = Time::from_micros(all.pop().unwrap_or(i64::MIN));
            Latest { customers: times(all), anonymous }
        });
        if let Some(latest) = &latest
            && latest.customers.iter().zip(&last).any(|(&latest, &last)| latest < last || latest == NEVER)
        {
            return Err(("latest", "it cannot lie before the last order that counts"));
        }
        Ok(Self {
            customers: columns.customers,
            last,
            frequency: columns.frequency,
            monetary: columns.monetary.map(|values| values.into_iter().map(Money::from_millionths).collect()),
            latest,
            policy: *POLICIES.get(columns.policy as usize).ok_or(("returns", "it must be below 3"))?,
        })
    }

    /// Whether these are sums that a fit with these parameters could have given; the second value is the section that is
    /// wrong, and why.
    pub(super) fn must_fit(
        &self,
        params: &RfmParams,
        as_of: Option<Time>,
    ) -> Result<(), (&'static str, &'static str)> {
        if params.returns.is_some_and(|returns| returns != self.policy) {
            return Err(("returns", "they must have counted as the parameters say"));
        }
        let is_kept = params.as_of.is_none() && params.window_days.is_none();
        if self.latest.is_some() != is_kept {
            return Err(("latest", "it must be there where as_of comes from the log, and only there"));
        }
        if (params.as_of.is_some() || is_kept) && self.as_of(params, None) != as_of {
            return Err(("as_of", "it must be the midnight asked for, or the one after the last order"));
        }
        let last = self.last.iter().copied().filter(|&last| last != NEVER);
        let reach =
            Reach::of(params, || as_of.map(|as_of| Time::from_micros(as_of.micros().saturating_sub(1))));
        if last.into_iter().any(|last| !reach.holds(last) || as_of.is_none_or(|as_of| last >= as_of)) {
            return Err(("last_order", "an order that counts cannot lie outside of what counts"));
        }
        Ok(())
    }
}

/// What an order adds to monetary value, in millionths, and whether it counts for recency and frequency: it has a line of
/// positive value, or, in a log without prices, of positive quantity; where returns are kept, a line of any value but zero.
#[inline]
fn value_of(log: &OrderLog, order: OrderIx, policy: Returns) -> (i128, bool) {
    match log.amounts_of(order) {
        Some(amounts) => {
            let add = |(sum, any): (i128, bool), &amount: &Money| {
                let (value, is_purchase) = policy.counted(amount);
                (sum + i128::from(value.millionths()), any | is_purchase)
            };
            amounts.iter().fold((0, false), add)
        }
        None => (0, policy == Returns::Keep || log.has_positive_quantity(order)),
    }
}

fn too_much(customers: &Vocabulary, position: usize) -> Error {
    Error::Overflow { what: "monetary value", role: "customer", id: customers.get(position).quoted() }
}

/// Values at their new places, with `nothing` where there was none.
fn spread<T: Copy>(values: &[T], places: &[u32], n: usize, nothing: T) -> Vec<T> {
    let mut all = vec![nothing; n];
    for (&value, &place) in values.iter().zip(places) {
        all[place as usize] = value;
    }
    all
}

/// The values but one.
fn less<T: Copy>(values: &[T], gone: usize) -> Vec<T> {
    [&values[..gone], &values[gone + 1..]].concat()
}

/// Refuses what a model cannot do of which orders were left out for good.
pub(super) fn must_keep_all(params: &RfmParams) -> Result<(), ParamError> {
    if params.window_days.is_some() && params.as_of.is_none() {
        return Err(ParamError::NotWith {
            name: "as_of",
            allowed: "given",
            with: "updating or forgetting with window_days: orders that have left the window are not kept",
        });
    }
    Ok(())
}
