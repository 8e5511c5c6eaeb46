//! The filter: nearest centroids in single precision, with a bound on how far off it may be.
//!
//! Single precision is half the memory and twice the rows in a step. A row for which the best centroid leads the second
//! best by more than all rounding could make up has its label; for the others, few on most data, the verdict is
//! [`Exact`](super::exact::Exact). So labels never depend on which instructions the processor has.

use pulp::{Scalar128b, Simd, WithSimd};
use rayon::prelude::*;

use super::points::MAX_MAGNITUDE;
use crate::cpu::{Work, fastest};

/// Rows of a tile.
pub(super) const TILE: usize = 32;

/// What stands for a label where the verdict is needed.
pub(super) const UNSURE: u32 = u32::MAX;

/// Centroids that are scored in one step ...
const GROUP: usize = 4;

/// ... on this many vectors of rows: as many sums at a time as hide the time that an addition takes.
const VECTORS: usize = 2;

/// Twice the unit roundoff of single precision, rounded up by more than second order terms of 2^14 features add.
const ROUNDING: f64 = 1.2e-7;

/// More features than this are left to double precision: the bound would be too wide, and is not proven.
const MAX_FEATURES: usize = 1 << 14;

/// Where tiles are in single precision: the largest magnitude, in units of the frame, so that no score overflows.
const MAX_REACH: f64 = 1e12;

/// Rows that the frame is chosen by.
const SAMPLE: usize = 1024;

/// Where zero is for single precision, and what is one: `x` becomes `(x - center) * scale`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    center: Vec<f64>,
    /// A power of two.
    scale: f64,
}

impl Frame {
    /// The mean of rows spread over all as zero, and about their largest difference from it as one.
    ///
    /// Any frame gives the same labels; a good one lets the filter settle more of them.
    pub(super) fn around(rows: &[f64], n_features: usize) -> Self {
        let n_rows = rows.len() / n_features;
        let n_sample = n_rows.min(SAMPLE);
        let sample = || (0..n_sample).map(|i| &rows[i * n_rows / n_sample * n_features..][..n_features]);
        let mut center = vec![0.0; n_features];
        #[allow(clippy::cast_precision_loss, reason = "at most 1024")]
        let share = 1.0 / n_sample.max(1) as f64;
        sample().for_each(|row| center.iter_mut().zip(row).for_each(|(mean, x)| *mean += x * share));
        let differences = sample().flat_map(|row| row.iter().zip(&center)).map(|(x, mean)| (x - mean).abs());
        let most = differences.fold(0.0, f64::max);
        let scale = if most.is_finite() { power_of_two(-exponent(most)) } else { 1.0 };
        Self { center, scale }
    }

    /// Fills tiles, and the largest norm of each; gives the largest magnitude of each feature of the rows, infinite for
    /// one with a value that is no number or above [`MAX_MAGNITUDE`].
    pub(super) fn fill(&self, rows: &[f64], tiles: &mut [f32], norms: &mut [f32]) -> Vec<f64> {
        let mut largest = vec![0.0; self.center.len()];
        fastest(Fill { frame: self, rows, tiles, norms, largest: &mut largest });
        largest
    }

    /// A point in units of the frame.
    pub(super) fn of<'a>(&'a self, point: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        point.iter().zip(&self.center).map(|(x, center)| (x - center) * self.scale)
    }
}

/// The exponent `e` of a finite number from 2^(e - 1) to below 2^e; 0 for zero.
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "eleven bits")]
pub(super) fn exponent(value: f64) -> i32 {
    if value == 0.0 { 0 } else { ((value.to_bits() >> 52) & 0x7ff) as i32 - 1022 }
}

/// Two to the power of `exponent`, which is moved to where a double has full precision.
#[allow(clippy::cast_sign_loss, reason = "above zero")]
pub(super) fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent.clamp(-1000, 1000)) as u64) << 52)
}

struct Fill<'a> {
    frame: &'a Frame,
    rows: &'a [f64],
    tiles: &'a mut [f32],
    norms: &'a mut [f32],
    largest: &'a mut [f64],
}

impl Work for Fill<'_> {
    type Done = ();

    #[inline(always)]
    fn work(self) {
        let (center, scale) = (&self.frame.center[..], self.frame.scale);
        let n_features = center.len();
        // The rows of a tile one after the other: arithmetic runs along the rows, and then they are turned.
        let mut rounded = vec![0.0_f32; TILE * n_features];
        let tiles = self.tiles.chunks_exact_mut(TILE * n_features).zip(self.norms);
        for (rows, (tile, norm)) in self.rows.chunks(TILE * n_features).zip(tiles) {
            rounded[rows.len()..].fill(0.0);
            for (row, rounded) in rows.chunks_exact(n_features).zip(rounded.chunks_exact_mut(n_features)) {
                for (((x, value), center), most) in
                    row.iter().zip(rounded).zip(center).zip(&mut *self.largest)
                {
                    let magnitude = if x.abs() <= MAX_MAGNITUDE { x.abs() } else { f64::INFINITY };
                    *most = if magnitude > *most { magnitude } else { *most };
                    #[allow(clippy::cast_possible_truncation, reason = "the rounding that the bound knows")]
                    let single = ((x - center) * scale) as f32;
                    *value = single;
                }
            }
            let mut squares = [0.0_f32; TILE];
            for (feature, values) in tile.as_chunks_mut::<TILE>().0.iter_mut().enumerate() {
                for (at, value) in values.iter_mut().enumerate() {
                    *value = rounded[at * n_features + feature];
                }
                for (square, value) in squares.iter_mut().zip(values) {
                    *square += *value * *value;
                }
            }
            *norm = squares
                .iter()
                .fold(0.0_f32, |most, &square| if square > most { square } else { most })
                .sqrt();
        }
    }
}

/// Rows in single precision in tiles of [`TILE`] rows, each feature by feature; the last is filled up with zeros.
#[derive(Debug, Clone)]
pub(super) struct Filter {
    frame: Frame,
    tiles: Vec<f32>,
    /// At least the norm of every row of a tile, but for rounding.
    norms: Vec<f32>,
}

/// Tiles and norms of a block, with their frame.
type Block<'a> = (&'a Frame, &'a mut [f32], &'a mut [f32]);

impl Filter {
    /// Room for the tiles of `n_rows` rows.
    pub(super) fn empty(frame: Frame, n_rows: usize) -> Self {
        let n_tiles = n_rows.div_ceil(TILE);
        let tiles = vec![0.0; n_tiles * TILE * frame.center.len()];
        Self { frame, tiles, norms: vec![0.0; n_tiles] }
    }

    /// The blocks of `block_rows` rows, a multiple of [`TILE`], to fill.
    pub(super) fn blocks_mut(&mut self, block_rows: usize) -> impl IndexedParallelIterator<Item = Block<'_>> {
        let frame = &self.frame;
        let tiles = self.tiles.par_chunks_mut(block_rows * frame.center.len());
        tiles
            .zip(self.norms.par_chunks_mut(block_rows / TILE))
            .map(move |(tiles, norms)| (frame, tiles, norms))
    }

    /// This, where scores can be computed from it.
    pub(super) fn usable(self) -> Option<Self> {
        in_reach(self.frame.center.len(), &self.norms).then_some(self)
    }

    pub(super) fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Tiles and norms of one block of `block_rows` rows.
    pub(super) fn block(&self, block: usize, block_rows: usize) -> (&[f32], &[f32]) {
        let (first, last) = (block * block_rows / TILE, (block + 1) * block_rows / TILE);
        let last = last.min(self.norms.len());
        let len = TILE * self.frame.center.len();
        (&self.tiles[first * len..last * len], &self.norms[first..last])
    }
}

/// Whether scores can be computed from tiles of these norms.
pub(super) fn in_reach(n_features: usize, norms: &[f32]) -> bool {
    n_features <= MAX_FEATURES && norms.iter().all(|&norm| f64::from(norm) <= MAX_REACH)
}

/// Centroids as the filter scores them: the half of a squared distance less that of the row from zero is
/// |c|^2 / 2 - x c, which orders centroids as distances do.
#[derive(Debug)]
pub(super) struct Scorer {
    n_features: usize,
    /// For each group of [`GROUP`] centroids: their |c|^2 / 2, then their -c feature by feature. What fills up the last
    /// scores infinity.
    groups: Vec<f32>,
    /// At least the largest norm.
    reach: f64,
    /// Less than this a step of a squared distance may lose to underflow in double precision, in units of the frame.
    lost: f64,
}

impl Scorer {
    /// Nothing where a centroid is out of the reach of single precision.
    #[allow(clippy::cast_possible_truncation, reason = "this is the rounding that the bound knows")]
    pub(super) fn new(frame: &Frame, centroids: &[f64]) -> Option<Self> {
        let n_features = frame.center.len();
        let n_clusters = centroids.len() / n_features;
        let group_len = GROUP * (n_features + 1);
        let mut groups = vec![0.0; n_clusters.div_ceil(GROUP) * group_len];
        groups.chunks_exact_mut(group_len).for_each(|group| group[..GROUP].fill(f32::INFINITY));
        let mut most = 0.0_f64;
        for (cluster, centroid) in centroids.chunks_exact(n_features).enumerate() {
            let group = &mut groups[cluster / GROUP * group_len..];
            let mut square = 0.0;
            for (feature, x) in frame.of(centroid).enumerate() {
                square += x * x;
                group[(feature + 1) * GROUP + cluster % GROUP] = -x as f32;
            }
            group[cluster % GROUP] = (square / 2.0) as f32;
            most = if square <= most { most } else { square };
        }
        let reach = most.sqrt() * (1.0 + 1e-9);
        let lost = f64::MIN_POSITIVE * frame.scale * frame.scale;
        (reach <= MAX_REACH).then_some(Self { n_features, groups, reach, lost })
    }

    /// The label of each row of the tiles, or [`UNSURE`]; of whole tiles, filled-up rows included.
    pub(super) fn label(&self, tiles: &[f32], norms: &[f32], labels: &mut [u32]) {
        pulp::Arch::new().dispatch(Labelling { scorer: self, tiles, norms, labels });
    }

    /// More than the difference of two scores of a tile's row may be off, and more than that of two squared distances in
    /// double precision, halved.
    ///
    /// With u the unit roundoff and H the largest |c|^2 / 2: the rows, the centroids and |c|^2 / 2 are off by a factor of
    /// 1 + u each, and a score is d products and d additions. That is (d + 3) u (|x| |c| + H) for a score, to first
    /// order, and twice that for a difference. A squared distance in double precision has d + 3 roundings of its own.
    /// The last term is what underflow may take: of rows so small that it is all of their distances, in double precision
    /// too, none is settled here.
    #[inline(always)]
    fn bound(&self, norm: f32) -> f32 {
        #[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
        let steps = (self.n_features + 5) as f64;
        let norm = f64::from(norm) * (1.0 + steps * ROUNDING) + steps * 1e-18;
        let single = steps * ROUNDING * self.reach * (norm + self.reach / 2.0);
        let double = steps * f64::EPSILON * (norm + self.reach) * (norm + self.reach);
        let underflow = steps * (1e-36 * (1.0 + norm + self.reach) + self.lost);
        #[allow(
            clippy::cast_possible_truncation,
            reason = "the factor is more than this rounding and two more"
        )]
        let bound = ((single + double + underflow) * 1.000_001) as f32;
        bound
    }
}

struct Labelling<'a> {
    scorer: &'a Scorer,
    tiles: &'a [f32],
    norms: &'a [f32],
    labels: &'a mut [u32],
}

impl WithSimd for Labelling<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        if S::IS_SCALAR { self.label::<_, false>(Scalar128b) } else { self.label::<_, true>(simd) }
    }
}

impl Labelling<'_> {
    /// `FUSED` is for processors that multiply and add in one step; for others that would be a slow function.
    #[inline(always)]
    fn label<S: Simd, const FUSED: bool>(self, simd: S) {
        let Self { scorer, tiles, norms, labels } = self;
        let stride = TILE / S::F32_LANES;
        let tiles = tiles.chunks_exact(TILE * scorer.n_features).zip(norms);
        for (labels, (tile, norm)) in labels.chunks_exact_mut(TILE).zip(tiles) {
            let rows = S::as_simd_f32s(tile).0;
            let bound = simd.splat_f32s(scorer.bound(*norm));
            let labels = S::as_mut_simd_u32s(labels).0.as_chunks_mut::<VECTORS>().0;
            for (at, labels) in labels.iter_mut().enumerate() {
                *labels = label_rows::<S, FUSED>(simd, scorer, &rows[at * VECTORS..], stride, bound);
            }
        }
    }
}

/// Labels [`VECTORS`] vectors of rows; `stride` is how many vectors from one feature to the next.
#[inline(always)]
fn label_rows<S: Simd, const FUSED: bool>(
    simd: S,
    scorer: &Scorer,
    rows: &[S::f32s],
    stride: usize,
    bound: S::f32s,
) -> [S::u32s; VECTORS] {
    let mut best = [simd.splat_f32s(f32::INFINITY); VECTORS];
    let mut second = best;
    let mut labels = [simd.splat_u32s(0); VECTORS];
    let groups = scorer.groups.chunks_exact(GROUP * (scorer.n_features + 1));
    for (first, group) in (0..).step_by(GROUP).zip(groups) {
        let (halves, centroids) = group.as_chunks::<GROUP>().0.split_at(1);
        let mut scores = halves[0].map(|half| [simd.splat_f32s(half); VECTORS]);
        for (feature, weights) in centroids.iter().enumerate() {
            let values: [S::f32s; VECTORS] = std::array::from_fn(|vector| rows[feature * stride + vector]);
            for (scores, weight) in scores.iter_mut().zip(weights) {
                let weight = simd.splat_f32s(*weight);
                for (score, value) in scores.iter_mut().zip(values) {
                    *score = if FUSED {
                        simd.mul_add_e_f32s(value, weight, *score)
                    } else {
                        simd.add_f32s(simd.mul_f32s(value, weight), *score)
                    };
                }
            }
        }
        for (cluster, scores) in (first..).zip(scores) {
            let cluster = simd.splat_u32s(cluster);
            for (vector, score) in scores.into_iter().enumerate() {
                let closer = simd.less_than_f32s(score, best[vector]);
                second[vector] = simd.min_f32s(second[vector], simd.max_f32s(best[vector], score));
                best[vector] = simd.min_f32s(score, best[vector]);
                labels[vector] = simd.select_u32s(closer, cluster, labels[vector]);
            }
        }
    }
    std::array::from_fn(|vector| {
        let is_sure = simd.less_than_f32s(bound, simd.sub_f32s(second[vector], best[vector]));
        simd.select_u32s(is_sure, labels[vector], simd.splat_u32s(UNSURE))
    })
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "equal to the last bit is what is meant")]
mod tests {
    use super::super::exact::Exact;
    use super::*;
    use crate::random::Random;

    /// Labels by every set of instructions that this processor has.
    fn all_ways(scorer: &Scorer, filter: &Filter) -> Vec<Vec<u32>> {
        let mut found = Vec::new();
        let mut take = |label: &dyn Fn(Labelling<'_>)| {
            let mut labels = vec![0; filter.norms.len() * TILE];
            label(Labelling { scorer, tiles: &filter.tiles, norms: &filter.norms, labels: &mut labels });
            found.push(labels);
        };
        take(&|work| work.label::<_, false>(Scalar128b));
        take(&|work| work.label::<_, false>(pulp::Scalar512b));
        take(&|work| work.with_simd(pulp::Scalar));
        take(&|work| pulp::Arch::new().dispatch(work));
        #[cfg(target_arch = "x86_64")]
        if let Some(simd) = pulp::x86::V3::try_new() {
            take(&|work| pulp::Arch::V3(simd).dispatch(work));
        }
        found
    }

    fn filtered(rows: &[f64], n_features: usize) -> Filter {
        let n_rows = rows.len() / n_features;
        let mut filter = Filter::empty(Frame::around(rows, n_features), n_rows);
        let frame = filter.frame.clone();
        frame.fill(rows, &mut filter.tiles, &mut filter.norms);
        filter.usable().unwrap()
    }

    /// How many labels the filter settled, on each set of instructions; those must be the verdict's.
    fn settled(rows: &[f64], centroids: &[f64], n_features: usize) -> Vec<usize> {
        let filter = filtered(rows, n_features);
        let scorer = Scorer::new(&filter.frame, centroids).unwrap();
        let exact = Exact::new(centroids, n_features);
        let verdict: Vec<u32> = rows.chunks_exact(n_features).map(|row| exact.nearest(row)).collect();
        let count = |labels: Vec<u32>| {
            let sure = labels.iter().zip(&verdict).filter(|(label, _)| **label != UNSURE);
            sure.inspect(|(label, verdict)| assert_eq!(label, verdict)).count()
        };
        all_ways(&scorer, &filter).into_iter().map(count).collect()
    }

    #[test]
    fn what_the_filter_settles_is_the_verdict() {
        let mut random = Random::new(3, 0);
        for (n_features, n_clusters) in [(1, 1), (1, 2), (2, 5), (3, 8), (8, 13), (17, 64)] {
            for far in [0.0, 1e3, 1e9, -1e15] {
                for size in [1.0, 1e-30, 1e30, 1e-140] {
                    let mut values =
                        |n: usize| -> Vec<f64> { (0..n).map(|_| (random.unit() + far) * size).collect() };
                    let (rows, centroids) = (values(517 * n_features), values(n_clusters * n_features));
                    for settled in settled(&rows, &centroids, n_features) {
                        assert!(far < 0.0 || settled > 500, "{settled} of 517 at {far} {size}");
                    }
                }
            }
        }
    }

    #[test]
    fn ties_are_left_to_the_verdict() {
        let rows: Vec<f64> = (0..100).map(f64::from).collect();
        let filter = filtered(&rows, 1);
        let scorer = Scorer::new(&filter.frame, &[10.0, 20.0, 20.0]).unwrap();
        for labels in all_ways(&scorer, &filter) {
            assert!(labels[..15].iter().all(|label| *label == 0));
            assert!(labels[15..100].iter().all(|label| *label == UNSURE));
        }
    }

    #[test]
    fn features_of_very_different_ranges_are_settled_soundly() {
        let mut random = Random::new(6, 0);
        let ranges = [1e-12, 1.0, 1e9];
        let mut values =
            |n: usize| -> Vec<f64> { (0..3 * n).map(|i| random.unit() * ranges[i % 3]).collect() };
        let (rows, centroids) = (values(400), values(20));
        settled(&rows, &centroids, 3);
    }

    #[test]
    fn what_single_precision_cannot_hold_is_not_filtered() {
        let mut rows = vec![1.0; 4000];
        rows[777] = 1e30;
        let mut filter = Filter::empty(Frame { center: vec![0.0], scale: 1.0 }, 4000);
        let frame = filter.frame.clone();
        frame.fill(&rows, &mut filter.tiles, &mut filter.norms);
        assert!(filter.usable().is_none());
        assert!(Scorer::new(&frame, &[1.0, 1e13]).is_none());
        assert!(Scorer::new(&frame, &[1.0, 1e140]).is_none());
        assert!(Scorer::new(&frame, &[1.0, 1e11]).is_some());
    }

    #[test]
    fn tiles_are_the_same_on_every_set_of_instructions() {
        let mut random = Random::new(1, 0);
        let rows: Vec<f64> = (0..7 * 100).map(|_| random.unit() * 1e3).collect();
        let frame = Frame::around(&rows, 7);
        let fill = |with: &dyn Fn(Fill<'_>)| {
            let (mut tiles, mut norms, mut largest) = (vec![1.0; 4 * TILE * 7], vec![0.0; 4], vec![0.0; 7]);
            let (tiles_of, norms_of) = (&mut tiles, &mut norms);
            with(Fill {
                frame: &frame,
                rows: &rows,
                tiles: tiles_of,
                norms: norms_of,
                largest: &mut largest,
            });
            (tiles, norms, largest)
        };
        let (tiles, norms, largest) = fill(&|work| work.work());
        assert_eq!(fill(&|work| fastest(work)), (tiles.clone(), norms, largest));
        let single = |row: usize, feature: usize| tiles[(row / TILE * 7 + feature) * TILE + row % TILE];
        for (row, values) in rows.chunks(7).enumerate() {
            for (feature, x) in frame.of(values).enumerate() {
                assert!((f64::from(single(row, feature)) - x).abs() <= 1e-7);
            }
        }
        assert_eq!(single(127, 6), 0.0, "filled up");
    }

    #[test]
    fn powers_and_exponents_are_each_others_inverse() {
        for (value, expected) in [(1.0, 1), (0.75, 0), (2.0, 2), (1e-300, -996), (0.0, 0)] {
            assert_eq!(exponent(value), expected);
        }
        assert_eq!([-3, 0, 10].map(power_of_two), [0.125, 1.0, 1024.0]);
    }
}
