//! The fitted model.

use crate::data::{IdKind, Owned, Vocabulary};
use crate::index::ItemIx;
use crate::linear::GraphFilterParams;
use crate::linear::matrix::LeftOut;
use crate::rank::{Scored, ScratchPool};

use super::coarse::Coarse;
use super::graph::Graph;
use super::score::Scratch;

/// GF-CF (Shen et al. 2021, doi 10.1145/3459637.3482264): what a customer owns, smoothed over the graph of customers and
/// items.
///
/// With `R~ = D_U^-1/2 R D_I^-1/2`, and `V` its leading right singular vectors (as many as `factors`), a history `r` scores
/// items by `r (R~' R~ + alpha D_I^-1/2 V V' D_I^1/2)` (other powers by `user_exponent` and `item_exponent`): a linear
/// filter, which is two steps over the graph, and an ideal low-pass filter, which keeps only the smoothest directions. No
/// matrix of items and items is stored: the first part is computed along the histories of others. `V` comes from a randomised
/// decomposition in double precision and is kept in single precision.
///
/// A singular vector depends on all histories, so there is no update and no forgetting: refit.
///
/// ```
/// use kosar::data::OrderLog;
/// use kosar::linear::{GraphFilter, Unit};
/// use kosar::{Fit, Id};
///
/// let log = OrderLog::from_baskets([
///     vec!["bread", "butter", "jam"],
///     vec!["bread", "butter"],
///     vec!["bread", "cheese"],
///     vec!["tea"],
/// ])?;
/// let model = GraphFilter::params().factors(2).unit(Unit::Order).fit(&log)?;
/// let found = model.recommend_for_items(["butter"], 1)?;
/// assert_eq!(found[0].item, Id::from("bread"));
/// # Ok::<(), kosar::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct GraphFilter {
    pub(super) params: GraphFilterParams,
    pub(super) items: Vocabulary,
    pub(super) graph: Graph,
    /// Row-major, shape (`n_items`, number of `singular_values`).
    pub(super) vectors: Vec<f32>,
    /// Falling.
    pub(super) singular_values: Vec<f64>,
    /// The same in fewer bits, to see which items may be among the best.
    pub(super) coarse: Coarse,
    /// Absent where the log had no customers, or the file no histories.
    pub(super) owned: Option<Owned>,
    pub(super) left_out: LeftOut,
    pub(super) scratch: ScratchPool<Scratch>,
}

impl GraphFilter {
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

    /// The singular values of the directions that pass, falling, from at most 1 with the published exponents; fewer than `factors` where the matrix has
    /// no more.
    #[must_use]
    pub fn singular_values(&self) -> &[f64] {
        &self.singular_values
    }

    /// An item in the order of lists: ties go to the item that more have.
    pub(super) fn scored(&self, item: ItemIx, score: f64) -> Scored {
        Scored { score, count: self.graph.degree(item.as_usize()) as u64, item }
    }
}
