//! What a model of stages is fitted on.

use crate::data::{EventLog, OrderLog, Vocabulary};

/// An order log, and from where customers are known who have not bought.
///
/// ```
/// use kosar::data::{EventLog, LogOptions, Vocabulary};
/// use kosar::datasets::toy;
/// use kosar::lifecycle::{Lifecycle, LifecycleSources, Stage};
/// use kosar::{Fit, Id};
///
/// let log = toy::corner_shop().to_log(LogOptions::default())?;
/// let newsletter: Vocabulary = ["anna", "zoe"].map(Id::from).into_iter().collect();
/// let sources = LifecycleSources::new(&log).prospects(&newsletter);
/// let model = Lifecycle::params().fit(&sources)?;
/// assert_eq!(model.stage("zoe")?, Stage::Prospect);
/// assert_ne!(model.stage("anna")?, Stage::Prospect);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct LifecycleSources<'a> {
    pub(super) log: &'a OrderLog,
    pub(super) events: Option<&'a EventLog>,
    pub(super) prospects: Option<&'a Vocabulary>,
}

impl<'a> LifecycleSources<'a> {
    /// An order log alone: who ordered is known from the day of the first order, of whatever kind.
    #[must_use]
    pub fn new(log: &'a OrderLog) -> Self {
        Self { log, events: None, prospects: None }
    }

    /// Who is named in an event log is known from the day of their first event, if that is before `as_of`: what is later does
    /// not count, and where `as_of` comes from the log it is kept until an [update](crate::lifecycle::Lifecycle::update) with an
    /// order that is later still. Purchases among the events do not count as such.
    #[must_use]
    pub fn events(mut self, events: &'a EventLog) -> Self {
        self.events = Some(events);
        self
    }

    /// Ids that have always been known, such as those of a table of customers.
    #[must_use]
    pub fn prospects(mut self, ids: &'a Vocabulary) -> Self {
        self.prospects = Some(ids);
        self
    }
}
