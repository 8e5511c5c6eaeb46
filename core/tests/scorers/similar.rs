//! Item similarity by customers, by content, and both; complements and substitutes.

use std::collections::BTreeSet;

use kosar::content::ContentSimilarity;
use kosar::hybrid::{HybridSimilarity, Sources};
use kosar::rank::{ItemFilter, Recommend};
use kosar::relation::{ItemRelations, Relation};
use kosar::similarity::{ItemSimilarity, RecommendOptions, Side};
use kosar::{Fit, Id, Result};

use crate::contract::{ALL, Asked, Batch, Found, Query, Scorer, found, found_by, lists, rows};
use crate::shop::Shop;

fn options(filter: &ItemFilter) -> RecommendOptions {
    let (only, exclude) = lists(filter);
    RecommendOptions::new().only(only).exclude(exclude)
}

/// A scorer of what is similar to an item, with its parameters.
macro_rules! similar {
    ($name:ident, $text:literal, $params:expr) => {
        pub(crate) struct $name;

        impl Scorer for $name {
            type Model = ItemSimilarity;
            const NAME: &'static str = $text;
            const ASKED: Asked = Asked::Item;

            fn fit(shop: &Shop) -> Result<ItemSimilarity> {
                $params.fit(&shop.log)
            }

            fn answer(
                model: &ItemSimilarity,
                _: &Shop,
                query: &Query,
                n: usize,
                filter: &ItemFilter,
            ) -> Result<Vec<Found>> {
                Ok(found(model.similar_with(&query.items()[0], n, &options(filter))?))
            }

            fn candidates(_: &ItemSimilarity, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
                Some(shop.bought_with(&query.set()))
            }

            fn forget(model: &ItemSimilarity, customer: &Id) -> Option<Result<ItemSimilarity>> {
                Some(model.forget(customer))
            }
        }
    };
}

similar!(Similar, "similar items", ItemSimilarity::params());
similar!(FewNeighbors, "similar items, few kept", ItemSimilarity::params().neighbors(2));
similar!(
    Chosen,
    "similar items, few chosen",
    ItemSimilarity::params().neighbors(2).side(Side::Target).asymmetry(0.8)
);

/// The neighbours that are kept of some items, those left out.
fn neighbors(model: &ItemSimilarity, items: &BTreeSet<Id>) -> BTreeSet<Id> {
    let kept = items.iter().flat_map(|item| model.similar(item, KEPT).unwrap());
    kept.map(|one| one.item).filter(|item| !items.contains(item)).collect()
}

const KEPT: usize = 3;

pub(crate) struct ForCart;

impl Scorer for ForCart {
    type Model = ItemSimilarity;
    const NAME: &'static str = "similar to a cart";
    const ASKED: Asked = Asked::Items;

    fn fit(shop: &Shop) -> Result<ItemSimilarity> {
        ItemSimilarity::params().neighbors(KEPT).fit(&shop.log)
    }

    fn answer(
        model: &ItemSimilarity,
        _: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>> {
        let list = model.recommend_for_items_with(query.items(), n, &options(filter))?;
        let count = |item: &Id| {
            model.explain_for_items(query.items(), item).unwrap().iter().map(|part| part.count).sum()
        };
        Ok(found_by(list, count))
    }

    fn candidates(model: &ItemSimilarity, _: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        Some(neighbors(model, &query.set()))
    }

    fn recommend(model: &ItemSimilarity) -> Option<&dyn Recommend> {
        Some(model)
    }
}

pub(crate) struct ForOwner;

impl Scorer for ForOwner {
    type Model = ItemSimilarity;
    const NAME: &'static str = "similar to what one owns";
    const ASKED: Asked = Asked::Customer;

    fn fit(shop: &Shop) -> Result<ItemSimilarity> {
        ForCart::fit(shop)
    }

    fn answer(
        model: &ItemSimilarity,
        _: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>> {
        let list = model.recommend_for_customer_with(query.customer(), n, &options(filter))?;
        let count = |item: &Id| {
            let parts = model.explain_for_customer(query.customer(), item).unwrap();
            parts.iter().map(|part| part.count).sum()
        };
        Ok(found_by(list, count))
    }

    fn candidates(model: &ItemSimilarity, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        Some(neighbors(model, &shop.owned(query.customer())))
    }

    fn batch(model: &ItemSimilarity, _: &Shop, n: usize) -> Result<Batch> {
        Ok(rows(&model.recommend_all(n)?, model.items(), &model.customers()))
    }

    fn recommend(model: &ItemSimilarity) -> Option<&dyn Recommend> {
        Some(model)
    }

    fn forget(model: &ItemSimilarity, customer: &Id) -> Option<Result<ItemSimilarity>> {
        Some(model.forget(customer))
    }
}

/// The items that share a feature with one of some, those left out.
fn alike(model: &ContentSimilarity, items: &BTreeSet<Id>) -> BTreeSet<Id> {
    let is_like = |id: &Id| items.iter().any(|item| model.similarity(item, id).unwrap() > 0.0);
    let all = model.items().iter().map(|id| id.to_id());
    all.filter(|id| !items.contains(id) && is_like(id)).collect()
}

pub(crate) struct ByContent;

impl Scorer for ByContent {
    type Model = ContentSimilarity;
    const NAME: &'static str = "similar by content";
    const ASKED: Asked = Asked::Items;

    fn fit(shop: &Shop) -> Result<ContentSimilarity> {
        ContentSimilarity::params().fit(&shop.catalog)
    }

    fn answer(
        model: &ContentSimilarity,
        _: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>> {
        Ok(found(model.recommend_for_items_among(query.items(), n, filter)?))
    }

    fn candidates(model: &ContentSimilarity, _: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        Some(alike(model, &query.set()))
    }
}

fn hybrid(shop: &Shop) -> Result<HybridSimilarity> {
    let collaborative = ItemSimilarity::params().fit(&shop.log)?;
    let content = ContentSimilarity::params().fit(&shop.catalog)?;
    let sources = Sources { log: &shop.log, collaborative: &collaborative, content: &content };
    HybridSimilarity::params().content_weight(Some(0.5)).fit(&sources)
}

/// Everything that is near to some items by customers or by content, those left out.
fn near(shop: &Shop, items: &BTreeSet<Id>) -> BTreeSet<Id> {
    let content = ContentSimilarity::params().fit(&shop.catalog).unwrap();
    shop.bought_with(items).into_iter().chain(alike(&content, items)).collect()
}

/// The buyers in common with each of some items, added up.
fn shared(shop: &Shop, items: &BTreeSet<Id>, item: &Id) -> u64 {
    let own = shop.buyers(item);
    items.iter().map(|other| shop.buyers(other).intersection(&own).count() as u64).sum()
}

pub(crate) struct Blended;

impl Scorer for Blended {
    type Model = HybridSimilarity;
    const NAME: &'static str = "similar by customers and content";
    const ASKED: Asked = Asked::Items;

    fn fit(shop: &Shop) -> Result<HybridSimilarity> {
        hybrid(shop)
    }

    fn answer(
        model: &HybridSimilarity,
        shop: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>> {
        let list = model.recommend_for_items_among(query.items(), n, filter)?;
        Ok(found_by(list, |item| shared(shop, &query.set(), item)))
    }

    fn candidates(_: &HybridSimilarity, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        Some(near(shop, &query.set()))
    }
}

pub(crate) struct BlendedForOwner;

impl Scorer for BlendedForOwner {
    type Model = HybridSimilarity;
    const NAME: &'static str = "similar by customers and content to what one owns";
    const ASKED: Asked = Asked::Customer;

    fn fit(shop: &Shop) -> Result<HybridSimilarity> {
        hybrid(shop)
    }

    fn answer(
        model: &HybridSimilarity,
        shop: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>> {
        let list = model.recommend_for_customer_among(query.customer(), n, filter)?;
        Ok(found_by(list, |item| shared(shop, &shop.owned(query.customer()), item)))
    }

    fn candidates(_: &HybridSimilarity, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        Some(near(shop, &shop.owned(query.customer())))
    }
}

fn relations(shop: &Shop) -> Result<ItemRelations> {
    let params = ItemRelations::params().min_orders(1).min_together(1).min_apart(1).shrinkage(0.5);
    params.min_lift(1.05).max_lift(1.0).min_context(0.01).fit(&shop.log)
}

/// The relatives of some items, those left out; their orders in common with each of these that has them, added up.
fn relatives(model: &ItemRelations, items: &BTreeSet<Id>, relation: Relation) -> Vec<(Id, u64)> {
    let list = |item: &Id| match relation {
        Relation::Complement => model.complements(item, ALL).unwrap(),
        _ => model.substitutes(item, ALL).unwrap(),
    };
    let all = items.iter().flat_map(list).filter(|(item, _)| !items.contains(item));
    all.map(|(item, pair)| (item, pair.together)).collect()
}

/// What is a complement of some items, and stands in for none of them.
fn complements(model: &ItemRelations, items: &BTreeSet<Id>) -> BTreeSet<Id> {
    let instead = relatives(model, items, Relation::Substitute);
    let is_instead = |id: &Id| instead.iter().any(|(other, _)| other == id);
    let all = relatives(model, items, Relation::Complement).into_iter().map(|(item, _)| item);
    all.filter(|item| !is_instead(item)).collect()
}

fn together(model: &ItemRelations, items: &BTreeSet<Id>, relation: Relation, item: &Id) -> u64 {
    let all = relatives(model, items, relation).into_iter();
    all.filter(|(other, _)| other == item).map(|(_, together)| together).sum()
}

/// A scorer of what is something to the items of a cart.
macro_rules! related {
    ($name:ident, $text:literal, $relation:expr, $candidates:expr) => {
        pub(crate) struct $name;

        impl Scorer for $name {
            type Model = ItemRelations;
            const NAME: &'static str = $text;
            const ASKED: Asked = Asked::Items;

            fn fit(shop: &Shop) -> Result<ItemRelations> {
                relations(shop)
            }

            fn answer(
                model: &ItemRelations,
                _: &Shop,
                query: &Query,
                n: usize,
                filter: &ItemFilter,
            ) -> Result<Vec<Found>> {
                let list = model.recommend_for_items_among(query.items(), $relation, n, filter)?;
                Ok(found_by(list, |item| together(model, &query.set(), $relation, item)))
            }

            fn candidates(model: &ItemRelations, _: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
                let candidates: fn(&ItemRelations, &BTreeSet<Id>) -> BTreeSet<Id> = $candidates;
                Some(candidates(model, &query.set()))
            }
        }
    };
}

related!(Complements, "complements", Relation::Complement, complements);
related!(Substitutes, "substitutes", Relation::Substitute, |model, items| {
    relatives(model, items, Relation::Substitute).into_iter().map(|(item, _)| item).collect()
});

pub(crate) struct ComplementsForOwner;

impl Scorer for ComplementsForOwner {
    type Model = ItemRelations;
    const NAME: &'static str = "complements of what one owns";
    const ASKED: Asked = Asked::Customer;

    fn fit(shop: &Shop) -> Result<ItemRelations> {
        relations(shop)
    }

    fn answer(
        model: &ItemRelations,
        shop: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>> {
        let list = model.recommend_for_customer_among(query.customer(), Relation::Complement, n, filter)?;
        let owned = shop.owned(query.customer());
        Ok(found_by(list, |item| together(model, &owned, Relation::Complement, item)))
    }

    fn candidates(model: &ItemRelations, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        Some(complements(model, &shop.owned(query.customer())))
    }
}
