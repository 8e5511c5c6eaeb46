//! Customers who buy for a shop of their own.

use crate::data::OrderLog;
use crate::diagnose::finding::{Concerned, Example, Found, Subject};
use crate::diagnose::robust::Robust;
use crate::money::Quantity;

/// How many customers it takes to tell.
const MIN_CUSTOMERS: usize = 30;

/// The least spread of a logarithm.
const FLOOR: f64 = 0.35;

/// Of whom it takes so many orders, unless one is very far.
const MIN_ORDERS: u32 = 2;

/// How many spreads above the middle the units are.
const FAR: f64 = 3.0;

/// How many the value or the items are.
const FAR_TOO: f64 = 2.0;

/// How many one alone is.
const VERY_FAR: f64 = 7.0;

/// Of a customer: orders, units, value, distinct items of each order.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    orders: u32,
    units: i128,
    value: i128,
    items: u64,
}

/// What an order of a customer holds, in the mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Units,
    Value,
    Items,
}

impl Measure {
    const ALL: [Self; 3] = [Self::Units, Self::Value, Self::Items];

    const fn word(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Value => "value",
            Self::Items => "items",
        }
    }

    /// Of a customer's orders together.
    #[allow(clippy::cast_precision_loss, reason = "rounded to 53 bits the same way everywhere")]
    fn sum(self, sums: &Sums) -> f64 {
        match self {
            Self::Units => sums.units as f64 / 1e6,
            Self::Value => sums.value as f64 / 1e6,
            Self::Items => sums.items as f64,
        }
    }

    /// The logarithm of the mean of an order, of a millionth at least.
    fn of(self, sums: &Sums) -> f64 {
        libm::log((self.sum(sums) / f64::from(sums.orders)).max(1e-6))
    }

    /// Whether the log tells it.
    fn is_told(self, log: &OrderLog) -> bool {
        match self {
            Self::Units => true,
            Self::Value => log.has_amounts(),
            Self::Items => log.items().is_some(),
        }
    }
}

/// The customers far beyond the rest in what an order of theirs holds.
pub(super) fn find(log: &OrderLog) -> Found {
    let Some(customers) = log.customers() else { return Found::default() };
    let mut sums = vec![Sums::default(); customers.len()];
    for order in log.orders().filter(|&order| log.is_purchase(order)) {
        let Some(customer) = log.customer_of(order) else { continue };
        let sum = &mut sums[customer.as_usize()];
        sum.orders += 1;
        let mut last = None;
        for line in log.lines_of(order).filter(|line| line.quantity > Quantity::ZERO) {
            sum.units += i128::from(line.quantity.millionths());
            sum.value += line.amount.map_or(0, |amount| i128::from(amount.millionths()).max(0));
            // Lines of an order are sorted by item.
            sum.items += u64::from(line.item.is_some() && line.item != last);
            last = line.item;
        }
    }
    let buyers: Vec<usize> = (0..sums.len()).filter(|&at| sums[at].orders > 0).collect();
    if buyers.len() < MIN_CUSTOMERS {
        return Found::default();
    }
    let measures = Measure::ALL.into_iter().filter(|measure| measure.is_told(log));
    let measures: Vec<(Measure, Robust)> = measures
        .map(|measure| (measure, Robust::of(buyers.iter().map(|&at| measure.of(&sums[at])).collect(), FLOOR)))
        .collect();
    let mut found = Vec::new();
    for &at in &buyers {
        let far = |wanted: Measure| {
            let of = measures.iter().find(|(measure, _)| *measure == wanted);
            of.map_or(f64::NEG_INFINITY, |(measure, usual)| usual.above(measure.of(&sums[at])))
        };
        let [by_units, by_value, by_items] = Measure::ALL.map(far);
        let is_far = sums[at].orders >= MIN_ORDERS && by_units >= FAR && by_value.max(by_items) >= FAR_TOO;
        if is_far || by_units.max(by_value) >= VERY_FAR {
            let times = |(measure, usual): &(Measure, Robust)| {
                let times = libm::exp(measure.of(&sums[at]) - usual.centre());
                format!("{times:.0} times the {}", measure.word())
            };
            let told: Vec<String> = measures.iter().map(times).collect();
            let (last, others) = told.split_last().expect("units are always told");
            let and = if others.is_empty() { "" } else { " and " };
            let why = format!(
                "an order has {}{and}{last} of the middle customer's; {} orders",
                others.join(", "),
                sums[at].orders
            );
            let far: f64 = measures.iter().map(|(measure, usual)| usual.above(measure.of(&sums[at]))).sum();
            found.push((far, at, why));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut concerned = vec![false; customers.len()];
    let mut filter = crate::data::LogFilter::new();
    let mut examples = Vec::new();
    for (_, at, why) in found {
        concerned[at] = true;
        let id = customers.get(at).to_id();
        filter = filter.customers([id.clone()]);
        examples.push(Example { subject: Subject::Customer(id), why });
    }
    Found {
        count: examples.len(),
        examples,
        filter,
        concerned: Concerned::Customers(concerned),
        ..Found::default()
    }
}
