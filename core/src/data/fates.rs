//! What becomes of each row of a batch: the checks that fill it in, one after the other.

use crate::data::batch::{IdValues, NumberValues};
use crate::data::{Batch, Cause};
use crate::money::Fixed;

/// Why each row of a batch cannot be used; nothing where it can. The first cause found stays.
pub(super) struct Fates(Vec<Option<Cause>>);

impl Fates {
    /// The rows of a batch before any check, but for what is known of them already.
    pub(super) fn new(batch: &Batch<'_>) -> Self {
        let mut fates = vec![None; batch.n_rows];
        for &(row, cause) in &batch.unusable {
            fates[row] = Some(cause);
        }
        Self(fates)
    }

    /// Checks the rows that passed so far.
    pub(super) fn check(&mut self, mut test: impl FnMut(usize) -> Result<(), Cause>) {
        for (row, fate) in self.0.iter_mut().enumerate() {
            if fate.is_none() {
                *fate = test(row).err();
            }
        }
    }

    /// Checks a column of ids, where there is one; a missing id is a fault where it has a cause.
    pub(super) fn check_ids(
        &mut self,
        ids: Option<&IdValues<'_>>,
        missing: Option<Cause>,
        declared_integer: bool,
    ) {
        let Some(ids) = ids else { return };
        self.check(|row| match (ids.check(row, declared_integer)?, missing) {
            (false, Some(cause)) => Err(cause),
            _ => Ok(()),
        });
    }

    /// What became of each row.
    pub(super) fn iter(&self) -> impl Iterator<Item = Option<Cause>> {
        self.0.iter().copied()
    }

    /// Whether a row passed every check.
    pub(super) fn passed(&self, row: usize) -> bool {
        self.0[row].is_none()
    }

    /// The rows that passed every check.
    pub(super) fn passing(&self) -> Vec<usize> {
        (0..self.0.len()).filter(|&row| self.passed(row)).collect()
    }
}

/// The number of a row, where it is there and fits.
pub(super) fn number(values: &NumberValues<'_>, row: usize, missing: Cause) -> Result<Fixed, Cause> {
    Fixed::from_f64(values.get(row)?.ok_or(missing)?).ok_or(Cause::TooLarge)
}
