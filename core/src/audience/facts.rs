//! What audiences are asked of: the shop's data, laid out customer by customer.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::affinity::Affinity;
use crate::audience::RfmFigure;
use crate::audience::align::{column_of, filled, moved, places, spread, united, zones};
use crate::audience::events::EventTable;
use crate::audience::orders::OrderTable;
use crate::cluster::CustomerClusters;
use crate::data::NONE;
use crate::data::{Catalog, Consent, CustomerColumn, Customers, EventLog, Id, OrderLog, Rows, Vocabulary};
use crate::error::Result;
use crate::fit::Control;
use crate::lifecycle::Lifecycle;
use crate::rfm::Rfm;
use crate::time::{Time, Zone};

/// The shop's data as audiences are asked of it: customers with their attributes, orders, events, the figures of models.
///
/// Built once and shared: it borrows nothing and does not change. Its customers are all that any of its parts knows of.
///
/// Space: 16 bytes an order, 21 a line, 17 an event (25 in a log with quantities), 24 a session, and what the attributes take.
///
/// ```
/// use kosar::audience::{Audience, AudienceData, Audiences};
/// use kosar::data::LogOptions;
/// use kosar::datasets::toy;
///
/// let log = toy::corner_shop().to_log(LogOptions::default())?;
/// let data = AudienceData::builder().orders(&log).build()?;
/// let regulars = Audience::from_json(r#"{"orders": {"test": {"at_least": 3}}}"#)?;
/// let audiences = Audiences::new(data, [("regulars", regulars)], None)?;
/// assert!(audiences.contains("regulars", "anna")?);
/// assert_eq!(audiences.of("ben")?, [""; 0]);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct AudienceData {
    pub(super) customers: Vocabulary,
    pub(super) items: Vocabulary,
    /// With the place of each of its items among those of the data.
    pub(super) catalog: Option<(Arc<Catalog>, Vec<u32>)>,
    pub(super) orders: Option<OrderTable>,
    pub(super) events: Option<EventTable>,
    pub(super) about: Option<About>,
    pub(super) rfm: Option<RfmColumns>,
    /// With when they were taken.
    pub(super) stages: Option<(WordColumn, Option<Time>)>,
    pub(super) clusters: Option<Vec<f64>>,
    /// With the position in it of each customer of the data; `NONE` for others.
    pub(super) affinity: Option<(Arc<Affinity>, Vec<u32>)>,
    /// By name.
    pub(super) values: Vec<(String, Vec<f64>)>,
    /// The time zones of customers, and behind them the one of everybody else.
    pub(super) zones: Vec<Zone>,
    /// Absent where all are in the last.
    pub(super) zone_of: Option<Vec<u32>>,
    /// The last instant of the orders and events.
    pub(super) latest: Option<Time>,
    /// When the figures of models were taken.
    pub(super) taken: Option<Time>,
    /// What looks like a slip.
    pub(super) notes: Vec<String>,
    pub(super) earliest: Option<Time>,
}

/// What customers said of themselves, a value for each customer of the data.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub(super) attributes: Vec<(String, CustomerColumn)>,
    pub(super) preferences: Vec<(String, Vocabulary, Rows<u32>)>,
    /// By channel and purpose.
    pub(super) consents: Vec<((String, String), Vec<Consent>)>,
}

/// A word for each customer out of few; `NONE` where there is none.
#[derive(Debug, Clone)]
pub(super) struct WordColumn {
    pub(super) words: Vec<String>,
    pub(super) codes: Vec<u32>,
}

/// The figures of RFM, NaN where a customer has none.
#[derive(Debug, Clone)]
pub(super) struct RfmColumns {
    /// When they were taken.
    pub(super) as_of: Option<Time>,
    pub(super) segment: WordColumn,
    pub(super) recency_days: Vec<f64>,
    pub(super) frequency: Vec<f64>,
    pub(super) monetary: Option<Vec<f64>>,
    /// Of recency, frequency and, with prices, monetary value.
    pub(super) scores: [Vec<f64>; 3],
}

/// Gathers what an [`AudienceData`] is built from; every part may be left out, or given as an option.
#[derive(Debug, Clone, Default)]
pub struct AudienceDataBuilder<'a> {
    orders: Option<&'a OrderLog>,
    events: Option<&'a EventLog>,
    customers: Option<&'a Customers>,
    catalog: Option<Arc<Catalog>>,
    rfm: Option<&'a Rfm>,
    lifecycle: Option<&'a Lifecycle>,
    clusters: Option<&'a CustomerClusters>,
    affinity: Option<Arc<Affinity>>,
    values: BTreeMap<String, Vec<(Id, f64)>>,
    time_zone: Option<&'a str>,
}

impl<'a> AudienceDataBuilder<'a> {
    /// The order log; it needs customers and times.
    #[must_use]
    pub fn orders(mut self, log: impl Into<Option<&'a OrderLog>>) -> Self {
        self.orders = log.into();
        self
    }

    /// The event log.
    #[must_use]
    pub fn events(mut self, log: impl Into<Option<&'a EventLog>>) -> Self {
        self.events = log.into();
        self
    }

    /// Attributes, preferences, consent and time zones.
    #[must_use]
    pub fn customers(mut self, customers: impl Into<Option<&'a Customers>>) -> Self {
        self.customers = customers.into();
        self
    }

    /// The catalogue, for conditions on categories, brands and the like.
    #[must_use]
    pub fn catalog(mut self, catalog: impl Into<Option<Arc<Catalog>>>) -> Self {
        self.catalog = catalog.into();
        self
    }

    /// Recency, frequency, monetary value and segments.
    #[must_use]
    pub fn rfm(mut self, rfm: impl Into<Option<&'a Rfm>>) -> Self {
        self.rfm = rfm.into();
        self
    }

    /// Stages of the lifecycle.
    #[must_use]
    pub fn lifecycle(mut self, lifecycle: impl Into<Option<&'a Lifecycle>>) -> Self {
        self.lifecycle = lifecycle.into();
        self
    }

    /// Clusters of customers.
    #[must_use]
    pub fn clusters(mut self, clusters: impl Into<Option<&'a CustomerClusters>>) -> Self {
        self.clusters = clusters.into();
        self
    }

    /// What customers lean to.
    #[must_use]
    pub fn affinity(mut self, affinity: impl Into<Option<Arc<Affinity>>>) -> Self {
        self.affinity = affinity.into();
        self
    }

    /// A value of customers computed elsewhere, such as a predicted one; NaN, and every customer left out, has none.
    #[must_use]
    pub fn value<T: Into<Id>>(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = (T, f64)>,
    ) -> Self {
        let values = values.into_iter().map(|(id, value)| (id.into(), value)).collect();
        self.values.insert(name.into(), values);
        self
    }

    /// The time zone, by its IANA name, of customers of whom it is not known; UTC by default.
    #[must_use]
    pub fn time_zone(mut self, name: impl Into<Option<&'a str>>) -> Self {
        self.time_zone = name.into();
        self
    }

    /// Builds the data; see [`build_with`](Self::build_with).
    ///
    /// # Errors
    /// As [`build_with`](Self::build_with), except [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn build(self) -> Result<AudienceData> {
        self.build_with(&Control::new())
    }

    /// Builds the data, looking at `control` between its parts.
    ///
    /// Linear in all of them, but for sorting the orders of customers by time.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) for an order log without customers or times,
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) where parts name customers (or items) by ids of different types,
    /// [`ParamError::TimeZone`](crate::ParamError::TimeZone) for a time zone that does not exist.
    pub fn build_with(mut self, control: &Control) -> Result<AudienceData> {
        let given =
            std::mem::take(&mut self.values).into_iter().map(|(name, values)| Ok((name, column_of(values)?)));
        let given = given.collect::<Result<BTreeMap<String, (Vocabulary, Vec<f64>)>>>()?;
        let mut sources: Vec<&Vocabulary> = Vec::new();
        if let Some(log) = self.orders {
            sources.push(log.need_customers("AudienceData")?);
        }
        sources.extend(self.events.map(EventLog::customers));
        sources.extend(self.customers.map(Customers::ids));
        sources.extend(self.rfm.map(Rfm::vocabulary));
        sources.extend(self.lifecycle.map(Lifecycle::ids));
        sources.extend(self.clusters.map(|clusters| clusters.rfm().vocabulary()));
        sources.extend(self.affinity.as_deref().map(Affinity::customers));
        sources.extend(given.values().map(|(ids, _)| ids));
        let customers = united("customer", &sources)?;
        let n = customers.len();
        let notes = self.strangers(&given)?;
        let mut sources: Vec<&Vocabulary> = Vec::new();
        sources.extend(self.orders.and_then(OrderLog::items));
        sources.extend(self.events.map(EventLog::items));
        sources.extend(self.catalog.as_deref().map(Catalog::items));
        let items = united("item", &sources)?;
        control.check()?;
        let orders = self.orders.map(|log| {
            let of_customers = places(&customers, log.need_customers("AudienceData")?);
            let of_items = log.items().map(|ids| places(&items, ids)).unwrap_or_default();
            OrderTable::new(log, n, &of_customers, &of_items)
        });
        let orders = orders.transpose()?;
        control.check()?;
        let events = self.events.map(|log| {
            EventTable::new(log, n, &places(&customers, log.customers()), &places(&items, log.items()))
        });
        control.check()?;
        let spans = [self.orders.and_then(OrderLog::span), self.events.and_then(EventLog::span)];
        let (zones, zone_of) = zones(self.customers, self.time_zone, &customers)?;
        Ok(AudienceData {
            catalog: self.catalog.map(|catalog| {
                let of_items = places(&items, catalog.items());
                (catalog, of_items)
            }),
            about: self.customers.map(|about| About::new(about, &customers)),
            rfm: self.rfm.map(|rfm| RfmColumns::new(rfm, &customers)),
            stages: self.lifecycle.map(|lifecycle| {
                let words =
                    crate::lifecycle::Stage::ALL.iter().map(|stage| stage.word().to_owned()).collect();
                let stages = lifecycle.stages().iter().map(|&stage| stage as u32);
                let column = WordColumn::new(words, stages, &places(&customers, lifecycle.ids()), n);
                (column, lifecycle.as_of())
            }),
            affinity: self.affinity.map(|affinity| {
                let of = places(&customers, affinity.customers());
                let positions: Vec<u32> = (0..).take(of.len()).collect();
                let positions = filled(&positions, &of, n, NONE);
                (affinity, positions)
            }),
            clusters: self.clusters.map(|clusters| {
                let labels = clusters.labels().iter().map(|&id| f64::from(id)).collect::<Vec<_>>();
                spread(&labels, &places(&customers, clusters.rfm().vocabulary()), n)
            }),
            values: given
                .into_iter()
                .map(|(name, (ids, values))| (name, spread(&values, &places(&customers, &ids), n)))
                .collect(),
            latest: spans.iter().flatten().map(|span| span.1).max(),
            taken: [self.rfm.and_then(Rfm::as_of), self.lifecycle.and_then(Lifecycle::as_of)]
                .into_iter()
                .flatten()
                .max(),
            earliest: spans.iter().flatten().map(|span| span.0).min(),
            notes,
            orders,
            events,
            customers,
            items,
            zones,
            zone_of,
        })
    }
}

impl AudienceDataBuilder<'_> {
    /// Says which parts know customers whom neither a log nor the customers' own table has: ids of another form, or of
    /// customers who were forgotten.
    fn strangers(&self, given: &BTreeMap<String, (Vocabulary, Vec<f64>)>) -> Result<Vec<String>> {
        let logs = [self.orders.and_then(OrderLog::customers), self.events.map(EventLog::customers)];
        let own = self.customers.map(Customers::ids);
        let known = united("customer", &logs.into_iter().chain([own]).flatten().collect::<Vec<_>>())?;
        if known.is_empty() {
            return Ok(Vec::new());
        }
        let parts = [
            ("rfm", self.rfm.map(Rfm::vocabulary)),
            ("lifecycle", self.lifecycle.map(Lifecycle::ids)),
            ("clusters", self.clusters.map(|clusters| clusters.rfm().vocabulary())),
            ("affinity", self.affinity.as_deref().map(Affinity::customers)),
        ];
        let parts = parts.into_iter().filter_map(|(name, ids)| Some((name, ids?)));
        let values = given.iter().map(|(name, (ids, _))| (name.as_str(), ids));
        let mut notes: Vec<String> = parts
            .chain(values)
            .filter_map(|(name, ids)| {
                let unknown = ids.iter().filter(|&id| known.position(id).is_none()).count();
                (unknown > 0).then(|| {
                    format!("{name}: {unknown} of its customers are in no log and in no table of customers")
                })
            })
            .collect();
        if let (Some(own), Some(orders)) = (own, logs[0])
            && !own.is_empty()
            && !orders.iter().any(|id| own.position(id).is_some())
        {
            notes.push("customers: none of those with orders is in the table of customers".to_owned());
        }
        Ok(notes)
    }
}

impl AudienceData {
    /// Begins with nothing.
    #[must_use]
    pub fn builder<'a>() -> AudienceDataBuilder<'a> {
        AudienceDataBuilder::default()
    }

    /// What the customers are called: all that any part of the data knows of.
    #[must_use]
    pub fn customers(&self) -> &Vocabulary {
        &self.customers
    }

    /// The number of a customer's time zone.
    pub(super) fn zone(&self, customer: usize) -> usize {
        self.zone_of.as_ref().map_or(self.zones.len() - 1, |zones| zones[customer] as usize)
    }
}

impl About {
    fn new(about: &Customers, customers: &Vocabulary) -> Self {
        let (places, n) = (places(customers, about.ids()), customers.len());
        let attributes = about.attribute_names().filter_map(|name| {
            let column = match about.attribute(name)? {
                CustomerColumn::Words { words, codes } => {
                    CustomerColumn::Words { words: words.clone(), codes: filled(codes, &places, n, NONE) }
                }
                CustomerColumn::Numbers(values) => CustomerColumn::Numbers(spread(values, &places, n)),
                CustomerColumn::Dates(dates) => CustomerColumn::Dates(filled(dates, &places, n, None)),
                CustomerColumn::Flags(flags) => CustomerColumn::Flags(filled(flags, &places, n, None)),
            };
            Some((name.to_owned(), column))
        });
        let preferences = about.preference_kinds().filter_map(|kind| {
            let (words, rows) = about.preferences(kind)?;
            Some((kind.to_owned(), words.clone(), moved(rows, &places, n)))
        });
        let consents = about.consent_pairs().filter_map(|(channel, purpose)| {
            let said = about.consents(channel, purpose)?;
            Some(((channel.to_owned(), purpose.to_owned()), filled(said, &places, n, Consent::Unknown)))
        });
        Self {
            attributes: attributes.collect(),
            preferences: preferences.collect(),
            consents: consents.collect(),
        }
    }
}

impl WordColumn {
    fn new(words: Vec<String>, codes: impl Iterator<Item = u32>, places: &[u32], n: usize) -> Self {
        Self { words, codes: filled(&codes.collect::<Vec<_>>(), places, n, NONE) }
    }
}

impl RfmColumns {
    #[allow(clippy::cast_precision_loss, reason = "days and scores are small")]
    fn new(rfm: &Rfm, customers: &Vocabulary) -> Self {
        let (places, n) = (places(customers, rfm.vocabulary()), customers.len());
        let words: Vec<String> = rfm.grid().names().map(str::to_owned).collect();
        let code = |name: &str| {
            let code = words.iter().position(|word| word == name).unwrap_or(NONE as usize);
            u32::try_from(code).unwrap_or(NONE)
        };
        let codes = rfm.iter().map(|one| code(one.segment)).collect::<Vec<_>>();
        let column = |of: &dyn Fn(&crate::rfm::RfmCustomer<'_>) -> f64| {
            spread(&rfm.iter().map(|one| of(&one)).collect::<Vec<_>>(), &places, n)
        };
        Self {
            as_of: rfm.as_of(),
            segment: WordColumn::new(words.clone(), codes.into_iter(), &places, n),
            recency_days: column(&|one| one.recency_days as f64),
            frequency: column(&|one| f64::from(one.frequency)),
            monetary: rfm
                .has_monetary()
                .then(|| column(&|one| one.monetary.map_or(f64::NAN, crate::Money::to_f64))),
            scores: [
                column(&|one| f64::from(one.r_score)),
                column(&|one| f64::from(one.f_score)),
                column(&|one| one.m_score.map_or(f64::NAN, f64::from)),
            ],
        }
    }
}

impl RfmColumns {
    /// The values of a figure; NaN where a customer has none.
    pub(super) fn figure(&self, figure: RfmFigure) -> &[f64] {
        match figure {
            RfmFigure::RecencyDays => &self.recency_days,
            RfmFigure::Frequency => &self.frequency,
            RfmFigure::Monetary => self.monetary.as_deref().unwrap_or_default(),
            RfmFigure::RScore => &self.scores[0],
            RfmFigure::FScore => &self.scores[1],
            RfmFigure::MScore => &self.scores[2],
        }
    }
}
