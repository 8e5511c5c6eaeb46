//! The lists as a table.

use crate::data::{Column, Table};
use crate::similarity::ItemSimilarity;

impl ItemSimilarity {
    /// The lists, item after item, best first: columns `item`, `neighbor`, `similarity`, and `count`, the number of customers (or
    /// orders) with both.
    #[must_use]
    pub fn table(&self) -> Table {
        let (others, similarities, counts) = self.lists.columns();
        let ids = |positions: Vec<u32>| Column::Ids { vocabulary: self.items.clone(), positions };
        let numbers = 0..u32::try_from(self.lists.len()).expect("items are bounded to u32");
        let items = numbers.flat_map(|item| std::iter::repeat_n(item, self.lists.range(item as usize).len()));
        Table::new()
            .with("item", ids(items.collect()))
            .with("neighbor", ids(others.to_vec()))
            .with("similarity", Column::Floats(similarities.iter().map(|&value| f64::from(value)).collect()))
            .with("count", Column::Ints(counts.iter().map(|&count| i64::from(count)).collect()))
    }
}
