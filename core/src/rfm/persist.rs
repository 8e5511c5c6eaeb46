//! The model in a file: the three columns; scores, cut points and segments are derived from them on reading.

use crate::error::PersistError;
use crate::money::Money;
use crate::persist::{ModelReader, ModelWriter, Persist, SaveOptions};
use crate::rfm::{Rfm, RfmParams};
use crate::time::Time;

/// Sections: `customers` (vocabulary), `recency_days`, `frequency`, `as_of` (microseconds; empty where the log was), and
/// with prices `monetary` (millionths).
impl Persist for Rfm {
    const KIND: &'static str = "rfm";

    /// Fails without histories: this model is nothing but its customers.
    fn write(&self, writer: &mut ModelWriter, options: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        self.write_columns(writer, options)
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        Self::read_columns(reader.params::<RfmParams>()?.into_inner(), reader)
    }
}

impl Rfm {
    /// Everything but the parameters.
    pub(crate) fn write_columns(
        &self,
        writer: &mut ModelWriter,
        options: SaveOptions,
    ) -> Result<(), PersistError> {
        if !options.histories {
            let why = "this model is its customers' figures; it can only be saved with histories".to_owned();
            return Err(PersistError::Invalid { section: "customers".to_owned(), why });
        }
        writer.vocabulary("customers", &self.customers)?;
        writer.i64s("recency_days", self.recency_days.iter().copied())?;
        writer.u32s("frequency", self.frequency.iter().copied())?;
        writer.i64s("as_of", self.as_of.map(Time::micros))?;
        if let Some(monetary) = &self.monetary {
            writer.i64s("monetary", monetary.iter().map(|money| money.millionths()))?;
        }
        Ok(())
    }

    /// The model of parameters already read.
    pub(crate) fn read_columns(params: RfmParams, reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let customers = reader.vocabulary("customers")?;
        let n = customers.len();
        let as_of = reader.i64s("as_of", None)?;
        let money = |values: Vec<i64>| values.into_iter().map(Money::from_millionths).collect();
        let monetary = if reader.has("monetary") { Some(money(reader.i64s("monetary", n)?)) } else { None };
        let (recency_days, frequency) = (reader.i64s("recency_days", n)?, reader.u32s("frequency", n)?);
        let invalid = |section: &str, why: &str| {
            Err(PersistError::Invalid { section: section.to_owned(), why: why.to_owned() })
        };
        if as_of.len() > 1 || (as_of.is_empty() && n > 0) {
            return invalid("as_of", "it must hold one instant, or none in a model without customers");
        }
        if recency_days.iter().any(|&days| days < 0) {
            return invalid("recency_days", "an order cannot lie behind as_of");
        }
        if frequency.contains(&0) {
            return invalid("frequency", "every customer here has an order");
        }
        let as_of = as_of.first().map(|&micros| Time::from_micros(micros));
        let model = Self::from_columns(params, as_of, customers, recency_days, frequency, monetary);
        model.map_err(|error| PersistError::Invalid { section: "params".to_owned(), why: error.to_string() })
    }
}
