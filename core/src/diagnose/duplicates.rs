//! One product under several codes.

use std::collections::BTreeMap;

use crate::data::OrderLog;
use crate::diagnose::finding::{Concerned, Example, Found, Subject};
use crate::diagnose::merchandise::unit_prices;
use crate::diagnose::names::bare;
use crate::diagnose::robust::at_share;

/// How many letters and digits a name must have.
const MIN_NAME: usize = 5;

/// How far apart median prices may be.
const PRICE_RATIO: f64 = 2.0;

/// More codes than that under one name: the name tells nothing.
const MOST: usize = 5;

/// Codes to be replaced by others; items that are no goods (`is_other`) are left out.
pub(super) fn find(log: &OrderLog, names: &[Option<String>], is_other: &[bool]) -> Found {
    let Some(items) = log.items() else { return Found::default() };
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, name) in names.iter().enumerate().filter(|&(at, _)| !is_other.get(at).copied().unwrap_or(false))
    {
        let name = bare(name.as_deref().unwrap_or_default());
        if name.chars().count() >= MIN_NAME && name.chars().any(char::is_alphabetic) {
            groups.entry(name).or_default().push(at);
        }
    }
    groups.retain(|_, codes| codes.len() > 1 && codes.len() <= MOST);
    let mut orders: Vec<Option<Vec<u32>>> = vec![None; items.len()];
    groups.values().flatten().for_each(|&at| orders[at] = Some(Vec::new()));
    let mut n_lines = vec![0_usize; items.len()];
    for (place, order) in log.orders().enumerate() {
        let place = u32::try_from(place).expect("orders are bounded to u32");
        for item in log.lines_of(order).filter_map(|line| line.item) {
            n_lines[item.as_usize()] += 1;
            if let Some(orders) = &mut orders[item.as_usize()]
                && orders.last() != Some(&place)
            {
                orders.push(place);
            }
        }
    }
    let prices = unit_prices(log);
    let mut found = Vec::new();
    for codes in groups.values() {
        let Some(&keep) = codes.iter().max_by(|&&a, &&b| n_lines[a].cmp(&n_lines[b]).then(b.cmp(&a))) else {
            continue;
        };
        for &code in codes.iter().filter(|&&code| code != keep) {
            let of = |at: usize| orders[at].as_deref().unwrap_or_default();
            let both = together(of(code), of(keep));
            #[allow(clippy::cast_precision_loss, reason = "orders are fewer than 2^32")]
            let chance = of(code).len() as f64 * of(keep).len() as f64 / log.n_orders().max(1) as f64;
            let (price, other) = (at_share(&prices[code], 0.5), at_share(&prices[keep], 0.5));
            // What was never sold may bear any name: "damaged", "thrown away".
            let is_sold = price > 0.0 && other > 0.0;
            let is_alike =
                !log.has_amounts() || (is_sold && price.max(other) < PRICE_RATIO * price.min(other));
            #[allow(clippy::cast_precision_loss, reason = "orders are fewer than 2^32")]
            let is_apart = both <= 2 || both as f64 <= 2.0 * chance;
            if is_alike && is_apart {
                found.push((n_lines[code], code, keep, both));
            }
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut concerned = vec![false; items.len()];
    let mut filter = crate::data::LogFilter::new();
    let mut examples = Vec::new();
    for (n, code, keep, both) in found {
        concerned[code] = true;
        let (id, kept) = (items.get(code).to_id(), items.get(keep).to_id());
        let name = names[code].as_deref().unwrap_or_default();
        let why = format!(
            "'{name}' is {kept} too: {n} lines here, {} there, {both} orders with both",
            n_lines[keep]
        );
        examples.push(Example { subject: Subject::Item(id.clone()), why });
        filter = filter.rename(id, kept);
    }
    Found {
        count: examples.len(),
        examples,
        filter,
        concerned: Concerned::Items(concerned),
        ..Found::default()
    }
}

/// How many numbers two rising lists have in common.
fn together(a: &[u32], b: &[u32]) -> usize {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    short.iter().filter(|number| long.binary_search(number).is_ok()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Batch, IdValues, LogBuilder, LogOptions, NumberValues, Role, TimeValues, Values};

    /// Orders of one line each: item and price.
    fn found(lines: &[(&'static str, f64)], names: &[&str]) -> Found {
        let texts = |values: Vec<&'static str>| Values::new(values);
        let batch = Batch::new(lines.len())
            .ids(Role::Customer, IdValues::Text(texts(vec!["ann"; lines.len()])))
            .and_then(|batch| {
                batch.ids(Role::Item, IdValues::Text(texts(lines.iter().map(|line| line.0).collect())))
            })
            .and_then(|batch| batch.time(TimeValues::Text(texts(vec!["2026-01-01"; lines.len()]))))
            .and_then(|batch| {
                let prices: Vec<f64> = lines.iter().map(|line| line.1).collect();
                batch.numbers(Role::Price, NumberValues::Float(Values::new(prices)))
            });
        let mut builder = LogBuilder::new(LogOptions::default());
        builder.push(&batch.unwrap()).unwrap();
        let names: Vec<Option<String>> = names.iter().map(|name| Some((*name).to_owned())).collect();
        find(&builder.finish().unwrap(), &names, &[])
    }

    #[test]
    fn one_name_at_about_one_price_is_one_product_and_what_was_never_sold_is_none() {
        let names = ["Red mug", "red  MUG", "red mug", "thrown away", "Thrown away"];
        let lines = [("a", 2.5), ("a", 2.5), ("b", 2.6), ("c", 9.0), ("d", 0.0), ("e", 0.0)];
        let found = found(&lines, &names);
        assert_eq!(found.count, 1);
        assert_eq!(found.examples[0].subject, Subject::Item("b".into()));
    }
}
