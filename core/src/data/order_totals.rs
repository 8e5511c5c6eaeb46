//! What each order adds up to, straight from batches of lines: for models that need no single line, without a log.
//!
//! Batches are taken in ranges of rows, side by side. Lines of one order that follow each other become one total at once;
//! totals are put in [`PARTS`] by their customer, so that a customer's are together. Only where an order id comes back later
//! has anything to be looked up.

use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::quality::FixedState;
use hashbrown::HashTable;
use rayon::prelude::*;

use crate::data::attribute::NONE;
use crate::data::batch::Role;
use crate::data::checked_rows::CheckedRows;
use crate::data::plain_lines::PlainLines;
use crate::data::vocabulary::Interner;
use crate::data::{Batch, IdKind, IdRef, IdValues, IntakeReport, LogOptions, Returns, Vocabulary};
use crate::error::{Error, IdError, IntakeError, ParamError, Result};
use crate::index::MAX_INDICES;
use crate::money::{Money, Quantity};

/// Into how many parts customers are dealt out; a power of two.
pub(crate) const PARTS: usize = 256;

/// Rows that a thread takes in one go: few enough to stay in its cache.
const RANGE: usize = 1 << 15;

/// What tells orders apart: an integer id and nothing, the number of a row and nothing, or 128 bits of hash of a text. Two
/// of a customer's orders would have to agree in all of them to be taken for one, which is less likely than a fault of the
/// memory; ids need not be kept for it.
pub(crate) type OrderKey = [i64; 2];

/// A line that passed every check.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// The number of the customer's id, or the id where ids are integers; `None` where nobody knows.
    pub(super) customer: Option<i64>,
    pub(super) order: OrderKey,
    pub(super) time: i64,
    /// Millionths of money; zero without prices.
    pub(super) value: i64,
    /// Whether the order counts as a purchase because of this line.
    pub(super) is_purchase: bool,
}

/// Lines of one order and one customer, summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrderTotal {
    /// The customer's number; meaningless where `is_anonymous`.
    pub(crate) customer: i64,
    /// What tells the order from others.
    pub(crate) order: OrderKey,
    /// The earliest of the lines, in microseconds.
    pub(crate) time: i64,
    /// Millionths of money.
    pub(crate) value: i64,
    /// Whether a line makes the order a purchase.
    pub(crate) is_purchase: bool,
    /// Whether nobody knows whose order it is.
    pub(crate) is_anonymous: bool,
}

impl OrderTotal {
    fn of(line: &Line) -> Self {
        Self {
            customer: line.customer.unwrap_or(0),
            order: line.order,
            time: line.time,
            value: line.value,
            is_purchase: line.is_purchase,
            is_anonymous: line.customer.is_none(),
        }
    }

    /// Adds lines of the same order; `false`, and nothing added, for another order and where the sum does not fit.
    #[inline]
    fn join(&mut self, other: &Self) -> bool {
        if !self.is_same_order(other) {
            return false;
        }
        let Some(value) = self.value.checked_add(other.value) else { return false };
        self.value = value;
        self.time = self.time.min(other.time);
        self.is_purchase |= other.is_purchase;
        true
    }

    /// Whether both are of one order of one customer.
    #[inline]
    pub(crate) fn is_same_order(&self, other: &Self) -> bool {
        self.order == other.order
            && self.customer == other.customer
            && self.is_anonymous == other.is_anonymous
    }

    /// The part that its customer belongs to; orders that nobody is known of are dealt out by themselves.
    #[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "bits are mixed, 8 are taken")]
    fn part(&self) -> usize {
        let key = if self.is_anonymous { self.order[0] } else { self.customer };
        ((key as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize
    }
}

/// The totals of a range of rows.
#[derive(Debug)]
pub(super) struct Piece {
    /// The first, which may go on with what the range before ended with.
    first: Option<OrderTotal>,
    /// The last, which the range behind may go on with; `None` where it is the first.
    last: Option<OrderTotal>,
    between: Dealt,
    /// Whether order numbers rise strictly from total to total.
    rises: bool,
}

/// Totals by part.
#[derive(Debug)]
struct Dealt {
    totals: Vec<OrderTotal>,
    /// Where each part begins, and behind them the number of totals.
    starts: Vec<u32>,
}

impl Dealt {
    fn new(totals: &[OrderTotal]) -> Self {
        let mut starts = vec![0_u32; PARTS + 1];
        totals.iter().for_each(|total| starts[total.part() + 1] += 1);
        (0..PARTS).for_each(|part| starts[part + 1] += starts[part]);
        let Some(&any) = totals.first() else { return Self { totals: Vec::new(), starts } };
        let (mut dealt, mut next) = (vec![any; totals.len()], starts.clone());
        for total in totals {
            let place = &mut next[total.part()];
            dealt[*place as usize] = *total;
            *place += 1;
        }
        Self { totals: dealt, starts }
    }

    fn part(&self, part: usize) -> &[OrderTotal] {
        &self.totals[self.starts[part] as usize..self.starts[part + 1] as usize]
    }
}

impl Piece {
    /// Sums up lines that follow each other; `are_orders` where each line is an order of its own.
    #[inline]
    pub(super) fn of(lines: impl Iterator<Item = Line>, are_orders: bool) -> Self {
        let mut totals: Vec<OrderTotal> = Vec::new();
        let mut open: Option<OrderTotal> = None;
        let mut rises = true;
        for line in lines {
            let total = OrderTotal::of(&line);
            match &mut open {
                Some(open) => {
                    if are_orders || !open.join(&total) {
                        rises &= are_orders || open.order < total.order;
                        totals.push(*open);
                        *open = total;
                    }
                }
                None => open = Some(total),
            }
        }
        totals.extend(open);
        let (first, rest) = match totals.split_first() {
            Some((&first, rest)) => (Some(first), rest),
            None => (None, &totals[..]),
        };
        let (last, between) = match rest.split_last() {
            Some((&last, between)) => (Some(last), between),
            None => (None, rest),
        };
        Self { first, last, between: Dealt::new(between), rises }
    }
}

/// Collects order lines in batches and adds them up by order and customer.
#[derive(Debug)]
pub(crate) struct OrderTotalsBuilder {
    options: LogOptions,
    policy: Returns,
    shape: Option<Shape>,
    customers: Option<Names>,
    pieces: Vec<Dealt>,
    /// Totals that stood at an end of a range.
    loose: Vec<OrderTotal>,
    open: Option<OrderTotal>,
    rises: bool,
    report: IntakeReport,
}

/// Which columns there are; settled by the first batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    customer: IdKind,
    order: Option<IdKind>,
    item: Option<IdKind>,
    quantity: bool,
    price: bool,
    amount: bool,
}

impl OrderTotalsBuilder {
    /// An empty builder; `policy` tells how returns that are taken count.
    pub(crate) fn new(options: LogOptions, policy: Returns) -> Result<Self> {
        if options.drop_duplicates {
            return Err(ParamError::NotWith {
                name: "drop_duplicates",
                allowed: "false",
                with: "a fit without a log; build an OrderLog",
            }
            .into());
        }
        Ok(Self {
            options,
            policy,
            shape: None,
            customers: None,
            pieces: Vec::new(),
            loose: Vec::new(),
            open: None,
            rises: true,
            report: IntakeReport::default(),
        })
    }

    /// Takes the rows of a batch, as a [`LogBuilder`](crate::data::LogBuilder) would.
    pub(crate) fn push(&mut self, batch: &Batch<'_>, needed_by: &'static str) -> Result<()> {
        if let (None, Some(format)) = (&self.shape, &self.options.time_format) {
            crate::time::Time::check_format(format)?;
        }
        self.must_match(batch, needed_by)?;
        let first_row = self.report.rows();
        let ranges: Vec<Range<usize>> =
            (0..batch.n_rows).step_by(RANGE).map(|start| start..batch.n_rows.min(start + RANGE)).collect();
        let text_of = |role: Role, ids: &'_ Option<IdValues<'_>>| {
            ids.as_ref().is_some_and(|ids| ids.kind(self.options.integer_ids.contains(&role)) == IdKind::Str)
        };
        let hash = |is_text: bool, ids: &Option<IdValues<'_>>| {
            let ids = ids.as_ref().filter(|_| is_text)?;
            Some(ranges.par_iter().map(|range| hashed(ids, range)).collect::<Vec<_>>())
        };
        let orders = hash(text_of(Role::Order, &batch.order), &batch.order);
        let hashes = hash(text_of(Role::Customer, &batch.customer), &batch.customer);
        let customers = match (hashes, &batch.customer) {
            (Some(hashes), Some(ids)) => Some(self.customers.get_or_insert_default().number(ids, &hashes)?),
            _ => None,
        };
        let read = |at: usize| {
            let keys = Keys {
                customer: customers.as_ref().map(|codes| &codes[ranges[at].clone()]),
                order: orders.as_ref().map(|orders: &Vec<Vec<_>>| &*orders[at]),
            };
            self.read(batch, keys, &ranges[at], first_row)
        };
        // A small batch is read where the caller is: handing it over would take longer.
        let read: Vec<(Piece, Option<CheckedRows>)> = match ranges.len() {
            0 | 1 => (0..ranges.len()).map(read).collect(),
            _ => (0..ranges.len()).into_par_iter().map(read).collect(),
        };
        for (range, (piece, checked)) in ranges.into_iter().zip(read) {
            match checked {
                None => self.report.take(range.len() as u64),
                Some(checked) => {
                    let rows = batch.rows(range);
                    let customer = rows.customer.as_ref();
                    let declared = self.options.integer_ids.contains(&Role::Customer);
                    let is_anonymous = |row| customer.is_none_or(|ids| ids.id(row, declared).is_none());
                    checked.report(&rows, is_anonymous, &mut self.report);
                }
            }
            self.join(piece);
        }
        Ok(())
    }

    /// Puts the totals of the next range behind those before.
    fn join(&mut self, piece: Piece) {
        let Piece { first, last, between, rises } = piece;
        self.rises &= rises;
        for total in [first, last].into_iter().flatten() {
            let are_orders = self.shape.is_some_and(|shape| shape.order.is_none());
            match &mut self.open {
                Some(open) => {
                    if are_orders || !open.join(&total) {
                        self.rises &= are_orders || open.order < total.order;
                        self.loose.push(*open);
                        *open = total;
                    }
                }
                None => self.open = Some(total),
            }
        }
        if !between.totals.is_empty() {
            self.pieces.push(between);
        }
    }

    /// The totals of a range of rows, and the checks where a row of it failed one or has to be noted.
    fn read(
        &self,
        batch: &Batch<'_>,
        given: Keys<'_>,
        range: &Range<usize>,
        first_row: u64,
    ) -> (Piece, Option<CheckedRows>) {
        let are_orders = batch.order.is_none();
        let numbered = |row: usize| [i64::try_from(first_row + row as u64).unwrap_or(i64::MAX), 0];
        let declared = |role: Role| self.options.integer_ids.contains(&role);
        if let Some(lines) = PlainLines::of(batch, range.clone(), (self.options.returns, self.policy), given)
        {
            return (lines.piece(are_orders, numbered), None);
        }
        let rows = batch.rows(range.clone());
        let checked = CheckedRows::new(&rows, &self.options);
        let integer = |ids: Option<&IdValues<'_>>, role: Role, row: usize| match ids?.id(row, declared(role))
        {
            Some(IdRef::Int(id)) => Some(id),
            _ => None,
        };
        let has_amounts = batch.price.is_some() || batch.amount.is_some();
        let line = |row: usize| {
            let quantity = checked.quantity[row];
            let amount = if has_amounts { checked.amount[row] } else { Money::ZERO };
            let (value, is_purchase) = if has_amounts {
                self.policy.counted(amount)
            } else {
                (Money::ZERO, self.policy == Returns::Keep || quantity > Quantity::ZERO)
            };
            Line {
                customer: match given.customer {
                    Some(codes) => Some(codes[row]).filter(|&code| code != NONE).map(i64::from),
                    None => integer(rows.customer.as_ref(), Role::Customer, row),
                },
                order: match given.order {
                    Some(hashes) => hashes[row].unwrap_or_default(),
                    None => integer(rows.order.as_ref(), Role::Order, row)
                        .map_or_else(|| numbered(range.start + row), |id| [id, 0]),
                },
                time: checked.time[row].micros(),
                value: value.millionths(),
                is_purchase,
            }
        };
        let piece = Piece::of(checked.fates.passing().into_iter().map(line), are_orders);
        (piece, Some(checked))
    }

    fn must_match(&mut self, batch: &Batch<'_>, needed_by: &'static str) -> Result<()> {
        let kind = |role: Role, ids: &Option<IdValues<'_>>| {
            ids.as_ref().map(|ids| ids.kind(self.options.integer_ids.contains(&role)))
        };
        let missing = |column| Error::MissingColumn { column, needed_by };
        let customer = kind(Role::Customer, &batch.customer).ok_or_else(|| missing("customer"))?;
        if batch.time.is_none() {
            return Err(missing("time"));
        }
        if batch.price.is_some() && batch.amount.is_some() {
            return Err(IntakeError::Exclusive { first: "price", second: "amount" }.into());
        }
        let shape = Shape {
            customer,
            order: kind(Role::Order, &batch.order),
            item: kind(Role::Item, &batch.item),
            quantity: batch.quantity.is_some(),
            price: batch.price.is_some(),
            amount: batch.amount.is_some(),
        };
        let Some(before) = self.shape else {
            self.shape = Some(shape);
            return Ok(());
        };
        let ids = [
            (Role::Customer, Some(before.customer), Some(shape.customer)),
            (Role::Order, before.order, shape.order),
            (Role::Item, before.item, shape.item),
        ];
        for (role, before, now) in ids {
            changing(role, before.is_some(), now.is_some())?;
            if let (Some(expected), Some(found)) = (before, now)
                && expected != found
            {
                let id = "in a later batch".to_owned();
                return Err(IdError::WrongKind { role: role.name(), expected, found, id }.into());
            }
        }
        changing(Role::Quantity, before.quantity, shape.quantity)?;
        changing(Role::Price, before.price, shape.price)?;
        changing(Role::Amount, before.amount, shape.amount)
    }

    /// All totals.
    ///
    /// # Errors
    /// [`IntakeError::NoColumns`] when no batch was pushed.
    pub(crate) fn finish(mut self) -> Result<OrderTotals> {
        let shape = self.shape.ok_or(IntakeError::NoColumns { needed: "a customer column" })?;
        self.loose.extend(self.open);
        let names =
            (shape.customer == IdKind::Str).then(|| self.customers.unwrap_or_default().names.finish());
        Ok(OrderTotals {
            pieces: self.pieces,
            loose: self.loose,
            are_whole: self.rises,
            has_amounts: shape.price || shape.amount,
            policy: self.policy,
            names,
            report: self.report,
        })
    }
}

fn changing(role: Role, was_there: bool, is_there: bool) -> Result<()> {
    crate::data::log_builder::changing(role.name(), was_there, is_there)
}

/// The keys of text ids of a range of rows, one a row; `None` where ids are integers or absent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys<'a> {
    pub(super) customer: Option<&'a [u32]>,
    /// Nothing where the id is missing.
    pub(super) order: Option<&'a [Option<OrderKey>]>,
}

/// Names of customers, numbered as they come and told apart as orders are: looking at the text of each would take the
/// processor to memory three times over.
#[derive(Debug)]
struct Names {
    names: Interner,
    numbers: HashTable<(OrderKey, u32)>,
}

impl Default for Names {
    fn default() -> Self {
        Self { names: Interner::new(IdKind::Str), numbers: HashTable::new() }
    }
}

impl Names {
    /// The number of each row's name, of hashes in ranges of rows.
    fn number(&mut self, ids: &IdValues<'_>, hashes: &[Vec<Option<OrderKey>>]) -> Result<Vec<u32>> {
        let (mut last, mut code) = (None, NONE);
        let of_row = |(row, &key): (usize, &Option<OrderKey>)| {
            if key != last {
                code = match (key, ids.id(row, false)) {
                    (Some(key), Some(id)) => self.number_of(key, id)?,
                    _ => NONE,
                };
                last = key;
            }
            Ok(code)
        };
        hashes.iter().flatten().enumerate().map(of_row).collect()
    }

    #[allow(clippy::cast_sign_loss, reason = "bits are bits")]
    fn number_of(&mut self, key: OrderKey, id: IdRef<'_>) -> Result<u32> {
        let hash = key[0] as u64;
        if let Some(&(_, number)) = self.numbers.find(hash, |&(other, _)| other == key) {
            return Ok(number);
        }
        let too_many = IntakeError::TooMany { what: "customers", max: MAX_INDICES as u64 };
        let number = self.names.add_new(id).ok_or(too_many)?;
        self.numbers.insert_unique(hash, (key, number), |&(key, _)| key[0] as u64);
        Ok(number)
    }
}

/// The hashes of the texts of a range of rows; an id equal to the one above it is not hashed again.
#[allow(clippy::cast_possible_wrap, reason = "bits are bits")]
fn hashed(ids: &IdValues<'_>, range: &Range<usize>) -> Vec<Option<OrderKey>> {
    let hashers = [FixedState::with_seed(0), FixedState::with_seed(1)];
    let (mut last, mut key) = (None, None);
    let of_row = |row| {
        let id = ids.id(row, false);
        if id != last {
            key = id.map(|id| {
                let IdRef::Str(text) = id else { return [0, 0] };
                [hashers[0].hash_one(text) as i64, hashers[1].hash_one(text) as i64]
            });
            last = id;
        }
        key
    };
    range.clone().map(of_row).collect()
}

/// Totals of orders, in parts by customer.
#[derive(Debug)]
pub(crate) struct OrderTotals {
    pieces: Vec<Dealt>,
    loose: Vec<OrderTotal>,
    are_whole: bool,
    has_amounts: bool,
    policy: Returns,
    names: Option<(Vocabulary, Vec<u32>)>,
    report: IntakeReport,
}

impl OrderTotals {
    /// The totals of the customers of a part below [`PARTS`].
    pub(crate) fn part(&self, part: usize) -> impl Iterator<Item = &OrderTotal> {
        let loose = self.loose.iter().filter(move |total| total.part() == part);
        self.pieces.iter().flat_map(move |piece| piece.part(part)).chain(loose)
    }

    /// Whether each order of a customer is one total; otherwise some are in several.
    pub(crate) fn are_whole(&self) -> bool {
        self.are_whole
    }

    /// Whether there were prices.
    pub(crate) fn has_amounts(&self) -> bool {
        self.has_amounts
    }

    /// How returns counted.
    pub(crate) fn policy(&self) -> Returns {
        self.policy
    }

    /// What became of the rows.
    pub(crate) fn report(&self) -> &IntakeReport {
        &self.report
    }

    /// Where customers are text, their names in order, and the place of each number among them; integers are their own
    /// numbers.
    pub(crate) fn names(&self) -> Option<&(Vocabulary, Vec<u32>)> {
        self.names.as_ref()
    }
}
