//! The fitted model: complements and substitutes of each item, and what pairs are judged by.

use crate::data::{IdKind, IdRef, Owned, Rows, Vocabulary};
use crate::error::IdError;
use crate::index::ItemIx;
use crate::rank::vote::Vote;
use crate::rank::{Scores, ScratchPool};
use crate::relation::ItemRelationsParams;
use crate::relation::chance::Chance;
use crate::relation::context::Profiles;
use crate::relation::evidence::{Orders, Places};

/// An item related to another, with what that rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Related {
    pub(super) item: ItemIx,
    pub(super) together: u32,
    pub(super) apart: u32,
    pub(super) instead: u32,
    pub(super) context: f64,
}

/// What items are to each other: complements, which go together, or substitutes, of which one stands in for the other. The
/// [module](crate::relation) has the definitions.
///
/// ```
/// use kosar::data::OrderLog;
/// use kosar::relation::{ItemRelations, Relation};
/// use kosar::{Fit, Id};
///
/// // Butter or margarine with bread, never both; tea with lemon.
/// let mut baskets = vec![vec!["tea", "lemon"]; 20];
/// for spread in ["butter", "margarine"] {
///     baskets.extend(vec![vec!["bread", spread]; 10]);
/// }
/// let log = OrderLog::from_baskets(baskets)?;
/// let relations = ItemRelations::params().shrinkage(1.0).fit(&log)?;
/// let pair = relations.relation("butter", "margarine")?;
/// assert_eq!((pair.relation, pair.together), (Relation::Substitute, 0));
/// assert_eq!(relations.relation("bread", "butter")?.relation, Relation::Complement);
/// assert_eq!(relations.relation("bread", "tea")?.relation, Relation::Neither);
/// assert_eq!(relations.substitutes("butter", 5)?[0].0, Id::from("margarine"));
/// assert_eq!(relations.complements("tea", 5)?[0].0, Id::from("lemon"));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ItemRelations {
    pub(super) params: ItemRelationsParams,
    pub(super) items: Vocabulary,
    pub(super) chance: Chance,
    /// The number of baskets of each item.
    pub(super) degrees: Vec<u32>,
    /// The complements of each item, best first.
    pub(super) complements: Rows<Related>,
    /// The substitutes of each item, best first.
    pub(super) substitutes: Rows<Related>,
    pub(super) profiles: Profiles,
    /// Absent without a catalogue.
    pub(super) places: Option<Places>,
    /// Absent where the file had no histories.
    pub(super) orders: Option<Orders>,
    /// Absent where the log had no customers, or the file no histories.
    pub(super) owned: Option<Owned>,
    pub(super) scratch: ScratchPool<Scores<Vote>>,
}

impl ItemRelations {
    /// What the items are called.
    #[must_use]
    pub fn items(&self) -> &Vocabulary {
        &self.items
    }

    /// What the customers are called; empty where the model knows no customers.
    #[must_use]
    pub fn customers(&self) -> Vocabulary {
        self.owned.as_ref().map_or_else(|| Vocabulary::empty(IdKind::Str), |owned| owned.customers.clone())
    }

    /// The number of baskets.
    #[must_use]
    pub fn n_baskets(&self) -> u64 {
        self.chance.n_baskets()
    }

    pub(super) fn find(&self, id: IdRef<'_>) -> Result<ItemIx, IdError> {
        self.items.find("item", id).map(ItemIx::new)
    }

    /// The baskets that would hold both by chance.
    pub(super) fn expected(&self, a: ItemIx, b: ItemIx) -> f64 {
        self.chance.expected(a, b)
    }

    /// The shrunk lift.
    pub(super) fn lift(&self, a: ItemIx, b: ItemIx, together: u32) -> f64 {
        let s = self.params.shrinkage;
        (f64::from(together) + s) / (self.expected(a, b) + s)
    }

    pub(super) fn has_evidence(&self, item: ItemIx) -> bool {
        self.degrees[item.as_usize()] as usize >= self.params.min_orders
    }

    pub(super) fn is_complement(&self, a: ItemIx, b: ItemIx, together: u32) -> bool {
        together as usize >= self.params.min_together && self.lift(a, b, together) >= self.params.min_lift
    }

    /// Whether two items of enough evidence can be substitutes, but for how many bought them apart.
    pub(super) fn can_be_substitutes(&self, a: ItemIx, b: ItemIx, together: u32, context: f64) -> bool {
        context >= self.params.min_context
            && self.lift(a, b, together) <= self.params.max_lift
            && self.places.as_ref().is_none_or(|places| places.are_near(a, b))
    }
}
