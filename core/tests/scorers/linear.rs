//! EASE and GF-CF.

use std::collections::BTreeSet;

use kosar::linear::{Ease, GraphFilter, RecommendOptions};
use kosar::rank::{ItemFilter, Recommend};
use kosar::{Fit, Id, Result};

use crate::contract::{Asked, Batch, Filters, Found, Query, Scorer, found_by, lists, rows};
use crate::shop::Shop;

fn options(filter: &ItemFilter) -> RecommendOptions {
    let (only, exclude) = lists(filter);
    RecommendOptions::new().only(only).exclude(exclude)
}

fn buyers(shop: &Shop) -> impl Fn(&Id) -> u64 {
    |item| shop.buyers(item).len() as u64
}

/// All that was bought but some; nothing where these are none.
fn others(shop: &Shop, items: &BTreeSet<Id>) -> BTreeSet<Id> {
    let bought = shop.bought().into_iter();
    bought.filter(|item| !items.is_empty() && !items.contains(item)).collect()
}

/// The items that a weight leads to from one of some, those left out.
fn led_to(model: &Ease, items: &BTreeSet<Id>, is_one: fn(f64) -> bool) -> BTreeSet<Id> {
    let all = model.items().iter().map(|id| id.to_id());
    let leads = |to: &Id| items.iter().any(|from| is_one(model.weight(from, to).unwrap()));
    all.filter(|to| !items.contains(to) && leads(to)).collect()
}

/// The scorers of a linear model: what is similar to an item, for a cart, for a customer.
macro_rules! linear {
    ($model:ident, $similar:ident, $cart:ident, $owner:ident, $text:literal, $params:expr, $positive:expr) => {
        pub(crate) struct $similar;

        impl Scorer for $similar {
            type Model = $model;
            const NAME: &'static str = concat!($text, " of an item");
            const ASKED: Asked = Asked::Item;
            const FILTERS: Filters = Filters::None;

            fn fit(shop: &Shop) -> Result<$model> {
                $params.fit(&shop.log)
            }

            fn answer(
                model: &$model,
                shop: &Shop,
                query: &Query,
                n: usize,
                _: &ItemFilter,
            ) -> Result<Vec<Found>> {
                Ok(found_by(model.similar(&query.items()[0], n)?, buyers(shop)))
            }

            fn candidates(model: &$model, _: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
                let positive: fn(&$model, &BTreeSet<Id>) -> BTreeSet<Id> = $positive;
                Some(positive(model, &query.set()))
            }
        }

        pub(crate) struct $cart;

        impl Scorer for $cart {
            type Model = $model;
            const NAME: &'static str = concat!($text, " of a cart");
            const ASKED: Asked = Asked::Items;

            fn fit(shop: &Shop) -> Result<$model> {
                $similar::fit(shop)
            }

            fn answer(
                model: &$model,
                shop: &Shop,
                query: &Query,
                n: usize,
                filter: &ItemFilter,
            ) -> Result<Vec<Found>> {
                let list = model.recommend_for_items_with(query.items(), n, &options(filter))?;
                Ok(found_by(list, buyers(shop)))
            }

            fn candidates(_: &$model, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
                Some(others(shop, &query.set()))
            }

            fn recommend(model: &$model) -> Option<&dyn Recommend> {
                Some(model)
            }
        }

        pub(crate) struct $owner;

        impl Scorer for $owner {
            type Model = $model;
            const NAME: &'static str = concat!($text, " of a customer");
            const ASKED: Asked = Asked::Customer;

            fn fit(shop: &Shop) -> Result<$model> {
                $similar::fit(shop)
            }

            fn answer(
                model: &$model,
                shop: &Shop,
                query: &Query,
                n: usize,
                filter: &ItemFilter,
            ) -> Result<Vec<Found>> {
                let list = model.recommend_for_customer_with(query.customer(), n, &options(filter))?;
                Ok(found_by(list, buyers(shop)))
            }

            fn candidates(_: &$model, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
                Some(others(shop, &shop.owned(query.customer())))
            }

            fn batch(model: &$model, _: &Shop, n: usize) -> Result<Batch> {
                Ok(rows(&model.recommend_all(n)?, model.items(), &model.customers()))
            }

            fn recommend(model: &$model) -> Option<&dyn Recommend> {
                Some(model)
            }
        }
    };
}

linear!(Ease, EaseSimilar, EaseForCart, EaseForOwner, "EASE", Ease::params().l2(1.0), |model, items| led_to(
    model,
    items,
    |weight| weight > 0.0
));
linear!(
    GraphFilter,
    GraphSimilar,
    GraphForCart,
    GraphForOwner,
    "GF-CF",
    GraphFilter::params().factors(3),
    |model, items| {
        let all = model.recommend_for_items(items, 99).unwrap().into_iter();
        all.filter(|one| one.score > 0.0).map(|one| one.item).collect()
    }
);

pub(crate) struct SparseEase;

impl Scorer for SparseEase {
    type Model = Ease;
    const NAME: &'static str = "EASE of few weights";
    const ASKED: Asked = Asked::Items;

    fn fit(shop: &Shop) -> Result<Ease> {
        Ease::params().l2(1.0).neighbors(Some(2)).fit(&shop.log)
    }

    fn answer(model: &Ease, shop: &Shop, query: &Query, n: usize, filter: &ItemFilter) -> Result<Vec<Found>> {
        EaseForCart::answer(model, shop, query, n, filter)
    }

    fn candidates(model: &Ease, _: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        Some(led_to(model, &query.set(), |weight| weight != 0.0))
    }

    fn recommend(model: &Ease) -> Option<&dyn Recommend> {
        Some(model)
    }
}
