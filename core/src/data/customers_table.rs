//! Customers as a table.

use std::sync::Arc;

use crate::data::attribute::NONE;
use crate::data::customers::CustomerColumn;
use crate::data::{Column, Consent, Customers, Table};
use crate::index::ItemIx;

impl Customers {
    /// The customers as a table, by id: `customer`, `time_zone` where any is known, each attribute by its name,
    /// `preference:KIND` with a list of words for each kind, and `consent:CHANNEL/PURPOSE`, which is `given`, `withdrawn` or
    /// `unknown`.
    ///
    /// Linear in what is known.
    ///
    /// ```
    /// use kosar::data::{Cell, CustomersBatch, CustomersBuilder, CustomersOptions, FlagValues, IdValues, Values};
    ///
    /// let mut builder = CustomersBuilder::new(CustomersOptions::default())?;
    /// let batch = CustomersBatch::new(2).customers(IdValues::Int(Values::new(&[5, 3][..])))?;
    /// builder.push(&batch.consent("sms", "orders", FlagValues::Bool(Values::new(&[true, false][..])))?)?;
    /// let table = builder.finish()?.table();
    /// let rows: Vec<_> = table.row(1).collect();
    /// assert_eq!(rows, [("customer", Cell::Id(5.into())), ("consent:sms/orders", Cell::Word("given"))]);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    #[must_use]
    pub fn table(&self) -> Table {
        let positions = (0..self.len()).map(|at| ItemIx::new(at).as_u32()).collect();
        let mut table =
            Table::new().with("customer", Column::Ids { vocabulary: self.ids.clone(), positions });
        let (zones, codes) = self.zones();
        if codes.iter().any(|&code| code != NONE) {
            table =
                table.with("time_zone", Column::Ids { vocabulary: zones.clone(), positions: codes.to_vec() });
        }
        for (name, column) in &self.attributes {
            table = table.with(name.clone(), column.to_column());
        }
        for (kind, column) in &self.preferences {
            let rows = column.rows.iter().map(|row| row.iter().map(|&code| ItemIx::from_u32(code)));
            let (vocabulary, rows) = (column.words.clone(), Arc::new(rows.collect()));
            table = table.with(format!("preference:{kind}"), Column::IdLists { vocabulary, rows });
        }
        for ((channel, purpose), column) in &self.consents {
            let all = [Consent::Unknown, Consent::Given, Consent::Withdrawn];
            let words = all.map(|consent| consent.name().to_owned()).to_vec();
            let positions = column.iter().map(|&consent| consent as u32).collect();
            table = table.with(format!("consent:{channel}/{purpose}"), Column::Words { words, positions });
        }
        table
    }
}

impl CustomerColumn {
    /// The column as results leave.
    fn to_column(&self) -> Column {
        match self {
            Self::Words { words, codes } => {
                Column::Ids { vocabulary: words.clone(), positions: codes.clone() }
            }
            Self::Numbers(values) => Column::Floats(values.clone()),
            Self::Dates(values) => Column::Dates(values.clone()),
            Self::Flags(values) => Column::Flags(values.clone()),
        }
    }
}
