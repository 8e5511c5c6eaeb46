//! New tables of customers out of old ones: rows added or put in the place of others, customers joined or forgotten.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::data::customers::{Preferences, Zones};
use crate::data::customers_batch::consent_key;
use crate::data::customers_join::{Joined, Rule};
use crate::data::{Consent, Customers, Id, IdKind, IdRef, IntakeReport, Note, Rows, Vocabulary};
use crate::error::{IdError, IntakeError, Result};
use crate::index::MAX_INDICES;

impl Customers {
    /// Both tables in one, as if it had been built from the rows of both: rows of one customer add up, as a
    /// [`CustomersBuilder`](crate::data::CustomersBuilder) says, whichever table they are in. To put new facts in the place of
    /// old ones, see [`update`](Customers::update).
    ///
    /// Linear in both.
    ///
    /// # Errors
    /// [`IntakeError::Append`] where an attribute is of another type in each, or the ids are; [`IntakeError::TooMany`] beyond
    /// `u32` customers or words.
    pub fn append(&self, new: &Self) -> Result<Self> {
        self.joined_with(new, Rule::AddUp)
    }

    /// What `new` tells in the place of what this table does: of its customers the attributes and time zones that are not
    /// missing, the preferences of each kind that it has any of, and the consents that are not unknown, so that a consent may be
    /// given anew. Everything else stays.
    ///
    /// Linear in both.
    ///
    /// # Errors
    /// As [`append`](Customers::append).
    pub fn update(&self, new: &Self) -> Result<Self> {
        self.joined_with(new, Rule::First)
    }

    fn joined_with(&self, new: &Self, rule: Rule) -> Result<Self> {
        let differ = || IntakeError::Append {
            why: format!("customer ids are {} and {}", self.ids.kind(), new.ids.kind()),
        };
        let too_many = || IntakeError::TooMany { what: "customers", max: MAX_INDICES as u64 };
        let is_one_kind = self.is_empty() || new.is_empty() || self.ids.kind() == new.ids.kind();
        let same = if is_one_kind { Ok(()) } else { Err(differ()) };
        same?;
        let (ids, here, there) = self.ids.union(&new.ids).ok_or_else(too_many)?;
        let pairs = |places: Vec<u32>| (0_u32..).zip(places).collect::<Vec<_>>();
        // What comes first is what wins, where not all values count alike.
        let joined = Joined { parts: vec![(new, pairs(there)), (self, pairs(here))], n: ids.len(), rule };
        let mut several = Several::default();
        let mut customers = joined.customers(ids, new.report.clone(), &mut several)?;
        several.note(&mut customers);
        Ok(customers)
    }

    /// The table without a customer: nothing that only they had is left.
    ///
    /// The report's note [`Note::Forgotten`] counts 1. Linear in the table.
    ///
    /// # Errors
    /// [`IdError`] for a customer who is not in the table, or an id of the other type.
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Self> {
        let gone = self.ids.find("customer", customer.into())?;
        let kept = || (0..self.len()).filter(|&at| at != gone);
        let old = kept().map(|at| u32::try_from(at).expect("customers are bounded to u32"));
        let places = old.zip(0..).collect();
        let joined = Joined { parts: vec![(self, places)], n: self.len() - 1, rule: Rule::AddUp };
        let report = IntakeReport::all_taken(self.len() as u64 - 1);
        let mut customers = joined.customers(self.ids.subset(kept()), report, &mut Several::default())?;
        customers.report.note_count(Note::Forgotten, 1);
        Ok(customers)
    }

    /// The table with what a customer said to a channel and a purpose, whatever was said before: so a consent may be given
    /// anew, and [`Consent::Unknown`] takes one back. A customer who is new to the table gets a row, since a withdrawal must not
    /// be lost.
    ///
    /// Linear in the customers; for many see [`with_consents`](Customers::with_consents).
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type, [`ParamError::ConsentName`](crate::ParamError::ConsentName) for a
    /// channel or a purpose without a name, and for a channel with a `/` in it.
    pub fn with_consent<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        channel: &str,
        purpose: &str,
        consent: Consent,
    ) -> Result<Self> {
        self.with_consents([(customer.into(), channel, purpose, consent)])
    }

    /// The table with what customers said, one after the other as [`with_consent`](Customers::with_consent) does.
    ///
    /// # Errors
    /// Those of [`with_consent`](Customers::with_consent); [`IntakeError::TooMany`] beyond `u32` customers.
    pub fn with_consents<'a>(
        &self,
        said: impl IntoIterator<Item = (IdRef<'a>, &'a str, &'a str, Consent)>,
    ) -> Result<Self> {
        let said: Vec<_> = said.into_iter().collect();
        let mut kind = (!self.is_empty()).then(|| self.ids.kind());
        let mut keys = Vec::with_capacity(said.len());
        let mut new: Vec<Id> = Vec::new();
        for &(customer, channel, purpose, _) in &said {
            must_be(*kind.get_or_insert(customer.kind()), customer)?;
            keys.push(consent_key(channel, purpose)?);
            if self.ids.position(customer).is_none() {
                new.push(customer.to_id());
            }
        }
        let mut customers =
            if new.is_empty() { self.clone() } else { self.append(&Self::bare(new.into_iter().collect()))? };
        customers.report = IntakeReport::all_taken(customers.len() as u64);
        for (&(customer, _, _, consent), key) in said.iter().zip(keys) {
            let at = customers.ids.find("customer", customer)?;
            let blank = || Arc::new(vec![Consent::Unknown; customers.ids.len()]);
            Arc::make_mut(customers.consents.entry(key).or_insert_with(blank))[at] = consent;
        }
        Ok(customers)
    }

    /// Customers of whom nothing is known.
    fn bare(ids: Vocabulary) -> Self {
        let zones = Zones {
            names: Vocabulary::empty(IdKind::Str),
            codes: vec![crate::data::attribute::NONE; ids.len()],
        };
        let report = IntakeReport::all_taken(ids.len() as u64);
        let (attributes, preferences, consents) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { ids, attributes, preferences, consents, zones: Arc::new(zones), report }
    }

    /// The table with two customers joined in one, who is called `into`: of attributes and of the time zone, what is known of
    /// `into` stays and what is missing is filled by `customer`; preferences are united; of consents a withdrawal beats a grant.
    /// `into` may be new to the table: then `customer` is called so from now on.
    ///
    /// [`OrderLog::merge_customers`](crate::OrderLog::merge_customers) and
    /// [`EventLog::merge_customers`](crate::EventLog::merge_customers) do the same to what they did. Linear in the table; for many
    /// see [`merge_all_customers`](Customers::merge_all_customers).
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a `customer` who is not in the table, [`IdError::WrongKind`] for an id of the other type.
    pub fn merge_customers<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        into: impl Into<IdRef<'a>>,
    ) -> Result<Self> {
        let (customer, into) = (customer.into(), into.into());
        self.ids.find("customer", customer)?;
        self.merge_all_customers([(customer, into)])
    }

    /// Joins customers, one pair of a customer and whom to join them into after the other, as
    /// [`merge_customers`](Customers::merge_customers) does; a pair whose customer is not in the table is passed over, so that one
    /// list of pairs will do for all tables and logs. Linear in pairs and table, but for sorting the ids.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type.
    pub fn merge_all_customers<'a>(
        &self,
        pairs: impl IntoIterator<Item = (IdRef<'a>, IdRef<'a>)>,
    ) -> Result<Self> {
        // Whose rows a customer has, the first before those that fill it up; those that no pair names have their own.
        let mut rows: HashMap<IdRef<'_>, Chain> = HashMap::new();
        let mut behind: HashMap<u32, u32> = HashMap::new();
        let own = |id: IdRef<'_>| {
            let at = self.ids.position(id);
            at.map(|at| u32::try_from(at).expect("customers are bounded to u32")).map(|at| (at, at))
        };
        for (customer, into) in pairs {
            for id in [customer, into] {
                if !self.is_empty() {
                    must_be(self.ids.kind(), id)?;
                }
            }
            if customer == into {
                continue;
            }
            let from = rows.insert(customer, None).unwrap_or_else(|| own(customer));
            let to = rows.entry(into).or_insert_with(|| own(into));
            if let (Some((_, last)), Some((first, _))) = (*to, from) {
                behind.insert(last, first);
            }
            *to = to.map(|to| (to.0, from.map_or(to.1, |from| from.1))).or(from);
        }
        let all = |(first, last): (u32, u32)| {
            std::iter::successors(Some(first), |&row| (row != last).then(|| behind[&row])).collect()
        };
        let named: BTreeMap<IdRef<'_>, Vec<u32>> =
            rows.into_iter().filter_map(|(id, chain)| Some((id, all(chain?)))).collect();
        let moved: HashSet<u32> = named.values().flatten().copied().collect();
        let own_name = |(id, rows): (&IdRef<'_>, &Vec<u32>)| {
            rows.iter().filter(|&&row| self.ids.get(row as usize) == *id).count()
        };
        let merged = moved.len() - named.iter().map(own_name).sum::<usize>();
        let untouched: Vec<u32> = (0_u32..).take(self.len()).filter(|at| !moved.contains(at)).collect();
        let kept = self.ids.subset(untouched.iter().map(|&at| at as usize));
        let others: Vocabulary = named.keys().map(|id| id.to_id()).collect();
        let too_many = || IntakeError::TooMany { what: "customers", max: MAX_INDICES as u64 };
        let (ids, of_kept, of_named) = if named.is_empty() {
            let same = (0_u32..).take(kept.len()).collect();
            (kept, same, Vec::new())
        } else {
            kept.union(&others).ok_or_else(too_many)?
        };
        let of_one =
            named.values().zip(of_named).flat_map(|(rows, new)| rows.iter().map(move |&row| (row, new)));
        let places = untouched.into_iter().zip(of_kept).chain(of_one).collect();
        let joined = Joined { parts: vec![(self, places)], n: ids.len(), rule: Rule::Fill };
        let mut report = IntakeReport::all_taken(ids.len() as u64);
        report.note_count(Note::Merged, merged as u64);
        joined.customers(ids, report, &mut Several::default())
    }
}

/// The first and the last of rows that are put one behind the other.
type Chain = Option<(u32, u32)>;

fn must_be(expected: IdKind, id: IdRef<'_>) -> Result<(), IdError> {
    if id.kind() == expected {
        return Ok(());
    }
    Err(IdError::WrongKind { role: "customer", expected, found: id.kind(), id: id.quoted() })
}

/// The customers of whom two tables tell different things.
#[derive(Debug, Default)]
pub(super) struct Several {
    pub(super) facts: BTreeSet<u32>,
    pub(super) consents: BTreeSet<u32>,
}

impl Several {
    fn note(self, customers: &mut Customers) {
        for (note, found) in [(Note::SeveralFacts, self.facts), (Note::MixedConsent, self.consents)] {
            for customer in found {
                customers.report.note_id(note, customers.ids.get(customer as usize).to_string());
            }
        }
    }
}

/// The preferences of customers who have none.
pub(super) fn no_preferences(n: usize) -> Preferences {
    let rows: Rows<u32> = (0..n).map(|_| std::iter::empty()).collect();
    Preferences { words: Vocabulary::empty(IdKind::Str), rows }
}
