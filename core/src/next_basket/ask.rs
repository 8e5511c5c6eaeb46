//! The next basket of one customer, of a visitor, and of all.

use std::ops::Range;

use crate::data::{IdRef, Rows, Vocabulary};
use crate::error::{IdError, Result};
use crate::index::ItemIx;
use crate::next_basket::crowd::Crowd;
use crate::next_basket::score::{Buyer, Scratch, Wanted};
use crate::next_basket::{NextBasket, NextBasketOptions, Novelty};
use crate::rank::{AllRecommendations, AllowedItems, Reason, Recommend, Recommendation, Scored, Visitor};

/// Customers answered by one thread before it looks for the next piece of work.
const CUSTOMERS_PER_TASK: usize = 64;

impl NextBasket {
    /// The `n` likeliest items of the customer's next basket, best first; each [`Reason`] tells whether it was bought
    /// before ([`Reason::Repeat`]) or is new to the customer ([`Reason::Explore`]).
    ///
    /// Time: the customers of the customer's items, and the items of the neighbours.
    ///
    /// # Errors
    /// [`IdError`] for an unknown customer, one of the other type, or a model saved without histories.
    pub fn recommend_for_customer<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
    ) -> Result<Vec<Recommendation>> {
        self.recommend_for_customer_with(customer, n, &NextBasketOptions::new())
    }

    /// As [`NextBasket::recommend_for_customer`], of the items that the options allow.
    ///
    /// # Errors
    /// As there; [`IdError::WrongKind`] for an id of the filter of the other type.
    pub fn recommend_for_customer_with<'a>(
        &self,
        customer: impl Into<IdRef<'a>>,
        n: usize,
        options: &NextBasketOptions,
    ) -> Result<Vec<Recommendation>> {
        let crowd = self.need_crowd()?;
        let customer = crowd.customers.find("customer", customer.into())?;
        let buyer = Buyer { baskets: &crowd.baskets_of(customer), customer: Some(customer) };
        self.answer(buyer, n, options)
    }

    /// The `n` likeliest items of the next basket of someone whom the model need not know, by their baskets, the earliest
    /// first. An item twice in a basket is once in it, and an empty basket is none; without a basket, what is popular is
    /// answered. A model saved without histories knows no neighbours, and answers by the other sources.
    ///
    /// # Errors
    /// [`IdError`] for an unknown item, or one of the other type.
    pub fn recommend_for_baskets<'a, B, T>(
        &self,
        baskets: impl IntoIterator<Item = B>,
        n: usize,
        options: &NextBasketOptions,
    ) -> Result<Vec<Recommendation>>
    where
        B: IntoIterator<Item = T>,
        T: Into<IdRef<'a>>,
    {
        let mut rows: Rows<ItemIx> = Rows::default();
        for basket in baskets {
            let find = |item: T| Ok(ItemIx::new(self.items.find("item", item.into())?));
            let mut basket: Vec<ItemIx> = basket.into_iter().map(find).collect::<Result<_, IdError>>()?;
            basket.sort_unstable();
            basket.dedup();
            if !basket.is_empty() {
                rows.push(basket);
            }
        }
        let baskets: Vec<&[ItemIx]> = rows.iter().collect();
        self.answer(Buyer { baskets: &baskets, customer: None }, n, options)
    }

    /// The next baskets of all customers, by id; the same as asking for one after the other. Parallel over customers.
    ///
    /// # Errors
    /// [`IdError::NoHistories`] for a model saved without histories;
    /// [`ParamError::TooLarge`](crate::ParamError::TooLarge) when all slots together are more than 2^28 (4 GiB).
    pub fn recommend_all(&self, n: usize) -> Result<AllRecommendations> {
        self.recommend_all_with(n, &NextBasketOptions::new())
    }

    /// As [`NextBasket::recommend_all`], of the items that the options allow.
    ///
    /// # Errors
    /// As there; [`IdError::WrongKind`] for an id of the filter of the other type.
    pub fn recommend_all_with(&self, n: usize, options: &NextBasketOptions) -> Result<AllRecommendations> {
        let crowd = self.need_crowd()?;
        let allowed = options.filter.resolve(&self.items)?;
        let wanted = Wanted { n, novelty: options.novelty, allowed: &allowed, without: &[] };
        let best = |scratch: &mut Scratch, customers: Range<usize>| {
            let list = |customer: usize| {
                let buyer = Buyer { baskets: &crowd.baskets_of(customer), customer: Some(customer) };
                self.best(buyer, wanted, scratch);
                scratch.best.clone()
            };
            customers.map(list).collect()
        };
        let n_customers = crowd.customers.len();
        let all = AllRecommendations::fill(n_customers, n, CUSTOMERS_PER_TASK, || self.new_scratch(), best);
        Ok(all?)
    }

    fn answer(&self, buyer: Buyer<'_>, n: usize, options: &NextBasketOptions) -> Result<Vec<Recommendation>> {
        let allowed = options.filter.resolve(&self.items)?;
        let wanted = Wanted { n, novelty: options.novelty, allowed: &allowed, without: &[] };
        let answer = |scratch: &mut Scratch| {
            self.best(buyer, wanted, scratch);
            self.explained(buyer, scratch)
        };
        Ok(self.scratch.with(|| self.new_scratch(), answer))
    }

    fn need_crowd(&self) -> Result<&Crowd, IdError> {
        self.crowd.as_ref().ok_or(IdError::NoHistories { role: "customer" })
    }

    fn new_scratch(&self) -> Scratch {
        Scratch::new(self.crowd.as_ref().map_or(0, |crowd| crowd.customers.len()), self.items.len())
    }

    /// The best items with their reasons.
    fn explained(&self, buyer: Buyer<'_>, scratch: &mut Scratch) -> Vec<Recommendation> {
        let orders = |item: ItemIx| {
            buyer.baskets.iter().filter(|basket| basket.binary_search(&item).is_ok()).count() as u64
        };
        let buyers = |scored: &Scored| match &self.crowd {
            Some(crowd) if orders(scored.item) == 0 => Some(crowd.by_item.row(scored.item.as_usize())),
            _ => None,
        };
        let neighbors = scratch.search.count_in(scratch.best.iter().map(buyers));
        let explain = |(scored, neighbors): (&Scored, Option<u64>)| {
            let (at, of) = (scored.item.as_usize(), buyer.baskets.len() as u64);
            let reason = match orders(scored.item) {
                0 => Reason::Explore { neighbors: neighbors.unwrap_or(0), orders: self.counts[at] },
                orders => Reason::Repeat { orders, of },
            };
            Recommendation { item: self.items.get(at).to_id(), score: scored.score, reason }
        };
        scratch.best.iter().zip(neighbors).map(explain).collect()
    }
}

impl Recommend for NextBasket {
    fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// A customer whom the model does not know is one with a single basket, the history. Where repeats are asked for, all
    /// items may be answered, else what is new.
    fn recommend_each(&self, visitors: &[Visitor<'_>], n: usize) -> Result<Rows<ItemIx>> {
        let known = |visitor: &Visitor<'_>| {
            let crowd = self.crowd.as_ref()?;
            Some((crowd, crowd.customers.position(visitor.customer)?))
        };
        let list = |scratch: &mut Scratch, visitor: &Visitor<'_>| -> Vec<ItemIx> {
            let (novelty, without) =
                if visitor.repeats { (None, &[][..]) } else { (Some(Novelty::Explore), visitor.history) };
            let wanted = Wanted { n, novelty, allowed: &AllowedItems::ALL, without };
            let history = [visitor.history];
            match known(visitor) {
                Some((crowd, customer)) => {
                    let baskets = crowd.baskets_of(customer);
                    self.best(Buyer { baskets: &baskets, customer: Some(customer) }, wanted, scratch);
                }
                None => {
                    let baskets = if visitor.history.is_empty() { &[][..] } else { &history[..] };
                    self.best(Buyer { baskets, customer: None }, wanted, scratch);
                }
            }
            scratch.best.iter().map(|scored| scored.item).collect()
        };
        let all = |scratch: &mut Scratch| visitors.iter().map(|visitor| list(scratch, visitor)).collect();
        Ok(self.scratch.with(|| self.new_scratch(), all))
    }
}
