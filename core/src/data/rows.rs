//! Lists of indices of different lengths, end to end: baskets, histories, neighbours.

/// Rows of values in one buffer: row `i` is `values[offsets[i]..offsets[i + 1]]`.
///
/// The layout of a compressed sparse row matrix without its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows<T> {
    offsets: Vec<usize>,
    values: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { offsets: vec![0], values: Vec::new() }
    }
}

impl<T: Copy> Rows<T> {
    /// From offsets and values; `None` unless the offsets begin with 0, never fall, and end with the number of values.
    #[must_use]
    pub fn from_parts(offsets: Vec<usize>, values: Vec<T>) -> Option<Self> {
        let fits =
            offsets.first() == Some(&0) && offsets.last() == Some(&values.len()) && offsets.is_sorted();
        fits.then_some(Self { offsets, values })
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at a position below [`Rows::len`].
    ///
    /// # Panics
    /// When the position is not below it.
    #[must_use]
    pub fn row(&self, position: usize) -> &[T] {
        &self.values[self.offsets[position]..self.offsets[position + 1]]
    }

    /// The rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[T]> {
        self.offsets.windows(2).map(|ends| &self.values[ends[0]..ends[1]])
    }

    /// All values, row after row.
    #[must_use]
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// Where each row begins, and behind them the number of values.
    #[must_use]
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// Appends a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = T>) {
        self.values.extend(row);
        self.offsets.push(self.values.len());
    }

    /// Appends a row and lets `then` change it in its place.
    #[inline(always)]
    pub(crate) fn push_with(&mut self, row: impl Iterator<Item = T>, then: impl FnOnce(&mut [T])) {
        let start = self.values.len();
        self.values.extend(row);
        then(&mut self.values[start..]);
        self.offsets.push(self.values.len());
    }

    /// Appends a row of at most `n` values: `write` is given room for `n`, all `blank`, and tells how many it wrote.
    #[inline(always)]
    pub(crate) fn push_written(&mut self, n: usize, blank: T, write: impl FnOnce(&mut [T]) -> usize) {
        let start = self.values.len();
        self.values.extend(std::iter::repeat_n(blank, n));
        let used = write(&mut self.values[start..]);
        self.values.truncate(start + used);
        self.offsets.push(self.values.len());
    }

    /// Turns rows into columns: row `v` of the result lists, rising, the rows in which a value with index `v` stands.
    ///
    /// `n` is the number of rows of the result, above every `index` of a value; `name` makes a row's position into its
    /// entry. Linear in rows and values.
    #[must_use]
    pub fn transpose<U: Copy>(
        &self,
        n: usize,
        index: impl Fn(T) -> usize,
        name: impl Fn(usize) -> U,
    ) -> Rows<U> {
        let mut offsets = vec![0; n + 1];
        for &value in &self.values {
            offsets[index(value) + 1] += 1;
        }
        for i in 0..n {
            offsets[i + 1] += offsets[i];
        }
        let mut next = offsets.clone();
        // Every slot is written below, so any value will do to fill the buffer.
        let mut values = vec![name(0); self.values.len()];
        for (position, row) in self.iter().enumerate() {
            for &value in row {
                let slot = &mut next[index(value)];
                values[*slot] = name(position);
                *slot += 1;
            }
        }
        Rows { offsets, values }
    }
}

impl<T: Copy, R: IntoIterator<Item = T>> FromIterator<R> for Rows<T> {
    fn from_iter<I: IntoIterator<Item = R>>(rows: I) -> Self {
        let mut collected = Self::default();
        rows.into_iter().for_each(|row| collected.push(row));
        collected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_went_in() {
        let rows: Rows<u32> = [vec![1, 2], vec![], vec![3]].into_iter().collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows.row(0), [1, 2]);
        assert_eq!(rows.row(1), [0; 0]);
        assert_eq!(rows.iter().map(<[u32]>::len).collect::<Vec<_>>(), [2, 0, 1]);
    }

    #[test]
    fn transposing_twice_gives_sorted_rows_back() {
        let rows: Rows<u32> = [vec![0, 2], vec![], vec![1, 2], vec![2]].into_iter().collect();
        let as_u32 = |position: usize| u32::try_from(position).unwrap();
        let columns = rows.transpose(4, |v| v as usize, as_u32);
        assert_eq!(columns.row(2), [0, 2, 3]);
        assert_eq!(columns.row(3), [0; 0]);
        assert_eq!(columns.transpose(4, |v| v as usize, as_u32), rows);
    }

    #[test]
    fn broken_offsets_are_refused() {
        assert!(Rows::from_parts(vec![0, 1, 2], vec![7, 8]).is_some());
        for offsets in [vec![], vec![0], vec![1, 2], vec![0, 2, 1, 2], vec![0, 3]] {
            assert!(Rows::from_parts(offsets.clone(), vec![7, 8]).is_none(), "{offsets:?}");
        }
    }
}
