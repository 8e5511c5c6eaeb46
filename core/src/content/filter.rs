//! Which items may be in an answer.

use crate::data::{Id, Vocabulary};
use crate::error::IdError;

/// Which items may be in an answer; filtered before the selection, so that what is left out takes nobody's place.
///
/// ```
/// use kosar::content::Filter;
///
/// let in_stock = ["mug", "cup"];
/// let filter = Filter::new().only(in_stock).exclude(["cup"]);
/// # let _ = filter;
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    exclude: Vec<Id>,
    only: Option<Vec<Id>>,
}

impl Filter {
    /// Every item may be.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These items may not be.
    #[must_use]
    pub fn exclude<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.exclude = items.into_iter().map(Into::into).collect();
        self
    }

    /// Only these items may be.
    #[must_use]
    pub fn only<T: Into<Id>>(mut self, items: impl IntoIterator<Item = T>) -> Self {
        self.only = Some(items.into_iter().map(Into::into).collect());
        self
    }

    /// Whether each item of a vocabulary may be; `None` where all may.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] for an id of the other type; one that is not in the vocabulary is passed over.
    pub(crate) fn allowed(&self, items: &Vocabulary) -> Result<Option<Vec<bool>>, IdError> {
        if self.only.is_none() && self.exclude.is_empty() {
            return Ok(None);
        }
        let mut allowed = vec![self.only.is_none(); items.len()];
        for (ids, may) in [(self.only.as_deref().unwrap_or_default(), true), (&self.exclude[..], false)] {
            for id in ids {
                if let Some(position) = items.look_up("item", id.as_ref())? {
                    allowed[position] = may;
                }
            }
        }
        Ok(Some(allowed))
    }
}
