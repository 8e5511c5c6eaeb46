//! Customers as a table.

use crate::data::{Column, Table};
use crate::rfm::{Rfm, RfmParams};

impl Rfm {
    /// All customers as a table, rows by id: `customer`, `recency_days`, `frequency`, `monetary` (NaN without prices),
    /// `R_score`, `F_score`, `M_score` (absent without prices), `segment`, `score` (the mean of the scores by the weights),
    /// `RFM` (the scores as digits, such as 543; without prices 54; absent with ten classes).
    #[must_use]
    pub fn table(&self) -> Table {
        let n = u32::try_from(self.len()).expect("a vocabulary is bounded to u32");
        let money = match &self.monetary {
            Some(monetary) => monetary.iter().map(|money| money.to_f64()).collect(),
            None => vec![f64::NAN; self.len()],
        };
        let table = Table::new()
            .with("customer", Column::Ids { vocabulary: self.customers.clone(), positions: (0..n).collect() })
            .with("recency_days", Column::Ints(self.recency_days.clone()))
            .with("frequency", Column::Ints(self.frequency.iter().map(|&orders| i64::from(orders)).collect()))
            .with("monetary", Column::Floats(money));
        self.params.add_scores(table, &self.r_score, &self.f_score, self.m_score.as_deref(), &self.segment)
    }
}

impl RfmParams {
    /// Adds the columns of scores and what follows from them.
    pub(super) fn add_scores(
        &self,
        table: Table,
        r: &[u8],
        f: &[u8],
        m: Option<&[u8]>,
        segment: &[u16],
    ) -> Table {
        let scores = |scores: &[u8]| Column::Ints(scores.iter().map(|&score| i64::from(score)).collect());
        let rows = || (0..r.len()).map(|row| (r[row], f[row], m.map(|m| m[row])));
        let table = table.with("R_score", scores(r)).with("F_score", scores(f));
        let table = match m {
            Some(m) => table.with("M_score", scores(m)),
            None => table,
        };
        let words = self.grid.names().map(str::to_owned).collect();
        let positions = segment.iter().map(|&position| u32::from(position)).collect();
        let weighted = rows().map(|(r, f, m)| self.weighted(r, f, m)).collect();
        let table =
            table.with("segment", Column::Words { words, positions }).with("score", Column::Floats(weighted));
        let digits: Option<Vec<i64>> = rows().map(|(r, f, m)| self.digits(r, f, m)).collect();
        match digits.filter(|_| self.grid.bins() <= 9) {
            Some(digits) => table.with("RFM", Column::Ints(digits)),
            None => table,
        }
    }

    /// Scores side by side, where each has one digit.
    pub(super) fn digits(&self, r: u8, f: u8, m: Option<u8>) -> Option<i64> {
        let pair = i64::from(r) * 10 + i64::from(f);
        (self.grid.bins() <= 9).then(|| m.map_or(pair, |m| pair * 10 + i64::from(m)))
    }
}
