//! Conditions on what customers said of themselves: attributes, ages, consent, preferences.

use crate::audience::facts::About;
use crate::audience::item_choice::{listed, unknown};
use crate::audience::plan::Place;
use crate::audience::value_test::{NumberTest, Subject, WordTest};
use crate::audience::{AudienceData, Condition, ConsentState, Test};
use crate::data::NONE;
use crate::data::{Consent, CustomerColumn, IdRef};
use crate::error::AudienceError;
use crate::time::Date;

/// A condition on what customers said of themselves.
#[derive(Debug, Clone)]
pub(super) struct AboutPlan {
    of: Of,
    /// The present day in each time zone.
    today: Vec<Date>,
}

#[derive(Debug, Clone)]
enum Of {
    Words(usize, WordTest),
    Numbers(usize, NumberTest),
    Flags(usize, NumberTest),
    Dates(usize, NumberTest),
    Age(usize, NumberTest),
    Anniversary(usize, u32),
    Consent(usize, ConsentState),
    Preference(usize, WordTest),
}

/// What a value is, for whoever explains.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Found {
    Number(f64),
    Text(String),
    Flag(bool),
    Unknown,
}

impl From<f64> for Found {
    fn from(value: f64) -> Self {
        if value.is_nan() { Self::Unknown } else { Self::Number(value) }
    }
}

pub(super) fn missing(place: &Place<'_>, needed: &'static str) -> AudienceError {
    AudienceError::Missing { path: place.path.to_owned(), needed }
}

impl AboutPlan {
    /// Makes a condition ready; `None` for one that is about something else.
    pub(super) fn new(condition: &Condition, place: &mut Place<'_>) -> Result<Option<Self>, AudienceError> {
        let is_about = matches!(
            condition,
            Condition::Attribute(_)
                | Condition::Age(_)
                | Condition::Anniversary(_)
                | Condition::Consent(_)
                | Condition::Preference(_)
        );
        if !is_about {
            return Ok(None);
        }
        let data = place.data;
        let about = data.about.as_ref().ok_or_else(|| missing(place, "customers with their attributes"))?;
        let at = |field: &str| format!("{}.{field}", place.path);
        let of = match condition {
            Condition::Attribute(of) => {
                let column = attribute(about, &of.name, &at("name"))?;
                attribute_test(about, column, &of.test, place)?
            }
            Condition::Age(of) => {
                place.needs_present()?;
                let test = at("test");
                let test = Subject { path: &test, of: "an age in years" }.numbers(&of.test)?;
                Of::Age(date(about, &of.of, &at("of"))?, test)
            }
            Condition::Anniversary(of) if !(1..=366).contains(&of.next_days) => {
                return Err(AudienceError::OutOfRange {
                    path: at("next_days"),
                    value: of.next_days.to_string(),
                    allowed: "from 1 to 366",
                });
            }
            Condition::Anniversary(of) => {
                place.needs_present()?;
                Of::Anniversary(date(about, &of.of, &at("of"))?, of.next_days)
            }
            Condition::Consent(of) => {
                let found = about
                    .consents
                    .iter()
                    .position(|((channel, purpose), _)| (channel, purpose) == (&of.channel, &of.purpose));
                let pair = format!("{}/{}", of.channel, of.purpose);
                let pairs: Vec<String> = about
                    .consents
                    .iter()
                    .map(|((channel, purpose), _)| format!("{channel}/{purpose}"))
                    .collect();
                let known = || listed(pairs.iter().map(String::as_str));
                Of::Consent(
                    found.ok_or_else(|| unknown(place.path, "channel and purpose", &pair, known()))?,
                    of.state,
                )
            }
            Condition::Preference(of) => {
                let kinds = || listed(about.preferences.iter().map(|(kind, _, _)| kind.as_str()));
                let found = about.preferences.iter().position(|(kind, _, _)| *kind == of.kind);
                let found =
                    found.ok_or_else(|| unknown(&at("kind"), "kind of preference", &of.kind, kinds()))?;
                let at = at("test");
                let subject = Subject { path: &at, of: &of.kind };
                let absent =
                    &mut |word: &str| place.note(&at, &format!("nobody prefers {} '{word}'", of.kind));
                Of::Preference(found, subject.words(&of.test, &about.preferences[found].1, absent)?)
            }
            _ => return Ok(None),
        };
        let today = data.zones.iter().map(|zone| zone.local(place.as_of).date).collect();
        Ok(Some(Self { of, today }))
    }

    pub(super) fn holds(&self, data: &AudienceData, customer: usize) -> bool {
        let Some(about) = &data.about else { return false };
        let today = || self.today[data.zone(customer)];
        match &self.of {
            Of::Words(column, test) => test.holds(code(&about.attributes[*column].1, customer)),
            Of::Numbers(column, test) | Of::Flags(column, test) | Of::Dates(column, test) => {
                test.holds(number(&about.attributes[*column].1, customer))
            }
            Of::Age(column, test) => test.holds(age(day(about, *column, customer), today())),
            Of::Anniversary(column, days) => days_until(day(about, *column, customer), today())
                .is_some_and(|until| until < i64::from(*days)),
            Of::Consent(pair, state) => {
                *state
                    == match about.consents[*pair].1[customer] {
                        Consent::Given => ConsentState::Given,
                        Consent::Withdrawn => ConsentState::Withdrawn,
                        Consent::Unknown => ConsentState::Unknown,
                    }
            }
            Of::Preference(kind, test) => {
                let stated = about.preferences[*kind].2.row(customer);
                if stated.is_empty() { test.holds(NONE) } else { stated.iter().any(|&word| test.holds(word)) }
            }
        }
    }

    /// What the value is.
    #[allow(clippy::cast_precision_loss, reason = "days until an anniversary are few")]
    pub(super) fn found(&self, data: &AudienceData, customer: usize) -> Found {
        let Some(about) = &data.about else { return Found::Unknown };
        let today = || self.today[data.zone(customer)];
        let text = |id: IdRef<'_>| Found::Text(id.to_string());
        match &self.of {
            Of::Words(column, _) => match &about.attributes[*column].1 {
                CustomerColumn::Words { words, codes } if codes[customer] != NONE => {
                    text(words.get(codes[customer] as usize))
                }
                _ => Found::Unknown,
            },
            Of::Numbers(column, _) => number(&about.attributes[*column].1, customer).into(),
            Of::Flags(column, _) => match &about.attributes[*column].1 {
                CustomerColumn::Flags(flags) => flags[customer].map_or(Found::Unknown, Found::Flag),
                _ => Found::Unknown,
            },
            Of::Dates(column, _) => {
                day(about, *column, customer).map_or(Found::Unknown, |date| Found::Text(date.to_string()))
            }
            Of::Age(column, _) => age(day(about, *column, customer), today()).into(),
            Of::Anniversary(column, _) => days_until(day(about, *column, customer), today())
                .map_or(Found::Unknown, |days| Found::Number(days as f64)),
            Of::Consent(pair, _) => Found::Text(
                match about.consents[*pair].1[customer] {
                    Consent::Given => "given",
                    Consent::Withdrawn => "withdrawn",
                    Consent::Unknown => "unknown",
                }
                .to_owned(),
            ),
            Of::Preference(kind, _) => {
                let (_, words, rows) = &about.preferences[*kind];
                let stated: Vec<String> =
                    rows.row(customer).iter().map(|&word| words.get(word as usize).to_string()).collect();
                if stated.is_empty() { Found::Unknown } else { Found::Text(stated.join(", ")) }
            }
        }
    }
}

/// The place of an attribute.
fn attribute(about: &About, name: &str, path: &str) -> Result<usize, AudienceError> {
    let known = || listed(about.attributes.iter().map(|(name, _)| name.as_str()));
    let found = about.attributes.iter().position(|(known, _)| known == name);
    found.ok_or_else(|| unknown(path, "attribute", name, known()))
}

/// The place of an attribute of dates.
fn date(about: &About, name: &str, path: &str) -> Result<usize, AudienceError> {
    let column = attribute(about, name, path)?;
    let holds = match &about.attributes[column].1 {
        CustomerColumn::Dates(_) => return Ok(column),
        CustomerColumn::Words { .. } => "words",
        CustomerColumn::Numbers(_) => "numbers",
        CustomerColumn::Flags(_) => "true or false",
    };
    let (test, allowed) = ("years and anniversaries".to_owned(), "name an attribute of dates");
    Err(AudienceError::IllTyped { path: path.to_owned(), of: name.to_owned(), holds, test, allowed })
}

fn attribute_test(
    about: &About,
    column: usize,
    test: &Test,
    place: &mut Place<'_>,
) -> Result<Of, AudienceError> {
    let (name, values) = &about.attributes[column];
    let at = format!("{}.test", place.path);
    let subject = Subject { path: &at, of: name };
    Ok(match values {
        CustomerColumn::Words { words: of, .. } => {
            let absent = &mut |word: &str| place.note(&at, &format!("nobody has {name} '{word}'"));
            Of::Words(column, subject.words(test, of, absent)?)
        }
        CustomerColumn::Numbers(_) => Of::Numbers(column, subject.numbers(test)?),
        CustomerColumn::Dates(_) => Of::Dates(column, subject.dates(test)?),
        CustomerColumn::Flags(_) => Of::Flags(column, subject.flags(test)?),
    })
}

fn code(column: &CustomerColumn, customer: usize) -> u32 {
    match column {
        CustomerColumn::Words { codes, .. } => codes[customer],
        _ => NONE,
    }
}

/// A value as a number: days since 1970-01-01, 1 for yes.
fn number(column: &CustomerColumn, customer: usize) -> f64 {
    match column {
        CustomerColumn::Numbers(values) => values[customer],
        CustomerColumn::Dates(dates) => dates[customer].map_or(f64::NAN, |date| f64::from(date.days())),
        CustomerColumn::Flags(flags) => flags[customer].map_or(f64::NAN, |flag| f64::from(u8::from(flag))),
        CustomerColumn::Words { .. } => f64::NAN,
    }
}

fn day(about: &About, column: usize, customer: usize) -> Option<Date> {
    match &about.attributes[column].1 {
        CustomerColumn::Dates(dates) => dates[customer],
        _ => None,
    }
}

/// The whole years from a date to another; NaN where it is not known, or still to come.
fn age(born: Option<Date>, today: Date) -> f64 {
    let Some(born) = born.filter(|&born| born <= today) else { return f64::NAN };
    let ((year, month, day), (born_year, born_month, born_day)) =
        (today.year_month_day(), born.year_month_day());
    f64::from(year) - f64::from(born_year) - f64::from(u8::from((month, day) < (born_month, born_day)))
}

/// The days until the next anniversary of a date, 0 for today.
fn days_until(date: Option<Date>, today: Date) -> Option<i64> {
    let (_, month, day) = date?.year_month_day();
    let (year, _, _) = today.year_month_day();
    let in_year = |year| Date::new(year, month, day).or_else(|| Date::new(year, 3, 1));
    let next = in_year(year).filter(|&date| date >= today).or_else(|| in_year(year + 1))?;
    Some(i64::from(next.days()) - i64::from(today.days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_birthday_makes_a_year_older_and_a_leap_day_is_kept_on_the_first_of_march() {
        let years = |born: &str, today: &str| {
            let years = age(Some(date(born)), date(today));
            (!years.is_nan()).then(|| format!("{years}").parse::<u32>().unwrap())
        };
        assert_eq!(
            [years("1980-11-26", "2026-11-25"), years("1980-11-26", "2026-11-26")],
            [Some(45), Some(46)]
        );
        assert_eq!(
            [years("1980-02-29", "2026-02-28"), years("1980-02-29", "2026-03-01")],
            [Some(45), Some(46)]
        );
        assert_eq!(years("2027-01-01", "2026-11-26"), None);
    }

    #[test]
    fn anniversaries_come_again_next_year() {
        let until = |day: &str, today: &str| days_until(Some(date(day)), date(today)).unwrap();
        assert_eq!(until("1980-11-26", "2026-11-26"), 0);
        assert_eq!(until("1980-12-01", "2026-11-26"), 5);
        assert_eq!(until("1980-01-01", "2026-12-30"), 2);
        assert_eq!(until("1980-02-29", "2026-02-27"), 2);
        assert_eq!(until("1980-02-29", "2028-02-27"), 2);
    }
}
