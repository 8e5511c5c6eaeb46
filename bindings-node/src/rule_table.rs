//! The rules of a model as a table of which nothing is computed before it is read.

use kosar::data::Cell;
use kosar::rule::{AssociationRules, Measure};

use crate::table::{Cells, ColumnKind, names};

/// The columns in front of the measures.
const FIRST: [(&str, ColumnKind); 5] = [
    ("antecedent", ColumnKind::IdLists),
    ("consequent", ColumnKind::IdLists),
    ("antecedent_support", ColumnKind::Numbers),
    ("consequent_support", ColumnKind::Numbers),
    ("count", ColumnKind::Numbers),
];

/// The table that the core makes of them, [`AssociationRules::table`], cell by cell.
impl Cells for AssociationRules {
    fn len(&self) -> usize {
        self.len()
    }

    fn columns(&self) -> Vec<(&str, ColumnKind)> {
        let measures = Measure::USUAL.map(|measure| (measure.name(), ColumnKind::Numbers));
        FIRST.into_iter().chain(measures).collect()
    }

    #[allow(clippy::cast_precision_loss, reason = "baskets, weighted or not, are below 2^53")]
    fn cell(&self, column: usize, row: usize) -> Cell<'_> {
        let rule = self.rule(row);
        let counts = rule.contingency;
        match column {
            0 => Cell::Ids(names(self.items(), rule.antecedent)),
            1 => Cell::Ids(names(self.items(), rule.consequent)),
            2 => Cell::Float(Measure::Coverage.of(&counts)),
            3 => Cell::Float(counts.n_b() as f64 / counts.n() as f64),
            4 => Cell::Float(counts.in_baskets().n_ab() as f64),
            _ => Cell::Float(Measure::USUAL[column - FIRST.len()].of(&counts)),
        }
    }
}
