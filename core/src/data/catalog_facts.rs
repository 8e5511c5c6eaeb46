//! What a catalogue holds of its items beside names and categories: brand, price, cost, stock, launch, tags, text.

use crate::data::{Attribute, Catalog, IdRef, Rows, Vocabulary};
use crate::error::{Error, IdError, Result};
use crate::index::ItemIx;
use crate::money::{Money, Quantity};
use crate::time::Time;

/// The columns of facts, one value an item.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) brand: Attribute,
    pub(super) text: Attribute,
    /// By name.
    pub(super) attributes: Vec<(String, Attribute)>,
    pub(super) price: Numbers<Money>,
    pub(super) cost: Numbers<Money>,
    pub(super) stock: Numbers<Quantity>,
    pub(super) launched: Numbers<Time>,
    pub(super) tag_words: Vocabulary,
    /// The tags of each item, rising.
    pub(super) tags: Rows<u32>,
}

/// A value an item, which may be missing; `None` where no rows had the column.
pub(super) type Numbers<T> = Option<Vec<Option<T>>>;

fn at<T: Copy>(column: &Numbers<T>, item: usize) -> Option<T> {
    column.as_ref()?[item]
}

/// All that a catalogue says of one item, borrowed from it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ItemFacts<'a> {
    /// The name to show.
    pub name: Option<&'a str>,
    /// The paths of the deepest categories, in the order of the tree.
    pub categories: Vec<&'a str>,
    /// The brand.
    pub brand: Option<&'a str>,
    /// The price of one.
    pub price: Option<Money>,
    /// What one costs the shop.
    pub cost: Option<Money>,
    /// How many are there; below zero where more are sold than there were.
    pub stock: Option<Quantity>,
    /// When it was launched.
    pub launched: Option<Time>,
    /// The tags, by bytes.
    pub tags: Vec<&'a str>,
    /// The free attributes that the item has, by name.
    pub attributes: Vec<(&'a str, &'a str)>,
    /// The description.
    pub text: Option<&'a str>,
}

impl Catalog {
    /// All that the catalogue says of an item.
    ///
    /// ```
    /// use kosar::Money;
    /// use kosar::data::{CatalogBatch, CatalogBuilder, CatalogOptions, IdValues, NumberValues, TagValues, Values};
    ///
    /// let mut builder = CatalogBuilder::new(CatalogOptions::default())?;
    /// builder.push(
    ///     &CatalogBatch::new(2)
    ///         .items(IdValues::Text(Values::new(&["rye", "tea"][..])))?
    ///         .brands(Values::new(&["Miller", ""][..]))?
    ///         .prices(NumberValues::Text(Values::new(&["2.55", "4"][..])))?
    ///         .tags(TagValues::Joined(Values::new(&["fresh, dark", "dark"][..])))?,
    /// )?;
    /// let catalog = builder.finish()?;
    /// let rye = catalog.item("rye")?;
    /// assert_eq!((rye.brand, rye.price), (Some("Miller"), Money::from_f64(2.55)));
    /// assert_eq!(rye.tags, ["dark", "fresh"]);
    /// assert_eq!(catalog.items_with_tag("dark")?, ["rye".into(), "tea".into()]);
    /// assert_eq!(catalog.items_priced(None, Money::from_f64(3.0))?, ["rye".into()]);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`IdError`] for an item that is not in the catalogue, or an id of the other type.
    pub fn item<'a>(&self, item: impl Into<IdRef<'a>>) -> Result<ItemFacts<'_>> {
        let at = self.items().find("item", item.into())?;
        let facts = self.facts();
        let attributes = facts.attributes.iter();
        Ok(ItemFacts {
            name: self.name_at(at),
            categories: self.paths_of(ItemIx::new(at)).collect(),
            brand: facts.brand.word(at),
            price: self::at(&facts.price, at),
            cost: self::at(&facts.cost, at),
            stock: self::at(&facts.stock, at),
            launched: self::at(&facts.launched, at),
            tags: self.tags_at(at).collect(),
            attributes: attributes
                .filter_map(|(name, words)| Some((name.as_str(), words.word(at)?)))
                .collect(),
            text: facts.text.word(at),
        })
    }

    /// When each item was launched, where that is known, in the order of the items.
    pub(crate) fn launches(&self) -> Vec<Option<Time>> {
        (0..self.n_items()).map(|item| self::at(&self.facts().launched, item)).collect()
    }

    /// The names of the free attributes, by bytes.
    pub fn attribute_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.facts().attributes.iter().map(|(name, _)| name.as_str())
    }

    /// The brands, by bytes.
    pub fn brands(&self) -> impl Iterator<Item = &str> {
        words(&self.facts().brand).iter().filter_map(as_word)
    }

    /// The tags, by bytes.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.facts().tag_words.iter().filter_map(as_word)
    }

    /// The items of a brand, by id. Linear in the items.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a brand that no item has.
    pub fn items_of_brand(&self, brand: &str) -> Result<Vec<IdRef<'_>>, IdError> {
        self.items_with_word("brand", &self.facts().brand, brand)
    }

    /// The items whose free attribute has a value, by id. Linear in the items.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for an attribute that the catalogue does not have, and for a value that no item has.
    pub fn items_with_attribute(&self, name: &str, value: &str) -> Result<Vec<IdRef<'_>>, IdError> {
        let found = self.facts().attributes.iter().find(|(known, _)| known == name);
        let unknown = || IdError::Unknown { role: "attribute", id: IdRef::Str(name).quoted() };
        self.items_with_word("attribute value", &found.ok_or_else(unknown)?.1, value)
    }

    /// The items with a tag, by id. Linear in the tags of all items.
    ///
    /// # Errors
    /// [`IdError::Unknown`] for a tag that no item has.
    pub fn items_with_tag(&self, tag: &str) -> Result<Vec<IdRef<'_>>, IdError> {
        let facts = self.facts();
        let tag = facts.tag_words.find("tag", tag.into())?;
        let has = |at: usize| facts.tags.row(at).iter().any(|&own| own as usize == tag);
        Ok(self.items_where(has))
    }

    /// The items with a price from `min` to `max`, both included where given, by id; items without a price are not among
    /// them. Linear in the items.
    ///
    /// # Errors
    /// [`Error::MissingFact`] in a catalogue without prices.
    pub fn items_priced(&self, min: Option<Money>, max: Option<Money>) -> Result<Vec<IdRef<'_>>> {
        let fits = |price: Money| min.is_none_or(|min| price >= min) && max.is_none_or(|max| price <= max);
        self.items_with_number(&self.facts().price, fits, "price", "a filter by price")
    }

    /// The items with a stock above zero, by id; an item of unknown stock is not among them. Linear in the items.
    ///
    /// # Errors
    /// [`Error::MissingFact`] in a catalogue without stocks.
    pub fn items_in_stock(&self) -> Result<Vec<IdRef<'_>>> {
        let is_there = |stock| stock > Quantity::ZERO;
        self.items_with_number(&self.facts().stock, is_there, "stock", "a filter by stock")
    }

    /// The items launched at a time or after it, by id; an item of unknown launch is not among them. Linear in the items.
    ///
    /// # Errors
    /// [`Error::MissingFact`] in a catalogue without launches.
    pub fn items_launched_since(&self, time: Time) -> Result<Vec<IdRef<'_>>> {
        let is_since = |launched| launched >= time;
        self.items_with_number(&self.facts().launched, is_since, "launched", "a filter by launch")
    }

    /// The tags of an item, by bytes.
    pub(crate) fn tags_at(&self, item: usize) -> impl Iterator<Item = &str> {
        let words = &self.facts().tag_words;
        self.facts().tags.row(item).iter().filter_map(|&tag| as_word(words.get(tag as usize)))
    }

    /// The brand of an item.
    pub(crate) fn brand_at(&self, item: usize) -> Option<&str> {
        self.facts().brand.word(item)
    }

    /// The price of an item.
    pub(crate) fn cost_at(&self, item: usize) -> Option<Money> {
        at(&self.facts().cost, item)
    }

    /// How many of an item are there, by its position.
    pub(crate) fn stock_at(&self, item: usize) -> Option<Quantity> {
        at(&self.facts().stock, item)
    }

    /// The number of an item's brand among the brands, by its position.
    pub(crate) fn brand_code(&self, item: usize) -> Option<u32> {
        self.facts().brand.code(item)
    }

    /// The number of an item's word in a free attribute, by its position.
    pub(crate) fn attribute_code(&self, name: &str, item: usize) -> Option<u32> {
        self.facts().attributes.iter().find(|(own, _)| own == name)?.1.code(item)
    }

    /// The price of an item, by its position.
    pub(crate) fn price_at(&self, item: usize) -> Option<Money> {
        at(&self.facts().price, item)
    }

    /// The description of an item.
    pub(crate) fn text_at(&self, item: usize) -> Option<&str> {
        self.facts().text.word(item)
    }

    /// The free attributes of an item.
    pub(crate) fn attributes_at(&self, item: usize) -> impl Iterator<Item = (&str, &str)> {
        let attributes = self.facts().attributes.iter();
        attributes.filter_map(move |(name, words)| Some((name.as_str(), words.word(item)?)))
    }

    fn items_where(&self, is_in: impl Fn(usize) -> bool) -> Vec<IdRef<'_>> {
        (0..self.n_items()).filter(|&at| is_in(at)).map(|at| self.items().get(at)).collect()
    }

    fn items_with_number<T: Copy>(
        &self,
        column: &Numbers<T>,
        fits: impl Fn(T) -> bool,
        role: &'static str,
        needed_by: &'static str,
    ) -> Result<Vec<IdRef<'_>>> {
        let values = column.as_ref().ok_or(Error::MissingFact { column: role, needed_by })?;
        Ok(self.items_where(|at| values[at].is_some_and(&fits)))
    }

    fn items_with_word(
        &self,
        role: &'static str,
        column: &Attribute,
        word: &str,
    ) -> Result<Vec<IdRef<'_>>, IdError> {
        words(column).find(role, word.into())?;
        Ok(self.items_where(|at| column.word(at) == Some(word)))
    }
}

fn words(column: &Attribute) -> &Vocabulary {
    match column {
        Attribute::Category { words, .. } => words,
        Attribute::Number(_) => unreachable!("a catalogue keeps words"),
    }
}

fn as_word(id: IdRef<'_>) -> Option<&str> {
    match id {
        IdRef::Str(word) => Some(word),
        IdRef::Int(_) => None,
    }
}
