//! The model in a file: items and counts; measures and the index are derived from them on reading.

use super::induce::RuleColumns;
use super::rules::is_sorted;
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::itemset::{read_partial, write_partial};
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions};
use crate::rule::{AssociationRules, AssociationRulesParams, Contingency};

/// Sections: `items` (vocabulary), `antecedents` and `consequents` (rows of items), `antecedent_counts`,
/// `consequent_counts`, `counts`, `baskets` (how many), `partial` (as for itemsets).
impl Persist for AssociationRules {
    const KIND: &'static str = "association_rules";

    fn write(&self, writer: &mut ModelWriter, _: SaveOptions) -> Result<(), PersistError> {
        let columns = &self.columns;
        writer.params(&self.params)?;
        writer.vocabulary("items", &self.items)?;
        writer.rows("antecedents", &columns.antecedents, ItemIx::as_u32)?;
        writer.rows("consequents", &columns.consequents, ItemIx::as_u32)?;
        writer.u32s("antecedent_counts", columns.n_a.iter().copied())?;
        writer.u32s("consequent_counts", columns.n_b.iter().copied())?;
        writer.u32s("counts", columns.n_ab.iter().copied())?;
        writer.u64s("baskets", [self.n_baskets])?;
        write_partial(writer, self.partial)
    }

    fn read(reader: &ModelReader<'_>) -> Result<Self, PersistError> {
        let items = reader.vocabulary("items")?;
        let rows = |name: &str, n: Option<usize>| {
            reader.rows(name, n, items.len(), RowOrder::Rising, ItemIx::from_u32)
        };
        let antecedents = rows("antecedents", None)?;
        let n = antecedents.len();
        let columns = RuleColumns {
            consequents: rows("consequents", Some(n))?,
            n_a: reader.u32s("antecedent_counts", n)?,
            n_b: reader.u32s("consequent_counts", n)?,
            n_ab: reader.u32s("counts", n)?,
            antecedents,
        };
        let n_baskets = reader.u64s("baskets", 1)?[0];
        let partial = read_partial(reader)?;
        check(&columns, n_baskets)?;
        let params = reader.params::<AssociationRulesParams>()?.into_inner();
        Ok(Self::from_columns(params, items, n_baskets, columns, partial))
    }
}

/// Every rule is one: both sides hold items, none both; the counts belong together; and the rules are in their order.
fn check(columns: &RuleColumns, n_baskets: u64) -> Result<(), PersistError> {
    let invalid = |section: &str, why: &str| {
        Err(PersistError::Invalid { section: section.to_owned(), why: why.to_owned() })
    };
    for rule in 0..columns.len() {
        let (antecedent, consequent) = (columns.antecedents.row(rule), columns.consequents.row(rule));
        if antecedent.is_empty() || consequent.is_empty() {
            return invalid("antecedents", "a rule has items on both sides");
        }
        if antecedent.iter().any(|item| consequent.binary_search(item).is_ok()) {
            return invalid("consequents", "an item is on both sides of a rule");
        }
        let [n_a, n_b, n_ab] =
            [&columns.n_a, &columns.n_b, &columns.n_ab].map(|counts| u64::from(counts[rule]));
        if Contingency::new(n_baskets, n_a, n_b, n_ab).is_none() {
            return invalid("counts", "the counts of a rule contradict each other");
        }
    }
    if !is_sorted(columns, n_baskets) {
        return invalid("counts", "the rules are not in their order");
    }
    Ok(())
}
