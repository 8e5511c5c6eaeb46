//! Customers as a table.

use rayon::prelude::*;

use crate::data::{Column, Table};
use crate::lifecycle::{Lifecycle, LifecycleCustomer, Stage};
use crate::time::Time;

impl Lifecycle {
    /// All customers as a table, rows by id: `customer`, `stage`, `since`, `next_change` (the day at whose end the stage
    /// changes if nothing is bought), `next_stage`, `rhythm_days`, `silence_days` (NaN for prospects), `purchases`. What there
    /// is not is missing, in numbers NaN.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "days are below 2^32")]
    pub fn table(&self) -> Table {
        let rows: Vec<LifecycleCustomer<'_>> =
            (0..self.len()).into_par_iter().map(|at| self.at(at)).collect();
        let n = u32::try_from(self.len()).expect("a vocabulary is bounded to u32");
        let stages = |pick: fn(&LifecycleCustomer<'_>) -> Option<Stage>| Column::Words {
            words: Stage::ALL.map(|stage| stage.word().to_owned()).to_vec(),
            positions: rows.iter().map(|row| pick(row).map_or(u32::MAX, |stage| stage as u32)).collect(),
        };
        let times = |pick: fn(&LifecycleCustomer<'_>) -> Option<Time>| {
            Column::Times(rows.iter().map(|row| pick(row).unwrap_or(Column::NO_TIME)).collect())
        };
        let numbers = |pick: fn(&LifecycleCustomer<'_>) -> Option<f64>| {
            Column::Floats(rows.iter().map(|row| pick(row).unwrap_or(f64::NAN)).collect())
        };
        Table::new()
            .with("customer", Column::Ids { vocabulary: self.ids().clone(), positions: (0..n).collect() })
            .with("stage", stages(|row| Some(row.stage)))
            .with("since", times(|row| row.since))
            .with("next_change", times(|row| row.next_change))
            .with("next_stage", stages(|row| row.next_stage))
            .with("rhythm_days", numbers(|row| row.rhythm_days))
            .with("silence_days", numbers(|row| row.silence_days.map(|days| days as f64)))
            .with("purchases", Column::Ints(rows.iter().map(|row| i64::from(row.purchases)).collect()))
    }
}
