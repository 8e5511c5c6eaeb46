//! Lists that another program made, to stand beside our own.

use crate::data::{IdKind, IdRef, Rows, Vocabulary};
use crate::error::{Error, IdError, IntakeError, ParamError, Result};
use crate::index::{ItemIx, MAX_INDICES};
use crate::rank::{Recommend, Visitor};

/// Recommendations of any origin: for each customer a list of items by outside id, best first.
///
/// A customer without a list is answered with an empty one.
///
/// ```
/// use kosar::eval::{EvaluateOptions, Recommended, Split, SplitOptions, evaluate};
/// use kosar::{Control, OrderLog};
///
/// let train = OrderLog::from_pairs([(1, 10), (2, 11), (3, 12)])?;
/// let split = Split::from_logs(train, &OrderLog::from_pairs([(1, 11), (2, 12)])?, &SplitOptions::new())?;
/// let theirs = Recommended::from_lists([(1, vec![12, 11]), (2, vec![12])])?;
/// let options = EvaluateOptions::default().metrics(["mrr@2".parse()?]);
/// assert_eq!(evaluate(&theirs, &split, &options, &Control::new())?.estimates()[0].value, 0.75);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Recommended {
    customers: Vocabulary,
    items: Vocabulary,
    lists: Rows<ItemIx>,
}

impl Recommended {
    /// From pairs of a customer and the list for that customer.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] where ids of strings and of integers are mixed; [`ParamError::Twice`] for a customer with two
    /// lists; [`IntakeError::TooMany`] beyond `u32` ids.
    pub fn from_lists<'a, C, L, T>(lists: impl IntoIterator<Item = (C, L)>) -> Result<Self>
    where
        C: Into<IdRef<'a>>,
        L: IntoIterator<Item = T>,
        T: Into<IdRef<'a>>,
    {
        let (mut customers, mut items) = (Numbering::new("customer"), Numbering::new("item"));
        let mut rows: Rows<u32> = Rows::default();
        for (customer, list) in lists {
            let customer = customer.into();
            if customers.number(customer)? as usize != rows.len() {
                let (name, what, id) = ("recommendations", "customer", customer.quoted());
                return Err(ParamError::Twice { name, what, id }.into());
            }
            let list: Result<Vec<u32>> = list.into_iter().map(|item| items.number(item.into())).collect();
            rows.push(list?);
        }
        let ((customers, of_customers), (items, of_items)) = (customers.finish(), items.finish());
        let mut sequence: Vec<usize> = (0..rows.len()).collect();
        sequence.sort_unstable_by_key(|&row| of_customers[row]);
        let named = |row: usize| rows.row(row).iter().map(|&item| ItemIx::from_u32(of_items[item as usize]));
        Ok(Self { lists: sequence.into_iter().map(named).collect(), customers, items })
    }

    /// The number of lists.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lists.len()
    }

    /// Whether there is no list.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }
}

impl Recommend for Recommended {
    fn items(&self) -> &Vocabulary {
        &self.items
    }

    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        let list = |visitor: &Visitor<'_>| match self.customers.find("customer", visitor.customer) {
            Ok(position) => Ok(self.lists.row(position).iter().copied().take(n)),
            Err(IdError::WrongKind { .. }) if !self.is_empty() => Err(self.wrong_kind(visitor.customer)),
            Err(_) => Ok([].iter().copied().take(n)),
        };
        let lists: Result<Vec<_>> = visitors.iter().map(list).collect();
        Ok(lists?.into_iter().collect())
    }
}

impl Recommended {
    /// The ids of the log are the ones to go by, those of the lists are wrong.
    fn wrong_kind(&self, of_log: IdRef<'_>) -> Error {
        let expected = of_log.kind();
        let (found, id) = (self.customers.kind(), self.customers.get(0).quoted());
        IdError::WrongKind { role: "customer", expected, found, id }.into()
    }
}

/// Numbers ids of one role; the first settles their type.
struct Numbering {
    role: &'static str,
    interner: Option<crate::data::Interner>,
}

impl Numbering {
    fn new(role: &'static str) -> Self {
        Self { role, interner: None }
    }

    fn number(&mut self, id: IdRef<'_>) -> Result<u32> {
        let interner = self.interner.get_or_insert_with(|| crate::data::Interner::new(id.kind()));
        if interner.kind() != id.kind() {
            let (role, expected, found) = (self.role, interner.kind(), id.kind());
            return Err(IdError::WrongKind { role, expected, found, id: id.quoted() }.into());
        }
        let too_many = || IntakeError::TooMany { what: "ids", max: MAX_INDICES as u64 };
        Ok(interner.intern(id).ok_or_else(too_many)?)
    }

    /// The sorted ids, and for each number the position.
    fn finish(self) -> (Vocabulary, Vec<u32>) {
        let empty = || (Vocabulary::empty(IdKind::Str), Vec::new());
        self.interner.map_or_else(empty, crate::data::Interner::finish)
    }
}
