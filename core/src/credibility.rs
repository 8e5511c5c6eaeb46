//! Means that are drawn towards what stands above them: one level of credibility.

/// A mean, and the variance that is known of it: above 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) mean: f64,
    pub(crate) variance: f64,
    /// How many such means it stands for in its group: 1 but where others could not be seen.
    pub(crate) share: f64,
}

impl Estimate {
    pub(crate) fn new(mean: f64, variance: f64) -> Self {
        Self { mean, variance, share: 1.0 }
    }
}

/// The variance between the means of a group, moment estimate over all groups: at least 0, and 0 where no group has two.
pub(crate) fn between<'a>(groups: impl IntoIterator<Item = &'a [Estimate]>) -> f64 {
    let (mut excess, mut scale) = (0.0, 0.0);
    for group in groups.into_iter().filter(|group| group.len() > 1) {
        let weight = |own: &Estimate| own.share / own.variance;
        let total: f64 = group.iter().map(weight).sum();
        let centre = group.iter().map(|own| own.mean * weight(own)).sum::<f64>() / total;
        let squares: f64 = group.iter().map(|own| weight(own) * (own.mean - centre).powi(2)).sum();
        let left = |own: &Estimate| weight(own) * (1.0 - weight(own) / total);
        excess += squares - group.iter().map(|own| left(own) * own.variance).sum::<f64>();
        scale += group.iter().map(left).sum::<f64>();
    }
    if scale > 0.0 { (excess / scale).max(0.0) } else { 0.0 }
}

/// The mean of a group, each weighing what its own variance and that between them allow; `None` without any.
pub(crate) fn pooled(group: &[Estimate], between: f64) -> Option<Estimate> {
    let weight = |own: &Estimate| own.share / (between + own.variance);
    let total: f64 = group.iter().map(weight).sum();
    let mean = group.iter().map(|own| own.mean * weight(own)).sum::<f64>() / total;
    // With shares of 1, 1 / total.
    let variance = group.iter().map(|own| weight(own) * own.share).sum::<f64>() / (total * total);
    (!group.is_empty()).then(|| Estimate::new(mean, variance))
}

/// A mean drawn towards the one above it, which has an error of its own, and the weight that is left to it.
pub(crate) fn shrunk(own: Option<Estimate>, above: Estimate, between: f64) -> (Estimate, f64) {
    let weight = own.map_or(0.0, |own| between / (between + own.variance));
    let rest = 1.0 - weight;
    let mean = own.map_or(above.mean, |own| weight * own.mean + rest * above.mean);
    let variance = rest * between + rest * rest * above.variance;
    (Estimate::new(mean, variance), weight)
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mean: f64, variance: f64) -> Estimate {
        Estimate::new(mean, variance)
    }

    #[test]
    fn the_variance_between_is_that_of_the_published_example() {
        // DerSimonian and Laird's estimator on the BCG trials (Colditz et al. 1994): log risk ratios and their variances as in
        // the handbook of the R package metafor, dat.bcg; its rma(method = "DL") gives tau^2 0.3088 and a mean of -0.7141.
        let trials = [
            (-0.8893, 0.3256),
            (-1.5854, 0.1946),
            (-1.3481, 0.4154),
            (-1.4416, 0.0200),
            (-0.2175, 0.0512),
            (-0.7861, 0.0069),
            (-1.6209, 0.2230),
            (0.0120, 0.0040),
            (-0.4694, 0.0564),
            (-1.3713, 0.0730),
            (-0.3394, 0.0124),
            (0.4459, 0.5325),
            (-0.0173, 0.0714),
        ]
        .map(|(mean, variance)| of(mean, variance));
        let tau2 = between([&trials[..]]);
        assert!((tau2 - 0.3088).abs() < 2e-3, "{tau2}");
        let mean = pooled(&trials, tau2).unwrap();
        assert!((mean.mean + 0.7141).abs() < 1e-3, "{mean:?}");
        assert!((mean.variance.sqrt() - 0.1787).abs() < 1e-3, "{mean:?}");
    }

    #[test]
    fn nothing_is_between_one_mean_or_equal_ones() {
        assert_eq!(between([&[of(3.0, 1.0)][..], &[]]).to_bits(), 0.0_f64.to_bits());
        assert_eq!(between([&[of(3.0, 1.0), of(3.0, 2.0)][..]]).to_bits(), 0.0_f64.to_bits());
        assert_eq!(pooled(&[], 1.0), None);
    }

    #[test]
    fn a_mean_that_stands_for_three_counts_as_three() {
        let group = [of(1.0, 2.0), Estimate { share: 3.0, ..of(4.0, 2.0) }];
        let pooled = pooled(&group, 1.0).unwrap();
        assert!((pooled.mean - 3.25).abs() < 1e-12);
        assert!((pooled.variance - (1.0 + 9.0) / 16.0 * 3.0).abs() < 1e-12);
        let weights = [0.5, 1.5];
        let squares = 0.5 * 2.25_f64.powi(2) + 1.5 * 0.75_f64.powi(2);
        let left: f64 = weights.iter().map(|w| w * (1.0 - w / 2.0)).sum();
        assert!((between([&group[..]]) - (squares - left * 2.0) / left).abs() < 1e-12);
    }

    #[test]
    fn a_mean_is_drawn_the_more_the_less_is_known_of_it() {
        let above = of(0.0, 0.5);
        assert_eq!(shrunk(None, above, 2.0), (of(0.0, 2.5), 0.0));
        assert_eq!(shrunk(Some(of(8.0, 2.0)), above, 2.0), (of(4.0, 1.125), 0.5));
        assert_eq!(shrunk(Some(of(8.0, 2.0)), above, 0.0), (of(0.0, 0.5), 0.0));
    }
}
