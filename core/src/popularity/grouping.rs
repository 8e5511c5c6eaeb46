//! Groups of customers, as the host names them: their country, their segment.

use crate::data::{Id, IdKind, IdRef, Vocabulary};
use crate::error::{IdError, ParamError, Result};
use crate::popularity::crowd::Crowd;
use crate::similarity::state::NOBODY;

/// One way of parting the customers, such as by country.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grouping {
    /// What it is called, such as `country`.
    pub(super) name: String,
    /// The groups, such as `DE`.
    pub(super) labels: Vocabulary,
    /// Who is in which; absent from a model saved without histories.
    pub(super) members: Option<Members>,
    /// What each group bought: derived from the histories.
    pub(super) crowds: Vec<Crowd>,
}

/// Customers, also such as the model does not know, with the position of their group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Members {
    pub(super) customers: Vocabulary,
    pub(super) labels: Vec<u32>,
}

impl Grouping {
    /// Reads pairs of a customer and a group; an empty group is none.
    pub(super) fn new<'a>(name: &str, pairs: impl IntoIterator<Item = (IdRef<'a>, &'a str)>) -> Result<Self> {
        let mut pairs: Vec<(IdRef<'a>, &str)> = pairs.into_iter().collect();
        let expected = pairs.first().map_or(IdKind::Str, |(id, _)| id.kind());
        if let Some((other, _)) = pairs.iter().find(|(id, _)| id.kind() != expected) {
            let (found, id) = (other.kind(), other.quoted());
            return Err(IdError::WrongKind { role: "customer", expected, found, id }.into());
        }
        pairs.sort_unstable();
        if let Some(twice) = pairs.windows(2).find(|two| two[0].0 == two[1].0) {
            let id = twice[0].0.quoted();
            return Err(ParamError::Twice { name: "groups", what: "customer", id }.into());
        }
        pairs.retain(|(_, label)| !label.is_empty());
        let labels: Vocabulary = pairs.iter().map(|&(_, label)| Id::from(label)).collect();
        let code = |label: &str| labels.position(IdRef::Str(label)).and_then(|at| u32::try_from(at).ok());
        let codes = pairs.iter().filter_map(|&(_, label)| code(label)).collect();
        let customers = if pairs.is_empty() {
            Vocabulary::empty(expected)
        } else {
            pairs.iter().map(|(id, _)| id.to_id()).collect()
        };
        let members = Members { customers, labels: codes };
        Ok(Self { name: name.to_owned(), labels, members: Some(members), crowds: Vec::new() })
    }

    /// The position of a group.
    pub(super) fn find(&self, label: &str) -> Result<usize, IdError> {
        let unknown = || IdError::Unknown { role: "group", id: IdRef::Str(label).quoted() };
        self.labels.position(IdRef::Str(label)).ok_or_else(unknown)
    }

    /// Whether it has a group for a customer.
    pub(super) fn names(&self, customer: IdRef<'_>) -> bool {
        self.members.as_ref().is_some_and(|members| members.customers.position(customer).is_some())
    }

    /// The same without a customer, and without a group that nobody is in any more.
    pub(super) fn without(&self, customer: IdRef<'_>) -> Self {
        let Some((members, gone)) =
            self.members.as_ref().and_then(|members| Some((members, members.customers.position(customer)?)))
        else {
            return self.clone();
        };
        let stays = (0..members.customers.len()).filter(|&at| at != gone);
        let label = members.labels[gone];
        let is_empty = !stays.clone().any(|at| members.labels[at] == label);
        let labels = if is_empty {
            self.labels.subset((0..self.labels.len()).filter(|&at| at != label as usize))
        } else {
            self.labels.clone()
        };
        let renumbered = |at: usize| members.labels[at] - u32::from(is_empty && members.labels[at] > label);
        let members = Members {
            customers: members.customers.subset(stays.clone()),
            labels: stays.map(renumbered).collect(),
        };
        Self { name: self.name.clone(), labels, members: Some(members), crowds: Vec::new() }
    }
}

impl Members {
    /// The group of each of some customers, [`NOBODY`] for none.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for customers of another type, whom these groups would silently not know.
    pub(super) fn of(&self, customers: &Vocabulary) -> Result<Vec<u32>, IdError> {
        if let (Some(id), false) = (self.customers.iter().next(), customers.is_empty()) {
            customers.look_up("customer", id)?;
        }
        let label = |id: IdRef<'_>| self.customers.position(id).map_or(NOBODY, |at| self.labels[at]);
        Ok(customers.iter().map(label).collect())
    }
}
