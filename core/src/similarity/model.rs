//! The fitted model: neighbours of each item, and the histories that they come from.

use crate::cache::Cache;
use crate::data::{IdKind, IdRef, Interactions, OrderLog, Vocabulary};
use crate::error::{IdError, Result};
use crate::fit::{Control, Fit};
use crate::params::Checked;
use crate::rank::ScratchPool;
use crate::similarity::kernel::Lists;
use crate::similarity::lookup::{Owners, Walk};
use crate::similarity::score::Scratch;
use crate::similarity::state::State;
use crate::similarity::units::Units;
use crate::similarity::{ItemSimilarityParams, Unit};

/// Items that resemble each other by who bought them, and recommendations from what a customer owns.
///
/// The state of the model is what was bought; neighbours are computed from it, so a model that was
/// [updated](ItemSimilarity::update) or that [forgot](ItemSimilarity::forget) a customer is, bit for bit, the one fitted on
/// all that is left.
/// It knows the items of its customers and, with unit order, of all baskets.
///
/// ```
/// use kosar::data::OrderLog;
/// use kosar::similarity::{ItemSimilarity, Unit};
/// use kosar::{Fit, Id};
///
/// let log = OrderLog::from_baskets([
///     vec!["bread", "butter", "jam"],
///     vec!["bread", "butter"],
///     vec!["bread", "cheese"],
///     vec!["tea"],
/// ])?;
/// let model = ItemSimilarity::params().unit(Unit::Order).fit(&log)?;
/// let similar = model.similar("bread", 2)?;
/// assert_eq!(similar[0].item, Id::from("butter"));
/// assert_eq!(similar[0].reason.to_string(), "bought with bread by 2 (similarity 0.82)");
/// // Nothing else is bought with tea.
/// assert!(model.similar("tea", 5)?.is_empty());
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ItemSimilarity {
    pub(super) params: Checked<ItemSimilarityParams>,
    pub(super) items: Vocabulary,
    /// The nearest items of each item, best first.
    pub(super) lists: Lists,
    /// Absent where the file had no histories.
    pub(super) state: Option<State>,
    pub(super) customers_cut: usize,
    pub(super) anonymous_orders: usize,
    pub(super) scratch: ScratchPool<Scratch>,
    /// What rows of one item alone need, and the customers of each item.
    pub(super) walk: Cache<Walk>,
    pub(super) owners: Cache<Owners>,
}

impl Fit<OrderLog> for Checked<ItemSimilarityParams> {
    type Model = ItemSimilarity;

    /// Time: the sum over customers (or orders) of the square of their number of items; parallel over items. The result
    /// does not depend on the number of threads. Space: the histories twice and the lists.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<ItemSimilarity> {
        ItemSimilarity::of_state(self.clone(), State::of_log(log, self.unit, "ItemSimilarity")?, control)
    }
}

impl Fit<Interactions> for Checked<ItemSimilarityParams> {
    type Model = ItemSimilarity;

    /// As from a log; only with unit customer.
    fn fit_with(&self, matrix: &Interactions, control: &Control) -> Result<ItemSimilarity> {
        self.unit.check_with_matrix()?;
        ItemSimilarity::of_state(self.clone(), State::of_matrix(matrix), control)
    }
}

impl ItemSimilarity {
    pub(super) fn of_state(
        params: Checked<ItemSimilarityParams>,
        state: State,
        control: &Control,
    ) -> Result<Self> {
        let units = Units::new(&state, &params)?;
        let lists = units.lists(&params, control)?;
        let customers_cut = units.customers_cut;
        let anonymous_orders = if params.unit == Unit::Customer { state.matrix.anonymous_orders } else { 0 };
        Ok(Self {
            items: state.matrix.items.clone(),
            lists,
            customers_cut,
            anonymous_orders,
            state: Some(state),
            params,
            scratch: ScratchPool::default(),
            walk: Cache::default(),
            owners: Cache::default(),
        })
    }

    /// The model with more orders: the one that would be fitted on both logs together, bit for bit. The orders of `log` must be
    /// new ones; [`OrderLog::append`] tells where they are not. Neighbours are computed anew, so the time is that of a fit
    /// less the reading of the first log.
    ///
    /// # Errors
    /// [`IdError::NoHistories`] for a model saved without histories; [`IntakeError::Append`](crate::IntakeError::Append)
    /// where ids are of another type or only one of the logs has customers; as fitting.
    pub fn update(&self, log: &OrderLog) -> Result<Self> {
        self.update_with(log, &Control::new())
    }

    /// As [`ItemSimilarity::update`], looking at `control` between steps.
    ///
    /// # Errors
    /// As [`ItemSimilarity::update`]; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn update_with(&self, log: &OrderLog, control: &Control) -> Result<Self> {
        let state =
            self.need_state()?.clone().merged(State::of_log(log, self.params.unit, "ItemSimilarity")?)?;
        Self::of_state(self.params.clone(), state, control)
    }

    /// The model without a customer: the one that would be fitted on the log without their orders, bit for bit.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model saved without histories.
    pub fn forget<'a>(&self, customer: impl Into<IdRef<'a>>) -> Result<Self> {
        self.forget_with(customer, &Control::new())
    }

    /// As [`ItemSimilarity::forget`], looking at `control` between steps.
    ///
    /// # Errors
    /// As [`ItemSimilarity::forget`]; [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn forget_with<'a>(&self, customer: impl Into<IdRef<'a>>, control: &Control) -> Result<Self> {
        let state = self.need_state()?.without(customer.into())?;
        Self::of_state(self.params.clone(), state, control)
    }

    pub(super) fn need_state(&self) -> Result<&State> {
        Ok(self.state.as_ref().ok_or(IdError::NoHistories { role: "customer" })?)
    }

    /// The parameters that it was fitted with.
    #[must_use]
    pub fn fitted_with(&self) -> &ItemSimilarityParams {
        &self.params
    }

    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// What the customers are called; empty where the model knows no customers.
    #[must_use]
    pub fn customers(&self) -> Vocabulary {
        let state = self.state.as_ref().filter(|state| state.has_customers);
        state.map_or_else(|| Vocabulary::empty(IdKind::Str), |state| state.matrix.customers.clone())
    }

    /// How many neighbours of an item are kept.
    pub(crate) fn n_listed(&self, item: crate::index::ItemIx) -> usize {
        self.lists.range(item.as_usize()).len()
    }

    /// The number of customers of whom only the latest items counted.
    #[must_use]
    pub fn customers_cut(&self) -> usize {
        self.customers_cut
    }

    /// The number of orders that did not count because they have no customer.
    #[must_use]
    pub fn anonymous_orders(&self) -> usize {
        self.anonymous_orders
    }
}
