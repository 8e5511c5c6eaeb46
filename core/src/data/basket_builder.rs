//! A log of plain baskets, id by id.

use crate::data::lines::Grouped;
use crate::data::vocabulary::Interner;
use crate::data::{Cause, IdKind, IdRef, IntakeReport, Note, OrderLog, Rows};
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
    /// Whether the present basket was given an empty id.
    has_empty: bool,
    n_baskets: u64,
    report: IntakeReport,
}

impl BasketBuilder {
    /// Puts an item into the present basket. A text without a character other than spaces is no id: it is left out, which the
    /// report notes.
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
        if let IdRef::Str(text) = id
            && text.chars().all(char::is_whitespace)
        {
            self.has_empty = true;
            return Ok(());
        }
        let code = interner.intern(id).ok_or(too_many("items"))?;
        if self.codes.len() + 1 >= MAX_INDICES {
            return Err(too_many("lines").into());
        }
        self.codes.push(code);
        Ok(())
    }

    /// Puts integers into the present basket, as [`BasketBuilder::push`] does one by one, and more quickly.
    ///
    /// # Errors
    /// As [`BasketBuilder::push`].
    pub fn push_ints(&mut self, ids: &[i64]) -> Result<()> {
        let Some(&first) = ids.first() else { return Ok(()) };
        self.push(first)?;
        let interner = self.interner.get_or_insert_with(|| Interner::new(IdKind::Int));
        if self.codes.len() + ids.len() >= MAX_INDICES {
            return Err(too_many("lines").into());
        }
        self.codes.reserve(ids.len());
        for &id in &ids[1..] {
            self.codes.push(interner.intern_int(id).ok_or(too_many("items"))?);
        }
        Ok(())
    }

    /// The number of items put in so far, those of the present basket among them.
    #[must_use]
    pub fn n_lines(&self) -> usize {
        self.codes.len()
    }

    /// Ends the present basket and begins another. One without items, or with empty ids only, is set aside in the report; its
    /// number there is the basket's, from 0.
    ///
    /// # Errors
    /// [`IntakeError::TooMany`] beyond `u32` baskets.
    pub fn end_basket(&mut self) -> Result<()> {
        if self.codes.len() == self.begin {
            let cause = if self.has_empty { Cause::MissingItem } else { Cause::EmptyBasket };
            self.report.set_row_aside(cause, self.n_baskets, None);
        } else {
            if self.has_empty {
                self.report.note_row(Note::EmptyItem, self.n_baskets);
            }
            self.numbers.push(u32::try_from(self.n_baskets).map_err(|_| too_many("baskets"))?);
            self.offsets.push(self.begin);
            self.begin = self.codes.len();
            self.report.take(1);
        }
        self.has_empty = false;
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
        let mut are_sets = true;
        for ends in self.offsets.windows(2) {
            let basket = &mut codes[ends[0]..ends[1]];
            if !basket.is_sorted_by(|a, b| a < b) {
                basket.sort_unstable();
                are_sets &= basket.is_sorted_by(|a, b| a < b);
            }
        }
        let rows = Rows::from_parts(self.offsets, codes).expect("baskets end where they were ended");
        OrderLog::of_baskets(items, Grouped::of_baskets(self.numbers, rows, are_sets), self.report)
    }
}

fn too_many(what: &'static str) -> IntakeError {
    IntakeError::TooMany { what, max: MAX_INDICES as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_is_no_item() {
        let log = OrderLog::from_baskets([vec!["b", "", "a"], vec![" "], vec![], vec!["a"]]).unwrap();
        let items: Vec<IdRef<'_>> = log.items().unwrap().iter().collect();
        assert_eq!(items, ["a".into(), "b".into()]);
        assert_eq!((log.n_orders(), log.n_lines()), (2, 3));
        let report = log.report();
        assert_eq!((report.rows(), report.taken()), (4, 2));
        assert_eq!(report.set_aside()[&Cause::MissingItem].first_rows, [1]);
        assert_eq!(report.set_aside()[&Cause::EmptyBasket].first_rows, [2]);
        assert_eq!(report.notes()[&Note::EmptyItem].first_rows, [0]);
    }

    #[test]
    fn integers_at_once_are_integers_one_by_one() {
        let baskets: [&[i64]; 5] = [&[3, -1, 3], &[], &[1 << 40, 2], &[i64::MIN], &[2, 3, -1]];
        let (mut at_once, mut one_by_one) = (BasketBuilder::default(), BasketBuilder::default());
        for basket in baskets {
            at_once.push_ints(basket).unwrap();
            at_once.end_basket().unwrap();
            basket.iter().for_each(|&id| one_by_one.push(id).unwrap());
            one_by_one.end_basket().unwrap();
        }
        assert_eq!(at_once.n_lines(), 9);
        let (at_once, one_by_one) = (at_once.finish(), one_by_one.finish());
        assert_eq!(at_once.items().unwrap().as_ints(), Some(&[i64::MIN, -1, 2, 3, 1 << 40][..]));
        assert_eq!(at_once.baskets().unwrap(), one_by_one.baskets().unwrap());
        let mut builder = BasketBuilder::default();
        builder.push("a").unwrap();
        assert!(builder.push_ints(&[1]).is_err());
        builder.push_ints(&[]).unwrap();
    }

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
