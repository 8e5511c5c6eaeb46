//! Orders that come.

use hashbrown::HashTable;

use super::build::order_of;
use super::change::{Change, check_kinds};
use super::customer::{ANONYMOUS, Buyer, BuyerRecord, CUSTOMER, Order, second};
use super::index::hash_id;
use super::packer::check_lines;
use super::{NONE, State};
use crate::data::{Id, IdRef, OrderLog};
use crate::error::{IntakeError, Result};
use crate::index::OrderIx;
use crate::recommender::level::Level;

/// The orders of one customer, or one order of nobody.
struct Incoming<'l> {
    /// The customer's id; that of the order where it is nobody's.
    id: Option<IdRef<'l>>,
    is_anonymous: bool,
    orders: &'l [(u32, OrderIx)],
    /// Where they have a record already.
    slot: Option<u32>,
}

impl<'l> Incoming<'l> {
    fn of(log: &'l OrderLog, orders: &'l [(u32, OrderIx)], state: &State) -> Self {
        let customer = log.customer_of(orders[0].1);
        let is_anonymous = customer.is_none();
        let id = match customer {
            Some(customer) => log.customers().map(|ids| ids.get(customer.as_usize())),
            None => log.order_id(orders[0].1),
        };
        let role = if is_anonymous { ANONYMOUS } else { CUSTOMER };
        Self { id, is_anonymous, orders, slot: id.and_then(|id| state.buyers.find(role, id)) }
    }

    /// Refuses more lines than a record has room for.
    fn check(&self, log: &OrderLog, state: &State, max_lines: usize) -> Result<()> {
        let old = self.slot.and_then(|slot| state.buyer(slot));
        let n_lines = |&(_, order): &(u32, OrderIx)| log.lines_of(order).len();
        let n_old = old.map_or(0, BuyerRecord::n_lines);
        if n_old + self.orders.iter().map(n_lines).sum::<usize>() <= max_lines {
            return Ok(());
        }
        // Orders that are there already are not taken.
        let old = old.map_or_else(Buyer::default, BuyerRecord::unpack);
        let known = Known::of(&old.orders, self.orders.len());
        let is_new = |&&(_, order): &&(u32, OrderIx)| {
            !log.order_id(order).is_some_and(|id| known.has(&old.orders, id))
        };
        let n_new = self.orders.iter().filter(is_new).map(n_lines).sum::<usize>();
        Ok(check_lines(self.id, n_old + n_new, max_lines)?)
    }
}

/// The orders of a customer by id: looked up one by one for few new ones, by a table of their places for many.
struct Known(Option<HashTable<u32>>);

/// As many new orders are looked up one by one.
const FEW: usize = 4;

/// What keeps hashes of orders' ids apart from others.
const SALT: u64 = 4;

impl Known {
    fn of(orders: &[Order], n_new: usize) -> Self {
        let mut known = Self((n_new > FEW).then(|| HashTable::with_capacity(orders.len() + n_new)));
        (0..orders.len()).for_each(|at| known.add(orders, at));
        known
    }

    /// Whether one of the orders has an id.
    fn has(&self, orders: &[Order], id: IdRef<'_>) -> bool {
        let is_it = |order: &Order| order.id.as_ref().map(Id::as_ref) == Some(id);
        match &self.0 {
            Some(places) => places.find(hash_id(id, SALT), |&at| is_it(&orders[at as usize])).is_some(),
            None => orders.iter().any(is_it),
        }
    }

    /// Takes in the order at a place.
    fn add(&mut self, orders: &[Order], at: usize) {
        let hash = |at: u32| orders[at as usize].id.as_ref().map(|id| hash_id(id.as_ref(), SALT));
        let place = u32::try_from(at).expect("orders are bounded to u32");
        if let (Some(places), Some(own)) = (&mut self.0, hash(place)) {
            places.insert_unique(own, place, |&at| hash(at).expect("only orders with an id are there"));
        }
    }
}

impl Change {
    /// Takes the orders of a log in; those that are there already are told and left.
    ///
    /// # Errors
    /// A log without items or times; ids of another type than those that are there; more lines of a customer than one can have.
    pub(in crate::recommender) fn take_orders(
        &mut self,
        log: &OrderLog,
        standing: &dyn Fn(IdRef<'_>) -> (Level, u32),
    ) -> Result<()> {
        const WHO: &str = "Recommender.update";
        let items = log.need_items(WHO)?;
        log.need_times(WHO)?;
        check_kinds(&mut self.state.kinds.customer, "customer", log.customers())?;
        check_kinds(&mut self.state.kinds.order, "order", log.order_ids())?;
        let state = &self.state;
        let differ =
            |what: &str| Err(IntakeError::Append { why: format!("the orders differ in {what}") }.into());
        if state.returns != log.returns() {
            return differ("how returns count");
        }
        if state.has_amounts != log.has_amounts() {
            return differ("whether they have prices or amounts");
        }
        let mut of_customer: Vec<(u32, OrderIx)> = Vec::new();
        for order in log.orders() {
            let customer = log.customer_of(order).map_or(NONE, |customer| customer.as_u32());
            of_customer.push((customer, order));
        }
        of_customer.sort_by_key(|&(customer, _)| customer);
        let incoming = of_customer.chunk_by(|a, b| a.0 == b.0 && a.0 != NONE);
        let incoming: Vec<Incoming<'_>> =
            incoming.map(|orders| Incoming::of(log, orders, &self.state)).collect();
        // What may be wrong is found before slots are given.
        incoming.iter().try_for_each(|incoming| incoming.check(log, &self.state, self.max_lines))?;
        let slots = self.items(items)?;
        let slot_of = |item: usize| slots[item];
        for incoming in &incoming {
            self.take_incoming(log, incoming, &slot_of, standing);
        }
        self.finish();
        Ok(())
    }

    fn take_incoming(
        &mut self,
        log: &OrderLog,
        incoming: &Incoming<'_>,
        slot_of: &impl Fn(usize) -> u32,
        standing: &dyn Fn(IdRef<'_>) -> (Level, u32),
    ) {
        let slot = incoming.slot.unwrap_or_else(|| self.free_buyer());
        let old = self.buyer(slot);
        let mut new = old.with_room(incoming.orders.len());
        if incoming.slot.is_none() {
            (new.id, new.is_anonymous) = (incoming.id.map(IdRef::to_id), incoming.is_anonymous);
            if let Some(id) = incoming.id.filter(|_| !incoming.is_anonymous) {
                (new.level, new.segment) = standing(id);
                self.done.new_customers += 1;
            }
        }
        let mut known = Known::of(&new.orders, incoming.orders.len());
        for &(_, order) in incoming.orders {
            match log.order_id(order) {
                Some(id) if known.has(&new.orders, id) => self.done.repeated_orders.push(id.to_id()),
                _ => {
                    let order = order_of(log, order, slot_of);
                    self.done.orders += 1;
                    self.done.lines += order.lines.len() as u64;
                    if order.lines.iter().any(|line| line.is_bought) {
                        self.state.latest = self.state.latest.max(Some(second(order.time)));
                    }
                    new.orders.push(order);
                    known.add(&new.orders, new.orders.len() - 1);
                }
            }
        }
        new.orders.sort_unstable();
        self.put_buyer(slot, &old, &new);
    }
}

#[cfg(test)]
mod tests {
    use super::super::build::build_within;
    use super::super::{Reckoned, Slots, Sources, Windows};
    use super::*;
    use crate::data::{Batch, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values};
    use crate::datasets::Shop;
    use crate::error::Error;
    use crate::fit::Control;
    use crate::money::Money;
    use crate::recommender::ask_items::Beside;
    use crate::time::{Time, TimeUnit};

    fn everybody(_: IdRef<'_>) -> (Level, u32) {
        (Level::Full, NONE)
    }

    fn built(log: &OrderLog, max_lines: usize) -> Result<State> {
        let windows = Windows { end: 0, days: 7, spans: 3, confidence: 0.95, min_customers: 1 };
        let sources = Sources {
            log,
            events: None,
            catalog: None,
            standing: &everybody,
            segments: Vec::new(),
            customers: None,
            windows,
        };
        build_within(&sources, max_lines, &Control::new())
    }

    #[test]
    fn a_customer_with_more_lines_than_a_record_has_room_for_is_refused_by_name() {
        let log = Shop::params().lines(3_000).generate().unwrap().to_log(LogOptions::default()).unwrap();
        let mut lines = vec![0; log.n_customers()];
        for order in log.orders() {
            if let Some(customer) = log.customer_of(order) {
                lines[customer.as_usize()] += log.lines_of(order).len();
            }
        }
        let most = *lines.iter().max().unwrap();
        let state = built(&log, most).unwrap();
        let refused = |error: Error| match error {
            Error::Intake(IntakeError::TooManyLines { whose, n_lines, most: at_most }) => {
                let who = log.customers().unwrap();
                let of_all = (0..lines.len()).filter(|&at| lines[at] == n_lines);
                assert!(of_all.map(|at| who.get(at).quoted()).any(|id| id == whose), "{whose}");
                assert_eq!((n_lines, at_most), (most, most - 1));
            }
            error => panic!("{error}"),
        };
        refused(built(&log, most - 1).unwrap_err());
        // An update that is refused gives no slot away.
        let nobody = built(&log.before(Time::from_micros(i64::MIN + 1)).unwrap(), most).unwrap();
        let mut change =
            Change::of(&nobody, Slots::default(), Reckoned { latest_purchases: 200, max_items: 150 });
        change.max_lines = most - 1;
        refused(change.take_orders(&log, &everybody).unwrap_err());
        assert_eq!(change.state.buyers.n_slots(), 0);
        change.max_lines = most;
        change.take_orders(&log, &everybody).unwrap();
        assert_eq!(change.state.totals, state.totals);
        // Orders that are there already are not counted twice.
        change.take_orders(&log, &everybody).unwrap();
        assert_eq!(change.done.repeated_orders.len(), log.n_orders());
        assert_eq!(change.state.totals, state.totals);
    }

    /// Of order, item and second, all of one customer.
    fn log_of(rows: &[(i64, i64)]) -> OrderLog {
        let column = |of: &dyn Fn(&(i64, i64)) -> i64| IdValues::Int(rows.iter().map(of).map(Some).collect());
        let seconds: Vec<i64> = rows.iter().map(|row| row.0 * 60).collect();
        let batch = Batch::new(rows.len())
            .ids(Role::Order, column(&|row| row.0))
            .and_then(|batch| batch.ids(Role::Customer, column(&|_| 7)))
            .and_then(|batch| batch.ids(Role::Item, column(&|row| row.1)))
            .and_then(|batch| batch.time(TimeValues::Int(Values::new(seconds), TimeUnit::Second)));
        let mut builder = LogBuilder::new(LogOptions::default());
        builder.push(&batch.unwrap()).unwrap();
        builder.finish().unwrap()
    }

    #[test]
    fn lists_that_say_the_same_as_before_are_left() {
        let mut state = built(&log_of(&[(1, 1), (1, 2), (2, 3)]), 100).unwrap();
        let mut touched = |order: i64, item: i64| {
            let reckoned = Reckoned { latest_purchases: 200, max_items: 4 };
            let mut change = Change::of(&state, Slots::default(), reckoned);
            change.take_orders(&log_of(&[(order, item)]), &everybody).unwrap();
            state = change.state;
            let of = |how: Beside| {
                let items = change.done.touched.iter().filter(|touched| touched.1 == how);
                items.map(|&(item, _)| state.items.get(item).to_id()).collect::<Vec<_>>()
            };
            [of(Beside::Ever), of(Beside::InOneOrder)]
        };
        let ids = |items: &[i64]| items.iter().copied().map(Id::from).collect::<Vec<_>>();
        // Something new says something beside all that they bought, and in one order only beside itself.
        assert_eq!(touched(3, 4), [ids(&[1, 2, 3, 4]), ids(&[4])]);
        // The same again says when.
        assert_eq!(touched(4, 1), [ids(&[1]), ids(&[1])]);
        // Of more than four items nothing is told any more.
        assert_eq!(touched(5, 5), [ids(&[1, 2, 3, 4, 5]), ids(&[1, 2, 3, 4, 5])]);
        assert_eq!(touched(6, 6), [ids(&[1, 2, 3, 4, 5, 6]), ids(&[6])]);
    }

    #[test]
    fn many_orders_are_known_by_the_same_ids_as_few() {
        let order = |id: Option<i64>| Order {
            time: Time::from_micros(id.unwrap_or(5)),
            id: id.map(Id::from),
            amount: Money::ZERO,
            is_purchase: true,
            lines: Vec::new(),
        };
        let mut orders: Vec<Order> = [Some(3), None, Some(-1)].map(order).into();
        let mut known = [0, FEW, FEW + 1, 100].map(|n_new| Known::of(&orders, n_new));
        assert!(known[1].0.is_none() && known[2].0.is_some());
        for new in 4..40 {
            orders.push(order(Some(new)));
            for known in &mut known {
                assert!(!known.has(&orders[..orders.len() - 1], new.into()));
                known.add(&orders, orders.len() - 1);
                assert!([3, -1, 4, new].iter().all(|&id| known.has(&orders, id.into())));
                assert!(!known.has(&orders, 0.into()) && !known.has(&orders, "3".into()));
            }
        }
    }
}
