//! The placements of the shop's recommender.

use std::collections::BTreeSet;

use kosar::rank::ItemFilter;
use kosar::recommender::{Answer, Recommender, RecommenderSources, Request};
use kosar::{Fit, Id, Persist, Result};

use crate::contract::{Asked, Found, Query, Scorer, Unknown};
use crate::shop::Shop;

fn recommender(shop: &Shop) -> Result<Recommender> {
    let sources = RecommenderSources::new(&shop.log).events(&shop.events).catalog(&shop.catalog);
    Recommender::params().min_customers(2).fit(&sources)
}

/// Who is forgotten by a recommender that answers goes at once; the copy keeps the model asked as it was.
fn forgot(model: &Recommender, customer: &Id) -> Result<Recommender> {
    let copy = Recommender::from_bytes(&model.to_bytes()?)?;
    copy.forget(customer)?;
    copy.refresh()?;
    Ok(copy)
}

/// The whole catalogue but some.
fn all_but(shop: &Shop, items: &BTreeSet<Id>) -> BTreeSet<Id> {
    shop.items.iter().filter(|item| !items.contains(item)).cloned().collect()
}

/// A placement: how it is asked, and what it may answer.
macro_rules! placement {
    ($name:ident, $text:literal, $asked:expr, $ask:expr, $candidates:expr) => {
        pub(crate) struct $name;

        impl Scorer for $name {
            type Model = Recommender;
            const NAME: &'static str = $text;
            const ASKED: Asked = $asked;
            const UNKNOWN: Unknown = Unknown::PassedOver;
            const ONLY_ORDER: bool = true;

            fn fit(shop: &Shop) -> Result<Recommender> {
                recommender(shop)
            }

            fn answer(
                model: &Recommender,
                _: &Shop,
                query: &Query,
                n: usize,
                filter: &ItemFilter,
            ) -> Result<Vec<Found>> {
                let ask: fn(&Recommender, &Query, Request) -> Result<Vec<Answer>> = $ask;
                let list = ask(model, query, Request::new(n).filter(filter.clone()))?.into_iter();
                Ok(list.map(|one| Found { item: one.item, score: one.score, tie: 0 }).collect())
            }

            fn candidates(_: &Recommender, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
                let candidates: fn(&Shop, &Query) -> Option<BTreeSet<Id>> = $candidates;
                candidates(shop, query)
            }

            fn forget(model: &Recommender, customer: &Id) -> Option<Result<Recommender>> {
                Some(forgot(model, customer))
            }
        }
    };
}

placement!(
    SimilarItems,
    "placement of similar items",
    Asked::Item,
    |own, query, request| own.similar(&query.items()[0], &request),
    |shop, query| Some(all_but(shop, &query.set()))
);
placement!(
    BoughtTogether,
    "placement of what goes with a cart",
    Asked::Items,
    |own, query, request| own.bought_together(query.items(), &request),
    |shop, query| Some(all_but(shop, &query.set()))
);
placement!(
    ForCustomer,
    "placement for a customer",
    Asked::Customer,
    |own, query, request| own.for_customer(query.customer(), &request),
    |shop, query| Some(all_but(shop, &shop.owned(query.customer())))
);
placement!(
    NextInSession,
    "placement of a session",
    Asked::Items,
    |own, query, request| own.next_in_session(&request.session(query.items())),
    |shop, query| Some(all_but(shop, &query.set()))
);
placement!(
    Trending,
    "placement of trends",
    Asked::Nothing,
    |own, _, request| own.trending(&request),
    |shop, _| Some(all_but(shop, &BTreeSet::new()))
);
placement!(
    BuyAgain,
    "placement of buying again",
    Asked::Customer,
    |own, query, request| own.buy_again(query.customer(), &request),
    |shop, query| Some(shop.owned(query.customer()))
);
placement!(
    RecentlyViewed,
    "placement of what was viewed",
    Asked::Customer,
    |own, query, request| own.recently_viewed(&request.customer(query.customer())),
    |_, _| None
);
