//! Which segment a customer is in, and who is in a segment.

use crate::data::{IdRef, Vocabulary};
use crate::error::{ParamError, Result};
use crate::rfm::Rfm;

/// How many customers a block has.
pub(super) const BLOCK: usize = 64;

impl Rfm {
    /// Where a customer stands in every column.
    pub(crate) fn position(&self, customer: IdRef<'_>) -> Result<usize> {
        if customer.kind() == self.customers.kind() {
            let heads = not_above(&self.heads, customer, 0, self.heads.len());
            if let Some(block) = heads.checked_sub(1) {
                let (start, end) = (block * BLOCK, (heads * BLOCK).min(self.len()));
                let position = not_above(&self.customers, customer, start, end) - 1;
                if self.customers.get(position) == customer {
                    return Ok(position);
                }
            }
        }
        // Not there: the vocabulary knows how to say so.
        Ok(self.customers.find("customer", customer)?)
    }

    /// The name of a customer's segment. Logarithmic in the number of customers.
    ///
    /// # Errors
    /// As [`Rfm::customer`].
    pub fn segment<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<&str> {
        Ok(self.segment_at(self.position(customer.into())?))
    }

    /// The names of the segments of many customers, in their order.
    ///
    /// # Errors
    /// As [`Rfm::customer`], for the first that is no customer here.
    ///
    /// ```
    /// # use kosar::{Fit, data::LogOptions, datasets::toy, rfm::Rfm};
    /// let log = toy::corner_shop().to_log(LogOptions::default())?;
    /// let rfm = Rfm::params().fit(&log)?;
    /// assert_eq!(rfm.segments_of(["anna", "ben"])?, ["loyal", "hibernating"]);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    pub fn segments_of<'a, I: Into<IdRef<'a>>>(
        &self,
        customers: impl IntoIterator<Item = I>,
    ) -> Result<Vec<&str>> {
        customers.into_iter().map(|customer| self.segment(customer)).collect()
    }

    /// The customers of a segment, by id. Linear in the number of customers.
    ///
    /// # Errors
    /// [`ParamError::UnknownSegment`] for a name that the grid does not have.
    pub fn customers(&self, segment: &str) -> Result<impl Iterator<Item = IdRef<'_>>> {
        let asked = self.grid().names().position(|name| name == segment).ok_or_else(|| {
            let allowed = self.grid().names().collect::<Vec<_>>().join(", ");
            ParamError::UnknownSegment { value: segment.to_owned(), allowed }
        })?;
        let positions =
            self.segment.iter().enumerate().filter(move |&(_, &found)| usize::from(found) == asked);
        Ok(positions.map(|(position, _)| self.customers.get(position)))
    }
}

/// The end of the ids between `low` and `high` that are not above one, where those before `low` are not.
fn not_above(ids: &Vocabulary, id: IdRef<'_>, mut low: usize, mut high: usize) -> usize {
    while low < high {
        let middle = low + (high - low) / 2;
        if ids.get(middle) <= id {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
