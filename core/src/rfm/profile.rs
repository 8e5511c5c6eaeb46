//! What the customers of each segment have in common.

use crate::data::{Column, Table};
use crate::money::Money;
use crate::rfm::Rfm;

/// A segment in figures.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentProfile {
    /// The name of the segment.
    pub segment: String,
    /// The number of customers.
    pub customers: usize,
    /// Their share of all customers, from 0 to 1.
    pub customer_share: f64,
    /// Their share of all monetary value; NaN in a log without prices or of no value.
    pub revenue_share: f64,
    /// The median of their recency, in days; NaN for a segment without customers.
    pub median_recency_days: f64,
    /// The median of their frequency, in orders.
    pub median_frequency: f64,
    /// The median of their monetary value; NaN in a log without prices.
    pub median_monetary: f64,
    /// The mean of their recency, in days; NaN for a segment without customers, as all means.
    pub mean_recency_days: f64,
    /// The mean of their frequency, in orders.
    pub mean_frequency: f64,
    /// The mean of their monetary value; NaN in a log without prices.
    pub mean_monetary: f64,
}

impl Rfm {
    /// A profile of each segment of the grid, in the grid's order, those without customers included.
    ///
    /// n log n in the number of customers.
    #[must_use]
    pub fn profiles(&self) -> Vec<SegmentProfile> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.grid().names().count()];
        for (position, &segment) in self.segment.iter().enumerate() {
            members[usize::from(segment)].push(position);
        }
        let whole = self.revenue(0..self.len());
        let profile = |(name, members): (String, Vec<usize>)| self.profile(name, &members, whole);
        let names = self.grid().names().map(str::to_owned);
        names.zip(members).map(profile).collect()
    }

    /// What customers, given by their positions, spent together, in millionths; NaN in a log without prices.
    #[allow(clippy::cast_precision_loss, reason = "the nearest double is what is asked for")]
    pub(crate) fn revenue(&self, members: impl Iterator<Item = usize>) -> f64 {
        let Some(monetary) = &self.monetary else { return f64::NAN };
        // Revenue of a whole shop may pass what one amount can hold.
        members.map(|member| i128::from(monetary[member].millionths())).sum::<i128>() as f64
    }

    /// The figures of a group of customers, given by their positions, of a shop with `whole` revenue.
    #[allow(clippy::cast_precision_loss, reason = "counts and days are far below 2^53")]
    pub(crate) fn profile(&self, name: String, members: &[usize], whole: f64) -> SegmentProfile {
        let of = |value: &dyn Fn(usize) -> f64| median(members.iter().map(|&member| value(member)).collect());
        let part = self.revenue(members.iter().copied());
        let n = members.len() as f64;
        let days: i128 = members.iter().map(|&member| i128::from(self.recency_days[member])).sum();
        let orders: u64 = members.iter().map(|&member| u64::from(self.frequency[member])).sum();
        SegmentProfile {
            segment: name,
            customers: members.len(),
            customer_share: if self.is_empty() { f64::NAN } else { members.len() as f64 / self.len() as f64 },
            revenue_share: if whole > 0.0 { part / whole } else { f64::NAN },
            median_recency_days: of(&|member| self.recency_days[member] as f64),
            median_frequency: of(&|member| f64::from(self.frequency[member])),
            median_monetary: of(&|member| {
                self.monetary.as_ref().map_or(f64::NAN, |monetary: &Vec<Money>| monetary[member].to_f64())
            }),
            mean_recency_days: days as f64 / n,
            mean_frequency: orders as f64 / n,
            mean_monetary: part / 1e6 / n,
        }
    }

    /// The profiles as a table, one row a segment, columns named as the fields of [`SegmentProfile`].
    #[must_use]
    pub fn profile_table(&self) -> Table {
        let profiles = self.profiles();
        let words: Vec<String> = profiles.iter().map(|profile| profile.segment.clone()).collect();
        let positions = (0_u32..).take(words.len()).collect();
        let table = Table::new().with("segment", Column::Words { words, positions });
        SegmentProfile::add_figures(table, &profiles.iter().collect::<Vec<_>>())
    }
}

impl SegmentProfile {
    /// Adds a column for each figure.
    pub(crate) fn add_figures(table: Table, profiles: &[&Self]) -> Table {
        let column = |value: fn(&Self) -> f64| Column::Floats(profiles.iter().map(|&p| value(p)).collect());
        let customers = profiles.iter().map(|p| i64::try_from(p.customers).unwrap_or(i64::MAX)).collect();
        table
            .with("customers", Column::Ints(customers))
            .with("customer_share", column(|p| p.customer_share))
            .with("revenue_share", column(|p| p.revenue_share))
            .with("median_recency_days", column(|p| p.median_recency_days))
            .with("median_frequency", column(|p| p.median_frequency))
            .with("median_monetary", column(|p| p.median_monetary))
            .with("mean_recency_days", column(|p| p.mean_recency_days))
            .with("mean_frequency", column(|p| p.mean_frequency))
            .with("mean_monetary", column(|p| p.mean_monetary))
    }
}

/// The middle value, or the mean of the two; NaN without values.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => values[n / 2],
        n => f64::midpoint(values[n / 2 - 1], values[n / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_lies_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-12);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-12);
        assert!(median(vec![]).is_nan());
    }
}
