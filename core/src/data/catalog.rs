//! The catalogue: what the shop knows of its items beside who bought them.

use crate::data::catalog_builder::{CatalogBuilder, CatalogOptions};
use crate::data::catalog_facts::Facts;
use crate::data::{
    Attribute, CatalogBatch, CategoryTree, IdKind, IdRef, IdValues, IntakeReport, Rows, Values, Vocabulary,
};
use crate::error::{IdError, Result};
use crate::index::{CategoryIx, ItemIx};

/// The facts of items: names to show, the categories that they stand in, brand, price, cost, stock, launch, tags, free
/// attributes, text; each may be missing.
///
/// A catalogue and a log know items by the same ids and nothing else: either may have items that the other has not. Built
/// by a [`CatalogBuilder`], by [`Catalog::from_csv`] or by [`Catalog::from_paths`].
///
/// ```
/// use kosar::data::Catalog;
///
/// let catalog = Catalog::from_paths([("rye", "Food/Bread"), ("tea", "Food/Drinks"), ("rye", "Gifts"), ("mug", "")])?;
/// assert_eq!(catalog.n_items(), 3);
/// assert_eq!(catalog.categories_of("rye")?, ["Food/Bread", "Gifts"]);
/// assert_eq!(catalog.items_in("Food")?, ["rye".into(), "tea".into()]);
/// assert_eq!(catalog.categories_of("mug")?, [""; 0]);
/// let error = catalog.items_in("Food/Bred").unwrap_err();
/// assert_eq!(error.to_string(), "unknown category 'Food/Bred'; near to it: Food/Bread");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Catalog {
    items: Vocabulary,
    names: Attribute,
    facts: Facts,
    tree: CategoryTree,
    /// The deepest categories of each item, rising; none above another.
    categories: Rows<CategoryIx>,
    /// The items of each category itself, rising.
    members: Rows<ItemIx>,
    report: IntakeReport,
}

impl Catalog {
    pub(super) fn from_parts(
        items: Vocabulary,
        names: Attribute,
        facts: Facts,
        tree: CategoryTree,
        categories: Rows<CategoryIx>,
        report: IntakeReport,
    ) -> Self {
        let members = categories.transpose(tree.len(), CategoryIx::as_usize, ItemIx::new);
        Self { items, names, facts, tree, categories, members, report }
    }

    /// A catalogue of items and the paths of their categories, the names in them with `/` between; all ids of one type.
    ///
    /// An item may come several times, once for each of its categories; an empty path gives none. A pair with an empty id is
    /// set aside in the report.
    ///
    /// # Errors
    /// [`IdError::WrongKind`] when strings and integers are mixed; as [`CatalogBuilder::push`].
    pub fn from_paths<'a, T: Into<IdRef<'a>>>(pairs: impl IntoIterator<Item = (T, &'a str)>) -> Result<Self> {
        let (ids, paths): (Vec<IdRef<'a>>, Vec<&str>) =
            pairs.into_iter().map(|(id, path)| (id.into(), path)).unzip();
        let expected = ids.first().map_or(IdKind::Str, |id| id.kind());
        if let Some(other) = ids.iter().find(|id| id.kind() != expected) {
            let (found, id) = (other.kind(), other.quoted());
            return Err(IdError::WrongKind { role: "item", expected, found, id }.into());
        }
        let int = |id: &IdRef<'a>| if let IdRef::Int(value) = id { Some(*value) } else { None };
        let text = |id: &IdRef<'a>| if let IdRef::Str(text) = id { Some(*text) } else { None };
        let values = match expected {
            IdKind::Int => IdValues::Int(ids.iter().map(int).collect()),
            IdKind::Str => IdValues::Text(ids.iter().map(text).collect()),
        };
        let mut builder = CatalogBuilder::new(CatalogOptions::default())?;
        builder.push(&CatalogBatch::new(ids.len()).items(values)?.paths(Values::new(paths))?)?;
        builder.finish()
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// The number of items.
    #[must_use]
    pub fn n_items(&self) -> usize {
        self.items.len()
    }

    /// What became of the rows that made this catalogue.
    #[must_use]
    pub fn report(&self) -> &IntakeReport {
        &self.report
    }

    /// The name to show for an item; `None` where it has none.
    ///
    /// # Errors
    /// [`IdError`] for an item that is not in the catalogue, or an id of the other type.
    pub fn name<'a>(&self, item: impl Into<IdRef<'a>>) -> Result<Option<&str>> {
        Ok(self.names.word(self.items.find("item", item.into())?))
    }

    /// The paths of the categories that an item stands in, in the order of the tree: the deepest ones, as those above them
    /// follow.
    ///
    /// # Errors
    /// As [`Catalog::name`].
    pub fn categories_of<'a>(&self, item: impl Into<IdRef<'a>>) -> Result<Vec<&str>> {
        Ok(self.paths_of(ItemIx::new(self.items.find("item", item.into())?)).collect())
    }

    /// The categories.
    #[must_use]
    pub fn categories(&self) -> &CategoryTree {
        &self.tree
    }

    /// The items that stand in a category or below it, by id, each once.
    ///
    /// Linear in what is found, but for sorting it.
    ///
    /// # Errors
    /// [`IdError::UnknownCategory`], which names the nearest paths.
    pub fn items_in(&self, path: &str) -> Result<Vec<IdRef<'_>>> {
        let category = self.tree.find(path)?;
        // What is below a category has the numbers behind its own.
        let offsets = self.members.offsets();
        let all = offsets[category.as_usize()]..offsets[self.tree.end(category)];
        let mut items = self.members.values()[all].to_vec();
        items.sort_unstable();
        items.dedup();
        Ok(items.into_iter().map(|item| self.items.get(item.as_usize())).collect())
    }

    /// The name of an item.
    pub(crate) fn name_at(&self, item: usize) -> Option<&str> {
        self.names.word(item)
    }

    /// The paths of the deepest categories of an item.
    pub(crate) fn paths_of(&self, item: ItemIx) -> impl Iterator<Item = &str> {
        self.deepest(item).iter().map(|&category| self.tree.get(category).path)
    }

    pub(super) fn names(&self) -> &Attribute {
        &self.names
    }

    pub(super) fn deepest_rows(&self) -> &Rows<CategoryIx> {
        &self.categories
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The deepest categories of an item of the catalogue, rising.
    pub(crate) fn deepest(&self, item: ItemIx) -> &[CategoryIx] {
        self.categories.row(item.as_usize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_named_twice_has_the_categories_of_both_rows() {
        let catalog =
            Catalog::from_paths([(2, "A/B"), (1, "A"), (2, "C"), (2, " A / B/"), (2, "A"), (3, "A/B/D")])
                .unwrap();
        // That 2 stands in 'A' is said by 'A/B' already.
        assert_eq!(catalog.categories_of(2).unwrap(), ["A/B", "C"]);
        assert_eq!(catalog.items_in("A").unwrap(), [1.into(), 2.into(), 3.into()]);
        assert_eq!(catalog.items_in("A/B").unwrap(), [2.into(), 3.into()]);
        assert_eq!(catalog.items_in("C").unwrap(), [2.into()]);
        assert_eq!((catalog.report().rows(), catalog.report().taken()), (6, 6));
    }

    #[test]
    fn an_item_in_two_categories_below_one_stands_in_that_once() {
        let catalog = Catalog::from_paths([("a", "X/Y"), ("a", "X/Z"), ("b", "X")]).unwrap();
        assert_eq!(catalog.items_in("X").unwrap(), ["a".into(), "b".into()]);
    }

    #[test]
    fn mixed_ids_are_refused_with_both_types() {
        let error = Catalog::from_paths([(IdRef::Int(1), "A"), (IdRef::Str("b"), "A")]).unwrap_err();
        assert_eq!(error.to_string(), "item ids are integer here, got the string 'b'");
        let catalog = Catalog::from_paths([(1, "A")]).unwrap();
        assert_eq!(
            catalog.name("1").unwrap_err().to_string(),
            "item ids are integer here, got the string '1'"
        );
        assert_eq!(catalog.name(2).unwrap_err().to_string(), "unknown item 2");
    }

    #[test]
    fn an_empty_catalogue_has_nothing_in_it() {
        let catalog = Catalog::from_paths([] as [(&str, &str); 0]).unwrap();
        assert_eq!((catalog.n_items(), catalog.categories().len()), (0, 0));
    }
}
