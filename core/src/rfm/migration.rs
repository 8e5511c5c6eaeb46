//! Who went from which segment to which between two dates.

use std::cmp::Ordering;

use crate::data::{Column, Table};
use crate::error::{IdError, ParamError, Result};
use crate::rfm::Rfm;

/// Where those come from who were no customers before.
pub const NOT_YET: &str = "(not yet a customer)";

/// Where those go who are no customers after, for want of an order that counts.
pub const NO_LONGER: &str = "(no longer counted)";

/// The numbers of customers by their segments in two models.
///
/// Rows are the segments before and [`NOT_YET`], columns the segments after and [`NO_LONGER`].
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    segments: Vec<String>,
    /// Row by row; the last cell, of those who are in neither, is 0.
    counts: Vec<u64>,
}

impl Rfm {
    /// Counts who went from which segment of this model to which of a later one. Linear in the number of customers.
    ///
    /// # Errors
    /// [`ParamError::NotWith`] unless the segments of both have the same names in the same order;
    /// [`IdError::WrongKind`] when their customers' ids are of two types.
    ///
    /// ```
    /// # use kosar::{Fit, Time, data::LogOptions, datasets::toy, rfm::Rfm};
    /// let log = toy::corner_shop().to_log(LogOptions::default())?;
    /// let before = Rfm::params().as_of(Time::parse("2025-06-01")?).fit(&log)?;
    /// let after = before.apply(&log, Some(Time::parse("2025-07-01")?))?;
    /// let migration = before.migration(&after)?;
    /// assert_eq!(migration.total(), 5);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    pub fn migration(&self, after: &Self) -> Result<Migration> {
        if !self.grid().names().eq(after.grid().names()) {
            let (name, with) = ("the segments of both models", "a migration");
            return Err(ParamError::NotWith { name, allowed: "the same", with }.into());
        }
        if let (false, false, expected, found) =
            (self.is_empty(), after.is_empty(), self.customers.kind(), after.customers.kind())
            && expected != found
        {
            let id = after.customers.get(0).quoted();
            return Err(IdError::WrongKind { role: "customer", expected, found, id }.into());
        }
        let segments: Vec<String> = self.grid().names().map(str::to_owned).collect();
        let side = segments.len() + 1;
        let mut counts = vec![0; side * side];
        let segment = |model: &Self, position: Option<usize>| {
            position.map_or(side - 1, |position| usize::from(model.segment[position]))
        };
        let (mut a, mut b) = (0, 0);
        while a < self.len() || b < after.len() {
            let order = match (a < self.len(), b < after.len()) {
                (true, true) => self.customers.get(a).cmp(&after.customers.get(b)),
                (true, false) => Ordering::Less,
                _ => Ordering::Greater,
            };
            let (here, there) = (order.is_le().then_some(a), order.is_ge().then_some(b));
            counts[segment(self, here) * side + segment(after, there)] += 1;
            a += usize::from(here.is_some());
            b += usize::from(there.is_some());
        }
        Ok(Migration { segments, counts })
    }
}

impl Migration {
    /// The names of the segments, in the order of rows and columns.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// The number of customers who went from one segment to another; [`NOT_YET`] and [`NO_LONGER`] are names too. `None` for
    /// a name that there is not.
    #[must_use]
    pub fn count(&self, before: &str, after: &str) -> Option<u64> {
        let find = |name: &str, outside: &str| {
            let found = self.segments.iter().position(|segment| segment == name);
            found.or_else(|| (name == outside).then_some(self.segments.len()))
        };
        Some(self.counts[find(before, NOT_YET)? * self.side() + find(after, NO_LONGER)?])
    }

    /// The counts by row, of the segments before and then of [`NOT_YET`]; in each the segments after and then [`NO_LONGER`].
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks_exact(self.side())
    }

    /// The number of customers in either model.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The matrix as a table, a row for each pair: `before`, `after`, `customers`, and `share`, the part of those who were in
    /// the segment before, NaN where nobody was.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn table(&self) -> Table {
        let side = self.side();
        let names = |outside: &str| {
            let mut words = self.segments.clone();
            words.push(outside.to_owned());
            words
        };
        let ends = u32::try_from(side).expect("segments are a thousand at most");
        let share = |row: &[u64]| {
            let whole: u64 = row.iter().sum();
            row.iter()
                .map(|&count| if whole == 0 { f64::NAN } else { count as f64 / whole as f64 })
                .collect::<Vec<_>>()
        };
        // All cells but the last, which is of nobody.
        let cells = self.counts.len() - 1;
        let before = (0..ends).flat_map(|row| std::iter::repeat_n(row, side)).take(cells).collect();
        let after = (0..ends).cycle().take(cells).collect();
        let customers = self.counts.iter().map(|&count| i64::try_from(count).unwrap_or(i64::MAX));
        Table::new()
            .with("before", Column::Words { words: names(NOT_YET), positions: before })
            .with("after", Column::Words { words: names(NO_LONGER), positions: after })
            .with("customers", Column::Ints(customers.take(cells).collect()))
            .with("share", Column::Floats(self.rows().flat_map(share).take(cells).collect()))
    }

    fn side(&self) -> usize {
        self.segments.len() + 1
    }
}
