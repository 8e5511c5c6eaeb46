//! Columns of a catalogue, slice by slice.

use std::collections::BTreeMap;

use kosar::data::{CatalogBatch, CatalogOptions, Role, TagValues};
use kosar::{ErrorKind, IntakeError, TimeUnit};
use napi::bindgen_prelude::{
    Array, AsyncTask, FromNapiValue, JsObjectValue, JsValue, Object, Result, Unknown, ValueType,
};
use napi_derive::napi;

use crate::catalog::{Catalog, catalog_options};
use crate::columns::{Cells, Kind, Purpose, wrong_type};
use crate::convert::{array, element, is_missing, object, text};
use crate::error::{Outcome, internal, kind_of, of_kind};
use crate::log::time_unit;
use crate::options::Options;
use crate::work::{Work, background};

/// Collects rows in slices; made by `intake.js`.
#[napi(namespace = "internal")]
pub struct CatalogBuilder {
    options: Option<CatalogOptions>,
    unit: TimeUnit,
    slices: Vec<Slice>,
    /// The types of the items' ids and of the attributes, once a value was seen.
    kinds: BTreeMap<Purpose, Kind>,
}

/// Some rows, in columns.
#[derive(Default)]
struct Slice {
    item: Option<Cells>,
    /// A column for each level; of one alone, paths.
    category: Vec<Cells>,
    tags: Option<Tags>,
    /// The other facts, and the attributes.
    facts: Vec<(Purpose, Cells)>,
}

/// A column of tags, or of other words of which a row may have several.
pub(crate) enum Tags {
    Joined(Cells),
    Lists { ends: Vec<usize>, words: Cells },
}

const ITEM: Purpose = Purpose::Role(Role::Item);
const TAGS: Purpose = Purpose::Words("tags");
const FACTS: [Purpose; 7] = [
    Purpose::Words("name"),
    Purpose::Words("brand"),
    Purpose::Words("text"),
    Purpose::Numbers("price"),
    Purpose::Numbers("cost"),
    Purpose::Numbers("stock"),
    Purpose::Times("launched"),
];

#[napi(namespace = "internal")]
impl CatalogBuilder {
    #[napi(constructor, catch_unwind)]
    pub fn new(options: Option<Unknown<'_>>) -> Result<Self, String> {
        let mut options = Options::new("options", options)?;
        let (catalog_options, unit) = (catalog_options(&mut options)?, time_unit(&mut options)?);
        options.finish()?;
        let unit = unit.unwrap_or(TimeUnit::Millisecond);
        Ok(Self { options: Some(catalog_options), unit, slices: Vec::new(), kinds: BTreeMap::new() })
    }

    /// Takes the columns of some rows: `item`, `category`, an array of columns, `attributes`, an object of columns, and
    /// one of each other fact.
    #[napi(catch_unwind)]
    pub fn push(&mut self, columns: Unknown<'_>) -> Result<(), String> {
        let slice = Slice::read(columns)?;
        for (purpose, cells) in slice.typed() {
            let Some(kind) = cells.kind() else { continue };
            if *self.kinds.entry(purpose.clone()).or_insert(kind) != kind {
                return Err(wrong_type(purpose, "strings and numbers", "values of one type"));
            }
        }
        self.slices.push(slice);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn finish(&mut self) -> AsyncTask<Work<Catalog>> {
        background(|| {
            let finished = || of_kind(ErrorKind::Intake, "the catalogue is finished already".to_owned());
            let options = self.options.take().ok_or_else(finished)?;
            let (slices, kinds) = (std::mem::take(&mut self.slices), std::mem::take(&mut self.kinds));
            let unit = self.unit;
            Ok(move || built(options, &slices, &kinds, unit).map(Catalog::from))
        })
    }
}

impl Slice {
    fn read(columns: Unknown<'_>) -> Outcome<Self> {
        let mut given = Options::new("columns", Some(columns))?;
        let mut slice = Self {
            item: given.value("item")?.map(|values| Cells::read(&ITEM, values)).transpose()?,
            ..Self::default()
        };
        if let Some(levels) = given.value("category")? {
            let levels = array("category", levels)?;
            for at in 0..levels.len() {
                slice.category.push(Cells::read(&Purpose::Words("category"), element(&levels, at)?)?);
            }
        }
        slice.tags = given.value("tags")?.map(|values| Tags::read("tags", &TAGS, values)).transpose()?;
        for purpose in FACTS {
            if let Some(values) = given.value(purpose.fact())? {
                let cells = Cells::read(&purpose, values)?;
                slice.facts.push((purpose, cells));
            }
        }
        if let Some(value) = given.value("attributes")? {
            let attributes = object("attributes", value)?;
            for name in Object::keys(&attributes).map_err(internal)? {
                let values = attributes.get_named_property::<Unknown<'_>>(&name).map_err(internal)?;
                let purpose = Purpose::Kept(name);
                let cells = Cells::read(&purpose, values)?;
                slice.facts.push((purpose, cells));
            }
        }
        given.finish()?;
        Ok(slice)
    }

    /// The columns whose type must not change from slice to slice.
    fn typed(&self) -> impl Iterator<Item = (&Purpose, &Cells)> {
        let kept = self.facts.iter().filter(|(purpose, _)| matches!(purpose, Purpose::Kept(_)));
        self.item.iter().map(|cells| (&ITEM, cells)).chain(kept.map(|(purpose, cells)| (purpose, cells)))
    }

    fn batch(&self, kinds: &BTreeMap<Purpose, Kind>, unit: TimeUnit) -> kosar::Result<CatalogBatch<'_>> {
        let kind = |purpose: &Purpose| kinds.get(purpose).copied().unwrap_or(Kind::Text);
        let item = self.item.as_ref().ok_or(IntakeError::NoColumns { needed: "an item column" })?;
        let mut batch = CatalogBatch::new(item.len()).items(item.ids(&ITEM, kind(&ITEM))?)?;
        batch = match &self.category[..] {
            [] => batch,
            [paths] => batch.paths(paths.words())?,
            levels => batch.levels(levels.iter().map(Cells::words).collect())?,
        };
        if let Some(tags) = &self.tags {
            batch = batch.tags(tags.values())?;
        }
        for (purpose, cells) in &self.facts {
            batch = match purpose {
                Purpose::Words("name") => batch.names(cells.words()),
                Purpose::Words("brand") => batch.brands(cells.words()),
                Purpose::Words(_) => batch.texts(cells.words()),
                Purpose::Numbers("price") => batch.prices(cells.numbers(purpose)?),
                Purpose::Numbers("cost") => batch.costs(cells.numbers(purpose)?),
                Purpose::Numbers(_) => batch.stocks(cells.numbers(purpose)?),
                Purpose::Kept(name) => batch.attribute(name, cells.attribute(purpose, kind(purpose))?),
                Purpose::Times(_) | Purpose::Role(_) | Purpose::Customer(..) => {
                    batch.launches(cells.times(unit))
                }
            }?;
        }
        Ok(batch)
    }
}

impl Tags {
    /// `name` and `purpose` are those of the column.
    pub(crate) fn read(name: &str, purpose: &Purpose, values: Unknown<'_>) -> Outcome<Self> {
        let rows = array(name, values)?;
        let is_list = |at| element(&rows, at).is_ok_and(|value| value.is_array().unwrap_or(false));
        if !(0..rows.len()).any(is_list) {
            return Ok(Self::Joined(Cells::read(purpose, values)?));
        }
        let (mut ends, mut words) = (Vec::new(), Vec::new());
        for at in 0..rows.len() {
            let row = element(&rows, at)?;
            if !is_missing(row) {
                let tags =
                    Array::from_unknown(row).map_err(|_| wrong_type(purpose, kind_of(row), "arrays"))?;
                for at in 0..tags.len() {
                    let tag = element(&tags, at)?;
                    match tag.get_type().map_err(internal)? {
                        ValueType::String => words.push(Some(text(tag)?)),
                        _ => return Err(wrong_type(purpose, kind_of(tag), "strings")),
                    }
                }
            }
            ends.push(words.len());
        }
        Ok(Self::Lists { ends, words: Cells::Texts(words) })
    }

    pub(crate) fn values(&self) -> TagValues<'_> {
        match self {
            Self::Joined(cells) => TagValues::Joined(cells.words()),
            Self::Lists { ends, words } => TagValues::Lists { ends: ends.clone(), tags: words.words() },
        }
    }
}

fn built(
    options: CatalogOptions,
    slices: &[Slice],
    kinds: &BTreeMap<Purpose, Kind>,
    unit: TimeUnit,
) -> kosar::Result<kosar::data::Catalog> {
    let mut builder = kosar::data::CatalogBuilder::new(options)?;
    for slice in slices {
        builder.push(&slice.batch(kinds, unit)?)?;
    }
    builder.finish()
}
