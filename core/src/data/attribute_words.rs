//! The word that a kept column has most often beside an item or a customer.

use crate::data::attribute::NONE;
use crate::data::{Attribute, IdRef, OrderLog, Vocabulary};
use crate::error::{IntakeError, Result};

impl OrderLog {
    /// For each item the word that a kept column has most often beside it, ties to the smaller word; `None` for an item
    /// without one. The way to a product's name when the log carries it on every line.
    ///
    /// # Errors
    /// [`IntakeError::NotKept`] when no such column of words was kept,
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) without items.
    pub fn item_words(&self, name: &str) -> Result<Vec<Option<&str>>> {
        let n_items = self.need_items("item_words")?.len();
        let (words, codes) = self.words(name)?;
        let items = self.orders().flat_map(|order| self.lines_of(order));
        let pairs = items.zip(codes).filter_map(|(line, &code)| Some((line.item?.as_u32(), code)));
        Ok(most_frequent(pairs, n_items, words))
    }

    /// For each customer the word that a kept column has most often beside their lines, ties to the smaller word; `None`
    /// for a customer without one. The way to a customer's country when the log carries it on every line.
    ///
    /// # Errors
    /// [`IntakeError::NotKept`] when no such column of words was kept,
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) without customers.
    pub fn customer_words(&self, name: &str) -> Result<Vec<Option<&str>>> {
        let n_customers = self.need_customers("customer_words")?.len();
        let (words, codes) = self.words(name)?;
        let customer = |order| self.lines_of(order).map(move |_| self.customer_of(order));
        let customers = self.orders().flat_map(customer);
        let pairs = customers.zip(codes).filter_map(|(customer, &code)| Some((customer?.as_u32(), code)));
        Ok(most_frequent(pairs, n_customers, words))
    }

    /// A kept column of words.
    fn words(&self, name: &str) -> Result<(&Vocabulary, &[u32])> {
        let column = self.attributes().iter().find(|(other, _)| other == name);
        if let Some((_, Attribute::Category { words, codes })) = column {
            return Ok((words, codes));
        }
        let of_words = self.attributes().iter().filter(|(_, a)| matches!(a, Attribute::Category { .. }));
        let names = of_words.map(|(name, _)| name.as_str()).collect::<Vec<_>>();
        let kept = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Err(IntakeError::NotKept { column: name.to_owned(), kept }.into())
    }
}

/// Of pairs of an owner below `n` and a word's code, the word that each owner has most often.
fn most_frequent(pairs: impl Iterator<Item = (u32, u32)>, n: usize, words: &Vocabulary) -> Vec<Option<&str>> {
    let mut pairs: Vec<(u32, u32)> = pairs.filter(|&(_, code)| code != NONE).collect();
    pairs.sort_unstable();
    let mut best: Vec<Option<(usize, u32)>> = vec![None; n];
    for run in pairs.chunk_by(|a, b| a == b) {
        let (owner, code) = run[0];
        let slot = &mut best[owner as usize];
        if slot.is_none_or(|(count, _)| run.len() > count) {
            *slot = Some((run.len(), code));
        }
    }
    let word = |code: u32| match words.get(code as usize) {
        IdRef::Str(word) => Some(word),
        IdRef::Int(_) => None,
    };
    best.into_iter().map(|slot| slot.and_then(|(_, code)| word(code))).collect()
}
