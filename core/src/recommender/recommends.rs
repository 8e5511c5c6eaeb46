//! A recommender as a model that recommends to customers: what an evaluation asks.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::live::Recommender;
use super::placement::Placement;
use super::request::Request;
use super::snapshot::Snapshot;
use crate::data::{Id, Rows, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;
use crate::rank::{Recommend, Visitor};

/// One version of a recommender, which answers [`for_customer`](Recommender::for_customer) and stays as it is while the recommender changes.
pub struct ForCustomers {
    snapshot: Arc<Snapshot>,
    /// Made when they are first asked for.
    names: OnceLock<Names>,
}

/// The items in the order of their ids.
struct Names {
    items: Vocabulary,
    /// The slot of each, and the place of each slot among them.
    slots: Vec<u32>,
    places: Vec<u32>,
}

impl ForCustomers {
    fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let items = &self.snapshot.state.items;
            let slots = items.sorted();
            let mut places = vec![0; slots.len()];
            (0..).zip(&slots).for_each(|(place, &slot)| places[slot as usize] = place);
            let items = slots.iter().map(|&slot| items.get(slot).to_id()).collect();
            Names { items, slots, places }
        })
    }
}

impl fmt::Debug for ForCustomers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForCustomers").field("version", &self.snapshot.version).finish_non_exhaustive()
    }
}

impl Recommender {
    /// This version as a model that recommends to customers, for [`evaluate`](crate::eval::evaluate) and
    /// [`compare`](crate::eval::compare).
    ///
    /// What is measured is [`for_customer`](Recommender::for_customer) with the rules that hold: what they never show, such as what is owned
    /// already, is not found, also where a split asks for purchases that are repeated. A customer whom the recommender does not know is one whose session
    /// are the items of their history.
    ///
    /// ```
    /// use kosar::data::LogOptions;
    /// use kosar::datasets::Shop;
    /// use kosar::eval::{Cut, EvaluateOptions, SplitOptions, evaluate, temporal_split};
    /// use kosar::recommender::Recommender;
    /// use kosar::{Control, Fit, Time};
    ///
    /// let log = Shop::params().lines(5_000).generate()?.to_log(LogOptions::default())?;
    /// let split = temporal_split(&log, Cut::At(Time::parse("2025-12-01")?), &SplitOptions::new())?;
    /// let recommender = Recommender::params().fit(split.train())?;
    /// let found = evaluate(&recommender.for_customers(), &split, &EvaluateOptions::at(10), &Control::new())?;
    /// assert!(found.notes().is_empty() && found.estimate("recall@10".parse()?)?.value > 0.0);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    #[must_use]
    pub fn for_customers(&self) -> ForCustomers {
        ForCustomers { snapshot: self.snapshot(), names: OnceLock::new() }
    }
}

impl Recommend for ForCustomers {
    fn items(&self) -> &Vocabulary {
        &self.names().items
    }

    /// Items that nobody bought yet are in the catalogue alone: that they are named says nothing about which orders were learnt.
    fn can_recommend(&self, item: ItemIx) -> bool {
        self.names().slots.get(item.as_usize()).is_some_and(|&slot| self.snapshot.buyers_of(slot) > 0)
    }

    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        let Names { items, places, .. } = self.names();
        let list = |visitor: &Visitor<'_>| -> Result<Vec<ItemIx>> {
            let history = visitor.history.iter().map(|item| items.get(item.as_usize()));
            let mut request = Request::new(n).customer(visitor.customer);
            if self.snapshot.state.find_customer(visitor.customer)?.is_none() {
                request = request.session(history.clone());
            }
            if !visitor.repeats {
                request = request.exclude(history);
            }
            let answers = self.snapshot.for_customer(Placement::ForCustomer, &request)?;
            let place = |item: &Id| {
                self.snapshot.state.items.find(item.as_ref()).map(|slot| {
                    let slot = slot.expect("what is answered is known");
                    ItemIx::from_u32(places[slot as usize])
                })
            };
            answers.iter().map(|answer| Ok(place(&answer.item)?)).collect()
        };
        visitors.iter().map(list).collect::<Result<Vec<_>>>().map(|lists| lists.into_iter().collect())
    }
}
