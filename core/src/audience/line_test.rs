//! Tests of kept columns, line by line or event by event.

use crate::audience::ColumnTest;
use crate::audience::item_choice::{listed, unknown};
use crate::audience::value_test::{NumberTest, Subject, WordTest};
use crate::data::Attribute;
use crate::error::AudienceError;

/// Tests of kept columns made ready.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct LineTests(Vec<(usize, LineTest)>);

#[derive(Debug, Clone, PartialEq)]
enum LineTest {
    Words(WordTest),
    Numbers(NumberTest),
}

impl LineTests {
    pub(super) fn new(
        tests: &[ColumnTest],
        columns: &[(String, Attribute)],
        path: &str,
        note: &mut dyn FnMut(&str, String),
    ) -> Result<Self, AudienceError> {
        let ready = tests.iter().enumerate().map(|(place, test)| {
            let path = format!("{path}.columns[{place}]");
            let column = column(&test.name, columns, &format!("{path}.name"))?;
            let at = format!("{path}.test");
            let subject = Subject { path: &at, of: &test.name };
            let ready = match &columns[column].1 {
                Attribute::Category { words: of, .. } => {
                    LineTest::Words(subject.words(&test.test, of, &mut |word| {
                        note(&at, format!("no line has {} '{word}'", test.name));
                    })?)
                }
                Attribute::Number(_) => LineTest::Numbers(subject.numbers(&test.test)?),
            };
            Ok((column, ready))
        });
        ready.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a line passes all tests.
    pub(super) fn hold(&self, columns: &[(String, Attribute)], line: usize) -> bool {
        self.0.iter().all(|(column, test)| match (&columns[*column].1, test) {
            (Attribute::Category { codes, .. }, LineTest::Words(test)) => test.holds(codes[line]),
            (Attribute::Number(values), LineTest::Numbers(test)) => test.holds(values[line]),
            _ => false,
        })
    }
}

/// The place of a kept column.
fn column(name: &str, columns: &[(String, Attribute)], path: &str) -> Result<usize, AudienceError> {
    let names = || listed(columns.iter().map(|(name, _)| name.as_str()));
    columns
        .iter()
        .position(|(known, _)| known == name)
        .ok_or_else(|| unknown(path, "kept column", name, names()))
}

/// The place of a kept column of numbers.
pub(super) fn number_column(
    name: &str,
    columns: &[(String, Attribute)],
    path: &str,
) -> Result<usize, AudienceError> {
    let place = column(name, columns, path)?;
    match &columns[place].1 {
        Attribute::Number(_) => Ok(place),
        Attribute::Category { .. } => Err(AudienceError::IllTyped {
            path: path.to_owned(),
            of: name.to_owned(),
            holds: "words",
            test: "a sum, a mean or an extreme".to_owned(),
            allowed: "count them, or name a column of numbers",
        }),
    }
}

/// The numbers of a kept column that is known to hold them.
pub(super) fn numbers(columns: &[(String, Attribute)], place: usize) -> &[f64] {
    match &columns[place].1 {
        Attribute::Number(values) => values,
        Attribute::Category { .. } => &[],
    }
}
