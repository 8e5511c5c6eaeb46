//! The model in a file: histories and categories; intervals are estimated again on reading.

use crate::data::{Rows, Vocabulary};
use crate::error::{Error, PersistError};
use crate::fit::Control;
use crate::index::ItemIx;
use crate::money::Quantity;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};
use crate::replenish::catalogue::Categories;
use crate::replenish::histories::{Histories, Purchase};
use crate::replenish::{Replenishment, ReplenishmentParams};
use crate::time::Time;

/// Sections: `customers` and `items` (vocabularies), `purchases` (rows of items, by item and day), `days` (since 1970) and
/// `quantities` (millionths) of each, and with a catalogue `catalog` (vocabulary of its items that stand in a category) and
/// `categories` (the number of each one's).
impl Persist for Replenishment {
    const KIND: &'static str = "replenishment";

    /// Fails without histories: this model is nothing but its customers.
    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        if !options.histories {
            let why = "this model is its customers' purchases; it can only be saved with histories";
            return Err(invalid("purchases", why));
        }
        let Histories { customers, items, rows } = &self.histories;
        writer.params(&self.params)?;
        writer.vocabulary("customers", customers)?;
        writer.vocabulary("items", items)?;
        writer.rows("purchases", rows, |purchase| purchase.item.as_u32())?;
        writer.i64s("days", rows.values().iter().map(|purchase| i64::from(purchase.day)))?;
        writer.i64s("quantities", rows.values().iter().map(|purchase| purchase.quantity.millionths()))?;
        if let Some(categories) = &self.categories {
            writer.vocabulary("catalog", &categories.items)?;
            writer.u32s("categories", categories.numbers.iter().copied())?;
        }
        Ok(())
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<ReplenishmentParams>()?.into_inner();
        let (customers, items) = (reader.vocabulary("customers")?, reader.vocabulary("items")?);
        let histories = read_histories(reader, customers, items)?;
        let categories = if reader.has("categories") { Some(read_categories(reader)?) } else { None };
        Self::of(params, histories, categories, &Control::new()).map_err(|error| match error {
            Error::Persist(error) => error,
            other => invalid("catalog", other.to_string()),
        })
    }
}

fn read_histories(
    reader: &ModelReader<'_>,
    customers: Vocabulary,
    items: Vocabulary,
) -> Result<Histories, PersistError> {
    let found = reader.rows("purchases", customers.len(), items.len(), RowOrder::Any, ItemIx::from_u32)?;
    let n = found.values().len();
    let ends = [i64::MIN, i64::MAX].map(|micros| Time::utc_day(Time::from_micros(micros)));
    let day = |day: i64| i32::try_from(day).ok().filter(|day| (ends[0]..=ends[1]).contains(day));
    let days: Option<Vec<i32>> = reader.i64s("days", n)?.into_iter().map(day).collect();
    let days = days.ok_or_else(|| invalid("days", "a day lies beyond the ends of time"))?;
    let quantities = reader.i64s("quantities", n)?;
    let facts = found.values().iter().zip(days).zip(quantities);
    let purchase = |((&item, day), quantity): ((&ItemIx, i32), i64)| Purchase {
        item,
        day,
        quantity: Quantity::from_millionths(quantity),
    };
    let rows = Rows::from_parts(found.offsets().to_vec(), facts.map(purchase).collect());
    let rows = rows.ok_or_else(|| invalid("purchases.offsets", "they do not delimit rows"))?;
    let histories = Histories { customers, items, rows };
    if !histories.is_in_form() {
        let why = "each customer's must rise by item and then by day, with quantities above 0, and every item be bought";
        return Err(invalid("purchases.values", why));
    }
    Ok(histories)
}

fn read_categories(reader: &ModelReader<'_>) -> Result<Categories, PersistError> {
    let items = reader.vocabulary("catalog")?;
    let numbers = reader.u32s_below("categories", items.len(), items.len())?;
    Ok(Categories { items, numbers })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Catalog, IdKind};

    fn model() -> Replenishment {
        let ids = |ids: &[i64]| Vocabulary::from_sorted_ints(ids.to_vec()).unwrap();
        let purchase = |item, day| Purchase { item: ItemIx::new(item), day, quantity: Quantity::ONE };
        let rows = [vec![purchase(0, 3), purchase(0, 10), purchase(1, 3)], vec![purchase(1, -5)]];
        let histories =
            Histories { customers: ids(&[7, 8]), items: ids(&[1, 2]), rows: rows.into_iter().collect() };
        let categories = Categories::of(&Catalog::from_paths([(1, "A"), (2, "B"), (3, "B")]).unwrap());
        Replenishment::of(Replenishment::params(), histories, Some(categories), &Control::new()).unwrap()
    }

    #[test]
    fn a_file_with_right_checksums_is_held_to_every_rule_of_the_model() {
        let model = model();
        assert_eq!(Replenishment::from_bytes(&model.to_bytes().unwrap()).unwrap(), model);
        type Change = fn(&mut Vec<Purchase>);
        let rows = |change: Change| {
            let mut values = model.histories.rows.values().to_vec();
            change(&mut values);
            let rows = Rows::from_parts(model.histories.rows.offsets().to_vec(), values).unwrap();
            Replenishment { histories: Histories { rows, ..model.histories.clone() }, ..model.clone() }
        };
        let with = |items: Vocabulary, numbers: Vec<u32>| Replenishment {
            categories: Some(Categories { items, numbers }),
            ..model.clone()
        };
        let own = model.categories.clone().unwrap();
        let cases = [
            ("purchases.values", rows(|values| values.swap(0, 1))),
            ("purchases.values", rows(|values| values[1].day = 3)),
            ("purchases.values", rows(|values| values[0].quantity = Quantity::ZERO)),
            ("purchases.values", rows(|values| values.iter_mut().for_each(|one| one.item = ItemIx::new(0)))),
            ("purchases.values", rows(|values| values[3].item = ItemIx::new(2))),
            ("days", rows(|values| values[3].day = i32::MIN)),
            ("categories", with(own.items.clone(), vec![0, 1])),
            ("categories", with(own.items.clone(), vec![0, 1, 3])),
            ("catalog", with(Vocabulary::from_sorted_text("x".to_owned(), vec![1]).unwrap(), vec![0])),
            ("params", Replenishment { params: Replenishment::params().coverage(2.0), ..model.clone() }),
        ];
        for (section, broken) in cases {
            let error = Replenishment::from_bytes(&broken.to_bytes().unwrap()).unwrap_err();
            assert!(error.to_string().starts_with(&format!("section '{section}' is invalid")), "{error}");
        }
    }

    #[test]
    fn a_catalogue_without_categories_is_one_still() {
        let none = Some(Categories { items: Vocabulary::empty(IdKind::Str), numbers: Vec::new() });
        let model = Replenishment { categories: none, ..model() };
        let read = Replenishment::from_bytes(&model.to_bytes().unwrap()).unwrap();
        assert_eq!(read.categories, model.categories);
    }
}
