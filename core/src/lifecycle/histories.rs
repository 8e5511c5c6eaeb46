//! The state of the model: on which days each customer bought, and since when they are known.

use rayon::prelude::*;

use crate::data::{EventLog, IdRef, OrderLog, Rows, Vocabulary};
use crate::error::{Error, IdError, IntakeError, Result};
use crate::index::OrderIx;
use crate::lifecycle::LifecycleSources;
use crate::time::{MICROS_PER_DAY, Time};

/// The day of what always was, and of what never was.
pub(super) const NO_DAY: i32 = i32::MIN;

/// Purchases of all customers who are known. Its form depends on what happened alone, not on the order in which it was told.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Histories {
    pub(super) customers: Vocabulary,
    /// The first day on which each customer is known; [`NO_DAY`] for one who always was.
    pub(super) known: Vec<i32>,
    /// The days (since 1970, UTC) on which each customer bought, rising.
    pub(super) days: Rows<i32>,
    /// Where `as_of` comes from the log.
    pub(super) latest: Option<Latest>,
}

/// The days of the last orders of all kinds; [`NO_DAY`] without one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Latest {
    pub(super) customers: Vec<i32>,
    /// Of orders without a customer.
    pub(super) nobody: i32,
}

/// The day of an instant; all instants that there are fit.
pub(super) fn day_of(time: Time) -> i32 {
    i32::try_from(time.micros().div_euclid(MICROS_PER_DAY)).expect("2^63 microseconds are 107 million days")
}

/// The midnight at which a day begins; at the ends of time, the nearest instant.
pub(super) fn midnight(day: i64) -> Time {
    Time::from_micros(day.saturating_mul(MICROS_PER_DAY))
}

impl Histories {
    /// What a log and other sources tell of the time before `as_of`.
    pub(super) fn of(sources: &LifecycleSources<'_>, as_of: Option<Time>) -> Result<Self> {
        let mut all = Self::of_log(sources.log, as_of)?;
        if let Some(events) = sources.events {
            all = all.merged(&Self::of_events(events, as_of))?;
        }
        match sources.prospects {
            Some(ids) => all.merged(&Self::known_only(ids.clone(), vec![NO_DAY; ids.len()], as_of)),
            None => Ok(all),
        }
    }

    /// A counting sort of the orders by customer; days are read and sorted in parallel.
    fn of_log(log: &OrderLog, as_of: Option<Time>) -> Result<Self> {
        let customers = log.need_customers("Lifecycle")?;
        let times = log.need_times("Lifecycle")?;
        let before = as_of.unwrap_or(Time::from_micros(i64::MAX));
        let n = customers.len();
        // Of each order the day, and whether it is a purchase.
        let of_order = |order: usize| (day_of(times[order]), log.is_purchase(OrderIx::new(order)));
        let orders: Vec<(i32, bool)> = (0..log.n_orders()).into_par_iter().map(of_order).collect();
        let counts = |order: usize| times[order] < before;
        let mut known = vec![i32::MAX; n];
        let mut latest = Latest { customers: vec![NO_DAY; n], nobody: NO_DAY };
        let mut offsets = vec![0; n + 1];
        for (order, &(day, is_purchase)) in orders.iter().enumerate().filter(|&(order, _)| counts(order)) {
            let Some(customer) = log.customer_of(OrderIx::new(order)) else {
                latest.nobody = latest.nobody.max(day);
                continue;
            };
            let at = customer.as_usize();
            known[at] = known[at].min(day);
            latest.customers[at] = latest.customers[at].max(day);
            offsets[at + 1] += usize::from(is_purchase);
        }
        for at in 0..n {
            offsets[at + 1] += offsets[at];
        }
        let mut next = offsets.clone();
        let mut days = vec![0; offsets[n]];
        for (order, &(day, _)) in orders.iter().enumerate().filter(|&(order, &(_, is))| is && counts(order)) {
            if let Some(customer) = log.customer_of(OrderIx::new(order)) {
                let slot = &mut next[customer.as_usize()];
                days[*slot] = day;
                *slot += 1;
            }
        }
        let mut rows: Vec<&mut [i32]> = Vec::with_capacity(n);
        let mut rest = &mut days[..];
        for ends in offsets.windows(2) {
            let (row, behind) = rest.split_at_mut(ends[1] - ends[0]);
            rows.push(row);
            rest = behind;
        }
        rows.par_iter_mut().for_each(|row| row.sort_unstable());
        let counted: Vec<usize> = (0..n).filter(|&at| known[at] != i32::MAX).collect();
        let distinct = |&at: &usize| {
            let row = &*rows[at];
            let is_new = move |&place: &usize| place == 0 || row[place] != row[place - 1];
            (0..row.len()).filter(is_new).map(move |place| row[place])
        };
        let pick = |values: &[i32]| counted.iter().map(|&at| values[at]).collect::<Vec<_>>();
        Ok(Self {
            days: counted.iter().map(distinct).collect(),
            known: pick(&known),
            latest: as_of.is_none().then(|| Latest { customers: pick(&latest.customers), ..latest }),
            customers: match counted.len() == n {
                true => customers.clone(),
                false => customers.subset(counted.iter().copied()),
            },
        })
    }

    fn of_events(events: &EventLog, as_of: Option<Time>) -> Self {
        let before = as_of.unwrap_or(Time::from_micros(i64::MAX));
        let mut first = vec![Time::from_micros(i64::MAX); events.n_customers()];
        for session in events.sessions().map(|session| events.session(session)) {
            if let Some(customer) = session.customer {
                let seen = &mut first[customer.as_usize()];
                *seen = session.times[0].min(*seen);
            }
        }
        let counted: Vec<usize> = (0..first.len()).filter(|&at| first[at] < before).collect();
        let known = counted.iter().map(|&at| day_of(first[at])).collect();
        Self::known_only(events.customers().subset(counted.iter().copied()), known, as_of)
    }

    fn known_only(customers: Vocabulary, known: Vec<i32>, as_of: Option<Time>) -> Self {
        let n = customers.len();
        let latest = || Latest { customers: vec![NO_DAY; n], nobody: NO_DAY };
        Self {
            days: (0..n).map(|_| std::iter::empty()).collect(),
            latest: as_of.is_none().then(latest),
            customers,
            known,
        }
    }

    /// Both together; both of the same `as_of`.
    pub(super) fn merged(&self, new: &Self) -> Result<Self> {
        let (ours, theirs) = (&self.customers, &new.customers);
        let Some((customers, places, new_places)) = ours.union(theirs) else {
            let why = format!("customer ids are {} and {}, or too many together", ours.kind(), theirs.kind());
            return Err(Error::from(IntakeError::Append { why }));
        };
        let n = customers.len();
        let parts = [(self, &places), (new, &new_places)];
        let mut sources = vec![[None; 2]; n];
        for (part, (_, places)) in parts.iter().enumerate() {
            for (row, &at) in places.iter().enumerate() {
                sources[at as usize][part] = Some(row);
            }
        }
        let of_both = |source: &[Option<usize>; 2], value: &dyn Fn(&Self, usize) -> i32, least: bool| {
            let values = parts.iter().zip(source).filter_map(|((part, _), &row)| Some(value(part, row?)));
            let best = if least { values.min() } else { values.max() };
            best.expect("every customer is in one of both")
        };
        let mut days = Rows::default();
        let mut merged = Vec::new();
        for source in &sources {
            for ((part, _), row) in parts.iter().zip(source) {
                merged.extend(row.iter().flat_map(|&row| part.days.row(row)).copied());
            }
            merged.sort_unstable();
            merged.dedup();
            days.push(merged.drain(..));
        }
        let latest = match (&self.latest, &new.latest) {
            (Some(a), Some(b)) => {
                let last = |part: &Self, row: usize| {
                    part.latest.as_ref().map_or(NO_DAY, |latest| latest.customers[row])
                };
                let customers = sources.iter().map(|source| of_both(source, &last, false)).collect();
                Some(Latest { customers, nobody: a.nobody.max(b.nobody) })
            }
            _ => None,
        };
        let known =
            sources.iter().map(|source| of_both(source, &|part, row| part.known[row], true)).collect();
        Ok(Self { customers, known, days, latest })
    }

    /// All but one customer.
    pub(super) fn without(&self, customer: IdRef<'_>) -> Result<Self, IdError> {
        let gone = self.customers.find("customer", customer)?;
        let stays = (0..self.customers.len()).filter(|&at| at != gone);
        let less = |values: &[i32]| stays.clone().map(|at| values[at]).collect::<Vec<_>>();
        Ok(Self {
            customers: self.customers.subset(stays.clone()),
            known: less(&self.known),
            days: stays.clone().map(|at| self.days.row(at).iter().copied()).collect(),
            latest: self
                .latest
                .as_ref()
                .map(|latest| Latest { customers: less(&latest.customers), ..*latest }),
        })
    }

    /// The midnight after the last order, of a customer or not; `None` without orders, or where it was not kept.
    pub(super) fn end(&self) -> Option<Time> {
        let latest = self.latest.as_ref()?;
        let last = latest.customers.iter().copied().chain([latest.nobody]).max()?;
        (last != NO_DAY).then(|| midnight(i64::from(last) + 1))
    }
}
