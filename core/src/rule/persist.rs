//! The model in a file: items and counts; measures and the index are derived from them on reading.

use std::collections::HashSet;
use std::num::NonZeroU32;

use super::columns::{Baskets, RuleColumns};
use super::measure::Measure;
use super::order::is_sorted;
use crate::error::PersistError;
use crate::index::ItemIx;
use crate::itemset::{read_hierarchy, read_partial, write_hierarchy, write_partial};
use crate::persist::{ModelReader, ModelWriter, Persist, RowOrder, SaveOptions};
use crate::rule::{AssociationRules, AssociationRulesParams, Contingency};

/// Sections: `items` (vocabulary), `antecedents` and `consequents` (rows of items), `antecedent_counts`,
/// `consequent_counts`, `counts`, `baskets` (how many; of weighted baskets what they weigh, and what a whole one does),
/// `partial`, and with categories `ancestors`, `is_category` and `item_kind` (as for itemsets).
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
        let Baskets { n, unit } = self.baskets;
        let weighted = (unit > NonZeroU32::MIN).then_some(u64::from(unit.get()));
        writer.u64s("baskets", std::iter::once(n).chain(weighted))?;
        write_partial(writer, self.partial)?;
        write_hierarchy(writer, self.hierarchy.as_ref())
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
        let baskets = match reader.u64s("baskets", None)?[..] {
            [n] => Some(Baskets { n, unit: NonZeroU32::MIN }),
            [n, unit] => {
                let unit = u32::try_from(unit).ok().and_then(NonZeroU32::new);
                unit.filter(|&unit| unit > NonZeroU32::MIN).map(|unit| Baskets { n, unit })
            }
            _ => None,
        };
        let Some(baskets) = baskets else {
            return invalid("baskets", "there must be their number, and above 1 the weight of one");
        };
        let partial = read_partial(reader)?;
        let params = reader.params::<AssociationRulesParams>()?.into_inner();
        check(&columns, baskets, params.ranking().0)?;
        let hierarchy = read_hierarchy(reader, &items)?;
        Ok(Self::from_columns(params, (items, hierarchy), baskets, columns, partial))
    }
}

/// Every rule is one: both sides hold items, none both; the counts belong together; no rule is there twice; and the rules
/// are in their order.
fn check(columns: &RuleColumns, baskets: Baskets, rank_by: Measure) -> Result<(), PersistError> {
    let mut seen = HashSet::with_capacity(columns.len());
    for rule in 0..columns.len() {
        let (antecedent, consequent) = (columns.antecedents.row(rule), columns.consequents.row(rule));
        if antecedent.is_empty() || consequent.is_empty() {
            return invalid("antecedents", "a rule has items on both sides");
        }
        if consequent.iter().any(|item| antecedent.binary_search(item).is_ok()) {
            return invalid("consequents", "an item is on both sides of a rule");
        }
        // The order alone lets a rule come back with other counts.
        if !seen.insert((antecedent, consequent)) {
            return invalid("antecedents", "a rule is there twice");
        }
        let [n_a, n_b, n_ab] =
            [&columns.n_a, &columns.n_b, &columns.n_ab].map(|counts| u64::from(counts[rule]));
        if Contingency::new(baskets.n, n_a, n_b, n_ab).is_none() {
            return invalid("counts", "the counts of a rule contradict each other");
        }
    }
    // The order by other measures may be that of another machine.
    if rank_by.is_exact() && !is_sorted(columns, baskets, rank_by) {
        return invalid("counts", "the rules are not in their order");
    }
    Ok(())
}

fn invalid<T>(section: &str, why: &str) -> Result<T, PersistError> {
    Err(PersistError::Invalid { section: section.to_owned(), why: why.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Baskets;
    use crate::fit::Fit;
    use crate::rule::RuleStatistic;

    /// The rules a -> b and b -> a, of 2 of 4 baskets, and after them a -> b once more, of 1.
    fn with_one_twice() -> AssociationRules {
        let baskets = Baskets::from_ids([vec!["a", "b"], vec!["a", "b"], vec!["a"], vec!["c"]]).unwrap();
        let mut rules = AssociationRules::params(1.0).fit(&baskets).unwrap();
        assert_eq!(rules.len(), 2);
        let columns = &mut rules.columns;
        let sides = [&columns.antecedents, &columns.consequents].map(|rows| rows.row(0).to_vec());
        let [antecedent, consequent] = sides;
        columns.antecedents.push(antecedent);
        columns.consequents.push(consequent);
        columns.n_a.push(columns.n_a[0]);
        columns.n_b.push(columns.n_b[0]);
        columns.n_ab.push(1);
        rules
    }

    #[test]
    fn a_file_with_a_rule_twice_is_refused() {
        let bytes = with_one_twice().to_bytes().unwrap();
        let error = AssociationRules::from_bytes(&bytes).unwrap_err().to_string();
        assert_eq!(error, "section 'antecedents' is invalid: a rule is there twice");
    }

    #[test]
    fn the_order_is_checked_where_every_machine_has_the_same() {
        let baskets = Baskets::from_ids([vec!["a", "b"], vec!["a", "b"], vec!["a"], vec!["c"]]).unwrap();
        for (measure, is_refused) in [
            (Measure::Confidence, true),
            (Measure::Phi, true),
            (Measure::FisherP, false),
            (Measure::JMeasure, false),
        ] {
            let mut rules = AssociationRules::params(1.0).rank_by(measure).fit(&baskets).unwrap();
            let columns = &mut rules.columns;
            std::mem::swap(&mut columns.antecedents, &mut columns.consequents);
            std::mem::swap(&mut columns.n_a, &mut columns.n_b);
            let read = AssociationRules::from_bytes(&rules.to_bytes().unwrap());
            assert_eq!(read.is_err(), is_refused, "{}", measure.name());
        }
    }

    #[test]
    fn rules_of_the_same_sides_are_not_more_general_than_each_other() {
        let table = with_one_twice().table_with([RuleStatistic::Improvement]);
        let Some(crate::data::Column::Floats(improvements)) = table.column("improvement") else { panic!() };
        assert!(improvements.len() == 3 && improvements.iter().all(|value| value.is_nan()));
    }
}
