//! How audiences overlap.

use crate::audience::Audiences;
use crate::data::{Column, Table};
use crate::error::Result;
use crate::fit::Control;

impl Audiences {
    /// How each two audiences overlap, one row a pair in the order given: the columns `a`, `b`, `members_a`, `members_b`,
    /// `both`, `share_of_a` and `share_of_b` (of the members of each that are in both), and `jaccard` (of the members of
    /// either); NaN where nobody is there to share.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    #[allow(clippy::cast_precision_loss, reason = "customers are fewer than 2^32")]
    pub fn overlap_with(&self, control: &Control) -> Result<Table> {
        let all = self.all_members(control)?;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let (mut names, mut ints, mut shares) =
            ([vec![], vec![]], [vec![], vec![], vec![]], [vec![], vec![], vec![]]);
        for (a, one) in all.iter().enumerate() {
            for (b, other) in all.iter().enumerate().skip(a + 1) {
                let both = one.common(other);
                let numbers = [one.len(), other.len(), both];
                let either = one.len() + other.len() - both;
                for (column, place) in names.iter_mut().zip([a, b]) {
                    column.push(u32::try_from(place).unwrap_or(u32::MAX));
                }
                ints.iter_mut().zip(numbers).for_each(|(column, n)| column.push(count(n)));
                let of = [one.len(), other.len(), either];
                shares.iter_mut().zip(of).for_each(|(column, n)| column.push(both as f64 / n as f64));
            }
        }
        let [a, b] = names.map(|places| self.name_column(places));
        let [members_a, members_b, both] = ints.map(Column::Ints);
        let [share_of_a, share_of_b, jaccard] = shares.map(Column::Floats);
        Ok(Table::new()
            .with("a", a)
            .with("b", b)
            .with("members_a", members_a)
            .with("members_b", members_b)
            .with("both", both)
            .with("share_of_a", share_of_a)
            .with("share_of_b", share_of_b)
            .with("jaccard", jaccard))
    }
}
