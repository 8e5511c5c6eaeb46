//! The model in a file: the days on which customers bought; stages are derived again on reading.

use crate::data::Rows;
use crate::error::PersistError;
use crate::lifecycle::histories::{Histories, Latest, NO_DAY};
use crate::lifecycle::{Lifecycle, LifecycleParams};
use crate::persist::{ModelReader, ModelWriter, Persist, SaveOptions, invalid};
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
        let Histories { customers, known, days, latest } = self.state();
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

fn days(
    reader: &ModelReader<'_>,
    name: &str,
    len: impl Into<Option<usize>>,
) -> Result<Vec<i32>, PersistError> {
    let last = i64::from(Time::utc_day(Time::from_micros(i64::MAX)));
    let day = |day: i64| {
        i32::try_from(day).ok().filter(|_| day == i64::from(NO_DAY) || (-last - 1..=last).contains(&day))
    };
    let days: Option<Vec<i32>> = reader.i64s(name, len)?.into_iter().map(day).collect();
    days.ok_or_else(|| invalid(name, "a day must be one that there is"))
}

impl Histories {
    /// Whether a fit with this `as_of` could have given it.
    fn check(&self, as_of: Option<Time>) -> Result<(), PersistError> {
        let end = as_of.map_or(i32::MAX, Time::utc_day);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Vocabulary;

    fn model() -> Lifecycle {
        let customers = Vocabulary::from_sorted_ints(vec![5, 6, 7]).unwrap();
        let days = [vec![3, 10, 17], vec![-4], vec![]].into_iter().collect();
        let latest = Some(Latest { customers: vec![18, -4, NO_DAY], nobody: 19 });
        Lifecycle::of(Lifecycle::params(), Histories { customers, known: vec![1, -4, NO_DAY], days, latest })
    }

    #[test]
    fn a_file_with_right_checksums_is_held_to_every_rule_of_the_model() {
        let model = model();
        assert_eq!(Lifecycle::from_bytes(&model.to_bytes().unwrap()).unwrap(), model);
        let with = |change: fn(&mut Histories)| {
            let mut broken = model.clone();
            change(&mut broken.histories);
            broken
        };
        let days = |histories: &mut Histories, change: fn(&mut Vec<i32>)| {
            let mut values = histories.days.values().to_vec();
            change(&mut values);
            histories.days = Rows::from_parts(histories.days.offsets().to_vec(), values).unwrap();
        };
        let mut swapped = model.clone();
        days(&mut swapped.histories, |values| values.swap(0, 1));
        let mut twice = model.clone();
        days(&mut twice.histories, |values| values[1] = 3);
        let mut never = model.clone();
        days(&mut never.histories, |values| values[3] = NO_DAY);
        let mut beyond = model.clone();
        days(&mut beyond.histories, |values| values[3] = i32::MAX);
        let late =
            LifecycleParams { as_of: Some(Time::from_micros(86_400_000_000 * 17)), ..Lifecycle::params() };
        let early = Lifecycle {
            params: late,
            histories: Histories { latest: None, ..model.histories.clone() },
            ..model.clone()
        };
        let cases = [
            ("days.values", swapped),
            ("days.values", twice),
            ("days.values", never),
            ("days.values", beyond),
            ("days.values", early),
            ("known", with(|histories| histories.known[0] = 4)),
            ("latest", with(|histories| histories.latest.as_mut().unwrap().customers[0] = 16)),
            ("latest", with(|histories| histories.latest.as_mut().unwrap().customers[1] = NO_DAY)),
            ("params", Lifecycle { params: Lifecycle::params().lost(2.0), ..model.clone() }),
        ];
        for (section, broken) in cases {
            let error = Lifecycle::from_bytes(&broken.to_bytes().unwrap()).unwrap_err();
            assert!(
                error.to_string().starts_with(&format!("section '{section}' is invalid")),
                "{section}: {error}"
            );
        }
    }
}
