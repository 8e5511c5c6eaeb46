//! Logs without what a filter takes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use crate::data::attribute::NONE;
use crate::data::span::Spans;
use crate::data::{EventLog, Id, IdRef, LogFilter, OrderLog, Span, Vocabulary};
use crate::error::{IdError, Result};
use crate::time::Time;

/// How much a [`LogFilter`] took. A line (or event) that several parts of it name counts under the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct FilterReport {
    /// The lines of an order log, or the events of an event log, before.
    pub before: u64,
    /// Taken with their customer.
    pub by_customers: u64,
    /// With their order, of whoever it is or of one customer.
    pub by_orders: u64,
    /// With their session, of whoever it is or of one customer.
    pub by_sessions: u64,
    /// With their item.
    pub by_items: u64,
    /// As they are of a span of time, of everybody's or of one customer's.
    pub by_spans: u64,
    /// Kept under another item code.
    pub renamed: u64,
    /// Kept.
    pub left: u64,
}

impl FilterReport {
    /// The lines or events taken.
    #[must_use]
    pub const fn taken(&self) -> u64 {
        self.before - self.left
    }
}

impl fmt::Display for FilterReport {
    /// Writes a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "took {} of {}", self.taken(), self.before)?;
        let parts = [
            ("customers", self.by_customers),
            ("orders", self.by_orders),
            ("sessions", self.by_sessions),
            ("items", self.by_items),
            ("spans", self.by_spans),
        ];
        let mut sign = ": ";
        for (what, n) in parts.into_iter().filter(|&(_, n)| n > 0) {
            write!(f, "{sign}{n} by {what}")?;
            sign = ", ";
        }
        if self.renamed > 0 { write!(f, "; renamed the item of {}", self.renamed) } else { Ok(()) }
    }
}

/// Why a line goes.
#[derive(Clone, Copy)]
enum By {
    Customer,
    Order,
    Session,
    Item,
    Span,
}

impl FilterReport {
    fn count(&mut self, by: Option<By>, is_renamed: bool) -> bool {
        self.before += 1;
        match by {
            Some(By::Customer) => self.by_customers += 1,
            Some(By::Order) => self.by_orders += 1,
            Some(By::Session) => self.by_sessions += 1,
            Some(By::Item) => self.by_items += 1,
            Some(By::Span) => self.by_spans += 1,
            None => {
                self.left += 1;
                self.renamed += u64::from(is_renamed);
            }
        }
        by.is_none()
    }
}

impl LogFilter {
    /// Which items go, and what the others become: positions in a vocabulary that also has the codes to keep.
    fn renamed_items(&self, items: &Vocabulary) -> Result<(Vocabulary, Vec<u32>)> {
        let mut keep = Vec::new();
        for (code, kept) in &self.rename {
            if items.look_up("item", code.into())?.is_some() {
                if !items.is_empty() && kept.as_ref().kind() != items.kind() {
                    items.find("item", kept.into())?;
                }
                keep.push(kept.clone());
            }
        }
        let kept = Vocabulary::of("item", keep)?;
        let too_many =
            crate::error::IntakeError::TooMany { what: "items", max: crate::index::MAX_INDICES as u64 };
        let (all, mut places, _) = items.union(&kept).ok_or(too_many)?;
        for (code, kept) in &self.rename {
            if let (Some(old), Some(new)) = (items.position(code.into()), all.position(kept.into())) {
                places[old] = u32::try_from(new).expect("a vocabulary is bounded to u32");
            }
        }
        Ok((all, places))
    }
}

/// For each id of a vocabulary whether a list has it.
fn listed(ids: &Vocabulary, role: &'static str, list: &BTreeSet<Id>) -> Result<Vec<bool>, IdError> {
    let mut is_listed = vec![false; ids.len()];
    for id in list {
        if let Some(at) = ids.look_up(role, IdRef::from(id))? {
            is_listed[at] = true;
        }
    }
    Ok(is_listed)
}

/// Positions of a customer and of what they have, sorted; `NONE` for who is not known. Ids that a log does not have are left out.
fn listed_pairs(
    customers: &Vocabulary,
    ids: &Vocabulary,
    role: &'static str,
    list: &BTreeSet<(Option<Id>, Id)>,
) -> Result<Vec<(u32, u32)>, IdError> {
    let mut pairs = Vec::new();
    for (customer, id) in list {
        if let (Some(customer), Some(id)) =
            (whose(customers, customer.as_ref())?, ids.look_up(role, id.into())?)
        {
            pairs.push((customer, position(id)));
        }
    }
    pairs.sort_unstable();
    Ok(pairs)
}

/// The position of a customer, `NONE` for who is not known; `None` for one whom the log does not have.
fn whose(customers: &Vocabulary, customer: Option<&Id>) -> Result<Option<u32>, IdError> {
    let Some(id) = customer else { return Ok(Some(NONE)) };
    Ok(customers.look_up("customer", id.into())?.map(position))
}

fn position(place: usize) -> u32 {
    u32::try_from(place).expect("a vocabulary is bounded to u32")
}

/// The instants that a filter takes: of everybody, and of single customers.
struct Times {
    all: Spans,
    of_customers: BTreeMap<u32, Spans>,
}

impl Times {
    fn of(filter: &LogFilter, customers: &Vocabulary) -> Result<Self, IdError> {
        let mut of_customers: BTreeMap<u32, Vec<Span>> = BTreeMap::new();
        for (customer, span) in &filter.customer_spans {
            if let Some(customer) = whose(customers, customer.as_ref())? {
                of_customers.entry(customer).or_default().push(*span);
            }
        }
        let of_customers =
            of_customers.into_iter().map(|(customer, spans)| (customer, spans.into_iter().collect()));
        Ok(Self { all: filter.spans.iter().copied().collect(), of_customers: of_customers.collect() })
    }

    fn hold(&self, customer: u32, time: Time) -> bool {
        self.all.holds(time) || self.of_customers.get(&customer).is_some_and(|spans| spans.holds(time))
    }
}

impl OrderLog {
    /// The log without what a filter takes, under the codes that it keeps, and how much that was. Every id that only
    /// lines taken had is gone.
    ///
    /// Linear in the lines, times the logarithm of the number of spans and of orders of customers.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) where the filter names what the log does not tell (customers,
    /// orders, items, times), [`IdError::WrongKind`] for ids of another type than the log's.
    pub fn filter(&self, filter: &LogFilter) -> Result<(Self, FilterReport)> {
        let mut lines = self.flat();
        let need = |is_needed: bool, ids: Option<&Vocabulary>, column: &'static str| {
            if is_needed && ids.is_none() {
                return Err(crate::error::Error::MissingColumn { column, needed_by: "the filter" });
            }
            Ok(ids.cloned().unwrap_or_else(|| Vocabulary::empty(crate::data::IdKind::Str)))
        };
        let names_pairs = !filter.customer_orders.is_empty();
        let names_customers =
            !filter.customers.is_empty() || names_pairs || !filter.customer_spans.is_empty();
        let customers = need(names_customers, self.customers(), "customer")?;
        let orders = need(!filter.orders.is_empty() || names_pairs, self.order_ids(), "order")?;
        let names_items = !filter.items.is_empty() || !filter.rename.is_empty();
        let items = need(names_items, self.items(), "item")?;
        if !filter.spans.is_empty() || !filter.customer_spans.is_empty() {
            self.need_times("the filter")?;
        }
        let gone_customers = listed(&customers, "customer", &filter.customers)?;
        let gone_orders = listed(&orders, "order", &filter.orders)?;
        let gone_pairs = listed_pairs(&customers, &orders, "order", &filter.customer_orders)?;
        let gone_items = listed(&items, "item", &filter.items)?;
        let gone_times = Times::of(filter, &customers)?;
        let (all_items, places) = filter.renamed_items(&items)?;
        let is_gone = |gone: &[bool], code: u32| code != NONE && gone.get(code as usize) == Some(&true);
        let old = |place: u32| items.get(place as usize);
        let mut report = FilterReport::default();
        let mut kept = Vec::new();
        for line in 0..lines.len() {
            let item = lines.item.as_ref().map_or(NONE, |items| items[line]);
            let time = lines.time.as_ref().map(|times| times[line]);
            let (customer, order) = (lines.customer[line], lines.order[line]);
            let by = if is_gone(&gone_customers, customer) {
                Some(By::Customer)
            } else if is_gone(&gone_orders, order) || gone_pairs.binary_search(&(customer, order)).is_ok() {
                Some(By::Order)
            } else if is_gone(&gone_items, item) {
                Some(By::Item)
            } else {
                time.is_some_and(|time| gone_times.hold(customer, time)).then_some(By::Span)
            };
            let is_renamed = item != NONE && old(item) != all_items.get(places[item as usize] as usize);
            if report.count(by, is_renamed) {
                kept.push(u32::try_from(line).expect("the builder refuses more lines than u32 can number"));
            }
        }
        if let Some(codes) = &mut lines.item {
            codes.iter_mut().for_each(|code| *code = places[*code as usize]);
        }
        let items = self.items().map(|_| &all_items);
        Ok((self.of_renamed(lines.gather(&kept), self.customers(), items), report))
    }
}

impl EventLog {
    /// The log without what a filter takes, under the codes that it keeps, and how much that was. Orders of the filter are
    /// passed over.
    ///
    /// Linear in the events, times the logarithm of the number of spans and of sessions of customers.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for ids of another type than the log's.
    pub fn filter(&self, filter: &LogFilter) -> Result<(Self, FilterReport)> {
        let gone_customers = listed(self.customers(), "customer", &filter.customers)?;
        let gone_sessions = listed(self.session_ids(), "session", &filter.sessions)?;
        let gone_pairs =
            listed_pairs(self.customers(), self.session_ids(), "session", &filter.customer_sessions)?;
        let gone_items = listed(self.items(), "item", &filter.items)?;
        let gone_times = Times::of(filter, self.customers())?;
        let (items, places) = filter.renamed_items(self.items())?;
        let is_gone = |gone: &[bool], code: u32| code != NONE && gone[code as usize];
        let report = std::cell::RefCell::new(FilterReport::default());
        let columns = &self.sessions;
        let keep = |session: usize, event: usize| {
            let item = columns.item[event].as_u32();
            let (customer, id) = (columns.customer[session], columns.id[session]);
            let by = if is_gone(&gone_customers, customer) {
                Some(By::Customer)
            } else if is_gone(&gone_sessions, id) || gone_pairs.binary_search(&(customer, id)).is_ok() {
                Some(By::Session)
            } else if is_gone(&gone_items, item) {
                Some(By::Item)
            } else {
                gone_times.hold(customer, columns.time[event]).then_some(By::Span)
            };
            let is_renamed =
                item != NONE && self.items().get(item as usize) != items.get(places[item as usize] as usize);
            report.borrow_mut().count(by, is_renamed)
        };
        let mut events = columns.flat(keep);
        for code in events.item.iter_mut().filter(|code| **code != NONE) {
            *code = places[*code as usize];
        }
        Ok((self.of_renamed(self.customers(), &items, events), report.into_inner()))
    }
}
