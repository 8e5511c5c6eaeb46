//! Pages of records: several handles share one, and the last to let go of it writes zeros over it.

use std::hint::black_box;
use std::sync::Arc;

use bytemuck::TransparentWrapper;

use super::wiped::Words;

/// How many records stand in a page.
pub(super) const PER_PAGE: usize = 16;

/// Words of a block, which are let go of together: a line of memory.
const BLOCK: usize = 16;

/// Some words of a page. Whoever is the last to have a page drops its blocks, once, whatever else happens at the same instant: so
/// there is no lock, which a process that is forked could find taken for ever.
#[derive(Debug, TransparentWrapper)]
#[repr(transparent)]
struct Block([u32; BLOCK]);

impl Block {
    fn wipe(&mut self) {
        self.0 = [0; BLOCK];
        black_box(&self.0);
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// Some records, one behind the other, and the ends of each, which lie beside the handle: so a record is one step of memory away.
///
/// The last to let go of a page writes zeros over it, so that nothing of a forgotten customer is left in freed memory.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    blocks: Arc<[Block]>,
    ends: [u32; PER_PAGE],
}

impl Default for Page {
    /// Of no records.
    fn default() -> Self {
        Self { blocks: Arc::default(), ends: [0; PER_PAGE] }
    }
}

impl Page {
    /// A page of records that stand in some words one behind the other, and of the end of each. The words are filled up to whole blocks.
    pub(super) fn new(words: &mut Words, ends: [u32; PER_PAGE]) -> Self {
        let missing = words.len().next_multiple_of(BLOCK) - words.len();
        words.extend_from_slice(&[0; BLOCK][..missing]);
        let (blocks, _) = words.as_chunks::<BLOCK>();
        Self { blocks: blocks.iter().map(|&words| Block(words)).collect(), ends }
    }

    pub(super) fn from_records<'a>(records: impl Iterator<Item = &'a [u32]> + Clone) -> Self {
        let mut words = Words::default();
        words.reserve(records.clone().map(<[u32]>::len).sum::<usize>() + BLOCK);
        let mut ends = [0; PER_PAGE];
        let mut place = 0;
        for record in records {
            words.extend_from_slice(record);
            ends[place] = u32::try_from(words.len()).expect("a page is below 4 billion words");
            place += 1;
        }
        let end = place.checked_sub(1).map_or(0, |last| ends[last]);
        ends[place..].fill(end);
        Self::new(&mut words, ends)
    }

    #[inline]
    pub(super) fn record(&self, place: usize) -> &[u32] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        &Block::peel_slice(&self.blocks).as_flattened()[start..self.ends[place] as usize]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn records_of_any_length_are_read_back() {
        let words: Vec<u32> = (1..200).collect();
        for n in 0..=PER_PAGE {
            let records: Vec<&[u32]> = (0..n).map(|at| &words[..at * at % 47]).collect();
            let page = Page::from_records(records.iter().copied());
            for place in 0..PER_PAGE {
                assert_eq!(page.record(place), records.get(place).copied().unwrap_or_default());
            }
        }
    }

    #[test]
    fn a_block_is_written_over_when_it_is_dropped() {
        assert!(std::mem::needs_drop::<Page>() && std::mem::needs_drop::<Block>());
        // What dropping does, seen before the memory is gone.
        let mut block = Block([7; BLOCK]);
        block.wipe();
        assert_eq!(block.0, [0; BLOCK]);
    }

    #[test]
    fn a_page_stays_until_the_last_of_those_who_let_go_of_it_at_one_instant() {
        for at in 0..200_u32 {
            let record: Vec<u32> = (0..100).map(|word| at + word).collect();
            let page = Page::from_records([&record[..]].into_iter());
            let start = Barrier::new(3);
            let read = |page: Page| {
                start.wait();
                assert_eq!(page.record(0), record);
            };
            std::thread::scope(|scope| {
                (0..3).for_each(|_| {
                    let page = page.clone();
                    scope.spawn(move || read(page));
                });
                drop(page);
            });
        }
    }
}
