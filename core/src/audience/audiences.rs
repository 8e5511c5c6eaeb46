//! Audiences made ready for the shop's data at an instant.

use std::sync::Arc;

use crate::audience::clock::Clock;
use crate::audience::definition::{MAX_DEPTH, too_deep};
use crate::audience::item_choice::{listed, unknown};
use crate::audience::plan::{Asked, Names, Node, Place, Scratch, compile, refuse_cycles_and_depths};
use crate::audience::{Audience, AudienceData};
use crate::data::IdRef;
use crate::error::{AudienceError, Error, IdError, ParamError, Result};
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
    /// `as_of` is the present: no order or event at it or after it counts, windows end there, and ages are taken on its day. By
    /// default it is the midnight (UTC) after the last order and event, and without any the one that RFM or the lifecycle was
    /// taken at. Attributes, consent and the figures of models are as they were given, whatever the present.
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
        let numbers = Names::new(&names).map_err(|name| {
            let id = IdRef::Str(name).quoted();
            ParamError::Twice { name: "audiences", what: "audience", id }
        })?;
        let known = as_of.or(data.latest.map(Time::next_midnight)).or(data.taken);
        let (is_told, as_of) = (known.is_some(), known.unwrap_or(Time::from_micros(0)));
        let (mut plans, mut notes) = (Vec::with_capacity(names.len()), data.notes.clone());
        for (name, audience) in names.iter().zip(&audiences) {
            // The tree of one audience alone needs no name.
            let path = if names.len() == 1 { ".".to_owned() } else { format!("'{name}'") };
            if audience.depth() > MAX_DEPTH {
                return Err(too_deep(&path).into());
            }
            let place = &mut Place { data: &data, as_of, is_told, path: &path, notes: &mut notes };
            plans.push(compile(audience.condition(), &numbers, place)?);
        }
        refuse_cycles_and_depths(&names, &audiences, &plans)?;
        // Only what is in the logs is looked up.
        let last = data.latest.map_or(as_of, |time| time.min(as_of));
        let span = (data.earliest.map_or(last, |time| time.min(last)), last);
        let clocks = data.zones.iter().map(|zone| Clock::new(zone, span)).collect();
        Ok(Self { data, as_of, names, audiences, plans, clocks, notes })
    }

    /// As [`Audiences::new`], with each audience in its JSON form.
    ///
    /// # Errors
    /// Those of [`Audiences::new`] and of [`Audience::from_json`], with the name of the audience in the path where there are
    /// several.
    pub fn from_json<'j>(
        data: impl Into<Arc<AudienceData>>,
        audiences: impl IntoIterator<Item = (&'j str, &'j str)>,
        as_of: Option<Time>,
    ) -> Result<Self> {
        let audiences: Vec<(&str, &str)> = audiences.into_iter().collect();
        let is_one = audiences.len() == 1;
        let read = |(name, json): (&'j str, &'j str)| match Audience::from_json(json) {
            Err(Error::Audience(AudienceError::Form { path, why })) if !is_one => {
                let path = if path == "." { format!("'{name}'") } else { format!("'{name}'.{path}") };
                Err(Error::Audience(AudienceError::Form { path, why }))
            }
            read => Ok((name, read?)),
        };
        Self::new(data, audiences.into_iter().map(read).collect::<Result<Vec<_>>>()?, as_of)
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

    /// What looks like a slip: parts of the data that know customers whom no log has; with their path in the tree words that no
    /// customer, line or event has, kinds of which there is no event, figures of models that were taken at another day.
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
        Ok(self.asked().meets(&self.plans[at], customer, &mut Scratch::default()))
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
        Ok(found.ok_or_else(|| unknown("name", "audience", name, listed(self.names())))?)
    }

    pub(super) fn customer(&self, id: IdRef<'_>) -> Result<usize> {
        if self.data.customers.is_empty() {
            return Err(IdError::Unknown { role: "customer", id: id.quoted() }.into());
        }
        Ok(self.data.customers.find("customer", id)?)
    }

    pub(super) fn asked(&self) -> Asked<'_> {
        Asked { data: &self.data, plans: &self.plans, clocks: &self.clocks }
    }
}
