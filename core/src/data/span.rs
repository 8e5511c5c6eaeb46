//! Spans of time, and sets of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::ParamError;
use crate::time::Time;

/// A span of time: from an instant on and before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "WrittenSpan", into = "WrittenSpan")]
pub struct Span {
    from: Time,
    to: Time,
}

impl Span {
    /// From an instant on and before another.
    ///
    /// # Errors
    /// [`ParamError::NotWith`] unless the second is the later one.
    pub fn new(from: Time, to: Time) -> Result<Self, ParamError> {
        if from < to {
            return Ok(Self { from, to });
        }
        Err(ParamError::NotWith { name: "from", allowed: "before to", with: "a span" })
    }

    /// The first instant.
    #[must_use]
    pub const fn from(self) -> Time {
        self.from
    }

    /// The first instant behind it.
    #[must_use]
    pub const fn to(self) -> Time {
        self.to
    }

    /// Whether an instant is in it.
    #[must_use]
    pub fn holds(self, time: Time) -> bool {
        self.from <= time && time < self.to
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.from, self.to)
    }
}

/// An instant as a text, or, beyond the calendar, as microseconds.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WrittenTime {
    Text(String),
    Micros(i64),
}

/// A span as JSON has it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSpan {
    from: WrittenTime,
    to: WrittenTime,
}

impl From<Time> for WrittenTime {
    fn from(time: Time) -> Self {
        let text = time.to_string();
        if Time::parse(&text) == Ok(time) { Self::Text(text) } else { Self::Micros(time.micros()) }
    }
}

impl WrittenTime {
    fn read(&self) -> Result<Time, ParamError> {
        match self {
            Self::Text(text) => Time::parse(text),
            Self::Micros(micros) => Ok(Time::from_micros(*micros)),
        }
    }
}

impl From<Span> for WrittenSpan {
    fn from(span: Span) -> Self {
        Self { from: span.from.into(), to: span.to.into() }
    }
}

impl TryFrom<WrittenSpan> for Span {
    type Error = ParamError;

    fn try_from(written: WrittenSpan) -> Result<Self, ParamError> {
        Self::new(written.from.read()?, written.to.read()?)
    }
}

/// The instants of some spans: sorted, with those that touch made one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Spans(Vec<Span>);

impl FromIterator<Span> for Spans {
    /// Sorts, unless they come sorted.
    fn from_iter<I: IntoIterator<Item = Span>>(spans: I) -> Self {
        let mut sorted: Vec<Span> = spans.into_iter().collect();
        sorted.sort_unstable();
        let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
        for span in sorted {
            match merged.last_mut() {
                Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
                _ => merged.push(span),
            }
        }
        Self(merged)
    }
}

impl Spans {
    /// Whether an instant is in one of them. Logarithmic in their number.
    pub(crate) fn holds(&self, time: Time) -> bool {
        let behind = self.0.partition_point(|span| span.from <= time);
        behind > 0 && self.0[behind - 1].holds(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_spans_holds_what_one_of_them_holds() {
        let span = |from, to| Span::new(Time::from_micros(from), Time::from_micros(to)).unwrap();
        let mut random = crate::random::Random::new(7, 0);
        let mut draw = |n: usize| i64::try_from(random.below(n)).unwrap();
        for n in 0..40 {
            // Nested, touching, equal and apart.
            let spans: Vec<Span> = (0..n)
                .map(|_| {
                    let from = draw(200);
                    span(from, from + 1 + draw(12))
                })
                .collect();
            let set: Spans = spans.iter().copied().collect();
            for time in (-1..215).map(Time::from_micros) {
                assert_eq!(set.holds(time), spans.iter().any(|span| span.holds(time)), "{spans:?} {time}");
            }
            assert!(set.0.windows(2).all(|both| both[0].to < both[1].from));
        }
        let whole: Spans = [span(i64::MIN, 0), span(0, i64::MAX)].into_iter().collect();
        assert_eq!(whole.0, [span(i64::MIN, i64::MAX)]);
        assert!(whole.holds(Time::from_micros(i64::MIN)) && !whole.holds(Time::from_micros(i64::MAX)));
    }
}
