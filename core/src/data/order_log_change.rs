//! Logs made of logs: parts, appended, with customers forgotten or joined.

use crate::data::attribute::{NONE, same_kept};
use crate::data::identities;
use crate::data::lines::{Lines, join_ids, number_orders, renumber, shrink};
use crate::data::{Cause, IdRef, IntakeReport, Note, OrderLog, Vocabulary};
use crate::error::{IntakeError, Result};
use crate::index::{CustomerIx, MAX_INDICES, OrderIx};
use crate::time::Time;

impl OrderLog {
    /// The orders before an instant.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without times.
    pub fn before(&self, time: Time) -> Result<Self> {
        let times = self.need_times("before")?;
        Ok(self.select(|order| times[order.as_usize()] < time))
    }

    /// The orders at an instant or later.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without times.
    pub fn after(&self, time: Time) -> Result<Self> {
        let times = self.need_times("after")?;
        Ok(self.select(|order| times[order.as_usize()] >= time))
    }

    /// The log without a customer: their orders, and every id that only those orders had, are gone.
    ///
    /// The report's note [`Note::Forgotten`] says how many lines that were.
    ///
    /// # Errors
    /// [`IdError::Unknown`](crate::IdError::Unknown) or [`IdError::WrongKind`](crate::IdError::WrongKind) for an id that is no customer's; [`Error::MissingColumn`](crate::Error::MissingColumn) in a log
    /// without customers.
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Self> {
        let position = self.need_customers("forget")?.find("customer", customer.into())?;
        let customer = CustomerIx::new(position);
        let mut log = self.select(|order| self.customer_of(order) != Some(customer));
        log.report.note_count(Note::Forgotten, (self.n_lines() - log.n_lines()) as u64);
        Ok(log)
    }

    /// The log with a customer joined into another: the log that it would be, had its rows named `into` in the place of
    /// `customer` from the start. `into` may be new to the log. An order id that both have is one order from now on, of the
    /// earlier time of the two, with the lines of both; lines are not compared, so of a log that was built without duplicates an
    /// order that both have may have a line twice.
    ///
    /// The report's note [`Note::Merged`] says how many lines got another customer. Models know customers by the log that they
    /// were fitted on: fit them anew. Linear in the lines; for many customers see
    /// [`merge_all_customers`](OrderLog::merge_all_customers).
    ///
    /// ```
    /// use kosar::OrderLog;
    /// use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, Role, Values};
    ///
    /// let mut builder = LogBuilder::new(LogOptions::default());
    /// builder.push(
    ///     &Batch::new(3)
    ///         .ids(Role::Customer, IdValues::Text(Values::new(&["ann", "a.smith", "bob"][..])))?
    ///         .ids(Role::Item, IdValues::Text(Values::new(&["tea"; 3][..])))?,
    /// )?;
    /// let log = builder.finish()?.merge_customers("a.smith", "ann")?;
    /// let customers: Vec<String> = log.customers().unwrap().iter().map(|id| id.to_string()).collect();
    /// assert_eq!((log.n_orders(), customers), (3, vec!["ann".to_owned(), "bob".to_owned()]));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IdError::Unknown`](crate::IdError::Unknown) for a `customer` who is not in the log,
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) for an id of the other type; [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without
    /// customers.
    pub fn merge_customers<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        into: impl Into<IdRef<'a>>,
    ) -> Result<Self> {
        let (customer, into) = (customer.into(), into.into());
        self.need_customers("merge_customers")?.find("customer", customer)?;
        self.merge_all_customers([(customer, into)])
    }

    /// Joins customers, one pair of a customer and whom to join them into after the other, as
    /// [`merge_customers`](OrderLog::merge_customers) does, in one pass over the lines. A pair whose customer is not in the log
    /// is passed over, so that one list of pairs will do for all logs and for [`Customers`](crate::data::Customers).
    ///
    /// # Errors
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) for an id of the other type, [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without
    /// customers, [`IntakeError::TooMany`] beyond `u32` customers.
    pub fn merge_all_customers<'a>(
        &self,
        pairs: impl IntoIterator<Item = (IdRef<'a>, IdRef<'a>)>,
    ) -> Result<Self> {
        let old = self.need_customers("merge_customers")?;
        let (customers, places) = identities::joined(old, pairs)?;
        let mut lines = self.columns.lines_of(|_| true);
        let is_moved: Vec<bool> =
            old.iter().zip(&places).map(|(id, &new)| customers.get(new as usize) != id).collect();
        let moved = lines.customer.iter().filter(|&&code| code != NONE && is_moved[code as usize]).count();
        renumber(&mut lines.customer, &places);
        let mut log = self.of_renamed(lines, Some(&customers), self.items.as_ref());
        log.report.note_count(Note::Merged, moved as u64);
        Ok(log)
    }

    /// The orders that pass, with the ids that they use.
    pub(crate) fn select(&self, keep: impl Fn(OrderIx) -> bool) -> Self {
        self.of_lines(self.columns.lines_of(keep))
    }

    /// The orders that pass, in two logs: those that pass, and the others.
    pub(crate) fn partition(&self, pass: impl Fn(OrderIx) -> bool) -> (Self, Self) {
        (self.select(&pass), self.select(|order| !pass(order)))
    }

    /// The lines that pass, by their position in the order of [`OrderLog::orders`] and [`OrderLog::lines_of`].
    pub(crate) fn select_lines(&self, pass: impl Fn(usize) -> bool) -> Self {
        let n_lines =
            u32::try_from(self.n_lines()).expect("the builder refuses more lines than u32 can number");
        let kept: Vec<u32> = (0..n_lines).filter(|&line| pass(line as usize)).collect();
        self.of_lines(self.columns.lines_of(|_| true).gather(&kept))
    }

    /// A log of some of the lines of this one, with the ids that they use.
    fn of_lines(&self, lines: Lines) -> Self {
        self.of_renamed(lines, self.customers.as_ref(), self.items.as_ref())
    }

    /// The lines of all orders, flat, in the order of [`OrderLog::orders`].
    pub(super) fn flat(&self) -> Lines {
        self.columns.lines_of(|_| true)
    }

    /// As `of_lines`, with customers and items that are positions in these vocabularies.
    pub(super) fn of_renamed(
        &self,
        mut lines: Lines,
        customers: Option<&Vocabulary>,
        items: Option<&Vocabulary>,
    ) -> Self {
        let customers = customers.map(|ids| shrink(ids, &mut lines.customer));
        let orders = self.orders.as_ref().map(|ids| shrink(ids, &mut lines.order));
        if orders.is_none() {
            number_orders(&mut lines);
        }
        let items = match (items, &mut lines.item) {
            (Some(ids), Some(codes)) => Some(shrink(ids, codes)),
            _ => None,
        };
        let report = IntakeReport::all_taken(lines.len() as u64);
        Self::from_lines(customers, orders, items, lines, self.returns, report)
    }

    /// Both logs in one; an order that this log has already, the same id of the same customer, is reported and its new
    /// lines are not added.
    ///
    /// Linear in the lines of both.
    ///
    /// # Errors
    /// [`IntakeError::Append`] when the logs have different columns, types of ids or treatment of returns,
    /// [`IntakeError::TooMany`] when both together have more lines or ids than `u32` can number.
    pub fn append(&self, new: &Self) -> Result<Self> {
        self.same_columns(new)?;
        let mut report = IntakeReport::default();
        let repeated = self.repeated_orders(new, &mut report);
        let mut a = self.columns.lines_of(|_| true);
        let mut b = new.columns.lines_of(|order| !repeated[order.as_usize()]);
        report.take(b.len() as u64);
        if a.len() + b.len() >= MAX_INDICES {
            return Err(IntakeError::TooMany { what: "lines", max: MAX_INDICES as u64 }.into());
        }
        let customers = union("customer", &self.customers, &new.customers, &mut a.customer, &mut b.customer)?;
        let orders = union("order", &self.orders, &new.orders, &mut a.order, &mut b.order)?;
        let items = match (&mut a.item, &mut b.item) {
            (Some(a), Some(b)) => union("item", &self.items, &new.items, a, b)?,
            _ => None,
        };
        if orders.is_none() {
            let offset = a.order.iter().max().map_or(0, |&order| order + 1);
            b.order.iter_mut().for_each(|order| *order += offset);
        }
        a.extend(b)?;
        Ok(Self::from_lines(customers, orders, items, a, self.returns, report))
    }

    /// What the customers of the orders of an id are called.
    fn customers_of_id(&self, id: usize) -> impl Iterator<Item = Option<IdRef<'_>>> {
        let first = self.columns.order_id.partition_point(|&other| (other as usize) < id);
        let orders = self.columns.order_id[first..].iter().take_while(move |&&other| other as usize == id);
        (first..first + orders.count()).map(|order| self.customer_id(OrderIx::new(order)))
    }

    fn customer_id(&self, order: OrderIx) -> Option<IdRef<'_>> {
        let customer = self.customer_of(order)?;
        self.customers.as_ref().map(|ids| ids.get(customer.as_usize()))
    }

    /// Whether this log has each order of `new`.
    fn repeated_orders(&self, new: &Self, report: &mut IntakeReport) -> Vec<bool> {
        let (Some(old_ids), Some(new_ids)) = (&self.orders, &new.orders) else {
            return vec![false; new.n_orders()];
        };
        let known: Vec<Option<usize>> = new_ids.iter().map(|id| old_ids.position(id)).collect();
        let is_repeated = |order: OrderIx| {
            let id = known[new.columns.order_id[order.as_usize()] as usize];
            id.is_some_and(|id| self.customers_of_id(id).any(|known| known == new.customer_id(order)))
        };
        let repeated: Vec<bool> = new.orders().map(is_repeated).collect();
        for order in new.orders().filter(|order| repeated[order.as_usize()]) {
            let lines = new.lines_of(order).len() as u64;
            let id = new.order_id(order).map(|id| id.to_string()).unwrap_or_default();
            report.set_lines_aside(Cause::RepeatedOrder, lines, Some(id));
        }
        repeated
    }

    fn same_columns(&self, new: &Self) -> Result<()> {
        let differ = |what: &str| {
            Err(IntakeError::Append { why: format!("one log has {what} and the other has not") }.into())
        };
        let pairs = [
            ("customers", self.customers.is_some(), new.customers.is_some()),
            ("order ids", self.orders.is_some(), new.orders.is_some()),
            ("items", self.items.is_some(), new.items.is_some()),
            ("times", self.columns.order_time.is_some(), new.columns.order_time.is_some()),
            ("prices", self.has_amounts(), new.has_amounts()),
        ];
        for (what, here, there) in pairs {
            if here != there {
                return differ(what);
            }
        }
        same_kept(self.attributes(), new.attributes())?;
        if self.returns != new.returns {
            let why = format!("returns are treated as {:?} and {:?}", self.returns, new.returns);
            return Err(IntakeError::Append { why }.into());
        }
        Ok(())
    }
}

/// Joins the ids of one role and renumbers the codes of both logs.
fn union(
    role: &str,
    a: &Option<Vocabulary>,
    b: &Option<Vocabulary>,
    a_codes: &mut [u32],
    b_codes: &mut Vec<u32>,
) -> Result<Option<Vocabulary>> {
    let (Some(a), Some(b)) = (a, b) else { return Ok(None) };
    let b = shrink(b, b_codes);
    join_ids(role, a, &b, a_codes, b_codes).map(Some)
}
