//! Choices of items as sets.

use crate::audience::{AudienceData, Items, Scalar};
use crate::data::{Catalog, IdKind, IdRef};
use crate::error::{AudienceError, Error, Result};

/// A set of the data's items, a bit each.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ItemSet {
    bits: Vec<u64>,
    n: usize,
}

impl ItemSet {
    fn none(n: usize) -> Self {
        Self { bits: vec![0; n.div_ceil(64)], n }
    }

    fn insert(&mut self, item: usize) {
        self.bits[item / 64] |= 1 << (item % 64);
    }

    /// Whether an item is in the set; no item at all is in none.
    pub(super) fn contains(&self, item: u32) -> bool {
        let item = item as usize;
        item < self.n && self.bits[item / 64] >> (item % 64) & 1 == 1
    }

    fn combine(mut self, other: &Self, with: impl Fn(u64, u64) -> u64) -> Self {
        self.bits.iter_mut().zip(&other.bits).for_each(|(a, &b)| *a = with(*a, b));
        self
    }
}

impl AudienceData {
    /// The items of a choice, at a place of the tree.
    pub(super) fn choose(&self, items: &Items, path: &str) -> Result<ItemSet, AudienceError> {
        let n = self.items.len();
        let each = |parts: &[Items], which: &str| -> Result<Vec<ItemSet>, AudienceError> {
            let at = |place| format!("{path}.{which}[{place}]");
            parts.iter().enumerate().map(|(place, part)| self.choose(part, &at(place))).collect()
        };
        match items {
            Items::Ids(ids) => {
                let mut set = ItemSet::none(n);
                for (place, id) in ids.iter().enumerate() {
                    set.insert(self.item(id, &format!("{path}.ids[{place}]"))?);
                }
                Ok(set)
            }
            Items::Category(paths) => {
                self.by_catalog(paths, &format!("{path}.category"), "category", &|catalog, path| {
                    catalog.items_in(path)
                })
            }
            Items::Brand(brands) => {
                self.by_catalog(brands, &format!("{path}.brand"), "brand", &|catalog, brand| {
                    Ok(catalog.items_of_brand(brand)?)
                })
            }
            Items::Tag(tags) => self.by_catalog(tags, &format!("{path}.tag"), "tag", &|catalog, tag| {
                Ok(catalog.items_with_tag(tag)?)
            }),
            Items::Attribute { name, values } => {
                let at = format!("{path}.attribute");
                let known: Vec<&str> = self.catalog(&at)?.0.attribute_names().collect();
                if !known.contains(&name.as_str()) {
                    let known = listed(known.into_iter());
                    return Err(unknown(&format!("{at}.name"), "attribute of items", name, known));
                }
                self.by_catalog(values, &format!("{at}.values"), "value", &|catalog, value| {
                    Ok(catalog.items_with_attribute(name, value)?)
                })
            }
            Items::Price { min, max } => {
                let at = format!("{path}.price");
                let money =
                    |value: Option<f64>| match value.map(|value| (value, crate::Money::from_f64(value))) {
                        None => Ok(None),
                        Some((_, Some(money))) => Ok(Some(money)),
                        Some((value, None)) => Err(AudienceError::OutOfRange {
                            path: at.clone(),
                            value: value.to_string(),
                            allowed: "below 9.2 trillion",
                        }),
                    };
                let (catalog, places) = self.catalog(&at)?;
                let missing =
                    |_| AudienceError::Missing { path: at.clone(), needed: "the prices of the catalogue" };
                let found = catalog.items_priced(money(*min)?, money(*max)?).map_err(missing)?;
                let mut set = ItemSet::none(n);
                self.insert_all(&mut set, (catalog, places), found);
                Ok(set)
            }
            Items::And(parts) => {
                let mut all = ItemSet::none(n);
                (0..n).for_each(|item| all.insert(item));
                Ok(each(parts, "and")?.iter().fold(all, |set, part| set.combine(part, |a, b| a & b)))
            }
            Items::Or(parts) => Ok(each(parts, "or")?
                .iter()
                .fold(ItemSet::none(n), |set, part| set.combine(part, |a, b| a | b))),
            Items::Not(part) => {
                let mut set = ItemSet::none(n);
                let part = self.choose(part, &format!("{path}.not"))?;
                (0..n)
                    .filter(|&item| !part.bits[item / 64] >> (item % 64) & 1 == 1)
                    .for_each(|item| set.insert(item));
                Ok(set)
            }
        }
    }

    fn item(&self, id: &Scalar, path: &str) -> Result<usize, AudienceError> {
        let found = match id {
            Scalar::Int(id) => IdRef::Int(*id),
            Scalar::Text(id) => IdRef::Str(id),
            Scalar::Number(_) | Scalar::Flag(_) => {
                let allowed = "the id of an item, a text or a whole number";
                return Err(AudienceError::OutOfRange {
                    path: path.to_owned(),
                    value: id.to_string(),
                    allowed,
                });
            }
        };
        self.items.find("item", found).map_err(|_| {
            let known = match self.items.kind() {
                _ if self.items.is_empty() => "the data has no items",
                IdKind::Int => "neither the catalogue nor a log has it; ids of items are integers here",
                IdKind::Str => "neither the catalogue nor a log has it; ids of items are strings here",
            };
            unknown(path, "item", &id.to_string().replace('\'', ""), known.to_owned())
        })
    }

    fn catalog(&self, path: &str) -> Result<(&Catalog, &[u32]), AudienceError> {
        let missing = || AudienceError::Missing { path: path.to_owned(), needed: "a catalogue" };
        self.catalog.as_ref().map(|(catalog, places)| (&**catalog, places.as_slice())).ok_or_else(missing)
    }

    fn insert_all(&self, set: &mut ItemSet, (catalog, places): (&Catalog, &[u32]), found: Vec<IdRef<'_>>) {
        for place in found.into_iter().filter_map(|id| catalog.items().position(id)) {
            set.insert(places[place] as usize);
        }
    }

    /// The items that the catalogue finds for any of several words.
    fn by_catalog<'c>(
        &'c self,
        names: &[String],
        path: &str,
        what: &'static str,
        find: &dyn Fn(&'c Catalog, &str) -> Result<Vec<IdRef<'c>>>,
    ) -> Result<ItemSet, AudienceError> {
        let (catalog, places) = self.catalog(path)?;
        let mut set = ItemSet::none(self.items.len());
        for (place, name) in names.iter().enumerate() {
            let found = find(catalog, name).map_err(|error| {
                let known = match (what, error) {
                    ("category", Error::Id(error)) => {
                        error.to_string().split_once("; ").map(|(_, near)| near.to_owned())
                    }
                    ("brand", _) => Some(listed(catalog.brands())),
                    ("tag", _) => Some(listed(catalog.tags())),
                    _ => None,
                };
                let known = known.unwrap_or_else(|| "no item of the catalogue has it".to_owned());
                unknown(&format!("{path}[{place}]"), what, name, known)
            })?;
            self.insert_all(&mut set, (catalog, places), found);
        }
        Ok(set)
    }
}

/// An error for a name that the data does not have.
pub(super) fn unknown(path: &str, what: &'static str, name: &str, known: String) -> AudienceError {
    AudienceError::Unknown { path: path.to_owned(), what, name: name.to_owned(), known }
}

/// Names for an error, the first of them where there are many.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let mut names: Vec<&str> = names.take(SHOWN + 1).collect();
    if names.is_empty() {
        return "there is none".to_owned();
    }
    if names.len() > SHOWN {
        names[SHOWN] = "…";
    }
    format!("there are: {}", names.join(", "))
}
