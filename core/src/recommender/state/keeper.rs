//! Records of customers and of sessions, packed into pages whose versions are shared.

use std::hint::black_box;

use rayon::prelude::*;

use super::index::{Index, hash_id};
use super::page::{PER_PAGE, Page};
use super::paged::PagedVec;
use super::wiped::Words;
use crate::data::IdRef;

/// Words of a record that are fetched before they are needed at most, and words of a line of memory.
const TOUCHED: usize = 512;
const LINE: usize = 16;

/// Where a record says whose it is: the part of the id that is hashed. `None` for one that nobody asks for.
pub(crate) trait Named {
    /// The id that a record is looked up by, and the role of the id.
    fn name(record: &[u32]) -> Option<(u64, IdRef<'_>)>;
}

/// Records by slot, and slots by id. A slot without a record is free.
#[derive(Debug, Clone)]
pub(crate) struct Keeper<N> {
    pages: PagedVec<Page, 8, 32>,
    n_slots: usize,
    index: Index,
    names: std::marker::PhantomData<fn() -> N>,
}

impl<N> Default for Keeper<N> {
    /// Of nobody.
    fn default() -> Self {
        Self {
            pages: PagedVec::default(),
            n_slots: 0,
            index: Index::default(),
            names: std::marker::PhantomData,
        }
    }
}

impl<N: Named> Keeper<N> {
    /// From the records of slots 0, 1, ... below `n_slots`, each written behind words that are there; what writes nothing is a free
    /// slot. A page at a time, side by side, each thread with working memory of its own; without an index.
    ///
    /// # Errors
    /// What writing a record fails with.
    pub(crate) fn make<W, E: Send>(
        n_slots: usize,
        work: impl Fn() -> W + Sync + Send,
        write: impl Fn(&mut W, usize, &mut Words) -> Result<(), E> + Sync,
    ) -> Result<Self, E> {
        let page = |(words, work): &mut (Words, W), page: usize| {
            words.clear();
            let mut ends = [0; PER_PAGE];
            for (slot, end) in (page * PER_PAGE..).zip(&mut ends) {
                if slot < n_slots {
                    write(work, slot, words)?;
                }
                *end = u32::try_from(words.len()).expect("a page is below 4 billion words");
            }
            Ok(Page::new(words, ends))
        };
        let pages = (0..n_slots.div_ceil(PER_PAGE)).into_par_iter();
        let pages: Vec<Page> =
            pages.map_init(|| (Words::default(), work()), page).collect::<Result<_, E>>()?;
        Ok(Self { pages: pages.into_iter().collect(), n_slots, ..Self::default() })
    }

    /// The index of all records, which those of [`Self::make`] have not yet.
    pub(crate) fn index(&self) -> Index {
        let named = (0..self.n_slots).into_par_iter().filter_map(|slot| {
            let slot = u32::try_from(slot).expect("slots are bounded to u32");
            let (role, id) = N::name(Some(self.record(slot)).filter(|record| !record.is_empty())?)?;
            Some((hash_id(id, role), slot))
        });
        Index::of(&named.collect::<Vec<(u64, u32)>>())
    }

    /// With the index of its records.
    pub(crate) fn with_index(self, index: Index) -> Self {
        Self { index, ..self }
    }

    fn enter(&mut self, hash: u64, slot: u32) {
        let pages = &self.pages;
        self.index.insert(hash, slot, |other| {
            let other = other as usize;
            let record = pages.get(other / PER_PAGE).record(other % PER_PAGE);
            let (role, id) = N::name(record).expect("what stands in the index has a name");
            hash_id(id, role)
        });
    }

    /// The number of slots, free ones included.
    pub(crate) fn n_slots(&self) -> usize {
        self.n_slots
    }

    /// The page that the record of a slot stands in.
    #[inline]
    pub(crate) fn page(&self, slot: u32) -> &Page {
        self.pages.get(slot as usize / PER_PAGE)
    }

    /// The record of a slot; empty for a free one.
    #[inline]
    pub(crate) fn record(&self, slot: u32) -> &[u32] {
        self.page(slot).record(slot as usize % PER_PAGE)
    }

    /// The records of some slots, at most `N` of them: looked up in loops of nothing else, so that the memory of many is on its way at
    /// a time. `needed` tells of how many words of a record that has some the memory is fetched.
    #[inline]
    pub(crate) fn records_of<const N_SLOTS: usize>(
        &self,
        slots: impl Iterator<Item = u32>,
        needed: impl Fn(&[u32]) -> usize,
    ) -> [&[u32]; N_SLOTS] {
        let mut pages: [Option<(&Page, usize)>; N_SLOTS] = [None; N_SLOTS];
        for (page, slot) in pages.iter_mut().zip(slots) {
            *page = Some((self.page(slot), slot as usize % PER_PAGE));
        }
        let mut records: [&[u32]; N_SLOTS] = [&[]; N_SLOTS];
        let mut touched = 0;
        for (record, page) in records.iter_mut().zip(&pages) {
            if let Some((page, place)) = page {
                *record = page.record(*place);
            }
        }
        for record in records.iter().filter(|record| !record.is_empty()) {
            let needed = &record[..needed(record).min(TOUCHED)];
            touched ^=
                needed.iter().step_by(LINE).chain(needed.last()).fold(0, |touched, word| touched ^ word);
        }
        black_box(touched);
        records
    }

    /// The slot of an id in a role.
    pub(crate) fn find(&self, role: u64, id: IdRef<'_>) -> Option<u32> {
        self.index.find(hash_id(id, role), |slot| N::name(self.record(slot)) == Some((role, id)))
    }

    /// The slots that have a record.
    pub(crate) fn slots(&self) -> impl Iterator<Item = u32> {
        let n = u32::try_from(self.n_slots).expect("slots are bounded to u32");
        (0..n).filter(|&slot| !self.record(slot).is_empty())
    }

    /// Puts a record in the place of that of a slot, which is free, or has one of the same name; an empty one frees the slot. A slot
    /// right behind the last is new.
    pub(crate) fn put(&mut self, slot: u32, record: &[u32]) {
        let at = slot as usize;
        if at == self.n_slots {
            self.n_slots += 1;
            if at / PER_PAGE == self.pages.len() {
                self.pages.push(Page::default());
            }
        }
        let is_new = self.record(slot).is_empty();
        if record.is_empty()
            && !is_new
            && let Some((role, id)) = N::name(self.record(slot))
        {
            let hash = hash_id(id, role);
            self.index.remove(hash, slot);
        }
        let page = self.pages.get(at / PER_PAGE);
        let changed =
            (0..PER_PAGE).map(|place| if place == at % PER_PAGE { record } else { page.record(place) });
        let page = Page::from_records(changed);
        *self.pages.get_mut(at / PER_PAGE) = page;
        if is_new && let Some((role, id)) = (!record.is_empty()).then(|| N::name(record)).flatten() {
            self.enter(hash_id(id, role), slot);
        }
    }
}
