//! What the catalogue tells of the items, as far as the facets need it.

use crate::affinity::Facet;
use crate::data::{Catalog, IdKind, IdRef, Interner, Rows, Vocabulary};
use crate::error::{IntakeError, ParamError, Result};
use crate::index::{ItemIx, MAX_INDICES};
use crate::money::Money;

/// The items of a catalogue with their values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shelf {
    pub(super) items: Vocabulary,
    /// What one costs, where that is known.
    pub(super) prices: Vec<Option<Money>>,
    /// Of each facet of the catalogue, in the order of the parameters.
    pub(super) facts: Vec<Facts>,
}

/// The values of items in one facet.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facts {
    /// Words, such as the brands.
    pub(super) values: Vocabulary,
    /// Those of each item of the catalogue, rising.
    pub(super) rows: Rows<u32>,
}

impl Shelf {
    /// What a catalogue says of its items in the facets that are its own.
    pub(super) fn of(catalog: &Catalog, facets: &[Facet]) -> Result<Self> {
        let own = facets.iter().filter(|facet| facet.is_of_catalog());
        Ok(Self {
            items: catalog.items().clone(),
            prices: (0..catalog.n_items()).map(|item| catalog.price_at(item)).collect(),
            facts: own.map(|facet| Facts::of(catalog, facet)).collect::<Result<_>>()?,
        })
    }

    /// The price of an item, by its position here.
    pub(super) fn price(&self, item: usize) -> Option<Money> {
        self.prices[item]
    }

    /// Where items of another vocabulary stand here; `u32::MAX` for none.
    pub(super) fn places(&self, items: &Vocabulary) -> Vec<u32> {
        let place = |id: IdRef<'_>| self.items.position(id).and_then(|at| u32::try_from(at).ok());
        items.iter().map(|id| place(id).unwrap_or(u32::MAX)).collect()
    }
}

impl Facts {
    fn of(catalog: &Catalog, facet: &Facet) -> Result<Self> {
        let mut words = Interner::new(IdKind::Str);
        let mut rows = Rows::default();
        let mut own: Vec<u32> = Vec::new();
        let mut is_full = false;
        for item in 0..catalog.n_items() {
            each_value(catalog, item, facet, |value| match words.intern(value.into()) {
                Some(number) => own.push(number),
                None => is_full = true,
            });
            rows.push(own.drain(..));
        }
        if is_full {
            return Err(IntakeError::TooMany { what: "values of facets", max: MAX_INDICES as u64 }.into());
        }
        let (values, new) = words.finish();
        let mut sorted = Rows::default();
        for row in rows.iter() {
            own.extend(row.iter().map(|&number| new[number as usize]));
            own.sort_unstable();
            own.dedup();
            sorted.push(own.drain(..));
        }
        Ok(Self { values, rows: sorted })
    }
}

/// Gives the values of an item in a facet of the catalogue; some may come twice.
fn each_value(catalog: &Catalog, item: usize, facet: &Facet, mut take: impl FnMut(&str)) {
    match facet {
        Facet::Category => {
            let tree = catalog.categories();
            for &own in catalog.deepest(ItemIx::new(item)) {
                take(tree.get(own).path);
                tree.above(own).for_each(|above| take(above.path));
            }
        }
        Facet::Brand => catalog.brand_at(item).into_iter().for_each(take),
        Facet::Tag => catalog.tags_at(item).for_each(take),
        Facet::Attribute(name) => {
            let own = catalog.attributes_at(item).filter(|&(known, _)| known == name);
            own.for_each(|(_, value)| take(value));
        }
        Facet::PriceBand | Facet::Weekday | Facet::Hour | Facet::Column(_) => {}
    }
}

/// Refuses a facet that a catalogue, or its absence, cannot tell.
pub(super) fn must_tell(catalog: Option<&Catalog>, facet: &Facet) -> Result<(), ParamError> {
    let needs = |needs| Err(ParamError::NoFacet { facet: facet.to_string(), needs });
    let Some(catalog) = catalog else { return needs("a catalogue") };
    match facet {
        Facet::Category if catalog.categories().is_empty() => needs("a catalogue with categories"),
        Facet::Brand if catalog.brands().next().is_none() => needs("a catalogue with brands"),
        Facet::Tag if catalog.tags().next().is_none() => needs("a catalogue with tags"),
        Facet::Attribute(name) if !catalog.attribute_names().any(|known| known == name) => {
            needs("a catalogue with that attribute")
        }
        _ => Ok(()),
    }
}
