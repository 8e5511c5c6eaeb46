//! Tests made ready for the values they meet: bounds of numbers, tables of words.

use crate::audience::{Scalar, Test};
use crate::data::{IdRef, Vocabulary};
use crate::error::AudienceError;
use crate::time::Date;

/// A test of numbers; NaN is a number that is not known.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NumberTest {
    /// Between bounds; either may be left out by an infinite one.
    Range {
        low: f64,
        without_low: bool,
        high: f64,
        without_high: bool,
    },
    OneOf(Vec<f64>),
    Known(bool),
}

impl NumberTest {
    pub(super) fn holds(&self, value: f64) -> bool {
        match self {
            // NaN is in no order with anything.
            &Self::Range { low, without_low, high, without_high } => {
                (if without_low { value > low } else { value >= low })
                    && (if without_high { value < high } else { value <= high })
            }
            Self::OneOf(values) => values.contains(&value),
            Self::Known(known) => value.is_nan() != *known,
        }
    }

    /// From which count on the test holds whatever comes, where there is one.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded before the cast")]
    pub(super) fn enough(&self) -> Option<usize> {
        match *self {
            Self::Range { low, without_low, high, .. } if high == f64::INFINITY && low.abs() < 1e15 => {
                let first = if without_low { low.floor() + 1.0 } else { low.ceil() };
                Some(first.max(0.0) as usize)
            }
            _ => None,
        }
    }
}

/// A test of words, by their code.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WordTest {
    passes: Vec<bool>,
    missing_passes: bool,
}

impl WordTest {
    pub(super) fn holds(&self, code: u32) -> bool {
        self.passes.get(code as usize).copied().unwrap_or(self.missing_passes)
    }
}

/// What a test is about, for errors: where it stands in the tree, and what it tests.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) path: &'a str,
    pub(super) of: &'a str,
}

impl Subject<'_> {
    fn refused(&self, holds: &'static str, test: &Test, allowed: &'static str) -> AudienceError {
        AudienceError::IllTyped {
            path: self.path.to_owned(),
            of: self.of.to_owned(),
            holds,
            test: test.to_string(),
            allowed,
        }
    }

    /// A test of numbers.
    pub(super) fn numbers(&self, test: &Test) -> Result<NumberTest, AudienceError> {
        const ALLOWED: &str =
            "numbers can be tested with is, in, above, at_least, below, at_most, between and known";
        self.ordered(test, ("numbers", ALLOWED), &|scalar| match *scalar {
            #[allow(clippy::cast_precision_loss, reason = "beyond 2^53 the nearest number is meant")]
            Scalar::Int(value) => Some(value as f64),
            Scalar::Number(value) if value.is_finite() => Some(value),
            _ => None,
        })
    }

    /// A test of a measure: where a number is counted and nothing said, at least 1.
    pub(super) fn measure(&self, test: Option<&Test>, is_count: bool) -> Result<NumberTest, AudienceError> {
        match test {
            Some(test) => self.numbers(test),
            None if is_count => self.numbers(&Test::AtLeast(Scalar::Int(1))),
            None => Err(AudienceError::OutOfRange {
                path: self.path.to_owned(),
                value: "none".to_owned(),
                allowed: "given, such as {\"at_least\": 10}, where something else than a number is measured",
            }),
        }
    }

    /// A test of dates, as numbers of days since 1970-01-01.
    pub(super) fn dates(&self, test: &Test) -> Result<NumberTest, AudienceError> {
        const ALLOWED: &str = "dates such as '2026-11-26' can be tested with is, in, above, at_least, below, at_most, between and known";
        self.ordered(test, ("dates", ALLOWED), &|scalar| match scalar {
            Scalar::Text(text) => Date::parse(text).ok().map(|date| f64::from(date.days())),
            _ => None,
        })
    }

    /// A test of yes or no, as 1 and 0.
    pub(super) fn flags(&self, test: &Test) -> Result<NumberTest, AudienceError> {
        const ALLOWED: &str = "flags can be tested with is and known";
        match test {
            Test::Is(_) | Test::Known(_) => {
                self.ordered(test, ("true or false", ALLOWED), &|scalar| match scalar {
                    Scalar::Flag(flag) => Some(f64::from(u8::from(*flag))),
                    _ => None,
                })
            }
            _ => Err(self.refused("true or false", test, ALLOWED)),
        }
    }

    fn ordered(
        &self,
        test: &Test,
        (holds, allowed): (&'static str, &'static str),
        read: &dyn Fn(&Scalar) -> Option<f64>,
    ) -> Result<NumberTest, AudienceError> {
        let number = |scalar| read(scalar).ok_or_else(|| self.refused(holds, test, allowed));
        let range = |low, without_low, high, without_high| {
            Ok(NumberTest::Range { low, without_low, high, without_high })
        };
        let (least, most) = (f64::NEG_INFINITY, f64::INFINITY);
        match test {
            Test::Is(value) => Ok(NumberTest::OneOf(vec![number(value)?])),
            Test::In(values) => values.iter().map(number).collect::<Result<_, _>>().map(NumberTest::OneOf),
            Test::Above(value) => range(number(value)?, true, most, false),
            Test::AtLeast(value) => range(number(value)?, false, most, false),
            Test::Below(value) => range(least, false, number(value)?, true),
            Test::AtMost(value) => range(least, false, number(value)?, false),
            Test::Between(low, high) => {
                let (low_value, high_value) = (number(low)?, number(high)?);
                if low_value > high_value {
                    return Err(AudienceError::OutOfRange {
                        path: self.path.to_owned(),
                        value: format!("{low} and {high}"),
                        allowed: "the lower bound first",
                    });
                }
                range(low_value, false, high_value, false)
            }
            Test::Known(known) => Ok(NumberTest::Known(*known)),
            Test::StartsWith(_) | Test::Contains(_) => Err(self.refused(holds, test, allowed)),
        }
    }

    /// A test of words; a word that none has is told to `absent`.
    pub(super) fn words(
        &self,
        test: &Test,
        words: &(impl WordList + ?Sized),
        absent: &mut dyn FnMut(&str),
    ) -> Result<WordTest, AudienceError> {
        const ALLOWED: &str = "words can be tested with is, in, starts_with, contains and known";
        let refused = || self.refused("words", test, ALLOWED);
        let mut passing = |values: &[Scalar]| -> Result<Vec<bool>, AudienceError> {
            let mut passes = vec![false; words.n_words()];
            for value in values {
                let Scalar::Text(text) = value else { return Err(refused()) };
                match words.code_of(text) {
                    Some(code) => passes[code] = true,
                    None => absent(text),
                }
            }
            Ok(passes)
        };
        let each = |pass: &dyn Fn(&str) -> bool| {
            (0..words.n_words()).map(|code| pass(words.word_at(code))).collect()
        };
        let passes = match test {
            Test::Is(value) => passing(std::slice::from_ref(value))?,
            Test::In(values) => passing(values)?,
            Test::StartsWith(text) => each(&|word| word.starts_with(text)),
            Test::Contains(text) => each(&|word| word.contains(text)),
            Test::Known(known) => vec![*known; words.n_words()],
            _ => return Err(refused()),
        };
        Ok(WordTest { passes, missing_passes: *test == Test::Known(false) })
    }
}

/// Words by code.
pub(super) trait WordList {
    fn n_words(&self) -> usize;
    fn word_at(&self, code: usize) -> &str;
    fn code_of(&self, word: &str) -> Option<usize>;
}

impl WordList for Vocabulary {
    fn n_words(&self) -> usize {
        self.len()
    }

    fn word_at(&self, code: usize) -> &str {
        match self.get(code) {
            IdRef::Str(word) => word,
            IdRef::Int(_) => "",
        }
    }

    fn code_of(&self, word: &str) -> Option<usize> {
        self.position(IdRef::Str(word))
    }
}

/// A few words in no order.
impl WordList for [String] {
    fn n_words(&self) -> usize {
        self.len()
    }

    fn word_at(&self, code: usize) -> &str {
        &self[code]
    }

    fn code_of(&self, word: &str) -> Option<usize> {
        self.iter().position(|known| known == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(test: &Test) -> NumberTest {
        Subject { path: ".", of: "age" }.numbers(test).unwrap()
    }

    #[test]
    fn bounds_are_included_where_they_say_so_and_unknown_numbers_pass_nothing() {
        for (test, holds) in [
            (Test::Is(2.into()), [false, true, false]),
            (Test::In(vec![1.into(), 3.into()]), [true, false, true]),
            (Test::Above(2.into()), [false, false, true]),
            (Test::AtLeast(2.into()), [false, true, true]),
            (Test::Below(2.into()), [true, false, false]),
            (Test::AtMost(2.0.into()), [true, true, false]),
            (Test::Between(2.into(), 3.into()), [false, true, true]),
            (Test::Known(true), [true; 3]),
        ] {
            assert_eq!([1.0, 2.0, 3.0].map(|value| number(&test).holds(value)), holds, "{test}");
            assert!(!number(&test).holds(f64::NAN), "{test}");
        }
        assert!(number(&Test::Known(false)).holds(f64::NAN));
    }

    #[test]
    fn enough_is_the_least_count_that_passes() {
        assert_eq!(number(&Test::AtLeast(3.into())).enough(), Some(3));
        assert_eq!(number(&Test::AtLeast(2.5.into())).enough(), Some(3));
        assert_eq!(number(&Test::Above(3.into())).enough(), Some(4));
        assert_eq!(number(&Test::Above((-1).into())).enough(), Some(0));
        assert_eq!(number(&Test::AtMost(3.into())).enough(), None);
    }

    #[test]
    fn a_test_of_another_type_is_refused_with_the_place_and_what_is_allowed() {
        let subject = Subject { path: "and[1].attribute.test", of: "age" };
        let error = subject.numbers(&Test::Above("old".into())).unwrap_err().to_string();
        assert_eq!(
            error,
            "audience at and[1].attribute.test: age holds numbers, and cannot be tested for above 'old'; numbers can be \
             tested with is, in, above, at_least, below, at_most, between and known"
        );
        assert!(subject.dates(&Test::Is("yesterday".into())).is_err());
        assert!(subject.flags(&Test::Above(true.into())).is_err());
        assert!(subject.words(&Test::Is(1.into()), &["a".to_owned()][..], &mut |_| ()).is_err());
        assert!(subject.numbers(&Test::Between(3.into(), 2.into())).is_err());
    }
}
