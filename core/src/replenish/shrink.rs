//! Means that are drawn towards what stands above them: by items, by categories, by all.

use crate::credibility::{Estimate, between, pooled, shrunk};

/// What an item's estimate became, and how much of it is the item's and its category's own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Level {
    /// With the variance of its error.
    pub(super) estimate: Estimate,
    /// The weight of what is known of the item itself, from 0 to 1.
    pub(super) item: f64,
    /// That of its category's, in what stands above the item.
    pub(super) category: f64,
}

/// The estimates of all items, drawn towards their categories (numbered from 0, `n_categories` of them) and these towards
/// all; `None` where nothing is known of any item.
///
/// Sums run in the order of items and categories.
pub(super) fn by_category(
    own: &[Option<Estimate>],
    category: &[usize],
    n_categories: usize,
) -> Option<Vec<Level>> {
    let mut groups = vec![Vec::new(); n_categories];
    for (own, &category) in own.iter().zip(category) {
        groups[category].extend(*own);
    }
    let between_items = between(groups.iter().map(Vec::as_slice));
    let categories: Vec<Option<Estimate>> = groups.iter().map(|group| pooled(group, between_items)).collect();
    let known: Vec<Estimate> = categories.iter().copied().flatten().collect();
    let between_categories = between([known.as_slice()]);
    let all = pooled(&known, between_categories)?;
    let categories: Vec<(Estimate, f64)> =
        categories.into_iter().map(|own| shrunk(own, all, between_categories)).collect();
    let level = |(&own, &at): (&Option<Estimate>, &usize)| {
        let (above, category) = categories[at];
        let (estimate, item) = shrunk(own, above, between_items);
        Level { estimate, item, category }
    };
    Some(own.iter().zip(category).map(level).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mean: f64, variance: f64) -> Estimate {
        Estimate::new(mean, variance)
    }

    #[test]
    fn an_item_of_which_nothing_is_known_is_as_its_category() {
        let own = [Some(of(0.0, 0.1)), Some(of(1.0, 0.1)), Some(of(9.0, 0.1)), Some(of(10.0, 0.1)), None];
        let levels = by_category(&own, &[0, 0, 1, 1, 1], 2).unwrap();
        assert!(levels[4].estimate.mean > 9.0 && levels[4].estimate.mean < 10.0, "{levels:?}");
        assert_eq!(levels[4].item.to_bits(), 0.0_f64.to_bits());
        assert!(levels[4].category > 0.9 && levels[3].item > 0.7, "{levels:?}");
        assert_eq!(by_category(&[None, None], &[0, 0], 1), None);
    }
}
