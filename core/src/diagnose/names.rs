//! What items are called.

use crate::data::OrderLog;
use crate::diagnose::DiagnoseOptions;
use crate::error::Result;

/// The name of each item of a log, from the catalogue or a kept column; empty where neither is given.
pub(super) fn names(log: &OrderLog, options: &DiagnoseOptions<'_>) -> Result<Vec<Option<String>>> {
    let Some(items) = log.items() else { return Ok(Vec::new()) };
    if let Some(column) = &options.names {
        return Ok(log.item_words(column)?.into_iter().map(|name| name.map(str::to_owned)).collect());
    }
    let Some(catalog) = options.catalog else { return Ok(Vec::new()) };
    let name = |id| match catalog.items().look_up("item", id)? {
        Some(_) => Ok(catalog.name(id)?.map(str::to_owned)),
        None => Ok(None),
    };
    items.iter().map(name).collect()
}

/// The words of a name, in small letters, without punctuation.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let small = name.to_lowercase();
    let words = small.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The letters and digits of a name, in small letters: equal where names differ in case, spaces or punctuation only.
pub(super) fn bare(name: &str) -> String {
    name.to_lowercase().chars().filter(|sign| sign.is_alphanumeric()).collect()
}
