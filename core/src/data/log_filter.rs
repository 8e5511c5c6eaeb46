//! What is to be left out of a log, as data: ids, spans of time, codes to rename.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::data::attribute::NONE;
use crate::data::{EventLog, Id, IdRef, OrderLog, Vocabulary};
use crate::error::{IdError, ParamError, Result};
use crate::time::Time;

/// A span of time: from an instant on and before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "WrittenSpan", into = "WrittenSpan")]
pub struct Span {
    from: Time,
    to: Time,
}

impl Span {
    /// From an instant on and before another.
    ///
    /// # Errors
    /// [`ParamError::NotWith`] unless the second is the later one.
    pub fn new(from: Time, to: Time) -> Result<Self, ParamError> {
        if from < to {
            return Ok(Self { from, to });
        }
        Err(ParamError::NotWith { name: "from", allowed: "before to", with: "a span" })
    }

    /// The first instant.
    #[must_use]
    pub const fn from(self) -> Time {
        self.from
    }

    /// The first instant behind it.
    #[must_use]
    pub const fn to(self) -> Time {
        self.to
    }

    /// Whether an instant is in it.
    #[must_use]
    pub fn holds(self, time: Time) -> bool {
        self.from <= time && time < self.to
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.from, self.to)
    }
}

/// An instant as a text, or, beyond the calendar, as microseconds.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WrittenTime {
    Text(String),
    Micros(i64),
}

/// A span as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSpan {
    from: WrittenTime,
    to: WrittenTime,
}

impl From<Time> for WrittenTime {
    fn from(time: Time) -> Self {
        let text = time.to_string();
        if Time::parse(&text) == Ok(time) { Self::Text(text) } else { Self::Micros(time.micros()) }
    }
}

impl WrittenTime {
    fn read(&self) -> Result<Time, ParamError> {
        match self {
            Self::Text(text) => Time::parse(text),
            Self::Micros(micros) => Ok(Time::from_micros(*micros)),
        }
    }
}

impl From<Span> for WrittenSpan {
    fn from(span: Span) -> Self {
        Self { from: span.from.into(), to: span.to.into() }
    }
}

impl TryFrom<WrittenSpan> for Span {
    type Error = ParamError;

    fn try_from(written: WrittenSpan) -> Result<Self, ParamError> {
        Self::new(written.from.read()?, written.to.read()?)
    }
}

/// What is to be left out of a log: lines of customers, orders, items, spans of time, events of sessions; and item codes that
/// are to be replaced by others.
///
/// It is data: made by a [`Diagnosis`](crate::diagnose::Diagnosis) or by hand, united, written as JSON, and applied to order
/// logs and event logs. Ids that a log does not have are passed over.
///
/// ```
/// use kosar::data::{LogFilter, OrderLog};
///
/// let log = OrderLog::from_baskets([vec!["tea", "POST"], vec!["TEA", "mug"], vec!["POST"]])?;
/// let filter = LogFilter::new().items(["POST"]).rename("TEA", "tea");
/// let (clean, report) = log.filter(&LogFilter::from_json(&filter.to_json())?)?;
/// assert_eq!((clean.n_orders(), clean.n_items()), (2, 2));
/// assert_eq!((report.by_items, report.renamed, report.left), (2, 1, 3));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogFilter {
    customers: BTreeSet<Id>,
    items: BTreeSet<Id>,
    orders: BTreeSet<Id>,
    sessions: BTreeSet<Id>,
    spans: BTreeSet<Span>,
    #[serde(with = "pairs")]
    rename: BTreeMap<Id, Id>,
}

/// Pairs of ids, as keys of JSON are texts.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::data::Id;

    pub(super) fn serialize<S: Serializer>(map: &BTreeMap<Id, Id>, serializer: S) -> Result<S::Ok, S::Error> {
        map.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Id, Id>, D::Error> {
        Ok(Vec::<(Id, Id)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// How much a [`LogFilter`] took. A line (or event) that several parts of it name counts under the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct FilterReport {
    /// The lines of an order log, or the events of an event log, before.
    pub before: u64,
    /// Taken with their customer.
    pub by_customers: u64,
    /// With their order.
    pub by_orders: u64,
    /// With their session.
    pub by_sessions: u64,
    /// With their item.
    pub by_items: u64,
    /// As they are of a span of time.
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
    /// A filter that takes nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the lines of customers, too; in an event log their sessions.
    #[must_use]
    pub fn customers<I: Into<Id>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.customers.extend(ids.into_iter().map(Into::into));
        self
    }

    /// Takes the lines or events of items, too.
    #[must_use]
    pub fn items<I: Into<Id>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.items.extend(ids.into_iter().map(Into::into));
        self
    }

    /// Takes the lines of orders, too; an event log has none.
    #[must_use]
    pub fn orders<I: Into<Id>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.orders.extend(ids.into_iter().map(Into::into));
        self
    }

    /// Takes the events of sessions, too; an order log has none.
    #[must_use]
    pub fn sessions<I: Into<Id>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.sessions.extend(ids.into_iter().map(Into::into));
        self
    }

    /// Takes what is of spans of time, too: orders by their time, events by their own.
    #[must_use]
    pub fn spans(mut self, spans: impl IntoIterator<Item = Span>) -> Self {
        self.spans.extend(spans);
        self
    }

    /// Replaces the code of an item by another. A code that is given twice gets the last one; replacing is not repeated.
    #[must_use]
    pub fn rename(mut self, code: impl Into<Id>, keep: impl Into<Id>) -> Self {
        self.rename.insert(code.into(), keep.into());
        self
    }

    /// What either takes; where both rename a code, as `other` does.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        self.customers.extend(other.customers.iter().cloned());
        self.items.extend(other.items.iter().cloned());
        self.orders.extend(other.orders.iter().cloned());
        self.sessions.extend(other.sessions.iter().cloned());
        self.spans.extend(&other.spans);
        self.rename.extend(other.rename.iter().map(|(code, keep)| (code.clone(), keep.clone())));
        self
    }

    /// Whether it takes and renames nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The customers whose lines it takes, sorted.
    pub fn customer_ids(&self) -> impl ExactSizeIterator<Item = &Id> {
        self.customers.iter()
    }

    /// The items whose lines it takes, sorted.
    pub fn item_ids(&self) -> impl ExactSizeIterator<Item = &Id> {
        self.items.iter()
    }

    /// The orders whose lines it takes, sorted.
    pub fn order_ids(&self) -> impl ExactSizeIterator<Item = &Id> {
        self.orders.iter()
    }

    /// The sessions whose events it takes, sorted.
    pub fn session_ids(&self) -> impl ExactSizeIterator<Item = &Id> {
        self.sessions.iter()
    }

    /// The spans of time that it takes, sorted.
    pub fn time_spans(&self) -> impl ExactSizeIterator<Item = Span> {
        self.spans.iter().copied()
    }

    /// The codes that it replaces, sorted, each with the one to keep.
    pub fn renames(&self) -> impl ExactSizeIterator<Item = (&Id, &Id)> {
        self.rename.iter()
    }

    /// The filter as JSON: an object of `customers`, `items`, `orders`, `sessions` (lists of ids), `spans` (objects of `from`
    /// and `to`) and `rename` (pairs of a code and the one to keep).
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a filter is texts and numbers")
    }

    /// Reads what [`LogFilter::to_json`] wrote; keys that are absent are empty.
    ///
    /// # Errors
    /// [`ParamError::Json`] for a text that is no such object.
    pub fn from_json(text: &str) -> Result<Self, ParamError> {
        serde_json::from_str(text)
            .map_err(|error| ParamError::Json { name: "filter", why: error.to_string() })
    }

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

fn is_in(spans: &BTreeSet<Span>, time: Option<Time>) -> bool {
    time.is_some_and(|time| spans.iter().any(|span| span.holds(time)))
}

impl OrderLog {
    /// The log without what a filter takes, under the codes that it keeps, and how much that was. Every id that only
    /// lines taken had is gone.
    ///
    /// Linear in the lines, times the number of spans.
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
        let customers = need(!filter.customers.is_empty(), self.customers(), "customer")?;
        let orders = need(!filter.orders.is_empty(), self.order_ids(), "order")?;
        let names_items = !filter.items.is_empty() || !filter.rename.is_empty();
        let items = need(names_items, self.items(), "item")?;
        if !filter.spans.is_empty() {
            self.need_times("the filter")?;
        }
        let gone_customers = listed(&customers, "customer", &filter.customers)?;
        let gone_orders = listed(&orders, "order", &filter.orders)?;
        let gone_items = listed(&items, "item", &filter.items)?;
        let (all_items, places) = filter.renamed_items(&items)?;
        let is_gone = |gone: &[bool], code: u32| code != NONE && gone.get(code as usize) == Some(&true);
        let old = |place: u32| items.get(place as usize);
        let mut report = FilterReport::default();
        let mut kept = Vec::new();
        for line in 0..lines.len() {
            let item = lines.item.as_ref().map_or(NONE, |items| items[line]);
            let time = lines.time.as_ref().map(|times| times[line]);
            let by = if is_gone(&gone_customers, lines.customer[line]) {
                Some(By::Customer)
            } else if is_gone(&gone_orders, lines.order[line]) {
                Some(By::Order)
            } else if is_gone(&gone_items, item) {
                Some(By::Item)
            } else {
                is_in(&filter.spans, time).then_some(By::Span)
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
    /// # Errors
    /// [`IdError::WrongKind`] for ids of another type than the log's.
    pub fn filter(&self, filter: &LogFilter) -> Result<(Self, FilterReport)> {
        let gone_customers = listed(self.customers(), "customer", &filter.customers)?;
        let gone_sessions = listed(self.session_ids(), "session", &filter.sessions)?;
        let gone_items = listed(self.items(), "item", &filter.items)?;
        let (items, places) = filter.renamed_items(self.items())?;
        let is_gone = |gone: &[bool], code: u32| code != NONE && gone[code as usize];
        let report = std::cell::RefCell::new(FilterReport::default());
        let columns = &self.sessions;
        let keep = |session: usize, event: usize| {
            let item = columns.item[event].as_u32();
            let by = if is_gone(&gone_customers, columns.customer[session]) {
                Some(By::Customer)
            } else if is_gone(&gone_sessions, columns.id[session]) {
                Some(By::Session)
            } else if is_gone(&gone_items, item) {
                Some(By::Item)
            } else {
                is_in(&filter.spans, Some(columns.time[event])).then_some(By::Span)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_its_json() {
        let day = |day: i64| Time::from_micros(day * 86_400_000_000);
        let filter = LogFilter::new()
            .customers([3_i64, 1])
            .orders(["b", "a"])
            .items(["x"])
            .sessions([9_i64])
            .spans([
                Span::new(day(1), day(2)).unwrap(),
                Span::new(Time::from_micros(i64::MIN), day(0)).unwrap(),
            ])
            .rename("y", "z");
        let json = filter.to_json();
        assert!(json.contains(r#""orders":["a","b"]"#) && json.contains(r#""rename":[["y","z"]]"#), "{json}");
        assert!(json.contains(r#"{"from":"1970-01-02","to":"1970-01-03"}"#), "{json}");
        assert_eq!(LogFilter::from_json(&json), Ok(filter.clone()));
        assert_eq!(LogFilter::from_json("{}"), Ok(LogFilter::new()));
        assert_eq!(LogFilter::new().union(&filter), filter);
        assert!(!filter.is_empty() && LogFilter::new().is_empty());
        let error =
            LogFilter::from_json(r#"{"spans":[{"from":"2020-01-02","to":"2020-01-01"}]}"#).unwrap_err();
        assert!(error.to_string().contains("from must be before to"), "{error}");
        assert!(
            LogFilter::from_json(r#"{"customer":[]}"#).unwrap_err().to_string().contains("unknown field")
        );
    }
}
