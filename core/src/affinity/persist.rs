//! The model in a file: the sums of all customers and what the catalogue says of the items; everything else is derived.

use crate::affinity::clock::HOURS_OF_WEEK;
use crate::affinity::facet::Source;
use crate::affinity::ledger::{Entry, Ledger, NEVER};
use crate::affinity::model::sources;
use crate::affinity::shelf::{Facts, Shelf};
use crate::affinity::{Affinity, AffinityParams};
use crate::data::{IdKind, Rows, Vocabulary};
use crate::error::PersistError;
use crate::money::Money;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};

/// An item whose price is not known.
const NO_PRICE: i64 = i64::MIN;

/// Sections: `customers` (vocabulary); of each ledger, by its number, `ledger.0` (vocabulary of its values: ids of items, prices
/// in millionths, hours of the week, words), `entries.0` (rows of these, one a customer), and of each entry `weights.0`
/// (millionths), `purchases.0`, `events.0` and `days.0` (since 1970, as the bits of a signed number; the smallest for none).
/// Ledgers are in the order items, prices, hours, columns by name, as far as the facets need them. With a catalogue `shelf`
/// (vocabulary of its items), `shelf.prices` (the smallest number for none), and of each of its facets, by number, `values.0`
/// (vocabulary) and `facts.0` (rows of these, one an item).
impl Persist for Affinity {
    const KIND: &'static str = "affinity";

    /// Fails without histories: this model is nothing but its customers.
    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        if !options.histories {
            return Err(invalid(
                "customers",
                "this model is its customers' sums; it can only be saved with histories",
            ));
        }
        writer.params(&self.params)?;
        writer.vocabulary("customers", &self.customers)?;
        for (at, ledger) in self.ledgers.iter().enumerate() {
            let entries = || ledger.rows.values().iter();
            writer.vocabulary(&format!("ledger.{at}"), &ledger.values)?;
            writer.rows(&format!("entries.{at}"), &ledger.rows, |entry| entry.code)?;
            writer.i64s(&format!("weights.{at}"), entries().map(|entry| entry.weight))?;
            writer.u32s(&format!("purchases.{at}"), entries().map(|entry| entry.purchases))?;
            writer.u32s(&format!("events.{at}"), entries().map(|entry| entry.events))?;
            writer.u32s(&format!("days.{at}"), entries().map(|entry| entry.day.cast_unsigned()))?;
        }
        let Some(shelf) = &self.shelf else { return Ok(()) };
        writer.vocabulary("shelf", &shelf.items)?;
        let price = |price: &Option<Money>| price.map_or(NO_PRICE, Money::millionths);
        writer.i64s("shelf.prices", shelf.prices.iter().map(price))?;
        for (at, facts) in shelf.facts.iter().enumerate() {
            writer.vocabulary(&format!("values.{at}"), &facts.values)?;
            writer.rows(&format!("facts.{at}"), &facts.rows, |value| value)?;
        }
        Ok(())
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let params = reader.params::<AffinityParams>()?.into_inner();
        let is_settled = params.facets.is_some()
            && params.purchase_events.is_some()
            && (params.half_life_days.is_none() || params.as_of.is_some());
        if !is_settled {
            return Err(invalid("params", "facets, purchase_events and as_of must be settled"));
        }
        let customers = reader.vocabulary("customers")?;
        let sources = sources(params.settled());
        let ledgers = sources.iter().enumerate();
        let ledgers = ledgers.map(|(at, source)| read_ledger(reader, at, source, customers.len()));
        let ledgers = ledgers.collect::<Result<Vec<_>, _>>()?;
        let n_facts = params.settled().iter().filter(|facet| facet.is_of_catalog()).count();
        let shelf = if reader.has("shelf") { Some(read_shelf(reader, n_facts)?) } else { None };
        match &shelf {
            None if n_facts > 0 => {
                return Err(PersistError::MissingSection { section: "shelf".to_owned() });
            }
            Some(shelf) => same_kind(shelf, &sources, &ledgers)?,
            None => {}
        }
        Ok(Self::of_parts(params, customers, ledgers, shelf))
    }
}

/// Items of the catalogue and of the logs are of one type, where both have any.
fn same_kind(shelf: &Shelf, sources: &[Source], ledgers: &[Ledger]) -> Result<(), PersistError> {
    let own = sources.iter().position(|source| *source == Source::Items).map(|at| &ledgers[at].values);
    match own {
        Some(items) if !items.is_empty() && !shelf.items.is_empty() && items.kind() != shelf.items.kind() => {
            Err(invalid("shelf", "its ids must be of the type of the items"))
        }
        _ => Ok(()),
    }
}

fn read_ledger(
    reader: &ModelReader<'_>,
    at: usize,
    source: &Source,
    n_customers: usize,
) -> Result<Ledger, PersistError> {
    let section = format!("ledger.{at}");
    let values = reader.vocabulary(&section)?;
    let fits = match source {
        Source::Items => true,
        Source::Prices => {
            values.as_ints().is_some_and(|prices| prices.first().is_none_or(|&first| first >= 0))
        }
        Source::Hours => {
            let is_hour = |hour: &i64| (0..HOURS_OF_WEEK).contains(hour);
            values.as_ints().is_some_and(|hours| hours.iter().all(is_hour))
        }
        Source::Column(_) => values.kind() == IdKind::Str,
    };
    if !fits {
        return Err(invalid(&section, "its values are not such as the facets need"));
    }
    let codes =
        reader.rows(&format!("entries.{at}"), n_customers, values.len(), RowOrder::Rising, |code| code)?;
    let n = codes.values().len();
    let weights = reader.i64s(&format!("weights.{at}"), n)?;
    let purchases = reader.u32s(&format!("purchases.{at}"), n)?;
    let events = reader.u32s(&format!("events.{at}"), n)?;
    let days = reader.u32s(&format!("days.{at}"), n)?;
    let columns = codes.values().iter().zip(weights).zip(purchases).zip(events).zip(days);
    let entries: Vec<Entry> = columns
        .map(|((((&code, weight), purchases), events), day)| Entry {
            weight,
            code,
            purchases,
            events,
            day: day.cast_signed(),
        })
        .collect();
    let is_nothing = |entry: &Entry| entry.purchases == 0 && entry.events == 0;
    if entries.iter().any(|entry| is_nothing(entry) && entry.weight >= 0) {
        return Err(invalid(&format!("weights.{at}"), "what nothing stands behind must be below 0"));
    }
    if entries.iter().any(|entry| is_nothing(entry) && entry.day != NEVER) {
        return Err(invalid(&format!("days.{at}"), "what nothing stands behind has no day"));
    }
    let rows = Rows::from_parts(codes.offsets().to_vec(), entries).expect("as many entries as codes");
    let ledger = Ledger { values, rows };
    if !ledger.uses_all_values() {
        return Err(invalid(&section, "each value must be some customer's"));
    }
    Ok(ledger)
}

fn read_shelf(reader: &ModelReader<'_>, n_facts: usize) -> Result<Shelf, PersistError> {
    let items = reader.vocabulary("shelf")?;
    let prices = reader.i64s("shelf.prices", items.len())?;
    if prices.iter().any(|&price| price < 0 && price != NO_PRICE) {
        return Err(invalid("shelf.prices", "they must be at least 0"));
    }
    let price = |price: i64| (price != NO_PRICE).then(|| Money::from_millionths(price));
    let facts = (0..n_facts).map(|at| {
        let section = format!("values.{at}");
        let values: Vocabulary = reader.vocabulary(&section)?;
        if values.kind() != IdKind::Str {
            return Err(invalid(&section, "they must be words"));
        }
        let rows =
            reader
                .rows(&format!("facts.{at}"), items.len(), values.len(), RowOrder::Rising, |value| value)?;
        Ok(Facts { values, rows })
    });
    let facts = facts.collect::<Result<Vec<_>, _>>()?;
    Ok(Shelf { prices: prices.into_iter().map(price).collect(), items, facts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::affinity::{AffinityData, Facet};
    use crate::data::{Catalog, OrderLog};
    use crate::error::Error;
    use crate::fit::Fit;

    fn model() -> Affinity {
        let log = OrderLog::from_pairs([("ann", "rye"), ("ann", "tea"), ("bob", "tea")]).unwrap();
        let catalog = Catalog::from_paths([("rye", "Food/Bread"), ("tea", "Drinks")]).unwrap();
        Affinity::params().fit(&AffinityData::of(&log).catalog(&catalog)).unwrap()
    }

    /// The section that a file of a changed model is refused for.
    fn refused(change: impl FnOnce(&mut Affinity)) -> String {
        let mut model = model();
        change(&mut model);
        match Affinity::from_bytes(&model.to_bytes().unwrap()).unwrap_err() {
            Error::Persist(PersistError::Invalid { section, .. }) => section,
            error => panic!("{error}"),
        }
    }

    /// Changes the first entry of the items.
    fn entry(change: impl FnOnce(&mut Entry)) -> impl FnOnce(&mut Affinity) {
        |model| {
            let ledger = &mut model.ledgers[0];
            let mut entries = ledger.rows.values().to_vec();
            change(&mut entries[0]);
            ledger.rows = Rows::from_parts(ledger.rows.offsets().to_vec(), entries).unwrap();
        }
    }

    #[test]
    fn a_file_is_held_to_every_invariant() {
        assert!(Affinity::from_bytes(&model().to_bytes().unwrap()).unwrap() == model());
        assert_eq!(refused(entry(|entry| entry.code = 1)), "entries.0.values");
        assert_eq!(refused(entry(|entry| entry.code = 2)), "entries.0.values");
        assert_eq!(refused(entry(|entry| entry.purchases = 0)), "weights.0");
        assert_eq!(refused(entry(|entry| (entry.purchases, entry.weight, entry.day) = (0, -1, 7))), "days.0");
        assert_eq!(
            refused(|model| {
                let more = ["mug", "rye", "tea"].into_iter().map(crate::Id::from).collect();
                model.ledgers[0].values = more;
            }),
            "ledger.0"
        );
        assert_eq!(refused(|model| model.params.facets = None), "params");
        assert_eq!(refused(|model| model.params.purchase_events = None), "params");
        assert_eq!(refused(|model| model.params.half_life_days = Some(1.0)), "params");
        assert_eq!(refused(|model| model.params.prior = -1.0), "params");
        // Facets that need what is not there, and what no facet needs.
        assert_eq!(refused(|model| model.params.facets = Some(vec![Facet::Hour])), "ledger.0");
        assert_eq!(refused(|model| model.params.facets = Some(vec![Facet::PriceBand])), "ledger.0");
        assert_eq!(
            refused(|model| {
                let shelf = model.shelf.as_mut().unwrap();
                shelf.facts.push(shelf.facts[0].clone());
            }),
            "facts.1.offsets"
        );
        assert_eq!(
            refused(|model| {
                let shelf = model.shelf.as_mut().unwrap();
                shelf.items = Vocabulary::from_sorted_ints(vec![1, 2]).unwrap();
            }),
            "shelf"
        );
        assert_eq!(
            refused(|model| model.shelf.as_mut().unwrap().prices[0] = Some(Money::from_millionths(-1))),
            "shelf.prices"
        );
        assert_eq!(
            refused(|model| {
                let facts = &mut model.shelf.as_mut().unwrap().facts[0];
                facts.rows = [vec![1, 0], vec![0]].into_iter().collect();
            }),
            "facts.0.values"
        );
        let mut model = model();
        model.shelf = None;
        let error = Affinity::from_bytes(&model.to_bytes().unwrap()).unwrap_err().to_string();
        assert!(error.contains("shelf"), "{error}");
        let error = model.to_bytes_with(SaveOptions::serving()).unwrap_err().to_string();
        assert!(error.contains("can only be saved with histories"), "{error}");
    }
}
