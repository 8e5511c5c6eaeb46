//! The order of every list: higher score, then higher count, then smaller outside id.

use std::cmp::Ordering;

use crate::index::ItemIx;

/// An item with its score and the count behind it; the greatest comes first in a list.
#[derive(Debug, Clone, Copy)]
pub struct Scored {
    /// The score; never NaN.
    pub score: f64,
    /// The number of baskets, customers or the like that the score rests on: the first tie-breaker.
    pub count: u64,
    /// The item; smaller indices are smaller ids, and win remaining ties.
    pub item: ItemIx,
}

impl Ord for Scored {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score
            .total_cmp(&other.score)
            .then(self.count.cmp(&other.count))
            .then_with(|| other.item.cmp(&self.item))
    }
}

impl PartialOrd for Scored {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Scored {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Scored {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_higher_count_then_to_the_smaller_id() {
        let scored = |score, count, item| Scored { score, count, item: ItemIx::new(item) };
        let mut list = [scored(1.0, 2, 0), scored(1.0, 3, 9), scored(2.0, 0, 5), scored(1.0, 3, 4)];
        list.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(list.map(|s| s.item.as_u32()), [5, 4, 9, 0]);
    }
}
