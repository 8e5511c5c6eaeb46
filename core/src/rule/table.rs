//! The rules as tables.

use rayon::prelude::*;

use super::contingency::{Contingency, whole_baskets};
use super::measure::{Measure, measure_names};
use super::prune::improvements;
use super::rules::AssociationRules;
use crate::data::{Column, Table};
use crate::error::ParamError;
use crate::itemset::id_lists;

/// What a table of rules may tell of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RuleStatistic {
    /// A measure of the rule's own counts.
    Measure(Measure),
    /// The confidence less the greatest confidence of the rules of the model with the same consequent and some but not
    /// all of the antecedent, from -1 to 1; at most 0 for a redundant rule. Undefined where there is no such rule. Bayardo,
    /// Agrawal and Gunopulos 2000, doi 10.1023/A:1009895914772; there, and in the R package arules, the rule with an empty
    /// antecedent counts too, and in arules a rule that no other is simpler than has its confidence.
    Improvement,
}

impl From<Measure> for RuleStatistic {
    fn from(measure: Measure) -> Self {
        Self::Measure(measure)
    }
}

impl RuleStatistic {
    /// The name: that of the measure, or `improvement`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Measure(measure) => measure.name(),
            Self::Improvement => "improvement",
        }
    }

    /// The statistic of a name.
    ///
    /// ```
    /// use kosar::rule::{Measure, RuleStatistic};
    /// assert_eq!(RuleStatistic::parse("improvement")?, RuleStatistic::Improvement);
    /// assert_eq!(RuleStatistic::parse("phi")?, Measure::Phi.into());
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(name: &str) -> Result<Self, ParamError> {
        if name == Self::Improvement.name() {
            return Ok(Self::Improvement);
        }
        Measure::parse(name).map(Self::Measure).map_err(|_| ParamError::UnknownChoice {
            name: "measure",
            value: name.to_owned(),
            allowed: concat!(measure_names!(), ", improvement"),
        })
    }
}

impl AssociationRules {
    /// The rules as a table: `antecedent`, `consequent` (id lists), `antecedent_support`, `consequent_support`, `count`,
    /// and a column for each of [`Measure::USUAL`], by its name.
    ///
    /// The count of weighted baskets is in whole baskets, to the nearest.
    #[must_use]
    pub fn table(&self) -> Table {
        self.table_with(Measure::USUAL)
    }

    /// The rules as a table: the first five columns of [`AssociationRules::table`], and those asked for, by their names,
    /// each once; no others are computed. `count` is among the first five.
    ///
    /// ```
    /// use kosar::Fit;
    /// use kosar::data::Baskets;
    /// use kosar::rule::{AssociationRules, Measure, RuleStatistic};
    ///
    /// let baskets = Baskets::from_ids([vec!["bread", "butter"], vec!["bread", "butter"], vec!["tea"]])?;
    /// let rules = AssociationRules::params(1.0).fit(&baskets)?;
    /// let table = rules.table_with([Measure::Lift.into(), RuleStatistic::Improvement]);
    /// let names: Vec<&str> = table.columns().iter().skip(5).map(|column| column.0.as_ref()).collect();
    /// assert_eq!(names, ["lift", "improvement"]);
    /// # Ok::<(), kosar::Error>(())
    /// ```
    #[must_use]
    pub fn table_with<T: Into<RuleStatistic>>(&self, statistics: impl IntoIterator<Item = T>) -> Table {
        let columns = &self.columns;
        let unit = self.baskets.unit;
        let count = |&weight: &u32| i64::try_from(whole_baskets(u64::from(weight), unit));
        let counts = columns.n_ab.iter().map(|weight| count(weight).expect("a count is of 32 bits"));
        let mut table = Table::new()
            .with("antecedent", id_lists(&self.items, &columns.antecedents))
            .with("consequent", id_lists(&self.items, &columns.consequents))
            .with("antecedent_support", self.measured(|counts| Measure::Coverage.of(counts)))
            .with("consequent_support", self.measured(|counts| share(counts.n_b(), counts.n())))
            .with("count", Column::Ints(counts.collect()));
        for statistic in statistics.into_iter().map(Into::into) {
            if table.column(statistic.name()).is_none() {
                table = table.with(statistic.name(), self.column(statistic));
            }
        }
        table
    }

    /// The rules as the table that the Python library mlxtend makes of them: `antecedents` and `consequents` (id lists),
    /// `antecedent support`, `consequent support`, `support`, `confidence`, `lift`, `representativity`, `leverage`,
    /// `conviction`, `zhangs_metric`, `jaccard`, `certainty`, `kulczynski`.
    #[must_use]
    pub fn mlxtend_table(&self) -> Table {
        let columns = &self.columns;
        let table = Table::new()
            .with("antecedents", id_lists(&self.items, &columns.antecedents))
            .with("consequents", id_lists(&self.items, &columns.consequents))
            .with("antecedent support", self.measured(|counts| Measure::Coverage.of(counts)))
            .with("consequent support", self.measured(|counts| share(counts.n_b(), counts.n())));
        [
            ("support", Measure::Support),
            ("confidence", Measure::Confidence),
            ("lift", Measure::Lift),
            ("representativity", Measure::Representativity),
            ("leverage", Measure::Leverage),
            ("conviction", Measure::Conviction),
            ("zhangs_metric", Measure::Zhang),
            ("jaccard", Measure::Jaccard),
            ("certainty", Measure::Certainty),
            ("kulczynski", Measure::Kulczynski),
        ]
        .into_iter()
        .fold(table, |table, (name, measure)| table.with(name, self.measured(|counts| measure.of(counts))))
    }

    fn column(&self, statistic: RuleStatistic) -> Column {
        match statistic {
            RuleStatistic::Measure(measure) => self.measured(|counts| measure.of(counts)),
            RuleStatistic::Improvement => Column::Floats(improvements(&self.columns, self.items.len())),
        }
    }

    fn measured(&self, value: impl Fn(&Contingency) -> f64 + Sync) -> Column {
        let of = |rule| value(&self.columns.contingency(rule, self.baskets));
        Column::Floats((0..self.len()).into_par_iter().with_min_len(1024).map(of).collect())
    }
}

#[allow(clippy::cast_precision_loss, reason = "baskets are numbered by u32")]
fn share(count: u64, n: u64) -> f64 {
    count as f64 / n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Baskets, Cell, Id, IdRef};
    use crate::fit::Fit;

    #[test]
    fn the_table_tells_a_rule_and_all_its_measures() {
        let baskets = Baskets::from_ids([vec!["a", "b"], vec!["a", "b"], vec!["a"], vec!["c"]]).unwrap();
        let table = AssociationRules::params(2.0).min_confidence(0.9).fit(&baskets).unwrap().table();
        assert_eq!(table.len(), 1);
        assert_eq!(table.ids("antecedent", 0), [Id::from("b")]);
        let cells: Vec<_> = table.row(0).skip(1).collect();
        let float = |name, value| (name, Cell::Float(value));
        assert_eq!(cells[0], ("consequent", Cell::Ids(vec![IdRef::Str("a")])));
        assert_eq!(
            cells[1..4],
            [float("antecedent_support", 0.5), float("consequent_support", 0.75), ("count", Cell::Int(2))]
        );
        let expected = [0.5, 1.0, 4.0 / 3.0, 0.125, f64::INFINITY, 0.5, 2.0 / 3.0, 1.0, 5.0 / 6.0, 1.0];
        for ((measure, value), cell) in Measure::USUAL.into_iter().zip(expected).zip(&cells[4..]) {
            assert_eq!(cell, &float(measure.name(), value));
        }
    }

    #[test]
    fn an_unknown_statistic_is_told_all_that_there_are() {
        let message = RuleStatistic::parse("tanimoto").unwrap_err().to_string();
        assert!(message.contains("count, coverage, improvement, got 'tanimoto'"), "{message}");
    }

    #[test]
    fn columns_are_there_once_and_only_when_asked_for() {
        let baskets = Baskets::from_ids([vec!["a", "b"], vec!["a", "b"], vec!["a"], vec!["c"]]).unwrap();
        let rules = AssociationRules::params(2.0).fit(&baskets).unwrap();
        let names =
            |table: &Table| table.columns().iter().map(|column| column.0.to_string()).collect::<Vec<_>>();
        let table = rules.table_with([Measure::Phi, Measure::Count, Measure::Phi, Measure::FisherP]);
        let first = ["antecedent", "consequent", "antecedent_support", "consequent_support", "count"];
        assert_eq!(names(&table), [&first[..], &["phi", "fisher_p"]].concat());
        assert_eq!(table.len(), 2);
        let mlxtend = rules.mlxtend_table();
        assert_eq!(
            names(&mlxtend)[2..7],
            ["antecedent support", "consequent support", "support", "confidence", "lift"]
        );
        assert_eq!(mlxtend.column("zhangs_metric"), rules.table().column("zhang"));
    }

    #[test]
    fn improvement_is_over_the_best_simpler_rule() {
        let rows = [vec![1, 2, 3], vec![1, 2, 3], vec![1, 3], vec![1], vec![2], vec![2, 3]];
        let rules =
            AssociationRules::params(1.0).min_confidence(0.0).fit(&Baskets::from_ids(rows).unwrap()).unwrap();
        let table = rules.table_with([RuleStatistic::Improvement]);
        let Some(Column::Floats(values)) = table.column("improvement") else { panic!() };
        for (row, value) in values.iter().enumerate() {
            let (antecedent, consequent) = (table.ids("antecedent", row), table.ids("consequent", row));
            // 1 -> 3 and 2 -> 3 have 3/4 each, 1 2 -> 3 has 1.
            match (antecedent.len(), &consequent[0]) {
                (1, _) => assert!(value.is_nan()),
                (_, Id::Int(3)) => assert!((value - 0.25).abs() < 1e-15),
                _ => assert!(value.is_finite()),
            }
        }
    }
}
