//! What resembles what and what goes with what, reckoned beforehand: all that a serving file has in the place of histories.

use rayon::prelude::*;

use super::ask_items::{Beside, Link};
use super::scratch::with_scratch;
use super::snapshot::Snapshot;
use super::walk::Looked;
use crate::data::Rows;
use crate::error::PersistError;
use crate::persist::{ModelReader, ModelWriter, RowOrder, invalid};

/// How many items a list has at most.
const LENGTH: usize = 100;

/// Lists of one kind, by item.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct OneKind {
    /// The items beside each, rising.
    items: Rows<u32>,
    /// The buyers of both, entry by entry.
    customers: Vec<u32>,
    /// How many buyers of each item were looked at, and since when; 0 for from the start.
    buyers: Vec<u32>,
    since: Vec<u32>,
}

/// Lists of both kinds.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Lists {
    ever: OneKind,
    in_one_order: OneKind,
}

impl Lists {
    /// Of all items, side by side.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        Self {
            ever: OneKind::of(snapshot, Beside::Ever),
            in_one_order: OneKind::of(snapshot, Beside::InOneOrder),
        }
    }

    /// What an item has to do with those beside it.
    pub(super) fn links(&self, from: u32, how: Beside, take: &mut Vec<Link>) {
        let lists = if how == Beside::Ever { &self.ever } else { &self.in_one_order };
        let at = from as usize;
        if at >= lists.items.len() {
            return;
        }
        let since = Some(lists.since[at]).filter(|&since| since > 0);
        let looked = Looked { buyers: lists.buyers[at], since };
        let start = lists.items.offsets()[at];
        let row = (start..).zip(lists.items.row(at));
        take.extend(row.map(|(entry, &item)| Link { from, item, customers: lists.customers[entry], looked }));
    }

    pub(super) fn write(&self, writer: &mut ModelWriter) -> Result<(), PersistError> {
        self.ever.write(writer, "similar")?;
        self.in_one_order.write(writer, "together")
    }

    pub(super) fn read(reader: &ModelReader<'_>, n_items: usize) -> Result<Self, PersistError> {
        Ok(Self {
            ever: OneKind::read(reader, "similar", n_items)?,
            in_one_order: OneKind::read(reader, "together", n_items)?,
        })
    }
}

impl OneKind {
    fn of(snapshot: &Snapshot, how: Beside) -> Self {
        let sorted = snapshot.state.items.sorted();
        let mut rank = vec![0_u32; sorted.len()];
        (0_u32..).zip(&sorted).for_each(|(at, &slot)| rank[slot as usize] = at);
        let row = |&item: &u32| {
            with_scratch(sorted.len(), |scratch| {
                let looked = snapshot.count(item, how, snapshot.params.latest_purchases, scratch);
                let mut links: Vec<(f64, u32, u32)> = Vec::new();
                scratch.counts.drain(snapshot.params.min_customers, |other, customers| {
                    if other != item {
                        let nearness =
                            f64::from(customers) / f64::from(snapshot.buyers_of(other).max(1)).sqrt();
                        links.push((nearness, customers, rank[other as usize]));
                    }
                });
                links.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
                links.truncate(LENGTH);
                links.sort_unstable_by_key(|link| link.2);
                (links, looked)
            })
        };
        let rows: Vec<_> = sorted.par_iter().map(row).collect();
        Self {
            items: rows
                .iter()
                .map(|(links, _)| links.iter().map(|link| link.2).collect::<Vec<_>>())
                .collect(),
            customers: rows.iter().flat_map(|(links, _)| links.iter().map(|link| link.1)).collect(),
            // Of an item without a list nothing is told, not even how few bought it.
            buyers: rows
                .iter()
                .map(|(links, looked)| if links.is_empty() { 0 } else { looked.buyers })
                .collect(),
            since: rows
                .iter()
                .map(|(links, looked)| looked.since.filter(|_| !links.is_empty()).unwrap_or(0))
                .collect(),
        }
    }

    fn write(&self, writer: &mut ModelWriter, name: &str) -> Result<(), PersistError> {
        writer.rows(&format!("{name}.items"), &self.items, |item| item)?;
        writer.u32s(&format!("{name}.customers"), self.customers.iter().copied())?;
        writer.u32s(&format!("{name}.buyers"), self.buyers.iter().copied())?;
        writer.u32s(&format!("{name}.since"), self.since.iter().copied())
    }

    fn read(reader: &ModelReader<'_>, name: &str, n_items: usize) -> Result<Self, PersistError> {
        let items = reader.rows(&format!("{name}.items"), n_items, n_items, RowOrder::Rising, |item| item)?;
        let customers_name = format!("{name}.customers");
        let customers = reader.u32s(&customers_name, items.values().len())?;
        let buyers = reader.u32s(&format!("{name}.buyers"), n_items)?;
        for (at, row) in items.iter().enumerate() {
            let start = items.offsets()[at];
            if customers[start..start + row.len()].iter().any(|&both| both == 0 || both > buyers[at]) {
                return Err(invalid(&customers_name, "buyers of both must be from 1 to those looked at"));
            }
        }
        Ok(Self { items, customers, buyers, since: reader.u32s(&format!("{name}.since"), n_items)? })
    }
}
