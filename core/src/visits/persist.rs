//! Visits in a file.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::data::Rows;
use crate::error::{ParamError, PersistError};
use crate::index::ItemIx;
use crate::params::Params;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions, invalid};
use crate::time::Time;
use crate::visits::Visits;
use crate::visits::index::{Look, SeenKind, Traces};

/// Visits have no parameters.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParams {}

impl Params for NoParams {
    fn validate(&self) -> Result<(), ParamError> {
        Ok(())
    }
}

/// Sections: `items`, `customers` and `session_ids` (vocabularies); `of_customer` (rows of items, of each customer what was seen,
/// the latest first) with `of_customer.kinds` (1 for what was left in the cart, else 0), `of_customer.views` (how often each was
/// viewed) and `of_customer.times` (when last, in microseconds since 1970); the same of `of_session`, the last session of
/// each id; and `touched` (rows of items, rising, of each of these).
impl Persist for Visits {
    const KIND: &'static str = "visits";

    /// Fails without histories: visits are nothing but what customers and sessions did.
    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        if !options.histories {
            return Err(invalid("of_customer", "visits are histories; they can only be saved with them"));
        }
        writer.params(&NoParams {})?;
        writer.vocabulary("items", &self.items)?;
        writer.vocabulary("customers", &self.customers)?;
        writer.vocabulary("session_ids", &self.session_ids)?;
        write_looks(writer, "of_customer", &self.of_customer)?;
        write_looks(writer, "of_session", &self.of_session)?;
        writer.rows("touched", &self.touched, ItemIx::as_u32)
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        reader.params::<NoParams>()?;
        let (items, customers) = (reader.vocabulary("items")?, reader.vocabulary("customers")?);
        let session_ids = reader.vocabulary("session_ids")?;
        let of_customer = read_looks(reader, "of_customer", customers.len(), items.len())?;
        let of_session = read_looks(reader, "of_session", session_ids.len(), items.len())?;
        let touched =
            reader.rows("touched", session_ids.len(), items.len(), RowOrder::Rising, ItemIx::from_u32)?;
        Ok(Self { items, customers, session_ids, of_customer, of_session, touched })
    }
}

fn write_looks(writer: &mut ModelWriter, name: &str, rows: &Rows<Look>) -> Result<(), PersistError> {
    let traces = || rows.values().iter().map(|look| look.traces);
    writer.rows(name, rows, |look| look.item.as_u32())?;
    writer.u8s(&format!("{name}.kinds"), traces().map(|one| u8::from(one.kind == SeenKind::InCart)))?;
    writer.u32s(&format!("{name}.views"), traces().map(|one| one.views))?;
    writer.i64s(&format!("{name}.times"), traces().map(|one| one.last.micros()))
}

fn read_looks(
    reader: &ModelReader<'_>,
    name: &str,
    n_rows: usize,
    n_items: usize,
) -> Result<Rows<Look>, PersistError> {
    let items = reader.rows(name, n_rows, n_items, RowOrder::Any, ItemIx::from_u32)?;
    let n = items.values().len();
    let section = |part: &str| format!("{name}.{part}");
    let kinds = reader.u8s(&section("kinds"), n)?;
    if kinds.iter().any(|&kind| kind > 1) {
        return Err(invalid(&section("kinds"), "a kind is neither 0 nor 1"));
    }
    let views = reader.u32s(&section("views"), n)?;
    let times = reader.i64s(&section("times"), n)?;
    let facts = items.values().iter().zip(kinds).zip(views).zip(times);
    let look = |(((&item, kind), views), last)| {
        let kind = if kind == 1 { SeenKind::InCart } else { SeenKind::Viewed };
        Look { item, traces: Traces { kind, views, last: Time::from_micros(last) } }
    };
    let rows = Rows::from_parts(items.offsets().to_vec(), facts.map(look).collect())
        .ok_or_else(|| invalid(&section("offsets"), "they do not delimit rows"))?;
    let falls = |row: &[Look]| {
        row.is_sorted_by_key(|look| (Reverse(look.traces.last), look.item)) && {
            let mut items: Vec<ItemIx> = row.iter().map(|look| look.item).collect();
            items.sort_unstable();
            items.is_sorted_by(|a, b| a < b)
        }
    };
    if !rows.iter().all(falls) {
        return Err(invalid(&section("values"), "the latest must come first, and no item twice"));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Id, Vocabulary};
    use crate::visits::VisitQuery;

    /// Ann left a mug in the cart and looked at tea twice, in a session that touched a pot too.
    fn visits() -> Visits {
        let words = |words: &[&str]| words.iter().map(|&word| Id::from(word)).collect::<Vocabulary>();
        let look = |item: usize, kind, views, last| Look {
            item: ItemIx::new(item),
            traces: Traces { kind, views, last: Time::from_micros(last) },
        };
        let looks = vec![look(0, SeenKind::InCart, 0, 9), look(2, SeenKind::Viewed, 2, -5)];
        Visits {
            items: words(&["mug", "pot", "tea"]),
            customers: words(&["ann", "bob"]),
            session_ids: words(&["s1"]),
            of_customer: [looks.clone(), Vec::new()].into_iter().collect(),
            of_session: [looks].into_iter().collect(),
            touched: [(0..3).map(ItemIx::new).collect::<Vec<_>>()].into_iter().collect(),
        }
    }

    #[test]
    fn a_file_gives_the_visits_back() {
        let visits = visits();
        let bytes = visits.to_bytes().unwrap();
        let read = Visits::from_bytes(&bytes).unwrap();
        assert_eq!((&read, &read.to_bytes().unwrap()), (&visits, &bytes));
        let seen = read.recently_viewed(&VisitQuery::customer("ann"), 9).unwrap();
        assert_eq!(
            seen.iter().map(|seen| (seen.views, seen.last.micros())).collect::<Vec<_>>(),
            [(0, 9), (2, -5)]
        );
        let refused = visits.to_bytes_with(SaveOptions::serving()).unwrap_err().to_string();
        assert!(refused.contains("can only be saved with them"), "{refused}");
    }

    #[test]
    fn a_file_with_right_checksums_is_held_to_every_rule() {
        let rows = |change: fn(&mut Vec<Look>)| {
            let mut looks = visits().of_customer.row(0).to_vec();
            change(&mut looks);
            Visits { of_customer: [looks, Vec::new()].into_iter().collect(), ..visits() }
        };
        let cases = [
            ("of_customer.values", rows(|looks| looks.swap(0, 1))),
            ("of_customer.values", rows(|looks| looks[1].item = looks[0].item)),
            ("of_customer.values", rows(|looks| looks[1].item = ItemIx::new(3))),
            ("of_session.offsets", Visits { of_session: Rows::default(), ..visits() }),
            ("touched.offsets", Visits { touched: Rows::default(), ..visits() }),
        ];
        for (section, broken) in cases {
            let error = Visits::from_bytes(&broken.to_bytes().unwrap()).unwrap_err().to_string();
            assert!(error.contains(section), "{section}: {error}");
        }
    }
}
