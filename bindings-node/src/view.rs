//! Which baskets of a log are looked at.

use std::sync::Arc;

use kosar::data::{BasketView, Baskets, Level, Unit};
use kosar::{Control, Fit, Note, OrderLog};
use napi::bindgen_prelude::{ClassInstance, FromNapiValue, Unknown, ValueType};
use napi_derive::napi;

use crate::catalog::Catalog;
use crate::convert::{JsId, count, js_id, text};
use crate::error::{Outcome, failure, refused};
use crate::options::Options;

/// What a catalogue could not place.
#[napi(object, object_from_js = false)]
pub struct Unplaced {
    /// The items that are not in the catalogue, or in none of its categories.
    #[napi(ts_type = "Id[]")]
    pub items: Vec<JsId>,
    /// The number of baskets that were left out because they hold no other items; all shares are of the others.
    pub baskets: f64,
}

/// Unplaced items and baskets for JavaScript.
#[allow(clippy::cast_precision_loss, reason = "a number of baskets is far below 2^53")]
pub(crate) fn told(unplaced: &kosar::data::Unplaced) -> Unplaced {
    let items = unplaced.items.iter().map(|id| js_id(id.as_ref())).collect();
    Unplaced { items, baskets: unplaced.baskets as f64 }
}

/// A view of baskets, and the catalogue for it.
pub(crate) struct View {
    view: BasketView,
    catalog: Option<Arc<kosar::data::Catalog>>,
}

impl View {
    /// Reads the options `level`, `unit` and `catalog`.
    pub(crate) fn read(options: &mut Options<'_>) -> Outcome<Self> {
        let mut view = BasketView::default();
        if let Some(value) = options.value("level")? {
            view.level = level(value)?;
        }
        if let Some(unit) = options.choice("unit", Unit::parse)? {
            view.unit = unit;
        }
        let catalog = options.value("catalog")?.map(catalog).transpose()?;
        Ok(Self { view, catalog })
    }

    /// What stands in the baskets.
    pub(crate) fn level(&self) -> Level {
        self.view.level
    }

    /// Whose baskets they are.
    pub(crate) fn unit(&self) -> Unit {
        self.view.unit
    }

    /// The baskets of a log.
    pub(crate) fn baskets(&self, log: &OrderLog) -> kosar::Result<Baskets> {
        self.view.baskets(log, self.catalog.as_deref())
    }

    /// Fits on the baskets; also what the catalogue could not place, where it was asked, and what is to be noted.
    pub(crate) fn fit<P: Fit<Baskets>>(
        &self,
        params: &P,
        notes: impl Fn(&P, &Baskets) -> Vec<Note>,
        log: &OrderLog,
        control: &Control,
    ) -> kosar::Result<(P::Model, Option<kosar::data::Unplaced>, Vec<Note>)> {
        let baskets = self.baskets(log)?;
        let unplaced = (self.view.level != Level::Item).then(|| baskets.unplaced().clone());
        Ok((params.fit_with(&baskets, control)?, unplaced, notes(params, &baskets)))
    }
}

fn level(value: Unknown<'_>) -> Outcome<Level> {
    match value.get_type() {
        Ok(ValueType::String) => Level::parse(&text(value)?).map_err(failure),
        Ok(ValueType::Number | ValueType::BigInt) => count("level", value, 1).map(Level::Depth),
        _ => Err(refused("level", "'item', 'mixed' or a depth from 1", value)),
    }
}

/// The catalogue of a `Catalog`.
pub(crate) fn catalog(value: Unknown<'_>) -> Outcome<Arc<kosar::data::Catalog>> {
    let catalog = ClassInstance::<'_, Catalog>::from_unknown(value);
    catalog.map(|catalog| catalog.shared()).map_err(|_| refused("catalog", "a Catalog", value))
}
