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
    #[allow(clippy::cast_precision_loss, reason = "rounded to 53 bits the same way everywhere")]
    let per_order = |at: usize, sum: f64| libm::log(sum.max(1e-6) / f64::from(sums[at].orders));
    #[allow(clippy::cast_precision_loss, reason = "rounded to 53 bits the same way everywhere")]
    let units = |at: usize| per_order(at, sums[at].units as f64 / 1e6);
    #[allow(clippy::cast_precision_loss, reason = "rounded to 53 bits the same way everywhere")]
    let value = |at: usize| per_order(at, sums[at].value as f64 / 1e6);
    #[allow(clippy::cast_precision_loss, reason = "rounded to 53 bits the same way everywhere")]
    let items = |at: usize| per_order(at, sums[at].items as f64);
    let robust = |of: &dyn Fn(usize) -> f64| Robust::of(buyers.iter().map(|&at| of(at)).collect(), FLOOR);
    let all = [robust(&units), robust(&value), robust(&items)];
    let mut found = Vec::new();
    for &at in &buyers {
        let own = [units(at), value(at), items(at)];
        let [by_units, by_value, by_items] = [0, 1, 2].map(|i| all[i].above(own[i]));
        let is_far = sums[at].orders >= MIN_ORDERS && by_units >= FAR && by_value.max(by_items) >= FAR_TOO;
        if is_far || by_units.max(by_value) >= VERY_FAR {
            let times = |i: usize| libm::exp(own[i] - all[i].centre());
            let why = format!(
                "an order has {:.0} times the units, {:.0} times the value and {:.0} times the items of the middle \
                 customer's; {} orders",
                times(0),
                times(1),
                times(2),
                sums[at].orders
            );
            found.push((by_units + by_value + by_items, at, why));
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
