//! A catalogue taken apart into columns, and put together from them: what a file of it holds.

use crate::data::catalog_facts::Facts;
use crate::data::{Attribute, Catalog, CategoryTree, IntakeReport, Rows, Vocabulary};
use crate::index::CategoryIx;
use crate::money::{Money, Quantity};
use crate::time::Time;

/// The columns of a catalogue, one value an item; `None` for a column that it was built without.
#[derive(Debug, Clone)]
pub(crate) struct CatalogParts {
    pub(crate) items: Vocabulary,
    pub(crate) names: Attribute,
    pub(crate) separator: String,
    /// The paths of all categories, in the order of the tree.
    pub(crate) paths: Vec<String>,
    /// The deepest categories of each item, rising.
    pub(crate) categories: Rows<CategoryIx>,
    pub(crate) brand: Attribute,
    pub(crate) text: Attribute,
    pub(crate) attributes: Vec<(String, Attribute)>,
    pub(crate) price: Option<Vec<Option<Money>>>,
    pub(crate) cost: Option<Vec<Option<Money>>>,
    pub(crate) stock: Option<Vec<Option<Quantity>>>,
    pub(crate) launched: Option<Vec<Option<Time>>>,
    pub(crate) tag_words: Vocabulary,
    pub(crate) tags: Rows<u32>,
}

impl Catalog {
    /// The columns, copied.
    pub(crate) fn to_parts(&self) -> CatalogParts {
        let facts = self.facts();
        CatalogParts {
            items: self.items().clone(),
            names: self.names().clone(),
            separator: self.categories().separator().to_owned(),
            paths: self.categories().iter().map(|category| category.path.to_owned()).collect(),
            categories: self.deepest_rows().clone(),
            brand: facts.brand.clone(),
            text: facts.text.clone(),
            attributes: facts.attributes.clone(),
            price: facts.price.clone(),
            cost: facts.cost.clone(),
            stock: facts.stock.clone(),
            launched: facts.launched.clone(),
            tag_words: facts.tag_words.clone(),
            tags: facts.tags.clone(),
        }
    }

    /// From columns of the same length; `None` where the categories are no tree in its order, or one of an item's stands
    /// above another.
    pub(crate) fn of_parts(parts: CatalogParts) -> Option<Self> {
        let has_level =
            |path: &String| path.split(parts.separator.as_str()).any(|level| !level.trim().is_empty());
        if parts.separator.is_empty() || !parts.paths.iter().all(has_level) {
            return None;
        }
        let (tree, numbers) = CategoryTree::new(&parts.separator, &parts.paths);
        let is_tree = tree.len() == parts.paths.len()
            && numbers.iter().enumerate().all(|(at, number)| number.as_usize() == at)
            && tree.iter().zip(&parts.paths).all(|(category, path)| category.path == path);
        let is_deepest = |row: &[CategoryIx]| {
            row.windows(2).all(|pair| pair[0] < pair[1] && !tree.is_below(pair[1], pair[0]))
        };
        if !is_tree || !parts.categories.iter().all(is_deepest) {
            return None;
        }
        let report = IntakeReport::all_taken(parts.items.len() as u64);
        let facts = Facts {
            brand: parts.brand,
            text: parts.text,
            attributes: parts.attributes,
            price: parts.price,
            cost: parts.cost,
            stock: parts.stock,
            launched: parts.launched,
            tag_words: parts.tag_words,
            tags: parts.tags,
        };
        Some(Self::from_parts(parts.items, parts.names, facts, tree, parts.categories, report))
    }
}
