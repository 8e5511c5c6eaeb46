//! Options of association rules.

use kosar::rule::{
    AssociationRules, AssociationRulesParams, Combine, Consequent, Correction, Measure, RecommendOptions,
    RuleSide,
};
use napi::bindgen_prelude::Unknown;

use crate::error::Outcome;
use crate::itemset::min_support;
use crate::options::{Options, set};

/// What one side of a rule may hold, by the name of the side, which is in the messages of its options.
macro_rules! side {
    ($key:literal, $options:expr) => {
        match $options.value($key)? {
            None => None,
            Some(value) => {
                let mut side = Options::new($key, Some(value))?;
                let made = RuleSide::new();
                let made = set(made, side.items(concat!($key, ".only"))?, RuleSide::only);
                let made = set(made, side.items(concat!($key, ".exclude"))?, RuleSide::exclude);
                let made = set(made, side.items(concat!($key, ".anyOf"))?, RuleSide::any_of);
                let made = set(made, side.count(concat!($key, ".minLen"), 1)?, RuleSide::min_len);
                let made = set(made, side.count_or_null(concat!($key, ".maxLen"), 1)?, RuleSide::max_len);
                side.finish()?;
                Some(made)
            }
        }
    };
}

/// Which rules to make.
pub(crate) fn params(options: &mut Options<'_>) -> Outcome<AssociationRulesParams> {
    type Params = AssociationRulesParams;
    let params = AssociationRules::params(min_support(options)?);
    let params = set(params, options.number("minConfidence")?, Params::min_confidence);
    let params = set(params, options.choice("consequent", Consequent::parse)?, Params::consequent);
    let params = set(params, options.count_or_null("maxLen", 2)?, Params::max_len);
    let params = set(params, side!("antecedentItems", options), Params::antecedent_items);
    let params = set(params, side!("consequentItems", options), Params::consequent_items);
    let params = set(params, options.number_or_null("maxPValue")?, Params::max_p_value);
    let params = set(params, options.choice("correction", Correction::parse)?, Params::correction);
    let params = set(params, options.flag("dropRedundant")?, Params::drop_redundant);
    let params = set(params, options.number_or_null("minImprovement")?, Params::min_improvement);
    let params =
        set(params, options.choice("rankBy", |word| Measure::parse_as("rank_by", word))?, Params::rank_by);
    let params = set(params, options.count_or_null("topK", 1)?, Params::top_k);
    let params = set(params, options.number_or_null("halfLifeDays")?, Params::half_life_days);
    let params = set(params, options.time("asOf")?.map(Some), Params::as_of);
    let params = set(params, options.count("minCustomers", 1)?, Params::min_customers);
    let params = set(params, options.count("maxItemsets", 1)?, Params::max_itemsets);
    let params = set(params, options.count("maxRules", 1)?, Params::max_rules);
    let params = set(params, options.count("maxBytes", 1)?, Params::max_bytes);
    Ok(set(params, options.number_or_null("maxSeconds")?, Params::max_seconds))
}

/// How a cart is answered.
pub(crate) fn recommend_options(options: Option<Unknown<'_>>) -> Outcome<RecommendOptions> {
    let mut options = Options::new("options", options)?;
    let made = RecommendOptions::new();
    let made = set(made, options.choice("measure", Measure::parse)?, RecommendOptions::measure);
    let made = set(made, options.choice("combine", Combine::parse)?, RecommendOptions::combine);
    let made = set(made, options.number_or_null("minScore")?, RecommendOptions::min_score);
    let made = set(made, options.items("exclude")?, RecommendOptions::exclude);
    options.finish()?;
    Ok(made)
}
