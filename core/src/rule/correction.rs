//! Many rules, many tests: what a limit of p means then.

use serde::{Deserialize, Serialize};

use crate::error::ParamError;

/// How a limit of p is corrected for the number of rules tested.
///
/// What is said of the rules that pass holds for rules chosen before looking at the baskets. The rules tested here are
/// themselves chosen, by support and confidence, on the same baskets that then test them, and only those chosen are counted;
/// so p is optimistic, and more rules that are chance may pass than a correction tells. Webb 2007, *Discovering significant
/// patterns*, doi 10.1007/s10994-007-5006-x, counts all rules that could have been, or tests on baskets held back. A budget
/// of rules, bytes or time that ends the search makes the number tested smaller still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    /// Not at all: of rules that are all chance, a share of the limit passes.
    None,
    /// p times the number of rules tested is at most the limit: of rules chosen beforehand, the chance that even one that is
    /// chance passes is at most the limit. Dunn 1961, doi 10.1080/01621459.1961.10482090.
    #[default]
    Bonferroni,
    /// The k smallest p pass, with the greatest k such that the k-th is at most k times the limit over the number of rules
    /// tested: of the rules that pass, the share that is chance is expected to be at most the limit, for rules chosen
    /// beforehand whose p are independent or depend on each other positively; those of rules that share items need not.
    /// Benjamini and Hochberg 1995, doi 10.1111/j.2517-6161.1995.tb02031.x.
    BenjaminiHochberg,
}

impl Correction {
    /// Reads `none`, `bonferroni` or `benjamini_hochberg`.
    ///
    /// # Errors
    /// [`ParamError::UnknownChoice`] for any other word.
    pub fn parse(word: &str) -> Result<Self, ParamError> {
        match word {
            "none" => Ok(Self::None),
            "bonferroni" => Ok(Self::Bonferroni),
            "benjamini_hochberg" => Ok(Self::BenjaminiHochberg),
            _ => Err(ParamError::UnknownChoice {
                name: "correction",
                value: word.to_owned(),
                allowed: "none, bonferroni, benjamini_hochberg",
            }),
        }
    }

    /// The greatest p that passes among those of all rules tested; `None` where none does.
    #[allow(clippy::cast_precision_loss, reason = "a number of rules")]
    pub(super) fn threshold(self, p_values: &[f64], limit: f64) -> Option<f64> {
        let tested = p_values.len() as f64;
        match self {
            Self::None => Some(limit),
            Self::Bonferroni => Some(limit / tested),
            Self::BenjaminiHochberg => {
                let mut sorted = p_values.to_vec();
                sorted.sort_unstable_by(f64::total_cmp);
                let passes = |&k: &usize| sorted[k] <= (k + 1) as f64 * limit / tested;
                (0..sorted.len()).rev().find(passes).map(|k| sorted[k])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fifteen p of the worked example of Benjamini and Hochberg (1995), section 3.2: at 0.05 Bonferroni passes
    /// three, their procedure four.
    #[test]
    fn the_published_example() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        let passed = |correction: Correction| {
            let threshold = correction.threshold(&p, 0.05).unwrap();
            p.iter().filter(|&&p| p <= threshold).count()
        };
        assert_eq!(passed(Correction::Bonferroni), 3);
        assert_eq!(passed(Correction::BenjaminiHochberg), 4);
        assert_eq!(passed(Correction::None), 9);
        assert_eq!(Correction::BenjaminiHochberg.threshold(&p[9..], 0.05), None);
    }

    #[test]
    fn words_are_read() {
        assert_eq!(Correction::parse("bonferroni"), Ok(Correction::default()));
        assert_eq!(Correction::parse("none"), Ok(Correction::None));
        assert_eq!(Correction::parse("benjamini_hochberg"), Ok(Correction::BenjaminiHochberg));
        assert!(Correction::parse("holm").is_err());
    }
}
