//! Columns of facts while a catalogue is being built: values of the same item add up, whatever the order of the rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::batch::{AttributeValues, NumberValues};
use crate::data::catalog_batch::CatalogBatch;
use crate::data::catalog_facts::Facts;
use crate::data::owner_columns::{WordColumn, WordSets, smallest};
use crate::data::{Attribute, Cause};
use crate::error::Result;
use crate::money::Fixed;
use crate::time::Time;

/// The facts of a row that can be unreadable.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RowNumbers {
    price: Option<Fixed>,
    cost: Option<Fixed>,
    stock: Option<Fixed>,
    launched: Option<Time>,
}

impl RowNumbers {
    /// Reads the numbers and the time of a row; a missing one is none.
    pub(super) fn read(batch: &CatalogBatch<'_>, row: usize, format: Option<&str>) -> Result<Self, Cause> {
        let number = |values: &Option<NumberValues<'_>>| match values.as_ref() {
            None => Ok(None),
            // A frame says with NaN what a file says with an empty field.
            Some(NumberValues::Float(values)) if values.get(row).is_some_and(f64::is_nan) => Ok(None),
            Some(values) => match values.get(row)? {
                Some(value) => Fixed::from_f64(value).map(Some).ok_or(Cause::TooLarge),
                None => Ok(None),
            },
        };
        let numbers = Self {
            price: number(&batch.price)?,
            cost: number(&batch.cost)?,
            stock: number(&batch.stock)?,
            launched: match batch.launched.as_ref().map(|times| times.get(row, format)) {
                None | Some(Err(Cause::MissingTime)) => None,
                Some(time) => Some(time?),
            },
        };
        if [numbers.price, numbers.cost].into_iter().flatten().any(|money| money < Fixed::ZERO) {
            return Err(Cause::NegativePrice);
        }
        Ok(numbers)
    }
}

/// Numbers of items, as the rows had them; `None` as long as no batch has the column.
type Given<T> = Option<Vec<(u32, T)>>;

/// The facts of items under construction.
#[derive(Debug, Default)]
pub(super) struct FactColumns {
    brand: WordColumn,
    text: WordColumn,
    attributes: BTreeMap<String, WordColumn>,
    price: Given<Fixed>,
    cost: Given<Fixed>,
    stock: Given<Fixed>,
    launched: Given<Time>,
    tags: WordSets,
}

impl FactColumns {
    /// Sees which columns a batch has, so that a column without a value is known too.
    pub(super) fn learn(&mut self, batch: &CatalogBatch<'_>) {
        for (column, is_there) in [
            (&mut self.price, batch.price.is_some()),
            (&mut self.cost, batch.cost.is_some()),
            (&mut self.stock, batch.stock.is_some()),
        ] {
            if is_there {
                column.get_or_insert_default();
            }
        }
        if batch.launched.is_some() {
            self.launched.get_or_insert_default();
        }
        for (name, _) in &batch.attributes {
            if !self.attributes.contains_key(name) {
                self.attributes.insert(name.clone(), WordColumn::default());
            }
        }
    }

    /// Takes the facts of a row, whose item is known by its number.
    pub(super) fn take(
        &mut self,
        batch: &CatalogBatch<'_>,
        row: usize,
        item: u32,
        numbers: &RowNumbers,
        tag_separator: &str,
    ) -> Result<()> {
        self.brand.take("brands", item, batch.brand.as_ref().and_then(|values| values.get(row)))?;
        self.text.take("texts", item, batch.text.as_ref().and_then(|values| values.get(row)))?;
        for (name, values) in &batch.attributes {
            let column = self.attributes.entry(name.clone()).or_default();
            match values {
                AttributeValues::Text(values) => column.take("attribute values", item, values.get(row))?,
                AttributeValues::Number(values) => {
                    let number = values.get(row).filter(|number| number.is_finite());
                    let word = number.map(|number| (number + 0.0).to_string());
                    column.take("attribute values", item, word.as_deref())?;
                }
            }
        }
        give(&mut self.price, item, numbers.price);
        give(&mut self.cost, item, numbers.cost);
        give(&mut self.stock, item, numbers.stock);
        give(&mut self.launched, item, numbers.launched);
        if let Some(tags) = &batch.tags {
            let own = &mut self.tags;
            tags.each(row, tag_separator, |tag| own.take("tags", item, tag))?;
        }
        Ok(())
    }

    /// The columns; items with several values of one are added to `several`.
    pub(super) fn finish(self, new_items: &[u32], several: &mut BTreeSet<u32>) -> Facts {
        let (tag_words, tags) = self.tags.finish(new_items);
        let mut words = |column: WordColumn| {
            let (words, codes) = column.finish(new_items, several);
            Attribute::Category { words, codes }
        };
        let (brand, text) = (words(self.brand), words(self.text));
        let attributes = self.attributes.into_iter().map(|(name, column)| (name, words(column))).collect();
        Facts {
            brand,
            text,
            attributes,
            price: self.price.map(|given| smallest(given, new_items, several)),
            cost: self.cost.map(|given| smallest(given, new_items, several)),
            stock: self.stock.map(|given| smallest(given, new_items, several)),
            launched: self.launched.map(|given| smallest(given, new_items, several)),
            tag_words,
            tags,
        }
    }
}

/// Takes the number of an item into a column that is known.
fn give<T>(column: &mut Given<T>, item: u32, value: Option<T>) {
    if let (Some(column), Some(value)) = (column, value) {
        column.push((item, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::batch::{IdValues, TimeValues, Values};
    use crate::data::{Catalog, CatalogBuilder, CatalogOptions, IdRef, Note, TagValues};

    fn text<'a>(values: &[&'a str]) -> Values<'a, &'a str> {
        Values::new(values.to_vec())
    }

    fn numbers<'a>(values: &[&'a str]) -> NumberValues<'a> {
        NumberValues::Text(text(values))
    }

    /// Rows of item, brand, price, launch, tags and colour.
    fn built(rows: &[[&str; 6]]) -> Catalog {
        let column = |at: usize| text(&rows.iter().map(|row| row[at]).collect::<Vec<_>>());
        let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
        let batch = CatalogBatch::new(rows.len()).items(IdValues::Text(column(0))).unwrap();
        let batch = batch.brands(column(1)).unwrap().prices(NumberValues::Text(column(2))).unwrap();
        let batch = batch.launches(TimeValues::Text(column(3))).unwrap();
        let batch = batch.tags(TagValues::Joined(column(4))).unwrap();
        builder.push(&batch.attribute("colour", AttributeValues::Text(column(5))).unwrap()).unwrap();
        builder.finish().unwrap()
    }

    #[test]
    fn rows_of_an_item_add_up_in_any_order() {
        let rows = [
            ["mug", "Zen", "4.50", "", "gift, blue", "blue"],
            ["mug", "Acme", "", "2025-03-01", "gift,,tea", ""],
            ["mug", "", "3", "2024-03-01", "", "white"],
            ["cup", "Acme", "2", "", "", "blue"],
        ];
        let reversed: Vec<_> = rows.iter().rev().copied().collect();
        for catalog in [built(&rows), built(&reversed)] {
            let mug = catalog.item("mug").unwrap();
            assert_eq!((mug.brand, mug.price), (Some("Acme"), Fixed::from_f64(3.0)));
            assert_eq!(mug.launched, Some(Time::parse("2024-03-01").unwrap()));
            assert_eq!(mug.tags, ["blue", "gift", "tea"]);
            assert_eq!(mug.attributes, [("colour", "blue")]);
            assert_eq!((mug.cost, mug.stock, mug.text), (None, None, None));
            assert_eq!(catalog.report().notes()[&Note::SeveralValues].examples, ["mug"]);
            // What no item keeps is no brand of the catalogue.
            assert_eq!(catalog.brands().collect::<Vec<_>>(), ["Acme"]);
            assert_eq!(catalog.tags().collect::<Vec<_>>(), ["blue", "gift", "tea"]);
            assert_eq!(catalog.attribute_names().collect::<Vec<_>>(), ["colour"]);
        }
    }

    #[test]
    fn what_cannot_be_read_sets_the_row_aside_with_its_text() {
        let catalog = built(&[
            ["a", "", "cheap", "", "", ""],
            ["b", "", "-1", "", "", ""],
            ["c", "", "1e20", "", "", ""],
            ["d", "", "1", "soon", "", ""],
            ["e", "", "", "", "", ""],
        ]);
        assert_eq!(catalog.items().iter().collect::<Vec<_>>(), [IdRef::Str("e")]);
        let aside = catalog.report().set_aside();
        let causes: Vec<Cause> = aside.keys().copied().collect();
        assert_eq!(causes, [Cause::BadTime, Cause::BadNumber, Cause::TooLarge, Cause::NegativePrice]);
        assert_eq!(aside[&Cause::BadNumber].examples, ["cheap"]);
        assert_eq!(aside[&Cause::BadTime].examples, ["soon"]);
        assert_eq!((catalog.report().rows(), catalog.report().taken()), (5, 1));
    }

    #[test]
    fn filters_give_items_by_id_and_refuse_what_is_unknown() {
        let catalog = built(&[
            ["a", "Acme", "1", "2025-01-01", "x", "red"],
            ["b", "Zen", "2", "2025-02-01", "x,y", "red"],
            ["c", "Acme", "", "", "", ""],
        ]);
        let ids = |found: Vec<IdRef<'_>>| found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(ids(catalog.items_of_brand("Acme").unwrap()), "a c");
        assert_eq!(ids(catalog.items_with_tag("y").unwrap()), "b");
        assert_eq!(ids(catalog.items_with_attribute("colour", "red").unwrap()), "a b");
        assert_eq!(ids(catalog.items_priced(Fixed::from_f64(1.5), None).unwrap()), "b");
        assert_eq!(ids(catalog.items_priced(None, Fixed::from_f64(2.0)).unwrap()), "a b");
        assert_eq!(ids(catalog.items_launched_since(Time::parse("2025-02-01").unwrap()).unwrap()), "b");
        let message = |found: Result<Vec<IdRef<'_>>, crate::IdError>| found.unwrap_err().to_string();
        assert_eq!(message(catalog.items_of_brand("Acne")), "unknown brand 'Acne'");
        assert_eq!(message(catalog.items_with_tag("z")), "unknown tag 'z'");
        assert_eq!(message(catalog.items_with_attribute("size", "1")), "unknown attribute 'size'");
        assert_eq!(message(catalog.items_with_attribute("colour", "x")), "unknown attribute value 'x'");
    }

    #[test]
    fn a_filter_by_a_column_that_was_not_there_is_refused_and_by_an_empty_one_finds_nothing() {
        let built = |batch: CatalogBatch<'_>| {
            let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
            builder.push(&batch.items(IdValues::Text(text(&["a"]))).unwrap()).unwrap();
            builder.finish().unwrap()
        };
        let bare = built(CatalogBatch::new(1));
        for (found, column, asked) in [
            (bare.items_priced(None, None), "price", "a filter by price"),
            (bare.items_in_stock(), "stock", "a filter by stock"),
            (bare.items_launched_since(Time::from_micros(0)), "launched", "a filter by launch"),
        ] {
            let error = found.unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::MissingColumn);
            let message = format!("the catalogue was built without a {column} column, which {asked} needs");
            assert_eq!(error.to_string(), message);
        }
        let batch = CatalogBatch::new(1).prices(numbers(&[""])).unwrap().stocks(numbers(&[""])).unwrap();
        let empty = built(batch.launches(TimeValues::Text(text(&[""]))).unwrap());
        assert_eq!(empty.items_priced(None, None).unwrap(), []);
        assert_eq!(empty.items_in_stock().unwrap(), []);
        assert_eq!(empty.items_launched_since(Time::from_micros(0)).unwrap(), []);
    }

    #[test]
    fn a_frames_nan_is_a_missing_value_and_a_number_of_an_attribute_a_word() {
        let mut builder = CatalogBuilder::new(CatalogOptions::default()).unwrap();
        let batch = CatalogBatch::new(2).items(IdValues::Int(Values::new(&[1, 2][..]))).unwrap();
        let batch = batch.stocks(NumberValues::Float(Values::new(&[f64::NAN, -3.0][..]))).unwrap();
        let sizes = AttributeValues::Number(Values::new(&[38.0, 38.5][..]));
        let tags = TagValues::Lists { ends: vec![0, 2], tags: text(&["b, c", " a "]) };
        builder.push(&batch.attribute("size", sizes).unwrap().tags(tags).unwrap()).unwrap();
        let catalog = builder.finish().unwrap();
        assert_eq!(
            (catalog.item(1).unwrap().stock, catalog.item(2).unwrap().stock),
            (None, Fixed::from_f64(-3.0))
        );
        assert_eq!(catalog.item(1).unwrap().attributes, [("size", "38")]);
        assert_eq!(catalog.item(2).unwrap().attributes, [("size", "38.5")]);
        // A list's tags are whole, whatever is in them.
        assert_eq!(catalog.item(2).unwrap().tags, ["a", "b, c"]);
        let ragged = TagValues::Lists { ends: vec![1], tags: text(&["a", "b"]) };
        assert!(CatalogBatch::new(1).tags(ragged).is_err());
        assert!(CatalogBatch::new(2).prices(numbers(&["1"])).is_err());
        assert!(
            CatalogBuilder::new(CatalogOptions { tag_separator: String::new(), ..CatalogOptions::default() })
                .is_err()
        );
    }
}
