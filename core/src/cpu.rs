//! Work compiled twice: for the instructions that every processor of its kind has, and for those of newer ones.
//!
//! A program built for any x86-64 counts the bits of a word in a dozen instructions, while nearly every such processor
//! made since 2013 has one instruction for it and registers of four words. Which of the two runs is asked of the
//! processor; the results are the same.

/// Something to do, in the fastest way that the processor allows.
///
/// [`Work::work`] must be `#[inline(always)]`, and so must what it spends its time in: what is not inlined is compiled
/// for any processor.
pub(crate) trait Work {
    type Done;

    fn work(self) -> Self::Done;
}

/// Does the work.
#[inline]
pub(crate) fn fastest<W: Work>(work: W) -> W::Done {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("popcnt")
        && std::arch::is_x86_feature_detected!("bmi1")
        && std::arch::is_x86_feature_detected!("bmi2")
        && std::arch::is_x86_feature_detected!("lzcnt")
    {
        #[allow(unsafe_code, reason = "bits are counted four to ten times as fast")]
        // SAFETY: all that the function asks for is that the processor has these features, and it was just asked.
        return unsafe { with_avx2(work) };
    }
    work.work()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
fn with_avx2<W: Work>(work: W) -> W::Done {
    work.work()
}

/// Asks for the memory around an element to be brought near, as it will be read soon; nothing for a position beyond.
#[inline(always)]
pub(crate) fn prefetch<T>(values: &[T], position: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(value) = values.get(position) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        #[allow(unsafe_code, reason = "walks of baskets wait for memory half of their time otherwise")]
        // SAFETY: the address is of a live element, and a prefetch reads nothing that the program sees.
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(value).cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (values, position);
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Count([u64; 8]);

    impl Work for Count {
        type Done = u32;

        #[inline(always)]
        fn work(self) -> u32 {
            self.0.iter().map(|word| word.count_ones()).sum()
        }
    }

    #[test]
    fn both_ways_give_the_same() {
        let words = [0, 1, u64::MAX, 0xF0F0, 1 << 63, 3, 7, 0x5555_5555_5555_5555];
        assert_eq!(fastest(Count(words)), Count(words).work());
    }
}
