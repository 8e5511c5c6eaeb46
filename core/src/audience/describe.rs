//! Conditions in words.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

use crate::audience::{
    Condition, ConsentState, End, EventCondition, EventCount, EventMeasure, EventValue, Items, LineValue,
    LocalTimes, NotBought, OrderCondition, OrderCount, OrderMeasure, RfmFigure, Scalar, SessionCondition,
    SessionMeasure, Test, Weekday, Window,
};
use crate::data::EventKind;

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(children) if children.is_empty() => f.write_str("everybody"),
            Self::Or(children) if children.is_empty() => f.write_str("nobody"),
            Self::And(children) => joined(f, children, "; and "),
            Self::Or(children) => joined(f, children, "; or "),
            Self::Not(child) => write!(f, "not ({child})"),
            Self::Audience(name) => write!(f, "in the audience '{name}'"),
            Self::Attribute(of) => write!(f, "{} {}", of.name, of.test),
            Self::Age(of) if of.of == "birthday" => write!(f, "age {}", of.test),
            Self::Age(of) => write!(f, "years since {} {}", of.of, of.test),
            Self::Anniversary(of) if of.next_days == 1 => write!(f, "{} today", of.of),
            Self::Anniversary(of) => write!(f, "{} in the next {} days", of.of, of.next_days),
            Self::Consent(of) => {
                let state = match of.state {
                    ConsentState::Given => "given",
                    ConsentState::Withdrawn => "withdrawn",
                    ConsentState::Unknown => "unknown",
                };
                write!(f, "consent to {} for {} {state}", of.channel, of.purpose)
            }
            Self::Preference(of) => write!(f, "a preferred {} {}", of.kind, of.test),
            Self::Orders(of) => of.fmt(f),
            Self::Events(of) => of.fmt(f),
            Self::Sessions(of) => of.fmt(f),
            Self::Segment(test) => write!(f, "segment {test}"),
            Self::Rfm(of) => write!(f, "{} {}", of.of.name(), of.test),
            Self::Stage(test) => write!(f, "stage {test}"),
            Self::Cluster(test) => write!(f, "cluster {test}"),
            Self::Affinity(of) => write!(f, "affinity to {} '{}' {}", of.facet, of.value, of.test),
            Self::Value(of) => write!(f, "{} {}", of.name, of.test),
        }
    }
}

/// Conditions of another kind inside stand in brackets.
fn joined(f: &mut Formatter<'_>, children: &[Condition], between: &str) -> fmt::Result {
    for (place, child) in children.iter().enumerate() {
        if place > 0 {
            f.write_str(between)?;
        }
        match child {
            Condition::And(_) | Condition::Or(_) if children.len() > 1 => write!(f, "({child})")?,
            _ => child.fmt(f)?,
        }
    }
    Ok(())
}

fn listed<T: Display>(f: &mut Formatter<'_>, values: &[T]) -> fmt::Result {
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        value.fmt(f)?;
    }
    Ok(())
}

fn quoted(f: &mut Formatter<'_>, words: &[String]) -> fmt::Result {
    listed(f, &words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>())
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(value) => write!(f, "is {value}"),
            Self::In(values) => {
                f.write_str("is one of ")?;
                listed(f, values)
            }
            Self::Above(value) => write!(f, "above {value}"),
            Self::AtLeast(value) => write!(f, "at least {value}"),
            Self::Below(value) => write!(f, "below {value}"),
            Self::AtMost(value) => write!(f, "at most {value}"),
            Self::Between(low, high) => write!(f, "from {low} to {high}"),
            Self::StartsWith(text) => write!(f, "begins with '{text}'"),
            Self::Contains(text) => write!(f, "contains '{text}'"),
            Self::Known(true) => f.write_str("known"),
            Self::Known(false) => f.write_str("unknown"),
        }
    }
}

/// The test of a measure; where nothing is said at least 1.
fn said(test: Option<&Test>) -> Cow<'_, Test> {
    test.map_or(Cow::Owned(Test::AtLeast(Scalar::Int(1))), Cow::Borrowed)
}

impl Test {
    /// How many of something, by its name for one and for many: `at least 3 orders`, `exactly 1 order`.
    fn of(&self, (one, many): (&str, &str), f: &mut Formatter<'_>) -> fmt::Result {
        let noun = |value: &Scalar| if *value == Scalar::Int(1) { one } else { many };
        match self {
            Self::Is(value) => write!(f, "exactly {value} {}", noun(value)),
            Self::Above(value) => write!(f, "more than {value} {}", noun(value)),
            Self::Below(value) => write!(f, "fewer than {value} {}", noun(value)),
            Self::AtLeast(value) | Self::AtMost(value) => write!(f, "{self} {}", noun(value)),
            Self::Between(low, high) => write!(f, "from {low} to {high} {many}"),
            Self::Known(true) => write!(f, "a known number of {many}"),
            Self::Known(false) => write!(f, "an unknown number of {many}"),
            _ => write!(f, "a number of {many} that {self}"),
        }
    }
}

impl Display for OrderCondition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let test = said(self.test.as_ref());
        let what = |value: &LineValue| match value {
            LineValue::Amount => "spent".to_owned(),
            LineValue::Quantity => "quantity".to_owned(),
            LineValue::Column(name) => name.clone(),
        };
        let of = match &self.measure {
            OrderMeasure::Count(count) => {
                let noun = match count {
                    OrderCount::Orders => ("order", "orders"),
                    OrderCount::Lines => ("order line", "order lines"),
                    OrderCount::Items => ("ordered item", "ordered items"),
                    OrderCount::Days => ("day with orders", "days with orders"),
                };
                test.of(noun, f)?;
                None
            }
            OrderMeasure::Sum(value) => Some(format!("total {} of orders", what(value))),
            OrderMeasure::Avg(value) => Some(format!("mean {} of an order", what(value))),
            OrderMeasure::Min(value) => Some(format!("smallest {} of an order", what(value))),
            OrderMeasure::Max(value) => Some(format!("largest {} of an order", what(value))),
            OrderMeasure::DaysSince(end) => Some(format!("days since the {} order", end.word())),
        };
        of.iter().try_for_each(|of| f.write_str(of))?;
        if let Some(items) = &self.items {
            write!(f, " of items {items}")?;
        }
        for column in &self.columns {
            write!(f, " with {} {}", column.name, column.test)?;
        }
        self.window.iter().try_for_each(|window| write!(f, " {window}"))?;
        self.at.iter().try_for_each(|at| at.fmt(f))?;
        of.iter().try_for_each(|_| write!(f, " {test}"))
    }
}

impl Display for EventCondition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let test = said(self.test.as_ref());
        let names = |kinds: &[EventKind]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join("/");
        let noun = match self.kinds.as_slice() {
            [kind @ (EventKind::View | EventKind::Search | EventKind::Purchase)] => kind.name().to_owned(),
            [] => "event".to_owned(),
            kinds => format!("{} event", names(kinds)),
        };
        let nouns = if noun == "search" { "searches".to_owned() } else { format!("{noun}s") };
        let what = |value: &EventValue| match value {
            EventValue::Quantity => "quantity".to_owned(),
            EventValue::Column(name) => name.clone(),
        };
        let of = match &self.measure {
            EventMeasure::Count(EventCount::Events) => {
                test.of((&noun, &nouns), f)?;
                None
            }
            EventMeasure::Count(count) => {
                let counted = match count {
                    EventCount::Sessions => ("session", "sessions"),
                    EventCount::Items => ("item", "items"),
                    EventCount::Days | EventCount::Events => ("day", "days"),
                };
                test.of(counted, f)?;
                write!(f, " with {nouns}")?;
                None
            }
            EventMeasure::Sum(value) => Some(format!("total {} of {nouns}", what(value))),
            EventMeasure::Avg(value) => Some(format!("mean {} of {nouns}", what(value))),
            EventMeasure::Min(value) => Some(format!("smallest {} of {nouns}", what(value))),
            EventMeasure::Max(value) => Some(format!("largest {} of {nouns}", what(value))),
            EventMeasure::DaysSince(end) => Some(format!("days since the {} {noun}", end.word())),
        };
        of.iter().try_for_each(|of| f.write_str(of))?;
        if self.same_item {
            f.write_str(" of the same item")?;
        }
        if let Some(items) = &self.items {
            write!(f, " of items {items}")?;
        }
        for column in &self.columns {
            write!(f, " with {} {}", column.name, column.test)?;
        }
        if let Some(days) = self.within_days {
            write!(f, " within some {days} days")?;
        }
        self.window.iter().try_for_each(|window| write!(f, " {window}"))?;
        self.at.iter().try_for_each(|at| at.fmt(f))?;
        match self.not_bought {
            Some(NotBought::Since) => f.write_str(", not bought since")?,
            Some(NotBought::Ever) => f.write_str(", never bought")?,
            None => (),
        }
        of.iter().try_for_each(|_| write!(f, " {test}"))
    }
}

impl Display for SessionCondition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let test = said(self.test.as_ref());
        let names = |kinds: &[EventKind]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
        match self.measure {
            SessionMeasure::Count => test.of(("session", "sessions"), f)?,
            SessionMeasure::Share => f.write_str("share of sessions")?,
        }
        for (word, kinds) in [("with", &self.with), ("without", &self.without)] {
            if !kinds.is_empty() {
                write!(f, " {word} {}", names(kinds))?;
            }
        }
        if self.measure == SessionMeasure::Share {
            write!(f, " {test}")?;
        }
        self.window.iter().try_for_each(|window| write!(f, " {window}"))
    }
}

impl Display for Items {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let part = |f: &mut Formatter<'_>, part: &Self| match part {
            Self::And(_) | Self::Or(_) => write!(f, "({part})"),
            _ => part.fmt(f),
        };
        let nested = |f: &mut Formatter<'_>, parts: &[Self], between: &str| {
            for (place, one) in parts.iter().enumerate() {
                f.write_str(if place > 0 { between } else { "" })?;
                part(f, one)?;
            }
            Ok(())
        };
        match self {
            Self::Ids(ids) => listed(f, ids),
            Self::Category(paths) => {
                f.write_str("in ")?;
                quoted(f, paths)
            }
            Self::Brand(brands) => {
                f.write_str("of brand ")?;
                quoted(f, brands)
            }
            Self::Tag(tags) => {
                f.write_str("tagged ")?;
                quoted(f, tags)
            }
            Self::Attribute { name, values } => {
                write!(f, "with {name} ")?;
                quoted(f, values)
            }
            Self::Price { min, max } => match (min, max) {
                (Some(min), Some(max)) => write!(f, "priced {min} to {max}"),
                (Some(min), None) => write!(f, "priced {min} or more"),
                (None, Some(max)) => write!(f, "priced {max} or less"),
                (None, None) => f.write_str("with a price"),
            },
            Self::And(parts) => nested(f, parts, " and "),
            Self::Or(parts) => nested(f, parts, " or "),
            Self::Not(one) => {
                f.write_str("not ")?;
                part(f, one)
            }
        }
    }
}

impl Display for Window {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::LastDays(1) => f.write_str("in the last day"),
            Self::LastDays(days) => write!(f, "in the last {days} days"),
            Self::DaysAgo { from, to } => write!(f, "from {from} to {to} days ago"),
            Self::CalendarDays(1) => f.write_str("today"),
            Self::CalendarDays(days) => write!(f, "in the last {days} calendar days"),
            Self::Between { from, to } => {
                from.iter().try_for_each(|from| write!(f, "from {from}"))?;
                let between = if from.is_some() { " " } else { "" };
                to.iter().try_for_each(|to| write!(f, "{between}before {to}"))
            }
        }
    }
}

impl Display for LocalTimes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some((from, to)) = self.hours {
            write!(f, " between {from}:00 and {to}:00")?;
        }
        let days: Vec<&str> = self.weekdays.iter().map(|day| day.name()).collect();
        if days.is_empty() { Ok(()) } else { write!(f, " on {}", days.join(", ")) }
    }
}

impl Weekday {
    fn name(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        }
    }
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Last => "last",
        }
    }
}

impl RfmFigure {
    /// The name of the figure, as in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RecencyDays => "recency_days",
            Self::Frequency => "frequency",
            Self::Monetary => "monetary",
            Self::RScore => "r_score",
            Self::FScore => "f_score",
            Self::MScore => "m_score",
        }
    }
}
