//! The events of a log as a table.

use crate::data::attribute::NONE;
use crate::data::{Attribute, Column, EventKind, EventLog, Table, Vocabulary};

/// The columns that the table has of its own; kept ones have other names.
pub(super) const TABLE_COLUMNS: [&str; 9] =
    ["session", "session_id", "customer", "item", "kind", "time", "quantity", "position", "propensity"];

impl EventLog {
    /// The events, session after session: the columns `session` (its number, from 0), `session_id`, `customer`, `item`,
    /// `kind`, `time`, where the log has any, `quantity`, `position` and `propensity`, and the kept columns by their names.
    ///
    /// Session ids, customers and items that are not known are missing, as are positions, propensities and kept numbers (NaN). Linear in
    /// the events.
    #[must_use]
    pub fn table(&self) -> Table {
        let columns = &self.sessions;
        let lengths = || columns.offsets.windows(2).map(|ends| ends[1] - ends[0]);
        let spread = |values: &[u32]| -> Vec<u32> {
            values.iter().zip(lengths()).flat_map(|(&value, n)| std::iter::repeat_n(value, n)).collect()
        };
        let numbers = (0_i64..).zip(lengths()).flat_map(|(number, n)| std::iter::repeat_n(number, n));
        let ids =
            |vocabulary: &Vocabulary, positions| Column::Ids { vocabulary: vocabulary.clone(), positions };
        let words = EventKind::ALL.iter().map(|kind| kind.name().to_owned()).collect();
        let kinds = columns.kind.iter().map(|&kind| kind as u32).collect();
        let mut table = Table::new()
            .with("session", Column::Ints(numbers.collect()))
            .with("session_id", ids(self.session_ids(), spread(&columns.id)))
            .with("customer", ids(self.customers(), spread(&columns.customer)))
            .with("item", ids(self.items(), columns.item.iter().map(|item| item.as_u32()).collect()))
            .with("kind", Column::Words { words, positions: kinds })
            .with("time", Column::Times(columns.time.clone()));
        if let Some(quantity) = &columns.quantity {
            let quantity = quantity.iter().map(|quantity| quantity.to_f64()).collect();
            table = table.with("quantity", Column::Floats(quantity));
        }
        if let Some(position) = &columns.position {
            let place = |&place: &u32| if place == NONE { f64::NAN } else { f64::from(place) };
            table = table.with("position", Column::Floats(position.iter().map(place).collect()));
        }
        if let Some(propensity) = &columns.propensity {
            table = table.with("propensity", Column::Floats(propensity.clone()));
        }
        for (name, column) in &columns.attributes {
            let column = match column {
                Attribute::Category { words, codes } => ids(words, codes.clone()),
                Attribute::Number(values) => Column::Floats(values.clone()),
            };
            table = table.with(name.clone(), column);
        }
        table
    }
}
