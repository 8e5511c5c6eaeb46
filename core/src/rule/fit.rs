//! From baskets, logs and itemsets to rules.

use std::num::NonZeroU32;

use super::columns;
use super::deadline::Deadline;
use super::induce::induce;
use super::params::AssociationRulesParams;
use super::prune::compares_rules;
use super::recency::Weights;
use super::rules::AssociationRules;
use super::search::Search;
use crate::data::{Baskets, OrderLog};
use crate::error::{ParamError, Result};
use crate::fit::{Control, Fit};
use crate::itemset::{FrequentItemsets, fit_weighted};
use crate::params::{Checked, Params};

impl AssociationRules {
    /// Makes rules from itemsets that were mined before, such as those of several parts put together, or those that
    /// several sets of rules begin with.
    ///
    /// They are the rules that fitting would make from the baskets, those that the itemsets are of whatever the rules'
    /// `level` and `unit`, where the itemsets leave nothing out; what parameters
    /// of the itemsets left out (`exclude`, a budget) is in no rule, and [`AssociationRules::partial`] tells of budgets.
    ///
    /// ```
    /// use kosar::Fit;
    /// use kosar::data::Baskets;
    /// use kosar::itemset::FrequentItemsets;
    /// use kosar::rule::AssociationRules;
    ///
    /// let baskets = Baskets::from_ids([vec![1, 2, 3], vec![1, 2, 3], vec![1, 2], vec![4]])?;
    /// let itemsets = FrequentItemsets::params(2.0).fit(&baskets)?;
    /// let params = AssociationRules::params(2.0);
    /// assert_eq!(AssociationRules::from_itemsets(&params, &itemsets)?, params.fit(&baskets)?);
    /// assert!(AssociationRules::from_itemsets(&AssociationRules::params(1.0), &itemsets).is_err());
    /// # Ok::<(), kosar::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamError::Itemsets`] unless the itemsets are of kind all, from one item on, of any items, not only the first
    /// ones, of a minimum support at most and a maximum length at least that of the rules, and of
    /// their `min_customers`; [`ParamError::OutOfRange`] for
    /// `half_life_days`, as itemsets do not tell when baskets were bought; otherwise as fitting.
    pub fn from_itemsets(params: &AssociationRulesParams, itemsets: &FrequentItemsets) -> Result<Self> {
        Self::from_itemsets_with(params, itemsets, &Control::new())
    }

    /// Makes rules from itemsets that were mined before, looking at `control` between steps.
    ///
    /// # Errors
    /// As [`AssociationRules::from_itemsets`], and [`Error::Cancelled`](crate::Error::Cancelled).
    pub fn from_itemsets_with(
        params: &AssociationRulesParams,
        itemsets: &FrequentItemsets,
        control: &Control,
    ) -> Result<Self> {
        let view = itemsets.found_by().view();
        let params = params.clone().level(view.level).unit(view.unit).check()?;
        if let Some((value, _)) = params.recency() {
            let (name, allowed) = ("half_life_days", "none where itemsets are given");
            return Err(ParamError::OutOfRange { name, value, allowed }.into());
        }
        fits(&params, itemsets)?;
        made(&params, itemsets, NonZeroU32::MIN, Deadline::from_now(&params), control)
    }
}

/// Whether rules of these parameters can be made from itemsets.
fn fits(params: &AssociationRulesParams, itemsets: &FrequentItemsets) -> Result<()> {
    let (found_by, asked) = (itemsets.found_by(), params.itemsets());
    let refused = |needed, found| Err(ParamError::Itemsets { needed, found }.into());
    if !found_by.has_subsets() {
        let needed = "be all that are frequent: kind all, min_len 1, without include and top_k";
        return refused(needed, "they are not".to_owned());
    }
    let n = itemsets.n_baskets();
    let (found, needed) = (found_by.frequent_from(n)?, asked.frequent_from(n)?);
    if found > needed {
        return refused(
            "be found with a min_support of at most that of the rules",
            format!("theirs is {found} baskets, that of the rules {needed}"),
        );
    }
    if found_by.customers() != asked.customers() {
        return refused(
            "be found with the min_customers of the rules",
            format!("theirs is {}, that of the rules {}", found_by.customers(), asked.customers()),
        );
    }
    let (found, needed) = (found_by.longest(), asked.longest());
    if found < needed {
        let asked = if needed == usize::MAX { "any length".to_owned() } else { needed.to_string() };
        let needed = "be found with a max_len of at least that of the rules";
        return refused(needed, format!("theirs is {found}, that of the rules {asked}"));
    }
    Ok(())
}

impl Fit<Baskets> for Checked<AssociationRulesParams> {
    type Model = AssociationRules;

    /// Makes the rules of baskets; none at all where there are no baskets.
    ///
    /// # Errors
    /// [`Error::Cancelled`](crate::Error::Cancelled); [`IntakeError::TooMany`](crate::IntakeError::TooMany) beyond `u32`
    /// baskets; [`IdError`](crate::IdError) for an item of `antecedent_items` or `consequent_items` that is in no basket or
    /// of the other type; [`Error::MissingColumn`](crate::Error::MissingColumn) with `half_life_days` where it is not known
    /// when baskets were bought.
    fn fit_with(&self, baskets: &Baskets, control: &Control) -> Result<AssociationRules> {
        let deadline = Deadline::from_now(self);
        let until = deadline.map(Deadline::of_search);
        let search = Search::new(self, baskets)?;
        let Some((days, as_of)) = self.recency() else {
            return best_or_all(self, &search, baskets, deadline, control);
        };
        let weights = Weights::new(baskets, days, as_of)?;
        let (params, weights) = (search.params()?, (&weights.of[..], weights.unit));
        let itemsets = fit_weighted(&params, baskets, weights, until, control)?;
        let unit = NonZeroU32::new(weights.1).unwrap_or(NonZeroU32::MIN);
        made(self, &itemsets, unit, deadline, control)
    }
}

impl Fit<OrderLog> for Checked<AssociationRulesParams> {
    type Model = AssociationRules;

    /// Makes the rules of a log's baskets, of the `unit` asked for.
    ///
    /// # Errors
    /// As [`BasketView::baskets`](crate::data::BasketView::baskets) without a catalogue; as for [`Baskets`] otherwise.
    fn fit_with(&self, log: &OrderLog, control: &Control) -> Result<AssociationRules> {
        self.fit_with(&self.view().baskets(log, None)?, control)
    }
}

/// The rules of baskets that all weigh the same.
///
/// Where the best `k` are wanted by a measure that no rule of less support can reach, frequent sets are searched first: with
/// a minimum count that falls, to a quarter each time, until there are `k` rules that no less frequent one can be among.
fn best_or_all(
    params: &Checked<AssociationRulesParams>,
    search: &Search,
    baskets: &Baskets,
    deadline: Option<Deadline>,
    control: &Control,
) -> Result<AssociationRules> {
    let until = deadline.map(Deadline::of_search);
    let fit = |min_count| -> Result<AssociationRules> {
        let itemsets = search.itemsets(baskets, min_count, until, control)?;
        made(params, &itemsets, NonZeroU32::MIN, deadline, control)
    };
    let n = baskets.rows().len() as u64;
    let (measure, top_k) = params.ranking();
    if let Some(k) = top_k.filter(|_| !compares_rules(params) && measure.below(n, 1).is_some()) {
        let least = params.itemsets().frequent_from(n)?;
        let mut min_count = n / 4;
        while min_count / 4 > least {
            let rules = fit(Some(min_count))?;
            let last = rules.len().checked_sub(1).map(|last| measure.rank(&rules.rule(last).contingency));
            let reached = last.filter(|_| rules.len() >= k).zip(measure.below(n, min_count));
            if rules.partial().is_none() && reached.is_some_and(|(last, below)| last > below) {
                return Ok(rules);
            }
            match rules.partial() {
                None => {}
                // There is no time for another search.
                Some(_) if deadline.is_some() => return Ok(rules),
                Some(_) => break,
            }
            min_count /= 4;
        }
    }
    fit(None)
}

/// The rules of itemsets whose counts are sums of weights, a whole basket weighing `unit`.
pub(super) fn made(
    params: &Checked<AssociationRulesParams>,
    itemsets: &FrequentItemsets,
    unit: NonZeroU32,
    deadline: Option<Deadline>,
    control: &Control,
) -> Result<AssociationRules> {
    let baskets = columns::Baskets { n: itemsets.n_baskets(), unit };
    let (columns, partial) = induce(itemsets, baskets, params, deadline, control)?;
    let partial = itemsets.partial().or(partial);
    let (params, items) = (params.clone().into_inner(), itemsets.items().clone());
    let items = (items, itemsets.hierarchy().cloned());
    Ok(AssociationRules::from_columns(params, items, baskets, columns, partial))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persist::Persist;
    use crate::rule::Measure;

    /// Baskets that weigh 3, 2 and 1 of a unit of 3 count as though they were there so many times.
    #[test]
    fn weighted_counts_are_told_in_whole_baskets() {
        let rows = [vec!["a", "b"], vec!["a", "b"], vec!["a", "b"], vec!["a"], vec!["a"], vec!["c"]];
        let baskets = Baskets::from_ids(rows).unwrap();
        let itemsets = FrequentItemsets::params(1.0).fit(&baskets).unwrap();
        let params = AssociationRules::params(1.0).check().unwrap();
        let unit = NonZeroU32::new(3).unwrap();
        let rules = made(&params, &itemsets, unit, None, &Control::new()).unwrap();
        assert_eq!((rules.len(), rules.n_baskets()), (2, 2));
        let counts = rules.rule(0).contingency;
        assert_eq!((counts.n_ab(), counts.unit()), (3, unit));
        let measured = [Measure::Count, Measure::Support].map(|measure| measure.of(&counts).to_bits());
        assert_eq!(measured, [1.0_f64, 0.5].map(f64::to_bits));
        assert_eq!(rules.table().column("count"), Some(&crate::data::Column::Ints(vec![1, 1])));
        let crate::rank::Reason::Rule { count, .. } = &rules.recommend(["a"], 1).unwrap()[0].reason else {
            panic!()
        };
        assert_eq!(*count, 1);
        assert_eq!(AssociationRules::from_bytes(&rules.to_bytes().unwrap()).unwrap(), rules);
    }

    #[test]
    fn rules_of_weighted_baskets_counted_one_by_one_are_the_same() {
        let sets: Vec<u32> = (0..60_u32).map(|i| 1 | ((i * 37 + i * i * 11) % 64)).collect();
        let ids = |set: u32| (0..6).filter(move |k| set >> k & 1 == 1).map(i64::from);
        let time = |i: i64| crate::Time::from_micros((i * 17 % 90) * crate::MICROS_PER_DAY);
        let baskets = Baskets::from_ids(sets.iter().map(|&set| ids(set))).unwrap();
        let baskets = baskets.with_facts(None, Some((0..60).map(time).collect()));
        let params = AssociationRules::params(0.05)
            .min_confidence(0.3)
            .consequent(crate::rule::Consequent::Any)
            .half_life_days(Some(20.0));
        let rules = params.fit(&baskets).unwrap();

        let weights = Weights::new(&baskets, 20.0, None).unwrap();
        let count = |set: u32| -> u64 {
            let holding = sets.iter().zip(&weights.of).filter(|(basket, _)| *basket & set == set);
            holding.map(|(_, &weight)| u64::from(weight)).sum()
        };
        let mut expected = Vec::new();
        for a in 1..64_u32 {
            for b in (1..64_u32).filter(|b| a & b == 0) {
                let counts = [count(0), count(a), count(b), count(a | b)];
                if counts[3] * 100 >= counts[0] * 5 && counts[3] * 10 >= counts[1] * 3 {
                    expected.push((ids(a).collect::<Vec<_>>(), ids(b).collect::<Vec<_>>(), counts));
                }
            }
        }
        let name = |items: &[crate::ItemIx]| {
            items.iter().map(|item| rules.items().as_ints().unwrap()[item.as_usize()]).collect::<Vec<_>>()
        };
        let counts = |of: crate::rule::Contingency| [of.n(), of.n_a(), of.n_b(), of.n_ab()];
        let mut found: Vec<_> = rules
            .iter()
            .map(|rule| (name(rule.antecedent), name(rule.consequent), counts(rule.contingency)))
            .collect();
        found.sort();
        expected.sort();
        assert!(expected.len() > 50, "{}", expected.len());
        assert_eq!(found, expected);
        assert_eq!(rules.rule(0).contingency.unit().get(), weights.unit);
        assert_eq!(AssociationRules::from_bytes(&rules.to_bytes().unwrap()).unwrap(), rules);
    }
}
