//! The search below one item: every frequent set whose rarest item it is.
//!
//! An item of few baskets is walked once, and what stands beside it gathers its baskets as the bits of one word. The
//! baskets of others are walked twice: to count, and to note who is where, among the frequent extensions only. Then a set
//! of baskets is the intersection of two, as in Eclat (Zaki 2000, doi 10.1109/69.846291), on bits. Where bits would be
//! too few among too many baskets, the second walk writes the baskets down again without what is infrequent beside the
//! item, and the search begins anew in those, for one item after another.

use super::budget::Meter;
use super::lists::{GROUP, Lists, Rank};
use super::path::Path;
use super::planes::{Member, Planes};
use super::prepare::AnyLists;
use super::search::{Database, Search, Stop};
use super::sink::Sink;
use crate::cpu::{Work, fastest};

/// Where one way of searching gives way to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Forms {
    /// The greatest number of baskets to be gathered in one word; at most 64.
    pub(super) one_word: usize,
    /// The greatest number of extensions to be gathered in the words of a square; at most 64.
    pub(super) squares: usize,
    /// The words of bits that are worth one entry of a list.
    pub(super) words_per_entry: usize,
}

impl Default for Forms {
    fn default() -> Self {
        Self { one_word: 64, squares: 64, words_per_entry: 4 }
    }
}

/// How often the baskets are written down again, one below the other, before bits are taken in any case.
const DEPTHS: usize = 6;

/// No place among the extensions.
const NOWHERE: u32 = u32::MAX;

/// The search and its scratch, used for one item after another.
#[derive(Debug)]
pub(super) struct Eclat<'a> {
    db: &'a Database,
    forms: Forms,
    narrow: Vec<Scratch<u16>>,
    wide: Vec<Scratch<u32>>,
    planes: Planes,
    /// Those of the most frequent items, where these have their bits made.
    head: Planes,
    prefix: Vec<u32>,
    perfect: Vec<u32>,
}

/// The scratch of one walk, and the lists it leaves for the walks below.
#[derive(Debug, Default)]
struct Scratch<R> {
    /// By rank.
    counts: Vec<u32>,
    /// By rank, the baskets in which it is; all 0 between uses.
    words: Vec<u64>,
    touched: Vec<R>,
    /// By rank, its place among the extensions; all [`NOWHERE`] between uses.
    slots: Vec<u32>,
    found: Vec<Found>,
    picked: Vec<u32>,
    ends: Vec<u32>,
    raw: Vec<R>,
    lists: Lists<R>,
}

/// A frequent extension; ordered by its count, then by its rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    count: u32,
    rank: u32,
    /// Its baskets, where they are in one word.
    word: u64,
}

impl<'a> Search<'a> for Eclat<'a> {
    fn new(db: &'a Database) -> Self {
        Self::with_forms(db, Forms::default())
    }

    fn run<S: Sink>(&mut self, code: u32, meter: &mut Meter<'_>, sink: &mut S) -> Result<(), Stop> {
        self.prefix.clear();
        self.perfect.clear();
        self.prefix.push(code);
        let (db, forms, planes) = (self.db, self.forms, &mut self.planes);
        let rank = db.order.len() - 1 - code as usize;
        let (prefix, perfect) = (&mut self.prefix, &mut self.perfect);
        let path = Path { db, prefix, perfect, meter, sink, held: 0 };
        if let Some(head) = &db.head
            && let Some(position) = head.position(code)
        {
            if !self.head.has_begun() {
                self.head.begin_with(head.members(), head.bits());
            }
            return fastest(Below { planes: &mut self.head, position, path });
        }
        match &db.lists {
            AnyLists::Narrow(lists) => {
                fastest(Open { lists, rank, forms, depths: &mut self.narrow, planes, path })
            }
            AnyLists::Wide(lists) => {
                fastest(Open { lists, rank, forms, depths: &mut self.wide, planes, path })
            }
        }
    }
}

impl<'a> Eclat<'a> {
    pub(super) fn with_forms(db: &'a Database, forms: Forms) -> Self {
        Self {
            db,
            forms,
            narrow: (0..DEPTHS).map(|_| Scratch::default()).collect(),
            wide: (0..DEPTHS).map(|_| Scratch::default()).collect(),
            planes: Planes::default(),
            head: Planes::default(),
            prefix: Vec::new(),
            perfect: Vec::new(),
        }
    }
}

impl<R: Rank> Scratch<R> {
    /// Makes room for `n` ranks and their padding.
    #[inline(always)]
    fn fit(&mut self, n: usize) {
        if self.words.len() <= n {
            self.words.resize(n + 1, 0);
            // Every rank and the padding, and one written and not kept.
            self.touched.resize(n + 2, R::default());
            self.counts.resize(n + 1, 0);
            self.slots.resize(n + 1, NOWHERE);
            self.picked.resize(n + GROUP, 0);
        }
        self.found.clear();
    }
}

/// The search below one of the items that have their bits made; it is the prefix.
struct Below<'o, 'm, S> {
    planes: &'o mut Planes,
    position: usize,
    path: Path<'o, 'm, S>,
}

impl<S: Sink> Work for Below<'_, '_, S> {
    type Done = Result<(), Stop>;

    #[inline(always)]
    fn work(mut self) -> Result<(), Stop> {
        self.planes.search_below(self.position, &mut self.path)
    }
}

/// The search below one rank of some lists; the prefix ends with it.
struct Open<'o, 'm, R, S> {
    lists: &'o Lists<R>,
    rank: usize,
    forms: Forms,
    /// Scratch for this walk, and for those below.
    depths: &'o mut [Scratch<R>],
    planes: &'o mut Planes,
    path: Path<'o, 'm, S>,
}

impl<R: Rank, S: Sink> Work for Open<'_, '_, R, S> {
    type Done = Result<(), Stop>;

    #[inline(always)]
    fn work(mut self) -> Result<(), Stop> {
        let (lists, rank, max_len) = (self.lists, self.rank, self.path.db.max_len);
        let count = lists.counts[rank];
        if self.path.prefix.len() >= max_len {
            return self.path.report(count);
        }
        let (here, deeper) = self.depths.split_first_mut().expect("there is scratch for every depth");
        lists.prefetch(rank);
        here.fit(lists.codes.len());
        let (n_places, perfect) = (lists.n_places(rank), self.path.perfect.len());
        let one_word = n_places <= self.forms.one_word;
        if one_word {
            here.gather(lists, rank, &mut self.path);
        } else {
            here.count(lists, rank, &mut self.path);
        }
        self.path.work(n_places)?;
        self.path.report(count)?;
        if here.found.len() < 2 || self.path.prefix.len() + 1 >= max_len {
            for found in &here.found {
                self.path.report_with(lists.codes[found.rank as usize], found.count)?;
            }
        } else {
            here.found.sort_unstable();
            if one_word {
                self.planes.begin(here.members(lists));
                let plane = self.planes.push_plane();
                for (slot, found) in here.found.iter().enumerate() {
                    plane[slot / super::planes::LANES][slot % super::planes::LANES] = found.word;
                }
                self.planes.search(&mut self.path)?;
            } else {
                let entries: usize = here.found.iter().map(|found| found.count as usize).sum();
                let words = here.found.len() * n_places.div_ceil(64);
                if words <= self.forms.words_per_entry * entries || deeper.is_empty() {
                    let bytes = words * size_of::<u64>();
                    self.path.scratch(bytes)?;
                    if here.found.len() <= self.forms.squares {
                        here.fill_words(lists, rank, self.planes);
                    } else {
                        here.fill(lists, rank, self.planes);
                    }
                    self.planes.search(&mut self.path)?;
                } else {
                    self.path.scratch(entries * 3 * size_of::<u64>())?;
                    here.project(lists, rank);
                    let mut path = self.path.below();
                    path.held += here.lists.chunks[0].bytes();
                    for rank in (0..here.lists.codes.len()).rev() {
                        path.prefix.push(here.lists.codes[rank]);
                        let (lists, forms, planes) = (&here.lists, self.forms, &mut *self.planes);
                        let depths = &mut *deeper;
                        fastest(Open { lists, rank, forms, depths, planes, path: path.below() })?;
                        path.prefix.pop();
                    }
                }
            }
        }
        self.path.perfect.truncate(perfect);
        Ok(())
    }
}

impl<R: Rank> Scratch<R> {
    /// Walks the baskets of a rank once: finds its frequent extensions, with their baskets as bits.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a rank fits u32")]
    fn gather<S: Sink>(&mut self, lists: &Lists<R>, rank: usize, path: &mut Path<'_, '_, S>) {
        let (mut bit, mut n) = (1_u64, 0);
        for chunk in &lists.chunks {
            for front in chunk.fronts(rank) {
                for &other in front.as_flattened() {
                    let word = &mut self.words[other.position()];
                    // Written always and kept only where new: no branch to guess.
                    self.touched[n] = other;
                    n += usize::from(*word == 0);
                    *word |= bit;
                }
                bit <<= 1;
            }
        }
        for other in &self.touched[..n] {
            let word = std::mem::take(&mut self.words[other.position()]);
            let count = word.count_ones();
            if count >= path.db.min_count && other.position() < rank {
                if count == lists.counts[rank] {
                    path.perfect.push(lists.codes[other.position()]);
                } else {
                    self.found.push(Found { count, rank: other.position() as u32, word });
                }
            }
        }
    }

    /// Walks the baskets of a rank and counts: finds its frequent extensions.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a rank fits u32")]
    fn count<S: Sink>(&mut self, lists: &Lists<R>, rank: usize, path: &mut Path<'_, '_, S>) {
        self.counts[..=lists.codes.len()].fill(0);
        for chunk in &lists.chunks {
            for front in chunk.fronts(rank) {
                // Whole groups: what stands behind the item, and the padding, is counted and not looked at.
                for group in front {
                    for other in group {
                        self.counts[other.position()] += 1;
                    }
                }
            }
        }
        for (other, &count) in self.counts[..rank].iter().enumerate() {
            if count >= path.db.min_count {
                if count == lists.counts[rank] {
                    path.perfect.push(lists.codes[other]);
                } else {
                    self.found.push(Found { count, rank: other as u32, word: 0 });
                }
            }
        }
    }

    /// Hands over, for every basket of a rank with two extensions or more, where they are among those found.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "a number of ranks fits u32")]
    fn walk(
        &mut self,
        lists: &Lists<R>,
        rank: usize,
        from_last: bool,
        mut take: impl FnMut(&[u32], &mut Vec<R>, &mut Vec<u32>),
    ) {
        let last = self.found.len() as u32 - 1;
        for (slot, found) in (0_u32..).zip(&self.found) {
            self.slots[found.rank as usize] = if from_last { last - slot } else { slot };
        }
        for chunk in &lists.chunks {
            for front in chunk.fronts(rank) {
                let mut n = 0;
                for group in front {
                    for other in group {
                        let slot = self.slots[other.position()];
                        self.picked[n] = slot;
                        n += usize::from(slot != NOWHERE);
                    }
                }
                if n > 1 {
                    take(&self.picked[..n], &mut self.raw, &mut self.ends);
                }
            }
        }
        for found in &self.found {
            self.slots[found.rank as usize] = NOWHERE;
        }
    }

    /// Fills planes with the bits of at most 64 extensions.
    #[inline(always)]
    fn fill_words(&mut self, lists: &Lists<R>, rank: usize, planes: &mut Planes) {
        planes.begin(self.members(lists));
        for (slot, found) in self.found.iter().enumerate() {
            self.words[found.rank as usize] = 1 << slot;
        }
        let (mut square, mut n) = ([0_u64; 64], 0);
        for chunk in &lists.chunks {
            for front in chunk.fronts(rank) {
                let mut mask = 0;
                for group in front {
                    for other in group {
                        mask |= self.words[other.position()];
                    }
                }
                // Kept where there are two extensions or more: no branch to guess.
                square[n] = mask;
                n += usize::from(mask & mask.wrapping_sub(1) != 0);
                if n == square.len() {
                    planes.push_square(square);
                    n = 0;
                }
            }
        }
        square[n..].fill(0);
        planes.push_square(square);
        for found in &self.found {
            self.words[found.rank as usize] = 0;
        }
    }

    /// Fills planes with the bits of the extensions.
    #[inline(always)]
    fn fill(&mut self, lists: &Lists<R>, rank: usize, planes: &mut Planes) {
        planes.begin(self.members(lists));
        let mut n = 0_usize;
        self.walk(lists, rank, false, |picked, _, _| {
            if n.is_multiple_of(64) {
                planes.push_plane();
            }
            let plane = planes.last_plane();
            for &slot in picked {
                let slot = slot as usize;
                plane[slot / super::planes::LANES][slot % super::planes::LANES] |= 1 << (n % 64);
            }
            n += 1;
        });
    }

    /// Writes the baskets of a rank down again, in the extensions alone, the most frequent of them first.
    #[inline(always)]
    #[allow(clippy::cast_possible_truncation, reason = "fewer entries than in the lists these come from")]
    fn project(&mut self, lists: &Lists<R>, rank: usize) {
        self.raw.clear();
        self.ends.clear();
        self.walk(lists, rank, true, |picked, raw, ends| {
            raw.extend(picked.iter().map(|&slot| R::new(slot as usize)));
            ends.push(raw.len() as u32);
        });
        let below = &mut self.lists;
        below.codes.clear();
        below.codes.extend(self.found.iter().rev().map(|found| lists.codes[found.rank as usize]));
        below.counts.clear();
        below.counts.extend(self.found.iter().rev().map(|found| found.count));
        below.chunks.resize_with(1, Default::default);
        below.chunks[0].build(self.found.len(), &self.raw, &self.ends);
    }

    /// The extensions, rarest first.
    #[inline(always)]
    fn members(&self, lists: &Lists<R>) -> impl Iterator<Item = Member> {
        self.found.iter().map(|found| Member { code: lists.codes[found.rank as usize], count: found.count })
    }
}
