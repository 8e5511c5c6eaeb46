//! The model in a file: the weighed features of the items; which items have a feature is derived from them on reading.

use crate::content::features::{Features, Weighed};
use crate::content::{ContentSimilarity, ContentSimilarityParams, Facet};
use crate::data::{IdKind, IdRef, Rows};
use crate::error::PersistError;
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions};

/// How far the length of an item may be above 1 because of rounding.
const ROUNDING: f64 = 1e-4;

/// Sections: `items` and `features` (vocabularies), `item_features` (rows of features, rising), `weights` (of each of
/// those, the bits of a 32-bit real number), `log_prices` and `price_weights` (of each item).
impl Persist for ContentSimilarity {
    const KIND: &'static str = "content_similarity";

    fn write(&self, writer: &mut ModelWriter, _: SaveOptions) -> Result<(), PersistError> {
        writer.params(&self.params)?;
        self.write_sections(writer, "")
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        Self::read_sections(reader, "", reader.params::<ContentSimilarityParams>()?.into_inner())
    }
}

impl ContentSimilarity {
    /// Writes all but the parameters, into sections whose names begin with `before`.
    pub(crate) fn write_sections(&self, writer: &mut ModelWriter, before: &str) -> Result<(), PersistError> {
        let Features { names, rows, log_prices, price_weights } = &self.features;
        let name = |section: &str| format!("{before}{section}");
        writer.vocabulary(&name("items"), &self.items)?;
        writer.vocabulary(&name("features"), names)?;
        writer.rows(&name("item_features"), rows, |own| own.feature)?;
        writer.u32s(&name("weights"), rows.values().iter().map(|own| own.weight.to_bits()))?;
        writer.f64s(&name("log_prices"), &[log_prices.len()], log_prices)?;
        writer.f64s(&name("price_weights"), &[price_weights.len()], price_weights)
    }

    /// Reads what [`ContentSimilarity::write_sections`] wrote.
    pub(crate) fn read_sections(
        reader: &ModelReader<'_>,
        before: &str,
        params: ContentSimilarityParams,
    ) -> Result<Self, PersistError> {
        let name = |section: &str| format!("{before}{section}");
        let invalid =
            |section: &str, why: &str| PersistError::Invalid { section: name(section), why: why.to_owned() };
        let items = reader.vocabulary(&name("items"))?;
        let names = reader.vocabulary(&name("features"))?;
        let is_feature =
            |name: IdRef<'_>| matches!(name, IdRef::Str(text) if Facet::of_feature(text).is_some());
        if names.kind() != IdKind::Str || !names.iter().all(is_feature) {
            return Err(invalid("features", "each must begin with the letter of a facet"));
        }
        let found =
            reader.rows(&name("item_features"), items.len(), names.len(), RowOrder::Rising, |raw| raw)?;
        let weights = reader.u32s(&name("weights"), found.values().len())?;
        let weighed = found.values().iter().zip(weights);
        let weighed = weighed.map(|(&feature, bits)| Weighed { feature, weight: f32::from_bits(bits) });
        let rows = Rows::from_parts(found.offsets().to_vec(), weighed.collect());
        let features = Features {
            names,
            rows: rows.ok_or_else(|| invalid("weights", "they must be as many as the features"))?,
            log_prices: reader.f64s(&name("log_prices"), &[items.len()])?,
            price_weights: reader.f64s(&name("price_weights"), &[items.len()])?,
        };
        if features.rows.values().iter().any(|own| !(own.weight > 0.0 && own.weight <= 1.0)) {
            return Err(invalid("weights", "each must be above 0 and at most 1"));
        }
        if features.price_weights.iter().any(|weight| !(0.0..=1.0).contains(weight)) {
            return Err(invalid("price_weights", "each must be from 0 to 1"));
        }
        if features.log_prices.iter().any(|log| log.abs() > 1e300) {
            return Err(invalid("log_prices", "each must be the logarithm of a price"));
        }
        for (row, price) in features.rows.iter().zip(&features.price_weights) {
            let length: f64 = row.iter().map(|own| f64::from(own.weight).powi(2)).sum();
            if length + price * price > 1.0 + ROUNDING {
                return Err(invalid("weights", "the squares of an item's weights must add up to at most 1"));
            }
        }
        Ok(Self::from_features(params, items, features))
    }
}
