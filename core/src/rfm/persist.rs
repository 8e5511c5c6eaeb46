//! The model in a file: the sums of all customers; everything else is derived from them on reading.

use crate::error::PersistError;
use crate::persist::{ModelReader, ModelWriter, Persist, SaveOptions, invalid};
use crate::rfm::sums::{Columns, Sums};
use crate::rfm::{Rfm, RfmParams};
use crate::time::Time;

/// Sections: `customers` (vocabulary), `last_order` (microseconds, the smallest number without one that counts),
/// `frequency`, `returns` (how they counted: 0 net, 1 dropped, 2 kept), `as_of` (microseconds; empty where the log was), with prices `monetary` (millionths), and where `as_of` comes
/// from the log `latest`: the last order of each customer and, behind them, of those who are not known.
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
        let columns = self.sums.columns();
        writer.vocabulary("customers", &columns.customers)?;
        writer.i64s("last_order", columns.last)?;
        writer.u32s("frequency", columns.frequency)?;
        writer.i64s("as_of", self.as_of.map(Time::micros))?;
        if let Some(monetary) = columns.monetary {
            writer.i64s("monetary", monetary)?;
        }
        writer.u32s("returns", [columns.policy])?;
        if let Some(latest) = columns.latest {
            writer.i64s("latest", latest)?;
        }
        Ok(())
    }

    /// The model of parameters already read.
    pub(crate) fn read_columns(params: RfmParams, reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let customers = reader.vocabulary("customers")?;
        let n = customers.len();
        let as_of = reader.i64s("as_of", None)?;
        let optional = |name, n| if reader.has(name) { reader.i64s(name, n).map(Some) } else { Ok(None) };
        let columns = Columns {
            last: reader.i64s("last_order", n)?,
            frequency: reader.u32s("frequency", n)?,
            monetary: optional("monetary", n)?,
            latest: optional("latest", n + 1)?,
            policy: reader.u32s("returns", 1)?[0],
            customers,
        };
        let sums = Sums::from_columns(columns).map_err(|(section, why)| invalid(section, why))?;
        let as_of = match as_of.as_slice() {
            [] if n == 0 || params.as_of.is_none() => None,
            &[micros] => Some(Time::from_micros(micros)),
            _ => return Err(invalid("as_of", "it must hold one instant, or none in a model without orders")),
        };
        sums.must_fit(&params, as_of).map_err(|(section, why)| invalid(section, why))?;
        sums.into_model(params, as_of).map_err(|error| invalid("params", error.to_string()))
    }
}
