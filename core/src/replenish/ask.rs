//! What one customer should buy again, and all.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::data::{IdRef, Rows, Table, Vocabulary};
use crate::error::{ParamError, Result};
use crate::index::ItemIx;
use crate::rank::{AllowedItems, ItemFilter, Recommend, Visitor};
use crate::replenish::answer::{Answer, Due, table};
use crate::replenish::histories::by_item;
use crate::replenish::model::Replenishment;
use crate::replenish::params::check_horizon;
use crate::time::Time;

/// Customers answered by one thread before it looks for the next piece of work.
const CUSTOMERS_PER_TASK: usize = 64;

/// What may be answered. By default every item that the customer bought as often as the model asks, within its horizon.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BuyAgainOptions {
    filter: ItemFilter,
    min_probability: f64,
    horizon_days: Option<f64>,
}

impl BuyAgainOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Items to choose from and to leave out, such as those in stock.
    #[must_use]
    pub fn filter(mut self, filter: ItemFilter) -> Self {
        self.filter = filter;
        self
    }

    /// The least probability that is answered, from 0 to 1 (default 0). What has none at all never is.
    #[must_use]
    pub fn min_probability(mut self, min_probability: f64) -> Self {
        self.min_probability = min_probability;
        self
    }

    /// Another horizon than the model's, above 0 and at most 3660 days.
    #[must_use]
    pub fn horizon_days(mut self, horizon_days: Option<f64>) -> Self {
        self.horizon_days = horizon_days;
        self
    }
}

/// A question with everything looked up.
struct Asked {
    now: Time,
    n: usize,
    allowed: AllowedItems,
    min_probability: f64,
    horizon_days: f64,
}

impl Replenishment {
    /// The `n` items that the customer bought before and will most likely buy from `now` on, within the horizon; the
    /// likeliest first, of equal ones those bought more often, then those with a smaller id.
    ///
    /// A `now` before the last purchase of an item is answered as if the next one could follow any time later.
    ///
    /// Time: the purchases of the customer.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an unknown customer, or one of the other type.
    pub fn buy_again<'a>(&self, customer: impl Into<IdRef<'a>>, now: Time, n: usize) -> Result<Vec<Due>> {
        self.buy_again_with(customer, now, n, &BuyAgainOptions::new())
    }

    /// As [`Replenishment::buy_again`], of what the options allow.
    ///
    /// # Errors
    /// As there; [`IdError::WrongKind`](crate::IdError::WrongKind) for an id of the filter of the other type, [`ParamError::OutOfRange`] for an option.
    pub fn buy_again_with<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        now: Time,
        n: usize,
        options: &BuyAgainOptions,
    ) -> Result<Vec<Due>> {
        let customer = self.customers().find("customer", customer.into())?;
        let asked = self.asked(now, n, options)?;
        Ok(self.best(customer, &asked).iter().map(|answer| self.named(answer)).collect())
    }

    /// When the customer will buy the item again, seen from `now`; `None` where they never bought it, or nobody ever bought
    /// an item twice.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for a customer or an item that is unknown or of the other type.
    pub fn due<'a, 'b>(
        &self,
        customer: impl Into<IdRef<'a>>,
        item: impl Into<IdRef<'b>>,
        now: Time,
    ) -> Result<Option<Due>> {
        let customer = self.customers().find("customer", customer.into())?;
        let item = self.items().find("item", item.into())?;
        let own = by_item(self.histories.rows.row(customer)).find(|own| own[0].item.as_usize() == item);
        let answer = own.and_then(|own| self.answer(own, now, self.params.horizon_days));
        Ok(answer.map(|answer| self.named(&answer)))
    }

    /// As [`Replenishment::buy_again`] for every customer: as [`Replenishment::due_all_with`] with the default options.
    ///
    /// # Errors
    /// None with the defaults.
    pub fn due_all(&self, now: Time, n: usize) -> Result<Table> {
        self.due_all_with(now, n, &BuyAgainOptions::new())
    }

    /// The same lists as [`Replenishment::buy_again_with`] for every customer, one below the other: the columns `customer`,
    /// `item`, `due`, `earliest`, `latest`, `probability`, `repurchase`, `interval_days`, `last_bought`, `purchases` and
    /// `basis`, as in [`Due`]; customers by id, those without an answer left out. Parallel over customers.
    ///
    /// # Errors
    /// [`IdError::WrongKind`](crate::IdError::WrongKind) for an id of the filter of the other type, [`ParamError::OutOfRange`] for an option.
    pub fn due_all_with(&self, now: Time, n: usize, options: &BuyAgainOptions) -> Result<Table> {
        let asked = self.asked(now, n, options)?;
        let customers: Vec<usize> = (0..self.customers().len()).collect();
        let position = |customer: usize| u32::try_from(customer).expect("customers are bounded to u32");
        let list = |&customer: &usize| {
            let best = self.best(customer, &asked).into_iter();
            best.map(move |answer| (position(customer), answer)).collect::<Vec<_>>()
        };
        let parts: Vec<Vec<_>> = customers
            .par_chunks(CUSTOMERS_PER_TASK)
            .map(|part| part.iter().flat_map(list).collect())
            .collect();
        Ok(table(self.customers(), self.items(), &parts.concat()))
    }

    fn asked(&self, now: Time, n: usize, options: &BuyAgainOptions) -> Result<Asked> {
        let horizon_days = options.horizon_days.unwrap_or(self.params.horizon_days);
        check_horizon(horizon_days)?;
        let (name, value) = ("min_probability", options.min_probability);
        if !(0.0..=1.0).contains(&value) {
            return Err(ParamError::OutOfRange { name, value, allowed: "from 0 to 1" }.into());
        }
        let allowed = options.filter.resolve(self.items())?;
        Ok(Asked { now, n, allowed, min_probability: value, horizon_days })
    }

    /// The likeliest of a customer, best first.
    fn best(&self, customer: usize, asked: &Asked) -> Vec<Answer> {
        let may = |answer: &Answer| answer.probability > 0.0 && answer.probability >= asked.min_probability;
        let mut answers: Vec<Answer> = by_item(self.histories.rows.row(customer))
            .filter(|own| own.len() >= self.params.min_purchases && asked.allowed.allows(own[0].item))
            .filter_map(|own| self.answer(own, asked.now, asked.horizon_days))
            .filter(may)
            .collect();
        answers.sort_unstable_by_key(|answer| std::cmp::Reverse(answer.scored()));
        answers.truncate(asked.n);
        answers
    }
}

impl Recommend for Replenishment {
    fn items(&self) -> &Vocabulary {
        &self.histories.items
    }

    /// What is due the day after the last purchase of all, where repeats are asked for; nothing otherwise, and for a customer
    /// whom the model does not know.
    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        let asked = self.asked(self.end(), n, &BuyAgainOptions::new())?;
        let list = |visitor: &Visitor<'_>| -> Vec<ItemIx> {
            let known = self.customers().position(visitor.customer).filter(|_| visitor.repeats);
            let best = known.map(|customer| self.best(customer, &asked)).unwrap_or_default();
            best.iter().map(|answer| answer.item).collect()
        };
        Ok(visitors.iter().map(list).collect())
    }
}
