//! Walks over a few baskets: does one more item come in all of them, or in enough?

/// By code, the number of the last basket of a walk up to which it was in all, or how many held it; numbers go on from
/// one walk to the next, so nothing need be cleared.
#[derive(Debug)]
pub(super) struct Walk {
    stamps: Vec<u64>,
    last: u64,
}

impl Walk {
    /// For codes below `n_codes`.
    pub(super) fn new(n_codes: usize) -> Self {
        Self { stamps: vec![0; n_codes], last: 0 }
    }

    /// Whether more than `held` codes are in all baskets, which hold at least that many in common. Ends at the basket
    /// that decides it.
    pub(super) fn is_in_all<'a>(&mut self, rows: impl Iterator<Item = &'a [u32]>, held: usize) -> bool {
        // A code in all baskets so far bears the last stamp; for the first basket all do.
        let mut is_first = true;
        for row in rows {
            let mut n = 0;
            if std::mem::take(&mut is_first) {
                self.last += 1;
                row.iter().for_each(|&code| self.stamps[code as usize] = self.last);
                n = row.len();
            } else {
                for &code in row {
                    let stamp = &mut self.stamps[code as usize];
                    let is_in_all = *stamp == self.last;
                    *stamp += u64::from(is_in_all);
                    n += usize::from(is_in_all);
                }
                self.last += 1;
            }
            if n == held {
                return false;
            }
        }
        true
    }

    /// Whether a code other than those held is in at least `min_count` of the baskets.
    pub(super) fn is_in_some<'a>(
        &mut self,
        mut rows: impl Iterator<Item = &'a [u32]>,
        held: impl Iterator<Item = u32>,
        min_count: u32,
    ) -> bool {
        // A code starts from the last stamp. What is held starts from the count looked for, and so passes it.
        let (start, min_count) = (self.last, u64::from(min_count));
        held.for_each(|code| self.stamps[code as usize] = start + min_count);
        let mut n_walked = 0;
        let is_in_some = rows.any(|row| {
            n_walked += 1;
            row.iter().any(|&code| {
                let stamp = &mut self.stamps[code as usize];
                *stamp = (*stamp).max(start) + 1;
                *stamp == start + min_count
            })
        });
        self.last += min_count + n_walked;
        is_in_some
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_do_not_disturb_each_other() {
        let rows: [&[u32]; 3] = [&[0, 1, 2], &[0, 2, 3], &[0, 2]];
        let mut walk = Walk::new(4);
        for _ in 0..3 {
            assert!(walk.is_in_all(rows.into_iter(), 1));
            assert!(!walk.is_in_all(rows.into_iter(), 2));
            for (held, min_count, expected) in [
                (vec![0], 3, true),
                (vec![0, 2], 1, true),
                (vec![0, 2], 2, false),
                (vec![0, 1, 2, 3], 1, false),
            ] {
                assert_eq!(walk.is_in_some(rows.into_iter(), held.into_iter(), min_count), expected);
            }
        }
    }
}
