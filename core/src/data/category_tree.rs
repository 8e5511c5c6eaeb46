//! The tree of a catalogue's categories.

use crate::error::{IdError, ParamError};
use crate::index::CategoryIx;

/// How many categories an error names.
const NEAR: usize = 3;

/// The categories of a catalogue, each below the one that its path continues.
///
/// A category is known by its path, its level names joined by the separator of the catalogue: `Food/Bread`. Depths count
/// from 1, the widest categories. Numbers run depth first: a category comes before what is below it, and siblings are
/// sorted by the bytes of their names. So everything below a category has the numbers behind its own.
///
/// ```
/// use kosar::data::Catalog;
///
/// let catalog = Catalog::from_paths([("rye", "Food/Bread"), ("bun", "Food/Bread"), ("tea", "Food/Drinks/Hot")])?;
/// let tree = catalog.categories();
/// let paths: Vec<_> = tree.iter().map(|category| category.path).collect();
/// assert_eq!(paths, ["Food", "Food/Bread", "Food/Drinks", "Food/Drinks/Hot"]);
/// let hot = tree.get(tree.find("Food/Drinks/Hot")?);
/// assert_eq!((hot.name, hot.depth), ("Hot", 3));
/// assert_eq!(tree.get(hot.parent.unwrap()).path, "Food/Drinks");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryTree {
    separator: String,
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    path: String,
    /// Where the name of its own begins in the path.
    name: usize,
    parent: Option<CategoryIx>,
    depth: usize,
    /// The number behind the last category below it.
    end: usize,
}

/// A category, borrowed from its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryRef<'a> {
    /// Its number.
    pub id: CategoryIx,
    /// Its own name, such as `Bread`.
    pub name: &'a str,
    /// The names from the widest category down to it, joined by the separator.
    pub path: &'a str,
    /// The category right above it; `None` for the widest.
    pub parent: Option<CategoryIx>,
    /// How many categories its path has, itself included: from 1.
    pub depth: usize,
}

impl CategoryTree {
    /// From normal paths, those above them not needed; also the number of each path.
    ///
    /// Sorts the distinct paths.
    pub(crate) fn new(separator: &str, paths: &[String]) -> (Self, Vec<CategoryIx>) {
        let mut tree = Self { separator: separator.to_owned(), nodes: Vec::new() };
        let mut order: Vec<usize> = (0..paths.len()).collect();
        order.sort_unstable_by(|&a, &b| tree.levels(&paths[a]).cmp(tree.levels(&paths[b])));
        let mut numbers = vec![CategoryIx::from_u32(0); paths.len()];
        let mut above: Vec<CategoryIx> = Vec::new();
        for at in order {
            let path = paths[at].as_str();
            let levels: Vec<&str> = tree.levels(path).collect();
            let shared = above
                .iter()
                .zip(&levels)
                .take_while(|&(&category, &level)| tree.get(category).name == level)
                .count();
            above.truncate(shared);
            for level in &levels[shared..] {
                let parent = above.last().copied();
                let prefix =
                    parent.map_or(String::new(), |parent| format!("{}{separator}", tree.get(parent).path));
                let number = tree.nodes.len();
                tree.nodes.push(Node {
                    name: prefix.len(),
                    path: prefix + level,
                    parent,
                    depth: above.len() + 1,
                    end: number + 1,
                });
                above.push(CategoryIx::new(number));
            }
            numbers[at] = *above.last().expect("a path has a level");
            for category in &above {
                tree.nodes[category.as_usize()].end = tree.nodes.len();
            }
        }
        (tree, numbers)
    }

    /// What stands between the names of a path.
    #[must_use]
    pub fn separator(&self) -> &str {
        &self.separator
    }

    /// The number of categories.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no category.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The greatest depth; 0 without categories.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.nodes.iter().map(|node| node.depth).max().unwrap_or(0)
    }

    /// The category of a number below [`CategoryTree::len`].
    ///
    /// # Panics
    /// When the number is not below it.
    #[must_use]
    pub fn get(&self, id: CategoryIx) -> CategoryRef<'_> {
        let Node { path, name, parent, depth, .. } = &self.nodes[id.as_usize()];
        CategoryRef { id, name: &path[*name..], path, parent: *parent, depth: *depth }
    }

    /// The categories, each before what is below it.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = CategoryRef<'_>> {
        (0..self.len()).map(|number| self.get(CategoryIx::new(number)))
    }

    /// The categories right below one, or the widest ones of all for `None`.
    ///
    /// # Panics
    /// When the number is not of this tree.
    pub fn children(&self, of: Option<CategoryIx>) -> impl Iterator<Item = CategoryRef<'_>> {
        let (mut next, end) = match of {
            Some(category) => (category.as_usize() + 1, self.nodes[category.as_usize()].end),
            None => (0, self.len()),
        };
        std::iter::from_fn(move || {
            let child = (next < end).then(|| self.get(CategoryIx::new(next)))?;
            next = self.nodes[next].end;
            Some(child)
        })
    }

    /// The categories above one, the nearest first.
    ///
    /// # Panics
    /// When the number is not of this tree.
    pub fn above(&self, category: CategoryIx) -> impl Iterator<Item = CategoryRef<'_>> {
        std::iter::successors(self.get(category).parent, |&above| self.get(above).parent)
            .map(|above| self.get(above))
    }

    /// Whether the first stands below the second; no category stands below itself.
    ///
    /// # Panics
    /// When a number is not of this tree.
    #[must_use]
    pub fn is_below(&self, category: CategoryIx, above: CategoryIx) -> bool {
        (above.as_usize() + 1..self.nodes[above.as_usize()].end).contains(&category.as_usize())
    }

    /// The category of a path, read as paths are read on intake: spaces around a name, empty names and separators at the
    /// ends do not matter.
    ///
    /// Logarithmic in the categories.
    ///
    /// # Errors
    /// [`IdError::UnknownCategory`], which names the nearest paths.
    pub fn find(&self, path: &str) -> Result<CategoryIx, IdError> {
        let order = |node: &Node| self.levels(&node.path).cmp(self.levels(path));
        let found = self.nodes.binary_search_by(order);
        found.map(CategoryIx::new).map_err(|_| self.unknown(path))
    }

    /// The number behind the last category below one.
    pub(crate) fn end(&self, category: CategoryIx) -> usize {
        self.nodes[category.as_usize()].end
    }

    /// The category of a depth above one, or the category itself where it is no deeper.
    pub(crate) fn at_depth(&self, category: CategoryIx, depth: usize) -> CategoryIx {
        self.above(category).find(|above| above.depth == depth).map_or(category, |above| above.id)
    }

    /// Refuses a depth that is 0, or greater than any category's.
    pub(super) fn check_depth(&self, depth: usize) -> Result<(), ParamError> {
        crate::params::at_least("depth", depth, 1)?;
        let max = self.depth().max(1) as u64;
        if depth as u64 > max {
            return Err(ParamError::TooLarge { name: "depth", value: depth as u64, max });
        }
        Ok(())
    }

    fn levels<'a>(&self, path: &'a str) -> impl Iterator<Item = &'a str> + use<'a, '_> {
        levels(path, &self.separator)
    }

    fn unknown(&self, path: &str) -> IdError {
        let (asked, own) = (path.to_lowercase(), self.levels(path).last().unwrap_or("").to_lowercase());
        // A path written a little differently, or the name of a category alone.
        let far = |category: &CategoryRef<'_>| {
            let whole = distance(&asked, &category.path.to_lowercase());
            whole.min(distance(&own, &category.name.to_lowercase()) + 1)
        };
        let limit = 1 + own.chars().count() / 3;
        let mut near: Vec<_> =
            self.iter().map(|c| (far(&c), c.path)).filter(|&(far, _)| far <= limit).collect();
        near.sort_unstable();
        let list = |paths: &mut dyn Iterator<Item = &str>| paths.take(NEAR).collect::<Vec<_>>().join(", ");
        let near = match (near.is_empty(), self.is_empty()) {
            (false, _) => format!("near to it: {}", list(&mut near.iter().map(|&(_, path)| path))),
            (true, false) => {
                format!("the widest are: {}", list(&mut self.children(None).map(|category| category.path)))
            }
            (true, true) => "there are none in this catalogue".to_owned(),
        };
        IdError::UnknownCategory { path: path.to_owned(), near }
    }
}

/// The names of a path, without the spaces around them; empty ones are left out.
pub(super) fn levels<'a, 's>(
    path: &'a str,
    separator: &'s str,
) -> impl Iterator<Item = &'a str> + use<'a, 's> {
    path.split(separator).map(str::trim).filter(|level| !level.is_empty())
}

/// How many characters must be put in, taken out or changed to make one text into the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let change = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = change.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> (CategoryTree, Vec<CategoryIx>) {
        CategoryTree::new("/", &paths.iter().map(|&path| path.to_owned()).collect::<Vec<_>>())
    }

    fn paths<'a>(categories: impl Iterator<Item = CategoryRef<'a>>) -> Vec<&'a str> {
        categories.map(|category| category.path).collect()
    }

    #[test]
    fn a_category_stands_before_all_that_is_below_it() {
        // By bytes alone, 'Food and more' would stand between 'Food' and 'Food/Bread'.
        let (tree, numbers) = tree(&["Food/Bread", "Food and more", "Food", "Art/Oil/Blue", "Food/Bread"]);
        assert_eq!(
            paths(tree.iter()),
            ["Art", "Art/Oil", "Art/Oil/Blue", "Food", "Food/Bread", "Food and more"]
        );
        assert_eq!(numbers.iter().map(|number| number.as_u32()).collect::<Vec<_>>(), [4, 5, 3, 2, 4]);
        assert_eq!(paths(tree.children(None)), ["Art", "Food", "Food and more"]);
        assert_eq!(paths(tree.children(Some(numbers[2]))), ["Food/Bread"]);
        assert_eq!(paths(tree.above(numbers[3])), ["Art/Oil", "Art"]);
        assert!(tree.is_below(numbers[0], numbers[2]) && !tree.is_below(numbers[2], numbers[2]));
        assert!(!tree.is_below(numbers[1], numbers[2]));
        assert_eq!(tree.depth(), 3);
    }

    #[test]
    fn every_path_is_found_however_it_is_spaced() {
        let (tree, _) = tree(&["Food/Bread", "Food and more", "Art/Oil/Blue"]);
        for category in tree.iter() {
            assert_eq!(tree.find(category.path), Ok(category.id));
        }
        assert_eq!(tree.find(" /Food // Bread/ "), tree.find("Food/Bread"));
        assert_eq!(tree.get(tree.at_depth(tree.find("Art/Oil/Blue").unwrap(), 2)).path, "Art/Oil");
        assert_eq!(tree.get(tree.at_depth(tree.find("Food").unwrap(), 2)).path, "Food");
    }

    #[test]
    fn an_unknown_category_brings_the_near_ones_to_mind() {
        let (tree, _) = tree(&["Food/Bread", "Food/Drinks", "Art"]);
        let message = |path| tree.find(path).unwrap_err().to_string();
        assert_eq!(message("Food/Bred"), "unknown category 'Food/Bred'; near to it: Food/Bread");
        assert_eq!(message("bread"), "unknown category 'bread'; near to it: Food/Bread");
        assert_eq!(message("Furniture"), "unknown category 'Furniture'; the widest are: Art, Food");
        assert_eq!(message(""), "unknown category ''; the widest are: Art, Food");
        let (none, _) = CategoryTree::new("/", &[]);
        assert!(none.find("a").unwrap_err().to_string().ends_with("there are none in this catalogue"));
    }

    #[test]
    fn a_depth_that_no_category_has_is_refused_with_the_greatest() {
        let (tree, _) = tree(&["Food/Bread"]);
        assert_eq!(tree.check_depth(2), Ok(()));
        assert_eq!(tree.check_depth(3).unwrap_err().to_string(), "depth must be at most 2, got 3");
        assert_eq!(tree.check_depth(0).unwrap_err().to_string(), "depth must be at least 1, got 0");
    }

    #[test]
    fn distances_count_changes() {
        for (a, b, expected) in [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("bread", "bred", 1)]
        {
            assert_eq!((distance(a, b), distance(b, a)), (expected, expected), "{a} {b}");
        }
    }
}
