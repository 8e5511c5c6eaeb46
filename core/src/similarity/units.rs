//! What pairs are counted over, and what each is worth: made from the state and the parameters, the same every time.

use std::borrow::Cow;

use crate::data::{Interactions, Rows, Unit};
use crate::error::{Error, ParamError, Result};
use crate::fit::Control;
use crate::index::ItemIx;
use crate::params::Checked;
use crate::similarity::kernel::{Lists, Order, Shape, Weighted, neighbors, weighted_neighbors};
use crate::similarity::state::{NOBODY, State};
use crate::similarity::weighting::{Weights, weights};
use crate::similarity::{ItemSimilarityParams, Measure, Side};
use crate::time::{MICROS_PER_DAY, Time};

/// Rows of items with their weights, and the order of neighbours that follows.
#[derive(Debug, Clone)]
pub(super) struct Units<'a> {
    pub(super) rows: Cow<'a, Rows<ItemIx>>,
    /// The number of rows of each item.
    pub(super) degrees: Vec<u32>,
    pub(super) order: Order,
    weighting: Option<Weighing>,
    pub(super) customers_cut: usize,
}

#[derive(Debug, Clone)]
struct Weighing {
    weights: Weights,
    /// The days of the entries, and what is left after some, in 65536ths.
    apart: Option<(Vec<u32>, Vec<u32>)>,
    /// The owners of the rows, and how many a pair must have.
    owners: Option<(Vec<u32>, u32)>,
}

/// Half-lives after which nothing is left of a pair.
const HALVINGS: f64 = 16.0;

impl<'a> Units<'a> {
    pub(super) fn new(state: &'a State, params: &Checked<ItemSimilarityParams>) -> Result<Self> {
        let matrix = &state.matrix;
        let min_customers = u32::try_from(params.min_customers).unwrap_or(u32::MAX);
        let (rows, entries, customers_cut) = match (&state.orders, params.unit) {
            (Some(orders), Unit::Order) => (Cow::Borrowed(&orders.rows), None, 0),
            _ => match matrix.latest(params.max_history) {
                (Some((rows, entries)), cut) => (Cow::Owned(rows), Some(entries), cut),
                (None, cut) => (Cow::Borrowed(&matrix.rows), None, cut),
            },
        };
        let n_items = matrix.n_items();
        let mut degrees = vec![0_u32; n_items];
        rows.values().iter().for_each(|item| degrees[item.as_usize()] += 1);
        let by_owner = params.unit == Unit::Order && min_customers > 1;
        let weighting = if params.is_weighted() || by_owner {
            let seen = Seen::new(state, params, &rows, entries)?;
            Some(Weighing {
                weights: seen.weights(params),
                apart: seen.apart(params),
                owners: by_owner.then(|| (owners(state), min_customers)),
            })
        } else {
            None
        };
        let min_count = if params.unit == Unit::Customer { min_customers } else { 1 };
        let mut units = Self {
            order: Order {
                shape: Shape {
                    family: params.measure.family(),
                    shrinkage: params.shrinkage,
                    #[allow(clippy::cast_precision_loss, reason = "counts below 2^32")]
                    n_users: rows.iter().filter(|row| !row.is_empty()).count() as f64,
                    min_count,
                },
                own: Vec::new(),
                other: Vec::new(),
            },
            rows,
            degrees,
            weighting,
            customers_cut,
        };
        units.set_terms(params)?;
        Ok(units)
    }

    /// The same, on its own.
    pub(super) fn into_owned(self) -> Units<'static> {
        let Self { rows, degrees, order, weighting, customers_cut } = self;
        Units { rows: Cow::Owned(rows.into_owned()), degrees, order, weighting, customers_cut }
    }

    /// The terms of all items, by the side that chooses.
    ///
    /// # Errors
    /// [`ParamError::OutOfRange`] where sums are beyond single precision, at either end.
    fn set_terms(&mut self, params: &ItemSimilarityParams) -> Result<(), ParamError> {
        let sizes: Vec<f64> = match self.weighted() {
            Some(weighted) => {
                let mut sums = vec![0_u64; self.degrees.len()];
                for (entry, item) in self.rows.values().iter().enumerate() {
                    sums[item.as_usize()] += weighted.product(entry, entry);
                }
                #[allow(
                    clippy::cast_precision_loss,
                    reason = "a sum becomes a similarity in single precision"
                )]
                sums.into_iter().map(|sum| sum as f64 * weighted.square).collect()
            }
            None => self.degrees.iter().map(|&degree| f64::from(degree)).collect(),
        };
        if params.measure == Measure::Dot {
            // By Cauchy and Schwarz no pair shares more than the greatest item has of its own.
            let weighs =
                self.weighted().is_some_and(|weighted| weighted.weights.iter().any(|&weight| weight > 0));
            check_greatest(sizes.iter().copied().fold(0.0, f64::max), weighs, params)?;
        }
        let n_users = self.order.shape.n_users;
        let terms = sizes.iter().zip(&self.degrees).map(|(&size, &degree)| {
            let (source, target) = params.measure.terms(size, params.asymmetry, n_users);
            let damped = params.popularity_damping != 0.0 && degree > 0;
            let damping = if damped { f64::from(degree).powf(-params.popularity_damping) } else { 1.0 };
            (source, target * damping)
        });
        let (source, target): (Vec<f64>, Vec<f64>) = terms.unzip();
        (self.order.own, self.order.other) = (source, target);
        Ok(())
    }

    pub(super) fn weighted(&self) -> Option<Weighted<'_>> {
        self.weighting.as_ref().map(|weighing| Weighted {
            rows: &self.rows,
            degrees: &self.degrees,
            weights: &weighing.weights.values,
            square: weighing.weights.square,
            apart: weighing.apart.as_ref().map(|(days, left)| (&days[..], &left[..])),
            owners: weighing.owners.as_ref().map(|(owners, least)| (&owners[..], *least)),
        })
    }

    /// The nearest neighbours of every item: of those it speaks for, whichever side chose them.
    pub(super) fn lists(&self, params: &ItemSimilarityParams, control: &Control) -> Result<Lists> {
        let turned;
        let order = match params.side {
            Side::Source => &self.order,
            Side::Target => {
                // Rows are those of the candidates, which look for the items that one has.
                let Order { shape, own, other } = self.order.clone();
                turned = Order { shape, own: other, other: own };
                &turned
            }
        };
        let lists = match self.weighted() {
            Some(weighted) => weighted_neighbors(&weighted, order, params.neighbors, control)?,
            None => neighbors(&self.rows, &self.degrees, order, params.neighbors, control)?,
        };
        Ok(if params.side == Side::Target { lists.turned() } else { lists })
    }
}

/// The entries that count, with when they were.
struct Seen<'s> {
    /// The matrix of just these entries.
    matrix: Cow<'s, Interactions>,
    times: Option<Vec<Time>>,
}

impl<'s> Seen<'s> {
    fn new(
        state: &'s State,
        params: &ItemSimilarityParams,
        rows: &Rows<ItemIx>,
        entries: Option<Vec<usize>>,
    ) -> Result<Self> {
        let matrix = match (&state.orders, entries) {
            (Some(_), _) => {
                let kind = state.matrix.items.kind();
                let items = state.matrix.items.clone();
                Cow::Owned(Interactions { items, rows: rows.clone(), ..Interactions::empty(kind, kind) })
            }
            (None, Some(entries)) => {
                let facts = state.matrix.facts.pick(&entries);
                Cow::Owned(Interactions { rows: rows.clone(), facts, ..state.matrix.clone() })
            }
            (None, None) => Cow::Borrowed(&state.matrix),
        };
        let times = match &state.orders {
            Some(orders) => orders.times.as_ref().map(|times| {
                times.iter().zip(rows.iter()).flat_map(|(&time, row)| row.iter().map(move |_| time)).collect()
            }),
            None => matrix.facts.times.clone(),
        };
        let needs_times = params.half_life_days.is_some() || params.pair_half_life_days.is_some();
        if needs_times && times.is_none() && !rows.values().is_empty() {
            return Err(Error::MissingColumn {
                column: "time",
                needed_by: "ItemSimilarity with a half-life",
            });
        }
        Ok(Self { matrix, times })
    }

    #[allow(clippy::cast_precision_loss, reason = "days as a real number")]
    fn weights(&self, params: &ItemSimilarityParams) -> Weights {
        let latest = || self.times.iter().flatten().max().copied();
        let age = params.half_life_days.zip(params.as_of.or_else(latest)).zip(self.times.as_ref());
        let half_lives = age.map(|((half_life, as_of), times)| {
            move |entry: usize| {
                let micros = as_of.micros().saturating_sub(times[entry].micros()).max(0);
                micros as f64 / (MICROS_PER_DAY as f64 * half_life)
            }
        });
        let half_lives = half_lives.as_ref().map(|age| age as &dyn Fn(usize) -> f64);
        let (values, halvings) =
            weights(&self.matrix, params.strength, params.weighting, params.user_exponent, half_lives);
        let items = self.matrix.rows.values().iter().map(|item| item.as_usize());
        let mut weights = Weights::fixed(&values, items, self.matrix.n_items());
        // All other measures are the same for weights that all are halved.
        if params.measure == Measure::Dot {
            weights.square *= (-2.0 * halvings).exp2();
        }
        weights
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "days and shares within their bounds"
    )]
    fn apart(&self, params: &ItemSimilarityParams) -> Option<(Vec<u32>, Vec<u32>)> {
        let (half_life, times) = params.pair_half_life_days.zip(self.times.as_ref())?;
        let (first, last) = (times.iter().min()?.micros(), times.iter().max()?.micros());
        let day = |time: &Time| {
            (time.micros().saturating_sub(first) / MICROS_PER_DAY).min(i64::from(u32::MAX)) as u32
        };
        // No two are further apart than the first and the last one.
        let span = last.saturating_sub(first) / MICROS_PER_DAY;
        let last = (half_life * HALVINGS).ceil().min(span as f64 + 1.0) as u32;
        let left = (0..=last).map(|days| ((-f64::from(days) / half_life).exp2() * 65536.0).round() as u32);
        Some((times.iter().map(day).collect(), left.collect()))
    }
}

/// Refuses a greatest sum that single precision does not hold, or only with fewer digits; `weighs` where there are weights.
fn check_greatest(sum: f64, weighs: bool, params: &ItemSimilarityParams) -> Result<(), ParamError> {
    if sum > f64::from(f32::MAX) {
        let allowed = "such that no sum of measure dot is above 3.4e38";
        return Err(ParamError::OutOfRange { name: "user_exponent", value: params.user_exponent, allowed });
    }
    if weighs && sum < f64::from(f32::MIN_POSITIVE) {
        let allowed = "such that a sum of measure dot is at least 1.2e-38";
        let (name, value) = match params.half_life_days {
            Some(days) => ("half_life_days", days),
            None => ("user_exponent", params.user_exponent),
        };
        return Err(ParamError::OutOfRange { name, value, allowed });
    }
    Ok(())
}

/// The owner of each basket, every anonymous one its own.
fn owners(state: &State) -> Vec<u32> {
    let mut nobody = u32::try_from(state.matrix.n_customers()).unwrap_or(NOBODY);
    let owners = state.orders.iter().flat_map(|orders| &orders.owners);
    owners
        .map(|&owner| {
            if owner == NOBODY {
                // Not above the number of customers and orders together; at the bound they are one.
                nobody = (nobody + 1).min(NOBODY - 1);
                nobody - 1
            } else {
                owner
            }
        })
        .collect()
}
