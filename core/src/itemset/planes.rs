//! The search among baskets held as bits: a depth-first walk over *classes*, the frequent extensions of one prefix.
//!
//! The bits of a class lie in *planes*. A plane is about 64 baskets and holds a word for each member, side by side, so
//! that one member is met with several others at once; the planes in which a member has no basket are left out of
//! everything below it. An extension in all baskets of its prefix (a *perfect* one) would double the whole subtree below;
//! it is set aside, and joins the sets when they are reported.

use super::path::Path;
use super::search::Stop;
use super::sink::Sink;

/// The members met at once.
pub(super) const LANES: usize = 4;

/// The words of neighbouring members in a plane.
pub(super) type Block = [u64; LANES];

/// An extension of a prefix, and the number of baskets of both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) code: u32,
    pub(super) count: u32,
}

/// The extensions of the current prefix and their bits, and what to go back to when they are done.
#[derive(Debug, Clone, Copy)]
struct Class {
    first: usize,
    next: usize,
    end: usize,
    /// The first block, the number of planes, and the blocks of a plane.
    base: usize,
    planes: usize,
    blocks: usize,
    perfect: usize,
}

/// The stacks of the search.
#[derive(Debug, Default)]
pub(super) struct Planes {
    members: Vec<Member>,
    bits: Vec<Block>,
    classes: Vec<Class>,
    /// The planes in which the member at hand has baskets: its word, and where the plane begins.
    active: Vec<(u64, usize)>,
    counts: Vec<[u32; LANES]>,
    /// Where in their class the members of the next one are.
    kept: Vec<usize>,
}

/// Makes bit `j` of word `i` bit `i` of word `j`, by swapping ever smaller squares.
#[inline(always)]
fn transpose(square: &mut [u64; 64]) {
    swap::<32>(square, 0x0000_0000_FFFF_FFFF);
    swap::<16>(square, 0x0000_FFFF_0000_FFFF);
    swap::<8>(square, 0x00FF_00FF_00FF_00FF);
    swap::<4>(square, 0x0F0F_0F0F_0F0F_0F0F);
    swap::<2>(square, 0x3333_3333_3333_3333);
    swap::<1>(square, 0x5555_5555_5555_5555);
}

#[inline(always)]
fn swap<const N: usize>(square: &mut [u64; 64], low: u64) {
    for pair in square.chunks_exact_mut(2 * N) {
        let (upper, lower) = pair.split_at_mut(N);
        for (a, b) in upper.iter_mut().zip(lower) {
            let differ = ((*a >> N) ^ *b) & low;
            *a ^= differ << N;
            *b ^= differ;
        }
    }
}

/// Adds a plane of 64 baskets, each the bits of at most 64 members.
#[inline(always)]
pub(super) fn push_square(bits: &mut Vec<Block>, mut square: [u64; 64], members: usize) {
    transpose(&mut square);
    let (blocks, _) = square.as_chunks::<LANES>();
    bits.extend_from_slice(&blocks[..members.div_ceil(LANES)]);
}

/// A word of a plane.
#[inline(always)]
fn word(plane: &[Block], member: usize) -> u64 {
    plane[member / LANES][member % LANES]
}

impl Planes {
    /// Begins anew with these members, rarest first.
    #[inline(always)]
    pub(super) fn begin(&mut self, members: impl Iterator<Item = Member>) {
        self.members.clear();
        self.bits.clear();
        self.classes.clear();
        self.members.extend(members);
    }

    /// Adds a plane without baskets, in blocks, a word for each member.
    #[inline(always)]
    pub(super) fn push_plane(&mut self) -> &mut [Block] {
        let top = self.bits.len();
        self.bits.resize(top + self.members.len().div_ceil(LANES), Block::default());
        &mut self.bits[top..]
    }

    /// Adds a plane of 64 baskets, each the bits of its members.
    #[inline(always)]
    pub(super) fn push_square(&mut self, square: [u64; 64]) {
        push_square(&mut self.bits, square, self.members.len());
    }

    /// The plane added last.
    #[inline(always)]
    pub(super) fn last_plane(&mut self) -> &mut [Block] {
        let start = self.bits.len() - self.members.len().div_ceil(LANES);
        &mut self.bits[start..]
    }

    /// The memory in use, in bytes.
    #[inline(always)]
    fn bytes(&self) -> usize {
        self.members.len() * size_of::<Member>() + self.bits.len() * size_of::<Block>()
    }

    /// Reports all sets of the path's prefix and members, of two members at least or of one.
    #[inline(always)]
    pub(super) fn search<S: Sink>(&mut self, path: &mut Path<'_, '_, S>) -> Result<(), Stop> {
        let blocks = self.members.len().div_ceil(LANES);
        let planes = self.bits.len() / blocks.max(1);
        path.scratch(self.bytes())?;
        self.push_class(0, 0, planes, blocks, path.perfect.len());
        self.search_down_to(0, path)
    }

    /// Begins anew with one class that stays, of these members, rarest first, and their bits.
    pub(super) fn begin_with(&mut self, members: &[Member], bits: &[Block]) {
        self.begin(members.iter().copied());
        self.bits.extend_from_slice(bits);
        let blocks = members.len().div_ceil(LANES);
        self.push_class(0, 0, bits.len() / blocks.max(1), blocks, 0);
    }

    /// Whether there is a class that stays.
    #[inline(always)]
    pub(super) fn has_begun(&self) -> bool {
        !self.classes.is_empty()
    }

    /// Reports all sets whose rarest member is the one at `position` of the class that stays; it is the path's prefix.
    #[inline(always)]
    pub(super) fn search_below<S: Sink>(
        &mut self,
        position: usize,
        path: &mut Path<'_, '_, S>,
    ) -> Result<(), Stop> {
        // A search that ended early leaves more.
        self.classes.truncate(1);
        let class = self.classes[0];
        self.members.truncate(class.end);
        self.bits.truncate(class.planes * class.blocks);
        path.scratch(self.bytes())?;
        self.extend(class, position, path)?;
        self.search_down_to(1, path)
    }

    /// Goes through the classes until so many are left.
    #[inline(always)]
    fn search_down_to<S: Sink>(&mut self, left: usize, path: &mut Path<'_, '_, S>) -> Result<(), Stop> {
        while self.classes.len() > left
            && let Some(class) = self.classes.last_mut()
        {
            if class.next == class.end {
                self.members.truncate(class.first);
                self.bits.truncate(class.base);
                path.perfect.truncate(class.perfect);
                self.classes.pop();
                // The first class has the prefix of the path itself.
                if !self.classes.is_empty() {
                    path.prefix.pop();
                }
                continue;
            }
            let position = class.next;
            class.next += 1;
            let class = *class;
            path.prefix.push(self.members[position].code);
            self.extend(class, position, path)?;
        }
        Ok(())
    }

    #[inline(always)]
    fn push_class(&mut self, first: usize, base: usize, planes: usize, blocks: usize, perfect: usize) {
        let end = self.members.len();
        self.classes.push(Class { first, next: first, end, base, planes, blocks, perfect });
    }

    /// Reports the prefix, which ends with the member at `position`, and makes its class, or reports what is in it where
    /// that is quicker; takes the member from the prefix unless there is a class.
    #[inline(always)]
    fn extend<S: Sink>(
        &mut self,
        class: Class,
        position: usize,
        path: &mut Path<'_, '_, S>,
    ) -> Result<(), Stop> {
        let (count, len) = (self.members[position].count, path.prefix.len());
        if position + 1 == class.end || len >= path.db.max_len {
            path.report(count)?;
            path.prefix.pop();
            return Ok(());
        }
        self.count(class, position - class.first);
        path.work(self.active.len() * class.blocks)?;

        let (perfect, first) = (path.perfect.len(), self.members.len());
        self.kept.clear();
        let min_count = path.db.min_count;
        for other in position + 1..class.end {
            let local = other - class.first;
            let joint = self.counts[local / LANES][local % LANES];
            if joint >= min_count {
                let code = self.members[other].code;
                if joint == count {
                    path.perfect.push(code);
                } else {
                    self.members.push(Member { code, count: joint });
                    self.kept.push(local);
                }
            }
        }
        path.report(count)?;
        if self.kept.len() < 2 || len + 1 >= path.db.max_len {
            for at in first..self.members.len() {
                let member = self.members[at];
                path.report_with(member.code, member.count)?;
            }
        } else if self.kept.len() == 2 {
            self.report_two(class, first, path)?;
        } else {
            self.narrow(class, first, perfect);
            return path.scratch(self.bytes());
        }
        self.members.truncate(first);
        path.perfect.truncate(perfect);
        path.prefix.pop();
        Ok(())
    }

    /// Counts the joint baskets of a member and those behind it, and notes the planes it has baskets in.
    #[inline(always)]
    fn count(&mut self, class: Class, local: usize) {
        self.active.clear();
        for plane in 0..class.planes {
            let at = class.base + plane * class.blocks;
            let bits = word(&self.bits[at..at + class.blocks], local);
            if bits != 0 {
                self.active.push((bits, at));
            }
        }
        if self.counts.len() < class.blocks {
            self.counts.resize(class.blocks, [0; LANES]);
        }
        for block in (local + 1) / LANES..class.blocks {
            let mut sums = [0; LANES];
            for &(bits, plane) in &self.active {
                let others = &self.bits[plane + block];
                for lane in 0..LANES {
                    sums[lane] += (bits & others[lane]).count_ones();
                }
            }
            self.counts[block] = sums;
        }
    }

    /// Reports the sets with one or both of the only two members of a class that is not made.
    #[inline(always)]
    fn report_two<S: Sink>(
        &self,
        class: Class,
        first: usize,
        path: &mut Path<'_, '_, S>,
    ) -> Result<(), Stop> {
        let (a, b) = (self.members[first], self.members[first + 1]);
        let joint = self.active.iter().map(|&(bits, at)| {
            let plane = &self.bits[at..at + class.blocks];
            (bits & word(plane, self.kept[0]) & word(plane, self.kept[1])).count_ones()
        });
        let joint = joint.sum::<u32>();
        path.report_with(a.code, a.count)?;
        path.report_with(b.code, b.count)?;
        if joint >= path.db.min_count && path.prefix.len() + 2 <= path.db.max_len {
            path.prefix.push(a.code);
            path.report_with(b.code, joint)?;
            path.prefix.pop();
        }
        Ok(())
    }

    /// Makes the class of the members from `first` on: their joint bits with the member counted last.
    #[inline(always)]
    fn narrow(&mut self, class: Class, first: usize, perfect: usize) {
        let Self { bits, active, kept, .. } = self;
        let (blocks, base) = (kept.len().div_ceil(LANES), bits.len());
        bits.resize(base + active.len() * blocks, Block::default());
        let (parent, child) = bits.split_at_mut(base);
        for (&(mask, at), to) in active.iter().zip(child.chunks_exact_mut(blocks)) {
            let from = &parent[at..at + class.blocks];
            for (slot, &local) in kept.iter().enumerate() {
                to[slot / LANES][slot % LANES] = mask & word(from, local);
            }
        }
        let planes = active.len();
        self.push_class(first, base, planes, blocks, perfect);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_is_turned_over() {
        let mut state = 1_u64;
        let square = [(); 64].map(|()| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state ^ state >> 29
        });
        let mut turned = square;
        transpose(&mut turned);
        for (i, word) in turned.iter().enumerate() {
            for (j, other) in square.iter().enumerate() {
                assert_eq!(word >> j & 1, other >> i & 1, "{i} {j}");
            }
        }
    }
}
