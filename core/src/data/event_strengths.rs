//! Events as the matrix that models of items are fitted on: who cares how much for what.

use crate::data::attribute::NONE;
use crate::data::{EventLog, Facts, Interactions, KindWeights, Rows, Vocabulary};
use crate::index::{ItemIx, SessionIx};
use crate::money::Quantity;
use crate::time::Time;

impl Interactions {
    /// What the customers of an event log care for: the strength of a pair is the sum of the weights of its events, its time
    /// that of the last one that counts for it. Pairs whose sum is not above 0 are left out, quantities do not count;
    /// sessions without a customer are left out and counted.
    ///
    /// n log n in the events of a customer, otherwise linear.
    ///
    /// ```
    /// use kosar::TimeUnit;
    /// use kosar::data::{
    ///     Batch, EventLogBuilder, EventOptions, IdValues, Interactions, KindWeights, Role, TimeValues, Values,
    /// };
    ///
    /// let mut builder = EventLogBuilder::new(EventOptions::default())?;
    /// builder.push(
    ///     &Batch::new(4)
    ///         .ids(Role::Customer, IdValues::Text(Values::new(&["ann"; 4][..])))?
    ///         .ids(Role::Item, IdValues::Text(Values::new(&["tea", "mug", "mug", "tea"][..])))?
    ///         .ids(Role::Kind, IdValues::Text(Values::new(&["view", "add_to_cart", "remove_from_cart", "purchase"][..])))?
    ///         .time(TimeValues::Int(Values::new(&[0, 10, 20, 30][..]), TimeUnit::Second))?,
    /// )?;
    /// let matrix = Interactions::from_events(&builder.finish()?, &KindWeights::default());
    /// // The mug was put back, and nothing else was done with it.
    /// assert_eq!((matrix.n_items(), matrix.n_pairs()), (2, 1));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    #[must_use]
    pub fn from_events(log: &EventLog, weights: &KindWeights) -> Self {
        let by_customer = log.sessions_by_customer();
        let mut matrix = strengths(log, weights, by_customer.iter());
        matrix.customers = log.customers().clone();
        matrix.anonymous_orders =
            log.sessions().filter(|&session| log.session(session).customer.is_none()).count();
        matrix
    }

    /// The same with each session as a customer of its own, called by its position in the log: for shops that know few of
    /// their visitors.
    #[must_use]
    pub fn from_sessions(log: &EventLog, weights: &KindWeights) -> Self {
        let sessions: Vec<SessionIx> = log.sessions().collect();
        let mut matrix = strengths(log, weights, sessions.chunks(1));
        matrix.customers = Vocabulary::from_sorted_ints((0_i64..).take(sessions.len()).collect())
            .expect("numbers of sessions rise, and are bounded to u32");
        matrix
    }
}

/// The pairs of each owner of sessions; nobody is called anything yet.
fn strengths<'s>(
    log: &EventLog,
    weights: &KindWeights,
    owners: impl Iterator<Item = &'s [SessionIx]>,
) -> Interactions {
    let mut events: Vec<(ItemIx, Time, Quantity)> = Vec::new();
    let (mut rows, mut quantities, mut times) = (Rows::default(), Vec::new(), Vec::new());
    let mut row: Vec<ItemIx> = Vec::new();
    for sessions in owners {
        events.clear();
        for &session in sessions {
            let session = log.session(session);
            let columns = session.items.iter().zip(session.times).zip(session.kinds);
            let weighed = columns.map(|((&item, &time), &kind)| (item, time, weights.fixed(kind)));
            let counts =
                |&(item, _, weight): &(ItemIx, _, _)| item.as_u32() != NONE && weight != Quantity::ZERO;
            events.extend(weighed.filter(counts));
        }
        events.sort_unstable();
        for of_item in events.chunk_by(|a, b| a.0 == b.0) {
            let sum: i128 = of_item.iter().map(|event| i128::from(event.2.millionths())).sum();
            let last = of_item.iter().rev().find(|event| event.2 > Quantity::ZERO);
            if let Some(&(item, time, _)) = last.filter(|_| sum > 0) {
                row.push(item);
                quantities.push(Quantity::from_millionths(i64::try_from(sum).unwrap_or(i64::MAX)));
                times.push(time);
            }
        }
        rows.push(row.drain(..));
    }
    let facts = Facts { orders: None, quantities: Some(quantities), times: Some(times) };
    let items = log.items().clone();
    Interactions { customers: Vocabulary::empty(items.kind()), items, rows, facts, anonymous_orders: 0 }
}
