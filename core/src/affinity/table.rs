//! All customers as a table.

use rayon::prelude::*;

use crate::affinity::Affinity;
use crate::affinity::ledger::{NEVER, blocks_of};
use crate::affinity::view::View;
use crate::data::{Column, NONE, Table};
use crate::error::Result;
use crate::rank::TopK;
use crate::time::Time;

/// Columns of some customers.
#[derive(Default)]
struct Part {
    customers: Vec<u32>,
    values: Vec<u32>,
    lifts: Vec<f64>,
    shares: Vec<f64>,
    population: Vec<f64>,
    purchases: Vec<i64>,
    events: Vec<i64>,
    days: Vec<i32>,
}

impl Affinity {
    /// What every customer leans to in a facet, the `n` first values of each as [`Affinity::of`] orders them: columns
    /// `customer`, `value`, `lift`, `share`, `population_share`, `purchases`, `events` and, where everything has a time,
    /// `last` (the midnight, UTC, of the day). Rows are by customer, then best first; customers with nothing in the facet have
    /// none. Parallel over customers.
    ///
    /// # Errors
    /// [`ParamError`](crate::ParamError) for a facet that is none, or not one of the model's.
    pub fn table(&self, facet: &str, n: usize) -> Result<Table> {
        let view = self.view(facet)?;
        let parts: Vec<Part> =
            blocks_of(self.customers.len()).into_par_iter().map(|range| self.part(view, range, n)).collect();
        let rows = parts.iter().map(|part| part.customers.len()).sum();
        let mut all = Part::with_capacity(rows);
        parts.into_iter().for_each(|part| all.extend(part));
        let n_values = u32::try_from(view.labels.len()).expect("values are bounded to u32");
        let words = (0..n_values).map(|value| view.labels.get(value).to_owned()).collect();
        let table = Table::new()
            .with("customer", Column::Ids { vocabulary: self.customers.clone(), positions: all.customers })
            .with("value", Column::Words { words, positions: all.values })
            .with("lift", Column::Floats(all.lifts))
            .with("share", Column::Floats(all.shares))
            .with("population_share", Column::Floats(all.population))
            .with("purchases", Column::Ints(all.purchases))
            .with("events", Column::Ints(all.events));
        if all.days.contains(&NEVER) {
            return Ok(table);
        }
        Ok(table.with(
            "last",
            Column::Times(all.days.into_iter().map(|day| Time::of_utc_day(day.into())).collect()),
        ))
    }

    fn part(&self, view: &View, range: std::ops::Range<usize>, n: usize) -> Part {
        let (mut part, mut hits) = (Part::default(), Vec::new());
        let (mut slots, mut best) = (vec![NONE; view.labels.len()], TopK::new(n.min(view.labels.len())));
        for position in range {
            let total = self.hits_unsorted(view, position, &mut slots, &mut hits);
            let customer = u32::try_from(position).expect("customers are bounded to u32");
            for (value, leaning) in self.best(view, total, &hits, &mut best) {
                part.customers.push(customer);
                part.values.push(value);
                part.lifts.push(leaning.lift);
                part.shares.push(leaning.share);
                part.population.push(leaning.population_share);
                part.purchases.push(i64::from(leaning.purchases));
                part.events.push(i64::from(leaning.events));
                part.days.push(leaning.last.map_or(NEVER, Time::utc_day));
            }
        }
        part
    }
}

impl Part {
    fn with_capacity(n: usize) -> Self {
        Self {
            customers: Vec::with_capacity(n),
            values: Vec::with_capacity(n),
            lifts: Vec::with_capacity(n),
            shares: Vec::with_capacity(n),
            population: Vec::with_capacity(n),
            purchases: Vec::with_capacity(n),
            events: Vec::with_capacity(n),
            days: Vec::with_capacity(n),
        }
    }

    fn extend(&mut self, other: Self) {
        self.customers.extend(other.customers);
        self.values.extend(other.values);
        self.lifts.extend(other.lifts);
        self.shares.extend(other.shares);
        self.population.extend(other.population);
        self.purchases.extend(other.purchases);
        self.events.extend(other.events);
        self.days.extend(other.days);
    }
}
