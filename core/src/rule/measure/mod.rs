//! How interesting a rule is, in thirty ways.

mod hypergeometric;
mod information;
mod ratio;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::contingency::Contingency;
use crate::error::ParamError;
use ratio::ratio;

/// A measure of a rule `A -> B`, computed from its four counts.
///
/// P(A) is the share of the baskets that hold A, P(AB) of those that hold both. Numerators and denominators are whole
/// numbers until the last division where they can be, so a measure that should be 0 or 1 is exactly that. Where a measure
/// is undefined it is NaN, unless it says otherwise. The first ten agree with the Python library mlxtend, the others with
/// the R package arules, unless they say otherwise.
///
/// Weighted baskets (see [`Contingency::unit`]) change nothing where only shares matter; [`Measure::Count`],
/// [`Measure::ChiSquared`] and [`Measure::Laplace`] take the weight in whole baskets, and [`Measure::FisherP`],
/// [`Measure::HyperLift`] and [`Measure::HyperConfidence`] the four cells of the table in whole baskets, each to the
/// nearest.
///
/// Improvement is not among them: it compares rules with each other; see [`RuleStatistic`](super::RuleStatistic).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Measure {
    /// P(AB), from 0 to 1. Undefined without baskets. Agrawal et al. 1993, doi 10.1145/170035.170072.
    Support,
    /// P(AB) / P(A), from 0 to 1: the share of A's baskets that hold B. Undefined where A is in no basket. Agrawal et
    /// al. 1993, doi 10.1145/170035.170072.
    Confidence,
    /// P(AB) / (P(A) P(B)), from 0: how many times more often together than if independent; 1 when independent.
    /// Undefined where A or B is in no basket. Brin et al. 1997, doi 10.1145/253260.253325.
    Lift,
    /// P(AB) - P(A) P(B), from -0.25 to 0.25; 0 when independent. Undefined without baskets. Piatetsky-Shapiro 1991,
    /// *Discovery, analysis, and presentation of strong rules*.
    Leverage,
    /// (1 - P(B)) / (1 - confidence), from 0 to infinity; 1 when independent, infinite when confidence is 1 (also where
    /// B is in every basket). Undefined where A is in no basket. Brin et al. 1997, doi 10.1145/253260.253325.
    Conviction,
    /// (P(AB) - P(A) P(B)) / max(P(AB) (1 - P(A)), P(A) (P(B) - P(AB))), from -1 to 1; 0 when independent. 0 where the
    /// denominator is 0. Zhang 2000, *Association rules*, doi 10.1007/3-540-45571-X_29.
    Zhang,
    /// P(AB) / (P(A) + P(B) - P(AB)), from 0 to 1. Undefined where neither is in any basket. Jaccard 1901; Tan et al.
    /// 2004, doi 10.1016/S0306-4379(03)00072-3.
    Jaccard,
    /// (confidence - P(B)) / (1 - P(B)), at most 1; 0 when independent, below where B is rarer beside A. 0 where B is in
    /// every basket, otherwise undefined where A is in no basket. Berzal et al. 2002, doi 10.3233/IDA-2002-6303, who
    /// divide by P(B) instead where it is negative; here, as in mlxtend, there is one formula.
    Certainty,
    /// (P(AB) / P(A) + P(AB) / P(B)) / 2, from 0 to 1: the mean of the confidences of both directions. Undefined where A
    /// or B is in no basket. Wu et al. 2010, doi 10.1007/s10618-009-0161-2.
    Kulczynski,
    /// The share of the baskets in which every item of A and B is known to be present or absent. A basket leaves nothing
    /// unknown, so it is always 1; it is there for those who compare tables with mlxtend. Ragel and Cremilleux 1998,
    /// doi 10.1007/3-540-64383-4_22.
    Representativity,
    /// n (P(AB) - P(A) P(B))^2 / (P(A) P(not A) P(B) P(not B)), from 0 to n, without a correction for continuity; 0 when
    /// independent. Undefined where A or B is in no basket or in all. Pearson 1900, doi 10.1080/14786440009463897.
    ChiSquared,
    /// The chance of at least as many baskets with both if A and B were independent, their counts given: the one-sided p
    /// of Fisher's exact test, from 0 to 1. **Smaller is more significant.** 1 where A or B is in no basket or in all;
    /// 0 below 1e-308. Undefined without baskets. Fisher 1935, *The Design of Experiments*; Hahsler and Hornik 2007,
    /// doi 10.3233/IDA-2007-11502.
    FisherP,
    /// P(AB) P(neither) / (P(A not B) P(B not A)), from 0; 1 when independent. Infinite where only the denominator is 0,
    /// undefined where both are. Mosteller 1968, doi 10.1080/01621459.1968.11009219; Tan et al. 2004,
    /// doi 10.1016/S0306-4379(03)00072-3.
    OddsRatio,
    /// (P(AB) - P(A) P(B)) / sqrt(P(A) P(not A) P(B) P(not B)), from -1 to 1: the correlation of having A and having B; 0
    /// when independent. Undefined where A or B is in no basket or in all. Tan et al. 2004.
    Phi,
    /// P(AB) / sqrt(P(A) P(B)), from 0 to 1. Undefined where A or B is in no basket. Tan et al. 2004.
    Cosine,
    /// P(AB) / max(P(A), P(B)), from 0 to 1: the smaller of the confidences of both directions. Undefined where neither
    /// is in any basket. Omiecinski 2003, doi 10.1109/TKDE.2003.1161582; for rules Wu et al. 2010,
    /// doi 10.1007/s10618-009-0161-2.
    AllConfidence,
    /// P(AB) / min(P(A), P(B)), from 0 to 1: the greater of the confidences of both directions. Undefined where A or B is
    /// in no basket. Wu et al. 2010, doi 10.1007/s10618-009-0161-2.
    MaxConfidence,
    /// |P(A) - P(B)| / (P(A) + P(B) - P(AB)), from 0, balanced, to 1. Undefined where neither is in any basket. Wu et al.
    /// 2010, doi 10.1007/s10618-009-0161-2.
    ImbalanceRatio,
    /// The number of baskets with both over the 0.99 quantile of that number if A and B were independent, their counts
    /// given: above 1 when there are more than chance would bring. Infinite where only the quantile is 0, undefined where
    /// both are. Hahsler and Hornik 2007, doi 10.3233/IDA-2007-11502.
    HyperLift,
    /// 1 - [`Measure::FisherP`]: the chance of fewer baskets with both if A and B were independent, from 0 to 1. Undefined
    /// without baskets. Hahsler and Hornik 2007, doi 10.3233/IDA-2007-11502.
    HyperConfidence,
    /// P(B|A) - P(B), from -1 to 1; 0 when independent. Undefined where A is in no basket. Tan et al. 2004, who take the
    /// greater of both directions; here, as in arules, the rule has one.
    AddedValue,
    /// P(AB) ln(P(B|A) / P(B)) + P(A not B) ln(P(not B|A) / P(not B)), from 0 to 1/e; 0 when independent, and 0 ln 0 is 0.
    /// Undefined without baskets. Smyth and Goodman 1991, *Rule induction using information theory*, in bits; here, as in
    /// arules, with natural logarithms.
    JMeasure,
    /// The mutual information of having A and having B over the smaller entropy of the two, from 0 to 1; 0 when
    /// independent. Undefined where A or B is in no basket or in all. Tan et al. 2004.
    MutualInformation,
    /// P(A) (P(B|A)^2 + P(not B|A)^2) + P(not A) (P(B|not A)^2 + P(not B|not A)^2) - P(B)^2 - P(not B)^2, from 0 to 0.5:
    /// how much purer B gets by splitting the baskets by A; 0 when independent, and where the split is none. Undefined
    /// without baskets. Tan et al. 2004.
    Gini,
    /// (P(AB) + P(neither) - e) / (1 - e) with e = P(A) P(B) + P(not A) P(not B), from -1 to 1; 0 when independent.
    /// Undefined where both are in no basket or both in all. Cohen 1960, doi 10.1177/001316446002000104.
    Kappa,
    /// (r - 1) / (r + 1) with the odds ratio r, from -1 to 1; 0 when independent. Undefined where r is. Yule 1900,
    /// doi 10.1098/rsta.1900.0019.
    YuleQ,
    /// (n_ab + 1) / (n_a + 2), above 0 and below 1: the confidence, drawn towards a half where there are few baskets.
    /// Clark and Boswell 1991, doi 10.1007/BFb0017011, for two classes.
    Laplace,
    /// P(B|A) / P(B|not A), from 0; 1 when independent. Infinite where B is with A only, undefined where A is in no basket
    /// or in all, or B in none. Sistrom and Garvan 2004, doi 10.1148/radiol.2301031028.
    RelativeRisk,
    /// The number of baskets with both, from 0; with weights a number that need not be whole.
    Count,
    /// P(A), from 0 to 1: the share of the baskets that the rule speaks of. Undefined without baskets.
    Coverage,
}

/// The names of all measures, comma-separated.
macro_rules! measure_names {
    () => {
        "support, confidence, lift, leverage, conviction, zhang, jaccard, certainty, kulczynski, \
                      representativity, chi_squared, fisher_p, odds_ratio, phi, cosine, all_confidence, \
                      max_confidence, imbalance_ratio, hyper_lift, hyper_confidence, added_value, j_measure, \
                      mutual_information, gini, kappa, yule_q, laplace, relative_risk, count, coverage"
    };
}
pub(super) use measure_names;

/// The counts as numbers whose products do not overflow.
#[derive(Debug, Clone, Copy)]
struct Terms {
    n: i128,
    n_a: i128,
    n_b: i128,
    n_ab: i128,
    unit: i128,
}

impl Terms {
    fn new(counts: &Contingency) -> Self {
        /// Far above any number of baskets; keeps products of two within `i128`.
        const MAX_COUNT: u64 = 1 << 60;
        let [n, n_a, n_b, n_ab] = [counts.n(), counts.n_a(), counts.n_b(), counts.n_ab()]
            .map(|count| i128::from(count.min(MAX_COUNT)));
        Self { n, n_a, n_b, n_ab, unit: i128::from(counts.unit().get()) }
    }

    /// n^2 times the leverage, and so above 0 exactly where lift is above 1.
    fn excess(&self) -> i128 {
        self.n_ab * self.n - self.n_a * self.n_b
    }

    /// The number of baskets with neither.
    fn neither(&self) -> i128 {
        self.n - self.n_a - self.n_b + self.n_ab
    }
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 30] = [
        Self::Support,
        Self::Confidence,
        Self::Lift,
        Self::Leverage,
        Self::Conviction,
        Self::Zhang,
        Self::Jaccard,
        Self::Certainty,
        Self::Kulczynski,
        Self::Representativity,
        Self::ChiSquared,
        Self::FisherP,
        Self::OddsRatio,
        Self::Phi,
        Self::Cosine,
        Self::AllConfidence,
        Self::MaxConfidence,
        Self::ImbalanceRatio,
        Self::HyperLift,
        Self::HyperConfidence,
        Self::AddedValue,
        Self::JMeasure,
        Self::MutualInformation,
        Self::Gini,
        Self::Kappa,
        Self::YuleQ,
        Self::Laplace,
        Self::RelativeRisk,
        Self::Count,
        Self::Coverage,
    ];

    /// The measures of [`AssociationRules::table`](super::AssociationRules::table), in the order of its columns: support to
    /// representativity.
    pub const USUAL: [Self; 10] = [
        Self::Support,
        Self::Confidence,
        Self::Lift,
        Self::Leverage,
        Self::Conviction,
        Self::Zhang,
        Self::Jaccard,
        Self::Certainty,
        Self::Kulczynski,
        Self::Representativity,
    ];

    /// The name: `support`, `confidence` and so on, in small letters with underscores.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Confidence => "confidence",
            Self::Lift => "lift",
            Self::Leverage => "leverage",
            Self::Conviction => "conviction",
            Self::Zhang => "zhang",
            Self::Jaccard => "jaccard",
            Self::Certainty => "certainty",
            Self::Kulczynski => "kulczynski",
            Self::Representativity => "representativity",
            Self::ChiSquared => "chi_squared",
            Self::FisherP => "fisher_p",
            Self::OddsRatio => "odds_ratio",
            Self::Phi => "phi",
            Self::Cosine => "cosine",
            Self::AllConfidence => "all_confidence",
            Self::MaxConfidence => "max_confidence",
            Self::ImbalanceRatio => "imbalance_ratio",
            Self::HyperLift => "hyper_lift",
            Self::HyperConfidence => "hyper_confidence",
            Self::AddedValue => "added_value",
            Self::JMeasure => "j_measure",
            Self::MutualInformation => "mutual_information",
            Self::Gini => "gini",
            Self::Kappa => "kappa",
            Self::YuleQ => "yule_q",
            Self::Laplace => "laplace",
            Self::RelativeRisk => "relative_risk",
            Self::Count => "count",
            Self::Coverage => "coverage",
        }
    }

    /// The measure of a name.
    ///
    /// ```
    /// use kosar::rule::Measure;
    /// assert_eq!(Measure::parse("lift")?, Measure::Lift);
    /// # Ok::<(), kosar::ParamError>(())
    /// ```
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(name: &str) -> Result<Self, ParamError> {
        Self::parse_as("measure", name)
    }

    /// The measure of a name given as some parameter, such as `rank_by`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`], which names the parameter, for any other word.
    pub fn parse_as(parameter: &'static str, name: &str) -> Result<Self, ParamError> {
        Self::ALL.into_iter().find(|measure| measure.name() == name).ok_or_else(|| {
            ParamError::UnknownChoice { name: parameter, value: name.to_owned(), allowed: measure_names!() }
        })
    }

    /// The value for the counts of a rule.
    ///
    /// Constant time, but for those of the hypergeometric distribution: the number of counts within some ten standard
    /// deviations.
    #[must_use]
    pub fn of(self, counts: &Contingency) -> f64 {
        let t = &Terms::new(counts);
        match self {
            Self::Support => ratio(t.n_ab, t.n),
            Self::Confidence => ratio(t.n_ab, t.n_a),
            Self::Lift => ratio::lift(t),
            Self::Leverage => ratio::leverage(t),
            Self::Conviction => ratio::conviction(t),
            Self::Zhang => ratio::zhang(t),
            Self::Jaccard => ratio(t.n_ab, t.n_a + t.n_b - t.n_ab),
            Self::Certainty => ratio::certainty(t),
            Self::Kulczynski => ratio::kulczynski(t),
            Self::Representativity => 1.0,
            Self::ChiSquared => ratio::chi_squared(t),
            Self::FisherP => hypergeometric::upper_tail(&counts.in_baskets()),
            Self::OddsRatio => ratio::odds_ratio(t),
            Self::Phi => ratio::phi(t),
            Self::Cosine => ratio::cosine(t),
            Self::AllConfidence => ratio(t.n_ab, t.n_a.max(t.n_b)),
            Self::MaxConfidence => ratio(t.n_ab, t.n_a.min(t.n_b)),
            Self::ImbalanceRatio => ratio::imbalance_ratio(t),
            Self::HyperLift => {
                let counts = counts.in_baskets();
                ratio::ratio_or_infinite(
                    i128::from(counts.n_ab()),
                    i128::from(hypergeometric::quantile_99(&counts)),
                )
            }
            Self::HyperConfidence => hypergeometric::lower_tail(&counts.in_baskets()),
            Self::AddedValue => ratio(t.excess(), t.n_a * t.n),
            Self::JMeasure => information::j_measure(t),
            Self::MutualInformation => information::mutual_information(t),
            Self::Gini => ratio::gini(t),
            Self::Kappa => ratio::kappa(t),
            Self::YuleQ => ratio::yule_q(t),
            Self::Laplace => ratio::laplace(t),
            Self::RelativeRisk => ratio::relative_risk(t),
            Self::Count => ratio(t.n_ab, t.unit),
            Self::Coverage => ratio(t.n_a, t.n),
        }
    }

    /// Whether the value has the same digits on every machine: it is made of whole numbers, quotients and square roots. The
    /// last digit of a logarithm or of an exponential depends on the platform.
    pub(super) const fn is_exact(self) -> bool {
        !matches!(
            self,
            Self::FisherP
                | Self::HyperLift
                | Self::HyperConfidence
                | Self::JMeasure
                | Self::MutualInformation
        )
    }

    /// Whether, the number of baskets with both given, the value never rises with the number of those with A or with B. Those
    /// of the hypergeometric distribution are not among them, as they round weighted baskets.
    pub(super) const fn falls_with_sides(self) -> bool {
        matches!(
            self,
            Self::Support
                | Self::Count
                | Self::Confidence
                | Self::Lift
                | Self::Leverage
                | Self::Conviction
                | Self::Zhang
                | Self::Jaccard
                | Self::Certainty
                | Self::Kulczynski
                | Self::Representativity
                | Self::OddsRatio
                | Self::Phi
                | Self::Cosine
                | Self::AllConfidence
                | Self::MaxConfidence
                | Self::AddedValue
                | Self::Kappa
                | Self::YuleQ
                | Self::Laplace
                | Self::RelativeRisk
        )
    }

    /// The greatest value of a rule that fewer than `count` of `n` baskets bear out, or a little more; `None` for measures
    /// that rare rules reach as well as frequent ones.
    #[allow(clippy::cast_precision_loss, reason = "baskets are numbered by u32")]
    pub(super) fn below(self, n: u64, count: u64) -> Option<f64> {
        let (n, fewer) = (n as f64, count.saturating_sub(1) as f64);
        let share = fewer / n;
        match self {
            Self::Support => Some(share),
            Self::Count => Some(fewer),
            // P(AB) - P(A) P(B) with both sides in no other baskets, which rises up to a half.
            Self::Leverage => Some(share.min(0.5) * (1.0 - share.min(0.5)) + f64::EPSILON),
            _ => None,
        }
    }

    /// What rules are ordered by, falling: the value, for [`Measure::FisherP`] its negative; what is undefined last.
    pub(super) fn rank(self, counts: &Contingency) -> f64 {
        let value = self.of(counts);
        match self {
            _ if value.is_nan() => f64::NEG_INFINITY,
            // Not -0.0, which is below 0.0 in the order of all doubles.
            Self::FisherP => 0.0 - value,
            // No measure is -0.0 but by rounding.
            _ => value + 0.0,
        }
    }
}
