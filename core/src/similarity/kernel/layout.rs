//! Histories laid out for walking: items by rank, the most frequent 0, both orientations sorted.

use crate::cpu::prefetch;
use crate::data::Rows;
use crate::error::{IntakeError, Result};
use crate::index::{ItemIx, Rank};

/// How many histories ahead of a walk memory is asked for.
const AHEAD: usize = 6;

/// The users of each item and the items of each user, where a user is a customer or an order.
///
/// Users are numbered by the length of their histories, so that walks of one length follow each other; both lists rise.
#[derive(Debug)]
pub(super) struct Layout<R> {
    /// rank -> item.
    pub(super) items: Vec<ItemIx>,
    /// rank -> number of users, falling.
    pub(super) degrees: Vec<u32>,
    /// rank -> the entries of the histories of its users: what a walk costs.
    pub(super) work: Vec<u64>,
    /// The ranks of each user, rising, and where each user's begin.
    ranks: Vec<R>,
    starts: Vec<u32>,
    /// The users of each rank, rising, and where each rank's begin.
    users: Vec<u32>,
    firsts: Vec<u32>,
    /// Where each entry of `ranks`, and of `users`, stands in the rows that were given; empty unless asked for.
    sources: (Vec<u32>, Vec<u32>),
    /// user -> row given.
    pub(super) order: Vec<u32>,
}

/// Positions of keys by a counting sort that keeps the order of equal keys, the greatest key first or last.
fn sorted_by(keys: &[u32], falling: bool) -> Vec<u32> {
    let greatest = keys.iter().copied().max().unwrap_or(0) as usize;
    // Few positions and great keys: a comparison sort needs no table of all keys.
    let mut positions: Vec<u32> = (0..u32::try_from(keys.len()).expect("bounded to u32")).collect();
    if greatest > 4 * keys.len() + 1024 {
        if falling {
            positions.sort_by_key(|&position| std::cmp::Reverse(keys[position as usize]));
        } else {
            positions.sort_by_key(|&position| keys[position as usize]);
        }
        return positions;
    }
    let place = |key: u32| if falling { greatest - key as usize } else { key as usize };
    let mut next = vec![0_u32; greatest + 2];
    keys.iter().for_each(|&key| next[place(key) + 1] += 1);
    (0..=greatest).for_each(|at| next[at + 1] += next[at]);
    for (position, &key) in (0_u32..).zip(keys) {
        let slot = &mut next[place(key)];
        positions[*slot as usize] = position;
        *slot += 1;
    }
    positions
}

/// Where runs of these lengths begin, end to end, and behind them where the last one ends.
fn starts(lengths: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut end = 0;
    std::iter::once(0)
        .chain(lengths.map(|length| {
            end += length;
            end
        }))
        .collect()
}

impl<R: Rank> Layout<R> {
    /// Lays out rows of items below the number of degrees. Linear; two transpositions.
    ///
    /// Users are numbered by their keys, where there are any, in place of their lengths.
    ///
    /// # Errors
    /// [`IntakeError::TooMany`] beyond 2^32 - 1 entries.
    pub(super) fn new(
        rows: &Rows<ItemIx>,
        degrees: &[u32],
        with_sources: bool,
        keys: Option<&[u32]>,
    ) -> Result<Self> {
        let n_entries = rows.values().len();
        u32::try_from(n_entries)
            .map_err(|_| IntakeError::TooMany { what: "entries of histories", max: u64::from(u32::MAX) })?;
        let by_degree = sorted_by(degrees, true);
        let mut rank_of = vec![R::default(); degrees.len()];
        for (rank, &item) in by_degree.iter().enumerate() {
            rank_of[item as usize] = R::new(rank);
        }
        #[allow(clippy::cast_possible_truncation, reason = "no longer than all entries, which fit u32")]
        let lengths: Vec<u32> = rows.iter().map(|row| row.len() as u32).collect();
        let order = sorted_by(keys.unwrap_or(&lengths), false);
        let firsts = starts(by_degree.iter().map(|&item| degrees[item as usize]));
        let starts = starts(order.iter().map(|&user| lengths[user as usize]));
        let mut next = firsts.clone();
        let mut users = vec![0_u32; n_entries];
        let mut work = vec![0_u64; degrees.len()];
        let mut sources = (Vec::new(), Vec::new());
        if with_sources {
            sources = (vec![0_u32; n_entries], vec![0_u32; n_entries]);
        }
        for (number, &user) in (0_u32..).zip(&order) {
            let length = u64::from(lengths[user as usize]);
            for (entry, item) in (rows.offsets()[user as usize]..).zip(rows.row(user as usize)) {
                let rank = rank_of[item.as_usize()].position();
                work[rank] += length;
                let slot = &mut next[rank];
                users[*slot as usize] = number;
                if with_sources {
                    sources.1[*slot as usize] = u32::try_from(entry).expect("fits as all entries do");
                }
                *slot += 1;
            }
        }
        next.clone_from(&starts);
        let mut ranks = vec![R::default(); n_entries];
        for rank in 0..degrees.len() {
            for entry in firsts[rank] as usize..firsts[rank + 1] as usize {
                let slot = &mut next[users[entry] as usize];
                ranks[*slot as usize] = R::new(rank);
                if with_sources {
                    sources.0[*slot as usize] = sources.1[entry];
                }
                *slot += 1;
            }
        }
        let degrees = by_degree.iter().map(|&item| degrees[item as usize]).collect();
        let items = by_degree.into_iter().map(ItemIx::from_u32).collect();
        Ok(Self { items, degrees, work, ranks, starts, users, firsts, sources, order })
    }

    /// The number of items.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// How many neighbours of a rank there can be among the best `k`: no more than its users have other entries.
    pub(super) fn room(&self, rank: usize, k: usize) -> usize {
        let others = self.work[rank] - u64::from(self.degrees[rank]);
        usize::try_from(others).unwrap_or(usize::MAX).min(k)
    }

    /// Where in the rows given each entry of the histories stands, history after history; and each entry of the users' lists.
    /// Both are taken out.
    pub(super) fn take_sources(&mut self) -> (Vec<u32>, Vec<u32>) {
        std::mem::take(&mut self.sources)
    }

    /// The entries of the users' lists that belong to a rank.
    #[inline(always)]
    pub(super) fn entries(&self, rank: usize) -> std::ops::Range<usize> {
        self.firsts[rank] as usize..self.firsts[rank + 1] as usize
    }

    /// The histories of the users of a rank, each with the user and the position of its first entry.
    #[inline(always)]
    pub(super) fn histories(&self, rank: usize) -> impl Iterator<Item = (u32, usize, &[R])> {
        let users = &self.users[self.entries(rank)];
        users.iter().enumerate().map(move |(at, &user)| {
            if let Some(&ahead) = users.get(at + AHEAD) {
                prefetch(&self.ranks, self.starts[ahead as usize] as usize);
            }
            let (start, end) = (self.starts[user as usize] as usize, self.starts[user as usize + 1] as usize);
            (user, start, &self.ranks[start..end])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[u32]]) -> Rows<ItemIx> {
        rows.iter().map(|row| row.iter().map(|&item| ItemIx::from_u32(item))).collect()
    }

    #[test]
    fn both_orientations_rise_and_know_where_they_come_from() {
        let given = rows(&[&[0, 2, 3], &[2], &[0, 2], &[]]);
        let mut layout = Layout::<u16>::new(&given, &[2, 0, 3, 1], true, None).unwrap();
        let items: Vec<u32> = layout.items.iter().map(|item| item.as_u32()).collect();
        assert_eq!(items, [2, 0, 3, 1]);
        assert_eq!(layout.degrees, [3, 2, 1, 0]);
        let histories: Vec<Vec<u16>> = layout.histories(0).map(|(_, _, history)| history.to_vec()).collect();
        assert_eq!(histories, [vec![0], vec![0, 1], vec![0, 1, 2]]);
        assert_eq!(layout.histories(3).count(), 0);
        assert_eq!(layout.work, [6, 5, 3, 0]);
        assert_eq!([0, 1, 2, 3].map(|rank| layout.room(rank, 9)), [3, 3, 2, 0]);
        assert_eq!(layout.room(0, 2), 2);
        let (of_ranks, of_users) = layout.take_sources();
        let item_at = |&source: &u32| given.values()[source as usize].as_u32();
        assert_eq!(of_ranks.iter().map(item_at).collect::<Vec<_>>(), [2, 2, 0, 2, 0, 3]);
        assert_eq!(of_users.iter().map(item_at).collect::<Vec<_>>(), [2, 2, 2, 0, 0, 3]);
    }

    #[test]
    fn positions_are_sorted_by_either_way_and_stay_in_order_where_equal() {
        let few = [3, 1, 3, 0];
        let great = [u32::MAX, 1, u32::MAX, 0];
        for keys in [few, great] {
            assert_eq!(sorted_by(&keys, true), [0, 2, 1, 3]);
            assert_eq!(sorted_by(&keys, false), [3, 1, 0, 2]);
        }
    }
}
