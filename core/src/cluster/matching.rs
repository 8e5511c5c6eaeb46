//! The assignment problem: which cluster of one fit is which of another.

/// Pairs of rows and columns of a table of costs, row by row, of the least sum; the smaller side is used up, `None` for
/// rows left over. Costs are finite.
///
/// O(n^2 m) for n the smaller and m the larger side: shortest augmenting paths (Kuhn 1955, doi 10.1002/nav.3800020109;
/// Jonker and Volgenant 1987, doi 10.1007/BF02278710).
pub(super) fn assignment(costs: &[Vec<f64>]) -> Vec<Option<usize>> {
    let (n, m) = (costs.len(), costs.first().map_or(0, Vec::len));
    if n > m {
        let turned: Vec<Vec<f64>> =
            (0..m).map(|column| costs.iter().map(|row| row[column]).collect()).collect();
        let mut pairs = vec![None; n];
        for (column, row) in assignment(&turned).into_iter().enumerate() {
            if let Some(row) = row {
                pairs[row] = Some(column);
            }
        }
        return pairs;
    }
    // Dual prices of rows and columns; column m stands for the row that looks for one.
    let mut row_price = vec![0.0; n];
    let mut column_price = vec![0.0; m + 1];
    let mut row_of: Vec<Option<usize>> = vec![None; m + 1];
    for row in 0..n {
        row_of[m] = Some(row);
        let mut least = vec![f64::INFINITY; m];
        let mut came_from = vec![m; m];
        let mut done = vec![false; m + 1];
        let mut column = m;
        while let Some(current) = row_of[column] {
            done[column] = true;
            let (mut step, mut next) = (f64::INFINITY, m);
            for to in (0..m).filter(|&to| !done[to]) {
                let reduced = costs[current][to] - row_price[current] - column_price[to];
                if reduced < least[to] {
                    least[to] = reduced;
                    came_from[to] = column;
                }
                if least[to] < step {
                    step = least[to];
                    next = to;
                }
            }
            for to in 0..=m {
                if done[to] {
                    if let Some(row) = row_of[to] {
                        row_price[row] += step;
                    }
                    column_price[to] -= step;
                } else {
                    least[to] -= step;
                }
            }
            column = next;
        }
        while column != m {
            let before = came_from[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let mut pairs = vec![None; n];
    for (column, row) in row_of.into_iter().take(m).enumerate() {
        if let Some(row) = row {
            pairs[row] = Some(column);
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// The least sum over all ways to pair.
    fn least(costs: &[Vec<f64>], free: &mut Vec<usize>, may_skip: usize) -> f64 {
        let Some((first, rest)) = costs.split_first() else { return 0.0 };
        let mut best = if may_skip > 0 { least(rest, free, may_skip - 1) } else { f64::INFINITY };
        for at in 0..free.len() {
            let column = free.remove(at);
            best = best.min(first[column] + least(rest, free, may_skip));
            free.insert(at, column);
        }
        best
    }

    #[test]
    fn no_way_to_pair_costs_less() {
        let mut random = Random::new(1, 0);
        for (n, m) in [(1, 1), (3, 3), (5, 5), (2, 5), (5, 3), (6, 6), (4, 1)] {
            for _ in 0..20 {
                // Small whole numbers, so that there are ties.
                let cost = |random: &mut Random| f64::from(u8::try_from(random.below(7)).unwrap()) - 3.0;
                let costs: Vec<Vec<f64>> =
                    (0..n).map(|_| (0..m).map(|_| cost(&mut random)).collect()).collect();
                let pairs = assignment(&costs);
                let mut used: Vec<usize> = pairs.iter().flatten().copied().collect();
                let sum: f64 = costs.iter().zip(&pairs).filter_map(|(row, pair)| Some(row[(*pair)?])).sum();
                used.sort_unstable();
                used.dedup();
                assert_eq!((pairs.len(), used.len()), (n, n.min(m)));
                let best = least(&costs, &mut (0..m).collect(), n.saturating_sub(m));
                assert!((sum - best).abs() < 1e-9, "{sum} and {best}: {costs:?}");
            }
        }
        assert_eq!(assignment(&[]), []);
    }
}
