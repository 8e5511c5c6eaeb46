//! What to look for, and what helps in finding it.

use crate::data::Catalog;
use crate::diagnose::FindingKind;
use crate::time::Time;

/// How a log is diagnosed.
#[derive(Debug, Clone, Default)]
pub struct DiagnoseOptions<'a> {
    pub(super) now: Option<Time>,
    pub(super) examples: Option<usize>,
    pub(super) catalog: Option<&'a Catalog>,
    pub(super) names: Option<String>,
    pub(super) only: Option<Vec<FindingKind>>,
}

impl<'a> DiagnoseOptions<'a> {
    /// Everything is looked for, five examples of each, without names of items.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The time at which the log was written: what is later has a wrong clock. No clock is read.
    #[must_use]
    pub fn now(mut self, now: Time) -> Self {
        self.now = Some(now);
        self
    }

    /// How many examples of each finding are given at most.
    #[must_use]
    pub fn examples(mut self, n: usize) -> Self {
        self.examples = Some(n);
        self
    }

    /// Names of items from a catalogue; without names duplicates are not looked for.
    #[must_use]
    pub fn catalog(mut self, catalog: &'a Catalog) -> Self {
        self.catalog = Some(catalog);
        self
    }

    /// Names of items from a kept column of the log, of which the most frequent word beside an item is its name.
    #[must_use]
    pub fn names(mut self, column: impl Into<String>) -> Self {
        self.names = Some(column.into());
        self
    }

    /// Looks for these kinds of trouble only.
    #[must_use]
    pub fn only(mut self, kinds: impl IntoIterator<Item = FindingKind>) -> Self {
        self.only = Some(kinds.into_iter().collect());
        self
    }

    pub(super) fn is_asked(&self, kind: FindingKind) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&kind))
    }

    pub(super) fn n_examples(&self) -> usize {
        self.examples.unwrap_or(5)
    }
}
