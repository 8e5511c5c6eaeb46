//! Audiences made ready for the shop's data at an instant.

use std::sync::Arc;

use crate::audience::clock::Clock;
use crate::audience::plan::{Asked, Node, Place, Scratch, compile, refuse_cycles};
use crate::audience::{Audience, AudienceData};
use crate::data::IdRef;
use crate::error::{ParamError, Result};
use crate::time::Time;

/// Audiences by name, made ready for the shop's data at an instant.
///
/// Nothing is computed ahead: every answer looks at the data. It can be asked from any number of threads.
#[derive(Debug, Clone)]
pub struct Audiences {
    pub(super) data: Arc<AudienceData>,
    as_of: Time,
    pub(super) names: Vec<String>,
    pub(super) audiences: Vec<Audience>,
    pub(super) plans: Vec<Node>,
    clocks: Vec<Clock>,
    notes: Vec<String>,
}

impl Audiences {
    /// Makes audiences ready; each may contain others of them by name.
    ///
    /// `as_of` is the present: nothing at it or after it counts, windows end there, and ages are taken on its day. By default
    /// the midnight (UTC) after the last order and event, and 1970-01-01 without any.
    ///
    /// # Errors
    /// [`AudienceError`](crate::AudienceError) with the path of what the data does not have or a test that does not go with it; an audience that
    /// contains itself; [`ParamError::Twice`] for a name given twice.
    pub fn new<N: Into<String>, A: Into<Audience>>(
        data: impl Into<Arc<AudienceData>>,
        audiences: impl IntoIterator<Item = (N, A)>,
        as_of: Option<Time>,
    ) -> Result<Self> {
        let data = data.into();
        let (names, audiences): (Vec<String>, Vec<Audience>) =
            audiences.into_iter().map(|(name, audience)| (name.into(), audience.into())).unzip();
        if let Some(at) = (0..names.len()).find(|&at| names[..at].contains(&names[at])) {
            return Err(ParamError::Twice {
                name: "audiences",
                what: "audience",
                id: format!("'{}'", names[at]),
            }
            .into());
        }
        let end = data.latest.map_or(Time::from_micros(0), Time::next_midnight);
        let as_of = as_of.unwrap_or(end);
        let (mut plans, mut notes) = (Vec::with_capacity(names.len()), Vec::new());
        for (name, audience) in names.iter().zip(&audiences) {
            // The tree of one audience alone needs no name.
            let path = if names.len() == 1 { ".".to_owned() } else { format!("'{name}'") };
            audience.check_depth(&path)?;
            let place = &mut Place { data: &data, as_of, path: &path, notes: &mut notes };
            plans.push(compile(audience.condition(), &names, place)?);
        }
        refuse_cycles(&names, &audiences)?;
        let span = (data.earliest.map_or(as_of, |time| time.min(as_of)), as_of);
        let clocks = data.zones.iter().map(|zone| Clock::new(zone, span)).collect();
        Ok(Self { data, as_of, names, audiences, plans, clocks, notes })
    }

    /// The instant that the audiences are asked for.
    #[must_use]
    pub fn as_of(&self) -> Time {
        self.as_of
    }

    /// The names, in the order given.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// An audience as it is written down.
    ///
    /// # Errors
    /// [`AudienceError::Unknown`](crate::AudienceError::Unknown) for a name that none has.
    pub fn audience(&self, name: &str) -> Result<&Audience> {
        Ok(&self.audiences[self.find(name)?])
    }

    /// The data asked.
    #[must_use]
    pub fn data(&self) -> &AudienceData {
        &self.data
    }

    /// What looks like a slip, with its path: words that no customer, line or event has.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether a customer is in an audience.
    ///
    /// # Errors
    /// [`AudienceError::Unknown`](crate::AudienceError::Unknown) for a name that no audience has; [`IdError`](crate::IdError) for a customer that no part of
    /// the data knows.
    pub fn contains<'a>(&self, name: &str, customer: impl Into<IdRef<'a>>) -> Result<bool> {
        let (at, customer) = (self.find(name)?, self.customer(customer.into())?);
        Ok(self.asked().holds(&self.plans[at], customer, &mut Scratch::default()))
    }

    /// The names of the audiences that a customer is in, in the order given.
    ///
    /// Time: for each audience the customer's own orders and events in its windows.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for a customer that no part of the data knows.
    pub fn of<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Vec<&str>> {
        let (customer, mut scratch) = (self.customer(customer.into())?, Scratch::default());
        let is_in = |at: &usize| self.asked().holds(&self.plans[*at], customer, &mut scratch);
        Ok((0..self.names.len()).filter(is_in).map(|at| self.names[at].as_str()).collect())
    }

    pub(super) fn find(&self, name: &str) -> Result<usize> {
        let found = self.names.iter().position(|known| known == name);
        let known = || super::item_choice::listed(self.names());
        Ok(found.ok_or_else(|| super::item_choice::unknown(".", "audience", name, known()))?)
    }

    pub(super) fn customer(&self, id: IdRef<'_>) -> Result<usize> {
        Ok(self.data.customers.find("customer", id)?)
    }

    pub(super) fn asked(&self) -> Asked<'_> {
        Asked { data: &self.data, plans: &self.plans, clocks: &self.clocks }
    }
}
