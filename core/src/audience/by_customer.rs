//! Rows of a log dealt out to blocks of customers, so that what follows works on a few customers at a time.

use rayon::prelude::*;

/// How many customers a block has.
const CUSTOMERS: usize = 4096;

/// Deals rows, each with its customer, out to blocks of customers; the rows of a block come as pairs of customer and row,
/// sorted. Blocks are worked on side by side; their results come in the order of the customers.
///
/// Linear, but for sorting each block: what is written lies close together all the way, which is what takes the time
/// where customers are many.
pub(super) fn by_block<T: Send>(
    rows: &[(u32, u32)],
    n_customers: usize,
    work: impl Fn(std::ops::Range<usize>, &[u64]) -> T + Sync,
) -> Vec<T> {
    let block = |row: &(u32, u32)| row.0 as usize / CUSTOMERS;
    let n_blocks = n_customers.div_ceil(CUSTOMERS);
    let mut starts = vec![0; n_blocks + 1];
    rows.iter().for_each(|row| starts[block(row) + 1] += 1);
    (0..n_blocks).for_each(|at| starts[at + 1] += starts[at]);
    let mut next = starts.clone();
    let mut dealt = vec![0_u64; rows.len()];
    for row in rows {
        let place = &mut next[block(row)];
        dealt[*place] = u64::from(row.0) << 32 | u64::from(row.1);
        *place += 1;
    }
    let mut parts = Vec::with_capacity(n_blocks);
    let mut rest = dealt.as_mut_slice();
    for at in 0..n_blocks {
        let (part, behind) = rest.split_at_mut(starts[at + 1] - starts[at]);
        parts.push(part);
        rest = behind;
    }
    let blocks = parts.into_par_iter().enumerate().map(|(at, part)| {
        part.sort_unstable();
        let first = at * CUSTOMERS;
        work(first..(first + CUSTOMERS).min(n_customers), part)
    });
    blocks.collect()
}

/// The customer and the row of a pair.
#[allow(clippy::cast_possible_truncation, reason = "the halves of 64 bits")]
pub(super) fn parted(pair: u64) -> (usize, u32) {
    ((pair >> 32) as usize, pair as u32)
}

/// One column of all blocks.
pub(super) fn joined<B, T: Copy>(blocks: &[B], column: impl Fn(&B) -> &[T]) -> Vec<T> {
    blocks.iter().map(column).collect::<Vec<&[T]>>().concat()
}

/// Numbers for each customer, block by block, as offsets.
pub(super) fn offsets<B>(blocks: &[B], counts: impl Fn(&B) -> &[u32]) -> Vec<usize> {
    let mut total = 0;
    let ends = blocks.iter().flat_map(counts).map(|&count| {
        total += count as usize;
        total
    });
    std::iter::once(0).chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_by_customer_and_then_as_they_are_numbered() {
        let rows: Vec<(u32, u32)> = (0..30_000).map(|row| ((row * 7919) % 10_007, row)).collect();
        let blocks = by_block(&rows, 10_007, |customers, pairs| {
            assert!(pairs.iter().all(|&pair| customers.contains(&parted(pair).0)));
            pairs.to_vec()
        });
        assert_eq!(blocks.len(), 3);
        let found: Vec<(u32, u32)> = blocks
            .concat()
            .into_iter()
            .map(|pair| (u32::try_from(parted(pair).0).unwrap(), parted(pair).1))
            .collect();
        let mut sorted = rows.clone();
        sorted.sort_unstable();
        assert_eq!(found, sorted);
        assert!(by_block(&[], 0, |_, _| ()).is_empty());
    }
}
