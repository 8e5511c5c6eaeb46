//! Columns of a catalogue, slice by slice.

use kosar::data::{CatalogBatch, CatalogOptions, Role};
use kosar::{ErrorKind, IntakeError};
use napi::bindgen_prelude::{AsyncTask, Result, Unknown};
use napi_derive::napi;

use crate::catalog::{Catalog, catalog_options};
use crate::columns::{Cells, Kind, Purpose, wrong_type};
use crate::convert::{array, element};
use crate::error::{Outcome, of_kind};
use crate::options::Options;
use crate::work::{Work, background};

/// Collects rows in slices; made by `intake.js`.
#[napi(namespace = "internal")]
pub struct CatalogBuilder {
    options: Option<CatalogOptions>,
    slices: Vec<Slice>,
    /// The type of the items' ids, once one was seen.
    kind: Option<Kind>,
}

/// Some rows, in columns.
struct Slice {
    item: Option<Cells>,
    /// A column for each level; of one alone, paths.
    category: Vec<Cells>,
    name: Option<Cells>,
}

const ITEM: Purpose = Purpose::Role(Role::Item);

#[napi(namespace = "internal")]
impl CatalogBuilder {
    #[napi(constructor, catch_unwind)]
    pub fn new(options: Option<Unknown<'_>>) -> Result<Self, String> {
        let mut options = Options::new("options", options)?;
        let catalog_options = catalog_options(&mut options)?;
        options.finish()?;
        Ok(Self { options: Some(catalog_options), slices: Vec::new(), kind: None })
    }

    /// Takes the columns of some rows: `item`, `category`, an array of columns, and `name`.
    #[napi(catch_unwind)]
    pub fn push(&mut self, columns: Unknown<'_>) -> Result<(), String> {
        let slice = Slice::read(columns)?;
        if let Some(kind) = slice.item.as_ref().and_then(Cells::kind)
            && *self.kind.get_or_insert(kind) != kind
        {
            return Err(wrong_type(&ITEM, "strings and numbers", "values of one type"));
        }
        self.slices.push(slice);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn finish(&mut self) -> AsyncTask<Work<Catalog>> {
        background(|| {
            let finished = || of_kind(ErrorKind::Intake, "the catalogue is finished already".to_owned());
            let options = self.options.take().ok_or_else(finished)?;
            let slices = std::mem::take(&mut self.slices);
            let kind = self.kind.unwrap_or(Kind::Text);
            Ok(move || built(options, &slices, kind).map(Catalog::from))
        })
    }
}

impl Slice {
    fn read(columns: Unknown<'_>) -> Outcome<Self> {
        let mut given = Options::new("columns", Some(columns))?;
        let item = given.value("item")?.map(|values| Cells::read(&ITEM, values)).transpose()?;
        let mut category = Vec::new();
        if let Some(levels) = given.value("category")? {
            let levels = array("category", levels)?;
            for at in 0..levels.len() {
                category.push(Cells::read(&Purpose::Words("category"), element(&levels, at)?)?);
            }
        }
        let name =
            given.value("name")?.map(|values| Cells::read(&Purpose::Words("name"), values)).transpose()?;
        given.finish()?;
        Ok(Self { item, category, name })
    }

    fn batch(&self, kind: Kind) -> kosar::Result<CatalogBatch<'_>> {
        let item = self.item.as_ref().ok_or(IntakeError::NoColumns { needed: "an item column" })?;
        let mut batch = CatalogBatch::new(item.len()).items(item.ids(&ITEM, kind)?)?;
        batch = match &self.category[..] {
            [] => batch,
            [paths] => batch.paths(paths.words())?,
            levels => batch.levels(levels.iter().map(Cells::words).collect())?,
        };
        match &self.name {
            Some(name) => batch.names(name.words()),
            None => Ok(batch),
        }
    }
}

fn built(options: CatalogOptions, slices: &[Slice], kind: Kind) -> kosar::Result<kosar::data::Catalog> {
    let mut builder = kosar::data::CatalogBuilder::new(options)?;
    for slice in slices {
        builder.push(&slice.batch(kind)?)?;
    }
    builder.finish()
}
