//! The order log: the truth that every model is computed from.

use std::sync::Arc;

use crate::data::attribute::NONE;
use crate::data::lines::{Grouped, Lines, Orders};
use crate::data::{Attribute, BasketBuilder, Baskets, IdRef, IntakeReport, Note, Returns, Rows, Vocabulary};
use crate::error::{Error, Result};
use crate::index::{CustomerIx, ItemIx, OrderIx};
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
    pub(super) customers: Option<Vocabulary>,
    pub(super) orders: Option<Vocabulary>,
    pub(super) items: Option<Vocabulary>,
    pub(super) columns: Grouped,
    pub(super) returns: Returns,
    pub(super) report: IntakeReport,
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
    /// [`IntakeError::TooMany`](crate::IntakeError::TooMany) beyond `u32` items, lines or baskets.
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

    /// What the orders are called; `None` for a log without an order column.
    pub(crate) fn order_ids(&self) -> Option<&Vocabulary> {
        self.orders.as_ref()
    }
}
