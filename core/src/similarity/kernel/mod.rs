//! The kernel: from histories to the nearest neighbours of every item, exactly.
//!
//! Items are relabelled by rank, the most frequent first, and both orientations of the matrix are laid out for walking
//! ([`layout`]). Row by row the histories of an item's holders are walked and what stands in them is counted ([`count`]) or
//! summed up in fixed point ([`weigh`]); the best by an [`order::Order`] are selected on the way ([`near`], [`key`]), and land in the item's slot of
//! [`Lists`]. Rows are independent, so no result depends on the number of threads.

mod count;
mod key;
mod layout;
mod lists;
mod near;
mod order;
mod weigh;

pub(super) use count::neighbors;
pub(super) use key::{Key, Wide};
pub(super) use lists::Lists;
pub(super) use order::{Family, Order, Shape};
pub(super) use weigh::{Weighted, weighted_neighbors};
