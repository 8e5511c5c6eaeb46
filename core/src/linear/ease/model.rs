//! The fitted model.

use crate::data::{IdKind, IdRef, Owned, Vocabulary};
use crate::error::Result;
use crate::index::ItemIx;
use crate::linear::EaseParams;
use crate::linear::matrix::LeftOut;
use crate::rank::{Reason, Recommendation, Scored, ScratchPool, TopK};

use super::weights::Weights;

/// EASE (Steck 2019, doi 10.1145/3308558.3313710): what a customer owns, times weights of pairs of items in closed form.
///
/// With `G` the number of customers (or orders) that each pair of items shares, and `P = (G + l2 I)^-1`, the weight from
/// item `i` to item `j` is `-P_ij / P_jj`, and 0 from an item to itself: the matrix that minimises
/// `|X - X B|^2 + l2 |B|^2` among those with a zero diagonal. Weights may be negative. Counts are whole numbers, the inverse
/// is in double precision, and weights are kept in single precision.
///
/// A weight depends on all histories, so there is no update and no forgetting: refit.
///
/// ```
/// use kosar::data::OrderLog;
/// use kosar::linear::{Ease, Unit};
/// use kosar::{Fit, Id};
///
/// let log = OrderLog::from_baskets([
///     vec!["bread", "butter", "jam"],
///     vec!["bread", "butter"],
///     vec!["bread", "cheese"],
///     vec!["tea"],
/// ])?;
/// let model = Ease::params().l2(1.0).unit(Unit::Order).fit(&log)?;
/// let found = model.recommend_for_items(["butter", "jam"], 1)?;
/// assert_eq!(found[0].item, Id::from("bread"));
/// assert_eq!(found[0].reason.to_string(), "butter gives 75 % of what speaks for it (weight 0.600)");
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Ease {
    pub(super) params: EaseParams,
    pub(super) items: Vocabulary,
    /// The number of customers (or orders) of each item.
    pub(super) degrees: Vec<u32>,
    pub(super) weights: Weights,
    /// Absent where the log had no customers, or the file no histories.
    pub(super) owned: Option<Owned>,
    pub(super) left_out: LeftOut,
    /// A sum for each item, all zero between requests.
    pub(super) scratch: ScratchPool<Vec<f64>>,
}

impl Ease {
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

    /// The number of customers of whom only the latest items counted.
    #[must_use]
    pub fn customers_cut(&self) -> usize {
        self.left_out.customers_cut
    }

    /// The number of orders that did not count because they have no customer.
    #[must_use]
    pub fn anonymous_orders(&self) -> usize {
        self.left_out.anonymous_orders
    }

    /// The number of items that the model does not know because others are more popular.
    #[must_use]
    pub fn items_left_out(&self) -> usize {
        self.left_out.items
    }

    /// What one item adds to the score of another who owns it; 0 from an item to itself, and where it was not kept.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an unknown item or one of the other type.
    pub fn weight<'a>(&self, from: impl Into<IdRef<'a>>, to: impl Into<IdRef<'a>>) -> Result<f64> {
        let from = ItemIx::new(self.items.find("item", from.into())?);
        let to = ItemIx::new(self.items.find("item", to.into())?);
        Ok(f64::from(self.weights.get(from, to)))
    }

    /// The items whose scores an item adds most to, best first: at most `n`, and only those it speaks for.
    ///
    /// Time: one pass over the catalogue, or over the weights kept.
    ///
    /// # Errors
    /// [`IdError`](crate::IdError) for an unknown item or one of the other type.
    pub fn similar<'a>(&self, item: impl Into<IdRef<'a>>, n: usize) -> Result<Vec<Recommendation>> {
        let from = ItemIx::new(self.items.find("item", item.into())?);
        let mut top = TopK::new(n.min(self.items.len()));
        self.weights.for_each_of(from, |to, weight| {
            if weight > 0.0 {
                top.push(self.scored(to, f64::from(weight)));
            }
        });
        let recommendation = |scored: Scored| Recommendation {
            item: self.items.get(scored.item.as_usize()).to_id(),
            score: scored.score,
            reason: Reason::Contribution {
                from: self.items.get(from.as_usize()).to_id(),
                weight: scored.score,
                share: 1.0,
            },
        };
        Ok(top.drain_sorted().map(recommendation).collect())
    }

    /// An item in the order of lists: ties go to the item that more have.
    pub(super) fn scored(&self, item: ItemIx, score: f64) -> Scored {
        Scored { score, count: u64::from(self.degrees[item.as_usize()]), item }
    }
}
