//! Bitmaps of all baskets, where baskets are dense.

use crate::data::Rows;

/// Bitmaps of all baskets are made up to this many words for each entry of the baskets.
const WORDS_PER_ENTRY: usize = 1;

/// For each code the baskets that hold it.
#[derive(Debug)]
pub(super) struct Columns {
    words: usize,
    bits: Vec<u64>,
}

impl Columns {
    /// From the baskets of each code, where bitmaps take about as much memory as these.
    pub(super) fn new(tids: &Rows<u32>, n_rows: usize) -> Option<Self> {
        let words = n_rows.div_ceil(64);
        if words * tids.len() > WORDS_PER_ENTRY * tids.values().len() {
            return None;
        }
        let mut bits = vec![0; words * tids.len()];
        for (row, column) in tids.iter().zip(bits.chunks_exact_mut(words.max(1))) {
            row.iter().for_each(|&tid| column[tid as usize / 64] |= 1 << (tid % 64));
        }
        Some(Self { words, bits })
    }

    /// The number of words of a bitmap.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// The bitmap of a code.
    pub(super) fn of(&self, code: u32) -> &[u64] {
        &self.bits[code as usize * self.words..][..self.words]
    }
}
