//! The fitted model: the days on which customers bought, and the stages that follow from them.

use rayon::prelude::*;

use crate::data::{IdRef, OrderLog, Vocabulary};
use crate::error::Result;
use crate::fit::{Control, Fit};
use crate::lifecycle::histories::Histories;
use crate::lifecycle::replay::{Standing, replay};
use crate::lifecycle::rhythm::Rhythm;
use crate::lifecycle::{LifecycleParams, LifecycleSources, Stage};
use crate::params::Checked;
use crate::time::Time;

/// Customers by the stage of their life with the shop: prospect, new, active, loyal, slipping, dormant, lost, won back; each
/// by their own rhythm.
///
/// What the stages are and how limits are found is told [in the module](crate::lifecycle).
///
/// ```
/// use kosar::data::{Batch, IdValues, LogBuilder, LogOptions, Role, TimeValues, Values};
/// use kosar::lifecycle::{Lifecycle, Stage};
/// use kosar::{Fit, Time, TimeUnit};
///
/// // Customer 1 buys every week, 2 about every two months; both were last seen on day 60.
/// let days = [(1, 32), (1, 39), (1, 46), (1, 53), (1, 60), (2, -120), (2, -55), (2, 3), (2, 60), (3, 95)];
/// let column = |pick: fn(&(i64, i64)) -> i64| Values::new(days.iter().map(pick).collect::<Vec<_>>());
/// let mut builder = LogBuilder::new(LogOptions::default());
/// builder.push(
///     &Batch::new(days.len())
///         .ids(Role::Customer, IdValues::Int(column(|row| row.0)))?
///         .time(TimeValues::Int(column(|row| row.1 * 86_400), TimeUnit::Second))?,
/// )?;
/// let model = Lifecycle::params().fit(&builder.finish()?)?;
///
/// let weekly = model.customer(1)?;
/// assert_eq!((weekly.stage, weekly.silence_days), (Stage::Lost, Some(35)));
/// let slow = model.customer(2)?;
/// assert_eq!((slow.stage, slow.silence_days), (Stage::Loyal, Some(35)));
/// assert!(slow.rhythm_days > Some(50.0) && weekly.rhythm_days < Some(8.0));
/// assert_eq!(model.stage_at(1, Time::parse("1970-03-05")?)?, Some(Stage::Loyal));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Lifecycle {
    pub(super) params: LifecycleParams,
    /// Of those who are known before `as_of`: derived, where there are others.
    pub(super) histories: Histories,
    /// The state where it has others too: an `as_of` that comes from the log may be later after an update.
    pub(super) whole: Option<Box<Histories>>,
    pub(super) as_of: Option<Time>,
    /// Derived; absent where nobody bought on two days.
    pub(super) rhythm: Option<Rhythm>,
    /// Derived: of each customer at `as_of`.
    pub(super) stages: Vec<Stage>,
}

impl Fit<OrderLog> for Checked<LifecycleParams> {
    type Model = Lifecycle;

    /// Sorts the purchases of each customer; otherwise linear in orders and customers, and parallel over these.
    ///
    /// # Errors
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers or times;
    /// [`Error::Cancelled`](crate::Error::Cancelled).
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<Lifecycle> {
        self.fit_with(&LifecycleSources::new(log), control)
    }
}

impl Fit<LifecycleSources<'_>> for Checked<LifecycleParams> {
    type Model = Lifecycle;

    /// With customers who are known from elsewhere. Otherwise as with a log alone.
    ///
    /// # Errors
    /// As there; [`IntakeError::Append`](crate::IntakeError::Append) where customer ids are of different types.
    fn fit_with(&self, sources: &LifecycleSources<'_>, control: &Control) -> Result<Lifecycle> {
        let histories = Histories::of(sources, self.as_of)?;
        control.check()?;
        Ok(Lifecycle::of(self.clone().into_inner(), histories))
    }
}

impl Lifecycle {
    /// The model of a state.
    pub(super) fn of(params: LifecycleParams, state: Histories) -> Self {
        let as_of = params.as_of.or_else(|| state.end());
        let end = as_of.map_or(i32::MAX, Time::utc_day);
        let (histories, whole) = if state.known.iter().any(|&known| known >= end) {
            let known = state.clone().select(|all, at| all.known[at] < end);
            (known, Some(Box::new(state)))
        } else {
            (state, None)
        };
        let rhythm = Rhythm::of(&histories.days, &params);
        let mut model = Self { params, histories, whole, as_of, rhythm, stages: Vec::new() };
        let day = model.today();
        let stages = (0..model.len()).into_par_iter();
        let stage = |at| model.standing(at, day).map_or(Stage::Prospect, |standing: Standing| standing.stage);
        model.stages = stages.map(stage).collect();
        model
    }

    /// What the model is made of.
    pub(super) fn state(&self) -> &Histories {
        self.whole.as_deref().unwrap_or(&self.histories)
    }

    /// The model with the orders of a later log, or of any other: the one that would be fitted on both together, bit for bit.
    /// Orders must be new ones; [`OrderLog::append`] tells where they are not. An order that comes again on the same day
    /// changes nothing, one that comes again on another day is a purchase more: the model knows days, not orders. Orders at a
    /// given `as_of` or later do not count, as in a fit.
    ///
    /// Time: that of a fit without reading the old log.
    ///
    /// # Errors
    /// [`IntakeError::Append`](crate::IntakeError::Append) where ids are of another type;
    /// [`Error::MissingColumn`](crate::Error::MissingColumn) in a log without customers or times.
    pub fn update(&self, log: &OrderLog) -> Result<Self> {
        self.update_with(log, &Control::new())
    }

    /// As [`Lifecycle::update`], looking at `control` between steps.
    ///
    /// # Errors
    /// As there; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn update_with(&self, log: &OrderLog, control: &Control) -> Result<Self> {
        self.update_from(&LifecycleSources::new(log), control)
    }

    /// As [`Lifecycle::update_with`], with customers who are known from elsewhere.
    ///
    /// # Errors
    /// As there.
    pub fn update_from(&self, sources: &LifecycleSources<'_>, control: &Control) -> Result<Self> {
        let histories = self.state().merged(&Histories::of(sources, self.params.as_of)?)?;
        control.check()?;
        Ok(Self::of(self.params.clone(), histories))
    }

    /// The model without a customer: the one that would be fitted on the log without their orders, and on other sources
    /// without their id, bit for bit.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an id that is not in the model, or of the other type.
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Self> {
        self.forget_with(customer, &Control::new())
    }

    /// As [`Lifecycle::forget`], looking at `control` between steps.
    ///
    /// # Errors
    /// As there; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn forget_with<'a>(&self, customer: impl Into<IdRef<'a>>, control: &Control) -> Result<Self> {
        let histories = self.state().without(customer.into())?;
        control.check()?;
        Ok(Self::of(self.params.clone(), histories))
    }

    /// The parameters that it was fitted with.
    #[must_use]
    pub fn parameters(&self) -> &LifecycleParams {
        &self.params
    }

    /// The midnight at which stages were taken; `None` when there were no orders and none was given.
    #[must_use]
    pub fn as_of(&self) -> Option<Time> {
        self.as_of
    }

    /// The number of customers, prospects included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.histories.customers.len()
    }

    /// Whether there is no customer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the customers are called, sorted.
    #[must_use]
    pub fn ids(&self) -> &Vocabulary {
        &self.histories.customers
    }

    /// The stage of each customer at `as_of`, in the order of [`Lifecycle::ids`].
    #[must_use]
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// The median days between two purchases of a customer of whom nothing is known; `None` where nobody bought on two days.
    #[must_use]
    pub fn rhythm_days(&self) -> Option<f64> {
        self.rhythm.as_ref().map(Rhythm::median)
    }

    /// The last day that counts: the one before `as_of`.
    pub(super) fn today(&self) -> i32 {
        self.as_of.map_or(i32::MAX, |as_of| Time::utc_day(as_of) - 1)
    }

    /// Where a customer stands at the end of a day; `None` without a purchase by then.
    pub(super) fn standing(&self, at: usize, day: i32) -> Option<Standing> {
        replay(self.histories.days.row(at), day, self.rhythm.as_ref(), self.params.loyal_purchases)
    }

    /// The stage of a customer at the end of a day; `None` where nobody knew them by then.
    pub(super) fn stage_on(&self, at: usize, day: i32) -> Option<Stage> {
        let is_known = || self.histories.known[at] <= day || day >= self.today();
        let prospect = || is_known().then_some(Stage::Prospect);
        self.standing(at, day).map_or_else(prospect, |standing| Some(standing.stage))
    }
}
