//! From rows to a log: every row is taken or set aside with its cause.

use crate::data::attribute::{AttributeBuilder, NONE};
use crate::data::batch::{IdValues, Role};
use crate::data::checked_rows::CheckedRows;
use crate::data::lines::{Lines, renumber};
use crate::data::vocabulary::Interner;
use crate::data::{Batch, Cause, IntakeReport, Note, OrderLog};
use crate::error::{IdError, IntakeError, Result};
use crate::index::MAX_INDICES;
use crate::money::Money;
use crate::time::Time;

/// What becomes of lines with a negative quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Returns {
    /// They reduce what a customer spent and owns, and count nowhere else.
    #[default]
    Net,
    /// They are set aside.
    Drop,
    /// They are lines like any other.
    Keep,
}

impl Returns {
    /// Reads `net`, `drop` or `keep`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`](crate::ParamError::UnknownChoice) for any other word.
    pub fn parse(word: &str) -> Result<Self, crate::ParamError> {
        match word {
            "net" => Ok(Self::Net),
            "drop" => Ok(Self::Drop),
            "keep" => Ok(Self::Keep),
            _ => Err(crate::ParamError::UnknownChoice {
                name: "returns",
                value: word.to_owned(),
                allowed: "net, drop, keep",
            }),
        }
    }
}

impl Returns {
    /// What a line of an amount adds to what a customer spent, and whether it makes its order a purchase.
    #[inline]
    pub(crate) fn counted(self, amount: Money) -> (Money, bool) {
        match self {
            Self::Net => (amount, amount > Money::ZERO),
            Self::Drop => (amount.max(Money::ZERO), amount > Money::ZERO),
            Self::Keep => (amount, amount != Money::ZERO),
        }
    }
}

/// How rows are read.
#[derive(Debug, Clone, Default)]
pub struct LogOptions {
    /// What becomes of lines with a negative quantity.
    pub returns: Returns,
    /// Whether a line equal to one before it, in every column that the log keeps, is set aside.
    pub drop_duplicates: bool,
    /// The instant up to which lines are taken, itself included; later ones are set aside as of the future, such as those of a till
    /// whose clock is wrong. Without it, and without a column of times, no line is too late.
    pub until: Option<Time>,
    /// The `strptime` format of times that come as text; ISO 8601 without one.
    pub time_format: Option<String>,
    /// The roles (customer, order, item) whose ids come as text and are integers.
    pub integer_ids: Vec<Role>,
}

/// Collects rows in batches and builds an [`OrderLog`].
///
/// ```
/// use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, NumberValues, Role, Values};
///
/// let mut builder = LogBuilder::new(LogOptions::default());
/// builder.push(
///     &Batch::new(3)
///         .ids(Role::Order, IdValues::Int(Values::new(&[1, 1, 2][..])))?
///         .ids(Role::Item, IdValues::Text(Values::new(&["bread", "butter", "bread"][..])))?
///         .numbers(Role::Quantity, NumberValues::Float(Values::new(&[1.0, 0.0, 2.5][..])))?,
/// )?;
/// let log = builder.finish()?;
/// assert_eq!(log.n_orders(), 2);
/// assert_eq!(log.report().to_string(), "3 rows read, 2 taken\n  set aside: 1 quantity zero (rows 1)\n  \
///     note: 2 without a customer (count for baskets only) (rows 0, 2)");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug)]
pub struct LogBuilder {
    options: LogOptions,
    columns: Option<Columns>,
    report: IntakeReport,
}

/// The columns under way; which ones there are is settled by the first batch.
#[derive(Debug)]
struct Columns {
    customers: Option<Interner>,
    orders: Option<Interner>,
    items: Option<Interner>,
    has_quantity: bool,
    has_price: bool,
    has_amount: bool,
    attributes: Vec<(String, AttributeBuilder)>,
    lines: Lines,
    /// The row number of each line, kept only where duplicates are looked for.
    rows: Option<Vec<u64>>,
}

impl LogBuilder {
    /// An empty builder.
    #[must_use]
    pub fn new(options: LogOptions) -> Self {
        Self { options, columns: None, report: IntakeReport::default() }
    }

    /// Takes the rows of a batch. On an error nothing of it is taken, except with [`IntakeError::TooMany`], which ends the
    /// builder's use.
    ///
    /// Linear in the rows; text ids are hashed once each, an id equal to the one above it is not.
    ///
    /// # Errors
    /// [`IntakeError::NoColumns`] when there is neither an item nor a customer column, [`IntakeError::ForeignColumn`] for
    /// one that belongs to events, [`IntakeError::Exclusive`] for both price and amount, [`ParamError::TimeFormat`](crate::ParamError::TimeFormat) for a format of times that tells
    /// no date, [`IntakeError::ChangingColumns`] and [`IntakeError::ChangingType`] when the columns differ from the first
    /// batch,
    /// [`IdError::WrongKind`] when the type of an id column does, [`IntakeError::TooMany`] beyond `u32` lines or ids.
    /// Single bad rows are no error: they are set aside.
    pub fn push(&mut self, batch: &Batch<'_>) -> Result<()> {
        match (&self.columns, &self.options.time_format) {
            (Some(columns), _) => columns.must_match(batch, &self.options)?,
            (None, Some(format)) => Time::check_format(format)?,
            (None, None) => {}
        }
        let columns = match &mut self.columns {
            Some(columns) => columns,
            none => none.insert(Columns::for_batch(batch, &self.options)?),
        };
        if columns.lines.len() + batch.n_rows > MAX_INDICES {
            return Err(IntakeError::TooMany { what: "lines", max: MAX_INDICES as u64 }.into());
        }
        let checked = CheckedRows::new(batch, &self.options);
        columns.take(batch, &checked, &self.options, &mut self.report)
    }

    /// Builds the log.
    ///
    /// Sorts the distinct ids; linear in the lines where they come grouped by order.
    ///
    /// # Errors
    /// [`IntakeError::NoColumns`] when no batch was pushed.
    pub fn finish(self) -> Result<OrderLog> {
        let Self { options, columns, mut report } = self;
        let mut columns = columns.ok_or(IntakeError::NoColumns { needed: "an item or a customer column" })?;
        let vocabulary = |interner: Option<Interner>, codes: &mut Vec<u32>| {
            interner.map(|interner| {
                let (ids, new) = interner.finish();
                renumber(codes, &new);
                ids
            })
        };
        let customers = vocabulary(columns.customers.take(), &mut columns.lines.customer);
        let orders = vocabulary(columns.orders.take(), &mut columns.lines.order);
        let items = match &mut columns.lines.item {
            Some(codes) => vocabulary(columns.items.take(), codes),
            None => None,
        };
        let finished = columns.attributes.into_iter().map(|(name, column)| (name, column.finish()));
        columns.lines.attributes = finished.collect();
        if let Some(rows) = &columns.rows {
            columns.lines = without_duplicates(columns.lines, orders.is_some(), rows, &mut report);
        }
        Ok(OrderLog::from_lines(customers, orders, items, columns.lines, options.returns, report))
    }
}

impl Columns {
    fn for_batch(batch: &Batch<'_>, options: &LogOptions) -> Result<Self> {
        if batch.item.is_none() && batch.customer.is_none() {
            return Err(IntakeError::NoColumns { needed: "an item or a customer column" }.into());
        }
        let foreign = [
            (Role::Session, batch.session.is_some()),
            (Role::Kind, batch.kind.is_some()),
            (Role::Position, batch.position.is_some()),
            (Role::Propensity, batch.propensity.is_some()),
        ];
        if let Some((role, _)) = foreign.into_iter().find(|&(_, is_there)| is_there) {
            let column = role.name().to_owned();
            return Err(IntakeError::ForeignColumn { column, log: "order log" }.into());
        }
        if batch.price.is_some() && batch.amount.is_some() {
            return Err(IntakeError::Exclusive { first: "price", second: "amount" }.into());
        }
        let interner = |role: Role, column: &Option<IdValues<'_>>| {
            column.as_ref().map(|ids| Interner::new(ids.kind(options.integer_ids.contains(&role))))
        };
        let has_value = batch.price.is_some() || batch.amount.is_some();
        let lines = Lines {
            item: batch.item.as_ref().map(|_| Vec::new()),
            time: batch.time.as_ref().map(|_| Vec::new()),
            amount: has_value.then(Vec::new),
            ..Lines::default()
        };
        Ok(Self {
            customers: interner(Role::Customer, &batch.customer),
            orders: interner(Role::Order, &batch.order),
            items: interner(Role::Item, &batch.item),
            has_quantity: batch.quantity.is_some(),
            has_price: batch.price.is_some(),
            has_amount: batch.amount.is_some(),
            attributes: AttributeBuilder::like_all(&batch.attributes),
            lines,
            rows: options.drop_duplicates.then(Vec::new),
        })
    }

    fn must_match(&self, batch: &Batch<'_>, options: &LogOptions) -> Result<()> {
        let ids = [
            (Role::Customer, &self.customers, &batch.customer),
            (Role::Order, &self.orders, &batch.order),
            (Role::Item, &self.items, &batch.item),
        ];
        for (role, interner, column) in ids {
            changing(role.name(), interner.is_some(), column.is_some())?;
            if let (Some(interner), Some(column)) = (interner, column) {
                let (expected, found) = (interner.kind(), column.kind(options.integer_ids.contains(&role)));
                if expected != found {
                    let id = "in a later batch".to_owned();
                    return Err(IdError::WrongKind { role: role.name(), expected, found, id }.into());
                }
            }
        }
        changing(Role::Time.name(), self.lines.time.is_some(), batch.time.is_some())?;
        changing(Role::Quantity.name(), self.has_quantity, batch.quantity.is_some())?;
        changing(Role::Price.name(), self.has_price, batch.price.is_some())?;
        changing(Role::Amount.name(), self.has_amount, batch.amount.is_some())?;
        AttributeBuilder::must_match(&self.attributes, &batch.attributes)
    }

    /// Appends the usable rows of a batch, and reports all of them.
    fn take(
        &mut self,
        batch: &Batch<'_>,
        checked: &CheckedRows,
        options: &LogOptions,
        report: &mut IntakeReport,
    ) -> Result<()> {
        let first_row = report.rows();
        let rows = checked.fates.passing();
        let declared = |role: Role| options.integer_ids.contains(&role);
        if let (Some(interner), Some(ids)) = (&mut self.orders, &batch.order) {
            intern(interner, ids, declared(Role::Order), &rows, "orders", &mut self.lines.order)?;
        } else {
            let start = u32::try_from(self.lines.order.len()).unwrap_or(NONE);
            self.lines.order.extend((start..).take(rows.len()));
        }
        if let (Some(interner), Some(ids), Some(codes)) = (&mut self.items, &batch.item, &mut self.lines.item)
        {
            intern(interner, ids, declared(Role::Item), &rows, "items", codes)?;
        }
        if let (Some(interner), Some(ids)) = (&mut self.customers, &batch.customer) {
            intern(interner, ids, declared(Role::Customer), &rows, "customers", &mut self.lines.customer)?;
        } else {
            self.lines.customer.extend(rows.iter().map(|_| NONE));
        }
        if let Some(time) = &mut self.lines.time {
            time.extend(rows.iter().map(|&row| checked.time[row]));
        }
        self.lines.quantity.extend(rows.iter().map(|&row| checked.quantity[row]));
        if let Some(amount) = &mut self.lines.amount {
            amount.extend(rows.iter().map(|&row| checked.amount[row]));
        }
        AttributeBuilder::extend_all(&mut self.attributes, &batch.attributes, &rows)?;
        if let Some(numbers) = &mut self.rows {
            numbers.extend(rows.iter().map(|&row| first_row + row as u64));
        }
        let is_anonymous = |row: usize| {
            batch.customer.as_ref().is_none_or(|ids| ids.id(row, declared(Role::Customer)).is_none())
        };
        checked.report(batch, is_anonymous, report);
        Ok(())
    }
}

pub(super) fn changing(role: &str, was_there: bool, is_there: bool) -> Result<()> {
    if was_there == is_there {
        return Ok(());
    }
    Err(IntakeError::ChangingColumns { role: role.to_owned() }.into())
}

/// Numbers the ids of rows that passed every check.
pub(super) fn intern(
    interner: &mut Interner,
    ids: &IdValues<'_>,
    declared_integer: bool,
    rows: &[usize],
    what: &'static str,
    codes: &mut Vec<u32>,
) -> Result<()> {
    let too_many = || IntakeError::TooMany { what, max: MAX_INDICES as u64 };
    if let IdValues::Coded { codes: positions, dictionary } = ids {
        let mut known: Vec<Option<u32>> = Vec::new();
        for &row in rows {
            let Some(position) = positions.get(row) else {
                codes.push(NONE);
                continue;
            };
            let position = position as usize;
            if known.len() <= position {
                known.resize(position + 1, None);
            }
            let code = match known[position] {
                Some(code) => code,
                None => match dictionary.id(position, declared_integer) {
                    Some(id) => interner.intern(id).ok_or_else(too_many)?,
                    None => NONE,
                },
            };
            known[position] = Some(code);
            codes.push(code);
        }
        return Ok(());
    }
    for &row in rows {
        codes.push(match ids.id(row, declared_integer) {
            Some(id) => interner.intern(id).ok_or_else(too_many)?,
            None => NONE,
        });
    }
    Ok(())
}

/// Leaves out lines equal to one before them in order (where the log has one), customer, item, time, quantity, value and
/// attributes.
fn without_duplicates(lines: Lines, has_orders: bool, rows: &[u64], report: &mut IntakeReport) -> Lines {
    let mut seen = std::collections::HashSet::new();
    let mut kept = Vec::with_capacity(lines.len());
    for (line, position) in (0..lines.len()).zip(0_u32..) {
        let attributes: Vec<u64> = lines.attributes.iter().map(|(_, column)| column.bits(line)).collect();
        let item = lines.item.as_ref().map(|items| items[line]);
        let time = lines.time.as_ref().map(|times| times[line]);
        let amount = lines.amount.as_ref().map(|amounts| amounts[line]);
        let order = has_orders.then_some(lines.order[line]);
        let key = (order, lines.customer[line], item, time, lines.quantity[line], amount, attributes);
        if seen.insert(key) {
            kept.push(position);
        } else {
            report.set_taken_row_aside(Cause::DuplicateLine, rows[line]);
            if lines.customer[line] == NONE {
                report.unnote_row(Note::NoCustomer, rows[line]);
            }
        }
    }
    if kept.len() == lines.len() { lines } else { lines.gather(&kept) }
}
