//! Rules left out because of what other rules there are.

use std::convert::Infallible;

use rayon::prelude::*;

use super::columns::{Baskets, RuleColumns};
use super::correction::Correction;
use super::general::best_generals;
use super::measure::Measure;
use super::order::{Ranked, Ranking};
use super::params::AssociationRulesParams;
use crate::error::Result;
use crate::fit::Control;

/// The rules that one task tests.
const CHUNK: usize = 1024;

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
        keep_significant(rules, ranking.baskets, (limit, correction), control)?;
        control.check()?;
    }
    if params.is_without_redundant() || params.min_improvement_is_set() {
        keep_improving(rules, ranking, params, control)?;
        control.check()?;
    }
    Ok(())
}

fn keep_significant(
    rules: &mut Vec<Ranked>,
    baskets: Baskets,
    (limit, correction): (f64, Correction),
    control: &Control,
) -> Result<()> {
    let p_value = |rule: &Ranked| {
        let [n_a, n_ab] = rule.counts().map(u64::from);
        Measure::FisherP.of(&baskets.contingency(n_a, rule.n_b(), n_ab))
    };
    let chunk = |rules: &[Ranked]| -> Result<Vec<f64>> {
        control.check()?;
        Ok(rules.iter().map(p_value).collect())
    };
    let p_values: Vec<Vec<f64>> = rules.par_chunks(CHUNK).map(chunk).collect::<Result<_>>()?;
    let p_values = p_values.concat();
    let threshold = correction.threshold(&p_values, limit);
    let mut p_values = p_values.into_iter();
    rules.retain(|_| p_values.next().zip(threshold).is_some_and(|(p, threshold)| p <= threshold));
    Ok(())
}

fn keep_improving(
    rules: &mut Vec<Ranked>,
    ranking: &Ranking<'_>,
    params: &AssociationRulesParams,
    control: &Control,
) -> Result<()> {
    let columns = ranking.columns(rules);
    let least = params.improvement()?;
    let n_items = ranking.itemsets.items().len();
    let mut best = best_generals(&columns, n_items, least.is_none(), || control.check())?.into_iter();
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
    let Ok(best) = best_generals(columns, n_items, false, || Ok::<(), Infallible>(()));
    let best = best.into_iter().enumerate();
    best.map(|(rule, general)| match general {
        Some(general) => {
            let (above, over) = columns.confidence(rule).above(general);
            above as f64 / over as f64
        }
        None => f64::NAN,
    })
    .collect()
}
