//! What a diagnosis says.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::data::{Column, Id, LogFilter, Span, Table};
use crate::error::ParamError;

/// A kind of trouble; what each means is told [in the module](crate::diagnose).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// Sessions that no person made.
    Bots,
    /// Customers who buy for a shop of their own.
    Wholesalers,
    /// Items that are no goods: postage, fees, vouchers, corrections.
    NotMerchandise,
    /// One product under several codes.
    Duplicates,
    /// Days or hours with far more orders than usual.
    Bursts,
    /// Days without an order where there always are some.
    Gaps,
    /// Orders in the future, or far from all others.
    OutOfTime,
    /// Orders at exactly midnight, where others tell their time of day.
    Midnight,
    /// Many orders at the same instant.
    SameInstant,
    /// Orders whose time runs against their number.
    OutOfOrder,
}

impl FindingKind {
    /// All kinds, in the order of findings.
    pub const ALL: [Self; 10] = [
        Self::Bots,
        Self::Wholesalers,
        Self::NotMerchandise,
        Self::Duplicates,
        Self::Bursts,
        Self::Gaps,
        Self::OutOfTime,
        Self::Midnight,
        Self::SameInstant,
        Self::OutOfOrder,
    ];

    /// What it is called in other languages: `bots`, `wholesalers`, `not_merchandise`, `duplicates`, `bursts`, `gaps`,
    /// `out_of_time`, `midnight`, `same_instant`, `out_of_order`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bots => "bots",
            Self::Wholesalers => "wholesalers",
            Self::NotMerchandise => "not_merchandise",
            Self::Duplicates => "duplicates",
            Self::Bursts => "bursts",
            Self::Gaps => "gaps",
            Self::OutOfTime => "out_of_time",
            Self::Midnight => "midnight",
            Self::SameInstant => "same_instant",
            Self::OutOfOrder => "out_of_order",
        }
    }

    /// The kind of a word.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        let found = Self::ALL.into_iter().find(|kind| kind.word() == word);
        found.ok_or_else(|| ParamError::UnknownChoice {
            name: "kind",
            value: word.to_owned(),
            allowed: "bots, wholesalers, not_merchandise, duplicates, bursts, gaps, out_of_time, midnight, \
                      same_instant, out_of_order",
        })
    }
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What an example is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// A customer.
    Customer(Id),
    /// An item.
    Item(Id),
    /// An order.
    Order(Id),
    /// A session.
    Session(Id),
    /// A span of time.
    Span(Span),
    /// An order or a session without an id, by its place in the log.
    Place(usize),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => write!(f, "customer {id}"),
            Self::Item(id) => write!(f, "item {id}"),
            Self::Order(id) => write!(f, "order {id}"),
            Self::Session(id) => write!(f, "session {id}"),
            Self::Span(span) => write!(f, "{span}"),
            Self::Place(place) => write!(f, "number {place}"),
        }
    }
}

/// One of those found, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// What it is.
    pub subject: Subject,
    /// A few words.
    pub why: String,
}

/// Trouble of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Of which kind.
    pub kind: FindingKind,
    /// How many customers, items, orders, sessions or spans of time it concerns.
    pub count: usize,
    /// The lines that are concerned, in an event log the events; of gaps none.
    pub lines: u64,
    /// The orders, in an event log the sessions, that have such a line.
    pub orders: u64,
    /// The customers who have one.
    pub customers: u64,
    /// The share of these lines in all, from 0 to 1.
    pub share: f64,
    /// The worst, as many as asked for at most.
    pub examples: Vec<Example>,
    /// The spans of time that it concerns, rising; for other than bursts and gaps none.
    pub spans: Vec<Span>,
    /// What takes it out of the log; empty where there is nothing to take out (gaps, midnights).
    pub filter: LogFilter,
}

impl fmt::Display for Finding {
    /// Writes a line, and one for each example.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, count, lines) = (self.kind, self.count, self.lines);
        write!(f, "{kind}: {count}, {lines} lines ({:.2} %)", 100.0 * self.share)?;
        self.examples.iter().try_for_each(|example| write!(f, "\n  {}: {}", example.subject, example.why))
    }
}

/// What is wrong with a log, as far as it can be seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnosis {
    pub(super) findings: Vec<Finding>,
    pub(super) lines: u64,
}

impl Diagnosis {
    /// The findings, one of a kind at most, in the order of [`FindingKind::ALL`].
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The finding of a kind; `None` where there is no such trouble.
    #[must_use]
    pub fn finding(&self, kind: FindingKind) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.kind == kind)
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    /// The lines (or events) that were looked at.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// What takes all findings out.
    #[must_use]
    pub fn filter(&self) -> LogFilter {
        self.filter_of(&FindingKind::ALL)
    }

    /// What takes the findings of some kinds out.
    #[must_use]
    pub fn filter_of(&self, kinds: &[FindingKind]) -> LogFilter {
        let of = self.findings.iter().filter(|finding| kinds.contains(&finding.kind));
        of.fold(LogFilter::new(), |all, finding| all.union(&finding.filter))
    }

    /// A row for each finding: `kind`, `count`, `lines`, `orders`, `customers`, `share`.
    #[must_use]
    pub fn table(&self) -> Table {
        let ints = |pick: fn(&Finding) -> u64| {
            let rows = self.findings.iter().map(|finding| i64::try_from(pick(finding)).unwrap_or(i64::MAX));
            Column::Ints(rows.collect())
        };
        Table::new()
            .with(
                "kind",
                Column::Words {
                    words: FindingKind::ALL.map(|kind| kind.word().to_owned()).to_vec(),
                    positions: self.findings.iter().map(|finding| finding.kind as u32).collect(),
                },
            )
            .with("count", ints(|finding| finding.count as u64))
            .with("lines", ints(|finding| finding.lines))
            .with("orders", ints(|finding| finding.orders))
            .with("customers", ints(|finding| finding.customers))
            .with("share", Column::Floats(self.findings.iter().map(|finding| finding.share).collect()))
    }
}

impl fmt::Display for Diagnosis {
    /// Writes the findings, one below the other.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return f.write_str("nothing found");
        }
        for (at, finding) in self.findings.iter().enumerate() {
            write!(f, "{}{finding}", if at == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

/// What a search found: whom it concerns, the worst first, and what takes it out.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) count: usize,
    pub(super) examples: Vec<Example>,
    pub(super) spans: Vec<Span>,
    pub(super) filter: LogFilter,
    /// Whose lines are concerned.
    pub(super) concerned: Concerned,
}

/// Whose lines are concerned, by position.
#[derive(Debug, Default)]
pub(super) enum Concerned {
    #[default]
    Nobody,
    Customers(Vec<bool>),
    Items(Vec<bool>),
    /// Orders, or sessions.
    Orders(Vec<bool>),
}

impl Found {
    /// The finding, where there is one; `tell` counts the lines, orders and customers concerned.
    pub(super) fn finding(
        self,
        kind: FindingKind,
        n_examples: usize,
        lines: u64,
        tell: impl FnOnce(&Concerned) -> [u64; 3],
    ) -> Option<Finding> {
        if self.count == 0 {
            return None;
        }
        let [of, orders, customers] = tell(&self.concerned);
        let mut examples = self.examples;
        examples.truncate(n_examples);
        #[allow(clippy::cast_precision_loss, reason = "lines are fewer than 2^32")]
        let share = if lines == 0 { 0.0 } else { of as f64 / lines as f64 };
        Some(Finding {
            kind,
            count: self.count,
            lines: of,
            orders,
            customers,
            share,
            examples,
            spans: self.spans,
            filter: self.filter,
        })
    }
}
