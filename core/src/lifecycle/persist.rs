//! The model in a file: the days on which customers bought; stages are derived again on reading.

use crate::data::Rows;
use crate::error::PersistError;
use crate::lifecycle::histories::{Histories, Latest, NO_DAY, day_of};
use crate::lifecycle::{Lifecycle, LifecycleParams};
use crate::persist::{ModelReader, ModelWriter, Persist, SaveOptions};
use crate::time::Time;

/// Sections: `customers` (vocabulary), `known` (the first day, since 1970, on which each is known; -2147483648 where they
/// always were), `days.offsets` and `days.values` (those on which each bought), and where `as_of` comes from the log `latest`:
/// the day of the last order of each customer and, behind them, of those who are not known; -2147483648 without one.
impl Persist for Lifecycle {
    const KIND: &'static str = "lifecycle";

    /// Fails without histories: this model is nothing but its customers.
    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        if !options.histories {
            let why = "this model is its customers' purchases; it can only be saved with histories";
            return Err(invalid("days", why));
        }
        let Histories { customers, known, days, latest } = &self.histories;
        writer.params(&self.params)?;
        writer.vocabulary("customers", customers)?;
        writer.i64s("known", known.iter().copied().map(i64::from))?;
        writer.offsets("days.offsets", days.offsets())?;
        writer.i64s("days.values", days.values().iter().copied().map(i64::from))?;
        if let Some(Latest { customers, nobody }) = latest {
            writer.i64s("latest", customers.iter().copied().chain([*nobody]).map(i64::from))?;
        }
        Ok(())
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<LifecycleParams>()?.into_inner();
        let customers = reader.vocabulary("customers")?;
        let n = customers.len();
        let known = days(reader, "known", n)?;
        let values = days(reader, "days.values", None)?;
        let offsets = reader.offsets("days.offsets", n, values.len())?;
        let days_of = Rows::from_parts(offsets, values).expect("offsets were checked");
        let latest = if params.as_of.is_none() {
            let mut customers = days(reader, "latest", n + 1)?;
            let nobody = customers.pop().unwrap_or(NO_DAY);
            Some(Latest { customers, nobody })
        } else {
            None
        };
        let histories = Histories { customers, known, days: days_of, latest };
        histories.check(params.as_of)?;
        Ok(Self::of(params, histories))
    }
}

fn invalid(section: &str, why: &str) -> PersistError {
    PersistError::Invalid { section: section.to_owned(), why: why.to_owned() }
}

fn days(
    reader: &ModelReader<'_>,
    name: &str,
    len: impl Into<Option<usize>>,
) -> Result<Vec<i32>, PersistError> {
    let last = i64::from(day_of(Time::from_micros(i64::MAX)));
    let day = |day: i64| {
        i32::try_from(day).ok().filter(|_| day == i64::from(NO_DAY) || (-last - 1..=last).contains(&day))
    };
    let days: Option<Vec<i32>> = reader.i64s(name, len)?.into_iter().map(day).collect();
    days.ok_or_else(|| invalid(name, "a day must be one that there is"))
}

impl Histories {
    /// Whether a fit with this `as_of` could have given it.
    fn check(&self, as_of: Option<Time>) -> Result<(), PersistError> {
        let end = as_of.map_or(i32::MAX, day_of);
        let rises = |row: &[i32]| row.is_sorted_by(|a, b| a < b) && row.first() != Some(&NO_DAY);
        if !self.days.iter().all(rises) {
            return Err(invalid("days.values", "the days of a customer must rise strictly"));
        }
        if self.days.values().iter().chain(&self.known).any(|&day| day >= end) {
            return Err(invalid("days.values", "what counts cannot lie at as_of or later"));
        }
        let rows = || self.days.iter().enumerate();
        if rows().any(|(at, row)| row.first().is_some_and(|&first| self.known[at] > first)) {
            return Err(invalid("known", "who buys is known"));
        }
        if let Some(latest) = &self.latest
            && rows().any(|(at, row)| {
                let last = latest.customers[at];
                row.last().is_some_and(|&day| day > last) || (last != NO_DAY && self.known[at] > last)
            })
        {
            return Err(invalid("latest", "it cannot lie before a purchase"));
        }
        Ok(())
    }
}
