//! The categories of a catalogue as a table.

use crate::data::{Catalog, CategoryRef, Column, Table};

impl Catalog {
    /// The categories as a table, each before what is below it: `path`, `name`, `parent` (the path of the category above;
    /// empty for the widest), `depth` (from 1), `items` (how many stand in it or below it, each once).
    ///
    /// ```
    /// use kosar::data::{Catalog, Column};
    ///
    /// let catalog = Catalog::from_paths([("rye", "Food/Bread"), ("tea", "Food")])?;
    /// assert_eq!(catalog.table().column("items"), Some(&Column::Ints(vec![2, 1])));
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// Time: for each item, its categories and all above them, but for sorting.
    #[must_use]
    pub fn table(&self) -> Table {
        let tree = self.categories();
        let words = |word: &dyn Fn(CategoryRef<'_>) -> String| {
            let mut sorted: Vec<String> = tree.iter().map(word).collect();
            sorted.sort_unstable();
            sorted.dedup();
            let place = |category| {
                sorted.binary_search(&word(category)).expect("the sorted words are those of all categories")
            };
            let number = |category| u32::try_from(place(category)).expect("categories are bounded to u32");
            let positions = tree.iter().map(number).collect();
            Column::Words { words: sorted, positions }
        };
        let parent = |category: CategoryRef<'_>| {
            category.parent.map_or_else(String::new, |above| tree.get(above).path.to_owned())
        };
        let count = |category: CategoryRef<'_>| self.items_in(category.path).map_or(0, |items| items.len());
        let ints = |value: &dyn Fn(CategoryRef<'_>) -> usize| {
            let int = |category| i64::try_from(value(category)).expect("items are bounded to u32");
            Column::Ints(tree.iter().map(int).collect())
        };
        Table::new()
            .with("path", words(&|category| category.path.to_owned()))
            .with("name", words(&|category| category.name.to_owned()))
            .with("parent", words(&parent))
            .with("depth", ints(&|category| category.depth))
            .with("items", ints(&count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Cell;

    #[test]
    fn each_category_is_a_row_with_what_is_above_and_in_it() {
        let catalog = Catalog::from_paths([("a", "X/Y"), ("a", "X/Z"), ("b", "X"), ("c", "W")]).unwrap();
        let table = catalog.table();
        let rows: Vec<Vec<Cell<'_>>> =
            (0..table.len()).map(|row| table.row(row).map(|(_, cell)| cell).collect()).collect();
        let row = |path, name, parent, depth, items| {
            [Cell::Word(path), Cell::Word(name), Cell::Word(parent), Cell::Int(depth), Cell::Int(items)]
        };
        assert_eq!(
            rows,
            [
                row("W", "W", "", 1, 1),
                row("X", "X", "", 1, 2),
                row("X/Y", "Y", "X", 2, 1),
                row("X/Z", "Z", "X", 2, 1)
            ]
        );
        assert_eq!(Catalog::from_paths([("a", "")]).unwrap().table().len(), 0);
    }
}
