//! Items that are no goods.

use crate::data::OrderLog;
use crate::diagnose::finding::{Concerned, Example, Found, Subject};
use crate::diagnose::names::words_of;
use crate::diagnose::robust::at_share;
use crate::diagnose::words::points;

/// Points from which on an item is no goods.
const ENOUGH: u8 = 2;

/// How far apart the tenth and the ninetieth percentile of the prices of an item are when they tell.
const PRICE_RATIO: f64 = 8.0;

/// How many lines it takes to tell from prices.
const MIN_LINES: usize = 5;

/// The share of items that codes of rare shapes have together at most.
const RARE: f64 = 0.02;

/// The items that are no goods; `names` may be empty.
pub(super) fn find(log: &OrderLog, names: &[Option<String>]) -> Found {
    let Some(items) = log.items() else { return Found::default() };
    let prices = unit_prices(log);
    let is_rare = rare_codes(log);
    let mut found = Vec::new();
    for (at, id) in items.iter().enumerate() {
        let mut reasons = Vec::new();
        let name = names.get(at).and_then(Option::as_deref);
        let of_name = name.map_or(0, |name| points(&words_of(name)));
        if let (1.., Some(name)) = (of_name, name) {
            reasons.push(format!("named '{name}'"));
        }
        let (low, high) = (at_share(&prices[at], 0.1), at_share(&prices[at], 0.9));
        let varies = prices[at].len() >= MIN_LINES && low > 0.0 && high >= PRICE_RATIO * low;
        if varies {
            reasons.push(format!("prices from {low:.2} to {high:.2}"));
        }
        if is_rare[at] {
            reasons.push("a code of another form than most".to_owned());
        }
        if of_name + u8::from(varies) + u8::from(is_rare[at]) >= ENOUGH {
            found.push((prices[at].len(), at, id.to_id(), reasons.join(", ")));
        }
    }
    // The most frequent first.
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut concerned = vec![false; items.len()];
    let mut filter = crate::data::LogFilter::new();
    let mut examples = Vec::new();
    for (_, at, id, why) in found {
        concerned[at] = true;
        filter = filter.items([id.clone()]);
        examples.push(Example { subject: Subject::Item(id), why });
    }
    Found {
        count: examples.len(),
        examples,
        filter,
        concerned: Concerned::Items(concerned),
        ..Found::default()
    }
}

/// The prices of one of each item, sorted; none in a log without amounts.
pub(super) fn unit_prices(log: &OrderLog) -> Vec<Vec<f64>> {
    let mut prices = vec![Vec::new(); log.n_items()];
    for line in log.orders().flat_map(|order| log.lines_of(order)) {
        if let (Some(item), Some(amount)) = (line.item, line.amount) {
            let price = amount.to_f64() / line.quantity.to_f64();
            if price.is_finite() && price > 0.0 {
                prices[item.as_usize()].push(price);
            }
        }
    }
    prices.iter_mut().for_each(|prices| prices.sort_unstable_by(f64::total_cmp));
    prices
}

/// The form of a code: a letter for each run of letters, a 9 for each run of digits, other signs as they are.
fn shape(code: &str) -> String {
    let mut shape = String::new();
    for sign in code.chars() {
        let of = match sign {
            _ if sign.is_alphabetic() => 'A',
            _ if sign.is_numeric() => '9',
            other => other,
        };
        if !shape.ends_with(of) {
            shape.push(of);
        }
    }
    shape
}

/// For each item whether the form of its code is rare. Forms are taken from the rarest on, as long as they have no more
/// than a small share of the items together.
fn rare_codes(log: &OrderLog) -> Vec<bool> {
    let Some(items) = log.items() else { return Vec::new() };
    if items.as_text().is_none() {
        return vec![false; items.len()];
    }
    let shapes: Vec<String> = items.iter().map(|id| shape(&id.to_string())).collect();
    let mut counts = std::collections::BTreeMap::new();
    shapes.iter().for_each(|shape| *counts.entry(shape.as_str()).or_insert(0_usize) += 1);
    let mut by_count: Vec<(usize, &str)> = counts.into_iter().map(|(shape, n)| (n, shape)).collect();
    by_count.sort_unstable();
    #[allow(clippy::cast_precision_loss, reason = "items are fewer than 2^32")]
    let most = items.len() as f64 * RARE;
    let mut taken = 0;
    let mut rare = std::collections::BTreeSet::new();
    for same in by_count.chunk_by(|a, b| a.0 == b.0) {
        taken += same.iter().map(|(n, _)| n).sum::<usize>();
        #[allow(clippy::cast_precision_loss, reason = "items are fewer than 2^32")]
        if taken as f64 > most {
            break;
        }
        rare.extend(same.iter().map(|&(_, shape)| shape));
    }
    shapes.iter().map(|shape| rare.contains(shape.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_forms() {
        for (code, form) in
            [("85123A", "9A"), ("POST", "A"), ("gift_0001_20", "A_9_9"), ("BAT-0001", "A-9"), ("", "")]
        {
            assert_eq!(shape(code), form);
        }
    }
}
