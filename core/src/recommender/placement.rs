//! Where in a shop something is recommended, and which step of the way gave an item.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place in the shop that is answered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Placement {
    /// What resembles an item.
    Similar,
    /// What goes with a cart.
    BoughtTogether,
    /// What for a customer.
    ForCustomer,
    /// What next in a session.
    NextInSession,
    /// What a customer may buy again.
    BuyAgain,
    /// What rises.
    Trending,
    /// What somebody looked at.
    RecentlyViewed,
    /// A list in another order.
    Rerank,
}

impl Placement {
    /// All placements, in their order.
    pub const ALL: [Self; 8] = [
        Self::Similar,
        Self::BoughtTogether,
        Self::ForCustomer,
        Self::NextInSession,
        Self::BuyAgain,
        Self::Trending,
        Self::RecentlyViewed,
        Self::Rerank,
    ];

    /// `similar`, `bought_together` and so on, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Similar => "similar",
            Self::BoughtTogether => "bought_together",
            Self::ForCustomer => "for_customer",
            Self::NextInSession => "next_in_session",
            Self::BuyAgain => "buy_again",
            Self::Trending => "trending",
            Self::RecentlyViewed => "recently_viewed",
            Self::Rerank => "rerank",
        }
    }

    pub(super) const fn bit(self) -> usize {
        self as usize
    }
}

/// Which step of the way gave an item: the first that had something to say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// A rule of the shop put it there.
    Pinned,
    /// It was given, and stays where it was given or moves.
    Given,
    /// Purchases of the items asked about.
    Item,
    /// What the catalogue says of the items asked about.
    Content,
    /// The ongoing session.
    Session,
    /// What the customer bought before.
    Repeat,
    /// Customers like this one.
    Customer,
    /// What many of the customer's segment bought.
    Segment,
    /// What many bought in the categories at hand.
    Category,
    /// What rises.
    Trending,
    /// What many bought.
    Popular,
    /// What is new in the catalogue.
    New,
    /// The rest of the catalogue, in its order.
    Catalogue,
    /// Chance, so that something is learnt of it.
    Explored,
}

impl Step {
    /// `pinned`, `item`, `session` and so on, the same in every language.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::Given => "given",
            Self::Item => "item",
            Self::Content => "content",
            Self::Session => "session",
            Self::Repeat => "repeat",
            Self::Customer => "customer",
            Self::Segment => "segment",
            Self::Category => "category",
            Self::Trending => "trending",
            Self::Popular => "popular",
            Self::New => "new",
            Self::Catalogue => "catalogue",
            Self::Explored => "explored",
        }
    }
}

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
