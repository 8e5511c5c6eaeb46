//! Facts of the measures; `core/tests/rule_measures.rs` compares them with outside values.

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
        Measure::USUAL
            .into_iter()
            .filter(move |&m| measured(m, counts).is_nan())
            .map(Measure::name)
            .collect::<Vec<_>>()
    };
    let without_a = ["confidence", "lift", "conviction", "certainty", "kulczynski"];
    assert_eq!(undefined([10, 0, 3, 0]), without_a);
    assert_eq!(undefined([10, 3, 0, 0]), ["lift", "kulczynski"]);
    let without_any = ["support", "confidence", "lift", "leverage", "conviction", "jaccard", "kulczynski"];
    assert_eq!(undefined([0, 0, 0, 0]), without_any);
    let defined: Vec<&str> = Measure::ALL
        .into_iter()
        .filter(|&m| !measured(m, [0, 0, 0, 0]).is_nan())
        .map(Measure::name)
        .collect();
    assert_eq!(defined, ["zhang", "certainty", "representativity", "laplace", "count"]);
}

#[test]
fn weights_are_seen_only_where_numbers_of_baskets_count() {
    let unit = std::num::NonZeroU32::new(100).unwrap();
    let plain = Contingency::new(90, 20, 30, 15).unwrap();
    let weighted = Contingency::new(9000, 2000, 3000, 1500).unwrap().weighing(unit);
    for measure in Measure::ALL {
        let (plain, weighted) = (measure.of(&plain), measure.of(&weighted));
        assert!((plain / weighted - 1.0).abs() < 1e-14, "{}: {plain} {weighted}", measure.name());
    }
}

#[test]
fn what_is_better_ranks_higher() {
    let [strong, weak, none] = [[1000, 20, 30, 15], [1000, 20, 30, 2], [1000, 1000, 30, 30]]
        .map(|[n, n_a, n_b, n_ab]| Contingency::new(n, n_a, n_b, n_ab).unwrap());
    for measure in [Measure::FisherP, Measure::HyperConfidence, Measure::Phi, Measure::OddsRatio] {
        assert!(measure.rank(&strong) > measure.rank(&weak), "{}", measure.name());
    }
    assert_eq!(Measure::Phi.rank(&none).to_bits(), f64::NEG_INFINITY.to_bits());
}

#[test]
fn every_name_is_read_back() {
    for measure in Measure::ALL {
        assert_eq!(Measure::parse(measure.name()), Ok(measure));
    }
    let message = Measure::parse("tanimoto").unwrap_err().to_string();
    assert!(message.starts_with("measure must be") && message.contains("'tanimoto'"), "{message}");
    for measure in Measure::ALL {
        assert!(message.contains(measure.name()), "{message}");
    }
    let message = Measure::parse_as("rank_by", "tanimoto").unwrap_err().to_string();
    assert!(message.starts_with("rank_by must be"), "{message}");
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
            (Measure::ChiSquared, 0.0, f64::INFINITY),
            (Measure::FisherP, 0.0, 1.0),
            (Measure::OddsRatio, 0.0, f64::INFINITY),
            (Measure::Phi, -1.0 - 1e-15, 1.0 + 1e-15),
            (Measure::Cosine, 0.0, 1.0),
            (Measure::AllConfidence, 0.0, 1.0),
            (Measure::MaxConfidence, 0.0, 1.0),
            (Measure::ImbalanceRatio, 0.0, 1.0),
            (Measure::HyperLift, 0.0, f64::INFINITY),
            (Measure::HyperConfidence, 0.0, 1.0),
            (Measure::AddedValue, -1.0, 1.0),
            (Measure::JMeasure, 0.0, 0.367_879_441_171_442_4),
            (Measure::MutualInformation, 0.0, 1.0),
            (Measure::Gini, 0.0, 0.5 + 1e-15),
            (Measure::Kappa, -1.0, 1.0),
            (Measure::YuleQ, -1.0, 1.0),
            (Measure::Laplace, 0.0, 1.0),
            (Measure::RelativeRisk, 0.0, f64::INFINITY),
            (Measure::Coverage, 0.0, 1.0),
        ] {
            let value = measured(measure, counts);
            prop_assert!(value.is_nan() || (low..=high).contains(&value), "{} {value}", measure.name());
        }
    }

    #[test]
    fn symmetric_measures_do_not_see_the_direction(both in 0_u64..50, a in 0_u64..50, b in 0_u64..50) {
        let n = both + a + b + 7;
        for measure in [
            Measure::Support,
            Measure::Lift,
            Measure::Leverage,
            Measure::Jaccard,
            Measure::Kulczynski,
            Measure::Representativity,
            Measure::ChiSquared,
            Measure::FisherP,
            Measure::OddsRatio,
            Measure::Phi,
            Measure::Cosine,
            Measure::AllConfidence,
            Measure::MaxConfidence,
            Measure::ImbalanceRatio,
            Measure::HyperLift,
            Measure::HyperConfidence,
            Measure::MutualInformation,
            Measure::Kappa,
            Measure::YuleQ,
            Measure::Count,
        ] {
            let there = measured(measure, [n, both + a, both + b, both]);
            let back = measured(measure, [n, both + b, both + a, both]);
            let same = there.to_bits() == back.to_bits() || there.is_nan() && back.is_nan();
            prop_assert!(same, "{} {there} {back}", measure.name());
        }
    }
}
