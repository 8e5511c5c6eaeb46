//! What comes next in a session, and what someone looked at.

use std::collections::BTreeSet;

use kosar::data::Sessions;
use kosar::eval::NextItem;
use kosar::rank::ItemFilter;
use kosar::session::{SequentialRules, SessionKnn, SessionOptions};
use kosar::visits::{SeenKind, VisitQuery, Visits};
use kosar::{Control, Fit, Id, ItemIx, Result};

use crate::contract::{Asked, Batch, Found, Query, Scorer, Unknown, found};
use crate::shop::Shop;

/// What an evaluation is answered, which asks by the model's own numbers.
fn ranked(model: &impl NextItem, query: &Query, n: usize) -> Vec<(Id, f64)> {
    let at = |id: &Id| model.items().position(id.as_ref()).map(ItemIx::new);
    let session: Vec<ItemIx> = query.items().iter().filter_map(at).collect();
    let list = model.next_items(&session, n).into_iter();
    list.map(|one| (model.items().get(one.item.as_usize()).to_id(), one.score)).collect()
}

/// A scorer of what comes next in a session.
macro_rules! session {
    ($name:ident, $text:literal, $model:ident, $params:expr, $candidates:expr) => {
        pub(crate) struct $name;

        impl Scorer for $name {
            type Model = $model;
            const NAME: &'static str = $text;
            const ASKED: Asked = Asked::Items;
            const UNKNOWN: Unknown = Unknown::PassedOver;

            fn fit(shop: &Shop) -> Result<$model> {
                $params.fit(&shop.events)
            }

            fn answer(
                model: &$model,
                _: &Shop,
                query: &Query,
                n: usize,
                filter: &ItemFilter,
            ) -> Result<Vec<Found>> {
                let options = SessionOptions::new().filter(filter.clone());
                let answer = model.recommend_with(query.items(), n, &options)?;
                assert_eq!(answer.empty.is_some(), n > 0 && answer.recommendations.is_empty());
                Ok(found(answer.recommendations))
            }

            fn candidates(model: &$model, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
                let candidates: fn(&$model, &Shop, &Query) -> BTreeSet<Id> = $candidates;
                Some(candidates(model, shop, query))
            }

            fn batch(model: &$model, shop: &Shop, n: usize) -> Result<Batch> {
                let queries = Query::of(shop, Asked::Items);
                let sessions: Vec<&[Id]> = queries.iter().map(Query::items).collect();
                let answers = model.recommend_many(&sessions, n, &ItemFilter::new(), &Control::new())?;
                let list = |answer: kosar::session::SessionAnswer| {
                    answer.recommendations.into_iter().map(|one| (one.item, one.score)).collect()
                };
                let asked = queries.iter().cloned().zip(answers.into_iter().map(list));
                Ok(asked.chain(queries.iter().map(|one| (one.clone(), ranked(model, one, n)))).collect())
            }
        }
    };
}

session!(
    Nearest,
    "nearest sessions",
    SessionKnn,
    SessionKnn::params().half_life_days(None),
    // Everything clicked in a session with one of the last items, but the last one.
    |model, shop, query| {
        let known = |id: &&Id| model.items().position(id.as_ref()).is_some();
        let mut last: Vec<&Id> = query.items().iter().filter(known).collect();
        last.reverse();
        let mut distinct: Vec<Id> = Vec::new();
        for id in last {
            if !distinct.contains(id) {
                distinct.push(id.clone());
            }
        }
        distinct.truncate(9);
        let mut found = shop.clicked_with(&distinct.iter().cloned().collect());
        distinct.first().map(|last| found.remove(last));
        found
    }
);
session!(
    Following,
    "sequential rules",
    SequentialRules,
    SequentialRules::params().max_steps(3),
    // What is clicked within three clicks behind the last item that is known, in any session.
    |model, shop, query| {
        let sessions = Sessions::from_events(&shop.events).unwrap();
        let mut known =
            query.items().iter().filter_map(|id| model.items().position(id.as_ref()).map(ItemIx::new));
        let Some(last) = known.next_back() else { return BTreeSet::new() };
        let mut found = BTreeSet::new();
        for row in sessions.rows().iter() {
            for (at, _) in row.iter().enumerate().filter(|(_, item)| **item == last) {
                found.extend(row[at + 1..].iter().take(3).filter(|item| **item != last));
            }
        }
        found.into_iter().map(|item: ItemIx| model.items().get(item.as_usize()).to_id()).collect()
    }
);

/// What is in the cart stands before all that was only viewed.
const IN_CART: f64 = 1e15;

#[allow(clippy::cast_precision_loss, reason = "instants of tests are small")]
fn seen(list: Vec<kosar::visits::Seen>, cart_first: bool) -> Vec<Found> {
    let cart = |kind| if cart_first && kind == SeenKind::InCart { IN_CART } else { 0.0 };
    list.into_iter()
        .map(|one| Found { item: one.item, score: one.last.micros() as f64 + cart(one.kind), tie: 0 })
        .collect()
}

/// A scorer of what a customer looked at and did not buy since.
macro_rules! visits {
    ($name:ident, $text:literal, $ask:path, $cart_first:literal) => {
        pub(crate) struct $name;

        impl Scorer for $name {
            type Model = Visits;
            const NAME: &'static str = $text;
            const ASKED: Asked = Asked::Customer;

            fn fit(shop: &Shop) -> Result<Visits> {
                Visits::new(&shop.events, None)
            }

            fn answer(
                model: &Visits,
                _: &Shop,
                query: &Query,
                n: usize,
                filter: &ItemFilter,
            ) -> Result<Vec<Found>> {
                let query = VisitQuery::customer(query.customer().clone()).filter(filter.clone());
                Ok(seen($ask(model, &query, n)?, $cart_first))
            }

            fn candidates(_: &Visits, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
                Some(shop.unbought(query.customer()))
            }
        }
    };
}

visits!(Viewed, "recently viewed", Visits::recently_viewed, false);
visits!(Unfinished, "to go on with", Visits::continue_shopping, true);
