//! A log of pairs: who has to do with what, and nothing else.

use crate::data::{Batch, IdKind, IdRef, IdValues, LogBuilder, LogOptions, OrderLog, Role, Values};
use crate::error::{IdError, Result};

impl OrderLog {
    /// A log of pairs of a customer and an item, each pair an order of its own: no times, quantities or prices. The form of
    /// many published data sets.
    ///
    /// ```
    /// use kosar::OrderLog;
    ///
    /// let log = OrderLog::from_pairs([("ann", 7), ("ann", 9), ("bob", 7)])?;
    /// assert_eq!((log.n_customers(), log.n_items(), log.n_lines()), (2, 2, 3));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IdError::WrongKind`] when strings and integers are mixed in one role; as [`LogBuilder::push`].
    pub fn from_pairs<'a, C, T>(pairs: impl IntoIterator<Item = (C, T)>) -> Result<Self>
    where
        C: Into<IdRef<'a>>,
        T: Into<IdRef<'a>>,
    {
        let pairs = pairs.into_iter().map(|(customer, item)| (customer.into(), item.into()));
        let (customers, items): (Vec<IdRef<'a>>, Vec<IdRef<'a>>) = pairs.unzip();
        let batch = Batch::new(customers.len())
            .ids(Role::Customer, column("customer", &customers)?)?
            .ids(Role::Item, column("item", &items)?)?;
        let mut builder = LogBuilder::new(LogOptions::default());
        builder.push(&batch)?;
        builder.finish()
    }
}

/// Ids of the type of the first.
fn column<'a>(role: &'static str, ids: &[IdRef<'a>]) -> Result<IdValues<'a>, IdError> {
    let expected = ids.first().map_or(IdKind::Str, |id| id.kind());
    if let Some(other) = ids.iter().find(|id| id.kind() != expected) {
        return Err(IdError::WrongKind { role, expected, found: other.kind(), id: other.quoted() });
    }
    let ints = || ids.iter().map(|id| if let IdRef::Int(value) = id { *value } else { 0 });
    let texts = || ids.iter().map(|id| if let IdRef::Str(text) = *id { text } else { "" });
    Ok(match expected {
        IdKind::Int => IdValues::Int(Values::new(ints().collect::<Vec<_>>())),
        IdKind::Str => IdValues::Text(Values::new(texts().collect::<Vec<_>>())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_mixed_ids_are_refused() {
        let error = OrderLog::from_pairs([(IdRef::Int(1), "a"), (IdRef::Str("x"), "b")]).unwrap_err();
        assert_eq!(error.to_string(), "customer ids are integer here, got the string 'x'");
        assert_eq!(OrderLog::from_pairs([] as [(i64, i64); 0]).unwrap().n_lines(), 0);
    }
}
