//! What is to be left out of a log, as data: ids, spans of time, codes to rename.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::data::{Id, Span};
use crate::error::ParamError;

/// What is to be left out of a log: lines of customers, orders, items, spans of time, events of sessions; and item codes that
/// are to be replaced by others.
///
/// Where several customers use one order id or session id, or an order or a session has none, a filter names it by its customer,
/// too: an order or a session of a customer, or a span of time of a customer. `None` is who is not known.
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
    pub(super) customers: BTreeSet<Id>,
    pub(super) items: BTreeSet<Id>,
    pub(super) orders: BTreeSet<Id>,
    pub(super) sessions: BTreeSet<Id>,
    pub(super) spans: BTreeSet<Span>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) customer_orders: BTreeSet<(Option<Id>, Id)>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) customer_sessions: BTreeSet<(Option<Id>, Id)>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) customer_spans: BTreeSet<(Option<Id>, Span)>,
    #[serde(with = "pairs")]
    pub(super) rename: BTreeMap<Id, Id>,
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

    /// Takes the lines of an order of a customer, too, where others may have an order of the same id. An event log has none.
    ///
    /// ```
    /// use kosar::data::LogFilter;
    ///
    /// let filter = LogFilter::new().customer_order(Some("ann".into()), 1).customer_order(None, 7);
    /// assert!(filter.to_json().contains(r#""customer_orders":[[null,7],["ann",1]]"#));
    /// ```
    #[must_use]
    pub fn customer_order(mut self, customer: Option<Id>, order: impl Into<Id>) -> Self {
        self.customer_orders.insert((customer, order.into()));
        self
    }

    /// Takes the events of a session of a customer, too, where others may have a session of the same id. An order log has none.
    #[must_use]
    pub fn customer_session(mut self, customer: Option<Id>, session: impl Into<Id>) -> Self {
        self.customer_sessions.insert((customer, session.into()));
        self
    }

    /// Takes what a customer did in a span of time, too: orders by their time, events by their own.
    #[must_use]
    pub fn customer_span(mut self, customer: Option<Id>, span: Span) -> Self {
        self.customer_spans.insert((customer, span));
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
        self.customer_orders.extend(other.customer_orders.iter().cloned());
        self.customer_sessions.extend(other.customer_sessions.iter().cloned());
        self.customer_spans.extend(other.customer_spans.iter().cloned());
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

    /// The orders of customers whose lines it takes, sorted; who is not known comes first.
    pub fn orders_of_customers(&self) -> impl ExactSizeIterator<Item = (Option<&Id>, &Id)> {
        self.customer_orders.iter().map(|(customer, order)| (customer.as_ref(), order))
    }

    /// The sessions of customers whose events it takes, sorted; who is not known comes first.
    pub fn sessions_of_customers(&self) -> impl ExactSizeIterator<Item = (Option<&Id>, &Id)> {
        self.customer_sessions.iter().map(|(customer, session)| (customer.as_ref(), session))
    }

    /// The spans of time of customers that it takes, sorted; who is not known comes first.
    pub fn spans_of_customers(&self) -> impl ExactSizeIterator<Item = (Option<&Id>, Span)> {
        self.customer_spans.iter().map(|(customer, span)| (customer.as_ref(), *span))
    }

    /// The codes that it replaces, sorted, each with the one to keep.
    pub fn renames(&self) -> impl ExactSizeIterator<Item = (&Id, &Id)> {
        self.rename.iter()
    }

    /// The filter as JSON: an object of `customers`, `items`, `orders`, `sessions` (lists of ids), `spans` (objects of `from`
    /// and `to`) and `rename` (pairs of a code and the one to keep); and, where there are any, `customer_orders`,
    /// `customer_sessions` and `customer_spans` (pairs of a customer or null and an order, a session or a span).
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

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
            .customer_order(Some(Id::Int(3)), "a")
            .customer_session(None, 9_i64)
            .customer_span(Some(Id::Int(3)), Span::new(day(1), day(2)).unwrap())
            .rename("y", "z");
        let json = filter.to_json();
        assert!(json.contains(r#""orders":["a","b"]"#) && json.contains(r#""rename":[["y","z"]]"#), "{json}");
        assert!(json.contains(r#"{"from":"1970-01-02","to":"1970-01-03"}"#), "{json}");
        assert!(json.contains(r#""customer_orders":[[3,"a"]],"customer_sessions":[[null,9]]"#), "{json}");
        assert!(json.contains(r#""customer_spans":[[3,{"from":"1970-01-02","to":"1970-01-03"}]]"#), "{json}");
        assert!(!LogFilter::new().to_json().contains("customer_"));
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
