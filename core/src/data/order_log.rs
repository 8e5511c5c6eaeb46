//! The order log: the truth that every model is computed from.

use std::sync::Arc;

use crate::data::attribute::{NONE, same_kept};
use crate::data::identities;
use crate::data::lines::{Grouped, Lines, Orders, join_ids, number_orders, renumber, shrink};
use crate::data::{
    Attribute, BasketBuilder, Baskets, Cause, IdRef, IntakeReport, Note, Returns, Rows, Vocabulary,
};
use crate::error::{Error, IntakeError, Result};
use crate::index::{CustomerIx, ItemIx, MAX_INDICES, OrderIx};
use crate::money::{Money, Quantity};
use crate::time::Time;

/// Order lines in columns: immutable, numbered, grouped by order.
///
/// Orders are sorted by outside id (in a log without order ids each row is an order, in the order of the input) and their
/// lines by item, so no result depends on the order of the rows. An order id that several customers use is an order for
/// each of them, and so are lines of an order without a customer. Built by a [`LogBuilder`](crate::data::LogBuilder), by
/// [`OrderLog::from_csv`] or by [`OrderLog::from_baskets`]; [`append`](OrderLog::append),
/// [`forget`](OrderLog::forget), [`merge_customers`](OrderLog::merge_customers), [`before`](OrderLog::before) and
/// [`after`](OrderLog::after) give new logs.
///
/// ```
/// use kosar::data::OrderLog;
///
/// let log = OrderLog::from_baskets([vec!["bread", "butter"], vec!["bread"]])?;
/// assert_eq!((log.n_orders(), log.n_items(), log.n_lines()), (2, 2, 3));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct OrderLog {
    customers: Option<Vocabulary>,
    orders: Option<Vocabulary>,
    items: Option<Vocabulary>,
    columns: Grouped,
    returns: Returns,
    report: IntakeReport,
}

/// One line of an [`OrderLog`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What was bought; `None` in a log without items.
    pub item: Option<ItemIx>,
    /// How many, negative for returns.
    pub quantity: Quantity,
    /// What was paid for all of them, negative for returns; `None` in a log without prices.
    pub amount: Option<Money>,
}

impl OrderLog {
    pub(super) fn from_lines(
        customers: Option<Vocabulary>,
        orders: Option<Vocabulary>,
        items: Option<Vocabulary>,
        lines: Lines,
        returns: Returns,
        mut report: IntakeReport,
    ) -> Self {
        let n_order_ids = orders
            .as_ref()
            .map_or_else(|| lines.order.iter().max().map_or(0, |&o| o as usize + 1), Vocabulary::len);
        let columns = lines.group(n_order_ids);
        report.note_count(Note::SharedOrderIds, columns.shared_order_ids);
        report.note_count(Note::PartlyAnonymous, columns.partly_anonymous);
        Self { customers, orders, items, columns, returns, report }
    }

    /// A log of plain baskets of outside ids, all of one type: no customers, times or prices.
    ///
    /// A basket without items is set aside in the report; its number there is the basket's, from 0. [`BasketBuilder`] does
    /// the same id by id.
    ///
    /// # Errors
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) when strings and integers are mixed;
    /// [`IntakeError::TooMany`] beyond `u32` items, lines or baskets.
    pub fn from_baskets<'a, B, T>(baskets: impl IntoIterator<Item = B>) -> Result<Self>
    where
        B: IntoIterator<Item = T>,
        T: Into<IdRef<'a>>,
    {
        let mut builder = BasketBuilder::default();
        for basket in baskets {
            basket.into_iter().try_for_each(|id| builder.push(id))?;
            builder.end_basket()?;
        }
        Ok(builder.finish())
    }

    /// From baskets that are grouped already.
    pub(super) fn of_baskets(items: Vocabulary, columns: Grouped, report: IntakeReport) -> Self {
        Self { customers: None, orders: None, items: Some(items), columns, returns: Returns::Net, report }
    }

    /// The number of orders, those with returns only included.
    #[must_use]
    pub fn n_orders(&self) -> usize {
        self.columns.order_id.len()
    }

    /// The number of distinct customers.
    #[must_use]
    pub fn n_customers(&self) -> usize {
        self.customers.as_ref().map_or(0, Vocabulary::len)
    }

    /// The number of distinct items.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.items.as_ref().map_or(0, Vocabulary::len)
    }

    /// The number of lines.
    #[must_use]
    pub fn n_lines(&self) -> usize {
        self.columns.orders.n_lines()
    }

    /// The times of the first and the last order; `None` without orders or without times.
    #[must_use]
    pub fn span(&self) -> Option<(Time, Time)> {
        let times = self.columns.order_time.as_ref()?;
        Some((*times.iter().min()?, *times.iter().max()?))
    }

    /// What became of the rows that made this log: of the input for a log that was built, of the lines added for one made
    /// by [`append`](OrderLog::append), of the lines kept for one made by `before`, `after` or `forget`.
    #[must_use]
    pub fn report(&self) -> &IntakeReport {
        &self.report
    }

    /// How lines with a negative quantity are treated.
    #[must_use]
    pub fn returns(&self) -> Returns {
        self.returns
    }

    /// What the customers are called; `None` for a log without a customer column.
    #[must_use]
    pub fn customers(&self) -> Option<&Vocabulary> {
        self.customers.as_ref()
    }

    /// What the items are called; `None` for a log without an item column.
    #[must_use]
    pub fn items(&self) -> Option<&Vocabulary> {
        self.items.as_ref()
    }

    /// What the items are called, for a computation that cannot do without.
    pub(crate) fn need_items(&self, needed_by: &'static str) -> Result<&Vocabulary> {
        self.items.as_ref().ok_or(Error::MissingColumn { column: "item", needed_by })
    }

    /// What the customers are called, for a computation that cannot do without.
    pub(crate) fn need_customers(&self, needed_by: &'static str) -> Result<&Vocabulary> {
        self.customers.as_ref().ok_or(Error::MissingColumn { column: "customer", needed_by })
    }

    /// The time of each order, for a computation that cannot do without.
    pub(crate) fn need_times(&self, needed_by: &'static str) -> Result<&[Time]> {
        self.columns.order_time.as_deref().ok_or(Error::MissingColumn { column: "time", needed_by })
    }

    /// Whether the lines have amounts of money.
    #[must_use]
    pub fn has_amounts(&self) -> bool {
        self.columns.amount.is_some()
    }

    /// The orders in order.
    pub fn orders(&self) -> impl ExactSizeIterator<Item = OrderIx> + use<> {
        (0..self.n_orders()).map(OrderIx::new)
    }

    /// What an order is called; `None` where the log has no order column.
    #[must_use]
    pub fn order_id(&self, order: OrderIx) -> Option<IdRef<'_>> {
        let position = self.columns.order_id[order.as_usize()];
        self.orders.as_ref().map(|ids| ids.get(position as usize))
    }

    /// Who placed an order; `None` where that is not known.
    #[must_use]
    pub fn customer_of(&self, order: OrderIx) -> Option<CustomerIx> {
        let customer = self.columns.order_customer[order.as_usize()];
        (customer != NONE).then(|| CustomerIx::from_u32(customer))
    }

    /// When an order was placed: the time of its earliest line; `None` in a log without times.
    #[must_use]
    pub fn time_of(&self, order: OrderIx) -> Option<Time> {
        self.columns.order_time.as_ref().map(|times| times[order.as_usize()])
    }

    /// The lines of an order, by item.
    pub fn lines_of(&self, order: OrderIx) -> impl ExactSizeIterator<Item = Line> {
        let columns = &self.columns;
        let (offsets, items) = (columns.orders.offsets(), columns.orders.items());
        let range = offsets[order.as_usize()]..offsets[order.as_usize() + 1];
        range.map(move |line| Line {
            item: items.map(|items| items[line]),
            quantity: columns.quantity.as_ref().map_or(Quantity::ONE, |quantity| quantity[line]),
            amount: columns.amount.as_ref().map(|amounts| amounts[line]),
        })
    }

    /// The positions of an order's lines among all, as kept columns have them.
    pub(crate) fn line_range(&self, order: OrderIx) -> std::ops::Range<usize> {
        let offsets = self.columns.orders.offsets();
        offsets[order.as_usize()]..offsets[order.as_usize() + 1]
    }

    /// The amounts of an order's lines; `None` in a log without prices.
    pub(crate) fn amounts_of(&self, order: OrderIx) -> Option<&[Money]> {
        let offsets = self.columns.orders.offsets();
        let lines = offsets[order.as_usize()]..offsets[order.as_usize() + 1];
        self.columns.amount.as_ref().map(|amounts| &amounts[lines])
    }

    /// Whether an order counts as a purchase: it has a line of positive value, or, in a log without prices, of positive
    /// quantity; where returns are kept, a line of any value but zero.
    pub(crate) fn is_purchase(&self, order: OrderIx) -> bool {
        match self.amounts_of(order) {
            Some(amounts) => amounts.iter().any(|&amount| self.returns.counted(amount).1),
            None => self.returns == Returns::Keep || self.has_positive_quantity(order),
        }
    }

    /// Whether a line of an order has a positive quantity.
    pub(crate) fn has_positive_quantity(&self, order: OrderIx) -> bool {
        self.lines_of(order).any(|line| line.quantity > Quantity::ZERO)
    }

    /// The kept columns, one value a line, lines in the order of [`OrderLog::orders`].
    #[must_use]
    pub fn attributes(&self) -> &[(String, Attribute)] {
        &self.columns.attributes
    }

    /// Whether a line counts as bought: a positive quantity, or any where returns are kept.
    pub(crate) fn is_bought(&self, line: &Line) -> bool {
        self.returns == Returns::Keep || line.quantity > Quantity::ZERO
    }

    /// The distinct items of each order, orders without a bought item left out, with who bought them and when.
    ///
    /// Where every line was bought and no order has an item twice, as in a log of plain baskets, the items are shared with
    /// the log and not copied.
    ///
    /// # Errors
    /// [`Error::MissingColumn`] in a log without items.
    pub fn baskets(&self) -> Result<Baskets> {
        let items = self.need_items("baskets")?.clone();
        let all_bought = || {
            let quantities = self.columns.quantity.iter().flatten();
            self.returns == Returns::Keep || quantities.into_iter().all(|&quantity| quantity > Quantity::ZERO)
        };
        let (rows, kept) = match &self.columns.orders {
            Orders::Items { rows, are_sets: true } if all_bought() => (Arc::clone(rows), None),
            _ => {
                let (rows, kept) = self.bought();
                (Arc::new(rows), Some(kept))
            }
        };
        let orders = || -> Box<dyn Iterator<Item = OrderIx>> {
            match &kept {
                Some(kept) => Box::new(kept.iter().copied()),
                None => Box::new(self.orders()),
            }
        };
        let mut nobody = u32::try_from(self.n_customers()).expect("customers are bounded to u32");
        let mut owner = |order| {
            self.customer_of(order).map_or_else(
                || {
                    nobody = nobody.saturating_add(1);
                    nobody - 1
                },
                |customer| customer.as_u32(),
            )
        };
        let owners = self.customers.as_ref().map(|_| orders().map(&mut owner).collect());
        let times = self.columns.order_time.as_ref();
        let times = times.map(|times| orders().map(|order| times[order.as_usize()]).collect());
        Ok(Baskets::from_sorted_rows(items, rows).with_facts(owners, times))
    }

    /// The distinct bought items of each order that has any, and which orders these are.
    fn bought(&self) -> (Rows<ItemIx>, Vec<OrderIx>) {
        let (mut rows, mut kept) = (Rows::default(), Vec::new());
        let mut basket: Vec<ItemIx> = Vec::new();
        for order in self.orders() {
            let bought = self.lines_of(order).filter(|line| self.is_bought(line));
            basket.extend(bought.filter_map(|line| line.item));
            // Lines of an order are sorted by item.
            basket.dedup();
            if !basket.is_empty() {
                rows.push(basket.drain(..));
                kept.push(order);
            }
        }
        (rows, kept)
    }

    /// The orders before an instant.
    ///
    /// # Errors
    /// [`Error::MissingColumn`] in a log without times.
    pub fn before(&self, time: Time) -> Result<Self> {
        let times = self.need_times("before")?;
        Ok(self.select(|order| times[order.as_usize()] < time))
    }

    /// The orders at an instant or later.
    ///
    /// # Errors
    /// [`Error::MissingColumn`] in a log without times.
    pub fn after(&self, time: Time) -> Result<Self> {
        let times = self.need_times("after")?;
        Ok(self.select(|order| times[order.as_usize()] >= time))
    }

    /// The log without a customer: their orders, and every id that only those orders had, are gone.
    ///
    /// The report's note [`Note::Forgotten`] says how many lines that were.
    ///
    /// # Errors
    /// [`IdError::Unknown`](crate::IdError::Unknown) or [`IdError::WrongKind`](crate::IdError::WrongKind) for an id that is no customer's; [`Error::MissingColumn`] in a log
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
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) for an id of the other type; [`Error::MissingColumn`] in a log without
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
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) for an id of the other type, [`Error::MissingColumn`] in a log without
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

    /// What the orders are called; `None` for a log without an order column.
    pub(crate) fn order_ids(&self) -> Option<&Vocabulary> {
        self.orders.as_ref()
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
