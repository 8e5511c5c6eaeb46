//! Who went from which stage to which between two dates.

use rayon::prelude::*;

use crate::data::{Column, Table};
use crate::error::{ParamError, Result};
use crate::lifecycle::{Lifecycle, Stage};
use crate::time::Time;

/// What tables call it where nobody knew a customer yet.
pub const NOT_THERE_YET: &str = "(not there yet)";

/// Stages, and one behind them for those who are not there yet.
const SIDE: usize = Stage::ALL.len() + 1;

/// Customers whose movements are counted together.
const BLOCK: usize = 4096;

/// The numbers of customers by their stages at two dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageMovements {
    /// Row by row.
    counts: Vec<u64>,
}

impl Lifecycle {
    /// Counts who was in which stage at `from` and in which at `to`, each as [`Lifecycle::stage_at`] tells. Customers who are
    /// not there at `to` are left out. Linear in customers and purchases, and parallel.
    ///
    /// # Errors
    /// [`ParamError::NotWith`] where `from` is later than `to`.
    ///
    /// ```
    /// # use kosar::{Fit, Time, data::LogOptions, datasets::toy, lifecycle::{Lifecycle, Stage}};
    /// let log = toy::corner_shop().to_log(LogOptions::default())?;
    /// let model = Lifecycle::params().fit(&log)?;
    /// let movements = model.movements(Time::parse("2000-01-01")?, model.as_of().unwrap())?;
    /// assert_eq!(movements.total(), model.len() as u64);
    /// assert_eq!(movements.count(None, Some(Stage::New)), model.counts()[Stage::New.position()].1);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    pub fn movements(&self, from: Time, to: Time) -> Result<StageMovements> {
        if from > to {
            return Err(ParamError::NotWith { name: "from", allowed: "at most to", with: "movements" }.into());
        }
        let (before, after) = (Time::utc_day(from) - 1, Time::utc_day(to) - 1);
        let blocks: Vec<usize> = (0..self.len()).step_by(BLOCK).collect();
        let count = |&first: &usize| {
            let mut counts = vec![0; SIDE * SIDE];
            for at in first..self.len().min(first + BLOCK) {
                let (before, after) = (self.stage_on(at, before), self.stage_on(at, after));
                if after.is_some() {
                    counts[place(before) * SIDE + place(after)] += 1;
                }
            }
            counts
        };
        let add = |mut all: Vec<u64>, some: Vec<u64>| {
            all.iter_mut().zip(some).for_each(|(all, some)| *all += some);
            all
        };
        Ok(StageMovements { counts: blocks.par_iter().map(count).reduce(|| vec![0; SIDE * SIDE], add) })
    }
}

fn place(stage: Option<Stage>) -> usize {
    stage.map_or(SIDE - 1, Stage::position)
}

impl StageMovements {
    /// The number of customers who went from one stage to another; `None` for not there yet.
    #[must_use]
    pub fn count(&self, before: Option<Stage>, after: Option<Stage>) -> u64 {
        self.counts[place(before) * SIDE + place(after)]
    }

    /// The counts by row: the stages before in the order of [`Stage::ALL`], then of those who were not there yet; in each the
    /// stages after and a last one, 0.
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks_exact(SIDE)
    }

    /// The number of customers who are there at the later date.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The matrix as a table, a row for each pair: `before`, `after`, `customers`, and `share`, the part of those who were in
    /// the stage before, NaN where nobody was.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    pub fn table(&self) -> Table {
        let stages = || Stage::ALL.map(|stage| stage.word().to_owned()).to_vec();
        let after = Stage::ALL.len();
        let words = stages().into_iter().chain([NOT_THERE_YET.to_owned()]).collect();
        let (rows, columns) = (0..u32::try_from(SIDE).unwrap_or(0), 0..u32::try_from(after).unwrap_or(0));
        let cells = || self.rows().flat_map(|row| row[..after].iter().map(move |&count| (count, row)));
        let share = |(count, row): (u64, &[u64])| match row.iter().sum::<u64>() {
            0 => f64::NAN,
            whole => count as f64 / whole as f64,
        };
        let customers = cells().map(|(count, _)| i64::try_from(count).unwrap_or(i64::MAX)).collect();
        Table::new()
            .with(
                "before",
                Column::Words {
                    words,
                    positions: rows.clone().flat_map(|row| std::iter::repeat_n(row, after)).collect(),
                },
            )
            .with(
                "after",
                Column::Words { words: stages(), positions: rows.flat_map(|_| columns.clone()).collect() },
            )
            .with("customers", Column::Ints(customers))
            .with("share", Column::Floats(cells().map(share).collect()))
    }
}
