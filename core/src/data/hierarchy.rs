//! What stands above what: items below categories, categories below wider ones.

use crate::data::{Id, IdKind, IdRef, Rows, Vocabulary};
use crate::error::IdError;
use crate::index::ItemIx;

/// Items and the categories above them in one vocabulary of strings.
///
/// Categories are called by their paths; items by their ids, integers in decimals. Callers see none of that: an item whose
/// id is an integer is asked for by the integer, and comes back as one.
///
/// ```
/// use kosar::data::{Baskets, Catalog};
///
/// let catalog = Catalog::from_paths([(7, "Food/Bread"), (10, "Food/Tea")])?;
/// let baskets = Baskets::from_ids([vec![7, 10], vec![7]])?.with_categories(&catalog)?;
/// let hierarchy = baskets.hierarchy().unwrap();
/// let seven = hierarchy.find_item(7)?;
/// let above: Vec<_> = hierarchy.ancestors(seven).iter().map(|&above| hierarchy.item_id(above)).collect();
/// assert_eq!(above, ["Food".into(), "Food/Bread".into()]);
/// assert_eq!(hierarchy.item_id(seven), 7.into());
/// assert!(hierarchy.find_item("7").is_err());
/// assert!(hierarchy.is_category(hierarchy.find_item("Food")?));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hierarchy {
    names: Vocabulary,
    /// The type of the ids that items have outside.
    item_kind: IdKind,
    is_category: Vec<bool>,
    ancestors: Rows<ItemIx>,
}

impl Hierarchy {
    /// From the names of items and categories together, the type of the items' ids outside, which of them are categories,
    /// and the categories above each.
    ///
    /// `None` unless all of these hold: the names are strings; `is_category` and `ancestors` have an entry for each; the
    /// ancestors of each are categories, rise strictly, hold their own ancestors too, and never the name itself; the
    /// ancestors of a category are one below the other, as those of a path are; and items are called by integers where
    /// `item_kind` is that. Linear in the ancestors of all ancestors.
    #[must_use]
    pub fn from_parts(
        names: Vocabulary,
        item_kind: IdKind,
        is_category: Vec<bool>,
        ancestors: Rows<ItemIx>,
    ) -> Option<Self> {
        let n = names.len();
        if names.kind() != IdKind::Str || is_category.len() != n || ancestors.len() != n {
            return None;
        }
        let hierarchy = Self { names, item_kind, is_category, ancestors };
        (0..n).map(ItemIx::new).all(|item| hierarchy.is_sound(item)).then_some(hierarchy)
    }

    fn is_sound(&self, item: ItemIx) -> bool {
        let n = self.names.len();
        let above = self.ancestors(item);
        let rises = above.is_sorted_by(|a, b| a < b) && above.iter().all(|other| other.as_usize() < n);
        if !rises || above.contains(&item) || !above.iter().all(|&other| self.is_category(other)) {
            return false;
        }
        let closed =
            |&other: &ItemIx| self.ancestors(other).iter().all(|wider| above.binary_search(wider).is_ok());
        // Of the categories above a category the one with k above it is the one at depth k: all depths differ.
        let chained = || {
            let mut depths: Vec<usize> = above.iter().map(|&other| self.ancestors(other).len()).collect();
            depths.sort_unstable();
            depths.into_iter().eq(0..above.len())
        };
        above.iter().all(closed)
            && if self.is_category(item) {
                chained()
            } else {
                self.integer(item).is_some() || self.item_kind == IdKind::Str
            }
    }

    /// The names of items and categories, sorted; a position is an index here.
    #[must_use]
    pub fn names(&self) -> &Vocabulary {
        &self.names
    }

    /// The type of the items' ids outside.
    #[must_use]
    pub fn item_kind(&self) -> IdKind {
        self.item_kind
    }

    /// The categories above each item and category, rising.
    #[must_use]
    pub fn rows(&self) -> &Rows<ItemIx> {
        &self.ancestors
    }

    /// The categories above an item or a category, rising; none above the widest.
    ///
    /// # Panics
    /// When the item is not of the vocabulary.
    #[must_use]
    pub fn ancestors(&self, item: ItemIx) -> &[ItemIx] {
        self.ancestors.row(item.as_usize())
    }

    /// Whether one of the two stands above the other: then they have no place in one set.
    ///
    /// # Panics
    /// When one is not of the vocabulary.
    #[must_use]
    pub fn are_related(&self, a: ItemIx, b: ItemIx) -> bool {
        self.ancestors(a).binary_search(&b).is_ok() || self.ancestors(b).binary_search(&a).is_ok()
    }

    /// Whether it is a category.
    ///
    /// # Panics
    /// When it is not of the vocabulary.
    #[must_use]
    pub fn is_category(&self, item: ItemIx) -> bool {
        self.is_category[item.as_usize()]
    }

    /// What an item is called outside, of the type that items have there; of a category its path.
    ///
    /// # Panics
    /// When it is not of the vocabulary.
    #[must_use]
    pub fn item_id(&self, item: ItemIx) -> Id {
        let integer = Some(item).filter(|&item| !self.is_category(item)).and_then(|item| self.integer(item));
        integer.map_or_else(|| self.names.get(item.as_usize()).to_id(), Id::Int)
    }

    /// The item of an id, or the category of a path as [`CategoryRef::path`](crate::data::CategoryRef::path) gives it.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for what is neither, [`IdError::WrongKind`] for an item's id of the other type.
    pub fn find_item<'a>(&self, id: impl Into<IdRef<'a>>) -> Result<ItemIx, IdError> {
        let id = id.into();
        let wrong = || IdError::WrongKind {
            role: "item",
            expected: self.item_kind,
            found: id.kind(),
            id: id.quoted(),
        };
        let unknown = || IdError::Unknown { role: "item", id: id.quoted() };
        if id.kind() == IdKind::Int && self.item_kind == IdKind::Str {
            return Err(wrong());
        }
        let text = id.to_string();
        let found = self.names.position(IdRef::Str(&text)).map(ItemIx::new).ok_or_else(unknown)?;
        match (self.is_category(found), id.kind() == self.item_kind) {
            // A category that is called by digits is no item for all that.
            (true, _) if id.kind() == IdKind::Int => Err(unknown()),
            (false, false) => Err(wrong()),
            _ => Ok(found),
        }
    }

    /// What each category implies besides what stands above it: the categories that all of its items stand below too, rising,
    /// those it has no place with in one set anyway left out. There are some only where items are in several categories: with
    /// mugs in `Gifts` and in `Kitchen`, and nothing else in `Gifts`, whoever buys of `Gifts` buys of `Kitchen`.
    ///
    /// Time: over the items, the product of the categories above each.
    ///
    /// ```
    /// use kosar::data::{Baskets, Catalog};
    ///
    /// let catalog = Catalog::from_paths([("mug", "Gifts"), ("mug", "Kitchen"), ("pan", "Kitchen")])?;
    /// let baskets = Baskets::from_ids([["mug"], ["pan"]])?.with_categories(&catalog)?;
    /// let hierarchy = baskets.hierarchy().unwrap();
    /// let [gifts, kitchen] = [hierarchy.find_item("Gifts")?, hierarchy.find_item("Kitchen")?];
    /// assert_eq!(hierarchy.implied().row(gifts.as_usize()), [kitchen]);
    /// assert!(hierarchy.implied().row(kitchen.as_usize()).is_empty());
    /// # Ok::<(), kosar::Error>(())
    /// ```
    #[must_use]
    pub fn implied(&self) -> Rows<ItemIx> {
        let mut common: Vec<Option<Vec<ItemIx>>> = vec![None; self.names.len()];
        for item in (0..self.names.len()).map(ItemIx::new).filter(|&item| !self.is_category(item)) {
            let above = self.ancestors(item);
            for category in above {
                match &mut common[category.as_usize()] {
                    None => common[category.as_usize()] = Some(above.to_vec()),
                    Some(common) => common.retain(|other| above.binary_search(other).is_ok()),
                }
            }
        }
        let of = |(category, common): (usize, Option<Vec<ItemIx>>)| {
            let category = ItemIx::new(category);
            let mut implied = common.unwrap_or_default();
            implied.retain(|&other| other != category && !self.are_related(category, other));
            implied
        };
        common.into_iter().enumerate().map(of).collect()
    }

    /// A cart with every category above its items, rising, each once.
    ///
    /// # Panics
    /// When an item is not of the vocabulary.
    #[must_use]
    pub fn extend_cart(&self, cart: &[ItemIx]) -> Vec<ItemIx> {
        let mut extended: Vec<ItemIx> = cart.iter().flat_map(|&item| self.ancestors(item)).copied().collect();
        extended.extend_from_slice(cart);
        extended.sort_unstable();
        extended.dedup();
        extended
    }

    /// The items and categories below one of some, rising.
    pub(crate) fn below(&self, above: &[ItemIx]) -> Vec<ItemIx> {
        let mut is_above = vec![false; self.names.len()];
        above.iter().for_each(|item| is_above[item.as_usize()] = true);
        let has = |&item: &ItemIx| self.ancestors(item).iter().any(|other| is_above[other.as_usize()]);
        (0..self.names.len()).map(ItemIx::new).filter(has).collect()
    }

    /// For tests of what uses it: at most ten, called by their digits, a category whatever stands above something.
    #[cfg(test)]
    pub(crate) fn of_ancestors(ancestors: Rows<ItemIx>) -> Self {
        let n = ancestors.len();
        let is_category = (0..n).map(|item| ancestors.values().contains(&ItemIx::new(item))).collect();
        let names = (0..n).map(|item| Id::from(item.to_string())).collect();
        Self { names, item_kind: IdKind::Str, is_category, ancestors }
    }

    /// The integer that an item is called by outside; `None` where items are not, and for a name that is none as integers
    /// are written.
    fn integer(&self, item: ItemIx) -> Option<i64> {
        let IdRef::Str(text) = self.names.get(item.as_usize()) else { return None };
        let integer = text.parse::<i64>().ok().filter(|_| self.item_kind == IdKind::Int)?;
        (integer.to_string() == text).then_some(integer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0: `A`, 1: `A/B`, 2: `C`, 3: the item `x` in `A/B` and `C`, 4: the item `y` in nothing.
    fn parts() -> (Vocabulary, Vec<bool>, Vec<Vec<usize>>) {
        let names = ["A", "A/B", "C", "x", "y"].map(Id::from).into_iter().collect();
        (names, vec![true, true, true, false, false], vec![vec![], vec![0], vec![], vec![0, 1, 2], vec![]])
    }

    fn built(
        kind: IdKind,
        (names, is_category, rows): (Vocabulary, Vec<bool>, Vec<Vec<usize>>),
    ) -> Option<Hierarchy> {
        let rows = rows.into_iter().map(|row| row.into_iter().map(ItemIx::new)).collect();
        Hierarchy::from_parts(names, kind, is_category, rows)
    }

    #[test]
    fn sound_parts_make_a_hierarchy() {
        let hierarchy = built(IdKind::Str, parts()).unwrap();
        let ix = ItemIx::new;
        assert!(hierarchy.are_related(ix(0), ix(3)) && hierarchy.are_related(ix(3), ix(1)));
        assert!(!hierarchy.are_related(ix(0), ix(2)) && !hierarchy.are_related(ix(3), ix(4)));
        assert_eq!(hierarchy.extend_cart(&[ix(4), ix(1)]), [ix(0), ix(1), ix(4)]);
        assert_eq!(hierarchy.extend_cart(&[]), []);
        assert_eq!(hierarchy.find_item("z").unwrap_err().to_string(), "unknown item 'z'");
        assert!(hierarchy.find_item(3).unwrap_err().to_string().contains("got the integer 3"));
    }

    #[test]
    fn every_broken_part_is_refused() {
        type Break = fn(&mut (Vocabulary, Vec<bool>, Vec<Vec<usize>>));
        let breaks: [(&str, Break); 10] = [
            ("names that are integers", |p| p.0 = Vocabulary::from_sorted_ints(vec![1, 2, 3, 4, 5]).unwrap()),
            ("a mark too few", |p| p.1.truncate(4)),
            ("a row too few", |p| p.2.truncate(4)),
            ("ancestors that do not rise", |p| p.2[3] = vec![1, 0, 2]),
            ("an ancestor twice", |p| p.2[1] = vec![0, 0]),
            ("an ancestor behind the end", |p| p.2[4] = vec![5]),
            ("an item above an item", |p| p.2[4] = vec![3]),
            ("itself above itself", |p| p.2[0] = vec![0]),
            ("an ancestor's ancestor missing", |p| p.2[3] = vec![1, 2]),
            ("two widest categories above a category", |p| p.2[1] = vec![0, 2]),
        ];
        for (what, break_it) in breaks {
            let mut parts = parts();
            break_it(&mut parts);
            assert!(built(IdKind::Str, parts).is_none(), "{what}");
        }
        assert!(built(IdKind::Int, parts()).is_none(), "items that are no integers");
    }

    #[test]
    fn integers_are_found_as_integers_only() {
        let names: Vocabulary = ["-3", "10", "7"].map(Id::from).into_iter().collect();
        let hierarchy =
            built(IdKind::Int, (names, vec![false, false, true], vec![vec![2], vec![], vec![]])).unwrap();
        assert_eq!(hierarchy.item_id(hierarchy.find_item(-3).unwrap()), Id::from(-3));
        assert_eq!(hierarchy.item_id(hierarchy.find_item("7").unwrap()), Id::from("7"));
        assert_eq!(hierarchy.find_item(7).unwrap_err().to_string(), "unknown item 7");
        let error = hierarchy.find_item("10").unwrap_err();
        assert_eq!(error.to_string(), "item ids are integer here, got the string '10'");
        let padded: Vocabulary = [Id::from("07")].into_iter().collect();
        assert!(built(IdKind::Int, (padded, vec![false], vec![vec![]])).is_none());
    }
}
