//! Conditions on orders made ready, and their measure.

use crate::audience::clock::Clock;
use crate::audience::item_choice::ItemSet;
use crate::audience::line_test::{LineTests, number_column, numbers};
use crate::audience::measure::{Measure, days_since};
use crate::audience::orders::OrderTable;
use crate::audience::plan::{Place, Scratch};
use crate::audience::value_test::{NumberTest, Subject};
use crate::audience::window::{Bounds, LocalPlan};
use crate::audience::{End, LineValue, OrderCondition, OrderCount, OrderMeasure};
use crate::error::AudienceError;

/// A condition on orders made ready.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OrderPlan {
    items: Option<ItemSet>,
    columns: LineTests,
    bounds: Bounds,
    at: Option<LocalPlan>,
    measure: Measure<OrderCount, Of>,
    test: NumberTest,
    now: i64,
}

/// What is added up or compared.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Of {
    Amount,
    Quantity,
    /// A kept column of numbers, by its place.
    Column(usize),
}

/// What is added up.
#[derive(Debug, Default)]
struct Total {
    n: u64,
    fixed: i128,
    real: f64,
    least: f64,
    most: f64,
}

impl Total {
    fn new() -> Self {
        // NaN gives way to any number.
        Self { least: f64::NAN, most: f64::NAN, ..Self::default() }
    }

    fn add(&mut self, fixed: i128, value: f64) {
        self.n += 1;
        self.fixed += fixed;
        self.real += value;
        self.least = self.least.min(value);
        self.most = self.most.max(value);
    }
}

/// Millionths in a unit.
const UNIT: f64 = 1e6;

#[allow(clippy::cast_precision_loss, reason = "the nearest number is what is compared")]
fn units(millionths: i128) -> f64 {
    millionths as f64 / UNIT
}

impl OrderPlan {
    pub(super) fn new(of: &OrderCondition, place: &mut Place<'_>) -> Result<Self, AudienceError> {
        let data = place.data;
        let missing = |path: &str, needed| AudienceError::Missing { path: path.to_owned(), needed };
        let table = data.orders.as_ref().ok_or_else(|| missing(place.path, "an order log"))?;
        let at = |field: &str| format!("{}.{field}", place.path);
        let needs_items = of.items.is_some() || of.measure == OrderMeasure::Count(OrderCount::Items);
        if needs_items && table.item.is_none() {
            return Err(missing(place.path, "an order log with items"));
        }
        let value = |value: &LineValue, name: &str| {
            let path = at(&format!("measure.{name}"));
            Ok(match value {
                LineValue::Amount if table.amount.is_none() => {
                    return Err(missing(&path, "an order log with prices or amounts"));
                }
                LineValue::Amount => Of::Amount,
                LineValue::Quantity => Of::Quantity,
                LineValue::Column(name) => {
                    Of::Column(number_column(name, &table.columns, &format!("{path}.column"))?)
                }
            })
        };
        let measure = match &of.measure {
            OrderMeasure::Count(count) => Measure::Count(*count),
            OrderMeasure::Sum(of) => Measure::Sum(value(of, "sum")?),
            OrderMeasure::Avg(of) => Measure::Avg(value(of, "avg")?),
            OrderMeasure::Min(of) => Measure::Min(value(of, "min")?),
            OrderMeasure::Max(of) => Measure::Max(value(of, "max")?),
            OrderMeasure::DaysSince(end) => Measure::Since(*end),
        };
        let (at_test, path) = (at("test"), place.path.to_owned());
        Ok(Self {
            items: of.items.as_ref().map(|items| data.choose(items, &at("items"))).transpose()?,
            bounds: Bounds::new(of.window.as_ref(), &at("window"), place.as_of, &data.zones)?,
            at: of.at.as_ref().map(|times| LocalPlan::new(times, &at("at"))).transpose()?,
            measure,
            test: Subject { path: &at_test, of: "the measure" }
                .measure(of.test.as_ref(), matches!(of.measure, OrderMeasure::Count(_)))?,
            now: place.as_of.micros(),
            columns: LineTests::new(&of.columns, &table.columns, &path, &mut |at, note| {
                place.note(at, &note);
            })?,
        })
    }

    /// Whether lines are told apart at all.
    fn takes_every_line(&self) -> bool {
        self.items.is_none() && self.columns.is_empty()
    }

    pub(super) fn holds(
        &self,
        table: &OrderTable,
        who: (usize, usize),
        clocks: &[Clock],
        scratch: &mut Scratch,
    ) -> bool {
        let enough = self.test.enough();
        self.test.holds(self.measured(table, who, clocks, scratch, enough))
    }

    /// The measure of a customer; NaN where it is not known. `who` is the customer and their time zone.
    pub(super) fn measure(
        &self,
        table: &OrderTable,
        who: (usize, usize),
        clocks: &[Clock],
        scratch: &mut Scratch,
    ) -> f64 {
        self.measured(table, who, clocks, scratch, None)
    }

    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    fn measured(
        &self,
        table: &OrderTable,
        (customer, zone): (usize, usize),
        clocks: &[Clock],
        scratch: &mut Scratch,
        enough: Option<usize>,
    ) -> f64 {
        let range = table.between(customer, self.bounds.of(zone));
        let mut orders = range
            .filter(|&order| self.at.as_ref().is_none_or(|at| at.holds(&clocks[zone], table.time[order])));
        let is_counted = |order: &usize| self.lines(table, *order).any(|line| table.bought[line]);
        match self.measure {
            Measure::Count(OrderCount::Orders) => {
                orders.filter(is_counted).take(enough.unwrap_or(usize::MAX)).count() as f64
            }
            Measure::Count(OrderCount::Lines) => {
                let bought = |order: usize| self.lines(table, order).filter(|&line| table.bought[line]);
                orders.flat_map(bought).take(enough.unwrap_or(usize::MAX)).count() as f64
            }
            Measure::Count(OrderCount::Items) => {
                let items = table.item.as_deref().unwrap_or_default();
                let bought = |order: usize| self.lines(table, order).filter(|&line| table.bought[line]);
                scratch.distinct(orders.flat_map(bought).map(|line| i64::from(items[line]))) as f64
            }
            Measure::Count(OrderCount::Days) => {
                let days = orders.filter(is_counted).map(|order| clocks[zone].day(table.time[order]));
                scratch.distinct(days) as f64
            }
            Measure::Since(End::First) => {
                days_since(orders.find(is_counted).map(|order| table.time[order]), self.now)
            }
            Measure::Since(End::Last) => {
                days_since(orders.rfind(is_counted).map(|order| table.time[order]), self.now)
            }
            Measure::Sum(of) => self.sum(of, table, orders),
            Measure::Avg(of) => {
                let total = self.total(of, table, orders);
                let sum = if matches!(of, Of::Column(_)) { total.real } else { units(total.fixed) };
                if total.n == 0 { f64::NAN } else { sum / total.n as f64 }
            }
            Measure::Min(of) => self.total(of, table, orders).least,
            Measure::Max(of) => self.total(of, table, orders).most,
        }
    }

    /// The lines of an order that pass the filters.
    fn lines<'a>(&'a self, table: &'a OrderTable, order: usize) -> impl Iterator<Item = usize> + 'a {
        let all = self.takes_every_line();
        (table.lines[order]..table.lines[order + 1]).filter(move |&line| {
            all || (self
                .items
                .as_ref()
                .is_none_or(|set| table.item.as_ref().is_some_and(|items| set.contains(items[line])))
                && self.columns.hold(&table.columns, line))
        })
    }

    fn fixed(of: Of, table: &OrderTable, line: usize) -> i128 {
        i128::from(match of {
            Of::Amount => table.amount.as_ref().map_or(0, |amounts| amounts[line].millionths()),
            _ => table.quantity[line].millionths(),
        })
    }

    fn sum(&self, of: Of, table: &OrderTable, orders: impl Iterator<Item = usize>) -> f64 {
        let lines = orders.flat_map(|order| self.lines(table, order));
        match of {
            Of::Column(place) => {
                let values = numbers(&table.columns, place);
                let bought = lines.filter(|&line| table.bought[line]);
                bought.map(|line| values[line]).filter(|value| !value.is_nan()).sum()
            }
            _ => units(lines.map(|line| Self::fixed(of, table, line)).sum()),
        }
    }

    /// Over orders with a bought line what their lines add up to; of a kept column over bought lines.
    fn total(&self, of: Of, table: &OrderTable, orders: impl Iterator<Item = usize>) -> Total {
        let mut total = Total::new();
        for order in orders {
            if let Of::Column(place) = of {
                let values = numbers(&table.columns, place);
                let bought = self.lines(table, order).filter(|&line| table.bought[line]);
                bought
                    .map(|line| values[line])
                    .filter(|value| !value.is_nan())
                    .for_each(|value| total.add(0, value));
                continue;
            }
            let (mut sum, mut is_counted) = (0, false);
            for line in self.lines(table, order) {
                sum += Self::fixed(of, table, line);
                is_counted |= table.bought[line];
            }
            if is_counted {
                total.add(sum, units(sum));
            }
        }
        total
    }
}
