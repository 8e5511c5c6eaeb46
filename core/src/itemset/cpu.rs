//! Work compiled twice: for the instructions that every processor of its kind has, and for those of newer ones.
//!
//! A program built for any x86-64 counts the bits of a word in a dozen instructions, while nearly every such processor
//! made since 2013 has one instruction for it and registers of four words. Which of the two runs is asked of the
//! processor; the results are the same.

/// Something to do, in the fastest way that the processor allows.
///
/// [`Work::work`] must be `#[inline(always)]`, and so must what it spends its time in: what is not inlined is compiled
/// for any processor.
pub(super) trait Work {
    type Done;

    fn work(self) -> Self::Done;
}

/// Does the work.
#[inline]
pub(super) fn fastest<W: Work>(work: W) -> W::Done {
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
