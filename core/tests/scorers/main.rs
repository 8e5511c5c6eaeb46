//! What every model that answers a ranked list promises, whatever it is: the laws are in `laws`, the models stand in `every`, and
//! each is shown to the laws by a [`contract::Scorer`] of some lines.
#![allow(clippy::unwrap_used, reason = "tests may")]

mod baskets;
mod contract;
mod laws;
mod linear;
mod placements;
mod popular;
mod sessions;
mod shop;
mod similar;

/// Runs a law over every scorer.
macro_rules! every {
    ($law:ident) => {
        every!($law:
            crate::similar::Similar,
            crate::similar::FewNeighbors,
            crate::similar::Chosen,
            crate::similar::ForCart,
            crate::similar::ForOwner,
            crate::similar::ByContent,
            crate::similar::Blended,
            crate::similar::BlendedForOwner,
            crate::similar::Complements,
            crate::similar::Substitutes,
            crate::similar::ComplementsForOwner,
            crate::linear::EaseSimilar,
            crate::linear::EaseForCart,
            crate::linear::EaseForOwner,
            crate::linear::SparseEase,
            crate::linear::GraphSimilar,
            crate::linear::GraphForCart,
            crate::linear::GraphForOwner,
            crate::popular::Everyone,
            crate::popular::Lately,
            crate::popular::NotOwned,
            crate::popular::OfGroup,
            crate::popular::Trends,
            crate::popular::Arrivals,
            crate::baskets::Rules,
            crate::baskets::After,
            crate::baskets::Next,
            crate::baskets::NextOfVisitor,
            crate::baskets::NewNext,
            crate::baskets::Due,
            crate::sessions::Nearest,
            crate::sessions::Following,
            crate::sessions::Viewed,
            crate::sessions::Unfinished,
            crate::placements::SimilarItems,
            crate::placements::BoughtTogether,
            crate::placements::ForCustomer,
            crate::placements::NextInSession,
            crate::placements::Trending,
            crate::placements::BuyAgain,
            crate::placements::RecentlyViewed
        );
    };
    ($law:ident: $($scorer:path),+) => { $( $law::<$scorer>(); )+ };
}
pub(crate) use every;
