//! What a model is fitted on: orders, and what else is known.

use crate::data::{Catalog, Customers, EventLog, OrderLog};

/// Orders, events or both, with the catalogue that says what the items are and the table that says where the customers are.
///
/// ```
/// use kosar::affinity::{Affinity, AffinityData};
/// use kosar::data::{Catalog, OrderLog};
/// use kosar::Fit;
///
/// let log = OrderLog::from_pairs([("ann", "rye"), ("ann", "tea"), ("bob", "tea")])?;
/// let catalog = Catalog::from_paths([("rye", "Food/Bread"), ("tea", "Drinks")])?;
/// let affinity = Affinity::params().fit(&AffinityData::of(&log).catalog(&catalog))?;
/// assert_eq!(affinity.of("bob", "category", 1)?[0].value, "Drinks");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct AffinityData<'a> {
    pub(super) orders: Option<&'a OrderLog>,
    pub(super) events: Option<&'a EventLog>,
    pub(super) catalog: Option<&'a Catalog>,
    pub(super) customers: Option<&'a Customers>,
}

impl<'a> AffinityData<'a> {
    /// Orders alone.
    #[must_use]
    pub fn of(orders: &'a OrderLog) -> Self {
        Self { orders: Some(orders), ..Self::default() }
    }

    /// Events alone; [`AffinityData::orders`] adds orders.
    #[must_use]
    pub fn of_events(events: &'a EventLog) -> Self {
        Self { events: Some(events), ..Self::default() }
    }

    /// With these orders, or `None`.
    #[must_use]
    pub fn orders(mut self, orders: impl Into<Option<&'a OrderLog>>) -> Self {
        self.orders = orders.into();
        self
    }

    /// With these events, or `None`.
    #[must_use]
    pub fn events(mut self, events: impl Into<Option<&'a EventLog>>) -> Self {
        self.events = events.into();
        self
    }

    /// With a catalogue: categories, brands, tags, attributes, and the prices of what was looked at.
    #[must_use]
    pub fn catalog(mut self, catalog: impl Into<Option<&'a Catalog>>) -> Self {
        self.catalog = catalog.into();
        self
    }

    /// With the time zones of customers, for weekday and hour; of this table nothing else is read, and nothing is kept:
    /// an update needs it again.
    #[must_use]
    pub fn customers(mut self, customers: impl Into<Option<&'a Customers>>) -> Self {
        self.customers = customers.into();
        self
    }
}

impl<'a> From<&'a OrderLog> for AffinityData<'a> {
    fn from(orders: &'a OrderLog) -> Self {
        Self::of(orders)
    }
}

impl<'a> From<&'a EventLog> for AffinityData<'a> {
    fn from(events: &'a EventLog) -> Self {
        Self::of_events(events)
    }
}
