//! Columns of several sources as columns of one: all customers, all items, each at one place.

use crate::data::{Customers, Id, IdKind, IdRef, NONE, Rows, Vocabulary};
use crate::error::{IdError, IntakeError, Result};
use crate::index::MAX_INDICES;
use crate::time::Zone;

/// The ids of all sources.
pub(super) fn united(role: &'static str, sources: &[&Vocabulary]) -> Result<Vocabulary> {
    let mut all = Vocabulary::empty(IdKind::Str);
    for source in sources.iter().filter(|source| !source.is_empty()) {
        if all.is_empty() || all == **source {
            all = (*source).clone();
            continue;
        }
        if all.kind() != source.kind() {
            let (expected, found, id) = (all.kind(), source.kind(), source.get(0).quoted());
            return Err(IdError::WrongKind { role, expected, found, id }.into());
        }
        let too_many = IntakeError::TooMany { what: "ids", max: MAX_INDICES as u64 };
        all = all.union(source).ok_or(too_many)?.0;
    }
    Ok(all)
}

/// A column of a source as one of the data.
pub(super) fn filled<T: Copy>(values: &[T], places: &[u32], n: usize, missing: T) -> Vec<T> {
    let mut column = vec![missing; n];
    values.iter().zip(places).for_each(|(&value, &place)| column[place as usize] = value);
    column
}

pub(super) fn spread(values: &[f64], places: &[u32], n: usize) -> Vec<f64> {
    filled(values, places, n, f64::NAN)
}

/// Values by id, sorted; of one that comes twice the last.
pub(super) fn column_of(values: Vec<(Id, f64)>) -> Result<(Vocabulary, Vec<f64>)> {
    let ids = Vocabulary::of("customer", values.iter().map(|(id, _)| id.clone()))?;
    let mut column = vec![f64::NAN; ids.len()];
    for (id, value) in values {
        column[ids.find("customer", id.as_ref())?] = value;
    }
    Ok((ids, column))
}

pub(super) type Zones = (Vec<Zone>, Option<Vec<u32>>);

/// The time zones of the customers, and behind them that of everybody else.
pub(super) fn zones(
    about: Option<&Customers>,
    default: Option<&str>,
    customers: &Vocabulary,
) -> Result<Zones> {
    let mut zones = Vec::new();
    let mut zone_of = None;
    if let Some(about) = about {
        let (words, codes) = about.zones();
        for word in words.iter() {
            let IdRef::Str(name) = word else { continue };
            zones.push(Zone::parse(name)?);
        }
        if !words.is_empty() {
            let other = u32::try_from(zones.len()).unwrap_or(NONE);
            let codes: Vec<u32> = codes.iter().map(|&code| code.min(other)).collect();
            zone_of = Some(filled(&codes, &places(customers, about.ids()), customers.len(), other));
        }
    }
    zones.push(match default {
        None => Zone::UTC,
        Some(name) => Zone::parse(name)?,
    });
    Ok((zones, zone_of))
}

/// Where the ids of a source stand in a vocabulary that has them all.
pub(super) fn places(all: &Vocabulary, source: &Vocabulary) -> Vec<u32> {
    if source == all {
        return (0..).take(source.len()).collect();
    }
    let (_, _, places) = all.union(source).expect("the ids of the source are among these already");
    places
}

/// Rows by customer as rows by their place in the data.
pub(super) fn moved(rows: &Rows<u32>, places: &[u32], n: usize) -> Rows<u32> {
    let mut of: Vec<&[u32]> = vec![&[]; n];
    for (row, &place) in rows.iter().zip(places) {
        of[place as usize] = row;
    }
    of.into_iter().map(|row| row.iter().copied()).collect()
}
