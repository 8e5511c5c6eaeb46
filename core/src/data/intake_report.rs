//! What became of every row of an input: taken, or set aside and why.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Serialize, Serializer};

/// How many row numbers a [`Finding`] remembers.
const FIRST_ROWS: usize = 5;

/// How many values that could not be read a [`Finding`] remembers, and how much of each.
const EXAMPLES: usize = 3;
const EXAMPLE_LENGTH: usize = 40;

/// Why a row was set aside. A row with several faults is counted once, under the first of this list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The row of a CSV file has more or fewer fields than the header.
    FieldCount,
    /// A field that is needed is not UTF-8.
    NotUtf8,
    /// The order id is missing.
    MissingOrder,
    /// The kind of an event is missing.
    MissingKind,
    /// The word is none of the kinds of events.
    UnknownKind,
    /// The item id is missing.
    MissingItem,
    /// The customer id is missing.
    MissingCustomer,
    /// An id that was to be an integer is none.
    IdNotInteger,
    /// Neither the session nor the customer of an event is told.
    NobodyKnown,
    /// The time is missing.
    MissingTime,
    /// The time cannot be read.
    BadTime,
    /// The line or event is later than the instant up to which they are taken.
    Future,
    /// The quantity is missing.
    MissingQuantity,
    /// The price or amount is missing.
    MissingPrice,
    /// The quantity, price or amount (of an event the quantity, position or propensity) is no number.
    BadNumber,
    /// The quantity, price or amount (of an event the quantity, position or propensity) is NaN or infinite.
    NotFinite,
    /// The quantity, price or amount, or their product, is beyond 9.2 trillion.
    TooLarge,
    /// The quantity is zero.
    ZeroQuantity,
    /// The quantity of an event is negative.
    NegativeQuantity,
    /// The position is no whole number from 0.
    BadPosition,
    /// The propensity is not above 0 and at most 1.
    BadPropensity,
    /// The price is negative, or the amount and the quantity have opposite signs.
    NegativePrice,
    /// A return, where returns are dropped.
    Return,
    /// The same line came before in the same order, where duplicates are dropped.
    DuplicateLine,
    /// An event equal in every column is in the log already; one that names no customer is equal to one of its session that
    /// does.
    DuplicateEvent,
    /// The order, by id and customer, is in the log already.
    RepeatedOrder,
    /// A basket without items.
    EmptyBasket,
    /// A level of a category path has the separator of paths in it.
    SeparatorInLevel,
}

impl Cause {
    /// A short name, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FieldCount => "field_count",
            Self::NotUtf8 => "not_utf8",
            Self::MissingOrder => "missing_order",
            Self::MissingKind => "missing_kind",
            Self::UnknownKind => "unknown_kind",
            Self::MissingItem => "missing_item",
            Self::MissingCustomer => "missing_customer",
            Self::IdNotInteger => "id_not_integer",
            Self::NobodyKnown => "nobody_known",
            Self::MissingTime => "missing_time",
            Self::BadTime => "bad_time",
            Self::Future => "future",
            Self::MissingQuantity => "missing_quantity",
            Self::MissingPrice => "missing_price",
            Self::BadNumber => "bad_number",
            Self::NotFinite => "not_finite",
            Self::TooLarge => "too_large",
            Self::ZeroQuantity => "zero_quantity",
            Self::NegativeQuantity => "negative_quantity",
            Self::BadPosition => "bad_position",
            Self::BadPropensity => "bad_propensity",
            Self::NegativePrice => "negative_price",
            Self::Return => "return",
            Self::DuplicateLine => "duplicate_line",
            Self::DuplicateEvent => "duplicate_event",
            Self::RepeatedOrder => "repeated_order",
            Self::EmptyBasket => "empty_basket",
            Self::SeparatorInLevel => "separator_in_level",
        }
    }

    /// The cause in words.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::FieldCount => "more or fewer fields than the header",
            Self::NotUtf8 => "text that is not UTF-8",
            Self::MissingOrder => "order id missing",
            Self::MissingKind => "kind missing",
            Self::UnknownKind => "kind that is not known (name it in kinds)",
            Self::MissingItem => "item id missing",
            Self::MissingCustomer => "customer id missing",
            Self::IdNotInteger => "id that is no integer",
            Self::NobodyKnown => "neither session nor customer",
            Self::MissingTime => "time missing",
            Self::BadTime => "time not readable",
            Self::Future => "later than rows are taken (until)",
            Self::MissingQuantity => "quantity missing",
            Self::MissingPrice => "price or amount missing",
            Self::BadNumber => "text that is no number",
            Self::NotFinite => "number NaN or infinite",
            Self::TooLarge => "quantity, price or amount too large",
            Self::ZeroQuantity => "quantity zero",
            Self::NegativeQuantity => "quantity negative",
            Self::BadPosition => "position that is no whole number from 0",
            Self::BadPropensity => "propensity not above 0 and at most 1",
            Self::NegativePrice => "price negative",
            Self::Return => "return (dropped as asked)",
            Self::DuplicateLine => "duplicate of a line in the same order",
            Self::DuplicateEvent => "duplicate of another event",
            Self::RepeatedOrder => "order that the log has already",
            Self::EmptyBasket => "basket without items",
            Self::SeparatorInLevel => "category level with the separator in it (choose another separator)",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

impl Serialize for Cause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// What is worth knowing of the rows that were taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Note {
    /// Rows without a customer: they count for baskets, not for customers.
    NoCustomer,
    /// Rows whose ids came as floating-point numbers and were read as integers.
    FloatIds,
    /// Rows with a quoted field over several lines: where that is not meant, a quote is missing and swallowed rows.
    SeveralLines,
    /// Rows of which a kept word is not UTF-8 and was left out.
    WordNotUtf8,
    /// Orders whose id more than one customer uses: each customer's lines are an order of their own.
    SharedOrderIds,
    /// Orders of which some lines have a customer and others have none: the two are taken apart.
    PartlyAnonymous,
    /// Lines or events removed because their customer, or session, was forgotten.
    Forgotten,
    /// Lines, events or customers that belong to another customer since theirs was joined into that one.
    Merged,
    /// Events that came behind a later one of the same session, or of the same customer: they are sorted.
    OutOfOrder,
    /// Sessions of which nobody knows the customer.
    AnonymousSessions,
    /// Sessions whose id more than one customer uses: each customer's events are a session of their own.
    SharedSessionIds,
    /// Events without a customer in a session with one, whose they are taken to be.
    InferredCustomers,
    /// Events that got a customer by linking their session.
    Linked,
    /// Rows of a catalogue with an empty level above a level that is not: the levels below it move up.
    EmptyLevel,
    /// Baskets with an empty item id among others, which is left out.
    EmptyItem,
    /// Items of a catalogue without a category.
    NoCategory,
    /// Items of a catalogue with more than one name: the first by bytes stays.
    SeveralNames,
    /// Items of a catalogue with more than one value of a fact: the first word by bytes stays, or the smallest number.
    SeveralValues,
    /// Customers with more than one value of an attribute, or several time zones: the first word by bytes stays, the smallest
    /// number, the earliest day, the flag `false`.
    SeveralFacts,
    /// Customers who gave a consent in one row and withdrew it in another: it is withdrawn.
    MixedConsent,
    /// Values of attributes that cannot be read as what they were to be, and are left out; each counts.
    UnreadableValue,
    /// Rows with a time zone that the IANA database does not have, and that is left out.
    UnknownZone,
    /// Consents that cannot be read: they are taken as withdrawn; each counts.
    UnreadableConsent,
}

impl Note {
    /// A short name, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoCustomer => "no_customer",
            Self::FloatIds => "float_ids",
            Self::SeveralLines => "several_lines",
            Self::WordNotUtf8 => "word_not_utf8",
            Self::SharedOrderIds => "shared_order_ids",
            Self::PartlyAnonymous => "partly_anonymous",
            Self::Forgotten => "forgotten",
            Self::Merged => "merged",
            Self::OutOfOrder => "out_of_order",
            Self::AnonymousSessions => "anonymous_sessions",
            Self::SharedSessionIds => "shared_session_ids",
            Self::InferredCustomers => "inferred_customers",
            Self::Linked => "linked",
            Self::EmptyLevel => "empty_level",
            Self::EmptyItem => "empty_item",
            Self::NoCategory => "no_category",
            Self::SeveralNames => "several_names",
            Self::SeveralValues => "several_values",
            Self::SeveralFacts => "several_facts",
            Self::MixedConsent => "mixed_consent",
            Self::UnreadableValue => "unreadable_value",
            Self::UnknownZone => "unknown_zone",
            Self::UnreadableConsent => "unreadable_consent",
        }
    }

    /// The note in words.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NoCustomer => "without a customer (count for baskets only)",
            Self::FloatIds => "with a floating-point id, read as an integer",
            Self::SeveralLines => "with a quoted field over several lines (is a quote missing?)",
            Self::WordNotUtf8 => "with a kept word that is not UTF-8, left out",
            Self::SharedOrderIds => "orders whose id several customers use, taken apart",
            Self::PartlyAnonymous => "orders with and without a customer on their lines, taken apart",
            Self::Forgotten => "removed, as forgotten",
            Self::Merged => "of a customer who was joined into another, now theirs",
            Self::OutOfOrder => "behind a later event of the same session or customer, sorted",
            Self::AnonymousSessions => "sessions without a customer",
            Self::SharedSessionIds => "sessions whose id several customers use, taken apart",
            Self::InferredCustomers => "events without a customer in a session with one, taken as theirs",
            Self::Linked => "events that got a customer by a link",
            Self::EmptyLevel => "with an empty category level, left out",
            Self::EmptyItem => "with an empty item id, left out",
            Self::NoCategory => "items without a category",
            Self::SeveralNames => "items with several names, of which the first in order stays",
            Self::SeveralValues => "items with several values of a fact, of which the first in order stays",
            Self::SeveralFacts => {
                "customers with several values of a fact, of which the first in order stays"
            }
            Self::MixedConsent => "customers who gave a consent and withdrew it, taken as withdrawn",
            Self::UnreadableValue => "values of attributes that cannot be read, left out",
            Self::UnknownZone => "with a time zone that is not known, left out",
            Self::UnreadableConsent => "consents that cannot be read, taken as withdrawn",
        }
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// How often something was found, and where first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Finding {
    /// How often.
    pub count: u64,
    /// The first row numbers, from 0, the header not counted; empty where rows have no number.
    pub first_rows: Vec<u64>,
    /// The first ids concerned where rows have no number, or the first texts that could not be read.
    pub examples: Vec<String>,
}

/// What became of every row: `rows == taken + the sum of set_aside`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct IntakeReport {
    rows: u64,
    taken: u64,
    set_aside: BTreeMap<Cause, Finding>,
    notes: BTreeMap<Note, Finding>,
}

impl IntakeReport {
    /// A report of rows all taken.
    pub(crate) fn all_taken(rows: u64) -> Self {
        Self { rows, taken: rows, ..Self::default() }
    }

    /// The number of rows read.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The number of rows taken into the log.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Rows set aside, by cause.
    #[must_use]
    pub fn set_aside(&self) -> &BTreeMap<Cause, Finding> {
        &self.set_aside
    }

    /// What is worth knowing of the rows taken.
    #[must_use]
    pub fn notes(&self) -> &BTreeMap<Note, Finding> {
        &self.notes
    }

    /// A sentence where hardly anything came of the input: no row was read or taken, or more were set aside than taken; it
    /// tells the most frequent cause and its count. `None` otherwise.
    ///
    /// ```
    /// let log = kosar::OrderLog::from_baskets([vec!["tea"], vec![], vec![]])?;
    /// assert_eq!(
    ///     log.report().warning().unwrap(),
    ///     "2 of 3 rows were set aside; the main cause, of 2: basket without items"
    /// );
    /// # Ok::<(), kosar::Error>(())
    /// ```
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        if self.rows == 0 {
            return Some("the input has no rows".to_owned());
        }
        let aside = self.rows - self.taken;
        if aside <= self.taken {
            return None;
        }
        // Of causes as frequent as each other the first.
        let main = self.set_aside.iter().rev().max_by_key(|(_, finding)| finding.count);
        let (cause, finding) = main?;
        let of = if self.taken == 0 { "all".to_owned() } else { format!("{aside} of") };
        Some(format!("{of} {} rows were set aside; the main cause, of {}: {cause}", self.rows, finding.count))
    }

    pub(crate) fn take(&mut self, rows: u64) {
        self.rows += rows;
        self.taken += rows;
    }

    pub(crate) fn set_row_aside(&mut self, cause: Cause, row: u64, value: Option<&str>) {
        self.rows += 1;
        let finding = self.set_aside.entry(cause).or_default();
        finding.add(row);
        if let Some(value) = value {
            finding.show(value);
        }
    }

    /// Moves a row that was counted as taken.
    pub(crate) fn set_taken_row_aside(&mut self, cause: Cause, row: u64) {
        self.taken -= 1;
        self.set_aside.entry(cause).or_default().add(row);
    }

    pub(crate) fn set_lines_aside(&mut self, cause: Cause, lines: u64, example: Option<String>) {
        self.rows += lines;
        let finding = self.set_aside.entry(cause).or_default();
        finding.count += lines;
        if finding.examples.len() < FIRST_ROWS {
            finding.examples.extend(example);
        }
    }

    pub(crate) fn note_row(&mut self, note: Note, row: u64) {
        self.notes.entry(note).or_default().add(row);
    }

    /// Notes something of a row, and the text in it that it is about.
    pub(crate) fn note_text(&mut self, note: Note, row: u64, text: &str) {
        let finding = self.notes.entry(note).or_default();
        finding.add(row);
        finding.show(text);
    }

    /// Takes a note of a row back.
    pub(crate) fn unnote_row(&mut self, note: Note, row: u64) {
        if let Some(finding) = self.notes.get_mut(&note) {
            finding.count -= 1;
            finding.first_rows.retain(|&first| first != row);
            if finding.count == 0 {
                self.notes.remove(&note);
            }
        }
    }

    /// Notes something of an id.
    pub(crate) fn note_id(&mut self, note: Note, id: String) {
        let finding = self.notes.entry(note).or_default();
        finding.count += 1;
        if finding.examples.len() < FIRST_ROWS {
            finding.examples.push(id);
        }
    }

    pub(crate) fn note_count(&mut self, note: Note, count: u64) {
        if count > 0 {
            self.notes.entry(note).or_default().count += count;
        }
    }
}

impl Finding {
    fn add(&mut self, row: u64) {
        self.count += 1;
        if self.first_rows.len() < FIRST_ROWS {
            self.first_rows.push(row);
        }
    }

    fn show(&mut self, text: &str) {
        if self.examples.len() < EXAMPLES {
            self.examples.push(text.chars().take(EXAMPLE_LENGTH).collect());
        }
    }
}

impl fmt::Display for IntakeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows read, {} taken", self.rows, self.taken)?;
        for (cause, finding) in &self.set_aside {
            write!(f, "\n  set aside: {} {}{}", finding.count, cause.sentence(), Where(finding))?;
        }
        for (note, finding) in &self.notes {
            write!(f, "\n  note: {} {}{}", finding.count, note.sentence(), Where(finding))?;
        }
        Ok(())
    }
}

struct Where<'a>(&'a Finding);

impl fmt::Display for Where<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { count, first_rows, examples } = self.0;
        let more = |shown: usize| if *count > shown as u64 { ", ..." } else { "" };
        if first_rows.is_empty() {
            return match examples.as_slice() {
                [] => Ok(()),
                ids => write!(f, " (ids {}{})", ids.join(", "), more(ids.len())),
            };
        }
        let rows = first_rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        write!(f, " (rows {rows}{}", more(first_rows.len()))?;
        if let Some(value) = examples.first() {
            write!(f, "; such as '{value}'")?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_accounted_for() {
        let mut report = IntakeReport::default();
        report.take(10);
        (0..7).for_each(|row| report.set_row_aside(Cause::ZeroQuantity, row * 2, None));
        report.set_taken_row_aside(Cause::DuplicateLine, 3);
        let aside: u64 = report.set_aside().values().map(|finding| finding.count).sum();
        assert_eq!(report.rows(), report.taken() + aside);
        assert_eq!(report.set_aside()[&Cause::ZeroQuantity].first_rows, [0, 2, 4, 6, 8]);
    }

    #[test]
    fn an_input_of_which_little_is_taken_is_warned_of_with_the_main_cause() {
        let report = |taken: u64, causes: &[Cause]| {
            let mut report = IntakeReport::default();
            report.take(taken);
            causes.iter().for_each(|&cause| report.set_row_aside(cause, 0, None));
            report.warning()
        };
        let causes = [Cause::ZeroQuantity, Cause::BadTime, Cause::ZeroQuantity];
        assert_eq!(report(3, &causes), None);
        assert_eq!(
            report(2, &causes).unwrap(),
            "3 of 5 rows were set aside; the main cause, of 2: quantity zero"
        );
        assert_eq!(
            report(0, &causes[..2]).unwrap(),
            "all 2 rows were set aside; the main cause, of 1: time not readable"
        );
        assert_eq!(report(0, &[]).unwrap(), "the input has no rows");
    }

    #[test]
    fn the_report_reads_as_sentences() {
        let mut report = IntakeReport::default();
        report.take(2);
        report.set_row_aside(Cause::BadTime, 1, Some("soon"));
        report.note_row(Note::NoCustomer, 0);
        assert_eq!(
            report.to_string(),
            "3 rows read, 2 taken\n  set aside: 1 time not readable (rows 1; such as 'soon')\n  \
             note: 1 without a customer (count for baskets only) (rows 0)"
        );
    }
}
