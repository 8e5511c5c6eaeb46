//! The catalogue.

use std::sync::Arc;

use kosar::data::{CatalogColumns, CatalogOptions};
use napi::bindgen_prelude::{AsyncTask, Date, Either, Env, JsObjectValue, Null, Object, Result, Unknown};
use napi_derive::napi;

use crate::convert::{JsId, array, element, id, js_date, js_id, needed_text};
use crate::error::{Outcome, failure, internal, refused};
use crate::log::{delimiter, time_unit};
use crate::options::Options;
use crate::report::IntakeReport;
use crate::work::{Work, background};

/// What the shop knows of its items beside who bought them: name, categories, brand, price, cost, stock, launch, tags,
/// free attributes, text.
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

impl From<Arc<kosar::data::Catalog>> for Catalog {
    fn from(catalog: Arc<kosar::data::Catalog>) -> Self {
        Self { catalog }
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

/// All that a catalogue says of an item.
#[napi(object, object_from_js = false)]
pub struct ItemFacts<'env> {
    pub name: Either<String, Null>,
    /// The paths of the deepest categories.
    pub categories: Vec<String>,
    pub brand: Either<String, Null>,
    pub price: Either<f64, Null>,
    pub cost: Either<f64, Null>,
    /// Below zero where more are sold than there were.
    pub stock: Either<f64, Null>,
    #[napi(ts_type = "Date | null")]
    pub launched: Either<Date<'env>, Null>,
    pub tags: Vec<String>,
    /// The free attributes that the item has.
    #[napi(ts_type = "Record<string, string>")]
    pub attributes: Object<'env>,
    pub text: Either<String, Null>,
}

fn facts<'env>(env: &'env Env, item: kosar::data::ItemFacts<'_>) -> Outcome<ItemFacts<'env>> {
    let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
    let word = |word: Option<&str>| or_null(word.map(str::to_owned));
    let number = |value: Option<kosar::Fixed>| or_null(value.map(kosar::Fixed::to_f64));
    let mut attributes = Object::new(env).map_err(internal)?;
    for (name, value) in item.attributes {
        attributes.set_named_property(name, value).map_err(internal)?;
    }
    Ok(ItemFacts {
        name: word(item.name),
        categories: owned(item.categories),
        brand: word(item.brand),
        price: number(item.price),
        cost: number(item.cost),
        stock: number(item.stock),
        launched: or_null(item.launched.map(|time| js_date(env, time)).transpose()?),
        tags: owned(item.tags),
        attributes,
        text: word(item.text),
    })
}

fn or_null<T>(value: Option<T>) -> Either<T, Null> {
    value.map_or(Either::B(Null), Either::A)
}

fn js_ids(ids: Vec<kosar::IdRef<'_>>) -> Vec<JsId> {
    ids.into_iter().map(js_id).collect()
}

fn money(name: &'static str, range: &mut Options<'_>) -> Outcome<Option<kosar::Money>> {
    let Some(value) = range.number(name)? else { return Ok(None) };
    let beyond = kosar::ParamError::OutOfRange { name, value, allowed: "a number below 9.2 trillion" };
    kosar::Money::from_f64(value).ok_or_else(|| failure(beyond)).map(Some)
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
        self.catalog.items_in(&path).map(js_ids).map_err(failure)
    }

    /// All that is known of an item; what is not known is `null`, or empty.
    #[napi(ts_args_type = "item: Id", catch_unwind)]
    pub fn item<'env>(&self, env: &'env Env, item: Unknown<'env>) -> Result<ItemFacts<'env>, String> {
        let item = id("item", item)?;
        facts(env, self.catalog.item(&item).map_err(failure)?)
    }

    /// The brands, sorted.
    #[napi(catch_unwind)]
    pub fn brands(&self) -> Vec<String> {
        self.catalog.brands().map(str::to_owned).collect()
    }

    /// The tags, sorted.
    #[napi(catch_unwind)]
    pub fn tags(&self) -> Vec<String> {
        self.catalog.tags().map(str::to_owned).collect()
    }

    /// The names of the free attributes, sorted.
    #[napi(catch_unwind)]
    pub fn attributes(&self) -> Vec<String> {
        self.catalog.attribute_names().map(str::to_owned).collect()
    }

    /// The items of a brand, by id.
    #[napi(ts_args_type = "brand: string", ts_return_type = "Id[]", catch_unwind)]
    pub fn items_of_brand(&self, brand: Unknown<'_>) -> Result<Vec<JsId>, String> {
        let brand = needed_text("brand", brand)?;
        self.catalog.items_of_brand(&brand).map(js_ids).map_err(failure)
    }

    /// The items with a tag, by id.
    #[napi(ts_args_type = "tag: string", ts_return_type = "Id[]", catch_unwind)]
    pub fn items_with_tag(&self, tag: Unknown<'_>) -> Result<Vec<JsId>, String> {
        let tag = needed_text("tag", tag)?;
        self.catalog.items_with_tag(&tag).map(js_ids).map_err(failure)
    }

    /// The items whose free attribute has a value, by id.
    #[napi(ts_args_type = "name: string, value: string", ts_return_type = "Id[]", catch_unwind)]
    pub fn items_with_attribute(&self, name: Unknown<'_>, value: Unknown<'_>) -> Result<Vec<JsId>, String> {
        let (name, value) = (needed_text("name", name)?, needed_text("value", value)?);
        self.catalog.items_with_attribute(&name, &value).map(js_ids).map_err(failure)
    }

    /// The items with a price from `min` to `max`, both included and either left open, by id; an error in a catalogue
    /// without prices.
    #[napi(ts_args_type = "range: { min?: number, max?: number }", ts_return_type = "Id[]", catch_unwind)]
    pub fn items_priced(&self, range: Unknown<'_>) -> Result<Vec<JsId>, String> {
        let mut range = Options::new("range", Some(range))?;
        let (min, max) = (money("min", &mut range)?, money("max", &mut range)?);
        range.finish()?;
        self.catalog.items_priced(min, max).map(js_ids).map_err(failure)
    }

    /// The items with a stock above zero, by id; an error in a catalogue without stocks.
    #[napi(ts_return_type = "Id[]", catch_unwind)]
    pub fn items_in_stock(&self) -> Result<Vec<JsId>, String> {
        self.catalog.items_in_stock().map(js_ids).map_err(failure)
    }

    /// The items launched at a time or after it, by id; an error in a catalogue without launches.
    #[napi(ts_args_type = "time: Date | string", ts_return_type = "Id[]", catch_unwind)]
    pub fn items_launched_since(&self, time: Unknown<'_>) -> Result<Vec<JsId>, String> {
        let time = crate::convert::time("time", time)?;
        self.catalog.items_launched_since(time).map(js_ids).map_err(failure)
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
        brand: options.text("brand")?,
        price: options.text("price")?,
        cost: options.text("cost")?,
        stock: options.text("stock")?,
        launched: options.text("launched")?,
        tags: options.text("tags")?,
        text: options.text("text")?,
        attributes: options.texts("attributes")?,
        time_unit: time_unit(&mut options)?,
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
        tag_separator: options.text("tagSeparator")?.unwrap_or(default.tag_separator),
        time_format: options.text("timeFormat")?,
    })
}
