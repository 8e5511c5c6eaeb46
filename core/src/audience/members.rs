//! Who is in an audience.

use rayon::prelude::*;

use crate::audience::Audiences;
use crate::audience::plan::Scratch;
use crate::data::{Column, IdRef, Table, Vocabulary};
use crate::error::Result;
use crate::fit::Control;

/// How many customers are looked at as one piece of work.
const BLOCK: usize = 8192;

/// The members of an audience, by id.
#[derive(Debug, Clone, PartialEq)]
pub struct Members {
    customers: Vocabulary,
    /// A bit for each customer of the data.
    bits: Vec<u64>,
    len: usize,
}

impl Members {
    /// The number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the customer at a place is among them.
    #[must_use]
    pub fn has(&self, place: usize) -> bool {
        self.bits.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    /// Where the members stand among the customers of the data, rising.
    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        let ones = |(word, &bits): (usize, &u64)| {
            std::iter::successors((bits != 0).then_some(bits), |bits| {
                Some(bits & (bits - 1)).filter(|&rest| rest != 0)
            })
            .map(move |bits| word * 64 + bits.trailing_zeros() as usize)
        };
        self.bits.iter().enumerate().flat_map(ones)
    }

    /// The members' ids, sorted.
    pub fn ids(&self) -> impl Iterator<Item = IdRef<'_>> {
        self.places().map(|place| self.customers.get(place))
    }

    /// The column `customer` with the members' ids.
    #[must_use]
    pub fn table(&self) -> Table {
        let positions =
            self.places().map(|place| u32::try_from(place).expect("customers are bounded to u32"));
        let (vocabulary, positions) = (self.customers.clone(), positions.collect());
        Table::new().with("customer", Column::Ids { vocabulary, positions })
    }

    /// How many are members of both.
    pub(super) fn common(&self, other: &Self) -> usize {
        let both = self.bits.iter().zip(&other.bits);
        both.map(|(a, b)| (a & b).count_ones() as usize).sum()
    }
}

impl Audiences {
    /// The members of an audience.
    ///
    /// Parallel over customers; for each their own orders and events in the windows, as far as the conditions need looking
    /// at. Space: a bit a customer.
    ///
    /// # Errors
    /// [`AudienceError::Unknown`](crate::AudienceError::Unknown) for a name that no audience has.
    pub fn members(&self, name: &str) -> Result<Members> {
        self.members_with(name, &Control::new())
    }

    /// As [`members`](Audiences::members), looking at `control` often.
    ///
    /// # Errors
    /// Those of [`members`](Audiences::members), and [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn members_with(&self, name: &str, control: &Control) -> Result<Members> {
        let (plan, asked) = (&self.plans[self.find(name)?], self.asked());
        let n = self.data.customers.len();
        let mut bits = vec![0_u64; n.div_ceil(64)];
        bits.par_chunks_mut(BLOCK / 64).enumerate().try_for_each_init(
            Scratch::default,
            |scratch, (block, words)| {
                control.check()?;
                for (word, bits) in words.iter_mut().enumerate() {
                    let first = block * BLOCK + word * 64;
                    for customer in first..(first + 64).min(n) {
                        *bits |= u64::from(asked.holds(plan, customer, scratch)) << (customer % 64);
                    }
                }
                Ok::<(), crate::Error>(())
            },
        )?;
        let len = bits.iter().map(|bits| bits.count_ones() as usize).sum();
        Ok(Members { customers: self.data.customers.clone(), bits, len })
    }

    /// The number of members of each audience: the columns `audience`, `members` and `share` of all customers.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    #[allow(clippy::cast_precision_loss, reason = "customers are fewer than 2^32")]
    pub fn sizes_with(&self, control: &Control) -> Result<Table> {
        let all = self.all_members(control)?;
        let sizes = all.iter().map(|members| i64::try_from(members.len).unwrap_or(i64::MAX)).collect();
        let n = self.data.customers.len() as f64;
        let shares = all.iter().map(|members| members.len as f64 / n).collect();
        Ok(Table::new()
            .with("audience", self.name_column((0..).take(self.names.len()).collect()))
            .with("members", Column::Ints(sizes))
            .with("share", Column::Floats(shares)))
    }

    /// The members of every audience.
    pub(super) fn all_members(&self, control: &Control) -> Result<Vec<Members>> {
        self.names.iter().map(|name| self.members_with(name, control)).collect()
    }

    pub(super) fn name_column(&self, positions: Vec<u32>) -> Column {
        Column::Words { words: self.names.clone(), positions }
    }
}
