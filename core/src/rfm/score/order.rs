//! Order statistics: the values at some places of the sorted values, without sorting.

use super::Value;

/// Values within a span of this many whole numbers are counted one by one.
const SPAN: i128 = 1 << 16;

/// Fewer values than this are sorted.
const FEW: usize = 2048;

/// The whole numbers at the given places, from 0 and below the number of values, of the sorted values.
///
/// Two passes over the values: one counts them by bucket, each a number where the span is small and else all numbers with the
/// same leading eleven bits, one gathers the few buckets that hold a place asked for. Linear but for the sorting of these.
pub(super) fn order_statistics<V: Value>(values: &[V], places: &[usize]) -> Vec<i64> {
    let keys = || values.iter().map(|value| value.key());
    if values.len() < FEW {
        let mut sorted: Vec<i64> = keys().collect();
        sorted.sort_unstable();
        return places.iter().map(|&place| sorted[place]).collect();
    }
    let (least, most) = keys().fold((i64::MAX, i64::MIN), |(a, b), key| (a.min(key), b.max(key)));
    if i128::from(most) - i128::from(least) < SPAN {
        in_buckets(keys, places, |key| key - least, most - least)
    } else {
        in_buckets(keys, places, |key| bucket(key) - bucket(least), bucket(most) - bucket(least))
    }
}

/// The leading eleven bits of a number and how many follow, as a number that never falls as the number rises.
#[inline]
fn bucket(key: i64) -> i64 {
    let magnitude = key.unsigned_abs();
    let shift = 53_u32.saturating_sub(magnitude.leading_zeros());
    // Below 54 * 1024 + 2048, so it fits either way.
    let found = i64::from(shift) * 1024 + i64::try_from(magnitude >> shift).unwrap_or(i64::MAX);
    if key < 0 { -found } else { found }
}

fn in_buckets<I: Iterator<Item = i64>>(
    keys: impl Fn() -> I,
    places: &[usize],
    bucket: impl Fn(i64) -> i64,
    last: i64,
) -> Vec<i64> {
    let index = |key: i64| usize::try_from(bucket(key)).expect("the least key has bucket 0");
    let mut counts = vec![0_u32; usize::try_from(last).expect("no less than the first") + 1];
    keys().for_each(|key| counts[index(key)] += 1);
    // Where each place asked for lies: its bucket, and its place in it.
    let mut wanted: Vec<(usize, usize)> = places.iter().map(|&place| locate(&counts, place)).collect();
    let mut asked: Vec<usize> = wanted.iter().map(|&(bucket, _)| bucket).collect();
    asked.sort_unstable();
    asked.dedup();
    let mut number = vec![u8::MAX; counts.len()];
    for (&bucket, at) in asked.iter().zip(0..) {
        number[bucket] = at;
    }
    let mut gathered: Vec<Vec<i64>> =
        asked.iter().map(|&bucket| Vec::with_capacity(counts[bucket] as usize)).collect();
    for key in keys() {
        let at = number[index(key)];
        if at != u8::MAX {
            gathered[usize::from(at)].push(key);
        }
    }
    gathered.iter_mut().for_each(|keys| keys.sort_unstable());
    wanted.drain(..).map(|(bucket, place)| gathered[usize::from(number[bucket])][place]).collect()
}

fn locate(counts: &[u32], place: usize) -> (usize, usize) {
    let mut left = place;
    for (bucket, &count) in counts.iter().enumerate() {
        match left.checked_sub(count as usize) {
            Some(rest) => left = rest,
            None => return (bucket, left),
        }
    }
    unreachable!("places are below the number of values");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn sorted_says(values: &[i64]) {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        let n = values.len();
        let places = [0, 1, n / 5, n / 5 + 1, n / 2, n - 2, n - 1];
        let expected: Vec<i64> = places.iter().map(|&place| sorted[place]).collect();
        assert_eq!(order_statistics(values, &places), expected);
    }

    #[test]
    fn places_hold_what_sorting_puts_there() {
        let mut random = Random::new(3, 0);
        for (n, span) in [(7, 10), (5_000, 40), (5_000, 60_000), (9_000, usize::MAX / 4), (9_000, 1 << 40)] {
            let mut draw = || i64::try_from(random.below(span)).unwrap();
            let values: Vec<i64> = (0..n).map(|_| draw() - draw()).collect();
            sorted_says(&values);
        }
        let mut wide = vec![i64::MIN, i64::MAX, 0, -1, 1];
        wide.extend((0..3_000).map(|step| (step - 1_500) * 1_000_000_007));
        sorted_says(&wide);
        sorted_says(&vec![5; 4_000]);
    }

    #[test]
    fn buckets_never_fall() {
        let mut keys = vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX];
        for bits in 0..62 {
            for step in [-1, 0, 1] {
                keys.extend([(1_i64 << bits) + step, -(1_i64 << bits) + step, (3_i64 << (bits / 2)) + step]);
            }
        }
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| bucket(pair[0]) <= bucket(pair[1])));
        assert!(bucket(i64::MAX) < 60_000);
    }
}
