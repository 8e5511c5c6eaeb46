//! What sells, everywhere and in a group; what rises, what is new.

use std::collections::BTreeSet;

use kosar::popularity::{Popularity, PopularityOptions};
use kosar::rank::{ItemFilter, Reason, Recommend, Recommendation};
use kosar::{Fit, Id, Result};

use crate::contract::{Asked, Batch, Found, Query, Scorer, found, found_by, rows};
use crate::shop::Shop;

/// With groups of the customers, and the catalogue.
fn popularity(shop: &Shop) -> Result<Popularity> {
    let params = Popularity::params().trend_days(9.0).baseline_days(27.0).confidence(0.5).min_customers(1);
    let groups = shop.customers.iter().filter(|customer| is_one(customer)).map(|customer| (customer, "some"));
    let others =
        shop.customers.iter().filter(|customer| !is_one(customer)).map(|customer| (customer, "others"));
    params.new_days(25.0).fit(&shop.log)?.with_groups("kind", groups.chain(others))
}

/// Whether a customer is in the group asked about: by the id alone, so that it stays when others go.
fn is_one(customer: &Id) -> bool {
    match customer {
        Id::Int(value) => value % 3 != 0,
        Id::Str(text) => text.as_bytes()[0] % 3 != 0,
    }
}

fn counts(model: &Popularity) -> impl Fn(&Id) -> u64 {
    |item| u64::from(model.counts()[model.items().position(item.as_ref()).unwrap()])
}

/// A scorer of what everyone is shown, with how it is asked and how ties are broken.
macro_rules! popular {
    ($name:ident, $text:literal, $fit:expr, $ask:path, $options:expr, $found:expr, $all:expr) => {
        pub(crate) struct $name;

        impl Scorer for $name {
            type Model = Popularity;
            const NAME: &'static str = $text;
            const ASKED: Asked = Asked::Nothing;

            fn fit(shop: &Shop) -> Result<Popularity> {
                let fit: fn(&Shop) -> Result<Popularity> = $fit;
                fit(shop)
            }

            fn answer(
                model: &Popularity,
                _: &Shop,
                _: &Query,
                n: usize,
                filter: &ItemFilter,
            ) -> Result<Vec<Found>> {
                let options: PopularityOptions = $options;
                let found: fn(&Popularity, Vec<Recommendation>) -> Vec<Found> = $found;
                Ok(found(model, $ask(model, n, &options.filter(filter.clone()))?))
            }

            fn candidates(_: &Popularity, shop: &Shop, _: &Query) -> Option<BTreeSet<Id>> {
                let all: fn(&Shop) -> Option<BTreeSet<Id>> = $all;
                all(shop)
            }

            fn forget(model: &Popularity, customer: &Id) -> Option<Result<Popularity>> {
                Some(model.forget(customer))
            }
        }
    };
}

popular!(
    Everyone,
    "popular",
    popularity,
    Popularity::recommend_in,
    PopularityOptions::new(),
    |_, list| found(list),
    |shop| Some(shop.bought())
);
popular!(
    Lately,
    "popular lately",
    |shop| Popularity::params().half_life_days(Some(5.0)).fit(&shop.log),
    Popularity::recommend_in,
    PopularityOptions::new(),
    |_, list| found(list),
    |shop| Some(shop.bought())
);
popular!(
    OfGroup,
    "popular in a group",
    popularity,
    Popularity::recommend_in,
    PopularityOptions::new().group(("kind", "some")),
    |model, list| found_by(list, counts(model)),
    |shop| Some(shop.bought())
);
popular!(
    Trends,
    "trending",
    popularity,
    Popularity::trending_in,
    PopularityOptions::new(),
    |_, list| found(list),
    |_| None
);
popular!(
    Arrivals,
    "new",
    popularity,
    Popularity::new_arrivals_in,
    PopularityOptions::new(),
    // Of equal rates the newest: fewer days, which are above 0 and so ordered as their bits are.
    |_, list| {
        let tie = |reason: &Reason| match reason {
            Reason::NewArrival { days, .. } => !days.to_bits(),
            _ => panic!("an arrival has its reason"),
        };
        list.into_iter()
            .map(|one| Found { tie: tie(&one.reason), item: one.item, score: one.score })
            .collect()
    },
    |_| None
);

pub(crate) struct NotOwned;

impl Scorer for NotOwned {
    type Model = Popularity;
    const NAME: &'static str = "popular and not owned";
    const ASKED: Asked = Asked::Customer;

    fn fit(shop: &Shop) -> Result<Popularity> {
        popularity(shop)
    }

    fn answer(
        model: &Popularity,
        _: &Shop,
        query: &Query,
        n: usize,
        filter: &ItemFilter,
    ) -> Result<Vec<Found>> {
        let options =
            PopularityOptions::new().customer(Some(query.customer().clone())).filter(filter.clone());
        Ok(found(model.recommend_in(n, &options)?))
    }

    fn candidates(_: &Popularity, shop: &Shop, query: &Query) -> Option<BTreeSet<Id>> {
        Some(shop.bought().difference(&shop.owned(query.customer())).cloned().collect())
    }

    fn batch(model: &Popularity, shop: &Shop, n: usize) -> Result<Batch> {
        let mut all = rows(&model.recommend_all(n)?, model.items(), &model.customers());
        for customer in &shop.customers {
            let list = model.recommend_for_customer(customer, n)?;
            let list = list.into_iter().map(|one| (one.item, one.score)).collect();
            all.push((Query::Customer(customer.clone()), list));
        }
        Ok(all)
    }

    fn recommend(model: &Popularity) -> Option<&dyn Recommend> {
        Some(model)
    }

    fn forget(model: &Popularity, customer: &Id) -> Option<Result<Popularity>> {
        Some(model.forget(customer))
    }
}
