//! A catalogue in a file.

use crate::data::{Attribute, Catalog, CatalogParts, IdKind, Vocabulary};
use crate::error::PersistError;
use crate::index::CategoryIx;
use crate::money::Fixed;
use crate::persist::{ModelReader, ModelWriter, RowOrder, invalid};
use crate::time::Time;

/// What stands for a missing number.
const MISSING: i64 = i64::MIN;

/// Sections that begin with `catalog`, one for each column that the catalogue was built with.
pub(super) fn write(parts: &CatalogParts, writer: &mut ModelWriter) -> Result<(), PersistError> {
    writer.vocabulary("catalog.items", &parts.items)?;
    writer.u8s("catalog.separator", parts.separator.bytes())?;
    words(writer, "catalog.names", &parts.names)?;
    list(writer, "catalog.paths", parts.paths.iter().map(String::as_str))?;
    writer.rows("catalog.categories", &parts.categories, CategoryIx::as_u32)?;
    words(writer, "catalog.brand", &parts.brand)?;
    words(writer, "catalog.description", &parts.text)?;
    list(writer, "catalog.attributes", parts.attributes.iter().map(|(name, _)| name.as_str()))?;
    for (at, (_, column)) in parts.attributes.iter().enumerate() {
        words(writer, &format!("catalog.attribute{at}"), column)?;
    }
    let numbers = |writer: &mut ModelWriter, name: &str, column: Option<Vec<Option<i64>>>| match column {
        Some(values) => writer.i64s(name, values.into_iter().map(|value| value.unwrap_or(MISSING))),
        None => Ok(()),
    };
    let fixed = |column: &Option<Vec<Option<Fixed>>>| {
        column.as_ref().map(|values| values.iter().map(|value| value.map(Fixed::millionths)).collect())
    };
    numbers(writer, "catalog.price", fixed(&parts.price))?;
    numbers(writer, "catalog.cost", fixed(&parts.cost))?;
    numbers(writer, "catalog.stock", fixed(&parts.stock))?;
    let launched = parts.launched.as_ref();
    let launched = launched.map(|times| times.iter().map(|time| time.map(Time::micros)).collect());
    numbers(writer, "catalog.launched", launched)?;
    writer.vocabulary("catalog.tag_words", &parts.tag_words)?;
    writer.rows("catalog.tags", &parts.tags, |tag| tag)
}

/// The catalogue of a file; `None` where it has none.
pub(super) fn read(reader: &ModelReader<'_>) -> Result<Option<Catalog>, PersistError> {
    if !reader.has("catalog.items") {
        return Ok(None);
    }
    let items = reader.vocabulary("catalog.items")?;
    let n = items.len();
    let paths = read_list(reader, "catalog.paths")?;
    let separator = String::from_utf8(reader.u8s("catalog.separator", None)?)
        .map_err(|error| invalid("catalog.separator", error.utf8_error().to_string()))?;
    if separator.is_empty() {
        return Err(invalid("catalog.separator", "it must not be empty"));
    }
    let names = read_list(reader, "catalog.attributes")?;
    if !names.is_sorted_by(|a, b| a < b) {
        return Err(invalid("catalog.attributes", "names must rise strictly"));
    }
    let mut attributes = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        attributes.push((name, read_words(reader, &format!("catalog.attribute{at}"), n)?));
    }
    let numbers = |name: &str| -> Result<Option<Vec<Option<i64>>>, PersistError> {
        if !reader.has(name) {
            return Ok(None);
        }
        let values = reader.i64s(name, n)?;
        Ok(Some(values.into_iter().map(|value| Some(value).filter(|&value| value != MISSING)).collect()))
    };
    let fixed = |name: &str| -> Result<Option<Vec<Option<Fixed>>>, PersistError> {
        let values = numbers(name)?;
        Ok(values.map(|values| values.into_iter().map(|value| value.map(Fixed::from_millionths)).collect()))
    };
    let launched = numbers("catalog.launched")?;
    let tag_words = reader.vocabulary("catalog.tag_words")?;
    let parts = CatalogParts {
        names: read_words(reader, "catalog.names", n)?,
        categories: reader.rows(
            "catalog.categories",
            n,
            paths.len(),
            RowOrder::Rising,
            CategoryIx::from_u32,
        )?,
        brand: read_words(reader, "catalog.brand", n)?,
        text: read_words(reader, "catalog.description", n)?,
        price: fixed("catalog.price")?,
        cost: fixed("catalog.cost")?,
        stock: fixed("catalog.stock")?,
        launched: launched
            .map(|values| values.into_iter().map(|micros| micros.map(Time::from_micros)).collect()),
        tags: reader.rows("catalog.tags", n, tag_words.len(), RowOrder::Rising, |tag| tag)?,
        items,
        separator,
        paths,
        attributes,
        tag_words: strings("catalog.tag_words", tag_words)?,
    };
    let no_tree = || {
        invalid("catalog.paths", "they must be a tree in its order, and each item's categories its deepest")
    };
    Catalog::of_parts(parts).ok_or_else(no_tree).map(Some)
}

fn words(writer: &mut ModelWriter, name: &str, column: &Attribute) -> Result<(), PersistError> {
    match column {
        Attribute::Category { words, codes } => {
            writer.vocabulary(&format!("{name}.words"), words)?;
            writer.u32s(&format!("{name}.codes"), codes.iter().copied())
        }
        Attribute::Number(_) => Err(invalid(name, "it must hold words")),
    }
}

/// Vocabularies of words are of strings also where they are empty.
fn strings(name: &str, words: Vocabulary) -> Result<Vocabulary, PersistError> {
    if words.kind() == IdKind::Str { Ok(words) } else { Err(invalid(name, "it must hold words")) }
}

fn read_words(reader: &ModelReader<'_>, name: &str, n: usize) -> Result<Attribute, PersistError> {
    let words_name = format!("{name}.words");
    let words = strings(&words_name, reader.vocabulary(&words_name)?)?;
    let codes_name = format!("{name}.codes");
    let codes = reader.u32s(&codes_name, n)?;
    if let Some(code) = codes.iter().find(|&&code| code != u32::MAX && code as usize >= words.len()) {
        return Err(invalid(&codes_name, format!("code {code} must be below {}", words.len())));
    }
    Ok(Attribute::Category { words, codes })
}

/// Strings in any order.
pub(super) fn list<'s>(
    writer: &mut ModelWriter,
    name: &str,
    texts: impl Iterator<Item = &'s str>,
) -> Result<(), PersistError> {
    let (mut bytes, mut ends) = (Vec::new(), vec![0_usize]);
    for text in texts {
        bytes.extend_from_slice(text.as_bytes());
        ends.push(bytes.len());
    }
    writer.u8s(&format!("{name}.bytes"), bytes)?;
    writer.offsets(&format!("{name}.offsets"), &ends)
}

pub(super) fn read_list(reader: &ModelReader<'_>, name: &str) -> Result<Vec<String>, PersistError> {
    let bytes_name = format!("{name}.bytes");
    let bytes = reader.u8s(&bytes_name, None)?;
    let offsets = reader.offsets(&format!("{name}.offsets"), None, bytes.len())?;
    let text = |ends: &[usize]| {
        let text = std::str::from_utf8(&bytes[ends[0]..ends[1]]);
        text.map(str::to_owned).map_err(|error| invalid(&bytes_name, error.to_string()))
    };
    offsets.windows(2).map(text).collect()
}
