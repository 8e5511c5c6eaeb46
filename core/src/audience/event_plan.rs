//! Conditions on events made ready, and their measure.

use crate::audience::clock::Clock;
use crate::audience::events::{EventTable, bit};
use crate::audience::item_choice::ItemSet;
use crate::audience::line_test::{LineTests, number_column, numbers};
use crate::audience::measure::{Measure, days_since};
use crate::audience::orders::OrderTable;
use crate::audience::plan::{Place, Scratch};
use crate::audience::value_test::{NumberTest, Subject};
use crate::audience::window::{Bounds, LocalPlan};
use crate::audience::{End, EventCondition, EventCount, EventMeasure, EventValue, NotBought};
use crate::data::EventKind;
use crate::data::NONE;
use crate::error::AudienceError;
use crate::time::MICROS_PER_DAY;

/// A condition on events made ready.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EventPlan {
    /// A bit for each kind that passes.
    kinds: u16,
    items: Option<ItemSet>,
    columns: LineTests,
    bounds: Bounds,
    at: Option<LocalPlan>,
    same_item: bool,
    not_bought: Option<NotBought>,
    /// In microseconds.
    within: Option<i64>,
    measure: Measure<EventCount, Of>,
    test: NumberTest,
    now: i64,
}

/// What is added up or compared.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Of {
    Quantity,
    /// A kept column of numbers, by its place.
    Column(usize),
}

/// The data of one customer.
#[derive(Clone, Copy)]
pub(super) struct Who<'a> {
    pub(super) events: &'a EventTable,
    pub(super) orders: Option<&'a OrderTable>,
    pub(super) customer: usize,
    pub(super) zone: usize,
    pub(super) clocks: &'a [Clock],
}

impl EventPlan {
    pub(super) fn new(of: &EventCondition, place: &mut Place<'_>) -> Result<Self, AudienceError> {
        let data = place.data;
        let here = place.path.to_owned();
        let at = |field: &str| format!("{here}.{field}");
        let missing = || AudienceError::Missing { path: place.path.to_owned(), needed: "an event log" };
        let table = data.events.as_ref().ok_or_else(missing)?;
        let value = |value: &EventValue, name: &str| {
            Ok(match value {
                EventValue::Quantity => Of::Quantity,
                EventValue::Column(column) => {
                    Of::Column(number_column(column, &table.columns, &at(&format!("measure.{name}.column")))?)
                }
            })
        };
        let measure = match &of.measure {
            EventMeasure::Count(count) => Measure::Count(*count),
            EventMeasure::Sum(of) => Measure::Sum(value(of, "sum")?),
            EventMeasure::Avg(of) => Measure::Avg(value(of, "avg")?),
            EventMeasure::Min(of) => Measure::Min(value(of, "min")?),
            EventMeasure::Max(of) => Measure::Max(value(of, "max")?),
            EventMeasure::DaysSince(end) => Measure::Since(*end),
        };
        let refused =
            |value: String, allowed| AudienceError::OutOfRange { path: at("within_days"), value, allowed };
        let within = match of.within_days {
            None => None,
            Some(0) => return Err(refused("0".to_owned(), "at least 1")),
            Some(_) if measure != Measure::Count(EventCount::Events) => {
                return Err(refused(
                    "a stretch".to_owned(),
                    "left out where something else than events is counted",
                ));
            }
            Some(days) => Some(i64::from(days).saturating_mul(MICROS_PER_DAY)),
        };
        for kind in of.kinds.iter().filter(|&&kind| !table.kind.contains(&(kind as u8))) {
            place.note(&at("kinds"), &format!("there is no event of the kind {}", kind.name()));
        }
        let (at_test, path) = (at("test"), place.path.to_owned());
        let all = (1 << EventKind::ALL.len()) - 1;
        Ok(Self {
            kinds: if of.kinds.is_empty() {
                all
            } else {
                of.kinds.iter().fold(0, |bits, &kind| bits | bit(kind))
            },
            items: of.items.as_ref().map(|items| data.choose(items, &at("items"))).transpose()?,
            bounds: Bounds::new(of.window.as_ref(), &at("window"), place.as_of, &data.zones)?,
            at: of.at.as_ref().map(|times| LocalPlan::new(times, &at("at"))).transpose()?,
            same_item: of.same_item,
            not_bought: of.not_bought,
            within,
            measure,
            test: Subject { path: &at_test, of: "the measure" }
                .measure(of.test.as_ref(), matches!(of.measure, EventMeasure::Count(_)))?,
            now: place.as_of.micros(),
            columns: LineTests::new(&of.columns, &table.columns, &path, &mut |at, note| {
                place.note(at, &note);
            })?,
        })
    }

    pub(super) fn holds(&self, who: Who<'_>, scratch: &mut Scratch) -> bool {
        let range = who.events.between(who.customer, self.bounds.of(who.zone));
        let enough = self.test.enough();
        if enough.is_some_and(|enough| self.counts_events() && range.len() < enough) {
            return false;
        }
        if !self.by_item() {
            return self.test.holds(self.of_all(range, who, scratch, enough));
        }
        let mut found = std::mem::take(&mut scratch.found);
        self.gather(range, who, &mut found);
        let groups = |a: &(u32, i64, u32), b: &(u32, i64, u32)| a.0 == b.0;
        let holds = if self.same_item {
            let passes = |group: &&[(u32, i64, u32)]| self.test.holds(self.of_group(group, who, scratch));
            let passing: Vec<&[(u32, i64, u32)]> = found.chunk_by(groups).filter(passes).collect();
            let bought = if passing.is_empty() { Vec::new() } else { self.bought(who) };
            passing.into_iter().any(|group| self.is_wanted(group, &bought))
        } else {
            self.keep_wanted(&mut found, who);
            self.test.holds(self.of_group(&found, who, scratch))
        };
        scratch.found = found;
        holds
    }

    /// The measure of a customer; NaN where it is not known. Where each item is measured by itself, that of an item that
    /// passes the test, or else the greatest.
    pub(super) fn measure(&self, who: Who<'_>, scratch: &mut Scratch) -> f64 {
        let range = who.events.between(who.customer, self.bounds.of(who.zone));
        if !self.by_item() {
            return self.of_all(range, who, scratch, None);
        }
        let mut found = Vec::new();
        self.gather(range, who, &mut found);
        self.keep_wanted(&mut found, who);
        if !self.same_item {
            return self.of_group(&found, who, scratch);
        }
        let values: Vec<f64> =
            found.chunk_by(|a, b| a.0 == b.0).map(|group| self.of_group(group, who, scratch)).collect();
        let passing = values.iter().copied().find(|&value| self.test.holds(value));
        passing.unwrap_or_else(|| values.iter().copied().fold(f64::NAN, f64::max))
    }

    /// About how long it takes to look at a customer.
    pub(super) fn cost(&self) -> u32 {
        if self.by_item() { 9 } else { 6 }
    }

    fn counts_events(&self) -> bool {
        self.measure == Measure::Count(EventCount::Events)
    }

    fn by_item(&self) -> bool {
        self.same_item || self.not_bought.is_some()
    }

    fn passes(&self, event: usize, who: Who<'_>) -> bool {
        let table = who.events;
        self.kinds >> table.kind[event] & 1 == 1
            && self.items.as_ref().is_none_or(|set| set.contains(table.item[event]))
            && (self.columns.is_empty() || self.columns.hold(&table.columns, event))
            && self.at.as_ref().is_none_or(|at| at.holds(&who.clocks[who.zone], table.time[event]))
    }

    /// The measure over all events of a range that pass.
    fn of_all(
        &self,
        range: std::ops::Range<usize>,
        who: Who<'_>,
        scratch: &mut Scratch,
        enough: Option<usize>,
    ) -> f64 {
        let passing = range.filter(|&event| self.passes(event, who));
        if self.counts_events() && self.within.is_none() {
            #[allow(clippy::cast_precision_loss, reason = "counts are small")]
            return passing.take(enough.unwrap_or(usize::MAX)).count() as f64;
        }
        self.value(passing, who, scratch)
    }

    /// The events that pass, of items, sorted by item and then by time.
    fn gather(&self, range: std::ops::Range<usize>, who: Who<'_>, found: &mut Vec<(u32, i64, u32)>) {
        found.clear();
        let table = who.events;
        let passing = range.filter(|&event| table.item[event] != NONE && self.passes(event, who));
        found.extend(passing.map(|event| {
            (table.item[event], table.time[event], u32::try_from(event).expect("events are bounded to u32"))
        }));
        found.sort_unstable();
    }

    /// Leaves out the events of items that were bought.
    fn keep_wanted(&self, found: &mut Vec<(u32, i64, u32)>, who: Who<'_>) {
        let bought = self.bought(who);
        if !bought.is_empty() {
            let groups = found.chunk_by(|a, b| a.0 == b.0).filter(|group| self.is_wanted(group, &bought));
            *found = groups.flatten().copied().collect();
        }
    }

    /// What a customer bought before the present, by item, with the last time; nothing where it does not matter.
    fn bought(&self, who: Who<'_>) -> Vec<(u32, i64)> {
        let mut bought: Vec<(u32, i64)> = Vec::new();
        if self.not_bought.is_none() {
            return bought;
        }
        let span = (i64::MIN, self.now);
        if let Some(orders) = who.orders
            && let Some(items) = &orders.item
        {
            for order in orders.between(who.customer, span) {
                let lines =
                    (orders.lines[order]..orders.lines[order + 1]).filter(|&line| orders.bought[line]);
                bought.extend(lines.map(|line| (items[line], orders.time[order])));
            }
        }
        let (table, purchase) = (who.events, EventKind::Purchase as u8);
        let purchases = table.between(who.customer, span).filter(|&event| table.kind[event] == purchase);
        bought.extend(purchases.map(|event| (table.item[event], table.time[event])));
        // Of an item the last time stays.
        bought.sort_unstable_by_key(|&(item, time)| (item, std::cmp::Reverse(time)));
        bought.dedup_by_key(|&mut (item, _)| item);
        bought
    }

    /// Whether the item of a group of events was not bought.
    fn is_wanted(&self, group: &[(u32, i64, u32)], bought: &[(u32, i64)]) -> bool {
        let (item, first, _) = group[0];
        match (self.not_bought, bought.binary_search_by_key(&item, |&(item, _)| item)) {
            (None, _) | (_, Err(_)) => true,
            (Some(NotBought::Ever), Ok(_)) => false,
            (Some(NotBought::Since), Ok(place)) => bought[place].1 < first,
        }
    }

    fn of_group(&self, group: &[(u32, i64, u32)], who: Who<'_>, scratch: &mut Scratch) -> f64 {
        self.value(group.iter().map(|&(_, _, event)| event as usize), who, scratch)
    }

    /// The measure of events.
    #[allow(clippy::cast_precision_loss, reason = "counts and days are small")]
    fn value(&self, events: impl Iterator<Item = usize>, who: Who<'_>, scratch: &mut Scratch) -> f64 {
        let table = who.events;
        let time = |event: usize| table.time[event];
        let value = |of: Of, event: usize| match of {
            Of::Quantity => table.quantity.as_ref().map_or(1.0, |quantity| quantity[event].to_f64()),
            Of::Column(place) => numbers(&table.columns, place)[event],
        };
        let known = |value: &f64| !value.is_nan();
        match self.measure {
            Measure::Count(EventCount::Events) => match self.within {
                None => events.count() as f64,
                Some(within) => scratch.busiest(events.map(time), within) as f64,
            },
            Measure::Count(EventCount::Sessions) => {
                scratch.distinct(events.map(|event| i64::from(table.session[event]))) as f64
            }
            Measure::Count(EventCount::Items) => {
                let items = events.map(|event| table.item[event]).filter(|&item| item != NONE);
                scratch.distinct(items.map(i64::from)) as f64
            }
            Measure::Count(EventCount::Days) => {
                scratch.distinct(events.map(|event| who.clocks[who.zone].day(time(event)))) as f64
            }
            Measure::Since(End::First) => days_since(events.map(time).min(), self.now),
            Measure::Since(End::Last) => days_since(events.map(time).max(), self.now),
            Measure::Sum(of) => events.map(|event| value(of, event)).filter(known).sum(),
            Measure::Avg(of) => {
                let (n, sum) = events
                    .map(|event| value(of, event))
                    .filter(known)
                    .fold((0_u32, 0.0), |(n, sum), value| (n + 1, sum + value));
                sum / f64::from(n)
            }
            // NaN gives way to any number.
            Measure::Min(of) => events.map(|event| value(of, event)).fold(f64::NAN, f64::min),
            Measure::Max(of) => events.map(|event| value(of, event)).fold(f64::NAN, f64::max),
        }
    }
}
