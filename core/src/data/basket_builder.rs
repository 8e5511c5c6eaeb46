//! A log of plain baskets, id by id.

use crate::data::lines::Grouped;
use crate::data::vocabulary::Interner;
use crate::data::{Cause, IdKind, IdRef, IntakeReport, OrderLog};
use crate::error::{IdError, IntakeError, Result};
use crate::index::{ItemIx, MAX_INDICES};

/// Builds a log of plain baskets from ids as they come, so that a caller need not hold them all.
///
/// ```
/// use kosar::data::BasketBuilder;
/// let mut builder = BasketBuilder::default();
/// for basket in [["bread", "butter"], ["bread", "milk"]] {
///     for item in basket {
///         builder.push(item)?;
///     }
///     builder.end_basket()?;
/// }
/// assert_eq!(builder.finish().n_orders(), 2);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct BasketBuilder {
    interner: Option<Interner>,
    codes: Vec<u32>,
    /// The number of each basket with items, and where it begins in `codes`.
    numbers: Vec<u32>,
    offsets: Vec<usize>,
    /// Where the present basket begins.
    begin: usize,
    n_baskets: u64,
    report: IntakeReport,
}

impl BasketBuilder {
    /// Puts an item into the present basket.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] when strings and integers are mixed; [`IntakeError::TooMany`] beyond `u32` items or lines.
    #[inline]
    pub fn push<'a>(&mut self, id: impl Into<IdRef<'a>>) -> Result<()> {
        let id = id.into();
        let interner = self.interner.get_or_insert_with(|| Interner::new(id.kind()));
        if id.kind() != interner.kind() {
            let (expected, found) = (interner.kind(), id.kind());
            return Err(IdError::WrongKind { role: "item", expected, found, id: id.quoted() }.into());
        }
        let code = interner.intern(id).ok_or(too_many("items"))?;
        if self.codes.len() + 1 >= MAX_INDICES {
            return Err(too_many("lines").into());
        }
        self.codes.push(code);
        Ok(())
    }

    /// Ends the present basket and begins another. One without items is set aside in the report; its number there is the
    /// basket's, from 0.
    ///
    /// # Errors
    /// [`IntakeError::TooMany`] beyond `u32` baskets.
    pub fn end_basket(&mut self) -> Result<()> {
        if self.codes.len() == self.begin {
            self.report.set_row_aside(Cause::EmptyBasket, self.n_baskets, None);
        } else {
            self.numbers.push(u32::try_from(self.n_baskets).map_err(|_| too_many("baskets"))?);
            self.offsets.push(self.begin);
            self.begin = self.codes.len();
            self.report.take(1);
        }
        self.n_baskets += 1;
        Ok(())
    }

    /// The log of the baskets that were ended.
    #[must_use]
    pub fn finish(mut self) -> OrderLog {
        self.codes.truncate(self.begin);
        self.offsets.push(self.begin);
        let (items, new) = self.interner.unwrap_or_else(|| Interner::new(IdKind::Str)).finish();
        let mut codes: Vec<ItemIx> =
            self.codes.into_iter().map(|code| ItemIx::from_u32(new[code as usize])).collect();
        for ends in self.offsets.windows(2) {
            codes[ends[0]..ends[1]].sort_unstable();
        }
        OrderLog::of_baskets(items, Grouped::of_baskets(self.numbers, self.offsets, codes), self.report)
    }
}

fn too_many(what: &'static str) -> IntakeError {
    IntakeError::TooMany { what, max: MAX_INDICES as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_baskets_that_were_ended_are_in() {
        let mut builder = BasketBuilder::default();
        builder.push(2).unwrap();
        builder.push(1).unwrap();
        builder.end_basket().unwrap();
        builder.end_basket().unwrap();
        builder.push(1).unwrap();
        let log = builder.finish();
        assert_eq!((log.n_orders(), log.n_lines()), (1, 2));
        assert_eq!((log.report().taken(), log.report().rows()), (1, 2));
        let lines: Vec<_> =
            log.orders().flat_map(|order| log.lines_of(order)).map(|line| line.item).collect();
        assert_eq!(lines, [Some(ItemIx::new(0)), Some(ItemIx::new(1))]);
        assert_eq!(BasketBuilder::default().finish().n_orders(), 0);
    }
}
