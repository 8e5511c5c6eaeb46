//! What is answered of a customer and an item.

use serde::{Deserialize, Serialize};

use crate::data::{Column, Id, Table, Vocabulary};
use crate::index::ItemIx;
use crate::rank::Scored;
use crate::replenish::histories::Purchase;
use crate::replenish::model::Replenishment;
use crate::time::Time;

/// Whose intervals weigh most in an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Those of this customer and this item.
    Customer,
    /// Those of all customers with this item.
    Item,
    /// Those of the items of the category.
    Category,
    /// Those of all items.
    All,
}

impl Basis {
    const EACH: [Self; 4] = [Self::Customer, Self::Item, Self::Category, Self::All];

    /// `customer`, `item`, `category` or `all`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Item => "item",
            Self::Category => "category",
            Self::All => "all",
        }
    }
}

/// When a customer will buy an item again. Days are those of UTC, and given by their midnight.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// The item, as the shop calls it.
    pub item: Id,
    /// The day of the median interval after the last purchase; it may lie before the day asked about.
    pub due: Time,
    /// The day before which the share `(1 - coverage) / 2` of next purchases comes, of those that come at all.
    pub earliest: Time,
    /// The day behind which as many come.
    pub latest: Time,
    /// The chance of a purchase within the horizon, given that there was none since the last one: from 0 to 1.
    pub probability: f64,
    /// The chance that it is bought again at all, given the same: from 0 to 1.
    pub repurchase: f64,
    /// The median interval after the last purchase, in days.
    pub interval_days: f64,
    /// The day of the last purchase.
    pub last_bought: Time,
    /// On how many days it was bought.
    pub purchases: u32,
    /// Whose intervals weigh most.
    pub basis: Basis,
}

/// The same without names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    pub(super) item: ItemIx,
    due: Time,
    earliest: Time,
    latest: Time,
    pub(super) probability: f64,
    repurchase: f64,
    interval_days: f64,
    last_bought: Time,
    pub(super) purchases: u32,
    basis: Basis,
}

/// The midnight of the day so many days after one, to the nearest; at the ends of time, the nearest instant.
#[allow(clippy::cast_possible_truncation, reason = "a cast from real numbers saturates")]
fn later(day: i32, days: f64) -> Time {
    Time::of_utc_day((f64::from(day) + days).round() as i64)
}

impl Replenishment {
    /// Of the purchases of a customer and an item; `None` where nothing is known of intervals.
    pub(super) fn answer(&self, purchases: &[Purchase], now: Time, horizon_days: f64) -> Option<Answer> {
        let estimates = self.estimates.as_ref()?;
        let last = purchases[purchases.len() - 1];
        let (interval, own) = estimates.shape.of_pair(purchases);
        // Before the last purchase nothing has passed: its chances are 0.
        let passed = f64::from(Time::utc_day(now)) - f64::from(last.day);
        // In what is left after a time the tail keeps its precision.
        let (now_left, then_left) = (interval.left(passed), interval.left(passed + horizon_days));
        let at_all = estimates.rebuy.chance(last.item.as_usize(), purchases.len());
        let given = (1.0 - at_all) + at_all * now_left;
        // Whoever would surely come, and surely would have come by now, will not.
        let of_given = |share: f64| if given > 0.0 { (at_all * share / given).clamp(0.0, 1.0) } else { 0.0 };
        let level = &estimates.shape.items[last.item.as_usize()];
        Some(Answer {
            item: last.item,
            due: later(last.day, interval.quantile(0.0)),
            earliest: later(last.day, interval.quantile(-self.z)),
            latest: later(last.day, interval.quantile(self.z)),
            probability: of_given(now_left - then_left),
            repurchase: of_given(now_left),
            interval_days: interval.quantile(0.0),
            last_bought: Time::of_utc_day(last.day.into()),
            purchases: u32::try_from(purchases.len()).unwrap_or(u32::MAX),
            basis: basis(own, level.item, level.category),
        })
    }

    pub(super) fn named(&self, answer: &Answer) -> Due {
        let &Answer { item, due, earliest, latest, probability, repurchase, .. } = answer;
        Due {
            item: self.items().get(item.as_usize()).to_id(),
            due,
            earliest,
            latest,
            probability,
            repurchase,
            interval_days: answer.interval_days,
            last_bought: answer.last_bought,
            purchases: answer.purchases,
            basis: answer.basis,
        }
    }
}

impl Answer {
    pub(super) fn scored(&self) -> Scored {
        Scored { score: self.probability, count: u64::from(self.purchases), item: self.item }
    }
}

/// The level with the greatest weight, each taking its share of what the ones before it leave; of equal ones the nearest.
fn basis(customer: f64, item: f64, category: f64) -> Basis {
    let mut left = 1.0;
    let mut best = (Basis::Customer, f64::NEG_INFINITY);
    for (basis, share) in Basis::EACH.into_iter().zip([customer, item, category, 1.0]) {
        if left * share > best.1 {
            best = (basis, left * share);
        }
        left *= 1.0 - share;
    }
    best.0
}

/// The answers of many customers, each with the customer's position, as a table.
pub(super) fn table(customers: &Vocabulary, items: &Vocabulary, rows: &[(u32, Answer)]) -> Table {
    let times =
        |pick: fn(&Answer) -> Time| Column::Times(rows.iter().map(|(_, answer)| pick(answer)).collect());
    let floats =
        |pick: fn(&Answer) -> f64| Column::Floats(rows.iter().map(|(_, answer)| pick(answer)).collect());
    let ids = |vocabulary: &Vocabulary, positions: Vec<u32>| Column::Ids {
        vocabulary: vocabulary.clone(),
        positions,
    };
    let word = |answer: &Answer| Basis::EACH.iter().zip(0..).find(|&(&basis, _)| basis == answer.basis);
    let words = rows.iter().map(|(_, answer)| word(answer).map_or(0, |(_, position)| position)).collect();
    Table::new()
        .with("customer", ids(customers, rows.iter().map(|&(customer, _)| customer).collect()))
        .with("item", ids(items, rows.iter().map(|(_, answer)| answer.item.as_u32()).collect()))
        .with("due", times(|answer| answer.due))
        .with("earliest", times(|answer| answer.earliest))
        .with("latest", times(|answer| answer.latest))
        .with("probability", floats(|answer| answer.probability))
        .with("repurchase", floats(|answer| answer.repurchase))
        .with("interval_days", floats(|answer| answer.interval_days))
        .with("last_bought", times(|answer| answer.last_bought))
        .with("purchases", Column::Ints(rows.iter().map(|(_, answer)| i64::from(answer.purchases)).collect()))
        .with(
            "basis",
            Column::Words {
                words: Basis::EACH.map(|basis| basis.word().to_owned()).to_vec(),
                positions: words,
            },
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_basis_is_the_level_with_the_greatest_weight() {
        assert_eq!(basis(0.5, 1.0, 1.0), Basis::Customer);
        assert_eq!(basis(0.4, 0.9, 1.0), Basis::Item);
        assert_eq!(basis(0.1, 0.2, 0.9), Basis::Category);
        assert_eq!(basis(0.0, 0.0, 0.2), Basis::All);
        assert_eq!(basis(0.0, 0.0, 0.0), Basis::All);
    }

    #[test]
    fn a_day_beyond_the_ends_of_time_is_the_nearest_instant() {
        assert_eq!(later(0, 1e300), Time::from_micros(i64::MAX));
        assert_eq!(later(3, 1.6), Time::of_utc_day(5));
    }
}
