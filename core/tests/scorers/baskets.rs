//! Association rules, temporal rules, the next basket, what is due again.

use std::collections::BTreeSet;

use kosar::data::{Cell, Table};
use kosar::next_basket::{NextBasket, NextBasketOptions, NextBasketParams, Novelty};
use kosar::rank::{ItemFilter, Recommend};
use kosar::replenish::{BuyAgainOptions, Replenishment};
use kosar::rule::{AssociationRules, RecommendOptions};
use kosar::sequence::TemporalRules;
use kosar::{Fit, Id, ItemIx, Result};

use crate::contract::{Asked, Batch, Filters, Found, Query, Scorer, found, found_by, lists, rows};
use crate::shop::Shop;

pub(crate) struct Rules;

impl Scorer for Rules {
    type Model = AssociationRules;
    const NAME: &'static str = "association rules";
    const ASKED: Asked = Asked::Items;
    const FILTERS: Filters = Filters::Exclude;

    fn fit(shop: &Shop) -> Result<AssociationRules> {
        AssociationRules::params(1.0).min_confidence(0.0).fit(&shop.log)
    }

    fn answer(
        model: &AssociationRules,
        _: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>> {
        let options = RecommendOptions::new().exclude(lists(filter).1);
        Ok(found(model.recommend_with(query.items(), n, &options)?))
    }

    fn candidates(model: &AssociationRules, _: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        let id = |item: &ItemIx| model.items().get(item.as_usize()).to_id();
        let cart = query.set();
        let speaks = model.iter().filter(|rule| rule.antecedent.iter().all(|item| cart.contains(&id(item))));
        let alone = speaks.filter(|rule| rule.consequent.len() == 1).map(|rule| id(&rule.consequent[0]));
        Some(alone.filter(|item| !cart.contains(item)).collect())
    }

    fn recommend(model: &AssociationRules) -> Option<&dyn Recommend> {
        Some(model)
    }
}

pub(crate) struct After;

impl Scorer for After {
    type Model = TemporalRules;
    const NAME: &'static str = "temporal rules";
    const ASKED: Asked = Asked::Item;
    const FILTERS: Filters = Filters::None;

    fn fit(shop: &Shop) -> Result<TemporalRules> {
        TemporalRules::params(20.0).min_support(1.0).fit(&shop.log)
    }

    fn answer(
        model: &TemporalRules,
        _: &Shop,
        query: &Query,
        n: usize,
        _: &ItemFilter,
    ) -> Result<Vec<Found>> {
        Ok(found(model.next(&query.items()[0], n)?))
    }

    fn candidates(model: &TemporalRules, _: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        let id = |item: ItemIx| model.items().get(item.as_usize()).to_id();
        let own = model.iter().filter(|rule| id(rule.antecedent) == query.items()[0]);
        Some(own.map(|rule| id(rule.consequent)).collect())
    }
}

fn baskets_of(model: &NextBasket) -> impl Fn(&Id) -> u64 {
    |item| model.counts()[model.items().position(item.as_ref()).unwrap()]
}

fn options(novelty: Option<Novelty>, filter: &ItemFilter) -> NextBasketOptions {
    NextBasketOptions::new().novelty(novelty).filter(filter.clone())
}

/// A scorer of a customer's next basket.
macro_rules! next_basket {
    ($name:ident, $text:literal, $params:expr, $novelty:expr, $candidates:expr) => {
        pub(crate) struct $name;

        impl Scorer for $name {
            type Model = NextBasket;
            const NAME: &'static str = $text;
            const ASKED: Asked = Asked::Customer;

            fn fit(shop: &Shop) -> Result<NextBasket> {
                $params.fit(&shop.log)
            }

            fn answer(
                model: &NextBasket,
                _: &Shop,
                query: &Query,
                n: usize,
                filter: &ItemFilter,
            ) -> Result<Vec<Found>> {
                let options = options($novelty, filter);
                let list = model.recommend_for_customer_with(query.customer(), n, &options)?;
                Ok(found_by(list, baskets_of(model)))
            }

            fn candidates(_: &NextBasket, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
                let candidates: fn(&Shop, &Id) -> BTreeSet<Id> = $candidates;
                Some(candidates(shop, query.customer()))
            }

            fn batch(model: &NextBasket, _: &Shop, n: usize) -> Result<Batch> {
                let all = model.recommend_all_with(n, &options($novelty, &ItemFilter::new()))?;
                Ok(rows(&all, model.items(), &model.customers()))
            }

            fn recommend(model: &NextBasket) -> Option<&dyn Recommend> {
                let novelty: Option<Novelty> = $novelty;
                if novelty.is_none() { Some(model) } else { None }
            }
        }
    };
}

next_basket!(Next, "next basket", NextBasket::params(), None, |shop, _| shop.bought());
next_basket!(
    NewNext,
    "what is new in the next basket",
    NextBasket::params().popularity_weight(0.0).neighbors(2),
    Some(Novelty::Explore),
    |shop, customer| shop.bought().difference(&shop.bought_by(customer)).cloned().collect()
);

pub(crate) struct NextOfVisitor;

impl Scorer for NextOfVisitor {
    type Model = NextBasket;
    const NAME: &'static str = "next basket of a visitor";
    const ASKED: Asked = Asked::Items;

    fn fit(shop: &Shop) -> Result<NextBasket> {
        NextBasketParams::tifu_knn().fit(&shop.log)
    }

    fn answer(
        model: &NextBasket,
        _: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>> {
        let list = model.recommend_for_baskets([query.items()], n, &options(None, filter))?;
        Ok(found_by(list, baskets_of(model)))
    }

    fn candidates(_: &NextBasket, shop: &Shop, _: &Query) -> Option<BTreeSet<Id>> {
        Some(shop.bought())
    }
}

pub(crate) struct Due;

impl Scorer for Due {
    type Model = Replenishment;
    const NAME: &'static str = "due again";
    const ASKED: Asked = Asked::Customer;

    fn fit(shop: &Shop) -> Result<Replenishment> {
        Replenishment::params().horizon_days(20.0).fit(&(&shop.log, &shop.catalog))
    }

    fn answer(
        model: &Replenishment,
        _: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>> {
        let options = BuyAgainOptions::new().filter(filter.clone());
        let list = model.buy_again_with(query.customer(), model.end(), n, &options)?.into_iter();
        Ok(list
            .map(|due| Found { item: due.item, score: due.probability, tie: due.purchases.into() })
            .collect())
    }

    fn candidates(model: &Replenishment, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        let mut own = shop.bought_by(query.customer());
        let due = |item: &Id| model.due(query.customer(), item, model.end()).unwrap();
        own.retain(|item| due(item).is_some_and(|due| due.probability > 0.0));
        Some(own)
    }

    fn batch(model: &Replenishment, shop: &Shop, n: usize) -> Result<Batch> {
        let table = model.due_all(model.end(), n)?;
        Ok(shop.customers.iter().map(|id| (Query::Customer(id.clone()), due_of(&table, id))).collect())
    }

    fn recommend(model: &Replenishment) -> Option<&dyn Recommend> {
        Some(model)
    }

    fn forget(model: &Replenishment, customer: &Id) -> Option<Result<Replenishment>> {
        Some(model.forget(customer))
    }
}

/// The rows of a table that are a customer's.
fn due_of(table: &Table, customer: &Id) -> Vec<(Id, f64)> {
    let cell = |name: &str, row: usize| table.column(name).unwrap().cell(row);
    let own = (0..table.len()).filter(|&row| cell("customer", row) == Cell::Id(customer.as_ref()));
    own.map(|row| match (cell("item", row), cell("probability", row)) {
        (Cell::Id(item), Cell::Float(score)) => (item.to_id(), score),
        other => panic!("{other:?}"),
    })
    .collect()
}
