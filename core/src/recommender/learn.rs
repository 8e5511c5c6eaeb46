//! What changes a recommender while it answers: orders and events that come, customers who go, rules, stock, catalogue.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::export::Receipt;
use super::level::Level;
use super::likeness::Likeness;
use super::live::{Recommender, by_category};
use super::population::Population;
use super::rules::{Compiled, Goods, Rules};
use super::snapshot::Snapshot;
use super::state::{Change, Slots, State};
use crate::data::{Catalog, EventLog, Id, IdRef, OrderLog};
use crate::error::{IdError, Result};
use crate::fit::Control;
use crate::money::Quantity;

/// What an update took in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UpdateReport {
    /// Orders taken in.
    pub orders: u64,
    /// Their lines.
    pub lines: u64,
    /// Events taken in.
    pub events: u64,
    /// Orders that were there already, and are not added twice.
    pub repeated_orders: u64,
    /// Their ids, ten at most.
    pub repeated: Vec<Id>,
    /// Events that were there already.
    pub repeated_events: u64,
    /// Customers who were not known before.
    pub new_customers: u64,
    /// Items that were not known before.
    pub new_items: u64,
    /// The version that has them.
    pub version: u64,
}

impl Recommender {
    /// Takes orders in while requests run: afterwards everything is as if it had been built with them. An order of a customer that
    /// is there already is told, not added twice.
    ///
    /// Time: that of the customers' histories, and of the pages that they and their items stand in; with items that were not known before,
    /// of a walk over all items for each test of the rules.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) without items or times; ids of another type;
    /// [`IntakeError::Append`](crate::IntakeError::Append) for orders with prices where there were none, or the other way round;
    /// [`IntakeError::TooManyLines`](crate::IntakeError::TooManyLines) for more than 16,777,215 lines of a customer.
    pub fn update(&self, log: &OrderLog) -> Result<UpdateReport> {
        self.change("an update", |change| change.take_orders(log, &|_| (Level::Full, super::state::NONE)))
    }

    /// Takes events in while requests run; those that are there already are passed over.
    ///
    /// # Errors
    /// Ids of another type.
    pub fn update_events(&self, log: &EventLog) -> Result<UpdateReport> {
        self.change("an update", |change| change.take_events(log, &|_| (Level::Full, super::state::NONE)))
    }

    /// Refuses what histories are needed for.
    pub(super) fn need_histories(&self, needed_by: &'static str) -> Result<()> {
        if self.has_histories() { Ok(()) } else { Err(IdError::NeedsHistories { needed_by }.into()) }
    }

    fn change(
        &self,
        needed_by: &'static str,
        run: impl FnOnce(&mut Change) -> Result<()>,
    ) -> Result<UpdateReport> {
        let mut writer = self.writer();
        self.need_histories(needed_by)?;
        let snapshot = self.current.load_full();
        let mut change = writer.begin(&snapshot);
        if let Err(error) = run(&mut change) {
            // What may be wrong with a log is found before slots are given or taken.
            writer.slots = change.slots;
            return Err(error);
        }
        let next = with_state(&snapshot, change.state, &change.done.counted);
        writer.slots = change.slots;
        let done = change.done;
        drop(snapshot);
        let version = self.publish_changed(&mut writer, next, &done.touched);
        Ok(UpdateReport {
            orders: done.orders,
            lines: done.lines,
            events: done.events,
            repeated_orders: done.repeated_orders.len() as u64,
            repeated: done.repeated_orders.into_iter().take(10).collect(),
            repeated_events: done.repeated_events,
            new_customers: done.new_customers,
            new_items: done.new_items,
            version,
        })
    }

    /// Removes a customer from everything: orders, events, every count. Afterwards everything is as if they had never been there,
    /// and no new file has their id. The memory of their record (id, orders, events) is overwritten at the next change, or by
    /// [`Recommender::sweep`], once the requests that began before have ended, at once where there are none; not so what has no id in it (in the lists of an item, the number of the record and the second of a purchase), and
    /// what was copied out for a while to fit, save or load. What items and segments are called stays.
    ///
    /// Time: that of their history, and of the pages that it and its items stand in; of the sessions that they are named in.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type; [`IdError::NeedsHistories`] where there are none, and so nothing to tell
    /// of. A customer who is not known is no error.
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Receipt> {
        let mut writer = self.writer();
        self.need_histories("forgetting")?;
        let snapshot = self.current.load_full();
        let Some(slot) = snapshot.state.find_customer(customer.into())? else {
            let version = snapshot.version;
            return Ok(Receipt {
                found: false,
                orders: 0,
                lines: 0,
                items: 0,
                sessions: 0,
                events: 0,
                version,
                versions_in_use: 0,
                to_refresh: Vec::new(),
            });
        };
        let mut change = writer.begin(&snapshot);
        let told = change.forget(slot);
        let next = with_state(&snapshot, change.state, &change.done.counted);
        writer.slots = change.slots;
        drop(snapshot);
        let version = self.publish_changed(&mut writer, next, &change.done.touched);
        Ok(Receipt {
            found: true,
            orders: told.orders,
            lines: told.lines,
            items: told.items,
            sessions: told.sessions,
            events: told.events,
            version,
            versions_in_use: writer.retired.len() as u64,
            to_refresh: if told.orders > 0 { vec!["population".to_owned()] } else { Vec::new() },
        })
    }

    /// Sets how far answers may follow a customer, who need not have bought anything yet: whoever objects before their first order is heard
    /// from it on. So a customer who is not known is no error.
    ///
    /// # Errors
    /// [`IdError`] for an id of the other type; [`IdError::NeedsHistories`] where there are none.
    pub fn set_level<'a>(&self, customer: impl Into<IdRef<'a>>, level: Level) -> Result<()> {
        let customer = customer.into();
        let mut writer = self.writer();
        self.need_histories("a level")?;
        let snapshot = self.current.load_full();
        snapshot.state.find_customer(customer)?;
        let mut change = writer.begin(&snapshot);
        change.set_level(customer, level);
        writer.slots = change.slots;
        let next = Snapshot { state: change.state, ..(*snapshot).clone() };
        drop(snapshot);
        self.publish(&mut writer, next);
        Ok(())
    }

    /// Changes the rules; requests that begin afterwards follow them. Items in them need not be known: [`Recommender::notes`] tells those
    /// that are not.
    ///
    /// # Errors
    /// [`RuleError`](crate::error::RuleError) with the path of what is wrong; the old rules hold on.
    pub fn set_rules(&self, rules: Rules) -> Result<()> {
        let mut writer = self.writer();
        let snapshot = self.current.load_full();
        let state = &snapshot.state;
        rules.check(&state.items, &snapshot.goods)?;
        let rules = Compiled::new(Arc::new(rules), &state.items, &snapshot.goods, state.trend.windows.end);
        let next = Snapshot { rules, ..(*snapshot).clone() };
        drop(snapshot);
        self.publish(&mut writer, next);
        Ok(())
    }

    /// Changes what is in stock of some items. Linear in the items, for each test of the rules.
    ///
    /// # Errors
    /// [`IdError`] for an item that is not in the catalogue, or an id of the other type: nothing is changed then.
    pub fn set_stock<'a, T: Into<IdRef<'a>>>(
        &self,
        stocks: impl IntoIterator<Item = (T, Quantity)>,
    ) -> Result<()> {
        let mut writer = self.writer();
        let snapshot = self.current.load_full();
        let mut slots = Vec::new();
        for (item, quantity) in stocks {
            let item = item.into();
            let unknown = || IdError::Unknown { role: "item", id: item.quoted() };
            let slot =
                snapshot.state.items.find(item)?.filter(|&slot| snapshot.goods.position(slot).is_some());
            slots.push((slot.ok_or_else(unknown)?, quantity));
        }
        let mut goods = snapshot.goods.clone();
        goods.set_stock(&slots);
        let next = with_goods(&snapshot, snapshot.state.clone(), goods);
        drop(snapshot);
        self.publish(&mut writer, next);
        Ok(())
    }

    /// Changes the catalogue: items that it has and nobody bought may be answered from now on. What is in stock stays, for items of which
    /// it says nothing. Takes as long as fitting content similarity.
    ///
    /// # Errors
    /// Ids of another type; [`RuleError`](crate::error::RuleError) where the rules name what it does not have;
    /// [`IdError::NeedsHistories`] for new items where there are none: nothing is changed then.
    pub fn set_catalog(&self, catalog: &Catalog) -> Result<()> {
        self.set_catalog_with(catalog, &Control::new())
    }

    /// As [`Recommender::set_catalog`], with a hand that stops it.
    ///
    /// # Errors
    /// As [`Recommender::set_catalog`]; [`Error::Cancelled`](crate::Error::Cancelled): nothing is changed then.
    pub fn set_catalog_with(&self, catalog: &Catalog, control: &Control) -> Result<()> {
        let content = Arc::new(Likeness::of(catalog, control)?);
        let mut writer = self.writer();
        let snapshot = self.current.load_full();
        let mut change = Change::of(&snapshot.state, Slots::default(), snapshot.reckoned());
        change.add_items(catalog.items())?;
        let state = change.state;
        if state.items.len() > snapshot.state.items.len() {
            // Lists without histories are of the items that they were made for.
            self.need_histories("a catalogue of new items")?;
        }
        let goods = Goods::new(Some(Arc::new(catalog.clone())), &state.items, snapshot.params.category_depth)
            .with_stock_of(&snapshot.goods);
        snapshot.rules.rules.fit_to(&state.items, &goods)?;
        control.check()?;
        let next = Snapshot { content: Some(content), ..with_goods(&snapshot, state, goods) };
        drop(snapshot);
        self.publish(&mut writer, next);
        Ok(())
    }

    /// Computes anew what profiles are measured by: cut points and rhythms of all customers. Readers go on, changes wait. Linear in
    /// the orders.
    ///
    /// # Errors
    /// [`IdError::NeedsHistories`] where there are none.
    pub fn refresh(&self) -> Result<()> {
        let mut writer = self.writer();
        self.need_histories("a refresh")?;
        let snapshot = self.current.load_full();
        let population = Some(Arc::new(Population::of(&snapshot.state)?));
        let next = Snapshot { population, ..(*snapshot).clone() };
        drop(snapshot);
        self.publish(&mut writer, next);
        Ok(())
    }

    /// Lets go of versions that nobody reads any more, and overwrites their memory; gives the number of those still read. Every
    /// change does the same.
    pub fn sweep(&self) -> u64 {
        let mut writer = self.writer();
        writer.sweep();
        self.current.load().remembered.sweep();
        writer.retired.len() as u64
    }

    /// Puts everything of another recommender in the place of this one's, at once: a model that was built or loaded elsewhere.
    /// Requests that began before end with the old one.
    pub fn replace(&self, other: &Self) {
        let mut writer = self.writer();
        let next = (*other.snapshot()).clone().remembering_nothing();
        writer.slots = Slots::of(&next.state);
        let version = self.current.load().version.max(next.version);
        self.publish(&mut writer, Snapshot { version, ..next });
    }
}

/// A version with another state; `counted` says how counts of items changed.
fn with_state(old: &Snapshot, state: State, counted: &[(u32, i64)]) -> Snapshot {
    if state.items.len() != old.rules.n_items() {
        let goods = match old.goods.catalog_arc() {
            Some(catalog) => old.goods.grown(catalog, &state.items, old.params.category_depth),
            None => old.goods.clone(),
        };
        return with_goods(old, state, goods);
    }
    if state.trend.windows.end != old.state.trend.windows.end && old.rules.are_of_today() {
        return with_goods(old, state, old.goods.clone());
    }
    let mut by_category = Arc::clone(&old.by_category);
    if !by_category.is_empty() && !counted.is_empty() {
        let counts = Arc::make_mut(&mut by_category);
        for &(item, change) in counted {
            if let Some(count) = counts.get_mut(old.goods.category(item) as usize) {
                *count = count.checked_add_signed(change).expect("what is taken off was counted before");
            }
        }
    }
    // What is new today may be what a content is about.
    let is_as_it_was = counted.is_empty() && state.trend.windows.end == old.state.trend.windows.end;
    let bought_of = if is_as_it_was { Arc::clone(&old.bought_of) } else { Arc::default() };
    Snapshot { state, by_category, bought_of, ..old.clone() }
}

/// A version with another state and other goods.
fn with_goods(old: &Snapshot, state: State, goods: Goods) -> Snapshot {
    let rules = Compiled::new(Arc::clone(&old.rules.rules), &state.items, &goods, state.trend.windows.end);
    let by_category = by_category(&state, &goods);
    Snapshot { state, goods, rules, by_category, bought_of: Arc::default(), ..old.clone() }
}
