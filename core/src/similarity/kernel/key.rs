//! A neighbour in the order of lists, as one number.

use crate::index::{ItemIx, Rank};

/// A neighbour in the order of lists: by similarity, then by the number of users in common, then by the smaller item. One
/// number, so that one comparison without a branch does.
pub(in crate::similarity) trait Key: Ord + Copy {
    /// Of a count and an item that fit.
    fn new(score: f32, count: u32, item: ItemIx) -> Self;

    fn score(self) -> f32;

    /// The number of users.
    fn count(self) -> u32;

    fn item(self) -> ItemIx;
}

/// Any neighbour.
pub(in crate::similarity) type Wide = u128;

/// A neighbour whose item and count take two bytes each: half as much to move when lists are put in order.
pub(super) type Narrow = u64;

/// The key of neighbours by ranks of a width whose counts take no more than two bytes.
pub(super) trait Keyed: Rank {
    type Key: Key + std::fmt::Debug + Send;
}

impl Keyed for u16 {
    type Key = Narrow;
}

impl Keyed for u32 {
    type Key = Wide;
}

/// Bits that rise with the number: the sign bit set for positive ones, all bits turned for negative ones.
#[inline(always)]
fn rising(score: f32) -> u32 {
    let bits = score.to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

/// The number of these rising bits.
#[inline(always)]
fn score_of(rising: u32) -> f32 {
    f32::from_bits(if rising >> 31 == 1 { rising & !(1 << 31) } else { !rising })
}

impl Key for Wide {
    #[inline(always)]
    fn new(score: f32, count: u32, item: ItemIx) -> Self {
        Self::from(u64::from(rising(score)) << 32 | u64::from(count)) << 32 | Self::from(!item.as_u32())
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a third of the bits each")]
    fn score(self) -> f32 {
        score_of((self >> 64) as u32)
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a third of the bits")]
    fn count(self) -> u32 {
        (self >> 32) as u32
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a third of the bits")]
    fn item(self) -> ItemIx {
        ItemIx::from_u32(!(self as u32))
    }
}

impl Key for Narrow {
    #[inline(always)]
    fn new(score: f32, count: u32, item: ItemIx) -> Self {
        debug_assert!(count <= 0xFFFF && item.as_u32() <= 0xFFFF, "two bytes each");
        Self::from(rising(score)) << 32 | Self::from(count << 16 | (item.as_u32() ^ 0xFFFF))
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "half of the bits")]
    fn score(self) -> f32 {
        score_of((self >> 32) as u32)
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a quarter of the bits is kept")]
    fn count(self) -> u32 {
        self as u32 >> 16
    }

    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a quarter of the bits is kept")]
    fn item(self) -> ItemIx {
        ItemIx::from_u32(self as u32 & 0xFFFF ^ 0xFFFF)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Parts = (f32, u32, u32);

    fn sorts_as_parts<K: Key + std::fmt::Debug>(a: Parts, b: Parts) -> Result<(), TestCaseError> {
        let made = |(score, count, item): Parts| K::new(score, count, ItemIx::from_u32(item));
        let order = a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(b.2.cmp(&a.2));
        prop_assert_eq!(made(a).cmp(&made(b)), order);
        prop_assert_eq!((made(a).score(), made(a).count(), made(a).item().as_u32()), a);
        Ok(())
    }

    proptest! {
        #[test]
        fn keys_sort_as_their_parts_do(
            a in (-4.0_f32..4.0, 0_u32..9, 0_u32..9), b in (-4.0_f32..4.0, 0_u32..9, 0_u32..9),
            far in (0_u32..=0xFFFF, 0_u32..=0xFFFF),
        ) {
            sorts_as_parts::<Wide>(a, b)?;
            sorts_as_parts::<Narrow>(a, b)?;
            let same_score = (a.0, far.0, far.1);
            sorts_as_parts::<Wide>(a, same_score)?;
            sorts_as_parts::<Narrow>(a, same_score)?;
            sorts_as_parts::<Wide>(a, (a.0, u32::MAX, u32::MAX - 1))?;
        }
    }
}
