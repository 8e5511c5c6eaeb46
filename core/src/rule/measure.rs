//! How interesting a rule is, in ten ways.

use super::contingency::Contingency;
use crate::error::ParamError;

/// A measure of a rule `A -> B`, computed from its four counts.
///
/// P(A) is the share of the baskets that hold A, P(AB) of those that hold both. Numerators and denominators are whole
/// numbers until the last division, so a measure that should be 0 or 1 is exactly that. Where a measure is undefined it
/// is NaN, unless it says otherwise. Definitions agree with those of the Python library mlxtend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
}

impl Measure {
    /// Every measure, in the order of the columns of a table of rules.
    pub const ALL: [Self; 10] = [
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

    /// The name: `support`, `confidence` and so on.
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
        Self::ALL.into_iter().find(|measure| measure.name() == name).ok_or_else(|| ParamError::UnknownChoice {
            name: "measure",
            value: name.to_owned(),
            allowed: "support, confidence, lift, leverage, conviction, zhang, jaccard, certainty, kulczynski, \
                      representativity",
        })
    }

    /// The value for the counts of a rule. Constant time.
    #[must_use]
    pub fn of(self, counts: &Contingency) -> f64 {
        let [n, n_a, n_b, n_ab] = [counts.n(), counts.n_a(), counts.n_b(), counts.n_ab()]
            .map(|count| i128::from(count.min(MAX_COUNT)));
        // n^2 times the leverage, and so above 0 exactly where lift is above 1.
        let excess = n_ab * n - n_a * n_b;
        match self {
            Self::Support => ratio(n_ab, n),
            Self::Confidence => ratio(n_ab, n_a),
            Self::Lift => ratio(n_ab * n, n_a * n_b),
            Self::Leverage => ratio(excess, n * n),
            Self::Conviction if n_a > 0 && n_ab == n_a => f64::INFINITY,
            Self::Conviction => ratio(n_a * (n - n_b), n * (n_a - n_ab)),
            Self::Zhang => ratio_or_zero(excess, (n_ab * (n - n_a)).max(n_a * (n_b - n_ab))),
            Self::Jaccard => ratio(n_ab, n_a + n_b - n_ab),
            Self::Certainty if n_b == n => 0.0,
            Self::Certainty => ratio(excess, n_a * (n - n_b)),
            Self::Kulczynski => ratio(n_ab * (n_a + n_b), 2 * n_a * n_b),
            Self::Representativity => 1.0,
        }
    }
}

/// Far above any number of baskets; keeps products of two within `i128`.
const MAX_COUNT: u64 = 1 << 60;

#[allow(clippy::cast_precision_loss, reason = "a measure is a double")]
fn ratio(numerator: i128, denominator: i128) -> f64 {
    if denominator == 0 { f64::NAN } else { numerator as f64 / denominator as f64 }
}

fn ratio_or_zero(numerator: i128, denominator: i128) -> f64 {
    if denominator == 0 { 0.0 } else { ratio(numerator, denominator) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn measured(measure: Measure, [n, n_a, n_b, n_ab]: [u64; 4]) -> f64 {
        measure.of(&Contingency::new(n, n_a, n_b, n_ab).unwrap())
    }

    fn assert_close(measure: Measure, counts: [u64; 4], expected: f64) {
        let value = measured(measure, counts);
        let close = (value - expected).abs() < 1e-15 || (value.is_infinite() && expected.is_infinite());
        assert!(close, "{} is {value}, not {expected}", measure.name());
    }

    /// The tea and coffee table of Tan, Steinbach and Kumar, *Introduction to Data Mining* (2005), section 6.7: of 1000
    /// people 200 drink tea, 800 coffee, 150 both. Confidence .75 and lift .9375 are the book's; the others are the
    /// definitions worked by hand.
    #[test]
    fn tea_drinkers_drink_less_coffee_than_others() {
        let tea_coffee = [1000, 200, 800, 150];
        for (measure, expected) in [
            (Measure::Support, 0.15),
            (Measure::Confidence, 0.75),
            (Measure::Lift, 0.9375),
            (Measure::Leverage, 0.15 - 0.16),
            (Measure::Conviction, 0.2 / 0.25),
            // max(.15 * .8, .2 * .65) = .13
            (Measure::Zhang, -0.01 / 0.13),
            (Measure::Jaccard, 0.15 / 0.85),
            (Measure::Certainty, (0.75 - 0.8) / 0.2),
            (Measure::Kulczynski, (0.75 + 0.1875) / 2.0),
            (Measure::Representativity, 1.0),
        ] {
            assert_close(measure, tea_coffee, expected);
        }
    }

    #[test]
    fn independent_items_have_exactly_the_neutral_values() {
        for counts in [[100, 20, 50, 10], [7_000_000, 70_000, 30_000, 300], [9, 9, 4, 4]] {
            assert_eq!(measured(Measure::Lift, counts).to_bits(), 1.0_f64.to_bits());
            assert_close(Measure::Leverage, counts, 0.0);
            assert_close(Measure::Zhang, counts, 0.0);
            assert_close(Measure::Certainty, counts, 0.0);
        }
        assert_close(Measure::Conviction, [100, 20, 50, 10], 1.0);
    }

    #[test]
    fn items_always_together_reach_the_upper_ends() {
        let together = [10, 4, 4, 4];
        assert_close(Measure::Confidence, together, 1.0);
        assert_close(Measure::Lift, together, 2.5);
        assert_close(Measure::Conviction, together, f64::INFINITY);
        assert_close(Measure::Zhang, together, 1.0);
        assert_close(Measure::Jaccard, together, 1.0);
        assert_close(Measure::Certainty, together, 1.0);
        assert_close(Measure::Kulczynski, together, 1.0);
    }

    #[test]
    fn items_never_together_reach_the_lower_ends() {
        let apart = [10, 5, 5, 0];
        assert_close(Measure::Lift, apart, 0.0);
        assert_close(Measure::Leverage, apart, -0.25);
        assert_close(Measure::Conviction, apart, 0.5);
        assert_close(Measure::Zhang, apart, -1.0);
    }

    #[test]
    fn a_consequent_in_every_basket_tells_nothing() {
        let always = [10, 4, 10, 4];
        assert_close(Measure::Lift, always, 1.0);
        assert_close(Measure::Conviction, always, f64::INFINITY);
        assert_close(Measure::Zhang, always, 0.0);
        assert_close(Measure::Certainty, always, 0.0);
    }

    #[test]
    fn undefined_measures_are_nan() {
        let undefined = |counts| {
            Measure::ALL
                .into_iter()
                .filter(move |&m| measured(m, counts).is_nan())
                .map(Measure::name)
                .collect::<Vec<_>>()
        };
        let without_a = ["confidence", "lift", "conviction", "certainty", "kulczynski"];
        assert_eq!(undefined([10, 0, 3, 0]), without_a);
        assert_eq!(undefined([10, 3, 0, 0]), ["lift", "kulczynski"]);
        let without_any =
            ["support", "confidence", "lift", "leverage", "conviction", "jaccard", "kulczynski"];
        assert_eq!(undefined([0, 0, 0, 0]), without_any);
    }

    #[test]
    fn every_name_is_read_back() {
        for measure in Measure::ALL {
            assert_eq!(Measure::parse(measure.name()), Ok(measure));
        }
        let message = Measure::parse("cosine").unwrap_err().to_string();
        assert!(message.contains("'cosine'") && message.contains("zhang"), "{message}");
    }

    proptest! {
        #[test]
        fn measures_stay_in_their_ranges(both in 0_u64..50, a in 0_u64..50, b in 0_u64..50, none in 0_u64..50) {
            let counts = [both + a + b + none, both + a, both + b, both];
            for (measure, low, high) in [
                (Measure::Support, 0.0, 1.0),
                (Measure::Confidence, 0.0, 1.0),
                (Measure::Lift, 0.0, f64::INFINITY),
                (Measure::Leverage, -0.25, 0.25),
                (Measure::Conviction, 0.0, f64::INFINITY),
                (Measure::Zhang, -1.0, 1.0),
                (Measure::Jaccard, 0.0, 1.0),
                (Measure::Certainty, f64::NEG_INFINITY, 1.0),
                (Measure::Kulczynski, 0.0, 1.0),
            ] {
                let value = measured(measure, counts);
                prop_assert!(value.is_nan() || (low..=high).contains(&value), "{} {value}", measure.name());
            }
        }

        #[test]
        fn symmetric_measures_do_not_see_the_direction(both in 0_u64..50, a in 0_u64..50, b in 0_u64..50) {
            let n = both + a + b + 7;
            for measure in [Measure::Support, Measure::Lift, Measure::Leverage, Measure::Jaccard, Measure::Kulczynski] {
                let there = measured(measure, [n, both + a, both + b, both]);
                let back = measured(measure, [n, both + b, both + a, both]);
                prop_assert_eq!(there.to_bits(), back.to_bits());
            }
        }
    }
}
