//! Rules left out because of what other rules there are.

use rayon::prelude::*;

use super::columns::{Baskets, RuleColumns};
use super::correction::Correction;
use super::general::best_generals;
use super::measure::Measure;
use super::order::{Ranked, Ranking};
use super::params::AssociationRulesParams;
use crate::error::{ParamError, Result};
use crate::fit::Control;

/// Whether rules are judged beside others, so that all must be there before any is left out.
pub(super) fn compares_rules(params: &AssociationRulesParams) -> bool {
    params.significance().is_some() || params.is_without_redundant() || params.min_improvement_is_set()
}

/// Leaves out what is not significant, and then what does not improve on simpler rules.
pub(super) fn prune(
    rules: &mut Vec<Ranked>,
    ranking: &Ranking<'_>,
    params: &AssociationRulesParams,
    control: &Control,
) -> Result<()> {
    if let Some((limit, correction)) = params.significance() {
        keep_significant(rules, ranking.baskets, limit, correction);
        control.check()?;
    }
    if params.is_without_redundant() || params.min_improvement_is_set() {
        keep_improving(rules, ranking, params)?;
        control.check()?;
    }
    Ok(())
}

fn keep_significant(rules: &mut Vec<Ranked>, baskets: Baskets, limit: f64, correction: Correction) {
    let p_value = |rule: &Ranked| {
        let [n_a, n_ab] = rule.counts().map(u64::from);
        Measure::FisherP.of(&baskets.contingency(n_a, rule.n_b(), n_ab))
    };
    let p_values: Vec<f64> = rules.par_iter().map(p_value).collect();
    let threshold = correction.threshold(&p_values, limit);
    let mut p_values = p_values.into_iter();
    rules.retain(|_| p_values.next().zip(threshold).is_some_and(|(p, threshold)| p <= threshold));
}

fn keep_improving(
    rules: &mut Vec<Ranked>,
    ranking: &Ranking<'_>,
    params: &AssociationRulesParams,
) -> Result<(), ParamError> {
    let columns = ranking.columns(rules);
    let least = params.improvement()?;
    let n_items = ranking.itemsets.items().len();
    let mut best = best_generals(&columns, n_items, least.is_none()).into_iter();
    rules.retain(|rule| {
        let Some(general) = best.next().flatten() else { return true };
        let (above, over) = rule.confidence().above(general);
        let improves = above > 0 || !params.is_without_redundant();
        let enough =
            least.is_none_or(|least| u64::try_from(above).is_ok_and(|above| least.is_reached(above, over)));
        improves && enough
    });
    Ok(())
}

/// For each rule its confidence less the greatest of the more general ones; NaN where there is none.
#[allow(clippy::cast_precision_loss, reason = "a measure is a double")]
pub(super) fn improvements(columns: &RuleColumns, n_items: usize) -> Vec<f64> {
    let best = best_generals(columns, n_items, false).into_iter().enumerate();
    best.map(|(rule, general)| match general {
        Some(general) => {
            let (above, over) = columns.confidence(rule).above(general);
            above as f64 / over as f64
        }
        None => f64::NAN,
    })
    .collect()
}
