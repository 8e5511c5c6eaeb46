//! The fitted model: who bought what on which days, and the intervals that follow from it.

use crate::data::{Catalog, IdRef, OrderLog, Vocabulary};
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::normal::two_sided;
use crate::params::Checked;
use crate::replenish::ReplenishmentParams;
use crate::replenish::catalogue::Categories;
use crate::replenish::estimate::Estimates;
use crate::replenish::histories::Histories;
use crate::time::Time;

/// When each customer will buy again what they bought before: the interval of customer and item, drawn towards those of the
/// item, its category and all; the chance of a purchase within a horizon; and the chance that there is another at all.
///
/// What is computed and how is told [in the module](crate::replenish).
///
/// ```
/// use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values};
/// use kosar::replenish::Replenishment;
/// use kosar::{Fit, Id, Time, TimeUnit};
///
/// // Customer 1 buys coffee every ten days and bought a pot once; others buy coffee too.
/// let rows = [(1, 10, 0), (1, 10, 10), (1, 10, 20), (1, 10, 30), (1, 99, 3), (2, 10, 5), (2, 10, 17), (3, 10, 26)];
/// let column = |pick: fn(&(i64, i64, i64)) -> i64| Values::new(rows.iter().map(pick).collect::<Vec<_>>());
/// let mut builder = LogBuilder::new(LogOptions::default());
/// builder.push(
///     &Batch::new(rows.len())
///         .ids(Role::Customer, IdValues::Int(column(|row| row.0)))?
///         .ids(Role::Item, IdValues::Int(column(|row| row.1)))?
///         .time(TimeValues::Int(column(|row| row.2 * 86_400), TimeUnit::Second))?,
/// )?;
/// let model = Replenishment::params().fit(&builder.finish()?)?;
///
/// let again = model.buy_again(1, Time::parse("1970-02-08")?, 5)?;
/// assert_eq!(again[0].item, Id::from(10));
/// assert_eq!((again[0].due.to_string(), again[0].purchases), ("1970-02-10".to_owned(), 4));
/// assert!(again[0].probability > 0.5 && again[0].earliest <= again[0].due);
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Replenishment {
    pub(super) params: ReplenishmentParams,
    pub(super) histories: Histories,
    /// Absent without a catalogue.
    pub(super) categories: Option<Categories>,
    /// Derived; absent where nobody bought anything twice.
    pub(super) estimates: Option<Estimates>,
    /// The day after the last purchase of all: derived.
    pub(super) end: i32,
    /// The standard normal value that the intervals reach to: derived.
    pub(super) z: f64,
}

impl Fit<OrderLog> for Checked<ReplenishmentParams> {
    type Model = Replenishment;

    /// Sorts the purchases of each customer; otherwise linear, and parallel over items. The result does not depend on the
    /// number of threads.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers, items or times;
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<Replenishment> {
        Replenishment::of(self.clone().into_inner(), Histories::of_log(log)?, None, control)
    }
}

impl Fit<(&OrderLog, &Catalog)> for Checked<ReplenishmentParams> {
    type Model = Replenishment;

    /// With a catalogue: items are drawn towards their category. Otherwise as with a log alone.
    ///
    /// # Errors
    /// As there; [`IdError::WrongKind`](crate::IdError::WrongKind) where item ids of the two are of different types.
    fn fit_with(&self, &(log, catalog): &(&OrderLog, &Catalog), control: &Control) -> Result<Replenishment> {
        let categories = Some(Categories::of(catalog));
        Replenishment::of(self.clone().into_inner(), Histories::of_log(log)?, categories, control)
    }
}

impl Replenishment {
    pub(super) fn of(
        params: ReplenishmentParams,
        histories: Histories,
        categories: Option<Categories>,
        control: &Control,
    ) -> Result<Self> {
        let (numbers, n_categories) = Categories::of_items(categories.as_ref(), &histories.items)?;
        let estimates = Estimates::of(&histories, &numbers, n_categories, params.use_quantities, control)?;
        let z = two_sided(params.coverage);
        let end = histories.last_day().unwrap_or(0).saturating_add(1);
        Ok(Self { params, histories, categories, estimates, end, z })
    }

    /// The model with the orders of a later log, or of any other: the one that would be fitted on both together, bit for bit.
    /// The orders of the log must be others than those that the model has seen. The catalogue stays the one of the fit.
    ///
    /// Time: that of a fit without reading the old log.
    ///
    /// # Errors
    /// [`IntakeError::Append`](crate::IntakeError::Append) where ids are of another type;
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers, items or times.
    pub fn update(&self, log: &OrderLog) -> Result<Self> {
        self.update_with(log, &Control::new())
    }

    /// As [`Replenishment::update`], looking at `control` between steps.
    ///
    /// # Errors
    /// As there; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn update_with(&self, log: &OrderLog, control: &Control) -> Result<Self> {
        let histories = self.histories.merged(&Histories::of_log(log)?)?;
        Self::of(self.params.clone(), histories, self.categories.clone(), control)
    }

    /// The model without a customer: the one that would be fitted on the log without their orders, bit for bit.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an unknown customer, or one of the other type.
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Self> {
        self.forget_with(customer, &Control::new())
    }

    /// As [`Replenishment::forget`], looking at `control` between steps.
    ///
    /// # Errors
    /// As there; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn forget_with<'a>(&self, customer: impl Into<IdRef<'a>>, control: &Control) -> Result<Self> {
        let histories = self.histories.without(customer.into())?;
        Self::of(self.params.clone(), histories, self.categories.clone(), control)
    }

    /// The parameters that it was fitted with.
    #[must_use]
    pub fn fitted_with(&self) -> &ReplenishmentParams {
        &self.params
    }

    /// What the items are called: those that a customer bought.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.histories.items
    }

    /// What the customers are called.
    #[must_use]
    pub fn customers(&self) -> &Vocabulary {
        &self.histories.customers
    }

    /// The day after the last purchase of all, at midnight; that after 1970-01-01 where there is none.
    #[must_use]
    pub fn end(&self) -> Time {
        Time::of_utc_day(self.end.into())
    }

    /// By how much a larger quantity lasts longer, from 0 to 1: an interval grows with this power of the quantity. `None`
    /// where nobody bought anything twice.
    #[must_use]
    pub fn quantity_exponent(&self) -> Option<f64> {
        self.estimates.as_ref().map(|estimates| estimates.shape.beta)
    }

    /// The median days until the next purchase of an item after one of quantity 1, by a customer of whom nothing else is known,
    /// and the chance that there is one after the first purchase, above 0 and below 1. `None` where nobody bought anything twice.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an item that is unknown or of the other type.
    pub fn interval<'a>(&self, item: impl Into<IdRef<'a>>) -> Result<Option<(f64, f64)>> {
        let item = self.items().find("item", item.into())?;
        let of = |estimates: &Estimates| {
            (estimates.shape.items[item].estimate.mean.max(0.0).exp(), estimates.rebuy.rates[item])
        };
        Ok(self.estimates.as_ref().map(of))
    }
}
