//! The catalogue.

use std::sync::Arc;

use kosar::data::{CatalogColumns, CatalogOptions};
use napi::bindgen_prelude::{AsyncTask, Either, Null, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, array, element, id, js_id, needed_text};
use crate::error::{Outcome, failure, refused};
use crate::log::delimiter;
use crate::options::Options;
use crate::report::IntakeReport;
use crate::work::{Work, background};

/// What the shop knows of its items beside who bought them: names to show, and the categories that they stand in.
///
/// A catalogue and a log know items by the same ids and nothing else. Immutable.
#[napi]
pub struct Catalog {
    catalog: Arc<kosar::data::Catalog>,
}

impl From<kosar::data::Catalog> for Catalog {
    fn from(catalog: kosar::data::Catalog) -> Self {
        Self { catalog: Arc::new(catalog) }
    }
}

impl Catalog {
    /// The catalogue itself.
    pub(crate) fn shared(&self) -> Arc<kosar::data::Catalog> {
        Arc::clone(&self.catalog)
    }
}

/// A category of a catalogue.
#[napi(object, object_from_js = false)]
pub struct Category {
    /// The names from the widest category down to it, joined by the separator.
    pub path: String,
    /// Its own name.
    pub name: String,
    /// The path of the category right above it; `null` for the widest.
    pub parent: Either<String, Null>,
    /// How many categories its path has, itself included: from 1.
    pub depth: f64,
    /// The number of items that stand in it or below it.
    pub n_items: f64,
}

#[napi]
#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
impl Catalog {
    /// Reads a CSV file, plain or gzipped, off the event loop.
    #[napi(
        ts_args_type = "path: string, columns: CatalogCsvOptions",
        ts_return_type = "Promise<Catalog>",
        catch_unwind
    )]
    pub fn from_csv(path: Unknown<'_>, columns: Option<Unknown<'_>>) -> AsyncTask<Work<Catalog>> {
        background(|| {
            let (path, columns) = (needed_text("path", path)?, csv_columns(columns)?);
            Ok(move || kosar::data::Catalog::from_csv(path, &columns).map(Self::from))
        })
    }

    /// The number of items.
    #[napi(getter, catch_unwind)]
    pub fn n_items(&self) -> f64 {
        self.catalog.n_items() as f64
    }

    /// What became of the rows that the catalogue was built from.
    #[napi(getter, catch_unwind)]
    pub fn report(&self) -> IntakeReport {
        self.catalog.report().into()
    }

    /// The items, by id.
    #[napi(ts_return_type = "Id[]", catch_unwind)]
    pub fn items(&self) -> Vec<JsId> {
        self.catalog.items().iter().map(js_id).collect()
    }

    /// The name to show for an item; `null` where it has none.
    #[napi(ts_args_type = "item: Id", ts_return_type = "string | null", catch_unwind)]
    pub fn name(&self, item: Unknown<'_>) -> Result<Option<String>, String> {
        let item = id("item", item)?;
        self.catalog.name(&item).map(|name| name.map(str::to_owned)).map_err(failure)
    }

    /// The paths of the deepest categories that an item stands in; those above them follow.
    #[napi(ts_args_type = "item: Id", catch_unwind)]
    pub fn categories_of(&self, item: Unknown<'_>) -> Result<Vec<String>, String> {
        let item = id("item", item)?;
        let paths = self.catalog.categories_of(&item).map_err(failure)?;
        Ok(paths.into_iter().map(str::to_owned).collect())
    }

    /// The items that stand in a category or below it, by id, each once.
    #[napi(ts_args_type = "path: string", ts_return_type = "Id[]", catch_unwind)]
    pub fn items_in(&self, path: Unknown<'_>) -> Result<Vec<JsId>, String> {
        let path = needed_text("path", path)?;
        let items = self.catalog.items_in(&path).map_err(failure)?;
        Ok(items.into_iter().map(js_id).collect())
    }

    /// All categories, each before what is below it.
    #[napi(catch_unwind)]
    pub fn categories(&self) -> Result<Vec<Category>, String> {
        let tree = self.catalog.categories();
        let category = |category: kosar::data::CategoryRef<'_>| {
            let parent = category.parent.map(|parent| tree.get(parent).path.to_owned());
            Ok(Category {
                path: category.path.to_owned(),
                name: category.name.to_owned(),
                parent: parent.map_or(Either::B(Null), Either::A),
                depth: category.depth as f64,
                n_items: self.catalog.items_in(category.path).map_err(failure)?.len() as f64,
            })
        };
        tree.iter().map(category).collect()
    }
}

fn csv_columns(columns: Option<Unknown<'_>>) -> Outcome<CatalogColumns> {
    let mut options = Options::new("columns", columns)?;
    let columns = CatalogColumns {
        item: options.text("item")?,
        category: options.value("category")?.map(category_names).transpose()?.unwrap_or_default(),
        name: options.text("name")?,
        delimiter: options.text("delimiter")?.map(|text| delimiter(&text)).transpose()?,
        options: catalog_options(&mut options)?,
    };
    options.finish()?;
    Ok(columns)
}

/// One column of paths, or a column for each level.
fn category_names(value: Unknown<'_>) -> Outcome<Vec<String>> {
    if let Ok(name) = needed_text("category", value) {
        return Ok(vec![name]);
    }
    let names =
        array("category", value).map_err(|_| refused("category", "a string or an array of them", value))?;
    (0..names.len()).map(|at| needed_text("category", element(&names, at)?)).collect()
}

/// How rows are read, the same for every input.
pub(crate) fn catalog_options(options: &mut Options<'_>) -> Outcome<CatalogOptions> {
    let default = CatalogOptions::default();
    Ok(CatalogOptions {
        separator: options.text("separator")?.unwrap_or(default.separator),
        integer_ids: options.flag("integerIds")?.unwrap_or(default.integer_ids),
    })
}
