//! Columns on their way into a table of customers.

use crate::data::batch::{IdValues, NumberValues, Role, TimeValues, Values};
use crate::data::{Cause, Consent, Note, TagValues};
use crate::error::{IntakeError, ParamError, Result};
use crate::time::{Date, MICROS_PER_DAY, Time};

/// A column of yes or no.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FlagValues<'a> {
    /// Yes or no.
    Bool(Values<'a, bool>),
    /// 1 and 0, NaN for a missing one.
    Number(NumberValues<'a>),
    /// Text: `true`, `t`, `yes`, `y`, `1` and `false`, `f`, `no`, `n`, `0`, in any case; an empty one is missing. The numbers
    /// may be written in any way, such as `1.0`, as frames write flags of which some are missing.
    Text(Values<'a, &'a str>),
}

/// A column of days.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum DateValues<'a> {
    /// Days since 1970-01-01.
    Days(Values<'a, i32>),
    /// Instants, of which the day in UTC is taken; of text the day that stands in it, whatever its zone.
    Times(TimeValues<'a>),
}

/// An attribute of customers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FactValues<'a> {
    /// Words out of a few or many; a missing value and an empty word are the same.
    Words(Values<'a, &'a str>),
    /// Numbers; NaN where missing.
    Numbers(NumberValues<'a>),
    /// Days.
    Dates(DateValues<'a>),
    /// Yes or no.
    Flags(FlagValues<'a>),
}

/// Why a value is none: the text that cannot be read.
pub(super) type Unreadable = String;

impl FlagValues<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Bool(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    /// The flag of a row; `None` where missing.
    pub(super) fn get(&self, row: usize) -> Result<Option<bool>, Unreadable> {
        match self {
            Self::Bool(values) => Ok(values.get(row)),
            Self::Number(values) => match number(values, row)? {
                None => Ok(None),
                Some(0.0) => Ok(Some(false)),
                Some(1.0) => Ok(Some(true)),
                Some(other) => Err(other.to_string()),
            },
            Self::Text(values) => {
                let text = values.get(row).unwrap_or_default().trim();
                let is_one_of = |words: [&str; 4]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
                match text {
                    "" => Ok(None),
                    _ if is_one_of(["true", "t", "yes", "y"]) => Ok(Some(true)),
                    _ if is_one_of(["false", "f", "no", "n"]) => Ok(Some(false)),
                    _ => match text.parse() {
                        Ok(1.0) => Ok(Some(true)),
                        Ok(0.0) => Ok(Some(false)),
                        _ => Err(text.to_owned()),
                    },
                }
            }
        }
    }

    /// The consent of a row: a flag, or its name.
    pub(super) fn consent(&self, row: usize) -> Result<Consent, Unreadable> {
        match self.get(row) {
            Ok(None) => Ok(Consent::Unknown),
            Ok(Some(true)) => Ok(Consent::Given),
            Ok(Some(false)) => Ok(Consent::Withdrawn),
            Err(text) => Consent::parse(&text.to_ascii_lowercase()).map_err(|_| text),
        }
    }
}

impl DateValues<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Days(values) => values.len(),
            Self::Times(values) => values.len(),
        }
    }

    /// The day of a row; `None` where missing.
    pub(super) fn get(&self, row: usize, format: Option<&str>) -> Result<Option<Date>, Unreadable> {
        let of_time = |time: Time| {
            let (date, day) = (Date::of(time), time.micros().div_euclid(MICROS_PER_DAY));
            (i64::from(date.days()) == day).then_some(date)
        };
        match self {
            Self::Days(values) => {
                let is_there = |&day: &i32| Date::from_days(day).days() == day;
                values
                    .get(row)
                    .map(|day| Some(day).filter(is_there).map(Date::from_days).ok_or(day.to_string()))
                    .transpose()
            }
            Self::Times(TimeValues::Text(values)) => {
                let Some(text) = values.get(row).map(str::trim).filter(|text| !text.is_empty()) else {
                    return Ok(None);
                };
                let date = match format {
                    Some(format) => Time::parse_with(format, text).and_then(of_time),
                    None => Date::parse(text).ok(),
                };
                date.map(Some).ok_or_else(|| text.to_owned())
            }
            Self::Times(values) => match values.get(row, None) {
                Err(Cause::MissingTime) => Ok(None),
                time => time.ok().and_then(of_time).map(Some).ok_or_else(|| match values {
                    TimeValues::Int(values, _) => values.get(row).unwrap_or_default().to_string(),
                    TimeValues::Float(values, _) => values.get(row).unwrap_or_default().to_string(),
                    TimeValues::Text(values) | TimeValues::NumberText(values, _) => {
                        values.get(row).unwrap_or_default().to_owned()
                    }
                }),
            },
        }
    }
}

/// The number of a row; `None` where missing, as a frame says it with NaN.
pub(super) fn number(values: &NumberValues<'_>, row: usize) -> Result<Option<f64>, Unreadable> {
    if matches!(values, NumberValues::Float(values) if values.get(row).is_some_and(f64::is_nan)) {
        return Ok(None);
    }
    // Adding zero makes the two zeros one.
    values.get(row).map(|number| number.map(|number| number + 0.0)).map_err(|_| match values {
        NumberValues::Int(_) => String::new(),
        NumberValues::Float(values) => values.get(row).unwrap_or_default().to_string(),
        NumberValues::Text(values) => values.get(row).unwrap_or_default().to_owned(),
    })
}

impl FactValues<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Words(values) => values.len(),
            Self::Numbers(values) => values.len(),
            Self::Dates(values) => values.len(),
            Self::Flags(values) => values.len(),
        }
    }
}

/// Columns of the same rows, to be pushed into a [`CustomersBuilder`](crate::data::CustomersBuilder).
///
/// A row tells facts of one customer, and a customer may have several rows: one for each address, or attributes in one batch
/// and consents in another.
#[derive(Debug, Clone, Default)]
pub struct CustomersBatch<'a> {
    pub(super) n_rows: usize,
    pub(super) customer: Option<IdValues<'a>>,
    pub(super) attributes: Vec<(String, FactValues<'a>)>,
    pub(super) zone: Option<Values<'a, &'a str>>,
    pub(super) preferences: Vec<(String, TagValues<'a>)>,
    pub(super) consents: Vec<((String, String), FlagValues<'a>)>,
    /// Why rows already known to be unusable are so.
    pub(super) unusable: Vec<(usize, Cause)>,
    /// What is to be noted of rows that are taken.
    pub(super) notes: Vec<(usize, Note)>,
}

impl<'a> CustomersBatch<'a> {
    /// A batch of `n_rows` rows without columns.
    #[must_use]
    pub fn new(n_rows: usize) -> Self {
        Self { n_rows, ..Self::default() }
    }

    /// Sets the customers that the rows tell of.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's, [`IntakeError::BadCode`] when a code is not
    /// below the length of its dictionary.
    pub fn customers(mut self, values: IdValues<'a>) -> Result<Self> {
        self.same_length(Role::Customer.name(), values.len())?;
        values.check_codes(Role::Customer)?;
        self.customer = Some(values);
        Ok(self)
    }

    /// Adds an attribute, such as a city, a birthday, a loyalty level.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's; [`IntakeError::ReservedName`] for `customer`,
    /// `time_zone` and names that begin with `preference:` or `consent:`, which the table of customers has of its own.
    pub fn attribute(mut self, name: &str, values: FactValues<'a>) -> Result<Self> {
        let is_reserved = matches!(name, "" | "customer" | "time_zone");
        if is_reserved || name.starts_with("preference:") || name.starts_with("consent:") {
            let reserved = "customer, time_zone and what begins with preference: or consent:";
            return Err(IntakeError::ReservedName { column: name.to_owned(), reserved }.into());
        }
        self.same_length(name, values.len())?;
        self.attributes.push((name.to_owned(), values));
        Ok(self)
    }

    /// Sets the time zones, by the names of the IANA database, such as `Europe/Budapest`.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's.
    pub fn time_zones(mut self, values: Values<'a, &'a str>) -> Result<Self> {
        self.same_length("time_zone", values.len())?;
        self.zone = Some(values);
        Ok(self)
    }

    /// Adds what customers said that they like, of a kind such as `category` or `brand`, several in a row.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's, or its lists do not end where their words do;
    /// [`ParamError::EmptyText`] for a kind without a name.
    pub fn preferences(mut self, kind: &str, values: TagValues<'a>) -> Result<Self> {
        if kind.trim().is_empty() {
            return Err(ParamError::EmptyText { name: "preferences" }.into());
        }
        values.check("preferences", self.n_rows)?;
        self.preferences.push((kind.to_owned(), values));
        Ok(self)
    }

    /// Adds the consents to being written to on a channel for a purpose: yes where it was given, no where it was withdrawn,
    /// missing where nothing is known. Text may also be `given`, `withdrawn` or `unknown`.
    ///
    /// # Errors
    /// [`IntakeError::RaggedColumns`] when its length is not the batch's, [`ParamError::ConsentName`] for a channel or a
    /// purpose without a name, and for a channel with a `/` in it.
    pub fn consent(mut self, channel: &str, purpose: &str, values: FlagValues<'a>) -> Result<Self> {
        let pair = consent_key(channel, purpose)?;
        self.same_length("consent", values.len())?;
        self.consents.push((pair, values));
        Ok(self)
    }

    fn same_length(&self, role: &str, found: usize) -> Result<()> {
        if found == self.n_rows {
            return Ok(());
        }
        Err(IntakeError::RaggedColumns { role: role.to_owned(), expected: self.n_rows, found }.into())
    }
}

/// A channel and a purpose, if they make a name from which both can be told again.
pub(super) fn consent_key(channel: &str, purpose: &str) -> Result<(String, String), ParamError> {
    let name = format!("{channel}/{purpose}");
    let (read_channel, read_purpose) = Consent::channel_and_purpose(&name)?;
    if read_channel != channel.trim() {
        return Err(ParamError::ConsentName { value: name });
    }
    Ok((read_channel.to_owned(), read_purpose.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::TimeUnit;

    fn texts<'a>(values: &[&'a str]) -> Values<'a, &'a str> {
        Values::new(values.to_vec())
    }

    #[test]
    fn flags_are_read_from_words_and_numbers_and_consents_by_name_too() {
        let words = ["yes", "Y", "TRUE", "t", "1", "no", "n", "False", "F", "0", "", " ", "ja", "given"];
        let flags = FlagValues::Text(texts(&words));
        let read: Vec<_> = (0..words.len()).map(|row| flags.get(row)).collect();
        assert!(read[..5].iter().all(|flag| *flag == Ok(Some(true))));
        assert!(read[5..10].iter().all(|flag| *flag == Ok(Some(false))));
        assert_eq!(read[10..], [Ok(None), Ok(None), Err("ja".to_owned()), Err("given".to_owned())]);
        assert_eq!(flags.consent(13), Ok(Consent::Given));
        assert_eq!(flags.consent(12), Err("ja".to_owned()));
        assert_eq!(
            (flags.consent(0), flags.consent(5), flags.consent(10)),
            (Ok(Consent::Given), Ok(Consent::Withdrawn), Ok(Consent::Unknown))
        );
        let numbers = FlagValues::Number(NumberValues::Float(Values::new(&[1.0, 0.0, f64::NAN, 2.0][..])));
        let read: Vec<_> = (0..4).map(|row| numbers.get(row)).collect();
        assert_eq!(read, [Ok(Some(true)), Ok(Some(false)), Ok(None), Err("2".to_owned())]);
    }

    #[test]
    fn days_are_read_from_text_days_and_instants() {
        let read = |values: DateValues<'_>, format| {
            (0..values.len())
                .map(|row| values.get(row, format).map(|date| date.map(Date::days)))
                .collect::<Vec<_>>()
        };
        let text = || {
            DateValues::Times(TimeValues::Text(texts(&[
                "1970-01-02",
                "",
                "2.1.1970",
                "1970-01-02T00:30:00+02:00",
            ])))
        };
        assert_eq!(read(text(), None), [Ok(Some(1)), Ok(None), Err("2.1.1970".to_owned()), Ok(Some(1))]);
        assert_eq!(read(text(), Some("%d.%m.%Y"))[2], Ok(Some(1)));
        let days = DateValues::Days(
            Values::with_validity(&[-1, 7, i32::MAX][..], &[true, false, true][..]).unwrap(),
        );
        assert_eq!(read(days, None), [Ok(Some(-1)), Ok(None), Err(i32::MAX.to_string())]);
        let times =
            DateValues::Times(TimeValues::Int(Values::new(&[-1, 86_400, i64::MAX][..]), TimeUnit::Second));
        assert_eq!(read(times, None), [Ok(Some(-1)), Ok(Some(1)), Err(i64::MAX.to_string())]);
        let times = DateValues::Times(TimeValues::Float(
            Values::new(&[f64::NAN, 86_400_000.0][..]),
            TimeUnit::Millisecond,
        ));
        assert_eq!(read(times, None), [Ok(None), Ok(Some(1))]);
    }

    #[test]
    fn names_that_the_table_has_and_channels_with_a_slash_are_refused() {
        let column = || FactValues::Words(texts(&["x"]));
        for name in ["", "customer", "time_zone", "preference:brand", "consent:email/ads"] {
            let error = CustomersBatch::new(1).attribute(name, column()).unwrap_err();
            assert!(
                matches!(&error, crate::Error::Intake(IntakeError::ReservedName { column, .. }) if column == name),
                "{error}"
            );
        }
        assert!(CustomersBatch::new(2).attribute("city", column()).is_err());
        let flags = || FlagValues::Bool(Values::new(&[true][..]));
        assert!(CustomersBatch::new(1).consent("e/mail", "ads", flags()).is_err());
        assert!(CustomersBatch::new(1).consent("email", " ", flags()).is_err());
        assert!(CustomersBatch::new(1).consent("email", "ads/own", flags()).is_ok());
        assert!(CustomersBatch::new(2).consent("email", "ads", flags()).is_err());
        assert!(CustomersBatch::new(1).preferences(" ", TagValues::Joined(texts(&["x"]))).is_err());
        assert!(CustomersBatch::new(2).preferences("brand", TagValues::Joined(texts(&["x"]))).is_err());
    }
}
